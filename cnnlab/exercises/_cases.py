"""What answers are tried on: cases, and kinds of case that an answer may have forgotten."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from cnnlab.exercises._exercise import Kind, Sign, by_name

# For an exercise that asks for one number: what has no rows and columns can't lose one.
ONE_NUMBER = dict.fromkeys(["transposed", "last left out", "one too many"], "one number")


class Grid(NamedTuple):
    """The place of an array that is still to be filled."""

    shape: tuple


def grid(*shape):
    """Stand for an array of this shape in a template of `fill`."""
    return Grid(shape)


_FILLINGS = {  # (generator, shape, whether it is the first array of the case) -> array
    "whole": lambda rng, shape, _: rng.integers(-4, 10, shape),
    "fractions": lambda rng, shape, first: rng.integers(-9, 10, shape) / (7 if first else 9),
    "mixed": lambda rng, shape, first: rng.integers(-9, 10, shape) / (8 if first else 1),
    "large": lambda rng, shape, first: rng.choice([255, -255, 254, 70_000 if first else 3], shape),
    "photo": lambda rng, shape, first: (
        rng.integers(60, 256, shape, np.uint8) if first else rng.integers(-9, 10, shape) / 4
    ),
    "bytes": lambda rng, shape, first: (
        rng.integers(60, 256, shape, np.uint8) if first else rng.integers(90, 256, shape, np.uint8)
    ),
    "huge": lambda rng, shape, first: (
        rng.integers(1, 100, shape) * 1001 + 0.5 if first else rng.integers(40, 90, shape) * 1000
    ),
}


def fill(*templates, fillings=tuple(_FILLINGS)):
    """Make cases: each template with each filling, smallest first.

    Parameters
    ----------
    *templates : tuple
        The arguments of a case. Each `grid` in it becomes an array; all else stays as it is.
    fillings : sequence of str
        ``"whole"`` numbers of both signs, ``"fractions"`` (sevenths in a case's first array,
        ninths in the others), ``"mixed"`` (eighths in the first array, whole numbers in the
        others), ``"large"`` numbers, whose products need more than 16 bits, ``"photo"`` (bytes in
        the first array, quarters in the others), ``"bytes"`` in all, and ``"huge"`` numbers (halves
        in the first array, even integers in the others), whose products need more than 32 bits.

    Returns
    -------
    list of tuple
        The same each time.

    Examples
    --------
    >>> fill((grid(1, 3), 2), fillings=["whole", "mixed"])
    [(array([[7, 4, 3]]), 2), (array([[-0.5  , -0.5  , -1.125]]), 2)]
    """
    rng = np.random.default_rng(0)
    cases = []
    for filling in fillings:
        for template in templates:
            first = next((part for part in template if isinstance(part, Grid)), None)
            cases.append(
                tuple(
                    _FILLINGS[filling](rng, part.shape, part is first)
                    if isinstance(part, Grid)
                    else part
                    for part in template
                )
            )
    return cases


def kind(test, **options):
    """Name a kind of case: `test` takes arguments by their names. Options are those of `Kind`."""
    return Kind(lambda named: by_name(test, named), **options)


def oblong(*names, **options):
    """Name the cases in which one of these, an array or a shape, has unequal sides."""

    def test(named):
        shapes = (
            np.shape(named[name]) if isinstance(named[name], np.ndarray) else named[name]
            for name in names
        )
        return any(shape[0] != shape[1] for shape in shapes)

    return Kind(test, **options)


def in_bytes(*names):
    """Name the cases in which one of these holds bytes; an exception there is another mistake."""
    return Kind(lambda named: any(named[name].dtype == np.uint8 for name in names), raises=False)


def when(test, *examples):
    """Name a mistake in an answer that is an array. See `Sign`."""
    return Sign(test, examples)


def exact(number):
    """Write a number so that dividing by what is written gives 1.

    >>> exact(8.0), exact(4 / 3), exact(1.00025)
    ('8', '4/3', '1.00025')
    """
    simple = Fraction(number).limit_denominator(24)
    return str(simple) if abs(simple - number) < 1e-9 else f"{number:.8g}"
