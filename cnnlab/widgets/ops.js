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

/** "=", or "≈" where one of the numbers around it is written rounded. */
export function equals(...values) {
  const whole = (value) => Math.abs(Number(format(value).replaceAll("−", "-").replace("∞", "Infinity")) - value) <= 1e-9 * Math.abs(value);
  return values.every((value) => !Number.isFinite(value) || whole(value)) ? "=" : "≈";
}

/** A weight small enough for the corner of a cell: ".17" for 1/6, ".004" for 1/256. */
export function short(value) {
  const rounded = Math.abs(value) < 1e15 ? Math.round(value * 100) / 100 || Number(value.toPrecision(1)) : value;
  return format(rounded).replace(/^(−?)0\./, "$1.");
}

/** A factor inside a sum: negative numbers stand in brackets. */
export function factor(value) {
  return value < 0 ? `(${format(value)})` : format(value);
}

/** What a reader typed, as a number; a comma or a true minus sign will do. NaN when it is none. */
export function parse(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  const fraction = plain.match(/^(-?[\d.]+)\s*\/\s*([\d.]+)$/);
  const value = fraction ? Number(fraction[1]) / Number(fraction[2]) : plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : NaN;
}
