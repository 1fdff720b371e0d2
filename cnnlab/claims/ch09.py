"""Chapter 9's claims: moves, turns and sizes, from what the experiment `invariance` stored."""

import numpy as np

from cnnlab import cross_correlate2d, max_pool2d, nn
from cnnlab.claims.record import (
    AMBIGUOUS,
    OK,
    OPENCV_UNIVERSITY,
    ROSEBROCK,
    WRONG,
    claim,
)

_PANELS = {"left": 10, "right": -45}
_TRIED = (
    "networks trained on 4,000 of MNIST's digits in the middle, 5 seeds each, tried on 1,000 "
    "others; the mean of `nn.results('invariance')`, in per cent"
)


def _by(measure, settings, network, *values):
    """Look up the mean over the seeds at some of the settings, in per cent, to one decimal."""
    found = nn.results("invariance")
    mean = found.mean(f"{network}, plain", measure)
    return [round(float(mean[found.settings[settings].index(value)]), 1) for value in values]


def _after_moves(network, *cells):
    return _by("by shift, %", "shifts, cells", network, *cells)


@claim(
    "R-11.4-shift",
    ROSEBROCK,
    "section 11.4, on translation",
    AMBIGUOUS,
    section="place-by-place",
    inputs=f"moves by 0, 2, 4 and 8 cells; {_TRIED}",
    stated="convolutional networks are good at it",
    gives={
        "perceptron": [92.4, 63.2, 19.0, 7.4],
        "convolutions, flattened": [97.0, 86.7, 43.8, 10.6],
        "convolutions, global maximum": [93.1, 93.1, 93.1, 91.8],
    },
)
def good_at_moves():
    """A convolutional network is good at translation.

    With a global pool at its end it is. The networks of that book flatten their last maps, and such
    a network has lost most digits after a move by five cells.
    """
    networks = "perceptron", "flattens", "pools globally"
    return [_after_moves(network, 0, 2, 4, 8) for network in networks]


@claim(
    "R-11.4-scale",
    ROSEBROCK,
    "section 11.4, on scale",
    OK,
    section="turn-it",
    inputs=f"zooms by 0.5, 0.7, 1 and 1.5 about the middle; {_TRIED}",
    stated="convolutional networks are not invariant to it",
    gives={
        "convolutions, flattened": [31.4, 77.0, 97.0, 70.2],
        "convolutions, global maximum": [43.5, 83.0, 93.1, 60.8],
    },
)
def not_scale_invariant():
    """A convolutional network is not invariant to the size of things."""
    networks = "flattens", "pools globally"
    return [_by("by zoom, %", "zooms", network, 0.5, 0.7, 1.0, 1.5) for network in networks]


@claim(
    "R-fig11.12",
    ROSEBROCK,
    "section 11.4, text on figure 11.12",
    WRONG,
    section="turn-it",
    inputs=_PANELS,
    stated="left",
    gives={"panel with a turn by −45 degrees, by the caption": "right"},
)
def panel_of_the_nine():
    """The nine that was turned by −45 degrees is in the left panel of figure 11.12.

    The caption has a turn by 10 degrees on the left, and that by −45 degrees on the right.
    """
    return [panel for panel, degrees in _PANELS.items() if degrees == -45]


def _moved(image, cells):
    return nn.shifted(image[np.newaxis, np.newaxis], 0, cells)[0, 0]


def _sides():
    """Move a picture of whole numbers, and slide a kernel over it before and after."""
    rng = np.random.default_rng(9)
    image = np.zeros((8, 20))
    image[2:6, 6:12] = rng.integers(1, 10, (4, 6))
    kernel = rng.integers(-3, 4, (3, 3))
    still = cross_correlate2d(image, kernel, padding=1)
    return image, kernel, still, cross_correlate2d(_moved(image, 3), kernel, padding=1)


@claim(
    "L-invariant",
    OPENCV_UNIVERSITY,
    "section 1.3, on shared weights",
    AMBIGUOUS,
    section="carried-along-or-not-noticed",
    inputs="4 × 6 whole numbers amid zeros, moved by 3 cells, and a 3 × 3 kernel",
    stated="shared weights detect patterns in a translation invariant way",
    gives={"the map stays the same": False, "the map moves by 3": True, "its maximum stays": True},
)
def shared_weights():
    """Filters that are shared among all places detect patterns in a translation invariant way.

    The map is equivariant: it moves along. What doesn't notice the move is its maximum.
    """
    _, _, still, moved = _sides()
    return (
        np.array_equal(moved, still),
        np.array_equal(moved, _moved(still, 3)),
        moved.max() == still.max(),
    )


@claim(
    "L-1.1-mlp",
    OPENCV_UNIVERSITY,
    "section 1.1, on multilayer perceptrons",
    OK,
    section="three-networks",
    inputs=f"moves by 0, 1, 2, 3 and 4 cells; {_TRIED}",
    stated="not translation invariant: moved pictures are taken for others",
    gives=[92.4, 85.3, 63.2, 36.2, 19.0],
)
def perceptrons_and_moves():
    """A multilayer perceptron is not translation invariant, and misreads moved pictures."""
    return _after_moves("perceptron", 0, 1, 2, 3, 4)


@claim(
    "X-transl",
    OPENCV_UNIVERSITY,
    "section 1.3, and Rosebrock, section 11.4, against Aggarwal, section 8.2",
    AMBIGUOUS,
    section="what-is-it-invariant-to",
    inputs="the same numbers, a pool of 2 × 2 behind the kernel, moves by 2 and by 3 cells",
    stated="invariant in two of them, equivariant in the third",
    gives={
        "the kernel's map moves along": True,
        "the pool's map moves along, by 2": True,
        "by 3, to the nearest places": [False, False],
    },
)
def sources_on_moves():
    """Convolutional networks are translation invariant.

    Aggarwal 2018 calls the layers equivariant, which is exact, for moves by multiples of their
    jump. Whether a network is invariant is decided by its end.
    """
    image, kernel, still, moved = _sides()
    by_two = cross_correlate2d(_moved(image, 2), kernel, padding=1)

    def pooled(image):
        return max_pool2d(image[np.newaxis, np.newaxis], 2).output[0, 0]

    return (
        np.array_equal(moved, _moved(still, 3)),
        np.array_equal(pooled(by_two), _moved(pooled(still), 1)),
        [np.array_equal(pooled(moved), _moved(pooled(still), cells)) for cells in (1, 2)],
    )
