// A photograph as the network sees it: the middle square, scaled, as planes of red, green and blue.
import { bytesOf, fromFile as opened, loaded } from "../_shared/photo.js";

const squared = (image, side) => {
  const { height, width } = image;
  const edge = Math.min(height, width);
  return bytesOf(image, [(width - edge) / 2, (height - edge) / 2, edge, edge], side, side);
};

export const fromAddress = async (address, side) => squared(await loaded(address), side);

/** The reader's own file, or a RangeError that says what is wrong with it. */
export const fromFile = (file, side) => opened(file, (bitmap) => squared(bitmap, side));

/** (value − 127) / 128 of each byte: as cnnlab's `PhotoClassifier.prepare`. */
export function planes({ data, width, height }) {
  const cells = width * height;
  const values = new Float32Array(3 * cells);
  for (let p = 0; p < cells; p++) for (let c = 0; c < 3; c++) values[c * cells + p] = (data[4 * p + c] - 127) / 128;
  return values;
}

/** Greys from 0 to 1 as a picture. */
export function greys(digit, side) {
  const image = new ImageData(side, side);
  digit.forEach((grey, p) => image.data.set([255 * grey, 255 * grey, 255 * grey, 255], 4 * p));
  return image;
}
