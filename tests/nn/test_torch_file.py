"""Weights that come as a pickle: read where they are weights, and refused where they are not."""

import os
import pickle
import pickletools
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnnlab.nn import _torch_file

pytestmark = pytest.mark.any_cpu

SIGN, VERSION = _torch_file.SIGN, _torch_file.VERSION
SYSTEM = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
CODES = {each.name: each.code.encode("latin-1") for each in pickletools.opcodes}


# ---- a file, instruction by instruction: nothing here needs PyTorch ----


def build(value):
    """Write the instructions that build a value; bytes are instructions already."""
    if isinstance(value, bytes):
        return value
    if value is None or isinstance(value, bool):
        return CODES[{None: "NONE", True: "NEWTRUE", False: "NEWFALSE"}[value]]
    if isinstance(value, int):
        raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
        return CODES["LONG1"] + bytes([len(raw)]) + raw
    if isinstance(value, str):
        return CODES["BINUNICODE"] + len(value.encode()).to_bytes(4, "little") + value.encode()
    if isinstance(value, tuple):
        return CODES["MARK"] + b"".join(map(build, value)) + CODES["TUPLE"]
    if isinstance(value, list):
        return CODES["EMPTY_LIST"] + CODES["MARK"] + b"".join(map(build, value)) + CODES["APPENDS"]
    items = b"".join(build(each) for item in value.items() for each in item)
    return CODES["EMPTY_DICT"] + CODES["MARK"] + items + CODES["SETITEMS"]


def name(text):
    return CODES["GLOBAL"] + text.replace(" ", "\n").encode() + b"\n"


def call(function, *arguments):
    return name(function) + build(arguments) + CODES["REDUCE"]


def store(key, cells, kind="torch FloatStorage"):
    return build(("storage", name(kind), key, "cpu", cells, None)) + CODES["BINPERSID"]


def array(stored, start, shape, strides):
    more = (False, call("collections OrderedDict"))
    return call("torch._utils _rebuild_tensor_v2", stored, start, shape, strides, *more)


def pickled(value):
    return CODES["PROTO"] + b"\2" + build(value) + CODES["STOP"]


def file(arrays, order=(), values=(), *, sign=SIGN, version=VERSION, system=SYSTEM):
    """Write a whole file."""
    parts = [pickled(each) for each in (sign, version, system, arrays, list(order))]
    parts += [len(each).to_bytes(8, "little") + each.tobytes() for each in values]
    return b"".join(parts)


FLOATS, LONGS = np.arange(12, dtype="<f4"), np.array([7], "<i8")


def good():
    arrays = {
        "0.weight": array(store("a", 12), 0, (3, 4), (4, 1)),
        "0.turned": array(store("a", 12), 0, (4, 3), (1, 4)),
        "0.part": array(store("a", 12), 2, (2, 1, 5), (5, 0, 1)),
        "1.batches": array(store("b", 1, "torch LongStorage"), 0, (), ()),
    }
    return file(arrays, ["b", "a"], [LONGS, FLOATS])


# ---- what is read ----


def test_arrays_come_by_name_and_in_order():
    found = _torch_file.read(good())
    assert list(found) == ["0.weight", "0.turned", "0.part", "1.batches"]
    table = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert_array_equal(found["0.weight"], table)
    assert_array_equal(found["0.turned"], table.T)
    assert_array_equal(found["0.part"], np.arange(2, 12, dtype=np.float32).reshape(2, 1, 5))
    assert found["1.batches"] == 7
    assert [each.dtype for each in found.values()] == ["f4", "f4", "f4", "i8"]
    assert not any(each.flags.writeable for each in found.values())


