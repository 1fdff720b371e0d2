"""What was learned, where no script runs: filters as numbers, and a table of how it went."""

import json
from collections.abc import Iterable

import numpy as np

from cnnlab.widgets._shared.modules import read
from cnnlab.widgets._shared.still import grid, panel
from cnnlab.widgets.training_lab.digits import HELD_OUT
from cnnlab.widgets.training_lab.numbers import hundredths, percent

MOST = 6  # rows of the table
# What the usual settings give: a test trains them anew. The filters are in hundredths.
EXAMPLE = json.loads(read("training_lab/example.json"))


def panels(filters: Iterable, history: Iterable) -> list[str]:
    """Write filters, (F, K, K) in hundredths, and rows of (digits seen, loss, share, right)."""
    filters = np.rint(np.asarray(filters, float))
    strong = np.abs(filters).max() / 2
    found = []
    for number, weights in enumerate(filters):
        marks = {
            tuple(place): (f"training-{'plus' if weights[tuple(place)] > 0 else 'minus'}", "")
            for place in np.argwhere(np.abs(weights) > strong).tolist()
        }
        name = f"Filter {number}, in hundredths"
        found.append(panel(name, grid(name, weights, marks=marks)))
    return [panel("How it learned", _log(np.asarray(history, float))), *found]


def _log(history):
    places = np.unique(np.linspace(0, len(history) - 1, MOST).round().astype(int))
    lines = "".join(
        f"<tr><td>{int(seen):,}</td><td>{hundredths(loss) if seen else '–'}</td>"
        f"<td>{percent(int(right), HELD_OUT)}</td></tr>"
        for seen, loss, _, right in history[places]
    )
    return (
        '<table class="cnnlab-table cnnlab-training-log"><tr><th>digits seen</th>'
        f"<th>loss</th><th>right of {HELD_OUT}</th></tr>{lines}</table>"
    )
