"""The facts, looked up by id and by what they are about.

Built once from all facts and then kept up to date record by record, so that a change costs what it touches.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.model import (
    Company,
    CompanyKind,
    Contact,
    Fact,
    Facts,
    Interview,
    KeepInTouchDate,
    NextAction,
    Opportunity,
    Override,
    ResumeVersion,
    Review,
    Role,
    TimePeriod,
    Touch,
)
from pipeline.tables import TABLE_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

F = TypeVar("F", bound=Fact)


class Index:
    """All facts by id, each kind in the order of entry, and grouped by what they belong to."""

    def __init__(self, facts: Facts) -> None:
        self.companies: dict[str, Company] = {}
        self.contacts: dict[str, Contact] = {}
        self.opportunities: dict[str, Opportunity] = {}
        self.interviews: dict[str, Interview] = {}
        self.time_periods: dict[str, TimePeriod] = {}
        self.touches: dict[str, Touch] = {}
        self.resume_versions: dict[str, ResumeVersion] = {}
        self.next_actions: dict[str, NextAction] = {}
        self.keep_in_touch_dates: dict[tuple[str, str], KeepInTouchDate] = {}
        self.reviews: dict[str, Review] = {}
        self.overrides: dict[str, Override] = {}

        self._interviews_of: dict[str, dict[str, Interview]] = defaultdict(dict)
        self._interviews_with: dict[str, dict[str, Interview]] = defaultdict(dict)
        self._periods_of: dict[str, dict[str, TimePeriod]] = defaultdict(dict)
        self._touches_about: dict[str, dict[str, Touch]] = defaultdict(dict)
        self._touches_with: dict[str, dict[str, Touch]] = defaultdict(dict)
        self._roles_of: dict[str, dict[str, Opportunity]] = defaultdict(dict)
        self._recruiters: dict[str, dict[str, Opportunity]] = defaultdict(dict)

        for name in Facts.__struct_fields__:
            for record in getattr(facts, name):
                self.put(record)

    def put(self, record: Fact) -> None:
        """Take a record in, instead of the one with the same key, whose place in the order it gets."""
        old = self.same(record)
        self._shelf(record)[_key(record)] = record
        links = self._links(record)
        for group, owner in self._links(old) if old is not None else ():
            if not any(group is other and owner == to for other, to in links):
                group[owner].pop(_key(record), None)
        for group, owner in links:
            group[owner][_key(record)] = record

    def remove(self, record: Fact) -> None:
        """Forget a record."""
        old = self._shelf(record).pop(_key(record), None)
        for group, owner in self._links(old) if old is not None else ():
            group[owner].pop(_key(record), None)

    def same(self, record: F) -> F | None:
        """Give the record with the key of `record`, if there is one."""
        return self._shelf(record).get(_key(record))

    def facts(self) -> Facts:
        """Give everything back as one record."""
        return Facts(**{name: tuple(getattr(self, name).values()) for name in Facts.__struct_fields__})

    def interviews_of(self, opportunity: str) -> Iterator[Interview]:
        """Yield the interviews of an opportunity, in the order of entry."""
        return iter(self._interviews_of.get(opportunity, {}).values())

    def interviews_with(self, contact: str) -> Iterator[Interview]:
        """Yield the interviews that name a contact."""
        return iter(self._interviews_with.get(contact, {}).values())

    def periods_of(self, opportunity: str) -> Iterator[TimePeriod]:
        """Yield the time periods named on an opportunity, in the order of entry."""
        return iter(self._periods_of.get(opportunity, {}).values())

    def touches_about(self, opportunity: str) -> Iterator[Touch]:
        """Yield the touches about an opportunity, in the order of entry."""
        return iter(self._touches_about.get(opportunity, {}).values())

    def touches_with(self, contact: str) -> Iterator[Touch]:
        """Yield the touches with a contact, in the order of entry."""
        return iter(self._touches_with.get(contact, {}).values())

    def opportunity_of(self, touch: Touch) -> str | None:
        """Say what a touch is about: the opportunity it names, or whose interview it names, else none."""
        if touch.opportunity is None and touch.interview in self.interviews:
            return self.interviews[touch.interview].opportunity
        return touch.opportunity

    def opportunities_with(self, contact: str) -> list[Opportunity]:
        """List the opportunities that a contact is on: among its people, or in one of its interviews."""
        found = dict(self._roles_of.get(contact, {}))
        for interview in self._interviews_with.get(contact, {}).values():
            if interview.opportunity not in found:
                found[interview.opportunity] = self.opportunities[interview.opportunity]
        return list(found.values())

    def is_recruiter(self, contact: Contact) -> bool:
        """Whether a contact has the role of a recruiter on any opportunity, or works at an agency."""
        company = self.companies.get(contact.company or "")
        agency = company is not None and company.kind is CompanyKind.AGENCY
        return agency or bool(self._recruiters.get(contact.id))

    def _shelf(self, record: F) -> dict[Any, F]:
        shelf: dict[Any, F] = getattr(self, TABLE_OF[type(record)].name)
        return shelf

    def _links(self, record: Fact) -> list[tuple[dict[str, dict[Any, Any]], str]]:
        """List the groups that a record belongs to, each with the owner in it."""
        if isinstance(record, Interview):
            return [
                (self._interviews_of, record.opportunity),
                *((self._interviews_with, person.contact) for person in record.people),
            ]
        if isinstance(record, TimePeriod):
            return [(self._periods_of, record.opportunity)]
        if isinstance(record, Touch):
            about = self.opportunity_of(record)
            return [
                *([(self._touches_about, about)] if about else []),
                *((self._touches_with, contact) for contact in record.people),
            ]
        if isinstance(record, Opportunity):
            return [
                *((self._roles_of, on.contact) for on in record.people),
                *((self._recruiters, on.contact) for on in record.people if on.role is Role.RECRUITER),
            ]
        return []


def _key(record: Fact) -> Any:
    key = TABLE_OF[type(record)].key_of(record)
    return key[0] if len(key) == 1 else key
