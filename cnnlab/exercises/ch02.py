"""Chapter 2, borders, strides and sizes: right answers, cases, wrong answers."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlab.exercises._cases import ONE_NUMBER, fill, grid, in_bytes, oblong
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, then

WHOLE = {"fractions cut off": "counts of cells are whole"}
ONE_AXIS = {"transposed": "one axis"}


def slide_row(row, kernel, padding):
    padded = np.pad(row.astype(float), padding)
    places = len(padded) - len(kernel) + 1
    return np.array([padded[i : i + len(kernel)] @ kernel for i in range(places)])


def padded_row(*sides, mode="constant"):
    """Slide over a row that was padded in another way: `sides` are the shares before and after."""
    before, after = sides or (1, 1)
    return lambda row, kernel, padding: slide_row(
        np.pad(row, (before * padding, after * padding), mode), kernel, 0
    )


SERIES = np.array([2, 1, 3, 4, 7])

E2_1 = Exercise(
    slide_row,
    cases=[
        *[(SERIES, np.array([1, 0, 1]), padding) for padding in (0, 1, 2)],
        *[(np.arange(10)[1::2], np.array([1, 2]), padding) for padding in (0, 1)],
        *fill((grid(1), grid(1), 1), (grid(5), grid(3), 1), (grid(6), grid(3), 0)),
        *fill((grid(4), grid(2), 1), (grid(7), grid(5), 2), (grid(5), grid(5), 4)),
        *fill((grid(6), grid(2), 2), (grid(3), grid(3), 3), (grid(2), grid(4), 2)),
    ],
    wrong={
        "flipped": given(kernel=np.flip),
        "never padded": given(padding=lambda padding: 0),
        "after only": [padded_row(0, 1), padded_row(0, 2)],
        "before only": [padded_row(1, 0), padded_row(2, 0)],
        "nearest cell": padded_row(mode="edge"),
        "begins again": padded_row(mode="wrap"),
        "twice as much": given(padding=lambda padding: 2 * padding),
        "as long as the row": given(padding=lambda padding, kernel: (len(kernel) - 1) // 2),
        "always full": given(padding=lambda padding, kernel: len(kernel) - 1),
        "products not added": lambda row, kernel, padding: (
            sliding_window_view(np.pad(row.astype(float), padding), len(kernel)) * kernel
        ),
        "mean": then(lambda output, kernel: output / len(kernel)),
        "one too few": then(lambda output: output[:-1]),
        "in one number": then(np.sum),
        "overflow": in_bytes("row"),
    },
    exempt=ONE_AXIS | {"oblong": "one axis"},
)


def mirror_sides(image, cells):
    left = image[:, 1 : cells + 1]
    right = image[:, -cells - 1 : -1]
    return np.hstack([left[:, ::-1], image, right[:, ::-1]])


def sides(mode, left=1, right=1):
    """Pad to the left and to the right in one of NumPy's modes."""
    return lambda image, cells: np.pad(image, ((0, 0), (left * cells, right * cells)), mode)


E2_2 = Exercise(
    mirror_sides,
    cases=[
        *[(np.array([[1, 2, 3, 4], [5, 6, 7, 8]]), cells) for cells in (1, 2, 3)],
        (np.arange(18).reshape(3, 6)[:, ::2], 2),
        *fill((grid(1, 1), 0), (grid(3, 4), 2), (grid(4, 4), 3), (grid(5, 2), 1)),
        *fill((grid(2, 6), 5), (grid(3, 5), 0), (grid(1, 4), 2)),
    ],
    wrong={
        "outermost repeated": sides("symmetric"),
        "nearest cell": sides("edge"),
        "begins again": sides("wrap"),
        "zeros": sides("constant"),
        "left only": sides("reflect", right=0),
        "right only": sides("reflect", left=0),
        "not turned round": lambda image, cells: np.hstack(
            [image[:, 1 : cells + 1], image, image[:, -cells - 1 : -1]]
        ),
        "from the other end": lambda image, cells: np.hstack(
            [image[:, -cells - 1 : -1][:, ::-1], image, image[:, 1 : cells + 1][:, ::-1]]
        ),
        "rows mirrored too": lambda image, cells: np.pad(image, cells, "reflect"),
        "rows instead of columns": lambda image, cells: np.pad(
            image, ((cells, cells), (0, 0)), "reflect"
        ),
        "always one": given(cells=lambda cells, image: min(1, image.shape[1] - 1)),
        "cells only": lambda image, cells: np.hstack(
            [image[:, 1 : cells + 1][:, ::-1], image[:, -cells - 1 : -1][:, ::-1]]
        ),
    },
)


