// NetworkViewer: what a network that has learned makes of the reader's own photograph, or drawn digit, layer by layer.
import { classMap, field, largest, ranked, softmax, strongest } from "./numbers.js";
import { fromAddress, fromFile, greys, planes } from "./photo.js";
import { bars, drawMap, drawMaps, frame, percent, plate, spot } from "./pictures.js";
import { runner } from "./runner.js";
import { described, given, whereabouts } from "./words.js";
import { button, choice, numberField, presets, signButton, slider, toggle } from "../_shared/choices.js";
import { arrange, batch, element, initially, openPage, send, steer } from "../_shared/dom.js";
import { pad, SIDE } from "../_networks/ink.js";
import { ADVICE } from "../_shared/photo.js";
import { format } from "../_shared/text.js";

const PHOTO = 224; // rows and columns of a photograph
const COVER = { photo: 64, digit: 8 }; // rows and columns of what covers
const SHOWN = 40; // maps side by side
const PATCHES = 5;
const NARROW = 520; // pixels, as in lab.css
const OWN = "your own";
const FIRST = { photo: "head", digit: "C1" }; // the layer that is shown at first, as in __init__.py
const RESET = ["network", "sample", "layer", "channel", "place", "label", "covered", "heat", "prepared"];
const LOADS = { photo: "Load the network (about 5 MB, once; your picture stays here)", digit: "Load the network (70 kB, once; your drawing stays here)" };

