"""The network that a page trains, as one of `cnnlab.nn`: the twin of ``numbers.js``.

Both draw the same numbers from a seed, and so take the same steps: the tests let them go side by
side, in float64.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

SIDE, CLASSES, POOL = 28, 10, 2


def mulberry32(seed: int) -> Callable[[], float]:
    """Return the generator mulberry32, which gives numbers from 0 up to 1.

    Examples
    --------
    >>> random = mulberry32(0)
    >>> [round(random(), 4) for _ in range(3)]
    [0.2664, 0.0003, 0.2233]
    """
    state = seed

    def multiply(a, b):
        return a * b & 0xFFFFFFFF

    def random():
        nonlocal state
        state = state + 0x6D2B79F5 & 0xFFFFFFFF
        t = multiply(state ^ state >> 15, 1 | state)
        t = t + multiply(t ^ t >> 7, 61 | t) & 0xFFFFFFFF ^ t
        return (t ^ t >> 14) / 2**32

    return random


def shuffled(count: int, random: Callable[[], float]) -> Iterator[int]:
    """Yield the numbers 0 … count − 1 for ever, in a new order each time round."""
    order = list(range(count))
    while True:
        for k in range(count - 1, 0, -1):
            other = math.floor(random() * (k + 1))
            order[k], order[other] = order[other], order[k]
        yield from order


def shapes(settings: Mapping[str, Any], side: int = SIDE) -> dict[str, tuple]:
    """Return the names and shapes of a network's parameters, as its `state_dict` has them."""
    found, channels, kernel = {}, 1, settings["kernel_size"]
    for layer, filters in enumerate(filter(None, (settings["filters"], settings["second"]))):
        found[f"{3 * layer}.weight"] = filters, channels, kernel, kernel
        found[f"{3 * layer}.bias"] = (filters,)
        channels, side = filters, (side - kernel + 1) // POOL
    last = 3 * (2 if settings["second"] else 1) + 1  # after activation, pooling and flattening
    return found | {
        f"{last}.weight": (CLASSES, channels * side * side),
        f"{last}.bias": (CLASSES,),
    }


def first_weights(
    settings: Mapping[str, Any], random: Callable[[], float], side: int = SIDE
) -> dict[str, np.ndarray]:
    """Draw the weights evenly between ±√(6/inputs), as He et al. (2015) do; biases are 0."""
    weights = {}
    for name, shape in shapes(settings, side).items():
        weights[name] = np.zeros(shape)
        if name.endswith("weight"):
            reach = math.sqrt(6 / math.prod(shape[1:]))
            flat = weights[name].reshape(-1)
            flat[:] = [(2 * random() - 1) * reach for _ in range(flat.size)]
    return weights


def network(settings: Mapping[str, Any], weights: Mapping[str, np.ndarray]) -> Any:
    """Build the network of `cnnlab.nn`, in float64, with these weights."""
    from cnnlab import nn  # a page of widgets can do without it

    activation = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[settings["activation"]]
    pooling = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[settings["pooling"]]
    nobody = np.random.default_rng(0)  # what it draws is replaced below
    layers = []
    for name, shape in weights.items():
        if len(shape := np.shape(shape)) == 4:
            filters, channels, kernel, _ = shape
            layers += [
                nn.Conv2d(channels, filters, kernel, rng=nobody),
                activation(),
                pooling(POOL),
            ]
        elif name.endswith("weight"):
            layers += [nn.Flatten(), nn.Linear(shape[1], CLASSES, rng=nobody)]
    net = nn.Sequential(*layers).astype(np.float64)
    net.load_state_dict(weights)
    return net


def train(
    settings: Mapping[str, Any], images: np.ndarray, labels: np.ndarray, steps: int
) -> tuple[Any, list[float]]:
    """Train as the page does, from the first step on.

    Parameters
    ----------
    settings : dict
        The widget's traits, of which the rate, the batch's size and the seed count too.
    images : ndarray of shape (N, 1, H, H)
        The digits, from 0 to 1.
    labels : ndarray of int, of shape (N,)
    steps : int

    Returns
    -------
    network : nn.Sequential
    losses : list of float
        The mean loss of each batch, before its step.
    """
    from cnnlab import nn

    random = mulberry32(settings["seed"])
    net = network(settings, first_weights(settings, random, images.shape[-1]))
    order = shuffled(len(images), random)
    optimizer, losses = nn.SGD(settings["rate"]), []
    for _ in range(steps):
        batch = list(itertools.islice(order, settings["batch_size"]))
        loss, grad = nn.cross_entropy(net(images[batch], training=True), labels[batch])
        net.learn(grad)
        optimizer.step(net.parameters())
        losses.append(loss)
    return net, losses


def unpack(settings: Mapping[str, Any], values: np.ndarray) -> dict[str, np.ndarray]:
    """Cut one long array into a network's parameters."""
    named = shapes(settings)
    ends = np.cumsum([math.prod(shape) for shape in named.values()])
    parts = np.split(values, ends[:-1])
    return {name: p.reshape(shape) for (name, shape), p in zip(named.items(), parts, strict=True)}


def told(seen: int, loss: float | None, right: int, held: int) -> str:
    r"""Say how far the training is, from the digits seen, their loss and the held-out ones right.

    Examples
    --------
    >>> told(2000, 0.451, 440, 500)
    'After 2,000 digits the loss is 0.45, and 88\xa0% of the 500 digits held out are right.'
    """
    share = f"{percent(right, held)} of the {held} digits held out are right."
    if not seen:
        return f"Nothing is learned yet: {share}"
    return f"After {seen:,} digits the loss is {hundredths(loss)}, and {share}"


def percent(part: int, whole: int) -> str:
    """Write a share in per cent, to a tenth where it has one: whole numbers alone are computed."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''}\u00a0%"


def hundredths(value: float) -> str:
    """Write a loss to two decimals."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞"
    whole = math.floor(value * 100 + 0.5)
    return f"{whole // 100}.{whole % 100:02}"
