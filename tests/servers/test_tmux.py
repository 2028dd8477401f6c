"""The terminal shows what a program writes, takes keys, and changes its size."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from servers.process import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from servers.ssh import Sshd
    from servers.tmux import Tmux

ASK = ["sh", "-c", 'printf "name? "; read name; echo "hello $name, $GREETING"; exit 7']


def test_a_program_is_typed_to_and_its_end_is_seen(tmux: Tmux) -> None:
    tmux.start(ASK, env={"GREETING": "wie geht's; -x"})
    tmux.wait_for("name?")
    tmux.type("Zoë; Enter;")
    tmux.keys("Enter")
    assert "hello Zoë; Enter;, wie geht's; -x" in tmux.wait_for("hello")
    assert tmux.wait_for_end() == 7


def test_a_program_that_was_killed_is_told_from_one_that_ended(tmux: Tmux) -> None:
    tmux.start(["sh", "-c", "echo ready; sleep 60"])
    tmux.wait_for("ready")
    tmux.keys("C-c")
    assert tmux.wait_for_end() == 128 + signal.SIGINT


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 60)])
def test_the_window_has_the_size_asked_for(tmux: Tmux, columns: int, rows: int) -> None:
    tmux.start(["stty", "size"], columns, rows)
    tmux.wait_for(f"{rows} {columns}")


def test_a_new_size_is_told_to_the_program(tmux: Tmux) -> None:
    tmux.start(["bash", "-c", "trap 'stty size; exit' WINCH; echo ready; while :; do sleep .1; done"])
    tmux.wait_for("ready")
    tmux.resize(100, 30)
    tmux.wait_for("30 100")


def test_closing_the_window_hangs_up_on_the_program(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(
        ["bash", "-c", f"trap 'touch {tmp_path}/hung-up; exit' HUP; echo ready; while :; do sleep .1; done"]
    )
    tmux.wait_for("ready")
    tmux.close()
    wait_until((tmp_path / "hung-up").exists, "SIGHUP arrives")


def test_text_that_never_comes_is_an_error_that_shows_the_screen(tmux: Tmux) -> None:
    tmux.start(["echo", "something else"])
    tmux.wait_for("something else")
    with pytest.raises(TimeoutError) as error:
        tmux.wait_for("what was hoped for", seconds=0.2)
    assert "something else" in "".join(error.value.__notes__)


def test_a_terminal_at_the_far_end_of_a_link(tmux: Tmux, sshd: Sshd) -> None:
    tmux.start(sshd.command("sh", "-c", "stty size; tty", terminal=True), 100, 30)
    assert "30 100" in tmux.wait_for("/dev/pts/")
    assert tmux.wait_for_end() == 0
