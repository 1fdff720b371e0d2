// The arithmetic of pooling, and the way back through it. The twin of numbers.py and of cnnlab/pool.py: the tests
// evaluate them on the same cases.
// `settings` has operation ("max", "average", "l2"), kernel_size, stride (null: the kernel size),
// padding and count_padding.
import { entry, equals, factor, format } from "../_shared/text.js";
import { cellsUnder, layWindows, outputCell, pair, plane } from "../_shared/windows.js";

const COUNTED = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const LONGEST_SUM = 8; // earlier terms of a sum that are spelled out one by one

export const NO_SWITCHES = {
  average: "Unpooling puts each value back to its switch, and average pooling has none: its value comes from every cell of the window.",
  l2: "Unpooling puts each value back to its switch, and L2 pooling has none: its value comes from every cell of the window.",
};

// ---- windows ---------------------------------------------------------------------------------

/** All sizes, as `layWindows` gives them, or a RangeError whose message says what would do. */
export function layout(imageShape, { kernel_size, stride, padding }) {
  const shape = layWindows(imageShape, pair(kernel_size), { stride: stride ?? kernel_size, padding });
  if (shape.axes.some(({ before, kernelSize, count, stride: step, size }) => before >= kernelSize || (count - 1) * step - before >= size)) {
    throw new RangeError("Some window would hold padding only, and have nothing to pool: take less padding or a larger window.");
  }
  return shape;
}

/** The cells of one window in reading order, each with its `value`; null in the padding. */
export function cells(image, shape, position) {
  return cellsUnder(shape, position).map((cell) => ({ ...cell, value: cell.inside ? image[cell.row][cell.column] : null }));
}

/** What an average is divided by. */
function divisor(list, settings) {
  return settings.count_padding ? list.length : list.filter((cell) => cell.inside).length;
}

/** What one window gives: its `value`, and for max pooling its `holders`, the winner first. */
export function poolWindow(list, settings) {
  const real = list.filter((cell) => cell.inside);
  if (settings.operation === "max") {
    const value = Math.max(...real.map((cell) => cell.value));
    return { value, holders: real.filter((cell) => cell.value === value) };
  }
  let sum = 0;
  const square = settings.operation === "l2";
  for (const { value } of real) sum += square ? value * value : value;
  return { value: square ? Math.sqrt(sum) : sum / divisor(list, settings), holders: [] };
}

// ---- forward -----------------------------------------------------------------------------------

/** `output` and, for max pooling, `switches` (flat indices into the image; else null). */
export function pool(image, shape, settings) {
  const output = plane(shape.output);
  const switches = settings.operation === "max" ? plane(shape.output) : null;
  for (let k = 0; k < shape.output[0] * shape.output[1]; k++) {
    const [r, c] = outputCell(shape, k);
    const { value, holders } = poolWindow(cells(image, shape, k), settings);
    output[r][c] = value;
    if (switches) switches[r][c] = holders[0].row * shape.image[1] + holders[0].column;
  }
  return { output, switches };
}

// ---- and back ------------------------------------------------------------------------------------

/** Each output value at its switch, 0 elsewhere; only the first `upTo` values, if that is given. */
export function unpool({ output, switches }, shape, upTo = Infinity) {
  const grid = plane(shape.image);
  const flat = switches.flat();
  output.flat().slice(0, upTo).forEach((value, k) => {
    grid[Math.floor(flat[k] / shape.image[1])][flat[k] % shape.image[1]] = value;
  });
  return grid;
}

/** What the gradient `g` of one window gives to each of its cells; cells that get nothing are left out. */
export function shares(list, g, settings) {
  const { value, holders } = poolWindow(list, settings);
  const give = ({ row, column }, amount, text) => ({ row, column, amount, text });
  if (settings.operation === "max") return [give(holders[0], g, factor(g))];
  const real = list.filter((cell) => cell.inside);
  if (settings.operation === "average") {
    const count = divisor(list, settings);
    return real.map((cell) => give(cell, g / count, `${factor(g)}/${count}`));
  }
  if (value === 0) return []; // the norm has no gradient there; 0 is what everybody takes
  return real.map((cell) => give(cell, (cell.value / value) * g, `(${factor(cell.value)}/${format(value)})·${factor(g)}`));
}

/** Walk the gradients back, window by window, and tell `onwindow(k, given, arrived)` after each of them. */
function goBack(image, gradient, shape, settings, upTo, onwindow) {
  const arrived = { sums: plane(shape.image), terms: plane(shape.image).map((line) => line.map(() => [])) };
  gradient.flat().slice(0, upTo).forEach((g, k) => {
    const given = shares(cells(image, shape, k), g, settings);
    for (const { row, column, amount } of given) {
      arrived.sums[row][column] += amount;
      arrived.terms[row][column].push(amount);
    }
    onwindow(k, given, arrived);
  });
  return arrived.sums;
}

/** The input gradient after the first `upTo` windows, by default all. */
export function backward(image, gradient, shape, settings, upTo = Infinity) {
  return goBack(image, gradient, shape, settings, upTo, () => {});
}

