"""A real hub on this machine, and people who use it as a browser does."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import requests
import websocket

START = Path(__file__).parents[2] / "deploy/jupyterhub/start.py"

# A Python below a folder that only root may enter: for the hub and all that it starts, that folder
# holds nothing but this Python, and everyone may enter it. It ends with the hub.
OPENED = """
mount --bind "$1" "$3"
mount -t tmpfs -o mode=755 tmpfs "$2"
mkdir -p "$1"
mount --move "$3" "$1"
shift 3
exec "$@"
"""


def why_not() -> str:
    """Say why no hub can be run here; an empty string where one can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "a hub runs servers as other users, which needs root"
    for program in ("useradd", "userdel", "unshare", "bwrap"):
        if not shutil.which(program):
            return f"there is no {program} here"
    if not (START.parent / "node_modules").is_dir():
        return "the proxy is not installed: make test-classroom does it"
    return ""


def wait_for(what: str, done: Callable[[], object], seconds: float) -> object:
    """Wait until `done` returns something true, and return it; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not (answer := done()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.2)
    return answer


class Hub:
    """A hub with a teacher and students, whose accounts are made by it and removed at the end."""

    def __init__(self, *students: str, login: str = "shared-password") -> None:
        mark = secrets.token_hex(3)
        self.teacher = f"teacher-{mark}"
        self.students = [f"{name}-{mark}" for name in students]
        self.everyone = [self.teacher, *self.students]
        self.login = login
        self.folder = Path(tempfile.mkdtemp(prefix="hub-"))
        self.folder.chmod(0o755)
        self.roster = self.folder / "roster.csv"
        self.roster.write_text("\n".join(["student_id", *self.students, ""]))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "hub.log"
        self.state, self.exchange = self.folder / "srv/hub", self.folder / "srv/exchange"

    def __enter__(self) -> "Hub":
        command = [
            *[sys.executable, str(START), "--login", self.login, "--port", str(self.port)],
            *["--teacher", self.teacher, "--roster", str(self.roster)],
            *["--folder", str(self.folder / "srv"), "--course", "trial"],
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self._opened(), *command],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for("the hub answers", self.answers, 90)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
            wait_for("all servers end with the hub", lambda: not self.leftover(), 10)
        finally:
            for process in self.leftover():
                os.kill(process, signal.SIGKILL)
            for name in self.everyone:
                subprocess.run(["userdel", "--remove", name], capture_output=True, check=False)
            shutil.rmtree(self.folder)

    def _opened(self) -> list[str]:
        base = Path(sys.base_prefix)
        closed = [path for path in base.parents if not path.stat().st_mode & stat.S_IXOTH]
        if not closed:
            return []
        aside = self.folder / "python"
        aside.mkdir()
        names = map(str, [base, closed[-1], aside])
        return ["unshare", "--mount", "sh", "-eu", "-c", OPENED, "sh", *names]

    def answers(self) -> bool:
        """Tell whether the hub is up."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(f"{self.url}/hub/api/", timeout=5).ok
        except requests.ConnectionError:
            return False

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and wait for its end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)

    def leftover(self) -> list[int]:
        """List the processes that belong to the hub's people, and its proxy."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                owner, command = process.owner(), (process / "cmdline").read_text()
                ended = "\nState:\tZ" in (process / "status").read_text()
            except (FileNotFoundError, ProcessLookupError, KeyError):
                continue
            if ended:
                continue
            if owner in self.everyone or f"--port\0{self.port}\0" in command:
                found.append(int(process.name))
        return found

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords that the hub has drawn, for a teacher and for students."""
        return dict(re.findall(r"^  (students|teachers)  (\w+)$", self.log.read_text(), re.M))


class Person:
    """Someone at a browser: logged in through the hub's page, with a server of their own."""

    def __init__(self, hub: Hub, name: str, password: str) -> None:
        self.hub, self.name = hub, name
        self.home = Path("/home") / name
        self.browser = requests.Session()
        self.browser.get(f"{hub.url}/hub/login", timeout=20)
        form = {"username": name, "password": password, "_xsrf": self._xsrf()}
        self.page = self.browser.post(f"{hub.url}/hub/login", form, timeout=20)
        self.inside = self.page.ok and "/hub/login" not in self.page.url

    def _xsrf(self) -> str:
        return next(c.value for c in self.browser.cookies if (c.name, c.path) == ("_xsrf", "/hub/"))

    def begin(self) -> None:
        """Ask the hub for a token and for a server; the server takes its time."""
        tokens = f"{self.hub.url}/hub/api/users/{self.name}/tokens?_xsrf={self._xsrf()}"
        self.token = self.browser.post(tokens, json={}, timeout=20).json()["token"]
        asked = self.ask("POST", f"hub/api/users/{self.name}/server")
        assert asked.ok or self.ready(), asked.text  # logging in has begun it, perhaps to its end

    def ready(self) -> bool:
        """Tell whether the server is up."""
        servers = self.ask("GET", f"hub/api/users/{self.name}").json()["servers"]
        return bool(servers.get("", {}).get("ready"))

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        """Send a request to any path of the hub's address."""
        headers = {"Authorization": f"token {self.token}"}
        url = f"{self.hub.url}/{path}"
        return requests.request(method, url, headers=headers, timeout=60, **options)

    def post(self, path: str, **form: str) -> dict:
        """Press a button of nbgrader's page on the own server."""
        answer = self.ask("POST", f"user/{self.name}/{path}", data=form)
        assert answer.ok, answer.text
        return answer.json()

    def read(self, path: str) -> dict:
        """Open a notebook on the own server."""
        answer = self.ask("GET", f"user/{self.name}/api/contents/{quote(path)}")
        assert answer.ok, answer.text
        return answer.json()["content"]

    def write(self, path: str, notebook: dict) -> None:
        """Save a notebook on the own server."""
        model = {"type": "notebook", "format": "json", "content": notebook}
        answer = self.ask("PUT", f"user/{self.name}/api/contents/{quote(path)}", json=model)
        assert answer.ok, answer.text

    def run(self, command: str, seconds: float = 30) -> tuple[int, str]:
        """Run a command in a terminal of the own server; return its status and what it printed."""
        made = self.ask("POST", f"user/{self.name}/api/terminals").json()["name"]
        address = f"{self.hub.url}/user/{self.name}/terminals/websocket/{made}"
        header = {"Authorization": f"token {self.token}"}
        terminal = websocket.create_connection(
            address.replace("http", "ws", 1), header=header, timeout=seconds
        )
        try:
            # the shell does not echo its own words as these: they come in two parts
            typed = f"stty -echo; echo '<''<'; ( {command}\n); echo \"<\">$?'>'\n"
            typed = typed.replace('"<">$?', "'<''>'$?")
            terminal.send(json.dumps(["stdin", typed]))
            seen, end = "", time.monotonic() + seconds
            while not (done := re.search(r"<<\r?\n(.*)<>(\d+)>", seen, re.S)):
                assert time.monotonic() < end, f"{command}: not within {seconds} s\n{seen}"
                kind, *text = json.loads(terminal.recv())
                seen += text[0] if kind == "stdout" else ""
        finally:
            terminal.close()
            self.ask("DELETE", f"user/{self.name}/api/terminals/{made}")
        return int(done[2]), done[1]

    def must(self, command: str, seconds: float = 30) -> str:
        """Run a command that has to succeed; return what it printed."""
        status, printed = self.run(command, seconds)
        assert status == 0, printed
        return printed
