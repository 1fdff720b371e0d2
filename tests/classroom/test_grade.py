"""Thirty submissions are graded by real kernels, and each gets a row."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

import nbformat
import pytest
from classroom.submissions import (
    DAEMON,
    EXERCISES,
    NAME,
    hand_in,
    hostile,
    make_course,
    notebook,
    ordinary,
)

from cnnlab.classroom import grade as grading
from cnnlab.classroom import lock, sandbox
from cnnlab.classroom.course import CourseError
from cnnlab.classroom.grade import grade

MARK = f"cnnlab-mark-{os.getpid()}"
needs_sandbox = pytest.mark.skipif(bool(sandbox.problem()), reason=sandbox.problem()[:200])


def integrity(course):
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook:
        return gradebook.execute("PRAGMA integrity_check").fetchall()


def processes(mark):
    """List the processes that have this word in their command."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            if mark.encode() in file.read().split(b"\0"):
                found.append(int(pid))
    return found


def gone(mark):
    """Wait until the processes with this word have ended."""
    deadline = time.monotonic() + 20
    while processes(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(mark)


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    """Grade all thirty, once."""
    folder = tmp_path_factory.mktemp("thirty")
    places = [str(folder)]
    targets = [str(folder), str(folder / "course"), str(folder / "course/source"), "/var/tmp"]
    bad = hostile(places, targets, MARK)
    good = ordinary()
    course = make_course(
        folder / "course", {name: made[0] for name, made in sorted((good | bad).items())}
    )
    records = grade(course, NAME)
    return course, records, good, bad


@needs_sandbox
class TestThirty:
    def test_each_has_a_row_with_a_status(self, thirty):
        _, records, good, bad = thirty
        assert len(good) == 14
        assert len(bad) == 16
        assert list(records) == sorted(good | bad)
        assert all(record["status"] for record in records.values())

    def test_the_ordinary_ones_have_their_exact_scores(self, thirty):
        _, records, good, _ = thirty
        found = {student: records[student].get("score") for student in good}
        assert found == {student: score for student, (_, score, _) in good.items()}
        assert len(set(found.values())) == 14

    def test_the_mistakes_are_named(self, thirty):
        _, records, good, _ = thirty
        for student, (_, _, mistakes) in good.items():
            assert records[student].get("mistakes", {}) == mistakes, student
        assert records["syntax_error"]["mistakes"] == {"E1.1": "syntax error"}
        assert records["endless_function"]["mistakes"] == {"E1.1": "stopped"}

    def test_each_hostile_one_gets_what_it_deserves(self, thirty):
        _, records, _, bad = thirty
        found = {name: (records[name]["status"], records[name].get("score")) for name in bad}
        assert found == {name: (status, score) for name, (_, status, score, _) in bad.items()}

    def test_at_least_26_are_graded_and_the_others_have_a_reason_and_no_score(self, thirty):
        course, records, _, _ = thirty
        rest = {name: rec for name, rec in records.items() if rec["status"] != "graded"}
        assert len(records) - len(rest) >= 26
        with course.gradebook() as gradebook:
            known = {s.student.id for s in gradebook.assignment_submissions(NAME)}
        for name, record in rest.items():
            assert record["reason"], name
            assert not {"score", "max_score", "cells"} & record.keys(), name
            assert name not in known, f"the gradebook would show a 0 for {name}"

    def test_what_was_tampered_with_is_told_and_nothing_else(self, thirty):
        _, records, _, bad = thirty
        for name, record in records.items():
            said = record.get("tampered", [])
            expected = bad[name][3] if name in bad else []
            assert len(said) == len(expected), (name, said)
            for sentence, word in zip(said, expected, strict=True):
                assert word in sentence

    def test_cells_that_were_stopped_are_told(self, thirty):
        _, records, _, _ = thirty
        assert "1 cell was stopped" in records["endless_cell"]["reason"]
        assert "stopped" in records["endless_function"]["reason"]

    def test_a_written_answer_waits_to_be_marked_and_is_no_zero(self, thirty):
        _, records, _, _ = thirty
        (answered,) = [record for record in records.values() if record.get("by_hand")]
        assert answered["by_hand"] == ["written"]
        assert answered["cells"]["written"] is None

    def test_a_flood_of_output_is_not_kept(self, thirty):
        course, *_ = thirty
        assert course.graded(NAME, "flood").stat().st_size < 1_000_000

    def test_nothing_was_found_written_or_left_running(self, thirty):
        course, *_ = thirty
        graded = nbformat.read(course.graded(NAME, "snoops"), as_version=4)
        assert graded.cells[2].outputs == []
        assert not [*course.root.parent.rglob(MARK)]
        assert not os.path.exists(f"/var/tmp/{MARK}")
        assert gone(MARK)

    def test_the_gradebook_is_whole(self, thirty):
        course, *_ = thirty
        assert integrity(course) == [("ok",)]

    def test_whoever_is_graded_and_unchanged_is_not_graded_again(self, thirty, capfd):
        course, records, *_ = thirty
        assert grade(course, NAME) == records
        assert "nothing new to grade" in capfd.readouterr().out


# ---- interrupted, killed, and graded again ----

FOUR = {"a": EXERCISES[:1], "b": EXERCISES[:2], "c": EXERCISES[:3], "d": EXERCISES}
RUN = """
import sys
from cnnlab.classroom.course import Course
from cnnlab.classroom.grade import grade
try:
    grade(Course(sys.argv[1]), sys.argv[2])
except KeyboardInterrupt:
    sys.exit(130)
"""


def interrupt(course, number, lines):
    """Grade in a process group of its own, and send it a signal after so many lines."""
    grading = subprocess.Popen(
        [sys.executable, "-P", "-c", RUN, course.root, NAME],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = "".join(grading.stdout.readline() for _ in range(lines))
    os.killpg(grading.pid, number)
    rest, _ = grading.communicate(timeout=60)
    assert gone(str(course.root))
    with (course.root / "log" / ".grading").open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # waits for the last of its processes to have ended
    return grading.returncode, said + rest


@needs_sandbox
def test_what_takes_too_long_is_stopped_with_all_its_processes(tmp_path):
    daemon = DAEMON.replace("{mark}", f"late-{MARK}") + "while True: pass"
    course = make_course(tmp_path / "course", {"a": notebook(first=daemon)})
    run = "from cnnlab.classroom import grade\n"
    run += "grade.START, grade.MOST_CELLS = 6, 0\n"
    run += "import sys; grade._run(*sys.argv[1:], 1, 0, 'a')"
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path is short
        command = [sys.executable, "-P", "-c", run, course.root, NAME, folder]
        subprocess.run(command, check=True, env=course.environment())
        assert os.listdir(folder) == []
    record = course.records(NAME)["a"]
    assert record["status"] == "timed out"
    assert "stopped after 6 s" in record["reason"]
    assert gone(f"late-{MARK}")
    assert not course.graded(NAME, "a").exists()


def scores(records):
    return {name: (record["score"], record["cells"]) for name, record in records.items()}


@needs_sandbox
def test_interrupted_killed_and_graded_again(tmp_path):
    books = {name: notebook(right) for name, right in FOUR.items()}
    course = make_course(tmp_path / "course", books)
    status, said = interrupt(course, signal.SIGINT, lines=1)  # while it starts
    assert status == 130
    assert "Traceback" not in said
    status, said = interrupt(course, signal.SIGINT, lines=2)  # while it grades
    assert status == 130
    assert "Traceback" not in said
    assert f"left: grade {NAME} goes on with them." in said
    done = [rec for rec in course.records(NAME).values() if rec["status"] == "graded"]
    assert 1 <= len(done) < 4
    status, _ = interrupt(course, signal.SIGKILL, lines=2)
    assert status == -signal.SIGKILL
    left = (course.root / "log" / ".grading").read_text()
    assert os.path.isdir(left)
    assert integrity(course) == [("ok",)]
    records = grade(course, NAME)
    assert not os.path.exists(left)
    assert [records[name]["score"] for name in "abcd"] == [4, 8, 12, 16]
    assert integrity(course) == [("ok",)]
    once = scores(records)
    course.record(NAME, "a", seconds=0.0)  # or the next record might be the same
    assert scores(grade(course, NAME, again=True)) == once
    kept = {path.name for path in (course.root / "kept").rglob("*.*")}
    assert {"gradebook.db", f"{NAME}.ipynb"} <= kept
    old = course.root.glob(f"kept/*/log/{NAME}/a*.json")
    assert 0.0 in [json.loads(path.read_text(encoding="utf-8"))["seconds"] for path in old]


def test_who_is_graded(tmp_path, monkeypatch):
    course = make_course(tmp_path / "course", {"a": notebook(), "b": notebook(), "c": notebook()})
    for student in "ab":
        digest = grading._digest(course, NAME, student)
        course.record(NAME, student, status="graded", digest=digest)
    hand_in(course, "b", notebook(right=()))  # another version than the graded one
    started = []

    class Process:
        def __init__(self, command, **_):
            started.append(command[9:])  # after the options
            self.returncode = 0

        def wait(self):
            pass

    monkeypatch.setattr(grading.subprocess, "Popen", Process)
    for module in (grading, lock):
        monkeypatch.setattr(module, "remove", lambda folder: shutil.rmtree(folder, True))
    grade(course, NAME, unsafe=True)
    grade(course, NAME, ["a"], unsafe=True)
    grade(course, NAME, unsafe=True, again=True)
    grade(course, NAME, unsafe=True)  # goes on, since nothing of that has been graded
    assert started == [["b", "c"], ["a"], ["a", "b", "c"], ["a", "b", "c"]]


# ---- what can't be graded at all ----


def test_two_gradings_of_one_course_do_not_meet(tmp_path, monkeypatch):
    course = make_course(tmp_path / "course", {"a": notebook()})
    path = course.root / "log" / ".grading"
    path.parent.mkdir(exist_ok=True)
    monkeypatch.setattr(grading.time, "sleep", lambda _: None)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CourseError, match="Another grading or release is running"):
            grade(course, NAME, unsafe=True)


def test_a_student_who_is_not_in_the_course(tmp_path):
    course = make_course(tmp_path / "course", {"a": notebook()})
    with pytest.raises(CourseError, match=r"zoe: not in .*roster\.csv"):
        grade(course, NAME, ["zoe"], unsafe=True)


def test_a_file_that_is_too_large_or_of_something_else(tmp_path):
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    shared = notebook()
    shared.metadata.cnnlab.assignment = "week2"
    books = {"other": other, "shared": shared, "large": notebook(), "none": b""}
    plain = nbformat.writes(notebook(EXERCISES[:1])).encode()
    changes = {"half_a_letter": {"source": "\ud800"}, "of_no_kind": {"cell_type": "weird"}}
    for name, change in changes.items():
        book = json.loads(nbformat.writes(notebook(first="1 + 1")))
        book["cells"][2].update(change)
        books[name] = json.dumps(book).encode()
    books["marked"] = b"\xef\xbb\xbf" + plain  # as some editors begin a file
    course = make_course(tmp_path / "course", books)
    with course.submitted(NAME, "large").open("r+b") as file:
        file.truncate(101 << 20)  # a sparse file takes no room
    course.submitted(NAME, "none").unlink()
    records = grade(course, NAME, unsafe=True)
    assert {name: record["status"] for name, record in records.items()} == {
        "other": "another notebook",
        "shared": "another notebook",
        "large": "too large",
        "none": "missing",
        "marked": "graded",
        "half_a_letter": "not a notebook",
        "of_no_kind": "not a notebook",
    }
    assert records["marked"]["score"] == 4


# ---- what is kept, and what is left ----


def out(kind="stream", size=10, **facts):
    """Make an output."""
    if kind == "error":
        return nbformat.v4.new_output(kind, ename="E", evalue="x" * size, traceback=["x" * size])
    data = {"text": "x" * size} if kind == "stream" else {"data": {"text/plain": "x" * size}}
    return nbformat.v4.new_output(kind, **data, **facts)


def trimmed(*cells):
    """Trim cells with these outputs; return the outputs."""
    made = [nbformat.v4.new_code_cell("1", outputs=outputs) for outputs in cells]
    book = nbformat.v4.new_notebook(cells=made)
    grading._trim(book, {})
    nbformat.validate(book)
    return [cell.outputs for cell in book.cells]


def test_outputs_are_bounded_together(monkeypatch):
    figures = [out("display_data", size) for size in (400_000, 1_500_000, 10)]
    assert trimmed(figures) == [figures]
    (many,) = trimmed([*[out("display_data") for _ in range(1000)], out("error")])
    assert len(many) == 202
    assert many[-2].output_type == "error"
    assert "800 more" in many[-1].text
    monkeypatch.setattr(grading, "CELL", 2_000)
    monkeypatch.setattr(grading, "ALL", 5_000)
    cells = trimmed(*[[out("display_data", 800) for _ in range(4)] for _ in range(4)])
    whole = [[output.output_type for output in cell].count("display_data") for cell in cells]
    assert whole == [2, 2, 1, 0]


def test_a_large_error_is_still_one():
    ((error,),) = trimmed([out("error", 11_000_000)])
    assert (error.output_type, error.ename) == ("error", "E")
    assert len(json.dumps(error)) < 300_000


def test_a_deep_folder_and_a_shut_one_are_removed(tmp_path):
    folder = tmp_path / "made"
    (folder / "shut" / "inner").mkdir(parents=True)
    (folder / "shut").chmod(0)
    here = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    try:
        lock.remove(folder)
        assert not folder.exists()
    finally:  # left behind, it would end a later run of pytest, which clears up after this one
        subprocess.run(["rm", "-rf", folder], check=True)
    lock.remove(folder)  # once more does no harm


def strewn(folder, monkeypatch, make):
    """Say whether a folder with five sockets, and what `make` adds, is taken for strewn."""
    monkeypatch.chdir(folder)
    opened = [socket.socket(socket.AF_UNIX) for _ in range(5)]
    for number, one in enumerate(opened):
        one.bind(f"k-{number}")  # a whole path could be too long
    try:
        make(folder)
        return grading._strewn(folder)
    finally:
        for one in opened:
            one.close()


@pytest.mark.parametrize(
    ("make", "is_strewn"),
    [
        (lambda folder: None, False),
        (lambda folder: (folder / "f").write_text("x"), True),
        (lambda folder: (folder / "d").mkdir(), True),
        (lambda folder: (folder / "k").symlink_to("k-1"), True),
        (lambda folder: [os.link("k-1", f"m-{n}") for n in range(6)], True),
    ],
)
def test_what_lies_beside_the_sockets_is_seen(tmp_path, monkeypatch, make, is_strewn):
    assert strewn(tmp_path, monkeypatch, make) is is_strewn


STREW = """
import os, time
here = os.getcwd()
mounts = [line.split()[4] for line in open("/proc/self/mountinfo")]
os.chdir(next(path for path in mounts if path.endswith("/sockets")))
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
os.chdir(here)
time.sleep(9)
"""


@needs_sandbox
def test_what_is_written_beside_the_sockets_ends_one_submission_alone(tmp_path):
    books = {"a": notebook(first=STREW), "b": notebook()}
    course = make_course(tmp_path / "course", books)
    records = grade(course, NAME, processes=1)
    assert [records[student]["status"] for student in "ab"] == ["crashed", "graded"]
    assert "sockets" in records["a"]["reason"]
    assert not os.path.exists((course.root / "log" / ".grading").read_text())


def test_a_reason_is_no_text_of_a_students():
    log = "x\nFineError: \x1b[32m graded 22 of 22\nTraceback\nnbformat.x.BadError: \x1b[2J\n"
    log += "nbgrader.converters.base.NbGraderException: see above\n"
    said = grading._failed(log)["reason"]
    assert said == "nbgrader failed (BadError). What it said is in the log."
    assert grading._failed("?")["reason"] == "nbgrader failed. What it said is in the log."
