"""Chapter 14, what a unit sees: right answers, cases, wrong answers."""

import numpy as np
from scipy.stats import rankdata

from cnnlab import cross_correlate2d
from cnnlab.exercises._cases import fill, grid, in_bytes, kind
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, then


def all_of(maps):
    return np.maximum(maps.sum(axis=0) - (len(maps) - 1.0), 0)


def summed(formula):
    """Make `all_of` with another formula of the maps, in floats."""
    return lambda maps: formula(maps.astype(float))


E14_1 = Exercise(
    all_of,
    cases=[
        (np.array([[[1, 1, 0]], [[1, 0, 0]]]),),
        (np.array([[[1, 0], [1, 1]], [[1, 1], [0, 1]], [[1, 1], [1, 0]], [[1, 0], [1, 1]]]),),
        (np.array([[[0, 0, 1], [1, 0, 1]], [[0, 1, 0], [1, 0, 1]], [[1, 0, 0], [1, 0, 1]]]),),
        (np.array([[[2, 3, 0]], [[2, -1, 2]]]),),
        (np.array([[[1, 0, 0.5]], [[1, 0.5, 0.75]]]),),
        (np.array([[[0, 1, 0]], [[0, 0, 1]], [[0, 1, 1]]], np.uint8),),
        *fill((grid(1, 1, 1),), (grid(2, 2, 3),), (grid(4, 3, 2),), (grid(5, 2, 2),)),
    ],
    wrong={
        "without the bias": summed(lambda maps: np.maximum(maps.sum(axis=0), 0)),
        "without the ReLU": summed(lambda maps: maps.sum(axis=0) - (len(maps) - 1)),
        "one too much taken away": summed(lambda maps: np.maximum(maps.sum(0) - len(maps), 0)),
        "one taken away": summed(lambda maps: np.maximum(maps.sum(axis=0) - 1, 0)),
        "size, not ReLU": summed(lambda maps: np.abs(maps.sum(axis=0) - (len(maps) - 1))),
        "product": summed(lambda maps: maps.prod(axis=0)),
        "smallest map": [
            summed(lambda maps: maps.min(axis=0)),
            summed(lambda maps: np.maximum(maps.min(axis=0), 0)),
        ],
        "yes or no": [
            summed(lambda maps: maps.sum(axis=0) > len(maps) - 1),
            summed(lambda maps: maps.all(axis=0)),
            summed(lambda maps: np.clip(maps.sum(axis=0) - (len(maps) - 1), 0, 1)),
        ],
        "a ReLU first": summed(
            lambda maps: np.maximum(np.maximum(maps, 0).sum(axis=0) - (len(maps) - 1), 0)
        ),
        "rows taken for maps": [
            *(
                summed(lambda maps, axis=axis: np.maximum(maps.sum(axis) - (len(maps) - 1), 0))
                for axis in (1, 2)
            ),
            summed(lambda maps: np.maximum(maps.sum(axis=0) - (maps.shape[1] - 1), 0)),
        ],
        "one number": summed(lambda maps: max(maps.sum() - (len(maps) - 1), 0)),
        "unsigned": kind(
            lambda maps: maps.dtype == np.uint8 and (maps.sum(axis=0) < len(maps) - 1).any()
        ),
        "overflow": in_bytes("maps"),
    },
)


def separable(x, kernels, mix):
    pairs = zip(x, kernels, strict=True)
    maps = np.stack([cross_correlate2d(channel, kernel) for channel, kernel in pairs])
    return np.tensordot(mix, maps.astype(float), axes=1)


def between(change):
    """Make `separable` with a change to the maps between its two steps."""
    return lambda x, kernels, mix: np.tensordot(
        mix, change(separable(x, kernels, np.eye(len(x)))), axes=1
    )


