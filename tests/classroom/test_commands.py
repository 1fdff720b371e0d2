"""The commands, as a teacher types them: the whole road, and what they say where it goes wrong."""

import os
import pwd
import re
import shutil
import subprocess
import sys

import pytest
from nbconvert.exporters import NotebookExporter

from cnnlab.classroom import __main__ as commands
from cnnlab.classroom import sandbox
from cnnlab.classroom.course import Course
from cnnlab.classroom.feedback import POLICY
from cnnlab.classroom.steps import run_nbgrader

pytestmark = [  # nbgrader's own
    pytest.mark.filterwarnings("ignore:Object of type <Submitted"),
    pytest.mark.filterwarnings("ignore:unclosed file"),
]


@pytest.fixture
def run(capsys):
    """Return a function that runs a command, and returns its exit status and what it said."""

    def run(*arguments):
        try:
            status = commands.main([*map(str, arguments)])
        except SystemExit as left:
            status = left.code
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_the_road(run, tmp_path, monkeypatch, filled):
    if sandbox.problem():
        pytest.skip(sandbox.problem())
    monkeypatch.chdir(tmp_path)
    status, said = run("new", "conv-2026")
    assert status == 0
    assert "roster.csv" in said
    course = Course(tmp_path / "conv-2026")
    assert course.root.stat().st_mode & 0o777 == 0o700
    me = pwd.getpwuid(os.getuid()).pw_name
    (course.root / "roster.csv").write_text(f"student_id,first_name\n{me},Ann\nbob,Bob\n")
    settings = course.root / "nbgrader_config.py"
    exchange = tmp_path / "exchange"
    settings.write_text(f'{settings.read_text()}c.Exchange.root = "{exchange}"\n')
    monkeypatch.chdir(course.root)
    assert run("assign", "matrices")[0] == 0
    status, said = run("release", "matrices", "--due", "2030-01-01T12:00")
    assert status == 0
    assert f"exchange, {exchange}" in said
    handed = exchange / "conv-2026/inbound" / f"{me}+matrices+2026-03-01 10:00:00.000000 UTC+aaaa"
    handed.mkdir()
    wrong = {"E6.2": "def column_of(kernel, image_shape, row, column):\n    print(kernel)"}
    (handed / "matrices.ipynb").write_text(filled("matrices", wrong), encoding="utf-8")
    (handed / "submission_secret.txt").write_text("secret")
    status, said = run("collect", "matrices")
    assert status == 0
    assert "Of 2 students: 1 collected, 0 as before, 1 missing." in said
    status, said = run("grade", "matrices")
    assert status == 0, said
    record = course.records("matrices")[me]
    assert (record["status"], record["score"], record["max_score"]) == ("graded", 12, 22)
    assert record["mistakes"] == {"E6.2": "printed"}
    assert "tampered" not in record or not record["tampered"]
    assert run("table", "matrices")[0] == 0
    status, said = run("feedback", "matrices")
    assert status == 0, said
    page = course.feedback("matrices", me).read_text(encoding="utf-8")
    assert "What is printed can be read, but not used" in page  # the check's own words
    assert page.partition("<head>")[2].lstrip().startswith(POLICY)  # no script of a student's runs
    (released,) = (exchange / "conv-2026/feedback").glob("*.html")
    assert released.read_text(encoding="utf-8") == page
    time = course.feedback("matrices", me).stat().st_mtime_ns
    assert run("feedback", "matrices")[0] == 0
    assert course.feedback("matrices", me).stat().st_mtime_ns == time  # nothing to do again
    run("table", "matrices")
    assert "../feedback/" in course.table("matrices", "html").read_text(encoding="utf-8")


def test_feedback_of_one_that_fails_is_not_the_others(run, course, filled):
    for student in ("ann", "bob"):
        place = course.submitted("matrices", student)
        place.parent.mkdir(parents=True)
        place.write_text(filled("matrices"), encoding="utf-8")
    run_nbgrader(course, "matrices", "Autograde", student="ann", exporter_class=NotebookExporter)
    shutil.copytree(
        course.graded("matrices", "ann").parent, course.graded("matrices", "bob").parent
    )
    for student in ("ann", "bob"):  # the gradebook knows nothing of Bob
        course.record("matrices", student, status="graded")
    status, said = run("--course", course.root, "feedback", "matrices")
    assert status == 1
    assert re.search(r"1 of 2  ann\n.*2 of 2  bob: nbgrader could not", said, re.DOTALL)
    assert course.feedback("matrices", "ann").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assign", "week1", "E99.9"], r"no exercise 'E99.9'.*Did you mean"),
        (["assign", "pooling"], r"exists\. Choose another name, or say --replace"),
        (["release", "poolin"], r"Did you mean pooling\? There are convolution, matrices, pooling"),
        (["collect", "pooling", "nowhere.zip"], r"nowhere.zip is not there"),
        (["feedback", "pooling"], "Nothing of pooling is graded yet: grade pooling"),
        (["new", "."], r"exists and is not empty\. Choose a folder that is new"),
        (["new", "a+b"], r"'a\+b' can't be the name of a course"),
        (["release", "pooling", "--due", "soon"], "'soon' is no time; write 2026-12-01T18:00"),
        (["release", "pooling", "--due", "2026-13"], "'2026-13' is no time"),
        (["grade"], r"arguments are required: NAME\n$"),
        (["assign"], r"arguments are required: NAME\n$"),
        (["assign", "week1", "E1.2,E1.3"], r"put spaces between exercises: E1\.2 E1\.3"),
        (["grad", "pooling"], r"Did you mean grade\?"),
        (["grade", "pooling"], "Nothing is collected yet: python -m cnnlab.classroom collect pool"),
        (["grade", "pooling", "Ann"], r"Ann: not in .*roster\.csv\. Did you mean ann\?"),
        (["table", "pooling", "--course", "/"], r"/ is no course.*--course FOLDER.* new FOLDER"),
    ],
)
def test_what_goes_wrong_says_what_would_do(arguments, said, run, course, monkeypatch):
    monkeypatch.chdir(course.root)
    status, came = run(*arguments)
    assert status in (1, 2)
    assert re.search(said, came, re.DOTALL)
    assert "Traceback" not in came


