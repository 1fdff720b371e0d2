"""A course in which the ready assignments are released, and notebooks as students hand them in."""

import copy
import shutil

import nbformat
import pytest

from cnnlab.classroom.assignment import assign
from cnnlab.classroom.assignments import READY
from cnnlab.classroom.course import Course
from cnnlab.classroom.release import release

ROSTER = """\
student_id,first_name,last_name,email,lms_id
ann,Ann,Smith,ann@example.org,101
bob,Bob,Jones,,102
zoe,Zoë,van der Mühl,,103
kim,Kim,Lee,,104
"""


@pytest.fixture(scope="session")
def ready(tmp_path_factory):
    """Return a course with all ready assignments, released. It is not to be changed."""
    course = Course.create(tmp_path_factory.mktemp("ready") / "conv-2026")
    (course.root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    for name in READY:
        assign(course, name)
        release(course, name)
    return course


@pytest.fixture
def course(ready, tmp_path):
    """Return a course of one's own, with all ready assignments released."""
    return Course(shutil.copytree(ready.root, tmp_path / "conv-2026"))


@pytest.fixture
def filled(ready):
    """Return a function that fills a released notebook in: answers by exercise, else solutions."""

    def fill(name, answers=(), written="Because of the flip."):
        solutions = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in nbformat.read(ready.source(name), 4).cells
        }
        notebook = copy.deepcopy(nbformat.read(ready.released(name), 4))
        for cell in notebook.cells:
            label = cell.metadata.nbgrader.grade_id
            if label.endswith("-answer"):
                number = label.removesuffix("-answer").replace("-", ".")
                cell.source = dict(answers).get(number, solutions[label])
            if label == "written":
                cell.source = written
        return nbformat.writes(notebook)

    return fill
