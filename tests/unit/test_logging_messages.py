"""What logging a message does beside noting it: consent is asked for, and who writes too early is warned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.commands import acting, entering
from pipeline.model import Consent, Contact, Direction, Rule, TouchKind
from pipeline.rules import derive
from pipeline.store import Put
from told import NEW_YORK, tell

HELD = "recruiter Rita; interview Tue 3 Mar 10:00–11:00 with Ann"  # noqa: RUF001
CLOSED = f"{HELD}; Wed 4 Mar rejected"


def consent_after(story: str, **fields: Any) -> Consent:
    reading = tell(story).reading()
    change = entering.log_touch(reading, TouchKind.ASK_TO_KEEP_IN_TOUCH, ("Rita",), **fields)
    contacts = [
        one.record for one in change.writes if isinstance(one, Put) and isinstance(one.record, Contact)
    ]
    return contacts[0].consent if contacts else reading.index.contacts["Rita"].consent


def test_asking_somebody_is_asking_for_consent() -> None:
    assert consent_after(CLOSED) is Consent.ASKED


def test_an_answer_on_consent_is_not_asked_away() -> None:
    assert consent_after(f"{CLOSED}; Rita granted, tier B") is Consent.GRANTED


def test_being_asked_is_not_asking() -> None:
    assert consent_after(CLOSED, direction=Direction.IN) is Consent.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "on", "fields", "warned"),
    [
        (
            "check-in",
            "2026-03-05",
            {"opportunity": "o"},
            "Acme decides by Tue 10 Mar: too early until Fri 6 Mar",
        ),
        (
            "check-in",
            "2026-03-05",
            {"interview": "i0"},
            "Acme decides by Tue 10 Mar: too early until Fri 6 Mar",
        ),
        ("check-in", "2026-03-05", {}, "Acme decides by Tue 10 Mar: too early until Fri 6 Mar"),
        ("time passed", "2026-03-05", {}, "Acme decides by Tue 10 Mar: too early until Fri 6 Mar"),
        ("closing note", "2026-03-05", {}, "Acme decides by Tue 10 Mar: too early until Fri 6 Mar"),
        ("check-in", "2026-03-06", {}, None),
        ("check-in", "2026-03-05", {"direction": Direction.IN}, None),
        ("thank-you", "2026-03-05", {}, None),
        ("other", "2026-03-05", {}, None),
    ],
)
def test_a_follow_up_before_its_time_is_logged_with_a_warning(
    kind: str, on: str, fields: dict[str, Any], warned: str | None
) -> None:
    told = tell(f"{HELD}; said “a week”")
    told.so("20 Mar")
    at = datetime.fromisoformat(f"{on}T12:00").replace(tzinfo=NEW_YORK)

    change = entering.log_touch(told.reading(), TouchKind(kind), ("Rita",), at, **fields)

    assert len(change.writes) == 1
    assert change.told.partition("; ")[2] == (warned or "")


def test_a_message_to_somebody_else_is_no_follow_up() -> None:
    reading = tell(f"{HELD}; said “a week”").reading()

    change = entering.log_touch(reading, TouchKind.CHECK_IN, ("Ann",))

    assert "too early" not in change.told


def test_ticking_a_check_in_off_before_its_day_warns_as_well() -> None:
    reading = tell(f"{HELD}; said “a week”").reading()
    check_in = next(one for one in derive(reading) if one.rule is Rule.CHECK_IN)

    early = acting.done(reading, check_in, check_in.due - timedelta(days=1))
    in_time = acting.done(reading, check_in, check_in.due)

    assert (
        early.told
        == "done, and logged: Check in with Rita; Acme decides by Tue 10 Mar: too early until Fri 6 Mar"
    )
    assert in_time.told == "done, and logged: Check in with Rita"
