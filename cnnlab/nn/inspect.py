"""What is inside a network: what its units answer, what they look at, and what they look for.

Each function takes a network of `cnnlab.nn`'s layers and a batch ``x``. A layer inside is called as
in the table and in ``state_dict()``, such as ``"3"`` or ``"block3.branch.expand"``; without a name
the network's own output, the scores, is meant. A unit is a number or several: with an output of
shape (N, C, H, W), ``5`` is the whole map of channel 5, which counts with the sum of its cells, and
``(5, 2, 3)`` is one cell of it.

The network goes forward and backward as always: its parameters stay, and their gradients do not.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn import _layer as base
from cnnlab.nn import activations as a
from cnnlab.nn import layers as la
from cnnlab.nn import normalisation as no
from cnnlab.nn._layer import Sequential, check_name, check_number, kind_of
from cnnlab.shapes import lay_pooling_windows, lay_windows


def until(network, layer):
    """Cut out the part of a network that leads from its input to a layer.

    Parameters
    ----------
    network : Layer
        Made of `Sequential`, `Residual` and `Concat`.
    layer : str
        Its name.

    Returns
    -------
    Layer
        It ends with that layer, and is made of the network's own layers: no copies. What runs
        beside them, such as a residual block's other way, is no part of it.

    Raises
    ------
    ValueError
        If there is no layer of that name; the message lists those that there are.

    Examples
    --------
    >>> from cnnlab import nn
    >>> net = nn.Sequential(nn.MaxPool2d(2), nn.Residual(nn.Sequential(nn.ReLU(), nn.Tanh())))
    >>> print(until(net, "1.branch.0").table((1, 4, 4)))
    layer                    output  parameters  multiply-adds
    0  MaxPool2d(2×2)        1×2×2            0              0
    1  Sequential(1 layers)  1×2×2
       0  ReLU()             1×2×2            0              0
    total                                     0              0
    """
    layer = check_name(layer)
    network.find(layer)  # refuses a name that is not there
    if kind_of(network) not in (Sequential, base.Residual, base.Concat):
        raise TypeError(f"{network.label()} is made of parts in a way that is not known here")
    first, _, rest = layer.partition(".")
    parts = network.children()
    last = until(parts[first], rest) if rest else parts[first]
    if kind_of(network) is not Sequential:
        return last
    before = list(parts)[: list(parts).index(first)]
    return Sequential(**{name: parts[name] for name in before}, **{first: last})


def activations(network, x, layers=None):
    """Send a batch through a network, and keep what its layers give.

    Parameters
    ----------
    network : Layer
    x : ndarray of shape (N, C, H, W)
    layers : sequence of str, optional
        Their names; by default those of the network's own parts, and not of the parts' parts.

    Returns
    -------
    dict of str to ndarray
        By name, in the order of `layers`: for each its output, (N, C', H', W') or (N, C').

    Examples
    --------
    >>> from cnnlab import nn
    >>> net = nn.Sequential(nn.ReLU(), nn.GlobalAvgPool2d())
    >>> activations(net, np.array([[[[-4, 8]]]]))
    {'0': array([[[[0, 8]]]]), '1': array([[[[4.]]]])}
    """
    if isinstance(layers, str) or not isinstance(layers, (Iterable, type(None))):
        raise TypeError(f'layers must be a list of names, such as ["3"]; got {layers!r}')
    names = list(network.children()) if layers is None else list(layers)
    found = {}

    def keeping(layer):
        forward = layer.forward

        def forward_and_keep(x, training=False):
            found[id(layer)] = forward(x, training)
            return found[id(layer)]

        return forward_and_keep

    kept = [network.find(name) for name in names]
    with _instead("forward", {id(layer): layer for layer in kept}.values(), keeping):
        network(x)
    return {name: found[id(layer)] for name, layer in zip(names, kept, strict=True)}


# ---- what a score hangs on ----


def plain(relu, grad):
    """Pass the gradient where the unit was active: the chain rule's own ReLU.

    Simonyan, Vedaldi & Zisserman (2014) make saliency maps of it.
    """
    return type(relu).backward(relu, grad)


def deconvnet(relu, grad):
    """Pass what is positive, wherever the unit was active or not (Zeiler & Fergus 2014)."""
    return np.maximum(grad, 0)


def guided(relu, grad):
    """Pass what is positive where the unit was active (Springenberg et al. 2015, figure 1)."""
    return type(relu).backward(relu, np.maximum(grad, 0))


RULES = {rule.__name__: rule for rule in (plain, deconvnet, guided)}


def input_gradient(network, x, unit, *, layer=None, rule="plain"):
    """Find how a unit's value would change with each number of the input.

    Parameters
    ----------
    network : Layer
    x : ndarray of shape (N, C, H, W)
    unit : int or tuple of int
        One of the layer's output.
    layer : str, optional
        Which layer's; by default the network's scores.
    rule : {"plain", "deconvnet", "guided"}, default "plain"
        How ReLU and ReLU6 pass a gradient back; with the last two it is none any more.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Of each example for itself.

    Notes
    -----
    ``"plain"`` is Simonyan, Vedaldi & Zisserman's (2014, section 3) derivative of a score. Where a
    ReLU had the input x and gets the gradient g, the rules give

    ========= ========= ========= ========= =========
    rule      x>0, g>0  x>0, g<0  x<0, g>0  x<0, g<0
    ========= ========= ========= ========= =========
    plain     g         g         0         0
    deconvnet g         0         g         0
    guided    g         0         0         0
    ========= ========= ========= ========= =========

    Examples
    --------
    >>> from cnnlab import nn
    >>> input_gradient(nn.MaxPool2d(2), np.array([[[[1.0, 5.0], [2.0, 3.0]]]]), 0)
    array([[[[0., 1.],
             [0., 0.]]]])
    """
    if rule not in RULES:
        words = given.listed(RULES)
        raise ValueError(f"rule must be one of {words}; got {rule!r}{given.nearest(rule, RULES)}")
    part = _part(network, layer)
    seed = _seed(part(x), unit)
    relus = [each for each in part.walk() if isinstance(each, (a.ReLU, a.ReLU6))]
    with _instead("backward", relus, lambda relu: lambda grad: RULES[rule](relu, grad)):
        return part.backward(seed)


def saliency(gradient):
    """Show where an input gradient is large: its largest absolute value over the colours.

    Simonyan, Vedaldi & Zisserman (2014, section 3.1).

    Parameters
    ----------
    gradient : ndarray of shape (N, C, H, W)
        Such as `input_gradient` gives.

    Returns
    -------
    ndarray of shape (N, H, W)

    Examples
    --------
    >>> saliency(np.array([[[[1, -2]], [[-3, 0]]]]))
    array([[[3, 2]]])
    """
    return np.abs(gradient).max(axis=1)


def class_activation_map(network, x, unit):
    r"""Show which places of the last maps a score comes from.

    Parameters
    ----------
    network : Sequential
        It ends with `GlobalAvgPool2d`, `Flatten` and `Linear`.
    x : ndarray of shape (N, C, H, W)
    unit : int
        Which score.

    Returns
    -------
    ndarray of shape (N, H', W')
        Its mean, plus the score's bias, is the score.

    Raises
    ------
    ValueError
        If the network ends otherwise.

    Notes
    -----
    Zhou, Khosla, Lapedriza, Oliva & Torralba (2016, equation 2). With the maps :math:`F` before
    pooling, a linear layer of means is a mean of linear layers:

    .. math:: S_c = b_c + \sum_k W_{c,k} \, \frac{1}{H' W'} \sum_{i,j} F_{k,i,j}
                  = b_c + \frac{1}{H' W'} \sum_{i,j} M_{i,j}, \qquad
              M_{i,j} = \sum_k W_{c,k} F_{k,i,j}.

    Examples
    --------
    >>> from cnnlab import nn
    >>> net = nn.Sequential(
    ...     nn.GlobalAvgPool2d(), nn.Flatten(), nn.Linear(2, 3, rng=np.random.default_rng(0))
    ... )
    >>> net[2].weight.value[1] = 10, -1
    >>> class_activation_map(net, np.array([[[[1, 2, 3]], [[5, 7, 9]]]]), 1)
    array([[[ 5., 13., 21.]]])
    """
    at = _last_pooling(network)
    maps = network[:at](x) if at else x
    weight = network.layers[-1].weight.value
    unit = given.as_integer(unit, "unit", minimum=0, maximum=len(weight) - 1)
    return np.tensordot(maps, weight[unit], axes=(1, 0))


def occlusion(network, x, unit, *, size, stride=None, value=0, layer=None):
    """Cover one part of the input after the other, and see how far the unit's value falls.

    Parameters
    ----------
    network : Layer
    x : ndarray of shape (N, C, H, W)
    unit : int or tuple of int
        One of the layer's output.
    size : int or (int, int)
        Rows and columns of the patch that covers.
    stride : int or (int, int), optional
        Cells from one place to the next; by default places lie side by side.
    value : float, default 0
        What the patch is filled with. Where inputs are (byte − 127) / 128, 0 is grey.
    layer : str, optional
        Which layer's; by default the network's scores.

    Returns
    -------
    ndarray of shape (N, rows, columns)
        The value without the patch less that with it, for each place of the patch: large where
        something was covered that spoke for the unit, negative where it spoke against.

    Notes
    -----
    Zeiler & Fergus (2014, section 4.2). The network runs once for each place.

    Examples
    --------
    >>> from cnnlab import nn
    >>> occlusion(nn.GlobalAvgPool2d(), np.array([[[[1.0, 2.0, 3.0, 6.0]]]]), 0, size=(1, 2))
    array([[[0.75, 2.25]]])
    """
    part, value = _part(network, layer), check_number(value, "value")
    (x,) = given.as_floats(given.real_array(x, "x"))
    windows = lay_pooling_windows(x.shape[2:], size, stride=stride)
    whole = _value(part(x), unit)
    falls = np.empty((len(x), *windows.count), whole.dtype)
    for place in np.ndindex(windows.count):
        sides = zip(place, windows.stride, windows.kernel_size, strict=True)
        rows, columns = (slice(at * step, at * step + cells) for at, step, cells in sides)
        covered = x.copy()
        covered[:, :, rows, columns] = value
        falls[:, *place] = whole - _value(part(covered), unit)
    return falls


# ---- what a unit looks for ----


def field(network, place, *, layer=None):
    """Find the rows and columns of the input that a unit can see: its receptive field.

    Parameters
    ----------
    network : Layer
        Through which a batch went before, so that sizes are known.
    place : tuple of int
        Row and column of the unit in its map.
    layer : str, optional
        Which layer's; by default the network's output.

    Returns
    -------
    (slice, slice)
        The first to the last that it depends on: ``x[:, :, rows, columns]``. They end at the
        input's border; with dilation not every cell between them need be seen. Every unit of a
        fully connected layer sees everything, and its place is ``()``. A unit that meets padding
        alone sees nothing: both slices are empty.

    See Also
    --------
    cnnlab.receptive_field : The sizes for a stack of layers, and where they come from.

    Examples
    --------
    >>> from cnnlab import nn
    >>> net = nn.Sequential(nn.AvgPool2d(3, stride=2), nn.MaxPool2d(2))
    >>> net(np.zeros((1, 1, 20, 30))).shape
    (1, 1, 4, 7)
    >>> field(net, (1, 0))
    (slice(4, 9, None), slice(0, 5, None))
    """
    end = network if layer is None else network.find(layer)
    if end.shapes is None:
        raise ValueError("sizes are not known, as no batch went through the network; send one")
    sizes = end.shapes[1][1:]
    place = given.as_shape(place, "place", axes=len(sizes), minimum=0)
    for at, cells in zip(place, sizes, strict=True):
        given.as_integer(at, "place", minimum=0, maximum=cells - 1)
    units = [np.arange(cells) == at for at, cells in zip(place, sizes, strict=True)]
    seen = map(np.flatnonzero, _seen(_part(network, layer), units))
    return tuple(slice(int(at[0]), int(at[-1]) + 1) if len(at) else slice(0, 0) for at in seen)


class Patch(NamedTuple):
    """A part of an image that a unit answers to: ``images[p.image, :, p.rows, p.columns]``.

    Attributes
    ----------
    value : float
        What the unit gives for it.
    image : int
        The image's number.
    place : (int, int)
        Row and column of the unit in its map; ``()`` for scores.
    rows, columns : slice
        Its receptive field, as `field` gives it.
    """

    value: float
    image: int
    place: tuple
    rows: slice
    columns: slice


def top_patches(network, images, unit, *, layer=None, count=9, apart=None, batch_size=16):
    """Find the patches of many images to which a channel answers most.

    Parameters
    ----------
    network : Layer
    images : ndarray of shape (N, C, H, W)
    unit : int
        A channel of the layer's output.
    layer : str, optional
        Which layer's; by default the network's output.
    count : int, default 9
        How many patches, at most.
    apart : int, optional
        Take several of an image, whose units are at least so many rows or columns of the map apart.
        By default an image gives one.
    batch_size : int, default 16
        How many images go through the network together.

    Returns
    -------
    list of Patch
        The one with the largest value first; of equal ones the first in order.

    Notes
    -----
    Zeiler & Fergus (2014, figure 2) show nine of each unit, with what the deconvnet finds in them:
    here ``input_gradient(network, patch, (unit, row, column), layer=layer, rule="deconvnet")``.

    Examples
    --------
    >>> from cnnlab import nn
    >>> images = np.zeros((3, 1, 6, 6))
    >>> images[1, 0, 2:4, 4:6] = 1
    >>> top_patches(nn.AvgPool2d(2), images, 0, count=1)
    [Patch(value=1.0, image=1, place=(1, 2), rows=slice(2, 4, None), columns=slice(4, 6, None))]
    """
    part = _part(network, layer)
    count = given.as_integer(count, "count", minimum=1)
    batch_size = given.as_integer(batch_size, "batch_size", minimum=1)
    if apart is not None:
        apart = given.as_integer(apart, "apart", minimum=1)
    if not len(images):
        raise ValueError("images is empty; there is no patch to find without an image")
    batches = range(0, len(images), batch_size)
    maps = np.concatenate([_channel(part(images[at : at + batch_size]), unit) for at in batches])
    chosen = []
    for flat in np.argsort(-maps, axis=None, kind="stable"):
        image, *place = map(int, np.unravel_index(flat, maps.shape))
        if not any(image == other and _near(place, there, apart) for other, there in chosen):
            chosen.append((image, place))
        if len(chosen) == count:
            break
    fields = [field(network, place, layer=layer) for _, place in chosen]
    return [
        Patch(float(maps[image, *place]), image, tuple(place), *seen)
        for (image, place), seen in zip(chosen, fields, strict=True)
    ]


class Climb(NamedTuple):
    """Images on their way up.

    Attributes
    ----------
    x : ndarray of shape (N, C, H, W)
        Where they arrived.
    values : ndarray of shape (steps + 1, N)
        At the start and after each step: the unit's value, without the penalty, or how far the
        answer is from what was wanted.
    """

    x: np.ndarray
    values: np.ndarray


def maximise(network, start, unit, *, layer=None, steps=100, rate=1.0, penalty=0.0, limits=None):
    r"""Change images step by step so that they excite a unit more and more.

    Parameters
    ----------
    network : Layer
    start : ndarray of shape (N, C, H, W)
        Where to begin: a little noise, or a photograph. From zeros a network of ReLUs without
        biases does not get away, as no unit is active and all gradients are 0.
    unit : int or tuple of int
        One of the layer's output.
    layer : str, optional
        Which layer's; by default the network's scores.
    steps : int, default 100
        How many.
    rate : float, default 1
        Of the gradient in each step.
    penalty : float, default 0
        λ of the L2 penalty, at least 0.
    limits : (float, float), optional
        The smallest and the largest number that an input has; what leaves them is set back.

    Returns
    -------
    Climb
        The images, and the unit's value at each step.

    Notes
    -----
    Gradient ascent on :math:`S(x) - \lambda \lVert x \rVert^2` (Erhan, Bengio, Courville & Vincent
    2009; with the penalty Simonyan, Vedaldi & Zisserman 2014, equation 1):

    .. math:: x \leftarrow x + \eta \left( \frac{\partial S}{\partial x} - 2 \lambda x \right)

    Examples
    --------
    >>> from cnnlab import nn
    >>> unit = nn.Linear(2, 1, rng=np.random.default_rng(0))
    >>> unit.weight.value[:] = 6, -2
    >>> maximise(unit, np.zeros((1, 2)), 0, steps=1, rate=0.25, penalty=2)
    Climb(x=array([[ 1.5, -0.5]]), values=array([[ 0.],
           [10.]]))
    """
    return _climb(
        _part(network, layer), start, lambda y: _seed(y, unit), lambda y: _value(y, unit),
        steps=steps, rate=rate, penalty=penalty, limits=limits,
    )  # fmt: skip


def invert(network, start, target, *, layer=None, steps=100, rate=1.0, penalty=0.0, limits=None):
    r"""Change images step by step until a layer answers to them as it did to another.

    What differs between the two then, the layer does not tell apart.

    Parameters
    ----------
    network : Layer
    start : ndarray of shape (N, C, H, W)
        Where to begin, such as a little noise.
    target : ndarray
        The answer that is wanted, of the shape of the layer's output: that to an image ``x`` is
        ``activations(network, x, [layer])[layer]``.
    layer, steps, rate, penalty, limits
        As in `maximise`.

    Returns
    -------
    Climb
        The images, and ½ ‖Φ(x) − target‖² at each step.

    Notes
    -----
    Gradient descent on :math:`\tfrac12 \lVert \Phi(x) - t \rVert^2 + \lambda \lVert x \rVert^2`
    (Mahendran & Vedaldi 2015, equation 1, with the simplest of their penalties).

    Examples
    --------
    >>> from cnnlab import nn
    >>> x, values = invert(nn.ReLU(), np.array([[0.5, 0.5]]), np.array([[2.0, 1.0]]), steps=1)
    >>> x, values
    (array([[2., 1.]]), array([[1.25],
           [0.  ]]))
    """
    (target,) = given.as_floats(given.real_array(target, "target"))

    def missing(output):
        if output.shape != target.shape:
            raise ValueError(f"target must have shape {output.shape}; got {target.shape}")
        return target - output

    def distance(output):
        return np.square(missing(output)).reshape(len(output), -1).sum(axis=1) / 2

    part, options = _part(network, layer), {"steps": steps, "rate": rate, "penalty": penalty}
    return _climb(part, start, missing, distance, **options, limits=limits)


# ---- what these have in common ----


def _part(network, layer):
    """Return the part of a network that ends with a layer; without a name, all of it."""
    return network if layer is None else until(network, layer)


def _climb(part, start, slope, measure, *, steps, rate, penalty, limits):
    """Follow the gradient of what has this slope with respect to the output; measure each step."""
    steps = given.as_integer(steps, "steps", minimum=1)
    rate, penalty = check_number(rate, "rate"), check_number(penalty, "penalty", least=0)
    (x,), values = given.as_floats(given.real_array(start, "start")), []
    for _ in range(steps):
        output = part(x)
        values.append(measure(output))
        x = x + rate * (part.backward(slope(output)) - 2 * penalty * x)
        if limits is not None:
            x = np.clip(x, *limits)
    return Climb(x, np.array([*values, measure(part(x))]))


@contextmanager
def _instead(method, layers, make):
    """Let layers do something else for a while: what `make` gives for each."""
    layers = list(layers)
    for layer in layers:
        setattr(layer, method, make(layer))  # the object's own goes before its class's
    try:
        yield
    finally:
        for layer in layers:
            delattr(layer, method)


def _index(output, unit):
    """Return an index of the unit in a batch of outputs."""
    unit = tuple(unit) if given.is_sequence(unit) else (unit,)
    sizes = output.shape[1:]
    if not 1 <= len(unit) <= len(sizes):
        raise ValueError(
            f"unit needs 1 to {len(sizes)} numbers, as outputs are {sizes}; got {unit}"
        )
    return (slice(None), *(
        given.as_integer(at, "unit", minimum=0, maximum=size - 1)
        for at, size in zip(unit, sizes, strict=False)
    ))  # fmt: skip


def _seed(output, unit):
    """Make the gradient of a unit's value with respect to the output: 1 there, 0 elsewhere."""
    seed = np.zeros_like(output)
    seed[_index(output, unit)] = 1
    return seed


