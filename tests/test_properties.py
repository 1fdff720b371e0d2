"""Properties that tie the operations to each other, to SciPy and to finite differences.

The shapes are random and small, or one of `LARGE`: sizes at which a fast form may be taken.
"""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage, signal

import cnnlab
from cnnlab import check_gradient

# batch and size, C_in, C_out, kernel, stride, padding, dilation, groups
LARGE = [
    ((4, 32, 33), 1, 6, (5, 5), 1, 0, 1, 1),
    ((3, 14, 15), 6, 16, (5, 5), 1, 0, 1, 1),
    ((2, 28, 27), 16, 32, (3, 3), 1, 1, 1, 1),
    ((1, 29, 30), 64, 48, (3, 3), 1, 1, 1, 1),
    ((1, 12, 13), 160, 130, (3, 3), 1, ((1, 0), (0, 2)), 1, 1),
    ((2, 67, 71), 3, 20, (11, 11), 4, 0, 1, 1),
    ((4, 28, 29), 32, 40, (3, 3), 2, 1, 1, 1),
    ((4, 14, 15), 64, 100, (1, 1), 1, 0, 1, 1),
    ((2, 15, 14), 24, 30, (1, 1), (2, 3), 0, 1, 1),
    ((1, 60, 61), 1, 2, (13, 15), 1, (6, 7), 1, 1),
    ((2, 20, 22), 24, 24, (3, 3), 1, 1, 1, 24),
    ((2, 20, 22), 24, 48, (3, 5), 1, 1, 1, 3),
    ((2, 26, 25), 12, 20, (3, 3), 1, 2, 2, 1),
    ((1, 9, 500), 3, 8, (1, 9), 1, (0, 4), 1, 1),
    ((4, 300), 8, 20, (9,), 1, 4, 1, 1),
    ((2, 6, 18, 17), 4, 10, (3, 3, 3), 1, 1, 1, 1),
]


def per_axis(value, axes):
    return (value,) * axes if isinstance(value, int) else tuple(value)


