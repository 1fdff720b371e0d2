"""Programs for chapter 3's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlab import conv2d, cross_correlate2d, output_size

CELL_BY_CELL = """
def channels_first(photo):
    rows, columns, channels = photo.shape
    return [[[photo[i, j, c] for j in range(columns)] for i in range(rows)] for c in range(channels)]
"""
BOXES = """
def one_map(volume, weights):
    channels, k_h, k_w = weights.shape
    output = np.zeros((volume.shape[1] - k_h + 1, volume.shape[2] - k_w + 1))
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            window = volume[:, i : i + k_h, j : j + k_w].astype(float)
            output[i, j] = np.sum(window * weights)
    return output
"""
SEVEN_LOOPS = """
def layer(volume, filters, biases):
    maps, channels, k_h, k_w = filters.shape
    rows, columns = volume.shape[1] - k_h + 1, volume.shape[2] - k_w + 1
    output = np.zeros((maps, rows, columns))
    for o in range(maps):
        for i in range(rows):
            for j in range(columns):
                total = float(biases[o])
                for c in range(channels):
                    for m in range(k_h):
                        for n in range(k_w):
                            total += float(volume[c, i + m, j + n]) * filters[o, c, m, n]
                output[o, i, j] = total
    return output
"""
JOINED = """
def absorb(filters, biases):
    new = []
    for o in range(len(filters)):
        kernel = np.zeros(filters.shape[2:])
        kernel[(filters.shape[2] - 1) // 2, (filters.shape[3] - 1) // 2] = biases[o]
        new.append([*filters[o], kernel])
    return np.array(new)
"""
PIXELS = """
def mix(volume, matrix):
    output = np.zeros((len(matrix), *volume.shape[1:]))
    for i in range(volume.shape[1]):
        for j in range(volume.shape[2]):
            output[:, i, j] = matrix @ volume[:, i, j].astype(float)
    return output
"""
PLACES = """
def local_layer(volume, weights):
    output = np.zeros(weights.shape[:3])
    for o in range(output.shape[0]):
        for i in range(output.shape[1]):
            for j in range(output.shape[2]):
                for c in range(volume.shape[0]):
                    for m in range(weights.shape[4]):
                        for n in range(weights.shape[5]):
                            product = float(volume[c, i + m, j + n]) * weights[o, i, j, c, m, n]
                            output[o, i, j] += product
    return output
"""
DOWN = """
def field(layers):
    seen = 1
    for kernel_size, stride in layers[::-1]:
        seen = (seen - 1) * stride + kernel_size
    return seen
"""
TABLE = """
def count_weights(shape, layers):
    depth, *sides = shape
    rows = []
    for filters, k, stride, padding in layers:
        weights = np.zeros((filters, depth, k, k)).size
        sides = [output_size(n, k, stride=stride, padding=padding) for n in sides]
        rows.append([filters, *sides, weights + filters])
        depth = filters
    return rows
"""
VOTE = """
def wrong_layer(shape, layers, stated):
    depths = [shape[0]] + [filters for filters, *_ in layers]
    disagreeing = []
    for bias in (0, 1):
        counts = [
            filters * (depths[n] * k**2 + bias) for n, (filters, k, *_) in enumerate(layers)
        ]
        disagreeing.append([n for n in range(len(layers)) if counts[n] != stated[n]])
    return min(disagreeing, key=len)[0]
"""

RIGHT = {
    "E3.1": """
CELL_BY_CELL
np.moveaxis(photo, -1, 0)
np.stack([photo[:, :, c] for c in range(photo.shape[2])])
photo.T.swapaxes(1, 2)
""",
    "E3.2": """
BOXES
conv2d(volume[np.newaxis], weights[np.newaxis])[0, 0]
np.einsum("cijmn,cmn->ij", sliding_window_view(volume.astype(float), weights.shape[1:], (1, 2)), weights)
""",
    "E3.3": """
SEVEN_LOOPS
conv2d(volume[np.newaxis], filters, biases)[0]
""",
    "E3.4": """
JOINED
np.concatenate([filters, np.pad(biases[:, np.newaxis, np.newaxis, np.newaxis].astype(float), [(0, 0), (0, 0), *[(k // 2, k // 2) for k in filters.shape[2:]]])], axis=1)
""",
    "E3.5": """
PIXELS
np.einsum("oc,chw->ohw", matrix, volume.astype(float))
np.tensordot(matrix, volume.astype(float), 1)
conv2d(volume[np.newaxis], matrix[:, :, np.newaxis, np.newaxis])[0]
""",
    "E3.6": """
PLACES
np.einsum("cijmn,oijcmn->oij", sliding_window_view(volume.astype(float), weights.shape[4:], (1, 2)), weights)
""",
    "E3.7": """
DOWN
1 + sum((k - 1) * int(np.prod([s for _, s in layers[:n]], dtype=object)) for n, (k, _) in enumerate(layers))
""",
    "E3.8": """
TABLE
""",
    "E3.9": """
VOTE
""",
}

WRONG = {
    "E3.1": """
reshaped: np.reshape(photo, (photo.shape[2], photo.shape[0], photo.shape[1]))
rows and columns swapped: photo.T
the way back: np.moveaxis(photo, 0, -1)
channels in the middle: np.swapaxes(photo, 1, 2)
""",
    "E3.2": """
a map for each channel: np.array([cross_correlate2d(volume[c], weights[c]) for c in range(len(volume))])
one kernel for all: sum(cross_correlate2d(channel, weights[0]) for channel in volume)
first channel only: cross_correlate2d(volume[0], weights[0])
overflow: np.einsum("cijmn,cmn->ij", sliding_window_view(volume, weights.shape[1:], (1, 2)), weights)
mean of the window: BOXES | np.sum( → np.mean(
last channel left out: sum([cross_correlate2d(volume[c], weights[c]) for c in range(len(volume) - 1)], 0 * cross_correlate2d(volume[0], weights[0]))
""",
    "E3.3": """
no bias: conv2d(volume[np.newaxis], filters)[0]
bias for each channel: np.array([sum(cross_correlate2d(v, k) + b for v, k in zip(volume, kernels)) for kernels, b in zip(filters, biases)])
first bias for all: SEVEN_LOOPS | biases[o] → biases[0]
maps added up: conv2d(volume[np.newaxis], filters, biases)[0].sum(axis=0)
flipped: SEVEN_LOOPS | filters[o, c, m, n] → filters[o, c, -1 - m, -1 - n]
""",
    "E3.4": """
a one in the centre: JOINED | = biases[o] → = 1
before the others: JOINED | [*filters[o], kernel] → [kernel, *filters[o]]
in every cell: np.concatenate([filters, np.ones_like(filters[:, :1], float) * biases[:, None, None, None]], axis=1)
upper left cell: JOINED | kernel[(filters.shape[2] - 1) // 2, (filters.shape[3] - 1) // 2] → kernel[0, 0]
""",
    "E3.5": """
flat: matrix @ volume.reshape(len(volume), -1).astype(float)
overflow: (matrix @ volume.reshape(len(volume), -1)).reshape(-1, *volume.shape[1:])
channels last: np.einsum("oc,chw->hwo", matrix, volume.astype(float))
pixels scrambled: (matrix @ volume.reshape(-1, len(volume)).T.astype(float)).reshape(-1, *volume.shape[1:])
""",
    "E3.6": """
shared: PLACES | weights[o, i, j, c, m, n] → weights[o, 0, 0, c, m, n]
window stands still: PLACES | volume[c, i + m, j + n] → volume[c, m, n]
first channel only: PLACES | range(volume.shape[0]) → range(1)
overflow: np.einsum("cijmn,oijcmn->oij", sliding_window_view(volume, weights.shape[4:], (1, 2)), weights)
""",
    "E3.7": """
kernels added: sum(kernel_size for kernel_size, stride in layers)
strides forgotten: 1 + sum(kernel_size - 1 for kernel_size, stride in layers)
from the top: DOWN | layers[::-1] → layers
""",
    "E3.8": """
no biases: TABLE | weights + filters → weights
one bias for the layer: TABLE | weights + filters → weights + 1
bias for each input: TABLE | weights + filters → weights + depth
padding on one side: TABLE | padding=padding → padding=(0, padding)
depth of the output: TABLE | (filters, depth, k, k) → (filters, filters, k, k)
depth of the image: TABLE | depth = filters → depth = shape[0]
counts only: [row[3] for row in count(shape, layers)]
""",
    "E3.9": """
counted from 1: VOTE | min(disagreeing, key=len)[0] → min(disagreeing, key=len)[0] + 1
biases taken for granted: VOTE | (0, 1) → (1,)
no biases taken for granted: VOTE | (0, 1) → (0,)
fits neither: VOTE | min(disagreeing, key=len)[0] → min({*disagreeing[0]} & {*disagreeing[1]}, default=0)
""",
}


def count(shape, layers):
    names = {"np": np, "output_size": output_size}
    exec(TABLE, names)
    return names["count_weights"](shape, layers)
