"""The gradient checker: right gradients pass, and every kind of wrong one is caught."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab.gradient_check import check_gradient, numerical_gradient


def correlate(x, kernel, stride=1):
    """Write the valid correlation out, so that no operation of the package is trusted here."""
    k, m = kernel.shape
    rows = range(0, x.shape[0] - k + 1, stride)
    columns = range(0, x.shape[1] - m + 1, stride)
    return np.array([[(x[i : i + k, j : j + m] * kernel).sum() for j in columns] for i in rows])


def scatter(grad_output, kernel, shape, stride=1, *, add=True):
    """Send each output cell's gradient back to the cells that it was computed from."""
    grad = np.zeros(shape)
    k, m = kernel.shape
    for i, j in np.ndindex(grad_output.shape):
        window = grad[i * stride : i * stride + k, j * stride : j * stride + m]
        window[...] = grad_output[i, j] * kernel + (window if add else 0)
    return grad


RNG = np.random.default_rng(0)
X, KERNEL = RNG.normal(size=(5, 5)), RNG.normal(size=(3, 3))
GRAD = RNG.normal(size=(3, 3))
RIGHT = scatter(GRAD, KERNEL, X.shape)
OFF_BY_A_LITTLE = np.zeros((5, 5))
OFF_BY_A_LITTLE[3, 1] = 1e-5


def operation(x):
    return correlate(x, KERNEL)


def test_the_right_gradient_passes():
    assert check_gradient(operation, X, RIGHT, GRAD) < 1e-9


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(2 * RIGHT, id="twice"),
        pytest.param(RIGHT / GRAD.size, id="the mean in place of the sum"),
        pytest.param(-RIGHT, id="the other sign"),
        pytest.param((1 + 1e-5) * RIGHT, id="a factor near 1"),
        pytest.param(np.zeros((5, 5)), id="nothing"),
        pytest.param(np.ones((5, 5)), id="ones"),
        pytest.param(RIGHT.T, id="transposed"),
        pytest.param(scatter(GRAD.T, KERNEL, X.shape), id="the incoming gradient transposed"),
        pytest.param(scatter(GRAD, KERNEL.T, X.shape), id="the kernel transposed"),
        pytest.param(scatter(GRAD, KERNEL[::-1, ::-1], X.shape), id="the kernel flipped"),
        pytest.param(scatter(GRAD, KERNEL[:, ::-1], X.shape), id="the kernel flipped one way"),
        pytest.param(
            correlate(np.pad(GRAD, 2), KERNEL), id="full correlation with the kernel not flipped"
        ),
        pytest.param(scatter(GRAD, KERNEL, X.shape, add=False), id="overlaps written over"),
        pytest.param(scatter(np.ones_like(GRAD), KERNEL, X.shape), id="no incoming gradient"),
        pytest.param(np.roll(RIGHT, 1, axis=0), id="one row further"),
        pytest.param(RIGHT + OFF_BY_A_LITTLE, id="one cell, a little"),
        pytest.param(RIGHT + np.where(OFF_BY_A_LITTLE, np.nan, 0), id="one NaN"),
        pytest.param(RIGHT + np.where(OFF_BY_A_LITTLE, np.inf, 0), id="one infinity"),
        pytest.param(RIGHT.astype(np.float16), id="too few digits"),
    ],
)
def test_a_wrong_gradient_is_caught(wrong):
    with pytest.raises(ValueError, match="gradient is wrong in"):
        check_gradient(operation, X, wrong, GRAD)


def test_a_missed_stride_is_caught():
    grad_output = GRAD[:2, :2]
    strided = scatter(grad_output, KERNEL, X.shape, stride=2)
    check_gradient(lambda x: correlate(x, KERNEL, stride=2), X, strided, grad_output)
    dense = scatter(grad_output, KERNEL, X.shape)
    with pytest.raises(ValueError, match="gradient is wrong in"):
        check_gradient(lambda x: correlate(x, KERNEL, stride=2), X, dense, grad_output)


def test_the_kernels_gradient_passes_and_its_flip_is_caught():
    right = correlate(X, GRAD)
    check_gradient(lambda kernel: correlate(X, kernel), KERNEL, right, GRAD)
    with pytest.raises(ValueError, match="gradient is wrong in"):
        check_gradient(lambda kernel: correlate(X, kernel), KERNEL, right[::-1, ::-1], GRAD)


def test_a_gradient_to_the_wrong_one_of_two_cells_is_caught():
    x = np.array([1.0, 4.0, 2.0])
    check_gradient(np.max, x, [0, 1, 0])
    with pytest.raises(ValueError, match="wrong in 2 of 3 cells"):
        check_gradient(np.max, x, [1, 0, 0])


