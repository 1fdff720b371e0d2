"""Chapter 7, layers: right answers, cases, wrong answers."""

import numpy as np

from cnnlab.exercises._cases import fill, grid, in_bytes
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, then


def weight_gradient(x, grad_output):
    return grad_output.T.astype(float) @ x


E7_1 = Exercise(
    weight_gradient,
    cases=[
        (np.array([[1, 2, 3]]), np.array([[10, -1]])),
        (np.array([[1, 2, 3], [0, 1, 0]]), np.array([[1, 0], [0, 2]])),
        *fill((grid(1, 1), grid(1, 1)), (grid(2, 3), grid(2, 2)), (grid(3, 3), grid(3, 3))),
        *fill((grid(4, 2), grid(4, 5)), (grid(5, 6), grid(5, 3))),
    ],
    wrong={
        "inputs by outputs": lambda x, grad_output: x.T.astype(float) @ grad_output,
        "mean over the batch": then(lambda gradient, x: gradient / len(x)),
        "first example only": given(lambda array: array[:1]),
        "last example left out": given(lambda array: array[: max(len(array) - 1, 1)]),
        "sums multiplied": given(lambda array: array.sum(axis=0, keepdims=True)),
        "inputs forgotten": given(x=np.ones_like),
        "gradient forgotten": given(grad_output=np.ones_like),
        "the sign of the gradient": given(grad_output=lambda g: np.sign(g.astype(float))),
        "without the sign": then(abs),
        "examples in another order": given(x=lambda x: x[::-1]),
        "overflow": in_bytes("x"),
    },
)


def leaky_backward(x, grad_output, slope):
    return np.where(x > 0, 1, slope) * grad_output


E7_2 = Exercise(
    leaky_backward,
    cases=[
        (np.array([[2, -3, 0]]), np.array([[10, 20, -30]]), 0.1),
        *fill((grid(1, 1), grid(1, 1), 0.5), (grid(2, 3), grid(2, 3), 0.25)),
        *fill((grid(3, 3), grid(3, 3), 0.01), (grid(4, 5), grid(4, 5), 0.3)),
        *fill((grid(2, 2, 3), grid(2, 2, 3), 2), fillings=["whole", "fractions"]),
    ],
    wrong={
        "looks at the gradient": lambda x, grad_output, slope: (
            np.where(grad_output > 0, 1, slope) * grad_output
        ),
        "forwards": lambda x, grad_output, slope: np.where(x > 0, 1, slope) * x,
        "nothing below zero": lambda x, grad_output, slope: (x > 0) * grad_output,
        "the slope everywhere": lambda x, grad_output, slope: slope * grad_output,
        "the slope itself": lambda x, grad_output, slope: np.where(x > 0, grad_output, slope),
        "above and below exchanged": lambda x, grad_output, slope: (
            np.where(x > 0, slope, 1) * grad_output
        ),
        "zero lets it through": lambda x, grad_output, slope: (
            np.where(x >= 0, 1, slope) * grad_output
        ),
        "sign turned below zero": lambda x, grad_output, slope: (
            np.where(x > 0, 1, -slope) * grad_output
        ),
        "one minus the slope": given(slope=lambda slope: 1 - slope),
        "divided by the slope": given(slope=lambda slope: 1 / slope),
        "times the input": lambda x, grad_output, slope: (
            np.where(x > 0, 1, slope) * grad_output * x.astype(float)
        ),
    },
)


def as_filters(weight, shape):
    return weight.reshape(len(weight), *shape)


def columns_first(weight, shape):
    channels, rows, columns = shape
    return weight.reshape(-1, channels, columns, rows).swapaxes(2, 3)


def channels_last(weight, shape):
    channels, rows, columns = shape
    return np.moveaxis(weight.reshape(-1, rows, columns, channels), 3, 1)


