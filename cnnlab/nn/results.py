"""What the experiments found: networks trained with several seeds, read from the stored files."""

import json
from pathlib import Path

import numpy as np

# Beside the package where it was installed, in the repository otherwise.
PLACES = [
    Path(__file__).parents[1] / "_results",
    Path(__file__).parents[2] / "experiments" / "results",
]


class Results:
    """What one experiment measured, seed by seed.

    Attributes
    ----------
    question : str
        What it asks.
    settings : dict
        What is the same for all its runs.
    seeds : int
        How many networks were trained for each condition.
    conditions : list of str
        What is compared.
    """

    def __init__(self, found):
        self.question, self.settings = found["question"], found["settings"]
        self.seeds = found["seeds"]
        self._found = found["conditions"]
        self.conditions = list(self._found)

    def values(self, condition, measure):
        """Return what each seed gave: an array of shape (seeds, …); NaN where it has no number."""
        if condition not in self._found:
            raise KeyError(f"{condition!r} was not tried; there are {self.conditions}")
        measures = self._found[condition]["measures"]
        if measure not in measures:
            raise KeyError(f"{measure!r} was not measured; there are {list(measures)}")
        return np.array(measures[measure], dtype=float)

    def mean(self, condition, measure):
        """Return the mean over the seeds."""
        return self.values(condition, measure).mean(axis=0)

    def spread(self, condition, measure):
        """Return the standard deviation over the seeds, that of one run (divided by n − 1)."""
        return self.values(condition, measure).std(axis=0, ddof=1)

    def quote(self, condition, measure, digits=1):
        """Write mean ± spread of a single number.

        Examples
        --------
        >>> found = results("small_digits")
        >>> found.quote("two layers", "held out, %").count("±")
        1
        """
        mean, spread = self.mean(condition, measure), self.spread(condition, measure)
        if mean.ndim:
            raise ValueError(f"{measure!r} has {mean.size} values a seed; take mean() and spread()")
        return f"{mean:.{digits}f} ± {spread:.{digits}f}"

    def __repr__(self):
        measures = []
        for found in self._found.values():
            numbers = (m for m, v in found["measures"].items() if np.ndim(v[0]) == 0)
            measures += [measure for measure in numbers if measure not in measures]
        rows = [["", *measures]]
        for condition, found in self._found.items():
            has = found["measures"]
            rows.append(
                [condition, *(self.quote(condition, m) if m in has else "" for m in measures)]
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            row[0].ljust(widths[0])
            + "".join("   " + c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))
            for row in rows
        ]
        return "\n".join(
            [*map(str.rstrip, lines), f"mean ± standard deviation over {self.seeds} seeds"]
        )


def results(name):
    """Read what an experiment found.

    Parameters
    ----------
    name : str
        The experiment, a module of the folder ``experiments``.

    Returns
    -------
    Results
        It prints as a table: a row for each condition, mean ± standard deviation over the seeds.

    Raises
    ------
    FileNotFoundError
        If there is no such experiment; the message names those there are.
    """
    if (path := result_file(f"{name}.json")).is_file():
        return Results(json.loads(path.read_text(encoding="utf-8")))
    there = sorted({path.stem for folder in PLACES for path in folder.glob("*.json")})
    raise FileNotFoundError(f"no results are called {name!r}; there are {', '.join(there)}")


def result_file(name):
    """Return where a file lies that an experiment stored, or where it would."""
    found = [folder / name for folder in PLACES if (folder / name).is_file()]
    return found[0] if found else PLACES[-1] / name


__all__ = ["Results", "results"]
