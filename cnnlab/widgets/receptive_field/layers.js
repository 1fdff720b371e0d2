// The stack as a list to edit, and beside it what each layer makes of the field.
import { field, numberField, signButton } from "../_shared/choices.js";
import { arrange, element } from "../_shared/dom.js";
import { called, HIGHEST, LARGEST, MOST, SETTINGS } from "./numbers.js";
import { capital, format, parse } from "../_shared/text.js";

const HEADINGS = { kernel_size: "kernel", stride: "stride", padding: "padding", dilation: "dilation" };

/**
 * The list. `onchange(layers)` gets a new stack and says whether it was taken; `onsize(size)` likewise.
 * `onrefuse(text)` hears what is no number.
 */
export function layerList({ onchange, onsize, onrefuse }) {
  let layers = [];
  let rows = [];
  let busy = null; // the row that is being worked on
  const typing = { class: "cnnlab-entry cnnlab-rf-entry", onrefuse };
  const size = numberField({ label: "Input size", called: "The input's size", least: 1, most: LARGEST, onenter: onsize, ...typing });
  const input = element("li", { class: "cnnlab-rf-row", onfocusin: () => (busy = input) },
    element("span", { class: "cnnlab-rf-index" }, "0"), element("span", { class: "cnnlab-rf-input" }, "Input"),
    element("label", { class: "cnnlab-rf-cell" }, element("span", { class: "cnnlab-rf-caption" }, "cells"), size.node),
    element("span", { class: "cnnlab-rf-suffix", "aria-hidden": "true" }, "cells"));
  const headings = element("li", { class: "cnnlab-rf-row cnnlab-rf-headings", "aria-hidden": "true" },
    element("span"), element("span", {}, "name"), ...Object.values(HEADINGS).map((text) => element("span", {}, text)));
  const node = element("ol", { class: "cnnlab-rf-list", "aria-label": "Layers, from the input upwards" });

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

  function row(k) {
    const label = `Layer ${k + 1}`;
    const name = field({ label: `${label} name`, read: (text) => text.trim(), onenter: (text) => replace(k, { name: text }), maxlength: 16, ...typing });
    const numbers = Object.entries(SETTINGS).map(([key, least]) => {
      const called = `${label} ${key.replace("_", " ")}`;
      const options = { label: called, onenter: (value) => replace(k, { [key]: value }), ...typing };
      return [key, key === "padding" ? field({ read: pads(called), ...options }) : numberField({ least, most: MOST, ...options })];
    });
    const button = (what, sign, act) => signButton(`${what} ${label.toLowerCase()}`, sign, act, what);
    const buttons = {
      earlier: button("Move earlier:", "↑", () => move(k, k - 1)),
      later: button("Move later:", "↓", () => move(k, k + 1)),
      remove: button("Remove", "✕", () => remove(k)),
    };
    const actions = element("span", { class: "cnnlab-rf-actions", role: "group", "aria-label": `${label}: place` }, ...Object.values(buttons));
    const line = element("li", { class: "cnnlab-rf-row", onfocusin: () => (busy = line) },
      element("span", { class: "cnnlab-rf-index" }, `${k + 1}`),
      element("label", { class: "cnnlab-rf-cell cnnlab-rf-name" }, name.node),
      ...numbers.map(([key, { node }]) => element("label", { class: "cnnlab-rf-cell" }, element("span", { class: "cnnlab-rf-caption" }, HEADINGS[key]), node)),
      actions);
    return { node: line, name, numbers, buttons, actions };
  }

  return {
    node,
    fill(stack, { sizeOpen, layersOpen }) {
      layers = stack.layers.map((layer) => ({ ...layer, padding: layer.padding[0] === layer.padding[1] ? layer.padding[0] : layer.padding }));
      while (rows.length < layers.length) rows.push(row(rows.length));
      rows = rows.slice(0, layers.length);
      arrange(node, [headings, input, ...rows.map((one) => one.node)]);
      size.fill(stack.sizes[0], sizeOpen);
      rows.forEach(({ name, numbers, buttons, actions }, k) => {
        name.fill(layers[k].name, layersOpen);
        for (const [key, number] of numbers) number.fill([layers[k][key]].flat().join(", "), layersOpen);
        actions.hidden = !layersOpen;
        buttons.earlier.setAttribute("aria-disabled", k === 0);
        buttons.later.setAttribute("aria-disabled", k === layers.length - 1);
      });
    },
    /** Mark the layer of the chosen unit. */
    mark(chosen) {
      rows.forEach(({ node: line }, k) => line.setAttribute("aria-current", k + 1 === chosen));
    },
    /** The row that is being worked on: what is refused is told below it. */
    busy: () => busy,
    /** One more layer on top, like the last one; true if there was room for it. */
    add() {
      if (layers.length === HIGHEST) {
        onrefuse(`${HIGHEST} layers are the most. Nothing was changed.`);
        return false;
      }
      return onchange([...layers, { ...layers.at(-1), name: "" }]);
    },
  };
}

/** The table of units, field, jump and start, a row for the input and for each layer. */
export function fieldTable() {
  const body = element("tbody");
  const head = ["layer", "units", "field", "jump", "start"].map((text, k) => element("th", { scope: "col", class: k ? false : "cnnlab-rf-first" }, text));
  const node = element("table", { class: "cnnlab-rf-table", "aria-label": "Units, field, jump and start of each layer" },
    element("thead", {}, element("tr", {}, ...head)), body);
  let rows = [];
  return {
    node,
    fill({ layers, sizes, fields }) {
      rows = sizes.map((units, level) => {
        const { size, jump, start } = fields[level];
        const who = level ? capital(called(layers, level)).replace("Layer ", "") : "0 (input)";
        return element("tr", {}, element("th", { scope: "row", class: "cnnlab-rf-first" }, who),
          ...[units, size, jump, start].map((number) => element("td", {}, format(number))));
      });
      body.replaceChildren(...rows);
    },
    mark(chosen) {
      rows.forEach((row, level) => row.setAttribute("aria-current", level === chosen));
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
