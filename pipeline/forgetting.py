"""Forgetting a person: out of the facts, the journal, the drafts and the backups, so that nothing is left.

What stays is told: their name in notes about something else. The calendar follows at the next sync.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pipeline.commands.removing import delete
from pipeline.desk import Desk
from pipeline.find import plain
from pipeline.naming import record_name
from pipeline.settings import StoreSettings
from pipeline.store import Store
from pipeline.store_purge import begin, copies_of, end, purge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from pipeline.model import Contact
    from pipeline.reading import Reading
    from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: the name, in how many backups, and where the name still stands in a text."""

    name: str
    backups: int
    still_in: tuple[str, ...]

    @property
    def told(self) -> str:
        """Say it in a sentence."""
        backups = f", in {self.backups} backup{'s' if self.backups > 1 else ''} too" if self.backups else ""
        left = f"; the name still stands in {', '.join(self.still_in[:5])}" if self.still_in else ""
        return f"forgotten: {self.name}{backups}; nothing before this can be undone{left}"


def forget(desk: Desk, contact: str) -> Forgotten:
    """Forget a contact for good, here and in every backup that the app made beside the store."""
    person = desk.index().contacts[contact]
    # A change is otherwise preceded by a backup, which would have them in it.
    settings = structs.replace(desk.settings, store=StoreSettings(backups_daily=0, backups_weekly=0))
    _forget(Desk(desk.store, settings, desk.clock), person)
    backups = sum(_forget_in(file, settings, desk.clock, contact) for file in copies_of(desk.store.path))
    # One of an older version was migrated by that, after a copy that is as old.
    backups += sum(_forget_in(file, settings, desk.clock, contact) for file in copies_of(desk.store.path))
    return Forgotten(person.name, backups, tuple(_texts_with(desk.reading(), person.name)))


def _forget_in(file: Path, settings: Settings, clock: Callable[[], datetime], contact: str) -> bool:
    with closing(Desk(Store.open(file), settings, clock)) as copy:
        person = copy.index().contacts.get(contact)
        if person is not None:
            _forget(copy, person)
        return person is not None


def _forget(desk: Desk, person: Contact) -> None:
    words = [word for word in (person.id, person.name, person.email, person.phone) if word]
    begin(desk.store)
    with desk.store.transaction():
        desk.do(lambda reading: delete(reading, reading.index.contacts[person.id]))
        purge(desk.store, words)
    end(desk.store)


def _texts_with(reading: Reading, name: str) -> Iterator[str]:
    """Name the records in whose texts somebody is still named."""
    wanted = plain(name)
    for kind in ("opportunities", "contacts", "companies", "interviews", "touches", "next_actions"):
        for record in getattr(reading.index, kind).values():
            if any(wanted in plain(text) for text in _texts(record)):
                yield record_name(reading, record)


def _texts(record: Struct) -> Iterator[str]:
    for value in structs.asdict(record).values():
        yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Struct):
        yield from _texts(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
