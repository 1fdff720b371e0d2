"""How do three networks take digits that are moved, turned and zoomed?"""

import numpy as np

from cnnlab import data, nn
from experiments._train import COMMON, digits, right, train

SEEDS = 5
SHIFTS, TURNS = list(range(9)), list(range(0, 181, 20))
ZOOMS = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5]
RATES = {"perceptron": 0.1, "flattens": 0.03, "pools globally": 0.01}
AUGMENTED = {
    "plain": [],
    "shifted": [nn.shift(4)],
    "turned": [nn.rotate(30), nn.zoom(0.3)],
}
SETTINGS = {
    **COMMON, "steps": 504, "rates": RATES, "canvas": "28 × 28 amid 36 × 36",
    "shifts, cells": SHIFTS, "turns, degrees": TURNS, "zooms": ZOOMS,
    "ways": "a quarter of the digits up, down, left and right; a half each way round",
    "shifted": "while learning, by up to 4 cells along each axis",
    "turned": "while learning, by up to 30 degrees, and zoomed by 1/1.3 to 1.3",
}  # fmt: skip
CONDITIONS = {
    f"{network}, {augmented}": {"network": network, "augmented": augmented}
    for augmented in AUGMENTED for network in RATES
}  # fmt: skip
WAYS = (-1, 0), (1, 0), (0, -1), (0, 1)


def build(network, rng):
    """Build one of three networks for images of 36 × 36."""
    if network == "perceptron":
        return nn.models.perceptron(1296, 32, 10, rng=rng)
    body = [
        nn.Conv2d(1, 8, 5, padding=2, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 32, 5, padding=2, rng=rng), nn.ReLU(),
    ]  # fmt: skip
    if network == "flattens":
        last = nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 81, 10, rng=rng)
    else:
        last = nn.MaxPool2d(18), nn.Flatten(), nn.Linear(32, 10, rng=rng)
    return nn.Sequential(*body, *last)


def on_canvas(digits):
    """Put four empty cells around each digit. Moves by 4 leave all whole, by 8 about 78 of 100."""
    return data.Dataset(np.pad(digits.images, [(0, 0), (0, 0), (4, 4), (4, 4)]), digits.labels)


def moved(images, cells):
    """Move each of four neighbours another way."""
    images = images.copy()
    for first, (down, right_by) in enumerate(WAYS):
        images[first::4] = nn.shifted(images[first::4], down * cells, right_by * cells)
    return images


def turned(images, degrees):
    """Turn each second image the other way round."""
    return nn.rotated(images, degrees * (-1.0) ** np.arange(len(images)))


def run(seed, network, augmented):
    """Train one network, and try it on images that are moved, turned and zoomed."""
    rng, learn, held_out = digits(seed)
    learn, held_out = on_canvas(learn), on_canvas(held_out)
    net = build(network, rng)
    options = {"rate": RATES[network], "augment": AUGMENTED[augmented]}
    train(net, learn, rng, steps=SETTINGS["steps"], **options)

    def tried(change, by):
        return right(net, data.Dataset(change(held_out.images, by), held_out.labels))

    sixes = nn.predict(net, nn.rotated(held_out.images[held_out.labels == 6], 180))
    return {
        "held out, %": right(net, held_out),
        "by shift, %": [tried(moved, by) for by in SHIFTS],
        "by turn, %": [tried(turned, by) for by in TURNS],
        "by zoom, %": [tried(nn.zoomed, by) for by in ZOOMS],
        "6 upside down taken for 9, %": 100 * np.mean(sixes.argmax(axis=1) == 9),
    }
