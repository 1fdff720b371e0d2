"""Weights out of a file that PyTorch wrote, without PyTorch and without running what is in it.

Such a file is a program: a pickle tells a machine with a stack what to build, and one of its
instructions calls any function of any module by its name. The machine here knows the instructions
that arrays need. A name stays a name: nothing is imported, and nothing called.
"""

import io
import math
import pickletools
from typing import NamedTuple

import numpy as np

# What PyTorch 1 wrote first: its sign, and the version of the format.
SIGN, VERSION = 0x1950A86A20F9469CFC6C, 1001
ORDERED, REBUILD = "collections OrderedDict", "torch._utils _rebuild_tensor_v2"
TYPES = {"torch FloatStorage": np.dtype("<f4"), "torch LongStorage": np.dtype("<i8")}
AXES = 8  # of an array, at most
CODES = {code.code.encode("latin-1"): code for code in pickletools.opcodes}
INSTRUCTIONS = 100_000  # of one pickle; a network needs about 40 an array


def read(content):
    """Read the arrays of a network that ``torch.save`` wrote in its format of before 2020.

    Parameters
    ----------
    content : bytes
        The whole file.

    Returns
    -------
    dict of str to ndarray
        By PyTorch's names and in its order: views of `content`, which can't be written to.

    Raises
    ------
    ValueError
        If there is anything else in it, or something is missing. Sizes are compared with the file's
        before anything is made, so that nothing is ever larger than the file.

    Notes
    -----
    Five pickles: a sign, a version, the machine that wrote it, the arrays by name, and the order of
    their cells, which follow: for each store 8 bytes that count its cells, then the cells.
    """
    file = io.BytesIO(content)
    stores = {}
    sign, version, system, arrays, order = (
        _Machine(file, len(content), stores).run() for _ in range(5)
    )
    if type(sign) is not int or (sign, version) != (SIGN, VERSION):
        raise _refusal("it does not begin as such a file does")
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise _refusal("its numbers have their first byte last")
    if not isinstance(arrays, dict) or not arrays:
        raise _refusal("it holds no arrays by name")
    for name, array in arrays.items():
        if not isinstance(array, _Array):
            raise _refusal(f"{name[:80]!r} is no array")
    if not isinstance(order, list) or not all(isinstance(key, str) for key in order):
        raise _refusal("it does not say in which order its numbers come")
    if sorted(order) != sorted(stores):
        raise _refusal("it announces other arrays than it holds")
    cells = _cells(content, file.tell(), [stores[key] for key in order])
    return {name: _view(cells[array.store.key], array) for name, array in arrays.items()}


class _Store(NamedTuple):
    """Cells that lie one after the other in the file."""

    key: str
    dtype: np.dtype
    cells: int


class _Array(NamedTuple):
    """A part of a store: its first cell, its shape, and the cells from one entry to the next."""

    store: _Store
    start: int
    shape: tuple
    strides: tuple


class _Name(NamedTuple):
    """A name that the file knows something of Python's by: "module name"."""

    text: str


