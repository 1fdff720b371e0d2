// The matrix of a convolution, drawn cell by cell, with the cursor's row (or column) lit.
import { element, furnish } from "../_shared/dom.js";
import { entries } from "./numbers.js";
import { svg } from "../_shared/paths.js";
import { weight } from "../_shared/text.js";

const COLOURS = { 1: "#e08214", 0: "#888", "-1": "#7e57c2" }; // by sign
const WIDEST = 460; // pixels, before the page narrows it

/**
 * C, of a `shape`, or with `transposed` its transpose; the cursor is `along` a "row" or a "column" of it.
 * `onpick(position)` hears a click; `ontie(index)` hears which other cell the pointer is on, or null.
 */
export function matrixView({ shape, transposed, along, onpick, ontie }) {
  const [rows, columns] = transposed ? [...shape].reverse() : shape;
  const name = transposed ? "Cᵀ" : "C";
  const title = element("div", { class: "cnnlab-title" }, `Matrix ${name} ${rows} × ${columns}`);
  const note = element("p", { class: "cnnlab-matrix-note" });
  const split = ([row, column]) => (along === "row" ? [row, column] : [column, row]); // cursor, other
  const spot = (event) => {
    const { left, top, width, height } = drawing.getBoundingClientRect();
    const place = [((event.clientY - top) / height) * rows, ((event.clientX - left) / width) * columns];
    return split(place.map(Math.floor));
  };
  const side = Math.max(2, Math.min(13, Math.floor(WIDEST / columns)));
  const squares = svg("g", {});
  const band = svg("rect", { class: "cnnlab-matrix-band" });
  const point = svg("rect", { class: "cnnlab-matrix-point", width: 1, height: 1 });
  const drawing = svg("svg", {
    class: "cnnlab-matrix", role: "img", width: side * columns, height: side * rows, viewBox: `0 0 ${columns} ${rows}`,
    onclick: (event) => onpick(Math.max(0, spot(event)[0])),
    onpointermove: (event) => {
      const [at, other] = spot(event);
      ontie(at === cursor && tied.some(({ index }) => index === other) ? other : null);
    },
    onpointerleave: () => ontie(null),
  }, squares, band, point);

  let painted = null; // the map whose entries are drawn
  let cursor = 0;
  let tied = []; // to the cursor: cells, each with its index and its weight
  return {
    node: element("div", { class: "cnnlab-panel" }, title, drawing, note),
    /** Light the cursor's row or column of a map's matrix; `tied` lists its entries as { index, weight }. */
    show({ map, position, tied: cells }) {
      if (map !== painted) squares.replaceChildren(...paths(entries(map), transposed));
      painted = map;
      [cursor, tied] = [position, cells];
      furnish(band, along === "row" ? { y: position, width: columns, height: 1 } : { x: position, width: 1, height: rows });
      this.tie(null);
      drawing.setAttribute("aria-label", `${name}, ${rows} rows by ${columns} columns. ${note.textContent}`);
    },
    /** Point at one entry and say what it is tied to; null ends it. */
    tie(index, words) {
      const cell = tied.find((one) => one.index === index);
      const count = `${tied.length} ${tied.length === 1 ? "entry" : "entries"}`;
      note.textContent = `${along === "row" ? "Row" : "Column"} ${cursor} of ${name}: ${count}, the others are 0.`;
      point.toggleAttribute("hidden", !cell);
      if (!cell) return;
      const [y, x] = split([cursor, index]);
      furnish(point, { x, y });
      note.textContent = `${name}[${y}, ${x}] = ${weight(cell.weight)}: ${words}.`;
    },
  };
}

/** A path for each weight: squares at its places; a 0 is a small dot. */
function paths(list, transposed) {
  const drawn = new Map();
  for (const [row, column, weight] of list) {
    const [x, y] = transposed ? [row, column] : [column, row];
    const square = weight ? `M${x}.04 ${y}.04h.92v.92h-.92z` : `M${x}.4 ${y}.4h.2v.2h-.2z`;
    drawn.set(weight, (drawn.get(weight) ?? "") + square);
  }
  const strongest = Math.max(...[...drawn.keys()].map(Math.abs)) || 1;
  return [...drawn].map(([weight, d]) => (
    svg("path", { d, fill: COLOURS[Math.sign(weight)], opacity: 0.35 + (0.65 * Math.abs(weight)) / strongest })));
}
