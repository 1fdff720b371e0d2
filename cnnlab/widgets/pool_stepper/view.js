// PoolStepper: one cursor walks over the output of a pooling layer, forwards, unpooling, or backwards.
import {
  NO_SWITCHES, accumulation, backward, backwardSentence, cells, forwardSentence, layout, notation, pool, poolSign, poolWindow, remark, shares,
  unpool, unpoolSentence,
} from "./numbers.js";
import { stepper } from "../_shared/stepper.js";
import { entry, format } from "../_shared/text.js";
import { by, frameOf, outputCell, replaced, size, upTo } from "../_shared/windows.js";

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
const PADDING_CELL = { max: () => "−∞", average: (settings) => (settings.count_padding ? "0" : ""), l2: () => "0" };

/** All that the page shows for one set of traits. Throws a RangeError where they can't be. */
function look(get) {
  const layer = Object.fromEntries(LAYER.map((name) => [name, get(name)]));
  const { image, operation, direction, gradient: given } = layer;
  if (direction === "unpool" && operation !== "max") throw new RangeError(NO_SWITCHES[operation]);
  const shape = layout(size(image), layer);
  const fits = given && String(size(given)) === String(shape.output);
  const gradient = fits ? given : Array.from({ length: shape.output[0] }, () => Array(shape.output[1]).fill(1));
  const back = direction === "backward";
  const sums = back ? accumulation(image, gradient, shape, layer) : [];
  const scene = { ...layer, ...pool(image, shape, layer), gradient, shape, sums, count: shape.output[0] * shape.output[1] };
  const views = get("views");
  const open = get("controls").includes("cells");
  return {
    ...scene,
    rowLength: shape.output[1],
    stale: given && !fits && "gradient",
    label: `Pooling stepper: image ${by(shape.image)}, windows ${by(shape.kernel)}`,
    cells: open && (back || (direction === "forward" && views.includes("input"))),
    jump: (views.includes("output") || views.includes("switches")) && "an output cell",
    offers: operation === "average" ? {} : { count_padding: false },
    panels: panelsOf(scene, views, open),
    shown: (position) => shownAt(scene, position),
    sum: views.includes("arithmetic") ? (position) => sumAt(scene, position) : null,
    results(position) {
      if (back) return { gradientIn: [backward(image, gradient, shape, layer, position + 1)] };
      return { output: [scene.output], ...(scene.switches && { switches: [scene.switches] }) };
    },
    sentence(position) {
      if (back) return backwardSentence(image, gradient, shape, layer, position, sums);
      return (direction === "unpool" ? unpoolSentence : forwardSentence)(image, shape, layer, position);
    },
  };
}

function panelsOf(scene, views, open) {
  const { image, gradient, shape, operation, direction } = scene;
  const forward = direction === "forward";
  const panel = (key, title, name, extent, more) => ({ key, title, names: [name], shape: extent, ...more });
  const editing = (name, values) => (open ? { edit: (_, r, c, value) => ({ [name]: replaced(values, [r, c], value) }) } : {});
  const [onImage, onOutput] = [{ pads: shape.pads, border: "" }, { pick: true, counted: forward }];
  const there = [
    views.includes("input") && panel("input", `Image ${by(shape.image)}`, "image", shape.image, {
      pads: shape.pads, border: PADDING_CELL[operation](scene), write: entry, ...(forward && editing("image", image)),
    }),
    views.includes("output") && panel("output", `Output ${by(shape.output)}`, "output", shape.output, onOutput),
    views.includes("switches") && operation === "max" && panel("switches", "Switches", "switches", shape.output, { ...onOutput, chip: "frozen" }),
  ];
  const back = {
    forward: [],
    unpool: [panel("unpooled", `Unpooled ${by(shape.image)}`, "unpooled", shape.image, onImage)],
    backward: [
      panel("gradientIn", `Input gradient ${by(shape.image)}`, "input gradient", shape.image, { ...onImage, counted: true }),
      panel("gradientOut", `Output gradient ${by(shape.output)}`, "output gradient", shape.output, { write: entry, blue: true, ...editing("gradient", gradient) }),
    ],
  }[direction];
  return [there.filter(Boolean), back, []];
}

