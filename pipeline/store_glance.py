"""What `topofmind today` printed last, and how Today stood when the app was last left, kept in the store.

Prompts and status lines ask for the first often, and whoever opens the app looks at the second while the app
is loaded; it takes the reading of every fact to answer either. They are kept with all that they followed from
(the revision of the facts, the settings, the zone of this machine, the program) and with the span in which
the clock leaves them as they are, which the reading noted. This module imports next to nothing, so that
looking costs little more than starting Python.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.store import Store

PLACE = "place"
"""Under which key of the store's notes it is kept where the user is, and so where the app begins."""

_AGENDA, _SCREEN = "agenda", "screen"
NOTES = (_AGENDA, _SCREEN)
"""Under which keys of the store's notes they are kept: they name people, and go with whoever is forgotten."""

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
    notes = _notes(store, _AGENDA)
    return _held(notes.get(_AGENDA, ""), notes, basis)


def keep(store: Store, of: str, span: tuple[datetime, datetime], text: str) -> None:
    """Keep what was printed; it holds for what `of` names, in the span of time."""
    store.keep_note(_AGENDA, _holding(of, span, text))


class Screen(NamedTuple):
    """A screen of the app, as it was painted; no text in it has a line break."""

    terminal: str
    """What it was painted for: another text for any other size, and any other way to write."""
    text: str
    """What paints it, on an empty terminal."""
    cells: str
    """The same as the app takes it up."""


def kept_screen(store: str, basis: str, terminal: str) -> Screen | None:
    """Give the screen that the app was left at, if it would begin with the same in this terminal."""
    notes = _notes(store, _SCREEN, PLACE)
    written_for, place, rest = _lines(notes.get(_SCREEN, ""), 3)
    if not rest or (written_for, place) != (terminal, notes.get(PLACE, "")) or _asks(store):
        return None
    held = _held(rest, notes, basis)
    return Screen(terminal, *held.split("\n")) if held is not None else None


def keep_screen(store: Store, of: str, span: tuple[datetime, datetime], screen: Screen) -> None:
    """Keep how the app was left; it holds for what `of` names, in the span of time."""
    held = _holding(of, span, f"{screen.text}\n{screen.cells}")
    store.keep_note(_SCREEN, f"{screen.terminal}\n{store.note(PLACE) or ''}\n{held}")


def _holding(of: str, span: tuple[datetime, datetime], text: str) -> str:
    since, until = (moment.timestamp() for moment in span)
    return f"{of}\n{since}\n{until}\n{text}"


def _held(kept: str, notes: Mapping[str, str], basis: str) -> str | None:
    """Give what was kept, if it holds for the facts, this basis and this moment."""
    of, since, until, text = _lines(kept, 4)
    if of != named(notes.get("revision", ""), basis):
        return None
    return text if float(since) <= time.time() < float(until) else None


def _lines(text: str, count: int) -> list[str]:
    """Give the first lines and the rest, `count` in all; empty ones where there are fewer."""
    lines = text.split("\n", count - 1)
    return [*lines, *[""] * (count - len(lines))]


def _notes(store: str, *keys: str) -> dict[str, str]:
    """Read some notes and the revision; nothing where there is no store of ours. Changes nothing."""
    wanted = (*keys, "revision")
    places = ",".join("?" * len(wanted))
    return dict(_read(store, f"SELECT key, value FROM store WHERE key IN ({places})", wanted))  # noqa: S608 - question marks


def _asks(store: str) -> bool:
    """Whether the calendar asks something, which may have come up since the app was left."""
    asked = """
        SELECT 1 FROM calendar_accounts
        WHERE (question IS NOT NULL AND answer IS NULL) OR json_extract(summary, '$.needs_user')
        UNION ALL SELECT 1 FROM calendar_objects WHERE state = 'removed' LIMIT 1
    """
    return bool(_read(store, asked))


def _read(store: str, sql: str, values: Sequence[str] = ()) -> list[Any]:
    if not os.path.exists(store):
        return []
    try:
        with closing(sqlite3.connect(store)) as connection:
            return connection.execute(sql, values).fetchall()
    except sqlite3.Error:  # none of ours, a folder, or busy: whoever opens it properly will tell
        return []


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
