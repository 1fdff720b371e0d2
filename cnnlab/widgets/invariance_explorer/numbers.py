"""What three networks make of a digit that is moved, turned and zoomed: the twin of ``numbers.js``.

Here the networks are those of `cnnlab.nn`, in float64.
"""

import functools
from typing import Any, NamedTuple

import numpy as np

from cnnlab.widgets.invariance_explorer.weights import LETTERS, NETWORKS, carried, unpack

SIDE, SMALL, CLASSES = 20, 8, 10
NAMES = ("The perceptron", "The network that flattens", "The one that pools globally")


class Answer(NamedTuple):
    """What one network takes the picture for: a class, and the chances of all ten."""

    best: int
    chances: np.ndarray


def labels() -> list[int]:
    """Return the classes of the twenty digits."""
    return carried()["labels"]


def picture(digit: int, down: int, right: int, turn: int, zoom: int) -> np.ndarray:
    """Draw a digit: zoomed, then turned about the middle, and then moved by whole cells.

    Parameters
    ----------
    digit : int
        Which of the twenty.
    down, right : int
        Cells.
    turn : int
        Degrees anticlockwise.
    zoom : int
        Per cent.

    Returns
    -------
    ndarray of shape (20, 20)
        From 0 to 1, interpolated as in `nn.rotated`, once.
    """
    levels = [LETTERS.index(letter) for letter in carried()["digits"][digit]]
    small = np.pad(np.array(levels, float).reshape(SMALL, SMALL) / 16, 1)
    angle = np.deg2rad(turn)
    cos, sin = np.cos(angle).round(15) * 100 / zoom, np.sin(angle).round(15) * 100 / zoom
    row, column = np.indices((SIDE, SIDE)) - (SIDE - 1) / 2 - np.reshape([down, right], (2, 1, 1))
    middle, last = (SMALL + 1) / 2, SMALL + 1
    at = np.array([cos * row + sin * column, cos * column - sin * row]) + middle
    at = np.clip(at, 0, last)
    low = np.minimum(at.astype(int), last - 1)
    (y, x), (i, j) = at - low, low
    above = (1 - x) * small[i, j] + x * small[i, j + 1]
    below = (1 - x) * small[i + 1, j] + x * small[i + 1, j + 1]
    return (1 - y) * above + y * below


@functools.cache
def network(name: str, training: str) -> Any:
    """Build one of the six networks, with the weights that the page carries."""
    from cnnlab import nn

    rng = np.random.default_rng(0)
    if name == "perceptron":
        net = nn.models.perceptron(SIDE * SIDE, 24, CLASSES, rng=rng)
    else:
        end = [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, CLASSES, rng=rng)]
        if name == "pools":
            end = [nn.MaxPool2d(SIDE // 2), nn.Flatten(), nn.Linear(32, CLASSES, rng=rng)]
        net = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 32, 3, padding=1, rng=rng), nn.ReLU(), *end,
        )  # fmt: skip
    net = net.astype(np.float64)
    arrays = carried()["networks"][f"{name}, {training}"]
    state = net.state_dict()
    net.load_state_dict(
        {
            key: unpack(*array).reshape(state[key].shape)
            for key, array in zip(sorted(state), arrays, strict=True)
        }
    )
    return net


def answers(image: np.ndarray, training: str) -> list[Answer]:
    """Ask all three networks."""
    found = []
    for name in NETWORKS:
        (scores,) = network(name, training)(image[np.newaxis, np.newaxis])
        shares = np.exp(scores - scores.max())
        found.append(Answer(int(scores.argmax()), shares / shares.sum()))
    return found


def changed(down: int, right: int, turn: int, zoom: int) -> str:
    """Say what was done to the digit."""
    parts = [
        f"moved {abs(by)} {way[by < 0]}"
        for by, way in ((down, ("down", "up")), (right, ("to the right", "to the left")))
        if by
    ]
    if turn:
        parts.append(
            f"turned by {abs(turn)} degrees {'clockwise' if turn < 0 else 'anticlockwise'}"
        )
    if zoom != 100:
        parts.append(f"zoomed to {zoom} %")
    return ", ".join(parts) or "as it was"


def sentence(label: int, change: str, found: list[Answer]) -> str:
    """Say what the three networks read."""
    right = [name for name, answer in zip(NAMES, found, strict=True) if answer.best == label]
    told = " ".join(
        f"{name} says {answer.best}."
        for name, answer in zip(NAMES, found, strict=True)
        if answer.best != label
    )
    count = ["Nobody reads it.", "One reads it.", "Two read it.", "All three read it."][len(right)]
    return f"A {label}, {change}. {count} {told}".strip()
