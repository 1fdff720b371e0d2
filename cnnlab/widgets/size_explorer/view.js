// SizeExplorer: one axis, its windows as brackets, the cells that none reads, and the size formula filled in.
import { cellWidth, drawing } from "./drawing.js";
import { division, formula, LARGEST, layOut, sentence, verdict } from "./numbers.js";
import { button, choice, numberField, presets, slider, sliderRow } from "../_shared/choices.js";
import { after, arrange, attempt, batch, element, initially, legend, openPage, send } from "../_shared/dom.js";
import { counted } from "../_shared/text.js";
import { clock, transport, WALKING_KEYS } from "../_shared/transport.js";

const SHAPING = ["size", "kernel_size", "stride", "padding", "dilation"];
const WIDEST = 46; // pixels a cell
const NEAR = [24, 30]; // pixels a cell where only a part of a long axis shows: less if that brings the whole window in
// what is changed, its label, the least value, and how far its slider goes; the number beside it goes to 256
const SLIDERS = {
  size: ["Size", 1, LARGEST],
  kernel_size: ["Kernel size", 1, 15],
  stride: ["Stride", 1, 8],
  dilation: ["Dilation", 1, 8],
  before: ["Padding before", 0, 15],
  after: ["Padding after", 0, 15],
};
const BOTH = "both";
const SIDES = "sides";
const PADDINGS = [[BOTH, "the same on both sides"], [SIDES, "before and after"], ["valid", "valid"], ["same", "same"], ["full", "full"]];
const PRESETS = [
  ["AlexNet 224", { size: 224, kernel_size: 11, stride: 4, padding: 0 }],
  ["AlexNet 227", { size: 227, kernel_size: 11, stride: 4, padding: 0 }],
  ["AlexNet 224, padding 2", { size: 224, kernel_size: 11, stride: 4, padding: 2 }],
  ["AlexNet 224, padding 1 and 2", { size: 224, kernel_size: 11, stride: 4, padding: [1, 2] }],
  ...[2, 3, 4, 5].map((stride) => [`13, stride ${stride}`, { size: 13, kernel_size: 3, stride, padding: 0 }]),
  ["VGG 224", { size: 224, kernel_size: 3, stride: 1, padding: 1 }],
].map(([name, changes]) => [{ ...changes, dilation: 1 }, name]);

/** The axis that the traits describe. Throws a RangeError where no window fits. */
function settings(get) {
  return layOut(Object.fromEntries(SHAPING.map((name) => [name, get(name)])));
}

function initialize({ model }) {
  return clock({ model, count: () => settings((name) => model.get(name)).count });
}

