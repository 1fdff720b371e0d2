"""Chapter 10, normalisation and dropout: right answers, cases, wrong answers."""

import itertools
import math

import numpy as np

from cnnlab.exercises._cases import ONE_NUMBER, fill, grid, in_bytes, kind
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, then


def mean_and_spread(runs):
    return np.stack([runs.mean(axis=1), runs.std(axis=1, ddof=1)], axis=1)


def _pairs(of_row):
    return lambda runs: np.array([of_row(row.astype(float)) for row in runs])


def _by_columns(runs):
    spread = runs.std(axis=0, ddof=1) if len(runs) > 1 else np.full(runs.shape[1], np.nan)
    return np.stack([runs.mean(axis=0), spread], axis=1)


E10_1 = Exercise(
    mean_and_spread,
    cases=[
        (np.array([[95, 97]]),),
        (np.array([[1, 2, 6], [3, 3, 3]]),),
        *fill((grid(1, 2),), (grid(2, 4),), (grid(3, 3),), (grid(4, 2),), (grid(3, 5),)),
    ],
    wrong={
        "divided by n": _pairs(lambda row: (row.mean(), row.std())),
        "the variance": _pairs(lambda row: (row.mean(), row.var(ddof=1))),
        "standard error": _pairs(lambda row: (row.mean(), row.std(ddof=1) / np.sqrt(len(row)))),
        "distances averaged": _pairs(lambda row: (row.mean(), abs(row - row.mean()).mean())),
        "range": _pairs(lambda row: (row.mean(), np.ptp(row))),
        "median": _pairs(lambda row: (np.median(row), row.std(ddof=1))),
        "best run": _pairs(lambda row: (row.max(), row.std(ddof=1))),
        "last run left out": given(runs=lambda runs: runs[:, :-1].repeat(3, axis=1)),
        "over the conditions": [_by_columns, lambda runs: _by_columns(runs).T],
        "spread first": then(lambda result: result[:, ::-1]),
        "all runs together": [
            lambda runs: np.tile([runs.mean(), runs.std(ddof=1)], (len(runs), 1)),
            lambda runs: np.array([runs.mean(), runs.std(ddof=1)]),
        ],
        "two rows": lambda runs: np.stack([runs.mean(axis=1), runs.std(axis=1, ddof=1)]),
    },
    exempt={"a single cell": "one run has no spread"},
)


def error_of(right, count):
    share = right / count
    return 100 * np.sqrt(share * (1 - share) / count)


def shared(formula):
    return lambda right, count: formula(right.astype(float) / count, count)


E10_2 = Exercise(
    error_of,
    cases=[
        (np.array([50]), 100),
        (np.array([960, 990, 500, 1000]), 1000),
        (np.array([[90, 10], [64, 0], [1, 100]]), 100),
        (np.array([200, 255, 250], np.uint8), 256),
        (np.array([9600, 8000]), 10000),
        (np.array([2, 1, 3]), 3),
        (np.array([[40000, 30000, 1]]), 50000),
    ],
    wrong={
        "a share, not per cent": shared(lambda p, n: np.sqrt(p * (1 - p) / n)),
        "root forgotten": shared(lambda p, n: 100 * p * (1 - p) / n),
        "not divided by the count": shared(lambda p, n: 100 * np.sqrt(p * (1 - p))),
        "divided by the root twice": shared(lambda p, n: 100 * np.sqrt(p * (1 - p)) / n),
        "the worst case": shared(lambda p, n: 100 * np.sqrt(0.25 / n) + 0 * p),
        "of the right ones": shared(lambda p, n: 100 * np.sqrt(p / n)),
        "of the wrong ones": shared(lambda p, n: 100 * np.sqrt((1 - p) / n)),
        "one fewer": shared(lambda p, n: 100 * np.sqrt(p * (1 - p) / (n - 1))),
        "two errors": shared(lambda p, n: 200 * np.sqrt(p * (1 - p) / n)),
        "the error rate": shared(lambda p, n: 100 * (1 - p)),
        "of the number": shared(lambda p, n: np.sqrt(n * p * (1 - p))),
        "flat": then(np.ravel),
        "per cent for the share": shared(
            np.errstate(invalid="ignore")(lambda p, n: np.sqrt(100 * p * (1 - 100 * p) / n))
        ),
        "errors in the root of right": shared(lambda p, n: 100 * np.sqrt(p * p / n)),
    },
    exempt={"negative numbers": "counts are not negative"} | {"fractions": "counts are whole"},
)


