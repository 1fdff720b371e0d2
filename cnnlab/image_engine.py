"""One kernel over one large image, fast. `cnnlab.convolution` says what is computed.

Which way is chosen in `correlate`, and nowhere else:

- a small image, or one that holds NaN or infinity: the plain sum, in `cnnlab.convolution`;
- a kernel that is a column times a row: slide the column, then the row;
- few kernel cells: shift and add, on bands of rows that stay in the cache;
- many kernel cells: the Fourier transform, tile by tile.

A kernel of whole numbers over an image of whole numbers gives exact sums in each of them.
"""

import math

import numpy as np

# An output of fewer cells, or fewer products, takes the plain sum a few milliseconds at most. The
# plain sum gives the same bits on every machine.
SMALL_OUTPUT, FEW_PRODUCTS = 2**15, 2**18
# With more passes over the image than this, the Fourier transform takes less time.
MOST_PASSES = 64
# Cells in a band of rows. BLAS hands longer lines to several threads, which costs more than it
# wins.
BAND = 10_000
# Output cells along a side of a tile.
TILE = 256


def correlate(padded, kernel, *, shape, stride, dilation):
    """Slide a kernel over an image, if there is a faster way than the plain sum.

    Parameters
    ----------
    padded : ndarray of shape (H, W)
        The image with its border, and never modified.
    kernel : ndarray of shape (K_h, K_w)
        Of the same type.
    shape : (int, int)
        Rows and columns of the output.
    stride, dilation : (int, int)
        For rows and columns.

    Returns
    -------
    ndarray of shape `shape`, or None
        A new array. None if the plain sum serves as well, or must decide: NaN and infinity reach
        exactly the windows that hold them.

    Notes
    -----
    A large stride is left to the plain sum too, which computes no cell in vain.
    """
    cells, products = math.prod(shape), kernel.size * math.prod(shape)
    if cells < SMALL_OUTPUT or products < FEW_PRODUCTS or padded.dtype.char not in "fd":
        return None
    with np.errstate(all="ignore"):
        if not (_is_finite(padded) and _is_finite(kernel)):
            return None
        unit, kernel = in_whole_units(kernel)
        factors = rank_one(kernel)
        passes = sum(kernel.shape) if factors else kernel.size
        # A cell costs a quarter where the next one lies beside it.
        if min(passes, MOST_PASSES) * padded.size > 4 * products:
            return None
        if passes > MOST_PASSES:
            output = by_fourier(padded, kernel, dilation)
        else:
            output = by_shifts(padded, factors or (kernel,), dilation)
        if output is None or not _is_finite(output):
            return None
        if unit != 1:
            output *= unit
    return output if stride == (1, 1) else output[:: stride[0], :: stride[1]].copy()


def in_whole_units(kernel):
    """Write a kernel as one number times a kernel of whole numbers, if it is one.

    Parameters
    ----------
    kernel : ndarray of shape (K_h, K_w)
        Finite, of type float32 or float64.

    Returns
    -------
    unit : float or float32
        1 if no unit is found.
    kernel : ndarray of shape (K_h, K_w)
        Of the same type. The kernel divided by the unit, without rounding.

    Notes
    -----
    Two units are tried: the smallest cell, and 2⁻²⁰. So a mean of 7 × 7 cells is 1/49 times a
    sum, and the sum is exact on whole numbers, in whatever order it is added up.

    Examples
    --------
    >>> unit, kernel = in_whole_units(np.array([[0.25, 0.5, 0.25]]))
    >>> float(unit), kernel
    (0.25, array([[1., 2., 1.]]))
    """
    cells = kernel.astype(np.float64)
    for unit in (np.abs(cells[cells != 0]).min(initial=np.inf), 2.0**-20):
        whole = cells / unit
        if not (kernel.any() and _is_whole(whole) and np.abs(whole).max() < 2**53):
            continue
        divisor = np.gcd.reduce(whole.astype(np.int64), axis=None)
        unit, whole = kernel.dtype.type(unit * divisor), (whole / divisor).astype(kernel.dtype)
        if (whole * unit == kernel).all():
            return unit, whole
    return kernel.dtype.type(1), kernel


def rank_one(kernel):
    """Write a kernel as a column times a row, if it is one.

    Parameters
    ----------
    kernel : ndarray of shape (K_h, K_w)
        Finite, of type float32 or float64.

    Returns
    -------
    (ndarray of shape (K_h, 1), ndarray of shape (1, K_w)) or None
        Of the kernel's type. None if the kernel has another rank, or only one row or column.

    Notes
    -----
    In a kernel of rank one every row is a multiple of every other. The row through the largest
    cell is taken, and the column through it divided by that cell. The product must agree with each
    cell to 16 units of rounding.

    A kernel of whole numbers must be met exactly. Its row is divided by the greatest common
    divisor, which makes the column whole, too. Then no sum of whole numbers is rounded.

    Examples
    --------
    >>> column, row = rank_one(np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]))
    >>> column.ravel(), row.ravel()
    (array([1., 2., 1.]), array([-1.,  0.,  1.]))
    >>> rank_one(np.eye(3)) is None
    True
    """
    if 1 in kernel.shape or not kernel.any():
        return None
    cells = kernel.astype(np.float64)
    top, left = np.unravel_index(np.abs(cells).argmax(), cells.shape)
    row, tolerance = cells[top], 16 * np.finfo(kernel.dtype).eps
    if _is_whole(cells) and abs(row[left]) < 2**53:
        row, tolerance = row / np.gcd.reduce(row.astype(np.int64)), 0
    column = (cells[:, left] / row[left])[:, None].astype(kernel.dtype)
    row = row[None, :].astype(kernel.dtype)
    error = np.abs(column.astype(np.float64) * row - cells)
    return (column, row) if (error <= tolerance * np.abs(cells)).all() else None


