"""A course: a folder in nbgrader's own layout, its roster, and what has become of each submission.

Anything that this package has no command for can be done with nbgrader itself, in the same folder::

    nbgrader_config.py          roster.csv                  gradebook.db
    source/NAME/NAME.ipynb      release/NAME/NAME.ipynb     submitted/STUDENT/NAME/NAME.ipynb
    autograded/STUDENT/NAME/    feedback/STUDENT/NAME/      tables/NAME.csv, tables/NAME.html
    log/NAME/STUDENT.json       what collecting and grading met: a record for each submission
    kept/DATE/…                 old versions, under the path that they had
"""

import csv
import difflib
import json
import os
import re
import secrets
import shutil
import sysconfig
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

CONFIG = "nbgrader_config.py"
COLUMNS = ("student_id", "first_name", "last_name", "email", "lms_id")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # becomes the name of a folder
OTHERS = "_others"  # no student's name begins so

REFUSAL = 'c.Autograde.exporter_class = "cnnlab.classroom.refusal.Refusal"'
SAFE = {  # each setting's line, by its name
    "HTMLExporter.sanitize_html": "c.HTMLExporter.sanitize_html = True",
    "HTMLExporter.filters": """\
c.HTMLExporter.filters = {
    "clean_html": "cnnlab.classroom.render.clean",
    "markdown2html": "cnnlab.classroom.render.markdown",
    "strip_files_prefix": "cnnlab.classroom.render.strip_files_prefix",
}""",
    "HTMLExporter.preprocessors": """\
c.HTMLExporter.preprocessors = ["cnnlab.classroom.render.plain"]""",
}
SAFE_NOTE = """\
# What students wrote is shown in the Formgrader, on your own server, and on the feedback's pages.
# It is cleaned first: no script of theirs runs, and no form and no other page takes the place.
"""
SETTINGS = '''\
"""nbgrader's settings of this course: the classroom's commands and nbgrader itself read them."""

from pathlib import Path

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# The student's starting lines stand above the solution, so nothing takes its place.
c.ClearSolutions.code_stub = {{"python": ""}}
c.ClearSolutions.text_stub = "*Your answer*"

c.Execute.timeout = 10  # seconds a cell; the hidden tests end by themselves after 9
c.OverwriteCells.add_missing_cells = True  # deleted tests come back
c.IgnorePattern.enabled = True  # a warning in a test is no mistake
c.IgnorePattern.pattern = r"(?s).*"

# nbgrader's own autograding, as behind the button in its Formgrader, would run students' programs
# outside the sandbox. So here it refuses: grade with python -m cnnlab.classroom grade NAME
{refusal}

{safe}
# Where students who share this machine fetch and submit; a hub has set it already:
# c.Exchange.root = "/srv/nbgrader/exchange"
'''


class CourseError(ValueError):
    """What the teacher can put right; the message says how."""


class Student(NamedTuple):
    """A line of the roster."""

    student_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""


