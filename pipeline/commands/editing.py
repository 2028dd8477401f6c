"""Changing the fields of a record that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs

from pipeline.commands.acting import move, relevelled
from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.interchange import with_days
from pipeline.model import Contact, Opportunity, TimePeriod
from pipeline.naming import record_name
from pipeline.store import Put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.naming import Named
    from pipeline.reading import Reading
    from pipeline.store import Remove

_LEVELLED_BY = frozenset({"tier", "consent", "paused_until", "company"})


def edit(reading: Reading, record: Named, fields: Mapping[str, Any]) -> Change:
    """Give fields of a record other values; None empties one that may be empty.

    Only the fields that are given change, so that two people at one store do not undo each other's work. What
    follows from a field changes with it: the days of other words, the closing day of another stage.
    """
    changed = structs.replace(record, **fields)
    if changed == record:
        raise InputError("nothing was changed")
    name = record_name(reading, changed)
    writes: tuple[Put | Remove, ...] = (Put(changed),)
    if isinstance(record, TimePeriod):
        writes = (Put(_reread(reading, record, fields)),)
    elif isinstance(record, Opportunity) and fields.get("stage", record.stage) is not record.stage:
        moved, *also = move(reading, record.id, fields["stage"], fields.get("closed_on")).writes
        writes = (Put(structs.replace(moved.record, **fields)), *also)
    elif isinstance(record, Contact) and _LEVELLED_BY & fields.keys():
        writes = (Put(changed), *relevelled(reading, record))
    return Change(f"change {name}", writes, f"changed {name}")


def _reread(reading: Reading, record: TimePeriod, fields: Mapping[str, Any]) -> TimePeriod:
    """Read other words, or words of another day; days that are given win."""
    if not {"words", "said_on"} & fields.keys() or fields.get("earliest") or fields.get("latest"):
        return structs.replace(record, **fields)
    changed = structs.replace(record, **{**fields, "earliest": None, "latest": None})
    return with_days(reading, changed) if changed.words else structs.replace(record, **fields)


def take_off(reading: Reading, opportunity: str, contact: str) -> Change:
    """Take somebody off an opportunity; the interviews in which they were met still name them."""
    owner, name = reading.index.opportunities[opportunity], reading.name(contact)
    people = tuple(one for one in owner.people if one.contact != contact)
    if people == owner.people:
        raise InputError(f"{name} was met in an interview; change that")
    told = f"{name} is off {owner.title}"
    return Change(told, (Put(structs.replace(owner, people=people)),), told)


def finish(reading: Reading, action: str) -> Change:
    """Tick a next action off; one without a date has no reminder that could be."""
    record = reading.index.next_actions[action]
    return Change(
        f"done: {record.text}",
        (Put(structs.replace(record, done_at=reading.now)),),
        f"done: {record.text}",
    )
