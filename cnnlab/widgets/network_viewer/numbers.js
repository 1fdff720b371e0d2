// What the viewer computes: a network of eight-bit filters, slice by slice, and what can be read off its maps.

const TILE = 4; // cells, and filters, that are computed together
const WORK = 4e5; // products between two looks at the clock

/**
 * A network from its header and its bytes: see weights.py. `run(input)` is a generator that pauses after each little piece of work;
 * when it ends, each layer's `maps` are (channels, rows, columns) in reading order, and those of the last layer the scores.
 */
export function network({ shape, layers: told, classes, samples }, bytes) {
  const input = { name: "input", channels: shape[0], rows: shape[1], columns: shape[2], maps: null };
  const layers = [];
  let below = input;
  let floats = 0;
  for (const step of told) {
    const layer = { ...step, ...laidOut(step, below), below, added: step.add == null ? null : layers[step.add] };
    layer.maps = new Float32Array(layer.channels * layer.rows * layer.columns);
    if (step.filters) floats += 2 * step.filters;
    layers.push(layer);
    below = layer;
  }
  let [at, next] = [0, 4 * floats];
  for (const layer of layers.filter(({ filters }) => filters)) {
    layer.scales = new Float32Array(bytes.buffer, bytes.byteOffset + at, layer.filters);
    layer.biases = new Float32Array(bytes.buffer, bytes.byteOffset + at + 4 * layer.filters, layer.filters);
    at += 8 * layer.filters;
    layer.length = layer.kernel ** 2 * (layer.kind === "depthwise" ? 1 : layer.below.channels);
    const size = Math.ceil(layer.filters / TILE) * TILE * layer.length;
    layer.weights = new Int8Array(bytes.buffer, bytes.byteOffset + next, size);
    next += size;
  }
  function* run(values) {
    input.maps = values;
    for (const layer of layers) yield* KINDS[layer.kind](layer, layer.below);
  }
  return { input, layers, classes, samples, run };
}

/** How many maps a layer has, how large, and how many cells of padding come before. */
function laidOut({ kind, filters, kernel, stride, same }, { channels, rows, columns }) {
  if (kind === "mean") return { channels, rows: 1, columns: 1 };
  if (kind === "pool") return { channels, rows: rows >> 1, columns: columns >> 1 };
  const [out, before] = [[], []];
  for (const side of [rows, columns]) {
    const size = same ? Math.ceil(side / stride) : Math.floor((side - kernel) / stride) + 1;
    out.push(size);
    before.push(same ? Math.max((size - 1) * stride + kernel - side, 0) >> 1 : 0); // "same" as TensorFlow has it: the odd cell comes after
  }
  return { channels: filters, rows: out[0], columns: out[1], before };
}

const KINDS = { dense, depthwise, pool, mean };

/** A convolution over all channels: the windows of four cells are laid side by side, then met with four filters at once. */
function* dense(layer, below) {
  const cells = layer.rows * layer.columns;
  const gather = layer.kernel === 1 && layer.stride === 1 ? gatherCells : gatherWindows;
  const tile = new Float64Array(TILE * layer.length);
  for (let p = 0, done = 0; p < cells; p += TILE) {
    gather(tile, layer, below, p, cells);
    multiply(tile, layer, p, Math.min(TILE, cells - p), cells);
    done += TILE * layer.length * layer.filters;
    if (done < WORK) continue;
    done = 0;
    yield;
  }
}

function gatherCells(tile, { length }, { maps }, p, cells) {
  const last = cells - 1;
  const [b, c, d] = [Math.min(p + 1, last) - p, Math.min(p + 2, last) - p, Math.min(p + 3, last) - p];
  for (let k = 0, t = 0, at = p; k < length; k++, at += cells) {
    tile[t++] = maps[at];
    tile[t++] = maps[at + b];
    tile[t++] = maps[at + c];
    tile[t++] = maps[at + d];
  }
}

