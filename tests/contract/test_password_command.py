"""A password from another program: what real programs do, and what they must not be able to do to us."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import InputError, UserNeededError
from servers.credentials_session import PASSWORD
from sync import password_command
from sync.password_command import PasswordCommand
from sync.secret import Secret


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def problem_of(command: list[str], error: type[Exception] = UserNeededError) -> str:
    with pytest.raises(error) as raised:
        PasswordCommand(command).read()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def is_alive(pid: int) -> bool:
    """Whether the process still runs; a dead one that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_command, "WITHIN", 0.5)


def test_the_first_line_is_the_password() -> None:
    command = shell("printf '%s\\nurl: example.org\\n' 'pass  wörd '")
    assert PasswordCommand(command).read() == Secret("pass  wörd ")


def test_no_shell_reads_the_arguments() -> None:
    assert PasswordCommand(["echo", "$HOME", "*", ";", "id"]).read() == Secret("$HOME * ; id")


def test_standard_input_is_closed_and_no_terminal_is_at_hand() -> None:
    script = "cat; if [ -t 0 ] || (: < /dev/tty) 2>/dev/null; then echo terminal; else echo none; fi"
    assert PasswordCommand(shell(script)).read() == Secret("none")


def test_it_runs_in_a_session_of_its_own() -> None:
    code = "import os; print(os.getsid(0) == os.getpid())"
    assert PasswordCommand([sys.executable, "-c", code]).read() == Secret("True")
    assert os.getsid(0) != os.getpid()


@pytest.mark.parametrize(("unattended", "seen"), [(False, "-screen-wayland-/bus"), (True, "---/bus")])
def test_it_cannot_ask_on_our_terminal_nor_unattended_on_a_screen(
    monkeypatch: pytest.MonkeyPatch, *, unattended: bool, seen: str
) -> None:
    for name, value in (("GPG_TTY", "tty"), ("DISPLAY", "screen"), ("WAYLAND_DISPLAY", "wayland")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "/bus")
    script = 'echo "$GPG_TTY-$DISPLAY-$WAYLAND_DISPLAY-$DBUS_SESSION_BUS_ADDRESS"'
    assert PasswordCommand(shell(script), unattended=unattended).read() == Secret(seen)


def test_a_failure_is_told_with_the_last_line_of_its_errors() -> None:
    problem = problem_of(shell("echo first >&2; printf '\\033[31mgpg: no secret key\\007\\n\\n' >&2; exit 2"))
    assert problem.startswith("password_command (/bin/sh) ended with exit code 2: [31mgpg: no secret key; ")


def test_long_errors_are_cut() -> None:
    assert len(problem_of(shell("head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1"))) < 300


def test_a_failure_repeats_neither_the_password_nor_the_arguments() -> None:
    script = f'echo "{PASSWORD}"; echo "wrote {PASSWORD} to the log" >&2; exit 1'
    problem = problem_of(shell(script))
    assert PASSWORD not in problem
    assert "wrote … to the log" in problem


def test_a_signal_is_told() -> None:
    assert "was ended by signal 9" in problem_of(shell("kill -9 $$"))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([], "is empty; write it as a list"),
        (["/nowhere/pass", "show"], "(/nowhere/pass) is not there"),
        (["pass show calendar"], "each argument as a text of its own"),
        (["/etc/passwd"], "cannot be run (Permission denied)"),
        (["echo", "nul\0"], "cannot be run (it holds a NUL character)"),
        (["true"], "is empty; it must be the password alone"),
        (["printf", "\\377\\n"], "is not UTF-8 text"),
    ],
)
def test_a_wrong_command_is_a_mistake_in_the_settings(command: list[str], words: str) -> None:
    assert words in problem_of(command, InputError)


@pytest.mark.usefixtures("short_deadline")
def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    script = f"sleep 61 & echo $! > {tmp_path}/child; echo $$ > {tmp_path}/itself; trap '' TERM; wait"
    started = time.monotonic()
    assert "gave no password within 0.5 s" in problem_of(shell(script))
    assert time.monotonic() - started < 3
    for name in ("child", "itself"):
        assert not is_alive(int((tmp_path / name).read_text()))


def test_an_agent_that_it_leaves_behind_is_not_waited_for_and_lives_on(tmp_path: Path) -> None:
    script = f"echo pass word; sleep 62 & echo $! > {tmp_path}/agent"
    started = time.monotonic()
    assert PasswordCommand(shell(script)).read() == Secret("pass word")
    assert time.monotonic() - started < 3
    agent = int((tmp_path / "agent").read_text())
    assert is_alive(agent)
    os.kill(agent, 9)


@pytest.mark.parametrize("stream", ["1", "2"])
def test_one_that_prints_much_does_not_stop(stream: str) -> None:
    script = f"echo pass word; head -c 3000000 /dev/zero >&{stream}"
    assert PasswordCommand(shell(script)).read() == Secret("pass word")
