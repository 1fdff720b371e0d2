// The arithmetic of the widgets. Everything a widget shows is computed here, and every function
// has a twin in Python (cnnlab/shapes.py, cnnlab/convolution.py, cnnlab/widgets/text.py): the tests
// evaluate both on the same cases. Arrays are nested: rows of numbers.

// ---- sizes ---------------------------------------------------------------------------------

export const WORDS = ["valid", "same", "full"];

/** A setting for two axes: a number serves both. */
export function pair(value) {
  return Array.isArray(value) ? value : [value, value];
}

/** The cells that one axis of a kernel spans, the skipped ones included. */
export function span(kernelSize, dilation) {
  return dilation * (kernelSize - 1) + 1;
}

/** [before, after] of one axis. `padding` is a whole number, a pair, or a word. */
export function padWidths(padding, size, kernelSize, stride, dilation) {
  const reach = span(kernelSize, dilation);
  if (padding === "valid") return [0, 0];
  if (padding === "full") return [reach - 1, reach - 1];
  if (padding === "same") {
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  return pair(padding);
}

/**
 * All sizes of one sliding-window operation, or a RangeError whose message says what would do.
 * Axis 0 is rows, axis 1 columns.
 */
export function geometry(imageShape, kernelShape, { stride = 1, padding = 0, dilation = 1 } = {}) {
  const strides = pair(stride);
  const dilations = pair(dilation);
  const paddings = Array.isArray(padding) ? padding : [padding, padding];
  const pads = [];
  const output = [];
  for (const axis of [0, 1]) {
    const name = axis === 0 ? "rows" : "columns";
    if (!isPositive(strides[axis])) throw new RangeError(`Stride must be a whole number of 1 or more; ${strides[axis]} came.`);
    if (!isPositive(dilations[axis])) throw new RangeError(`Dilation must be a whole number of 1 or more; ${dilations[axis]} came.`);
    const [before, after] = padWidths(paddings[axis], imageShape[axis], kernelShape[axis], strides[axis], dilations[axis]);
    if (!isCount(before) || !isCount(after)) {
      throw new RangeError(`Padding must be a whole number of 0 or more, or one of ${WORDS.join(", ")}; ${paddings[axis]} came.`);
    }
    const padded = imageShape[axis] + before + after;
    const reach = span(kernelShape[axis], dilations[axis]);
    if (reach > padded) {
      throw new RangeError(
        `The kernel spans ${reach} ${name}, but the padded image has only ${padded}: ` +
          `take a smaller kernel, less dilation, or more padding: at least ${reach - imageShape[axis]} in all.`,
      );
    }
    pads.push([before, after]);
    output.push(Math.floor((padded - reach) / strides[axis]) + 1);
  }
  return { image: imageShape, kernel: kernelShape, stride: strides, dilation: dilations, pads, output };
}

function isPositive(value) {
  return Number.isInteger(value) && value >= 1;
}

function isCount(value) {
  return Number.isInteger(value) && value >= 0;
}

// ---- the sliding window -----------------------------------------------------------------------

/** The same kernel with its rows and its columns in reverse order. */
export function flip(kernel) {
  return kernel.map((row) => [...row].reverse()).reverse();
}

/** Where index `i` of an axis of `size` cells reads when it lies outside; -1 reads a zero. */
export function borderIndex(i, size, border) {
  if (i >= 0 && i < size) return i;
  if (border === "zero") return -1;
  if (border === "replicate") return Math.min(Math.max(i, 0), size - 1);
  if (border === "wrap") return ((i % size) + size) % size;
  if (size === 1) return 0; // reflect: a single cell has only itself to mirror
  const period = 2 * (size - 1);
  const j = ((i % period) + period) % period;
  return j < size ? j : period - j;
}

/** The image row and column under the window's top-left cell. */
export function corner(shape, position) {
  const [row, column] = outputCell(shape, position);
  return [row * shape.stride[0] - shape.pads[0][0], column * shape.stride[1] - shape.pads[1][0]];
}

/** Position k counts the output cells in reading order. */
export function outputCell(shape, position) {
  return [Math.floor(position / shape.output[1]), position % shape.output[1]];
}

export function total(list) {
  let sum = 0;
  for (const { product } of list) sum += product;
  return sum;
}

/** Rows and columns of a nested array. */
export function size(grid) {
  return [grid.length, grid[0].length];
}

// ---- numbers as text ---------------------------------------------------------------------------

/** A number as the widgets print it: 4 decimals below 1, 2 above, none that are not needed; "1.5e9" from there on. */
export function format(value) {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === Infinity) return `${sign}∞`;
  if (size >= 1e9) return sign + power(size.toExponential(2));
  const text = size.toFixed(size < 1 ? 4 : 2).replace(/\.?0+$/, "");
  if (text !== "0") return sign + text;
  return size ? sign + power(size.toExponential(0)) : "0";
}

