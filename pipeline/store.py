"""The store: one SQLite file with every fact, the journal of what was done, and what the sync last saw.

Each user action is one transaction that also writes its undo step, so a kill at any point leaves either all
of it or nothing. Several processes may have the store open at once; SQLite orders their writes.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipeline.encoding import decode, encode
from pipeline.errors import InputError, TryAgainError
from pipeline.store_files import APPLICATION_ID, copy
from pipeline.tables import TABLE_OF, TABLES, Table, read_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self

    from pipeline.model import Fact, Facts

BUSY_SECONDS = 5.0
_MIGRATIONS = Path(__file__).with_name("migrations")
_TOLD_EVERY = 500
"""Records between two words about how far a long change is: about a twentieth of a second."""


@dataclass(frozen=True, slots=True)
class Put:
    """A record to be as given: new, or instead of the one with the same key."""

    record: Fact


@dataclass(frozen=True, slots=True)
class Remove:
    """A record to be gone."""

    record: Fact


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the user did, as undo and redo name it, and what undoing or redoing it wrote."""

    label: str
    at: datetime
    writes: tuple[Put | Remove, ...] = ()


class Store:
    """An open store. Use one per thread; `close` it, or use it as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the store at `path`, making or migrating it where needed. Raises InputError, TryAgainError."""
        try:
            _make_file(path)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"the store {path} cannot be opened ({error}); name another with --store"
            ) from error
        try:
            with _told(path):
                _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of the block or nothing; nobody else writes meanwhile. Inside another one, join it."""
        if self.connection.in_transaction:
            yield
            return
        with _told(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise

    @property
    def id(self) -> str:
        """Name this store among all stores: part of every UID that it puts on a calendar."""
        return self.note("id") or ""

    @property
    def version(self) -> tuple[int, int]:
        """Change whenever any process, this one included, commits to the store; cheap to ask often."""
        (others,) = self.connection.execute("PRAGMA data_version").fetchone()
        return others, self.connection.total_changes

    @property
    def revision(self) -> str:
        """Name the facts as they are: another name after every change of a fact, whoever made it.

        Drawn at random, so that one which was taken back with its transaction never comes again.
        """
        return self.note("revision") or ""

    def _facts_changed(self) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO store (key, value) VALUES ('revision', hex(randomblob(8)))"
        )

    def note(self, key: str) -> str | None:
        """Read what was kept about the store itself under `key`."""
        row = self.connection.execute("SELECT value FROM store WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def keep_note(self, key: str, value: str) -> None:
        """Keep something about the store itself."""
        with self.transaction():
            self.connection.execute("INSERT OR REPLACE INTO store (key, value) VALUES (?, ?)", (key, value))

    def facts(self) -> Facts:
        """Read every fact, as of one moment."""
        with _told(self.path):
            if self.connection.in_transaction:
                return read_facts(self.connection)
            self.connection.execute("BEGIN")
            try:
                return read_facts(self.connection)
            finally:
                self.connection.execute("COMMIT")

    def keys(self, record: Fact) -> list[tuple[str, ...]]:
        """Read the keys of all facts of the kind of `record`, in the order of entry."""
        return TABLE_OF[type(record)].keys(self.connection)

    def apply(
        self,
        label: str,
        at: datetime,
        changes: Sequence[Put | Remove],
        told: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> bool:
        """Make the changes as one undo step named `label`; False (and no step) where nothing differs.

        `told` is told how many of how many are made; what it raises leaves all as it was.
        """
        with self.transaction():
            rows = []
            for number, change in enumerate(changes):
                if number % _TOLD_EVERY == 0:
                    told(number, len(changes))
                if (row := _apply(self.connection, change)) is not None:
                    rows.append(row)
            if not rows:
                return False
            self.connection.execute("DELETE FROM steps WHERE undone = 1")
            step = self.connection.execute(
                "INSERT INTO steps (label, at) VALUES (?, ?)", (label, at.isoformat())
            ).lastrowid
            self.connection.executemany(
                "INSERT INTO changes (step, position, kind, seq, before, after) VALUES (?, ?, ?, ?, ?, ?)",
                [(step, position, *row) for position, row in enumerate(rows)],
            )
            self._facts_changed()
        return True

    def undo(self) -> Step:
        """Take the last step back. Raises InputError where there is none."""
        return self._replay("SELECT max(step) FROM steps WHERE undone = 0", undone=True)

    def redo(self) -> Step:
        """Do the last undone step again. Raises InputError where there is none."""
        return self._replay("SELECT min(step) FROM steps WHERE undone = 1", undone=False)

    def _replay(self, choose: str, *, undone: bool) -> Step:
        with self.transaction():
            (step,) = self.connection.execute(choose).fetchone()
            if step is None:
                raise InputError(
                    "nothing to undo: nothing was done yet"
                    if undone
                    else "nothing to redo: only what was undone last can be done again; undo comes first"
                )
            label, at = self.connection.execute(
                "SELECT label, at FROM steps WHERE step = ?", (step,)
            ).fetchone()
            rows = self.connection.execute(
                "SELECT kind, seq, before, after FROM changes WHERE step = ? ORDER BY position", (step,)
            ).fetchall()
            writes = [
                _restore(
                    self.connection, TABLES[kind], seq, *((after, before) if undone else (before, after))
                )
                for kind, seq, before, after in (reversed(rows) if undone else rows)
            ]
            self._facts_changed()
            self.connection.execute("UPDATE steps SET undone = ? WHERE step = ?", (undone, step))
        return Step(label, datetime.fromisoformat(at), tuple(writes))

    def cached_holidays(self, country: str, year: int) -> dict[date, str] | None:
        """Read a year's holidays of a place, or None where they were not kept yet."""
        row = self.connection.execute(
            "SELECT days FROM holidays WHERE country = ? AND year = ?", (country, year)
        ).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=dict[date, str])

    def knows_country(self, country: str) -> bool:
        """Whether any year's holidays of a place were kept, so that it needs no other check."""
        row = self.connection.execute(
            "SELECT 1 FROM holidays WHERE country = ? LIMIT 1", (country,)
        ).fetchone()
        return row is not None

    def keep_holidays(self, country: str, year: int, days: dict[date, str]) -> None:
        """Keep a year's holidays of a place; a store that is busy just keeps them another time."""
        with suppress(sqlite3.OperationalError):
            self.connection.execute(
                "INSERT OR REPLACE INTO holidays (country, year, days) VALUES (?, ?, ?)",
                (country, year, encode(days)),
            )

    @property
    def has_steps(self) -> bool:
        """Whether the user ever did anything here."""
        return self.connection.execute("SELECT 1 FROM steps LIMIT 1").fetchone() is not None

    def backup(self, target: Path) -> None:
        """Copy the whole store, as of now, to `target` (mode 0600). Raises InputError."""
        if target.exists() and target.samefile(self.path):
            raise InputError("a backup needs another file than the store itself")
        with _told(target):
            copy(self.path, target)


