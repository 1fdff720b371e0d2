// PoolStepper: one cursor walks over the output of a pooling layer, forwards, unpooling, or backwards.
import { layerOf, notation, remark, result, sentence, shares, unpool, walkBack } from "./numbers.js";
import { stepper } from "../_shared/stepper.js";
import { entry, format } from "../_shared/text.js";
import { by, frameOf, replaced, upTo } from "../_shared/windows.js";

const LAYER = ["image", "operation", "kernel_size", "stride", "padding", "count_padding", "direction", "gradient"];
const SIZES = [1, 2, 3, 4].map((n) => [n, String(n)]);
const CHOICES = {
  direction: ["Direction", [["forward", "forward"], ["unpool", "unpool"], ["backward", "backward"]]],
  operation: ["Operation", [["max", "max"], ["average", "average"], ["l2", "L2"]]],
  kernel_size: ["Window", SIZES],
  stride: ["Stride", [[null, "the window’s"], ...SIZES]],
  padding: ["Padding", [[0, "0 (valid)"], [1, "1"], [2, "2"], ["same", "same"], ["full", "full"]]],
  count_padding: ["Average over", [[false, "cells on the image"], [true, "padding too"]]],
};

/** What a cell in the padding shows. */
function border({ operation, count_padding }) {
  return { max: "−∞", average: count_padding ? "0" : "", l2: "0" }[operation];
}

/** All that the page shows for one set of traits. */
function look(get) {
  const layer = layerOf(Object.fromEntries(LAYER.map((name) => [name, get(name)])));
  const { shape, operation, direction, output, switches } = layer;
  const back = direction === "backward";
  const scene = { ...layer, back, steps: back ? walkBack(layer).steps : [], count: layer.windows.length };
  const views = get("views");
  const open = get("controls").includes("cells");
  return {
    ...scene,
    rowLength: shape.output[1],
    label: `Pooling stepper: image ${by(shape.image)}, windows ${by(shape.kernel)}`,
    cells: open && (back || (direction === "forward" && views.includes("input"))),
    jump: (views.includes("output") || views.includes("switches")) && "an output cell",
    offers: operation === "average" ? {} : { count_padding: false },
    panels: panelsOf(scene, views, open),
    shown: (position) => shownAt(scene, position),
    sum: views.includes("arithmetic") ? (position) => sumAt(scene, position) : null,
    results: (position) => (back
      ? { gradientIn: [walkBack(layer, position + 1).sums] }
      : { output: [output], ...(switches && { switches: [switches] }) }),
    sentence: (position) => sentence(layer, position, scene.steps),
  };
}

function panelsOf(scene, views, open) {
  const { image, gradient, shape, operation, direction, back } = scene;
  const forward = direction === "forward";
  const panel = (key, title, extent, more) => ({ key, title, names: [title.toLowerCase()], shape: extent, ...more });
  const sized = (key, title, extent, more) => ({ ...panel(key, title, extent, more), title: `${title} ${by(extent)}` });
  const editing = (trait, values) => (
    open ? { edit: (_, row, column, value) => ({ [trait]: replaced(values, [row, column], value) }) } : {});
  const [onImage, onOutput] = [{ pads: shape.pads, border: "" }, { pick: true, counted: forward }];
  const input = { pads: shape.pads, border: border(scene), write: entry, ...(forward && editing("image", image)) };
  return [
    [
      views.includes("input") && sized("input", "Image", shape.image, input),
      views.includes("output") && sized("output", "Output", shape.output, onOutput),
      views.includes("switches") && operation === "max" && panel("switches", "Switches", shape.output, onOutput),
    ],
    [
      direction === "unpool" && sized("unpooled", "Unpooled", shape.image, onImage),
      back && sized("gradientIn", "Input gradient", shape.image, { ...onImage, counted: true }),
      back && sized("gradientOut", "Output gradient", shape.output, { write: entry, blue: true, ...editing("gradient", gradient) }),
    ],
    [],
  ].map((row) => row.filter(Boolean));
}

