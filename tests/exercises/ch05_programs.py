"""Programs for chapter 5's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal

from cnnlab import conv2d, conv_matrix, convolve2d, cross_correlate2d, im2col

NUMBERS = """
def matrix_row(kernel, image_shape, i, j):
    H, W = image_shape
    row = [0] * (H * W)
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            row[(i + m) * W + j + n] = float(kernel[m, n])
    return row
"""
IMPULSES = """
def matrix_of(kernel, image_shape):
    columns = []
    for cell in range(image_shape[0] * image_shape[1]):
        impulse = np.zeros(image_shape)
        impulse.flat[cell] = 1
        columns.append(cross_correlate2d(impulse, kernel).ravel())
    return np.stack(columns, axis=1)
"""
DIAGONALS = """
def matrix_1d(kernel, length, padding):
    padded = np.zeros((length + 2 * padding - len(kernel) + 1, length + 2 * padding))
    for i, row in enumerate(padded):
        row[i : i + len(kernel)] = kernel
    return padded[:, padding : padding + length]
"""
COLLECT = """
def stride_rows(matrix, output_shape, stride):
    rows, columns = output_shape
    kept = []
    for i in range(0, rows, stride):
        for j in range(0, columns, stride):
            kept.append(matrix[i * columns + j])
    return kept
"""
MARKED = """
def drop_padding(matrix, padded_shape, padding):
    rows, columns = padded_shape
    image = np.ones((rows - 2 * padding, columns - 2 * padding))
    return matrix[:, np.pad(image, padding).ravel() > 0]
"""
ENDS = """
def drop_padding(matrix, padded_shape, padding):
    cells = matrix.reshape(-1, *padded_shape)
    return cells[:, padding:-padding, padding:-padding].reshape(len(matrix), -1)
"""
FILLED = """
def layer_matrix(filters, image_shape):
    outputs, inputs = filters.shape[:2]
    height, width = conv_matrix(filters[0, 0], image_shape).shape
    matrix = np.zeros((outputs * height, inputs * width))
    for o in range(outputs):
        for c in range(inputs):
            block = conv_matrix(filters[o, c], image_shape).toarray()
            matrix[o * height : (o + 1) * height, c * width : (c + 1) * width] = block
    return matrix
"""
EVERY_CTH = """
def dense_as_filters(weights, map_shape):
    H, W, C = map_shape
    maps = [weights[:, c::C].reshape(-1, H, W) for c in range(C)]
    return np.stack(maps, axis=1)
"""
STACKED = """
def by_columns(image, filters):
    shape = image.shape[1] - filters.shape[2] + 1, image.shape[2] - filters.shape[3] + 1
    columns = im2col(image[np.newaxis], filters.shape[2:])[0]
    return [(one.ravel().astype(float) @ columns).reshape(shape) for one in filters]
"""
WINDOWS = """
def by_columns(image, filters):
    windows = sliding_window_view(image.astype(float), filters.shape[2:], (1, 2))
    return np.einsum("chwmn,ocmn->ohw", windows, filters.astype(float))
"""
IN_STEPS = """
def two_layers(first, second, image_shape):
    def both(image):
        once = signal.correlate2d(image, first.astype(float), "same")
        return signal.correlate2d(once, second.astype(float), "same")
    kernel = signal.convolve2d(first.astype(float), second.astype(float))
    impulses = np.eye(image_shape[0] * image_shape[1]).reshape(-1, *image_shape)
    matrix = np.stack([both(x).ravel() for x in impulses], axis=1)
    single = np.stack([cross_correlate2d(x, kernel, padding="same").ravel() for x in impulses], 1)
    far = abs(matrix - single).max(axis=1) > 1e-9 * abs(matrix).max()
    return matrix, kernel, far.reshape(image_shape)
"""
TURNED = """
def two_layers(first, second, image_shape):
    one, two = (conv_matrix(kernel, image_shape, padding="same") for kernel in (first, second))
    kernel = cross_correlate2d(first, second, padding="full")
    right = conv_matrix(convolve2d(first, second, padding="full"), image_shape, padding="same")
    differs = ~np.isclose((two @ one).toarray(), right.toarray()).all(axis=1)
    return (two @ one).toarray(), kernel, differs.reshape(image_shape)
"""

RIGHT = {
    "E5.1": """
NUMBERS
conv_matrix(kernel, image_shape).toarray()[i * (image_shape[1] - kernel.shape[1] + 1) + j]
""",
    "E5.2": """
IMPULSES
conv_matrix(kernel, image_shape).toarray()
""",
    "E5.3": """
DIAGONALS
conv_matrix(kernel, (length,), padding=padding).toarray()
""",
    "E5.4": """
COLLECT
matrix.reshape(*output_shape, -1)[::stride, ::stride].reshape(-1, matrix.shape[1])
""",
    "E5.5": """
MARKED
""",
    "E5.6": """
FILLED
conv_matrix(filters, (filters.shape[1], *image_shape)).toarray()
""",
    "E5.7": """
EVERY_CTH
np.moveaxis(weights.reshape(-1, *map_shape), 3, 1)
""",
    "E5.8": """
STACKED
conv2d(image[np.newaxis], filters)[0]
WINDOWS
""",
    "E5.9": """
IN_STEPS
""",
}

WRONG = {
    "E5.1": """
column by column: NUMBERS | (i + m) * W + j + n → (j + n) * H + i + m
ones: NUMBERS | float(kernel[m, n]) → 1
""",
    "E5.2": """
flipped: IMPULSES | cross_correlate2d(impulse, kernel) → convolve2d(impulse, kernel)
full: IMPULSES | (impulse, kernel) → (impulse, kernel, padding="full")
a row for each cell: IMPULSES | (impulse, kernel) → (impulse, kernel, padding="same")
cells column by column: IMPULSES | .flat[cell] = 1 → .T[divmod(cell, image_shape[0])] = 1
""",
    "E5.3": """
padding's columns kept: conv_matrix(kernel, (length + 2 * padding,)).toarray()
not moved back: DIAGONALS | [:, padding : padding + length] → [:, :length]
no padding: conv_matrix(kernel, (length,)).toarray()
""",
    "E5.4": """
every other row of C: matrix[::stride]
not dropped: matrix
only down: COLLECT | range(0, columns, stride) → range(columns)
""",
    "E5.5": """
not dropped: matrix
nothing left: ENDS
""",
    "E5.6": """
blocks swapped: FILLED | filters[o, c] → filters[c, o] | outputs, inputs = → inputs, outputs =
one pile: np.vstack([conv_matrix(k, image_shape).toarray() for one in filters for k in one])
block diagonal: FILLED | block = → block = (o == c) *
""",
    "E5.7": """
scrambled: weights.reshape(len(weights), map_shape[2], *map_shape[:2])
channels last: weights.reshape(-1, *map_shape)
height and width swapped: weights.reshape(-1, *map_shape).swapaxes(1, 3)
""",
    "E5.8": """
maps last: np.moveaxis(conv2d(image[np.newaxis], filters)[0], 0, 2)
one channel: conv2d(image[np.newaxis, :1], filters[:, :1])[0]
""",
    "E5.9": """
the inside: IN_STEPS | > 1e-9 → <= 1e-9
one of them flipped: TURNED
by input: IN_STEPS | max(axis=1) → max(axis=0)
compared exactly: IN_STEPS | - single) → - single * 49 / 49) | > 1e-9 * abs(matrix).max() → > 0
""",
}