def test_a_tiny_gradient_is_still_held_to_its_own_size():
    def small(x):
        return 1e-4 * x**2

    check_gradient(small, X, 2e-4 * X)
    with pytest.raises(ValueError, match="gradient is wrong"):
        check_gradient(small, X, 2.001e-4 * X)


def test_a_zero_gradient_is_right_only_where_nothing_changes():
    check_gradient(lambda x: np.ones(3), X, np.zeros_like(X))
    check_gradient(lambda x: np.exp(x) / np.exp(x).sum(), X, np.zeros_like(X))
    with pytest.raises(ValueError, match=r"wrong in 25 of 25 cells"):
        check_gradient(lambda x: np.ones(3), X, np.full_like(X, 1e-8))


def test_the_message_names_the_worst_cell_and_both_values():
    gradient = [[2, 4, 6.5], [8, 0, 12]]
    message = (
        "gradient is wrong in 2 of 6 cells; worst at [1, 1]: got 0, central differences give 10"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        check_gradient(np.square, [[1, 2, 3], [4, 5, 6]], gradient)


def test_the_message_names_a_nan_before_a_finite_cell():
    with pytest.raises(ValueError, match=r"worst at \[1\]: got nan, central differences give 4"):
        check_gradient(np.square, [1, 2], [100, np.nan])


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (np.sin, np.cos),
        (np.exp, np.exp),
        (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        (lambda x: x**3, lambda x: 3 * x**2),
        (lambda x: 1e6 * x, lambda x: np.full_like(x, 1e6)),
    ],
)
@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0])
def test_against_known_derivatives(function, derivative, scale):
    x = scale * X
    expected = derivative(x) * X
    found = numerical_gradient(function, x, X)
    close = 1e-7 * np.abs(expected).max()
    assert_allclose(found, expected, rtol=0, atol=close)
    assert 0 < check_gradient(function, x, expected, X) < close


def of_any_size(rng, shape, most):
    """Draw numbers of either sign whose sizes are spread over many powers of ten."""
    return (
        rng.choice([-1, 1], shape)
        * rng.uniform(1, 9, shape)
        * 10 ** rng.uniform(-most, most, shape)
    )


ALONE = {  # each output depends on one cell
    "square": (np.square, lambda x: 2 * x),
    "cube": (lambda x: x**3, lambda x: 3 * x**2),
    "root": (lambda x: np.sqrt(np.abs(x)), lambda x: np.sign(x) / (2 * np.sqrt(np.abs(x)))),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / x**2),
    "logarithm": (lambda x: np.log(np.abs(x)), lambda x: 1 / x),
    "wave": (np.sin, np.cos),
    "magnitude": (np.abs, np.sign),
    "a large number times": (lambda x: 1e9 * x, lambda x: np.full(x.shape, 1e9)),
}


@pytest.mark.parametrize("name", ALONE)
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_right_gradients_of_any_size_pass_and_any_flipped_sign_is_caught(name, seed):
    function, derivative = ALONE[name]
    rng = np.random.default_rng(seed)
    x = of_any_size(rng, 6, 2 if name == "wave" else 7)
    grad_output = of_any_size(rng, 6, 7)
    right = derivative(x) * grad_output
    check_gradient(function, x, right, grad_output)
    wrong = right.copy()
    cell = rng.integers(6)
    wrong[cell] = -wrong[cell]
    with pytest.raises(ValueError, match=rf"wrong in 1 of 6 cells; worst at \[{cell}\]"):
        check_gradient(function, x, wrong, grad_output)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(-8, 8))
def test_right_gradients_of_layers_pass_at_any_scale(seed, power):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, 2, 4, 5)) * 10.0 ** rng.uniform(-3, 3, (2, 1, 1)) * 10.0**power
    weight = rng.normal(size=(2, 2, 2, 3)) * 10.0 ** rng.uniform(-3, 3, (2, 1, 1))
    grad_output = rng.normal(size=(1, 2, 3, 3)) * 10.0 ** rng.uniform(-3, 3, (2, 1, 1))
    back = cnnlab.conv2d_backward(grad_output, x, weight)
    check_gradient(lambda x: cnnlab.conv2d(x, weight), x, back.x, grad_output)
    check_gradient(lambda weight: cnnlab.conv2d(x, weight), weight, back.weight, grad_output)
    norms = cnnlab.lp_pool2d(x, 2)
    grad_output = rng.normal(size=norms.shape)
    back = cnnlab.lp_pool_backward(grad_output, x, 2)
    check_gradient(lambda x: cnnlab.lp_pool2d(x, 2), x, back, grad_output)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(-8, 8))
