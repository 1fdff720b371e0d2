"""The layers that a network is made of: each is a function, and the way back through it.

Batches are (N, C, H, W) for images and (N, C) for vectors. Parameters are float32, and have
PyTorch's names and shapes. Activations are in `cnnlab.nn.activations`, normalisation and dropout in
`cnnlab.nn.normalisation`.
"""

import math

import numpy as np

from cnnlab import _arguments as given
from cnnlab import conv, pool
from cnnlab.nn._layer import (
    Layer,
    Parameter,
    channelwise,
    check_channels,
    check_number,
    check_rng,
)
from cnnlab.nn.initial import he_normal
from cnnlab.shapes import lay_pooling_windows, lay_windows


class Conv2d(Layer):
    """Slide filters over the maps: `cnnlab.conv2d` with weights that are learned.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input, and filters.
    kernel_size : int or (int, int)
        Rows and columns of a filter.
    stride, padding, dilation, groups
        As in `cnnlab.conv2d`.
    bias : bool, default True
        Add a number to each map. It starts at 0.
    rng : numpy.random.Generator
        Draws the weights.
    init : function, default he_normal
        How they are drawn; see `cnnlab.nn.initial`.
    """

    def __init__(
        self, in_channels, out_channels, kernel_size,
        *, stride=1, padding=0, dilation=1, groups=1, bias=True, rng, init=he_normal,
    ):  # fmt: skip
        shape = _filters(in_channels, out_channels, kernel_size, groups)
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        self.options = _laid(lay_windows, shape[2:], options) | {"groups": groups}
        self.weight, self.bias = _drawn(init, shape, rng), _zeros(out_channels, bias)

    def forward(self, x, training=False):
        """Correlate each filter with all channels of its group, and add its bias."""
        self.x = x
        return conv.conv2d(x, self.weight.value, self.bias and self.bias.value, **self.options)

    def backward(self, grad, to_input=True):
        """Correlate the input with the gradient; spread the gradient over the input."""
        options = self.options | {"to_input": to_input}
        found = conv.conv2d_backward(grad, self.x, self.weight.value, **options)
        self.weight.grad[...] = found.weight
        if self.bias:
            self.bias.grad[...] = found.bias
        return found.x

    def learn(self, grad):
        """Correlate the input with the gradient."""
        self.backward(grad, to_input=False)

    def label(self):
        """Say how many channels go in and come out, and what is not as usual."""
        filters, channels, *kernel = self.weight.value.shape
        channels = f"{channels * self.options['groups']} → {filters}"
        return f"Conv2d({channels}, {_times(kernel)}{_unusual(self.options, stride=1)})"


class Linear(Layer):
    """Weigh all inputs for each output: a fully connected layer.

    Parameters
    ----------
    in_features, out_features : int
        Numbers of an example before and after.
    bias : bool, default True
        Add a number to each output. It starts at 0.
    rng : numpy.random.Generator
        Draws the weights.
    init : function, default he_normal
        How they are drawn; see `cnnlab.nn.initial`.
    """

    def __init__(self, in_features, out_features, *, bias=True, rng, init=he_normal):
        shape = _sizes(in_features=in_features, out_features=out_features)[::-1]
        self.weight, self.bias = _drawn(init, shape, rng), _zeros(out_features, bias)

    def forward(self, x, training=False):
        """Compute y = x Wᵀ + b."""
        _check_features(x, self.weight.value.shape[1])
        self.x = x
        y = x @ self.weight.value.T
        if self.bias:
            y += self.bias.value
        return y

    def backward(self, grad):
        """Compute ∂L/∂x = G W, and the gradients of W and b."""
        self.learn(grad)
        return grad @ self.weight.value

    def learn(self, grad):
        """Compute ∂L/∂W = Gᵀ x, and ∂L/∂b, the sum of G over the batch."""
        np.matmul(grad.T, self.x, out=self.weight.grad)
        if self.bias:
            np.sum(grad, axis=0, out=self.bias.grad)

    def label(self):
        """Say how many numbers go in and come out."""
        return "Linear({1} → {0})".format(*self.weight.value.shape)


