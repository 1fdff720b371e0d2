"""What outputs tell of tests that were tampered with, and what they don't."""

import nbformat
import pytest
from classroom.submissions import cell_of, notebook
from nbformat import v4

from cnnlab.classroom.assignment import HIDDEN
from cnnlab.classroom.evidence import evidence, reaches
from cnnlab.exercises import check

SHOWN = v4.new_output("execute_result", {"text/plain": "nan"}, execution_count=1)
ERROR = v4.new_output("error", ename="AssertionError", evalue="", traceback=[])


def report(text=None):
    text = text or repr(check("E1.1", lambda window, kernel: (window * 1.0 * kernel).sum()))
    return v4.new_output("display_data", {"text/plain": text, "text/html": "<div></div>"})


def ran(hidden=(), visible=(), *, source=None):
    """Return a notebook in which two tests of E1.1 gave these outputs, and all others failed."""
    book = nbformat.from_dict(notebook())
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = [ERROR] if cell.metadata.nbgrader.grade else []
    cell_of(book, "canary").outputs = []
    test = cell_of(book, "E1-1-hidden")
    test.source = source or HIDDEN.format(number="E1.1", name="window_sum")
    test.outputs, cell_of(book, "E1-1-visible").outputs = [*hidden], [*visible]
    return book


@pytest.mark.parametrize(
    "outputs",
    [
        [report()],
        [report("Figure"), report()],
        [v4.new_output("stream", text="note"), report()],
        [report("○ E1.1: not attempted yet."), ERROR],
        [ERROR],
        [v4.new_output("stream", name="stderr", text="note")],  # which counts as failed
    ],
)
def test_an_honest_run_shows_nothing(outputs):
    assert evidence(ran(outputs)) == []


@pytest.mark.parametrize(
    ("hidden", "visible", "said"),
    [
        ([], [], ["has points, and the book's check did not say so"]),
        ([report(), report()], [], ["has points, and the book's check did not say so"]),
        ([report("✓ E1.2: passed.")], [], ["the book's check did not say so"]),
        ([report()], [SHOWN], ["visible shows a value"]),
        ([report()], [SHOWN, ERROR], ["visible shows a value", "visible failed, and has points"]),
        ([SHOWN, report(), ERROR], [], ["hidden shows a value", "hidden failed, and has points"]),
    ],
)
def test_what_no_test_gives_is_told(hidden, visible, said):
    found = evidence(ran(hidden, visible))
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ("assert window_sum(1, 2) == 2", []),
        ("0.5 if window_sum(1, 2) == 2 else 0", [SHOWN]),
        ("%timeit window_sum(1, 2)\n0.5", [SHOWN]),
    ],
)
def test_a_teachers_own_test_may_do_otherwise(source, outputs):
    assert evidence(ran(outputs, source=source)) == []


def test_what_was_replaced_is_told_in_short_lines():
    book = ran([report()])
    failed = [
        nbformat.from_dict(ERROR | {"evalue": f"canary: \x1b[2J{n}" + "z" * 11_000_000})
        for n in range(9)
    ]
    cell_of(book, "canary").outputs = failed
    found = evidence(book)
    assert len(found) == 3
    start = "What the tests rely on was replaced: \N{REPLACEMENT CHARACTER}[2J"
    assert all(sentence.startswith(start) for sentence in found)
    assert max(map(len, found)) < 300


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["from cnnlab.exercises import check"], False),
        (["from cnnlab.exercises import (check, quiz)"], False),
        (["import cnnlab"], False),
        (["import cnnlab as c\nc.conv2d(c.data)"], False),
        (["import cnnlab.exercises as ex", "ex.check('E1.1', f).passed; ex.quiz(1)"], False),
        (["from cnnlab import exercises\nexercises.check('E1.1', f)"], False),
        (["exercises.append(1)"], False),
        (["def broken(", "f'{"], False),
        (["from cnnlab.exercises import ch01"], True),
        (["from cnnlab.exercises._bank import find"], True),
        (["import cnnlab.exercises.ch01 as bank"], True),
        (["from cnnlab.exercises import check, _bank"], True),
        (["from cnnlab.exercises import (\n    check,\n    ch01 as quiz,\n)"], True),
        (["from cnnlab import exercises", "exercises._bank.find('E1.1')"], True),
        (["import cnnlab.exercises as ex", "right = ex._bank.find('E1.1').right"], True),
        (["import cnnlab.exercises as ex\nimport numpy as ex", "ex._bank"], True),
        (["import cnnlab as c", "def f():\n    return c.exercises.ch01"], True),
        (["%matplotlib inline\nfrom cnnlab.exercises import quiz, _bank"], True),
    ],
)
def test_what_reaches_for_the_answers(sources, expected):
    assert reaches(sources) is expected
