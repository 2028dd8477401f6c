"""Who somebody is, for the one who decides about them: how you met, what was last, what was promised. Pure.

Everything is about one person, so that a card costs the same whether there are ten people or thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import resumes
from pipeline.drafting import Kind, draft_of, keep_in_touch_draft
from pipeline.find import opportunity_company
from pipeline.keep_in_touch import PAUSE_AFTER, tier_of
from pipeline.model import Consent, Direction, ReminderState, Role, TouchKind
from pipeline.review.queue import Why
from pipeline.review.rest import action_day
from pipeline.rules.contacts import keep_in_touch
from pipeline.wording import count_words, day_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from pipeline.drafting import Draft, Words
    from pipeline.model import Contact, Interview, Opportunity, Reminder, Touch
    from pipeline.reading import Reading
    from pipeline.review.queue import Turn

LAST_SHOWN = 3
"""Touches and interviews that a card shows."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that is shown about one person. `since` is the day of the last contact."""

    contact: Contact
    who: str
    since: date | None
    how: str
    last: tuple[tuple[date, str], ...]
    promised: tuple[str, ...]
    resume: str
    resume_is_old: bool
    why: str


def card_of(reading: Reading, turn: Turn) -> Card:
    """Put together what a decision about somebody needs."""
    contact = turn.contact
    last = sorted(_happened(reading, contact), key=lambda event: event[0], reverse=True)
    days = [(moment.astimezone(reading.places.user_zone).date(), text) for moment, text in last]
    resume, is_old = resumes.holding_words(reading, contact)
    return Card(
        contact=contact,
        who=_who(reading, contact),
        since=days[0][0] if days else None,
        how=_how(reading, contact),
        last=tuple(days[:LAST_SHOWN]),
        promised=tuple(_promised(reading, contact)),
        resume=resume,
        resume_is_old=is_old,
        why=_why(reading, turn),
    )


def draft_of_turn(reading: Reading, turn: Turn, words: Words) -> Draft:
    """Draft what to write to somebody. The first words to one without a tier ask whether to keep in touch."""
    contact = turn.contact
    if turn.why is Why.NO_TIER and contact.consent is Consent.UNKNOWN:
        shared = _last_shared(reading, contact)
        if shared is not None:
            kind = Kind.ASK_TO_KEEP_IN_TOUCH
            return draft_of(reading, kind, contact.id, words, opportunity=shared.id)
    return keep_in_touch_draft(reading, contact, words)


def next_words(reading: Reading, contact: str) -> str:
    """Say when somebody comes next, and how."""
    one = reading.index.contacts.get(contact)
    if one is None:
        return ""
    reminder = next(keep_in_touch(reading, one), None)
    if reminder is not None and reminder.state is ReminderState.SNOOZED:
        return f"next on {day_words(reminder.alerts[0].date(), reading.today)}"
    if reminder is not None and reminder.state is ReminderState.OPEN:
        return f"next on {day_words(reminder.due.date(), reading.today)}"
    planned = [
        day
        for action in reading.index.next_actions.values()
        if action.contact == contact and action.done_at is None and (day := action_day(reading, action))
    ]
    return f"next on {day_words(min(planned), reading.today)}" if planned else "nothing more is planned"


def _who(reading: Reading, contact: Contact) -> str:
    company = reading.index.companies.get(contact.company or "")
    tier = tier_of(reading, contact)
    what = "recruiter" if reading.index.is_recruiter(contact) else ""
    parts = (", ".join(filter(None, (what, company.name if company else ""))), f"tier {tier}" if tier else "")
    return " · ".join(filter(None, parts))


