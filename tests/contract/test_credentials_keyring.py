"""The keyring in each state that a user can meet: said in time, without a prompt, and with a way on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UserNeededError
from servers.credentials_session import KEYRINGS, PASSWORD, enter, leaks, run
from servers.keyring import STATES
from sync.credentials import Credentials, probe
from sync.keyring_state import KeyringError, KeyringState, KeyringStatus, WrongKeyringPasswordError
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.keyring import PrivateKeyring, State

    Enter = Callable[[State], PrivateKeyring]

SAID_WITHIN = 4.0

FOUND = {
    "unlocked": KeyringState.NO_ENTRY,
    "locked": KeyringState.LOCKED,
    "prompting": KeyringState.LOCKED,
    "frozen": KeyringState.FROZEN,
    "fresh": KeyringState.NO_COLLECTION,
    "stalled": KeyringState.FAILED_TO_START,
    "missing": KeyringState.NO_SERVICE,
    "no bus": KeyringState.NO_BUS,
}
"""What is there → what is said about an account that was never saved."""

GET = """
import sys
from pipeline.errors import TopofmindError
from sync.credentials import Credentials
credentials = Credentials(unattended=True)
try:
    print(credentials.get("work").reveal())
except TopofmindError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
KEYRING_GET = "import keyring; print(keyring.get_password('topofmind', 'work'))"
KEYRING_SET = "import keyring, sys; keyring.set_password('topofmind', 'work', sys.stdin.read())"


@pytest.fixture
def session(private_keyring: Enter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Enter]:
    """Enter a session with a keyring in the given state; afterwards no password may lie about in it."""
    entered: list[PrivateKeyring] = []

    def start(state: State) -> PrivateKeyring:
        keyring = private_keyring(state)
        enter(keyring, monkeypatch)
        entered.append(keyring)
        return keyring

    yield start
    for keyring in entered:
        assert leaks(Path(keyring.env["HOME"]).parent, PASSWORD, keyring.password) == []


def end_daemon_and_start_another(keyring: PrivateKeyring) -> None:
    """Leave the keyring as the next login finds it: on the disk, and never opened since."""
    keyring.processes.pop().stop()
    keyring.state = "fresh"
    keyring._start_daemon()


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_in_time_and_without_a_prompt(session: Enter, state: State) -> None:
    keyring = session(state)
    started = time.monotonic()
    status = probe("work")
    assert time.monotonic() - started < SAID_WITHIN
    assert status.state is FOUND[state]
    assert status.address == f"unix:path={keyring.env['XDG_RUNTIME_DIR']}/bus"
    assert keyring.prompts == 0


@pytest.mark.parametrize("state", STATES)
def test_in_each_state_an_unattended_run_ends_with_one_line_and_exit_code_3(
    session: Enter, state: State
) -> None:
    keyring = session(state)
    child = run(GET, keyring.env)
    assert (child.code, child.output) == (3, "")
    assert child.errors.count("\n") == 1
    assert child.seconds < 5
    assert keyring.prompts == 0


@pytest.mark.parametrize("state", STATES)
def test_in_each_state_one_can_go_on_for_this_session(session: Enter, state: State) -> None:
    session(state)
    credentials = Credentials()
    assert credentials.get("work") is None
    assert isinstance(credentials.trouble("work"), KeyringError)
    credentials.remember("work", Secret(PASSWORD))
    assert credentials.get("work") == Secret(PASSWORD)


@pytest.mark.parametrize("state", ["frozen", "stalled"])
def test_what_timed_out_is_not_asked_again_in_this_run(session: Enter, state: State) -> None:
    session(state)
    credentials = Credentials()
    credentials.status()
    started = time.monotonic()
    assert credentials.status("work").timed_out
    assert credentials.get("work") is None
    with pytest.raises(KeyringError, match=r"account 'work'|does not answer"):
        credentials.keep("work", Secret(PASSWORD))
    assert time.monotonic() - started < 0.5


def test_a_bus_that_is_frozen_is_said_in_time(session: Enter) -> None:
    bus = session("unlocked").processes[0]
    bus.signal(signal.SIGSTOP)
    started = time.monotonic()
    status = probe("work")
    assert time.monotonic() - started < SAID_WITHIN
    assert (status.state, status.detail) == (KeyringState.NO_BUS, "the bus does not answer")
    bus.signal(signal.SIGCONT)
    assert probe("work").state is KeyringState.NO_ENTRY


