// What the viewer says.

const DOWN = ["top", "middle", "bottom"];
const ACROSS = ["left", "middle", "right"];

/** Where a map is largest: "top left", "middle", "bottom". */
export function whereabouts(map, rows, columns) {
  let best = 0;
  for (let p = 1; p < map.length; p++) if (map[p] > map[best]) best = p;
  const down = DOWN[Math.floor((3 * (Math.floor(best / columns) + 0.5)) / rows)];
  const across = ACROSS[Math.floor((3 * ((best % columns) + 0.5)) / columns)];
  if (down === "middle") return across;
  return across === "middle" ? down : `${down} ${across}`;
}

/** What a layer gives: maps, or a number for each. */
export const given = ({ rows, columns }) => (rows * columns === 1 ? "numbers" : "maps");

/** What a layer does: its maps, and how each is made. */
export function described(layer) {
  const { name, kind, channels, rows, columns, kernel, stride, added, below, most } = layer;
  const size = `${channels} ${given(layer)}${rows * columns === 1 ? "" : ` of ${rows} × ${columns}`}`;
  const before = below.below ? `the ${below.channels} ${given(below)} before` : "the picture";
  const step = stride > 1 ? `, stride ${stride}` : "";
  const how = {
    dense: kernel > 1 ? `${kernel} × ${kernel} filters over ${before}${step}` : `each a weighted sum of ${before}`,
    depthwise: `one ${kernel} × ${kernel} filter for each map before${step}`,
    pool: "the largest of each 2 × 2 cells", mean: "the mean of each map",
  }[kind];
  return `${name}: ${size}; ${how}${most ? `, then ReLU${most === 6 ? "6 (0 to 6)" : ""}` : ""}${added ? `, and ${added.name} is added` : ""}.`;
}
