"""Changing the fields of a record that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs

from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.model import Contact, Interview, Opportunity
from pipeline.store import Put
from pipeline.wording import time_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.reading import Reading


def edit(reading: Reading, record: Opportunity | Contact | Interview, fields: Mapping[str, Any]) -> Change:
    """Give fields of a record other values; None empties one that may be empty."""
    changed = structs.replace(record, **fields)
    if changed == record:
        raise InputError("nothing was changed")
    name = _name(reading, changed)
    return Change(f"change {name}", (Put(changed),), f"changed {name}")


def finish(reading: Reading, action: str) -> Change:
    """Tick a next action off; one without a date has no reminder that could be."""
    record = reading.index.next_actions[action]
    return Change(
        f"done: {record.text}",
        (Put(structs.replace(record, done_at=reading.now)),),
        f"done: {record.text}",
    )


def _name(reading: Reading, record: Opportunity | Contact | Interview) -> str:
    if isinstance(record, Interview):
        return f"the interview of {time_words(record.starts_at, reading.places.user_zone)}"
    return record.title if isinstance(record, Opportunity) else record.name
