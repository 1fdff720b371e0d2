"""Programs for chapter 1's exercises, as students write them: right ones, and wrong ones by name.

Each line of ``RIGHT`` is a program: what stands behind ``return``, or a name from above. In
``WRONG`` the mistake's name stands before it, and it may be a program with something changed:
``NAME | old → new | old → new``. What is refused without a name has ``none`` there: an explanation
that fits two programs would be false for one of them.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal

from cnnlab import convolve2d, cross_correlate2d

SUM = """
def window_sum(window, kernel):
    total = 0
    for m in range(window.shape[0]):
        for n in range(window.shape[1]):
            total += float(window[m, n]) * kernel[m, n]
    return total
"""
OVER_KERNEL = """
def correlate(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((rows, columns))
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            output += float(kernel[m, n]) * image[m : m + rows, n : n + columns]
    return output
"""
OVER_WINDOWS = """
def correlate(image, kernel):
    height, width = kernel.shape
    rows = image.shape[0] - height + 1
    columns = image.shape[1] - width + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + height, j : j + width].astype(float)
            output[i, j] = np.sum(window * kernel)
    return output
"""
FOUR_LOOPS = """
def correlate(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for m in range(kernel.shape[0]):
                for n in range(kernel.shape[1]):
                    output[i, j] += float(image[i + m, j + n]) * kernel[m, n]
    return output
"""
SEARCH = """
def find_pattern(image, pattern):
    (H, W), (h, w) = image.shape, pattern.shape
    best, place = None, None
    for row in range(H - h + 1):
        for column in range(W - w + 1):
            window = image[row : row + h, column : column + w].astype(float)
            miss = np.sum((window - pattern) ** 2)
            if best is None or miss < best:
                best, place = miss, (row, column)
    return place
"""
EXACTLY = """
def find_pattern(image, pattern):
    (H, W), (h, w) = image.shape, pattern.shape
    for row in range(H - h + 1):
        for column in range(W - w + 1):
            if (image[row : row + h, column : column + w] == pattern).all():
                return row, column
"""


FLIP = ("correlate(", "convolve("), ("kernel):\n", "kernel):\n    kernel = np.flip(kernel)\n")
FLIPPED_OVER_KERNEL, FLIPPED_OVER_WINDOWS, FLIPPED_FOUR_LOOPS = (
    program.replace(*FLIP[0]).replace(*FLIP[1])
    for program in (OVER_KERNEL, OVER_WINDOWS, FOUR_LOOPS)
)


def correlate_as_lists(image, kernel):
    output = []
    for i in range(len(image) - len(kernel) + 1):
        output.append([])
        for j in range(len(image[0]) - len(kernel[0]) + 1):
            window = image[i : i + len(kernel), j : j + len(kernel[0])].tolist()
            rows = zip(window, kernel.tolist(), strict=True)
            output[i].append(sum(a * b for row in rows for a, b in zip(*row, strict=True)))
    return output


def convolve_by_spectrum(image, kernel):
    full = [a + b - 1 for a, b in zip(image.shape, kernel.shape, strict=True)]
    whole = np.fft.irfft2(np.fft.rfft2(image, full) * np.fft.rfft2(kernel, full), full)
    return whole[kernel.shape[0] - 1 : image.shape[0], kernel.shape[1] - 1 : image.shape[1]]


def correlate_rows(image, kernel):
    places = range(len(image) - len(kernel) + 1)
    rows = list(enumerate(kernel.astype(float)))
    return [sum(np.convolve(image[i + m], row, "valid") for m, row in rows) for i in places]


def pad_row_by_row(image, kernel_shape):
    above, left = kernel_shape[0] // 2, kernel_shape[1] // 2
    rows = [[row[0]] * left + list(row) + [row[-1]] * left for row in image.tolist()]
    return [rows[0]] * above + rows + [rows[-1]] * above


def pad_between(image, kernel_shape):
    m, n = kernel_shape[0] // 2, kernel_shape[1] // 2
    padded = np.pad(np.zeros(image.shape), [(m, m), (n, n)])
    padded[m:-m, n:-n] = image
    return np.pad(padded[m:-m, n:-n], [(m, m), (n, n)], "edge")


def pad_but_corners(image, kernel_shape):
    m, n = kernel_shape[0] // 2, kernel_shape[1] // 2
    height, width = image.shape
    padded = np.zeros((height + 2 * m, width + 2 * n))
    padded[m : m + height, n : n + width] = image
    padded[:m, n : n + width], padded[m + height :, n : n + width] = image[0], image[-1]
    padded[m : m + height, :n], padded[m : m + height, n + width :] = image[:, :1], image[:, -1:]
    return padded


def grey_one_by_one(values):
    output = np.zeros(values.shape, np.uint8)
    for place in np.ndindex(*values.shape):
        output[place] = min(max(round(float(values[place])), 0), 255)
    return output


def grey_by_masks(values):
    rounded = np.floor(values + 0.5)
    rounded[rounded < 0] = 0
    rounded[rounded > 255] = 255
    return rounded.astype("uint8")


def find_normalised(image, pattern):
    cut = sliding_window_view(image.astype(float), pattern.shape)
    cut = cut - cut.mean(axis=(2, 3), keepdims=True)
    spread = np.sqrt((cut**2).sum(axis=(2, 3)))
    assert spread.min() > 0, "an even window would divide by 0"
    response = (cut * (pattern - pattern.mean())).sum(axis=(2, 3)) / spread
    return np.argwhere(response == response.max())[0]


def grey_in_place(values):
    values[values < 0] = 0
    values[values > 255] = 255
    return np.round(values).astype(np.uint8)


RESPONSES = """
    response = cross_correlate2d(image, pattern - pattern.mean())
    plain = cross_correlate2d(image, pattern)
"""
SETUP = {"E1.8": RESPONSES}  # lines before the `return` of an exercise's one-line programs

RIGHT = {
    "E1.1": """
SUM
np.float32(window).ravel() @ np.float32(kernel).ravel()
np.einsum("mn,mn", window.astype(float), kernel)
""",
    "E1.2": """
image[row:, column:][: kernel_shape[0], : kernel_shape[1]]
image[np.ix_(row + np.arange(kernel_shape[0]), column + np.arange(kernel_shape[1]))]
[list(r[column : column + kernel_shape[1]]) for r in image[row : row + kernel_shape[0]]]
sliding_window_view(image, kernel_shape)[row, column]
""",
    "E1.3": """
OVER_WINDOWS
FOUR_LOOPS
correlate_as_lists
cross_correlate2d
""",
    "E1.4": """
FLIPPED_OVER_KERNEL
FLIPPED_OVER_WINDOWS
FLIPPED_FOUR_LOOPS
convolve_by_spectrum
signal.convolve2d(image.astype(float), kernel, mode="valid")
cross_correlate2d(image, np.rot90(kernel, 2))
""",
    "E1.5": """
pad_row_by_row
image[np.ix_(*[np.clip(np.arange(-(k // 2), n + k // 2), 0, n - 1) for n, k in zip(image.shape, kernel_shape)])]
""",
    "E1.6": """
grey_one_by_one
grey_by_masks
np.minimum(np.maximum(np.rint(values), 0), 255).astype("B")
""",
    "E1.7": """
[[0, 0, 0], [0, -1, 0], [0, 1, 0]]
np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 6
np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], np.float32) / 8
""",
    "E1.8": """
SEARCH
EXACTLY
find_normalised
divmod(int(response.argmax()), response.shape[1])
min((np.abs(image[i : i + len(pattern), j : j + len(pattern[0])] - 1.0 * pattern).sum(), i, j) for i, j in np.ndindex(response.shape))[1:]
""",
}

WRONG = {
    "E1.1": """
matrix product: (window @ kernel).sum()
matrix product: np.dot(window, kernel)
mean: (window.astype(float) * kernel).mean()
mean: SUM | return total → return total / window.size
flipped: (window.astype(float) * kernel[::-1, ::-1]).sum()
flipped: (window * np.rot90(kernel.astype(float), 2)).sum()
overflow: np.sum(window * kernel)
overflow: (window * kernel).astype(float).sum()
overflow: SUM | total = 0 → total = window[0, 0] * 0 | float(window[m, n]) → window[m, n]
3 × 3 only: SUM | window.shape[0] → 3 | window.shape[1] → 3
3 × 3 only: (window[:3, :3].astype(float) * kernel[:3, :3]).sum()
products not added: window * kernel
products not added: window.astype(float) * kernel
added per column: sum(window * kernel)
added per row: [sum(row) for row in window * kernel]
sums without products: window.sum() * kernel.sum()
adds instead of multiplying: SUM | ) * kernel → ) + kernel
divided by the kernel's sum: np.sum(1.0 * window * kernel) / kernel.sum()
square only: sum(float(window[m, n]) * kernel[m, n] for m in range(len(window)) for n in range(len(window)))
last left out: SUM | shape[0]) → shape[0] - 1) | shape[1]) → shape[1] - 1)
last left out: SUM | shape[0]) → shape[0] - 1)
last left out: SUM | shape[1]) → shape[1] - 1)
first left out: SUM | range( → range(1,
only the last product: SUM | += → =
returned too early: SUM |     return →             return
returned too early: SUM |     return →         return
kernel[n, m]: SUM | kernel[m, n] → kernel[n, m]
kernel[n, m]: (window.astype(float) * kernel.T).sum()
kernel[n, m]: SUM | window[m, n] → window[n, m]
returned too early: window[0, 0] * kernel[0, 0]
returned too early: np.sum(window[0].astype(float) * kernel[0])
bytes: np.sum(window.astype(np.int16) * kernel.astype(np.int16)) if kernel.dtype == np.uint8 else np.sum(1.0 * window * kernel)
layout: window.astype(float).ravel("K") @ kernel.astype(float).ravel()
none: window[:5, :5].astype(float).ravel() @ kernel.astype(float)[:5, :5].ravel()
sum in a byte: SUM | return total → return np.int64(total).astype(np.uint8)
fractions cut off: (window.astype(int) * kernel.astype(int)).sum()
fractions cut off: (np.int16(window) * np.int16(kernel)).sum()
fractions cut off: round((window.astype(float) * kernel).sum())
fractions cut off: int((window.astype(float) * kernel).sum())
fractions cut off: (window.astype(float) * kernel).sum() // 1
fractions cut off: SUM | float( → int(
large numbers: (np.int16(window) * np.int16(kernel)).sum() if abs(window).max() > 9 else (window * kernel).sum()
half precision: np.sum(window.astype(np.float16) * kernel.astype(np.float16))
nearly right: round((window.astype(float) * kernel).sum(), 3)
does not fit into the type: SUM | total = 0 → total = np.zeros((), np.uint8)
one past the end: SUM | range( → range(1, 1 +
""",
    "E1.2": """
row and column swapped: image[column : column + kernel_shape[0], row : row + kernel_shape[1]]
sides of the kernel swapped: image[row : row + kernel_shape[1], column : column + kernel_shape[0]]
centred: image[row - kernel_shape[0] // 2 : row + kernel_shape[0] // 2, column - kernel_shape[1] // 2 : column + kernel_shape[1] // 2]
centred: image[max(0, row - kernel_shape[0] // 2) : row + kernel_shape[0] // 2 + 1, max(0, column - kernel_shape[1] // 2) : column + kernel_shape[1] // 2 + 1]
ends at (row, column): image[row - kernel_shape[0] + 1 : row + 1, column - kernel_shape[1] + 1 : column + 1]
always at the corner: image[: kernel_shape[0], : kernel_shape[1]]
3 × 3 only: image[row : row + 3, column : column + 3]
cut twice along the rows: image[row : row + kernel_shape[0]][column : column + kernel_shape[1]]
columns not cut: image[row : row + kernel_shape[0]]
one cell: image[row][column]
in one row: [image[row + m, column + n] for m in range(kernel_shape[0]) for n in range(kernel_shape[1])]
stops at the size: image[row : kernel_shape[0], column : kernel_shape[1]]
one cell too few: image[row : row + kernel_shape[0] - 1, column : column + kernel_shape[1] - 1]
one cell too many: image[row : row + kernel_shape[0] + 1, column : column + kernel_shape[1] + 1]
counts from 1: image[row - 1 : row + kernel_shape[0] - 1, column - 1 : column + kernel_shape[1] - 1]
square only: image[row : row + kernel_shape[0], column : column + kernel_shape[0]]
square only: image[row : row + kernel_shape[1], column : column + kernel_shape[1]]
square only: image[row : row + max(kernel_shape), column : column + max(kernel_shape)]
square only: image[row : row + kernel_shape[0], column : column + kernel_shape[1]].reshape(kernel_shape[::-1])
layout: image.ravel("K").reshape(image.shape)[row : row + kernel_shape[0], column : column + kernel_shape[1]]
transposed: image[row : row + kernel_shape[0], column : column + kernel_shape[1]].T
fractions cut off: image[row : row + kernel_shape[0], column : column + kernel_shape[1]].astype(int)
a pair for a number: image[row : row + kernel_shape, column : column + kernel_shape]
no integer in a slice: image[row:kernel_shape, column:kernel_shape]
the shape of a shape: image[row : row + kernel_shape.shape[0]]
round brackets: image(row, column)
""",
    "E1.3": """
flipped: signal.convolve2d(image.astype(float), kernel.astype(float), mode="valid")
only columns flipped: correlate_rows
only rows flipped: cross_correlate2d(image, kernel[::-1])
full: signal.correlate2d(image.astype(float), kernel.astype(float))
off by one: OVER_KERNEL |  + 1\\n → \\n
off by one: OVER_WINDOWS |  + 1\\n → \\n
last left out: OVER_WINDOWS | range(rows) → range(rows - 1) | range(columns) → range(columns - 1)
output transposed: OVER_WINDOWS | (rows, columns) → (columns, rows) | [i, j] = → [j, i] =
square images only: OVER_WINDOWS | image.shape[1] → image.shape[0]
square only: OVER_WINDOWS | columns = → columns = rows #
square kernels only: OVER_WINDOWS | kernel.shape\\n → (len(kernel), len(kernel))\\n
output in bytes: OVER_KERNEL | return output → return output.astype(int).astype(np.uint8)
output in bytes: OVER_WINDOWS | columns)) → columns), image.dtype)
overflow: OVER_KERNEL | float(kernel[m, n]) → kernel[m, n]
overflow: OVER_WINDOWS | .astype(float) →
as large as the image: OVER_WINDOWS | zeros((rows, columns)) → zeros(image.shape)
as large as the image: OVER_WINDOWS | rows = image.shape[0] - height + 1 → rows = image.shape[0] | columns = image.shape[1] - width + 1 → columns = image.shape[1]
zeros around the image: cross_correlate2d(image, kernel, padding="same")
zeros around the image: signal.correlate2d(image.astype(float), kernel.astype(float), mode="same")
bytes: cross_correlate2d(image, kernel).clip(0, 255) if image.dtype == np.uint8 else cross_correlate2d(image, kernel)
none: cross_correlate2d(image, kernel[:5, :5])
nearly right: cross_correlate2d(image.astype(kernel.dtype), kernel)
mean: cross_correlate2d(image, kernel) / kernel.size
mean: OVER_WINDOWS | np.sum( → np.mean(
3 × 3 only: OVER_KERNEL | kernel.shape[0]) → 3) | kernel.shape[1]) → 3)
3 × 3 only: OVER_KERNEL | kernel.shape[0] → 3 | kernel.shape[1] → 3
3 × 3 only: OVER_KERNEL | - kernel.shape[0] + 1 → - 2 | - kernel.shape[1] + 1 → - 2
3 × 3 only: OVER_WINDOWS | kernel.shape\\n → 3, 3\\n
3 × 3 only: FOUR_LOOPS | kernel.shape[0]) → 3) | kernel.shape[1]) → 3)
kernel[n, m]: OVER_KERNEL | kernel[m, n] → kernel[n, m]
kernel[n, m]: OVER_KERNEL | m : m → x : x | n : n → m : m | x : x → n : n
kernel[n, m]: OVER_WINDOWS | * kernel) → * kernel.T)
kernel[n, m]: FOUR_LOOPS | kernel[m, n] → kernel[n, m]
only the last product: OVER_KERNEL | += → =
only the last product: FOUR_LOOPS | += → =
returned too early: OVER_KERNEL |     return →             return
returned too early: OVER_KERNEL |     return →         return
returned too early: OVER_WINDOWS |     return →             return
returned too early: OVER_WINDOWS |     return →         return
last of the kernel left out: OVER_KERNEL | [0]) → [0] - 1) | [1]) → [1] - 1)
slice stops at the size: OVER_KERNEL | m : m + rows, n : n + → m : rows, n :
slice of the kernel's size: OVER_KERNEL | m + rows → m + kernel.shape[0] | n + columns → n + kernel.shape[1]
whole image: OVER_KERNEL | [m : m + rows, n : n + columns] →
whole image: OVER_KERNEL | m : m + rows, n : n + columns → m:, n:
matrix product: OVER_WINDOWS | window * kernel → window @ kernel
fractions cut off: OVER_WINDOWS | columns)) → columns), dtype=int)
fractions cut off: OVER_WINDOWS | .astype(float) → .astype(int)
fractions cut off: FOUR_LOOPS | float( → int(
large numbers: OVER_WINDOWS | window * kernel → (window * kernel).clip(-32768, 32767)
does not fit into the type: OVER_KERNEL | columns)) → columns), np.uint8)
does not fit into the type: OVER_KERNEL | columns)) → columns), image.dtype)
does not fit into the type: OVER_KERNEL | columns)) → columns), image.dtype) | float(kernel[m, n]) → kernel[m, n]
two sizes for a shape: OVER_KERNEL | ((rows, columns)) → (rows, columns)
a pair for a number: OVER_KERNEL | range(kernel.shape[0]) → range(kernel.shape)
an array for an entry: OVER_WINDOWS | np.sum(window * kernel) → window * kernel
""",
    "E1.4": """
