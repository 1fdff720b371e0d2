"""What several of chapter 1's exercises say about the same mistake."""

OVERFLOW = (
    "Bytes overflowed. An array of type `uint8` holds 0 to 255 and then starts again at 0, so "
    "200·2 becomes 144. Convert first: `{name}.astype(float)`."
)
KERNEL_TRANSPOSED = (
    "The kernel was read as its transpose: rows and columns are swapped in its index, as in "
    "`kernel[n, m]`, or by `.T`. The entry in row m, column n is `kernel[m, n]`."
)
OBLONG = "Right for square {what}, wrong for oblong ones: rows and columns need a size each."


def is_oblong(array):
    """Tell whether an array has another number of rows than of columns.

    Parameters
    ----------
    array : ndarray of shape (H, W)
        An image or a kernel.

    Returns
    -------
    bool
        H ≠ W.
    """
    return array.shape[0] != array.shape[1]
