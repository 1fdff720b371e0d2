"""PoolStepper: one cursor walks over the output of a pooling layer, forwards or back."""

from typing import Any

import numpy as np
import traitlets

from cnnlab.widgets._shared.base import (
    Grid,
    LabWidget,
    Names,
    Setting,
    Whole,
    check_position,
    svg_image,
)
from cnnlab.widgets.pool_stepper.numbers import Walk
from cnnlab.widgets.pool_stepper.picture import picture

OPERATIONS = ("max", "average", "l2")
DIRECTIONS = ("forward", "unpool", "backward")
VIEWS = ("input", "output", "switches", "arithmetic")
CONTROLS = ("operation", "kernel_size", "stride", "padding", "count_padding", "direction", "cells")
SHAPING = ("image", "kernel_size", "stride", "padding")
LAYER = (*SHAPING, "operation", "count_padding", "gradient")


class PoolStepper(LabWidget):
    """Step through a pooling layer, one window at a time: forwards, unpooling, or backwards.

    Every trait can be set from Python and is drawn at once; what the reader does arrives in the
    same traits.

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

    Raises
    ------
    traitlets.TraitError
        If a value can't be used; the message names the trait, what came and what would do.

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

    image = Grid()
    operation = traitlets.Enum(OPERATIONS, "max").tag(sync=True)
    kernel_size = Setting(2).tag(sync=True)
    stride = Setting(None).tag(sync=True)
    padding = Setting(0).tag(sync=True)
    count_padding = traitlets.Bool(False).tag(sync=True)
    direction = traitlets.Enum(DIRECTIONS, "forward").tag(sync=True)
    gradient = Grid("(H', W')", allow_none=True)
    position = Whole(0)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = Whole(2, 1, 9)
    views = Names(VIEWS)
    controls = Names(CONTROLS)

    def __init__(self, image: Any, kernel_size: Any = 2, **traits: Any) -> None:
        super().__init__(image=image, kernel_size=kernel_size, **traits)

    @property
    def output(self) -> np.ndarray:
        """What the whole walk gives, an ndarray of shape (H', W')."""
        return self._walk.output

    @property
    def switches(self) -> np.ndarray | None:
        """The flat index of each maximum, an int64 ndarray of shape (H', W'); else None."""
        return self._walk.switches

    @property
    def input_gradient(self) -> np.ndarray:
        """What arrives at each input cell in the end, an ndarray of shape (H, W)."""
        return self._walk.backward()

    @property
    def unpooled(self) -> np.ndarray:
        """The maxima at their switches and 0 elsewhere, an ndarray of shape (H, W).

        Raises
        ------
        ValueError
            If `operation` is not ``"max"``, as nothing else has switches.
        """
        if self.operation != "max":
            raise ValueError(_no_switches(self.operation))
        return self._walk.unpool()

    @property
    def window(self) -> np.ndarray:
        """The cells under the cursor, an ndarray of shape (K_h, K_w).

        Padding reads as minus infinity for max pooling and as 0 for the others.
        """
        return self._walk.window(self.position)

    def __repr__(self) -> str:
        image = " × ".join(map(str, self.image.shape))
        return (
            f"PoolStepper(image {image}, operation={self.operation!r}, "
            f"kernel_size={self.kernel_size!r}, stride={self.stride!r}, padding={self.padding!r}, "
            f"direction={self.direction!r}, position={self.position})"
        )

    def picture(self) -> str:
        """Draw the image with its window, and what has been filled up to the cursor."""
        return svg_image(self.svg(), self.sentence())

    def caption(self) -> str:
        """Say where the cursor stands, and how to bring the widget to life."""
        row, column = self._walk.cell(self.position)
        doing = {
            "forward": f"The window at output[{row}, {column}], and what pooling makes of it",
            "unpool": f"Unpooling: output[{row}, {column}] is put back to its switch",
            "backward": f"The gradient of output[{row}, {column}] on its way back",
        }[self.direction]
        return (
            f"{doing}. This is a picture of the stepper; it steps where the notebook's cell has "
            "run, and on the book's page."
        )

    def sentence(self) -> str:
        """Spell out what happens under the cursor, as a screen reader hears it.

        Returns
        -------
        str
        """
        return self._walk.sentence(self.direction, self.position)

    def svg(self) -> str:
        """Draw the current state as a picture.

        Returns
        -------
        str
            A whole SVG document.
        """
        return picture(self._walk, self.direction, self.position, self.views)

    @traitlets.validate(*SHAPING)
    def _check_windows(self, proposal: Any) -> Any:
        """Refuse a value with which no window fits, or one holds padding only."""
        name, value = proposal["trait"].name, proposal["value"]
        try:
            Walk(**{key: getattr(self, key) for key in SHAPING} | {name: value}).check()
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(f"{name} can't be {_short(value)}: {error}") from None
        return value

    @traitlets.validate("operation", "direction")
    def _check_switches(self, proposal: Any) -> str:
        name, value = proposal["trait"].name, proposal["value"]
        both = {"operation": self.operation, "direction": self.direction} | {name: value}
        if both["direction"] == "unpool" and both["operation"] != "max":
            reason = _no_switches(both["operation"])
            raise traitlets.TraitError(f"{name} can't be {value!r}: {reason}")
        return value

    @traitlets.validate("gradient")
    def _check_gradient(self, proposal: Any) -> np.ndarray | None:
        value, shape = proposal["value"], self._walk.shape
        if value is not None and value.shape != shape:
            raise traitlets.TraitError(
                f"gradient must have the output's shape {shape}, or be None for ones; "
                f"got shape {value.shape}"
            )
        return value

    @traitlets.validate("position")
    def _check_position(self, proposal: Any) -> int:
        rows, columns = self._walk.shape
        return check_position(proposal["value"], rows * columns, "output cells")

    @traitlets.observe(*SHAPING)
    def _fit(self, _change: Any) -> None:
        """Keep the cursor on the output, and drop a gradient that no longer fits it."""
        rows, columns = self._walk.shape
        self.position = min(self.position, rows * columns - 1)
        if self.gradient is not None and self.gradient.shape != (rows, columns):
            self.gradient = None

    @property
    def _walk(self) -> Walk:
        return Walk(**{name: getattr(self, name) for name in LAYER})


def _no_switches(operation):
    name = {"average": "average", "l2": "L2"}[operation]
    return (
        f"unpooling puts each value back to its switch, and {name} pooling has none: its value "
        "comes from every cell of the window; use operation 'max'"
    )


def _short(value):
    return f"of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
