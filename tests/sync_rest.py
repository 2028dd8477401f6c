"""What must hold of a sync, whatever happened: what a phone did comes back, and both sides come to rest.

A `Watched` machine knows what the phone did and no sync has taken in yet; `come_to_rest` lets the faults stop
and looks at both sides. The actors are in `sync_machine`.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, ClassVar
from uuid import NAMESPACE_URL, uuid5

from hypothesis.stateful import RuleBasedStateMachine
from msgspec import structs

from pipeline.ledger import Answer, Ledger, Question, State
from pipeline.model import ReminderState
from pipeline.settings import Settings
from sync.memory_calendar import Fault, Killed
from sync.objects import read, uid_of
from sync.phone import Done, Note, Removed, Snooze
from sync_world import NOON, STORE, World, fresh_store_id, reminder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sync.calendar import Calendar
    from sync.memory_calendar import Request
    from sync.personalities import Personality
    from sync.run import SyncResult

NAMES = tuple(f"thank-you:i{number}" for number in range(7))
OURS = {
    f"/memory/reminders/{uid_of(STORE, name, generation)}.ics": name
    for name in NAMES
    for generation in range(1, 100)
}
"""Where an object of ours may be → its reminder."""

WAITING = {ReminderState.OPEN, ReminderState.SNOOZED}
WRITES = {"PUT", "DELETE"}


@cache
def strangers() -> dict[str, str]:
    """Make what is none of ours: another store's object, and a copy of ours that a client made.

    Both are named like ours, so that a look is worth its while.
    """
    other, mine = World(store=fresh_store_id()), World()
    for world in (other, mine):
        world.have(reminder(NAMES[0]))
        world.synced()
    copied = mine.body(NAMES[0]).replace(read(mine.body(NAMES[0])).uid, "copied-by-a-client")
    return {
        other.href(NAMES[0]): other.body(NAMES[0]),
        f"{mine.memory.path}{uuid5(NAMESPACE_URL, 'x')}.ics": copied,
    }


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


class Watched(RuleBasedStateMachine):
    """A world, what was done to it, and what is expected to become of that."""

    personality: ClassVar[Personality]
    drawn: ClassVar[Collection[Fault]] = frozenset(Fault)
    """The faults that can be shown."""

    def set_up(self, *, in_flight: int, as_task: bool, first: set[str]) -> None:
        self.in_flight = in_flight
        self.world = World(self.personality)
        self.push_as(task=as_task)
        self.ledger = MortalLedger(self.world.connection, STORE)
        self.world.ledger = self.ledger
        self.faults: dict[int, Fault] = {}
        self.words = 0
        self.expected: dict[str, Expected] = defaultdict(Expected)
        self.kept: dict[str, dict[str, str]] = defaultdict(dict)
        self.done_on_phone: set[tuple[str, str]] = set()
        self.deleted: set[str] = set()
        self.forgot = False
        self.typed_into: set[str] = set()
        self.foreign = self.put_foreign()
        self.world.have(*(reminder(name, NOON + timedelta(days=2)) for name in first))
        self.connect()
        self.sync()

    def connect(self) -> None:
        """Let the faults come true; here in the memory itself."""
        self.world.memory.fault = self.fault_of

    def connected(self) -> AbstractContextManager[Calendar]:
        """Give the calendar for one sync."""
        return nullcontext(self.world.memory)

    def fault_of(self, _: Request) -> Fault | None:
        """Give the fault that was drawn for this request, and bring all others nearer."""
        fault = self.faults.pop(0, None)
        self.faults = {number - 1: later for number, later in self.faults.items()}
        return fault

    def push_as(self, *, task: bool) -> None:
        calendar = structs.replace(Settings().calendar, as_="task" if task else "event")
        self.world.settings = structs.replace(self.world.settings, calendar=calendar)

    def put_foreign(self) -> dict[str, str]:
        """Put there what is none of ours, and give it as the server keeps it."""
        for href, body in strangers().items():
            self.world.memory.phone_put(href, body)
        return self.world.memory.objects()

    # What the calendar shows to somebody who looks at it, and what the store knows.

    def ours(self) -> dict[str, str]:
        """Give our objects: reminder → href."""
        return {OURS[href]: href for href in self.world.memory.objects() if href in OURS}

    def body(self, name: str) -> str:
        return self.world.memory.objects()[self.ours()[name]]

    def known(self) -> dict[str, ReminderState]:
        return {each.id: each.state for each in self.world.reminders()}

    def is_known_to_stand_at(self, href: str) -> bool:
        """Whether the deletion of what stands there can be told from what is settled, or under way."""
        unseen = {State.CREATING, State.DELETING, State.GONE, State.FORGOTTEN}
        entries = (each for each in self.ledger.entries("home") if each.href == href)
        return any(each.state not in unseen for each in entries)

    # The sync.

    def sync(self, *, verify: bool = False, dry_run: bool = False) -> SyncResult | None:
        self.world.now += timedelta(seconds=1)
        # What the phone does meanwhile may be seen now or by the next sync.
        before, expected = self.known(), self.expected
        self.expected = defaultdict(Expected)
        try:
            with suppress(Killed):
                with self.connected() as self.world.calendar:
                    result = self.world.sync(in_flight=self.in_flight, verify=verify, dry_run=dry_run)
                if result.problem is None and not result.in_doubt and not dry_run:
                    self.everything_came_back(expected, before)
                else:
                    self.go_on_expecting(expected, before)
                return result
            self.go_on_expecting(expected, before)
            return None
        finally:
            # What was deleted when it was not wanted any more may be wanted again without a question.
            self.deleted &= self.world.wanted().objects.keys()

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Insist that nothing is written within, on either side."""

        def told() -> list[str]:
            return [*self.world.connection.iterdump(), *self.world.memory.objects().values()]

        before = told()
        yield
        assert told() == before

    def go_on_expecting(self, earlier: dict[str, Expected], before: dict[str, ReminderState]) -> None:
        """Expect what this sync may not have seen; seen of one that waits no more, it meant nothing."""
        for name, expected in earlier.items():
            now = self.expected[name]
            now.words |= expected.words
            if before[name] in WAITING:
                now.drag, now.tick = now.drag or expected.drag, now.tick or expected.tick

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

    # The rest that both sides come to.

    def come_to_rest(self) -> None:
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
        assert not WRITES & set(sent), (sent, again.actions)
        assert not again.came_back
        self.nothing_was_made_up()
        self.each_is_there_once()
        self.the_phones_own_is_kept()

    def nothing_was_made_up(self) -> None:
        done_here = {
            (kind.__name__, act["reminder"])
            for kind in (Snooze, Done, Note, Removed)
            for act in self.world.acts(kind)
        }
        assert not done_here - self.done_on_phone, "we took our own writes for the phone's"
        assert all("typed" in act["text"] for act in self.world.acts(Note))

    def each_is_there_once(self) -> None:
        wanted = self.world.wanted().objects
        removed, forgotten = (
            {entry.reminder for entry in self.ledger.entries("home") if entry.state is state}
            for state in (State.REMOVED, State.FORGOTTEN)
        )
        assert removed <= {act["reminder"] for act in self.world.acts(Removed)}
        assert self.forgot or not forgotten
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
        assert sorted(shown) == sorted(wanted.keys() - removed - forgotten)

    def the_phones_own_is_kept(self) -> None:
        """Compare what others put there, and what the phone added to ours."""
        objects = self.world.memory.objects()
        assert {href: objects[href] for href in self.foreign} == self.foreign
        for href, kept in self.kept.items():
            lines = set(objects.get(href, "").replace("\r\n ", "").splitlines())
            assert href not in objects or lines >= set(kept.values()), (kept, objects[href])
