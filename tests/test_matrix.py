"""The matrix C, im2col and col2im, against convolution and against plain loops."""

import itertools
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import linalg, signal, sparse

from cnnlab import (
    col2im,
    conv1d,
    conv2d,
    conv2d_backward,
    conv3d,
    conv_matrix,
    conv_transpose2d,
    cross_correlate2d,
    im2col,
)

CONV = {1: conv1d, 2: conv2d, 3: conv3d}


def entries_by_loops(kernel, shape, *, stride, padding, dilation):
    """Write C out entry by entry, as a dense matrix, for one kernel and two axes."""
    (rows, columns), (k_h, k_w), (s, t), (d, e) = shape, kernel.shape, stride, dilation
    (top, bottom), (left, right) = padding
    down = range(-top, rows + bottom - d * (k_h - 1), s)
    along = range(-left, columns + right - e * (k_w - 1), t)
    matrix = np.zeros((len(down) * len(along), rows * columns))
    pattern = np.zeros(matrix.shape, bool)
    for output, (i, j) in enumerate(itertools.product(down, along)):
        for m, n in np.ndindex(kernel.shape):
            row, column = i + m * d, j + n * e
            if 0 <= row < rows and 0 <= column < columns:
                matrix[output, row * columns + column] = kernel[m, n]
                pattern[output, row * columns + column] = True
    return matrix, pattern


def assert_canonical(matrix):
    """Check that a matrix keeps what the CSR format promises, by looking."""
    checked = sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=matrix.shape)
    checked.check_format(full_check=True)
    assert checked.has_canonical_format
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32


@st.composite
def problems(draw, axes=(1, 2, 3)):
    """Draw filters and a batch of whole numbers, with options under which a window fits."""
    axes = draw(st.sampled_from(axes))
    batch, outputs, channels = (draw(st.integers(1, 3)) for _ in range(3))
    kernel, stride, dilation = (
        tuple(draw(st.integers(1, 3)) for _ in range(axes)) for _ in range(3)
    )
    padding = tuple((draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in range(axes))
    size = tuple(
        max(dilation[axis] * (kernel[axis] - 1) + 1 - sum(padding[axis]), 1)
        + draw(st.integers(0, 4))
        for axis in range(axes)
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-9, 10, (batch, channels, *size)).astype(float)
    weight = rng.integers(-9, 10, (outputs, channels, *kernel)).astype(float)
    return x, weight, {"stride": stride, "padding": padding, "dilation": dilation}


def small_cases():
    """Enumerate every small choice along one axis: size, kernel, stride, padding, dilation."""
    for size, kernel, stride, dilation in itertools.product(
        range(1, 7), range(1, 4), (1, 2, 3), (1, 2)
    ):
        for padding in itertools.product(range(3), repeat=2):
            if dilation * (kernel - 1) < size + sum(padding):
                yield size, kernel, stride, padding, dilation


def test_every_small_case_on_both_axes():
    cases = list(small_cases())
    assert len(cases) > 700
    for case, other in zip(cases, np.random.default_rng(0).permutation(len(cases)), strict=True):
        shape, size, stride, padding, dilation = zip(case, cases[other], strict=True)
        kernel = np.arange(1.0, math.prod(size) + 1).reshape(size)
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        matrix = conv_matrix(kernel, shape, **options)
        expected, pattern = entries_by_loops(kernel, shape, **options)
        assert_array_equal(matrix.toarray(), expected)
        assert matrix.nnz == pattern.sum()
        assert_canonical(matrix)


def test_every_small_case_on_one_axis():
    for size, kernel, stride, padding, dilation in small_cases():
        values = np.arange(1.0, kernel + 1)
        matrix = conv_matrix(values, (size,), stride=stride, padding=[padding], dilation=dilation)
        expected, _ = entries_by_loops(
            values[None],
            (1, size),
            stride=(1, stride),
            padding=((0, 0), padding),
            dilation=(1, dilation),
        )
        assert_array_equal(matrix.toarray(), expected)
        assert_canonical(matrix)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_matrix_equals_the_layer(problem):
    x, weight, options = problem
    expected = CONV[x.ndim - 2](x, weight, **options)
    matrix = conv_matrix(weight, x.shape[1:], **options)
    assert matrix.shape == (expected[0].size, x[0].size)
    assert_canonical(matrix)
    for image, output in zip(x, expected, strict=True):
        assert_array_equal(matrix @ image.ravel(), output.ravel())


@settings(max_examples=100, deadline=None)
@given(problems(axes=[2]))
def test_transpose_takes_gradients_back(problem):
    x, weight, options = problem
    matrix = conv_matrix(weight, x.shape[1:], **options)
    output = conv2d(x, weight, **options)
    gradient = np.random.default_rng(0).integers(-9, 10, output.shape).astype(float)
    expected = conv2d_backward(gradient, x, weight, **options).x
    for back, at in zip(expected, gradient, strict=True):
        assert_array_equal(matrix.T @ at.ravel(), back.ravel())


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, (2, 1)])
def test_transpose_is_the_transposed_convolution(stride, padding):
    rng = np.random.default_rng(1)
    weight, y = rng.integers(-9, 10, (4, 3, 3, 2)), rng.integers(-9, 10, (1, 4, 3, 5))
    spread = conv_transpose2d(y, weight, stride=stride, padding=padding)
    matrix = conv_matrix(weight, spread.shape[1:], stride=stride, padding=padding)
    assert_array_equal(matrix.T @ y.ravel(), spread.ravel())


