"""The size formula, against counting."""

import re
from itertools import product
from math import ceil

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnnlab import output_size
from cnnlab.shapes import lay_windows, resolve_padding

pytestmark = pytest.mark.any_cpu


def count_windows(padded, kernel_size, stride, dilation):
    """Try every start, and count those whose last cell is still inside."""
    starts = range(0, padded, stride)
    return sum(start + dilation * (kernel_size - 1) < padded for start in starts)


def last_covered(padded, kernel_size, stride, dilation):
    """Find the last cell that lies within the reach of a window."""
    starts = range(0, padded, stride)
    ends = [start + dilation * (kernel_size - 1) for start in starts]
    return max(end for end in ends if end < padded)


SIZES = list(product(range(1, 13), range(1, 13), range(1, 6), range(1, 5)))


@pytest.mark.parametrize("padding", [0, 1, 2, (0, 1), (3, 0), (1, 4)])
def test_enumerated_against_counting(padding):
    fitted = refused = 0
    for size, kernel_size, stride, dilation in SIZES:
        padded = size + (2 * padding if isinstance(padding, int) else sum(padding))
        counted = count_windows(padded, kernel_size, stride, dilation)
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        if counted:
            assert output_size(size, kernel_size, **options) == counted
            fitted += 1
        else:
            with pytest.raises(ValueError, match="use a kernel of at most"):
                output_size(size, kernel_size, **options)
            refused += 1
    assert min(fitted, refused) > 100


def test_exact_raises_just_where_cells_are_left_over():
    for size, kernel_size, stride, dilation in SIZES:
        if not count_windows(size, kernel_size, stride, dilation):
            continue
        options = {"stride": stride, "dilation": dilation, "exact": True}
        left_over = size - 1 - last_covered(size, kernel_size, stride, dilation)
        if left_over:
            with pytest.raises(ValueError, match=f"size {size} leaves {left_over} cell"):
                output_size(size, kernel_size, **options)
        else:
            counted = count_windows(size, kernel_size, stride, dilation)
            assert output_size(size, kernel_size, **options) == counted


def test_same_is_size_over_stride_rounded_up():
    for size, kernel_size, stride, dilation in SIZES:
        made = output_size(size, kernel_size, stride=stride, padding="same", dilation=dilation)
        assert made == ceil(size / stride)


def test_same_adds_no_more_than_it_must():
    for size, kernel_size, stride, dilation in SIZES:
        axis = (size,), (kernel_size,), (stride,), (dilation,)
        ((before, after),) = resolve_padding("same", *axis)
        assert after - before in (0, 1)
        if before + after:
            fewer = count_windows(size + before + after - 1, kernel_size, stride, dilation)
            assert fewer < ceil(size / stride)


def test_full_meets_each_cell_with_each():
    for size, kernel_size, _, dilation in SIZES:
        span = dilation * (kernel_size - 1) + 1
        made = output_size(size, kernel_size, padding="full", dilation=dilation)
        assert made == size + span - 1


