"""NetworkViewer: what a network that has learned makes of the reader's own picture."""

from typing import Any

import traitlets

from cnnlab import _arguments as given
from cnnlab.widgets._shared.base import LabWidget, Names, Setting, whole
from cnnlab.widgets._shared.still import LIVE, still_form
from cnnlab.widgets.network_viewer import weights
from cnnlab.widgets.network_viewer.still import EXAMPLE, panels

FIRST = {"photo": "head", "digit": "C1"}  # the layer that is shown at first
MAPS = 1280  # the most that a layer has
CONTROLS = ("network", "picture", "layer", "heat", "cover", "prepared")
VIEWS = ("scores", "maps", "unit", "patches")


class NetworkViewer(LabWidget):
    """Look into a network that has learned, with a picture of one's own, in the page itself.

    Two networks: EfficientNet-Lite0 tells 1,000 classes of photographs apart, LeNet-5 reads a digit
    that the reader draws. Their weights, in eight bits, come when the reader asks for them; the
    first needs the extra ``pretrained``. The reader's own picture stays in the page.

    Attributes
    ----------
    network : {"photo", "digit"}
        EfficientNet-Lite0 or LeNet-5.
    sample : {"coffee", "chelsea", "camera", "astronaut", "coins"}
        The photograph that is looked at, as long as the reader opens none.
    layer : str
        Whose maps are shown, such as ``"block3.expand"``; the names are in `layers`.
    channel : int, or None
        Which of them is enlarged. None stands for the liveliest.
    place : (int, int), or None
        Row and column of the unit whose receptive field is framed; None for the largest.
    label : int, or None
        Of which class the map lies over the photograph, 0 to 999; None for the most probable.
    covered : (int, int), or None
        Row and column of the middle of a square that is covered: 64 × 64 cells of a photograph, 8 ×
        8 of a digit.
    heat : bool
        Whether the class map lies over the photograph.
    prepared : bool
        Whether the drawing is scaled and centred as MNIST's digits are.
    controls : list of str, or None
        What the reader can change: the ``"network"``, the ``"picture"``, the ``"layer"``, and
        whether there is ``"heat"``, what is covered (``"cover"``), and ``"prepared"``. None stands
        for all.
    views : list of str, or None
        What is shown: ``"scores"``, ``"maps"``, ``"unit"``, ``"patches"``. None stands for all.
    example : dict
        What stands there until the network has come; read-only.
    photo : str
        The photograph that stands there until the network has come, as an address; read-only.

    See Also
    --------
    cnnlab.nn.inspect : The same, as functions.

    Examples
    --------
    >>> viewer = NetworkViewer(network="digit", controls=["picture", "layer", "prepared"])
    >>> viewer.layers
    ('C1', 'S2', 'C3', 'S4', 'C5', 'F6', 'scores')
    """

    _module = "network_viewer"

    network = traitlets.Enum(list(weights.KINDS), "photo").tag(sync=True)
    sample = traitlets.Enum(list(weights.SAMPLES), weights.SAMPLES[0]).tag(sync=True)
    layer = traitlets.Unicode().tag(sync=True)
    channel = Setting(None).tag(sync=True)
    place = Setting(None).tag(sync=True)
    label = Setting(None).tag(sync=True)
    covered = Setting(None).tag(sync=True)
    heat = traitlets.Bool(True).tag(sync=True)
    prepared = traitlets.Bool(True).tag(sync=True)
    controls = Names(CONTROLS)
    views = Names(VIEWS)
    example = traitlets.Dict(read_only=True).tag(sync=True)
    photo = traitlets.Unicode(EXAMPLE["photo"], read_only=True).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._hear)

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the network's layers: a tuple of str."""
        return tuple(weights.names(self.network))

    def viewed(self) -> Any:
        """Return the network that the page runs, with its weights of eight bits, for `cnnlab.nn`.

        A ModuleNotFoundError says what to install for it.
        """
        return weights.viewed(self.network)

    def data_script(self) -> str:
        """Write the script that brings the networks to a page of one's own."""
        kinds = weights.KINDS if "network" in self.controls else [self.network]
        return "".join("".join(weights.scripts(kind).values()) for kind in kinds)

    def state(self) -> dict[str, Any]:
        """Return what the widget shows, ready for JSON; its photograph is in the picture."""
        state = super().state()
        del state["photo"]
        return state

    def sentence(self) -> str:
        """Say what the example shows."""
        return EXAMPLE["told" if self.network == "photo" else "drawn"]

    def picture(self) -> str:
        """Show the example: the photograph, where its class is found, and what it is taken for."""
        return still_form(
            panels(self.network, both="network" in self.controls), self.sentence(), kind="viewer"
        )

    def caption(self) -> str:
        """Say what is seen, and where it is alive."""
        return f"What a network makes of a picture. With a picture of your own it is alive {LIVE}"

    def __repr__(self) -> str:
        shown = ["network", "layer"]
        shown += [
            n for n in ("channel", "place", "label", "covered") if getattr(self, n) is not None
        ]
        return self.brief(*shown)

    @traitlets.default("layer")
    def _first_layer(self) -> str:
        return FIRST[self.network]

    @traitlets.default("example")
    def _worked(self) -> dict:
        return {name: EXAMPLE[name] for name in ("told", "top", "map")}

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        if proposal["value"] in self.layers:
            return proposal["value"]
        raise traitlets.TraitError(
            f"layer must be one of {', '.join(self.layers)}; got {proposal['value']!r}"
        )

    @traitlets.validate("channel", "label")
    def _check_number(self, proposal: Any) -> int | None:
        name, value = proposal["trait"].name, proposal["value"]
        most = MAPS - 1 if name == "channel" else 999
        return None if value is None else whole(value, name, 0, most, "or None")

    @traitlets.validate("place", "covered")
    def _check_place(self, proposal: Any) -> tuple[int, int] | None:
        name, value = proposal["trait"].name, proposal["value"]
        try:
            return None if value is None else given.as_shape(value, name, axes=2, minimum=0)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(
                f"{name} must be (row, column), whole numbers from 0 on, or None; got {value!r}"
            ) from error

    @traitlets.observe("network")
    def _stay_inside(self, _change: Any) -> None:
        if self.layer not in self.layers:
            self.layer = FIRST[self.network]

    def _hear(self, _widget: Any, content: Any, _buffers: list) -> None:
        """Give the page its network."""
        if (kind := content.get("wanted")) not in weights.KINDS:
            return
        try:
            packed = weights.packed(kind)
        except ModuleNotFoundError as error:
            self.send({"refused": f"{error}."})
        else:
            self.send({"network": kind, "header": packed.header}, [packed.content()])
