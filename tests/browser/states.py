"""Every widget in every state that looks different, for one page that shows them all."""

import numpy as np
from widget_examples import WIDGETS, example

from cnnlab import exercises, images
from cnnlab.widgets import (
    ConvStepper,
    KernelPlayground,
    NetworkViewer,
    PoolStepper,
    Quiz,
    ReceptiveField,
    SizeExplorer,
)

IMAGE = np.arange(20).reshape(4, 5) % 7
KERNEL = np.array([[1, 0, -1], [2, 1, -2]])
VOLUME = np.arange(60).reshape(3, 4, 5) % 7
FILTERS = np.arange(54).reshape(2, 3, 3, 3) % 5 - 2
POOLED = [[1, 3, 7, 2, 0, 4], [2, 7, 1, 5, 6, 6], [0, 4, 4, 9, 2, 1], [8, 8, 3, 1, 0, 5]]
LENET = [
    {"kernel_size": 5, "name": "C1"},
    {"kernel_size": 2, "stride": 2, "name": "S2"},
    {"kernel_size": 5, "name": "C3"},
    {"kernel_size": 2, "stride": 2, "name": "S4"},
    {"kernel_size": 5, "name": "C5"},
]


def answered():
    """A quiz with long code in its options, one reply right and one wrong."""
    code = (
        "output[row, column] = image[row:row + 3, column:column + 3].sum() / np.prod(kernel.shape)"
    )
    name = "a_single_long_name_that_offers_no_place_to_break_it_anywhere(image, kernel)"
    options = [
        {"text": f"It is `{code}`", "right": True, "why": f"Yes: `{code}`."},
        {"text": f"It is `{name}`", "right": False, "why": f"No: `{name}` is another."},
    ]
    quiz = Quiz([{"ask": f"What does `{name}` do? {k}", "options": options} for k in range(3)])
    quiz.answers = [0, 1, None]
    return quiz


def states():
    """Return all of them; every kind of widget is there at least as in its docstring."""
    backward = {"direction": "backward", "views": None, "controls": None}
    return [
        *(example(kind) for kind in WIDGETS),
        ConvStepper(VOLUME, filters=FILTERS, position=3, views=None, controls=None),
        ConvStepper(IMAGE / 7, KERNEL / 9, padding=1, position=7, dilation=2, mode="convolution"),
        ConvStepper(IMAGE, KERNEL, padding=1, position=7, **backward),
        ConvStepper(IMAGE * 100, KERNEL * 7 / 3, position=5, **backward),
        ConvStepper(VOLUME, filters=FILTERS, padding=1, position=9, **backward),
        ConvStepper(IMAGE, KERNEL, direction="transposed", stride=2, position=9, views=None),
        ConvStepper(IMAGE, KERNEL, controls=[]),
        KernelPlayground(images.load("coins", size=(60, 80))),
        KernelPlayground(np.full((30, 20), 80), "large_blur", show="signed", controls=[]),
        NetworkViewer(controls=["picture", "layer", "heat"]),
        PoolStepper(POOLED, stride=1, position=1),
        PoolStepper(POOLED, 3, operation="average", stride=1, padding=1, count_padding=True),
        PoolStepper(POOLED, stride=1, direction="unpool", position=7),
        PoolStepper(POOLED, stride=1, direction="backward", position=7),
        PoolStepper(POOLED, operation="l2", stride=1, direction="backward", position=7),
        answered(),
        exercises.quiz(1),
        ReceptiveField(LENET, 32, layer=4, unit=1, held=True),
        ReceptiveField([{"kernel_size": 3, "dilation": 4, "padding": 4}], 13, unit=1),
        SizeExplorer(7, 3, stride=2, padding=1),
        SizeExplorer(224, 11, stride=4, exact=True, position=53),
        SizeExplorer(13, 3, stride=4, dilation=3, padding=(1, 2)),
    ]