def hand_in(course, name, **works):
    for student, work in works.items():
        place = course.submitted(name, student)
        place.parent.mkdir(parents=True)
        place.write_text(work, encoding="utf-8")


def test_who_has_handed_in_nothing_is_not_graded(run, course, filled):
    hand_in(course, "pooling", ann=filled("pooling"))
    status, said = run("--course", course.root, "grade", "pooling", "bob")
    assert (status, said) == (1, "bob has handed in no notebook.\n")


def test_grading_says_what_it_goes_by_and_what_goes_on(run, course, filled, monkeypatch):
    def grade(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("cnnlab.classroom.grade.grade", grade)
    hand_in(course, "pooling", ann=filled("pooling"))
    _, said = run("--course", course.root, "grade", "pooling", "bob", "ann")
    assert said.startswith("bob has handed in no notebook.\nInterrupted. grade pooling goes on")
    source = course.source("pooling")
    source.write_text(source.read_text().replace('"points": 3', '"points": 5', 1))
    status, said = run("--course", course.root, "grade", "pooling", "--again")
    assert status == 130
    assert "has changed since it was released" in said
    assert "Interrupted. grade pooling goes on from here." in said


def test_a_table_names_the_marking_first(run, course, monkeypatch):
    waiting = [{"to_mark": ["written"]}, {}, {"to_mark": ["written"]}]
    monkeypatch.setattr("cnnlab.classroom.table.read_rows", lambda *_: waiting)
    monkeypatch.setattr("cnnlab.classroom.table.write_table", lambda *_: [course.root])
    said = run("--course", course.root, "table", "pooling")[1]
    words = ["2 answers wait to be marked", "Manual Grading", "table pooling", "feedback pooling"]
    places = [said.index(word) for word in words]
    assert places == sorted(places)
    waiting[:] = [{}]
    assert "Manual Grading" not in run("--course", course.root, "table", "pooling")[1]


def test_a_day_ends_at_its_end():
    due = commands.due_time("2026-12-01").astimezone()
    assert f"{due:%Y-%m-%d %H:%M:%S}" == "2026-12-01 23:59:59"
    assert f"{commands.due_time('2026-12-01T18:00').astimezone():%d %H:%M}" == "01 18:00"


def test_the_exercises_are_listed(run):
    status, said = run("exercises")
    assert status == 0
    assert "  E2.1   A row of five, three times" in said
    assert "  convolution  Convolution, by hand and in code: E1.1 E1.3 E1.4 E2.5" in said


def test_help_is_a_recipe(run):
    status, said = run("--help")
    assert status == 0
    words = ["new conv-2026", "assign week1 E2.1", "release week1", "collect week1", "grade week1"]
    places = [said.index(word) for word in [*words, "table week1", "feedback week1"]]
    assert places == sorted(places)
    for command in (
        "new",
        "exercises",
        "assign",
        "release",
        "collect",
        "grade",
        "table",
        "feedback",
    ):
        assert f"For example:\n  python -m cnnlab.classroom {command}" in run(command, "--help")[1]


def test_ctrl_c_leaves_without_a_traceback(run, course, monkeypatch):
    def table(_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "table", table)
    status, said = run("table", "pooling")
    assert status == 130
    assert "The same command goes on from here." in said


def test_a_hub_names_the_course(tmp_path, monkeypatch):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'cnn101'\nc.Exchange.root = '/srv/x'\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "etc"))
    course = Course.create(tmp_path / "mine")
    assert course.course_id == "cnn101"
    assert course.config().Exchange.root == "/srv/x"


def test_a_reader_that_has_read_enough(tmp_path):
    """As ``head`` has: no traceback."""
    command = [sys.executable, "-m", "cnnlab.classroom", "exercises"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ('ann,"Ann,Smith\nben,Ben,Y\ncai,Cai,Z', 2),
        ('ann,Ann,Smith\nben,"Ben,Y\ncai,"Cai,Z', 3),
        ('ann,Ann,"Smith', 2),
    ],
)
def test_a_forgotten_quotation_mark_swallows_nobody(lines, line, run, course):
    roster = course.root / "roster.csv"
    roster.write_text(f"student_id,first_name,last_name\n{lines}\n")
    status, said = run("--course", course.root, "collect", "pooling", course.root)
    assert status == 1
    assert f"line {line}: a quotation mark is missing" in said
