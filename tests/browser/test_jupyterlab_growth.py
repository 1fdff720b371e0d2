"""Running a cell of JupyterLab again and again leaves nothing of the old widgets behind."""

import pytest
from memory import Memory

pytestmark = pytest.mark.browser

WIDGETS = """import numpy as np
from cnnlab import images
from cnnlab.widgets import *
image = np.arange(20).reshape(4, 5)
photo = images.load("coins", size=(30, 40))
question = {"ask": "1 + 1?", "options": [
    {"text": "2", "right": True, "why": "Yes."}, {"text": "3", "right": False, "why": "No."}]}
display(ConvStepper(image, [[1, 0], [0, -1]]), PoolStepper(image, 2), SizeExplorer(7, 3),
        KernelPlayground(photo), ReceptiveField(), Quiz([question]))"""
ALL = "() => document.querySelectorAll('.jp-OutputArea .cnnlab').length === 6"
RUNS = 8
# Python keeps every widget of a session open, and ipywidgets and anywidget keep a frame for it: 3
# nodes and 3 listeners for a widget that does nothing at all. One of ours has hundreds of nodes.
FRAME = 10


def run_again(lab, count):
    for _ in range(count):
        lab.run(0)
        lab.page.wait_for_function(ALL)


def test_running_a_cell_again_leaves_nothing_behind(open_lab):
    lab = open_lab([WIDGETS])
    run_again(lab, 4)
    memory = Memory(lab.page)
    detached, before = memory.detached("cnnlab"), memory.count()
    run_again(lab, RUNS)
    after = memory.count()
    assert memory.detached("cnnlab") <= detached < 100  # some wait for an option to be switched on
    for name in ("nodes", "jsEventListeners"):
        assert after[name] - before[name] <= FRAME * 6 * RUNS, name
