"""Sizes: how many windows fit. The only home of that arithmetic."""

from cnnlab.arguments import LARGEST, as_integer, is_sequence, listed, nearest

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
    TypeError
        If an argument is not an integer (booleans are none).
    ValueError
        If a number is too small, if the kernel is larger than the padded input, or if `exact`
        is true and cells are left over.

    See Also
    --------
    cnnlab.convolution.cross_correlate2d : Slide a kernel over an image.

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
        fitting = _sizes_that_fit(size, kernel_size, stride, padding, pair, dilation)
        cells = "1 cell" if left_over == 1 else f"{left_over} cells"
        raise ValueError(
            f"size {size} leaves {cells} over with kernel_size {kernel_size}, stride {stride}, "
            f"padding {pair} and dilation {dilation}; {fitting}"
        )
    return windows


def output_shape(shape, kernel_shape, *, stride, padding, dilation):
    """Apply the size formula to each axis.

    Parameters
    ----------
    shape, kernel_shape : tuple of int
        Cells of the input and of the kernel, one per axis.
    stride, dilation : tuple of int
        One per axis, as `per_axis` gives them.
    padding : sequence of (int, int)
        One ``(before, after)`` per axis, as `resolve_padding` gives them.

    Returns
    -------
    tuple of int
        The shape of the output.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded input on any axis; the message names the axis.
    """
    sizes = []
    for axis, options in enumerate(
        zip(shape, kernel_shape, stride, padding, dilation, strict=True)
    ):
        sizes.append(_count(*options, where=f"axis {axis}: ")[0])
    return tuple(sizes)


def resolve_padding(padding, shape, kernel_shape, stride, dilation):
    """Turn any form of padding into one ``(before, after)`` per axis.

    Parameters
    ----------
    padding : int, sequence of int, sequence of (int, int) or {"valid", "same", "full"}
        One number for all sides, one per axis, one ``(before, after)`` per axis, or a word.
    shape, kernel_shape, stride, dilation : tuple of int
        One per axis. ``"same"`` depends on all four.

    Returns
    -------
    list of (int, int)
        Cells before and after, per axis.

    Raises
    ------
    TypeError
        If a number of cells is not an integer.
    ValueError
        If a number is negative or above `LARGEST`, the word unknown, or the sequence of another
        length.

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


def _sizes_that_fit(size, kernel_size, stride, padding, pair, dilation):
    """Name the nearest sizes below and above at which no cell is left over."""

    def fits(candidate):
        cells = pair
        if padding == "same":
            cells = _padding_by_word("same", candidate, kernel_size, stride, dilation)
        span = dilation * (kernel_size - 1) + 1
        spare = candidate + sum(cells) - span
        return candidate >= 1 and spare >= 0 and spare % stride == 0

    nearby = range(1, stride + 1)
    below = next((size - step for step in nearby if fits(size - step)), None)
    above = next(size + step for step in nearby if fits(size + step))
    return f"size {above} fits" if below is None else f"sizes {below} and {above} fit"
