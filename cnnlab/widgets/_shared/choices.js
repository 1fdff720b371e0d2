// What a reader chooses with: buttons, buttons that stay pressed, sets of well-known values, lists, fields to type in.
import { attempt, element } from "./dom.js";
import { parse, refusal } from "./text.js";
import { by } from "./windows.js";

export function button(text, onclick) {
  return element("button", { type: "button", class: "cnnlab-button cnnlab-text", onclick }, text);
}

/** A button with a sign on it, which is called `label`. */
export function signButton(label, sign, onclick, title = label) {
  return element("button", { type: "button", class: "cnnlab-button", "aria-label": label, title, onclick }, sign);
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
    const place = typeof value === "number" ? all.filter(([v]) => v < value).length : all.length;
    if (!all.some(([v]) => v === wanted)) all.splice(place, 0, [wanted, by([value].flat(2))]);
    select.replaceChildren(...all.map(([v, text]) => element("option", { value: v, selected: v === wanted }, text)));
    select.value = wanted;
  };
  return { node: element("label", { class: "cnnlab-field" }, element("span", {}, label), select), fill };
}

/**
 * A field to type in. Enter and leaving it keep what was typed, Escape takes it back. `read(text)` makes a value of it,
 * or throws a RangeError, which `onrefuse(text)` hears, with `advice(kept)` behind it. A number with a `range`, [least, most], goes
 * up and down by arrow.
 */
export function field({ label, read, onenter, onrefuse, advice = () => ". Nothing was changed.", range = null, ...attributes }) {
  let kept = "";
  const counts = range && { role: "spinbutton", inputmode: "numeric", "aria-valuemin": range[0], "aria-valuemax": range[1] };
  const node = element("input", { type: "text", "aria-label": label, autocomplete: "off", spellcheck: "false", ...counts, ...attributes });
  function enter(text) {
    show(); // until a new value comes back as what is kept
    if (node.readOnly || text === kept) return;
    attempt(() => onenter(read(text)), ({ message }) => onrefuse(message + advice(kept)));
  }
  /** Show what is kept, selected where one is typing, so that typing on replaces it. */
  function show() {
    node.value = kept;
    if (node.matches(":focus")) node.select();
  }
  node.addEventListener("change", () => enter(node.value));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Escape") show();
    if (!step || !range) return;
    event.preventDefault();
    const from = parse(node.value);
    enter(String(Math.min(Math.max(Math.round((Number.isNaN(from) ? Number(kept) : from) + step), range[0]), range[1])));
  });
  return {
    node,
    fill(value, open = true) {
      kept = String(value);
      if (node.value !== kept) show();
      node.readOnly = !open;
      if (range) node.setAttribute("aria-valuenow", kept);
    },
  };
}

/** A field for a whole number. */
export function numberField({ label, called = label, least, most, ...others }) {
  const read = (text) => {
    const number = parse(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    const why = text.trim() && Number.isNaN(number) ? `${refusal(text)}; ` : "";
    throw new RangeError(`${why}${called} must be a whole number from ${least} to ${most}`);
  };
  return field({ label, read, range: [least, most], ...others });
}

/** A slider; `oninput(number)` hears of it. */
export function slider({ label, oninput, ...attributes }) {
  return element("input", { type: "range", step: 1, "aria-label": label, oninput: ({ target }) => oninput(Number(target.value)), ...attributes });
}

/** A row with a label, a slider, and a node that tells or takes its number. */
export function sliderRow(label, range, number) {
  return element("div", { class: "cnnlab-slider" }, element("span", { "aria-hidden": "true" }, label), range, number);
}
