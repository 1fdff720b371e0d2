"""What all widgets share: three lives from one class and one ES module.

In a notebook front end a widget is an :class:`anywidget.AnyWidget`. On a page without a kernel it
is a ``<div>`` that holds the traits as JSON, and ``host.js`` runs the same module on it. Where no
script runs, the picture inside that ``<div>`` is what shows.
"""

import html
import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import anywidget
import ipywidgets
import numpy as np
import traitlets

from cnnlab import kernels
from cnnlab.widgets._shared.modules import alone, styles


class Grid(traitlets.TraitType):
    """A trait that holds a read-only array of numbers and travels as nested lists.

    The `shapes` are how error messages name the axes, for instance ``"(H, W)"`` or ``"(12,)"``:
    they are counted. How long each is, up to `largest`, is the widget's own affair.
    """

    def __init__(self, *shapes: str, **kwargs: Any) -> None:
        self.optional = kwargs.pop("allow_none", False)  # traitlets would not validate a None
        self.largest = kwargs.pop("largest", math.inf)
        if self.optional:
            kwargs.setdefault("default_value", None)
        super().__init__(**kwargs)
        self.shapes = shapes or ("(H, W)",)
        self.info_text = f"an array of numbers of shape {' or '.join(self.shapes)}"
        self.tag(sync=True, to_json=lambda value, _widget: plain(value))

    def validate(self, obj: traitlets.HasTraits, value: Any) -> np.ndarray:
        """Turn anything array-like into a read-only float64 array, or say what would do."""
        if value is None and self.optional:
            return None
        axes = [len(re.findall(r"\w+", shape)) for shape in self.shapes]
        try:
            array = np.array(value)
        except ValueError:
            raise self._refusal("rows of different lengths") from None
        if array.dtype.kind not in "biuf":
            raise self._refusal(f"{type(value).__name__} {str(value)[:40]!r}")
        if array.ndim not in axes:
            advice = "; pick one channel, for example image[:, :, 0]" if array.ndim == 3 else ""
            raise self._refusal(f"{array.ndim} axes, shape {array.shape}{advice}")
        if array.size == 0:
            raise self._refusal(f"an empty array, shape {array.shape}")
        if max(array.shape) > self.largest:
            raise self._refusal(f"shape {array.shape}; up to {self.largest} a side would do")
        array = array.astype(np.float64)
        if not np.isfinite(array).all():
            place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise self._refusal(f"{array[place]} at {place}; every cell must be a finite number")
        array.setflags(write=False)
        return array

    def _refusal(self, came: str) -> traitlets.TraitError:
        return traitlets.TraitError(f"{self.name} must be {self.info_text}; got {came}")


class Kernel(Grid):
    """A trait that holds a kernel; the name of a kernel of :mod:`cnnlab.kernels` will do."""

    def validate(self, obj: traitlets.HasTraits, value: Any) -> np.ndarray:
        """Look a name up, and check numbers."""
        if isinstance(value, str):
            try:
                value = kernels.named(value)
            except ValueError as error:
                told = f"{self.name} must be {self.info_text}, or a name: {error}"
                raise traitlets.TraitError(told) from None
        return super().validate(obj, value)


class Setting(traitlets.Any):
    """A trait that is checked whatever it is: None too, which ``Any`` lets through."""

    allow_none = False


class Whole(traitlets.TraitType):
    """A trait that holds a whole number within bounds."""

    def __init__(self, default: int, least: int, most: int) -> None:
        super().__init__(default)
        self.bounds = least, most
        self.tag(sync=True)

    def validate(self, obj: traitlets.HasTraits, value: Any) -> int:
        """Return the number, or say what would do."""
        return whole(value, self.name, *self.bounds)


def whole(value: Any, name: str, least: int, most: int, more: str = "") -> int:
    """Return a whole number within bounds, or say what would do: `more` is said after them."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise traitlets.TraitError(
        f"{name} must be a whole number from {least} to {most}{more and f', {more}'}; "
        f"got {value!r} ({type(value).__name__})"
    )


def refusal(proposal: Any, came: str, error: Exception) -> traitlets.TraitError:
    """Say why a trait can't `came`; of several that are set together, any may be to blame."""
    owner, name = proposal["owner"], proposal["trait"].name
    together = getattr(owner, name) is proposal["value"]  # set already, and checked at the end
    return traitlets.TraitError(f"{error}" if together else f"{name} can't {came}: {error}")


