"""What a hostile notebook tries: it works without the sandbox, or the test would prove nothing."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from classroom.submissions import DAEMON, NAME, SNOOP, make_course, notebook

from cnnlab.classroom import sandbox
from cnnlab.classroom.course import CourseError
from cnnlab.classroom.grade import grade

BOMB = 200  # processes, at most: also what is unlimited must end
needs_sandbox = pytest.mark.skipif(bool(sandbox.problem()), reason=sandbox.problem()[:200])
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

NETWORK = """
import socket
reached = 0
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=3).close()
    reached += 1
except OSError:
    pass
try:
    socket.socket(socket.AF_UNIX).connect("\\0{mark}")
    reached += 1
except OSError:
    pass
"""
FORKS = """
import os
import shutil
read, write = os.pipe()
forked = 0
try:
    while forked < {bomb}:
        if os.fork() == 0:
            os.close(write)
            os.read(read, 1)  # until the kernel has counted, or is gone
            os._exit(0)
        forked += 1
except OSError:
    pass
os.close(write)
try:
    while True:
        os.wait()
except OSError:
    pass
"""
TELL = """
import json, os
with open("/proc/self/status") as file:
    rights = [line.split()[1] for line in file if line.startswith(("CapEff", "CapPrm", "CapBnd"))]
