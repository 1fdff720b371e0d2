"""Programs for chapter 6's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np
from scipy import signal

from cnnlab import (
    conv2d,
    conv2d_backward,
    conv_matrix,
    conv_transpose2d,
    convolve2d,
    cross_correlate2d,
    im2col,
    loops,
)

OVER_OUTPUTS = """
def cell_gradient(grad_output, kernel, row, column):
    total = 0.0
    for i in range(grad_output.shape[0]):
        for j in range(grad_output.shape[1]):
            m, n = row - i, column - j
            if m in range(kernel.shape[0]) and n in range(kernel.shape[1]):
                total += float(grad_output[i, j]) * kernel[m, n]
    return total
"""
PLACED = """
def column_of(kernel, image_shape, row, column):
    rows, columns = np.subtract(image_shape, kernel.shape) + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            if 0 <= row - i < len(kernel) and 0 <= column - j < len(kernel[0]):
                result[i, j] = kernel[row - i, column - j]
    return result
"""
BETWEEN = """
def strided_gradient(grad_output, kernel, stride, image_shape):
    rows, columns = grad_output.shape
    sparse = np.zeros(((rows - 1) * stride + 1, (columns - 1) * stride + 1))
    sparse[::stride, ::stride] = grad_output
    whole = convolve2d(sparse, kernel, padding="full")
    gradient = np.zeros(image_shape)
    gradient[: whole.shape[0], : whole.shape[1]] = whole
    return gradient
"""
ONE_BY_ONE = """
def backward_filters(weight):
    filters, channels, rows, columns = weight.shape
    backward = np.zeros((channels, filters, rows, columns))
    for o in range(filters):
        for c in range(channels):
            backward[c, o] = weight[o, c, ::-1, ::-1]
    return backward
"""
IN_PLACE = """
def nudged_gradient(image, kernel, step):
    kernel = kernel.astype(float)
    gradient = np.zeros(kernel.shape)
    for cell in np.ndindex(*kernel.shape):
        losses = []
        for move in (step, -2 * step):
            kernel[cell] += move
            losses.append((cross_correlate2d(image, kernel) ** 2).sum() / 2)
        kernel[cell] += step
        gradient[cell] = (losses[0] - losses[1]) / step / 2
    return gradient
"""
ON_THE_LINE = """
def stretch(row, stride):
    result = []
    for left, right in zip(row[:-1].astype(float), row[1:].astype(float)):
        result += [left + (right - left) * part / stride for part in range(stride)]
    return result + [float(row[-1])]
"""
DESCENT = """
def learn_kernel(image, target, steps, rate):
    kernel = np.zeros((3, 3))
    for _ in range(steps):
        grad = (signal.correlate2d(image.astype(float), kernel, "valid") - target) / target.size
        x, weight = image[None, None].astype(float), kernel[None, None]
        kernel = kernel - rate * conv2d_backward(grad[None, None], x, weight).weight[0, 0]
    return kernel
"""
NORMAL = """
def learn_kernel(image, target, steps, rate):
    columns = im2col(image[None, None], 3)[0].astype(float)
    kernel = np.zeros(9)
    for _ in range(steps):
        kernel -= rate * columns @ (kernel @ columns - target.ravel()) / target.size
    return kernel.reshape(3, 3)
"""

RIGHT = {
    "E6.1": """
OVER_OUTPUTS
np.pad(grad_output.astype(float), [(k - 1, k - 1) for k in kernel.shape])[row : row + kernel.shape[0], column : column + kernel.shape[1]].ravel() @ np.flip(kernel).ravel()
convolve2d(grad_output, kernel, padding="full")[row, column]
""",
    "E6.2": """
PLACED
conv_matrix(kernel, image_shape).toarray()[:, row * image_shape[1] + column].reshape(np.subtract(image_shape, kernel.shape) + 1)
""",
    "E6.3": """
