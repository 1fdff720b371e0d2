"""Every way of running the layer's sums gives the same sums, in blocks of any size."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import conv2d, conv2d_backward, conv_transpose2d
from cnnlab._engine import conv as engine
from cnnlab._engine import cut
from cnnlab.shapes import lay_windows

# the shape of x, that of the filters, and the layer's options
EXAMPLES = [
    ((3, 2, 7), (4, 2, 3), {"stride": 2, "padding": 1}, 1),
    ((2, 3, 6, 7), (4, 3, 2, 3), {}, 1),
    ((3, 4, 5, 6), (6, 2, 3, 2), {"padding": 1}, 2),
    ((2, 2, 9, 8), (4, 1, 2, 3), {"stride": (2, 3), "padding": (1, 0), "dilation": 2}, 2),
    ((2, 4, 6, 5), (8, 1, 3, 3), {"padding": 1}, 4),
    ((2, 4, 6, 5), (4, 1, 3, 3), {"padding": 1}, 4),
    ((1, 3, 6, 5), (2, 3, 1, 1), {}, 1),
    ((2, 3, 6, 5), (2, 3, 1, 1), {"stride": 2}, 1),
    ((2, 2, 3, 2), (2, 2, 1, 1), {"stride": (4, 2), "padding": (5, 3)}, 1),
    (
        (2, 2, 4, 5, 6),
        (3, 2, 2, 3, 2),
        {"stride": (1, 2, 1), "padding": (0, 0, 2), "dilation": (1, 1, 2)},
        1,
    ),
]


def windows_of(x, layout):
    """View x, padded, as windows (N, C, *count, *kernel_size)."""
    padded = np.pad(x, [(0, 0), (0, 0), *layout.padding])
    windows = sliding_window_view(padded, layout.span, axis=tuple(range(2, x.ndim)))
    positions = [slice(None, None, step) for step in layout.stride]
    cells = [slice(None, None, gap) for gap in layout.dilation]
    return windows[(slice(None), slice(None), *positions, *cells)]


def expected_sums(x, weight, grad, layout, groups):
    """Compute the forward sum and the filters' gradient, one pair of channels at a time."""
    windows = windows_of(x, layout)
    axes, each = len(layout.size), weight.shape[1]
    output = np.zeros_like(grad)
    grad_weight = np.zeros_like(weight)
    for o, c in np.ndindex(weight.shape[:2]):
        channel = o // (len(weight) // groups) * each + c
        output[:, o] += np.tensordot(windows[:, channel], weight[o, c], axes)
        grad_weight[o, c] = np.tensordot(grad[:, o], windows[:, channel], axes + 1)
    return output, grad_weight


@pytest.mark.parametrize(("block", "piece"), [(2**20, 3072), (1000, 7), (1, 1)])
@pytest.mark.parametrize(("shape", "filters", "options", "groups"), EXAMPLES)
def test_blocks_of_any_size_give_the_same_sums(
    monkeypatch, shape, filters, options, groups, block, piece
):
    monkeypatch.setattr(engine, "BLOCK", block)
    monkeypatch.setattr(engine, "PIECE", piece)
    monkeypatch.setattr(engine, "TERMS", piece)
    monkeypatch.setattr(engine, "TOGETHER", piece)
    layout = lay_windows(shape[2:], filters[2:], **options)
    rng = np.random.default_rng(1)
    x, weight, other = (rng.integers(-5, 6, size).astype(float) for size in (shape, filters, shape))
    grad = rng.integers(-5, 6, (len(x), len(weight), *layout.count)).astype(float)
    bias = np.arange(float(len(weight)))
    output, grad_weight = expected_sums(x, weight, grad, layout, groups)
    assert_array_equal(engine.correlate(x, weight, None, layout, groups), output)
    shaped = bias.reshape(-1, *[1] * len(layout.size))
    assert_array_equal(engine.correlate(x, weight, bias, layout, groups), output + shaped)
    gradients = engine.gradients(grad, x, weight, layout, groups)
    assert_array_equal(gradients[1], grad_weight)
    assert_array_equal(gradients[2], np.moveaxis(grad, 1, 0).reshape(len(weight), -1).sum(axis=1))
    assert gradients[0].shape == shape
    forward, _ = expected_sums(other, weight, grad, layout, groups)
    assert np.vdot(gradients[0], other) == np.vdot(grad, forward)
    lifted = engine.spread(grad, weight, np.ones(shape[1]), layout, groups)
    assert_array_equal(lifted, gradients[0] + 1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(0, 100), st.randoms())
def test_blocks_cover_every_cell_once(shape, room, random):
    counts, order = np.zeros(shape, int), list(range(len(shape)))
    random.shuffle(order)
    for block in cut(shape, room, order):
        assert 0 < counts[block].size <= max(room, 1)
        counts[block] += 1
    assert_array_equal(counts, 1)


def test_what_a_layer_gives_goes_into_the_next_without_a_copy():
    x, weight = np.ones((5, 2, 6, 7)), np.ones((3, 2, 3, 3))
    output = conv2d(x, weight)
    assert np.moveaxis(output, 0, -1).flags.c_contiguous
    inside = engine._batch_last(output)
    assert np.shares_memory(inside, output)
    one = conv2d(x[:1], weight)
    assert one.flags.c_contiguous


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


@pytest.mark.any_cpu
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "filters", "options"),
    [
        ((64, 1, 32, 32), (6, 1, 5, 5), {}),
        ((1, 256, 56, 56), (256, 256, 3, 3), {"padding": 1}),
        ((1, 3, 227, 227), (96, 3, 11, 11), {"stride": 4}),
        ((32, 32, 28, 28), (64, 32, 3, 3), {"stride": 2, "padding": 1}),
        ((32, 64, 14, 14), (128, 64, 1, 1), {}),
    ],
)
def test_little_memory_beyond_the_result(shape, filters, options, dtype):
    x, weight = np.ones(shape, dtype), np.ones(filters, dtype)
    grad = conv2d(x, weight, **options)
    allowed = 1.5 * x.nbytes + 8 * 2**20
    assert beyond_the_result(conv2d, x, weight, **options) < allowed
    assert beyond_the_result(conv2d_backward, grad, x, weight, **options) < allowed
    allowed = 1.5 * grad.nbytes + 8 * 2**20
    assert beyond_the_result(conv_transpose2d, grad, weight, **options) < allowed
