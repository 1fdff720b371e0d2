// Photographs for the playground: { rows, columns, values, from }, grey values 0 … 255 in reading order, and the size as it came.
import { bytesOf, fromFile as opened, loaded } from "../_shared/photo.js";

const MAX_SIDE = 512;
const LUMA = [0.2125, 0.7154, 0.0721]; // as in cnnlab.images.to_grey

export const fromAddress = async (address) => grey(await loaded(address));
export const fromFile = (file) => opened(file, grey);

/** Grey values of anything that a canvas can draw, made to fit. */
function grey(image) {
  const { height, width } = image;
  const scale = Math.min(1, MAX_SIDE / Math.max(height, width));
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.round(side * scale)));
  const { data } = bytesOf(image, [0, 0, width, height], columns, rows);
  const bytes = new Uint8ClampedArray(rows * columns);
  for (let k = 0; k < bytes.length; k++) bytes[k] = LUMA[0] * data[4 * k] + LUMA[1] * data[4 * k + 1] + LUMA[2] * data[4 * k + 2];
  return { rows, columns, values: Float64Array.from(bytes), from: [height, width] };
}