convolve2d(grad_output, kernel, padding=tuple(k - 1 - padding for k in kernel.shape))
conv_transpose2d(grad_output[None, None], kernel[None, None], padding=padding)[0, 0]
signal.convolve2d(grad_output.astype(float), kernel.astype(float))[padding : padding + grad_output.shape[0] + kernel.shape[0] - 1 - 2 * padding, padding : padding + grad_output.shape[1] + kernel.shape[1] - 1 - 2 * padding]
""",
    "E6.4": """
BETWEEN
loops.input_gradient(grad_output, kernel, image_shape, stride=stride)
(conv_matrix(kernel, image_shape, stride=stride).T @ grad_output.ravel()).reshape(image_shape)
""",
    "E6.5": """
ONE_BY_ONE
np.flip(np.swapaxes(weight, 0, 1), (2, 3))
np.array([[np.rot90(kernel, 2) for kernel in weight[:, c]] for c in range(weight.shape[1])])
""",
    "E6.6": """
conv2d(x[:, None], grad_output[:, None]).swapaxes(0, 1)
np.einsum("oij,cmnij->ocmn", grad_output.astype(float), np.lib.stride_tricks.sliding_window_view(x.astype(float), grad_output.shape[1:], (1, 2)))
""",
    "E6.7": """
IN_PLACE
cross_correlate2d(image, cross_correlate2d(image, kernel))
""",
    "E6.8": """
ON_THE_LINE
np.interp(np.arange((len(row) - 1) * stride + 1) / stride, np.arange(len(row)), row)
""",
    "E6.9": """
DESCENT
NORMAL
""",
}

WRONG = {
    "E6.1": """
windows to the right: OVER_OUTPUTS | row - i, column - j → i - row, j - column
one output: float(grad_output[row, column]) * kernel[0, 0] if row < len(grad_output) and column < len(grad_output[0]) else 0
weights forgotten: OVER_OUTPUTS | * kernel[m, n] → * 1
""",
    "E6.2": """
flipped: PLACED | kernel[row - i, column - j] → kernel[::-1, ::-1][row - i, column - j]
reached or not: PLACED | = kernel[row - i, column - j] → = 1
a list: conv_matrix(kernel, image_shape).toarray()[:, row * image_shape[1] + column]
""",
    "E6.3": """
not flipped: cross_correlate2d(grad_output, kernel, padding=tuple(k - 1 - padding for k in kernel.shape))
always full: convolve2d(grad_output, kernel, padding="full")
the forward padding: convolve2d(grad_output, kernel, padding=padding)
""",
    "E6.4": """
flipped: BETWEEN | convolve2d → cross_correlate2d
one zero too many: BETWEEN | [: whole.shape[0], : whole.shape[1]] = whole → [: whole.shape[0], : whole.shape[1]] = whole[: image_shape[0], : image_shape[1]] | * stride + 1 → * (stride + 1) + 1 | ::stride → :: stride + 1
as far as the windows: BETWEEN | return gradient → return whole
""",
    "E6.5": """
not flipped: ONE_BY_ONE | ::-1, ::-1 → :, :
rows flipped only: ONE_BY_ONE | ::-1, ::-1 → ::-1
kernels transposed: np.swapaxes(weight, 0, 1).swapaxes(2, 3)
""",
    "E6.6": """
gradient flipped: conv2d(x[:, None], grad_output[:, None, ::-1, ::-1]).swapaxes(0, 1)
filters and channels swapped: conv2d(x[:, None], grad_output[:, None])
""",
    "E6.7": """
twice too much: IN_PLACE | / step / 2 → / step
not put back: IN_PLACE | kernel[cell] += step → kernel[cell] += 2 * step
twice too much: 2 * cross_correlate2d(image, cross_correlate2d(image, kernel))
""",
    "E6.8": """
repeated: np.repeat(row, stride)
ends not cut off: np.interp(np.arange(1 - stride, len(row) * stride) / stride, np.arange(-1, len(row) + 1), np.pad(row, 1))
""",
    "E6.9": """
not averaged: NORMAL | / target.size → / 1
uphill: NORMAL | -= → +=
uphill: NORMAL | (kernel @ columns - target.ravel()) → (target.ravel() - kernel @ columns)
starts at ones: NORMAL | zeros → ones
""",
}