def test_a_keyring_that_ends_before_it_answered_is_not_told_as_missing(session: Enter) -> None:
    keyring = session("frozen")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(probe, "work")
        time.sleep(0.3)
        keyring.processes[-1].signal(signal.SIGKILL)
    assert (asking.result().state, asking.result().timed_out) == (KeyringState.ENDED, False)
    assert probe("work").state is KeyringState.NO_SERVICE


def test_unlocked_keeps_reads_lists_and_forgets(session: Enter) -> None:
    session("unlocked")
    credentials = Credentials()
    credentials.keep("work", Secret("an older one"))
    credentials.keep("work", Secret(PASSWORD))
    credentials.keep("home", Secret("another"))
    later = Credentials(unattended=True)
    assert later.get("work") == Secret(PASSWORD)
    assert later.status("work").state is KeyringState.UNLOCKED
    assert later.status().backend == "gnome-keyring"
    assert later.entries() == ("home", "work")
    assert later.forget("work") is True
    assert later.forget("work") is False
    assert later.entries() == ("home",)
    assert Credentials().get("work") is None


def test_what_was_kept_is_read_by_keyring_and_the_other_way_round(session: Enter) -> None:
    keyring = session("unlocked")
    Credentials().keep("work", Secret("kept here"))
    assert run(KEYRING_GET, keyring.env).output == "kept here\n"
    assert run(KEYRING_SET, keyring.env, stdin=PASSWORD).code == 0
    assert Credentials().get("work") == Secret(PASSWORD)
    Credentials().keep("work", Secret("kept again"))
    assert run(KEYRING_GET, keyring.env).output == "kept again\n"
    assert Credentials().forget("work")
    assert run(KEYRING_GET, keyring.env).output == "None\n"


@pytest.mark.parametrize("again", [lambda keyring: keyring.lock(), end_daemon_and_start_another])
def test_saved_but_locked_is_told_from_never_saved(
    session: Enter, again: Callable[[PrivateKeyring], None]
) -> None:
    keyring = session("unlocked")
    Credentials().keep("work", Secret(PASSWORD))
    again(keyring)
    saved, never = probe("work"), probe("home")
    assert (saved.state, saved.saved) == (KeyringState.LOCKED, True)
    assert (never.state, never.saved) == (KeyringState.LOCKED, False)
    assert "is saved in it" in saved.sentence
    assert "no password of account 'home'" in never.sentence
    assert Credentials().entries(["work", "home"]) == ("work",)
    with pytest.raises(KeyringError, match="is saved in it"):
        Credentials().forget("work")
    assert Credentials().forget("home") is False
    assert keyring.prompts == 0


def test_a_locked_keyring_opens_with_its_password_and_only_with_that(session: Enter) -> None:
    keyring = session("unlocked")
    Credentials().keep("work", Secret(PASSWORD))
    end_daemon_and_start_another(keyring)
    credentials = Credentials()
    assert credentials.get("work") is None
    assert credentials.status("work").opens_here
    with pytest.raises(WrongKeyringPasswordError, match="not the keyring's password"):
        credentials.unlock(Secret("wrong"), "work")
    assert credentials.status("work").state is KeyringState.LOCKED
    assert credentials.unlock(Secret(keyring.password), "work").state is KeyringState.UNLOCKED
    assert credentials.get("work") == Secret(PASSWORD)
    assert run(GET, keyring.env).output == f"{PASSWORD}\n"
    assert keyring.prompts == 0


def test_a_fresh_server_gets_its_first_keyring(session: Enter) -> None:
    keyring = session("fresh")
    credentials = Credentials()
    assert credentials.status().opens_here
    assert credentials.create_keyring(Secret(keyring.password)).state is KeyringState.UNLOCKED
    credentials.keep("work", Secret(PASSWORD))
    assert (Path(keyring.env["HOME"]) / KEYRINGS / "login.keyring").exists()
    end_daemon_and_start_another(keyring)
    credentials.unlock(Secret(keyring.password))
    assert run(GET, keyring.env).output == f"{PASSWORD}\n"
    assert keyring.prompts == 0


def test_an_existing_keyring_is_not_made_anew(session: Enter) -> None:
    keyring = session("unlocked")
    Credentials().keep("work", Secret(PASSWORD))
    assert Credentials().create_keyring(Secret("other")).state is KeyringState.UNLOCKED
    end_daemon_and_start_another(keyring)
    with pytest.raises(WrongKeyringPasswordError):
        Credentials().unlock(Secret("other"))


