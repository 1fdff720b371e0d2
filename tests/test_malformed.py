"""Malformed calls over all operations: each is refused, in words that say what came and what to do.

The tests of the modules go further into their own; this table holds all of them to one standard.
"""

import re

import numpy as np
import pytest

import cnnlab

pytestmark = pytest.mark.any_cpu

RNG = np.random.default_rng(0)
IMAGE, KERNEL = RNG.normal(size=(6, 7)), RNG.normal(size=(3, 3))
SEQUENCE, BATCH, VIDEO = (RNG.normal(size=(2, 4, *(6, 7, 5)[:axes])) for axes in (1, 2, 3))
W1, W2, W3 = (RNG.normal(size=(6, 4, *(3,) * axes)) for axes in (1, 2, 3))
OUT = RNG.normal(size=(2, 6, 4, 5))
SMALL = RNG.normal(size=(2, 4, 3, 3))
SWITCHES = np.zeros((2, 4, 3, 3), np.int64)
COLUMNS = RNG.normal(size=(2, 4 * 9, 20))
NOT_NUMBERS = "must hold real numbers (integers, floats or booleans)"
AN_INTEGER = "must be an integer of at least 1"


def words(text):
    """Turn words with … between them into a pattern."""
    return ".*".join(re.escape(part) for part in text.split("…"))


