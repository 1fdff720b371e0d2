"""The teaching forms do what the fast forms do."""

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
