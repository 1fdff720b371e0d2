"""Give each student a page with the graded notebook: nbgrader's feedback."""

from collections.abc import Callable
from pathlib import Path

from cnnlab.classroom.assignment import exchange_of, run_nbgrader
from cnnlab.classroom.course import Course, CourseError

POLICY = """\
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; img-src data:; font-src data:">"""


def write_feedback(
    course: Course, name: str, *, say: Callable[[str], object] = print
) -> dict[str, str]:
    """Write a page for each student whose work is graded; release it if there is an exchange.

    A page that is newer than the marks stays, so it goes on where it was interrupted.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        Which assignment.
    say : callable, default print
        Told a line for each student.

    Returns
    -------
    dict of str to str
        Why there is no page, or none in the exchange, by student.

    Raises
    ------
    CourseError
        If nothing is graded yet.
    """
    course.require(name)
    graded = [
        student
        for student, record in course.records(name).items()
        if record["status"] == "graded" and course.graded(name, student).is_file()
    ]
    if not graded:
        raise CourseError(f"Nothing of {name} is graded yet: grade {name}")
    marks, failed = course.root / "gradebook.db", {}
    changed = marks.stat().st_mtime if marks.is_file() else float("inf")
    for count, student in enumerate(graded, 1):
        path = course.feedback(name, student)
        try:
            if not path.is_file() or path.stat().st_mtime < changed:
                course.keep(path.parent)
                run_nbgrader(course, name, "GenerateFeedback", student=student)
                disarm(path)
            if exchange_of(course):
                release(course, name, student)
            say(f"{count:4} of {len(graded)}  {student}")
        except CourseError as error:
            failed[student] = str(error)
            say(f"{count:4} of {len(graded)}  {student}: {error}")
    return failed


def disarm(path: Path) -> None:
    """Let a page run no script and ask for nothing from elsewhere, whatever a student put in it.

    Raises
    ------
    CourseError
        If the page has no head to say so in; it is taken away.
    """
    head, mark, rest = path.read_text(encoding="utf-8").partition("<head>")
    if not mark:
        path.unlink()
        raise CourseError("nbgrader's page has no head, so its scripts can't be forbidden.")
    path.write_text(f"{head}{mark}\n{POLICY}{rest}", encoding="utf-8")


def release(course: Course, name: str, student: str) -> None:
    """Put a student's page where that student alone finds it: the exchange."""
    if not (course.feedback(name, student).parent / "submission_secret.txt").is_file():
        raise CourseError("Not handed in through the exchange, so there is no feedback in it.")
    run_nbgrader(course, name, "ReleaseFeedback", student=student)