# function, arguments, options, error, what the message must say; … stands for anything
SIZES = [
    ("output_size", (0, 1), {}, ValueError, "size must be an integer of at least 1; got 0"),
    ("output_size", (-4, 3), {}, ValueError, "size must be an integer of at least 1; got -4"),
    ("output_size", (6.0, 3), {}, TypeError, "size must be an integer…got 6.0 (float)"),
    ("output_size", ("6", 3), {}, TypeError, "size must be an integer…got '6' (str)"),
    ("output_size", (6, 7), {}, ValueError, "kernel_size 7…size 6…at most 6"),
    ("output_size", (6, True), {}, TypeError, "kernel_size must be…got True (bool)"),
    ("output_size", (6, 3), {"stride": 0}, ValueError, "stride must be…at least 1; got 0"),
    ("output_size", (6, 3), {"stride": True}, TypeError, "stride must be…got True (bool)"),
    ("output_size", (6, 3), {"padding": -1}, ValueError, "padding must be…at least 0; got -1"),
    ("output_size", (6, 3), {"padding": (1, 2, 3)}, ValueError, "padding…(before, after); got"),
    ("output_size", (6, 3), {"padding": "sam"}, ValueError, "padding…did you mean 'same'?"),
    ("output_size", (6, 3), {"dilation": 3}, ValueError, "dilation 3 covers 7 cells…at most 2"),
    ("output_size", (6, 3), {"dilation": 0}, ValueError, "dilation must be…at least 1; got 0"),
    (
        "output_size",
        (6, 3),
        {"stride": 2, "exact": True},
        ValueError,
        "size 6 leaves 1 cell over…sizes 5 and 7 fit",
    ),
]
IMAGES = [
    ("cross_correlate2d", (BATCH, KERNEL), {}, ValueError, "image must have 2 axes…got 4 axes"),
    ("cross_correlate2d", (IMAGE, W2), {}, ValueError, "kernel must have 2 axes…(6, 4, 3, 3)"),
    ("cross_correlate2d", ("camera", KERNEL), {}, TypeError, "image…string 'camera'…images.load"),
    ("cross_correlate2d", (IMAGE, [[1, 2], [3]]), {}, ValueError, "kernel…rows differ in length"),
    ("cross_correlate2d", (IMAGE * 1j, KERNEL), {}, TypeError, f"image {NOT_NUMBERS}…complex128"),
    ("cross_correlate2d", (IMAGE, KERNEL), {"border": "warp"}, ValueError, "border…'wrap'?"),
    ("convolve2d", (IMAGE, np.ones((7, 3))), {}, ValueError, "axis 0: kernel_size 7…at most 6"),
    ("convolve2d", (IMAGE, KERNEL.astype(object)), {}, TypeError, f"kernel {NOT_NUMBERS}…object"),
    ("convolve2d", (IMAGE, KERNEL), {"stride": (1, 2, 3)}, ValueError, "stride…one per axis (2)"),
    ("convolve2d", (IMAGE[:0], KERNEL), {}, ValueError, "image must have at least 1 row…(0, 7)"),
]
LAYERS = [
    ("conv2d", (IMAGE, W2), {}, ValueError, "x must have 4 axes (N, C_in, H, W); got 2 axes"),
    ("conv2d", (BATCH[0], W2), {}, ValueError, "x must have 4 axes…a batch of one is x[None]"),
    ("conv1d", (BATCH, W1), {}, ValueError, "x must have 3 axes (N, C_in, L); got 4 axes"),
    ("conv3d", (BATCH, W3), {}, ValueError, "x must have 5 axes (N, C_in, T, H, W); got 4 axes"),
    ("conv3d", (VIDEO, W2), {}, ValueError, "weight must have 5 axes…got 4 axes"),
    ("conv2d", (BATCH, KERNEL), {}, ValueError, "weight must have 4 axes…got 2 axes"),
    ("conv2d", (BATCH, W2[:, :3]), {}, ValueError, "weight expects 3 input channels…x has 4"),
    ("conv2d", (BATCH, W2), {"groups": 2}, ValueError, "weight expects 8 input channels…x has 4"),
    (
        "conv2d",
        (BATCH, W2[:5, :2]),
        {"groups": 2},
        ValueError,
        "groups must divide the 5 output channels…(1, 5); got 2",
    ),
    ("conv2d", (BATCH, W2), {"groups": 0}, ValueError, f"groups {AN_INTEGER}; got 0"),
    ("conv2d", (BATCH, W2), {"groups": 2.0}, TypeError, f"groups {AN_INTEGER}; got 2.0 (float)"),
    ("conv2d", (BATCH, W2, np.ones(5)), {}, ValueError, "bias…shape (6,); got shape (5,)"),
    ("conv2d", (BATCH, W2, 1.0), {}, ValueError, "bias…shape (6,); got shape ()"),
    ("conv2d", (BATCH, W2, np.ones((6, 1))), {}, ValueError, "bias…(6,); got shape (6, 1)"),
    ("conv2d", (BATCH, W2, "no"), {}, TypeError, "bias must be an array of numbers…'no'"),
    ("conv2d", (BATCH, W2), {"stride": 0}, ValueError, f"stride {AN_INTEGER}; got 0"),
    ("conv2d", (BATCH, W2), {"stride": -2}, ValueError, f"stride {AN_INTEGER}; got -2"),
    ("conv2d", (BATCH, W2), {"stride": True}, TypeError, f"stride {AN_INTEGER}; got True (bool)"),
    ("conv2d", (BATCH, W2), {"stride": (1,)}, ValueError, "stride…one per axis (2); got (1,)"),
    ("conv2d", (BATCH, W2), {"stride": 1.5}, TypeError, f"stride {AN_INTEGER}; got 1.5 (float)"),
    ("conv2d", (BATCH, W2), {"stride": np.nan}, TypeError, f"stride {AN_INTEGER}; got nan"),
    ("conv2d", (BATCH, W2), {"dilation": 0}, ValueError, f"dilation {AN_INTEGER}; got 0"),
    ("conv2d", (BATCH, W2), {"dilation": 4}, ValueError, "axis 0: kernel_size 3 with dilation 4"),
    ("conv2d", (BATCH, W2), {"dilation": "2"}, TypeError, f"dilation {AN_INTEGER}; got '2' (str)"),
    ("conv2d", (BATCH, W2), {"padding": -1}, ValueError, "padding must be…at least 0; got -1"),
    ("conv2d", (BATCH, W2), {"padding": ((1, -1), 0)}, ValueError, "padding…at least 0; got -1"),
    ("conv2d", (BATCH, W2), {"padding": (1, 1, 1)}, ValueError, "padding…one entry per axis (2)"),
    ("conv2d", (BATCH, W2), {"padding": 0.5}, TypeError, "padding must be…got 0.5 (float)"),
    ("conv2d", (BATCH, W2), {"padding": None}, TypeError, "padding must be…got None"),
    ("conv2d", (BATCH, W2), {"padding": "half"}, ValueError, "padding…'valid', 'same', 'full'"),
    ("conv2d", (SMALL, np.ones((6, 4, 4, 3))), {}, ValueError, "axis 0: kernel_size 4…at most 3"),
    ("conv2d", (SMALL, np.ones((6, 4, 3, 4))), {}, ValueError, "axis 1: kernel_size 4…at most 3"),
    ("conv2d", (BATCH[:, :, :0], W2), {}, ValueError, "no axis of x…may be empty…(2, 4, 0, 7)"),
    ("conv2d", (BATCH[:, :0], W2), {}, ValueError, "no axis of x…may be empty…(2, 0, 6, 7)"),
    ("conv2d", (BATCH, W2[:0]), {}, ValueError, "weight…may be empty; got shape (0, 4, 3, 3)"),
    ("conv2d", (BATCH + 1j, W2), {}, TypeError, f"x {NOT_NUMBERS}; got ndarray…complex128"),
    ("conv2d", (BATCH, W2.astype(object)), {}, TypeError, f"weight {NOT_NUMBERS}…object"),
    ("conv2d", (BATCH.astype("U4"), W2), {}, TypeError, f"x {NOT_NUMBERS}…dtype <U4"),
    ("conv2d", (None, W2), {}, TypeError, f"x {NOT_NUMBERS}; got NoneType"),
    ("conv2d", (BATCH, None), {}, TypeError, f"weight {NOT_NUMBERS}; got NoneType"),
    ("conv1d", ([[[1, 2], [3]]], W1), {}, ValueError, "x…rows differ in length"),
    ("conv1d", (SEQUENCE, W1), {"stride": (1, 2)}, ValueError, "stride…per axis (1); got (1, 2)"),
]
BACKWARD = [
    ("conv2d_backward", (OUT[0], BATCH, W2), {}, ValueError, "grad_output must have 4 axes…[None]"),
    (
        "conv2d_backward",
        (OUT[:, :, :3], BATCH, W2),
        {},
        ValueError,
        "grad_output must have the shape of the layer's output, (2, 6, 4, 5); got (2, 6, 3, 5)",
    ),
    ("conv2d_backward", (OUT[:1], BATCH, W2), {}, ValueError, "grad_output…got (1, 6, 4, 5)"),
    ("conv2d_backward", (OUT, BATCH, W2), {"padding": 1}, ValueError, "grad_output…(2, 6, 6, 7)"),
    ("conv2d_backward", (OUT, BATCH, W2[:, :2]), {}, ValueError, "weight expects 2…x has 4"),
    ("conv2d_backward", (OUT * 1j, BATCH, W2), {}, TypeError, f"grad_output {NOT_NUMBERS}"),
    ("conv2d_backward", (OUT, BATCH, "W2"), {}, TypeError, "weight must be an array of numbers"),
    ("conv2d_backward", (OUT, BATCH, W2), {"stride": 0}, ValueError, f"stride {AN_INTEGER}; got 0"),
    ("conv1d_backward", (OUT, BATCH, W2), {}, ValueError, "grad_output must have 3 axes"),
    ("conv3d_backward", (OUT, VIDEO, W3), {}, ValueError, "grad_output must have 5 axes"),
]
TRANSPOSED = [
    ("conv_transpose2d", (OUT, W2[:5]), {}, ValueError, "weight expects 5 input channels…x has 6"),
    ("conv_transpose2d", (OUT, W2[:, :, 0]), {}, ValueError, "weight must have 4 axes…got 3 axes"),
    ("conv_transpose2d", (OUT, W2, np.ones(6)), {}, ValueError, "bias…shape (4,); got shape (6,)"),
    (
        "conv_transpose2d",
        (OUT, W2),
        {"stride": 2, "output_padding": 2},
        ValueError,
        "output_padding must be less than the stride…at most 1…got 2",
    ),
    (
        "conv_transpose2d",
        (OUT, W2),
        {"output_padding": 1},
        ValueError,
        "output_padding must be less than the stride…got 1",
    ),
    (
        "conv_transpose2d",
        (OUT, W2),
        {"stride": 2, "output_padding": -1},
        ValueError,
        "output_padding must be an integer of at least 0; got -1",
    ),
    (
        "conv_transpose2d",
        (OUT, W2),
        {"stride": 2, "output_padding": True},
        TypeError,
        "output_padding must be…got True (bool)",
    ),
    ("conv_transpose2d", (OUT, W2), {"groups": 4}, ValueError, "groups must divide the 6…got 4"),
    ("conv_transpose2d", (OUT, W2), {"padding": 9}, ValueError, "padding…use less padding"),
    ("conv_transpose1d", (OUT, W1), {}, ValueError, "x must have 3 axes…got 4 axes"),
    ("conv_transpose3d", (VIDEO, W2), {}, ValueError, "weight must have 5 axes…got 4 axes"),
]
POOLING = [
    ("max_pool2d", (IMAGE, 2), {}, ValueError, "x must have 4 axes (N, C, H, W); got 2 axes"),
    ("max_pool2d", (BATCH[0], 2), {}, ValueError, "x must have 4 axes…a batch of one is x[None]"),
    ("max_pool1d", (BATCH, 2), {}, ValueError, "x must have 3 axes (N, C, L); got 4 axes"),
    ("max_pool3d", (BATCH, 2), {}, ValueError, "x must have 5 axes (N, C, T, H, W); got 4"),
    ("max_pool2d", (BATCH, 0), {}, ValueError, f"kernel_size {AN_INTEGER}; got 0"),
    ("max_pool2d", (BATCH, 2.0), {}, TypeError, f"kernel_size {AN_INTEGER}; got 2.0 (float)"),
    ("max_pool2d", (BATCH, (2, 2, 2)), {}, ValueError, "kernel_size…one per axis (2); got (2, 2,"),
    ("max_pool2d", (BATCH, 7), {}, ValueError, "axis 0: kernel_size 7…size 6…at most 6"),
    ("max_pool2d", (BATCH, 2), {"stride": 0}, ValueError, f"stride {AN_INTEGER}; got 0"),
    ("max_pool2d", (BATCH, 2), {"stride": False}, TypeError, f"stride {AN_INTEGER}; got False"),
    ("max_pool2d", (BATCH, 2), {"padding": -1}, ValueError, "padding must be…at least 0; got -1"),
    ("max_pool2d", (BATCH, 2), {"padding": "reflect"}, ValueError, "padding…got 'reflect'"),
    ("max_pool2d", (BATCH, 2), {"dilation": 7}, ValueError, "kernel_size 2 with dilation 7"),
    ("max_pool2d", (BATCH, 2), {"ceil": 1}, TypeError, "ceil must be…got 1"),
    ("max_pool2d", (BATCH, 2), {"ceil": "yes"}, TypeError, "ceil must be…got 'yes'"),
    ("max_pool2d", (BATCH.astype(complex), 2), {}, TypeError, f"x {NOT_NUMBERS}…complex128"),
    ("max_pool2d", ("x", 2), {}, TypeError, "x must be an array of numbers; got the string 'x'"),
    ("max_pool2d", (BATCH[:, :, :, :0], 2), {}, ValueError, "x…may be empty…(2, 4, 6, 0)"),
    ("avg_pool2d", (BATCH, 8), {}, ValueError, "axis 0: kernel_size 8…at most 6"),
    ("avg_pool2d", (BATCH, 2), {"count_padding": 1}, TypeError, "count_padding must be…got 1"),
    ("avg_pool2d", (BATCH, None), {}, TypeError, f"kernel_size {AN_INTEGER}; got None"),
    ("avg_pool1d", (SEQUENCE, 2), {"stride": "2"}, TypeError, f"stride {AN_INTEGER}; got '2'"),
    ("avg_pool3d", (VIDEO, (2, 2)), {}, ValueError, "kernel_size…one per axis (3); got (2, 2)"),
    ("lp_pool2d", (BATCH, 2), {"p": 0}, ValueError, "p must be…got 0"),
    ("lp_pool2d", (BATCH, 2), {"p": -1}, ValueError, "p must be…got -1"),
    ("lp_pool2d", (BATCH, 2), {"p": np.nan}, ValueError, "p must be a finite number…got nan"),
    ("lp_pool2d", (BATCH, 2), {"p": np.inf}, ValueError, "p must be a finite number…got inf"),
    ("lp_pool2d", (BATCH, 2), {"p": "2"}, TypeError, "p must be a number…got '2' (str)"),
    ("lp_pool2d", (BATCH, 2), {"p": True}, TypeError, "p must be a number…got True (bool)"),
    ("global_average_pool", (IMAGE,), {}, ValueError, "x must have 3 to 5 axes…got shape (6, 7)"),
    ("global_average_pool", (BATCH[..., :0],), {}, ValueError, "x…may be empty…(2, 4, 6, 0)"),
    ("depthwise_max_pool", (BATCH, 3), {}, ValueError, "depth must divide the 4…(1, 2, 4); got 3"),
    ("depthwise_max_pool", (BATCH, 0), {}, ValueError, f"depth {AN_INTEGER}; got 0"),
    ("depthwise_max_pool", (BATCH, 2.0), {}, TypeError, f"depth {AN_INTEGER}; got 2.0 (float)"),
]
WAY_BACK = [
    (
        "max_pool_backward",
        (SMALL, SWITCHES - 2, BATCH.shape),
        {},
        ValueError,
        "switches must be from 0 to 41…got -2",
    ),
    (
        "max_pool_backward",
        (SMALL, SWITCHES + 42, BATCH.shape),
        {},
        ValueError,
        "switches must be from 0 to 41…got 42",
    ),
    (
        "max_pool_backward",
        (SMALL, SWITCHES[:, :, :2], BATCH.shape),
        {},
        ValueError,
        "switches must have the shape of grad_output, (2, 4, 3, 3); got (2, 4, 2, 3)",
    ),
    (
        "max_pool_backward",
        (SMALL, SWITCHES * 1.0, BATCH.shape),
        {},
        TypeError,
        "switches must be integers; got dtype float64",
    ),
    ("max_pool_backward", (SMALL, SWITCHES, 6), {}, ValueError, "input_shape…got 6"),
    ("max_pool_backward", (SMALL, SWITCHES, (6, 7)), {}, ValueError, "input_shape…got (6, 7)"),
    (
        "max_pool_backward",
        (SMALL, SWITCHES, (3, 4, 6, 7)),
        {},
        ValueError,
        "input_shape must begin with…(2, 4); got (3, 4, 6, 7)",
    ),
    (
        "max_pool_backward",
        (SMALL, SWITCHES, (2, 4, 6.0, 7)),
        {},
        TypeError,
        "input_shape must be…got 6.0 (float)",
    ),
    (
        "avg_pool_backward",
        (SMALL, BATCH.shape, 3),
        {},
        ValueError,
        "grad_output must have the shape of the pooling's output, (2, 4, 2, 2); got (2, 4, 3, 3)",
    ),
    ("avg_pool_backward", (SMALL, BATCH.shape, 0), {}, ValueError, f"kernel_size {AN_INTEGER}"),
    ("avg_pool_backward", (SMALL, (2, 4, 0, 7), 2), {}, ValueError, "input_shape…got 0"),
    ("max_unpool", (SMALL, SWITCHES + 42, BATCH.shape), {}, ValueError, "switches…41…got 42"),
    ("max_unpool", (SMALL, SWITCHES[0], BATCH.shape), {}, ValueError, "switches…shape of y"),
    ("max_unpool", (SMALL, SWITCHES, (2, 5, 6, 7)), {}, ValueError, "output_shape…(2, 4); got"),
    ("max_unpool", ([["a"]], SWITCHES, BATCH.shape), {}, TypeError, f"y {NOT_NUMBERS}…<U1"),
]
MATRICES = [
    ("conv_matrix", (np.ones(3), (6, 7)), {}, ValueError, "kernel…axes…(3,)"),
    ("conv_matrix", (KERNEL, (6,)), {}, ValueError, "image_shape…(6,)"),
    ("conv_matrix", (KERNEL, (4, 6, 7)), {}, ValueError, "image_shape…(4, 6, 7)"),
    ("conv_matrix", (KERNEL, 6), {}, TypeError, "image_shape must be a tuple…got int"),
    ("conv_matrix", (KERNEL, (6, 0)), {}, ValueError, "image_shape…at least 1; got 0"),
    ("conv_matrix", (KERNEL, (6, 7.0)), {}, TypeError, "image_shape…got 7.0 (float)"),
    ("conv_matrix", (KERNEL, (2, 7)), {}, ValueError, "axis 0: kernel_size 3…size 2"),
    ("conv_matrix", (W2, (3, 6, 7)), {}, ValueError, "4…channels…3"),
    ("conv_matrix", (KERNEL, (6, 7)), {"stride": 0}, ValueError, f"stride {AN_INTEGER}; got 0"),
    ("conv_matrix", (KERNEL, (6, 7)), {"padding": -1}, ValueError, "padding…at least 0; got -1"),
    ("conv_matrix", (KERNEL * 1j, (6, 7)), {}, TypeError, f"{NOT_NUMBERS}…complex128"),
    ("im2col", (IMAGE, 3), {}, ValueError, "x must have…axes…(6, 7)"),
    ("im2col", (BATCH, 7), {}, ValueError, "axis 0: kernel_size 7…at most 6"),
    ("im2col", (BATCH, 0), {}, ValueError, f"kernel_size {AN_INTEGER}; got 0"),
    ("im2col", (BATCH, 3), {"dilation": 0}, ValueError, f"dilation {AN_INTEGER}; got 0"),
    ("im2col", (BATCH, 3), {"padding": "sme"}, ValueError, "padding…'same'"),
    (
        "col2im",
        (COLUMNS[:, :35], (2, 4, 6, 7), 3),
        {},
        ValueError,
        "columns…multiple of 9…got (2, 35, 20)",
    ),
    ("col2im", (COLUMNS[:, :, :19], (2, 4, 6, 7), 3), {}, ValueError, "columns…20…got (2, 36, 19)"),
    ("col2im", (COLUMNS[0], (2, 4, 6, 7), 3), {}, ValueError, "columns…(36, 20)"),
    ("col2im", (COLUMNS, (2, 3, 6, 7), 3), {}, ValueError, "shape…(2, 3"),
    ("col2im", (COLUMNS, (1, 2, 4, 6, 7, 8), 3), {}, ValueError, "shape…(1, 2, 4, 6, 7, 8)"),
    ("col2im", (COLUMNS, (2, 4, 6, 7), 9), {}, ValueError, "kernel_size 9…at most"),
    ("col2im", (COLUMNS, (2, 4, 6, 7), 3), {"stride": 2.0}, TypeError, "stride…got 2.0 (float)"),
]
TABLE = SIZES + IMAGES + LAYERS + BACKWARD + TRANSPOSED + POOLING + WAY_BACK + MATRICES


