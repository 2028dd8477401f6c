"""Stores put back, copied and moved, and calendars in turn, by command: nothing twice, and nothing left.

What is on a calendar is read from the server's own disk.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import home
from pipeline.errors import InputError, TryAgainError, UserNeededError
from servers.caldav import Radicale
from tui import cli

if TYPE_CHECKING:
    from pathlib import Path

SOON = (datetime.now(UTC) + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
COUNT = 6


def facts(count: int = COUNT) -> str:
    """Give next actions, each of which is one reminder."""
    actions = [
        {"id": f"a{number}", "text": f"Call {number}", "at": (SOON + timedelta(hours=number)).isoformat()}
        for number in range(count)
    ]
    return json.dumps({"format": "topofmind/1", "next_actions": actions})


@dataclass(frozen=True)
class Machine:
    """One user's files on one machine, and the command there."""

    folder: Path
    name: str
    password: str
    patch: pytest.MonkeyPatch
    read: pytest.CaptureFixture[str]

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite3"

    def __call__(self, *words: str, code: int = 0) -> str:
        self.patch.setattr(home, "_system_name", lambda: self.name)
        self.patch.setenv("TOPOFMIND_STORE", str(self.store))
        self.patch.setenv("TOPOFMIND_CONFIG", str(self.folder / "config.toml"))
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{self.password}\n".encode())))
        words = (
            (*words, "--password-stdin")
            if words[0] in {"sync", "calendar"} and words[1:2] not in {("status",), ("answer",)}
            else words
        )
        self.read.readouterr()
        assert cli.run(words) == code, self.read.readouterr()
        out, err = self.read.readouterr()
        return out + err

    def connect(self, server: Radicale, *more: str) -> None:
        self("calendar", "connect", "--url", server.url, "--user", server.user, *more)

    def copied_to(self, folder: Path, name: str) -> Machine:
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, name=name)


@pytest.fixture
def machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    radicale_server: Radicale,
) -> Machine:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "config.toml").write_text('[user]\ntime_zone = "UTC"\nquiet_hours = ["00:00", "00:00"]\n')
    (folder / "facts.json").write_text(facts())
    made = Machine(folder, "one machine", radicale_server.password, monkeypatch, capsys)
    made("import", str(folder / "facts.json"))
    return made


def on(server: Radicale, calendar: str | None = None) -> list[str]:
    """List the titles on one calendar, or on all."""
    files = [file for file in server.storage.rglob("*.ics") if ".Radicale.cache" not in file.parts]
    texts = [file.read_text() for file in files if calendar in {None, file.parent.name}]
    return sorted(
        line.removeprefix("SUMMARY:")
        for text in texts
        for line in text.splitlines()
        if line.startswith("SUMMARY")
    )


CALLS = [f"Call {number}" for number in range(COUNT)]


@pytest.mark.parametrize("by_hand", [False, True], ids=["restored", "copied back by hand"])
def test_a_store_from_a_backup_of_the_day_before(
    machine: Machine, radicale_server: Radicale, tmp_path: Path, *, by_hand: bool
) -> None:
    machine.connect(radicale_server)
    machine("sync")
    backup = tmp_path / "backup.sqlite3"
    machine("backup", str(backup))
    # A day's work that the backup knows nothing of.
    machine("done", "call 0")
    machine("done", "call 1")
    machine("add", "next-action", "Call 9", "--at", SOON.isoformat())
    machine("sync")
    assert on(radicale_server) == [*CALLS[2:], "Call 9"]

    if by_hand:
        for suffix in ("-wal", "-shm"):
            machine.store.with_name(machine.store.name + suffix).unlink(missing_ok=True)
        shutil.copy(backup, machine.store)
    else:
        machine("restore", str(backup))
    told = machine("sync")

    assert "came back" not in told
    assert on(radicale_server) == CALLS
    assert "nothing to do" in machine("sync")
    assert f"{COUNT} compared: all is as it should be" in machine("calendar", "verify")
    assert "removed on the phone" not in machine("calendar", "status")


def test_a_store_on_another_machine_asks_before_it_syncs(
    machine: Machine, radicale_server: Radicale, tmp_path: Path
) -> None:
    machine.connect(radicale_server)
    machine("sync")
    other = machine.copied_to(tmp_path / "other", "another machine")
    other("done", "call 0")
    for verb in (("sync",), ("calendar", "verify"), ("calendar", "wipe"), ("calendar", "disconnect")):
        assert "calendar answer copy" in other(*verb, code=UserNeededError.exit_code)
    assert "calendar answer moved" in other("calendar", "status")
    assert on(radicale_server) == CALLS

    other("calendar", "answer", "moved")
    assert "1 removed" in other("sync")
    assert "nothing to do" in other("sync")
    assert on(radicale_server) == CALLS[1:]
    other("calendar", "answer", "moved", code=InputError.exit_code)


