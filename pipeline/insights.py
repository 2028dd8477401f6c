"""How the search goes, in five figures that are counted from the facts; each says how.

They are counts, not judgements: a person with eight applications has no use for percentages to a decimal.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.model import Direction, InterviewKind, ReminderState, Stage, TouchKind
from pipeline.wording import count_words, day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from pipeline.case import Round
    from pipeline.model import Reminder
    from pipeline.reading import Reading

WEEKS = 8
"""How many weeks of load are shown, with the present one."""

_STEPS = (Stage.LEAD, Stage.APPLIED, Stage.SCREENING, Stage.INTERVIEWING, Stage.OFFER, Stage.ACCEPTED)
_WAITS = ((3, "up to 3 days"), (7, "4 to 7"), (14, "8 to 14"), (30, "15 to 30"), (None, "more"))
_WAITING = frozenset({ReminderState.OPEN, ReminderState.SNOOZED})


@dataclass(frozen=True, slots=True)
class Bar:
    """One count of a figure; with `of`, how many it could have been."""

    label: str
    count: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Some counts under a name, what they come to in a sentence, and how they were computed."""

    name: str
    bars: tuple[Bar, ...]
    finding: str
    how: str


def insights(reading: Reading, reminders: Sequence[Reminder]) -> tuple[Figure, ...]:
    """Count all figures from the facts and from what was derived from them."""
    cases = [Case(reading, one) for one in reading.index.opportunities.values()]
    return (
        _funnel(cases),
        _replies_by_source(cases),
        _days_to_first_reply(cases),
        _thanks_on_time(cases),
        _load(reading, reminders),
    )


def _funnel(cases: Sequence[Case]) -> Figure:
    reached = Counter(step for case in cases for step in _STEPS[: _STEPS.index(_furthest(case)) + 1])
    closed = Counter(case.opportunity.stage.value for case in cases if case.opportunity.stage.is_closed)
    ended = ", ".join(f"{closed[name]} {name}" for name in sorted(closed)) or "none is closed yet"
    return Figure(
        "How far they got",
        tuple(Bar(step.value, reached[step], len(cases)) for step in _STEPS),
        f"Of {_opportunities(len(cases))}: {ended}.",
        "Each opportunity counts at every stage up to the furthest that it is known to have reached: by its "
        "stage now, the day on which you applied, interviews held, or the day by which to answer an offer.",
    )


def _furthest(case: Case) -> Stage:
    """Give the furthest stage that an opportunity is known to have reached; a closed one hides its own."""
    one = case.opportunity
    known = [Stage.LEAD]
    if one.stage in _STEPS:
        known.append(one.stage)
    if one.applied_on is not None:
        known.append(Stage.APPLIED)
    held = [interview for interview in case.interviews if case.reading.is_held(interview)]
    if held:
        known.append(Stage.SCREENING)
    if any(interview.kind is not InterviewKind.PRESCREEN for interview in held):
        known.append(Stage.INTERVIEWING)
    if one.offer_respond_by is not None:
        known.append(Stage.OFFER)
    return max(known, key=_STEPS.index)


def _replies_by_source(cases: Sequence[Case]) -> Figure:
    tried: Counter[str] = Counter()
    replied: Counter[str] = Counter()
    for case in cases:
        if _first_try(case) is not None:
            source = case.opportunity.source or "no source noted"
            tried[source] += 1
            replied[source] += _first_reply(case) is not None
    sources = sorted(tried, key=lambda source: (-tried[source], source))
    return Figure(
        "Replies by source",
        tuple(Bar(source, replied[source], tried[source]) for source in sources),
        f"{replied.total()} of {_opportunities(tried.total())} got a reply."
        if tried
        else "You applied nowhere yet.",
        "Of the opportunities for which you applied or wrote first: those with an incoming message about "
        "them, or an interview.",
    )


def _first_try(case: Case) -> date | None:
    """Give the day on which the user applied, or wrote about an opportunity before they did."""
    zone = case.reading.places.user_zone
    applied_on = case.opportunity.applied_on
    days = [applied_on] if applied_on is not None and applied_on <= case.reading.today else []
    replied = _first_reply(case)
    days += [
        one.at.astimezone(zone).date()
        for one in case.touches
        if one.direction is Direction.OUT and (replied is None or one.at < replied)
    ]
    return min(days, default=None)


