"""The screen with which the app begins is that at which it was left, and stands before Textual is loaded."""

from __future__ import annotations

import os
import signal
import termios
from typing import TYPE_CHECKING

import pytest

from servers.process import wait_until
from terminal.grid import Grid
from terminal.pty import Pty
from terminal.sample_home import environment, keep_sample

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real("unshare")  # its package brings setsid

SETTINGS = '[user]\ntime_zone = "America/New_York"\n[calendar]\nsync_every = "off"\n'

TAKEN = "\x1b[?1004h"
"""What Textual asks for as it takes a terminal."""

NEVER = """
import pathlib
import time

pathlib.Path(__file__).with_name("reached").touch()
while True:
    time.sleep(0.05)
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with the sample in its store."""
    keep_sample(tmp_path, SETTINGS)
    return environment(tmp_path)


@pytest.fixture
def never(tmp_path: Path, env: dict[str, str]) -> dict[str, str]:
    """The same, where loading Textual never ends."""
    package = tmp_path / "never" / "textual"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(NEVER)
    return {**env, "PYTHONPATH": str(package.parent)}


def run(env: dict[str, str], *keys: str, begin: str = "", until: str = TAKEN) -> str:
    """Open the app, press keys one after the other, leave, and give what was written before leaving."""
    with Pty(["topofmind"], env) as terminal:
        written = terminal.read_until("OVERDUE", 0.001)
        terminal.send(begin)
        if until not in written:
            written += terminal.read_until(until)
        written += terminal.read(1)
        for key in keys:
            terminal.send(key)
            written += terminal.read(0.4)
        terminal.send("q")
        assert terminal.wait_for_end() == 0
        assert termios.tcgetattr(terminal.fileno())[3] & termios.ECHO
    return written


def shown(written: str) -> str:
    grid = Grid(80, 24)
    grid.take(written)
    return grid.text()


def rows(text: str) -> list[str]:
    """Give what stands below the head, which tells of the sync as well."""
    return text.splitlines()[1:]


def test_it_is_the_screen_that_the_app_comes_to(env: dict[str, str]) -> None:
    first = run(env, "j", "j", "3", "j", "?")
    again = run(env)
    before, _, after = again.partition(TAKEN)

    assert "OVERDUE" in before
    assert "OVERDUE" not in after
    assert (
        rows(shown(before)) == rows(shown(again)) == rows(shown(first[: first.index("\x1b[?1049h")] + again))
    )
    assert again.count("\x1b[?1049h") == 1
    assert len(after.encode()) < 200  # what was there is not sent twice


def test_keys_that_are_typed_while_it_loads_are_for_the_app(env: dict[str, str]) -> None:
    run(env)
    written = run(env, begin="3", until="People")

    assert "People" in shown(written)


@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_the_terminal_is_given_back_should_the_app_never_come(
    env: dict[str, str], never: dict[str, str], tmp_path: Path, end: signal.Signals, code: int
) -> None:
    run(env)
    # Whoever runs the tests in the background has Ctrl+C ignored, and so would the app.
    with Pty(["env", "--default-signal=INT", "topofmind"], never) as terminal:
        written = terminal.read_until("help") + terminal.read(0.2)
        assert "OVERDUE" in shown(written)
        terminal.send("typed")
        assert not terminal.read(0.2)
        wait_until((tmp_path / "never/textual/reached").exists, "Textual on its way")
        os.kill(terminal.pid, end)
        assert terminal.wait_for_end() == code
        assert termios.tcgetattr(terminal.fileno())[3] & termios.ECHO
        assert terminal.rest.startswith("\x1b[?1049l\x1b[?25h")


def test_what_is_wrong_is_told_after_it(env: dict[str, str], tmp_path: Path) -> None:
    run(env)
    package = tmp_path / "broken" / "textual"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('broken')\n")
    with Pty(["topofmind"], {**env, "PYTHONPATH": str(package.parent)}) as terminal:
        assert terminal.wait_for_end() == 1
        _, left, told = terminal.rest.partition("\x1b[?1049l")

    assert left
    assert "a bug in topofmind" in told
