"""What came in, checked: the argument's name, what it was, and what would do."""

import inspect
import operator
from difflib import get_close_matches
from functools import wraps

import numpy as np

# What one, two and three spatial axes are called: length; height, width; time, height, width.
SPATIAL_AXES = {1: "L", 2: "H, W", 3: "T, H, W"}
KERNEL_AXES = {1: "K", 2: "K_h, K_w", 3: "K_t, K_h, K_w"}

LARGEST = 2**31  # cells; more than a map has along an axis, and yet products fit 64 bits


def on_1_2_and_3_axes(function, name):
    """Make three functions of one, for 1, 2 and 3 spatial axes: one body, one docstring.

    The function takes `axes` by name. The three, called `name` with the number in it, do not.
    """
    return tuple(_on_axes(function, name.format(axes), axes) for axes in (1, 2, 3))


def _on_axes(function, name, axes):
    """Make one of the three."""
    whole = inspect.signature(function)
    shown = whole.replace(parameters=[p for p in whole.parameters.values() if p.name != "axes"])

    @wraps(function)
    def call(*arguments, **options):
        try:
            shown.bind(*arguments, **options)
        except TypeError as error:  # Python's own would name the function below
            raise TypeError(f"{call.__name__}: {error}; it takes {shown}") from None
        return function(*arguments, **options, axes=axes)

    call.__signature__, call.__name__, call.__qualname__ = shown, name, name
    return call


def per_axis(value, name, *, axes, minimum=1):
    """Turn an int, or one int per axis, into a tuple with one per axis.

    Each must be at least `minimum` and at most `LARGEST`.
    """
    if not is_sequence(value):
        value = [value] * axes
    if len(value) != axes:
        raise ValueError(f"{name} needs an int or one per axis ({axes}); got {value!r}")
    return tuple(as_integer(entry, name, minimum=minimum, maximum=LARGEST) for entry in value)


def as_integer(value, name, *, minimum, maximum=None):
    """Take an integer of any kind, and nothing else; booleans, and floats such as 2.0, are none."""
    wanted = f"{name} must be an integer of at least {minimum}"
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{wanted}; got {value!r} ({type(value).__name__})")
    if number < minimum:
        raise ValueError(f"{wanted}; got {number}")
    if maximum is not None and number > maximum:
        raise ValueError(f"{name} must be an integer of at most {maximum}; got {number}")
    return number


def as_flag(value, name):
    """Take True or False, and nothing else."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {value!r} ({type(value).__name__})")
    return bool(value)


def as_shape(value, name, *, axes=None, minimum=1):
    """Take a shape: a sequence of `axes` integers, by default of any number.

    Examples
    --------
    >>> as_shape([4, 5], "image_shape")
    (4, 5)
    """
    if not is_sequence(value) or (isinstance(value, np.ndarray) and value.ndim > 1):
        hint = f"; pass its shape, {value.shape}" if isinstance(value, np.ndarray) else ""
        raise TypeError(
            f"{name} must be a tuple of integers, one per axis; got {type(value).__name__}{hint}"
        )
    if axes is not None and len(value) != axes:
        raise ValueError(f"{name} needs one integer per axis ({axes}); got {value!r}")
    return tuple(as_integer(cells, name, minimum=minimum) for cells in value)


def real_array(value, name):
    """Take an array of integers, floats or booleans of any shape, without copying it."""
    if isinstance(value, str):
        hint = f"; read a picture with cnnlab.images.load({value!r})" if name == "image" else ""
        raise TypeError(f"{name} must be an array of numbers; got the string {value!r}{hint}")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array; its rows differ in length") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must hold real numbers (integers, floats or booleans); "
            f"got {type(value).__name__} with dtype {array.dtype}"
        )
    return array


def array_with_axes(value, name, letters, *, may_be_empty=True):
    """Take an array of real numbers with as many axes as there are letters: ``"N, C, H, W"``."""
    array = real_array(value, name)
    axes = letters.count(",") + 1
    if array.ndim != axes:
        counted = "1 axis" if array.ndim == 1 else f"{array.ndim} axes"
        one = letters.startswith("N,") and array.ndim == axes - 1
        advice = f"; a batch of one is {name}[None]" if one else ""
        raise ValueError(
            f"{name} must have {axes} axes ({letters}); got {counted}, shape {array.shape}{advice}"
        )
    if not (array.size or may_be_empty):
        raise ValueError(f"no axis of {name} ({letters}) may be empty; got shape {array.shape}")
    return array


def batch_of_maps(value, name, *, axes=None, channels="C"):
    """Take an array (N, C, *size) with `axes` spatial axes, by default 1 to 3; only N may be 0.

    Examples
    --------
    >>> batch_of_maps([[[1, 2, 3]]], "x", axes=1).shape
    (1, 1, 3)
    """
    array = real_array(value, name)
    if axes is None and not 3 <= array.ndim <= 5:
        raise ValueError(
            f"{name} must have 3 to 5 axes, (N, C, L) to (N, C, T, H, W); got shape {array.shape}"
        )
    letters = f"N, {channels}, {SPATIAL_AXES[axes or array.ndim - 2]}"
    array = array_with_axes(array, name, letters)
    if 0 in array.shape[1:]:
        raise ValueError(
            f"no axis of {name} ({letters}) but the batch may be empty; got shape {array.shape}"
        )
    return array


def as_gradient(value, shape, of, *, channels="C"):
    """Take a gradient with respect to an output, of the output's shape (N, C, *size)."""
    gradient = batch_of_maps(value, "grad_output", axes=len(shape) - 2, channels=channels)
    if gradient.shape != shape:
        raise ValueError(f"grad_output must have the shape of {of}, {shape}; got {gradient.shape}")
    return gradient


def working_dtype(*arrays):
    """Choose the type to compute in: the widest float type, at least float32; float64 without any.

    Examples
    --------
    >>> working_dtype(np.zeros(3, np.uint8)), working_dtype(np.zeros(3, np.float16))
    (dtype('float64'), dtype('float32'))
    """
    floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
    return np.result_type(np.float32, *floats) if floats else np.dtype(np.float64)


def as_floats(*arrays):
    """Bring arrays to the type to compute in; those that have it are not copied."""
    dtype = working_dtype(*arrays)
    return [array.astype(dtype, copy=False) for array in arrays]


def divisors(number):
    """List what a number of channels can be divided into, for a message: ``1, 2, 4``."""
    return ", ".join(str(n) for n in range(1, number + 1) if number % n == 0)


def listed(words):
    """Quote words for a message: ``'a', 'b', 'c'``."""
    return ", ".join(repr(word) for word in words)


def nearest(word, words):
    """Suggest the word that was meant, if one is near.

    Examples
    --------
    >>> nearest("sobelx", ["sobel_x", "laplacian"])
    "; did you mean 'sobel_x'?"
    """
    found = get_close_matches(str(word).lower(), words, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def is_sequence(value):
    """Tell a tuple, a list or an array with axes from a single value; a string is one value."""
    return isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim > 0)
