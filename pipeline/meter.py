"""Too early, too late: where an opportunity stands between what they said and silence. Pure.

One phase lasts until the next begins, so that a weekend between two of them belongs to the earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.model import Direction, ReminderState, TouchKind
from pipeline.reading import Reading
from pipeline.rules.interviews import thank_you
from pipeline.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from pipeline.case import Chain
    from pipeline.model import TimePeriod, Touch

_DAY = timedelta(days=1)
_WAITING = frozenset({ReminderState.OPEN, ReminderState.SNOOZED})
_FOLLOW_UPS = frozenset({TouchKind.CHECK_IN, TouchKind.TIME_PASSED, TouchKind.CLOSING_NOTE})


class Phase(StrEnum):
    """What the moment is good for, in the order in which the phases follow each other."""

    THANK_FIRST = "thank first"
    TOO_EARLY = "too early"
    GOOD_TIME = "good time"
    DECIDING = "they decide about now"
    ASK = "ask for the answer"
    QUIET = "gone quiet"


@dataclass(frozen=True, slots=True)
class Meter:
    """The days of a standing period at which one phase ends and the next begins, and the phase of `today`.

    `good_from` is None where no day is good for a check-in: it would be too near, is switched off, or they
    asked not to be contacted. `today` is a date in the zone in which the other days are meant.
    """

    phase: Phase
    said_on: date
    today: date
    good_from: date | None
    good_until: date
    earliest: date
    latest: date
    late_from: date
    quiet_from: date

    @property
    def too_early_until(self) -> date | None:
        """The first day that is not too early to write, where that lies ahead; also while thanks are owed."""
        until = self.good_from or self.latest
        return until if self.today < until else None

    @property
    def words(self) -> str:
        """The phase, with the day until which it lasts where the user has to wait or to hurry."""
        if self.phase is Phase.TOO_EARLY:
            return f"too early until {day_words(self.good_from or self.latest, self.today)}"
        if self.phase is Phase.GOOD_TIME:
            return f"good time until {day_words(self.good_until, self.today)}"
        return self.phase.value


def meter(case: Case) -> Meter | None:
    """Read the meter of an opportunity; None where no period stands."""
    chain = case.chain
    if chain is None or chain.period is None or chain.period.latest is None:
        return None
    latest = chain.period.latest
    late_from = chain.time_passed or case.days.add(latest, case.follow_up.time_passed_after)
    today = case.reading.now.astimezone(case.zone).date()
    return Meter(
        phase=Phase.THANK_FIRST if _owes_thanks(case) else _phase(chain, latest, late_from, today),
        said_on=chain.said_on,
        today=today,
        good_from=chain.check_in,
        good_until=case.days.roll_back(latest - _DAY),
        earliest=chain.period.earliest or latest,
        latest=latest,
        late_from=late_from,
        quiet_from=chain.go_dormant,
    )


def meter_of(case: Case, period: TimePeriod) -> Meter | None:
    """Read the meter as it would be if `period` stood: for showing what words mean before they are stored."""
    supposed = Case(case.reading, case.opportunity)
    supposed.standing_period = period
    return meter(supposed)


def _phase(chain: Chain, latest: date, late_from: date, today: date) -> Phase:
    if today >= chain.go_dormant:
        return Phase.QUIET
    if today >= late_from:
        return Phase.ASK
    if today >= latest:
        return Phase.DECIDING
    if chain.check_in is not None and today >= chain.check_in:
        return Phase.GOOD_TIME
    return Phase.TOO_EARLY


def _owes_thanks(case: Case) -> bool:
    """Whether the thanks for a round that was held are still to be sent, and not too late."""
    held = {one.subject for one in case.rounds if case.reading.is_held(one.interviews[-1])}
    return any(
        reminder.state in _WAITING and reminder.id.partition(":")[2] in held for reminder in thank_you(case)
    )


def warning(reading: Reading, touch: Touch) -> str:
    """Say so where a follow-up went out before its time; the user is let, for they know more than we do."""
    if touch.kind not in _FOLLOW_UPS or touch.direction is Direction.IN:
        return ""
    then = Reading(reading.index, reading.places, touch.at)
    about = reading.index.opportunity_of(touch)
    if about is not None:
        cases = [Case(then, reading.index.opportunities[about])]
    else:
        shared = (one for person in touch.people for one in reading.live_opportunities_with(person))
        cases = [case for one in shared if (case := Case(then, one)).recipient in touch.people]
    for case in cases:
        found = meter(case)
        if found is not None and found.too_early_until is not None:
            until = day_words(found.too_early_until, found.today)
            return f"{case.name} decides by {day_words(found.latest, found.today)}: too early until {until}"
    return ""
