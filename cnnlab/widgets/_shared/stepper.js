// What ConvStepper and PoolStepper do alike: one cursor walks over windows, and panels show what it meets.
import { button, choice } from "./choices.js";
import { after, arrange, attempt, batch, element, initially, openPage, send } from "./dom.js";
import { CELL_HELP, CELL_KEYS } from "./grid.js";
import { roomFor, stack, sumBox } from "./panels.js";
import { clock, transport, WALKING_KEYS } from "./transport.js";

/**
 * A widget of which `sceneOf(get)` tells all, where `get(trait)` reads the traits; what can't be is a RangeError. A scene has
 * - `count` positions, `rowLength` of them a row, and a `label`;
 * - `panels`: three rows of them (two above the sum, one below the controls), each with a `key` and what `stack` takes, or what its own
 *   `make` does; `edit(channel, row, column, value)` gives the traits that change with a cell, `pick` lets a click move the cursor;
 * - `shown(position)`: what each panel shows, by its key; `sum(position)`: what the sum does, if it is there;
 * - `sentence(position)`, and `results(position)`: the volumes that an edit can change, by their panel's key;
 * - `cells`, whether some can be edited, and `jump`, what a click on jumps to; `offers`: for a setting, which of its choices, or false for none;
 * - `views` that can be switched on; `stale`, the trait that no longer fits, if there is one.
 *
 * `shaping` are the traits that it follows from, `choices` the lists for some of them, `views` and `results` names for a reader;
 * `also(changes, get)` are changes that follow from others; `onopen(page)` may add to the page, and what it returns goes to each `make`.
 */
