"""Grade submissions with nbgrader: a process for each student, its kernel in the sandbox.

Every submission ends in a record with a status. What is graded already and has not changed since is
left alone, so a run that was interrupted is continued by the same command.

`grade` starts one process, which loads nbgrader and then forks for each student: loading it takes
longer than grading with it.
"""

import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from cnnlab.classroom import marks, sandbox
from cnnlab.classroom.course import CONFIG, REFUSAL, Course, CourseError
from cnnlab.classroom.evidence import evidence
from cnnlab.classroom.lock import alone, remove

LARGEST = 100 << 20  # bytes of a submission
MEMORY = 4 << 30  # bytes of address space of a grading process, which holds a notebook's outputs
SHOWN = 100_000  # letters of a text that are kept
MOST_OUTPUTS = 200  # of a cell that are kept, besides its last errors
MOST_ERRORS = 5
CELL = 2 << 20  # letters of a cell's outputs that are kept
ALL = 20 << 20  # of all cells' together
MOST_SOCKETS = 10  # a kernel has five
MOST_CELLS = 100  # that are waited for
START = 60  # seconds that a submission has besides those of its cells


def grade(course, assignment, students=None, *, processes=2, unsafe=False, again=False):
    """Grade an assignment's submissions.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        The assignment's name.
    students : iterable of str, optional
        Whose submissions are graded, again if need be; the whole roster's by default, but for those
        that are graded already and have not changed.
    processes : int, default 2
        How many submissions are graded side by side.
    unsafe : bool, default False
        Grade without a sandbox: the submitted programs then have all your rights.
    again : bool, default False
        Grade also what is graded and unchanged. What was marked by hand stays.

    Returns
    -------
    dict of str to dict
        The records, as `Course.records` gives them.

    Raises
    ------
    CourseError
        If there is no such assignment or student, no sandbox, or another grading is running.
    KeyboardInterrupt
        If it is interrupted; all that was finished until then is recorded.
    """
    course.require(assignment, released=True)
    if not unsafe and sandbox.problem():
        raise CourseError(sandbox.problem())
    if processes < 1:
        raise CourseError(f"{processes} processes can't grade anything; 2 are usual.")
    if unknown := [student for student in students or () if student not in course.roster()]:
        raise CourseError(f"{', '.join(unknown)}: not in {course.root / 'roster.csv'}.")
    with alone(course) as (lock, folder):
        records = course.records(assignment)
        waiting = [
            student
            for student in students or course.roster()
            if (digest := _digest(course, assignment, student))
            and (students or again or records[student].get("digest") != digest)
        ]
        print(f"{assignment}: {len(waiting) or 'nothing new'} to grade", flush=True)
        if waiting:
            if "exporter_class" not in course.config().Autograde:
                print(f"{course.root / CONFIG} is of an older version. Add the line\n  {REFUSAL}")
            _keep_gradebook(course)
            for student in waiting:  # if it is interrupted, they are still to be graded
                if "digest" in records[student]:
                    course.record(assignment, student, digest=None)
            options = [course.root, assignment, folder, processes, int(unsafe), *waiting]
            # An interrupt waits until the process is ready for it.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cnnlab.classroom.grade", *map(str, options)],
                env=course.environment() | {"OPENBLAS_NUM_THREADS": "1"},  # or it could not fork
                stdin=subprocess.DEVNULL,
                pass_fds=[lock],  # the course is locked for as long as anyone is grading
            )
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
                process.wait()
            except KeyboardInterrupt:
                process.send_signal(signal.SIGINT)
                process.wait()
                raise
            if process.returncode == -signal.SIGINT:
                raise KeyboardInterrupt
            if process.returncode:
                raise CourseError(f"The grading ended early: grade {assignment} goes on.")
    return course.records(assignment)


# ---- in the process that forks ----