def paired(first, second):
    differences = second - first.astype(float)
    return np.array([differences.mean(), differences.std(ddof=1) / np.sqrt(len(differences))])


def unpaired(first, second):
    first, second = first.astype(float), second.astype(float)
    error = np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    return np.array([second.mean() - first.mean(), error])


def of_differences(change):
    return lambda first, second: np.array(change(second - first.astype(float)))


PAIR = {"transposed": "a few numbers"}

E10_3 = Exercise(
    paired,
    cases=[
        (np.array([95, 97]), np.array([96, 98])),
        (np.array([1, 2, 6]), np.array([2, 2, 9])),
        *fill((grid(2), grid(2)), (grid(5), grid(5)), (grid(10), grid(10)), (grid(4), grid(4))),
    ],
    wrong={
        "not paired": unpaired,
        "first minus second": then(lambda result: result * [-1, 1]),
        "spread of one run": of_differences(lambda d: (d.mean(), d.std(ddof=1))),
        "divided by n": of_differences(lambda d: (d.mean(), d.std(ddof=1) / len(d))),
        "spread with n": of_differences(lambda d: (d.mean(), d.std() / np.sqrt(len(d)))),
        "variance": of_differences(lambda d: (d.mean(), d.var(ddof=1) / np.sqrt(len(d)))),
        "without signs": of_differences(
            lambda d: (abs(d).mean(), abs(d).std(ddof=1) / np.sqrt(len(d)))
        ),
        "size of the mean": then(np.abs),
        "error first": then(lambda result: result[::-1]),
        "the mean alone": then(lambda result: result[0]),
        "sum": of_differences(lambda d: (d.sum(), d.std(ddof=1) / np.sqrt(len(d)))),
        "median": of_differences(lambda d: (np.median(d), d.std(ddof=1) / np.sqrt(len(d)))),
        "sorted first": lambda first, second: paired(np.sort(first), np.sort(second)),
        "spread of one network": [
            lambda first, second, of=of, root=root: np.array(
                [
                    second.mean() - first.mean(),
                    (first, second)[of].std(ddof=1) / len(first) ** root,
                ]
            )
            for of in (0, 1)
            for root in (0.5, 0)
        ],
        "overflow": in_bytes("first"),
    },
    exempt=PAIR | {"a single cell": "one pair has no spread", "oblong": "one axis"},
)


def tuned(validation, test):
    best = validation.mean(axis=1).argmax()
    return np.array([best, test[best].mean()])


def chosen(by, told=lambda validation, test, best: test[best].mean()):
    """Make `tuned` with another choice, or another number that is told."""

    def answer(validation, test):
        validation, test = validation.astype(float), test.astype(float)
        best = by(validation, test)
        return np.array([best, told(validation, test, best)])

    return answer


def by_validation(validation, test):
    return validation.mean(axis=1).argmax()


def has_a_best(case):
    """Say whether one rate's mean is the largest, and by more than rounding."""
    means = np.sort(case[0].mean(axis=1))
    return len(means) == 1 or means[-1] - means[-2] > 0.01