function gatherWindows(tile, { kernel, stride, before, columns }, { channels, rows, columns: width, maps }, p, cells) {
  for (let k = 0; k < TILE; k++) {
    const cell = Math.min(p + k, cells - 1);
    const top = Math.floor(cell / columns) * stride - before[0];
    const left = (cell % columns) * stride - before[1];
    for (let c = 0, t = k; c < channels; c++) {
      for (let y = top; y < top + kernel; y++) {
        for (let x = left; x < left + kernel; x++, t += TILE) {
          tile[t] = y >= 0 && y < rows && x >= 0 && x < width ? maps[(c * rows + y) * width + x] : 0;
        }
      }
    }
  }
}

const sums = new Float64Array(TILE * TILE);

/** Meet four windows with all filters, four at a time: sixteen sums stay in variables. */
function multiply(tile, layer, p, count, cells) {
  const { weights, length, filters } = layer;
  for (let f = 0; f < filters; f += TILE) {
    let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    let c0 = 0, c1 = 0, c2 = 0, c3 = 0, d0 = 0, d1 = 0, d2 = 0, d3 = 0;
    const [first, second, third, fourth] = [f * length, (f + 1) * length, (f + 2) * length, (f + 3) * length];
    for (let k = 0, t = 0; k < length; k++, t += 4) {
      const x0 = tile[t], x1 = tile[t + 1], x2 = tile[t + 2], x3 = tile[t + 3];
      const a = weights[first + k], b = weights[second + k], c = weights[third + k], d = weights[fourth + k];
      a0 += a * x0; a1 += a * x1; a2 += a * x2; a3 += a * x3;
      b0 += b * x0; b1 += b * x1; b2 += b * x2; b3 += b * x3;
      c0 += c * x0; c1 += c * x1; c2 += c * x2; c3 += c * x3;
      d0 += d * x0; d1 += d * x1; d2 += d * x2; d3 += d * x3;
    }
    sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
    sums[4] = b0; sums[5] = b1; sums[6] = b2; sums[7] = b3;
    sums[8] = c0; sums[9] = c1; sums[10] = c2; sums[11] = c3;
    sums[12] = d0; sums[13] = d1; sums[14] = d2; sums[15] = d3;
    for (let k = 0; k < TILE && f + k < filters; k++) finish(layer, f + k, sums, TILE * k, (f + k) * cells + p, count);
  }
}

/** Make a layer's maps of sums: scale and bias, what is added, and where it is cut off. */
function finish({ maps, scales, biases, most, added }, channel, from, start, at, count) {
  const scale = scales[channel];
  const bias = biases[channel];
  for (let k = 0; k < count; k++) {
    let value = from[start + k] * scale + bias;
    if (added) value += added.maps[at + k];
    maps[at + k] = most === null ? value : Math.min(0.5 * (value + Math.abs(value)), most); // as a branch, the smaller half is guessed wrong
  }
}

/** A filter for each channel: a padded plane, one row of the filter after another. */
function* depthwise(layer, below) {
  const { channels, rows, columns, kernel, stride, before, weights } = layer;
  const wide = (columns - 1) * stride + kernel;
  const plane = new Float64Array(((rows - 1) * stride + kernel) * wide);
  const row = new Float64Array(columns);
  const copied = Math.min(below.columns, wide - before[1]);
  for (let c = 0, done = 0; c < channels; c++) {
    for (let y = 0; y < below.rows; y++) {
      const from = (c * below.rows + y) * below.columns;
      const to = (y + before[0]) * wide + before[1];
      if (to + copied <= plane.length) for (let x = 0; x < copied; x++) plane[to + x] = below.maps[from + x];
    }
    for (let y = 0; y < rows; y++) {
      row.fill(0);
      for (let k = 0; k < kernel; k++) slide(row, plane, (y * stride + k) * wide, weights, (c * kernel + k) * kernel, kernel, stride);
      finish(layer, c, row, 0, (c * rows + y) * columns, columns);
    }
    done += rows * columns * kernel * kernel * 2;
    if (done < WORK) continue;
    done = 0;
    yield;
  }
}

function slide(row, plane, start, weights, at, kernel, stride) {
  const a = weights[at], b = weights[at + 1], c = weights[at + 2];
  if (kernel === 3) {
    for (let x = 0, p = start; x < row.length; x++, p += stride) row[x] += a * plane[p] + b * plane[p + 1] + c * plane[p + 2];
    return;
  }
  const d = weights[at + 3], e = weights[at + 4];
  for (let x = 0, p = start; x < row.length; x++, p += stride) {
    row[x] += a * plane[p] + b * plane[p + 1] + c * plane[p + 2] + d * plane[p + 3] + e * plane[p + 4];
  }
}

