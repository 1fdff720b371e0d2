// Where windows lie, and which cells each of them meets: the twin of cnnlab/shapes.py.
// The tests hold all that follows from it to what cnnlab computes.

const MOST = 128 * 128; // cells of one drawing

/** A setting for two axes: a number serves both. */
export function pair(value) {
  return Array.isArray(value) ? value : [value, value];
}

/** The cells that one axis of a kernel spans, the skipped ones included. */
export function span(kernelSize, dilation) {
  return dilation * (kernelSize - 1) + 1;
}

/** [before, after] of one axis. `padding` is a whole number, a pair, or a word. */
function padWidths(padding, size, reach, stride) {
  if (padding === "valid") return [0, 0];
  if (padding === "full") return [reach - 1, reach - 1];
  if (padding === "same") {
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  return pair(padding);
}

/**
 * The windows along one axis: `count` of them, less than 1 if none fits, and the `remainder` of cells after the last.
 * Window k meets, with its kernel cell m, the cell k·stride − before + m·dilation.
 */
export function layAxis({ size, kernel_size: kernelSize, stride = 1, padding = 0, dilation = 1 }) {
  const reach = span(kernelSize, dilation);
  const [before, after] = padWidths(padding, size, reach, stride);
  const padded = before + size + after;
  const steps = Math.floor((padded - reach) / stride);
  return {
    size, kernelSize, stride, dilation, before, after, padded, span: reach,
    count: steps + 1, remainder: padded - reach - steps * stride,
  };
}

/** The cells that one window of an axis meets; below 0, or from its size on, they lie in the padding. */
export function cells(axis, window) {
  const start = window * axis.stride - axis.before;
  return Array.from({ length: axis.kernelSize }, (_, m) => start + m * axis.dilation);
}

/** Whether a cell is one of the axis' own. */
export function isOn({ size }, cell) {
  return cell >= 0 && cell < size;
}

/** Why no window fits, and what would do. */
export function misfit({ size, kernelSize, dilation, before, after, padded, span: reach }) {
  return (
    `kernel_size ${kernelSize} with dilation ${dilation} covers ${reach} cells, but size ${size} with padding ` +
    `(${before}, ${after}) has only ${padded}; use a kernel of at most ${Math.floor((padded - 1) / dilation) + 1} ` +
    `or padding of at least ${reach - size} in total`
  );
}

/** The windows on a map: two `axes`, rows and columns, and the sizes that follow from them. One must fit. */
export function layWindows(image, kernel, { stride = 1, padding = 0, dilation = 1 } = {}) {
  const [strides, paddings, dilations] = [pair(stride), pair(padding), pair(dilation)];
  const axes = ["rows", "columns"].map((name, k) => {
    const options = { stride: strides[k], padding: paddings[k], dilation: dilations[k] };
    const axis = layAxis({ size: image[k], kernel_size: kernel[k], ...options });
    if (axis.count >= 1) return axis;
    const { span: reach, padded } = axis;
    throw new RangeError(
      `A window spans ${reach} ${name}, but the padded image has only ${padded}: take a smaller one, ` +
        `or more padding: at least ${reach - image[k]} in all.`,
    );
  });
  return {
    axes, image, kernel, stride: strides, dilation: dilations,
    pads: axes.map(({ before, after }) => [before, after]), output: axes.map(({ count }) => count),
  };
}

/** The windows, if so many maps, padded, can be drawn: as in still.py. */
export function drawable(windows, maps = 1) {
  const sides = windows.axes.map(({ padded }) => padded);
  if (maps * sides[0] * sides[1] <= MOST) return windows;
  throw new RangeError(`There would be ${by(maps > 1 ? [maps, ...sides] : sides)} cells, padding included: at most 16,384 can be drawn.`);
}

/** Position k counts the windows, or output cells, map after map in reading order: its [row, column]. */
export function outputCell({ output: [rows, columns] }, position) {
  return [Math.floor(position / columns) % rows, position % columns];
}

/** The cells under one window in reading order, each with its kernel cell (m, n); `inside` if it is on the map. */
export function cellsUnder(windows, position) {
  const [rows, columns] = windows.axes;
  const [r, c] = outputCell(windows, position);
  const across = cells(columns, c);
  return cells(rows, r).flatMap((row, m) =>
    across.map((column, n) => ({ m, n, row, column, inside: isOn(rows, row) && isOn(columns, column) })));
}

/** The rectangle that one window covers, the cells that a dilated kernel skips included. */
export function frameOf(windows, position) {
  const [r, c] = outputCell(windows, position);
  const [rows, columns] = windows.axes;
  return { row: cells(rows, r)[0], column: cells(columns, c)[0], height: rows.span, width: columns.span };
}

/** Rows and columns of a nested array. */
export function size(grid) {
  return [grid.length, grid[0].length];
}

/** A single map counts as a volume of one channel. */
export function asVolume(values) {
  return Array.isArray(values[0][0]) ? values : [values];
}

/** The shape of a volume, without a channel that is the only one. */
export function extentOf(volume) {
  return [...(volume.length > 1 ? [volume.length] : []), ...size(volume[0])];
}

/** A map of zeros, or of what `make(k)` gives for each cell, counted in reading order. */
export function plane([rows, columns], make = () => 0) {
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => make(r * columns + c)));
}

/** As many maps: `make(k)` counts on from one to the next. */
export function volume(count, [rows, columns], make) {
  const one = (_, channel) => plane([rows, columns], make && ((k) => make(channel * rows * columns + k)));
  return Array.from({ length: count }, one);
}

/** The same nested list with one entry replaced, at a place such as [row, column]. */
export function replaced(list, [first, ...rest], value) {
  return list.map((one, k) => (k !== first ? one : rest.length ? replaced(one, rest, value) : value));
}

/** "3 × 4" */
export function by(lengths) {
  return lengths.join(" × ");
}

/** A volume of outputs up to a position in reading order; the others are null. */
export function upTo(volume, position) {
  let k = 0;
  return volume.map((plane) => plane.map((line) => line.map((value) => (k++ <= position ? value : null))));
}
