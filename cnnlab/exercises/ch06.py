"""Chapter 6, backwards is the transpose: right answers, cases, wrong answers."""

import numpy as np

from cnnlab import conv_transpose1d, convolve2d, cross_correlate2d
from cnnlab.exercises._cases import ONE_NUMBER, fill, grid, in_bytes, kind, oblong
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import given, kept, then


def cell_gradient(grad_output, kernel, row, column):
    total = 0.0
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            i, j = row - m, column - n
            if 0 <= i < grad_output.shape[0] and 0 <= j < grad_output.shape[1]:
                total += float(grad_output[i, j]) * kernel[m, n]
    return total


def reached(term, place=lambda row, m: row - m, start=0):
    """Make a sum over the outputs that a cell reaches: what each adds, and where each lies."""

    def answer(grad_output, kernel, row, column):
        total = 0.0
        for m, n in np.ndindex(kernel.shape):
            i, j = place(row, m), place(column, n)
            if start <= i < grad_output.shape[0] and start <= j < grad_output.shape[1]:
                total += term(float(grad_output[i, j]), float(kernel[m, n]))
        return total

    return answer


def clipped(grad_output, kernel, row, column):
    last = np.subtract(grad_output.shape, 1)
    return sum(
        float(grad_output[tuple(np.clip([row - m, column - n], 0, last))]) * kernel[m, n]
        for m, n in np.ndindex(kernel.shape)
    )


def product(g, weight):
    return g * weight


E6_1 = Exercise(
    cell_gradient,
    cases=[
        (np.array([[1, 0, 2], [0, 5, 0]]), np.array([[1, 2], [3, 4]]), 1, 2),
        *[
            (np.arange(15).reshape(5, 3).T, np.arange(6).reshape(2, 3), *at)
            for at in [(0, 0), (3, 4)]
        ],
        *fill((grid(1, 1), grid(1, 1), 0, 0), (grid(3, 4), grid(2, 2), 1, 3)),
        *fill((grid(4, 5), grid(3, 2), 2, 3), (grid(3, 3), grid(3, 3), 2, 2)),
        *fill((grid(2, 5), grid(2, 3), 2, 6), (grid(4, 4), grid(3, 4), 5, 1)),
    ],
    wrong={
        "windows to the right": reached(product, lambda row, m: row + m),
        "flipped": given(kernel=np.flip),
        "around the corner": reached(product, start=-1000),
        "nearest output": clipped,
        "weights forgotten": reached(lambda g, weight: g),
        "gradient forgotten": reached(lambda g, weight: weight),
        "one output": given(kernel=kept((0, 0))),
        "last of the kernel left out": [
            given(kernel=lambda kernel: kernel[: max(len(kernel) - 1, 1)]),
            given(kernel=lambda kernel: kernel[:, : max(kernel.shape[1] - 1, 1)]),
        ],
        "mean": then(lambda total, kernel: total / kernel.size),
        "row and column swapped": given(
            row=lambda row, column: column, column=lambda column, row: row
        ),
        "outputs counted from 1": given(row=lambda row: row + 1, column=lambda column: column + 1),
        "without the sign": then(abs),
        "overflow": in_bytes("grad_output"),
    },
    exempt=ONE_NUMBER,
)


def column_of(kernel, image_shape, row, column):
    impulse = np.zeros(image_shape)
    impulse[row, column] = 1
    return cross_correlate2d(impulse, kernel)


def impulse_at(image_shape, row, column):
    impulse = np.zeros(image_shape)
    impulse[row, column] = 1
    return impulse


def row_of(kernel, image_shape, row, column):
    """Put the kernel into the image, as a row of C does."""
    image = np.zeros(np.add(image_shape, kernel.shape))
    image[row : row + kernel.shape[0], column : column + kernel.shape[1]] = kernel
    return image


