"""What facts must be beyond their types: ids that lead somewhere, days that can be, places that exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.model import (
    Company,
    Contact,
    Facts,
    Interview,
    Opportunity,
    Override,
    OverrideState,
    TimePeriod,
    Touch,
)
from pipeline.places import country_problem, zone_problem
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.index import Index
    from pipeline.model import Fact

FIRST_YEAR, LAST_YEAR = 1900, 2200

NAME_AT_MOST = 200
"""Characters of a name or a title; what is longer was pasted into the wrong place."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, and the path to it ("interviews[3].starts_at")."""

    path: str
    what: str


def first_problem(facts: Facts, index: Index) -> Problem | None:
    """Give the first thing in `facts` that cannot be; `index` holds all that they may point to."""
    return next(problems(facts, index), None)


def problems(facts: Facts, index: Index) -> Iterator[Problem]:
    """Yield everything in `facts` that cannot be, in order."""
    for kind, table in TABLES.items():
        seen: dict[tuple[str, ...], int] = {}
        for number, record in enumerate(getattr(facts, kind)):
            path = f"{kind}[{number}]"
            first = seen.setdefault(table.key_of(record), number)
            if first != number:
                yield Problem(f"{path}.{table.key[-1]}", f"the same as in {kind}[{first}]")
            for field, what in record_problems(record, index):
                yield Problem(f"{path}.{field}", what)


def record_problems(record: Fact, index: Index, before: Fact | None = None) -> Iterator[tuple[str, str]]:
    """Yield what cannot be in one record, each with the field.

    Of a name that is as it was `before` nothing is said: an older store may hold a longer one.
    """
    for field, what in _names(record):
        if before is None or getattr(record, field) != getattr(before, field):
            yield field, what
    yield from _dates(record)
    yield from _references(record, index)
    zone = record.time_zone if isinstance(record, (Company, Contact, Interview)) else None
    if zone and (problem := zone_problem(zone)):
        yield "time_zone", problem
    if isinstance(record, Company) and record.country and (problem := country_problem(record.country)):
        yield "country", problem
    if isinstance(record, Opportunity):
        yield from _opportunity(record)
    elif isinstance(record, TimePeriod):
        yield from _time_period(record, index)
    elif isinstance(record, Touch) and not record.people and not (record.opportunity or record.interview):
        yield "people", "name somebody, or the opportunity that it was about"
    elif isinstance(record, Override) and record.state is OverrideState.SNOOZED and record.until is None:
        yield "until", "a snoozed reminder needs the time until which it sleeps"


def _opportunity(record: Opportunity) -> Iterator[tuple[str, str]]:
    if record.company is None and record.via is None:
        yield "company", "an opportunity needs a company, an agency (via), or both"
    if record.stage.is_closed and record.closed_on is None:
        yield "closed_on", f"{record.stage.value} is closed, and needs the day on which it closed"
    if not record.stage.is_closed and record.closed_on is not None:
        yield "closed_on", f"{record.stage.value} is not closed; remove the day, or set the stage"


def _time_period(record: TimePeriod, index: Index) -> Iterator[tuple[str, str]]:
    if record.earliest is None and record.latest is None:
        if not (record.words or "").strip():
            yield "words", "give the words, or both earliest and latest"
    elif record.latest is None:
        yield "latest", "earliest is given without it; give both days or neither"
    elif record.earliest is None:
        yield "earliest", "latest is given without it; give both days or neither"
    elif record.earliest > record.latest:
        yield "earliest", f"{record.earliest} is after latest, {record.latest}"
    elif record.latest < record.said_on:
        yield "latest", f"{record.latest} is before it was said, {record.said_on}"
    if record.answered_on is not None and record.answered_on < record.said_on:
        yield "answered_on", f"{record.answered_on} is before it was said, {record.said_on}"
    interview = index.interviews.get(record.interview or "")
    if interview is not None and interview.opportunity != record.opportunity:
        yield "interview", f"{record.interview!r} is an interview of another opportunity"


def _names(record: Struct) -> Iterator[tuple[str, str]]:
    for field in ("id", "name", "title", "text"):
        value = getattr(record, field, None)
        if isinstance(value, str) and not value.strip():
            yield field, "is blank"
    for field in ("name", "title"):
        if (size := len(getattr(record, field, ""))) > NAME_AT_MOST:
            yield (
                field,
                f"at most {NAME_AT_MOST} characters, and these are {size}; the rest goes into the notes",
            )


def _dates(record: Struct) -> Iterator[tuple[str, str]]:
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield field, f"{value.year} is no year of a job search ({FIRST_YEAR} to {LAST_YEAR})"
        if isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Struct):
                    yield from ((f"{field}[{number}].{inner}", what) for inner, what in _dates(item))


_POINTS_TO = {
    "company": "companies",
    "via": "companies",
    "opportunity": "opportunities",
    "interview": "interviews",
    "resume_version": "resume_versions",
    "said_by": "contacts",
    "contact": "contacts",
}
"""A field of this name holds the id of one of these, in whatever record it stands."""


def _references(record: Struct, index: Index) -> Iterator[tuple[str, str]]:
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if isinstance(value, str) and field in _POINTS_TO:
            yield from _reference(field, value, _POINTS_TO[field], index)
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                path = f"{field}[{number}]"
                if isinstance(item, Struct):
                    yield from ((f"{path}.{inner}", what) for inner, what in _references(item, index))
                elif field == "people":
                    yield from _reference(path, item, "contacts", index)


def _reference(path: str, id_: str, kind: str, index: Index) -> Iterator[tuple[str, str]]:
    if id_ not in getattr(index, kind):
        yield path, f"{id_!r} is no id in {kind}"
