// PoolStepper: one cursor walks over the output of a pooling layer, forwards, unpooling, or backwards.
import { button, choice } from "../_shared/choices.js";
import { announcer, arrange, batch, element, helpText, kernelNotice, listen, prefersStillness, roomy } from "../_shared/dom.js";
import { CELL_HELP, CELL_KEYS, changesOf, grid } from "../_shared/grid.js";
import { corner, entry, format, outputCell, size } from "../_shared/ops.js";
import {
  NO_SWITCHES, accumulation, backward, backwardSentence, cells, forwardSentence, layout, notation, pool, poolSign, poolWindow, remark, shares,
  unpool, unpoolSentence,
} from "./numbers.js";
import { clock, transport, WALKING_KEYS } from "../_shared/transport.js";

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

/** What the traits say, with all sizes. Throws a RangeError where that can't be. */
function read(model, changes = {}) {
  const get = (name) => (name in changes ? changes[name] : model.get(name));
  const state = Object.fromEntries(LAYER.map((name) => [name, get(name)]));
  if (state.direction === "unpool" && state.operation !== "max") throw new RangeError(NO_SWITCHES[state.operation]);
  const shape = layout(size(state.image), state);
  const fits = state.gradient && String(size(state.gradient)) === String(shape.output);
  const gradient = fits ? state.gradient : Array.from({ length: shape.output[0] }, () => Array(shape.output[1]).fill(1));
  return { ...state, gradient, fits, shape, count: shape.output[0] * shape.output[1] };
}

function initialize({ model }) {
  if (prefersStillness()) model.set("playing", false);
  return clock({ model, count: () => read(model).count });
}

