"""Run Python as on an older CPU: NumPy and OpenBLAS use none of the newer instructions.

    python tools/old_cpu.py -m pytest -m "not browser"        what follows is handed to Python

With AVX-512 a sum or a power is rounded otherwise than with AVX2, and otherwise again with neither.
Under pytest this module is a plugin, too: nothing runs, neither in a worker nor in a notebook's
kernel, where some of these instructions are on.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg  # noqa: F401 - SciPy brings a BLAS of its own
from threadpoolctl import threadpool_info

BLAS = (
    "Nehalem"  # OpenBLAS's name for a CPU of 2008, the oldest 64-bit one that it tells from others
)


def newer() -> list[str]:
    """Return NumPy's names of the instructions that it uses and an older CPU does not have."""
    return np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])


def left_on() -> list[str]:
    """Return what is still on, in words."""
    kinds = {library.get("architecture") for library in threadpool_info()} - {None, BLAS}
    return newer() + [f"OpenBLAS for {kind}" for kind in sorted(kinds)]


def check() -> None:
    """Raise RuntimeError unless everything is off."""
    if left_on():
        raise RuntimeError(f"this should run as on an older CPU, but has {', '.join(left_on())}")


def pytest_configure() -> None:
    """Check pytest's own process, and each worker."""
    check()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check each notebook's kernel, before its first cell."""
    for item in items:
        if getattr(item, "cell_num", None) == 0:
            item.cell.source = f"import old_cpu; old_cpu.check()\n{item.cell.source}"


def main(arguments: list[str]) -> int:
    """Switch off what is on, and run Python with these arguments."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        print(f"This is {platform.machine()}: there are no newer x86 instructions to switch off.")
        return 0
    if not newer():
        print(
            "This CPU has none of the newer instructions: the usual run has shown what they change."
        )
        return 0
    print(f"Without {', '.join(newer())}; OpenBLAS as on a {BLAS}")
    settings = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(newer()),
        "OPENBLAS_CORETYPE": BLAS,
        "PYTEST_PLUGINS": Path(__file__).stem,
        "PYTHONPATH": str(Path(__file__).parent),
    }
    return subprocess.run([sys.executable, *arguments], env=os.environ | settings).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
