"""Every way of running the layer's sums gives the same sums, in blocks of any size."""

import tracemalloc
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import conv2d, conv2d_backward, conv_transpose2d, engine
from cnnlab.engine import Geometry

EXAMPLES = [
    ((3, 2, 7), (4, 2, 3), Geometry((7,), (3,), (4,), (2,), (1,), (1,), 1)),
    ((2, 3, 6, 7), (4, 3, 2, 3), Geometry((6, 7), (2, 3), (5, 5), (1, 1), (0, 0), (1, 1), 1)),
    ((3, 4, 5, 6), (6, 2, 3, 2), Geometry((5, 6), (3, 2), (5, 7), (1, 1), (1, 1), (1, 1), 2)),
    ((2, 2, 9, 8), (4, 1, 2, 3), Geometry((9, 8), (2, 3), (5, 2), (2, 3), (1, 0), (2, 2), 2)),
    ((1, 3, 6, 5), (2, 3, 1, 1), Geometry((6, 5), (1, 1), (6, 5), (1, 1), (0, 0), (1, 1), 1)),
    ((2, 3, 6, 5), (2, 3, 1, 1), Geometry((6, 5), (1, 1), (3, 3), (2, 2), (0, 0), (1, 1), 1)),
    ((2, 2, 3, 2), (2, 2, 1, 1), Geometry((3, 2), (1, 1), (3, 4), (4, 2), (5, 3), (1, 1), 1)),
    (
        (2, 2, 4, 5, 6),
        (3, 2, 2, 3, 2),
        Geometry((4, 5, 6), (2, 3, 2), (4, 2, 7), (1, 2, 1), (0, 0, 2), (1, 1, 2), 1),
    ),
]


def windows_of(x, geometry):
    """View x, padded, as windows (N, C, *output_size, *kernel_size)."""
    axes = range(2, x.ndim)
    spans = [d * (k - 1) + 1 for d, k in zip(geometry.dilation, geometry.kernel_size, strict=True)]
    after = [
        max((out - 1) * s + span - before - size, 0)
        for out, s, span, before, size in zip(
            geometry.output_size,
            geometry.stride,
            spans,
            geometry.before,
            geometry.size,
            strict=True,
        )
    ]
    padded = np.pad(x, [(0, 0), (0, 0), *zip(geometry.before, after, strict=True)])
    windows = sliding_window_view(padded, spans, axis=tuple(axes))
    positions = [
        slice(0, out * s, s) for out, s in zip(geometry.output_size, geometry.stride, strict=True)
    ]
    cells = [slice(None, None, d) for d in geometry.dilation]
    return windows[(slice(None), slice(None), *positions, *cells)]


def expected_sums(x, weight, grad, geometry):
    """Compute the forward sum and the filters' gradient, one pair of channels at a time."""
    windows = windows_of(x, geometry)
    axes, each = len(geometry.size), weight.shape[1]
    output = np.zeros_like(grad)
    grad_weight = np.zeros_like(weight)
    for o, c in np.ndindex(weight.shape[:2]):
        channel = o // (len(weight) // geometry.groups) * each + c
        output[:, o] += np.tensordot(windows[:, channel], weight[o, c], axes)
        grad_weight[o, c] = np.tensordot(grad[:, o], windows[:, channel], axes + 1)
    return output, grad_weight


@pytest.fixture(params=["whole", "blocks", "cells"])
def blocks(request, monkeypatch):
    """Run everything in one block, in a few, or cell by cell."""
    if request.param != "whole":
        size = {"blocks": 1000, "cells": 1}[request.param]
        monkeypatch.setattr(engine, "BLOCK", size)


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("order", ["batch last", "channels last", "columns last", None])
@pytest.mark.parametrize(("shape", "filters", "geometry"), EXAMPLES)
def test_every_choice_gives_the_same_sums(monkeypatch, shape, filters, geometry, last, order):
    monkeypatch.setattr(engine, "_channels_go_last", lambda *_: last)
    reads = order is None and max(geometry.stride) == 1
    monkeypatch.setattr(engine, "_reads_windows", lambda *_: reads)
    if order is not None:
        monkeypatch.setattr(engine, "_order_of_addition", lambda *_: order)
    rng = np.random.default_rng(1)
    x, weight, other = (rng.integers(-5, 6, size).astype(float) for size in (shape, filters, shape))
    grad = rng.integers(-5, 6, (len(x), len(weight), *geometry.output_size)).astype(float)
    bias = np.arange(float(len(weight)))
    output, grad_weight = expected_sums(x, weight, grad, geometry)
    assert_array_equal(engine.correlate(x, weight, None, geometry), output)
    shaped = bias.reshape(-1, *[1] * len(geometry.size))
    assert_array_equal(engine.correlate(x, weight, bias, geometry), output + shaped)
    gradients = engine.gradients(grad, x, weight, geometry)
    assert_array_equal(gradients[1], grad_weight)
    assert gradients[0].shape == shape
    forward, _ = expected_sums(other, weight, grad, geometry)
    assert np.vdot(gradients[0], other) == np.vdot(grad, forward)


LENET, VGG = (64, 1, 32, 32), (1, 256, 56, 56)


