"""Thirty submissions to the ready assignment on convolution: fourteen ordinary, sixteen hostile."""

import atexit
import functools
import shutil
import tempfile
import textwrap
from pathlib import Path

import nbformat
from nbformat import v4

from cnnlab.classroom.assignment import assign
from cnnlab.classroom.course import Course
from cnnlab.classroom.release import release

NAME = "convolution"
RIGHT = {  # an answer for 4 points
    "E1-1": """
        def window_sum(window, kernel):
            return (window.astype(float) * kernel).sum()""",
    "E1-3": """
        def correlate(image, kernel):
            height, width = np.subtract(image.shape, kernel.shape) + 1
            total = np.zeros((height, width))
            for (m, n), weight in np.ndenumerate(kernel.astype(float)):
                total = total + weight * image[m : m + height, n : n + width]
            return total""",
    "E1-4": """
        def convolve(image, kernel):
            return cross_correlate2d(image, np.flip(kernel))""",
    "E2-5": """
        def output_shape(image_shape, kernel_shape, stride, padding):
            sides = zip(image_shape, kernel_shape, stride, padding)
            return tuple((n + 2 * p - k) // s + 1 for n, k, s, p in sides)""",
}
HALF = {  # one for the point of the visible tests, and the mistake that the hidden one finds
    "E1-1": (
        "overflow",
        """
        def window_sum(window, kernel):
            return np.sum(window * kernel)""",
    ),
    "E1-3": (
        "fractions cut off",
        RIGHT["E1-3"].replace("return total", "return total.astype(int)"),
    ),
    "E1-4": (
        "fractions cut off",
        """
        def convolve(image, kernel):
            return cross_correlate2d(image, np.flip(kernel)).astype(int)""",
    ),
    "E2-5": (
        "never padded",
        """
        def output_shape(image_shape, kernel_shape, stride, padding):
            sides = zip(image_shape, kernel_shape, stride)
            return tuple((n - k) // s + 1 for n, k, s in sides)""",
    ),
}
EXERCISES = list(RIGHT)


