// Products of values and weights, and their sums: a list of { value, weight, product }. The twin of products.py.
import { equals, factor, format, weight as asWeight } from "./text.js";

/** The same kernel with its rows and its columns in reverse order. */
export function flip(kernel) {
  return kernel.map((row) => [...row].reverse()).reverse();
}

export function total(list) {
  return list.reduce((sum, { product }) => sum + product, 0);
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

/** A list of products as one [channel, products] for each channel. */
export function byChannel(list) {
  const channels = [...new Set(list.map(({ channel }) => channel))];
  return channels.map((k) => [k, list.filter(({ channel }) => channel === k)]);
}
