"""Each state of the private keyring, as the packages see it that the product uses."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from servers.keyring import PrivateKeyring

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.keyring import State

    Start = Callable[[State], PrivateKeyring]

SAVE = "import keyring; keyring.set_password('topofmind', 'work', 'hunter2')"
READ = "import keyring; print(keyring.get_password('topofmind', 'work'))"
SEARCH = """
from contextlib import closing
import secretstorage
with closing(secretstorage.dbus_init()) as bus:
    found = secretstorage.search_items(bus, {"service": "topofmind"})
    print([item.is_locked() for item in found])
"""
LOCKED = """
from contextlib import closing
import secretstorage
with closing(secretstorage.dbus_init()) as bus:
    print(secretstorage.get_default_collection(bus).is_locked())
"""
UNLOCK_WITH_PASSWORD = """
import sys, secretstorage
from contextlib import closing
from jeepney import DBusAddress, new_method_call
from secretstorage.util import open_session, format_secret
password = sys.stdin.read().encode()
with closing(secretstorage.dbus_init()) as bus:
    session = open_session(bus)
    keyring = DBusAddress(
        "/org/freedesktop/secrets",
        bus_name="org.freedesktop.secrets",
        interface="org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
    )
    body = ("/org/freedesktop/secrets/collection/login", format_secret(session, password, "text/plain"))
    answer = bus.send_and_get_reply(new_method_call(keyring, "UnlockWithMasterPassword", "o(oayays)", body))
    print(answer.header.message_type.name)
"""


def python(code: str, keyring: PrivateKeyring, *, stdin: str = "", seconds: float = 20) -> str:
    """Run code in a child; return what it printed or the last line of its traceback."""
    child = subprocess.run(
        [sys.executable, "-c", code],
        env=keyring.env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return (child.stdout or child.stderr).strip().splitlines()[-1] if child.returncode or child.stdout else ""


def hangs(code: str, keyring: PrivateKeyring) -> bool:
    try:
        python(code, keyring, seconds=2)
    except subprocess.TimeoutExpired:
        return True
    return False


def test_unlocked_keeps_a_secret(private_keyring: Start) -> None:
    keyring = private_keyring("unlocked")
    assert python(SAVE, keyring) == ""
    assert python(READ, keyring) == "hunter2"
    assert keyring.prompts == 0


def test_locked_asks_once_and_is_told_that_nobody_is_there(private_keyring: Start) -> None:
    keyring = private_keyring("locked")
    assert python(READ, keyring).startswith("keyring.errors.KeyringLocked")
    assert keyring.prompts == 1


def test_what_was_saved_can_be_found_though_not_read_once_it_is_locked(private_keyring: Start) -> None:
    keyring = private_keyring("unlocked")
    python(SAVE, keyring)
    keyring.lock()
    assert python(SEARCH, keyring) == "[True]"
    assert keyring.prompts == 0
    assert python(READ, keyring).startswith("keyring.errors.KeyringLocked")


@pytest.mark.parametrize(
    ("password", "answer", "locked"),
    [(PrivateKeyring.password, "method_return", "False"), ("a wrong one", "error", "True")],
)
def test_locked_opens_with_its_password_only(
    private_keyring: Start, password: str, answer: str, locked: str
) -> None:
    keyring = private_keyring("locked")
    assert python(UNLOCK_WITH_PASSWORD, keyring, stdin=password) == answer
    assert python(LOCKED, keyring) == locked
    assert keyring.prompts == 0


def test_prompting_hangs_whoever_asks_but_not_who_looks(private_keyring: Start) -> None:
    keyring = private_keyring("prompting")
    assert python(LOCKED, keyring) == "True"
    assert keyring.prompts == 0
    assert hangs(READ, keyring)
    assert keyring.prompts == 1


def test_frozen_hangs_until_it_is_thawed(private_keyring: Start) -> None:
    keyring = private_keyring("frozen")
    assert hangs(READ, keyring)
    keyring.thaw()
    assert python(READ, keyring) == "None"


def test_fresh_has_no_keyring_to_read_from(private_keyring: Start) -> None:
    keyring = private_keyring("fresh")
    assert python(READ, keyring).startswith("keyring.errors.InitError")


def test_stalled_is_waited_for(private_keyring: Start) -> None:
    assert hangs(READ, private_keyring("stalled"))


@pytest.mark.parametrize("state", ["missing", "no bus"])
def test_without_a_service_keyring_says_so(private_keyring: Start, state: State) -> None:
    assert python(READ, private_keyring(state)).startswith("keyring.errors.NoKeyringError")


def test_a_cron_job_does_not_find_the_bus(private_keyring: Start) -> None:
    keyring = private_keyring("unlocked")
    del keyring.env["DBUS_SESSION_BUS_ADDRESS"]
    assert python(READ, keyring).startswith("keyring.errors.NoKeyringError")


def test_a_stopped_keyring_leaves_a_stale_bus_and_no_process(private_keyring: Start) -> None:
    keyring = private_keyring("unlocked")
    keyring.stop()
    assert python(READ, keyring).startswith("keyring.errors.NoKeyringError")
