"""Measure calls side by side: time in turns, memory, and whether they agree."""

import time
import tracemalloc

import numpy as np

LEAST_ROUNDS, MOST_ROUNDS = 3, 100
FAR_BEHIND = 8  # who takes so many times as long as the first call is not waited for again
GEMM_SIZE = 512


def time_in_turns(calls, *, budget):
    """Call each in turn, round after round, for about `budget` seconds.

    Returns the seconds of each round for each call. A busy machine slows all of them alike, so
    the ratios within a round say more than the times. The order is reversed every other round.
    After the first rounds those far behind the first call drop out, to leave the time to the rest.
    """
    seconds = {name: [] for name in calls}
    running, (first, *_) = list(calls), calls
    start = time.perf_counter()
    for turn in range(MOST_ROUNDS):
        for name in running[:: -1 if turn % 2 else 1]:
            seconds[name].append(_seconds(calls[name]))
        if turn + 1 == LEAST_ROUNDS:
            limit = FAR_BEHIND * min(seconds[first])
            running = [name for name in calls if min(seconds[name]) <= limit]
            start = time.perf_counter()
        if turn + 1 >= LEAST_ROUNDS and time.perf_counter() - start > budget:
            break
    return seconds


def _seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ratio(ours, theirs):
    """Return the median of our time divided by theirs, over the rounds that both took part in."""
    rounds = min(len(ours), len(theirs))
    return float(np.median(np.divide(ours[:rounds], theirs[:rounds])))


def gemm(dtype):
    """Return a call that multiplies two square matrices, and the operations it takes."""
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((GEMM_SIZE, GEMM_SIZE)).astype(dtype) for _ in range(2))
    out = np.empty_like(a)
    return lambda: np.matmul(a, b, out=out), 2 * GEMM_SIZE**3


def memory_beyond_result(call):
    """Return the bytes that a call needs at its peak beside what it returns.

    NumPy reports its arrays to tracemalloc; what BLAS keeps for itself is not seen.
    """
    call()
    tracemalloc.start()
    try:
        result = call()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del result
    return max(peak - kept, 0)


def disagreement(ours, theirs):
    """Return the largest difference between two results, relative to the largest cell."""
    off = [0.0]
    for a, b in zip(_arrays(ours), _arrays(theirs), strict=True):
        if a.shape != b.shape:
            return float("inf")
        if a.size:
            scale = float(np.abs(b).max()) or 1.0
            off.append(float(np.abs(a - b).max()) / scale)
    return float(np.max(off))  # a NaN stays


def _arrays(result):
    """Return what came back as a list of float64 arrays, whatever library made it."""
    if isinstance(result, (tuple, list)):
        return [array for part in result for array in _arrays(part)]
    if hasattr(result, "indptr"):  # a sparse matrix: dense, it would fill the memory
        rows = result.sorted_indices()
        return _arrays((rows.indptr, rows.indices, rows.data))
    return [np.asarray(result, dtype=np.float64)]
