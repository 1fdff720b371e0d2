"""Time the built chapter in Chromium: how soon its first widget is alive, how long a step takes.

    make book && python benchmarks/page.py

A page is opened afresh, with an empty cache, from a server on this machine. A step counts from the
click on "Step forward" until everything it changed is computed, styled and laid out.
"""

import functools
import os
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import chromium  # noqa: E402
from serve import Quiet  # noqa: E402

SITE = ROOT / "_build" / "html"
PAGE = "notebooks/01_sliding_window.html"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOADS, STEPS = 11, 400

WATCH_FOR_LIFE = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".cnnlab-widget[data-live]")) return;
  window.aliveAfter = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, attributes: true, childList: true });
"""
STEP = """async (widget, steps) => {
  const button = (name) => widget.querySelector(`button[aria-label="${name}"]`);
  const said = () => widget.querySelector("[aria-live]").textContent;
  const times = [];
  while (times.length < steps) {
    if (button("Step forward").ariaDisabled === "true") button("First").click();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const before = said();
    const start = performance.now();
    button("Step forward").click();
    await null; // the widget draws once, when the click's own work is done
    widget.getBoundingClientRect();
    times.push(performance.now() - start);
    if (said() === before) throw new Error("a step changed nothing");
  }
  return times;
}"""


def alive(browser, url):
    """Return the seconds from opening the page to its first live widget, once for each load."""
    times = []
    for _ in range(LOADS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(WATCH_FOR_LIFE)
        page.goto(url)
        page.wait_for_function("window.aliveAfter")
        times.append(page.evaluate("window.aliveAfter") / 1e3)
        context.close()
    return times


def steps(browser, url):
    """Return, for each stepper of the page, the milliseconds of many steps."""
    page = browser.new_page()
    page.goto(url, wait_until="load")
    selector = ".cnnlab-widget[data-module=conv_stepper][data-live]"
    page.wait_for_selector(selector)
    return [widget.evaluate(STEP, STEPS) for widget in page.query_selector_all(selector)]


def main():
    if not (SITE / PAGE).exists():
        raise SystemExit("The book is not built: run `make book` first.")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{PAGE}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        print(f"{PAGE} in Chromium {browser.version}, {os.cpu_count()} cores")
        seconds = alive(browser, url)
        print(
            f"first widget alive after {np.median(seconds):.2f} s "
            f"(median of {LOADS} loads; {min(seconds):.2f} to {max(seconds):.2f})"
        )
        for number, times in enumerate(steps(browser, url), start=1):
            print(
                f"stepper {number}: a step takes {np.median(times):.1f} ms, "
                f"at the 95th percentile {np.percentile(times, 95):.1f} ms ({STEPS} steps)"
            )
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