E10_4 = Exercise(
    tuned,
    cases=[
        (np.array([[90, 92], [95, 95], [80, 99]]), np.array([[91, 93], [94, 92], [97, 99]])),
        *filter(has_a_best, [
            *fill((grid(1, 1), grid(1, 1)), (grid(3, 2), grid(3, 2)), (grid(4, 5), grid(4, 5))),
            *fill((grid(5, 3), grid(5, 3)), (grid(3, 3), grid(3, 3)), (grid(2, 4), grid(2, 4))),
            *fill((grid(6, 5), grid(6, 5)), (grid(7, 4), grid(7, 4))),
        ]),
    ],
    wrong={
        "chosen by the test": chosen(lambda validation, test: test.mean(axis=1).argmax()),
        "the single best run": chosen(
            lambda validation, test: np.unravel_index(validation.argmax(), validation.shape)[0]
        ),
        "told from validation": chosen(
            by_validation, lambda validation, test, best: validation[best].mean()
        ),
        "best test run told": chosen(
            by_validation, lambda validation, test, best: test[best].max()
        ),
        "best test mean told": chosen(
            by_validation, lambda validation, test, best: test.mean(axis=1).max()
        ),
        "the worst": chosen(lambda validation, test: validation.mean(axis=1).argmin()),
        "smallest spread": chosen(lambda validation, test: validation.std(axis=1).argmin()),
        "both together": chosen(lambda validation, test: (validation + test).mean(axis=1).argmax()),
        "mean over all rates": chosen(by_validation, lambda validation, test, best: test.mean()),
        "first run only": chosen(lambda validation, test: validation[:, 0].argmax()),
        "counted from 1": then(lambda result: np.add(result, [1, 0])),
        "the median": chosen(lambda validation, test: np.median(validation, axis=1).argmax()),
        "the wrong axis": [
            chosen(
                lambda validation, test: validation.mean(axis=0).argmax(),
                lambda validation, test, best: test[:, best].mean(),
            ),
            chosen(by_validation, lambda validation, test, best: test.mean(axis=0)[best]),
            chosen(lambda validation, test: validation.mean(axis=0).argmax()),
        ],
        "a rate for each seed": chosen(
            by_validation,
            lambda validation, test, best: np.take_along_axis(
                test, validation.argmax(axis=0)[None], axis=0
            ).mean(),
        ),
        "accuracy first": then(lambda result: result[::-1]),
        "the accuracy alone": then(lambda result: result[1]),
    },
    exempt=PAIR,
)  # fmt: skip


def chance(differences):
    signs = np.array(list(itertools.product([1, -1], repeat=len(differences))))
    sums = abs(signs @ differences.astype(float))
    seen = sums[0]  # with each sign as it was
    return np.mean(sums > seen - 1e-9)


def signed(share, ways=lambda n: itertools.product([1, -1], repeat=n)):
    """Make `chance` with another share of the sums over all signs, given what was seen."""

    def answer(differences):
        differences = differences.astype(float)
        sums = np.array(list(ways(len(differences)))) @ differences
        return share(np.round(sums, 9), np.round(differences.sum(), 9))

    return answer


def bell(differences):
    """Take the tail of a normal curve."""
    spread = np.sqrt((differences.astype(float) ** 2).sum())
    return math.erfc(abs(differences.astype(float).sum()) / spread / math.sqrt(2))


E10_5 = Exercise(
    chance,
    cases=[
        (np.array([1, 2]),),
        (np.array([-1, -2, 3]),),
        (np.array([-1, -2, -4]),),
        (np.array([1, 1, -1, 2, 3]),),
        (np.array([0.5, 0.25, -0.25, 1.0]),),
        (np.array([-0.5, -0.75, 0.25, -1.5, -0.75, 0.5]),),
        (np.array([2, 2, 2, 2, 2]),),
        (np.array([200, 100, 30, 255], np.uint8),),
        (np.array([70_000, -30_000, 90_000, 10_000, 40_000]),),
        (np.array([0.75, 1.25, -0.5, 0.25, 1.0, 1.5, -0.25, 0.5, 2.0, 0.75]),),
        (np.array([0.7, -0.1, 0.2, 0.4, -0.6]),),
        (np.array([0.2, 0.3, -0.1, 0.4, 0.6, -0.2, 0.1]),),
        (np.array([0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7]),),
        (np.array([0.6, 0.2, -2.3, 0.2, -0.2, -0.4, -0.5, 0.8]),),
    ],
    wrong={
        "one side": [
            signed(lambda sums, seen: np.mean(sums >= abs(seen))),
            signed(lambda sums, seen: np.mean(sums >= seen)),
        ],
        "sign of what was seen": signed(lambda sums, seen: np.mean(abs(sums) >= seen)),
        "more only": signed(lambda sums, seen: np.mean(abs(sums) > abs(seen))),
        "what was seen not counted": [
            signed(lambda sums, seen: (np.sum(abs(sums) >= abs(seen)) - 1) / (len(sums) - 1)),
            signed(lambda sums, seen: (np.sum(abs(sums) >= abs(seen)) - 1) / len(sums)),
        ],
        "just as far": signed(lambda sums, seen: np.mean(abs(sums) == abs(seen))),
        "left out, not turned": signed(
            lambda sums, seen: np.mean(abs(sums) >= abs(seen)),
            lambda n: itertools.product([1, 0], repeat=n),
        ),
        "how many minuses": signed(
            lambda sums, seen: np.mean(abs(sums) >= abs(seen)),
            lambda n: itertools.combinations_with_replacement([1, -1], n),
        ),
        "the other share": signed(lambda sums, seen: np.mean(abs(sums) < abs(seen))),
        "a count": signed(lambda sums, seen: np.sum(abs(sums) >= abs(seen))),
        "per cent": signed(lambda sums, seen: 100 * np.mean(abs(sums) >= abs(seen))),
        "signs alone": given(differences=lambda differences: np.sign(differences.astype(float))),
        "smaller sums": signed(lambda sums, seen: np.mean(abs(sums) <= abs(seen))),
        "sizes added up": signed(lambda sums, seen: np.mean(abs(sums) >= abs(sums).max())),
        "a bell curve": bell,
        "ties in tenths": kind(lambda differences: (differences * 8 % 1).any()),
    },
    exempt=ONE_NUMBER | {"oblong": "one axis", "a single cell": "two ways, as far as each other"},
)


