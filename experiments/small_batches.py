"""What does batch normalisation do with batches of two, eight and sixty-four?"""

import numpy as np

from cnnlab import data, nn
from experiments._train import MOMENTUM, right, train

SEEDS = 5
SETTINGS = {
    "data": "704 of scikit-learn's digits to learn from, 493 for validation, 600 as the test",
    "network": "convolutions of 8 and 16 filters 3×3, each pooled, and ten scores",
    "momentum": MOMENTUM,
    "steps": 352,  # 1, 4 or 32 epochs
}
RATES = 0.001, 0.003, 0.01, 0.03, 0.1, 0.3
CONDITIONS = {
    f"{'with' if norm else 'without'}, batches of {batch}, rate {rate}": {
        "norm": norm, "batch": batch, "rate": rate,
    }
    for batch in (2, 8, 64) for norm in (False, True) for rate in RATES
}  # fmt: skip


def run(seed, norm, batch, rate):
    """Train with few or many digits in a batch, in equally many steps."""
    rng = np.random.default_rng(seed)
    learn, others = data.digits().split(1093, rng=rng)
    validation, test = others.split(600, rng=rng)
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
    return {"validation, %": right(net, validation), "test, %": right(net, test)}
