"""The store: one file that survives kills, other processes, old versions, and every undo and redo."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from any_commands import NOW, SEED, add_company, add_contact, any_commands
from any_facts import any_facts
from pipeline import store as store_module
from pipeline.commands import entering
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.errors import InputError, TryAgainError
from pipeline.model import Company, Contact, Facts, Opportunity
from pipeline.settings import Settings, User
from pipeline.store import APPLICATION_ID, Put, Remove, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from any_commands import Command

SETTINGS = Settings(user=User(time_zone="America/New_York"))
ACME = Company("acme", "Acme")
NEWEST = max(
    int(file.name.removesuffix(".sql"))
    for file in resources.files("pipeline").joinpath("migrations").iterdir()
    if file.name.endswith(".sql")
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.sqlite3"


def put(path: Path, *records: Company | Contact | Opportunity) -> None:
    with Store.open(path) as store:
        store.apply("put", NOW, [Put(record) for record in records])


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def facts_dump(store: Store) -> list[str]:
    """Give all that the store holds of facts, in its own words and order."""
    kept = (
        *('INSERT INTO "steps"', 'INSERT INTO "changes"', 'INSERT INTO "holidays"'),
        """INSERT INTO "store" VALUES('revision\'""",
    )
    return [line for line in store.connection.iterdump() if not line.startswith(kept)]


# The file


def test_a_new_store_is_private_and_strict(path: Path) -> None:
    with Store.open(path) as store:
        store.apply("put", NOW, [Put(ACME)])
        connection = store.connection
        files = sorted(file.name for file in path.parent.iterdir())
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert modes == {0o600}
        assert files == ["store.sqlite3", "store.sqlite3-shm", "store.sqlite3-wal"]
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "application_id") == APPLICATION_ID
        assert pragma(connection, "user_version") == NEWEST
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        assert {name for name, strict in tables if not strict} == {"sqlite_schema"}
    assert [file.name for file in path.parent.iterdir()] == ["store.sqlite3"]


def test_a_reference_to_nothing_is_refused_by_the_file_itself(path: Path) -> None:
    put(path, ACME, Opportunity("o", "Engineer", "acme"))
    with Store.open(path) as store:
        with pytest.raises(InputError, match="nowhere"):
            store.apply("remove", NOW, [Remove(ACME)])

        assert store.facts().companies == (ACME,)
        assert store.undo().label == "put"


# Migrations


def make_old(path: Path) -> None:
    """Make a store as the first version made it."""
    path.parent.mkdir(parents=True)
    script = resources.files("pipeline").joinpath("migrations", "0001.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as old:
        old.executescript(script)
        old.execute("INSERT INTO store (key, value) VALUES ('id', 'old-id')")
        old.execute("INSERT INTO companies (id, name, kind) VALUES ('acme', 'Acme', 'employer')")
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 1")
        old.commit()


def test_an_old_store_is_backed_up_before_each_migration(path: Path) -> None:
    make_old(path)

    with Store.open(path) as store:
        assert store.id == "old-id"
        assert store.facts().companies == (ACME,)
        assert pragma(store.connection, "user_version") == NEWEST
        with Store.open(path.with_name("new.sqlite3")) as new:
            assert _schema(store) == _schema(new)

    for number in range(2, NEWEST + 1):
        backup = path.with_name(f"store.sqlite3.before-{number:04}")
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        with closing(sqlite3.connect(backup)) as before:
            assert pragma(before, "user_version") == number - 1
            assert before.execute("SELECT id FROM companies").fetchall() == [("acme",)]


def _schema(store: Store) -> list[tuple[str]]:
    return store.connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path) -> None:
    make_old(path)
    with closing(sqlite3.connect(path)) as old:
        old.execute("CREATE TABLE calendar_accounts (mine TEXT)")
    with pytest.raises(InputError, match="calendar_accounts"):
        Store.open(path)

    with closing(sqlite3.connect(path)) as still:
        assert pragma(still, "user_version") == 1
        assert still.execute("SELECT id FROM companies").fetchall() == [("acme",)]


# What is no store


def _newer(path: Path) -> None:
    put(path, ACME)
    with closing(sqlite3.connect(path)) as store:
        store.execute(f"PRAGMA user_version = {NEWEST + 1}")


def _foreign(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE cookies (name TEXT)")


def _foreign_and_empty(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA application_id = 1196444487")  # GeoPackage


def _text(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("dear diary\n" * 1000)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_newer, "newer topofmind"),
        (_foreign, "is not a topofmind store"),
        (_foreign_and_empty, "is not a topofmind store"),
        (_text, "is not a topofmind store"),
    ],
)
def test_what_is_no_store_is_refused_and_left_alone(
    path: Path, make: Callable[[Path], None], told: str
) -> None:
    make(path)
    before = path.read_bytes()

    with pytest.raises(InputError) as refused:
        Store.open(path)

    assert told in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--store"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be opened"):
        Store.open(tmp_path / "file" / "store.sqlite3")


