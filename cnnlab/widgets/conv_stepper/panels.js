// The panels of a ConvStepper: stacks of grids, and the sum spelled out.
import { element, roomy } from "../_shared/dom.js";
import { changesOf, grid, placeOf } from "../_shared/grid.js";
import { sumUp, times } from "./numbers.js";
import { entry, equals, format, short } from "../_shared/ops.js";

export function panel(title, ...children) {
  return element("div", { class: "cnnlab-panel" }, element("div", { class: "cnnlab-title" }, title), ...children);
}

/**
 * Grids of one shape below each other, one for each channel. `names` is what a screen reader calls them; with
 * several, each has its name above it. With `counted`, a line below says how many numbers changed. `onedit(channel, row, column, value)` and `onpick(channel, row, column)` as in grid.js.
 */
export function stack({ title, names, shape, onedit, onpick, counted = false, ...options }) {
  const grids = names.map((name, channel) =>
    grid({
      ...options, name, rows: shape[0], columns: shape[1],
      onedit: onedit && ((r, c, value) => onedit(channel, r, c, value)),
      onpick: onpick && ((r, c) => onpick(channel, r, c)),
    }),
  );
  const captions = names.map((name) => element("div", { class: "cnnlab-title" }, name));
  const children = grids.flatMap(({ node }, k) => (names.length > 1 ? [captions[k], node] : [node]));
  const changes = changesOf(grids);
  let lit = [];
  let tied = null;
  return {
    node: panel(title, ...children, ...(counted ? [changes.node] : [])),
    changes,
    write: (volume) => volume.forEach((plane, k) => plane.forEach((line, r) => line.forEach((value, c) => grids[k].write(r, c, value)))),
    set: (channel, r, c, value) => grids[channel].write(r, c, value),
    grey: (real) => grids.forEach(({ at }) => real.forEach((line, r) => line.forEach((is, c) => at(r, c).classList.toggle("cnnlab-padding", !is)))),
    rename(texts) {
      captions.forEach((caption, k) => (caption.textContent = texts[k]));
    },
    outline: (channel, r, c) => grids.forEach((one, k) => (k === channel ? one.outline(r, c, 1, 1) : one.conceal())),
    /** Mark the cells of `list`; with a `window`, its frame and the cells it skips; with `weights`, what they are multiplied by. */
    light(list, { window = null, weights = true } = {}) {
      const wanted = new Map(); // cell → its class and its weight
      if (window) {
        const { top, left, height, width } = window;
        for (const { at, outline } of grids) {
          for (let r = top; r < top + height; r++) for (let c = left; c < left + width; c++) wanted.set(at(r, c), ["cnnlab-skipped", ""]);
          outline(top, left, height, width);
        }
      }
      for (const { channel, row, column, weight } of list) {
        wanted.set(grids[channel].at(row, column), ["cnnlab-read", weights ? `×${short(weight)}` : ""]);
      }
      for (const cell of lit) if (!wanted.has(cell)) dress(cell, "", "");
      for (const [cell, [name, weight]] of wanted) dress(cell, name, weight);
      lit = [...wanted.keys()];
    },
    tie(place) {
      tied?.classList.remove("cnnlab-tied");
      tied = place && grids[place.channel].at(place.row, place.column);
      tied?.classList.add("cnnlab-tied");
    },
    /** Which inner cell an event happened on: { channel, row, column }, or null. */
    placeOf(event) {
      for (const [channel, { node }] of grids.entries()) {
        const place = node.contains(event.target) && placeOf(event.target);
        if (place) return { channel, row: place[0], column: place[1] };
      }
      return null;
    },
  };
}

/** Give a cell its class and its weight; what is so already is left alone. */
function dress(cell, name, weight) {
  for (const one of ["cnnlab-read", "cnnlab-skipped"]) cell.classList.toggle(one, one === name);
  if (!weight) delete cell.dataset.weight;
  else if (cell.dataset.weight !== weight) cell.dataset.weight = weight;
}

/** What one product does to the cell that it falls into, which `was` and then `is`: "−3 + 5·2 = 7". */
export function scatterStep({ inside, value, weight }, was, is) {
  if (!inside) return "in the padding";
  return `${format(was)} + ${times(value, weight)} ${equals([was, is], [value], [weight])} ${format(is)}`;
}

/** The box with the products. `longest` fixes the width of a term, so that nothing moves while stepping. */
export function sumBox() {
  const node = element("div", { class: "cnnlab-sum" });
  const line = (kind, list, columns, longest, text) => {
    const terms = element("div", { class: `cnnlab-terms ${kind}` });
    terms.style.setProperty("--columns", columns);
    terms.style.setProperty("--longest", longest);
    list.forEach((cell, k) => terms.append(element("span", { class: cell.inside ? "cnnlab-term" : "cnnlab-term cnnlab-outside" }, text(cell, k))));
    return terms;
  };
  const left = (text, longest = "") => roomy("cnnlab-left", text, longest);
  const result = (text) => element("span", { class: "cnnlab-total" }, text);
  const row = (...parts) => element("div", { class: "cnnlab-sum-row" }, ...parts);
  const byChannel = (list) => [...new Set(list.map(({ channel }) => channel))].map((k) => list.filter(({ channel }) => channel === k));
  return {
    node,
    /** output[1, 2] = 3·1 + … = 60, with a line for each channel where there are several */
    gather(head, list, { columns, longest, longestHead }) {
      const product = ({ value, weight }, k) => `${k ? "+ " : ""}${times(value, weight)}`;
      const parts = byChannel(list);
      node.classList.toggle("cnnlab-by-channel", parts.length > 1);
      if (parts.length === 1) {
        node.replaceChildren(left(`${head} =`, `${longestHead} =`), line("cnnlab-plus", list, columns, longest, product), result(sumUp(list)));
        return;
      }
      const lines = parts.map((part) =>
        row(left(`channel ${part[0].channel}:`), line("cnnlab-plus", part, columns, longest, product), element("span", { class: "cnnlab-part" }, sumUp(part))));
      node.replaceChildren(...lines, result(`${head} ${sumUp(list)}`));
    },
    /** 3 goes to nine cells: before + 3·2 = after, for each */
    scatter(head, list, { columns, longest, before, after, many }) {
      const step = (cell) => scatterStep(cell, ...[before, after].map((volume) => volume[cell.channel]?.[cell.row]?.[cell.column]));
      const parts = byChannel(list);
      node.classList.add("cnnlab-by-channel");
      const lines = parts.map((part) => row(...(many ? [left(`channel ${part[0].channel}:`)] : []), line("cnnlab-scatter", part, columns, longest, step)));
      node.replaceChildren(result(`${head} = ${entry(list[0].value)} goes to`), ...lines);
    },
  };
}
