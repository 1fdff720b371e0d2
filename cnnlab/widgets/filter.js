// A kernel over a whole photograph, fast enough to follow the reader's hand. A picture is
// { rows, columns, values }, values in reading order. Twin of cnnlab.cross_correlate2d with padding
// "same": the products are added in the same order, so that both give the same numbers.
import { borderIndex, flip, padWidths, size } from "./ops.js";

/** The kernel as it slides. */
export function sliding(kernel, mode) {
  return mode === "convolution" ? flip(kernel) : kernel;
}

/** Every output cell; `kernel` as it slides. Row by row, so that the row stays in the cache. */
export function filtered(picture, kernel, border) {
  const { rows, columns } = picture;
  const [height, width] = size(kernel);
  const { columns: wide, values: from } = pad(picture, [height, width], border);
  const values = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const out = r * columns;
    for (let m = 0; m < height; m++) {
      for (let n = 0; n < width; n++) {
        const weight = kernel[m][n];
        if (weight === 0) continue;
        const start = (r + m) * wide + n;
        for (let c = 0; c < columns; c++) values[out + c] += weight * from[start + c];
      }
    }
  }
  return { rows, columns, values };
}

/** The picture with room for the window all around, filled as `border` says. */
function pad({ rows, columns, values }, [height, width], border) {
  const [top] = padWidths("same", rows, height, 1, 1);
  const [left] = padWidths("same", columns, width, 1, 1);
  const wide = columns + width - 1;
  const padded = new Float64Array((rows + height - 1) * wide);
  const from = Array.from({ length: wide }, (_, c) => borderIndex(c - left, columns, border));
  for (let r = 0; r < rows + height - 1; r++) {
    const row = borderIndex(r - top, rows, border);
    if (row < 0) continue;
    for (let c = 0; c < wide; c++) if (from[c] >= 0) padded[r * wide + c] = values[row * columns + from[c]];
  }
  return { columns: wide, values: padded };
}

/** Row and column under the window's corner when the lens stands at (row, column). */
export function windowCorner([row, column], kernelShape) {
  const [top, left] = kernelShape.map((cells) => Math.floor((cells - 1) / 2));
  return [row - top, column - left];
}

/** The products behind one output cell, in reading order, as in ops.js. */
export function lensProducts({ rows, columns, values }, kernel, border, lens) {
  const [top, left] = windowCorner(lens, size(kernel));
  return kernel.flatMap((line, m) => line.map((weight, n) => {
    const [row, column] = [top + m, left + n];
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    const [r, c] = [borderIndex(row, rows, border), borderIndex(column, columns, border)];
    const value = r < 0 || c < 0 ? 0 : values[r * columns + c];
    return { row, column, inside, value, weight, product: value * weight };
  }));
}

const BYTES = {
  clipped: (value) => value,
  signed: (value) => 127.5 + value / 2,
  absolute: Math.abs,
};

/** What the screen shows: bytes, rounded (halves to even) and clipped to 0 … 255. */
export function bytes(values, show) {
  const grey = new Uint8ClampedArray(values.length);
  const shown = BYTES[show];
  for (let k = 0; k < grey.length; k++) grey[k] = shown(values[k]);
  return grey;
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
