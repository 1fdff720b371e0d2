// What a reader chooses with: buttons, buttons that stay pressed, sets of well-known values, lists.
import { element } from "./dom.js";

export function button(text, onclick) {
  return element("button", { type: "button", class: "cnnlab-button cnnlab-text", onclick }, text);
}

/** A button that is pressed or not: `press(true)` shows it pressed. */
export function toggle(text, onclick) {
  const node = button(text, onclick);
  node.classList.add("cnnlab-toggle");
  return { node, press: (pressed) => node.setAttribute("aria-pressed", pressed) };
}

/** A row of buttons, one for each [value, text]. `press(is)` shows a button pressed if `is(value)`. */
export function presets(label, values, onpick) {
  const all = values.map(([value, text]) => ({ value, ...toggle(text, () => onpick(value)) }));
  return {
    node: element("div", { class: "cnnlab-presets", role: "group", "aria-label": label }, ...all.map(({ node }) => node)),
    press: (is) => all.forEach(({ value, press }) => press(is(value))),
  };
}

/** A labelled list to pick from. `choices` is a list of [value, text]; `fill(value, offered)` shows some of them, or all. */
export function choice(label, choices, onpick) {
  const select = element("select", { class: "cnnlab-select", "aria-label": label, onchange: () => onpick(JSON.parse(select.value)) });
  const fill = (value, offered = () => true) => {
    const wanted = JSON.stringify(value);
    const all = choices.filter(([v]) => offered(v)).map(([v, text]) => [JSON.stringify(v), text]);
    if (!all.some(([v]) => v === wanted)) all.push([wanted, describe(value)]);
    select.replaceChildren(...all.map(([v, text]) => element("option", { value: v, selected: v === wanted }, text)));
    select.value = wanted;
  };
  return { node: element("label", { class: "cnnlab-field" }, element("span", {}, label), select), fill };
}

function describe(value) {
  return Array.isArray(value) ? value.map(describe).join(" × ") : String(value);
}
