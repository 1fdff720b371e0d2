"""Run a student's kernel where it can do no harm: in bubblewrap, as a user who owns nothing.

A kernel in here sees the system and this Python's environment, read-only, and the assignment's own
files. It has no network, and can write nowhere but to a scratch folder in memory, and beside the
sockets through which it is spoken to; both go when it ends, and `grade` ends one that writes there.
Every process that it leaves behind ends with it. Its memory, its files and the number of its
processes are limited.

What this can't do: keep a student's code from fooling the tests that run in the same kernel (it
could replace `numpy.allclose`), or keep the sum of all its processes' memory small.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import cnnlab

NAME = "cnnlab-grading"  # of the kernel
HOME = "/home/student"
CONNECTION = "/run/kernel.json"  # where the sandboxed kernel finds its connection file
USER = 47_000  # who a kernel is where root grades; no other process should be that user's

MEMORY = 4 << 30  # bytes of address space of a process
SCRATCH = 256 << 20  # bytes of each folder in memory
FILE = 64 << 20  # bytes of a file
PROCESSES = 64  # threads count too

SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime")
INSTALL = """\
Grading runs students' programs, and does so in a sandbox: bubblewrap.
  Debian, Ubuntu   sudo apt-get install bubblewrap
  Fedora           sudo dnf install bubblewrap
  Arch             sudo pacman -S bubblewrap
  macOS, Windows   has none: grade in a virtual machine with Linux, or in WSL 2
