"""The fast forms for one large image, against the plain sum."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from cnnlab import cross_correlate2d, image_engine, kernels
from cnnlab.convolution import _plain_sum

FLOATS = (np.float64, np.float32)
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}


def options_for(image, kernel, stride=(1, 1), dilation=(1, 1)):
    """Return the options of both forms: without padding, every window that fits."""
    shape = tuple(
        (image.shape[axis] - dilation[axis] * (kernel.shape[axis] - 1) - 1) // stride[axis] + 1
        for axis in (0, 1)
    )
    return {"shape": shape, "stride": stride, "dilation": dilation}


def both(image, kernel, **options):
    """Return the fast form's answer, which must exist, and the plain sum's."""
    options = options_for(image, kernel, **options)
    fast = image_engine.correlate(image, kernel, **options)
    assert fast is not None
    return fast, _plain_sum(image, kernel, **options)


def noise(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@st.composite
def dilated_problems(draw):
    """Draw an image of whole numbers, a kernel, and a dilation under which it fits."""
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=5)
    kernel = draw(hnp.arrays(np.float64, shapes, elements=st.integers(-9, 9)))
    dilation = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    sides = [dilation[axis] * (kernel.shape[axis] - 1) + draw(st.integers(1, 9)) for axis in (0, 1)]
    image = draw(hnp.arrays(np.float64, tuple(sides), elements=st.integers(-9, 9)))
    dtype = draw(st.sampled_from(FLOATS))
    return image.astype(dtype), kernel.astype(dtype), dilation


@settings(max_examples=200, deadline=None)
@given(dilated_problems(), st.integers(1, 60))
def test_shifts_and_transform_equal_the_plain_sum(problem, band):
    image, kernel, dilation = problem
    expected = _plain_sum(image, kernel, **options_for(image, kernel, dilation=dilation))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image_engine, "BAND", band)
        patch.setattr(image_engine, "TILE", max(band // 10, 1))
        assert_array_equal(image_engine.by_shifts(image, (kernel,), dilation), expected)
        assert_array_equal(image_engine.by_fourier(image, kernel, dilation), expected)


@settings(max_examples=100, deadline=None)
@given(dilated_problems(), st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_column_then_row_equals_the_plain_sum(problem, seed, band):
    image, kernel, dilation = problem
    rng = np.random.default_rng(seed)
    column, row = (rng.integers(-9, 10, size).astype(image.dtype) for size in kernel.shape)
    kernel = np.outer(column, row)
    expected = _plain_sum(image, kernel, **options_for(image, kernel, dilation=dilation))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image_engine, "BAND", band)
        pair = (column[:, None], row[None, :])
        assert_array_equal(image_engine.by_shifts(image, pair, dilation), expected)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [(3, 3), (7, 7), (21, 21), (1, 25), (25, 1), (4, 12)])
@pytest.mark.parametrize("separable", [False, True])
def test_large_images_against_scipy(dtype, size, separable):
    image, kernel = noise(301, 260, dtype=dtype), noise(*size, dtype=dtype, seed=1)
    if separable:
        kernel = np.outer(kernel[:, 0], kernel[0])
    actual = both(image, kernel)[0]
    assert actual.dtype == dtype
    expected = signal.correlate2d(image.astype(float), kernel.astype(float), mode="valid")
    assert_allclose(actual, expected, rtol=0, atol=TOLERANCE[dtype] * np.abs(expected).max())


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [(3, 3), (6, 5), (11, 13), (21, 21)])
@pytest.mark.parametrize("border", ["zero", "reflect"])
def test_whole_numbers_stay_exact(dtype, size, border):
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (230, 241)).astype(dtype)
    kernel = rng.integers(-9, 10, size).astype(dtype)
    options = {"stride": (1, 1), "dilation": (1, 1), "shape": image.shape}
    modes = {"zero": "constant", "reflect": "reflect"}
    sides = [(size[axis] // 2, (size[axis] - 1) - size[axis] // 2) for axis in (0, 1)]
    padded = np.pad(image, sides, mode=modes[border])
    assert image_engine.correlate(padded, kernel, **options) is not None
    actual = cross_correlate2d(image, kernel, padding=sides, border=border)
    assert_array_equal(actual, _plain_sum(padded, kernel, **options))


@pytest.mark.parametrize("name", kernels.NAMES)
def test_named_kernels(name):
    image = np.random.default_rng(3).integers(0, 256, (260, 250)).astype(np.float64)
    fast, plain = both(image, kernels.named(name))
    if name in ("small_blur", "large_blur", "box_blur"):
        assert_allclose(fast, plain, rtol=1e-13)
    else:
        assert_array_equal(fast, plain)


def test_whole_numbers_too_large_to_round_are_left_to_the_plain_sum():
    image, kernel = np.full((300, 200), 2.0**40), np.diag(np.arange(1.0, 13))
    options = options_for(image, kernel)
    assert image_engine.correlate(image, kernel, **options) is None
    assert_array_equal(cross_correlate2d(image, kernel), np.full(options["shape"], 78 * 2.0**40))


def test_which_named_kernels_are_a_column_times_a_row():
    found = {
        name for name in kernels.NAMES if image_engine.rank_one(kernels.named(name)) is not None
    }
    assert found == {
        "small_blur",
        "large_blur",
        "sobel_x",
        "sobel_y",
        "identity",
        "box_blur",
        "gaussian_blur",
        "prewitt_x",
        "prewitt_y",
        "horizontal_edge",
        "line_horizontal",
        "line_vertical",
    }


@settings(deadline=None)
@given(
    hnp.arrays(np.int64, st.integers(2, 6), elements=st.integers(-50, 50)),
    hnp.arrays(np.int64, st.integers(2, 6), elements=st.integers(-50, 50)),
    st.sampled_from(FLOATS),
)
def test_factors_of_whole_numbers_are_whole(column, row, dtype):
    kernel = np.outer(column, row).astype(dtype)
    factors = image_engine.rank_one(kernel)
    if not kernel.any():
        assert factors is None
        return
    assert_array_equal(factors[0] * factors[1], kernel)
    for factor in factors:
        assert_array_equal(factor, np.rint(factor))
        assert factor.dtype == dtype
    assert [factor.shape for factor in factors] == [(len(column), 1), (1, len(row))]


@settings(deadline=None)
@given(
    hnp.arrays(np.int64, (2, 3), elements=st.integers(-50, 50)),
    st.sampled_from(FLOATS),
    st.sampled_from([1, 6, 0.5, 2**-10, 1 / 3, 1e-9]),
)
def test_units(cells, dtype, unit):
    kernel = cells.astype(dtype) * dtype(unit)
    found, whole = image_engine.in_whole_units(kernel)
    assert_array_equal(whole * found, kernel)
    assert found.dtype == whole.dtype == dtype
    if unit in (1, 6, 0.5, 2**-10):
        divisor = max(np.gcd.reduce(cells, axis=None), 1)
        assert_array_equal(whole, cells / divisor)


@pytest.mark.parametrize("size", [3, 7, 49])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_mean_is_a_sum_in_units(size, dtype):
    unit, whole = image_engine.in_whole_units(np.full((size, size), dtype(1) / size**2))
    assert unit == dtype(1) / size**2
    assert_array_equal(whole, np.ones((size, size)))


def test_no_unit():
    kernel = noise(3, 3)
    unit, same = image_engine.in_whole_units(kernel)
    assert unit == 1
    assert same is kernel


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_gaussian_written_as_one_exponential_is_separable(dtype):
    y, x = np.mgrid[-10:11, -10:11]
    kernel = np.exp(-(x**2 + y**2) / (2 * 3.0**2))
    kernel = (kernel / kernel.sum()).astype(dtype)
    column, row = image_engine.rank_one(kernel)
    assert_allclose(column * row, kernel, rtol=20 * np.finfo(dtype).eps)
    fast, plain = both(noise(200, 210, dtype=dtype), kernel)
    assert_allclose(fast, plain, rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("change", [1e-4, -1e-4])
def test_a_kernel_that_is_nearly_separable_is_not(dtype, change):
    kernel = np.outer([1, 2, 3], [4, 5, 6]).astype(dtype) / dtype(7)
    assert image_engine.rank_one(kernel) is not None
    kernel[2, 0] *= 1 + change
    assert image_engine.rank_one(kernel) is None


@pytest.mark.parametrize("kernel", [np.eye(2), np.zeros((3, 3)), np.ones((1, 5)), np.ones((5, 1))])
def test_kernels_that_are_left_whole(kernel):
    assert image_engine.rank_one(kernel) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [(0, 0), (100, 90), (199, 179)])
@pytest.mark.parametrize("size", [3, 21])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_is_not_finite_reaches_its_windows_only(value, where, size):
    image, kernel = noise(200, 180), noise(size, size, seed=1)
    kernel[0, 0] = kernel[-1, -1] = 0  # BLAS would skip these
    clean = cross_correlate2d(image, kernel)
    image[where] = value
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


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_sums_that_overflow_stay_where_they_are():
    image, kernel = np.ones((200, 200)), np.ones((21, 21))
    kernel[0, 0] = 1.5  # not separable
    image[:2, 0] = 1e308
    output = cross_correlate2d(image, kernel)
    assert np.isinf(output[0, 0])
    assert np.isfinite(output.ravel()[1:]).all()
    assert output[100, 100] == 441.5


@pytest.mark.parametrize("size", [3, 7, 21])
@pytest.mark.parametrize("stride", [(2, 1), (1, 3), (2, 2)])
def test_strides(size, stride):
    image, kernel = noise(300, 310), noise(size, size, seed=1)
    dense = cross_correlate2d(image, kernel)
    strided = cross_correlate2d(image, kernel, stride=stride)
    assert_allclose(strided, dense[:: stride[0], :: stride[1]], atol=1e-12)
    assert strided.base is None


@pytest.mark.parametrize("size", [3, 9, 21])
def test_dilation(size):
    image, kernel = noise(300, 310), noise(size, size, seed=1)
    fast, plain = both(image, kernel, dilation=(2, 3))
    assert_allclose(fast, plain, atol=1e-12)


@pytest.mark.parametrize("size", [3, 21])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("separable", [False, True])
def test_any_memory_layout_and_nothing_modified(size, dtype, separable):
    base, kernel = noise(500, 600, dtype=dtype), noise(size, size, dtype=dtype, seed=1)
    if separable:
        kernel = np.outer(kernel[0], kernel[0])
    base.flags.writeable = kernel.flags.writeable = False
    before = base.copy(), kernel.copy()
    for view in (base, base[::2, ::-3], base.T, np.broadcast_to(base[:1], (300, 600))):
        output = cross_correlate2d(view, kernel)
        assert_array_equal(output, cross_correlate2d(view.copy(), kernel))
        assert output.flags.writeable
        assert not np.shares_memory(output, base)
    assert_array_equal(base, before[0])
    assert_array_equal(kernel, before[1])


def test_long_doubles_are_summed_plainly():
    image = np.full((200, 200), 1, np.longdouble) / 3
    output = cross_correlate2d(image, np.ones((3, 3)))
    assert output.dtype == np.longdouble
    assert_allclose(output, 3, rtol=4 * np.finfo(np.longdouble).eps)


def test_small_images_are_left_to_the_plain_sum():
    image, kernel = np.ones((6, 7)), np.ones((3, 3))
    assert image_engine.correlate(image, kernel, **options_for(image, kernel)) is None


@pytest.mark.parametrize(("shape", "size"), [((20, 40_000), 5), ((40_000, 6), 5), ((12, 9000), 9)])
def test_long_strips(shape, size):
    fast, plain = both(noise(*shape), noise(size, size, seed=1))
    assert_allclose(fast, plain, atol=1e-12)


@pytest.mark.parametrize("size", [3, 7, 21])
@pytest.mark.parametrize("dtype", FLOATS)
def test_memory(size, dtype):
    image, kernel = noise(1024, 1024, dtype=dtype), noise(size, size, dtype=dtype, seed=1)
    output = cross_correlate2d(image, kernel)
    tracemalloc.start()
    cross_correlate2d(image, kernel)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < output.nbytes + 1.3 * image.nbytes + 4 * 2**20


def test_the_heavy_parts_of_scipy_stay_out():
    command = (
        "import sys, numpy as np; from cnnlab import cross_correlate2d as slide;"
        "slide(np.ones((9, 9)), np.ones((3, 3))); print('scipy' in sys.modules);"
        "[slide(np.ones((300, 300)), np.eye(size)) for size in (3, 21)];"
        "print('scipy.signal' in sys.modules, 'scipy.ndimage' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"] * 3