def test_a_flipped_sign_is_caught_in_a_channel_a_million_times_smaller(seed, power):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, 2, 4, 5)) * 10.0**power
    weight = rng.normal(size=(3, 2, 2, 3)) * np.array([1, 1e-6])[:, None, None]
    grad_output = rng.normal(size=(1, 3, 3, 3))
    right = cnnlab.conv2d_backward(grad_output, x, weight).x
    check_gradient(lambda x: cnnlab.conv2d(x, weight), x, right, grad_output)
    wrong = right.copy()
    wrong[:, 1] = -wrong[:, 1]
    with pytest.raises(ValueError, match=r"wrong in (20|1[5-9]) of 40 cells; worst at \[0, 1, "):
        check_gradient(lambda x: cnnlab.conv2d(x, weight), x, wrong, grad_output)
    one = np.unravel_index(np.abs(right[0, 1]).argmax(), (4, 5))
    wrong = right.copy()
    wrong[0, 1][one] = -wrong[0, 1][one]
    with pytest.raises(ValueError, match=r"wrong in 1 of 40 cells"):
        check_gradient(lambda x: cnnlab.conv2d(x, weight), x, wrong, grad_output)


def test_a_small_cell_beside_a_huge_one_is_held_to_its_own_size():
    def loss(x):
        return 1e6 * x[0] + 0.5 * x[1]

    check_gradient(loss, [1, 1], [1e6, 0.5])
    with pytest.raises(ValueError, match=r"wrong in 1 of 2 cells; worst at \[1\]: got -0.4"):
        check_gradient(loss, [1, 1], [1e6, -0.4])


def test_what_may_be_off_whatever_its_size():
    check_gradient(np.square, [1, 2], [2, 4.1], atol=0.2)
    with pytest.raises(ValueError, match=r"wrong in 1 of 2 cells; worst at \[1\]"):
        check_gradient(np.square, [1, 2], [2, 4.1], atol=0.05)


KINKS = {
    "a tie for a maximum": (lambda x: cnnlab.max_pool1d(x[None, None], 2).output, [1, 1, 1, 8], 0),
    "a tie further on": (np.max, [1.0, 2, 7, 7], 2),
    "a magnitude at 0": (lambda x: np.abs(x).sum(), [3.0, 0, -2], 1),
    "a ramp at 0": (lambda x: np.maximum(x, 0), [3.0, -1, 0], 2),
    "a norm at 0": (lambda x: cnnlab.lp_pool1d(x[None, None], 1), [1.0, 0], 1),
}


@pytest.mark.parametrize("name", KINKS)
@pytest.mark.parametrize("value", [0, 0.5, 1, -3])
def test_a_kink_is_called_one_whatever_the_gradient_says(name, value):
    function, x, cell = KINKS[name]
    x = np.array(x, float)
    gradient = numerical_gradient(function, x)
    gradient[cell] = value
    with pytest.raises(
        ValueError, match=rf"tie or a kink in \d of {len(x)} cells, first at \[{cell}\]"
    ):
        check_gradient(function, x, gradient)


def test_a_kink_is_told_with_both_slopes_and_after_what_is_wrong():
    message = (
        "x is at a tie or a kink in 2 of 4 cells, first at [0, 0, 0]: the loss changes by 2 per "
        "unit upwards and by 0 downwards, so no gradient is right or wrong there; move x a little"
    )

    def pool(x):
        return 2 * cnnlab.max_pool1d(x, 2).output

    with pytest.raises(ValueError, match=re.escape(message)):
        check_gradient(pool, [[[1, 1, 1, 8]]], [[[2, 0, 0, 2]]])
    with pytest.raises(ValueError, match=r"wrong in 1 of 4 cells; worst at \[0, 0, 3\]: got 3, "):
        check_gradient(pool, [[[1, 1, 1, 8]]], [[[2, 0, 0, 3]]])


def test_curves_are_no_kinks():
    for function, derivative in ((np.square, 0), (lambda x: np.abs(x) ** 1.5, 0), (np.cosh, 0)):
        check_gradient(function, [0.0], [derivative])
    sharp = 1e4
    check_gradient(lambda x: np.exp(-((sharp * x) ** 2)), [0.0], [0.0])
    check_gradient(lambda x: np.tanh(sharp * x), [0.0], [sharp])