def build(case, seed=0, dtype=np.float64):
    """Make the arrays of a layer, and its functions for as many axes."""
    (batch, *size), c_in, c_out, kernel, stride, padding, dilation, groups = case
    axes = len(size)
    rng = np.random.default_rng(seed)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    x = rng.normal(size=(batch, c_in, *size)).astype(dtype)
    weight = rng.normal(size=(c_out, c_in // groups, *kernel)).astype(dtype)
    conv = getattr(cnnlab, f"conv{axes}d")
    shape = conv(x, weight, **options).shape
    return SimpleNamespace(
        axes=axes,
        x=x,
        weight=weight,
        bias=rng.normal(size=c_out).astype(dtype),
        y=rng.normal(size=shape).astype(dtype),
        options=options,
        conv=conv,
        backward=getattr(cnnlab, f"conv{axes}d_backward"),
        transpose=getattr(cnnlab, f"conv_transpose{axes}d"),
    )


@st.composite
def small_layers(draw, *, axes=(1, 2, 3), groups=(1, 2, 3)):
    """Draw a layer on one, two or three axes, with every option."""
    axes, groups = draw(st.sampled_from(axes)), draw(st.sampled_from(groups))

    def each(low, high):
        return draw(st.tuples(*[st.integers(low, high)] * axes))

    kernel, stride, dilation = each(1, 3), each(1, 3), each(1, 2)
    padding = tuple(zip(each(0, 2), each(0, 2), strict=True))
    size = tuple(
        max(d * (k - 1) + 1 - sum(p), 1) + more
        for k, d, p, more in zip(kernel, dilation, padding, each(0, 4), strict=True)
    )
    c_in, c_out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    batch = draw(st.integers(1, 2))
    return (batch, *size), c_in, c_out, kernel, stride, padding, dilation, groups


def padded_input(layer):
    padding = per_axis(layer.options["padding"], layer.axes)
    pairs = [(p, p) if isinstance(p, int) else p for p in padding]
    return np.pad(layer.x, [(0, 0), (0, 0), *pairs])


def by_scipy(layer):
    """Correlate every stack of maps with every filter by `scipy.signal.correlate`."""
    stride, dilation = (per_axis(layer.options[o], layer.axes) for o in ("stride", "dilation"))
    shape = [d * (k - 1) + 1 for d, k in zip(dilation, layer.weight.shape[2:], strict=True)]
    holes = np.zeros((*layer.weight.shape[:2], *shape))
    holes[(..., *(slice(None, None, d) for d in dilation))] = layer.weight
    each_in, each_out = layer.weight.shape[1], len(layer.weight) // layer.options["groups"]
    maps = [
        [
            signal.correlate(image[o // each_out * each_in :][:each_in], kernel, mode="valid")[0]
            for o, kernel in enumerate(holes)
        ]
        for image in padded_input(layer)
    ]
    return np.array(maps)[(..., *(slice(None, None, s) for s in stride))]


def by_windows(layer):
    """Multiply every window with every filter in one product, in float64; quick if large."""
    stride, dilation = (per_axis(layer.options[o], layer.axes) for o in ("stride", "dilation"))
    x, weight = padded_input(layer).astype(np.float64), layer.weight.astype(np.float64)
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:], strict=True)]
    windows = np.lib.stride_tricks.sliding_window_view(x, spans, tuple(range(2, x.ndim)))
    steps = (*(slice(None, None, s) for s in stride), *(slice(None, None, d) for d in dilation))
    windows = windows[(slice(None), slice(None), *steps)]
    cells = tuple(range(2 + layer.axes, 2 + 2 * layer.axes))
    groups = layer.options["groups"]
    parts = [
        np.tensordot(w, v, ((1, *range(2, w.ndim)), (1, *cells)))
        for w, v in zip(np.split(weight, groups), np.split(windows, groups, 1), strict=True)
    ]
    return np.moveaxis(np.concatenate(parts), 0, 1)


def check_layer(layer, oracle, rtol):
    """Hold a layer to an oracle, and its gradients to the layer."""
    expected = oracle(layer)
    output = layer.conv(layer.x, layer.weight, **layer.options)
    near = {"rtol": rtol, "atol": rtol * np.abs(expected).max()}
    assert_allclose(output, expected, **near)
    assert output.dtype == layer.x.dtype
    each = (1, -1) + (1,) * layer.axes
    biased = layer.conv(layer.x, layer.weight, layer.bias, **layer.options)
    assert_allclose(biased, expected + layer.bias.reshape(each), **near)

    # ⟨Cx, y⟩ = ⟨x, Cᵀy⟩, and the same for the filters, for all of x and weight at once
    gradients = layer.backward(layer.y, layer.x, layer.weight, **layer.options)
    total = np.sum(expected * layer.y, dtype=np.float64)
    size = np.sqrt(np.sum(expected**2, dtype=np.float64) * np.sum(layer.y**2, dtype=np.float64))
    close = {"rtol": 0, "atol": rtol * size}
    for gradient, operand in zip(gradients, (layer.x, layer.weight), strict=False):
        assert gradient.shape == operand.shape
        assert gradient.dtype == operand.dtype
        assert_allclose(np.sum(gradient * operand, dtype=np.float64), total, **close)
    sums = layer.y.sum(axis=(0, *range(2, layer.y.ndim)), dtype=np.float64)
    assert_allclose(gradients.bias, sums, rtol=rtol, atol=rtol * np.sqrt(layer.y.size))
    return gradients


def check_directions(layer, gradients, oracle, seed, rtol):
    """Hold the gradients to ⟨g, dx⟩ for random dx; the layer is linear in each operand."""
    rng = np.random.default_rng(seed)
    for name in ("x", "weight"):
        d = rng.normal(size=getattr(layer, name).shape).astype(layer.x.dtype)
        moved = SimpleNamespace(**{**vars(layer), name: d})
        change = oracle(moved)
        there = np.sum(change * layer.y, dtype=np.float64)
        back = np.sum(getattr(gradients, name) * d, dtype=np.float64)
        size = np.sqrt(np.sum(change**2, dtype=np.float64) * np.sum(layer.y**2, dtype=np.float64))
        assert_allclose(back, there, rtol=0, atol=rtol * size)


@settings(max_examples=100, deadline=None)
@given(small_layers(), st.integers(0, 2**32 - 1))
def test_layers_of_random_shapes(case, seed):
    layer = build(case, seed)
    gradients = check_layer(layer, by_scipy, 1e-12)
    check_directions(layer, gradients, by_scipy, seed + 1, 1e-12)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float32, 5e-5), (np.float64, 1e-11)])
