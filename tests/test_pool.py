"""Pooling, against the plain loops and against small cases worked out by hand."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab import loops
from cnnlab.shapes import lay_pooling_windows

MAX = {1: cnnlab.max_pool1d, 2: cnnlab.max_pool2d, 3: cnnlab.max_pool3d}
AVG = {1: cnnlab.avg_pool1d, 2: cnnlab.avg_pool2d, 3: cnnlab.avg_pool3d}
LP = {1: cnnlab.lp_pool1d, 2: cnnlab.lp_pool2d, 3: cnnlab.lp_pool3d}
NAN, INF = np.nan, np.inf


def layouts(x):
    """Yield the same batch in every kind of memory."""
    yield np.ascontiguousarray(x)
    yield np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    yield np.asfortranarray(x)
    yield np.repeat(x, 2, axis=-1)[..., ::2]
    yield np.ascontiguousarray(x[..., ::-1])[..., ::-1]
    yield np.ascontiguousarray(np.swapaxes(x, 0, 1)).swapaxes(0, 1)


@st.composite
def poolings(draw, *, elements):
    """Draw a batch in some memory order, a window that fits, and options."""
    axes = draw(st.integers(1, 3))
    most = {1: 9, 2: 6, 3: 4}[axes]
    kernel, stride, dilation, padding, size = [], [], [], [], []
    for _ in range(axes):
        k, gap = draw(st.integers(1, 3)), draw(st.integers(1, 2))
        pair = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
        least = max(gap * (k - 1) + 1 - sum(pair), 1)
        size.append(draw(st.integers(least, max(least, most))))
        kernel.append(k)
        dilation.append(gap)
        padding.append(pair)
        stride.append(draw(st.integers(1, 3)))
    shape = (draw(st.integers(0, 2)), draw(st.integers(1, 3)), *size)
    cells = draw(st.lists(elements, min_size=1, max_size=24))
    x = np.resize(np.array(cells), shape)
    x = list(layouts(x))[draw(st.integers(0, 5))]
    x.flags.writeable = False
    options = {
        "stride": draw(st.sampled_from([None, tuple(stride)])),
        "padding": tuple(padding),
        "dilation": tuple(dilation),
        "ceil": draw(st.booleans()),
    }
    return axes, x, tuple(kernel), options


SMALL = st.integers(-3, 3).map(float)


@settings(deadline=None)
@given(poolings(elements=SMALL | st.sampled_from([INF, -INF])))
def test_max_pool_is_the_loop(pooling):
    axes, x, kernel_size, options = pooling
    output, switches = MAX[axes](x, kernel_size, **options)
    expected, where = loops.max_pool(x, kernel_size, **options)
    assert_array_equal(output, expected)
    assert_array_equal(switches, where)
    assert switches.dtype == np.int64
    without = MAX[axes](x, kernel_size, switches=False, **options)
    assert without.switches is None
    assert_array_equal(without.output, expected)


@settings(deadline=None)
@given(poolings(elements=SMALL | st.just(NAN)))
def test_nan_propagates_as_in_the_loop(pooling):
    axes, x, kernel_size, options = pooling
    output, switches = MAX[axes](x, kernel_size, **options)
    expected, where = loops.max_pool(x, kernel_size, **options)
    assert_array_equal(output, expected)
    assert_array_equal(switches, where)


@settings(deadline=None)
@given(poolings(elements=st.integers(-9, 9).map(float)), st.booleans())
def test_avg_pool_is_the_loop(pooling, count_padding):
    axes, x, kernel_size, options = pooling
    windows = lay_pooling_windows(x.shape[2:], kernel_size, **options)
    options["count_padding"] = count_padding
    if not count_padding and not windows.cells_per_window().all():
        with pytest.raises(ValueError, match="without a cell of x to average"):
            AVG[axes](x, kernel_size, **options)
        return
    expected = loops.avg_pool(x, kernel_size, **options)
    assert_allclose(AVG[axes](x, kernel_size, **options), expected, rtol=1e-12, atol=1e-12)


@settings(deadline=None)
@given(poolings(elements=st.integers(-9, 9).map(float)), st.sampled_from([1, 2, 3, 2.5]))
def test_lp_pool_is_the_loop(pooling, p):
    axes, x, kernel_size, options = pooling
    output = LP[axes](x, kernel_size, p=p, **options)
    assert_allclose(output, loops.lp_pool(x, kernel_size, p=p, **options), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 5])
def test_any_memory_layout(dtype, channels):
    x = np.random.default_rng(0).integers(-50, 50, (2, channels, 12, 11)).astype(dtype)
    options = {"stride": (2, 1), "padding": 1, "ceil": True}
    expected, where = loops.max_pool(x, 3, **options)
    mean, norm = loops.avg_pool(x, 3, **options), loops.lp_pool(x, 3, **options)
    for batch in layouts(x):
        output, switches = cnnlab.max_pool2d(batch, 3, **options)
        assert_array_equal(output, expected)
        assert_array_equal(switches, where)
        assert output.dtype == dtype
        assert_allclose(cnnlab.avg_pool2d(batch, 3, **options), mean, rtol=1e-5, atol=1e-5)
        assert_allclose(cnnlab.lp_pool2d(batch, 3, **options), norm, rtol=1e-5)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_many_maps_are_pooled_alike(axes):
    shape = (3, 40, *{1: (2000,), 2: (60, 50), 3: (20, 12, 14)}[axes])
    x = np.random.default_rng(axes).integers(0, 99, shape).astype(np.float32)
    output, switches = MAX[axes](x, 2, stride=3, padding=1)
    for at in ((0, 0), (1, 17), (2, 39)):
        expected, where = loops.max_pool(x[at][None, None], 2, stride=3, padding=1)
        assert_array_equal(output[at], expected[0, 0])
        assert_array_equal(switches[at], where[0, 0])


def test_lenet_halves_a_map():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert_array_equal(cnnlab.max_pool2d(x, 2).output[0, 0], [[5, 7], [13, 15]])
    assert_array_equal(cnnlab.avg_pool2d(x, 2)[0, 0], [[2.5, 4.5], [10.5, 12.5]])


def test_overlapping_windows_see_the_same_maximum():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 9
    output, switches = cnnlab.max_pool2d(x, 3, stride=2)
    assert_array_equal(output[0, 0], [[9, 9], [9, 9]])
    assert_array_equal(switches[0, 0], np.full((2, 2), 12))


def test_ties_go_to_the_first():
    switches = cnnlab.max_pool2d(np.ones((1, 1, 4, 6)), 2).switches
    assert_array_equal(switches[0, 0], [[0, 2, 4], [12, 14, 16]])
    x = np.array([[[[0, 1, 1], [1, 0, 1]]]])
    assert cnnlab.max_pool2d(x, (2, 3)).switches.item() == 1


def test_zeros_of_both_signs_tie():
    assert cnnlab.max_pool1d([[[-0.0, 0.0]]], 2).switches.item() == 0


def test_padding_never_wins():
    x = np.full((1, 1, 3, 3), -5.0)
    output, switches = cnnlab.max_pool2d(x, 3, stride=2, padding=1)
    assert_array_equal(output, np.full((1, 1, 2, 2), -5))
    assert_array_equal(switches[0, 0], [[0, 1], [3, 4]])
    output, switches = cnnlab.max_pool1d([[[-INF, -INF, -INF]]], 2, stride=1, padding=1)
    assert_array_equal(output[0, 0], [-INF] * 4)
    assert_array_equal(switches[0, 0], [0, 0, 1, 2])


def test_a_window_without_cells():
    output, switches = cnnlab.max_pool1d([[[1, 2]]], 2, stride=1, padding=1, dilation=3)
    assert_array_equal(output, [[[-INF]]])
    assert_array_equal(switches, [[[-1]]])
    assert_allclose(cnnlab.lp_pool1d([[[3, 4]]], 2, padding=((2, 0),))[0, 0], [0, 5])


def test_ceil_keeps_a_last_window_that_starts_on_the_map():
    x = np.arange(1.0, 6)[None, None]
    output, switches = cnnlab.max_pool1d(x, 2, ceil=True)
    assert_array_equal(output[0, 0], [2, 4, 5])
    assert_array_equal(switches[0, 0], [1, 3, 4])
    assert_array_equal(cnnlab.avg_pool1d(x, 2, ceil=True)[0, 0], [1.5, 3.5, 5])


def test_ceil_drops_a_window_that_would_start_in_the_padding():
    x = np.arange(1.0, 6)[None, None]
    assert_array_equal(cnnlab.max_pool1d(x, 1, stride=5, padding=0, ceil=True).output[0, 0], [1])
    x = np.arange(1.0, 4)[None, None]
    assert_array_equal(cnnlab.max_pool1d(x, 2, padding=1, ceil=True).output[0, 0], [1, 3])
    x = np.arange(1.0, 5)[None, None]
    assert_array_equal(cnnlab.max_pool1d(x, 2, padding=1, ceil=True).output[0, 0], [1, 3, 4])
    x = np.arange(1.0, 3)[None, None]
    assert cnnlab.max_pool1d(x, 3, stride=3, padding=1, ceil=True).output.shape == (1, 1, 1)


def test_ceil_takes_a_window_larger_than_the_map():
    assert cnnlab.max_pool1d([[[1, 3, 2]]], 4, stride=2, ceil=True).output.item() == 3
    assert_array_equal(cnnlab.avg_pool1d([[[1, 3, 2]]], 4, stride=2, ceil=True), [[[2]]])
    with pytest.raises(ValueError, match="kernel_size 5 with dilation 1 covers 5 cells"):
        cnnlab.max_pool1d([[[1, 3, 2]]], 5, stride=2, ceil=True)  # larger by a stride


def test_what_counts_in_an_average():
    x = np.ones((1, 1, 5))
    options = {"padding": 1, "ceil": True}
    assert_array_equal(cnnlab.avg_pool1d(x, 2, **options)[0, 0], [1, 1, 1])
    counted = cnnlab.avg_pool1d(x, 2, count_padding=True, **options)
    assert_array_equal(counted[0, 0], [0.5, 1, 1])
    x = np.ones((1, 1, 4))
    counted = cnnlab.avg_pool1d(x, 3, stride=3, count_padding=True, **options)
    assert_allclose(counted[0, 0], [2 / 3, 2 / 3])
    counted = cnnlab.avg_pool1d(x, 4, stride=3, count_padding=True, ceil=True, padding=1)
    assert_allclose(counted[0, 0], [3 / 4, 2 / 3])


def test_dilation_skips_cells():
    x = np.array([[[1.0, 9, 3, 8, 5, 7]]])
    output, switches = cnnlab.max_pool1d(x, 3, stride=1, dilation=2)
    assert_array_equal(output[0, 0], [5, 9])
    assert_array_equal(switches[0, 0], [4, 1])
    assert_array_equal(cnnlab.avg_pool1d(x, 3, stride=1, dilation=2)[0, 0], [3, 8])


@pytest.mark.parametrize("padding", ["same", "valid", "full"])
def test_words_for_padding(padding):
    x = np.arange(30.0).reshape(1, 1, 5, 6)
    pairs = {"same": ((0, 1), (0, 1)), "valid": 0, "full": 1}[padding]
    expected = cnnlab.max_pool2d(x, 2, stride=1, padding=pairs)
    for ours, theirs in zip(
        cnnlab.max_pool2d(x, 2, stride=1, padding=padding), expected, strict=True
    ):
        assert_array_equal(ours, theirs)
    assert cnnlab.max_pool2d(x, 3, stride=2, padding="same").output.shape == (1, 1, 3, 3)


def test_p_norm_nears_the_largest_magnitude():
    x = np.array([[[3.0, -4.0, 1.0]]])
    assert_allclose(cnnlab.lp_pool1d(x, 3, p=1).item(), 8)
    assert_allclose(cnnlab.lp_pool1d(x, 3).item(), np.sqrt(26))
    assert_allclose(cnnlab.lp_pool1d(x, 3, p=100).item(), 4, rtol=1e-6)


def test_p_norm_overflows_where_its_powers_do():
    """The powers are not scaled; 4 to the power of 500 is still a number, to that of 1000 not."""
    x = np.array([[[3.0, 4.0]]])
    assert_allclose(cnnlab.lp_pool1d(x, 2, p=500), [[[4]]], rtol=1e-12)
    large = np.full((1, 1, 2), 1e30, np.float32)
    with np.errstate(over="ignore"):
        assert cnnlab.lp_pool1d(x, 2, p=1000).item() == INF
        assert cnnlab.lp_pool1d(large, 2).item() == INF
    with np.errstate(under="ignore"):
        assert cnnlab.lp_pool1d(1 / large, 2).item() == 0


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_global_average_is_one_large_window(axes):
    x = np.random.default_rng(0).standard_normal((2, 3, *(4, 5, 6)[:axes]))
    mean = cnnlab.global_average_pool(x)
    assert mean.shape == (2, 3) + (1,) * axes
    assert_allclose(mean, AVG[axes](x, x.shape[2:]), rtol=1e-12)
    assert cnnlab.global_average_pool(x[:0]).shape == (0, 3) + (1,) * axes


def test_global_average_of_bytes_does_not_overflow():
    x = np.full((1, 2, 20, 30), 250, np.uint8)
    assert_array_equal(cnnlab.global_average_pool(x), np.full((1, 2, 1, 1), 250.0))
    assert cnnlab.global_average_pool(x).dtype == np.float64
    assert cnnlab.global_average_pool(x.astype(np.float32)).dtype == np.float32


def test_global_average_adds_up_well_in_float32():
    x = np.random.default_rng(0).random((1, 3, 224, 224), dtype=np.float32)
    exact = x.mean(axis=(2, 3), dtype=np.float64)
    for batch in layouts(x):
        assert_allclose(cnnlab.global_average_pool(batch)[..., 0, 0], exact, rtol=1e-6)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_depthwise_max_pool(axes, depth):
    x = np.random.default_rng(0).standard_normal((2, 6, *(4, 5, 6)[:axes]))
    expected = x.reshape(2, 6 // depth, depth, *x.shape[2:]).max(axis=2)
    for batch in layouts(x):
        pooled = cnnlab.depthwise_max_pool(batch, depth)
        assert_array_equal(pooled, expected)
        assert not np.shares_memory(pooled, batch)
    assert cnnlab.depthwise_max_pool(x[:0], depth).shape == (0, *expected.shape[1:])


def test_depthwise_max_pool_passes_nan_on():
    assert_array_equal(cnnlab.depthwise_max_pool([[[NAN], [1], [2], [3]]], 2), [[[NAN], [3]]])


@pytest.mark.parametrize(
    ("given_type", "expected"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.float16, np.float32),
        (np.longdouble, np.longdouble),
        (np.uint8, np.float64),
        (np.int64, np.float64),
        (np.bool_, np.float64),
    ],
)
def test_types(given_type, expected):
    x = np.ones((1, 2, 4, 4), given_type)
    assert cnnlab.max_pool2d(x, 2).output.dtype == expected
    assert cnnlab.avg_pool2d(x, 2, padding=1).dtype == expected
    assert cnnlab.lp_pool2d(x, 2).dtype == expected
    assert cnnlab.lp_pool2d(x, 2, p=3).dtype == expected
    assert cnnlab.depthwise_max_pool(x, 2).dtype == expected
    assert cnnlab.global_average_pool(x).dtype == expected


def test_bytes_do_not_overflow():
    x = np.full((1, 1, 4, 4), 200, np.uint8)
    assert_array_equal(cnnlab.avg_pool2d(x, 2), np.full((1, 1, 2, 2), 200.0))
    assert_allclose(cnnlab.lp_pool2d(x, 2), np.full((1, 1, 2, 2), 400.0))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_one_pixel_and_no_example(axes):
    one = np.full((1, 1) + (1,) * axes, 7.0)
    output, switches = MAX[axes](one, 1)
    assert output.item() == 7
    assert switches.item() == 0
    assert AVG[axes](one, 1).item() == 7
    assert LP[axes](one, 1).item() == pytest.approx(7)
    none = np.zeros((0, 3) + (4,) * axes, np.float32)
    output, switches = MAX[axes](none, 2)
    assert output.shape == switches.shape == AVG[axes](none, 2).shape == (0, 3) + (2,) * axes
    assert LP[axes](none, 2).dtype == output.dtype == np.float32


def test_operands_stay_as_they_were():
    for x in layouts(np.random.default_rng(0).standard_normal((2, 3, 6, 7))):
        before = x.copy()
        x.flags.writeable = False
        results = [
            *cnnlab.max_pool2d(x, 3, padding=1),
            cnnlab.max_pool2d(x, 1).output,
            cnnlab.avg_pool2d(x, 1),
            cnnlab.lp_pool2d(x, 1),
            cnnlab.depthwise_max_pool(x, 1),
            cnnlab.global_average_pool(x),
        ]
        assert_array_equal(x, before)
        for result in results:
            assert result.flags.writeable
            assert not np.shares_memory(result, x)


def test_infinity_and_nan_in_averages():
    x = np.array([[[1, INF, 2, NAN, 3, 4]]])
    assert_array_equal(cnnlab.avg_pool1d(x, 2)[0, 0], [INF, NAN, 3.5])
    assert_allclose(cnnlab.lp_pool1d(x, 2)[0, 0], [INF, NAN, 5])


def test_a_large_window_finds_its_cell():
    x = np.zeros((1, 1, 20, 20))
    x[0, 0, 17, 19] = 1
    assert cnnlab.max_pool2d(x, 20).switches.item() == 17 * 20 + 19
    assert cnnlab.max_pool2d(x, (16, 16), stride=4).switches[0, 0, 1, 1] == 17 * 20 + 19


X = np.zeros((2, 3, 6, 7))
POOLINGS = [cnnlab.max_pool2d, cnnlab.avg_pool2d, cnnlab.lp_pool2d]
VALUE_ERRORS = [
    (X[0], 2, {}, "x must have 4 axes (N, C, H, W); got 3 axes, shape (3, 6, 7)"),
    (X[0, 0], 2, {}, "x must have 4 axes (N, C, H, W); got 2 axes"),
    (X[None], 2, {}, "got 5 axes"),
    (3.0, 2, {}, "got 0 axes, shape ()"),
    (
        X[:, :0],
        2,
        {},
        "no axis of x (N, C, H, W) but the batch may be empty; got shape (2, 0, 6, 7)",
    ),
    (X[..., :0], 2, {}, "got shape (2, 3, 6, 0)"),
    ([[1, 2], [3]], 2, {}, "x must be an array; its rows differ in length"),
    (X, 0, {}, "kernel_size must be an integer of at least 1; got 0"),
    (X, (2, -1), {}, "kernel_size must be an integer of at least 1; got -1"),
    (X, (2, 2, 2), {}, "kernel_size needs an int or one per axis (2); got (2, 2, 2)"),
    (X, 7, {}, "axis 0: kernel_size 7 with dilation 1 covers 7 cells, but size 6"),
    (X, (2, 9), {"ceil": True, "stride": 1}, "axis 1: kernel_size 9 with dilation 1 covers 9"),
    (X, 2, {"stride": 0}, "stride must be an integer of at least 1; got 0"),
    (X, 2, {"stride": (1,)}, "stride needs an int or one per axis (2); got (1,)"),
    (X, 2, {"padding": -1}, "padding must be an integer of at least 0; got -1"),
    (X, 2, {"padding": (1, 2, 3)}, "padding needs one entry per axis (2)"),
    (X, 2, {"padding": "smae"}, "did you mean 'same'?"),
    (X, 2, {"dilation": 0}, "dilation must be an integer of at least 1; got 0"),
    (X, 3, {"dilation": 4}, "covers 9 cells"),
]
TYPE_ERRORS = [
    ("camera", 2, {}, "x must be an array of numbers; got the string 'camera'"),
    (None, 2, {}, "x must hold real numbers"),
    (X * 1j, 2, {}, "dtype complex128"),
    (X.astype(object), 2, {}, "dtype object"),
    (X, 2.0, {}, "kernel_size must be an integer of at least 1; got 2.0 (float)"),
    (X, None, {}, "kernel_size must be an integer of at least 1; got None"),
    (X, "2", {}, "kernel_size must be an integer of at least 1; got '2' (str)"),
    (X, True, {}, "got True (bool)"),
    (X, 2, {"stride": 1.5}, "stride must be an integer of at least 1; got 1.5"),
    (X, 2, {"padding": 0.5}, "padding must be an integer of at least 0; got 0.5"),
    (X, 2, {"padding": None}, "padding must be an integer of at least 0; got None"),
    (X, 2, {"dilation": None}, "dilation must be an integer of at least 1; got None"),
    (X, 2, {"ceil": 1}, "ceil must be True or False; got 1 (int)"),
    (X, 2, {"ceil": None}, "ceil must be True or False; got None (NoneType)"),
]


@pytest.mark.parametrize("operation", POOLINGS)
@pytest.mark.parametrize(("x", "kernel_size", "options", "message"), VALUE_ERRORS)
def test_malformed_values(operation, x, kernel_size, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        operation(x, kernel_size, **options)


@pytest.mark.parametrize("operation", POOLINGS)
@pytest.mark.parametrize(("x", "kernel_size", "options", "message"), TYPE_ERRORS)
def test_malformed_types(operation, x, kernel_size, options, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        operation(x, kernel_size, **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: cnnlab.max_pool2d(X, 2, switches=1),
            TypeError,
            "switches must be True or False; got 1 (int)",
        ),
        (
            lambda: cnnlab.avg_pool2d(X, 2, count_padding="no"),
            TypeError,
            "count_padding must be True or False; got 'no' (str)",
        ),
        (
            lambda: cnnlab.avg_pool2d(X, 2, padding=((2, 0), 0)),
            ValueError,
            "padding ((2, 0), (0, 0)) leaves window (0, 0) without a cell of x to average",
        ),
        (
            lambda: cnnlab.lp_pool2d(X, 2, p="2"),
            TypeError,
            "p must be a number of at least 1; got '2' (str)",
        ),
        (lambda: cnnlab.lp_pool2d(X, 2, p=True), TypeError, "got True (bool)"),
        (lambda: cnnlab.lp_pool2d(X, 2, p=None), TypeError, "got None (NoneType)"),
        (
            lambda: cnnlab.lp_pool2d(X, 2, p=0.5),
            ValueError,
            "p must be a finite number of at least 1; got 0.5",
        ),
        (lambda: cnnlab.lp_pool2d(X, 2, p=NAN), ValueError, "got nan"),
        (lambda: cnnlab.lp_pool2d(X, 2, p=INF), ValueError, "max_pool of abs(x)"),
        (
            lambda: cnnlab.depthwise_max_pool(X, 2),
            ValueError,
            "depth must divide the 3 channels of x (1, 3); got 2",
        ),
        (
            lambda: cnnlab.depthwise_max_pool(X, 0),
            ValueError,
            "depth must be an integer of at least 1; got 0",
        ),
        (lambda: cnnlab.depthwise_max_pool(X, 1.0), TypeError, "got 1.0 (float)"),
        (
            lambda: cnnlab.depthwise_max_pool(X[0, 0], 1),
            ValueError,
            "x must have 3 to 5 axes, (N, C, L) to (N, C, T, H, W); got shape (6, 7)",
        ),
        (
            lambda: cnnlab.global_average_pool(X[None, None]),
            ValueError,
            "x must have 3 to 5 axes",
        ),
        (lambda: cnnlab.global_average_pool(X[..., :0]), ValueError, "may be empty"),
        (lambda: cnnlab.global_average_pool(["a"]), TypeError, "x must hold real numbers"),
        (lambda: cnnlab.max_pool1d(X, 2), ValueError, "x must have 3 axes (N, C, L); got 4"),
        (lambda: cnnlab.avg_pool3d(X, 2), ValueError, "x must have 5 axes (N, C, T, H, W); got 4"),
    ],
)
def test_malformed_calls(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


@pytest.mark.parametrize("operation", POOLINGS)
def test_options_are_keyword_only(operation):
    with pytest.raises(TypeError, match="positional"):
        operation(X, 2, 2)
