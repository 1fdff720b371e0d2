"""Chapter 3, volumes and filters: right answers, cases, wrong answers."""

import numpy as np

from cnnlab import cross_correlate2d
from cnnlab.exercises._cases import ONE_NUMBER, fill, grid, in_bytes, kind
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, kept, then

WHOLE = {"fractions cut off": "counts are whole"}


def channels_first(photo):
    return photo.transpose(2, 0, 1)


E3_1 = Exercise(
    channels_first,
    cases=[
        (np.arange(12).reshape(2, 2, 3),),
        (np.arange(24).reshape(4, 2, 3)[::2, ::-1],),
        *fill((grid(1, 1, 1),), (grid(2, 3, 3),), (grid(3, 3, 3),), (grid(4, 3, 2),)),
        *fill((grid(3, 5, 4),), (grid(2, 4, 1),)),
    ],
    wrong={
        "reshaped": lambda photo: photo.reshape(photo.shape[2], *photo.shape[:2]),
        "rows and columns swapped": lambda photo: photo.transpose(2, 1, 0),
        "channels in the middle": lambda photo: photo.transpose(0, 2, 1),
        "the way back": lambda photo: photo.transpose(1, 2, 0),
        "only rows and columns": lambda photo: photo.transpose(1, 0, 2),
        "as it was": lambda photo: photo,
        "channels reversed": then(lambda volume: volume[::-1]),
        "side by side": then(np.hstack),
        "one below the other": then(np.vstack),
        "first channel only": [
            lambda photo: photo[:, :, 0],
            lambda photo: photo[np.newaxis, :, :, 0],
        ],
        "mean of the channels": lambda photo: photo.mean(axis=2),
        "three channels only": kind(lambda photo: photo.shape[2] != 3, share=1),
    },
)


def one_map(volume, weights):
    return sum(cross_correlate2d(volume[c], weights[c]) for c in range(len(volume)))


def each_channel(volume, weights):
    return np.stack([cross_correlate2d(*pair) for pair in zip(volume, weights, strict=True)])


E3_2 = Exercise(
    one_map,
    cases=[
        (np.arange(12).reshape(2, 2, 3), np.array([[[1, 0], [0, 0]], [[0, 0], [0, 2]]])),
        (np.arange(54).reshape(3, 3, 6)[:, :, ::2] % 5, np.arange(12).reshape(3, 2, 2)),
        *fill((grid(1, 1, 1), grid(1, 1, 1)), (grid(3, 4, 5), grid(3, 2, 2))),
        *fill((grid(2, 5, 4), grid(2, 3, 2)), (grid(3, 4, 6), grid(3, 3, 3))),
        *fill((grid(4, 3, 5), grid(4, 1, 3)), (grid(1, 4, 4), grid(1, 3, 2))),
        *fill((grid(5, 3, 4), grid(5, 3, 2))),
    ],
    wrong={
        "a map for each channel": each_channel,
        "first channel only": given(weights=kept(np.s_[:1])),
        "last channel left out": given(weights=kept(np.s_[:-1])),
        "one kernel for all": given(weights=lambda weights: 0 * weights + weights[:1]),
        "channels in reversed order": given(weights=lambda weights: weights[::-1]),
        "channels added first": lambda volume, weights: cross_correlate2d(
            volume.astype(float).sum(axis=0), weights.astype(float).sum(axis=0)
        ),
        "mean of the channels": then(lambda output, volume: output / len(volume)),
        "mean of the window": then(lambda output, weights: output / weights.size),
        "largest of the channels": then(lambda maps: maps.max(axis=0), of=each_channel),
        "product of the channels": then(lambda maps: maps.prod(axis=0), of=each_channel),
        "flipped": given(weights=lambda weights: weights[:, ::-1, ::-1]),
        "flipped in depth, too": given(weights=np.flip),
        "zeros around": lambda volume, weights: sum(
            cross_correlate2d(*pair, padding="same") for pair in zip(volume, weights, strict=True)
        ),
        "off by one": then(lambda output: output[:-1, :-1]),
        "in one number": then(np.sum),
        "three channels only": kind(lambda volume: len(volume) != 3, share=1),
        "square channels only": kind(lambda volume: volume.shape[1] != volume.shape[2], share=1),
        "overflow": in_bytes("volume"),
    },
)


def layer(volume, filters, biases):
    maps = [one_map(volume, filters[o]) + biases[o] for o in range(len(filters))]
    return np.array(maps)