class Names(traitlets.List):
    """A trait that holds a list of names out of a few; None stands for all, as no default does."""

    def __init__(self, names: Sequence[str], default: Sequence[str] | None = None) -> None:
        self.names = list(names)
        super().__init__(default_value=list(self.names if default is None else default))
        self.tag(sync=True)

    def validate(self, obj: traitlets.HasTraits, value: Any) -> list[str]:
        """Return a list of the names, or say which there are."""
        if value is None:
            return list(self.names)
        several = isinstance(value, (list, tuple))
        unknown = [name for name in value if name not in self.names] if several else [value]
        if not unknown:
            return list(value)
        raise traitlets.TraitError(
            f"{self.name} must be a list of names out of {', '.join(map(repr, self.names))}, "
            f"or None for all of them; got {unknown[0]!r}"
        )


class LabWidget(anywidget.AnyWidget):
    """Base class of every widget.

    A subclass names its folder in ``_module``, where ``view.js`` is (and ``view.css``, if it has
    styles of its own), declares its traits, and says what its state looks like where no script
    runs: :meth:`picture` and :meth:`caption`.
    """

    _module: ClassVar[str]
    _esm = "export default {}"
    _css = ""
    _initial = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_module" in cls.__dict__:  # not for the classes that add_traits makes on the way
            cls._esm = alone(f"{cls._module}/view.js")
            cls._css = styles([f"{cls._module}/view.js"])
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits: Any) -> None:
        unknown = sorted(set(traits) - set(self.class_trait_names()))
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no trait {unknown[0]!r}; it has {', '.join(self.own())}"
            )
        super().__init__(**traits)
        self._initial = self.state()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, self._plain(name, value))

    def set_trait(self, name: str, value: Any) -> None:
        """Set a trait by its name, as ``setattr`` does."""
        super().set_trait(name, self._plain(name, value))

    @classmethod
    def _plain(cls, name: str, value: Any) -> Any:
        """Turn NumPy's numbers into Python's where a trait takes no array."""
        trait = getattr(cls, name, None)
        widgets_own = isinstance(trait, traitlets.TraitType) and name[0] != "_"
        if widgets_own and issubclass(trait.this_class, LabWidget) and not isinstance(trait, Grid):
            return plain(value)
        return value

    @classmethod
    def own(cls) -> list[str]:
        """Name the traits that make up what the widget shows, in alphabetical order."""
        inherited = set(ipywidgets.DOMWidget.class_trait_names())
        names = cls.class_trait_names(sync=True)
        return sorted(name for name in names if name not in inherited and name[0] != "_")

    def __repr__(self) -> str:
        return self.brief(*self.own())

    def brief(self, *traits: str, begin: Iterable[str] = ()) -> str:
        """Write the class with some of its traits; what it may `begin` with comes before them."""
        told = [*begin, *(f"{name}={getattr(self, name)!r}" for name in traits)]
        return f"{type(self).__name__}({', '.join(told)})"

    def state(self) -> dict[str, Any]:
        """Return the traits that make up what the widget shows by their names, ready for JSON."""
        return self.get_state(self.own())

    def picture(self) -> str:
        """Return the current state as HTML that says all without a script or a stylesheet."""
        raise NotImplementedError

    def caption(self) -> str:
        """Say in one or two sentences of plain text what the picture shows."""
        raise NotImplementedError

    def static_html(self) -> str:
        """Write the form for a page without a kernel: the traits as JSON, and the picture."""
        traits = html.escape(json.dumps(self.state(), ensure_ascii=False, separators=(",", ":")))
        return (
            f'<div class="cnnlab-widget" data-module="{self._module}" data-traits="{traits}">\n'
            f"<figure>{self.picture()}\n<figcaption>{html.escape(self.caption())}</figcaption>"
            "</figure>\n</div>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["text/plain"] = repr(self)
        data["text/html"] = self.static_html()
        return data, metadata


def plain(value: Any) -> Any:
    """Turn NumPy's numbers into Python's, and floats that are whole into integers.

    Lists, tuples and dicts are gone through.

    Examples
    --------
    >>> plain((np.int64(2), np.array([1, 2]), 3.0, np.bool_(True), "same"))
    (2, [1, 2], 3, True, 'same')
    """
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (list, tuple)):
        return (tuple if isinstance(value, tuple) else list)(map(plain, value))
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return value
