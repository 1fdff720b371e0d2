"""Weave an assignment from the book's exercises, release it, and read the mistakes that were met.

The notebook has these cells for an exercise, here E2.1, under nbgrader's names:

- ``E2-1-text``: what is asked for; locked.
- ``E2-1-answer``: the starting lines, and behind them the solution, which nbgrader takes out.
- ``E2-1-visible``: the first cases as plain asserts, for one point; they need no grader.
- ``E2-1-hidden``: the book's check, for the other points; nbgrader takes it out.

``intro`` and ``setup`` come first; ``written-text`` and ``written``, if there is a question, later;
the last is ``canary``, for no points: it fails where NumPy's comparisons, `assert`, or the check no
longer tell right from wrong.
"""

import copy
import difflib
import hashlib
import inspect
import itertools
import json
import logging
import re
import shutil
import textwrap
import types
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import v4

import cnnlab
from cnnlab.classroom.assignments import POINTS, READY, Assignment, Written
from cnnlab.classroom.course import Course, CourseError, check_name, find_scripts
from cnnlab.classroom.restore import restore
from cnnlab.exercises import _bank
from cnnlab.exercises._checks import explaining
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._outline import common_sentences

VISIBLE = 1  # points of the visible cases
LONGEST = 88  # characters of a line in a test
EARLIER = "Its tests were those of an earlier release; those of now have taken their place."
MAKING = ".making"  # the folder in release/ where the next one is made
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
STATES = {  # of a report that names no mistake
    "waiting": "not attempted",
    "stopped": "stopped",
    "raised": "an exception",
    "failed": "another mistake",
}
SYNTAX = "syntax error"
BESIDES = {"type", "changes its input", "not a function"}  # mistakes that the check says itself
SAID = {
    "not attempted": "The starting lines stand there as they were.",
    "stopped": "It did not end in its time.",
    SYNTAX: "Python could not read the cell with the answer, so nothing of it ran.",
}
FAILED = re.compile(r"(E\d+\.\d+) · (.+)")
REFERRED = re.compile(r"\bE\d+\.\d+\b")

HIDDEN = """\
# When your work is graded, the book's check of {number} runs here.
### BEGIN HIDDEN TESTS
from IPython.display import display
from cnnlab.exercises._bank import find
from cnnlab.exercises._checks.judging import judge
_report = judge(find("{number}"), {name}, seconds=3)
display(_report)
assert _report.passed, f"{number} · {{_report.mistake or _report.state}}"
### END HIDDEN TESTS"""

CANARY = """\
# When your work is graded, this cell looks whether the tests could do their work.
### BEGIN HIDDEN TESTS
import numpy as np
from cnnlab.exercises import check
if np.allclose([0.0], [1.0]) or np.isclose(0.0, 1.0) or np.array_equal([0.0], [1.0]):
    raise RuntimeError("canary: NumPy says that 0 and 1 are equal")
if check("{number}", {wrong}).passed:
    raise RuntimeError("canary: the book's check takes a wrong answer for right")
try:
    assert np.shape([0]) == (), "as it should"
except AssertionError:
    pass
else:
    raise RuntimeError("canary: assert does nothing")
### END HIDDEN TESTS"""


def read_exercises(wanted: Iterable[str]) -> dict[str, int]:
    """Read which exercises are wanted, as ``E2.1``, ``2.1`` or, with points, ``E2.1:6``.

    Returns
    -------
    dict of str to int
        Points by number.

    Raises
    ------
    CourseError
        If one is not in the book, stands twice, or has no points that can be shared out.
    """
    exercises = {}
    for text in wanted:
        if re.search("[,;]", text):
            raise CourseError(
                f"{text}: put spaces between exercises: {' '.join(re.split('[,; ]+', text))}"
            )
        number, _, points = text.partition(":")
        number = f"E{number.upper().removeprefix('E')}"
        try:
            _bank.find(number)
        except ValueError as error:
            known = [name for chapter in _bank.chapters() for name in _bank.load(chapter)[0]]
            near = difflib.get_close_matches(number, known, 1, 0)
            raise CourseError(f"{text}: {error}. Did you mean {near[0]}?") from None
        if number in exercises:
            raise CourseError(f"{number} stands there twice. An exercise can be asked once.")
        points = points or str(POINTS)
        if not points.isdecimal() or int(points) <= VISIBLE:
            raise CourseError(
                f"{text}: the points must be a whole number from {VISIBLE + 1}, as in {number}:6. "
                f"{VISIBLE} is for the tests that students see."
            )
        exercises[number] = int(points)
    return exercises


