"""Show the built site on this machine.

python tools/serve.py FOLDER [PORT]         (default: the first free port from 8000)
"""

import functools
import http.server
import sys
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


def main(folder: str, port: str = "") -> None:
    """Serve until Ctrl+C."""
    if port and not port.isdecimal():
        raise SystemExit(f"PORT must be a number such as 9000, got {port!r}")
    server = listen(Path(folder), int(port) if port else None)
    print(f"The book is at http://127.0.0.1:{server.server_port}/  (Ctrl+C ends)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()


if __name__ == "__main__":
    main(*sys.argv[1:])
