"""Open JupyterLab on your own copies of the chapters.

    python -m cnnlab.lab                              open the chapter that you wrote in last
    python -m cnnlab.lab --fresh 01_sliding_window    put a fresh copy there, and keep yours too
    python -m cnnlab.lab --port=9000 --no-browser     any other option goes to JupyterLab

The copies lie in ``work/``, beside ``notebooks/``, so that each link leads where it did. Results
that are yours to find, of predictions and of exercises, are cleared in them.

When a chapter changes, your copy is replaced by the new one, unless you have written in it: from
then on it is yours, and nothing overwrites it. What counts is the cells: their text, kind, order
and attachments. An empty cell is nothing written, and neither is an output, which comes back when
the cell is run.
"""

import argparse
import hashlib
import importlib.util
import itertools
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

CHAPTERS = "[0-9][0-9]_*.ipynb"
NEWS = "@jupyterlab/apputils-extension:announcements"  # asks whether to fetch news, and for updates
STAMP = "cnnlab"  # a copy's metadata say under this name what was handed out
NO_NOTEBOOK = (ValueError, LookupError, TypeError, AttributeError)  # raised by what is none

SAID = {
    "new": "Copied into work/",
    "refreshed": "Refreshed in work/, where you had written nothing",
    "behind": "Kept as you left it in work/, though the chapter has changed since",
    "unreadable": "Left alone in work/, though it can't be read as a notebook",
    "no original": "Not copied, as the one in notebooks/ can't be read (half a merge?)",
}


def find_root() -> Path | None:
    """Return the folder that holds ``notebooks/``: the package's own checkout, or where you are."""
    for folder in (Path(__file__).resolve().parents[1], Path.cwd()):
        if any(folder.glob(f"notebooks/{CHAPTERS}")):
            return folder
    return None


def student_copy(original: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook as it is handed out.

    Parameters
    ----------
    original : dict
        A notebook of format 4, as its JSON says it. It is left as it was.

    Returns
    -------
    dict
        Without the outputs of cells that are tagged ``hide-output`` (predictions) or belong to an
        exercise, and with a stamp in its metadata: the digests of what it says and of all of it.
    """
    notebook = json.loads(json.dumps(original))
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        own = "hide-output" in metadata.get("tags", []) or "exercise" in metadata.get("cnnlab", {})
        if own and cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
            metadata.get("jupyter", {}).pop("outputs_hidden", None)  # or dots stand for nothing
    stamp = {"cells": digest(written(notebook)), "edition": digest(notebook)}
    notebook["metadata"][STAMP] = stamp
    return notebook


def written(notebook: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """List what its reader can have written: kind, text and attachments of each cell with text."""
    cells = [
        (cell["cell_type"], "".join(cell["source"]), cell.get("attachments", {}))
        for cell in notebook["cells"]
    ]
    return [cell for cell in cells if cell[1].strip()]


def digest(value: Any) -> str:
    """Return a short name for a value of JSON: equal values have equal names."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]


def hand_out(original: Path, copy: Path) -> str:
    """Make or refresh one copy, unless its reader has written in it.

    Parameters
    ----------
    original, copy : Path
        The repository's notebook, and where the reader's own goes.

    Returns
    -------
    str
        What the copy is now: ``"new"``, ``"refreshed"``, ``"current"``, ``"yours"`` (written in),
        ``"behind"`` (written in, and the original has changed since), ``"unreadable"``, or
        ``"no original"``, where that can't be read. The last four are as they were.
    """
    try:
        notebook = student_copy(_read(original))
    except NO_NOTEBOOK:
        return "no original"
    given = notebook["metadata"][STAMP]
    try:
        present = _read(copy)
        had = present["metadata"].get(STAMP, {})
        current = had.get("edition") == given["edition"]
        untouched = digest(written(present)) in (had.get("cells"), given["cells"])
    except FileNotFoundError:
        _write(copy, notebook)
        return "new"
    except NO_NOTEBOOK:
        return "unreadable"
    if not untouched:
        return "yours" if current else "behind"
    if current:
        return "current"
    _write(copy, notebook)
    return "refreshed"


def fresh(original: Path, copy: Path) -> Path | None:
    """Put a fresh copy in place, whatever is there.

    Parameters
    ----------
    original, copy : Path
        The repository's notebook, and where the reader's own goes.

    Returns
    -------
    Path or None
        Where the former copy is kept; None if there was none.

    Raises
    ------
    ValueError
        If the original can't be read. Then nothing is changed.
    """
    try:
        notebook = student_copy(_read(original))
    except NO_NOTEBOOK as error:
        raise ValueError(f"{original} can't be read (half a merge?): {error}") from error
    kept = _keep(copy) if copy.exists() else None
    _write(copy, notebook)
    return kept


def _keep(copy: Path) -> Path:
    """Write a file's content under the first free name beside it."""
    for number in itertools.count(1):
        kept = copy.with_name(f"{copy.stem}-mine-{number}{copy.suffix}")
        try:
            with kept.open("xb") as file:
                file.write(copy.read_bytes())
        except FileExistsError:
            continue
        return kept


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, notebook: Mapping[str, Any]) -> None:
    """Write a notebook whole or not at all: beside its place first, and then into it."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def where_you_left_off(states: Mapping[Path, str]) -> Path | None:
    """Return the copy that you wrote in last, or else the first chapter; None if there is none."""
    yours = [copy for copy, state in states.items() if state in ("yours", "behind")]
    first = min(filter(Path.exists, states), default=None)
    return max(yours, key=lambda copy: copy.stat().st_mtime, default=first)


def report(states: Mapping[Path, str]) -> Iterable[str]:
    """Say, a line for each kind, what was done and what was left."""
    for state, sentence in SAID.items():
        names = [copy.stem for copy in states if states[copy] == state]
        if names:
            yield f"{sentence}: {', '.join(names)}."
            if state in ("behind", "unreadable"):
                yield f"For a fresh copy, with yours kept beside it: {command(names[0])}"


def command(name: str) -> str:
    """Return what to type for a fresh copy, with the Python that is running."""
    python = Path(sys.executable)
    if Path(shutil.which("python") or "") == python:
        python = Path("python")
    elif python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{python} -m cnnlab.lab --fresh {name}"


def has_display() -> bool:
    """Say whether a browser that is opened here could be seen."""
    if sys.platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_root() -> bool:
    """Say whether this is the superuser of a Unix system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def settings(root: Path, notebook: Path) -> list[str]:
    """Return JupyterLab's options: what to open, and that nothing leaves the machine."""
    address = quote(notebook.relative_to(root).as_posix())
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{address}",
        f"--LabApp.workspaces_dir={notebook.parent / '.jupyterlab'}",  # tabs of these copies alone
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if is_root():
        options.append("--allow-root")
    if not has_display():
        options.append("--no-browser")
    return options


