// What a widget brings once it is used: a script that lies beside the widgets' own, or what Python sends.

const PATIENCE = 60000; // milliseconds that Python has for its answer

/**
 * Makes a function that brings something once for all widgets of a page: `source(model, closing)` gives a promise of it. `closing` is an
 * AbortSignal: a widget that is closed waits no longer, and what was on its way for others is asked for again. A RangeError says why `what`
 * did not come; another call may do.
 */
export function once(what, source) {
  let coming = null; // { found, closing }, of the widget that asked
  return async (model, closing) => {
    for (;;) {
      const asked = (coming ??= { found: source(model, closing), closing });
      try {
        return await asked.found;
      } catch (error) {
        if (coming === asked) coming = null;
        if (asked.closing.aborted && !closing.aborted) continue;
        if (error instanceof RangeError) throw error;
        throw new RangeError(`${what} can't be read: something else came. Look for the connection, and try again.`);
      }
    }
  };
}

/** The address of a script beside the widgets' own; null on a page that has none, as a notebook. */
export function beside(name) {
  const widgets = document.querySelector('script[src*="cnnlab-widgets.js"]');
  return widgets && new URL(name, widgets.src);
}

/** Run a script. A RangeError says that `what` did not come. */
export function script(url, what) {
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.onload = resolve;
    node.onerror = () => reject(new RangeError(`${what} did not come (${url.pathname.split("/").at(-1)}). Look for the connection, and try again.`));
    node.src = url;
    document.head.append(node);
    node.remove(); // what it is loading, it loads
  });
}

/** Ask Python for something; gives the first message that `isIt`, and its bytes. When the widget is `closing`, it waits no longer. */
export function fromPython(model, wanted, isIt, closing) {
  return new Promise((resolve, reject) => {
    const settle = (end, value) => {
      clearTimeout(timer);
      model.off("msg:custom", hear);
      end(value);
    };
    const giveUp = () => settle(reject, new RangeError("Python does not answer. Run the cell again, then try once more."));
    const timer = setTimeout(giveUp, PATIENCE);
    closing.addEventListener("abort", giveUp);
    function hear(content, buffers) {
      if (content.refused) settle(reject, new RangeError(content.refused));
      else if (isIt(content)) settle(resolve, [content, buffers[0]]);
    }
    model.on("msg:custom", hear);
    try {
      model.send({ wanted });
    } catch {
      giveUp(); // the kernel is gone
    }
  });
}
