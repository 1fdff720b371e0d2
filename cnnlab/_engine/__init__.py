"""How convolution and pooling run fast. What they are is in `cnnlab.conv` and `cnnlab.pool`."""

from itertools import product


def cut(shape, room, order=None):
    """Cut an array into blocks of at most `room` cells, and list a slice per axis for each.

    A block is whole along the last axes of `order`, so that it is few runs in memory.
    """
    cuts = [None] * len(shape)
    for axis in reversed(order or range(len(shape))):
        cells, step = shape[axis], max(min(int(room), shape[axis]), 1)
        cuts[axis] = [slice(at, min(at + step, cells)) for at in range(0, cells, step)]
        room //= max(cells, 1)
    return product(*cuts)
