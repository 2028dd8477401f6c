"""The chain after an interview: check-in, time passed, closing note, go dormant.

All four are derived as soon as a period stands, or is assumed because nobody named one; `Case.chain` has the
days. Each ends by its own act, or when the next one comes due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Rule, TouchKind
from pipeline.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from pipeline.case import Case, Chain
    from pipeline.model import Reminder, TimePeriod, Touch


def check_in(case: Case) -> Iterator[Reminder]:
    """Half-way through the period: offer whatever else they need."""
    chain = case.chain
    if chain is None or chain.check_in is None:
        return
    if chain.is_assumed:
        expires = case.reading.places.slot(chain.closing_note, case.zone)
    else:
        expires = case.reading.places.end_of(chain.check_in_until, case.zone)
    yield from _message(
        case,
        Rule.CHECK_IN,
        f"Check in with {_whom(case)}",
        day=chain.check_in,
        why="is the day to ask whether they need anything else" if chain.is_assumed else "is half-way",
        expires=expires,
        done=_answered(
            case, lambda touch, day: touch.kind is TouchKind.CHECK_IN and day <= chain.check_in_until
        ),
    )


def time_passed(case: Case) -> Iterator[Reminder]:
    """Two business days after the time has passed: ask for the answer."""
    chain = case.chain
    if chain is None or chain.time_passed is None:
        return
    yield from _message(
        case,
        Rule.TIME_PASSED,
        f"The time has passed: ask {_whom(case)} for the answer",
        day=chain.time_passed,
        why="is two business days after it" if case.follow_up.time_passed_after == 2 else "is after it",  # noqa: PLR2004
        expires=case.reading.places.slot(chain.closing_note, case.zone),
        done=_answered(
            case,
            lambda touch, day: (
                touch.kind in {TouchKind.CHECK_IN, TouchKind.TIME_PASSED} and day > chain.check_in_until
            ),
        ),
    )


def closing_note(case: Case) -> Iterator[Reminder]:
    """When they still did not answer: one last, friendly note that ends the chain's messages."""
    chain = case.chain
    if chain is None:
        return
    yield from _message(
        case,
        Rule.CLOSING_NOTE,
        f"Send {_whom(case)} a closing note",
        day=chain.closing_note,
        why="is the day for one last note, with the wish to keep in touch",
        expires=case.reading.places.slot(chain.go_dormant, case.zone),
        done=False,
    )


def go_dormant(case: Case) -> Iterator[Reminder]:
    """When all stayed silent: close the opportunity as dormant. Shows in the app and never rings."""
    chain = case.chain
    if chain is None:
        return
    day = case.reading.when_back(chain.go_dormant, case.days)
    yield case.reading.reminder(
        Rule.GO_DORMANT,
        chain.subject,
        f"{case.name} went silent: close it as dormant?",
        f"{_since(case, chain)} If nothing is heard until {day_words(day)}, close it.",
        case.reading.slot(day, case.zone),
        opportunity=case.opportunity.id,
        alerts=(),
    )


def _message(
    case: Case, rule: Rule, title: str, *, day: date, why: str, expires: datetime, done: bool
) -> Iterator[Reminder]:
    """Make one follow-up, kept apart from what was sent and heard lately, unless it would come too late."""
    chain, reading = case.chain, case.reading
    if chain is None:
        return
    done = done or _answered(case, lambda touch, _: touch.kind is TouchKind.CLOSING_NOTE)
    moved_by: Touch | None = None
    due_day = day
    if not done:
        unsolicited = reading.last_unsolicited(case.recipient) if case.recipient else None
        due_day, moved_by = reading.apart(day, case.days, case.zone, (unsolicited, case.last_reply))
    due = reading.slot(due_day, case.zone)
    if due >= expires:
        reading.say("not derived: {} is not before it expires, {}", due, expires)
        return
    reason = f"{_since(case, chain)} {day_words(day)} {why}."
    if due_day != day:
        because = "you are away" if moved_by is None else f"of {_what(case, moved_by)}"
        reason += f" Moved to {day_words(due_day)} because {because}."
    yield reading.reminder(
        rule,
        chain.subject,
        title,
        reason,
        due,
        opportunity=case.opportunity.id,
        people=(case.recipient,) if case.recipient else (),
        expires=expires,
        done=done,
    )


def _answered(case: Case, counts: Callable[[Touch, date], bool]) -> bool:
    """Whether a message that counts was sent after the day from which the chain counts."""
    chain = case.chain
    return chain is not None and any(
        day > chain.said_on and counts(touch, day)
        for touch in case.follow_ups_sent
        for day in (case.day_in_zone(touch),)
    )


def _whom(case: Case) -> str:
    return case.reading.name(case.recipient) if case.recipient else case.name


def _what(case: Case, touch: Touch) -> str:
    day = day_words(case.day_in_zone(touch))
    return f"their reply of {day}" if touch.direction == "in" else f"your message of {day}"


def _since(case: Case, chain: Chain) -> str:
    """Tell from what the chain counts."""
    if chain.period is None:
        what = {
            "interview": "your interview",
            "touch": "their last message",
            "period": "their answer",
        }[chain.origin]
        return f"Nobody at {case.name} named a time; {what} was on {day_words(chain.said_on)}."
    period = chain.period
    who = case.reading.name(period.said_by) if period.said_by else case.name
    said_on, days = day_words(period.said_on), [day_words(day) for day in _first_and_last(period)]
    if period.words:
        return f"{who} said “{period.words}” on {said_on} ({' to '.join(days)})."
    when = f"between {days[0]} and {days[-1]}" if len(days) > 1 else f"by {days[0]}"
    return f"{who} decides {when}, said on {said_on}."


def _first_and_last(period: TimePeriod) -> list[date]:
    """Give the first and the last day of a period, once where they are the same."""
    return list(dict.fromkeys(day for day in (period.earliest, period.latest) if day is not None))
