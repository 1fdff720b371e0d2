// The networks of the viewer: brought to where they are needed, and unpacked. The twin of weights.py, which packs them.

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
const PATIENCE = 60000; // milliseconds that Python has for its answer
const VALUES = new Uint8Array(128);
for (let k = 0; k < LETTERS.length; k++) VALUES[LETTERS.charCodeAt(k)] = k;

/** Write the `count` bytes that a text holds to a place: a letter for the upper six bits of each, then one for three lower twos. */
export function decode(text, bytes, start, count) {
  for (let k = 0, low = count; k < count; low++) {
    let lower = VALUES[text.charCodeAt(low)];
    for (const end = Math.min(k + 3, count); k < end; k++, lower >>= 2) {
      const zigzag = 4 * VALUES[text.charCodeAt(k)] + (lower & 3);
      bytes[start + k] = (zigzag >> 1) ^ -(zigzag & 1);
    }
  }
}

const coming = new Map(); // what each network will be: the same for all widgets of a page
const watched = new Map(); // who wants to hear how far each is

/**
 * Bring a network, from this page, the scripts beside the widgets', or Python. Gives its [header, bytes]. `onprogress(share)` hears how
 * much has come, `onclose(end)` what ends the waiting.
 */
export function bring(model, kind, { onprogress, onclose }) {
  if (!watched.has(kind)) watched.set(kind, new Set());
  watched.get(kind).add(onprogress);
  onclose(() => watched.get(kind).delete(onprogress));
  if (!coming.has(kind)) {
    const tell = (share) => watched.get(kind).forEach((hear) => hear(share));
    const found = source(model, kind, tell, onclose);
    coming.set(kind, found);
    found.catch(() => coming.delete(kind)); // another try may do
  }
  return coming.get(kind);
}

function source(model, kind, tell, onclose) {
  const widgets = document.querySelector('script[src*="cnnlab-widgets.js"]');
  if (widgets) return fromParts(kind, tell, (name) => script(new URL(`${name}.js`, widgets.src)));
  const here = globalThis.cnnlabParts?.[`${kind}-0`];
  return here ? fromParts(kind, tell, () => new Promise((resolve) => setTimeout(resolve))) : fromPython(model, kind, onclose);
}

/** Read the parts one after another; `load(name)` waits for the script of one. */
async function fromParts(kind, tell, load) {
  await load(`cnnlab-${kind}-0`);
  const header = globalThis.cnnlabParts[`${kind}-0`];
  const bytes = new Int8Array(header.bytes);
  for (let part = 1, at = 0; part <= header.parts; part++) {
    await load(`cnnlab-${kind}-${part}`);
    const count = Math.min(header.part, header.bytes - at);
    decode(globalThis.cnnlabParts[`${kind}-${part}`], bytes, at, count);
    delete globalThis.cnnlabParts[`${kind}-${part}`];
    at += count;
    tell(at / header.bytes);
  }
  return [header, bytes];
}

function script(url) {
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.onload = resolve;
    node.onerror = () => reject(new RangeError(`The network did not come (${url.pathname.split("/").at(-1)}). Look for the connection, and try again.`));
    node.src = url;
    document.head.append(node);
    node.remove(); // what it is loading, it loads
  });
}

function fromPython(model, kind, onclose) {
  return new Promise((resolve, reject) => {
    const settle = (end, value) => {
      clearTimeout(timer);
      model.off("msg:custom", hear);
      end(value);
    };
    const giveUp = () => settle(reject, new RangeError("Python does not answer. Run the cell again, then try once more."));
    const timer = setTimeout(giveUp, PATIENCE);
    onclose(giveUp);
    function hear(content, buffers) {
      if (content.refused) settle(reject, new RangeError(content.refused));
      if (content.network !== kind) return;
      const { buffer, byteOffset, byteLength } = buffers[0];
      settle(resolve, [content.header, new Int8Array(buffer.slice(byteOffset, byteOffset + byteLength))]);
    }
    model.on("msg:custom", hear);
    model.send({ wanted: kind });
  });
}
