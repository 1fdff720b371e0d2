// A kernel over many cells, fast enough to follow the reader's hand. A plane is { rows, columns, values },
// values in reading order; a kernel is rows of numbers, as it slides. Nothing is padded here.
import { size } from "../_shared/windows.js";

/** The sums of all windows inside the plane: all terms at once, or rows and then columns where that is quicker. */
export function correlate(plane, kernel, room = rooms()) {
  const [height, width] = size(kernel);
  const parts = 2 * (height + width) <= height * width ? factors(kernel) : null;
  if (!parts) return slide(plane, kernel, room, "sums");
  return slide(slide(plane, [parts.row], room, "rows"), parts.column.map((weight) => [weight]), room, "sums");
}

/** Memory to use again: room(name, length) is an array of zeros, the same each time while the length stays. */
export function rooms() {
  const kept = new Map();
  return (name, length) => {
    if (kept.get(name)?.length === length) return kept.get(name).fill(0);
    kept.set(name, new Float64Array(length));
    return kept.get(name);
  };
}

/**
 * The column and the row whose products are the kernel's entries; null if there are none such.
 * A kernel of whole numbers has factors of whole numbers, so that its sums stay exact.
 */
export function factors(kernel) {
  const flat = kernel.flat();
  const entries = flat.filter((weight) => weight !== 0).map(Math.abs);
  if (entries.length === 0) return null;
  const least = entries.reduce((a, b) => Math.min(a, b));
  const line = kernel.find((weights) => weights.some((weight) => Math.abs(weight) === least));
  const place = line.findIndex((weight) => Math.abs(weight) === least);
  const unit = flat.every(Number.isSafeInteger) ? line.reduce(divisor, 0) : line[place];
  const row = line.map((weight) => weight / unit);
  const column = kernel.map((weights) => weights[place] / row[place]);
  const near = 1e-15 * entries.reduce((a, b) => Math.max(a, b));
  const same = kernel.every((weights, m) => weights.every((weight, n) => Math.abs(column[m] * row[n] - weight) <= near));
  return same ? { column, row } : null;
}

function divisor(a, b) {
  return b === 0 ? Math.abs(a) : divisor(b, a % b);
}

/** The defining sum, its terms added in reading order as in cnnlab. */
function slide({ rows, columns, values: from }, kernel, room, name) {
  const [height, width] = size(kernel);
  const plane = { rows: rows - height + 1, columns: columns - width + 1 };
  const to = room(name, plane.rows * plane.columns);
  const passes = width === 1 ? passesOver(kernel.flat(), 0, columns) : kernel.flatMap((line, m) => passesOver(line, m * columns, 1));
  for (let r = 0; r < plane.rows; r++) {
    for (const { add, weights, offset, step } of passes) add(to, r * plane.columns, plane.columns, weights, from, r * columns + offset, step);
  }
  return { ...plane, values: to };
}

// A pass goes over one row of sums and adds a few terms to each: to[first + c] += weight · from[…] for each weight, on cells
// `step` apart. The few are written out, as a loop over them takes four times as long. JavaScript adds from left to right.
const KINDS = [[4, four], [3, three], [1, one]];

/** The passes for one line of weights, on cells `step` apart. */
function passesOver(weights, offset, step) {
  const passes = [];
  for (let k = 0, count, add; k < weights.length; k += count) {
    [count, add] = KINDS.find(([many]) => many <= weights.length - k);
    const few = weights.slice(k, k + count);
    if (few.some((weight) => weight !== 0)) passes.push({ add, weights: few, offset: offset + k * step, step });
  }
  return passes;
}

function one(to, first, count, [s], from, start) {
  for (let k = 0; k < count; k++) to[first + k] += s * from[start + k];
}

function three(to, first, count, [s, t, u], from, start, step) {
  for (let k = 0, a = start; k < count; k++, a++) {
    to[first + k] = to[first + k] + s * from[a] + t * from[a + step] + u * from[a + 2 * step];
  }
}

function four(to, first, count, [s, t, u, v], from, start, step) {
  for (let k = 0, a = start; k < count; k++, a++) {
    to[first + k] = to[first + k] + s * from[a] + t * from[a + step] + u * from[a + 2 * step] + v * from[a + 3 * step];
  }
}
