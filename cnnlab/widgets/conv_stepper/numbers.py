"""Which cells of a convolution belong together: the twin of ``numbers.js``."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnnlab._arguments import per_axis
from cnnlab.conv import conv2d, conv2d_backward, conv_transpose2d
from cnnlab.matrix import conv_matrix
from cnnlab.shapes import Windows, lay_windows, resolve_padding
from cnnlab.widgets._shared.text import add_up, entry, equals, factor, format_number, weight


class Cell(NamedTuple):
    """One product: a cell that is read or written, and the weight between.

    `channel`, `row` and `column` are its place, outside the map where it lies in the padding;
    `inside` is false there, and for zeros that were put in.
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

    `weights` are of shape (F, C, K_h, K_w), as they slide: flipped already, if at all.
    """

    weights: np.ndarray
    windows: Windows

    @property
    def image(self) -> tuple[int, ...]:
        """Shape of what it reads, (C, H, W)."""
        return self.weights.shape[1], *self.windows.size

    @property
    def output(self) -> tuple[int, ...]:
        """Shape of what it makes, (F, H', W')."""
        return len(self.weights), *self.windows.count

    @property
    def options(self) -> dict:
        """Return the options that the layer's functions take."""
        return {name: getattr(self.windows, name) for name in ("stride", "padding", "dilation")}

    @property
    def matrix(self):
        """C, a sparse array."""
        return conv_matrix(self.weights, self.image, **self.options)

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
        kernel, *window = np.unravel_index(position, self.output)
        return _under(self.windows, window, self.weights[kernel], image)

    def scatter(self, gradient: np.ndarray, position: int) -> list[Cell]:
        """Return where one output gradient goes, each cell with its product."""
        value = float(gradient.flat[position])
        return [cell._replace(value=value) for cell in self.gather(np.zeros(self.image), position)]

    def spread(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, Windows]:
        """Put zeros between the cells of an array (F, H', W') and around them.

        The flipped kernel slides over the result as the windows say. The second array is true where
        a cell is none of those zeros.
        """
        laid = self.windows
        borders = [
            (span - 1 - before, span - 1 - after)
            for span, (before, after) in zip(laid.span, laid.padding, strict=True)
        ]
        sides = list(zip(laid.count, laid.stride, borders, strict=True))
        size = [(cells - 1) * step + 1 + sum(border) for cells, step, border in sides]
        places = [slice(at, at + (cells - 1) * step + 1, step) for cells, step, (at, _) in sides]
        spread, real = np.zeros((len(values), *size)), np.zeros(size, bool)
        spread[:, *places], real[*places] = values, True
        return spread, real, lay_windows(size, laid.kernel_size, dilation=laid.dilation)

    def gather_transposed(self, values: np.ndarray, index: int) -> list[Cell]:
        """Return the products behind one cell of the transposed convolution."""
        spread, real, windows = self.spread(values)
        channel, *window = np.unravel_index(index, self.image)
        cells = _under(windows, window, self.weights[:, channel, ::-1, ::-1], spread)
        return [cell._replace(inside=bool(real[cell.row, cell.column])) for cell in cells]

    def hits(self) -> np.ndarray:
        """Count, for each cell of a map, the windows that reach it: an array of shape (H, W)."""
        ones = np.ones((1, 1, *self.windows.kernel_size))
        windows = np.ones((1, 1, *self.windows.count))
        return conv_transpose2d(windows, ones, **self.options)[0, 0]


def _under(windows, window, kernels, volume):
    """List what lies under one window: for each kernel the cells of its channel."""
    rows, columns = windows.size
    cells = []
    for channel, (kernel, plane) in enumerate(zip(kernels, volume, strict=True)):
        for tap, (row, column) in windows.cells(map(int, window), padded=True):
            inside = 0 <= row < rows and 0 <= column < columns
            value = float(plane[row, column]) if inside else 0.0
            cells.append(Cell(channel, row, column, value, float(kernel[tap]), inside))
    return cells


