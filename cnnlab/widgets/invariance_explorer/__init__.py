"""InvarianceExplorer: a digit is moved, turned and zoomed, and three networks answer."""

from typing import Any

import numpy as np
import traitlets

from cnnlab.widgets._shared.base import LabWidget, Names, Whole
from cnnlab.widgets._shared.still import LIVE, still_form
from cnnlab.widgets.invariance_explorer import numbers
from cnnlab.widgets.invariance_explorer.still import panels

CONTROLS = ("digit", "move", "turn", "zoom", "training")


class InvarianceExplorer(LabWidget):
    """Move, turn and zoom a digit, and watch what three networks take it for.

    A multilayer perceptron, a convolutional network that flattens its last maps, and one that takes
    the maximum of each. They are those of chapter 9, with weights in 64 steps each, and have not
    learned from these twenty digits of 8 × 8 amid 20 × 20 cells.

    Attributes
    ----------
    digit : int
        Which of the twenty, two of each class, from 0 to 19.
    down, right : int
        By how many cells it is moved, −6 to 6 each.
    turn : int
        By how many degrees it is turned anticlockwise, −180 to 180.
    zoom : int
        Its size in per cent, 50 to 150.
    training : {"plain", "moved"}
        Whether the networks learned from digits in the middle, or from such as were moved by up to
        three cells.
    controls : list of str, or None
        What the reader can change: ``"digit"``, ``"move"``, ``"turn"``, ``"zoom"``,
        ``"training"``. None stands for all.

    Raises
    ------
    traitlets.TraitError
        If a value can't be used; the message names the trait, what came and what would do.

    Examples
    --------
    >>> explorer = InvarianceExplorer(digit=6, right=2)
    >>> explorer.image.shape, len(explorer.answers)
    ((20, 20), 3)
    """

    _module = "invariance_explorer"

    digit = Whole(6, 0, 19)
    down = Whole(0, -6, 6)
    right = Whole(0, -6, 6)
    turn = Whole(0, -180, 180)
    zoom = Whole(100, 50, 150)
    training = traitlets.Enum(["plain", "moved"], "plain").tag(sync=True)
    controls = Names(CONTROLS)

    @property
    def image(self) -> np.ndarray:
        """What the networks see: an ndarray of shape (20, 20), from 0 to 1."""
        return numbers.picture(self.digit, self.down, self.right, self.turn, self.zoom)

    @property
    def answers(self) -> list[Any]:
        """What each network takes it for: the pairs (best, chances) of all three."""
        return numbers.answers(self.image, self.training)

    @property
    def label(self) -> int:
        """Return what the digit is."""
        return numbers.labels()[self.digit]

    def sentence(self) -> str:
        """Say what the three networks read."""
        return numbers.sentence(self.label, self._change(), self.answers)

    def picture(self) -> str:
        """Write the digit, and the chances that each network gives it."""
        content = panels(self.image, self.label, self._change(), self.answers)
        return still_form(content, self.sentence(), kind="invariance")

    def caption(self) -> str:
        """Say what is shown, and where it can be changed."""
        return (
            "Three networks read a digit that was moved, turned or zoomed. It can be changed "
            f"{LIVE}"
        )

    def _change(self) -> str:
        return numbers.changed(self.down, self.right, self.turn, self.zoom)
