"""A pooling layer, window by window, and the way back: the twin of ``numbers.js``."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cnnlab import pool
from cnnlab.shapes import Windows, lay_pooling_windows
from cnnlab.widgets._shared.still import drawable
from cnnlab.widgets._shared.text import add_up, entry, equals, factor, format_number

COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LONGEST_SUM = 8  # earlier terms of a sum that are spelled out one by one


@dataclass(frozen=True, eq=False)
class Layer:
    """A pooling layer on one map; its settings are PoolStepper's traits.

    A TypeError or a ValueError says what can't be used.
    """

    image: np.ndarray
    kernel_size: Any
    stride: Any
    padding: Any
    operation: str
    count_padding: bool
    direction: str
    gradient: np.ndarray | None = None

    def __post_init__(self) -> None:
        drawable(self)
        if self.direction == "unpool" and self.operation != "max":
            name = {"average": "average", "l2": "L2"}[self.operation]
            raise ValueError(
                f"unpooling puts each value back to its switch, and {name} pooling has none: its "
                "value comes from every cell of the window; use operation 'max'"
            )
        if self.windows.cells_per_window().min() == 0:
            raise ValueError(
                f"with kernel_size {self.windows.kernel_size} and padding {self.windows.padding} "
                "some window would hold padding only; use less padding or a larger window"
            )

    @cached_property
    def windows(self) -> Windows:
        """Where the windows lie."""
        options = {"stride": self.stride, "padding": self.padding}
        return lay_pooling_windows(self.image.shape, self.kernel_size, **options)

    @property
    def _options(self) -> dict:
        options = {"stride": self.stride, "padding": self.padding}
        counting = {"count_padding": self.count_padding} if self.operation == "average" else {}
        return options | counting

    @cached_property
    def _pooled(self) -> list[np.ndarray]:
        names = {"max": pool.max_pool2d, "average": pool.avg_pool2d, "l2": pool.lp_pool2d}
        found = names[self.operation](self.image[None, None], self.kernel_size, **self._options)
        return [each[0, 0] for each in (found if self.operation == "max" else [found])]

    @property
    def output(self) -> np.ndarray:
        """The pooled map, an ndarray of shape (H', W')."""
        return self._pooled[0]

    @property
    def switches(self) -> np.ndarray | None:
        """Where the maxima were: an int64 ndarray of shape (H', W'), or None."""
        return self._pooled[1] if self.operation == "max" else None

    @cached_property
    def gradients(self) -> np.ndarray:
        """The gradient of each output cell, an ndarray of shape (H', W')."""
        return np.ones(self.windows.count) if self.gradient is None else self.gradient

    def backward(self, done: np.ndarray | bool = True) -> np.ndarray:
        """Send the gradients of the windows that are `done` back: an ndarray of shape (H, W)."""
        x, g = self.image[None, None], np.where(done, self.gradients, 0)[None, None]
        if self.operation == "max":
            return pool.max_pool_backward(g, self.switches[None, None], x.shape)[0, 0]
        if self.operation == "average":
            return pool.avg_pool_backward(g, x.shape, self.kernel_size, **self._options)[0, 0]
        return pool.lp_pool_backward(g, x, self.kernel_size, **self._options)[0, 0]

    def unpool(self, done: np.ndarray | bool = True) -> np.ndarray:
        """Put the maxima of the windows that are `done` back: an ndarray of shape (H, W)."""
        switches = np.where(done, self.switches, -1)[None, None]
        return pool.max_unpool(self.output[None, None], switches, (1, 1, *self.image.shape))[0, 0]

    def cell(self, position: int) -> tuple[int, int]:
        """Return the row and column of an output cell."""
        return divmod(position, self.windows.count[1])

    def real(self, position: int) -> list[tuple[int, int]]:
        """List the cells of a window that are on the image, in reading order."""
        return [cell for _, cell in self.windows.cells(self.cell(position))]

    def holders(self, position: int) -> list[tuple[int, int]]:
        """List the cells of a window that hold its maximum; the winner is the first."""
        if self.switches is None:
            return []
        value = self.output.flat[position]
        return [cell for cell in self.real(position) if self.image[cell] == value]

    def shares(self, position: int) -> dict[tuple[int, int], tuple[float, str]]:
        """Say what each cell of a window gets of its gradient, as a number and in writing."""
        g, y = float(self.gradients.flat[position]), float(self.output.flat[position])
        if self.operation == "max":
            return {self.holders(position)[0]: (g, factor(g))}
        cells = {cell: float(self.image[cell]) for cell in self.real(position)}
        if self.operation == "average":
            divisor = self._divisor(position)
            return dict.fromkeys(cells, (g / divisor, f"{factor(g)}/{divisor}"))
        if y == 0:
            return {}
        norm, whole = format_number(y), factor(g)
        return {cell: (x / y * g, f"({factor(x)}/{norm})·{whole}") for cell, x in cells.items()}

    # ---- in words ----

    def sentence(self, position: int) -> str:
        """Spell out what happens at one position, as the direction has it."""
        row, column = self.cell(position)
        ways = {"forward": self._pooling, "unpool": self._unpooling, "backward": self._returning}
        return f"Row {row}, column {column}: {ways[self.direction](position)}."

    def _divisor(self, position):
        """Return what an average is divided by."""
        return len(self.windows.cells(self.cell(position), padded=self.count_padding))

    def _pooling(self, position):
        real, holders = self.real(position), self.holders(position)
        values, value = [self.image[cell] for cell in real], self.output.flat[position]
        if holders:
            (row, column), equal = holders[0], len(holders)
            count = COUNTED[equal] if equal < len(COUNTED) else equal
            ties = f", the first of {count} equal ones" if equal > 1 else ""
            best = f"max({', '.join(map(entry, values))}) = {format_number(value)}"
            return f"{best}, at row {row} column {column}{ties}"
        result = f"{equals([value], values)} {format_number(value)}"
        if self.operation == "l2":
            return f"√({' + '.join(format_number(v * v) for v in values)}) {result}"
        said = f"({' + '.join(map(factor, values))}) / {self._divisor(position)} {result}"
        if len(real) < math.prod(self.windows.kernel_size):
            said += f", the padding {'counts as 0' if self.count_padding else 'does not count'}"
        return said

    def _unpooling(self, position):
        switch = int(self.switches.flat[position])
        row, column = divmod(switch, self.image.shape[1])
        value = format_number(self.output.flat[position])
        return (
            f"{value} goes to its switch {switch}, row {row} column {column}: "
            f"unpooled[{row}, {column}] = {value}"
        )

    def _returning(self, position):
        begin = f"the gradient {entry(self.gradients.flat[position])} "
        given = self.shares(position)
        if not given:
            return f"{begin}goes nowhere, as the norm is 0"
        cell, arrived = self.accumulated(position)
        amount, text = given[cell]
        many = "the one cell" if len(given) == 1 else f"each of {len(given)} cells"
        where = {
            "max": f"goes to row {cell[0]} column {cell[1]}",
            "average": f"gives {many} {text} {equals([amount])} {format_number(amount)}",
            "l2": f"gives {many} its value / {format_number(self.output.flat[position])} of it",
        }[self.operation]
        return f"{begin}{where}: {self._equation(cell, arrived, text)}"

    def accumulated(self, position: int) -> tuple[tuple[int, int] | None, list[float]]:
        """Return the cell under a window whose sum is the longest, and what has come there."""
        arrived: dict[tuple[int, int], list[float]] = {cell: [] for cell in self.shares(position)}
        for earlier in range(position + 1):
            for cell, (amount, _) in self.shares(earlier).items():
                if cell in arrived:
                    arrived[cell].append(amount)
        cell = max(arrived, key=lambda one: len(arrived[one]), default=None)  # the first of them
        return cell, arrived.get(cell, [])

    def _equation(self, cell, amounts, last):
        """Spell out the sum in one cell of the input gradient, and the last that came in full."""
        *earlier, _ = amounts
        total = add_up(amounts)
        result = f"{equals([total], earlier)} {format_number(total)}"
        name = f"input gradient[{cell[0]}, {cell[1]}]"
        if not earlier:
            once = format_number(total) if self.operation == "max" else f"{last} {result}"
            return f"{name} = {once}"
        before = " + ".join(map(factor, earlier))
        if len(earlier) > LONGEST_SUM:
            before = f"{factor(add_up(earlier))} ({len(earlier)} terms)"
        return f"{name} = {before} + {last} {result}"