def with_biases(change):
    """Make the layer, given other biases for each map."""
    return lambda volume, filters, biases: layer(
        volume, filters, np.array([change(b, filters) for b in biases.astype(float)])
    )


E3_3 = Exercise(
    layer,
    cases=[
        (np.arange(6).reshape(1, 2, 3), np.array([[[[1]]], [[[2]]]]), np.array([10, 20])),
        (
            np.arange(24).reshape(2, 3, 4) % 7,
            np.arange(48).reshape(3, 2, 2, 4)[..., ::2] % 5,
            np.array([1, 0, -3]),
        ),
        *fill(
            (grid(1, 1, 1), grid(1, 1, 1, 1), grid(1)), (grid(2, 3, 4), grid(3, 2, 2, 2), grid(3))
        ),
        *fill(
            (grid(3, 4, 5), grid(2, 3, 3, 2), grid(2)), (grid(3, 4, 4), grid(3, 3, 2, 2), grid(3))
        ),
        *fill(
            (grid(2, 5, 4), grid(4, 2, 1, 3), grid(4)), (grid(2, 4, 3), grid(1, 2, 3, 3), grid(1))
        ),
    ],
    wrong={
        "no bias": given(biases=np.zeros_like),
        "bias taken away": given(biases=lambda biases: -biases.astype(float)),
        "bias for each channel": with_biases(lambda bias, filters: bias * filters.shape[1]),
        "bias for each weight": with_biases(lambda bias, filters: bias * filters[0].size),
        "bias multiplied": lambda volume, filters, biases: (
            layer(volume, filters, 0 * biases) * biases[:, np.newaxis, np.newaxis]
        ),
        "first bias for all": given(biases=lambda biases: 0 * biases + biases[:1]),
        "biases in reversed order": given(biases=lambda biases: biases[::-1]),
        "filters in reversed order": given(filters=lambda filters: filters[::-1]),
        "first filter for all": given(filters=lambda filters: 0 * filters + filters[:1]),
        "first map only": then(lambda maps: maps[0]),
        "maps added up": then(lambda maps: maps.sum(axis=0)),
        "channels last": then(lambda maps: maps.transpose(1, 2, 0)),
        "channels not added": lambda volume, filters, biases: np.array(
            [each_channel(volume, filters[o]) + biases[o] for o in range(len(filters))]
        ),
        "first channel only": given(filters=kept(np.s_[:, :1])),
        "flipped": given(filters=lambda filters: filters[:, :, ::-1, ::-1]),
        "negative cut off": then(lambda maps: np.maximum(maps, 0)),
        "maps side by side": then(np.hstack),
        "overflow": in_bytes("volume"),
    },
)


