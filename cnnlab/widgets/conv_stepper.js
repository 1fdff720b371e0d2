// ConvStepper: one cursor walks over the output; the window, the kernel and the sum follow it.
import { announcer, batch, choice, element, kernelNotice, listen, prefersStillness } from "./dom.js";
import { grid } from "./grid.js";
import { corner, factor, flip, format, geometry, outputCell, products, sentence, short, size, slide, span, total } from "./ops.js";
import { clock, transport } from "./transport.js";

const SHAPING = ["image", "kernel", "stride", "padding", "dilation", "mode"];
const NUMBERS = [1, 2, 3, 4].map((n) => [n, String(n)]);
const CHOICES = {
  stride: ["Stride", NUMBERS],
  padding: ["Padding", [[0, "0 (valid)"], [1, "1"], [2, "2"], [3, "3"], ["same", "same"], ["full", "full"]]],
  dilation: ["Dilation", NUMBERS],
  mode: ["Slide the kernel", [["correlation", "as it is (cross-correlation)"], ["convolution", "flipped (convolution)"]]],
};

/** The settings as ops.js wants them. Throws a RangeError where no window fits. */
function settings(model, changes = {}) {
  const get = (name) => (name in changes ? changes[name] : model.get(name));
  const options = { stride: get("stride"), padding: get("padding"), dilation: get("dilation"), mode: get("mode") };
  const image = get("image");
  const kernel = get("kernel");
  return { image, kernel, options, shape: geometry(size(image), size(kernel), options) };
}

function count(model) {
  const [rows, columns] = settings(model).shape.output;
  return rows * columns;
}

function initialize({ model }) {
  if (prefersStillness()) model.set("playing", false);
  return clock({ model, count: () => count(model) });
}

