"""The blocks and the memory orders that make pooling fast, and change no number."""

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab import loops
from cnnlab._engine import pool as engine


def as_it_is(array):
    return array


def as_channels_last(array):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 3, "stride": 1, "padding": ((2, 1),), "dilation": 2, "ceil": True},
        {"kernel_size": 1, "stride": 3, "ceil": True},
        {"kernel_size": 2, "stride": 3, "padding": 4, "dilation": 3},
    ],
)
def test_blocks_of_any_size_give_the_same(monkeypatch, axes, last, options):
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 9, (3, 2, *(11, 8, 7)[:axes])).astype(float)
    x[1, 1, 3] = np.nan
    x = as_channels_last(x) if last else x
    options = dict(options)
    if isinstance(options.get("padding"), tuple):
        options["padding"] *= axes
    pool = [cnnlab.max_pool1d, cnnlab.max_pool2d, cnnlab.max_pool3d][axes - 1]
    mean = [cnnlab.avg_pool1d, cnnlab.avg_pool2d, cnnlab.avg_pool3d][axes - 1]

    def everything():
        output, switches = pool(x, **options)
        average = mean(x, count_padding=True, **options)
        gradient = np.arange(output.size, dtype=float).reshape(output.shape)
        return [
            output,
            switches,
            pool(x, switches=False, **options).output,
            average,
            cnnlab.max_pool_backward(gradient, switches, x.shape),
            cnnlab.avg_pool_backward(gradient, x.shape, count_padding=True, **options),
        ]

    at_once = everything()
    for size in (1, 200, 1500):
        monkeypatch.setattr(engine, "BLOCK", size)
        for in_blocks, whole in zip(everything(), at_once, strict=True):
            assert_allclose(in_blocks, whole, rtol=1e-12, atol=1e-12)


def test_rows_do_not_leak_into_one_another():
    x = np.array([[[[1, 2, 3, np.inf], [-np.inf, 4, 5, np.nan], [7, 8, 9, 3]]]])
    assert_array_equal(cnnlab.avg_pool2d(x, (1, 2), stride=1)[0, 0, 2], [7.5, 8.5, 6])
    assert_array_equal(
        cnnlab.avg_pool2d(x, (1, 2))[0, 0], [[1.5, np.inf], [-np.inf, np.nan], [7.5, 6]]
    )
    padded = cnnlab.avg_pool2d(x, (1, 3), stride=(1, 2), padding=(0, 1))
    assert_allclose(padded[0, 0], [[1.5, np.inf], [-np.inf, np.nan], [7.5, 20 / 3]])
    best = cnnlab.max_pool2d(x, (1, 3), stride=(1, 2), padding=(0, 1), switches=False).output
    assert_array_equal(best[0, 0], [[2, np.inf], [4, np.nan], [8, 9]])


@pytest.mark.parametrize("last", [False, True])
def test_little_memory_beyond_the_result(last):
    x = np.zeros((8, 32, 64, 64), np.float32)
    x = as_channels_last(x) if last else x
    output, switches = cnnlab.max_pool2d(x, 3, stride=2, padding=1)
    small = x.astype(np.uint8)
    calls = {
        "max": lambda: cnnlab.max_pool2d(x, 3, stride=2, padding=1),
        "bytes": lambda: cnnlab.max_pool2d(small, 3, stride=2, padding=1),
        "average": lambda: cnnlab.avg_pool2d(x, 3, stride=2, padding=1),
        "back": lambda: cnnlab.max_pool_backward(output, switches, x.shape),
        "share": lambda: cnnlab.avg_pool_backward(output, x.shape, 3, stride=2, padding=1),
    }
    for call in calls.values():
        tracemalloc.start()
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        held = sum(array.nbytes for array in result) if isinstance(result, tuple) else result.nbytes
        assert peak < held + 1.5 * x.nbytes + 8e6


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("shape", [(1, 64, 112, 112), (1, 3, 512, 512), (2, 8, 300, 300)])
@pytest.mark.parametrize("stride", [1, 2])
def test_little_memory_for_maps_cut_into_rows(shape, stride, last):
    x = np.zeros(shape, np.float32)
    x = as_channels_last(x) if last else x
    tracemalloc.start()
    pooled = cnnlab.max_pool2d(x, 3, stride=stride, padding=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < sum(array.nbytes for array in pooled) + 1.5 * x.nbytes + 8e6


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
    expected, places = loops.max_pool(x, **options)
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
