"""What is said of the keyring: one sentence and one step for each state, the same as in the documentation."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

from sync.keyring_state import KeyringError, KeyringState, KeyringStatus
from sync.session_bus import session_buses

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "credentials.md"
EVERY_STATUS = [
    KeyringStatus(state, backend=backend, account_id=account, saved=saved, opens_here=opens, detail=detail)
    for state, backend, account, saved, opens, detail in product(
        KeyringState, ("", "gnome-keyring"), (None, "work"), (None, True, False), (True, False), ("", "why")
    )
]


@pytest.mark.parametrize("state", KeyringState)
def test_each_state_has_one_sentence_and_one_next_step(state: KeyringState) -> None:
    for status in EVERY_STATUS:
        if status.state is not state:
            continue
        assert "\n" not in status.line
        assert "{" not in status.line
        assert status.sentence.endswith(".")
        assert status.sentence.count(". ") == 0
        assert status.next_step.count(". ") == 0
        assert status.next_step.endswith(".") or state is KeyringState.UNLOCKED
        assert len(status.line) < 260


@pytest.mark.parametrize(
    "status",
    [
        KeyringStatus(KeyringState.NO_BUS),
        KeyringStatus(KeyringState.NO_SERVICE),
        KeyringStatus(KeyringState.FAILED_TO_START),
        KeyringStatus(KeyringState.FROZEN),
        KeyringStatus(KeyringState.ENDED),
        KeyringStatus(KeyringState.NO_COLLECTION, opens_here=True),
        KeyringStatus(KeyringState.NO_COLLECTION, backend="KeePassXC"),
        KeyringStatus(KeyringState.LOCKED, saved=True, opens_here=True),
        KeyringStatus(KeyringState.LOCKED, saved=False, opens_here=True),
        KeyringStatus(KeyringState.LOCKED, backend="KeePassXC"),
        KeyringStatus(KeyringState.LOCKED, backend="macOS Keychain"),
        KeyringStatus(KeyringState.DENIED, backend="KeePassXC"),
        KeyringStatus(KeyringState.NO_ENTRY),
        KeyringStatus(KeyringState.UNLOCKED),
        KeyringStatus(KeyringState.REFUSED, backend="keyrings.alt.file.PlaintextKeyring"),
        KeyringStatus(KeyringState.NO_LOGON),
    ],
    ids=lambda status: status.state,
)
def test_the_documentation_says_the_same(status: KeyringStatus) -> None:
    rows = DOCUMENTATION.read_text(encoding="utf-8").splitlines()
    assert any(row.startswith(f"| {status.state} |") and status.sentence in row for row in rows)
    assert any(row.startswith(f"| {status.state} |") and status.next_step in row for row in rows)


def test_an_account_is_named_as_it_is_written() -> None:
    status = KeyringStatus(KeyringState.NO_BUS, account_id="Work {x}")
    assert "for account 'Work {x}'" in status.next_step


def test_macos_is_unlocked_by_its_own_command() -> None:
    assert (
        "security unlock-keychain" in KeyringStatus(KeyringState.LOCKED, backend="macOS Keychain").next_step
    )


def test_passed_over_backends_are_named_in_the_same_sentence() -> None:
    status = KeyringStatus(KeyringState.NO_BUS, passed_over=("a.Plain", "b.Other"))
    assert status.sentence == (
        "There is no D-Bus session here, so no keyring can be reached; "
        "passed over, being no OS keyring: a.Plain, b.Other."
    )


def test_the_error_carries_both_and_the_exit_code() -> None:
    error = KeyringError(KeyringStatus(KeyringState.LOCKED, account_id="work", saved=True))
    assert str(error) == error.status.line
    assert error.exit_code == 3


@pytest.mark.parametrize(
    ("environment", "buses"),
    [
        ({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/a"}, ("unix:path=/a", "unix:path=/run/user/ME/bus")),
        ({"XDG_RUNTIME_DIR": "/r"}, ("unix:path=/r/bus",)),
        ({"XDG_RUNTIME_DIR": "/r", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/r/bus"}, ("unix:path=/r/bus",)),
        ({}, ("unix:path=/run/user/ME/bus",)),
        ({"XDG_RUNTIME_DIR": "/r", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}, ()),
    ],
)
def test_the_bus_is_looked_for_where_it_is_named_and_where_systemd_puts_it(
    environment: dict[str, str], buses: tuple[str, ...]
) -> None:
    assert session_buses(environment) == tuple(bus.replace("ME", str(os.getuid())) for bus in buses)