class _Machine:
    """Build what one pickle describes, of numbers, strings, tuples, lists, dicts and arrays.

    `pickletools` of the standard library names the instructions and reads what belongs to them.
    """

    def __init__(self, file, size, stores):
        self.file, self.size, self.stores = file, size, stores
        self.stack, self.marks, self.memo = [], [], {}

    def run(self):
        """Read as far as the pickle's end, and return what was built."""
        try:
            for _ in range(INSTRUCTIONS):
                code = CODES[self.file.read(1)]
                if code.name == "STOP":
                    return self.stack.pop()
                self.step(code.name, lambda code=code: code.arg.reader(self.file))
            raise _refusal(f"it has more than {INSTRUCTIONS:,} instructions")
        except RefusedError:
            raise
        except (ValueError, IndexError, KeyError) as error:
            raise _refusal("it is damaged or was cut off") from error

    def step(self, code, argument):
        """Run one instruction; `argument` reads what belongs to it."""
        stack, memo = self.stack, self.memo
        match code:
            case "PROTO":
                argument()
            case "BININT" | "BININT1" | "BININT2" | "LONG1" | "BINUNICODE":
                stack.append(argument())
            case "NONE" | "NEWTRUE" | "NEWFALSE":
                stack.append({"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[code])
            case "EMPTY_TUPLE" | "EMPTY_LIST" | "EMPTY_DICT":
                stack.append({"EMPTY_TUPLE": tuple, "EMPTY_LIST": list, "EMPTY_DICT": dict}[code]())
            case "MARK":
                self.marks.append(len(stack))
            case "TUPLE":
                stack.append(tuple(self.marked()))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                stack.append(tuple([stack.pop() for _ in range(int(code[-1]))][::-1]))
            case "APPEND" | "APPENDS":
                items = self.marked() if code == "APPENDS" else [stack.pop()]
                self.top(list).extend(items)
            case "SETITEM" | "SETITEMS":
                items = self.marked() if code == "SETITEMS" else [stack.pop(), stack.pop()][::-1]
                keys, values = items[::2], items[1::2]
                if not all(isinstance(key, str) for key in keys):
                    raise _refusal("it names something otherwise than by a string")
                self.top(dict).update(zip(keys, values, strict=True))
            case "BINPUT" | "LONG_BINPUT":
                memo[argument()] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(memo[argument()])
            case "GLOBAL":
                module, name = (self.file.readline(200).decode().rstrip("\n") for _ in range(2))
                name = f"{module} {name}"
                if name not in (ORDERED, REBUILD, *TYPES):
                    asked = name.replace(" ", ".")[:80]
                    raise _refusal(f"it asks for {asked!r}, which is nothing that weights need")
                stack.append(_Name(name))
            case "BINPERSID":
                stack.append(self.store(stack.pop()))
            case "REDUCE":
                arguments, name = stack.pop(), stack.pop()
                stack.append(self.called(name, arguments))
            case "BUILD":  # which versions of layers wrote it; no weight depends on it
                stack.pop()
                self.top(dict)
            case _:
                raise _refusal(f"it has an instruction {code}, which is nothing that weights need")

    def top(self, kind):
        """Return what is on top of the stack, if it is of a kind."""
        if type(self.stack[-1]) is not kind:
            raise _refusal(f"it treats something else as a {kind.__name__}")
        return self.stack[-1]

    def marked(self):
        """Take all from the stack that was put there since the last mark."""
        mark = self.marks.pop()
        items, self.stack[mark:] = self.stack[mark:], []
        return items

    def called(self, name, arguments):
        """Do what the file's two functions stand for: an empty dict, and an array."""
        if name == _Name(ORDERED) and arguments == ():
            return {}
        if name != _Name(REBUILD):
            raise _refusal("it calls something that makes no array")
        if not isinstance(arguments, tuple) or len(arguments) < 4:
            raise _refusal("it makes an array of too little")
        store, start, shape, strides = arguments[:4]
        if not isinstance(store, _Store) or not _counts(start, *_items(shape), *_items(strides)):
            raise _refusal("it makes an array of something else than numbers")
        if len(shape) > AXES or len(strides) != len(shape) or 0 in shape:
            raise _refusal("it makes an array with axes that do not fit")
        steps = zip(shape, strides, strict=True)
        last = start + sum((size - 1) * stride for size, stride in steps)
        if max(math.prod(shape), last + 1) > store.cells:
            raise _refusal(f"an array of {math.prod(shape):,} cells has {store.cells:,}")
        return _Array(store, start, shape, strides)

    def store(self, described):
        """Take the description of a store: its type, key, place and cells."""
        if not isinstance(described, tuple) or len(described) != 6 or described[0] != "storage":
            raise _refusal("it refers to something that is not in it")
        _, name, key, _, cells, whole = described
        if not isinstance(name, _Name) or name.text not in TYPES or not isinstance(key, str):
            raise _refusal("its numbers are of no type that weights have")
        if not _counts(cells) or whole is not None:
            raise _refusal("it has parts of stores, or does not count their cells")
        store = _Store(key, TYPES[name.text], cells)
        _check_room(store, self.size)
        if self.stores.setdefault(key, store) != store:
            raise _refusal(f"it describes its numbers {key[:80]!r} in two ways")
        return store


def _cells(content, at, stores):
    """View the cells of each store, which lie behind the pickles, by its key."""
    found = {}
    for key, dtype, cells in stores:
        counted = int.from_bytes(content[at : at + 8], "little")
        if counted != cells:
            raise _refusal(
                f"it is damaged or was cut off: {cells:,} cells are said to be {counted:,}"
            )
        _check_room(stores[len(found)], len(content) - at - 8)
        found[key] = np.frombuffer(content, dtype, cells, at + 8)
        at += 8 + cells * dtype.itemsize
    if at != len(content):
        raise _refusal(f"{len(content) - at:,} bytes too many stand at its end")
    return found


def _view(cells, array):
    """View the part of a store that is an array."""
    steps = zip(array.shape, array.strides, strict=True)
    strides = [stride * cells.itemsize if size > 1 else 0 for size, stride in steps]
    return np.ndarray(array.shape, cells.dtype, cells, array.start * cells.itemsize, strides)


def _check_room(store, room):
    """Refuse a store that needs more bytes than there are."""
    need = store.cells * store.dtype.itemsize
    if need > room:
        raise _refusal(f"it announces {need:,} bytes of numbers, and holds {max(room, 0):,}")


def _counts(*values):
    """Tell whether all are integers of at least 0, of a size that occurs."""
    return all(type(value) is int and 0 <= value < 2**63 for value in values)


def _items(value):
    """Return what a tuple holds; of anything else, something that is no count."""
    return value if isinstance(value, tuple) else (None,)


class RefusedError(ValueError):
    """Something was found that a file of weights has no need of."""


def _refusal(reason):
    return RefusedError(
        f"this is no file of weights that can be read safely: {reason}. Nothing in it was run. A "
        f"network's state_dict() would do that torch.save(…, _use_new_zipfile_serialization=False) "
        f"wrote, with float32 and int64 arrays"
    )
