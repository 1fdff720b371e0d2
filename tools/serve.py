"""Show the built site on this machine.

python tools/serve.py FOLDER [PORT]         (default: the first free port from 8000)
"""

import argparse
import functools
import http.server
from pathlib import Path

FIRST, TRIES = 8000, 20


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def listen(folder: Path, port: int | None) -> http.server.ThreadingHTTPServer:
    """Open the given port, or the first free one.

    Parameters
    ----------
    folder : Path
        What to serve.
    port : int or None
        None tries a few, beginning with 8000.

    Returns
    -------
    ThreadingHTTPServer
        Bound to this machine only.
    """
    handler = functools.partial(Quiet, directory=str(folder))
    ports = [port] if port is not None else range(FIRST, FIRST + TRIES)
    for candidate in ports:
        try:
            return http.server.ThreadingHTTPServer(("127.0.0.1", candidate), handler)
        except OSError:
            continue
    used = f"port {port} is" if port is not None else f"ports {FIRST} to {FIRST + TRIES - 1} are"
    raise SystemExit(f"{used} in use; choose another: make serve PORT=9000")


def main(arguments: list[str] | None = None) -> None:
    """Serve until Ctrl+C."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the pages lie")
    parser.add_argument("port", nargs="?", type=int, metavar="PORT", help="a number such as 9000")
    known = parser.parse_args(arguments)
    if not known.folder.is_dir():
        parser.error(f"there is no folder {known.folder}; make book builds the pages")
    if known.port is not None and not 1 <= known.port < 2**16:
        parser.error(f"PORT must be a number from 1 to 65535; got {known.port}")
    server = listen(known.folder, known.port)
    print(f"The book is at http://127.0.0.1:{server.server_port}/  (Ctrl+C ends)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
