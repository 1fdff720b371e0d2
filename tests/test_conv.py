"""The convolutional layer, against its defining sums, adjoints and finite differences."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import (
    ConvGradients,
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    conv3d,
    conv3d_backward,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    output_size,
)
from cnnlab.conv import transposed_windows

CONV = {1: conv1d, 2: conv2d, 3: conv3d}
BACKWARD = {1: conv1d_backward, 2: conv2d_backward, 3: conv3d_backward}
TRANSPOSE = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}


def by_definition(x, weight, *, stride, padding, dilation, groups):
    """Write the forward sum out, cell by cell; padding is one (before, after) per axis."""
    axes = x.ndim - 2
    x = np.pad(x, [(0, 0), (0, 0), *padding])
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:], strict=True)]
    size = [(n - span) // s + 1 for n, span, s in zip(x.shape[2:], spans, stride, strict=True)]
    output = np.zeros((len(x), len(weight), *size))
    each = x.shape[1] // groups
    for b, o, *at in np.ndindex(output.shape):
        first = o // (len(weight) // groups) * each
        for c, *cell in np.ndindex(weight.shape[1:]):
            place = [at[a] * stride[a] + cell[a] * dilation[a] for a in range(axes)]
            output[(b, o, *at)] += x[(b, first + c, *place)] * weight[(o, c, *cell)]
    return output


def transpose_by_definition(x, weight, *, stride, padding, output_padding, dilation, groups):
    """Write the transposed sum out: every cell adds to a window; then cut the padding off."""
    axes = x.ndim - 2
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:], strict=True)]
    whole = [
        (n - 1) * s + span + extra
        for n, s, span, extra in zip(x.shape[2:], stride, spans, output_padding, strict=True)
    ]
    output = np.zeros((len(x), weight.shape[1] * groups, *whole))
    for b, c, *at in np.ndindex(x.shape):
        first = c // (x.shape[1] // groups) * weight.shape[1]
        for o, *cell in np.ndindex(weight.shape[1:]):
            place = [at[a] * stride[a] + cell[a] * dilation[a] for a in range(axes)]
            output[(b, first + o, *place)] += x[(b, c, *at)] * weight[(c, o, *cell)]
    kept = [slice(p, n - q) for (p, q), n in zip(padding, whole, strict=True)]
    return output[(..., *kept)]


def integers(rng, shape):
    return rng.integers(-4, 5, shape).astype(float)


@st.composite
def layers(draw, *, transposed=False):
    """Draw an input, filters that fit, and options; small integers, whose sums are exact."""
    axes = draw(st.integers(1, 3))
    few, cells = st.integers(1, 3), st.integers(0, 3)
    per_axis = st.tuples(*[few] * axes)
    kernel, stride, dilation = draw(per_axis), draw(per_axis), draw(per_axis)
    padding = draw(st.tuples(*[st.tuples(cells, cells)] * axes))
    groups, batch, c_in, c_out = draw(st.sampled_from([1, 1, 2, 3])), *draw(st.tuples(*[few] * 3))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    if transposed:
        extra = [draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)]
        options["output_padding"] = tuple(extra)
        least = [
            max(1, 1 + -(-(sum(p) + 1 - span - a) // s))
            for p, span, a, s in zip(padding, spans, extra, stride, strict=True)
        ]
        channels = c_in * groups, c_out
    else:
        least = [max(1, span - sum(p)) for p, span in zip(padding, spans, strict=True)]
        channels = c_out * groups, c_in
    size = [draw(st.integers(n, n + 3)) for n in least]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = integers(rng, (batch, c_in * groups, *size))
    return x, integers(rng, (*channels, *kernel)), options


@settings(max_examples=200, deadline=None)
@given(layers())
def test_forward_against_the_definition(layer):
    x, weight, options = layer
    bias = np.arange(len(weight))
    expected = by_definition(x, weight, **options)
    conv = CONV[x.ndim - 2]
    assert_array_equal(conv(x, weight, **options), expected)
    shaped = bias.reshape(-1, *[1] * (x.ndim - 2))
    assert_array_equal(conv(x, weight, bias, **options), expected + shaped)


@settings(max_examples=200, deadline=None)
@given(layers(transposed=True))
def test_transpose_against_the_definition(layer):
    x, weight, options = layer
    bias = np.arange(weight.shape[1] * options["groups"])
    expected = transpose_by_definition(x, weight, **options)
    transpose = TRANSPOSE[x.ndim - 2]
    assert_array_equal(transpose(x, weight, **options), expected)
    shaped = bias.reshape(-1, *[1] * (x.ndim - 2))
    assert_array_equal(transpose(x, weight, bias, **options), expected + shaped)


@settings(max_examples=200, deadline=None)
@given(layers(), st.integers(0, 2**32 - 1))
def test_gradients_are_the_adjoints(layer, seed):
    """The layer is linear in each operand, so ⟨g, f(v)⟩ = ⟨gradient, v⟩ for every v."""
    x, weight, options = layer
    rng, conv = np.random.default_rng(seed), CONV[x.ndim - 2]
    grad = integers(rng, conv(x, weight, **options).shape)
    gradients = BACKWARD[x.ndim - 2](grad, x, weight, **options)
    direction = integers(rng, x.shape)
    assert np.vdot(grad, conv(direction, weight, **options)) == np.vdot(gradients.x, direction)
    direction = integers(rng, weight.shape)
    assert np.vdot(grad, conv(x, direction, **options)) == np.vdot(gradients.weight, direction)
    assert_array_equal(gradients.bias, np.moveaxis(grad, 1, 0).reshape(len(weight), -1).sum(1))


@settings(max_examples=100, deadline=None)
@given(layers(transposed=True), st.integers(0, 2**32 - 1))
def test_transpose_is_the_adjoint_of_the_layer(layer, seed):
    x, weight, options = layer
    axes = x.ndim - 2
    output = TRANSPOSE[axes](x, weight, **options)
    other = integers(np.random.default_rng(seed), output.shape)
    extra = options.pop("output_padding")
    forward = CONV[axes](other, weight, **options)
    forward = forward[(..., *(slice(n) for n in x.shape[2:]))]  # more, if extra reaches the stride
    assert forward.shape == x.shape, extra
    assert np.vdot(output, other) == np.vdot(x, forward)


def central_differences(function, at, step=1e-3):
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        there, back = at.copy(), at.copy()
        there[index] += step
        back[index] -= step
        gradient[index] = (function(there) - function(back)) / (2 * step)
    return gradient


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": (2, 1), "padding": ((1, 0), (2, 1))},
        {"padding": "same", "dilation": (1, 2)},
        {"padding": "full", "stride": 3},
    ],
)
def test_gradients_against_finite_differences(options):
    rng = np.random.default_rng(5)
    x, weight, bias = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 2, 3)), np.ones(4)
    target = rng.normal(size=conv2d(x, weight, **options).shape)

    def loss(x, weight, bias):
        return ((conv2d(x, weight, bias, **options) - target) ** 2).sum() / 2

    grad = conv2d(x, weight, bias, **options) - target
    gradients = conv2d_backward(grad, x, weight, **options)
    expected = [
        central_differences(lambda value: loss(value, weight, bias), x),
        central_differences(lambda value: loss(x, value, bias), weight),
        central_differences(lambda value: loss(x, weight, value), bias),
    ]
    for actual, wanted in zip(gradients, expected, strict=True):
        assert_allclose(actual, wanted, atol=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same", "full", 1, (0, 2), ((1, 0), (2, 3))])
@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
def test_every_form_of_padding(padding, stride):
    rng = np.random.default_rng(6)
    x, weight = integers(rng, (2, 2, 7, 8)), integers(rng, (3, 2, 3, 4))
    output = conv2d(x, weight, stride=stride, padding=padding)
    strides = np.broadcast_to(stride, 2)
    paddings = [padding] * 2 if isinstance(padding, (str, int)) else padding
    assert output.shape[2:] == tuple(
        output_size(n, k, stride=int(s), padding=p)
        for n, k, s, p in zip((7, 8), (3, 4), strides, paddings, strict=True)
    )
    pairs = {
        "valid": ((0, 0), (0, 0)),
        "full": ((2, 2), (3, 3)),
        "same": {1: ((1, 1), (1, 2)), 2: ((1, 1), (1, 1)), (3, 1): ((1, 1), (1, 2))}[stride],
        1: ((1, 1), (1, 1)),
        (0, 2): ((0, 0), (2, 2)),
    }.get(padding, padding)
    expected = by_definition(x, weight, stride=strides, padding=pairs, dilation=(1, 1), groups=1)
    assert_array_equal(output, expected)


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_transpose_is_the_adjoint_of_same(stride, kernel, dilation):
    rng = np.random.default_rng(7)
    x, weight = integers(rng, (1, 2, 5)), integers(rng, (2, 3, kernel))
    options = {"stride": stride, "dilation": dilation, "padding": "same"}
    output = conv_transpose1d(x, weight, **options)
    assert output.shape == (1, 3, 5 * stride)
    other = integers(rng, output.shape)
    assert np.vdot(output, other) == np.vdot(x, conv1d(other, weight, **options))


def test_output_padding_shifts_a_same_transpose():
    """ONNX cuts off half of stride (n − 1) + output_padding + span − n stride, rounded down."""
    x, weight = np.array([[[1.0, 10.0]]]), np.array([[[1.0, 2.0, 3.0, 4.0]]])
    options = {"stride": 2, "padding": "same"}
    assert_array_equal(conv_transpose1d(x, weight, **options), [[[2, 13, 24, 30]]])
    shifted = conv_transpose1d(x, weight, output_padding=1, **options)
    assert_array_equal(shifted, [[[2, 13, 24, 30]]])
    kernel = np.array([[[1.0, 2.0, 3.0]]])
    assert_array_equal(conv_transpose1d(x, kernel, **options), [[[1, 2, 13, 20]]])
    shifted = conv_transpose1d(x, kernel, output_padding=1, **options)
    assert_array_equal(shifted, [[[2, 13, 20, 30]]])


def test_a_same_transpose_adds_cells_where_windows_leave_gaps():
    output = conv_transpose1d([[[1, 2]]], [[[3]]], [10], stride=3, padding="same")
    assert_array_equal(output, [[[13, 10, 10, 16, 10, 10]]])


def test_more_output_padding_than_stride_is_no_adjoint():
    options = {"dilation": 3, "padding": 1}
    x, weight = np.ones((1, 1, 4)), np.ones((1, 1, 3))
    for extra, cells in [(0, 4), (1, 5), (2, 6)]:
        output = conv_transpose1d(x, weight, output_padding=extra, **options)
        assert conv1d(output, weight, **options).shape == (1, 1, cells)


@pytest.mark.parametrize("padding", ["valid", "full"])
def test_words_for_the_padding_of_a_transpose(padding):
    rng = np.random.default_rng(8)
    x, weight = integers(rng, (2, 2, 5, 6)), integers(rng, (2, 3, 2, 3))
    cells = {"valid": 0, "full": (1, 2)}[padding]
    output = conv_transpose2d(x, weight, padding=padding)
    assert_array_equal(output, conv_transpose2d(x, weight, padding=cells))


def test_an_impulse_gives_the_flipped_filter():
    weight = np.arange(12.0).reshape(2, 1, 2, 3)
    impulse = np.zeros((1, 1, 3, 5))
    impulse[0, 0, 1, 2] = 1
    assert_array_equal(conv2d(impulse, weight)[0, :, :2], weight[:, 0, ::-1, ::-1])
    copied = conv_transpose2d(impulse, weight[:1])
    assert_array_equal(copied[0, 0, 1:3, 2:5], weight[0, 0])


def test_depthwise():
    rng = np.random.default_rng(9)
    x, weight = integers(rng, (2, 4, 5, 6)), integers(rng, (8, 1, 3, 2))
    output = conv2d(x, weight, groups=4)
    for channel in range(8):
        alone = conv2d(x[:, channel // 2 : channel // 2 + 1], weight[channel : channel + 1])
        assert_array_equal(output[:, channel : channel + 1], alone)


@pytest.mark.parametrize(
    ("x", "weight", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float64, np.float64, np.float64),
        (np.float32, np.float64, np.float64),
        (np.uint8, np.float32, np.float32),
        (np.uint8, np.int8, np.float64),
        (np.bool_, np.bool_, np.float64),
        (np.float16, np.int64, np.float32),
        (np.float16, np.float16, np.float32),
        (np.float32, np.longdouble, np.longdouble),
    ],
)
def test_types(x, weight, expected):
    x, weight = np.ones((1, 2, 4, 5), x), np.ones((3, 2, 2, 2), weight)
    output = conv2d(x, weight)
    assert output.dtype == expected
    assert conv_transpose2d(x, np.ones((2, 3, 2, 2), weight.dtype)).dtype == expected
    for gradient in conv2d_backward(output, x, weight):
        assert gradient.dtype == expected


@pytest.mark.parametrize("layer", [conv1d, conv_transpose1d])
@pytest.mark.parametrize("bias", [[3], [3.0], np.array([3], np.longdouble)])
def test_the_bias_does_not_choose_the_type(layer, bias):
    x, weight = np.ones((1, 1, 3), np.float32), np.ones((1, 1, 1), np.float32)
    output = layer(x, weight, bias)
    assert output.dtype == np.float32
    assert_array_equal(output, [[[4, 4, 4]]])
    assert layer(x.astype(int), weight.astype(int), np.float32(bias)).dtype == np.float64


def test_bytes_do_not_overflow():
    bright = np.full((1, 3, 4, 5), 255, np.uint8)
    output = conv2d(bright, np.ones((2, 3, 2, 2), np.uint8))
    assert_array_equal(output, np.full((1, 2, 3, 4), 12 * 255))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_empty_batch(axes):
    x, weight = np.zeros((0, 2, *[4] * axes)), np.ones((3, 2, *[3] * axes))
    output = CONV[axes](x, weight, np.ones(3), padding=1, stride=2)
    assert output.shape == (0, 3, *[2] * axes)
    gradients = BACKWARD[axes](output, x, weight, padding=1, stride=2)
    assert [g.shape for g in gradients] == [x.shape, weight.shape, (3,)]
    assert not gradients.weight.any()
    assert TRANSPOSE[axes](output, weight).shape == (0, 2, *[4] * axes)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_one_cell(axes):
    ones = (1, 1, *[1] * axes)
    assert_array_equal(CONV[axes](np.full(ones, 3), np.full(ones, 2)), np.full(ones, 6.0))
    assert_array_equal(TRANSPOSE[axes](np.full(ones, 3), np.full(ones, 2)), np.full(ones, 6.0))


def layouts(array):
    """Return the same numbers in other memory layouts."""
    wide = np.repeat(array, 2, axis=-1)
    last = np.ascontiguousarray(np.moveaxis(array, 1, -1))
    return [
        wide[..., ::2],
        np.asfortranarray(array),
        np.moveaxis(last, -1, 1),
        array[..., ::-1].copy()[..., ::-1],
    ]


@pytest.mark.parametrize("channels", [1, 2, 8])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_memory_layout(channels, dtype):
    rng = np.random.default_rng(10)
    x, weight, grad = (
        integers(rng, shape).astype(dtype)
        for shape in ((2, channels, 6, 7), (4, channels, 3, 2), (2, 4, 6, 8))
    )
    options = {"padding": 1}
    output = conv2d(x, weight, **options)
    back = conv2d_backward(grad, x, weight, **options)
    forth = conv_transpose2d(grad, weight)
    every = zip(layouts(x), layouts(weight), layouts(grad), strict=True)
    for x_view, weight_view, grad_view in every:
        assert_array_equal(conv2d(x_view, weight_view, **options), output)
        assert_array_equal(conv_transpose2d(grad_view, weight_view), forth)
        again = conv2d_backward(grad_view, x_view, weight_view, **options)
        for actual, expected in zip(again, back, strict=True):
            assert_array_equal(actual, expected)


def test_broadcast_operands():
    x, weight = np.broadcast_to(2.0, (2, 3, 4, 5)), np.broadcast_to(1.0, (2, 3, 2, 2))
    assert_array_equal(conv2d(x, weight), np.full((2, 2, 3, 4), 24.0))
    gradients = conv2d_backward(np.broadcast_to(1.0, (2, 2, 3, 4)), x, weight)
    assert_array_equal(gradients.weight, np.full((2, 3, 2, 2), 48.0))


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_operands_stay_as_they_were(kernel, channels):
    rng = np.random.default_rng(11)
    x, weight = rng.normal(size=(2, channels, 5, 6)), rng.normal(size=(channels, channels, *kernel))
    bias = rng.normal(size=channels)
    grad = rng.normal(size=conv2d(x, weight).shape)
    before = [array.copy() for array in (x, weight, bias, grad)]
    for array in (x, weight, bias, grad):
        array.flags.writeable = False
    results = [
        conv2d(x, weight, bias),
        conv_transpose2d(x, weight, bias),
        *conv2d_backward(grad, x, weight),
    ]
    for array, copy in zip((x, weight, bias, grad), before, strict=True):
        assert_array_equal(array, copy)
        assert not any(np.shares_memory(array, result) for result in results)
    assert all(result.flags.writeable for result in results)


def test_an_identity_gives_a_copy():
    x = np.arange(6.0).reshape(1, 1, 2, 3)
    for operation in (conv2d, conv_transpose2d):
        output = operation(x, np.ones((1, 1, 1, 1)))
        output[0, 0, 0, 0] = 99
        assert x[0, 0, 0, 0] == 0


def test_nan_stays_where_windows_meet_it():
    x = np.zeros((2, 3, 6, 7))
    x[1, 2, 3, 3] = np.nan
    met = np.zeros((2, 4, 4, 5), bool)
    met[1, :, 1:4, 1:4] = True
    assert_array_equal(np.isnan(conv2d(x, np.ones((4, 3, 3, 3)))), met)


def test_infinity_propagates():
    x = np.zeros((1, 2, 4, 5))
    x[0, 0, 0, 0] = np.inf
    output = conv2d(x, np.ones((1, 2, 2, 2)))
    assert output[0, 0, 0, 0] == np.inf
    assert_array_equal(output.ravel()[1:], 0)


def test_an_infinite_weight_times_padding_is_nan():
    weight = np.array([[[np.inf, 1]]])
    with np.errstate(invalid="ignore"):
        output = conv1d(np.ones((1, 1, 3)), weight, padding=1)
    assert_array_equal(output, [[[np.nan, np.inf, np.inf, np.inf]]])


def test_an_infinite_weight_reaches_its_own_cells_in_a_transpose():
    """The last cell is 2 · 1: no zeros are put around x."""
    x, weight = np.array([[[1.0, 2]]]), np.array([[[np.inf, 1]]])
    assert_array_equal(conv_transpose1d(x, weight), [[[np.inf, np.inf, 2]]])
    assert_array_equal(conv_transpose1d(x, weight, stride=2), [[[np.inf, 1, np.inf, 2]]])


def test_gradients_are_a_named_tuple():
    gradients = conv1d_backward([[[1.0]]], [[[2.0]]], [[[3.0]]])
    assert isinstance(gradients, ConvGradients)
    x, weight, bias = gradients
    assert (x.item(), weight.item(), bias.item()) == (3, 2, 1)


X, WEIGHT = np.zeros((2, 4, 6, 7)), np.ones((6, 4, 3, 2))
VALUE_ERRORS = [
    (X[0], WEIGHT, {}, "x must have 4 axes (N, C_in, H, W); got 3 axes, shape (4, 6, 7); a batch"),
    (X[0, 0], WEIGHT, {}, "x must have 4 axes (N, C_in, H, W); got 2 axes, shape (6, 7)"),
    (np.float64(3), WEIGHT, {}, "x must have 4 axes (N, C_in, H, W); got 0 axes, shape ()"),
    (X[None], WEIGHT, {}, "got 5 axes"),
    (X[:, :0], WEIGHT, {}, "no axis of x (N, C_in, H, W) but the batch may be empty; got shape (2"),
    (X[..., :0], WEIGHT, {}, "may be empty; got shape (2, 4, 6, 0)"),
    (X, WEIGHT[0], {}, "weight must have 4 axes (C_out, C_in // groups, K_h, K_w); got 3 axes"),
    (X, WEIGHT[:0], {}, "no axis of weight (C_out, C_in // groups, K_h, K_w) may be empty; got"),
    (X, WEIGHT[..., :0], {}, "may be empty; got shape (6, 4, 3, 0)"),
    (
        X,
        WEIGHT[:, :3],
        {},
        "weight expects 3 input channels (shape (6, 3, 3, 2)); x has 4 (shape (2, 4, 6, 7))",
    ),
    (X, WEIGHT, {"groups": 2}, "weight expects 8 input channels, 4 in each of 2 groups (shape (6"),
    (X, WEIGHT[:, :1], {"groups": 4}, "groups must divide the 6 output channels of weight (1, 2,"),
    (X, WEIGHT, {"groups": 0}, "groups must be an integer of at least 1; got 0"),
    (X, WEIGHT, {"bias": np.ones(4)}, "bias needs one number for each output channel, shape (6,)"),
    (X, WEIGHT, {"bias": 1.0}, "bias needs one number for each output channel, shape (6,); got sh"),
    (
        X,
        np.ones((6, 4, 7, 2)),
        {},
        "axis 0: kernel_size 7 with dilation 1 covers 7 cells, but size",
    ),
    (
        X,
        np.ones((6, 4, 3, 8)),
        {},
        "axis 1: kernel_size 8 with dilation 1 covers 8 cells, but size",
    ),
    (
        X,
        WEIGHT,
        {"dilation": (3, 1)},
        "use a kernel of at most 2 or padding of at least 1 in total",
    ),
    (X, WEIGHT, {"stride": 0}, "stride must be an integer of at least 1; got 0"),
    (X, WEIGHT, {"stride": (1, 2, 3)}, "stride needs an int or one per axis (2); got (1, 2, 3)"),
    (X, WEIGHT, {"dilation": -1}, "dilation must be an integer of at least 1; got -1"),
    (X, WEIGHT, {"padding": -1}, "padding must be an integer of at least 0; got -1"),
    (X, WEIGHT, {"padding": (1, 2, 3)}, "padding needs one entry per axis (2)"),
    (X, WEIGHT, {"padding": "smae"}, "did you mean 'same'?"),
]
TYPE_ERRORS = [
    (X.astype(complex), WEIGHT, {}, "x must hold real numbers"),
    (X, WEIGHT.astype(str), {}, "weight must hold real numbers"),
    (X, WEIGHT, {"bias": ["a"] * 6}, "bias must hold real numbers"),
    ("photo.png", WEIGHT, {}, "x must be an array of numbers; got the string"),
    (None, WEIGHT, {}, "x must hold real numbers"),
    (X, WEIGHT, {"stride": 1.5}, "stride must be an integer of at least 1; got 1.5"),
    (X, WEIGHT, {"groups": True}, "groups must be an integer of at least 1; got True (bool)"),
    (X, WEIGHT, {"padding": None}, "padding must be an integer of at least 0; got None"),
]


@pytest.mark.parametrize(("x", "weight", "options", "message"), VALUE_ERRORS)
def test_malformed_values(x, weight, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        conv2d(x, weight, **options)


@pytest.mark.parametrize(("x", "weight", "options", "message"), TYPE_ERRORS)
def test_malformed_types(x, weight, options, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        conv2d(x, weight, **options)


@pytest.mark.parametrize(
    ("grad", "message"),
    [
        (np.ones((2, 6, 6, 7)), "the layer's output, (2, 6, 4, 6); got (2, 6, 6, 7)"),
        (np.ones((2, 4, 4, 6)), "the layer's output, (2, 6, 4, 6); got (2, 4, 4, 6)"),
        (np.ones((1, 6, 4, 6)), "the layer's output, (2, 6, 4, 6); got (1, 6, 4, 6)"),
        (np.ones((6, 4, 6)), "grad_output must have 4 axes (N, C_out, H, W); got 3 axes"),
    ],
)
def test_malformed_gradients(grad, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        conv2d_backward(grad, X, WEIGHT)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_padding": 1}, "at most 0 for stride 1 and dilation 1; got 1"),
        ({"output_padding": (0, 3), "stride": 2, "dilation": 3}, "at most 2 for stride 2 and dil"),
        ({"output_padding": -1}, "output_padding must be an integer of at least 0; got -1"),
        ({"output_padding": (0,)}, "output_padding needs an int or one per axis (2); got (0,)"),
        (
            {"padding": 4},
            "padding [(4, 4), (4, 4)] leaves nothing of the (8, 8) cells that x (6, 7",
        ),
        ({"groups": 3}, "groups must divide the 4 input channels (1, 2, 4); got 3"),
        ({"bias": np.ones(4)}, "bias needs one number for each output channel, shape (3,)"),
    ],
)
def test_malformed_transposes(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        conv_transpose2d(X, np.ones((4, 3, 3, 2)), **options)


def test_output_padding_is_less_than_the_stride_or_the_dilation():
    options = {"stride": (2, 1), "padding": 0, "dilation": (1, 3)}
    assert transposed_windows((4, 5), (2, 2), output_padding=1, **options).size == (9, 9)
    with pytest.raises(ValueError, match=r"at most 2 for stride 1 and dilation 3; got 3$"):
        transposed_windows((4, 5), (2, 2), output_padding=(1, 3), **options)


def test_filters_of_a_transpose_start_with_the_input_channels():
    with pytest.raises(ValueError, match=r"weight expects 6 input channels, its first axis"):
        conv_transpose2d(X, WEIGHT)
    with pytest.raises(ValueError, match=r"\(C_in, C_out // groups, K\); got 2 axes"):
        conv_transpose1d(np.ones((1, 2, 3)), np.ones((2, 3)))


def test_options_are_keyword_only():
    with pytest.raises(TypeError, match="positional"):
        conv2d(X, WEIGHT, None, 2)
