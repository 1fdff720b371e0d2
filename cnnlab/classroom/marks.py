"""Marks by hand count for the very text that was marked, and for no later one.

nbgrader keeps points and comments by the cell's name, so those of an old submission would stand
under a new one. Before a submission is graded, `settle` compares each text that was marked with
what has come: where it is another, the mark goes out of the gradebook into
``log/NAME/marks/STUDENT.json``. Should the old text come back, so does its mark.

A written answer's text is its own. What decides a test is all code that the student could write.
"""

import hashlib
import json
from typing import Any

from cnnlab.classroom.restore import grade_id, is_locked

NOTHING = {"texts": {}, "aside": []}


def texts(notebook: Any) -> dict[str, str]:
    """Sum up the text that a mark of each cell is for, by the cell's name."""
    own = [cell for cell in notebook.cells if not is_locked(cell)]
    code = _digest(*(cell for cell in own if cell.cell_type == "code"))
    return {
        grade_id(cell): _digest(cell) if not is_locked(cell) else code
        for cell in notebook.cells
        if grade_id(cell)
    }


def _digest(*cells: Any) -> str:
    digest = hashlib.sha256()
    for cell in cells:
        lines = [line.rstrip() for line in cell.source.strip().splitlines()]
        digest.update(json.dumps([lines, cell.get("attachments")], sort_keys=True).encode())
    return digest.hexdigest()


def remember(course: Any, name: str, student: str) -> None:
    """Write down the texts of the graded notebook, if that has not been done, before it goes."""
    import nbformat

    path = course.graded(name, student)
    if path.is_file() and not _path(course, name, student).is_file():
        _write(course, name, student, NOTHING | {"texts": texts(nbformat.read(path, 4))})


def settle(course: Any, name: str, student: str, new: dict[str, str]) -> set[str]:
    """Put the marks of other texts aside, and bring back those of these.

    Parameters
    ----------
    course, name, student
        Whose submission.
    new : dict of str to str
        Its `texts`; empty if it could not be graded.

    Returns
    -------
    set of str
        The cells whose mark counts, as long as nbgrader has not been there.

    Notes
    -----
    Killed at any moment and run again, it does the rest: what is put aside is written down before
    it leaves the gradebook, and the new texts once all is done.
    """
    from nbgrader.api import MissingEntry

    known, kept = _read(course, name, student), set()
    with course.gradebook() as gradebook:
        try:
            notebooks = gradebook.find_submission(name, student).notebooks
        except MissingEntry:
            notebooks = []
        cells = [cell for page in notebooks for cell in [*page.grades, *page.comments]]
        for cell in cells:
            mark, text = _mark(cell), known["texts"].get(cell.name)
            if mark and (text is None or text != new.get(cell.name)):
                aside = {"cell": cell.name, "text": text} | mark
                if aside not in known["aside"]:
                    known["aside"].append(aside)
        if known["aside"]:
            _write(course, name, student, known)
        for cell in cells:
            text = new.get(cell.name)
            if _mark(cell) and (text is None or text != known["texts"].get(cell.name)):
                _set(cell, {})
            for aside in reversed(known["aside"]):
                same = (aside["cell"], aside["text"]) == (cell.name, text)
                if same and not _mark(cell) and _fields(cell) >= aside.keys() - {"cell", "text"}:
                    _set(cell, aside)
            if _mark(cell) and not getattr(cell, "needs_manual_grade", False):
                kept.add(cell.name)
        gradebook.db.commit()
    if new or known["texts"]:
        _write(course, name, student, known | {"texts": new})
    return kept


def confirm(course: Any, name: str, student: str, kept: set[str]) -> None:
    """Let nbgrader not ask for marks again that count still."""
    with course.gradebook() as gradebook:
        for page in gradebook.find_submission(name, student).notebooks:
            for grade in page.grades:
                if grade.name in kept and grade.manual_score is not None:
                    grade.needs_manual_grade = False
        gradebook.db.commit()


def outdated(course: Any, name: str, student: str, notebooks: Any) -> dict[str, str]:
    """Say of each cell that has changed since it was marked, and has no new mark, that it has."""
    marked = {cell.name for p in notebooks for cell in [*p.grades, *p.comments] if _mark(cell)}
    had = {}
    for aside in _read(course, name, student)["aside"]:
        if aside["cell"] not in marked:
            given = had.setdefault(aside["cell"], {})
            given |= (
                {"points": f"{aside['manual_score']:g} points"} if "manual_score" in aside else {}
            )
            given |= {"comment": "a comment"} if "manual_comment" in aside else {}
    where = _path(course, name, student).relative_to(course.root)
    return {
        cell: f"{cell} has changed since you marked it. What you gave then does not count "
        f"({', '.join(given.values()) or 'extra points'}); it is kept in {where}."
        for cell, given in had.items()
    }


def _fields(cell: Any) -> set[str]:
    """Name what a teacher can write to a cell: a grade's, or a comment's."""
    names = ("manual_score", "extra_credit", "manual_comment")
    return {name for name in names if hasattr(cell, name)}


def _mark(cell: Any) -> dict[str, Any]:
    """Return what was marked by hand; extra points of 0, and an empty comment, are no marks."""
    found = {name: getattr(cell, name) for name in _fields(cell)}
    return {
        name: value
        for name, value in found.items()
        if (value is not None if name == "manual_score" else value)
    }


def _set(cell: Any, mark: dict[str, Any]) -> None:
    for name in _fields(cell):
        setattr(cell, name, mark.get(name))


def _path(course: Any, name: str, student: str) -> Any:
    return course.root / "log" / name / "marks" / f"{student}.json"


def _read(course: Any, name: str, student: str) -> dict[str, Any]:
    path = _path(course, name, student)
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else NOTHING
    return {"texts": dict(known["texts"]), "aside": list(known["aside"])}


def _write(course: Any, name: str, student: str, known: dict[str, Any]) -> None:
    text = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    course.write(_path(course, name, student), text)
