"""Arguments, checked."""

import inspect
import pickle
import re

import numpy as np
import pytest

import cnnlab
from cnnlab._arguments import (
    array_with_axes,
    as_integer,
    as_shape,
    batch_of_maps,
    is_sequence,
    listed,
    nearest,
    on_1_2_and_3_axes,
    per_axis,
    real_array,
    working_dtype,
)

pytestmark = pytest.mark.any_cpu
X = np.ones((1, 1, 2, 2))


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_integers_of_any_kind_become_int(value):
    number = as_integer(value, "stride", minimum=1)
    assert type(number) is int
    assert number == 3


@pytest.mark.parametrize("value", [True, np.True_, 2.0, np.float64(2), "2", None, [2], 1j])
def test_anything_else_is_a_type_error(value):
    with pytest.raises(TypeError, match=r"stride must be an integer of at least 1; got .*\("):
        as_integer(value, "stride", minimum=1)


def test_too_small():
    with pytest.raises(ValueError, match="stride must be an integer of at least 1; got 0"):
        as_integer(0, "stride", minimum=1)


@pytest.mark.parametrize("value", [(2, 3), [2, 3], np.array([2, 3])])
def test_one_per_axis(value):
    assert per_axis(value, "stride", axes=2) == (2, 3)


def test_one_for_all_axes():
    assert per_axis(2, "stride", axes=3) == (2, 2, 2)


@pytest.mark.parametrize("value", [(), (1,), (1, 2, 3)])
def test_wrong_number_of_axes(value):
    with pytest.raises(ValueError, match=r"stride needs an int or one per axis \(2\)"):
        per_axis(value, "stride", axes=2)


def test_what_counts_as_a_sequence():
    assert [is_sequence(v) for v in ((1,), [1], np.ones(1))] == [True] * 3
    assert [is_sequence(v) for v in (1, "ab", np.array(1), None)] == [False] * 4


@pytest.mark.parametrize("value", [1, [True], np.float32(2), np.ones((2, 3, 4), np.uint8)])
def test_real_numbers_of_any_kind(value):
    assert np.array_equal(real_array(value, "values"), value)


def test_an_array_is_not_copied():
    values = np.ones(3)
    assert real_array(values, "values") is values


@pytest.mark.parametrize("value", [None, 1j, ["a"], {}, np.array([1, None]), b"12"])
def test_other_values(value):
    with pytest.raises(TypeError, match=r"values must hold real numbers .* got \w+ with dtype"):
        real_array(value, "values")


def test_a_string_for_an_image():
    with pytest.raises(TypeError, match=r"got the string 'coins'; read a picture with cnnlab.im"):
        real_array("coins", "image")
    with pytest.raises(TypeError, match=r"values must be an array of numbers; .* 'coins'$"):
        real_array("coins", "values")


def test_ragged_rows():
    with pytest.raises(ValueError, match="values must be an array; its rows differ in length"):
        real_array([[1], [2, 3]], "values")


def test_words():
    assert listed(["a", "b"]) == "'a', 'b'"
    assert nearest("Sobel-X", ["sobel_x", "emboss"]) == "; did you mean 'sobel_x'?"
    assert nearest("qqq", ["sobel_x", "emboss"]) == ""


def test_a_lower_minimum_per_axis():
    assert per_axis((0, 1), "output_padding", axes=2, minimum=0) == (0, 1)
    with pytest.raises(ValueError, match="output_padding must be an integer of at least 0; got -1"):
        per_axis((0, -1), "output_padding", axes=2, minimum=0)


@pytest.mark.parametrize("value", [(4, 5), [4, 5], np.array([4, 5])])
def test_a_shape(value):
    shape = as_shape(value, "shape", axes=2)
    assert shape == (4, 5)
    assert {type(cells) for cells in shape} == {int}


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (4, TypeError, r"shape must be a tuple of integers, one per axis; got int$"),
        ("45", TypeError, r"shape must be a tuple of integers, one per axis; got str$"),
        (np.ones((4, 5)), TypeError, r"got ndarray; pass its shape, \(4, 5\)$"),
        ((4, 5.0), TypeError, r"shape must be an integer of at least 1; got 5.0 \(float\)"),
        ((4, 0), ValueError, r"shape must be an integer of at least 1; got 0"),
        ((4, 5, 6), ValueError, r"shape needs one integer per axis \(2\); got \(4, 5, 6\)"),
    ],
)
def test_no_shape(value, error, message):
    with pytest.raises(error, match=message):
        as_shape(value, "shape", axes=2)


