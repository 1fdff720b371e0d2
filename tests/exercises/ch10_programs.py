"""Programs for chapter 10's exercises; ``ch01_programs.py`` says in which form."""

import itertools
import math
import statistics

import numpy as np
from scipy import stats

BY_HAND = """
def mean_and_spread(runs):
    table = []
    for row in runs.tolist():
        table.append([statistics.mean(row), statistics.stdev(row)])
    return np.array(table)
"""
DIFFERENCES = """
def paired(first, second):
    d = [float(b) - float(a) for a, b in zip(first, second)]
    return np.array([sum(d) / len(d), statistics.stdev(d) / len(d) ** 0.5])
"""
LOOKED = """
def tuned(validation, test):
    best = 0
    for rate in range(len(validation)):
        if validation[rate].mean() > validation[best].mean():
            best = rate
    return np.array([best, test[best].mean()])
"""
GROWN = """
def chance(differences):
    sums = [0.0]
    for d in differences.tolist():
        sums = [s + d for s in sums] + [s - d for s in sums]
    seen = abs(sum(differences.tolist()))
    return sum(abs(s) >= seen - 1e-6 for s in sums) / len(sums)
"""
COUNTED = """
def chance(differences):
    d = differences.astype(float)
    ways = itertools.product([1, -1], repeat=len(d))
    return np.mean([abs(np.dot(signs, d)) >= abs(d.sum()) - 1e-9 for signs in ways])
"""
WEIGHED = """
def running_mean(batches, momentum):
    ages = np.arange(len(batches))[::-1]
    weights = momentum * (1 - momentum) ** ages
    return weights @ batches.astype(float).mean(axis=1)
"""
DIAGONAL = """
def fold(weight, bias, scale, shift, mean, var):
    factor = np.diag(scale / var**0.5)
    return factor @ weight, factor @ (bias - mean.astype(float)) + shift
"""
DECIDED = """
def verdict(without, with_it):
    d = with_it.astype(float) - without
    error = stats.sem(d)
    if d.mean() > 2 * error:
        return np.array([d.mean(), error, 1])
    if d.mean() < -2 * error:
        return np.array([d.mean(), error, -1])
    return np.array([d.mean(), error, 0])
"""
TESTED = """
def verdict(without, with_it):
    d = with_it.astype(float) - without
    p = stats.ttest_1samp(d, 0).pvalue
    return np.array([d.mean(), stats.sem(d), np.sign(d.mean()) * (p < 0.05)])
"""

RIGHT = {
    "E10.1": """
BY_HAND
np.column_stack([runs.mean(1), np.sqrt(runs.astype(float).var(1, ddof=1))])
""",
    "E10.2": """
100 * (right * (count - right.astype(float)) / count**3) ** 0.5
100 * np.sqrt((right / count - (right / count) ** 2) / count)
""",
    "E10.3": """
DIFFERENCES
np.array([(second - first.astype(float)).mean(), stats.sem(second - first.astype(float))])
""",
    "E10.4": """
LOOKED
(lambda best: [best, test[best].mean()])(validation.mean(axis=1).argsort()[-1])
""",
    "E10.5": """
GROWN
COUNTED
stats.permutation_test((differences.astype(float),), np.sum, permutation_type="samples").pvalue
""",
    "E10.6": """
WEIGHED
""",
    "E10.7": """
DIAGONAL
""",
    "E10.8": """
DECIDED
""",
}

WRONG = {
    "E10.1": """
divided by n: BY_HAND | statistics.stdev → statistics.pstdev
over the conditions: np.column_stack([runs.mean(0), runs.std(0, ddof=1)])
distances averaged: np.column_stack([runs.mean(1), abs(runs - runs.mean(1, keepdims=True)).mean(1)])
all runs together: np.array([runs.mean(), runs.std(ddof=1)])
the variance: BY_HAND | statistics.stdev → statistics.variance
""",
    "E10.2": """
of the number: np.sqrt(right / count * (1 - right / count) * count)
flat: np.array([100 * (p * (1 - p) / count) ** 0.5 for p in (right / count).ravel()])
root forgotten: 100 * right / count * (1 - right / count) / count
the error rate: 100 - 100 * right / count
""",
    "E10.3": """
first minus second: DIFFERENCES | float(b) - float(a) → float(a) - float(b)
spread of one run: DIFFERENCES | / len(d) ** 0.5 → / 1
size of the mean: DIFFERENCES | sum(d) / len(d) → abs(sum(d)) / len(d)
the mean alone: float(np.mean(second - first.astype(float)))
spread of one network: np.array([second.mean() - first.mean(), first.std(ddof=1) / len(first) ** 0.5])
""",
    "E10.4": """
chosen by the test: LOOKED | validation[rate].mean() > validation[best].mean() → test[rate].mean() > test[best].mean()
best test run told: LOOKED | test[best].mean() → test[best].max()
the accuracy alone: test[validation.mean(axis=1).argmax()].mean()
the median: LOOKED | validation[rate].mean() → np.median(validation[rate]) | validation[best].mean() → np.median(validation[best])
the wrong axis: (lambda best: [best, test[:, best].mean()])(validation.mean(axis=0).argmax())
""",
    "E10.5": """
one side: GROWN | abs(s) >= seen → s >= seen
one side: COUNTED | abs(np.dot(signs, d)) → np.dot(signs, d) | abs(d.sum()) → d.sum()
more only: COUNTED | >= abs(d.sum()) - 1e-9 → > abs(d.sum())
just as far: COUNTED | >= abs(d.sum()) - 1e-9 → == abs(d.sum())
left out, not turned: COUNTED | [1, -1] → [1, 0]
ties in tenths: GROWN | - 1e-6 → - 0
ties in tenths: COUNTED | - 1e-9 → - 0
none: np.mean(abs(np.random.default_rng(0).choice([-1, 1], (999, len(differences))) @ differences) >= abs(differences.sum()))
a count: GROWN | / len(sums) → / 1
""",
    "E10.6": """
the other momentum: WEIGHED | momentum * (1 - momentum) ** ages → (1 - momentum) * momentum**ages
last batch first: WEIGHED | [::-1] → [:]
over the channels: WEIGHED | .mean(axis=1) → .mean(axis=(1, 2))
over the batches: momentum * batches.mean(axis=0).mean(axis=0)
a sum: WEIGHED | .mean(axis=1) → .sum(axis=1)
""",
    "E10.7": """
shift scaled: DIAGONAL | factor @ (bias - mean.astype(float)) + shift → factor @ (bias - mean.astype(float) + shift)
weights left alone: DIAGONAL | return factor @ weight → return weight
eps added: DIAGONAL | var**0.5 → (var + 1e-5)**0.5
scaled by columns: (weight * scale / var**0.5, (bias - mean) * scale / var**0.5 + shift)
only the mean scaled: DIAGONAL | factor @ (bias - mean.astype(float)) → bias - factor @ mean
""",
    "E10.8": """
one error: DECIDED | 2 * error → 1 * error
larger wins: DECIDED | 2 * error → 0 * error
three errors: DECIDED | 2 * error → 3 * error
1.96 errors: DECIDED | 2 * error → 1.96 * error
two errors or more: DECIDED | > 2 → >= 2 | < -2 → <= -2
spread told: DECIDED | stats.sem(d) → stats.tstd(d)
spread with n: DECIDED | stats.sem(d) → stats.sem(d, ddof=0)
none: TESTED
""",
}