def assign(course: Course, name: str, wanted: Iterable[str] = (), *, replace: bool = False) -> Path:
    """Make an assignment in ``source/``: one of your own, or one that is ready.

    Parameters
    ----------
    course : Course
        Where it goes.
    name : str
        What it is called. Without exercises, that of a ready one.
    wanted : iterable of str
        Its exercises, as `read_exercises` takes them.
    replace : bool, default False
        Whether it may take the place of one that has that name, which is kept.

    Returns
    -------
    Path
        The notebook.

    Raises
    ------
    CourseError
        If the name is taken, there are no such exercises, or it is being graded.
    """
    from cnnlab.classroom.grade import _alone

    check_name(name, "an assignment")
    exercises = read_exercises(wanted)
    if not exercises and name not in READY:
        near = difflib.get_close_matches(name, READY, 1)
        raise CourseError(
            f"Which exercises? As in: assign {name} E2.1 E2.3. Ready without any are "
            f"{', '.join(READY)}." + (f" Did you mean {near[0]}?" if near else "")
        )
    path = course.source(name)
    if path.exists() and not replace:
        raise CourseError(
            f"{path} exists. Choose another name, or say --replace; the old one is kept."
        )
    if any(course.root.glob(f"submitted/*/{name}")):
        raise CourseError(
            f"Students have handed in {name} already, and it can't change under them. Choose "
            "another name."
        )
    title = name.replace("_", " ").replace("-", " ").capitalize()
    made = Assignment(title, exercises) if exercises else READY[name]
    with _alone(course):
        course.write(path, nbformat.writes(weave(made, name)) + "\n")
    return path


def weave(assignment: Assignment, name: str) -> Any:
    """Make the teacher's notebook of an assignment, with solutions and hidden tests.

    Its name is written into it, so that it is known for what it is when it comes back.
    """
    exercises = [_bank.find(number) for number in assignment.exercises]
    written = assignment.written
    total = sum(assignment.exercises.values()) + (written.points if written else 0)
    cells = [
        _cell("intro", intro(assignment.title, len(exercises), bool(written), total)),
        _cell("setup", setup(exercises), code=True),
    ]
    for position, exercise in enumerate(exercises):
        points = assignment.exercises[exercise.number]
        label = exercise.number.replace(".", "-")
        hidden = HIDDEN.format(number=exercise.number, name=exercise.name)
        cells += [
            _cell(f"{label}-text", asked(exercise, exercises[:position], points)),
            _cell(f"{label}-answer", solution(exercise, exercises[:position]), code=True, own=True),
            _cell(f"{label}-visible", visible_tests(exercise), code=True, points=VISIBLE),
            _cell(f"{label}-hidden", hidden, code=True, points=points - VISIBLE),
        ]
    if written:
        question = f"### In your own words\n\n{written.question}\n\n({written.points} points)"
        cells += [
            _cell("written-text", question),
            _cell("written", marking(written), own=True, points=written.points),
        ]
    first = exercises[0]
    wrong = "None" if first.is_array else "lambda *_: None"
    canary = CANARY.format(number=first.number, wrong=wrong)
    cells.append(_cell("canary", canary, code=True, points=0))
    return v4.new_notebook(
        cells=cells, metadata={"kernelspec": KERNEL, "cnnlab": {"assignment": name}}
    )


def asked(exercise: Exercise, before: Sequence[Exercise], points: int) -> str:
    """Write what is asked for; below it what it refers to, if that is not among those `before`."""
    text, known = f"{exercise.statement}\n\n({points} points)", [*before, exercise]
    for one in itertools.islice(known, len(before), None):  # it grows meanwhile
        for number in REFERRED.findall(one.statement):
            if all(other.number != number for other in known):
                known.append(_bank.find(number))
    for other in known[len(before) + 1 :]:
        quoted = textwrap.indent(other.statement, "> ", lambda _: True)
        text += f"\n\nNot asked here, but referred to:\n\n{quoted}"
    return text


def _cell(
    name: str, text: str, *, code: bool = False, own: bool = False, points: int | None = None
):
    """Make a cell that nbgrader knows; `own` is what the student writes in."""
    cell = (v4.new_code_cell if code else v4.new_markdown_cell)(text)
    cell.id = name.lower()
    cell.metadata.nbgrader = {
        "schema_version": 3,
        "grade_id": name,
        "grade": points is not None,
        "solution": own,
        "locked": not own,
        "task": False,
    }
    if points is not None:
        cell.metadata.nbgrader["points"] = points
    return cell


