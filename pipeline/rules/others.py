"""An offer's deadline, an application that nobody answers, and what the user means to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.model import Direction, Rule, Stage
from pipeline.wording import count_words, day_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.case import Case
    from pipeline.model import NextAction, Reminder
    from pipeline.reading import Reading

OFFER_DAYS_BEFORE = 2


def offer(case: Case) -> Iterator[Reminder]:
    """Two business days before an offer must be answered, and again on the day itself."""
    opportunity, reading = case.opportunity, case.reading
    if opportunity.offer_respond_by is None or opportunity.stage.is_closed or opportunity.archived:
        reading.say("no open offer has a day by which to respond")
        return
    by = opportunity.offer_respond_by
    day = case.days.add(by, -OFFER_DAYS_BEFORE)
    reading.say("respond by {}: two business days before is {}", by, day)
    due = reading.slot(day, case.own_zone)
    yield reading.reminder(
        Rule.OFFER,
        opportunity.id,
        f"Answer the offer of {case.name}",
        f"{case.name} wants your answer by {day_words(by)}.",
        due,
        opportunity=opportunity.id,
        alerts=(due, reading.places.slot(by, case.own_zone)),
    )


def application_silent(case: Case) -> Iterator[Reminder]:
    """Follow up where nothing was heard since the application, twice at most; off unless set."""
    opportunity, reading = case.opportunity, case.reading
    wait = case.follow_up.application_silent_after
    if not wait or opportunity.applied_on is None or opportunity.archived:
        reading.say("off, or no day of the application is known")
        return
    if opportunity.stage is not Stage.APPLIED or case.last_reply is not None or case.rounds:
        reading.say("they answered, an interview followed, or the stage is not applied")
        return
    days_sent = (
        touch.at.astimezone(case.own_zone).date()
        for touch in case.touches
        if touch.direction is Direction.OUT
    )
    sent = sorted(day for day in days_sent if day > opportunity.applied_on)
    for cycle, since in enumerate([opportunity.applied_on, *sent[:1]], 1):
        day = case.days.roll_forward(since + timedelta(days=wait))
        what = "You applied" if cycle == 1 else "You followed up"
        yield reading.reminder(
            Rule.APPLICATION_SILENT,
            f"{opportunity.id}:{cycle}",
            f"No answer from {case.name}: follow up",
            f"{what} on {day_words(since)} and heard nothing for {count_words(wait, 'day')}.",
            reading.slot(reading.when_back(day, case.days), case.own_zone),
            opportunity=opportunity.id,
            done=len(sent) >= cycle,
        )


def next_actions(reading: Reading) -> Iterator[Reminder]:
    """Do what was noted to be done, at the day or time that was typed."""
    for action in reading.index.next_actions.values():
        yield from next_action(reading, action)


def next_action(reading: Reading, action: NextAction) -> Iterator[Reminder]:
    """Do one thing that was noted."""
    if action.at is None:
        return
    if isinstance(action.at, datetime):
        due = action.at.astimezone(UTC)
    else:
        due = reading.places.local(action.at, reading.settings.follow_up.slot)
    opportunity = reading.index.opportunities.get(action.opportunity or "")
    if opportunity is not None and opportunity.archived:
        return
    yield reading.reminder(
        Rule.NEXT_ACTION,
        action.id,
        action.text,
        "You noted this to do.",
        due,
        opportunity=action.opportunity,
        people=(action.contact,) if action.contact else (),
        done=action.done_at is not None,
    )
