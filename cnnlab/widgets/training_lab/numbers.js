// A small convolutional network and how it learns: one or two layers of convolution, activation and pooling, then ten scores.
// The twin of numbers.py: the tests let both take the same steps. All is in Float64Array, from the start to the end.

export const SIDE = 28;
export const CLASSES = 10;
const POOL = 2;

/** What an activation makes of a sum, and its slope, by what it made. */
const ACTIVATIONS = {
  relu: [(z) => (z < 0 ? 0 : z), (a) => (a > 0 ? 1 : 0)],
  tanh: [Math.tanh, (a) => 1 - a * a],
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a)],
};

/** The generator mulberry32: numbers from 0 up to 1, always the same for the same seed. */
export function mulberry32(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Hands out the numbers 0 … count − 1 in a new order each time round. */
export function shuffled(count, random) {
  const order = Array.from({ length: count }, (_, k) => k);
  let at = count;
  return () => {
    if (at === count) {
      for (let k = count - 1; k > 0; k--) {
        const other = Math.floor(random() * (k + 1));
        [order[k], order[other]] = [order[other], order[k]];
      }
      at = 0;
    }
    return order[at++];
  };
}

/** The convolutions of a network: each one's channels, filters, sides. */
export function layOut({ filters, second, kernel_size: kernel }, side = SIDE) {
  return [filters, second].filter(Boolean).map((count, k, counts) => {
    const layer = { channels: k ? counts[k - 1] : 1, filters: count, kernel, side, made: side - kernel + 1 };
    layer.pooled = Math.floor(layer.made / POOL);
    side = layer.pooled;
    return layer;
  });
}

/** A network with the weights that its seed gives. `random` goes on to give the order of the digits. */
export function network(settings, side = SIDE) {
  const random = mulberry32(settings.seed);
  const [act, slope] = ACTIVATIONS[settings.activation];
  const takesLargest = settings.pooling === "max";
  const flatAtZero = slope(0) === 0; // then a cell that is 0 learns nothing, and is left out
  /** Weights between ±√(6/inputs), biases 0; for each its gradient, summed over a batch. */
  const parameters = (outputs, inputs) => {
    const reach = Math.sqrt(6 / inputs);
    const weight = Float64Array.from({ length: outputs * inputs }, () => (2 * random() - 1) * reach);
    const bias = new Float64Array(outputs);
    return { weight, bias, weightGrad: new Float64Array(weight.length), biasGrad: new Float64Array(outputs) };
  };
  const layers = layOut(settings, side).map((layer, k) => {
    const { channels, filters, kernel, made, pooled } = layer;
    // The first layer goes from the pixels: each reaches up to kernel − 1 cells beyond the map, too.
    const margin = k ? 0 : kernel - 1;
    const row = made + 2 * margin;
    const cells = filters * pooled * pooled;
    return {
      ...layer, ...parameters(filters, channels * kernel * kernel), margin, row,
      sums: new Float64Array(filters * row * row), // what the convolution gives
      maps: new Float64Array(cells), mapsGrad: new Float64Array(cells), // after activation and pooling
      winners: new Uint8Array(cells), // which of the four sums below each cell is the largest: the first of those
      inputGrad: k ? new Float64Array(channels * layer.side ** 2) : null,
    };
  });
  const last = layers.at(-1);
  const inputs = last.maps.length;
  const dense = parameters(CLASSES, inputs);
  const active = new Int32Array(inputs); // the cells that count
  const scores = new Float64Array(CLASSES);
  const chances = new Float64Array(CLASSES);
  let actives = 0;
  let total = 0; // of the exponentials
  let input = null;

  /** Add each pixel, times the weights, to the sums that it is in: most pixels are zero. Two filters at a time. */
  function convolveDigit(layer) {
    const { kernel, side, row, sums, weight, bias, filters } = layer;
    const plane = row * row;
    const area = kernel * kernel;
    for (let f = 0; f < filters; f++) sums.fill(bias[f], f * plane, (f + 1) * plane);
    for (let p = 0; p < side * side; p++) {
      const value = input[p];
      if (value === 0) continue;
      const corner = (Math.floor(p / side) + kernel - 1) * row + (p % side) + kernel - 1;
      for (let f = 0; f < filters; f += 2) {
        let w = f * area;
        for (let i = 0; i < kernel; i++) {
          const at = f * plane + corner - i * row;
          for (let j = 0; j < kernel; j++, w++) {
            sums[at - j] += value * weight[w];
            sums[at - j + plane] += value * weight[w + area];
          }
        }
      }
    }
  }

  /** The sums of two filters below one pooling window at a time: each number read serves several sums. */
  function convolveMaps(layer, from) {
    const { channels, kernel, side, row, sums, weight, bias, filters, pooled } = layer;
    const size = channels * kernel * kernel;
    const plane = row * row;
    for (let f = 0; f < filters; f += 2) {
      for (let y = 0; y < 2 * pooled; y += 2) {
        for (let x = 0; x < 2 * pooled; x += 2) {
          let a0 = bias[f], a1 = a0, a2 = a0, a3 = a0;
          let b0 = bias[f + 1], b1 = b0, b2 = b0, b3 = b0;
          let w = f * size;
          for (let c = 0; c < channels; c++) {
            for (let i = 0; i < kernel; i++) {
              let at = (c * side + y + i) * side + x;
              let up = from[at], down = from[at + side];
              for (let j = 0; j < kernel; j++, w++) {
                at++;
                const upNext = from[at], downNext = from[at + side];
                const u = weight[w], v = weight[w + size];
                a0 += u * up;
                a1 += u * upNext;
                a2 += u * down;
                a3 += u * downNext;
                b0 += v * up;
                b1 += v * upNext;
                b2 += v * down;
                b3 += v * downNext;
                up = upNext;
                down = downNext;
              }
            }
          }
          const at = f * plane + y * row + x;
          sums[at] = a0;
          sums[at + 1] = a1;
          sums[at + row] = a2;
          sums[at + row + 1] = a3;
          sums[at + plane] = b0;
          sums[at + plane + 1] = b1;
          sums[at + plane + row] = b2;
          sums[at + plane + row + 1] = b3;
        }
      }
    }
  }

  /** Activation and pooling. The activations rise with the sum, so the largest sum has the largest activation. */
  function pool(layer) {
    const { filters, pooled, row, margin, sums, maps, winners } = layer;
    let cell = 0;
    for (let f = 0; f < filters; f++) {
      for (let y = 0; y < pooled; y++) {
        let at = (f * row + margin + 2 * y) * row + margin;
        for (let x = 0; x < pooled; x++, at += 2, cell++) {
          if (takesLargest) {
            let best = 0;
            let value = sums[at];
            for (let k = 1; k < 4; k++) {
              const other = sums[at + (k >> 1) * row + (k & 1)];
              if (other > value) {
                best = k;
                value = other;
              }
            }
            winners[cell] = best;
            maps[cell] = act(value);
          } else {
            sums[at] = act(sums[at]);
            sums[at + 1] = act(sums[at + 1]);
            sums[at + row] = act(sums[at + row]);
            sums[at + row + 1] = act(sums[at + row + 1]);
            maps[cell] = (sums[at] + sums[at + 1] + sums[at + row] + sums[at + row + 1]) / 4;
          }
        }
      }
    }
  }

  /** Fill `scores` and `chances` for a digit; return the class with the best score. */
  function classify(digit) {
    input = digit;
    layers.forEach((layer, k) => {
      if (k) convolveMaps(layer, layers[k - 1].maps);
      else convolveDigit(layer);
      pool(layer);
    });
    const { maps } = last;
    const { weight, bias } = dense;
    actives = 0;
    for (let n = 0; n < inputs; n++) if (maps[n] !== 0 || !flatAtZero) active[actives++] = n;
    let best = 0;
    for (let k = 0, w = 0; k < CLASSES; k++, w += inputs) {
      let score = bias[k];
      for (let t = 0; t < actives; t++) score += weight[w + active[t]] * maps[active[t]];
      scores[k] = score;
      if (score > scores[best]) best = k;
    }
    total = 0;
    for (let k = 0; k < CLASSES; k++) total += chances[k] = Math.exp(scores[k] - scores[best]);
    for (let k = 0; k < CLASSES; k++) chances[k] /= total;
    return best;
  }

  /** Add to the gradients what the sum in row y, column x of map f gives, whose gradient is `d`: to the weights, and to the maps below. */
  function spread(layer, from, f, y, x, d) {
    const { channels, kernel, side, weight, weightGrad, biasGrad, inputGrad } = layer;
    biasGrad[f] += d;
    let w = f * channels * kernel * kernel;
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < kernel; i++) {
        let p = (c * side + y + i) * side + x;
        const end = p + kernel;
        if (inputGrad) {
          for (; p < end; p++, w++) {
            weightGrad[w] += d * from[p];
            inputGrad[p] += d * weight[w];
          }
        } else for (; p < end; p++, w++) weightGrad[w] += d * from[p];
      }
    }
  }

  /** Lead the gradient of a layer's maps back through pooling and activation, to its weights and to what it was made from. */
  function lead(layer, from) {
    const { filters, pooled, row, margin, sums, maps, mapsGrad, winners } = layer;
    layer.inputGrad?.fill(0);
    let cell = 0;
    for (let f = 0; f < filters; f++) {
      for (let y = 0; y < 2 * pooled; y += 2) {
        for (let x = 0; x < 2 * pooled; x += 2, cell++) {
          const g = mapsGrad[cell];
          if (g === 0) continue;
          if (takesLargest) {
            const d = g * slope(maps[cell]);
            if (d !== 0) spread(layer, from, f, y + (winners[cell] >> 1), x + (winners[cell] & 1), d);
          } else {
            for (let k = 0; k < 4; k++) {
              const [down, right] = [y + (k >> 1), x + (k & 1)];
              const d = (g / 4) * slope(sums[(f * row + margin + down) * row + margin + right]);
              if (d !== 0) spread(layer, from, f, down, right, d);
            }
          }
        }
      }
    }
  }

  /** Learn from one digit: add its gradients to those of the batch. Returns its loss and whether it was right. */
  function learn(digit, label) {
    const right = classify(digit) === label;
    const loss = Math.log(total) + scores.reduce((a, b) => Math.max(a, b)) - scores[label];
    const { maps, mapsGrad } = last;
    const { weight, weightGrad, biasGrad } = dense;
    mapsGrad.fill(0);
    for (let k = 0, w = 0; k < CLASSES; k++, w += inputs) {
      const g = chances[k] - (k === label ? 1 : 0);
      biasGrad[k] += g;
      for (let t = 0; t < actives; t++) {
        const n = active[t];
        weightGrad[w + n] += g * maps[n];
        mapsGrad[n] += g * weight[w + n];
      }
    }
    for (let k = layers.length - 1; k >= 0; k--) {
      lead(layers[k], k ? layers[k - 1].maps : input);
      if (k) layers[k - 1].mapsGrad.set(layers[k].inputGrad);
    }
    return { loss, right };
  }

  /** Go a step down the mean gradient of the `count` digits since the last step. */
  function descend(rate, count) {
    for (const { weight, bias, weightGrad, biasGrad } of [...layers, dense]) {
      for (const [values, grads] of [[weight, weightGrad], [bias, biasGrad]]) {
        for (let n = 0; n < values.length; n++) values[n] -= rate * (grads[n] / count);
        grads.fill(0);
      }
    }
  }

  /** All weights and biases in one array, layer by layer. */
  function packed() {
    const arrays = [...layers, dense].flatMap(({ weight, bias }) => [weight, bias]);
    const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
    arrays.reduce((at, array) => (all.set(array, at), at + array.length), 0);
    return all;
  }

  /** Whether the last digit left every map at 0, so that no gradient could come back. */
  const silent = () => actives === 0;

  return { random, layers, dense, scores, chances, classify, learn, descend, packed, silent };
}

/** How far the training is, in words. */
export function told(seen, loss, right, held) {
  const share = `${percent(right, held)} of the ${held} digits held out are right.`;
  return seen ? `After ${grouped(seen)} digits the loss is ${hundredths(loss)}, and ${share}` : `Nothing is learned yet: ${share}`;
}

export function percent(part, whole) {
  const tenths = Math.floor((2000 * part + whole) / (2 * whole));
  return `${Math.floor(tenths / 10)}${tenths % 10 ? `.${tenths % 10}` : ""}\u00a0%`;
}

export function hundredths(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : "∞";
  const whole = Math.floor(value * 100 + 0.5);
  return `${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
}

/** A whole number with a comma at its thousands. */
export function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
