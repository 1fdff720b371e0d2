"""How weights start: each function draws an array of a shape (outputs, inputs, …).

The fan-in is how many numbers one output sums, ``prod(shape[1:])``.
"""

import math

import numpy as np


def he_normal(shape, rng):
    """Draw with variance 2 / fan-in, which ReLU needs (He, Zhang, Ren & Sun 2015, equation 10)."""
    return rng.normal(scale=math.sqrt(2 / math.prod(shape[1:])), size=shape)


def lecun_normal(shape, rng):
    """Draw with variance 1 / fan-in (LeCun, Bottou, Orr & Müller 1998, section 4.6)."""
    return rng.normal(scale=math.sqrt(1 / math.prod(shape[1:])), size=shape)


def glorot_uniform(shape, rng):
    """Draw evenly with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010, equation 16).

    Keras starts so. Also called Xavier's.
    """
    fans = math.prod(shape[1:]) + shape[0] * math.prod(shape[2:])
    bound = math.sqrt(6 / fans)
    return rng.uniform(-bound, bound, shape)


def pytorch_uniform(shape, rng):
    """Draw evenly between ±1 / √fan-in, a variance of 1 / (3 fan-in): PyTorch's layers start so.

    There biases are drawn likewise; here they start at 0.
    """
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    return rng.uniform(-bound, bound, shape)


def zeros(shape, rng):
    """Start at 0, to see what goes wrong: all units of a layer then stay alike."""
    return np.zeros(shape)
