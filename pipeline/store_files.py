"""A store as a file: whose it is, copied to another file, and poured into one that is in use."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from pipeline.errors import InputError, TryAgainError

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x746F6D31  # "tom1": tells our files from other SQLite files
BUSY_SECONDS = 5.0


def id_at(path: Path) -> str | None:
    """Give the id of the store in a file; None where that is none, or cannot be read."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as store,
    ):
        (application,) = store.execute("PRAGMA application_id").fetchone()
        if application == APPLICATION_ID:
            (id_,) = store.execute("SELECT value FROM store WHERE key = 'id'").fetchone()
            return str(id_)
    return None


def is_whole(path: Path) -> bool:
    """Whether SQLite finds no fault in a file."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as store:
        return bool(store.execute("PRAGMA quick_check").fetchone() == ("ok",))
    return False


def copy(source: Path, target: Path) -> None:
    """Copy what is committed. On a connection of its own: one that is writing would wait for itself.

    A kill leaves the old copy or the new one. Raises InputError where no file can be made there.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(part)) as made:
            connection.backup(made)
        for suffix in ("-wal", "-shm"):  # of a store that the copy replaces; they would be read as its own
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        part.replace(target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def pour(source: Path, target: Path) -> None:
    """Make the store at `target` say what `source` says, in one transaction, whoever has it open meanwhile.

    Raises TryAgainError where somebody writes there for too long.
    """
    until = time.monotonic() + BUSY_SECONDS

    def look_at_clock(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise TryAgainError(f"the store {target} is busy; try again in a moment")

    with (
        closing(sqlite3.connect(source)) as connection,
        closing(sqlite3.connect(target, timeout=0.1)) as into,
    ):
        connection.backup(into, progress=look_at_clock)
