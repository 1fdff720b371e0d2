"""The operators against the test vectors that ONNX publishes for its own.

The ``onnx`` package carries a model of one node, inputs and outputs for each case. What is done
here is to call cnnlab as the node's attributes say; nothing is computed by onnx itself.
"""

import functools
import importlib
import inspect
import math

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx.reference import ReferenceEvaluator

import cnnlab

# How many cases onnx 1.23 has of each operator, so that none can go missing.
COUNTS = {
    "Conv": 6,
    "ConvTranspose": 11,
    "MaxPool": 19,
    "AveragePool": 20,
    "LpPool": 8,
    "MaxUnpool": 2,
    "GlobalAveragePool": 2,
    "Col2Im": 5,
}

INEXPRESSIBLE = {
    "test_maxunpool_export_with_output_shape": (
        "the vector counts its switches in a map of 4×4 and fills one of 5×5; "
        "max_unpool counts them in output_shape, as PyTorch does"
    ),
}
# Vectors typed in with four decimals, input and output; all others hold to float32's own precision.
FOUR_DECIMALS = {"test_averagepool_2d_ceil_last_window_starts_on_pad"}


class InexpressibleError(Exception):
    """Raised where the operations have no option for what a case asks for."""


@functools.cache
def published_cases(operator):
    """Collect the cases of an operator, which its module computes when it is imported."""
    importlib.import_module(f"onnx.backend.test.case.node.{operator.lower()}")
    cases = importlib.import_module("onnx.backend.test.case.node")._NodeTestCases
    return [case for case in cases if operator_of(case) == operator]


def operator_of(case):
    return case.model.graph.node[0].op_type


def named(function, size):
    """Return the function for as many spatial axes as there are sizes."""
    return getattr(cnnlab, f"{function}{len(size)}d")


def call(function, *arguments, **options):
    """Call a function, unless it has no such option."""
    for name in options.keys() - inspect.signature(function).parameters.keys():
        raise InexpressibleError(f"{function.__name__} has no {name}")
    return function(*arguments, **options)


def common_options(attributes, size, kernel_size):
    """Translate the attributes that several operators share."""
    axes = len(size)
    options = {}
    stride = tuple(attributes.pop("strides", (1,) * axes))
    dilation = tuple(attributes.pop("dilations", (1,) * axes))
    word = attributes.pop("auto_pad", b"NOTSET").decode()
    cells = attributes.pop("pads", (0,) * 2 * axes)
    if word == "SAME_UPPER":
        options["padding"] = "same"
    elif word == "SAME_LOWER":
        options["padding"] = same_lower(size, kernel_size, stride, dilation)
    else:
        options["padding"] = tuple(zip(cells[:axes], cells[axes:], strict=True))
    options["stride"] = stride
    if set(dilation) != {1}:
        options["dilation"] = dilation
    return options