class Flatten(Layer):
    """Lay the maps of an example into one row: channel by channel, row by row."""

    def forward(self, x, training=False):
        """Turn (N, C, H, W) into (N, C·H·W)."""
        self.shape = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, grad):
        """Give the gradient the maps' shape."""
        return grad.reshape(self.shape)


class MaxPool2d(Layer):
    """Keep the largest number of each window, which alone gets the gradient.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns of a window.
    stride, padding, dilation, ceil
        As in `cnnlab.max_pool2d`: without a stride, windows lie side by side.
    """

    def __init__(self, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False):
        self.kernel_size = given.per_axis(kernel_size, "kernel_size", axes=2)
        options = {"stride": stride, "padding": padding, "dilation": dilation, "ceil": ceil}
        self.options = _laid(lay_pooling_windows, self.kernel_size, options)

    def forward(self, x, training=False):
        """Take each window's maximum, and remember where it was."""
        self.shape = x.shape
        output, self.switches = pool.max_pool2d(x, self.kernel_size, **self.options)
        return output

    def backward(self, grad):
        """Send each gradient to the cell that won."""
        return pool.max_pool_backward(grad, self.switches, self.shape)

    def label(self):
        """Say how large a window is, and what is not as usual."""
        return f"{type(self).__name__}({_times(self.kernel_size)}{_unusual(self.options)})"


class AvgPool2d(Layer):
    """Average each window, whose cells share the gradient.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns of a window.
    stride, padding, ceil, count_padding
        As in `cnnlab.avg_pool2d`: without a stride, windows lie side by side.
    """

    def __init__(self, kernel_size, *, stride=None, padding=0, ceil=False, count_padding=False):
        self.kernel_size = given.per_axis(kernel_size, "kernel_size", axes=2)
        options = {"stride": stride, "padding": padding, "ceil": ceil}
        self.options = _laid(lay_pooling_windows, self.kernel_size, options)
        self.options["count_padding"] = given.as_flag(count_padding, "count_padding")

    def forward(self, x, training=False):
        """Take each window's mean."""
        self.shape = x.shape
        return pool.avg_pool2d(x, self.kernel_size, **self.options)

    def backward(self, grad):
        """Share each gradient out."""
        return pool.avg_pool_backward(grad, self.shape, self.kernel_size, **self.options)

    def label(self):
        """Say how large a window is, and what is not as usual."""
        return f"{type(self).__name__}({_times(self.kernel_size)}{_unusual(self.options)})"


class LpPool2d(Layer):
    """Take the p-norm of each window; the L2 norm by default.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns of a window.
    p : float, default 2
        The power, at least 1.
    stride, padding, ceil
        As in `cnnlab.lp_pool2d`: without a stride, windows lie side by side.
    """

    def __init__(self, kernel_size, *, p=2, stride=None, padding=0, ceil=False):
        self.kernel_size = given.per_axis(kernel_size, "kernel_size", axes=2)
        check_number(p, "p", least=1)
        options = {"stride": stride, "padding": padding, "ceil": ceil}
        self.options = {"p": p} | _laid(lay_pooling_windows, self.kernel_size, options)

    def forward(self, x, training=False):
        """Compute (∑ |x|ᵖ)^(1/p) over each window."""
        self.x = x
        return pool.lp_pool2d(x, self.kernel_size, **self.options)

    def backward(self, grad):
        """Share each gradient out by the cells' part in the norm."""
        return pool.lp_pool_backward(grad, self.x, self.kernel_size, **self.options)

    def label(self):
        """Say how large a window is, and what is not as usual."""
        return f"{type(self).__name__}({_times(self.kernel_size)}{_unusual(self.options)})"