def linear_map(image_shape, filters, stride, padding, dilation, mode) -> LinearMap:
    """Describe a convolution of images (C, H, W) with filters (F, C, K_h, K_w) as they are stored.

    A TypeError or a ValueError says what can't be used.
    """
    channels, *size = image_shape
    if channels != filters.shape[1]:
        raise ValueError(
            f"the image has {channels} channels (they come first), and the kernels of a filter are "
            f"{filters.shape[1]}: pick one channel, for example image[0], or give filters of shape "
            f"(F, {channels}, K_h, K_w)"
        )
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    windows = lay_windows(size, filters.shape[2:], **options)
    return LinearMap(filters[..., ::-1, ::-1] if mode == "convolution" else filters, windows)


def transposed_map(input_shape, filters, stride, padding, dilation, mode) -> LinearMap:
    """Describe the convolution whose transpose reads (F, H', W'); the padding is in numbers."""
    count, *size = input_shape
    if count != len(filters):
        raise ValueError(f"the image has {count} channels, and there are {len(filters)} filters")
    for word in {"same", "full"}.intersection(np.ravel(padding).tolist()):
        raise ValueError(f"the transposed convolution takes padding in numbers; got {word!r}")
    strides, gaps = per_axis(stride, "stride", axes=2), per_axis(dilation, "dilation", axes=2)
    kernel = filters.shape[2:]
    pads = resolve_padding(padding, tuple(size), kernel, strides, gaps)
    image = []
    for cells, step, gap, side, pad in zip(size, strides, gaps, kernel, pads, strict=True):
        span = gap * (side - 1) + 1
        if max(pad) >= span:
            raise ValueError(
                f"a kernel that spans {span} cells can take away at most {span - 1} on a side; "
                f"got a padding of {max(pad)}"
            )
        image.append((cells - 1) * step + span - sum(pad))
        if image[-1] < 1:
            raise ValueError(f"a padding of {pad} leaves no cell of the output: take less")
    return linear_map((filters.shape[1], *image), filters, strides, pads, gaps, mode)


# ---- in words ----


def gather_sentence(place: tuple, cells: list, *, name: str = "") -> str:
    """Spell out one cell that gathers products, as in "Row 0, column 1: 2·10 + 3·1 = 23.".

    `name` is what the first number of `place` (channel, row, column) is called, where there are
    several. With several channels of products, it gives the sum of each and then theirs.
    """
    channels = sorted({cell.channel for cell in cells})
    if len(channels) == 1:
        return f"{_where(place, name)}: {' + '.join(map(times, cells))} {sum_up(cells)}."
    sums = (total([c for c in cells if c.channel == channel]) for channel in channels)
    parts = ", ".join(f"channel {k} gives {format_number(part)}" for k, part in enumerate(sums))
    return f"{_where(place, name)}: {parts}; together {format_number(total(cells))}."


def scatter_sentence(place: tuple, cells: list, *, name: str = "") -> str:
    """Spell out where one output gradient goes; cells in the padding get nothing."""
    inside = [cell for cell in cells if cell.inside]
    several = len({cell.channel for cell in cells}) > 1
    parts = [
        f"{times(c)} {equals([c.product], [c.value], [c.weight])} {format_number(c.product)} to "
        f"{f'channel {c.channel}, ' if several else ''}row {c.row}, column {c.column}"
        for c in inside
    ]
    lost = len(cells) - len(inside)
    padding = f" {lost} of {len(cells)} products fall into the padding." if lost else ""
    adds = "; ".join(parts) or "nothing"
    return f"{_where(place, name)}: the gradient {entry(cells[0].value)} adds {adds}.{padding}"


def times(cell: Cell) -> str:
    """Write one product, such as "20·(−1/9)"."""
    return f"{factor(cell.value)}·{factor(cell.weight, weight)}"


def sum_up(cells: list[Cell]) -> str:
    """Write what products add up to, such as "= 6" or "≈ 0.1111"."""
    found = total(cells)
    sign = equals([found], [cell.value for cell in cells], [cell.weight for cell in cells])
    return f"{sign} {format_number(found)}"


def total(cells: list[Cell]) -> float:
    """Add products in reading order, as the page does."""
    return add_up(cell.product for cell in cells)


def _where(place, name):
    channel, row, column = place
    named = f"{name} {channel}, row" if name else "Row"
    return f"{named} {row}, column {column}"
