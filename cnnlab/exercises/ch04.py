"""Chapter 4, pooling: right answers, cases, wrong answers."""

import numpy as np

from cnnlab.exercises._cases import fill, grid
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import then


def double(image):
    return 2.0 * image


E4_1 = Exercise(
    double,
    cases=[(np.array([[1, 2, 3], [4, 5, 6]]),), *fill((grid(1, 1),), (grid(2, 3),))],
    wrong={
        "unchanged": lambda image: image,
        "two added": lambda image: image + 2.0,
        "squared": lambda image: image.astype(float) ** 2,
        "twice as many rows": then(lambda output: np.repeat(output / 2, 2, axis=0)),
    },
)