E7_3 = Exercise(
    as_filters,
    cases=[
        (np.arange(1, 9).reshape(1, 8), (2, 2, 2)),
        (np.arange(36).reshape(2, 18), (3, 2, 3)),
        (np.arange(36).reshape(18, 2).T, (2, 3, 3)),
        *fill((grid(1, 1), (1, 1, 1)), (grid(2, 4), (1, 2, 2)), (grid(3, 12), (2, 3, 2))),
        *fill((grid(4, 18), (2, 3, 3)), (grid(3, 12), (3, 1, 4)), (grid(2, 24), (2, 3, 4))),
    ],
    wrong={
        "columns first": columns_first,
        "channels last": channels_last,
        "Fortran's order": lambda weight, shape: weight.reshape(len(weight), *shape, order="F"),
        "flipped": lambda weight, shape: as_filters(weight, shape)[:, :, ::-1, ::-1],
        "channels reversed": lambda weight, shape: as_filters(weight, shape)[:, ::-1],
        "kernels transposed": [
            lambda weight, shape: as_filters(weight, shape).swapaxes(2, 3),
            lambda weight, shape: weight.reshape(len(weight), shape[0], shape[2], shape[1]),
        ],
        "the transposed matrix": lambda weight, shape: weight.T.reshape(-1, *shape),
        "one filter": lambda weight, shape: as_filters(weight, shape)[0],
        "channels first of all": lambda weight, shape: as_filters(weight, shape).swapaxes(0, 1),
        "kernels in a row": lambda weight, shape: weight.reshape(len(weight), shape[0], -1),
    },
)


def probabilities(scores):
    above = scores - scores.max(axis=1, keepdims=True).astype(float)
    powers = np.exp(above)
    return powers / powers.sum(axis=1, keepdims=True)


def shifted(by, *, dtype=float):
    """Make a softmax that takes something else away from the scores, in floats or as they came."""

    def answer(scores):
        scores = scores if dtype is None else scores.astype(dtype)
        with np.errstate(all="ignore"):
            powers = np.exp(scores - by(scores))
            return powers / powers.sum(axis=1, keepdims=True)

    return answer


def nothing(scores):
    return scores.dtype.type(0)


def smallest_of_row(scores):
    return scores.min(axis=1, keepdims=True)


def mean_of_row(scores):
    return scores.mean(axis=1, keepdims=True)


UNSHIFTED = shifted(nothing), shifted(nothing, dtype=None)


def shares(change, axis=1):
    """Make shares of what the scores, less the row's largest, become."""

    def answer(scores):
        with np.errstate(all="ignore"):
            parts = change(scores - scores.max(axis=1, keepdims=True).astype(float))
            return np.nan_to_num(parts / parts.sum(axis=axis, keepdims=True))

    return answer


E7_4 = Exercise(
    probabilities,
    cases=[
        (np.array([[0, 0]]),),
        (np.array([[2, 1, 0], [1, 3, 3]]),),
        (np.array([[0.5, -1, 0, 2]]),),
        *fill((grid(1, 1),), (grid(2, 3),), (grid(3, 3),), (grid(4, 2),), (grid(3, 5),)),
    ],
    wrong={
        "too large for exp": [*UNSHIFTED, shifted(smallest_of_row), shifted(mean_of_row)],
        "one maximum for all": [shifted(np.max), shifted(np.max, dtype=None)],
        "the largest of each column": shifted(lambda scores: scores.max(axis=0)),
        "over the batch": [
            shares(np.exp, axis=0),
            lambda scores: probabilities(scores.T.astype(float)).T,
        ],
        "over everything": shares(np.exp, axis=(0, 1)),
        "powers of two": shares(np.exp2),
        "no powers": [
            lambda scores: shares(lambda above: above)(scores),
            lambda scores: (
                scores / np.where(scores.sum(axis=1) == 0, 1, scores.sum(axis=1))[:, None]
            ),
        ],
        "the smallest wins": lambda scores: probabilities(-scores.astype(float)),
        "only the largest": shares(lambda above: (above == 0).astype(float)),
        "not divided": lambda scores: np.exp(
            scores - scores.max(axis=1, keepdims=True).astype(float)
        ),
        "a sigmoid each": lambda scores: 0.5 + 0.5 * np.tanh(scores / 2),
        "logarithms": lambda scores: np.log(np.maximum(probabilities(scores), 1e-300)),
        "squared": shares(lambda above: np.exp(2 * above)),
        "below zero in bytes": in_bytes("scores"),
    },
)


def score_gradient(scores, labels):
    gradient = probabilities(scores)
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


def one_hot(scores, labels):
    return np.eye(scores.shape[1])[labels]


