// One convolution as a linear map: every view of the stepper asks it which cells belong together. The twin of numbers.py.
// A volume is a list of maps, [channel][row][column]; filters are [filter][channel][row][column].
import { flip, sumUp, times, total } from "../_shared/products.js";
import { entry, equals, format } from "../_shared/text.js";
import { cellsUnder, layWindows, outputCell, pair, size, span, WORDS, zeros as zeroPlane } from "../_shared/windows.js";

/** A single map counts as a volume of one channel. */
export function asVolume(values) {
  return Array.isArray(values[0][0]) ? values : [values];
}

/**
 * The map from images of `imageShape` to outputs: its matrix C has `rows` × `columns` entries.
 * Throws a RangeError where no window fits.
 */
export function linearMap(imageShape, filters, { mode = "correlation", ...options } = {}) {
  const shape = layWindows(imageShape, size(filters[0][0]), options);
  for (const [axis, { count, span: reach, padded, size: own }] of shape.axes.entries()) {
    if (count >= 1) continue;
    throw new RangeError(
      `The kernel spans ${reach} ${axis ? "columns" : "rows"}, but the padded image has only ${padded}: ` +
        `take a smaller kernel, less dilation, or more padding: at least ${reach - own} in all.`,
    );
  }
  const weights = mode === "convolution" ? filters.map((filter) => filter.map(flip)) : filters;
  const channels = filters[0].length;
  const cells = ([rows, columns]) => rows * columns;
  return { shape, weights, channels, filters: filters.length, rows: filters.length * cells(shape.output), columns: channels * cells(shape.image) };
}

/** The map whose transpose takes an input of `inputShape`: it goes the other way, from large to small. */
export function transposedMap(inputShape, filters, { stride = 1, padding = 0, dilation = 1, mode } = {}) {
  const strides = pair(stride);
  const dilations = pair(dilation);
  const words = [padding].flat(2).find((value) => WORDS.includes(value) && value !== "valid");
  if (words) throw new RangeError(`The transposed convolution takes padding in numbers; “${words}” came.`);
  const pads = (padding === "valid" ? [0, 0] : pair(padding)).map((value) => (value === "valid" ? [0, 0] : pair(value)));
  const imageShape = inputShape.map((count, axis) => {
    const reach = span(size(filters[0][0])[axis], dilations[axis]);
    const most = Math.max(...pads[axis]);
    if (most >= reach) {
      throw new RangeError(`A kernel that spans ${reach} cells can take away at most ${reach - 1} on a side; a padding of ${most} came.`);
    }
    const left = (count - 1) * strides[axis] + reach - pads[axis][0] - pads[axis][1];
    if (left < 1) throw new RangeError(`A padding of ${pads[axis].join(" and ")} leaves no cell of the output: take less.`);
    return left;
  });
  return linearMap(imageShape, filters, { stride, padding: pads, dilation, mode });
}

/** Output cells count filter by filter, each in reading order. */
export function outputPlace({ shape }, position) {
  return placeOn(shape.output, position);
}

/** Image cells count channel by channel, each in reading order. */
export function imagePlace({ shape }, index) {
  return placeOn(shape.image, index);
}

function placeOn([rows, columns], k) {
  return { channel: Math.floor(k / (rows * columns)), row: Math.floor(k / columns) % rows, column: k % columns };
}

/**
 * What the output cell at `position` reads: row `position` of C, with the padding cells that C leaves out.
 * Each has the image cell (`channel`, `row`, `column`), its `weight`, and whether it lies `inside`; then `index` is its column of C.
 */
export function reach(map, position) {
  const { output, image: [rows, columns] } = map.shape;
  const window = cellsUnder(map.shape, position % (output[0] * output[1]));
  return map.weights[outputPlace(map, position).channel].flatMap((kernel, channel) => window.map((cell) => ({
    ...cell, channel, weight: kernel[cell.m][cell.n], index: cell.inside ? (channel * rows + cell.row) * columns + cell.column : -1,
  })));
}

/** Forward: one output cell gathers its products. */
export function gather(map, image, position) {
  return reach(map, position).map((cell) => multiplied(cell, cell.inside ? image[cell.channel][cell.row][cell.column] : 0));
}

function multiplied(cell, value) {
  return { ...cell, value, product: value * cell.weight };
}

/** The whole output, [filter][row][column]. */
export function forward(map, image) {
  return zeros(map.filters, map.shape.output).map((plane, filter) =>
    plane.map((line, row) => line.map((_, column) => total(gather(map, image, (filter * plane.length + row) * line.length + column)))));
}

/** Backward: what the output gradient at `position` adds to the cells its window read. */
export function scatter(map, gradient, position) {
  const { channel, row, column } = outputPlace(map, position);
  return reach(map, position).map((cell) => multiplied(cell, gradient[channel][row][column]));
}

