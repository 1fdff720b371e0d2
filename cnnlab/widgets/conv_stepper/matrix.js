// The matrix of a convolution, drawn cell by cell, with the cursor's row (or column) lit.
import { element } from "../_shared/dom.js";
import { entries } from "./numbers.js";
import { weight } from "../_shared/text.js";

const POSITIVE = "224, 130, 20";
const NEGATIVE = "126, 87, 194";
const WIDEST = 460; // pixels, before the page narrows it
const MOST = 2_000_000; // entries that a reader's machine draws at once

/**
 * C, or with `transposed` its transpose, `rows` × `columns`. `along` says whether the cursor is a "row" or a "column" of what is drawn.
 * `onpick(position)` hears a click; `ontie(index)` hears which other cell the pointer is on, or null.
 */
export function matrixView({ rows, columns, transposed, along, onpick, ontie }) {
  const name = transposed ? "Cᵀ" : "C";
  const title = element("div", { class: "cnnlab-title" }, `Matrix ${name} ${rows} × ${columns}`);
  const note = element("p", { class: "cnnlab-matrix-note" });
  if (rows * columns > MOST) {
    note.textContent = `${rows} × ${columns} entries are too many to draw; take a smaller image.`;
    return { node: element("div", { class: "cnnlab-panel" }, title, note), show() {}, tie() {} };
  }
  const scale = Math.max(2, Math.min(13, Math.floor(WIDEST / columns)));
  const canvas = element("canvas", { class: "cnnlab-matrix-canvas", role: "img", width: 2 * scale * columns, height: 2 * scale * rows });
  canvas.style.maxWidth = `${scale * columns}px`;
  const band = element("div", { class: "cnnlab-matrix-band", "aria-hidden": "true" });
  const point = element("div", { class: "cnnlab-matrix-point", "aria-hidden": "true", hidden: true });
  const box = element("div", { class: "cnnlab-matrix" }, canvas, band, point);
  box.style.maxWidth = canvas.style.maxWidth;

  let painted = null; // the map whose entries are drawn
  let cursor = 0;
  let weights = new Map(); // the cells tied to the cursor, by their index
  const percent = (value, all) => `${(100 * value) / all}%`;
  const spot = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [Math.floor(((event.clientY - frame.top) / frame.height) * rows), Math.floor(((event.clientX - frame.left) / frame.width) * columns)];
  };
  const split = ([row, column]) => (along === "row" ? [row, column] : [column, row]); // cursor, other
  canvas.addEventListener("click", (event) => onpick(Math.max(0, split(spot(event))[0])));
  canvas.addEventListener("pointermove", (event) => {
    const [at, other] = split(spot(event));
    ontie(at === cursor && weights.has(other) ? other : null);
  });
  canvas.addEventListener("pointerleave", () => ontie(null));

  function describe() {
    const count = weights.size;
    note.textContent = `${along === "row" ? "Row" : "Column"} ${cursor} of ${name}: ${count} ${count === 1 ? "entry" : "entries"}, the others are 0.`;
    canvas.setAttribute("aria-label", `${name}, ${rows} rows by ${columns} columns. ${note.textContent}`);
  }
  return {
    node: element("div", { class: "cnnlab-panel" }, title, box, note),
    /** Light the cursor's row or column of a map's matrix; `tied` lists its entries as { index, weight }. */
    show({ map, position, tied }) {
      if (map !== painted) paint(canvas, entries(map), transposed, 2 * scale);
      painted = map;
      cursor = position;
      weights = new Map(tied.map(({ index, weight }) => [index, weight]));
      const vertical = along === "column";
      band.style.inset = "0";
      band.style[vertical ? "left" : "top"] = percent(position, vertical ? columns : rows);
      band.style[vertical ? "right" : "bottom"] = percent((vertical ? columns : rows) - position - 1, vertical ? columns : rows);
      point.hidden = true;
      describe();
    },
    /** Point at one entry and say what it is tied to; null ends it. */
    tie(index, words) {
      point.hidden = index === null || !weights.has(index);
      if (point.hidden) return describe();
      const [row, column] = split([cursor, index]);
      Object.assign(point.style, { top: percent(row, rows), left: percent(column, columns), width: percent(1, columns), height: percent(1, rows) });
      note.textContent = `${name}[${row}, ${column}] = ${weight(weights.get(index))}: ${words}.`;
    },
  };
}

function paint(canvas, list, transposed, size) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const strongest = Math.max(...list.map(([, , weight]) => Math.abs(weight)), 1e-300);
  const gap = size > 8 ? 2 : 0;
  for (const [row, column, weight] of list) {
    const [y, x] = transposed ? [column * size, row * size] : [row * size, column * size];
    if (weight === 0) {
      pen.fillStyle = "rgba(128, 128, 128, 0.45)";
      pen.fillRect(x + 0.38 * size, y + 0.38 * size, Math.max(1, 0.24 * size), Math.max(1, 0.24 * size));
    } else {
      pen.fillStyle = `rgba(${weight > 0 ? POSITIVE : NEGATIVE}, ${0.35 + (0.65 * Math.abs(weight)) / strongest})`;
      pen.fillRect(x + gap / 2, y + gap / 2, size - gap, size - gap);
    }
  }
}