def less_one(softmax):
    """Make `score_gradient` with another softmax."""
    return lambda scores, labels: (softmax(scores) - one_hot(scores, labels)) / len(labels)


TOO_LARGE = [less_one(softmax) for softmax in UNSHIFTED]


E7_5 = Exercise(
    score_gradient,
    cases=[
        (np.array([[0, 0]]), np.array([1])),
        (np.array([[2, 1, 0], [1, 3, 3]]), np.array([2, 0])),
        *fill((grid(1, 2), np.array([0])), (grid(2, 3), np.array([2, 2]))),
        *fill((grid(3, 3), np.array([1, 0, 1])), (grid(4, 5), np.array([3, 0, 4, 4]))),
    ],
    wrong={
        "sum over the batch": then(lambda gradient, labels: gradient * len(labels)),
        "sign turned": then(np.negative),
        "probabilities": lambda scores, labels: probabilities(scores) / len(labels),
        "right class only": lambda scores, labels: (
            (probabilities(scores) - 1) * one_hot(scores, labels) / len(labels)
        ),
        "of the squared error": lambda scores, labels: (
            (scores - one_hot(scores, labels)) / len(labels)
        ),
        "through the softmax once more": lambda scores, labels: (
            (probabilities(scores) - one_hot(scores, labels))
            * probabilities(scores)
            * (1 - probabilities(scores))
            / len(labels)
        ),
        "divided by the classes": then(
            lambda gradient, labels: gradient * len(labels) / gradient.shape[1]
        ),
        "divided by everything": then(lambda gradient: gradient / gradient.shape[1]),
        "labels counted from 1": given(labels=lambda labels: labels - 1),
        "every label's column": lambda scores, labels: (
            (probabilities(scores) - np.isin(np.arange(scores.shape[1]), labels)) / len(labels)
        ),
        "largest taken for right": given(labels=lambda labels, scores: scores.argmax(axis=1)),
        "too large for exp": TOO_LARGE,
        "one maximum for all": [less_one(shifted(np.max)), less_one(shifted(np.max, dtype=None))],
        "below zero in bytes": in_bytes("scores"),
    },
)


def normalise(x, eps):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def normalised(axis=(0, 2, 3), *, ddof=0, scale=lambda var, eps: np.sqrt(var + eps)):
    """Make `normalise` over other axes, or with another scale."""

    def answer(x, eps):
        n = np.prod([x.shape[a] for a in np.atleast_1d(axis)])
        var = x.var(axis=axis, keepdims=True) * n / max(n - ddof, 1)
        return (x - x.mean(axis=axis, keepdims=True)) / scale(var, eps)

    return answer


E7_6 = Exercise(
    normalise,
    cases=[
        (np.array([[[[1, 3]]]]), 0),
        (np.array([[[[1, 3]]], [[[5, 7]]]]), 4),
        (np.arange(24).reshape(2, 3, 1, 4), 1),
        *fill(
            (grid(1, 1, 1, 1), 1),
            (grid(2, 1, 2, 2), 0.5),
            (grid(2, 3, 2, 2), 0.1),
            (grid(3, 2, 2, 3), 1),
        ),
        *fill((grid(4, 2, 1, 2), 2), (grid(2, 2, 3, 3), 0.25)),
    ],
    wrong={
        "each image by itself": normalised((2, 3)),
        "each image as a whole": normalised((1, 2, 3)),
        "all channels together": normalised((0, 1, 2, 3)),
        "each cell by itself": normalised(0),
        "one fewer": normalised(ddof=1),
        "eps outside the root": normalised(scale=lambda var, eps: np.sqrt(var) + eps),
        "divided by the variance": normalised(scale=lambda var, eps: var + eps),
        "eps forgotten": normalised(
            scale=lambda var, eps: np.where(var == 0, 1, np.sqrt(var)) + 0 * eps
        ),
        "not centred": lambda x, eps: x / np.sqrt(x.var(axis=(0, 2, 3), keepdims=True) + eps),
        "only centred": normalised(scale=lambda var, eps: 1.0),
        "spread about zero": lambda x, eps: (
            (x - x.mean(axis=(0, 2, 3), keepdims=True))
            / np.sqrt((x.astype(float) ** 2).mean(axis=(0, 2, 3), keepdims=True) + eps)
        ),
        "multiplied": normalised(scale=lambda var, eps: 1 / np.sqrt(var + eps)),
    },
)


