"""Run exercises of the book as a class: hand out, collect, grade, look, give back.

    python -m cnnlab.classroom new conv-2026        make a course: a folder of that name
    cd conv-2026                                    and write your students into roster.csv
    python -m cnnlab.classroom exercises            see what there is to choose from
    python -m cnnlab.classroom assign week1 E2.1 E2.3 E5.4
    python -m cnnlab.classroom release week1        make what students get, and hand it out
    python -m cnnlab.classroom collect week1 submissions.zip
    python -m cnnlab.classroom grade week1          each notebook runs in a sandbox
    python -m cnnlab.classroom table week1          a row for each student
                                                    now mark what was answered in words: jupyter lab
    python -m cnnlab.classroom feedback week1       a page for each student

Each command can be given again: it goes on where it was interrupted, and what it replaces is kept
in kept/. The folder is nbgrader's own, so nbgrader's commands work in it, too. Only its autograde,
in the Formgrader or typed, refuses: it would run students' programs outside the sandbox.
"""

import argparse
import difflib
import os
import re
import sys
import webbrowser
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import NoReturn

from cnnlab.classroom.course import CONFIG, Course, CourseError

PROGRAM = "python -m cnnlab.classroom"


def open_course(options: argparse.Namespace) -> Course:
    """Open the course that was named, and bring its settings up to date."""
    course = Course(options.course)
    if course.renew():
        print(
            "This course's settings were of an older version: students' work could have run "
            f"programs in your browser.\nNow {CONFIG} cleans it before it is shown. If JupyterLab "
            "is running, start it again before you mark."
        )
    return course


def new(options: argparse.Namespace) -> None:
    """Make a course."""
    course = Course.create(options.folder)
    folder = os.path.relpath(course.root)
    print(
        f"The course {course.course_id} is in {folder}/, which only you can read.\n"
        f"1. Write your students into {os.path.join(folder, 'roster.csv')}, a line each. Moodle\n"
        "   knows them by name, Canvas by a number, lms_id; else student_id is enough.\n"
        f"2. cd {folder}\n"
        f"3. {PROGRAM} assign convolution"
    )


def exercises(_options: argparse.Namespace) -> None:
    """List all exercises, and the assignments that are ready."""
    from cnnlab.classroom.assignments import READY
    from cnnlab.exercises import _bank

    for chapter in _bank.chapters():
        print(f"Chapter {chapter}")
        for number, exercise in _bank.load(chapter)[0].items():
            print(f"  {number:6} {exercise.text.title}")
    print("Ready assignments")
    for name, ready in READY.items():
        print(f"  {name:12} {ready.title}: {' '.join(ready.exercises)}, and a written answer")


def assign(options: argparse.Namespace) -> None:
    """Make an assignment."""
    from cnnlab.classroom.assignment import assign

    course = open_course(options)
    path = assign(course, options.name, options.exercises, replace=options.replace)
    print(
        f"Made {os.path.relpath(path)}, with solutions and hidden tests. Open it in JupyterLab to\n"
        f"look at it or to change it. Then: {PROGRAM} release {options.name}"
    )


def release(options: argparse.Namespace) -> None:
    """Make the students' version, and hand it out."""
    from cnnlab.classroom.release import release
    from cnnlab.classroom.steps import exchange_of

    course = open_course(options)
    print(*release(course, options.name, due=options.due), sep="\n")
    place = "" if exchange_of(course) else " FOLDER-OR-ZIP"
    print(f"When it has come back: {PROGRAM} collect {options.name}{place}")