def _value(output, unit):
    """Return the unit's value for each example; a map counts with the sum of its cells."""
    cells = output[_index(output, unit)]
    return cells.reshape(len(cells), -1).sum(axis=1)


def _channel(output, unit):
    """Return the maps of a channel, (N, H, W), or one of the scores, (N,)."""
    unit = given.as_integer(unit, "unit", minimum=0, maximum=output.shape[1] - 1)
    return output[:, unit]


def _near(place, other, apart):
    """Tell whether two places of a map are less than `apart` rows and columns from each other."""
    steps = (abs(p - o) for p, o in zip(place, other, strict=True))
    return apart is None or max(steps, default=0) < apart


def _last_pooling(network):
    """Return the number of the layer that averages a network's last maps before its scores."""
    layers = network.layers if kind_of(network) is Sequential else []
    last = [each for each in layers if kind_of(each) is not no.Dropout][-3:]
    kinds = [la.GlobalAvgPool2d, la.Flatten, la.Linear]
    if list(map(kind_of, last)) != kinds or last[-1] is not layers[-1]:
        ends = ", ".join(each.label() for each in last) or network.label()
        raise ValueError(
            f"a class activation map needs a network that ends with GlobalAvgPool2d(), Flatten() "
            f"and Linear; this one ends with {ends}. input_gradient and occlusion take any"
        )
    return layers.index(last[0])