/** The largest of 2 × 2 cells. */
function* pool({ maps, channels, rows, columns }, below) {
  for (let c = 0, at = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const p = (c * below.rows + 2 * y) * below.columns + 2 * x;
        maps[at++] = Math.max(below.maps[p], below.maps[p + 1], below.maps[p + below.columns], below.maps[p + below.columns + 1]);
      }
    }
  }
}

function* mean({ maps, channels }, below) {
  const cells = below.rows * below.columns;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let p = 0; p < cells; p++) sum += below.maps[c * cells + p];
    maps[c] = sum / cells;
  }
}

/** Probabilities of scores. */
export function softmax(scores) {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** The numbers of the `count` largest values, the largest first. */
export function largest(values, count) {
  const best = [];
  for (let k = 0; k < values.length; k++) {
    let at = best.length;
    while (at > 0 && values[best[at - 1]] < values[k]) at--;
    if (at >= count) continue;
    best.splice(at, 0, k);
    if (best.length > count) best.pop();
  }
  return best;
}

/** The class activation map of a score, as `cnnlab.nn.inspect.class_activation_map`; null where no mean leads to the scores. */
export function classMap({ layers }, score) {
  const [maps, pooled, scores] = layers.slice(-3);
  if (pooled.kind !== "mean") return null;
  const cells = maps.rows * maps.columns;
  const map = new Float64Array(cells);
  for (let c = 0; c < maps.channels; c++) {
    const weight = scores.weights[score * scores.length + c] * scores.scales[score];
    for (let p = 0; p < cells; p++) map[p] += weight * maps.maps[c * cells + p];
  }
  return map;
}

/** What a unit of a layer sees of the input: [first row, first column, rows, columns], as `cnnlab.nn.inspect.field`. */
export function field(layer, [row, column]) {
  let spans = [[row, row], [column, column]];
  for (let here = layer; here.below; here = here.below) {
    const sides = [[here.below.rows, 0], [here.below.columns, 1]];
    const before = spans;
    spans = sides.map(([side, axis]) => {
      const [first, last] = before[axis];
      if (here.kind === "mean") return [0, side - 1];
      if (here.kind === "pool") return [2 * first, 2 * last + 1];
      const start = -here.before[axis];
      return [Math.max(start + first * here.stride, 0), Math.min(start + last * here.stride + here.kernel, side) - 1];
    });
  }
  return [spans[0][0], spans[1][0], spans[0][1] - spans[0][0] + 1, spans[1][1] - spans[1][0] + 1];
}

/** The places of a map's largest units, `apart` rows or columns from each other at least, as `cnnlab.nn.inspect.top_patches`. */
export function strongest(layer, channel, count, apart) {
  const { rows, columns, maps } = layer;
  const map = maps.subarray(channel * rows * columns, (channel + 1) * rows * columns);
  const free = new Uint8Array(map.length).fill(1);
  const places = [];
  while (places.length < count) {
    let best = -1;
    for (let p = 0; p < map.length; p++) if (free[p] && (best < 0 || map[p] > map[best])) best = p;
    if (best < 0) break;
    const place = [Math.floor(best / columns), best % columns];
    places.push({ place, value: map[best] });
    for (let y = Math.max(place[0] - apart + 1, 0); y < Math.min(place[0] + apart, rows); y++) {
      free.fill(0, y * columns + Math.max(place[1] - apart + 1, 0), y * columns + Math.min(place[1] + apart, columns));
    }
  }
  return places;
}

/** The numbers of a layer's maps, the liveliest first: by their variance, or by their one number. */
export function ranked({ channels, rows, columns, maps }) {
  const cells = rows * columns;
  const lively = new Float64Array(channels);
  for (let c = 0, p = 0; c < channels; c++) {
    let sum = 0;
    let squares = 0;
    for (const end = p + cells; p < end; p++) {
      sum += maps[p];
      squares += maps[p] * maps[p];
    }
    lively[c] = cells > 1 ? squares - (sum * sum) / cells : sum;
  }
  return Array.from(lively.keys()).sort((a, b) => lively[b] - lively[a]);
}
