// Photographs for the page: the one that came with the widget, and the reader's own.

const MAX_PIXELS = 64e6; // as in cnnlab.images
const MAX_BYTES = 200e6;
export const ADVICE = "The picture stays as it was; a PNG, JPEG or WebP file would do.";

/** The photograph inside an address: a picture, or a drawing that holds one (a BMP, or a WebP on the book's page). */
export async function loaded(address) {
  const image = new Image();
  image.src = address.match(/data:image\/(bmp|webp);base64,[\w+/=]+/)?.[0] ?? address;
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
  const refuse = () => {
    throw new RangeError(`${name} can't be read here. ${ADVICE}`);
  };
  const [height, width] = await shapeOf(file).catch(refuse);
  if (height * width > MAX_PIXELS) {
    const millions = Math.round((height * width) / 1e6);
    throw new RangeError(`${name} has ${height} × ${width} pixels, ${millions} million; at most 64 million can be read. A smaller copy would do; the picture stays as it was.`);
  }
  const bitmap = await createImageBitmap(file).catch(refuse);
  try {
    return use(bitmap);
  } finally {
    bitmap.close();
  }
}

/** Height and width of a picture in a file. A browser knows them before it unpacks the pixels, which may need too much memory. */
async function shapeOf(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await new Promise((onload, onerror) => Object.assign(image, { onload, onerror }));
    return [image.naturalHeight, image.naturalWidth];
  } finally {
    URL.revokeObjectURL(image.src);
  }
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