def _apply(
    connection: sqlite3.Connection, change: Put | Remove
) -> tuple[str, int, str | None, str | None] | None:
    """Make one change; give its journal row, or None where nothing differs."""
    table = TABLE_OF[type(change.record)]
    found = table.find(connection, table.key_of(change.record))
    seq, before = found or (None, None)
    if isinstance(change, Remove):
        if seq is None or before is None:
            return None
        table.delete(connection, seq)
        return table.name, seq, encode(before), None
    if before == change.record:
        return None
    seq = table.write(connection, change.record, seq)
    return table.name, seq, encode(before) if before else None, encode(change.record)


def _restore(
    connection: sqlite3.Connection, table: Table, seq: int, was: str | None, image: str | None
) -> Put | Remove:
    """Bring one record back to what it was at another time; tell that as a change."""
    if image is None:
        table.delete(connection, seq)
        return Remove(decode(was or "", table.record))
    record = decode(image, table.record)
    table.write(connection, record, seq)
    return Put(record)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell SQLite's errors in the user's words."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise InputError(
            f"that would leave something pointing nowhere ({error}); nothing was changed"
        ) from error
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise TryAgainError(f"the store {path} is busy; try again in a moment") from error
        raise InputError(
            f"the store {path} cannot be used ({error}); check the disk and the permissions"
        ) from error
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path} is not a topofmind store ({error}); name another with --store") from error


def _make_file(path: Path) -> None:
    """Make the file with mode 0600 before SQLite would make it readable to others."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -512")  # KiB: facts are kept as records, and not as pages too
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (application or tables):
        raise InputError(f"{path} is not a topofmind store; name another with --store")
    connection.execute("PRAGMA journal_mode = WAL")
    _migrate(connection, path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the store to the newest version, one numbered migration after the other, each after a backup."""
    migrations = sorted((int(file.stem), file) for file in _MIGRATIONS.glob("*.sql"))
    newest = migrations[-1][0]
    if _user_version(connection) == newest:
        return
    if _user_version(connection) > newest:
        raise InputError(
            f"the store {path} was made by a newer topofmind; update topofmind, or name another with --store"
        )
    is_new = _user_version(connection) == 0
    for number, file in migrations:
        with _exclusively(connection):
            version = _user_version(connection)
            if version >= number:  # another process was faster
                continue
            if not is_new:
                copy(path, path.with_name(f"{path.name}.before-{number:04}"))
            for statement in _statements(file.read_text(encoding="utf-8")):
                connection.execute(statement)
            if not version:
                import uuid  # noqa: PLC0415 - once in the life of a store

                connection.execute("INSERT INTO store (key, value) VALUES ('id', ?)", (str(uuid.uuid4()),))
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")


@contextmanager
def _exclusively(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _user_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements, because `executescript` would commit the transaction it stands in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def utc_now() -> datetime:
    """Give the present moment; the one clock that the outermost edge reads."""
    return datetime.now(UTC)