class Course:
    """A course's folder, `root`: an absolute path.

    It must be a course already, or there is a `CourseError`; `create` makes one.
    """

    def __init__(self, root: str | os.PathLike) -> None:
        self.root = Path(root).resolve()
        self._when = ""  # names this run's folder in kept/, once it is needed
        if not (self.root / CONFIG).is_file():
            raise CourseError(
                f"{self.root} is no course: it has no {CONFIG}. Go into the course's folder, or "
                "name it with --course FOLDER. To make a new one: python -m cnnlab.classroom new "
                "FOLDER"
            )

    @classmethod
    def create(cls, root: str | os.PathLike) -> "Course":
        """Make a course: settings, an empty roster, and a folder that only you can read.

        It has the folder's name, unless the machine's settings, such as a hub's, name a course. A
        `CourseError` says if there is something at its place, or its name won't do.
        """
        root = Path(root).resolve()
        check_name(root.name, "a course")
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise CourseError(f"{root} exists and is not empty. Choose a folder that is new.")
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)  # it will hold solutions and everybody's work
        (root / "roster.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
        course_id = machine_config().CourseDirectory.get("course_id") or root.name
        safe = SAFE_NOTE + "".join(f"{line}\n" for line in SAFE.values())
        settings = SETTINGS.format(course_id=str(course_id), refusal=REFUSAL, safe=safe)
        (root / CONFIG).write_text(settings, encoding="utf-8")
        return cls(root)

    def renew(self) -> bool:
        """Add to the settings of an older course what keeps students' work from running anything.

        Returns
        -------
        bool
            Whether something was added; the old file is in ``kept/``.
        """
        known = self.config()
        lines = [line for name, line in SAFE.items() if name not in known]
        if lines:
            path = self.root / CONFIG
            text = path.read_text(encoding="utf-8").rstrip()
            added = "c = get_config()  # noqa: F821\n" + "".join(f"{line}\n" for line in lines)
            self.write(path, f"{text}\n\n{SAFE_NOTE}{added}")
        return bool(lines)

    # ---- where things lie ----

    def source(self, assignment: str) -> Path:
        """Return the teacher's notebook, with solutions and hidden tests."""
        return self.root / "source" / assignment / f"{assignment}.ipynb"

    def released(self, assignment: str) -> Path:
        """Return the notebook that is handed out."""
        return self.root / "release" / assignment / f"{assignment}.ipynb"

    def submitted(self, assignment: str, student: str) -> Path:
        """Return the notebook that was collected from a student, beside its ``timestamp.txt``."""
        return self.root / "submitted" / student / assignment / f"{assignment}.ipynb"

    def graded(self, assignment: str, student: str) -> Path:
        """Return a student's graded notebook."""
        return self.root / "autograded" / student / assignment / f"{assignment}.ipynb"

    def feedback(self, assignment: str, student: str) -> Path:
        """Return the page that a student gets back."""
        return self.root / "feedback" / student / assignment / f"{assignment}.html"

    def table(self, assignment: str, kind: str = "csv") -> Path:
        """Return the table of an assignment: ``"csv"`` or ``"html"``."""
        return self.root / "tables" / f"{assignment}.{kind}"

    def assignments(self) -> list[str]:
        """List the assignments that there are."""
        folders = [path.name for path in self.root.glob("source/*/")]
        return sorted(name for name in folders if self.source(name).is_file())

    def require(self, assignment: str, *, released: bool = False) -> str:
        """Return an assignment's name; a `CourseError` says if it is not there, or not released."""
        there = self.assignments()
        if assignment not in there:
            near = difflib.get_close_matches(assignment, there, 1)
            hint = f"Did you mean {near[0]}? " if near else ""
            have = f"There are {', '.join(there)}." if there else "There is none yet."
            raise CourseError(
                f"This course has no assignment {assignment!r}. {hint}{have} "
                "To make one: python -m cnnlab.classroom assign NAME E2.1 E2.3"
            )
        if released and not self.released(assignment).is_file():
            raise CourseError(
                f"{assignment} is not released yet: python -m cnnlab.classroom release {assignment}"
            )
        return assignment

    # ---- nbgrader ----

    def config(self) -> Any:
        """Read the machine's settings, and then the course's own: a `traitlets.config.Config`."""
        from traitlets.config import PyFileConfigLoader

        config = machine_config()
        config.merge(PyFileConfigLoader(CONFIG, path=str(self.root)).load_config())
        config.CourseDirectory.root = str(self.root)
        if "db_url" not in config.CourseDirectory:  # two processes write: each waits for the other
            url = f"sqlite:///{self.root / 'gradebook.db'}?timeout=60"
            config.CourseDirectory.db_url = url
        return config

    @property
    def course_id(self) -> str:
        """The course's name, as nbgrader and its exchange know it."""
        return str(self.config().CourseDirectory.course_id)

    @staticmethod
    def environment() -> dict[str, str]:
        """Return the environment of nbgrader's processes: they find this Python's own scripts."""
        find_scripts()
        return dict(os.environ)

    def due(self, assignment: str) -> datetime | None:
        """Return when an assignment is due; None if that has not been said."""
        from nbgrader.api import MissingEntry

        with self.gradebook() as gradebook:
            try:
                due = gradebook.find_assignment(assignment).duedate
            except MissingEntry:
                return None
        return due.replace(tzinfo=UTC) if due else None

    def gradebook(self) -> Any:
        """Open the gradebook, ``with course.gradebook() as gradebook:``."""
        from nbgrader.api import Gradebook

        find_scripts()
        settings = self.config().CourseDirectory
        return Gradebook(str(settings.db_url), str(settings.course_id))

    # ---- who is in it ----

    def roster(self) -> dict[str, Student]:
        """Read the roster, by id, in the file's order; a `CourseError` names a line that is bad."""
        path = self.root / "roster.csv"
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise CourseError(
                f"{path} is missing. Its first line is {','.join(COLUMNS)}; each student has a "
                "line below it."
            ) from None
        except UnicodeDecodeError:
            raise CourseError(f"{path} is not in UTF-8. Save it as “CSV UTF-8”.") from None
        return read_roster(text, path)

    # ---- nothing is overwritten ----

    def keep(self, path: Path) -> Path | None:
        """Move a file or folder, if it is there, into ``kept/``, under the path that it had."""
        if not path.exists() and not path.is_symlink():
            return None
        kept = self.kept_place(path)
        os.rename(path, kept)
        return kept

    def kept_place(self, path: Path) -> Path:
        """Return a free place for an old version."""
        self._when = self._when or datetime.now().strftime("%Y-%m-%d %H.%M.%S")
        kept = self.root / "kept" / self._when / path.relative_to(self.root)
        kept.parent.mkdir(parents=True, exist_ok=True)
        number = 1
        while kept.exists() or kept.is_symlink():
            number += 1
            kept = kept.with_name(f"{path.stem}-{number}{path.suffix}")
        return kept

    def replace(self, new: Path, path: Path) -> None:
        """Move a finished file or folder, `new`, to its place, and keep what was there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.keep(path)
        os.rename(new, path)

    def write(self, path: Path, text: str) -> None:
        """Write a file whole or not at all; if its text was another, that is kept."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            if path.read_bytes() == text.encode():
                return
            shutil.copy2(path, self.kept_place(path))  # a copy: the file is never missing
        part = self.part(path)
        try:
            with part.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def part(self, path: Path) -> Path:
        """Return a new name beside a path, for what is not finished yet."""
        return path.with_name(f".{path.name}.{secrets.token_hex(4)}")

    # ---- what has become of each submission ----

    def record(
        self, assignment: str, student: str, *, fresh: bool = False, **facts: Any
    ) -> dict[str, Any]:
        """Write down what is known of a submission, besides what was known before.

        Parameters
        ----------
        assignment, student : str
            Whose submission.
        fresh : bool, default False
            Whether what was known before is forgotten.
        **facts
            ``status``, ``reason``, ``file``, ``collected``, ``late``, ``on_disk``, ``score``,
            ``max_score``, ``cells``, ``tampered``, ``mistakes``, ``seconds``. None takes a fact
            away.

        Returns
        -------
        dict
            The whole record.
        """
        path = self._record(assignment, student)
        known = self._read(path) if path.is_file() and not fresh else {}
        known = {"student": student, "status": ""} | known | facts
        known = {name: value for name, value in known.items() if value is not None}
        known = told(known)
        self.write(path, json.dumps(known, indent=1, ensure_ascii=False) + "\n")
        return known

    def records(self, assignment: str) -> dict[str, dict[str, Any]]:
        """Read the records of an assignment: one for each student of the roster, in its order.

        Who handed in nothing has the status ``"missing"``. Students that were taken off the roster
        since come last.
        """
        students = [*self.roster()]
        folder = self._record(assignment, "").parent
        students += sorted(
            path.stem
            for path in folder.glob("*.json")
            if path.stem not in students and path.stem != OTHERS
        )
        paths = {student: self._record(assignment, student) for student in students}
        return {
            student: self._read(path)
            if path.is_file()
            else {"student": student, "status": "missing", "reason": "Nothing was handed in."}
            for student, path in paths.items()
        }

    def record_others(self, assignment: str, met: Iterable[dict[str, Any]]) -> None:
        """Write down what was met and not taken: ``file``, ``status``, ``reason``."""
        text = json.dumps(list(met), indent=1, ensure_ascii=False) + "\n"
        self.write(self._record(assignment, OTHERS), text)

    def others(self, assignment: str) -> list[dict[str, Any]]:
        """Read what was met at the last collecting, or belongs to no student still."""
        path = self._record(assignment, OTHERS)
        return self._read(path) if path.is_file() else []

    def _record(self, assignment: str, student: str) -> Path:
        return self.root / "log" / assignment / f"{student}.json"

    def _read(self, path: Path) -> Any:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CourseError(
                f"{path} can't be read ({error}). Move it away, and collect and grade again."
            ) from None


def printable(text: str, most: int = 200) -> str:
    """Return a text that is safe to write and to show, whatever a student has put into it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:most])


def told(value: Any) -> Any:
    """Make all texts of a record printable, and shorten what is very long."""
    if isinstance(value, str):
        return printable(" ".join(value.split("\n")), 500)
    if isinstance(value, dict):
        return {told(name): told(each) for name, each in value.items()}
    return [told(each) for each in value[:100]] if isinstance(value, list) else value


def machine_config() -> Any:
    """Read what Jupyter's folders say of nbgrader, as on a hub: the course, and its exchange."""
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config, PyFileConfigLoader

    config = Config()
    for folder in reversed(jupyter_config_path()):
        if Path(folder, CONFIG).is_file():
            config.merge(PyFileConfigLoader(CONFIG, path=folder).load_config())
    return config


def find_scripts() -> None:
    """Let nbgrader, and the processes that begin here, find this Python's scripts: alembic."""
    scripts, known = sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)
    if scripts not in known.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, known])


