"""SizeExplorer: one axis, its windows as brackets, and the size formula filled in."""

from typing import Any

import traitlets

from cnnlab.widgets._shared.base import Names
from cnnlab.widgets._shared.stepper import Stepper
from cnnlab.widgets._shared.still import LIVE, still_form
from cnnlab.widgets.size_explorer import numbers as sizes
from cnnlab.widgets.size_explorer.still import axis_panel

SHAPING = ("size", "kernel_size", "stride", "padding", "dilation")
CONTROLS = (*SHAPING, "exact", "presets")


class SizeExplorer(Stepper):
    """See how many windows fit along one axis, and which cells none of them reads.

    Parameters
    ----------
    size : int, default 7
        Cells of the input, 1 to 256.
    kernel_size : int, default 3
        Cells of the kernel, 1 to 256.
    **traits
        Any trait below.

    Attributes
    ----------
    stride : int
        Cells from one window to the next, 1 to 256.
    dilation : int
        Cells from one that a window reads to the next, 1 to 256.
    padding : int, (int, int) or {"valid", "same", "full"}
        Cells on each side, before and after, or a word, as in :func:`cnnlab.output_size`.
    exact : bool
        Whether cells left over are an error. Otherwise the output size is rounded down.
    position : int
        Which window the cursor is on, from 0. With an error, the windows that would fit.
    playing : bool
        Whether the cursor walks by itself.
    speed : int
        Steps a second, 1 to 9.
    controls : list of str, or None
        What the reader can change: ``"size"``, ``"kernel_size"``, ``"stride"``, ``"padding"``,
        ``"dilation"``, ``"exact"``, and all of them at once by the buttons of ``"presets"``. None
        stands for all, ``[]`` leaves the walk alone.

    See Also
    --------
    cnnlab.output_size : The formula.
    cnnlab.widgets.ConvStepper : The sums behind each window, on two axes.

    Examples
    --------
    >>> explorer = SizeExplorer(224, 11, stride=4)
    >>> explorer.output, explorer.uncovered
    (54, [223])
    >>> explorer.windows[:3]
    [0, 4, 8]
    >>> explorer.exact = True
    >>> explorer.output is None
    True
    """

    _module = "size_explorer"
    SHAPING = SHAPING
    THINGS = "windows"
    lay_out = staticmethod(sizes.lay_out)
    _axis = property(Stepper.laid_out)

    size = traitlets.TraitType(7).tag(sync=True)
    kernel_size = traitlets.TraitType(3).tag(sync=True)
    stride = traitlets.TraitType(1).tag(sync=True)
    padding = traitlets.TraitType(0).tag(sync=True)
    dilation = traitlets.TraitType(1).tag(sync=True)
    exact = traitlets.Bool(False).tag(sync=True)
    controls = Names(CONTROLS)

    def __init__(self, size: int = 7, kernel_size: int = 3, **traits: Any) -> None:
        super().__init__(size=size, kernel_size=kernel_size, **traits)

    @property
    def output(self) -> int | None:
        """The size of the output: an int, or None where `exact` makes it an error."""
        return None if self.exact and self._axis.fault else self._axis.count

    @property
    def windows(self) -> list[int]:
        """Where the windows start: a list of int, negative in the padding."""
        return self._axis.starts

    @property
    def uncovered(self) -> list[int]:
        """The cells of the input that no window reads: a list of int."""
        return self._axis.uncovered

    def __repr__(self) -> str:
        sizes = [str(self.size), str(self.kernel_size)]
        return self.brief(*SHAPING[2:], "exact", "position", begin=sizes)

    def picture(self) -> str:
        """Write the axis, its windows, and the formula with the numbers."""
        told = f"{self.formula()}. {sizes.verdict(self._axis, self.exact)} {self.sentence()}"
        panel = axis_panel(self._axis, self.position, void=self.output is None)
        return still_form([panel], told)

    def caption(self) -> str:
        """Say what the rows and the crosses are, and how to bring the widget to life."""
        return (
            "Below the cells are the windows; a cross marks a cell that none reads. "
            f"This is a picture of the explorer; it is alive {LIVE}"
        )

    def formula(self) -> str:
        """Fill the size formula in, as in ``"floor((7 + 2·1 − 3)/2) + 1 = 4"``."""
        return sizes.formula(self._axis, self.exact)

    def sentence(self) -> str:
        """Say what the window under the cursor reads, as a screen reader hears it."""
        return sizes.sentence(self._axis, self.position, self.exact)

    @property
    def walked(self) -> tuple[int]:
        """The shape that the cursor walks over: as many windows as there are."""
        return (self._axis.count,)

    @traitlets.validate(*SHAPING)
    def _check_windows(self, proposal: Any) -> Any:
        value = self.fitting(proposal)
        return sizes.plain_padding(value) if proposal["trait"].name == "padding" else value
