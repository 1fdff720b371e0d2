"""The networks that the page carries: the weights of the experiment ``moves``, in 64 steps each.

``tools/pack_networks.py`` writes ``weights.js`` from the files that the experiment kept. Each array
has a step of its own, and a letter for each of its numbers. Twenty digits that no network has
learned from, two of each class, are written likewise.
"""

import functools
import json

import numpy as np

from cnnlab.widgets._shared.modules import read

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ZERO = 32  # the place of the letter that stands for 0
PATH = "invariance_explorer/weights.js"
NETWORKS = ("perceptron", "flattens", "pools")
TRAININGS = ("plain", "moved")
HEAD = (
    "// Six networks and twenty digits, in letters: written by tools/pack_networks.py.\n"
    "export const CARRIED = "
)


def pack(values: np.ndarray) -> tuple[float, str]:
    """Write numbers in 63 steps from −most to most: the step, and a letter for each.

    Examples
    --------
    >>> pack(np.array([0, 1.5, -3.1]))
    (0.1, 'gvB')
    """
    step = float(f"{np.abs(values).max() / (ZERO - 1):.3g}") or 1.0
    steps = np.clip(np.rint(np.ravel(values) / step), 1 - ZERO, ZERO - 1).astype(int)
    return step, "".join(LETTERS[ZERO + each] for each in steps)


def unpack(step: float, text: str) -> np.ndarray:
    """Read numbers that `pack` wrote: float64."""
    return step * np.array([LETTERS.index(letter) - ZERO for letter in text], float)


@functools.cache
def carried() -> dict:
    """Return what ``weights.js`` holds."""
    return json.loads(read(PATH).removeprefix(HEAD).rstrip(";\n"))
