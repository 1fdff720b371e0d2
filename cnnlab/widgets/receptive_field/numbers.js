// A stack of layers along one axis: what a unit sees, in numbers and in words.
// The twin of numbers.py and of cnnlab/receptive_fields.py: the tests hold them to the same stacks.
import { capital } from "../_shared/text.js";
import { cells, isOn, layAxis, misfit, pair } from "../_shared/windows.js";

export const LARGEST = 256; // cells of the input
export const MOST = 64; // of any setting of a layer
export const HIGHEST = 16; // layers
export const WIDEST = 1024; // cells of the input that the drawing spans
export const SETTINGS = { kernel_size: 1, stride: 1, padding: 0, dilation: 1 }; // each with its least value

/** "layer 3 (pool2)" */
export function called(layers, number) {
  const { name } = layers[number - 1];
  return name ? `layer ${number} (${name})` : `layer ${number}`;
}

/**
 * A stack with its sizes and fields, the input's first; or a RangeError in cnnlab's own words where it can't be. Python and the
 * fields of the list have checked each number.
 */
export function layOut(size, layers) {
  const stack = {
    layers: layers.map((layer) => ({ ...layer, padding: pair(layer.padding) })),
    sizes: [size], axes: [], fields: [{ size: 1, jump: 1, start: 0 }],
  };
  stack.layers.forEach((layer, k) => {
    const axis = layAxis({ ...layer, size: stack.sizes[k] });
    if (axis.count < 1) throw new RangeError(`${called(layers, k + 1)} has no unit left: ${misfit(axis)}`);
    stack.axes.push(axis);
    stack.sizes.push(axis.count);
    const below = stack.fields[k];
    const reach = axis.span - 1;
    stack.fields.push({
      size: below.size + reach * below.jump,
      jump: below.jump * layer.stride,
      start: below.start + (reach / 2 - layer.padding[0]) * below.jump,
    });
  });
  stack.fields.forEach(({ jump }, level) => {
    if (jump > WIDEST) throw new RangeError(`${called(layers, level)} would have a jump of ${jump}; at most ${WIDEST} can be drawn`);
  });
  const ends = stack.sizes.map((count, level) => {
    const [before, after] = padsOf(stack, level);
    return [centre(stack, level, -before), centre(stack, level, count - 1 + after)];
  });
  stack.extent = [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
  const width = stack.extent[1] - stack.extent[0];
  if (width >= WIDEST) {
    throw new RangeError(`the stack spreads over ${Math.floor(width + 1)} cells, padding included; at most ${WIDEST} can be drawn`);
  }
  return stack;
}

/** Where the field of a unit is centred, in cells of the input. */
export function centre({ fields }, level, unit) {
  return fields[level].start + unit * fields[level].jump;
}

/** The padding around a layer's units (or the input), before and after. */
export function padsOf({ layers }, level) {
  return level < layers.length ? layers[level].padding : [0, 0];
}

/**
 * What a unit sees, in its own layer and in each below, the input first: the paths from each unit, the padding that
 * is read, the first and the last unit, and the cells of the input that most of the paths come from.
 */
export function look(stack, layer, unit, percent = 95) {
  // whole numbers of any size: seven layers of 64 have more paths than a double can count
  const counts = [Array.from({ length: stack.sizes[layer] }, (_, u) => (u === unit ? 1n : 0n))];
  const padding = [[]];
  for (let level = layer - 1; level >= 0; level--) {
    const axis = stack.axes[level];
    const below = new Array(axis.size).fill(0n);
    const outside = new Set();
    counts[0].forEach((paths, u) => {
      if (!paths) return;
      for (const cell of cells(axis, u)) {
        if (isOn(axis, cell)) below[cell] += paths;
        else outside.add(cell);
      }
    });
    counts.unshift(below);
    padding.unshift([...outside].sort((a, b) => a - b));
  }
  const total = counts[0].reduce((sum, paths) => sum + paths, 0n);
  const shares = counts[0].map((paths) => (total ? Number(paths) / Number(total) : 0));
  return { counts, padding, fields: counts.map(ends), shares, effective: total ? effective(counts[0], total, percent) : null };
}

/** The first and the last unit with a path; null if there is none. */
function ends(counts) {
  const first = counts.findIndex((paths) => paths > 0n);
  return first < 0 ? null : [first, counts.findLastIndex((paths) => paths > 0n)];
}

/** The cells in the middle that hold at least `percent` of the `total` of paths, with as much as may be cut off at either end. */
function effective(counts, total, percent) {
  const spare = BigInt(100 - percent) * total; // of 200: half of it at each end
  const cut = (list) => {
    let held = 0n;
    return list.findIndex((paths) => 200n * (held += paths) > spare);
  };
  return [cut(counts), counts.length - 1 - cut([...counts].reverse())];
}

/** "Layer 3 (C3), unit 4 sees cells 8 to 21 of the input, 14 in all; the theoretical field is 14. …" */
export function sentence(stack, layer, unit, percent, sight = look(stack, layer, unit, percent)) {
  const who = called(stack.layers, layer);
  const theory = `the theoretical field is ${stack.fields[layer].size}`;
  const subject = `${capital(who)}, unit ${unit} sees`;
  if (!sight.effective) return `${subject} no cell of the input, only padding; ${theory}.`;
  const [first, last] = sight.fields[0];
  const seen = sight.counts[0].filter((paths) => paths > 0n).length;
  let told = `${seen} of the cells ${first} to ${last} of the input`;
  if (first === last) told = `only cell ${first} of the input`;
  else if (seen === last - first + 1) told = `cells ${first} to ${last} of the input, ${seen} in all`;
  const [from, to] = sight.effective;
  const where = from === to ? `cell ${from} alone` : `cells ${from} to ${to}, ${to - from + 1} in all`;
  return `${subject} ${told}; ${theory}. At least ${percent} % of the paths come from ${where}.`;
}

