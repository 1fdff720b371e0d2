"""Whatever a student's code does to the rest of the notebook is taken back after a test."""

import builtins
import contextlib
import copy
import decimal
import functools
import inspect
import io
import math
import operator
import os
import random
import sys
import time
import traceback
import types
import warnings
from builtins import all, dict, isinstance, len, list, map  # noqa: UP029 (they may be replaced)

import numpy as np

from cnnlab.exercises._checks.answers import is_library

MOST_PRINTED = 10_000  # characters; an endless loop that prints would fill the notebook
MOST_ENTRIES = 2**24  # of an array that is copied, to be put back
MOST_ITEMS = 10_000  # of a list or dictionary that is looked into
MOST_MEMORY = 2**30  # bytes that a test may ask for, beyond what is in use

_MODULES = (builtins, contextlib, copy, inspect, io, math, operator, os, random, time, traceback)
_LIBRARIES = ("cnnlab", "numpy", "scipy")  # of these, all modules that are loaded
_STATES = (
    (np.random.get_state, np.random.set_state),
    (random.getstate, random.setstate),
    (lambda: dict(os.environ), lambda saved: (os.environ.clear(), os.environ.update(saved))),
    (os.getcwd, os.chdir),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.gettrace, sys.settrace),
    (lambda: decimal.getcontext().copy(), decimal.setcontext),
)


class Tee(io.TextIOBase):
    """A standard output that lets text through, and keeps the beginning of it."""

    encoding = property(lambda self: self.stream.encoding)

    def __init__(self, stream):
        self.stream, self.printed, self.room = stream, "", MOST_PRINTED

    def write(self, text):
        """Pass text on, until there is too much of it."""
        self.printed = (self.printed + text)[:200]
        if self.room > 0:
            self.stream.write(text[: self.room])
            if len(text) >= self.room:
                self.stream.write("\n… no more is shown of what was printed.\n")
        self.room -= len(text)
        return len(text)


@contextlib.contextmanager
def undisturbed(answer):
    """Run a block in which a student's code is called, then put everything back.

    That is: the settings of NumPy, Python, matplotlib and the process; what modules hold under
    their names; what the answer's notebook holds, down to the entries of its arrays and lists; the
    figures that are open. Inside, warnings are silent, and `exit` and its kin raise `SystemExit`
    and do nothing else. Yields the `Tee` that keeps what is printed.
    """
    with contextlib.ExitStack() as stack:
        for context in (np.errstate(all="ignore"), np.printoptions(), warnings.catch_warnings()):
            stack.enter_context(context)
        warnings.simplefilter("ignore")
        for take, put in _STATES:
            stack.callback(put, take())
        stack.callback(sys.path.__setitem__, slice(None), sys.path[:])
        loaded = [m for n, m in list(sys.modules.items()) if n.partition(".")[0] in _LIBRARIES]
        spaces = [vars(m) for m in (*_MODULES, *loaded) if isinstance(m, types.ModuleType)]
        held = [(space, dict(space)) for space in (*spaces, vars(sys), sys.modules)]
        stack.callback(_put_names, held)  # a callback for each of them takes ten times as long
        homes, things = _home(answer)
        for thing in _reachable(things, homes):
            _keep(stack, thing)
        _forbid_leaving(homes)
        _keep_figures(stack)
        _limit_memory(stack)
        tee = Tee(sys.stdout)
        stack.enter_context(contextlib.redirect_stderr(Tee(sys.stderr)))
        stack.enter_context(contextlib.redirect_stdout(tee))
        needed = [(space, dict(space)) for space in (*map(vars, _MODULES), vars(np))]
        tee.restore = lambda: _put_names(needed)
        yield tee


def _put_names(held):
    """Let names stand for what they stood for, from pairs of (namespace, what it held)."""
    for space, saved in held:
        now = dict.values(space)
        if len(now) == len(saved) and all(map(operator.is_, now, saved.values())):
            continue
        for name in list(space):
            if name not in saved and not isinstance(space[name], types.ModuleType):
                del space[name]  # a module may stay imported
        for name, value in saved.items():
            if name not in space or space[name] is not value:
                space[name] = value


