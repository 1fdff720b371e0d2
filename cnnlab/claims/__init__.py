"""Numbers and statements of the literature, each with what computing it gives.

A module a chapter, ``chNN``, found by its name. In it a function recomputes each claim, and its
decorator holds what the source states and what the book expects to compute.
"""

import functools
import math
import pkgutil
import re
from importlib import import_module

from cnnlab._arguments import nearest
from cnnlab.claims.record import SOURCES, VERDICTS, Claim

__all__ = ["SOURCES", "VERDICTS", "Claim", "get", "load", "recompute", "same"]

CLOSE = 1e-6


@functools.cache
def load():
    """Collect all claims, in the order of the book.

    Returns
    -------
    tuple of Claim
        Chapter by chapter, as its module lists them.

    Examples
    --------
    >>> load()[0].id
    'R-11.1-def'
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    chapters = [import_module(f"{__name__}.{name}") for name in names if re.match(r"ch\d", name)]
    return tuple(
        value for chapter in chapters for value in vars(chapter).values() if type(value) is Claim
    )


def get(claim_id):
    """Find a claim by its id.

    Parameters
    ----------
    claim_id : str
        The id of a claim.

    Returns
    -------
    Claim
        The claim.

    Raises
    ------
    ValueError
        If there is none of that id.

    Examples
    --------
    >>> get("R-eq11.4").stated
    132
    """
    claims = {claim.id: claim for claim in load()}
    if not isinstance(claim_id, str) or claim_id not in claims:
        raise ValueError(
            f"claim_id must be the id of a claim; got {claim_id!r}{nearest(claim_id, claims)}"
        )
    return claims[claim_id]


def recompute(claim_id):
    """Compute a claim's value afresh.

    Parameters
    ----------
    claim_id : str
        The id of a checkable claim.

    Returns
    -------
    JSON value
        Numbers, strings, booleans, lists and dicts of Python's own types.

    Raises
    ------
    ValueError
        If there is no such claim, or it is not checkable.

    Examples
    --------
    >>> recompute("A-8.2-fig-16")
    16
    """
    return get(claim_id).recompute()


def same(a, b):
    """Compare two JSON values: structure and types exactly, numbers to six digits.

    Parameters
    ----------
    a, b : JSON value
        What to compare.

    Returns
    -------
    bool
        Whether they agree. Two numbers agree within a millionth of the larger one; if one of them
        is 0, within a billionth. A boolean equals a boolean only.

    Examples
    --------
    >>> same({"value": 1}, {"value": 1.0})
    True
    >>> same(True, 1)
    False
    """
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if _is_number(a) and _is_number(b):
        return math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE / 1000)
    return type(a) is type(b) and a == b


def _is_number(value):
    """Tell numbers from everything else, booleans included."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
