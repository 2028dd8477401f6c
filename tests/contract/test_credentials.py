"""Where a password comes from, in which order, and what happens where there is none."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import traceback
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.traceback import Traceback

from pipeline.errors import InputError, UserNeededError
from servers.credentials_session import PASSWORD, enter, leaks, run
from sync.credentials import Credentials
from sync.keyring_state import KeyringError, KeyringState
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.keyring import PrivateKeyring, State

    Enter = Callable[[State], PrivateKeyring]


@pytest.fixture
def session(private_keyring: Enter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Enter]:
    """Enter a session with a keyring in the given state; afterwards no password may lie about in it."""
    entered: list[PrivateKeyring] = []

    def start(state: State) -> PrivateKeyring:
        entered.append(private_keyring(state))
        enter(entered[-1], monkeypatch)
        return entered[-1]

    yield start
    for keyring in entered:
        assert leaks(Path(keyring.env["HOME"]).parent, PASSWORD, keyring.password) == []


@pytest.fixture
def loaded_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def load(content: bytes) -> None:
        (tmp_path / "topofmind.work").write_bytes(content)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    return load


def test_command_goes_before_keyring_and_keyring_before_memory(session: Enter) -> None:
    session("unlocked")
    credentials = Credentials()
    credentials.keep("work", Secret("from the keyring"))
    credentials.remember("work", Secret("from memory"))
    credentials.remember("home", Secret("home's"))
    assert credentials.get("work", ["echo", "from the command"]) == Secret("from the command")
    assert credentials.get("work") == Secret("from the keyring")
    assert credentials.get("home") == Secret("home's")
    assert credentials.get("elsewhere") is None


def test_what_came_on_standard_input_goes_before_all(session: Enter) -> None:
    session("unlocked")
    Credentials().keep("work", Secret("from the keyring"))
    credentials = Credentials(unattended=True, given={"work": Secret("given")})
    assert credentials.get("work", ["echo", "from the command"]) == Secret("given")


def test_a_command_that_fails_does_not_hide_the_keyring_and_is_told(session: Enter) -> None:
    session("unlocked")
    Credentials().keep("work", Secret(PASSWORD))
    credentials = Credentials(unattended=True)
    assert credentials.get("work", ["false"]) == Secret(PASSWORD)
    assert "ended with exit code 1" in str(credentials.trouble("work"))
    assert credentials.get("work") == Secret(PASSWORD)
    assert credentials.trouble("work") is None


@pytest.mark.parametrize(("command", "error"), [(["false"], UserNeededError), (["/nowhere"], InputError)])
def test_unattended_the_first_trouble_is_raised(
    session: Enter, command: list[str], error: type[Exception]
) -> None:
    session("locked")
    with pytest.raises(error, match="password_command"):
        Credentials(unattended=True).get("work", command)
    with pytest.raises(KeyringError, match="is locked"):
        Credentials(unattended=True).get("work")


def test_a_refused_password_is_not_offered_again_until_a_new_one_is_kept(session: Enter) -> None:
    session("unlocked")
    credentials = Credentials()
    credentials.keep("work", Secret("old"))
    credentials.remember("work", Secret("new"))
    credentials.reject("work", Secret("old"))
    assert credentials.get("work") == Secret("new")
    credentials.reject("work", Secret("new"))
    assert credentials.get("work") is None
    assert "The server refused" in str(credentials.trouble("work"))
    credentials.keep("work", Secret("old"))
    assert credentials.get("work") == Secret("old")


def test_forgetting_empties_memory_too(session: Enter) -> None:
    session("unlocked")
    credentials = Credentials()
    credentials.keep("work", Secret(PASSWORD))
    credentials.remember("work", Secret(PASSWORD))
    assert credentials.forget("work") is True
    assert credentials.get("work") is None


@pytest.mark.parametrize("state", ["no bus", "locked"])
def test_a_credential_of_systemd_serves_where_the_keyring_does_not(
    session: Enter, state: State, loaded_credential: Callable[[bytes], None]
) -> None:
    session(state)
    loaded_credential(b"from systemd\n")
    credentials = Credentials(unattended=True)
    assert credentials.get("work") == Secret("from systemd")
    with pytest.raises(KeyringError):
        credentials.get("home")
    with pytest.raises(KeyringError):
        credentials.get("../work")


def test_the_keyring_goes_before_systemd(session: Enter, loaded_credential: Callable[[bytes], None]) -> None:
    session("unlocked")
    loaded_credential(b"from systemd\n")
    credentials = Credentials()
    assert credentials.get("work") == Secret("from systemd")
    credentials.keep("work", Secret("from the keyring"))
    assert credentials.get("work") == Secret("from the keyring")


def test_an_empty_credential_is_told(session: Enter, loaded_credential: Callable[[bytes], None]) -> None:
    session("unlocked")
    loaded_credential(b"\n")
    credentials = Credentials()
    assert credentials.get("work") is None
    assert isinstance(credentials.trouble("work"), KeyringError)
    credentials.remember("work", Secret("x"))
    assert credentials.get("work") == Secret("x")


@pytest.mark.parametrize("state", ["frozen", "locked", "no bus"])
def test_no_error_shows_a_password_even_with_local_variables(session: Enter, state: State) -> None:
    keyring = session(state)
    credentials = Credentials()
    calls: list[Callable[[], object]] = [
        lambda: credentials.keep("work", Secret(PASSWORD)),
        lambda: credentials.unlock(Secret(PASSWORD)),
        lambda: credentials.create_keyring(Secret(PASSWORD)),
        lambda: credentials.get("work", ["/bin/sh", "-c", "cat; exit 1"]),
    ]
    shown = Console(file=StringIO(), width=300)
    raised = 0
    for call in calls:
        try:
            call()
        except UserNeededError as error:
            raised += 1
            shown.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True))
            shown.print("".join(traceback.format_exception(error)))
    assert raised >= 2
    assert leaks_in(shown.file.getvalue()) is False
    assert keyring.prompts == 0


def leaks_in(text: str) -> bool:
    return any(word in text for word in (PASSWORD, "correct horse"))


def test_a_bug_in_a_keyring_comes_through_without_its_local_variables(session: Enter) -> None:
    session("unlocked")

    def failing(_keyring: object) -> None:
        plain = Secret(PASSWORD).reveal()
        raise LookupError(f"{len(plain)} characters")

    with pytest.raises(LookupError, match="21 characters") as raised:
        Credentials()._keyring.ask(failing)
    shown = Console(file=StringIO(), width=300)
    error = raised.value
    shown.print(Traceback.from_exception(LookupError, error, error.__traceback__, show_locals=True))
    assert "in failing" in shown.file.getvalue()
    assert leaks_in(shown.file.getvalue()) is False


def test_no_child_process_is_given_a_password(session: Enter, tmp_path: Path) -> None:
    session("unlocked")
    credentials = Credentials(given={"given": Secret(PASSWORD)})
    credentials.remember("home", Secret(PASSWORD))
    credentials.keep("work", Secret(PASSWORD))
    credentials.get("work")
    environment = f"tr '\\0' '\\n' < /proc/self/environ > {tmp_path}/environ"
    look = f"{environment}; cat /proc/$PPID/cmdline > {tmp_path}/cmdline"
    credentials.get("other", ["/bin/sh", "-c", f"{look}; echo done"])
    assert "HOME=" in (tmp_path / "environ").read_text()
    assert leaks(tmp_path, PASSWORD) == []


WAITING = """
import sys, threading, time
from sync.credentials import Credentials
credentials = Credentials()
waiting = threading.Thread(target=credentials.get, args=("work", *map(eval, sys.argv[1:])))
waiting.start()
time.sleep(0.5)
assert waiting.is_alive(), "it should hang"
credentials.close()
waiting.join()
"""


@pytest.mark.parametrize("command", [(), ('["sleep", "60"]',)])
def test_quitting_does_not_wait_for_the_keyring_nor_for_a_command(
    session: Enter, command: tuple[str]
) -> None:
    keyring = session("frozen" if not command else "unlocked")
    child = run(WAITING, keyring.env, *command)
    assert (child.code, child.errors) == (0, "")
    assert child.seconds < 2.5


def test_ctrl_c_ends_a_waiting_program_at_once_and_its_command_with_it(
    session: Enter, tmp_path: Path
) -> None:
    keyring = session("unlocked")
    code = (
        "import signal, sys; from sync.credentials import Credentials; "
        # A shell that runs the tests in the background has Ctrl-C ignored in all that they start.
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "Credentials().get('work', sys.argv[1:])"
    )
    script = f"echo $$ > {tmp_path}/pid; exec sleep 60"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "/bin/sh", "-c", script], env=keyring.env, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 10
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    assert child.wait(3) != 0
    command = Path("/proc", (tmp_path / "pid").read_text().strip())
    while command.exists():  # whoever was killed stays there until init has buried it
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_call_after_closing_is_answered_at_once(session: Enter) -> None:
    session("unlocked")
    credentials = Credentials()
    credentials.close()
    assert credentials.status("work").state is KeyringState.FROZEN
    waiting = Thread(target=credentials.get, args=("work",))
    waiting.start()
    waiting.join(1)
    assert not waiting.is_alive()
