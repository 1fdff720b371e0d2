"""A kernel over a photograph: one set of pictures and kernels, evaluated by both."""

import node
import numpy as np
import pytest

from cnnlab import cross_correlate2d
from cnnlab.conv import BORDERS, flip_kernel

EVALUATE = """(cases) => cases.map(({ image, kernel, border, mode, lens }) => {
  const values = Float64Array.from(image.flat());
  const picture = { rows: image.length, columns: image[0].length, values };
  const applied = tested.sliding(kernel, mode);
  const products = tested.lensProducts(picture, applied, border, lens);
  return [[...tested.filtered(picture, applied, border).values],
    products.map(({ product }) => product).reduce((a, b) => a + b, 0)];
})"""


SHAPES = [
    *((height, width) for height in range(1, 8) for width in range(1, 8)),
    *((side, side) for side in range(9, 22, 2)),
    (21, 1),
    (1, 21),
    (2, 16),
    (20, 9),
]


def draw_kernel(rng, shape):
    """A kernel of any numbers, of whole numbers, or the product of a column and a row."""
    column, row = rng.normal(size=(shape[0], 1)), rng.normal(size=(1, shape[1]))
    whole = [rng.integers(-4, 5, part.shape) for part in (column, row)]
    return [
        rng.normal(size=shape).round(3),
        rng.integers(-9, 10, shape),
        column * row,
        whole[0] * whole[1] * rng.integers(1, 4),
        np.full(shape, 1 / np.prod(shape)),
        np.zeros(shape),
    ][rng.integers(6)]


@pytest.fixture(scope="module")
def evaluate():
    with node.importing("kernel_playground/numbers.js") as evaluate:
        yield evaluate


def test_the_module_computes_what_python_computes(evaluate):
    rng = np.random.default_rng(3)
    cases = []
    for kernel_shape in SHAPES * 8:
        shape = rng.integers(1, 24, 2)
        cases.append(
            {
                "image": rng.integers(0, 256, shape).tolist(),
                "kernel": draw_kernel(rng, kernel_shape).tolist(),
                "border": str(rng.choice(BORDERS)),
                "mode": str(rng.choice(["correlation", "convolution"])),
                "lens": [int(rng.integers(size)) for size in shape],
            }
        )
    for case, (values, lens_sum) in zip(cases, evaluate(EVALUATE, cases), strict=True):
        kernel = np.array(case["kernel"])
        kernel = flip_kernel(kernel) if case["mode"] == "convolution" else kernel
        expected = cross_correlate2d(case["image"], kernel, padding="same", border=case["border"])
        values = np.array(values).reshape(expected.shape)
        assert np.abs(values - expected).max() <= 1e-9
        assert lens_sum == pytest.approx(expected[tuple(case["lens"])], abs=1e-9)
        if kernel.dtype.kind == "i":
            assert np.array_equal(values, expected)


IN_ONE_ROOM = """([image, kernels]) => {
  const values = Float64Array.from(image.flat());
  const picture = { rows: image.length, columns: image[0].length, values };
  const room = tested.rooms();
  return kernels.map((kernel) => [...tested.filtered(picture, kernel, "zero", room).values]);
}"""


def test_memory_used_again_holds_nothing_of_before(evaluate):
    rng = np.random.default_rng(5)
    image = rng.integers(0, 256, (9, 11))
    slid = [rng.normal(size=shape) for shape in ((3, 3), (5, 5), (3, 3), (3, 3))]
    slid += [np.ones((5, 5)), np.full((7, 7), 2), np.ones((5, 5))]
    found = evaluate(IN_ONE_ROOM, [image.tolist(), [k.tolist() for k in slid]])
    for kernel, values in zip(slid, found, strict=True):
        expected = cross_correlate2d(image, kernel, padding="same")
        assert np.abs(np.array(values).reshape(expected.shape) - expected).max() <= 1e-9


def test_factors_are_found_where_there_are_some(evaluate):
    def split(kernel):
        found = evaluate("(kernel) => tested.factors(kernel)", np.asarray(kernel).tolist())
        return found and (found["column"], found["row"])

    assert split(np.full((2, 3), 1 / 6)) == ([1, 1], [1 / 6, 1 / 6, 1 / 6])
    assert split([[0, 0], [1, 2], [-3, -6]]) == ([0, 1, -3], [1, 2])
    assert split([[2, 4], [1, 2]]) is None  # halves would round
    assert split([[1, 2], [2, 4 + 1e-9]]) is None
    assert split([[0, 1], [1, 0]]) is None
    assert split([[0, 0], [0, 0]]) is None
