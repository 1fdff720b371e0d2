// Inside the viewer's network: the walk from layer to layer, a layer's maps, one of them enlarged, and the patches that it answers to most.
import { field, ranked, strongest } from "./numbers.js";
import { drawMap, drawMaps, frame, panel, plate } from "./pictures.js";
import { described, given } from "./words.js";
import { numberField, signButton, slider } from "../_shared/choices.js";
import { element, steer } from "../_shared/dom.js";
import { format } from "../_shared/text.js";

const SHOWN = 40; // maps side by side
const PATCHES = 5;
const NARROW = 520; // pixels, as in lab.css

/**
 * What the traits layer, channel and place show of `net()`, which has looked at `picture`, a canvas of `side()` rows and columns.
 * `change` sets traits, `tell` says a sentence, `warn` refuses. Where the traits name no map or unit, it is the one with the most to show.
 */
export function layerPanel({ model, net, side, picture, change, tell, warn }) {
  const ranks = new Map(); // the maps of a layer in their order, once it is asked for
  let sheet = null; // the maps that are shown, and how they lie
  let cut = []; // the units whose patches are shown

  // ---- which layer, which map, which unit ------------------------------------------------------
  const layer = () => net().layers.find(({ name }) => name === model.get("layer")) ?? net().layers[0];
  const number = () => net().layers.indexOf(layer());
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
  /** The cells of the picture that the unit sees: [top, left, rows, columns]. */
  const seenByUnit = () => field(layer(), place());
  const seesAll = ([, , rows, columns]) => rows === side() && columns === side();
  function unitTold() {
    const { rows, columns, maps } = layer();
    const [row, column] = place();
    const value = maps[(channel() * rows + row) * columns + column];
    const box = seenByUnit();
    const [top, left, height, width] = box;
    const score = net().samples && layer() === net().layers.at(-1) ? ` (${net().classes[channel()]})` : "";
    return `${rows * columns === 1 ? `Number ${channel()}${score}` : `Map ${channel()}, row ${row}, column ${column}`}: ${format(Number(value.toPrecision(3)))}. It sees ${seesAll(box) ? "all of the picture" : `${height} × ${width} of the picture's cells, from row ${top}, column ${left}`}.`;
  }

  // ---- from the reader to the traits -----------------------------------------------------------
  function walkTo(at) {
    const { layers } = net();
    const next = layers[Math.min(Math.max(at, 0), layers.length - 1)];
    change({ layer: next.name, channel: null, place: null });
    tell(described(next));
  }
  const walkBy = (steps) => walkTo(number() + steps);
  const walkByKeys = (event) => steer(event, { ArrowLeft: () => walkBy(-1), ArrowRight: () => walkBy(1), Home: () => walkTo(0), End: () => walkTo(Infinity) });
  function enterMap(value) {
    if (!net()) return; // no map is shown yet
    const last = layer().channels - 1;
    if (value > last) throw new RangeError(`${layer().name} has the ${given(layer())} 0 to ${last}`);
    change({ channel: value, place: null });
    tell(unitTold());
  }
  function pickMap(at) {
    change({ channel: sheet.shown[Math.min(Math.max(at, 0), sheet.shown.length - 1)], place: null });
    tell(unitTold());
  }
  /** Show another unit of the map, the nearest that is there. */
  function toUnit([row, column], told = true) {
    const { rows, columns } = layer();
    change({ channel: channel(), place: [Math.min(Math.max(row, 0), rows - 1), Math.min(Math.max(column, 0), columns - 1)] });
    tell(told ? unitTold() : "");
  }
  function moveUnit([rows, columns]) {
    const [row, column] = place();
    toUnit([row + rows, column + columns]);
  }
  /** Show the unit at [x, y] of the map, from 0 to 1. */
  const pointUnit = ([x, y], told) => toUnit([y * layer().rows, x * layer().columns].map(Math.floor), told);

  // ---- the page --------------------------------------------------------------------------------
  const back = signButton("Layer before", "‹", () => walkBy(-1));
  const forward = signButton("Next layer", "›", () => walkBy(1));
  const scrubber = slider({ label: "Layer", class: "cnnlab-scrubber", min: 0, oninput: walkTo });
  const counter = element("span", { class: "cnnlab-counter" });
  const walk = element("div", { class: "cnnlab-transport" }, element("div", { class: "cnnlab-buttons", role: "group", "aria-label": "Walk" }, back, forward), scrubber, counter);
  const about = element("p", { class: "cnnlab-viewer-about" });
  const unit = plate({ label: "One map", keys: "the arrow keys move to another unit, with Shift by 5", onmove: moveUnit, onpoint: (at) => pointUnit(at) });
  const chosen = frame("sees");
  unit.over.append(chosen.node);
  const unitText = element("p", { class: "cnnlab-note" });
  const unitPatch = element("canvas", { "aria-hidden": "true" });
  const maps = plate({
    label: "The maps of this layer", keys: "the arrow keys pick one",
    onpoint: ([x, y], type) => type === "pointerdown" && pickMap(Math.floor(y * sheet.rows) * sheet.columns + Math.floor(x * sheet.columns)),
    onmove: ([rows, columns]) => pickMap(sheet.shown.indexOf(channel()) + rows * sheet.columns + columns),
  });
  const picked = frame("picked");
  maps.over.append(picked.node);
  const mapField = numberField({ label: "Map", least: 0, most: 1279, class: "cnnlab-entry cnnlab-viewer-number", onenter: enterMap, onrefuse: (text) => warn(text, parts.maps.title) });
  const mapName = element("span");
  const patches = Array.from({ length: PATCHES }, (_, k) => {
    const [canvas, text] = [element("canvas"), element("span")];
    return { canvas, text, node: element("button", { type: "button", class: "cnnlab-viewer-patch", onclick: () => toUnit(cut[k].place) }, canvas, text) };
  });
  const patchRow = element("div", { class: "cnnlab-viewer-patches" }, ...patches.map(({ node }) => node));
  const parts = {
    unit: panel(unit.node, element("div", { class: "cnnlab-viewer-told" }, unitPatch, unitText)), maps: panel(maps.node), patches: panel(patchRow),
  };
  const mapsTold = element("span");
  parts.maps.title.append(mapsTold, element("label", { class: "cnnlab-field" }, mapName, mapField.node));
  const wide = element("div", { class: "cnnlab-viewer-wide" }, parts.maps.node, parts.patches.node);
  // the enlarged map stands below the picture, and is as large
  const node = element("div", { class: "cnnlab-viewer-inside" }, walk, about, element("div", { class: "cnnlab-panels" }, parts.unit.node, wide));

  // ---- from the traits to the page -------------------------------------------------------------
  function draw() {
    node.hidden = !net();
    if (!net()) return;
    drawWalk();
    drawSheet(layer());
    drawUnit(layer());
    drawPatches(layer());
  }
  function drawWalk() {
    const { layers } = net();
    scrubber.max = layers.length - 1;
    scrubber.value = number();
    scrubber.setAttribute("aria-valuetext", layer().name);
    counter.textContent = `${number() + 1} of ${layers.length}`;
    back.setAttribute("aria-disabled", number() === 0);
    forward.setAttribute("aria-disabled", number() === layers.length - 1);
    about.textContent = described(layer());
  }
  function drawSheet(here) {
    const shown = order().slice(0, SHOWN);
    if (!shown.includes(channel())) shown[shown.length - 1] = channel();
    const width = node.clientWidth;
    const laid = drawMaps(maps, here, shown, width && width < NARROW ? 8 : 10);
    sheet = { shown, columns: laid.columns, rows: Math.ceil(shown.length / laid.columns) };
    const rank = given(here) === "maps" ? "liveliest" : "largest";
    mapsTold.textContent = shown.length < here.channels ? `The ${shown.length} ${rank} of ${here.channels} ${given(here)}` : `Its ${given(here)}, the ${rank} first`;
    mapName.textContent = given(here) === "maps" ? "Map" : "Number";
    mapField.node.setAttribute("aria-label", mapName.textContent);
    mapField.fill(channel(), true);
    picked.place(laid.boxOf(shown.indexOf(channel())), laid.height, laid.width);
  }
  function drawUnit(here) {
    drawMap(unit, here, channel());
    parts.unit.title.textContent = given(here) === "maps" ? `Map ${channel()}, ${here.rows} × ${here.columns}` : `Number ${channel()}`;
    chosen.place([...place(), 1, 1], here.rows, here.columns);
    unitText.textContent = unitTold();
    cutOut(unitPatch, seenByUnit());
    unitPatch.hidden = seesAll(seenByUnit());
  }
  /** Show what lies in a box of the picture. */
  function cutOut(canvas, [top, left, height, width]) {
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d").drawImage(picture, left, top, width, height, 0, 0, width, height);
  }
  function drawPatches(here) {
    const apart = Math.max(Math.ceil(here.rows / 7), 1);
    cut = strongest(here, channel(), PATCHES, apart);
    const whole = seesAll(field(here, cut[0].place));
    const cells = here.rows * here.columns;
    const map = here.maps.subarray(channel() * cells, (channel() + 1) * cells);
    const dead = map.every((value) => value === 0);
    parts.patches.title.textContent = patchesTold(whole, dead, map.filter((value) => value === cut[0].value).length);
    patchRow.hidden = whole || dead;
    patches.forEach(({ canvas, text, node }, k) => {
      const one = cut[k];
      node.hidden = !one;
      if (!one) return;
      const [top, left, height, width] = field(here, one.place);
      cutOut(canvas, [top, left, height, width]);
      text.textContent = format(Number(one.value.toPrecision(3)));
      node.setAttribute("aria-pressed", String(one.place) === String(place()));
      node.setAttribute("aria-label", `Rows ${top} to ${top + height - 1}, columns ${left} to ${left + width - 1}: ${text.textContent}`);
    });
  }
  function patchesTold(whole, dead, equal) {
    if (dead) return `Map ${channel()} is 0 everywhere: it answers to nothing here.`;
    if (whole) return "Its strongest unit sees all of the picture: there is no patch to cut out.";
    const first = equal > PATCHES ? `: the first of ${equal} places that are alike` : "";
    return `What map ${channel()} answers to most in this picture${first} (press one to see where)`;
  }

  return {
    node, draw, walkByKeys, moveUnit, pointUnit, seenByUnit,
    /** The map and the unit that are shown, as traits: they stay when the numbers change. */
    unit: () => ({ channel: channel(), place: place() }),
    /** Forget which maps are the liveliest: the numbers are new. */
    forget: () => ranks.clear(),
    /** Show the walk or not, and the parts that are wanted. */
    show(walks, wanted) {
      walk.hidden = !walks;
      about.hidden = !walks && !Object.keys(parts).some((name) => wanted.includes(name));
      for (const [name, part] of Object.entries(parts)) part.node.hidden = !wanted.includes(name);
    },
  };
}
