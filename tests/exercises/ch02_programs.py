"""Programs for chapter 2's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np

from cnnlab import cross_correlate2d, output_size
from cnnlab.shapes import resolve_padding

COUNTED = """
def coverage(image_shape, kernel_shape, padding):
    counts = np.zeros(image_shape)
    for row in range(image_shape[0]):
        for column in range(image_shape[1]):
            for i in range(-padding, image_shape[0] + padding - kernel_shape[0] + 1):
                for j in range(-padding, image_shape[1] + padding - kernel_shape[1] + 1):
                    rows, columns = range(i, i + kernel_shape[0]), range(j, j + kernel_shape[1])
                    counts[row, column] += row in rows and column in columns
    return counts
"""
WALK = """
def left_over(size, kernel_size, stride, padding):
    end = kernel_size
    while end + stride <= size + 2 * padding:
        end += stride
    return size + 2 * padding - end
"""
SEARCH = """
def input_sizes(outputs, kernel_size, stride, padding):
    size = kernel_size - 2 * padding
    while (size + 2 * padding - kernel_size) // stride + 1 < outputs:
        size += 1
    return size, size + stride - 1
"""
TRY = """
def image_sizes(outputs, layers):
    found = []
    for image in range(1, 3000):
        size = image
        for k, s, p in layers:
            size = (size + 2 * p - k) // s + 1 if size + 2 * p >= k else -10**6
        if size == outputs:
            found.append(image)
    return min(found), max(found)
"""
PADS = """
def same_padding(size, kernel_size, stride):
    reach = (size - 1) // stride * stride + kernel_size
    missing = reach - size if reach > size else 0
    return [missing // 2, (missing + 1) // 2]
"""


LIMITS = """
def coverage(image_shape, kernel_shape, padding):
    axes = []
    for n, k in zip(image_shape, kernel_shape):
        places = n + 2 * padding - k + 1
        before = np.arange(n) + padding + 1
        axes.append(np.minimum(np.minimum(before, before[::-1]), min(k, places)))
    return np.outer(*axes)
"""


def mirrored(image, cells):
    return [[*row[cells:0:-1], *row, *row[-2 : -2 - cells : -1]] for row in image.tolist()]


def spread_by_lists(kernel, dilation):
    gap = dilation - 1
    wide = np.insert(kernel.astype(float), np.repeat(np.arange(1, kernel.shape[1]), gap), 0, 1)
    return np.insert(wide, np.repeat(np.arange(1, kernel.shape[0]), gap), 0, 0)


SETUP = {  # lines before the `return` of an exercise's one-line programs
    "E2.1": """
    WINDOWS = np.lib.stride_tricks.sliding_window_view(np.pad(row, padding), len(kernel))
""",
    "E2.5": """
    AXES = list(zip(image_shape, kernel_shape, stride, padding, strict=True))
""",
}

RIGHT = {
    "E2.1": """
np.correlate(np.pad(row.astype(float), padding), kernel.astype(float), "valid")
cross_correlate2d(row[None], kernel[None], padding=(0, padding))[0]
""",
    "E2.2": """
np.pad(image, ((0, 0), (cells, cells)), mode="reflect")
mirrored
""",
    "E2.3": """
COUNTED
LIMITS
""",
    "E2.4": """
WALK
size + 2 * padding - kernel_size - (size + 2 * padding - kernel_size) // stride * stride
""",
    "E2.5": """
[output_size(n, k, stride=s, padding=p) for n, k, s, p in AXES]
[len(range(0, n + 2 * p - k + 1, s)) for n, k, s, p in AXES]
""",
    "E2.6": """
spread_by_lists
""",
    "E2.7": """
PADS
resolve_padding("same", (size,), (kernel_size,), (stride,), (1,))[0]
""",
    "E2.8": """
SEARCH
""",
    "E2.9": """
TRY
""",
}

WRONG = {
    "E2.1": """
overflow: [np.sum(window * kernel) for window in WINDOWS]
flipped: np.convolve(np.pad(row.astype(float), padding), kernel, "valid")
always full: np.correlate(row.astype(float), kernel, "full")
""",
    "E2.2": """
outermost repeated: np.hstack([image[:, :cells][:, ::-1], image, image[:, image.shape[1] - cells :][:, ::-1]])
rows mirrored too: np.pad(image, cells, mode="reflect")
""",
    "E2.3": """
large kernels: LIMITS | min(k, places) → k
never padded: COUNTED | (-padding, image_shape[0] + padding → (0, image_shape[0] | (-padding, image_shape[1] + padding → (0, image_shape[1]
""",
    "E2.4": """
steps: (size + 2 * padding - kernel_size) // stride
padding on one side: WALK | 2 * padding → padding
""",
    "E2.5": """
not rounded: [(n + 2 * p - k) / s + 1 for n, k, s, p in AXES]
""",
    "E2.6": """
gap at the end: np.kron(kernel, np.eye(dilation)[:1].T @ np.eye(dilation)[:1])
""",
    "E2.7": """
extra cell before: PADS | [missing // 2, (missing + 1) // 2] → [(missing + 1) // 2, missing // 2]
negative: PADS | reach - size if reach > size else 0 → reach - size
""",
    "E2.8": """
one too large: SEARCH | + stride - 1 → + stride
never smaller than the kernel: SEARCH | size = kernel_size - 2 * padding → size = kernel_size
""",
    "E2.9": """
smallest twice: TRY | max(found) → min(found)
""",
}
