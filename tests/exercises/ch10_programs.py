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
    return sum(abs(s) >= seen for s in sums) / len(sums)
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
""",
    "E10.5": """
GROWN
float(np.mean([abs(sum(p)) >= abs(float(differences.sum())) for p in itertools.product(*[(d, -d) for d in differences.tolist()])]))
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
the variance: BY_HAND | statistics.stdev → statistics.variance
""",
    "E10.2": """
root forgotten: 100 * right / count * (1 - right / count) / count
the error rate: 100 - 100 * right / count
""",
    "E10.3": """
first minus second: DIFFERENCES | float(b) - float(a) → float(a) - float(b)
spread of one run: DIFFERENCES | / len(d) ** 0.5 → / 1
""",
    "E10.4": """
chosen by the test: LOOKED | validation[rate].mean() > validation[best].mean() → test[rate].mean() > test[best].mean()
best test run told: LOOKED | test[best].mean() → test[best].max()
""",
    "E10.5": """
one side: GROWN | abs(s) >= seen → s >= seen
a count: GROWN | / len(sums) → / 1
""",
    "E10.6": """
the other momentum: WEIGHED | momentum * (1 - momentum) ** ages → (1 - momentum) * momentum**ages
last batch first: WEIGHED | [::-1] → [:]
""",
    "E10.7": """
shift scaled: DIAGONAL | factor @ (bias - mean.astype(float)) + shift → factor @ (bias - mean.astype(float) + shift)
weights left alone: DIAGONAL | return factor @ weight → return weight
""",
    "E10.8": """
one error: DECIDED | 2 * error → 1 * error
larger wins: DECIDED | 2 * error → 0 * error
""",
}
