"""Batch normalisation, local response normalisation in its conventions, and dropout."""

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn._layer import (
    Layer,
    Parameter,
    channelwise,
    check_channels,
    check_number,
    check_rng,
)


class BatchNorm2d(Layer):
    """Give each channel mean 0 and variance 1 over the batch, then a scale and a shift.

    While the network learns, mean and variance are the batch's; afterwards they are the running
    averages. Maps (N, C, H, W) are normalised over N, H and W, vectors (N, C) over N.

    Parameters
    ----------
    channels : int
        Of the input, and of the output.
    eps : float, default 1e-5
        Added to the variance.
    momentum : float, default 0.1
        The weight of the new batch in the running averages, as in PyTorch; Keras's momentum is the
        weight of the old ones.

    Notes
    -----
    Ioffe & Szegedy (2015, algorithm 1). As in PyTorch the batch is divided by the variance with n,
    and the running average is of that with n − 1.
    """

    buffers = "running_mean", "running_var", "num_batches_tracked"

    def __init__(self, channels, *, eps=1e-5, momentum=0.1):
        zeros = np.zeros(given.as_integer(channels, "channels", minimum=1), np.float32)
        self.weight, self.bias = Parameter(zeros + 1), Parameter(zeros)
        self.running_mean, self.running_var, self.num_batches_tracked = (
            zeros,
            zeros + 1,
            np.array(0),
        )
        self.eps = check_number(eps, "eps", least=0)
        self.momentum = check_number(momentum, "momentum", least=0, most=1)

    def forward(self, x, training=False):
        """Compute y = weight · (x − mean) / √(variance + eps) + bias."""
        check_channels(x, self.running_mean.size)
        self.training, self.axes = training, (0, *range(2, x.ndim))
        mean, var = _moments(self, x) if training else (self.running_mean, self.running_var)
        self.scale = channelwise(1 / np.sqrt(var + self.eps), x)
        self.normal = (x - channelwise(mean, x)) * self.scale
        return channelwise(self.weight.value, x) * self.normal + channelwise(self.bias.value, x)

    def backward(self, grad):
        """Take out what would change mean and variance: the batch holds its examples together."""
        self.bias.grad[...] = grad.sum(axis=self.axes)
        self.weight.grad[...] = (grad * self.normal).sum(axis=self.axes)
        grad = grad * channelwise(self.weight.value, grad)
        if self.training:
            along = (grad * self.normal).mean(axis=self.axes, keepdims=True) * self.normal
            grad = grad - grad.mean(axis=self.axes, keepdims=True) - along
        return grad * self.scale

    def label(self):
        """Say how many channels there are."""
        return f"BatchNorm2d({self.running_mean.size})"


def _moments(layer, x):
    """Return the batch's mean and variance, and take them into the layer's running averages."""
    mean, var = x.mean(axis=layer.axes), x.var(axis=layer.axes)
    n = x.size // mean.size
    if n < 2:
        raise ValueError("a batch of one number a channel has no variance; use a larger batch")
    layer.num_batches_tracked += 1
    layer.running_mean += layer.momentum * (mean - layer.running_mean)
    layer.running_var += layer.momentum * (var * (n / (n - 1)) - layer.running_var)
    return mean, var


# Of each: size, alpha, beta, k, and whether alpha is divided by the size.
CONVENTIONS = {
    "torch": (5, 1e-4, 0.75, 1.0, True),
    "onnx": (5, 1e-4, 0.75, 1.0, True),
    "caffe": (5, 1.0, 0.75, 1.0, True),
    "paper": (5, 1e-4, 0.75, 2.0, False),
    "tensorflow": (11, 1.0, 0.5, 1.0, False),
}


