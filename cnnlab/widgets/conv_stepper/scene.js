// What a ConvStepper shows for one set of traits: which numbers, and which cells belong to the cursor.
import {
  asVolume, entries, forward, gather, gatherSentence, hits, linearMap, outputPlace, reach, scatterSentence, spread,
  transposedMap, walkBack,
} from "./numbers.js";
import { counted } from "../_shared/text.js";
import { frameOf, size, volume as volumeOf } from "../_shared/windows.js";

/** Everything that follows from the traits, or a RangeError whose message says what would do. */
export function sceneOf(get) {
  const image = asVolume(get("image"));
  const filters = get("filters") ?? [[get("kernel")]];
  const options = { stride: get("stride"), padding: get("padding"), dilation: get("dilation"), mode: get("mode") };
  const direction = get("direction");
  const [back, up] = [direction === "backward", direction === "transposed"];
  const expected = up ? filters.length : filters[0].length;
  if (image.length !== expected) {
    const who = up ? "filters are" : "kernels of a filter are";
    throw new RangeError(`The image has ${image.length} channels, and the ${who} ${expected}.`);
  }
  const map = (up ? transposedMap : linearMap)(size(image[0]), filters, options);
  // What windows slide over, and the map that does so: transposed, they are the image with zeros and another map.
  const { values: volume, map: slides } = up ? spread(map, image) : { values: image, map };

  const given = get("grad_output") && asVolume(get("grad_output"));
  const ones = volumeOf(map.filters, map.shape.output, () => 1);
  const fits = given && String(extentOf(given)) === String(extentOf(ones));
  const gradient = fits ? given : ones;
  const steps = back && walkBack(map, gradient).steps;

  const overlaps = up && hits(map);
  const place = (position) => outputPlace(slides, position);
  const terms = (position) => (back ? steps[position] : gather(slides, volume, position));
  function sentence(position) {
    const name = slides.filters > 1 ? (up ? "Channel" : "Filter") : "";
    const said = (back ? scatterSentence : gatherSentence)(place(position), terms(position), name);
    if (!up) return said;
    const { row, column } = place(position);
    return `${said} Hit ${counted(overlaps[row][column], "time")}.`;
  }
  /** The cells that share an entry of the matrix with the cursor's. */
  function tied(position) {
    if (!up) return reach(map, position).filter((cell) => cell.inside);
    const column = entries(map).filter(([, index]) => index === position);
    return column.map(([row, , weight]) => ({ ...outputPlace(map, row), weight, index: row }));
  }
  return {
    image, filters, map, slides, volume, direction, back, up, gradient, overlaps, place, terms, sentence, tied,
    output: forward(slides, volume),
    count: slides.rows,
    rowLength: slides.shape.output[1],
    stale: given && !fits && "grad_output", // of another shape: ones stand in for it
    frame: (position) => frameOf(slides.shape, position),
    accumulated: (position) => walkBack(map, gradient, position + 1).sums,
  };
}

/** The shape of a volume, without a channel that is the only one. */
export function extentOf(volume) {
  return [...(volume.length > 1 ? [volume.length] : []), ...size(volume[0])];
}

/** Row and column of the cell with the cursor, its channel or filter before them where there are several. */
export function indexOf({ channel, row, column }, many) {
  return many ? `[${channel}, ${row}, ${column}]` : `[${row}, ${column}]`;
}