@pytest.mark.parametrize("case", LARGE, ids=str)
def test_layers_of_large_shapes(case, dtype, rtol):
    layer = build(case, 1, dtype)
    gradients = check_layer(layer, by_windows, rtol)
    check_directions(layer, gradients, by_windows, 2, rtol)


@settings(max_examples=60, deadline=None)
@given(small_layers(), st.integers(0, 2**32 - 1))
def test_gradients_are_those_of_finite_differences(case, seed):
    layer = build(case, seed)
    gradients = layer.backward(layer.y, layer.x, layer.weight, **layer.options)
    operands = {"x": layer.x[:1], "weight": layer.weight, "bias": layer.bias}
    if len(layer.x) > 1:
        gradients = layer.backward(layer.y[:1], layer.x[:1], layer.weight, **layer.options)
    for name, value in operands.items():

        def move(moved, name=name):
            return layer.conv(**{**operands, name: moved}, **layer.options)

        check_gradient(move, value, getattr(gradients, name), layer.y[:1], rtol=1e-6)


def output_padding(layer):
    """Say to which of the sizes that the layer brings to one output its transpose returns."""
    options = layer.options
    least = [
        s * (n - 1) + d * (k - 1) + 1 - sum(p)
        for n, s, d, k, p in zip(
            layer.y.shape[2:],
            options["stride"],
            options["dilation"],
            layer.weight.shape[2:],
            options["padding"],
            strict=True,
        )
    ]
    return tuple(n - m for n, m in zip(layer.x.shape[2:], least, strict=True))


