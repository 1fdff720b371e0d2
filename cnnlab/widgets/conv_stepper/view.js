// ConvStepper: one cursor, one operation, every view of it.
import { scatterStep, stack, sumBox } from "./panels.js";
import { DIRECTIONS, indexOf, sceneOf, shapeOf, windowOf } from "./scene.js";
import { button, choice } from "../_shared/choices.js";
import { announcer, arrange, batch, element, helpText, kernelNotice, listen, prefersStillness } from "../_shared/dom.js";
import { CELL_HELP, CELL_KEYS } from "../_shared/grid.js";
import { matrixView } from "./matrix.js";
import { entry, factor, flip, weight } from "../_shared/ops.js";
import { clock, transport, WALKING_KEYS } from "../_shared/transport.js";

const SHAPING = ["image", "kernel", "filters", "stride", "padding", "dilation", "mode", "direction", "grad_output"];
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

function initialize({ model }) {
  if (prefersStillness()) model.set("playing", false);
  return clock({ model, count: () => sceneOf((name) => model.get(name)).count });
}

function render({ model, el }) {
  const { nodes: spoken, say, warn } = announcer();
  const panels = element("div", { class: "cnnlab-panels" });
  const below = element("div", { class: "cnnlab-panels cnnlab-below" });
  const arithmetic = sumBox();
  const help = helpText();
  const notice = kernelNotice(model);
  const root = element("section", { class: "cnnlab", tabindex: -1 }); // a click anywhere in it gives it the keys
  let scene = null; // the numbers, from conv_scene.js
  let parts = {}; // the stacks and the matrix that stand on the page
  let built = ""; // what the page was laid out for
  let drawn = -1; // the position that is drawn
  let before = null; // the results before the edit that is on its way

  // ---- from the reader to the traits -------------------------------------------------------
  function change(changes) {
    const get = (name) => (name in changes ? changes[name] : model.get(name));
    try {
      const next = sceneOf(get);
      changes.position = Math.min(get("position"), next.count - 1);
      if (next.stale) changes.grad_output = null;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      drawOptions();
      warn(`${error.message} Nothing was changed.`);
      return;
    }
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  function go(position) {
    change({ position: Math.max(position, 0), playing: false });
  }
  /** The same nested list with one entry replaced. */
  function replaced(list, [first, ...rest], value) {
    return list.map((entry, k) => (k !== first ? entry : rest.length ? replaced(entry, rest, value) : value));
  }
  function edit(changes) {
    before = results();
    change(changes);
    queueMicrotask(() => (before = null)); // by then it is drawn
  }
  function editImage(channel, row, column, value) {
    const image = model.get("image");
    edit({ image: replaced(image, Array.isArray(image[0][0]) ? [channel, row, column] : [row, column], value) });
  }
  function editKernel(channel, row, column, value) {
    if (!model.get("filters")) return edit({ kernel: replaced(model.get("kernel"), [row, column], value) });
    const [filter, plane] = shownKernels(model.get("position"))[channel];
    edit({ filters: replaced(model.get("filters"), [filter, plane, row, column], value) });
  }
  function editGradient(channel, row, column, value) {
    const gradient = replaced(scene.gradient, [channel, row, column], value);
    edit({ grad_output: model.get("filters") ? gradient : gradient[0] });
  }
  function reset() {
    const initial = model.get("_initial");
    change({ playing: false, ...Object.fromEntries([...SHAPING, "position", "speed", "views"].map((name) => [name, initial[name]])) });
  }
  function turn(direction) {
    const views = model.get("views");
    const more = direction === "transposed" && !views.includes("transpose") ? { views: [...views, "transpose"] } : {};
    change({ direction, ...more });
  }

  // ---- settings ------------------------------------------------------------------------------
  const controls = transport({ model, count: () => scene.count, row: () => scene.rowLength, go });
  const fields = Object.fromEntries(
    Object.entries(CHOICES).map(([name, [label, choices]]) => {
      const pick = name === "direction" ? turn : (value) => change({ [name]: value });
      return [name, choice(label, choices, pick)];
    }),
  );
  const options = element("div", { class: "cnnlab-options" });
  const toggles = element("div", { class: "cnnlab-toggles" });
  const show = element("details", { class: "cnnlab-show" }, element("summary", {}, "Views"), toggles);
  const resetButton = button("Reset", reset);
  const boxes = Object.fromEntries(Object.keys(VIEWS).map((name) => [name, element("input", { type: "checkbox", onchange: () => toggle(name) })]));
  const labels = Object.fromEntries(
    Object.entries(VIEWS).map(([name, text]) => [name, element("label", { class: "cnnlab-field" }, boxes[name], element("span", {}, text))]));

  function toggle(name) {
    const views = model.get("views").filter((view) => view !== name);
    change({ views: boxes[name].checked ? Object.keys(VIEWS).filter((view) => view === name || views.includes(view)) : views });
  }
  function drawOptions() {
    const open = model.get("controls");
    arrange(options, [...Object.keys(fields).filter((name) => open.includes(name)).map((name) => fields[name].node), ...(open.length ? [resetButton] : [])]);
    options.hidden = !open.length;
    const direction = model.get("direction");
    const seen = (view) => model.get("views").includes(view);
    const offered = { padding: (value) => direction !== "transposed" || typeof value === "number" }; // no words there
    for (const [name, field] of Object.entries(fields)) field.fill(model.get(name), offered[name]);
    const cells = open.includes("cells");
    const target = direction !== "backward" && seen("output") ? "an output cell" : seen("matrix") && "into the matrix";
    help.fill([WALKING_KEYS, cells && CELL_KEYS], [cells && CELL_HELP, target && `Click ${target} to jump there.`]);
    show.hidden = !open.includes("views");
    arrange(toggles, DIRECTIONS[direction].map((name) => labels[name]));
    for (const [name, box] of Object.entries(boxes)) box.checked = model.get("views").includes(name);
  }

  // ---- from the traits to the page ---------------------------------------------------------
  const by = (a) => a.join(" × ");
  const name = (text, k, many, of = "channel") => (many ? `${text} ${of} ${k}` : text);

  /** Which [filter, channel] the kernel stack shows: those that meet at the cursor. */
  function shownKernels(position) {
    const { channel } = scene.place(position);
    const { filters } = scene;
    return scene.direction === "transposed" ? filters.map((_, f) => [f, channel]) : filters[channel].map((_, c) => [channel, c]);
  }
  const kernelNames = (text, position) =>
    shownKernels(position).map(([f, c]) => (model.get("filters") ? `${text} of filter ${f}, channel ${c}` : text));

  function volumeStack(title, text, volume, { of, ...more }) {
    const [count, ...shape] = shapeOf(volume);
    return stack({ title: `${title} ${by(count > 1 ? [count, ...shape] : shape)}`, shape, names: volume.map((_, k) => name(text, k, count > 1, of)), ...more });
  }

  /** Lay the panels out anew: after a change of shape, of a setting, or of the views. */
  function build() {
    const { image, filters, map, direction, output, gradient, options: { mode } } = scene;
    const views = DIRECTIONS[direction].filter((view) => model.get("views").includes(view));
    const has = (view) => views.includes(view);
    const back = direction === "transposed";
    const pads = map.shape.pads;
    const padded = !back && pads.flat().some(Boolean) ? `, padded to ${by(map.shape.image.map((n, axis) => n + pads[axis][0] + pads[axis][1]))}` : "";
    const pick = (place) => (channel, r, c) => go((channel * shapeOf(place)[1] + r) * shapeOf(place)[2] + c);
    const kernelShape = map.shape.kernel;
    const editing = (onedit) => (model.get("controls").includes("cells") ? { onedit, onrefuse: warn } : {});
    const position = Math.min(model.get("position"), scene.count - 1);
    const slides = back ? mode === "correlation" : mode === "convolution";
    const gradientOut = () => volumeStack("Output gradient", "output gradient", gradient, { of: "filter", write: entry, ...editing(editGradient), blue: true });
    const gradientIn = () => volumeStack("Input gradient so far,", "input gradient", image, { pads, border: "", counted: true });
    parts = {
      kernel: stack({ title: `Kernel ${by(kernelShape)}`, shape: kernelShape, names: kernelNames("kernel", position), write: weight, ...editing(editKernel) }),
      flipped: slides ? stack({ title: "Flipped: what slides", shape: kernelShape, names: kernelNames("flipped kernel", position), write: weight }) : null,
    };
    if (direction === "backward") {
      Object.assign(parts, { gradientOut: gradientOut(), gradientIn: gradientIn() });
    } else {
      parts.input = volumeStack("Image", "image", image, { pads: back ? undefined : pads, write: entry, ...editing(editImage) });
      parts.output = volumeStack("Output", "output", output, { of: back ? "channel" : "filter", onpick: pick(output), blue: true, counted: true });
    }
    if (has("gradient")) Object.assign(parts, { gradientOut: gradientOut(), gradientIn: gradientIn() });
    if (back) {
      parts.between = volumeStack("With zeros between and around", "spread image", scene.between.values, { write: entry });
      parts.overlaps = stack({ title: "How often each cell is hit", shape: map.shape.image, names: ["overlap count"], blue: true });
    }
    if (has("matrix")) {
      const along = direction === "backward" ? "column" : "row";
      parts.matrix = matrixView({ map, transposed: direction !== "forward", along, onpick: go, ontie: tie });
    }
    const sides = direction === "backward" ? { input: parts.gradientOut, output: parts.gradientIn } : parts;
    const kernels = parts.flipped ? element("div", { class: "cnnlab-stacked" }, parts.kernel.node, parts.flipped.node) : parts.kernel.node;
    panels.replaceChildren(...[
      has(direction === "backward" ? "output" : "input") && sides.input.node, has("transpose") && parts.between.node, has("kernel") && kernels,
      has(direction === "backward" ? "input" : "output") && sides.output.node, has("transpose") && parts.overlaps.node,
    ].filter(Boolean));
    below.replaceChildren(...[has("matrix") && parts.matrix.node, has("gradient") && parts.gradientOut.node, has("gradient") && parts.gradientIn.node].filter(Boolean));
    if (!back && padded) parts.input?.node.querySelector(".cnnlab-title").append(padded);
    arithmetic.node.hidden = !has("arithmetic");
    below.hidden = !below.childElementCount;
    root.setAttribute("aria-label", `Convolution stepper, ${direction}: image ${by(shapeOf(image).slice(image.length > 1 ? 0 : 1))}, kernel ${by(kernelShape)}`);
    drawOptions();
    fill();
  }

  /** Write the numbers: after a cell has changed. */
  function fill() {
    const { image, map, direction, gradient, between, overlaps } = scene;
    parts.input?.write(image);
    parts.gradientOut?.write(gradient);
    if (direction === "transposed") {
      parts.between.write(between.values);
      parts.between.grey(between.real);
      parts.overlaps.write([overlaps]);
    }
    const widest = (list, write) => list.flat(3).reduce((most, value) => Math.max(most, factor(value, write).length), 1);
    const across = widest(map.weights, weight);
    scene.longest = direction === "backward" ? longestStep() : "+ ·".length + widest(image) + across;
    drawn = -1;
    place();
    if (before) countChanges();
  }

  /** How long the longest of all sums on the way back is: room is kept for it, so that nothing moves while stepping. */
  function longestStep() {
    const sums = scene.image.map((plane) => plane.map((line) => line.map(() => 0)));
    let longest = 0;
    for (let k = 0; k < scene.count; k++) {
      for (const cell of scene.terms(k)) {
        const line = sums[cell.channel][cell.row] ?? [];
        const was = line[cell.column];
        if (cell.inside) line[cell.column] += cell.product;
        longest = Math.max(longest, scatterStep(cell, was, line[cell.column]).length);
      }
    }
    return longest;
  }

  /** What an edit can change, by the stack that shows it. */
  function results() {
    const position = Math.min(model.get("position"), scene.count - 1);
    return { ...(parts.output && { output: scene.output }), ...(parts.gradientIn && { gradientIn: scene.accumulated(position) }) };
  }
  /** Mark what the reader's edit has changed, and say how much that is. */
  function countChanges() {
    const names = { output: "outputs", gradientIn: "cells of the input gradient" };
    const told = Object.entries(results()).map(([key, now]) => parts[key].changes.mark(before[key], now, names[key]));
    say([...told, scene.sentence(drawn)].join(" "));
  }

  /** Move the cursor: the only thing that happens while stepping. */
  function place() {
    const position = Math.min(model.get("position"), scene.count - 1);
    const { output, direction, map, count } = scene;
    const list = scene.terms(position);
    const { channel, row, column } = scene.place(position);
    if (channel !== scene.kernelsOf) writeKernels(position);
    if (direction === "transposed") {
      parts.between.light(list, { window: windowOf(scene, list) });
      parts.input.light(scene.tied(position), { weights: true });
      parts.overlaps.outline(0, row, column);
    } else {
      parts.input?.light(list, { window: windowOf(scene, list) });
      parts.gradientIn?.light(list, { window: windowOf(scene, list) });
      parts.gradientIn?.write(scene.accumulated(position));
      parts.gradientOut?.outline(channel, row, column);
    }
    if (parts.output) {
      const [from, to] = drawn < 0 ? [0, count - 1] : [Math.min(drawn, position), Math.max(drawn, position)];
      for (let k = from; k <= to; k++) {
        const at = scene.place(k);
        parts.output.set(at.channel, at.row, at.column, k <= position ? output[at.channel][at.row][at.column] : null);
      }
      parts.output.outline(channel, row, column);
    }
    parts.matrix?.light(position, scene.tied(position));
    parts.output?.changes.clear();
    parts.gradientIn?.changes.clear();
    drawn = position;
    tie(null);
    if (!arithmetic.node.hidden) drawSum(list, { channel, row, column }, map.shape.kernel[1]);
    controls.draw();
    if (!model.get("playing")) say(scene.sentence(position));
    warn("");
  }

  function writeKernels(position) {
    const shown = shownKernels(position);
    const { filters, map, direction } = scene;
    scene.kernelsOf = scene.place(position).channel;
    parts.kernel.write(shown.map(([f, c]) => filters[f][c]));
    parts.kernel.rename(kernelNames("kernel", position));
    parts.flipped?.write(shown.map(([f, c]) => (direction === "transposed" ? flip(map.weights[f][c]) : map.weights[f][c])));
    parts.flipped?.rename(kernelNames("flipped kernel", position));
  }

  function drawSum(list, at, columns) {
    const { direction, output, longest, map } = scene;
    if (direction === "backward") {
      const head = `output gradient${indexOf(at, map.filters > 1)}`;
      const [before, after] = [drawn - 1, drawn].map(scene.accumulated);
      arithmetic.scatter(head, list, { columns, longest, before, after, many: map.channels > 1 });
    } else {
      const [head, longestHead] = [at, scene.place(scene.count - 1)].map((place) => `output${indexOf(place, output.length > 1)}`);
      arithmetic.gather(head, list, { columns, longest, longestHead });
    }
  }

  /** Tie one entry of the lit row of the matrix to its cell of the image, from either side. */
  function tie(index) {
    if (!parts.matrix) return;
    const cell = index === null ? null : scene.tied(drawn).find((one) => one.index === index) ?? null;
    const side = scene.direction === "backward" ? parts.gradientIn : parts.input;
    side?.tie(cell);
    const what = scene.direction === "backward" ? "input gradient" : "image";
    parts.matrix.tie(cell && cell.index, cell && `the weight on ${what}${indexOf(cell, side && scene.image.length > 1)}`);
  }
  function tieFrom(event) {
    const side = scene.direction === "backward" ? null : parts.input;
    const at = side?.placeOf(event);
    const cell = at && scene.tied(drawn).find((one) => one.channel === at.channel && one.row === at.row && one.column === at.column);
    tie(cell ? cell.index : null);
  }

  const layout = () => {
    const { map, direction, filters, image } = scene;
    return JSON.stringify([direction, map.shape, filters.length, image.length, scene.options, model.get("views"), model.get("controls")]);
  };
  const redraw = batch(() => {
    let next;
    try {
      next = sceneOf((trait) => model.get(trait));
    } catch (error) {
      if (error instanceof RangeError) return; // traits that belong together are still on their way
      throw error;
    }
    scene = next;
    if (layout() === built) return fill();
    built = layout();
    build();
  });

  scene = sceneOf((trait) => model.get(trait));
  built = layout();
  build();
  root.append(panels, arithmetic.node, controls.node, options, show, ...spoken, notice.node, below, help.node);
  root.addEventListener("keydown", controls.press);
  panels.addEventListener("pointerover", tieFrom);
  panels.addEventListener("focusin", tieFrom);
  el.append(root);
  const stop = [
    listen(model, [...SHAPING, "views", "controls"], redraw),
    notice.stop,
    listen(model, ["position"], () => scene.count > 0 && place()),
    listen(model, ["playing", "speed"], () => {
      controls.draw();
      if (!model.get("playing")) say(scene.sentence(drawn));
    }),
  ];
  return () => {
    stop.forEach((off) => off());
    root.remove();
  };
}

export default { initialize, render };
