"""Putting a store back as a backup has it: all of it or nothing, and so that it can be taken back.

An app that has the store open sees the other facts, as if somebody had entered them. What was there before is
a backup then.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.backups import backup_folder
from pipeline.errors import InputError, TopofmindError
from pipeline.home import keep_home
from pipeline.ledger import Ledger
from pipeline.store import Store
from pipeline.store_files import copy, id_at, is_whole, pour

if TYPE_CHECKING:
    from datetime import datetime


def restore(file: Path, store: Path, now: datetime) -> Path | None:
    """Put the store at `store` back as `file` has it; give where what was there is kept, if anything was.

    The ledger is emptied: the next sync adopts what it finds on the calendar. Nobody may sync meanwhile.
    Raises InputError where `file` is no backup, and TryAgainError where somebody writes for too long.
    """
    if not file.is_file():
        raise InputError(f"there is no file {file}")
    if store.exists() and file.samefile(store):
        raise InputError(f"{file} is the store itself; name a backup of it")
    try:
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".restore-", dir=store.parent) as folder:
            return _put_in_place(_prepared(file, store, Path(folder)), store, now)
    except OSError as error:
        raise InputError(f"{store} cannot be restored: {error.strerror or error}") from error


def _prepared(file: Path, store: Path, folder: Path) -> Path:
    """Make the store that is to be, beside the one that is; `file` is only read."""
    part = folder / "store.sqlite3"
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{file}{suffix}", f"{part}{suffix}")
    if id_at(part) is None or not is_whole(part):
        raise InputError(f"{file} is no backup of a topofmind store, or a damaged one; name another")
    try:
        made = Store.open(part)
    except InputError as error:
        raise InputError(str(error).replace(str(part), str(file))) from error
    with made:
        ledger = Ledger.of(made)
        ledger.forget_everything()
        with suppress(TopofmindError):  # a store that cannot be read has nothing to tell
            if store.exists():
                with Store.open(store) as present:
                    # Accounts say how a server is, not what was there once.
                    known = Ledger.of(present)
                    ledger.take_accounts([*known.accounts(), *known.left_behind()])
                    if present.id == made.id:
                        keep_home(present, made)
    return part


def _put_in_place(part: Path, store: Path, now: datetime) -> Path | None:
    if not store.exists():
        copy(part, store)
        return None
    kept = _free_name(backup_folder(store) / f"before-restore-{now:%Y-%m-%dT%H-%M-%S}{store.suffix}")
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        copy(store, kept)
        pour(part, store)
    except sqlite3.DatabaseError:  # what was there is no store any more
        store.replace(kept)
        for suffix in ("-wal", "-shm"):
            store.with_name(store.name + suffix).unlink(missing_ok=True)
        copy(part, store)
    return kept


def _free_name(path: Path) -> Path:
    names = (path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, 1000)))
    return next(name for name in names if not name.exists())
