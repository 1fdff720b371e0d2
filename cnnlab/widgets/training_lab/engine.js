// What trains: a network, its digits, and slices of work between the frames of the page. One for a model, however many views it has.
import { bring, HELD_OUT, LEARNED } from "./digits.js";
import { CLASSES, grouped, hundredths, network, shuffled } from "./numbers.js";
import { batch, prefersStillness, send } from "../_shared/dom.js";

export const SETTINGS = ["filters", "kernel_size", "second", "pooling", "activation", "rate", "batch_size", "seed"];
export const FASTEST = 1e6;
export const PACES = [1, 2, 5, 10, 20, 50, 100, 250, FASTEST]; // steps a second
const SLICE = 13; // milliseconds of work a frame, of the 16.7 that it has
const PAINTING = 5; // of them are the browser's where something was drawn
const PASSES = 20; // over all digits, and then it rests
const LOST = 3.5; // a loss that no training comes by that goes well
const EVERY = 400; // digits from one look at those held out to the next; later a third of all seen: it takes as long as learning 300

/**
 * The training of a model. `tell(kind)` hears "frame" when something was learned, "settled" when it came to rest,
 * "reset", and "refused" with a sentence.
 */
export function engine(model, tell) {
  let digits = null; // all of them, the held-out last; null until they are asked for
  let unpack = null; // one more of them, a few a frame; false when all are there
  let job = 0; // the animation frame that is due
  let before = 0; // when the last one was
  const closing = new AbortController();
  const self = { asked: false, ask, step, reset, close, digit: (k) => digits?.[LEARNED + k] };

  function reset() {
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)]));
    const net = network(settings);
    Object.assign(self, {
      settings, net, next: shuffled(LEARNED, net.random),
      steps: 0, seen: 0, inBatch: 0, owed: 0, goal: 0, fault: "",
      loss: 0, hits: 0, since: 0, // sums over the digits since the last look
      looked: -1, looking: -1, guesses: new Int8Array(HELD_OUT).fill(-1), right: 0, silent: 0,
      history: [], // [digits seen, loss, share of those right while learning, how many of those held out are right]
    });
    tell("reset");
    if (model.get("playing")) play();
    else wake(); // for a first look, if there are digits
  }

  /** Ask for the digits. */
  async function ask() {
    self.asked = true;
    try {
      ({ digits, unpack } = await bring(model, closing.signal));
      wake();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (closing.signal.aborted) return;
      self.asked = false;
      self.owed = 0;
      rest();
      tell("refused", error.message);
    }
  }
  function wake() {
    if (job || !digits || closing.signal.aborted) return;
    before = performance.now();
    job = requestAnimationFrame(frame);
  }
  function step() {
    if (self.fault) return tell("refused", self.fault);
    self.owed = 1;
    ask();
  }
  function play() {
    if (self.fault) {
      rest();
      return tell("refused", self.fault);
    }
    const passes = prefersStillness() ? 1 : PASSES;
    self.goal = self.seen + passes * LEARNED;
    ask();
  }
  const rest = () => send(model, { playing: false });
  function playing() {
    if (model.get("playing")) play();
    else self.owed = 0;
    wake();
  }

  function frame(now) {
    const start = performance.now();
    if (model.get("playing")) self.owed = Math.min(self.owed + (PACES[model.get("speed") - 1] * Math.max(now - before, 1)) / 1000, FASTEST);
    before = now;
    tell("frame"); // what it takes to draw is part of the slice
    const drew = performance.now() - start;
    const until = start + (drew < 1 ? SLICE : Math.max(SLICE - PAINTING, drew + 2));
    let busy = work();
    while (busy && performance.now() < until) busy = work();
    job = busy || model.get("playing") ? requestAnimationFrame(frame) : 0;
    if (!job) settle();
  }
  function settle() {
    const { settings, steps, seen, history } = self;
    tell("settled");
    const weights = self.net.packed();
    const numbers = { steps, seen, history: history.map((row) => row.map((v) => (Number.isFinite(v) ? v : null))) };
    model.send({ trained: { settings, ...numbers } }, undefined, [weights.buffer]);
  }

  /** Do the next small thing that is due; false when there is none. */
  function work() {
    if (unpack()) return true;
    if (self.inBatch) learn();
    else if (self.looking >= 0) look();
    else if (self.looked < 0 || self.seen - self.looked >= Math.max(EVERY, self.seen / 3)) self.looking = 0;
    else if (self.owed >= 1 && !self.fault) learn();
    else if (!model.get("playing") && self.looked < self.seen) self.looking = 0;
    else return false;
    return true;
  }
  function learn() {
    const { net, settings } = self;
    const k = self.next();
    const { loss, right } = net.learn(digits[k], k % CLASSES);
    self.loss += loss;
    self.hits += right;
    self.since++;
    self.seen++;
    if (++self.inBatch < settings.batch_size) return;
    self.inBatch = 0;
    self.steps++;
    self.owed = Math.max(self.owed - 1, 0);
    net.descend(settings.rate, settings.batch_size);
    if (!Number.isFinite(self.loss)) stop(`the loss became ${hundredths(self.loss)} after ${self.steps} steps`);
    else if (self.seen >= self.goal && model.get("playing")) rest();
  }
  /** Classify one of the digits held out; after the last, note how it stands. */
  function look() {
    if (self.looking === 0) Object.assign(self, { right: 0, silent: 0 });
    const k = self.looking++;
    const guess = self.net.classify(digits[LEARNED + k]);
    self.guesses[k] = guess;
    self.right += guess === k % CLASSES;
    self.silent += self.net.silent();
    if (self.looking < HELD_OUT) return;
    const { seen, loss, hits, since, right } = self;
    self.history.push([seen, since ? loss / since : null, since ? hits / since : null, right]);
    Object.assign(self, { looking: -1, looked: seen, loss: 0, hits: 0, since: 0 });
    const astray = self.silent > HELD_OUT / 5 || self.history.some((row) => row[1] > LOST);
    if (self.silent === HELD_OUT) stop("every map is 0 for every digit, and no gradient comes back through a ReLU at 0");
    else if (astray && seen >= LEARNED && right < HELD_OUT / 5) stop(`after ${grouped(seen)} digits it does no better than guessing`);
    tell("looked");
  }
  function stop(why) {
    self.fault = `The learning rate ${self.settings.rate} is too large: ${why}. Choose a smaller one; it starts again then.`;
    rest();
    tell("refused", self.fault);
  }

  function close() {
    closing.abort();
    cancelAnimationFrame(job);
    model.off("change:playing", playing);
    for (const name of SETTINGS) model.off(`change:${name}`, due);
  }
  const due = batch(reset); // several settings may change at once
  model.on("change:playing", playing);
  for (const name of SETTINGS) model.on(`change:${name}`, due);
  return self;
}
