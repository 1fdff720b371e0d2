"""KernelPlayground: a photograph, an editable kernel, and the filtered picture beside it."""

import html
from typing import Any
from urllib.parse import quote

import numpy as np
import traitlets

from cnnlab import kernels
from cnnlab._arguments import as_shape
from cnnlab.conv import BORDERS, convolve2d, cross_correlate2d, flip_kernel
from cnnlab.images import to_uint8
from cnnlab.widgets._shared.base import Grid, Kernel, LabWidget, Names, Setting
from cnnlab.widgets._shared.still import LIVE, panel, picture_url, sized, stack, still_form
from cnnlab.widgets._shared.text import format_number, weight
from cnnlab.widgets.kernel_playground.numbers import liveliest, signed_colours
from cnnlab.widgets.kernel_playground.still import convolving, drawing

MAX_SIDE = 512
MAX_KERNEL = 21
EDITABLE = 7
# Adding and taking away this number leaves a multiple of 2**-19: a sum that is a half but for its
# last digits becomes that half, and rounds the same way in whatever order its terms were added.
_COARSE = 1.5 * 2**33
CONTROLS = ("image", "kernel", "size", "cells", "border", "mode", "show")
SHOWS = {
    "clipped": "clipped to 0 … 255",
    "signed": "signed: orange above 0, purple below, white is 0",
    "absolute": "as absolute values, clipped to 255",
}


class Photo(Grid):
    """A trait that holds a grey picture as read-only bytes and travels as a BMP."""

    def __init__(self) -> None:
        super().__init__()
        self.info_text = "a grey picture: an array of shape (H, W), numbers from 0 to 255"
        self.tag(to_json=lambda value, _widget: picture_url(value))

    def validate(self, obj: traitlets.HasTraits, value: Any) -> np.ndarray:
        """Turn numbers from 0 to 255 into read-only bytes, or say what would do."""
        if np.ndim(value) == 3 and np.shape(value)[2] == 3:
            raise self._refusal(
                f"colour, shape {np.shape(value)}; cnnlab.images.to_grey(image) would do"
            )
        array = super().validate(obj, value)
        low, high = array.min(), array.max()
        if max(array.shape) > MAX_SIDE:
            raise self._refusal(
                f"{array.shape[0]} × {array.shape[1]} cells; up to {MAX_SIDE} a side would do, "
                "for example cnnlab.images.load(name, size=(192, 256))"
            )
        if low < 0 or high > 255:
            raise self._refusal(
                f"numbers from {low:g} to {high:g}; cnnlab.images.to_uint8(image) clips them"
            )
        if high <= 1 and not np.isin(array, (0, 1)).all():
            raise self._refusal(f"numbers from {low:g} to {high:g}; 255 * image would do")
        photo = to_uint8(array)
        photo.setflags(write=False)
        return photo


