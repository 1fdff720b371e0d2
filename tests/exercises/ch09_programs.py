"""Programs for chapter 9's exercises; ``ch01_programs.py`` says in which form."""

import itertools
import math

import numpy as np
from scipy import ndimage, signal

from cnnlab import conv2d, cross_correlate2d

WALKED = """
def centre(image):
    total = row = column = 0
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            value = float(image[i, j])
            total += value
            row += i * value
            column += j * value
    if total == 0:
        return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2
    return row / total, column / total
"""
AVERAGED = """
def centre(image):
    weights = image if image.any() else np.ones(image.shape)
    rows, columns = np.indices(image.shape)
    return np.average(rows, weights=weights), np.average(columns, weights=weights)
"""
MOMENTS = """
def centre(image):
    weights = image.astype(float) + (image.max() == 0)
    m10 = np.arange(image.shape[0]) @ weights @ np.ones(image.shape[1])
    m01 = np.ones(image.shape[0]) @ weights @ np.arange(image.shape[1])
    return np.array([m10, m01]) / weights.sum()
"""
JUMPS = """
def carried(strides, shift):
    jump = 1
    for layers, stride in enumerate(strides):
        jump *= stride
        if shift % jump != 0:
            return layers
    return len(strides)
"""
RECURSIVE = """
def carried(strides, shift):
    if not strides or shift % strides[0]:
        return 0
    return 1 + carried(strides[1:], shift // strides[0])
"""
PLACED = """
def flattened_weight(weight, map_shape):
    classes, channels = weight.shape
    cells = map_shape[0] * map_shape[1]
    wide = np.zeros((classes, channels * cells))
    for c in range(channels):
        for cell in range(cells):
            wide[:, c * cells + cell] = weight[:, c] / cells
    return wide
"""
COUNTED = """
def told_by_the_rim(shape, layers, kernel_size):
    told = np.zeros(shape, bool)
    rim = layers * ((kernel_size - 1) // 2)
    for i in range(shape[0]):
        for j in range(shape[1]):
            nearest = min(i, j, shape[0] - 1 - i, shape[1] - 1 - j)
            told[i, j] = nearest < rim
    return told.sum()
"""
SPREAD = """
def told_by_the_rim(shape, layers, kernel_size):
    told, rim = np.zeros(shape), kernel_size // 2
    for _ in range(layers):
        around = np.pad(told, rim, constant_values=1)
        for i, j in np.ndindex(*shape):
            told[i, j] = around[i : i + kernel_size, j : j + kernel_size].max()
    return told.sum()
"""
BLANK = """
def told_by_the_rim(shape, layers, kernel_size):
    wall = np.ones(shape)
    for _ in range(layers):
        wall = cross_correlate2d(wall, np.ones((kernel_size, kernel_size)), padding=kernel_size // 2)
        wall /= wall.max()
    return (wall < wall.max()).sum()
"""
ONE_BY_ONE = """
def all_moves(images, labels, cells):
    pictures, names = [], []
    height, width = images.shape[1:]
    padded = np.pad(images, [(0, 0), (cells, cells), (cells, cells)])
    for top in range(2 * cells, -1, -1):
        for left in range(2 * cells, -1, -1):
            for image, label in zip(padded, labels):
                pictures.append(image[top : top + height, left : left + width])
                names.append(label)
    return np.array(pictures), np.array(names)
"""
TURNED_IMAGE = """
def strongest(image, kernel):
    best = -np.inf
    for quarters in range(4):
        turned = np.rot90(image.astype(float), quarters)
        if min(np.subtract(turned.shape, kernel.shape)) >= 0:
            best = max(best, signal.correlate2d(turned, kernel.astype(float), "valid").max())
    return best
"""
BY_HAND = """
def compare(first, second):
    found = []
    for runs in (first.astype(float), second.astype(float)):
        best = max(runs.tolist(), key=sum)
        mean = sum(best) / len(best)
        variance = sum((run - mean) ** 2 for run in best) / (len(best) - 1)
        found.append((mean, variance / len(best)))
    (a, of_a), (b, of_b) = found
    return b - a, math.sqrt(of_a + of_b)
"""
PLAIN = """
def compare(first, second):
    found = []
    for runs in (first, second):
        means = [sum(row) / len(row) for row in runs]
        best = means.index(max(means))
        squares = sum((run - means[best]) ** 2 for run in runs[best])
        found.append((means[best], squares / (len(runs[best]) - 1) / len(runs[best])))
    return found[1][0] - found[0][0], (found[0][1] + found[1][1]) ** 0.5
"""
PAIRED = """
def compare(first, second):
    one, other = (runs[np.argmax(runs.mean(axis=1))] for runs in (first, second))
    between = other - one
    return between.mean(), between.std(ddof=1) / np.sqrt(len(between))
"""
COUNTING = """
def report(scores, labels):
    moves, digits, _ = scores.shape
    right, same = np.zeros((moves, digits)), np.zeros((moves, digits))
    for m in range(moves):
        for n in range(digits):
            answer = np.argmax(scores[m, n])
            right[m, n] = answer == labels[n]
            same[m, n] = answer == np.argmax(scores[0, n])
    return right.sum(axis=1) / digits, same.sum(axis=1) / digits, right.min(axis=0).mean()
"""

