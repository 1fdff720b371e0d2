"""Check a gradient: move one cell at a time and watch what comes out."""

from functools import partial
from itertools import pairwise
from numbers import Real
from typing import NamedTuple

import numpy as np

from cnnlab._arguments import real_array

EPSILON = float(np.finfo(np.float64).eps)
# The cube root of float64's precision: larger steps bend, smaller ones drown in rounding.
STEP = EPSILON ** (1 / 3)
FACTOR = 16  # from one step to the next, where a cell is looked at again


def numerical_gradient(function, x, grad_output=None, *, step=STEP):
    r"""Differentiate by central differences, one cell at a time.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `x` in float64, gives a number or an array in float64.
    x : array_like
        Where to differentiate. Finite real numbers of any shape. Never modified.
    grad_output : array_like, optional
        The gradient of a loss with respect to the output, of the output's shape. Without it the
        loss is the sum of the output.
    step : float, default 6.06e-6
        How far a cell moves each way; cells beyond 1 move by ``step`` times their size.

    Returns
    -------
    ndarray of the shape of `x`
        In float64, the gradient of the loss with respect to `x`.

    Raises
    ------
    TypeError
        If `function` cannot be called or does not give float64, or an array has no real numbers.
    ValueError
        If an array is not finite, `step` no number above 0, or `grad_output` has another shape.

    Notes
    -----
    With the output :math:`Y(X)`, the gradient :math:`G` that arrives and the unit array
    :math:`E_i` that is 1 at cell :math:`i`,

    .. math:: \frac{\partial L}{\partial X_i} \approx \sum_j G_j\,
              \frac{Y_j(X + h E_i) - Y_j(X - h E_i)}{2 h}

    for every cell :math:`i` of `x` and :math:`j` of the output. The error falls as :math:`h^2`,
    while rounding grows as :math:`1 / h`; the default balances the two (Nocedal & Wright 2006,
    section 8.1). The difference is taken before the sum, so outputs that the cell does not reach
    cancel exactly. It costs two calls per cell: right for a test, hopeless for training.

    Examples
    --------
    >>> import numpy as np
    >>> numerical_gradient(lambda x: x**2, [1, 2, 3], grad_output=[1, 10, 0]).round(6)
    array([ 2., 40.,  0.])
    """
    step = _number(step, "step", "above 0")
    x, grad_output, output = _start(function, x, grad_output)
    gradient = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        by = step * max(1.0, abs(x[cell]))
        gradient[cell] = _move(function, x, grad_output, output, cell, by).central
    return gradient


def check_gradient(function, x, gradient, grad_output=None, *, rtol=1e-6, atol=0.0, step=STEP):
    r"""Compare a gradient with central differences, each cell by its own size.

    Parameters
    ----------
    function, x, grad_output, step
        As in `numerical_gradient`.
    gradient : array_like of the shape of `x`
        What was derived: the gradient of the loss with respect to `x`.
    rtol : float, default 1e-6
        How far a cell may be off, as a part of that cell.
    atol : float, default 0
        How far a cell may be off beside that, whatever its size.

    Returns
    -------
    float
        The largest difference found, in the units of `gradient`.

    Raises
    ------
    TypeError
        As in `numerical_gradient`.
    ValueError
        As there; if `rtol` or `atol` is no number of at least 0; if `gradient` has another shape
        than `x` or is wrong, where the message names the worst cell; or if `x` is at a tie or a
        kink, where it names the first.

    Notes
    -----
    A cell :math:`i` passes if

    .. math:: |G_i - N_i| \le \text{rtol} \cdot \max(|G_i|, |N_i|) + \text{atol} + E_i

    where :math:`G` is `gradient`, :math:`N_i` the central difference and :math:`E_i` its error: the
    rounding of the outputs that changed, divided by the step. No other cell counts, so a wrong one
    is found beside one that is a million times larger. A NaN or an infinity never passes.

    A cell that does not pass is moved by larger and by smaller steps too. Of their differences the
    one that agrees best with its neighbours counts, and how far they disagree joins :math:`E_i`. So
    an `x` of :math:`10^{-8}` is not moved by more than itself, and a large one not by too little.
    Where the differences upwards and downwards stay as far apart however small the step, there is a
    kink. Two cells that tie for a maximum are such a place.

    Random values of `x` and of `grad_output` show most: with a `grad_output` of ones, a gradient
    that shuffles its cells may look right.

    Examples
    --------
    >>> check_gradient(lambda x: x**2, [1, 2, 3], [2, 4, 6]) < 1e-8
    True
    >>> check_gradient(lambda x: x**2, [1, 2, 3], [2, 4, 3])
    Traceback (most recent call last):
        ...
    ValueError: gradient is wrong in 1 of 3 cells; worst at [2]: got 3, central differences give 6
    >>> check_gradient(lambda x: x.max(), [1, 8, 8], [0, 1, 0])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: x is at a tie or a kink in 2 of 3 cells, first at [1]: the loss changes by 1 per ...
    """
    given = real_array(gradient, "gradient").astype(np.float64)
    step = _number(step, "step", "above 0")
    rtol, atol = _number(rtol, "rtol"), _number(atol, "atol")
    x, grad_output, output = _start(function, x, grad_output)
    if given.shape != x.shape:
        hint = "; it looks transposed" if given.shape == x.shape[::-1] else ""
        raise ValueError(f"gradient must have the shape of x, {x.shape}; got {given.shape}{hint}")

    wrong, kinks, largest = [], [], 0.0
    for cell in np.ndindex(x.shape):
        move = partial(_move, function, x, grad_output, output, cell)
        first = step * max(1.0, abs(x[cell]))
        seen, kinked = move(first), False
        if not seen.agrees(given[cell], rtol, atol) or seen.bends:
            seen, kinked = _look_again(move, seen, first, abs(x[cell]))
        off = abs(given[cell] - seen.central)
        largest = max(largest, off)
        if kinked:
            kinks.append((cell, seen))
        elif not seen.agrees(given[cell], rtol, atol):
            part = off / max(abs(given[cell]), abs(seen.central)) if np.isfinite(off) else np.inf
            wrong.append((part, cell, seen.central))
    if wrong:
        _, cell, central = max(wrong, key=lambda entry: entry[0])
        raise ValueError(
            f"gradient is wrong in {len(wrong)} of {x.size} cells; worst at {list(cell)}: "
            f"got {given[cell]:.6g}, central differences give {central:.6g}"
        )
    if kinks:
        cell, seen = kinks[0]
        raise ValueError(
            f"x is at a tie or a kink in {len(kinks)} of {x.size} cells, first at {list(cell)}: "
            f"the loss changes by {seen.up:.6g} per unit upwards and by {seen.down:.6g} downwards, "
            f"so no gradient is right or wrong there; move x a little"
        )
    return float(largest)