def by_shifts(padded, kernels, dilation):
    """Slide one kernel, then the next over what it gave: shift the image, scale it, add it.

    Parameters
    ----------
    padded : ndarray of shape (H, W)
        Of type float32 or float64, finite.
    kernels : sequence of ndarray
        Of the same type; finite. Each has 2 axes.
    dilation : (int, int)
        For rows and columns.

    Returns
    -------
    ndarray of shape (H', W')
        At stride 1.

    Notes
    -----
    Laid out as one line of cells, the image holds the cell ``m`` rows down and ``n`` columns to
    the right ``m * W + n`` cells further on. So each kernel cell is one shift of the whole line,
    and one call of BLAS' ``axpy``, ``target += weight * source``. Sums that run over the end of a
    row mix two rows; they are the last few of each row, and are left behind.
    """
    from scipy.linalg import blas

    axpy = blas.saxpy if padded.dtype == np.float32 else blas.daxpy
    rows, columns = _output_shape(padded, kernels, dilation)
    line, width = np.ascontiguousarray(padded).ravel(), padded.shape[1]
    steps = [_shifts(kernel, dilation, width) for kernel in kernels]
    reach = sum(shifts[-1][0] for shifts in steps[1:])
    band = min(rows, max((BAND - reach) // width, 1))
    buffers = [np.empty(band * width + reach, padded.dtype) for _ in steps]
    output = np.empty((rows, columns), padded.dtype)
    for top in range(0, rows, band):
        height = min(band, rows - top)
        source, start = line, top * width
        length = (height - 1) * width + columns + sum(shifts[-1][0] for shifts in steps)
        for shifts, buffer in zip(steps, buffers, strict=True):
            length -= shifts[-1][0]
            buffer[:length] = 0
            for shift, weight in shifts:
                axpy(source, buffer, n=length, a=weight, offx=start + shift)
            source, start = buffer, 0
        output[top : top + height] = source[: height * width].reshape(height, width)[:, :columns]
    return output


def by_fourier(padded, kernel, dilation):
    """Multiply the transforms of image and kernel, tile by tile.

    Parameters
    ----------
    padded : ndarray of shape (H, W)
        Of type float32 or float64, finite.
    kernel : ndarray of shape (K_h, K_w)
        Of the same type; finite.
    dilation : (int, int)
        For rows and columns.

    Returns
    -------
    ndarray of shape (H', W') or None
        At stride 1. None if image and kernel hold whole numbers so large that the sums could not be
        rounded to whole numbers again.

    Notes
    -----
    The product of two transforms is the transform of the circular convolution. It differs from
    the plain one only in the first ``K - 1`` rows and columns, so tiles overlap by as many: the
    overlap-save method (Oppenheim & Schafer 2010, section 8.7.3). The rounding errors of a tile go
    with its root mean square, not with each cell.
    """
    from scipy import fft

    rows, columns = _output_shape(padded, (kernel,), dilation)
    dtype, whole = padded.dtype, _is_whole(kernel) and _is_whole(padded)
    flipped = _with_holes(kernel, dilation)[::-1, ::-1]
    if whole:
        padded, flipped = padded.astype(np.float64), flipped.astype(np.float64)
        if 16 * np.finfo(np.float64).eps * np.linalg.norm(padded) * np.linalg.norm(flipped) > 0.1:
            return None
    above, before = flipped.shape[0] - 1, flipped.shape[1] - 1
    tile = [
        fft.next_fast_len(-(-size // math.ceil(size / max(TILE, overlap))) + overlap, real=True)
        for size, overlap in ((rows, above), (columns, before))
    ]
    weights = fft.rfft2(flipped, tile)
    output = np.empty((rows, columns), dtype)
    for top in range(0, rows, tile[0] - above):
        for left in range(0, columns, tile[1] - before):
            cells = fft.rfft2(padded[top : top + tile[0], left : left + tile[1]], tile)
            cells *= weights
            sums = fft.irfft2(cells, tile, overwrite_x=True)[above:, before:]
            place = output[top : top + len(sums), left : left + sums.shape[1]]
            sums = sums[: place.shape[0], : place.shape[1]]
            place[...] = np.rint(sums) if whole else sums
    return output


def _output_shape(padded, kernels, dilation):
    """Return the rows and columns of the output at stride 1, after all kernels."""
    return tuple(
        padded.shape[axis] - dilation[axis] * sum(kernel.shape[axis] - 1 for kernel in kernels)
        for axis in (0, 1)
    )


def _shifts(kernel, dilation, width):
    """Return how far each kernel cell lies along the line of cells, and its weight."""
    return [
        (m * dilation[0] * width + n * dilation[1], kernel[m, n])
        for m, n in np.ndindex(kernel.shape)
    ]


def _with_holes(kernel, dilation):
    """Return a dilated kernel as a dense one, with zeros between its cells."""
    dense = np.zeros(_spans(kernel, dilation), kernel.dtype)
    dense[:: dilation[0], :: dilation[1]] = kernel
    return dense


def _spans(kernel, dilation):
    """Return the rows and columns that a dilated kernel covers."""
    return [step * (size - 1) + 1 for size, step in zip(kernel.shape, dilation, strict=True)]


def _is_finite(array):
    """Tell whether no cell is NaN or infinite; a sum that overflows says no, too."""
    return bool(np.isfinite(array.sum()))


def _is_whole(array):
    """Tell whether all cells are whole numbers; the first row tells most pictures apart."""
    return all(bool((part == np.rint(part)).all()) for part in (array[:1], array))
