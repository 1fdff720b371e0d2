"""What all layers share, and the three that are made of other layers."""

import copy
import math
from numbers import Integral, Real

import numpy as np

from cnnlab import _arguments as given


class Parameter:
    """Numbers that a network learns, and the gradient of the loss with respect to them.

    Parameters
    ----------
    value : array_like
        The numbers at first.

    Attributes
    ----------
    value, grad : ndarray
        Of the same shape. `Layer.backward` fills ``grad``; it does not add to what was there.
    """

    def __init__(self, value):
        self.value = np.array(value)
        self.grad = np.zeros_like(self.value)


class Layer:
    """One step of a network: forward computes it, backward takes the gradient back through it.

    A layer of your own has `forward`, which keeps what the way back needs, and `backward`. What it
    learns is an attribute that is a `Parameter`; the network finds it there. Call a layer like a
    function, ``layer(x)``: that is `forward`, and the shapes are kept for the table.
    """

    shapes = None  # of one example, before and after: known once a batch went through
    buffers = ()  # the names of arrays that are kept with the parameters, but not learned

    def __call__(self, x, training=False):
        output = self.forward(x, training)
        self.shapes = x.shape[1:], output.shape[1:]
        return output

    def __getattr__(self, name):
        raise AttributeError(
            f"{type(self).__name__} has no {name!r}; if that is something that forward keeps, "
            f"call forward before backward"
        )

    def __repr__(self):
        return self.label()

    def forward(self, x, training=False):
        """Compute the output for a batch; `training` is True only while `fit` learns from it."""
        raise NotImplementedError(f"{type(self).__name__} needs a forward")

    def backward(self, grad):
        """Turn the gradient of the output into that of the input; fill those of the parameters.

        It belongs to the batch that went forward last.
        """
        raise NotImplementedError(f"{type(self).__name__} needs a backward")

    def learn(self, grad):
        """Fill the gradients of the parameters, where nobody asks for that of the input."""
        self.backward(grad)

    def label(self):
        """Name the layer and its settings in a few words."""
        return f"{type(self).__name__}()"

    def multiply_adds(self, output_shape):
        """Count a multiplication and addition for each weight at every position of its map."""
        weight = vars(self).get("weight")
        return weight.value.size * math.prod(output_shape[1:]) if weight else 0

    def children(self):
        """Return the layers that this one is made of, by name."""
        return {}

    def parameters(self):
        """Return all parameters by name, those of the children as ``"child.name"``."""
        return self._collect(Layer._own_parameters)

    def state_dict(self):
        """Copy all parameters and buffers, by PyTorch's names and in its shapes.

        Returns
        -------
        dict of str to ndarray
            Such as ``"0.weight"`` and ``"0.bias"`` for the first layer of a `Sequential`.
        """
        return {name: array.copy() for name, array in self._collect(Layer._own_state).items()}

    def load_state_dict(self, state):
        """Take over parameters and buffers, such as `state_dict` gives them here or in PyTorch.

        Parameters
        ----------
        state : dict of str to array_like
            One array for each name, in the layer's shape.

        Raises
        ------
        ValueError
            If a name is missing or unknown, a shape is another, or what came holds no real numbers.
            Nothing is changed then.
        """
        mine = self._collect(Layer._own_state)
        found = {name: np.asarray(value) for name, value in state.items()}
        faults = [f"{name} is missing" for name in mine if name not in found]
        faults += [f"{name} is unknown" for name in found if name not in mine]
        faults += [
            f"{name} has shape {found[name].shape}, the network {array.shape}"
            for name, array in mine.items()
            if name in found and found[name].shape != array.shape
        ]
        faults += [
            f"{name} holds no real numbers but {value.dtype}"
            for name, value in found.items()
            if name in mine and value.dtype.kind not in "biuf"
        ]
        if faults:
            more = f", and {len(faults) - 3} more" if len(faults) > 3 else ""
            raise ValueError(f"state is of another network: {'; '.join(faults[:3])}{more}")
        cast = {name: found[name].astype(array.dtype) for name, array in mine.items()}
        for name, array in mine.items():  # only now, as nothing can go wrong any more
            array[...] = cast[name]

    def astype(self, dtype):
        """Return a copy whose parameters and buffers have another float type.

        In float64 a gradient can be checked; networks are made in float32.
        """
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"dtype must be a float type, such as np.float64; got {dtype!r}")
        twin = copy.deepcopy(self)
        for layer in twin.walk():
            for parameter in layer._own_parameters().values():
                parameter.value = parameter.value.astype(dtype)
                parameter.grad = parameter.grad.astype(dtype)
            for name in layer.buffers:
                array = getattr(layer, name)
                if array.dtype.kind == "f":
                    setattr(layer, name, array.astype(dtype))
        return twin

    def walk(self):
        """Yield this layer and all that it is made of, in the order of the data."""
        yield self
        for child in self.children().values():
            yield from child.walk()

    def find(self, name):
        """Find a layer that this one is made of, by its name in the table and in ``state_dict()``.

        Parameters
        ----------
        name : str
            With a dot before a part of a part, such as ``"2"`` or ``"block3.branch.expand"``.

        Returns
        -------
        Layer
            The layer itself, no copy.

        Raises
        ------
        ValueError
            If there is none of that name; the message lists those that there are.
        """
        found, above, name = self, self.label(), check_name(name)
        for part in name.split("."):
            parts = found.children()
            if part not in parts:
                names = f"layers named {', '.join(parts)}" if parts else "no parts"
                raise ValueError(f"no layer is called {name!r}; {above} has {names}")
            found = parts[part]
            above = f"{part}, {found.label()},"
        return found

    def table(self, input_shape=None, *, depth=None):
        """Show each layer's output shape, parameters and multiply-adds as text.

        Parameters
        ----------
        input_shape : tuple of int, optional
            Of one example, such as (1, 28, 28). By default the last batch's; if there was none,
            the shapes stay open.
        depth : int, optional
            How many levels of parts of parts have lines of their own, at least 1; by default all.

        Returns
        -------
        str
            One line a layer. Multiply-adds are those of an example with the weights; what comes
            without one, as in pooling, does not count.
        """
        from cnnlab.nn._table import table

        if input_shape is not None:
            self(np.zeros((0, *given.as_shape(input_shape, "input_shape")), np.float32))
        if depth is not None:
            given.as_integer(depth, "depth", minimum=1)
        return table(self, depth)

    def _collect(self, own):
        found = own(self)
        for name, child in self.children().items():
            found |= {f"{name}.{inner}": each for inner, each in child._collect(own).items()}
        return found

    def _own_parameters(self):
        return {name: each for name, each in vars(self).items() if isinstance(each, Parameter)}

    def _own_state(self):
        state = {name: each.value for name, each in self._own_parameters().items()}
        return state | {name: getattr(self, name) for name in self.buffers}


