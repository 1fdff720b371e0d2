// Walking over positions: buttons, a scrubber, a speed, the keys, and the clock that plays.
import { signButton, slider } from "./choices.js";
import { element, listen, prefersStillness, send, steer } from "./dom.js";
import { svg } from "./paths.js";

const MAX_SPEED = 9;

export const WALKING_KEYS = "Keys, after a click into the widget: ← → a step, ↑ ↓ a row, Home and End, Space plays, 1–9 set the speed.";

/**
 * The row of controls for the traits `position`, `playing` and `speed` of `model`, and the keys of its `page`. `count()` gives the
 * number of positions, `row()` how many one row has; `change(traits)` changes some; `sentence()` is said when it has stopped.
 */
export function transport({ model, page, count, row, change, sentence }) {
  const go = (to) => change({ position: Math.max(to, 0), playing: false });
  const icon = (d) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d }));
  const PLAY = "M4 2l10 6-10 6z";
  const PAUSE = "M3 2h4v12H3zM9 2h4v12H9z";
  const position = () => Math.min(model.get("position"), count() - 1);
  const first = signButton("First", icon("M2 1h2v14H2zM13 1L6.5 8l6.5 7 1.2-1.3L9 8l5.2-5.7z"), () => go(0));
  const back = signButton("Step back", icon("M11 2L5 8l6 6-1.5 1.5L2 8 9.5.5z"), () => go(position() - 1));
  const play = signButton("Play", icon(PLAY), () => toggle());
  const forward = signButton("Step forward", icon("M5 2l6 6-6 6 1.5 1.5L14 8 6.5.5z"), () => go(position() + 1));
  const last = signButton("Last", icon("M12 1h2v14h-2zM3 1l6.5 7L3 15l-1.2-1.3L7 8 1.8 2.3z"), () => go(count() - 1));
  const setSpeed = (value) => send(model, { speed: value });
  const scrubber = slider({ label: "Position", class: "cnnlab-scrubber", min: 0, oninput: go });
  const speed = slider({ label: "Speed", class: "cnnlab-speed", min: 1, max: MAX_SPEED, oninput: setSpeed });
  const pace = element("span", { class: "cnnlab-pace" });
  const counter = element("span", { class: "cnnlab-counter" });

  function toggle() {
    const playing = !model.get("playing");
    if (playing && position() === count() - 1) go(0);
    send(model, { playing });
  }

  /** One keystroke anywhere in the widget but in a cell, a list or another slider. */
  function press(event) {
    const { target, key } = event;
    if (target.matches("select, input:not([type=range])")) return;
    if (target !== scrubber && target.matches("input") && /^(Arrow|Home|End|Page)/.test(key)) return;
    if (key === " " && target.matches("button, summary")) return;
    // A whole row up or down, or not at all; a step beyond the end stays at the end.
    const rows = (to) => () => to >= 0 && to < count() && go(to);
    const speeds = Array.from({ length: MAX_SPEED }, (_, k) => [k + 1, () => setSpeed(k + 1)]);
    steer(event, {
      ArrowLeft: () => go(position() - 1), ArrowRight: () => go(position() + 1),
      ArrowUp: rows(position() - row()), ArrowDown: rows(position() + row()),
      Home: () => go(0), End: () => go(count() - 1), " ": toggle, ...Object.fromEntries(speeds),
    });
  }
  page.root.addEventListener("keydown", press);
  page.on(["playing", "speed"], () => {
    draw();
    if (!model.get("playing")) page.say(sentence());
  });

  const node = element(
    "div", { class: "cnnlab-transport" },
    element("div", { class: "cnnlab-buttons", role: "group", "aria-label": "Walk" }, first, back, play, forward, last),
    scrubber, counter,
    element("label", { class: "cnnlab-field" }, element("span", {}, "Speed"), speed, pace),
  );
  function draw() {
    const p = position();
    const n = count();
    const playing = model.get("playing");
    scrubber.max = n - 1;
    scrubber.value = p;
    scrubber.setAttribute("aria-valuetext", `${p + 1} of ${n}`);
    counter.textContent = `${p + 1} of ${n}`;
    // aria-disabled, not disabled: a button that goes dead under the finger would lose the focus
    for (const b of [first, back]) b.setAttribute("aria-disabled", p === 0);
    for (const b of [forward, last]) b.setAttribute("aria-disabled", p === n - 1);
    speed.value = model.get("speed");
    pace.textContent = `${model.get("speed")}/s`;
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    play.title = playing ? "Pause" : "Play";
    play.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
  }
  return { node, draw, go };
}

/** One clock a model, however many views it has: moves `position` while `playing`. */
export function clock({ model, count }) {
  if (prefersStillness()) model.set("playing", false);
  let timer = null;
  function tick() {
    const next = model.get("position") + 1;
    if (next < count()) model.set("position", next);
    if (next >= count() - 1) model.set("playing", false);
    model.save_changes();
  }
  function wind() {
    clearInterval(timer);
    timer = model.get("playing") ? setInterval(tick, 1000 / model.get("speed")) : null;
  }
  const deafen = listen(model, ["change:playing", "change:speed"], wind);
  wind();
  return () => {
    clearInterval(timer);
    deafen();
  };
}
