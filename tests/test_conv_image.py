"""Cross-correlation and convolution, against SciPy and against plain loops."""

import re
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage, signal

from cnnlab import conv, convolve2d, cross_correlate2d, kernels
from cnnlab.conv import BORDERS, flip_kernel

NDIMAGE_MODES = {
    "zero": "constant",
    "replicate": "nearest",
    "reflect": "mirror",
    "wrap": "grid-wrap",
}


def cell(image, row, column, border):
    """Read one cell of the image, or of what lies beyond its border."""
    indices = []
    for index, size in zip((row, column), image.shape, strict=True):
        if border == "replicate":
            index = min(max(index, 0), size - 1)
        elif border == "wrap":
            index %= size
        elif border == "reflect":
            period = max(2 * (size - 1), 1)
            index = min(index % period, -index % period) if size > 1 else 0
        elif not 0 <= index < size:
            return 0
        indices.append(index)
    return image[tuple(indices)]


def by_loops(image, kernel, *, stride, padding, dilation, border):
    """Write the sum out, window by window."""
    (top, bottom), (left, right) = padding
    rows = [
        i
        for i in range(-top, image.shape[0] + bottom, stride[0])
        if i + dilation[0] * (kernel.shape[0] - 1) < image.shape[0] + bottom
    ]
    columns = [
        j
        for j in range(-left, image.shape[1] + right, stride[1])
        if j + dilation[1] * (kernel.shape[1] - 1) < image.shape[1] + right
    ]
    output = np.zeros((len(rows), len(columns)))
    for at, i in enumerate(rows):
        for to, j in enumerate(columns):
            output[at, to] = sum(
                kernel[m, n] * cell(image, i + m * dilation[0], j + n * dilation[1], border)
                for m in range(kernel.shape[0])
                for n in range(kernel.shape[1])
            )
    return output


def small_integers(*, least=1, most=6):
    """Draw planes of small integers, whose sums are exact."""
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=least, max_side=most)
    return hnp.arrays(np.int64, shapes, elements=st.integers(-9, 9))


@st.composite
def problems(draw):
    """Draw an image, a kernel that fits, and options."""
    kernel = draw(small_integers(most=4))
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    cells = st.tuples(st.integers(0, 4), st.integers(0, 4))
    stride, dilation, padding = draw(pair), draw(pair), draw(st.tuples(cells, cells))
    least = [
        max(dilation[axis] * (kernel.shape[axis] - 1) + 1 - sum(padding[axis]), 1)
        for axis in (0, 1)
    ]
    shape = tuple(draw(st.integers(size, size + 4)) for size in least)
    image = draw(hnp.arrays(np.int64, shape, elements=st.integers(-9, 9)))
    border = draw(st.sampled_from(BORDERS))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "border": border}
    return image, kernel, options


@settings(max_examples=300, deadline=None)
@given(problems())
def test_every_option_against_loops(problem):
    image, kernel, options = problem
    assert_array_equal(
        cross_correlate2d(image, kernel, **options), by_loops(*problem[:2], **options)
    )


@settings(max_examples=100, deadline=None)
@given(problems())
def test_convolution_is_correlation_with_the_kernel_flipped(problem):
    image, kernel, options = problem
    flipped = cross_correlate2d(image, flip_kernel(kernel), **options)
    assert_array_equal(convolve2d(image, kernel, **options), flipped)


@pytest.mark.parametrize("mode", ["valid", "full"])
@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (2, 4), (6, 7)])
def test_against_scipy_signal(mode, shape):
    rng = np.random.default_rng(1)
    image, kernel = rng.normal(size=(6, 7)), rng.normal(size=shape)
    correlated = cross_correlate2d(image, kernel, padding=mode)
    assert_allclose(correlated, signal.correlate2d(image, kernel, mode=mode), atol=1e-12)
    convolved = convolve2d(image, kernel, padding=mode)
    assert_allclose(convolved, signal.convolve2d(image, kernel, mode=mode), atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (5, 3)])
def test_same_against_scipy_signal_for_odd_kernels(shape):
    rng = np.random.default_rng(2)
    image, kernel = rng.normal(size=(6, 7)), rng.normal(size=shape)
    correlated = cross_correlate2d(image, kernel, padding="same")
    assert_allclose(correlated, signal.correlate2d(image, kernel, mode="same"), atol=1e-12)
    convolved = convolve2d(image, kernel, padding="same")
    assert_allclose(convolved, signal.convolve2d(image, kernel, mode="same"), atol=1e-12)


