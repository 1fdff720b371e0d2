// KernelPlayground: a photograph and what a kernel makes of it; a lens shows the sum behind a pixel.
import { button, choice } from "../_shared/choices.js";
import { arrange, element, initially, openPage, send, steer } from "../_shared/dom.js";
import { brightness, bytes, clamp, colours, filtered, liveliest, resized, rooms, sliding, windowCorner } from "./numbers.js";
import { CELL_HELP, CELL_KEYS } from "../_shared/grid.js";
import { EDITABLE, kernelPanel } from "./kernel_panel.js";
import { lensPanel, lensSentence } from "./lens_panel.js";
import { fromAddress, fromFile } from "./photo.js";
import { screen } from "./screen.js";
import { ADVICE } from "../_shared/photo.js";
import { format } from "../_shared/text.js";
import { by, size } from "../_shared/windows.js";

const SIDES = Array.from({ length: EDITABLE }, (_, k) => [k + 1, String(k + 1)]);
const CHOICES = {
  border: ["Border", [["zero", "zero"], ["replicate", "replicate"], ["reflect", "reflect"], ["wrap", "wrap"]]],
  mode: ["Slide the kernel", [["correlation", "as it is (cross-correlation)"], ["convolution", "flipped (convolution)"]]],
  show: ["Show the sums", [["clipped", "clipped to 0 … 255"], ["signed", "signed: orange above 0, purple below"], ["absolute", "absolute values"]]],
};
const RESET = ["kernel", "border", "mode", "show"];
const OWN = "your own";