@pytest.mark.parametrize(
    ("weight", "output_size", "last"),
    [
        ((6, 1, 5, 5), (28, 28), False),  # LeNet C1: rows of 28 cells, kernel rows of 5
        ((16, 6, 5, 5), (10, 10), True),  # LeNet C3: rows of 10, kernel rows of 5 × 6
        ((256, 256, 3, 3), (56, 56), True),
        ((96, 3, 11, 11), (55, 55), False),
        ((128, 64, 1, 1), (14, 14), False),  # no copy at all
    ],
)
def test_the_longer_run_is_copied(weight, output_size, last):
    geometry = Geometry(output_size, weight[2:], output_size, (1, 1), (0, 0), (1, 1), 1)
    assert engine._channels_go_last(np.empty(weight), geometry) is last


@pytest.mark.parametrize(
    ("weight", "stride", "groups", "reads"),
    [
        ((8, 8, 3, 3), (1, 1), 1, True),
        ((8, 8, 3, 3), (2, 1), 1, False),
        ((16, 6, 5, 5), (1, 1), 1, False),
        ((16, 6, 5, 5), (1, 1), 2, True),
    ],
)
def test_the_way_back_reads_windows_at_stride_1(weight, stride, groups, reads):
    geometry = Geometry((9, 9), weight[2:], (5, 5), stride, (0, 0), (1, 1), groups)
    assert engine._reads_windows(np.empty(weight), geometry) is reads


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(0, 100))
def test_tiles_cover_every_cell_once(shape, room):
    counts = np.zeros(shape, int)
    for tile in engine._tiles(shape, room):
        assert 0 < counts[tuple(tile)].size <= max(room, 1)
        counts[tuple(tile)] += 1
    assert_array_equal(counts, 1)


def test_connections_against_the_definition():
    ranges = range(1, 6), range(1, 4), range(1, 4), range(3), range(1, 3)
    for size, k, step, before, gap in product(*ranges):
        outputs = range((size + 2 * before - gap * (k - 1) - 1) // step + 1)
        if not outputs:
            continue
        geometry = Geometry((size,), (k,), (len(outputs),), (step,), (before,), (gap,), 1)
        found = {
            (m, i, at)
            for (m,), (here,), (there,) in engine._connections(geometry)
            for i, at in zip(range(size * 9)[here], range(size * 9)[there], strict=True)
        }
        cells = product(range(k), outputs)
        reached = {(m, i, i * step + m * gap - before) for m, i in cells}
        assert found == {(m, i, at) for m, i, at in reached if 0 <= at < size}


def test_float32_stays_close_to_float64():
    rng = np.random.default_rng(2)
    x, weight = rng.normal(size=(4, 48, 20, 22)), rng.normal(size=(40, 48, 3, 3))
    grad = rng.normal(size=(4, 40, 20, 22))
    single = [array.astype(np.float32) for array in (grad, x, weight)]
    exact = [conv2d(x, weight, padding=1), *conv2d_backward(grad, x, weight, padding=1)]
    rounded = [conv2d(*single[1:], padding=1), *conv2d_backward(*single, padding=1)]
    for actual, expected in zip(rounded, exact, strict=True):
        assert_allclose(actual, expected, atol=2e-6 * np.abs(expected).max())


@pytest.mark.parametrize("shape", [(1, 1, 6, 6), (1, 3, 6, 1), (4, 1, 1, 6), (4, 3, 1, 1)])
def test_the_stride_of_an_axis_of_one_does_not_matter(shape):
    rng = np.random.default_rng(3)
    x, weight = rng.integers(-9, 10, shape).astype(float), np.ones((2, shape[1], 1, 1))
    strides = [7 if n == 1 else step for n, step in zip(shape, x.strides, strict=True)]
    odd = as_strided(x, shape, strides)
    for kernel in (weight, np.repeat(weight, 3, axis=-1)):
        output = conv2d(x, kernel, padding=1)
        assert_array_equal(conv2d(odd, kernel, padding=1), output)
        for actual, expected in zip(
            conv2d_backward(output, odd, kernel, padding=1),
            conv2d_backward(output, x, kernel, padding=1),
            strict=True,
        ):
            assert_array_equal(actual, expected)


def beyond_the_result(operation, *operands, **options):
    tracemalloc.start()
    result = operation(*operands, **options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - sum(array.nbytes for array in (result if isinstance(result, tuple) else [result]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "filters", "options"),
    [
        (LENET, (6, 1, 5, 5), {}),
        (VGG, (256, 256, 3, 3), {"padding": 1}),
        ((1, 3, 227, 227), (96, 3, 11, 11), {"stride": 4}),
        ((32, 32, 28, 28), (64, 32, 3, 3), {"stride": 2, "padding": 1}),
        ((32, 64, 14, 14), (128, 64, 1, 1), {}),
    ],
)
def test_little_memory_beyond_the_result(shape, filters, options, dtype):
    x, weight = np.ones(shape, dtype), np.ones(filters, dtype)
    grad = conv2d(x, weight, **options)
    allowed = 1.3 * x.nbytes + 4 * 2**20
    assert beyond_the_result(conv2d, x, weight, **options) < allowed
    assert beyond_the_result(conv2d_backward, grad, x, weight, **options) < allowed
    allowed = 1.3 * grad.nbytes + 4 * 2**20
    assert beyond_the_result(conv_transpose2d, grad, weight, **options) < allowed
