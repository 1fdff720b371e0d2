"""Time ``cnnlab.cross_correlate2d`` beside SciPy's two functions for the same thing.

    python benchmarks/correlate.py

The three take turns, so that a busy machine slows all of them alike. A ratio above 1 means that the
peer is faster than cnnlab. Their answers are compared first.
"""

import time

import numpy as np
from scipy import ndimage, signal

import cnnlab

SIZE, KERNELS, ROUNDS = 512, (3, 7, 21), 7


def candidates(image, kernel):
    margin = kernel.shape[0] // 2
    inside = slice(margin, image.shape[0] - margin)
    return {
        "cnnlab": lambda: cnnlab.cross_correlate2d(image, kernel),
        "signal.correlate2d": lambda: signal.correlate2d(image, kernel, mode="valid"),
        "ndimage.correlate": lambda: ndimage.correlate(image, kernel, mode="constant")[
            inside, inside
        ],
    }


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def medians(calls):
    times = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            times[name].append(seconds(call))
    return {name: float(np.median(values)) for name, values in times.items()}


def main():
    rng = np.random.default_rng(0)
    image = rng.standard_normal((SIZE, SIZE))
    print(f"{SIZE}×{SIZE} image, float64, no padding; median of {ROUNDS} interleaved rounds")
    for size in KERNELS:
        calls = candidates(image, rng.standard_normal((size, size)))
        ours = calls["cnnlab"]()
        for call in calls.values():
            np.testing.assert_allclose(call(), ours, atol=1e-9)
        times = medians(calls)
        own = times.pop("cnnlab")
        ratios = "   ".join(f"cnnlab / {name} = {own / t:.2f}" for name, t in times.items())
        print(f"kernel {size:2}×{size:<2}  cnnlab {1e3 * own:6.1f} ms   {ratios}")


if __name__ == "__main__":
    main()