def test_a_copy_syncs_with_nothing_until_it_is_connected_and_then_with_its_own(
    machine: Machine, radicale_server: Radicale, tmp_path: Path
) -> None:
    machine.connect(radicale_server)
    machine("sync")
    other = machine.copied_to(tmp_path / "other", "another machine")
    other("calendar", "answer", "copy")
    other("done", "call 0")
    other("sync", code=InputError.exit_code)  # nothing is connected
    assert on(radicale_server) == CALLS

    radicale_server.make_calendar("second")
    other.connect(radicale_server, "--calendar", "second")
    assert "5 pushed" in other("sync")
    assert "nothing to do" in machine("sync")
    assert on(radicale_server, "second") == CALLS[1:]
    assert len(on(radicale_server)) == 2 * COUNT - 1
    # Even on one calendar neither takes the other's for its own.
    other.connect(radicale_server, "--calendar", "topofmind")
    other("sync")
    assert on(radicale_server, "second") == []
    machine("calendar", "wipe")
    assert on(radicale_server) == CALLS[1:]
    assert "nothing to do" in other("sync")


def test_a_copy_in_a_second_file_asks_as_well(
    machine: Machine, radicale_server: Radicale, tmp_path: Path
) -> None:
    machine.connect(radicale_server)
    machine("sync")
    second = machine.copied_to(tmp_path / "second", machine.name)
    assert str(machine.store) in second("sync", code=UserNeededError.exit_code)
    assert "nothing to do" in machine("sync")
    machine.store.unlink()  # now it is the only one: it moved
    assert "nothing to do" in second("sync")


def test_disconnected_and_connected_again(machine: Machine, radicale_server: Radicale) -> None:
    machine.connect(radicale_server)
    machine("sync")
    machine("calendar", "disconnect")
    assert on(radicale_server) == []
    machine.connect(radicale_server)
    assert f"{COUNT} pushed" in machine("sync")

    machine("calendar", "disconnect", "--keep")
    machine("done", "call 0")
    assert on(radicale_server) == CALLS
    machine.connect(radicale_server)
    assert "1 removed" in machine("sync")
    assert on(radicale_server) == CALLS[1:]
    assert "nothing to do" in machine("sync")


def test_disconnecting_says_what_would_ring_on(machine: Machine, radicale_server: Radicale) -> None:
    machine.connect(radicale_server)
    machine("sync")
    radicale_server.stop()
    told = machine("calendar", "disconnect", code=TryAgainError.exit_code)
    assert "--keep" in told
    assert f"{radicale_server.user}@" in machine("calendar", "status")
    machine("calendar", "disconnect", "--keep")
    assert "no calendar is connected" in machine("calendar", "status")


def test_two_calendars_of_one_account_in_turn(machine: Machine, radicale_server: Radicale) -> None:
    machine.connect(radicale_server)
    machine("sync")
    radicale_server.make_calendar("second")
    machine.connect(radicale_server, "--calendar", "second")
    assert f"{COUNT} reminders are still on" in machine("calendar", "status")
    machine("sync")
    assert on(radicale_server) == on(radicale_server, "second") == CALLS
    assert "are still on" not in machine("calendar", "status")

    machine.connect(radicale_server, "--calendar", "topofmind")
    machine.connect(radicale_server, "--calendar", "second")
    machine.connect(radicale_server, "--calendar", "topofmind")
    machine("sync")
    assert on(radicale_server) == CALLS
    assert on(radicale_server, "second") == []


def test_two_accounts_in_turn(machine: Machine, radicale_server: Radicale, tmp_path: Path) -> None:
    with Radicale(tmp_path / "another") as another:
        elsewhere = replace(machine, password=another.password)
        machine.connect(radicale_server)
        machine("sync")
        machine("calendar", "disconnect")
        elsewhere.connect(another)
        assert f"{COUNT} pushed" in elsewhere("sync")
        assert on(radicale_server) == []
        assert on(another) == CALLS

        elsewhere("calendar", "disconnect", "--keep")
        elsewhere("done", "call 0")
        machine.connect(radicale_server)
        assert f"{COUNT - 1} pushed" in machine("sync")
        machine("calendar", "disconnect")
        elsewhere.connect(another)
        assert "1 removed" in elsewhere("sync")
        assert "nothing to do" in elsewhere("sync")
        assert on(radicale_server) == []
        assert on(another) == CALLS[1:]


