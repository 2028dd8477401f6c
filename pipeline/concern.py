"""Whom a change of the facts concerns: the opportunities, contacts and notes to derive again.

Rather one too many than one too few. A property test holds this to what the rules read: whatever is changed,
deriving what it concerns gives the same as deriving everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import (
    Company,
    Contact,
    Interview,
    KeepInTouchDate,
    NextAction,
    Opportunity,
    ResumeVersion,
    TimePeriod,
    Touch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.index import Index
    from pipeline.model import Fact


class Concern:
    """The ids of what a change concerns, and may leave or make non-existent."""

    def __init__(self, before: Index, after: Index, records: Iterable[Fact]) -> None:
        """Compare two indexes in the records named by `records`, of which only the keys matter."""
        self.opportunities: set[str] = set()
        self.contacts: set[str] = set()
        self.actions: set[str] = set()
        for named in records:
            old, new = before.same(named), after.same(named)
            if old != new:
                for index, record in ((before, old), (after, new)):
                    if record is not None:
                        self._add(index, record)

    def _add(self, index: Index, record: Fact) -> None:
        match record:
            case Opportunity():
                self._opportunity(index, record.id)
                self.actions.update(action.id for action in index.actions_on(record.id))
            case Interview():
                self._opportunity(index, record.opportunity)
                for touch in index.touches_in(record.id):
                    self._touch(index, touch)
                self._namesakes(index, record.id)
            case TimePeriod():
                self._opportunity(index, record.opportunity)
                self._namesakes(index, record.id)
            case Touch():
                self._touch(index, record)
            case NextAction():
                self.actions.add(record.id)
            case _:
                self._about_people(index, record)

    def _about_people(self, index: Index, record: Fact) -> None:
        match record:
            case Contact():
                self._contact(index, record.id)
            case Company():
                for contact in index.contacts_at(record.id):
                    self._contact(index, contact.id)
                for opportunity in index.opportunities_at(record.id):
                    self._opportunity(index, opportunity.id)
            case ResumeVersion():
                sent = (one for one in index.touches.values() if one.resume_version == record.id)
                self.contacts.update(person for touch in sent for person in touch.people)
            case KeepInTouchDate():
                self.contacts.add(record.contact)

    def _touch(self, index: Index, touch: Touch) -> None:
        for person in touch.people:
            self._contact(index, person)
        about = index.opportunity_of(touch)
        if about:
            self._opportunity(index, about)

    def _namesakes(self, index: Index, id_: str) -> None:
        """Add the opportunities whose chain may be counted from another record with this id."""
        if interview := index.interviews.get(id_):
            self.opportunities.add(interview.opportunity)
        if (touch := index.touches.get(id_)) and (about := index.opportunity_of(touch)):
            self.opportunities.add(about)

    def _contact(self, index: Index, contact: str) -> None:
        """Add a contact, and the opportunities on which something may be sent to them."""
        self.contacts.add(contact)
        self.opportunities.update(one.id for one in index.opportunities_with(contact))
        self.opportunities.update(period.opportunity for period in index.periods_by(contact))

    def _opportunity(self, index: Index, opportunity: str) -> None:
        """Add an opportunity, and the contacts on it."""
        self.opportunities.add(opportunity)
        record = index.opportunities.get(opportunity)
        self.contacts.update(on.contact for on in (record.people if record else ()))
        self.contacts.update(
            person.contact for interview in index.interviews_of(opportunity) for person in interview.people
        )
