"""What is derived anew, and read again, after a change: counted."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from any_commands import NOW
from pipeline.commands.entering import import_facts
from pipeline.desk import Change, Desk
from pipeline.model import (
    Company,
    Contact,
    Direction,
    Facts,
    Interview,
    InterviewPerson,
    NextAction,
    Opportunity,
    OpportunityPerson,
    Override,
    OverrideState,
    Role,
    Stage,
    Tier,
    TimePeriod,
    Touch,
    TouchKind,
)
from pipeline.rules import derive
from pipeline.settings import Settings, User
from pipeline.store import Put, Remove, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = Settings(user=User(time_zone="America/New_York"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Gives a desk with three hundred opportunities, twice as many contacts, and who goes with whom known."""
    contacts = tuple(Contact(f"c{n}", f"Contact {n}", tier=Tier.B) for n in range(600))
    opportunities = tuple(
        Opportunity(
            f"o{n}",
            f"Role {n}",
            company="acme",
            stage=Stage.INTERVIEWING,
            people=(OpportunityPerson(f"c{n}", Role.RECRUITER), OpportunityPerson(f"c{n + 1}", Role.PEER)),
        )
        for n in range(300)
    )
    interviews = tuple(
        Interview(f"i{n}", f"o{n}", NOW - timedelta(days=2), people=(InterviewPerson(f"c{n}"),))
        for n in range(300)
    )
    actions = tuple(NextAction(f"a{n}", "Call", NOW.date(), opportunity=f"o{n}") for n in range(300))
    facts = Facts((Company("acme", "Acme"),), contacts, opportunities, interviews, next_actions=actions)
    with Store.open(tmp_path / "store.sqlite3") as store:
        desk = Desk(store, SETTINGS, lambda: NOW)
        desk.do(partial(import_facts, new=facts, name="facts"))
        assert desk.derivation().subjects is None
        yield desk


def derived_after(desk: Desk, *writes: Put | Remove) -> set[str]:
    desk.do(lambda _: Change("change", writes))
    return {id_ for _, id_ in desk.derivation().subjects or ()} - {"quarter"}


def test_a_message_touches_its_people_and_their_opportunities(desk: Desk) -> None:
    sent = Touch("t", ("c10",), NOW, TouchKind.CHECK_IN, opportunity="o10")

    assert derived_after(desk, Put(sent)) == {"o10", "o9", "c10", "c11"}


def test_what_was_said_about_a_reminder_touches_what_it_is_about(desk: Desk) -> None:
    assert derived_after(desk, Put(Override("outcome:i7", OverrideState.SKIPPED))) == {"o7"}


def test_a_note_touches_nothing_else(desk: Desk) -> None:
    assert derived_after(desk, Put(NextAction("a5", "Write", NOW.date()))) == {"a5"}


def test_a_stage_touches_whoever_is_on_the_opportunity(desk: Desk) -> None:
    moved = Opportunity("o5", "Role 5", company="acme", stage=Stage.DORMANT, closed_on=NOW.date())

    assert derived_after(desk, Put(moved)) == {"o5", "a5", "c5", "c6"}


def test_a_message_touches_the_opportunity_on_which_its_people_named_a_time(desk: Desk) -> None:
    day = NOW.date()
    derived_after(desk, Put(TimePeriod("p", "o5", day, earliest=day, latest=day, said_by="c400")))
    sent = Touch("t", ("c400",), NOW, TouchKind.CHECK_IN)

    assert derived_after(desk, Put(sent)) == {"c400", "o5"}


def test_an_interview_elsewhere_touches_whom_was_written_to_about_it(desk: Desk) -> None:
    derived_after(desk, Put(Touch("t", ("c50",), NOW, TouchKind.CHECK_IN, interview="i7")))
    moved = Interview("i7", "o8", NOW - timedelta(days=2), people=(InterviewPerson("c7"),))

    assert {"o7", "o8", "c7", "c50", "o49", "o50"} <= derived_after(desk, Put(moved))


def test_what_gets_the_id_of_an_interview_or_a_message_touches_what_counts_from_that(desk: Desk) -> None:
    day, reply = NOW.date(), Touch("i6", ("c8",), NOW, TouchKind.REPLY, Direction.IN, opportunity="o8")
    desk.do(lambda _: Change("a reply", (Put(reply),)))
    period = TimePeriod("i5", "o7", day, earliest=day, latest=day + timedelta(days=14))

    for write, counting in (
        (Put(period), {"o5"}),
        (Remove(period), {"o5"}),
        (Remove(desk.index().interviews["i6"]), {"o6", "o8"}),
    ):
        assert derived_after(desk, write) >= counting
        assert desk.derivation().reminders == derive(desk.reading())
    assert "check-in:i6" in {one.id for one in desk.reminders()}


def test_what_was_removed_comes_back_to_its_place(desk: Desk) -> None:
    before = list(desk.index().next_actions)
    derived_after(desk, Remove(NextAction("a5", "Call", NOW.date(), opportunity="o5")))
    desk.undo()

    assert list(desk.index().next_actions) == before
    assert [one.id for one in desk.store.facts().next_actions] == before


def test_undo_touches_the_same(desk: Desk) -> None:
    derived_after(desk, Put(Override("outcome:i7", OverrideState.SKIPPED)))
    desk.undo()

    assert {id_ for _, id_ in desk.derivation().subjects or ()} == {"quarter", "o7"}


def test_where_nothing_changed_nothing_but_the_count_is_derived(desk: Desk) -> None:
    assert {id_ for _, id_ in desk.derivation().subjects or ()} == {"quarter"}


def test_a_change_at_the_desk_is_not_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> Facts:
        raise AssertionError("the facts were read again")

    monkeypatch.setattr(desk.store, "facts", never)

    derived_after(desk, Put(Company("globex", "Globex")))
    desk.undo()
    desk.redo()
    assert "globex" in desk.index().companies
    desk.store.keep_note("place", "today")
    assert desk.derivation().index.companies.keys() == {"acme", "globex"}
