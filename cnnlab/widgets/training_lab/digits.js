// The digits that the widget learns from: brought to where they are needed, and unpacked. The twin of digits.py, which packs them.
import { SIDE } from "./numbers.js";
import { beside, fromPython, once, script } from "../_networks/bring.js";

export const LEARNED = 2000;
export const HELD_OUT = 500;
const ONE = 4096; // a probability of 1
const SHIFT = 5; // how slowly probabilities follow what comes
const SCRIPT = "cnnlab-digits.js";

/** Unpacks base64: each call gives one digit more, as greys from 0 to 1. */
export function unpacker(text, side) {
  const bytes = atob(text);
  const chances = new Uint16Array(4 * 256).fill(ONE / 2); // of a 0, by the four neighbours that are known
  let [at, code, width] = [4, 0, 0xffffffff];
  for (let k = 0; k < 4; k++) code = (code * 256 + bytes.charCodeAt(k)) >>> 0;
  function bit(place) {
    const share = (width >>> 12) * chances[place];
    const one = code >= share;
    if (one) {
      code -= share;
      width -= share;
      chances[place] -= chances[place] >> SHIFT;
    } else {
      width = share;
      chances[place] += (ONE - chances[place]) >> SHIFT;
    }
    while (width < 0x1000000) {
      code = ((code << 8) | bytes.charCodeAt(at++)) >>> 0;
      width = (width << 8) >>> 0;
    }
    return one;
  }
  return () => {
    const row = side + 2;
    const levels = new Uint8Array(row * (side + 1)); // a row above, a column on each side
    const digit = new Float64Array(side * side);
    for (let y = 0, p = 0; y < side; y++) {
      for (let x = 0, q = (y + 1) * row + 1; x < side; x++, p++, q++) {
        const around = 4 * (levels[q - 1] + 4 * levels[q - row - 1] + 16 * levels[q - row] + 64 * levels[q - row + 1]);
        if (bit(around)) levels[q] = bit(around + 1) ? 3 : bit(around + 2) ? 2 : 1;
        digit[p] = levels[q] / 3;
      }
    }
    return digit;
  };
}

const digits = []; // those to learn from, then those held out: the same for all widgets of a page

/**
 * Bring the digits, from this page, the script beside the widgets', or Python, to a model until it is `closing`. Gives
 * `{ digits, unpack() }`: they are all there once `unpack` is false.
 */
export const bring = once("The digits", async (model, closing) => {
  const next = await source(model, closing);
  return { digits, unpack: () => digits.length < LEARNED + HELD_OUT && digits.push(next()) };
});

async function source(model, closing) {
  const address = beside(SCRIPT);
  if (address) await script(address, "The digits");
  if (address || globalThis.cnnlabDigits) return unpacker(globalThis.cnnlabDigits, SIDE);
  const [, { buffer, byteOffset, byteLength }] = await fromPython(model, "digits", (content) => content.digits, closing);
  const cells = SIDE * SIDE;
  if (byteLength !== cells * (LEARNED + HELD_OUT)) throw new Error(`${byteLength} bytes are no digits`);
  let k = 0;
  return () => Float64Array.from(new Uint8Array(buffer, byteOffset + cells * k++, cells), (level) => level / 3);
}
