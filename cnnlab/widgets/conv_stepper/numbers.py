"""Which cells of a convolution belong together: the twin of ``numbers.js``."""

from dataclasses import dataclass

import numpy as np

from cnnlab.conv import conv2d, conv2d_backward, transposed_windows
from cnnlab.matrix import conv_matrix
from cnnlab.shapes import Windows, lay_windows
from cnnlab.widgets._shared.products import Cell, by_channel, sum_up, times, total
from cnnlab.widgets._shared.text import entry, equals, format_number


@dataclass(frozen=True)
class LinearMap:
    """A convolution from images of one shape to outputs of another; its matrix is C.

    `weights` are of shape (F, C, K_h, K_w), as they slide: flipped already, if at all. `real`, of
    shape (H, W), is false for zeros that were put into the image.
    """

    weights: np.ndarray
    windows: Windows
    real: np.ndarray | None = None

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

    def hits(self) -> np.ndarray:
        """Count, for each cell of a map, the windows that reach it: an array of shape (H, W)."""
        ones = np.ones((1, 1, *self.windows.kernel_size))
        return LinearMap(ones, self.windows).input_gradient(np.ones((1, *self.windows.count)))[0]

    def gather(self, image: np.ndarray, position: int) -> list[Cell]:
        """Return what one output cell reads, in reading order; the padding reads as 0."""
        kernel, *window = map(int, np.unravel_index(position, self.output))
        under = self.windows.cells(window, padded=True)
        real = np.ones(self.windows.size, bool) if self.real is None else self.real
        cells = []
        for channel, (weights, plane) in enumerate(zip(self.weights[kernel], image, strict=True)):
            for tap, (row, column) in under:
                inside = 0 <= row < plane.shape[0] and 0 <= column < plane.shape[1]
                value = float(plane[row, column]) if inside else 0.0
                inside = inside and bool(real[row, column])
                cells.append(Cell(channel, row, column, value, float(weights[tap]), inside))
        return cells

    def scatter(self, gradient: np.ndarray, position: int) -> list[Cell]:
        """Return where one output gradient goes, each cell with its product."""
        value = float(gradient.flat[position])
        return [cell._replace(value=value) for cell in self.gather(np.zeros(self.image), position)]

    def spread(self, values: np.ndarray) -> tuple[np.ndarray, "LinearMap"]:
        """Put zeros between the cells of an array (F, H', W') and around them.

        The map that is returned, too, slides the flipped kernels over the result, cell by cell: it
        makes the transposed convolution.
        """
        laid = self.windows
        axes = list(zip(laid.span, laid.padding, laid.count, laid.stride, strict=True))
        inner = [(count - 1) * step + 1 for _, _, count, step in axes]
        borders = [(span - 1 - before, span - 1 - after) for span, (before, after), *_ in axes]
        between = np.zeros((len(values), *inner))
        between[:, :: laid.stride[0], :: laid.stride[1]] = values
        real = np.zeros(inner, bool)
        real[:: laid.stride[0], :: laid.stride[1]] = True
        spread, real = np.pad(between, [(0, 0), *borders]), np.pad(real, borders)
        windows = lay_windows(real.shape, laid.kernel_size, dilation=laid.dilation)
        return spread, LinearMap(self.weights.swapaxes(0, 1)[..., ::-1, ::-1], windows, real)


def linear_map(image_shape, filters, mode, **options) -> LinearMap:
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
    return LinearMap(_sliding(filters, mode), lay_windows(size, filters.shape[2:], **options))


def transposed_map(input_shape, filters, mode, stride, padding, dilation) -> LinearMap:
    """Describe the convolution whose transpose reads (F, H', W'); the padding is in numbers."""
    count, *size = input_shape
    if count != len(filters):
        raise ValueError(f"the image has {count} channels, and there are {len(filters)} filters")
    for word in {"same", "full"}.intersection(np.ravel(padding).tolist()):
        raise ValueError(f"the transposed convolution takes padding in numbers; got {word!r}")
    windows = transposed_windows(tuple(size), filters.shape[2:], stride, padding, 0, dilation)
    for span, pads in zip(windows.span, windows.padding, strict=True):
        if max(pads) >= span:
            raise ValueError(
                f"a kernel that spans {span} cells can take away at most {span - 1} on a side; "
                f"got a padding of {max(pads)}"
            )
    return LinearMap(_sliding(filters, mode), windows)


def _sliding(filters, mode):
    return filters[..., ::-1, ::-1] if mode == "convolution" else filters


# ---- in words ----


def gather_sentence(place: tuple, cells: list, *, name: str = "") -> str:
    """Spell out one cell that gathers products, as in "Row 0, column 1: 2·10 + 3·1 = 23.".

    `name` is what the first number of `place` (channel, row, column) is called, where there are
    several. With several channels of products, it gives the sum of each and then theirs.
    """
    parts = [f"channel {k} gives {format_number(total(part))}" for k, part in by_channel(cells)]
    said = f"{' + '.join(map(times, cells))} {sum_up(cells)}"
    if len(parts) > 1:
        said = f"{', '.join(parts)}; together {format_number(total(cells))}"
    return f"{_where(place, name)}: {said}."


def scatter_sentence(place: tuple, cells: list, *, name: str = "") -> str:
    """Spell out where one output gradient goes; cells in the padding get nothing."""
    inside = [cell for cell in cells if cell.inside]
    several = len(by_channel(cells)) > 1
    parts = [
        f"{times(c)} {equals([c.product], [c.value], [c.weight])} {format_number(c.product)} to "
        f"{f'channel {c.channel}, ' if several else ''}row {c.row}, column {c.column}"
        for c in inside
    ]
    lost = len(cells) - len(inside)
    padding = f" {lost} of {len(cells)} products fall into the padding." if lost else ""
    adds = "; ".join(parts) or "nothing"
    return f"{_where(place, name)}: the gradient {entry(cells[0].value)} adds {adds}.{padding}"


def _where(place, name):
    channel, row, column = place
    named = f"{name} {channel}, row" if name else "Row"
    return f"{named} {row}, column {column}"