class GlobalAvgPool2d(Layer):
    """Average each map over all of its cells: (N, C, H, W) becomes (N, C, 1, 1)."""

    def forward(self, x, training=False):
        """Take each map's mean."""
        self.shape = x.shape
        return pool.global_average_pool(x)

    def backward(self, grad):
        """Share each gradient out among all cells of its map."""
        return np.broadcast_to(grad / math.prod(self.shape[2:]), self.shape)


class DepthwiseMaxPool2d(Layer):
    """Keep the largest of each group of neighbouring channels, cell by cell.

    Parameters
    ----------
    depth : int
        Channels in a group; it divides those of the input.
    """

    def __init__(self, depth):
        self.depth = given.as_integer(depth, "depth", minimum=1)

    def forward(self, x, training=False):
        """Take the maximum over each group, and remember which channel won."""
        output = pool.depthwise_max_pool(x, self.depth)  # refuses what does not divide
        self.groups = len(x), x.shape[1] // self.depth, self.depth, *x.shape[2:]
        self.winners = x.reshape(self.groups).argmax(axis=2, keepdims=True)
        return output

    def backward(self, grad):
        """Send each gradient to the channel that won; ties go to the first."""
        back = np.zeros(self.groups, grad.dtype)
        np.put_along_axis(back, self.winners, grad[:, :, None], axis=2)
        return back.reshape(len(back), -1, *self.groups[3:])

    def label(self):
        """Say how many channels are in a group."""
        return f"DepthwiseMaxPool2d({self.depth})"


class Subsampling(Layer):
    """LeNet-5's pooling: the mean of each window, times a coefficient, plus a bias.

    Both are learned, one of each a map. LeCun, Bottou, Bengio & Haffner (1998, section II.B) add
    the window's cells up; the coefficient here is theirs times the number of cells.

    Parameters
    ----------
    channels : int
        Of the input, and of the output.
    kernel_size : int or (int, int), default 2
        Rows and columns of a window; windows lie side by side.
    """

    def __init__(self, channels, kernel_size=2):
        (channels,) = _sizes(channels=channels)
        self.kernel_size = given.per_axis(kernel_size, "kernel_size", axes=2)
        self.weight, self.bias = Parameter(np.ones(channels, np.float32)), _zeros(channels)

    def forward(self, x, training=False):
        """Compute y = w · mean + b, with a w and a b of each map's own."""
        check_channels(x, self.weight.value.size, least=4)
        self.shape, self.means = x.shape, pool.avg_pool2d(x, self.kernel_size)
        w, b = (channelwise(p.value, x) for p in (self.weight, self.bias))
        return w * self.means + b

    def backward(self, grad):
        """Sum over all windows of a map for w and b; share the rest out."""
        self.weight.grad[...] = (grad * self.means).sum(axis=(0, 2, 3))
        self.bias.grad[...] = grad.sum(axis=(0, 2, 3))
        grad = grad * channelwise(self.weight.value, grad)
        return pool.avg_pool_backward(grad, self.shape, self.kernel_size)

    def label(self):
        """Say how many maps there are, and how large a window is."""
        return f"Subsampling({self.weight.value.size}, {_times(self.kernel_size)})"


class RBF(Layer):
    """Compare with a prototype for each class: LeNet-5's output.

    The score is minus the squared distance. LeCun, Bottou, Bengio & Haffner (1998, section II.B)
    call the distance itself a penalty, and the smallest wins; here, as in the whole package, the
    largest score does. Half of it is the logarithm of a Gaussian around the prototype, up to a
    constant.

    Parameters
    ----------
    prototypes : array_like of shape (classes, features)
        One for each class, such as drawn letters of 7 × 12 cells that are −1 or 1.
    trainable : bool, default False
        Learn the prototypes, too; LeNet-5's were fixed at first.
    """

    def __init__(self, prototypes, *, trainable=False):
        prototypes = given.array_with_axes(
            prototypes, "prototypes", "classes, features", may_be_empty=False
        )
        self.trainable = given.as_flag(trainable, "trainable")
        self.weight = Parameter(prototypes.astype(np.float32))

    def forward(self, x, training=False):
        """Compute y = −∑ (x − w)² for each prototype w."""
        _check_features(x, self.weight.value.shape[1])
        self.away = x[:, None] - self.weight.value
        return -np.square(self.away).sum(axis=2)

    def backward(self, grad):
        """Compute the slope −2 (x − w) for x, and the same with the other sign for w."""
        pulls = 2 * grad[:, :, None] * self.away
        self.weight.grad[...] = pulls.sum(axis=0) if self.trainable else 0
        return -pulls.sum(axis=1)

    def label(self):
        """Say how many numbers go in, and how many prototypes there are."""
        return "RBF({1} → {0})".format(*self.weight.value.shape)