class LocalResponseNorm(Layer):
    r"""Divide each cell by a power of what its neighbouring channels hold.

    Parameters
    ----------
    size : int, optional
        Channels that count, the cell's own included.
    alpha, beta, k : float, optional
        The constants. All four are the convention's own by default.
    convention : {"torch", "onnx", "caffe", "paper", "tensorflow"}, default "torch"
        Which windows, which constants, and whether alpha is divided by `size`; see
        `cnnlab.nn.normalisation.CONVENTIONS`.

    Notes
    -----
    .. math:: y_c = x_c \Bigl(k + a \sum_{j=c-u}^{c+v} x_j^2\Bigr)^{-\beta}

    Krizhevsky, Sutskever & Hinton (2012, section 3.3) have a = alpha and
    u = v = ⌊size / 2⌋, so that an even size counts one channel more than it says. Caffe, PyTorch
    and ONNX have a = alpha / size, also where the window reaches beyond the channels; for an even
    size PyTorch counts one channel more before the cell, ONNX one more after it, and Caffe refuses
    it. TensorFlow has a = alpha, and gives the radius in place of the size 2 · radius + 1.
    """

    def __init__(self, size=None, *, alpha=None, beta=None, k=None, convention="torch"):
        *usual, divided = _usual(convention)
        own = (size, alpha, beta, k)
        size, alpha, beta, k = (u if o is None else o for u, o in zip(usual, own, strict=True))
        self.size, self.convention = given.as_integer(size, "size", minimum=1), convention
        if convention in ("caffe", "tensorflow") and not size % 2:
            raise ValueError(f"size must be odd by the convention {convention!r}; got {size}")
        self.before = (size - 1) // 2 if convention == "onnx" else size // 2
        self.after = (size - 1) // 2 if convention == "torch" else size // 2
        self.a = check_number(alpha, "alpha") / (size if divided else 1)
        self.beta, self.k = check_number(beta, "beta"), check_number(k, "k")

    def forward(self, x, training=False):
        """Compute y = x d^(−beta) with d = k + a ∑ x² over the neighbouring channels."""
        self.x = x
        self.d = self.k + self.a * _across(np.square(x), self.before, self.after)
        return x * self.d**-self.beta

    def backward(self, grad):
        """Count each cell for itself, and in the d of those channels whose window holds it."""
        held = _across(grad * self.x * self.d ** (-self.beta - 1), self.after, self.before)
        return grad * self.d**-self.beta - 2 * self.a * self.beta * self.x * held

    def label(self):
        """Say the size and the convention."""
        return f"LocalResponseNorm({self.size}, {self.convention})"


def _usual(convention):
    """Return a convention's size and constants."""
    if convention not in CONVENTIONS:
        words = given.listed(CONVENTIONS)
        raise ValueError(f"convention must be one of {words}; got {convention!r}")
    return CONVENTIONS[convention]


def _across(x, before, after):
    """Add up, for each channel, those from `before` channels before it to `after` behind it."""
    total, channels = np.zeros_like(x), x.shape[1]
    for shift in range(max(-before, 1 - channels), min(after, channels - 1) + 1):
        here, there = max(-shift, 0), max(shift, 0)
        total[:, here : channels - there] += x[:, there : channels - here]
    return total


class Dropout(Layer):
    """While the network learns, set cells to 0 at random, and scale up those that stay.

    Parameters
    ----------
    p : float, default 0.5
        The probability of a 0; less than 1.
    rng : numpy.random.Generator
        Draws which.

    Notes
    -----
    Srivastava et al. (2014). They scale the weights down afterwards; scaling up by 1 / (1 − p)
    meanwhile, as all libraries do now, leaves the finished network as it is.
    """

    def __init__(self, p=0.5, *, rng):
        self.p, self.rng = check_number(p, "p", least=0, below=1), check_rng(rng)

    def forward(self, x, training=False):
        """Compute y = x / (1 − p) where the cell stays, which is drawn anew for each batch."""
        self.kept = None
        if not training:
            return x
        drawn = self.rng.random(x.shape, dtype=np.float32) >= self.p
        self.kept = drawn * np.asarray(1 / (1 - self.p), x.dtype)
        return x * self.kept

    def backward(self, grad):
        """Send the gradient through the cells that stayed, with the same scale."""
        return grad if self.kept is None else grad * self.kept

    def label(self):
        """Say the probability."""
        return f"Dropout({self.p:g})"


__all__ = ["BatchNorm2d", "LocalResponseNorm", "Dropout"]
