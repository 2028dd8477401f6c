"""Acting on what is there: ticking off, skipping, snoozing, moving stages, tiers, consent and pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.case import Case
from pipeline.commands.entering import log, new_id
from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.model import (
    Consent,
    Contact,
    Interview,
    InterviewState,
    Override,
    OverrideState,
    Reminder,
    Review,
    Rule,
    Stage,
    Tier,
    Touch,
    TouchKind,
)
from pipeline.settings import as_of
from pipeline.store import Put, Remove
from pipeline.wording import day_words, time_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.model import Channel
    from pipeline.reading import Reading

MESSAGES = {
    **{rule: TouchKind(rule.value) for rule in Rule if rule.value in {kind.value for kind in TouchKind}},
    Rule.APPLICATION_SILENT: TouchKind.OTHER,
}
"""The rules that ask for a message, and the kind of touch that ticking one off logs."""


def done(
    reading: Reading, reminder: Reminder, at: datetime | None = None, channel: Channel | None = None
) -> Change:
    """Tick a reminder off; a message to somebody is logged as sent."""
    when = at or reading.now
    label = f"tick off “{reminder.title}”"
    said_done = Put(Override(reminder.id, OverrideState.DONE, at=when))
    if reminder.rule in MESSAGES:
        touch = Touch(
            new_id(reading.index.touches),
            reminder.people,
            when,
            MESSAGES[reminder.rule],
            channel=channel,
            opportunity=reminder.opportunity,
        )
        # Also said outright: a message on the very day on which the period was named, say, would not count.
        logged = log(reading, touch, label, f"done, and logged: {reminder.title}")
        return replace(logged, writes=(*logged.writes, said_done))
    if reminder.rule is Rule.GO_DORMANT and reminder.opportunity:
        return move(reading, reminder.opportunity, Stage.DORMANT, as_of(reading.settings, when))
    if reminder.rule is Rule.NEXT_ACTION:
        action = reading.index.next_actions[reminder.id.removeprefix(f"{Rule.NEXT_ACTION.value}:")]
        return Change(label, (Put(structs.replace(action, done_at=when)),), f"done: {reminder.title}")
    if reminder.rule is Rule.QUARTERLY_REVIEW:
        quarter = reminder.id.removeprefix(f"{Rule.QUARTERLY_REVIEW.value}:")
        review = reading.index.reviews.get(quarter) or Review(quarter, started_at=when)
        return Change(label, (Put(structs.replace(review, finished_at=when)),), f"done: {reminder.title}")
    return Change(label, (said_done,), f"done: {reminder.title}")


def skip(reading: Reading, reminder: Reminder) -> Change:
    """Let a reminder go undone."""
    override = Override(reminder.id, OverrideState.SKIPPED, at=reading.now)
    return Change(f"skip “{reminder.title}”", (Put(override),), f"skipped: {reminder.title}")


def snooze(reading: Reading, reminder: Reminder, until: datetime) -> Change:
    """Let a reminder ring at `until` instead; when it is due and when it expires stay."""
    zone = reading.places.user_zone
    if until <= reading.now:
        raise InputError(f"{time_words(until, zone)} is past; name a time that lies ahead")
    if reminder.expires is not None and until >= reminder.expires:
        end = _end_words(reminder.expires.astimezone(zone))
        raise InputError(f"{time_words(until, zone)} is too late; it expires {end}: {reminder.title}")
    override = Override(reminder.id, OverrideState.SNOOZED, until=until, at=reading.now)
    when = time_words(until, zone)
    early = f" (it is due only {time_words(reminder.due, zone)})" if until < reminder.due else ""
    told = f"snoozed until {when}{early}: {reminder.title}"
    return Change(f"snooze “{reminder.title}”", (Put(override),), told)


def _end_words(expires: datetime) -> str:
    """Write when something ends; 24:00 belongs to the day that it ends."""
    if expires.time() == time():
        return f"at the end of {day_words(expires.date() - timedelta(days=1))}"
    return f"on {day_words(expires)} {expires:%H:%M}"


def move(reading: Reading, opportunity: str, stage: Stage, on: date | None = None) -> Change:
    """Move an opportunity to a stage; closing it gives it the day. Moving to offer answers the period.

    One that is at that stage already keeps its day, where no other is given.
    """
    record = reading.index.opportunities[opportunity]
    if record.stage is stage and on is None:
        return Change(f"{record.title} to {stage.value}", (), f"{record.title} is {stage.value} already")
    day = on or reading.today
    moved = structs.replace(record, stage=stage, closed_on=day if stage.is_closed else None)
    writes: list[Put | Remove] = [Put(moved)]
    last = Case(reading, record).last_period
    if stage is Stage.OFFER and last is not None and last.answered_on is None:
        writes.append(Put(structs.replace(last, answered_on=max(day, last.said_on))))
    return Change(f"{record.title} to {stage.value}", tuple(writes), f"{record.title} is now {stage.value}")


def answered(reading: Reading, opportunity: str, on: date | None = None) -> Change:
    """Note that the last named period was answered, so that its follow-ups end."""
    record = reading.index.opportunities[opportunity]
    last = Case(reading, record).last_period
    if last is None:
        raise InputError(f"nobody named a time for {record.title}")
    day = on or max(reading.today, last.said_on)
    writes = (Put(structs.replace(last, answered_on=day)),)
    return Change(f"{record.title} was answered", writes, f"answered on {day_words(day)}: {record.title}")


def set_interview(reading: Reading, interview: str, state: InterviewState) -> Change:
    """Note that an interview was held, or cancelled."""
    record: Interview = reading.index.interviews[interview]
    when = time_words(record.starts_at, reading.places.user_zone)
    told = f"interview {state.value}: {when}"
    return Change(told, (Put(structs.replace(record, state=state)),), f"the {told}")


def move_interview(reading: Reading, interview: str, starts_at: datetime) -> Change:
    """Give an interview another time; it is then one that will be, whatever was said about the old one."""
    record: Interview = reading.index.interviews[interview]
    moved = structs.replace(record, starts_at=starts_at, state=InterviewState.SCHEDULED, none_named=False)
    told = f"interview moved to {time_words(starts_at, reading.places.user_zone)}"
    return Change(told, (Put(moved),), f"the {told}")


def set_tier(reading: Reading, contact: str, tier: Tier | None) -> Change:
    """Give a contact a tier, or take it away; their next day is levelled anew."""
    record = reading.index.contacts[contact]
    return _about_contact(
        reading, structs.replace(record, tier=tier), f"tier {tier.value if tier else 'none'}"
    )


def set_consent(reading: Reading, contact: str, consent: Consent) -> Change:
    """Note what a contact answered about keeping in touch."""
    record = reading.index.contacts[contact]
    return _about_contact(reading, structs.replace(record, consent=consent), f"consent {consent.value}")


def pause(reading: Reading, contact: str, until: date | None) -> Change:
    """Leave a contact alone until a day; None ends the pause."""
    record = reading.index.contacts[contact]
    what = f"paused until {day_words(until, reading.today)}" if until else "not paused"
    return _about_contact(reading, structs.replace(record, paused_until=until), what)


def _about_contact(reading: Reading, contact: Contact, what: str) -> Change:
    told = f"{contact.name}: {what}"
    if contact == reading.index.contacts[contact.id]:
        return Change(told, (), told)
    return Change(told, (Put(contact), *relevelled(reading, contact)), told)


def relevelled(reading: Reading, contact: Contact) -> tuple[Remove, ...]:
    """Take back the day that a contact was given, so that the desk gives another one."""
    cycle = reading.keep_in_touch.cycles.get(contact.id)
    given = reading.index.keep_in_touch_dates.get((contact.id, cycle.name)) if cycle else None
    return (Remove(given),) if given is not None else ()