def test_empty_axes_where_cells_are_needed():
    empty = np.zeros((3, 0))
    assert array_with_axes(empty, "kernel", "K_h, K_w") is empty
    with pytest.raises(
        ValueError, match=r"no axis of kernel \(K_h, K_w\) may be empty; .*\(3, 0\)"
    ):
        array_with_axes(empty, "kernel", "K_h, K_w", may_be_empty=False)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_batch_of_maps_is_taken_as_it_is(axes):
    maps = np.zeros((0, 3, *range(4, 4 + axes)))
    assert batch_of_maps(maps, "x", axes=axes) is maps


@pytest.mark.parametrize(
    ("axes", "shape", "message"),
    [
        (1, (3, 5), r"x must have 3 axes \(N, C, L\); got 2 axes, shape \(3, 5\); .*x\[None\]"),
        (2, (5,), r"x must have 4 axes \(N, C, H, W\); got 1 axis, shape \(5,\)$"),
        (3, (2, 3, 4, 4), r"x must have 5 axes \(N, C, T, H, W\); got 4 axes"),
        (2, (2, 0, 4, 4), r"no axis of x \(N, C, H, W\) but the batch may be empty; got shape"),
        (2, (2, 3, 4, 0), r"no axis of x \(N, C, H, W\) but the batch may be empty; got shape"),
    ],
)
def test_no_batch_of_maps(axes, shape, message):
    with pytest.raises(ValueError, match=message):
        batch_of_maps(np.zeros(shape), "x", axes=axes)


def test_a_batch_of_maps_names_its_channels():
    with pytest.raises(ValueError, match=r"\(N, C_out, H, W\)"):
        batch_of_maps(np.zeros(3), "grad_output", axes=2, channels="C_out")


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([np.uint8], np.float64),
        ([np.bool_, np.int64], np.float64),
        ([np.float16], np.float32),
        ([np.float32, np.int64], np.float32),
        ([np.float32, np.float64], np.float64),
    ],
)
def test_working_dtype(types, expected):
    assert working_dtype(*(np.zeros(2, dtype) for dtype in types)) == expected


def test_three_functions_of_one():
    def _scale(x, factor=2, *, power=1, axes):
        """Say how many axes there are."""
        return axes, x * factor**power

    one, two, three = on_1_2_and_3_axes(_scale, "scale{}d")
    assert [each.__name__ for each in (one, two, three)] == ["scale1d", "scale2d", "scale3d"]
    assert [each(3, power=2) for each in (one, two, three)] == [(1, 12), (2, 12), (3, 12)]
    assert {each.__doc__ for each in (one, two, three)} == {"Say how many axes there are."}
    assert str(inspect.signature(two)) == "(x, factor=2, *, power=1)"
    assert inspect.getsource(two).lstrip().startswith("def _scale")


TAKES = "it takes (x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: cnnlab.conv2d(X, X, strides=2),
            f"conv2d: got an unexpected keyword argument 'strides'; {TAKES}",
        ),
        (lambda: cnnlab.conv2d(X), f"conv2d: missing a required argument: 'weight'; {TAKES}"),
        (
            lambda: cnnlab.conv3d(X, X, axes=2),
            f"conv3d: got an unexpected keyword argument 'axes'; {TAKES}",
        ),
        (
            lambda: cnnlab.max_pool2d(X, 2, ceil_mode=True),
            "max_pool2d: got an unexpected keyword argument 'ceil_mode'; it takes (x, kernel_size",
        ),
        (
            lambda: cnnlab.avg_pool1d(X, 2, 2),
            "avg_pool1d: too many positional arguments; it takes (x, kernel_size, *, stride=None",
        ),
    ],
)
def test_a_call_that_does_not_fit_names_the_function_that_was_called(call, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        call()


@pytest.mark.parametrize(
    "pattern",
    [
        "conv{}d",
        "conv{}d_backward",
        "conv_transpose{}d",
        "max_pool{}d",
        "avg_pool{}d",
        "lp_pool{}d",
    ],
)
def test_the_numbers_of_axes_share_a_docstring_and_a_body(pattern):
    three = [getattr(cnnlab, pattern.format(axes)) for axes in (1, 2, 3)]
    assert [each.__name__ for each in three] == [pattern.format(axes) for axes in (1, 2, 3)]
    assert len({each.__doc__ for each in three}) == 1
    assert len({each.__wrapped__ for each in three}) == 1
    assert "axes" not in inspect.signature(three[0]).parameters
    assert [pickle.loads(pickle.dumps(each)) for each in three] == three
