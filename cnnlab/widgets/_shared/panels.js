// What a stepper shows: panels of grids, and the sum spelled out.
import { element, roomy } from "./dom.js";
import { grid, placeOf } from "./grid.js";

/**
 * Grids of one shape below each other, one for each channel. `names` is what a screen reader calls them; with several,
 * each has its name above it. `unreal` says which cells look like padding.
 * With `counted`, a line below says how many numbers changed. `onedit(channel, row, column, value)`, `onpick(channel, row, column)`
 * and the other options as in grid.js.
 */
export function stack({ title, names, shape, unreal = [], counted = false, onedit, onpick, ...options }) {
  const grids = names.map((name, channel) => grid({
    ...options, name, rows: shape[0], columns: shape[1],
    onedit: onedit && ((r, c, value) => onedit(channel, r, c, value)),
    onpick: onpick && ((r, c) => onpick(channel, r, c)),
  }));
  for (const { at } of grids) for (const [r, c] of unreal) at(r, c).classList.add("cnnlab-padding");
  const captions = names.map((name) => element("div", { class: "cnnlab-title" }, name));
  const changes = element("p", { class: "cnnlab-changes", "aria-hidden": "true" });
  const heading = element("div", { class: "cnnlab-title" }, title);
  const children = grids.flatMap(({ node }, k) => (names.length > 1 ? [captions[k], node] : [node]));
  let marked = new Map(); // cell → the kinds of its mark
  let changed = [];
  let tied = null;
  return {
    node: element("div", { class: "cnnlab-panel" }, heading, ...children, ...(counted ? [changes] : [])),
    /**
     * Show `values`, [channel][row][column], null for an empty cell; `marks`, each with a place, the `kind` of its look and a `note`
     * for its corner; a `frame` around some cells, of one channel or of all; and what is `said` behind the title.
     */
    show({ values, marks = [], frame = null, names: texts, said = "" }) {
      values.forEach((plane, k) => plane.forEach((line, r) => line.forEach((value, c) => grids[k].write(r, c, value))));
      const wanted = new Map(marks.map(({ channel = 0, row, column, ...mark }) => [grids[channel].at(row, column), mark]));
      for (const [cell, kinds] of marked) if (wanted.get(cell)?.kind !== kinds) dress(cell, kinds, "remove");
      for (const cell of marked.keys()) if (!wanted.get(cell)?.note) delete cell.dataset.weight;
      for (const [cell, { kind, note }] of wanted) {
        dress(cell, kind, "add");
        if (note && cell.dataset.weight !== note) cell.dataset.weight = note;
      }
      marked = new Map([...wanted].map(([cell, { kind }]) => [cell, kind]));
      grids.forEach((one, k) => one.outline(frame && (frame.channel ?? k) === k ? frame : null));
      texts?.forEach((text, k) => {
        if (captions[k].textContent === text) return;
        captions[k].textContent = text;
        grids[k].rename(text);
      });
      heading.textContent = title + said;
      for (const cell of changed) cell.classList.remove("cnnlab-changed");
      changed = [];
      changes.textContent = "";
      this.tie(null);
    },
    /** Mark what has changed, a list of places, and say in a line how many there are. */
    count(places, told) {
      changed = places.map(([channel, r, c]) => grids[channel].at(r, c));
      for (const cell of changed) cell.classList.add("cnnlab-changed");
      changes.textContent = `${told} changed`;
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

/** Add to a cell, or remove from it, the classes of "read pool-first". */
function dress(cell, kinds, act) {
  for (const kind of kinds?.split(" ") ?? []) cell.classList[act](`cnnlab-${kind}`);
}

/**
 * The box with a sum. What it shows is a list of parts, and a list in it is a line of its own: each is { terms, columns, kind }, where
 * a term is { text, inside }, or { kind, text }, with `roomy` if it keeps room for the longest of its kind.
 */
export function sumBox() {
  const node = element("div", { class: "cnnlab-sum" });
  function draw(part, room) {
    if (Array.isArray(part)) return element("div", { class: "cnnlab-sum-row" }, ...part.map((one) => draw(one, room)));
    const { terms, columns, kind, text } = part;
    if (!terms) return part.roomy ? roomy(`cnnlab-${kind}`, text, room[kind]) : element("span", { class: `cnnlab-${kind}` }, text);
    const box = element("div", { class: `cnnlab-terms cnnlab-${kind}` },
      ...terms.map((term) => element("span", { class: term.inside ? "cnnlab-term" : "cnnlab-term cnnlab-outside" }, term.text)));
    box.style.setProperty("--columns", columns);
    box.style.setProperty("--longest", room.term.length);
    return box;
  }
  return {
    node,
    show({ kind = "plain", parts }, room) {
      node.className = `cnnlab-sum cnnlab-${kind}`;
      node.replaceChildren(...parts.map((part) => draw(part, room)));
    },
  };
}

/** The longest text of each kind in many sums: room is kept for it, so that nothing moves while stepping. */
export function roomFor(sums) {
  const room = { term: "" };
  const keep = (kind, text) => {
    if (text.length >= (room[kind]?.length ?? 0)) room[kind] = text;
  };
  for (const { parts } of sums) {
    for (const { terms, kind, text } of parts.flat()) {
      if (terms) terms.forEach((term) => keep("term", term.text));
      else keep(kind, text);
    }
  }
  return room;
}
