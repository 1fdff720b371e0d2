"""ReceptiveField: a stack of layers, and what one unit of it sees of the input."""

from collections.abc import Sequence
from typing import Any

import traitlets

from cnnlab.receptive_fields import SETTINGS, Field
from cnnlab.widgets._shared.base import LabWidget, Names, Whole, refusal, whole
from cnnlab.widgets._shared.still import LIVE, still_form
from cnnlab.widgets.receptive_field import numbers as stack
from cnnlab.widgets.receptive_field.still import layers_panel

CONTROLS = ("size", "layers", "presets")


class ReceptiveField(LabWidget):
    """Stack layers, choose a unit, and see which cells of the input it can see.

    One axis is drawn as rows of units, the input at the bottom. A stack in which a layer has no
    unit left is refused, and the message names the layer.

    Parameters
    ----------
    layers : sequence of dict, optional
        The stack from the input upwards, 1 to 16 layers; three layers of 3 if not given. Each has a
        ``"kernel_size"``, and may have a ``"stride"``, a ``"padding"`` (an int, or ``(before,
        after)``), a ``"dilation"`` and a ``"name"``. Assign a new list to change it.
    size : int, default 13
        Cells of the input, 1 to 256.
    **traits
        Any trait below.

    Attributes
    ----------
    layer : int or None
        Which layer the chosen unit is in, from 1. None chooses the last.
    unit : int or None
        Which unit of that layer, from 0. None chooses the one in the middle.
    held : bool
        Whether the choice stays where it is when the pointer passes over another unit.
    percent : int
        How much of the paths the effective field holds, 1 to 100.
    profile : bool
        Whether the share of the paths is drawn below the input.
    controls : list of str, or None
        What the reader can change: the input's ``"size"``, the ``"layers"``, and all of them at
        once by the buttons of ``"presets"``. None stands for all, ``[]`` leaves the choice of a
        unit alone.

    See Also
    --------
    cnnlab.receptive_field : Size, jump and start of each layer.
    cnnlab.count_paths : How many paths lead from each cell to a unit.
    cnnlab.widgets.SizeExplorer : One layer, with its formula.

    Notes
    -----
    The *theoretical* field is every cell that a path leads from. The *effective* field is what most
    of the influence comes from. Luo, Li, Urtasun & Zemel (2016, arXiv:1701.04128) define it by the
    derivative of the unit by each cell. The profile drawn here is theirs for equal weights: the
    number of paths from each cell, divided by the number of all paths. They call the cells within
    two standard deviations the effective field; here it is the middle run of cells that holds
    `percent` of the paths, as :func:`cnnlab.effective_field` finds it. In a trained network it is
    another, and a maximum passes on one path only.

    Examples
    --------
    >>> fields = ReceptiveField([{"kernel_size": 3}] * 3)
    >>> fields.fields[-1]
    Field(size=7, jump=1, start=3.0)
    >>> fields.unit, fields.seen
    (3, [(3, 9), (3, 7), (3, 5), (3, 3)])
    >>> fields.percent = 90
    >>> fields.effective
    (4, 8)
    """

    _module = "receptive_field"

    layers = traitlets.TraitType(None).tag(sync=True)
    size = traitlets.TraitType(13).tag(sync=True)
    layer = traitlets.TraitType(None).tag(sync=True)
    unit = traitlets.TraitType(None).tag(sync=True)
    held = traitlets.Bool(False).tag(sync=True)
    percent = Whole(95, 1, 100)
    profile = traitlets.Bool(True).tag(sync=True)
    controls = Names(CONTROLS)

    def __init__(self, layers: Sequence[dict] | None = None, size: int = 13, **traits: Any) -> None:
        layers = [{"kernel_size": 3}] * 3 if layers is None else layers
        super().__init__(layers=layers, size=size, **traits)

    @property
    def fields(self) -> list[Field]:
        """Size, jump and start of the input and of each layer: a list of Field."""
        return self._stack.fields

    @property
    def sizes(self) -> list[int]:
        """The input's cells and the units of each layer: a list of int."""
        return self._stack.sizes

    @property
    def seen(self) -> list[tuple[int, int] | None]:
        """The first and last unit seen, in the input and in each layer up to the chosen unit's."""
        return self._sight.fields

    @property
    def effective(self) -> tuple[int, int] | None:
        """The cells of the input, first and last, that most of the paths come from."""
        return self._sight.effective

    @property
    def shares(self) -> list[float]:
        """What share of the paths comes from each cell of the input: a list of float."""
        return self._sight.shares

    def __repr__(self) -> str:
        layers = [
            {key: layer[key] for key in layer if layer[key] != SETTINGS.get(key, "")}
            | {"kernel_size": layer["kernel_size"]}
            for layer in self.layers
        ]
        return self.brief("layer", "unit", begin=[str(layers), str(self.size)])

    def sentence(self) -> str:
        """Say what the chosen unit sees, as a screen reader hears it."""
        return stack.sentence(self._stack, self.layer, self.unit, self.percent)

    def picture(self) -> str:
        """Write the layers, the chosen unit, and what it sees."""
        panel = layers_panel(self._stack, self._sight, self.percent, profile=self.profile)
        return still_form([panel], self.sentence())

    def caption(self) -> str:
        """Say what is lit, and how to bring the widget to life."""
        return (
            "Each row is a layer, the input at the bottom; what the chosen unit sees is lit. "
            f"This is a picture of the widget; it is alive {LIVE}"
        )

    @traitlets.default("layer")
    def _last_layer(self) -> int:
        return len(self._stack.layers)

    @traitlets.default("unit")
    def _middle_unit(self) -> int:
        return self._units // 2

    @traitlets.validate("size", "layers")
    def _check_stack(self, proposal: Any) -> Any:
        """Refuse a stack in which a layer has no unit left."""
        name, value = proposal["trait"].name, proposal["value"]
        try:
            found = stack.lay_out(**{"size": self.size, "layers": self.layers} | {name: value})
        except (TypeError, ValueError) as error:
            came = f"be {value!r}" if name == "size" else "be used"
            raise refusal(proposal, came, error) from None
        return found.sizes[0] if name == "size" else _plain(found.layers)

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> int:
        value, last = proposal["value"], len(self._stack.layers)
        return last if value is None else whole(value, "layer", 1, last, "the last")

    @traitlets.validate("unit")
    def _check_unit(self, proposal: Any) -> int:
        value, units = proposal["value"], self._units
        last = f"the last of layer {self.layer}"
        return units // 2 if value is None else whole(value, "unit", 0, units - 1, last)

    @traitlets.observe("size", "layers", "layer")
    def _stay_inside(self, _change: Any) -> None:
        self.layer = min(self.layer, len(self._stack.layers))
        self.unit = min(self.unit, self._units - 1)

    @property
    def _units(self) -> int:
        """How many units the chosen unit's layer has."""
        sizes = self._stack.sizes
        return sizes[self.layer if self.layer in range(1, len(sizes)) else -1]

    @property
    def _stack(self) -> stack.Stack:
        try:
            return stack.lay_out(self.size, self.layers)
        except (TypeError, ValueError) as error:  # both were set at once, and do not go together
            raise traitlets.TraitError(str(error)) from None

    @property
    def _sight(self) -> stack.Sight:
        return stack.look(self._stack, self.layer, self.unit, self.percent)


def _plain(layers: list[dict]) -> list[dict]:
    """Write a padding that is the same on both sides as one number."""
    pads = [layer["padding"] for layer in layers]
    return [
        layer | {"padding": before if before == after else (before, after)}
        for layer, (before, after) in zip(layers, pads, strict=True)
    ]
