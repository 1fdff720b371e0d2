"""The teaching forms do what the fast forms do."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnnlab import conv2d, conv2d_backward, conv_transpose2d, cross_correlate2d, loops

OPTIONS = [
    {},
    {"stride": 2},
    {"padding": ((1, 0), (2, 3)), "stride": (1, 3)},
    {"dilation": (2, 1), "padding": 1},
    {"padding": "same", "stride": (2, 1)},
    {"padding": "full", "dilation": 2},
]


def integers(*shape):
    return np.random.default_rng(sum(shape)).integers(-9, 10, shape)


@pytest.mark.parametrize("options", OPTIONS)
def test_one_map_and_one_kernel(options):
    image, kernel = integers(6, 7), integers(2, 3)
    output = loops.correlate(image, kernel, **options)
    assert_array_equal(conv2d(image[None, None], kernel[None, None], **options)[0, 0], output)
    assert_array_equal(cross_correlate2d(image, kernel, **{"padding": 0} | options), output)


@pytest.mark.parametrize("options", OPTIONS)
def test_a_filter_adds_up_over_its_channels(options):
    x, weight = integers(2, 3, 6, 7), integers(4, 3, 2, 3)
    output = conv2d(x, weight, **options)
    for b, o in np.ndindex(2, 4):
        maps = [loops.correlate(x[b, c], weight[o, c], **options) for c in range(3)]
        assert_array_equal(output[b, o], sum(maps))


@pytest.mark.parametrize("options", OPTIONS)
def test_gradients(options):
    x, weight = integers(2, 3, 6, 7), integers(4, 3, 2, 3)
    grad = integers(*conv2d(x, weight, **options).shape)
    gradients = conv2d_backward(grad, x, weight, **options)
    for b, c in np.ndindex(2, 3):
        back = [loops.input_gradient(grad[b, o], weight[o, c], (6, 7), **options) for o in range(4)]
        assert_array_equal(gradients.x[b, c], sum(back))
    for o, c in np.ndindex(4, 3):
        uses = [loops.kernel_gradient(grad[b, o], x[b, c], (2, 3), **options) for b in range(2)]
        assert_array_equal(gradients.weight[o, c], sum(uses))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": (2, 3)},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"stride": (1, 3), "padding": (1, 0), "output_padding": (0, 2)},
        {"stride": 2, "dilation": (3, 1), "output_padding": (2, 0)},
    ],
)
def test_zeros_between_the_rows(options):
    x, weight = integers(2, 3, 4, 5), integers(3, 2, 2, 3)
    output = conv_transpose2d(x, weight, **options)
    for b, o in np.ndindex(2, 2):
        maps = [loops.conv_transpose(x[b, c], weight[c, o], **options) for c in range(3)]
        assert_array_equal(output[b, o], sum(maps))


def test_a_cell_reaches_the_windows_that_cover_it():
    """At stride 1 the corner is in one window, its neighbour in two, an inner cell in four."""
    reached = loops.input_gradient(np.ones((3, 4)), np.ones((2, 2)), (4, 5))
    assert_array_equal(reached[0], [1, 2, 2, 2, 1])
    assert_array_equal(reached[1], [2, 4, 4, 4, 2])


def test_bytes_do_not_overflow():
    """200 · 2 + 200 · 2, not 144 + 144."""
    image, kernel, one = (np.array(cells, np.uint8) for cells in ([[200, 200]], [[2, 2]], [[200]]))
    assert_array_equal(loops.correlate(image, kernel), [[800]])
    assert_array_equal(loops.input_gradient(one, kernel, (1, 2)), [[400, 400]])
    assert_array_equal(loops.kernel_gradient(one, 2 * kernel, (1, 2)), [[800, 800]])
    assert_array_equal(loops.conv_transpose(one, kernel), [[400, 400]])

    pair = np.array([[[200, 100]]], np.uint8)
    assert_array_equal(loops.avg_pool(pair, 2), [[[150]]])
    assert_array_equal(loops.lp_pool(pair, 2, p=1), [[[300]]])
    assert_array_equal(loops.lp_pool(np.array([[[-128, 0]]], np.int8), 2), [[[128]]])
    assert_array_equal(loops.max_pool(pair, 2)[0], [[[200]]])
    twice = loops.max_pool_backward(np.array([[[200, 100]]], np.uint8), [[[1, 1]]], (1, 1, 3))
    assert_array_equal(twice, [[[0, 300, 0]]])
    assert_array_equal(loops.avg_pool_backward(pair, (1, 1, 3), 2, stride=1), [[[100, 150, 50]]])


def test_pooling_takes_lists_and_refuses_what_is_no_batch():
    assert_array_equal(loops.avg_pool([[[1, 2]]], 2), [[[1.5]]])
    for name in ("max_pool", "avg_pool", "lp_pool"):
        with pytest.raises(ValueError, match=r"x must have 3 to 5 axes, .*; got shape \(2,\)"):
            getattr(loops, name)([1, 2], 2)


IMAGE, KERNEL, GRAD = np.ones((4, 5)), np.ones((2, 3)), np.ones((3, 3))
EMPTY = "no axis of kernel (K_h, K_w) may be empty; got shape (0, 3)"
MALFORMED = [
    ("correlate", (IMAGE * 1j, KERNEL), {}, "image must hold real numbers"),
    ("correlate", (IMAGE, KERNEL * 1j), {}, "kernel must hold real numbers"),
    ("correlate", ("abc", KERNEL), {}, "image must be an array of numbers; got the string 'abc'"),
    ("correlate", (IMAGE[None], KERNEL), {}, "image must have 2 axes (H, W); got 3 axes, shape"),
    ("correlate", (IMAGE, KERNEL[0]), {}, "kernel must have 2 axes (K_h, K_w); got 1 axis, shape"),
    ("correlate", (IMAGE, KERNEL[:0]), {}, EMPTY),
    ("correlate", (IMAGE[:, :0], KERNEL), {"padding": 9}, "no axis of image (H, W) may be empty"),
    ("correlate", (KERNEL, IMAGE), {}, "axis 0: kernel_size 4 with dilation 1 covers 4 cells"),
    ("input_gradient", (np.ones((5, 5)), KERNEL, (4, 5)), {}, "the output, (3, 3); got (5, 5)"),
    ("input_gradient", (GRAD, KERNEL, (4, 5)), {"stride": 2}, "the output, (2, 2); got (3, 3)"),
    ("input_gradient", (GRAD[0], KERNEL, (4, 5)), {}, "grad_output must have 2 axes (H', W'); got"),
    ("input_gradient", (GRAD * 1j, KERNEL, (4, 5)), {}, "grad_output must hold real numbers"),
    ("input_gradient", (GRAD, KERNEL[:0], (4, 5)), {}, EMPTY),
    ("input_gradient", (GRAD, KERNEL, 4), {}, "shape must be a tuple of integers, one per axis"),
    ("input_gradient", (GRAD, KERNEL, (1, 4, 5)), {}, "shape needs one integer per axis (2); got"),
    ("input_gradient", (GRAD, KERNEL, (4.0, 5)), {}, "shape must be an integer of at least 1; got"),
    ("kernel_gradient", ([[1]], IMAGE, (2, 3)), {}, "the output, (3, 3); got (1, 1)"),
    ("kernel_gradient", (np.ones((3, 7)), IMAGE, (2, 3)), {}, "the output, (3, 3); got (3, 7)"),
    ("kernel_gradient", (GRAD, IMAGE * 1j, (2, 3)), {}, "image must hold real numbers"),
    ("kernel_gradient", (GRAD, IMAGE, (0, 3)), {}, "kernel_shape must be an integer of at least 1"),
    ("kernel_gradient", (GRAD, IMAGE, KERNEL), {}, "tuple of integers, one per axis; got ndarray"),
    ("conv_transpose", (IMAGE * 1j, KERNEL), {}, "x must hold real numbers"),
    ("conv_transpose", (IMAGE[0], KERNEL), {}, "x must have 2 axes (H, W); got 1 axis, shape (5,)"),
    ("conv_transpose", (IMAGE, KERNEL[:0]), {}, EMPTY),
    ("conv_transpose", (IMAGE, KERNEL), {"padding": "same"}, "padding must be an integer of at"),
    ("conv_transpose", (IMAGE, KERNEL), {"padding": ((0, 1), 0)}, "padding must be an integer of"),
    ("conv_transpose", (IMAGE, KERNEL), {"output_padding": 9}, "output_padding must be less than"),
    (
        "conv_transpose",
        (IMAGE, KERNEL),
        {"padding": (0, 4)},
        "padding [(0, 0), (4, 4)] leaves nothing of",
    ),
    ("conv_transpose", (IMAGE, KERNEL), {"padding": (3, 0)}, "the (5, 7) cells that x (4, 5)"),
]


@pytest.mark.parametrize(("function", "arguments", "options", "message"), MALFORMED)
def test_malformed(function, arguments, options, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        getattr(loops, function)(*arguments, **options)


@pytest.mark.parametrize("options", [{"padding": 5}, {"padding": (0, 3)}, {"output_padding": 2}])
def test_a_transpose_is_refused_like_the_layers(options):
    x, kernel = np.ones((1, 2)), np.ones((1, 3))
    refused = r"use less padding|output_padding must be less"
    with pytest.raises(ValueError, match=refused):
        loops.conv_transpose(x, kernel, **options)
    with pytest.raises(ValueError, match=refused):
        conv_transpose2d(x[None, None], kernel[None, None], **options)
    least = {"padding": (0, 1)} if "padding" in options else {"dilation": 3} | options
    output = conv_transpose2d(x[None, None], kernel[None, None], **least)
    assert_array_equal(loops.conv_transpose(x, kernel, **least), output[0, 0])