@settings(max_examples=60, deadline=None)
@given(small_layers(), st.integers(0, 2**32 - 1))
def test_the_transpose_is_the_adjoint(case, seed):
    layer = build(case, seed)
    expected = layer.backward(layer.y, layer.x, layer.weight, **layer.options).x
    options = layer.options | {"output_padding": output_padding(layer)}
    assert_allclose(layer.transpose(layer.y, layer.weight, **options), expected, atol=1e-12)
    bias = np.arange(1.0, 1 + layer.x.shape[1])
    biased = layer.transpose(layer.y, layer.weight, bias, **options)
    each = bias.reshape(-1, *[1] * layer.axes)
    assert_allclose(biased, expected + each, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(small_layers(groups=[1]), st.integers(0, 2**32 - 1), st.data())
def test_an_impulse_gives_the_kernel(case, seed, data):
    layer = build(case, seed)
    channel = data.draw(st.integers(0, layer.x.shape[1] - 1))
    impulse = np.zeros_like(layer.x[:1])
    place = (0, channel, *(data.draw(st.integers(0, n - 1)) for n in impulse.shape[2:]))
    impulse[place] = 1
    # full correlation meets each cell of the kernel once, last cell first
    full = layer.conv(impulse, layer.weight, padding="full", dilation=layer.options["dilation"])
    window = tuple(
        slice(at, at + d * (k - 1) + 1, d)
        for at, d, k in zip(
            place[2:], layer.options["dilation"], layer.weight.shape[2:], strict=True
        )
    )
    flipped = np.flip(layer.weight[:, channel], tuple(range(1, layer.axes + 1)))
    assert_array_equal(full[(0, slice(None), *window)], flipped)
    assert np.count_nonzero(full) == np.count_nonzero(flipped)
    # the transpose puts the kernel down as it is
    spread = layer.transpose(
        impulse, np.swapaxes(layer.weight, 0, 1), dilation=layer.options["dilation"]
    )
    assert_array_equal(spread[(0, slice(None), *window)], layer.weight[:, channel])


@settings(max_examples=60, deadline=None)
@given(small_layers(), st.integers(0, 2**32 - 1), st.data())
def test_a_shifted_input_gives_a_shifted_output(case, seed, data):
    layer = build(case, seed)
    options = layer.options | {"stride": 1, "padding": "valid"}
    wide = np.pad(layer.x, [(0, 0), (0, 0)] + [(4, 4)] * layer.axes)
    start = [slice(data.draw(st.integers(0, 3)), None) for _ in range(layer.axes)]
    output = layer.conv(wide, layer.weight, **options)
    shifted = layer.conv(wide[(..., *start)], layer.weight, **options)
    assert_allclose(shifted, output[(..., *start)], atol=1e-12)


@st.composite
def small_poolings(draw, kinds=("max", "avg", "lp")):
    """Draw a pooling on one, two or three axes, with every option, and its input's shape."""
    axes = draw(st.integers(1, 3))

    def each(low, high):
        return draw(st.tuples(*[st.integers(low, high)] * axes))

    kernel, stride, dilation = each(1, 3), each(1, 4), each(1, 2)
    padding = tuple((draw(st.integers(0, k // 2)), draw(st.integers(0, k // 2))) for k in kernel)
    size = tuple(
        max(d * (k - 1) + 1 - sum(p), d) + more  # so that no window misses the map
        for k, d, p, more in zip(kernel, dilation, padding, each(0, 4), strict=True)
    )
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    options["ceil"] = draw(st.booleans())
    kind = draw(st.sampled_from(kinds))
    if kind == "avg":
        options["count_padding"] = True
    if kind == "lp":
        options["p"] = draw(st.sampled_from([1, 2, 3, 2.5]))
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 3)), *size)
    return kind, kernel, options, shape


def pool(kind, kernel, options, x):
    """Run a pooling; return its output and a function that takes a gradient back."""
    result = getattr(cnnlab, f"{kind}_pool{x.ndim - 2}d")(x, kernel, **options)
    if kind == "max":
        return result.output, lambda y: cnnlab.max_pool_backward(y, result.switches, x.shape)
    if kind == "avg":
        return result, lambda y: cnnlab.avg_pool_backward(y, x.shape, kernel, **options)
    return result, lambda y: cnnlab.lp_pool_backward(y, x, kernel, **options)


def apart(shape, seed):
    """Make an array whose cells differ by far more than a step, and none of which is near 0."""
    cells = np.arange(1, np.prod(shape) + 1) / 10
    rng = np.random.default_rng(seed)
    return (rng.permutation(cells) * rng.choice([-1, 1], cells.size)).reshape(shape)


@settings(max_examples=40, deadline=None)
@given(small_poolings(), st.integers(0, 2**32 - 1))
def test_pooling_gradients_are_those_of_finite_differences(pooling, seed):
    kind, kernel, options, shape = pooling
    x = apart(shape, seed)
    output, back = pool(kind, kernel, options, x)
    y = np.random.default_rng(seed).normal(size=output.shape)
    check_gradient(lambda moved: pool(kind, kernel, options, moved)[0], x, back(y), y, rtol=1e-6)


@settings(max_examples=100, deadline=None)
@given(small_poolings(kinds=("max", "avg")), st.integers(0, 2**32 - 1))
def test_pooling_gradients_are_the_adjoints(pooling, seed):
    kind, kernel, options, shape = pooling
    x = apart(shape, seed)
    output, back = pool(kind, kernel, options, x)
    y = np.random.default_rng(seed).normal(size=output.shape)
    assert_allclose(np.sum(output * y), np.sum(x * back(y)), atol=1e-9 * np.abs(x).max())


@settings(max_examples=60, deadline=None)
@given(small_poolings(kinds=("max",)), st.integers(0, 2**32 - 1))
def test_unpooling_puts_each_maximum_back(pooling, seed):
    _, kernel, options, shape = pooling
    x = apart(shape, seed)
    output, switches = getattr(cnnlab, f"max_pool{x.ndim - 2}d")(x, kernel, **options)
    maps, found, at = (array.reshape(*shape[:2], -1) for array in (x, output, switches))
    expected = np.zeros_like(maps)
    for b, c, i in np.ndindex(at.shape):
        assert maps[b, c, at[b, c, i]] == found[b, c, i]
        expected[b, c, at[b, c, i]] = found[b, c, i]
    assert_array_equal(cnnlab.max_unpool(output, switches, shape), expected.reshape(shape))


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 3, 5])
def test_pooling_against_scipy_ndimage(axes, size):
    x = np.random.default_rng(axes).normal(size=(2, 3, 11, 12, 13)[: axes + 2])
    window, margin = (1, 1) + (size,) * axes, size // 2
    options = {"stride": 1, "padding": margin}
    largest = ndimage.maximum_filter(x, size=window, mode="constant", cval=-np.inf)
    assert_array_equal(pool("max", size, options, x)[0], largest)
    mean = ndimage.uniform_filter(x, size=window, mode="constant")
    averaged = pool("avg", size, options | {"count_padding": True}, x)[0]
    assert_allclose(averaged, mean, atol=1e-12)
    inside = ndimage.uniform_filter(np.ones_like(x), size=window, mode="constant")
    assert_allclose(pool("avg", size, options, x)[0], mean / inside, atol=1e-12)
    squares = ndimage.uniform_filter(x**2, size=window, mode="constant") * size**axes
    assert_allclose(pool("lp", size, options, x)[0] ** 2, squares, atol=1e-11)


