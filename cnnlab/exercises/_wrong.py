"""What wrong answers are made of: the right one given something else, or changed afterwards."""

import numpy as np

from cnnlab.exercises._exercise import Made, by_name


def given(change=None, /, **changes):
    """Make the right answer, given something else.

    Parameters
    ----------
    change : callable, optional
        What every array that it is given becomes.
    **changes : callable
        For the name of an argument: what it becomes. The function takes it, and then, by their
        names, what other arguments it asks for: ``given(kernel=lambda kernel, image: …)``.

    Returns
    -------
    Made
        For a table of wrong answers.
    """

    def make(right, names):
        def wrong(*case):
            if change is not None:
                case = [change(a) if isinstance(a, np.ndarray) else a for a in case]
            named = dict(zip(names, case, strict=True))
            changed = {name: by_name(f, named, named[name]) for name, f in changes.items()}
            return right(*(named | changed).values())

        return wrong

    return Made(make)


def then(change, of=None):
    """Make the right answer, changed afterwards.

    Parameters
    ----------
    change : callable
        Takes the result and then, by their names, what arguments it asks for:
        ``then(lambda output, kernel: output / kernel.size)``.
    of : callable, optional
        Whose result is changed; by default the right answer's.

    Returns
    -------
    Made
        For a table of wrong answers.
    """

    def make(right, names):
        start = right if of is None else of
        if not callable(start):
            return change(start)
        return lambda *case: by_name(change, dict(zip(names, case, strict=True)), start(*case))

    return Made(make)


def kept(cells):
    """Make what `given` and `then` want: only these cells are kept, the others become 0."""

    def change(array):
        changed = np.zeros_like(array)
        changed[cells] = array[cells]
        return changed

    return change


def keeping(*cells):
    """Make the right answers, given a kernel of which only some cells are kept."""
    return [given(kernel=kept(some)) for some in cells]


def stored(dtype):
    """Make what `then` wants: the result, stored in an array of whole numbers of this type."""
    return lambda result: np.asarray(result).astype(np.int64).astype(dtype)
