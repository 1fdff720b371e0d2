"""Numbers as the widgets print them."""

import numpy as np
import pytest

from cnnlab.widgets.text import factor, format_number, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (7, "7"),
        (-3, "−3"),
        (1020, "1020"),
        (1 / 9, "0.1111"),
        (-1 / 9, "−0.1111"),
        (1190 / 9, "132.22"),
        (0.5, "0.5"),
        (1.005, "1"),  # just below the tie in binary
        (0.125, "0.125"),
        (2.125, "2.13"),  # a tie goes away from zero
        (-2.125, "−2.13"),
        (0.99999, "1"),
        (0.00001, "1e−5"),
        (-0.000096, "−0.0001"),
        (0.000049, "5e−5"),
        (0.0000096, "1e−5"),
        (np.float32(0.25), "0.25"),
    ],
)
def test_number(value, text):
    assert format_number(value) == text


def test_negative_factor_in_brackets():
    assert (factor(-0.5), factor(0.5)) == ("(−0.5)", "0.5")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (-2, "−2"),
        (1 / 9, ".11"),
        (-1 / 49, "−.02"),
        (0.004, ".004"),
        (-1e-7, "−1e−7"),
        (0, "0"),
        (1e30, "1e30"),
    ],
)
def test_weight_in_a_corner(value, text):
    assert short(value) == text