def _run(root, assignment, folder, processes, unsafe, *students):
    """Grade all students, and say a line about each."""
    course, unsafe = Course(root), bool(int(unsafe))
    waiting, slots, running = [*students[::-1]], [*range(int(processes))], []
    # Loading nbgrader would take twice as long with this grammar of web addresses, which jsonschema
    # does without where it is missing, and which no notebook's schema asks for.
    sys.modules["rfc3987_syntax"] = None
    try:
        signal.signal(signal.SIGINT, _interrupted)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        import nbgrader.converters  # noqa: F401 (loaded once, before the first fork)

        import cnnlab.classroom.mistakes  # noqa: F401

        while waiting or running:
            while waiting and slots:
                student, slot = waiting.pop(), slots.pop()
                running.append(Worker(course, assignment, student, folder, slot, unsafe))
            for worker in [worker for worker in running if worker.ended]:
                told = _told(worker.finish())
                running.remove(worker)
                slots.append(worker.slot)
                number = len(students) - len(waiting) - len(running)
                width = max(map(len, students))
                print(f"{number:4}/{len(students)}  {worker.student:{width}}  {told}", flush=True)
            time.sleep(0.05)
    except KeyboardInterrupt:
        left = len(waiting) + len(running)
        print(f"Stopped, with {left} left: grade {assignment} goes on with them.", flush=True)
    finally:
        for worker in running:
            worker.stop()
    if waiting or running:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)  # so that who started it knows


