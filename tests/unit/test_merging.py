"""Merging two contacts: everything moves, nothing is lost, one undo takes it back."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.commands import acting, entering
from pipeline.commands.merging import merge, plan_merge
from pipeline.desk import Desk
from pipeline.errors import InputError
from pipeline.model import (
    Company,
    CompanyKind,
    Consent,
    Contact,
    Facts,
    Interview,
    InterviewPerson,
    KeepInTouchDate,
    NextAction,
    Opportunity,
    OpportunityPerson,
    Override,
    OverrideState,
    Review,
    ReviewDecision,
    Role,
    Stage,
    Tier,
    TimePeriod,
    Touch,
    TouchKind,
)
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.fromisoformat("2026-10-13T17:30-04:00")
LAST = datetime.fromisoformat("2026-06-02T10:00-04:00")

FACTS = Facts(
    companies=(Company("hart", "Hartwell", CompanyKind.AGENCY), Company("acme", "Acme")),
    contacts=(
        Contact("sam", "Sam Ortiz", company="hart", email="sam@hart.example", tier=Tier.B),
        Contact(
            "sam2",
            "Samuel Ortiz",
            company="acme",
            email="so@acme.example",
            phone="+1 555 0100",
            consent=Consent.DECLINED,
            paused_until=date(2026, 12, 1),
            notes="plays chess",
        ),
        Contact("ann", "Ann Lee", company="acme"),
    ),
    opportunities=(
        Opportunity(
            "dev",
            "Developer",
            company="acme",
            stage=Stage.REJECTED,
            closed_on=date(2026, 6, 1),
            people=(
                OpportunityPerson("sam", Role.RECRUITER),
                OpportunityPerson("sam2", Role.RECRUITER),
                OpportunityPerson("ann", Role.INTERVIEWER),
            ),
        ),
    ),
    interviews=(
        Interview(
            "i",
            "dev",
            LAST,
            people=(
                InterviewPerson("sam", "the migration"),
                InterviewPerson("ann"),
                InterviewPerson("sam2", "chess"),
            ),
        ),
    ),
    time_periods=(
        TimePeriod(
            "said",
            "dev",
            date(2026, 5, 20),
            earliest=date(2026, 5, 27),
            latest=date(2026, 5, 27),
            said_by="sam2",
        ),
    ),
    touches=(
        Touch("t1", ("sam2", "sam"), LAST, TouchKind.CHECK_IN),
        Touch("t2", ("sam2",), NOW, TouchKind.REPLY),
    ),
    next_actions=(NextAction("a", "send the talk", contact="sam2"),),
    keep_in_touch_dates=(KeepInTouchDate("sam2", "t2", date(2027, 1, 11)),),
    reviews=(Review("2026Q3", NOW, NOW, (ReviewDecision("sam2", "wrote", NOW),)),),
    overrides=(
        Override("keep in touch:sam2:t2", OverrideState.SNOOZED, until=NOW, at=NOW),
        Override("ask to keep in touch:sam2", OverrideState.SKIPPED, at=NOW),
    ),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = read_settings('[user]\ntime_zone = "America/New_York"\n')
    with closing(Desk(Store.open(tmp_path / "store"), settings, lambda: NOW)) as desk:
        desk.do(partial(entering.import_facts, new=FACTS, name="facts"))
        yield desk


def test_whatever_named_the_one_names_the_other(desk: Desk) -> None:
    desk.do(partial(merge, stays="sam", goes="sam2"))

    facts = desk.store.facts()
    assert [one.id for one in facts.contacts] == ["sam", "ann"]
    assert [one.people for one in facts.touches] == [("sam",), ("sam",)]
    assert [(on.contact, on.role) for on in facts.opportunities[0].people] == [
        ("sam", Role.RECRUITER),
        ("ann", Role.INTERVIEWER),
    ]
    assert facts.interviews[0].people == (
        InterviewPerson("sam", "the migration; chess"),
        InterviewPerson("ann"),
    )
    assert facts.time_periods[0].said_by == "sam"
    assert facts.next_actions[0].contact == "sam"
    assert facts.reviews[0].decisions[0].contact == "sam"
    assert {one.contact for one in facts.keep_in_touch_dates} <= {"sam"}
    assert {one.reminder for one in facts.overrides} == {
        "keep in touch:sam:t2",
        "ask to keep in touch:sam",
    }


def test_what_the_one_lacks_comes_from_the_other_and_what_differs_is_noted(desk: Desk) -> None:
    made = plan_merge(desk.reading(), "sam", "sam2")

    assert made.moved_words == "2 messages, 1 interview, 1 opportunity, 1 time period and 1 next action"
    assert made.stays.email == "sam@hart.example"
    assert made.stays.phone == "+1 555 0100"
    assert made.stays.tier is Tier.B
    assert made.stays.paused_until == date(2026, 12, 1)
    assert made.stays.notes is not None
    assert made.stays.notes.splitlines() == [
        "plays chess",
        "also called Samuel Ortiz",
        "also at Acme",
        "also e-mail so@acme.example",
    ]


@pytest.mark.parametrize(("stays", "goes"), [("sam", "sam2"), ("sam2", "sam")])
def test_who_declined_once_has_declined(desk: Desk, stays: str, goes: str) -> None:
    assert plan_merge(desk.reading(), stays, goes).stays.consent is Consent.DECLINED


def test_one_undo_takes_it_all_back(desk: Desk) -> None:
    before = desk.store.facts()
    desk.do(partial(merge, stays="ann", goes="sam2"))
    assert desk.store.facts() != before

    assert desk.undo().label == "merge Samuel Ortiz into Ann Lee"
    assert desk.store.facts() == before


def test_two_are_needed(desk: Desk) -> None:
    with pytest.raises(InputError, match="itself"):
        desk.do(partial(merge, stays="sam", goes="sam"))
    with pytest.raises(InputError, match="no contact 'bob'"):
        desk.do(partial(merge, stays="sam", goes="bob"))


def test_the_next_day_follows_from_the_touches_of_both(desk: Desk) -> None:
    desk.do(partial(acting.set_consent, contact="sam2", consent=Consent.GRANTED))
    desk.do(partial(merge, stays="sam", goes="sam2"))

    plan = desk.reading().keep_in_touch
    assert plan.cycles["sam"].name == "t2"
    assert plan.missing == []
