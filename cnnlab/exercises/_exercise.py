"""What an exercise is: a right answer, cases to try it on, and its wrong answers."""

import ast
import copy
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from cnnlab.exercises._checks.answers import call
from cnnlab.exercises._checks.comparing import TOLERANCE

LARGE = 128  # what no signed byte holds


class Made(NamedTuple):
    """A wrong answer that is made from the right one: ``make(right, parameters)`` gives it."""

    make: Callable


class Kind(NamedTuple):
    """A kind of case that an answer forgot: it is right on every other."""

    test: Callable  # takes a dict of the case's arguments, by name
    share: float = 0.5  # how many cases of this kind must be wrong, as a share of them
    raises: bool = True  # whether it may be an exception that shows it first


class Sign(NamedTuple):
    """What tells a mistake in an answer that is an array, and answers that make it."""

    test: Callable  # takes the answer; a dict that it returns fills the braces of the sentence
    examples: tuple


class Use(NamedTuple):
    """What is done with an answer before it is compared, where many answers are right."""

    function: Callable
    names: tuple  # its arguments: those of the case, and the exercise's own name for the answer


@dataclass(eq=False)
class Exercise:
    """An exercise: all but its texts.

    Parameters
    ----------
    right : callable or ndarray
        A right answer. It is the solution that the book shows.
    cases : sequence of tuple
        What it is called with, smallest first. They are tried in three stages: first those that
        hold neither fractions nor large numbers, then those with fractions, then those with large
        numbers or bytes. A stage is tried only when all before it are right.
    wrong : dict of str to callable, Made, Kind, Sign or a list of them
        The mistakes that are known, by name, in the order in which they are looked for.
    exempt : dict of str to str, optional
        Slips of ``_slips.SLIPS`` that can't show here, each with the reason.
    dtype : dtype_like, optional
        The type that the result must have.
    returns : tuple of str, optional
        What the arrays are called where several are returned.
    use : Use, optional
        What is done with an answer before it is compared.
    tolerance : float, default 1e-6
        How far an entry may be off, as a share of the largest that is expected.
    """

    right: Any
    cases: Sequence[tuple]
    wrong: dict
    exempt: dict = field(default_factory=dict)
    dtype: Any = None
    returns: tuple = ()
    use: Use | None = None
    tolerance: float = TOLERANCE
    number: str = ""  # from here on: filled in when the chapter is loaded
    name: str = ""
    module: Any = None
    text: Any = None
    sentences: dict = field(default_factory=dict)

    @property
    def is_array(self):
        """Whether an array is asked for, and not a function."""
        return not callable(self.right)

    @cached_property
    def parameters(self):
        """The names of what a case holds."""
        if self.is_array:
            return tuple(name for name in self.use.names if name != self.name)
        return tuple(inspect.signature(self.right).parameters)

    @property
    def call_text(self):
        """The call, as a student would write it."""
        name = self.use.function.__name__ if self.is_array else self.name
        return f"{name}({', '.join(self.use.names if self.is_array else self.parameters)})"

    @property
    def source(self):
        """The right answer, as it is written in the chapter's file."""
        if not self.is_array:
            return inspect.getsource(self.right).rstrip()
        source = inspect.getsource(self.module)
        assigned = [line for line in ast.parse(source).body if isinstance(line, ast.Assign)]
        return next(
            ast.get_source_segment(source, line)
            for line in assigned
            if getattr(line.targets[0], "id", None) == self.name
        )

    @property
    def starter(self):
        """What the student starts from."""
        if self.is_array:
            return f"{self.name} = ...  # your code here"
        return f"def {self.name}({', '.join(self.parameters)}):\n    return ...  # your code here"

    @property
    def statement(self):
        """Its heading and what is asked for, in Markdown."""
        return f"### {self.number} · {self.text.title}\n\n{self.text.statement}"

    @cached_property
    def stages(self):
        """The cases in three stages; one that would be empty is left out."""
        stages = [], [], []
        for case in self.cases:
            stages[2 if is_large(case) else 1 if has_fractions(case) else 0].append(case)
        return [stage for stage in stages if stage]

    @cached_property
    def ordered(self):
        """All cases, stage after stage."""
        return [case for stage in self.stages for case in stage]

    @cached_property
    def expected(self):
        """What the right answer makes of each case."""
        return self.outcomes(self.recalled)

    @cached_property
    def recalled(self):
        """The right answer, which computes each result only once: wrong ones are made of it."""
        return self.right if self.is_array else recalling(self.right)

    def outcomes(self, answer):
        """List what an answer makes of each case."""
        with np.errstate(all="ignore"):
            return [self.outcome(answer, case) for case in self.ordered]

    def outcome(self, answer, case, tee=None, copied=np.copy):
        """Find out what an answer makes of one case."""
        function = answer if callable(answer) else lambda *_: answer
        outcome = call(function, case, self.returns, tee, copied)
        if self.use is None or outcome.numbers is None:
            return outcome
        named = dict(zip(self.parameters, case, strict=True)) | {self.name: outcome.numbers[0]}
        used = call(self.use.function, tuple(named[name] for name in self.use.names))
        return replace(used, handed=outcome.handed)

    @cached_property
    def made(self):
        """The wrong answers of the table, as (name, function, outcomes)."""
        return self.outcomes_of(self.wrong)

    def outcomes_of(self, table):
        """List the wrong answers of a table that are functions, as (name, function, outcomes)."""
        if id(table) not in self._known:
            functions = [
                (
                    name,
                    entry.make(self.recalled, self.parameters)
                    if isinstance(entry, Made)
                    else entry,
                )
                for name, entry in self.entries(object, table)
                if not isinstance(entry, (Kind, Sign))
            ]
            self._known[id(table)] = [(n, f, self.outcomes(f)) for n, f in functions]
        return self._known[id(table)]

    @cached_property
    def _known(self):
        return {}

    def entries(self, kind, table=None):
        """List the entries of one kind in the table of wrong answers, as (name, entry)."""
        return [
            (name, entry)
            for name, entries in (self.wrong if table is None else table).items()
            for entry in (entries if isinstance(entries, list) else [entries])
            if isinstance(entry, kind)
        ]


