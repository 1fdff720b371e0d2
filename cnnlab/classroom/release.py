"""Hand an assignment out: make the students' version, and know what a new one means for the old."""

import copy
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from cnnlab.classroom.course import Course, CourseError
from cnnlab.classroom.lock import alone
from cnnlab.classroom.restore import restore
from cnnlab.classroom.steps import exchange_of, run_nbgrader

EARLIER = "Its tests were those of an earlier release; those of now have taken their place."
MAKING = ".making"  # the folder in release/ where the next one is made


def release(course: Course, name: str, *, due: datetime | None = None) -> list[str]:
    """Make the students' version in ``release/``, and hand it out where there is an exchange.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        Which assignment.
    due : datetime, optional
        When it is due; what was said before stays if this is not given.

    Returns
    -------
    list of str
        What has been done, and what remains to be done: sentences.

    Raises
    ------
    CourseError
        If there is no such assignment, it is being graded, or nbgrader refuses it; the message has
        its words.

    Notes
    -----
    The new version takes the old one's place once it is finished. If the teacher's notebook is
    another than the one that was released before, all that is graded is to be graded again.
    """
    course.require(name)
    with alone(course):
        said = [*_make(course, name), f"The students' version is {course.released(name)}"]
        said += _set_due(course, name, due)
        if not exchange_of(course):
            return [*said, "Hand that file out, by your course's web page or by e-mail."]
        run_nbgrader(course, name, "ReleaseAssignment", force=True)
        return [*said, f"Students fetch it from the exchange, {exchange_of(course)}"]


def _make(course: Course, name: str) -> list[str]:
    """Make the students' version; say what it means for those who have an earlier one."""
    place, making = course.released(name), course.root / "release" / MAKING
    new, said = making / name / place.name, []
    shutil.rmtree(making, ignore_errors=True)  # of a run that was killed
    try:
        run_nbgrader(course, name, "GenerateAssignment", release=f"release/{MAKING}")
        check_released(course, name, new)
        if place.is_file():
            if _changes(nbformat.read(place, 4), nbformat.read(new, 4)):
                day = datetime.fromtimestamp(place.stat().st_mtime)
                said.append(
                    f"Tests or points differ from the release of {_written(day)}. The new ones "
                    "count for all, and in notebooks that were downloaded before they take the "
                    "place of the old ones. Give everyone the new notebook."
                )
            if has_changed(course, name) is not False and _forget_grading(course, name):
                said.append(f"What was graded before is to be graded again: grade {name}")
        course.replace(new.parent, place.parent)
        course.write(_summed_up(course, name), _sum_up(course, name))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return said


def _set_due(course: Course, name: str, due: datetime | None) -> list[str]:
    """Set when an assignment is due, if that is given; say when it is."""
    before, said = course.due(name), []
    if due and due != before:
        with course.gradebook() as gradebook:
            moment = due.astimezone(UTC).replace(tzinfo=None)  # nbgrader keeps UTC
            gradebook.update_or_create_assignment(name, duedate=moment)
        if any(course.root.glob(f"submitted/*/{name}")):
            said.append(
                "What is collected already stays late or in time, as it was. To judge it anew, "
                f"move the folders submitted/STUDENT/{name} away; then collect and grade again."
            )
    due = due or before
    day = f"{_written(due.astimezone())}, your time" if due else "not set, so nothing is late"
    return [f"Due: {day}.", *said]


def _written(time: datetime) -> str:
    return f"{time:%a} {time.day} {time:%b %Y, %H:%M}"


def has_changed(course: Course, name: str) -> bool | None:
    """Whether the teacher's notebook has changed since it was released, if that is known."""
    path = _summed_up(course, name)
    return path.read_text() != _sum_up(course, name) if path.is_file() else None


def _summed_up(course: Course, name: str) -> Path:
    return course.root / "log" / name / "_released.txt"  # no student's name begins so


def _sum_up(course: Course, name: str) -> str:
    """Sum up a teacher's notebook: texts, tests and points, and nothing that an editor adds."""
    cells = nbformat.read(course.source(name), 4).cells
    said = [(cell.cell_type, cell.source, cell.metadata.get("nbgrader")) for cell in cells]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _forget_grading(course: Course, name: str) -> int:
    """Let all that is graded be graded again; return how much that is."""
    students = [path.stem for path in course.root.glob(f"log/{name}/[!_]*.json")]
    graded = [student for student in students if "digest" in course.record(name, student)]
    for student in graded:
        course.record(name, student, digest=None)
    return len(graded)


def excuse(course: Course, name: str) -> list[str]:
    """Take back that tests were tampered with where they are those of an earlier release.

    Returns
    -------
    list of str
        The students of whom that is so. Releases are known as long as ``kept/`` has them.
    """
    places = sorted(course.root.glob(f"kept/*/release/{name}*/{name}.ipynb"))
    *earlier, released = (nbformat.read(each, 4) for each in [*places, course.released(name)])
    blamed = [s for s, record in course.records(name).items() if record.get("tampered")]
    excused = []
    for student in blamed if earlier else []:
        try:
            text = course.submitted(name, student).read_text(encoding="utf-8-sig")
            submitted = nbformat.reads(text, 4)
            same = any(not _changes(submitted, each) for each in earlier)
            changes = _changes(submitted, released) if same else []
        except Exception:  # whatever a broken file makes of its reader
            continue
        record = course.record(name, student)
        left = [said for said in record["tampered"] if said not in changes]
        if left != record["tampered"]:
            reason = f"{record.get('reason', '')} {EARLIER}".strip()
            course.record(name, student, tampered=left or None, reason=reason)
            excused.append(student)
    return excused


def _changes(notebook: Any, released: Any) -> list[str]:
    """Say what was done to tests, in the words of `restore`."""
    return restore(notebook, copy.deepcopy(released))[1]


def check_released(course: Course, name: str, path: Path | None = None) -> None:
    """Make sure that what is handed out holds no solution and no hidden test.

    Raises
    ------
    CourseError
        If it does. nbgrader takes out what stands between its marks, and nothing else.
    """
    cells = nbformat.read(path or course.released(name), 4).cells
    for cell in cells:
        left = re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)|judge\(find\(", cell.source)
        if left:
            raise CourseError(
                f"A cell of {name} would be released with “{left[0]}” in it. Put the marks of "
                f"{course.source(name)} right: each BEGIN has its END, on lines of their own."
            )
