"""Deriving what a change or the clock touches gives what deriving everything gives, whatever happened."""

from __future__ import annotations

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
from pipeline.checks import record_problems
from pipeline.derivation import Derivation
from pipeline.desk import Change, Desk
from pipeline.errors import InputError
from pipeline.index import Index
from pipeline.model import LISTED, Facts
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.settings import read_settings
from pipeline.store import Store
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

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
        settings=settings(max_examples=20, stateful_step_count=12, **EVERY_RUN),
    )


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
    waits = [
        timedelta(microseconds=-1),
        timedelta(0),
        timedelta(hours=20),
        timedelta(days=3),
        timedelta(days=40),
    ]
    return sorted(moment + wait for moment in found for wait in waits)


def one_like_another(data: st.DataObject, index: Index) -> Fact | None:
    """Give a record in which one field is as in another of its kind, if there can be such a one."""
    facts = index.facts()
    name = data.draw(st.sampled_from([name for name in TABLES if getattr(facts, name)] or ["companies"]))
    records = getattr(facts, name)
    if not records:
        return None
    fields = [field for field in records[0].__struct_fields__ if field not in TABLES[name].key]
    one, other = data.draw(st.sampled_from(records)), data.draw(st.sampled_from(records))
    field = data.draw(st.sampled_from(fields))
    record: Fact = structs.replace(one, **{field: getattr(other, field)})
    return None if any(record_problems(record, index)) else record


@given(any_facts(), st.data())
@settings(max_examples=60, **EVERY_RUN)
def test_whatever_is_changed_what_it_concerns_is_derived(facts: Facts, data: st.DataObject) -> None:
    places = Places(SETTINGS, lambda _country, _year: {})
    moments = moments_of(facts)
    number = data.draw(st.integers(0, len(moments) - 1))
    index = Index(facts)
    derivation = Derivation(index, places, moments[number])
    for _ in range(data.draw(st.integers(1, 6))):
        number = data.draw(st.integers(number, min(number + 3, len(moments) - 1)))
        records = [
            record for _ in range(data.draw(st.integers(0, 2))) if (record := one_like_another(data, index))
        ]
        index = index.copy()
        for record in records:
            index.put(record)

        derivation.follow(index, records, moments[number])

        assert as_told(derivation) == from_scratch(index.facts(), places, moments[number])


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


@given(any_facts(), st.data())
@settings(max_examples=30, **EVERY_RUN)
def test_a_reading_knows_how_long_the_clock_leaves_it_as_it_is(facts: Facts, data: st.DataObject) -> None:
    places = Places(SETTINGS, lambda _country, _year: {})
    reading = Reading(Index(facts), places, data.draw(st.sampled_from(moments_of(facts))))
    everything = derive(reading)

    last = reading.valid_until - timedelta(microseconds=1)

    assert reading.now <= last
    assert derive(Reading(Index(facts), places, last)) == everything