function render({ model, el }) {
  const { nodes: spoken, say, warn } = announcer();
  const there = element("div", { class: "cnnlab-panels" });
  const back = element("div", { class: "cnnlab-panels cnnlab-pool-back" });
  const sum = element("div", { class: "cnnlab-sum" });
  const notice = kernelNotice(model);
  const help = helpText();
  const root = element("section", { class: "cnnlab cnnlab-pool", tabindex: -1 });
  let scene = null; // what stands on the page: one set of traits, its grids and its numbers
  let drawn = -1; // the position that is drawn
  let before = null; // the results before the edit that is on its way

  // ---- from the reader to the traits -------------------------------------------------------
  function change(changes) {
    try {
      const state = read(model, changes);
      changes.position = Math.min(changes.position ?? model.get("position"), state.count - 1);
      if (!state.fits && (changes.gradient ?? model.get("gradient"))) changes.gradient = null;
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
  function edit(changes) {
    before = results();
    change(changes);
    queueMicrotask(() => (before = null)); // by then it is drawn
  }
  function edited(values, row, column, value) {
    return values.map((line, r) => line.map((v, c) => (r === row && c === column ? value : v)));
  }
  function reset() {
    const initial = model.get("_initial");
    change({ playing: false, ...Object.fromEntries([...LAYER, "position", "speed"].map((name) => [name, initial[name]])) });
  }

  // ---- from the traits to the page ---------------------------------------------------------
  const controls = transport({ model, count: () => scene.count, row: () => scene.shape.output[1], go });
  const fields = Object.fromEntries(
    Object.entries(CHOICES).map(([name, [label, choices]]) => [name, choice(label, choices, (value) => change({ [name]: value }))]),
  );
  const options = element("div", { class: "cnnlab-options" });
  const resetButton = button("Reset", reset);

  function drawOptions() {
    const open = model.get("controls");
    const shown = open.filter((name) => name !== "count_padding" || model.get("operation") === "average");
    arrange(options, [...Object.keys(fields).filter((name) => shown.includes(name)).map((name) => fields[name].node), ...(open.length ? [resetButton] : [])]);
    options.hidden = !open.length;
    for (const [name, field] of Object.entries(fields)) field.fill(model.get(name));
    const editing = open.includes("cells") && (model.get("direction") === "forward" ? model.get("views").includes("input") : model.get("direction") === "backward");
    const jump = model.get("views").includes("output") || model.get("views").includes("switches");
    help.fill([WALKING_KEYS, editing && CELL_KEYS], [editing && CELL_HELP, jump && "Click an output cell to jump there."]);
  }

  function panel(title, one, changes, ...marks) {
    return element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, title, ...marks), one.node, ...(changes ? [changes.node] : []));
  }

  /** Lay the grids out anew: after a change of shape, of a setting, or of the views. */
  function build() {
    const state = read(model);
    const { shape, direction, operation } = state;
    const forward = direction === "forward";
    const open = model.get("controls").includes("cells");
    const by = ([rows, columns]) => `${rows} × ${columns}`;
    const [inner, outer] = [shape.image, shape.output].map(([rows, columns]) => ({ rows, columns }));
    const pick = { onpick: (r, c) => go(r * shape.output[1] + c) };
    const grids = {
      image: grid({
        ...inner, name: "image", write: entry, pads: shape.pads, onrefuse: warn,
        onedit: forward && open && ((r, c, value) => edit({ image: edited(model.get("image"), r, c, value) })),
      }),
      output: grid({ ...outer, name: "output", ...pick }),
      switches: grid({ ...outer, name: "switches", ...pick }),
      gradient: grid({
        ...outer, name: "output gradient", write: entry, onrefuse: warn,
        onedit: open && ((r, c, value) => edit({ gradient: edited(scene.gradient, r, c, value) })),
      }),
      unpooled: grid({ ...inner, name: "unpooled", pads: shape.pads }),
      returned: grid({ ...inner, name: "input gradient", pads: shape.pads }),
    };
    for (const [name, text] of [["image", PADDING_CELL[operation](state)], ["unpooled", ""], ["returned", ""]]) {
      for (const cell of grids[name].node.querySelectorAll(".cnnlab-padding")) cell.textContent = text;
    }
    grids.gradient.node.classList.add("cnnlab-pool-blue");
    const changes = Object.fromEntries(["output", "switches", "returned"].map((name) => [name, changesOf([grids[name]])]));
    const frozen = element("span", { class: "cnnlab-pool-frozen" }, "frozen");
    const views = model.get("views");
    const firstRow = [];
    if (views.includes("input")) firstRow.push(panel(`Image ${by(shape.image)}`, grids.image));
    if (views.includes("output")) firstRow.push(panel(`Output ${by(shape.output)}`, grids.output, forward && changes.output));
    if (views.includes("switches") && operation === "max") firstRow.push(panel("Switches", grids.switches, forward && changes.switches, frozen));
    there.replaceChildren(...firstRow);
    if (direction === "unpool") back.replaceChildren(panel(`Unpooled ${by(shape.image)}`, grids.unpooled));
    else if (direction === "backward") {
      back.replaceChildren(
        panel(`Input gradient ${by(shape.image)}`, grids.returned, changes.returned),
        panel(`Output gradient ${by(shape.output)}`, grids.gradient),
      );
    } else back.replaceChildren();
    sum.hidden = !views.includes("arithmetic");
    root.setAttribute("aria-label", `Pooling stepper: image ${by(shape.image)}, windows ${by(shape.kernel)}`);
    scene = { grids, changes, frozen, key: sceneKey(state), marked: [] };
    drawOptions();
    fill(state);
  }

  function sceneKey({ shape, operation, count_padding, direction }) {
    return JSON.stringify([shape, operation, count_padding, direction, model.get("views"), model.get("controls")]);
  }

  /** Write the numbers: after a cell has changed. */
  function fill(state = read(model)) {
    Object.assign(scene, state, pool(state.image, state.shape, state));
    scene.kept = {};
    refresh("image", scene.image);
    refresh("gradient", scene.gradient);
    scene.sums = scene.direction === "backward" ? accumulation(scene.image, scene.gradient, scene.shape, scene) : [];
    const said = Array.from({ length: scene.count }, (_, k) => arithmetic(k));
    const longest = (texts) => texts.reduce((best, text) => (text.length > best.length ? text : best), "");
    scene.longest = { // room for these is kept, so that nothing moves while stepping
      term: longest(said.flatMap(({ terms }) => terms.map(({ text }) => text))).length,
      left: longest(said.map(({ left }) => left)),
      total: longest(said.map(({ total }) => total)),
    };
    drawn = -1;
    place();
    if (before) countChanges();
  }

  /** What an edit can change, by the grid that shows it. */
  function results() {
    if (scene.direction === "backward") return { returned: backward(scene.image, scene.gradient, scene.shape, scene, drawn + 1) };
    return { output: scene.output, ...(scene.switches && { switches: scene.switches }) };
  }
  /** Mark what the reader's edit has changed, and say how much that is. */
  function countChanges() {
    const names = { output: "outputs", switches: "switches", returned: "cells of the input gradient" };
    const told = Object.entries(results()).map(([key, now]) => scene.changes[key].mark([before[key]], [now], names[key]));
    say([...told, sentence()].join(" "));
  }

  /** Write those cells of a grid that have changed; `also(r, c, value)` hears of each. */
  function refresh(name, values, also = () => {}) {
    const before = scene.kept[name];
    values.forEach((line, r) => line.forEach((value, c) => {
      if (before?.[r][c] === value) return;
      scene.grids[name].write(r, c, value);
      also(r, c, value);
    }));
    scene.kept[name] = values;
  }

  /** Move the cursor: the only thing that happens while stepping. */
  function place() {
    const { grids, shape, direction } = scene;
    const position = Math.min(model.get("position"), scene.count - 1);
    const list = cells(scene.image, shape, position);
    const { holders } = poolWindow(list, scene);
    const [row, column] = outputCell(shape, position);
    const window = [...corner(shape, position), ...shape.kernel];
    const counted = scene.operation === "average" && scene.count_padding; // then the padding is part of the mean

    for (const cell of scene.marked) {
      cell.classList.remove("cnnlab-read", "cnnlab-pool-first", "cnnlab-pool-equal", "cnnlab-pool-sum");
      delete cell.dataset.weight;
    }
    scene.marked = [];
    const mark = (name, { row: r, column: c }, kind, text) => {
      const cell = grids[name].at(r, c);
      cell.classList.add(kind);
      if (text) cell.dataset.weight = text;
      scene.marked.push(cell);
    };
    for (const one of list) if (one.inside || counted) mark("image", one, "cnnlab-read");
    holders.forEach((one, k) => mark("image", one, k ? "cnnlab-pool-equal" : "cnnlab-pool-first", k ? "=" : holders.length > 1 ? "1st" : "max"));
    grids.image.outline(...window);

    const shown = direction === "forward" ? position : scene.count - 1;
    const walked = (values) => values.map((line, r) => line.map((value, c) => (r * shape.output[1] + c <= shown ? value : null)));
    refresh("output", walked(scene.output));
    if (scene.switches) {
      refresh("switches", walked(scene.switches), (r, c, at) => {
        const { dataset } = grids.switches.at(r, c);
        if (at === null) delete dataset.weight;
        else dataset.weight = `${Math.floor(at / shape.image[1])}, ${at % shape.image[1]}`;
      });
    }
    scene.frozen.classList.toggle("cnnlab-pool-open", shown < scene.count - 1);
    for (const name of ["output", "switches", "gradient"]) grids[name].outline(row, column, 1, 1);

    if (direction === "unpool") {
      refresh("unpooled", unpool(scene, shape, position + 1));
      mark("unpooled", holders[0], "cnnlab-read");
      grids.unpooled.outline(holders[0].row, holders[0].column, 1, 1);
    } else if (direction === "backward") {
      refresh("returned", backward(scene.image, scene.gradient, shape, scene, position + 1));
      for (const one of shares(list, scene.gradient[row][column], scene)) mark("returned", one, "cnnlab-read");
      if (scene.sums[position]) mark("returned", scene.sums[position], "cnnlab-pool-sum");
      grids.returned.outline(...window);
    }
    drawn = position;

    for (const changes of Object.values(scene.changes)) changes.clear();
    drawSum();
    controls.draw();
    if (!model.get("playing")) say(sentence());
    warn("");
  }

  function sentence() {
    const { image, gradient, shape, direction } = scene;
    if (direction === "backward") return backwardSentence(image, gradient, shape, scene, drawn, scene.sums);
    return (direction === "unpool" ? unpoolSentence : forwardSentence)(image, shape, scene, drawn);
  }

  /** What the line of arithmetic says at one position: what is left and right of the terms, and the terms. */
  function arithmetic(position) {
    const { shape, image, direction, gradient } = scene;
    const [row, column] = outputCell(shape, position);
    const list = cells(image, shape, position);
    const { value, holders } = poolWindow(list, scene);
    if (direction === "unpool") {
      const [{ row: r, column: c }] = holders;
      const terms = [{ text: `switch ${r * shape.image[1] + c}: row ${r}, column ${c}`, inside: true }];
      return { left: `output[${row}, ${column}] = ${format(value)} goes to`, terms, close: "", total: `unpooled[${r}, ${c}] = ${format(value)}`, note: "" };
    }
    if (direction === "backward") {
      const given = shares(list, gradient[row][column], scene);
      const gift = (cell) => given.find((one) => one.row === cell.row && one.column === cell.column);
      const terms = list.map((cell) => ({ text: gift(cell)?.text ?? (cell.inside ? "0" : ""), inside: Boolean(gift(cell)) }));
      const total = scene.sums[position]?.said ?? "the norm is 0: nothing goes back";
      return { left: `output gradient[${row}, ${column}] = ${entry(gradient[row][column])} gives`, terms, close: "", total, note: "" };
    }
    const { open, between, close, term } = notation(list, scene);
    const inner = list.filter((cell) => cell.inside);
    const terms = list.map((cell) => cell.inside
      ? { text: term(cell.value) + (cell === inner.at(-1) ? "" : between), inside: true }
      : { text: PADDING_CELL[scene.operation](scene), inside: false });
    return { left: `output[${row}, ${column}] = ${open}`, terms, close, total: `${poolSign(list, scene)} ${format(value)}`, note: remark(list, scene) };
  }

  function drawSum() {
    if (sum.hidden) return;
    const { left, terms, close, total, note } = arithmetic(drawn);
    const matrix = element("div", { class: "cnnlab-terms" },
      ...terms.map(({ text, inside }) => element("span", { class: inside ? "cnnlab-term" : "cnnlab-term cnnlab-outside" }, text)));
    matrix.style.setProperty("--columns", scene.direction === "unpool" ? 1 : scene.shape.kernel[1]);
    matrix.style.setProperty("--longest", scene.longest.term);
    sum.replaceChildren(
      roomy("cnnlab-left", left, scene.longest.left), matrix,
      ...(close ? [element("span", { class: "cnnlab-pool-close" }, close)] : []),
      roomy("cnnlab-total", total, scene.longest.total), element("span", { class: "cnnlab-pool-note" }, note),
    );
    sum.classList.toggle("cnnlab-pool-two", scene.direction !== "forward");
  }

  const redraw = batch(() => {
    let state;
    try {
      state = read(model);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return; // Python sends two traits that need each other one by one: the second is on its way
    }
    if (scene.key === sceneKey(state)) fill(state);
    else build();
  });

  build();
  root.append(there, back, sum, controls.node, options, ...spoken, notice.node, help.node);
  root.addEventListener("keydown", controls.press);
  el.append(root);
  const stop = [
    listen(model, [...LAYER, "views", "controls"], redraw),
    notice.stop,
    listen(model, ["position"], place),
    listen(model, ["playing", "speed"], () => {
      controls.draw();
      if (!model.get("playing")) say(sentence());
    }),
  ];
  return () => {
    stop.forEach((off) => off());
    root.remove();
  };
}

export default { initialize, render };
