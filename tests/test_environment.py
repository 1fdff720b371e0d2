"""The places that name a package or a version agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import cnnlab

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
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
    assert conda == table(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"])


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
