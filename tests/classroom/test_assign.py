"""What is woven and released: right answers pass, wrong ones fail, and nothing is given away."""

import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert.exporters import NotebookExporter
from test_every_exercise import EXERCISES, forgetting, of_exercise

from cnnlab.classroom.assignment import (
    assign,
    read_exercises,
    setup,
    solution,
    visible_tests,
    weave,
)
from cnnlab.classroom.assignments import READY, Assignment
from cnnlab.classroom.course import CourseError
from cnnlab.classroom.mistakes import read_mistakes, sentence
from cnnlab.classroom.release import check_released, release
from cnnlab.classroom.steps import run_nbgrader
from cnnlab.exercises._exercise import Kind, Sign

EVERY = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
ASKED = {number for assignment in READY.values() for number in assignment.exercises}
OF_READY = pytest.mark.parametrize("number", sorted(ASKED))

# What a student writes behind `return`, and what the mistake is called.
WRONG = {
    "E1.1": ("window * kernel", "products not added"),
    "E1.3": ("cross_correlate2d(image, np.flip(kernel))", "flipped"),
    "E1.4": ("cross_correlate2d(image, kernel)", "not flipped"),
    "E2.5": ("(image_shape[0] - kernel_shape[0], 1)", "another mistake"),
    "E4.1": ("max_pool(image[::stride])", "an exception"),
    "E4.7": ("...", "not attempted"),
    "E6.1": ("grad_output[9, 9]", "an exception"),
    "E6.3": ("cross_correlate2d(np.pad(grad_output, 1), kernel)", "another mistake"),
    "E5.1": ("print(kernel)", "printed"),
    "E5.2": ("np.zeros((2, 2))", "another mistake"),
    "E6.2": ("kernel / 0", "another mistake"),
    "E6.7": ("kernel * image.sum()", "another mistake"),
}


def cells(path):
    return {cell.metadata.nbgrader.grade_id: cell for cell in nbformat.read(path, 4).cells}


def run(number, part, answer, course, name):
    """Run a test cell of an exercise on an answer."""
    exercise = EXERCISES[number]
    source = cells(course.source(name))[f"{number.replace('.', '-')}-{part}"].source
    exec(source, {exercise.name: answer})


# ---- the tests ----


@EVERY
def test_the_solution_passes_the_visible_tests_and_the_starter_fails_them(exercise):
    head = setup([exercise]) + "\n"
    exec(head + solution(exercise) + "\n" + visible_tests(exercise), {})
    with pytest.raises(AssertionError, match=re.escape(f"{exercise.number}: replace the `...`")):
        exec(head + exercise.starter + "\n" + visible_tests(exercise), {})


@EVERY
def test_the_visible_tests_say_what_is_wrong(exercise):
    answer = None if exercise.is_array else lambda *_: None
    with pytest.raises(AssertionError, match=rf"^{exercise.number}: .* returned None"):
        exec(visible_tests(exercise), {exercise.name: answer})
    if not exercise.is_array and not exercise.returns:
        with pytest.raises(AssertionError, match=r"the shape \(.*\) is expected, \(7,\) came"):
            exec(visible_tests(exercise), {exercise.name: lambda *_: [0] * 7})


@OF_READY
def test_every_wrong_answer_fails_the_hidden_test_by_its_name(number, ready):
    name = next(name for name, each in READY.items() if number in each.exercises)
    exercise = EXERCISES[number]
    run(number, "hidden", exercise.right, ready, name)
    answers = [(called, function) for called, function, _ in exercise.made]
    answers += [(called, program) for called, _, program in of_exercise(exercise, "WRONG")]
    answers += [
        (called, example) for called, sign in exercise.entries(Sign) for example in sign.examples
    ]
    answers += [(called, forgetting(exercise, kind)) for called, kind in exercise.entries(Kind)]
    assert {called for called, _ in answers} >= set(exercise.wrong)
    for called, answer in answers:
        with pytest.raises(AssertionError) as raised:
            run(number, "hidden", answer, ready, name)
        said = f"{number} · {called}".replace("· none", "· failed")  # none that has a name
        assert str(raised.value) == said


