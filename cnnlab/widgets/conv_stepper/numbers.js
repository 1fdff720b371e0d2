// One convolution as a linear map: it says which cells belong together. The twin of numbers.py.
// A volume is a list of maps, [channel][row][column]; filters are [filter][channel][row][column].
import { byChannel, flip, sumUp, times, total } from "../_shared/products.js";
import { counted, entry, equals, format } from "../_shared/text.js";
import { asVolume, cellsUnder, drawable, extentOf, frameOf, layWindows, outputCell, pair, size, span, volume } from "../_shared/windows.js";

/** The map from images of `imageShape` to outputs: its matrix C has `rows` × `columns` entries. */
export function linearMap(imageShape, filters, { mode = "correlation", ...options } = {}) {
  const weights = mode === "convolution" ? filters.map((filter) => filter.map(flip)) : filters;
  return mapOf(drawable(layWindows(imageShape, size(filters[0][0]), options), Math.max(filters.length, filters[0].length)), weights);
}

/** `weights` as they slide; `real` is false where a zero was put into the image. */
function mapOf(shape, weights, real = null) {
  const [filters, channels] = [weights.length, weights[0].length];
  const [rows, columns] = [[filters, shape.output], [channels, shape.image]].map(([maps, [r, c]]) => maps * r * c);
  return { shape, weights, real, filters, channels, rows, columns };
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
    const most = `each must be less than ${reach}, the cells that the kernel spans, and a cell must be left`;
    throw new RangeError(`A padding of ${before} and ${after} takes away too much: ${most}.`);
  });
  return linearMap(imageShape, filters, { stride, padding: pads, dilation, mode });
}

/** Output cells count filter by filter, each in reading order. */
function outputPlace({ shape }, position) {
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

// ---- what a stepper shows: which numbers, and which cells belong to the cursor ----

/** Everything that follows from the traits, or a RangeError whose message says what would do. */
export function sceneOf(get) {
  const image = asVolume(get("image"));
  const filters = get("filters") ?? [[get("kernel")]];
  const options = { stride: get("stride"), padding: get("padding"), dilation: get("dilation"), mode: get("mode") };
  const direction = get("direction");
  const [back, up] = [direction === "backward", direction === "transposed"];
  const expected = up ? filters.length : filters[0].length;
  if (image.length !== expected) {
    const who = up ? "filters are" : "kernels of a filter are";
    throw new RangeError(`The image has ${image.length} channels, and the ${who} ${expected}.`);
  }
  const map = (up ? transposedMap : linearMap)(size(image[0]), filters, options);
  // What windows slide over, and the map that does so: transposed, they are the image with zeros and another map.
  const { values, map: slides } = up ? spread(map, image) : { values: image, map };

  const given = get("grad_output") && asVolume(get("grad_output"));
  const ones = volume(map.filters, map.shape.output, () => 1);
  const fits = given && String(extentOf(given)) === String(extentOf(ones));
  const gradient = fits ? given : ones;
  const steps = back && walkBack(map, gradient).steps;

  const overlaps = up && hits(map);
  const place = (position) => outputPlace(slides, position);
  const terms = (position) => (back ? steps[position] : gather(slides, values, position));
  function sentence(position) {
    const name = slides.filters > 1 ? (up ? "Channel" : "Filter") : "";
    const said = (back ? scatterSentence : gatherSentence)(place(position), terms(position), name);
    if (!up) return said;
    const { row, column } = place(position);
    return `${said} Hit ${counted(overlaps[row][column], "time")}.`;
  }
  /** The cells that share an entry of the matrix with the cursor's. */
  function tied(position) {
    if (!up) return reach(map, position).filter((cell) => cell.inside);
    const column = entries(map).filter(([, index]) => index === position);
    return column.map(([row, , weight]) => ({ ...outputPlace(map, row), weight, index: row }));
  }
  return {
    image, filters, map, slides, volume: values, direction, back, up, gradient, overlaps, place, terms, sentence, tied,
    output: forward(slides, values),
    count: slides.rows,
    rowLength: slides.shape.output[1],
    stale: given && !fits && "grad_output", // of another shape: ones stand in for it
    frame: (position) => frameOf(slides.shape, position),
    accumulated: (position) => walkBack(map, gradient, position + 1).sums,
  };
}

/** Row and column of the cell with the cursor, its channel or filter before them where there are several. */
export function indexOf({ channel, row, column }, many) {
  return many ? `[${channel}, ${row}, ${column}]` : `[${row}, ${column}]`;
}

// ---- in words: `name` is what the channel of the place is called where there are several, else "" ----

function where({ channel, row, column }, name) {
  return `${name ? `${name} ${channel}, row` : "Row"} ${row}, column ${column}`;
}

/** "Row 0, column 1: 2·10 + 3·(−1) = 17." With several channels, each channel's sum and then theirs. */
function gatherSentence(place, list, name) {
  const parts = byChannel(list).map(([channel, part]) => `channel ${channel} gives ${format(total(part))}`);
  if (parts.length > 1) return `${where(place, name)}: ${parts.join(", ")}; together ${format(total(list))}.`;
  return `${where(place, name)}: ${list.map(({ value, weight }) => times(value, weight)).join(" + ")} ${sumUp(list)}.`;
}

/** "Row 0, column 1: the gradient 3 adds 3·2 = 6 to row 0, column 1; …" */
function scatterSentence(place, list, name) {
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
