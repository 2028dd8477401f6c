"""What `topofmind today` printed last, kept in the store for as long as it would print the same again.

Prompts and status lines ask for it often, and it takes the reading of every fact to answer. It is kept with
all that it followed from (the revision of the facts, the settings, the zone of this machine, the program) and
with the span in which the clock leaves it as it is, which the reading noted. This module imports next to
nothing, so that looking costs little more than starting Python.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.store import Store

_NOTE = "agenda"
_PROGRAM = ("pipeline", "pipeline/rules", "tui", "tui/verbs")


def basis(config: str) -> str:
    """Name all but the facts and the moment that an agenda follows from: another text for any other."""
    settings = (config, os.path.join(os.path.dirname(config), "app.toml"))
    zone = (os.environ.get("TZ"), *time.tzname, time.timezone, time.altzone, _link("/etc/localtime"))
    return repr((*map(_sum, settings), *zone, _sum("/etc/timezone"), _program(), sys.version))


def named(revision: str, basis: str) -> str:
    """Name all but the moment that an agenda follows from."""
    return f"{revision} {basis}"


def kept(store: str, basis: str) -> str | None:
    """Give what was kept, if it holds for the facts, this basis and this moment. Changes nothing."""
    if not os.path.exists(store):
        return None
    try:
        with closing(sqlite3.connect(store)) as connection:
            rows = connection.execute("SELECT key, value FROM store WHERE key IN (?, 'revision')", (_NOTE,))
            notes = dict(rows.fetchall())
    except sqlite3.Error:  # none of ours, a folder, or busy: whoever opens it properly will tell
        return None
    of, _, rest = notes.get(_NOTE, "").partition("\n")
    if of != named(notes.get("revision", ""), basis):
        return None
    since, until, text = rest.split("\n", 2)
    return text if float(since) <= time.time() < float(until) else None


def keep(store: Store, of: str, span: tuple[datetime, datetime], text: str) -> None:
    """Keep what was printed; it holds for what `of` names, in the span of time."""
    since, until = (moment.timestamp() for moment in span)
    store.keep_note(_NOTE, f"{of}\n{since}\n{until}\n{text}")


def _sum(path: str) -> int | None:
    try:
        with open(path, "rb") as file:
            return zlib.crc32(file.read())
    except OSError:
        return None


def _link(path: str) -> str | None:
    try:
        return os.readlink(path)
    except OSError:
        return None


def _program() -> int:
    """Sum up when the files of the program were written, so that a new version prints anew."""
    home = os.path.dirname(os.path.dirname(__file__))
    folders = (os.scandir(os.path.join(home, folder)) for folder in _PROGRAM)
    return sum(file.stat().st_mtime_ns for folder in folders for file in folder if file.name.endswith(".py"))