def without_news(_handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    """Switch off the plugin that asks about news; JupyterLab calls this for each page it sends."""
    disabled = page_config.get("disabledExtensions", [])
    return {**page_config, "disabledExtensions": [*disabled, NEWS]}


def greeting(address: str, opens: bool) -> str:
    """Say where JupyterLab is, and why it runs as root if it does."""
    lines = ["Open this address in your browser:"]
    if opens:
        lines = ["JupyterLab opens in your browser. If it doesn't, open this address yourself:"]
    if is_root():
        why = "It is allowed here, since containers often have no other user."
        lines.insert(0, f"You are root, which JupyterLab refuses by itself. {why}")
    return "\n".join([*lines, "", f"    {address}", "", "To end it: Ctrl+C, twice."])


def start(root: Path, notebook: Path, options: Iterable[str]) -> None:
    """Run JupyterLab until it is told to end.

    Parameters
    ----------
    root : Path
        What JupyterLab's list of files shows.
    notebook : Path
        What it opens, somewhere below `root`.
    options : iterable of str
        More options, as ``jupyter lab --help`` explains them.
    """
    import zmq
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    # JupyterLab's search for language servers calls npm, which would look for a newer npm.
    os.environ.setdefault("NPM_CONFIG_UPDATE_NOTIFIER", "false")
    encryption = "auto" if zmq.has("curve") else "disabled"  # without it each kernel warns
    quiet = Config(
        {
            "Application": {"log_level": "ERROR"},
            "KernelManager": {"transport_encryption": encryption},
        }
    )
    argv = [*settings(root, notebook), *options]
    server = LabApp.initialize_server(argv=argv, config=quiet)
    address = server.local_url if server.ip == "localhost" else server.display_url
    words = greeting(address, server.open_browser)
    server.io_loop.add_callback(print, words, flush=True)  # once the port is open
    server.identity_provider.token_generated = False  # or the server prints the address again
    server.web_app.settings["page_config_hook"] = without_news
    server.start()


def main(arguments: list[str] | None = None) -> None:
    """Bring the copies up to date and open them, or make one afresh."""
    parser = argparse.ArgumentParser(
        prog="python -m cnnlab.lab",
        description="Open JupyterLab on your own copies of the chapters, which lie in work/.",
        epilog="Any other option goes to JupyterLab: --port=9000, --no-browser, --ip=0.0.0.0.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--fresh",
        metavar="CHAPTER",
        help="put a fresh copy of a chapter there, and keep yours under another name",
    )
    known, options = parser.parse_known_args(arguments)
    root = find_root()
    if root is None:
        raise SystemExit(
            "The chapters are not here: the installed package comes without them. "
            "Clone cnnlab's repository, go into its folder, and run this again."
        )
    originals = sorted(root.glob("notebooks/*.ipynb"))
    copies = {path.stem: root / "work" / path.name for path in originals}
    try:
        if known.fresh is not None:
            name = Path(known.fresh).name.removesuffix(".ipynb")
            if name not in copies:
                raise SystemExit(f"There is no {known.fresh}; there are {', '.join(copies)}.")
            try:
                kept = fresh(root / "notebooks" / f"{name}.ipynb", copies[name])
            except ValueError as error:
                raise SystemExit(f"Nothing is changed: {error}.") from error
            print(f"work/{name}.ipynb is fresh." + (f" Yours is work/{kept.name}." if kept else ""))
            return
        states = {copies[path.stem]: hand_out(path, copies[path.stem]) for path in originals}
    except OSError as error:
        raise SystemExit(
            f"Your copies of the chapters go into {root / 'work'}, which fails: {error.strerror}. "
            "Make that folder yours to write in, or clone the repository into one that is."
        ) from error
    for line in report(states):
        print(line)
    if importlib.util.find_spec("jupyterlab") is None:
        raise SystemExit(f"JupyterLab is missing: {sys.executable} -m pip install -e '{root}[lab]'")
    notebook = where_you_left_off(states)
    if notebook is None:
        raise SystemExit("No chapter is left that could be opened.")
    start(root, notebook, options)


if __name__ == "__main__":
    main()
