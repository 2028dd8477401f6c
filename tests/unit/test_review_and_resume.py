"""The quarterly review and the résumé before it: when, until when, and what ends them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pipeline.model import Reminder, ReminderState, ResumeVersion, Review, Rule
from pipeline.reading import Reading
from pipeline.rules import derive
from told import NEW_YORK, tell

STORY = "1 recruiters of tier B entered on Mon 5 Jan"
OPEN, DONE, EXPIRED = ReminderState.OPEN, ReminderState.DONE, ReminderState.EXPIRED


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def found(
    rule: Rule, *records: Review | ResumeVersion, story: str = STORY, now: str = "2026-01-05T09:00"
) -> Reminder:
    reading = tell(story).reading()
    for record in records:
        reading.index.put(record)
    return next(one for one in derive(Reading(reading.index, reading.places, at(now))) if one.rule is rule)


def test_the_review() -> None:
    one = found(Rule.QUARTERLY_REVIEW)

    assert one.id == "quarterly review:2026Q1"
    assert one.due == at("2026-01-13T17:30")
    assert one.alerts == (one.due, at("2026-01-20T17:30"), at("2026-01-27T17:30"))
    assert one.expires == at("2026-02-03T17:30")
    assert (one.state, one.people, one.opportunity) == (OPEN, (), None)


def test_the_resume() -> None:
    one = found(Rule.RESUME)

    assert one.id == "résumé:2026Q1"
    assert one.due == at("2025-12-30T10:00")
    assert one.alerts == (one.due,)
    assert one.expires == at("2026-01-13T17:30")
    assert (one.state, one.people, one.opportunity) == (OPEN, (), None)


@pytest.mark.parametrize(
    ("made_on", "state"), [("2025-12-29", OPEN), ("2025-12-30", DONE), ("2026-01-04", DONE)]
)
def test_a_version_made_since_will_do(made_on: str, state: ReminderState) -> None:
    assert found(Rule.RESUME, ResumeVersion("v", "V", date.fromisoformat(made_on))).state is state


def test_the_review_that_begins_ends_the_resume() -> None:
    begun = Review("2026Q1", started_at=at("2026-01-05T08:00"))

    assert found(Rule.RESUME, begun).state is DONE
    assert found(Rule.RESUME, Review("2026Q1")).state is OPEN
    assert found(Rule.QUARTERLY_REVIEW, begun).id == "quarterly review:2026Q1"
    assert found(Rule.RESUME, now="2026-01-13T17:29").state is OPEN
    assert found(Rule.RESUME, now="2026-01-13T17:30").state is EXPIRED


def test_a_finished_review_gives_way_to_the_next() -> None:
    finished = Review("2026Q1", finished_at=at("2026-01-05T08:00"))

    assert found(Rule.QUARTERLY_REVIEW, finished).id == "quarterly review:2026Q2"
    assert found(Rule.RESUME, finished).due == at("2026-03-31T10:00")


@pytest.mark.parametrize(
    ("away", "due", "rings"),
    [
        ("2026-01-13/2026-01-14", "2026-01-15T17:30", 3),
        ("2026-01-13/2026-01-19", "2026-01-20T17:30", 2),
        ("2026-01-12/2026-01-30", "2026-02-02T17:30", 1),
    ],
)
def test_a_review_waits_until_the_user_is_back(away: str, due: str, rings: int) -> None:
    one = found(Rule.QUARTERLY_REVIEW, story=f'`user.away = ["{away}"]`; {STORY}')

    assert one.due == at(due)
    assert len(one.alerts) == rings
    assert one.expires == at("2026-02-03T17:30")


def test_a_review_that_would_come_at_its_very_end_is_left_out() -> None:
    story = f'`user.away = ["2026-01-12/2026-02-02"]`; {STORY}'
    rules = {one.rule for one in derive(tell(story).reading())}

    assert Rule.QUARTERLY_REVIEW not in rules
    assert Rule.RESUME in rules


def test_a_resume_waits_too_and_is_left_out_when_the_review_has_begun() -> None:
    back = found(Rule.RESUME, story=f'`user.away = ["2025-12-24/2026-01-02"]`; {STORY}')
    away = tell(f'`user.away = ["2025-12-24/2026-01-13"]`; {STORY}')

    assert back.due == at("2026-01-05T10:00")
    assert Rule.RESUME not in {one.rule for one in derive(away.reading())}


def test_the_resume_is_rolled_back_to_a_business_day() -> None:
    story = f'`user.holidays = ["2025-12-30", "2025-12-29"]`; {STORY}'

    assert found(Rule.RESUME, story=story).due == at("2025-12-26T10:00")


def test_without_a_tier_there_is_neither() -> None:
    rules = {one.rule for one in derive(tell("Tue 3 Mar next action for Sat 7 Mar").reading())}

    assert rules == {Rule.NEXT_ACTION}


@pytest.mark.parametrize(("review_at", "derived"), [("10:00", False), ("10:01", True)])
def test_a_resume_that_is_due_as_the_review_begins_is_not_asked_for(review_at: str, derived: bool) -> None:  # noqa: FBT001
    away = '`user.away = ["2025-12-29/2026-01-12"]`'
    review = f'`keep_in_touch.review = "second tuesday {review_at}"`'
    reading = tell(f"{away}; {review}; {STORY}").reading()
    reminders = derive(Reading(reading.index, reading.places, at("2025-12-29T09:00")))

    assert any(one.rule is Rule.RESUME for one in reminders) is derived