def _interrupted(*_):
    """Stop once: a terminal interrupts this process, and so does the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


class Worker:
    """The process that grades one submission.

    Parameters
    ----------
    course, assignment, student
        Whose submission.
    folder : path_like
        Where it makes a folder of its own. Sockets are in there, so the path must be short.
    slot : int
        Which of the workers that run side by side it is.
    unsafe : bool
        Whether its kernel runs without a sandbox.
    """

    def __init__(self, course, assignment, student, folder, slot, unsafe):
        self.course, self.assignment, self.student, self.slot = course, assignment, student, slot
        self.digest, self.began = _digest(course, assignment, student), time.monotonic()
        self.process, self.late, self.strewn = None, False, False
        self.folder = Path(tempfile.mkdtemp(prefix=f"{slot}-", dir=folder))
        self.log, self.answer = self.folder / "log.txt", self.folder / "result.json"
        submitted = course.submitted(assignment, student)
        try:
            text = submitted.read_bytes() if submitted.stat().st_size <= LARGEST else None
        except OSError as error:
            self._answer("can't be read", f"The file can't be read: {error.strerror}.")
            return
        if text is None:
            self._answer("too large", f"The file has more than {LARGEST >> 20} MB.")
        elif not text.strip():
            self._answer("empty", "The file is empty.")
        else:
            cells = text.count(b'"code"') + course.released(assignment).read_text().count('"code"')
            self.seconds = min(cells, MOST_CELLS) * _limit(course) + START
            self._start(unsafe)

    def _start(self, unsafe):
        files = self.folder / "files"
        _copy_files(self.course.released(self.assignment), files)
        address = sandbox.kernelspec(
            self.folder,
            files=files,
            hide=[self.course.root],
            seconds=self.seconds,
            slot=self.slot,
            unsafe=unsafe,
        )
        marks.remember(self.course, self.assignment, self.student)
        self.course.keep(self.course.graded(self.assignment, self.student).parent)
        self.process = multiprocessing.get_context("fork").Process(
            target=self._work, args=[address]
        )
        self.process.start()

    def _work(self, address):
        """Grade, in a process of its own."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(self.course.root)
        with contextlib.suppress(ValueError):  # macOS has no such limit
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.environ["JUPYTER_PATH"] = str(self.folder)
        os.environ["JUPYTER_RUNTIME_DIR"] = str(self.folder / "runtime")
        self._answer(**_grade_one(self.course, self.assignment, self.student, address))

    def _answer(self, status, reason=None, **facts):
        part = self.answer.with_suffix(".part")
        facts |= {"status": status, "reason": reason}
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(self.answer)

    @property
    def ended(self):
        """Whether the process has ended; it is made to once its time or its room is over."""
        if self.process is None or not self.process.is_alive():
            return True
        self.late = time.monotonic() - self.began > self.seconds
        self.strewn = _strewn(self.folder / "sockets")
        return self.late or self.strewn

    def stop(self):
        """End it and its kernel, and leave nothing behind."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
        remove(self.folder)

    def finish(self):
        """Record what has come of it, and return the record."""
        facts = dict.fromkeys(
            ("reason", "score", "max_score", "cells", "by_hand", "tampered", "mistakes", "log")
        )
        facts |= {"digest": self.digest, "seconds": round(time.monotonic() - self.began, 1)}
        if self.late:
            reason = f"It was stopped after {self.seconds} s. Name {self.student} to try again."
            facts |= {"status": "timed out", "reason": reason}
        elif self.strewn:
            reason = "It was stopped: it wrote to the folder of its kernel's sockets, on your disk."
            facts |= {"status": "crashed", "reason": reason}
        elif self.answer.is_file():
            facts |= json.loads(self.answer.read_text(encoding="utf-8"))
        else:
            facts |= {"status": "crashed", "reason": "The grading process ended without a result."}
        if facts["status"] != "graded":
            self._forget()
            half_done = self.course.graded(self.assignment, self.student).parent
            shutil.rmtree(half_done, ignore_errors=True)
            if self.log.is_file():
                facts["log"] = self._keep_log()
        record = self.course.record(self.assignment, self.student, **facts)
        self.stop()
        return record

    def _keep_log(self):
        """Keep the end of what nbgrader said, for whoever wants to know more."""
        path = self.course.root / "log" / self.assignment / f"{self.student}.txt"
        said = self.log.read_text(encoding="utf-8", errors="replace")
        self.course.write(path, said[-SHOWN:])
        return str(path.relative_to(self.course.root))

    def _forget(self):
        """Take a first submission that was not graded out of the gradebook: it would count as 0."""
        from nbgrader.api import MissingEntry

        if self.course.records(self.assignment)[self.student].get("status") != "graded":
            marks.settle(self.course, self.assignment, self.student, {})
            with self.course.gradebook() as gradebook, contextlib.suppress(MissingEntry):
                gradebook.remove_submission(self.assignment, self.student)


def _told(record):
    """Say what has become of a submission, in a line."""
    said = record["status"]
    if said == "graded":
        said += f" {record['score']:g} of {record['max_score']:g}"
        said += f", {len(record['by_hand'])} to mark by hand" if record.get("by_hand") else ""
    said += ", TAMPERED WITH" if record.get("tampered") else ""
    return f"{said}: {record['reason']}" if record.get("reason") else said


def _strewn(folder):
    """Whether a folder, which is for sockets, holds anything else, or too many."""
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries, 1):
                with contextlib.suppress(FileNotFoundError):  # a socket that was closed just now
                    kind = entry.stat(follow_symlinks=False).st_mode
                    if number > MOST_SOCKETS or not stat.S_ISSOCK(kind):
                        return True
    except OSError:  # it was shut
        return True
    return False


def _keep_gradebook(course):
    """Keep a copy of the gradebook, where it is a file."""
    path = course.root / "gradebook.db"
    if path.is_file():
        with (
            contextlib.closing(sqlite3.connect(path)) as gradebook,
            contextlib.closing(sqlite3.connect(course.kept_place(path))) as copy,
        ):
            gradebook.backup(copy)


def _digest(course, assignment, student):
    """Sum up what is graded: a submission, and the notebooks that it is graded with."""
    submitted = course.submitted(assignment, student)
    if not submitted.is_file():
        return None
    digest = hashlib.sha256()
    for path in (submitted, course.source(assignment), course.released(assignment)):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _limit(course):
    """Return how many seconds a cell has."""
    return course.config().Execute.get("timeout", 10)


def _copy_files(notebook, folder):
    """Copy what is handed out with a notebook to where every user may read it."""
    shutil.copytree(notebook.parent, folder, ignore=shutil.ignore_patterns("*.ipynb"))
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


# ---- in the process of one student ----


def _trim(notebook, resources):
    """Shorten outputs that nobody would read, once they have been graded."""
    import nbformat

    left = ALL
    for cell in notebook.cells:
        room, outputs = min(CELL, left), cell.get("outputs", [])
        errors = [output for output in outputs if output.output_type == "error"][-MOST_ERRORS:]
        others = [output for output in outputs if output.output_type != "error"][:MOST_OUTPUTS]
        wanted = {id(output) for output in errors + others}
        kept = [output for output in outputs if id(output) in wanted]
        for output in kept:
            if output.output_type == "stream" and len(output.text) > SHOWN:
                output.text = output.text[:SHOWN] + "\n… and more"
            elif output.output_type == "error" and len(json.dumps(output)) > SHOWN:
                output.ename, output.evalue = output.ename[:SHOWN], output.evalue[:SHOWN]
                output.traceback = ["\n".join(output.traceback)[:SHOWN]]
            size = len(json.dumps(output))
            if size > room and output.output_type != "error":
                output.clear()
                output.update(output_type="stream", name="stdout", text="An output too large.\n")
            else:
                room, left = room - size, left - size
        if len(kept) < len(outputs):
            more = f"… and {len(outputs) - len(kept)} more outputs\n"
            kept.append(nbformat.NotebookNode(output_type="stream", name="stdout", text=more))
        if kept != outputs:
            cell.outputs = kept
    return notebook, resources


def _grade_one(course, assignment, student, address):
    """Grade a submission in this process, and return the facts of its record."""
    import nbformat
    from nbconvert.exporters import NotebookExporter
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    from cnnlab.classroom.restore import restore, stranger

    released = nbformat.read(course.released(assignment), as_version=4)
    try:
        text = course.submitted(assignment, student).read_text(encoding="utf-8-sig")
        submitted = nbformat.reads(text, as_version=4)
        other = stranger(submitted, released)
        notebook, tampered, found = restore(submitted, released)
        nbformat.validate(notebook, relax_add_props=True)
        nbformat.writes(notebook).encode()
    except Exception as error:  # whatever a file that is none makes of its reader
        traceback.print_exc()
        reason = f"The file is damaged, or no notebook ({type(error).__name__})."
        return {"status": "not a notebook", "reason": reason}
    if other or not found:
        other = other or f"None of the cells of {assignment} that are graded is in it."
        return {"status": "another notebook", "reason": other}
    known = course.roster()[student]
    with course.gradebook() as gradebook:  # so that the Formgrader has the names
        names = {"first_name": known.first_name, "last_name": known.last_name, "email": known.email}
        gradebook.update_or_create_student(student, **{n: v for n, v in names.items() if v})
    kept = marks.settle(course, assignment, student, marks.texts(notebook))
    shown = []

    class Exporter(NotebookExporter):
        def from_file(self, file_stream, *args, **options):
            text = file_stream.read().removeprefix("\ufeff")  # some editors begin files with it
            return super().from_file(io.StringIO(text), *args, **options)

    def look(graded, resources):
        shown[:] = evidence(graded)
        return _trim(graded, resources)

    config = course.config()
    config.Autograde.exporter_class = Exporter  # the course's own refuses
    config.Autograde.sanitize_preprocessors.prepend([lambda _, resources: (notebook, resources)])
    config.Autograde.autograde_preprocessors.append(look)
    config.Execute.kernel_name = sandbox.NAME
    config.Execute.shutdown_kernel = "immediate"
    config.Execute.iopub_timeout = _limit(course)
    config.KernelManager.transport = "ipc"
    config.KernelManager.ip = str(address)
    folder = CourseDirectory(config=config, assignment_id=assignment, student_id=student)
    nbgrader = Autograde(coursedir=folder, config=config)
    nbgrader.force = True
    result = capture_log(nbgrader)
    print(result.get("log", ""), result.get("error", ""), sep="\n")
    if not result["success"]:
        return _failed(result.get("log", "") + result.get("error", ""))
    marks.confirm(course, assignment, student, kept)
    return _read(course, assignment, student, tampered + shown)


def _failed(log):
    """Say why a submission could not be graded."""
    if "DeadKernelError" in log:
        reason = "Its kernel ended in the middle of a cell, as after os._exit or a crash."
        return {"status": "crashed", "reason": reason}
    if "CellTimeoutError" in log:
        reason = "A cell did not end, not even when it was interrupted."
        return {"status": "timed out", "reason": reason}
    kinds = re.findall(r"^(?:[a-z_]\w*\.)*([A-Z]\w{,40}(?:Error|Exception))\b", log, re.A | re.M)
    kinds = [kind for kind in kinds if kind != "NbGraderException"]  # which follows upon any other
    failed = f"nbgrader failed ({kinds[-1]})" if kinds else "nbgrader failed"
    return {"status": "crashed", "reason": f"{failed}. What it said is in the log."}


def _read(course, assignment, student, tampered):
    """Read what nbgrader has made of a submission."""
    import nbformat

    from cnnlab.classroom.mistakes import read_mistakes

    graded = nbformat.read(course.graded(assignment, student), as_version=4)
    errors = [
        output
        for cell in graded.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
    stopped = sum(output.ename == "CellTimeoutError" for output in errors)
    were = "cell was" if stopped == 1 else "cells were"
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(assignment, student)
        grades = [grade for page in submission.notebooks for grade in page.grades]
        by_hand = [g.name for g in grades if g.auto_score is None and g.manual_score is None]
        return {
            "status": "graded",
            "reason": f"{stopped} {were} stopped after {_limit(course)} s." if stopped else None,
            "score": submission.score,
            "max_score": submission.max_score,
            "cells": {g.name: None if g.name in by_hand else g.score for g in grades},
            "by_hand": by_hand or None,
            "tampered": tampered or None,
            "mistakes": read_mistakes(graded) or None,
        }


if __name__ == "__main__":
    _run(*sys.argv[1:])
