"""Numbers and statements of the literature, each with what computing it gives.

What a source states, and what this book expects to compute, is stored in ``claims.json``. The
computing is done by one function a claim, in one module a chapter.
"""

import json
import math
from dataclasses import dataclass
from importlib import resources

import numpy as np

from cnnlab.arguments import nearest
from cnnlab.claims import chapter01  # noqa: F401  registers its functions
from cnnlab.claims.registry import CHECKS

VERDICTS = ("OK", "AMBIGUOUS", "WRONG", "NOT CHECKABLE")

# Each source's key in the bibliography, and what the book calls it.
SOURCES = {
    "rosebrock2017": "Rosebrock 2017",
    "aggarwal2018": "Aggarwal 2018",
    "opencvuniversity": "OpenCV University",
}


@dataclass(frozen=True)
class Claim:
    """One statement of a source, in our own words.

    Attributes
    ----------
    id : str
        A short name that stays the same.
    source : str
        The source's key in the bibliography, one of `SOURCES`.
    where : str
        The place in the source, different for each of its claims.
    claim : str
        What is claimed.
    inputs : JSON value
        What it is computed from.
    stated : JSON value
        What the source states, in short: its numbers as printed, its words in ours.
    computed : JSON value or None
        What `recompute` must give; None if the claim is not checkable.
    verdict : str
        One of `VERDICTS`; what computing makes of `claim`.
    note : str
        What to know about it; may be empty.
    shown : str
        Where the book shows it, as ``"notebooks/file#section"``.

    Notes
    -----
    Texts, and the labels in mappings, are Markdown.
    """

    id: str
    source: str
    where: str
    claim: str
    inputs: object
    stated: object
    computed: object
    verdict: str
    note: str
    shown: str


def load():
    """Read all claims, in the order of the book.

    Returns
    -------
    list of Claim
        A new list.

    Examples
    --------
    >>> load()[0].id
    'R-11.1-def'
    """
    text = resources.files("cnnlab.claims").joinpath("claims.json").read_text(encoding="utf-8")
    return [Claim(**entry) for entry in json.loads(text)]


def get(claim_id):
    """Find a claim by its id.

    Parameters
    ----------
    claim_id : str
        The id of a stored claim.

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
    if claim_id not in claims:
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
    claim = get(claim_id)
    if claim_id not in CHECKS:
        raise ValueError(f"claim_id {claim_id!r} is not checkable: {claim.note}")
    return _plain(CHECKS[claim_id]())


def same(a, b):
    """Compare two JSON values: structure and types exactly, numbers closely.

    Parameters
    ----------
    a, b : JSON value
        What to compare.

    Returns
    -------
    bool
        Whether they agree. Integers and floats within 1e-9 of each other, relatively, are equal;
        a boolean equals a boolean only.

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
        return math.isclose(a, b, rel_tol=1e-9)
    return type(a) is type(b) and a == b


def _is_number(value):
    """Tell numbers from everything else, booleans included."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(value):
    """Turn NumPy's types into what JSON holds."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
