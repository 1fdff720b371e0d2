"""Collect what students handed in: from a folder, from Moodle's or Canvas's zip, from the exchange.

Nothing is unpacked and no name of a file is ever followed: a notebook is read, up to a limit, and
written to the place that its student has in the course. Who that is, the path says:

- ``Ann Smith_12345_assignsubmission_file/conv.ipynb``: Moodle. The number is another one in each
  assignment, so the name counts.
- ``smithann_LATE_101_2002_conv-1.ipynb``: Canvas. 101 is the student's ``lms_id`` in the roster.
- ``ann/conv.ipynb``, ``ann.ipynb``, ``ann_conv.ipynb``: by id, e-mail address or name.
- ``ann+conv+2026-12-01 10:00:00 UTC+x7Kq``: the exchange's. The folder must be Ann's own.
"""

import contextlib
import copy
import hashlib
import multiprocessing
import os
import re
import stat
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import nbformat

from cnnlab.classroom.course import Course, CourseError, Student, printable
from cnnlab.classroom.restore import grade_id, restore, stranger
from cnnlab.classroom.steps import exchange_of

LARGEST = 100 << 20  # bytes of a notebook, as in grading
MOST_FILES = 20_000  # in a folder or a zip
MOST_TRIED = 5  # notebooks of one student
MOST_SAID = 20  # of one student's that were not tried
MOST_SUMMED = 200  # files that belong to nobody, to be known again
MEMORY = 2 << 30  # bytes to look into a notebook
PATIENCE = 20  # seconds for it
NOT_JUDGED = "not judged"  # whether it is late
IN_DOUBT = "in doubt"
GRACE = timedelta(minutes=1)  # from the time in a folder's name until all has been copied into it
UNKNOWN = "not on the roster"
NO_FILE = "It is no file of its own: a link, or so."
STAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # by it a student finds the feedback in the exchange
IGNORED = re.compile(r"(^|/)(\.|__MACOSX/|~\$)")  # what systems and editors leave behind
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?")
CANVAS = re.compile(
    r"(?:(?P<name>[^_]+)_)?(?P<late>LATE_)?(?P<id>\d+|anon_[A-Za-z0-9]+)_(?P<file>\d+)_.+"
)


class RefusedError(ValueError):
    """Something that is not taken; the message says why."""


class Entry(NamedTuple):
    """A file that was found."""

    path: str  # as it is called where it was found
    time: datetime
    read: Callable[[], bytes]
    secret: Callable[[], bytes] = bytes
    owner: str = ""  # whose it is, where that is certain
    timed: bool = False  # whether the time is that of handing in; a file's own may be any
    changed: datetime | None = None  # when the disk saw it change, if `time` is the student's word


