"""Where can three small networks read a digit, and does it help to move those that they learn from?

They are those of chapter 9. The first seed's weights are kept: the page's `InvarianceExplorer` has
them, in 64 steps each.
"""

from pathlib import Path

import numpy as np

from cnnlab import data, nn
from experiments._train import right

SEEDS = 5
CELLS = list(range(7))
SETTINGS = {
    "data": "scikit-learn's digits, 8 × 8 amid 20 × 20; 1,300 to learn from, 497 held out",
    "epochs": 10,
    "batch_size": 50,
    "rate": 0.03,
    "momentum": 0.9,
    "moved": "while learning, by up to 3 cells along each axis",
    "shifts, cells": CELLS,
}
CONDITIONS = {
    f"{network}, {training}": {"network": network, "training": training}
    for training in ("plain", "moved") for network in ("perceptron", "flattens", "pools globally")
}  # fmt: skip
MARGIN = [(0, 0), (0, 0), (6, 6), (6, 6)]


def build(network, rng):
    """Build one of the three networks for images of 20 × 20."""
    if network == "perceptron":
        return nn.models.perceptron(400, 24, 10, rng=rng)
    body = [
        nn.Conv2d(1, 8, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 32, 3, padding=1, rng=rng), nn.ReLU(),
    ]  # fmt: skip
    if network == "flattens":
        last = nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 10, rng=rng)
    else:
        last = nn.MaxPool2d(10), nn.Flatten(), nn.Linear(32, 10, rng=rng)
    return nn.Sequential(*body, *last)


def digits(rng):
    """Put empty cells around the digits; return those to learn from and those held out."""
    small = data.digits()
    return data.Dataset(np.pad(small.images, MARGIN), small.labels).split(497, rng=rng)


def run(seed, network, training):
    """Train one network, and try it on digits that are moved to the four sides."""
    rng = np.random.default_rng(seed)
    learn, held_out = digits(rng)
    net = build(network, rng)
    nn.fit(
        net, learn, epochs=SETTINGS["epochs"], batch_size=SETTINGS["batch_size"],
        optimizer=nn.SGD(SETTINGS["rate"], momentum=SETTINGS["momentum"]), rng=rng,
        augment=nn.shift(3) if training == "moved" else None, progress=False,
    )  # fmt: skip
    if seed == 0:
        name = f"moves.{network.split()[0]}.{training}.safetensors"
        nn.save(net, Path(__file__).parent / "results" / name)

    def by(cells):
        ways = (cells, 0), (-cells, 0), (0, cells), (0, -cells)
        moved = [data.Dataset(nn.shifted(held_out.images, *w), held_out.labels) for w in ways]
        return np.mean([right(net, each) for each in moved])

    return {"held out, %": right(net, held_out), "by shift, %": [by(cells) for cells in CELLS]}
