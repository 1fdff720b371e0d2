"""A stack of layers along one axis: what a unit sees, in numbers and in words.

The twin of ``field.js``: the tests hold both to the same stacks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnlab._arguments import as_integer
from cnnlab.receptive_fields import (
    SETTINGS,
    Field,
    called,
    checked,
    count_paths,
    effective_field,
    receptive_field,
    stack_sizes,
)

LARGEST = 256  # cells of the input
MOST = 64  # of any setting of a layer
HIGHEST = 16  # layers
WIDEST = 1024  # cells of the input that the drawing spans


@dataclass(frozen=True)
class Stack:
    """A stack of layers on an input.

    Attributes
    ----------
    layers : list of dict
        Each with all settings; padding as a pair.
    sizes : list of int
        The input's cells, then the units of each layer.
    fields : list of Field
        The input's, then each layer's.
    """

    layers: list[dict]
    sizes: list[int]
    fields: list[Field]

    def centre(self, level: int, unit: float) -> float:
        """Return where the field of a unit is centred, in cells of the input."""
        return self.fields[level].start + unit * self.fields[level].jump

    def pads(self, level: int) -> tuple[int, int]:
        """Return the padding around a layer's units (or the input), before and after."""
        return self.layers[level]["padding"] if level < len(self.layers) else (0, 0)

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

    Attributes
    ----------
    counts : list of list of int
        For each layer, the paths from each of its units.
    padding : list of list of int
        For each layer, the places beside its units that are read as padding.
    theory : list of (int, int)
        For each layer, the first and last unit if there were no border.
    effective : (int, int) or None
        The cells of the input that most of the paths come from.
    """

    counts: list[list[int]]
    padding: list[list[int]]
    theory: list[tuple[int, int]]
    effective: tuple[int, int] | None

    @property
    def fields(self) -> list[tuple[int, int] | None]:
        """The first and last unit seen in each layer."""
        found = []
        for counts in self.counts:
            seen = [i for i, paths in enumerate(counts) if paths]
            found.append((seen[0], seen[-1]) if seen else None)
        return found

    @property
    def shares(self) -> list[float]:
        """What share of the paths comes from each cell of the input."""
        total = sum(self.counts[0])
        return [paths / total if total else 0.0 for paths in self.counts[0]]


def lay_out(size: Any, layers: Any) -> Stack:
    """Work out a stack that can be drawn.

    Parameters
    ----------
    size : int
        Cells of the input, 1 to 256.
    layers : sequence of dict
        As in :func:`cnnlab.receptive_field`; 1 to 16 layers, no setting above 64.

    Returns
    -------
    Stack

    Raises
    ------
    TypeError
        If something is of the wrong type.
    ValueError
        If a number is out of range, or a layer has no unit left; the message names the layer.
    """
    if as_integer(size, "size", minimum=1) > LARGEST:
        raise ValueError(f"size must be at most {LARGEST}; got {size}")
    found = checked(layers)
    if not 1 <= len(found) <= HIGHEST:
        raise ValueError(f"layers must be 1 to {HIGHEST} layers; got {len(found)}")
    for number, layer in enumerate(found, start=1):
        for key in SETTINGS:
            value = max(layer[key]) if key == "padding" else layer[key]
            if value > MOST:
                who = called(found, number)
                raise ValueError(f"{who}: {key} must be at most {MOST}; got {value}")
    stack = Stack(found, stack_sizes(found, size), receptive_field(found))
    for number in range(1, len(found) + 1):
        jump = stack.fields[number].jump
        if jump > WIDEST:
            who = called(found, number)
            raise ValueError(f"{who} would have a jump of {jump}; at most {WIDEST} can be drawn")
    low, high = stack.extent
    if high - low >= WIDEST:
        raise ValueError(
            f"the stack spreads over {int(high - low + 1)} cells, padding included; "
            f"at most {WIDEST} can be drawn"
        )
    return stack


def look(stack: Stack, layer: int, unit: int, percent: int = 95) -> Sight:
    """Find what a unit sees.

    Parameters
    ----------
    stack : Stack
        The layers.
    layer, unit : int
        Which unit; layers are counted from 1, units from 0.
    percent : int, default 95
        How much of the paths the effective field holds.

    Returns
    -------
    Sight
    """
    place = {"layer": layer, "unit": unit}
    levels = range(layer + 1)
    counts = [count_paths(stack.layers, stack.sizes[0], **place, below=m) for m in levels]
    theory = [(unit, unit)]
    padding: list[list[int]] = [[]]
    for level in reversed(range(layer)):
        options, size = stack.layers[level], stack.sizes[level]
        stride, before = options["stride"], options["padding"][0]
        reach = (options["kernel_size"] - 1) * options["dilation"]
        first, last = theory[0]
        theory.insert(0, (first * stride - before, last * stride - before + reach))
        starts = [u * stride - before for u, paths in enumerate(counts[level + 1]) if paths]
        read = {i for a in starts for i in range(a, a + reach + 1, options["dilation"])}
        padding.insert(0, sorted(i for i in read if not 0 <= i < size))
    return Sight(counts, padding, theory, effective_field(counts[0], percent=percent))


def sentence(stack: Stack, layer: int, unit: int, percent: int = 95) -> str:
    """Say what a unit sees, as a screen reader hears it.

    Parameters
    ----------
    stack, layer, unit, percent
        As for :func:`look`.

    Returns
    -------
    str
        For instance "Layer 3 (C3), unit 4 sees cells 8 to 21 of the input, 14 in all; …".
    """
    who = called(stack.layers, layer)
    sight = look(stack, layer, unit, percent)
    theory = f"the theoretical field is {stack.fields[layer].size}"
    subject = f"{who[0].upper()}{who[1:]}, unit {unit} sees"
    if sight.effective is None:
        return f"{subject} no cell of the input, only padding; {theory}."
    seen = [cell for cell, paths in enumerate(sight.counts[0]) if paths]
    first, last = seen[0], seen[-1]
    if first == last:
        told = f"only cell {first} of the input"
    elif len(seen) == last - first + 1:
        told = f"cells {first} to {last} of the input, {len(seen)} in all"
    else:
        told = f"{len(seen)} of the cells {first} to {last} of the input"
    first, last = sight.effective
    where = f"cells {first} to {last}, {last - first + 1} in all"
    if first == last:
        where = f"cell {first} alone"
    return f"{subject} {told}; {theory}. At least {percent} % of the paths come from {where}."


def table(stack: Stack) -> list[Sequence]:
    """Return a row for the input and for each layer: units, size, jump and start."""
    return [(units, *field) for units, field in zip(stack.sizes, stack.fields, strict=True)]
