// A few lines that every view uses: make elements, listen to a model, tell a screen reader.

const FOCUSABLE = ["button", "input", "select", "summary"];

/** element("button", { class: "x", "aria-label": "y", onclick }, "text", child, …) */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  // JupyterLab's one-key commands ("d d" deletes a cell) look at the focused element itself for this mark.
  if (FOCUSABLE.includes(tag) || "tabindex" in attributes) node.setAttribute("data-lm-suppress-shortcuts", "true");
  return furnish(node, attributes, children);
}

/** Give a node attributes, listeners (`onclick`, …) and children. */
export function furnish(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Make `nodes` the children of a node. Those that stay never leave the page, so none of them loses the focus. */
export function arrange(node, nodes) {
  for (const old of [...node.children]) if (!nodes.includes(old)) old.remove();
  nodes.forEach((child, k) => node.children[k] !== child && node.insertBefore(child, node.children[k] ?? null));
}

/** Call `handler` on any of some events of a model; returns the function that stops listening. */
export function listen(model, events, handler) {
  for (const event of events) model.on(event, handler);
  return () => events.forEach((event) => model.off(event, handler));
}

/** A function that runs `draw` once, however often it is called before the current task ends. */
export function batch(draw) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      draw();
    });
  };
}

/** Two live regions: `say` waits its turn and nobody sees it; `warn` interrupts, and shows, if told so `below` a node. */
function announcer() {
  const quiet = element("p", { class: "cnnlab-spoken", "aria-live": "polite" });
  const loud = element("p", { class: "cnnlab-message", role: "alert" });
  const seen = element("p", { class: "cnnlab-message cnnlab-beside", "aria-hidden": "true" }); // it was heard already
  return {
    nodes: [quiet, loud],
    say: (text) => (quiet.textContent = text),
    warn(text, below = null) {
      loud.textContent = text;
      loud.classList.toggle("cnnlab-spoken", Boolean(below));
      seen.textContent = text;
      if (!text || !below) return seen.remove();
      below.append(seen);
      keepInside(seen, below.closest(".cnnlab"));
    },
  };
}

/** Where a note lies over the page, move it so that the widget's edges don't cut it off. */
function keepInside(note, root) {
  note.style.translate = "";
  const [frame, place] = [root.getBoundingClientRect(), note.getBoundingClientRect()];
  const left = Math.min(0, frame.right - 12 - place.right);
  const up = Math.min(0, frame.bottom - 12 - place.bottom);
  if (left || up) note.style.translate = `${left}px ${up}px`;
}

/**
 * The box of a widget in `el`, with `attributes`, and what all widgets have: what is told and warned, a line for when the kernel is gone, and help.
 * `on(traits, handler)` listens until `close()`, which runs what `onclose` was given and takes the box away; `onwidth(node, draw)` hears
 * when a node in it has another width.
 */
export function openPage({ model, el, class: kind = "", ...attributes }) {
  const { nodes, say, warn } = announcer();
  const help = helpText();
  const root = element("section", { class: `cnnlab ${kind}`.trim(), tabindex: -1, ...attributes }); // a click anywhere in it gives it the keys
  const gone = element("p", { class: "cnnlab-message", role: "status" });
  const ends = [() => root.remove()];
  const on = (traits, handler) => ends.push(listen(model, traits.map((name) => `change:${name}`), handler));
  // the widget goes on by itself, but Python no longer hears of it; on a static page this never comes
  ends.push(listen(model, ["comm_live_update"], () => {
    gone.textContent = "The kernel was restarted. Run the cell again to connect this widget to Python.";
  }));
  function onwidth(node, draw) {
    let width = node.clientWidth;
    const sizes = new ResizeObserver(() => {
      if (!node.clientWidth || node.clientWidth === width) return;
      width = node.clientWidth;
      draw();
    });
    sizes.observe(node);
    ends.push(() => sizes.disconnect());
  }
  el.append(root);
  return { root, say, warn, help, spoken: [...nodes, gone], on, onwidth, onclose: (end) => ends.push(end), close: () => ends.forEach((end) => end()) };
}

/** Make the move that a key stands for, and keep the key from everything around; true if there was one. */
export function steer(event, moves) {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in moves)) return false;
  moves[event.key]();
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** Set traits, and tell Python. */
export function send(model, changes) {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  model.save_changes();
}

/** What `make()` gives, or what `refused(error)` gives where that is a RangeError, whose message is for the reader. */
export function attempt(make, refused) {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return refused(error);
    throw error;
  }
}

/** Reads the traits as they would be after some changes. */
export function after(model, changes) {
  return (name) => (name in changes ? changes[name] : model.get(name));
}

/** The changes that give some traits back what they had at first. */
export function initially(model, names) {
  return Object.fromEntries(names.map((name) => [name, model.get("_initial")[name]]));
}

/** Lines of help: `fill(keys, others)` takes sentences, false where one has nothing to say. A screen without keys shows no `keys`. */
function helpText() {
  const keys = element("span", { class: "cnnlab-keys" });
  const others = element("span");
  const join = (texts) => texts.filter(Boolean).map((text) => `${text} `).join("");
  return {
    node: element("p", { class: "cnnlab-help" }, keys, others),
    fill(about, more) {
      keys.textContent = join(about);
      others.textContent = join(more);
    },
  };
}

/** A text with room for the longest that may stand there, so that what follows it does not move. */
export function roomy(kind, text, longest) {
  return element("span", { class: `${kind} cnnlab-roomy` }, element("span", {}, text), element("span", { "aria-hidden": "true" }, longest));
}

/** What the marks of a drawing mean: a list of [kind of swatch, text]. */
export function legend(entries) {
  return element("ul", { class: "cnnlab-legend" }, ...entries.map(([kind, text]) =>
    element("li", {}, element("span", { class: `cnnlab-swatch cnnlab-swatch-${kind}` }), text)));
}

export function prefersStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
