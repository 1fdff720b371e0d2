"""Weave an assignment from the book's exercises.

The notebook has these cells for an exercise, here E2.1, under nbgrader's names:

- ``E2-1-text``: what is asked for; locked.
- ``E2-1-answer``: the starting lines, and behind them the solution, which nbgrader takes out.
- ``E2-1-visible``: the first cases as plain asserts, for one point; they need no grader.
- ``E2-1-hidden``: the book's check, for the other points; nbgrader takes it out.

``intro`` and ``setup`` come first; ``written-text`` and ``written``, if there is a question, later;
the last is ``canary``, for no points: it fails where NumPy's comparisons, `assert`, or the check no
longer tell right from wrong.
"""

import difflib
import inspect
import itertools
import re
import textwrap
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import v4

import cnnlab
from cnnlab.classroom.assignments import POINTS, READY, Assignment, Written
from cnnlab.classroom.course import Course, CourseError, check_name
from cnnlab.classroom.lock import alone
from cnnlab.exercises import _bank
from cnnlab.exercises._exercise import Exercise

VISIBLE = 1  # points of the visible cases
LONGEST = 88  # characters of a line in a test
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
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
    with alone(course):
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
