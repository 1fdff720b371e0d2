"""What the sources print, word for word, to hold against what this book computes."""

import numpy as np


def double_sum(image, kernel, sign):
    """Write out equation 11.1 or 11.2 of Rosebrock (2017).

    Parameters
    ----------
    image : ndarray of shape (H, W)
        The image I.
    kernel : ndarray of shape (K_h, K_w)
        The kernel K.
    sign : {-1, 1}
        -1 for equation 11.1, 1 for equation 11.2.

    Returns
    -------
    ndarray of shape (H - K_h + 1, W - K_w + 1)
        The sum for each i and j at which the kernel lies inside the image.

    Notes
    -----
    The sum over m and n, both from 0, of I(i - m, j - n) · K(m, n), or with sign 1 of
    I(i + m, j + n) · K(m, n).

    Examples
    --------
    >>> image, kernel = np.array([[1, 2, 3]]), np.array([[10, 1]])
    >>> double_sum(image, kernel, 1)
    array([[12, 23]])
    >>> double_sum(image, kernel, -1)
    array([[21, 32]])
    """
    first = [size - 1 if sign < 0 else 0 for size in kernel.shape]
    places = [size - cells + 1 for size, cells in zip(image.shape, kernel.shape, strict=True)]

    def at(i, j):
        cells = np.ndindex(kernel.shape)
        return sum(image[i + sign * m, j + sign * n] * kernel[m, n] for m, n in cells)

    return np.array(
        [
            [at(first[0] + row, first[1] + column) for column in range(places[1])]
            for row in range(places[0])
        ]
    )


def line_15(kernel):
    """Return the one padding that Rosebrock's (2017) code derives from the kernel's width."""
    return (kernel.shape[1] - 1) // 2


def double_loop(image, kernel):
    """Follow the loop of Rosebrock (2017, section 11.1.5), before its result becomes bytes.

    Parameters
    ----------
    image : ndarray of shape (H, W)
        Floats.
    kernel : ndarray of shape (K_h, K_w)
        Floats.

    Returns
    -------
    ndarray of shape (H, W)
        Right for square kernels of odd size, and for no others.

    Raises
    ------
    ValueError
        If NumPy cannot multiply the window and the kernel.

    Notes
    -----
    One padding serves both axes, and windows are always square: lines 15 and 27.
    """
    padding = line_15(kernel)
    padded = np.pad(image, padding, mode="edge")
    output = np.empty(image.shape)
    for row, column in np.ndindex(image.shape):
        window = padded[row : row + 2 * padding + 1, column : column + 2 * padding + 1]
        output[row, column] = (window * kernel).sum()
    return output


def windows_of_the_padded(image, kernel):
    """Count, by rows and columns, the windows of the kernel's shape after line 15's padding."""
    padded = np.pad(image, line_15(kernel), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, kernel.shape).shape[:2]
