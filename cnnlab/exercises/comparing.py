"""Whether numbers are the same, and how many digits show that they are not."""

import numpy as np

from cnnlab.exercises.report import number_text

TOLERANCE = 1e-6


def same_numbers(numbers, expected, *, equal_nan=False):
    """Compare shape first, then every entry, up to rounding.

    Parameters
    ----------
    numbers, expected : ndarray of float64
        What came, and what should have.
    equal_nan : bool, default False
        Whether NaN counts as equal to NaN.

    Returns
    -------
    bool
        True if the shapes are the same and no entry differs by more than a millionth of the
        largest that is expected (of 1, if that is larger).

    Examples
    --------
    >>> same_numbers(np.zeros(5), np.zeros((5, 1)))
    False
    """
    if numbers.shape != expected.shape:
        return False
    return bool(np.all(close(numbers, expected, equal_nan)))


def close(numbers, expected, equal_nan=False):
    """Compare entry by entry, as `same_numbers` does.

    Parameters
    ----------
    numbers, expected : ndarray of float64, of one shape
        What came, and what should have.
    equal_nan : bool, default False
        Whether NaN counts as equal to NaN.

    Returns
    -------
    ndarray of bool, of the same shape
        Where the two are the same up to rounding.
    """
    scale = max(1.0, np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)))
    return np.isclose(numbers, expected, rtol=0, atol=TOLERANCE * scale, equal_nan=equal_nan)


def digits_apart(numbers, expected, fewest=4):
    """Count the digits to print, so that no two different numbers look alike.

    Parameters
    ----------
    numbers, expected : ndarray of float64, of one shape
        What came, and what should have; only entries that differ by more than rounding count.
    fewest : int, default 4
        The least that is returned.

    Returns
    -------
    int
        Significant digits; 17 tell any two numbers apart.

    Examples
    --------
    >>> digits_apart(np.array([1.00025, 3]), np.array([1.0, 2]))
    5
    """
    differs = ~close(numbers, expected)
    pairs = list(zip(numbers[differs], expected[differs], strict=True))
    for digits in range(fewest, 17):
        if all(number_text(one, digits) != number_text(other, digits) for one, other in pairs):
            return digits
    return 17
