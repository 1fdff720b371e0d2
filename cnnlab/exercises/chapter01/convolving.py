"""Exercise 1.4: flip the kernel, then slide it."""

import numpy as np

from cnnlab.convolution import convolve2d, cross_correlate2d, flip_kernel
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.sliding import BLIND, COVERS, mistakes_of_both, with_kernel
from cnnlab.exercises.exercise import Exercise, Mistake


def _negative_indices(kernel):
    flipped = np.empty(kernel.shape)
    for m, n in np.ndindex(kernel.shape):
        flipped[m, n] = kernel[-m, -n]
    return flipped


_QUARTER = (
    "The kernel was turned by a quarter. Convolution turns it by a half: the entry at the top left "
    "comes to the bottom right."
)

_MISTAKES = (
    Mistake(
        "not flipped",
        cross_correlate2d,
        "The kernel was not flipped, or it was flipped twice: this is cross-correlation. "
        "Convolution turns the kernel half round first.",
    ),
    Mistake(
        "only rows flipped",
        with_kernel(lambda kernel: kernel[::-1]),
        "Only the order of the rows was reversed. That of the columns has to be reversed too.",
    ),
    Mistake(
        "only columns flipped",
        with_kernel(lambda kernel: kernel[:, ::-1]),
        "Only the order of the columns was reversed. That of the rows has to be reversed too.",
    ),
    Mistake(
        "transposed",
        with_kernel(np.transpose),
        "The kernel was transposed. That mirrors it in its diagonal, and swaps the sides of an "
        "oblong one; a flip reverses the order of the rows, and of the columns.",
    ),
    Mistake(
        "flipped and transposed",
        with_kernel(lambda kernel: flip_kernel(kernel).T),
        "The kernel was flipped, and transposed besides. A flip leaves rows as rows: it reverses "
        "their order, and the order in each of them.",
    ),
    Mistake("quarter turn", with_kernel(np.rot90), _QUARTER),
    Mistake("quarter turn", with_kernel(lambda kernel: np.rot90(kernel, -1)), _QUARTER),
    Mistake(
        "counts back from 0",
        with_kernel(_negative_indices),
        "The flip is off by one. Counted from the end, the last entry has the index −1 and not 0: "
        "`a[-0]` is `a[0]`, the first.",
    ),
    Mistake(
        "negated",
        with_kernel(np.negative),
        "Every entry of the kernel got the opposite sign. A flip moves the entries and leaves "
        "their signs alone.",
    ),
    Mistake(
        "image flipped",
        lambda image, kernel: cross_correlate2d(image[::-1, ::-1], kernel),
        "The image was flipped instead of the kernel, so the output stands on its head.",
    ),
    Mistake(
        "output flipped",
        lambda image, kernel: cross_correlate2d(image, kernel)[::-1, ::-1],
        "This is the cross-correlation, standing on its head: image and kernel were both flipped, "
        "or the output was. Flip the kernel alone.",
    ),
    *mistakes_of_both(convolve2d, flip_kernel),
    Mistake(
        "full",
        lambda image, kernel: convolve2d(image, kernel, padding="full"),
        "This is the `full` convolution, with windows that reach over the edge; it is what "
        "`scipy.signal.convolve2d` gives unasked. Here each window lies inside the image.",
    ),
)


CONVOLVE = Exercise(
    number="1.4",
    name="convolve",
    parameters=("image", "kernel"),
    reference=convolve2d,
    stages=cases.images_and_kernels,
    mistakes=_MISTAKES,
    blind=BLIND,
    covers=COVERS,
    shows="One flip is the whole difference between the two operations; a kernel that looks the "
    "same after half a turn does not notice it.",
)