def absorb(filters, biases):
    maps, channels, rows, columns = filters.shape
    longer = np.zeros((maps, channels + 1, rows, columns))
    longer[:, :-1] = filters
    longer[:, -1, rows // 2, columns // 2] = biases
    return longer


def last_kernel(make):
    """Make the filters with another kernel at their end, made of a bias and the kernel's shape."""

    def answer(filters, biases):
        kernels = [make(bias, filters.shape[2:]) for bias in biases.astype(float)]
        return np.concatenate([filters, np.array(kernels)[:, np.newaxis]], axis=1)

    return answer


def bias_at(place):
    """Make a kernel that is the bias in one place, and 0 elsewhere."""

    def make(bias, shape):
        kernel = np.zeros(shape)
        kernel[place(shape)] = bias
        return kernel

    return last_kernel(make)


E3_4 = Exercise(
    absorb,
    cases=[
        (np.arange(1, 10).reshape(1, 1, 3, 3), np.array([5])),
        (np.arange(60).reshape(2, 2, 3, 5)[:, ::-1] % 7, np.array([4, -2])),
        *fill(
            (grid(1, 1, 1, 1), grid(1)), (grid(2, 3, 3, 3), grid(2)), (grid(3, 1, 1, 3), grid(3))
        ),
        *fill(
            (grid(3, 2, 5, 3), grid(3)), (grid(4, 3, 1, 1), grid(4)), (grid(2, 4, 3, 5), grid(2))
        ),
    ],
    wrong={
        "before the others": then(lambda longer: np.roll(longer, 1, axis=1)),
        "in every cell": last_kernel(lambda bias, shape: np.full(shape, bias)),
        "shared among the cells": last_kernel(
            lambda bias, shape: np.full(shape, bias / np.prod(shape))
        ),
        "upper left cell": bias_at(lambda shape: (0, 0)),
        "last cell": bias_at(lambda shape: (-1, -1)),
        "one cell too far": bias_at(
            lambda shape: tuple(min(side // 2 + 1, side - 1) for side in shape)
        ),
        "ones": last_kernel(lambda bias, shape: np.ones(shape)),
        "a one in the centre": given(biases=np.ones_like),
        "no bias": given(biases=np.zeros_like),
        "first bias for all": given(biases=lambda biases: 0 * biases + biases[:1]),
        "biases in reversed order": given(biases=lambda biases: biases[::-1]),
        "added to the weights": lambda filters, biases: (
            filters + biases.astype(float)[:, np.newaxis, np.newaxis, np.newaxis]
        ),
        "the last kernel alone": then(lambda longer: longer[:, -1:]),
        "filters as they were": lambda filters, biases: filters,
    },
)


def mix(volume, matrix):
    pixels = volume.reshape(len(volume), -1).astype(float)
    return (matrix @ pixels).reshape(len(matrix), *volume.shape[1:])


E3_5 = Exercise(
    mix,
    cases=[
        (np.array([[[1, 2, 3]], [[4, 5, 6]]]), np.array([[1, 1], [1, -1], [0, 2]])),
        (np.arange(48).reshape(2, 4, 6)[:, ::2, ::3] % 11, np.array([[2, 1], [0, 3]])),
        *fill(
            (grid(1, 1, 1), grid(1, 1)), (grid(3, 2, 4), grid(1, 3)), (grid(3, 3, 2), grid(3, 3))
        ),
        *fill((grid(4, 3, 3), grid(2, 4)), (grid(2, 5, 3), grid(4, 2))),
    ],
    wrong={
        "pixels scrambled": lambda volume, matrix: mix(
            volume.reshape(-1, len(volume)).T.reshape(volume.shape), matrix
        ),
        "flat": then(lambda maps: maps.reshape(len(maps), -1)),
        "channels last": then(lambda maps: maps.transpose(1, 2, 0)),
        "mean of the channels": then(lambda maps, volume: maps / len(volume)),
        "weights in reversed order": given(matrix=lambda matrix: matrix[:, ::-1]),
        "maps in reversed order": given(matrix=lambda matrix: matrix[::-1]),
        "first map only": then(lambda maps: maps[0]),
        "maps added up": then(lambda maps: maps.sum(axis=0)),
        "first channel only": given(matrix=kept(np.s_[:, :1])),
        "last channel left out": given(matrix=kept(np.s_[:, :-1])),
        "weights added first": lambda volume, matrix: np.multiply.outer(
            matrix.astype(float).sum(axis=1), volume.astype(float).sum(axis=0)
        ),
        "not added": lambda volume, matrix: (
            matrix.astype(float)[:, :, np.newaxis, np.newaxis] * volume
        ),
        "largest product": lambda volume, matrix: (
            matrix.astype(float)[:, :, np.newaxis, np.newaxis] * volume
        ).max(axis=1),
        "negative cut off": then(lambda maps: np.maximum(maps, 0)),
        "overflow": in_bytes("volume"),
    },
)


def local_layer(volume, weights):
    maps, rows, columns, _, k_h, k_w = weights.shape
    output = np.zeros((maps, rows, columns))
    for o, i, j in np.ndindex(output.shape):
        window = volume[:, i : i + k_h, j : j + k_w].astype(float)
        output[o, i, j] = (window * weights[o, i, j]).sum()
    return output


def locally(entry, start=lambda i, j: (i, j)):
    """Make the loop with another entry, of the window and its weights, or with other windows."""

    def answer(volume, weights):
        k_h, k_w = weights.shape[-2:]
        output = [
            entry(volume[:, top : top + k_h, left : left + k_w].astype(float), weights[o, i, j])
            for o, i, j in np.ndindex(weights.shape[:3])
            for top, left in [start(i, j)]
        ]
        return np.reshape(output, weights.shape[:3] + np.shape(output[0]))

    return answer


E3_6 = Exercise(
    local_layer,
    cases=[
        (np.array([[[1, 2, 3]]]), np.array([[1, 1], [1, 10]]).reshape(1, 1, 2, 1, 1, 2)),
        (
            np.arange(36).reshape(2, 3, 6)[:, :, ::2] % 7,
            np.arange(64).reshape(2, 2, 2, 2, 2, 2) % 9,
        ),
        *fill((grid(1, 1, 1), grid(1, 1, 1, 1, 1, 1)), (grid(2, 3, 4), grid(3, 2, 3, 2, 2, 2))),
        *fill((grid(1, 4, 4), grid(2, 2, 2, 1, 3, 3)), (grid(3, 3, 5), grid(2, 3, 3, 3, 1, 3))),
        *fill((grid(2, 5, 3), grid(1, 4, 3, 2, 2, 1))),
    ],
    wrong={
        "shared": given(weights=lambda weights: 0 * weights + weights[:, :1, :1]),
        "shared along rows": given(weights=lambda weights: 0 * weights + weights[:, :, :1]),
        "shared along columns": given(weights=lambda weights: 0 * weights + weights[:, :1]),
        "first filters for all maps": given(weights=lambda weights: 0 * weights + weights[:1]),
        "window stands still": locally(lambda w, k: (w * k).sum(), lambda i, j: (0, 0)),
        "turned round": given(weights=lambda weights: weights[:, ::-1, ::-1]),
        "channels not added": locally(lambda window, k: (window * k).sum(axis=(1, 2))),
        "products not added": locally(lambda window, k: window * k),
        "first channel only": given(weights=kept(np.s_[:, :, :, :1])),
        "mean of the window": locally(lambda window, k: (window * k).mean()),
        "flipped": given(weights=lambda weights: weights[..., ::-1, ::-1]),
        "maps added up": then(lambda output: output.sum(axis=0)),
        "sums without products": locally(lambda window, k: window.sum() * k.astype(float).sum()),
        "channels last": then(lambda output: output.transpose(1, 2, 0)),
        "overflow": in_bytes("volume"),
    },
)


def field(layers):
    size, jump = 1, 1
    for kernel_size, stride in layers:
        size = size + (kernel_size - 1) * jump
        jump = jump * stride
    return size


def grown(step):
    """Make the loop over the layers with another step from (size, jump) to the next."""

    def answer(layers):
        state = 1, 1
        for k, stride in layers:
            state = step(*state, k, stride)
        return state[0]

    return answer


LENET = [(5, 1), (2, 2), (5, 1), (2, 2)]
BLOCK = [(3, 1), (3, 1), (2, 2)]

E3_7 = Exercise(
    field,
    cases=[
        *[([(3, 1)],), ([(3, 1), (3, 1)],), ([(3, 2), (3, 1)],), ([(3, 1), (3, 2)],)],
        *[([(1, 1)],), ([(5, 3)],), ([(1, 2), (2, 3), (4, 1)],), ([(11, 4), (3, 2), (5, 1)],)],
        *[([(3, 1)] * 5,), ([(3, 2)] * 3,), (LENET,), (BLOCK * 4,), ([(3, 2)] * 20,)],
        ([(7, 2), (3, 2), (3, 1), (3, 1), (3, 2), (3, 1)],),
    ],
    wrong={
        "strides forgotten": lambda layers: 1 + sum(k - 1 for k, _ in layers),
        "own stride first": grown(lambda size, jump, k, s: (size + (k - 1) * jump * s, jump * s)),
        "only the stride before": grown(lambda size, jump, k, s: (size + (k - 1) * jump, s)),
        "strides added": grown(lambda size, jump, k, s: (size + (k - 1) * jump, jump + s - 1)),
        "kernel not less one": grown(lambda size, jump, k, s: (size + k * jump, jump * s)),
        "starts at 0": then(lambda size: size - 1),
        "kernels added": lambda layers: sum(k for k, _ in layers),
        "kernels multiplied": lambda layers: int(np.prod([float(k) for k, _ in layers])),
        "last window": lambda layers: layers[-1][0],
        "first layer left out": given(layers=lambda layers: layers[1:]),
        "last layer left out": given(layers=lambda layers: layers[:-1]),
        "from the top": given(layers=lambda layers: layers[::-1]),
        "size multiplied": grown(lambda size, jump, k, s: (size * s + k - 1, 1)),
        "jump": lambda layers: int(np.prod([stride for _, stride in layers])),
        "every layer": lambda layers: [field(layers[: n + 1]) for n in range(len(layers))],
        "cells of a square": then(lambda size: size**2),
    },
    exempt=ONE_NUMBER | WHOLE,
)


def count_weights(shape, layers):
    channels, rows, columns = shape
    table = []
    for filters, k, stride, padding in layers:
        parameters = filters * (channels * k * k + 1)
        channels = filters
        rows = (rows + 2 * padding - k) // stride + 1
        columns = (columns + 2 * padding - k) // stride + 1
        table.append((channels, rows, columns, parameters))
    return np.array(table)


def counting(rule):
    """Make the table with another count of parameters, of filters, channels and side."""

    def answer(shape, layers):
        table = count_weights(shape, layers)
        channels = [shape[0], *table[:-1, 0]]
        counts = [rule(f, c, k) for (f, k, *_), c in zip(layers, channels, strict=True)]
        return np.column_stack([table[:, :3], counts])

    return answer


def with_layers(change):
    """Make the sizes of other layers, and the parameters of these."""

    def answer(shape, layers):
        changed = count_weights(shape, [change(*layer) for layer in layers])
        return np.column_stack([changed[:, :3], count_weights(shape, layers)[:, 3]])

    return answer


SMALL = [(6, 5, 1, 2), (16, 3, 2, 1), (10, 1, 1, 0)]
DIGITS = [(8, 3, 1, 1), (8, 3, 2, 1), (12, 3, 1, 0), (12, 1, 1, 0), (5, 2, 2, 0)]
SHAPES = {(3, 32, 48): SMALL, (1, 28, 20): DIGITS, (3, 227, 235): [(96, 11, 4, 0), (256, 5, 1, 2)]}

E3_8 = Exercise(
    count_weights,
    cases=[
        *[((1, 4, 5), [(1, 1, 1, 0)]), ((1, 4, 5), [(2, 3, 1, 0)]), ((3, 6, 8), [(2, 3, 1, 1)])],
        *[((3, 6, 8), [(2, 3, 1, 0), (4, 3, 1, 0)]), ((2, 1, 7), [(5, 1, 2, 0), (3, 1, 1, 0)])],
        *SHAPES.items(),
        *[((1, 28, 20), SMALL), ((2, 64, 90), DIGITS[:3] * 2), ((512, 14, 21), [(512, 3, 1, 1)])],
    ],
    wrong={
        "depth forgotten": counting(lambda filters, channels, k: filters * (k * k + 1)),
        "depth of the image": lambda shape, layers: counting(
            lambda filters, channels, k: filters * (shape[0] * k * k + 1)
        )(shape, layers),
        "depth of the output": counting(
            lambda filters, channels, k: filters * (filters * k * k + 1)
        ),
        "no biases": counting(lambda filters, channels, k: filters * channels * k * k),
        "one bias for the layer": counting(
            lambda filters, channels, k: filters * channels * k * k + 1
        ),
        "bias for each channel": counting(
            lambda filters, channels, k: filters * channels * (k * k + 1)
        ),
        "bias for each input": counting(
            lambda filters, channels, k: (filters * k * k + 1) * channels
        ),
        "one filter": counting(lambda filters, channels, k: channels * k * k + 1),
        "one side of the kernel": counting(
            lambda filters, channels, k: filters * (channels * k + 1)
        ),
        "for each place": then(
            lambda table: np.column_stack([table[:, :3], table[:, 1:].astype(int).prod(axis=1)])
        ),
        "depth kept": then(
            lambda table, shape: np.column_stack([[shape[0], *table[:-1, 0]], table[:, 1:]])
        ),
        "padding forgotten": with_layers(lambda f, k, stride, padding: (f, k, stride, 0)),
        "padding on one side": with_layers(
            lambda f, k, stride, padding: (f, k, stride, padding / 2)
        ),
        "stride forgotten": with_layers(lambda f, k, stride, padding: (f, k, 1, padding)),
        "one place too few": with_layers(
            lambda f, k, stride, padding: (f, k + stride, stride, padding)
        ),
        "rounded up": with_layers(
            lambda f, k, stride, padding: (f, k - stride + 1, stride, padding)
        ),
        "columns first": then(lambda table: table[:, [0, 2, 1, 3]]),
        "parameters first": then(lambda table: table[:, [3, 0, 1, 2]]),
        "added up": then(lambda table: np.column_stack([table[:, :3], table[:, 3].cumsum()])),
        "counts only": then(lambda table: table[:, 3]),
        "last layer only": then(lambda table: table[-1]),
    },
    exempt=WHOLE,
)


def wrong_layer(shape, layers, stated):
    counted = count_weights(shape, layers)[:, 3]
    biases = np.array([filters for filters, *_ in layers])
    for counts in (counted, counted - biases):
        wrong = np.flatnonzero(counts != stated)
        if len(wrong) == 1:
            return wrong[0]


def table_of(shape, layers, at, slip, biases=True):
    """Make a case: the layers' true counts, but in one layer what a slip makes of it."""
    true = counting(lambda filters, channels, k: filters * (channels * k * k + biases))
    slipped = counting(slip)(shape, layers)[:, 3]
    stated = true(shape, layers)[:, 3]
    stated[at] = slipped[at]
    return shape, layers, stated.tolist()


def first_wrong(biases):
    """Make the answer that takes one convention for granted."""
    true = counting(lambda filters, channels, k: filters * (channels * k * k + biases))
    return lambda shape, layers, stated: np.argmax(true(shape, layers)[:, 3] != stated)


def off(compare):
    """Make the answer that picks a layer by how far its stated count is off."""
    return lambda shape, layers, stated: compare(
        np.abs(count_weights(shape, layers)[:, 3] - np.array(stated))
    )


def depth_forgotten(filters, channels, k):
    return filters * (k * k + 1)


def side_forgotten(filters, channels, k):
    return filters * (channels * k + 1)


def depth_of_output(filters, channels, k):
    return filters * filters * k * k


def one_more(filters, channels, k):
    return filters * channels * k * k + 9


def with_bias(filters, channels, k):
    return filters * (channels * k * k + 1)


def without_bias(filters, channels, k):
    return filters * channels * k * k


def both_counts(pick):
    """Make the answer that picks a layer by where the table agrees with either count."""

    def answer(shape, layers, stated):
        counts = (counting(count)(shape, layers)[:, 3] for count in (with_bias, without_bias))
        return pick(*(count == stated for count in counts))

    return answer


DEEP = [(16, 3, 1, 1), (32, 3, 2, 1), (64, 3, 2, 1), (128, 1, 1, 0), (20, 3, 1, 0)]

E3_9 = Exercise(
    wrong_layer,
    cases=[
        table_of((3, 8, 10), [(4, 3, 1, 0), (5, 3, 1, 0), (2, 1, 1, 0)], 1, depth_forgotten),
        table_of((3, 8, 10), [(4, 3, 1, 0), (5, 3, 1, 0), (2, 1, 1, 0)], 0, side_forgotten),
        table_of((3, 8, 10), [(4, 3, 1, 0), (5, 3, 1, 0), (2, 1, 1, 0)], 2, depth_of_output, False),
        table_of((3, 32, 48), SMALL, 1, depth_of_output, False),
        table_of((1, 28, 20), DIGITS, 4, depth_forgotten),
        table_of((1, 28, 20), DIGITS, 3, one_more, False),
        table_of((3, 64, 80), DEEP, 4, depth_forgotten),
        table_of((3, 64, 80), DEEP, 2, one_more),
        table_of((3, 64, 80), DEEP, 1, depth_of_output),
        table_of((1, 64, 80), DEEP, 0, one_more, False),
        table_of((3, 32, 48), SMALL, 0, with_bias, False),
        table_of((1, 28, 20), DIGITS, 2, without_bias),
        table_of((3, 64, 80), DEEP, 3, with_bias, False),
    ],
    wrong={
        "biases taken for granted": first_wrong(True),
        "no biases taken for granted": first_wrong(False),
        "the first layer believed": both_counts(
            lambda biased, plain: np.argmin(biased if biased[0] else plain)
        ),
        "a single agreement": [
            both_counts(lambda biased, plain: np.argmin(biased if biased.any() else plain)),
            both_counts(lambda biased, plain: np.argmin(plain if plain.any() else biased)),
        ],
        "fits neither": both_counts(lambda biased, plain: np.argmin(biased | plain)),
        "counted from 1": then(lambda at: at + 1),
        "the layer before": then(lambda at: at - 1),
        "most parameters": lambda shape, layers, stated: np.argmax(stated),
        "fewest parameters": lambda shape, layers, stated: np.argmin(stated),
        "furthest off": off(np.argmax),
        "first that is right": off(np.argmin),
        "how many": off(np.count_nonzero),
        "what is stated": then(lambda at, stated: stated[at]),
        "what it should be": then(lambda at, shape, layers: count_weights(shape, layers)[at, 3]),
        "yes or no for each": off(lambda distances: (distances > 0).astype(int)),
        "counted from the end": then(lambda at, layers: at - len(layers)),
    },
    exempt=ONE_NUMBER | WHOLE | dict.fromkeys(["8 bits", "16 bits"], "there are few layers"),
)
