"""The way back through pooling: against the loops, central differences and the adjoint."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab import loops

MAX = {1: cnnlab.max_pool1d, 2: cnnlab.max_pool2d, 3: cnnlab.max_pool3d}
AVG = {1: cnnlab.avg_pool1d, 2: cnnlab.avg_pool2d, 3: cnnlab.avg_pool3d}
LP = {1: cnnlab.lp_pool1d, 2: cnnlab.lp_pool2d, 3: cnnlab.lp_pool3d}


def as_channels_last(array):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1)


@st.composite
def poolings(draw):
    """Draw a batch, a window that fits, and options, such that each window has a cell."""
    axes = draw(st.integers(1, 3))
    kernel = [draw(st.integers(1, 3)) for _ in range(axes)]
    dilation = [draw(st.integers(1, 2)) for _ in range(axes)]
    padding = [
        (draw(st.integers(0, k - 1)) * (gap == 1), draw(st.integers(0, k - 1)) * (gap == 1))
        for k, gap in zip(kernel, dilation, strict=True)
    ]
    size = [
        draw(st.integers(gap * (k - 1) + 1, gap * (k - 1) + {1: 6, 2: 4, 3: 2}[axes]))
        for k, gap in zip(kernel, dilation, strict=True)
    ]
    options = {
        "stride": tuple(draw(st.integers(1, 3)) for _ in range(axes)),
        "padding": tuple(padding),
        "dilation": tuple(dilation),
        "ceil": draw(st.booleans()),
    }
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(0, 2)), draw(st.integers(1, 3)), *size)
    x = rng.permutation(np.arange(np.prod(shape), dtype=float)).reshape(shape) / 8 - 1.03
    return axes, as_channels_last(x) if draw(st.booleans()) else x, tuple(kernel), options, rng


def gradient_for(output, rng):
    """Draw a gradient of small integers, whose sums are exact, in either memory order."""
    gradient = rng.integers(-9, 10, output.shape).astype(float)
    return as_channels_last(gradient) if rng.integers(2) else gradient


@settings(deadline=None)
@given(poolings())
def test_max_pool_backward_is_the_loop(pooling):
    axes, x, kernel_size, options, rng = pooling
    output, switches = MAX[axes](np.round(x), kernel_size, **options)
    gradient = gradient_for(output, rng)
    expected = loops.max_pool_backward(gradient, switches, x.shape)
    for where in (switches, as_channels_last(switches), switches.astype(np.uint16)):
        assert_array_equal(cnnlab.max_pool_backward(gradient, where, x.shape), expected)


@settings(max_examples=40, deadline=None)
@given(poolings())
def test_max_pool_backward_against_differences(pooling):
    axes, x, kernel_size, options, rng = pooling
    output, switches = MAX[axes](x, kernel_size, **options)
    gradient = gradient_for(output, rng)
    cnnlab.check_gradient(
        lambda x: MAX[axes](x, kernel_size, **options).output,
        x,
        cnnlab.max_pool_backward(gradient, switches, x.shape),
        gradient,
    )


@settings(deadline=None)
@given(poolings(), st.booleans())
def test_avg_pool_backward_is_the_loop_and_the_adjoint(pooling, count_padding):
    axes, x, kernel_size, options, rng = pooling
    options["count_padding"] = count_padding
    output = AVG[axes](x, kernel_size, **options)
    gradient = gradient_for(output, rng)
    back = cnnlab.avg_pool_backward(gradient, x.shape, kernel_size, **options)
    loop = loops.avg_pool_backward(gradient, x.shape, kernel_size, **options)
    assert_allclose(back, loop, rtol=1e-12, atol=1e-12)
    assert_allclose((output * gradient).sum(), (x * back).sum(), rtol=1e-9, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(poolings(), st.sampled_from([1, 1.5, 2, 3]))
def test_lp_pool_backward_against_differences(pooling, p):
    axes, x, kernel_size, options, rng = pooling
    output = LP[axes](x, kernel_size, p=p, **options)
    gradient = gradient_for(output, rng)
    back = cnnlab.lp_pool_backward(gradient, x, kernel_size, p=p, **options)
    assert_allclose((x * back).sum(), (output * gradient).sum(), rtol=1e-9, atol=1e-9)
    if p > 1:
        cnnlab.check_gradient(
            lambda x: LP[axes](x, kernel_size, p=p, **options), x, back, gradient, rtol=1e-5
        )


def test_overlapping_windows_add_up():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 9
    output, switches = cnnlab.max_pool2d(x, 3, stride=2)
    back = cnnlab.max_pool_backward(np.array([[[[1, 2], [4, 8]]]]), switches, x.shape)
    expected = np.zeros_like(x)
    expected[0, 0, 2, 2] = 15
    assert_array_equal(back, expected)
    assert_array_equal(cnnlab.max_unpool(output, switches, x.shape), x)


def test_ties_send_all_to_the_first():
    switches = cnnlab.max_pool2d(np.ones((1, 1, 2, 2)), 2).switches
    back = cnnlab.max_pool_backward([[[[7]]]], switches, (1, 1, 2, 2))
    assert_array_equal(back, [[[[7, 0], [0, 0]]]])


def test_average_shares_a_gradient_out():
    back = cnnlab.avg_pool_backward(np.full((1, 1, 2, 2), 4.0), (1, 1, 5, 4), 2)
    assert_array_equal(back[0, 0, :4], np.ones((4, 4)))
    assert_array_equal(back[0, 0, 4], np.zeros(4))


def test_gradient_of_a_norm_at_zero():
    x = np.array([[[0.0, 0.0, 3.0, 0.0]]])
    for p in (1, 1.5, 2, 3):
        back = cnnlab.lp_pool_backward([[[5, 7]]], x, 2, p=p)
        assert_allclose(back, [[[0, 0, 7, 0]]], rtol=1e-14)  # what is 0 is 0


def test_maxima_go_back_to_where_they_were():
    x = np.random.default_rng(0).standard_normal((2, 3, 6, 8))
    output, switches = cnnlab.max_pool2d(x, 2)
    back = cnnlab.max_unpool(output, switches, x.shape)
    assert_array_equal(back, np.where(back == 0, 0, x))
    assert (back != 0).sum() == output.size
    again = cnnlab.max_pool2d(np.where(back == 0, -np.inf, back), 2)
    assert_array_equal(again.output, output)
    assert_array_equal(again.switches, switches)


def test_unpooling_into_another_shape():
    y, switches = np.array([[[[5, 6]]]]), np.array([[[[1, 7]]]])
    assert_array_equal(
        cnnlab.max_unpool(y, switches, (1, 1, 3, 3)), [[[[0, 5, 0], [0, 0, 0], [0, 6, 0]]]]
    )
    assert_array_equal(
        cnnlab.max_unpool(y, switches, (1, 1, 2, 4)), [[[[0, 5, 0, 0], [0, 0, 0, 6]]]]
    )


def test_the_last_of_equal_switches_sets_the_cell():
    y, switches = np.arange(1.0, 9).reshape(1, 1, 2, 4), np.full((1, 1, 2, 4), 3)
    assert_array_equal(cnnlab.max_unpool(y, switches, (1, 1, 2, 2)), [[[[0, 0], [0, 8]]]])


def test_a_switch_that_points_nowhere():
    switches = np.array([[[-1, 1]], [[0, -1]]])
    values = np.array([[[5, 6]], [[7, 8]]])
    expected = [[[0, 6]], [[7, 0]]]
    assert_array_equal(cnnlab.max_pool_backward(values, switches, (2, 1, 2)), expected)
    assert_array_equal(cnnlab.max_unpool(values, switches, (2, 1, 2)), expected)
    twice = np.repeat(switches, 2, axis=1), np.repeat(values, 2, axis=1)
    back = cnnlab.max_unpool(as_channels_last(twice[1]), as_channels_last(twice[0]), (2, 2, 2))
    assert_array_equal(back, np.repeat(expected, 2, axis=1))


@pytest.mark.parametrize("last", [False, True])
def test_large_gradients_are_scattered_alike(last):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 9, (3, 20, 33, 41)).astype(np.float32)
    x = as_channels_last(x) if last else x
    output, switches = cnnlab.max_pool2d(x, 3, stride=2, padding=1)
    gradient = rng.integers(-9, 9, output.shape).astype(np.float32)
    back = cnnlab.max_pool_backward(gradient, switches, x.shape)
    assert back.dtype == np.float32
    unpooled = cnnlab.max_unpool(output, switches, x.shape)
    shared = cnnlab.avg_pool_backward(gradient, x.shape, 3, stride=2, padding=1)
    for at in ((0, 0), (1, 13), (2, 19)):
        one = gradient[at][None, None], switches[at][None, None]
        assert_array_equal(back[at], loops.max_pool_backward(*one, (1, 1, 33, 41))[0, 0])
        won = np.isin(np.arange(33 * 41), switches[at]).reshape(33, 41)
        assert_array_equal(unpooled[at], np.where(won, x[at], 0))
        loop = loops.avg_pool_backward(one[0], (1, 1, 33, 41), 3, stride=2, padding=1)
        assert_allclose(shared[at], loop[0, 0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.float16, np.float32),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.longdouble, np.longdouble),
        (np.int8, np.float64),
        (np.bool_, np.float64),
    ],
)
def test_types(dtype, expected):
    gradient, switches = np.ones((1, 2, 2), dtype), np.zeros((1, 2, 2), np.int32)
    assert cnnlab.max_pool_backward(gradient, switches, (1, 2, 4)).dtype == expected
    assert cnnlab.max_unpool(gradient, switches, (1, 2, 4)).dtype == expected
    assert cnnlab.avg_pool_backward(gradient, (1, 2, 4), 2).dtype == expected
    assert cnnlab.lp_pool_backward(gradient, np.ones((1, 2, 4), dtype), 2).dtype == expected


@pytest.mark.parametrize(
    ("gradient", "x", "expected"),
    [
        (np.int64, np.float32, np.float32),
        (np.float16, np.uint8, np.float32),
        (np.float32, np.float64, np.float64),
    ],
)
def test_floats_choose_the_type_of_a_norms_gradient(gradient, x, expected):
    gradient, x = np.ones((1, 2, 2), gradient), np.ones((1, 2, 4), x)
    assert cnnlab.lp_pool_backward(gradient, x, 2).dtype == expected


def test_bytes_do_not_overflow():
    gradient, switches = np.full((1, 1, 4), 200, np.uint8), np.zeros((1, 1, 4), np.uint8)
    assert cnnlab.max_pool_backward(gradient, switches, (1, 1, 2))[0, 0, 0] == 800


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_one_pixel_and_no_example(axes):
    one, none = (1, 1) + (1,) * axes, (0, 3) + (4,) * axes
    zero = np.zeros(one, int)
    assert cnnlab.max_pool_backward(zero + 7, zero, one).item() == 7
    assert cnnlab.max_unpool(zero + 7, zero, one).item() == 7
    assert cnnlab.avg_pool_backward(zero + 7, one, 1).item() == 7
    assert cnnlab.lp_pool_backward(zero + 7, zero - 3, 1).item() == pytest.approx(-7)
    gradient = np.zeros((0, 3) + (2,) * axes)
    switches = gradient.astype(np.int64)
    assert cnnlab.max_pool_backward(gradient, switches, none).shape == none
    assert cnnlab.max_unpool(gradient, switches, none).shape == none
    assert cnnlab.avg_pool_backward(gradient, none, 2).shape == none
    assert cnnlab.lp_pool_backward(gradient, np.zeros(none), 2).shape == none


def test_operands_stay_as_they_were():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 6, 8))
    for order in (np.ascontiguousarray, as_channels_last, np.asfortranarray):
        gradient, switches, batch = (
            order(array) for array in (rng.standard_normal((2, 3, 6, 8)), np.zeros(x.shape, int), x)
        )
        before = gradient.copy(), switches.copy(), batch.copy()
        for array in (gradient, switches, batch):
            array.flags.writeable = False
        results = [
            cnnlab.max_pool_backward(gradient, switches, x.shape),
            cnnlab.max_unpool(gradient, switches, x.shape),
            cnnlab.avg_pool_backward(gradient, x.shape, 1),
            cnnlab.lp_pool_backward(gradient, batch, 1),
        ]
        for array, old in zip((gradient, switches, batch), before, strict=True):
            assert_array_equal(array, old)
        for result in results:
            assert result.flags.writeable
            assert not any(np.shares_memory(result, array) for array in (gradient, batch))


def test_any_memory_layout():
    rng = np.random.default_rng(0)
    x, gradient = rng.standard_normal((2, 4, 7, 9)), rng.standard_normal((2, 4, 3, 4))
    switches = rng.integers(0, 63, gradient.shape)
    calls = (
        lambda order: cnnlab.max_pool_backward(order(gradient), order(switches), x.shape),
        lambda order: cnnlab.max_pool_backward(gradient, order(switches), x.shape),
        lambda order: cnnlab.max_unpool(order(gradient), switches, x.shape),
        lambda order: cnnlab.avg_pool_backward(order(gradient), x.shape, 2),
        lambda order: cnnlab.lp_pool_backward(gradient, order(x), 2),
        lambda order: cnnlab.lp_pool_backward(order(gradient), x, 2),
    )
    orders = (
        as_channels_last,
        np.asfortranarray,
        lambda array: np.repeat(array, 2, axis=-1)[..., ::2],
        lambda array: np.ascontiguousarray(array[..., ::-1])[..., ::-1],
    )
    for call in calls:
        expected = call(np.ascontiguousarray)
        for order in orders:
            assert_allclose(call(order), expected, rtol=1e-12, atol=1e-12)


G, S = np.zeros((2, 3, 4, 5)), np.zeros((2, 3, 4, 5), int)
SHAPE = (2, 3, 8, 10)


@pytest.mark.parametrize("operation", [cnnlab.max_pool_backward, cnnlab.max_unpool])
@pytest.mark.parametrize(
    ("values", "switches", "shape", "error", "message"),
    [
        (G, S, (2, 3), ValueError, "must be a tuple (N, C, *size) of 3 to 5 numbers; got (2, 3)"),
        (G, S, 8, ValueError, "must be a tuple (N, C, *size) of 3 to 5 numbers; got 8"),
        (G, S, None, ValueError, "of 3 to 5 numbers; got None"),
        (G, S, (2, 3, 8, 0), ValueError, "shape must be an integer of at least 1; got 0"),
        (G, S, (-1, 3, 8, 9), ValueError, "shape must be an integer of at least 0; got -1"),
        (G, S, (2, 3, 8.0, 9), TypeError, "shape must be an integer of at least 1; got 8.0"),
        (G, S, (2, 3, 8), ValueError, "must have 3 axes (N, C, L); got 4 axes"),
        (G, S, (2, 4, 8, 10), ValueError, "must begin with the examples and channels of"),
        (G, S, (1, 3, 8, 10), ValueError, "(2, 3); got (1, 3, 8, 10)"),
        (G, S[:1], SHAPE, ValueError, "(2, 3, 4, 5); got (1, 3, 4, 5)"),
        (G, S.astype(float), SHAPE, TypeError, "switches must be integers; got dtype float64"),
        (G, S > 0, SHAPE, TypeError, "switches must be integers; got dtype bool"),
        (G, None, SHAPE, TypeError, "switches must hold real numbers"),
        (G, S + 80, SHAPE, ValueError, "switches must be from 0 to 79, the cells of a map, or -1"),
        (G, S - 2, SHAPE, ValueError, "for none; got -2"),
        (G, S.astype(np.uint64) + 2**63, SHAPE, ValueError, f"got {2**63}"),
        (None, S, SHAPE, TypeError, "must hold real numbers"),
        (G * 1j, S, SHAPE, TypeError, "complex128"),
        ("G", S, SHAPE, TypeError, "must be an array of numbers; got the string 'G'"),
        ([[1], [2, 3]], S, SHAPE, ValueError, "its rows differ in length"),
    ],
)
def test_malformed_switches(operation, values, switches, shape, error, message):
    with pytest.raises(error, match=re.escape(message)):
        operation(values, switches, shape)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: cnnlab.avg_pool_backward(G, (2, 3, 9, 10), 2, stride=3),
            ValueError,
            "grad_output must have the shape of the pooling's output, (2, 3, 3, 3); "
            "got (2, 3, 4, 5)",
        ),
        (lambda: cnnlab.avg_pool_backward(G, (2, 4, 8, 10), 2), ValueError, "(2, 4, 4, 5); got"),
        (lambda: cnnlab.avg_pool_backward(G, (2, 3, 8), 2), ValueError, "must have 3 axes"),
        (lambda: cnnlab.avg_pool_backward(G, SHAPE, 0), ValueError, "kernel_size must be"),
        (lambda: cnnlab.avg_pool_backward(G, SHAPE, 99), ValueError, "covers 99 cells"),
        (lambda: cnnlab.avg_pool_backward(G, SHAPE, 2, stride=0), ValueError, "stride must be"),
        (lambda: cnnlab.avg_pool_backward(G, SHAPE, 2, ceil="up"), TypeError, "ceil must be"),
        (lambda: cnnlab.avg_pool_backward(None, SHAPE, 2), TypeError, "grad_output must hold"),
        (
            lambda: cnnlab.avg_pool_backward(G, SHAPE, 2, padding=((2, 0), 0)),
            ValueError,
            "without a cell of x to average",
        ),
        (
            lambda: cnnlab.lp_pool_backward(G, G, 2),
            ValueError,
            "grad_output must have the shape of the pooling's output, (2, 3, 2, 2); got",
        ),
        (lambda: cnnlab.lp_pool_backward(G, G[0, 0], 2), ValueError, "x must have 3 to 5 axes"),
        (lambda: cnnlab.lp_pool_backward(G, G, 1, p=0), ValueError, "p must be a finite number"),
        (lambda: cnnlab.lp_pool_backward(G, G, 1, p="1"), TypeError, "p must be a number"),
    ],
)
def test_malformed_gradients(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


@pytest.mark.parametrize("p", [1, 2, 3])
def test_what_is_no_number_stays_none_on_the_way_back(p):
    x = np.array([[[3, np.nan, 1, 2]]])
    assert_array_equal(np.isnan(cnnlab.lp_pool1d(x, 2, p=p)), [[[True, False]]])
    back = np.isnan(cnnlab.lp_pool_backward([[[1, 1]]], x, 2, p=p))
    if p > 1:
        assert_array_equal(back, [[[True, True, False, False]]])
    assert_array_equal(back[..., 1:], [[[True, False, False]]])
