"""ConvStepper: one cursor, one operation, every view of it."""

from typing import Any

import numpy as np
import traitlets

from cnnlab.widgets._shared.base import Grid, Kernel, Names, Setting
from cnnlab.widgets._shared.products import Cell
from cnnlab.widgets._shared.stepper import Stepper
from cnnlab.widgets._shared.still import drawable, sized
from cnnlab.widgets._shared.text import counted
from cnnlab.widgets.conv_stepper import numbers
from cnnlab.widgets.conv_stepper.still import panels

VIEWS = ("input", "kernel", "output", "arithmetic", "matrix", "gradient", "transpose")
CONTROLS = ("direction", "stride", "padding", "dilation", "mode", "views", "cells")
SHAPING = ("image", "kernel", "filters", "stride", "padding", "dilation", "direction", "mode")
OTHER = {"kernel": "filters", "filters": "kernel"}  # which takes the place of which


class ConvStepper(Stepper):
    """Step through a convolution: the window, its row of C, and the way back, under one cursor.

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
    SHAPING = SHAPING
    panels = panels  # what stands where no script runs
    SENT = "grad_output"

    image = Grid("(H, W)", "(C, H, W)")
    kernel = Kernel("(K_h, K_w)", allow_none=True)
    filters = Grid("(F, C, K_h, K_w)", allow_none=True)
    stride = Setting(1).tag(sync=True)
    padding = Setting(0).tag(sync=True)
    dilation = Setting(1).tag(sync=True)
    mode = traitlets.Enum(["correlation", "convolution"], "correlation").tag(sync=True)
    direction = traitlets.Enum(["forward", "backward", "transposed"], "forward").tag(sync=True)
    grad_output = Grid("(H', W')", "(F, H', W')", allow_none=True)
    views = Names(VIEWS, VIEWS[:4])
    controls = Names(CONTROLS, CONTROLS[1:])

    def __init__(
        self, image: Any, kernel: Any = None, *, filters: Any = None, **traits: Any
    ) -> None:
        if kernel is None and filters is None:
            kernel = "sobel_x"
        weights = {"kernel": kernel, "filters": filters}
        traits |= {name: given for name, given in weights.items() if given is not None}
        if traits.get("direction") == "transposed":
            traits.setdefault("views", [*VIEWS[:4], "transpose"])
        super().__init__(image=image, **traits)

    @staticmethod
    def lay_out(image, kernel, filters, direction, **options) -> numbers.LinearMap:
        """Describe the convolution that some traits stand for."""
        if kernel is None and filters is None:
            raise ValueError("kernel and filters can't both be None")
        weights = kernel[None, None] if filters is None else filters
        make = numbers.transposed_map if direction == "transposed" else numbers.linear_map
        return drawable(make(_volume(image).shape, weights, **options), max(weights.shape[:2]))

    map = property(Stepper.laid_out, doc="The convolution as a linear map, which every view asks.")

    @property
    def volume(self) -> np.ndarray:
        """The image as an ndarray of shape (C, H, W)."""
        return _volume(self.image)

    @property
    def weights(self) -> np.ndarray:
        """The filters as they are stored, an ndarray of shape (F, C, K_h, K_w)."""
        return self.kernel[None, None] if self.filters is None else self.filters

    @property
    def sliding(self) -> tuple[np.ndarray, numbers.LinearMap]:
        """What windows slide over, an ndarray of shape (C, H, W), and the map that does so.

        They are the image and the convolution; transposed, the image spread by zeros.
        """
        if self.direction == "transposed":
            return self.map.spread(self.volume)
        return self.volume, self.map

    @property
    def output(self) -> np.ndarray:
        """What the whole walk gives: of shape (H', W'), or (F, H', W') with `filters`."""
        volume, slides = self.sliding
        return self._flat(slides.forward(volume))

    @property
    def gradient(self) -> np.ndarray:
        """The output gradient as an ndarray of shape (F, H', W')."""
        return np.ones(self.map.output) if self.grad_output is None else _volume(self.grad_output)

    @property
    def input_gradient(self) -> np.ndarray:
        """What all output gradients add up to, of the image's shape."""
        return self._flat(self.map.input_gradient(self.gradient))

    @property
    def accumulated(self) -> np.ndarray:
        """The input gradient up to the cursor, an ndarray of shape (C, H, W)."""
        return self.map.input_gradient(self.gradient * self.done)

    @property
    def matrix(self) -> Any:
        """C, a scipy.sparse.csr_array: ``matrix @ image.ravel()`` is the output, flattened."""
        return self.map.matrix

    @property
    def walked(self) -> tuple[int, ...]:
        """The shape that the cursor walks over, the filters (transposed: the channels) first."""
        return self.map.image if self.direction == "transposed" else self.map.output

    @property
    def cells(self) -> list[Cell]:
        """The products under the cursor: gathered, or scattered where the direction is backward."""
        if self.direction == "backward":
            return self.map.scatter(self.gradient, self.position)
        volume, slides = self.sliding
        return slides.gather(volume, self.position)

    @property
    def window(self) -> np.ndarray:
        """The cells under the cursor, of shape (K_h, K_w), or (C, K_h, K_w) with `filters`.

        Padding reads as 0. In the transposed direction they lie in the image spread by zeros.
        """
        volume, slides = self.sliding
        values = np.array([cell.value for cell in slides.gather(volume, self.position)])
        return self._flat(values.reshape(-1, *self.weights.shape[2:]))

    def __repr__(self) -> str:
        weights = "kernel" if self.filters is None else "filters"
        arrays = (sized(name, getattr(self, name).shape) for name in ("image", weights))
        turned = ["direction"] * (self.direction != "forward")
        shaping = ("stride", "padding", "dilation", "mode")
        return self.brief(*shaping, *turned, "position", begin=arrays)

    def fits(self, gradient: np.ndarray | None) -> bool:
        """Say whether an output gradient has the output's shape; None, for ones, always has."""
        return gradient is None or _volume(gradient).shape == self.map.output

    def caption(self) -> str:
        """Say where the cursor stands, and how to bring the widget to life."""
        cell = f"output{list(self.place[self.walked[0] == 1 :])}"
        what = {
            "forward": f"The window at {cell}, its products and their sum.",
            "backward": f"The gradient of {cell} goes to the cells of its window.",
            "transposed": f"The cell {cell} of the transposed convolution.",
        }[self.direction]
        return f"{what} {self.STILL}"

    def sentence(self) -> str:
        """Spell out what happens under the cursor, as a screen reader hears it."""
        transposed, backward = (self.direction == way for way in ("transposed", "backward"))
        name = "" if self.walked[0] == 1 else "Channel" if transposed else "Filter"
        tell = numbers.scatter_sentence if backward else numbers.gather_sentence
        hit = counted(self.map.hits()[self.place[1:]], "time") if transposed else ""
        return tell(self.place, self.cells, name=name) + f" Hit {hit}." * transposed

    @traitlets.validate(*SHAPING)
    def _check_windows(self, proposal: Any) -> Any:
        other = OTHER.get(proposal["trait"].name)
        replaces = other is not None and proposal["value"] is not None
        return self.fitting(proposal, **({other: None} if replaces else {}))

    @traitlets.validate("grad_output")
    def _check_gradient(self, proposal: Any) -> Any:
        return self.fitting_gradient(proposal, self.map.output[self.filters is None :])

    @traitlets.observe(*SHAPING)
    def _settle(self, change: Any) -> None:
        if change["name"] in OTHER and change["new"] is not None:
            setattr(self, OTHER[change["name"]], None)
        super()._settle(change)

    def _flat(self, volume: np.ndarray) -> np.ndarray:
        """Drop the channel axis where a single kernel was given."""
        return volume if self.filters is not None else volume[0]


def _volume(values):
    return values if values.ndim == 3 else values[None]