def test_a_calendar_that_is_gone_is_made_anew(machine: Machine, radicale_server: Radicale) -> None:
    machine.connect(radicale_server)
    machine("sync")
    radicale_server.request("DELETE", f"{radicale_server.home}topofmind/")
    for calendar in radicale_server.storage.iterdir():
        if calendar.is_dir():
            shutil.rmtree(calendar)
    machine("sync", code=UserNeededError.exit_code)
    assert "calendar connect" in machine("calendar", "status")
    machine("calendar", "answer", "restore", code=InputError.exit_code)
    machine.connect(radicale_server)
    assert f"{COUNT} pushed" in machine("sync")
    assert on(radicale_server) == CALLS


def test_verifying_mends_and_wiping_removes(machine: Machine, radicale_server: Radicale) -> None:
    machine.connect(radicale_server)
    machine("sync")
    assert f"{COUNT} compared: all is as it should be" in machine("calendar", "verify")
    (file,) = (
        file
        for file in radicale_server.storage.rglob("*.ics")
        if ".Radicale.cache" not in file.parts and "SUMMARY:Call 3" in file.read_text()
    )
    file.write_text(re.sub(r"BEGIN:VALARM.*?END:VALARM\r?\n", "", file.read_text(), flags=re.DOTALL))
    assert f"{COUNT} compared, 1 mended" in machine("calendar", "verify")
    assert "BEGIN:VALARM" in file.read_text()
    assert f"{COUNT} removed" in machine("calendar", "wipe")
    assert on(radicale_server) == []
    assert f"{COUNT} pushed" in machine("sync")


def test_the_ledger_holds_no_password(machine: Machine, radicale_server: Radicale) -> None:
    machine.connect(radicale_server)
    machine("sync")
    with closing(sqlite3.connect(machine.store)) as store:
        assert radicale_server.password not in "\n".join(store.iterdump())


def test_follow_ups_on_facts_with_one_id_are_each_there_once(
    machine: Machine, radicale_server: Radicale
) -> None:
    now = datetime.now(UTC)
    held, (today, *later) = (
        (now - timedelta(days=1)).isoformat(),
        ((now + timedelta(days=days)).date().isoformat() for days in (0, 10, 14)),
    )
    period = {"said_on": today, "earliest": later[0], "latest": later[1]}
    reply = {"people": ["1"], "at": held, "kind": "reply", "direction": "in"}
    names = ("Acme", "Bolt", "Corp")
    facts = {  # each kind is numbered for itself, as in a file
        "format": "topofmind/1",
        "companies": [{"id": name, "name": name} for name in names],
        "contacts": [{"id": "1", "name": "Ann"}],
        "opportunities": [
            {"id": name, "title": "SRE", "company": name, "stage": "screening"} for name in names
        ],
        "time_periods": [{"id": "1", "opportunity": "Acme", **period}],
        "interviews": [
            {"id": "1", "opportunity": "Bolt", "starts_at": held},
            {"id": "2", "opportunity": "Corp", "starts_at": held},
        ],
        "touches": [{"id": "1", "opportunity": "Corp", **reply}],
    }
    (machine.folder / "facts.json").write_text(json.dumps(facts))
    machine("import", str(machine.folder / "facts.json"))

    derived = json.loads(machine("reminders", "--all", "--json"))
    assert len({one["id"] for one in derived}) == len(derived)
    rules = {"check-in", "time passed", "closing note", "go dormant"}
    chains = {one["id"]: one["title"] for one in derived if one["rule"] in rules}
    assert len([id_ for id_ in chains if id_.startswith("check-in:1")]) == len(names)

    machine.connect(radicale_server)
    machine("sync")
    shown = [title.removeprefix("Still no answer? ") for title in on(radicale_server)]
    rings = [title for id_, title in chains.items() if not id_.startswith("go dormant")]
    assert sorted(title for title in shown if title in rings) == sorted(rings)

    done, *others = chains
    machine("done", done)
    left = {one["id"] for one in json.loads(machine("reminders", "--json"))}
    assert left >= {*others}
    assert done not in left
    assert all(title in machine("why", id_) for id_, title in chains.items())
