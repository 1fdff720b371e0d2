"""Time the kernel playground in Chromium: from a changed cell to the drawn picture.

    python benchmarks/playground.py

Each row is a photograph and a kernel. The reader's change is made again and again, a frame or more
apart, on a page of its own. Three times are taken for each change, all of them in milliseconds:

- drawn: from the reader's event until the filtered picture is in its canvas.
- work: what of that time the page was at work, and not waiting for the next frame.
- painted: until the browser has styled, laid out and painted the page, waiting included.

The last rows drag a value: the slider moves at every frame, and the time from one frame to the next
is what counts.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import chromium  # noqa: E402

from cnnlab import images  # noqa: E402
from cnnlab.widgets import KernelPlayground, site  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WARM, CHANGES, DRAGS = 20, 120, 240

# Notes when a picture was last put into a canvas, and how long the callbacks of frames took.
WATCH = """
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...args) {
  put.apply(this, args);
  window.drawnAt = performance.now();
};
window.framesTook = 0;
const request = window.requestAnimationFrame;
window.nextFrame = request.bind(window);
window.requestAnimationFrame = (callback) => request.call(window, (time) => {
  const start = performance.now();
  callback(time);
  window.framesTook += performance.now() - start;
});
window.painted = () => new Promise((done) => nextFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(performance.now());
  port2.postMessage(0);
}));
"""
CHANGE = """async (box, { kind, count }) => {
  const rest = (time) => new Promise((done) => setTimeout(done, time));
  const list = (label) => box.querySelector(`select[aria-label="${label}"]`);
  const acts = {
    cell(turn) {
      const cell = box.querySelector('input[aria-label="kernel row 0 column 0"]');
      cell.value = String(1 + (turn % 7) / 4);
      cell.dispatchEvent(new Event("change", { bubbles: true }));
    },
    blur(turn) {
      const name = turn % 2 ? "large_blur" : "identity";
      list("Kernel").value = JSON.stringify(name);
      list("Kernel").dispatchEvent(new Event("change", { bubbles: true }));
      return name === "large_blur";
    },
    border(turn) {
      list("Border").value = JSON.stringify(["zero", "replicate", "reflect", "wrap"][turn % 4]);
      list("Border").dispatchEvent(new Event("change", { bubbles: true }));
    },
  };
  const times = [];
  for (let turn = 0; times.length < count; turn++) {
    await painted();
    await rest(5 + Math.random() * 17); // the change comes at any moment between two frames
    framesTook = 0;
    drawnAt = 0;
    const start = performance.now();
    const counts = acts[kind](turn) !== false;
    await null;
    const own = performance.now() - start;
    const shown = await painted();
    if (!drawnAt) throw new Error("a change drew nothing");
    if (counts) times.push([drawnAt - start, own + framesTook, shown - start]);
  }
  return times;
}"""
DRAG = """async (box, count) => {
  const slider = box.querySelector("input[type=range]");
  const gaps = [];
  const steps = (slider.max - slider.min) / slider.step;
  let before = await new Promise(nextFrame);
  while (gaps.length < count) {
    slider.value = Number(slider.min) + Number(slider.step) * ((7 * gaps.length) % steps);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const now = await new Promise(nextFrame);
    gaps.push(now - before);
    before = now;
  }
  return gaps;
}"""

RANDOM = np.random.default_rng(0)
ROWS = [
    ("256 × 256, 7 × 7, a cell", 256, RANDOM.normal(size=(7, 7)).round(2), "cell", 16),
    ("512 × 512, 3 × 3, a cell", 512, RANDOM.normal(size=(3, 3)).round(2), "cell", 16),
    ("512 × 512, 7 × 7, a cell", 512, RANDOM.normal(size=(7, 7)).round(2), "cell", 33),
    ("512 × 512, 21 × 21 blur, picked", 512, "small_blur", "blur", 50),
    ("512 × 512, 21 × 21 blur, its border", 512, "large_blur", "border", 50),
    ("512 × 512, 21 × 21 of any numbers", 512, RANDOM.normal(size=(21, 21)), "border", None),
]
DRAGGED = [("256 × 256, 7 × 7", 256, 7), ("512 × 512, 3 × 3", 512, 3), ("512 × 512, 7 × 7", 512, 7)]


def open_box(browser, folder, side, kernel):
    """Open a page with one playground and return its element."""
    playground = KernelPlayground(images.load("camera", size=(side, side)), kernel)
    path = Path(folder) / "playground.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><style>{site.stylesheet()}</style>"
        f"{playground.static_html()}<script>{site.script()}</script>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    return page.wait_for_selector(".cnnlab-widget[data-live]")


def summary(times):
    return f"{min(times):7.1f} {np.median(times):7.1f} {np.percentile(times, 95):7.1f}"


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        load = os.getloadavg()[0]
        print(f"Chromium {browser.version}, {os.cpu_count()} cores, load {load:.1f}; milliseconds")
        head = "    min  median    p95"
        print(f"{'':36}{'drawn':>15}{'work':>24}{'painted':>26}      goal")
        print(f"{'':36}{head}  {head}  {head}")
        for name, side, kernel, kind, goal in ROWS:
            box = open_box(browser, folder, side, kernel)
            box.evaluate(CHANGE, {"kind": kind, "count": WARM})
            times = box.evaluate(CHANGE, {"kind": kind, "count": CHANGES})
            columns = "  ".join(summary(column) for column in zip(*times, strict=True))
            print(f"{name:35}{columns}   {goal or '':>6}", flush=True)
            box.owner_frame().page.close()
        print(f"\n{'dragging a value, frame to frame':36}{head}    longest")
        for name, side, cells in DRAGGED:
            box = open_box(browser, folder, side, RANDOM.normal(size=(cells, cells)).round(2))
            box.evaluate(DRAG, WARM)
            gaps = box.evaluate(DRAG, DRAGS)
            print(f"{name:35}{summary(gaps)} {max(gaps):10.1f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
