// NetworkViewer: what a network that has learned makes of the reader's own photograph, or drawn digit, layer by layer.
import { layerPanel } from "./layer_panel.js";
import { classMap, largest, softmax } from "./numbers.js";
import { fromAddress, fromFile, greys, planes } from "./photo.js";
import { bars, frame, panel, percent, plate, spot } from "./pictures.js";
import { runner } from "./runner.js";
import { whereabouts } from "./words.js";
import { button, choice, presets, toggle } from "../_shared/choices.js";
import { arrange, batch, element, initially, openPage, send } from "../_shared/dom.js";
import { article, pad, SIDE } from "../_networks/ink.js";
import { ADVICE } from "../_shared/photo.js";

const PHOTO = 224; // rows and columns of a photograph
const COVER = { photo: 64, digit: 8 }; // rows and columns of what covers
const OWN = "your own";
const FIRST = { photo: "head", digit: "C1" }; // the layer that is shown at first, as in __init__.py
const RESET = ["network", "sample", "layer", "channel", "place", "label", "covered", "heat", "prepared"];
const LOADS = { photo: "Load the network (about 5 MB, once; your picture stays here)", digit: "Load the network (70 kB, once; your drawing stays here)" };

function render({ model, el }) {
  let picture = null; // the photograph as it is looked at: an ImageData
  let own = false; // whether it is the reader's
  let mine = null; // the reader's, kept while another is looked at
  let latest = 0; // the picture that was asked for last
  let seen = null; // what the network found: { kind, chances, before }
  let asked = false; // whether the reader waits for a sentence
  const page = openPage({
    model, el, class: "cnnlab-viewer", "aria-label": "Network viewer", onkeydown: press,
    onpaste: (event) => receive(event, event.clipboardData), ondrop: (event) => receive(event, event.dataTransfer),
    ondragover: (event) => takes() && event.preventDefault(),
  });
  const { root, warn, help } = page;
  const say = (text) => {
    now.setAttribute("aria-hidden", "true"); // the live region says it
    page.say(text);
  };
  const run = runner(model, hear);
  page.onclose(run.close);
  page.onclose(() => latest++);
  const kind = () => model.get("network");
  const net = () => run.net(kind());
  const open = (name) => model.get("controls").includes(name);
  const takes = () => open("picture") && kind() === "photo";
  const change = (changes) => {
    warn("");
    asked = true;
    send(model, changes);
  };
  const tell = (text) => {
    asked = false;
    if (text) say(text);
  };
  /** Say anew what was found, unless more is to be found. */
  const retell = () => found() && !run.busy() && tell(verdict());

  // ---- what is looked at -----------------------------------------------------------------------
  const side = () => (kind() === "photo" ? PHOTO : SIDE);
  function input() {
    const values = kind() === "photo" ? planes(picture) : Float32Array.from(paper.digit());
    const box = coverBox();
    const cells = side() ** 2;
    for (let c = 0; box && c < values.length / cells; c++) {
      for (let y = box[0]; y < box[0] + box[2]; y++) values.fill(0, c * cells + y * side() + box[1], c * cells + y * side() + box[1] + box[3]);
    }
    return values;
  }
  /** What is covered, [top, left, rows, columns], or null. */
  function coverBox() {
    const at = model.get("covered");
    if (!at) return null;
    const size = COVER[kind()];
    const [top, left] = at.map((middle) => Math.min(Math.max(Math.round(middle - size / 2), 0), side() - size));
    return [top, left, size, size];
  }
  function look() {
    if (net() && (kind() === "digit" || picture)) run.look(kind(), input(), { kind: kind(), picture, covered: Boolean(model.get("covered")) });
  }
  /** Take a picture that comes in a while, unless another is asked for until then. */
  async function take(coming, taken = () => {}) {
    const number = ++latest;
    try {
      const found = await coming;
      if (number !== latest) return;
      picture = found;
      seen = null;
      taken();
      if (net()) drawPicture();
      else draw();
      look();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (number === latest) warn(error.message);
    }
  }
  function openFile([file, ...others]) {
    asked = true;
    return take(fromFile(file, PHOTO), () => {
      own = true;
      mine = picture;
      warn(others.length ? `${others.length + 1} files came; “${file.name}” is open.` : "");
      send(model, { covered: null, place: null, channel: null, label: null });
      drawOptions();
      if (!net()) say("Your picture is open. Load the network to see what it makes of it.");
    });
  }
  function takeMine() {
    own = true;
    change({ covered: null, place: null, channel: null, label: null });
    take(mine);
    drawOptions();
  }
  function takeSample() {
    own = false;
    const address = run.net("photo")?.samples[model.get("sample")] ?? model.get("photo");
    if (address) take(fromAddress(address, PHOTO));
    drawOptions();
  }
  function receive(event, data) {
    if (!takes() || (!data.types.includes("Files") && event.target.matches("input"))) return;
    event.preventDefault(); // or the browser would follow a dropped link and leave the page
    event.stopPropagation();
    if (data.files.length) openFile(data.files);
    else warn(`There is no picture in what came. ${ADVICE}`);
  }

  // ---- what was found --------------------------------------------------------------------------
  function hear(what, about) {
    if (what === "progress") drawLoading();
    else if (what === "refused") {
      drawLoading();
      warn(about);
    } else if (what === "loaded") {
      const focused = loading.matches(":focus-within"); // it is about to go
      drawOptions();
      drawLoading();
      if (focused && net()) (view.canvas.hasAttribute("tabindex") ? view.canvas : root).focus({ preventScroll: true });
      if (about === "photo" && !own) takeSample();
      else look();
    } else if (about.kind === kind() && about.picture === picture) {
      inside.forget();
      const chances = softmax(net().layers.at(-1).maps);
      const before = about.covered ? seen?.before : undefined;
      seen = { kind: kind(), chances, covered: about.covered, before: about.covered ? before : chances };
      drawPicture();
      drawGuesses();
      requestAnimationFrame(inside.draw); // in a frame of its own: on a phone each takes a while
      if (asked && !run.busy()) tell(verdict()); // or when the latest is seen
    }
  }
  const found = () => seen?.kind === kind() && net();
  /** The score whose class map is shown. */
  const label = () => model.get("label") ?? largest(seen.before ?? seen.chances, 1)[0];
  const heat = () => (found() && model.get("heat") ? classMap(net(), label()) : null);
  function verdict() {
    if (!found()) return kind() === "photo" ? model.get("example").told : "Draw a digit, or load the network for this one.";
    if (kind() === "digit" && !paper.drawn()) return "Nothing is drawn yet.";
    const [best] = largest(seen.chances, 1);
    const name = net().classes[best];
    const told = (a) => `${kind() === "photo" ? "" : `${article(name, a)} `}${name}, ${percent(seen.chances[best])}`;
    if (seen.covered && seen.before) {
      const [first] = largest(seen.before, 1);
      return `With this part covered, ${net().classes[first]} goes from ${percent(seen.before[first])} to ${percent(seen.chances[first])}${first === best ? "." : `; now it is taken for ${told("a")}.`}`;
    }
    const map = heat();
    const last = net().layers.at(-3);
    return map ? `${told("A")}. Most of the score for ${net().classes[label()]} was collected in the picture's ${whereabouts(map, last.rows, last.columns)}.` : `${told("A")}.`;
  }

  // ---- controls --------------------------------------------------------------------------------
  const which = presets("Network", [["photo", "A photograph"], ["digit", "A drawn digit"]], (network) => change({ network, layer: FIRST[network], channel: null, place: null, label: null, covered: null }));
  const samples = choice("Picture", [["coffee", "coffee"], ["chelsea", "chelsea"], ["camera", "camera"], ["astronaut", "astronaut"], ["coins", "coins"], [OWN, OWN]], (sample) => {
    if (sample === OWN) return takeMine();
    change({ sample, covered: null, place: null, channel: null, label: null });
    if (own) takeSample();
  });
  const file = element("input", { type: "file", accept: "image/*", hidden: true, onchange: () => {
    if (file.files[0]) openFile(file.files);
    file.value = "";
  } });
  const openButton = button("Open your own picture…", () => file.click());
  const resetButton = button("Reset", () => {
    const { network, ...first } = initially(model, RESET);
    change(network === kind() ? first : { ...first, layer: FIRST[kind()] });
    if (own) takeSample();
  });
  for (const node of [openButton, resetButton]) node.classList.add("cnnlab-toggle"); // as small as those beside them
  const prepared = toggle("Prepare as MNIST does", () => change({ prepared: !model.get("prepared") }));
  const warm = toggle("Class map", () => {
    change({ heat: !model.get("heat") });
    retell();
  });
  const covers = toggle("Cover a part", () => change({ covered: model.get("covered") ? null : [side() / 2, side() / 2], ...(found() && inside.unit()) }));
  const options = element("div", { class: "cnnlab-options" });
  const loadButton = button("", () => {
    asked = true;
    warn("");
    run.load(kind());
  });
  loadButton.classList.add("cnnlab-viewer-load");
  const progress = element("progress", { max: 1, value: 0, "aria-label": "Loading the network" });
  const loading = element("div", { class: "cnnlab-options" }, loadButton, progress);

  function press(event) {
    if (found() && open("layer") && !event.target.matches("select, input")) inside.walkByKeys(event);
  }

  // ---- pictures --------------------------------------------------------------------------------
  /** Move what is covered, or else the unit that is shown, by keys on the picture. */
  function move([rows, columns]) {
    const covered = model.get("covered");
    if (covered) {
      const [top, left, size] = coverBox();
      const cells = COVER[kind()] / 8;
      change({ covered: [top + size / 2 + rows * cells, left + size / 2 + columns * cells] });
    } else if (found() && shows("unit")) inside.moveUnit([rows, columns]);
  }
  function point([x, y], type) {
    if (model.get("covered")) {
      if (type !== "pointerup") send(model, { covered: [Math.round(y * side()), Math.round(x * side())] });
      asked = type === "pointerup";
      if (asked && seen?.covered && !run.busy()) say(verdict());
    } else if (found() && shows("unit")) inside.pointUnit([x, y], type === "pointerup");
  }
  const view = plate({ label: "The picture", keys: "the arrow keys move the frame, with Shift by 5", onmove: move, onpoint: point });
  const glowing = element("canvas", { "aria-hidden": "true", width: PHOTO, height: PHOTO });
  const sees = frame("sees");
  const cover = frame("cover");
  view.over.append(glowing, sees.node, cover.node);
  const paper = pad({ say, options: () => ({ steps: 255, prepared: model.get("prepared") }), onink: (_, lifted) => {
    seen &&= { ...seen, before: undefined };
    asked = lifted || asked;
    drawPicture();
    if (net()) look();
    else run.load("digit");
  } });
  const guesses = bars((value) => {
    if (!net()?.samples) return;
    change({ label: value, heat: true });
    retell();
  });
  const now = element("p", { class: "cnnlab-now" });
  const scores = panel(guesses.node, now);
  const shows = (name) => model.get("views").includes(name);
  const toggles = element("div", { class: "cnnlab-options cnnlab-viewer-toggles" });
  const looked = panel(view.node, loading, toggles);
  const pictures = element("div", { class: "cnnlab-panels" }, paper.node, looked.node, scores.node);
  const inside = layerPanel({ model, net: found, side, picture: view.canvas, change, tell, warn });

  // ---- from the traits to the page -------------------------------------------------------------
  function drawOptions() {
    const photo = kind() === "photo";
    const filled = own ? OWN : model.get("sample");
    samples.fill(filled, (value) => value !== OWN || mine);
    which.press((value) => value === kind());
    arrange(options, [
      ...(open("network") ? [which.node] : []), ...(takes() ? [...(net() ? [samples.node] : []), openButton, file] : []),
      ...(!photo && open("prepared") ? [prepared.node] : []),
    ]);
    options.hidden = !options.childElementCount;
    arrange(toggles, [...(photo && open("heat") ? [warm.node] : []), ...(open("cover") && net() ? [covers.node] : []), ...(photo || model.get("controls").some((name) => name !== "picture") ? [resetButton] : [])]);
    paper.node.hidden = photo;
    scores.node.hidden = !shows("scores");
    view.works(open("cover") || shows("unit") || Boolean(model.get("covered")));
    inside.show(open("layer"), model.get("views"));
    help.fill(
      [open("layer") && "Keys, after a click into the widget: ← and → walk from layer to layer, Home and End to the first and the last. On a picture they move the frame."],
      [photo && open("heat") && "The class map keeps bright where the score of the class that is pressed was collected.", (shows("maps") || shows("unit")) && "In the maps orange is above 0, and purple below.", photo ? "The network is EfficientNet-Lite0 (© 2020 ML Illustrated, Apache License 2.0; folded, and its weights rounded to eight bits). It knows the 1,000 classes of ImageNet, and nothing else. Your picture stays in this page: it is sent nowhere." : "The network is LeNet-5, which learned from 9,000 of MNIST's digits. What you draw stays in this page."],
    );
  }
  function drawLoading() {
    const share = run.share(kind());
    const coming = share !== undefined;
    loading.hidden = Boolean(net());
    progress.hidden = !coming;
    progress.value = share ?? 0;
    loadButton.textContent = coming ? `Loading: ${Math.round(100 * share)}\u00a0%` : LOADS[kind()];
    loadButton.setAttribute("aria-disabled", coming);
    inside.node.hidden = !found();
  }
  function drawPicture() {
    const image = kind() === "photo" ? picture : greys(paper.digit(), SIDE);
    if (!image) return;
    view.size(side(), side()).putImageData(image, 0, 0);
    view.canvas.classList.toggle("cnnlab-viewer-coarse", kind() === "digit");
    looked.title.textContent = kind() === "photo" ? "The middle of the picture, 224 × 224" : "As the network sees it, 28 × 28";
    const example = !net() && !own && kind() === "photo" ? model.get("example").map : null;
    const map = heat() ?? (model.get("heat") ? example : null);
    const size = Math.sqrt(map?.length ?? 0);
    glowing.hidden = !map;
    scores.node.style.opacity = net() && !seen && picture ? 0.4 : ""; // of the picture before
    if (map) spot(glowing.getContext("2d"), map, size, PHOTO);
    const covering = coverBox();
    cover.place(covering, side(), side());
    view.canvas.classList.toggle("cnnlab-viewer-holds", Boolean(covering));
    sees.place(found() && !covering && shows("unit") && open("layer") ? inside.seenByUnit() : null, side(), side());
    warm.press(model.get("heat"));
    covers.press(Boolean(covering));
    prepared.press(model.get("prepared"));
  }
  function drawGuesses() {
    if (found()) {
      const best = largest(seen.covered && seen.before ? seen.before : seen.chances, 5);
      guesses.draw(best.map((value) => ({ value, name: net().classes[value], share: seen.chances[value], before: seen.covered ? seen.before?.[value] : undefined })), kind() === "photo" ? label() : null);
    } else {
      const known = kind() === "photo" && !own;
      guesses.draw(known ? model.get("example").top.map(([name, share], value) => ({ value, name, share })) : [], null);
    }
    scores.title.textContent = found() && net().samples ? "Taken for (press one for its class map)" : "Taken for";
    now.textContent = own && !found() ? "Load the network to see what it makes of your picture." : verdict();
  }
  function draw() {
    drawPicture();
    drawGuesses();
    inside.draw();
  }
  function drawNetwork() {
    seen = null;
    drawOptions();
    drawLoading();
    draw();
    look();
  }

  root.append(options, ...page.spoken, pictures, inside.node, help.node);
  drawNetwork();
  takeSample();
  page.onwidth(root, inside.draw);
  page.on(["network"], batch(() => {
    drawNetwork();
    if (!net()) say(now.textContent);
  }));
  page.on(["sample"], takeSample);
  page.on(["layer", "channel", "place", "heat", "label"], batch(draw));
  page.on(["covered", "prepared"], batch(() => {
    drawPicture();
    look();
  }));
  page.on(["controls", "views"], () => {
    drawOptions();
    draw();
  });
  return page.close;
}

export default { render };