def collect(
    course: Course, name: str, source: Path | None = None, *, replace: bool = False
) -> dict[str, list]:
    """Collect an assignment.

    Parameters
    ----------
    course : Course
        Where to.
    name : str
        Which assignment.
    source : Path, optional
        A folder or a zip; without it, nbgrader's exchange.
    replace : bool, default False
        Whether an older file may take the place of what was collected. (A newer one always does.)

    Returns
    -------
    dict of str to list
        The students whose work is ``"collected"``, ``"unchanged"`` or ``"missing"``; those whose
        graded work was ``"replaced"``; and ``"others"``, all that was met and not taken, as
        `Course.others` has it. What belongs to nobody on the roster stays there until it does, or
        has been taken under another name.

    Raises
    ------
    CourseError
        If the source can't be read.

    Notes
    -----
    Each student's latest notebook is taken, and what was collected before is kept. Interrupted and
    run again, it goes on where it was: a place is filled in one step, or not at all.
    """
    course.require(name, released=True)
    roster = course.roster()
    if not roster:
        raise CourseError(
            f"{course.root / 'roster.csv'} names no students. Each has a line below the first."
        )
    for left in course.root.glob(f"submitted/*/.{name}.*"):  # by a run that was interrupted
        course.keep(left)
    collector, names = Collector(course, name, replace), Names(roster.values(), name)
    found, others = {student: [] for student in roster}, collector.others
    before = [met for met in course.others(name) if met["status"] == UNKNOWN]
    seen, unknown = set(), 0
    for entry in entries(course, name, source, others):
        seen.add(printable(entry.path))
        try:
            student, late = (entry.owner, False) if entry.owner else names.whose(entry.path)
            found[student].append((entry, late))
        except RefusedError as refused:
            unknown += 1
            summed = digest_of(entry) if unknown <= MOST_SUMMED else {}
            others.append(row(entry.path, UNKNOWN, refused) | summed)
    before = [met for met in before if met["file"] not in seen]
    for met in others:
        if met["status"] == "rejected":
            with contextlib.suppress(RefusedError):
                student, _ = names.whose(met["file"])
                collector.refused.setdefault(student, f"Not taken: {met['file']}. {met['reason']}")
    done = {"collected": [], "unchanged": [], "missing": [], "others": others}
    for student, files in found.items():
        done[collector.take(student, files)].append(student)
    done["replaced"] = collector.replaced
    taken = {digest(path.read_bytes()) for path in course.root.glob(f"submitted/*/{name}/*.ipynb")}
    others += [met for met in before if met.get("digest") not in taken]
    course.record_others(name, others)
    return done


def row(file: str, status: str, reason: object) -> dict[str, str]:
    """Return what is told of something that was not taken."""
    return {"file": printable(file), "status": status, "reason": printable(str(reason))}


def digest(content: bytes) -> str:
    """Sum up a file, to know it again."""
    return hashlib.sha256(content).hexdigest()


def digest_of(entry: Entry) -> dict[str, str]:
    """Sum up what was not taken; nothing, if it can't be read."""
    try:
        return {"digest": digest(entry.read())}
    except Exception:  # whatever a broken file makes of its reader
        return {}


