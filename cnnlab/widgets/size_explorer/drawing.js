// The drawing of one axis: its cells, the windows as brackets, the output cells below.
// Where no script runs, still.py writes a table instead.
import { box, hatch, part, round, svg } from "../_shared/paths.js";
import { cells } from "../_shared/windows.js";

const NUMBERED = 18; // from this width on a cell has room for its number
const ROW = 30;
const EDGE = 5; // around the drawing: room for thick lines and crosses
const GAP = 18; // between the cells and the first bracket: room for the crosses
const HEIGHTS = { // [row, room for all brackets, from bracket to bracket, gap above the output]
  numbered: [ROW, 150, 14, 22],
  thin: [18, 40, 7, 6],
};

/** How wide a cell can be if all of them share `room` pixels, and whether that leaves room for numbers. */
export function cellWidth(axis, room) {
  const cell = (room - 2 * EDGE) / axis.padded;
  return { cell, numbered: cell >= NUMBERED };
}

/**
 * `axis` drawn with cells `cell` pixels wide. `voided` crosses the output out; `onpick(position)` hears of
 * clicks. `place(position)` lights one window, and is all that happens while stepping.
 */
export function drawing(axis, { cell, voided, onpick }) {
  const numbered = cell >= NUMBERED;
  const [row, room, pitchAtMost, outputGap] = HEIGHTS[numbered ? "numbered" : "thin"];
  const lanes = Math.min(axis.count, Math.ceil((axis.span + 1) / axis.stride));
  const pitch = Math.min(pitchAtMost, room / lanes);
  const rise = Math.min(6, pitch * 0.6);
  const outputTop = row + GAP + lanes * pitch + outputGap;
  const made = Math.min(axis.stride * cell, Math.max(cell, ROW));
  const width = axis.padded * cell;
  const height = outputTop + row;

  const x = (index) => (index + axis.before) * cell;
  const left = (position) => position * axis.stride * cell;
  const middle = (position) => left(position) + (axis.span * cell) / 2;
  const lane = (position) => row + GAP + ((position % lanes) + 1) * pitch - 2;
  const positions = axis.starts.map((_, position) => position);

  function bracket(position) {
    const y = lane(position);
    const end = left(position) + axis.span * cell;
    let path = `M${round(left(position) + 1)} ${round(y - rise)}V${round(y)}H${round(end - 1)}V${round(y - rise)}`;
    // a dilated window: a tooth below each cell that it reads
    if (axis.dilation > 1 && pitch >= 6) {
      for (const index of cells(axis, position)) path += `M${round(x(index) + cell / 2)} ${round(y)}v${round(-rise)}`;
    }
    return path;
  }

  const lit = { read: part("read"), skipped: part("skipped"), frame: part("frame"), bracket: part("bracket"), link: part("link"), chosen: part("chosen") };
  const cross = (index) => `M${round(x(index) + cell / 2 - 3)} ${row + 5}l6 6m0 -6l-6 6`;
  const output = (position) => box(middle(position) - made / 2, outputTop, made, row);
  const node = svg("svg", {
    class: "cnnlab-drawing cnnlab-axis", width: round(width + 2 * EDGE), height: round(height + 4),
    viewBox: `${-EDGE} -2 ${round(width + 2 * EDGE)} ${round(height + 4)}`,
  },
    part("padding", box(0, 0, width, row)),
    part("units", box(x(0), 0, axis.size * cell, row)),
    lit.read, lit.skipped,
    part("walls", cell >= 3 ? Array.from({ length: axis.padded }, (_, k) => box(k * cell, 0, cell, row)).join("") : box(0, 0, width, row)),
    part("unread", axis.unread.map((index) => hatch(x(index), 0, cell, row)).join("")),
    part("cross", axis.uncovered.map(cross).join("")),
    part("brackets", positions.map(bracket).join(""), { "stroke-width": round(Math.min(1, pitch * 0.4)) }),
    part(voided ? "units cnnlab-drawn-outputs cnnlab-drawn-void" : "units cnnlab-drawn-outputs", positions.map(output).join("")),
    lit.link, lit.chosen, lit.bracket, lit.frame,
  );
  if (numbered) {
    const numbers = svg("g", { class: cell < 28 ? "cnnlab-drawn-numbers cnnlab-drawn-small" : "cnnlab-drawn-numbers" });
    const write = (at, y, text) => numbers.append(svg("text", { x: round(at), y: round(y + 4) }, text));
    for (let index = 0; index < axis.size; index++) write(x(index) + cell / 2, row / 2, index);
    if (made >= NUMBERED) for (const position of positions) write(middle(position), outputTop + row / 2, voided ? "–" : position);
    node.append(numbers);
  }
  node.addEventListener("click", (event) => {
    const at = event.clientX - node.getBoundingClientRect().left - EDGE;
    const nearest = Math.round((at - (axis.span * cell) / 2) / (axis.stride * cell));
    onpick(Math.min(Math.max(nearest, 0), axis.count - 1));
  });

  return {
    node,
    width: width + 2 * EDGE,
    /** From where to where a window lies, with the edge around it. */
    extent: (position) => [left(position), left(position) + axis.span * cell + 2 * EDGE],
    place(position) {
      const read = cells(axis, position);
      const skipped = [];
      for (let index = read[0]; index < read.at(-1); index++) if ((index - read[0]) % axis.dilation) skipped.push(index);
      const draw = (name, d) => lit[name].setAttribute("d", d);
      draw("read", read.map((index) => box(x(index), 0, cell, row)).join(""));
      draw("skipped", numbered ? skipped.map((index) => hatch(x(index), 0, cell, row)).join("") : "");
      draw("frame", box(left(position), 0, axis.span * cell, row));
      draw("bracket", bracket(position));
      draw("link", `M${round(middle(position))} ${round(lane(position))}V${round(outputTop)}`);
      draw("chosen", voided ? "" : output(position));
    },
  };
}
