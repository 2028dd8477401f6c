"""A line typed after an interview is taken apart, and taken in as one step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.case import Case
from pipeline.commands.debriefing import debrief
from pipeline.debrief import Debrief, read_debrief
from pipeline.desk import Desk
from pipeline.errors import InputError
from pipeline.model import (
    Company,
    Contact,
    Facts,
    Interview,
    InterviewState,
    Opportunity,
    OpportunityPerson,
    Role,
    Rule,
    Stage,
)
from pipeline.settings import read_settings
from pipeline.store import Put, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 3, 17, tzinfo=UTC)
FACTS = Facts(
    companies=(Company("acme", "Acme"), Company("initech", "Initech")),
    contacts=(
        Contact("lee", "Ann Lee", company="acme"),
        Contact("rita", "Rita Cole"),
        Contact("ann", "Ann Smith", company="initech"),
        Contact("bob", "Bob Ray", company="initech"),
        Contact("bo", "Bo Ray", company="initech"),
    ),
    opportunities=(
        Opportunity(
            "o",
            "Engineer",
            company="acme",
            stage=Stage.INTERVIEWING,
            people=(OpportunityPerson("rita", Role.RECRUITER),),
        ),
    ),
    interviews=(
        Interview("i", "o", NOW - timedelta(hours=2)),
        Interview("ahead", "o", NOW + timedelta(days=2)),
    ),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "store") as store:
        records = [Put(record) for kind in Facts.__struct_fields__ for record in getattr(FACTS, kind)]
        store.apply("facts", NOW, records)
        yield Desk(store, read_settings('[user]\ntime_zone = "UTC"\n'), lambda: NOW)


def read(desk: Desk, line: str) -> Debrief:
    reading = desk.reading()
    return read_debrief(line, Case(reading, reading.index.opportunities["o"]), reading.index.interviews["i"])


def test_names_time_and_next_step_are_told_apart(desk: Desk) -> None:
    found = read(desk, "Ann, Bob Ray; week or two; panel with the VP next")
    assert found.people == ("lee", "bob"), "the Ann at this company is meant"
    assert found.span is not None
    assert (found.words, found.by) == ("week or two", "lee")
    assert (found.span.earliest, found.span.latest) == (date(2026, 3, 10), date(2026, 3, 17))
    assert found.next_step == "panel with the VP"


@pytest.mark.parametrize(
    "line", ["a week; Ann", "Ann ; a week;", ";;a week; ann;", "Ann; a week", "lee; in a week"]
)
def test_the_order_of_the_parts_does_not_matter(desk: Desk, line: str) -> None:
    found = read(desk, line)
    assert found.people == ("lee",)
    assert found.span is not None
    assert found.next_step is None


def test_who_named_the_time_can_be_said(desk: Desk) -> None:
    found = read(desk, "Ann; Rita says a week")
    assert (found.people, found.words, found.by) == (("lee", "rita"), "a week", "rita")


def test_somebody_new_needs_a_capital_letter(desk: Desk) -> None:
    assert read(desk, "Zoë Quist, ann").newcomers == ("Zoë Quist",)
    assert read(desk, "writing sample").next_step == "writing sample"


def test_a_name_that_fits_two_people_is_asked_about(desk: Desk) -> None:
    problem = read(desk, "Ray; a week").problem
    assert problem is not None
    assert "Bob Ray or Bo Ray" in problem
    with pytest.raises(InputError, match="Bob Ray or Bo Ray"):
        desk.do(lambda reading: debrief(reading, "i", read(desk, "Ray; a week"), {}))


@pytest.mark.parametrize("line", ["Ann Lee a week or two panel next", "ann lee, a week or two, panel next"])
def test_a_time_without_a_semicolon_is_pointed_out(desk: Desk, line: str) -> None:
    assert read(desk, line).swallowed == "a week or two"
    assert read(desk, f"Ann Lee; a week; {line}").swallowed is None
    assert read(desk, "Ann Lee; panel next").swallowed is None


def test_nobody_named_a_time(desk: Desk) -> None:
    assert read(desk, "Ann; no time").none_named


def test_it_is_one_step_that_can_be_undone(desk: Desk) -> None:
    before = desk.store.facts()
    line = read(desk, "Ann, Zoë Quist; a week; send the sample next")
    desk.do(lambda reading: debrief(reading, "i", line, {"lee": "the incident review", "Zoë Quist": "tea"}))
    index = desk.index()
    met = [(index.contacts[one.contact].name, one.note) for one in index.interviews["i"].people]
    assert met == [("Ann Lee", "the incident review"), ("Zoë Quist", "tea")]
    assert index.interviews["i"].state is InterviewState.HELD
    [period] = index.periods_of("o")
    assert (period.said_by, period.interview, period.latest) == ("lee", "i", date(2026, 3, 10))
    assert [action.text for action in index.next_actions.values()] == ["send the sample"]
    assert Rule.OUTCOME not in {one.rule for one in desk.waiting() if one.due <= NOW}
    assert desk.undo().label == "debrief of Engineer with Ann Lee and Zoë Quist"
    assert desk.store.facts() == before


def test_no_time_named_answers_the_question_too(desk: Desk) -> None:
    desk.do(lambda reading: debrief(reading, "i", read(desk, "Ann; no time"), {}))
    assert desk.index().interviews["i"].none_named


def test_an_interview_that_lies_ahead_has_no_outcome(desk: Desk) -> None:
    with pytest.raises(InputError, match="begins only on Thu 5 Mar 17:00"):
        desk.do(lambda reading: debrief(reading, "ahead", read(desk, "Ann"), {}))