CELL_BY_CELL = (
    base.Identity, a.ReLU, a.ReLU6, a.LeakyReLU, a.ELU, a.Sigmoid, a.Tanh, no.BatchNorm2d,
    no.LocalResponseNorm, no.Dropout, la.DepthwiseMaxPool2d,
)  # fmt: skip


def _seen(layer, units):
    """Return what units see of a layer's input: for each axis, which of its cells.

    Both are arrays of booleans, one an axis. Where an axis has none, no other has any either.
    """
    match kind_of(layer):
        case base.Sequential:
            for each in reversed(layer.layers):
                units = _seen(each, units)
            return units
        case base.Residual | base.Concat as kind:
            ways = [_seen(way, units) for way in layer.children().values()]
            ways += [units] * (kind is base.Residual and layer.shortcut is None)
            return [np.logical_or.reduce(side) for side in zip(*ways, strict=True)]
        case la.Conv2d:
            options = {name: v for name, v in layer.options.items() if name != "groups"}
            windows = lay_windows(layer.shapes[0][1:], layer.weight.value.shape[2:], **options)
        case la.MaxPool2d | la.AvgPool2d | la.LpPool2d:
            names = ("stride", "padding", "dilation", "ceil")
            options = {name: layer.options[name] for name in names if name in layer.options}
            windows = lay_pooling_windows(layer.shapes[0][1:], layer.kernel_size, **options)
        case la.Subsampling:
            windows = lay_pooling_windows(layer.shapes[0][1:], layer.kernel_size)
        case la.GlobalAvgPool2d | la.Flatten | la.Linear | la.RBF:
            anything = all(map(np.any, units))
            return [np.full(cells, anything) for cells in layer.shapes[0][1:]]
        case kind if kind in CELL_BY_CELL:
            return units
        case _:
            raise TypeError(
                f"what a unit of {layer.label()} sees is not known here: "
                f"the class {type(layer).__name__} has a forward of its own"
            )
    seen = [np.zeros(cells, bool) for cells in windows.size]
    for axis, cells in enumerate(seen):
        for _, some, met in windows.taps(axis):  # padding is no cell
            cells[met] |= units[axis][some]
    return seen if all(map(np.any, seen)) else [np.zeros_like(cells) for cells in seen]


__all__ = [
    "until", "activations", "input_gradient", "saliency", "class_activation_map", "occlusion",
    "field", "top_patches", "maximise", "invert", "RULES", "Patch", "Climb",
]  # fmt: skip
