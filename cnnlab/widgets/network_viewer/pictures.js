// What the viewer draws: the picture with what lies over it, maps as small pictures, one map enlarged, and bars.
import { element, steer } from "../_shared/dom.js";

const [ORANGE, PURPLE] = [[224, 130, 20], [128, 92, 168]]; // as in the figures
const GAP = 1;

/** A titled part of the page. */
export function panel(...content) {
  const title = element("div", { class: "cnnlab-title" });
  return { title, node: element("div", { class: "cnnlab-panel" }, title, ...content) };
}

/**
 * A canvas that keys, what `keys` says of them, and pointers work on, unless `works(false)`. A finger works by a tap, for else it scrolls the
 * page, but drags what the canvas holds. `onmove([rows, columns])` hears the arrow keys, `onpoint([x, y], type)` a pointer, from 0 to 1.
 */
export function plate({ label, keys, onmove, onpoint }) {
  const canvas = element("canvas", { tabindex: 0, onkeydown: press });
  let [working, finger] = [true, false]; // whether the last pointer was none of a mouse
  const over = element("div", { class: "cnnlab-viewer-over" });
  function works(wanted) {
    working = wanted;
    canvas.setAttribute("role", wanted ? "application" : "img");
    canvas.setAttribute("aria-label", wanted ? `${label}: ${keys}` : label);
    if (wanted) canvas.setAttribute("tabindex", 0);
    else canvas.removeAttribute("tabindex");
  }
  works(true);
  function press(event) {
    const step = event.shiftKey ? 5 : 1;
    steer(event, { ArrowUp: () => onmove([-step, 0]), ArrowDown: () => onmove([step, 0]), ArrowLeft: () => onmove([0, -step]), ArrowRight: () => onmove([0, step]) });
  }
  function point(event) {
    const { type, buttons, pointerType } = event;
    if (type === "pointerdown") finger = pointerType !== "mouse";
    const taps = finger && !canvas.classList.contains("cnnlab-viewer-holds");
    if (!working || (type === "pointermove" && !buttons) || taps !== (type === "click")) return;
    const box = canvas.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((v) => Math.min(Math.max(v, 0), 0.9999));
    for (const one of taps ? ["pointerdown", "pointerup"] : [type]) onpoint(at, one);
  }
  for (const type of ["pointerdown", "pointermove", "pointerup", "click"]) canvas.addEventListener(type, point);
  return {
    canvas,
    over,
    works,
    node: element("div", { class: "cnnlab-viewer-plate" }, canvas, over),
    size(rows, columns) {
      if (canvas.width !== columns) canvas.width = columns;
      if (canvas.height !== rows) canvas.height = rows;
      return canvas.getContext("2d");
    },
  };
}

/** A frame over a plate, [top, left, height, width] in the cells of a picture of `rows` × `columns`; null hides it. */
export function frame(kind) {
  const node = element("div", { class: `cnnlab-viewer-frame cnnlab-viewer-${kind}`, hidden: true });
  return {
    node,
    place(box, rows, columns) {
      node.hidden = !box;
      if (!box) return;
      const percent = (part, whole) => `${(100 * part) / whole}%`;
      Object.assign(node.style, { top: percent(box[0], rows), left: percent(box[1], columns), height: percent(box[2], rows), width: percent(box[3], columns) });
    },
  };
}

/** Lay a class map over a picture: the less of the score comes from a place, the darker it is. */
export function spot(context, map, side, size) {
  const most = map.reduce((a, b) => Math.max(a, b), 1e-9);
  const small = document.createElement("canvas");
  [small.width, small.height] = [side, side];
  const pixels = new ImageData(side, side);
  map.forEach((value, p) => (pixels.data[4 * p + 3] = 215 * (1 - Math.max(value / most, 0))));
  small.getContext("2d").putImageData(pixels, 0, 0);
  context.clearRect(0, 0, size, size);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, size, size);
}

