"""What goes wrong where a kernel slides over an image, and where a border is put around it."""

import numpy as np

from cnnlab.exercises._cases import kind, oblong
from cnnlab.exercises._wrong import kept, stored, then


def windows(entry, everywhere=False):
    """Make a loop over the windows of an image; ``entry(window, kernel)`` is what it stores.

    With `everywhere` it starts one at each cell, so that some are cut off at the edge.
    """

    def slide(image, kernel):
        height, width = kernel.shape
        less = (0, 0) if everywhere else (height - 1, width - 1)
        output = np.zeros(np.subtract(image.shape, less))
        for i, j in np.ndindex(output.shape):
            output[i, j] = entry(image[i : i + height, j : j + width], kernel)
        return output

    return slide


def kernel_cells(term):
    """Make a loop over a kernel's cells.

    What the cell in row m, column n adds is ``term(image, kernel, m, n, rows, columns)``, where
    the last two are the shape of the output.
    """

    def slide(image, kernel):
        rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))
        output = np.zeros((rows, columns))
        for m, n in np.ndindex(kernel.shape):
            output += term(image.astype(float), kernel, m, n, rows, columns)
        return output

    return slide


def sliding(slide, turned=lambda kernel: kernel):
    """List what goes wrong wherever a kernel slides over an image, at every place inside it.

    Parameters
    ----------
    slide : callable
        The operation, as in `cnnlab.cross_correlate2d`.
    turned : callable
        What it does to a kernel before it slides.

    Returns
    -------
    dict
        For a table of wrong answers. The sentences stand in ``exercises/common.md``.
    """

    def in_a_larger_one(output, image, top=0, left=0):
        larger = np.zeros(image.shape)
        larger[top : top + output.shape[0], left : left + output.shape[1]] = output
        return larger

    def in_its_middle(output, image, kernel):
        return in_a_larger_one(output, image, kernel.shape[0] // 2, kernel.shape[1] // 2)

    def same_as_in_scipy(output, image, kernel):
        top, left = ((side - 1) // 2 for side in kernel.shape)
        return output[top : top + image.shape[0], left : left + image.shape[1]]

    def in_the_images_type(output, image):
        return output if image.dtype.kind == "f" else stored(image.dtype)(output)

    return {
        "off by one": then(lambda output: output[:-1, :-1]),
        "last left out": then(kept(np.s_[:-1, :-1])),
        "as large as the image": [
            then(in_a_larger_one),
            then(in_its_middle),
            windows(lambda w, kernel: np.sum(w.astype(float) * turned(kernel)), everywhere=True),
        ],
        "zeros around the image": [
            lambda image, kernel: slide(image, kernel, padding="same"),
            then(same_as_in_scipy, of=lambda image, kernel: slide(image, kernel, padding="full")),
        ],
        "full": lambda image, kernel: slide(image, kernel, padding="full"),
        "output transposed": then(np.transpose),
        "output in bytes": [then(stored(np.uint8)), then(in_the_images_type)],
        "overflow": [
            windows(lambda window, kernel: np.sum(window * turned(kernel))),
            windows(lambda w, kernel: np.sum(w * turned(kernel), dtype=np.result_type(w, kernel))),
        ],
        "square images only": oblong("image"),
        "square kernels only": oblong("kernel"),
        "square only": oblong("image", "kernel"),
        "3 × 3 only": kind(lambda kernel: kernel.shape != (3, 3), share=1),
    }


def half(k, before=0, after=0):
    """Give half of an odd side as (before, after), or a few cells more."""
    return (k // 2 + before, k // 2 + after)


def border(rows, columns=None, mode="edge"):
    """Make an image with a border around it, from the image and the shape of a kernel.

    Parameters
    ----------
    rows, columns : callable
        Take a side of the kernel, and give how many cells come (before, after).
    mode : str
        As in `numpy.pad`.
    """
    return lambda image, k: np.pad(image, (rows(k[0]), (columns or rows)(k[1])), mode)


def corners(shape, sides):
    """Mark the four corners of such a border, of half of each side, by ones among zeros."""
    along = zip(shape, sides, strict=True)
    return np.outer(*[np.pad(np.zeros(n), k // 2, constant_values=1) for n, k in along])
