"""Taking in how an interview went: whom you met, what they said about time, what comes next. One step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.case import Case
from pipeline.commands.entering import new_id, said
from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.model import Contact, InterviewPerson, InterviewState, NextAction
from pipeline.store import Put
from pipeline.wording import and_words, time_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.debrief import Debrief
    from pipeline.model import Interview
    from pipeline.reading import Reading
    from pipeline.store import Remove


def debrief(reading: Reading, interview: str, read: Debrief, notes: Mapping[str, str]) -> Change:
    """Take a debrief in. `notes` are what to thank people for, by their ids or new names.

    People who were not known become contacts at the opportunity's company.
    """
    record = reading.index.interviews[interview]
    owner = reading.index.opportunities[record.opportunity]
    if read.problem:
        raise InputError(read.problem)
    if reading.now < record.starts_at:
        when = time_words(record.starts_at, reading.places.user_zone)
        raise InputError(f"that interview begins only on {when}; there is nothing to tell yet")
    ids = {id_: id_ for id_ in read.people}
    newcomers = []
    for name in (*read.newcomers, *((read.by,) if read.by and read.by not in reading.index.contacts else ())):
        if name not in ids:
            ids[name] = new_id(reading.index.contacts)
            newcomers.append(Contact(ids[name], name, company=owner.company or owner.via))
    met = [ids[name] for name in (*read.people, *read.newcomers)]
    texts = {ids.get(who, who): text.strip() for who, text in notes.items() if text.strip()}
    held = structs.replace(
        record,
        state=InterviewState.HELD,
        people=_people(record, met, texts),
        none_named=record.none_named or read.none_named,
    )
    writes: list[Put | Remove] = [*map(Put, newcomers), Put(held)]
    if read.words:
        day = Case(reading, owner).day_of(record)
        writes += said(reading, owner.id, read.words, by=ids.get(read.by or "", read.by), on=day).writes
    if read.next_step:
        action = NextAction(new_id(reading.index.next_actions), read.next_step, opportunity=owner.id)
        writes.append(Put(action))
    whom = and_words([reading.index.contacts[id_].name for id_ in read.people] + list(read.newcomers))
    return Change(
        f"debrief of {owner.title}{f' with {whom}' if whom else ''}",
        tuple(writes),
        f"noted: {owner.title}{f' with {whom}' if whom else ''}",
    )


def _people(record: Interview, met: list[str], notes: Mapping[str, str]) -> tuple[InterviewPerson, ...]:
    """Give everyone met, those named before first, each with what to thank them for."""
    before = {person.contact: person.note for person in record.people}
    everyone = dict.fromkeys((*before, *met))
    return tuple(InterviewPerson(who, notes.get(who) or before.get(who)) for who in everyone)