def same_lower(size, kernel_size, stride, dilation):
    """Return the padding for an output of ceil(size / stride), with the odd cell before."""
    padding = []
    for n, k, s, d in zip(size, kernel_size, stride, dilation, strict=True):
        total = max((math.ceil(n / s) - 1) * s + d * (k - 1) + 1 - n, 0)
        padding.append((total - total // 2, total // 2))
    return padding


def conv(attributes, x, weight, bias=None):
    kernel_size = attributes.pop("kernel_shape", weight.shape[2:])
    assert tuple(kernel_size) == weight.shape[2:]
    options = common_options(attributes, x.shape[2:], kernel_size)
    options["groups"] = attributes.pop("group", 1)
    return [call(named("conv", x.shape[2:]), x, weight, bias, **options)]


def conv_transpose(attributes, x, weight, bias=None):
    size, kernel_size = x.shape[2:], weight.shape[2:]
    assert tuple(attributes.pop("kernel_shape", kernel_size)) == kernel_size
    options = common_options(attributes, size, kernel_size)
    options["groups"] = attributes.pop("group", 1)
    options["output_padding"] = tuple(attributes.pop("output_padding", (0,) * len(size)))
    if "output_shape" in attributes:
        assert set(options["padding"]) == {(0, 0)}
        shape = attributes.pop("output_shape")
        options["output_padding"] = tuple(
            wanted - stride * (n - 1) - k
            for wanted, stride, n, k in zip(
                shape, options["stride"], size, kernel_size, strict=True
            )
        )
    return [call(named("conv_transpose", size), x, weight, bias, **options)]


def max_pool(attributes, x):
    options, kernel_size = pool_options(attributes, x)
    by_columns = attributes.pop("storage_order", 0)
    output, switches = call(named("max_pool", x.shape[2:]), x, kernel_size, **options)
    rows_first = np.unravel_index(switches, x.shape[2:])
    order = "F" if by_columns else "C"
    indices = np.ravel_multi_index(rows_first, x.shape[2:], order=order)
    first_of_map = np.arange(math.prod(x.shape[:2])) * math.prod(x.shape[2:])
    return [output, indices + first_of_map.reshape(x.shape[:2] + (1,) * (x.ndim - 2))]


def avg_pool(attributes, x):
    options, kernel_size = pool_options(attributes, x)
    options["count_padding"] = bool(attributes.pop("count_include_pad", 0))
    return [call(named("avg_pool", x.shape[2:]), x, kernel_size, **options)]


def lp_pool(attributes, x):
    options, kernel_size = pool_options(attributes, x)
    options["p"] = attributes.pop("p", 2)
    return [call(named("lp_pool", x.shape[2:]), x, kernel_size, **options)]


def pool_options(attributes, x):
    kernel_size = tuple(attributes.pop("kernel_shape"))
    options = common_options(attributes, x.shape[2:], kernel_size)
    if attributes.pop("ceil_mode", 0):
        options["ceil"] = True
    return options, kernel_size


def max_unpool(attributes, y, indices, output_shape=None):
    kernel_size, stride = attributes.pop("kernel_shape"), attributes.pop("strides")
    assert y.shape[:2] == (1, 1)  # so that an index within the batch is one within the map
    implied = tuple(
        s * (n - 1) + k for n, k, s in zip(y.shape[2:], kernel_size, stride, strict=True)
    )
    if output_shape is not None and tuple(output_shape[2:]) != implied:
        raise InexpressibleError("the switches are counted in another map than is filled")
    return [cnnlab.max_unpool(y, indices, y.shape[:2] + implied)]


def global_average_pool(attributes, x):
    return [cnnlab.global_average_pool(x)]


def col2im(attributes, columns, size, kernel_size):
    options = common_options(attributes, size, kernel_size)
    channels = columns.shape[1] // math.prod(kernel_size)
    shape = (len(columns), channels, *map(int, size))
    return [call(cnnlab.col2im, columns, shape, tuple(map(int, kernel_size)), **options)]


TRANSLATIONS = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": avg_pool,
    "LpPool": lp_pool,
    "MaxUnpool": max_unpool,
    "GlobalAveragePool": global_average_pool,
    "Col2Im": col2im,
}


def run(case):
    """Return what cnnlab gives for a case, and what ONNX publishes."""
    (node,) = case.model.graph.node
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    ((inputs, expected),) = case.data_sets
    actual = TRANSLATIONS[node.op_type](attributes, *inputs)
    assert not attributes, f"nobody looked at {attributes}"
    return actual[: len(expected)], expected


NAMES = [f"{operator} {number}" for operator, count in COUNTS.items() for number in range(count)]


@pytest.mark.parametrize("name", NAMES)
def test_published_vectors(name):
    """Every case agrees, but for those that are listed: they can't be expressed."""
    operator, number = name.split()
    case = published_cases(operator)[int(number)]
    if case.name in INEXPRESSIBLE:
        with pytest.raises(InexpressibleError):
            run(case)
        return
    actual, expected = run(case)
    assert len(actual) == len(expected)
    for ours, theirs in zip(actual, expected, strict=True):
        assert ours.shape == theirs.shape, case.name
        if theirs.dtype.kind == "f":
            assert ours.dtype == theirs.dtype, case.name
            off = 1e-4 if case.name in FOUR_DECIMALS else 0
            assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6 + off, err_msg=case.name)
        else:
            assert_array_equal(ours, theirs, err_msg=case.name)


@pytest.mark.any_cpu
def test_every_case_is_run():
    cases = {operator: published_cases(operator) for operator in COUNTS}
    assert {operator: len(several) for operator, several in cases.items()} == COUNTS
    names = [case.name for several in cases.values() for case in several]
    assert len(names) == len(set(names))
    assert INEXPRESSIBLE.keys() | FOUR_DECIMALS <= set(names)


def test_unpooling_into_a_larger_map_is_unpooling_and_padding():
    name = "test_maxunpool_export_with_output_shape"
    (case,) = [c for c in published_cases("MaxUnpool") if c.name == name]
    (((y, indices, _), (expected,)),) = case.data_sets
    unpooled = cnnlab.max_unpool(y, indices, (1, 1, 4, 4))
    assert_array_equal(np.pad(unpooled, ((0, 0), (0, 0), (0, 1), (0, 1))), expected)


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [2, 3, 4])
def test_the_reference_adds_half_of_the_cells_before_a_same_transpose(stride, kernel_size):
    """Where the kernel is the smaller, SAME_UPPER adds cells; here all of them go after."""
    x = np.array([[[1, 2, 4]]], np.float32)
    weight = np.arange(1, kernel_size + 1, dtype=np.float32).reshape(1, 1, -1)
    node = onnx.helper.make_node(
        "ConvTranspose", ["x", "w"], ["y"], strides=[stride], auto_pad="SAME_UPPER"
    )
    theirs = ReferenceEvaluator(node).run(None, {"x": x, "w": weight})[0].ravel()
    ours = cnnlab.conv_transpose1d(x, weight, stride=stride, padding="same").ravel()
    before = (max(stride - kernel_size, 0) + 1) // 2
    assert_array_equal(theirs[:before], 0)
    assert_array_equal(theirs[before:], ours[: len(ours) - before])
    assert_array_equal(ours[len(ours) - before :], 0)
