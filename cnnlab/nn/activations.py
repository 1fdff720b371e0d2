"""Activations: one function for all cells, and its slope on the way back."""

import numpy as np

from cnnlab.nn._layer import Layer, check_number


class ReLU(Layer):
    """Cut off below 0 (Nair & Hinton 2010)."""

    def forward(self, x, training=False):
        """Compute y = max(x, 0)."""
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, grad):
        """Multiply by the slope: 1 above 0 and 0 elsewhere, at 0 by convention."""
        return grad * (self.y > 0)


class ReLU6(Layer):
    """Cut off below 0 and above 6, as MobileNets do (Sandler et al. 2018)."""

    def forward(self, x, training=False):
        """Compute y = min(max(x, 0), 6)."""
        self.y = np.clip(x, 0, 6)
        return self.y

    def backward(self, grad):
        """Multiply by the slope: 1 between 0 and 6, and 0 elsewhere."""
        return grad * ((self.y > 0) & (self.y < 6))


class LeakyReLU(Layer):
    """Go on below 0 with a small slope (Maas, Hannun & Ng 2013).

    Parameters
    ----------
    slope : float, default 0.01
        Below 0.
    """

    def __init__(self, slope=0.01):
        self.slope = check_number(slope, "slope")

    def forward(self, x, training=False):
        """Compute y = x above 0, and slope · x below."""
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, grad):
        """Multiply by 1 above 0, and by `slope` elsewhere."""
        return np.where(self.x > 0, grad, self.slope * grad)

    def label(self):
        """Say the slope."""
        return f"LeakyReLU({self.slope:g})"


class ELU(Layer):
    """Bend below 0 towards a limit (Clevert, Unterthiner & Hochreiter 2016).

    Parameters
    ----------
    alpha : float, default 1
        The limit is −alpha.
    """

    def __init__(self, alpha=1.0):
        self.alpha = check_number(alpha, "alpha", least=0)

    def forward(self, x, training=False):
        """Compute y = x above 0, and alpha · (exp(x) − 1) below."""
        self.y = np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))
        return self.y

    def backward(self, grad):
        """Multiply by the slope: 1 above 0, and alpha · exp(x) = y + alpha below."""
        return np.where(self.y > 0, grad, grad * (self.y + self.alpha))

    def label(self):
        """Say alpha."""
        return f"ELU({self.alpha:g})"


class Sigmoid(Layer):
    """Squeeze all numbers between 0 and 1: the logistic function."""

    def forward(self, x, training=False):
        """Compute y = 1 / (1 + exp(−x)), which is (1 + tanh(x / 2)) / 2."""
        self.y = 0.5 + 0.5 * np.tanh(0.5 * x)
        return self.y

    def backward(self, grad):
        """Multiply by the slope: y (1 − y), a quarter at most."""
        return grad * self.y * (1 - self.y)


class Tanh(Layer):
    """Squeeze all numbers between −amplitude and amplitude.

    Parameters
    ----------
    amplitude, slope : float, default 1
        LeNet-5 has 1.7159 and 2/3, so that 1 goes to 1 and −1 to −1 (LeCun, Bottou, Bengio &
        Haffner 1998, equation 6 and appendix A).
    """

    def __init__(self, amplitude=1.0, slope=1.0):
        self.amplitude = check_number(amplitude, "amplitude")
        self.slope = check_number(slope, "slope")

    def forward(self, x, training=False):
        """Compute y = amplitude · tanh(slope · x)."""
        self.tanh = np.tanh(self.slope * x)
        return self.amplitude * self.tanh

    def backward(self, grad):
        """Multiply by the slope: amplitude · slope · (1 − tanh²)."""
        return grad * (self.amplitude * self.slope * (1 - np.square(self.tanh)))

    def label(self):
        """Say amplitude and slope, where they are not 1."""
        scaled = (self.amplitude, self.slope) != (1, 1)
        return f"Tanh({self.amplitude:.5g}, {self.slope:.4g})" if scaled else "Tanh()"


__all__ = ["ReLU", "ReLU6", "LeakyReLU", "ELU", "Sigmoid", "Tanh"]
