"""Colours for signed sums, and where a lens has most to show: the twin of ``numbers.js``."""

import numpy as np

# From purple below 0 over white to orange above: C. Brewer's PuOr, which the colour-blind can read.
SIGNED = "2d004b 542788 8073ac b2abd2 d8daeb f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08"
STOPS = np.array(list(bytes.fromhex(SIGNED)), float).reshape(-1, 3)


def signed_colours() -> np.ndarray:
    """Return the colour of each byte where 128 stands for 0: uint8 ndarray of shape (256, 3)."""
    middle = (len(STOPS) - 1) / 2
    grey = np.arange(256)
    at = middle + (grey - 128) / np.where(grey < 128, 128, 127) * middle
    below = np.minimum(at.astype(int), len(STOPS) - 2)
    share = (at - below)[:, None]
    return np.floor((1 - share) * STOPS[below] + share * STOPS[below + 1] + 0.5).astype(np.uint8)


def liveliest(image: np.ndarray) -> tuple[int, int]:
    """Find where a lens has most to show, in a grey picture of shape (H, W).

    It is the cell in the middle half whose neighbours to the left and right, and above and below,
    differ most; the first of them, or the middle of a flat picture.

    Examples
    --------
    >>> liveliest(np.array([[0, 0, 0, 0], [0, 0, 9, 9], [0, 0, 0, 0], [0, 0, 0, 0]]))
    (1, 1)
    """
    rows, columns = image.shape
    padded = np.pad(image.astype(np.int64), 1, mode="edge")
    contrast = np.abs(padded[1:-1, 2:] - padded[1:-1, :-2])
    contrast += np.abs(padded[2:, 1:-1] - padded[:-2, 1:-1])
    top, left = rows // 4, columns // 4
    middle = contrast[top : rows - top, left : columns - left]
    if not middle.any():
        return rows // 2, columns // 2
    row, column = np.unravel_index(middle.argmax(), middle.shape)
    return int(row) + top, int(column) + left