def _sizes(**sizes):
    """Take counts of at least 1, by name."""
    return tuple(given.as_integer(value, name, minimum=1) for name, value in sizes.items())


def _filters(in_channels, out_channels, kernel_size, groups):
    """Return the shape of filters, (C_out, C_in // groups, K_h, K_w)."""
    channels = _sizes(in_channels=in_channels, out_channels=out_channels)
    groups = given.as_integer(groups, "groups", minimum=1)
    if any(each % groups for each in channels):
        raise ValueError(
            f"groups must divide in_channels and out_channels, {in_channels} and {out_channels} "
            f"({given.divisors(math.gcd(*channels))}); got {groups}"
        )
    kernel_size = given.per_axis(kernel_size, "kernel_size", axes=2)
    return out_channels, in_channels // groups, *kernel_size


def _zeros(cells, wanted=True):
    """Start a bias at 0, if there is one."""
    return Parameter(np.zeros(cells, np.float32)) if given.as_flag(wanted, "bias") else None


def _laid(lay, kernel_size, options):
    """Check options by laying windows out, on a map that one covers; write numbers alike."""
    gaps = given.per_axis(options.get("dilation", 1), "dilation", axes=2)
    size = [gap * (k - 1) + 1 for k, gap in zip(kernel_size, gaps, strict=True)]
    windows = lay(size, kernel_size, **options)
    numbers = [name for name, value in options.items() if not isinstance(value, (str, type(None)))]
    return options | {name: _short(getattr(windows, name)) for name in numbers if name != "ceil"}


def _short(value):
    """Write (2, 2) as 2, and ((1, 1), (2, 2)) as (1, 2)."""
    if not isinstance(value, tuple):
        return value
    value = tuple(map(_short, value))
    return value[0] if isinstance(value[0], int) and value[0] == value[1] else value


def _drawn(init, shape, rng):
    """Draw weights in float32."""
    if not callable(init):
        raise TypeError(f"init must be a function, such as nn.he_normal; got {init!r}")
    values = given.real_array(init(shape, check_rng(rng)), "what init draws")
    if values.shape != shape:
        raise ValueError(f"init must draw the shape {shape}; got {values.shape}")
    return Parameter(values.astype(np.float32))


def _times(sizes):
    return "×".join(map(str, sizes))


def _unusual(options, stride=None):
    """Name the options that are not as usual; `stride` is the usual one."""
    usual = {"p": 2, "stride": stride, "padding": 0, "dilation": 1, "groups": 1}
    others = [(name.replace("_", " "), value) for name, value in options.items()]
    others = [(name, value) for name, value in others if value != usual.get(name, False)]
    return "".join(f", {name}{'' if value is True else f' {value}'}" for name, value in others)


def _check_features(x, features):
    """Refuse what is no batch of vectors of this length."""
    if x.ndim != 2 or x.shape[1] != features:
        hint = ""
        if x.ndim > 2:
            many = math.prod(x.shape[1:])
            hint = f"; lay maps into rows with Flatten() before it, which gives {many} numbers"
        raise ValueError(f"x must have shape (N, {features}); got {x.shape}{hint}")


__all__ = [
    "Conv2d", "Linear", "Flatten", "MaxPool2d", "AvgPool2d", "LpPool2d", "GlobalAvgPool2d",
    "DepthwiseMaxPool2d", "Subsampling", "RBF",
]  # fmt: skip