Without it, --unsafe grades all the same: each program then runs with your own rights, and can read
and delete what you can."""


@cache
def problem():
    """Say why there is no sandbox here.

    Returns
    -------
    str
        What is missing, and what would help; empty if a kernel can be started in it.
    """
    missing = [tool for tool in ("bwrap", "prlimit", "choom", "setpriv") if not shutil.which(tool)]
    if "bwrap" in missing:
        return f"bubblewrap is not installed.\n{INSTALL}"
    if missing:
        return f"{' and '.join(missing)} of util-linux are missing.\n{INSTALL}"
    probe = command([sys.executable, "-c", "import ipykernel, cnnlab"])
    tried = subprocess.run(probe, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode == 0:
        return ""
    said = (tried.stderr.strip().splitlines() or [f"status {tried.returncode}"])[-1]
    return (
        f"bubblewrap is installed, but Python does not start in it: {said}\n"
        "It needs bubblewrap 0.5 or newer, user namespaces (Ubuntu 24.04 asks for an AppArmor "
        "profile of bwrap, a container for more rights), and, where root grades, an environment "
        f"that others can read: chmod -R a+rX {sys.prefix}\n"
        "--unsafe grades without a sandbox: each program then runs with your own rights."
    )


def command(program, *, options=(), hide=(), seconds=600, slot=0):
    """Write the command that runs a program in the sandbox.

    Parameters
    ----------
    program : list of str
        The program and its arguments.
    options : iterable of str
        Further options of bubblewrap.
    hide : iterable of path_like
        Folders that it must not see even if they lie in the environment's.
    seconds : int
        Computing time of each process.
    slot : int
        Programs that run side by side have different ones: where root grades, each is then a user
        of its own, and its processes are counted apart.

    Returns
    -------
    list of str
    """
    root = os.geteuid() == 0
    seen = _environment()
    bwrap = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    bwrap += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    bwrap += ["--cap-drop", "ALL"]
    if root:  # root makes the namespaces itself, and keeps what it takes to become somebody else
        for capability in ("SETUID", "SETGID", "SETPCAP"):
            bwrap += ["--cap-add", f"CAP_{capability}"]
    else:
        bwrap += ["--unshare-user", *_no_more_users()]
    bwrap += ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            bwrap += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            bwrap += ["--ro-bind", str(path), str(path)]
    bwrap += _folders(Path("/etc"), Path("/run"), Path(HOME).parent)
    for name in SETTINGS:
        bwrap += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for scratch in ("/tmp", "/dev/shm", HOME):
        bwrap += ["--perms", "1777", *_size(), "--tmpfs", scratch]
    bwrap += _folders(*sorted({parent for path in seen for parent in path.parents}))
    for path in seen:
        bwrap += ["--ro-bind", str(path), str(path)]
    for folder in map(Path, hide):
        if any(folder.resolve().is_relative_to(path) for path in (Path("/usr"), *seen)):
            bwrap += ["--tmpfs", str(folder.resolve())]
    bwrap += [*options, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    for name, value in _variables().items():
        bwrap += ["--setenv", name, value]
    limits = ["choom", "-n", "1000", "--", "prlimit", f"--as={MEMORY}", f"--fsize={FILE}"]
    limits += [f"--nproc={PROCESSES}", f"--cpu={seconds}", "--core=0", "--"]
    if root:
        limits += ["setpriv", f"--reuid={USER + slot}", f"--regid={USER + slot}", "--clear-groups"]
        limits += ["--inh-caps=-all", "--bounding-set=-all", "--"]
    return [*bwrap, "--", *limits, *program]


def kernelspec(private, *, files=None, hide=(), seconds=600, slot=0, unsafe=False):
    """Write the kernelspec of a kernel that runs in the sandbox.

    Parameters
    ----------
    private : Path
        A new folder for this kernel: it gets ``kernels/``, to be found through ``JUPYTER_PATH``,
        and ``sockets/``, where the kernel listens. Sockets allow a path of 100 letters at most.
    files : Path, optional
        A folder with what lies, read-only, in the kernel's working folder.
    hide, seconds, slot
        As in `command`.
    unsafe : bool
        Write one without a sandbox.

    Returns
    -------
    Path
        What ``KernelManager.ip`` must be with the transport ``"ipc"``.
    """
    sockets, folder = private / "sockets", private / "kernels" / NAME
    sockets.mkdir(mode=0o700)
    folder.mkdir(parents=True)
    kernel = [sys.executable, "-m", "ipykernel_launcher", "-f"]
    if unsafe:
        argv = [*kernel, "{connection_file}"]
    else:
        if os.geteuid() == 0:
            os.chown(sockets, USER + slot, USER + slot)
        options = ["--perms", "0444", "--ro-bind-data", "3", CONNECTION]
        options += [*_folders(*reversed(sockets.parents)), "--bind", str(sockets), str(sockets)]
        for path in sorted(files.iterdir()) if files else ():
            options += ["--ro-bind", str(path), f"{HOME}/{path.name}"]
        run = command([*kernel, CONNECTION], options=options, hide=hide, seconds=seconds, slot=slot)
        # Only the grader may read the connection file, so it is opened here.
        argv = ["sh", "-c", 'file=$1; shift; exec "$@" 3<"$file"', "sh", "{connection_file}", *run]
    spec = {"argv": argv, "display_name": NAME, "language": "python", "interrupt_mode": "message"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return sockets / "k"


def _environment():
    """List the folders of this Python and of its packages, none inside another."""
    packages = [folder for folder in sys.path if folder.endswith("-packages")]
    folders = [sys.prefix, sys.base_prefix, *packages, Path(cnnlab.__file__).parent]
    found = [Path("/usr")]  # all see it already
    for path in sorted({place for f in map(Path, folders) for place in (f, f.resolve())}):
        if path.is_dir() and not any(path.is_relative_to(folder) for folder in found):
            found.append(path)
    return found[1:]


def _folders(*paths):
    """Make folders that everybody may pass through."""
    return [word for p in paths if str(p) != "/" for word in ("--perms", "0755", "--dir", str(p))]


def _variables():
    """Return all variables that a sandboxed kernel has."""
    variables = {"HOME": HOME, "TMPDIR": "/tmp", "USER": "student", "LANG": "C.UTF-8"}
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    variables["PYTHONPATH"] = str(Path(cnnlab.__file__).parents[1])  # of it, no more is seen
    variables["NBGRADER_EXECUTION"] = "autograde"
    return variables | {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


@cache
def _size():
    """Limit the size of a folder in memory, which bubblewrap can since 0.7."""
    said = subprocess.run(["bwrap", "--help"], capture_output=True, text=True)
    return ("--size", str(SCRATCH)) if "--size" in said.stdout + said.stderr else ()


@cache
def _no_more_users():
    """Keep a program from becoming root of a namespace of its own, which bubblewrap can since 0.8.

    It could mount folders there, and no limit of ours would hold for them.
    """
    option = ["--disable-userns"]
    probe = ["bwrap", "--unshare-user", *option, "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    tried = subprocess.run(probe, capture_output=True, stdin=subprocess.DEVNULL)
    return option if tried.returncode == 0 else ()
