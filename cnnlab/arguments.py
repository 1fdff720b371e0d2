"""What came in, checked: the argument's name, what it was, and what would do."""

import operator
from difflib import get_close_matches

import numpy as np

# What one, two and three spatial axes are called: length; height, width; time, height, width.
SPATIAL_AXES = {1: "L", 2: "H, W", 3: "T, H, W"}

LARGEST = 2**31  # cells; more than a map has along an axis, and yet products fit 64 bits


def per_axis(value, name, *, axes, minimum=1):
    """Turn an int, or one int per axis, into a tuple with one per axis.

    Parameters
    ----------
    value : int or sequence of int
        Each at least `minimum`, and at most `LARGEST`.
    name : str
        The argument's name, for the messages.
    axes : int
        How many axes there are.
    minimum : int, default 1
        The least value that will do.

    Returns
    -------
    tuple of int
        One per axis.

    Raises
    ------
    TypeError
        If an entry is not an integer.
    ValueError
        If an entry is below `minimum` or above `LARGEST`, or the sequence of another length.

    Examples
    --------
    >>> per_axis(2, "stride", axes=2)
    (2, 2)
    """
    if not is_sequence(value):
        value = [value] * axes
    if len(value) != axes:
        raise ValueError(f"{name} needs an int or one per axis ({axes}); got {value!r}")
    return tuple(as_integer(entry, name, minimum=minimum, maximum=LARGEST) for entry in value)


def as_integer(value, name, *, minimum, maximum=None):
    """Take an integer of any kind, and nothing else.

    Parameters
    ----------
    value : int or NumPy integer
        What came.
    name : str
        The argument's name, for the messages.
    minimum : int
        The least value that will do.
    maximum : int, optional
        The largest value that will do.

    Returns
    -------
    int
        The same number, as Python's own type.

    Raises
    ------
    TypeError
        If `value` is not an integer; booleans, and floats such as 2.0, are none.
    ValueError
        If it is below `minimum` or above `maximum`.
    """
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


def as_shape(value, name, *, axes=None, minimum=1):
    """Take a shape: a sequence of integers, one per axis.

    Parameters
    ----------
    value : sequence of int
        What came.
    name : str
        The argument's name, for the messages.
    axes : int, optional
        How many there must be; by default any number.
    minimum : int, default 1
        The least value that will do.

    Returns
    -------
    tuple of int
        One per axis.

    Raises
    ------
    TypeError
        If it is not a sequence, or an entry is not an integer.
    ValueError
        If an entry is below `minimum`, or there are more or fewer than `axes`.

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


def output_padding_per_axis(value, stride, dilation):
    """Take the output padding of a transposed layer.

    Parameters
    ----------
    value : int or sequence of int
        What came.
    stride, dilation : tuple of int
        One per axis, as `per_axis` gives them.

    Returns
    -------
    tuple of int
        One per axis.

    Raises
    ------
    TypeError
        If an entry is not an integer.
    ValueError
        If an entry is negative, or neither below the stride nor below the dilation.

    Examples
    --------
    >>> output_padding_per_axis((1, 0), (2, 2), (1, 1))
    (1, 0)
    """
    extra = per_axis(value, "output_padding", axes=len(stride), minimum=0)
    for cells, step, gap in zip(extra, stride, dilation, strict=True):
        if cells >= max(step, gap):
            raise ValueError(
                f"output_padding must be less than the stride or the dilation, at most "
                f"{max(step, gap) - 1} for stride {step} and dilation {gap}; got {cells}"
            )
    return extra


def real_array(value, name):
    """Take an array of real numbers of any shape.

    Parameters
    ----------
    value : array_like
        What came.
    name : str
        The argument's name, for the messages.

    Returns
    -------
    ndarray
        `value` itself if it is an array already.

    Raises
    ------
    TypeError
        If it holds anything but integers, floats or booleans.
    ValueError
        If it is a list whose rows differ in length.
    """
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
    """Take an array of real numbers with a certain number of axes.

    Parameters
    ----------
    value : array_like
        What came.
    name : str
        The argument's name, for the messages.
    letters : str
        What the axes are called, with commas between: ``"N, C, H, W"``.
    may_be_empty : bool, default True
        Whether an array without cells will do.

    Returns
    -------
    ndarray
        `value` itself if it is an array already.

    Raises
    ------
    TypeError
        If it holds anything but integers, floats or booleans.
    ValueError
        If it has another number of axes, or no cells where it needs some.
    """
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


def batch_of_maps(value, name, *, axes, channels="C"):
    """Take an array of real numbers with a batch axis, a channel axis and spatial axes.

    Parameters
    ----------
    value : array_like of shape (N, C, *size)
        What came. The batch may be empty; no other axis may.
    name : str
        The argument's name, for the messages.
    axes : int
        How many spatial axes there must be: 1, 2 or 3.
    channels : str, default "C"
        What the channel axis is called in the messages.

    Returns
    -------
    ndarray
        `value` itself if it is an array already.

    Raises
    ------
    TypeError
        If it holds anything but integers, floats or booleans.
    ValueError
        If it has another number of axes, or if an axis other than the first is empty.

    Examples
    --------
    >>> batch_of_maps([[[1, 2, 3]]], "x", axes=1).shape
    (1, 1, 3)
    """
    letters = f"N, {channels}, {SPATIAL_AXES[axes]}"
    array = array_with_axes(value, name, letters)
    if 0 in array.shape[1:]:
        raise ValueError(
            f"no axis of {name} ({letters}) but the batch may be empty; got shape {array.shape}"
        )
    return array


def working_dtype(*arrays):
    """Choose the type to compute in: integers never decide it beside a float.

    Parameters
    ----------
    *arrays : ndarray
        Real numbers.

    Returns
    -------
    dtype
        The widest float type among the arrays, at least float32; float64 if there is none.

    Examples
    --------
    >>> import numpy as np
    >>> working_dtype(np.zeros(3, np.uint8))
    dtype('float64')
    >>> working_dtype(np.zeros(3, np.uint8), np.zeros(3, np.float32))
    dtype('float32')
    """
    floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
    return np.result_type(np.float32, *floats) if floats else np.dtype(np.float64)


def listed(words):
    """Quote words for a message: ``'a', 'b', 'c'``.

    Parameters
    ----------
    words : iterable of str
        What to list.

    Returns
    -------
    str
        The words, quoted, with commas between.
    """
    return ", ".join(repr(word) for word in words)


def nearest(word, words):
    """Suggest the word that was meant, if one is near.

    Parameters
    ----------
    word : str
        What came.
    words : iterable of str
        What would do.

    Returns
    -------
    str
        ``"; did you mean …?"``, or nothing.

    Examples
    --------
    >>> nearest("sobelx", ["sobel_x", "laplacian"])
    "; did you mean 'sobel_x'?"
    """
    found = get_close_matches(str(word).lower(), words, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def is_sequence(value):
    """Tell a tuple, a list or an array with axes from a single value.

    Parameters
    ----------
    value : object
        What came.

    Returns
    -------
    bool
        Whether it has entries of its own; a string has none here.
    """
    return isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim > 0)
