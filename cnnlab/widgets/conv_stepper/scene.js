// What a ConvStepper shows for one set of traits: which numbers, and which cells belong to the cursor.
// Each direction answers the same questions, so that the view need not know which one it draws.
import {
  asVolume, entries, forward, gather, gatherSentence, gatherTransposed, hits, imagePlace, inputGradient, linearMap, outputPlace, reach,
  scatter, scatterSentence, spread, transposedMap, walkBack,
} from "./numbers.js";
import { frameOf, size } from "../_shared/windows.js";

/** Everything that follows from the traits, or a RangeError whose message says what would do. */
export function sceneOf(get) {
  const image = asVolume(get("image"));
  const filters = get("filters") ?? [[get("kernel")]];
  const direction = get("direction");
  const options = { stride: get("stride"), padding: get("padding"), dilation: get("dilation"), mode: get("mode") };
  const back = direction === "transposed";
  const expected = back ? filters.length : filters[0].length;
  if (image.length !== expected) {
    throw new RangeError(`The image has ${image.length} channels, and the ${back ? "filters are" : "kernels of a filter are"} ${expected}.`);
  }
  const map = (back ? transposedMap : linearMap)(size(image[0]), filters, options);
  const scene = { image, filters, map, direction, options, gradient: null };
  return Object.assign(scene, back ? transposedScene(scene) : forwardScene(scene, get("grad_output")));
}

function forwardScene({ image, map, direction }, given) {
  const output = forward(map, image);
  const fits = given && JSON.stringify(shapeOf(asVolume(given))) === JSON.stringify(shapeOf(output));
  const gradient = fits ? asVolume(given) : output.map((plane) => plane.map((line) => line.map(() => 1)));
  const many = map.filters > 1;
  const backward = direction === "backward";
  let steps = null; // of the way back, once they are asked for
  return {
    output,
    gradient,
    stale: given && !fits && "grad_output", // of another shape: ones stand in for it
    count: map.rows,
    rowLength: map.shape.output[1],
    place: (position) => outputPlace(map, position),
    terms: (position) => (backward ? (steps ??= walkBack(map, gradient).steps)[position] : gather(map, image, position)),
    frame: (position) => frameOf(map.shape, position % (map.shape.output[0] * map.shape.output[1])),
    sentence(position) {
      const words = { channels: map.channels, many, name: "Filter" };
      if (backward) return scatterSentence(outputPlace(map, position), scatter(map, gradient, position), words);
      return gatherSentence(outputPlace(map, position), gather(map, image, position), words);
    },
    accumulated: (position) => inputGradient(map, gradient, position + 1),
    tied: (position) => reach(map, position).filter((cell) => cell.inside),
  };
}

function transposedScene({ image, map }) {
  const between = spread(map, image);
  const output = inputGradient(map, image);
  const terms = (index) => gatherTransposed(map, between, index);
  const overlaps = hits(map);
  return {
    output,
    between,
    overlaps,
    count: map.columns,
    rowLength: map.shape.image[1],
    place: (index) => imagePlace(map, index),
    terms,
    frame: (index) => frameOf(between.windows, index % (map.shape.image[0] * map.shape.image[1])),
    sentence(index) {
      const place = imagePlace(map, index);
      const words = { channels: map.filters, many: map.channels > 1, name: "Channel" };
      const times = overlaps[place.row][place.column];
      return `${gatherSentence(place, terms(index), words)} Hit ${times} ${times === 1 ? "time" : "times"}.`;
    },
    tied: (index) => entries(map).filter(([, column]) => column === index).map(([k, , weight]) => ({ ...outputPlace(map, k), weight, index: k })),
  };
}

/** Row and column of the cell with the cursor, its channel or filter before them where there are several. */
export function indexOf({ channel, row, column }, many) {
  return many ? `[${channel}, ${row}, ${column}]` : `[${row}, ${column}]`;
}

export function shapeOf(volume) {
  return [volume.length, ...size(volume[0])];
}
