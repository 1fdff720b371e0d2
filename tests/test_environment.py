"""The places that name a package or a version agree with each other."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import cnnlab

pytestmark = pytest.mark.any_cpu

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OLDEST = PROJECT["requires-python"].removeprefix(">=")  # the oldest Python that is promised
PYTHONS = ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def split(requirement):
    """Return the name and the bounds, as a set, of a line such as ``numpy>=1.26,<3``."""
    name, bounds = re.fullmatch(r"([\w.-]+)(.*)", requirement.replace(" ", "")).groups()
    return name.lower().replace("_", "-"), frozenset(filter(None, bounds.split(",")))


def table(requirements):
    return dict(split(line) for line in requirements)


def test_split_reads_a_name_and_its_bounds():
    assert split("Scikit_Image >=0.22, <1") == ("scikit-image", {">=0.22", "<1"})


def test_conda_has_the_same_packages_and_bounds_as_pip():
    conda = table(line for line in CONDA if isinstance(line, str))
    assert conda.pop("pip") == frozenset()
    assert conda.pop("python") == {PROJECT["requires-python"]}
    pip = table(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"])
    assert pip.pop("cnnlab") == {"[pretrained]"}  # conda-forge has neither; pip installs them
    assert conda == pip


def test_conda_installs_this_package_with_pip():
    assert [line for line in CONDA if isinstance(line, dict)] == [{"pip": ["-e .[lab]"]}]


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_the_tested_versions_lie_within_the_bounds(extra):
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    pins = table((ROOT / "constraints.txt").read_text(encoding="utf-8").split())
    for name, bounds in table(lines).items():
        if name == "cnnlab":
            continue
        (pin,) = pins[name]
        assert all(holds(pin.removeprefix("=="), bound) for bound in bounds), f"{name}{pin}"


def holds(version, bound):
    operator, limit = re.fullmatch(r"(>=|<|==)(.+)", bound).groups()
    have, want = (tuple(map(int, re.findall(r"\d+", text))) for text in (version, limit))
    return {">=": have >= want, "<": have < want, "==": have == want}[operator]


@pytest.mark.parametrize(
    ("version", "bound", "expected"),
    [
        ("2.4.6", ">=1.26", True),
        ("3.0", "<3", False),
        ("1.9", ">=1.26", False),
        ("1.0", "==1.1", False),
    ],
)
def test_holds_compares_numbers_not_letters(version, bound, expected):
    assert holds(version, bound) is expected


def test_pre_commit_runs_the_same_ruff():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (revision,) = [r["rev"] for r in config["repos"] if r["repo"].endswith("ruff-pre-commit")]
    tested = table(PROJECT["optional-dependencies"]["test"])["ruff"]
    assert {f"=={revision.removeprefix('v')}"} == tested


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    extension = yaml.safe_load((ROOT / "labextension/package.json").read_text())["version"]
    assert PROJECT["version"] == cnnlab.__version__ == citation == extension


@pytest.mark.parametrize("name", ["README.md", "Makefile"])
def test_the_oldest_python_is_said(name):
    assert f"Python {OLDEST} or newer" in (ROOT / name).read_text(encoding="utf-8")


def test_the_tested_versions_run_on_the_oldest_python():
    pins = table((ROOT / "constraints.txt").read_text(encoding="utf-8").split())
    wants = {
        package.name: package.metadata.get("Requires-Python", "")
        for package in importlib.metadata.distributions()
        if pins.get(package.name.lower().replace("_", "-")) == {f"=={package.version}"}
    }
    assert wants
    assert {name: want for name, want in wants.items() if OLDEST not in SpecifierSet(want)} == {}


# ---- which Python `make` takes ----

SHIM = "echo 'pyenv: command not found' >&2; exit 127"


def python(version, missing=""):
    """Write a Python that says it is of a version, lacks a module, and makes no environment."""
    numbers = tuple(map(int, version.split(".")))
    pretend = f"sys.version_info = {numbers}; sys.modules.update(dict.fromkeys({missing.split()}))"
    return f"""case "$1" in -c) ;; *) echo "asked of {version}: $@"; exit 3 ;; esac
exec {sys.executable} -c "import sys; {pretend}; exec(sys.argv[1])" "$2"
"""


@pytest.fixture
def make(tmp_path):
    """Return ``make(pythons, …)``, which makes an environment where there are these Pythons."""

    def run(pythons, *options):
        for name in PYTHONS:
            (tmp_path / name).write_text(f"#!/bin/sh\n{pythons.get(name, SHIM)}\n")
            (tmp_path / name).chmod(0o755)
        environment = dict(os.environ, PATH=f"{tmp_path}:{os.environ['PATH']}")
        ours = ("MAKE", "MFLAGS", "PYTHON")  # of the make that runs the tests
        environment = {k: v for k, v in environment.items() if not k.startswith(ours)}
        goal = tmp_path / "venv" / ".made"
        return subprocess.run(
            ["make", *options, f"VENV={goal.parent}", goal],
            cwd=ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip

    return run


@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3": python("3.11.5")}, "3.11.5 (python3)"),
        ({"python3": python("3.11.2"), "python3.11": python("3.11.9")}, "3.11.9 (python3.11)"),
        ({"python3.14": python("3.14.0"), "python3.12": python("3.12.1")}, "3.14.0 (python3.14)"),
        ({"python": python("3.13.0")}, "3.13.0 (python)"),
        ({"python3": python("3.13.0", "ensurepip"), "python": python("3.12.0")}, "3.12.0 (python)"),
    ],
)
def test_make_takes_the_first_python_that_fits(make, pythons, taken):
    done = make(pythons)
    assert f"with Python {taken}\nasked of {taken.split()[0]}: -m venv" in done.stdout


def test_make_says_what_it_found_where_no_python_fits(make):
    done = make({"python3": python("3.11.4"), "python3.12": python("3.12.1", "ensurepip venv")})
    assert done.returncode != 0
    assert f"cnnlab needs Python {OLDEST} or newer. Here is\n" in done.stderr
    assert re.search(r"python3 +3\.11\.4 is too old\n", done.stderr)
    assert re.search(r"python3\.12 +3\.12\.1 has no venv module .*python3\.12-venv", done.stderr)
    assert re.search(r"python3\.11 +does not run\n", done.stderr)
    assert "PYTHON=/path/to/python3" in done.stderr


def test_make_takes_no_other_python_than_the_one_that_was_named(make, tmp_path):
    done = make({"python3": python("3.13.0")}, f"PYTHON={tmp_path}/nowhere")
    assert f"Here is none: {tmp_path}/nowhere" in done.stderr
    assert "asked of" not in done.stdout