export function stepper({ kind, shaping, choices, views: viewNames = null, results: resultNames, sceneOf, also = () => ({}), onopen }) {
  function render({ model, el }) {
    const get = (name) => model.get(name);
    const page = openPage({ model, el, class: kind });
    const { say, warn, help } = page;
    const rows = [0, 1, 2].map(() => element("div", { class: "cnnlab-panels" }));
    const sum = sumBox();
    let scene = null;
    let parts = {}; // the panels that stand on the page, by their keys
    let built = ""; // what they were made for
    let before = null; // the results before the edit that is on its way
    let room = null; // what the sum keeps free, so that nothing moves
    const position = () => Math.min(get("position"), scene.count - 1);

    // ---- from the reader to the traits -----------------------------------------------------
    function change(changes) {
      const wanted = { ...also(changes, get), ...changes };
      const next = attempt(() => sceneOf(after(model, wanted)), ({ message }) => {
        drawOptions();
        warn(`${message} Nothing was changed.`);
      });
      if (!next) return;
      wanted.position = Math.min(wanted.position ?? get("position"), next.count - 1);
      if (next.stale) wanted[next.stale] = null;
      send(model, wanted);
    }
    function edit(key, place) {
      before = scene.results(position());
      change(scene.panels.flat(2).find((panel) => panel.key === key).edit(...place));
      queueMicrotask(() => (before = null)); // by then it is drawn
    }

    // ---- settings ----------------------------------------------------------------------------
    const controls = transport({ model, page, count: () => scene.count, row: () => scene.rowLength, change, sentence: () => scene.sentence(position()) });
    const fields = Object.entries(choices).map(([name, [label, values]]) => ({ name, ...choice(label, values, (value) => change({ [name]: value })) }));
    const options = element("div", { class: "cnnlab-options" });
    const resetting = [...shaping, "position", "speed", ...(viewNames ? ["views"] : [])];
    const resetButton = button("Reset", () => change({ playing: false, ...initially(model, resetting) }));
    const toggles = Object.entries(viewNames ?? {}).map(([name, text]) => {
      const wanted = (view) => (view === name ? box.checked : get("views").includes(view));
      const box = element("input", { type: "checkbox", onchange: () => change({ views: Object.keys(viewNames).filter(wanted) }) });
      return { name, box, node: element("label", { class: "cnnlab-field" }, box, element("span", {}, text)) };
    });
    const toggleRow = element("div", { class: "cnnlab-toggles" });
    const show = element("details", { class: "cnnlab-show" }, element("summary", {}, "Views"), toggleRow);

    function drawOptions() {
      const { offers = {}, cells, jump, views = [] } = scene;
      const open = get("controls");
      const shown = fields.filter(({ name }) => open.includes(name) && offers[name] !== false);
      arrange(options, [...shown.map(({ node }) => node), ...(open.length ? [resetButton] : [])]);
      options.hidden = !open.length;
      for (const { name, fill } of fields) fill(get(name), offers[name] || undefined);
      help.fill([WALKING_KEYS, cells && CELL_KEYS], [cells && CELL_HELP, jump && `Click ${jump} to jump there.`]);
      show.hidden = !open.includes("views");
      arrange(toggleRow, toggles.filter(({ name }) => views.includes(name)).map(({ node }) => node));
      for (const { name, box } of toggles) box.checked = get("views").includes(name);
    }

    // ---- from the traits to the page -------------------------------------------------------
    const ontie = onopen?.({ row: rows[0], scene: () => scene, parts: () => parts, position });

    /** Lay the panels out anew: after a change of shape, of a setting, or of the views. */
    function build() {
      parts = {};
      const make = (panel) => {
        if (Array.isArray(panel)) return element("div", { class: "cnnlab-stacked" }, ...panel.map(make));
        const { key, make: special, edit: edits, pick, ...more } = panel;
        const columns = panel.shape?.[1];
        parts[key] = special
          ? special({ ...more, onpick: controls.go, ontie })
          : stack({
            ...more, onrefuse: warn,
            onedit: edits && ((...place) => edit(key, place)),
            onpick: pick && ((channel, r, c) => controls.go((channel * panel.shape[0] + r) * columns + c)),
          });
        return parts[key].node;
      };
      scene.panels.forEach((panels, k) => rows[k].replaceChildren(...panels.map(make)));
      sum.node.hidden = !scene.sum;
      page.root.setAttribute("aria-label", scene.label);
    }

    function draw() {
      const next = attempt(() => sceneOf(get), (error) => {
        if (!scene) throw error;
      });
      if (!next) return; // traits that belong together are still on their way
      scene = next;
      const layout = JSON.stringify(scene.panels, (_, value) => (typeof value === "function" ? true : value));
      if (layout !== built) build();
      built = layout;
      drawOptions();
      room = scene.sum && roomFor(Array.from({ length: scene.count }, (_, k) => scene.sum(k)));
      place();
      if (before) countChanges();
    }

    /** Move the cursor: the only thing that happens while stepping. */
    function place() {
      const at = position();
      const shown = scene.shown(at);
      for (const [key, part] of Object.entries(parts)) part.show(shown[key]);
      if (scene.sum) sum.show(scene.sum(at), room);
      controls.draw();
      if (!get("playing")) say(scene.sentence(at));
      warn("");
    }

    /** Mark what the reader's edit has changed, and say how much that is. */
    function countChanges() {
      const told = Object.entries(scene.results(position())).map(([key, now]) => {
        const places = now.flatMap((plane, k) => plane.flatMap((line, r) => line.map((value, c) => [k, r, c, value])))
          .filter(([k, r, c, value]) => value !== before[key][k][r][c]);
        const count = `${places.length || "None"} of ${now.flat(2).length}`;
        parts[key]?.count(places, count);
        return `${count} ${resultNames[key]} changed.`;
      });
      say([...told, scene.sentence(position())].join(" "));
    }

    draw();
    page.root.append(rows[0], rows[1], sum.node, controls.node, options, show, ...page.spoken, rows[2], help.node);
    page.on([...shaping, "views", "controls"], batch(draw));
    page.on(["position"], place);
    return page.close;
  }
  return { initialize: ({ model }) => clock({ model, count: () => sceneOf((name) => model.get(name)).count }), render };
}
