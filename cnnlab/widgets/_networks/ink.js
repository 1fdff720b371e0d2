// A place to draw a digit, by pointer or by keys, and the digit as the network sees it.
import { button } from "../_shared/choices.js";
import { element, steer } from "../_shared/dom.js";
import { svg } from "../_shared/paths.js";

export const SIDE = 28; // cells of a digit
const BOX = 18; // cells that the middle of a stroke may cover, as in MNIST, whose digits fill 20
const RADIUS = 1.2; // of the pen, in cells
const SMALLEST = 0.2; // of the pad: what is drawn smaller stays smaller
const STEP = 1 / 14; // of the pad, by key
export const SEVEN = [[[0.3, 0.25], [0.72, 0.25], [0.45, 0.8]]];

/** "a", or "an" before an 8. */
export const article = (digit, a = "a") => (String(digit) === "8" ? `${a}n` : a);

/**
 * Strokes, lists of [x, y] from 0 to 1, as a digit like MNIST's: scaled to its size, its centre of mass in the middle, in `steps` of white.
 * Where it is not `prepared`, it lies as it was drawn.
 */
export function inked(strokes, { steps = 3, prepared = true } = {}) {
  const points = strokes.flat();
  const digit = new Float64Array(SIDE * SIDE);
  if (!points.length) return digit;
  const [left, right, top, bottom] = [0, 1].flatMap((axis) => [Math.min, Math.max].map((of) => of(...points.map((point) => point[axis]))));
  const scale = prepared ? BOX / Math.max(right - left, bottom - top, SMALLEST) : SIDE;
  let [x, y] = prepared ? [SIDE / 2 - (scale * (left + right)) / 2, SIDE / 2 - (scale * (top + bottom)) / 2] : [0, 0];
  for (let pass = 0; pass < 2; pass++) {
    const placed = strokes.map((stroke) => stroke.map(([a, b]) => [scale * a + x, scale * b + y]));
    let [mass, across, down] = [0, 0, 0];
    for (let p = 0; p < digit.length; p++) {
      const [column, row] = [(p % SIDE) + 0.5, Math.floor(p / SIDE) + 0.5];
      digit[p] = Math.min(Math.max(RADIUS + 0.5 - Math.min(...placed.map((stroke) => distance(stroke, column, row))), 0), 1);
      mass += digit[p];
      across += digit[p] * column;
      down += digit[p] * row;
    }
    if (!prepared) break;
    x += SIDE / 2 - across / mass;
    y += SIDE / 2 - down / mass;
  }
  return digit.map((grey) => Math.round(steps * grey) / steps);
}

/** How far a point is from a line through points. */
function distance(stroke, x, y) {
  let least = Infinity;
  stroke.forEach(([x1, y1], k) => {
    const [x0, y0] = stroke[Math.max(k - 1, 0)];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    least = Math.min(least, Math.hypot(x - x0 - along * dx, y - y0 - along * dy));
  });
  return least;
}

/** The place to draw. `onink(digit, lifted)` hears of each change, `say` of the pen; `options()` go to `inked`. */
export function pad({ onink, say, options = () => ({}) }) {
  let strokes = SEVEN;
  let pen = [0.5, 0.5];
  let down = false; // the pen, by key
  let pointer = null; // the one that draws
  const lines = svg("path", { class: "cnnlab-ink-lines" });
  const tip = svg("circle", { class: "cnnlab-ink-pen", r: 3 });
  const paper = element("div", {
    class: "cnnlab-ink-paper", role: "application", tabindex: 0,
    "aria-label": "Draw a digit: the arrow keys move the pen, Space lowers and lifts it, Backspace takes a stroke back, Delete all", onkeydown: press,
    onpointerdown: point, onpointermove: point, onblur: () => (down = false),
  }, svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, lines, tip));

  function draw() {
    lines.setAttribute("d", strokes.map((stroke) => `M${[...stroke, stroke.at(-1)].map(([x, y]) => `${Math.round(1000 * x) / 10} ${Math.round(1000 * y) / 10}`).join("L")}`).join(""));
    tip.setAttribute("cx", 100 * pen[0]);
    tip.setAttribute("cy", 100 * pen[1]);
    tip.classList.toggle("cnnlab-ink-down", down);
  }
  function change(next) {
    strokes = next;
    draw();
    onink(inked(strokes, options()));
  }
  const begin = () => change([...(strokes === SEVEN ? [] : strokes), [pen]]); // the seven makes room for the reader's own
  const extend = () => change([...strokes.slice(0, -1), [...strokes.at(-1), pen]]);
  /** End the stroke that is being drawn. */
  function lift() {
    down = false;
    pointer = null;
  }
  function point(event) {
    const begins = event.type === "pointerdown";
    if (begins ? event.button !== 0 : event.pointerId !== pointer || !paper.hasPointerCapture(pointer)) return;
    const box = paper.getBoundingClientRect();
    pen = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((v) => Math.min(Math.max(v, 0), 1));
    if (!begins) return extend();
    lift();
    pointer = event.pointerId;
    paper.setPointerCapture(pointer);
    begin();
  }
  function move(across, along) {
    pen = [pen[0] + across * STEP, pen[1] + along * STEP].map((v) => Math.min(Math.max(v, 0), 1));
    if (down) extend();
    else draw();
    const [column, row] = pen.map((v) => Math.round(v / STEP) + 1);
    say(`Pen ${down ? "down" : "up"}, row ${row}, column ${column}.`);
  }
  function press(event) {
    steer(event, {
      ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0), ArrowUp: () => move(0, -1), ArrowDown: () => move(0, 1),
      Backspace: () => strokes.length ? take(strokes.slice(0, -1), "Stroke taken back.") : say("Nothing is drawn yet."), Delete: clear,
      " ": () => {
        down = !down;
        if (down) begin();
        else onink(inked(strokes, options()), true);
        if (down) say("Pen down.");
        draw();
      },
    });
  }
  function take(fewer, told) {
    lift();
    change(fewer);
    say(told);
  }
  const clear = () => take([], "Cleared.");
  draw();
  return {
    node: element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, "Draw a digit"), paper, button("Clear", clear)),
    digit: () => inked(strokes, options()),
    drawn: () => strokes.length > 0,
  };
}
