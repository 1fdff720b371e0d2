"""Sizes, and where windows lie: how many fit, and which cells each kernel cell meets.

The home of that arithmetic in Python: operators, loops and widgets read it from `Windows`. A page
without Python has its twin, `widgets/_shared/windows.js`.
"""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from cnnlab._arguments import LARGEST, as_flag, as_integer, is_sequence, listed, nearest, per_axis

PADDING_WORDS = ("valid", "same", "full")


def output_size(size, kernel_size, *, stride=1, padding=0, dilation=1, exact=False):
    r"""Count the positions of a window that slides along one axis.

    Parameters
    ----------
    size : int
        Cells of the input along the axis, at least 1.
    kernel_size : int
        Cells of the kernel along the axis, at least 1.
    stride : int, default 1
        Cells from one position to the next.
    padding : int, (int, int) or {"valid", "same", "full"}, default 0
        Cells added on each side, or ``(before, after)``. ``"valid"`` adds none. ``"same"`` adds
        what makes the output ``ceil(size / stride)``; an odd cell goes after. ``"full"`` adds
        ``dilation * (kernel_size - 1)`` on each side.
    dilation : int, default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.
    exact : bool, default False
        Raise if the last window does not end at the last cell. Otherwise, cells that no window
        reaches are left out.

    Returns
    -------
    int
        The size of the output, at least 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is no integer or too small, if the kernel is larger than the padded input, or
        if `exact` is true and cells are left over.

    Notes
    -----
    With :math:`p` padding cells in total, a kernel of :math:`k` cells dilated by :math:`d` spans
    :math:`d (k - 1) + 1` cells, and the output has

    .. math:: \left\lfloor \frac{n + p - d (k - 1) - 1}{s} \right\rfloor + 1

    cells for an input of :math:`n` and a stride of :math:`s` (Dumoulin & Visin 2016, sections 2
    and 5.1). Rounding down is a convention. The cells left over are lost in silence, which
    `exact` makes loud.

    Examples
    --------
    >>> output_size(6, 3)
    4
    >>> output_size(6, 3, stride=2, padding="same")
    3
    >>> output_size(224, 11, stride=4)
    54
    >>> output_size(224, 11, stride=4, exact=True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: size 224 leaves 1 cell over with kernel_size 11, ...; sizes 223 and 227 fit
    """
    size = as_integer(size, "size", minimum=1)
    kernel_size = as_integer(kernel_size, "kernel_size", minimum=1)
    stride = as_integer(stride, "stride", minimum=1)
    dilation = as_integer(dilation, "dilation", minimum=1)
    one_axis = [padding] if is_sequence(padding) else padding
    (pair,) = resolve_padding(one_axis, (size,), (kernel_size,), (stride,), (dilation,))
    windows, left_over = _count(size, kernel_size, stride, pair, dilation)
    if exact and left_over:
        fitting = _sizes_that_fit(size, kernel_size, stride, one_axis, dilation)
        cells = "1 cell" if left_over == 1 else f"{left_over} cells"
        raise ValueError(
            f"size {size} leaves {cells} over with kernel_size {kernel_size}, stride {stride}, "
            f"padding {pair} and dilation {dilation}; {fitting}"
        )
    return windows


