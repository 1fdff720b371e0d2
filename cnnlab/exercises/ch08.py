"""Chapter 8, training a network on digits: right answers, cases, wrong answers."""

import itertools
import math

import numpy as np

from cnnlab.exercises._cases import ONE_NUMBER, fill, grid, kind, oblong
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, then

_SMALL = dict.fromkeys(["fractions cut off", "16 bits"], "small whole numbers")
_LABELS = {
    "fractions": "labels are whole numbers",
    "negative numbers": "labels count from 0",
    "oblong": "labels have one axis",
}


def fold_of(labels, folds):
    fold = np.zeros(len(labels), int)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        fold[mine] = np.arange(len(mine)) % folds
    return fold


def ranked(fold):
    """Make folds of each example's rank in its class, and of how many the class has."""

    def answer(labels, folds):
        result = np.zeros(len(labels), int)
        for label in np.unique(labels):
            mine = np.flatnonzero(labels == label)
            result[mine] = fold(np.arange(len(mine)), folds, len(mine))
        return result

    return answer


def counted_on(labels, folds):
    order = np.argsort(labels, kind="stable")
    result = np.zeros(len(labels), int)
    result[order] = np.arange(len(labels)) % folds
    return result


def in_sorted_order(labels, folds):
    return np.concatenate([np.arange(np.sum(labels == k)) % folds for k in np.unique(labels)])


