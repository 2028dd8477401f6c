"""How the app takes a terminal, and how it gives it back: at once, whatever a server does."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from servers.process import bare_environment, wait_until
from servers.scripted import Asked, Reply, ScriptedServer
from terminal.grid import Grid
from terminal.pty import Pty
from terminal.sample_home import environment, keep_sample

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real("unshare")  # its package brings setsid

SETTINGS = '[user]\ntime_zone = "America/New_York"\n'
ACCOUNT = """
[[calendar.account]]
id = "work"
url = "http://127.0.0.1:{port}/"
user = "kim"
calendar = "http://127.0.0.1:{port}/kim/reminders/"
password_command = ["printf", "secret"]
"""
EMPTY = b'<multistatus xmlns="DAV:"><sync-token>1</sync-token></multistatus>'
COLOURS = re.compile(r"(?:^|;)(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(?:;|$)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keep_sample(tmp_path, SETTINGS)
    return tmp_path


@pytest.mark.parametrize("answers", [(), ("REPORT",)])
def test_leaving_never_waits_for_a_server(folder: Path, answers: tuple[str, ...]) -> None:
    def script(asked: Asked) -> Reply:
        return Reply(body=EMPTY, after=0 if asked.method in answers else 20)

    with ScriptedServer(script) as silent:
        (folder / "config.toml").write_text(SETTINGS + ACCOUNT.format(port=urlsplit(silent.url).port))
        with Pty(["topofmind"], environment(folder)) as terminal:
            terminal.read_until("OVERDUE")
            wait_until(lambda: len(silent.asked) > len(answers), "a request without an answer")
            terminal.read(0.2)
            begin = time.monotonic()
            terminal.send("q")
            assert terminal.wait_for_end() == 0
            assert time.monotonic() - begin < 5  # the time limit of a request is 20


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_it_as_a_shell_expects(folder: Path, number: signal.Signals) -> None:
    with Pty(["topofmind"], environment(folder)) as terminal:
        terminal.read_until("OVERDUE")
        os.kill(terminal.pid, number)
        assert terminal.wait_for_end() == 128 + number
        assert ("\x1b[?1049l" in terminal.rest) == (number == signal.SIGTERM)


def test_a_terminal_that_is_taken_away_ends_it(folder: Path) -> None:
    with Pty(["topofmind"], environment(folder)) as terminal:
        terminal.read_until("OVERDUE")
        terminal.hang_up()
        assert terminal.wait_for_end() == 128 + signal.SIGHUP


@pytest.mark.parametrize("wanted", [True, False])
def test_the_mouse_is_asked_for_its_buttons_or_not_at_all(folder: Path, *, wanted: bool) -> None:
    (folder / "config.toml").write_text(f"{SETTINGS}[app]\nmouse = {str(wanted).lower()}\n")
    with Pty(["topofmind"], environment(folder)) as terminal:
        written = terminal.read_until("OVERDUE")
        terminal.send("q")
        terminal.wait_for_end()
    assert "\x1b[?1003h" not in written
    assert ("\x1b[?1002h" in written) == wanted
    assert ("\x1b[?1002l" in terminal.rest) == wanted


@pytest.mark.parametrize("size", [(1, 1), (9, 3), (300, 90)])
def test_no_size_is_refused(folder: Path, size: tuple[int, int]) -> None:
    grid = Grid(*size)
    with Pty(["topofmind"], environment(folder), *size) as terminal:
        grid.take(terminal.read_until("\x1b[1;1H"))
        for key in ("2", "n", "\x1b", "?", "\x1b"):
            terminal.send(key)
            grid.take(terminal.read(0.15))
        terminal.send("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("colourless", [{"NO_COLOR": "1"}, {"TERM": "vt100"}])
def test_without_colours_there_is_none(folder: Path, colourless: dict[str, str]) -> None:
    grid, usual = Grid(80, 24), Grid(80, 24)
    for screen, variables in ((grid, colourless), (usual, {})):
        with Pty(["topofmind"], environment(folder, **variables)) as terminal:
            screen.take(terminal.read_until("help"))
            for keys in ("2", "3", "no", "\x1b"):
                terminal.send(keys)
                screen.take(terminal.read(0.2))
            terminal.send("q")
            terminal.wait_for_end()
    assert any(map(COLOURS.search, usual.styles))
    assert not any(map(COLOURS.search, grid.styles))


def test_a_dumb_terminal_gets_plain_lines(folder: Path) -> None:
    with Pty(["topofmind"], environment(folder, TERM="dumb")) as terminal:
        written = terminal.read_until("OVERDUE")
        assert terminal.wait_for_end() == 0
    assert "\x1b" not in written + terminal.rest


def test_a_terminal_that_is_gone_is_noticed_without_a_signal(tmp_path: Path) -> None:
    code = """if True:
        import pathlib, signal, sys, time
        from tui.terminal import is_cut_off
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        told = pathlib.Path(sys.argv[1])
        told.with_name("there").write_text(str(is_cut_off()))
        while not is_cut_off():
            time.sleep(0.01)
        told.touch()
    """
    there, gone = tmp_path / "there", tmp_path / "gone"
    with Pty([sys.executable, "-c", code, gone], bare_environment(tmp_path)):
        wait_until(lambda: there.exists() and there.read_text() == "False", "it sees its terminal")
        assert not gone.exists()
    wait_until(gone.exists, "it sees that its terminal is gone")


def test_without_utf_8_everything_is_ascii(folder: Path) -> None:
    """Globex has a reminder whatever the day of the week, if not always one that is in view on Today."""
    app, list_ = (["topofmind"], "OVERDUE", ("2", "y", "?")), (["topofmind", "reminders"], "Globex", ())
    for command, awaited, keys in (app, list_):
        with Pty(command, environment(folder, LANG="C")) as terminal:
            written = terminal.read_until(awaited)
            for key in keys:
                terminal.send(key)
                written += terminal.read(0.3)
            assert written.isascii()


def test_what_a_killed_session_left_of_an_editor_is_swept(folder: Path) -> None:
    left = folder / "topofmind" / "edit-left"
    left.mkdir(parents=True)
    left.parent.chmod(0o700)
    (left / "text.txt").write_text("Hi Dana")
    with Pty(["topofmind"], environment(folder, XDG_RUNTIME_DIR=str(folder))) as terminal:
        terminal.read_until("OVERDUE")
        wait_until(lambda: not left.exists(), "the folder is gone")
        terminal.send("q")
        terminal.wait_for_end()


def test_nobody_says_that_there_is_nothing_before_the_facts_are_read(folder: Path) -> None:
    with Pty(["topofmind"], environment(folder)) as terminal:
        assert "Nothing to do" not in terminal.read_until("OVERDUE")
        terminal.send("q")
        terminal.wait_for_end()