/** What each panel shows at one position. */
function shownAt(scene, position) {
  const { image, gradient, shape, operation, direction, output, switches, count, sums } = scene;
  const list = cells(image, shape, position);
  const { holders } = poolWindow(list, scene);
  const [row, column] = outputCell(shape, position);
  const [frame, cursor] = [frameOf(shape, position), { row, column }];
  const walked = direction === "forward" ? position : count - 1;
  const counted = operation === "average" && scene.count_padding; // then the padding is part of the mean
  const read = list.filter((cell) => cell.inside || counted).map((cell) => ({ ...cell, kind: "read" }));
  const held = holders.map((cell, k) => ({
    ...cell, kind: k ? "read pool-equal" : "read pool-first", note: k ? "=" : holders.length > 1 ? "1st" : "max",
  }));
  const shown = {
    input: { values: [image], marks: [...read, ...held], frame },
    output: { values: upTo([output], walked), frame: cursor },
    gradientOut: { values: [gradient], frame: cursor },
  };
  if (switches) {
    const places = switches.flat().slice(0, walked + 1).map((at, k) => {
      const [r, c] = outputCell(shape, k);
      return { row: r, column: c, note: `${Math.floor(at / shape.image[1])}, ${at % shape.image[1]}` };
    });
    shown.switches = { values: upTo([switches], walked), marks: places, frame: cursor, chipped: walked === count - 1 };
  }
  if (direction === "unpool") {
    const [to] = holders;
    shown.unpooled = { values: [unpool(scene, shape, position + 1)], marks: [{ ...to, kind: "read" }], frame: { row: to.row, column: to.column } };
  }
  if (direction === "backward") {
    const marks = shares(list, gradient[row][column], scene).map((one) => ({ ...one, kind: "read" }));
    if (sums[position]) marks.push({ ...sums[position], kind: "read pool-sum" });
    shown.gradientIn = { values: [backward(image, gradient, shape, scene, position + 1)], marks, frame };
  }
  return shown;
}

/** The line of arithmetic at one position: what is left and right of the terms, and the terms. */
function sumAt(scene, position) {
  const { shape, image, direction, gradient } = scene;
  const [row, column] = outputCell(shape, position);
  const list = cells(image, shape, position);
  const { value, holders } = poolWindow(list, scene);
  const line = ({ kind = "pool-two", left, terms, columns = shape.kernel[1], close, total, note = "" }) => ({
    kind,
    parts: [
      { kind: "left", text: left, roomy: true }, { kind: "plain", columns, terms }, ...(close ? [{ kind: "pool-close", text: close }] : []),
      { kind: "total", text: total, roomy: true }, { kind: "pool-note", text: note },
    ],
  });
  if (direction === "unpool") {
    const [{ row: r, column: c }] = holders;
    return line({
      left: `output[${row}, ${column}] = ${format(value)} goes to`, columns: 1,
      terms: [{ text: `switch ${r * shape.image[1] + c}: row ${r}, column ${c}`, inside: true }],
      total: `unpooled[${r}, ${c}] = ${format(value)}`,
    });
  }
  if (direction === "backward") {
    const given = shares(list, gradient[row][column], scene);
    const terms = list.map((cell) => {
      const gift = given.find((one) => one.row === cell.row && one.column === cell.column);
      return { text: gift?.text ?? (cell.inside ? "0" : ""), inside: Boolean(gift) };
    });
    const total = scene.sums[position]?.said ?? "the norm is 0: nothing goes back";
    return line({ left: `output gradient[${row}, ${column}] = ${entry(gradient[row][column])} gives`, terms, total });
  }
  const { open, between, close, term } = notation(list, scene);
  const last = list.findLast((cell) => cell.inside);
  const terms = list.map((cell) => cell.inside
    ? { text: term(cell.value) + (cell === last ? "" : between), inside: true }
    : { text: PADDING_CELL[scene.operation](scene), inside: false });
  return line({
    kind: "plain", left: `output[${row}, ${column}] = ${open}`, terms, close, total: `${poolSign(list, scene)} ${format(value)}`, note: remark(list, scene),
  });
}

export default stepper({
  kind: "cnnlab-pool",
  shaping: LAYER,
  choices: CHOICES,
  results: { output: "outputs", switches: "switches", gradientIn: "cells of the input gradient" },
  sceneOf: look,
});
