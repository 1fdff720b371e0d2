"""Chapter 9, what a network is invariant to: right answers, cases, wrong answers."""

import math

import numpy as np

from cnnlab import cross_correlate2d, nn
from cnnlab.exercises._cases import ONE_NUMBER, fill, grid, in_bytes, kind, oblong
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import then

WHOLE = {"fractions cut off": "counts are whole"}
PAIR = {"transposed": "a pair of numbers"}


def centre(image):
    height, width = image.shape
    ink = image.astype(float)
    if ink.sum() == 0:
        return (height - 1) / 2, (width - 1) / 2
    row = (ink.sum(axis=1) * np.arange(height)).sum() / ink.sum()
    column = (ink.sum(axis=0) * np.arange(width)).sum() / ink.sum()
    return row, column


def where_ink_is(answer):
    """Make this answer for images with ink, and all that may become of one without."""
    without = [answer, centre, lambda image: (np.nan, np.nan), lambda image: 1 / 0]
    return [
        lambda image, empty=empty: answer(image) if image.any() else empty(image)
        for empty in without
    ]


def placed(place):
    """Make answers that take the centre to another place."""
    return where_ink_is(lambda image: place(np.array(centre(image))))


def weighed(weight=lambda ink: ink, total=np.sum):
    """Make answers that weigh the cells otherwise, or divide by something else."""

    def answer(image):
        ink = image.astype(float)
        moments = (np.indices(ink.shape) * weight(ink)).sum(axis=(1, 2))
        return moments / total(weight(ink))

    return where_ink_is(answer)


def along_the_other_axis(image):
    ink = image.astype(float)
    sums = [(ink.sum(axis=axis) * np.arange(size)).sum() for axis, size in enumerate(image.shape)]
    return np.array(sums) / ink.sum()


def middle_of_box(image):
    return [(cells.min() + cells.max()) / 2 for cells in np.nonzero(image)]


E9_1 = Exercise(
    centre,
    cases=[
        (np.array([[0, 0, 1, 0], [0, 0, 1, 2]]),),
        (np.zeros((3, 4), int),),
        *[
            (np.maximum(image, 0),)
            for (image,) in fill(
                (grid(1, 1),), (grid(2, 2),), (grid(3, 5),), (grid(4, 4),), (grid(7, 4),)
            )
        ],
        (np.zeros((4, 2), np.uint8),),
    ],
    wrong={
        "column first": placed(np.flip),
        "the other axis": where_ink_is(along_the_other_axis),
        "counted from 1": placed(lambda place: place + 1),
        "whole cells": [*placed(np.floor), *placed(np.round)],
        "each cell alike": weighed(lambda ink: ink > 0),
        "middle of the box": where_ink_is(middle_of_box),
        "brightest cell": where_ink_is(lambda image: np.unravel_index(image.argmax(), image.shape)),
        "not divided": weighed(total=lambda ink: 1),
        "divided by all cells": weighed(total=np.size),
        "without ink": kind(lambda image: not image.any()),
        "square images only": oblong("image"),
        "overflow": in_bytes("image"),
    },
    exempt=PAIR | {"negative numbers": "nothing holds less than no ink"},
)


def carried(strides, shift):
    layers = 0
    for stride in strides:
        if shift % stride:
            break
        shift = shift // stride
        layers += 1
    return layers


def going_on(strides, shift, waits=False):
    passed = 0
    for stride in strides:
        passed += shift % stride == 0
        if not waits or shift % stride == 0:
            shift //= stride
    return int(passed)


def added_up(strides, shift):
    layers = 0
    while layers < len(strides) and shift % sum(strides[: layers + 1]) == 0:
        layers += 1
    return layers


