"""The figures about the search, counted from histories that a reader can count too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.index import Index
from pipeline.insights import Bar, Figure, insights
from pipeline.model import (
    Company,
    Contact,
    Direction,
    Facts,
    Interview,
    InterviewKind,
    InterviewPerson,
    InterviewState,
    NextAction,
    Opportunity,
    OpportunityPerson,
    Role,
    Stage,
    Touch,
    TouchKind,
)
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 3, 11, 17, tzinfo=UTC)  # a Wednesday, 12:00 in New York
SETTINGS = read_settings('[user]\ntime_zone = "America/New_York"\ncountry = "US"\n')


def figures(**facts: object) -> Mapping[str, Figure]:
    index = Index(Facts(companies=(Company(id="acme", name="Acme"),), **facts))  # type: ignore[arg-type]
    reading = Reading(index, Places(SETTINGS, lambda _country, _year: {}), NOW)
    return {one.name: one for one in insights(reading, derive(reading))}


def counts(figure: Figure) -> dict[str, int]:
    return {bar.label: bar.count for bar in figure.bars}


def role(number: int, stage: Stage = Stage.APPLIED, **fields: object) -> Opportunity:
    closed_on = date(2026, 3, 10) if stage.is_closed else None
    return Opportunity(
        id=f"o{number}", title="Engineer", company="acme", stage=stage, closed_on=closed_on, **fields
    )  # type: ignore[arg-type]


def interview(number: int, starts_at: datetime, **fields: object) -> Interview:
    return Interview(id=f"i{number}", opportunity=f"o{number}", starts_at=starts_at, **fields)  # type: ignore[arg-type]


def touch(name: str, at: datetime, kind: TouchKind = TouchKind.OTHER, **fields: object) -> Touch:
    return Touch(id=name, people=("ann",), at=at, kind=kind, **fields)  # type: ignore[arg-type]


ANN = Contact(id="ann", name="Ann Lee")


def test_an_empty_store_has_findings_and_no_bars_that_mean_nothing() -> None:
    found = figures()
    assert [one.finding for one in found.values()] == [
        "Of 0 opportunities: none is closed yet.",
        "You applied nowhere yet.",
        "No reply yet.",
        "There was nobody to thank yet.",
        "0 reminders in 8 weeks.",
    ]
    assert not found["Thank-yous on time"].bars
    assert all(one.how for one in found.values())


def test_a_closed_opportunity_counts_as_far_as_it_is_known_to_have_come() -> None:
    held = NOW - timedelta(days=5)
    found = figures(
        opportunities=(
            role(1, Stage.LEAD),
            role(2, Stage.REJECTED, applied_on=date(2026, 3, 1)),
            role(3, Stage.REJECTED),
            role(4, Stage.WITHDRAWN),
            role(5, Stage.DORMANT, offer_respond_by=date(2026, 3, 9)),
            role(6, Stage.ACCEPTED),
        ),
        interviews=(
            interview(3, held, kind=InterviewKind.PRESCREEN),
            interview(4, held, kind=InterviewKind.PANEL),
            interview(1, held, state=InterviewState.CANCELLED),
        ),
    )["How far they got"]
    assert counts(found) == {
        "lead": 6,
        "applied": 5,
        "screening": 4,
        "interviewing": 3,
        "offer": 2,
        "accepted": 1,
    }
    assert found.finding == "Of 6 opportunities: 1 accepted, 1 dormant, 2 rejected, 1 withdrawn."


def test_replies_are_counted_by_source_and_waited_for_in_days() -> None:
    found = figures(
        contacts=(ANN,),
        opportunities=(
            role(1, applied_on=date(2026, 3, 1), source="board"),
            role(2, applied_on=date(2026, 3, 1), source="board"),
            role(3, applied_on=date(2026, 3, 2), source="referral"),
            role(4, Stage.LEAD),
            role(5, source="referral"),
            role(6, source="they wrote first"),
        ),
        interviews=(interview(3, datetime(2026, 3, 10, 15, tzinfo=UTC)),),
        touches=(
            touch("t1", datetime(2026, 3, 4, 15, tzinfo=UTC), direction=Direction.IN, opportunity="o1"),
            touch("t2", datetime(2026, 3, 5, 15, tzinfo=UTC), opportunity="o5"),
            touch("t6", datetime(2026, 3, 3, 15, tzinfo=UTC), direction=Direction.IN, opportunity="o6"),
            touch("t7", datetime(2026, 3, 4, 15, tzinfo=UTC), opportunity="o6"),
            touch("t3", datetime(2026, 3, 20, 15, tzinfo=UTC), direction=Direction.IN, opportunity="o2"),
        ),
    )
    assert found["Replies by source"].bars == (Bar("board", 1, 2), Bar("referral", 1, 2))
    assert found["Replies by source"].finding == "2 of 4 opportunities got a reply."
    waits = found["Days to the first reply"]
    assert {label for label, count in counts(waits).items() if count} == {
        "up to 3 days",
        "8 to 14",
        "none yet",
    }
    assert counts(waits)["none yet"] == 2, "a reply that is still to come is none"
    assert waits.finding == "Half of them came within 5.5 days."


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(1, "the same day"), (7, "the same day"), (24, "later"), (None, "not at all")],
)
def test_thanks_are_on_time_on_the_day_of_the_interview(hours: int | None, expected: str) -> None:
    began = datetime(2026, 3, 9, 20, tzinfo=UTC)  # 16:00 in New York, an hour long
    sent = () if hours is None else (touch("t1", began + timedelta(hours=hours), TouchKind.THANK_YOU),)
    found = figures(
        contacts=(ANN,),
        opportunities=(role(1, people=(OpportunityPerson("ann", Role.RECRUITER),)),),
        interviews=(interview(1, began, people=(InterviewPerson("ann"),)),),
        touches=sent,
    )["Thank-yous on time"]
    assert counts(found) == {
        label: int(label == expected) for label in ("the same day", "later", "not at all")
    }


def test_thanks_that_can_still_be_sent_today_are_not_counted() -> None:
    found = figures(
        contacts=(ANN,),
        opportunities=(role(1),),
        interviews=(interview(1, NOW - timedelta(hours=2), people=(InterviewPerson("ann"),)),),
    )["Thank-yous on time"]
    assert found.finding == "There was nobody to thank yet."


def test_the_load_is_counted_by_week_with_what_is_overdue_in_the_first() -> None:
    days = (date(2026, 3, 2), date(2026, 3, 15), date(2026, 3, 16), date(2026, 5, 3), date(2026, 5, 4))
    found = figures(
        next_actions=tuple(NextAction(id=f"a{n}", text="x", at=day) for n, day in enumerate(days))
    )
    load = found["The coming weeks"]
    assert [(bar.label, bar.count) for bar in load.bars if bar.count] == [
        ("from Mon 9 Mar", 2),
        ("from Mon 16 Mar", 1),
        ("from Mon 27 Apr", 1),
    ]
    assert load.finding == "4 reminders in 8 weeks."
