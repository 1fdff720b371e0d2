// A photograph on the page: a title, a canvas, and a frame that marks some of its cells.
import { element } from "../_shared/dom.js";

/** `attributes` go to the canvas; a photograph is { rows, columns }, its greys are bytes in reading order, `palette` their colours. */
export function screen(attributes) {
  const canvas = element("canvas", { class: "cnnlab-canvas", ...attributes });
  const mark = element("div", { class: "cnnlab-mark", "aria-hidden": "true" });
  const title = element("div", { class: "cnnlab-title" });
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  let image = null;
  return {
    canvas,
    title,
    node: element("div", { class: "cnnlab-photo" }, title, element("div", { class: "cnnlab-screen" }, canvas, mark)),
    paint({ rows, columns }, greys, palette) {
      if (image?.width !== columns || image.height !== rows) {
        image = new ImageData(columns, rows);
        canvas.width = columns;
        canvas.height = rows;
        canvas.classList.toggle("cnnlab-coarse", Math.max(rows, columns) <= 128);
      }
      const pixels = new Uint32Array(image.data.buffer); // four bytes at once
      const colours = new Uint32Array(palette.buffer);
      for (let k = 0; k < greys.length; k++) pixels[k] = colours[greys[k]];
      canvas.getContext("2d", { willReadFrequently: true }).putImageData(image, 0, 0);
    },
    mark({ rows, columns }, [row, column], [height, width]) {
      Object.assign(mark.style, {
        top: percent(row, rows), left: percent(column, columns), height: percent(height, rows), width: percent(width, columns),
      });
    },
  };
}
