"""How pooling runs fast. `cnnlab.pool` says what it is, `cnnlab.loops` shows it.

The maximum over a window is that over its rows, then over its columns; so is the sum. Along one
axis, the first cells of all windows are one strided slice of the map, the second cells another, and
one NumPy call combines them. Maps (N, C, *size) keep their memory order. They are taken a block at
a time, which stays in the cache from one call to the next.
"""

import math

import numpy as np

from cnnlab._engine import cut
from cnnlab.shapes import Windows

BLOCK = 2**22  # bytes of maps that are worked on at a time


def maxima(x, windows, *, switches):
    """Take the maximum of each window and, with `switches`, find the first cell that holds it.

    For a NaN that is the last, as in PyTorch, and for a window without cells -1.
    """
    best = _new(x, windows.count)
    found = _new(x, windows.count, np.int64) if switches else None
    first = np.zeros((), np.int64)
    for axis, size in enumerate(windows.size):
        first = np.add.outer(first * size, windows.start(axis))
    for block, rows, part in _blocks(x, windows):
        maps = x[(*block[:2], rows)]
        places = _combine(maps, part, np.maximum, -np.inf, best[block], search=switches)
        if switches and np.isnan(best[block]).any():  # no NaN is equal to itself
            for cell, some, cells in part.meetings():
                away = sum(_far(part, axis, m) for axis, m in enumerate(cell))
                np.copyto(places[(..., *some)], away, where=np.isnan(maps[(..., *cells)]))
        if switches:
            found[block] = places
            found[block] += first[block[2]]
    if switches:
        found[..., windows.cells_per_window() == 0] = -1
    return best, found


def sums(x, windows, prepare=np.asarray):
    """Add up the cells of each window: of x, or of what `prepare` makes of a block of it."""
    total = _new(x, windows.count)
    for block, rows, part in _blocks(x, windows):
        _combine(prepare(x[(*block[:2], rows)]), part, np.add, 0, total[block])
    return total


def shares(values, windows, divisor):
    """Divide each window's number, and add it to all of its cells: the adjoint of `sums`."""
    output, filled = _new(values, windows.size), 0
    for block, rows, part in _blocks(output, windows):
        maps, spread = output[block[:2]], values[block] / divisor[block[2]]
        filled = filled if block[2].start else 0
        maps[:, :, filled : rows.stop if block[2].stop < windows.count[0] else None] = 0
        filled = rows.stop
        for axis in reversed(range(len(windows.count))):
            shared = not axis and part.count != windows.count  # with the blocks before and after
            whole, written = maps[:, :, rows], set(range(part.stride[axis])) if shared else set()
            if axis:
                whole = _new(spread, (*part.count[:axis], *part.size[axis:]))
                whole.fill(0)
            for _, some, cells in part.taps(axis):
                reached, phase = whole[_along(axis, cells)], cells.start % part.stride[axis]
                if phase in written:
                    reached += spread[_along(axis, some)]
                else:  # no cell of these has a number yet
                    reached[...] = spread[_along(axis, some)]
                written.add(phase)
            spread = whole
    return output


