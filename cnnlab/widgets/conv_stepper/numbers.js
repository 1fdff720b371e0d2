// One convolution as a linear map: every view of the stepper asks it which cells belong together.
// A volume is a list of maps, [channel][row][column]; filters are [filter][channel][row][column].
import { corner, entry, equals, factor, flip, format, geometry, outputCell, pair, size, span, total, weight as asWeight, WORDS } from "../_shared/ops.js";

/** A single map counts as a volume of one channel. */
export function asVolume(values) {
  return Array.isArray(values[0][0]) ? values : [values];
}

/**
 * The map from images of `imageShape` to outputs: its matrix C has `rows` × `columns` entries.
 * Throws a RangeError where no window fits.
 */
export function linearMap(imageShape, filters, { mode = "correlation", ...options } = {}) {
  const shape = geometry(imageShape, size(filters[0][0]), options);
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
export function outputPlace(map, position) {
  const [rows, columns] = map.shape.output;
  const [row, column] = outputCell(map.shape, position % (rows * columns));
  return { channel: Math.floor(position / (rows * columns)), row, column };
}

/** Image cells count channel by channel, each in reading order. */
export function imagePlace(map, index) {
  const [rows, columns] = map.shape.image;
  const cell = index % (rows * columns);
  return { channel: Math.floor(index / (rows * columns)), row: Math.floor(cell / columns), column: cell % columns };
}

/**
 * What the output cell at `position` reads: row `position` of C, with the padding cells that C leaves out.
 * Each has the image cell (`channel`, `row`, `column`), its `weight`, and whether it lies `inside`; then `index` is its column of C.
 */
export function reach(map, position) {
  const { channel: filter, row: r, column: c } = outputPlace(map, position);
  const { shape } = map;
  const [top, left] = corner(shape, r * shape.output[1] + c);
  const list = [];
  map.weights[filter].forEach((kernel, channel) =>
    kernel.forEach((line, m) =>
      line.forEach((weight, n) => {
        const row = top + m * shape.dilation[0];
        const column = left + n * shape.dilation[1];
        const inside = row >= 0 && row < shape.image[0] && column >= 0 && column < shape.image[1];
        const index = inside ? (channel * shape.image[0] + row) * shape.image[1] + column : -1;
        list.push({ channel, row, column, weight, inside, index });
      }),
    ),
  );
  return list;
}

/** Forward: one output cell gathers its products. */
export function gather(map, image, position) {
  return reach(map, position).map((cell) => {
    const value = cell.inside ? image[cell.channel][cell.row][cell.column] : 0;
    return { ...cell, value, product: value * cell.weight };
  });
}

/** The whole output, [filter][row][column]. */
export function forward(map, image) {
  const output = zeros(map.filters, map.shape.output);
  for (let k = 0; k < map.rows; k++) {
    const { channel, row, column } = outputPlace(map, k);
    output[channel][row][column] = total(gather(map, image, k));
  }
  return output;
}

/** Backward: what the output gradient at `position` adds to the cells its window read. */
export function scatter(map, gradient, position) {
  const { channel, row, column } = outputPlace(map, position);
  const value = gradient[channel][row][column];
  return reach(map, position).map((cell) => ({ ...cell, value, product: value * cell.weight }));
}

/** The input gradient after the first `count` output gradients were scattered; all of them by default. */
export function inputGradient(map, gradient, count = map.rows) {
  const result = zeros(map.channels, map.shape.image);
  for (let k = 0; k < count; k++) {
    for (const { inside, channel, row, column, product } of scatter(map, gradient, k)) {
      if (inside) result[channel][row][column] += product;
    }
  }
  return result;
}

/** How many output cells read each cell of a map: in the transposed direction, how often it is hit. */
export function hits(map) {
  const counts = zeros(1, map.shape.image);
  const [rows, columns] = map.shape.output;
  for (let k = 0; k < rows * columns; k++) {
    for (const { inside, channel, row, column } of reach(map, k)) if (inside && channel === 0) counts[0][row][column]++;
  }
  return counts[0];
}

/**
 * The input of the transposed convolution with its zeros: stride − 1 between neighbours, and a border, so that
 * the flipped kernel slides over it with stride 1. `real` says which cells are no zeros put in.
 */
export function spread(map, input) {
  const { stride, dilation, pads, output, kernel } = map.shape;
  const border = [0, 1].map((axis) => pads[axis].map((taken) => span(kernel[axis], dilation[axis]) - 1 - taken));
  const extent = [0, 1].map((axis) => (output[axis] - 1) * stride[axis] + 1 + border[axis][0] + border[axis][1]);
  const values = zeros(input.length, extent);
  const real = zeros(1, extent)[0];
  for (let r = 0; r < output[0]; r++) {
    for (let c = 0; c < output[1]; c++) {
      const [row, column] = [border[0][0] + r * stride[0], border[1][0] + c * stride[1]];
      real[row][column] = 1;
      input.forEach((plane, channel) => (values[channel][row][column] = plane[r][c]));
    }
  }
  return { values, real, extent };
}

/** The products behind one cell of the transposed convolution: a window of the spread input, the kernel flipped. */
export function gatherTransposed(map, spreadInput, index) {
  const { channel, row: top, column: left } = imagePlace(map, index);
  const list = [];
  map.weights.forEach((filter, from) =>
    flip(filter[channel]).forEach((line, m) =>
      line.forEach((weight, n) => {
        const row = top + m * map.shape.dilation[0];
        const column = left + n * map.shape.dilation[1];
        const value = spreadInput.values[from][row][column];
        list.push({ channel: from, row, column, weight, inside: Boolean(spreadInput.real[row][column]), value, product: value * weight });
      }),
    ),
  );
  return list;
}

/** The entries of C as [row, column, weight], row by row; cells in the padding have none. */
export function entries(map) {
  const list = [];
  for (let k = 0; k < map.rows; k++) {
    for (const { inside, index, weight } of reach(map, k)) if (inside) list.push([k, index, weight]);
  }
  return list;
}

function zeros(channels, [rows, columns]) {
  return Array.from({ length: channels }, () => Array.from({ length: rows }, () => new Array(columns).fill(0)));
}

// ---- in words ------------------------------------------------------------------------------------

function where({ channel, row, column }, name, many) {
  return `${many ? `${name} ${channel}, row` : "Row"} ${row}, column ${column}`;
}

/** "20·(−1)": a cell's value and the weight that it meets. */
export function times(value, weight) {
  return `${factor(value)}·${factor(weight, asWeight)}`;
}

/** "= 17": what a list of products adds up to. */
export function sumUp(list) {
  const sum = total(list);
  return `${equals([sum], list.map(({ value }) => value), list.map(({ weight }) => weight))} ${format(sum)}`;
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
