// ConvStepper: one cursor, one operation, every view of it.
import { byChannel } from "./numbers.js";
import { extentOf, indexOf, sceneOf } from "./scene.js";
import { matrixView } from "./matrix.js";
import { flip, sumUp, times } from "../_shared/products.js";
import { stepper } from "../_shared/stepper.js";
import { entry, equals, format, short, weight as asWeight } from "../_shared/text.js";
import { by, replaced, upTo } from "../_shared/windows.js";

const NUMBERS = [1, 2, 3, 4].map((n) => [n, String(n)]);
const CHOICES = {
  direction: ["Direction", [["forward", "forward"], ["backward", "backward"], ["transposed", "transposed convolution"]]],
  stride: ["Stride", NUMBERS],
  padding: ["Padding", [[0, "0 (valid)"], [1, "1"], [2, "2"], [3, "3"], ["same", "same"], ["full", "full"]]],
  dilation: ["Dilation", NUMBERS],
  mode: ["Slide the kernel", [["correlation", "as it is (cross-correlation)"], ["convolution", "flipped (convolution)"]]],
};
const VIEWS = {
  input: "input", kernel: "kernel", output: "output", arithmetic: "sum", matrix: "matrix", gradient: "gradients",
  transpose: "zeros between",
};
const DIRECTIONS = { // the views that there are
  forward: ["input", "kernel", "output", "arithmetic", "matrix", "gradient"],
  backward: ["input", "kernel", "output", "arithmetic", "matrix"],
  transposed: ["input", "transpose", "kernel", "output", "arithmetic", "matrix"],
};

/** All that the page shows for one set of traits. */
function look(get) {
  const scene = sceneOf(get);
  const { image, map, direction, back, up, output } = scene;
  const views = DIRECTIONS[direction];
  const has = (view) => views.includes(view) && get("views").includes(view);
  const accumulates = back || has("gradient");
  return {
    ...scene,
    views,
    cells: get("controls").includes("cells"),
    label: `Convolution stepper, ${direction}: image ${by(extentOf(image))}, kernel ${by(map.shape.kernel)}`,
    jump: has("output") && !back ? "an output cell" : has("matrix") && "into the matrix",
    offers: up ? { padding: (value) => typeof value === "number" } : {}, // no words there
    panels: panelsOf(scene, get, has),
    shown: (position) => shownAt(scene, position, get("filters")),
    sum: has("arithmetic") ? (position) => sumAt(scene, position) : null,
    results: (position) => ({
      ...(!back && { output }), ...(accumulates && { gradientIn: scene.accumulated(position) }),
    }),
  };
}

/** Which [filter, channel] the kernel panel shows: those that meet at the cursor. */
function kernelsAt({ up, volume, place }, position) {
  const { channel } = place(position);
  return volume.map((_, k) => (up ? [k, channel] : [channel, k]));
}

function panelsOf(scene, get, has) {
  const { image, filters, map: { shape, rows, columns }, direction, back, up, output, gradient, volume, slides } = scene;
  const open = get("controls").includes("cells");
  const panel = (key, title, shape, names, { edit, ...more } = {}) => ({
    key, title, shape, names, ...more, ...(open && edit && { edit }),
  });
  const maps = (key, title, name, values, { of = "channel", ...more }) => panel(
    key, `${title} ${by(extentOf(values))}`, extentOf(values).slice(-2),
    values.map((_, k) => (values.length > 1 ? `${name} ${of} ${k}` : name)), more);
  const change = (trait, values) => (channel, row, column, value) => (
    { [trait]: replaced(values, Array.isArray(values[0][0]) ? [channel, row, column] : [row, column], value) });

  const { pads } = shape;
  const onImage = up ? {} : { pads };
  const input = maps("input", "Image", "image", image, { ...onImage, write: entry, edit: change("image", get("image")) });
  if (!up && pads.flat().some(Boolean)) input.title += `, padded to ${by(shape.axes.map(({ padded }) => padded))}`;
  const kernels = (key, title, edit) => (
    panel(key, title, shape.kernel, volume.map(() => key), { write: asWeight, edit }));
  const kernel = kernels("kernel", `Kernel ${by(shape.kernel)}`, (channel, row, column, value) => {
    if (!get("filters")) return { kernel: replaced(get("kernel"), [row, column], value) };
    const place = [...kernelsAt(scene, get("position"))[channel], row, column];
    return { filters: replaced(filters, place, value) };
  });
  const flipped = kernels("flipped kernel", "Flipped: what slides");
  const slidesFlipped = (get("mode") === "convolution") !== up;
  const made = maps("output", "Output", "output", output, { of: up ? "channel" : "filter", pick: true, blue: true, counted: true });
  const spread = maps("between", "With zeros between and around", "spread image", volume, {
    write: entry, unreal: (slides.real ?? []).flatMap((line, r) => line.flatMap((is, c) => (is ? [] : [[r, c]]))),
  });
  const overlaps = panel("overlaps", "How often each cell is hit", shape.image, ["overlap count"], { blue: true });
  const gradientOut = maps("gradientOut", "Output gradient", "output gradient", gradient, {
    of: "filter", write: entry, blue: true, edit: change("grad_output", get("filters") ? gradient : gradient[0]),
  });
  const gradientIn = maps("gradientIn", "Input gradient so far,", "input gradient", image, { pads, border: "", counted: true });
  const transposed = direction !== "forward";
  const extent = transposed ? { rows: columns, columns: rows } : { rows, columns };
  const matrix = { key: "matrix", make: matrixView, ...extent, transposed, along: back ? "column" : "row" };
  const [from, to] = back ? [gradientOut, gradientIn] : [input, made];
  return [
    [
      has(back ? "output" : "input") && from, has("transpose") && spread,
      has("kernel") && (slidesFlipped ? [kernel, flipped] : kernel),
      has(back ? "input" : "output") && to, has("transpose") && overlaps,
    ],
    [],
    [has("matrix") && matrix, has("gradient") && gradientOut, has("gradient") && gradientIn],
  ].map((row) => row.filter(Boolean));
}

