"""PoolStepper: one cursor walks over the output of a pooling layer, forwards or back."""

from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from cnnlab.widgets._shared.base import Grid, Names, Setting
from cnnlab.widgets._shared.stepper import Stepper
from cnnlab.widgets._shared.still import sized
from cnnlab.widgets.pool_stepper.numbers import Layer
from cnnlab.widgets.pool_stepper.still import panels

OPERATIONS = ("max", "average", "l2")
DIRECTIONS = ("forward", "unpool", "backward")
VIEWS = ("input", "output", "switches", "arithmetic")
CONTROLS = ("operation", "kernel_size", "stride", "padding", "count_padding", "direction", "cells")
SHAPING = ("image", "kernel_size", "stride", "padding", "operation", "count_padding", "direction")


class PoolStepper(Stepper):
    """Step through a pooling layer, one window at a time: forwards, unpooling, or backwards.

    It leaves out two options of :func:`cnnlab.max_pool2d`: dilation and ceil mode.

    Parameters
    ----------
    image : array_like of shape (H, W)
        Finite numbers. Up to about 16 × 16 cells stay legible.
    kernel_size : int or (int, int), default 2
        Rows and columns of a window.
    **traits
        Any trait below.

    Attributes
    ----------
    operation : {"max", "average", "l2"}
        What is taken of each window.
    stride : int, (int, int) or None
        Cells from one window to the next; None for `kernel_size`.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}
        Cells around the image, as in :func:`cnnlab.max_pool2d`. Each window must hold a cell of
        the image.
    count_padding : bool
        Whether an average divides by the cells in the padding too.
    direction : {"forward", "unpool", "backward"}
        Whether the cursor pools, puts each maximum back to its switch, or sends each output's
        gradient back to the cells that it came from.
    gradient : array_like of shape (H', W') or None
        Of each output cell; None for ones. It becomes None when the output gets another shape.
    position : int
        The output cell under the cursor, in reading order from 0.
    playing : bool
        Whether the cursor walks by itself.
    speed : int
        Steps a second, 1 to 9.
    views : list of {"input", "output", "switches", "arithmetic"}, or None
        What is shown (None: all of it), beside the map that unpooling or the way back fills.
    controls : list of str, or None
        What the reader can change: ``"operation"``, ``"kernel_size"``, ``"stride"``,
        ``"padding"``, ``"count_padding"``, ``"direction"``, and ``"cells"`` for the numbers in the
        grids. None stands for all, ``[]`` leaves the walk alone.

    See Also
    --------
    cnnlab.max_pool2d, cnnlab.avg_pool2d, cnnlab.lp_pool2d : What is stepped through.

    Examples
    --------
    >>> stepper = PoolStepper([[1, 3, 7], [2, 7, 1]], stride=1)
    >>> stepper.output
    array([[7., 7.]])
    >>> stepper.switches
    array([[4, 2]])
    >>> stepper.sentence()
    'Row 0, column 0: max(1, 3, 2, 7) = 7, at row 1 column 1.'
    >>> stepper.input_gradient
    array([[0., 0., 1.],
           [0., 1., 0.]])
    """

    _module = "pool_stepper"
    SHAPING = SHAPING
    panels = panels  # what stands where no script runs
    lay_out = Layer
    SENT = "gradient"
    KIND = "pool"

    image = Grid()
    operation = traitlets.Enum(OPERATIONS, "max").tag(sync=True)
    kernel_size = Setting(2).tag(sync=True)
    stride = Setting(None).tag(sync=True)
    padding = Setting(0).tag(sync=True)
    count_padding = traitlets.Bool(False).tag(sync=True)
    direction = traitlets.Enum(DIRECTIONS, "forward").tag(sync=True)
    gradient = Grid("(H', W')", allow_none=True)
    views = Names(VIEWS)
    controls = Names(CONTROLS)

    def __init__(self, image: Any, kernel_size: Any = 2, **traits: Any) -> None:
        super().__init__(image=image, kernel_size=kernel_size, **traits)

    @property
    def layer(self) -> Layer:
        """The layer, with its gradient."""
        return replace(self.laid_out(), gradient=self.gradient)

    @property
    def walked(self) -> tuple[int, ...]:
        """The shape of the output, (H', W')."""
        return self.laid_out().windows.count

    @property
    def output(self) -> np.ndarray:
        """What the whole walk gives, an ndarray of shape (H', W')."""
        return self.layer.output

    @property
    def switches(self) -> np.ndarray | None:
        """The flat index of each maximum, an int64 ndarray of shape (H', W'); else None."""
        return self.layer.switches

    @property
    def input_gradient(self) -> np.ndarray:
        """What arrives at each input cell in the end, an ndarray of shape (H, W)."""
        return self.layer.backward()

    def __repr__(self) -> str:
        layer = ("operation", "kernel_size", "stride", "padding", "direction", "position")
        return self.brief(*layer, begin=[sized("image", self.image.shape)])

    def caption(self) -> str:
        """Say where the cursor stands, and how to bring the widget to life."""
        here = f"output{list(self.place)}"
        doing = {
            "forward": f"The window at {here}, and what pooling makes of it",
            "unpool": f"Unpooling: {here} is put back to its switch",
            "backward": f"The gradient of {here} on its way back",
        }[self.direction]
        return f"{doing}. {self.STILL}"

    def sentence(self) -> str:
        """Spell out what happens under the cursor, as a screen reader hears it."""
        return self.layer.sentence(self.position)

    @traitlets.validate(*SHAPING)
    def _check_windows(self, proposal: Any) -> Any:
        return self.fitting(proposal)

    @traitlets.validate("gradient")
    def _check_gradient(self, proposal: Any) -> np.ndarray | None:
        return self.fitting_gradient(proposal, self.walked)
