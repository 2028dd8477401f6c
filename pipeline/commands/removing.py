"""Taking away what was entered: delete, archive. Nothing is left that points to what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs

from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.model import (
    Company,
    Contact,
    Interview,
    NextAction,
    Opportunity,
    ResumeVersion,
    Rule,
    TimePeriod,
    Touch,
)
from pipeline.naming import record_name
from pipeline.rules import CONTACT_RULES, OF_A_CHAIN, OF_A_ROUND
from pipeline.store import Put, Remove
from pipeline.wording import and_words, count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.index import Index
    from pipeline.reading import Reading

    Writes = Iterable[Put | Remove]

Deletable = Company | Contact | Opportunity | Interview | TimePeriod | Touch | ResumeVersion | NextAction


def delete(reading: Reading, record: Deletable) -> Change:
    """Delete a record, with what is about it alone; others that name it go on without it."""
    name = record_name(reading, record)
    writes = (*_without(reading, record), Remove(record))
    gone = [write.record for write in writes if isinstance(write, Remove)]
    more = sum(isinstance(one, Interview | TimePeriod | Touch | NextAction) for one in gone[:-1])
    also = f" and {count_words(more, 'record')} about it" if more else ""
    return Change(f"delete {name}", writes, f"deleted {name}{also}")


def archive(reading: Reading, opportunity: str, *, archived: bool) -> Change:
    """Put an opportunity out of sight, with everything about it, or take it back."""
    record = reading.index.opportunities[opportunity]
    what = f"{'archive' if archived else 'take back'} {record.title}"
    if record.archived is archived:
        raise InputError(f"{record.title} is {'archived' if archived else 'not archived'} already")
    told = f"{'archived' if archived else 'taken back'}: {record.title}"
    return Change(what, (Put(structs.replace(record, archived=archived)),), told)


def _without_contact(index: Index, contact: Contact) -> Iterator[Put | Remove]:
    """Yield what names a contact, naming nobody instead; a message to nobody else is gone."""
    gone = contact.id
    for owner in index.opportunities.values():
        if any(person.contact == gone for person in owner.people):
            yield Put(structs.replace(owner, people=_others(owner.people, gone)))
    for interview in index.interviews_with(gone):
        yield Put(structs.replace(interview, people=_others(interview.people, gone)))
    for touch in index.touches_with(gone):
        people = tuple(person for person in touch.people if person != gone)
        yield Put(structs.replace(touch, people=people)) if people else Remove(touch)
    yield from (
        Put(structs.replace(one, said_by=None)) for one in index.time_periods.values() if one.said_by == gone
    )
    yield from (
        Put(structs.replace(one, contact=None)) for one in index.next_actions.values() if one.contact == gone
    )
    for review in index.reviews.values():
        if any(decision.contact == gone for decision in review.decisions):
            yield Put(structs.replace(review, decisions=_others(review.decisions, gone)))
    yield from (Remove(date) for date in index.keep_in_touch_dates.values() if date.contact == gone)
    yield from _overrides(index, CONTACT_RULES, gone, in_cycles=True)


def _others(people: tuple[Any, ...], gone: str) -> tuple[Any, ...]:
    return tuple(one for one in people if one.contact != gone)


def _without(reading: Reading, record: Deletable) -> Iterator[Put | Remove]:
    """Yield what has to change before a record can go."""
    index = reading.index
    if isinstance(record, Company):
        yield from _without_company(index, record)
    elif isinstance(record, Contact):
        yield from _without_contact(index, record)
    elif isinstance(record, Opportunity):
        yield from _without_opportunity(index, record)
    elif isinstance(record, Interview):
        yield from _without_interview(index, record)
    elif isinstance(record, ResumeVersion):
        for touch in index.touches.values():
            if touch.resume_version == record.id:
                yield Put(structs.replace(touch, resume_version=None))
    elif isinstance(record, TimePeriod):
        yield from _overrides(index, OF_A_CHAIN, index.chain_subject("period", record.id))
    elif isinstance(record, NextAction):
        yield from _overrides(index, {Rule.NEXT_ACTION}, record.id)


def _without_company(index: Index, company: Company) -> Iterator[Put | Remove]:
    owners = [one for one in index.opportunities.values() if company.id in {one.company, one.via}]
    alone = [one.title for one in owners if None in {one.company, one.via} or one.company == one.via]
    if alone:
        raise InputError(
            f"{company.name} has {and_words(alone[:3])}"
            f"{f' and {len(alone) - 3} more' if len(alone) > 3 else ''}; "  # noqa: PLR2004 - as many as a line holds
            "delete or change what is with it first"
        )
    for owner in owners:
        yield Put(
            structs.replace(
                owner,
                company=None if owner.company == company.id else owner.company,
                via=None if owner.via == company.id else owner.via,
            )
        )
    for contact in index.contacts.values():
        if contact.company == company.id:
            yield Put(structs.replace(contact, company=None))


def _without_opportunity(index: Index, owner: Opportunity) -> Iterator[Put | Remove]:
    interviews = {one.id: one for one in index.interviews_of(owner.id)}
    for touch in index.touches.values():
        if touch.opportunity == owner.id or touch.interview in interviews:
            whole = structs.replace(touch, opportunity=None, interview=None)
            yield Put(whole) if touch.people else Remove(touch)
    for period in index.periods_of(owner.id):
        yield Remove(period)
        yield from _overrides(index, OF_A_CHAIN, index.chain_subject("period", period.id))
    for interview in interviews.values():
        yield Remove(interview)
        yield from _overrides_about(index, interview)
    yield from (Remove(action) for action in index.next_actions.values() if action.opportunity == owner.id)
    yield from _overrides(index, {Rule.OFFER}, owner.id)
    yield from _overrides(index, {Rule.APPLICATION_SILENT}, owner.id, in_cycles=True)


def _without_interview(index: Index, interview: Interview) -> Iterator[Put | Remove]:
    for period in index.periods_of(interview.opportunity):
        if period.interview == interview.id:
            yield Put(structs.replace(period, interview=None))
    for touch in index.touches.values():
        if touch.interview == interview.id:
            yield Put(structs.replace(touch, interview=None, opportunity=interview.opportunity))
    yield from _overrides_about(index, interview)


def _overrides_about(index: Index, interview: Interview) -> Iterator[Remove]:
    yield from _overrides(index, OF_A_ROUND, interview.id)
    yield from _overrides(index, OF_A_CHAIN, index.chain_subject("interview", interview.id))


def _overrides(
    index: Index, rules: Iterable[Rule], subject: str, *, in_cycles: bool = False
) -> Iterator[Remove]:
    """Yield what was said about the reminders of a subject; a subject of other rules may have the same id."""
    names = {f"{rule.value}:{subject}" for rule in rules}
    for override in index.overrides.values():
        id_ = override.reminder
        if id_ in names or (in_cycles and any(id_.startswith(f"{name}:") for name in names)):
            yield Remove(override)