def test_no_number_is_copied():
    values = np.zeros(4 * 2**20, "<f4")
    content = file({"w": array(store("a", values.size), 0, (2**22,), (1,))}, ["a"], [values])
    tracemalloc.start()
    try:
        found = _torch_file.read(content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found["w"].nbytes == 16 * 2**20
    assert most < 2**20


def test_a_dict_with_an_order_and_a_state_is_one():
    ordered = call("collections OrderedDict")
    key, value = build("w"), array(store("a", 12), 0, (12,), (1,))
    state = build({"_metadata": {"": {"version": 1}}}) + CODES["BUILD"]
    content = file(ordered + key + value + CODES["SETITEM"] + state, ["a"], [FLOATS])
    assert_array_equal(_torch_file.read(content)["w"], FLOATS)


# ---- what is refused: nothing is run, and nothing of the announced size is made ----

BOMB = 15_000_000_000  # float32 numbers, 60 GB


def one(instructions):
    """Put instructions where the arrays of a file would be."""
    return file({"w": instructions}, [], [])


class Evil:
    def __reduce__(self):
        return os.system, ("touch harm",)


def evaluated(protocol):
    class Evaluated:
        def __reduce__(self):
            return eval, ("open('harm', 'w')",)

    return pickle.dumps(Evaluated(), protocol)


HOSTILE = {
    "os.system": (one(call("os system", "touch harm")), "it asks for 'os.system'"),
    "posix.system": (pickle.dumps(Evil(), 2), "it asks for 'posix.system'"),
    "eval": (one(call("builtins eval", "open('harm', 'w')")), "it asks for 'builtins.eval'"),
    "eval, protocol 0": (evaluated(0), "it asks for '__builtin__.eval'"),
    "eval, protocol 4": (evaluated(4), "it has an instruction FRAME"),
    "a name from the stack": (
        one(build("os") + build("system") + CODES["STACK_GLOBAL"]),
        "it has an instruction STACK_GLOBAL",
    ),
    "an object": (
        one(CODES["MARK"] + build("touch harm") + CODES["INST"] + b"os\nsystem\n"),
        "it has an instruction INST",
    ),
    "a registered name": (one(CODES["EXT1"] + b"\1"), "it has an instruction EXT1"),
    "a dotted name": (
        one(call("torch FloatStorage.__init__.__globals__", "x")),
        r"it asks for 'torch\.FloatStorage\.__init__\.__globals__', which is nothing",
    ),
    "a dotted module": (one(call("collections.abc OrderedDict")), "asks for 'collections.abc.Ord"),
    "a type that is called": (one(call("torch FloatStorage", BOMB)), "it calls something that"),
    "an argument for a dict": (
        one(call("collections OrderedDict", [("a", 1)])),
        "it calls something that makes no array",
    ),
    "a number that is called": (
        one(build(3) + build(()) + CODES["REDUCE"]),
        "it calls something that makes no array",
    ),
    "a state of a name": (
        one(name("torch FloatStorage") + build({"x": 1}) + CODES["BUILD"]),
        "it treats something else as a dict",
    ),
    "a bomb": (
        file({"w": array(store("a", BOMB), 0, (BOMB,), (1,))}, ["a"], [FLOATS]),
        "it announces 60,000,000,000 bytes of numbers",
    ),
    "a bomb of two axes": (
        file({"w": array(store("a", 12), 0, (BOMB, 12), (0, 1))}, ["a"], [FLOATS]),
        "an array of 180,000,000,000 cells has 12",
    ),
    "a bomb of steps": (
        file({"w": array(store("a", 12), 0, (2, 2), (BOMB, 1))}, ["a"], [FLOATS]),
        "an array of 4 cells has 12",
    ),
    "a bomb of text": (
        one(CODES["BINUNICODE8"] + (4 * BOMB).to_bytes(8, "little") + b"abc"),
        "it has an instruction BINUNICODE8",
    ),
    "a bomb of bytes": (
        one(CODES["BYTEARRAY8"] + (4 * BOMB).to_bytes(8, "little") + b"abc"),
        "it has an instruction BYTEARRAY8",
    ),
    "a bomb of text in short": (
        one(CODES["BINUNICODE"] + b"\xff" * 4 + b"abc"),
        "it is damaged or was cut off",
    ),
    "a far place to remember": (
        file({"w": build(1) + CODES["LONG_BINPUT"] + b"\xff" * 4}, [], []),
        "'w' is no array",
    ),
    "a place not remembered": (one(CODES["BINGET"] + b"\7"), "it is damaged or was cut off"),
    "many instructions": (CODES["EMPTY_DICT"] * 10**6, "it has more than 100,000 instructions"),
    "much depth": (
        one(build(()) + CODES["TUPLE1"] * 30_000),
        "'w' is no array",
    ),
    "deep keys": (
        file(build({}) + build(()) + CODES["TUPLE1"] * 30_000 + build(1) + CODES["SETITEM"]),
        "otherwise than by a string",
    ),
    "an empty stack": (CODES["REDUCE"], "it is damaged or was cut off"),
    "no mark": (CODES["TUPLE"], "it is damaged or was cut off"),
    "unequal items": (
        file(CODES["EMPTY_DICT"] + CODES["MARK"] + build("w") + CODES["SETITEMS"]),
        "it is damaged or was cut off",
    ),
    "a start before the cells": (
        file({"w": array(store("a", 12), -1, (3,), (1,))}, ["a"], [FLOATS]),
        "of something else than numbers",
    ),
    "a start that is too far": (
        file({"w": array(store("a", 12), 10, (3,), (1,))}, ["a"], [FLOATS]),
        "an array of 3 cells has 12",
    ),
    "steps backwards": (
        file({"w": array(store("a", 12), 11, (3,), (-1,))}, ["a"], [FLOATS]),
        "of something else than numbers",
    ),
    "a size of 0": (
        file({"w": array(store("a", 12), 99, (0,), (1,))}, ["a"], [FLOATS]),
        "with axes that do not fit",
    ),
    "a shape without steps": (
        file({"w": array(store("a", 12), 0, (3, 4), (1,))}, ["a"], [FLOATS]),
        "with axes that do not fit",
    ),
    "a shape that is a number": (
        file({"w": array(store("a", 12), 0, 12, 1)}, ["a"], [FLOATS]),
        "of something else than numbers",
    ),
    "numbers as large as a file": (
        file({"w": array(store("a", 12), 0, (1 << 2000,) * 8, (1,) * 8)}, ["a"], [FLOATS]),
        "of something else than numbers",
    ),
    "too many axes": (
        file({"w": array(store("a", 12), 0, (1,) * 40, (1,) * 40)}, ["a"], [FLOATS]),
        "with axes that do not fit",
    ),
    "too little for an array": (
        one(call("torch._utils _rebuild_tensor_v2", store("a", 1))),
        "it makes an array of too little",
    ),
    "numbers of another type": (
        one(array(store("a", 1, "torch HalfStorage"), 0, (1,), (1,))),
        r"it asks for 'torch\.HalfStorage'",
    ),
    "a function as a type": (
        one(store("a", 1, "collections OrderedDict")),
        "its numbers are of no type that weights have",
    ),
    "a reference to something else": (
        one(build(("file", "/etc/passwd")) + CODES["BINPERSID"]),
        "it refers to something that is not in it",
    ),
    "a reference by text": (one(CODES["PERSID"] + b"harm\n"), "it has an instruction PERSID"),
    "cells below 0": (one(store("a", -1)), "does not count their cells"),
    "one key twice": (
        file({"w": array(store("a", 12), 0, (1,), (1,)), "v": store("a", 11)}, ["a"], [FLOATS]),
        "it describes its numbers 'a' in two ways",
    ),
    "a name twice": (
        file({"w": array(store("a", 12), 0, (1,), (1,))}, ["a", "a"], [FLOATS, FLOATS]),
        "it announces other arrays than it holds",
    ),
    "other numbers": (
        file({"w": array(store("a", 12), 0, (1,), (1,))}, ["b"], [FLOATS]),
        "it announces other arrays than it holds",
    ),
    "another count": (
        file({"w": array(store("a", 12), 0, (1,), (1,))}, ["a"], [FLOATS[:11]]),
        "damaged or was cut off: 12 cells are said to be 11",
    ),
    "more at the end": (good() + b"more", "4 bytes too many stand at its end"),
    "another sign": (file({}, sign=True), "it does not begin as such a file does"),
    "another version": (file({}, version=1002), "it does not begin as such a file does"),
    "another machine": (file({}, system={"little_endian": False}), "their first byte last"),
    "no arrays": (file({}), "it holds no arrays by name"),
    "a list of arrays": (file([1]), "it holds no arrays by name"),
    "no order": (
        b"".join(map(pickled, (SIGN, VERSION, SYSTEM, {"w": store("a", 1)}, "a"))),
        "'w' is no array",
    ),
    "nothing": (b"", "it is damaged or was cut off"),
    "a newer file": (b"PK\3\4" + bytes(100), "it has an instruction PERSID"),
    "a page": (b"<!DOCTYPE html>", "it is damaged or was cut off"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_weights_is_refused(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content, message = HOSTILE[case]
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message) as caught:
            _torch_file.read(content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "Nothing in it was run. A network's state_dict() would do" in str(caught.value)
    assert not list(tmp_path.iterdir())
    assert most < 64 * 2**20
    assert len(str(caught.value)) < 500


def test_a_file_that_was_cut_off_is_refused_wherever():
    whole = good()
    for kept in range(len(whole)):
        with pytest.raises(ValueError, match="no file of weights"):
            _torch_file.read(whole[:kept])


def test_whatever_byte_is_wrong_only_a_value_error_comes():
    whole = bytearray(good())
    rng = np.random.default_rng(0)
    for at in range(len(whole)):
        for wrong in rng.integers(0, 256, 3):
            damaged = bytes(whole[:at]) + bytes([wrong]) + bytes(whole[at + 1 :])
            try:
                found = _torch_file.read(damaged)
            except ValueError as error:
                assert "no file of weights" in str(error)  # noqa: PT017
            else:
                assert sum(each.size for each in found.values()) <= 40