async function render({ model, el }) {
  const address = model.get("image");
  let photo = await fromAddress(address);
  let own = null; // the lens over the reader's own picture: [row, column]; Python knows nothing of it
  let scene = null; // the settings and the photograph that are drawn
  let frame = 0; // the animation frame that will draw
  let latest = 0; // the picture that was asked for last
  const page = openPage({
    model, el, class: "cnnlab-playground", "aria-label": "Kernel playground",
    onpaste: (event) => receive(event, event.clipboardData), ondrop: (event) => receive(event, event.dataTransfer),
    ondragover: (event) => open("image") && !isText(event, event.dataTransfer) && event.preventDefault(),
  });
  const { say, warn, help } = page;

  // ---- from the reader to the traits -------------------------------------------------------
  function change(changes) {
    warn("");
    send(model, changes);
  }
  const onPhoto = ([row, column]) => [clamp(row, photo.rows), clamp(column, photo.columns)];
  const lens = () => onPhoto(own ?? model.get("lens"));
  function look(place) {
    if (!own) return send(model, { lens: onPhoto(place) });
    own = onPhoto(place);
    schedule();
  }
  /** Take a picture that comes in a while, unless another is asked for until then; `refused(message)` hears why it can't be. */
  async function take(coming, taken, refused) {
    const number = ++latest;
    try {
      const picture = await coming;
      if (number !== latest) return;
      photo = picture;
      taken();
      schedule();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (number === latest) warn(refused(error.message));
    }
  }
  function openFile([file, ...others]) {
    return take(fromFile(file), () => {
      own = liveliest(photo);
      warn(others.length ? `${others.length + 1} files came; “${file.name}” is open.` : "");
      say(`Your picture is open, ${photo.rows} × ${photo.columns} cells.`);
    }, (message) => message);
  }
  function takeImage() {
    return take(fromAddress(model.get("image")), () => {
      own = null;
      warn("");
    }, (message) => `${message} The picture stays as it was.`);
  }
  function reset() {
    change(initially(model, RESET));
    if (own) takeImage();
    else look(model.get("_initial").lens);
  }

  // ---- the page ------------------------------------------------------------------------------
  const input = screen({
    role: "application", tabindex: 0, "aria-label": "Photograph with a lens: the arrow keys move it, with Shift by 10", onkeydown: press,
  });
  const output = screen({ role: "img" });
  const panels = element("div", { class: "cnnlab-photos" }, input.node, output.node);
  const entries = kernelPanel({ onkernel: (kernel) => change({ kernel }), onrefuse: warn });
  const under = lensPanel({ most: EDITABLE });
  const note = element("p", { class: "cnnlab-note" });
  const room = rooms();
  const file = element("input", { type: "file", accept: "image/*", hidden: true, onchange: () => {
    if (file.files[0]) openFile(file.files);
    file.value = "";
  } });
  const names = Object.entries(model.get("named"));
  const fields = {
    name: choice("Kernel", names.map(([name]) => [name, name]), (name) => name !== OWN && change({ kernel: model.get("named")[name].kernel })),
    rows: choice("Rows", SIDES, (rows) => change({ kernel: resized(model.get("kernel"), [rows, scene.shape[1]]) })),
    columns: choice("Columns", SIDES, (columns) => change({ kernel: resized(model.get("kernel"), [scene.shape[0], columns]) })),
    ...Object.fromEntries(Object.entries(CHOICES).map(([name, [label, choices]]) => [name, choice(label, choices, (value) => change({ [name]: value }))])),
  };
  const [above, below] = [0, 1].map(() => element("div", { class: "cnnlab-options" }));
  const openButton = button("Open your own picture…", () => file.click());
  const resetButton = button("Reset", reset);
  const promise = element("span", { class: "cnnlab-note" }, "Your picture stays in this page: it is sent nowhere.");
  const open = (name) => model.get("controls").includes(name);
  /** Text for a cell of the kernel is the cell's own business. */
  function isText(event, data) {
    return !data.types.includes("Files") && event.target.matches("input");
  }
  function receive(event, data) {
    if (!open("image") || isText(event, data)) return;
    event.preventDefault(); // or the browser would follow a dropped link and leave the page
    event.stopPropagation();
    if (data.files.length) openFile(data.files);
    else warn(`There is no picture in what came. ${ADVICE}`);
  }
  function press(event) {
    const [row, column] = lens();
    const step = event.shiftKey ? 10 : 1;
    const moved = steer(event, {
      ArrowUp: () => look([row - step, column]), ArrowDown: () => look([row + step, column]),
      ArrowLeft: () => look([row, column - step]), ArrowRight: () => look([row, column + step]),
      Home: () => look([row, 0]), End: () => look([row, photo.columns - 1]),
    });
    if (moved) say(lensSentence(photo, scene.applied, scene.border, lens()));
  }
  for (const { canvas } of [input, output]) {
    const scrolls = (event) => event.pointerType === "touch" && canvas === output.canvas; // a finger there moves the page
    const point = (event) => {
      if (event.type !== "click" && scrolls(event)) return;
      const box = canvas.getBoundingClientRect();
      look([((event.clientY - box.top) / box.height) * photo.rows, ((event.clientX - box.left) / box.width) * photo.columns].map(Math.floor));
    };
    for (const kind of ["pointermove", "pointerdown", "click"]) canvas.addEventListener(kind, point);
  }

  // ---- from the traits to the page ---------------------------------------------------------
  function drawOptions() {
    const shown = (nodes) => Object.entries(nodes).filter(([name]) => open(name)).flatMap(([, node]) => node);
    const { name, rows, columns, border, mode, show } = fields;
    arrange(above, shown({ kernel: name.node, size: [rows.node, columns.node] }));
    const settings = shown({ border: border.node, mode: mode.node, show: show.node, image: [openButton, file] });
    const back = model.get("controls").length ? [resetButton] : [];
    arrange(below, [...settings, ...back, ...shown({ image: promise })]);
    for (const row of [above, below]) row.hidden = !row.childElementCount;
    help.fill(
      ["Select the photograph, and the arrow keys move the lens (with Shift by 10, Home and End to the rim).", open("cells") && CELL_KEYS],
      [
        "Point at the photograph, or drag a finger over it, to move the lens; beside it, and on the filtered picture, a finger scrolls the page.",
        open("cells") && `${CELL_HELP} The slider below the kernel moves the cell that you were in last.`,
        open("image") && "You can also drop a picture here, or paste one; a large one is scaled down to fit 512 × 512.",
        "The screen shows whole greys from 0 to 255; the lens shows the sums as they are.",
      ],
    );
    if (scene) entries.draw(scene.kernel, scene.mode, open("cells"));
  }
  /** Draw once before the screen is painted next, however much has changed until then. */
  function schedule() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  }
  function draw() {
    const next = Object.fromEntries(RESET.map((name) => [name, model.get(name)]));
    if (scene?.photo !== photo || JSON.stringify(next) !== scene.settings) drawPictures(next);
    drawLens();
  }

  function drawPictures(next) {
    const before = scene;
    const [rows, columns] = size(next.kernel);
    scene = { ...next, photo, shape: [rows, columns], applied: sliding(next.kernel, next.mode), settings: JSON.stringify(next) };
    if (before?.photo !== photo) input.paint(photo, bytes(photo.values, "clipped"), colours("clipped"));
    output.paint(photo, bytes(filtered(photo, scene.applied, scene.border, room).values, scene.show), colours(scene.show));
    const name = names.find(([, { kernel }]) => JSON.stringify(kernel) === JSON.stringify(next.kernel))?.[0] ?? OWN;
    const [now, came] = [by([photo.rows, photo.columns]), by(photo.from)];
    const scaled = now === came ? "" : `, scaled down from ${came}`;
    input.title.textContent = `${own ? "Your picture" : "Photo"} ${now}${scaled}`;
    output.title.textContent = "Filtered";
    const shown = CHOICES.show[1].find(([value]) => value === scene.show)[1];
    output.canvas.setAttribute("aria-label", `The picture filtered with ${name}, border ${scene.border}, ${shown}`);
    const { border, mode, show } = next;
    for (const [key, value] of Object.entries({ name, rows, columns, border, mode, show })) fields[key].fill(value);
    const bright = brightness(scene.kernel, format);
    note.textContent = `${model.get("named")[name]?.note ?? "A kernel of your own."} ${bright}`;
    if (before) say(`Filtered with ${name}. ${bright}`);
    entries.draw(scene.kernel, scene.mode, open("cells"));
  }

  function drawLens() {
    const place = lens();
    input.mark(photo, windowCorner(photo, scene.applied, place), scene.shape);
    output.mark(photo, place, [1, 1]);
    under.draw(photo, scene.applied, scene.border, place);
  }

  const bench = element("div", { class: "cnnlab-panels cnnlab-bench" }, entries.node, under.node);
  page.root.append(panels, above, note, bench, below, ...page.spoken, help.node);
  drawOptions();
  draw();
  page.onclose(() => {
    latest++;
    cancelAnimationFrame(frame);
  });
  page.on(["kernel", "border", "mode", "show", "lens"], schedule);
  page.on(["image"], takeImage);
  if (model.get("image") !== address) takeImage(); // another came while the first was on its way
  page.on(["controls"], drawOptions);
  return page.close;
}

export default { render };
