"""What Python's and NumPy's exceptions mean, where a beginner can't read it from their words."""

import builtins
import functools
import re
from pathlib import Path
from typing import NamedTuple

_LINE = re.compile(r"- \*\*(.+?)\*\* · (.+?) · (.+?) · (.+)")


class Mistake(NamedTuple):
    """A mistake that was recognised, and what to say about it."""

    name: str
    message: str


@functools.cache
def _explanations():
    text = (Path(__file__).parents[1] / "errors.md").read_text(encoding="utf-8")
    rows = [_LINE.fullmatch(line).groups() for line in text.splitlines() if line.startswith("- ")]
    return [
        (name, tuple(getattr(builtins, word) for word in types.split(", ")), pattern, sentence)
        for name, types, pattern, sentence in rows
    ]


def explain(error):
    """Explain an exception that often puzzles; None for those that speak for themselves."""
    words = message(error)
    for name, types, pattern, sentence in _explanations():
        found = re.search(pattern, words) if isinstance(error, types) else None
        if found:
            return Mistake(name, sentence.format(*filter(None, found.groups())))
    return None


def message(error):
    """Give an exception's words in one line; it may have none, or fail to say them."""
    try:
        return " ".join(str(error).split())
    except Exception:
        return ""
