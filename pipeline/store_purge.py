"""Taking words out of a store for good: the journal, drafts, what the sync remembers, and free pages.

Everything else in the store can be undone; this cannot, and is meant not to be.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.backups import backup_folder
from pipeline.errors import TryAgainError
from pipeline.find import plain
from pipeline.store_files import APPLICATION_ID
from pipeline.store_glance import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.store import Store


def purge(store: Store, words: Sequence[str]) -> None:
    """Drop what could bring `words` back; call it inside the transaction that takes them out of the facts.

    The whole journal goes: a step holds records as they were, and one step can only be undone after the next.
    """
    connection = store.connection
    connection.execute("DELETE FROM steps")
    connection.executemany("DELETE FROM store WHERE key = ?", [(key,) for key in NOTES])
    wanted = [plain(word) for word in words]
    for key, value in connection.execute(
        "SELECT key, value FROM store WHERE key NOT IN ('id', 'revision')"
    ).fetchall():
        if any(word in plain(f"{key} {value}") for word in wanted):
            connection.execute("DELETE FROM store WHERE key = ?", (key,))
    connection.execute(
        "UPDATE calendar_objects SET body = NULL, intent = NULL"
        " WHERE state IN ('gone', 'removed', 'forgotten')"
    )


def begin(store: Store) -> None:
    """Overwrite what was freed before, and from now on whatever is freed. Raises TryAgainError."""
    try:
        store.connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        raise TryAgainError("another session works at the store; try again in a moment") from error
    store.connection.execute("PRAGMA secure_delete = ON")


def end(store: Store) -> None:
    """Empty the log, which holds pages as they were."""
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def copies_of(path: Path) -> Iterator[Path]:
    """Yield the copies of a store that the app itself makes, beside it and in its folder of backups."""
    beside = path.parent.glob(f"{path.name}.*")
    within = backup_folder(path).glob("*")
    for file in sorted({*beside, *within}):
        if file.is_file() and not file.name.endswith(("-wal", "-shm", ".lock")) and _is_store(file):
            yield file


def _is_store(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.Error:
        return False
    return bool(found == APPLICATION_ID)
