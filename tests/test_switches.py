"""Maxima and their places, in every way the copy can be laid out."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import cnnlab
from cnnlab.pooling_loops import max_pool_loop


def as_channels_last(array):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1)


def as_it_is(array):
    return array


LAYOUTS = {
    "phases": ((9, 11), {"kernel_size": 3, "stride": 2}),
    "more phases than windows need": ((9, 11), {"kernel_size": 2, "stride": 4}),
    "too many phases": ((16, 13), {"kernel_size": 5, "stride": 5}),
    "too many phases, overlapping": ((16, 13), {"kernel_size": (7, 6), "stride": (5, 1)}),
    "kernel cells far apart": ((5, 4), {"kernel_size": 5, "stride": 90, "padding": 100}),
    "padding wider than the map": ((3, 2), {"kernel_size": 3, "stride": 2, "padding": 7}),
    "gaps": ((9, 11), {"kernel_size": 3, "dilation": (3, 4), "padding": 4, "stride": 1}),
    "one row of windows": ((3, 40), {"kernel_size": (3, 2), "stride": 1}),
    "rows that are all one window": ((5, 6), {"kernel_size": (2, 6), "stride": 1}),
    "no columns to combine": ((5, 6), {"kernel_size": (2, 1), "stride": 3, "padding": 1}),
    "places beyond 8 bits": ((7, 150), {"kernel_size": 3, "stride": 2}),
    "places beyond 16 bits": ((3, 40_000), {"kernel_size": 3, "stride": 1000}),
}


@pytest.mark.parametrize("order", [as_it_is, as_channels_last])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("special", [0, np.nan, -np.inf, np.inf])
def test_the_first_of_the_largest(layout, special, order):
    size, options = LAYOUTS[layout]
    rng = np.random.default_rng(0)
    x = rng.integers(-2, 3, (2, 3, *size)).astype(np.float32)
    x[rng.random(x.shape) < 0.3] = special
    x[1, 1] = special
    maxima, switches = cnnlab.max_pool2d(order(x), **options)
    expected, places = max_pool_loop(x, **options)
    assert_array_equal(maxima, expected)
    assert_array_equal(switches, places)


def test_zeros_of_both_signs_are_equal():
    output, switches = cnnlab.max_pool2d([[[[-0.0, 0.0], [0.0, -0.0]]]], 2)
    assert output.item() == 0
    assert switches.item() == 0


def test_subnormal_numbers_differ():
    least = np.nextafter(np.float32(0), np.float32(1))
    x = np.array([[[0, least, 2 * least, least]]], np.float32)
    assert cnnlab.max_pool1d(x, 4).switches.item() == 2
