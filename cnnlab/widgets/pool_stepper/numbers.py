"""What PoolStepper walks through: a pooling layer, window by window, and the way back."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cnnlab import shapes
from cnnlab._arguments import per_axis
from cnnlab.pool import (
    avg_pool2d,
    avg_pool_backward,
    lp_pool2d,
    lp_pool_backward,
    max_pool2d,
    max_pool_backward,
    max_unpool,
)
from cnnlab.widgets._shared.text import entry, equals, format_number
from cnnlab.widgets.pool_stepper.text import equation, expression, share, winner


@dataclass(frozen=True, eq=False)
class Walk:
    """A pooling layer on one map.

    Attributes
    ----------
    image : ndarray of shape (H, W)
        The map.
    kernel_size, stride, padding, count_padding
        As in :func:`cnnlab.avg_pool2d`.
    operation : {"max", "average", "l2"}
        What is taken of each window.
    gradient : ndarray of shape (H', W') or None
        Of each output cell; None for ones.
    """

    image: np.ndarray
    kernel_size: Any
    stride: Any
    padding: Any
    operation: str = "max"
    count_padding: bool = False
    gradient: np.ndarray | None = None

    @cached_property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of a window."""
        return per_axis(self.kernel_size, "kernel_size", axes=2)

    @cached_property
    def strides(self) -> tuple[int, int]:
        """Rows and columns from one window to the next."""
        return self.kernel if self.stride is None else per_axis(self.stride, "stride", axes=2)

    @cached_property
    def pads(self) -> list[tuple[int, int]]:
        """Cells before and after, for rows and columns."""
        return shapes.resolve_padding(
            self.padding, self.image.shape, self.kernel, self.strides, (1, 1)
        )

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        options = {"stride": self.strides, "padding": self.pads}
        return shapes.lay_windows(self.image.shape, self.kernel, **options).count

    def check(self) -> None:
        """Raise a TypeError or a ValueError if no window fits, or one has no cell of the image."""
        last = self.corner(math.prod(self.shape) - 1)
        for axis in (0, 1):
            if self.pads[axis][0] >= self.kernel[axis] or last[axis] >= self.image.shape[axis]:
                raise ValueError(
                    f"with kernel_size {self.kernel} and padding {tuple(self.pads)} some window "
                    "would hold padding only; use less padding or a larger window"
                )

    @cached_property
    def _pooled(self) -> tuple[np.ndarray, np.ndarray | None]:
        x = self.image[None, None]
        if self.operation == "max":
            output, switches = max_pool2d(x, self.kernel_size, **self._options)
            return output[0, 0], switches[0, 0]
        pool = avg_pool2d if self.operation == "average" else lp_pool2d
        return pool(x, self.kernel_size, **self._options)[0, 0], None

    @property
    def _options(self) -> dict:
        options = {"stride": self.stride, "padding": self.padding}
        if self.operation == "average":
            options["count_padding"] = self.count_padding
        return options

    @property
    def output(self) -> np.ndarray:
        """The pooled map, an ndarray of shape (H', W')."""
        return self._pooled[0]

    @property
    def switches(self) -> np.ndarray | None:
        """Where the maxima were: an int64 ndarray of shape (H', W'), or None."""
        return self._pooled[1]

    @cached_property
    def gradients(self) -> np.ndarray:
        """The gradient of each output cell, an ndarray of shape (H', W')."""
        return np.ones(self.shape) if self.gradient is None else self.gradient

    def backward(self, windows: int | None = None) -> np.ndarray:
        """Send the gradients of the first `windows` windows back, by default of all.

        Returns
        -------
        ndarray of shape (H, W)
        """
        x, first = self.image[None, None], self._first(windows)
        g = np.where(first, self.gradients, 0)[None, None]
        if self.operation == "max":
            return max_pool_backward(g, self.switches[None, None], x.shape)[0, 0]
        if self.operation == "average":
            return avg_pool_backward(g, x.shape, self.kernel_size, **self._options)[0, 0]
        return lp_pool_backward(g, x, self.kernel_size, **self._options)[0, 0]

    def unpool(self, windows: int | None = None) -> np.ndarray:
        """Put the maxima of the first `windows` windows back, by default of all.

        Returns
        -------
        ndarray of shape (H, W)
        """
        switches = np.where(self._first(windows), self.switches, -1)[None, None]
        return max_unpool(self.output[None, None], switches, (1, 1, *self.image.shape))[0, 0]

    def _first(self, windows: int | None) -> np.ndarray:
        """Mark the first windows, in reading order."""
        count = math.prod(self.shape)
        return (np.arange(count) < (count if windows is None else windows)).reshape(self.shape)

    def cell(self, position: int) -> tuple[int, int]:
        """Return the row and column of an output cell."""
        row, column = divmod(position, self.shape[1])
        return row, column

    def corner(self, position: int) -> tuple[int, int]:
        """Return the image's row and column under a window's corner; negative in the padding."""
        steps = zip(self.cell(position), self.strides, self.pads, strict=True)
        row, column = (index * step - before for index, step, (before, _) in steps)
        return row, column

    def window(self, position: int) -> np.ndarray:
        """Return a window, padding and all, an ndarray of shape (K_h, K_w)."""
        filler = -np.inf if self.operation == "max" else 0.0
        padded = np.pad(self.image, self.pads, constant_values=filler)
        corner = self.corner(position)
        rows, columns = (
            slice(at + before, at + before + cells)
            for at, (before, _), cells in zip(corner, self.pads, self.kernel, strict=True)
        )
        return padded[rows, columns]

    def real(self, position: int) -> list[tuple[int, int]]:
        """List the cells of a window that are on the image, in reading order."""
        (top, left), (height, width) = self.corner(position), self.kernel
        rows, columns = self.image.shape
        return [
            (row, column)
            for row in range(max(top, 0), min(top + height, rows))
            for column in range(max(left, 0), min(left + width, columns))
        ]

    def holders(self, position: int) -> list[tuple[int, int]]:
        """List the cells of a window that hold its maximum; the winner is the first."""
        if self.switches is None:
            return []
        value = self.output.flat[position]
        return [cell for cell in self.real(position) if self.image[cell] == value]

    def sentence(self, direction: str, position: int) -> str:
        """Spell out what happens at one position.

        Parameters
        ----------
        direction : {"forward", "unpool", "backward"}
            Which way the cursor walks.
        position : int
            The output cell, in reading order.

        Returns
        -------
        str
        """
        row, column = self.cell(position)
        ways = {"forward": self._pooling, "unpool": self._unpooling, "backward": self._returning}
        return f"Row {row}, column {column}: {ways[direction](position)}."

    def _divisor(self, position: int) -> int:
        return math.prod(self.kernel) if self.count_padding else len(self.real(position))

    def _pooling(self, position: int) -> str:
        real, holders = self.real(position), self.holders(position)
        values = [self.image[cell] for cell in real]
        said = expression(values, self.operation, self._divisor(position))
        value = self.output.flat[position]
        sign = "=" if self.operation == "max" else equals([value], values)
        said += f" {sign} {format_number(value)}"
        if holders:
            return f"{said}, {winner(*holders[0], len(holders))}"
        if self.operation == "average" and len(real) < math.prod(self.kernel):
            said += f", the padding {'counts as 0' if self.count_padding else 'does not count'}"
        return said

    def _unpooling(self, position: int) -> str:
        switch = int(self.switches.flat[position])
        row, column = divmod(switch, self.image.shape[1])
        value = format_number(self.output.flat[position])
        return (
            f"{value} goes to its switch {switch}, row {row} column {column}: "
            f"unpooled[{row}, {column}] = {value}"
        )

    def shares(self, position: int) -> dict[tuple[int, int], tuple[float, str]]:
        """Say what each cell of a window gets of its gradient, as a number and in writing."""
        g, y = float(self.gradients.flat[position]), float(self.output.flat[position])
        if self.operation == "max":
            return {self.holders(position)[0]: (g, share("max", g, y, y, 1))}
        if self.operation == "l2" and y == 0:
            return {}
        divisor, given = self._divisor(position), {}
        for cell in self.real(position):
            x = float(self.image[cell])
            amount = g / divisor if self.operation == "average" else x / y * g
            given[cell] = amount, share(self.operation, g, x, y, divisor)
        return given

    def _returning(self, position: int) -> str:
        begin = f"the gradient {entry(self.gradients.flat[position])} "
        given = self.shares(position)
        if not given:
            return f"{begin}goes nowhere, as the norm is 0"
        arrived: dict[tuple[int, int], list[float]] = {cell: [] for cell in given}
        for earlier in range(position + 1):
            for cell, (amount, _) in self.shares(earlier).items():
                if cell in arrived:
                    arrived[cell].append(amount)
        cell = max(arrived, key=lambda one: len(arrived[one]))  # the first of the longest sums
        amount, text = given[cell]
        many = "the one cell" if len(given) == 1 else f"each of {len(given)} cells"
        where = {
            "max": f"goes to row {cell[0]} column {cell[1]}",
            "average": f"gives {many} {text} {equals([amount])} {format_number(amount)}",
            "l2": f"gives {many} its value / {format_number(self.output.flat[position])} of it",
        }[self.operation]
        return f"{begin}{where}: {equation(cell, arrived[cell], text, self.operation)}"
