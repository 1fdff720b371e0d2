"""Put back what students must not change in a notebook, and tell what it was."""

from nbformat import NotebookNode


def restore(notebook, released):
    """Put back what students must not change.

    nbgrader would do so too, but it stops at a test that was deleted together with the cell before
    it, and leaves a tag on a test that keeps it from being run.

    Parameters
    ----------
    notebook, released : NotebookNode
        The submission, and what was handed out.

    Returns
    -------
    notebook : NotebookNode
        The submission's own cells, with the released ones in their places.
    changes : list of str
        What was done to tests and other locked code, a sentence each.
    found : int
        How many of the released notebook's cells with points were in it.
    """
    ours = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    held = [NotebookNode(cell) for cell in notebook.cells]
    names, cells, changes = _recognise(held, ours), [], []
    for cell in held:
        name = names.get(id(cell))
        if name is None:  # the student's own, or a copy
            cell.metadata = NotebookNode()
            cell.id = f"own-{len(cells)}"
            cells.append(cell)
        elif is_locked(ours[name]):
            changes += _changed(cell, ours[name])
            cells.append(NotebookNode(ours[name]))
        else:
            cells.append(_answer(cell, ours[name]))
    before = None
    for name, cell in ours.items():
        if name not in names.values():
            places = [place for place, other in enumerate(cells) if other is before]
            cells.insert(places[0] + 1 if places else 0, NotebookNode(cell))
            if cell.cell_type == "code" or _marks(cell)["grade"]:
                changes.append(f"The {_what(cell)} {name} was deleted.")
        before = next(other for other in cells if grade_id(other) == name)
    found = sum(_marks(ours[name])["grade"] for name in names.values())
    whole = NotebookNode(released)
    # People move cells; but what looks whether the tests could do their work comes after them.
    whole.cells = sorted(cells, key=lambda cell: grade_id(cell) == "canary")
    return whole, changes, found


def stranger(notebook, released):
    """Say why a submission is not of this assignment; empty if it is, as far as can be seen.

    The name that was written into the notebook decides, and without it the names of the cells: two
    assignments can share an exercise.
    """
    names = [_assignment(book) for book in (notebook, released)]
    if all(names):
        other, asked = names
        return "" if other == asked else f"It is the notebook of {other}, not of {asked}."
    ours = {grade_id(cell): _marks(cell)["grade"] for cell in released.cells if grade_id(cell)}
    theirs = {name for cell in notebook.cells if isinstance(name := grade_id(cell), str)}
    graded = {name for name, counts in ours.items() if counts}
    if theirs - ours.keys() and 2 * len(theirs & graded) < len(graded):
        return "Most cells of the assignment are missing, and another's are there."
    return ""


def _assignment(notebook):
    """Return the assignment's name that was written into its notebook."""
    ours = notebook.metadata.get("cnnlab")
    name = ours.get("assignment") if isinstance(ours, dict) else None
    return name if isinstance(name, str) else None


def _recognise(held, ours):
    """Find the released cells in a submission: by name, else by the cell's id, else by the text."""
    names = {}
    for name, cell in ours.items():
        named = [other for other in held if grade_id(other) == name]
        named = named or [other for other in held if other.get("id", held) == cell.get("id")]
        alike = [other for other in held if _text(other) == _text(cell)]
        if is_locked(cell):  # of copies, the true one counts; of answers, one that says something
            named = [other for other in named if other in alike] or named or alike
        else:
            named = [other for other in named if other not in alike] or named
        if named:
            names[id(named[0])] = name
    return names


def _changed(cell, ours):
    """Say what was done to a locked cell, if it is code."""
    if ours.cell_type != "code":
        return []
    if (cell.cell_type, _text(cell)) != ("code", _text(ours)):
        return [f"The {_what(ours)} {grade_id(ours)} was changed."]
    if _marks(cell) not in ({}, _marks(ours)):
        return [f"The settings of the {_what(ours)} {grade_id(ours)} were changed."]
    return []


def _answer(cell, ours):
    """Make an answer of a cell that a student has written in."""
    if cell.cell_type == ours.cell_type:
        cell.metadata, cell.id = ours.metadata, ours.id
    else:
        cell = NotebookNode(ours, source=cell.source)
    if _text(cell) == _text(ours):
        cell.source = ours.source  # or nbgrader would take it for answered
    return cell


def _nbgrader(cell):
    """Return nbgrader's metadata of a cell, whatever a student has put there."""
    marks = cell.metadata.get("nbgrader")
    return marks if isinstance(marks, dict) else {}


def grade_id(cell):
    """Return a cell's name in the gradebook; None if it has none."""
    return _nbgrader(cell).get("grade_id")


def is_locked(cell):
    """Whether a student must not change a cell."""
    marks = _nbgrader(cell)
    return not marks.get("solution") and (marks.get("grade") or marks.get("locked"))


def _marks(cell):
    """Return what decides whether a cell is run, and what it counts; empty if that was lost."""
    marks = {name: _nbgrader(cell).get(name) for name in ("grade", "locked", "solution", "points")}
    skipped = "skip-execution" in cell.metadata.get("tags", ())
    return marks | {"skipped": skipped} if _nbgrader(cell) or skipped else {}


def _text(cell):
    """Return a cell's text without what an editor may change on its own."""
    return "\n".join(line.rstrip() for line in cell.source.strip().splitlines())


def _what(cell):
    marks = _nbgrader(cell)
    return "answer" if marks.get("solution") else "test" if marks.get("grade") else "cell"
