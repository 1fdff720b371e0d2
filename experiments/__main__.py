"""Run experiments and store their results: ``python -m experiments [NAME ...]``."""

import argparse
import importlib
import json
import pkgutil
import platform
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import scipy
from tqdm import tqdm

import cnnlab
import experiments
from cnnlab.nn import one_thread

RESULTS = Path(__file__).parent / "results"


def names():
    """Return the names of all experiments."""
    modules = pkgutil.iter_modules(experiments.__path__)
    return sorted(m.name for m in modules if not m.name.startswith("_"))


def load(name):
    """Import an experiment's module."""
    return importlib.import_module(f"experiments.{name}")


def run_one(name, condition, seed):
    """Train one network; return what was measured, and the seconds of one processor."""
    experiment = load(name)
    started = time.process_time()
    with one_thread():
        measured = experiment.run(seed, **experiment.CONDITIONS[condition])
    return measured, time.process_time() - started


def stored(measured):
    """Round what was measured; what is no number becomes None, JSON's ``null``."""
    numbers = np.round(measured, 6)
    return np.where(np.isnan(numbers), None, numbers).tolist()


def run(name, *, processes=2, progress=True):
    """Run an experiment, and return what its file holds.

    Parameters
    ----------
    name : str
        A module of this folder.
    processes : int, default 2
        How many networks are trained at a time, each on one thread.
    progress : bool, default True
        Show a bar meanwhile.

    Returns
    -------
    dict
        ``question``, ``settings``, ``seeds``, ``versions``, and ``conditions``: for each its
        ``seconds`` a network, and its ``measures``: for each name the value of every seed.
    """
    experiment = load(name)
    jobs = [(c, seed) for c in experiment.CONDITIONS for seed in range(experiment.SEEDS)]
    done = {}
    with ProcessPoolExecutor(processes) as pool:
        running = {pool.submit(run_one, name, *job): job for job in jobs}
        bar = tqdm(as_completed(running), desc=name, total=len(jobs), disable=not progress)
        for future in bar:
            done[running[future]] = future.result()
    conditions = {}
    for condition in experiment.CONDITIONS:
        runs = [done[condition, seed] for seed in range(experiment.SEEDS)]
        conditions[condition] = {
            "seconds": round(float(np.mean([seconds for _, seconds in runs])), 2),
            "measures": {
                measure: [stored(measured[measure]) for measured, _ in runs]
                for measure in runs[0][0]
            },
        }
    return {
        "question": experiment.__doc__.splitlines()[0],
        "settings": experiment.SETTINGS,
        "seeds": experiment.SEEDS,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "cnnlab": cnnlab.__version__,
        },
        "conditions": conditions,
    }


def main():
    """Run the experiments that the command line names, or all."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    parser.add_argument("name", nargs="*", help="which; all where none is named")
    chosen = parser.parse_args().name or names()
    if unknown := sorted(set(chosen) - set(names())):
        parser.error(f"no experiment is called {unknown[0]}; there are {', '.join(names())}")
    RESULTS.mkdir(exist_ok=True)
    for name in chosen:
        found = json.dumps(run(name), indent=1, ensure_ascii=False, allow_nan=False)
        (RESULTS / f"{name}.json").write_text(found + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