function render({ model, el }) {
  const page = openPage({ model, el, class: "cnnlab-size", "aria-label": "Size explorer" });
  const { root, say, warn, help } = page;
  let scene = null; // what stands on the page: the axis and its drawings

  // ---- from the reader to the traits -------------------------------------------------------
  function change(changes, place = options) {
    const get = after(model, changes);
    const axis = attempt(() => settings(get), ({ message }) => refuse(`${message}. Nothing was changed.`, place));
    if (!axis) return;
    warn("");
    send(model, { ...changes, position: Math.min(get("position"), axis.count - 1) });
  }
  function refuse(text, place) {
    drawSettings();
    warn(text, place);
  }
  function setNumber(name, value) {
    const { before, after } = { ...scene.numbers, [name]: value };
    const padding = kindOf(model.get("padding")) === BOTH ? value : [before, after];
    change(SHAPING.includes(name) ? { [name]: value } : { padding }, sliders[name].node);
  }
  function setPadding(kind) {
    const sides = [scene.numbers.before, scene.numbers.after].map((count) => Math.min(count, LARGEST));
    change({ padding: { [BOTH]: sides[0], [SIDES]: sides }[kind] ?? kind });
  }

  // ---- the page ------------------------------------------------------------------------------
  const known = presets("Well-known settings", PRESETS, (changes) => change({ position: 0, playing: false, ...changes }));
  const sliders = Object.fromEntries(Object.entries(SLIDERS).map(([name, [label, least, reach]]) => [name,
    measure({ label, least, reach, onchange: (value) => setNumber(name, value), onrefuse: refuse })]));
  const paddingKind = choice("Padding", PADDINGS, setPadding);
  const strictness = presets("When it does not divide", [[false, "floor"], [true, "error"]], (exact) => change({ exact }));
  const exactness = element("div", { class: "cnnlab-field" }, element("span", {}, "When it does not divide"), strictness.node);
  const resetButton = button("Reset", () => change({ playing: false, ...initially(model, [...SHAPING, "exact", "position", "speed"]) }));
  const grid = element("div", { class: "cnnlab-size-sliders" });
  const options = element("div", { class: "cnnlab-options" });
  const sum = element("div", { class: "cnnlab-sum cnnlab-size-formula" });
  const title = element("div", { class: "cnnlab-title" });
  const whole = element("div", { class: "cnnlab-size-whole" });
  const view = element("div", { class: "cnnlab-size-view", "aria-hidden": "true" });
  const near = element("div", { class: "cnnlab-size-near", role: "img", tabindex: -1, onscroll: () => drawView() });
  const made = element("div", { class: "cnnlab-title cnnlab-size-made" });
  const marks = legend([["read", "read by this window"], ["skipped", "skipped by it"], ["padding", "padding"], ["unread", "never read: ✕"]]);
  const picture = element("div", { class: "cnnlab-size-axes" }, title, whole, near, made, marks);
  const now = element("p", { class: "cnnlab-now", "aria-hidden": "true" }); // the live region says it
  const controls = transport({ model, page, count: () => scene.axis.count, row: () => 10, change, sentence: () => now.textContent });

  // ---- from the traits to the page -----------------------------------------------------------
  function drawSettings() {
    const shown = model.get("controls");
    const { axis } = scene;
    const wanted = Object.keys(SLIDERS).filter((name) => shown.includes(SHAPING.includes(name) ? name : "padding"));
    arrange(grid, wanted.map((name) => sliders[name].node));
    const wants = [shown.includes("padding") && paddingKind.node, shown.includes("exact") && exactness];
    arrange(options, [...wants, shown.length && resetButton].filter(Boolean));
    for (const name of wanted) sliders[name].fill(scene.numbers[name]);
    paddingKind.fill(kindOf(model.get("padding")));
    strictness.press((exact) => exact === model.get("exact"));
    known.node.hidden = !shown.includes("presets");
    help.fill([WALKING_KEYS.replace("a step, ↑ ↓ a row", "a window, ↑ ↓ ten"), wanted.length > 0 && "On a slider the arrows change its number."], ["Click into the picture to jump there."]);
    const present = JSON.stringify(SHAPING.map((name) => model.get(name)));
    known.press((changes) => present === JSON.stringify(SHAPING.map((name) => changes[name])));
    root.setAttribute("aria-label", `Size explorer: size ${axis.size}, kernel size ${axis.kernelSize}`);
  }

  function drawFormula() {
    const { axis, exact, voided } = scene;
    const dilated = axis.dilation > 1;
    const quotient = `(size + padding − ${dilated ? "span" : "kernel size"})/stride`;
    const span = dilated ? `, where span = ${axis.dilation}·(${axis.kernelSize} − 1) + 1 = ${axis.span}` : "";
    const text = formula(axis, exact);
    const cut = text.lastIndexOf("=");
    const result = element("strong", { class: voided ? "cnnlab-size-fault" : "cnnlab-total" }, text.slice(cut));
    sum.replaceChildren(
      element("span", { class: "cnnlab-size-law" }, `output = ${exact ? quotient : `floor(${quotient})`} + 1${span}`),
      element("span", { class: "cnnlab-size-filled" }, text.slice(0, cut), result), element("span", { class: "cnnlab-size-law" }, division(axis)),
      element("p", { class: voided ? "cnnlab-size-verdict cnnlab-size-fault" : "cnnlab-size-verdict" }, verdict(axis, exact)),
    );
  }

  /** Draw the axis for the width there is: whole with numbers, or whole and thin with a part of it below. */
  function drawAxis() {
    const { axis, voided } = scene;
    const room = picture.clientWidth || 640;
    const { cell, numbered: fits } = cellWidth(axis, room);
    const options = { voided, onpick: controls.go };
    scene.room = room;
    scene.far = fits ? null : drawing(axis, { cell, ...options });
    const nearer = Math.min(Math.max(Math.floor(room / (axis.span + 2)), NEAR[0]), NEAR[1]);
    scene.near = drawing(axis, { cell: fits ? Math.min(Math.floor(cell), WIDEST) : nearer, ...options });
    whole.hidden = fits;
    near.tabIndex = fits ? -1 : 0; // what scrolls can be reached; there the arrows step, and it follows
    whole.replaceChildren(...(fits ? [] : [scene.far.node, view]));
    near.replaceChildren(scene.near.node);
    title.textContent = `Input ${axis.size}${axis.padded > axis.size ? `, padded to ${axis.padded}` : ""}`;
    made.textContent = voided ? "No output" : `Output ${axis.count}`;
    near.setAttribute("aria-label", `${title.textContent}; ${counted(axis.count, "window")}`);
  }

  function build() {
    const axis = attempt(() => settings((name) => model.get(name)), (error) => {
      if (!scene) throw error;
      warn(`${error.message}. The picture stays as it was.`);
    });
    if (!axis) return;
    const exact = model.get("exact");
    scene = { axis, exact, voided: exact && axis.fault !== null, numbers: { ...axis, kernel_size: axis.kernelSize } };
    warn("");
    drawSettings();
    drawFormula();
    drawAxis();
    place();
    if (!model.get("playing")) say(`${formula(axis, exact)}. ${verdict(axis, exact)} ${now.textContent}`);
  }

  /** Move the cursor: the only thing that happens while stepping. */
  function place() {
    const { axis, exact } = scene;
    const position = Math.min(model.get("position"), axis.count - 1);
    scene.near.place(position);
    scene.far?.place(position);
    follow(position);
    drawView();
    now.textContent = sentence(axis, position, exact);
    controls.draw();
    if (!model.get("playing")) say(now.textContent);
  }

  /** Scroll the part with numbers, by as little as it takes, so that the window is in it. */
  function follow(position) {
    const { room } = scene;
    const [from, to] = scene.near.extent(position);
    if (from >= near.scrollLeft && to <= near.scrollLeft + room) return;
    near.scrollLeft = (from + to - room) / 2; // a window wider than the room: its middle, and its output cell
  }
  function drawView() {
    if (!scene?.far) return;
    const share = scene.room / scene.near.width;
    view.style.width = `${share * scene.room}px`;
    view.style.transform = `translateX(${near.scrollLeft * share}px)`;
  }

  // the sentence stands below the buttons: it may grow by a line, and they must not move
  root.append(known.node, grid, options, sum, picture, controls.node, now, ...page.spoken, help.node);
  build();
  page.onwidth(picture, () => {
    drawAxis();
    place();
  });
  page.on([...SHAPING, "exact", "controls"], batch(build));
  page.on(["position"], place);
  return page.close;
}

function kindOf(padding) {
  return typeof padding === "string" ? padding : Array.isArray(padding) ? SIDES : BOTH;
}

/** A number with a slider: the slider for the usual range, the number for all. */
function measure({ label, least, reach, onchange, onrefuse }) {
  const range = slider({ label, min: least, max: reach, oninput: onchange });
  const number = numberField({
    label: `${label}, a number`, called: label, least, most: LARGEST, class: "cnnlab-entry", onenter: onchange, onrefuse: (text) => onrefuse(text, node),
  });
  const node = sliderRow(label, range, number.node);
  return {
    node,
    fill(value) {
      range.max = Math.max(reach, value);
      range.value = value;
      number.fill(value);
    },
  };
}

export default { initialize, render };
