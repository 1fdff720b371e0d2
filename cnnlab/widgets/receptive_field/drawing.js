// The drawing of a stack: a row of units for each layer, the input at the bottom, and what one unit sees.
// Where no script runs, still.py writes a table instead.
import { called, centre, padsOf } from "./numbers.js";
import { box, hatch, line, part, round, svg } from "../_shared/paths.js";
import { capital, counted } from "../_shared/text.js";

const ROW = 26;
const LABEL = 17; // above each row, for its name
const EDGE = 16; // left and right of the outermost centres
const WIDEST = 40; // pixels a cell
const BARS = 46;

/**
 * `stack` drawn into `room` pixels. `onhover(layer, unit)` and `onpick(layer, unit)` hear of the mouse.
 * `place(layer, unit, sight)` lights one unit and what it sees, and is all that happens while stepping.
 */
export function drawing(stack, { room, percent, profile, onhover, onpick }) {
  const { sizes, fields, extent: [low, high] } = stack;
  const top = sizes.length - 1;
  const cell = Math.min(WIDEST, (room - 2 * EDGE) / (high - low + 1));
  const width = cell * (high - low + 1) + 2 * EDGE;
  const pitch = Math.max(46, Math.min(66, 480 / top));
  const x = (cells) => EDGE + (cells - low + 0.5) * cell; // of a cell's middle
  const y = (level) => (top - level) * pitch + LABEL;
  const bottom = y(0) + ROW;
  const ground = bottom + 10 + BARS;
  const height = profile ? ground + 64 : bottom + 4;

  const breadth = (level) => {
    const share = fields[level].jump * cell;
    return fields[level].jump === 1 ? cell : Math.min(Math.max(share * 0.75, share - 3), Math.max(cell, 28));
  };
  const left = (level, unit) => x(centre(stack, level, unit)) - breadth(level) / 2;
  const right = (level, unit) => left(level, unit) + breadth(level);
  const boxes = (level, units) => units.map((unit) => box(left(level, unit), y(level), breadth(level), ROW)).join("");
  const upto = (size) => Array.from({ length: size }, (_, unit) => unit);

  const lit = Object.fromEntries(
    ["cone", "read", "skipped", "outside", "frame", "chosen", "bars", "rim", "effective", "theoretical"].map((name) => [name, part(name)]),
  );
  const padding = sizes.map((size, level) => {
    const [before, after] = padsOf(stack, level);
    return boxes(level, [...upto(before).map((k) => k - before), ...upto(after).map((k) => size + k)]);
  });
  const units = sizes.map((size, level) => boxes(level, upto(size)));
  const writing = svg("g", { class: "cnnlab-rf-writing" });
  const notes = profile ? { effective: svg("text", { y: ground + 26 }), theoretical: svg("text", { y: ground + 56 }) } : {};
  const numbers = svg("g", { class: "cnnlab-drawn-numbers cnnlab-drawn-small" });
  sizes.forEach((size, level) => {
    const count = counted(size, level ? "unit" : "cell");
    const who = level ? capital(called(stack.layers, level)) : "Input";
    writing.append(svg("text", { x: 2, y: y(level) - 5 }, svg("tspan", { class: "cnnlab-rf-who" }, who), svg("tspan", { dx: 7 }, count)));
    if (breadth(level) < (size > 100 ? 24 : 17)) return;
    for (const unit of upto(size)) numbers.append(svg("text", { x: round(x(centre(stack, level, unit))), y: y(level) + ROW / 2 + 4 }, unit));
  });
  const node = svg("svg", { class: "cnnlab-drawing cnnlab-rf-stack", "aria-hidden": "true", width: round(width), height: round(height), viewBox: `0 0 ${round(width)} ${round(height)}` },
    lit.cone, part("padding", padding.join("")), part(cell < 3 ? "units cnnlab-drawn-thin" : "units", units.join("")),
    lit.outside, lit.skipped, lit.read, lit.frame, lit.chosen, lit.rim, lit.bars,
    profile ? part("ground", `M${EDGE} ${ground + 0.5}H${round(width - EDGE)}`) : "", lit.effective, lit.theoretical,
    writing, numbers, ...Object.values(notes));

  /** The unit under the mouse: [layer, unit], or null. */
  function under(event) {
    const frame = node.getBoundingClientRect();
    const level = top - Math.floor((event.clientY - frame.top - LABEL) / pitch);
    if (level < 1 || level > top || event.clientY - frame.top > y(level) + ROW) return null;
    const at = (event.clientX - frame.left - EDGE) / cell + low - 0.5;
    const unit = Math.round((at - fields[level].start) / fields[level].jump);
    return unit >= 0 && unit < sizes[level] ? [level, unit] : null;
  }
  node.addEventListener("pointermove", (event) => {
    const found = under(event);
    if (found && event.pointerType === "mouse") onhover(...found);
  });
  node.addEventListener("click", (event) => {
    const found = under(event);
    if (found) onpick(...found);
  });

  /** A bracket below the profile from cell to cell, cut off where the drawing ends, with a note in the middle of what is left. */
  function bracket(name, [first, last], at, text) {
    const [from, to] = [x(first) - cell / 2, x(last) + cell / 2];
    draw(name, line([from, at - 6], [from, at], [to, at], [to, at - 6]));
    const half = 3.4 * text.length;
    const middle = (Math.max(from, 0) + Math.min(to, width)) / 2;
    notes[name].textContent = text;
    notes[name].setAttribute("x", round(Math.max(half, Math.min(width - half, middle))));
  }
  const draw = (name, d) => lit[name].setAttribute("d", d);

  return {
    node,
    place(layer, unit, { counts, fields: seen, padding: outside, shares, effective }) {
      const paths = { cone: "", read: "", skipped: "", outside: "", frame: "", chosen: boxes(layer, [unit]), bars: "", rim: "", effective: "" };
      for (let level = 0; level < layer; level++) {
        paths.outside += boxes(level, outside[level]);
        if (!seen[level]) continue;
        const [upper, lower] = [y(level + 1) + ROW, y(level)];
        const [first, last] = seen[level];
        const [start, end] = seen[level + 1];
        paths.cone += `${line([left(level + 1, start), upper], [right(level + 1, end), upper], [right(level, last), lower], [left(level, first), lower])}z`;
        const inside = upto(last - first + 1).map((k) => first + k);
        paths.read += boxes(level, inside.filter((u) => counts[level][u]));
        paths.skipped += inside.filter((u) => !counts[level][u]).map((u) => hatch(left(level, u), y(level), breadth(level), ROW)).join("");
        paths.frame += box(left(level, first), y(level), right(level, last) - left(level, first), ROW);
      }
      const most = Math.max(...shares);
      const gap = cell >= 6 ? 1 : 0;
      shares.forEach((share, c) => {
        if (!share || !profile) return;
        const tall = Math.max(1.5, (share / most) * BARS);
        paths[c >= effective[0] && c <= effective[1] ? "bars" : "rim"] += box(x(c) - cell / 2 + gap, ground - tall, cell - 2 * gap, tall);
      });
      for (const [name, d] of Object.entries(paths)) draw(name, d);
      if (!profile) return;
      notes.effective.textContent = "";
      if (effective) bracket("effective", effective, ground + 12, held(percent, effective));
      const [middle, { size }] = [centre(stack, layer, unit), fields[layer]];
      bracket("theoretical", [middle - (size - 1) / 2, middle + (size - 1) / 2], ground + 42, `theoretical field: ${counted(size, "cell")}`);
    },
  };
}

/** "at least 95 % of the paths: cells 3 to 9" */
function held(percent, [first, last]) {
  return `at least ${percent} % of the paths: ${first === last ? `cell ${first}` : `cells ${first} to ${last}`}`;
}
