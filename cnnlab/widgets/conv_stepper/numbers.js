// One convolution as a linear map: it says which cells belong together. The twin of numbers.py.
// A volume is a list of maps, [channel][row][column]; filters are [filter][channel][row][column].
import { byChannel, flip, sumUp, times, total } from "../_shared/products.js";
import { entry, equals, format } from "../_shared/text.js";
import { cellsUnder, layWindows, outputCell, pair, size, span, volume } from "../_shared/windows.js";

/** A single map counts as a volume of one channel. */
export function asVolume(values) {
  return Array.isArray(values[0][0]) ? values : [values];
}

/** The map from images of `imageShape` to outputs: its matrix C has `rows` × `columns` entries. */
export function linearMap(imageShape, filters, { mode = "correlation", ...options } = {}) {
  const weights = mode === "convolution" ? filters.map((filter) => filter.map(flip)) : filters;
  return mapOf(layWindows(imageShape, size(filters[0][0]), options), weights);
}

/** `weights` as they slide; `real` is false where a zero was put into the image. */
function mapOf(shape, weights, real = null) {
  const [filters, channels] = [weights.length, weights[0].length];
  const count = (maps, [rows, columns]) => maps * rows * columns;
  const extent = { rows: count(filters, shape.output), columns: count(channels, shape.image) };
  return { shape, weights, real, filters, channels, ...extent };
}

/** The map whose transpose takes an input of `inputShape`: it goes the other way, from large to small. */
export function transposedMap(inputShape, filters, { stride = 1, padding = 0, dilation = 1, mode } = {}) {
  const word = [padding].flat(2).find((value) => ["same", "full"].includes(value));
  if (word) throw new RangeError(`The transposed convolution takes padding in numbers; “${word}” came.`);
  const [kernel, strides, dilations] = [size(filters[0][0]), pair(stride), pair(dilation)];
  const pads = pair(padding).map((value) => (value === "valid" ? [0, 0] : pair(value)));
  const imageShape = inputShape.map((count, axis) => {
    const reach = span(kernel[axis], dilations[axis]);
    const [before, after] = pads[axis];
    const left = (count - 1) * strides[axis] + reach - before - after;
    if (Math.max(before, after) < reach && left > 0) return left;
    throw new RangeError(
      `A padding of ${before} and ${after} takes away too much: each must be less than ${reach}, the cells ` +
        "that the kernel spans, and a cell of the output must be left.",
    );
  });
  return linearMap(imageShape, filters, { stride, padding: pads, dilation, mode });
}

/** Output cells count filter by filter, each in reading order. */
export function outputPlace({ shape }, position) {
  const [row, column] = outputCell(shape, position);
  return { channel: Math.floor(position / (shape.output[0] * shape.output[1])), row, column };
}

/**
 * What the output cell at `position` reads: row `position` of C, and the padding cells that C leaves out. Each
 * has the image cell (`channel`, `row`, `column`), its `weight`, and, if it is `inside`, its column of C, `index`.
 */
export function reach(map, position) {
  const { shape, weights, real } = map;
  const [rows, columns] = shape.image;
  const window = cellsUnder(shape, position);
  return weights[outputPlace(map, position).channel].flatMap((kernel, channel) =>
    window.map(({ m, n, row, column, inside }) => ({
      channel, row, column, weight: kernel[m][n],
      inside: inside && (!real || real[row][column]), index: (channel * rows + row) * columns + column,
    })));
}

/** Forward: one output cell gathers its products. */
export function gather(map, image, position) {
  const read = ({ channel, row, column }) => image[channel][row]?.[column] ?? 0;
  return reach(map, position).map((cell) => multiplied(cell, read(cell)));
}

function multiplied(cell, value) {
  return { ...cell, value, product: value * cell.weight };
}

/** The whole output, [filter][row][column]. */
export function forward(map, image) {
  return volume(map.filters, map.shape.output, (k) => total(gather(map, image, k)));
}

/**
 * Backward: the first `count` output gradients, by default all, scatter into the cells that their windows read. `sums` is
 * the input gradient, and `steps` are the products of each, with what its cell `was` before and `is` then.
 */
export function walkBack(map, gradient, count = map.rows) {
  const sums = volume(map.channels, map.shape.image);
  const steps = gradient.flat(2).slice(0, count).map((value, k) => reach(map, k).map((one) => {
    const cell = multiplied(one, value);
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
  const ones = (extent) => volume(1, extent, () => 1);
  return walkBack(mapOf(shape, [ones(shape.kernel)]), ones(shape.output)).sums[0];
}

/**
 * The input of the transposed convolution with zeros, stride − 1 between neighbours and a border around; and the
 * `map` that slides the flipped kernels over these `values`: it makes the transposed convolution.
 */
export function spread({ shape, weights }, input) {
  const put = (count) => Array(count).fill(-1); // a zero; all others are the input's cells
  const sources = shape.axes.map(({ span: reach, before, after, count, stride }) => {
    const between = Array.from({ length: count }, (_, k) => (k ? [...put(stride - 1), k] : [k])).flat();
    return [...put(reach - 1 - before), ...between, ...put(reach - 1 - after)];
  });
  const plane = (read) => sources[0].map((row) => sources[1].map((column) => read(row, column)));
  const windows = layWindows(sources.map(({ length }) => length), shape.kernel, { dilation: shape.dilation });
  const kernels = weights[0].map((_, channel) => weights.map((filter) => flip(filter[channel])));
  return {
    values: input.map((map) => plane((row, column) => map[row]?.[column] ?? 0)),
    map: mapOf(windows, kernels, plane((row, column) => row >= 0 && column >= 0)),
  };
}

/** The entries of C as [row, column, weight], row by row; cells in the padding have none. */
export function entries(map) {
  const inside = (k) => reach(map, k).filter((cell) => cell.inside);
  return Array.from({ length: map.rows }, (_, k) => inside(k).map(({ index, weight }) => [k, index, weight])).flat();
}

// ---- in words: `name` is what the channel of the place is called where there are several, else "" ----

function where({ channel, row, column }, name) {
  return `${name ? `${name} ${channel}, row` : "Row"} ${row}, column ${column}`;
}

/** "Row 0, column 1: 2·10 + 3·(−1) = 17." With several channels, each channel's sum and then theirs. */
export function gatherSentence(place, list, name) {
  const parts = byChannel(list).map(([channel, part]) => `channel ${channel} gives ${format(total(part))}`);
  if (parts.length > 1) return `${where(place, name)}: ${parts.join(", ")}; together ${format(total(list))}.`;
  return `${where(place, name)}: ${list.map(({ value, weight }) => times(value, weight)).join(" + ")} ${sumUp(list)}.`;
}

/** "Row 0, column 1: the gradient 3 adds 3·2 = 6 to row 0, column 1; …" */
export function scatterSentence(place, list, name) {
  const inside = list.filter((cell) => cell.inside);
  const { value } = list[0];
  const channels = byChannel(list).length;
  const parts = inside.map(({ channel, row, column, weight, product }) => {
    const result = `${times(value, weight)} ${equals([product], [value], [weight])} ${format(product)}`;
    return `${result} to ${channels > 1 ? `channel ${channel}, ` : ""}row ${row}, column ${column}`;
  });
  const lost = list.length - inside.length;
  const padding = lost ? ` ${lost} of ${list.length} products fall into the padding.` : "";
  return `${where(place, name)}: the gradient ${entry(value)} adds ${parts.join("; ") || "nothing"}.${padding}`;
}
