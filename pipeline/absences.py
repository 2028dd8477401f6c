"""When the user is away, and what of the follow-ups that moves. Pure.

An absence is a setting (`user.away`), not a fact: it says when the user works, and no history of the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import ReminderState
from pipeline.spans import DAY, Span
from pipeline.time_periods import read_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from pipeline.business_days import BusinessDays
    from pipeline.model import Reminder

_FROM_TODAY = re.compile(r"(?:from )?(?:today |now )?(until|till?|through|thru) (.+)", re.IGNORECASE)
_WAITING = frozenset({ReminderState.OPEN, ReminderState.SNOOZED})


@dataclass(frozen=True, slots=True)
class Moved:
    """A follow-up that an absence moves; where one of the two is None it would come too late then."""

    reminder: Reminder
    was: datetime | None
    now: datetime | None


def read_absence(words: str, today: date, days: BusinessDays) -> Span:
    """Read the first and the last day of an absence: "next week", "1-5 May", "until Monday", "for two weeks".

    "Until Monday" ends the day before, for on Monday the user is back; "through Monday" holds Monday too. A
    length of time begins today. Raises UnreadableTimeError for what cannot be read, or has passed.
    """
    if found := _FROM_TODAY.fullmatch(words.strip()):
        named = read_days(found[2], today, days)
        through = found[1].casefold().startswith("th")
        return Span(today, named.latest if through else max(today, named.earliest - DAY))
    return read_days(words, today, days)


def written(absence: Span) -> str:
    """Write an absence as the settings do."""
    return f"{absence.earliest}/{absence.latest}"


def joined(away: Sequence[Span], absence: Span) -> list[Span]:
    """Add an absence to those that are noted; what overlaps or touches becomes one."""
    apart = []
    for one in away:
        if one.latest + DAY < absence.earliest or absence.latest + DAY < one.earliest:
            apart.append(one)
        else:
            absence = Span(min(one.earliest, absence.earliest), max(one.latest, absence.latest))
    return sorted([*apart, absence], key=lambda one: one.earliest)


def back(away: Sequence[Span], today: date) -> tuple[list[Span], Span | None]:
    """End the absence that the user is in, or take back the next one; gives what is left, and that one.

    One that has begun ends yesterday: its days were days of absence, and what they moved stays moved.
    """
    ended = next((one for one in away if one.latest >= today), None)
    left = [one for one in away if one is not ended]
    if ended is not None and ended.earliest < today:
        left = joined(left, Span(ended.earliest, today - DAY))
    return left, ended


def moved(before: Iterable[Reminder], after: Iterable[Reminder]) -> list[Moved]:
    """List the follow-ups that wait and are due at another time after a change of the absences."""
    was, now = ({one.id: one for one in some if one.state in _WAITING} for some in (before, after))
    times = ((one, was.get(id_), now.get(id_)) for id_, one in (was | now).items())
    found = (Moved(one, old.due if old else None, new.due if new else None) for one, old, new in times)
    return [one for one in found if one.was != one.now]