not flipped: cross_correlate2d(image, kernel[::-1][::-1])
not flipped: convolve2d(image, kernel[::-1, ::-1])
not flipped: OVER_KERNEL | correlate( → convolve(
only rows flipped: cross_correlate2d(image, list(reversed(kernel)))
only columns flipped: cross_correlate2d(image, np.fliplr(kernel))
transposed: cross_correlate2d(image, kernel.T)
flipped and transposed: cross_correlate2d(image, kernel[::-1, ::-1].T)
quarter turn: cross_correlate2d(image, np.rot90(kernel))
quarter turn: cross_correlate2d(image, np.rot90(kernel, -1))
negated: cross_correlate2d(image, -kernel.astype(float))
image flipped: cross_correlate2d(image[::-1, ::-1], kernel)
output flipped: cross_correlate2d(np.flip(image), np.flip(kernel))
full: signal.convolve2d(image.astype(float), kernel.astype(float))
zeros around the image: convolve2d(image, kernel, padding="same")
zeros around the image: signal.convolve2d(image.astype(float), kernel.astype(float), mode="same")
counts back from 0: cross_correlate2d(image, kernel[np.ix_(*(-np.arange(s) for s in kernel.shape))])
off by one: FLIPPED_OVER_WINDOWS |  + 1\\n → \\n
overflow: FLIPPED_OVER_WINDOWS | .astype(float) →
output in bytes: FLIPPED_OVER_WINDOWS | columns)) → columns), image.dtype)
square kernels only: FLIPPED_OVER_WINDOWS | kernel.shape\\n → (len(kernel), len(kernel))\\n
fractions cut off: convolve2d(image, kernel).astype(int)
fractions cut off: convolve2d(image.astype(int), kernel)
3 × 3 only: cross_correlate2d(image, [[kernel[2 - m, 2 - n] for n in range(3)] for m in range(3)])
one past the end: cross_correlate2d(image, [[kernel[len(kernel) - m, 0] for m in range(len(kernel))]])
""",
    "E1.5": """