def collect(options: argparse.Namespace) -> None:
    """Collect what was handed in."""
    from cnnlab.classroom.collect import collect

    course = open_course(options)
    done = collect(course, options.name, options.source, replace=options.replace)
    for met in done["others"]:
        print(f"  {met['status']:18} {met['file']}: {met['reason']}")
    for said, kind in (("Collected", "collected"), ("Graded work was replaced of", "replaced")):
        if done[kind]:
            print(f"{said}: {', '.join(done[kind])}")
    if done["replaced"]:
        print("The old version of that is in kept/, and `grade` grades the new one.")
    counts = {kind: len(students) for kind, students in done.items()}
    print(
        f"Of {len(course.roster())} students: {counts['collected']} collected, "
        f"{counts['unchanged']} as before, {counts['missing']} missing."
    )
    records = course.records(options.name)
    for student in done["missing"]:
        print(f"  {student}: {records[student].get('reason', '')}")
    print(f"Next: {PROGRAM} grade {options.name}")


def grade(options: argparse.Namespace) -> None:
    """Grade what was collected."""
    from cnnlab.classroom.grade import grade
    from cnnlab.classroom.release import excuse, has_changed

    course, name = open_course(options), options.name
    course.require(name, released=True)
    check_students(course, name, options.students)
    if has_changed(course, name):
        print(
            f"{os.path.relpath(course.source(name))} has changed since it was released. The tests "
            f"and points of the\nrelease count. For the new ones, first: {PROGRAM} release {name}"
        )
    grade(
        course,
        name,
        options.students or None,
        processes=options.processes,
        unsafe=options.unsafe,
        again=options.again,
    )
    if excused := excuse(course, name):
        print(
            f"Not tampered with, but downloaded before the last release: {', '.join(excused)}. "
            "The tests\nand points of now have taken the place of the old ones."
        )
    print(f"Next: {PROGRAM} table {options.name}")


def check_students(course: Course, name: str, students: Sequence[str]) -> None:
    """Make sure that there is something to grade, and say of whom there is nothing."""
    from cnnlab.classroom.steps import exchange_of

    roster = course.roster()
    for student in students:
        if student not in roster:
            folded = {known.casefold(): known for known in roster}
            near = difflib.get_close_matches(student.casefold(), folded, 1)
            hint = f" Did you mean {folded[near[0]]}?" if near else ""
            raise CourseError(f"{student}: not in {course.root / 'roster.csv'}.{hint}")
    there = {each for each in roster if course.submitted(name, each).is_file()}
    if not there:
        place = "" if exchange_of(course) else " FOLDER-OR-ZIP"
        raise CourseError(f"Nothing is collected yet: {PROGRAM} collect {name}{place}")
    said = [f"{each} has handed in no notebook." for each in students if each not in there]
    if said and not there.intersection(students):
        raise CourseError("\n".join(said))
    print(*said, sep="\n", end="\n" if said else "")


def table(options: argparse.Namespace) -> None:
    """Write the table."""
    from cnnlab.classroom.table import read_rows, write_table

    course = open_course(options)
    paths = write_table(course, options.name)
    print(*(os.path.relpath(path) for path in paths), sep="\n")
    if options.open:
        webbrowser.open(paths[-1].as_uri())
    waiting = sum(len(row.get("to_mark", [])) for row in read_rows(course, options.name))
    if waiting:
        answers = "1 answer waits" if waiting == 1 else f"{waiting} answers wait"
        print(
            f"{answers} to be marked. Next: jupyter lab, and there Nbgrader, Formgrader, Manual "
            f"Grading.\nThen once more: {PROGRAM} table {options.name}\n"
            f"And after that: {PROGRAM} feedback {options.name}"
        )
    else:
        print(f"Next, when you have looked: {PROGRAM} feedback {options.name}")


def feedback(options: argparse.Namespace) -> int:
    """Write a page for each student."""
    from cnnlab.classroom.feedback import write_feedback

    failed = write_feedback(open_course(options), options.name)
    print(f"The pages are feedback/STUDENT/{options.name}/{options.name}.html")
    return 1 if failed else 0


def due_time(text: str) -> datetime:
    """Read when something is due, in this machine's time zone; a day without a time ends it."""
    try:
        if re.fullmatch(r"[\d-]+", text):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59)).astimezone(UTC)
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 2026-12-01T18:00") from None


