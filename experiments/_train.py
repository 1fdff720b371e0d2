"""What the experiments on MNIST's digits share: one split, and one way to train."""

from functools import cache

import numpy as np

from cnnlab import data, nn
from experiments._digits import more_digits

BATCH, MOMENTUM, HELD_OUT = 64, 0.9, 1000
COMMON = {
    "data": "4,000 of MNIST's digits to learn from, 1,000 held out",
    "batch_size": BATCH,
    "momentum": MOMENTUM,
}


def digits(seed):
    """Return a generator, the digits to learn from, and those held out."""
    rng = np.random.default_rng(seed)
    return rng, *data.mnist().split(HELD_OUT, rng=rng)


@cache
def unseen():
    """Return 5,000 digits that are in nobody's split: a test that decides nothing."""
    return more_digits()


def train(network, learn, rng, *, steps, rate, batch=BATCH, weight_decay=0, **options):
    """Train for so many steps, whatever an epoch's length; return the optimiser's losses.

    A loss that is no longer a number ends the training: the network stays as bad as it is.
    """
    sgd = nn.SGD(rate, momentum=options.pop("momentum", MOMENTUM), weight_decay=weight_decay)
    batch = min(batch, len(learn))
    losses = []
    while len(losses) < steps:
        try:
            history = nn.fit(
                network, learn, epochs=1, batch_size=batch, optimizer=sgd, rng=rng,
                progress=False, **options,
            )  # fmt: skip
        except FloatingPointError:
            break
        losses += history.step_loss
    return losses


def right(network, held_out):
    """Return the percentage of held-out digits that are read right."""
    return 100 * nn.accuracy(network, held_out)