def test_valid_is_no_padding():
    assert output_size(7, 3, padding="valid") == output_size(7, 3) == 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            {"size": 224, "kernel_size": 11, "stride": 4},
            "size 224 leaves 1 cell over with kernel_size 11, stride 4, padding (0, 0) and "
            "dilation 1; sizes 223 and 227 fit",
        ),
        ({"size": 4, "kernel_size": 3, "stride": 3}, "sizes 3 and 6 fit"),
        ({"size": 8, "kernel_size": 8, "stride": 4, "padding": (0, 2)}, "sizes 6 and 10 fit"),
        ({"size": 1, "kernel_size": 1, "stride": 2, "padding": (0, 1)}, "1; size 2 fits"),
        ({"size": 8, "kernel_size": 1, "stride": 3, "padding": "same"}, "sizes 7 and 10 fit"),
    ],
)
def test_exact_names_the_nearest_sizes(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        output_size(call.pop("size"), call.pop("kernel_size"), **call, exact=True)


def test_the_sizes_it_names_do_fit():
    for size in (223, 227):
        assert output_size(size, 11, stride=4, exact=True) == output_size(size, 11, stride=4)


def test_the_kernel_and_the_padding_it_names_just_fit():
    refused = [case for case in SIZES if not count_windows(case[0], *case[1:])]
    for size, kernel_size, _, dilation in refused:
        with pytest.raises(ValueError, match="use a kernel of at most") as caught:
            output_size(size, kernel_size, dilation=dilation)
        kernel, padding = map(int, re.findall(r"at (?:most|least) (\d+)", str(caught.value)))
        assert output_size(size, kernel, dilation=dilation) >= 1
        assert count_windows(size, kernel + 1, 1, dilation) == 0
        assert output_size(size, kernel_size, dilation=dilation, padding=(0, padding)) == 1
        assert count_windows(size + padding - 1, kernel_size, 1, dilation) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            {"size": 4, "kernel_size": 7},
            "kernel_size 7 with dilation 1 covers 7 cells, but size 4 with padding (0, 0) has "
            "only 4; use a kernel of at most 4 or padding of at least 3 in total",
        ),
        (
            {"size": 4, "kernel_size": 4, "padding": 1, "dilation": 2},
            "kernel_size 4 with dilation 2 covers 7 cells, but size 4 with padding (1, 1) has "
            "only 6; use a kernel of at most 3 or padding of at least 3 in total",
        ),
        ({"size": 0, "kernel_size": 1}, "size must be an integer of at least 1; got 0"),
        ({"size": 5, "kernel_size": 0}, "kernel_size must be an integer of at least 1; got 0"),
        ({"size": 5, "kernel_size": 3, "stride": 0}, "stride must be an integer of at least 1"),
        ({"size": 5, "kernel_size": 3, "stride": -1}, "stride must be an integer of at least 1"),
        ({"size": 5, "kernel_size": 3, "dilation": 0}, "dilation must be an integer of at least"),
        ({"size": 5, "kernel_size": 3, "padding": -1}, "padding must be an integer of at least 0"),
        ({"size": 5, "kernel_size": 3, "padding": (0, -2)}, "padding must be an integer of at"),
        ({"size": 5, "kernel_size": 3, "padding": (1, 1, 1)}, "is an int or (before, after); got"),
        ({"size": 5, "kernel_size": 3, "padding": "Same"}, "'full'; got 'Same'; did you mean"),
    ],
)
def test_bad_values_say_what_would_do(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        output_size(call.pop("size"), call.pop("kernel_size"), **call)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"size": 5.0, "kernel_size": 3}, "size must be an integer of at least 1; got 5.0 (float)"),
        ({"size": "5", "kernel_size": 3}, "got '5' (str)"),
        (
            {"size": 5, "kernel_size": True},
            "kernel_size must be an integer of at least 1; got True",
        ),
        ({"size": 5, "kernel_size": 3, "stride": 1.5}, "stride must be an integer"),
        ({"size": 5, "kernel_size": 3, "padding": 0.5}, "padding must be an integer of at least 0"),
        ({"size": 5, "kernel_size": 3, "padding": None}, "got None (NoneType)"),
        ({"size": 5, "kernel_size": 3, "dilation": (2, 2)}, "dilation must be an integer"),
    ],
)
def test_bad_types_say_what_came(call, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        output_size(call.pop("size"), call.pop("kernel_size"), **call)


def test_options_are_keyword_only():
    with pytest.raises(TypeError, match="positional"):
        output_size(6, 3, 2)


def test_result_is_a_plain_int():
    assert type(output_size(np.int64(6), np.int32(3), padding=np.array([1, 1]))) is int


@pytest.mark.parametrize(
    ("padding", "resolved"),
    [
        (1, [(1, 1), (1, 1)]),
        ((1, 2), [(1, 1), (2, 2)]),
        (((1, 2), (3, 4)), [(1, 2), (3, 4)]),
        (np.array([[1, 2], [3, 4]]), [(1, 2), (3, 4)]),
        ([0, (3, 4)], [(0, 0), (3, 4)]),
        ("valid", [(0, 0), (0, 0)]),
        ("full", [(2, 2), (6, 6)]),
        ("same", [(0, 1), (3, 3)]),
    ],
)
def test_padding_of_two_axes(padding, resolved):
    assert resolve_padding(padding, (6, 7), (3, 4), (2, 1), (1, 2)) == resolved


def test_same_depends_on_the_size():
    pads = [resolve_padding("same", (n,), (3,), (2,), (1,))[0] for n in (5, 6)]
    assert pads == [(1, 1), (0, 1)]


def test_padding_for_the_wrong_number_of_axes():
    with pytest.raises(ValueError, match=r"padding needs one entry per axis \(2\).*got 3"):
        resolve_padding((1, 1, 1), (6, 7), (3, 3), (1, 1), (1, 1))


def test_what_does_not_fit_names_its_axis():
    with pytest.raises(ValueError, match="axis 1: kernel_size 5 with dilation 1 covers 5 cells"):
        lay_windows((6, 4), (3, 5))


# ---- where the windows lie ----


def starts_by_hand(size, kernel, stride, before, after, dilation, ceil):
    """Move a window along the padded axis for as long as the rules let it."""
    span = dilation * (kernel - 1) + 1
    starts = []
    start = -before
    while start + span <= size + after:
        starts.append(start)
        start += stride
    if ceil:
        left_over = start < size + after and (not starts or starts[-1] + span < size + after)
        within_a_stride = start + span - (size + after) < stride
        if left_over and within_a_stride:
            starts.append(start)
        starts = [start for start in starts if start < size]
    return starts


@pytest.mark.parametrize("size", range(1, 9))
def test_windows_by_hand(size):
    for kernel, stride, before, after, dilation, up in product(
        range(1, 5), range(1, 5), range(3), range(3), (1, 2), (False, True)
    ):
        starts = starts_by_hand(size, kernel, stride, before, after, dilation, up)
        options = {
            "stride": stride,
            "padding": ((before, after),),
            "dilation": dilation,
            "ceil": up,
        }
        if not starts:
            with pytest.raises(ValueError, match="covers"):
                lay_windows((size,), kernel, **options)
            continue
        windows = lay_windows((size,), kernel, **options)
        assert windows.count == (len(starts),)
        places = [[start + m * dilation for m in range(kernel)] for start in starts]
        on_map = [[cell for cell in window if 0 <= cell < size] for window in places]
        padded = [[cell for cell in window if -before <= cell < size + after] for window in places]
        for at in range(len(starts)):
            assert [cell for _, cell in windows.cells((at,))] == [(cell,) for cell in on_map[at]]
            met = windows.cells((at,), padded=True)
            assert [cell for _, cell in met] == [(cell,) for cell in padded[at]]
        assert_array_equal(windows.cells_per_window(), [len(window) for window in on_map])
        assert_array_equal(windows.cells_per_window(padded=True), list(map(len, padded)))


def layouts():
    """Enumerate small layouts on two axes, one of them with many an option."""
    sizes = product(range(1, 6), range(1, 4), range(1, 4), range(3), (1, 2))
    for size, kernel, stride, padding, dilation in sizes:
        if size + 2 * padding >= dilation * (kernel - 1) + 1:
            options = {"stride": (stride, 2), "padding": (padding, 1), "dilation": (dilation, 1)}
            yield lay_windows((size, 3), (kernel, 2), **options)


def meetings(windows):
    """List the windows, kernel cells and cells that meet, from slices."""
    found = []
    for cell, some, cells in windows.meetings():
        axes = zip(windows.count, some, windows.size, cells, strict=True)
        pairs = [
            zip(range(count)[chosen], range(size)[at], strict=True)
            for count, chosen, size, at in axes
        ]
        for pair in product(*pairs):
            at, place = zip(*pair, strict=True)
            found.append((at, cell, place))
    return sorted(found)


def test_what_meets_is_what_the_windows_list():
    for windows in layouts():
        listed = [
            (at, cell, place)
            for at in np.ndindex(windows.count)
            for cell, place in windows.cells(at)
        ]
        assert meetings(windows) == listed == sorted(set(listed))


def test_a_cell_of_the_kernel_is_met_where_the_formula_says():
    for windows in layouts():
        for at in np.ndindex(windows.count):
            for cell, place in windows.cells(at, padded=True):
                assert place == tuple(
                    i * step - before + m * gap
                    for i, step, (before, _), m, gap in zip(
                        at, windows.stride, windows.padding, cell, windows.dilation, strict=True
                    )
                )


def test_a_part_meets_what_its_windows_meet():
    for windows in layouts():
        rows = slice(windows.count[0] // 2, windows.count[0])
        part = windows.part(rows)
        expected = [
            ((at[0] - rows.start, at[1]), *rest)
            for at, *rest in meetings(windows)
            if at[0] >= rows.start
        ]
        assert meetings(part) == expected


def test_cells_per_window_multiply():
    windows = lay_windows((3, 4), (2, 3), stride=2, padding=1)
    assert_array_equal(windows.cells_per_window(), [[2, 3], [4, 6]])
    assert_array_equal(windows.cells_per_window(padded=True), [[6, 6], [6, 6]])


@pytest.mark.parametrize("padding", [np.array([1, 0]), [1, 0], (np.int8(1), 0)])
def test_exact_takes_padding_in_any_form(padding):
    with pytest.raises(ValueError, match=r"size 224 leaves 2 cells over .*; sizes 222 and 226 fit"):
        output_size(224, 11, stride=4, padding=padding, exact=True)