def _first_reply(case: Case) -> datetime | None:
    """Give the moment of the first incoming message about an opportunity, or of its first interview."""
    moments = [one.at for one in case.touches if one.direction is Direction.IN]
    moments += [one.starts_at for one in case.interviews if one.starts_at <= case.reading.now]
    return min(moments, default=None)


def _days_to_first_reply(cases: Sequence[Case]) -> Figure:
    waits = []
    silent = 0
    for case in cases:
        tried, replied = _first_try(case), _first_reply(case)
        if tried is None:
            continue
        if replied is None:
            silent += 1
        else:
            replied_on = replied.astimezone(case.reading.places.user_zone).date()
            waits.append(max((replied_on - tried).days, 0))
    buckets = Counter(next(label for most, label in _WAITS if most is None or wait <= most) for wait in waits)
    bars = [Bar(label, buckets[label]) for _, label in _WAITS] + [Bar("none yet", silent)]
    middle = f"{median(waits or [0]):g}"
    return Figure(
        "Days to the first reply",
        tuple(bars) if waits or silent else (),
        f"Half of them came within {middle} {'day' if middle == '1' else 'days'}."
        if waits
        else "No reply yet.",
        "Calendar days from when you applied, or first wrote, to the first incoming message or interview.",
    )


def _thanks_on_time(cases: Sequence[Case]) -> Figure:
    counts = Counter(_thanked(case, one, who) for case in cases for one, who in _to_thank(case))
    known = counts["the same day"] + counts["later"] + counts["not at all"]
    return Figure(
        "Thank-yous on time",
        tuple(Bar(label, counts[label], known) for label in ("the same day", "later", "not at all") if known),
        f"{counts['the same day']} of {known} on the same day."
        if known
        else "There was nobody to thank yet.",
        "Everyone met in a round of interviews that is over, and the recruiters: when the first thank-you "
        "went out after it began, by your days. Today's rounds count once the thanks went out.",
    )


def _to_thank(case: Case) -> Iterator[tuple[Round, str]]:
    for one in case.rounds:
        if one.ends_at <= case.reading.now:
            yield from ((one, who) for who in dict.fromkeys((*one.people, *case.recruiters)))


def _thanked(case: Case, one: Round, who: str) -> str:
    """Say when somebody was thanked for a round; "to come" where the day is not over."""
    zone, index = case.reading.places.user_zone, case.reading.index
    ended_on = one.ends_at.astimezone(zone).date()
    sent = [
        touch.at.astimezone(zone).date()
        for touch in case.reading.touches_with(who)
        if touch.kind is TouchKind.THANK_YOU
        and touch.direction is Direction.OUT
        and touch.at >= one.starts_at
        and index.opportunity_of(touch) in {None, case.opportunity.id}
    ]
    if not sent:
        return "to come" if ended_on == case.reading.today else "not at all"
    return "the same day" if min(sent) <= ended_on else "later"


def _load(reading: Reading, reminders: Sequence[Reminder]) -> Figure:
    monday = reading.today - timedelta(days=reading.today.weekday())
    weeks = [monday + timedelta(weeks=number) for number in range(WEEKS)]
    waiting = [one for one in reminders if one.state in _WAITING]
    days = [(one.alerts[0] if one.state is ReminderState.SNOOZED else one.due).date() for one in waiting]
    counts = Counter(max(day - timedelta(days=day.weekday()), monday) for day in days)
    shown = sum(counts[week] for week in weeks)
    return Figure(
        "The coming weeks",
        tuple(Bar(f"from {day_words(week)}", counts[week]) for week in weeks),
        f"{count_words(shown, 'reminder')} in {WEEKS} weeks.",
        "Open and snoozed reminders by the week in which they are due; the first week holds the overdue ones "
        "too. Later links of a chain go when somebody answers.",
    )


def _opportunities(number: int) -> str:
    return f"{number} opportunit{'y' if number == 1 else 'ies'}"
