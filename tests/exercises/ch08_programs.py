"""Programs for chapter 8's exercises; ``ch01_programs.py`` says in which form."""

import math

import numpy as np
from scipy import ndimage, special

from cnnlab import nn

CARDS = """
def fold_of(labels, folds):
    passed, result = {}, []
    for label in labels.tolist():
        result.append(passed.get(label, 0) % folds)
        passed[label] = passed.get(label, 0) + 1
    return result
"""
BACKWARDS = """
def perceptron_parameters(shape, sizes):
    chain = [shape[0] * shape[1] * shape[2], *sizes]
    return sum((a + 1) * b for a, b in zip(chain[:-1], chain[1:]))
"""
BY_HAND = """
def confusion(labels, found, classes):
    return [[sum(1 for a, b in zip(labels, found) if a == r and b == c)
             for c in range(classes)] for r in range(classes)]
"""
OPTIMISER = """
def descend(weights, gradients, rate, momentum, decay):
    sgd = nn.SGD(rate, momentum=momentum, weight_decay=decay)
    parameter = nn.Parameter(weights.astype(float))
    path = []
    for gradient in gradients:
        parameter.grad = gradient.astype(float)
        sgd.step({"w": parameter})
        path.append(parameter.value.copy())
    return np.array(path)
"""
WITH_THE_RATE = """
def descend(weights, gradients, rate, momentum, decay):
    weights, moved, path = weights.astype(float), 0, []
    for gradient in gradients.astype(float):
        moved = momentum * moved - rate * gradient - rate * decay * weights
        weights = weights + moved
        path.append(weights)
    return np.stack(path)
"""
IN_PLACE = """
def descend(weights, gradients, rate, momentum, decay):
    w, velocity, path = weights.astype(float), 0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient + decay * w
        w -= rate * velocity
        path.append(w.copy())
    return np.array(path)
"""
PIECES = """
def rate_at(step, steps, rate, warm):
    now = rate * math.cos(math.pi / 2 * step / steps) ** 2
    if step + 1 < warm:
        now *= (step + 1) / warm
    return now
"""
PADDED = """
def shifted(image, down, right):
    rows, columns = image.shape
    far = max(abs(down), abs(right))
    padded = np.pad(image, far)
    return padded[far - down : far - down + rows, far - right : far - right + columns]
"""
SLICES = """
def shifted(image, down, right):
    h, w = image.shape
    out = np.zeros_like(image)
    if abs(down) < h and abs(right) < w:
        out[max(down, 0) : h + min(down, 0), max(right, 0) : w + min(right, 0)] = image[
            max(-down, 0) : h + min(-down, 0), max(-right, 0) : w + min(-right, 0)]
    return out
"""
VOTES = """
def together(scores):
    total = np.zeros(scores.shape[1:])
    for one in scores.astype(float):
        powers = np.exp(one - one.max(axis=1)[:, None])
        total += powers / powers.sum(axis=1)[:, None]
    return total / len(scores)
"""
LOOKING = """
def choose(right):
    means = [float(np.mean(row)) for row in right]
    best = means.index(max(means))
    n = right.shape[1]
    variance = sum((float(x) - means[best]) ** 2 for x in right[best]) / (n - 1)
    for number, mean in enumerate(means):
        if mean >= means[best] - math.sqrt(variance / n):
            return number
"""

PLAIN = """
def choose(right):
    means = [sum(row) / len(row) for row in right]
    best = means.index(max(means))
    n = len(right[best])
    error = (sum((x - means[best]) ** 2 for x in right[best]) / (n - 1)) ** 0.5 / n ** 0.5
    return [k for k, mean in enumerate(means) if mean >= means[best] - error][0]
"""

