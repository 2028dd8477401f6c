"""The worked examples of docs/follow-up-rules.md, each as the facts that somebody would enter."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pipeline.index import Index
from pipeline.interchange import merge, read_json
from pipeline.model import Facts, Reminder, ReminderState
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.settings import read_settings

NEW_YORK = 'time_zone = "America/New_York"\ncountry = "US"'
LISTED = {ReminderState.OPEN, ReminderState.SNOOZED}
HOME = {
    "companies": [{"id": "acme", "name": "Acme", "country": "US", "time_zone": "America/New_York"}],
    "contacts": [
        {"id": "ann", "name": "Ann Lee", "company": "acme"},
        {"id": "bob", "name": "Bob Ray", "company": "acme"},
        {"id": "rita", "name": "Rita Cole"},
    ],
}


def read(facts: dict[str, Any], now: str, user: str = NEW_YORK) -> Reading:
    places = Places(read_settings(f"[user]\n{user}\n"))
    at = datetime.fromisoformat(now)
    reading = Reading(Index(Facts()), places, at)
    merge(reading, read_json(json.dumps({**HOME, **facts}), "facts.json"), "facts.json")
    return Reading(reading.index, places, at)


def listed(facts: dict[str, Any], now: str, user: str = NEW_YORK) -> dict[str, Reminder]:
    return {one.rule.value: one for one in derive(read(facts, now, user)) if one.state in LISTED}


def opportunity(**more: Any) -> dict[str, Any]:
    return {"id": "o", "title": "Engineer", "company": "acme", "stage": "interviewing", **more}


def met(start: str, *people: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "i",
        "opportunity": "o",
        "starts_at": start,
        "state": "held",
        "people": [{"contact": person} for person in people],
        **more,
    }


def period(said_on: str, words: str, id_: str = "p") -> dict[str, Any]:
    return {"id": id_, "opportunity": "o", "said_on": said_on, "words": words}


def times(reminder: Reminder) -> list[str]:
    return [f"{alert:%a %-d %b %H:%M}" for alert in reminder.alerts]


EXAMPLES = [
    pytest.param(
        {
            "opportunities": [opportunity(people=[{"contact": "rita", "role": "recruiter"}])],
            "interviews": [met("2026-03-03T10:00-05:00", "ann", "bob")],
            "time_periods": [period("2026-03-03", "a week")],
        },
        {
            "thank-you": ["Tue 3 Mar 12:00", "Tue 3 Mar 20:30"],
            "check-in": ["Fri 6 Mar 10:00"],
            "time passed": ["Thu 12 Mar 10:00"],
            "closing note": ["Thu 19 Mar 10:00"],
            "go dormant": "Thu 2 Apr 10:00",
        },
        id="1 a week, with a recruiter",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-03-06T16:00-05:00", "ann")],
            "time_periods": [period("2026-03-06", "a week")],
        },
        {
            "thank-you": ["Fri 6 Mar 18:00", "Fri 6 Mar 20:30"],
            "check-in": ["Wed 11 Mar 10:00"],
            "time passed": ["Tue 17 Mar 10:00"],
        },
        id="2 a Friday",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-03-05T18:00-05:00", "ann", card=True)],
            "time_periods": [period("2026-03-05", "a week")],
        },
        {
            "thank-you": ["Thu 5 Mar 20:00", "Thu 5 Mar 20:30"],
            "card": ["Fri 6 Mar 10:00"],
            "check-in": ["Tue 10 Mar 10:00"],
            "time passed": ["Mon 16 Mar 10:00"],
        },
        id="3 an evening, and a card",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-04-06T10:00-04:00", "ann")],
            "time_periods": [period("2026-04-06", "a week or two")],
        },
        {
            "check-in": ["Fri 10 Apr 10:00"],
            "time passed": ["Wed 22 Apr 10:00"],
            "closing note": ["Wed 29 Apr 10:00"],
        },
        id="5 a week or two",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-04-15T10:00-04:00", "ann")],
            "time_periods": [period("2026-04-15", "end of the month")],
        },
        {
            "check-in": ["Thu 23 Apr 10:00"],
            "time passed": ["Mon 4 May 10:00"],
            "closing note": ["Mon 11 May 10:00"],
        },
        id="6 the end of the month",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-05-21T10:00-04:00", "ann", none_named=True)],
        },
        {
            "check-in": ["Fri 29 May 10:00"],
            "closing note": ["Fri 5 Jun 10:00"],
            "go dormant": "Mon 22 Jun 10:00",
            "time passed": None,
        },
        id="7 no time named, Memorial Day and Juneteenth passed over",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-03-07T11:00-05:00", "ann")],
            "time_periods": [period("2026-03-07", "by Tuesday")],
        },
        {
            "thank-you": ["Sat 7 Mar 13:00", "Sat 7 Mar 20:30"],
            "check-in": None,
            "time passed": ["Thu 12 Mar 10:00"],
        },
        id="8 a Saturday, too near for a check-in",
    ),
    pytest.param(
        {
            "opportunities": [opportunity()],
            "interviews": [met("2026-11-18T10:00-05:00", "ann")],
            "time_periods": [period("2026-11-18", "a week")],
        },
        {"check-in": ["Mon 23 Nov 10:00"], "time passed": ["Mon 30 Nov 10:00"]},
        id="9 Thanksgiving passed over",
    ),
    pytest.param(
        {
            "opportunities": [opportunity(people=[{"contact": "rita", "role": "recruiter"}])],
            "interviews": [met("2026-03-03T10:00-05:00", "ann", "bob")],
            "time_periods": [period("2026-03-03", "a week"), period("2026-03-05", "another week", "q")],
            "touches": [
                {
                    "id": "t",
                    "people": ["rita"],
                    "at": "2026-03-05T15:00-05:00",
                    "kind": "reply",
                    "direction": "in",
                    "opportunity": "o",
                }
            ],
        },
        {"check-in": ["Tue 10 Mar 10:00"], "time passed": ["Mon 16 Mar 10:00"]},
        id="10 another week",
    ),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_example(facts: dict[str, Any], expected: dict[str, list[str] | str | None]) -> None:
    found = listed(facts, "2026-03-03T09:00-05:00")

    for rule, when in expected.items():
        if when is None:
            assert rule not in found
        elif isinstance(when, str):  # it never rings
            assert not found[rule].alerts
            assert f"{found[rule].due:%a %-d %b %H:%M}" == when
        else:
            assert times(found[rule]) == when


def test_example_1_thanks_three_people() -> None:
    reminder = listed(EXAMPLES[0].values[0], "2026-03-03T09:00-05:00")["thank-you"]

    assert reminder.people == ("ann", "bob", "rita")
    assert reminder.id == "thank-you:i"


def test_example_4_the_user_is_in_berlin() -> None:
    facts = {
        "opportunities": [opportunity()],
        "interviews": [met("2026-03-11T18:00-04:00", "ann")],
        "time_periods": [period("2026-03-11", "by Fri 20")],
    }

    found = listed(facts, "2026-03-03T09:00-05:00", 'time_zone = "Europe/Berlin"\ncountry = "DE"')

    assert times(found["thank-you"]) == ["Thu 12 Mar 08:00", "Thu 12 Mar 20:30"]
    assert times(found["check-in"]) == ["Tue 17 Mar 15:00"]
    assert times(found["time passed"]) == ["Tue 24 Mar 15:00"]


def test_example_10_takes_the_old_chain_away() -> None:
    found = derive(read(EXAMPLES[-1].values[0], "2026-03-05T16:00-05:00"))

    assert [one.id for one in found if one.id.endswith(":p")] == []
    assert [one.id for one in found if one.id.endswith(":q")] == [
        "check-in:q",
        "time passed:q",
        "closing note:q",
        "go dormant:q",
    ]


def test_example_11_a_rejection_and_the_wish_to_keep_in_touch() -> None:
    facts = {
        "contacts": [
            *HOME["contacts"][:2],
            {"id": "rita", "name": "Rita Cole", "tier": "B", "consent": "granted"},
        ],
        "opportunities": [
            opportunity(
                stage="rejected", closed_on="2026-06-10", people=[{"contact": "rita", "role": "recruiter"}]
            )
        ],
        "interviews": [met("2026-06-02T10:00-04:00", "ann")],
        "time_periods": [period("2026-06-02", "two weeks")],
        "touches": [
            {
                "id": "t",
                "people": ["rita"],
                "at": "2026-06-11T10:00-04:00",
                "kind": "ask to keep in touch",
                "opportunity": "o",
            }
        ],
    }

    reading = read(facts, "2026-06-11T12:00-04:00")
    found = {one.rule.value: one for one in derive(reading) if one.state in LISTED}

    assert reading.keep_in_touch.cycles["rita"].target == date(2026, 9, 10)
    assert not {"check-in", "time passed", "closing note", "go dormant", "ask to keep in touch"} & set(found)
    assert found["keep in touch"].id == "keep in touch:rita:t"
    assert date(2026, 8, 28) <= found["keep in touch"].due.date() <= date(2026, 9, 23)


def test_example_12_forty_recruiters_at_once() -> None:
    facts = {
        "contacts": [{"id": f"r{number}", "name": f"R{number}", "tier": "B"} for number in range(40)],
    }

    reading = read(facts, "2026-01-05T09:00-05:00")
    days = [one.due.date() for one in derive(reading) if one.rule == "keep in touch"]

    assert len(days) == len(set(days)) == 40
    assert min(days) >= date(2026, 1, 6)
    assert max(days) <= date(2026, 4, 6)
    assert all(reading.places.business_days("US").is_business_day(day) for day in days)
    gaps = [later - earlier for earlier, later in zip(sorted(days), sorted(days)[1:], strict=False)]
    assert max(gaps) <= timedelta(days=7)
