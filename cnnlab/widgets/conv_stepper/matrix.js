// The matrix of a convolution, drawn cell by cell, with the cursor's row (or column) lit.
import { element } from "../_shared/dom.js";
import { entries } from "./numbers.js";
import { weight } from "../_shared/text.js";

const POSITIVE = "224, 130, 20";
const NEGATIVE = "126, 87, 194";
const WIDEST = 460; // pixels, before the page narrows it
const MOST = 2_000_000; // entries that a reader's machine draws at once

/**
 * C, of a `shape`, or with `transposed` its transpose; the cursor is `along` a "row" or a "column" of it.
 * `onpick(position)` hears a click; `ontie(index)` hears which other cell the pointer is on, or null.
 */
export function matrixView({ shape, transposed, along, onpick, ontie }) {
  const [rows, columns] = transposed ? [...shape].reverse() : shape;
  const name = transposed ? "Cᵀ" : "C";
  const title = element("div", { class: "cnnlab-title" }, `Matrix ${name} ${rows} × ${columns}`);
  const note = element("p", { class: "cnnlab-matrix-note" });
  if (rows * columns > MOST) {
    note.textContent = `${rows} × ${columns} entries are too many to draw; take a smaller image.`;
    return { node: element("div", { class: "cnnlab-panel" }, title, note), show() {}, tie() {} };
  }
  const split = ([row, column]) => (along === "row" ? [row, column] : [column, row]); // cursor, other
  const spot = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = [((event.clientY - top) / height) * rows, ((event.clientX - left) / width) * columns];
    return split(place.map(Math.floor));
  };
  const scale = Math.max(2, Math.min(13, Math.floor(WIDEST / columns)));
  const canvas = element("canvas", {
    class: "cnnlab-matrix-canvas", role: "img", width: 2 * scale * columns, height: 2 * scale * rows,
    onclick: (event) => onpick(Math.max(0, spot(event)[0])),
    onpointermove: (event) => {
      const [at, other] = spot(event);
      ontie(at === cursor && tied.some(({ index }) => index === other) ? other : null);
    },
    onpointerleave: () => ontie(null),
  });
  const mark = (kind) => element("div", { class: `cnnlab-matrix-${kind}`, "aria-hidden": "true" });
  const [band, point] = [mark("band"), mark("point")];
  const box = element("div", { class: "cnnlab-matrix" }, canvas, band, point);
  box.style.maxWidth = `${scale * columns}px`;
  const cover = (node, [row, column], [height, across]) => Object.assign(node.style, {
    top: `${(100 * row) / rows}%`, height: `${(100 * height) / rows}%`,
    left: `${(100 * column) / columns}%`, width: `${(100 * across) / columns}%`,
  });

  let painted = null; // the map whose entries are drawn
  let cursor = 0;
  let tied = []; // to the cursor: cells, each with its index and its weight
  return {
    node: element("div", { class: "cnnlab-panel" }, title, box, note),
    /** Light the cursor's row or column of a map's matrix; `tied` lists its entries as { index, weight }. */
    show({ map, position, tied: cells }) {
      if (map !== painted) paint(canvas, entries(map), transposed, 2 * scale);
      painted = map;
      [cursor, tied] = [position, cells];
      cover(band, split([position, 0]), along === "row" ? [1, columns] : [rows, 1]);
      this.tie(null);
      canvas.setAttribute("aria-label", `${name}, ${rows} rows by ${columns} columns. ${note.textContent}`);
    },
    /** Point at one entry and say what it is tied to; null ends it. */
    tie(index, words) {
      const cell = tied.find((one) => one.index === index);
      const count = `${tied.length} ${tied.length === 1 ? "entry" : "entries"}`;
      note.textContent = `${along === "row" ? "Row" : "Column"} ${cursor} of ${name}: ${count}, the others are 0.`;
      point.hidden = !cell;
      if (!cell) return;
      const place = split([cursor, index]);
      cover(point, place, [1, 1]);
      note.textContent = `${name}[${place.join(", ")}] = ${weight(cell.weight)}: ${words}.`;
    },
  };
}

function paint(canvas, list, transposed, size) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const strongest = Math.max(...list.map(([, , weight]) => Math.abs(weight)), 1e-300);
  for (const [row, column, weight] of list) {
    const [y, x] = (transposed ? [column, row] : [row, column]).map((at) => at * size);
    const depth = 0.35 + (0.65 * Math.abs(weight)) / strongest;
    pen.fillStyle = weight ? `rgba(${weight > 0 ? POSITIVE : NEGATIVE}, ${depth})` : "rgba(128, 128, 128, 0.45)";
    const gap = weight ? Number(size > 8) : 0.38 * size; // a 0 is a small dot
    pen.fillRect(x + gap, y + gap, size - 2 * gap, size - 2 * gap);
  }
}
