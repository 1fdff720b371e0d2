"""The table of an assignment: a row for each student, for a spreadsheet and for the browser.

The page needs no script and nothing from elsewhere; its order is chosen by radio buttons.
"""

import csv
import io
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import nbformat
from markupsafe import Markup, escape

from cnnlab.classroom.collect import NOT_JUDGED
from cnnlab.classroom.course import Course
from cnnlab.classroom.marks import outdated
from cnnlab.classroom.mistakes import sentence
from cnnlab.exercises import _bank

FIRST = ["student_id", "first_name", "last_name", "status", "reason", "late", "score", "max_score"]
LAST = ["to_mark", "changed", "tampered", "mistakes", "file", "collected", "on_disk"]
MARKS = {"graded": "✓", "collected": "…", "missing": "–"}  # before a status; ! before any other
ORDERS = {
    "roster": "as on the roster",
    "name": "by name",
    "status": "by status",
    "score": "by points",
}
DEFAULTS = {"parts": {}, "to_mark": [], "tampered": [], "mistakes": {}, "reason": "", "late": False}
DEFAULTS |= {"score": None, "max_score": None, "changed": {}, "on_disk": ""}
MOST = 12  # mistakes that are shown at once; the others wait behind a line that counts them
INNER = re.compile(r"([;,\t\r\n|][\s\"']*)(?=[=+\-@])")  # elsewhere a cell begins here
EXERCISE = re.compile(r"(E\d+)-(\d+)-(?:visible|hidden)")


def write_table(course: Course, name: str) -> list[Path]:
    """Write ``tables/NAME.csv`` and ``tables/NAME.html``.

    Returns
    -------
    list of Path
        The two files.

    Raises
    ------
    CourseError
        If there is no such assignment.
    """
    course.require(name)
    rows = read_rows(course, name)
    course.write(course.table(name, "csv"), "\ufeff" + csv_text(rows))  # for Excel
    course.write(course.table(name, "html"), page(course, name, rows))
    return [course.table(name, "csv"), course.table(name, "html")]


def read_rows(course: Course, name: str) -> list[dict[str, Any]]:
    """Read what is known of each student: the records, and the marks in the gradebook.

    Returns
    -------
    list of dict
        The records, in the roster's order, with the student's names and, where a submission is
        graded, ``parts``: points by exercise. What waits to be marked by hand counts as None, and
        stands in ``to_mark``; ``score`` is then what there is so far. ``changed`` has a
        sentence for each cell whose text is another than the one that was marked.
    """
    roster, rows = course.roster(), []
    with course.gradebook() as gradebook:
        for student, known in course.records(name).items():
            named = roster[student]._asdict() if student in roster else {"student_id": student}
            row = {"first_name": "", "last_name": ""} | named | known
            if known["status"] == "graded":
                row |= read_marks(course, gradebook, name, student)
            rows.append(row)
    return rows


def read_marks(course: Course, gradebook: Any, name: str, student: str) -> dict[str, Any]:
    """Read a graded submission's points; those marked by hand may have come since."""
    from nbgrader.api import MissingEntry

    try:
        submission = gradebook.find_submission(name, student)
    except MissingEntry:
        return {}
    parts, waiting = {}, []
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            exercise = EXERCISE.fullmatch(grade.name)
            part = f"{exercise[1]}.{exercise[2]}" if exercise else grade.name
            if grade.auto_score is None and grade.manual_score is None:
                waiting.append(part)
                parts[part] = None
            elif grade.max_score:
                parts[part] = parts.get(part, 0) + grade.score
    return {
        "parts": parts,
        "to_mark": waiting,
        "changed": outdated(course, name, student, submission.notebooks),
        "score": submission.score,
        "max_score": submission.max_score,
    }


def part_names(rows: list[dict]) -> list[str]:
    """List the exercises, and the written answers, that have points."""
    return list(dict.fromkeys(part for row in rows for part in row.get("parts", {})))


