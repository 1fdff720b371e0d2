// The playground's lens: the window it stands on, cell by cell, and the sum of the products.
import { element } from "../_shared/dom.js";
import { lensProducts } from "./numbers.js";
import { grid } from "../_shared/grid.js";
import { times, total } from "../_shared/products.js";
import { format, short } from "../_shared/text.js";
import { size } from "../_shared/windows.js";

/** What a screen reader hears of the products under the lens at (row, column). */
export function lensSentence(photo, kernel, border, [row, column]) {
  const list = lensProducts(photo, kernel, border, [row, column]);
  const terms = list.length > 9 ? `${list.length} products add up to` : `${list.map(({ value, weight }) => times(value, weight)).join(" + ")} =`;
  return `Row ${row}, column ${column}: ${terms} ${format(total(list))}.`;
}

/** A panel; a window of more than `most` cells a side is not written out. */
export function lensPanel({ most }) {
  let shape = null;
  let cells = null;
  const title = element("div", { class: "cnnlab-title" });
  const sum = element("p", { class: "cnnlab-lens-sum" });
  const node = element("div", { class: "cnnlab-panel" });

  function fit([rows, columns]) {
    shape = [rows, columns];
    cells = Math.max(rows, columns) <= most ? grid({ rows, columns, name: "window under the lens" }) : null;
    node.replaceChildren(title, ...(cells ? [cells.node] : []), sum);
  }
  function write({ m, n, value, weight, inside }) {
    cells.write(m, n, value);
    const cell = cells.at(m, n);
    cell.dataset.weight = `×${short(weight)}`;
    cell.classList.toggle("cnnlab-beyond", !inside);
    cell.style.background = `rgb(${value} ${value} ${value})`;
    cell.style.color = value > 117 ? "#000" : "#fff"; // the darker half gets white: at least 4.5 to 1
  }
  return {
    node,
    draw(photo, kernel, border, place) {
      const list = lensProducts(photo, kernel, border, place);
      if (shape?.join() !== size(kernel).join()) fit(size(kernel));
      title.textContent = `Lens at row ${place[0]}, column ${place[1]}`;
      if (cells) list.forEach(write);
      sum.replaceChildren(`${list.length} product${list.length > 1 ? "s" : ""} add up to `, element("strong", {}, format(total(list))));
    },
  };
}