zeros: np.pad(image, [(k // 2,) for k in kernel_shape])
zeros: np.pad(image, 1)
an empty slice: pad_between
reflect: np.pad(image, [(k // 2,) for k in kernel_shape], "reflect")
symmetric: np.pad(image, [(k // 2,) for k in kernel_shape], "symmetric")
wrap: np.pad(image, [(k // 2,) for k in kernel_shape], "wrap")
one pad from the width: np.pad(image, kernel_shape[1] // 2, "edge")
one pad from the height: np.pad(image, kernel_shape[0] // 2, "edge")
axes swapped: np.pad(image, [(k // 2,) for k in reversed(kernel_shape)], "edge")
after only: np.pad(image, [(0, k // 2) for k in kernel_shape], "edge")
after only: np.pad(image, [(0, k - 1) for k in kernel_shape], "edge")
before only: np.pad(image, [(k // 2, 0) for k in kernel_shape], "edge")
before only: np.pad(image, [(k - 1, 0) for k in kernel_shape], "edge")
rows only: np.pad(image, ((kernel_shape[0] // 2,) * 2, (0, 0)), "edge")
columns only: np.pad(image, ((0, 0), (kernel_shape[1] // 2,) * 2), "edge")
one pair for both axes: np.pad(image, [k // 2 for k in kernel_shape], "edge")
always one: np.pad(image, 1, mode="edge")
one too many: np.pad(image, [(k // 2 + 1,) * 2 for k in kernel_shape], "edge")
one too many: np.pad(image, [((k + 1) // 2,) for k in kernel_shape], "edge")
one too many: np.pad(image, [(k // 2, k - k // 2) for k in kernel_shape], "edge")
one too many: np.pad(image, ((kernel_shape[0] // 2, kernel_shape[0] // 2 + 1), (kernel_shape[1] // 2,) * 2), "edge")
one too many: np.pad(image, ((kernel_shape[0] // 2,) * 2, (kernel_shape[1] // 2 + 1, kernel_shape[1] // 2)), "edge")
k − 1 on each side: np.pad(image, [(k - 1,) for k in kernel_shape], "edge")
k on each side: np.pad(image, [(k,) for k in kernel_shape], "edge")
corners: pad_but_corners
square only: np.pad(image, max(kernel_shape) // 2, "edge")
fractions cut off: np.pad(image.astype(int), [(k // 2,) for k in kernel_shape], "edge")
a float for a count: np.pad(image, [(k / 2,) for k in kernel_shape], "edge")
a float for a count: np.zeros((image.shape[0] + kernel_shape[0] / 2, 3))
a float for a count: [image[0.5] for k in kernel_shape]
a pair for a number: np.pad(image, kernel_shape // 2, "edge")
another name for the mode: np.pad(image, 1, "replicate")
""",
    "E1.6": """
wraps around: np.round(values).astype(int).astype(np.uint8)
wraps around: values.astype(int).astype(np.uint8)
wraps around: (values + 0.5).astype(int).astype(np.uint8)
clips to 0 … 1: values.round().clip(0, 255).astype(bool)
none: np.clip(np.floor(values + 0.4985), 0, 255).astype(np.uint8)
none: np.clip(np.round(values).astype(np.int64).astype(np.int32), 0, 255).astype(np.uint8)
type: [[min(255, max(0, round(entry))) for entry in row] for row in values.tolist()]
truncates: values.clip(0, 255).astype(np.uint8)
truncates: np.uint8(np.clip(np.floor(values), 0, 255))
rounds up: np.ceil(values).clip(0, 255).astype(np.uint8)
rounded to a tenth: np.clip(np.round(values, 1), 0, 255).astype(np.uint8)
rounded to a tenth: np.clip(np.round(values, 1), 0, 255)
not rounded: np.minimum(np.maximum(values, 0), 255)
not clipped: np.round(values).astype(int)
rescales: np.round(255 * (values - values.min()) / (values.max() - values.min())).astype(np.uint8)
stretched to the largest: np.round(values / values.max() * 255).astype(int).astype(np.uint8)
signed bytes: np.clip(np.round(values), 0, 255).astype(np.int8)
absolute value: np.clip(abs(np.round(values)), 0, 255).astype(np.uint8)
absolute value: np.abs(np.round(values)).astype(int).astype(np.uint8)
clips to 256: np.clip(np.round(values), 0, 256)
clips to 0 … 1: np.clip(np.round(values), 0, 1).astype(np.uint8)
white turns black: np.clip(np.round(values), 0, 256).astype(int).astype(np.uint8)
white turns black: np.where((values < 0) | (values > 255), 0, np.round(values)).astype(np.uint8)
clips below only: np.round(values).clip(0).astype(int).astype(np.uint8)
clips above only: np.round(values).clip(None, 255).astype(int).astype(np.uint8)
type: np.round(values).clip(0, 255)
type: np.round(values).clip(0, 255).astype(int)
type: np.clip(np.round(values), 0, 255).astype(np.uint16)
changes its input: grey_in_place
an array for a number: np.uint8(round(values))
an array for a number: np.uint8(int(values))
an array for a number: np.uint8(min(max(values, 0), 255))
""",
    "E1.7": """
wrong direction: [[0, 0, 0], [-1, 0, 1], [0, 0, 0]]
wrong direction: np.outer([1, 2, 1], [-1, 0, 1]) / 8
wrong sign: [[0, 0.5, 0], [0, 0, 0], [0, -0.5, 0]]
wrong sign: [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]
not scaled: [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
not scaled: np.outer([-2, 0, 2], [0, 1, 0]) / 3
rounded: np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) * 0.1667
rounded: [[-0.166] * 3, [0] * 3, [0.166] * 3]
rounded: np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 6 * 1.000002
answers to even pictures: [[0, 0, 0], [0, -1, 0], [0, 1, 1]]
answers to even pictures: np.full((3, 3), 1 / 9)
answers to nothing: [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
answers to nothing: [[1, -2, 1], [-2, 4, -2], [1, -2, 1]]
slanted: [[-0.5, 0, 0], [0, 0, 0], [0, 0, 0.5]]
not 3 × 3: [[-0.5], [0], [0.5]]
not 3 × 3: np.zeros((1, 3, 3))
not finite: np.full((3, 3), np.inf)
not a kernel: lambda: np.zeros((3, 3))
not a kernel: (n for n in range(9))
""",
    "E1.8": """
mean not subtracted: np.unravel_index(plain.argmax(), plain.shape)
mean not subtracted: divmod(cross_correlate2d(image - image.mean(), pattern).argmax(), plain.shape[1])
column before row: np.unravel_index(response.argmax(), response.shape)[::-1]
convolution: np.divmod(convolve2d(image, pattern - pattern.mean()).argmax(), response.shape[1])
centre: np.unravel_index(response.argmax(), response.shape) + np.array(pattern.shape) // 2
centre: np.unravel_index(plain.argmax(), plain.shape) + np.array(pattern.shape) // 2
unravelled by the image's shape: np.unravel_index(response.argmax(), image.shape)
unravelled by the image's shape: np.unravel_index(plain.argmax(), image.shape)
divided by the height: divmod(response.argmax(), len(response))
divided by the height: divmod(plain.argmax(), len(plain))
flat index: response.argmax()
flat index: np.argmax(plain)
the value: response.max()
the value: plain.max()
np.where: np.where(response == response.max())
np.where: np.nonzero(plain == np.max(plain))
np.argwhere: np.argwhere(response == response.max())
the response itself: response
the response itself: plain
smallest response: np.unravel_index(response.argmin(), response.shape)
counts from 1: [k + 1 for k in np.unravel_index(response.argmax(), response.shape)]
bottom right: np.unravel_index(response.argmax(), response.shape) + np.array(pattern.shape) - 1
brightest cell: np.unravel_index(image.argmax(), image.shape)
mean of the image: np.divmod(cross_correlate2d(image, pattern - image.mean()).argmax(), response.shape[1])
mean rounded: np.divmod(cross_correlate2d(image, pattern - int(pattern.mean())).argmax(), response.shape[1])
zeros around the image: np.divmod(cross_correlate2d(image, pattern - pattern.mean(), padding="same").argmax(), image.shape[1])
zeros around the image: np.divmod(cross_correlate2d(image, pattern, padding="same").argmax(), image.shape[1])
overflow: np.divmod(((sliding_window_view(image, pattern.shape) - pattern) ** 2).sum((2, 3)).argmin(), response.shape[1])
overflow: SEARCH | .astype(float) →
none: np.unravel_index(abs(response).argmax(), response.shape)
none: np.unravel_index(cross_correlate2d(image, pattern - pattern.mean(axis=0)).argmax(), response.shape)
none: np.unravel_index(cross_correlate2d(image, pattern - np.median(pattern)).argmax(), response.shape)
last place left out: np.divmod(response[:, :-1].argmax(), response.shape[1] - 1)
last place left out: EXACTLY | H - h + 1 → H - h | W - w + 1 → W - w
last place left out: EXACTLY | H - h + 1 → H - h
last place left out: SEARCH | H - h + 1 → H - h | W - w + 1 → W - w
last place left out: SEARCH | W - w + 1 → W - w
square patterns only: SEARCH | pattern.shape\\n → (len(pattern), len(pattern))\\n
square images only: SEARCH | range(W → range(H
square only: SEARCH | range(W - w → range(H - h | + w] → + h]
a value for a count: np.unravel_index(response.max(), response.shape)
shapes that do not fit: np.argwhere(image - pattern == 0)[0]
""",
}