AS_A_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
"""Before a command: root as well then minds the modes of files."""


@pytest.mark.parametrize("has_store", [False, True])
def test_a_folder_where_nothing_can_be_written_is_told_in_one_line(
    tmp_path: Path, *, has_store: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if has_store:
        put(folder / "store.sqlite3", ACME)
        (folder / "store.sqlite3").chmod(0o400)
    folder.chmod(0o500)
    try:
        run = subprocess.run(
            [*AS_A_USER, sys.executable, "-c", "from tui.cli import main; main(['today'])"],
            env={**os.environ, "TOPOFMIND_STORE": str(folder / "store.sqlite3"), "TOPOFMIND_CONFIG": ""},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=30,
            check=False,
        )
    finally:
        folder.chmod(0o700)

    assert run.returncode == 2
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert f"the store {folder}/store.sqlite3 cannot be" in line


# Undo and redo


@given(any_commands())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_undo_and_redo_bring_back_every_byte(
    tmp_path_factory: pytest.TempPathFactory, commands: list[Command]
) -> None:
    with Store.open(tmp_path_factory.mktemp("undo") / "store.sqlite3") as store:
        desk = Desk(store, SETTINGS, lambda: NOW)
        states = [facts_dump(store)]
        for command, number in (*SEED, *commands):
            with suppress(InputError):
                desk.do(partial(command, number=number))
            if (state := facts_dump(store)) != states[-1]:
                states.append(state)

        for state in reversed(states[:-1]):
            desk.undo()
            assert facts_dump(store) == state
        with pytest.raises(InputError, match="nothing to undo"):
            desk.undo()
        for state in states[1:]:
            desk.redo()
            assert facts_dump(store) == state
        with pytest.raises(InputError, match="nothing to redo"):
            desk.redo()
        assert pragma(store.connection, "integrity_check") == "ok"
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []


@given(any_facts(), any_facts())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_import_over_other_facts_can_be_undone(
    tmp_path_factory: pytest.TempPathFactory, first: Facts, second: Facts
) -> None:
    with Store.open(tmp_path_factory.mktemp("undo") / "store.sqlite3") as store:
        desk = Desk(store, SETTINGS, lambda: NOW)
        desk.do(partial(import_facts, new=first, name="first"))
        before = facts_dump(store)
        change = desk.do(partial(import_facts, new=second, name="second"))
        after = facts_dump(store)

        if change.writes:
            desk.undo()
            assert facts_dump(store) == before
            desk.redo()
        assert facts_dump(store) == after


def test_what_changes_nothing_leaves_no_step(path: Path) -> None:
    put(path, ACME)
    with Store.open(path) as store:
        assert not store.apply("again", NOW, [Put(ACME), Remove(Company("x", "X"))])
        assert store.undo().label == "put"


def test_a_new_step_ends_what_could_be_done_again(path: Path) -> None:
    put(path, ACME)
    with Store.open(path) as store:
        store.undo()
        store.apply("other", NOW, [Put(Company("globex", "Globex"))])

        with pytest.raises(InputError, match="nothing to redo"):
            store.redo()


def test_a_refused_command_changes_nothing_though_others_were_done_with_it(path: Path) -> None:
    with Store.open(path) as store:
        desk = Desk(store, SETTINGS, lambda: NOW)

        with pytest.raises(InputError, match="country"):
            desk.do_all(
                [
                    lambda reading: entering.add_company(reading, "Acme"),
                    lambda reading: entering.add_company(reading, "Globex", country="XX"),
                ]
            )

        assert store.facts() == Facts()
        with pytest.raises(InputError, match="nothing to undo"):
            store.undo()


def test_commands_done_together_see_each_other_and_are_one_step(path: Path) -> None:
    with Store.open(path) as store:
        desk = Desk(store, SETTINGS, lambda: NOW)
        desk.do_all([partial(add_company, number=0), partial(add_contact, number=1)])

        assert store.facts().contacts[0].company == store.facts().companies[0].id
        assert desk.undo().label == "add Company 0 (and 1 more)"
        assert store.facts() == Facts()


# Other processes

PRELUDE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from msgspec import structs
from pipeline.desk import Change, Desk
from pipeline.model import Company
from pipeline.settings import Settings
from pipeline.store import Put, Store

path = Path(sys.argv[1])
"""


def start(script: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, str(path)], stdout=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


ADD_ONE = """
def count(reading):
    company = reading.index.companies["acme"]
    return Change("count", (Put(structs.replace(company, notes=str(int(company.notes) + 1))),))

with Store.open(path) as store:
    desk = Desk(store, Settings())
    for _ in range(40):
        desk.do(count)
"""


def test_two_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    put(path, Company("acme", "Acme", notes="0"))

    for process in [start(ADD_ONE, path), start(ADD_ONE, path)]:
        finish(process)

    with Store.open(path) as store:
        assert store.facts().companies[0].notes == "80"
        for _ in range(80):
            store.undo()
        assert store.facts().companies[0].notes == "0"


def test_processes_that_make_the_store_at_once_make_one(path: Path) -> None:
    script = "print(Store.open(path).id)"

    ids = {finish(process) for process in [start(script, path) for _ in range(6)]}

    assert len(ids) == 1


def test_processes_that_migrate_the_store_at_once_migrate_it_once(path: Path) -> None:
    make_old(path)

    for process in [start("Store.open(path).close()", path) for _ in range(4)]:
        finish(process)

    with Store.open(path) as store:
        assert store.facts().companies == (ACME,)
    with closing(sqlite3.connect(path.with_name("store.sqlite3.before-0002"))) as before:
        assert pragma(before, "user_version") == 1


def test_what_another_process_did_is_seen_and_can_be_undone(path: Path) -> None:
    with Store.open(path) as store:
        desk = Desk(store, SETTINGS, lambda: NOW)
        assert not desk.index().companies
        finish(start("Store.open(path).apply('theirs', datetime.now(UTC), [Put(Company('a', 'A'))])", path))

        assert list(desk.index().companies) == ["a"]
        assert desk.undo().label == "theirs"
        assert not desk.index().companies


def test_a_store_that_another_process_holds_is_to_be_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, ACME)
    monkeypatch.setattr(store_module, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, Store.open(path) as store:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(TryAgainError, match="is busy"):
            store.apply("put", NOW, [Put(Company("globex", "Globex"))])
        assert store.facts().companies == (ACME,)


STEP = 150
IMPORTING = f"""
with Store.open(path) as store:
    print("open", flush=True)
    for step in range(10_000):
        records = [Put(Company(f"{{step}}-{{number}}", "x" * 200)) for number in range({STEP})]
        store.apply(f"step {{step}}", datetime.now(UTC), records)
        print(step, flush=True)
"""


@pytest.mark.parametrize("wait", [0.02, 0.09, 0.171, 0.233])
def test_a_kill_leaves_all_of_a_step_or_nothing(path: Path, wait: float) -> None:
    process = start(IMPORTING, path)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    process.stdout.readline()
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    told = process.communicate(timeout=30)[0].splitlines()

    with Store.open(path) as store:
        assert pragma(store.connection, "integrity_check") == "ok"
        kept = Counter(one.id.partition("-")[0] for one in store.facts().companies)
        (steps,) = store.connection.execute("SELECT count(*) FROM steps").fetchone()
        assert set(kept.values()) == {STEP}
        assert len(kept) == steps >= len(told)  # what it said was done is there
        for _ in range(steps):
            store.undo()
        assert store.facts() == Facts()


# Backups, and reading as of another moment


def test_a_backup_is_a_store_as_of_now(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.sqlite3"
    with Store.open(path) as store:
        store.apply("put", NOW, [Put(ACME)])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # somebody who is writing keeps nobody from a backup
            store.backup(target)
        store.apply("put", NOW, [Put(Company("globex", "Globex"))])

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with Store.open(target) as restored:
        assert restored.facts().companies == (ACME,)
        assert restored.undo().label == "put"


def test_a_backup_over_a_store_that_was_killed_is_not_mixed_with_it(path: Path, tmp_path: Path) -> None:
    put(path, ACME)
    target = tmp_path / "backup.sqlite3"
    process = start(
        "store = Store.open(path)\n"
        "store.apply('theirs', datetime.now(UTC), [Put(Company(str(n), 'x' * 99)) for n in range(99)])\n"
        "import os; os.kill(os.getpid(), 9)",
        target,
    )
    process.communicate(timeout=30)
    assert target.with_name("backup.sqlite3-wal").stat().st_size

    with Store.open(path) as store:
        store.backup(target)

    with Store.open(target) as restored:
        assert restored.facts().companies == (ACME,)
        assert pragma(restored.connection, "integrity_check") == "ok"


@pytest.mark.parametrize("where", ["", "missing/backup.sqlite3", "folder/store.sqlite3"])
def test_a_backup_that_cannot_be_is_refused(path: Path, tmp_path: Path, where: str) -> None:
    put(path, ACME)
    with Store.open(path) as store:
        with pytest.raises(InputError):
            store.backup(tmp_path / where)

        assert store.facts().companies == (ACME,)
    assert not list(tmp_path.rglob(".*.part"))


@given(any_commands(), st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_as_of_another_moment_stores_nothing(
    tmp_path_factory: pytest.TempPathFactory, commands: list[Command], moment: datetime
) -> None:
    with Store.open(tmp_path_factory.mktemp("at") / "store.sqlite3") as store:
        desk = Desk(store, SETTINGS, lambda: NOW)
        for command, number in (*SEED, *commands):
            with suppress(InputError):
                desk.do(partial(command, number=number))
        before = [line for line in store.connection.iterdump() if 'INTO "holidays"' not in line]

        desk.reminders(moment)
        desk.waiting(moment)

        assert [line for line in store.connection.iterdump() if 'INTO "holidays"' not in line] == before