/** What each panel shows at one position. */
function shownAt(scene, position) {
  const { image, gradient, shape, windows, operation, count_padding, direction, back, output, switches, count, steps } = scene;
  const window = windows[position];
  const { row, column, cells, real, holders } = window;
  const frame = frameOf(shape, position);
  const walked = direction === "forward" ? position : count - 1;
  const reading = (list) => list.map((cell) => ({ ...cell, kind: "read" }));
  const counted = operation === "average" && count_padding; // then the padding is part of the mean
  const held = holders.map((cell, k) => ({
    ...cell, kind: k ? "read pool-equal" : "read pool-first", note: k ? "=" : holders.length > 1 ? "1st" : "max",
  }));
  const on = (values, { row: r, column: c }, more) => ({ values: [values], frame: { row: r, column: c }, ...more });
  const places = windows.slice(0, walked + 1).map(({ row: r, column: c, holders: [to] }) => (
    { row: r, column: c, note: to && `${to.row}, ${to.column}` }));
  const sum = steps[position] ? [{ ...steps[position], kind: "read pool-sum" }] : [];
  return {
    input: { values: [image], marks: [...reading(counted ? cells : real), ...held], frame },
    output: on(upTo([output], walked)[0], window),
    switches: switches && on(upTo([switches], walked)[0], window, { marks: places, said: walked === count - 1 ? ", frozen" : "" }),
    unpooled: direction === "unpool" && on(unpool(scene, position + 1), holders[0], { marks: reading([holders[0]]) }),
    gradientOut: on(gradient, { row, column }),
    gradientIn: back && {
      values: [walkBack(scene, position + 1).sums], marks: [...reading(shares(scene, window)), ...sum], frame,
    },
  };
}

/** The line of arithmetic at one position: what is left and right of the terms, and the terms. */
function sumAt(scene, position) {
  const { shape, direction, back, gradient, windows, steps } = scene;
  const window = windows[position];
  const { row, column, cells, holders: [to], at, value } = window;
  const line = ({ kind = "pool-two", left, terms, columns = shape.kernel[1], close, total, note = "" }) => ({
    kind,
    parts: [
      { kind: "left", text: left, roomy: true }, { kind: "plain", columns, terms },
      ...(close ? [{ kind: "pool-close", text: close }] : []),
      { kind: "total", text: total, roomy: true }, { kind: "pool-note", text: note },
    ],
  });
  if (direction === "unpool") {
    return line({
      left: `output[${row}, ${column}] = ${format(value)} goes to`, columns: 1,
      terms: [{ text: `switch ${at}: row ${to.row}, column ${to.column}`, inside: true }],
      total: `unpooled[${to.row}, ${to.column}] = ${format(value)}`,
    });
  }
  if (back) {
    const given = shares(scene, window);
    const terms = cells.map(({ m, n, inside }) => {
      const gift = given.find((one) => one.m === m && one.n === n);
      return { text: gift?.text ?? (inside ? "0" : ""), inside: Boolean(gift) };
    });
    const total = steps[position]?.said ?? "the norm is 0: nothing goes back";
    return line({ left: `output gradient[${row}, ${column}] = ${entry(gradient[row][column])} gives`, terms, total });
  }
  const { open, between, close, term } = notation(scene, window);
  const last = window.real.at(-1);
  const terms = cells.map((cell) => ({
    text: cell.inside ? term(cell.value) + (cell === last ? "" : between) : border(scene), inside: cell.inside,
  }));
  const [total, note] = [result(scene, window), remark(scene, window)];
  return line({ kind: "plain", left: `output[${row}, ${column}] = ${open}`, terms, close, total, note });
}

export default stepper({
  kind: "cnnlab-pool",
  shaping: LAYER,
  choices: CHOICES,
  results: { output: "outputs", switches: "switches", gradientIn: "cells of the input gradient" },
  sceneOf: look,
});
