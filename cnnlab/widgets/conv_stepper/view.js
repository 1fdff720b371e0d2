// ConvStepper: one cursor, one operation, every view of it.
import { indexOf, sceneOf } from "./numbers.js";
import { matrixView } from "./matrix.js";
import { byChannel, sumUp, times } from "../_shared/products.js";
import { stepper } from "../_shared/stepper.js";
import { entry, equals, format, short, weight as asWeight } from "../_shared/text.js";
import { by, extentOf, plane, replaced, size, upTo } from "../_shared/windows.js";

const NUMBERS = [1, 2, 3, 4].map((n) => [n, String(n)]);
const CHOICES = {
  direction: ["Direction", [["forward", "forward"], ["backward", "backward"], ["transposed", "transposed convolution"]]],
  stride: ["Stride", NUMBERS],
  padding: ["Padding", [[0, "0 (valid)"], [1, "1"], [2, "2"], [3, "3"], ["same", "same"], ["full", "full"]]],
  dilation: ["Dilation", NUMBERS],
  mode: ["Slide the kernel", [["correlation", "as it is (cross-correlation)"], ["convolution", "flipped (convolution)"]]],
};
const VIEWS = {
  input: "input", transpose: "zeros between", kernel: "kernel", output: "output", arithmetic: "sum", matrix: "matrix",
  gradient: "gradients",
};
const ONLY = { transpose: "transposed", gradient: "forward" }; // the one direction that has such a view

/** All that the page shows for one set of traits. */
function look(get) {
  const scene = sceneOf(get);
  const { image, map, direction, back, up, output } = scene;
  const views = Object.keys(VIEWS).filter((view) => (ONLY[view] ?? direction) === direction);
  const has = (view) => views.includes(view) && get("views").includes(view);
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
      ...(!back && { output }), ...((back || has("gradient")) && { gradientIn: scene.accumulated(position) }),
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
  const editing = (edit) => (get("controls").includes("cells") ? { edit } : {});
  const change = (trait, values) => editing((channel, row, column, value) => (
    { [trait]: replaced(values, Array.isArray(values[0][0]) ? [channel, row, column] : [row, column], value) }));
  const maps = (key, title, values, { name = title.toLowerCase(), of = "channel", ...more }) => ({
    key, title: `${title} ${by(extentOf(values))}`, shape: size(values[0]), ...more,
    names: values.map((_, k) => (values.length > 1 ? `${name} ${of} ${k}` : name)),
  });
  const kernels = (key, title, more) => (
    { key, title, shape: shape.kernel, names: volume.map(() => key), write: asWeight, ...more });

  const { pads } = shape;
  const input = maps("input", "Image", image, { write: entry, ...(!up && { pads }), ...change("image", get("image")) });
  if (!up && pads.flat().some(Boolean)) input.title += `, padded to ${by(shape.axes.map(({ padded }) => padded))}`;
  const spread = maps("between", "With zeros between and around", volume, { name: "spread image", write: entry });
  if (up) spread.unreal = slides.real.flatMap((line, r) => line.flatMap((is, c) => (is ? [] : [[r, c]])));
  const kernel = kernels("kernel", `Kernel ${by(shape.kernel)}`, editing((channel, row, column, value) => {
    if (!get("filters")) return { kernel: replaced(get("kernel"), [row, column], value) };
    return { filters: replaced(filters, [...kernelsAt(scene, get("position"))[channel], row, column], value) };
  }));
  const flipped = kernels("flipped kernel", "Flipped: what slides");
  const of = up ? "channel" : "filter";
  const made = maps("output", "Output", output, { of, pick: true, blue: true, counted: true });
  const overlaps = { key: "overlaps", title: "How often each cell is hit", shape: shape.image, names: ["overlap count"], blue: true };
  const sent = change("grad_output", get("filters") ? gradient : gradient[0]);
  const gradientOut = maps("gradientOut", "Output gradient", gradient, { of, write: entry, blue: true, ...sent });
  const gradientIn = maps("gradientIn", "Input gradient so far,", image, { name: "input gradient", pads, border: "", counted: true });
  const turned = { transposed: direction !== "forward", along: back ? "column" : "row" };
  const matrix = { key: "matrix", make: matrixView, shape: [rows, columns], ...turned };
  const [from, to] = back ? [gradientOut, gradientIn] : [input, made];
  const slidesFlipped = (get("mode") === "convolution") !== up;
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
  const { image, map, slides, filters, up, output, gradient, overlaps, volume } = scene;
  const [place, frame, tied] = [scene.place(position), scene.frame(position), scene.tied(position)];
  const reading = (list) => list.map(({ weight, ...cell }) => ({ ...cell, kind: "read", note: `×${short(weight)}` }));
  const cells = plane([frame.height, frame.width], (k) => (
    { row: frame.row + Math.floor(k / frame.width), column: frame.column + (k % frame.width), kind: "skipped" })).flat();
  const under = volume.flatMap((_, channel) => cells.map((cell) => ({ ...cell, channel })));
  const window = { marks: [...under, ...reading(scene.terms(position))], frame };
  const kernels = kernelsAt(scene, position);
  const named = (text) => kernels.map(([f, c]) => (many ? `${text} of filter ${f}, channel ${c}` : text));
  return {
    input: { values: image, ...(up ? { marks: reading(tied) } : window) },
    between: { values: volume, ...window },
    kernel: { values: kernels.map(([f, c]) => filters[f][c]), names: named("kernel") },
    "flipped kernel": { values: slides.weights[place.channel], names: named("flipped kernel") },
    output: { values: upTo(output, position), frame: place },
    overlaps: { values: [overlaps], frame: { ...place, channel: 0 } },
    matrix: { map, position, tied },
    gradientOut: { values: gradient, frame: place },
    gradientIn: { values: up ? [] : scene.accumulated(position), ...window },
  };
}

/** The sum, with a line for each channel where there are several. */
function sumAt(scene, position) {
  const { back, map, slides, volume } = scene;
  const terms = scene.terms(position);
  const at = indexOf(scene.place(position), (back ? map : slides).filters > 1);
  const left = (text) => ({ kind: "left", text, roomy: true });
  const total = (text) => ({ kind: "total", text });
  const box = (kind, list, text) => (
    { kind, columns: map.shape.kernel[1], terms: list.map((cell, k) => ({ text: text(cell, k), inside: cell.inside })) });
  const products = (list) => box("plus", list, ({ value, weight }, k) => `${k ? "+ " : ""}${times(value, weight)}`);
  const several = (back ? map.channels : volume.length) > 1;
  if (!back && !several) return { parts: [left(`output${at} =`), products(terms), total(sumUp(terms))] };
  const lines = byChannel(terms).map(([channel, list]) => [
    ...(several ? [left(`channel ${channel}:`)] : []),
    ...(back ? [box("scatter", list, addition)] : [products(list), { kind: "part", text: sumUp(list) }]),
  ]);
  const parts = back
    ? [total(`output gradient${at} = ${entry(terms[0].value)} goes to`), ...lines]
    : [...lines, total(`output${at} ${sumUp(terms)}`)];
  return { kind: "by-channel", parts };
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
  const from = (event) => {
    const { matrix, input } = parts();
    const at = input?.placeOf(event);
    if (matrix) point((one) => at && ["channel", "row", "column"].every((axis) => one[axis] === at[axis]));
  };
  for (const kind of ["pointerover", "focusin"]) row.addEventListener(kind, from);
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
