"""TrainingLab: a small convolutional network learns to read digits, in the page itself."""

import math
from typing import Any

import numpy as np
import traitlets

from cnnlab.widgets._shared.base import LabWidget, Names, Setting, Whole
from cnnlab.widgets._shared.still import LIVE, still_form
from cnnlab.widgets.training_lab import digits, numbers
from cnnlab.widgets.training_lab.still import EXAMPLE, panels

SETTINGS = (
    "filters", "kernel_size", "second", "pooling", "activation", "rate", "batch_size", "seed",
)  # fmt: skip
VIEWS = ("curves", "filters", "draw", "maps", "wrong")


class TrainingLab(LabWidget):
    """Train a small convolutional network in the page, and watch what it learns.

    One or two layers of convolution, activation and pooling by 2, then ten scores; softmax and
    cross-entropy; plain gradient descent. It learns from 2,000 of MNIST's digits, and 500 others
    are held out. They need the extra ``data``.

    Attributes
    ----------
    filters : {2, 4, 8, 16}
        Of the first layer.
    kernel_size : {3, 5, 7}
        Rows and columns of every filter.
    second : {0, 8, 16}
        Filters of the second layer; 0 for none.
    pooling : {"max", "average"}
        How 2 × 2 cells become one.
    activation : {"relu", "tanh", "sigmoid"}
        What each sum goes through, before pooling.
    rate : float
        The learning rate, above 0.
    batch_size : int
        Digits whose mean gradient makes one step, 1 to 256.
    seed : int
        Of the first weights and of the order of the digits, 0 to 999999.
    playing : bool
        Whether it trains.
    speed : int
        1 to 9: steps a second, from 1 to 250, and with 9 as many as it can.
    digit : int
        Which of the digits held out is shown, 0 to 499.
    controls : list of str, or None
        What the reader can change: the names of the first eight traits. None stands for all.
    views : list of str, or None
        What is shown: ``"curves"``, ``"filters"``, ``"draw"``, ``"maps"``, ``"wrong"``. None stands
        for all.
    steps : int
        How many steps it had learned when training last came to rest. It stays in Python; observe
        it to hear of new weights.

    Raises
    ------
    traitlets.TraitError
        If a value can't be used; the message names the trait, what came and what would do.

    Examples
    --------
    >>> lab = TrainingLab(filters=4, seed=1)
    >>> {name: array.shape for name, array in lab.weights.items()}["0.weight"]
    (4, 1, 5, 5)
    >>> lab.network().layers[0]
    Conv2d(1 → 4, 5×5)
    """

    _module = "training_lab"

    filters = traitlets.Enum([2, 4, 8, 16], 8).tag(sync=True)
    kernel_size = traitlets.Enum([3, 5, 7], 5).tag(sync=True)
    second = traitlets.Enum([0, 8, 16], 0).tag(sync=True)
    pooling = traitlets.Enum(["max", "average"], "max").tag(sync=True)
    activation = traitlets.Enum(["relu", "tanh", "sigmoid"], "relu").tag(sync=True)
    rate = Setting(0.1).tag(sync=True)
    batch_size = Whole(16, 1, 256)
    seed = Whole(0, 0, 999_999)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = Whole(7, 1, 9)
    digit = Whole(0, 0, digits.HELD_OUT - 1)
    controls = Names(SETTINGS)
    views = Names(VIEWS)

    steps = traitlets.Int(0)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._forget()
        self.on_msg(self._hear)

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """What was learned when training last came to rest, by the names of `cnnlab.nn`.

        Before that, the weights that the seed gives.
        """
        return self._weights

    @property
    def history(self) -> np.ndarray:
        """A row for each look at the digits held out: an ndarray of shape (K, 4).

        It holds the digits seen, the mean loss since the last look, the share of those that were
        right, and how many of the 500 held out were.
        """
        return self._history

    def network(self) -> Any:
        """Return what was learned as a network of `cnnlab.nn`, in float64: an `nn.Sequential`."""
        return numbers.network(self.settings(), self.weights)

    def settings(self) -> dict[str, Any]:
        """Return the traits that decide what is learned."""
        return {name: getattr(self, name) for name in SETTINGS}

    @staticmethod
    def data_script() -> str:
        """Write the script that brings the digits to a page of one's own."""
        return digits.script()

    def sentence(self) -> str:
        """Say how far the training was when it came to rest."""
        if not self.steps:
            return "Nothing is learned yet."
        seen, loss, _, right = self.history[-1]
        return numbers.told(int(seen), loss, int(right), digits.HELD_OUT)

    def picture(self) -> str:
        """Write the filters as numbers, and how they were learned."""
        if not self.steps:
            told = "Nothing is learned yet. This is after 2,000 digits, with the usual settings."
            return still_form(panels(**EXAMPLE), told, kind="training")
        filters = 100 * self.weights["0.weight"][:, 0]
        return still_form(panels(filters, self.history), self.sentence(), kind="training")

    def caption(self) -> str:
        """Say what the numbers are, and where it trains."""
        return (
            "What a network learned: each filter's weights, and how many of 500 digits held out "
            f"are right. It trains {LIVE}"
        )

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"TrainingLab({settings})"

    @traitlets.validate("rate")
    def _check_rate(self, proposal: Any) -> float:
        rate = proposal["value"]
        number = isinstance(rate, (int, float)) and not isinstance(rate, bool)
        if number and 0 < rate < math.inf:
            return rate
        raise traitlets.TraitError(f"rate must be a number above 0; got {rate!r}")

    @traitlets.observe(*SETTINGS)
    def _settle(self, _change: Any) -> None:
        self._forget()

    def _forget(self) -> None:
        self._history = np.empty((0, 4))
        self._weights = numbers.first_weights(self.settings(), numbers.mulberry32(self.seed))
        self.steps = 0

    def _hear(self, _widget: Any, content: Any, buffers: list) -> None:
        """Give the page its digits, and take what it learned."""
        if content.get("wanted") == "digits":
            try:
                self.send({"digits": len(digits.levels())}, [digits.levels().tobytes()])
            except ModuleNotFoundError as error:
                self.send({"refused": f"{error}."})
        elif (trained := content.get("trained")) and trained["settings"] == self.settings():
            self._history = np.array(trained["history"], dtype=float).reshape(-1, 4)
            self._weights = numbers.unpack(self.settings(), np.frombuffer(buffers[0]).copy())
            self.steps = trained["steps"]
