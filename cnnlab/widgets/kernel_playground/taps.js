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
