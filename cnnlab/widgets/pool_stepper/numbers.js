// A pooling layer, window by window, and the way back. The twin of numbers.py: the tests give both the same cases.
import { entry, equals, factor, format } from "../_shared/text.js";
import { cellsUnder, drawable, layWindows, outputCell, pair, plane, size } from "../_shared/windows.js";

const COUNTED = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const LONGEST_SUM = 8; // earlier terms of a sum that are spelled out one by one

/**
 * The layer that PoolStepper's traits describe: the `output`, the `switches` (flat indices into the image; null but
 * for max pooling), the `gradient`, which is of ones unless one fits, and its `windows`. A RangeError says what can't be.
 */
export function layerOf({ gradient: given, ...settings }) {
  const { image, operation, kernel_size, stride, padding, direction } = settings;
  if (direction === "unpool" && operation !== "max") {
    throw new RangeError(
      `Unpooling puts each value back to its switch, and ${operation === "l2" ? "L2" : operation} pooling has none: ` +
        "its value comes from every cell of the window.",
    );
  }
  const shape = drawable(layWindows(size(image), pair(kernel_size), { stride: stride ?? kernel_size, padding }));
  const windows = plane(shape.output, (k) => windowOf(settings, shape, k)).flat();
  if (windows.some(({ real }) => !real.length)) {
    throw new RangeError("Some window would hold padding only, and have nothing to pool: take less padding or a larger window.");
  }
  const fits = given && String(size(given)) === String(shape.output);
  return {
    ...settings, shape, windows,
    output: plane(shape.output, (k) => windows[k].value),
    switches: operation === "max" ? plane(shape.output, (k) => windows[k].at) : null,
    gradient: fits ? given : plane(shape.output, () => 1),
    stale: given && !fits && "gradient",
  };
}

/**
 * The window at a position: its `cells` in reading order, the `real` ones on the image, what they give, `value`, what an
 * average is divided by, and for max pooling the `holders` of the value, the winner first, and `at`, its switch.
 */
function windowOf({ image, operation, count_padding }, shape, position) {
  const cells = cellsUnder(shape, position).map((cell) => ({ ...cell, value: image[cell.row]?.[cell.column] ?? null }));
  const real = cells.filter((cell) => cell.inside);
  const [row, column] = outputCell(shape, position);
  const window = { row, column, cells, real, holders: [], divisor: count_padding ? cells.length : real.length };
  if (operation === "max") {
    const value = Math.max(...real.map((cell) => cell.value));
    const holders = real.filter((cell) => cell.value === value);
    return { ...window, value, holders, at: holders[0]?.row * shape.image[1] + holders[0]?.column };
  }
  const norm = operation === "l2";
  const sum = addUp(real.map(({ value }) => (norm ? value * value : value)));
  return { ...window, value: norm ? Math.sqrt(sum) : sum / window.divisor };
}

