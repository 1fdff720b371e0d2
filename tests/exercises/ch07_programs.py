"""Programs for chapter 7's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np
from scipy import special

ONE_BY_ONE = """
def weight_gradient(x, grad_output):
    gradient = np.zeros((grad_output.shape[1], x.shape[1]))
    for inputs, outputs in zip(x.astype(float), grad_output.astype(float)):
        gradient += np.outer(outputs, inputs)
    return gradient
"""
COPIED = """
def leaky_backward(x, grad_output, slope):
    gradient = grad_output.astype(float)
    gradient[x <= 0] *= slope
    return gradient
"""
ROWS = """
def as_filters(weight, shape):
    filters = []
    for row in weight:
        filters.append(row.reshape(shape))
    return np.array(filters)
"""
ROW_BY_ROW = """
def probabilities(scores):
    result = np.zeros(scores.shape)
    for n, row in enumerate(scores.astype(float)):
        powers = np.exp(row - max(row))
        result[n] = powers / sum(powers)
    return result
"""
EXAMPLES = """
def score_gradient(scores, labels):
    gradient = special.softmax(scores.astype(float), axis=1)
    for n, label in enumerate(labels):
        gradient[n, label] -= 1
    return gradient / len(scores)
"""
CHANNELS = """
def normalise(x, eps):
    result = np.zeros(x.shape)
    for channel in range(x.shape[1]):
        cells = x[:, channel].astype(float)
        away = cells - cells.mean()
        result[:, channel] = away / (np.mean(away**2) + eps) ** 0.5
    return result
"""
PADDED = """
def local_norm(x, size, k, alpha, beta):
    squares = np.pad(x.astype(float) ** 2, [(0, 0), (size // 2, size // 2), (0, 0), (0, 0)])
    total = sum(squares[:, n : n + x.shape[1]] for n in range(size))
    return x / (k + alpha * total) ** beta
"""
BY_HAND = """
def train_step(x, labels, first, second, rate):
    x = x.astype(float)
    hidden = np.maximum(x @ first.T, 0)
    scores = hidden @ second.T
    grad = special.softmax(scores, axis=1)
    grad[range(len(labels)), labels] -= 1
    grad /= len(labels)
    back = (grad @ second) * (hidden > 0)
    return first - rate * (back.T @ x), second - rate * (grad.T @ hidden)
"""

RIGHT = {
    "E7.1": """
ONE_BY_ONE
np.einsum("no,ni->oi", grad_output.astype(float), x)
""",
    "E7.2": """
COPIED
grad_output * np.where(x <= 0, slope, 1.0)
""",
    "E7.3": """
ROWS
np.ascontiguousarray(weight).reshape((weight.shape[0],) + tuple(shape))
""",
    "E7.4": """
ROW_BY_ROW
special.softmax(scores.astype(float), axis=1)
""",
    "E7.5": """
EXAMPLES
(special.softmax(scores.astype(float), axis=1) - np.eye(scores.shape[1])[labels]) / len(labels)
""",
    "E7.6": """
CHANNELS
(x - x.astype(float).mean((0, 2, 3))[:, None, None]) / (x.astype(float).std((0, 2, 3)) ** 2 + eps)[:, None, None] ** 0.5
""",
    "E7.7": """
x * (drawn >= p) / (1 - p)
x / (1 - p) * ~(drawn < p)
""",
    "E7.8": """
PADDED
""",
    "E7.9": """
BY_HAND
""",
}

WRONG = {
    "E7.1": """
inputs by outputs: np.einsum("no,ni->io", grad_output.astype(float), x)
mean over the batch: ONE_BY_ONE | return gradient → return gradient / len(x)
""",
    "E7.2": """
zero lets it through: COPIED | x <= 0 → x < 0
nothing below zero: COPIED | *= slope → = 0
""",
    "E7.3": """
the transposed matrix: weight.T.reshape(-1, *shape)
channels first of all: ROWS | np.array(filters) → np.array(filters).swapaxes(0, 1)
""",
    "E7.4": """
over the batch: special.softmax(scores.astype(float), axis=0)
not divided: ROW_BY_ROW | powers / sum(powers) → powers
too large for exp: ROW_BY_ROW | row - max(row) → row
too large for exp: np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
one maximum for all: ROW_BY_ROW | max(row) → scores.max()
below zero in bytes: ROW_BY_ROW | scores.astype(float) → scores
""",
    "E7.5": """
sum over the batch: EXAMPLES | gradient / len(scores) → gradient
probabilities: EXAMPLES | -= 1 → -= 0
below zero in bytes: EXAMPLES | scores.astype(float) → scores
too large for exp: (np.exp(scores) / np.exp(scores).sum(1)[:, None] - np.eye(scores.shape[1])[labels]) / len(labels)
""",
    "E7.6": """
only centred: CHANNELS | away / (np.mean(away**2) + eps) ** 0.5 → away
divided by the variance: CHANNELS | ** 0.5 → ** 1
""",
    "E7.7": """
not scaled: x * (drawn >= p)
those that should stay: x * (drawn < p) / (1 - p)
""",
    "E7.8": """
divided by the size: PADDED | alpha * total → alpha / size * total
not squared: PADDED | x.astype(float) ** 2 → abs(x.astype(float))
""",
    "E7.9": """
uphill: BY_HAND | first - rate → first + rate | second - rate → second + rate
sum over the batch: BY_HAND | grad /= len(labels) → grad /= 1
through a closed unit: BY_HAND | * (hidden > 0) → * 1
overflow: BY_HAND | x.astype(float) → x
too large for exp: BY_HAND | special.softmax(scores, axis=1) → np.exp(scores) / np.exp(scores).sum(1)[:, None]
""",
}