def coverage(image_shape, kernel_shape, padding):
    (height, width), (k_h, k_w) = image_shape, kernel_shape
    counts = np.zeros((height + 2 * padding, width + 2 * padding))
    for i in range(height + 2 * padding - k_h + 1):
        for j in range(width + 2 * padding - k_w + 1):
            counts[i : i + k_h, j : j + k_w] += 1
    return counts[padding : padding + height, padding : padding + width]


def counting(image, kernel, padding, marked, cut=(0, 0), by=1):
    """Count as `coverage` does, but let `marked` say which cells of a window count."""
    padded = [size + 2 * padding for size in image]
    counts = np.zeros(padded)
    for i in range(padded[0] - kernel[0] + 1 - cut[0]):
        for j in range(padded[1] - kernel[1] + 1 - cut[1]):
            rows, columns = marked(i, kernel[0]), marked(j, kernel[1])
            counts[rows, columns] = by * counts[rows, columns] + 1
    return counts


def cropped(marked, **options):
    """Make such a count, and cut the padding away."""
    return lambda image, kernel, padding: counting(image, kernel, padding, marked, **options)[
        padding : padding + image[0], padding : padding + image[1]
    ]


def whole(start, k):
    return slice(start, start + k)


def reach(size, k, padding):
    """Count the windows up to each cell and from it on, and not how many there are in all."""
    first = np.arange(size) + 1 + padding
    return np.minimum(np.minimum(first, first[::-1]), k)