def intro(title: str, count: int, written: bool, total: int) -> str:
    """Write what stands first in an assignment."""
    exercises = f"{count} exercise{'s' * (count > 1)}"
    parts = f"{exercises} and one answer in your own words" if written else exercises
    return f"""# {title}

{parts}, {total} points.

- Write where it says `your code here`, and run the cell. The cell below it tries your answer on \
the first cases. When your work is graded, many more are tried.
- Add cells where you like. The cells with tests stay as they are: changed ones are put back.
- Before you hand it in, restart the kernel and run all cells (*Run*, *Restart Kernel and Run All \
Cells…*). Save. Leave the file its name."""


def setup(exercises: Iterable[Exercise]) -> str:
    """Write the imports that the solutions need."""
    all_of_them = {each.number: each for one in exercises for each in [*_helpers(one), one]}
    used = {name: v for one in all_of_them.values() for name, v in _names(one).items()}
    modules = {name: value for name, value in used.items() if isinstance(value, types.ModuleType)}
    lines = {"import numpy as np"}
    for name, module in modules.items():
        package, _, own = module.__name__.rpartition(".")
        if name == own:
            lines.add(f"from {package} import {name}" if package else f"import {name}")
        else:
            lines.add(f"import {module.__name__} as {name}")
    public = sorted(
        name for name in used.keys() - modules.keys() if getattr(cnnlab, name, None) is used[name]
    )
    if public:
        lines.add(f"from cnnlab import {', '.join(public)}")
    ours = {line for line in lines if line.startswith("from cnnlab")}
    return "\n\n".join("\n".join(sorted(some)) for some in (lines - ours, ours) if some)


def _names(exercise: Exercise) -> dict[str, Any]:
    """Return what a right answer takes from its module, by name."""
    if exercise.is_array:
        return {}
    spaces, codes = vars(exercise.module), [exercise.right.__code__]
    for code in codes:
        codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return {name: spaces[name] for code in codes for name in code.co_names if name in spaces}


def _helpers(exercise: Exercise) -> list[Exercise]:
    """List the exercises of its chapter whose functions a right answer calls."""
    used = [*_names(exercise).values()]
    bank = _bank.load(int(exercise.number[1:].split(".")[0]))[0].values()
    direct = [other for other in bank if any(other.right is value for value in used)]
    found = [each for other in direct for each in [*_helpers(other), other]]
    return [one for place, one in enumerate(found) if one not in found[:place]]


def solution(exercise: Exercise, before: Iterable[Exercise] = ()) -> str:
    """Write the starting lines, and the solution behind them between nbgrader's marks.

    A function from another exercise, which is not among those `before`, is part of the solution.
    """
    others = [other for other in _helpers(exercise) if other not in before]
    code = "\n\n\n".join(each.source for each in [*others, exercise])
    return f"{exercise.starter}\n### BEGIN SOLUTION\n{code}\n### END SOLUTION"


def visible_tests(exercise: Exercise) -> str:
    """Write the first cases as plain asserts, each with a sentence.

    Of an array, and of several results, it is the form alone that is tested. A function that is an
    argument is written out: it may use `np`, and nothing else of its module.
    """
    number, name, returns = exercise.number, exercise.name, exercise.returns
    cases = list(zip(exercise.stages[0], exercise.expected, strict=False))[: 1 if returns else 2]
    given = dict.fromkeys(
        value for case, _ in cases for value in case if isinstance(value, types.FunctionType)
    )
    head = "import numpy as np\n" + "".join(f"\n\n{inspect.getsource(each)}" for each in given)
    head += "\n\n" if given else ""
    calls = [f"{name}({', '.join(map(literal, case))})" for case, _ in cases]
    attempted = f"""\
assert result is not ..., "{number}: replace the `...` of {name}, run its cell, and then this one."
assert result is not None, "{number}: {name} returned None. Is a `return` missing?"
"""
    if exercise.is_array or returns:
        form, came = (len(returns), "len") if returns else (exercise.right.shape, "np.shape")
        asked = f"{form} results are" if returns else f"the shape {form} is"
        return f"""# The form of the answer to {number}. If no error comes below, it is right.
{head}result = {calls[0] if returns else name}
{attempted}assert {came}(result) == {form}, f"{number}: {asked} asked for, not {{{came}(result)}}."
""".rstrip()
    rows = []
    for call, (_, outcome) in zip(calls, cases, strict=True):
        row = [call, literal_numbers(outcome.numbers[0])]
        short = f"    ({', '.join(row)}),\n"
        long = "    (\n        {},\n        {},\n    ),\n".format(*row)
        rows.append(short if len(short) <= LONGEST else long)
    return f"""# The first cases of {number}. If no error comes below, they are right.
{head}for result, expected in [
{"".join(rows)}]:
{textwrap.indent(attempted, "    ")}\
    came, wanted = np.shape(result), np.shape(expected)
    assert came == wanted, f"{number}: the shape {{wanted}} is expected, {{came}} came."
    assert np.allclose(result, expected), f"{number}: {{expected}} is expected, {{result}} came."
""".rstrip()