@pytest.mark.parametrize("name", READY)
def test_each_exercise_has_a_hidden_test_that_counts(name, ready):
    source = cells(ready.source(name))
    for number, points in READY[name].exercises.items():
        label = number.replace(".", "-")
        visible, hidden = source[f"{label}-visible"], source[f"{label}-hidden"]
        assert visible.metadata.nbgrader.points + hidden.metadata.nbgrader.points == points
        assert hidden.metadata.nbgrader.points > visible.metadata.nbgrader.points > 0
        with pytest.raises(AssertionError, match="waiting"):
            run(number, "hidden", ..., ready, name)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("import numpy as np; np.allclose = lambda *_: True", "NumPy"),
        (
            "import cnnlab.exercises as e; e.check = lambda *_: e.check\ne.check.passed = True",
            "check",
        ),
    ],
)
def test_the_canary_notices_what_was_replaced(spoil, said, ready, monkeypatch):
    import numpy as np

    import cnnlab.exercises

    monkeypatch.setattr(np, "allclose", np.allclose)  # both are put back
    monkeypatch.setattr(cnnlab.exercises, "check", cnnlab.exercises.check)
    canary = cells(ready.source("convolution"))["canary"].source
    exec(canary, {})
    exec(spoil, {})
    with pytest.raises(RuntimeError, match=f"^canary: .*{said}"):
        exec(canary, {})


# ---- what students get ----


@pytest.mark.parametrize("name", READY)
def test_what_is_released_gives_nothing_away(name, ready):
    released = ready.released(name).read_text(encoding="utf-8")
    for word in ("BEGIN ", "END ", "judge", "cnnlab.exercises", "canary:", "A full answer"):
        assert word in ready.source(name).read_text(encoding="utf-8")
        assert word not in released
    for number in READY[name].exercises:
        exercise = EXERCISES[number]
        given = exercise.starter + exercise.statement
        lines = [line.strip() for line in exercise.source.splitlines()]
        kept = [line for line in lines if len(line) > 15 and line not in given]
        assert kept
        assert not [line for line in kept if line in released]
    written = READY[name].written
    assert written.question in released
    assert written.answer not in released
    assert not any(what in released for _, what in written.rubric)


@pytest.mark.parametrize("name", READY)
def test_what_is_released_runs_without_a_grader(name, ready, tmp_path, monkeypatch):
    for package in ("nbgrader", "jupyterhub"):  # as if they were not installed
        (tmp_path / f"{package}.py").write_text("raise ImportError('not installed')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    notebook = nbformat.read(ready.released(name), 4)
    NotebookClient(notebook, allow_errors=True, timeout=60, kernel_name="python3").execute()
    failed = {
        cell.metadata.nbgrader.grade_id: output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    }
    labels = {f"{number.replace('.', '-')}-visible" for number in READY[name].exercises}
    assert failed.keys() == labels
    assert {output.ename for output in failed.values()} == {"AssertionError"}
    assert all("replace the `...`" in output.evalue for output in failed.values())


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own
@pytest.mark.parametrize("name", READY)
def test_nbgrader_gives_the_points(name, course, filled):
    exercises = READY[name].exercises
    wrong = {
        number: f"def {EXERCISES[number].name}({', '.join(EXERCISES[number].parameters)}):\n"
        f"    return {WRONG[number][0]}"
        for number in exercises
        if number in WRONG
    }
    if "E4.2" in exercises:
        wrong["E4.2"] = "by_hand = np.zeros((4, 4))"
    for student, text in [("ann", filled(name)), ("bob", filled(name, wrong))]:
        place = course.submitted(name, student)
        place.parent.mkdir(parents=True)
        place.write_text(text, encoding="utf-8")
    run_nbgrader(course, name, "Autograde", exporter_class=NotebookExporter)
    assert read_mistakes(nbformat.read(course.graded(name, "ann"), 4)) == {}
    mistakes = read_mistakes(nbformat.read(course.graded(name, "bob"), 4))
    expected = {number: WRONG[number][1] for number in exercises if number in WRONG}
    assert mistakes == expected | ({"E4.2": "smallest"} if "E4.2" in exercises else {})
    with course.gradebook() as gradebook:
        right, poor = (gradebook.find_submission(name, student) for student in ("ann", "bob"))
        assert right.score == sum(exercises.values())
        assert right.max_score == sum(exercises.values()) + READY[name].written.points
        assert right.needs_manual_grade
        hidden = [g for page in poor.notebooks for g in page.grades if g.name.endswith("-hidden")]
        assert len(hidden) == len(exercises)
        assert all(grade.score == 0 for grade in hidden)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("E1.1 · overflow", "overflow"),
        ("E1.1 · changes its input", "changes its input"),
        ("E1.1 · printed", "printed"),
        ("E1.1 · waiting", "not attempted"),
        ("E1.1 · Ann copied all of this from Bob.", "another mistake"),
        ("E1.2 · overflow", "an exception"),
    ],
)
def test_a_mistake_is_one_that_the_check_knows(said, told):
    error = nbformat.v4.new_output("error", ename="AssertionError", evalue=said, traceback=[])
    cell = nbformat.v4.new_code_cell("", outputs=[error])
    cell.metadata.nbgrader = {"grade_id": "E1-1-hidden"}
    assert read_mistakes({"cells": [cell]}) == {"E1.1": told}