class Collector:
    """Takes the notebooks of one assignment."""

    def __init__(self, course: Course, name: str, replace: bool) -> None:
        self.course, self.name, self.replace, self.others = course, name, replace, []
        self.due, self.replaced, self.before = course.due(name), [], course.records(name)
        self.refused = {}  # why something of a student's was refused
        self.released = nbformat.read(course.released(name), 4)
        ids = {grade_id(cell) or "" for cell in self.released.cells}
        self.marks = [f'"{each}"'.encode() for each in ids - {"", "intro"}]

    def take(self, student: str, files: list[tuple[Entry, bool]]) -> str:
        """Put a student's latest notebook into its place; say what came of it."""
        place = self.course.submitted(self.name, student)
        found = self.latest(student, files)
        if isinstance(found, dict):
            if found and not place.exists():
                self.course.record(self.name, student, fresh=True, **found)
            return "unchanged" if place.exists() else "missing"
        entry, late, content = found
        if place.is_file():
            if place.read_bytes() == content:
                return "unchanged"
            before = entry.time
            with contextlib.suppress(OSError, ValueError):
                before = read_time(place.with_name(STAMP).read_text("utf-8"))
            if before > entry.time and not self.replace:
                reason = f"What was collected of {student} is newer. To take this: --replace"
                self.others.append(row(entry.path, "older", reason))
                return "unchanged"
        part = self.course.part(place.parent)
        part.mkdir(parents=True)
        (part / place.name).write_bytes(content)
        (part / STAMP).write_text(f"{entry.time:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")
        with contextlib.suppress(OSError, RefusedError):
            if secret := entry.secret()[:1000]:
                (part / SECRET).write_bytes(secret)
        late = late or self.late(entry)
        facts = {
            "status": "collected",
            "file": printable(entry.path),
            "collected": f"{entry.time:%Y-%m-%d %H:%M:%S} UTC",
            "late": late or None,
            "on_disk": f"{entry.changed:%Y-%m-%d %H:%M:%S} UTC" if late == IN_DOUBT else None,
        }
        # The record comes first: should this be interrupted between the two, it is done again.
        self.course.record(self.name, student, fresh=True, **facts)
        if self.before[student]["status"] == "graded":
            self.replaced.append(student)
        self.course.replace(part, place.parent)
        return "collected"

    def late(self, entry: Entry) -> bool | str:
        """Say whether a file came late, if that is known."""
        if self.due and not entry.timed:
            return NOT_JUDGED
        if self.due and entry.changed and entry.time <= self.due < entry.changed - GRACE:
            return IN_DOUBT
        return bool(self.due and entry.time > self.due)

    def latest(self, student: str, files: list[tuple[Entry, bool]]) -> tuple | dict:
        """Find the notebook that counts: entry, lateness and content; or say why there is none."""
        notebooks = [each for each in files if each[0].path.lower().endswith(".ipynb")]
        if several := self.several(student, notebooks):
            return several
        notebooks.sort(key=lambda each: (self.is_named(each[0]), each[0].time), reverse=True)
        good, reason, other = [], "", ""
        for entry, late in notebooks[:MOST_TRIED]:
            try:
                content = entry.read()
                if other := printable(self.other(content)):
                    self.others.append(row(entry.path, "another notebook", other))
                    continue
                good.append((self.rank(entry, content), entry, late, content))
            except Exception as error:  # whatever a broken file makes of its reader
                reason = printable(str(error) or type(error).__name__)
                self.others.append(row(entry.path, "can't be read", reason))
        untried = [entry.path for entry, _ in notebooks[MOST_TRIED:]]
        for path in untried[:MOST_SAID]:
            why = f"{student} has {len(notebooks)} notebooks; {MOST_TRIED} were looked into."
            self.others.append(row(path, "not tried", why))
        if good:
            *others, (_, *best) = sorted(good, key=lambda each: each[0])
            reason = f"Of {student}, {best[0].path} was taken."
            self.others += [row(other.path, "not taken", reason) for _, other, _, _ in others]
            return tuple(best)
        if notebooks and reason:
            return {"status": "can't be read", "reason": reason}
        if notebooks:
            return {"status": "another notebook", "reason": other}
        names = ", ".join(entry.path.rpartition("/")[2] for entry, _ in files[:MOST_TRIED])
        reason = printable(f"No notebook was handed in, but {names}.")
        if not files and student in self.refused:
            return {"status": "missing", "reason": self.refused[student]}
        return {"status": "no notebook", "reason": reason} if files else {}

    def several(self, student: str, files: list[tuple[Entry, bool]]) -> dict:
        """Say so if a student's files are those of several people in Moodle, by their numbers."""
        people = {}
        for entry, _ in files:
            for part in PurePosixPath(entry.path).parts:
                if moodle := MOODLE.fullmatch(part):
                    people.setdefault(moodle["id"], entry.path)
                    break
        if len(people) < 2:
            return {}
        reason = (
            f"Several people of Moodle are called so that it may be {student}: the numbers "
            f"{', '.join(people)}. Put {student}'s file into a folder {student}/, and collect that."
        )
        self.others += [row(path, "not taken", reason) for path in people.values()]
        return {"status": "in doubt", "reason": reason}

    def other(self, content: bytes) -> str:
        """Say why a notebook is not of this assignment; what can't be read, grading tells."""
        return apart(partial(self._other, content))

    def _other(self, content: bytes) -> str:
        try:
            notebook = nbformat.reads(content.decode(), 4)
            if why := stranger(notebook, self.released):
                return why
            _, _, found = restore(notebook, copy.deepcopy(self.released))
        except Exception:  # whatever a broken file makes of its reader
            return ""
        return "" if found else f"None of the cells of {self.name} that are graded is in it."

    def is_named(self, entry: Entry) -> bool:
        """Whether a notebook's name holds the assignment's."""
        return bool(entry.owner) or _folded(self.name) in _folded(PurePosixPath(entry.path).stem)

    def rank(self, entry: Entry, content: bytes) -> tuple:
        """Order a student's notebooks: the assignment's after others, then by name and by time."""
        stem = PurePosixPath(entry.path).stem
        version = re.search(r"[-(](\d+)\)?$", stem)  # `conv-1` and `conv (1)` follow `conv`
        return (
            bool(entry.owner) or any(mark in content for mark in self.marks),
            self.is_named(entry),
            entry.time,
            int(version[1]) if version else 0,
            entry.path,
        )


