"""What is collected, from where, and what is refused: a row for each student whatever comes."""

import csv
import datetime
import io
import os
import pwd
import stat
import time
import zipfile

import nbformat
import pytest

from cnnlab.classroom import collect as module
from cnnlab.classroom.__main__ import main
from cnnlab.classroom.assignment import assign
from cnnlab.classroom.collect import RefusedError, collect, read_time
from cnnlab.classroom.course import Course, CourseError, read_roster
from cnnlab.classroom.release import release
from cnnlab.classroom.table import csv_text, read_rows, write_table

NAME = "pooling"
LATER = datetime.datetime(2026, 3, 2, 12)
OTHERS = [user for user in pwd.getpwall() if user.pw_uid not in (0, os.getuid())]
AS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to other users")


@pytest.fixture
def work(filled):
    """Return different notebooks of the assignment, as they are handed in."""
    return [filled(NAME, written=f"Answer {number}.") for number in range(6)]


def zipped(path, members):
    """Write a zip of (name, text, time or None) or (ZipInfo, text)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text, *time in members:
            info = name
            if isinstance(name, str):
                when = (time[0] if time else LATER).timetuple()[:6]
                info = zipfile.ZipInfo(name, when)
                info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return path


def text_of(course, student):
    return course.submitted(NAME, student).read_text(encoding="utf-8")


def statuses(course):
    return {student: record["status"] for student, record in course.records(NAME).items()}


def met(done):
    return {(each["file"], each["status"]) for each in done["others"]}


# ---- where it comes from ----


def test_moodle(course, work, tmp_path):
    folder = "{}_{}_assignsubmission_file{}/{}".format
    source = zipped(
        tmp_path / "moodle.zip",
        [
            (folder("Ann Smith", 555, "", "pooling.ipynb"), work[0]),
            (folder("Zoë van der Mühl", 556, "_", "Pooling (1).ipynb"), work[1]),
            (folder("Zoë van der Mühl", 556, "_", "notes.ipynb"), '{"cells": []}'),
            (folder("Zoë van der Mühl", 556, "_", ".DS_Store"), ""),
            (folder("Kim Lee", 557, "", "pooling.docx"), "words"),
            (folder("Uma Else", 104, "", "pooling.ipynb"), work[2]),  # 104 is Kim's, in Canvas
        ],
    )
    done = collect(course, NAME, source)
    assert [text_of(course, student) for student in ("ann", "zoe")] == work[:2]
    assert statuses(course) == {
        "ann": "collected",
        "bob": "missing",
        "zoe": "collected",
        "kim": "no notebook",
    }
    assert "pooling.docx" in course.records(NAME)["kim"]["reason"]
    assert met(done) == {
        ("Uma Else_104_assignsubmission_file/pooling.ipynb", "not on the roster"),
        ("Zoë van der Mühl_556_assignsubmission_file_/notes.ipynb", "another notebook"),
    }
    assert course.others(NAME) == done["others"]


def test_moodle_without_folders(course, work, tmp_path):
    name = "Ann Smith_555_assignsubmission_file_pooling.ipynb"
    assert collect(course, NAME, zipped(tmp_path / "m.zip", [(name, work[0])]))["collected"] == [
        "ann"
    ]


def test_canvas(course, work, tmp_path):
    source = zipped(
        tmp_path / "canvas.zip",
        [
            ("smithann_101_2001_pooling.ipynb", work[0]),
            ("smithann_101_2002_pooling-1.ipynb", work[1]),  # handed in again
            ("jonesbob_LATE_102_2003_pooling.ipynb", work[2]),
            ("vandermuhlzoe_999_2004_pooling.ipynb", work[3]),  # a number that the roster lacks
            ("leekim_101_2005_pooling.ipynb", work[4]),  # Kim's name, Ann's number
            ("anon_x7Ky_2006_pooling.ipynb", work[5]),
        ],
    )
    done = collect(course, NAME, source)
    assert [text_of(course, student) for student in ("ann", "bob", "zoe")] == work[1:4]
    assert {s: r.get("late") for s, r in course.records(NAME).items()} == {
        "ann": None,
        "bob": True,
        "zoe": None,
        "kim": None,
    }
    assert statuses(course)["kim"] == "missing"
    assert met(done) == {
        ("smithann_101_2001_pooling.ipynb", "not taken"),
        ("leekim_101_2005_pooling.ipynb", "not on the roster"),
        ("anon_x7Ky_2006_pooling.ipynb", "not on the roster"),
    }


def test_a_folder(course, work, tmp_path):
    source = tmp_path / "in"
    for name, text in {
        "ann/pooling/pooling.ipynb": work[0],
        "ann/pooling/timestamp.txt": "2026-03-01 10:00:00.000000 UTC",
        "ann/bob/pooling.ipynb": work[1],  # Ann's, whatever she calls it
        "bob@example/pooling.ipynb": work[2],
        "pooling_zoe (2).ipynb": work[3],
        "Kim Lee.ipynb": work[4],
        "homework.ipynb": work[5],
        "__MACOSX/ann/pooling.ipynb": "{}",
    }.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    os.utime(source / "ann/bob/pooling.ipynb", (1, 1))
    (source / "bob.ipynb").symlink_to("/etc/hostname")
    done = collect(course, NAME, source)
    assert text_of(course, "ann") == work[0]
    assert course.records(NAME)["ann"]["collected"] == "2026-03-01 10:00:00 UTC"
    assert [text_of(course, student) for student in ("zoe", "kim")] == work[3:5]
    assert statuses(course)["bob"] == "missing"
    assert met(done) == {
        ("ann/bob/pooling.ipynb", "not taken"),
        ("bob@example/pooling.ipynb", "not on the roster"),
        ("bob.ipynb", "rejected"),
        ("homework.ipynb", "not on the roster"),
    }


@pytest.fixture
def inbound(course, tmp_path):
    """Give the course an exchange; return the folder that students hand in to."""
    settings = course.root / "nbgrader_config.py"
    settings.write_text(f'{settings.read_text()}c.Exchange.root = "{tmp_path / "exchange"}"\n')
    folder = tmp_path / "exchange" / "conv-2026" / "inbound"
    folder.mkdir(parents=True)
    return folder


def hand_in(inbound, folder, user, text, file=f"{NAME}.ipynb"):
    """Hand something in through the exchange, as a user."""
    place = inbound / folder
    place.mkdir()
    (place / file).write_text(text, encoding="utf-8")
    (place / "submission_secret.txt").write_text("secret")
    for path in (place / file, place / "submission_secret.txt", place):
        os.chown(path, user, -1)
    return place


@AS_ROOT
def test_the_exchange_takes_what_is_genuine(course, work, inbound):
    ann, bob, zoe = OTHERS[:3]
    users = {user.pw_name: "" for user in (ann, bob, zoe)}
    lines = "\n".join(["student_id", *users, "no-such-user"])
    (course.root / "roster.csv").write_text(lines + "\n")
    first, second = "2026-03-01 10:00:00.000000 UTC", "2026-03-01 11:00:00.000000 UTC"
    hand_in(inbound, f"{ann.pw_name}+{NAME}+{second}+aaaa", ann.pw_uid, work[0])
    hand_in(inbound, f"{ann.pw_name}+{NAME}+{first}+bbbb", ann.pw_uid, work[1])
    hand_in(inbound, f"{ann.pw_name}+{NAME}+2026-03-02 10:00:00 UTC+zzzz", bob.pw_uid, work[2])
    hand_in(inbound, f"{ann.pw_name}+{NAME}+2999-03-02 10:00:00 UTC+aaaa", ann.pw_uid, work[2])
    hand_in(inbound, f"{ann.pw_name}+{NAME}+tomorrow+aaaa", ann.pw_uid, work[2])
    hand_in(inbound, f"{ann.pw_name}+convolution+{second}+aaaa", ann.pw_uid, work[3])
    hand_in(inbound, f"{bob.pw_name}+{NAME}+{first}+cccc", bob.pw_uid, work[4], "Pooling-1.ipynb")
    hand_in(inbound, f"no-such-user+{NAME}+{first}+dddd", ann.pw_uid, work[2])
    link = hand_in(inbound, f"{zoe.pw_name}+{NAME}+{first}+eeee", zoe.pw_uid, work[5])
    (link / f"{NAME}.ipynb").unlink()
    (link / f"{NAME}.ipynb").symlink_to(course.source(NAME))  # the teacher's, with solutions
    (inbound / "a plain file").write_text("x")
    os.mkfifo(inbound / f"{bob.pw_name}+{NAME}+{second}+ffff")
    done = collect(course, NAME)
    assert text_of(course, ann.pw_name) == work[0]
    assert text_of(course, bob.pw_name) == work[4]
    place = course.submitted(NAME, ann.pw_name).parent
    assert (place / "timestamp.txt").read_text() == second
    assert (place / "submission_secret.txt").read_text() == "secret"
    assert not course.submitted(NAME, zoe.pw_name).exists()
    assert statuses(course) == {
        ann.pw_name: "collected",
        bob.pw_name: "collected",
        zoe.pw_name: "can't be read",
        "no-such-user": "missing",
    }
    reasons = {each["file"]: each["reason"] for each in done["others"]}
    forged = reasons.pop(f"{ann.pw_name}+{NAME}+2026-03-02 10:00:00 UTC+zzzz")
    assert forged == f"It belongs to {bob.pw_name}, and not to {ann.pw_name}."
    assert len(reasons) == 7
    assert collect(course, NAME)["unchanged"] == [ann.pw_name, bob.pw_name]


# ---- what is hostile ----


def test_a_hostile_zip_does_no_harm(course, work, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1 << 20)
    link = zipfile.ZipInfo("kim/pooling.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused = ["../bob.ipynb", "ann/../../bob.ipynb", "/bob.ipynb", r"..\bob.ipynb", "C:bob.ipynb"]
    source = zipped(
        tmp_path / "hostile.zip",
        [
            *[(name, work[0]) for name in refused],
            (link, "/etc/passwd"),
            ("ann/pooling.ipynb", work[1]),
            ("bob/pooling.ipynb", "0" * (1 << 21)),  # two MB that are packed into two kB
            ("zoe/\x1b[31m\u202e.ipynb", work[2]),
        ],
    )
    before = {*tmp_path.rglob("*")} - {*course.root.rglob("*")}
    done = collect(course, NAME, source)
    assert {*tmp_path.rglob("*")} - {*course.root.rglob("*")} == before
    assert text_of(course, "ann") == work[1]
    assert text_of(course, "zoe") == work[2]
    found = [path for path in course.root.glob("submitted/**/*") if path.is_file()]
    assert len(found) == 4
    assert not any(path.is_symlink() for path in found)
    assert statuses(course)["bob"] == "can't be read"
    assert "larger than 1 MB" in course.records(NAME)["bob"]["reason"]
    rejected = {each["file"] for each in done["others"] if each["status"] == "rejected"}
    assert rejected == {*refused, "kim/pooling.ipynb"}
    assert course.records(NAME)["zoe"]["file"].isprintable()


def test_a_broken_member_is_one_students_alone(course, work, tmp_path):
    source = zipped(tmp_path / "z.zip", [("ann/pooling.ipynb", work[0]), ("bob/p.ipynb", work[1])])
    content = source.read_bytes()
    place = content.index(b"bob/p.ipynb") + 200
    source.write_bytes(content[:place] + bytes(50) + content[place + 50 :])
    assert collect(course, NAME, source)["collected"] == ["ann"]
    assert statuses(course)["bob"] == "can't be read"


def test_a_name_that_is_no_text(course, work, tmp_path):
    folder = tmp_path / "in" / "ann"
    folder.mkdir(parents=True)
    with open(os.fsencode(folder) + b"/\xff\xfe.ipynb", "w", encoding="utf-8") as file:
        file.write(work[0])
    assert collect(course, NAME, folder.parent)["collected"] == ["ann"]


def test_too_many_files(course, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / "in" / f"{number}").mkdir(parents=True)
        (tmp_path / "in" / f"{number}" / "a.ipynb").touch()
    with pytest.raises(CourseError, match="holds over 3 files"):
        collect(course, NAME, tmp_path / "in")
    source = zipped(tmp_path / "z.zip", [(f"{number}.ipynb", "") for number in range(4)])
    with pytest.raises(CourseError, match="holds over 3 files"):
        collect(course, NAME, source)


def test_a_name_that_can_not_be_written_stops_nobody(course, work, tmp_path, capsys):
    book = nbformat.reads(work[1], 4)
    members = [("ann.ipynb", work[0]), ("zoe.ipynb", work[2])]
    for student, name in {"bob": "SURROGATE", "kim": "\x1b[2J" + "x" * 5000}.items():
        book.metadata["cnnlab"] = {"assignment": name}
        members.append((f"{student}.ipynb", nbformat.writes(book).replace("SURROGATE", r"\ud800")))
    source = str(zipped(tmp_path / "z.zip", members))
    assert main(["collect", NAME, source, "--course", str(course.root)]) == 0
    assert "\x1b" not in capsys.readouterr().out
    taken = dict.fromkeys(("ann", "zoe"), "collected")
    assert statuses(course) == taken | dict.fromkeys(("bob", "kim"), "another notebook")
    assert len(course.records(NAME)["kim"]["reason"]) <= 200


def test_a_record_is_printable_and_short(course):
    course.record(
        NAME,
        "ann",
        status="graded",
        score=7.0,
        reason="\ud800\x1b[2J" + "x" * 99_999,
        tampered=["\x07" * 9],
        mistakes={"E4.1": "\x1bmean"},
    )
    known = course.records(NAME)["ann"]
    assert len(known["reason"]) == 500
    assert all(map(str.isprintable, (known["reason"], *known["tampered"], *known["mistakes"])))
    assert known["mistakes"]["E4.1"].endswith("mean")
    assert known["score"] == 7.0


def test_the_assignments_own_is_found_among_newer_ones(course, work, tmp_path):
    foreign = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]))
    later = LATER + datetime.timedelta(days=1)
    members = [(f"ann/notes{number}.ipynb", foreign, later) for number in range(6)]
    source = zipped(tmp_path / "z.zip", [("ann/pooling.ipynb", work[0]), *members])
    done = collect(course, NAME, source)
    assert text_of(course, "ann") == work[0]
    said = sorted(each["status"] for each in done["others"])
    assert said == ["another notebook"] * 4 + ["not tried"] * 2


def test_a_colon_does_no_harm_and_what_is_refused_is_in_the_row(course, work, tmp_path):
    members = [("zoe/a:b.ipynb", work[0]), (r"kim/..\x.ipynb", work[1])]
    done = collect(course, NAME, zipped(tmp_path / "z.zip", members))
    assert done["collected"] == ["zoe"]
    assert done["missing"] == ["ann", "bob", "kim"]
    reason = course.records(NAME)["kim"]["reason"]
    assert reason == r"Not taken: kim/..\x.ipynb. Its path leads out of the zip."
    assert course.records(NAME)["bob"]["reason"] == "Nothing was handed in."


def test_of_two_people_in_moodle_whose_names_read_alike_none_is_taken(course, work, tmp_path):
    ann, other = (
        f"{name}_assignsubmission_file/pooling.ipynb"
        for name in ("Ann Smith_1", "\N{FULLWIDTH LATIN CAPITAL LETTER A}nn  Sm\xedth_2")
    )
    later = LATER + datetime.timedelta(days=1)
    source = zipped(tmp_path / "z.zip", [(ann, work[0]), (other, work[1], later)])
    done = collect(course, NAME, source)
    assert met(done) == {(ann, "not taken"), (other, "not taken")}
    assert statuses(course)["ann"] == "in doubt"
    assert "the numbers 1, 2. Put ann's file" in course.records(NAME)["ann"]["reason"]
    collect(course, NAME, zipped(tmp_path / "a.zip", [("ann/pooling.ipynb", work[0])]))
    assert text_of(course, "ann") == work[0]


def test_a_notebook_may_take_little_memory_and_time(course, work, tmp_path, monkeypatch):
    def greedy(notebook, _released):
        if "patience" in notebook.metadata:
            time.sleep(60)
        return "x" * len(bytearray(module.MEMORY))

    monkeypatch.setattr(module, "stranger", greedy)
    monkeypatch.setattr(module, "PATIENCE", 1)
    book = nbformat.reads(work[1], 4)
    book.metadata["patience"] = True
    members = [("ann.ipynb", work[0]), ("bob.ipynb", nbformat.writes(book))]
    done = collect(course, NAME, zipped(tmp_path / "z.zip", members))
    assert done["collected"] == ["ann", "bob"]  # grading, which has limits too, tells


def test_a_zip_is_opened_once_and_few_of_nobodys_files_are_read(course, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_SUMMED", 3)
    source = zipped(tmp_path / "z.zip", [(f"nobody{n}/f.ipynb", str(n)) for n in range(9)])
    opened, really = [], zipfile.ZipFile
    monkeypatch.setattr(
        module.zipfile, "ZipFile", lambda *given: opened.append(given) or really(*given)
    )
    done = collect(course, NAME, source)
    assert len(opened) == 1
    assert len(done["others"]) == 9
    assert sum("digest" in each for each in done["others"]) == 3


# ---- again, later, interrupted ----


def test_the_latest_counts_and_the_old_one_is_kept(course, work, tmp_path):
    def at(day, text):
        name = f"{day}.zip"
        return zipped(tmp_path / name, [("ann.ipynb", text, datetime.datetime(2026, 3, day, 12))])

    collect(course, NAME, at(2, work[0]))
    course.record(NAME, "ann", status="graded", score=7.0, mistakes={"E4.1": "mean"})
    assert collect(course, NAME, at(3, work[0]))["unchanged"] == ["ann"]  # the same once more
    assert course.records(NAME)["ann"]["score"] == 7.0
    assert met(collect(course, NAME, at(1, work[1]))) == {("ann.ipynb", "older")}
    assert text_of(course, "ann") == work[0]
    assert collect(course, NAME, at(4, work[2]))["collected"] == ["ann"]
    assert text_of(course, "ann") == work[2]
    assert {"score", "mistakes"}.isdisjoint(course.records(NAME)["ann"])
    (kept,) = course.root.glob(f"kept/*/submitted/ann/{NAME}/{NAME}.ipynb")
    assert kept.read_text(encoding="utf-8") == work[0]
    assert collect(course, NAME, at(1, work[1]), replace=True)["collected"] == ["ann"]
    assert text_of(course, "ann") == work[1]


def test_what_is_late(course, work, tmp_path):
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime.datetime(2026, 3, 1))
    assert course.due(NAME) == datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    early = datetime.datetime(2026, 2, 2)
    moodle = [
        ("Ann Smith_5_assignsubmission_file/a.ipynb", work[0]),
        ("Bob Jones_6_assignsubmission_file/b.ipynb", work[1], early),
    ]
    collect(course, NAME, zipped(tmp_path / "z.zip", moodle))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "zoe.ipynb").write_text(work[2], encoding="utf-8")  # copied just now
    stamped = folder / "kim"
    stamped.mkdir()
    (stamped / "pooling.ipynb").write_text(work[3], encoding="utf-8")
    (stamped / "timestamp.txt").write_text("2026-02-02 10:00:00 UTC")  # anybody can write that
    collect(course, NAME, folder)
    late = {student: record.get("late") for student, record in course.records(NAME).items()}
    assert late == {"ann": True, "bob": None, "zoe": "not judged", "kim": "not judged"}
    assert [row.get("late") for row in read_rows(course, NAME)][2] == "not judged"
    assert "not judged" in csv_text(read_rows(course, NAME))
    write_table(course, NAME)
    page = course.table(NAME, "html").read_text(encoding="utf-8")
    assert page.count("not judged") == page.count("late is not judged of zoe, kim:") == 1
    assert page.count("Handed in late.") == 1


def test_the_times_in_a_zip_that_no_lms_made_prove_nothing(course, work, tmp_path):
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime.datetime(2026, 3, 1))
    packed = [("ann/pooling.ipynb", work[0]), ("smithbob_102_2001_pooling.ipynb", work[1])]
    collect(course, NAME, zipped(tmp_path / "z.zip", packed))
    late = {student: record.get("late") for student, record in course.records(NAME).items()}
    assert (late["ann"], late["bob"]) == ("not judged", True)


def due_in(course, seconds):
    """Let the assignment be due so many seconds from now."""
    due = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=due.replace(tzinfo=None))
    return due


@AS_ROOT
@pytest.mark.parametrize(
    ("due", "named", "late"),
    [
        (3600, 0, None),
        (-30, -40, None),  # handed in just before, and the copying took its time
        (-3600, -7200, "in doubt"),  # backdated
        (-3600, -10, True),
    ],
)
def test_a_backdated_folder_is_found_out(due, named, late, course, work, inbound):
    ann = OTHERS[0]
    (course.root / "roster.csv").write_text(f"student_id\n{ann.pw_name}\n")
    due_in(course, due)
    now = datetime.datetime.now(datetime.UTC)
    said = f"{now + datetime.timedelta(seconds=named):%Y-%m-%d %H:%M:%S} UTC"
    place = hand_in(inbound, f"{ann.pw_name}+{NAME}+{said}+aaaa", ann.pw_uid, work[0])
    for path in (*place.iterdir(), place):
        os.utime(path, (1, 1))  # which any owner can
    collect(course, NAME)
    record = course.records(NAME)[ann.pw_name]
    assert (record.get("late"), record["collected"]) == (late, said)
    (row,) = csv.DictReader(io.StringIO(csv_text(read_rows(course, NAME))))
    assert row["late"] == {None: "", True: "late"}.get(late, late)
    if late == "in doubt":
        assert read_time(row["on_disk"]) >= now.replace(microsecond=0)
        write_table(course, NAME)
        page = course.table(NAME, "html").read_text(encoding="utf-8")
        assert f"Its name says {said}. But it was put there, or changed, at " in page
    else:
        assert row["on_disk"] == ""


@AS_ROOT
def test_a_folder_that_was_ready_and_moved_in_late_is_found_out(
    course, work, inbound, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "GRACE", datetime.timedelta(0))
    ann = OTHERS[0]
    (course.root / "roster.csv").write_text(f"student_id\n{ann.pw_name}\n")
    name = f"{ann.pw_name}+{NAME}+2026-03-01 10:00:00 UTC+aaaa"
    ready = hand_in(tmp_path, name, ann.pw_uid, work[0])
    time.sleep(0.05)
    due = due_in(course, 0)
    time.sleep(0.05)
    assert max(path.stat().st_ctime for path in (ready, *ready.iterdir())) < due.timestamp()
    ready.rename(inbound / name)
    collect(course, NAME)
    assert course.records(NAME)[ann.pw_name]["late"] == "in doubt"


@pytest.mark.parametrize("after", range(9))
def test_what_is_interrupted_goes_on(after, course, work, tmp_path, monkeypatch):
    students = ("ann", "bob", "zoe")
    first = [
        (f"{each}.ipynb", text, datetime.datetime(2026, 1, 1))
        for each, text in zip(students, work, strict=False)
    ]
    collect(course, NAME, zipped(tmp_path / "first.zip", first))
    second = [(f"{each}.ipynb", text) for each, text in zip(students, work[3:], strict=True)]
    source, really, count = zipped(tmp_path / "second.zip", second), os.rename, 0

    def rename(old, new):
        nonlocal count
        count += 1
        if count > after:
            raise KeyboardInterrupt
        really(old, new)

    monkeypatch.setattr(os, "rename", rename)
    try:
        collect(course, NAME, source)
        stopped = False
    except KeyboardInterrupt:
        stopped = True
    assert stopped == (after < 6)  # each student's folder is moved away, and the new one in
    monkeypatch.setattr(os, "rename", really)
    collect(Course(course.root), NAME, source)
    assert [text_of(course, each) for each in students] == work[3:]
    kept = [
        path.read_text(encoding="utf-8")
        for path in course.root.glob("kept/*/submitted/**/pooling.ipynb")
    ]
    assert {*work[:3]} <= {*kept}
    assert not [*course.root.glob("submitted/*/.*")]
    assert statuses(course) == dict.fromkeys(students, "collected") | {"kim": "missing"}


# ---- another assignment's ----


def test_another_assignments_notebook_is_not_taken(course, work, tmp_path):
    assign(course, "week1", ["E4.1", "E6.1", "E6.2"])  # it shares two exercises with NAME
    release(course, "week1")
    other = nbformat.read(course.released("week1"), 4)
    nameless = nbformat.from_dict(other)
    del nameless.metadata["cnnlab"]
    foreign = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    first = zipped(tmp_path / "first.zip", [("ann.ipynb", work[0]), ("zoe.ipynb", work[1])])
    collect(course, NAME, first)
    course.record(NAME, "ann", status="graded", score=7.0)
    texts = [nbformat.writes(book) for book in (other, nameless, foreign)]
    later = LATER + datetime.timedelta(days=1)
    members = [
        (name, text, later)
        for name, text in zip(("ann.ipynb", "bob.ipynb", "zoe.ipynb"), texts, strict=True)
    ]
    done = collect(course, NAME, zipped(tmp_path / "second.zip", members))
    assert met(done) == {(name, "another notebook") for name, *_ in members}
    assert text_of(course, "ann") == work[0]
    assert course.records(NAME)["ann"]["score"] == 7.0
    assert text_of(course, "zoe") == work[1]
    assert statuses(course)["bob"] == "another notebook"
    assert "another's are there" in course.records(NAME)["bob"]["reason"]
    assert done["unchanged"] == ["ann", "zoe"]


def test_a_notebook_without_any_marks_is_known_by_its_text(course, work, tmp_path):
    book = nbformat.reads(work[0], 4)
    book.metadata.pop("cnnlab")
    for cell in book.cells:
        cell.metadata = {}
    collect(course, NAME, zipped(tmp_path / "z.zip", [("ann.ipynb", nbformat.writes(book))]))
    assert statuses(course)["ann"] == "collected"


# ---- what is said ----


def test_what_is_nobodys_is_told_until_it_is_solved(course, work, tmp_path):
    source = zipped(tmp_path / "a.zip", [("uma.ipynb", work[0]), ("max.ipynb", work[1])])
    collect(course, NAME, source)
    more = zipped(tmp_path / "b.zip", [("ann.ipynb", work[2])])
    two = {("uma.ipynb", "not on the roster"), ("max.ipynb", "not on the roster")}
    assert met(collect(course, NAME, more)) == two
    assert {each["file"] for each in course.others(NAME)} == {"uma.ipynb", "max.ipynb"}
    # the teacher finds out that Max's is Bob's
    again = zipped(tmp_path / "c.zip", [("bob/pooling.ipynb", work[1])])
    assert met(collect(course, NAME, again)) == {("uma.ipynb", "not on the roster")}
    with (course.root / "roster.csv").open("a") as roster:
        roster.write("uma,Uma,Else,,\n")
    done = collect(course, NAME, source)
    assert "uma" in done["collected"]
    assert ("uma.ipynb", "not on the roster") not in met(done)


def test_whose_graded_work_was_replaced(course, work, tmp_path, capsys):
    def handed_in(day, text):
        when = datetime.datetime(2026, 3, day)
        members = [("ann.ipynb", text, when), ("bob.ipynb", work[day], when)]
        return str(zipped(tmp_path / f"{day}.zip", members))

    main(["collect", NAME, handed_in(1, work[4]), "--course", str(course.root)])
    assert "Collected: ann, bob\nOf 4" in capsys.readouterr().out
    course.record(NAME, "ann", status="graded", score=7.0)
    main(["collect", NAME, handed_in(2, work[5]), "--course", str(course.root)])
    said = capsys.readouterr().out
    assert "Collected: ann, bob\nGraded work was replaced of: ann\n" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "line 1: the columns' names are missing"),
        ("student_id\nann\n\nann\n", "line 4: ann stands in line 2 already"),
        ("student_id,lms_id\nann,1\nbob,1\n", "line 3: 1 stands in line 2 already"),
        ("student_id\n../x\n", r"line 2: '../x' can't be the name of a student"),
        ("student_id,last_name\nann,Smith, A\n", "line 2: 3 entries, but line 1 names 2"),
        ("student_id,last_name\nann,Smith\n,Jones\n", "line 3: '' can't be the name"),
    ],
)
def test_lines_of_the_roster_that_are_refused(text, said, tmp_path):
    with pytest.raises(CourseError, match=f"roster.csv, {said}"):
        read_roster(text, tmp_path / "roster.csv")


def test_a_roster_from_a_spreadsheet(course):
    (course.root / "roster.csv").write_bytes(
        "\ufeffStudent_ID;Last_Name\r\nann;Müller\r\n".encode()
    )
    assert course.roster()["ann"].last_name == "Müller"
    (course.root / "roster.csv").write_bytes("student_id\nM\xfcller\n".encode("latin-1"))
    with pytest.raises(CourseError, match="not in UTF-8"):
        course.roster()


def test_errors_say_what_would_do(course, tmp_path):
    with pytest.raises(CourseError, match=r"no assignment 'poolin'. Did you mean pooling\?"):
        collect(course, "poolin", tmp_path)
    with pytest.raises(CourseError, match=r"nowhere is not there. Give the zip"):
        collect(course, NAME, tmp_path / "nowhere")
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(CourseError, match=r"x.txt is no folder and no zip"):
        collect(course, NAME, tmp_path / "x.txt")
    with pytest.raises(CourseError, match=r"Where from\? As in: collect pooling submissions.zip"):
        collect(course, NAME)
    (course.root / "roster.csv").write_text("student_id\n")
    with pytest.raises(CourseError, match="names no students"):
        collect(course, NAME, tmp_path)


def test_two_students_of_one_name(course, work, tmp_path):
    (course.root / "roster.csv").write_text(
        "student_id,first_name,last_name\na1,Ann,Lee\na2,Ann,Lee\n"
    )
    source = zipped(tmp_path / "z.zip", [("Ann Lee_5_assignsubmission_file/p.ipynb", work[0])])
    (row,) = collect(course, NAME, source)["others"]
    assert "several called Ann Lee: a1, a2" in row["reason"]


@pytest.mark.parametrize("text", ["", "0001-01-01 00:00:00 UTC", "9999-12-31 23:59:59", "soon"])
def test_what_is_no_time(text):
    with pytest.raises(ValueError):
        read_time(text)


def test_only_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RefusedError):
        module.read_file(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(OSError):
        module.read_file(tmp_path / "link")
