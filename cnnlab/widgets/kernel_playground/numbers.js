// A kernel over a whole photograph, fast enough to follow the reader's hand. A picture is
// { rows, columns, values }, values in reading order. Twin of cnnlab.cross_correlate2d with padding "same".
import { flip } from "../_shared/products.js";
import { cellsUnder, frameOf, layWindows, size } from "../_shared/windows.js";

/** The kernel as it slides. */
export function sliding(kernel, mode) {
  return mode === "convolution" ? flip(kernel) : kernel;
}

/** The windows of a kernel: one for each cell of the picture. */
function windowsOn({ rows, columns }, kernel) {
  return layWindows([rows, columns], size(kernel), { padding: "same" });
}

/** Every output cell; `kernel` as it slides. The next call with the same `room` writes over the result. */
export function filtered(picture, kernel, border, room = rooms()) {
  const padded = pad(picture, windowsOn(picture, kernel), border, room);
  const parts = factors(kernel);
  if (!parts) return slide(padded, kernel, room, "sums");
  return slide(slide(padded, [parts.row], room, "rows"), parts.column.map((weight) => [weight]), room, "sums");
}

/** Memory to use again: room(name, length) is an array of zeros, the same each time while the length stays. */
export function rooms() {
  const kept = {};
  return (name, length) => (kept[name]?.length === length ? kept[name].fill(0) : (kept[name] = new Float64Array(length)));
}

/** The column of whole numbers and the row whose products are exactly the kernel's entries, as a box blur has them; null if there are none. */
export function factors(kernel) {
  const row = kernel.find((line) => line.some(Boolean)) ?? [0];
  const place = row.findIndex(Boolean);
  const column = kernel.map((line) => line[place] / row[place]);
  const exact = kernel.every((line, m) => Number.isInteger(column[m]) && line.every((weight, n) => column[m] * row[n] === weight));
  return exact ? { column, row } : null;
}

/** The sums of all windows inside a plane, the terms of each added in reading order as in cnnlab. */
function slide({ rows, columns, values: from }, kernel, room, name) {
  const plane = { rows: rows - kernel.length + 1, columns: columns - kernel[0].length + 1 };
  const to = room(name, plane.rows * plane.columns);
  const terms = kernel.flatMap((line, m) => line.map((weight, n) => ({ weight, cell: m * columns + n }))).filter(({ weight }) => weight !== 0);
  while (terms.length % 4) terms.push({ weight: 0, cell: 0 });
  for (let r = 0; r < plane.rows; r++) {
    for (let k = 0; k < terms.length; k += 4) addFour(to, r * plane.columns, plane.columns, from, r * columns, terms.slice(k, k + 4));
  }
  return { ...plane, values: to };
}

/** Add four terms to each sum of a row. They are written out, as a loop over them takes twice as long. */
function addFour(to, first, count, from, start, [s, t, u, v]) {
  const [i, j, k, l] = [start + s.cell, start + t.cell, start + u.cell, start + v.cell];
  for (let c = 0; c < count; c++) {
    to[first + c] = to[first + c] + s.weight * from[i + c] + t.weight * from[j + c] + u.weight * from[k + c] + v.weight * from[l + c];
  }
}

/** The picture with room for the window all around, filled as `border` says. */
function pad({ rows, columns, values }, { axes: [down, across] }, border, room) {
  const padded = { rows: down.padded, columns: across.padded };
  const to = room("padded", padded.rows * padded.columns);
  const rim = Array.from({ length: padded.columns }, (_, c) => [c, borderIndex(c - across.before, columns, border)])
    .filter(([c, from]) => from >= 0 && from !== c - across.before);
  for (let r = 0; r < padded.rows; r++) {
    const row = borderIndex(r - down.before, rows, border);
    if (row < 0) continue;
    to.set(values.subarray(row * columns, (row + 1) * columns), r * padded.columns + across.before);
    for (const [c, from] of rim) to[r * padded.columns + c] = values[row * columns + from];
  }
  return { ...padded, values: to };
}

/** Where index `i` of an axis of `size` cells reads when it lies outside; -1 reads a zero. */
export function borderIndex(i, size, border) {
  if (i >= 0 && i < size) return i;
  if (border === "zero") return -1;
  if (border === "replicate") return clamp(i, size);
  if (border === "wrap") return ((i % size) + size) % size;
  if (size === 1) return 0; // reflect: a single cell has only itself to mirror
  const period = 2 * (size - 1);
  const j = ((i % period) + period) % period;
  return j < size ? j : period - j;
}