class KernelPlayground(LabWidget):
    """Filter a photograph with a kernel that the reader can change, and see the result at once.

    The reader can also open a picture of their own. It stays in the page: Python and the traits
    go on with `image`.

    Parameters
    ----------
    image : array_like of shape (H, W)
        Grey, 0 (black) to 255 (white), up to 512 cells a side. Floats are rounded.
    kernel : array_like of shape (K_h, K_w) or str, default "sobel_x"
        Up to 21 cells a side, or the name of a kernel of :mod:`cnnlab.kernels`. The reader can
        edit up to 7 × 7.
    **traits
        Any trait below.

    Attributes
    ----------
    border : {"zero", "replicate", "reflect", "wrap"}
        What the window reads outside the picture; ``"replicate"`` at first.
    mode : {"correlation", "convolution"}
        Whether the kernel slides as it is, or flipped both ways.
    show : {"clipped", "signed", "absolute"}
        How the sums are shown. ``"clipped"`` shows 0 to 255 as greys; ``"signed"`` goes from −255
        in purple over 0 in white to 255 in orange; ``"absolute"`` drops the sign. Display only.
    lens : (int, int)
        Row and column of the output cell under the lens; at first where there is most to see.
    controls : list of str, or None
        What the reader can change: the ``"image"``, by a picture of their own; the ``"kernel"``, by
        its name; its ``"size"`` and its ``"cells"``; ``"border"``, ``"mode"``, ``"show"``. None
        stands for all, ``[]`` leaves the lens alone.
    named : dict
        The kernels that the reader can pick by name, each with its note; read-only.

    See Also
    --------
    cnnlab.cross_correlate2d : What computes `output`, with padding ``"same"``.
    cnnlab.widgets.ConvStepper : The same operation, cell by cell.

    Examples
    --------
    >>> playground = KernelPlayground([[0, 0, 8], [0, 0, 8]], "identity")
    >>> playground.kernel = [[-1, 1]]
    >>> playground.output
    array([[0., 8., 0.],
           [0., 8., 0.]])
    """

    _module = "kernel_playground"

    image = Photo()
    kernel = Kernel("(K_h, K_w)", largest=MAX_KERNEL)
    border = traitlets.Enum(BORDERS, "replicate").tag(sync=True)
    mode = traitlets.Enum(["correlation", "convolution"], "correlation").tag(sync=True)
    show = traitlets.Enum(list(SHOWS), "clipped").tag(sync=True)
    lens = Setting((0, 0)).tag(sync=True)
    controls = Names(CONTROLS)
    named = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, image: Any, kernel: Any = "sobel_x", **traits: Any) -> None:
        super().__init__(image=image, kernel=kernel, **traits)

    @property
    def output(self) -> np.ndarray:
        """The sums behind the filtered picture: float64 ndarray of shape (H, W)."""
        slide = convolve2d if self.mode == "convolution" else cross_correlate2d
        return slide(self.image, self.kernel, padding="same", border=self.border)

    @property
    def shown(self) -> np.ndarray:
        """What `show` makes of the sums: uint8 ndarray of shape (H, W), or (H, W, 3) if signed."""
        output = self.output + _COARSE - _COARSE
        if self.show == "signed":
            return signed_colours()[to_uint8(127.5 + output / 2)]
        return to_uint8(np.abs(output) if self.show == "absolute" else output)

    @property
    def kernel_name(self) -> str | None:
        """The kernel's name: a str if it is one of :mod:`cnnlab.kernels`, else None."""
        same = (name for name in kernels.NAMES if np.array_equal(self.kernel, kernels.named(name)))
        return next(same, None)

    def state(self) -> dict[str, Any]:
        """Return the traits but for the image: a static page takes it out of the picture."""
        return {name: value for name, value in super().state().items() if name != "image"}

    def __repr__(self) -> str:
        name = self.kernel_name
        kernel = f"kernel {name}" if name else sized("kernel", self.kernel.shape)
        arrays = [sized("image", self.image.shape), kernel]
        return self.brief("border", "mode", "show", "lens", begin=arrays)

    def picture(self) -> str:
        """Show the photograph and the filtered one, which the browser makes, and the kernel."""
        shape, sliding, (row, column) = self.image.shape, self._sliding, self.lens
        steps = self._steps
        svg = drawing(picture_url(self.image), shape, self.lens, sliding.shape, steps)
        source = "data:image/svg+xml," + quote(svg, safe="/+=:;,'() ")
        said = f"{self._subject()}, and what comes out, shown {SHOWS[self.show]}."
        photo = f'<img data-trait="image" alt="{html.escape(said)}" src="{source}">'
        title = f"Photo {shape[0]} × {shape[1]}{', and filtered' if steps else ''}"
        panels = [panel(title, photo)]
        if max(self.kernel.shape) <= EDITABLE:
            panels.append(stack(self.kernel_name or "Kernel", [self.kernel], write=weight))
        value = format_number(self.output[row, column])
        return still_form(panels, f"output[{row}, {column}] = {value}")

    def caption(self) -> str:
        """Say what stands side by side, and how to bring the widget to life."""
        missing = ""
        if not self._steps:
            missing = " (not drawn here: the kernel is too large)"
        elif self.border == "reflect":
            missing = " (its rim drawn with border replicate)"
        return (
            f"{self._subject()}, and what comes out{missing}. "
            f"This is a picture of the playground; it is alive {LIVE}"
        )

    @traitlets.default("named")
    def _all_named(self) -> dict:
        return {
            name: {"kernel": kernels.named(name).tolist(), "note": kernels.note(name)}
            for name in kernels.NAMES
        }

    @traitlets.default("lens")
    def _most_to_see(self) -> tuple[int, int]:
        return liveliest(self.image)

    @traitlets.validate("lens")
    def _check_lens(self, proposal: Any) -> tuple[int, int]:
        rows, columns = self.image.shape
        try:
            row, column = as_shape(proposal["value"], "lens", axes=2, minimum=0)
        except (TypeError, ValueError):
            row = rows
        if row < rows and column < columns:
            return row, column
        raise traitlets.TraitError(
            f"lens must be (row, column) from (0, 0) to ({rows - 1}, {columns - 1}); "
            f"got {proposal['value']!r}"
        )

    @traitlets.observe("image")
    def _stay_inside(self, _change: Any) -> None:
        self.lens = tuple(np.minimum(self.lens, np.subtract(self.image.shape, 1)))

    @property
    def _sliding(self) -> np.ndarray:
        return flip_kernel(self.kernel) if self.mode == "convolution" else self.kernel

    @property
    def _steps(self) -> str | None:
        return convolving(self._sliding, show=self.show, border=self.border)

    def _subject(self) -> str:
        """Say which picture meets which kernel."""
        rows, columns = self.image.shape
        kernel = self.kernel_name or "a kernel"
        size = " × ".join(map(str, self.kernel.shape))
        verb = "convolved" if self.mode == "convolution" else "cross-correlated"
        return f"A photograph of {rows} × {columns} cells, {verb} with {kernel} ({size})"
