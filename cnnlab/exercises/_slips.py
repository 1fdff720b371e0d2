"""Slips that happen in any exercise. The judge names them, and a test makes each of them.

The sentences stand in ``common.md``.
"""

import numpy as np

from cnnlab.exercises._exercise import Kind, has_bytes, has_fractions, is_large
from cnnlab.exercises._wrong import given, stored, then


def _after(change, axes=0):
    """Make the right answer with its arrays changed afterwards; those of fewer axes stay."""

    def changed(result):
        if isinstance(result, tuple) and any(np.ndim(part) for part in result):
            return tuple(map(changed, result))
        return change(np.asarray(result)) if np.ndim(result) >= axes else result

    return then(changed)


def _emptied(axis):
    last = (slice(None),) * axis + (-1,)
    return _after(lambda result: result - np.where(_marks(result, last), result, 0), axis + 1)


def _marks(result, cells):
    marked = np.zeros(result.shape, bool)
    marked[cells] = True
    return marked


def _longer(axis):
    return _after(lambda result: np.insert(result, result.shape[axis], 0, axis), axis + 1)


def _wrapped(dtype):
    return lambda result: stored(dtype)(np.floor(result)) + result % 1  # fractions stay


# What shows in the result; a table of wrong answers for every exercise.
SLIPS = {
    "fractions cut off": [*map(_after, (np.trunc, np.floor, np.round)), given(np.trunc)],
    "8 bits": [_after(_wrapped(np.uint8)), _after(_wrapped(np.int8)), given(_wrapped(np.int8))],
    "16 bits": [_after(_wrapped(np.int16)), given(_wrapped(np.int16))],
    "transposed": [_after(np.transpose, 2)],
    "last left out": [_emptied(0), _emptied(1)],
    "one too many": [_longer(0), _longer(1)],
    "extra axis": [_after(lambda r: r[np.newaxis]), _after(lambda r: r[..., np.newaxis])],
    "nearly right": [_after(lambda result: np.round(result, 2))],
    "NaN": [_after(lambda result: result * np.nan)],
}

# Kinds of case that an answer forgot, tried in this order.
KINDS = {
    name: [Kind(lambda named, test=test: test(named.values()), 0.3, raises=False) for test in tests]
    for name, tests in {
        "fractions cut off": [has_fractions],
        "bytes": [has_bytes],
        "large numbers": [lambda case: is_large(case) and not has_bytes(case), is_large],
    }.items()
}
