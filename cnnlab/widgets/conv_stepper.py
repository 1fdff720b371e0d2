"""ConvStepper: one cursor walks over the output, and the window and the sum follow it."""

from typing import Any

import numpy as np
import traitlets

from cnnlab import shapes
from cnnlab.arguments import per_axis
from cnnlab.convolution import cross_correlate2d, flip_kernel
from cnnlab.kernels import named
from cnnlab.widgets.base import Grid, LabWidget, svg_image
from cnnlab.widgets.picture import Panel, draw
from cnnlab.widgets.text import factor, format_number, sentence

VIEWS = ("input", "kernel", "output", "arithmetic")
CONTROLS = ("stride", "padding", "dilation", "mode")
SHAPING = ("image", "kernel", "stride", "padding", "dilation")


class ConvStepper(LabWidget):
    """Step a kernel across an image, forwards and backwards, one sum at a time.

    Every trait can be set from Python and is drawn at once; what the reader does arrives in the
    same traits.

    Parameters
    ----------
    image : array_like of shape (H, W)
        Finite numbers. Up to about 16 × 16 cells stay legible.
    kernel : array_like of shape (K_h, K_w) or str, default "sobel_x"
        Finite numbers, or the name of a kernel of :mod:`cnnlab.kernels`.
    **traits
        Any trait below.

    Attributes
    ----------
    stride, dilation : int or (int, int)
        Steps between windows, and between the cells that a window reads; 1 or more.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}
        Zeros around the image, as in :func:`cnnlab.cross_correlate2d`.
    mode : {"correlation", "convolution"}
        Whether the kernel slides as it is, or flipped both ways.
    position : int
        The output cell under the cursor, in reading order from 0.
    playing : bool
        Whether the cursor walks by itself.
    speed : int
        Steps a second, 1 to 9.
    views : list of {"input", "kernel", "output", "arithmetic"}
        What is shown.
    controls : list of {"stride", "padding", "dilation", "mode"}
        Which settings the reader can change.

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

    image = Grid()
    kernel = Grid("(K_h, K_w)")
    stride = traitlets.Any(1).tag(sync=True)
    padding = traitlets.Any(0).tag(sync=True)
    dilation = traitlets.Any(1).tag(sync=True)
    mode = traitlets.Enum(["correlation", "convolution"], "correlation").tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = traitlets.Int(2, min=1, max=9).tag(sync=True)
    views = traitlets.List(traitlets.Enum(VIEWS), list(VIEWS)).tag(sync=True)
    controls = traitlets.List(traitlets.Enum(CONTROLS), list(CONTROLS)).tag(sync=True)

    def __init__(self, image: Any, kernel: Any = "sobel_x", **traits: Any) -> None:
        if isinstance(kernel, str):
            kernel = named(kernel)
        unknown = sorted(set(traits) - set(self.class_trait_names()))
        if unknown:
            raise TypeError(
                f"ConvStepper has no trait {unknown[0]!r}; it has stride, padding, dilation, mode, "
                "position, playing, speed, views and controls"
            )
        super().__init__(image=image, kernel=kernel, **traits)

    @property
    def output(self) -> np.ndarray:
        """What the whole walk gives, an ndarray of shape (H', W')."""
        return cross_correlate2d(self.image, self._sliding, **self._options)

    @property
    def window(self) -> np.ndarray:
        """The cells under the cursor, an ndarray of shape (K_h, K_w); padding reads as 0."""
        rows, columns = (
            slice(start, start + step * (cells - 1) + 1, step)
            for start, step, cells in zip(self._corner, self._steps, self.kernel.shape, strict=True)
        )
        return self._padded[rows, columns]

    def __repr__(self) -> str:
        image, kernel = (" × ".join(map(str, a.shape)) for a in (self.image, self.kernel))
        return (
            f"ConvStepper(image {image}, kernel {kernel}, stride={self.stride!r}, "
            f"padding={self.padding!r}, dilation={self.dilation!r}, mode={self.mode!r}, "
            f"position={self.position})"
        )

    def picture(self) -> str:
        """Draw the image with its window, the kernel, and the output up to the cursor."""
        return svg_image(self.svg(), self.sentence())

    def caption(self) -> str:
        """Say where the cursor stands, and how to bring the widget to life."""
        row, column = self._cell
        return (
            f"The window at output[{row}, {column}], its products and their sum. This is a picture "
            "of the stepper; it steps where the notebook's cell has run, and on the book's page."
        )

    def sentence(self) -> str:
        """Spell out the sum under the cursor, as a screen reader hears it.

        Returns
        -------
        str
        """
        return sentence(*self._cell, self.window, self._sliding)

    def svg(self) -> str:
        """Draw the current state as a picture.

        Returns
        -------
        str
            A whole SVG document.
        """
        padded, (row, column) = self._padded, self._corner
        (k_h, k_w), (d_h, d_w) = self.kernel.shape, self._steps
        read = {(row + d_h * m, column + d_w * n): (m, n) for m in range(k_h) for n in range(k_w)}
        tinted = np.zeros(padded.shape, bool)
        tinted[tuple(np.transpose(list(read)))] = True
        inside = np.pad(np.zeros(self.image.shape, bool), self._pads, constant_values=True)
        walked = np.where(np.arange(self.output.size) <= self.position, self.output.ravel(), np.nan)
        panels = {
            "input": Panel(
                _title("Image", self.image),
                padded,
                padded=inside,
                tinted=tinted,
                weights={cell: self._sliding[k] for cell, k in read.items()},
                window=(row, column, d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1),
            ),
            "kernel": Panel(_title("Kernel", self.kernel), self.kernel),
            "output": Panel(
                _title("Output", self.output),
                walked.reshape(self.output.shape),
                window=(*self._cell, 1, 1),
                blue=True,
            ),
        }
        lines = self._sum_lines() if "arithmetic" in self.views else []
        return draw([panel for name, panel in panels.items() if name in self.views], lines)

    @traitlets.validate(*SHAPING)
    def _check_windows(self, proposal: Any) -> Any:
        """Refuse a value with which no window fits the image."""
        name, value = proposal["trait"].name, proposal["value"]
        try:
            _geometry(**{key: getattr(self, key) for key in SHAPING} | {name: value})
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(f"{name} can't be {_short(value)}: {error}") from None
        return value

    @traitlets.validate("position")
    def _check_position(self, proposal: Any) -> int:
        count = self.output.size
        if not 0 <= proposal["value"] < count:
            raise traitlets.TraitError(
                f"position must be between 0 and {count - 1}, the last of {count} output cells; "
                f"got {proposal['value']}"
            )
        return proposal["value"]

    @traitlets.observe(*SHAPING)
    def _stay_inside(self, _change: Any) -> None:
        if self.position >= self.output.size:
            self.position = self.output.size - 1

    @property
    def _options(self) -> dict:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def _sliding(self) -> np.ndarray:
        return flip_kernel(self.kernel) if self.mode == "convolution" else self.kernel

    @property
    def _steps(self) -> tuple[int, int]:
        return per_axis(self.dilation, "dilation", axes=2)

    @property
    def _pads(self) -> list[tuple[int, int]]:
        strides = per_axis(self.stride, "stride", axes=2)
        return shapes.resolve_padding(
            self.padding, self.image.shape, self.kernel.shape, strides, self._steps
        )

    @property
    def _padded(self) -> np.ndarray:
        return np.pad(self.image, self._pads)

    @property
    def _cell(self) -> tuple[int, int]:
        row, column = divmod(self.position, self.output.shape[1])
        return row, column

    @property
    def _corner(self) -> tuple[int, int]:
        """Row and column of the window's corner in the padded image."""
        strides = per_axis(self.stride, "stride", axes=2)
        row, column = (index * step for index, step in zip(self._cell, strides, strict=True))
        return row, column

    def _sum_lines(self) -> list[str]:
        """Spell the sum out, one kernel row a line."""
        rows = []
        for cells, weights in zip(self.window, self._sliding, strict=True):
            pairs = zip(cells, weights, strict=True)
            rows.append(" + ".join(f"{factor(v)}·{factor(w)}" for v, w in pairs))
        value = self.output.ravel()[self.position]
        first = f"output[{self._cell[0]}, {self._cell[1]}] = "
        return [first + rows[0], *(f"+ {row}" for row in rows[1:]), f"= {format_number(value)}"]


def _geometry(image, kernel, stride, padding, dilation):
    """Return the output's shape, or raise what is wrong with the settings."""
    strides = per_axis(stride, "stride", axes=2)
    steps = per_axis(dilation, "dilation", axes=2)
    pads = shapes.resolve_padding(padding, image.shape, kernel.shape, strides, steps)
    return shapes.output_shape(
        image.shape, kernel.shape, stride=strides, padding=pads, dilation=steps
    )


def _title(name, values):
    return f"{name} {values.shape[0]} × {values.shape[1]}"


def _short(value):
    return f"of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