RIGHT = {
    "E9.1": """
WALKED
AVERAGED
MOMENTS
ndimage.center_of_mass(image if image.any() else image + 1)
""",
    "E9.2": """
JUMPS
RECURSIVE
sum(shift % jump == 0 for jump in itertools.accumulate(strides, math.lcm)) if False else next((n for n, jump in enumerate(itertools.accumulate(strides, lambda a, b: a * b)) if shift % jump), len(strides))
""",
    "E9.3": """
PLACED
np.kron(weight, np.ones(map_shape[0] * map_shape[1])) / (map_shape[0] * map_shape[1])
""",
    "E9.4": """
COUNTED
SPREAD
int((conv2d(np.ones((1, 1, *shape)), np.ones((1, 1, 2 * (layers * (kernel_size - 1) // 2) + 1, 2 * (layers * (kernel_size - 1) // 2) + 1)), padding=layers * (kernel_size - 1) // 2) < (2 * (layers * (kernel_size - 1) // 2) + 1) ** 2 - 0.5).sum())
""",
    "E9.5": """
ONE_BY_ONE
""",
    "E9.6": """
TURNED_IMAGE
""",
    "E9.7": """
BY_HAND
PLAIN
""",
    "E9.8": """
COUNTING
""",
}

WRONG = {
    "E9.1": """
overflow: WALKED | float(image[i, j]) → image[i, j]
overflow: WALKED | float(image[i, j]) → image[i, j] | total = row → total = 0.0; row
whole cells: WALKED | row / total, column / total → row // total, column // total
without ink: ndimage.center_of_mass(image)
without ink: AVERAGED | image if image.any() else np.ones(image.shape) → image
without ink: WALKED | return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2 → return 0, 0
without ink: WALKED | (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2 → image.shape[0] / 2, image.shape[1] / 2
column first: AVERAGED | np.indices(image.shape) → np.meshgrid(*map(np.arange, image.shape[::-1]))
counted from 1: AVERAGED | np.indices(image.shape) → np.indices(image.shape) + 1
the other axis: [image.sum(axis=k).astype(float) @ np.arange(image.shape[k]) / image.sum() for k in (0, 1)]
each cell alike: np.argwhere(image).mean(axis=0)
middle of the box: (np.argwhere(image).min(axis=0) + np.argwhere(image).max(axis=0)) / 2 if image.any() else (np.array(image.shape) - 1) / 2
brightest cell: np.argwhere(image == image.max())[0]
not divided: WALKED | return row / total, column / total → return row, column
divided by all cells: MOMENTS | weights.sum() → weights.size
square images only: MOMENTS | np.ones(image.shape[0]) → np.ones(image.shape[1])
""",
    "E9.2": """
each layer by itself: len([s for s in strides if shift % s == 0])
each layer by itself: JUMPS | jump *= stride → jump = stride
yes or no: shift % math.prod(strides) == 0
the failing layer counted: JUMPS | return layers → return layers + 1
strides added: JUMPS | jump = 1 → jump = 0 | jump *= stride → jump += stride
""",
    "E9.3": """
channels taking turns: np.tile(weight / (map_shape[0] * map_shape[1]), map_shape[0] * map_shape[1])
not divided: PLACED | / cells →
one long row: np.repeat(weight / math.prod(map_shape), math.prod(map_shape))
""",
    "E9.4": """
nothing left: BLANK
one cell a layer: COUNTED | ((kernel_size - 1) // 2) → 1
one layer: COUNTED | layers * ( → 1 * (
a whole kernel a layer: COUNTED | ((kernel_size - 1) // 2) → (kernel_size - 1)
""",
    "E9.5": """
without the image itself: ONE_BY_ONE | for image, label in → if (top, left) == (cells, cells): continue\\n            for image, label in
without the image itself: ONE_BY_ONE | for image, label in → if (top, left) == (cells, cells): continue\\n            for image, label in | np.array(names) → np.tile(labels, (2 * cells + 1) ** 2)
backwards: ONE_BY_ONE | range(2 * cells, -1, -1):\\n        for left in range(2 * cells, -1, -1) → range(2 * cells + 1):\\n        for left in range(2 * cells + 1)
each label repeated: ONE_BY_ONE | np.array(names) → np.sort(np.tile(np.arange(len(labels)), len(names) // len(labels))).take(range(len(names))) * 0 + np.repeat(labels, len(names) // len(labels))
""",
    "E9.6": """
zeros around: max(cross_correlate2d(image, np.rot90(kernel, quarters), padding=1).max() for quarters in range(4))
not as it is: TURNED_IMAGE | range(4) → range(1, 4)
never below 0: TURNED_IMAGE | -np.inf → 0
maps of two shapes: np.max([cross_correlate2d(image, np.rot90(kernel, quarters)) for quarters in range(4)])
half a turn only: TURNED_IMAGE | range(4) → (0, 2)
without the sign: TURNED_IMAGE | signal.correlate2d(turned, kernel.astype(float), "valid").max() → abs(signal.correlate2d(turned, kernel.astype(float), "valid")).max()
""",
    "E9.7": """
paired: PAIRED
the luckiest run: BY_HAND | key=sum → key=max
n − 1 twice: BY_HAND | variance / len(best) → variance / (len(best) - 1)
difference alone: BY_HAND | b - a, math.sqrt(of_a + of_b) → b - a
spread of one run: BY_HAND | variance / len(best) → variance
the other way round: BY_HAND | b - a → a - b
""",
    "E9.8": """
moves for digits: COUNTING | right.min(axis=0) → right.min(axis=1)
per cent: COUNTING | / digits → / digits * 100 | .mean() → .mean() * 100
right once: COUNTING | right.min → right.max
as the last move: COUNTING | scores[0, n] → scores[-1, n]
""",
}