function render({ model, el }) {
  let picture = null; // the photograph as it is looked at: an ImageData
  let own = false; // whether it is the reader's
  let latest = 0; // the picture that was asked for last
  let seen = null; // what the network found: { kind, chances, before }
  let asked = false; // whether the reader waits for a sentence
  const ranks = new Map(); // the maps of a layer in their order, once it is asked for
  const page = openPage({
    model, el, class: "cnnlab-viewer", "aria-label": "Network viewer", onkeydown: press,
    onpaste: (event) => receive(event, event.clipboardData), ondrop: (event) => receive(event, event.dataTransfer),
    ondragover: (event) => takes() && event.preventDefault(),
  });
  const { root, say, warn, help } = page;
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
      warn(others.length ? `${others.length + 1} files came; “${file.name}” is open.` : "");
      send(model, { covered: null, place: null, channel: null, label: null });
      drawOptions();
      if (!net()) say("Your picture is open. Load the network to see what it makes of it.");
    });
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
      if (focused) view.canvas.focus({ preventScroll: true });
      if (kind() === "photo" && !own) takeSample();
      else look();
    } else if (about.kind === kind() && about.picture === picture) {
      ranks.clear();
      const chances = softmax(net().layers.at(-1).maps);
      const before = about.covered ? seen?.before : undefined;
      seen = { kind: kind(), chances, covered: about.covered, before: about.covered ? before : chances };
      drawPicture();
      drawGuesses();
      requestAnimationFrame(drawLayer); // in a frame of its own: on a phone each takes a while
      if (asked) say(verdict());
      asked = false;
    }
  }
  const found = () => seen?.kind === kind() && net();
  /** The score whose class map is shown. */
  const label = () => model.get("label") ?? largest(seen.before ?? seen.chances, 1)[0];
  const heat = () => (found() && model.get("heat") ? classMap(net(), label()) : null);
  function verdict() {
    if (!found()) return kind() === "photo" ? model.get("example").told : "Draw a digit, or load the network for this one.";
    const [best] = largest(seen.chances, 1);
    const name = net().classes[best];
    const told = (article) => `${kind() === "photo" ? "" : `${article} `}${name}, ${percent(seen.chances[best])}`;
    if (seen.covered && seen.before) {
      const [first] = largest(seen.before, 1);
      return `With this part covered, ${net().classes[first]} goes from ${percent(seen.before[first])} to ${percent(seen.chances[first])}${first === best ? "." : `; now it is taken for ${told("a")}.`}`;
    }
    const map = heat();
    const last = net().layers.at(-3);
    return map ? `${told("A")}. What speaks most for ${net().classes[label()]} is in the picture's ${whereabouts(map, last.rows, last.columns)}.` : `${told("A")}.`;
  }
  const layer = () => net().layers.find(({ name }) => name === model.get("layer")) ?? net().layers[0];
  const channel = () => Math.min(model.get("channel") ?? order()[0], layer().channels - 1);
  function order() {
    const here = layer();
    if (!ranks.has(here)) ranks.set(here, ranked(here));
    return ranks.get(here);
  }
  function place() {
    const { rows, columns } = layer();
    const at = model.get("place") ?? strongest(layer(), channel(), 1, 1)[0].place;
    return [Math.min(at[0], rows - 1), Math.min(at[1], columns - 1)];
  }
  function unitTold() {
    const { rows, columns, maps } = layer();
    const [row, column] = place();
    const value = maps[(channel() * rows + row) * columns + column];
    const [top, left, height, width] = field(layer(), [row, column]);
    const whole = height === side() && width === side();
    const score = net().samples && layer() === net().layers.at(-1) ? ` (${net().classes[channel()]})` : "";
    return `${rows * columns === 1 ? `Number ${channel()}${score}` : `Map ${channel()}, row ${row}, column ${column}`}: ${format(Number(value.toPrecision(3)))}. It sees ${whole ? "all of the picture" : `${height} × ${width} of the picture's cells, from row ${top}, column ${left}`}.`;
  }

  // ---- controls --------------------------------------------------------------------------------
  const which = presets("Network", [["photo", "A photograph"], ["digit", "A drawn digit"]], (network) => change({ network, layer: FIRST[network], channel: null, place: null, label: null, covered: null }));
  const samples = choice("Picture", [["coffee", "coffee"], ["chelsea", "chelsea"], ["camera", "camera"], ["astronaut", "astronaut"], ["coins", "coins"], [OWN, OWN]], (sample) => {
    if (sample !== OWN) change({ sample, covered: null, place: null, channel: null, label: null });
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
  const warm = toggle("Class map", () => change({ heat: !model.get("heat") }));
  const covers = toggle("Cover a part", () => change({ covered: model.get("covered") ? null : [side() / 2, side() / 2], ...(found() && { channel: channel(), place: place() }) }));
  const options = element("div", { class: "cnnlab-options" });
  const loadButton = button("", () => {
    asked = true;
    warn("");
    run.load(kind());
  });
  loadButton.classList.add("cnnlab-viewer-load");
  const progress = element("progress", { max: 1, value: 0, "aria-label": "Loading the network" });
  const loading = element("div", { class: "cnnlab-options" }, loadButton, progress);

  const walkTo = (number) => {
    const { layers } = net();
    const next = layers[Math.min(Math.max(number, 0), layers.length - 1)];
    change({ layer: next.name, channel: null, place: null });
    say(described(next));
    asked = false;
  };
  const number = () => net().layers.indexOf(layer());
  const back = signButton("Layer before", "‹", () => walkTo(number() - 1));
  const forward = signButton("Next layer", "›", () => walkTo(number() + 1));
  const scrubber = slider({ label: "Layer", class: "cnnlab-scrubber", min: 0, oninput: walkTo });
  const counter = element("span", { class: "cnnlab-counter" });
  const walk = element("div", { class: "cnnlab-transport" }, element("div", { class: "cnnlab-buttons", role: "group", "aria-label": "Walk" }, back, forward), scrubber, counter);
  function press(event) {
    if (!net() || !open("layer") || event.target.matches("select, input")) return;
    steer(event, { ArrowLeft: () => walkTo(number() - 1), ArrowRight: () => walkTo(number() + 1), Home: () => walkTo(0), End: () => walkTo(Infinity) });
  }

  // ---- pictures --------------------------------------------------------------------------------
  const title = () => element("div", { class: "cnnlab-title" });
  const panel = (...content) => element("div", { class: "cnnlab-panel" }, ...content);
  /** Move what is covered, or else the unit that is shown, by keys on the picture. */
  function move([rows, columns]) {
    const covered = model.get("covered");
    if (covered) {
      const [top, left, size] = coverBox();
      const cells = COVER[kind()] / 8;
      change({ covered: [top + size / 2 + rows * cells, left + size / 2 + columns * cells] });
    } else if (found() && shows("unit")) moveUnit([rows, columns]);
  }
  function moveUnit([rows, columns]) {
    const [row, column] = place();
    toUnit([row + rows, column + columns]);
  }
  /** Show another unit of the map, the nearest that is there. */
  function toUnit([row, column], told = true) {
    const { rows, columns } = layer();
    change({ channel: channel(), place: [Math.min(Math.max(row, 0), rows - 1), Math.min(Math.max(column, 0), columns - 1)] });
    asked = false;
    if (told) say(unitTold());
  }
  const unitAt = ([x, y]) => [Math.floor(y * layer().rows), Math.floor(x * layer().columns)];
  function point([x, y], type) {
    if (model.get("covered")) {
      if (type !== "pointerup") send(model, { covered: [Math.round(y * side()), Math.round(x * side())] });
      asked = type === "pointerup";
      if (asked && seen?.covered && !run.busy()) say(verdict());
    } else if (found() && shows("unit")) toUnit(unitAt([x, y]), type === "pointerup");
  }
  const view = plate({ label: "The picture: the arrow keys move the frame, with Shift by 5", onmove: move, onpoint: point });
  const glowing = element("canvas", { "aria-hidden": "true", width: PHOTO, height: PHOTO });
  const sees = frame("sees");
  const cover = frame("cover");
  view.over.append(glowing, sees.node, cover.node);
  const viewTitle = title();
  const paper = pad({ say, options: () => ({ steps: 255, prepared: model.get("prepared") }), onink: (_, lifted) => {
    seen &&= { ...seen, before: undefined };
    asked = lifted || asked;
    drawPicture();
    if (net()) look();
    else run.load("digit");
  } });
  const scoresTitle = title();
  const guesses = bars((value) => net()?.samples && change({ label: value, heat: true }));
  const now = element("p", { class: "cnnlab-now", "aria-hidden": "true" }); // the live region says it
  const about = element("p", { class: "cnnlab-viewer-about" });
  const mapsTitle = title();
  const maps = plate({ label: "The maps of this layer: the arrow keys pick one", onpoint: ([x, y], type) => type === "pointerdown" && pickMap(Math.floor(y * sheet.rows) * sheet.columns + Math.floor(x * sheet.columns)), onmove: ([rows, columns]) => pickMap(sheet.shown.indexOf(channel()) + rows * sheet.columns + columns) });
  const picked = frame("picked");
  maps.over.append(picked.node);
  const mapField = numberField({ label: "Map", least: 0, most: 1279, class: "cnnlab-entry cnnlab-viewer-number", onenter: enterMap, onrefuse: (text) => warn(text, mapsTitle) });
  let sheet = null; // the maps that are shown, and how they lie
  function enterMap(value) {
    const last = layer().channels - 1;
    if (value > last) throw new RangeError(`${layer().name} has the maps 0 to ${last}`);
    change({ channel: value, place: null });
  }
  function pickMap(at) {
    const next = sheet.shown[Math.min(Math.max(at, 0), sheet.shown.length - 1)];
    change({ channel: next, place: null });
    say(unitTold());
    asked = false;
  }
  const unitTitle = title();
  const unit = plate({ label: "One map: the arrow keys move to another unit, with Shift by 5", onmove: moveUnit, onpoint: (at) => toUnit(unitAt(at)) });
  const chosen = frame("sees");
  unit.over.append(chosen.node);
  const unitText = element("p", { class: "cnnlab-note cnnlab-viewer-told" });
  let cut = []; // the units whose patches are shown
  const patches = Array.from({ length: PATCHES }, (_, k) => {
    const [canvas, text] = [element("canvas"), element("span")];
    return { canvas, text, node: element("button", { type: "button", class: "cnnlab-viewer-patch", onclick: () => toUnit(cut[k].place) }, canvas, text) };
  });
  const patchRow = element("div", { class: "cnnlab-viewer-patches" }, ...patches.map(({ node }) => node));
  const patchTitle = title();
  const parts = {
    scores: panel(scoresTitle, guesses.node, now),
    maps: panel(mapsTitle, maps.node),
    unit: panel(unitTitle, unit.node, unitText),
    patches: panel(patchTitle, patchRow),
  };
  const shows = (name) => model.get("views").includes(name);
  const toggles = element("div", { class: "cnnlab-options cnnlab-viewer-toggles" });
  const pictures = element("div", { class: "cnnlab-panels" }, paper.node, panel(viewTitle, view.node, loading, toggles), parts.scores);
  const inside = element("div", {}, walk, about, element("div", { class: "cnnlab-panels" }, element("div", { class: "cnnlab-viewer-wide" }, parts.maps, parts.patches), parts.unit));

  // ---- from the traits to the page -------------------------------------------------------------
  function drawOptions() {
    const photo = kind() === "photo";
    const filled = own ? OWN : model.get("sample");
    samples.fill(filled, (value) => value === filled || value !== OWN);
    which.press((value) => value === kind());
    arrange(options, [
      ...(open("network") ? [which.node] : []), ...(takes() ? [...(net() ? [samples.node] : []), openButton, file] : []),
      ...(!photo && open("prepared") ? [prepared.node] : []),
    ]);
    options.hidden = !options.childElementCount;
    arrange(toggles, [...(photo && open("heat") ? [warm.node] : []), ...(open("cover") && net() ? [covers.node] : []), ...(model.get("controls").length ? [resetButton] : [])]);
    paper.node.hidden = photo;
    for (const [name, node] of Object.entries(parts)) node.hidden = !shows(name);
    walk.hidden = !open("layer");
    help.fill(
      ["Keys, after a click into the widget: ← and → walk from layer to layer, Home and End to the first and the last. On a picture they move the frame."],
      [photo && open("heat") && "The class map keeps bright what speaks for the class that is pressed.", "In the maps blue is above 0, and orange below.", photo ? "The network is EfficientNet-Lite0 (© 2020 ML Illustrated, Apache License 2.0; folded, and its weights rounded to eight bits). It knows the 1,000 classes of ImageNet, and nothing else. Your picture stays in this page: it is sent nowhere." : "The network is LeNet-5, which learned from 9,000 of MNIST's digits. What you draw stays in this page."],
    );
  }
  function drawLoading() {
    const share = run.share();
    loading.hidden = Boolean(net());
    progress.hidden = share === null;
    progress.value = share ?? 0;
    loadButton.textContent = share === null ? LOADS[kind()] : `Loading: ${Math.round(100 * share)}\u00a0%`;
    loadButton.setAttribute("aria-disabled", share !== null);
    inside.hidden = !found();
  }
  function drawPicture() {
    const image = kind() === "photo" ? picture : greys(paper.digit(), SIDE);
    if (!image) return;
    view.size(side(), side()).putImageData(image, 0, 0);
    view.canvas.classList.toggle("cnnlab-viewer-coarse", kind() === "digit");
    viewTitle.textContent = kind() === "photo" ? "The middle of the picture, 224 × 224" : "As the network sees it, 28 × 28";
    const example = !net() && !own && kind() === "photo" ? model.get("example").map : null;
    const map = heat() ?? (model.get("heat") ? example : null);
    const size = Math.sqrt(map?.length ?? 0);
    glowing.hidden = !map;
    parts.scores.style.opacity = net() && !seen && picture ? 0.4 : ""; // of the picture before
    if (map) spot(glowing.getContext("2d"), map, size, PHOTO);
    const covering = coverBox();
    cover.place(covering, side(), side());
    view.canvas.classList.toggle("cnnlab-viewer-holds", Boolean(covering));
    sees.place(found() && !covering && shows("unit") && open("layer") ? field(layer(), place()) : null, side(), side());
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
    scoresTitle.textContent = found() && net().samples ? "Taken for (press one for its class map)" : "Taken for";
    now.textContent = own && !found() ? "Load the network to see what it makes of your picture." : verdict();
  }
  function drawLayer() {
    inside.hidden = !found();
    if (!found()) return;
    const here = layer();
    const { layers } = net();
    scrubber.max = layers.length - 1;
    scrubber.value = number();
    scrubber.setAttribute("aria-valuetext", here.name);
    counter.textContent = `${number() + 1} of ${layers.length}`;
    back.setAttribute("aria-disabled", number() === 0);
    forward.setAttribute("aria-disabled", number() === layers.length - 1);
    about.textContent = described(here);
    const ranks = order();
    const shown = ranks.slice(0, SHOWN);
    if (!shown.includes(channel())) shown[shown.length - 1] = channel();
    const rank = given(here) === "maps" ? "liveliest" : "largest";
    const across = root.clientWidth && root.clientWidth < NARROW ? 8 : 10;
    const laid = drawMaps(maps, here, shown, across);
    sheet = { shown, columns: laid.columns, rows: Math.ceil(shown.length / laid.columns) };
    mapsTitle.replaceChildren(shown.length < here.channels ? `The ${shown.length} ${rank} of ${here.channels} ${given(here)}` : `Its ${given(here)}, the ${rank} first`, element("label", { class: "cnnlab-field" }, element("span", {}, "Map"), mapField.node));
    mapField.fill(channel(), true);
    picked.place(laid.boxOf(shown.indexOf(channel())), laid.height, laid.width);
    drawMap(unit, here, channel());
    unitTitle.textContent = given(here) === "maps" ? `Map ${channel()}, ${here.rows} × ${here.columns}` : `Number ${channel()}`;
    chosen.place([...place(), 1, 1], here.rows, here.columns);
    unitText.textContent = unitTold();
    drawPatches(here);
  }
  function drawPatches(here) {
    const apart = Math.max(Math.ceil(here.rows / 7), 1);
    cut = strongest(here, channel(), PATCHES, apart);
    const [, , rows, columns] = field(here, cut[0].place);
    const whole = rows === side() && columns === side();
    patchTitle.textContent = whole ? "Its strongest unit sees all of the picture: there is no patch to cut out." : `What map ${channel()} answers to most in this picture (press one to see where)`;
    patchRow.hidden = whole;
    patches.forEach(({ canvas, text, node }, k) => {
      const one = cut[k];
      node.hidden = !one;
      if (!one) return;
      const [top, left, height, width] = field(here, one.place);
      [canvas.width, canvas.height] = [width, height];
      canvas.getContext("2d").drawImage(view.canvas, left, top, width, height, 0, 0, width, height);
      text.textContent = format(Number(one.value.toPrecision(3)));
      node.setAttribute("aria-pressed", String(one.place) === String(place()));
      node.setAttribute("aria-label", `Rows ${top} to ${top + height - 1}, columns ${left} to ${left + width - 1}: ${text.textContent}`);
    });
  }
  function draw() {
    drawPicture();
    drawGuesses();
    drawLayer();
  }
  function drawNetwork() {
    seen = null;
    drawOptions();
    drawLoading();
    draw();
    look();
  }

  root.append(options, ...page.spoken, pictures, inside, help.node);
  drawNetwork();
  takeSample();
  page.onwidth(root, drawLayer);
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
