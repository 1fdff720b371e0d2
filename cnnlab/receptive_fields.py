"""Receptive fields: which cells of the input a unit deep in a stack of layers can see.

One axis at a time. A layer is anything that slides a window: a convolution or a pooling.

All raise a TypeError for a layer that is no dict and a setting that is no integer, and a ValueError
for what is missing, unknown or out of range, or leaves a layer no unit, which the message names.
"""

from itertools import accumulate
from typing import NamedTuple

import numpy as np

from cnnlab._arguments import as_integer, is_sequence, nearest
from cnnlab.shapes import lay_windows, output_size

SETTINGS = {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}  # each with its least value


class Field(NamedTuple):
    """What the units of one layer see of the input.

    Attributes
    ----------
    size : int
        Cells of the input from the first to the last that a unit sees.
    jump : int
        Cells of the input from one unit's field to the next one's.
    start : float
        Where the centre of the first unit's field lies: 0 is the middle of the input's first cell.
    """

    size: int
    jump: int
    start: float


def receptive_field(layers):
    r"""Work out the receptive field of each layer of a stack.

    Parameters
    ----------
    layers : sequence of dict
        From the input upwards. Each has a ``"kernel_size"``, and may have a ``"stride"``, a
        ``"padding"`` (an int, or ``(before, after)``), a ``"dilation"`` and a ``"name"``.

    Returns
    -------
    list of Field
        ``fields[m]`` belongs to layer `m`, counted from 1; ``fields[0]`` is the input itself.

    Notes
    -----
    The input has size :math:`r_0 = 1`, jump :math:`j_0 = 1` and start :math:`c_0 = 0`. A layer with
    kernel size :math:`k`, stride :math:`s`, dilation :math:`d` and :math:`p` cells of padding in
    front makes of them

    .. math::

        r_m = r_{m-1} + (k - 1) \, d \, j_{m-1}, \qquad
        j_m = s \, j_{m-1}, \qquad
        c_m = c_{m-1} + \left( \frac{(k - 1) \, d}{2} - p \right) j_{m-1}.

    The field of unit :math:`u` is centred on :math:`c_m + u \, j_m`. This is the *theoretical*
    field: it does not end at the input's border. Araujo, Norris & Sim ("Computing Receptive
    Fields of Convolutional Neural Networks", Distill 2019, doi:10.23915/distill.00021) derive it;
    the windows and their padding are those of Dumoulin & Visin (2016, sections 2 to 5).

    Examples
    --------
    Three layers of 3 see as much as one layer of 7:

    >>> receptive_field([{"kernel_size": 3}] * 3)[-1]
    Field(size=7, jump=1, start=3.0)
    >>> receptive_field([{"kernel_size": 7}])[-1]
    Field(size=7, jump=1, start=3.0)

    With a stride the field grows faster from there on:

    >>> [f.size for f in receptive_field([{"kernel_size": 3, "stride": 2}] * 3)]
    [1, 3, 7, 15]
    """
    fields = [Field(1, 1, 0.0)]
    for layer in checked(layers):
        reach = (layer["kernel_size"] - 1) * layer["dilation"]
        size, jump, start = fields[-1]
        start += (reach / 2 - layer["padding"][0]) * jump
        fields.append(Field(size + reach * jump, jump * layer["stride"], start))
    return fields


def stack_sizes(layers, size):
    """Count the units of each layer of a stack.

    Parameters
    ----------
    layers : sequence of dict
        As in `receptive_field`.
    size : int
        Cells of the input.

    Returns
    -------
    list of int
        The input's cells, then the units of each layer.

    Examples
    --------
    >>> stack_sizes([{"kernel_size": 5}, {"kernel_size": 2, "stride": 2}], 32)
    [32, 28, 14]
    """
    sizes = [as_integer(size, "size", minimum=1)]
    for number, layer in enumerate(checked(layers), start=1):
        options = {name: layer[name] for name in SETTINGS}
        try:
            sizes.append(output_size(sizes[-1], **options))
        except ValueError as error:
            raise ValueError(f"{called(layers, number)} has no unit left: {error}") from None
    return sizes


def count_paths(layers, size, layer, unit, *, below=0):
    r"""Count the ways that lead from each cell to a unit.

    Parameters
    ----------
    layers : sequence of dict
        As in `receptive_field`.
    size : int
        Cells of the input.
    layer, unit : int
        Which unit: its layer, counted from 1 (0 is the input), and its place there, from 0.
    below : int, default 0
        The layer whose units the ways begin at; 0 is the input.

    Returns
    -------
    list of int
        One count for each cell of the input, or for each unit of the layer `below`.

    Notes
    -----
    A path takes one cell of a window in each layer. With :math:`n_m(i)` paths from unit :math:`i`
    of layer :math:`m`, counted downwards from a single 1 at the chosen unit,

    .. math:: n_{m-1}(i) = \sum_{u} \sum_{t=0}^{k-1} n_m(u) \, [\, i = u s - p + t d \,],

    which is a convolution with ones, repeated for each layer (and spread out by the stride).
    Padding is no unit, so a path into it ends there.

    Where every weight is 1 and nothing bends the values, the count is the derivative of the unit
    by that cell. Luo, Li, Urtasun & Zemel (2016, arXiv:1701.04128) call the distribution of such
    derivatives the *effective receptive field*, and show that with equal weights it nears
    a Gaussian as layers are added: the middle counts far more than the rim. Trained weights, and
    what comes between layers, change the shape; a maximum passes on one path only.

    Examples
    --------
    >>> count_paths([{"kernel_size": 3}] * 3, 7, layer=3, unit=0)
    [1, 3, 6, 7, 6, 3, 1]
    >>> count_paths([{"kernel_size": 3, "padding": 1}] * 2, 5, layer=2, unit=0)
    [2, 2, 1, 0, 0]
    """
    counts = _counts(layers, size, layer, unit)
    if as_integer(below, "below", minimum=0) > layer:
        raise ValueError(f"below must be at most {layer}, the unit's own layer; got {below}")
    return counts[below]


