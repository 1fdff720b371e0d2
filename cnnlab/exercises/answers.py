"""What a student's function does when it is called: its numbers, or what went wrong."""

import inspect
import linecache
import os
import sys
import sysconfig
import traceback
from dataclasses import dataclass

import numpy as np

from cnnlab.exercises.report import short_repr

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARIES = (_PACKAGE, *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


@dataclass(frozen=True)
class Outcome:
    """What one call came to: numbers, a result that is no use, or an exception.

    Parameters
    ----------
    numbers : ndarray of float64, or None
        The result, copied.
    dtype : numpy.dtype or None
        The type that the result had.
    unusable : str or None
        What came, where that is not numbers.
    error : BaseException or None
        What was raised.
    changed : tuple of int
        Which arguments were changed, by position.
    unattempted : bool
        Whether the result is the ``...`` of the starting code.
    """

    numbers: np.ndarray | None = None
    dtype: np.dtype | None = None
    unusable: str | None = None
    error: BaseException | None = None
    changed: tuple = ()
    unattempted: bool = False


def call(function, arguments):
    """Call a function with copies of the arguments, and read what it returns.

    Parameters
    ----------
    function : callable
        The student's function.
    arguments : sequence
        Arrays, numbers and tuples; the arrays are copied first.

    Returns
    -------
    Outcome
        Whatever happened, but for `KeyboardInterrupt` and a time limit, which pass through.
    """
    handed = [_copy(argument) for argument in arguments]
    try:
        result = function(*handed)
    except (Exception, SystemExit) as error:
        return Outcome(error=error)
    changed = tuple(
        position
        for position, (before, after) in enumerate(zip(arguments, handed, strict=True))
        if isinstance(before, np.ndarray) and not _identical(before, after)
    )
    return read(result, changed)


def _copy(argument):
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _identical(before, after):
    return (
        before.shape == after.shape
        and before.dtype == after.dtype
        and before.tobytes() == after.tobytes()
    )


def read(result, changed=()):
    """Read a result as numbers, if that is what it is.

    Parameters
    ----------
    result : object
        Whatever a student's code made.
    changed : tuple of int, optional
        Passed on.

    Returns
    -------
    Outcome
        With `numbers`, or with `unusable`.
    """
    if _is_unattempted(result):
        return Outcome(unattempted=True, changed=changed)
    unusable = _not_an_array(result)
    if unusable is None:
        try:
            array = np.asarray(result)
        except Exception:
            unusable = f"a {type(result).__name__} whose rows have different lengths"
        else:
            unusable = _not_real_numbers(result, array)
    if unusable is not None:
        return Outcome(unusable=unusable, changed=changed)
    return Outcome(np.array(array, np.float64), array.dtype, changed=changed)


def _is_unattempted(result):
    if isinstance(result, np.ndarray) and result.ndim == 0:
        result = result.item()
    return result is ... or (
        isinstance(result, (tuple, list)) and bool(result) and all(item is ... for item in result)
    )


def _not_an_array(result):
    if result is None:
        return "`None`. Did you forget `return`? Printing a value does not return it"
    if inspect.iscoroutine(result):
        result.close()
        return "a coroutine: write `def`, not `async def`"
    if inspect.isgenerator(result):
        return "a generator: use `return`, not `yield`"
    if callable(result) and not hasattr(result, "__array__"):
        return "a function, not its result: the brackets `()` of a call are missing"
    if isinstance(result, (str, bytes)):
        return f"text, {short_repr(result)}"
    return None


def _not_real_numbers(result, array):
    if array.dtype.kind in "biuf":
        return None
    if array.dtype.kind == "c":
        return "complex numbers: their real part is `.real`"
    what = type(result).__name__
    article = "an" if what[0] in "aeiou" else "a"
    if isinstance(result, (list, tuple, np.ndarray)):
        return f"{article} {what} that holds more than numbers, {short_repr(result)}"
    return f"{article} {what}, {short_repr(result)}"


def where(error):
    """Find the student's own line that an exception comes from.

    Parameters
    ----------
    error : BaseException
        An exception that was caught.

    Returns
    -------
    (str, str) or None
        The place, as in ``"line 3 of Cell In[5], in correlate"``, and the source of the line, which
        may be empty. None if no line of the student's had part in it.
    """
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if not _is_library(frame.f_code.co_filename):
            found = frame, line
    if found is None:
        return None
    frame, line = found
    code = frame.f_code
    source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    return f"line {line} of {_file_name(code.co_filename)}, in {code.co_name}", source


def _is_library(path):
    return (
        path.startswith("<frozen")
        or path.startswith("<__array_function__")
        or any(path.startswith(os.path.join(library, "")) for library in _LIBRARIES if library)
    )


def _file_name(path):
    """Name a cell as Jupyter does, and a file without its folders."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    named = shell.compile.format_code_name(path) if shell is not None else None
    return " ".join(named) if named else os.path.basename(path)