@functools.cache
def _prepared():
    """Make a course with the assignment, once."""
    folder = Path(tempfile.mkdtemp(prefix="cnnlab-course-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    course = Course.create(folder / "course")
    assign(course, NAME)
    release(course, NAME)
    return course.root


def make_course(folder, submissions):
    """Make a course of students who have handed in ``{student: notebook or bytes}``."""
    shutil.copytree(_prepared(), folder)
    course = Course(folder)
    (course.root / "roster.csv").write_text("\n".join(["student_id", *submissions]) + "\n")
    for student, submission in submissions.items():
        hand_in(course, student, submission)
    return course


def hand_in(course, student, submission):
    path = course.submitted(NAME, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = submission if isinstance(submission, bytes) else nbformat.writes(submission).encode()
    path.write_bytes(text)


def notebook(right=EXERCISES, half=(), first=None):
    """Solve some exercises right, some by half; `first` is a cell of the student's own."""
    solved = nbformat.read(Course(_prepared()).released(NAME), as_version=4)
    for name in right:
        cell_of(solved, f"{name}-answer").source = textwrap.dedent(RIGHT[name])
    for name in half:
        cell_of(solved, f"{name}-answer").source = textwrap.dedent(HALF[name][1])
    if first is not None:
        solved.cells.insert(2, v4.new_code_cell(textwrap.dedent(first)))
    return solved


def cell_of(book, name):
    return next(cell for cell in book.cells if _grade_id(cell) == name)


def without(book, *names):
    """Delete cells."""
    book.cells = [cell for cell in book.cells if _grade_id(cell) not in names]
    return book


def _grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


# ---- fourteen ordinary ones ----


def ordinary():
    """Return the fourteen, by student: submission, score, mistakes; no two have one score."""
    made = {}
    for right in range(5):
        for half in range(5 - right):
            names = EXERCISES[right:] + EXERCISES[:right]  # not always the same ones
            book = notebook(names[:right], names[right : right + half])
            met = {
                name.replace("-", "."): HALF[name][0] if place < half else "not attempted"
                for place, name in enumerate(names[right:])
            }
            made.setdefault(4 * right + half, (book, 4 * right + half, met))
    for score, change in zip(sorted(made), HONEST, strict=False):
        change(made[score][0])
    return {f"o{score:02}": made[score] for score in sorted(made)}


# What happens to notebooks of people who mean no harm: none of it is tampering.


def _other_editor(book):  # which drops the cells' ids, and writes other line ends and spaces
    book.nbformat_minor = 4
    for cell in book.cells:
        del cell["id"]
        cell.source = "\r\n".join(line + "  " for line in cell.source.splitlines()) + "\n"


def _lost_metadata(book):  # of the tests; an online editor did that
    for cell in book.cells:
        if (_grade_id(cell) or "").endswith(("visible", "hidden", "canary")):
            cell.metadata = {}


def _copied_test(book):  # and changed, to try something out
    copy = nbformat.from_dict(cell_of(book, "E1-1-visible"))
    copy.id = "copy"
    copy.source = "print(window_sum(np.eye(2), np.eye(2)))"
    book.cells.insert(4, copy)


def _wrote_on_the_questions(book):
    cell_of(book, "E1-1-text").source += "\n\nI found this hard!"


def _used_the_check(book):
    book.cells.append(
        v4.new_code_cell("from cnnlab.exercises import check\ncheck('E1.1', window_sum)")
    )


def _ran_it(book):  # in a newer JupyterLab, with other settings
    for number, cell in enumerate(cell for cell in book.cells if cell.cell_type == "code"):
        cell.execution_count = number
        cell.outputs = [v4.new_output("stream", text="it works\n")]
        cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
        cell.metadata["tags"] = ["mine"]
    book.metadata["widgets"] = {}


def _warns(book):
    book.cells.insert(2, v4.new_code_cell("import warnings\nwarnings.warn('careful')"))
    cell_of(book, "E1-1-answer").source += "\nimport sys; print('note', file=sys.stderr)"


def _answered(book):
    cell_of(book, "written").source = "Convolution flips the kernel."


def _moved_cells(book):
    book.cells.append(book.cells.pop(2))  # the first question stands last


HONEST = [
    _other_editor,
    _lost_metadata,
    _copied_test,
    _wrote_on_the_questions,
    _used_the_check,
    _ran_it,
    _warns,
    _answered,
    _moved_cells,
]

# ---- sixteen hostile ones ----

IGNORE_SIGNALS = """
import signal
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    pass
"""
DAEMON = """
import os, sys, subprocess
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        os.closerange(3, 10_000)
        stay = "import signal, sys, time\\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\\n"
        os.execv(sys.executable, [sys.executable, "-c", stay + "time.sleep(600)", "{mark}"])
    os._exit(0)
os.wait()
"""
SNOOP = """
import os
found, written = [], []
for top in {places!r}:
    for folder, _, files in os.walk(top):
        for name in files:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                if b"BEGIN HIDDEN" + b" TESTS" in data or b"SQLite format" in data:
                    found.append(os.path.join(folder, name))
            except OSError:
                pass
for place in {targets!r}:
    try:
        with open(os.path.join(place, {mark!r}), "x") as file:
            file.write("here")
        written.append(place)
    except OSError:
        pass
"""


def hostile(places, targets, mark):
    """Return the sixteen, by student: submission, status, score, and the cells tampered with."""
    edited, deleted, wrong_kernel = notebook(EXERCISES[1:]), notebook(EXERCISES[1:]), notebook()
    cell_of(edited, "E1-1-visible").source = "pass"
    cell_of(edited, "E1-1-hidden").metadata.nbgrader.points = 100
    without(deleted, "E1-1-text", "E1-1-answer", "E1-1-visible", "E1-1-hidden")
    wrong_kernel.metadata.kernelspec = {"name": "julia-1.10", "display_name": "", "language": "j"}
    in_function = notebook(EXERCISES[1:])
    loop = "def window_sum(window, kernel):\n    while True:\n        pass"
    cell_of(in_function, "E1-1-answer").source = loop
    syntax = notebook(EXERCISES[1:])
    cell_of(syntax, "E1-1-answer").source = "def window_sum(window, kernel)\n    return 0"
    patched = notebook(EXERCISES[1:], first="np.allclose = lambda *_, **__: True")
    cell_of(patched, "E1-1-answer").source = "def window_sum(window, kernel):\n    return 1"
    flood = "for _ in range(500):\n    print('x' * 99_999)\nprint('y' * 1_000_000)"
    snoop = SNOOP.format(places=places, targets=targets, mark=mark)
    snoop += "\nassert not (found or written), (found, written)"
    return {
        "endless_cell": (notebook(first="while True: pass"), "graded", 16, []),
        "endless_function": (in_function, "graded", 12, []),
        "ignores_signals": (notebook(first=IGNORE_SIGNALS), "timed out", None, []),
        "exception": (notebook(first="1 / 0"), "graded", 16, []),
        "syntax_error": (syntax, "graded", 12, []),
        "tests_edited": (edited, "graded", 12, ["E1-1-visible", "E1-1-hidden"]),
        "tests_deleted": (
            deleted,
            "graded",
            12,
            ["E1-1-answer", "E1-1-visible", "E1-1-hidden"],
        ),
        "corrupt": (nbformat.writes(notebook()).encode()[:3000], "not a notebook", None, []),
        "empty": (b"", "empty", None, []),
        "flood": (notebook(first=flood), "graded", 16, []),
        "wrong_kernel": (wrong_kernel, "graded", 16, []),
        "exits": (notebook(first="import os\nos._exit(0)"), "crashed", None, []),
        "hungry": (notebook(first="filled = bytearray(60 << 30)"), "graded", 16, []),
        "snoops": (notebook(first=snoop), "graded", 16, []),
        "daemon": (notebook(first=DAEMON.replace("{mark}", mark)), "graded", 16, []),
        "patches": (patched, "graded", 13, ["NumPy"]),
    }
