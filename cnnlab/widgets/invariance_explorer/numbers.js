// What three networks make of a digit that is moved, turned and zoomed: the twin of numbers.py.
import { CARRIED } from "./weights.js";

export const SIDE = 20;
export const CLASSES = 10;
export const LABELS = CARRIED.labels;
const SMALL = 8;
const ZERO = 32; // the place of the letter that stands for 0
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NETWORKS = ["perceptron", "flattens", "pools"];
const NAMES = ["The perceptron", "The network that flattens", "The one that pools globally"];

const places = (text) => Array.from(text, (letter) => LETTERS.indexOf(letter));
const unpack = ([step, text]) => Float64Array.from(places(text), (place) => step * (place - ZERO));

/** A digit as the networks see it, 20 × 20 numbers from 0 to 1: zoomed, turned about the middle, and then moved. */
export function picture(digit, down, right, turn, zoom) {
  const wide = SMALL + 2;
  const small = new Float64Array(wide * wide);
  places(CARRIED.digits[digit]).forEach((level, k) => (small[(1 + Math.floor(k / SMALL)) * wide + 1 + (k % SMALL)] = level / 16));
  const [cos, sin] = [Math.cos, Math.sin].map((f) => (Math.round(f((turn * Math.PI) / 180) * 1e15) / 1e15) * (100 / zoom));
  const middle = (wide - 1) / 2;
  const clip = (at) => Math.min(Math.max(at, 0), wide - 1);
  const image = new Float64Array(SIDE * SIDE);
  for (let k = 0; k < image.length; k++) {
    const row = Math.floor(k / SIDE) - (SIDE - 1) / 2 - down;
    const column = (k % SIDE) - (SIDE - 1) / 2 - right;
    const [y, x] = [clip(cos * row + sin * column + middle), clip(cos * column - sin * row + middle)];
    const [i, j] = [y, x].map((at) => Math.min(Math.floor(at), wide - 2));
    const mixed = (at) => (1 - x + j) * small[at] + (x - j) * small[at + 1];
    image[k] = (1 - y + i) * mixed(i * wide + j) + (y - i) * mixed((i + 1) * wide + j);
  }
  return image;
}

const kept = new Map();

/** The arrays of one network, in the order of their names: a bias, then the weights behind it, layer by layer. */
function arrays(name, training) {
  const key = `${name}, ${training}`;
  if (!kept.has(key)) kept.set(key, CARRIED.networks[key].map(unpack));
  return kept.get(key);
}

const relu = (values) => values.map((value) => Math.max(value, 0));

function linear(x, bias, weight) {
  return Array.from(bias, (start, k) => x.reduce((sum, value, n) => sum + value * weight[k * x.length + n], start));
}

/** Filters of 3 × 3 over maps with a cell of padding on each side, and ReLU. */
function convolved(maps, channels, side, bias, weight) {
  const output = new Float64Array(bias.length * side * side);
  for (let o = 0; o < bias.length; o++) {
    const to = o * side * side;
    output.fill(bias[o], to, to + side * side);
    for (let c = 0, w = o * channels * 9; c < channels; c++) {
      for (let m = -1; m <= 1; m++) {
        for (let n = -1; n <= 1; n++, w++) {
          const [left, right] = [Math.max(-n, 0), side - Math.max(n, 0)];
          for (let i = Math.max(-m, 0); i < side - Math.max(m, 0); i++) {
            const from = (c * side + i + m) * side + n;
            for (let j = left; j < right; j++) output[to + i * side + j] += weight[w] * maps[from + j];
          }
        }
      }
    }
  }
  return relu(output);
}

/** The largest number of each window of `size` × `size`, side by side. */
function pooled(maps, side, size) {
  const small = side / size;
  const output = new Float64Array(maps.length / size / size).fill(-Infinity);
  maps.forEach((value, k) => {
    const [map, row, column] = [Math.floor(k / side / side), Math.floor(k / side) % side, k % side];
    const at = (map * small + Math.floor(row / size)) * small + Math.floor(column / size);
    output[at] = Math.max(output[at], value);
  });
  return output;
}

function scores(name, image, training) {
  const [b0, w0, b1, w1, b2, w2] = arrays(name, training);
  if (name === "perceptron") return linear(relu(linear(image, b0, w0)), b1, w1);
  const maps = convolved(pooled(convolved(image, 1, SIDE, b0, w0), SIDE, 2), b0.length, SIDE / 2, b1, w1);
  return linear(pooled(maps, SIDE / 2, name === "pools" ? SIDE / 2 : 2), b2, w2);
}

/** What each of the three networks takes the picture for, and the chances that it gives to all ten. */
export function answers(image, training) {
  return NETWORKS.map((name) => {
    const found = scores(name, image, training);
    const most = Math.max(...found);
    const shares = found.map((score) => Math.exp(score - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return { best: found.indexOf(most), chances: shares.map((share) => share / total) };
  });
}

/** What was done to the digit. */
export function changed(down, right, turn, zoom) {
  const ways = [[down, ["down", "up"]], [right, ["to the right", "to the left"]]];
  const parts = ways.filter(([by]) => by).map(([by, way]) => `moved ${Math.abs(by)} ${way[Number(by < 0)]}`);
  if (turn) parts.push(`turned by ${Math.abs(turn)} degrees ${turn < 0 ? "clockwise" : "anticlockwise"}`);
  if (zoom !== 100) parts.push(`zoomed to ${zoom} %`);
  return parts.join(", ") || "as it was";
}

/** What the three networks read, in words. */
export function sentence(label, change, found) {
  const wrong = found.flatMap(({ best }, k) => (best === label ? [] : [`${NAMES[k]} says ${best}.`]));
  const count = ["All three read it.", "Two read it.", "One reads it.", "Nobody reads it."][wrong.length];
  return [`A ${label}, ${change}.`, count, ...wrong].join(" ");
}