function render({ model, el }) {
  const { nodes: spoken, say, warn } = announcer();
  const panels = element("div", { class: "cnnlab-panels" });
  const sum = element("div", { class: "cnnlab-sum" });
  const notice = kernelNotice(model);
  const root = element("section", {
    class: "cnnlab",
    tabindex: -1, // a click anywhere in it gives it the keys
  });
  let scene = null; // what stands on the page: grids and numbers for one set of traits
  let drawn = -1; // the position that is drawn

  // ---- from the reader to the traits -------------------------------------------------------
  function change(changes) {
    try {
      const { output } = settings(model, changes).shape;
      changes.position = Math.min(changes.position ?? model.get("position"), output[0] * output[1] - 1);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      warn(`${error.message} Nothing was changed.`);
      drawOptions();
      return;
    }
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  function go(position) {
    change({ position: Math.max(position, 0), playing: false });
  }
  function editCell(name, row, column, value) {
    change({ [name]: model.get(name).map((line, r) => line.map((v, c) => (r === row && c === column ? value : v))) });
  }
  function reset() {
    const initial = model.get("_initial");
    change({ playing: false, ...Object.fromEntries([...SHAPING, "position"].map((name) => [name, initial[name]])) });
  }

  // ---- from the traits to the page ---------------------------------------------------------
  const controls = transport({ model, count: () => scene.count, row: () => scene.shape.output[1], go });
  const fields = Object.fromEntries(
    Object.entries(CHOICES).map(([name, [label, choices]]) => [name, choice(label, choices, (value) => change({ [name]: value }))]),
  );
  const options = element("div", { class: "cnnlab-options" });
  const resetButton = element("button", { type: "button", class: "cnnlab-button cnnlab-text", onclick: reset }, "Reset");

  function drawOptions() {
    const shown = model.get("controls");
    options.replaceChildren(...Object.keys(fields).filter((name) => shown.includes(name)).map((name) => fields[name].node), resetButton);
    for (const [name, field] of Object.entries(fields)) field.fill(model.get(name));
  }

  function panel(title, ...children) {
    return element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, title), ...children);
  }

  /** Lay the grids out anew: after a change of shape, of a setting, or of the views. */
  function build() {
    const { image, kernel, options, shape } = settings(model);
    const [rows, columns] = shape.image;
    const views = model.get("views");
    const grids = {
      input: grid({
        rows, columns, name: "image", pads: shape.pads,
        onedit: (r, c, value) => editCell("image", r, c, value), onrefuse: warn,
      }),
      kernel: grid({
        rows: shape.kernel[0], columns: shape.kernel[1], name: "kernel",
        onedit: (r, c, value) => editCell("kernel", r, c, value), onrefuse: warn,
      }),
      flipped: grid({ rows: shape.kernel[0], columns: shape.kernel[1], name: "flipped kernel" }),
      output: grid({
        rows: shape.output[0], columns: shape.output[1], name: "output",
        onpick: (r, c) => go(r * shape.output[1] + c),
      }),
    };
    const by = (a) => `${a[0]} × ${a[1]}`;
    const padded = shape.pads.flat().some(Boolean)
      ? `, padded to ${by(shape.image.map((n, axis) => n + shape.pads[axis][0] + shape.pads[axis][1]))}` : "";
    const shown = [];
    if (views.includes("input")) shown.push(panel(`Image ${by(shape.image)}${padded}`, grids.input.node));
    if (views.includes("kernel")) {
      const kernelPanel = panel(`Kernel ${by(shape.kernel)}`, grids.kernel.node);
      if (options.mode === "convolution") kernelPanel.append(element("div", { class: "cnnlab-title" }, "Flipped: what slides"), grids.flipped.node);
      shown.push(kernelPanel);
    }
    if (views.includes("output")) shown.push(panel(`Output ${by(shape.output)}`, grids.output.node));
    panels.replaceChildren(...shown);
    sum.hidden = !views.includes("arithmetic");
    root.setAttribute("aria-label", `Convolution stepper: image ${by(shape.image)}, kernel ${by(shape.kernel)}`);
    scene = { grids, shape, count: shape.output[0] * shape.output[1], key: sceneKey(), window: [] };
    drawOptions();
    fill();
  }

  function sceneKey() {
    const { shape, options } = settings(model);
    return JSON.stringify([shape, options, model.get("views"), model.get("controls")]);
  }

  /** Write the numbers: after a cell has changed. */
  function fill() {
    const { image, kernel, options } = settings(model);
    const applied = options.mode === "convolution" ? flip(kernel) : kernel;
    const widest = (grid) => Math.max(1, ...grid.flat().map((value) => factor(value).length));
    const longest = "+ ·".length + widest(image) + widest(kernel); // so that no term moves its neighbours
    Object.assign(scene, { image, applied, longest, output: slide(image, kernel, options) });
    const write = (name, values) => values.forEach((line, r) => line.forEach((value, c) => scene.grids[name].write(r, c, value)));
    write("input", image);
    write("kernel", kernel);
    write("flipped", applied);
    drawn = -1;
    place();
  }

  /** Move the cursor: the only thing that happens while stepping. */
  function place() {
    const { grids, shape, image, applied, output } = scene;
    const position = Math.min(model.get("position"), scene.count - 1);
    const list = products(image, applied, shape, position);
    const [row, column] = outputCell(shape, position);

    for (const cell of scene.window) {
      cell.classList.remove("cnnlab-read", "cnnlab-skipped");
      delete cell.dataset.weight;
    }
    const [top, left] = corner(shape, position);
    const [height, width] = [0, 1].map((axis) => span(shape.kernel[axis], shape.dilation[axis]));
    scene.window = [];
    for (let r = top; r < top + height; r++) {
      for (let c = left; c < left + width; c++) {
        const cell = grids.input.at(r, c);
        cell.classList.add("cnnlab-skipped");
        scene.window.push(cell);
      }
    }
    for (const { row: r, column: c, weight } of list) {
      const cell = grids.input.at(r, c);
      cell.classList.replace("cnnlab-skipped", "cnnlab-read");
      cell.dataset.weight = `×${short(weight)}`;
    }
    grids.input.outline(top, left, height, width);

    const [from, to] = drawn < 0 ? [0, scene.count - 1] : [Math.min(drawn, position), Math.max(drawn, position)];
    for (let k = from; k <= to; k++) {
      const [r, c] = outputCell(shape, k);
      grids.output.write(r, c, k <= position ? output[r][c] : null);
    }
    grids.output.outline(row, column, 1, 1);
    drawn = position;

    drawSum(list, row, column);
    controls.draw();
    if (!model.get("playing")) say(sentence(shape, position, list));
    warn("");
  }

  function drawSum(list, row, column) {
    if (sum.hidden) return;
    const columns = scene.shape.kernel[1];
    const terms = element("div", { class: "cnnlab-terms" });
    terms.style.setProperty("--columns", columns);
    terms.style.setProperty("--longest", scene.longest);
    list.forEach(({ value, weight, inside }, k) => {
      terms.append(element("span", { class: inside ? "cnnlab-term" : "cnnlab-term cnnlab-outside" },
        `${k ? "+ " : ""}${factor(value)}·${factor(weight)}`));
    });
    sum.replaceChildren(
      element("span", { class: "cnnlab-left" }, `output[${row}, ${column}] =`), terms,
      element("span", { class: "cnnlab-total" }, `= ${format(total(list))}`),
    );
  }

  const redraw = batch(() => (scene.key === sceneKey() ? fill() : build()));

  build();
  const help = element("p", { class: "cnnlab-help" },
    "Keys, after a click into the widget: ← → a step, ↑ ↓ a row, Home and End, Space plays, 1–9 set the speed. " +
    "In a grid the arrows move from cell to cell; type to change a number. Click an output cell to jump there.");
  root.append(panels, sum, controls.node, options, ...spoken, notice.node, help);
  root.addEventListener("keydown", controls.press);
  el.append(root);
  const stop = [
    listen(model, [...SHAPING, "views", "controls"], redraw),
    notice.stop,
    listen(model, ["position"], place),
    listen(model, ["playing", "speed"], () => {
      controls.draw();
      if (!model.get("playing")) say(sentence(scene.shape, drawn, products(scene.image, scene.applied, scene.shape, drawn)));
    }),
  ];
  return () => {
    stop.forEach((off) => off());
    root.remove();
  };
}

export default { initialize, render };
