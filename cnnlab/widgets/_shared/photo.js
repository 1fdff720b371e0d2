// Photographs for the page: the one that came with the widget, and the reader's own.

const MAX_PIXELS = 50e6; // as in cnnlab.images
const MAX_BYTES = 200e6;
const LATIN = new TextDecoder("latin1"); // one letter a byte
export const ADVICE = "The picture stays as it was; a PNG, JPEG or WebP file would do.";

/** The photograph inside an address: a picture, or a drawing that holds one (a PNG, or a WebP on the book's page). */
export async function loaded(address) {
  const image = new Image();
  image.src = address.match(/data:image\/(png|webp);base64,[\w+/=]+/)?.[0] ?? address;
  try {
    await image.decode();
  } catch {
    throw new RangeError("The photograph that came with this widget can't be read.");
  }
  return image;
}

/** What `use(bitmap)` makes of the reader's own file, or a RangeError that says what is wrong with it. */
export async function fromFile(file, use) {
  const name = `“${file.name || "The picture"}”`;
  if (file.size === 0) throw new RangeError(`${name} is empty (0 bytes). ${ADVICE}`);
  if (file.size > MAX_BYTES) throw new RangeError(`${name} has ${Math.round(file.size / 1e6)} million bytes; at most 200 million can be read. ${ADVICE}`);
  let bitmap;
  try {
    const head = new DataView(await file.slice(0, 1 << 20).arrayBuffer());
    check(name, pixels(head));
    bitmap = await createImageBitmap(file);
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith(name)) throw error;
    throw new RangeError(`${name} is no picture that this browser can read. ${ADVICE}`);
  }
  try {
    check(name, [bitmap.height, bitmap.width]);
    return use(bitmap);
  } finally {
    bitmap.close();
  }
}

function check(name, shape) {
  if (!shape || shape[0] * shape[1] <= MAX_PIXELS) return;
  const millions = Math.round((shape[0] * shape[1]) / 1e6);
  throw new RangeError(`${name} has ${shape[0]} × ${shape[1]} pixels, ${millions} million; at most 50 million can be read. A smaller copy would do; the picture stays as it was.`);
}

/** Height and width from the first bytes of a PNG, GIF, BMP, WebP, AVIF or JPEG; null for anything else. */
export function pixels(head) {
  const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength);
  const text = (at, length) => LATIN.decode(bytes.subarray(at, at + length));
  if (head.byteLength < 30) return null;
  if (text(1, 3) === "PNG") return [head.getUint32(20), head.getUint32(16)];
  if (text(0, 3) === "GIF") return [head.getUint16(8, true), head.getUint16(6, true)];
  if (text(0, 2) === "BM") return [Math.abs(head.getInt32(22, true)), head.getInt32(18, true)];
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return webp(head, text(12, 4));
  if (text(4, 4) === "ftyp") return avif(head, text(0, head.byteLength));
  if (head.getUint16(0) === 0xffd8) return jpeg(head);
  return null;
}

function webp(head, kind) {
  const three = (at) => head.getUint16(at, true) + (head.getUint8(at + 2) << 16);
  if (kind === "VP8X") return [three(27) + 1, three(24) + 1];
  if (kind === "VP8 ") return [head.getUint16(28, true) & 0x3fff, head.getUint16(26, true) & 0x3fff];
  const packed = head.getUint32(21, true); // VP8L: 14 bits each, less one
  return [((packed >>> 14) & 0x3fff) + 1, (packed & 0x3fff) + 1];
}

/** The largest of the sizes that an AVIF file states, each in a box of its own. */
function avif(head, text) {
  let shape = null;
  for (const { index } of text.matchAll(/ispe/g)) {
    if (index + 16 > head.byteLength) break;
    const next = [head.getUint32(index + 12), head.getUint32(index + 8)];
    if (!shape || next[0] * next[1] > shape[0] * shape[1]) shape = next;
  }
  return shape;
}

/** Walk over the segments of a JPEG to the one that begins a frame; without one it is not opened. */
function jpeg(head) {
  let at = 2;
  while (at + 9 <= head.byteLength && head.getUint8(at) === 0xff) {
    const marker = head.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return [head.getUint16(at + 5), head.getUint16(at + 7)];
    at += 2 + head.getUint16(at + 2);
  }
  throw new TypeError("a JPEG without a frame");
}

/** The bytes of a part of a picture, [left, top, width, height], laid on white and scaled to `columns` × `rows`: red, green, blue, 255. */
export function bytesOf(image, part, columns, rows) {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, columns, rows);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, ...part, 0, 0, columns, rows);
  return context.getImageData(0, 0, columns, rows);
}
