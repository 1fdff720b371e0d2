"""Chapter 1, a small matrix slides over a big one: right answers, cases, wrong answers."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlab import convolve2d, cross_correlate2d, images
from cnnlab.exercises._cases import ONE_NUMBER, exact, fill, grid, oblong, when
from cnnlab.exercises._exercise import Exercise, Use
from cnnlab.exercises._sliding import border, corners, half, kernel_cells, sliding, windows
from cnnlab.exercises._wrong import given, keeping, kept, stored, then


def window_sum(window, kernel):
    return np.sum(window.astype(float) * kernel)


E1_1 = Exercise(
    window_sum,
    cases=[
        (np.array([[1, 2], [3, 4]]), np.array([[0, 1], [2, 3]])),
        (np.array([[1, 2, 0], [3, 1, 2]]), np.array([[1, 0, -1], [2, 1, 0]])),
        (np.array([[2, 3]]), np.array([[3, -2]])),
        (np.array([[4, 0], [1, 2]]), np.array([[-1, 2], [3, -2]])),
        *fill(*[(grid(*sides), grid(*sides)) for sides in [(1, 1), (1, 4), (3, 1), (3, 2)]]),
        *fill(*[(grid(*sides), grid(*sides)) for sides in [(3, 3), (2, 5), (6, 7)]]),
    ],
    wrong={
        "matrix product": [lambda w, k: np.sum(w @ k), np.matmul],
        "mean": then(lambda total, window: total / window.size),
        "flipped": given(kernel=np.flip),
        "products not added": lambda w, k: w * k,
        "added per column": lambda w, k: np.sum(w * k, axis=0),
        "added per row": lambda w, k: np.sum(w * k, axis=1),
        "sums without products": lambda w, k: np.sum(w) * np.sum(k),
        "adds instead of multiplying": lambda w, k: np.sum(w + k.astype(float)),
        "divided by the kernel's sum": then(lambda total, kernel: total / np.sum(kernel)),
        "last left out": keeping(np.s_[:-1, :-1], np.s_[:-1], np.s_[:, :-1]),
        "first left out": keeping(np.s_[1:, 1:]),
        "only the last product": keeping((-1, -1)),
        "returned too early": keeping((0, 0), 0),
        "kernel[n, m]": [
            given(kernel=np.transpose),
            lambda w, k: sum(w[m, n] * k[n, m] for m, n in np.ndindex(w.shape)),
        ],
        "3 × 3 only": [
            given(lambda array: array[:3, :3]),
            lambda w, k: sum(w[place] * k[place] for place in np.ndindex(3, 3)),
        ],
        "overflow": [lambda w, k: np.sum(w * k), lambda w, k: sum((w * k).flat)],
        "sum in a byte": then(stored(np.uint8)),
        "square only": oblong("window"),
    },
    exempt=ONE_NUMBER,
)


def window_at(image, row, column, kernel_shape):
    height, width = kernel_shape
    return image[row : row + height, column : column + width]


def cut(axis):
    """Cut another window: `axis` makes the slice along an axis, from a place and a size there."""
    return lambda image, row, column, shape: image[axis(row, shape[0]), axis(column, shape[1])]


E1_2 = Exercise(
    window_at,
    cases=[
        *[(np.arange(12).reshape(3, 4), *at) for at in [(1, 0, (2, 2)), (0, 1, (2, 3))]],
        *fill((grid(3, 4), 0, 2, (2, 2)), (grid(4, 4), 1, 2, (2, 2)), (grid(5, 4), 2, 1, (3, 2))),
        *fill((grid(5, 5), 0, 0, (3, 3)), (grid(5, 6), 2, 1, (3, 3)), (grid(6, 5), 3, 2, (1, 3))),
        *fill((grid(6, 8), 1, 4, (5, 2)), (grid(4, 5), 2, 3, (1, 1)), (grid(1, 1), 0, 0, (1, 1))),
        *fill((grid(1, 5), 0, 1, (1, 3)), (grid(5, 1), 1, 0, (3, 1)), (grid(3, 4), 0, 0, (3, 4))),
    ],
    wrong={
        "row and column swapped": lambda image, r, c, shape: window_at(image, c, r, shape),
        "sides of the kernel swapped": given(kernel_shape=lambda shape: shape[::-1]),
        "centred": [
            cut(lambda at, k, low=low, stop=stop: slice(max(at - k // 2, low), at + stop(k)))
            for stop in (lambda k: k - k // 2, lambda k: k // 2, lambda k: k // 2 + 1)
            for low in (-9, 0)
        ],
        "ends at (row, column)": cut(lambda at, k: slice(at - k + 1, at + 1)),
        "always at the corner": cut(lambda at, k: slice(0, k)),
        "3 × 3 only": cut(lambda at, k: slice(at, at + 3)),
        "cut twice along the rows": lambda image, r, c, k: image[r : r + k[0]][c : c + k[1]],
        "columns not cut": lambda image, r, c, k: image[r : r + k[0]],
        "one cell": cut(lambda at, k: at),
        "in one row": then(np.ravel),
        "stops at the size": cut(lambda at, k: slice(at, k)),
        "one cell too few": cut(lambda at, k: slice(at, at + k - 1)),
        "one cell too many": cut(lambda at, k: slice(at, at + k + 1)),
        "counts from 1": cut(lambda at, k: slice(at - 1, at - 1 + k)),
        "square only": oblong("kernel_shape"),
        "transposed": then(np.transpose),
    },
)


def correlate(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((rows, columns))
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            output += float(kernel[m, n]) * image[m : m + rows, n : n + columns]
    return output


SIDES = [(1, 1, 1, 1), (4, 4, 3, 3), (5, 4, 2, 2), (3, 5, 3, 5), (5, 5, 2, 3), (6, 6, 3, 3)]
SIDES += [(6, 5, 3, 3), (6, 6, 4, 2), (5, 8, 1, 3), (7, 8, 6, 7), (1, 5, 1, 3), (5, 1, 2, 1)]
IMAGES_AND_KERNELS = [
    *[(np.arange(1, 3 * n + 1).reshape(3, n), np.array([[0, 1], [2, 3]])) for n in (3, 4)],
    (np.arange(12, 0, -1).reshape(4, 3), np.array([[1, 0, -1], [2, 1, 0]])),
    *fill(*[(grid(height, width), grid(m, n)) for height, width, m, n in SIDES]),
]

E1_3 = Exercise(
    correlate,
    cases=IMAGES_AND_KERNELS,
    wrong={
        "flipped": given(kernel=np.flip),
        "only rows flipped": given(kernel=np.flipud),
        "only columns flipped": given(kernel=np.fliplr),
        **sliding(cross_correlate2d),
        "mean": then(lambda output, kernel: output / kernel.size),
        "kernel[n, m]": [
            given(kernel=np.transpose),
            windows(lambda w, k: np.sum(w.astype(float) * k.T)),
            kernel_cells(lambda i, k, m, n, r, c: k[n, m] * i[m : m + r, n : n + c]),
            kernel_cells(lambda i, k, m, n, r, c: k[m, n] * i[n : n + r, m : m + c]),
        ],
        "only the last product": keeping((-1, -1)),
        "returned too early": [*keeping((0, 0), 0), then(kept((0, 0))), then(kept(0))],
        "last of the kernel left out": keeping(np.s_[:-1, :-1]),
        "slice stops at the size": kernel_cells(lambda i, k, m, n, r, c: k[m, n] * i[m:r, n:c]),
        "slice of the kernel's size": kernel_cells(
            lambda i, k, m, n, r, c: k[m, n] * i[m : m + k.shape[0], n : n + k.shape[1]]
        ),
        "whole image": kernel_cells(lambda i, k, m, n, r, c: k[m, n] * i),
        "matrix product": windows(lambda w, k: np.sum(w.astype(float) @ k)),
    },
)


def convolve(image, kernel):
    return cross_correlate2d(image, kernel[::-1, ::-1])


def slid(turned):
    """Slide a kernel that was changed in another way than by a flip."""
    return lambda image, kernel: cross_correlate2d(image, turned(kernel))


E1_4 = Exercise(
    convolve,
    cases=IMAGES_AND_KERNELS,
    wrong={
        "not flipped": cross_correlate2d,
        "only rows flipped": slid(np.flipud),
        "only columns flipped": slid(np.fliplr),
        "transposed": slid(np.transpose),
        "flipped and transposed": given(kernel=np.transpose),
        "quarter turn": [slid(np.rot90), slid(lambda kernel: np.rot90(kernel, 3))],
        "counts back from 0": slid(lambda k: k[np.ix_(*[-np.arange(size) for size in k.shape])]),
        "negated": slid(np.negative),
        "image flipped": lambda image, kernel: cross_correlate2d(np.flip(image), kernel),
        "output flipped": then(np.flip, of=cross_correlate2d),
        **sliding(convolve2d, np.flip),
    },
)


def pad_replicate(image, kernel_shape):
    rows, columns = kernel_shape[0] // 2, kernel_shape[1] // 2
    return np.pad(image, ((rows, rows), (columns, columns)), mode="edge")


E1_5 = Exercise(
    pad_replicate,
    cases=[
        *[(np.array([[1, 2, 3], [4, 5, 6]]), shape) for shape in [(3, 3), (1, 3), (5, 3)]],
        *fill((grid(1, 1), (3, 3)), (grid(4, 4), (3, 3)), (grid(4, 5), (3, 5))),
        *fill((grid(1, 5), (5, 3)), (grid(5, 1), (3, 1)), (grid(6, 4), (7, 5))),
    ],
    wrong={
        "zeros": [border(half, mode="constant"), lambda image, k: np.pad(image, 1)],
        "one pad from the width": given(kernel_shape=lambda shape: (shape[1], shape[1])),
        "one pad from the height": given(kernel_shape=lambda shape: (shape[0], shape[0])),
        "axes swapped": given(kernel_shape=lambda shape: shape[::-1]),
        "reflect": border(half, mode="reflect"),
        "symmetric": border(half, mode="symmetric"),
        "wrap": border(half, mode="wrap"),
        "after only": [border(lambda k: (0, k // 2)), border(lambda k: (0, k - 1))],
        "before only": [border(lambda k: (k // 2, 0)), border(lambda k: (k - 1, 0))],
        "rows only": border(half, lambda k: (0, 0)),
        "columns only": border(lambda k: (0, 0), half),
        "one pair for both axes": lambda image, k: np.pad(image, (k[0] // 2, k[1] // 2), "edge"),
        "always one": given(kernel_shape=lambda shape: (3, 3)),
        "one too many": [
            border(*[lambda k, by=by: half(k, *by) for by in pair])
            for one in [(1, 1), (0, 1), (1, 0)]
            for pair in [(one, one), (one, (0, 0)), ((0, 0), one)]
        ],
        "k − 1 on each side": border(lambda k: (k - 1, k - 1)),
        "k on each side": border(lambda k: (k, k)),
        "corners": lambda image, k: pad_replicate(image, k) * (1 - corners(image.shape, k)),
        "square only": oblong("kernel_shape"),
    },
)


def to_grey_levels(values):
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def scattered(height, width):
    """Make values in range and out of it, none of them halfway between two whole numbers."""
    rng = np.random.default_rng(height)
    return rng.integers(-300, 600, (height, width)) + rng.integers(-44, 45, (height, width)) / 100


BYTE = stored(np.uint8)
E1_6 = Exercise(
    to_grey_levels,
    cases=[
        (np.array([[12.0, 99.7], [130.2, 254.4]]),),
        (np.array([[-3.2, 12.7, 300.4], [99.6, 255.4, -0.3]]),),
        *[(np.array(values),) for values in ([[-40, 260], [7, 8], [512, 0]], [[166.96]])],
        (np.array([[0.7, 0.3, 1.499, 1.501], [254.499, 254.501, 99.45, 99.55]]),),
        *((scattered(height, width),) for height, width in [(3, 4), (5, 3), (6, 7)]),
        (np.array([[40_000.2, 3.7, -70_000.4], [65_792.0, 3e9, 255.2], [7.1, -5e9, 8.9]]),),
    ],
    wrong={
        "wraps around": [then(BYTE, of=of) for of in (np.array, np.round, lambda v: v + 0.5)],
        "truncates": lambda values: np.trunc(np.clip(values, 0, 255)),
        "rounds up": lambda values: np.ceil(np.clip(values, 0, 255)),
        "rounded to a tenth": [
            then(change, of=lambda v: np.clip(np.round(v, 1), 0, 255)) for change in (np.trunc, abs)
        ],
        "not rounded": lambda values: np.clip(values, 0, 255),
        "not clipped": np.round,
        "rescales": [
            then(change, of=lambda v: np.round((v - v.min()) / np.ptp(v) * 255))
            for change in (np.array, BYTE)
        ],
        "stretched to the largest": then(BYTE, of=lambda v: np.round(v / v.max() * 255)),
        "signed bytes": then(stored(np.int8)),
        "absolute value": [given(np.abs), then(BYTE, of=lambda v: abs(np.round(v)))],
        "clips to 256": lambda values: np.clip(np.round(values), 0, 256),
        "clips to 0 … 1": lambda values: np.clip(np.round(values), 0, 1),
        "white turns black": [
            then(BYTE, of=lambda values: np.clip(np.round(values), 0, 256)),
            lambda values: np.where((values < 0) | (values > 255), 0, np.round(values)),
        ],
        "clips below only": then(BYTE, of=lambda v: np.round(v.clip(0))),
        "clips above only": then(BYTE, of=lambda v: np.round(v.clip(None, 255))),
    },
    exempt={"bytes": "what a filter makes is in floats"},
    dtype=np.uint8,
)

slope_kernel = np.array([[0, -1, 0], [0, 0, 0], [0, 1, 0]]) / 2


def answers(test, *examples):
    """Tell a mistake by three answers: to even pictures, to a ramp right, and to a ramp down."""

    def sign(kernel):
        sums = [(kernel * ramp).sum() for ramp in (1, [-1, 0, 1], [[-1], [0], [1]])]
        whole = 1e-6 * max(1, abs(kernel).max())
        sums = [round(x) if abs(x - round(x)) < whole else x for x in sums]
        return test(*sums) and dict(zip(["even", "right", "down"], map(exact, sums), strict=True))

    return when(sign, *examples)


E1_7 = Exercise(
    slope_kernel,
    use=Use(cross_correlate2d, ("picture", "slope_kernel")),
    cases=[(np.full((4, 5), 7),), (np.mgrid[0:4, 0:5][1],), (np.mgrid[0:4, 0:5][0],)],
    wrong={
        "not a kernel": when(lambda kernel: kernel is None, None, np.zeros, "sobel"),
        "not 3 × 3": when(lambda k: k.shape != (3, 3), [[-0.5], [0], [0.5]], np.zeros(9), 0.5),
        "not finite": when(lambda k: not np.isfinite(k).all(), np.full((3, 3), np.nan)),
        "rounded": answers(
            lambda e, r, d: abs(e) + abs(r) + abs(d - 1) < 0.02, 1.01 * slope_kernel
        ),
        "answers to even pictures": answers(lambda e, r, d: e != 0, np.eye(3)),
        "answers to nothing": answers(lambda e, r, d: r == d == 0, np.zeros((3, 3))),
        "wrong direction": answers(lambda e, r, d: d == 0, slope_kernel.T),
        "slanted": answers(lambda e, r, d: r != 0, np.diag([-0.5, 0, 0.5])),
        "wrong sign": answers(lambda e, r, d: d < 0, -slope_kernel),
        "not scaled": answers(lambda e, r, d: d != 1, 8 * slope_kernel),
    },
    exempt={"16 bits": "entries are small"},
)


def find_pattern(image, pattern):
    response = cross_correlate2d(image, pattern - pattern.mean())
    return np.unravel_index(np.argmax(response), response.shape)


def peak(response):
    return np.array(np.unravel_index(np.argmax(response), response.shape))


def misses(image, pattern):
    return ((sliding_window_view(image, pattern.shape) - pattern) ** 2).sum((2, 3))


def scene(shape, pattern, place, bright, seed=0, by=9):
    """Draw a dark scene, a bright area, the pattern, and its first row alone in a corner."""
    image = np.random.default_rng(seed).integers(0, 4, shape)
    image[0, : len(pattern[0])] = pattern[0]
    top, left, height, width = bright
    image[top : top + height, left : left + width] += by
    (row, column), (height, width) = place, np.shape(pattern)
    image[row : row + height, column : column + width] = pattern
    return image, np.array(pattern)


def decoy(change, other):
    """Draw a scene in which another place comes first, and nearly holds the pattern."""
    image, form = map(change, scene((9, 8), FORM, (6, 2), bright=(0, 4, 5, 4), by=21))
    image[2:5, :3] = other(form)
    return image, form


CORNER, FORM = [[9, 0], [9, 0], [9, 9]], [[20, 4, 20], [4, 20, 6], [20, 4, 4]]
SCENES = [
    scene((5, 7), [[9, 0, 9], [0, 9, 0]], (3, 0), bright=(0, 4, 3, 3)),
    scene((6, 6), [[9, 0], [0, 9]], (3, 1), bright=(0, 3, 3, 3)),
    scene((6, 7), [[9, 0, 9], [0, 9, 9]], (0, 0), bright=(3, 3, 3, 4)),
    scene((6, 8), [[9, 0], [0, 9]], (4, 5), bright=(0, 0, 4, 4), seed=2),
    scene((7, 7), [[0, 9, 0], [9, 0, 9], [0, 9, 0]], (3, 1), bright=(0, 3, 3, 4)),
    scene((8, 8), CORNER, (5, 1), bright=(0, 4, 4, 4)),
    scene((9, 6), CORNER, (5, 1), bright=(0, 2, 4, 4)),
    scene((8, 7), CORNER, (1, 5), bright=(3, 0, 4, 4)),
    scene((6, 7), [[9, 0], [9, 9]], (4, 2), bright=(0, 3, 4, 4), by=90),
    scene((7, 6), [[9, 0, 9], [0, 9, 9]], (1, 3), bright=(3, 0, 4, 4), by=90),
    scene((6, 7), [[1, 0], [9, 3]], (4, 1), bright=(0, 3, 4, 4), by=90),
    scene((10, 12), [[9, 0, 9, 0], [0, 9, 0, 9], [9, 0, 0, 9]], (4, 1), bright=(0, 6, 10, 6)),
]
DECOYS = [
    decoy(lambda a: np.uint8(10 * a), lambda p: p - 16 * np.sign(p - p.mean())),
    decoy(lambda a: a / 4, lambda p: p - np.sign(p - p.mean()) / 4),  # the same when rounded
    decoy(np.array, lambda p: [[4, 20, 20], [20, 4, 6], [20, 4, 4]]),  # the same sums and spread
    *[decoy(np.array, lambda p, one=one: p + one * (12 - p)) for one in np.eye(9).reshape(9, 3, 3)],
]
PARTS = [("text", 8, 165), ("page", 51, 46), ("coins", 239, 48)]
PARTS = [window_at(images.load(name), *place, (44, 56)) for name, *place in PARTS]
PLACES = [(19, 21, (11, 10)), (24, 39, (13, 9)), (33, 12, (9, 11))]
PHOTOGRAPHS = [(part, window_at(part, *at)) for part, at in zip(PARTS, PLACES, strict=True)]
FORMS = {  # what may be made of a correlation, instead of the place where it is largest
    "column before row": lambda response: peak(response)[::-1],
    "flat index": np.argmax,
    "the value": np.max,
    "np.where": lambda response: np.argwhere(response == response.max()).T,
    "np.argwhere": lambda response: np.argwhere(response == response.max()),
    "the response itself": lambda response: response,
    "unravelled by the image's shape": lambda r, image: np.unravel_index(r.argmax(), image.shape),
    "divided by the height": lambda response: divmod(int(response.argmax()), len(response)),
    "centre": lambda response, pattern: peak(response) + np.array(pattern.shape) // 2,
    "counts from 1": lambda response: peak(response) + 1,
    "bottom right": lambda response, pattern: peak(response) + np.array(pattern.shape) - 1,
    "smallest response": lambda response: peak(-response),
}
RESPONSES = [cross_correlate2d, slid(lambda pattern: pattern - pattern.mean())]
SEARCHES = [  # how the place is found, in what
    (peak, RESPONSES[1]),
    (peak, lambda image, pattern: -misses(1.0 * image, pattern)),
    (lambda equal: next(iter(np.argwhere(equal)), None), lambda i, p: misses(1.0 * i, p) == 0),
]

E1_8 = Exercise(
    find_pattern,
    cases=[
        *SCENES,
        *[(image - 6, pattern - 6) for image, pattern in SCENES[:4]],
        *[(image / 9 - 1, pattern / 9 - 1) for image, pattern in SCENES[:4]],
        *[(np.flip(image) * 255, np.flip(pattern) * 255) for image, pattern in SCENES[:4]],
        *[(np.uint8(image), np.uint8(pattern)) for image, pattern in SCENES[8:11]],
        *DECOYS,
        *PHOTOGRAPHS,
        *[(image / 255, pattern / 255) for image, pattern in PHOTOGRAPHS],
    ],
    wrong={
        "mean not subtracted": then(peak, of=cross_correlate2d),
        "convolution": then(peak, of=lambda i, p: convolve2d(i, p - p.mean())),
        "mean of the image": then(peak, of=lambda i, p: cross_correlate2d(i, p - i.mean())),
        "mean rounded": [then(peak, of=slid(lambda p, f=f: p - f(p.mean()))) for f in (int, round)],
        "zeros around the image": [
            then(peak, of=lambda i, p: cross_correlate2d(i, p, padding="same")),
            then(peak, of=lambda i, p: cross_correlate2d(i, p - p.mean(), padding="same")),
        ],
        **{name: [then(form, of=of) for of in RESPONSES] for name, form in FORMS.items()},
        "brightest cell": lambda image, pattern: peak(image),
        "overflow": then(peak, of=lambda i, p: -misses(i, p).astype(float)),
        "last place left out": [
            then(lambda array, find=find, some=some: find(array[some]), of=of)
            for find, of in SEARCHES
            for some in [np.s_[:-1, :-1], np.s_[:-1], np.s_[:, :-1]]
        ],
        "square patterns only": oblong("pattern"),
        "square images only": oblong("image", share=0.3),
        "square only": oblong("image", "pattern"),
    },
    exempt={"transposed": "a pair", "16 bits": "too small", "a single cell": "it has no form"},
)
