"""Slots and ends are where the person is, not where the user is."""

from __future__ import annotations

from datetime import datetime, time

from pipeline.model import Rule
from pipeline.rules import derive
from told import NEW_YORK, tell

STORY = "recruiter Rita; Wed 4 Mar rejected; Rita granted, tier B"


def test_it_is_due_at_the_slot_where_the_person_is() -> None:
    told = tell(STORY)
    told.people["Rita"] |= {"time_zone": "America/Los_Angeles"}
    (one,) = (one for one in derive(told.reading()) if one.rule is Rule.KEEP_IN_TOUCH)

    assert one.due.astimezone(NEW_YORK).time() == time(13)


def test_an_assumed_check_in_expires_where_the_person_is() -> None:
    told = tell("interview Tue 3 Mar 10:00–11:00 with Ann; nobody named a time")  # noqa: RUF001
    told.people["Ann"] |= {"time_zone": "America/Los_Angeles"}
    (one,) = (one for one in derive(told.reading()) if one.rule is Rule.CHECK_IN)

    assert one.expires is not None
    assert one.expires.astimezone(NEW_YORK) == datetime(2026, 3, 17, 13, tzinfo=NEW_YORK)