def field_of(layers, size, layer, unit):
    """Find what a unit sees of the input, and of each layer on the way.

    Parameters
    ----------
    layers, size, layer, unit
        As in `count_paths`.

    Returns
    -------
    list of ((int, int) or None)
        For the input and each layer up to the unit's own: the first and the last unit that it
        depends on. Padding is no unit; where a unit sees only padding, the entry is None. With
        dilation or a stride larger than the kernel, not every cell between the two need be seen:
        `count_paths` tells.

    Examples
    --------
    >>> field_of([{"kernel_size": 3, "padding": 1}] * 2, 8, layer=2, unit=0)
    [(0, 2), (0, 1), (0, 0)]
    """
    found = ([i for i, n in enumerate(each) if n] for each in _counts(layers, size, layer, unit))
    return [(seen[0], seen[-1]) if seen else None for seen in found]


def effective_field(counts, *, percent=95):
    """Find the cells in the middle that most of the paths come from.

    Parameters
    ----------
    counts : sequence of int
        What `count_paths` gives.
    percent : int, default 95
        How much of their sum is to be held, at least; 1 to 100. Of a Gaussian, 95 % lie within
        about two standard deviations on either side of its centre.

    Returns
    -------
    (int, int) or None
        The first and the last cell. Beyond each lies at most half of what may be left out, and
        with one cell less more than that would. None if there is no path.

    Examples
    --------
    >>> effective_field([1, 3, 6, 7, 6, 3, 1], percent=80)
    (1, 5)
    """
    if as_integer(percent, "percent", minimum=1) > 100:
        raise ValueError(f"percent must be at most 100; got {percent}")
    if not is_sequence(counts):
        raise TypeError(f"counts must be a list of integers; got {counts!r}")
    counts = [as_integer(paths, "counts", minimum=0) for paths in counts]
    if not any(counts):
        return None
    spare = (100 - percent) * sum(counts)  # of 200: half of it at each end
    below = sum(200 * held <= spare for held in accumulate(counts))
    above = sum(200 * held <= spare for held in accumulate(reversed(counts)))
    return below, len(counts) - 1 - above


def checked(layers):
    """Take a stack of layers, and write each one's name and settings out, the padding as a pair."""
    if not is_sequence(layers):
        raise TypeError(f"layers must be a list of dicts; got {layers!r}")
    return [_checked(layer, called(layers, number)) for number, layer in enumerate(layers, start=1)]


def called(layers, number):
    """Name a layer, counted from 1, for a message: ``"layer 3 (pool2)"``."""
    layer = layers[number - 1]
    name = layer.get("name") if isinstance(layer, dict) else None
    return f"layer {number} ({name})" if name and isinstance(name, str) else f"layer {number}"


def _checked(layer, who):
    if not isinstance(layer, dict):
        raise TypeError(f"{who} must be a dict such as {{'kernel_size': 3}}; got {layer!r}")
    for key in layer:
        if key not in SETTINGS and key != "name":
            raise ValueError(f"{who} has no setting {key!r}{nearest(key, SETTINGS)}")
    if "kernel_size" not in layer:
        raise ValueError(f"{who} needs a 'kernel_size'; got {layer!r}")
    name = layer.get("name") or ""
    if not isinstance(name, str):
        raise TypeError(f"{who}: name must be a string; got {name!r}")
    found = {"name": name}
    for key, least in SETTINGS.items():
        value = layer.get(key, least)
        if key == "padding":
            pair = value if is_sequence(value) else (value, value)
            if len(pair) != 2:
                raise ValueError(
                    f"{who}: padding must be an int or a pair (before, after); got {value!r}"
                )
            found[key] = tuple(as_integer(p, f"{who}: padding", minimum=0) for p in pair)
        else:
            found[key] = as_integer(value, f"{who}: {key}", minimum=least)
    return found


def _counts(layers, size, layer, unit):
    """Count the paths to a unit from each unit of the layers below, the input first."""
    sizes = stack_sizes(layers, size)
    if as_integer(layer, "layer", minimum=0) >= len(sizes):
        raise ValueError(f"layer must be at most {len(sizes) - 1}, the last; got {layer}")
    if as_integer(unit, "unit", minimum=0) >= sizes[layer]:
        who = called(layers, layer) if layer else "the input"
        raise ValueError(f"unit must be at most {sizes[layer] - 1}, the last of {who}; got {unit}")
    counts = np.array([int(u == unit) for u in range(sizes[layer])], object)
    found = [counts.tolist()]
    for options, size in reversed(list(zip(checked(layers)[:layer], sizes[:layer], strict=True))):
        above, counts = counts, np.zeros(size, object)  # Python's integers, which do not overflow
        given = {name: [options[name]] for name in SETTINGS}
        for _, units, cells in lay_windows((size,), **given).taps(0):
            counts[cells] += above[units]
        found.append(counts.tolist())
    return found[::-1]
