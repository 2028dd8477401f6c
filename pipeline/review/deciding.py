"""What can be decided about a person in a review. Each is one step, so that one undo takes it back whole.

A decision does what the same command does elsewhere, and is noted in the review besides.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.commands import acting, entering, sending
from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.keep_in_touch import Load, level, low_discrepancy
from pipeline.model import (
    Consent,
    Direction,
    KeepInTouchDate,
    ReminderState,
    ReviewDecision,
    Tier,
    TouchKind,
)
from pipeline.review.quarter import APART, DRAFTED, current_review, next_review, review_name
from pipeline.review.queue import Why, queue, turn_of
from pipeline.store import Put, Remove
from pipeline.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from pipeline.drafting import Draft
    from pipeline.model import Contact
    from pipeline.reading import Reading
    from pipeline.review.queue import Turn

SNOOZE = timedelta(weeks=2)
"""How long a person is put off where no day is named."""


# The review itself


def begin(reading: Reading) -> Change:
    """Begin the review, or begin it anew after its end. Who is overdue and has no room in it is levelled."""
    review = current_review(reading)
    begun = structs.replace(review, started_at=reading.now, finished_at=None)
    crowd = [turn for turn in queue(reading, begun).rest if turn.why is Why.OVERDUE]
    levelled = _spread(reading, crowd)
    told = f"the review of {review_name(review)} has begun"
    if crowd:
        told += f"; {len(crowd)} more who are due are spread over the coming weeks"
    return Change(f"begin the review of {review_name(review)}", (Put(begun), *levelled), told)


def finish(reading: Reading) -> Change:
    """End the review; its event and the résumé's reminder end with it."""
    review = current_review(reading)
    done = structs.replace(review, started_at=review.started_at or reading.now, finished_at=reading.now)
    name = review_name(review)
    return Change(f"end the review of {name}", (Put(done),), f"the review of {name} is done")


# One person


def drafted(reading: Reading, contact: str) -> Change:
    """Note that a draft was taken along; whether it was sent is asked, and only then logged."""
    name = _there(reading, contact).name
    return _decided(
        reading, contact, DRAFTED, Change(f"draft for {name}", (), f"draft for {name} taken along")
    )


def not_sent(reading: Reading, contact: str) -> Change:
    """Note that a draft was not sent: nothing is decided yet."""
    review = current_review(reading)
    name = _there(reading, contact).name
    left = tuple(one for one in review.decisions if not (one.contact == contact and one.decision == DRAFTED))
    return Change(
        f"not sent to {name}, in the review",
        (Put(structs.replace(review, decisions=left)),),
        f"not sent to {name}",
    )


def wrote(reading: Reading, contact: str, draft: Draft) -> Change:
    """Log that a message was sent, as it was drafted."""
    name = _there(reading, contact).name
    version = reading.index.resume_versions.get(draft.resume_version or "")
    told = f"{name}: logged{f', with the résumé {version.name}' if version else ''}"
    change = replace(sending.sent(reading, draft), label=f"wrote to {name}", told=told)
    return _decided(reading, contact, "wrote", change)


def in_touch(reading: Reading, contact: str) -> Change:
    """Note that you are in touch already: it counts as heard from them, so a silence ends."""
    name = _there(reading, contact).name
    logged = entering.log_touch(
        reading,
        TouchKind.OTHER,
        (contact,),
        direction=Direction.IN,
        note=f"in touch, said in the review of {review_name(current_review(reading))}",
    )
    change = Change(f"in touch with {name}", logged.writes, f"{name}: in touch, logged")
    return _decided(reading, contact, "in touch", change)


def put_off(reading: Reading, contact: str, until: date | None = None) -> Change:
    """Put somebody off until a day, two weeks on where none is named.

    Without a reminder that could ring then, a next action does.
    """
    one = _there(reading, contact)
    turn = turn_of(reading, one, next_review(reading, current_review(reading)))
    day = until or put_off_day(reading, one, turn)
    zone = reading.contact_zone(one) or reading.places.user_zone
    moment = reading.places.slot(day, zone)
    reminder = turn.reminder if turn is not None else None
    if reminder is not None and reminder.state is ReminderState.OPEN:
        writes = acting.snooze(reading, reminder, moment).writes
    elif moment <= reading.now:
        raise InputError(f"{day_words(day, reading.today)} is past; name a day that lies ahead")
    else:
        writes = entering.add_next_action(
            reading, f"Keep in touch with {one.name}", at=moment, contact=contact
        ).writes
    when = day_words(day, reading.today)
    change = Change(f"{one.name} later", writes, f"{one.name}: snoozed until {when}")
    return _decided(reading, contact, "snoozed", change)


