"""Whom a close asks to be asked about keeping in touch, for which opportunity, when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from pipeline.model import Company, Reminder, ReminderState, Rule, Stage
from pipeline.rules import derive
from told import NEW_YORK, tell

if TYPE_CHECKING:
    from pipeline.reading import Reading

HELD = "interview Tue 3 Mar 10:00–11:00 with Ann"  # noqa: RUF001
CLOSED = f"recruiter Rita; {HELD}; Wed 4 Mar rejected"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=NEW_YORK)


def asks(reading: Reading) -> list[Reminder]:
    return [one for one in derive(reading) if one.rule is Rule.ASK_TO_KEEP_IN_TOUCH]


def another(reading: Reading, id_: str, stage: Stage, closed_on: date | None = None) -> None:
    """Add an opportunity at another company with the same people."""
    first = reading.index.opportunities["o"]
    reading.index.put(Company("globex", "Globex"))
    reading.index.put(
        structs.replace(first, id=id_, title=id_, company="globex", stage=stage, closed_on=closed_on)
    )


def test_it_is_due_and_expires_where_the_person_is() -> None:
    told = tell(CLOSED)
    told.people["Rita"] |= {"time_zone": "America/Los_Angeles"}
    one = asks(told.reading())[0]

    assert (one.id, one.people, one.opportunity) == ("ask to keep in touch:Rita", ("Rita",), "o")
    assert (one.due, one.alerts, one.expires) == (at("03-05T13:00"), (at("03-05T13:00"),), at("04-02T13:00"))


def test_who_shares_a_live_opportunity_is_not_asked() -> None:
    reading = tell(CLOSED).reading()
    another(reading, "live", Stage.APPLIED)

    assert asks(reading) == []


@pytest.mark.parametrize(("closed_on", "asked_for"), [("2026-03-03", "o"), ("2026-03-04", "second")])
def test_of_two_the_one_closed_last_asks_and_of_one_day_the_one_entered_last(
    closed_on: str, asked_for: str
) -> None:
    reading = tell(CLOSED).reading()
    another(reading, "second", Stage.REJECTED, date.fromisoformat(closed_on))

    assert [one.opportunity for one in asks(reading)] == [asked_for]


@pytest.mark.parametrize(
    ("role", "stage", "asked"),
    [
        ("recruiter", "accepted", True),
        ("hiring manager", "accepted", False),
        ("hiring manager", "withdrawn", True),
        ("interviewer", "rejected", False),
        ("peer", "rejected", False),
    ],
)
def test_whom_a_close_asks(role: str, stage: str, *, asked: bool) -> None:
    told = tell(CLOSED)
    told.opportunity |= {"stage": stage, "people": [{"contact": "Rita", "role": role}]}

    assert bool(asks(told.reading())) is asked


@pytest.mark.parametrize("consent", ["asked", "granted", "declined"])
def test_any_answer_ends_it(consent: str) -> None:
    told = tell(CLOSED)
    told.people["Rita"] |= {"consent": consent}

    assert asks(told.reading()) == []


def test_the_guard_moves_it_and_an_ask_that_was_sent_is_not_moved() -> None:
    moved = asks(tell(f"{CLOSED}; Thu 5 Mar 09:00 other to Rita").reading())[0]
    sent = asks(tell(f"{CLOSED}; Thu 5 Mar 09:00 ask to keep in touch to Rita").reading())[0]

    assert (moved.due, moved.state) == (at("03-10T10:00"), ReminderState.OPEN)
    assert (sent.due, sent.state) == (at("03-05T10:00"), ReminderState.DONE)


def test_it_is_left_out_where_the_guard_moves_it_past_its_end() -> None:
    assert asks(tell(f"{CLOSED}; Fri 27 Mar 09:00 other to Rita").reading())[0].due == at("04-01T10:00")
    assert asks(tell(f"{CLOSED}; Mon 30 Mar 09:00 other to Rita").reading()) == []
