"""Check a gradient: move one cell at a time and watch what comes out."""

import numpy as np

from cnnlab.arguments import real_array

# The cube root of float64's precision: larger steps bend, smaller ones drown in rounding.
STEP = np.finfo(np.float64).eps ** (1 / 3)


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
        If `function` cannot be called or does not give float64, or if `x` or `grad_output` does
        not hold real numbers.
    ValueError
        If `x` is not finite, `step` is not above 0, or `grad_output` has another shape than the
        output.

    See Also
    --------
    check_gradient : Compare with a gradient that was derived.

    Notes
    -----
    With the output :math:`Y(X)`, the gradient :math:`G` that arrives and the unit array
    :math:`E_i` that is 1 at cell :math:`i`,

    .. math:: \frac{\partial L}{\partial X_i} \approx \sum_j G_j\,
              \frac{Y_j(X + h E_i) - Y_j(X - h E_i)}{2 h}

    for every cell :math:`i` of `x` and :math:`j` of the output. The error falls as :math:`h^2`,
    while rounding grows as :math:`1 / h`; the default balances the two (Nocedal & Wright 2006,
    section 8.1). The difference is taken before the sum, so outputs that the cell does not reach
    cancel exactly.

    It costs two calls per cell: right for a test, hopeless for training. Where the function has
    a kink within a step, such as a maximum between two equal cells, there is no gradient and the
    number means nothing.

    Examples
    --------
    >>> import numpy as np
    >>> numerical_gradient(lambda x: x**2, [1, 2, 3]).round(6)
    array([2., 4., 6.])
    >>> numerical_gradient(lambda x: x**2, [1, 2, 3], grad_output=[1, 10, 0]).round(6)
    array([ 2., 40.,  0.])
    """
    if not callable(function):
        raise TypeError(f"function must be callable; got {type(function).__name__}")
    if not isinstance(step, (int, float)) or not 0 < step < np.inf:
        raise ValueError(f"step must be a finite number above 0; got {step!r}")
    x = _finite(x, "x")
    output = _evaluate(function, x)
    if grad_output is None:
        grad_output = np.ones(output.shape)
    grad_output = _finite(grad_output, "grad_output")
    if grad_output.shape != output.shape:
        raise ValueError(
            f"grad_output must have the output's shape {output.shape}; got {grad_output.shape}"
        )
    gradient = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[cell] += step * max(1.0, abs(x[cell]))
        below[cell] -= step * max(1.0, abs(x[cell]))
        moved = above[cell] - below[cell]  # what rounding left of the two steps
        change = _evaluate(function, above) - _evaluate(function, below)
        gradient[cell] = np.sum(grad_output * change) / moved
    return gradient


def check_gradient(function, x, gradient, grad_output=None, *, rtol=1e-6, atol=1e-9, step=STEP):
    r"""Compare a gradient with central differences, cell by cell.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `x` in float64, gives a number or an array in float64.
    x : array_like
        Where to differentiate. Finite real numbers of any shape. Never modified.
    gradient : array_like of the shape of `x`
        What was derived: the gradient of the loss with respect to `x`.
    grad_output : array_like, optional
        The gradient of the loss with respect to the output. Without it the loss is the sum of
        the output.
    rtol : float, default 1e-6
        How far a cell may be off, as a part of the largest cell of the gradient.
    atol : float, default 1e-9
        How far a cell may be off beside that. It is what an all-zero gradient is held to.
    step : float, default 6.06e-6
        How far a cell moves each way, as in `numerical_gradient`.

    Returns
    -------
    float
        The largest difference found, in the units of `gradient`.

    Raises
    ------
    TypeError
        If `function` cannot be called or does not give float64, or if an array does not hold real
        numbers.
    ValueError
        If `gradient` has another shape than `x`, or is wrong: the message names the worst cell,
        what stands there, and what central differences give. Also as in `numerical_gradient`.

    See Also
    --------
    numerical_gradient : The central differences on their own.

    Notes
    -----
    A cell :math:`i` passes if

    .. math:: |G_i - N_i| \le \text{atol} + \text{rtol} \cdot \max_j |N_j|

    where :math:`G` is `gradient`, :math:`N` the numerical gradient and :math:`j` runs over all
    cells. A NaN or an infinity never passes. Random values of `x` and of `grad_output` show most:
    with a `grad_output` of ones, a gradient that shuffles its cells may look right.

    Examples
    --------
    >>> check_gradient(lambda x: x**2, [1, 2, 3], [2, 4, 6]) < 1e-8
    True
    >>> check_gradient(lambda x: x**2, [1, 2, 3], [2, 4, 3])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: gradient is wrong in 1 of 3 cells; worst at [2]: got 3, central differences give 6
    """
    x = _finite(x, "x")
    given = real_array(gradient, "gradient").astype(np.float64)
    if given.shape != x.shape:
        hint = "; it looks transposed" if given.shape == x.shape[::-1] else ""
        raise ValueError(f"gradient must have the shape of x, {x.shape}; got {given.shape}{hint}")
    numerical = numerical_gradient(function, x, grad_output, step=step)
    if not x.size:
        return 0.0
    off = np.where(np.isfinite(given), np.abs(given - numerical), np.inf)
    wrong = ~(off <= atol + rtol * np.abs(numerical).max())
    if wrong.any():
        worst = np.unravel_index(np.argmax(np.where(wrong, off, -1)), x.shape)
        raise ValueError(
            f"gradient is wrong in {np.count_nonzero(wrong)} of {x.size} cells; worst at "
            f"{list(map(int, worst))}: got {given[worst]:.6g}, "
            f"central differences give {numerical[worst]:.6g}"
        )
    return float(off.max())


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