E6_2 = Exercise(
    column_of,
    cases=[
        (np.array([[1, 2], [3, 4]]), (3, 4), 1, 2),
        *[(np.arange(1, 7).reshape(3, 2).T, (4, 6), *at) for at in [(0, 0), (3, 5), (2, 1)]],
        *fill((grid(1, 1), (1, 1), 0, 0), (grid(3, 3), (5, 5), 2, 2)),
        *fill((grid(2, 3), (5, 7), 1, 4), (grid(3, 2), (6, 4), 5, 2)),
        *fill((grid(3, 4), (6, 9), 2, 8), (grid(2, 2), (6, 6), 3, 1)),
    ],
    wrong={
        "flipped": lambda kernel, shape, row, column: convolve2d(
            impulse_at(shape, row, column), kernel
        ),
        "a row of C": [
            lambda kernel, shape, row, column: row_of(kernel, shape, row, column)[
                : shape[0], : shape[1]
            ],
            lambda kernel, shape, row, column: row_of(kernel, shape, row, column)[
                : shape[0] - kernel.shape[0] + 1, : shape[1] - kernel.shape[1] + 1
            ],
        ],
        "as large as the image": lambda kernel, shape, row, column: cross_correlate2d(
            impulse_at(shape, row, column), kernel, padding="same"
        ),
        "full": lambda kernel, shape, row, column: cross_correlate2d(
            impulse_at(shape, row, column), kernel, padding="full"
        ),
        "reached or not": given(kernel=np.ones_like),
        "a list": then(np.ravel),
        "one output": given(kernel=kept((0, 0))),
        "row and column swapped": given(
            row=lambda row, column, image_shape: min(column, image_shape[0] - 1),
            column=lambda column, row, image_shape: min(row, image_shape[1] - 1),
        ),
        "counted from 1": [
            given(row=lambda row: max(row - 1, 0), column=lambda column: max(column - 1, 0)),
            given(
                row=lambda row, image_shape: min(row + 1, image_shape[0] - 1),
                column=lambda column, image_shape: min(column + 1, image_shape[1] - 1),
            ),
        ],
        "kernel transposed": lambda kernel, shape, row, column: column_of(
            kernel.T if kernel.shape[0] == kernel.shape[1] else kernel[::-1], shape, row, column
        ),
        "square images only": oblong("image_shape"),
    },
)


def image_gradient(grad_output, kernel, padding):
    turned = kernel[::-1, ::-1]
    rows, columns = (k - 1 - padding for k in kernel.shape)
    return cross_correlate2d(grad_output, turned, padding=(rows, columns))


def slid_back(turned, amount=lambda k, p: k - 1 - p):
    """Make `image_gradient` with another turn of the kernel, or another padding for a side."""
    return lambda grad_output, kernel, padding: cross_correlate2d(
        grad_output,
        turned(kernel),
        padding=tuple(amount(k, padding) for k in turned(kernel).shape),
    )


