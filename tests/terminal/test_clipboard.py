"""Text on its way to the clipboard of the machine that the user sits at."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError
from tui.clipboard import LONGEST, SENT, copy, sequence

if TYPE_CHECKING:
    from servers.tmux import Tmux


class Terminal:
    """Takes what is written to it."""

    def __init__(self) -> None:
        self.written = ""

    def write_to_terminal(self, sequence: str) -> None:
        self.written += sequence


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


def test_it_is_sent_and_nobody_claims_that_it_came(terminal: Terminal) -> None:
    assert copy(terminal, "Hi Zoë\n") == SENT
    assert terminal.written.startswith("\x1b]52;c;")
    assert b64decode(terminal.written[7:-1]).decode() == "Hi Zoë\n"


def test_what_is_pasted_holds_no_orders(terminal: Terminal) -> None:
    copy(terminal, "ls\x1b[201~\rrm -r ~")

    assert "\x1b" not in b64decode(terminal.written[7:-1]).decode()


def test_what_terminals_cut_off_is_refused(terminal: Terminal) -> None:
    with pytest.raises(InputError, match="too long"):
        copy(terminal, "x" * LONGEST)
    assert terminal.written == ""


def test_screen_passes_it_on_in_pieces() -> None:
    pieces = sequence("x" * 600, {"STY": "1.tty"}).split("\x1bP")[1:]

    assert all(piece.endswith("\x1b\\") and len(piece) < 300 for piece in pieces)
    assert "".join(piece[:-2] for piece in pieces) == sequence("x" * 600, {})


def test_without_a_tmux_that_answers_it_goes_to_the_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/nowhere,1,0")

    assert copy(terminal, "Hi") == SENT
    assert terminal.written


COPY = "from tui.clipboard import copy; print(copy(None, 'Hi Dana\\n'), '.')"


def test_inside_tmux_its_own_buffer_takes_it(tmux: Tmux) -> None:
    tmux.start([sys.executable, "-c", COPY])
    tmux.wait_for("to tmux's: prefix ] pastes it .")
    assert tmux._tmux("show-buffer") == "Hi Dana\n"


@pytest.mark.real("tmux")
def test_the_terminal_around_tmux_gets_it(tmux: Tmux) -> None:
    """The terminal around is a tmux too: it takes what its pane sends as OSC 52 into its own buffer."""
    inner = ["tmux", "-u", "-L", "inner", "-f", "/dev/null", "new-session", sys.executable, "-c"]
    tmux.start(["sleep", "60"], env={"TERM": "screen-256color"})
    tmux._tmux("set", "-s", "set-clipboard", "on")
    environment = [
        f"-e{name}={value}" for name, value in {"TMUX": "", "TMUX_TMPDIR": str(tmux._folder)}.items()
    ]
    tmux._tmux("new-window", *environment, "--", *inner, f"{COPY}; input()")
    try:
        tmux.wait_for("to tmux's: prefix ] pastes it .")
        assert tmux._tmux("show-buffer") == "Hi Dana\n"
    finally:
        subprocess.run(
            ["tmux", "-L", "inner", "kill-server"],
            env={**tmux.env, "TMUX_TMPDIR": str(tmux._folder)},
            check=True,
        )
