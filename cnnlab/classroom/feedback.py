"""Give each student a page with the graded notebook: nbgrader's feedback, with a few changes.

The hidden tests' source is left out, the contents name the exercises, and what waits to be marked
by hand is no zero.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbformat.v4 import new_output

from cnnlab.classroom.course import CONFIG, Course, CourseError
from cnnlab.classroom.steps import exchange_of, run_nbgrader

POLICY = """\
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'">"""
HIDDEN = re.compile(r"\n*### BEGIN HIDDEN TESTS.*", re.DOTALL)
QUOTED = re.compile(r"HIDDEN(\s|\\u001b\[[\d;]*m)+TESTS")  # in JSON, maybe in colours
KINDS = {"visible": "the first cases", "hidden": "the book's check"}
TOTAL = re.compile(r"(<h4>[^<]*)\(Score: ([\d.]+) / ([\d.]+)\)</h4>")
ENTRY = re.compile(
    r'<li><a href="#([\w-]+)">(?:Test cell|Coding free-response|Written response)</a> '
    r"\(Score: ([\d.]+) / ([\d.]+)\)</li>"
)
SCORE = r'(<a name="{}"></a><div class="panel-heading">.*?)Score: [\d.]+ / ([\d.]+)'


def write_feedback(
    course: Course, name: str, *, say: Callable[[str], object] = print
) -> dict[str, str]:
    """Write a page for each student whose work is graded; release it if there is an exchange.

    A page that is newer than the marks and the settings stays: it goes on where it was interrupted.

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
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import GetGrades

    course.require(name)
    course.renew()
    graded = [
        student
        for student, record in course.records(name).items()
        if record["status"] == "graded" and course.graded(name, student).is_file()
    ]
    if not graded:
        raise CourseError(f"Nothing of {name} is graded yet: grade {name}")
    waiting = {student: to_mark(course, name, student) for student in graded}
    if count := sum(map(bool, waiting.values())):
        say(
            f"In {count} of {len(graded)} submissions a written answer waits to be marked; the "
            "page says so. Mark first (jupyter lab, Nbgrader, Formgrader), or give this again then."
        )
    marks, failed = course.root / "gradebook.db", {}
    changed = marks.stat().st_mtime if marks.is_file() else float("inf")
    changed = max(changed, (course.root / CONFIG).stat().st_mtime)
    for count, student in enumerate(graded, 1):
        path = course.feedback(name, student)
        try:
            if not path.is_file() or path.stat().st_mtime < changed:
                course.keep(path.parent)
                steps = [GetGrades, tidy, CSSHTMLHeaderPreprocessor]
                try:
                    run_nbgrader(
                        course, name, "GenerateFeedback", student=student, preprocessors=steps
                    )
                    disarm(path)
                    told = named(path.read_text(encoding="utf-8"), waiting[student])
                    path.write_text(told, encoding="utf-8")
                except BaseException:  # an interrupt, too: half a page would pass for a whole one
                    path.unlink(missing_ok=True)
                    raise
            if exchange_of(course):
                release(course, name, student)
            say(f"{count:4} of {len(graded)}  {student}")
        except CourseError as error:
            failed[student] = str(error)
            say(f"{count:4} of {len(graded)}  {student}: {error}")
    return failed


def to_mark(course: Course, name: str, student: str) -> dict[str, float]:
    """Return which cells of a student wait to be marked by hand, and their points."""
    from nbgrader.api import MissingEntry

    with course.gradebook() as gradebook:
        try:
            notebooks = gradebook.find_submission(name, student).notebooks
        except MissingEntry:
            return {}
        return {
            grade.name: grade.max_score
            for page in notebooks
            for grade in page.grades
            if grade.auto_score is None and grade.manual_score is None
        }


def tidy(notebook: Any, resources: Any) -> tuple[Any, Any]:
    """Leave out the source of hidden tests, also where an error or another output quotes it."""
    for cell in notebook.cells:
        if HIDDEN.search(cell.source):
            cell.source = HIDDEN.sub("", cell.source)
            for output in cell.get("outputs", ()):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        if "outputs" in cell:
            cell.outputs = [hushed(output) for output in cell.outputs]
    return notebook, resources


def hushed(output: Any) -> Any:
    """Return an output, or what stands in its place if it quotes hidden tests, as ``print(In)``."""
    if QUOTED.search(json.dumps(output)):
        return new_output("stream", text="(An output that quotes hidden tests is left out.)\n")
    return output


def named(page: str, waiting: Mapping[str, float]) -> str:
    """Name the exercises in a page's contents, and say what is not marked yet.

    Raises
    ------
    CourseError
        If the page is not as nbgrader has made it until now.
    """

    def entry(found):
        cell, score, most = found.groups()
        exercise = re.fullmatch(r"(E\d+)-(\d+)-(visible|hidden)", cell)
        title = f"{exercise[1]}.{exercise[2]}, {KINDS[exercise[3]]}" if exercise else cell
        title = "In your own words" if cell == "written" else title
        said = "not marked yet" if cell in waiting else f"Score: {score} / {most}"
        return "" if cell == "canary" else f'<li><a href="#{cell}">{title}</a> ({said})</li>'

    def total(found):
        start, score, most = found.groups()
        if not waiting:
            return found[0]
        left = float(most) - sum(waiting.values())
        answers = "1 answer is" if len(waiting) == 1 else f"{len(waiting)} answers are"
        return f"{start}(Score so far: {score} / {left}; {answers} not marked yet)</h4>"

    page, totals = TOTAL.subn(total, page, count=1)
    head, mark, rest = page.partition('<div class="panel-body">')  # what students wrote comes after
    head, entries = ENTRY.subn(entry, head)
    found = totals and entries
    for cell in waiting:
        score = re.compile(SCORE.format(re.escape(cell)), re.DOTALL)
        rest, marked = score.subn(r"\1Not marked yet; it has \2 points", rest, count=1)
        found = found and marked
    if not found:
        raise CourseError("nbgrader's page has another form than it had: its points can't be told.")
    return head + mark + rest


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