def running_mean(batches, momentum):
    mean = np.zeros(batches.shape[2])
    for batch in batches:
        mean = (1 - momentum) * mean + momentum * batch.mean(axis=0)
    return mean


def running(step, start=0.0):
    """Make `running_mean` with another step or another start."""

    def answer(batches, momentum):
        mean = start + np.zeros(batches.shape[2])
        for batch in batches.astype(float):
            mean = step(mean, batch.mean(axis=0), momentum)
        return mean

    return answer


E10_6 = Exercise(
    running_mean,
    cases=[
        (np.array([[[1], [3]]]), 0.5),
        (np.array([[[-4, 8, -2], [-6, 0, -8]]]), 0.5),
        (np.array([[[10, 20]], [[30, 40]]]), 0.1),
        *fill((grid(1, 1, 1), 0.25), (grid(3, 2, 2), 0.1), (grid(4, 3, 2), 0.5)),
        *fill((grid(5, 2, 3), 0.3), (grid(2, 4, 3), 0.9)),
    ],
    wrong={
        "the other momentum": running(lambda mean, new, m: m * mean + (1 - m) * new),
        "plain mean": lambda batches, momentum: batches.mean(axis=(0, 1)),
        "last batch": lambda batches, momentum: batches[-1].mean(axis=0),
        "starts at 1": running(lambda mean, new, m: (1 - m) * mean + m * new, start=1.0),
        "starts at the first batch": lambda batches, momentum: (
            running_mean(batches, momentum)
            + (1 - momentum) ** len(batches) * batches[0].mean(axis=0)
        ),
        "nothing forgotten": running(lambda mean, new, m: mean + m * new),
        "new batch whole": running(lambda mean, new, m: (1 - m) * mean + new),
        "first batch": lambda batches, momentum: momentum * batches[0].mean(axis=0),
        "last batch first": given(batches=lambda batches: batches[::-1]),
        "first example": given(batches=lambda batches: batches[:, :1]),
        "over the channels": [
            lambda batches, momentum: np.full(
                batches.shape[2], running_mean(batches, momentum).mean()
            ),
            then(lambda mean: mean.mean()),
        ],
        "over the batches": lambda batches, momentum: momentum * batches.mean(axis=(0, 1)),
        "a step for each example": lambda batches, momentum: running_mean(
            batches.reshape(-1, 1, batches.shape[2]), momentum
        ),
        "a sum": given(batches=lambda batches: batches.astype(float) * batches.shape[1]),
        "all averages": lambda batches, momentum: np.array(
            [running_mean(batches[: n + 1], momentum) for n in range(len(batches))]
        ),
        "made up for": then(
            lambda mean, batches, momentum: mean / (1 - (1 - momentum) ** len(batches))
        ),
    },
    exempt={"transposed": "one axis"},
)


