"""Write the exercises into the notebooks, from ``cnnlab/exercises/chNN.py`` and ``chNN.md``.

    python tools/weave.py [--check] [NOTEBOOK ...]      (default: every chapter)

A Markdown cell that says ``<!-- exercise E2.1 -->`` keeps the exercise's place, one that says
``<!-- quiz -->`` the quiz's. The cells behind it are written anew; weaving twice changes nothing,
and the outputs of cells that stay the same are kept. With ``--check`` nothing is written: the names
of notebooks that weaving would change are printed, and the exit status is 1 if there are any.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import nbformat
from nbformat import v4

from cnnlab.exercises import _bank

ROOT = Path(__file__).resolve().parent.parent
MARKER = re.compile(r"<!-- (?:exercise (?P<exercise>\S+)|(?P<quiz>quiz)) -->")
CHAPTER = re.compile(r"(\d\d)_")


class WeaveError(ValueError):
    """A marker that names nothing, or an exercise without a place."""


def exercise_cells(number, *, help=True):
    """Make the cells of an exercise.

    Parameters
    ----------
    number : str
        As in ``"E2.1"``.
    help : bool, default True
        Whether hints and the solution are part of it.

    Returns
    -------
    list of NotebookNode
        Statement, starter, check and help, each with ``metadata.cnnlab`` that says so.
    """
    exercise = _bank.find(number)
    parts = {
        "statement": v4.new_markdown_cell(exercise.statement),
        "starter": v4.new_code_cell(exercise.starter),
        "check": v4.new_code_cell(f'check("{number}", {exercise.name})'),
    }
    parts["check"].metadata.tags = ["remove-output"]  # on a page there is nothing to check
    if help:
        parts["help"] = v4.new_markdown_cell(help_text(exercise))
    return [_named(cell, "exercise", number, part) for part, cell in parts.items()]


def quiz_cells(chapter):
    """Make the cell of a chapter's quiz."""
    return [_named(v4.new_code_cell(f"quiz({chapter})"), "quiz", chapter, "quiz")]


def _named(cell, kind, number, part):
    cell.id = f"{str(number).replace('.', '-').lower()}-{part}"
    cell.metadata.cnnlab = {kind: number, "part": part}
    return cell


def help_text(exercise):
    """Write three hints, each inside the one before it, and the solution."""
    hints = ""
    for position, hint in reversed(list(enumerate(exercise.text.hints, 1))):
        hints = _folded(f"Hint {position}", hint, hints)
    code = f"```python\n{exercise.source}\n```"
    return f"{hints}\n\n{_folded('Solution', code, exercise.text.solution)}"


def _folded(summary, *blocks):
    inside = "\n\n".join(filter(None, blocks))
    return f"<details>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def weave(notebook, chapter=None):
    """Put the exercises' cells behind their markers.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    chapter : int, optional
        The chapter that it is: its quiz is woven, and each of its exercises must have a place.

    Raises
    ------
    WeaveError
        If a marker names nothing, or stands twice, or if an exercise of the chapter has no marker.
    """
    before = {cell.id: cell for cell in notebook.cells if "cnnlab" in cell.metadata}
    cells, placed = [], []
    for cell in notebook.cells:
        if "cnnlab" in cell.metadata:
            continue
        cells.append(cell)
        marker = MARKER.fullmatch(cell.source) if cell.cell_type == "markdown" else None
        if marker:
            placed.append(marker["exercise"] or "quiz")
            cells += _woven(marker, chapter)
    _complete(placed, chapter)
    for cell in cells:
        old = before.get(cell.id)
        if old and cell.cell_type == "code" and old.source == cell.source:
            cell.outputs, cell.execution_count = old.outputs, old.execution_count
    notebook.cells = cells


def _woven(marker, chapter):
    try:
        if marker["exercise"]:
            return exercise_cells(marker["exercise"])
        return quiz_cells(chapter) if chapter else []
    except ValueError as error:
        raise WeaveError(f"{marker[0]}: {error}") from error


def _complete(placed, chapter):
    twice = sorted({name for name in placed if placed.count(name) > 1})
    if twice:
        raise WeaveError(f"more than one place for {', '.join(twice)}")
    wanted = _bank.load(chapter)[0] if chapter in _bank.chapters() else {}
    missing = [name for name in [*wanted, *["quiz"] * bool(wanted)] if name not in placed]
    if missing:
        raise WeaveError(
            f"no place for {', '.join(missing)}; a cell says where: <!-- exercise … -->"
        )


def woven(path):
    """Return a notebook's text as weaving makes it."""
    notebook = nbformat.read(path, as_version=4)
    number = CHAPTER.match(path.name)
    try:
        weave(notebook, int(number[1]) if number else None)
    except WeaveError as error:
        raise WeaveError(f"{path.name}: {error}") from error
    return nbformat.writes(notebook, indent=1, ensure_ascii=False).rstrip("\n") + "\n"


def main(arguments=None):
    """Weave the named notebooks, or every chapter."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; say what would change")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    changed = []
    for path in options.notebooks or sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        try:
            text = woven(path)
        except ValueError as error:
            parser.error(str(error))
        if text != path.read_text(encoding="utf-8"):
            changed.append(path)
            name = Path(os.path.relpath(path, ROOT)).as_posix()
            if not options.check:
                path.write_text(text, encoding="utf-8")
            hint = f"not woven; `make notebooks ONLY={name}` weaves and runs it"
            print(f"{name}: {hint if options.check else 'woven'}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
