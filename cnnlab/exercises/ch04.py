"""Chapter 4, pooling: right answers, cases, wrong answers."""

import numpy as np

from cnnlab import avg_pool2d, cross_correlate2d, max_pool2d
from cnnlab.exercises._cases import fill, grid, in_bytes, kind, oblong, when
from cnnlab.exercises._exercise import Exercise, Use
from cnnlab.exercises._wrong import given, kept, stored, then


def max_pool(image, size, stride):
    rows = (image.shape[0] - size) // stride + 1
    columns = (image.shape[1] - size) // stride + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            output[i, j] = image[top : top + size, left : left + size].max()
    return output


def pool(take, start=lambda i, stride: i * stride, windows=lambda n, k, s: (n - k) // s + 1):
    """Make a loop over the windows: what is taken of each, where each starts, how many fit."""

    def answer(image, size, stride):
        output = np.zeros([windows(side, size, stride) for side in image.shape])
        for i, j in np.ndindex(output.shape):
            top, left = start(i, stride), start(j, stride)
            output[i, j] = take(image[top : top + size, left : left + size])
        return output

    return answer


DEEP = np.arange(12).reshape(3, 4) * 1001 - 4 * 10**9
FAR_BELOW = kind(lambda image: image.max() < -(10**6))


E4_1 = Exercise(
    max_pool,
    cases=[
        (np.array([[1, 5, 2, 0], [3, 4, 8, 1], [7, 0, 6, 2]]), 2, 1),
        (np.array([[1, 5, 2, 0, 3, 9], [3, 4, 8, 1, 6, 2]]), 2, 2),
        (-np.arange(24).reshape(6, 4).T, 2, 2),
        (DEEP, 2, 1),
        *fill((grid(1, 1), 1, 1), (grid(4, 4), 2, 2), (grid(4, 6), 2, 2), (grid(5, 4), 2, 1)),
        *fill((grid(5, 7), 3, 2), (grid(7, 5), 2, 2), (grid(6, 8), 2, 3), (grid(6, 5), 3, 3)),
    ],
    wrong={
        "smallest": pool(np.min),
        "mean": pool(np.mean),
        "added up": pool(lambda window: window.astype(float).sum()),
        "first cell": pool(lambda window: window[0, 0]),
        "starts at 0": pool(lambda window: max(window.max(), 0)),
        "starts too high": FAR_BELOW,
        "without the sign": pool(lambda window: np.abs(window).max()),
        "steps of the size": given(stride=lambda stride, size: size),
        "steps of 1": [
            given(stride=lambda stride: 1),
            pool(np.max, start=lambda i, stride: i),
        ],
        "size of the stride": given(size=lambda size, stride: stride),
        "a window too few": pool(np.max, windows=lambda n, k, s: (n - k) // s),
        "half windows": pool(np.max, windows=lambda n, k, s: -(-(n - k) // s) + 1),
        "largest of all": then(lambda output, image: np.full(output.shape, image.max())),
        "last of the window left out": pool(lambda w: w[: max(len(w) - 1, 1), : len(w)].max()),
        "square images only": oblong("image"),
    },
)


# Seven rows of seven whole numbers, to be pooled on paper.
GRID = np.array(
    [
        [4, 1, 0, 3, 2, 6, 1],
        [2, 5, 3, 1, 4, 0, 2],
        [0, 3, 9, 2, 1, 3, 5],
        [1, 6, 2, 4, 0, 7, 3],
        [3, 0, 1, 5, 8, 2, 4],
        [5, 2, 4, 0, 3, 1, 6],
        [1, 4, 2, 6, 5, 0, 2],
    ]
)


def hand_in(grid_of_seven, by_hand):
    """Take what was worked out on paper."""
    return np.asarray(by_hand)


def equals(other):
    return lambda answer: np.array_equal(answer, other)


by_hand = np.array([[9, 9, 9, 7], [9, 9, 9, 8], [9, 9, 9, 8], [6, 8, 8, 8]])
_THREES = pool(np.max)(GRID, 3, 1)
_OTHERS = {
    "smallest": pool(np.min)(GRID, 4, 1),
    "mean": pool(np.mean)(GRID, 4, 1),
    "added up": pool(np.sum)(GRID, 4, 1),
    "first cell": pool(lambda window: window[0, 0])(GRID, 4, 1),
    "3 × 3 windows, cut off": _THREES[:4, :4],
}

E4_2 = Exercise(
    by_hand,
    use=Use(hand_in, ("grid_of_seven", "by_hand")),
    cases=[(GRID,)],
    wrong={
        "3 × 3 windows": when(lambda a: a.shape == (5, 5), _THREES),
        "steps of 2": when(lambda a: a.shape == (2, 2), pool(np.max)(GRID, 4, 2)),
        "steps of 4": when(lambda a: a.size == 1, pool(np.max)(GRID, 4, 4)),
        "flat": when(lambda a: a.shape == (16,), by_hand.ravel()),
        "not 4 × 4": when(lambda a: a.shape != (4, 4), by_hand[:3], np.zeros((4, 5))),
        **{name: when(equals(other), other) for name, other in _OTHERS.items()},
        "transposed": when(equals(by_hand.T), by_hand.T),
        "one cell": when(lambda a: (a != by_hand).sum() == 1, by_hand - kept((1, 3))(by_hand)),
    },
    exempt=dict.fromkeys(["fractions cut off", "8 bits", "16 bits"], "small whole numbers"),
)


def subsample(maps, coefficients, biases):
    corners = [maps[:, m::2, n::2].astype(float) for m in (0, 1) for n in (0, 1)]
    means = sum(corners) / 4
    return coefficients[:, np.newaxis, np.newaxis] * means + biases[:, np.newaxis, np.newaxis]


def of_means(change):
    """Make `subsample` with another last step, from the means, coefficients and biases."""

    def answer(maps, coefficients, biases):
        c, b = (array.astype(float)[:, np.newaxis, np.newaxis] for array in (coefficients, biases))
        return change(avg_pool2d(maps[np.newaxis], 2)[0], c, b)

    return answer


def of_maps(change):
    """Make `subsample` with something else in the place of the means."""
    return lambda maps, c, b: change(maps.astype(float)) * c[:, None, None] + b[:, None, None]


E4_3 = Exercise(
    subsample,
    cases=[
        (np.array([[[1, 3, 0, 2], [5, 7, 4, 2]]]), np.array([2]), np.array([1])),
        (np.arange(16).reshape(2, 2, 4) // 3 * 4, np.array([1, 2]), np.array([5, 0])),
        (np.arange(48).reshape(4, 6, 2).T, np.array([1, -2]), np.array([0, 3])),
        *fill(
            *[
                (grid(c, h, w), grid(c), grid(c))
                for c, h, w in [(1, 2, 2), (2, 4, 4), (3, 2, 4), (2, 6, 4), (4, 4, 6)]
            ]
        ),
    ],
    wrong={
        "added up": of_means(lambda means, c, b: c * 4 * means + b),
        "bias first": of_means(lambda means, c, b: c * (means + b)),
        "without a bias": of_means(lambda means, c, b: c * means),
        "without a coefficient": of_means(lambda means, c, b: means + b),
        "bias taken away": of_means(lambda means, c, b: c * means - b),
        "swapped": of_means(lambda means, c, b: b * means + c),
        "one pair for all maps": of_means(lambda means, c, b: c[:1] * means + b[:1]),
        "last pair for all maps": of_means(lambda means, c, b: c[-1:] * means + b[-1:]),
        "mean of all maps": of_means(lambda m, c, b: c * m.mean(0, keepdims=True) + b),
        "largest": of_maps(lambda x: max_pool2d(x[np.newaxis], 2).output[0]),
        "first cell": of_maps(lambda x: x[:, ::2, ::2]),
        "steps of 1": of_maps(lambda x: avg_pool2d(x[np.newaxis], 2, stride=1)[0]),
        "rows only": of_maps(lambda x: (x[:, ::2] + x[:, 1::2]) / 2),
        "columns only": of_maps(lambda x: (x[:, :, ::2] + x[:, :, 1::2]) / 2),
        "one number for each map": of_maps(lambda x: x.mean((1, 2), keepdims=True)),
        "overflow": in_bytes("maps"),
        "square maps only": oblong("maps"),
    },
)


def unpool(pooled, switches, shape):
    image = np.zeros(shape)
    image.flat[switches.ravel()] = pooled.ravel()
    return image


def pooled_cases(*shapes):
    """Make cases of pooled maps with their switches and the shape before."""
    templates = [(grid(height, width), *windows) for height, width, *windows in shapes]
    cases = []
    for image, size, stride in fill(*templates):
        output, switches = max_pool2d(image[np.newaxis, np.newaxis], size, stride=stride)
        cases.append((output[0, 0].astype(image.dtype), switches[0, 0], image.shape))
    return cases


def placed(index, values=lambda pooled, switches: pooled):
    """Put values to other cells: `index` makes (rows, columns) of switches, shapes and all."""

    def answer(pooled, switches, shape):
        image = np.zeros(shape)
        rows, columns = index(switches, shape, pooled.shape)
        image[rows % shape[0], columns % shape[1]] = values(pooled, switches)
        return image

    return answer


def in_place(switches, shape, _pooled):
    return np.divmod(switches, shape[1])


ELSEWHERE = {  # where a switch does not point
    "divided by the height": placed(lambda k, shape, _: np.divmod(k, shape[0])),
    "divided by the pooled width": placed(lambda k, _, pooled: np.divmod(k, pooled[1])),
    "row and column swapped": placed(lambda k, shape, _: np.divmod(k, shape[1])[::-1]),
    "counts from 1": placed(lambda k, shape, _: np.divmod(k - 1, shape[1])),
}


def copied(pooled, switches, shape):
    steps = [-(-a // b) for a, b in zip(shape, pooled.shape, strict=True)]
    return np.kron(pooled.astype(float), np.ones(steps))[: shape[0], : shape[1]]


def cornered(switches, shape, pooled):
    steps = [a // b for a, b in zip(shape, pooled, strict=True)]
    return [np.indices(pooled)[axis] * steps[axis] for axis in (0, 1)]


def added(values, switches, shape):
    image = np.zeros(shape)
    np.add.at(image.reshape(-1), switches.ravel(), values.ravel())
    return image


E4_4 = Exercise(
    unpool,
    cases=[
        (np.array([[5, 7]]), np.array([[4, 2]]), (2, 4)),
        (np.array([[5], [3]]), np.array([[3], [5]]), (4, 2)),
        *pooled_cases((1, 1, 1, 1), (4, 4, 2, 2), (4, 6, 2, 2), (6, 4, 2, 2), (5, 7, 2, 2)),
        *pooled_cases((5, 6, 3, 2), (4, 5, 3, 1), (7, 4, 2, 2), (6, 9, 3, 3), (6, 6, 3, 1)),
    ],
    wrong={
        "to the corners": placed(cornered),
        "copied": copied,
        **ELSEWHERE,
        "the switches themselves": placed(in_place, lambda pooled, switches: switches),
        "ones": placed(in_place, lambda pooled, switches: 1),
        "added up": added,
        "filled up": lambda p, k, shape: unpool(p - p.min(), k, shape) + p.min(),
        "flat": then(np.ravel),
        "square images only": oblong("shape"),
    },
)


def steady_pool(image):
    largest = max_pool2d(image[np.newaxis, np.newaxis], 2, stride=1).output[0, 0]
    blur = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    return cross_correlate2d(largest, blur)[::2, ::2]


BLUR = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16


def largest(image, size=2, stride=1):
    return max_pool2d(image[np.newaxis, np.newaxis], size, stride=stride).output[0, 0]


def blurred(kernel, cells=np.s_[::2, ::2], **options):
    """Make `steady_pool` with another kernel, or another choice of cells."""
    return lambda image: cross_correlate2d(largest(image), kernel, **options)[cells]


E4_5 = Exercise(
    steady_pool,
    cases=[
        (np.array([[0, 16, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 32]]),),
        (np.arange(35).reshape(7, 5).T % 7 * 16,),
        (-np.arange(36).reshape(6, 6),),
        (np.vstack([DEEP, DEEP]),),
        *fill(*[(grid(*shape),) for shape in [(4, 4), (4, 6), (6, 5), (7, 7), (7, 8), (8, 6)]]),
        *fill((grid(9, 5),)),
    ],
    wrong={
        "not blurred": [
            lambda image: largest(image)[::2, ::2],
            lambda image: largest(image)[1:-1, 1:-1][::2, ::2],
            lambda image: largest(image, stride=2),
        ],
        "every cell": blurred(BLUR, np.s_[:, :]),
        "blurred first": lambda image: largest(cross_correlate2d(image, BLUR))[::2, ::2],
        "blurred last": lambda image: cross_correlate2d(
            largest(image, stride=2), BLUR, padding="same"
        ),
        "means": lambda image: cross_correlate2d(
            avg_pool2d(image[None, None], 2, stride=1)[0, 0], BLUR
        )[::2, ::2],
        "box blur": blurred(np.full((3, 3), 1 / 9)),
        "not divided": blurred(16 * BLUR),
        "blurred along one axis": [
            blurred(2 * BLUR * np.array([0, 1, 0])),
            blurred(2 * BLUR * np.array([[0], [1], [0]])),
        ],
        "every second row": blurred(BLUR, np.s_[::2]),
        "every second column": blurred(BLUR, np.s_[:, ::2]),
        "starts one cell late": blurred(BLUR, np.s_[1::2, 1::2]),
        "starts at 0": lambda image: cross_correlate2d(largest(image).clip(0), BLUR)[::2, ::2],
        "starts too high": FAR_BELOW,
        "zeros around the image": blurred(BLUR, padding="same"),
        "square images only": oblong("image"),
    },
    exempt={"a single cell": "no window fits"},
)


def any_turn(image, kernel):
    turns = [np.rot90(kernel, k) for k in range(4)]
    maps = np.stack([cross_correlate2d(image, turn) for turn in turns])
    return maps.max(axis=0)


def bank(take, kernels=lambda kernel: [np.rot90(kernel, k) for k in range(4)]):
    """Make `any_turn` with another bank of kernels, or another way of joining the maps."""

    def answer(image, kernel):
        return take(np.stack([cross_correlate2d(image, each) for each in kernels(kernel)]))

    return answer


def over_maps(maps):
    return maps.max(axis=0)


E4_6 = Exercise(
    any_turn,
    cases=[
        (np.array([[1, 0, 2], [0, 3, 1]]), np.array([[1, 0], [0, 0]])),
        (np.arange(20).reshape(5, 4).T % 7, np.array([[0, 1], [2, 3]])),
        (-np.arange(1, 13).reshape(4, 3).T, np.array([[0, 1], [2, 3]])),
        (DEEP, np.array([[0, 1], [2, 3]])),
        *fill(
            *[
                (grid(height, width), grid(side, side))
                for height, width, side in [(1, 1, 1), (4, 4, 3), (3, 5, 2), (6, 4, 3), (5, 7, 4)]
            ],
            (grid(6, 6), grid(3, 3)),
        ),
    ],
    wrong={
        "not turned": cross_correlate2d,
        "half turns only": bank(over_maps, lambda k: [k, np.rot90(k, 2)]),
        "three of four": bank(over_maps, lambda k: [np.rot90(k, n) for n in range(3)]),
        "mirrored": [
            bank(over_maps, lambda k: [k, k[::-1], k[:, ::-1], k[::-1, ::-1]]),
            bank(over_maps, lambda k: [k, k.T]),
        ],
        "added up": bank(lambda maps: maps.sum(axis=0)),
        "mean": bank(lambda maps: maps.mean(axis=0)),
        "smallest": bank(lambda maps: maps.min(axis=0)),
        "without the sign": bank(lambda maps: np.abs(maps).max(axis=0)),
        "starts at 0": bank(lambda maps: maps.max(axis=0).clip(0)),
        "starts too high": FAR_BELOW,
        "which turn": bank(lambda maps: maps.argmax(axis=0)),
        "all four maps": bank(lambda maps: maps),
        "largest of each map": bank(lambda maps: maps.max(axis=(1, 2))),
        "along the rows": bank(lambda maps: maps.max(axis=1)),
        "square images only": oblong("image"),
    },
)


def send_back(gradient, switches, shape):
    back = np.zeros(shape)
    for slope, k in zip(gradient.ravel(), switches.ravel(), strict=True):
        back[k // shape[1], k % shape[1]] += slope
    return back


def gradient_cases(*shapes):
    """Make cases of gradients, with the switches of a pooling of random whole numbers."""
    rng = np.random.default_rng(1)
    templates = []
    for height, width, size, stride in shapes:
        image = rng.permutation(height * width).reshape(1, 1, height, width)
        switches = max_pool2d(image, size, stride=stride).switches[0, 0]
        templates.append((grid(*switches.shape), switches, (height, width)))
    return fill(*templates)


def sent(join):
    """Make `send_back` in which `join(before, slope, count)` is what a cell holds afterwards."""

    def answer(gradient, switches, shape):
        back, count = np.zeros(shape), np.zeros(shape)
        for slope, k in zip(gradient.ravel(), switches.ravel(), strict=True):
            count.flat[k] += 1
            back.flat[k] = join(back.flat[k], float(slope), count.flat[k])
        return back

    return answer


def elsewhere(index):
    """Make `send_back` in which a switch is read in another way."""

    def answer(gradient, switches, shape):
        rows, columns = index(switches, shape, gradient.shape)
        cells = rows % shape[0] * shape[1] + columns % shape[1]
        return added(gradient.astype(float), cells, shape)

    return answer


E4_7 = Exercise(
    send_back,
    cases=[
        (np.array([[10, 20]]), np.array([[1, 1]]), (1, 3)),
        (np.array([[1, 2], [3, 4]]), np.array([[1, 1], [4, 7]]), (2, 4)),
        (np.arange(6).reshape(3, 2).T, np.array([[4, 4, 2], [4, 4, 11]]), (3, 4)),
        *gradient_cases((1, 1, 1, 1), (4, 4, 3, 1), (3, 5, 2, 1), (5, 7, 3, 2), (7, 5, 3, 1)),
        *gradient_cases((4, 6, 2, 2), (6, 5, 3, 1), (8, 6, 4, 2), (6, 6, 2, 2)),
    ],
    wrong={
        "the last one wins": [unpool, sent(lambda before, slope, count: slope)],
        "the first one wins": sent(lambda before, slope, n: slope if n == 1 else before),
        "the largest wins": sent(lambda before, slope, n: slope if n == 1 else max(before, slope)),
        "mean": sent(lambda before, slope, count: before + (slope - before) / count),
        "wins counted": sent(lambda before, slope, count: count),
        "copied": copied,
        "to the corners": elsewhere(cornered),
        "divided by the height": elsewhere(lambda k, shape, _: np.divmod(k, shape[0])),
        "divided by the pooled width": elsewhere(lambda k, _, pooled: np.divmod(k, pooled[1])),
        "row and column swapped": elsewhere(lambda k, shape, _: np.divmod(k, shape[1])[::-1]),
        "counts from 1": elsewhere(lambda k, shape, _: np.divmod(k - 1, shape[1])),
        "negated": then(np.negative),
        "flat": then(np.ravel),
        "square images only": oblong("shape"),
    },
)


def keep_edges(image, size):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    output = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        window = image[i * size : (i + 1) * size, j * size : (j + 1) * size]
        weights = (window - window.mean()) ** 2
        total = weights.sum()
        output[i, j] = (weights * window).sum() / total if total > 0 else window.mean()
    return output


def weighted(weigh, flat=np.mean, join=lambda w, x: (w * x).sum() / w.sum()):
    """Make `keep_edges` with other weights, or another way with windows that are flat."""

    def answer(image, size):
        def take(window):
            window = window.astype(float)
            weights = weigh(window, image)
            return join(weights, window) if abs(weights).sum() > 0 else flat(window)

        return pool(take)(image, size, size)

    return answer


def squared(window, _image=None):
    return (window - window.mean()) ** 2


def farthest(weights, window):
    return window.flat[weights.argmax()]


E4_8 = Exercise(
    keep_edges,
    cases=[
        (np.array([[8, 8, 8, 0], [8, 0, 8, 8]]), 2),
        (np.array([[5, 5, 0, 0], [5, 5, 0, 4], [4, 0, 3, 3], [0, 0, 3, 3]]), 2),
        (np.array([[0, 9, 0], [0, 9, 0], [0, 9, 0], [7, 7, 7], [7, 7, 7], [7, 1, 7]]), 3),
        (np.arange(24).reshape(6, 4).T ** 2, 2),
        (np.array([[128, 128, 128, 130], [128, 129, 128, 128]]) / 256, 2),
        *fill((grid(1, 1), 1), (grid(4, 4), 2), (grid(4, 6), 2), (grid(6, 3), 3), (grid(2, 3), 1)),
        *fill((grid(5, 7), 2), (grid(7, 8), 3), (grid(8, 4), 4)),
    ],
    wrong={
        "mean": weighted(lambda window, _: np.ones(window.shape)),
        "largest": lambda image, size: max_pool(image, size, size),
        "the farthest alone": weighted(squared, join=farthest),
        "weights not squared": weighted(lambda window, _: abs(window - window.mean())),
        "distance from 0": weighted(lambda window, _: window**2),
        "distance from the median": weighted(lambda window, _: (window - np.median(window)) ** 2),
        "mean of the whole image": weighted(lambda window, image: (window - image.mean()) ** 2),
        "not divided": weighted(squared, join=lambda w, x: (w * x).sum()),
        "divided by the cells": weighted(squared, join=lambda w, x: (w * x).mean()),
        "distances averaged": weighted(
            squared, join=lambda w, x: (w * (x - x.mean())).sum() / w.sum()
        ),
        "nearly flat is flat": kind(lambda image: 0 < np.ptp(image) < 0.1),
        "flat windows are 0": weighted(squared, flat=lambda window: 0),
        "steps of 1": lambda image, size: pool(lambda w: keep_edges(w, size).item())(
            image, size, 1
        ),
        "in bytes": then(stored(np.uint8)),
        "square images only": oblong("image"),
    },
)
