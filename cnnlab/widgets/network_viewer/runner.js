// What computes between the frames of the page: a network, and the latest input that it was asked to look at.
import { network } from "./numbers.js";
import { bring } from "./weights.js";

const SLICE = 12; // milliseconds of work at a time
const FRAME = 16; // milliseconds after which the page is due to be painted

/** `tell(kind, text)` hears "progress", "loaded" with the kind, "refused" with a sentence, and "seen" when all maps are there. */
export function runner(model, tell) {
  const nets = new Map();
  const shares = new Map(); // of the networks that are coming
  const closing = new AbortController();
  const self = { load, look, close, net: (kind) => nets.get(kind), share: (kind) => shares.get(kind), busy: () => Boolean(job || waiting) };
  let [job, waiting] = [null, null];
  let [painting, painted, held] = [0, 0, false]; // the animation frame that is asked for; when the last one was; whether work waits for it
  const channel = new MessageChannel(); // timers would wait longer
  channel.port1.onmessage = slice;

  async function load(kind) {
    if (nets.has(kind) || shares.has(kind)) return;
    const onprogress = (share) => {
      shares.set(kind, share);
      tell("progress");
    };
    onprogress(0);
    let refused = "";
    try {
      const [header, bytes] = await bring(model, kind, { onprogress, closing: closing.signal });
      nets.set(kind, network(header, bytes));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused = error.message;
    } finally {
      shares.delete(kind);
    }
    if (!closing.signal.aborted) tell(refused ? "refused" : "loaded", refused || kind);
  }
  /** Look at an input; if another is being looked at, after that. Of several that wait the last is taken. */
  function look(kind, input, about) {
    waiting = { net: nets.get(kind), input, about };
    if (!job) begin();
  }
  function begin() {
    job = waiting && { ...waiting, work: waiting.net.run(waiting.input) };
    waiting = null;
    if (job) goOn();
  }
  /** Ask for another slice. Chromium paints between two messages, Firefox before long: what is due to be painted comes first. */
  function goOn() {
    painting ||= requestAnimationFrame(paint);
    held = performance.now() - painted > FRAME;
    if (!held) channel.port2.postMessage(0);
  }
  function paint() {
    [painting, painted] = [0, performance.now()];
    if (held) goOn();
    else if (job) painting = requestAnimationFrame(paint);
  }
  /** A slice of work, and when there is no more, one that tells: what hears of it has to draw, and that takes long on a phone. */
  function slice() {
    if (!job) return;
    if (job.done) {
      const { about } = job;
      job = null;
      tell("seen", about);
      return begin();
    }
    const end = performance.now() + SLICE;
    while (!job.done && performance.now() < end) job.done = job.work.next().done;
    goOn();
  }
  function close() {
    closing.abort();
    job = waiting = null;
    cancelAnimationFrame(painting);
    channel.port1.close();
  }
  return self;
}