def check_name(name: str, what: str) -> str:
    """Return a name that can stand in paths of nbgrader.

    Raises
    ------
    CourseError
        If it can't.
    """
    if not NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} can't be the name of {what}. Take letters (a to z), digits, `_`, `-` and "
            "`.`, beginning with a letter or a digit."
        )
    return name


def read_roster(text: str, path: Path) -> dict[str, Student]:
    """Read a roster's text; see `Course.roster`. Commas, semicolons or tabs part the columns."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = _lines(text, path, separator)
    header = [column.strip().lower() for column in next(lines, (1, []))[1]]
    if "student_id" not in header:
        raise CourseError(
            f"{path}, line 1: the columns' names are missing. The first line is "
            f"{','.join(COLUMNS)}; of these, student_id is needed."
        )
    students, lms_ids = {}, {}
    for number, cells in lines:
        where = f"{path}, line {number}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            raise CourseError(
                f"{where}: {len(cells)} entries, but line 1 names {len(header)} columns. An entry "
                'with a comma stands in quotation marks: "van Dyke, Ann".'
            )
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        student = Student(*(named.get(column, "") for column in COLUMNS))
        try:
            check_name(student.student_id, "a student")
        except CourseError as error:
            hint = " An address goes into the column email." if "@" in student.student_id else ""
            raise CourseError(f"{where}: {error}{hint}") from None
        for known, key in ((students, student.student_id), (lms_ids, student.lms_id)):
            if key in known:
                raise CourseError(f"{where}: {key} stands in line {known[key][1]} already.")
        students[student.student_id] = student, number
        if student.lms_id:
            lms_ids[student.lms_id] = student, number
    return {key: student for key, (student, _) in students.items()}


def _lines(text: str, path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Read a roster's lines, with their numbers; no entry goes on in the next line."""
    lines, number = csv.reader(text.splitlines(), delimiter=separator, strict=True), 1
    try:
        for cells in lines:
            if lines.line_num > number:
                raise csv.Error
            yield number, cells
            number += 1
    except csv.Error:
        raise CourseError(
            f"{path}, line {number}: a quotation mark is missing. They stand at both ends of an "
            'entry: "van Dyke, Ann".'
        ) from None
