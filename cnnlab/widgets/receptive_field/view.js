// ReceptiveField: a stack of layers, and what one unit of it sees of the input.
import { button, presets, slider, sliderRow, toggle } from "../_shared/choices.js";
import { after, attempt, batch, element, furnish, initially, legend, openPage, send, steer } from "../_shared/dom.js";
import { called, centre, layOut, look, sentence } from "./numbers.js";
import { drawing } from "./drawing.js";
import { layerTable } from "./layers.js";
import { capital } from "../_shared/text.js";

const conv = (kernelSize, others = {}) => ({ name: "", kernel_size: kernelSize, stride: 1, padding: 0, dilation: 1, ...others });
const pool = (name) => conv(2, { name, stride: 2 });
const times = (count, make) => Array.from({ length: count }, (_, k) => make(k));
const vgg = (block, convs) => [...times(convs, (k) => conv(3, { name: `conv${block}_${k + 1}`, padding: 1 })), pool(`pool${block}`)];
const PRESETS = [
  ["Three 3 × 3", 13, times(3, () => conv(3))],
  ["One 7 × 7", 13, [conv(7)]],
  ["Stride 2", 31, times(3, () => conv(3, { stride: 2 }))],
  ["Dilated 1-2-4-8", 32, [1, 2, 4, 8].map((dilation) => conv(3, { padding: dilation, dilation }))],
  ["LeNet-5", 32, [conv(5, { name: "C1" }), pool("S2"), conv(5, { name: "C3" }), pool("S4"), conv(5, { name: "C5" })]],
  ["VGG-16 to pool3", 64, [...vgg(1, 2), ...vgg(2, 2), ...vgg(3, 3)]],
];