# ---- C ----


@settings(max_examples=60, deadline=None)
@given(small_layers(groups=[1]), st.integers(0, 2**32 - 1))
def test_the_matrix_is_the_layer_and_its_transpose_the_adjoint(case, seed):
    layer = build(case, seed)
    options = {name: layer.options[name] for name in ("stride", "padding", "dilation")}
    matrix = cnnlab.conv_matrix(layer.weight, layer.x.shape[1:], **options)
    assert matrix.shape == (layer.y[0].size, layer.x[0].size)
    for x, y in zip(layer.x, layer.conv(layer.x, layer.weight, **options), strict=True):
        assert_allclose(matrix @ x.ravel(), y.ravel(), atol=1e-12)
    gradients = layer.backward(layer.y, layer.x, layer.weight, **options)
    for y, x in zip(layer.y, gradients.x, strict=True):
        assert_allclose(matrix.T @ y.ravel(), x.ravel(), atol=1e-12)
    options["output_padding"] = output_padding(layer)
    back = layer.transpose(layer.y, layer.weight, **options)
    assert_allclose(back[0].ravel(), matrix.T @ layer.y[0].ravel(), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(small_layers(axes=[2], groups=[1]), st.integers(0, 2**32 - 1))
def test_the_matrix_of_one_kernel_is_the_correlation(case, seed):
    layer = build(case, seed)
    options = {name: layer.options[name] for name in ("stride", "padding", "dilation")}
    image, kernel = layer.x[0, 0], layer.weight[0, 0]
    matrix = cnnlab.conv_matrix(kernel, image.shape, **options)
    expected = cnnlab.cross_correlate2d(image, kernel, **options)
    assert_allclose(matrix @ image.ravel(), expected.ravel(), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(small_layers(groups=[1]), st.integers(0, 2**32 - 1))
def test_columns_times_filters_are_the_layer_and_col2im_its_adjoint(case, seed):
    layer = build(case, seed)
    options = {name: layer.options[name] for name in ("stride", "padding", "dilation")}
    kernel = layer.weight.shape[2:]
    columns = cnnlab.im2col(layer.x, kernel, **options)
    product = layer.weight.reshape(len(layer.weight), -1) @ columns
    expected = layer.conv(layer.x, layer.weight, **options)
    assert_allclose(product.reshape(expected.shape), expected, atol=1e-12)
    other = np.random.default_rng(seed).normal(size=columns.shape)
    there = np.sum(columns * other)
    back = cnnlab.col2im(other, layer.x.shape, kernel, **options)
    assert_allclose(np.sum(layer.x * back), there, atol=1e-10)


# ---- sizes, every combination ----

UP_TO_12 = range(1, 13)


def count_windows(size, span, stride, before, after, *, ceil):
    """Lay windows down one after another, and count them."""
    windows = 0
    while True:
        end = windows * stride + span
        fits = end <= size + before + after
        begins_on_the_map = windows * stride < size + before
        something_left = end - stride < size + before + after
        if not (fits or (ceil and begins_on_the_map and something_left)):
            return windows
        windows += 1


@pytest.mark.parametrize("ceil", [False, True])
def test_every_size_of_a_pooling(ceil):
    fitted = 0
    for size in UP_TO_12:
        x = np.zeros((1, 1, size))
        for kernel, stride in product(UP_TO_12, UP_TO_12):
            for pad in {0, kernel // 2}:
                expected = count_windows(size, kernel, stride, pad, pad, ceil=ceil)
                options = {"stride": stride, "padding": pad, "ceil": ceil, "switches": False}
                if expected:
                    output = cnnlab.max_pool1d(x, kernel, **options).output
                    assert output.shape == (1, 1, expected), (size, kernel, stride, pad)
                    fitted += 1
                else:
                    with pytest.raises(ValueError, match="kernel_size"):
                        cnnlab.max_pool1d(x, kernel, **options)
    assert fitted > 1000


def test_every_size_of_a_transposed_layer():
    checked = 0
    for size, kernel, stride in product(UP_TO_12, UP_TO_12, UP_TO_12):
        weight, x = np.zeros((1, 1, kernel)), np.zeros((1, 1, size))
        for pad in {0, kernel // 2}:
            # the sizes that a layer brings to this one, smallest first
            from_sizes = [
                n
                for n in range(max(kernel - 2 * pad, 1), stride * size + kernel + 1)
                if count_windows(n, kernel, stride, pad, pad, ceil=False) == size
            ]
            extra = (size + kernel) % stride
            options = {"stride": stride, "padding": pad, "output_padding": extra}
            wanted = stride * (size - 1) + kernel - 2 * pad + extra
            if wanted < 1:
                continue
            output = cnnlab.conv_transpose1d(x, weight, **options)
            assert output.shape[2] == wanted
            assert wanted in from_sizes
            checked += 1
    assert checked > 2000


def test_every_size_of_a_layer():
    for size, kernel, stride in product(UP_TO_12, UP_TO_12, UP_TO_12):
        dilation = 1 + (size + stride) % 2
        before, after = size % 2, kernel // 2
        span = dilation * (kernel - 1) + 1
        expected = count_windows(size, span, stride, before, after, ceil=False)
        options = {"stride": stride, "padding": ((before, after),), "dilation": dilation}
        if expected:
            output = cnnlab.conv1d(np.zeros((1, 1, size)), np.zeros((1, 1, kernel)), **options)
            assert output.shape == (1, 1, expected)


# ---- what a sum depends on: its own terms, and nothing else ----

FOREIGN = [np.nan, np.inf, -np.inf, 1e300]


def window_of(at, size, kernel, stride, padding, dilation):
    """Mark the cells of a map that one window covers."""
    places = [
        [i * s - before + m * d for m in range(k)]
        for i, k, s, (before, _), d in zip(at, kernel, stride, padding, dilation, strict=True)
    ]
    inside = [[n for n in axis if 0 <= n < cells] for axis, cells in zip(places, size, strict=True)]
    covered = np.zeros(size, bool)
    covered[np.ix_(*inside)] = True
    return covered


@settings(max_examples=150, deadline=None)
@given(small_layers(), st.integers(0, 2**32 - 1), st.sampled_from(FOREIGN), st.data())
def test_a_layers_sum_depends_on_its_own_window_alone(case, seed, foreign, data):
    layer = build(case, seed)
    at = tuple(data.draw(st.integers(0, n - 1)) for n in layer.y.shape)
    options, kernel = layer.options, layer.weight.shape[2:]
    per = [options[name] for name in ("stride", "padding", "dilation")]
    covered = window_of(at[2:], layer.x.shape[2:], kernel, *per)
    each = layer.weight.shape[1]
    first = at[1] // (len(layer.weight) // options["groups"]) * each
    x = np.full_like(layer.x, foreign)
    x[at[0], first : first + each][:, covered] = layer.x[at[0], first : first + each][:, covered]
    with np.errstate(invalid="ignore", over="ignore"):
        found = layer.conv(x, layer.weight, **options)[at]
    expected = layer.conv(layer.x, layer.weight, **options)[at]
    assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=150, deadline=None)
@given(small_layers(), st.integers(0, 2**32 - 1), st.sampled_from(FOREIGN), st.data())
def test_a_cells_gradient_depends_on_the_windows_that_hold_it_alone(case, seed, foreign, data):
    """The same backwards: of the output's gradient, only the cells that the input cell reaches."""
    layer = build(case, seed)
    at = tuple(data.draw(st.integers(0, n - 1)) for n in layer.x.shape)
    options, kernel = layer.options, layer.weight.shape[2:]
    per = [options[name] for name in ("stride", "padding", "dilation")]
    reached = np.zeros(layer.y.shape[2:], bool)
    for place in np.ndindex(reached.shape):
        reached[place] = window_of(place, layer.x.shape[2:], kernel, *per)[at[2:]]
    each = len(layer.weight) // options["groups"]
    first = at[1] // layer.weight.shape[1] * each
    y = np.full_like(layer.y, foreign)
    y[at[0], first : first + each][:, reached] = layer.y[at[0], first : first + each][:, reached]
    expected = layer.backward(layer.y, layer.x, layer.weight, **options).x[at]
    with np.errstate(invalid="ignore", over="ignore"):
        found = layer.backward(y, layer.x, layer.weight, **options).x[at]
        options = options | {"output_padding": output_padding(layer)}
        transposed = layer.transpose(y, layer.weight, **options)[at]
    assert_allclose([found, transposed], expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=150, deadline=None)
@given(small_poolings(), st.integers(0, 2**32 - 1), st.sampled_from(FOREIGN), st.data())
def test_a_pooled_number_depends_on_its_own_window_alone(pooling, seed, foreign, data):
    kind, kernel, options, shape = pooling
    x = apart(shape, seed)
    output = pool(kind, kernel, options, x)[0]
    at = tuple(data.draw(st.integers(0, n - 1)) for n in output.shape)
    per = [options[name] for name in ("stride", "padding", "dilation")]
    covered = window_of(at[2:], shape[2:], kernel, *per)
    other = np.full_like(x, foreign)
    other[at[:2]][covered] = x[at[:2]][covered]
    with np.errstate(invalid="ignore", over="ignore"):
        found = pool(kind, kernel, options, other)[0][at]
    assert_allclose(found, output[at], rtol=1e-12, atol=1e-12)


ORDERS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "channels last": lambda a: np.moveaxis(np.moveaxis(a, 1, -1).copy(), -1, 1),
    "batch last": lambda a: np.moveaxis(np.moveaxis(a, 0, -1).copy(), -1, 0),
    "backwards": lambda a: np.flip(np.flip(a).copy()),
    "every other cell": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
}
LONG = {1: (2, 3, 2**15), 2: (2, 3, 512, 256), 3: (2, 3, 32, 64, 64)}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_long_sums_of_float32_are_right_in_any_memory_layout(order, axes):
    """Each has 32,768 terms or more; added up one by one in float32, a part of 3e-4 is lost."""
    tenths = ORDERS[order](np.full(LONG[axes], 0.1, np.float32))
    whole, terms, tenth = tenths.shape[2:], tenths[0, 0].size, float(np.float32(0.1))
    one, ones = np.ones((3, 3, *[1] * axes)), np.ones((1, 3, *whole), np.float32)
    back = named("conv{}d_backward", axes)(tenths, tenths, one.astype(np.float32))
    sums = {
        "bias": (back.bias, 2 * terms * tenth),
        "weight": (back.weight, 2 * terms * tenth**2),
        "filter": (named("conv{}d", axes)(tenths, ones), 3 * terms * tenth),
        "global average": (cnnlab.global_average_pool(tenths), tenth),
        "average": (named("avg_pool{}d", axes)(tenths, whole), tenth),
        "norm": (named("lp_pool{}d", axes)(tenths, whole), tenth * np.sqrt(terms)),
    }
    for name, (found, right) in sums.items():
        assert found.dtype == np.float32
        blas = name in ("weight", "filter")  # adds in blocks, as long as the processor likes them
        assert_allclose(found, np.full(found.shape, right), 1e-4 if blas else 1e-6, err_msg=name)


@pytest.mark.parametrize("order", ORDERS)
def test_long_sums_of_the_way_back(order):
    """The middle cell lies in all 4097 windows, and gets a share of each."""
    shares = ORDERS[order](np.full((1, 1, 4097), 0.1, np.float32))
    back = cnnlab.avg_pool_backward(shares, (1, 1, 8193), 4097, stride=1)
    assert_allclose(back[0, 0, 4096], shares[0, 0, 0], rtol=1e-6)
    tenths = ORDERS[order](np.full((1, 1, 8193), 0.1, np.float32))
    back = cnnlab.lp_pool_backward(shares, tenths, 4097, stride=1)
    assert_allclose(back[0, 0, 4096], 0.1 * np.sqrt(4097), rtol=1e-6)


def named(pattern, axes):
    return getattr(cnnlab, pattern.format(axes))