/** Shade a map into pixels at a corner: orange above 0, purple below, and 0 as a faint orange. */
function shade(pixels, width, [top, left], layer, channel, side, most) {
  const { rows, columns, maps } = layer;
  const cells = rows * columns;
  for (let y = 0; y < side; y++) {
    const from = channel * cells + Math.floor((y * rows) / side) * columns;
    for (let x = 0; x < side; x++) {
      const value = maps[from + Math.floor((x * columns) / side)];
      const [red, green, blue] = value < 0 ? PURPLE : ORANGE;
      const at = 4 * ((top + y) * width + left + x);
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 18 + 237 * Math.min(Math.abs(value) / most, 1);
    }
  }
}

/** The largest size of a number in some maps of a layer, or nearly 0. */
function strength({ rows, columns, maps }, channels) {
  let most = 1e-9;
  for (const channel of channels) {
    for (let p = channel * rows * columns, end = p + rows * columns; p < end; p++) most = Math.max(most, Math.abs(maps[p]));
  }
  return most;
}

/** Draw one map, cell by cell. */
export function drawMap(one, layer, channel) {
  const context = one.size(layer.rows, layer.columns);
  const image = new ImageData(layer.columns, layer.rows);
  shade(image.data, layer.columns, [0, 0], layer, channel, layer.rows, strength(layer, [channel]));
  context.putImageData(image, 0, 0);
}

/** Draw maps side by side, each by its own largest number, or numbers by the largest of all; returns how many lie in a row, and the side of one. */
export function drawMaps(one, layer, channels, across) {
  const side = Math.min(Math.max(layer.rows, 14), 56);
  const columns = Math.min(channels.length, across);
  const [height, width] = [Math.ceil(channels.length / columns), columns].map((count) => count * (side + GAP) - GAP);
  const context = one.size(height, width);
  const image = new ImageData(width, height);
  const most = layer.rows * layer.columns === 1 && strength(layer, channels);
  channels.forEach((channel, k) => {
    const corner = [Math.floor(k / columns), k % columns].map((at) => at * (side + GAP));
    shade(image.data, width, corner, layer, channel, side, most || strength(layer, [channel]));
  });
  context.putImageData(image, 0, 0);
  one.node.style.setProperty("--columns", columns);
  return { columns, boxOf: (k) => [[Math.floor(k / columns), k % columns].map((at) => at * (side + GAP)), [side, side]].flat(), height, width };
}

/** Five bars that can be pressed: `draw(rows, pressed)` takes { name, share, before, value } for each. */
export function bars(onpick) {
  const rows = Array.from({ length: 5 }, () => {
    const one = { bar: element("span", { class: "cnnlab-viewer-bar" }), was: element("span", { class: "cnnlab-viewer-was" }), name: element("span"), text: element("span", { class: "cnnlab-viewer-share" }) };
    one.node = element("button", { type: "button", class: "cnnlab-button cnnlab-toggle cnnlab-viewer-guess", onclick: () => onpick(one.value) },
      one.name, one.text, element("span", { class: "cnnlab-viewer-room" }, one.bar, one.was));
    return one;
  });
  return {
    node: element("div", { class: "cnnlab-viewer-guesses", role: "group", "aria-label": "The five most probable" }, ...rows.map(({ node }) => node)),
    draw(guesses, pressed) {
      rows.forEach((one, k) => {
        const guess = guesses[k];
        one.node.hidden = !guess;
        if (!guess) return [one.name, one.text].forEach((node) => (node.textContent = ""));
        const changed = guess.before !== undefined && percent(guess.before) !== percent(guess.share);
        one.value = guess.value;
        one.name.textContent = guess.name;
        one.text.textContent = changed ? `${percent(guess.before)} → ${percent(guess.share)}` : percent(guess.share);
        one.bar.style.width = `${100 * guess.share}%`;
        one.was.hidden = guess.before === undefined;
        one.was.style.width = `${100 * guess.before}%`;
        if (pressed === null) one.node.removeAttribute("aria-pressed");
        else one.node.setAttribute("aria-pressed", guess.value === pressed);
        one.node.setAttribute("aria-disabled", pressed === null);
        one.node.setAttribute("tabindex", pressed === null ? -1 : 0);
      });
    },
  };
}

export function percent(share) {
  const value = 100 * share;
  return `${value > 0 && value < 1 ? "<\u00a01" : Math.round(value)}\u00a0%`;
}