def drop(x, drawn, p):
    return np.where(drawn >= p, x / (1 - p), 0)


def _drawn(*shape):
    return np.random.default_rng(7).integers(0, 20, shape) / 20


E7_7 = Exercise(
    drop,
    cases=[
        (np.array([[6, 4, 2, 8]]), np.array([[0.9, 0.1, 0.25, 0.3]]), 0.25),
        *fill((grid(1, 1), np.array([[0.8]]), 0.5), (grid(2, 3), _drawn(2, 3), 0.2)),
        *fill((grid(3, 3), _drawn(3, 3), 0.6), (grid(4, 5), _drawn(4, 5), 0.25)),
        *fill((grid(2, 2, 3), _drawn(2, 2, 3), 0.3), fillings=["whole", "fractions"]),
    ],
    wrong={
        "not scaled": then(lambda result, p: result * (1 - p)),
        "scaled down": then(lambda result, p: result * (1 - p) ** 2),
        "divided by p": then(lambda result, p: result * (1 - p) / p),
        "those that should stay": lambda x, drawn, p: np.where(drawn < p, x / (1 - p), 0),
        "p is the share that stays": lambda x, drawn, p: np.where(drawn < p, x / p, 0),
        "kept where p is above": lambda x, drawn, p: np.where(drawn < 1 - p, x / (1 - p), 0),
        "strictly above": lambda x, drawn, p: np.where(drawn > p, x / (1 - p), 0),
        "all are scaled": lambda x, drawn, p: x / (1 - p),
        "whole columns": given(drawn=lambda drawn: np.broadcast_to(drawn[:1], drawn.shape)),
        "multiplied by what was drawn": then(lambda result, drawn: result * drawn),
        "left as it is": lambda x, drawn, p: np.where(drawn >= p, x / (1 - p), x),
    },
)