class Windows(NamedTuple):
    """Where windows lie on a map; each attribute has one entry per axis.

    Window ``i`` meets, with its kernel cell ``m``, the cell ``i * stride - before + m * dilation``.
    If that is negative, or not below `size`, it lies in the padding.

    Attributes
    ----------
    size, kernel_size : tuple of int
        Cells of the map, and of a window.
    stride, dilation : tuple of int
        Cells of the map from one window to the next, and from one kernel cell to the next.
    padding : tuple of (int, int)
        Cells added before and after; a negative number leaves cells out.
    count : tuple of int
        How many windows there are.
    """

    size: tuple
    kernel_size: tuple
    stride: tuple
    dilation: tuple
    padding: tuple
    count: tuple

    @property
    def span(self):
        """Cells that one window covers, per axis, those between its kernel cells included."""
        sides = zip(self.kernel_size, self.dilation, strict=True)
        return tuple(gap * (k - 1) + 1 for k, gap in sides)

    def start(self, axis):
        """Return where the windows start along an axis: an array, negative in the padding."""
        return np.arange(self.count[axis]) * self.stride[axis] - self.padding[axis][0]

    def taps(self, axis):
        """List ``(m, windows, cells)``: the windows whose kernel cell m is on the map, and where.

        The windows and the cells are slices. A kernel cell that meets padding only is left out.
        """
        start, step = -self.padding[axis][0], self.stride[axis]
        along = self.size[axis], self.kernel_size[axis], self.dilation[axis], self.count[axis]
        return _taps(start, step, *along)

    def meetings(self):
        """Yield ``(kernel cell, windows, cells)`` over all axes, as tuples to index with."""
        for taps in product(*map(self.taps, range(len(self.size)))):
            yield tuple(zip(*taps, strict=True))

    def cells(self, window, *, padded=False):
        """List ``(kernel cell, cell)`` for one window, in reading order.

        Only cells on the map are listed, or with `padded` those on the padded map.
        """
        axes = []
        for i, size, k, step, gap, (before, after) in zip(window, *self[:5], strict=True):
            first, last = (-before, size + after) if padded else (0, size)
            places = [(m, i * step - before + m * gap) for m in range(k)]
            axes.append([(m, at) for m, at in places if first <= at < last])
        return [tuple(zip(*chosen, strict=True)) for chosen in product(*axes)]

    def cells_per_window(self, *, padded=False):
        """Count the cells of every window on the map, or on the padded map: shape `count`."""
        total = np.ones((), np.int64)
        for axis, (size, k, _, gap, pads) in enumerate(zip(*self[:5], strict=True)):
            before, after = pads if padded else (0, 0)
            places = self.start(axis)[:, None] + np.arange(k) * gap
            inside = (places >= -before) & (places < size + after)
            total = np.multiply.outer(total, inside.sum(axis=1))
        return total

    def part(self, *chosen):
        """Return where some of the windows lie: one slice for each of the first axes."""
        before = [
            (pads[0] - some.start * step, pads[1])
            for some, step, pads in zip(chosen, self.stride, self.padding, strict=False)
        ]
        return self._replace(
            padding=(*before, *self.padding[len(chosen) :]),
            count=(*(some.stop - some.start for some in chosen), *self.count[len(chosen) :]),
        )