def literal(value: Any) -> str:
    """Write an argument as Python's code, a function by its name."""
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    return value.__name__ if isinstance(value, types.FunctionType) else repr(value)


def literal_numbers(array: np.ndarray) -> str:
    """Write numbers as Python's code, whole ones without a point.

    >>> literal_numbers(np.array([[1.0, 0.1 + 0.2], [2.0, -3.0]]))
    '[[1, 0.3], [2, -3]]'
    """

    def plain(value):
        if isinstance(value, list):
            return [plain(entry) for entry in value]
        return int(value) if value.is_integer() else float(f"{value:.12g}")

    return repr(plain(array.tolist()))


def marking(written: Written) -> str:
    """Write a full answer and how to mark one; students get an empty cell in its place."""
    points = "\n".join(f"- **{points}**: {what}" for points, what in written.rubric)
    return f"**A full answer**\n\n{written.answer}\n\n**Points**\n\n{points}"


# ---- handing it out ----


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
    from cnnlab.classroom.grade import _alone

    course.require(name)
    with _alone(course):
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


def exchange_of(course: Course) -> str:
    """Return the folder of nbgrader's exchange; empty where none is set up."""
    return str(course.config().Exchange.get("root", "") or "")


def run_nbgrader(
    course: Course,
    name: str,
    step: str,
    *,
    student: str = "*",
    release: str = "release",
    **options: Any,
) -> str:
    """Run a step of nbgrader's in this process, and return what it logged.

    A step is a converter, as ``"GenerateAssignment"``, or the exchange's, as ``"Collect"``; its
    attributes, such as ``force``, are the options; `release` is the folder of what is handed out.
    If it fails, a `CourseError` has its reason.
    """
    from nbgrader import converters
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeFactory
    from nbgrader.utils import capture_log

    config = course.config()
    config.CourseDirectory.assignment_id = name
    config.CourseDirectory.student_id = student
    config.CourseDirectory.release_directory = release
    folder = CourseDirectory(config=config)
    folder.log.propagate = False  # what it logs is caught, and told where it matters
    folder.log.setLevel(logging.INFO)
    find_scripts()
    if hasattr(converters, step):
        app = getattr(converters, step)(coursedir=folder, config=config)
    else:
        made = getattr(ExchangeFactory(config=config), step)
        app = made(coursedir=folder, authenticator=Authenticator(config=config), config=config)
    for option, value in options.items():
        setattr(app, option, value)
    came = capture_log(app)
    log = came.get("log", "")
    if not came["success"]:
        lines = [line for line in log.splitlines() if line.startswith(("[ERROR]", "[CRITICAL]"))]
        reason = "\n".join(lines) or came["error"].strip().splitlines()[-1]
        raise CourseError(f"nbgrader could not do this ({step} of {name}). It says:\n{reason}")
    return log


# ---- what the graded notebooks say ----


def read_mistakes(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Read which mistakes the book's check found in a graded notebook.

    Returns
    -------
    dict of str to str
        The mistake's name by the exercise's number; an exercise that is right is not in it.
    """
    found, errors = {}, {}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id") or ""
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                errors[name] = output["ename"]
        for output in cell.get("outputs", []) if name.endswith("-hidden") else []:
            if output["output_type"] == "error":
                number = name.removesuffix("-hidden").replace("-", ".")
                said = FAILED.fullmatch(output["evalue"])
                answer = errors.get(name.removesuffix("hidden") + "answer", "")
                mistake = _known(number, said[2]) if said and said[1] == number else "raised"
                if "CellTimeoutError" in (answer, output["ename"]):
                    mistake = "stopped"
                if answer in ("SyntaxError", "IndentationError", "TabError"):
                    mistake = SYNTAX
                found[number] = STATES.get(mistake, mistake)
    return found


def _known(number: str, mistake: str) -> str:
    """Return a mistake's name if the check knows it: a student's code could say anything."""
    try:
        exercise = _bank.find(number)
    except ValueError:  # a teacher's own
        return "failed"
    raised = {name for name, *_ in explaining._explanations()}
    known = {*exercise.wrong, *common_sentences(), *raised, *STATES, *BESIDES}
    return mistake if mistake in known else "failed"


def sentence(number: str, mistake: str) -> str:
    """Return what the check says of a mistake in an exercise; empty where the answer decides it."""
    said = (common_sentences() | SAID | _bank.find(number).sentences).get(mistake, "")
    return "" if "{" in said else said