def put_off_day(reading: Reading, contact: Contact, turn: Turn | None) -> date:
    """Give the day until which putting off goes: two weeks after today, or after the day it is due."""
    due = turn.due if turn is not None and turn.due is not None else reading.today
    return reading.contact_days(contact).roll_forward(max(due, reading.today) + SNOOZE)


def set_tier(reading: Reading, contact: str, tier: Tier | None) -> Change:
    """Give another tier; the next day follows from it."""
    change = acting.set_tier(reading, contact, tier)
    return _decided(reading, contact, f"tier {tier.value}" if tier else "no tier", change)


def pause(reading: Reading, contact: str, until: date | None = None) -> Change:
    """Leave somebody alone until a day: that of the next review, where none is named."""
    day = until or next_review(reading, current_review(reading))
    return _decided(reading, contact, "paused", acting.pause(reading, contact, day))


def stop(reading: Reading, contact: str) -> Change:
    """Never be reminded of somebody again."""
    name = _there(reading, contact).name
    change = acting.set_consent(reading, contact, Consent.DECLINED)
    told = f"{name}: stopped; no reminder again"
    return _decided(reading, contact, "stopped", replace(change, label=f"stop with {name}", told=told))


def skip(reading: Reading, contact: str) -> Change:
    """Let somebody's turn pass: the next one comes a cadence from now, or stays where it lies ahead."""
    one = _there(reading, contact)
    turn = turn_of(reading, one, next_review(reading, current_review(reading)))
    change = Change(f"skip {one.name}", tuple(_next_turn(reading, turn)), f"{one.name}: skipped")
    return _decided(reading, contact, "skipped", change)


def told_apart(reading: Reading, one: str, other: str) -> Change:
    """Note that two contacts who look alike are two people, so that nobody asks again."""
    names = f"{reading.name(one)} and {reading.name(other)}"
    review = current_review(reading)
    told = (*review.decisions, ReviewDecision(one, f"{APART}{other}", reading.now))
    note = Put(structs.replace(review, decisions=told))
    return Change(f"{names} are two people", (note,), f"noted: {names} are two people")


def _there(reading: Reading, contact: str) -> Contact:
    if contact not in reading.index.contacts:
        raise InputError("that contact is not there any more")
    return reading.index.contacts[contact]


def _decided(reading: Reading, contact: str, decision: str, change: Change) -> Change:
    """Add to a change that this was decided in the review, instead of a draft that waited for it."""
    review = current_review(reading)
    review = structs.replace(review, started_at=review.started_at or reading.now)
    before = tuple(
        one for one in review.decisions if not (one.contact == contact and one.decision == DRAFTED)
    )
    decided = (*before, ReviewDecision(contact, decision, reading.now))
    note = Put(structs.replace(review, decisions=decided))
    return Change(f"{change.label}, in the review", (*change.writes, note), change.told)


def _next_turn(reading: Reading, turn: Turn | None) -> list[Put | Remove]:
    """Give an overdue person the emptiest day about one cadence from now."""
    if turn is None or turn.reminder is None or turn.why is Why.DUE:
        return []
    cycle = reading.keep_in_touch.cycles[turn.contact.id]
    day = level(reading, replace(cycle, since=reading.today), _load_without(reading, [turn]), iter(()))
    return [*_said(reading, turn), Put(KeepInTouchDate(turn.contact.id, cycle.name, day))]


def _spread(reading: Reading, turns: list[Turn]) -> list[Put | Remove]:
    """Spread people who are overdue over one cadence from today, as people who were never written to are."""
    load, fractions = _load_without(reading, turns), low_discrepancy(start=1)
    writes: list[Put | Remove] = []
    for turn in turns:
        cycle = reading.keep_in_touch.cycles[turn.contact.id]
        day = level(reading, replace(cycle, since=None), load, fractions)
        load.add(day)
        writes += [*_said(reading, turn), Put(KeepInTouchDate(turn.contact.id, cycle.name, day))]
    return writes


def _load_without(reading: Reading, turns: list[Turn]) -> Load:
    """Give the load of the days without those of some people, who are to get others."""
    gone = {turn.contact.id for turn in turns}
    return Load(day for contact, day in reading.keep_in_touch.dates.items() if contact not in gone)


def _said(reading: Reading, turn: Turn) -> list[Remove]:
    """Take back what was said about a person's reminder, which is to come again."""
    said = reading.index.overrides.get(turn.reminder.id) if turn.reminder else None
    return [Remove(said)] if said is not None else []
