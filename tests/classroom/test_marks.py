"""Marks by hand count for the text that was marked, and nbgrader runs nothing by itself."""

import subprocess
import sys

import nbformat
import pytest
from classroom.submissions import NAME, cell_of, hand_in, make_course, notebook

from cnnlab.classroom import marks, sandbox
from cnnlab.classroom.course import CONFIG
from cnnlab.classroom.feedback import write_feedback
from cnnlab.classroom.grade import grade
from cnnlab.classroom.refusal import SENTENCE
from cnnlab.classroom.table import read_rows, write_table

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own


def answered(text, right=("E1-1",)):
    """Solve a little, and answer the written question."""
    book = notebook(right=right)
    cell_of(book, "written").source = text
    return book


def submit(course, student="a"):
    """Let the gradebook know a submission, as nbgrader does once it is graded."""
    with course.gradebook() as gradebook:
        gradebook.add_student(student)
        for page in gradebook.add_submission(NAME, student).notebooks:
            for each in page.grades:
                each.auto_score = None if each.name == "written" else 0
                each.needs_manual_grade = each.name == "written"
        gradebook.db.commit()
    course.record(NAME, student, status="graded")


def mark(course, cell="written", points=6, comment="Well said.", answer=None):
    """Mark by hand, as the Formgrader does."""
    with course.gradebook() as gradebook:
        given = gradebook.find_grade(cell, NAME, NAME, "a")
        given.manual_score, given.needs_manual_grade = points, False
        gradebook.find_comment(answer or cell, NAME, NAME, "a").manual_comment = comment
        gradebook.db.commit()


def read(course, cell="written", answer=None):
    """Read points, comment, and whether nbgrader asks for more."""
    with course.gradebook() as gradebook:
        given = gradebook.find_grade(cell, NAME, NAME, "a")
        said = gradebook.find_comment(answer or cell, NAME, NAME, "a")
        return given.manual_score, said.manual_comment, given.needs_manual_grade


def settle(course, book):
    return marks.settle(course, NAME, "a", marks.texts(book))


@pytest.fixture
def course(tmp_path):
    """Return a course in which a first answer was graded and marked."""
    course = make_course(tmp_path / "course", {"a": answered("First.")})
    settle(course, answered("First."))
    submit(course)
    mark(course)
    return course


def test_a_mark_stays_with_its_text(course):
    assert "written" in settle(course, answered("First.  \n"))  # an editor's spaces
    assert read(course)[:2] == (6, "Well said.")
    assert settle(course, answered("First.", right=["E1-3"])) == {"written"}


def test_a_mark_does_not_count_for_another_text(course):
    assert settle(course, answered("Second.")) == set()
    assert read(course)[:2] == (None, None)
    (row,) = read_rows(course, NAME)
    assert row["to_mark"] == ["written"]
    assert row["parts"]["written"] is None
    assert row["changed"]["written"] == (
        "written has changed since you marked it. What you gave then does not count (6 points, a "
        f"comment); it is kept in log/{NAME}/marks/a.json."
    )
    _, page = write_table(course, NAME)
    assert "written has changed since you marked it" in page.read_text(encoding="utf-8")
    mark(course, points=3)
    (row,) = read_rows(course, NAME)
    assert (row["parts"]["written"], row["changed"]) == (3, {})


def test_a_mark_comes_back_with_its_text(course):
    settle(course, answered("Second."))
    mark(course, points=2, comment="Less so.")
    settle(course, answered("First."))
    assert read(course)[:2] == (6, "Well said.")
    settle(course, answered("Second."))
    assert read(course)[:2] == (2, "Less so.")


def test_a_mark_of_an_answer_that_is_gone(course):
    settle(course, notebook(right=()))  # the empty cell of the released notebook stands there
    assert read(course)[:2] == (None, None)


def test_a_mark_of_a_test_is_for_all_the_code(course):
    mark(course, "E1-1-hidden", 2, "Almost.", "E1-1-answer")
    settle(course, answered("Second."))
    assert read(course, "E1-1-hidden", "E1-1-answer")[:2] == (2, "Almost.")
    settle(course, answered("Second.", right=()))
    assert read(course, "E1-1-hidden", "E1-1-answer")[:2] == (None, None)
    (row,) = read_rows(course, NAME)
    assert {*row["changed"]} == {"E1-1-hidden", "written", "E1-1-answer"}


