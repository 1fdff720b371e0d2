// What the training shows: small pictures, curves, the ten chances.
import { CLASSES } from "./numbers.js";
import { element } from "../_shared/dom.js";
import { line, svg } from "../_shared/paths.js";

const ORANGE = 0x1482e0; // as in lab.css, its bytes from the last to the first
const PURPLE = 0xa85c80;
const BLUE = 0xd08f2f;

/** Give a node another text, in the text node that it has: there may be hundreds a second. */
export function write(node, text) {
  if (node.firstChild) node.firstChild.data = text;
  else node.textContent = text;
}

/** Shades: a number as a pixel. What is near 0 lets the page's own ground through. */
export const signed = (most) => (v) => (((255 * Math.min(Math.abs(v) / most, 1)) << 24) | (v > 0 ? ORANGE : PURPLE)) >>> 0;
export const rising = (most) => (v) => (((20 + 235 * Math.min(Math.max(v / most, 0), 1)) << 24) | BLUE) >>> 0; // 0 is seen, too
export const grey = (v) => (0xff000000 | (Math.round(255 * v) * 0x010101)) >>> 0;

/**
 * Square pictures side by side in one canvas: a browser has less to do with one canvas than with many. `shape(count, side, most)` says
 * how many there are, how large, and how many in a row; `paint(values, shade)` fills them one after another.
 */
export function sheet(label) {
  const canvas = element("canvas", { class: "cnnlab-training-sheet", role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  let [count, side, columns] = [0, 0, 0];
  let image = null;
  return {
    canvas,
    shape(number, size, most = 8) {
      [count, side, columns] = [number, size, Math.min(number, most)];
      [canvas.width, canvas.height] = [columns, Math.ceil(count / columns)].map((cells) => cells * (side + 1) - 1);
      canvas.style.setProperty("--columns", columns);
      image = new ImageData(canvas.width, canvas.height);
    },
    paint(values, shade) {
      const { width } = image;
      const pixels = new Uint32Array(image.data.buffer); // four bytes at once
      for (let n = 0, k = 0; n < count; n++) {
        const corner = Math.floor(n / columns) * (side + 1) * width + (n % columns) * (side + 1);
        for (let row = 0; row < side; row++) for (let at = corner + row * width, end = at + side; at < end; at++) pixels[at] = shade(values[k++]);
      }
      context.putImageData(image, 0, 0);
    },
  };
}

const [WIDE, HIGH, LEFT, BOTTOM] = [320, 132, 34, 20];

/** Curves over the digits seen. `lines` are the kinds of the curves; `draw(points, top, name, label)` takes [x, y…] for each moment. */
export function curves(title, lines) {
  const paths = lines.map((kind) => svg("path", { class: `cnnlab-training-curve cnnlab-training-${kind}` }));
  const [most, least, end] = [[LEFT - 4, 14], [LEFT - 4, HIGH - BOTTOM], [WIDE - 4, HIGH - 5]].map(([x, y]) => svg("text", { x, y, "text-anchor": "end" }));
  const frame = svg("path", { class: "cnnlab-training-axes", d: `M${LEFT} 8V${HIGH - BOTTOM}H${WIDE - 4}` });
  const node = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", class: "cnnlab-training-chart" }, frame, ...paths, most, least, end);
  return {
    node: element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, title), node),
    draw(points, top, name, label) {
      const right = Math.max(2000, points.at(-1)?.[0] ?? 0);
      const x = (seen) => LEFT + (seen / right) * (WIDE - 8 - LEFT);
      const y = (value) => HIGH - BOTTOM - (Math.min(value, top) / top) * (HIGH - BOTTOM - 10);
      paths.forEach((path, k) => {
        const known = points.filter((point) => Number.isFinite(point[k + 1])).map((point) => [x(point[0]), y(point[k + 1])]);
        path.setAttribute("d", known.length ? line(...known, known.at(-1)) : "");
      });
      write(most, name(top));
      write(least, "0");
      write(end, `${right.toLocaleString("en")} digits`);
      node.setAttribute("aria-label", label);
    },
  };
}

/** The ten chances as bars. */
export function bars() {
  const rows = Array.from({ length: CLASSES }, (_, k) => {
    const bar = element("span", { class: "cnnlab-training-bar" });
    const text = element("span", { class: "cnnlab-training-chance" });
    return { bar, text, node: element("li", {}, element("span", {}, `${k}`), element("span", { class: "cnnlab-training-room" }, bar), text) };
  });
  return {
    node: element("ol", { class: "cnnlab-training-bars", "aria-label": "Chances" }, ...rows.map(({ node }) => node)),
    draw(chances, best) {
      rows.forEach(({ bar, text, node }, k) => {
        const share = Number.isFinite(chances[k]) ? chances[k] : 0;
        bar.style.width = `${(100 * share).toFixed(1)}%`;
        write(text, `${Math.round(100 * share)} %`);
        node.classList.toggle("cnnlab-training-best", k === best);
      });
    },
  };
}