def fold(weight, bias, scale, shift, mean, var):
    factor = scale / np.sqrt(var)
    return weight * factor[:, None], (bias - mean) * factor + shift


def folded(new_weight=None, new_bias=None):
    """Make `fold` with another weight or another bias."""

    def answer(weight, bias, scale, shift, mean, var):
        factor = scale / np.sqrt(var)
        right = weight * factor[:, None], (bias - mean.astype(float)) * factor + shift
        named = {
            "weight": weight.astype(float), "bias": bias.astype(float), "factor": factor,
            "scale": scale, "shift": shift, "mean": mean.astype(float), "var": var,
        }  # fmt: skip
        return (
            right[0] if new_weight is None else new_weight(**named),
            right[1] if new_bias is None else new_bias(**named),
        )

    return answer


def _less_mean(weight, mean, factor, **_):
    return (weight - mean[:, None]) * factor[:, None]


def _norm(outputs):
    rng = np.random.default_rng(outputs)
    return rng.integers(1, 9, outputs) / 4, rng.integers(1, 5, outputs).astype(float) ** 2


def _layer(outputs, inputs):
    scale, var = _norm(outputs)
    return grid(outputs, inputs), grid(outputs), scale, grid(outputs), grid(outputs), var


E10_7 = Exercise(
    fold,
    cases=[
        (
            np.array([[1, 2]]),
            np.array([3]),
            np.array([2.0]),
            np.array([10]),
            np.array([1]),
            np.array([4.0]),
        ),
        (
            np.array([[-1, 2], [3, -4]]),
            np.array([-3, 5]),
            np.array([2.0, 4]),
            np.array([-9, 1]),
            np.array([1, 9]),
            np.array([4.0, 1]),
        ),
        *fill(
            _layer(1, 1),
            _layer(2, 3),
            _layer(3, 3),
            _layer(4, 2),
            fillings=["whole", "fractions", "mixed", "large", "huge"],
        ),
    ],
    wrong={
        "scaled by columns": lambda weight, bias, scale, shift, mean, var: (
            weight * (scale / np.sqrt(var)),
            fold(weight, bias, scale, shift, mean, var)[1],
        ),
        "eps added": [given(var=lambda var, eps=eps: var + eps) for eps in (1e-3, 1e-5)],
        "bias first": then(lambda result: result[::-1]),
        "only the mean scaled": folded(
            new_bias=lambda bias, mean, factor, shift, **_: bias - mean * factor + shift
        ),
        "bias not scaled": folded(new_bias=lambda bias, mean, shift, **_: bias - mean + shift),
        "mean not scaled": folded(
            new_bias=lambda bias, mean, factor, shift, **_: bias * factor - mean + shift
        ),
        "mean forgotten": folded(new_bias=lambda bias, factor, shift, **_: bias * factor + shift),
        "old bias forgotten": folded(
            new_bias=lambda mean, factor, shift, **_: shift - mean * factor
        ),
        "shift scaled": folded(
            new_bias=lambda bias, mean, factor, shift, **_: (bias - mean + shift) * factor
        ),
        "shift forgotten": folded(new_bias=lambda bias, mean, factor, **_: (bias - mean) * factor),
        "mean added": folded(
            new_bias=lambda bias, mean, factor, shift, **_: (bias + mean) * factor + shift
        ),
        "divided by the variance": given(var=lambda var: var**2),
        "scale forgotten": given(scale=np.ones_like),
        "not divided": given(var=np.ones_like),
        "multiplied by the root": given(var=lambda var: 1 / var),
        "weights left alone": folded(new_weight=lambda weight, **_: weight),
        "mean taken from the weights": [
            folded(new_weight=_less_mean),
            folded(
                new_weight=_less_mean,
                new_bias=lambda bias, factor, shift, **_: bias * factor + shift,
            ),
        ],
        "one factor for all": given(scale=lambda scale: np.full_like(scale, scale[0])),
    },
    returns=("weight", "bias"),
    exempt={"bytes": "numbers that were learned"},
)