@lru_cache
def _taps(start, step, size, kernel_size, gap, count):
    """Return the taps along one axis, as `Windows.taps` says."""
    found = []
    for m in range(kernel_size):
        first_cell = start + m * gap
        first = max(-(first_cell // step), 0)
        last = min((size - 1 - first_cell) // step, count - 1)
        if first <= last:
            cells = slice(first_cell + first * step, first_cell + last * step + 1, step)
            found.append((m, slice(first, last + 1), cells))
    return tuple(found)


def lay_windows(size, kernel_size, *, stride=1, padding=0, dilation=1, ceil=False):
    """Check the options of a sliding window on maps of a size, and lay the windows out.

    They are those of `cnnlab.conv2d` and `cnnlab.max_pool2d`, for as many axes as `size` has.

    Examples
    --------
    >>> lay_windows((5, 6), 2, stride=2).count
    (2, 3)
    >>> lay_windows((5, 6), 2, stride=2, ceil=True).count
    (3, 3)
    """
    axes, size = len(size), tuple(size)
    kernel_size = per_axis(kernel_size, "kernel_size", axes=axes)
    stride = per_axis(stride, "stride", axes=axes)
    dilation = per_axis(dilation, "dilation", axes=axes)
    padding = tuple(resolve_padding(padding, size, kernel_size, stride, dilation))
    sides = list(zip(size, kernel_size, stride, padding, dilation, strict=True))
    count = [_count_up(*side) for side in sides] if as_flag(ceil, "ceil") else [0]
    if min(count) < 1:
        count = [_count(*side, where=f"axis {axis}: ")[0] for axis, side in enumerate(sides)]
    return Windows(size, kernel_size, stride, dilation, padding, tuple(count))


def lay_pooling_windows(size, kernel_size, *, stride=None, **options):
    """Lay windows out side by side, as for pooling, unless there is a stride."""
    stride = kernel_size if stride is None else stride
    return lay_windows(size, kernel_size, stride=stride, **options)


def resolve_padding(padding, shape, kernel_shape, stride, dilation):
    """Turn any form of padding into one ``(before, after)`` per axis; all others have one per axis.

    Examples
    --------
    >>> resolve_padding("same", (5, 6), (3, 2), (1, 1), (1, 1))
    [(1, 1), (0, 1)]
    >>> resolve_padding(((1, 2), 0), (5, 6), (3, 3), (1, 1), (1, 1))
    [(1, 2), (0, 0)]
    """
    axes = list(zip(shape, kernel_shape, stride, dilation, strict=True))
    if isinstance(padding, str):
        if padding not in PADDING_WORDS:
            raise ValueError(
                f"padding must be a number of cells or one of {listed(PADDING_WORDS)}; "
                f"got {padding!r}{nearest(padding, PADDING_WORDS)}"
            )
        return [_padding_by_word(padding, *axis) for axis in axes]
    if not is_sequence(padding):
        padding = [padding] * len(axes)
    if len(padding) != len(axes):
        raise ValueError(
            f"padding needs one entry per axis ({len(axes)}): an int or (before, after); "
            f"got {len(padding)}: {padding!r}"
        )
    return [_pair(entry) for entry in padding]


def _count(size, kernel_size, stride, padding, dilation, *, where=""):
    """Return the number of windows, and the cells that none of them reaches."""
    span = dilation * (kernel_size - 1) + 1
    padded = size + sum(padding)
    if span > padded:
        raise ValueError(
            f"{where}kernel_size {kernel_size} with dilation {dilation} covers {span} cells, but "
            f"size {size} with padding {padding} has only {padded}; use a kernel of at most "
            f"{(padded - 1) // dilation + 1} or padding of at least {span - size} in total"
        )
    steps, left_over = divmod(padded - span, stride)
    return steps + 1, left_over


def _count_up(size, kernel_size, stride, padding, dilation):
    """Return the number of windows rounded up; the last one starts on the map, or before it."""
    rounded_up = -((dilation * (kernel_size - 1) + 1 - size - sum(padding)) // stride) + 1
    return min(rounded_up, (size + padding[0] - 1) // stride + 1)


def _padding_by_word(word, size, kernel_size, stride, dilation):
    """Return the (before, after) that a word stands for, on one axis."""
    reach = dilation * (kernel_size - 1)
    if word == "valid":
        return 0, 0
    if word == "full":
        return reach, reach
    last_start = (size - 1) // stride * stride
    total = max(last_start + reach + 1 - size, 0)
    return total // 2, total - total // 2


def _pair(entry):
    """Return one axis' padding as (before, after)."""
    if not is_sequence(entry):
        entry = (entry, entry)
    if len(entry) != 2:
        raise ValueError(f"padding of one axis is an int or (before, after); got {entry!r}")
    before, after = (as_integer(cells, "padding", minimum=0, maximum=LARGEST) for cells in entry)
    return before, after


def _sizes_that_fit(size, kernel_size, stride, padding, dilation):
    """Name the nearest sizes below and above at which no cell is left over."""

    def fits(candidate):
        (cells,) = resolve_padding(padding, (candidate,), (kernel_size,), (stride,), (dilation,))
        spare = candidate + sum(cells) - dilation * (kernel_size - 1) - 1
        return candidate >= 1 and spare >= 0 and spare % stride == 0

    nearby = range(1, stride + 1)
    below = next((size - step for step in nearby if fits(size - step)), None)
    above = next(size + step for step in nearby if fits(size + step))
    return f"size {above} fits" if below is None else f"sizes {below} and {above} fit"
