// The stack as a table to edit: a row for the input and for each layer, with what it makes of the field.
import { field, numberField, signButton } from "../_shared/choices.js";
import { arrange, element } from "../_shared/dom.js";
import { HIGHEST, LARGEST, MOST, SETTINGS } from "./numbers.js";
import { format, parse } from "../_shared/text.js";

const ASKED = { kernel_size: "kernel", stride: "stride", padding: "padding", dilation: "dilation" };
const FOUND = ["units", "field", "jump", "start"];

/**
 * The table. `onchange(layers)` gets a new stack and says whether it was taken; `onsize(size)` likewise.
 * `onrefuse(text)` hears what is no number.
 */
export function layerTable({ onchange, onsize, onrefuse }) {
  let layers = [];
  let rows = [];
  let busy = null; // the cell that is being worked on
  const typing = { class: "cnnlab-entry cnnlab-rf-entry", onrefuse };
  const size = numberField({ label: "Input size", called: "The input's size", least: 1, most: LARGEST, onenter: onsize, ...typing });
  const cell = (caption, ...content) => element("td", { "data-caption": caption }, ...content);
  const input = row(0, "Input", {}, [cell(FOUND[0], size.node), ...FOUND.slice(1).map((caption) => cell(caption))]);
  const headings = ["layer", "name", ...Object.values(ASKED), "", ...FOUND].map((text) => element(text ? "th" : "td", { scope: text && "col" }, text));
  const body = element("tbody");
  const node = element("table", {
    class: "cnnlab-table cnnlab-rf-table", "aria-label": "Layers, from the input upwards, with units, field, jump and start",
    onfocusin: ({ target }) => (busy = target.closest("td")),
  }, element("thead", {}, element("tr", {}, ...headings)), body);

  function replace(k, changes) {
    return onchange(layers.map((layer, i) => (i === k ? { ...layer, ...changes } : layer)));
  }
  function move(k, to) {
    if (to < 0 || to >= layers.length) return;
    const next = [...layers];
    next.splice(to, 0, ...next.splice(k, 1));
    if (onchange(next)) rows[to].buttons[to < k ? "earlier" : "later"].focus();
  }
  function remove(k) {
    if (layers.length === 1) return onrefuse("A stack needs a layer. Nothing was changed.");
    if (onchange(layers.filter((_, i) => i !== k))) rows[Math.min(k, layers.length - 1)].buttons.remove.focus();
  }

  function row(level, name, asked, found, actions = "") {
    const settings = Object.entries(ASKED).map(([key, caption]) => (key in asked ? cell(caption, asked[key].node) : element("td")));
    const line = element("tr", {}, element("th", { scope: "row" }, `${level}`), element("td", { class: "cnnlab-rf-name" }, name),
      ...settings, element("td", { class: "cnnlab-rf-place" }, actions), ...found);
    return { node: line, found };
  }
  function layerRow(k) {
    const label = `Layer ${k + 1}`;
    const name = field({ label: `${label} name`, read: (text) => text.trim(), onenter: (text) => replace(k, { name: text }), maxlength: 16, ...typing });
    const asked = Object.fromEntries(Object.entries(SETTINGS).map(([key, least]) => {
      const called = `${label} ${key.replace("_", " ")}`;
      const options = { label: called, onenter: (value) => replace(k, { [key]: value }), ...typing };
      return [key, key === "padding" ? field({ read: pads(called), ...options }) : numberField({ least, most: MOST, ...options })];
    }));
    const button = (what, sign, act) => signButton(`${what} ${label.toLowerCase()}`, sign, act, what);
    const buttons = {
      earlier: button("Move earlier:", "↑", () => move(k, k - 1)),
      later: button("Move later:", "↓", () => move(k, k + 1)),
      remove: button("Remove", "✕", () => remove(k)),
    };
    const actions = element("span", { class: "cnnlab-rf-actions", role: "group", "aria-label": `${label}: place` }, ...Object.values(buttons));
    return { ...row(k + 1, name.node, asked, FOUND.map((caption) => cell(caption)), actions), name, asked, buttons, actions };
  }

  return {
    node,
    fill(stack, { sizeOpen, layersOpen }) {
      layers = stack.layers.map((layer) => ({ ...layer, padding: layer.padding[0] === layer.padding[1] ? layer.padding[0] : layer.padding }));
      while (rows.length < layers.length) rows.push(layerRow(rows.length));
      rows = rows.slice(0, layers.length);
      arrange(body, [input, ...rows].map((one) => one.node));
      size.fill(stack.sizes[0], sizeOpen);
      rows.forEach(({ name, asked, buttons, actions }, k) => {
        name.fill(layers[k].name, layersOpen);
        for (const [key, { fill }] of Object.entries(asked)) fill([layers[k][key]].flat().join(", "), layersOpen);
        actions.hidden = !layersOpen;
        buttons.earlier.setAttribute("aria-disabled", k === 0);
        buttons.later.setAttribute("aria-disabled", k === layers.length - 1);
      });
      [input, ...rows].forEach(({ found }, level) => {
        const { size: reach, jump, start } = stack.fields[level];
        const numbers = [stack.sizes[level], reach, jump, start].map(format);
        found.forEach((one, k) => one.firstElementChild || (one.textContent = numbers[k])); // the input's size is a field
      });
    },
    /** Mark the layer of the chosen unit. */
    mark(chosen) {
      rows.forEach(({ node: line }, k) => line.setAttribute("aria-current", k + 1 === chosen));
    },
    /** The cell that is being worked on: what is refused is told below it. */
    busy: () => busy,
    /** One more layer on top, like the last one; true if there was room for it. */
    add() {
      if (layers.length < HIGHEST) return onchange([...layers, { ...layers.at(-1), name: "" }]);
      onrefuse(`${HIGHEST} layers are the most. Nothing was changed.`);
      return false;
    },
  };
}

/** "1", or "1, 2" for before and after. */
function pads(label) {
  return (text) => {
    const found = text.trim().split(/[\s,;]+/).map(parse);
    if (text.trim() === "" || found.length > 2 || found.some((n) => !Number.isInteger(n) || n < 0 || n > MOST)) {
      throw new RangeError(`${label} must be a whole number from 0 to ${MOST}, or two: before, after`);
    }
    return found.length === 1 ? found[0] : found;
  };
}
