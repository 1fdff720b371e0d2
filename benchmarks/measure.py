"""Measure every row with one number of threads, and print the figures as JSON.

`bench.py` starts this with the environment set; it is not meant to be called by hand.
"""

import argparse
import importlib
import json
import os
import platform
import re
import sys
from importlib import metadata

import measuring
import numpy as np
import rows

TOLERANCE = {"float32": 2e-3, "float64": 1e-9}
PACKAGES = ("numpy", "scipy", "scikit-image", "opencv-python-headless", "opencv-python", "torch")


def measure_row(row, dtype, threads, budget):
    """Return what is known of one row after it ran."""
    ours = row.calls["cnnlab"]()
    differences = {
        name: measuring.disagreement(call(), ours)
        for name, call in row.calls.items()
        if name != "cnnlab"
    }
    multiply, gemm_flops = measuring.gemm(dtype)
    multiply()
    product = {"GEMM": multiply} if row.flops else {}
    seconds = measuring.time_in_turns(row.calls | product, budget=budget)
    best = {name: min(times) for name, times in seconds.items()}
    peak = gemm_flops / best["GEMM"] if row.flops else None
    ratios = {name: measuring.ratio(seconds["cnnlab"], seconds[name]) for name in differences}
    return {
        "group": row.group,
        "name": row.name,
        "dtype": dtype,
        "threads": threads,
        "rounds": len(seconds["cnnlab"]),
        "best seconds": {name: float(f"{t:.4g}") for name, t in best.items()},
        "median seconds": {
            name: float(f"{np.median(times):.4g}") for name, times in seconds.items()
        },
        "ratios": {name: round(value, 3) for name, value in ratios.items()},
        "part of GEMM peak": round(row.flops / best["cnnlab"] / peak, 3) if row.flops else None,
        "GEMM GFLOP/s": round(peak / 1e9, 1) if row.flops else None,
        "memory beyond the result": measuring.memory_beyond_result(row.calls["cnnlab"]),
        "input bytes": row.input_bytes,
        "goal": row.goal,
        "goal peer": row.goal_peer,
        "absent": row.absent,
        "disagrees": [name for name, off in differences.items() if not off < TOLERANCE[dtype]],
    }


def package_at(folder):
    """Import the cnnlab of another checkout beside the one that is loaded, and return it."""

    def ours(name):
        return name.split(".")[0] == "cnnlab"

    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if ours(name)}
    sys.path.insert(0, str(folder))
    try:
        package = importlib.import_module("cnnlab")
        for name in rows.OPERATORS:  # a package may load them only now
            getattr(package, name)
    finally:
        sys.path.pop(0)
        for name in [name for name in sys.modules if ours(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
    return package


def call_of(package, make):
    """Make a row with another package in cnnlab's place, and return its call."""

    def in_place(function):
        kept, rows.cnnlab = rows.cnnlab, package
        try:
            return function()
        finally:
            rows.cnnlab = kept

    call = in_place(make).calls["cnnlab"]
    return lambda: in_place(call)


def machine():
    """Say what all this ran on."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions,
        "BLAS": blas(),
        "not installed": sorted(set(rows.PEERS) - rows.INSTALLED),
    }


def processor():
    """Return the processor's name where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"


def blas():
    """Name the BLAS libraries that are loaded, and the kernels that they chose."""
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    return sorted(
        {
            f"{pool['internal_api']} {pool.get('version')} ({pool.get('architecture')})"
            for pool in threadpool_info()
            if pool["user_api"] == "blas"
        }
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--budget", type=float, required=True)
    parser.add_argument("--only", required=True)
    parser.add_argument("--dtypes", nargs="+", required=True)
    parser.add_argument("--before")
    arguments = parser.parse_args()
    before = package_at(arguments.before) if arguments.before else None
    rows.threads_of_peers(arguments.threads)
    found = {"machine": machine(), "rows": []}
    for dtype in arguments.dtypes:
        for make in rows.all_rows(dtype, arguments.threads):
            row = make()
            if not re.search(arguments.only, f"{row.group}: {row.name}"):
                continue
            if before:
                row.calls["before"] = call_of(before, make)
            print(f"{dtype} {arguments.threads} {row.group}: {row.name}", file=sys.stderr)
            found["rows"].append(measure_row(row, dtype, arguments.threads, arguments.budget))
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