/** For each window the cell whose sum is spelled out, null where nothing goes back, and that `text`. */
export function accumulation(image, gradient, shape, settings) {
  const list = [];
  goBack(image, gradient, shape, settings, Infinity, (k, given, arrived) => {
    const one = busiest(given, arrived.terms);
    list.push(one ? { ...one, said: equation(one, arrived, settings) } : null);
  });
  return list;
}

/** Of the cells that one window gives to, the one whose sum is the longest; the first of them. */
function busiest(given, terms) {
  return given.reduce((best, one) => (terms[one.row][one.column].length > terms[best.row][best.column].length ? one : best), given[0]);
}

// ---- in words ------------------------------------------------------------------------------------

/** How a window's value is written: what stands around the terms, between them, and each of them. */
export function notation(list, settings) {
  if (settings.operation === "max") return { open: "max(", between: ",", close: ")", term: (value) => entry(value) };
  if (settings.operation === "average") return { open: "(", between: " +", close: `) / ${divisor(list, settings)}`, term: (value) => factor(value) };
  return { open: "√(", between: " +", close: ")", term: (value) => format(value * value) };
}

/** "at row 1 column 2, the first of two equal ones", or what the padding does; "" when neither. */
export function remark(list, settings) {
  const { holders } = poolWindow(list, settings);
  if (holders.length) {
    const ties = holders.length > 1 ? `, the first of ${COUNTED[holders.length] ?? holders.length} equal ones` : "";
    return `at row ${holders[0].row} column ${holders[0].column}${ties}`;
  }
  const outside = list.filter((cell) => !cell.inside).length;
  if (!outside || settings.operation === "l2") return "";
  return `the padding ${settings.count_padding ? "counts as 0" : "does not count"}`;
}

/** "input gradient[1, 2] = 1 + 1 = 2": earlier terms as numbers, the last one spelled out. */
function equation({ row, column, text }, { sums, terms }, settings) {
  const name = `input gradient[${row}, ${column}] = `;
  const list = terms[row][column];
  const total = format(sums[row][column]);
  const earlier = list.slice(0, -1);
  const sign = equals([sums[row][column]], earlier);
  if (list.length === 1) return settings.operation === "max" ? name + total : `${name}${text} ${sign} ${total}`;
  const before = earlier.length > LONGEST_SUM
    ? `${factor(earlier.reduce((a, b) => a + b))} (${earlier.length} terms)`
    : earlier.map((amount) => factor(amount)).join(" + ");
  return `${name}${before} + ${text} ${sign} ${total}`;
}

/** The sign before a window's value: "≈" where rounding shows. */
export function poolSign(list, settings) {
  const inner = list.filter((cell) => cell.inside).map((cell) => cell.value);
  return settings.operation === "max" ? "=" : equals([poolWindow(list, settings).value], inner);
}

/** "Row 0, column 1: max(3, 7, 7, 1) = 7, at row 1 column 2, the first of two equal ones." */
export function forwardSentence(image, shape, settings, position) {
  const [row, column] = outputCell(shape, position);
  const list = cells(image, shape, position);
  const { open, between, close, term } = notation(list, settings);
  const terms = list.filter((cell) => cell.inside).map((cell) => term(cell.value)).join(`${between} `);
  const said = remark(list, settings);
  return `Row ${row}, column ${column}: ${open}${terms}${close} ${poolSign(list, settings)} ${format(poolWindow(list, settings).value)}${said && `, ${said}`}.`;
}

/** "Row 0, column 1: 7 goes to its switch 6, row 1 column 2: unpooled[1, 2] = 7." */
export function unpoolSentence(image, shape, settings, position) {
  const [row, column] = outputCell(shape, position);
  const { value, holders: [to] } = poolWindow(cells(image, shape, position), settings);
  const place = to.row * shape.image[1] + to.column;
  return `Row ${row}, column ${column}: ${format(value)} goes to its switch ${place}, row ${to.row} column ${to.column}: ` +
    `unpooled[${to.row}, ${to.column}] = ${format(value)}.`;
}

/** "Row 0, column 1: the gradient 1 goes to row 1 column 2: input gradient[1, 2] = 1 + 1 = 2." */
export function backwardSentence(image, gradient, shape, settings, position, sums = accumulation(image, gradient, shape, settings)) {
  const [row, column] = outputCell(shape, position);
  const g = gradient[row][column];
  const list = cells(image, shape, position);
  const given = shares(list, g, settings);
  const begin = `Row ${row}, column ${column}: the gradient ${entry(g)} `;
  if (!given.length) return `${begin}goes nowhere, as the norm is 0.`;
  const one = sums[position];
  const many = given.length === 1 ? "the one cell" : `each of ${given.length} cells`;
  const where = {
    max: () => `goes to row ${one.row} column ${one.column}`,
    average: () => `gives ${many} ${one.text} ${equals([one.amount])} ${format(one.amount)}`,
    l2: () => `gives ${many} its value / ${format(poolWindow(list, settings).value)} of it`,
  }[settings.operation]();
  return `${begin}${where}: ${one.said}.`;
}
