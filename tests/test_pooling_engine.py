"""The blocks and the memory orders that make pooling fast, and change no number."""

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab import pooling_engine
from cnnlab.pooling_engine import channels_last, from_maps, to_maps


def as_channels_last(array):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_layouts_come_back(axes):
    size = (4, 5, 6)[:axes]
    plain = np.arange(2 * 3 * np.prod(size)).reshape(2, 3, *size)
    last = np.moveaxis(np.ascontiguousarray(np.moveaxis(plain, 1, -1)), -1, 1)
    neither = np.repeat(plain, 2, axis=-1)[..., ::2]
    for batch, has_channels_last in ((plain, False), (last, True), (neither, False)):
        assert channels_last(batch) == has_channels_last
        maps = to_maps(batch)
        assert maps.shape == ((2, *size, 3) if has_channels_last else (6, *size, 1))
        assert_array_equal(from_maps(maps, 3), plain)
        assert_array_equal(to_maps(batch, last=True), np.moveaxis(plain, 1, -1))
        assert_array_equal(to_maps(batch, last=False), plain.reshape(6, *size, 1))
    assert np.shares_memory(to_maps(plain), plain)
    assert np.shares_memory(to_maps(last), last)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 3, "stride": 1, "padding": ((2, 1),), "dilation": 2, "ceil": True},
        {"kernel_size": 1, "stride": 3, "ceil": True},
        {"kernel_size": 2, "stride": 3, "padding": 4, "dilation": 3},
    ],
)
def test_blocks_of_any_size_give_the_same(monkeypatch, axes, last, options):
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 9, (3, 2, *(11, 8, 7)[:axes])).astype(float)
    x[1, 1, 3] = np.nan
    x = as_channels_last(x) if last else x
    options = dict(options)
    if isinstance(options.get("padding"), tuple):
        options["padding"] *= axes
    pool = [cnnlab.max_pool1d, cnnlab.max_pool2d, cnnlab.max_pool3d][axes - 1]
    mean = [cnnlab.avg_pool1d, cnnlab.avg_pool2d, cnnlab.avg_pool3d][axes - 1]

    def everything():
        output, switches = pool(x, **options)
        average = mean(x, count_padding=True, **options)
        gradient = np.arange(output.size, dtype=float).reshape(output.shape)
        return [
            output,
            switches,
            pool(x, switches=False, **options).output,
            average,
            cnnlab.max_pool_backward(gradient, switches, x.shape),
            cnnlab.avg_pool_backward(gradient, x.shape, count_padding=True, **options),
        ]

    at_once = everything()
    for size in (1, 200, 1500):
        monkeypatch.setattr(pooling_engine, "BLOCK", size)
        for in_blocks, whole in zip(everything(), at_once, strict=True):
            assert_allclose(in_blocks, whole, rtol=1e-12, atol=1e-12)


def test_rows_do_not_leak_into_one_another():
    x = np.array([[[[1, 2, 3, np.inf], [-np.inf, 4, 5, np.nan], [7, 8, 9, 3]]]])
    assert_array_equal(cnnlab.avg_pool2d(x, (1, 2), stride=1)[0, 0, 2], [7.5, 8.5, 6])
    assert_array_equal(
        cnnlab.avg_pool2d(x, (1, 2))[0, 0], [[1.5, np.inf], [-np.inf, np.nan], [7.5, 6]]
    )
    padded = cnnlab.avg_pool2d(x, (1, 3), stride=(1, 2), padding=(0, 1))
    assert_allclose(padded[0, 0], [[1.5, np.inf], [-np.inf, np.nan], [7.5, 20 / 3]])
    best = cnnlab.max_pool2d(x, (1, 3), stride=(1, 2), padding=(0, 1), switches=False).output
    assert_array_equal(best[0, 0], [[2, np.inf], [4, np.nan], [8, 9]])


@pytest.mark.parametrize("last", [False, True])
def test_little_memory_beyond_the_result(last):
    x = np.zeros((8, 32, 64, 64), np.float32)
    x = as_channels_last(x) if last else x
    output, switches = cnnlab.max_pool2d(x, 3, stride=2, padding=1)
    small = x.astype(np.uint8)
    calls = {
        "max": lambda: cnnlab.max_pool2d(x, 3, stride=2, padding=1),
        "bytes": lambda: cnnlab.max_pool2d(small, 3, stride=2, padding=1),
        "average": lambda: cnnlab.avg_pool2d(x, 3, stride=2, padding=1),
        "back": lambda: cnnlab.max_pool_backward(output, switches, x.shape),
        "share": lambda: cnnlab.avg_pool_backward(output, x.shape, 3, stride=2, padding=1),
    }
    for call in calls.values():
        tracemalloc.start()
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        held = sum(array.nbytes for array in result) if isinstance(result, tuple) else result.nbytes
        assert peak < held + 1.3 * x.nbytes + 4e6


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("shape", [(1, 64, 112, 112), (1, 3, 512, 512), (2, 8, 300, 300)])
@pytest.mark.parametrize("stride", [1, 2])
def test_little_memory_for_maps_cut_into_rows(shape, stride, last):
    x = np.zeros(shape, np.float32)
    x = as_channels_last(x) if last else x
    tracemalloc.start()
    pooled = cnnlab.max_pool2d(x, 3, stride=stride, padding=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < sum(array.nbytes for array in pooled) + 1.3 * x.nbytes + 4e6