/** Row and column under the window's corner when the lens stands at (row, column). */
export function windowCorner(picture, kernel, [row, column]) {
  const frame = frameOf(windowsOn(picture, kernel), row * picture.columns + column);
  return [frame.row, frame.column];
}

/** The products behind one output cell, in reading order; `inside` says which cells are on the picture. */
export function lensProducts(picture, kernel, border, [atRow, atColumn]) {
  const { rows, columns, values } = picture;
  return cellsUnder(windowsOn(picture, kernel), atRow * columns + atColumn).map((cell) => {
    const [r, c] = [borderIndex(cell.row, rows, border), borderIndex(cell.column, columns, border)];
    const value = r < 0 || c < 0 ? 0 : values[r * columns + c];
    const weight = kernel[cell.m][cell.n];
    return { ...cell, value, weight, product: value * weight };
  });
}

// Adding and taking away this number leaves a multiple of 2⁻¹⁹: a sum that is a half but for its last digits
// becomes that half, and rounds the same way whatever the order of its terms was. As in KernelPlayground.shown.
const COARSE = 1.5 * 2 ** 33;

/** What the screen shows of the sums: bytes, rounded (halves to even) and clipped to 0 … 255. */
export function bytes(values, show) {
  const grey = new Uint8ClampedArray(values.length);
  const [scale, shift] = show === "signed" ? [0.5, 127.5] : [1, 0];
  if (show === "absolute") for (let k = 0; k < grey.length; k++) grey[k] = Math.abs(values[k] + COARSE - COARSE);
  else for (let k = 0; k < grey.length; k++) grey[k] = shift + scale * (values[k] + COARSE - COARSE);
  return grey;
}

// Purple below 0, white, orange above: C. Brewer's PuOr, as in cnnlab.figures and numbers.py.
const SIGNED = "2d004b 542788 8073ac b2abd2 d8daeb f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08".split(" ");

/** The colours of 256 bytes, four bytes each; where `show` has a sign, 128 is 0 and white. */
export function colours(show) {
  const stops = SIGNED.map((code) => [0, 2, 4].map((at) => parseInt(code.slice(at, at + 2), 16)));
  const middle = (stops.length - 1) / 2;
  return Uint8Array.from({ length: 4 * 256 }, (_, k) => {
    const [grey, channel] = [k >> 2, k & 3];
    if (channel === 3) return 255;
    if (show !== "signed") return grey;
    const at = middle + ((grey - 128) / (grey < 128 ? 128 : 127)) * middle;
    const below = Math.min(Math.floor(at), stops.length - 2);
    const share = at - below;
    return Math.floor((1 - share) * stops[below][channel] + share * stops[below + 1][channel] + 0.5);
  });
}

/** Where a lens finds most to see: the cell in the middle half of a picture whose neighbours differ most, the first such. */
export function liveliest({ rows, columns, values }) {
  let [best, place] = [0, [rows >> 1, columns >> 1]];
  const at = (r, c) => values[clamp(r, rows) * columns + clamp(c, columns)];
  for (let r = rows >> 2; r < rows - (rows >> 2); r++) {
    for (let c = columns >> 2; c < columns - (columns >> 2); c++) {
      const contrast = Math.abs(at(r, c + 1) - at(r, c - 1)) + Math.abs(at(r + 1, c) - at(r - 1, c));
      if (contrast > best) [best, place] = [contrast, [r, c]];
    }
  }
  return place;
}

/** The nearest index of `count` that there is. */
export function clamp(index, count) {
  return Math.min(Math.max(index, 0), count - 1);
}

/** The same kernel with other numbers of rows and columns: its middle stays, zeros fill up. */
export function resized(kernel, [rows, columns]) {
  const shape = size(kernel);
  const shift = [rows, columns].map((cells, axis) => Math.floor((shape[axis] - 1) / 2) - Math.floor((cells - 1) / 2));
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => kernel[r + shift[0]]?.[c + shift[1]] ?? 0));
}

/** The sum of a kernel's entries, and what it does to brightness. */
export function brightness(kernel, format) {
  const sum = kernel.flat().reduce((a, b) => a + b, 0);
  const near = (value) => Math.abs(sum - value) < 1e-9;
  if (near(1)) return "Entries add up to 1: brightness is kept.";
  if (near(0)) return "Entries add up to 0: flat areas become 0.";
  if (sum < 0) return `Entries add up to ${format(sum)}: flat areas turn negative.`;
  return `Entries add up to ${format(sum)}: flat areas become ${format(sum)} times as bright.`;
}