class Sequential(Layer):
    """Layers one after the other.

    Parameters
    ----------
    *layers : Layer
        In the order of the data. They are numbered from 0, as in PyTorch.
    **named : Layer
        Layers by name instead, ``Sequential(conv=…, relu=…)``, again in the order of the data.

    Examples
    --------
    >>> from cnnlab import nn
    >>> rng = np.random.default_rng(0)
    >>> net = nn.Sequential(nn.Conv2d(1, 6, 5, rng=rng), nn.Flatten(), nn.Linear(24, 10, rng=rng))
    >>> print(net.table((1, 6, 6)))
    layer                  output  parameters  multiply-adds
    0  Conv2d(1 → 6, 5×5)  6×2×2          156            600
    1  Flatten()           24               0              0
    2  Linear(24 → 10)     10             250            240
    total                                 406            840
    """

    def __init__(self, *layers, **named):
        if layers and named:
            raise TypeError("Sequential takes layers with names or without, not both")
        for name in named:
            if "." in name:
                raise ValueError(
                    f"a layer's name has no dot, which stands before a part; got {name!r}"
                )
        self.layers = check_layers(layers or named.values(), "Sequential")
        self.names = list(named)  # none where layers are numbered

    def __repr__(self):
        return self.table()

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, at):
        if not isinstance(at, slice):
            return self.find(at) if isinstance(at, str) else self.layers[at]
        if not self.names:
            return Sequential(*self.layers[at])
        return Sequential(**dict(zip(self.names[at], self.layers[at], strict=True)))

    def forward(self, x, training=False):
        """Send the batch through all layers; a layer that refuses it is named."""
        for name, layer in self.children().items():
            with naming(name, layer):
                x = layer(x, training)
        return x

    def backward(self, grad):
        """Send the gradient through all layers, the last one first."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def learn(self, grad):
        """Go back as far as the first layer, which need not find its input's gradient."""
        for layer in reversed(self.layers[1:]):
            grad = layer.backward(grad)
        self.layers[0].learn(grad)

    def children(self):
        """Return the layers under their names, or numbers: "0" for the first."""
        names = self.names or map(str, range(len(self.layers)))
        return dict(zip(names, self.layers, strict=True))

    def label(self):
        """Say how many layers there are."""
        return f"{type(self).__name__}({len(self.layers)} layers)"


class Residual(Layer):
    """A branch whose output is added to its input (He, Zhang, Ren & Sun 2016, equation 1).

    Parameters
    ----------
    branch : Layer
        What is learned beside the identity.
    shortcut : Layer, optional
        What the input goes through on the other way, such as a 1×1 convolution where the branch
        changes the shape. By default nothing is done to it.
    """

    def __init__(self, branch, shortcut=None):
        check_layers([branch] + [shortcut] * (shortcut is not None), "Residual")
        self.branch, self.shortcut = branch, shortcut

    def forward(self, x, training=False):
        """Add both ways: y = branch(x) + x."""
        branch = self.branch(x, training)
        short = x if self.shortcut is None else self.shortcut(x, training)
        if branch.shape != short.shape:
            raise ValueError(
                f"the branch gives {branch.shape}, the shortcut {short.shape}; they must agree: "
                f"pad the branch's convolutions, or give a shortcut such as a 1×1 Conv2d"
            )
        return branch + short

    def backward(self, grad):
        """Add what comes back on both ways."""
        short = grad if self.shortcut is None else self.shortcut.backward(grad)
        return self.branch.backward(grad) + short

    def children(self):
        """Return the branch and, if there is one, the shortcut."""
        ways = {"branch": self.branch, "shortcut": self.shortcut}
        return {name: layer for name, layer in ways.items() if layer is not None}


