"""Time the way from Python to the picture in JupyterLab, and count what a cell run again leaves.

    python benchmarks/jupyterlab.py

A cell sets a trait again and again; the page notes when the widget's sentence, or its picture, has
changed. Then a cell that makes and shows a widget is run 50 times, beside one that prints, and one
whose widget does nothing: both leave something of JupyterLab's and of ipywidgets' own behind.
"""

import json
import os
import secrets
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "browser")]

import chromium  # noqa: E402
from jupyter_lab import Lab, start_server  # noqa: E402
from memory import Memory  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SETS, RUNS = 60, 50
PREPARE = """import json, time
import anywidget
from cnnlab import images
from cnnlab.widgets import *

class Idle(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.textContent = 'idle'; } }"

def change(widget, trait, values, count):
    times = []
    for turn in range(count):
        time.sleep(0.25)
        times.append(1000 * time.time())
        setattr(widget, trait, values[turn % len(values)])
    print(json.dumps(times))

grid = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 8, 7, 6]]
photo = images.load("camera", size=(512, 512))
kernels = [[[a, 1, 0], [1, -2, 1], [0, 1, a]] for a in (1, 2)]"""
SETTING = {
    "ConvStepper, position": ("w = ConvStepper(grid, [[1, 0], [0, -1]])", "position", "[1, 2]"),
    "KernelPlayground, kernel, 512 × 512": ("w = KernelPlayground(photo)", "kernel", "kernels"),
}
AGAIN = {
    "a cell that prints": "print(1)",
    "a widget that does nothing": "Idle()",
    "ConvStepper": "ConvStepper(grid, [[1, 0], [0, -1]])",
    "KernelPlayground": "KernelPlayground(photo[:60, :80])",
}
WATCH = """() => {
  window.changes = [];
  const said = document.querySelector(".cnnlab p[aria-live=polite]");
  new MutationObserver(() => changes.push(performance.timeOrigin + performance.now()))
    .observe(said, { childList: true, characterData: true, subtree: true });
}"""


def opened(browser, server, cells):
    """Open a notebook and run its first cell."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_code_cell(cell) for cell in cells]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, server[0] / "timed.ipynb")
    lab = Lab(browser, *server)
    lab.open("timed.ipynb")
    lab.run(0)
    return lab


def shown_after(lab):
    """Milliseconds from setting a trait in Python to the changed page, once for each change."""
    lab.run(1)
    lab.page.locator(".cnnlab p[aria-live=polite]").wait_for(state="attached")
    lab.page.wait_for_timeout(500)
    lab.page.evaluate(WATCH)
    begun = json.loads(lab.run(2))
    seen = lab.page.evaluate("changes")
    if len(begun) != len(seen):
        raise SystemExit(f"{len(begun)} changes were made, {len(seen)} were seen")
    return np.subtract(seen, begun)


def grown(lab):
    """Return what the page holds after many runs of a cell beyond what it held before."""
    for _ in range(5):
        lab.run(1)
    memory = Memory(lab.page)
    before = memory.count("cnnlab")
    for _ in range(RUNS):
        lab.run(1)
    after = memory.count("cnnlab")
    return {name: after[name] - before[name] for name in after}


def main():
    folder, token = Path(tempfile.mkdtemp()), secrets.token_hex(16)
    process, url = start_server(folder, token)
    server = folder, url, token
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
            print(f"Chromium {browser.version}, {os.cpu_count()} cores, ", end="")
            print(f"load {os.getloadavg()[0]:.1f}")
            for name, (make, trait, values) in SETTING.items():
                cells = [PREPARE, f"{make}\nw", f"change(w, {trait!r}, {values}, {SETS})"]
                lab = opened(browser, server, cells)
                times = shown_after(lab)
                print(
                    f"{name}: set in Python, shown after {min(times):.0f} ms at least, "
                    f"{np.median(times):.0f} ms median, {np.percentile(times, 95):.0f} ms p95"
                )
                lab.page.context.close()
                lab.stop_kernels()
            for name, make in AGAIN.items():
                lab = opened(browser, server, [PREPARE, make])
                print(f"{name}, {RUNS} runs of its cell: {grown(lab)} more")
                lab.page.context.close()
                lab.stop_kernels()
            browser.close()
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
