// Brings the widgets of a static page to life, in Jupyter's stead: it loads their modules, and hands each view a model with the
// same get, set, on, off, save_changes and send. It is the end of a function's body; `link.js` comes before it.

/** The traits of one widget on a page without a kernel. */
class PageModel {
  #values;
  #handlers = new Map();

  constructor(values) {
    this.#values = { ...values, _initial: values };
  }
  get(name) {
    return this.#values[name];
  }
  set(name, value) {
    if (JSON.stringify(this.#values[name]) === JSON.stringify(value)) return;
    this.#values[name] = value;
    for (const handler of [...(this.#handlers.get(`change:${name}`) ?? [])]) handler();
  }
  on(event, handler) {
    if (!this.#handlers.has(event)) this.#handlers.set(event, new Set());
    this.#handlers.get(event).add(handler);
  }
  off(event, handler) {
    this.#handlers.get(event)?.delete(handler);
  }
  save_changes() {} // there is nobody to save them for
  send() {}
}

const modules = new Map();

/** The module of a view, once for all its widgets. */
function load(view) {
  if (!modules.has(view)) modules.set(view, import(link(`${view}/view.js`)));
  return modules.get(view);
}

async function enliven(box) {
  const still = [...box.childNodes];
  const el = Object.assign(document.createElement("div"), { style: "height: 0; overflow: hidden" }); // until it is drawn
  try {
    const widget = (await load(box.dataset.module)).default;
    const values = JSON.parse(box.dataset.traits);
    // what a picture in the box holds already need not be in the traits once more
    for (const image of box.querySelectorAll("img[data-trait]")) values[image.dataset.trait] = image.src;
    const model = new PageModel(values);
    await widget.initialize?.({ model });
    box.append(el); // before it is drawn, for the width that it has there
    await widget.render({ model, el });
    for (const node of still) node.remove();
    el.removeAttribute("style");
    box.dataset.live = "";
  } catch (error) {
    console.error(error);
    el.remove();
    const note = document.createElement("p");
    note.textContent = `This widget could not start (${error.message}); the picture above shows how it begins.`;
    box.append(note);
  }
}

function start() {
  document.querySelectorAll(".cnnlab-widget[data-module]:not([data-live])").forEach(enliven);
}

// The modules that the script's tag names load while the page is still being read. Then "interactive" comes before
// the theme's deferred scripts run, DOMContentLoaded after: a widget need not wait for those.
(document.currentScript.dataset.views ?? "").split(" ").filter(Boolean).forEach(load);
if (document.readyState === "loading") document.addEventListener("readystatechange", start, { once: true });
else start();