function addUp(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

// ---- and back ------------------------------------------------------------------------------------

/** The values of the first `count` windows, by default all, at their switches; 0 elsewhere. */
export function unpool({ shape, windows }, count = windows.length) {
  const put = new Map(windows.slice(0, count).map(({ at, value }) => [at, value]));
  return plane(shape.image, (k) => put.get(k) ?? 0);
}

/** What the gradient of one window gives to its cells, as an `amount` and a `text`; cells that get nothing are left out. */
export function shares({ operation, gradient }, { row, column, real, holders, value, divisor }) {
  const g = gradient[row][column];
  if (operation === "max") return [{ ...holders[0], amount: g, text: factor(g) }];
  if (operation === "average") return real.map((cell) => ({ ...cell, amount: g / divisor, text: `${factor(g)}/${divisor}` }));
  if (value === 0) return []; // the norm has no gradient there; 0 is what everybody takes
  const text = (cell) => `(${factor(cell.value)}/${format(value)})·${factor(g)}`;
  return real.map((cell) => ({ ...cell, amount: (cell.value / value) * g, text: text(cell) }));
}

/**
 * Walk the gradients of the first `count` windows back: the `sums` that arrive, the input gradient, and in `steps` for each
 * window the first cell whose sum it makes the longest, with what is `said` of it; null where nothing goes back.
 */
export function walkBack(layer, count = layer.windows.length) {
  const arrived = plane(layer.shape.image, () => []);
  const steps = layer.windows.slice(0, count).map((window) => {
    const given = shares(layer, window);
    for (const { row, column, amount } of given) arrived[row][column].push(amount);
    const terms = ({ row, column }) => arrived[row][column];
    const longest = Math.max(...given.map((one) => terms(one).length));
    const one = given.find((cell) => terms(cell).length === longest);
    return one ? { ...one, said: equation(one, terms(one), layer.operation) } : null;
  });
  return { sums: arrived.map((line) => line.map(addUp)), steps };
}

// ---- in words ------------------------------------------------------------------------------------

/** "input gradient[1, 2] = 1 + 1 = 2": earlier terms as numbers, the last one spelled out. */
function equation({ row, column, text }, amounts, operation) {
  const [earlier, total] = [amounts.slice(0, -1), addUp(amounts)];
  const result = `${equals([total], earlier)} ${format(total)}`;
  const name = `input gradient[${row}, ${column}] =`;
  if (!earlier.length) return operation === "max" ? `${name} ${format(total)}` : `${name} ${text} ${result}`;
  let before = earlier.map((amount) => factor(amount)).join(" + ");
  if (earlier.length > LONGEST_SUM) before = `${factor(addUp(earlier))} (${earlier.length} terms)`;
  return `${name} ${before} + ${text} ${result}`;
}

/** How a window's value is written: what stands around the terms, between them, and each of them. */
export function notation({ operation }, { divisor }) {
  return {
    max: { open: "max(", between: ",", close: ")", term: (value) => entry(value) },
    average: { open: "(", between: " +", close: `) / ${divisor}`, term: (value) => factor(value) },
    l2: { open: "√(", between: " +", close: ")", term: (value) => format(value * value) },
  }[operation];
}

/** "= 7": the sign is "≈" where rounding shows. */
export function result({ operation }, { real, value }) {
  const sign = operation === "max" ? "=" : equals([value], real.map((cell) => cell.value));
  return `${sign} ${format(value)}`;
}

/** "at row 1 column 2, the first of two equal ones", or what the padding does; "" when neither. */
export function remark({ operation, count_padding }, { cells, real, holders }) {
  if (holders.length) {
    const [{ row, column }, count] = [holders[0], COUNTED[holders.length] ?? holders.length];
    return `at row ${row} column ${column}${holders.length > 1 ? `, the first of ${count} equal ones` : ""}`;
  }
  if (real.length === cells.length || operation === "l2") return "";
  return `the padding ${count_padding ? "counts as 0" : "does not count"}`;
}

/** What happens at one position; backwards, `steps` are those of the way back. */
export function sentence(layer, position, steps) {
  const { row, column } = layer.windows[position];
  const said = { forward: pooling, unpool: unpooling, backward: returning }[layer.direction];
  return `Row ${row}, column ${column}: ${said(layer, layer.windows[position], steps?.[position])}.`;
}

/** "max(3, 7, 7, 1) = 7, at row 1 column 2, the first of two equal ones" */
function pooling(layer, window) {
  const { open, between, close, term } = notation(layer, window);
  const terms = window.real.map((cell) => term(cell.value)).join(`${between} `);
  const said = remark(layer, window);
  return `${open}${terms}${close} ${result(layer, window)}${said && `, ${said}`}`;
}

/** "7 goes to its switch 6, row 1 column 2: unpooled[1, 2] = 7" */
function unpooling(_, { value, at, holders: [{ row, column }] }) {
  return `${format(value)} goes to its switch ${at}, row ${row} column ${column}: unpooled[${row}, ${column}] = ${format(value)}`;
}

/** "the gradient 1 goes to row 1 column 2: input gradient[1, 2] = 1 + 1 = 2" */
function returning(layer, window, step) {
  const begin = `the gradient ${entry(layer.gradient[window.row][window.column])}`;
  if (!step) return `${begin} goes nowhere, as the norm is 0`;
  const { row, column, text, amount, said } = step;
  const many = window.real.length === 1 ? "the one cell" : `each of ${window.real.length} cells`;
  const where = {
    max: `goes to row ${row} column ${column}`,
    average: `gives ${many} ${text} ${equals([amount])} ${format(amount)}`,
    l2: `gives ${many} its value / ${format(window.value)} of it`,
  }[layer.operation];
  return `${begin} ${where}: ${said}`;
}
