"""The meter says at any moment whether it is too early, a good time, or too late to write."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pipeline.case import Case
from pipeline.index import Index
from pipeline.meter import Meter, Phase, meter, meter_of
from pipeline.model import (
    Company,
    Contact,
    Facts,
    Interview,
    InterviewPerson,
    InterviewState,
    Opportunity,
    Stage,
    TimePeriod,
    Touch,
    TouchKind,
)
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.settings import read_settings

HELD = datetime.fromisoformat("2026-03-03T10:00-05:00")
THANKED = Touch("t", ("ann",), HELD + timedelta(hours=2), TouchKind.THANK_YOU, opportunity="o")
WEEK_OR_TWO = TimePeriod(
    "p", "o", date(2026, 3, 3), words="a week or two", earliest=date(2026, 3, 10), latest=date(2026, 3, 17)
)


def case(now: str, *, touches: tuple[Touch, ...] = (THANKED,), settings: str = "", **more: Any) -> Case:
    facts = Facts(
        companies=(Company("acme", "Acme"),),
        contacts=(Contact("ann", "Ann Lee"),),
        opportunities=(
            Opportunity("o", "Engineer", company="acme", stage=more.pop("stage", Stage.INTERVIEWING)),
        ),
        interviews=(Interview("i", "o", HELD, people=(InterviewPerson("ann"),), state=InterviewState.HELD),),
        time_periods=more.pop("periods", (WEEK_OR_TWO,)),
        touches=touches,
    )
    places = Places(read_settings(f'[user]\ntime_zone = "America/New_York"\n{settings}'))
    reading = Reading(Index(facts), places, datetime.fromisoformat(f"{now}T12:00-05:00"))
    return Case(reading, reading.index.opportunities["o"])


def read(now: str, **more: Any) -> Meter:
    found = meter(case(now, **more))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-03-03", "too early until Mon 9 Mar"),
        ("2026-03-08", "too early until Mon 9 Mar"),
        ("2026-03-09", "good time until Mon 16 Mar"),
        ("2026-03-16", "good time until Mon 16 Mar"),
        ("2026-03-17", "they decide about now"),
        ("2026-03-18", "they decide about now"),
        ("2026-03-19", "ask for the answer"),
        ("2026-04-08", "ask for the answer"),
        ("2026-04-09", "gone quiet"),
        ("2026-09-01", "gone quiet"),
    ],
)
def test_each_phase_lasts_until_the_next(now: str, words: str) -> None:
    assert read(now).words == words


def test_a_good_time_lasts_over_the_weekend_before_they_decide_and_names_the_last_business_day() -> None:
    monday = TimePeriod("p", "o", date(2026, 3, 3), earliest=date(2026, 3, 10), latest=date(2026, 3, 16))
    on_sunday = read("2026-03-15", periods=(monday,))
    assert (on_sunday.phase, on_sunday.words) == (Phase.GOOD_TIME, "good time until Fri 13 Mar")


def test_who_owes_thanks_gives_them_first_until_the_thanks_expire() -> None:
    assert read("2026-03-04", touches=()).phase is Phase.THANK_FIRST
    assert read("2026-03-11", touches=()).phase is Phase.GOOD_TIME


def test_where_no_day_is_good_it_is_too_early_until_they_decide() -> None:
    found = read("2026-03-10", settings='[follow_up]\ncheck_in = "after"\n')
    assert (found.good_from, found.words) == (None, "too early until Tue 17 Mar")


def test_the_answer_is_asked_for_also_where_no_reminder_says_so() -> None:
    assert read("2026-03-19", settings='[follow_up]\ncheck_in = "off"\n').phase is Phase.ASK


def test_no_period_no_meter() -> None:
    assert meter(case("2026-03-04", periods=())) is None
    assert meter(case("2026-03-04", stage=Stage.OFFER)) is None


def test_words_can_be_tried_before_they_are_stored() -> None:
    before = case("2026-03-04", periods=())
    found = meter_of(before, WEEK_OR_TWO)
    assert found is not None
    assert (found.good_from, found.late_from) == (date(2026, 3, 9), date(2026, 3, 19))
    assert meter(before) is None
