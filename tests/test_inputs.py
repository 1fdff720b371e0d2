"""What every operation promises about the arrays it is given, checked on all of them alike."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab

MAPS = {1: (2, 4, 9), 2: (2, 4, 6, 7), 3: (2, 4, 5, 6, 4)}
MAX_POOL = {axes: getattr(cnnlab, f"max_pool{axes}d") for axes in (1, 2, 3)}


def filters(axes):
    return (6, 4, *(3, 2, 2)[:axes])


def output_of(axes):
    kernel = filters(axes)[2:]
    return (2, 6, *(n - k + 1 for n, k in zip(MAPS[axes][2:], kernel, strict=True)))


def layer(name, **options):
    function = getattr(cnnlab, name)
    return lambda k, *given: function(*given, **options)


def pooling(name):
    function = getattr(cnnlab, name)
    return lambda k, x: function(x, k, padding=k // 2)


def max_pool_backward(k, x, y):
    pool = MAX_POOL[x.ndim - 2](x, k, stride=1)
    grad = y[(slice(None), slice(None), *(slice(n) for n in pool.output.shape[2:]))]
    return cnnlab.max_pool_backward(grad, pool.switches, x.shape)


def avg_pool_backward(k, grad):
    shape = (*grad.shape[:2], *(n + k - 1 for n in grad.shape[2:]))
    return cnnlab.avg_pool_backward(grad, shape, k, stride=1)


def lp_pool_backward(k, grad, x):
    options = {"stride": 1, "padding": ((0, k - 1),) * (x.ndim - 2)}
    return cnnlab.lp_pool_backward(grad, x, k, **options)


def max_unpool(k, y):
    size = np.prod(y.shape[2:], dtype=int)
    switches = np.broadcast_to(np.arange(size).reshape(y.shape[2:]), y.shape)
    return cnnlab.max_unpool(y, switches, y.shape)


def conv_matrix(k, kernel):
    shape = (kernel.shape[1], 6, 7) if kernel.ndim == 4 else (6, 7)
    return cnnlab.conv_matrix(kernel, shape)


def col2im(k, columns):
    size = columns.shape[2] + k - 1
    return cnnlab.col2im(columns, (*columns.shape[:1], columns.shape[1] // k, size), (k,))


# name -> the call, given a kernel size and the arrays; the arrays' shapes. The kernel size is 2,
# or 1 where all shapes are cut down to one cell.
CALLS = {
    "cross_correlate2d": (lambda k, *a: cnnlab.cross_correlate2d(*a), [(6, 7), (3, 2)]),
    "cross_correlate2d, border": (
        lambda k, *a: cnnlab.cross_correlate2d(*a, padding=1, border="wrap"),
        [(6, 7), (3, 2)],
    ),
    "convolve2d": (lambda k, *a: cnnlab.convolve2d(*a, padding="same"), [(6, 7), (3, 2)]),
    "global_average_pool": (lambda k, x: cnnlab.global_average_pool(x), [MAPS[2]]),
    "depthwise_max_pool": (lambda k, x: cnnlab.depthwise_max_pool(x, k), [MAPS[2]]),
    "avg_pool_backward": (avg_pool_backward, [MAPS[2]]),
    "lp_pool_backward": (lp_pool_backward, [MAPS[2], MAPS[2]]),
    "max_unpool": (max_unpool, [MAPS[2]]),
    "conv_matrix, one kernel": (conv_matrix, [(3, 2)]),
    "conv_matrix, filters": (conv_matrix, [filters(2)]),
    "im2col": (lambda k, x: cnnlab.im2col(x, k, padding=k - 1), [MAPS[2]]),
    "col2im": (col2im, [(2, 6, 9)]),
}
for axes in (1, 2, 3):
    conv, maps = f"conv{axes}d", MAPS[axes]
    CALLS |= {
        conv: (layer(conv), [maps, filters(axes), (6,)]),
        f"{conv}, options": (
            layer(conv, stride=2, padding=1, dilation=2),
            [maps, filters(axes)],
        ),
        f"{conv}, 1×1": (layer(conv), [maps, (6, 4, *(1,) * axes)]),
        f"{conv}_backward": (
            layer(f"{conv}_backward"),
            [output_of(axes), maps, filters(axes)],
        ),
        f"conv_transpose{axes}d": (
            layer(f"conv_transpose{axes}d", stride=2),
            [output_of(axes), filters(axes), (4,)],
        ),
        f"max_pool{axes}d": (pooling(f"max_pool{axes}d"), [maps]),
        f"avg_pool{axes}d": (pooling(f"avg_pool{axes}d"), [maps]),
        f"lp_pool{axes}d": (pooling(f"lp_pool{axes}d"), [maps]),
        f"max_pool_backward, {axes}": (max_pool_backward, [maps, maps]),
    }
BATCHED = [
    name
    for name in CALLS
    if not name.startswith(("cross_correlate2d", "convolve2d", "conv_matrix"))
]


def arrays(shapes, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return [(4 * rng.normal(size=shape)).astype(dtype) for shape in shapes]


def parts(result):
    """Return the dense arrays of a result: one, or those of a named tuple."""
    if isinstance(result, tuple):
        return list(result)
    return [result.toarray() if hasattr(result, "toarray") else result]


def floats(result):
    return [part for part in parts(result) if part.dtype.kind == "f"]


def every_call(names=tuple(CALLS)):
    return pytest.mark.parametrize("name", names)


def test_every_operation_is_here():
    covered = {name.split(",")[0] for name in CALLS}
    no_arrays = {"output_size", "ConvGradients", "Pooled", "receptive_field", "stack_sizes"}
    no_arrays |= {"field_of", "count_paths", "effective_field"}
    always_float64 = {"check_gradient", "numerical_gradient"}
    public = {name for name, value in vars(cnnlab).items() if callable(value)}
    assert covered | no_arrays | always_float64 == public


@every_call()
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.float16, np.float32),
        (np.int64, np.float64),
        (np.uint8, np.float64),
        (np.bool_, np.float64),
        (">f4", np.float32),
    ],
)
def test_types(name, given, expected):
    call, shapes = CALLS[name]
    found = floats(call(2, *(np.abs(a).astype(given) for a in arrays(shapes))))
    assert found
    assert {part.dtype for part in found} == {np.dtype(expected)}


@every_call()
def test_float32_is_near_float64(name):
    call, shapes = CALLS[name]
    single = arrays(shapes, np.float32)
    double = [array.astype(np.float64) for array in single]
    for near, exact in zip(parts(call(2, *single)), parts(call(2, *double)), strict=True):
        assert_allclose(near, exact, rtol=1e-4, atol=1e-5 * max(np.abs(exact).max(), 1))


@every_call()
def test_bytes_do_not_overflow(name):
    call, shapes = CALLS[name]
    whole = [np.full(shape, 255, np.uint8) for shape in shapes]
    expected = parts(call(2, *(array.astype(np.float64) for array in whole)))
    for found, wanted in zip(parts(call(2, *whole)), expected, strict=True):
        assert_allclose(found, wanted, rtol=1e-12)


def every_other_cell(array):
    wide = np.full([2 * n + 1 for n in array.shape], np.nan, array.dtype)
    view = wide[(slice(1, None, 2),) * array.ndim]
    view[...] = array
    return view


def channels_last(array):
    return (
        np.moveaxis(np.moveaxis(array, min(1, array.ndim - 1), -1).copy(), -1, 1)
        if (array.ndim > 1)
        else array
    )


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def unaligned(array):
    raw = np.zeros(array.nbytes + 1, np.uint8)[1:].view(array.dtype).reshape(array.shape)
    raw[...] = array
    return raw


LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "negative strides": lambda array: np.flip(np.flip(array).copy()),
    "every other cell": every_other_cell,
    "channels last": channels_last,
    "read-only": read_only,
    "not aligned": unaligned,
    "swapped bytes": lambda array: array.astype(array.dtype.newbyteorder()),
}


@every_call()
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_memory_layout(name, layout, dtype):
    call, shapes = CALLS[name]
    plain = arrays(shapes, dtype)
    laid_out = [LAYOUTS[layout](array) for array in plain]
    for array, view in zip(plain, laid_out, strict=True):
        assert_array_equal(array, view)
    rtol = 1e-5 if dtype == np.float32 else 1e-12
    for found, expected in zip(parts(call(2, *laid_out)), parts(call(2, *plain)), strict=True):
        assert found.dtype == expected.dtype
        assert_allclose(found, expected, rtol=rtol, atol=rtol * 100)


@every_call()
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inputs_stay_as_they_were_and_results_are_ones_own(name, dtype):
    call, shapes = CALLS[name]
    given = arrays(shapes, dtype)
    before = [array.copy() for array in given]
    result = call(2, *given)
    dense = [result.data] if hasattr(result, "toarray") else parts(result)
    for part in dense:
        assert part.flags.writeable
        assert not any(np.shares_memory(part, array) for array in given)
        part[...] = 0
    for array, old in zip(given, before, strict=True):
        assert_array_equal(array, old)
    near = {"rtol": 1e-5, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-11}
    for found, again in zip(parts(call(2, *given)), parts(call(2, *before)), strict=True):
        assert_allclose(found, again, **near)


@every_call(BATCHED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_empty_batch(name, dtype):
    call, shapes = CALLS[name]
    batch = shapes[0][0]
    given = arrays(shapes, dtype)
    cut = [array[:0] if array.shape[0] == batch and array.ndim > 2 else array for array in given]
    for none, some in zip(parts(call(2, *cut)), parts(call(2, *given)), strict=True):
        assert none.dtype == some.dtype
        if none.size:  # the gradients of weight and bias, which add up over the batch
            assert none.shape == some.shape
            assert not none.any()
        else:
            assert none.shape == (0, *some.shape[1:])


@every_call([n for n in CALLS if not n.startswith("conv_matrix") and "options" not in n])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_cell(name, dtype):
    call, shapes = CALLS[name]
    given = [np.full([1] * len(shape), 3, dtype) for shape in shapes]
    for part in floats(call(1, *given)):
        assert part.dtype == dtype
        assert part.size in (1, 9)  # 9 where the image is padded
        assert np.isfinite(part).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "weight", "options"),
    [
        ((2, 6, 14, 15), (16, 6, 5, 5), {}),
        ((1, 64, 29, 30), (48, 64, 3, 3), {"padding": 1}),
        ((1, 160, 12, 13), (130, 160, 3, 3), {"padding": 1}),
        ((1, 3, 67, 71), (20, 3, 11, 11), {"stride": 4}),
        ((2, 32, 14, 15), (70, 32, 1, 1), {}),
        ((1, 1, 60, 61), (2, 1, 21, 21), {"padding": 10}),
    ],
    ids=str,
)
def test_what_is_not_finite_stays_where_windows_meet_it(shape, weight, options, dtype, bad):
    x, w = arrays([shape, weight], dtype)
    w[w == 0] = 1
    clean = cnnlab.conv2d(x, w, **options)
    x[0, 0, 5, 6] = bad
    touched = np.zeros((1, 1, *shape[2:]))
    touched[0, 0, 5, 6] = 1
    reach = cnnlab.conv2d(touched, np.ones((1, 1, *weight[2:])), **options)[0, 0] > 0.5
    output = cnnlab.conv2d(x, w, **options)
    assert not np.isfinite(output[0][:, reach]).any()
    output[0][:, reach] = clean[0][:, reach] = 0
    scale = np.abs(clean).max()
    assert_allclose(output, clean, rtol=0, atol=scale * (1e-4 if dtype == np.float32 else 1e-11))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("separable", [False, True])
@pytest.mark.parametrize("size", [3, 7, 21])
def test_an_image_with_a_cell_that_is_not_finite(size, separable, bad):
    rng = np.random.default_rng(size)
    column = 1 + rng.random(size)
    kernel = np.outer(column, column) if separable else 1 + rng.random((size, size))
    image = rng.normal(size=(200, 210))
    clean = cnnlab.cross_correlate2d(image, kernel)
    image[100, 90] = bad
    output = cnnlab.cross_correlate2d(image, kernel)
    rows, columns = (slice(at - size + 1, at + 1) for at in (100, 90))
    assert not np.isfinite(output[rows, columns]).any()
    output[rows, columns] = clean[rows, columns]
    assert_allclose(output, clean, atol=1e-10 * np.abs(clean).max())


HUGE = [100, 2**31]


@pytest.mark.parametrize("step", HUGE)
def test_a_stride_beyond_the_map_leaves_one_window(step):
    image, kernel = arrays([(6, 7), (3, 2)])
    x, w, grad = arrays([MAPS[2], filters(2), (2, 6, 1, 1)])
    assert_allclose(
        cnnlab.cross_correlate2d(image, kernel, stride=step),
        cnnlab.cross_correlate2d(image, kernel)[:1, :1],
    )
    assert_allclose(cnnlab.conv2d(x, w, stride=step), cnnlab.conv2d(x, w)[:, :, :1, :1])
    far = cnnlab.conv2d_backward(grad, x, w, stride=step)
    near = cnnlab.conv2d_backward(grad, x, w, stride=10)
    for found, expected in zip(far, near, strict=True):
        assert_allclose(found, expected)
    for found, expected in zip(
        cnnlab.max_pool2d(x, 2, stride=step), cnnlab.max_pool2d(x, 2, stride=10), strict=True
    ):
        assert_array_equal(found, expected)
    assert_allclose(cnnlab.avg_pool2d(x, 2, stride=step), cnnlab.avg_pool2d(x, 2, stride=10))


@pytest.mark.parametrize("gap", HUGE)
def test_a_window_of_one_cell_has_no_gaps(gap):
    x, w = arrays([MAPS[2], (6, 4, 1, 1)])
    assert_allclose(cnnlab.conv2d(x, w, dilation=gap), cnnlab.conv2d(x, w))
    assert_array_equal(cnnlab.max_pool2d(x, 1, dilation=gap).output, x)


@pytest.mark.parametrize("number", [2**31 + 1, 2**62, 2**70])
@pytest.mark.parametrize("option", ["stride", "dilation", "padding"])
def test_numbers_no_map_has_room_for_are_refused_by_name(option, number):
    image, kernel = arrays([(6, 7), (3, 2)])
    x, w, grad = arrays([MAPS[2], filters(2), output_of(2)])
    given = {option: number}
    calls = [
        lambda: cnnlab.cross_correlate2d(image, kernel, **given),
        lambda: cnnlab.conv2d(x, w, **given),
        lambda: cnnlab.conv2d(x, w[..., :1, :1], **given),
        lambda: cnnlab.conv2d_backward(grad, x, w, **given),
        lambda: cnnlab.conv_transpose2d(grad, w, **given),
        lambda: cnnlab.max_pool2d(x, 1, **given),
        lambda: cnnlab.avg_pool2d(x, 2, **given),
        lambda: cnnlab.lp_pool2d(x, 2, **given),
        lambda: cnnlab.avg_pool_backward(grad, x.shape, 2, **given),
        lambda: cnnlab.im2col(x, 2, **given),
        lambda: cnnlab.conv_matrix(kernel, (6, 7), **given),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=f"^{option} must be .* at most {2**31}; got {number}"):
            call()