def local_norm(x, size, k, alpha, beta):
    result = np.zeros(x.shape)
    for channel in range(x.shape[1]):
        first = max(channel - size // 2, 0)
        window = x[:, first : channel + size // 2 + 1].astype(float)
        sum_of_squares = (window**2).sum(axis=1)
        result[:, channel] = x[:, channel] / (k + alpha * sum_of_squares) ** beta
    return result


def competing(window, *, axis=1, square=np.square):
    """Make `local_norm` with other windows: `window` gives the places that count for a place."""

    def answer(x, size, k, alpha, beta):
        values = np.moveaxis(x.astype(float), axis, 0)
        result = np.zeros(values.shape)
        for place in range(len(values)):
            places = window(place, size, len(values))
            total = square(values[places]).sum(axis=0)
            result[place] = values[place] / np.maximum(k + alpha * total, 1e-9) ** beta
        return np.moveaxis(result, 0, axis)

    return answer


def around(place, size, count):
    return [n for n in range(place - size // 2, place + size // 2 + 1) if 0 <= n < count]


CONSTANTS = 3, 2, 0.5, 0.75

E7_8 = Exercise(
    local_norm,
    cases=[
        (np.array([[[[1]], [[2]], [[3]]]]), 3, 1, 1, 1),
        (np.array([[[[1]], [[2]], [[3]], [[4]], [[5]]]]), 3, 0, 1, 0.5),
        *fill((grid(1, 1, 1, 1), *CONSTANTS), (grid(2, 4, 2, 2), *CONSTANTS)),
        *fill((grid(1, 7, 1, 2), 5, 2, 0.25, 0.75), (grid(2, 3, 3, 2), 3, 1, 0.125, 1)),
        *fill((grid(2, 5, 3, 3), 3, 1, 2, 0.5)),
    ],
    wrong={
        "its own square": competing(
            lambda place, size, count: [place] * len(around(place, size, count))
        ),
        "itself only": competing(lambda place, size, count: [place]),
        "all channels": competing(lambda place, size, count: [*range(count)]),
        "neighbours only": competing(
            lambda place, size, count: [n for n in around(place, size, count) if n != place]
        ),
        "before it only": competing(
            lambda place, size, count: [n for n in around(place, size, count) if n <= place]
        ),
        "around the corner": competing(
            lambda place, size, count: [
                n % count for n in range(place - size // 2, place + size // 2 + 1)
            ]
        ),
        "size to each side": competing(lambda place, size, count: around(place, 2 * size, count)),
        "along the rows": competing(around, axis=2),
        "not squared": competing(around, square=np.abs),
        "divided by the size": given(alpha=lambda alpha, size: alpha / size),
        "k forgotten": given(k=lambda k: 1e-9),
        "beta forgotten": given(beta=lambda beta: 1.0 if beta != 1 else 2.0),
        "multiplied": given(beta=lambda beta: -beta),
        "overflow": in_bytes("x"),
    },
)


def train_step(x, labels, first, second, rate):
    inputs = x.astype(float)
    sums = inputs @ first.T
    hidden = np.maximum(sums, 0)
    grad_scores = score_gradient(hidden @ second.T, labels)
    grad_second = grad_scores.T @ hidden
    grad_hidden = grad_scores @ second
    grad_sums = np.where(sums > 0, grad_hidden, 0)
    grad_first = grad_sums.T @ inputs
    return first - rate * grad_first, second - rate * grad_second


def stepping(
    *, relu=lambda sums: np.maximum(sums, 0), way_back=None, by=1, hidden_of=None, late=False,
    through=score_gradient,
):  # fmt: skip
    """Make `train_step` with one thing wrong."""

    def answer(x, labels, first, second, rate):
        inputs = x.astype(float)
        sums = inputs @ first.T
        hidden = relu(sums)
        grad_scores = through(hidden @ second.T, labels)
        grad_second = grad_scores.T @ (hidden if hidden_of is None else hidden_of(sums))
        new_second = second - by * rate * grad_second
        grad_hidden = grad_scores @ (new_second if late else second)
        grad_sums = grad_hidden * (sums > 0) if way_back is None else way_back(grad_hidden, sums)
        return first - by * rate * (grad_sums.T @ inputs), new_second

    return answer


def _step(*, examples, inputs, hidden, classes, rate):
    labels = np.arange(examples) * 2 % classes
    return grid(examples, inputs), labels, grid(hidden, inputs), grid(classes, hidden), rate


SMALL = ["whole", "fractions", "mixed", "photo", "bytes"]

E7_9 = Exercise(
    train_step,
    cases=[
        (np.array([[2]]), np.array([1]), np.array([[1]]), np.array([[0], [0]]), 1),
        (
            np.array([[1, 0], [0, 1]]),
            np.array([0, 1]),
            np.array([[1, 2], [-1, 1], [0, -1]]),
            np.array([[1, 0, 1], [0, 1, -1]]),
            0.5,
        ),
        *fill(
            _step(examples=1, inputs=2, hidden=2, classes=2, rate=0.5),
            _step(examples=3, inputs=2, hidden=4, classes=3, rate=0.1),
            _step(examples=4, inputs=3, hidden=3, classes=3, rate=2),
            fillings=SMALL,
        ),
    ],
    wrong={
        "through a closed unit": stepping(way_back=lambda grad, sums: grad),
        "looks at the gradient": stepping(way_back=lambda grad, sums: np.maximum(grad, 0)),
        "no activation": stepping(relu=lambda sums: sums, way_back=lambda grad, sums: grad),
        "the sums instead of the hidden": stepping(hidden_of=lambda sums: sums),
        "the new weights on the way back": stepping(late=True),
        "uphill": stepping(by=-1),
        "rate forgotten": given(rate=lambda rate: 1 if rate != 1 else 3),
        "sum over the batch": stepping(
            through=lambda scores, labels: score_gradient(scores, labels) * len(labels)
        ),
        "only the last layer": then(lambda both, first: (first.astype(float), both[1])),
        "only the first layer": then(lambda both, second: (both[0], second.astype(float))),
        "the gradients": lambda x, labels, first, second, rate: tuple(
            old - new
            for old, new in zip(
                (first, second), train_step(x, labels, first, second, 1), strict=True
            )
        ),
        "of the squared error": stepping(
            through=lambda scores, labels: (scores - one_hot(scores, labels)) / len(labels)
        ),
        "too large for exp": [stepping(through=through) for through in TOO_LARGE],
        "overflow": in_bytes("x"),
    },
    returns=("first", "second"),
)
