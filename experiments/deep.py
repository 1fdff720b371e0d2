"""Does batch normalisation let a deep network start, whatever its first weights?"""

import numpy as np

from cnnlab import data, nn
from experiments._train import MOMENTUM, right, train

SEEDS = 5
DEPTH, FILTERS, BATCH = 10, 8, 50
SETTINGS = {
    "data": "1,197 of scikit-learn's digits to learn from, 300 for validation, 300 as the test",
    "network": f"{DEPTH} convolutions of {FILTERS} filters 3×3, a pool, ten scores",
    "batch_size": BATCH,
    "momentum": MOMENTUM,
    "steps": 144,
}
STARTS = {"He": nn.he_normal, "PyTorch": nn.pytorch_uniform}
RATES = 0.001, 0.003, 0.01, 0.03, 0.1, 0.3
CONDITIONS = {
    f"{'with' if norm else 'without'}, {start}, rate {rate}": {
        "norm": norm, "start": start, "rate": rate,
    }
    for start in STARTS for norm in (False, True) for rate in RATES
}  # fmt: skip


def network(norm, start, rng):
    """Return a narrow, deep network for digits of 8×8."""
    layers, channels = [], 1
    for _ in range(DEPTH):
        layers.append(nn.Conv2d(channels, FILTERS, 3, padding=1, rng=rng, init=STARTS[start]))
        layers += [nn.BatchNorm2d(FILTERS)] * norm + [nn.ReLU()]
        channels = FILTERS
    return nn.Sequential(
        *layers, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(FILTERS * 16, 10, rng=rng)
    )


def run(seed, norm, start, rate):
    """Train it for six epochs."""
    rng = np.random.default_rng(seed)
    learn, others = data.digits().split(600, rng=rng)
    validation, test = others.split(300, rng=rng)
    net = network(norm, start, rng)
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate, batch=BATCH)
    return {"validation, %": right(net, validation), "test, %": right(net, test)}
