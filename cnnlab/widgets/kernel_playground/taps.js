// A kernel over many cells, fast enough to follow the reader's hand. A plane is { rows, columns, values },
// values in reading order; a kernel is rows of numbers, as it slides. Nothing is padded here.
import { size } from "../_shared/windows.js";

/** The sums of all windows inside the plane, the terms of each added in reading order as in cnnlab. */
export function correlate({ rows, columns, values: from }, kernel, room) {
  const [height, width] = size(kernel);
  const plane = { rows: rows - height + 1, columns: columns - width + 1 };
  const to = room("sums", plane.rows * plane.columns);
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

/** Memory to use again: room(name, length) is an array of zeros, the same each time while the length stays. */
export function rooms() {
  const kept = new Map();
  return (name, length) => {
    if (kept.get(name)?.length === length) return kept.get(name).fill(0);
    kept.set(name, new Float64Array(length));
    return kept.get(name);
  };
}
