"""The optimiser and its schedules."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnlab import nn


def trail(optimizer, gradients, start=1.0):
    """Follow one parameter over the gradients."""
    parameter, seen = nn.Parameter(np.array([start])), []
    for gradient in gradients:
        parameter.grad[...] = gradient
        optimizer.step({"w": parameter})
        seen.append(float(parameter.value[0]))
    return seen


def test_plain_descent():
    assert_allclose(trail(nn.SGD(0.1), [1, 2, -3]), [0.9, 0.7, 1.0])


def test_momentum_keeps_a_part_of_the_last_step():
    assert_allclose(trail(nn.SGD(0.1, momentum=0.5), [1, 2, 0]), [0.9, 0.65, 0.525])


def test_weight_decay_pulls_towards_0():
    assert_allclose(trail(nn.SGD(0.1, weight_decay=0.5), [0, 0]), [0.95, 0.95**2])


def test_a_schedule_is_asked_at_each_step():
    optimizer = nn.SGD(nn.step_decay(0.1, every=2))
    assert_allclose(trail(optimizer, [1, 1, 1, 1]), [0.9, 0.8, 0.79, 0.78])
    assert optimizer.steps == 4


def test_schedules():
    cosine = nn.cosine(1, steps=4)
    assert_allclose([cosine(n) for n in (0, 1, 2, 3, 4, 9)], [1, 0.85355, 0.5, 0.14645, 0, 0], 1e-4)
    both = nn.warm_up(nn.step_decay(1, every=4, factor=0.5), steps=2)
    assert [both(n) for n in range(6)] == [0.5, 1, 1, 1, 0.5, 0.5]
    assert nn.constant(0.3)(1000) == 0.3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": -1}, "rate must be at least 0; got -1"),
        ({"rate": np.nan}, "rate must be at least 0; got nan"),
        ({"rate": 0.1, "momentum": 1}, "momentum must be at least 0 and below 1; got 1"),
        ({"rate": 0.1, "weight_decay": -0.1}, "weight_decay must be at least 0"),
    ],
)
def test_settings_that_will_not_do(options, message):
    with pytest.raises(ValueError, match=message):
        nn.SGD(**options)