def padded(x, kernels, first):
    """Put zeros around all channels, as many as keep the size; of an odd number one more first."""
    sides = [((k - 1 + first) // 2, (k - first) // 2) for k in kernels.shape[1:]]
    return np.pad(x, [(0, 0), *sides])


E14_2 = Exercise(
    separable,
    cases=[
        (
            np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),
            np.array([[[1, 0]], [[0, 1]]]),
            np.array([[1, 10]]),
        ),
        *fill(
            (grid(1, 1, 1), grid(1, 1, 1), grid(1, 1)),
            (grid(2, 3, 4), grid(2, 2, 2), grid(2, 2)),
            (grid(3, 4, 3), grid(3, 2, 3), grid(2, 3)),
            (grid(2, 5, 5), grid(2, 3, 3), grid(4, 2)),
            (grid(4, 3, 3), grid(4, 1, 2), grid(4, 4)),
        ),
    ],
    wrong={
        "not mixed": lambda x, kernels, mix: separable(x, kernels, np.eye(len(x))),
        "the first kernel for all": given(kernels=lambda k: np.repeat(k[:1], len(k), axis=0)),
        "all channels added": lambda x, kernels, mix: separable(x, kernels, np.ones((1, len(x))))[
            0
        ],
        "mixed first": lambda x, kernels, mix: [
            cross_correlate2d(*each)
            for each in zip(np.tensordot(mix.astype(float), x, axes=1), kernels, strict=False)
        ],
        "mix transposed": [
            lambda x, kernels, mix: separable(x, kernels, mix.T),
            lambda x, kernels, mix: np.einsum(
                "cd,cij->dij", mix, separable(x, kernels, np.eye(len(x)))
            ),
        ],
        "last channel only": given(
            mix=lambda mix: mix * (np.arange(mix.shape[1]) == mix.shape[1] - 1)
        ),
        "matrix product of each map": [
            lambda x, kernels, mix: mix @ separable(x, kernels, np.eye(len(x))),
            lambda x, kernels, mix: mix * separable(x, kernels, np.eye(len(x))),
        ],
        "kernels flipped": given(kernels=lambda k: k[:, ::-1, ::-1]),
        "a ReLU between": between(lambda maps: np.maximum(maps, 0)),
        "not added over the channels": lambda x, kernels, mix: (
            mix[:, :, np.newaxis, np.newaxis] * separable(x, kernels, np.eye(len(x)))
        ),
        "zeros around": [
            given(x=lambda x, kernels, first=first: padded(x, kernels, first)) for first in (0, 1)
        ],
        "off by one": then(lambda output: output[:, :-1, :-1]),
        "square channels only": kind(lambda x: x.shape[1] != x.shape[2]),
        "square kernels only": kind(lambda kernels: kernels.shape[1] != kernels.shape[2]),
        "as many outputs as channels": kind(lambda mix: mix.shape[0] != mix.shape[1]),
        "overflow": in_bytes("x"),
    },
)


def seen(image, place, layers):
    spans = []
    for at, side in zip(place, image.shape, strict=True):
        sides = [side]
        for kernel, stride, padding in layers:
            sides.append((sides[-1] + 2 * padding - kernel) // stride + 1)
        first = last = at
        for (kernel, stride, padding), side in zip(layers[::-1], sides[-2::-1], strict=True):
            first = max(first * stride - padding, 0)
            last = min(last * stride - padding + kernel - 1, side - 1)
        spans.append(slice(first, last + 1))
    return image[tuple(spans)]


def spans_of(image, place, layers, clip=False, order=reversed):
    """Follow a unit back to the first and the last row and column, and clip at the picture."""
    spans = []
    for at, side in zip(place, image.shape, strict=True):
        first = last = at
        for kernel, stride, padding in order(layers):
            first = first * stride - padding
            last = last * stride - padding + kernel - 1
        spans.append((max(first, 0), min(last, side - 1)) if clip else (first, last))
    return spans


def cut(image, spans):
    return image[tuple(slice(first, last + 1) for first, last in spans)]


def through(change, clip=True, order=reversed):
    """Make `seen` with other numbers of each layer, or in another order."""

    def answer(image, place, layers):
        return cut(image, spans_of(image, place, [change(*each) for each in layers], clip, order))

    return answer


def as_it_is(kernel, stride, padding):
    return kernel, stride, padding


def wider(more):
    """Make `seen` that takes so many rows and columns more at the end."""

    def answer(image, place, layers):
        spans = spans_of(image, place, layers, clip=True)
        return cut(image, [(first, last + more) for first, last in spans])

    return answer


E14_3 = Exercise(
    seen,
    cases=[
        (np.arange(1, 21).reshape(4, 5), (1, 2), [(3, 1, 0)]),
        (np.arange(1, 21).reshape(4, 5), (0, 1), [(3, 1, 1)]),
        (np.arange(1, 43).reshape(6, 7), (1, 0), [(3, 2, 1)]),
        (np.arange(80).reshape(10, 8), (1, 0), [(3, 1, 0), (2, 2, 0)]),
        (np.arange(99).reshape(9, 11), (3, 4), [(2, 2, 0), (3, 1, 1)]),
        *fill(
            (grid(1, 1), (0, 0), [(1, 1, 0)]),
            (grid(5, 5), (0, 2), [(3, 1, 1)]),
            (grid(4, 5), (1, 2), [(3, 1, 1)]),
            (grid(8, 6), (1, 2), [(2, 2, 0), (3, 1, 1)]),
            (grid(9, 9), (3, 0), [(2, 2, 0), (3, 1, 1)]),
            (grid(12, 12), (1, 5), [(3, 1, 1), (2, 2, 0), (3, 1, 1)]),
            (grid(7, 9), (2, 3), [(3, 2, 1), (2, 1, 0)]),
            (grid(9, 12), (1, 3), [(3, 1, 1), (2, 2, 0), (3, 1, 1)]),
            (grid(12, 9), (2, 1), [(5, 2, 0), (2, 1, 0)]),
        ),
    ],
    wrong={
        "not clipped": through(as_it_is, clip=False),
        "clipped at the picture only": through(as_it_is),
        "padding forgotten": through(lambda kernel, stride, padding: (kernel, stride, 0)),
        "stride forgotten": through(lambda kernel, stride, padding: (kernel, 1, padding)),
        "from the picture up": through(as_it_is, order=list),
        "last layer only": through(as_it_is, order=lambda layers: layers[-1:]),
        "last cell missing": wider(-1),
        "one cell too many": wider(1),
        "the place swapped": given(place=lambda place: place[::-1]),
        "one layer only": kind(lambda layers: len(layers) > 1),
        "square images only": kind(lambda image: image.shape[0] != image.shape[1], share=0.1),
    },
)


def saliency(gradient):
    largest = np.abs(gradient).max(axis=1).astype(float)
    peak = largest.max(axis=(1, 2), keepdims=True)
    return largest / np.where(peak > 0, peak, 1)


def peaks(maps):
    return maps.max(axis=(1, 2), keepdims=True)


def scaled(over_colours, peak=peaks):
    """Make `saliency` with another number of each cell's colours, or another scale."""

    def answer(gradient):
        maps = over_colours(gradient.astype(float))
        scale = peak(maps)
        return maps / np.where(scale != 0, scale, 1)

    return answer


def sizes(gradient):
    return np.abs(gradient).max(axis=1)


def unguarded(axis):
    """Make `saliency` that divides by the largest along these axes, even by 0."""

    def answer(gradient):
        maps = sizes(gradient.astype(float))
        with np.errstate(all="ignore"):
            return maps / maps.max(axis, keepdims=True)

    return answer


E14_4 = Exercise(
    saliency,
    cases=[
        (np.array([[[[1, -2]], [[-3, 0]], [[4, 2]]]]),),
        (np.array([[[[1, -2, 0]], [[-5, 2, 1]]], [[[0, 0, 0]], [[0, 0, 0]]]]),),
        *fill(
            (grid(1, 1, 1, 1),),
            (grid(1, 3, 2, 3),),
            (grid(3, 2, 3, 2),),
            (grid(2, 3, 4, 4),),
            fillings=["whole", "fractions", "mixed", "large", "huge"],
        ),
    ],
    wrong={
        "not scaled": lambda gradient: sizes(gradient.astype(float)),
        "scaled together": scaled(sizes, lambda maps: maps.max()),
        "size forgotten": [
            scaled(lambda gradient: gradient.max(axis=1)),
            scaled(lambda gradient: gradient.max(axis=1), lambda maps: peaks(np.abs(maps))),
        ],
        "small ones not scaled": scaled(sizes, lambda maps: np.maximum(peaks(maps), 1)),
        "size taken too late": scaled(lambda gradient: np.abs(gradient.max(axis=1))),
        "without a case for zero": unguarded((1, 2)),
        "sizes added": scaled(lambda gradient: np.abs(gradient).sum(axis=1)),
        "smallest taken away": scaled(
            lambda gradient: sizes(gradient) - sizes(gradient).min(axis=(1, 2), keepdims=True)
        ),
        "root of the squares": scaled(lambda gradient: np.sqrt((gradient**2).sum(axis=1))),
        "each row scaled": [
            *(scaled(sizes, lambda maps, a=axis: maps.max(a, keepdims=True)) for axis in (1, 2)),
            *map(unguarded, (1, 2)),
        ],
        "over the pictures": lambda gradient: scaled(sizes)(gradient.swapaxes(0, 1)),
        "colour axis kept": then(lambda maps: maps[:, np.newaxis]),
        "over the columns": lambda gradient: scaled(sizes)(np.moveaxis(gradient, 3, 1)),
    },
    exempt={"bytes": "a gradient has signs, and bytes have none"},
)


def ways_back(x, grad):
    active, positive = x > 0, grad > 0
    return active * grad, positive * grad, active * positive * grad


def rules(plain=None, deconvnet=None, guided=None):
    """Make `ways_back` with another formula for some of the rules."""

    def answer(x, grad):
        own = ways_back(x, grad)
        x, grad = x.astype(float), grad.astype(float)
        return tuple(
            right if other is None else other(x, grad)
            for right, other in zip(own, (plain, deconvnet, guided), strict=True)
        )

    return answer


E14_5 = Exercise(
    ways_back,
    cases=[
        (np.array([[2, 2, -2, -2]]), np.array([[3, -3, 3, -3]])),
        (np.array([[0, 1], [-1, 0], [4, 2]]), np.array([[5, 0], [0, -5], [1, -2]])),
        (np.array([[0, 200], [3, 0]], np.uint8), np.array([[5.5, -2], [0, -5]])),
        *fill((grid(1, 1), grid(1, 1)), (grid(2, 3), grid(2, 3)), (grid(4, 4), grid(4, 4))),
        *fill((grid(2, 2, 3), grid(2, 2, 3)), fillings=["whole", "fractions"]),
    ],
    wrong={
        "open at zero": rules(lambda x, g: (x >= 0) * g, None, lambda x, g: (x >= 0) * (g > 0) * g),
        "plain and deconvnet swapped": then(lambda ways: (ways[1], ways[0], ways[2])),
        "deconvnet looks at the input": rules(None, lambda x, g: (x > 0) * np.maximum(g, 0)),
        "guided by either": rules(guided=lambda x, g: ((x > 0) | (g > 0)) * g),
        "guided by the product": rules(guided=lambda x, g: (x * g > 0) * g),
        "forwards": rules(lambda x, g: np.maximum(x, 0)),
        "the input where the gradient should be": rules(
            lambda x, g: (x > 0) * x, lambda x, g: (g > 0) * x, lambda x, g: (x > 0) * (g > 0) * x
        ),
        "one array under three names": then(lambda ways: (ways[2],) * 3),
        "gates only": rules(lambda x, g: x > 0, lambda x, g: g > 0, lambda x, g: (x > 0) & (g > 0)),
        "times the input": rules(
            lambda x, g: (x > 0) * x * g, None, lambda x, g: (x > 0) * (g > 0) * x * g
        ),
    },
    returns=("plain", "deconvnet", "guided"),
)


def top_places(maps, count):
    flat = maps.reshape(len(maps), -1)
    images = np.argsort(-flat.max(axis=1).astype(float), kind="stable")[:count]
    rows, columns = np.unravel_index(flat.argmax(axis=1)[images], maps.shape[1:])
    return np.stack([images, rows, columns], axis=1)


def ranked(place=lambda plane: plane.argmax(), rank=None, order=None):
    """Make `top_places` with another place of each map, another rank, or another order."""

    def answer(maps, count):
        maps = maps.astype(float)
        places = [np.unravel_index(place(plane), plane.shape) for plane in maps]
        values = [(rank or (lambda plane: plane.max()))(plane) for plane in maps]
        images = (order or (lambda v: np.argsort(-v, kind="stable")))(np.array(values))[:count]
        return np.array([(n, *places[n]) for n in images])

    return answer


def ascending(values):
    return np.argsort(values, kind="stable")


def last_largest(plane):
    return plane.size - 1 - plane.ravel()[::-1].argmax()


def anywhere(order):
    """Make `top_places` that takes the largest answers of all, in this order."""
    return lambda maps, count: np.stack(
        np.unravel_index(order(maps.ravel())[:count], maps.shape), axis=1
    )


def sorted_by(choice):
    """Make `top_places` with the sort that NumPy takes unasked, and this choice of its order."""

    def answer(maps, count):
        images = choice(np.argsort(maps.max(axis=(1, 2))), count)
        return np.array([(n, *np.unravel_index(maps[n].argmax(), maps[n].shape)) for n in images])

    return answer


def by_rows(maps, count):
    found = top_places(maps, count)
    at = found[:, 1] * maps.shape[2] + found[:, 2]
    return np.stack([found[:, 0], at // maps.shape[1], at % maps.shape[1]], axis=1)


in_order = ranked(order=lambda values: np.arange(len(values)))

E14_6 = Exercise(
    top_places,
    cases=[
        (np.array([[[0, 3, 1]], [[7, 2, 6]], [[0, 0, 5]]]), 2),
        (np.array([[[0, 0], [4, 0]], [[4, 1], [0, 4]], [[4, 3], [9, 9]]]), 3),
        (np.array([[[0, 0, 0]], [[0, 2, 1]], [[0, 0, 0]], [[0, 2, 2]]]), 4),
        (np.array([[[-5, -1], [-9, -3]], [[-4, -6], [-2, -8]]]), 1),
        (np.array([[[1, 5]], [[0, 2]], [[5, 3]]]), 2),
        (np.array([[[0, 7], [7, 1]], [[3, 2], [3, 0]]]), 2),
        (np.array([[[0, 0, 0]], [[0, 2, 1]], [[1, 0, 0]], [[0, 2, 2]]], np.uint8), 4),
        *fill(
            (grid(1, 1, 1), 1),
            (grid(3, 2, 3), 2),
            (grid(4, 3, 2), 4),
            (grid(6, 4, 5), 5),
            (grid(8, 5, 3), 6),
            (grid(20, 2, 2), 12),
        ),
    ],
    wrong={
        "several places of an image": [
            anywhere(lambda answers: ascending(-answers.astype(float))),
            anywhere(lambda answers: np.argsort(answers)[::-1]),
        ],
        "smallest first": [
            then(lambda found: found[::-1]),
            sorted_by(lambda order, count: order[-count:]),
        ],
        "last of equal places": ranked(last_largest),
        "last of equal images": [
            ranked(order=lambda values: ascending(values)[::-1]),
            sorted_by(lambda order, count: order[::-1][:count]),
        ],
        "places of other images": lambda maps, count: np.column_stack(
            [top_places(maps, count)[:, 0], in_order(maps, count)[:, 1:]]
        ),
        "in the images' order": then(lambda found: found[np.argsort(found[:, 0])]),
        "without the sign": [
            ranked(place, lambda plane: np.abs(plane).max())
            for place in (lambda plane: plane.argmax(), lambda plane: np.abs(plane).argmax())
        ],
        "the weakest images": [
            ranked(order=ascending),
            sorted_by(lambda order, count: order[:count]),
        ],
        "ranked by the sum": ranked(rank=lambda plane: plane.sum()),
        "row and column swapped": then(lambda found: found[:, [0, 2, 1]]),
        "flat places": then(
            lambda found, maps: np.stack(
                [found[:, 0], found[:, 1] * maps.shape[2] + found[:, 2]], axis=1
            )
        ),
        "divided by the rows": by_rows,
        "values": lambda maps, count: np.sort(maps.max(axis=(1, 2)))[::-1][:count],
        "a byte with a minus": kind(
            lambda maps: maps.dtype == np.uint8 and maps.max(axis=(1, 2)).min() == 0
        ),
        "nothing above 0": kind(lambda maps: maps.max(axis=(1, 2)).min() <= 0, share=0.2),
        "equal images": kind(
            lambda maps: len(np.unique(maps.max(axis=(1, 2)))) < len(maps), share=0.1
        ),
        "equal places": kind(
            lambda maps: ((maps == maps.max(axis=(1, 2), keepdims=True)).sum((1, 2)) > 1).any(),
            share=0.1,
        ),
    },
)


def climb(image, filters, weights, steps, rate, penalty):
    x, values = image.astype(float), []
    for step in range(steps + 1):
        answers = np.tensordot(filters, x, axes=2)
        values.append(weights @ np.maximum(answers, 0))
        if step < steps:
            slope = np.tensordot(weights * (answers > 0), filters, axes=1)
            x = x + rate * (slope - 2 * penalty * x)
    return x, np.array(values)


def climbing(
    gate=lambda a, w: w * (a > 0),
    move=lambda x, s, r, p: x + r * (s - 2 * p * x),
    value=lambda a, w, x, p: w @ np.maximum(a, 0),
    frozen=False,
):
    """Make `climb` with another slope, another step or another value."""

    def answer(image, filters, weights, steps, rate, penalty):
        x, values, slope = image.astype(float), [], None
        for step in range(steps + 1):
            answers = np.tensordot(filters, x, axes=2)
            values.append(value(answers, weights, x, penalty))
            if slope is None or not frozen:
                slope = np.tensordot(gate(answers, weights), filters, axes=1)
            if step < steps:
                x = move(x, slope, rate, penalty)
        return x, np.array(values)

    return answer


def moving(move):
    """Make `climb` with another step: it takes the image, the slope of S, η and λ."""
    return climbing(move=move)


START = np.array([[1, 0], [-1, 2]])
LOOKS = np.array([[[1, 0], [0, -1]], [[0, 1], [2, 1]], [[-1, 1], [1, 0]]])

E14_7 = Exercise(
    climb,
    cases=[
        (np.array([[2, 1]]), np.array([[[1, 0]]]), np.array([2.0]), 1, 0.5, 0.25),
        (START, LOOKS, np.array([1.0, 2.0, -1.0]), 3, 0.25, 0.5),
        (START, LOOKS[:2], np.array([1.0, 0.0]), 2, 0.5, 0.0),
        (0 * START, LOOKS, np.array([1.0, 2.0, 3.0]), 3, 0.5, 0.25),
        (np.array([[3, -3, 1]]), np.array([[[1, 1, 0]], [[0, 0, 2]]]), np.ones(2), 2, 1.0, 0.5),
        *fill(
            (grid(1, 1), grid(1, 1, 1), np.array([1.0]), 1, 0.5, 0.5),
            (grid(2, 3), grid(2, 2, 3), np.array([1.0, -2.0]), 2, 0.25, 0.5),
            (grid(3, 2), grid(4, 3, 2), np.array([1.0, 2.0, -1.0, 0.5]), 4, 0.5, 0.25),
            (grid(4, 4), grid(3, 4, 4), np.array([3.0, -1.0, 2.0]), 5, 0.125, 0.5),
        ),
    ],
    wrong={
        "downhill": moving(lambda x, s, r, p: x - r * (s - 2 * p * x)),
        "without the 2": moving(lambda x, s, r, p: x + r * (s - p * x)),
        "penalty rewarded": moving(lambda x, s, r, p: x + r * (s + 2 * p * x)),
        "no penalty": moving(lambda x, s, r, p: x + r * s),
        "the penalty itself": moving(lambda x, s, r, p: x + r * (s - p * x**2)),
        "penalty outside the rate": moving(lambda x, s, r, p: x + r * s - 2 * p * x),
        "nothing below 0": moving(lambda x, s, r, p: np.maximum(x + r * (s - 2 * p * x), 0)),
        "penalty after the step": moving(lambda x, s, r, p: (x + r * s) * (1 - 2 * r * p)),
        "rate forgotten": moving(lambda x, s, r, p: x + s - 2 * p * x),
        "all units open": climbing(gate=lambda a, w: w),
        "open at zero": climbing(gate=lambda a, w: w * (a >= 0)),
        "weights forgotten": [climbing(gate=lambda a, w: a > 0), given(weights=np.ones_like)],
        "times the answers": climbing(gate=lambda a, w: w * np.maximum(a, 0)),
        "slope of the start": climbing(frozen=True),
        "ReLU forgotten": climbing(lambda a, w: w, value=lambda a, w, x, p: w @ a),
        "values without the ReLU": climbing(value=lambda a, w, x, p: w @ a),
        "penalty in the values": climbing(
            value=lambda a, w, x, p: w @ np.maximum(a, 0) - p * (x**2).sum()
        ),
        "one step too few": given(steps=lambda steps: steps - 1),
        "values without the start": then(lambda both: (both[0], both[1][1:])),
        "values without the end": then(lambda both: (both[0], both[1][:-1])),
        "values first": then(lambda both: both[::-1]),
    },
    returns=("x", "values"),
)


def class_map(maps, weight, bias, label):
    places = np.tensordot(weight[label].astype(float), maps, axes=1)
    return places, places.mean() + bias[label]


def mapping(places=lambda own, b: own, score=lambda own, b: own.mean() + b):
    """Make `class_map` with another map, or another score, of the right map and its bias."""

    def answer(maps, weight, bias, label):
        own, b = class_map(maps, weight, bias, label)[0], float(bias[label])
        return places(own, b), score(own, b)

    return answer


def summing(weights):
    """Make `class_map` with other weights of the channels, for the map and for the score."""

    def answer(maps, weight, bias, label):
        maps, weight = maps.astype(float), weight.astype(float)
        places = np.tensordot(weights(weight, label), maps, axes=1)
        return places, places.mean() + bias[label]

    return answer


E14_8 = Exercise(
    class_map,
    cases=[
        (np.array([[[1, 2, 3]], [[5, 7, 9]]]), np.array([[0, 0], [10, -1]]), np.array([0, 4]), 1),
        (
            np.array([[[0, 2], [4, 0]], [[1, 1], [0, 6]]]),
            np.array([[1, 2], [3, -2], [0, 1]]),
            np.array([5, -7, 2]),
            0,
        ),
        *fill(
            (grid(1, 1, 1), grid(1, 1), grid(1), 0),
            (grid(2, 2, 3), grid(2, 2), grid(2), 1),
            (grid(3, 3, 2), grid(4, 3), grid(4), 2),
            (grid(4, 4, 4), grid(3, 4), grid(3), 0),
            (grid(3, 2, 5), grid(3, 3), grid(3), 2),
        ),
    ],
    wrong={
        "bias forgotten": mapping(score=lambda own, b: own.mean()),
        "bias in the map": mapping(lambda own, b: own + b),
        "bias twice": mapping(lambda own, b: own + b, lambda own, b: own.mean() + 2 * b),
        "sum, not mean": [
            mapping(score=lambda own, b: own.sum() + b),
            mapping(score=lambda own, b: (own + b).sum()),
        ],
        "always 49 places": mapping(score=lambda own, b: own.sum() / 49 + b),
        "largest of the map": mapping(score=lambda own, b: own.max() + b),
        "column of the weights": [
            summing(lambda weight, label: weight[:, label]),
            summing(lambda weight, label: weight[: weight.shape[1], label]),
        ],
        "all classes": lambda maps, weight, bias, label: (
            np.tensordot(weight.astype(float), maps, axes=1),
            weight.astype(float) @ maps.mean(axis=(1, 2)) + bias,
        ),
        "map scaled": [
            mapping(lambda own, b: np.divide(own, own.max())),
            mapping(lambda own, b: np.divide(own - own.min(), np.ptp(own))),
        ],
        "classes counted from 1": [
            given(label=lambda label: label - 1),
            summing(lambda weight, label: weight[label - 1]),
        ],
        "mean of the channels": summing(lambda weight, label: weight[label] / weight.shape[1]),
        "divided by the places": mapping(lambda own, b: own / own.size),
        "map cut off below zero": [
            mapping(lambda own, b: np.maximum(own, 0)),
            mapping(
                lambda own, b: np.maximum(own, 0), lambda own, b: np.maximum(own, 0).mean() + b
            ),
        ],
        "not added over the channels": lambda maps, weight, bias, label: (
            weight[label].astype(float)[:, np.newaxis, np.newaxis] * maps,
            class_map(maps, weight, bias, label)[1],
        ),
        "score first": then(lambda both: both[::-1]),
    },
    returns=("map", "score"),
)


def sanity_check(image, score, other, size, stride, fill):
    rows, columns = ((side - size) // stride + 1 for side in image.shape)
    falls = np.zeros((2, rows, columns))
    for i, j in np.ndindex(rows, columns):
        covered, top, left = image.astype(float), i * stride, j * stride
        covered[top : top + size, left : left + size] = fill
        falls[:, i, j] = score(image) - score(covered), other(image) - other(covered)
    return *falls, np.corrcoef(falls.reshape(2, -1))[0, 1]


def brightness(picture):
    """Weigh the cells by 1, 2, 3, …, row by row, and add them up."""
    return float((np.arange(1.0, picture.size + 1).reshape(picture.shape) * picture).sum())


def edges(picture):
    """Add up the steps from each cell to its right neighbour."""
    return float(np.abs(np.diff(picture.astype(float), axis=1)).sum())


def waves(picture):
    """Weigh the cells by 1, −2, 3, 1, −2, 3, …, row by row, and add them up."""
    return float((np.resize([1.0, -2.0, 3.0], picture.shape) * picture).sum())


def corr(first, second):
    with np.errstate(all="ignore"):
        return np.corrcoef(first.ravel(), second.ravel())[0, 1] if first.size else np.nan


def occluding(
    fall=lambda whole, hidden: whole - hidden,
    places=lambda side, size, stride: range(0, side - size + 1, stride),
    alike=corr,
    pile=False,
):
    """Make `sanity_check` with another fall, list of places, or measure, or with piled squares."""

    def answer(image, score, other, size, stride, fill):
        tops, lefts = (places(side, size, stride) for side in image.shape)
        first, second = maps = np.zeros((2, len(tops), len(lefts)))
        covered = image.astype(float)
        for i, j in np.ndindex(first.shape):
            covered = covered if pile else image.astype(float)
            covered[tops[i] : tops[i] + size, lefts[j] : lefts[j] + size] = fill
            maps[:, i, j] = [fall(each(image), each(covered)) for each in (score, other)]
        return first, second, alike(first, second)

    return answer


def the_same_array(image, score, other, size, stride, fill):
    rows, columns = ((side - size) // stride + 1 for side in image.shape)
    falls = np.zeros((2, rows, columns))
    for falling, each in zip(falls, (score, other), strict=True):
        whole = each(image)
        for i, j in np.ndindex(rows, columns):
            image[i * stride : i * stride + size, j * stride : j * stride + size] = fill
            falling[i, j] = whole - each(image)
    return *falls, corr(*falls)


E14_9 = Exercise(
    sanity_check,
    cases=[
        (np.array([[1, 5, 2], [0, 3, 4]]), brightness, edges, 1, 1, 0),
        (np.array([[1, 5, 2, 0], [3, 9, 1, 4], [0, 2, 7, 1]]), brightness, edges, 2, 1, 0),
        (np.array([[1, 5, 2, 0, 6], [3, 9, 1, 4, 4], [0, 2, 7, 1, 8]]), edges, waves, 1, 2, 3),
        (np.array([[1, 5, 2, 0, 6], [3, 9, 1, 4, 4], [0, 2, 7, 1, 8]]), edges, waves, 2, 1, 0.5),
        *fill(
            (grid(3, 4), brightness, waves, 1, 1, 0),
            (grid(4, 6), brightness, edges, 2, 1, 0.5),
            (grid(5, 5), waves, edges, 2, 1, 0.5),
            (grid(6, 5), waves, brightness, 2, 2, -1),
            (grid(7, 7), edges, waves, 3, 2, 2.25),
        ),
    ],
    wrong={
        "sign turned": occluding(lambda whole, hidden: hidden - whole),
        "what is left": occluding(lambda whole, hidden: hidden),
        "size of the fall": occluding(lambda whole, hidden: abs(whole - hidden)),
        "patches pile up": occluding(pile=True),
        "the picture itself": [occluding(lambda whole, hidden: 0), the_same_array],
        "filled with zeros": given(fill=lambda fill: 0),
        "maps as lists": then(lambda three: (three[0].ravel(), three[1].ravel(), three[2])),
        "reaches past the border": occluding(
            places=lambda side, size, stride: range(0, side, stride)
        ),
        "last place missing": occluding(
            places=lambda side, size, stride: [at * stride for at in range((side - size) // stride)]
        ),
        "stride forgotten": given(stride=lambda stride: 1),
        "patches side by side": given(stride=lambda stride, size: size),
        "stride of the place forgotten": occluding(
            places=lambda side, size, stride: range((side - size) // stride + 1)
        ),
        "correlation of ranks": occluding(
            alike=lambda a, b: corr(rankdata(a, axis=None), rankdata(b, axis=None))
        ),
        "means not taken away": occluding(
            alike=lambda a, b: (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum())
        ),
        "not divided by the spreads": [
            occluding(alike=lambda a, b: np.cov(a.ravel(), b.ravel())[0, 1]),
            occluding(alike=lambda a, b: ((a - a.mean()) * b).sum()),
        ],
        "maps not flattened": occluding(alike=lambda a, b: np.corrcoef(a, b)[0, 1]),
        "table of correlations": occluding(alike=lambda a, b: np.corrcoef(a.ravel(), b.ravel())),
        "size of the correlation": then(lambda three: (*three[:2], abs(three[2]))),
        "fill cut off": kind(
            lambda image, fill: (
                (image.dtype.kind in "iu" and int(fill) != fill)
                or (image.dtype == np.uint8 and fill < 0)
            )
        ),
        "square images only": kind(lambda image: image.shape[0] != image.shape[1]),
    },
    returns=("fall", "other fall", "alike"),
    exempt={"a single cell": "a correlation takes two places"},
)
