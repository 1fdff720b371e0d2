"""What the steppers and SizeExplorer do alike: one cursor walks over windows."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import traitlets

from cnnlab.widgets._shared.base import LabWidget, Whole, refusal, whole
from cnnlab.widgets._shared.still import LIVE, still_form


class Stepper(LabWidget):
    """A widget whose cursor walks over output cells.

    A subclass names the traits that say where its windows lie, in `SHAPING`, and in `SENT` a
    gradient that must have the output's shape. It says what follows from them (`lay_out`, which
    raises what can't be), how far the cursor walks, and what stands where no script runs.
    """

    SHAPING: ClassVar[tuple[str, ...]]
    SENT: ClassVar[str] = ""
    THINGS: ClassVar[str] = "output cells"
    KIND: ClassVar[str] = ""
    STILL = f"This is a picture of the stepper; it steps {LIVE}"

    position = traitlets.TraitType(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = Whole(2, 1, 9)

    lay_out: ClassVar[Callable[..., Any]]
    walked: tuple[int, ...]
    panels: ClassVar[Callable[..., list[str]]]

    @property
    def place(self) -> tuple[int, ...]:
        """Where the cursor is on the shape that it walks over."""
        return tuple(map(int, np.unravel_index(self.position, self.walked)))

    @property
    def done(self) -> np.ndarray:
        """True for the output cells that the cursor has been on, of the shape that it walks."""
        return np.arange(np.prod(self.walked)).reshape(self.walked) <= self.position

    def laid_out(self, **instead: Any) -> Any:
        """Return what :meth:`lay_out` makes of the traits, of which some may be others."""
        return self.lay_out(**{name: getattr(self, name) for name in self.SHAPING} | instead)

    def picture(self) -> str:
        """Write the panels at the cursor's place."""
        told = "arithmetic" in self.views
        return still_form(self.panels(), self.sentence(), told=told, kind=self.KIND)

    def fitting(self, proposal: Any, **instead: Any) -> Any:
        """Return a value proposed for a trait in `SHAPING`, or say why it can't be.

        The traits `instead` change with it.
        """
        name, value = proposal["trait"].name, proposal["value"]
        try:
            self.laid_out(**instead, **{name: value})
        except (TypeError, ValueError) as error:
            came = f"of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
            raise refusal(proposal, f"be {came}", error) from None
        return value

    def fitting_gradient(self, proposal: Any, shape: tuple) -> Any:
        """Return an output gradient if it has the output's shape, or say which it must have."""
        value = proposal["value"]
        if self.fits(value):
            return value
        raise traitlets.TraitError(
            f"{self.SENT} must have the output's shape {shape}, or be None for ones; "
            f"got shape {value.shape}"
        )

    @traitlets.observe(traitlets.All)
    def _settle(self, change: Any) -> None:
        """Keep the cursor on the output, and drop a gradient that no longer fits it."""
        if change["name"] not in self.SHAPING:
            return
        self.position = min(self.position, int(np.prod(self.walked)) - 1)
        if self.SENT and not self.fits(getattr(self, self.SENT)):
            setattr(self, self.SENT, None)

    def fits(self, gradient: np.ndarray | None) -> bool:
        """Say whether an output gradient has the output's shape; None, for ones, always has."""
        return gradient is None or gradient.shape == self.walked

    @traitlets.validate("position")
    def _check_position(self, proposal: Any) -> int:
        count = int(np.prod(self.walked))
        last = f"the last of {count} {self.THINGS}"
        return whole(proposal["value"], "position", 0, count - 1, last)