class _Seen(NamedTuple):
    """What moving one cell showed: the slope over both sides, each side's, and their error."""

    central: float
    up: float
    down: float
    error: float

    @property
    def gap(self):
        """How far the slopes of the two sides are apart."""
        return abs(self.up - self.down)

    @property
    def bends(self):
        """Whether they are further apart than a smooth curve at a small step mostly is."""
        return self.gap > 1e-3 * max(abs(self.up), abs(self.down)) + self.error

    def agrees(self, value, rtol, atol):
        """Whether a gradient is as near as it must be."""
        near = rtol * max(abs(value), abs(self.central)) + atol + self.error
        return bool(np.isfinite(value) and abs(value - self.central) <= near)


def _move(function, x, grad_output, output, cell, by):
    """Move one cell both ways, and see what the loss does; `output` is where it was."""
    above, below = x.copy(), x.copy()
    above[cell] += by
    below[cell] -= by
    high, low = _evaluate(function, above), _evaluate(function, below)
    forward, back = above[cell] - x[cell], x[cell] - below[cell]  # what rounding left of the steps
    if not forward or not back:
        return _Seen(np.nan, np.nan, np.nan, np.nan)
    changed = (high != output) | (low != output)
    changed |= not changed.any()  # the step may have been lost in any of them
    with np.errstate(invalid="ignore", over="ignore"):
        rounding = np.where(changed, np.abs(grad_output) * (np.abs(high) + np.abs(low)), 0)
        return _Seen(
            np.sum(grad_output * (high - low)) / (forward + back),
            np.sum(grad_output * (high - output)) / forward,
            np.sum(grad_output * (output - low)) / back,
            4 * EPSILON * np.sum(rounding) / (forward + back),
        )


def _look_again(move, seen, first, size):
    """Move a cell by other steps: return what to trust most, and whether the cell is at a kink."""
    finer, by = [seen], first
    while len(finer) < 10 and finer[-1].error <= max(abs(finer[-1].central), finer[-1].gap):
        by /= FACTOR
        finer.append(move(by))
    gaps = [each.gap for each in finer if 10 * each.error < seen.gap]
    if len(gaps) > 2 and seen.gap < 2 * min(gaps) and max(gaps) < 2 * seen.gap:
        return seen, True
    coarser, by = [], first * FACTOR
    while by * FACTOR <= size:
        coarser.append(move(by))
        by *= FACTOR
    steps = [each for each in coarser[::-1] + finer if np.isfinite(each.central)]
    apart = [0, *(abs(a.central - b.central) for a, b in pairwise(steps)), 0]
    around = zip(steps, pairwise(apart), strict=True)
    errors = [each.error + each.gap + max(near) for each, near in around]
    best = int(np.argmin(errors))
    return steps[best]._replace(error=errors[best]), False


def _start(function, x, grad_output):
    """Check what came; return x, the gradient that arrives, and the output it belongs to."""
    if not callable(function):
        raise TypeError(f"function must be callable; got {type(function).__name__}")
    x = _finite(x, "x")
    output = _evaluate(function, x)
    arriving = np.ones(output.shape) if grad_output is None else grad_output
    grad_output = _finite(arriving, "grad_output")
    if grad_output.shape != output.shape:
        raise ValueError(
            f"grad_output must have the output's shape {output.shape}; got {grad_output.shape}"
        )
    return x, grad_output, output


def _number(value, name, wanted="of at least 0"):
    """Take a finite number of at least 0, or above 0."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not 0 <= value < np.inf or (value == 0 and wanted == "above 0"):
        raise ValueError(f"{name} must be a finite number {wanted}; got {value!r}")
    return float(value)


def _finite(value, name):
    """Return a float64 copy of an array of finite numbers, or say which cell is none."""
    array = real_array(value, name).astype(np.float64)
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        cell = tuple(map(int, bad[0]))
        raise ValueError(f"{name} must be finite; at {list(cell)} it is {array[cell]}")
    return array


def _evaluate(function, x):
    """Call the function on a copy and return its output, which must be float64."""
    output = np.asarray(function(x.copy()))
    if output.dtype != np.float64:
        raise TypeError(
            f"function must give float64, whose digits the differences need; got {output.dtype}"
        )
    return output.copy()
