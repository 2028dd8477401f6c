"""Whose turn it is in a review: overdue, gone quiet, due this quarter, or a recruiter without a tier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.keep_in_touch import is_silent, tier_of
from pipeline.model import Consent, ReminderState
from pipeline.review.quarter import current_review, next_review, settled
from pipeline.rules.contacts import keep_in_touch

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model import Contact, Reminder, Review
    from pipeline.reading import Reading


class Why(StrEnum):
    """Why it is somebody's turn, the most pressing first."""

    OVERDUE = "overdue"
    QUIET = "gone quiet"
    DUE = "due this quarter"
    NO_TIER = "no tier yet"


_ORDER = tuple(Why)
_LET_GO = frozenset({ReminderState.DONE, ReminderState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Turn:
    """One person whose turn it is. `due` and `reminder` are None where no date stands."""

    contact: Contact
    why: Why
    due: date | None = None
    reminder: Reminder | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Everybody whose turn it is: `now` in this review, as far as it goes, and the `rest`."""

    now: tuple[Turn, ...]
    rest: tuple[Turn, ...]


def queue(reading: Reading, review: Review | None = None) -> Queue:
    """Give everybody who is still to come; people decided about count towards the size of the review."""
    review = review or current_review(reading)
    until = next_review(reading, review)
    done = frozenset(settled(review))
    turns = (
        turn_of(reading, contact, until)
        for contact in reading.index.contacts.values()
        if contact.id not in done
    )
    found = sorted((turn for turn in turns if turn is not None), key=lambda turn: _order(reading, turn))
    room = max(reading.settings.keep_in_touch.review_size - len(done), 0)
    return Queue(tuple(found[:room]), tuple(found[room:]))


def turn_of(reading: Reading, contact: Contact, until: date) -> Turn | None:
    """Say whether and why it is somebody's turn; None where nothing is to be decided before `until`.

    Nobody who declined, is left alone until a later day, shares a live opportunity, or was snoozed to a later
    day, here or on a phone: about them it is decided already.
    """
    if contact.consent is Consent.DECLINED or reading.live_opportunities_with(contact.id):
        return None
    if contact.paused_until is not None and contact.paused_until > reading.today:
        return None
    reminder = next(keep_in_touch(reading, contact), None)
    if reminder is None:
        return _without_reminder(reading, contact)
    why = _why(reading, reminder, until)
    return Turn(contact, why, reminder.due.date(), reminder) if why is not None else None


def _why(reading: Reading, reminder: Reminder, until: date) -> Why | None:
    if reminder.due > reading.now:
        is_due = reminder.state is ReminderState.OPEN and reminder.due.date() < until
        return Why.DUE if is_due else None
    if reminder.state is ReminderState.SNOOZED:
        return None
    return Why.QUIET if reminder.state in _LET_GO else Why.OVERDUE


def _without_reminder(reading: Reading, contact: Contact) -> Turn | None:
    if tier_of(reading, contact) is None:
        return Turn(contact, Why.NO_TIER) if reading.index.is_recruiter(contact) else None
    return Turn(contact, Why.QUIET) if is_silent(reading, contact) else None


def _order(reading: Reading, turn: Turn) -> tuple[object, ...]:
    """Sort the most pressing first; of the overdue those of the best tier, as not all may have room."""
    tier = tier_of(reading, turn.contact)
    rank = tier.value if tier is not None and turn.why is not Why.DUE else ""
    return _ORDER.index(turn.why), rank, str(turn.due or ""), turn.contact.name, turn.contact.id
