"""What a release says and leaves alone, when there is an earlier one."""

from datetime import datetime

import nbformat
import pytest

from cnnlab.classroom import release as module
from cnnlab.classroom.assignment import assign
from cnnlab.classroom.course import CourseError
from cnnlab.classroom.lock import alone
from cnnlab.classroom.release import EARLIER, excuse, has_changed, release


def change(course, name, label, **marks):
    """Change a cell of the teacher's notebook, as a teacher may."""
    notebook = nbformat.read(course.source(name), 4)
    cell = next(c for c in notebook.cells if c.metadata.nbgrader.grade_id == label)
    cell.metadata.nbgrader.update(marks)
    cell.source += "\n# changed"
    nbformat.write(notebook, course.source(name))


def test_who_has_an_earlier_version_is_not_blamed_unseen(course):
    course.record("pooling", "ann", status="graded", score=3, digest="of now")
    change(course, "pooling", "E4-1-hidden", points=7)
    assert has_changed(course, "pooling")
    said = " ".join(release(course, "pooling"))
    assert "Tests or points differ from the release of" in said
    assert "What was graded before is to be graded again: grade pooling" in said
    assert course.record("pooling", "ann") == {"student": "ann", "status": "graded", "score": 3}
    assert not has_changed(course, "pooling")


def test_who_has_the_tests_of_an_earlier_release_is_excused(course):
    handed_in = nbformat.read(course.released("pooling"), 4)
    change(course, "pooling", "E4-1-visible", points=7)
    assert excuse(course, "pooling") == []
    release(course, "pooling")
    own = "What the tests rely on was replaced."
    blamed = "The test E4-1-visible was changed."
    for student, kept in (("ann", []), ("bob", [own])):
        place = course.submitted("pooling", student)
        place.parent.mkdir(parents=True)
        nbformat.write(handed_in, place)
        course.record("pooling", student, status="graded", tampered=[blamed, *kept])
    course.submitted("pooling", "zoe").parent.mkdir(parents=True)
    cell = next(c for c in handed_in.cells if c.metadata.nbgrader.grade_id == "E4-1-visible")
    cell.source = "pass"
    nbformat.write(handed_in, course.submitted("pooling", "zoe"))
    course.record("pooling", "zoe", status="graded", tampered=[blamed])
    assert excuse(course, "pooling") == ["ann", "bob"]
    records = course.records("pooling")
    assert records["ann"] == {"student": "ann", "status": "graded", "reason": EARLIER}
    assert records["bob"]["tampered"] == [own]
    assert records["zoe"]["tampered"] == [blamed]
    assert excuse(course, "pooling") == []


def test_tests_that_no_student_sees_are_graded_anew_without_new_notebooks(course):
    course.record("pooling", "ann", status="graded", digest="of now")
    before = course.source("pooling").read_text(encoding="utf-8")
    source = before.replace("seconds=3", "seconds=2")
    assert source != before
    course.source("pooling").write_text(source, encoding="utf-8")
    said = " ".join(release(course, "pooling"))
    assert "differ" not in said
    assert "graded again" in said
    course.record("pooling", "ann", digest="of now")
    notebook = nbformat.read(course.source("pooling"), 4)
    notebook.metadata["language_info"] = {"name": "python"}  # as JupyterLab does when it saves
    nbformat.write(notebook, course.source("pooling"))
    assert has_changed(course, "pooling") is False
    assert "graded again" not in " ".join(release(course, "pooling"))
    assert course.record("pooling", "ann")["digest"] == "of now"


def test_an_interrupted_release_leaves_the_old_one(course, monkeypatch):
    def interrupt(*_args, **_options):
        raise KeyboardInterrupt

    before = course.released("pooling").read_bytes()
    monkeypatch.setattr(module, "check_released", interrupt)
    with pytest.raises(KeyboardInterrupt):
        release(course, "pooling")
    assert course.released("pooling").read_bytes() == before
    assert {path.name for path in (course.root / "release").iterdir()} == set(course.assignments())


def test_nothing_changes_under_a_grading(course):
    with alone(course):
        with pytest.raises(CourseError, match="is running in"):
            release(course, "pooling")
        with pytest.raises(CourseError, match="is running in"):
            assign(course, "pooling", replace=True)
    assert has_changed(course, "pooling") is False


def test_it_is_said_when_it_is_due(course):
    assert "Due: not set, so nothing is late." in release(course, "pooling")
    said = release(course, "pooling", due=datetime(2026, 12, 1, 23, 59).astimezone())
    assert "Due: Tue 1 Dec 2026, 23:59, your time." in said
    assert not any("stays late" in each for each in said)
    course.submitted("pooling", "ann").parent.mkdir(parents=True)
    said = release(course, "pooling", due=datetime(2026, 12, 2, 23, 59).astimezone())
    assert any("What is collected already stays late or in time" in each for each in said)
    said = release(course, "pooling")
    assert "Due: Wed 2 Dec 2026, 23:59, your time." in said
    assert not any("stays late" in each for each in said)
