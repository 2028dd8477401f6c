"""Which real parts of a system the tests can use here, and what becomes of a test whose part is missing.

A test that needs one carries the marker `real(part)`, or uses a fixture that does. Where a part is missing
the test is skipped and the part is listed at the end; in CI (CI=true) every skip is a failure, so nothing
goes untested unseen.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from servers.parts import PARTS, is_missing, missing_packages
from servers.process import Process

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

pytest_plugins = ["servers.caldav", "servers.keyring", "servers.proxy", "servers.ssh", "servers.tmux"]

NEEDED_BY = {
    "private_keyring": ("dbus", "gnome-keyring"),
    "sshd": ("sshd", "ssh"),
    "tmux": ("tmux",),
}
"""A fixture → the real parts that it needs."""

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def parts_of(item: pytest.Item) -> Iterator[str]:
    for marker in item.iter_markers("real"):
        yield from marker.args
    for fixture in getattr(item, "fixturenames", ()):
        yield from NEEDED_BY.get(fixture, ())


def pytest_runtest_setup(item: pytest.Item) -> None:
    missing = sorted({part for part in parts_of(item) if is_missing(part)})
    if missing:
        pytest.skip(f"not here: {', '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        report.sections.extend((f"log of {server.name}", server.last_words()) for server in Process.running)
    expected_to_fail = hasattr(report, "wasxfail")
    if IN_CI and report.skipped and not expected_to_fail:
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = [part for part in PARTS if is_missing(part)]
    if missing:
        terminalreporter.section("real parts that could not be tested here")
        terminalreporter.line(", ".join(missing))
        if packages := missing_packages():
            terminalreporter.line(f"Debian: apt-get install {' '.join(packages)}")
