"""Run nbgrader's steps in this process, quietly, on one assignment."""

import logging
from typing import Any

from cnnlab.classroom.course import Course, CourseError, find_scripts


def exchange_of(course: Course) -> str:
    """Return the folder of nbgrader's exchange; empty where none is set up."""
    return str(course.config().Exchange.get("root", "") or "")


def run_nbgrader(
    course: Course,
    name: str,
    step: str,
    *,
    student: str = "*",
    release: str = "release",
    **options: Any,
) -> str:
    """Run a step of nbgrader's in this process, and return what it logged.

    A step is a converter, as ``"GenerateAssignment"``, or the exchange's, as ``"Collect"``; its
    attributes, such as ``force``, are the options; `release` is the folder of what is handed out.
    If it fails, a `CourseError` has its reason.
    """
    from nbgrader import converters
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeFactory
    from nbgrader.utils import capture_log

    config = course.config()
    config.CourseDirectory.assignment_id = name
    config.CourseDirectory.student_id = student
    config.CourseDirectory.release_directory = release
    folder = CourseDirectory(config=config)
    folder.log.propagate = False  # what it logs is caught, and told where it matters
    folder.log.setLevel(logging.INFO)
    find_scripts()
    if hasattr(converters, step):
        app = getattr(converters, step)(coursedir=folder, config=config)
    else:
        made = getattr(ExchangeFactory(config=config), step)
        app = made(coursedir=folder, authenticator=Authenticator(config=config), config=config)
    for option, value in options.items():
        setattr(app, option, value)
    came = capture_log(app)
    log = came.get("log", "")
    if not came["success"]:
        lines = [line for line in log.splitlines() if line.startswith(("[ERROR]", "[CRITICAL]"))]
        reason = "\n".join(lines) or came["error"].strip().splitlines()[-1]
        raise CourseError(f"nbgrader could not do this ({step} of {name}). It says:\n{reason}")
    return log
