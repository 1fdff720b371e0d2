"""Checks for the book's exercises, and its quizzes.

A check takes what a student wrote and returns a report, which a notebook shows as a small box. It
never raises for a wrong answer, so a notebook runs from top to bottom.

Examples
--------
>>> from cnnlab.exercises import check
>>> def window_sum(window, kernel):
...     return ...
>>> check("E1.1", window_sum)
○ E1.1: not attempted yet.
Replace the `...` in `window_sum`, run the cell, then run this one again.
"""

__all__ = ["check", "quiz"]


def check(number, answer):
    """Check an answer to an exercise.

    Parameters
    ----------
    number : str
        Which exercise, as in ``"E1.3"``.
    answer : callable or array_like
        What the exercise asks for: the function itself, or an array.

    Returns
    -------
    Report
        What came of it: whether it passed (``.passed``), or which mistake it is and the smallest
        case that shows it.

    Raises
    ------
    ValueError
        If there is no such exercise; the message says which there are.

    Notes
    -----
    All calls together have 10 seconds of computing, and 30 by the clock. What takes longer is
    stopped. A loop inside compiled code, such as one call of NumPy's on a huge array, can't be
    stopped from Python: wait, or restart the kernel.

    Where all is right, the smallest cases are tried once more, with arrays that lie otherwise in
    memory, as those of ``a.T`` or ``a[:, ::2]`` do.

    A test changes nothing that later cells see. Settings, the state of random generators, and what
    the notebook's names stand for are put back, and so are entries of its arrays and lists. What
    stays: files, threads, attributes of classes, and what a module holds that was first imported
    inside the test.

    Examples
    --------
    >>> check("E1.1", lambda window, kernel: (window.astype(float) * kernel).sum()).passed
    True
    >>> print(check("E1.1", lambda window, kernel: window * kernel).mistake)
    products not added
    """
    from cnnlab.exercises._bank import find
    from cnnlab.exercises._checks.judging import judge

    return judge(find(number), answer)


def quiz(chapter):
    """Make a chapter's quiz: five questions, with a reply to every answer.

    Parameters
    ----------
    chapter : int
        As in ``quiz(1)``.

    Returns
    -------
    cnnlab.widgets.Quiz
        It counts what was right at the first try.

    Raises
    ------
    TypeError
        If `chapter` is not an integer.
    ValueError
        If there is no such chapter; the message says which there are.

    Examples
    --------
    >>> quiz(1)
    Quiz('Quiz, chapter 1', 5 questions, answers=[None, None, None, None, None])
    """
    from cnnlab.exercises._bank import load
    from cnnlab.widgets import Quiz

    _, questions = load(chapter)
    return Quiz(questions, title=f"Quiz, chapter {chapter}")