def _home(answer):
    """List the student's namespaces and what the answer is made of, running no code of its own."""
    spaces, parts, seen = [vars(sys.modules["__main__"])], [answer], {}
    while parts:
        part = parts.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        if type(part) is types.MethodType:
            parts += [part.__func__, part.__self__]
        elif type(part) is functools.partial:
            parts += [part.func, part.args, part.keywords]
        elif type(part) is types.FunctionType and not is_library(part.__code__.co_filename):
            spaces.append(part.__globals__)
        leads = ("func", "__wrapped__", "__call__")
        parts += [inspect.getattr_static(part, name, None) for name in leads]
    return spaces, [*spaces, *seen.values()]


def _reachable(things, spaces):
    """Yield what can change and that the things lead to, each once: arrays, lists, and so on."""
    seen, names = {}, {space.get("__name__") for space in spaces}
    while things:
        thing = things.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        yield thing
        holders = (base for base in (dict, list, tuple, set) if issubclass(type(thing), base))
        kind = next(holders, type(thing))  # whose methods are not a student's
        if kind is dict and dict.__len__(thing) < MOST_ITEMS:
            things += [v for k, v in dict.items(thing) if type(k) is not str or k[:2] != "__"]
        elif kind in (list, tuple, set) and kind.__len__(thing) < MOST_ITEMS:
            things += kind.__iter__(thing)
        elif kind is types.FunctionType and any(thing.__globals__ is space for space in spaces):
            things += [thing.__dict__, thing.__defaults__, thing.__kwdefaults__]
            things += thing.__closure__ or ()
        elif kind is types.CellType:
            with contextlib.suppress(ValueError):  # it may be empty
                things.append(thing.cell_contents)
        elif kind.__module__ in names:  # an object of a class of the student's
            with contextlib.suppress(AttributeError):
                things.append(object.__getattribute__(thing, "__dict__"))


def _keep(stack, thing):
    """Have the present contents of a thing put back when the stack unwinds."""
    kind = type(thing)
    if issubclass(kind, dict):
        stack.callback(_put_names, [(thing, dict(dict.items(thing)))])
    elif issubclass(kind, list):
        stack.callback(list.__setitem__, thing, slice(None), list.copy(thing))
    elif issubclass(kind, set):
        stack.callback(set.update, thing, set.copy(thing))
        stack.callback(set.clear, thing)
    elif kind is types.CellType:
        with contextlib.suppress(ValueError):
            stack.callback(setattr, thing, "cell_contents", thing.cell_contents)
    elif kind is np.random.Generator:
        stack.callback(setattr, thing.bit_generator, "state", thing.bit_generator.state)
    elif kind in (np.random.RandomState, random.Random):  # what is derived may have no state
        stack.callback(thing.__setstate__, thing.__getstate__())
    elif kind is np.ndarray and thing.flags.writeable and thing.size <= MOST_ENTRIES:
        stack.callback(_put_entries, thing, thing.copy())


def _put_entries(array, saved):
    """Give an array its shape and its entries back; it may have been made read-only."""
    with contextlib.suppress(ValueError, AttributeError):
        array.flags.writeable, array.shape = True, saved.shape
        array[...] = saved


def _forbid_leaving(spaces):
    """Let `exit`, `quit` and `os._exit` raise `SystemExit` instead of ending the kernel."""
    own, really_leave = os.getpid(), os._exit

    def leave(*status):
        if os.getpid() != own:  # a process that the answer started ends as it should
            really_leave(*status)
        raise SystemExit

    builtins.exit = builtins.quit = os._exit = leave
    for space in spaces:
        for name in ("exit", "quit"):
            if type(space.get(name)).__name__.endswith("ExitAutocall"):  # IPython's
                space[name] = leave


def _keep_figures(stack):
    """Close what figures are opened, and keep matplotlib's settings."""
    pyplot, before = sys.modules.get("matplotlib.pyplot"), []
    if pyplot is not None:
        stack.enter_context(pyplot.rc_context())
        before = pyplot.get_fignums()

    def close():
        pyplot = sys.modules.get("matplotlib.pyplot")  # the answer may have been first
        for number in pyplot.get_fignums() if pyplot is not None else ():
            if number not in before:
                pyplot.close(number)

    stack.callback(close)


def _limit_memory(stack):
    """On Linux, let a huge array raise `MemoryError` at once, before the machine is out of it."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[5]) * resource.getpagesize()  # data and stack
        before = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (used + MOST_MEMORY, before[1]))
    except (ImportError, OSError, ValueError):  # not on this system
        return
    stack.callback(resource.setrlimit, resource.RLIMIT_DATA, before)
