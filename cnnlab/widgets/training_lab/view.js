// TrainingLab: a small convolutional network learns to read digits, in the page itself.
import { HELD_OUT } from "./digits.js";
import { engine, FASTEST, PACES, SETTINGS } from "./engine.js";
import { CLASSES, grouped, hundredths, percent, SIDE, told } from "./numbers.js";
import { bars, curves, grey, rising, sheet, signed, write } from "./parts.js";
import { button, choice, numberField, slider } from "../_shared/choices.js";
import { arrange, element, initially, openPage, prefersStillness, send, steer } from "../_shared/dom.js";
import { article, pad } from "../_networks/ink.js";

const PAUSE = 66; // milliseconds from one drawing to the next while it trains
const SHARE = 30; // or this many times what a drawing takes, if that is longer: the browser has more to do with it than the page
const STILL = 1000; // milliseconds from one count to the next where nothing is to move
const STAMPS = 8; // wrong digits that are painted in one frame
const SHOWN = 24; // digits that it gets wrong
const NARROW = 520; // pixels, as in lab.css
const plain = (values) => values.map((value) => [value, String(value)]);
const CHOICES = {
  filters: ["Filters", plain([2, 4, 8, 16])],
  kernel_size: ["Kernel size", [3, 5, 7].map((n) => [n, `${n} × ${n}`])],
  second: ["Second layer", [[0, "none"], [8, "8 filters"], [16, "16 filters"]]],
  pooling: ["Pooling", plain(["max", "average"])],
  activation: ["Activation", [["relu", "ReLU"], ["tanh", "tanh"], ["sigmoid", "sigmoid"]]],
  rate: ["Learning rate", plain([0.001, 0.01, 0.03, 0.1, 0.3, 1, 3])],
  batch_size: ["Batch", plain([1, 4, 16, 64, 256])],
};
const FRESH = "Nothing is learned yet. Play, or go one step: then 2,000 digits come to learn from, and 500 to be held out.";

const engines = new WeakMap();

/** What stands for a model in all its views: a notebook's front end wraps the model anew for each, but not its layout. */
const identity = (model) => model.get("layout") ?? model;

function initialize({ model }) {
  if (prefersStillness()) model.set("playing", false);
  const listeners = new Set();
  const lab = engine(model, (...what) => listeners.forEach((listener) => listener(...what)));
  lab.listeners = listeners;
  lab.reset();
  engines.set(identity(model), lab);
  return lab.close;
}

