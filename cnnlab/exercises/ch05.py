"""Chapter 5, convolution is a matrix: right answers, cases, wrong answers."""

import numpy as np

from cnnlab import conv_matrix, convolve2d, cross_correlate2d, im2col
from cnnlab.exercises._cases import fill, grid, oblong
from cnnlab.exercises._exercise import Exercise, Kind, has_fractions
from cnnlab.exercises._wrong import given, kept, then


def matrix_row(kernel, image_shape, i, j):
    picture = np.zeros(image_shape)
    picture[i : i + kernel.shape[0], j : j + kernel.shape[1]] = kernel
    return picture.ravel()


def laid(place):
    """Write a kernel's entries into a row; `place` gives the number of each, or none inside."""

    def row(kernel, shape, i, j):
        cells = np.zeros(shape[0] * shape[1])
        for m, n in np.ndindex(kernel.shape):
            number = place(m, n, i, j, shape, kernel.shape)
            if 0 <= number < cells.size:
                cells[number] = kernel[m, n]
        return cells

    return row


SPARE = np.array([[5, -1, 3, 0], [2, 7, 4, 6], [9, 1, 8, -2]])
E5_1 = Exercise(
    matrix_row,
    cases=[
        (np.array([[1, 2], [3, 4]]), (3, 4), 0, 1),
        (np.array([[1, 2], [3, 4]]), (3, 4), 1, 2),
        (SPARE.T[::2], (4, 5), 1, 2),
        *fill((grid(1, 1), (1, 1), 0, 0), (grid(2, 3), (4, 5), 2, 1), (grid(3, 2), (5, 4), 0, 2)),
        *fill((grid(1, 3), (3, 5), 2, 1), (grid(3, 3), (5, 7), 1, 3)),
    ],
    wrong={
        "not one list": then(lambda row, image_shape: row.reshape(image_shape)),
        "column by column": then(lambda row, image_shape: row.reshape(image_shape).ravel("F")),
        "flipped": given(kernel=np.flip),
        "kernel[n, m]": laid(lambda m, n, i, j, s, _: (i + n) * s[1] + j + m),
        "always at the corner": given(i=lambda i: 0, j=lambda j: 0),
        "row and column swapped": laid(lambda m, n, i, j, s, _: (j + m) * s[1] + i + n),
        "centred": laid(lambda m, n, i, j, s, k: (i + m - k[0] // 2) * s[1] + j + n - k[1] // 2),
        "in one run": laid(lambda m, n, i, j, s, k: i * s[1] + j + m * k[1] + n),
        "counted by the height": laid(lambda m, n, i, j, s, _: (i + m) * s[0] + j + n),
        "counted by the output": laid(
            lambda m, n, i, j, s, k: i * (s[1] - k[1] + 1) + j + m * s[1] + n
        ),
        "ones": given(kernel=np.ones_like),
        "counts from 1": laid(lambda m, n, i, j, s, _: (i + m - 1) * s[1] + j + n - 1),
    },
    exempt={"transposed": "one row"},
)


def matrix_of(kernel, image_shape):
    rows = image_shape[0] - kernel.shape[0] + 1
    columns = image_shape[1] - kernel.shape[1] + 1
    matrix = np.zeros((rows * columns, image_shape[0] * image_shape[1]))
    for i in range(rows):
        for j in range(columns):
            matrix[i * columns + j] = matrix_row(kernel, image_shape, i, j)
    return matrix


def rows_by(row):
    """Make the matrix whose row number r is ``row(kernel, image_shape, r, columns)``."""

    def make(kernel, shape):
        rows, columns = (a - b + 1 for a, b in zip(shape, kernel.shape, strict=True))
        return np.array([row(kernel, shape, r, columns) for r in range(rows * columns)])

    return make


in_a_run = laid(lambda m, n, i, j, s, k: i * s[1] + j + m * k[1] + n)
turned = laid(lambda m, n, i, j, s, k: (j + n) * s[0] + i + m)
E5_2 = Exercise(
    matrix_of,
    cases=[
        (np.array([[1, 2], [3, 4]]), (3, 3)),
        (np.array([[1, 2], [3, 4]]), (3, 4)),
        (SPARE.T[::2], (3, 5)),
        (np.array([[1, -2]]), (6, 4)),
        *fill(
            (grid(1, 1), (1, 1)), (grid(2, 3), (4, 5)), (grid(3, 2), (4, 3)), (grid(1, 3), (2, 5))
        ),
        *fill((grid(2, 2), (2, 2)), (grid(3, 3), (5, 4))),
    ],
    wrong={
        "flipped": given(kernel=np.flip),
        "cells column by column": rows_by(lambda k, s, r, c: turned(k, s, *divmod(r, c))),
        "windows column by column": rows_by(
            lambda k, s, r, c: matrix_row(k, s, *divmod(r, s[0] - k.shape[0] + 1)[::-1])
        ),
        "one step a row": rows_by(lambda k, s, r, c: np.roll(matrix_row(k, s, 0, 0), r)),
        "in one run": rows_by(lambda k, s, r, c: in_a_run(k, s, *divmod(r, c))),
        "a row for each cell": lambda k, s: conv_matrix(k, s, padding="same").toarray(),
        "full": lambda k, s: conv_matrix(k, s, padding="full").toarray(),
        "three axes": then(lambda matrix, kernel, image_shape: matrix.reshape(-1, *image_shape)),
        "the first row everywhere": then(lambda matrix: np.repeat(matrix[:1], len(matrix), axis=0)),
        "returned too early": then(kept(0)),
        "only the last row": then(kept(-1)),
        "ones": given(kernel=np.ones_like),
        "square only": oblong("kernel", "image_shape"),
    },
)


def matrix_1d(kernel, length, padding):
    rows = length + 2 * padding - len(kernel) + 1
    matrix = np.zeros((rows, length))
    for i in range(rows):
        for m in range(len(kernel)):
            column = i + m - padding
            if 0 <= column < length:
                matrix[i, column] = kernel[m]
    return matrix


def along(column, rows=lambda k, length, p: length + 2 * p - k + 1):
    """Make a matrix in which entry m of row i is added in ``column(i, m, length, padding)``."""

    def make(kernel, length, padding):
        matrix = np.zeros((rows(len(kernel), length, padding), length))
        for i, m in np.ndindex(len(matrix), len(kernel)):
            place = column(i, m, length, padding)
            if 0 <= place < length:
                matrix[i, place] += kernel[m]
        return matrix

    return make


E5_3 = Exercise(
    matrix_1d,
    cases=[
        *[(np.array([1, 2, 3]), 4, padding) for padding in (0, 1, 2)],
        *[(np.array([1, 0, 1]), 5, padding) for padding in (0, 1, 2)],
        (np.arange(12).reshape(3, 4)[:, 1], 6, 1),
        *fill((grid(1), 1, 0), (grid(1), 3, 1), (grid(3), 5, 1), (grid(2), 4, 1)),
        *fill((grid(4), 5, 0), (grid(3), 3, 2), (grid(5), 7, 2)),
    ],
    wrong={
        "flipped": given(kernel=np.flip),
        "no padding": given(padding=lambda padding: 0),
        "padding's columns kept": lambda k, length, p: matrix_1d(k, length + 2 * p, 0),
        "wraps around": along(lambda i, m, length, p: (i + m - p) % length),
        "negative indices": along(
            lambda i, m, length, p: i + m - p if i + m >= p else i + m - p + length
        ),
        "repeats the edge": along(lambda i, m, length, p: min(max(i + m - p, 0), length - 1)),
        "not moved back": along(lambda i, m, length, p: i + m),
        "padding on one side": along(
            lambda i, m, length, p: i + m - p, lambda k, length, p: length + p - k + 1
        ),
        "a row too few": then(lambda matrix: matrix[:-1]),
        "the first row everywhere": then(lambda matrix: np.repeat(matrix[:1], len(matrix), axis=0)),
        "ones": given(kernel=np.ones_like),
        "other direction": along(lambda i, m, length, p: length - 1 - (i + m - p)),
    },
    exempt={"oblong": "kernels of one axis"},
)


def stride_rows(matrix, output_shape, stride):
    numbers = np.arange(len(matrix)).reshape(output_shape)
    return matrix[numbers[::stride, ::stride].ravel()]


def taking(choose):
    """Take those rows whose numbers ``choose(numbers, stride)`` gives."""
    return lambda matrix, shape, stride: matrix[
        choose(np.arange(len(matrix)).reshape(shape), stride).ravel()
    ]


def others(matrix, output_shape, stride):
    return np.delete(
        matrix, np.arange(len(matrix)).reshape(output_shape)[::stride, ::stride], axis=0
    )


def emptied(matrix, output_shape, stride):
    numbers = np.arange(len(matrix)).reshape(output_shape)[::stride, ::stride]
    return np.where(np.isin(np.arange(len(matrix)), numbers)[:, np.newaxis], matrix, 0)


E5_4 = Exercise(
    stride_rows,
    cases=[
        (np.arange(24).reshape(12, 2), (3, 4), 2),
        (np.arange(24, 0, -1).reshape(2, 12).T, (4, 3), 2),
        (np.arange(24).reshape(12, 2), (3, 4), 1),
        (np.arange(144).reshape(12, 12), (3, 4), 2),
        *fill((grid(1, 1), (1, 1), 2), (grid(12, 5), (3, 4), 2), (grid(15, 4), (5, 3), 2)),
        *fill((grid(20, 3), (4, 5), 3), (grid(14, 6), (2, 7), 3), (grid(9, 2), (3, 3), 1)),
    ],
    wrong={
        "every other row of C": taking(lambda numbers, s: numbers.ravel()[::s]),
        "only down": taking(lambda numbers, s: numbers[::s]),
        "only across": taking(lambda numbers, s: numbers[:, ::s]),
        "starts late": taking(lambda numbers, s: numbers[s - 1 :: s, s - 1 :: s]),
        "square of the stride": taking(lambda numbers, s: numbers.ravel()[:: s * s]),
        "axes swapped": given(output_shape=lambda shape: shape[::-1]),
        "column by column": taking(lambda numbers, s: numbers[::s, ::s].T),
        "the others": others,
        "emptied": emptied,
        "not dropped": given(stride=lambda stride: 1),
        "columns dropped": lambda matrix, shape, s: matrix[:, ::s],
        "always 2": given(stride=lambda stride: min(stride, 2)),
    },
)


def drop_padding(matrix, padded_shape, padding):
    rows, columns = padded_shape
    numbers = np.arange(rows * columns).reshape(padded_shape)
    inside = numbers[padding : rows - padding, padding : columns - padding]
    return matrix[:, inside.ravel()]


def cutting(choose):
    """Take those columns whose numbers ``choose(numbers, rows, columns, padding)`` gives."""
    return lambda matrix, shape, p: matrix[
        :, choose(np.arange(matrix.shape[1]).reshape(shape), *shape, p).ravel()
    ]


def frame(matrix, padded_shape, padding):
    numbers = np.arange(matrix.shape[1]).reshape(padded_shape)
    rows, columns = padded_shape
    return np.delete(matrix, numbers[padding : rows - padding, padding : columns - padding], axis=1)


E5_5 = Exercise(
    drop_padding,
    cases=[
        (np.arange(24).reshape(2, 12), (3, 4), 1),
        (np.arange(24).reshape(12, 2).T, (4, 3), 1),
        (np.arange(24).reshape(2, 12), (3, 4), 0),
        (np.arange(144).reshape(12, 12), (3, 4), 1),
        *fill((grid(1, 1), (1, 1), 0), (grid(4, 20), (4, 5), 1), (grid(3, 35), (5, 7), 2)),
        *fill((grid(5, 24), (6, 4), 1), (grid(2, 36), (6, 6), 2), (grid(3, 15), (3, 5), 0)),
    ],
    wrong={
        "both ends of C": lambda matrix, shape, p: matrix[:, p : matrix.shape[1] - p],
        "rows only": cutting(lambda numbers, r, c, p: numbers[p : r - p]),
        "columns only": cutting(lambda numbers, r, c, p: numbers[:, p : c - p]),
        "before only": cutting(lambda numbers, r, c, p: numbers[p:, p:]),
        "after only": cutting(lambda numbers, r, c, p: numbers[: r - p, : c - p]),
        "axes swapped": given(padded_shape=lambda shape: shape[::-1]),
        "the others": frame,
        "column by column": cutting(lambda numbers, r, c, p: numbers[p : r - p, p : c - p].T),
        "not dropped": given(padding=lambda padding: 0),
        "rows dropped": lambda matrix, shape, p: matrix[p : len(matrix) - p],
        "always 1": given(padding=lambda padding: min(padding, 1)),
        "nothing left": cutting(lambda numbers, r, c, p: numbers[p:-p, p:-p]),
    },
)


def layer_matrix(filters, image_shape):
    blocks = [
        [conv_matrix(kernel, image_shape).toarray() for kernel in one_filter]
        for one_filter in filters
    ]
    return np.block(blocks)


def reordered(rows=False, columns=False):
    """Make the matrix with its outputs, its inputs or both counted channels last."""

    def change(matrix, filters, image_shape):
        outputs, inputs = filters.shape[:2]
        matrix = matrix.reshape(outputs, -1, inputs, image_shape[0] * image_shape[1])
        matrix = matrix.swapaxes(0, 1) if rows else matrix
        matrix = matrix.swapaxes(2, 3) if columns else matrix
        return matrix.reshape(matrix.shape[0] * matrix.shape[1], -1)

    return then(change)


def diagonal(matrix, filters, image_shape):
    mask = np.eye(*filters.shape[:2])
    height, width = (matrix.shape[axis] // filters.shape[axis] for axis in (0, 1))
    return matrix * np.kron(mask, np.ones((height, width)))


def in_a_line(axis):
    return lambda filters, shape: np.concatenate(
        [layer_matrix(kernel[None, None], shape) for one in filters for kernel in one], axis
    )


E5_6 = Exercise(
    layer_matrix,
    cases=[
        (np.arange(1, 7).reshape(3, 2, 1, 1), (1, 2)),
        (np.arange(1, 13).reshape(3, 2, 1, 2), (1, 3)),
        (np.arange(24).reshape(2, 3, 2, 2).transpose(1, 0, 3, 2), (2, 3)),
        *fill((grid(1, 1, 1, 1), (1, 1)), (grid(2, 3, 2, 2), (3, 4)), (grid(3, 2, 1, 2), (2, 3))),
        *fill((grid(3, 1, 2, 3), (3, 4)), (grid(1, 4, 3, 2), (3, 3)), (grid(2, 2, 2, 1), (3, 2))),
    ],
    wrong={
        "blocks swapped": lambda filters, shape: layer_matrix(filters.swapaxes(0, 1), shape),
        "one pile": in_a_line(0),
        "one long row": in_a_line(1),
        "channels added": lambda f, shape: layer_matrix(f.sum(axis=1, keepdims=True), shape),
        "block diagonal": then(diagonal),
        "inputs channels last": reordered(columns=True),
        "outputs channels last": reordered(rows=True),
        "both channels last": reordered(rows=True, columns=True),
        "flipped": lambda filters, shape: layer_matrix(filters[..., ::-1, ::-1], shape),
        "one filter": lambda filters, shape: layer_matrix(filters[:1], shape),
        "one channel": lambda filters, shape: layer_matrix(filters[:, :1], shape),
        "padded": lambda filters, shape: conv_matrix(
            filters, (filters.shape[1], *shape), padding="same"
        ).toarray(),
        "filters reversed": lambda filters, shape: layer_matrix(filters[::-1], shape),
    },
)


def dense_as_filters(weights, map_shape):
    height, width, channels = map_shape
    volumes = weights.reshape(len(weights), height, width, channels)
    return volumes.transpose(0, 3, 1, 2)


def volumes(*axes, then_axes=(0, 1, 2, 3)):
    """Give the rows a shape, by numbers of (H, W, C_in), and put the axes into another order."""
    return lambda w, shape: w.reshape(len(w), *(shape[a] for a in axes)).transpose(then_axes)


E5_7 = Exercise(
    dense_as_filters,
    cases=[
        (np.arange(12).reshape(1, 12), (2, 3, 2)),
        (np.arange(24).reshape(12, 2).T, (2, 3, 2)),
        *fill((grid(1, 1), (1, 1, 1)), (grid(2, 12), (2, 3, 2)), (grid(3, 24), (3, 2, 4))),
        *fill((grid(4, 27), (3, 3, 3)), (grid(2, 10), (1, 5, 2)), (grid(3, 6), (3, 2, 1))),
    ],
    wrong={
        "scrambled": volumes(2, 0, 1),
        "channels last": volumes(0, 1, 2),
        "height and width swapped": volumes(0, 1, 2, then_axes=(0, 3, 2, 1)),
        "scrambled, then turned": volumes(2, 0, 1, then_axes=(0, 2, 3, 1)),
        "width first": volumes(1, 0, 2, then_axes=(0, 3, 2, 1)),
        "column by column": lambda w, shape: w.reshape(len(w), *shape, order="F").transpose(
            0, 3, 1, 2
        ),
        "flipped": then(lambda filters: filters[..., ::-1, ::-1]),
        "1 × 1 filters": lambda w, shape: w.reshape(*w.shape, 1, 1),
        "outputs last": then(lambda filters: filters.transpose(1, 2, 3, 0)),
        "one axis too few": then(lambda filters: filters.reshape(*filters.shape[:2], -1)),
        "units mixed": lambda w, shape: dense_as_filters(w.T.reshape(w.shape), shape),
        "channels reversed": then(lambda filters: filters[:, ::-1]),
    },
)


def by_columns(image, filters):
    columns = im2col(image[np.newaxis], filters.shape[2:])[0]
    sums = filters.reshape(len(filters), -1) @ columns
    height = image.shape[1] - filters.shape[2] + 1
    width = image.shape[2] - filters.shape[3] + 1
    return sums.reshape(len(filters), height, width)


def channels_last_weights(image, filters):
    columns = im2col(image[np.newaxis], filters.shape[2:])[0]
    sums = filters.transpose(0, 2, 3, 1).reshape(len(filters), -1) @ columns
    return sums.reshape(by_columns(image, filters).shape)


def one_channel(image, filters):
    return by_columns(image[:1], filters[:, :1])


E5_8 = Exercise(
    by_columns,
    cases=[
        (np.arange(12).reshape(2, 2, 3), np.arange(12).reshape(3, 2, 1, 2)),
        (np.arange(24).reshape(2, 4, 3).swapaxes(1, 2), np.arange(16).reshape(2, 2, 2, 2) % 5),
        (np.arange(80).reshape(2, 5, 8) % 7, np.arange(8).reshape(2, 2, 1, 2)),
        *fill((grid(1, 1, 1), grid(1, 1, 1, 1)), (grid(2, 4, 5), grid(3, 2, 2, 3))),
        *fill((grid(3, 5, 4), grid(2, 3, 3, 2)), (grid(1, 3, 6), grid(4, 1, 1, 3))),
        *fill((grid(3, 3, 4), grid(5, 3, 3, 3))),
    ],
    wrong={
        "scrambled": then(lambda maps: maps.reshape(*maps.shape[1:], len(maps))),
        "scrambled, then turned": then(
            lambda maps: maps.reshape(*maps.shape[1:], len(maps)).transpose(2, 0, 1)
        ),
        "not reshaped": then(lambda maps: maps.reshape(len(maps), -1)),
        "maps last": then(lambda maps: maps.transpose(1, 2, 0)),
        "height and width swapped": then(
            lambda maps: maps.reshape(len(maps), maps.shape[2], maps.shape[1])
        ),
        "flipped": given(filters=lambda filters: filters[..., ::-1, ::-1]),
        "weights channels last": channels_last_weights,
        "one channel": one_channel,
        "one filter": then(lambda maps: maps[:1]),
        "maps added": then(lambda maps: maps.sum(axis=0)),
        "channels reversed": given(filters=lambda filters: filters[:, ::-1]),
        "mean": then(lambda maps, filters: maps / filters[0].size),
    },
)


def two_layers(first, second, image_shape):
    one = conv_matrix(first, image_shape, padding="same")
    two = conv_matrix(second, image_shape, padding="same")
    matrix = (two @ one).toarray()
    kernel = convolve2d(first, second, padding="full")
    single = conv_matrix(kernel, image_shape, padding="same").toarray()
    differs = ~np.isclose(matrix, single).all(axis=1)
    return matrix, kernel, differs.reshape(image_shape)


def same(kernel, shape):
    return conv_matrix(kernel, shape, padding="same").toarray()


def ring(shape, *kernels):
    """Mark the cells that lie less than half of the kernels' sides, added up, from the edge."""
    marked = np.ones(shape, bool)
    rows, columns = (sum(kernel.shape[axis] // 2 for kernel in kernels) for axis in (0, 1))
    marked[rows : shape[0] - rows, columns : shape[1] - columns] = False
    return marked


def instead(matrix=None, kernel=None, border=None):
    """Make the right answer with one of its three parts replaced."""

    def wrong(first, second, shape):
        parts = two_layers(first, second, shape)
        changed = (matrix, kernel, border)
        return tuple(
            part if other is None else other(first, second, shape)
            for part, other in zip(parts, changed, strict=True)
        )

    return wrong


def summed_kernels(first, second, shape):
    sides = np.maximum(first.shape, second.shape)
    return sum(
        np.pad(k.astype(float), [((s - n) // 2,) * 2 for s, n in zip(sides, k.shape, strict=True)])
        for k in (first, second)
    )


def by_inputs(first, second, shape):
    matrix, kernel, _ = two_layers(first, second, shape)
    return ~np.isclose(matrix, same(kernel, shape)).all(axis=0).reshape(shape)


E5_9 = Exercise(
    two_layers,
    cases=[
        (np.array([[1, 2, 3]]), np.array([[4, 5, 6]]), (1, 5)),
        (np.array([[1, 2, 3]]), np.array([[1], [0], [-1]]), (3, 4)),
        (np.arange(1, 16).reshape(5, 3).T[:, ::2], np.array([[1, 2, 4]]), (6, 7)),
        *fill((grid(1, 1), grid(1, 1), (1, 1)), (grid(1, 3), grid(3, 3), (6, 5))),
        *fill((grid(3, 3), grid(3, 1), (5, 7)), (grid(3, 3), grid(1, 5), (5, 8))),
        *fill((grid(5, 3), grid(3, 3), (8, 7))),
    ],
    wrong={
        "layers swapped": instead(matrix=lambda a, b, shape: same(a, shape) @ same(b, shape)),
        "matrices added": instead(matrix=lambda a, b, shape: same(a, shape) + same(b, shape)),
        "entries multiplied": instead(matrix=lambda a, b, shape: same(a, shape) * same(b, shape)),
        "matrix of the one kernel": instead(
            matrix=lambda a, b, shape: same(convolve2d(a, b, padding="full"), shape)
        ),
        "one of them flipped": [
            instead(kernel=lambda a, b, _: cross_correlate2d(a, b, padding="full")),
            instead(kernel=lambda a, b, _: cross_correlate2d(b, a, padding="full")),
        ],
        "half a turn": instead(kernel=lambda a, b, _: np.flip(convolve2d(a, b, padding="full"))),
        "as large as the first": instead(kernel=lambda a, b, _: convolve2d(a, b, padding="same")),
        "kernels added": instead(kernel=summed_kernels),
        "the inside": then(lambda parts: (*parts[:2], ~parts[2])),
        "by input": instead(border=by_inputs),
        "compared exactly": Kind(lambda case: has_fractions(case.values()), 0.3, raises=False),
        "half of the whole": instead(border=lambda a, b, shape: ring(shape, a, b)),
        "half of the first": instead(border=lambda a, b, shape: ring(shape, a)),
        "no border": instead(border=lambda a, b, shape: np.zeros(shape, bool)),
    },
    returns=("matrix", "kernel", "border"),
)
