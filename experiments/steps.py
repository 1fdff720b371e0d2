"""What do momentum, weight decay and a falling rate buy in the same number of steps?"""

import numpy as np

from cnnlab import nn
from experiments._train import COMMON, digits, right, train

SEEDS = 10
STEPS, LOOK = 252, 21
SETTINGS = {**COMMON, "momentum": "0.9 or none", "network": "LeNet-5", "steps": STEPS}
CONDITIONS = {
    **{f"plain, rate {rate}": {"rate": rate, "momentum": 0} for rate in (0.03, 0.1, 0.3)},
    **{f"momentum, rate {rate}": {"rate": rate} for rate in (0.01, 0.03, 0.1)},
    "momentum and decay, rate 0.03": {"rate": 0.03, "weight_decay": 1e-3},
    "momentum, a drop to a tenth": {"rate": nn.step_decay(0.03, every=168)},
    "momentum, cosine from 0.03": {"rate": nn.cosine(0.03, steps=STEPS)},
    "momentum, cosine from 0.06": {"rate": nn.cosine(0.06, steps=STEPS)},
    "momentum, warm-up to 0.1, then cosine": {
        "rate": nn.warm_up(nn.cosine(0.1, steps=STEPS), steps=42)
    },
}


def run(seed, rate, momentum=0.9, weight_decay=0):
    """Train LeNet-5 for four epochs by one rule."""
    rng, learn, held_out = digits(seed)
    net = nn.models.lenet5(rng=rng)
    losses = train(
        net, learn, rng, steps=STEPS, rate=rate, momentum=momentum, weight_decay=weight_decay
    )
    losses += [np.log(10)] * (STEPS - len(losses))  # it diverged, and knows nothing
    return {
        "held out, %": right(net, held_out),
        "loss by 21 steps": np.reshape(losses, (-1, LOOK)).mean(axis=1),
    }
