// A table of numbers: plain, editable, or a row of places to jump to.
import { field } from "./choices.js";
import { element, steer } from "./dom.js";
import { format, parse, refusal } from "./text.js";

export const CELL_KEYS = "In a grid the arrows move from cell to cell, Enter keeps a number, Escape takes it back.";
export const CELL_HELP = "Type into a cell to change its number; 1/9 will do.";

/**
 * A grid of `rows` × `columns` cells. `name` is what a screen reader calls it. `pads` (rows, columns
 * as [before, after]) draws a border of padding cells; cells are addressed from the inner corner, so
 * (-1, 0) lies in the padding, which shows `border`. `onedit(row, column, value)` makes the inner cells editable: one tab
 * stop, arrows move, typing changes, Enter keeps, Escape takes back. `onrefuse(text, node)` hears what is
 * not a number. `write` makes a number a text; what is typed is written back so. `onpick(row, column)` makes them clickable. `blue` outlines in the output's colour.
 */
export function grid({ rows, columns, name, pads = [[0, 0], [0, 0]], border = "0", blue = false, onedit, onrefuse, write = format, onpick }) {
  const [[top, bottom], [left, right]] = pads;
  const cells = new Map();
  const fields = new Map(); // cell → what one types into
  const body = element("tbody");
  for (let r = -top; r < rows + bottom; r++) {
    const line = element("tr");
    for (let c = -left; c < columns + right; c++) {
      const inside = r >= 0 && r < rows && c >= 0 && c < columns;
      const cell = element("td", { class: inside ? "cnnlab-cell" : "cnnlab-cell cnnlab-padding" });
      if (inside) Object.assign(cell.dataset, { row: r, column: c });
      if (inside && onedit) {
        const entry = field({
          class: "cnnlab-input", tabindex: fields.size ? -1 : 0, read, onenter: (value) => onedit(r, c, value),
          onrefuse: (text) => onrefuse(text, node),
          advice: (kept) => `; the cell keeps ${kept}. Numbers such as −2, 0.5 and 1/9 will do.`,
        });
        fields.set(cell, entry);
        cell.append(entry.node);
        cell.classList.add("cnnlab-editable");
      } else if (!inside) {
        cell.textContent = border;
      }
      if (inside && onpick) cell.addEventListener("click", () => onpick(r, c));
      cells.set(`${r},${c}`, cell);
      line.append(cell);
    }
    body.append(line);
  }
  const frame = element("div", { class: blue ? "cnnlab-window cnnlab-blue" : "cnnlab-window", "aria-hidden": "true", hidden: true });
  const table = element("table", { class: "cnnlab-table" }, body);
  const node = element("div", { class: "cnnlab-grid" }, table, frame);
  node.style.setProperty("--columns", columns + left + right);
  const inputs = [...fields.values()].map((entry) => entry.node);
  if (onedit) connect(table, inputs, columns);
  if (onpick) table.classList.add("cnnlab-pickable");

  const at = (r, c) => cells.get(`${r},${c}`);
  const written = new Map(); // cell → its number
  function rename(text) {
    table.setAttribute("aria-label", text);
    for (const input of inputs) {
      const [r, c] = placeOf(input);
      input.setAttribute("aria-label", `${text} row ${r} column ${c}`);
    }
  }
  rename(name);
  return {
    node,
    at,
    rename,
    /** Write a number into a cell; null empties it. */
    write(r, c, value) {
      const cell = at(r, c);
      if (written.has(cell) && Object.is(written.get(cell), value)) return;
      written.set(cell, value);
      const text = value === null ? "" : write(value);
      if (fields.has(cell)) fields.get(cell).fill(text);
      else cell.textContent = text;
      cell.style.setProperty("--length", text.length); // the longer, the smaller
    },
    /** Put the outline around `height` × `width` cells from (row, column), or nowhere. */
    outline(place) {
      frame.hidden = !place;
      if (!place) return;
      const { row, column, height = 1, width = 1 } = place;
      const lengths = { row: row + top, column: column + left, height, width };
      for (const [name, value] of Object.entries(lengths)) frame.style.setProperty(`--${name}`, value);
    },
  };
}

/** Row and column of the inner cell that a node stands in, or null. */
export function placeOf(node) {
  const cell = node.closest("td[data-row]");
  return cell && [Number(cell.dataset.row), Number(cell.dataset.column)];
}

function read(text) {
  const value = parse(text);
  if (Number.isNaN(value)) throw new RangeError(refusal(text));
  return value;
}

/** Arrows lead from cell to cell; the cell that one is in is the tab stop, and its number is selected, so that typing replaces it. */
function connect(table, inputs, columns) {
  table.addEventListener("keydown", (event) => {
    const k = inputs.indexOf(event.target);
    if (k < 0) return;
    const column = k % columns;
    const go = (to, isThere = true) => () => isThere && inputs[to]?.focus();
    steer(event, {
      ArrowUp: go(k - columns), ArrowDown: go(k + columns),
      ArrowLeft: go(k - 1, column > 0), ArrowRight: go(k + 1, column < columns - 1),
    });
  });
  let entered = null; // the cell that a click is about to enter
  table.addEventListener("focusin", (event) => {
    if (!inputs.includes(event.target)) return;
    for (const other of inputs) other.tabIndex = other === event.target ? 0 : -1;
    entered = event.target;
    entered.select();
  });
  table.addEventListener("click", (event) => {
    if (event.target === entered) entered.select();
    entered = null;
  });
}