class Concat(Layer):
    """Branches side by side, whose channels are laid one behind the other.

    Inception modules are made of it (Szegedy et al. 2015), and with `Identity` as a branch
    DenseNet's layers (Huang et al. 2017).

    Parameters
    ----------
    *branches : Layer
        They all get the same input, and must agree in all but the channels.
    """

    def __init__(self, *branches):
        self.branches = check_layers(branches, "Concat")

    def forward(self, x, training=False):
        """Run each branch, and lay the results along the channels."""
        parts = []
        for number, branch in enumerate(self.branches):
            with naming(number, branch, "branch"):
                parts.append(branch(x, training))
        if len({(part.shape[0], *part.shape[2:]) for part in parts}) > 1:
            shapes = ", ".join(str(part.shape) for part in parts)
            raise ValueError(f"the branches must agree in all but the channels; they give {shapes}")
        self.ends = np.cumsum([part.shape[1] for part in parts])[:-1]
        return np.concatenate(parts, axis=1)

    def backward(self, grad):
        """Cut the gradient into the branches' channels, and add what they send back."""
        parts = np.split(grad, self.ends, axis=1)
        return sum(branch.backward(g) for branch, g in zip(self.branches, parts, strict=True))

    def children(self):
        """Return the branches under their numbers: "0" for the first."""
        return {str(number): branch for number, branch in enumerate(self.branches)}

    def label(self):
        """Say how many branches there are."""
        return f"Concat({len(self.branches)} branches)"


class Identity(Layer):
    """What comes in goes out: a branch of `Concat` that hands on its input."""

    def forward(self, x, training=False):
        """Return the batch."""
        return x

    def backward(self, grad):
        """Return the gradient."""
        return grad


class naming:  # noqa: N801, used like a function
    """Put a layer's number and name before what it says when it refuses a batch."""

    def __init__(self, number, layer, kind="layer"):
        self.number, self.layer, self.kind = number, layer, kind

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind in (ValueError, TypeError):
            raise kind(f"{self.kind} {self.number}, {self.layer.label()}: {error}") from error


def check_layers(layers, what):
    """Take one layer at least, none of them twice, and nothing else."""
    if not layers:
        raise ValueError(f"{what} needs at least one layer")
    for number, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            hint = "; call it: it is a class" if isinstance(layer, type) else ""
            hint = hint or ("; write *layers" if isinstance(layer, (list, tuple)) else "")
            raise TypeError(f"{what} is made of layers; number {number} is {layer!r}{hint}")
    seen = set()
    for part in (part for layer in layers for part in layer.walk()):
        if id(part) in seen:
            raise ValueError(
                f"{part.label()} stands in it twice; a layer keeps what its own way back needs, "
                f"so make one for each place"
            )
        seen.add(id(part))
    return list(layers)


def check_channels(x, channels, least=2):
    """Refuse a batch (N, C, …) that has another number of channels."""
    if x.ndim < least or x.shape[1] != channels:
        wanted = f"(N, {channels}, …)" if least == 2 else f"(N, {channels}, H, W)"
        raise ValueError(f"x must have shape {wanted}; got {x.shape}")


def channelwise(values, x):
    """View one number a channel such that it spreads over a batch (N, C, …)."""
    return values.reshape(-1, *[1] * (x.ndim - 2))


def check_rng(rng):
    """Take a generator of random numbers, and nothing else."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, such as np.random.default_rng(0); got {rng!r}"
        )
    return rng


def check_name(name):
    """Take the name of a layer, as in the table; the number of one will do."""
    if isinstance(name, bool) or not isinstance(name, (str, Integral)):
        raise TypeError(
            f'a layer is called by its name, such as "3" or "block3.branch.expand"; got {name!r}'
        )
    return str(name)


def kind_of(layer):
    """Return the class whose forward a layer runs: its own, or one that its class is made from."""
    return next(kind for kind in type(layer).__mro__ if "forward" in vars(kind))


def check_number(value, name, *, least=-math.inf, most=math.inf, below=math.inf):
    """Take a finite number from `least` up to `most`, or up to, but not including, `below`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} must fit a float, which ends at about 1.8e308") from None
    if not (math.isfinite(number) and least <= number <= most and number < below):
        limits = ["finite"] * math.isinf(number)
        limits += [f"at least {least:g}"] * (least > -math.inf)
        limits += [f"at most {most:g}"] * (most < math.inf)
        limits += [f"below {below:g}"] * (below < math.inf)
        raise ValueError(f"{name} must be {' and '.join(limits) or 'finite'}; got {value}")
    return number