def name_of(row):
    return f"{row[0]}: {row[-1]}"


@pytest.mark.parametrize(
    ("function", "arguments", "options", "error", "text"),
    [pytest.param(*row, id=name_of(row)) for row in TABLE],
)
def test_refused_in_words(function, arguments, options, error, text):
    with pytest.raises(error, match=words(text)) as caught:
        getattr(cnnlab, function)(*arguments, **options)
    assert type(caught.value) in (TypeError, ValueError)
    assert caught.value.__cause__ is None  # nothing from deep inside


def test_each_row_is_malformed_in_its_own_way():
    names = [name_of(row) for row in TABLE]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("output_size", (6, 3, 1)),
        ("cross_correlate2d", (IMAGE, KERNEL, 1)),
        ("convolve2d", (IMAGE, KERNEL, 1)),
        ("conv2d", (BATCH, W2, None, 1)),
        ("conv2d_backward", (OUT, BATCH, W2, 1)),
        ("conv_transpose2d", (OUT, W2, None, 1)),
        ("max_pool2d", (BATCH, 2, 2)),
        ("avg_pool2d", (BATCH, 2, 2)),
        ("lp_pool2d", (BATCH, 2, 2)),
        ("avg_pool_backward", (SMALL, BATCH.shape, 2, 2)),
        ("conv_matrix", (KERNEL, (6, 7), 1)),
        ("im2col", (BATCH, 3, 1)),
        ("col2im", (COLUMNS, BATCH.shape, 3, 1)),
    ],
)
def test_options_are_keyword_only(function, arguments):
    with pytest.raises(TypeError, match="positional"):
        getattr(cnnlab, function)(*arguments)
