// ConvStepper: one cursor, one operation, every view of it.
import { indexOf, sceneOf, shapeOf } from "./scene.js";
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
  input: "input", kernel: "kernel", output: "output", arithmetic: "sum", matrix: "matrix", gradient: "gradients", transpose: "zeros between",
};
const DIRECTIONS = { // the views that there are
  forward: ["input", "kernel", "output", "arithmetic", "matrix", "gradient"],
  backward: ["input", "kernel", "output", "arithmetic", "matrix"],
  transposed: ["input", "transpose", "kernel", "output", "arithmetic", "matrix"],
};

/** All that the page shows for one set of traits. */
function look(get) {
  const scene = sceneOf(get);
  const { image, map, direction, output, gradient } = scene;
  const views = DIRECTIONS[direction];
  const has = (view) => views.includes(view) && get("views").includes(view);
  const back = direction === "backward";
  const cells = get("controls").includes("cells");
  return {
    ...scene,
    views, cells,
    label: `Convolution stepper, ${direction}: image ${by(shapeOf(image).slice(image.length > 1 ? 0 : 1))}, kernel ${by(map.shape.kernel)}`,
    jump: has("output") && !back ? "an output cell" : has("matrix") && "into the matrix",
    offers: direction === "transposed" ? { padding: (value) => typeof value === "number" } : {}, // no words there
    panels: panelsOf(scene, get, has, cells),
    shown: (position) => shownAt(scene, position, get("filters")),
    sum: has("arithmetic") ? (position) => sumAt(scene, position) : null,
    results: (position) => ({
      ...(!back && { output }), ...(gradient && (back || has("gradient")) && { gradientIn: scene.accumulated(position) }),
    }),
  };
}

/** Which [filter, channel] the kernel panel shows: those that meet at the cursor. */
function kernelsAt({ direction, filters, place }, position) {
  const { channel } = place(position);
  return direction === "transposed" ? filters.map((_, f) => [f, channel]) : filters[channel].map((_, c) => [channel, c]);
}

function panelsOf(scene, get, has, cells) {
  const { image, filters, map: { shape, channels, rows, columns }, direction, output, gradient, between, options: { mode } } = scene;
  const [back, up] = [direction === "backward", direction === "transposed"];
  const volume = (key, title, text, values, { of = "channel", ...more }) => {
    const [count, ...extent] = shapeOf(values);
    const names = values.map((_, k) => (count > 1 ? `${text} ${of} ${k}` : text));
    return { key, title: `${title} ${by(count > 1 ? [count, ...extent] : extent)}`, shape: extent, names, ...more };
  };
  const editing = (edit) => (cells ? { edit } : {});
  const kernels = (key, title, more) => ({ key, title, shape: shape.kernel, names: kernelsAt(scene, 0).map(() => key), write: asWeight, ...more });

  const { pads } = shape;
  const padded = !up && pads.flat().some(Boolean) ? `, padded to ${by(shape.axes.map((axis) => axis.padded))}` : "";
  const input = volume("input", "Image", "image", image, {
    pads: up ? undefined : pads, write: entry,
    ...editing((channel, r, c, value) => ({ image: replaced(get("image"), Array.isArray(get("image")[0][0]) ? [channel, r, c] : [r, c], value) })),
  });
  input.title += padded;
  const kernel = kernels("kernel", `Kernel ${by(shape.kernel)}`, editing((channel, r, c, value) => {
    if (!get("filters")) return { kernel: replaced(get("kernel"), [r, c], value) };
    return { filters: replaced(filters, [...kernelsAt(scene, get("position"))[channel], r, c], value) };
  }));
  const slides = (mode === "convolution") !== up;
  const flipped = kernels("flipped kernel", "Flipped: what slides");
  const made = volume("output", "Output", "output", output, { of: up ? "channel" : "filter", pick: true, blue: true, counted: true });
  const gradientOut = !up && volume("gradientOut", "Output gradient", "output gradient", gradient, {
    of: "filter", write: entry, blue: true,
    ...editing((channel, r, c, value) => {
      const changed = replaced(gradient, [channel, r, c], value);
      return { grad_output: get("filters") ? changed : changed[0] };
    }),
  });
  const gradientIn = !up && volume("gradientIn", "Input gradient so far,", "input gradient", image, { pads, border: "", counted: true });
  const spread = up && volume("between", "With zeros between and around", "spread image", between.values, {
    write: entry, unreal: between.real.flatMap((line, r) => line.flatMap((is, c) => (is ? [] : [[r, c]]))),
  });
  const overlaps = { key: "overlaps", title: "How often each cell is hit", shape: shape.image, names: ["overlap count"], blue: true };
  const turned = direction !== "forward";
  const matrix = { key: "matrix", make: matrixView, rows: turned ? columns : rows, columns: turned ? rows : columns, transposed: turned, along: back ? "column" : "row" };
  const [from, to] = back ? [gradientOut, gradientIn] : [input, made];
  return [
    [
      has(back ? "output" : "input") && from, has("transpose") && spread, has("kernel") && (slides ? [kernel, flipped] : kernel),
      has(back ? "input" : "output") && to, has("transpose") && overlaps,
    ],
    [],
    [has("matrix") && matrix, has("gradient") && gradientOut, has("gradient") && gradientIn],
  ].map((row) => row.filter(Boolean));
}

