"""Stochastic gradient descent, and rates that change while a network learns."""

import math

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn._layer import check_number


class SGD:
    r"""Stochastic gradient descent, with momentum and weight decay.

    Parameters
    ----------
    rate : float or function
        The learning rate, or a schedule: a function of the steps done so far, such as
        `step_decay` makes.
    momentum : float, default 0
        What is kept of the last step; less than 1.
    weight_decay : float, default 0
        Pulls every parameter towards 0.

    Attributes
    ----------
    steps : int
        Those that were done.

    Notes
    -----
    With the gradient :math:`g`, weight decay :math:`\lambda`, momentum :math:`\mu` and rate
    :math:`\eta`, each parameter :math:`w` has a velocity :math:`v`, which starts at 0:

    .. math:: v \leftarrow \mu v + g + \lambda w, \qquad w \leftarrow w - \eta v

    as in PyTorch. Krizhevsky, Sutskever & Hinton (2012, section 5) have the rate inside the
    velocity, which differs once the rate changes.
    """

    def __init__(self, rate, *, momentum=0, weight_decay=0):
        self.rate = rate if callable(rate) else constant(rate)
        self.momentum = check_number(momentum, "momentum", least=0, below=1)
        self.weight_decay = check_number(weight_decay, "weight_decay", least=0)
        self.steps, self._velocities = 0, {}

    def step(self, parameters):
        """Move each parameter against its gradient.

        Parameters
        ----------
        parameters : dict of str to Parameter
            As `Layer.parameters` gives them.
        """
        rate = self.rate(self.steps)
        for parameter in parameters.values():
            if parameter not in self._velocities:
                self._velocities[parameter] = np.zeros_like(parameter.value)
            velocity = self._velocities[parameter]
            velocity *= self.momentum
            velocity += parameter.grad
            if self.weight_decay:
                velocity += self.weight_decay * parameter.value
            parameter.value -= rate * velocity
        self.steps += 1


def constant(rate):
    """Keep one rate."""
    rate = check_number(rate, "rate", least=0)
    return lambda step: rate


def step_decay(rate, *, every, factor=0.1):
    """Multiply the rate by a factor once every so many steps.

    Examples
    --------
    >>> rate = step_decay(0.5, every=100)
    >>> rate(0), rate(99), rate(100)
    (0.5, 0.5, 0.05)
    """
    rate, factor = check_number(rate, "rate", least=0), check_number(factor, "factor", least=0)
    every = given.as_integer(every, "every", minimum=1)
    return lambda step: rate * factor ** (step // every)


def cosine(rate, *, steps):
    """Let the rate fall to 0 along half a cosine (Loshchilov & Hutter 2017, equation 5).

    Examples
    --------
    >>> rate = cosine(0.5, steps=100)
    >>> rate(0), round(rate(50), 4), rate(100), rate(1000)
    (0.5, 0.25, 0.0, 0.0)
    """
    rate, steps = check_number(rate, "rate", least=0), given.as_integer(steps, "steps", minimum=1)
    return lambda step: rate * 0.5 * (1 + math.cos(math.pi * min(step / steps, 1)))


def warm_up(rate, *, steps):
    """Let a rate, or a schedule, begin small and grow over the first steps.

    Examples
    --------
    >>> rate = warm_up(0.5, steps=5)
    >>> rate(0), rate(4), rate(9)
    (0.1, 0.5, 0.5)
    """
    schedule = rate if callable(rate) else constant(rate)
    steps = given.as_integer(steps, "steps", minimum=1)
    return lambda step: schedule(step) * min((step + 1) / steps, 1)


__all__ = ["SGD", "constant", "step_decay", "cosine", "warm_up"]
