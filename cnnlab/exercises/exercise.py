"""What an exercise asks for: a right answer, cases to try it on, and its typical mistakes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Mistake(NamedTuple):
    """A typical wrong version, and what to say to a student whose results are the same."""

    name: str
    function: Callable
    message: str


class Blind(NamedTuple):
    """A kind of case that a solution forgot: it is right on every other.

    Parameters
    ----------
    name : str
        Short.
    is_case : callable
        Takes a case's arguments and tells whether the case is of this kind.
    message : str
        What to say.
    every : bool, default False
        Whether every case of this kind must be wrong, rather than half of them.
    may_raise : bool, default True
        Whether an exception counts as being wrong in this way.
    """

    name: str
    is_case: Callable
    message: str
    every: bool = False
    may_raise: bool = True


@dataclass(frozen=True)
class Exercise:
    """An exercise that asks for a function.

    Parameters
    ----------
    number : str
        As in ``"1.3"``.
    name : str
        The function's name.
    parameters : tuple of str
        The names of its parameters, in order.
    reference : callable
        A right answer.
    stages : callable
        Returns the cases: a tuple of stages, each a tuple of cases, each a tuple of arguments,
        smallest first. A stage is judged only when all before it are right, and a mistake has to
        show on every case up to there.
    mistakes : tuple of Mistake
        Those that are recognised by the numbers they give.
    blind : tuple of Blind
        Those that are recognised by the kind of case they fail on.
    covers : str
        What the cases are, for the report of a right answer.
    shows : str
        A sentence on what a right answer shows, or leads to.
    dtype : numpy.dtype or None
        The type that the result must have; None if any will do.
    """

    number: str
    name: str
    parameters: tuple
    reference: Callable
    stages: Callable
    mistakes: tuple
    covers: str
    shows: str
    blind: tuple = ()
    dtype: np.dtype | None = None

    @property
    def title(self):
        """The exercise's heading in a report."""
        return f"Exercise {self.number}"

    @property
    def call_text(self):
        """The call, as a student would write it."""
        return f"{self.name}({', '.join(self.parameters)})"
