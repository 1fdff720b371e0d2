"""Whether numbers are the same, and how many digits show that they are not.

Only operators and methods of arrays are used here: a student may have replaced `np.isclose`.
"""

import numpy as np

from cnnlab.exercises._checks.report import number_text

TOLERANCE = 1e-6


def close(numbers, expected, tolerance=TOLERANCE, *, equal_nan=False):
    """Compare two float64 arrays of one shape, entry by entry.

    An entry may differ by a millionth of the largest that is expected (of 1, if that is larger).
    """
    with np.errstate(invalid="ignore"):
        sizes = abs(expected)[expected - expected == 0]  # without NaN and infinity
        scale = max(1.0, float(sizes.max())) if sizes.size else 1.0
        same = (abs(numbers - expected) <= tolerance * scale) | (numbers == expected)
    return same | (equal_nan & (numbers != numbers) & (expected != expected))


def same_numbers(numbers, expected, tolerance=TOLERANCE, *, equal_nan=False):
    """Compare the shape first, then every entry."""
    alike = numbers.shape == expected.shape
    return alike and bool(close(numbers, expected, tolerance, equal_nan=equal_nan).all())


def digits_apart(numbers, expected, tolerance=TOLERANCE, fewest=4):
    """Count the digits to print, so that no two entries that differ look alike."""
    differs = ~close(numbers, expected, tolerance)
    pairs = list(zip(numbers[differs], expected[differs], strict=True))
    for digits in range(fewest, 17):
        if all(number_text(one, digits) != number_text(other, digits) for one, other in pairs):
            return digits
    return 17  # tells any two apart
