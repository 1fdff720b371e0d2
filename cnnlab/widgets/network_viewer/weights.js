// The networks of the viewer: brought to where they are needed, and unpacked. The twin of weights.py, which packs them.
import { beside, fromPython, once, script } from "../_networks/bring.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
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

const kinds = new Map(); // for each network how to bring it, and who wants to hear how far it is: the same for all widgets of a page

/**
 * Bring a network, from this page, the scripts beside the widgets', or Python, to a model until it is `closing`. Gives its [header, bytes].
 * `onprogress(share)` hears how much has come.
 */
export function bring(model, kind, { onprogress, closing }) {
  if (!kinds.has(kind)) {
    const watching = new Set();
    const tell = (share) => watching.forEach((hear) => hear(share));
    kinds.set(kind, { watching, get: once("The network", (...whose) => source(kind, tell, ...whose)) });
  }
  const { watching, get } = kinds.get(kind);
  watching.add(onprogress);
  closing.addEventListener("abort", () => watching.delete(onprogress));
  return get(model, closing);
}

async function source(kind, tell, model, closing) {
  const load = (name) => script(beside(name), "The network");
  if (beside("")) return fromParts(kind, tell, load);
  if (globalThis.cnnlabParts?.[`${kind}-0`]) return fromParts(kind, tell, () => new Promise((resolve) => setTimeout(resolve)));
  const [{ header }, { buffer, byteOffset, byteLength }] = await fromPython(model, kind, ({ network }) => network === kind, closing);
  return [header, new Int8Array(buffer.slice(byteOffset, byteOffset + byteLength))];
}

/** Read the parts one after another; `load(name)` waits for the script of one. */
async function fromParts(kind, tell, load) {
  await load(`cnnlab-${kind}-0.js`);
  const header = globalThis.cnnlabParts[`${kind}-0`];
  const bytes = new Int8Array(header.bytes);
  for (let part = 1, at = 0; part <= header.parts; part++) {
    await load(`cnnlab-${kind}-${part}.js`);
    const count = Math.min(header.part, header.bytes - at);
    decode(globalThis.cnnlabParts[`${kind}-${part}`], bytes, at, count);
    delete globalThis.cnnlabParts[`${kind}-${part}`];
    at += count;
    tell(at / header.bytes);
  }
  return [header, bytes];
}