def test_marks_of_what_could_not_be_graded_are_kept(course):
    marks.settle(course, NAME, "a", {})
    assert read(course)[:2] == (None, None)
    settle(course, answered("First."))
    assert read(course)[:2] == (6, "Well said.")


@pytest.mark.parametrize("after", range(4))
def test_interrupted_at_any_moment_no_mark_is_lost_or_left(course, monkeypatch, after):
    really, count = marks._write, 0

    def write(*arguments):
        nonlocal count
        count += 1
        if count > after:
            raise KeyboardInterrupt
        really(*arguments)

    monkeypatch.setattr(marks, "_write", write)
    try:
        settle(course, answered("Second."))
    except KeyboardInterrupt:
        assert after < 2
    monkeypatch.setattr(marks, "_write", really)
    settle(course, answered("Second."))
    assert read(course)[:2] == (None, None)
    settle(course, answered("First."))
    assert read(course)[:2] == (6, "Well said.")


@pytest.mark.skipif(bool(sandbox.problem()), reason=sandbox.problem()[:200])
def test_the_road(tmp_path):
    course = make_course(tmp_path / "course", {"a": answered("First.")})
    (course.root / "roster.csv").write_text("student_id,first_name,last_name\na,Ann,Smith\n")
    grade(course, NAME)
    with course.gradebook() as gradebook:
        assert gradebook.find_student("a").last_name == "Smith"  # the Formgrader shows it
    (course.root / "log" / NAME / "marks/a.json").unlink()  # as of an older version
    mark(course)
    assert grade(course, NAME, again=True)["a"].get("by_hand") is None
    assert read(course) == (6, "Well said.", False)
    hand_in(course, "a", answered("Second."))
    assert grade(course, NAME)["a"]["by_hand"] == ["written"]
    assert read(course) == (None, None, True)
    said = []
    write_feedback(course, NAME, say=said.append)
    assert "In 1 of 1 submissions a written answer waits to be marked" in said[0]
    page = course.feedback(NAME, "a").read_text(encoding="utf-8")
    head = page.partition('id="notebook"')[0]
    assert "(Score so far: 4.0 / 16.0; 1 answer is not marked yet)" in head
    assert '<a href="#written">In your own words</a> (not marked yet)' in head
    assert '<a href="#E1-1-hidden">E1.1, the book&#39;s check</a>'.replace("&#39;", "'") in head
    assert "Test cell" not in head
    assert "Not marked yet; it has 6.0 points" in page
    assert "0.0 / 6.0" not in page
    for secret in ("HIDDEN TESTS", "judging", "array_equal", "_report", "Well said."):
        assert secret not in page, secret
    assert "E1.3 · waiting" in page  # the error itself is still told
    mark(course, points=3, comment="Better.")
    said.clear()
    write_feedback(course, NAME, say=said.append)
    assert len(said) == 1
    page = course.feedback(NAME, "a").read_text(encoding="utf-8")
    assert "(Score: 7.0 / 22.0)" in page
    assert "Better." in page
    made = course.feedback(NAME, "a").stat().st_ino
    write_feedback(course, NAME, say=said.append)
    assert course.feedback(NAME, "a").stat().st_ino == made
    (course.root / CONFIG).touch()  # as when its settings are brought up to date
    write_feedback(course, NAME, say=said.append)
    assert course.feedback(NAME, "a").stat().st_ino != made


# ---- nbgrader by itself ----


def test_nbgrader_does_not_run_what_was_handed_in(tmp_path):
    target = tmp_path / "written"
    bad = notebook(first=f"open({str(target)!r}, 'w').close()")
    course = make_course(tmp_path / "course", {"a": bad})
    before = course.graded(NAME, "a")
    before.parent.mkdir(parents=True)
    nbformat.write(answered("First."), before)
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--force"]
    run = subprocess.run(
        command, cwd=course.root, env=course.environment(), capture_output=True, text=True
    )
    assert run.returncode
    assert SENTENCE in run.stderr
    button = """
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
made = FormgradeExtension()
made.root_dir = "."
made.initialize([])
print(made.api.autograde("convolution", "a") if hasattr(made, "api") else
      NbGraderAPI(made.coursedir, parent=made).autograde("convolution", "a"))
"""
    run = subprocess.run(
        [sys.executable, "-c", button],
        cwd=course.root,
        env=course.environment(),
        capture_output=True,
        text=True,
    )
    assert "'success': False" in run.stdout, run.stderr
    assert SENTENCE.split("'")[0] in run.stdout
    assert not target.exists()
    assert before.is_file()  # what was graded is still there