function render({ model, el }) {
  const lab = engines.get(identity(model));
  const page = openPage({ model, el, class: "cnnlab-training", "aria-label": "Training lab", onkeydown: press });
  const { root, say, warn, help } = page;
  let chosen = false; // whether one of the digits held out is shown though there is a place to draw
  let next = 0; // when it is to be drawn again
  let stale = false; // whether what a look finds is not drawn yet
  const unpainted = new Set(); // the wrong digits that still show others
  const change = (changes) => {
    warn("");
    send(model, changes);
  };

  // ---- controls --------------------------------------------------------------------------------
  const filled = {}; // what the fields show
  const pick = (name) => (value) => change({ [name]: (filled[name] = value) });
  const fields = Object.fromEntries(Object.entries(CHOICES).map(([name, [label, values]]) => [name, choice(label, values, pick(name))]));
  const seed = numberField({ label: "Seed", least: 0, most: 999999, class: "cnnlab-entry cnnlab-training-seed", onenter: (value) => change({ seed: value }), onrefuse: (text) => warn(text, fields.seed.node) });
  fields.seed = { node: element("label", { class: "cnnlab-field" }, element("span", {}, "Seed"), seed.node), fill: seed.fill };
  const settings = element("div", { class: "cnnlab-options" });
  const toggle = () => change({ playing: !model.get("playing") });
  const step = () => {
    change({ playing: false });
    lab.step();
  };
  const play = button("Play", toggle);
  const speed = slider({ label: "Speed", class: "cnnlab-speed", min: 1, max: PACES.length, oninput: (value) => change({ speed: value }) });
  const pace = element("span", { class: "cnnlab-pace cnnlab-training-pace" });
  const counter = element("span", { class: "cnnlab-counter" });
  const again = button("Start again", () => {
    change({ playing: false });
    lab.reset();
  });
  const reset = button("Reset", () => {
    change({ playing: false, ...initially(model, [...SETTINGS, "speed", "digit"]) });
    chosen = false;
    lab.reset();
  });
  const walk = element("div", { class: "cnnlab-transport" },
    element("div", { class: "cnnlab-buttons", role: "group", "aria-label": "Train" }, play, button("One step", step), again, reset),
    element("label", { class: "cnnlab-field" }, element("span", {}, "Speed"), speed, pace), counter);
  function press(event) {
    const { target, key } = event;
    if (target.matches("select, input[type=text]") || (target.matches("input") && /^(Arrow|Home|End|Page)/.test(key))) return;
    if (key === " " && target.matches("button")) return;
    const speeds = PACES.map((_, k) => [k + 1, () => change({ speed: k + 1 })]);
    steer(event, { " ": toggle, ArrowRight: step, ...Object.fromEntries(speeds) });
  }

  // ---- pictures --------------------------------------------------------------------------------
  const accuracy = curves("Right: held out (—), while learning (- -)", ["held", "learned"]);
  const loss = curves("Loss while learning", ["learned"]);
  const panel = (title, ...content) => element("div", { class: "cnnlab-panel" }, title, ...content);
  const title = (text = "") => element("div", { class: "cnnlab-title" }, text);
  const filterTitle = title();
  const filters = sheet("The filters of the first layer");
  const digitTitle = title();
  const digit = sheet("The digit");
  digit.shape(1, SIDE);
  digit.canvas.classList.add("cnnlab-training-digit");
  const chances = bars();
  const mapTitles = [title(), title()];
  const maps = mapTitles.map(() => sheet("What each filter makes of the digit"));
  const which = slider({ label: "A digit held out", class: "cnnlab-training-which", min: 0, max: HELD_OUT - 1, oninput: show });
  const paper = pad({ say, onink: (_, lifted) => {
    chosen = false;
    draw();
    writeAll();
    if (lifted) say(verdict());
  } });
  const now = element("p", { class: "cnnlab-now", "aria-hidden": "true" }); // the live region says it
  const wrongTitle = title();
  const wrongRow = element("div", { class: "cnnlab-training-row" });
  const stamp = sheet();
  stamp.shape(1, SIDE);
  const wrong = Array.from({ length: SHOWN }, () => {
    const one = { digit: -1, image: element("span", { class: "cnnlab-training-stamp" }), text: element("span") };
    one.node = element("button", { type: "button", class: "cnnlab-button cnnlab-training-wrong", onclick: () => show(one.digit) }, one.image, one.text);
    return one;
  });
  wrongRow.append(...wrong.map(({ node }) => node));
  const answer = panel(digitTitle, element("div", { class: "cnnlab-training-row" }, digit.canvas, chances.node),
    element("label", { class: "cnnlab-field" }, element("span", {}, "A digit held out"), which));
  const parts = {
    curves: element("div", { class: "cnnlab-panels" }, accuracy.node, loss.node),
    filters: panel(filterTitle, filters.canvas),
    draw: paper.node,
    maps: element("div", { class: "cnnlab-panel cnnlab-training-wide" }, mapTitles[0], maps[0].canvas, mapTitles[1], maps[1].canvas),
    wrong: panel(wrongTitle, wrongRow),
  };

  const shows = (name) => model.get("views").includes(name);
  const own = () => shows("draw") && !chosen; // whether the digit shown is the reader's
  /** The digit shown: none, as long as those held out have not come. */
  const shown = () => (own() ? paper.digit() : lab.digit(model.get("digit")));
  function show(number) {
    send(model, { digit: number });
    choose();
    say(verdict());
  }
  function choose() {
    chosen = true;
    if (shown()) draw();
    else lab.ask(); // it comes
    writeAll();
  }
  /** What the network takes the digit shown for. */
  function verdict() {
    const known = shown();
    if (own() && !paper.drawn()) return "Nothing is drawn yet.";
    if (!known) return lab.asked ? "The digits are on their way." : "";
    const best = lab.net.classify(known);
    const name = own() ? "Your drawing" : `This ${model.get("digit") % CLASSES}`;
    return `${name} is taken for ${article(best)} ${best} (${Math.round(100 * lab.net.chances[best])}\u00a0%).`;
  }

  /** Make room for the pictures of a network: one for each filter, one for each map. */
  function build() {
    const { layers } = lab.net;
    const [first] = layers;
    const columns = root.clientWidth && root.clientWidth < NARROW ? 4 : 8;
    filters.shape(first.filters, first.kernel, columns);
    maps.forEach((one, k) => {
      const layer = layers[k];
      one.canvas.hidden = !layer;
      if (layer) one.shape(layer.filters, layer.pooled, columns);
      write(mapTitles[k], layer ? `${layer.filters} maps of ${layer.pooled} × ${layer.pooled}${k ? ", second layer" : ""}` : "");
    });
    write(filterTitle, `${first.filters} filters of ${first.kernel} × ${first.kernel}: orange adds, purple takes away`);
    for (const name of SETTINGS) if (filled[name] !== model.get(name)) fields[name].fill((filled[name] = model.get(name)));
    drawProgress();
    drawWrong();
    draw();
  }
  /** Draw what changes with each step: filters, maps, chances. */
  function draw() {
    const start = performance.now();
    const { net } = lab;
    const { weight } = net.layers[0];
    filters.paint(weight, signed(largest(weight)));
    const known = shown();
    write(digitTitle, own() ? "Your drawing, as the network sees it" : known ? `${article(model.get("digit") % CLASSES, "A")} ${model.get("digit") % CLASSES} that it never learned from` : "A digit held out stands here");
    if (known) {
      const best = net.classify(known);
      digit.paint(known, grey);
      chances.draw(net.chances, best);
      net.layers.forEach((layer, k) => maps[k].paint(layer.maps, rising(largest(layer.maps))));
    }
    count();
    const now = performance.now();
    next = now + Math.max(PAUSE, SHARE * (now - start));
  }
  const count = () => write(counter, `step ${grouped(lab.steps)}, ${grouped(lab.seen)} digits`);
  function drawProgress() {
    const { history } = lab;
    accuracy.draw(history.map(([seen, , hits, right]) => [seen, right / HELD_OUT, hits]), 1, (top) => `${100 * top} %`, `Accuracy. ${progress()}`);
    loss.draw(history.map(([seen, mean]) => [seen, mean ?? NaN]), Math.max(2.5, ...history.map(([, mean]) => (mean < 10 ? mean : 0))), hundredths, `Loss. ${progress()}`);
  }
  function progress() {
    const row = lab.history.at(-1);
    return row ? told(row[0], row[1] ?? NaN, row[3], HELD_OUT) : FRESH;
  }
  function drawWrong() {
    const looked = lab.history.length > 0;
    const all = looked ? Array.from(lab.guesses.keys()).filter((k) => lab.guesses[k] !== k % CLASSES) : [];
    write(wrongTitle, looked ? `Still wrong: ${all.length} of ${HELD_OUT} held out${all.length > SHOWN ? `, the first ${SHOWN}` : ""}` : "What it still gets wrong stands here");
    wrong.forEach((one, k) => {
      one.node.hidden = k >= all.length;
      if (one.node.hidden) return;
      const [label, guess] = [all[k] % CLASSES, lab.guesses[all[k]]];
      if (one.digit !== all[k]) unpainted.add(one);
      one.digit = all[k];
      write(one.text, `${label} → ${guess}`);
      one.node.setAttribute("aria-label", `${article(label)} ${label} taken for ${article(guess)} ${guess}`);
    });
  }
  function paintWrong(most) {
    for (const one of [...unpainted].slice(0, most)) {
      stamp.paint(lab.digit(one.digit), grey);
      one.image.style.backgroundImage = `url(${stamp.canvas.toDataURL()})`;
      unpainted.delete(one);
    }
  }
  function drawControls() {
    const playing = model.get("playing");
    write(play, playing ? "Pause" : "Play");
    speed.value = model.get("speed");
    const steps = PACES[model.get("speed") - 1];
    write(pace, steps === FASTEST ? "as fast as it can" : `${steps} ${steps === 1 ? "step" : "steps"}/s`);
    speed.setAttribute("aria-valuetext", pace.textContent);
    which.value = model.get("digit");
  }
  function drawOptions() {
    const open = model.get("controls");
    arrange(settings, SETTINGS.filter((name) => open.includes(name)).map((name) => fields[name].node));
    settings.hidden = !settings.childElementCount;
    for (const [name, node] of Object.entries(parts)) node.hidden = !shows(name);
    answer.hidden = !answers();
    beside.hidden = answer.hidden;
    help.fill(
      ["Keys, after a click into the widget: Space plays, → goes one step, 1–9 set the speed.", shows("draw") && "In the box to draw in: the arrow keys move the pen, Space lowers and lifts it, Backspace takes a stroke back, Delete all."],
      ["The digits are MNIST's, in four greys.", shows("draw") && "What you draw stays in this page."],
    );
  }
  /** Whether there is a digit to be taken for one: its chances stand beside the place to draw, its maps, or what is wrong. */
  const answers = () => ["draw", "maps", "wrong"].some(shows);
  function writeAll() {
    write(now, `${progress()} ${answers() ? verdict() : ""}`.trim());
  }
  function tellAll() {
    writeAll();
    if (!model.get("playing")) say(now.textContent);
  }

  const hear = (kind, text) => {
    if (kind === "reset") {
      warn("");
      build();
      tellAll();
    } else if (kind === "refused") {
      warn(text);
      writeAll();
    } else if (kind === "settled") {
      drawLook();
      paintWrong(SHOWN);
      draw();
    } else if (kind === "looked") {
      stale = true;
    } else if (prefersStillness()) { // the pictures wait, and the words don't
      if (performance.now() < next) return;
      next = performance.now() + STILL;
      count();
      writeAll();
    } else if (stale || unpainted.size || performance.now() > next) { // a frame: a little of what is due
      if (stale) drawLook();
      else if (performance.now() > next) draw();
      else paintWrong(STAMPS);
    }
  };
  function drawLook() {
    stale = false;
    drawProgress();
    drawWrong();
    tellAll();
  }
  lab.listeners.add(hear);
  page.onclose(() => lab.listeners.delete(hear));

  const beside = element("div", { class: "cnnlab-panels cnnlab-training-maps" }, answer, parts.maps);
  const middle = element("div", { class: "cnnlab-panels" }, parts.draw, beside);
  root.append(settings, walk, ...page.spoken, now, parts.curves, parts.filters, middle, parts.wrong, help.node);
  drawOptions();
  drawControls();
  build();
  tellAll();
  page.onwidth(root, build);
  page.on(["playing", "speed", "digit"], drawControls);
  page.on(["speed"], () => say(`Speed: ${pace.textContent}.`));
  page.on(["digit"], choose);
  page.on(["controls"], drawOptions);
  page.on(["views"], () => {
    drawOptions();
    draw();
    writeAll();
  });
  return page.close;
}

/** The largest size of some numbers, or nearly 0. */
function largest(values) {
  let most = 1e-9;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
}

export default { initialize, render };