E6_3 = Exercise(
    image_gradient,
    cases=[
        (np.array([[1, 10]]), np.array([[1, 2]]), 0),
        (np.array([[1, 0, 2], [0, 5, 0]]), np.array([[1, 2], [3, 4]]), 1),
        (np.arange(20).reshape(5, 4).T, np.arange(9).reshape(3, 3), 1),
        *fill(
            (grid(1, 1), grid(1, 1), 0), (grid(3, 4), grid(2, 2), 0), (grid(4, 6), grid(3, 3), 1)
        ),
        *fill(
            (grid(5, 4), grid(3, 3), 2), (grid(4, 7), grid(3, 5), 1), (grid(6, 5), grid(5, 3), 0)
        ),
        *fill((grid(5, 5), grid(2, 4), 1)),
    ],
    wrong={
        "not flipped": slid_back(lambda kernel: kernel),
        "rows flipped only": slid_back(lambda kernel: kernel[::-1]),
        "columns flipped only": slid_back(lambda kernel: kernel[:, ::-1]),
        "transposed, not flipped": slid_back(np.transpose),
        "always full": slid_back(np.flip, lambda k, p: k - 1),
        "the forward padding": slid_back(np.flip, lambda k, p: p),
        "never padded": slid_back(np.flip, lambda k, p: 0),
        "half": slid_back(np.flip, lambda k, p: k // 2),
        "one zero too many": slid_back(np.flip, lambda k, p: k - p),
        "cut on one side": lambda grad_output, kernel, padding: convolve2d(
            grad_output, kernel, padding="full"
        )[2 * padding :, 2 * padding :],
        "cut off at minus zero": lambda grad_output, kernel, padding: convolve2d(
            grad_output, kernel, padding="full"
        )[padding:-padding, padding:-padding],
        "one padding for both": lambda grad_output, kernel, padding: (
            convolve2d(grad_output, kernel, padding=kernel.shape[0] - 1 - padding)
            if padding < kernel.shape[0]
            else 0
        ),
        "mean": then(lambda gradient, kernel: gradient / kernel.size),
        "square kernels only": oblong("kernel"),
        "square images only": oblong("grad_output"),
    },
)


def strided_gradient(grad_output, kernel, stride, image_shape):
    k_h, k_w = kernel.shape
    gradient = np.zeros(image_shape)
    for i in range(grad_output.shape[0]):
        for j in range(grad_output.shape[1]):
            top, left = i * stride, j * stride
            share = float(grad_output[i, j]) * kernel
            gradient[top : top + k_h, left : left + k_w] += share
    return gradient


def scattered(start=lambda i, stride: i * stride, add=True, turn=lambda kernel: kernel):
    """Make `strided_gradient` with other places, without adding, or with a turned kernel."""

    def answer(grad_output, kernel, stride, image_shape):
        k_h, k_w = kernel.shape
        room = [side + 3 * (k + stride) for side, k in zip(image_shape, kernel.shape, strict=True)]
        gradient = np.zeros(room)
        for i, j in np.ndindex(grad_output.shape):
            cells = np.s_[start(i, stride) :, start(j, stride) :]
            share = float(grad_output[i, j]) * turn(kernel.astype(float))
            block = gradient[cells][:k_h, :k_w]
            block[:] = block + share[: len(block), : block.shape[1]] if add else share
        return gradient[: image_shape[0], : image_shape[1]]

    return answer


def as_far_as_windows(gradient, grad_output, kernel, stride):
    sides = zip(grad_output.shape, kernel.shape, strict=True)
    rows, columns = ((n - 1) * stride + k for n, k in sides)
    return gradient[:rows, :columns]


E6_4 = Exercise(
    strided_gradient,
    cases=[
        (np.array([[1, 10]]), np.array([[1, 2, 3]]), 2, (1, 5)),
        (np.array([[1, 10]]), np.array([[1, 2, 3]]), 2, (1, 6)),
        (np.arange(6).reshape(3, 2).T, np.array([[1, 2, 0], [0, 3, 4]]), 1, (3, 5)),
        *fill((grid(1, 1), grid(1, 1), 1, (1, 1)), (grid(2, 3), grid(2, 2), 2, (4, 6))),
        *fill((grid(2, 3), grid(3, 3), 2, (6, 8)), (grid(3, 2), grid(3, 2), 2, (8, 4))),
        *fill((grid(2, 2), grid(2, 2), 3, (5, 7)), (grid(3, 3), grid(5, 4), 3, (11, 12))),
        *fill((grid(2, 2), grid(3, 3), 2, (6, 6)), (grid(3, 3), grid(2, 2), 1, (4, 4))),
    ],
    wrong={
        "written over": scattered(add=False),
        "steps of 1": scattered(lambda i, stride: i),
        "repeated": lambda grad_output, kernel, stride, image_shape: strided_gradient(
            grad_output.repeat(stride, 0).repeat(stride, 1)[: 1 - stride or None][
                :, : 1 - stride or None
            ],
            kernel,
            1,
            image_shape,
        ),
        "one zero too many": scattered(lambda i, stride: i * (stride + 1)),
        "flipped": given(kernel=np.flip),
        "as far as the windows": then(as_far_as_windows),
        "from the other end": lambda grad_output, kernel, stride, image_shape: np.pad(
            as_far_as_windows(
                strided_gradient(grad_output, kernel, stride, image_shape),
                grad_output,
                kernel,
                stride,
            ),
            [
                (side - (n - 1) * stride - k, 0)
                for side, n, k in zip(image_shape, grad_output.shape, kernel.shape, strict=True)
            ],
        ),
        "first cell of the window": given(kernel=kept((0, 0))),
        "kernel transposed": scattered(turn=lambda k: k.T if k.shape[0] == k.shape[1] else k[::-1]),
        "last window left out": [
            given(grad_output=kept(np.s_[:-1])),
            given(grad_output=kept(np.s_[:, :-1])),
        ],
        "weights forgotten": given(kernel=np.ones_like),
        "mean of the windows": lambda grad_output, kernel, stride, image_shape: (
            strided_gradient(grad_output, kernel, stride, image_shape)
            / np.maximum(
                strided_gradient(
                    np.ones(grad_output.shape), np.ones(kernel.shape), stride, image_shape
                ),
                1,
            )
        ),
        "multiplied by the stride": then(lambda gradient, stride: gradient * stride),
        "square images only": oblong("image_shape"),
    },
)


def backward_filters(weight):
    swapped = weight.transpose(1, 0, 2, 3)
    return swapped[:, :, ::-1, ::-1]


E6_5 = Exercise(
    backward_filters,
    cases=[
        (np.arange(1, 9).reshape(2, 1, 2, 2),),
        (np.arange(36).reshape(2, 3, 2, 3),),
        (np.arange(1, 37).reshape(2, 2, 3, 3),),
        (np.arange(72).reshape(2, 3, 3, 4).T,),
        *fill((grid(1, 1, 1, 1),), (grid(1, 3, 2, 2),), (grid(2, 2, 2, 2),), (grid(3, 2, 3, 3),)),
        *fill((grid(2, 4, 3, 2),), (grid(3, 1, 2, 3),)),
    ],
    wrong={
        "not flipped": lambda weight: weight.transpose(1, 0, 2, 3),
        "not swapped": lambda weight: weight[:, :, ::-1, ::-1],
        "rows flipped only": lambda weight: weight.swapaxes(0, 1)[:, :, ::-1],
        "columns flipped only": lambda weight: weight.swapaxes(0, 1)[..., ::-1],
        "everything flipped": lambda weight: np.flip(weight.swapaxes(0, 1)),
        "filters flipped": lambda weight: weight.swapaxes(0, 1)[::-1, ::-1],
        "reshaped": [
            lambda weight: weight.reshape(weight.shape[1], weight.shape[0], *weight.shape[2:]),
            lambda weight: weight.reshape(weight.shape[1], weight.shape[0], *weight.shape[2:])[
                :, :, ::-1, ::-1
            ],
        ],
        "kernels transposed": [
            lambda weight: weight.transpose(1, 0, 3, 2),
            lambda weight: weight.transpose(1, 0, 3, 2)[:, :, ::-1, ::-1],
        ],
        "added up": then(lambda filters: filters.sum(axis=1, keepdims=True)),
        "all axes reversed": lambda weight: weight.T,
        "oblong kernels": kind(lambda weight: weight.shape[2] != weight.shape[3]),
    },
)


def weight_gradient(x, grad_output):
    return np.array(
        [[cross_correlate2d(channel, gradient) for channel in x] for gradient in grad_output]
    )


def pairs(slide):
    """Make `weight_gradient` with another step for one channel and one gradient."""
    return lambda x, grad_output: np.array([[slide(c, g) for c in x] for g in grad_output])


E6_6 = Exercise(
    weight_gradient,
    cases=[
        (np.array([[[1, 2, 3]]]), np.array([[[1, 10]]])),
        (np.arange(18).reshape(2, 3, 3), np.arange(12).reshape(3, 2, 2) % 5),
        (np.arange(40).reshape(4, 5, 2).T, np.arange(9).reshape(1, 3, 3) % 4),
        *fill((grid(1, 1, 1), grid(1, 1, 1)), (grid(2, 4, 4), grid(3, 3, 3))),
        *fill((grid(3, 4, 6), grid(2, 3, 4)), (grid(2, 6, 5), grid(1, 4, 2))),
        *fill((grid(1, 5, 6), grid(4, 3, 3))),
    ],
    wrong={
        "gradient flipped": pairs(convolve2d),
        "kernels flipped": then(lambda weight: weight[:, :, ::-1, ::-1]),
        "filters and channels swapped": then(lambda weight: weight.swapaxes(0, 1)),
        "channels added up": [
            then(lambda weight: weight.sum(axis=1)),
            then(lambda weight: weight.sum(axis=1, keepdims=True)),
        ],
        "filters added up": then(lambda weight: weight.sum(axis=0)),
        "mean over the windows": then(lambda weight, grad_output: weight / grad_output[0].size),
        "full": pairs(lambda c, g: cross_correlate2d(c, g, padding="full")),
        "as large as the image": pairs(lambda c, g: cross_correlate2d(c, g, padding="same")),
        "one channel for all": given(x=lambda x: np.repeat(x[:1], len(x), axis=0)),
        "one gradient for all": given(grad_output=lambda g: np.repeat(g[:1], len(g), axis=0)),
        "kernels transposed": then(lambda weight: weight.transpose(0, 1, 3, 2)),
        "products not added": lambda x, grad_output: np.array(
            [[c[: g.shape[0], : g.shape[1]] * g.astype(float) for c in x] for g in grad_output]
        ),
        "square images only": kind(lambda x: x.shape[1] != x.shape[2]),
    },
)


def nudged_gradient(image, kernel, step):
    def loss(kernel):
        return np.sum(cross_correlate2d(image, kernel) ** 2) / 2

    gradient = np.zeros(kernel.shape)
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            higher, lower = kernel.astype(float), kernel.astype(float)
            higher[m, n] += step
            lower[m, n] -= step
            gradient[m, n] = (loss(higher) - loss(lower)) / (2 * step)
    return gradient


def nudging(slope, by=lambda kernel, step: step, back=True, dtype=float):
    """Make `nudged_gradient` with another slope: of the losses above, here and below."""

    def answer(image, kernel, step):
        def loss(kernel):
            return np.sum(cross_correlate2d(image, kernel) ** 2) / 2

        gradient = np.zeros(kernel.shape)
        here = kernel.astype(dtype)
        for cell in np.ndindex(kernel.shape):
            above, below = here.copy(), here.copy()
            above[cell] += by(here[cell], step)
            below[cell] -= by(here[cell], step)
            gradient[cell] = slope(loss(above), loss(here), loss(below), step)
            if not back:
                here = above
        return gradient

    return answer


def central(above, here, below, step):
    return (above - below) / (2 * step)


def at_once(image, kernel, step):
    above, below = (np.sum(cross_correlate2d(image, kernel + by) ** 2) / 2 for by in (step, -step))
    return np.full(kernel.shape, (above - below) / (2 * step))


def whole_kernel(case):
    return case.dtype.kind in "iu"


E6_7 = Exercise(
    nudged_gradient,
    cases=[
        (np.array([[1, 2, 3]]), np.array([[1, 1]]), 1.0),
        (np.array([[1, 2, 3]]), np.array([[1, 1]]), 0.5),
        (np.arange(12).reshape(4, 3).T % 5, np.array([[1, 0], [2, -1]]), 0.25),
        *fill((grid(1, 1), grid(1, 1), 0.5), (grid(3, 4), grid(2, 2), 0.25)),
        *fill((grid(4, 5), grid(2, 3), 0.5), (grid(5, 4), grid(3, 3), 2.0)),
        *fill((grid(4, 4), grid(3, 2), 1.0), (grid(6, 6), grid(3, 3), 1.0)),
    ],
    wrong={
        "one side": [
            nudging(lambda above, here, below, step: (above - here) / step),
            nudging(lambda above, here, below, step: (here - below) / step),
        ],
        "twice too much": [
            nudging(lambda above, here, below, step: (above - below) / step),
            then(lambda gradient: 2 * gradient),
        ],
        "not divided": nudging(lambda above, here, below, step: above - below),
        "downwards": nudging(lambda above, here, below, step: (below - above) / (2 * step)),
        "not put back": nudging(central, back=False),
        "all at once": at_once,
        "kept whole": [
            nudging(central, by=lambda weight, step: np.trunc(step)),
            nudging(central, by=lambda weight, step: step if weight % 1 else np.trunc(step)),
            kind(lambda kernel, step: whole_kernel(kernel) and step % 1 > 0, share=0.3),
        ],
        "squares forgotten": lambda image, kernel, step: cross_correlate2d(
            image, np.ones(np.subtract(image.shape, kernel.shape) + 1)
        ),
        "of the image": lambda image, kernel, step: convolve2d(
            cross_correlate2d(image, kernel), kernel, padding="full"
        ),
        "mean": then(
            lambda gradient, image, kernel: (
                gradient / np.prod(np.subtract(image.shape, kernel.shape) + 1)
            )
        ),
        "square kernels only": oblong("kernel"),
    },
)


def stretch(row, stride):
    rising = np.arange(1, stride + 1) / stride
    triangle = np.concatenate([rising, rising[:-1][::-1]])
    x, weight = row[np.newaxis, np.newaxis], triangle[np.newaxis, np.newaxis]
    return conv_transpose1d(x, weight, stride=stride, padding=stride - 1)[0, 0]


def spread_row(kernel, cells=lambda output, row, stride: output):
    """Make a transposed convolution with another kernel, cut as `cells` says."""

    def answer(row, stride):
        weight = np.asarray(kernel(stride), float)[np.newaxis, np.newaxis]
        output = conv_transpose1d(row[np.newaxis, np.newaxis], weight, stride=stride)[0, 0]
        return cells(output, row, stride)

    return answer


def triangle(stride):
    rising = np.arange(1, stride + 1) / stride
    return np.concatenate([rising, rising[:-1][::-1]])


def middle(output, row, stride):
    return output[stride - 1 :][: (len(row) - 1) * stride + 1]


E6_8 = Exercise(
    stretch,
    cases=[
        *[(np.array([0, 6, 3]), stride) for stride in (2, 3, 1)],
        (np.arange(9)[::2] * 4, 4),
        *fill((grid(1), 3), (grid(2), 2), (grid(5), 1), (grid(4), 3), (grid(6), 5), (grid(7), 2)),
    ],
    wrong={
        "zeros between": lambda row, stride: spread_row(lambda s: [1])(row, stride),
        "repeated": [
            lambda row, stride: np.repeat(row, stride)[: (len(row) - 1) * stride + 1],
            lambda row, stride: np.repeat(row, stride),
        ],
        "ends not cut off": spread_row(triangle),
        "cut on one side": spread_row(
            triangle, lambda output, row, stride: output[: (len(row) - 1) * stride + 1]
        ),
        "not divided": spread_row(lambda stride: triangle(stride) * stride, middle),
        "divided twice": spread_row(lambda stride: triangle(stride) / stride, middle),
        "only half way": spread_row(lambda s: [0.5] * (s - 1) + [1] + [0.5] * (s - 1), middle),
        "one step too many": given(stride=lambda stride: stride + 1),
        "one step too few": given(stride=lambda stride: max(stride - 1, 1)),
        "weights swapped": spread_row(
            lambda s: [*(np.arange(s, 0, -1) / s)[1:], 1, *(np.arange(1, s) / s)], middle
        ),
        "always two": given(stride=lambda stride: 2),
        "as many as row times stride": lambda row, stride: np.interp(
            np.linspace(0, len(row) - 1, len(row) * stride), np.arange(len(row)), row
        ),
    },
    exempt=dict.fromkeys(["transposed", "oblong"], "one axis"),
)


def learn_kernel(image, target, steps, rate):
    kernel = np.zeros((3, 3))
    for _ in range(steps):
        error = cross_correlate2d(image, kernel) - target
        gradient = cross_correlate2d(image, error) / error.size
        kernel = kernel - rate * gradient
    return kernel


def descent(gradient, start=0.0, after=lambda kernel: kernel):
    """Make `learn_kernel` with another gradient, of the image, the error and the step."""

    def answer(image, target, steps, rate):
        kernel = np.full((3, 3), start)
        for step in range(steps):
            error = cross_correlate2d(image, kernel) - target
            kernel = kernel - rate * gradient(image, error, step)
        return after(kernel)

    return answer


def averaged(image, error, step):
    return cross_correlate2d(image, error) / error.size


def never_looked_again(image, target, steps, rate):
    return steps * learn_kernel(image, target, 1, rate)


E6_9 = Exercise(
    learn_kernel,
    cases=[
        (np.arange(9).reshape(3, 3), np.array([[2]]), 1, 0.5),
        (np.arange(12).reshape(3, 4) % 5, np.array([[2, -1]]), 2, 0.25),
        (np.arange(20).reshape(5, 4).T % 3, np.arange(6).reshape(2, 3), 3, 0.125),
        *fill((grid(3, 3), grid(1, 1), 1, 0.5), (grid(4, 4), grid(2, 2), 2, 0.25)),
        *fill((grid(5, 6), grid(3, 4), 3, 0.125), (grid(6, 4), grid(4, 2), 2, 0.0625)),
        *fill((grid(4, 6), grid(2, 4), 0, 0.5)),
        *fill((grid(5, 6), grid(3, 4), 40, 0.125), fillings=["fractions"]),
    ],
    wrong={
        "uphill": descent(lambda *given: -averaged(*given)),
        "flipped": descent(lambda image, error, _: convolve2d(image, error) / error.size),
        "rate forgotten": given(rate=lambda rate: 1.0),
        "not averaged": descent(lambda image, error, _: cross_correlate2d(image, error)),
        "averaged over the image": descent(
            lambda image, error, _: cross_correlate2d(image, error) / image.size
        ),
        "averaged over the kernel": descent(
            lambda image, error, _: cross_correlate2d(image, error) / 9
        ),
        "twice as far": descent(lambda *given: 2 * averaged(*given)),
        "never looked again": never_looked_again,
        "a step too few": given(steps=lambda steps: max(steps - 1, 0)),
        "a step too many": given(steps=lambda steps: steps + 1),
        "one step": given(steps=lambda steps: 1),
        "stopped early": given(steps=lambda steps: min(steps, 20)),
        "smaller and smaller": descent(
            lambda image, error, step: averaged(image, error, step) / (1 + step // 3)
        ),
        "starts at ones": descent(averaged, start=1.0),
        "target forgotten": given(target=np.zeros_like),
        "only the sign": descent(lambda *given: np.sign(averaged(*given))),
        "turned at the end": then(np.flip),
        "one number": descent(lambda *given: averaged(*given).mean()),
        "overflow": in_bytes("image"),
    },
)