def apart(function: Callable[[], str]) -> str:
    """Call a function in a process that gets little memory and time; empty if they don't do."""
    if not hasattr(os, "fork"):
        return function()
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(function, send), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it forks beside NumPy's threads
        child.start()
    send.close()
    try:
        return receive.recv() if receive.poll(PATIENCE) else ""
    except EOFError:
        return ""
    finally:
        receive.close()
        child.kill()
        child.join()


def _answer(function: Callable[[], str], send: Any) -> None:
    import resource

    with contextlib.suppress(OSError, ValueError):  # a Mac counts no pages
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with contextlib.suppress(MemoryError):
        send.send(function())


# ---- whose is it? ----


class Names:
    """All names under which the roster's students may come."""

    def __init__(self, students: Iterable[Student], assignment: str) -> None:
        self.assignment = assignment
        self.by_id, self.by_name, self.by_lms = {}, {}, {}
        for student in students:
            self.by_id[student.student_id] = student.student_id
            if student.email:
                self.by_id[student.email] = student.student_id
            if student.lms_id:
                self.by_lms[student.lms_id] = student.student_id
            first, last = student.first_name, student.last_name
            for name in {_folded(first + last), _folded(last + first)} - {""}:
                self.by_name.setdefault(name, []).append(student.student_id)

    def whose(self, path: str) -> tuple[str, bool]:
        """Return a file's student, and whether the path says that it is late.

        The first part of the path that names a student counts: what lies deeper, students named.
        """
        *folders, file = PurePosixPath(path).parts
        for part in folders:
            if moodle := MOODLE.fullmatch(part):
                return self._lms(moodle["name"], moodle["id"], stable=False), False
            if part in self.by_id:
                return self.by_id[part], False
            if part in self.by_lms or _folded(part) in self.by_name:
                return self._lms("" if part in self.by_lms else part, part), False
        if moodle := MOODLE.fullmatch(file):
            return self._lms(moodle["name"], moodle["id"], stable=False), False
        stem = re.sub(r" ?\(\d+\)$", "", PurePosixPath(file).stem)
        for each in (stem, *self._without_assignment(stem)):
            if each in self.by_id:
                return self.by_id[each], False
            if _folded(each) in self.by_name:
                return self._lms(each, ""), False
        if canvas := CANVAS.fullmatch(file):
            return self._lms(canvas["name"] or "", canvas["id"]), bool(canvas["late"])
        raise RefusedError(
            "It can't be said whose this is. A file lies in a folder that has the student's id "
            f"of the roster, or is called so, as ID_{self.assignment}.ipynb."
        )

    def _without_assignment(self, stem: str) -> Iterator[str]:
        for mark in "_- +":
            yield stem.removesuffix(mark + self.assignment)
            yield stem.removeprefix(self.assignment + mark)

    def _lms(self, name: str, number: str, *, stable: bool = True) -> str:
        """Find a student of an LMS by name and number.

        A `stable` number, Canvas's, counts, unless the name is another student's. Moodle's, which
        is not, counts where it hides the names, or several have the same.
        """
        named, numbered = self.by_name.get(_folded(name), []), self.by_lms.get(number)
        hidden = name.startswith("Participant ")
        if numbered and (numbered in named or (not named and (stable or hidden))):
            return numbered
        if numbered and stable:
            raise RefusedError(
                f"The name is that of {named[0]}, but {number} is the lms_id of {numbered}. Put "
                "the roster right."
            )
        if len(named) == 1:
            return named[0]
        if named:
            raise RefusedError(
                f"The roster has several called {name}: {', '.join(named)}. Put the file into a "
                "folder that has the right one's id, and collect that folder."
            )
        counts = f"or the lms_id {number}" if stable else "(Moodle's number is no lms_id)"
        raise RefusedError(f"No student of the roster has the name {name or 'given'} {counts}.")