@settings(max_examples=100, deadline=None)
@given(problems(axes=[2]))
def test_one_window_equals_cross_correlation(problem):
    x, weight, options = problem
    matrix = conv_matrix(weight[0, 0], x.shape[2:], **options)
    expected = cross_correlate2d(x[0, 0], weight[0, 0], **options)
    assert_array_equal((matrix @ x[0, 0].ravel()).reshape(expected.shape), expected)


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize("size", [(3, 3), (2, 4)])
def test_against_scipy(padding, size):
    rng = np.random.default_rng(2)
    image, kernel = rng.normal(size=(6, 9)), rng.normal(size=size)
    output = conv_matrix(kernel, (6, 9), padding=padding) @ image.ravel()
    if padding == "same":
        after = [(cells // 2, cells - 1 - cells // 2) for cells in size]
        image = np.pad(image, [pair[::-1] for pair in after])
        padding = "valid"
    expected = signal.correlate2d(image, kernel, mode=padding)
    assert_allclose(output, expected.ravel(), atol=1e-12)


def test_one_axis_is_a_toeplitz_matrix():
    matrix = conv_matrix([1, 2, 3], (6,)).toarray()
    assert_array_equal(matrix, linalg.toeplitz([1, 0, 0, 0], [1, 2, 3, 0, 0, 0]))


def test_blocks_are_the_matrices_of_the_kernels():
    weight = np.arange(1, 49).reshape(2, 3, 2, 4)
    matrix = conv_matrix(weight, (3, 4, 5), padding=1, stride=2)
    blocks = [
        [conv_matrix(kernel, (4, 5), padding=1, stride=2) for kernel in row] for row in weight
    ]
    assert_array_equal(matrix.toarray(), sparse.block_array(blocks).toarray())


def test_groups_are_blocks_on_the_diagonal():
    """What the message about groups advises."""
    rng = np.random.default_rng(1)
    x, weight = (
        rng.integers(-9, 10, shape).astype(float) for shape in [(1, 4, 4, 5), (6, 2, 2, 3)]
    )
    with pytest.raises(ValueError, match="for 2, take conv_matrix of each group's filters"):
        conv_matrix(weight, (4, 4, 5))
    groups = [conv_matrix(filters, (2, 4, 5), padding=1) for filters in (weight[:3], weight[3:])]
    expected = conv2d(x, weight, padding=1, groups=2)
    assert_array_equal(sparse.block_diag(groups) @ x.ravel(), expected.ravel())


@pytest.mark.parametrize(
    ("kernel", "channels", "advice"),
    [
        ((2, 1, 3, 3), 2, "; there are no groups here: for 2,"),  # depthwise
        ((2, 1, 3, 3), 3, "image_shape has 3: (3, 5, 5)"),  # 3 groups of 2 filters: none
        ((2, 2, 3, 3), 3, "image_shape has 3: (3, 5, 5)"),
        ((2, 4, 3, 3), 2, "image_shape has 2: (2, 5, 5)"),
    ],
)
def test_advice_on_groups_where_it_helps(kernel, channels, advice):
    with pytest.raises(ValueError, match="kernel expects") as caught:
        conv_matrix(np.ones(kernel), (channels, 5, 5))
    assert advice in str(caught.value)
    assert advice.startswith(";") or str(caught.value).endswith(advice)


def test_rank_tells_a_volume_from_channels():
    kernel = np.arange(1, 13).reshape(2, 2, 3)
    assert conv_matrix(kernel, (3, 4, 5)).shape == (2 * 3 * 3, 60)  # a volume, one channel
    assert conv_matrix(kernel, (2, 5)).shape == (2 * 3, 10)  # two filters on two channels


def test_zeros_of_the_kernel_are_stored():
    matrix = conv_matrix([[0, 1], [0, 0]], (3, 4))
    assert matrix.nnz == 6 * 4
    matrix.eliminate_zeros()
    assert matrix.nnz == 6


def test_zeros_let_nan_through_like_the_layer():
    image = np.zeros((3, 4))
    image[0, 0] = np.nan
    output = conv_matrix([[0, 1], [0, 0]], (3, 4)) @ image.ravel()
    assert_array_equal(np.isnan(output), [True, *[False] * 5])


def test_cells_of_the_padding_have_no_column():
    matrix = conv_matrix(np.ones((3, 3)), (2, 2), padding=2)
    assert matrix.shape == (16, 4)
    assert matrix.nnz == 4 * 9
    assert_array_equal(np.diff(matrix.indptr), np.outer([1, 2, 2, 1], [1, 2, 2, 1]).ravel())


def test_windows_in_the_padding_alone_have_empty_rows():
    matrix = conv_matrix([[1.0]], (1, 1), padding=((1, 2), (0, 1)))
    assert_array_equal(matrix.toarray().ravel(), [0, 0, 1, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.uint8, np.float64),
        (np.bool_, np.float64),
        (np.float16, np.float32),
    ],
)
def test_types(came, expected):
    assert conv_matrix(np.ones((2, 2), came), (3, 3), padding=1).dtype == expected
    assert im2col(np.ones((1, 1, 3, 3), came), 2).dtype == expected
    assert col2im(np.ones((1, 4, 4), came), (3, 3), 2).dtype == expected


def test_kernel_stays_as_it_was_and_is_not_shared():
    kernel = np.arange(6.0).reshape(2, 3)[:, ::-1]
    kernel.flags.writeable = False
    matrix = conv_matrix(kernel, (2, 3))
    matrix.data[:] = 99
    assert_array_equal(kernel, [[2, 1, 0], [5, 4, 3]])


def columns_by_loops(x, kernel, *, stride, padding, dilation):
    """Copy the windows into columns, window by window."""
    padded = np.pad(x, [(0, 0), (0, 0), *padding])
    windows = []
    starts = [
        range(0, padded.shape[2 + axis] - dilation[axis] * (kernel[axis] - 1), stride[axis])
        for axis in range(len(kernel))
    ]
    for corner in itertools.product(*starts):
        window = [
            slice(start, start + gap * (cells - 1) + 1, gap)
            for start, cells, gap in zip(corner, kernel, dilation, strict=True)
        ]
        windows.append(padded[(slice(None), slice(None), *window)].reshape(len(x), -1))
    return np.stack(windows, axis=-1)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_im2col_against_loops(problem):
    x, weight, options = problem
    expected = columns_by_loops(x, weight.shape[2:], **options)
    assert_array_equal(im2col(x, weight.shape[2:], **options), expected)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_filters_times_columns_is_the_layer(problem):
    x, weight, options = problem
    expected = CONV[x.ndim - 2](x, weight, **options)
    product = weight.reshape(len(weight), -1) @ im2col(x, weight.shape[2:], **options)
    assert_array_equal(product.reshape(expected.shape), expected)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_col2im_is_the_adjoint_of_im2col(problem):
    x, weight, options = problem
    columns = im2col(x, weight.shape[2:], **options)
    other = np.random.default_rng(0).integers(-9, 10, columns.shape).astype(float)
    back = col2im(other, x.shape[2:], weight.shape[2:], **options)
    assert back.shape == x.shape
    assert (columns * other).sum() == (x * back).sum()
    assert_array_equal(back, col2im(other, x.shape, weight.shape[2:], **options))


def test_col2im_undoes_im2col_where_windows_do_not_overlap():
    x = np.arange(48.0).reshape(2, 1, 4, 6)
    assert_array_equal(col2im(im2col(x, (2, 3), stride=(2, 3)), (4, 6), (2, 3), stride=(2, 3)), x)


def test_col2im_counts_the_windows_of_each_cell():
    ones = np.ones((1, 1, 4, 5))
    counts = col2im(im2col(ones, 3), (4, 5), 3)
    assert_array_equal(counts[0, 0], np.outer([1, 2, 2, 1], [1, 2, 3, 2, 1]))


def test_empty_batch_one_pixel_and_any_layout():
    assert im2col(np.zeros((0, 2, 4, 5)), 3).shape == (0, 18, 6)
    assert col2im(np.zeros((0, 18, 6)), (4, 5), 3).shape == (0, 2, 4, 5)
    assert_array_equal(im2col([[[[7]]]], 1), [[[7]]])
    assert_array_equal(col2im([[[7]]], (1, 1), 1), [[[[7]]]])
    assert_array_equal(conv_matrix([[7]], (1, 1)).toarray(), [[7]])
    base = np.arange(240.0).reshape(2, 3, 5, 8)
    base.flags.writeable = False
    for view in (base[:, ::-1, ::2, ::-3], base.transpose(1, 0, 3, 2)):
        assert_array_equal(im2col(view, 2), im2col(view.copy(), 2))
        columns = im2col(view, 1)
        assert columns.flags.writeable
        assert not np.shares_memory(columns, base)


def test_scipy_is_loaded_when_it_is_needed():
    command = (
        "import sys; from cnnlab import conv_matrix, im2col, col2im;"
        "print('scipy' in sys.modules); col2im(im2col([[[[1, 2]]]], 1), (1, 2), 1);"
        "print('scipy' in sys.modules); conv_matrix([1], (1,));"
        "print('scipy.sparse' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "False", "True"]


KERNEL, FILTERS = np.ones((3, 3)), np.ones((4, 2, 3, 3))
COLUMNS = np.ones((2, 27, 6))
VALUE_ERRORS = [
    (lambda: conv_matrix(KERNEL, (4,)), "kernel (K_h, K_w) goes with image_shape (H, W), and"),
    (
        lambda: conv_matrix(KERNEL, (2, 4, 4)),
        "kernel of shape (3, 3) and image_shape (2, 4, 4)",
    ),
    (lambda: conv_matrix(FILTERS, (4, 4)), "kernel (K_h, K_w) goes with image_shape (H, W), and"),
    (lambda: conv_matrix(np.ones((2, 2)), (2,)), "got kernel of shape (2, 2) and image_shape (2,)"),
    (lambda: conv_matrix(3.0, ()), "got kernel of shape () and image_shape ()"),
    (
        lambda: conv_matrix(FILTERS, (3, 4, 4)),
        "kernel expects 2 input channels (shape (4, 2, 3, 3)), image_shape has 3: (3, 4, 4)",
    ),
    (lambda: conv_matrix(np.ones((0, 3)), (4, 4)), "no axis of kernel may be empty; got shape"),
    (lambda: conv_matrix(KERNEL, (2, 4)), "axis 0: kernel_size 3 with dilation 1 covers 3 cells"),
    (lambda: conv_matrix(KERNEL, (0, 4)), "image_shape must be an integer of at least 1; got 0"),
    (lambda: conv_matrix(KERNEL, (4, 4), stride=0), "stride must be an integer of at least 1"),
    (lambda: conv_matrix(KERNEL, (4, 4), padding=-1), "padding must be an integer of at least 0"),
    (lambda: conv_matrix(KERNEL, (4, 4), dilation=(1, 2, 3)), "dilation needs an int or one per"),
    (
        lambda: im2col(np.ones((4, 4)), 3),
        "x must have 3 to 5 axes, (N, C, L) to (N, C, T, H, W); got shape (4, 4)",
    ),
    (lambda: im2col(np.ones((1, 0, 4, 4)), 3), "no axis of x (N, C, H, W) but the batch may be"),
    (lambda: im2col(np.ones((1, 1, 4, 4)), 5), "axis 0: kernel_size 5 with dilation 1 covers 5"),
    (lambda: im2col(np.ones((1, 1, 4, 4)), (2, 2, 2)), "kernel_size needs an int or one per axis"),
    (lambda: im2col(np.ones((1, 1, 4, 4)), 0), "kernel_size must be an integer of at least 1"),
    (lambda: col2im(COLUMNS[0], (4, 5), 3), "columns must have 3 axes (N, C * K, L); got 2 axes"),
    (
        lambda: col2im(COLUMNS, (4, 6), 3),
        "columns must have shape (N, a multiple of 9, 8) for shape (4, 6) and kernel_size (3, 3); "
        "got (2, 27, 6)",
    ),
    (lambda: col2im(COLUMNS[:, :26], (4, 5), 3), "a multiple of 9, 6) for shape (4, 5)"),
    (lambda: col2im(COLUMNS[:, :0], (4, 5), 3), "got (2, 0, 6)"),
    (
        lambda: col2im(COLUMNS, (2, 4, 4, 5), 3),
        "shape (2, 4, 4, 5) needs columns of shape (2, 36, 6); got (2, 27, 6)",
    ),
    (lambda: col2im(COLUMNS, (4, 5, 6), (3, 3)), "shape must be the maps' (H, W) or the batch's"),
    (lambda: col2im(COLUMNS, (4, 0), 3), "shape must have at least 1 cell along each spatial axis"),
    (lambda: col2im(COLUMNS, (2, 3, 4, 0), 3), "spatial axis; got (2, 3, 4, 0)"),
    (lambda: col2im(COLUMNS, (-1, 5), 3), "shape must be an integer of at least 0; got -1"),
    (lambda: col2im(COLUMNS, (), 3), "or the like with 1 or 3 spatial axes; got () with kernel"),
]
TYPE_ERRORS = [
    (lambda: conv_matrix("sobel_x", (4, 4)), "kernel must be an array of numbers; got the string"),
    (lambda: conv_matrix(KERNEL * 1j, (4, 4)), "kernel must hold real numbers"),
    (
        lambda: conv_matrix(KERNEL, np.ones((4, 5))),
        "image_shape must be a tuple of integers, one per axis; got ndarray; pass its shape, (4, ",
    ),
    (lambda: conv_matrix(KERNEL, 4), "image_shape must be a tuple of integers, one per axis; got"),
    (
        lambda: conv_matrix(KERNEL, (4.0, 4)),
        "image_shape must be an integer of at least 1; got 4",
    ),
    (lambda: conv_matrix(KERNEL, (4, 4), stride=1.5), "stride must be an integer of at least 1"),
    (lambda: im2col("camera", 3), "x must be an array of numbers; got the string 'camera'"),
    (lambda: im2col(np.ones((1, 1, 4, 4)), 2.0), "kernel_size must be an integer of at least 1"),
    (lambda: col2im(COLUMNS, np.ones((2, 3, 4, 5)), 3), "pass its shape, (2, 3, 4, 5)"),
]


@pytest.mark.parametrize(("call", "message"), VALUE_ERRORS)
def test_malformed_values(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize(("call", "message"), TYPE_ERRORS)
def test_malformed_types(call, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        call()
