"""The facts, looked up by id and by what they are about.

Built once from all facts. What follows a change is a copy that shares whatever the change left alone, so that
one costs what it touches, and whoever still reads the index from before, in another thread say, is not
disturbed.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar

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
from pipeline.tables import TABLE_OF, TABLES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from typing import Self

    Group = dict[str, dict[Any, Any]]
    """Owner → what belongs to it, by key, in the order of entry."""

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

        self._contacts_at: Group = {}
        self._opportunities_at: Group = {}
        self._roles_of: Group = {}
        self._recruiters: Group = {}
        self._interviews_of: Group = {}
        self._interviews_with: Group = {}
        self._periods_of: Group = {}
        self._periods_by: Group = {}
        self._touches_about: Group = {}
        self._touches_with: Group = {}
        self._touches_in: Group = {}
        self._actions_on: Group = {}

        for name in Facts.__struct_fields__:
            shelf, key_of = getattr(self, name), _KEYS[TABLES[name].record]
            for record in getattr(facts, name):
                key = key_of(record)
                if key in shelf:
                    self.put(record)
                    continue
                shelf[key] = record
                for group, owner in self._links(record):
                    group.setdefault(owner, {})[key] = record

    def copy(self) -> Self:
        """Give another index of the same facts, to be changed on its own."""
        new = object.__new__(type(self))
        new.__dict__.update({name: known.copy() for name, known in vars(self).items()})
        return new

    def put(self, record: Fact) -> None:
        """Take a record in, instead of the one with the same key, whose place in the order it gets."""
        self._set(record, record)

    def remove(self, record: Fact) -> None:
        """Forget a record."""
        self._set(record, None)

    def restore(self, record: Fact, keys: Iterable[tuple[str, ...]]) -> None:
        """Take a record in again; `keys` are those of its kind in the order of entry."""
        self.put(record)
        name = TABLE_OF[type(record)].name
        shelf = getattr(self, name)
        places = (key[0] if len(key) == 1 else key for key in keys)
        setattr(self, name, {key: shelf[key] for key in places if key in shelf})
        for group, owner in self._links(record):
            self._sort(group, owner, record)

    def _set(self, named: Fact, new: Fact | None) -> None:
        shelf, key = self._shelf(named), _key(named)
        old = shelf.get(key)
        # What a touch is about may follow from the interview that it names.
        moved = list(self.touches_in(str(key))) if isinstance(named, Interview) else []
        before = [(record, self._links(record)) for record in (old, *moved) if record is not None]
        if new is None:
            shelf.pop(key, None)
        else:
            shelf[key] = new
        for record, links in before:
            self._unlink(record, links)
        for changed in (new, *moved):
            if changed is not None:
                self._link(changed)

    def _unlink(self, record: Fact, links: list[tuple[Group, str]]) -> None:
        """Take a record out of its groups, but keep its place in those where it will stand again."""
        now = self.same(record)
        standing = self._links(now) if now is not None else []
        for group, owner in links:
            if not any(group is other and owner == to for other, to in standing):
                left = {key: one for key, one in group.get(owner, {}).items() if key != _key(record)}
                if left:
                    group[owner] = left
                else:
                    group.pop(owner, None)

    def _link(self, record: Fact) -> None:
        key, shelf = _key(record), self._shelf(record)
        for group, owner in self._links(record):
            known = group.get(owner, {})
            group[owner] = {**known, key: record}
            if known and key not in known and key != next(reversed(shelf)):
                self._sort(group, owner, record)

    def _sort(self, group: Group, owner: str, record: Fact) -> None:
        """Bring what belongs to `owner` into the order of entry."""
        known = group[owner]
        group[owner] = {key: known[key] for key in self._shelf(record) if key in known}

    def same(self, record: F) -> F | None:
        """Give the record with the key of `record`, if there is one."""
        return self._shelf(record).get(_key(record))

    def facts(self) -> Facts:
        """Give everything back as one record."""
        return Facts(**{name: tuple(getattr(self, name).values()) for name in Facts.__struct_fields__})

    # What belongs to what, each in the order of entry

    def contacts_at(self, company: str) -> Iterator[Contact]:
        """Yield the contacts who work at a company."""
        return iter(self._contacts_at.get(company, {}).values())

    def opportunities_at(self, company: str) -> Iterator[Opportunity]:
        """Yield the opportunities at a company, or through it."""
        return iter(self._opportunities_at.get(company, {}).values())

    def interviews_of(self, opportunity: str) -> Iterator[Interview]:
        """Yield the interviews of an opportunity."""
        return iter(self._interviews_of.get(opportunity, {}).values())

    def interviews_with(self, contact: str) -> Iterator[Interview]:
        """Yield the interviews that name a contact."""
        return iter(self._interviews_with.get(contact, {}).values())

    def periods_of(self, opportunity: str) -> Iterator[TimePeriod]:
        """Yield the time periods named on an opportunity."""
        return iter(self._periods_of.get(opportunity, {}).values())

    def periods_by(self, contact: str) -> Iterator[TimePeriod]:
        """Yield the time periods that a contact named."""
        return iter(self._periods_by.get(contact, {}).values())

    def touches_about(self, opportunity: str) -> Iterator[Touch]:
        """Yield the touches about an opportunity."""
        return iter(self._touches_about.get(opportunity, {}).values())

    def touches_with(self, contact: str) -> Iterator[Touch]:
        """Yield the touches with a contact."""
        return iter(self._touches_with.get(contact, {}).values())

    def touches_in(self, interview: str) -> Iterator[Touch]:
        """Yield the touches that name an interview."""
        return iter(self._touches_in.get(interview, {}).values())

    def actions_on(self, opportunity: str) -> Iterator[NextAction]:
        """Yield what is noted to be done on an opportunity."""
        return iter(self._actions_on.get(opportunity, {}).values())

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

    def chain_subject(self, kind: Literal["period", "interview", "touch"], id_: str) -> str:
        """Name what a chain is counted from: by its id, or `id:kind` where a kind before it has that id too.

        Ids are unique within their kind alone (a file may number each from 1), and reminders need one each.
        """
        kinds: dict[str, Container[str]] = {
            "period": self.time_periods,
            "interview": self.interviews,
            "touch": self.touches,
        }
        first = next((name for name, known in kinds.items() if id_ in known), kind)  # being typed
        is_clear = first == kind and id_.rpartition(":")[2] not in kinds
        return id_ if is_clear else f"{id_}:{kind}"

    def _shelf(self, record: F) -> dict[Any, F]:
        shelf: dict[Any, F] = getattr(self, TABLE_OF[type(record)].name)
        return shelf

    def _links(self, record: Fact) -> list[tuple[Group, str]]:
        """List the groups that a record belongs to, each with the owner in it."""
        links: list[tuple[Group, str | None]] = []
        match record:
            case Touch():
                links = [(self._touches_with, contact) for contact in record.people]
                links.append((self._touches_about, self.opportunity_of(record)))
                links.append((self._touches_in, record.interview))
            case Interview():
                links = [(self._interviews_with, person.contact) for person in record.people]
                links.append((self._interviews_of, record.opportunity))
            case Contact():
                links = [(self._contacts_at, record.company)]
            case TimePeriod():
                links = [(self._periods_of, record.opportunity), (self._periods_by, record.said_by)]
            case Opportunity():
                links = [(self._roles_of, on.contact) for on in record.people]
                links += [(self._recruiters, on.contact) for on in record.people if on.role is Role.RECRUITER]
                links += [(self._opportunities_at, record.company), (self._opportunities_at, record.via)]
            case NextAction():
                links = [(self._actions_on, record.opportunity)]
        return [(group, owner) for group, owner in links if owner]


_KEYS = {record: attrgetter(*table.key) for record, table in TABLE_OF.items()}


def _key(record: Fact) -> Any:
    return _KEYS[type(record)](record)
