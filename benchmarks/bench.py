"""Time cnnlab beside its peers, print one table, save the figures.

    python benchmarks/bench.py                       all rows
    python benchmarks/bench.py --only 'VGG|512'      rows whose name or group matches
    python benchmarks/bench.py --save FILE           where the JSON goes
    python benchmarks/bench.py --before FOLDER       beside the cnnlab of another checkout

It starts one process for each number of threads, with a clean environment, as BLAS reads its
settings once, when it is loaded.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAVED = ROOT / "_build" / "benchmarks.json"
THREADS = (1, 2)
DTYPES = ("float32", "float64")
# Settings that a machine may export and that decide, or fix, which kernels BLAS takes.
TRAPS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_VERBOSE", "MKL_DEBUG_CPU_TYPE")
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def clean_environment(environment, threads):
    """Return the environment without what holds BLAS back, and with a number of threads."""
    kept = {name: value for name, value in environment.items() if name not in TRAPS}
    kept |= dict.fromkeys(THREAD_VARIABLES, str(threads))
    path = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(path)}


def measure(arguments, threads):
    """Run the rows in a process of their own, and return what it found."""
    command = [sys.executable, str(Path(__file__).with_name("measure.py"))]
    command += ["--threads", str(threads), "--budget", str(arguments.budget)]
    command += ["--only", arguments.only, "--dtypes", *arguments.dtypes]
    command += ["--before", str(arguments.before.resolve())] if arguments.before else []
    environment = clean_environment(os.environ, threads)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def as_json(found):
    """Write one line for the machine and one for each row, so that two files compare by lines."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in found["rows"])
    machine = json.dumps(found["machine"], ensure_ascii=False)
    return f'{{"machine": {machine},\n"rows": [\n{rows}\n]}}\n'


def parse(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a regular expression for group and name")
    parser.add_argument("--budget", type=float, default=0.4, help="seconds for each row")
    parser.add_argument("--threads", type=int, nargs="+", default=THREADS)
    parser.add_argument("--dtypes", nargs="+", default=DTYPES, choices=DTYPES)
    parser.add_argument("--before", type=Path, help="a folder that holds another cnnlab")
    parser.add_argument("--save", type=Path, default=SAVED)
    return parser.parse_args(words)


def main():
    from report import table

    arguments = parse()
    runs = [measure(arguments, threads) for threads in arguments.threads]
    removed = sorted(name for name in TRAPS if name in os.environ)
    found = {"machine": runs[0]["machine"] | {"settings ignored": removed}}
    found["rows"] = [row for run in runs for row in run["rows"]]
    print(table(found))
    arguments.save.parent.mkdir(parents=True, exist_ok=True)
    arguments.save.write_text(as_json(found), "utf-8")
    print(f"\nSaved: {arguments.save}")
    if any(row["disagrees"] for row in found["rows"]):
        sys.exit("Some answers differ: see the lines marked DIFFERS.")


if __name__ == "__main__":
    main()
