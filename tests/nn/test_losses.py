"""Losses: values by hand, gradients against central differences, and labels that will not do."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab import nn

LOSSES = [nn.cross_entropy, nn.squared_error, nn.hinge, nn.logistic]
SCORES = np.array([[1.2, -0.3, 0.4], [0.1, 2.0, -1.5], [0.6, 0.9, 0.2], [-3.0, 0.7, 0.25]])
LABELS = np.array([0, 2, 1, 1])


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_is_that_of_the_loss(loss):
    _, gradient = loss(SCORES, LABELS)
    cnnlab.check_gradient(lambda scores: np.float64(loss(scores, LABELS)[0]), SCORES, gradient)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_is_a_mean_over_examples(loss):
    each = [loss(SCORES[[n]], LABELS[[n]])[0] for n in range(4)]
    assert_allclose(loss(SCORES, LABELS)[0], np.mean(each), rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_float32_stays(loss):
    value, gradient = loss(SCORES.astype(np.float32), LABELS)
    assert type(value) is float
    assert gradient.dtype == np.float32
    assert gradient.shape == SCORES.shape


@pytest.mark.parametrize("loss", [nn.cross_entropy, nn.logistic])
def test_large_scores_do_not_overflow(loss):
    with np.errstate(over="raise", invalid="raise"):
        value, gradient = loss(np.array([[1e4, -1e4]]), [1])
    assert value >= 2e4
    assert_allclose(gradient, [[1, -1]])


def test_softmax_adds_up_to_1():
    probabilities = nn.softmax(SCORES)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    assert_allclose(probabilities, np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("dtype", [int, np.uint8, np.float32, list])
def test_softmax_takes_any_numbers(dtype):
    whole = np.array([[3, 0], [0, 255]])
    scores = whole.tolist() if dtype is list else whole.astype(dtype)
    assert_allclose(nn.softmax(scores), nn.softmax(whole.astype(float)), atol=1e-7)
    assert nn.softmax(scores).dtype == (np.float32 if dtype is np.float32 else float)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [int, np.uint8, np.float16, list])
def test_losses_take_any_numbers(loss, dtype):
    whole, labels = np.tile([[3, 0], [0, 200]], (150, 1)), np.tile([1, 0], 150)
    scores = whole.tolist() if dtype is list else whole.astype(dtype)
    value, gradient = loss(scores, labels)
    expected, slope = loss(whole.astype(float), labels)
    assert_allclose(value, expected, rtol=1e-6)
    assert_allclose(gradient, slope, rtol=1e-6, atol=1e-12)
    assert gradient.dtype == (np.float32 if dtype is np.float16 else float)


@pytest.mark.parametrize("loss", [nn.squared_error, nn.logistic])
def test_targets_of_whole_scores_are_not_cut_off(loss):
    targets = [[0.5, 1.5]]
    assert loss(np.array([[1, 2]]), targets)[0] == loss(np.array([[1.0, 2.0]]), targets)[0]
    assert nn.squared_error([[1, 2]], targets)[0] == 0.25


@pytest.mark.parametrize("loss", [*LOSSES, lambda scores, labels: nn.softmax(scores)])
def test_scores_are_real_numbers(loss):
    with pytest.raises(TypeError, match=r"scores must hold real numbers .* dtype complex128"):
        loss(np.array([[1j, 2]]), [0])


def test_a_sure_network_has_no_loss():
    assert nn.cross_entropy(np.array([[100.0, 0]]), [0])[0] < 1e-12
    assert nn.hinge(np.array([[1.0, 0]]), [0])[0] == 0
    assert nn.squared_error(np.array([[1.0, 0]]), [0])[0] == 0


def test_numbers_as_targets():
    targets = np.array([[0.5, 1, 0]])
    assert nn.squared_error(targets, targets)[0] == 0
    value, gradient = nn.logistic(np.zeros((1, 3)), targets)
    assert_allclose(value, 3 * np.log(2))
    assert_array_equal(gradient, [[0, -0.5, 0.5]])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, 3, 1, 1], ValueError, "from 0 to 2, as there are 3 scores; number 1 is 3, and 1 in"),
        ([0, -1, 1, 4], ValueError, "number 1 is -1, and 2 in all are out of range"),
        ([0, 1, 2], ValueError, r"one class for each of 4 rows of scores; got shape \(3,\)"),
        ([0.0, 1, 2, 0], TypeError, "labels must be integers; got dtype float64"),
    ],
)
def test_labels_that_will_not_do(loss, labels, error, message):
    with pytest.raises(error, match=message):
        loss(SCORES, labels)


def test_scores_must_be_a_table():
    with pytest.raises(ValueError, match=r"shape \(N, K\); got \(2, 3, 1, 1\); add Flatten\(\)"):
        nn.cross_entropy(np.zeros((2, 3, 1, 1)), [0, 1])
