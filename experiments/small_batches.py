"""What does batch normalisation do with batches of two, eight and sixty-four?"""

import numpy as np

from cnnlab import data, nn
from experiments._train import MOMENTUM, right, train

SEEDS = 5
SETTINGS = {
    "data": "1,408 of scikit-learn's digits to learn from, 389 held out",
    "network": "convolutions of 8 and 16 filters 3×3, each pooled, and ten scores",
    "momentum": MOMENTUM,
    "steps": 352,
}
RATES = 0.003, 0.01, 0.03, 0.1
CONDITIONS = {
    f"{'with' if norm else 'without'}, batches of {batch}, rate {rate}": {
        "norm": norm, "batch": batch, "rate": rate,
    }
    for batch in (2, 8, 64) for norm in (False, True) for rate in RATES
}  # fmt: skip


def run(seed, norm, batch, rate):
    """Train with few or many digits in a batch, in equally many steps."""
    rng = np.random.default_rng(seed)
    learn, held_out = data.digits().split(389, rng=rng)
    if batch < 8:
        _, learn = learn.split(704, rng=rng)  # an epoch of 352 steps
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=rng),
        *[nn.BatchNorm2d(8)] * norm,
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, rng=rng),
        *[nn.BatchNorm2d(16)] * norm,
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10, rng=rng),
    )
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate, batch=batch)
    finished = right(net, held_out)
    some = held_out[:384].images.reshape(-1, batch, 1, 8, 8)
    crowd = np.concatenate([net(images, training=True) for images in some]).argmax(axis=1)
    return {
        "held out, %": finished,
        "with the batch's own numbers, %": 100 * np.mean(crowd == held_out.labels[:384]),
    }
