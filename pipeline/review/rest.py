"""What else is open after the people: named periods, promises, opportunities without a next step. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.find import opportunity_company
from pipeline.meter import meter
from pipeline.model import Rule
from pipeline.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pipeline.model import NextAction, Opportunity, Reminder
    from pipeline.reading import Reading


class Loose(StrEnum):
    """What kind of end is loose."""

    PERIOD = "They named a time"
    PROMISE = "Promised"
    NO_STEP = "No next step"


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """Something that is open. One of `opportunity` and `action` is its id, and the page that opens is its."""

    kind: Loose
    what: str
    about: str
    opportunity: str | None = None
    action: str | None = None


def loose_ends(reading: Reading, waiting: Iterable[Reminder]) -> list[LooseEnd]:
    """List what is open; `waiting` are the reminders that wait, so that what has a next step is known."""
    stepped = {one.opportunity for one in waiting if one.rule is not Rule.GO_DORMANT}
    stepped |= {one.opportunity for one in reading.index.next_actions.values() if one.done_at is None}
    live = [
        one for one in reading.index.opportunities.values() if not one.stage.is_closed and not one.archived
    ]
    return [
        *(end for one in live for end in _period(reading, one)),
        *(_promise(reading, one) for one in _open_actions(reading)),
        *(_stepless(reading, one) for one in live if one.id not in stepped),
    ]


def _period(reading: Reading, opportunity: Opportunity) -> Iterator[LooseEnd]:
    case = Case(reading, opportunity)
    period, read = case.standing_period, meter(case)
    if period is not None and read is not None and period.latest is not None:
        said = f"“{period.words}”" if period.words else f"by {day_words(period.latest, reading.today)}"
        yield LooseEnd(Loose.PERIOD, f"{said}: {read.words}", _name(reading, opportunity), opportunity.id)


def _open_actions(reading: Reading) -> list[NextAction]:
    """List what is promised: to or by somebody, or overdue."""
    open_ones = [one for one in reading.index.next_actions.values() if one.done_at is None]
    return [
        one
        for one in open_ones
        if one.contact is not None or (action_day(reading, one) or reading.today) <= reading.today
    ]


def _promise(reading: Reading, action: NextAction) -> LooseEnd:
    owner = reading.index.opportunities.get(action.opportunity or "")
    about = reading.name(action.contact) if action.contact else _name(reading, owner) if owner else ""
    day = action_day(reading, action)
    when = day_words(day, reading.today) if day else "some time"
    return LooseEnd(Loose.PROMISE, f"{action.text}, {when}", about, action=action.id)


def action_day(reading: Reading, action: NextAction) -> date | None:
    """Give the user's day of a next action; None where it has none."""
    at = action.at
    return at.astimezone(reading.places.user_zone).date() if isinstance(at, datetime) else at


def _stepless(reading: Reading, opportunity: Opportunity) -> LooseEnd:
    return LooseEnd(
        Loose.NO_STEP,
        f"{opportunity.stage.value}, and nothing is planned",
        _name(reading, opportunity),
        opportunity.id,
    )


def _name(reading: Reading, opportunity: Opportunity) -> str:
    return f"{opportunity_company(reading.index, opportunity)} · {opportunity.title}"