class Parser(argparse.ArgumentParser):
    """Reads commands, and asks whether another was meant."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and leave."""
        choice = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        near = choice and difflib.get_close_matches(choice[1], re.findall(r"\w+", choice[2]), 1)
        super().error(f"{message}. Did you mean {near[0]}?" if near else message)


def parser() -> Parser:
    """Make the parser of all commands."""
    top = Parser(
        prog=PROGRAM, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = {"metavar": "FOLDER", "type": Path, "help": "the course, if you are not in it"}
    top.add_argument("--course", default=Path(), **where)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(run, summary, example, *, name=True):
        made = commands.add_parser(
            run.__name__,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog="For example:\n" + "\n".join(f"  {PROGRAM} {line}" for line in example),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        if name:
            made.add_argument("name", metavar="NAME", help="the assignment's name")
            made.add_argument("--course", default=argparse.SUPPRESS, **where)
        return made

    made = command(new, "make a course, a folder", ["new conv-2026"], name=False)
    made.add_argument("folder", metavar="FOLDER", type=Path, help="where; its name is the course's")

    command(exercises, "list the book's exercises, and what is ready", ["exercises"], name=False)

    made = command(
        assign,
        "make an assignment from exercises of the book, or take a ready one",
        ["assign convolution", "assign week1 E2.1 E2.3 E5.4", "assign week2 E2.1:6 E4.1:2"],
    )
    made.add_argument(
        "exercises",
        nargs="*",
        default=[],
        metavar="EXERCISE",
        help="as E2.1, or E2.1:6 for 6 points (4 unless you say); none: the ready one of that name",
    )
    made.add_argument(
        "--replace", action="store_true", help="put it in place of one of that name, which is kept"
    )

    made = command(
        release,
        "make the students' version, without solutions and hidden tests, and hand it out",
        ["release week1", "release week1 --due 2026-12-01T18:00"],
    )
    made.add_argument(
        "--due",
        metavar="TIME",
        type=due_time,
        help="what is handed in later is marked as late; a day alone means its end, 23:59",
    )

    made = command(
        collect,
        "collect what was handed in: the latest notebook of each student",
        ["collect week1 submissions.zip", "collect week1 ~/Downloads/week1", "collect week1"],
    )
    made.add_argument(
        "source",
        nargs="?",
        metavar="FROM",
        type=Path,
        help="the zip of Moodle or Canvas, or a folder with a folder or a notebook for each "
        "student, named by student_id; without it, nbgrader's exchange",
    )
    made.add_argument(
        "--replace", action="store_true", help="take these even where what is there is newer"
    )

    made = command(
        grade,
        "grade what was collected, in a sandbox, and go on where it was interrupted",
        ["grade week1", "grade week1 ann bob"],
    )
    made.add_argument(
        "students",
        nargs="*",
        default=[],
        metavar="STUDENT",
        help="whom to grade again; else all that are new",
    )
    made.add_argument("--processes", type=int, default=2, metavar="N", help="side by side (2)")
    made.add_argument("--again", action="store_true", help="grade all of them again")
    made.add_argument(
        "--unsafe",
        action="store_true",
        help="without a sandbox: the students' programs can do all that you can",
    )

    made = command(
        table,
        "write the table, for a spreadsheet and for the browser",
        ["table week1", "table week1 --open"],
    )
    made.add_argument("--open", action="store_true", help="show it in the browser")

    command(
        feedback,
        "write a page for each student, and put it into the exchange if there is one",
        ["feedback week1"],
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        status = options.run(options) or 0
        sys.stdout.flush()
        return status
    except CourseError as error:
        print(error, file=sys.stderr)
    except ModuleNotFoundError as error:
        if error.name not in ("nbgrader", "traitlets", "nbformat", "jinja2", "jupyter_core"):
            raise
        print("nbgrader is missing: pip install 'cnnlab[classroom]'", file=sys.stderr)
    except BrokenPipeError:  # as in `exercises | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        same = "The same command" if options.run is not grade else f"grade {options.name}"
        print(f"Interrupted. {same} goes on from here.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
