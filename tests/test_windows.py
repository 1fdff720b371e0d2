"""Where windows lie, against counting by hand."""

from itertools import product

import pytest
from numpy.testing import assert_array_equal

from cnnlab.pooling_loops import cells_of
from cnnlab.windows import lay_windows


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
    for kernel, stride, before, after, dilation, ceil in product(
        range(1, 5), range(1, 5), range(3), range(3), (1, 2), (False, True)
    ):
        starts = starts_by_hand(size, kernel, stride, before, after, dilation, ceil)
        options = {
            "stride": stride,
            "padding": ((before, after),),
            "dilation": dilation,
            "ceil": ceil,
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
            assert cells_of((at,), windows) == [(cell,) for cell in on_map[at]]
            assert cells_of((at,), windows, padded=True) == [(cell,) for cell in padded[at]]
        assert_array_equal(windows.cells_per_window(), [len(window) for window in on_map])
        assert_array_equal(windows.cells_per_window(padded=True), list(map(len, padded)))


def test_taps_are_the_cells_of_the_windows():
    for size, kernel, stride, padding, dilation in product(
        range(1, 6), range(1, 4), range(1, 4), range(3), (1, 2)
    ):
        if size + 2 * padding < dilation * (kernel - 1) + 1:
            continue
        windows = lay_windows((size,), kernel, stride=stride, padding=padding, dilation=dilation)
        pairs = set()
        for target, cells in windows.taps(0):
            count, places = range(windows.count[0])[target], range(size)[cells]
            pairs |= set(zip(count, places, strict=True))
        assert pairs == {
            (at, cell) for at in range(windows.count[0]) for (cell,) in cells_of((at,), windows)
        }


def test_cells_per_window_multiply():
    windows = lay_windows((3, 4), (2, 3), stride=2, padding=1)
    assert_array_equal(windows.cells_per_window(), [[2, 3], [4, 6]])
    assert_array_equal(windows.cells_per_window(padded=True), [[6, 6], [6, 6]])
