"""Networks with a name."""

from itertools import pairwise

from cnnlab.nn._layer import Sequential
from cnnlab.nn.activations import ReLU
from cnnlab.nn.initial import he_normal
from cnnlab.nn.layers import Conv2d, Flatten, Linear, MaxPool2d


def lenet5(*, rng, activation=ReLU, init=he_normal):
    """Build LeNet-5 as it is used today, for digits of 28×28: 61,706 parameters.

    It has the layers and sizes of LeCun, Bottou, Bengio & Haffner 1998, with max pooling, every map
    of the second convolution over all of the first, and ten scores at the end.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the weights.
    activation : type of layer, default ReLU
        Stands after each layer with weights but the last.
    init : function, default he_normal
        How the weights start.

    Returns
    -------
    Sequential
        Takes images of shape (N, 1, 28, 28), and gives scores of shape (N, 10).

    Examples
    --------
    >>> import numpy as np
    >>> net = lenet5(rng=np.random.default_rng(0))
    >>> sum(p.value.size for p in net.parameters().values())
    61706
    """
    return Sequential(
        Conv2d(1, 6, 5, padding=2, rng=rng, init=init), activation(), MaxPool2d(2),
        Conv2d(6, 16, 5, rng=rng, init=init), activation(), MaxPool2d(2),
        Flatten(),
        Linear(400, 120, rng=rng, init=init), activation(),
        Linear(120, 84, rng=rng, init=init), activation(),
        Linear(84, 10, rng=rng, init=init),
    )  # fmt: skip


def perceptron(*sizes, rng, activation=ReLU, init=he_normal):
    """Build a multilayer perceptron: fully connected layers with an activation in between.

    Parameters
    ----------
    *sizes : int
        The number of inputs, the units of each layer, and at last the number of scores.
    rng, activation, init
        As `lenet5` takes them.

    Returns
    -------
    Sequential
        Takes images with ``sizes[0]`` cells each.

    Examples
    --------
    >>> import numpy as np
    >>> net = perceptron(784, 100, 10, rng=np.random.default_rng(0))
    >>> sum(p.value.size for p in net.parameters().values())
    79510
    """
    layers = [Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [Linear(inputs, outputs, rng=rng, init=init), activation()]
    return Sequential(*layers[:-1])


__all__ = ["lenet5", "perceptron"]
