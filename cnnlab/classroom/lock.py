"""One grading or release at a time in a course."""

import contextlib
import fcntl
import os
import subprocess
import tempfile
import time
from pathlib import Path

from cnnlab.classroom.course import CourseError

FOLDER = "/tmp/cnnlab-"  # how the path of a grading's own folder begins


@contextlib.contextmanager
def alone(course):
    """Let one grading or release run in a course at a time, with a folder that goes with it.

    The folder's name stands in the file that is locked: the next one clears up after one that was
    killed.
    """
    path = course.root / "log" / ".grading"
    path.parent.mkdir(exist_ok=True)
    with path.open("a+") as file:
        for wait in (0.5, 0.5, 1, 0):  # one that was killed just now may still be ending
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(wait)
        else:
            raise CourseError(
                f"Another grading or release is running in {course.root}. Wait for it, or stop it."
            )
        file.seek(0)
        if (left := file.read()).startswith(FOLDER):
            remove(left)
        folder = tempfile.mkdtemp(prefix=Path(FOLDER).name, dir=Path(FOLDER).parent)
        file.truncate(0)
        file.write(folder)
        file.flush()
        try:
            yield file.fileno(), folder
        finally:
            remove(folder)


def remove(folder):
    """Remove a folder, though one in it is shut, or nested deeper than Python's own call can go."""
    for command in (["rm", "-rf"], ["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        if os.path.lexists(folder):
            subprocess.run([*command, "--", folder], capture_output=True, stdin=subprocess.DEVNULL)
