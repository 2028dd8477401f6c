"""Deriving what a change or the clock touches gives what deriving everything gives, whatever happened."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec import structs

from any_commands import COMMANDS, NOW, SEED
from any_facts import any_facts
from histories import FIRST, Json, histories, moments, reading_of
from histories import settings as any_settings
from pipeline.checks import first_problem
from pipeline.derivation import Derivation
from pipeline.desk import Change, Desk
from pipeline.errors import InputError
from pipeline.index import Index
from pipeline.model import LISTED, Facts, NextAction, Override, OverrideState, ResumeVersion, Review
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.settings import Settings, read_settings
from pipeline.store import Put, Remove, Store
from pipeline.tables import TABLE_OF, TABLES

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    import pytest

    from pipeline.keep_in_touch import KeepInTouchPlan
    from pipeline.model import Fact

Act = Callable[[Reading, int], Change]
SETTINGS = read_settings(
    """
    [user]
    time_zone = "America/New_York"
    holidays = ["2026-03-16", "2026-03-17"]
    away = ["2026-03-24/2026-03-26"]
    [follow_up]
    application_silent_after = 14
    card = "always"
    [keep_in_touch]
    per_day = 1
    per_week = 2
    """
)


EDITED = 0.8
"""The part of the steps in which something is edited, beside the time that goes by."""

EVERY_RUN: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,  # the same in each run
    "suppress_health_check": list(HealthCheck),
}


def as_told(derivation: Derivation) -> tuple[object, ...]:
    """Give all that a derivation says, in a form that shows the offset of each time."""
    return (
        [repr(one) for one in derivation.reminders],
        [repr(one) for one in derivation.waiting],
        told_by(derivation.plan),
    )


def grouped(index: Index) -> dict[str, dict[str, list[Any]]]:
    """Give what belongs to whom, with the order of what belongs to one."""
    groups = {name: known for name, known in vars(index).items() if name.startswith("_")}
    return {
        name: {owner: list(group.items()) for owner, group in known.items()} for name, known in groups.items()
    }


def told_by(plan: KeepInTouchPlan) -> tuple[object, ...]:
    return plan.cycles, plan.dates, plan.missing, +plan.load.day, +plan.load.week, plan.tiered, plan.resumes


def from_scratch(facts: Facts, places: Places, now: datetime) -> tuple[object, ...]:
    reading = Reading(Index(facts), places, now)
    everything = derive(reading)
    waiting = [repr(one) for one in everything if one.state in LISTED]
    return [repr(one) for one in everything], waiting, told_by(reading.keep_in_touch)


class AtTheDesk(RuleBasedStateMachine):
    """Somebody works at a desk, and time goes by; what the desk derives is compared with a new reading."""

    folder: Path
    number = 0

    @initialize()
    def open(self) -> None:
        AtTheDesk.number += 1
        self.store = Store.open(self.folder / f"{self.number}.sqlite3")
        self.now = NOW
        self.desk = Desk(self.store, SETTINGS, lambda: self.now)
        for command, number in SEED:
            self.desk.do(partial(command, number=number))

    @rule(command=st.sampled_from(COMMANDS), number=st.integers(0, 20))
    def do(self, command: Act, number: int) -> None:
        with suppress(InputError):
            self.desk.do(partial(command, number=number))

    @rule()
    def undo(self) -> None:
        with suppress(InputError):
            self.desk.undo()

    @rule()
    def redo(self) -> None:
        with suppress(InputError):
            self.desk.redo()

    @rule(hours=st.sampled_from([0.1, 1, 5, 24, 100, 1000, -30]))
    def time_goes_by(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(command=st.sampled_from(COMMANDS), number=st.integers(0, 20))
    def another_desk_does(self, command: Act, number: int) -> None:
        with Store.open(self.store.path) as store, suppress(InputError):
            Desk(store, SETTINGS, lambda: self.now).do(partial(command, number=number))

    @rule(command=st.sampled_from(COMMANDS), number=st.integers(0, 20))
    def what_is_taken_back_leaves_no_trace(self, command: Act, number: int) -> None:
        with suppress(InputError, ZeroDivisionError), self.store.transaction():
            self.desk.do(partial(command, number=number))
            self.desk.derivation()
            raise ZeroDivisionError

    @invariant()
    def all_is_as_read_anew(self) -> None:
        facts = self.store.facts()
        assert repr(self.desk.index().facts()) == repr(facts)
        assert grouped(self.desk.index()) == grouped(Index(facts))
        assert as_told(self.desk.derivation()) == from_scratch(facts, self.desk.places, self.now)

    def teardown(self) -> None:
        self.store.close()


def test_working_at_a_desk_derives_what_a_new_reading_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AtTheDesk, "folder", tmp_path, raising=False)
    numbers = count()
    monkeypatch.setattr(secrets, "token_hex", lambda _: f"{next(numbers):08x}")  # the same in each run
    run_state_machine_as_test(
        AtTheDesk,
        settings=settings(max_examples=25, stateful_step_count=12, **EVERY_RUN),
    )


def any_edit(chance: Random, index: Index, other: Index) -> list[Put | Remove]:
    """Choose an edit of a history: a record out of another one, a field as elsewhere, one more, one less."""
    here, there = (
        [one for name in TABLES for one in getattr(known.facts(), name)] for known in (index, other)
    )
    one = chance.choice(here)
    match chance.randrange(6):
        case 0 | 1:
            return [Put(chance.choice(there))]
        case 2 | 3:
            alike = chance.choice([record for record in here + there if type(record) is type(one)])
            field = chance.choice(
                [name for name in one.__struct_fields__ if name not in TABLE_OF[type(one)].key]
            )
            return [Put(structs.replace(one, **{field: getattr(alike, field)}))]
        case 4:
            return [Put(chance.choice(one_more(chance, index)))]
    return [Remove(one)]


def one_more(chance: Random, index: Index) -> list[Fact]:
    """Give records of the kinds that histories have none of."""
    day = FIRST + timedelta(days=chance.randrange(60))
    moment = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    derived = derive(Reading(index, Places(Settings()), moment))
    states = [OverrideState.DONE, OverrideState.SKIPPED]
    touch = chance.choice([None, *index.touches.values()])
    return [
        ResumeVersion(chance.choice("rs"), "Résumé", day),
        *([structs.replace(touch, resume_version="r")] if touch else []),
        NextAction(chance.choice("ab"), "Call", day, chance.choice([None, *index.opportunities])),
        Review(chance.choice(["2026Q1", "2026Q2"]), moment, chance.choice([None, moment])),
        *(Override(one.id, OverrideState.SNOOZED, moment) for one in derived[:1]),
        *(Override(chance.choice(derived).id, state) for state in states if derived),
    ]


def numbered(history: Json) -> Json:
    """Give a history in which interviews, periods and touches are each numbered from 0, as a file may do."""
    facts: Json = json.loads(re.sub(r'"([^"]*:)?[itu](\d+)"', r'"\1\2"', json.dumps(history)))
    for kind in ("keep_in_touch_dates", "overrides"):
        key = TABLES[kind].key
        facts[kind] = list({tuple(one[name] for name in key): one for one in facts[kind]}.values())
    return facts


HISTORIES = st.tuples(histories(), histories())


@given(
    HISTORIES | HISTORIES.map(lambda both: tuple(map(numbered, both))),
    any_settings(),
    st.randoms(use_true_random=True),
)
@settings(max_examples=100, **EVERY_RUN)
def test_whatever_is_changed_what_it_concerns_is_derived(
    both: tuple[Json, Json], written: Json, chance: Random
) -> None:
    now = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC)
    written["keep_in_touch"] = {"per_day": 1, "per_week": 2, "review": "first monday 17:30"}
    reading, other = (reading_of(facts, written, now) for facts in both)
    places, index = reading.places, reading.index
    derivation = Derivation(index, places, now)
    for _ in range(20):
        edits = any_edit(chance, index, other.index) if chance.random() < EDITED else []
        changed = index.copy()
        for edit in edits:
            changed.put(edit.record) if isinstance(edit, Put) else changed.remove(edit.record)
        if first_problem(changed.facts(), changed) is not None:
            continue
        index = changed
        now = chance.choice([now, now, derivation.until, now + timedelta(hours=chance.randrange(60))])
        now = min(now, datetime(2026, 12, 31, tzinfo=UTC))

        derivation.follow(index, [edit.record for edit in edits], now)

        assert grouped(index) == grouped(Index(index.facts()))
        assert as_told(derivation) == from_scratch(index.facts(), places, now)
        assert len({one.id for one in derivation.reminders}) == len(derivation.reminders)


def moments_of(facts: Facts) -> list[datetime]:
    """Give the moments at which something in the facts happens, and those just before and long after."""
    found = {datetime(2026, 3, 3, tzinfo=UTC)}
    for name in Facts.__struct_fields__:
        for record in getattr(facts, name):
            for value in structs.astuple(record):
                if isinstance(value, datetime):
                    found.add(value.astimezone(UTC))
                elif isinstance(value, date):
                    found.add(datetime(value.year, value.month, value.day, 15, tzinfo=UTC))
    waits = [timedelta(days=days) for days in (-1e-9, 0, 1, 4, 40)]
    return sorted(moment + wait for moment in found for wait in waits)


@given(any_facts(), any_facts(), st.data())
@settings(max_examples=30, **EVERY_RUN)
def test_all_facts_may_become_others(before: Facts, after: Facts, data: st.DataObject) -> None:
    places = Places(SETTINGS, lambda _country, _year: {})
    first, last = sorted(data.draw(st.sampled_from(moments_of(facts))) for facts in (before, after))
    derivation = Derivation(Index(before), places, first)
    index = Index(before).copy()
    gone, come = ([one for name in TABLES for one in getattr(facts, name)] for facts in (before, after))
    for record in gone:
        index.remove(record)
    for record in come:
        index.put(record)

    derivation.follow(index, [*gone, *come], last)

    assert index.facts() == after
    assert as_told(derivation) == from_scratch(after, places, last)


@given(histories(), any_settings(), moments())
@settings(max_examples=40, **EVERY_RUN)
def test_a_reading_knows_how_long_the_clock_leaves_it_as_it_is(
    history: Json, written: Json, now: datetime
) -> None:
    reading = reading_of(history, written, now)
    everything = derive(reading)

    last = min(reading.valid_until, now + timedelta(days=400)) - timedelta(microseconds=1)

    assert reading.now <= last
    assert derive(Reading(reading.index, reading.places, last)) == everything