def verdict(without, with_it):
    mean, error = paired(without, with_it)
    return np.array([mean, error, np.sign(mean) * (abs(mean) > 2 * error)])


def judged(rule, pair=paired):
    """Make `verdict` with another rule, or another comparison."""

    def answer(without, with_it):
        mean, error = pair(without, with_it)
        return np.array([mean, error, rule(mean, error, without, with_it)])

    return answer


def spread_of_pairs(without, with_it):
    return paired(without, with_it) * [1, len(without) ** 0.5]


def two_errors(mean, error, *_):
    return np.sign(mean) * (abs(mean) > 2 * error)


def shifted_pairs(count, by, spread, *, seed):
    """Draw results of pairs of runs, whole numbers and thirds."""
    rng = np.random.default_rng(seed)
    without = 90 + rng.integers(-9, 10, count) / 3
    return without, without + by + spread * rng.integers(-3, 4, count) / 3


E10_8 = Exercise(
    verdict,
    cases=[
        (np.array([95, 97, 96]), np.array([96, 98, 98])),
        (np.array([95, 97, 96]), np.array([94, 96, 94])),
        (np.array([95, 97]), np.array([99, 97])),
        (np.array([90, 90]), np.array([93, 91])),  # exactly two errors; no drawn case is so near
        (np.array([95, 97, 96]), np.array([96, 98, 90])),
        (np.array([95, 97, 96]), np.array([94, 96, 99])),
        (np.array([95, 97, 96, 90]), np.array([94, 100, 99, 95])),  # 1.99 errors
        (np.array([95, 97, 96, 90]), np.array([94, 101, 100, 95])),  # 2.2 errors
        (np.array([95, 97, 96, 90]), np.array([96, 93, 92, 85])),  # 2.2 errors below
        (np.array([95, 97, 96, 90]), np.array([96, 99, 99, 94])),  # 3.9 errors
        *[shifted_pairs(n, by, spread, seed=n + 1)
          for n in (2, 5, 10) for by, spread in [(2, 1), (-2, 1), (0, 3), (0.5, 1.5), (-1, 2)]],
        *fill((grid(3), grid(3)), (grid(8), grid(8))),
        (np.array([5, 5, 5]), np.array([5, 5, 5])),
    ],
    wrong={
        "not paired": judged(two_errors, unpaired),
        "larger wins": judged(lambda mean, *_: np.sign(mean)),
        "one error": judged(lambda mean, error, *_: np.sign(mean) * (abs(mean) > error)),
        "three errors": judged(lambda mean, error, *_: np.sign(mean) * (abs(mean) > 3 * error)),
        "1.96 errors": judged(lambda mean, error, *_: np.sign(mean) * (abs(mean) > 1.96 * error)),
        "two errors or more": judged(
            lambda mean, error, *_: 1 if mean >= 2 * error else -1 if mean <= -2 * error else 0
        ),
        "spread of one run": judged(
            lambda mean, error, without, with_it: two_errors(mean, error * len(without) ** 0.5)
        ),
        "spread told": [
            lambda without, with_it: verdict(without, with_it) * [1, len(without) ** 0.5, 1],
            judged(two_errors, spread_of_pairs),
        ],
        "spread with n": judged(
            two_errors,
            lambda without, with_it: paired(without, with_it) * [1, (1 - 1 / len(without)) ** 0.5],
        ),
        "the verdict alone": then(lambda result: result[2]),
        "more wins": judged(
            lambda mean, error, without, with_it: np.sign(np.sign(with_it - without).sum())
        ),
        "the other way round": then(lambda result: result * [1, 1, -1]),
        "first minus second": then(lambda result: result * [-1, 1, -1]),
        "never decided": then(lambda result: result * [1, 1, 0]),
        "helped or not": then(lambda result: np.maximum(result, [-np.inf, 0, 0])),
        "without signs": judged(lambda mean, error, *_: float(abs(mean) > 2 * error)),
        "best runs": judged(
            lambda mean, error, without, with_it: np.sign(with_it.max() - without.max())
        ),
    },
    exempt=PAIR | {"a single cell": "one pair has no spread", "oblong": "one axis"},
)  # fmt: skip
