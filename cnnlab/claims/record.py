"""A claim: what a source states, and the function that recomputes it, in one place."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

OK = "OK"
AMBIGUOUS = "AMBIGUOUS"
WRONG = "WRONG"
NOT_CHECKABLE = "NOT CHECKABLE"
VERDICTS = (OK, AMBIGUOUS, WRONG, NOT_CHECKABLE)

# A source's key in the bibliography.
ROSEBROCK = "rosebrock2017"
AGGARWAL = "aggarwal2018"
CS231N = "cs231n"
GERON = "geron2019"
OPENCV_UNIVERSITY = "opencvuniversity"

# What the book calls each, in the order in which it lists them.
SOURCES = {
    ROSEBROCK: "Rosebrock 2017",
    AGGARWAL: "Aggarwal 2018",
    CS231N: "CS231n",
    GERON: "Géron 2019",
    OPENCV_UNIVERSITY: "OpenCV University",
}


@dataclass(frozen=True)
class Claim:
    """One statement of a source, in our own words, and what computing it gives.

    Attributes
    ----------
    id : str
        A short name that stays the same.
    source : str
        The source's key in the bibliography, one of `SOURCES`.
    where : str
        The place in the source, different for each of its claims.
    verdict : str
        One of `VERDICTS`; what computing makes of `text`.
    text, note : str
        What is claimed, and what to know about it; the note may be empty.
    chapter : int
        The chapter that it belongs to.
    section : str
        The heading of that chapter under which the book shows it, as a link ends.
    inputs, stated : JSON value
        What it is computed from; what the source states, its numbers as printed, its words in ours.
    gives : JSON value or None
        What `recompute` must give; None if the claim is not checkable.
    function : callable
        Computes it. It returns a value of the form of `gives`; where that is a mapping, the values
        alone, in the same order, will do.

    Notes
    -----
    Texts, and the labels in mappings, are Markdown.
    """

    id: str
    source: str
    where: str
    verdict: str
    text: str
    note: str
    chapter: int
    section: str
    inputs: object
    stated: object
    gives: object
    function: Callable

    def recompute(self):
        """Compute the claim's value afresh.

        Returns
        -------
        JSON value
            Numbers, strings, booleans, lists and dicts of Python's own types, under the labels of
            `gives`.

        Raises
        ------
        ValueError
            If the claim is not checkable.
        """
        if self.gives is None:
            raise ValueError(f"claim {self.id!r} is not checkable: {self.note}")
        return _labelled(_plain(self.function()), self.gives)


def claim(claim_id, source, where, verdict, *, section, stated, inputs, gives=None):
    """Make a claim of the function that recomputes it.

    The function's docstring is for the reader of the book: its first paragraph says what is
    claimed, what follows is the note. The chapter is the module's, ``chNN``. A claim that is not
    checkable has no `gives`, and a function that holds nothing but its docstring.

    Parameters
    ----------
    claim_id, source, where, verdict, section, stated, inputs, gives
        The attributes of `Claim`. Arrays will do for `inputs` and `stated`: hand in those that the
        function uses.

    Returns
    -------
    callable
        A decorator that puts a `Claim` in the place of the function.
    """

    def make(function):
        text, _, note = inspect.getdoc(function).partition("\n\n")
        return Claim(
            id=claim_id,
            source=source,
            where=where,
            verdict=verdict,
            text=_one_line(text),
            note=_one_line(note),
            chapter=int(re.search(r"\d+$", function.__module__)[0]),
            section=section,
            inputs=_plain(inputs),
            stated=_plain(stated),
            gives=gives,
            function=function,
        )

    return make


def _one_line(text):
    return " ".join(text.split())


def _plain(value):
    """Turn NumPy's types into what JSON holds."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _labelled(value, form):
    """Give values the labels that they have in `form`, at every level."""
    if isinstance(form, dict):
        if isinstance(value, list) and len(value) == len(form):
            value = dict(zip(form, value, strict=True))
        if isinstance(value, dict):
            return {key: _labelled(entry, form.get(key)) for key, entry in value.items()}
    return value
