// What computes between the frames of the page: a network, and the latest input that it was asked to look at.
import { network } from "./numbers.js";
import { bring } from "./weights.js";

const SLICE = 12; // milliseconds of work at a time

/** `tell(kind, text)` hears "progress", "loaded", "refused" with a sentence, and "seen" when all maps are there. */
export function runner(model, tell) {
  const nets = new Map();
  const ends = []; // what is to be ended with it
  const self = { load, look, close, net: (kind) => nets.get(kind), share: () => share, busy: () => Boolean(job) };
  let share = null; // of the network that is coming
  let [job, waiting] = [null, null];
  let closed = false;
  const channel = new MessageChannel(); // its messages come after what the page has to paint; timers wait longer
  channel.port1.onmessage = slice;

  async function load(kind) {
    if (nets.has(kind) || share !== null) return;
    share = 0;
    tell("progress");
    try {
      const [header, bytes] = await bring(model, kind, { onprogress: (part) => (share = part) && tell("progress"), onclose: (end) => ends.push(end) });
      if (closed) return;
      nets.set(kind, network(header, bytes));
      share = null;
      tell("loaded");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      share = null;
      if (!closed) tell("refused", error.message);
    }
  }
  /** Look at an input; if another is being looked at, after that. Of several that wait the last is taken. */
  function look(kind, input, about) {
    waiting = { net: nets.get(kind), input, about };
    if (!job) begin();
  }
  function begin() {
    job = waiting && { ...waiting, work: waiting.net.run(waiting.input) };
    waiting = null;
    if (job) channel.port2.postMessage(0);
  }
  function slice() {
    if (!job) return;
    const end = performance.now() + SLICE;
    while (performance.now() < end) {
      if (!job.work.next().done) continue;
      const { about } = job;
      job = null;
      tell("seen", about);
      return begin();
    }
    channel.port2.postMessage(0);
  }
  function close() {
    closed = true;
    job = waiting = null;
    channel.port1.close();
    for (const end of ends) end();
  }
  return self;
}
