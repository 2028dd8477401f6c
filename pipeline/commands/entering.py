"""Entering facts: companies, contacts, opportunities, interviews, what was said about time, touches."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.interchange import merge, with_days
from pipeline.meter import warning
from pipeline.model import (
    Company,
    Consent,
    Contact,
    Direction,
    Facts,
    Interview,
    InterviewKind,
    InterviewState,
    NextAction,
    Opportunity,
    ResumeVersion,
    Stage,
    TimePeriod,
    Touch,
    TouchKind,
)
from pipeline.store import Put
from pipeline.wording import and_words, day_words, time_words

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import date, datetime

    from pipeline.reading import Reading


def new_id(taken: Container[str]) -> str:
    """Make an id that says nothing about the record: ids travel to calendars that others may read."""
    while (id_ := secrets.token_hex(4)) in taken:
        pass
    return id_


def add_company(reading: Reading, name: str, **fields: Any) -> Change:
    """Enter an employer or an agency; the fields are those of `Company`."""
    record = Company(new_id(reading.index.companies), _named(name, "company"), **fields)
    return Change(f"add {name}", (Put(record),), f"added {name} ({record.id})")


def add_contact(reading: Reading, name: str, **fields: Any) -> Change:
    """Enter a person; the fields are those of `Contact`."""
    record = Contact(new_id(reading.index.contacts), _named(name, "contact"), **fields)
    return Change(f"add {name}", (Put(record),), f"added {name} ({record.id})")


def add_opportunity(reading: Reading, title: str, **fields: Any) -> Change:
    """Enter a role to pursue; the fields are those of `Opportunity`."""
    record = Opportunity(new_id(reading.index.opportunities), _named(title, "opportunity"), **fields)
    if record.stage.is_closed and record.closed_on is None:
        record = structs.replace(record, closed_on=reading.today)
    return Change(f"add {title}", (Put(record),), f"added {title} ({record.id})")


def add_interview(reading: Reading, opportunity: str, starts_at: datetime, **fields: Any) -> Change:
    """Enter an interview; the fields are those of `Interview`. An earlier stage moves on with it."""
    record = Interview(new_id(reading.index.interviews), opportunity, starts_at, **fields)
    owner = reading.index.opportunities[opportunity]
    writes: list[Put] = [Put(record)]
    stage = Stage.SCREENING if record.kind is InterviewKind.PRESCREEN else Stage.INTERVIEWING
    told = f"added the interview of {time_words(starts_at, reading.places.user_zone)} ({record.id})"
    if owner.stage in _BEFORE[stage]:
        writes.append(Put(structs.replace(owner, stage=stage)))
        told += f"; {owner.title} is now {stage.value}"
    return Change(f"add an interview for {owner.title}", tuple(writes), told)


_BEFORE = {
    Stage.SCREENING: {Stage.LEAD, Stage.APPLIED},
    Stage.INTERVIEWING: {Stage.LEAD, Stage.APPLIED, Stage.SCREENING},
}


def add_resume(reading: Reading, name: str, made_on: date | None = None, path: str | None = None) -> Change:
    """Enter a version of the résumé, made today where no day is given."""
    versions = reading.index.resume_versions
    record = ResumeVersion(new_id(versions), _named(name, "résumé"), made_on or reading.today, path)
    return Change(f"add the résumé {name}", (Put(record),), f"added the résumé {name} ({record.id})")


def add_next_action(reading: Reading, text: str, **fields: Any) -> Change:
    """Enter something to do; the fields are those of `NextAction`."""
    record = NextAction(new_id(reading.index.next_actions), _named(text, "next action"), **fields)
    return Change(f"add “{text}”", (Put(record),), f"noted “{text}” ({record.id})")


def said(
    reading: Reading,
    opportunity: str,
    words: str,
    *,
    by: str | None = None,
    on: date | None = None,
    no_contact: bool = False,
) -> Change:
    """Enter what somebody said about when they decide. Words that cannot be read are refused with examples.

    It counts as said in the last interview that began on that day, if there was one.
    """
    owner = reading.index.opportunities[opportunity]
    if not owner.stage.is_below_offer:
        raise InputError(f"{owner.title} is at {owner.stage.value}: nobody has to decide any more")
    said_on = on or reading.today
    period = with_days(
        reading,
        TimePeriod(
            new_id(reading.index.time_periods),
            opportunity,
            said_on,
            words=words,
            said_by=by,
            interview=_interview_on(reading, opportunity, said_on),
            no_contact=no_contact,
        ),
    )
    return Change(f"“{words}” for {owner.title}", (Put(period),), f"“{words}”: {period_words(period)}")


def none_named(reading: Reading, opportunity: str) -> Change:
    """Note that nobody named a time in the last interview that was held."""
    owner = reading.index.opportunities[opportunity]
    held = [one for one in reading.index.interviews_of(opportunity) if reading.is_held(one)]
    if not held:
        raise InputError(f"{owner.title} has no interview that was held; log it first")
    last = max(held, key=lambda one: one.starts_at)
    return Change(
        f"no time named for {owner.title}",
        (Put(structs.replace(last, none_named=True)),),
        "noted that nobody named a time; a check-in is assumed five business days on",
    )


def log_touch(
    reading: Reading, kind: TouchKind, people: tuple[str, ...], at: datetime | None = None, **fields: Any
) -> Change:
    """Enter a message or call, now where no time is given; the further fields are those of `Touch`."""
    if kind is TouchKind.REPLY:
        fields.setdefault("direction", Direction.IN)
    record = Touch(new_id(reading.index.touches), people, at or reading.now, kind, **fields)
    whom = and_words([reading.name(person) for person in people]) or "them"
    verb = "from" if record.direction is Direction.IN else "to"
    told = f"logged: {kind.value} {verb} {whom}"
    if record.direction is Direction.IN and record.opportunity:
        told += "; did they answer, or name a new time? `topofmind said` notes it"
    return log(reading, record, f"{kind.value} {verb} {whom}", told)


def log(reading: Reading, touch: Touch, label: str, told: str) -> Change:
    """Log a message with what follows: consent that was asked for, a warning where it was too early."""
    asks = touch.kind is TouchKind.ASK_TO_KEEP_IN_TOUCH and touch.direction is Direction.OUT
    people = [reading.index.contacts[person] for person in touch.people] if asks else []
    unknown = [one for one in people if one.consent is Consent.UNKNOWN]
    consent = (Put(structs.replace(one, consent=Consent.ASKED)) for one in unknown)
    early = warning(reading, touch)
    return Change(label, (Put(touch), *consent), f"{told}; {early}" if early else told)


def import_facts(reading: Reading, new: Facts, name: str) -> Change:
    """Take over the facts of a file: new ones are added, those with the same id replaced, others kept."""
    before = [reading.index.same(record) for kind in Facts.__struct_fields__ for record in getattr(new, kind)]
    pairs = list(zip(before, merge(reading, new, name), strict=True))
    writes = tuple(Put(record) for old, record in pairs if old != record)
    added = sum(old is None for old, _ in pairs)
    told = f"{name}: {added} added, {len(writes) - added} changed, {len(pairs) - len(writes)} as they were"
    return Change(f"import of {name}", writes, told)


def period_words(period: TimePeriod) -> str:
    """Write the days that a period means."""
    if period.earliest is None or period.latest is None:
        return ""
    if period.earliest == period.latest:
        return f"by {day_words(period.latest, period.said_on)}"
    return f"{day_words(period.earliest, period.said_on)} to {day_words(period.latest, period.said_on)}"


def _interview_on(reading: Reading, opportunity: str, day: date) -> str | None:
    zone = reading.opportunity_zone(reading.index.opportunities[opportunity])
    begun = [
        one
        for one in reading.index.interviews_of(opportunity)
        if one.state is not InterviewState.CANCELLED
        and one.starts_at <= reading.now
        and one.starts_at.astimezone(reading.places.zone(one.time_zone) if one.time_zone else zone).date()
        == day
    ]
    return max(begun, key=lambda one: one.starts_at).id if begun else None


def _named(name: str, what: str) -> str:
    if not name.strip():
        raise InputError(f"a {what} needs a name")
    return name.strip()
