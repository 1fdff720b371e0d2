"""Products of values and weights, and their sums: the twin of ``products.js``."""

from itertools import groupby
from typing import NamedTuple

from cnnlab.widgets._shared.text import add_up, equals, factor, format_number, weight


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


def by_channel(cells: list[Cell]) -> list[tuple[int, list[Cell]]]:
    """Return each channel with its cells, which lie together."""
    return [(channel, list(part)) for channel, part in groupby(cells, lambda cell: cell.channel)]
