"""The hub for a class on one machine.

`start.py` prepares the machine and writes the settings that are read here; `make hub` runs it.
"""

import json
import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821, which JupyterHub defines

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
STATE = Path(os.environ["CNNLAB_HUB"])
settings = json.loads((STATE / "settings.json").read_text(encoding="utf-8"))
teachers, students = settings["teachers"], settings["students"]

# ---- where it listens, and what it keeps ----

c.JupyterHub.bind_url = settings["url"]
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings['hub_port']}"
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings["certificate"], settings["key"]
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")

c.ConfigurableHTTPProxy.command = [
    settings["node"],
    str(HERE / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"),
]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings['proxy_port']}"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# ---- who may come in, and what they may do ----

if settings["login"] == "pam":
    c.JupyterHub.authenticator_class = "pam"
    c.PAMAuthenticator.open_sessions = False  # a server is no login session of the system
    c.Authenticator.allowed_users = {*teachers, *students}
else:  # every student has the same password: for a trial
    c.JupyterHub.authenticator_class = "shared-password"
    c.Authenticator.allowed_users = set(students)
    c.Authenticator.admin_users = set(
        teachers
    )  # this login knows a second password for those alone
    c.SharedPasswordAuthenticator.user_password = settings["student_password"]
    c.SharedPasswordAuthenticator.admin_password = settings["teacher_password"]

c.JupyterHub.load_groups = {"teachers": {"users": teachers}, "students": {"users": students}}
c.JupyterHub.load_roles = [
    {
        "name": "teacher",
        "description": "See who is working, start and stop students' servers, and open none",
        "scopes": [
            "admin-ui",
            "list:users!group=students",
            "read:users:activity!group=students",
            "servers!group=students",
        ],
        "groups": ["teachers"],
    }
]

# ---- the servers: one process for each, as the system's user ----


def configuration(spawner):
    """Where a server finds its configuration: a teacher's shows the formgrader, in a frame."""
    role = "teacher" if spawner.user.name in teachers else "student"
    return f"{HERE / 'etc' / role}{os.pathsep}{HERE / 'etc'}"


c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.args = [
    "--ServerApp.terminado_settings=shell_command=['/bin/bash']",  # a login shell forgets PATH
    "--ServerApp.shutdown_no_activity_timeout=7200",
    "--MappingKernelManager.cull_idle_timeout=3600",
]
c.Spawner.environment = {
    "PATH": os.pathsep.join([str(BIN), "/usr/local/bin", "/usr/bin", "/bin"]),
    "JUPYTER_CONFIG_PATH": configuration,
    "CNNLAB_COURSE": settings["course"],
    "CNNLAB_EXCHANGE": settings["exchange"],
}
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # thirty begin at once
c.JupyterHub.concurrent_spawn_limit = 4