def scatter(values, switches, size, *, add):
    """Put or add each value to the cell of a new map that its switch names; -1 names none.

    Where the switches have their batch or channels last in memory, the new map has them so, too.
    """
    last = [axis for axis in (0, 1) if abs(switches.strides[axis]) < abs(switches.strides[-1])]
    order = [axis for axis in range(switches.ndim) if axis not in last] + last
    outer = [switches.shape[axis] for axis in (0, 1) if axis not in last]
    inner = [switches.shape[axis] for axis in last]
    shape = math.prod(outer), math.prod(switches.shape[2:]), math.prod(inner)
    values, switches = (array.transpose(order).reshape(shape) for array in (values, switches))
    cells, depth = math.prod(size), shape[2]
    output = np.empty((shape[0], cells, depth), values.dtype)
    for some, windows in cut(shape[:2], BLOCK // (32 * max(depth, 1))):
        part, numbers = switches[some, windows], values[some, windows]
        least, largest = part.min(initial=0), part.max(initial=0)
        if least < -1 or largest >= cells:
            raise ValueError(
                f"switches must be from 0 to {cells - 1}, the cells of a map, or -1 for none; "
                f"got {least if least < -1 else largest}"
            )
        if not windows.start:
            output[some] = 0
        index = np.add(part, np.arange(len(part))[:, None, None] * cells, dtype=np.int64)
        if depth > 1:
            index = index * depth + np.arange(depth)
        if least < 0:
            index, numbers = index[part >= 0], numbers[part >= 0]
        flat, index, numbers = (a.reshape(-1) for a in (output[some], index, numbers))
        if add:
            np.add.at(flat, index, numbers)
        else:
            flat[index] = numbers
    return output.reshape(*outer, *size, *inner).transpose(np.argsort(order))


def _combine(maps, windows, how, start, output, search=False):
    """Combine the cells of each window, along one axis after the other.

    `start` is what a window without cells gives. With `search` the place of each maximum is
    returned, in cells from the window's first cell.
    """
    places, size, axes = None, list(windows.size), list(range(len(windows.size)))
    if maps.flags.c_contiguous and (row := _as_one_row(maps, windows, how, search)):
        (maps, places), size[-1] = row, windows.count[axes.pop()]
    for axis in axes:
        size[axis] = windows.count[axis]
        best = output if axis == axes[-1] else _new(maps, size)
        taps = sorted(windows.taps(axis), key=lambda tap: tap[1].start - tap[1].stop)
        pairs = [(best[_along(axis, some)], maps[_along(axis, at)]) for _, some, at in taps]
        if len(pairs) > 1 and pairs[1][0].shape == best.shape:
            how(pairs[0][1], pairs[1][1], out=best)
            pairs = pairs[2:]
        else:
            best.fill(start)
        for target, cells in pairs:
            how(target, cells, out=target)
        if search:
            places = _search(maps, places, best, windows, axis)
        maps = best
    return places


def _as_one_row(maps, windows, how, search):
    """Combine along the last axis at every cell, as if all rows were one, and view the windows.

    That is one long run for NumPy. What crosses to the next row is no window's, and is not taken.
    None is returned where much would be in vain, or windows reach into the padding.
    """
    taps, k, gap = windows.taps(-1), windows.kernel_size[-1], windows.dilation[-1]
    inside = len(taps) == k and all(some == slice(0, windows.count[-1]) for _, some, _ in taps)
    if not inside or k == 1 or windows.stride[-1] > 2 or len(windows.count) == 1:
        return None
    row, cells = maps.reshape(1, 1, -1), taps[0][2]
    best, count, places = np.empty_like(row), row.size - gap * (k - 1), None
    along = Windows((row.size,), (k,), (1,), (gap,), ((0, 0),), (count,))
    with np.errstate(invalid="ignore", over="ignore"):
        found = _combine(row, along, how, 0, best[..., :count], search)
    if search:
        places = np.empty(maps.shape, found.dtype)
        places.reshape(-1)[:count] = found.reshape(-1)
        places = places[..., cells]
    return best.reshape(maps.shape)[..., cells], places


def _search(maps, places, best, windows, axis):
    """Find the first maximum along an axis, counted in cells from the window's first cell.

    The first has the least number of those that hold the maximum. The others get all bits set, the
    largest number there is: a flag, negated, has them.
    """
    reach = [_far(windows, each, k - 1) for each, k in enumerate(windows.kernel_size)]
    found = np.empty_like(best, dtype=np.min_scalar_type(sum(reach) + 1))
    found.fill(np.iinfo(found.dtype).max)
    lost, code, taps = np.empty_like(best, np.int8), np.empty_like(found), [*windows.taps(axis)]
    ordered = (places is None or axis == 0) and sum(reach[axis + 1 :]) < _far(windows, axis, 1)
    if ordered and taps and taps[-1][1] == slice(0, windows.count[axis]):
        m, _, cells = taps.pop()  # the last has the largest number, and stays unless one is found
        found.fill(_far(windows, axis, m))
        if places is not None:
            found += places[_along(axis, cells)]
    for m, some, cells in taps:
        some, cells, far = _along(axis, some), _along(axis, cells), _far(windows, axis, m)
        flags, number = lost[some], code[some]
        np.not_equal(maps[cells], best[some], out=flags.view(bool))
        np.negative(flags, out=flags)
        number.fill(far)
        if places is not None:
            number += places[cells]
        bits = number.view(f"i{number.itemsize}")
        np.bitwise_or(bits, flags, out=bits)
        np.minimum(found[some], number, out=found[some])
    return found


def _far(windows, axis, m):
    """Count the cells of the map, row by row, from a window's first cell to the m-th on an axis."""
    return m * windows.dilation[axis] * math.prod(windows.size[axis + 1 :])


def _blocks(maps, windows):
    """Cut windows into blocks: yield an index of theirs, the rows that they meet, and how."""
    shape = len(maps), maps.shape[1], windows.count[0]
    order = sorted(range(3), key=lambda axis: -abs(maps.strides[axis]))
    room = BLOCK * math.prod(shape) / max(maps.nbytes, 1)
    for block in cut(shape, room, order):
        part = windows.part(block[2])
        (before, after), *others = part.padding
        last = (part.count[0] - 1) * part.stride[0] + part.span[0] - before
        rows = slice(*np.clip([-before, last], 0, part.size[0]).tolist())
        size = rows.stop - rows.start, *part.size[1:]
        part = part._replace(size=size, padding=((before + rows.start, after), *others))
        yield block, rows, part


def _new(maps, size, dtype=None):
    """Return empty maps of another size, in the memory order of these."""
    return np.empty_like(maps, dtype=dtype, shape=(*maps.shape[:2], *size))


def _along(axis, part):
    """Return an index of maps (N, C, *size) that takes a slice along one spatial axis."""
    return (slice(None),) * (axis + 2) + (part,)
