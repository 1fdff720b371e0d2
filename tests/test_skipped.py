"""Continuous integration takes a skipped test for a failed one, here it stays skipped."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.any_cpu

pytest_plugins = "pytester"
CONFTEST = Path(__file__).resolve().parent.parent / "conftest.py"
SKIPS = {
    "a test": "import pytest\ndef test_it(): pytest.skip('no browser')",
    "a whole file": "import pytest\npytest.skip('no browser', allow_module_level=True)",
    "none": "def test_it(): pass",
}


@pytest.mark.parametrize(
    ("ci", "what", "failed"),
    [
        ("true", "a test", True),
        ("true", "a whole file", True),
        ("true", "none", False),
        ("", "a test", False),
    ],
)
def test_a_skipped_test_fails_in_ci_alone(pytester, monkeypatch, ci, what, failed):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # quicker
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(SKIPS[what], test_nothing_else="def test_nothing_else(): pass")
    result = pytester.runpytest_inprocess()
    assert (result.ret == pytest.ExitCode.TESTS_FAILED) is failed
    assert ("counts 1 skipped as failed" in result.stdout.str()) is failed
