"""Programs for chapter 4's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlab import avg_pool2d, convolve2d, cross_correlate2d, max_pool2d, max_unpool

BY_HAND = """
def max_pool(image, size, stride):
    output = []
    for top in range(0, image.shape[0] - size + 1, stride):
        output.append([])
        for left in range(0, image.shape[1] - size + 1, stride):
            best = -np.inf
            for m in range(size):
                for n in range(size):
                    best = max(best, image[top + m, left + n])
            output[-1].append(float(best))
    return output
"""
EACH_MAP = """
def subsample(maps, coefficients, biases):
    output = np.zeros((maps.shape[0], maps.shape[1] // 2, maps.shape[2] // 2))
    for c, i, j in np.ndindex(output.shape):
        window = maps[c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].astype(float)
        output[c, i, j] = coefficients[c] * window.mean() + biases[c]
    return output
"""
PUT = """
def unpool(pooled, switches, shape):
    image = np.zeros(shape)
    for i in range(pooled.shape[0]):
        for j in range(pooled.shape[1]):
            k = switches[i, j]
            image[k // shape[1], k % shape[1]] = pooled[i, j]
    return image
"""
ADD = """
def send_back(gradient, switches, shape):
    back = np.zeros(shape)
    for i in range(gradient.shape[0]):
        for j in range(gradient.shape[1]):
            k = switches[i, j]
            back[k // shape[1], k % shape[1]] += gradient[i, j]
    return back
"""
TURNS = """
def any_turn(image, kernel):
    best = cross_correlate2d(image, kernel)
    for k in range(3):
        kernel = np.rot90(kernel)
        best = np.maximum(best, cross_correlate2d(image, kernel))
    return best
"""
EDGES = """
def keep_edges(image, size):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    image = image[: rows * size, : columns * size].astype(float)
    windows = image.reshape(rows, size, columns, size).swapaxes(1, 2)
    means = windows.mean(axis=(2, 3), keepdims=True)
    away = windows - means
    below = (away**2).sum(axis=(2, 3))
    flat = below == 0
    return means[:, :, 0, 0] + (away**3).sum(axis=(2, 3)) / (below + flat)
"""
AVERAGE = """
def keep_edges(image, size):
    output = []
    for top in range(0, image.shape[0] - size + 1, size):
        output.append([])
        for left in range(0, image.shape[1] - size + 1, size):
            window = image[top : top + size, left : left + size].astype(float)
            weights = np.square(window - np.mean(window))
            flat = np.allclose(window, window[0, 0])
            output[-1].append(window[0, 0] if flat else np.average(window, weights=weights))
    return output
"""


def steady(image):
    rows = max_pool2d(image[None, None], 2, stride=1).output
    for axis in (2, 3):
        rows = np.moveaxis(rows, axis, -1)
        rows = (rows[..., :-2] + 2 * rows[..., 1:-1] + rows[..., 2:]) / 4
        rows = np.moveaxis(rows[..., ::2], -1, axis)
    return rows[0, 0]


RIGHT = {
    "E4.1": """
BY_HAND
max_pool2d(image[np.newaxis, np.newaxis], size, stride=stride).output[0, 0]
sliding_window_view(image.astype(float), (size, size))[::stride, ::stride].max(axis=(2, 3))
""",
    "E4.2": """
[[9, 9, 9, 7], [9, 9, 9, 8], [9, 9, 9, 8], [6, 8, 8, 8]]
""",
    "E4.3": """
EACH_MAP
(coefficients * avg_pool2d(maps[None], 2)[0].T + biases).T
""",
    "E4.4": """
PUT
max_unpool(pooled[None, None], switches[None, None], (1, 1, *shape))[0, 0]
""",
    "E4.5": """
steady
cross_correlate2d(max_pool2d(image[None, None], 2, stride=1)[0][0, 0], np.outer([1, 2, 1], [1, 2, 1]) / 16, stride=2)
""",
    "E4.6": """
TURNS
np.max([convolve2d(image, np.rot90(kernel, k)) for k in range(4)], axis=0)
np.max([np.rot90(cross_correlate2d(np.rot90(image, k), kernel), -k) for k in range(4)], axis=0)
""",
    "E4.7": """
ADD
np.bincount(switches.ravel(), gradient.ravel(), shape[0] * shape[1]).reshape(shape)
""",
    "E4.8": """
EDGES
AVERAGE
""",
}

WRONG = {
    "E4.1": """
starts at 0: BY_HAND | -np.inf → 0
starts too high: BY_HAND | -np.inf → -1000
smallest: BY_HAND | -np.inf → np.inf | max(best → min(best
steps of 1: BY_HAND | size + 1, stride → size + 1, 1
steps of the size: max_pool2d(image[None, None], size).output[0, 0]
fractions cut off: BY_HAND | float( → int(
""",
    "E4.2": """
one cell: [[9, 9, 9, 7], [9, 9, 9, 8], [9, 9, 9, 8], [6, 8, 8, 7]]
not 4 × 4: [[9, 9, 9, 7], [9, 9, 9, 8]]
""",
    "E4.3": """
overflow: EACH_MAP | .astype(float) → | window.mean() → (window[0, 0] + window[0, 1] + window[1, 0] + window[1, 1]) / 4
added up: EACH_MAP | .mean() → .sum()
largest: EACH_MAP | .mean() → .max()
one pair for all maps: EACH_MAP | [c] * → [0] * | biases[c] → biases[0]
""",
    "E4.4": """
square images only: PUT | shape[1], k % shape[1] → shape[0], k % shape[0]
added up: PUT | ] = pooled → ] += pooled
copied: np.kron(pooled.astype(float), np.ones([-(-a // b) for a, b in zip(shape, pooled.shape)]))[: shape[0], : shape[1]]
""",
    "E4.5": """
starts too high: steady(np.maximum(image, -1e6))
not blurred: max_pool2d(image[None, None], 2, stride=1).output[0, 0, ::2, ::2]
""",
    "E4.6": """
starts too high: np.max([np.full((image.shape[0] - len(kernel) + 1, image.shape[1] - len(kernel) + 1), -9999), *(cross_correlate2d(image, np.rot90(kernel, k)) for k in range(4))], axis=0)
three of four: TURNS | range(3) → range(2)
half turns only: TURNS | np.rot90(kernel) → np.rot90(kernel, 2)
mirrored: TURNS | np.rot90(kernel) → kernel.T
""",
    "E4.7": """
the last one wins: ADD | += → =
square images only: ADD | shape[1], k % shape[1] → shape[0], k % shape[0]
""",
    "E4.8": """
mean: avg_pool2d(image[None, None], size)[0, 0]
nearly flat is flat: EDGES | below == 0 → below < 1e-3
weights not squared: EDGES | away**2 → abs(away) | away**3 → away * abs(away)
""",
}
