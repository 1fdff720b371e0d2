"""The benchmarks' own arithmetic: what they ignore, compare and report."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

pytestmark = pytest.mark.any_cpu

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


def load(name):
    spec = spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bench, measuring, report = load("bench"), load("measuring"), load("report")
PACKAGE = FOLDER.parent / "cnnlab"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_each_program_finds_what_it_imports(path, monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    load(path.stem)


def row(**changes):
    found = {
        "group": "forward",
        "name": "a layer",
        "dtype": "float32",
        "threads": 1,
        "best seconds": {"cnnlab": 0.002, "PyTorch: plain": 0.001},
        "ratios": {"PyTorch: plain": 2.0, "PyTorch: other": 4.0},
        "part of GEMM peak": 0.5,
        "memory beyond the result": 1_000_000,
        "input bytes": 1_000_000,
        "goal": 1.5,
        "goal peer": "PyTorch: plain",
        "absent": {"SciPy": "has no layer"},
        "disagrees": [],
    }
    return found | changes


MACHINE = {
    "processor": "one",
    "cores": 2,
    "system": "Linux",
    "versions": {"numpy": "2.0"},
    "BLAS": ["openblas"],
    "not installed": ["OpenCV"],
    "settings ignored": ["OPENBLAS_CORETYPE"],
}


def test_the_environment_is_cleaned():
    dirty = {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_L2_SIZE": "1", "OMP_NUM_THREADS": "9"}
    clean = bench.clean_environment(dirty | {"HOME": "/home", "PYTHONPATH": "there"}, 2)
    assert "OPENBLAS_CORETYPE" not in clean
    assert "OPENBLAS_L2_SIZE" not in clean
    assert clean["HOME"] == "/home"
    assert clean["OMP_NUM_THREADS"] == clean["OPENBLAS_NUM_THREADS"] == "2"
    assert clean["PYTHONPATH"].split(os.pathsep) == [str(bench.ROOT), "there"]


def test_all_calls_take_turns():
    order = []
    calls = {name: lambda name=name: order.append(name) for name in "abc"}
    seconds = measuring.time_in_turns(calls, budget=0)
    assert order[:6] == ["a", "b", "c", "c", "b", "a"]
    assert min(len(times) for times in seconds.values()) == measuring.LEAST_ROUNDS


def test_who_is_far_behind_drops_out(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: clock[0])

    def taking(seconds):
        def call():
            clock[0] += seconds

        return call

    calls = {"ours": taking(1), "near": taking(7), "far": taking(9)}
    seconds = measuring.time_in_turns(calls, budget=30)
    assert [len(seconds[name]) for name in calls] == [7, 7, 3]
    assert measuring.ratio(seconds["ours"], seconds["far"]) == pytest.approx(1 / 9)


def test_the_ratio_is_taken_round_by_round():
    assert measuring.ratio([1, 10, 100], [2, 20, 50]) == 0.5


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (np.ones(3), np.ones(3), 0),
        (np.ones((1, 3)), np.ones(3), np.inf),
        ([np.ones(2), np.array([3.0])], (np.ones(2), np.array([4.0])), 0.25),
        (np.full(2, np.nan), np.ones(2), np.nan),
        (csr_array([[0, 2.0]]), csr_array([[0, 2.0]]), 0),
        (csr_array([[0, 2.0]]), csr_array([[2.0, 0]]), 1),
    ],
)
def test_disagreement(ours, theirs, expected):
    np.testing.assert_equal(measuring.disagreement(ours, theirs), expected)


def test_memory_beyond_the_result():
    def call():
        scratch = np.ones(2_000_000, np.uint8)
        return scratch[:1_000_000].copy()

    assert 1_900_000 < measuring.memory_beyond_result(call) < 2_100_000


def test_the_table_marks_what_misses_its_goal():
    text = report.table({"machine": MACHINE, "rows": [row(), row(goal=3)]})
    assert "2.00 > 1.5 *" in text
    assert "2.00 ≤ 3" in text
    assert "DIFFERS" not in text


def test_the_table_shows_a_peers_fastest_function():
    assert report.fastest(row(), "PyTorch") == 4.0
    assert report.fastest(row(), "SciPy") is None


def test_the_table_marks_memory_above_its_goal():
    text = report.table({"machine": MACHINE, "rows": [row()]})
    assert "1.0 *" not in text
    hungry = row(**{"memory beyond the result": 10_000_000})
    assert "10.0 *" in report.table({"machine": MACHINE, "rows": [hungry]})


def test_the_table_says_what_is_wrong_and_what_is_missing():
    rows = [row(disagrees=["PyTorch: plain"]), row(name="another", goal=None)]
    text = report.table({"machine": MACHINE, "rows": rows})
    assert "DIFFERS: a layer, float32: PyTorch: plain" in text
    assert "OpenCV: not installed" in text
    assert "SciPy has no layer: a layer, another" in text
    assert "ignored: OPENBLAS_CORETYPE" in text


def measure_one(saved, *more):
    words = ["--only", "depth-wise", "--threads", "1", "--dtypes", "float32", "--budget", "0"]
    command = [sys.executable, str(FOLDER / "bench.py"), *words, "--save", str(saved), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    (found,) = json.loads(saved.read_text("utf-8"))["rows"]
    return done, found


def test_one_row_from_end_to_end(tmp_path):
    done, found = measure_one(tmp_path / "figures.json")
    assert done.returncode == 0, done.stderr
    assert found["name"] in done.stdout
    assert found["rounds"] >= measuring.LEAST_ROUNDS
    assert found["best seconds"]["cnnlab"] > 0


def test_one_row_beside_the_package_of_another_checkout(tmp_path):
    other = tmp_path / "cnnlab"
    shutil.copytree(PACKAGE, other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\nright = conv2d\ndef conv2d(*a, **k): return 2 * right(*a, **k)\n")
    done, found = measure_one(tmp_path / "figures.json", "--before", str(tmp_path))
    assert found["ratios"]["before"] > 0
    assert found["disagrees"] == ["before"]
    assert "DIFFERS: depth-wise" in done.stdout