def _folded(name: str) -> str:
    """Fold a name to its letters and digits: no case, no accents, no spaces."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


def read_time(text: str) -> datetime:
    """Read a time as nbgrader writes it; one without a zone is UTC.

    >>> read_time("2026-12-01 10:00:00.5 UTC").isoformat()
    '2026-12-01T10:00:00.500000+00:00'
    """
    time = datetime.fromisoformat(re.sub(r" [A-Z]{2,5}$", "", text.strip()))
    if not 1970 < time.year < 9999:
        raise ValueError(f"{text} is no time of a submission")
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


# ---- where it comes from ----


def entries(course: Course, name: str, source: Path | None, others: list) -> Iterator[Entry]:
    """Find the files of a folder, a zip or the exchange; what is refused goes to `others`."""
    if source is None:
        return in_exchange(course, name, others)
    if source.is_dir():
        return in_folder(source, others)
    if zipfile.is_zipfile(source):
        return in_zip(source, others)
    what = "is no folder and no zip" if source.exists() else "is not there"
    raise CourseError(
        f"{source} {what}. Give the zip as Moodle or Canvas made it, or a folder that has a folder "
        "or a notebook for each student."
    )


def in_folder(folder: Path, others: list) -> Iterator[Entry]:
    """Find the files of a folder."""
    count = 0
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files + [each for each in folders if Path(place, each).is_symlink()]):
            path = Path(place, name)
            shown = path.relative_to(folder).as_posix()
            if IGNORED.search(shown):
                continue
            count += 1
            if count > MOST_FILES:
                raise CourseError(f"{folder} holds over {MOST_FILES} files. Is it the right one?")
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                others.append(row(shown, "rejected", NO_FILE))
            elif name not in (STAMP, SECRET):
                time = datetime.fromtimestamp(status.st_mtime, UTC)
                with contextlib.suppress(OSError, ValueError):
                    time = read_time(read_file(path.with_name(STAMP))[:100].decode())
                yield Entry(shown, time, partial(read_file, path))


def read_file(path: str | Path, folder: int | None = None, owner: int | None = None) -> bytes:
    """Read a file, if it is one of its own and not too large.

    Parameters
    ----------
    path : path_like
        Which.
    folder : int, optional
        An open folder that `path` is in.
    owner : int, optional
        The number of the user whose it must be.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags | getattr(os, "O_BINARY", 0), dir_fd=folder), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or owner not in (None, status.st_uid):
            raise RefusedError("It is no file of the student's own.")
        return limited(file)


def limited(file: Any) -> bytes:
    """Read a file up to the limit, whatever it says about its size."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise RefusedError(f"It is larger than {LARGEST >> 20} MB. Are there huge outputs in it?")
    return content


def in_zip(path: Path, others: list) -> Iterator[Entry]:
    """Find the files of a zip; it stays packed."""
    try:
        archive = zipfile.ZipFile(path)  # it closes when no entry needs it any more
        members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise CourseError(f"{path} is broken ({error}). Download it again.") from None
    if len(members) > MOST_FILES:
        raise CourseError(f"{path} holds over {MOST_FILES} files. Is it the right one?")
    for member in members:
        name, kind = member.filename, stat.S_IFMT(member.external_attr >> 16)
        if ".." in name.split("/") or re.search(r"^/|^[A-Za-z]:|[\\\0]", name):
            others.append(row(name, "rejected", "Its path leads out of the zip."))
        elif not member.is_dir() and kind not in (0, stat.S_IFREG):
            others.append(row(name, "rejected", NO_FILE))
        elif not member.is_dir() and not IGNORED.search(name):
            parts = PurePosixPath(name).parts
            timed = any(map(MOODLE.fullmatch, parts)) or bool(CANVAS.fullmatch(parts[-1]))
            yield Entry(
                name, _zip_time(member), partial(_read_member, archive, member), timed=timed
            )


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        return limited(file)


def _zip_time(member: zipfile.ZipInfo) -> datetime:
    """Return a member's time, which a zip has in the local zone; impossible ones become 1980."""
    with contextlib.suppress(ValueError, OverflowError):
        return datetime(*member.date_time).astimezone(UTC)
    return datetime(1980, 1, 1, tzinfo=UTC)


