"""Histories of a job search, for tests of what has to hold for all of them.

Small, and crowded into two months, so that what may meet meets: rounds of several interviews, periods that
are named, answered and overtaken, messages of every kind around every date, closings, snoozes.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pipeline.index import Index
from pipeline.interchange import merge, read_json
from pipeline.model import Facts
from pipeline.places import Places, public_holidays
from pipeline.reading import Reading
from pipeline.settings import settle

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

Json = dict[str, Any]

FIRST = date(2026, 2, 20)  # the clocks change twice in the weeks after: there in March, here at its end
ZONES = ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Los_Angeles"]
COUNTRIES = ["US-NY", "DE", "AE", "JP"]
KINDS = [
    *("thank-you", "card", "check-in", "time passed", "closing note", "ask to keep in touch"),
    *("keep in touch", "reply", "other"),
]
STAGES = [*(["interviewing"] * 4), "applied", "screening", "offer", "rejected", "accepted", "dormant"]
CLOSED = {"rejected", "accepted", "dormant"}

zones = st.sampled_from(ZONES)
days = st.integers(0, 60).map(lambda number: FIRST + timedelta(days=number))


@cache
def holidays_of(country: str, year: int) -> dict[date, str]:
    return public_holidays(country, year)


def maybe(values: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | values


def some(values: list[str], most: int = 3) -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True) if values else st.just([])


def given_of(**fields: Any) -> Json:
    """Leave out what is not given."""
    return {key: value for key, value in fields.items() if value is not None}


@st.composite
def moments(draw: DrawFn) -> datetime:
    clock = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30])))
    return datetime.combine(draw(days), clock, ZoneInfo(draw(zones)))


times = moments().map(datetime.isoformat)


@st.composite
def settings(draw: DrawFn) -> Json:
    """Draw settings as `config.toml` would have them."""
    return {
        "user": {
            "time_zone": draw(zones),
            "country": draw(st.sampled_from(["", *COUNTRIES])),
            "weekend": draw(st.sampled_from([["sat", "sun"], ["fri", "sat"]])),
            "holidays": [day.isoformat() for day in draw(st.lists(days, max_size=2))],
            "quiet_hours": draw(st.sampled_from([["21:30", "08:00"], ["23:00", "06:00"]])),
        },
        "follow_up": {
            "slot": draw(st.sampled_from(["10:00", "08:15"])),
            "thank_you_latest": draw(st.sampled_from(["20:30", "19:00"])),
            "card": draw(st.sampled_from(["ask", "always", "never"])),
            "check_in": draw(st.sampled_from(["midway", "midway", "after", "off"])),
            "time_passed_after": draw(st.integers(1, 3)),
            "closing_note_after": draw(st.integers(4, 6)),
            "dormant_after": draw(st.integers(8, 10)),
            "assumed_check_in_after": draw(st.integers(3, 5)),
            "min_gap": draw(st.integers(1, 3)),
            "application_silent_after": draw(st.sampled_from([0, 7])),
        },
    }


@st.composite
def histories(draw: DrawFn) -> Json:
    """Draw facts in the interchange format."""
    companies = [
        given_of(id=id_, name=id_, kind=kind, country=draw(countries), time_zone=draw(maybe(zones)))
        for id_, kind in (("acme", "employer"), ("agency", "agency"))
        for countries in (maybe(st.sampled_from(COUNTRIES)),)
    ]
    people = [f"p{number}" for number in range(draw(st.integers(1, 3)))]
    contacts = [draw(_contact(id_)) for id_ in people]
    opportunities = [draw(_opportunity(id_, people)) for id_ in ("o", "q")[: draw(st.integers(1, 2))]]
    ids = [one["id"] for one in opportunities]
    interviews: list[Json] = []
    for id_ in ids:
        for _ in range(draw(st.integers(0, 2))):
            interviews += draw(_round(len(interviews), id_, people))
    periods = [
        draw(_period(f"t{number}", ids, interviews, people)) for number in range(draw(st.integers(0, 3)))
    ]
    touches = [
        draw(_touch(f"u{number}", ids, interviews, people)) for number in range(draw(st.integers(0, 6)))
    ]
    cycles = ["start", *(one["id"] for one in (*touches, *interviews))]
    pool = [f"{rule}:{one['id']}" for rule in ("thank-you", "outcome", "card", "ask") for one in interviews]
    pool += [
        f"{rule}:{one['id']}" for rule in ("check-in", "closing note") for one in (*periods, *interviews)
    ]
    return {
        "companies": companies,
        "contacts": contacts,
        "opportunities": opportunities,
        "interviews": interviews,
        "time_periods": periods,
        "touches": touches,
        "keep_in_touch_dates": [
            {"contact": person, "cycle": cycle, "date": (FIRST + timedelta(days=80)).isoformat()}
            for person in draw(some(people))
            for cycle in cycles
        ],
        "overrides": [draw(_override(id_)) for id_ in draw(some(pool, 2))],
    }


@st.composite
def _contact(draw: DrawFn, id_: str) -> Json:
    return given_of(
        id=id_,
        name=id_,
        company=draw(maybe(st.sampled_from(["acme", "agency"]))),
        time_zone=draw(maybe(zones)),
        tier=draw(maybe(st.sampled_from("ABC"))),
        consent=draw(st.sampled_from(["unknown", "unknown", "granted", "asked", "declined"])),
        paused_until=draw(maybe(days.map(date.isoformat))),
    )


@st.composite
def _opportunity(draw: DrawFn, id_: str, people: list[str]) -> Json:
    stage = draw(st.sampled_from(STAGES))
    roles = st.sampled_from(["recruiter", "hiring manager", "interviewer", "peer"])
    company, via = draw(st.sampled_from([("acme", None), (None, "agency"), ("acme", "agency")]))
    return given_of(
        id=id_,
        title=id_,
        company=company,
        via=via,
        stage=stage,
        people=[{"contact": one, "role": draw(roles)} for one in draw(some(people))],
        applied_on=draw(maybe(days)) and FIRST.isoformat(),
        closed_on=draw(days).isoformat() if stage in CLOSED else None,
        offer_respond_by=draw(days).isoformat() if stage == "offer" else None,
    )


@st.composite
def _round(draw: DrawFn, first: int, opportunity: str, people: list[str]) -> list[Json]:
    begin, zone = draw(moments()), draw(maybe(zones))
    return [
        given_of(
            id=f"i{first + number}",
            opportunity=opportunity,
            starts_at=(begin + timedelta(hours=2 * number)).isoformat(),
            time_zone=zone,
            minutes=draw(st.sampled_from([30, 60, 240])),
            people=[{"contact": one} for one in draw(some(people))],
            state=draw(st.sampled_from(["scheduled", "scheduled", "held", "cancelled"])),
            card=draw(st.booleans()),
            none_named=draw(st.booleans()) and draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 2)))
    ]


@st.composite
def _period(draw: DrawFn, id_: str, ids: list[str], interviews: list[Json], people: list[str]) -> Json:
    opportunity = draw(st.sampled_from(ids))
    own = [one for one in interviews if one["opportunity"] == opportunity]
    within = draw(maybe(st.sampled_from(own))) if own else None
    said_on = date.fromisoformat(within["starts_at"][:10]) if within else draw(days)
    earliest, latest = sorted(said_on + timedelta(days=draw(st.integers(0, 14))) for _ in range(2))
    answered = draw(maybe(st.integers(0, 20)))
    return given_of(
        id=id_,
        opportunity=opportunity,
        said_on=said_on.isoformat(),
        earliest=earliest.isoformat(),
        latest=latest.isoformat(),
        said_by=draw(maybe(st.sampled_from(people))),
        interview=within["id"] if within else None,
        answered_on=None if answered is None else (said_on + timedelta(days=answered)).isoformat(),
        no_contact=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def _touch(draw: DrawFn, id_: str, ids: list[str], interviews: list[Json], people: list[str]) -> Json:
    kind = draw(st.sampled_from(KINDS))
    about = draw(st.sampled_from(["opportunity", "opportunity", "interview", "nothing"]))
    return given_of(
        id=id_,
        people=draw(st.lists(st.sampled_from(people), min_size=1, max_size=2, unique=True)),
        at=draw(times),
        kind=kind,
        direction="in" if kind == "reply" else draw(st.sampled_from(["out", "out", "out", "in"])),
        opportunity=draw(st.sampled_from(ids)) if about == "opportunity" else None,
        interview=draw(st.sampled_from(interviews))["id"] if about == "interview" and interviews else None,
    )


@st.composite
def _override(draw: DrawFn, id_: str) -> Json:
    state = draw(st.sampled_from(["snoozed", "done", "skipped"]))
    return given_of(reminder=id_, state=state, until=draw(times) if state == "snoozed" else None)


def reading_of(facts: Json, written: Json, now: datetime) -> Reading:
    """Read a history as `import` takes it in."""
    places = Places(settle(written), holidays_of)
    reading = Reading(Index(Facts()), places, now)
    merge(reading, read_json(json.dumps(facts), "a history"), "a history")
    return Reading(reading.index, places, now)