def test_unattended_nothing_is_opened(session: Enter) -> None:
    keyring = session("locked")
    credentials = Credentials(unattended=True)
    for open_it in (credentials.unlock, credentials.create_keyring):
        with pytest.raises(UserNeededError, match="unattended"):
            open_it(Secret(keyring.password))
    assert probe().state is KeyringState.LOCKED


@pytest.mark.parametrize("state", ["unlocked", "locked"])
def test_a_cron_job_finds_the_keyring(session: Enter, state: State) -> None:
    keyring = session("unlocked")
    Credentials().keep("work", Secret(PASSWORD))
    if state == "locked":
        keyring.lock()
    bare = {name: keyring.env[name] for name in ("HOME", "XDG_RUNTIME_DIR")}
    child = run(GET, bare)
    assert (child.code, child.output) == ((0, f"{PASSWORD}\n") if state == "unlocked" else (3, ""))
    assert "DBUS_SESSION_BUS_ADDRESS" not in bare


def test_a_stale_address_leads_to_the_bus_that_is_there(
    session: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session("unlocked")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/gone")
    assert probe("work").state is KeyringState.NO_ENTRY
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    assert probe("work").state is KeyringState.NO_BUS


def test_several_at_once_on_a_locked_keyring_and_it_can_be_unlocked_afterwards(session: Enter) -> None:
    keyring = session("unlocked")
    Credentials().keep("work", Secret(PASSWORD))
    keyring.lock()
    app = Credentials()
    with ThreadPoolExecutor(5) as pool:
        syncs = [pool.submit(run, GET, keyring.env) for _ in range(3)]
        in_app = [pool.submit(app.get, "work") for _ in range(2)]
    assert [sync.result().code for sync in syncs] == [3, 3, 3]
    assert [got.result() for got in in_app] == [None, None]
    assert all(sync.result().seconds < 5 for sync in syncs)
    assert keyring.prompts == 0
    assert app.unlock(Secret(keyring.password), "work").state is KeyringState.UNLOCKED
    assert app.get("work") == Secret(PASSWORD)


def test_programs_that_hang_on_a_prompt_do_not_keep_us_waiting(session: Enter) -> None:
    keyring = session("prompting")
    # One, since gnome-keyring 42.1 may abort (gkd-secret-unlock.c:243) where several share a prompt.
    hanging = [subprocess.Popen([sys.executable, "-c", KEYRING_GET], env=keyring.env)]
    try:
        deadline = time.monotonic() + 20
        while keyring.prompts == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert keyring.prompts == 1
        started = time.monotonic()
        credentials = Credentials()
        assert credentials.status("work").state is KeyringState.LOCKED
        assert credentials.unlock(Secret(keyring.password)).state is KeyringState.UNLOCKED
        credentials.keep("work", Secret(PASSWORD))
        assert credentials.get("work") == Secret(PASSWORD)
        assert time.monotonic() - started < SAID_WITHIN
        assert keyring.prompts == 1
    finally:
        for program in hanging:
            program.kill()
            program.wait()


def test_many_threads_at_once_all_get_the_password(session: Enter) -> None:
    session("unlocked")
    credentials = Credentials()
    credentials.keep("work", Secret(PASSWORD))
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(credentials.get, ["work"] * 16))
    assert got == [Secret(PASSWORD)] * 16


def test_a_service_that_the_bus_can_start_is_started_once(session: Enter) -> None:
    keyring = session("missing")
    services = Path(keyring.env["HOME"]).parent / "services"
    started = services.parent / "started"
    script = f"echo started >> {started}; exec gnome-keyring-daemon --start --foreground --components=secrets"
    (services / "org.freedesktop.secrets.service").write_text(
        f"[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sh -c '{script}'\n"
    )
    reload = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]
    subprocess.run([*reload, "org.freedesktop.DBus.ReloadConfig"], check=True, stdout=subprocess.DEVNULL)
    with ThreadPoolExecutor(3) as pool:
        statuses: list[KeyringStatus] = list(pool.map(probe, ["work"] * 3))
    assert {status.state for status in statuses} == {KeyringState.NO_COLLECTION}
    assert started.read_text().splitlines() == ["started"]
