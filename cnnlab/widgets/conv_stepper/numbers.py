"""Which cells of a convolution belong together: the twin of ``linear.js``."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnnlab import shapes
from cnnlab._arguments import per_axis
from cnnlab.conv import conv2d, conv2d_backward, conv_transpose2d, flip_kernel


class Cell(NamedTuple):
    """One product: a cell that is read or written, and the weight between.

    Attributes
    ----------
    channel, row, column : int
        The cell's place; outside the map where it lies in the padding.
    value, weight : float
        The factors.
    inside : bool
        False for padding and for zeros that were put in.
    """

    channel: int
    row: int
    column: int
    value: float
    weight: float
    inside: bool

    @property
    def product(self) -> float:
        """Value times weight."""
        return self.value * self.weight


@dataclass(frozen=True)
class LinearMap:
    """A convolution from images of one shape to outputs of another; its matrix is C.

    Attributes
    ----------
    weights : ndarray of shape (F, C, K_h, K_w)
        As they slide: flipped already, if they are flipped at all.
    image : (C, H, W)
        Shape of what it reads.
    output : (F, H', W')
        Shape of what it makes.
    stride, dilation : (int, int)
        One for each axis.
    pads : list of (before, after)
        One for each axis.
    """

    weights: np.ndarray
    image: tuple[int, int, int]
    output: tuple[int, int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    pads: list[tuple[int, int]]

    @property
    def options(self) -> dict:
        """Return the options that the layer's functions take."""
        return {"stride": self.stride, "padding": self.pads, "dilation": self.dilation}

    @property
    def extent(self) -> tuple[int, int]:
        """Rows and columns that the window spans, skipped cells included."""
        rows, columns = (
            step * (cells - 1) + 1
            for step, cells in zip(self.dilation, self.weights.shape[2:], strict=True)
        )
        return rows, columns

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Return the image cell under the window's first cell; negative in the padding."""
        return (
            row * self.stride[0] - self.pads[0][0],
            column * self.stride[1] - self.pads[1][0],
        )

    def forward(self, image: np.ndarray) -> np.ndarray:
        """Return the output, of shape (F, H', W')."""
        return conv2d(image[None], self.weights, **self.options)[0]

    def input_gradient(self, gradient: np.ndarray) -> np.ndarray:
        """Return the gradient of shape (C, H, W) for one of the output's shape."""
        image = np.zeros((1, *self.image))
        return conv2d_backward(gradient[None], image, self.weights, **self.options).x[0]

    def transposed(self, values: np.ndarray) -> np.ndarray:
        """Spread an array of the output's shape over one of the image's."""
        return conv_transpose2d(values[None], self.weights, **self.options)[0]

    def gather(self, image: np.ndarray, position: int) -> list[Cell]:
        """Return what one output cell reads, in reading order; the padding reads as 0."""
        place = np.unravel_index(position, self.output)
        return [
            Cell(c, row, column, float(image[c, row, column]) if inside else 0.0, weight, inside)
            for c, row, column, weight, inside in self._reach(*map(int, place))
        ]

    def scatter(self, gradient: np.ndarray, position: int) -> list[Cell]:
        """Return where one output gradient goes, each cell with its product."""
        place = tuple(map(int, np.unravel_index(position, self.output)))
        value = float(gradient[place])
        return [
            Cell(c, row, column, value, weight, inside)
            for c, row, column, weight, inside in self._reach(*place)
        ]

    def _reach(self, kernel, row, column):
        top, left = self.corner(row, column)
        _, height, width = self.image
        for (c, m, n), weight in np.ndenumerate(self.weights[kernel]):
            i, j = top + m * self.dilation[0], left + n * self.dilation[1]
            yield c, i, j, float(weight), 0 <= i < height and 0 <= j < width

    def spread(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Put zeros between the cells and around them, for the transposed convolution.

        Parameters
        ----------
        values : ndarray of shape (F, H', W')
            Its input.

        Returns
        -------
        spread : ndarray of shape (F, H'', W'')
            A flipped kernel slides over it with stride 1.
        real : ndarray of shape (H'', W''), dtype bool
            False where a zero was put in.
        """
        borders = [
            (reach - 1 - before, reach - 1 - after)
            for reach, (before, after) in zip(self.extent, self.pads, strict=True)
        ]
        size = tuple(
            (cells - 1) * step + 1 + sum(border)
            for cells, step, border in zip(self.output[1:], self.stride, borders, strict=True)
        )
        places = tuple(
            slice(before, before + (cells - 1) * step + 1, step)
            for cells, step, (before, _) in zip(self.output[1:], self.stride, borders, strict=True)
        )
        spread, real = np.zeros((len(values), *size)), np.zeros(size, bool)
        spread[:, *places], real[places] = values, True
        return spread, real

    def gather_transposed(self, values: np.ndarray, index: int) -> list[Cell]:
        """Return the products behind one cell of the transposed convolution."""
        spread, real = self.spread(values)
        channel, top, left = map(int, np.unravel_index(index, self.image))
        flipped = self.weights[:, channel, ::-1, ::-1]
        cells = []
        for (f, m, n), weight in np.ndenumerate(flipped):
            row, column = top + m * self.dilation[0], left + n * self.dilation[1]
            value = float(spread[f, row, column])
            cells.append(Cell(f, row, column, value, float(weight), bool(real[row, column])))
        return cells

    def hits(self) -> np.ndarray:
        """Count, for each cell of a map, the windows that reach it: an array of shape (H, W)."""
        ones = np.ones((1, 1, *self.weights.shape[2:]))
        windows = np.ones((1, 1, *self.output[1:]))
        return conv_transpose2d(windows, ones, **self.options)[0, 0]


def linear_map(image_shape, filters, stride, padding, dilation, mode) -> LinearMap:
    """Check the settings of a convolution and describe it.

    Parameters
    ----------
    image_shape : (C, H, W)
        Shape of the image.
    filters : ndarray of shape (F, C, K_h, K_w)
        As they are stored.
    stride, padding, dilation
        As in :func:`cnnlab.cross_correlate2d`.
    mode : {"correlation", "convolution"}
        Whether the filters slide flipped.

    Returns
    -------
    LinearMap

    Raises
    ------
    TypeError, ValueError
        If a setting can't be used, or no window fits.
    """
    channels, *size = image_shape
    if channels != filters.shape[1]:
        raise ValueError(
            f"the image has {channels} channels (they come first), and the kernels of a filter are "
            f"{filters.shape[1]}: pick one channel, for example image[0], or give filters of shape "
            f"(F, {channels}, K_h, K_w)"
        )
    strides = per_axis(stride, "stride", axes=2)
    steps = per_axis(dilation, "dilation", axes=2)
    kernel = filters.shape[2:]
    pads = shapes.resolve_padding(padding, tuple(size), kernel, strides, steps)
    options = {"stride": strides, "padding": pads, "dilation": steps}
    output = shapes.lay_windows(size, kernel, **options).count
    return LinearMap(
        _sliding(filters, mode), tuple(image_shape), (len(filters), *output), strides, steps, pads
    )


def transposed_map(input_shape, filters, stride, padding, dilation, mode) -> LinearMap:
    """Describe the convolution whose transpose takes an input of this shape.

    Parameters
    ----------
    input_shape : (F, H', W')
        Shape of what the transposed convolution reads.
    filters, stride, padding, dilation, mode
        As in :func:`linear_map`; the padding in numbers.

    Returns
    -------
    LinearMap
        Its `output` is `input_shape`, its `image` what the transposed convolution makes.

    Raises
    ------
    TypeError, ValueError
        If a setting can't be used, or nothing of the output is left.
    """
    count, *size = input_shape
    if count != len(filters):
        raise ValueError(f"the image has {count} channels, and there are {len(filters)} filters")
    words = [word for word in np.ravel(padding) if word in ("same", "full")]
    if words:
        raise ValueError(
            f"the transposed convolution takes padding in numbers; got {str(words[0])!r}"
        )
    strides = per_axis(stride, "stride", axes=2)
    steps = per_axis(dilation, "dilation", axes=2)
    kernel = filters.shape[2:]
    pads = shapes.resolve_padding(padding, tuple(size), kernel, strides, steps)
    image = []
    for cells, step, gap, side, pad in zip(size, strides, steps, kernel, pads, strict=True):
        reach = gap * (side - 1) + 1
        if max(pad) >= reach:
            raise ValueError(
                f"a kernel that spans {reach} cells can take away at most {reach - 1} on a side; "
                f"got a padding of {max(pad)}"
            )
        left = (cells - 1) * step + reach - sum(pad)
        if left < 1:
            raise ValueError(f"a padding of {pad} leaves no cell of the output: take less")
        image.append(left)
    weights = _sliding(filters, mode)
    return LinearMap(
        weights, (filters.shape[1], *image), (count, *size), strides, steps, list(pads)
    )


def _sliding(filters, mode):
    if mode == "correlation":
        return filters
    return np.array([[flip_kernel(kernel) for kernel in planes] for planes in filters])
