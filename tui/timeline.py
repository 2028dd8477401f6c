"""What happened, on an opportunity or with a person, as lines on a screen: the latest first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.commands.entering import period_words
from pipeline.find import opportunity_company
from pipeline.model import Direction, InterviewState
from pipeline.wording import day_words, time_words
from tui.widgets.columns import fit, line
from tui.widgets.listing import Heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pipeline.case import Case
    from pipeline.model import Contact, Interview, NextAction, TimePeriod, Touch
    from pipeline.reading import Reading
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_WHEN = 16


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or was noted; `key` names the record ("interview:ID")."""

    key: str | None
    when: str
    what: str
    style: str = ""

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line(("  ", ""), (fit(self.when, _WHEN), "dim"), ("  ", ""), (self.what, self.style))


def of_opportunity(case: Case) -> list[Row]:
    """Lay out what happened on an opportunity."""
    reading, id_ = case.reading, case.opportunity.id
    events: list[tuple[datetime, list[Event]]] = []
    events += [(one.starts_at, list(_interview(reading, one))) for one in case.interviews]
    events += [(touch.at, [_touch(reading, touch)]) for touch in case.touches]
    for period in reading.index.periods_of(id_):
        when = reading.places.local(period.said_on, reading.settings.follow_up.slot)
        events.append((when, [_period(case, period)]))
    return _listed(events, reading.now)


def of_person(reading: Reading, contact: Contact) -> list[Row]:
    """Lay out what happened with a person."""
    events: list[tuple[datetime, list[Event]]] = []
    for interview in reading.index.interviews_with(contact.id):
        owner = reading.index.opportunities[interview.opportunity]
        events.append(
            (
                interview.starts_at,
                list(_interview(reading, interview, opportunity_company(reading.index, owner))),
            )
        )
    events += [(touch.at, [_touch(reading, touch)]) for touch in reading.touches_with(contact.id)]
    return _listed(events, reading.now)


def _listed(events: Iterable[tuple[datetime, list[Event]]], now: datetime) -> list[Row]:
    """List what lies ahead, the next first, and then what was, the latest first."""
    ordered = sorted(events, key=lambda event: event[0])
    ahead: list[Row] = [event for at, several in ordered if at > now for event in several]
    was: list[Row] = [event for at, several in reversed(ordered) if at <= now for event in several]
    return [
        *((Heading("AHEAD"), *ahead) if ahead else ()),
        *((Heading("SO FAR"), *was) if was else ()),
    ]


def noted_actions(reading: Reading, actions: Iterable[NextAction]) -> list[Row]:
    """Lay out next actions that have no date, and so no reminder."""
    _ = reading
    rows: list[Row] = [
        Event(f"action:{one.id}", "some time", one.text)
        for one in actions
        if one.at is None and not one.done_at
    ]
    return rows


def _interview(reading: Reading, interview: Interview, where: str = "") -> Iterator[Event]:
    names = ", ".join(reading.name(person.contact) for person in interview.people)
    kind = f"{interview.kind.value} interview" if interview.kind else "interview"
    cancelled = interview.state is InterviewState.CANCELLED
    what = f"{kind}{f' at {where}' if where else ''}{f' with {names}' if names else ''}"
    yield Event(
        f"interview:{interview.id}",
        time_words(interview.starts_at, reading.places.user_zone),
        f"{what} (cancelled)" if cancelled else what,
        "dim" if cancelled else "strong",
    )
    for person in interview.people:
        if person.note:
            yield Event(None, "", f"  {reading.name(person.contact)}: {person.note}")
    if interview.notes:
        yield Event(None, "", f"  {interview.notes}", "dim")


def _touch(reading: Reading, touch: Touch) -> Event:
    names = ", ".join(reading.name(person) for person in touch.people)
    arrow = "← " if touch.direction is Direction.IN else "→ "
    note = f": {' · '.join(touch.note.splitlines())}" if touch.note else ""
    when = time_words(touch.at, reading.places.user_zone)
    return Event(f"touch:{touch.id}", when, f"{arrow}{touch.kind.value}, {names or 'them'}{note}")


def _period(case: Case, period: TimePeriod) -> Event:
    by = f" ({case.reading.name(period.said_by)})" if period.said_by else ""
    words = f"“{period.words}”{by}: {period_words(period)}" if period.words else f"{period_words(period)}{by}"
    stands = case.standing_period == period
    shown = words if stands else f"{words}, no longer"
    return Event(f"period:{period.id}", day_words(period.said_on), shown, "" if stands else "dim")
