"""Where CI is set nothing may be missing: a skipped test counts as failed."""

import os
import sys

import pytest

# jsonschema would import it with nbformat, and that takes seconds: it parses 38 grammars. Without
# it the format of a URL goes unchecked, and a notebook has none.
sys.modules.setdefault("rfc3987_syntax", None)


def skipped(config: pytest.Config) -> int:
    """Count the skipped tests, where they count as failed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")  # a worker of xdist has none
    return len(reporter.stats.get("skipped", [])) if reporter and os.environ.get("CI") else 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let the run fail where a test was skipped."""
    if skipped(session.config):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say why it failed."""
    if number := skipped(config):
        terminalreporter.write_line(f"CI is set, and counts {number} skipped as failed.", red=True)
