"""Whatever users, phones, networks and kills do: both sides come to rest, and nothing is lost or doubled.

Each run is over one server's personality. After the faults stop, one sync brings both sides to rest (a second
where a question had to be answered), and the next one sends no write.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from icalendar import Alarm, Calendar
from msgspec import structs

from pipeline.ledger import Answer, Ledger, Question, State
from pipeline.model import ReminderState
from pipeline.settings import Settings
from sync.memory_calendar import Fault, Killed
from sync.objects import read, uid_of
from sync.personalities import PERSONALITIES, Personality
from sync.phone import Done, Note, Removed, Snooze
from sync_world import NOON, STORE, World, edited, fresh_store_id, reminder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.memory_calendar import Request
    from sync.run import SyncResult

NAMES = tuple(f"thank-you:i{number}" for number in range(7))
OURS = {
    f"/memory/reminders/{uid_of(STORE, name, generation)}.ics": name
    for name in NAMES
    for generation in range(1, 100)
}
"""Where an object of ours may be → its reminder."""

WAITING = {ReminderState.OPEN, ReminderState.SNOOZED}
names = st.sampled_from(NAMES)
hours = st.integers(1, 400)


class MortalLedger(Ledger):
    """A ledger whose process may die before a transaction begins, or after it was committed."""

    dies_in: int = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.connection.in_transaction:
            yield
            return
        self._live_on()
        with super().transaction():
            yield
        self._live_on()

    def _live_on(self) -> None:
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise Killed("between two transactions")


@dataclass
class Expected:
    """What a phone did to the one object of a reminder, and no sync has taken in yet, as far as we know."""

    drag: datetime | None = None
    tick: bool = False
    words: set[str] = field(default_factory=set)


class SyncMachine(RuleBasedStateMachine):
    personality: Personality

    @initialize(
        in_flight=st.sampled_from([1, 3]),
        as_task=st.booleans(),
        first=st.sets(names),
    )
    def begin(self, in_flight: int, *, as_task: bool, first: set[str]) -> None:
        self.in_flight = in_flight
        self.world = World(self.personality)
        calendar = structs.replace(Settings().calendar, as_="task" if as_task else "event")
        self.world.settings = structs.replace(self.world.settings, calendar=calendar)
        self.ledger = MortalLedger(self.world.connection, STORE)
        self.world.ledger = self.ledger
        self.world.memory.fault = self.fault_of
        self.faults: dict[int, Fault] = {}
        self.words = 0
        self.expected: dict[str, Expected] = defaultdict(Expected)
        self.done_on_phone: set[tuple[str, str]] = set()
        self.trash: dict[str, tuple[str, str]] = {}
        self.deleted: set[str] = set()
        self.typed_into: set[str] = set()
        self.foreign = self.put_foreign()
        self.world.have(*(reminder(name, NOON + timedelta(days=2)) for name in first))
        self.sync()

    def fault_of(self, _: Request) -> Fault | None:
        """Give the fault that was drawn for this request, and bring all others nearer."""
        fault = self.faults.pop(0, None)
        self.faults = {number - 1: later for number, later in self.faults.items()}
        return fault

    def put_foreign(self) -> dict[str, str]:
        """Put there what is none of ours: other people's, another store's, and a copy that a client made."""
        other = World(store=fresh_store_id())
        other.have(reminder(NAMES[0]))
        other.synced()
        mine = World()
        mine.have(reminder(NAMES[0]))
        mine.synced()
        copied = mine.body(NAMES[0]).replace(read(mine.body(NAMES[0])).uid, "copied-by-a-client")
        folder = self.world.memory.path
        # Named like ours, so that a look is worth its while.
        foreign = {
            other.href(NAMES[0]): other.body(NAMES[0]),
            f"{folder}{uuid5(NAMESPACE_URL, 'x')}.ics": copied,
        }
        for href, body in foreign.items():
            self.world.memory.phone_put(href, body)
        return {href: self.world.memory.objects()[href] for href in foreign}

    # What the calendar shows to somebody who looks at it.

    def ours(self) -> dict[str, str]:
        """Give our objects: reminder → href."""
        return {OURS[href]: href for href in self.world.memory.objects() if href in OURS}

    def body(self, name: str) -> str:
        return self.world.memory.objects()[self.ours()[name]]

    def put(self, name: str, body: str) -> None:
        self.world.now += timedelta(seconds=1)
        self.world.memory.phone_put(self.ours()[name], body)

    def known(self) -> dict[str, ReminderState]:
        return {each.id: each.state for each in self.world.reminders()}

    # The user.

    @rule(name=names, ahead=hours)
    def user_gets_a_reminder(self, name: str, ahead: int) -> None:
        if name not in self.known():
            self.world.have(reminder(name, self.world.now + timedelta(hours=ahead)))

    @rule(name=names)
    def user_edits_the_facts(self, name: str) -> None:
        if name in self.known():
            self.words += 1
            self.world.change(name, title=f"Thank Ann, version {self.words}")
            self.typed_into.discard(name)

    @rule(name=names, ahead=hours)
    def user_snoozes(self, name: str, ahead: int) -> None:
        if self.known().get(name) in WAITING:
            until = self.world.now + timedelta(hours=ahead)
            self.world.change(name, state=ReminderState.SNOOZED, alerts=(until,))

    @rule(name=names, state=st.sampled_from([ReminderState.DONE, ReminderState.SKIPPED]))
    def user_ends_it(self, name: str, state: ReminderState) -> None:
        if name in self.known():
            self.world.finish(name, state)

    @rule(name=names)
    def user_undoes_that(self, name: str) -> None:
        if name in self.known():
            self.world.change(name, state=ReminderState.OPEN)

    @rule(name=names)
    def user_wants_it_back(self, name: str) -> None:
        self.ledger.put_back(name)
        self.deleted.discard(name)

    @rule(hours_later=st.integers(1, 60))
    def time_passes(self, hours_later: int) -> None:
        self.world.now += timedelta(hours=hours_later)

    # The phone.

    @rule(name=names, minutes=st.integers(1, 20_000))
    def phone_drags(self, name: str, minutes: int) -> None:
        if name not in self.ours():
            return
        seen = read(self.body(name))
        start = NOON + timedelta(days=1, minutes=minutes)
        if seen.start == start:
            return
        if seen.is_task:
            self.put(name, edited(self.body(name), DUE=start))
        else:
            self.put(name, edited(self.body(name), DTSTART=start, DTEND=start + timedelta(hours=1)))
        self.expected[name].drag = start
        self.done_on_phone.add(("Snooze", name))

    @rule(name=names, mark=st.sampled_from(["✓ ", "Done ", "SENT: ", "x "]))
    def phone_ticks(self, name: str, mark: str) -> None:
        if name in self.ours():
            seen = read(self.body(name))
            self.put(name, edited(self.body(name), SUMMARY=f"{mark}{seen.summary}"))
            self.expected[name].tick = True
            self.done_on_phone.add(("Done", name))

    @rule(name=names)
    def phone_completes(self, name: str) -> None:
        if name in self.ours() and read(self.body(name)).is_task:
            self.put(name, edited(self.body(name), STATUS="COMPLETED", PERCENT_COMPLETE=100))
            self.expected[name].tick = True
            self.done_on_phone.add(("Done", name))

    @rule(name=names, where=st.sampled_from(["SUMMARY", "DESCRIPTION"]))
    def phone_types(self, name: str, where: str) -> None:
        if name in self.ours():
            self.words += 1
            seen = read(self.body(name))
            text = seen.summary if where == "SUMMARY" else seen.description
            # Before what stands there, so that a mark in the last line stays one; a tick stays in front.
            body = edited(self.body(name), **{where: f"{text} typed{self.words}"})
            if where == "DESCRIPTION" and self.personality.drops_x_properties and seen.mark is not None:
                body = edited(body, DESCRIPTION=f"{text} typed{self.words}\n\ntopofmind:{seen.mark}")
            self.put(name, body)
            self.expected[name].words.add(f"typed{self.words}")
            self.typed_into.add(name)
            self.done_on_phone.add(("Note", name))

    @rule(name=names)
    def phone_deletes(self, name: str) -> None:
        if name in self.ours():
            self.world.now += timedelta(seconds=1)
            self.trash[name] = self.ours()[name], self.body(name)
            self.world.memory.phone_delete(self.ours()[name])
            self.expected.pop(name, None)
            # Nothing is asked about one whose creation is not known here yet, since we died over it: to us
            # it never was. And an older one may stand there too, back from the trash.
            if name not in self.ours() and not self.is_being_made(self.trash[name][0]):
                self.deleted.add(name)
            self.done_on_phone.add(("Removed", name))

    def is_being_made(self, href: str) -> bool:
        return any(each.href == href and each.state is State.CREATING for each in self.ledger.entries("home"))

    @rule(name=names)
    def phone_takes_it_out_of_the_trash(self, name: str) -> None:
        if name in self.trash:
            href, body = self.trash.pop(name)
            if href not in self.world.memory.objects():
                self.world.now += timedelta(seconds=1)
                self.world.memory.phone_put(href, body)
                self.deleted.discard(name)

    @rule()
    def phone_empties_the_calendar(self) -> None:
        for name in self.ours():
            self.phone_deletes(name)

    @rule(name=names)
    def phone_snoozes_the_alarm(self, name: str) -> None:
        if name not in self.ours():
            return
        calendar = Calendar.from_ical(self.body(name))
        component = next(each for each in calendar.walk() if each.name in {"VEVENT", "VTODO"})
        for part in component.subcomponents:
            part.add("ACKNOWLEDGED", self.world.now)
        again = Alarm()
        again.add("TRIGGER", timedelta(minutes=5))
        component.add_component(again)
        written: bytes = calendar.to_ical()
        self.put(name, written.decode())

    # What goes wrong.

    @rule(number=st.integers(0, 5), fault=st.sampled_from(list(Fault)))
    def network_will_fail(self, number: int, fault: Fault) -> None:
        self.faults[number] = fault

    @rule(number=st.integers(1, 8))
    def process_will_die(self, number: int) -> None:
        self.ledger.dies_in = number

    @rule()
    def server_forgets_tokens(self) -> None:
        self.world.memory.forget_tokens()

    # Two servers lose what comes between by their nature: one lets both writers succeed, the other's token
    # passes over what else happens within its second. The next sync cannot see it: nothing is promised.
    @precondition(
        lambda self: not (self.personality.lets_racing_writes_pass or self.personality.token_of_seconds)
    )
    @rule(name=names)
    def phone_will_come_between(self, name: str) -> None:
        self.world.memory.meanwhile = lambda: self.phone_types(name, "DESCRIPTION")

    # The sync.

    @rule()
    def user_syncs(self) -> None:
        self.sync()

    def sync(self) -> SyncResult | None:
        self.world.now += timedelta(seconds=1)
        # What the phone does meanwhile may be seen now or by the next sync.
        before, expected = self.known(), self.expected
        self.expected = defaultdict(Expected)
        with suppress(Killed):
            result = self.world.sync(in_flight=self.in_flight)
            if result.problem is None and not result.in_doubt:
                self.everything_came_back(expected, before)
            else:
                self.go_on_expecting(expected)
            # What was deleted when it was not wanted any more may be wanted again without a question.
            self.deleted &= self.world.wanted().objects.keys()
            return result
        self.go_on_expecting(expected)
        self.deleted &= self.world.wanted().objects.keys()
        return None

    def go_on_expecting(self, earlier: dict[str, Expected]) -> None:
        for name, expected in earlier.items():
            now = self.expected[name]
            now.drag, now.tick = now.drag or expected.drag, now.tick or expected.tick
            now.words |= expected.words

    def everything_came_back(
        self, all_expected: dict[str, Expected], before: dict[str, ReminderState]
    ) -> None:
        noted = " ".join(act["text"] for act in self.world.acts(Note))
        for name, expected in all_expected.items():
            assert all(word in noted for word in expected.words), (name, expected, noted)
            if expected.tick and before[name] in WAITING:
                assert any(act["reminder"] == name for act in self.world.acts(Done)), name
            elif expected.drag and before[name] in WAITING:
                snoozed = {(act["reminder"], act["until"]) for act in self.world.acts(Snooze)}
                drag = expected.drag.isoformat().replace("+00:00", "Z")
                assert (name, drag) in snoozed or self.world.reminder(name).alerts == (expected.drag,)

    @rule()
    def calm(self) -> None:
        """Let the faults stop: one sync, or one more after a question, and then there is nothing to write."""
        self.faults.clear()
        self.ledger.dies_in = 0
        self.world.memory.meanwhile = None
        # A server that takes any token for its own says nothing of what is gone: the weekly look tells.
        self.world.now += timedelta(days=8) if self.personality.accepts_any_token else timedelta(hours=7)
        result = self.sync()
        assert result is not None
        if result.question is Question.VANISHED:
            self.ledger.answer("home", Answer.RESTORE)
            self.deleted.clear()
            result = self.sync()
            assert result is not None
        assert result.problem is None
        assert not result.in_doubt
        self.world.now += timedelta(minutes=20)
        before = len(self.world.memory.requests)
        again = self.sync()
        assert again is not None
        sent = [request.method for request in self.world.memory.requests[before:]]
        assert not {"PUT", "DELETE"} & set(sent), (sent, again.actions)
        assert not again.came_back
        self.check_rest()

    def check_rest(self) -> None:
        done_here = {
            (kind.__name__, act["reminder"])
            for kind in (Snooze, Done, Note, Removed)
            for act in self.world.acts(kind)
        }
        assert not done_here - self.done_on_phone, "we took our own writes for the phone's"
        assert all("typed" in act["text"] for act in self.world.acts(Note))
        wanted = self.world.wanted().objects
        removed = {entry.reminder for entry in self.ledger.entries("home") if entry.state is State.REMOVED}
        assert removed <= {act["reminder"] for act in self.world.acts(Removed)}
        assert self.deleted & wanted.keys() <= removed
        shown: list[str] = []
        entries = {entry.href: entry for entry in self.ledger.entries("home")}
        objects = self.world.memory.objects()
        for href in objects.keys() - self.foreign.keys():
            entry, seen = entries[href], read(objects[href])
            shown.append(entry.reminder)
            want = wanted[entry.reminder]
            assert entry.state is State.CLEAN
            assert seen.start == entry.start
            assert entry.alert == want.alert
            assert seen.is_task == want.is_task
            assert not seen.is_completed
            assert seen.summary == want.summary or entry.reminder in self.typed_into, seen
        assert sorted(shown) == sorted(wanted.keys() - removed)
        assert {href: objects[href] for href in self.foreign} == self.foreign

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.calm()


@pytest.mark.parametrize("traits", PERSONALITIES, ids=lambda traits: traits.name)
def test_both_sides_come_to_rest(traits: Personality) -> None:
    machine = type("SyncMachine", (SyncMachine,), {"personality": traits})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=30, deadline=None)
    )


def machine_of(name: str, first: set[str]) -> SyncMachine:
    """Begin a history that was found once, with the personality that it was found with."""
    traits = next(each for each in PERSONALITIES if each.name == name)
    machine = type("SyncMachine", (SyncMachine,), {"personality": traits})()
    machine.begin(in_flight=1, as_task=False, first=first)
    return machine


def test_what_came_back_from_the_trash_can_be_written_again() -> None:
    machine = machine_of("keeps a trash", {NAMES[0]})
    machine.phone_empties_the_calendar()
    machine.phone_takes_it_out_of_the_trash(NAMES[0])
    machine.user_edits_the_facts(NAMES[0])
    machine.calm()


def test_what_was_deleted_after_it_was_done_is_not_asked_about() -> None:
    machine = machine_of("plain", {NAMES[0], NAMES[5]})
    machine.process_will_die(2)
    machine.user_ends_it(NAMES[5], ReminderState.DONE)
    machine.phone_empties_the_calendar()
    machine.user_syncs()
    machine.user_undoes_that(NAMES[5])
    machine.calm()
    assert machine.ours().keys() == {NAMES[5]}


def test_a_tick_that_comes_out_of_the_trash_brings_no_note_of_our_own_words() -> None:
    machine = machine_of("plain", {NAMES[6]})
    machine.phone_ticks(NAMES[6], "✓ ")
    machine.network_will_fail(2, Fault.NO_NETWORK)
    machine.user_syncs()
    machine.phone_deletes(NAMES[6])
    machine.calm()
    machine.phone_takes_it_out_of_the_trash(NAMES[6])
    machine.calm()
    assert machine.ours() == {}
