"""The maxima of the windows of a block of maps, and where they are: found without a branch.

Windows that start at every second cell make NumPy pick every second number, which is slow. So a
block is copied once, with the even cells of each axis apart from the odd ones: a *phase* for each
remainder of the place by the stride. In the copy the first cells of all windows are neighbours, and
so are their second cells. It holds the padding as well.

Then one axis comes after the other: the maximum over rows and columns is the maximum over the
columns, then over the rows. Beside the numbers so far are their places.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np

MOST_PHASES = 4  # per axis; a copy in more parts costs more than it saves


class _Line(NamedTuple):
    """Where the copy has the cells of the windows, along one axis.

    There are phases of `length` cells each. `copies` has, per phase, which of its cells are on the
    map, and which these are there. Kernel cell ``n`` of the first window is cell ``taps[n][1]`` of
    phase ``taps[n][0]``, that of the next window `step` cells on. There are `count` windows.
    """

    copies: list
    length: int
    taps: list
    step: int
    count: int

    @property
    def reach(self):
        """Return where in its phase the last kernel cell starts."""
        return max(begin for _, begin in self.taps)

    def part(self, begin):
        """Return the cells of a phase that one kernel cell meets, from window to window."""
        return slice(begin, begin + (self.count - 1) * self.step + 1, self.step)


def _line(windows, axis):
    """Lay the copy out along one axis, by phases if that takes few parts and little room."""
    kernel_size, stride = windows.kernel_size[axis], windows.stride[axis]
    count, before = windows.count[axis], windows.padding[axis][0]
    apart = stride if min(stride, kernel_size) <= MOST_PHASES else 1
    places = [divmod(cell * windows.dilation[axis], apart) for cell in range(kernel_size)]
    phases = sorted({phase for _, phase in places})
    step = stride // apart if count > 1 else 1
    length = max(begin for begin, _ in places) + (count - 1) * step + 1
    if len(phases) * length > 2 * kernel_size * count:
        taps = [(cell, 0) for cell in range(kernel_size)]  # a phase for each kernel cell
        return _Line(windows.taps(axis), count, taps, 1, count)
    taps = [(phases.index(phase), begin) for begin, phase in places]
    size = windows.size[axis]
    copies = [_on_map(phase - before, apart, length, size) for phase in phases]
    return _Line(copies, length, taps, step, count)


def _on_map(start, apart, length, size):
    """Return which of the cells from `start` on are on the map, and which these are there."""
    first = max(-(start // apart), 0)
    inside = max(min((size - 1 - start) // apart + 1, length) - first, 0)
    begin = start + first * apart if inside else 0
    return slice(first, first + inside), slice(begin, begin + inside * apart, apart)


class _Step(NamedTuple):
    """One axis: the cells to combine, and room for what comes of them.

    `best` is for the maxima, `found` for their places; `earlier` has the places within each of the
    cells, or is None at first. `lost` and `code` are for work. From one kernel cell to the next are
    `far` cells of the map; `ordered` says that no place within one of them is as far.
    """

    taps: list
    far: int
    ordered: bool
    best: np.ndarray
    earlier: list | None
    found: np.ndarray
    lost: np.ndarray
    code: np.ndarray


class Finder:
    """Finds the maxima in blocks of maps, and their places.

    Parameters
    ----------
    maps, depth : int
        How many maps a block has, and how many numbers each of their cells holds.
    windows : Windows
        The layout. Other blocks may be cut from their maps and padded in another way.
    dtype : dtype
        The type of the maxima.
    """

    def __init__(self, maps, depth, windows, dtype):
        self.maps, self.windows = maps, windows
        self.lines = [_line(windows, axis) for axis in range(len(windows.count))]
        phases = [len(line.copies) for line in self.lines]
        lengths = [line.length for line in self.lines]
        self.cells = np.full((*phases, maps, *lengths, depth), -np.inf, dtype)
        self.steps, self._best, self._places = [], self.cells, None
        for axis in reversed(range(len(self.lines))):
            self._add_step(axis)
        kept = (slice(None), *(slice(count) for count in windows.count))
        self._best = self._best[kept]
        nowhere_else = np.zeros(self._best.shape, np.uint8)
        self._places = nowhere_else if self._places is None else self._places[kept]

    def fits(self, maps, windows):
        """Tell whether the room suffices for so many maps and windows, and for no more."""
        return (self.maps, self.windows.count) == (maps, windows.count)

    def maxima(self, block, windows):
        """Return the maxima of a block, of shape (B, *count, L), until the next is asked for."""
        if windows != self.windows:
            lines = [_line(windows, axis) for axis in range(len(windows.count))]
            if lines != self.lines:
                self.cells.fill(-np.inf)
            self.lines, self.windows = lines, windows
        for chosen in product(*(enumerate(line.copies) for line in self.lines)):
            phase = tuple(number for number, _ in chosen)
            here, there = zip(*(slices for _, slices in chosen), strict=True)
            self.cells[phase][(slice(None), *here)] = block[(slice(None), *there)]
        for step in self.steps:
            np.maximum(step.taps[0], step.taps[1], out=step.best)
            for tap in step.taps[2:]:
                np.maximum(step.best, tap, out=step.best)
        return self._best

    def places(self, block):
        """Find, after the maxima of a block, the first cell of each window that holds its maximum.

        Parameters
        ----------
        block : ndarray of shape (B, *size, L)
            The same block.

        Returns
        -------
        ndarray of shape (B, *count, L), unsigned integers
            How many cells of the map come from the window's first cell to that one; for NaN, to the
            last NaN. A window without cells gets any number.

        Notes
        -----
        After each axis, the windows so far have their maximum and its place. The next place is the
        least of those whose maximum is the largest; the others count as the largest number there
        is. So neither minus infinity nor NaN come out right, and are looked for again.
        """
        for taps, far, ordered, best, earlier, found, lost, code in self.steps:
            far = [found.dtype.type(cell * far) for cell in range(len(taps))]
            if not ordered:
                found.fill(np.iinfo(found.dtype).max)
            elif earlier is None:  # the last place is the greatest: it stands unless another wins
                found.fill(far.pop())
            else:
                np.add(earlier[-1], far.pop(), out=found)
            for cell, offset in enumerate(far):
                if earlier is None:
                    code.fill(offset)
                else:
                    np.add(earlier[cell], offset, out=code)
                np.not_equal(taps[cell], best, out=lost)
                flags, bits = lost.view(np.int8), code.view(f"i{code.itemsize}")
                np.negative(flags, out=flags)
                bits |= flags  # all ones if it lost
                np.minimum(found, code, out=found)
        if not np.isfinite(self._best.min(initial=0)):
            return self._places_again(block)
        return self._places

    def _places_again(self, block):
        """Return the places, with those of minus infinity and of NaN found cell by cell."""
        windows, places = self.windows, self._places.copy()
        nan, lowest = np.isnan(self._best), self._best == -np.inf
        kernel_cells = list(np.ndindex(windows.kernel_size))
        for cell in reversed(kernel_cells):
            targets, _ = windows.tap(cell)
            np.copyto(places[targets], windows.offset(cell), where=lowest[targets])
        for cell in kernel_cells:
            targets, sources = windows.tap(cell)
            held = nan[targets] & np.isnan(block[sources])
            np.copyto(places[targets], windows.offset(cell), where=held)
        return places

    def _add_step(self, axis):
        """Add one axis; what comes of it is what the next axis works on."""
        cells, places = self._best, self._places
        taps = self._taps(cells, axis)
        earlier = None if places is None else self._taps(places, axis)
        if len(taps) == 1:  # nothing to combine
            self._best, self._places = taps[0], earlier and earlier[0]
            return
        fars = [
            math.prod(self.windows.size[each + 1 :]) * gap
            for each, gap in enumerate(self.windows.dilation)
        ]
        within = sum(
            far * (cells - 1)
            for far, cells in zip(
                fars[axis + 1 :], self.windows.kernel_size[axis + 1 :], strict=True
            )
        )
        last_cell = [cells - 1 for cells in self.windows.kernel_size]
        dtype = np.min_scalar_type(self.windows.offset(last_cell) + 1)
        self._best, best = self._room(cells, axis, cells.dtype)
        self._places, found = self._room(cells, axis, dtype)
        lost, code = np.empty(best.shape, bool), np.empty(best.shape, dtype)
        self.steps.append(
            _Step(taps, fars[axis], within < fars[axis], best, earlier, found, lost, code)
        )

    def _taps(self, cells, axis):
        """List, per kernel cell along an axis, what it is in all windows."""
        line, found = self.lines[axis], []
        for phase, begin in line.taps:
            picked = cells[(slice(None),) * axis + (phase,)]
            if self._in_one_run(axis):
                rows = picked.reshape(*picked.shape[:axis], -1)
                depth = picked.shape[-1]
                found.append(
                    rows[..., begin * depth : rows.shape[-1] - (line.reach - begin) * depth]
                )
            else:
                found.append(picked[(slice(None),) * (2 * axis + 1) + (line.part(begin),)])
        return found

    def _room(self, cells, axis, dtype):
        """Return an array for what comes of a step, and the part of it that the step writes."""
        shape = [*cells.shape[:axis], *cells.shape[axis + 1 :]]
        if not self._in_one_run(axis):
            shape[2 * axis + 1] = self.lines[axis].count
            whole = np.zeros(shape, dtype)
            return whole, whole
        whole = np.zeros(shape, dtype)
        rows = whole.reshape(*shape[:axis], -1)
        return whole, rows[..., : rows.shape[-1] - self.lines[axis].reach * shape[-1]]

    def _in_one_run(self, axis):
        """Tell whether to combine the rows of all maps as if they were one long row.

        What crosses from one row to the next is no window's, and comes to lie after the row's
        windows. It is little work if kernel cells are near one another.
        """
        line, last = self.lines[axis], axis == len(self.lines) - 1
        return last and len(line.taps) > 1 and line.step == 1 and line.reach <= line.count
