"""What Python's and NumPy's exceptions mean, where a beginner cannot read it from their words."""

import re
from typing import NamedTuple


class Explanation(NamedTuple):
    """A kind of exception: its type, what its words match, and what lies behind it."""

    name: str
    error: type | tuple
    words: str
    message: str


_EXPLANATIONS = (
    Explanation(
        "does not fit into the type",
        TypeError,
        r"Cannot cast ufunc '\w+' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "NumPy refused to write numbers of type `{0}` into an array of type `{1}`, which cannot "
        "hold all of them. `+=` and its like keep the type of the array on their left; an "
        "array of floats is needed there.",
    ),
    Explanation(
        "does not fit into the type",
        OverflowError,
        r"Python integer (-?\d+) out of bounds for (\w+)",
        "The number {0} does not fit into the type `{1}`. A byte, `uint8`, holds 0 to 255. Compute "
        "in floats.",
    ),
    Explanation(
        "a float for a count",
        (TypeError, IndexError),
        r"'float' object cannot be interpreted as an integer|`pad_width` must be of integral type"
        r"|only integers, slices",
        "A count of cells, or a place, must be an integer, and this is none. `/` always gives a "
        "float, even 4 / 2; between integers, `//` gives an integer.",
    ),
    Explanation(
        "no integer in a slice",
        TypeError,
        r"slice indices must be integers",
        "Both ends of a slice must be integers, and one of these is none. A shape is a pair of "
        "integers: take out the one that is meant. And `/` always gives a float; `//` does not.",
    ),
    Explanation(
        "a pair for a number",
        TypeError,
        r"unsupported operand type\(s\) for \S+ '\w+' and 'tuple'"
        r"|unsupported operand type\(s\) for \S+ 'tuple' and '\w+'"
        r"|can only concatenate tuple|'tuple' object cannot be interpreted as an integer",
        "A pair was taken for a number. A shape such as (2, 3) holds two: first the rows, then the "
        "columns. Take out the one that is meant.",
    ),
    Explanation(
        "the shape of a shape",
        AttributeError,
        r"'tuple' object has no attribute 'shape'",
        "A shape has no shape. It is a pair already: first the rows, then the columns.",
    ),
    Explanation(
        "a value for a count",
        TypeError,
        r"only int indices permitted",
        "`np.unravel_index` turns a count of cells into a place. It did not get a count: "
        "`np.argmax` gives one, `np.max` gives a value.",
    ),
    Explanation(
        "an array for a number",
        (TypeError, ValueError),
        r"truth value of an array with more|only .* arrays can be converted to Python scalars"
        r"|doesn't define __round__ method",
        "A whole array stands where Python wants one number: `if`, `int`, `round`, `min` and `max` "
        "take no arrays. NumPy has functions that treat every entry at once.",
    ),
    Explanation(
        "an array for an entry",
        ValueError,
        r"setting an array element with a sequence",
        "An entry of an array holds one number, and here it was given several. Is there a sum to "
        "be taken first?",
    ),
    Explanation(
        "two sizes for a shape",
        TypeError,
        r"Cannot interpret '\d+' as a data type",
        "NumPy takes a shape as one pair, in brackets of its own: `np.zeros((2, 3))`. What comes "
        "second is the type.",
    ),
    Explanation(
        "round brackets",
        TypeError,
        r"'numpy.ndarray' object is not callable",
        "Round brackets call a function. Entries of an array are taken with square ones, "
        "`array[row, column]`.",
    ),
    Explanation(
        "another name for the mode",
        ValueError,
        r"mode '(\w+)' is not supported",
        "`np.pad` has no mode of the name `{0}`. Its own names for the borders are in "
        "`help(np.pad)`.",
    ),
    Explanation(
        "one past the end",
        IndexError,
        r"index (\d+) is out of bounds for axis \d with size \1$",
        "The index is one past the end. Rows and columns are counted from 0, so the last of {0} "
        "has a number that is smaller by one. The loop, or the size that it goes by, does not fit.",
    ),
    Explanation(
        "shapes that do not fit",
        ValueError,
        r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))"
        r"|non-broadcastable output operand with shape (\(.*?\)) doesn't .* shape (\(.*?\))",
        "Two arrays do not fit: one has the shape {0}, the other {1}. Entry by entry, both need "
        "the same shape.",
    ),
)


def explain(error):
    """Explain an exception that often puzzles.

    Parameters
    ----------
    error : BaseException
        What a student's function raised.

    Returns
    -------
    Explanation or None
        With the types and numbers of this exception in its message; None for those that speak
        for themselves.

    Examples
    --------
    >>> explain(TypeError("'float' object cannot be interpreted as an integer")).name
    'a float for a count'
    >>> explain(ZeroDivisionError("division by zero")) is None
    True
    """
    for explanation in _EXPLANATIONS:
        if isinstance(error, explanation.error):
            found = re.search(explanation.words, _words(error))
            if found:
                groups = [group for group in found.groups() if group is not None]
                message = explanation.message.format(*groups)
                return explanation._replace(message=message)
    return None


def _words(error):
    try:
        return str(error)
    except Exception:
        return ""
