"""ConvStepper: one cursor, one operation, every view of it."""

from typing import Any

import numpy as np
import traitlets

from cnnlab.kernels import named
from cnnlab.matrix import conv_matrix
from cnnlab.widgets._shared.base import (
    Grid,
    LabWidget,
    Names,
    Setting,
    Whole,
    check_position,
    svg_image,
)
from cnnlab.widgets.conv_stepper.numbers import Cell, LinearMap, linear_map, transposed_map
from cnnlab.widgets.conv_stepper.picture import draw_stepper
from cnnlab.widgets.conv_stepper.text import gather_sentence, scatter_sentence

VIEWS = ("input", "kernel", "output", "arithmetic", "matrix", "gradient", "transpose")
CONTROLS = ("direction", "stride", "padding", "dilation", "mode", "views", "cells")
SHAPING = ("image", "kernel", "filters", "stride", "padding", "dilation", "direction", "mode")


class ConvStepper(LabWidget):
    """Step through a convolution: the window, its row of C, and the way back, under one cursor.

    Every trait can be set from Python and is drawn at once; what the reader does arrives in the
    same traits.

    Parameters
    ----------
    image : array_like of shape (H, W) or (C, H, W)
        Finite numbers. Up to about 16 × 16 cells stay legible. In the direction ``"transposed"``,
        what the transposed convolution reads.
    kernel : array_like of shape (K_h, K_w) or str, default "sobel_x"
        Finite numbers, or the name of a kernel of :mod:`cnnlab.kernels`; for an image with one
        channel.
    filters : array_like of shape (F, C, K_h, K_w), optional
        Instead of `kernel`: for several channels, or several outputs.
    **traits
        Any trait below.

    Attributes
    ----------
    stride : int or (int, int)
        Steps from one window to the next, 1 or more.
    dilation : int or (int, int)
        Steps from one cell that a window reads to the next, 1 or more.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}
        Zeros around the image, as in :func:`cnnlab.cross_correlate2d`; in numbers where the
        direction is ``"transposed"``.
    mode : {"correlation", "convolution"}
        Whether the kernel slides as it is, or flipped both ways.
    direction : {"forward", "backward", "transposed"}
        Whether an output cell gathers its window; or an output gradient scatters into it, and the
        input gradient accumulates; or the image is spread by the transposed convolution.
    grad_output : array_like of shape (H', W') or (F, H', W'), or None
        The output gradient that is scattered; None stands for ones.
    position : int
        The output cell under the cursor, in reading order from 0, filter after filter.
    playing : bool
        Whether the cursor walks by itself.
    speed : int
        Steps a second, 1 to 9.
    views : list of str, or None
        What is shown: ``"input"``, ``"kernel"``, ``"output"``, ``"arithmetic"``; the ``"matrix"`` C
        or its transpose, with the cursor's row or column lit; forward, the ``"gradient"`` on its
        way back through the same window; transposed, the zeros between rows (``"transpose"``).
        None stands for everything.
    controls : list of str, or None
        What the reader can change: ``"direction"``, ``"stride"``, ``"padding"``, ``"dilation"``,
        ``"mode"`` (whether the kernel slides flipped), ``"views"``, and ``"cells"`` for the numbers
        in the grids. None stands for all, ``[]`` leaves the walk alone; at first all but
        ``"direction"``. Python can set every trait, whatever the reader can.

    Raises
    ------
    traitlets.TraitError
        If a value can't be used; the message names the trait, what came and what would do.

    See Also
    --------
    cnnlab.cross_correlate2d : The operation that is stepped through.

    Examples
    --------
    >>> stepper = ConvStepper([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, -1]])
    >>> stepper.position = 1
    >>> stepper.window
    array([[2., 3.],
           [5., 6.]])
    >>> stepper.output
    array([[-4., -4.]])
    """

    _module = "conv_stepper"

    image = Grid("(H, W)", "(C, H, W)")
    kernel = Grid("(K_h, K_w)", allow_none=True)
    filters = Grid("(F, C, K_h, K_w)", allow_none=True)
    stride = Setting(1).tag(sync=True)
    padding = Setting(0).tag(sync=True)
    dilation = Setting(1).tag(sync=True)
    mode = traitlets.Enum(["correlation", "convolution"], "correlation").tag(sync=True)
    direction = traitlets.Enum(["forward", "backward", "transposed"], "forward").tag(sync=True)
    grad_output = Grid("(H', W')", "(F, H', W')", allow_none=True)
    position = Whole(0)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = Whole(2, 1, 9)
    views = Names(VIEWS, VIEWS[:4])
    controls = Names(CONTROLS, CONTROLS[1:])

    def __init__(
        self, image: Any, kernel: Any = None, *, filters: Any = None, **traits: Any
    ) -> None:
        if kernel is None and filters is None:
            kernel = "sobel_x"
        if isinstance(kernel, str):
            kernel = named(kernel)
        if traits.get("direction") == "transposed":
            traits.setdefault("views", [*VIEWS[:4], "transpose"])
        super().__init__(image=image, kernel=kernel, filters=filters, **traits)

    @property
    def map(self) -> LinearMap:
        """The convolution as a linear map: what all views are about."""
        return _map(**{name: getattr(self, name) for name in SHAPING})

    @property
    def volume(self) -> np.ndarray:
        """The image as an ndarray of shape (C, H, W)."""
        return _volume(self.image)

    @property
    def weights(self) -> np.ndarray:
        """The filters as they are stored, an ndarray of shape (F, C, K_h, K_w)."""
        return _weights(self.kernel, self.filters)

    @property
    def output_volume(self) -> np.ndarray:
        """The output as an ndarray with the filters (transposed: the channels) first."""
        if self.direction == "transposed":
            return self.map.transposed(self.volume)
        return self.map.forward(self.volume)

    @property
    def output(self) -> np.ndarray:
        """What the whole walk gives: of shape (H', W'), or (F, H', W') with `filters`."""
        return self._flat(self.output_volume)

    @property
    def gradient(self) -> np.ndarray:
        """The output gradient as an ndarray of shape (F, H', W')."""
        shape = self.map.output
        return np.ones(shape) if self.grad_output is None else _volume(self.grad_output)

    @property
    def input_gradient(self) -> np.ndarray:
        """What all output gradients add up to, of the image's shape."""
        return self._flat(self.map.input_gradient(self.gradient))

    @property
    def accumulated(self) -> np.ndarray:
        """The input gradient up to the cursor, an ndarray of shape (C, H, W)."""
        gradient = self.gradient
        done = np.arange(gradient.size).reshape(gradient.shape) <= self.position
        return self.map.input_gradient(gradient * done)

    @property
    def matrix(self) -> Any:
        """C, a scipy.sparse.csr_array: ``matrix @ image.ravel()`` is the output, flattened."""
        linear = self.map
        return conv_matrix(linear.weights, linear.image, **linear.options)

    @property
    def place(self) -> tuple[int, int, int]:
        """Filter (transposed: channel), row and column of the cell under the cursor."""
        shape = self.map.image if self.direction == "transposed" else self.map.output
        channel, row, column = map(int, np.unravel_index(self.position, shape))
        return channel, row, column

    @property
    def index(self) -> str:
        """The same as an index in brackets, without the channel where there is only one."""
        place = self.place
        several = self._cells_shape[0] > 1
        return str(list(place if several else place[1:]))

    @property
    def window_cells(self) -> list[Cell]:
        """What the cursor's window reads from the image, product by product."""
        return self.map.gather(
            np.zeros(self.map.image) if self.direction != "forward" else self.volume, self.position
        )

    @property
    def cells(self) -> list[Cell]:
        """The products under the cursor: gathered, or scattered where the direction is backward."""
        if self.direction == "transposed":
            return self.map.gather_transposed(self.volume, self.position)
        if self.direction == "backward":
            return self.map.scatter(self.gradient, self.position)
        return self.map.gather(self.volume, self.position)

    @property
    def window(self) -> np.ndarray:
        """The cells under the cursor, of shape (K_h, K_w), or (C, K_h, K_w) with `filters`.

        Padding reads as 0. In the transposed direction they lie in the image spread by zeros.
        """
        linear = self.map
        cells = (
            self.map.gather(self.volume, self.position)
            if self.direction != "transposed"
            else self.cells
        )
        channels = len(cells) // linear.weights[0, 0].size
        values = np.array([cell.value for cell in cells])
        return self._flat(values.reshape(channels, *linear.weights.shape[2:]))

    def __repr__(self) -> str:
        weights = self.kernel if self.filters is None else self.filters
        image, kernel = (" × ".join(map(str, a.shape)) for a in (self.image, weights))
        name = "kernel" if self.filters is None else "filters"
        turned = f", direction={self.direction!r}" if self.direction != "forward" else ""
        return (
            f"ConvStepper(image {image}, {name} {kernel}, "
            f"stride={self.stride!r}, padding={self.padding!r}, dilation={self.dilation!r}, "
            f"mode={self.mode!r}{turned}, position={self.position})"
        )

    def picture(self) -> str:
        """Draw the views at the cursor's place."""
        return svg_image(self.svg(), self.sentence())

    def caption(self) -> str:
        """Say where the cursor stands, and how to bring the widget to life."""
        what = {
            "forward": f"The window at output{self.index}, its products and their sum.",
            "backward": f"The gradient of output{self.index} goes to the cells of its window.",
            "transposed": f"The cell output{self.index} of the transposed convolution.",
        }[self.direction]
        return (
            f"{what} This is a picture of the stepper; it steps where the notebook's cell has run, "
            "and on the book's page."
        )

    def sentence(self) -> str:
        """Spell out what happens under the cursor, as a screen reader hears it.

        Returns
        -------
        str
        """
        several = self._cells_shape[0] > 1
        if self.direction == "backward":
            name = "Filter" if several else ""
            return scatter_sentence(self.place, self.cells, name=name)
        if self.direction == "forward":
            return gather_sentence(self.place, self.cells, name="Filter" if several else "")
        times = int(self.map.hits()[self.place[1:]])
        said = gather_sentence(self.place, self.cells, name="Channel" if several else "")
        return f"{said} Hit {times} {'time' if times == 1 else 'times'}."

    def svg(self) -> str:
        """Draw the current state as a picture.

        Returns
        -------
        str
            A whole SVG document.
        """
        return draw_stepper(self)

    @traitlets.validate(*SHAPING)
    def _check_windows(self, proposal: Any) -> Any:
        """Refuse a value with which no window fits the image."""
        name, value = proposal["trait"].name, proposal["value"]
        settings = {key: getattr(self, key) for key in SHAPING} | {name: value}
        if name in ("kernel", "filters") and value is not None:
            settings |= {
                "kernel": None,
                "filters": None,
                name: value,
            }  # one takes the other's place
        try:
            _map(**settings)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(f"{name} can't be {_short(value)}: {error}") from None
        return value

    @traitlets.validate("grad_output")
    def _check_gradient(self, proposal: Any) -> Any:
        value, shape = proposal["value"], self.map.output
        if value is not None and _volume(value).shape != shape:
            raise traitlets.TraitError(
                f"grad_output must have the output's shape {shape[self.filters is None :]}; "
                f"got {value.shape}"
            )
        return value

    @traitlets.validate("position")
    def _check_position(self, proposal: Any) -> int:
        count = int(np.prod(self._cells_shape))
        return check_position(proposal["value"], count, "output cells")

    @traitlets.observe(*SHAPING)
    def _settle(self, change: Any) -> None:
        """Bring the other traits in line with a change."""
        if change["name"] in ("kernel", "filters"):
            self._use_one(change["name"], change["new"], change["old"])
        self.position = min(self.position, int(np.prod(self._cells_shape)) - 1)
        given = self.grad_output
        if given is not None and _volume(given).shape != self.map.output:
            self.grad_output = None

    def _use_one(self, name: str, new: Any, old: Any) -> None:
        """Let a kernel take the place of the filters, and the other way round."""
        other = "filters" if name == "kernel" else "kernel"
        if new is not None:
            setattr(self, other, None)
        elif getattr(self, other) is None:
            setattr(self, name, old)
            raise traitlets.TraitError(
                f"{name} and {other} can't both be None; set {other} to let it replace {name}"
            )

    @property
    def _cells_shape(self) -> tuple[int, int, int]:
        """The shape that the cursor walks over."""
        return self.map.image if self.direction == "transposed" else self.map.output

    def _flat(self, volume: np.ndarray) -> np.ndarray:
        """Drop the channel axis where a single kernel was given."""
        return volume if self.filters is not None else volume[0]


def _map(image, kernel, filters, stride, padding, dilation, direction, mode):
    make = transposed_map if direction == "transposed" else linear_map
    weights = _weights(kernel, filters)
    return make(_volume(image).shape, weights, stride, padding, dilation, mode)


def _volume(values):
    return values if values.ndim == 3 else values[None]


def _weights(kernel, filters):
    if filters is not None:
        return filters
    if kernel is None:
        raise ValueError("kernel and filters can't both be None")
    return kernel[None, None]


def _short(value):
    return f"of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
