// The playground's kernel: cells to type into, and a slider that moves the cell one has been in last.
import { slider } from "../_shared/choices.js";
import { element } from "../_shared/dom.js";
import { grid, placeOf } from "../_shared/grid.js";
import { weight } from "../_shared/text.js";
import { replaced, size } from "../_shared/windows.js";

export const EDITABLE = 7;
const STEPS = 20; // of the slider, on either side of 0

/** `onkernel(kernel)` hears of what the reader changed, `onrefuse(text)` of what is not a number. */
export function kernelPanel({ onkernel, onrefuse }) {
  let kernel = null;
  let cells = null;
  let laidOut = ""; // what the cells were made for
  let place = null; // the slider's cell: [row, column]

  const title = element("div", { class: "cnnlab-title" });
  const name = element("span");
  const hand = slider({ label: null, class: "cnnlab-speed", oninput: (value) => onkernel(replaced(kernel, place, value)) });
  const field = element("label", { class: "cnnlab-field cnnlab-slide" }, name, hand);
  const node = element("div", {
    class: "cnnlab-panel",
    onfocusin: ({ target }) => {
      if (!placeOf(target)) return;
      place = placeOf(target);
      drawSlider();
    },
  }, title);

  function fit([rows, columns], open) {
    const onedit = open && ((row, column, value) => onkernel(replaced(kernel, [row, column], value)));
    cells = grid({ rows, columns, name: "kernel", write: weight, onrefuse, onedit });
    place = [(rows - 1) >> 1, (columns - 1) >> 1];
    node.replaceChildren(title, cells.node, ...(open ? [field] : []));
  }
  function drawSlider() {
    const value = kernel[place[0]][place[1]];
    name.textContent = `Change row ${place[0]}, column ${place[1]}`;
    // Where the slider made the value its ends stay as they are: they must not run away from the hand.
    if (Number(hand.value) !== value || hand.dataset.place !== place.join()) {
      const reach = round(2 * Math.max(...kernel.flat().map(Math.abs)));
      Object.assign(hand, { min: -reach, max: reach, step: reach / STEPS });
      hand.value = value;
      hand.dataset.place = place.join();
    }
    hand.setAttribute("aria-valuetext", weight(value));
  }

  return {
    node,
    /** Show a kernel; `open` says whether its cells can be changed. */
    draw(next, mode, open) {
      const shape = size(next);
      const layout = JSON.stringify([shape, open]);
      const same = layout === laidOut;
      kernel = next;
      laidOut = layout;
      title.textContent = `Kernel ${shape.join(" × ")}${mode === "convolution" ? ", slides flipped" : ""}`;
      if (Math.max(...shape) > EDITABLE) {
        const flat = kernel.flat();
        const [low, high] = [Math.min(...flat), Math.max(...flat)].map((value) => weight(value));
        const all = low === high ? `all are ${low}` : `from ${low} to ${high}`;
        const text = `${flat.length} entries, ${all}: too many to ${open ? "edit here. Choose fewer rows or columns to edit them" : "show here"}.`;
        node.replaceChildren(title, element("p", {}, text));
        return;
      }
      if (!same) fit(shape, open);
      kernel.forEach((line, r) => line.forEach((value, c) => cells.write(r, c, value)));
      drawSlider();
    },
  };
}

/** The next of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is not below a number; 1 for 0. */
function round(value) {
  if (value === 0) return 1;
  const ten = 10 ** Math.floor(Math.log10(value));
  return Number((([1, 2, 5].find((digit) => digit * ten >= value) ?? 10) * ten).toPrecision(1));
}