def test_same_with_an_even_kernel_puts_the_odd_cell_after():
    row = [[1, 2, 3]]
    assert_array_equal(cross_correlate2d(row, [[1, 10]], padding="same"), [[21, 32, 3]])
    assert_array_equal(convolve2d(row, [[1, 10]], padding="same"), [[12, 23, 30]])
    assert_array_equal(signal.convolve2d(row, [[1, 10]], mode="same"), [[1, 12, 23]])


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [(6, 7), (1, 7), (2, 2), (1, 1)])
@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (7, 9)])
def test_borders_against_scipy_ndimage(border, size, shape):
    rng = np.random.default_rng(3)
    image, kernel = rng.normal(size=size), rng.normal(size=shape)
    expected = ndimage.correlate(image, kernel, mode=NDIMAGE_MODES[border])
    actual = cross_correlate2d(image, kernel, padding="same", border=border)
    assert_allclose(actual, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("border", "row"),
    [
        ("zero", [0, 0, 1, 2, 3, 0, 0]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("wrap", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_what_a_border_holds(border, row):
    options = {"padding": (0, 2), "border": border}
    assert_array_equal(cross_correlate2d([[1, 2, 3]], [[1]], **options), [row])


def test_borders_do_not_matter_without_padding():
    image = np.arange(20).reshape(4, 5)
    outputs = [cross_correlate2d(image, np.ones((2, 3)), border=border) for border in BORDERS]
    for output in outputs[1:]:
        assert_array_equal(output, outputs[0])


@settings(deadline=None)
@given(small_integers(most=4), st.integers(0, 5), st.integers(0, 5))
def test_an_impulse_gives_the_kernel(kernel, row, column):
    impulse = np.zeros((6, 6))
    impulse[row, column] = 1
    rows, columns = kernel.shape
    convolved = convolve2d(impulse, kernel, padding="full")
    assert_array_equal(convolved[row : row + rows, column : column + columns], kernel)
    correlated = cross_correlate2d(impulse, kernel, padding="full")
    assert_array_equal(correlated[row : row + rows, column : column + columns], kernel[::-1, ::-1])
    assert np.abs(convolved).sum() == np.abs(kernel).sum()


@settings(max_examples=50, deadline=None)
@given(problems(), st.integers(-5, 5), st.integers(0, 2**32 - 1))
def test_linear_in_the_image(problem, factor, seed):
    image, kernel, options = problem
    other = np.random.default_rng(seed).integers(-9, 10, image.shape)
    together = cross_correlate2d(factor * image + other, kernel, **options)
    apart = [cross_correlate2d(part, kernel, **options) for part in (image, other)]
    assert_array_equal(together, factor * apart[0] + apart[1])


@settings(max_examples=50, deadline=None)
@given(problems(), st.integers(-5, 5), st.integers(0, 2**32 - 1))
def test_linear_in_the_kernel(problem, factor, seed):
    image, kernel, options = problem
    other = np.random.default_rng(seed).integers(-9, 10, kernel.shape)
    together = cross_correlate2d(image, factor * kernel + other, **options)
    apart = [cross_correlate2d(image, part, **options) for part in (kernel, other)]
    assert_array_equal(together, factor * apart[0] + apart[1])


@settings(max_examples=50, deadline=None)
@given(
    small_integers(least=4, most=7), small_integers(most=3), st.integers(0, 9), st.integers(0, 9)
)
def test_a_shifted_image_gives_a_shifted_output(image, kernel, down, right):
    options = {"padding": "same", "border": "wrap"}
    shifted = cross_correlate2d(np.roll(image, (down, right), (0, 1)), kernel, **options)
    output = cross_correlate2d(image, kernel, **options)
    assert_array_equal(shifted, np.roll(output, (down, right), (0, 1)))


@settings(max_examples=50, deadline=None)
@given(small_integers(), small_integers())
def test_full_convolution_commutes(image, kernel):
    there = convolve2d(image, kernel, padding="full")
    assert_array_equal(there, convolve2d(kernel, image, padding="full"))


def test_stride_picks_from_the_dense_output():
    image, kernel = np.arange(56).reshape(7, 8), np.arange(6).reshape(2, 3)
    dense = cross_correlate2d(image, kernel)
    assert_array_equal(cross_correlate2d(image, kernel, stride=(2, 3)), dense[::2, ::3])


def test_dilation_is_a_kernel_with_holes():
    image, kernel = np.arange(56).reshape(7, 8), np.arange(1, 5).reshape(2, 2)
    holes = np.zeros((4, 3))
    holes[::3, ::2] = kernel
    dilated = cross_correlate2d(image, kernel, dilation=(3, 2))
    assert_array_equal(dilated, cross_correlate2d(image, holes))


def test_rows_and_columns_are_not_swapped():
    image = np.arange(12).reshape(3, 4)
    assert_array_equal(cross_correlate2d(image, [[-1], [1]]), np.full((2, 4), 4.0))
    assert_array_equal(cross_correlate2d(image, [[-1, 1]]), np.full((3, 3), 1.0))


@pytest.mark.parametrize(
    ("image", "kernel", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float64, np.float64, np.float64),
        (np.float32, np.float64, np.float64),
        (np.float32, np.int64, np.float32),
        (np.uint8, np.float32, np.float32),
        (np.uint8, np.int8, np.float64),
        (np.bool_, np.bool_, np.float64),
        (np.float16, np.int8, np.float32),
    ],
)
def test_types(image, kernel, expected):
    ones = np.ones((4, 5), image), np.ones((2, 2), kernel)
    for operation in (cross_correlate2d, convolve2d):
        assert operation(*ones).dtype == expected


def test_bytes_do_not_overflow():
    bright = np.full((4, 5), 255, np.uint8)
    assert_array_equal(cross_correlate2d(bright, np.ones((3, 3), np.uint8)), np.full((2, 3), 2295))


def test_lists_will_do():
    assert_array_equal(cross_correlate2d([[1, 2], [3, 4]], [[1, 1]]), [[3], [7]])


def test_one_pixel():
    assert_array_equal(cross_correlate2d([[3]], [[2]]), [[6]])
    assert_array_equal(convolve2d([[3]], [[1, 2], [3, 4]], padding="full"), [[3, 6], [9, 12]])


def test_any_memory_layout():
    base = np.arange(120).reshape(10, 12)
    kernel = np.arange(6).reshape(2, 3)
    for view in (
        base[::2, ::-3],
        base.T,
        np.asfortranarray(base),
        np.broadcast_to(base[:1], (4, 12)),
    ):
        assert_array_equal(cross_correlate2d(view, kernel), cross_correlate2d(view.copy(), kernel))


@pytest.mark.parametrize("operation", [cross_correlate2d, convolve2d])
def test_operands_stay_as_they_were(operation):
    image, kernel = np.arange(20.0).reshape(4, 5), np.arange(4.0).reshape(2, 2)
    before = image.copy(), kernel.copy()
    image.flags.writeable = kernel.flags.writeable = False
    output = operation(image, kernel, padding=1, border="wrap")
    assert_array_equal(image, before[0])
    assert_array_equal(kernel, before[1])
    assert output.flags.writeable
    assert not np.shares_memory(output, image)


def test_identity_gives_a_copy():
    image = np.arange(6.0).reshape(2, 3)
    output = cross_correlate2d(image, [[1.0]])
    output[0, 0] = 99
    assert image[0, 0] == 0


def test_nan_and_infinity_propagate():
    image = np.zeros((5, 6))
    image[2, 3] = np.nan
    output = cross_correlate2d(image, np.eye(3))
    assert_array_equal(np.isnan(output), np.pad(np.ones((3, 3), bool), ((0, 0), (1, 0))))
    image[2, 3] = np.inf
    assert cross_correlate2d(image, np.ones((3, 3)))[0, 1] == np.inf


FLOATS = (np.float64, np.float32)


def noise(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [(3, 3), (7, 7), (21, 21), (1, 25), (25, 1), (4, 12)])
def test_large_images_against_scipy(dtype, size):
    image, kernel = noise(301, 260, dtype=dtype), noise(*size, dtype=dtype, seed=1)
    actual = cross_correlate2d(image, kernel)
    assert actual.dtype == dtype
    expected = signal.correlate2d(image.astype(float), kernel.astype(float), mode="valid")
    off = kernel.size * np.finfo(dtype).eps * np.abs(expected).max()
    assert_allclose(actual, expected, rtol=0, atol=off)


@pytest.mark.parametrize("shape", [(20, 40_000), (40_000, 6)])
def test_long_strips(shape):
    image, kernel = noise(*shape), noise(5, 5, seed=1)
    expected = signal.correlate2d(image, kernel, mode="valid")
    assert_allclose(cross_correlate2d(image, kernel), expected, atol=1e-12)


@pytest.mark.parametrize("name", kernels.NAMES)
def test_named_kernels_on_a_photograph(name):
    image = np.random.default_rng(3).integers(0, 256, (260, 250)).astype(np.float64)
    kernel = kernels.named(name)
    expected = signal.correlate2d(image, kernel, mode="valid")
    assert_allclose(cross_correlate2d(image, kernel), expected, rtol=1e-12, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([1, 40, 150]))
def test_blocks_of_any_size_give_the_same(problem, block):
    image, kernel, options = problem
    whole = cross_correlate2d(image, kernel, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conv, "BLOCK", block)
        assert_array_equal(cross_correlate2d(image, kernel, **options), whole)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_large_cell_leaves_the_others_alone(dtype):
    """Each sum is right to the digits of its own terms, whatever stands in the next window."""
    image, kernel = np.full((200, 200), 1e-3, dtype), np.random.default_rng(0).random((9, 9), dtype)
    image[199, 199] = 1e4
    output = cross_correlate2d(image, kernel)
    right = np.float64(dtype(1e-3)) * kernel.sum(dtype=np.float64)
    assert_allclose(output.ravel()[:-1], right, rtol=kernel.size * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", FLOATS)
def test_one_bright_cell_is_seen_by_its_own_windows_alone(dtype):
    image = np.zeros((200, 200), dtype)
    image[100, 90] = 0.3
    kernel = 0.5 + np.random.default_rng(0).random((9, 9), dtype)
    assert np.count_nonzero(cross_correlate2d(image, kernel)) == 81


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [(0, 0), (100, 90), (199, 179)])
@pytest.mark.parametrize("size", [3, 21])
def test_what_is_not_finite_reaches_its_windows_only(value, where, size):
    image, kernel = noise(200, 180), noise(size, size, seed=1)
    kernel[0, 0] = kernel[-1, -1] = 0
    clean = cross_correlate2d(image, kernel)
    image[where] = value
    with np.errstate(invalid="ignore"):
        output = cross_correlate2d(image, kernel)
    hit = np.zeros(image.shape, bool)
    hit[where] = True
    reached = signal.correlate2d(hit, np.ones((size, size)), mode="valid") > 0
    assert not np.isfinite(output[reached]).any()
    assert_allclose(output[~reached], clean[~reached], atol=1e-12)


def test_a_kernel_that_is_not_finite():
    kernel = np.ones((3, 3))
    kernel[1, 1] = np.nan
    assert np.isnan(cross_correlate2d(np.ones((200, 200)), kernel)).all()


def test_sums_that_overflow_stay_where_they_are():
    image, kernel = np.ones((200, 200)), np.ones((21, 21))
    image[:2, 0] = 1e308
    with np.errstate(over="ignore"):
        output = cross_correlate2d(image, kernel)
    assert np.isinf(output[0, 0])
    assert np.isfinite(output.ravel()[1:]).all()
    assert output[100, 100] == 441


@pytest.mark.parametrize("size", [3, 7, 21])
@pytest.mark.parametrize("stride", [(2, 1), (1, 3), (2, 2)])
def test_strides_of_a_large_image(size, stride):
    image, kernel = noise(300, 310), noise(size, size, seed=1)
    dense = cross_correlate2d(image, kernel)
    strided = cross_correlate2d(image, kernel, stride=stride)
    assert_allclose(strided, dense[:: stride[0], :: stride[1]], atol=1e-12)
    assert strided.base is None


@pytest.mark.parametrize("size", [3, 9, 21])
def test_dilation_of_a_large_image(size):
    image, kernel = noise(300, 310), noise(size, size, seed=1)
    holes = np.zeros((2 * size - 1, 3 * size - 2))
    holes[::2, ::3] = kernel
    dilated = cross_correlate2d(image, kernel, dilation=(2, 3))
    assert_allclose(dilated, signal.correlate2d(image, holes, mode="valid"), atol=1e-11)


@pytest.mark.parametrize("size", [3, 21])
@pytest.mark.parametrize("dtype", FLOATS)
def test_any_memory_layout_of_a_large_image(size, dtype):
    base, kernel = noise(500, 600, dtype=dtype), noise(size, size, dtype=dtype, seed=1)
    off = kernel.size * np.finfo(dtype).eps * np.abs(kernel).sum() * np.abs(base).max()
    base.flags.writeable = kernel.flags.writeable = False
    for view in (base[::2, ::-3], base.T, np.broadcast_to(base[:1], (300, 600))):
        output = cross_correlate2d(view, kernel)
        assert_allclose(output, cross_correlate2d(view.copy(), kernel), rtol=0, atol=off)
        assert output.flags.writeable
        assert not np.shares_memory(output, base)


def test_long_doubles_keep_their_digits():
    image = np.full((200, 200), 1, np.longdouble) / 3
    output = cross_correlate2d(image, np.ones((3, 3)))
    assert output.dtype == np.longdouble
    assert_allclose(output, 3, rtol=9 * np.finfo(np.longdouble).eps)


@pytest.mark.parametrize("size", [3, 7])
@pytest.mark.parametrize("dtype", FLOATS)
def test_little_memory_beyond_the_result(size, dtype):
    image, kernel = noise(1024, 1024, dtype=dtype), noise(size, size, dtype=dtype, seed=1)
    for padding in ("valid", "same"):
        output = cross_correlate2d(image, kernel, padding=padding)
        tracemalloc.start()
        cross_correlate2d(image, kernel, padding=padding)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < output.nbytes + 1.3 * image.nbytes + 4 * 2**20


def test_scipy_stays_out():
    command = (
        "import sys, numpy as np; from cnnlab import cross_correlate2d as slide;"
        "[slide(np.ones((300, 300)), np.eye(size)) for size in (3, 21)];"
        "print('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]


def test_flip_kernel():
    kernel = np.arange(6).reshape(2, 3)
    flipped = flip_kernel(kernel)
    assert_array_equal(flipped, [[5, 4, 3], [2, 1, 0]])
    assert flipped.dtype == kernel.dtype
    assert not np.shares_memory(flipped, kernel)


PICTURE, KERNEL = np.zeros((6, 7)), np.ones((3, 3))
VALUE_ERRORS = [
    (PICTURE[0], KERNEL, {}, "image must have 2 axes (H, W); got 1 axis, shape (7,); one row is"),
    (np.float64(3), KERNEL, {}, "image must have 2 axes (H, W); got 0 axes, shape ()"),
    (
        np.zeros((6, 6, 3)),
        KERNEL,
        {},
        "image must have 2 axes (H, W); got 3 axes, shape (6, 6, 3); pick one channel, "
        "image[:, :, 0], or take cnnlab.images.to_grey(image)",
    ),
    (np.zeros((2, 3, 6, 6)), KERNEL, {}, "got 4 axes, shape (2, 3, 6, 6)"),
    (PICTURE, [1, 2, 1], {}, "kernel must have 2 axes (K_h, K_w); got 1 axis, shape (3,)"),
    (PICTURE, np.ones((3, 3, 3)), {}, "pick one plane, such as kernel[:, :, 0]"),
    (np.zeros((0, 5)), KERNEL, {}, "image must have at least 1 row and 1 column; got shape (0, 5)"),
    (PICTURE, np.zeros((3, 0)), {}, "kernel must have at least 1 row and 1 column; got"),
    ([[1, 2], [3]], KERNEL, {}, "image must be an array; its rows differ in length"),
    (
        PICTURE,
        np.ones((7, 3)),
        {},
        "axis 0: kernel_size 7 with dilation 1 covers 7 cells, but size",
    ),
    (PICTURE, np.ones((3, 8)), {}, "axis 1: kernel_size 8 with dilation 1 covers 8 cells"),
    (PICTURE, KERNEL, {"dilation": 4}, "use a kernel of at most 2 or padding of at least 3"),
    (PICTURE, KERNEL, {"stride": 0}, "stride must be an integer of at least 1; got 0"),
    (PICTURE, KERNEL, {"stride": (1, 0)}, "stride must be an integer of at least 1; got 0"),
    (PICTURE, KERNEL, {"stride": (1, 2, 3)}, "stride needs an int or one per axis (2); got"),
    (PICTURE, KERNEL, {"dilation": 0}, "dilation must be an integer of at least 1; got 0"),
    (PICTURE, KERNEL, {"dilation": ()}, "dilation needs an int or one per axis (2); got ()"),
    (PICTURE, KERNEL, {"padding": -1}, "padding must be an integer of at least 0; got -1"),
    (PICTURE, KERNEL, {"padding": (1, -1)}, "padding must be an integer of at least 0; got -1"),
    (PICTURE, KERNEL, {"padding": (1, 2, 3)}, "padding needs one entry per axis (2)"),
    (PICTURE, KERNEL, {"padding": ((1, 2, 3), 0)}, "padding of one axis is an int or (before, af"),
    (PICTURE, KERNEL, {"padding": "half"}, "padding must be a number of cells or one of 'valid'"),
    (PICTURE, KERNEL, {"padding": "smae"}, "did you mean 'same'?"),
    (PICTURE, KERNEL, {"border": "nearest"}, "border must be one of 'zero', 'replicate', 'refle"),
    (PICTURE, KERNEL, {"border": "warp"}, "got 'warp'; did you mean 'wrap'?"),
    (PICTURE, KERNEL, {"border": 0}, "border must be one of"),
    (PICTURE, KERNEL, {"border": None}, "got None"),
]
TYPE_ERRORS = [
    (
        "camera",
        KERNEL,
        {},
        "image must be an array of numbers; got the string 'camera'; read a picture with "
        "cnnlab.images.load('camera')",
    ),
    (PICTURE, "sobel_x", {}, "kernel must be an array of numbers; got the string 'sob"),
    (None, KERNEL, {}, "image must hold real numbers (integers, floats or booleans); got NoneType"),
    (PICTURE, None, {}, "kernel must hold real numbers"),
    ([["1", "2"]], KERNEL, {}, "got list with dtype <U1"),
    (PICTURE + 1j, KERNEL, {}, "image must hold real numbers (integers, floats or booleans); got"),
    (PICTURE, KERNEL * 1j, {}, "ndarray with dtype complex128"),
    (PICTURE.astype(object), KERNEL, {}, "dtype object"),
    (PICTURE.astype("M8[s]"), KERNEL, {}, "dtype datetime64[s]"),
    (PICTURE, KERNEL, {"stride": 1.0}, "stride must be an integer of at least 1; got 1.0 (float)"),
    (PICTURE, KERNEL, {"stride": True}, "stride must be an integer of at least 1; got True (bool)"),
    (PICTURE, KERNEL, {"stride": "2"}, "got '2' (str)"),
    (PICTURE, KERNEL, {"stride": None}, "got None (NoneType)"),
    (PICTURE, KERNEL, {"dilation": 1.5}, "dilation must be an integer of at least 1; got 1.5"),
    (PICTURE, KERNEL, {"padding": 0.5}, "padding must be an integer of at least 0; got 0.5"),
    (PICTURE, KERNEL, {"padding": None}, "padding must be an integer of at least 0; got None"),
    (PICTURE, KERNEL, {"padding": (1, False)}, "got False (bool)"),
    (PICTURE, KERNEL, {"padding": ("same", 1)}, "got 'same' (str)"),
]


@pytest.mark.parametrize("operation", [cross_correlate2d, convolve2d])
@pytest.mark.parametrize(("image", "kernel", "options", "message"), VALUE_ERRORS)
def test_malformed_values(operation, image, kernel, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        operation(image, kernel, **options)


@pytest.mark.parametrize("operation", [cross_correlate2d, convolve2d])
@pytest.mark.parametrize(("image", "kernel", "options", "message"), TYPE_ERRORS)
def test_malformed_types(operation, image, kernel, options, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        operation(image, kernel, **options)


def test_options_are_keyword_only():
    with pytest.raises(TypeError, match="positional"):
        cross_correlate2d(PICTURE, KERNEL, 2)