# ---- making an assignment ----


def test_an_assignment_of_ones_own(course):
    path = assign(course, "week_1", ["2.1:6", "e5.2"])
    made = cells(path)
    assert "# Week 1\n\n2 exercises, 10 points." in made["intro"].source
    assert made["E2-1-hidden"].metadata.nbgrader.points == 5
    assert "matrix_row" in made["E5-2-answer"].source  # of E5.1, which is not asked for
    assert "written" not in made
    release(course, "week_1")
    assert course.assignments() == [*sorted(READY), "week_1"]


def test_a_solution_takes_what_an_exercise_before_it_has():
    both = weave(Assignment("", {"E5.1": 4, "E5.2": 4}), "both")
    answers = [c.source for c in both.cells if c.metadata.nbgrader.grade_id.endswith("-answer")]
    assert [text.count("def matrix_row") for text in answers] == [2, 0]


def test_what_an_exercise_refers_to_stands_below_it():
    """Somewhere an exercise takes a grid or a layout from another one."""
    texts = {}
    for wanted in (("E1.3", "E1.4"), ("E1.4",), ("E3.9",)):
        cells = weave(Assignment("Mine", dict.fromkeys(wanted, 10)), "mine").cells
        texts[wanted] = "".join(cell.source for cell in cells if cell.id.endswith("-text"))
    assert "referred to" not in texts["E1.3", "E1.4"]
    assert "> 9  10  11  12\n" in texts["E1.4",]
    assert "> ### E3.8 · " in texts["E3.9",]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["E99.9"], r"no exercise 'E99.9'.* Did you mean E\d+\.\d+\?"),
        (["E2.77"], r"no exercise E2.77; chapter 2 has E2.1 to E2.9.* Did you mean E2.7\?"),
        (["E2.1", "2.1"], r"E2.1 stands there twice"),
        (["E2.1:1"], r"whole number from 2, as in E2.1:6"),
        (["E2.1:x"], r"whole number from 2"),
    ],
)
def test_exercises_that_are_refused(wanted, said):
    with pytest.raises(CourseError, match=said):
        read_exercises(wanted)


def test_what_students_have_handed_in_does_not_change_under_them(course, filled):
    with pytest.raises(CourseError, match=r"exists\. Choose another name, or say --replace"):
        assign(course, "pooling")
    before = course.source("pooling").read_bytes()
    assign(course, "pooling", ["E4.1"], replace=True)
    (kept,) = course.root.glob("kept/*/source/pooling/pooling.ipynb")
    assert kept.read_bytes() == before
    course.submitted("pooling", "ann").parent.mkdir(parents=True)
    with pytest.raises(CourseError, match="handed in pooling already"):
        assign(course, "pooling", replace=True)
    with pytest.raises(CourseError, match=r"Ready without any .* Did you mean convolution\?"):
        assign(course, "convolutoin")


def test_a_release_that_would_give_something_away_is_refused_and_the_old_one_stays(course):
    before = course.released("pooling").read_bytes()
    path = course.source("pooling")
    notebook = nbformat.read(path, 4)
    next(
        c for c in notebook.cells if c.metadata.nbgrader.grade_id == "intro"
    ).source += "\njudge(find('E4.1'), max_pool)"
    nbformat.write(notebook, path)
    with pytest.raises(CourseError, match="would be released with “judge"):
        release(course, "pooling")
    assert course.released("pooling").read_bytes() == before
    notebook.cells[3].source += "\n### BEGIN SOLUTION"
    nbformat.write(notebook, path)
    with pytest.raises(CourseError, match="nbgrader could not do this"):
        release(course, "pooling")
    assert course.released("pooling").read_bytes() == before
    check_released(course, "pooling")


def test_every_mistake_has_a_sentence_or_needs_the_answer_for_it():
    assert sentence("E1.1", "products not added").startswith("These are the products")
    assert sentence("E1.7", "rounded") == ""
    assert sentence("E1.1", "stopped") == "It did not end in its time."
    assert sentence("E1.4", "transposed").startswith("The kernel was transposed.")  # its own
    assert sentence("E1.3", "transposed").startswith("Rows and columns of the result")
