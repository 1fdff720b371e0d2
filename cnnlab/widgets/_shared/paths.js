// SVG as the drawings use it: elements, and the commands of a path.
import { furnish } from "./dom.js";

/** svg("path", { d: "…" }, child, …) */
export function svg(tag, attributes, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** A part of a drawing, which `name` gives its look. */
export function part(name, d = "", others = {}) {
  return svg("path", { class: `cnnlab-drawn-${name}`, d, ...others });
}

export function round(value) {
  return Math.round(value * 100) / 100;
}

/** Commands for a rectangle. */
export function box(x, y, width, height) {
  return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

/** Commands for a line through points. */
export function line([x, y], ...others) {
  return `M${round(x)} ${round(y)}${others.map(([a, b]) => `L${round(a)} ${round(b)}`).join("")}`;
}

/** Commands for lines at 45° that fill a rectangle. */
export function hatch(x, y, width, height) {
  let commands = "";
  for (let c = 5; c < width + height; c += 5) {
    commands += line([x + Math.max(0, c - height), y + Math.min(c, height)], [x + Math.min(c, width), y + Math.max(0, c - width)]);
  }
  return commands;
}