E8_1 = Exercise(
    fold_of,
    cases=[
        (np.array([0, 0, 1, 1]), 2),
        (np.array([0, 1, 1, 0, 1, 0, 0, 1, 1]), 2),
        (np.array([2, 2, 2, 5, 2, 5, 2, 5, 2, 2]), 3),
        (np.array([7]), 3),
        (np.array([3, 1, 3, 1, 0, 0, 1, 3, 3, 3, 1, 0, 0, 3, 1, 1]), 4),
        (np.repeat([0, 1, 2], [5, 8, 7]), 5),
        (np.array([9, 4, 9, 9, 4, 4, 9, 9, 4, 9, 9], np.uint8), 3),
        (np.array([11, 250, 250, 11, 250, 11, 11, 250, 250, 11, 250]), 4),
        (np.array([0, 12, 12, 10, 12, 10, 0, 10, 12, 12, 10, 0]), 3),
    ],
    wrong={
        "by place": lambda labels, folds: np.arange(len(labels)) % folds,
        "counted on": counted_on,
        "whole classes": lambda labels, folds: labels.astype(int) % folds,
        "in blocks": ranked(lambda rank, folds, count: rank * folds // count),
        "the rest in the last": ranked(
            lambda rank, folds, count: np.minimum(rank // max(count // folds, 1), folds - 1)
        ),
        "never back to 0": ranked(lambda rank, folds, count: rank),
        "one fold too many": given(folds=lambda folds: folds + 1),
        "one fold too few": given(folds=lambda folds: max(folds - 1, 1)),
        "counted from 1": then(lambda fold: fold + 1),
        "backwards": ranked(lambda rank, folds, count: (count - 1 - rank) % folds),
        "labels in order": in_sorted_order,
        "ten classes only": kind(lambda labels: labels.max() > 9),
        "labels with gaps": kind(lambda labels: labels.max() >= len(np.unique(labels))),
    },
    exempt=_SMALL | _LABELS | {"transposed": "one axis", "8 bits": "there are few folds"},
)


def perceptron_parameters(shape, sizes):
    channels, rows, columns = shape
    inputs = channels * rows * columns
    total = 0
    for units in sizes:
        total += units * (inputs + 1)
        inputs = units
    return total


def counting(term, start=math.prod):
    """Make a count of parameters with another term for a layer, or another first size."""

    def answer(shape, sizes):
        before = [start(shape), *sizes[:-1]]
        return sum(term(inputs, units) for inputs, units in zip(before, sizes, strict=True))

    return answer


def layer(inputs, units):
    return units * (inputs + 1)


E8_2 = Exercise(
    perceptron_parameters,
    cases=[
        ((1, 1, 1), (1,)),
        ((1, 2, 3), (2,)),
        ((3, 2, 5), (4, 2)),
        ((1, 8, 8), (10,)),
        ((1, 28, 28), (100, 10)),
        ((1, 28, 28), (300, 100, 10)),
        ((3, 32, 32), (100, 10)),
        ((3, 250, 200), (100, 7)),
        ((2, 5, 4), (6, 6, 6, 3)),
    ],
    wrong={
        "without biases": counting(lambda inputs, units: inputs * units),
        "one channel": counting(layer, lambda shape: shape[1] * shape[2]),
        "sides added": counting(layer, lambda shape: shape[0] * (shape[1] + shape[2])),
        "a bias for each input": counting(lambda inputs, units: inputs * (units + 1)),
        "one bias a layer": counting(lambda inputs, units: inputs * units + 1),
        "weights added": counting(lambda inputs, units: inputs + units),
        "first layer only": given(sizes=lambda sizes: sizes[:1]),
        "last layer left out": given(sizes=lambda sizes: sizes[:-1]),
        "all from the image": lambda shape, sizes: sum(
            layer(math.prod(shape), units) for units in sizes
        ),
        "one unit a layer": counting(lambda inputs, units: inputs + 1),
        "columns left out": counting(layer, lambda shape: shape[0] * shape[1]),
        "no biases in the last": then(lambda total, sizes: total - sizes[-1]),
        "a count for each layer": lambda shape, sizes: np.array(
            [layer(*pair) for pair in itertools.pairwise([math.prod(shape), *sizes])]
        ),
        "square images only": kind(lambda shape: shape[1] != shape[2]),
    },
    exempt=ONE_NUMBER | {"fractions cut off": "whole numbers"},
)


def confusion(labels, found, classes):
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, found, strict=True):
        table[label, answer] += 1
    return table


def in_one_go(labels, found, classes):
    table = np.zeros((classes, classes), int)
    table[labels, found] += 1
    return table


def some_digits(count, classes, seed):
    """Draw labels, and answers of which most are right."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    return labels, np.where(rng.random(count) < 0.7, labels, rng.integers(0, classes, count))


E8_3 = Exercise(
    confusion,
    cases=[
        (np.array([0, 0, 1]), np.array([0, 1, 1]), 2),
        (np.array([2, 0, 2, 2]), np.array([0, 0, 0, 2]), 3),
        (np.array([1]), np.array([0]), 3),
        (*some_digits(30, 4, 1), 4),
        (*some_digits(40, 5, 2), 7),
        (*some_digits(1000, 3, 3), 3),
        (*(array.astype(np.uint8) for array in some_digits(60, 10, 4)), 10),
    ],
    wrong={
        "answers in rows": lambda labels, found, classes: confusion(found, labels, classes),
        "each pair once": in_one_go,
        "right ones only": then(lambda table: np.diag(np.diag(table))),
        "mistakes only": then(lambda table: table - np.diag(np.diag(table))),
        "shares of a row": then(lambda table: table / np.maximum(table.sum(1, keepdims=True), 1)),
        "shares of all": then(lambda table, labels: table / len(labels)),
        "sorted first": lambda labels, found, classes: confusion(
            np.sort(labels), np.sort(found), classes
        ),
        "both ways": then(lambda table: table + table.T),
        "classes that occur": lambda labels, found, classes: confusion(
            labels, found, int(max(labels.max(), found.max())) + 1
        ),
        "last digit left out": given(
            labels=lambda labels: labels[:-1], found=lambda found: found[:-1]
        ),
        "a row of counts": lambda labels, found, classes: np.bincount(labels, minlength=classes),
    },
    exempt=_SMALL | _LABELS,
)


def descend(weights, gradients, rate, momentum, decay):
    velocity = np.zeros(len(weights))
    path = []
    for gradient in gradients:
        velocity = momentum * velocity + gradient + decay * weights
        weights = weights - rate * velocity
        path.append(weights)
    return np.array(path)


def following(move, keep=lambda velocity, momentum, pull, decay, w: momentum * velocity + pull):
    """Make a descent by what becomes of the velocity, and of the weights."""

    def answer(weights, gradients, rate, momentum, decay):
        start = weights = weights.astype(float)
        velocity, path = np.zeros(len(weights)), []
        for gradient in gradients:
            pull = gradient + decay * weights
            velocity = keep(velocity, momentum, pull, decay, weights)
            weights = move(weights, velocity, rate, momentum, pull, decay, start)
            path.append(weights)
        return np.array(path)

    return answer


def simply(w, v, rate, *_):
    return w - rate * v


def weights_first(weights, gradients, rate, momentum, decay):
    velocity, path = np.zeros(len(weights)), []
    for gradient in gradients:
        pull = gradient + decay * weights
        weights = weights - rate * velocity
        velocity = momentum * velocity + pull
        path.append(weights)
    return np.array(path)


def never_moved(weights, gradients, rate, momentum, decay):
    velocity, path = np.zeros(len(weights)), []
    for gradient in gradients:
        velocity = momentum * velocity + gradient + decay * weights
        path.append(weights - rate * velocity)
    return np.array(path)


E8_4 = Exercise(
    descend,
    cases=[
        (np.array([2]), np.array([[1], [1], [0]]), 1, 0.5, 0),
        (np.array([4, -2]), np.array([[1, 0], [0, 2], [0, 0]]), 0.5, 0.5, 1),
        *fill((grid(1), grid(1, 1), 0.5, 0.5, 0.25), (grid(2), grid(4, 2), 0.1, 0.9, 0.01)),
        *fill((grid(3), grid(3, 3), 0.25, 0.75, 0.5), (grid(2), grid(5, 2), 1, 0.5, 0.1)),
        *fill((grid(4), grid(6, 4), 0.3, 0.8, 0.2)),
    ],
    wrong={
        "without momentum": given(momentum=lambda momentum: 0),
        "without decay": given(decay=lambda decay: 0),
        "without either": lambda weights, gradients, rate, momentum, decay: (
            weights - rate * np.cumsum(gradients.astype(float), axis=0)
        ),
        "uphill": following(lambda w, v, rate, *_: w + rate * v),
        "averaged": following(
            simply, lambda v, momentum, pull, *_: momentum * v + (1 - momentum) * pull
        ),
        "decay beside the velocity": following(
            lambda w, v, rate, momentum, pull, decay, start: w - rate * (v + decay * w),
            lambda v, momentum, pull, decay, w: momentum * v + pull - decay * w,
        ),
        "away from 0": given(decay=lambda decay: -decay),
        "pulled to the start": lambda weights, gradients, rate, momentum, decay: descend(
            weights, gradients + decay * weights.astype(float), rate, momentum, 0
        ),
        "looks ahead": following(
            lambda w, v, rate, momentum, pull, *_: w - rate * (pull + momentum * v)
        ),
        "always from the start": [
            following(lambda w, v, rate, m, p, d, start: start - rate * v),
            never_moved,
        ],
        "the last row each time": then(lambda path: np.repeat(path[-1:], len(path), axis=0)),
        "the last weights": then(lambda path: path[-1]),
        "the start is in it": then(lambda path, weights: np.vstack([weights, path])),
        "one step behind": [
            then(lambda path, weights: np.vstack([weights, path[:-1]])),
            weights_first,
        ],
        "without the rate": given(rate=lambda rate: 1),
        "the velocities": lambda weights, gradients, rate, momentum, decay: (
            np.diff(
                np.vstack([weights, descend(weights, gradients, rate, momentum, decay)]), axis=0
            )
            / -rate
        ),
    },
)


def rate_at(step, steps, rate, warm):
    fall = (1 + np.cos(np.pi * step / steps)) / 2
    return rate * fall * min((step + 1) / warm, 1)


def planned(fall=lambda part: (1 + math.cos(math.pi * part)) / 2, rise=lambda part: min(part, 1)):
    """Make a schedule of another fall, or another rise."""
    return lambda step, steps, rate, warm: rate * fall(step / steps) * rise((step + 1) / warm)


E8_5 = Exercise(
    rate_at,
    cases=[
        (0, 4, 1, 1),
        (2, 4, 1, 1),
        (1, 4, 1, 1),
        (4, 4, 1, 1),
        (0, 10, 0.5, 4),
        (1, 10, 0.5, 4),
        (4, 10, 0.5, 4),
        (7, 10, 0.5, 4),
        (10, 10, 0.1, 5),
        (30, 252, 0.1, 42),
        (41, 252, 0.1, 42),
        (42, 252, 0.1, 42),
        (200, 252, 0.06, 42),
        (99, 100, 3, 100),
    ],
    wrong={
        "no warm-up": planned(rise=lambda part: 1),
        "no fall": planned(lambda part: 1),
        "starts at 0": lambda step, steps, rate, warm: (
            rate_at(step, steps, rate, 1) * min(step / warm, 1)
        ),
        "grows on": planned(rise=lambda part: part),
        "nothing before the end": planned(rise=lambda part: max(part, 1)),
        "a whole cosine": planned(lambda part: (1 + math.cos(2 * math.pi * part)) / 2),
        "a quarter": planned(lambda part: math.cos(math.pi * part / 2)),
        "below 0": planned(lambda part: math.cos(math.pi * part)),
        "degrees": planned(lambda part: (1 + math.cos(180 * part)) / 2),
        "a straight line": planned(lambda part: 1 - part),
        "not halved": planned(lambda part: 1 + math.cos(math.pi * part)),
        "upwards": planned(lambda part: (1 - math.cos(math.pi * part)) / 2),
        "falls after the warm-up": lambda step, steps, rate, warm: (
            rate * (step + 1) / warm
            if step < warm
            else rate * (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2
        ),
        "no fall while it warms up": lambda step, steps, rate, warm: (
            rate * (step + 1) / warm if step < warm else rate_at(step, steps, rate, 1)
        ),
        "one step too long": lambda step, steps, rate, warm: (
            rate_at(step, steps, rate, 1) * ((step + 1) / warm if step <= warm else 1)
        ),
        "the smaller factor": lambda step, steps, rate, warm: (
            rate * min(rate_at(step, steps, 1, 1), (step + 1) / warm)
        ),
        "one step early": [
            lambda step, steps, rate, warm: (
                rate_at(step, steps - 1, rate, 1) * min((step + 1) / warm, 1)
            ),
            lambda step, steps, rate, warm: (
                rate_at(step + 1, steps, rate, 1) * min((step + 1) / warm, 1)
            ),
        ],
        "without the rate": given(rate=lambda rate: 1),
    },
    exempt=ONE_NUMBER | dict.fromkeys(["8 bits", "16 bits"], "rates are small"),
)


def shifted(image, down, right):
    rows, columns = image.shape
    moved = np.zeros(image.shape)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i - down < rows and 0 <= j - right < columns:
                moved[i, j] = image[i - down, j - right]
    return moved


def nearest(image, down, right):
    rows, columns = (
        np.clip(np.arange(size) - move, 0, size - 1)
        for size, move in zip(image.shape, (down, right), strict=True)
    )
    return image[rows][:, columns]


def from_the_other_end(image, down, right):
    rows, columns = image.shape
    moved = np.zeros(image.shape)
    for i in range(rows):
        for j in range(columns):
            if i - down < rows and j - right < columns:
                moved[i, j] = image[i - down, j - right]
    return moved


def without_first(image):
    inner = np.zeros_like(image)
    inner[1:, 1:] = image[1:, 1:]
    return inner


def is_beyond(image, down, right):
    return abs(down) >= image.shape[0] or abs(right) >= image.shape[1]


def is_by_more_than_a_side(image, down, right):
    return abs(down) > image.shape[0] or abs(right) > image.shape[1]


E8_6 = Exercise(
    shifted,
    cases=[
        (np.array([[1, 2, 3], [4, 5, 6]]), 0, 1),
        (np.array([[1, 2, 3], [4, 5, 6]]), -1, 0),
        (np.array([[1, 2, 3], [4, 5, 6]]), 0, 4),
        (np.arange(1, 13).reshape(4, 3).T, 1, 2),
        *fill((grid(1, 1), 0, 0), (grid(3, 3), 1, 0), (grid(3, 4), 0, 2), (grid(4, 3), 2, -1)),
        *fill((grid(5, 5), -2, 1), (grid(4, 6), -1, -3), (grid(2, 3), 0, 0), (grid(3, 4), -1, 4)),
        *fill((grid(3, 2), 5, 1), (grid(3, 4), 4, 0), fillings=["whole", "fractions", "photo"]),
        *fill((grid(3, 4), -4, 0), (grid(3, 4), 0, 5), fillings=["whole", "fractions", "photo"]),
    ],
    wrong={
        "round the corner": lambda image, down, right: np.roll(image, (down, right), (0, 1)),
        "the other way": given(down=lambda down: -down, right=lambda right: -right),
        "up and right": given(down=lambda down: -down),
        "down and left": given(right=lambda right: -right),
        "right and down exchanged": given(
            down=lambda down, right: right, right=lambda right, down: down
        ),
        "stretched": nearest,
        "rows only": given(right=lambda right: 0),
        "columns only": given(down=lambda down: 0),
        "without the sign": given(down=abs, right=abs),
        "twice": given(down=lambda down: 2 * down, right=lambda right: 2 * right),
        "cut off": [
            lambda image, down, right: image[
                max(-down, 0) : image.shape[0] - max(down, 0) or None,
                max(-right, 0) : image.shape[1] - max(right, 0) or None,
            ],
            lambda image, down, right: image[
                max(-down, 0) : image.shape[0] - max(down, 0),
                max(-right, 0) : image.shape[1] - max(right, 0),
            ],
        ],
        "from the other end": from_the_other_end,
        "first row and column lost": given(image=without_first),
        "ones come in": lambda image, down, right: (
            shifted(image, down, right) + 1 - shifted(np.ones(image.shape), down, right)
        ),
        "beyond the image": [kind(is_beyond), kind(is_by_more_than_a_side)],
        "up and to the left": kind(lambda down, right: down < 0 or right < 0),
        "square images only": oblong("image"),
    },
)


def together(scores):
    above = scores - scores.max(axis=2, keepdims=True).astype(float)
    powers = np.exp(above)
    probabilities = powers / powers.sum(axis=2, keepdims=True)
    return probabilities.mean(axis=0)


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True).astype(float))
    return powers / powers.sum(axis=axis, keepdims=True)


def less(largest):
    """Make the right answer, with something else subtracted before the powers are taken."""

    def answer(scores):
        powers = np.exp(scores.astype(float) - largest(scores))
        return (powers / powers.sum(axis=2, keepdims=True)).mean(axis=0)

    return answer


def without_their_axis(scores):
    powers = np.exp(scores.astype(float))
    return (powers / powers.sum(axis=2)).mean(axis=0)


def ballots(scores):
    return (np.arange(scores.shape[2]) == scores.argmax(axis=2)[..., None]).mean(axis=0)


SCORES = ["whole", "fractions", "mixed", "large", "huge"]

E8_7 = Exercise(
    together,
    cases=[
        (np.array([[[0, 0]], [[3, 0]]]),),
        (np.array([[[2, 0, 0], [0, 1, 0]], [[0, 3, 0], [0, 1, 0]]]),),
        (np.array([[[0, 1, 2], [2, 0, 1]], [[4, 0, 1], [1, 3, 0]], [[0, 1, 5], [0, 0, 2]]]),),
        *fill((grid(1, 1, 1),), (grid(2, 1, 2),), (grid(2, 3, 3),), fillings=SCORES),
        *fill((grid(3, 2, 4),), (grid(3, 3, 3),), fillings=SCORES),
        *fill((grid(4, 2, 2),), (grid(5, 4, 3),), fillings=SCORES),
    ],
    wrong={
        "too large for exp": less(lambda scores: 0),
        "one largest for all": [
            less(np.max),
            less(lambda scores: scores.max(axis=(1, 2), keepdims=True)),
        ],
        "sums without their axis": without_their_axis,
        "scores averaged": lambda scores: softmax(scores.mean(axis=0)),
        "no softmax": lambda scores: scores.mean(axis=0),
        "scores added": lambda scores: softmax(scores.astype(float).sum(axis=0)),
        "ballots": ballots,
        "added up": then(lambda shares, scores: shares * len(scores)),
        "first network only": given(lambda scores: scores[:1]),
        "last network left out": given(lambda scores: scores[: max(len(scores) - 1, 1)]),
        "softmax over the images": lambda scores: softmax(scores, 1).mean(axis=0),
        "softmax over the networks": lambda scores: softmax(scores, 0).mean(axis=0),
        "softmax over all images": [
            lambda scores: softmax(scores, (1, 2)).mean(axis=0),
            lambda scores: softmax(scores, None).mean(axis=0),
        ],
        "averaged over the images": lambda scores: softmax(scores).mean(axis=1),
        "not averaged": softmax,
        "the likeliest class": then(lambda shares: shares.argmax(axis=1)),
        "the surest network": lambda scores: softmax(scores).max(axis=0),
        "softmax twice": lambda scores: softmax(softmax(scores).mean(axis=0)),
        "median": lambda scores: np.median(softmax(scores), axis=0),
        "powers averaged": lambda scores: np.exp(
            scores - scores.max(axis=2, keepdims=True).astype(float)
        ).mean(axis=0),
    },
    exempt={"bytes": "no network gives bytes for scores"},
)


def choose(right):
    means = right.mean(axis=1)
    best = np.argmax(means)
    error = right[best].std(ddof=1) / np.sqrt(right.shape[1])
    return np.flatnonzero(means >= means[best] - error)[0]


def choosing(error, means=lambda right: right.mean(axis=1), pick=lambda good: good[0]):
    """Make a choice with another margin, another mean, or of another one that is good enough."""

    def answer(right):
        found, right = means(right), right.astype(float)
        best = np.argmax(found)
        return pick(np.flatnonzero(found >= found[best] - error(right, best)))

    return answer


def standard_error(right, best):
    return right[best].std(ddof=1) / right.shape[1] ** 0.5


def above_the_bound(right):
    means, right = right.mean(axis=1), right.astype(float)
    best = np.argmax(means)
    return np.flatnonzero(means > means[best] - standard_error(right, best))[0]


E8_8 = Exercise(
    choose,
    cases=[
        (np.array([[90, 92, 91], [95, 99, 97], [96, 98, 98]]),),
        (np.array([[94, 96], [80, 90], [97, 97]]),),
        (np.array([[91, 97, 94, 98], [95, 96, 93, 97], [99, 94, 98, 91], [96, 97, 95, 96]]),),
        (np.array([[97, 95, 96], [97, 97, 98], [97, 98, 99], [97, 98, 99.5]]) / 100,),
        *fill((grid(1, 2),), (grid(3, 3),), (grid(4, 5),), (grid(6, 3),), fillings=SCORES),
        *fill((grid(5, 10),), (grid(8, 4),), (grid(7, 2),), (grid(9, 5),), fillings=SCORES),
        *fill((grid(8, 8),), (grid(12, 6),), (grid(10, 3),), fillings=["whole", "fractions"]),
    ],
    wrong={
        "the best mean": choosing(lambda right, best: 0),
        "the best fold": choosing(lambda right, best: 0, lambda right: right.max(axis=1)),
        "one standard deviation": choosing(lambda right, best: right[best].std(ddof=1)),
        "divided by n": choosing(lambda right, best: right[best].std() / right.shape[1] ** 0.5),
        "two standard errors": choosing(lambda right, best: 2 * standard_error(right, best)),
        "each with its own": lambda right: np.flatnonzero(
            right.mean(axis=1) + right.std(axis=1, ddof=1) / right.shape[1] ** 0.5
            >= right.mean(axis=1).max()
        )[0],
        "the last of them": choosing(standard_error, pick=lambda good: good[-1]),
        "spread of all": choosing(
            lambda right, best: right.std(ddof=1) / right.shape[1] ** 0.5 if right.size > 1 else 0
        ),
        "over the recipes": lambda right: np.argmax(right.mean(axis=0)),
        "the worst mean": lambda right: np.argmin(right.mean(axis=1)),
        "median": choosing(standard_error, lambda right: np.median(right, axis=1)),
        "counted from 1": then(lambda number: number + 1),
        "how many are good enough": choosing(standard_error, pick=len),
        "all that are good enough": choosing(standard_error, pick=lambda good: good),
        "root of the recipes": choosing(
            lambda right, best: right[best].std(ddof=1) / len(right) ** 0.5
        ),
        "above the bound": above_the_bound,
        "the mean": then(lambda number, right: right[number].mean()),
    },
    exempt=ONE_NUMBER
    | {"a single cell": "a spread needs two numbers", "bytes": "no accuracy comes in bytes"},
)