def _how(reading: Reading, contact: Contact) -> str:
    """Say how you know somebody: the user's own words, else the opportunity that you shared last."""
    if contact.notes:
        return contact.notes.strip()
    one = _last_shared(reading, contact)
    if one is None:
        return ""
    roles = {on.role for on in one.people if on.contact == contact.id}
    role = next((role.value for role in Role if role in roles), "interviewer")
    year = _year(reading, one)
    about = f"{one.title} at {opportunity_company(reading.index, one)}"
    ended = f", {one.stage.value}" if one.stage.is_closed else ""
    return f"{role} on {about}{f', {year}' if year else ''}{ended}"


def _last_shared(reading: Reading, contact: Contact) -> Opportunity | None:
    shared = reading.index.opportunities_with(contact.id)
    return max(shared, key=lambda opportunity: _year(reading, opportunity) or 0, default=None)


def _year(reading: Reading, opportunity: Opportunity) -> int | None:
    interviews = [one.starts_at.year for one in reading.index.interviews_of(opportunity.id)]
    days = [day.year for day in (opportunity.closed_on, opportunity.applied_on) if day is not None]
    return max([*interviews, *days], default=None)


def _happened(reading: Reading, contact: Contact) -> Iterator[tuple[datetime, str]]:
    first = contact.name.split()[0]
    for touch in reading.touches_with(contact.id):
        yield touch.at, _touch_words(reading, touch, first)
    for interview in reading.index.interviews_with(contact.id):
        if reading.is_held(interview):
            yield interview.starts_at, _interview_words(reading, interview, contact)


def _touch_words(reading: Reading, touch: Touch, first: str) -> str:
    kind = "" if touch.kind in {TouchKind.OTHER, TouchKind.REPLY} else touch.kind.value
    sent = reading.index.resume_versions.get(touch.resume_version or "")
    what = ", ".join(filter(None, (kind, f"résumé {sent.name}" if sent else "")))
    who = first if touch.direction is Direction.IN else "you"
    verb = "called" if touch.channel is not None and touch.channel.value == "phone" else "wrote"
    said = f": “{touch.note}”" if touch.note and touch.direction is Direction.IN else ""
    noted = f": {touch.note}" if touch.note and not said else ""
    return f"{who} {verb}{f' ({what})' if what else ''}{said or noted}"


def _interview_words(reading: Reading, interview: Interview, contact: Contact) -> str:
    owner = reading.index.opportunities[interview.opportunity]
    note = next((on.note for on in interview.people if on.contact == contact.id), None)
    return f"interview at {opportunity_company(reading.index, owner)}{f': {note}' if note else ''}"


def _promised(reading: Reading, contact: Contact) -> Iterator[str]:
    for action in reading.index.next_actions.values():
        if action.contact == contact.id and action.done_at is None:
            day = action_day(reading, action)
            yield f"{action.text}{f' ({day_words(day, reading.today)})' if day else ''}"


def _why(reading: Reading, turn: Turn) -> str:
    """Say why it is somebody's turn now, in a sentence or two."""
    contact, reminder = turn.contact, turn.reminder
    if turn.why is Why.NO_TIER:
        if contact.consent is Consent.ASKED:
            return "You asked whether to keep in touch, and no answer is noted. A tier says how often."
        return "A recruiter without a tier: nothing would ever remind you. A tier says how often."
    if reminder is None:
        return f"{count_words(PAUSE_AFTER, 'message')} in a row without an answer: reminders have stopped."
    if reminder.state in {ReminderState.DONE, ReminderState.SKIPPED}:
        return (
            f"Let go when it was due, {_day(reading, turn.due)}; nothing else is planned. {reminder.reason}"
        )
    return f"{_due_words(reading, reminder)} {reminder.reason}"


def _due_words(reading: Reading, reminder: Reminder) -> str:
    days = (reminder.due.date() - reading.today).days
    when = _day(reading, reminder.due.date())
    if days > 0:
        return f"Due {when}."
    return f"Due {when}, {count_words(-days, 'day')} ago." if days else "Due today."


def _day(reading: Reading, day: date | None) -> str:
    return day_words(day, reading.today) if day else ""
