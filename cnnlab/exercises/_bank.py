"""Find the exercises: ``chNN.py`` and ``chNN.md`` in the folder of `cnnlab.exercises`."""

import functools
import importlib
import inspect
import re
from pathlib import Path

from cnnlab._arguments import as_integer
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._outline import OutlineError, common_sentences, read_chapter

FOLDER = Path(__file__).resolve().parent


def chapters():
    """List the numbers of the chapters that have exercises."""
    return sorted(int(path.stem[2:]) for path in FOLDER.glob("ch[0-9][0-9].py"))


def load(chapter):
    """Load a chapter: its exercises by number, and its quiz's questions.

    Raises
    ------
    TypeError
        If `chapter` is not an integer.
    ValueError
        If there is no such chapter, or its two files do not fit; the message names the line.
    """
    chapter = as_integer(chapter, "chapter", minimum=0)
    if chapter not in chapters():
        raise ValueError(f"there are no exercises of chapter {chapter}; {_what_exists()}")
    return _load(chapter)


@functools.cache
def _load(chapter):
    module = importlib.import_module(f"cnnlab.exercises.ch{chapter:02}")
    texts, questions = read_chapter(FOLDER / f"ch{chapter:02}.md")
    return join(module, texts), questions


def join(module, texts):
    """Give each exercise of a module its number, its name and its texts."""
    held = {
        name.replace("_", "."): value
        for name, value in vars(module).items()
        if isinstance(value, Exercise)
    }
    source = Path(inspect.getfile(module))
    for number in held.keys() - texts.keys():
        raise OutlineError(source, 1, f"{number} has no texts")
    sentences = {}  # a mistake that an earlier exercise of the chapter explains need not be again
    for number, text in texts.items():
        if number not in held:
            raise OutlineError(text.path, text.line, f"{number} is not in {source.name}")
        exercise = held[number]
        for name in text.mistakes.keys() - exercise.wrong.keys():
            message = f"{source.name} has no mistake “{name}” of {number}"
            raise OutlineError(text.path, text.lines[name], message)
        known = sentences | common_sentences() | text.mistakes
        sentences |= text.mistakes
        for name in exercise.wrong.keys() - known.keys():
            raise OutlineError(text.path, text.line, f"{number} has no sentence on “{name}”")
        exercise.sentences = {name: known[name] for name in exercise.wrong}
        exercise.number, exercise.module, exercise.text = number, module, text
        exercise.name = next(
            name for name, value in vars(module).items() if value is exercise.right
        )
    return {number: held[number] for number in texts}


def find(number):
    """Find an exercise by its number.

    >>> find("E1.1").name
    'window_sum'
    """
    named = re.fullmatch(r"E(\d+)\.\d+", number) if isinstance(number, str) else None
    if named and int(named[1]) in chapters():
        exercises, _ = load(int(named[1]))
        if number in exercises:
            return exercises[number]
        raise ValueError(
            f"there is no exercise {number}; chapter {named[1]} has {_span(exercises)}"
        )
    raise ValueError(f"there is no exercise {number!r}; {_what_exists()}")


def _span(exercises):
    numbers = list(exercises)
    return f"{numbers[0]} to {numbers[-1]}"


def _what_exists():
    return "there are " + ", ".join(_span(load(chapter)[0]) for chapter in chapters())