/** What each panel shows at one position. */
function shownAt(scene, position, many) {
  const { image, map, filters, direction, output, gradient, between, overlaps } = scene;
  const place = scene.place(position);
  const frame = scene.frame(position);
  const terms = scene.terms(position);
  const reading = (list) => list.map(({ channel, row, column, weight }) => ({ channel, row, column, kind: "read", note: `×${short(weight)}` }));
  const under = (volume) => volume.flatMap((_, channel) => Array.from({ length: frame.height * frame.width }, (_, k) => (
    { channel, row: frame.row + Math.floor(k / frame.width), column: frame.column + (k % frame.width), kind: "skipped" })));
  const window = (volume) => ({ marks: [...under(volume), ...reading(terms)], frame });
  const kernels = kernelsAt(scene, position);
  const named = (text) => kernels.map(([f, c]) => (many ? `${text} of filter ${f}, channel ${c}` : text));
  const slide = direction === "transposed" ? flip : (kernel) => kernel;
  const shown = {
    kernel: { values: kernels.map(([f, c]) => filters[f][c]), names: named("kernel") },
    "flipped kernel": { values: kernels.map(([f, c]) => slide(map.weights[f][c])), names: named("flipped kernel") },
    output: { values: upTo(output, position), frame: place },
    matrix: { map, position, tied: scene.tied(position) },
  };
  if (direction === "transposed") {
    return {
      ...shown,
      input: { values: image, marks: reading(scene.tied(position)) },
      between: { values: between.values, ...window(between.values) },
      overlaps: { values: [overlaps], frame: { row: place.row, column: place.column } },
    };
  }
  return {
    ...shown,
    input: { values: image, ...window(image) },
    gradientOut: { values: gradient, frame: place },
    gradientIn: { values: scene.accumulated(position), ...window(image) },
  };
}

/** The sum, with a line for each channel where there are several. */
function sumAt(scene, position) {
  const { direction, map, output } = scene;
  const terms = scene.terms(position);
  const channels = [...new Set(terms.map(({ channel }) => channel))];
  const lines = channels.map((k) => terms.filter(({ channel }) => channel === k));
  const box = (kind, list, text) => ({ kind, columns: map.shape.kernel[1], terms: list.map((cell, k) => ({ text: text(cell, k), inside: cell.inside })) });
  const products = (list) => box("plus", list, ({ value, weight }, k) => `${k ? "+ " : ""}${times(value, weight)}`);
  const left = (text) => ({ kind: "left", text, roomy: true });
  if (direction === "backward") {
    const head = `output gradient${indexOf(scene.place(position), map.filters > 1)} = ${entry(terms[0].value)} goes to`;
    const each = lines.map((list, k) => [...(map.channels > 1 ? [left(`channel ${channels[k]}:`)] : []), box("scatter", list, addition)]);
    return { kind: "by-channel", parts: [{ kind: "total", text: head }, ...each] };
  }
  const head = `output${indexOf(scene.place(position), output.length > 1)}`;
  if (lines.length === 1) return { parts: [left(`${head} =`), products(terms), { kind: "total", text: sumUp(terms) }] };
  const each = lines.map((list, k) => [left(`channel ${channels[k]}:`), products(list), { kind: "part", text: sumUp(list) }]);
  return { kind: "by-channel", parts: [...each, { kind: "total", text: `${head} ${sumUp(terms)}` }] };
}

/** What one product does to the cell that it falls into, which `was` and then `is`: "−3 + 5·2 = 7". */
function addition({ inside, value, weight, was, is }) {
  if (!inside) return "in the padding";
  return `${format(was)} + ${times(value, weight)} ${equals([was, is], [value], [weight])} ${format(is)}`;
}

/** Tie the entries of the lit row of the matrix to their cells of the image, from either side. */
function tie({ row, scene, parts, position }) {
  const side = () => (scene().direction === "backward" ? "gradientIn" : "input");
  function point(index) {
    const { matrix, [side()]: grids } = parts();
    const cell = scene().tied(position()).find((one) => one.index === index) ?? null;
    grids?.tie(cell);
    const what = side() === "input" ? "image" : "input gradient";
    matrix.tie(cell?.index ?? null, cell && `the weight on ${what}${indexOf(cell, scene().image.length > 1)}`);
  }
  function from(event) {
    const { matrix, input } = parts();
    if (!matrix) return;
    const at = input?.placeOf(event);
    const cell = at && scene().tied(position()).find((one) => one.channel === at.channel && one.row === at.row && one.column === at.column);
    point(cell ? cell.index : null);
  }
  row.addEventListener("pointerover", from);
  row.addEventListener("focusin", from);
  return point;
}

export default stepper({
  shaping: ["image", "kernel", "filters", "stride", "padding", "dilation", "mode", "direction", "grad_output"],
  choices: CHOICES,
  views: VIEWS,
  results: { output: "outputs", gradientIn: "cells of the input gradient" },
  sceneOf: look,
  also: ({ direction }, get) => (direction === "transposed" && !get("views").includes("transpose") ? { views: [...get("views"), "transpose"] } : {}),
  onopen: tie,
});
