// One axis of a sliding window: where the windows lie, in numbers and in words.
// The twin of numbers.py: the tests hold both to the same cases.
import { capital, counted, format } from "../_shared/text.js";
import { cells, isOn, layAxis, misfit } from "../_shared/windows.js";

export const LARGEST = 256;
const LONGEST = 1024;

/** One axis with its windows, or a RangeError in cnnlab's own words where none fits. Python and the fields have checked each number. */
export function layOut(settings) {
  const { size, kernel_size, stride, dilation } = settings;
  const axis = layAxis(settings);
  const { before, after, padded, remainder } = axis;
  if (padded > LONGEST) {
    throw new RangeError(`the axis would have ${padded} cells, padding included; at most ${LONGEST} can be drawn`);
  }
  if (axis.count < 1) throw new RangeError(misfit(axis));
  axis.starts = Array.from({ length: axis.count }, (_, k) => k * stride - before);
  const read = new Set(axis.starts.flatMap((_, position) => cells(axis, position)));
  axis.unread = Array.from({ length: padded }, (_, k) => k - before).filter((cell) => !read.has(cell));
  axis.uncovered = axis.unread.filter((cell) => isOn(axis, cell));
  axis.fault = remainder
    ? `size ${size} leaves ${counted(remainder, "cell")} over with kernel_size ${kernel_size}, stride ${stride}, ` +
      `padding (${before}, ${after}) and dilation ${dilation}; ${fitting(settings, axis)}`
    : null;
  return axis;
}

/** "sizes 223 and 227 fit": the nearest, below and above, at which nothing is left over. */
function fitting(settings, { size, stride, before, after }) {
  const padding = settings.padding === "same" ? "same" : [before, after]; // "same" depends on the size, nothing else does
  const fits = (candidate) => {
    const { count, remainder } = layAxis({ ...settings, size: candidate, padding });
    return candidate >= 1 && count >= 1 && remainder === 0;
  };
  const nearby = Array.from({ length: stride }, (_, k) => k + 1);
  const below = nearby.find((step) => fits(size - step));
  const above = nearby.find((step) => fits(size + step));
  return below === undefined ? `size ${size + above} fits` : `sizes ${size - below} and ${size + above} fit`;
}

/** "floor((7 + 2·1 − 3)/2) + 1 = 4" */
export function formula(axis, exact) {
  let pads = axis.before || axis.after ? ` + ${axis.before} + ${axis.after}` : "";
  if (axis.before === axis.after && axis.before > 0) pads = ` + 2·${axis.before}`;
  const quotient = `(${axis.size}${pads} − ${axis.span})/${axis.stride}`;
  if (exact) {
    let value = String(axis.count);
    if ((100 * axis.remainder) % axis.stride) value += ` + ${axis.remainder}/${axis.stride}`; // no short decimal: nothing is rounded
    else if (axis.remainder) value = format(axis.count + axis.remainder / axis.stride);
    return `${quotient} + 1 = ${value}`;
  }
  return `floor(${quotient}) + 1 = ${axis.count}`;
}

/** "213 = 53·4 + 1: the remainder is 1." */
export function division(axis) {
  return `${axis.padded - axis.span} = ${axis.count - 1}·${axis.stride} + ${axis.remainder}: the remainder is ${axis.remainder}.`;
}

/** What is left over and what is never read, or what `exact` has against it. */
export function verdict(axis, exact) {
  if (exact && axis.fault) return `Error: ${axis.fault}.`;
  const { remainder } = axis;
  let first = "Nothing is left over: the last window ends where the axis ends.";
  if (remainder) {
    const padding = Math.min(remainder, axis.after);
    first = `${counted(remainder, "cell")} ${remainder === 1 ? "is" : "are"} left over at the end`;
    if (padding === remainder) first += padding === 1 ? "; it is padding" : "; all are padding";
    else if (padding) first += `; ${padding} of them ${padding === 1 ? "is" : "are"} padding`;
    first += ".";
  }
  return `${first} ${capital(neverRead(axis))}.`;
}

/** "Window 3 of 54 reads cells 8 to 18 for output[2]; the last cell is never read." */
export function sentence(axis, position, exact) {
  const subject = `Window ${position + 1} of ${axis.count}`;
  if (exact && axis.fault) return `${subject} would read ${reads(axis, position)}; there is no output.`;
  return `${subject} reads ${reads(axis, position)} for output[${position}]; ${neverRead(axis)}.`;
}

/** "cells 1 and 3 plus 1 cell of padding" */
export function reads(axis, position) {
  const inside = cells(axis, position).filter((cell) => isOn(axis, cell));
  const outside = axis.kernelSize - inside.length;
  const parts = [];
  if (inside.length > 4 && axis.dilation > 1) {
    parts.push(`${inside.length} cells from ${inside[0]} to ${inside.at(-1)} in steps of ${axis.dilation}`);
  } else if (inside.length) parts.push(named(inside));
  if (outside) parts.push(`${counted(outside, "cell")} of padding`);
  return parts.join(" plus ");
}

/** "cells 2, 3, 6 and 7 are never read" */
function neverRead({ uncovered: lost, size }) {
  if (!lost.length) return "every cell is read";
  if (lost.length === size) return "no cell is ever read";
  const atTheEnd = lost[0] === size - lost.length;
  const last = lost.length === 1 ? "the last cell" : `the last ${lost.length} cells`;
  return `${atTheEnd ? last : named(lost)} ${lost.length === 1 ? "is" : "are"} never read`;
}

/** Cells named as ranges; from the sixth on only the last. */
function named(list) {
  const ranges = [];
  for (const cell of list) {
    if (ranges.length && cell === ranges.at(-1)[1] + 1) ranges.at(-1)[1] = cell;
    else ranges.push([cell, cell]);
  }
  const names = ranges.flatMap(([first, last]) => (last > first + 1 ? [`${first} to ${last}`] : last > first ? [first, last] : [first]));
  if (names.length > 5) return `${list.length} cells (${names.slice(0, 3).join(", ")}, … ${names.at(-1)})`;
  const all = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return `${list.length === 1 ? "cell" : "cells"} ${all}`;
}
