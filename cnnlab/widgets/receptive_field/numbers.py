"""A stack of layers along one axis: what a unit sees. The twin of ``numbers.js``."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnlab import receptive_fields as rf
from cnnlab._arguments import as_integer
from cnnlab.shapes import Windows, lay_windows

LARGEST = 256  # cells of the input
MOST = 64  # of any setting of a layer
HIGHEST = 16  # layers
WIDEST = 1024  # cells of the input that the drawing spans


@dataclass(frozen=True)
class Stack:
    """Layers on an input: all settings of each, sizes and fields. The input's come first."""

    layers: list[dict]
    sizes: list[int]
    fields: list[rf.Field]

    def centre(self, level: int, unit: float) -> float:
        """Return where the field of a unit is centred, in cells of the input."""
        return self.fields[level].start + unit * self.fields[level].jump

    def pads(self, level: int) -> tuple[int, int]:
        """Return the padding around a layer's units (or the input), before and after."""
        return self.layers[level]["padding"] if level < len(self.layers) else (0, 0)

    def windows(self, level: int) -> Windows:
        """Return where the windows of the layer above lie on a layer's units (or the input)."""
        options = {name: [self.layers[level][name]] for name in rf.SETTINGS}
        return lay_windows([self.sizes[level]], **options)

    @cached_property
    def extent(self) -> tuple[float, float]:
        """The centres of the first and the last unit of all layers, padding included."""
        ends = [
            (self.centre(level, -before), self.centre(level, size - 1 + after))
            for level, size in enumerate(self.sizes)
            for before, after in [self.pads(level)]
        ]
        return min(low for low, _ in ends), max(high for _, high in ends)


@dataclass(frozen=True)
class Sight:
    """What one unit sees, in its own layer and in each below; the input comes first.

    `counts` are the paths from each unit, `fields` the first and last unit with one, `padding` the
    places beside the units that are read, and `effective` the cells of the input that most of the
    paths come from.
    """

    counts: list[list[int]]
    fields: list[tuple[int, int] | None]
    padding: list[list[int]]
    effective: tuple[int, int] | None

    @property
    def shares(self) -> list[float]:
        """What share of the paths comes from each cell of the input."""
        total = sum(self.counts[0])
        return [paths / total if total else 0.0 for paths in self.counts[0]]


def lay_out(size: Any, layers: Any) -> Stack:
    """Work out a stack that can be drawn; `layers` are as in :func:`cnnlab.receptive_field`.

    A TypeError or a ValueError says what can't be used, and names the layer.
    """
    as_integer(size, "size", minimum=1, maximum=LARGEST)
    found = rf.checked(layers)
    if not 1 <= len(found) <= HIGHEST:
        raise ValueError(f"layers must be 1 to {HIGHEST} layers; got {len(found)}")
    for number, layer in enumerate(found, start=1):
        for key in rf.SETTINGS:
            value = max(layer[key]) if key == "padding" else layer[key]
            if value > MOST:
                who = rf.called(found, number)
                raise ValueError(f"{who}: {key} must be at most {MOST}; got {value}")
    stack = Stack(found, rf.stack_sizes(found, size), rf.receptive_field(found))
    for level, (_, jump, _) in enumerate(stack.fields):
        if jump > WIDEST:
            who = rf.called(found, level)
            raise ValueError(f"{who} would have a jump of {jump}; at most {WIDEST} can be drawn")
    low, high = stack.extent
    if high - low >= WIDEST:
        raise ValueError(
            f"the stack spreads over {int(high - low + 1)} cells, padding included; "
            f"at most {WIDEST} can be drawn"
        )
    return stack


def look(stack: Stack, layer: int, unit: int, percent: int = 95) -> Sight:
    """Find what a unit sees. Layers are counted from 1, units from 0."""
    place = stack.layers, stack.sizes[0], layer, unit
    counts = [rf.count_paths(*place, below=level) for level in range(layer + 1)]
    padding = []
    for level in range(layer):
        windows = stack.windows(level)
        units = [u for u, paths in enumerate(counts[level + 1]) if paths]
        read = {cell for u in units for _, (cell,) in windows.cells((u,), padded=True)}
        padding.append(sorted(read - set(range(stack.sizes[level]))))
    effective = rf.effective_field(counts[0], percent=percent)
    return Sight(counts, rf.field_of(*place), [*padding, []], effective)


def sentence(stack: Stack, layer: int, unit: int, percent: int = 95) -> str:
    """Say what a unit sees: "Layer 3 (C3), unit 4 sees cells 8 to 21 of the input, …"."""
    who = rf.called(stack.layers, layer)
    sight = look(stack, layer, unit, percent)
    theory = f"the theoretical field is {stack.fields[layer].size}"
    subject = f"{who[0].upper()}{who[1:]}, unit {unit} sees"
    if sight.effective is None:
        return f"{subject} no cell of the input, only padding; {theory}."
    first, last = sight.fields[0]
    seen = sum(paths > 0 for paths in sight.counts[0])
    told = f"{seen} of the cells {first} to {last} of the input"
    if first == last:
        told = f"only cell {first} of the input"
    elif seen == last - first + 1:
        told = f"cells {first} to {last} of the input, {seen} in all"
    first, last = sight.effective
    where = f"cells {first} to {last}, {last - first + 1} in all"
    if first == last:
        where = f"cell {first} alone"
    return f"{subject} {told}; {theory}. At least {percent} % of the paths come from {where}."