def in_exchange(course: Course, name: str, others: list) -> Iterator[Entry]:
    """Find the submissions of an assignment in the exchange, and leave out what is not genuine."""
    root = exchange_of(course)
    if not root:
        raise CourseError(
            f"Where from? As in: collect {name} submissions.zip, or a folder. (This course has no "
            "exchange: nbgrader_config.py would name it, as Exchange.root.)"
        )
    inbound = Path(root, course.course_id, "inbound")
    if not inbound.is_dir():
        raise CourseError(f"{inbound} is not there. `release {name}` makes it.")
    for folder in sorted(inbound.iterdir()):
        parts = folder.name.split("+")
        if len(parts) > 1 and parts[1] != name:
            continue  # another assignment's
        try:
            yield genuine(folder, parts, name, course.roster())
        except RefusedError as refused:
            others.append(row(folder.name, "rejected", str(refused)))
        except OSError as error:
            others.append(row(folder.name, "can't be read", str(error)))


def genuine(folder: Path, parts: list[str], name: str, roster: dict[str, Student]) -> Entry:
    """Read a submission in the exchange, if it is a folder and its owner is its student.

    The time in the folder's name is the student's word, and so are `timestamp.txt` and the times
    that ``touch`` sets. When the folder or its notebook was last put there or changed, the disk
    says (``st_ctime``): that no user can set, and moving sets it anew.
    """
    import pwd  # there is an exchange on Unix alone

    if len(parts) < 3 or not stat.S_ISDIR(folder.lstat().st_mode):
        raise RefusedError("It is no submission: those are folders, STUDENT+ASSIGNMENT+TIME.")
    student, _, when = parts[:3]
    if student not in roster:
        raise RefusedError(f"{student} is not on the roster.")
    try:
        user = pwd.getpwnam(student).pw_uid
    except KeyError:
        raise RefusedError(f"This machine has no user {student}.") from None
    try:
        time = read_time(when)
    except ValueError:
        raise RefusedError(f"{when} is no time.") from None
    if time > datetime.now(UTC):
        raise RefusedError("It is dated in the future.")
    with _opened(folder, user) as opened:
        files = sorted(os.listdir(opened), key=lambda file: (not file.endswith(".ipynb"), file))
        file = f"{name}.ipynb" if f"{name}.ipynb" in files else files[0] if files else "nothing"
        changed = os.fstat(opened).st_ctime
        if file in files:
            status = os.stat(file, dir_fd=opened, follow_symlinks=False)
            changed = max(changed, status.st_ctime)
    read, secret = (partial(_read_genuine, folder, user, each) for each in (file, SECRET))
    return Entry(
        f"{folder.name}/{file}", time, read, secret, owner=student, timed=True,
        changed=datetime.fromtimestamp(changed, UTC),
    )  # fmt: skip


def _read_genuine(folder: Path, user: int, file: str) -> bytes:
    with _opened(folder, user) as opened:
        return read_file(file, opened, user)


@contextlib.contextmanager
def _opened(folder: Path, user: int) -> Iterator[int]:
    """Open a folder that must be a user's own: it can't be exchanged for another any more."""
    import pwd

    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        owner = os.fstat(opened).st_uid
        if owner != user:
            known = {each.pw_uid: each.pw_name for each in pwd.getpwall()}
            whose = known.get(owner, f"user {owner}")
            raise RefusedError(f"It belongs to {whose}, and not to {known.get(user, user)}.")
        yield opened
    finally:
        os.close(opened)