E2_3 = Exercise(
    coverage,
    cases=[
        *[((3, 4), (2, 2), 0), ((3, 4), (2, 3), 0), ((3, 4), (3, 3), 1), ((3, 3), (3, 3), 2)],
        *[((1, 1), (1, 1), 0), ((1, 5), (1, 3), 1), ((5, 1), (2, 1), 0), ((5, 5), (3, 3), 0)],
        *[((6, 5), (3, 3), 1), ((5, 8), (3, 5), 1), ((6, 7), (5, 3), 2), ((6, 6), (2, 3), 1)],
        *[((5, 4), (4, 3), 0), ((2, 3), (3, 4), 1), ((4, 6), (4, 6), 0), ((18, 20), (16, 17), 8)],
    ],
    wrong={
        "padding not cut off": lambda image, kernel, padding: counting(
            image, kernel, padding, whole
        ),
        "never padded": given(padding=lambda padding: 0),
        "read or not": cropped(whole, by=0),
        "first cell of the window": cropped(lambda start, k: start),
        "centre of the window": cropped(lambda start, k: start + k // 2),
        "last window left out": [cropped(whole, cut=cut) for cut in [(1, 1), (1, 0), (0, 1)]],
        "windows one cell short": cropped(lambda start, k: slice(start, start + k - 1)),
        "sides of the kernel swapped": given(kernel_shape=lambda shape: shape[::-1]),
        "padding after only": lambda image, kernel, padding: counting(
            image, kernel, padding, whole
        )[: image[0], : image[1]],
        "cells of the window": lambda image, kernel, padding: np.full(image, np.prod(kernel)),
        "places": lambda image, kernel, padding: np.prod(
            [n + 2 * padding - k + 1 for n, k in zip(image, kernel, strict=True)]
        ),
        "share": then(lambda counts, kernel_shape: counts / np.prod(kernel_shape)),
        "square only": oblong("image_shape"),
        "large kernels": lambda image, kernel, padding: np.outer(
            *[reach(n, k, padding) for n, k in zip(image, kernel, strict=True)]
        ),
    },
    exempt=WHOLE | {"16 bits": "a cell is read by a few hundred windows at most"},
)


def left_over(size, kernel_size, stride, padding):
    return (size + 2 * padding - kernel_size) % stride


E2_4 = Exercise(
    left_over,
    cases=[
        *[(7, 3, 1, 0), (7, 3, 2, 0), (8, 3, 2, 0), (8, 3, 3, 0), (8, 3, 3, 1), (10, 4, 5, 2)],
        *[(13, 3, stride, padding) for stride in (2, 3, 4, 5) for padding in (0, 1)],
        *[(1, 1, 1, 0), (5, 5, 7, 0), (6, 3, 7, 1), (4, 5, 2, 2), (1000, 11, 700, 2)],
        (170_000, 7, 90_001, 3),
    ],
    wrong={
        "steps": lambda size, k, stride, padding: (size + 2 * padding - k) // stride,
        "windows": lambda size, k, stride, padding: (size + 2 * padding - k) // stride + 1,
        "divided": [
            lambda size, k, stride, padding: (size + 2 * padding - k) / stride,
            lambda size, k, stride, padding: (size + 2 * padding - k) / stride + 1,
        ],
        "padding on one side": lambda size, k, stride, padding: (size + padding - k) % stride,
        "never padded": given(padding=lambda padding: 0),
        "padding taken away": given(padding=lambda padding: -padding),
        "kernel forgotten": given(kernel_size=lambda k: 0),
        "last step counted": given(kernel_size=lambda k: k - 1),
        "missing cells": lambda size, k, stride, padding: -(size + 2 * padding - k) % stride,
        "yes or no": then(lambda cells: int(cells > 0)),
        "as a share": then(lambda cells, stride: cells / stride),
        "without the padding's cells": then(lambda cells, padding: max(cells - padding, 0)),
        "gaps between windows": lambda size, k, stride, padding: (
            left_over(size, k, stride, padding)
            + max(stride - k, 0) * ((size + 2 * padding - k) // stride)
        ),
    },
    exempt=ONE_NUMBER | WHOLE,
)


def output_shape(image_shape, kernel_shape, stride, padding):
    rows = (image_shape[0] + 2 * padding[0] - kernel_shape[0]) // stride[0] + 1
    columns = (image_shape[1] + 2 * padding[1] - kernel_shape[1]) // stride[1] + 1
    return rows, columns


def along_both(rule):
    """Apply a rule for one axis to both."""
    return lambda *pairs: tuple(rule(*axis) for axis in zip(*pairs, strict=True))


def twice(axis):
    """Take one entry of a pair for both."""
    return lambda pair: (pair[axis], pair[axis])


PAIR = WHOLE | {"transposed": "a pair of numbers"}

E2_5 = Exercise(
    output_shape,
    cases=[
        *[((6, 7), (3, 3), (1, 1), (0, 0)), ((6, 8), (3, 3), (2, 2), (0, 0))],
        *[((6, 8), (3, 5), (1, 1), (1, 2)), ((9, 6), (3, 2), (3, 2), (1, 0))],
        *[((1, 1), (1, 1), (1, 1), (0, 0)), ((1, 9), (1, 4), (1, 3), (0, 1))],
        *[((5, 12), (5, 5), (2, 3), (1, 2)), ((13, 13), (3, 3), (4, 5), (0, 1))],
        *[((224, 227), (11, 11), (4, 4), (2, 0)), ((600, 400), (7, 5), (2, 1), (3, 2))],
        *[((3, 4), (5, 7), (2, 1), (1, 2)), ((100_000, 40), (9, 3), (1, 2), (0, 1))],
    ],
    wrong={
        "rounded up": [
            along_both(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1),
            along_both(lambda n, k, s, p: (n + 2 * p - k + s // 2) // s + 1),
        ],
        "not rounded": along_both(lambda n, k, s, p: (n + 2 * p - k) / s + 1),
        "steps": along_both(lambda n, k, s, p: (n + 2 * p - k) // s),
        "one too many": then(lambda pair: (pair[0] + 1, pair[1] + 1)),
        "padding on one side": along_both(lambda n, k, s, p: (n + p - k) // s + 1),
        "never padded": given(padding=lambda padding: (0, 0)),
        "stride on the size alone": along_both(lambda n, k, s, p: (n + 2 * p) // s - k + 1),
        "one added before dividing": along_both(lambda n, k, s, p: (n + 2 * p - k + 1) // s),
        "size over stride": along_both(lambda n, k, s, p: -(-n // s)),
        "stride forgotten": given(stride=lambda stride: (1, 1)),
        "one stride for both": [given(stride=twice(0)), given(stride=twice(1))],
        "one padding for both": [given(padding=twice(0)), given(padding=twice(1))],
        "one kernel side for both": [given(kernel_shape=twice(0)), given(kernel_shape=twice(1))],
        "a pair swapped": [
            given(**{name: lambda pair: pair[::-1]})
            for name in ("image_shape", "kernel_shape", "stride", "padding")
        ],
        "columns first": then(lambda pair: pair[::-1]),
        "cells in all": then(lambda pair: pair[0] * pair[1]),
    },
    exempt=PAIR,
)


def spread(kernel, dilation):
    rows, columns = kernel.shape
    wide = np.zeros((dilation * (rows - 1) + 1, dilation * (columns - 1) + 1))
    wide[::dilation, ::dilation] = kernel
    return wide


def tiled(kernel, dilation, *place):
    """Put each entry into a block of its own: in one place, or everywhere."""
    block = np.zeros((dilation, dilation)) if place else np.ones((dilation, dilation))
    block[place or (0, 0)] = 1
    return np.kron(kernel, block)


E2_6 = Exercise(
    spread,
    cases=[
        *[(np.array([[1, 2, 3], [4, 5, 6]]), dilation) for dilation in (2, 1, 3)],
        (np.arange(24).reshape(4, 6)[::2, ::3], 2),
        *fill((grid(1, 1), 3), (grid(3, 3), 2), (grid(2, 3), 3), (grid(3, 2), 1)),
        *fill((grid(1, 4), 2), (grid(4, 1), 4), (grid(2, 2), 5)),
    ],
    wrong={
        "gap at the end": lambda kernel, dilation: tiled(kernel, dilation, 0, 0),
        "gap at the start": lambda kernel, dilation: tiled(kernel, dilation, -1, -1),
        "entries repeated": lambda kernel, dilation: tiled(kernel, dilation),
        "one zero too many": given(dilation=lambda dilation: dilation + 1),
        "one zero too few": given(dilation=lambda dilation: max(dilation - 1, 1)),
        "only rows spread": lambda kernel, d: spread(kernel, d)[:, ::d],
        "only columns spread": lambda kernel, d: spread(kernel, d)[::d],
        "zeros around": lambda kernel, d: np.pad(kernel, d - 1),
        "multiplied": lambda kernel, d: kernel.astype(float) * d,
        "not spread": lambda kernel, d: kernel,
        "ones between": lambda kernel, d: spread(kernel, d) + 1 - spread(np.ones(kernel.shape), d),
        "always two": given(dilation=lambda dilation: 2),
        "every second entry kept": lambda kernel, d: kernel[::d, ::d],
        "square only": oblong("kernel"),
        "flipped": given(kernel=np.flip),
    },
)


def same_padding(size, kernel_size, stride):
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


def halved(total):
    """Make the right kind of pair from another total."""
    return lambda size, k, stride: (
        max(total(size, k, stride), 0) // 2,
        -(-max(total(size, k, stride), 0) // 2),
    )


E2_7 = Exercise(
    same_padding,
    cases=[
        *[(5, 3, 1), (6, 2, 1), (7, 3, 2), (6, 3, 2), (6, 5, 2), (7, 4, 3), (9, 4, 4), (8, 2, 3)],
        *[
            (1, 1, 1),
            (1, 3, 2),
            (10, 1, 3),
            (12, 1, 4),
            (11, 5, 3),
            (10, 6, 4),
            (224, 11, 4),
            (227, 11, 4),
        ],
        *[(30, 701, 1), (5, 200_001, 2), (8, 1, 2)],
    ],
    wrong={
        "extra cell before": then(lambda pair: pair[::-1]),
        "kernel less one": halved(lambda size, k, stride: k - 1),
        "kernel less stride": halved(lambda size, k, stride: k - stride),
        "negative": lambda size, k, stride: (
            (total := (-(-size // stride) - 1) * stride + k - size) // 2,
            total - total // 2,
        ),
        "rounded down": halved(lambda size, k, stride: (size // stride - 1) * stride + k - size),
        "one step too many": halved(lambda size, k, stride: -(-size // stride) * stride + k - size),
        "size kept": halved(lambda size, k, stride: (size - 1) * stride + k - size),
        "all after": then(lambda pair: (0, sum(pair))),
        "all before": then(lambda pair: (sum(pair), 0)),
        "both rounded down": then(lambda pair: (pair[0], pair[0])),
        "both rounded up": then(lambda pair: (pair[1], pair[1])),
        "not rounded": then(lambda pair: (sum(pair) / 2, sum(pair) / 2)),
        "total": then(sum),
    },
    exempt=PAIR,
)


def input_sizes(outputs, kernel_size, stride, padding):
    smallest = (outputs - 1) * stride + kernel_size - 2 * padding
    return smallest, smallest + stride - 1


def from_smallest(rule):
    """Make the right kind of pair from another smallest size."""
    return lambda n, k, s, p: (rule(n, k, s, p), rule(n, k, s, p) + s - 1)


E2_8 = Exercise(
    input_sizes,
    cases=[
        *[(3, 3, 1, 0), (3, 3, 2, 0), (3, 3, 2, 1), (7, 2, 2, 0), (5, 4, 3, 1), (1, 5, 3, 0)],
        *[(1, 1, 1, 0), (2, 3, 5, 1), (6, 3, 2, 0), (28, 5, 1, 2), (55, 11, 4, 0), (55, 11, 4, 2)],
        *[(1, 3, 2, 1), (2, 7, 2, 3), (112, 7, 2, 3), (25_000, 9, 4, 1)],
    ],
    wrong={
        "forwards": lambda n, k, s, p: ((n + 2 * p - k) // s + 1,) * 2,
        "smallest twice": then(lambda pair: (pair[0], pair[0])),
        "largest twice": then(lambda pair: (pair[1], pair[1])),
        "one too large": then(lambda pair: (pair[0], pair[1] + 1)),
        "largest first": then(lambda pair: pair[::-1]),
        "padding added": given(padding=lambda padding: -padding),
        "padding on one side": from_smallest(lambda n, k, s, p: (n - 1) * s + k - p),
        "never padded": given(padding=lambda padding: 0),
        "one step too many": given(outputs=lambda outputs: outputs + 1),
        "kernel forgotten": given(kernel_size=lambda k: 0),
        "one forgotten": from_smallest(lambda n, k, s, p: (n - 1) * s + k - 1 - 2 * p),
        "stride forgotten": given(stride=lambda stride: 1),
        "how many": then(lambda pair, stride: stride),
        "every size": then(lambda pair: np.arange(pair[0], pair[1] + 1)),
        "never smaller than the kernel": [
            then(lambda pair, kernel_size: tuple(max(size, kernel_size) for size in pair)),
            then(lambda pair, kernel_size: (max(pair[0], kernel_size), pair[1])),
            from_smallest(lambda n, k, s, p: max((n - 1) * s + k - 2 * p, k)),
        ],
    },
    exempt=PAIR,
)


def image_sizes(outputs, layers):
    smallest = largest = outputs
    for kernel_size, stride, padding in reversed(layers):
        smallest = (smallest - 1) * stride + kernel_size - 2 * padding
        largest = (largest - 1) * stride + kernel_size - 2 * padding + stride - 1
    return smallest, largest


def not_below_kernel(outputs, layers):
    smallest = largest = outputs
    for k, stride, padding in reversed(layers):
        smallest = max((smallest - 1) * stride + k - 2 * padding, k)
        largest = max((largest - 1) * stride + k - 2 * padding + stride - 1, k)
    return smallest, largest


def forwards(outputs, layers):
    for kernel_size, stride, padding in layers:
        outputs = (outputs + 2 * padding - kernel_size) // stride + 1
    return outputs, outputs


def changed(change):
    """Change each layer of a plan."""
    return given(layers=lambda layers: [change(*layer) for layer in layers])


def room_of(choose):
    """Give the sizes room for the cells that one layer leaves over, and not the others."""

    def one_room(outputs, layers):
        smallest = image_sizes(outputs, layers)[0]
        return smallest, smallest + choose(layers)[1] - 1

    return one_room


POOL, CONV = (2, 2, 0), (3, 1, 1)
RESIDUAL = [(7, 2, 3), (3, 2, 1), (3, 2, 1), (3, 2, 1), (3, 2, 1)]
KRIZHEVSKY = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), CONV, CONV, CONV, (3, 2, 0)]

E2_9 = Exercise(
    image_sizes,
    cases=[
        *[(4, [(3, 1, 0)]), (3, [(3, 2, 0)]), (7, [POOL]), (7, [CONV]), (3, [(3, 2, 1)])],
        *[(3, [(3, 1, 0), POOL]), (3, [POOL, (3, 1, 0)]), (2, [(5, 3, 1), (3, 2, 0)])],
        *[(1, [(1, 1, 0)]), (1, [CONV]), (7, [CONV, POOL] * 5), (7, RESIDUAL), (1, RESIDUAL)],
        (6, KRIZHEVSKY),
        (5, [(4, 3, 1), (5, 2, 2), (2, 2, 0)] * 2),
    ],
    wrong={
        "first layer first": given(layers=lambda layers: layers[::-1]),
        "forwards": forwards,
        "only the last layer": given(layers=lambda layers: layers[-1:]),
        "only the first layer": given(layers=lambda layers: layers[:1]),
        "first layer left out": given(layers=lambda layers: layers[1:]),
        "smallest twice": then(lambda pair: (pair[0], pair[0])),
        "largest twice": then(lambda pair: (pair[1], pair[1])),
        "room of one layer": [
            room_of(lambda layers: layers[0]),
            room_of(lambda layers: layers[-1]),
        ],
        "padding added": changed(lambda k, stride, padding: (k, stride, -padding)),
        "padding on one side": changed(lambda k, stride, padding: (k - padding, stride, 0)),
        "never padded": changed(lambda k, stride, padding: (k, stride, 0)),
        "one step too many": changed(lambda k, stride, padding: (k + stride, stride, padding)),
        "product of the strides": lambda outputs, layers: (
            outputs * (times := int(np.prod([stride for _, stride, _ in layers]))),
            (outputs + 1) * times - 1,
        ),
        "largest first": then(lambda pair: pair[::-1]),
        "never smaller than the kernel": not_below_kernel,
    },
    exempt=PAIR | {"16 bits": "no image of a plan is that large"},
)
