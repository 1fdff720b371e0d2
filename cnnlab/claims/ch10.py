"""Chapter 10's claims."""

from cnnlab import nn
from cnnlab.claims.record import AMBIGUOUS, OK, ROSEBROCK, claim

_RUNS = (
    "the experiment `normalisation`: LeNet-5, 4,000 digits, 189 steps, ten seeds, without batch "
    "normalisation, and with it before or after each convolution's ReLU"
)
_NONE, _BEFORE, _AFTER = "none", "batch norm before", "batch norm after"


def _best(found, name):
    """Return the row of the rate that the validation digits choose."""
    rows = [f"{name}, rate {rate}" for rate in (0.01, 0.03, 0.1, 0.3)]
    return max(rows, key=lambda row: found.mean(row, "validation, %"))


def _gain(found, row, other, measure):
    """Return the mean of the paired differences, other less row, and its standard error."""
    change = found.values(other, measure) - found.values(row, measure)
    return change.mean(), change.std(ddof=1) / len(change) ** 0.5


def _better(found, row, other, measure):
    mean, error = _gain(found, row, other, measure)
    return bool(mean > 2 * error)


@claim(
    "R-11.2.6-order-exp",
    ROSEBROCK,
    "section 11.2.6, on the place of batch normalisation",
    AMBIGUOUS,
    section="three-sentences-tried",
    inputs=_RUNS,
    stated="after the activation: more accurate, with a smaller loss, in nearly all cases",
    gives={
        "more accurate by more than two errors, each at its best rate": False,
        "at a rate of 0.1": False,
        "at a rate of 0.3": False,
        "more accurate by a point or more, each at its best rate": False,
        "smaller loss while learning, by more than two errors": True,
    },
)
def place_of_batch_normalisation():
    """After the activation it is more accurate in nearly all cases, and the loss is smaller.

    After three epochs ten pairs showed no difference in accuracy, neither at each side's best rate
    nor at three times that rate; at ten times, all networks with *after* guessed. The loss while
    learning was smaller.
    """
    found = nn.results("normalisation")
    before, after = _best(found, _BEFORE), _best(found, _AFTER)
    return [
        _better(found, before, after, "test, %"),
        *(
            _better(found, f"{_BEFORE}, rate {rate}", f"{_AFTER}, rate {rate}", "test, %")
            for rate in (0.1, 0.3)
        ),
        bool(_gain(found, before, after, "test, %")[0] >= 1),
        _better(found, after, before, "loss of the last 63 steps"),
    ]


@claim(
    "R-11.2.6-fewer-epochs",
    ROSEBROCK,
    "section 11.2.6, on the number of epochs",
    OK,
    section="three-sentences-tried",
    inputs=_RUNS,
    stated="fewer epochs",
    gives={
        "before: ahead after one epoch by more than two errors, at 0.01 and 0.03": [True, True],
        "after: the same": [True, True],
        "ahead after three epochs, each at its best rate": [False, False],
    },
)
def fewer_epochs():
    """Batch normalisation needs fewer epochs.

    It was ahead after the first. After three, at each side's best rate, nothing of that was left.
    """
    found = nn.results("normalisation")

    def ahead(name):
        return [
            _better(found, f"{_NONE}, rate {rate}", f"{name}, rate {rate}", "after one epoch, %")
            for rate in (0.01, 0.03)
        ]

    plain = _best(found, _NONE)
    later = [_better(found, plain, _best(found, name), "test, %") for name in (_BEFORE, _AFTER)]
    return [ahead(_BEFORE), ahead(_AFTER), later]


@claim(
    "R-11.2.6-slow",
    ROSEBROCK,
    "section 11.2.6, on the seconds of an epoch",
    AMBIGUOUS,
    section="three-sentences-tried",
    inputs=f"{_RUNS}; processor seconds of the first epoch on one thread of one machine",
    stated="two to three times slower",
    gives={
        "before: slower than without": True,
        "by a factor of two or more": False,
        "after: slower than without": True,
        "the same": False,
    },
)
def slower_epochs():
    """Batch normalisation makes an epoch two to three times slower.

    The factor depends on the network, the program and the machine, so no book can give it. Here it
    was less than two.
    """
    found = nn.results("normalisation")
    plain, before, after = (
        found.mean(f"{name}, rate 0.03", "an epoch, s") for name in (_NONE, _BEFORE, _AFTER)
    )
    return [
        bool(before > plain), bool(before > 2 * plain),
        bool(after > plain), bool(after > 2 * plain),
    ]  # fmt: skip