function render({ model, el }) {
  const page = openPage({ model, el, class: "cnnlab-rf", "aria-label": "Receptive field", onkeydown: press });
  const { say, warn, help } = page;
  let scene = null; // what stands on the page: the stack and its drawing

  // ---- from the reader to the traits -------------------------------------------------------
  function change(changes) {
    const get = after(model, changes);
    const stack = attempt(() => layOut(get("size"), get("layers")), ({ message }) => refuse(`${capital(message)}. Nothing was changed.`));
    if (!stack) return false;
    warn("");
    Object.assign(changes, inside(stack, get("layer"), get("unit")));
    send(model, changes);
    build(); // at once: the table moves its focus now
    return true;
  }
  function refuse(text) {
    fillSettings();
    warn(text, table.busy());
  }
  /** Another unit: nothing but the light moves. */
  function choose(layer, unit, changes = {}) {
    const chosen = { ...inside(scene.stack, layer, unit), ...changes };
    if (Object.entries(chosen).every(([name, value]) => model.get(name) === value)) return;
    send(model, chosen);
  }
  /** The unit of another layer whose field is centred nearest. */
  function climb(layer) {
    const { stack } = scene;
    if (layer < 1 || layer > stack.layers.length) return;
    const at = centre(stack, model.get("layer"), model.get("unit"));
    choose(layer, Math.round((at - stack.fields[layer].start) / stack.fields[layer].jump));
  }
  function hold(layer, unit) {
    const here = layer === model.get("layer") && unit === model.get("unit");
    choose(layer, unit, { held: !(here && model.get("held")) });
  }

  // ---- the page ------------------------------------------------------------------------------
  const known = presets("Well-known stacks", PRESETS.map(([name, size, layers]) => [{ size, layers }, name]), ({ size, layers }) => {
    const { sizes } = layOut(size, layers);
    change({ size, layers, layer: layers.length, unit: Math.floor(sizes.at(-1) / 2), held: false });
  });
  const picture = element("div", { class: "cnnlab-rf-picture", role: "img" });
  const now = element("p", { class: "cnnlab-now", "aria-hidden": "true" }); // the live region says it
  const slide = (label, oninput) => {
    const range = slider({ label, oninput });
    const count = element("span", { class: "cnnlab-counter", "aria-hidden": "true" });
    return { range, count, node: sliderRow(label, range, count) };
  };
  const layerSlide = slide("Layer", climb);
  const unitSlide = slide("Unit", (unit) => choose(model.get("layer"), unit));
  const holder = toggle("Hold this unit", () => choose(model.get("layer"), model.get("unit"), { held: !model.get("held") }));
  const walk = element("div", { class: "cnnlab-rf-walk" }, layerSlide.node, unitSlide.node, holder.node);
  const table = layerTable({ onchange: (layers) => change({ layers }), onsize: (size) => change({ size }), onrefuse: refuse });
  const addButton = button("Add a layer", () => {
    if (table.add()) climb(scene.stack.layers.length);
  });
  const options = element("div", { class: "cnnlab-options" }, addButton, button("Reset", () => change(initially(model, ["size", "layers", "layer", "unit", "held"]))));
  const marks = legend([["chosen", "the unit"], ["read", "seen by it"], ["skipped", "skipped"], ["padding", "padding"]]);
  page.root.append(known.node, picture, marks, now, walk, table.node, options, ...page.spoken, help.node);

  // ---- from the traits to the page -----------------------------------------------------------
  function build() {
    const stack = attempt(() => layOut(model.get("size"), model.get("layers")), (error) => {
      if (!scene) throw error;
      warn(`${capital(error.message)}.`);
    });
    if (!stack) return; // the last good state stays
    scene = { ...scene, stack };
    fillSettings();
    drawStack();
    place();
  }
  function fillSettings() {
    const open = model.get("controls");
    table.fill(scene.stack, { sizeOpen: open.includes("size"), layersOpen: open.includes("layers") });
    addButton.hidden = !open.includes("layers");
    options.hidden = !open.length;
    const typing = open.includes("size") || open.includes("layers");
    help.fill(
      ["Keys, after a click into the widget: ← → a unit, ↑ ↓ a layer, Home and End.", typing && "Enter keeps a number that you type, Escape takes it back."],
      ["The mouse lights what it is over; a click or a tap holds it, and another lets go.", open.includes("layers") && "Padding may be two numbers: before, after."],
    );
    known.node.hidden = !open.includes("presets");
    const present = JSON.stringify([scene.stack.sizes[0], scene.stack.layers]);
    known.press(({ size, layers }) => present === JSON.stringify([size, layOut(size, layers).layers]));
  }
  function drawStack() {
    scene.drawing = drawing(scene.stack, {
      room: picture.clientWidth || 640, percent: model.get("percent"), profile: model.get("profile"),
      onhover: (layer, unit) => model.get("held") || choose(layer, unit),
      onpick: hold,
    });
    picture.replaceChildren(scene.drawing.node);
  }
  function place() {
    const { stack } = scene;
    const { layer, unit } = inside(stack, model.get("layer"), model.get("unit"));
    const percent = model.get("percent");
    const sight = look(stack, layer, unit, percent);
    scene.drawing.place(layer, unit, sight);
    now.textContent = sentence(stack, layer, unit, percent, sight);
    say(now.textContent);
    picture.setAttribute("aria-label", `${stack.layers.length + 1} rows of units, the input at the bottom. ${now.textContent}`);
    const units = stack.sizes[layer];
    fillSlide(layerSlide, 1, stack.layers.length, layer, `${layer} of ${stack.layers.length}`, capital(called(stack.layers, layer)));
    fillSlide(unitSlide, 0, units - 1, unit, `${unit} (0 to ${units - 1})`, `unit ${unit} of 0 to ${units - 1}`);
    holder.press(model.get("held"));
    table.mark(layer);
  }
  function fillSlide({ range, count }, min, max, value, text, told) {
    furnish(range, { min, max, "aria-valuetext": told });
    range.value = value;
    count.textContent = text;
  }

  function press(event) {
    if (event.target.matches("select, input:not([type=range])")) return;
    const [layer, unit] = [model.get("layer"), model.get("unit")];
    steer(event, {
      ArrowLeft: () => choose(layer, unit - 1), ArrowRight: () => choose(layer, unit + 1),
      ArrowUp: () => climb(layer + 1), ArrowDown: () => climb(layer - 1),
      Home: () => choose(layer, 0), End: () => choose(layer, scene.stack.sizes[layer] - 1),
    });
  }

  build();
  page.onwidth(picture, () => {
    drawStack();
    place();
  });
  page.on(["size", "layers", "controls", "percent", "profile"], batch(build));
  page.on(["layer", "unit", "held"], batch(place));
  return page.close;
}

/** The nearest layer and unit that are there. */
function inside({ sizes }, layer, unit) {
  const found = Math.min(Math.max(layer, 1), sizes.length - 1);
  return { layer: found, unit: Math.min(Math.max(unit, 0), sizes[found] - 1) };
}

export default { render };
