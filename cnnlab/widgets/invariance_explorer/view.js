// InvarianceExplorer: a digit is moved, turned and zoomed, and three networks answer.
import { answers, changed, CLASSES, LABELS, picture, sentence, SIDE } from "./numbers.js";
import { button, choice, slider, toggle } from "../_shared/choices.js";
import { batch, element, initially, openPage, send, steer } from "../_shared/dom.js";

const TITLES = ["Perceptron", "Flattens", "Pools globally"];
const FAR = 6; // cells
const SLIDES = [
  ["right", "move", "To the right", -FAR, FAR, 1, (by) => `${by}`],
  ["down", "move", "Down", -FAR, FAR, 1, (by) => `${by}`],
  ["turn", "turn", "Turn", -180, 180, 5, (by) => `${by}°`],
  ["zoom", "zoom", "Zoom", 50, 150, 5, (by) => `${by} %`],
];
const TRAITS = ["digit", "down", "right", "turn", "zoom", "training"];
const within = (by) => Math.min(Math.max(by, -FAR), FAR);

function render({ model, el }) {
  const page = openPage({ model, el, class: "cnnlab-invariance", "aria-label": "Three networks and a digit", onkeydown: press });
  const { root, say, help } = page;
  const get = (name) => model.get(name);
  const open = (name) => get("controls").includes(name);
  const move = (down, right) => send(model, { down: within(down), right: within(right) });

  // ---- from the reader to the traits -------------------------------------------------------------
  function press(event) {
    if (!open("move") || event.target.matches("select, input")) return;
    const [down, right] = [get("down"), get("right")];
    steer(event, {
      ArrowLeft: () => move(down, right - 1), ArrowRight: () => move(down, right + 1),
      ArrowUp: () => move(down - 1, right), ArrowDown: () => move(down + 1, right),
      Home: () => move(0, 0),
    });
  }
  let grip = null; // where a finger or the mouse took hold, in cells
  const cells = ({ clientX, clientY }) => [clientY, clientX].map((at) => (at * SIDE) / sight.clientWidth);
  const sight = element("canvas", {
    class: "cnnlab-invariance-sight", width: SIDE, height: SIDE, role: "img", tabindex: 0,
    onpointerdown(event) {
      if (!open("move")) return;
      const [y, x] = cells(event);
      grip = [get("down") - y, get("right") - x];
      sight.setPointerCapture(event.pointerId);
    },
    onpointermove(event) {
      if (!grip) return;
      const [y, x] = cells(event);
      move(Math.round(y + grip[0]), Math.round(x + grip[1]));
    },
    onpointerup: () => (grip = null),
    onpointercancel: () => (grip = null),
  });
  const which = choice("Digit", LABELS.map((label, k) => [k, `a ${label}${k % 2 ? ", another" : ""}`]), (digit) => send(model, { digit }));
  const slides = SLIDES.map(([name, control, label, min, max, step, write]) => {
    const range = slider({ label, min, max, step, oninput: (value) => send(model, { [name]: value }) });
    const count = element("span", { class: "cnnlab-counter", "aria-hidden": "true" });
    return { name, control, write, range, count, node: element("div", {}, element("span", { "aria-hidden": "true" }, label), range, count) };
  });
  const taught = toggle("Trained with moves", () => send(model, { training: get("training") === "moved" ? "plain" : "moved" }));
  const options = element("div", { class: "cnnlab-options" }, which.node, taught.node, button("Reset", () => send(model, initially(model, TRAITS))));

  // ---- from the traits to the page ---------------------------------------------------------------
  const opinions = TITLES.map((title) => {
    const said = element("p", { class: "cnnlab-invariance-said" });
    const bars = Array.from({ length: CLASSES }, (_, k) => {
      const bar = element("span", { class: "cnnlab-invariance-bar" });
      const text = element("span", { class: "cnnlab-invariance-chance" });
      return { bar, text, node: element("li", {}, element("span", {}, `${k}`), element("span", { class: "cnnlab-invariance-room" }, bar), text) };
    });
    const list = element("ol", { class: "cnnlab-invariance-bars", "aria-label": `Chances, ${title}` }, ...bars.map(({ node }) => node));
    return { said, bars, node: element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, title), said, list) };
  });
  const now = element("p", { class: "cnnlab-now", "aria-hidden": "true" }); // the live region says it
  const context = sight.getContext("2d");

  function draw() {
    const place = ["down", "right", "turn", "zoom"].map(get);
    const label = LABELS[get("digit")];
    const image = picture(get("digit"), ...place);
    const found = answers(image, get("training"));
    const pixels = new ImageData(SIDE, SIDE);
    image.forEach((value, k) => pixels.data.set([...Array(3).fill(Math.round(255 * value)), 255], 4 * k));
    context.putImageData(pixels, 0, 0);
    found.forEach(({ best, chances }, n) => {
      const { said, bars } = opinions[n];
      const right = best === label;
      said.classList.toggle("cnnlab-invariance-wrong", !right);
      said.replaceChildren(`${best}`, element("span", {}, right ? "✓ right" : "✗ wrong"));
      bars.forEach(({ bar, text, node }, k) => {
        bar.style.width = `${(100 * chances[k]).toFixed(1)}%`;
        text.textContent = `${Math.round(100 * chances[k])} %`;
        node.classList.toggle("cnnlab-invariance-right", k === label);
      });
    });
    now.textContent = sentence(label, changed(...place), found);
    sight.setAttribute("aria-label", `A ${label}, ${changed(...place)}.`);
    say(now.textContent);
    which.fill(get("digit"));
    taught.press(get("training") === "moved");
    for (const { name, range, count, write } of slides) {
      range.value = get(name);
      count.textContent = write(get(name)).replace("-", "−");
      range.setAttribute("aria-valuetext", count.textContent);
    }
  }
  function drawControls() {
    which.node.hidden = !open("digit");
    taught.node.hidden = !open("training");
    for (const { control, node } of slides) node.hidden = !open(control);
    if (open("move")) sight.setAttribute("tabindex", 0);
    else sight.removeAttribute("tabindex"); // then a finger on it scrolls the page
    options.hidden = !get("controls").length;
    help.fill(
      [open("move") && "Keys, after a click into the widget: the arrows move the digit by a cell, Home puts it back."],
      [open("move") && "Or drag the digit.", "Orange is the bar of the right answer."],
    );
  }
  const places = element("div", { class: "cnnlab-invariance-slides" }, ...slides.map(({ node }) => node));
  const seen = element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, "What they see"), sight);
  const said = element("div", { class: "cnnlab-invariance-answers" }, ...opinions.map(({ node }) => node));
  root.append(options, element("div", { class: "cnnlab-panels" }, seen, places), said, now, ...page.spoken, help.node);
  drawControls();
  draw();
  page.on(TRAITS, batch(draw));
  page.on(["controls"], drawControls);
  return page.close;
}

export default { render };
