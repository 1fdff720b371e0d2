"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(path, write, *, optional=False):
    """Write a file beside its place, and put it there when it is whole.

    Parameters
    ----------
    path : str or path
        Where it goes; folders that are missing are made.
    write : function
        Writes to the open binary file that it is given.
    optional : bool, default False
        Say nothing if it can't be written.

    Raises
    ------
    OSError
        If the file can't be written. What stood there before is as it was.
    """
    path, beside = Path(path), None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, path)
        beside = None
    except OSError as error:
        if not optional:
            kept = "; the file that was there is as it was" if path.is_file() else ""
            raise type(error)(
                error.errno, f"could not write {path}: {error.strerror}{kept}"
            ) from error
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)


def _umask():
    """Return the permissions that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