/** The input gradient after the first `count` output gradients were scattered; all of them by default. */
export function inputGradient(map, gradient, count = map.rows) {
  return walkBack(map, gradient, count).sums;
}

/** The same with its way there: for each output gradient the `steps`, what each cell `was` before it came and `is` then. */
export function walkBack(map, gradient, count = map.rows) {
  const sums = zeros(map.channels, map.shape.image);
  const steps = Array.from({ length: count }, (_, k) => scatter(map, gradient, k).map((cell) => {
    if (!cell.inside) return cell;
    const line = sums[cell.channel][cell.row];
    const was = line[cell.column];
    line[cell.column] += cell.product;
    return { ...cell, was, is: line[cell.column] };
  }));
  return { sums, steps };
}

/** How many output cells read each cell of a map: in the transposed direction, how often it is hit. */
export function hits({ shape }) {
  const ones = (extent) => zeroPlane(extent).map((line) => line.map(() => 1));
  const alone = { shape, weights: [[ones(shape.kernel)]], channels: 1, rows: shape.output[0] * shape.output[1] };
  return inputGradient(alone, [ones(shape.output)])[0];
}

/**
 * The input of the transposed convolution with its zeros: stride − 1 between neighbours, and a border, so that
 * the flipped kernel slides over it with stride 1. `real` says which cells are no zeros put in.
 */
export function spread(map, input) {
  const { axes, output } = map.shape;
  const borders = axes.map(({ span: reach, before, after }) => [reach - 1 - before, reach - 1 - after]);
  const extent = axes.map(({ count, stride }, k) => (count - 1) * stride + 1 + borders[k][0] + borders[k][1]);
  const [values, real] = [zeros(input.length, extent), zeroPlane(extent)];
  for (let k = 0; k < output[0] * output[1]; k++) {
    const cell = outputCell(map.shape, k);
    const [row, column] = cell.map((at, axis) => borders[axis][0] + at * axes[axis].stride);
    real[row][column] = 1;
    input.forEach((plane, channel) => (values[channel][row][column] = plane[cell[0]][cell[1]]));
  }
  return { values, real, windows: layWindows(extent, map.shape.kernel, { dilation: map.shape.dilation }) };
}

/** The products behind one cell of the transposed convolution: a window of the spread input, the kernel flipped. */
export function gatherTransposed(map, { values, real, windows }, index) {
  const { channel, row: r, column: c } = imagePlace(map, index);
  const window = cellsUnder(windows, r * map.shape.image[1] + c);
  return map.weights.flatMap((filter, from) => {
    const kernel = flip(filter[channel]);
    return window.map(({ m, n, row, column }) =>
      multiplied({ channel: from, row, column, weight: kernel[m][n], inside: Boolean(real[row][column]) }, values[from][row][column]));
  });
}

/** The entries of C as [row, column, weight], row by row; cells in the padding have none. */
export function entries(map) {
  const row = (_, k) => reach(map, k).filter((cell) => cell.inside).map(({ index, weight }) => [k, index, weight]);
  return Array.from({ length: map.rows }, row).flat();
}

function zeros(channels, shape) {
  return Array.from({ length: channels }, () => zeroPlane(shape));
}

// ---- in words ------------------------------------------------------------------------------------

function where({ channel, row, column }, name, many) {
  return `${many ? `${name} ${channel}, row` : "Row"} ${row}, column ${column}`;
}

/** "Row 0, column 1: 2·10 + 3·(−1) = 17." With several channels, each channel's sum and then theirs. */
export function gatherSentence(place, list, { channels, many, name }) {
  const head = where(place, name, many);
  if (channels === 1) {
    const terms = list.map(({ value, weight }) => times(value, weight)).join(" + ");
    return `${head}: ${terms} ${sumUp(list)}.`;
  }
  const parts = Array.from({ length: channels }, (_, channel) => total(list.filter((cell) => cell.channel === channel)));
  return `${head}: ${parts.map((part, channel) => `channel ${channel} gives ${format(part)}`).join(", ")}; together ${format(total(list))}.`;
}

/** "Row 0, column 1: the gradient 3 adds 3·2 = 6 to row 0, column 1; …" */
export function scatterSentence(place, list, { channels, many }) {
  const inside = list.filter((cell) => cell.inside);
  const value = list[0].value;
  const parts = inside.map(
    ({ channel, row, column, weight, product }) =>
      `${times(value, weight)} ${equals([product], [value], [weight])} ${format(product)} to ${channels > 1 ? `channel ${channel}, ` : ""}row ${row}, column ${column}`,
  );
  const lost = list.length - inside.length;
  const padding = lost ? ` ${lost} of ${list.length} products fall into the padding.` : "";
  return `${where(place, "Filter", many)}: the gradient ${entry(value)} adds ${parts.length ? parts.join("; ") : "nothing"}.${padding}`;
}