print(json.dumps(dict(
    user=os.getuid(), found=found, written=written, reached=reached, forked=forked, rights=rights,
    variables=sorted(os.environ), here=sorted(os.listdir()),
)))
"""


class Trap:
    """A course with one submission that tries everything, and what it tries to reach."""

    def __init__(self, folder, mark):
        self.mark, self.folder = mark, folder
        within = "", "course", "course/source", "course/log"
        self.targets = [str(folder / place) for place in within]
        self.targets += ["/var/tmp", "/dev/shm"]
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0{mark}")
        self.abstract.listen()
        places = [str(folder), f"/proc/1/root{folder}"]
        probe = SNOOP.format(places=places, targets=self.targets, mark=mark)
        probe += NETWORK.format(port=self.tcp.getsockname()[1], mark=mark)
        probe += FORKS.format(bomb=BOMB) + DAEMON.replace("{mark}", mark) + TELL
        self.course = make_course(folder / "course", {"probe": notebook(first=probe)})
        (self.course.released(NAME).parent / "picture.txt").write_text("data")

    def told(self):
        """Return what the probe has printed."""
        graded = nbformat.read(self.course.graded(NAME, "probe"), as_version=4)
        (output,) = graded.cells[2].outputs
        assert output.output_type == "stream", output
        return json.loads(output.text)

    def written(self):
        """Return where the probe's file is."""
        return [place for place in self.targets if os.path.lexists(os.path.join(place, self.mark))]

    def left(self):
        """Return the processes that the probe has left."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
                if self.mark.encode() in file.read().split(b"\0"):
                    found.append(int(pid))
        return found

    def close(self):
        self.tcp.close()
        self.abstract.close()
        for pid in self.left():
            os.kill(pid, signal.SIGKILL)
        for place in self.written():
            os.remove(os.path.join(place, self.mark))


@pytest.fixture
def trap():
    folder = Path(tempfile.mkdtemp(prefix="cnnlab-trap-"))  # pytest's own are closed to others
    trap = Trap(folder, f"cnnlab-{os.getpid()}-{time.monotonic_ns()}")
    yield trap
    trap.close()
    shutil.rmtree(folder)


@pytest.fixture
def without_bubblewrap(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    sandbox.problem.cache_clear()
    yield
    sandbox.problem.cache_clear()


def test_without_bubblewrap_it_says_how_to_install_it(tmp_path, without_bubblewrap):
    course = make_course(tmp_path / "course", {"a": notebook()})
    with pytest.raises(CourseError, match=r"apt-get install bubblewrap(.|\n)*--unsafe"):
        grade(course, NAME)


def test_without_the_sandbox_each_probe_succeeds(trap, without_bubblewrap):
    assert grade(trap.course, NAME, unsafe=True)["probe"]["status"] == "graded"
    told = trap.told()
    assert told["user"] == os.geteuid()
    assert {os.path.relpath(path, trap.course.root) for path in told["found"]} >= {
        f"source/{NAME}/{NAME}.ipynb",
        "gradebook.db",
    }
    assert trap.written() == told["written"] == trap.targets
    assert told["reached"] == 2
    assert told["forked"] == BOMB
    assert len(trap.left()) == 1


def assert_held(trap, users):
    told = trap.told()
    assert told["user"] in users
    assert told["found"] == []
    assert trap.written() == []
    assert told["written"] in ([], ["/dev/shm"])  # which is its own there
    assert told["reached"] == 0
    assert 0 < told["forked"] < sandbox.PROCESSES
    assert {int(right, 16) for right in told["rights"]} == {0}
    assert "MY_SECRET" not in told["variables"]
    assert [name for name in told["here"] if name[0] != "."] == ["picture.txt"]
    deadline = time.monotonic() + 20
    while trap.left() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert trap.left() == []


@needs_sandbox
def test_in_the_sandbox_none_does(trap, monkeypatch):
    monkeypatch.setenv("MY_SECRET", "1234")
    assert grade(trap.course, NAME)["probe"]["score"] == 16
    assert_held(trap, [os.geteuid() or sandbox.USER, os.geteuid() or sandbox.USER + 1])


def as_ordinary_user(*command):
    """Write the command with which root runs this Python as somebody else.

    It may lie in a folder that others may not enter: then this is made another for the command.
    """
    user = "--reuid=48000 --regid=48000 --clear-groups --inh-caps=-all --bounding-set=-all"
    view = ["bwrap", "--cap-drop", "ALL", "--dev-bind", "/", "/"]
    for name in ("SETUID", "SETGID", "SETPCAP"):
        view += ["--cap-add", f"CAP_{name}"]
    for folder in map(Path, (sys.prefix, sys.base_prefix)):
        parents = [*reversed(folder.parents)]
        closed = [place for place in parents if place.stat().st_mode & 0o005 != 0o005]
        for place in parents[parents.index(closed[0]) :] if closed else ():
            view += ["--perms", "0755", "--tmpfs" if place in closed[:1] else "--dir", str(place)]
        if closed:
            view += ["--ro-bind", str(folder), str(folder)]
    return [*view, "--", "setpriv", *user.split(), "--", *command]


@needs_sandbox
@needs_root
def test_nor_where_an_ordinary_user_grades(trap):
    for path in [trap.folder, *trap.folder.rglob("*")]:
        os.chown(path, 48_000, 48_000)
    code = (
        "import sys; from cnnlab.classroom.grade import grade, Course\n"
        f"grade(Course(sys.argv[1]), {NAME!r})"
    )
    command = as_ordinary_user(sys.executable, "-c", code, str(trap.course.root))
    subprocess.run(command, check=True, timeout=120, cwd="/")
    assert trap.course.records(NAME)["probe"]["score"] == 16
    assert_held(trap, [48_000])


@needs_sandbox
def test_a_course_within_the_environment_is_hidden():
    folder = Path(sandbox.__file__).parent
    look = ["ls", str(folder)]
    seen, hidden = (
        subprocess.run(sandbox.command(look, hide=hide), capture_output=True, text=True)
        for hide in ([], [folder])
    )
    assert "sandbox.py" in seen.stdout
    assert (hidden.returncode, hidden.stdout) == (0, "")


@needs_sandbox
def test_where_it_does_not_start_it_says_why(monkeypatch):
    monkeypatch.setattr(sandbox, "PROCESSES", "none at all")
    sandbox.problem.cache_clear()
    assert "does not start in it: prlimit: " in sandbox.problem()
    assert "--unsafe" in sandbox.problem()
    sandbox.problem.cache_clear()


@needs_sandbox
@needs_root
def test_no_ordinary_users_program_becomes_root_of_its_own(tmp_path):
    code = "import subprocess; from cnnlab.classroom import sandbox\n"
    code += "run = sandbox.command(['unshare', '-Urm', 'id', '-u'])\n"
    code += "print(subprocess.run(run).returncode, sandbox._no_more_users())"
    command = as_ordinary_user(sys.executable, "-c", code)
    told = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60)
    if "--disable-userns" not in told.stdout:
        pytest.skip("bubblewrap is older, or can't do this here")
    assert told.stdout.startswith("1 "), told