def common_mistakes(rows: list[dict]) -> list[tuple[int, str, str]]:
    """Count the mistakes: how often, in which exercise, and which; the most frequent first."""
    counts = Counter(pair for row in rows for pair in row.get("mistakes", {}).items())
    return sorted(((n, *pair) for pair, n in counts.items()), key=lambda each: (-each[0], each[1:]))


def points(value: float | None) -> str:
    """Write points; none, where there are none, is no zero."""
    return "" if value is None else f"{value:g}"


# ---- for a spreadsheet ----


def csv_text(rows: list[dict]) -> str:
    """Write the table as CSV, with a column for each exercise."""
    text, parts = io.StringIO(), part_names(rows)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIRST, *parts, *LAST])
    for row in rows:
        mistakes = (f"{number}: {mistake}" for number, mistake in row.get("mistakes", {}).items())
        said = row | {
            "late": "late" if row.get("late") is True else row.get("late") or "",
            "score": points(row.get("score")),
            "max_score": points(row.get("max_score")),
            "to_mark": " ".join(row.get("to_mark", [])),
            "changed": " ".join(row.get("changed", {}).values()),
            "tampered": " ".join(row.get("tampered", [])),
            "mistakes": "; ".join(mistakes),
        }
        shares = [points(row.get("parts", {}).get(part)) for part in parts]
        cells = [*(said.get(c, "") for c in FIRST), *shares, *(said.get(c, "") for c in LAST)]
        writer.writerow([harmless(str(cell)) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a student's text for a formula, whatever parts its columns.

    >>> harmless("=1+1"), harmless("12.5"), harmless("a;=1+1")
    ("'=1+1", '12.5', "a;'=1+1")
    """
    cell = INNER.sub(r"\1'", cell)
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


# ---- for the browser ----


def page(course: Course, name: str, rows: list[dict]) -> str:
    """Write the table as a page that is whole in itself: ``table.html`` beside this file."""
    template = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    template.filters |= {"points": points, "code": code}
    places = places_in(rows)
    cells = nbformat.read(course.source(name), 4).cells
    return template.get_template("table.html").render(
        title=f"{name} · {course.course_id}",
        rows=[DEFAULTS | row | {"places": places[n]} for n, row in enumerate(rows)],
        counts=Counter(row["status"] for row in rows).most_common(),
        parts=part_names(rows),
        marks=MARKS,
        orders=ORDERS,
        pages={row["student_id"]: feedback_address(course, name, row) for row in rows},
        most=MOST,
        mistakes=[
            (count, number, title_of(number), mistake, said_of(number, mistake))
            for count, number, mistake in common_mistakes(rows)
        ],
        others=course.others(name),
        unjudged=[row["student_id"] for row in rows if row.get("late") == NOT_JUDGED],
        rubrics=[
            cell.source
            for cell in cells
            if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution")
        ],
    )


def title_of(number: str) -> str:
    """Return an exercise's title; a test may be the teacher's own, and has none."""
    try:
        return _bank.find(number).text.title
    except ValueError:
        return "a test of your own"


def said_of(number: str, mistake: str) -> str:
    """Return what the check says of a mistake; of the teacher's own tests it knows nothing."""
    try:
        return sentence(number, mistake)
    except ValueError:
        return ""


def places_in(rows: list[dict]) -> list[dict[str, int]]:
    """Return each row's place in each order."""
    keys = {
        "roster": lambda n: n,
        "name": lambda n: (rows[n]["last_name"].casefold(), rows[n]["first_name"].casefold()),
        "status": lambda n: (rows[n]["status"] == "graded", rows[n]["status"]),
        "score": lambda n: -1 if rows[n].get("score") is None else rows[n]["score"],
    }
    places = [{} for _ in rows]
    for order, key in keys.items():
        for place, n in enumerate(sorted(range(len(rows)), key=key)):
            places[n][order] = place
    return places


def feedback_address(course: Course, name: str, row: dict) -> str:
    """Return where a student's page lies, seen from the table; empty if there is none."""
    path = course.feedback(name, row["student_id"])
    folder = course.table(name).parent
    return quote(os.path.relpath(path, folder).replace(os.sep, "/")) if path.is_file() else ""


def code(text: str) -> Markup:
    """Show what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))