RIGHT = {
    "E8.1": """
CARDS
[int(np.sum(labels[:i] == label)) % folds for i, label in enumerate(labels)]
""",
    "E8.2": """
BACKWARDS
sum(p.value.size for p in nn.models.perceptron(math.prod(shape), *sizes, rng=np.random.default_rng(0)).parameters().values())
""",
    "E8.3": """
BY_HAND
np.bincount(labels.astype(int) * classes + found, minlength=classes * classes).reshape(classes, classes)
np.eye(classes)[labels].T @ np.eye(classes)[found]
""",
    "E8.4": """
OPTIMISER
WITH_THE_RATE
IN_PLACE
""",
    "E8.5": """
PIECES
nn.warm_up(nn.cosine(rate, steps=steps), steps=warm)(step)
""",
    "E8.6": """
PADDED
SLICES
nn.shifted(image[None, None], down, right)[0, 0]
ndimage.shift(image.astype(float), (down, right), order=0)
""",
    "E8.7": """
VOTES
special.softmax(scores.astype(float), axis=2).mean(0)
np.mean([nn.softmax(one) for one in scores], axis=0)
""",
    "E8.8": """
LOOKING
PLAIN
int(np.argmax(right.mean(1) >= right.mean(1).max() - right[right.mean(1).argmax()].std(ddof=1) / right.shape[1] ** 0.5))
""",
}

WRONG = {
    "E8.1": """
counted from 1: CARDS | passed.get(label, 0) % folds → passed.get(label, 0) % folds + 1
never back to 0: CARDS | % folds → % 1000
labels with gaps: [int(np.sum(labels[:i] == k)) % folds if k < len(set(labels.tolist())) else 0 for i, k in enumerate(labels)]
by place: [i % folds for i in range(len(labels))]
""",
    "E8.2": """
without biases: BACKWARDS | (a + 1) * b → a * b
all from the image: BACKWARDS | a + 1 → chain[0] + 1
one channel: BACKWARDS | shape[0] * shape[1] → shape[1]
""",
    "E8.3": """
answers in rows: BY_HAND | a == r and b == c → a == c and b == r
sorted first: BY_HAND | zip(labels, found) → zip(sorted(labels), sorted(found))
shares of a row: BY_HAND | for c in range → / max(1, sum(labels == r)) for c in range
""",
    "E8.4": """
the last row each time: IN_PLACE | w.copy() → w
without decay: WITH_THE_RATE | - rate * decay * weights → + 0
uphill: WITH_THE_RATE | weights + moved → weights - moved
one step behind: OPTIMISER | path.append(parameter.value.copy()) → pass | parameter.grad = gradient → path.append(parameter.value.copy()); parameter.grad = gradient
""",
    "E8.5": """
no warm-up: nn.cosine(rate, steps=steps)(step)
falls after the warm-up: nn.cosine(rate, steps=steps - warm)(step - warm) if step >= warm else rate * (step + 1) / warm
no fall: PIECES | ** 2 → ** 0
the smaller factor: rate * min(1 / 2 + math.cos(math.pi * step / steps) / 2, step / warm + 1 / warm)
one step too long: PIECES | step + 1 < warm → step <= warm
""",
    "E8.6": """
round the corner: np.roll(np.roll(image, down, 0), right, 1)
stretched: ndimage.shift(image.astype(float), (down, right), order=0, mode="nearest")
first row and column lost: nn.shifted(np.pad(image[1:, 1:], ((1, 0), (1, 0)))[None, None], down, right)[0, 0]
beyond the image: SLICES | if abs(down) < h and abs(right) < w: → if True:
the other way: PADDED | far - down → far + down | far - right → far + right
""",
    "E8.7": """
added up: VOTES | / len(scores) → / 1
one largest for all: VOTES | one.max(axis=1)[:, None] → one.max()
scores averaged: nn.softmax(scores.astype(float).mean(axis=0))
softmax over the images: special.softmax(scores.astype(float), axis=1).mean(0)
""",
    "E8.8": """
the best mean: int(np.argmax(right.mean(axis=1)))
divided by n: LOOKING | / (n - 1) → / n
root of the recipes: LOOKING | variance / n → variance / len(right)
one standard deviation: LOOKING | math.sqrt(variance / n) → math.sqrt(variance)
""",
}