/** "1.50e+9" as "1.5e9" */
function power(text) {
  return text.replace(/\.?0*e\+?/, "e").replace("-", "−");
}

const LONGEST = 6; // letters of a number that is written out to its last digit, or as a fraction

/** A number that can be typed: exact where it is a short decimal or a fraction such as 1/9, else as `format` has it. */
export function entry(value, widest = 12) {
  const text = format(value);
  const size = Math.abs(value);
  if (parse(text) === value || !Number.isFinite(value)) return text;
  const sign = value < 0 ? "−" : "";
  if (size >= 1 && String(size).length <= LONGEST) return sign + size;
  const [over, under] = fraction(size);
  const exact = `${over}/${under}`;
  return under && exact.length <= LONGEST && (over === 1 || under <= widest) ? sign + exact : text;
}

/** An entry of a kernel, where fractions are at home: any up to thousandths. */
export function weight(value) {
  return entry(value, 1000);
}

/** The fraction in lowest terms, up to thousandths, that is this very number; [0, 0] if there is none. */
function fraction(size) {
  for (let under = 2; under <= 1000 && size < 1e4; under++) {
    const over = Math.round(size * under);
    if (over / under === size) return [over, under];
  }
  return [0, 0];
}

/** "=", or "≈" where a number around it is written rounded; `entries` and `weights` are those that are written as such. */
export function equals(results, entries = [], weights = []) {
  const whole = (write) => (value) => !Number.isFinite(value) || Math.abs(parse(write(value)) - value) <= 1e-9 * Math.abs(value);
  return results.every(whole(format)) && entries.every(whole((value) => entry(value))) && weights.every(whole(weight)) ? "=" : "≈";
}

/** A weight small enough for the corner of a cell: "1/6", ".02" for 2/81, ".004" for 1/256. */
export function short(value) {
  const text = weight(value);
  if (text.includes("/") && text.length <= 4) return text;
  const rounded = Math.abs(value) < 1e15 ? Math.round(value * 100) / 100 || Number(value.toPrecision(1)) : value;
  return format(rounded).replace(/^(−?)0\./, "$1.");
}

/** An entry inside a sum: a negative number stands in brackets, and so does a fraction. */
export function factor(value, write = entry) {
  const text = write(value);
  return value < 0 || text.includes("/") ? `(${text})` : text;
}

const DIGITS = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const GROUPS = /^[-+]?[1-9]\d{0,2}(,\d{3})+$/; // "1,000": a thousand to some, one to others

/** What a reader typed, as a number: all that is written here, and a decimal comma. NaN when it is none. */
export function parse(text) {
  const [over, under, ...rest] = typed(text).split("/").map((part) => {
    const plain = part.trim();
    const point = GROUPS.test(plain) ? plain : plain.replace(",", ".");
    return DIGITS.test(point) ? Number(point) : NaN;
  });
  const value = rest.length ? NaN : under === undefined ? over : over / under;
  return Number.isFinite(value) ? value : NaN;
}

/** Why that is no number, and what would do. */
export function refusal(text) {
  const plain = typed(text);
  if (!plain) return "An empty cell is not a number";
  const shown = plain.replaceAll("-", "−");
  const came = `“${shown}”`;
  if (GROUPS.test(plain)) {
    const joined = shown.replaceAll(",", "");
    const [whole, ...groups] = shown.split(",");
    if (groups.length > 1) return `${came} has commas in it: type ${joined}`;
    return `${came} may mean ${joined} or ${whole}.${groups[0]}: type the one that you mean`;
  }
  const parts = plain.split("/");
  if (parts.length === 2 && parts.every((part) => !Number.isNaN(parse(part))) && parse(parts[1]) === 0) return `${came} divides by 0`;
  if (DIGITS.test(plain)) return `${came} is too large`;
  return /^[-+]?(nan|inf(inity)?|∞)$/i.test(plain) ? `${came} is no finite number` : `${came} is not a number`;
}

/** With the keyboard's minus for all that looks like one. */
function typed(text) {
  return text.trim().replace(/[−–‐‑]/g, "-");
}
