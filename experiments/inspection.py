"""Do pictures of what a score hangs on notice that a network's weights were shuffled?

From the last layer down to the first, more and more parts of EfficientNet-Lite0 have the weights of
each of their layers shuffled. After each part the pictures that three rules for the way back, and
the class activation map, make of photographs are compared with those of the network that learned.
It is the sanity check of Adebayo and others (2018), who drew weights anew. Beside it, LeNet-5 that
learned and LeNet-5 that did not: how much of the gradient lies in a digit's ink.
"""

import numpy as np
from scipy.stats import spearmanr

from cnnlab import data, nn
from cnnlab.nn import inspect

SEEDS = 5
UP_TO = ["scores", "head", "block16", "block12", "block8", "block4", "stem"]
PHOTOS = ["coffee", "chelsea", "camera", "rocket"]
SETTINGS = {
    "network": "EfficientNet-Lite0",
    "photographs": PHOTOS,
    "the class": "the one that the network that learned finds most probable",
    "shuffled": "the weights of each layer, from the scores up to",
    "up to": UP_TO,
    "compared by": "Spearman's rank correlation of the maps' values, mean over the photographs",
    "digits": "1,000 of MNIST's, held out; LeNet-5 with the learned weights, or first ones",
}
RULES = list(inspect.RULES)
CONDITIONS = {"photographs": {"digits": False}, "digits": {"digits": True}}


def pictures(network, x, unit):
    """Make the four pictures of one score, by name."""
    made = {rule: inspect.input_gradient(network, x, unit, rule=rule) for rule in RULES}
    made = {rule: inspect.saliency(gradient) for rule, gradient in made.items()}
    return made | {"class map": inspect.class_activation_map(network, x, unit)}


def shuffle(network, part, rng):
    """Put the weights of each layer of one part into another order."""
    for name, parameter in network.parameters().items():
        if name.split(".")[0] == part and name.endswith(("conv.weight", "scores.weight")):
            parameter.value.flat = rng.permutation(parameter.value.ravel())


def in_the_ink(network, digits):
    """Return for each rule the share of the gradient that lies in the ink, in per cent."""
    ink, shares = digits.images[:, 0] > 0, {}
    for rule in RULES:
        shares[rule] = []
        for label in range(10):
            of = digits.labels == label
            gradient = inspect.input_gradient(network, digits.images[of], label, rule=rule)
            found = inspect.saliency(gradient)
            shares[rule] += list((found * ink[of]).sum((1, 2)) / found.sum((1, 2)))
    return {rule: 100 * float(np.mean(share)) for rule, share in shares.items()}


def run(seed, digits):
    """Shuffle one network, or start one anew, and measure its pictures."""
    rng = np.random.default_rng(seed)
    if digits:
        _, held_out = data.mnist().split(1000, rng=np.random.default_rng(0))
        found = in_the_ink(nn.models.lenet5(rng=rng), held_out)
        return {f"{rule}, untrained, %": share for rule, share in found.items()}
    network = nn.models.efficientnet_lite0()
    batches = [network.prepare(photo) for photo in PHOTOS]
    units = [int(network(x).argmax()) for x in batches]
    before = [pictures(network, x, unit) for x, unit in zip(batches, units, strict=True)]
    agreement = {name: [] for name in before[0]}
    for part in reversed(network.children()):
        shuffle(network, part, rng)
        if part not in UP_TO:
            continue
        now = [pictures(network, x, unit) for x, unit in zip(batches, units, strict=True)]
        for name, found in agreement.items():
            pairs = zip(before, now, strict=True)
            found.append(np.mean([spearmanr(b[name], n[name], axis=None)[0] for b, n in pairs]))
    return agreement
