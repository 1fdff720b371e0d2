"""What a student's function does when it is called: its numbers, or what went wrong."""

import copy
import inspect
import linecache
import os
import sys
import sysconfig
import traceback
from dataclasses import dataclass, replace

import numpy as np

from cnnlab.exercises._checks.deadline import TimeLimit
from cnnlab.exercises._checks.explaining import message
from cnnlab.exercises._checks.report import Listing, short_repr

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_LIBRARIES = (_PACKAGE, *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


@dataclass(frozen=True)
class Outcome:
    """What one call came to: numbers, a result that is no use, or an exception."""

    numbers: tuple | None = None  # the result's arrays, in float64: one, or as many as are named
    dtypes: tuple = ()  # the types that they had
    unusable: str | None = None  # what came, where that is not numbers
    error: BaseException | None = None
    handed: tuple = ()  # the arguments, as the function left them
    printed: str = ""  # the beginning of what was printed
    unattempted: bool = False  # whether the result is the `...` of the starting code
    nothing: bool = False  # whether the result is None


def call(function, case, returns=(), tee=None, copied=np.copy):
    """Call a function with copies of the arguments, and read what it returns.

    `KeyboardInterrupt` and the time limit pass through; all else becomes part of the outcome.
    """
    handed = tuple(copied(a) if isinstance(a, np.ndarray) else copy.deepcopy(a) for a in case)
    if tee is not None:
        tee.printed = ""
    try:
        try:
            result = function(*handed)
        finally:
            if tee is not None:
                tee.restore()  # the names of Python and NumPy may stand for something else
        outcome = read(result, returns)
    except (KeyboardInterrupt, TimeLimit):
        raise
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)  # they may hold all the memory there is
        return Outcome(error=error)
    return replace(outcome, handed=handed, printed=tee.printed if tee is not None else "")


def unchanged(before, after):
    """Whether an argument still holds what it held: arrays, lists and dictionaries may not."""
    if isinstance(before, (int, float, str)):
        return np.array_equal(before, after)
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        forms = [(array.shape, array.dtype, array.tobytes()) for array in (before, after)]
        return forms[0] == forms[1]
    if isinstance(before, dict):
        return unchanged(list(before.items()), list(after.items()))
    several = isinstance(before, (list, tuple))
    return not several or (len(before) == len(after) and all(map(unchanged, before, after)))


def read(result, returns=()):
    """Read a result as numbers, if that is what it is; as several arrays if several are named."""
    if _is_unattempted(result):
        return Outcome(unattempted=True)
    if not returns or result is None:
        return _read_array(result)
    if not isinstance(result, (tuple, list)) or len(result) != len(returns):
        what = f"{_a(result)} of {len(result)}" if hasattr(result, "__len__") else _a(result)
        what = "one array" if isinstance(result, np.ndarray) else _not_an_array(result) or what
        return Outcome(unusable=f"{what}; {len(returns)} are asked for: {', '.join(returns)}")
    parts = [_read_array(part) for part in result]
    for name, part in zip(returns, parts, strict=True):
        if part.numbers is None:
            return Outcome(unusable=f"as `{name}` {part.unusable}")
    return Outcome(sum((p.numbers for p in parts), ()), sum((p.dtypes for p in parts), ()))


def _read_array(result):
    try:
        unusable = _not_an_array(result)
        if unusable is None:
            array = np.asarray(result)
            unusable = _not_real_numbers(result, array)
    except Exception as error:
        words = message(error)[:300]
        ragged = "inhomogeneous" in words and isinstance(result, (list, tuple))
        why = "whose rows have different lengths" if ragged else f"that NumPy can't read: {words}"
        unusable = f"{_a(result)} {why.removesuffix(': ')}"
    if unusable is not None:
        return Outcome(unusable=unusable, nothing=result is None)
    return Outcome((np.array(array, np.float64),), (array.dtype,))


def _is_unattempted(result):
    if type(result) is np.ndarray and result.ndim == 0:
        result = result.item()
    several = type(result) in (tuple, list) and len(result) > 0
    return result is ... or (several and all(item is ... for item in result))


def _not_an_array(result):
    if result is None:
        return "`None`"
    if inspect.iscoroutine(result):
        result.close()
        return "a coroutine: write `def`, not `async def`"
    if inspect.isgenerator(result) and result.gi_code.co_name == "<genexpr>":
        return (
            "a generator expression, `(… for … in …)`, which has computed nothing yet. In square "
            "brackets it is a list; inside `sum(…)` it is added up"
        )
    if inspect.isgenerator(result):
        return "a generator: use `return`, not `yield`"
    if hasattr(result, "__next__"):
        return f"{_a(result)} object, which has computed nothing yet: `list(…)` around it does"
    if callable(result) and not hasattr(result, "__array__"):
        return "a function, not its result: the brackets `()` of a call are missing"
    return f"text, {short_repr(result)}" if isinstance(result, (str, bytes)) else None


def _not_real_numbers(result, array):
    if array.dtype.kind in "biuf":
        return None
    if hasattr(result, "toarray"):
        return f"{_a(result)}, which is sparse: its `.toarray()` is an ordinary array"
    if array.dtype.kind == "c":
        return "complex numbers: their real part is `.real`"
    more = " that holds more than numbers" if isinstance(result, (list, tuple, np.ndarray)) else ""
    return f"{_a(result)}{more}, {short_repr(result)}"


def _a(thing):
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def where(error):
    """Show the student's own line that an exception comes from, if one had part in it."""
    walk = traceback.walk_tb(error.__traceback__)
    own = [place for place in walk if not is_library(place[0].f_code.co_filename)]
    for frame, line in own[-1:]:
        code = frame.f_code
        source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        named = shell.compile.format_code_name(code.co_filename) if shell is not None else None
        file = " ".join(named) if named else os.path.basename(code.co_filename)
        place = f"This is line {line} of {file}, in {code.co_name}"
        return [f"{place}:", Listing(source)] if source else [f"{place}."]
    return []


def is_library(path):
    """Whether a file is Python's, an installed package's or ours, and not the student's."""
    inside = any(path.startswith(os.path.join(library, "")) for library in _LIBRARIES if library)
    return inside or path.startswith(("<frozen", "<__array_function__"))