def until_it_stands(strides, shift, least=0):
    layers = 0
    while layers < len(strides) and (shift // strides[layers] if least else shift):
        shift //= strides[layers]
        layers += 1
    return layers


def taken_off(strides, shift):
    layers = 0
    while layers < len(strides) and shift % strides[layers] == 0:
        shift -= strides[layers]
        layers += 1
    return layers


E9_2 = Exercise(
    carried,
    cases=[
        ((1, 2, 1, 2), 2),
        ((1, 2, 1, 2), 4),
        ((2, 2), 1),
        ((2, 1, 2, 1, 3), 12),
        ((2, 1, 2, 1, 3), 4),
        ((2, 1, 2, 1, 3), 6),
        ((1, 1, 1), 5),
        ((3, 2, 2), 12),
        ((3, 2, 2), 6),
        ((4, 1, 2, 1, 2, 1), 8),
        ((4, 1, 2, 1, 2, 1), 24),
        ((2, 3, 1, 1), 3),
        ((2, 3, 1, 1), 2),
        ((2,), 6),
        ((4, 2, 2, 1), 12),
        ((1,) * 300, 7),
    ],
    wrong={
        "each layer by itself": [
            lambda strides, shift: sum(shift % s == 0 for s in strides),
            lambda strides, shift: next(
                (layers for layers, s in enumerate(strides) if shift % s), len(strides)
            ),
        ],
        "after the first failure": [going_on, lambda *case: going_on(*case, waits=True)],
        "strides added": added_up,
        "rounded down": [until_it_stands, lambda *case: until_it_stands(*case, least=1)],
        "subtracted": taken_off,
        "the failing layer counted": lambda strides, shift: min(
            carried(strides, shift) + 1, len(strides)
        ),
        "all or nothing": lambda strides, shift: (
            len(strides) if shift % math.prod(strides) == 0 else 0
        ),
        "yes or no": lambda strides, shift: int(shift % math.prod(strides) == 0),
        "backwards": lambda strides, shift: carried(strides[::-1], shift),
        "layers of stride 1 left out": lambda strides, shift: sum(
            s > 1 for s in strides[: carried(strides, shift)]
        ),
        "the last move": [
            lambda strides, shift: shift // math.prod(strides[: carried(strides, shift)]),
            lambda strides, shift: shift // math.prod(strides),
        ],
        "counted from 0": then(lambda layers: layers - 1),
        "the failures": then(lambda layers, strides: len(strides) - layers),
        "the jump": lambda strides, shift: math.prod(strides),
    },
    exempt=ONE_NUMBER | WHOLE | {"16 bits": "no network has so many layers"},
)


def flattened_weight(weight, map_shape):
    cells = map_shape[0] * map_shape[1]
    return np.repeat(weight / cells, cells, axis=1)


def spread_out(share, lay=lambda weight, cells: np.repeat(weight, cells, axis=1)):
    """Make `flattened_weight` with another share of each weight, or laid out in another order."""
    return lambda weight, map_shape: lay(
        share(weight.astype(float), math.prod(map_shape)), math.prod(map_shape)
    )


def first_of_each(weight, cells):
    wide = np.zeros((len(weight), weight.shape[1] * cells))
    wide[:, ::cells] = weight
    return wide


E9_3 = Exercise(
    flattened_weight,
    cases=[
        (np.array([[6, 12]]), (1, 3)),
        (np.array([[4, 8], [12, 20]]), (2, 2)),
        (np.arange(12).reshape(4, 3).T * 6, (3, 2)),
        *fill(
            (grid(1, 1), (1, 1)), (grid(2, 3), (2, 2)), (grid(3, 2), (2, 5)), (grid(2, 2), (3, 3))
        ),
        *fill((grid(4, 5), (4, 1)), (grid(10, 3), (5, 3))),
    ],
    wrong={
        "not divided": spread_out(lambda weight, cells: weight),
        "channels taking turns": spread_out(
            lambda weight, cells: weight / cells, lambda weight, cells: np.tile(weight, (1, cells))
        ),
        "one cell of each map": [
            spread_out(lambda weight, cells: weight, first_of_each),
            spread_out(lambda weight, cells: weight / cells, first_of_each),
        ],
        "scores repeated": spread_out(
            lambda weight, cells: weight / cells,
            lambda weight, cells: np.repeat(weight, cells, axis=0),
        ),
        "divided by all inputs": spread_out(lambda weight, cells: weight / cells / weight.shape[1]),
        "divided by the channels": spread_out(lambda weight, cells: weight / weight.shape[1]),
        "divided by a side": lambda weight, map_shape: (
            flattened_weight(weight, map_shape) * map_shape[1]
        ),
        "multiplied": spread_out(lambda weight, cells: weight * cells),
        "one long row": then(np.ravel),
        "as maps": then(lambda wide, weight, map_shape: wide.reshape(*weight.shape, *map_shape)),
        "channels added": then(
            lambda wide, weight, map_shape: wide.reshape(*weight.shape, -1).sum(axis=1)
        ),
        "square maps only": oblong("map_shape"),
    },
)


def told_by_the_rim(shape, layers, kernel_size):
    rim = layers * (kernel_size - 1) // 2
    height, width = (max(side - 2 * rim, 0) for side in shape)
    return shape[0] * shape[1] - height * width


def rimmed(rim, inner=lambda side, rim: max(side - 2 * rim, 0)):
    """Make `told_by_the_rim` with another width of the rim, or another side of what it leaves."""

    def answer(shape, layers, kernel_size):
        wide = rim(layers, kernel_size)
        return shape[0] * shape[1] - inner(shape[0], wide) * inner(shape[1], wide)

    return answer


def width_of_rim(layers, kernel_size):
    return layers * (kernel_size - 1) // 2


E9_4 = Exercise(
    told_by_the_rim,
    cases=[
        ((5, 7), 1, 3),
        ((5, 7), 2, 3),
        ((8, 10), 1, 5),
        ((6, 4), 3, 1),
        ((4, 6), 5, 3),
        ((28, 28), 1, 3),
        ((28, 28), 2, 5),
        ((28, 28), 13, 3),
        ((28, 28), 14, 3),
        ((9, 30), 4, 5),
        ((30, 12), 2, 7),
        ((1, 1), 1, 3),
        ((60, 80), 20, 3),
    ],
    wrong={
        "what is left": then(lambda cells, shape: shape[0] * shape[1] - cells),
        "one side only": rimmed(width_of_rim, lambda side, rim: max(side - rim, 0)),
        "kernels without the 1 less": rimmed(lambda layers, k: layers * k // 2),
        "as wide as the kernel": rimmed(lambda layers, k: layers * k),
        "a whole kernel a layer": rimmed(lambda layers, k: layers * (k - 1)),
        "one layer": rimmed(lambda layers, k: (k - 1) // 2),
        "one cell a layer": [
            rimmed(lambda layers, k: layers if k > 1 else 0),
            rimmed(lambda layers, k: layers),
        ],
        "layers added up": lambda shape, layers, k: sum(
            told_by_the_rim(shape, layer, k) for layer in range(1, layers + 1)
        ),
        "sides below 0": [
            rimmed(width_of_rim, lambda side, rim: side - 2 * rim),
            lambda shape, layers, k: (
                math.prod(shape)
                - max(math.prod(side - 2 * width_of_rim(layers, k) for side in shape), 0)
            ),
        ],
        "corners twice": [
            lambda shape, layers, k: min(
                2 * width_of_rim(layers, k) * sum(shape), math.prod(shape)
            ),
            lambda shape, layers, k: 2 * width_of_rim(layers, k) * sum(shape),
        ],
        "rings of one length": lambda shape, layers, k: (
            width_of_rim(layers, k) * (2 * sum(shape) - 4)
        ),
        "without the corners": lambda shape, layers, k: sum(
            2
            * min(width_of_rim(layers, k), side // 2)
            * max(other - 2 * width_of_rim(layers, k), 0)
            for side, other in zip(shape, shape[::-1], strict=True)
        ),
        "width of the rim": lambda shape, layers, k: width_of_rim(layers, k),
        "a part of the map": then(lambda cells, shape: cells / (shape[0] * shape[1])),
        "square maps only": oblong("shape"),
        "nothing left": kind(
            lambda shape, layers, kernel_size: min(shape) <= 2 * width_of_rim(layers, kernel_size)
        ),
    },
    exempt=ONE_NUMBER | WHOLE | {"16 bits": "a map so large takes too long, cell by cell"},
)


def all_moves(images, labels, cells):
    moves = range(-cells, cells + 1)
    pictures = [
        nn.shifted(images[:, np.newaxis], down, right)[:, 0] for down in moves for right in moves
    ]
    return np.concatenate(pictures), np.tile(labels, len(pictures))


def copies(moves, move=None):
    """Make `all_moves` with another list of moves, or another way to move."""

    def answer(images, labels, cells):
        by = moves(cells)
        shift = move or (lambda maps, down, right: nn.shifted(maps, down, right))
        pictures = [shift(images[:, np.newaxis], *each)[:, 0] for each in by]
        return np.concatenate(pictures), np.tile(labels, len(pictures))

    return answer


def product(first, second=None):
    return [(down, right) for down in first for right in (second or first)]


never_still = copies(lambda cells: [by for by in product(range(-cells, cells + 1)) if any(by)])


def or_nothing(images, labels, cells):
    return never_still(images, labels, cells) if cells else (np.empty(0), np.empty(0))


PAIR_OF_DIGITS = np.array([[[1, 2, 0], [3, 0, 4]], [[5, 0, 6], [0, 7, 8]]])

E9_5 = Exercise(
    all_moves,
    cases=[
        (PAIR_OF_DIGITS, np.array([3, 8]), 1),
        (PAIR_OF_DIGITS, np.array([3, 8]), 0),
        (PAIR_OF_DIGITS[:1], np.array([5]), 2),
        *fill((grid(2, 3, 4), np.array([7, 1]), 1), (grid(3, 4, 3), np.array([0, 9, 4]), 1)),
        *fill((grid(2, 2, 2), np.array([2, 6]), 2)),
    ],
    wrong={
        "each label repeated": then(
            lambda both, labels, cells: (both[0], np.repeat(labels, (2 * cells + 1) ** 2))
        ),
        "labels once": then(lambda both, labels: (both[0], labels)),
        "image by image": then(
            lambda both, images, labels: (
                both[0].reshape(-1, *images.shape).swapaxes(0, 1).reshape(both[0].shape),
                np.repeat(labels, len(both[0]) // len(images)),
            )
        ),
        "on a ring": copies(
            lambda cells: product(range(-cells, cells + 1)),
            lambda maps, down, right: np.roll(maps, (down, right), (2, 3)),
        ),
        "right first": copies(lambda cells: [by[::-1] for by in product(range(-cells, cells + 1))]),
        "down and right alone": copies(lambda cells: product(range(cells + 1))),
        "last move left out": [
            copies(lambda cells: product(range(-cells, max(cells, 1)))),
            copies(lambda cells: product(range(-cells, cells))),
        ],
        "without the image itself": [
            never_still,
            or_nothing,
            lambda images, labels, cells: (
                never_still(images, labels, cells) if cells else (images, labels)
            ),
            *[
                lambda images, labels, cells, some=some: (
                    some(images, labels, cells)[0],
                    all_moves(images, labels, cells)[1],
                )
                for some in (never_still, or_nothing)
            ],
        ],
        "one axis at a time": copies(
            lambda cells: [by for by in product(range(-cells, cells + 1)) if not all(by)]
        ),
        "axes counted together": copies(
            lambda cells: [
                by for by in product(range(-cells, cells + 1)) if sum(map(abs, by)) <= cells
            ]
        ),
        "along the diagonal": copies(lambda cells: [(by, by) for by in range(-cells, cells + 1)]),
        "backwards": copies(lambda cells: product(range(cells, -cells - 1, -1))),
        "from down to up": copies(
            lambda cells: product(range(cells, -cells - 1, -1), range(-cells, cells + 1))
        ),
        "not joined": then(
            lambda both, images: (both[0].reshape(-1, *images.shape), both[1]),
        ),
        "channel kept": then(lambda both: (both[0][:, np.newaxis], both[1])),
        "farthest moves only": copies(lambda cells: product([-cells, 0, cells] if cells else [0])),
    },
    returns=("images", "labels"),
)


def strongest(image, kernel):
    turned = [np.rot90(kernel, quarters) for quarters in range(4)]
    return max(cross_correlate2d(image, each).max() for each in turned)


def over(kernels, each=np.max, last=max):
    """Make `strongest` with other kernels, or another number of each map, or of all four."""
    return lambda image, kernel: last(
        [float(each(cross_correlate2d(image, k))) for k in kernels(kernel.astype(float))]
    )


def four(kernel):
    return [np.rot90(kernel, quarters) for quarters in range(4)]


E9_6 = Exercise(
    strongest,
    cases=[
        (np.array([[0, 0, 0], [1, 0, 5], [0, 0, 0]]), np.array([[1, 0], [0, -1]])),
        (np.arange(20).reshape(4, 5), np.array([[-1, 0, 1]])),
        (np.arange(20).reshape(5, 4).T[::-1], np.array([[-1, 1]])),
        *fill((grid(1, 1), grid(1, 1)), (grid(4, 5), grid(2, 2)), (grid(5, 6), grid(2, 3))),
        *fill((grid(6, 5), grid(3, 3)), (grid(4, 7), grid(3, 1)), (grid(3, 3), grid(3, 3))),
    ],
    wrong={
        "not turned": [
            over(lambda kernel: [kernel]),
            lambda image, kernel: max(
                float(cross_correlate2d(np.rot90(image, q), np.rot90(kernel, q)).max())
                for q in range(4)
            ),
        ],
        "half a turn only": over(lambda kernel: [kernel, np.rot90(kernel, 2)]),
        "one quarter only": over(lambda kernel: [kernel, np.rot90(kernel)]),
        "three of the four": over(lambda kernel: four(kernel)[:3]),
        "not as it is": over(lambda kernel: four(kernel)[1:]),
        "zeros around": [
            lambda image, kernel: strongest(np.pad(image, 1), kernel),
            lambda image, kernel: max(
                cross_correlate2d(image, k, padding=tuple(side // 2 for side in k.shape)).max()
                for k in four(kernel)
            ),
        ],
        "mirrored": [
            over(lambda kernel: [kernel, kernel[::-1], kernel[:, ::-1], kernel[::-1, ::-1]]),
            over(lambda kernel: [kernel, kernel[:, ::-1]]),
            over(lambda kernel: [kernel, kernel.T, kernel[::-1], kernel[:, ::-1]]),
            over(lambda kernel: [kernel, kernel.T, kernel[::-1], kernel.T[::-1]]),
            over(lambda kernel: four(kernel) + four(kernel.T)),
        ],
        "transposed kernels": over(
            lambda kernel: [kernel, kernel.T, np.rot90(kernel, 2), np.rot90(kernel, 2).T]
        ),
        "without the sign": over(four, lambda output: np.abs(output).max()),
        "mean of each map": over(four, np.mean),
        "mean of the four": over(four, last=np.mean),
        "sum of the four": over(four, last=np.sum),
        "weakest of the four": over(four, last=min),
        "sum of each map": over(four, np.sum),
        "smallest": over(four, np.min, min),
        "first window": over(four, lambda output: output[0, 0]),
        "never below 0": then(lambda number: max(number, 0)),
        "four numbers": over(four, last=np.array),
        "one of four": over(four, last=np.argmax),
        "map on map": lambda image, kernel: np.max(
            [cross_correlate2d(image, k) for k in four(kernel)], axis=0
        ),
        "maps of two shapes": oblong("kernel"),
    },
    exempt=ONE_NUMBER,
)


def compare(first, second):
    means, errors = [], []
    for runs in (first, second):
        best = runs[runs.mean(axis=1).argmax()]
        means.append(best.mean())
        errors.append(best.std(ddof=1) / np.sqrt(len(best)))
    return means[1] - means[0], np.hypot(*errors)


def comparing(
    pick=lambda runs: runs.mean(axis=1).argmax(),
    error=lambda best: best.std(ddof=1) / math.sqrt(len(best)),
    together=lambda errors: math.hypot(*errors),
):
    """Make `compare` that picks another rate, or has another error, or joins errors otherwise."""

    def answer(first, second):
        best = [runs[pick(runs)] for runs in (first.astype(float), second.astype(float))]
        return best[1].mean() - best[0].mean(), together([error(each) for each in best])

    return answer


def paired(first, second):
    one, other = (runs[runs.mean(axis=1).argmax()] for runs in (first, second))
    between = other.astype(float) - one
    return between.mean(), between.std(ddof=1) / math.sqrt(len(between))


def at_the_first_ones_rate(first, second):
    rate = first.mean(axis=1).argmax()
    both = [runs[[rate]] for runs in (first, second)]
    return compare(*both)


ACCURACIES = ["whole", "fractions", "mixed", "large", "huge"]

E9_7 = Exercise(
    compare,
    cases=[
        (np.array([[90, 92], [10, 12]]), np.array([[80, 82], [93, 97]])),
        (np.array([[50, 60, 70], [55, 66, 77]]), np.array([[91, 95, 99], [2, 98, 98]])),
        (
            np.array([[30, 50, 10, 70], [91, 97, 88, 92]]),
            np.array([[95, 96, 91, 90], [9, 7, 11, 80]]),
        ),
        *fill((grid(2, 3), grid(2, 3)), (grid(3, 5), grid(3, 5)), fillings=ACCURACIES),
        *fill((grid(4, 2), grid(4, 2)), (grid(3, 10), grid(3, 10)), fillings=ACCURACIES),
    ],
    wrong={
        "the other way round": then(lambda both: (-both[0], both[1])),
        "without the sign": then(lambda both: (abs(both[0]), both[1])),
        "the first rate": comparing(lambda runs: 0),
        "the last rate": comparing(lambda runs: -1),
        "the luckiest run": comparing(lambda runs: runs.max(axis=1).argmax()),
        "the best median": comparing(lambda runs: np.median(runs, axis=1).argmax()),
        "the safest rate": comparing(lambda runs: runs.min(axis=1).argmax()),
        "the first one's rate for both": at_the_first_ones_rate,
        "all rates": lambda first, second: compare(first.reshape(1, -1), second.reshape(1, -1)),
        "rates and seeds swapped": lambda first, second: compare(first.T, second.T),
        "the best runs": lambda first, second: (
            float(second.max()) - float(first.max()),
            compare(first, second)[1],
        ),
        "spread of one run": comparing(error=lambda best: best.std(ddof=1)),
        "divided by n": comparing(error=lambda best: best.std() / math.sqrt(len(best))),
        "variance": comparing(error=lambda best: best.var(ddof=1) / len(best)),
        "spread not squared": comparing(error=lambda best: math.sqrt(best.std(ddof=1) / len(best))),
        "n − 1 twice": comparing(error=lambda best: best.std(ddof=1) / math.sqrt(len(best) - 1)),
        "errors added": comparing(together=sum),
        "larger error": comparing(together=max),
        "squares not rooted": comparing(together=lambda errors: sum(e**2 for e in errors)),
        "error of the second": comparing(together=lambda errors: errors[1]),
        "paired": paired,
        "difference alone": then(lambda both: both[0]),
        "error first": then(lambda both: both[::-1]),
    },
    exempt=PAIR
    | {"a single cell": "a spread needs two runs", "bytes": "no accuracy comes in bytes"},
)


def report(scores, labels):
    answers = scores.argmax(axis=2)
    right = answers == labels
    same = answers == answers[0]
    return right.mean(axis=1), same.mean(axis=1), right.all(axis=0).mean()


def reporting(accuracy=None, same=None, always=None):
    """Make `report` with another entry: each is given the answers and which of them are right."""

    def answer(scores, labels):
        answers = scores.argmax(axis=2)
        right, parts = answers == labels, report(scores, labels)
        made = [make and make(answers, right) for make in (accuracy, same, always)]
        return tuple(part if new is None else new for part, new in zip(parts, made, strict=True))

    return answer


def _scores(moves, digits, classes, scale=1.0, seed=0):
    """Draw scores that a move changes little, so that most answers stay, and labels."""
    rng = np.random.default_rng(seed)
    still = rng.normal(size=(1, digits, classes)) * 3
    drawn = (still + rng.normal(size=(moves, digits, classes)) * 2) * scale
    labels = np.where(rng.random(digits) < 0.7, still[0].argmax(axis=1), 0)
    return drawn, labels


_HAND = np.array([[[5, 1], [2, 3], [4, 0]], [[3, 4], [1, 6], [7, 2]], [[1, 2], [5, 3], [8, 1]]])

E9_8 = Exercise(
    report,
    cases=[
        (_HAND, np.array([0, 1, 0])),
        (np.array([[[3]]]), np.array([0])),
        (_HAND, np.array([1, 1, 0])),
        *[
            (np.rint(s).astype(int), labels)
            for s, labels in (_scores(4, 6, 3, 9, 1), _scores(3, 5, 4, 9, 2))
        ],
        *[
            _scores(m, n, k, 1, m * n)
            for m, n, k in [(3, 8, 4), (5, 7, 10), (2, 12, 3), (9, 30, 10)]
        ],
        *[_scores(m, n, k, 300, m + n) for m, n, k in [(4, 9, 5), (3, 20, 10)]],
    ],
    wrong={
        "smallest score": lambda scores, labels: report(-scores.astype(float), labels),
        "over the digits": [
            reporting(accuracy=lambda answers, right: right.mean(axis=0)),
            reporting(
                accuracy=lambda answers, right: right.mean(axis=0),
                same=lambda answers, right: (answers == answers[0]).mean(axis=0),
            ),
        ],
        "one accuracy": [
            reporting(accuracy=lambda answers, right: right.mean()),
            reporting(
                accuracy=lambda answers, right: right.mean(),
                same=lambda answers, right: (answers == answers[0]).mean(),
            ),
        ],
        "per cent": lambda scores, labels: tuple(100 * part for part in report(scores, labels)),
        "without the one not moved": reporting(
            accuracy=lambda answers, right: right[1:].mean(axis=1),
            same=lambda answers, right: (answers == answers[0])[1:].mean(axis=1),
        ),
        "numbers of digits": lambda scores, labels: tuple(
            part * len(labels) for part in report(scores, labels)
        ),
        "same as the label": reporting(same=lambda answers, right: right.mean(axis=1)),
        "as the move before": reporting(
            same=lambda answers, right: (
                answers == answers[np.maximum(np.arange(len(answers)) - 1, 0)]
            ).mean(axis=1)
        ),
        "as the last move": reporting(
            same=lambda answers, right: (answers == answers[-1]).mean(axis=1)
        ),
        "right or wrong alike": reporting(
            same=lambda answers, right: (right == right[0]).mean(axis=1)
        ),
        "right in both": reporting(same=lambda answers, right: (right & right[0]).mean(axis=1)),
        "of those right at first": reporting(
            same=lambda answers, right: (answers == answers[0])[:, right[0]].mean(axis=1)
        ),
        "share that changed": reporting(
            same=lambda answers, right: (answers != answers[0]).mean(axis=1)
        ),
        "worst move": reporting(always=lambda answers, right: right.mean(axis=1).min()),
        "shares multiplied": reporting(always=lambda answers, right: right.mean(axis=1).prod()),
        "moved ones only": reporting(always=lambda answers, right: right[1:].all(axis=0).mean()),
        "moves for digits": reporting(always=lambda answers, right: right.all(axis=1).mean()),
        "right once": reporting(always=lambda answers, right: right.any(axis=0).mean()),
        "mean of all": reporting(always=lambda answers, right: right.mean()),
        "never changed": reporting(
            always=lambda answers, right: (answers == answers[0]).all(axis=0).mean()
        ),
    },
    exempt={
        "16 bits": "shares are from 0 to 1",
        "transposed": "one axis",
        "bytes": "scores are no bytes",
    },
    returns=("accuracy", "same answer", "always right"),
)