def recalling(function):
    """Make a function that computes what it returns once, and hands out copies.

    >>> total = recalling(np.sum)
    >>> total(np.eye(2)), total(np.eye(2))
    (np.float64(2.0), np.float64(2.0))
    """
    known = {}

    def recalled(*case):
        try:
            key = _key(case)
        except TypeError:
            return function(*case)
        if key not in known:
            known[key] = function(*case)
        return copy.deepcopy(known[key])

    return recalled


def _key(argument):
    """Tell apart what a function may be given; raise TypeError for what can change unseen."""
    if isinstance(argument, np.ndarray) and not argument.dtype.hasobject:
        return argument.shape, argument.dtype.str, argument.tobytes()
    if isinstance(argument, (list, tuple)):
        return type(argument), *map(_key, argument)
    if isinstance(argument, dict):
        return dict, *map(_key, argument.items())
    if argument is None or isinstance(argument, (str, int, float, np.generic, FunctionType)):
        return type(argument), argument
    raise TypeError(f"a {type(argument).__name__}")


def by_name(function, named, *first):
    """Call a function with `first`, and then with what else it requires, by the names.

    >>> by_name(lambda result, kernel: result + kernel, {"image": 1, "kernel": 2}, 5)
    7
    """
    return function(*first, *(named[name] for name in _required(function)[len(first) :]))


@cache
def _required(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # some compiled functions have no signature
        return []
    taken = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.default is p.empty and p.kind in taken]


def _arrays(case):
    return [argument for argument in case if isinstance(argument, np.ndarray)]


def has_fractions(case):
    """Whether an array of the case holds fractions."""
    return any(a.dtype.kind == "f" and bool((a % 1 != 0).any()) for a in _arrays(case))


def has_bytes(case):
    """Whether an array of the case holds bytes."""
    return any(array.dtype == np.uint8 for array in _arrays(case))


def is_large(case):
    """Whether an array of the case holds bytes, or numbers that no signed byte holds."""
    return has_bytes(case) or any(abs(a).max(initial=0) >= LARGE for a in _arrays(case))
