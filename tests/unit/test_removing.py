"""Deleting, archiving, accepting: nothing points to what is gone, and one undo brings all of it back."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from pipeline.commands.accepting import accept, deeds
from pipeline.commands.editing import edit
from pipeline.commands.entering import import_facts
from pipeline.commands.removing import archive, delete
from pipeline.commands.sending import sent
from pipeline.desk import Change, Desk
from pipeline.drafting import Kind, draft_for
from pipeline.errors import InputError
from pipeline.forgetting import forget
from pipeline.model import (
    Facts,
    InterviewState,
    OpportunityPerson,
    Override,
    OverrideState,
    Role,
    Rule,
    Stage,
    Tier,
)
from pipeline.sample import sample_facts
from pipeline.settings import Settings, User
from pipeline.store import Put, Store
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = Settings(user=User(time_zone="America/New_York", country="US"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk(Store.open(tmp_path / "store.sqlite3"), SETTINGS)) as desk:
        desk.do(partial(import_facts, new=sample_facts(desk.reading()), name="the sample"))
        yield desk


@pytest.mark.parametrize(
    "kind", [name for name in Facts.__struct_fields__ if "id" in TABLES[name].record.__struct_fields__]
)
def test_each_record_of_the_sample_can_be_deleted_and_comes_back(desk: Desk, kind: str) -> None:
    before = desk.store.facts()
    for record in getattr(before, kind):
        if kind == "companies" and any(
            one.company == record.id and not one.via for one in before.opportunities
        ):
            with pytest.raises(InputError, match="delete or change what is with it first"):
                desk.do(partial(delete, record=record))
            continue
        desk.do(partial(delete, record=record))
        assert record.id not in getattr(desk.index(), kind)
        desk.undo()
        assert desk.store.facts() == before


def test_a_message_to_several_people_stays_with_the_others(desk: Desk) -> None:
    index = desk.index()
    both = next(one for one in index.interviews.values() if len(one.people) > 1)
    first, second = (person.contact for person in both.people[:2])
    desk.do(lambda reading: delete(reading, reading.index.contacts[first]))
    assert [person.contact for person in desk.index().interviews[both.id].people] == [second]


def test_an_archived_opportunity_has_nothing_due(desk: Desk) -> None:
    assert any(one.opportunity == "globex" for one in desk.waiting())
    desk.do(lambda reading: archive(reading, "globex", archived=True))
    assert not any(one.opportunity == "globex" for one in desk.waiting())
    with pytest.raises(InputError, match="already"):
        desk.do(lambda reading: archive(reading, "globex", archived=True))


def test_another_stage_brings_its_closing_day(desk: Desk) -> None:
    desk.do(lambda reading: edit(reading, reading.index.opportunities["globex"], {"stage": Stage.REJECTED}))
    assert desk.index().opportunities["globex"].closed_on == desk.reading().today
    desk.do(lambda reading: edit(reading, reading.index.opportunities["globex"], {"stage": Stage.OFFER}))
    assert desk.index().opportunities["globex"].closed_on is None


def test_other_words_are_read_anew_and_days_that_are_given_win(desk: Desk) -> None:
    period = desk.index().time_periods["globex-says"]
    desk.do(lambda reading: edit(reading, period, {"words": "in three weeks"}))
    read = desk.index().time_periods["globex-says"]
    assert read.latest is not None
    assert (read.latest - read.said_on).days >= 21
    desk.do(lambda reading: edit(reading, read, {"words": "soon", "earliest": read.latest}))
    assert desk.index().time_periods["globex-says"].earliest == read.latest


def test_accepting_is_one_step_for_everybody_concerned(desk: Desk) -> None:
    owner = desk.index().opportunities["acme"]
    people = (*owner.people, OpportunityPerson("hugo", Role.REFERRER))
    desk.do(lambda reading: edit(reading, owner, {"people": people}))
    before = desk.store.facts()

    desk.do(lambda reading: accept(reading, "acme"))

    index = desk.index()
    live = [one for one in index.opportunities.values() if not one.stage.is_closed and not one.archived]
    assert index.opportunities["acme"].stage is Stage.ACCEPTED
    assert live == []
    actions = {(one.text.split()[0], one.contact) for one in index.next_actions.values()}
    assert {("Thank", "hugo"), ("Thank", "rita"), ("Tell", "sam"), ("Withdraw", "dana")} <= actions
    assert index.contacts["hugo"].tier is Tier.C
    now = desk.reading()
    assert not [
        one
        for one in index.interviews.values()
        if one.state is InterviewState.SCHEDULED and not now.is_held(one)
        and one.opportunity != "acme"
    ]  # fmt: skip
    due = [one for one in desk.waiting() if one.title.startswith("Thank Hugo")]
    assert due
    desk.undo()
    assert desk.store.facts() == before


def test_each_message_of_accepting_can_be_written_and_is_done_with_it(desk: Desk) -> None:
    desk.do(lambda reading: accept(reading, "acme"))
    written = set()
    for reminder in [one for one in desk.waiting() if one.rule is Rule.NEXT_ACTION]:
        for draft in draft_for(desk.reading(), reminder, desk.words):
            written.add(draft.kind)
            desk.do(lambda reading, draft=draft, asked=reminder: sent(reading, draft, asked))
            assert reminder.id not in {one.id for one in desk.waiting()}
    assert written == {Kind.WITHDRAWAL, Kind.NEW_JOB}


def test_what_is_left_out_is_not_done(desk: Desk) -> None:
    keys = {deed.key for deed in deeds(desk.reading(), "stark-mills")}
    assert "withdraw:globex" in keys
    desk.do(lambda reading: accept(reading, "stark-mills", without={"withdraw:globex"}))
    assert desk.index().opportunities["globex"].stage is Stage.INTERVIEWING
    assert desk.index().opportunities["initech"].stage is Stage.WITHDRAWN


def test_a_forgotten_person_is_in_no_file(desk: Desk) -> None:
    path = desk.store.path
    desk.store.keep_note("draft:touch:", '{"people":"Ann Lee"}')
    desk.do(lambda reading: edit(reading, reading.index.contacts["ann"], {"notes": "likes Rust"}))
    desk.store.backup(path.with_name("store.sqlite3.backup"))

    told = forget(desk, "ann")

    assert told.backups == 2
    assert "ann" not in desk.index().contacts
    copies = [file for file in path.parent.rglob("*") if file.is_file()]
    assert len(copies) >= 3
    for file in copies:
        assert b"Ann Lee" not in file.read_bytes(), file
        assert b"likes Rust" not in file.read_bytes(), file
    with pytest.raises(InputError, match="nothing to undo"):
        desk.undo()


def test_a_name_that_still_stands_in_a_note_is_told(desk: Desk) -> None:
    desk.do(lambda reading: edit(reading, reading.index.contacts["sam"], {"notes": "a friend of Ann Lee"}))
    assert forget(desk, "ann").still_in == ("Sam Ortiz",)


def test_what_was_said_of_others_with_the_same_id_stays(desk: Desk) -> None:
    index = desk.index()
    interview = next(iter(index.interviews.values()))
    note, period = (
        structs.replace(next(iter(known.values())), id=interview.id)
        for known in (index.next_actions, index.time_periods)
    )
    said = [
        Override(f"{rule.value}:{interview.id}", OverrideState.DONE)
        for rule in (Rule.NEXT_ACTION, Rule.CHECK_IN, Rule.THANK_YOU)
    ]
    said.append(Override(f"check-in:{interview.id}:interview", OverrideState.DONE))
    desk.do(lambda _: Change("say", tuple(Put(one) for one in (note, period, *said))))

    left = {one.reminder for one in said}
    for record, gone in zip((note, period), said[:2], strict=True):
        desk.do(partial(delete, record=record))
        left.remove(gone.reminder)
        assert desk.index().overrides.keys() >= left
        assert gone.reminder not in desk.index().overrides


def test_a_name_from_when_names_had_no_bound_is_left_alone(desk: Desk) -> None:
    long = "Engineer " * 30
    known = desk.index().opportunities["globex"]
    desk.store.apply("an older version", desk.clock(), [Put(structs.replace(known, title=long))])

    desk.do(lambda reading: archive(reading, "globex", archived=True))
    assert desk.index().opportunities["globex"].title == long
    with pytest.raises(InputError, match="at most 200 characters"):
        desk.do(lambda reading: edit(reading, reading.index.opportunities["globex"], {"title": f"{long}!"}))
