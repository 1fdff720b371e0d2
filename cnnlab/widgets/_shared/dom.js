// A few lines that every view uses: make elements, listen to a model, tell a screen reader.

const FOCUSABLE = ["button", "input", "select", "summary"];

/** element("button", { class: "x", "aria-label": "y", onclick }, "text", child, …) */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  // JupyterLab's one-key commands ("d d" deletes a cell) look at the focused element itself for this mark.
  if (FOCUSABLE.includes(tag) || "tabindex" in attributes) node.setAttribute("data-lm-suppress-shortcuts", "true");
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

/** Call `handler` when any of the traits changes; returns the function that stops listening. */
export function listen(model, traits, handler) {
  for (const name of traits) model.on(`change:${name}`, handler);
  return () => {
    for (const name of traits) model.off(`change:${name}`, handler);
  };
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
export function announcer() {
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
 * A line that appears when the kernel behind a notebook's widget is gone: the widget goes on by
 * itself, but Python no longer hears of it. On a static page it never shows.
 */
export function kernelNotice(model) {
  const node = element("p", { class: "cnnlab-message", role: "status" });
  const cut = () => (node.textContent = "The kernel was restarted. Run the cell again to connect this widget to Python.");
  model.on("comm_live_update", cut);
  return { node, stop: () => model.off("comm_live_update", cut) };
}

/** Lines of help: `fill(keys, others)` takes sentences, false where one has nothing to say. A screen without keys shows no `keys`. */
export function helpText() {
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
