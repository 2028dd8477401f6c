"""All reminders as they stand, and what becomes of them: only what a change or the clock touches is derived.

Equal to `derive`, whatever happened in between; a property test proves it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.concern import Concern
from pipeline.keep_in_touch import KeepInTouchPlan
from pipeline.model import LISTED, Contact, NextAction, Opportunity, Override
from pipeline.places import END_OF_TIME
from pipeline.reading import Reading
from pipeline.rules import of_actions, of_contacts, of_opportunities, of_quarter, order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pipeline.index import Index
    from pipeline.model import Fact, Reminder
    from pipeline.places import Places

    Subject = tuple[type[Fact] | None, str]
    """What reminders are derived from: the kind of a fact with its id, or `QUARTER`."""

QUARTER: Subject = (None, "quarter")
"""What concerns everybody to keep in touch with: the review and the résumé. Counted, so always derived."""

_FEW = 8
"""Up to one reminder in so many is put in its place; more are quicker sorted all together."""


class Derivation:
    """The reminders in every state, by due time, that follow from the facts of `index` at `now`."""

    def __init__(self, index: Index, places: Places, now: datetime) -> None:
        self.index = index
        self.places = places
        self.now = now
        self.reminders: list[Reminder] = []
        self.waiting: list[Reminder] = []
        """Those that still wait for the user."""

        self.until = END_OF_TIME
        """The first moment at which the clock alone may change what is shown of it."""

        self.subjects: set[Subject] | None = None
        """From what the last step derived anew; None where it was from everything."""

        self._found: dict[Subject, tuple[Reminder, ...]] = {}
        self._untils: dict[Subject, datetime] = {}
        self._subjects_of: dict[str, frozenset[Subject]] = {}
        self.plan = Reading(index, places, now).keep_in_touch
        self._derive(
            chain(
                ((Opportunity, id_) for id_ in index.opportunities),
                ((Contact, id_) for id_ in index.contacts),
                ((NextAction, id_) for id_ in index.next_actions),
                [QUARTER],
            )
        )

    def follow(self, index: Index, records: Iterable[Fact], now: datetime) -> None:
        """Go on to the facts of `index` and a later `now`; only `records`, known by their keys, changed."""
        records = list(records)
        concern = Concern(self.index, index, records)
        self.plan = KeepInTouchPlan(Reading(index, self.places, now), self.plan, concern.contacts)
        subjects: set[Subject] = {
            *((Opportunity, id_) for id_ in concern.opportunities),
            *((Contact, id_) for id_ in self.plan.concerned),
            *((NextAction, id_) for id_ in concern.actions),
            QUARTER,
        }
        for record in records:
            if isinstance(record, Override):
                subjects |= self._subjects_of.get(record.reminder, frozenset())
        if now >= self.until:
            subjects |= {subject for subject, until in self._untils.items() if until <= now}
        self.index, self.now, self.subjects = index, now, subjects
        self._derive(subjects)

    def plan_after(self, records: Iterable[Fact], reading: Reading) -> KeepInTouchPlan:
        """Give who is to be kept in touch with, and when, in a later reading in which `records` changed."""
        return KeepInTouchPlan(reading, self.plan, Concern(self.index, reading.index, records).contacts)

    def _derive(self, subjects: Iterable[Subject]) -> None:
        """Derive what `subjects` ask for, instead of what they asked for before."""
        reading = Reading(self.index, self.places, self.now, plan=lambda _: self.plan)
        gone: list[Reminder] = []
        come: list[Reminder] = []
        for subject in subjects:
            before = self._found.pop(subject, ())
            self._untils.pop(subject, None)
            rules = self._rules_for(reading, subject)
            found: tuple[Reminder, ...] = ()
            if rules is not None:
                found, until = reading.watched(partial(tuple, rules))
                until = min((until, *self._seen_to_change(subject, found)))
                if until < END_OF_TIME:
                    self._untils[subject] = until
            known = {one.id: one for one in before}
            found = tuple(old if (old := known.get(one.id)) == one else one for one in found)
            if found != before:
                gone += (one for one in before if one not in found)
                come += (one for one in found if one not in before)
                self._note(subject, before, found)
            if found:
                self._found[subject] = found
        self.until = min((self.plan.until, *self._untils.values()))
        self.reminders = _exchanged(self.reminders, gone, come)
        self.waiting = _exchanged(self.waiting, _listed(gone), _listed(come))

    def _note(self, subject: Subject, before: Iterable[Reminder], found: Iterable[Reminder]) -> None:
        """Note from what each reminder comes; ids of imported facts may make two share one id."""
        for one in before:
            self._subjects_of[one.id] = self._subjects_of[one.id] - {subject}
            if not self._subjects_of[one.id]:
                del self._subjects_of[one.id]
        for one in found:
            self._subjects_of[one.id] = self._subjects_of.get(one.id, frozenset()) | {subject}

    def _rules_for(self, reading: Reading, subject: Subject) -> Iterator[Reminder] | None:
        """Choose what derives from a subject; None where it is no more."""
        kind, id_ = subject
        index = self.index
        if kind is Opportunity and id_ in index.opportunities:
            return of_opportunities(reading, [index.opportunities[id_]])
        if kind is Contact and id_ in index.contacts:
            return of_contacts(reading, [index.contacts[id_]])
        if kind is NextAction and id_ in index.next_actions:
            return of_actions(reading, [index.next_actions[id_]])
        return of_quarter(reading) if kind is None else None

    def _seen_to_change(self, subject: Subject, found: Iterable[Reminder]) -> Iterator[datetime]:
        """Yield the moments ahead at which what is shown changes, though no rule asked about them."""
        moments: list[datetime] = []
        for one in _listed(found):
            moments += (one.due, *one.alerts)
        if subject[0] is Opportunity:
            for interview in self.index.interviews_of(subject[1]):
                moments += (interview.starts_at, interview.ends_at)
        return (moment for moment in moments if moment > self.now)


def _listed(reminders: Iterable[Reminder]) -> list[Reminder]:
    return [one for one in reminders if one.state in LISTED]


def _exchanged(known: list[Reminder], gone: list[Reminder], come: list[Reminder]) -> list[Reminder]:
    """Put reminders in the place of others, in a list by due time that nobody else has."""
    if (len(gone) + len(come)) * _FEW > len(known):
        left = {id(one) for one in gone}
        return sorted([one for one in known if id(one) not in left] + come, key=order)
    for one in gone:
        place = bisect_left(known, order(one), key=order)
        while known[place] is not one:
            place += 1
        del known[place]
    for one in come:
        insort(known, one, key=order)
    return known
