"""What makes LeNet-5 with sigmoids start: batch normalisation, or time?"""

import numpy as np

from cnnlab import nn
from experiments._train import BATCH, COMMON, MOMENTUM, digits, right

SEEDS = 5
SETTINGS = {
    **COMMON,
    "network": "LeNet-5 with sigmoids, He's initial weights",
    "steps": "63 for each pass; one pass where no other number is named",
}
RATES = 0.01, 0.03, 0.1
PASSES = 15
CONDITIONS = {
    f"{'with' if norm else 'without'} batch normalisation, rate {rate}": {
        "norm": norm, "rate": rate,
    }
    for norm in (False, True) for rate in RATES
} | {
    f"without, rate {rate}, {PASSES} passes": {"norm": False, "rate": rate, "passes": PASSES}
    for rate in RATES[1:]
}  # fmt: skip


def run(seed, norm, rate, passes=1):
    """Train it, with each sum normalised before its sigmoid or not; look after each pass."""
    rng, learn, held_out = digits(seed)
    layers = []
    for layer in nn.models.lenet5(rng=rng, activation=nn.Sigmoid).layers:
        if norm and isinstance(layer, nn.Sigmoid):
            before = layers[-1].bias.value
            layers.append(nn.BatchNorm2d(len(before)))
        layers.append(layer)
    net = nn.Sequential(*layers)
    filters, optimizer = net[0].weight, nn.SGD(rate, momentum=MOMENTUM)
    start, seen, moved = filters.value.copy(), [], []
    for _ in range(passes):
        nn.fit(net, learn, epochs=1, batch_size=BATCH, optimizer=optimizer, rng=rng, progress=False)
        seen.append(right(net, held_out))
        change = np.linalg.norm(filters.value - start) / np.linalg.norm(start)
        moved.append(float(100 * change))
    return {"held out, %": seen[-1], "after each pass, %": seen, "first filters moved, %": moved}
