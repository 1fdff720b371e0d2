"""Losses: each takes the scores of a batch and its labels, and returns (loss, gradient).

The loss is the mean over the examples, a number; the gradient is that with respect to the scores,
and has their shape (N, K).
"""

import numpy as np

from cnnlab import _arguments as given


def softmax(scores):
    """Turn scores (N, K) into probabilities: exp(s) divided by its sum over each row.

    Examples
    --------
    >>> softmax(np.log([[1.0, 2.0, 5.0]])).round(3)
    array([[0.125, 0.25 , 0.625]])
    """
    scores = _scores(scores)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    """Take minus the logarithm of the probability that softmax gives the right class.

    Parameters
    ----------
    scores : array_like of shape (N, K)
        Any numbers; softmax is inside.
    labels : array_like of int, of shape (N,)
        The right class of each example, from 0 to K − 1.

    Returns
    -------
    loss : float
        The mean over the batch, in nats.
    gradient : ndarray of shape (N, K)
        (softmax − one-hot) / N.

    Examples
    --------
    >>> loss, gradient = cross_entropy(np.log([[1.0, 3.0]]), [0])
    >>> round(loss, 4), gradient.round(2)
    (1.3863, array([[-0.75,  0.75]]))
    """
    scores = _scores(scores)
    labels = check_labels(labels, scores)
    rows = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    loss = (log_sum - shifted[rows, labels]).mean()
    gradient = softmax(scores)
    gradient[rows, labels] -= 1
    return float(loss), gradient / np.asarray(len(labels), scores.dtype)


def squared_error(scores, targets):
    """Take half the squared distance to the targets.

    Parameters
    ----------
    scores : array_like of shape (N, …)
        What the network gives.
    targets : array_like
        The right class of each example, whose target is 1 and 0 elsewhere; or numbers in the shape
        of `scores`.

    Returns
    -------
    loss : float
        ½ ∑ (score − target)², the mean over the batch.
    gradient : ndarray
        (score − target) / N.

    Examples
    --------
    >>> loss, gradient = squared_error(np.array([[0.0, 2.0]]), [1])
    >>> loss, gradient
    (0.5, array([[0., 1.]]))
    """
    scores, targets = _scores(scores), given.real_array(targets, "targets")
    if targets.shape != scores.shape:
        targets = np.eye(scores.shape[-1], dtype=scores.dtype)[check_labels(targets, scores)]
    away = scores - targets.astype(scores.dtype, copy=False)
    count = np.asarray(len(scores), scores.dtype)
    return float(0.5 * np.square(away).sum() / count), away / count


def hinge(scores, labels, *, margin=1.0):
    """Let every wrong class stay a margin below the right one: the loss of an SVM.

    Parameters
    ----------
    scores, labels
        As in `cross_entropy`.
    margin : float, default 1
        How far below.

    Returns
    -------
    loss : float
        ∑ max(0, s_j − s_y + margin) over the wrong classes j, the mean over the batch (Weston &
        Watkins 1999).
    gradient : ndarray of shape (N, K)
        1 / N for each class within the margin, and minus their number over N for the right one.

    Examples
    --------
    >>> loss, gradient = hinge(np.array([[3.0, 2.5, 0.0]]), [0])
    >>> loss, gradient
    (0.5, array([[-1.,  1.,  0.]]))
    """
    scores = _scores(scores)
    labels = check_labels(labels, scores)
    rows = np.arange(len(labels))
    over = scores - scores[rows, labels][:, None] + margin
    over[rows, labels] = 0
    gradient = (over > 0).astype(scores.dtype)
    gradient[rows, labels] = -gradient.sum(axis=1)
    count = np.asarray(len(labels), scores.dtype)
    return float(np.maximum(over, 0).sum() / count), gradient / count


def logistic(scores, labels):
    """Ask of each class by itself whether it is there: a sigmoid and its cross-entropy a score.

    Parameters
    ----------
    scores, labels
        As in `cross_entropy`; the labels may also be numbers from 0 to 1 in the shape of `scores`.

    Returns
    -------
    loss : float
        ∑ log(1 + exp(s)) − t s over the classes, the mean over the batch.
    gradient : ndarray of shape (N, K)
        (sigmoid − t) / N.

    Examples
    --------
    >>> loss, gradient = logistic(np.log([[1.0, 3.0]]), [1])
    >>> round(loss, 4), gradient.round(2)
    (0.9808, array([[ 0.5 , -0.25]]))
    """
    scores, targets = _scores(scores), given.real_array(labels, "labels")
    if targets.shape != scores.shape:
        targets = np.eye(scores.shape[-1], dtype=scores.dtype)[check_labels(targets, scores)]
    targets = targets.astype(scores.dtype, copy=False)
    count = np.asarray(len(scores), scores.dtype)
    loss = (np.logaddexp(0, scores) - targets * scores).sum() / count
    return float(loss), (0.5 + 0.5 * np.tanh(0.5 * scores) - targets) / count


def _scores(scores):
    """Take real numbers as floats: with whole ones, targets would be cut off and bytes run over."""
    (scores,) = given.as_floats(given.real_array(scores, "scores"))
    return scores


def check_labels(labels, scores):
    """Take one class from 0 to K − 1 for each row of scores (N, K)."""
    labels = np.asarray(labels)
    if scores.ndim != 2:
        raise ValueError(f"scores must have shape (N, K); got {scores.shape}; add Flatten()")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers; got dtype {labels.dtype}")
    if labels.shape != scores.shape[:1]:
        raise ValueError(
            f"labels must have one class for each of {len(scores)} rows of scores; "
            f"got shape {labels.shape}"
        )
    check_range(labels, scores.shape[1])
    return labels


def check_range(labels, classes):
    """Refuse a label that has no score."""
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(wrong):
        raise ValueError(
            f"labels must be from 0 to {classes - 1}, as there are {classes} scores; "
            f"number {wrong[0]} is {labels[wrong[0]]}, and {len(wrong)} in all are out of range"
        )


__all__ = ["cross_entropy", "squared_error", "hinge", "logistic", "softmax"]