/** What each panel shows at one position. */
function shownAt(scene, position, many) {
  const { image, map, filters, up, output, gradient, overlaps, volume } = scene;
  const place = scene.place(position);
  const frame = scene.frame(position);
  const tied = scene.tied(position);
  const reading = (list) => list.map(({ weight, ...cell }) => ({ ...cell, kind: "read", note: `×${short(weight)}` }));
  const { row, column, height, width } = frame;
  const under = volume.flatMap((_, channel) => Array.from({ length: height * width }, (_, k) => (
    { channel, row: row + Math.floor(k / width), column: column + (k % width), kind: "skipped" })));
  const window = { marks: [...under, ...reading(scene.terms(position))], frame };
  const kernels = kernelsAt(scene, position);
  const named = (text) => kernels.map(([f, c]) => (many ? `${text} of filter ${f}, channel ${c}` : text));
  const slide = up ? flip : (kernel) => kernel;
  return {
    kernel: { values: kernels.map(([f, c]) => filters[f][c]), names: named("kernel") },
    "flipped kernel": { values: kernels.map(([f, c]) => slide(map.weights[f][c])), names: named("flipped kernel") },
    output: { values: upTo(output, position), frame: place },
    matrix: { map, position, tied },
    input: { values: image, ...(up ? { marks: reading(tied) } : window) },
    between: { values: volume, ...window },
    overlaps: { values: [overlaps], frame: { ...place, channel: 0 } },
    gradientOut: { values: gradient, frame: place },
    gradientIn: { values: up ? [] : scene.accumulated(position), ...window },
  };
}

/** The sum, with a line for each channel where there are several. */
function sumAt(scene, position) {
  const { back, map, slides, volume, gradient } = scene;
  const terms = scene.terms(position);
  const [left, total] = ["left", "total"].map((kind) => (text) => ({ kind, text, roomy: kind === "left" }));
  const box = (kind, list, text) => (
    { kind, columns: map.shape.kernel[1], terms: list.map((cell, k) => ({ text: text(cell, k), inside: cell.inside })) });
  const products = (list) => (
    box("plus", list, ({ value, weight }, k) => `${k ? "+ " : ""}${times(value, weight)}`));
  const several = volume.length > 1;
  const lines = (parts) => byChannel(terms).map(([channel, list]) => [
    ...(several ? [left(`channel ${channel}:`)] : []), ...parts(list),
  ]);
  const at = indexOf(scene.place(position), (back ? gradient.length : slides.filters) > 1);
  if (back) {
    const head = total(`output gradient${at} = ${entry(terms[0].value)} goes to`);
    return { kind: "by-channel", parts: [head, ...lines((list) => [box("scatter", list, addition)])] };
  }
  if (!several) return { parts: [left(`output${at} =`), products(terms), total(sumUp(terms))] };
  const each = lines((list) => [products(list), { kind: "part", text: sumUp(list) }]);
  return { kind: "by-channel", parts: [...each, total(`output${at} ${sumUp(terms)}`)] };
}

/** What one product does to the cell that it falls into, which `was` and then `is`: "−3 + 5·2 = 7". */
function addition({ inside, value, weight, was, is }) {
  if (!inside) return "in the padding";
  return `${format(was)} + ${times(value, weight)} ${equals([was, is], [value], [weight])} ${format(is)}`;
}

/** Tie the entries of the lit row of the matrix to their cells of the image, from either side. */
function tie({ row, scene, parts, position }) {
  function point(find) {
    const { back, image, tied } = scene();
    const [side, what] = back ? ["gradientIn", "input gradient"] : ["input", "image"];
    const cell = tied(position()).find(find) ?? null;
    parts()[side]?.tie(cell);
    parts().matrix.tie(cell?.index ?? null, cell && `the weight on ${what}${indexOf(cell, image.length > 1)}`);
  }
  function from(event) {
    const { matrix, input } = parts();
    const at = matrix && input?.placeOf(event);
    if (matrix) point((one) => at && ["channel", "row", "column"].every((axis) => one[axis] === at[axis]));
  }
  row.addEventListener("pointerover", from);
  row.addEventListener("focusin", from);
  return (index) => point((one) => one.index === index);
}

export default stepper({
  shaping: ["image", "kernel", "filters", "stride", "padding", "dilation", "mode", "direction", "grad_output"],
  choices: CHOICES,
  views: VIEWS,
  results: { output: "outputs", gradientIn: "cells of the input gradient" },
  sceneOf: look,
  also: ({ direction }, get) => (
    direction === "transposed" && !get("views").includes("transpose") ? { views: [...get("views"), "transpose"] } : {}),
  onopen: tie,
});
