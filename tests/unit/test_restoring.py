"""A store put back as a backup has it, and a store that turns up elsewhere."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from pipeline import home
from pipeline.errors import InputError, TryAgainError
from pipeline.home import become_a_copy, is_copy, settle, why_not_at_home
from pipeline.ledger import Answer, Entry, Ledger, Question, State
from pipeline.model import Company
from pipeline.restoring import restore
from pipeline.store import Put, Store
from pipeline.store_files import pour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.ledger import Account

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
URL = "https://cal.example/ann/reminders/"
RESTORE = """
import sys; from pathlib import Path; from datetime import datetime, UTC
from pipeline.restoring import restore; print(flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def put(path: Path, *names: str) -> None:
    with Store.open(path) as store:
        store.apply("put", NOW, [Put(Company(name, name)) for name in names])


def names(path: Path) -> set[str]:
    with Store.open(path) as store:
        return {company.id for company in store.facts().companies}


def back_up(path: Path) -> Path:
    target = path.with_name("backup.sqlite3")
    with Store.open(path) as store:
        store.backup(target)
    return target


class TestRestoring:
    def test_the_facts_are_those_of_the_backup_and_the_others_are_kept(self, path: Path) -> None:
        put(path, "acme")
        backup = back_up(path)
        put(path, "beta")

        kept = restore(backup, path, NOW)

        assert names(path) == {"acme"}
        assert kept is not None
        assert names(kept) == {"acme", "beta"}
        assert restore(kept, path, NOW) not in {kept, None}
        assert names(path) == {"acme", "beta"}

    def test_where_nothing_was_the_store_is_made(self, path: Path) -> None:
        put(path, "acme")
        backup = back_up(path)
        path.unlink()

        assert restore(backup, path, NOW) is None
        assert names(path) == {"acme"}

    def test_a_damaged_store_is_put_aside(self, path: Path) -> None:
        put(path, "acme")
        backup = back_up(path)
        path.write_bytes(b"no store any more" * 1000)

        kept = restore(backup, path, NOW)

        assert kept is not None
        assert kept.read_bytes().startswith(b"no store")
        assert names(path) == {"acme"}

    def test_an_app_that_has_the_store_open_sees_it(self, path: Path) -> None:
        put(path, "acme")
        backup = back_up(path)
        put(path, "beta")
        with Store.open(path) as watching:
            before = watching.version
            restore(backup, path, NOW)
            assert watching.version != before
            assert [company.id for company in watching.facts().companies] == ["acme"]
            watching.apply("put", NOW, [Put(Company("gamma", "Gamma"))])
        assert names(path) == {"acme", "gamma"}

    @pytest.mark.parametrize("content", [b"", b"no store", None])
    def test_what_is_no_backup_changes_nothing(self, path: Path, content: bytes | None) -> None:
        put(path, "acme")
        file = path.with_name("other")
        if content is not None:
            file.write_bytes(content)
        else:
            with closing(sqlite3.connect(file)) as other:
                other.execute("CREATE TABLE store (key TEXT, value TEXT)")
        with pytest.raises(InputError):
            restore(file, path, NOW)
        with pytest.raises(InputError):
            restore(path, path, NOW)
        with pytest.raises(InputError):
            restore(path.with_name("missing"), path, NOW)
        assert names(path) == {"acme"}
        assert {each.name for each in path.parent.iterdir()} == {"store.sqlite3", "other"}

    def test_a_backup_of_a_later_version_is_refused(self, path: Path) -> None:
        put(path, "acme")
        backup = back_up(path)
        with closing(sqlite3.connect(backup)) as later:
            later.execute("PRAGMA user_version = 9999")
        with pytest.raises(InputError, match=r"backup\.sqlite3 was made by a newer topofmind"):
            restore(backup, path, NOW)
        assert names(path) == {"acme"}

    def test_a_backup_on_a_disk_that_cannot_be_written_will_do(self, path: Path, tmp_path: Path) -> None:
        put(path, "acme")
        folder = tmp_path / "disk"
        folder.mkdir()
        backup = shutil.move(back_up(path), folder)
        folder.chmod(0o500)
        try:
            restore(folder / "backup.sqlite3", path, NOW)
        finally:
            folder.chmod(0o700)
        assert [each.name for each in folder.iterdir()] == ["backup.sqlite3"], backup

    def test_somebody_who_writes_for_too_long_is_told(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pipeline.store_files.BUSY_SECONDS", 0.1)
        put(path, "acme")
        backup = back_up(path)
        put(path, "beta")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(TryAgainError, match="busy"):
                pour(backup, path)
        assert names(path) == {"acme", "beta"}

    def test_a_kill_at_any_moment_leaves_the_one_or_the_other(self, path: Path) -> None:
        put(path, "acme", *(f"a{number}" for number in range(500)))
        backup = back_up(path)
        put(path, "beta")
        old, new = names(backup), names(path)
        for wait in (0.0, 0.004, 0.01, 0.03, 0.06):
            process = subprocess.Popen(
                [sys.executable, "-c", RESTORE, str(backup), str(path)],
                stdout=subprocess.PIPE,
                env=os.environ,
            )
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=30)
            assert names(path) in (old, new)

    def test_the_ledger_is_empty_and_knows_its_accounts_as_they_are_now(self, path: Path) -> None:
        with Store.open(path) as store:
            Ledger.of(store).connect("then", URL)
        backup = back_up(path)
        with Store.open(path) as store:
            ledger = Ledger.of(store)
            ledger.disconnect("then")
            ledger.connect("now", URL, mark_in_description=True)
            ledger.put([Entry("now", "thank-you:i1", 1, State.CLEAN, "/a.ics")])
            settle(store)

        restore(backup, path, NOW)

        with Store.open(path) as store:
            (account,) = Ledger.of(store).accounts()
            assert (account.account, account.reconcile, account.mark_in_description) == ("now", True, True)
            assert Ledger.of(store).entries("now") == []
            assert why_not_at_home(store) is None


class TestAtHome:
    @pytest.fixture
    def store(self, path: Path) -> Iterator[Store]:
        with Store.open(path) as store:
            settle(store)
            yield store

    def test_it_stays_at_home(self, store: Store) -> None:
        assert why_not_at_home(store) is None

    def test_a_store_that_was_nowhere_yet_is_at_home(self, path: Path) -> None:
        with Store.open(path) as store:
            assert why_not_at_home(store) is None

    def test_this_machine_has_one_name_that_tells_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(home, "_system_name", lambda: "5f8f4c3e9b0a")
        assert home.machine_id() == home.machine_id() != ""
        assert "5f8f4c3e9b0a" not in home.machine_id()

    def test_a_machine_without_a_name_asks_nothing(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("one machine", ""):
            monkeypatch.setattr(home, "_system_name", lambda name=name: name)
            settle(store)
        monkeypatch.setattr(home, "_system_name", lambda: "another machine")
        assert why_not_at_home(store) is None

    def test_on_another_machine_it_asks(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(home, "_system_name", lambda: "one machine")
        settle(store)
        monkeypatch.setattr(home, "_system_name", lambda: "another machine")
        assert "another machine" in (why_not_at_home(store) or "")
        settle(store)
        assert why_not_at_home(store) is None

    def test_moved_on_this_machine_it_asks_nothing(self, path: Path, store: Store) -> None:
        store.close()
        moved = path.rename(path.with_name("moved.sqlite3"))
        with Store.open(moved) as again:
            assert why_not_at_home(again) is None

    def test_copied_on_this_machine_the_copy_asks(self, path: Path, store: Store) -> None:
        copy = back_up(path)
        with Store.open(copy) as copied:
            assert str(path) in (why_not_at_home(copied) or "")
        assert why_not_at_home(store) is None

    def test_a_store_that_moved_looks_at_everything_anew(self, path: Path, store: Store) -> None:
        ledger = Ledger.of(store)
        known = ledger.connect("home", URL)
        entry = Entry("home", "thank-you:i1", 1, State.CLEAN, "/a.ics")
        ledger.put([entry])
        ledger.keep(_asked(known))

        home.answer(store, Answer.MOVED, path.with_name("config.toml"))

        (account,) = ledger.accounts()
        assert (account.question, account.reconcile) == (None, True)
        assert ledger.entries("home") == [entry]
        assert not is_copy(store)

    def test_a_copy_is_another_store_without_a_calendar(self, path: Path, store: Store) -> None:
        ledger, id_ = Ledger.of(store), store.id
        ledger.keep(_asked(ledger.connect("home", URL)))

        home.answer(store, Answer.COPY, path.with_name("config.toml"))

        assert store.id != id_
        assert ledger.accounts() == []
        assert is_copy(store)
        assert why_not_at_home(store) is None

    def test_a_copy_beside_the_original_is_one_of_its_own(self, path: Path) -> None:
        put(path, "acme")
        with Store.open(path) as store:
            settle(store)
        copy = back_up(path)
        with Store.open(copy) as copied:
            become_a_copy(copied)
            assert why_not_at_home(copied) is None


def _asked(known: Account) -> Account:
    return structs.replace(known, question=Question.MOVED)