def test_a_kink_nearby_is_stepped_around():
    for near in (1e-6, 1e-9, 1e-12):
        check_gradient(np.max, [1, 1 + near], [0, 1])
        check_gradient(np.abs, [near, -near / 10], [1, -1])
        with pytest.raises(ValueError, match="wrong in 2 of 2 cells"):
            check_gradient(np.max, [1, 1 + near], [0.5, 0.5])


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0, 3), (2, 3, 1), (1, 1, 1, 1)])
def test_any_shape(shape):
    x = RNG.normal(size=shape)
    gradient = numerical_gradient(np.square, x)
    assert gradient.shape == shape
    assert_allclose(gradient, 2 * x, atol=1e-8)
    check_gradient(np.square, x, 2 * x)


def test_a_loss_is_a_single_number():
    assert_allclose(numerical_gradient(lambda x: float((x**2).sum()), X), 2 * X, atol=1e-8)


def test_cells_far_from_the_origin():
    x = np.array([1e6, -1e6])
    assert check_gradient(np.square, x, 2 * x) < 1e-3


def test_integers_lists_and_views_are_taken():
    expected = [[2.0, 4.0], [6.0, 8.0]]
    for x in (
        [[1, 2], [3, 4]],
        np.array([[1, 3], [2, 4]], np.uint8).T,
        np.float32([[1, 2], [3, 4]]),
    ):
        gradient = numerical_gradient(np.square, x)
        assert gradient.dtype == np.float64
        assert_allclose(gradient, expected, atol=1e-8)


def test_nothing_is_modified_even_by_a_function_that_does():
    def careless(x):
        x *= 2
        return x

    x, grad_output, gradient = X.copy(), X.copy(), 2 * X
    for array in (x, grad_output, gradient):
        array.flags.writeable = False
    check_gradient(careless, x, gradient, grad_output)
    assert_array_equal(x, X)


def test_a_function_that_fills_one_buffer_again_and_again():
    buffer = np.zeros_like(X)

    def refill(x):
        buffer[...] = 3 * x
        return buffer

    check_gradient(refill, X, np.full_like(X, 3))


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((3, X), {}, TypeError, "function must be callable; got int"),
        ((np.square, "x"), {}, TypeError, "x must be an array of numbers; got the string 'x'"),
        ((np.square, 1j * X), {}, TypeError, "x must hold real numbers"),
        ((np.square, [1, np.nan]), {}, ValueError, "x must be finite; at [1] it is nan"),
        ((np.square, [[np.inf]]), {}, ValueError, "x must be finite; at [0, 0] it is inf"),
        ((np.square, X, X[0]), {}, ValueError, "grad_output must have the output's shape (5, 5); "),
        ((np.square, X, np.nan * X), {}, ValueError, "grad_output must be finite; at [0, 0]"),
        ((np.square, X), {"step": 0}, ValueError, "step must be a finite number above 0; got 0"),
        ((np.square, X), {"step": -1e-6}, ValueError, "step must be a finite number above 0"),
        ((np.square, X), {"step": "a"}, ValueError, "step must be a finite number above 0; got"),
        ((np.square, X), {"step": True}, ValueError, "step must be a finite number above 0; got"),
        ((np.square, X), {"step": np.inf}, ValueError, "step must be a finite number above 0; got"),
        ((np.float32, X), {}, TypeError, "function must give float64, whose digits"),
        ((lambda x: None, X), {}, TypeError, "function must give float64, whose digits"),
    ],
)
def test_malformed_calls(arguments, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        numerical_gradient(*arguments, **options)


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        (np.ones(6), "gradient must have the shape of x, (2, 3); got (6,)"),
        (np.ones((3, 2)), "gradient must have the shape of x, (2, 3); got (3, 2); it looks trans"),
        (3, "gradient must have the shape of x, (2, 3); got ()"),
    ],
)
def test_a_gradient_of_another_shape(gradient, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        check_gradient(np.square, np.ones((2, 3)), gradient)


def test_both_are_at_the_top():
    assert cnnlab.check_gradient is check_gradient
    assert cnnlab.numerical_gradient is numerical_gradient


@pytest.mark.parametrize("name", ["rtol", "atol"])
@pytest.mark.parametrize("value", [np.nan, -1, np.inf, "a", True, None, [1]])
def test_malformed_tolerances(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a finite number of at least 0; got"):
        check_gradient(np.square, [1.0, 2], [2, 4], **{name: value})


@pytest.mark.parametrize("kind", [np.float32, np.float16, Fraction])
def test_numbers_of_any_kind_will_do(kind):
    assert check_gradient(np.square, [1.0, 2], [2, 4.001], rtol=kind(0.5), step=kind(0.125)) < 0.1
    numbers = {"rtol": kind(0), "atol": kind(0.5), "step": kind(0.125)}
    assert check_gradient(np.square, [1.0, 2], [2, 4.25], **numbers) == 0.25
    found = numerical_gradient(np.square, [1.0, 2], step=kind(0.125))
    assert found.tolist() == [2, 4]
