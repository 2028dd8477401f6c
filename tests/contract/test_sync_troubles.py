"""What goes wrong, or is special, in one sync: what is left, and that it does not go on for ever."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from pipeline.ledger import Answer, Question, State
from pipeline.model import ReminderState
from pipeline.settings import Settings
from servers.caldav import Radicale
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.calendar import BusyError, ConflictError, DuplicateUidError, RejectedError
from sync.memory_calendar import BUSY_FOR, Fault, MemoryCalendar
from sync.objects import read
from sync.personalities import PERSONALITIES, Personality
from sync.phone import Note
from sync.plan import Verb
from sync.run import wipe
from sync.secret import Secret
from sync_world import NOON, World, edited, reminder, several

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


ID = "thank-you:i1"


def world_on(calendar: MemoryCalendar) -> World:
    world = World(calendar=calendar, url=f"https://server.example{calendar.path}")
    world.memory = calendar
    calendar.clock = world.timestamp
    return world


def as_tasks(world: World) -> None:
    calendar = structs.replace(Settings().calendar, as_="task")
    world.settings = structs.replace(world.settings, calendar=calendar)


# A server that says no.


@dataclass(eq=False)
class Stubborn(MemoryCalendar):
    """Says no to some writes, whatever is there."""

    refuses: Callable[[str], Exception | None] = field(default=lambda _: None)

    def _put(self, href: str, body: str) -> str | None:
        if (error := self.refuses(body)) is not None:
            raise error
        return super()._put(href, body)


def test_a_conflict_that_is_none_ends_as_a_refusal() -> None:
    calendar = Stubborn(refuses=lambda body: ConflictError("412") if "too much" in body else None)
    world = world_on(calendar)
    world.have(*several(3), reminder("thank-you:new", title="too much"))
    assert set(world.synced().refused) == {"thank-you:new"}
    assert world.requests("PUT") == 3 + 2  # the second one shows that it was no conflict
    world.change(ID, title="too much as well")
    assert set(world.synced().refused) == {ID}
    for _ in range(3):
        assert world.requests_of(world.synced) == ["REPORT"]
    assert sorted(world.on_calendar()) == [f"thank-you:i{number}" for number in range(3)]

    world.change(ID, title="Thank Ann")
    assert world.synced().updated == 1


def test_what_radicale_finds_too_large_is_refused_once(tmp_path: Path) -> None:
    class Small(Radicale):
        def command(self, folder: Path, port: int) -> list[str]:
            command = super().command(folder, port)
            configuration = folder / "radicale.conf"
            text = configuration.read_text()
            configuration.write_text(text.replace("[auth]", "max_resource_size = 2000\n[auth]"))
            return command

    with Small(tmp_path / "radicale") as server:
        url = server.make_calendar()
        with CaldavCalendar(url, Login(server.user, Secret(server.password))) as calendar:
            world = World(calendar=calendar, url=url)
            world.have(*several(2), reminder("thank-you:long", reason="long " * 500))
            result = world.synced()
            assert (result.pushed, set(result.refused)) == (2, {"thank-you:long"})
            again = world.synced()
            assert (again.pushed, again.refused) == (0, {})
            assert [entry.generation for entry in world.entries() if entry.reminder == "thank-you:long"] == [
                1,
                2,
            ]


def test_an_object_that_is_refused_is_left_until_its_text_changes() -> None:
    world = world_on(
        Stubborn(refuses=lambda body: RejectedError("403") if "no" in read(body).summary else None)
    )
    world.have(*several(2), reminder("thank-you:new", title="no"))
    assert set(world.synced().refused) == {"thank-you:new"}
    assert world.requests_of(world.synced) == ["REPORT"]
    world.now += timedelta(days=8)  # the weekly look tries everything once more
    assert world.requests_of(world.sync).count("PUT") == 1
    world.change("thank-you:new", title="yes")
    assert world.synced().pushed == 1


def test_a_uid_that_the_server_claims_to_have_twice_is_given_up() -> None:
    first: list[str] = []

    def refuses(body: str) -> Exception | None:
        first[:] = first or [read(body).uid]
        return DuplicateUidError("409") if "Bob" in body and read(body).uid == first[0] else None

    world = world_on(Stubborn(refuses=refuses))
    world.have(reminder())
    world.synced()
    world.change(ID, title="Thank Bob")
    result = world.synced()
    assert (result.pushed, result.deleted) == (1, 1)
    assert "SUMMARY:Thank Bob" in world.body(ID)
    assert world.requests_of(world.synced) == ["REPORT"]


# An event becomes a task.


def test_an_event_becomes_a_task_and_back_without_a_gap() -> None:
    world = World()
    world.have(*several(3))
    world.synced()
    before = world.settings
    as_tasks(world)
    assert world.requests_of(world.synced) == ["REPORT", *["PUT"] * 3, *["DELETE"] * 3]
    assert all(read(world.body(each.id)).is_task for each in world.reminders())
    assert world.requests_of(world.synced) == ["REPORT"]
    world.settings = before
    world.synced()
    assert not any(read(world.body(each.id)).is_task for each in world.reminders())
    assert len(world.memory.objects()) == 3


def test_where_the_calendar_takes_no_tasks_the_events_stay() -> None:
    world = world_on(Stubborn(refuses=lambda body: RejectedError("403") if "BEGIN:VTODO" in body else None))
    world.have(*several(3))
    world.synced()
    as_tasks(world)
    assert len(world.synced().refused) == 3
    assert world.requests_of(world.synced) == ["REPORT"]
    assert len(world.on_calendar()) == 3


# Patience.


@pytest.mark.parametrize("traits", [each for each in PERSONALITIES if each.sync_collection][:3], ids=str)
def test_a_busy_server_is_left_alone_until_its_time_also_by_later_runs(traits: Personality) -> None:
    world = World(traits)
    world.have(*several(20))
    world.memory.fault = lambda request: Fault.BUSY if request.method == "PUT" else None
    result = world.sync()
    assert isinstance(result.problem, BusyError)
    assert result.next_try == NOON + BUSY_FOR
    assert world.requests("PUT") <= 4  # those in flight, and none after
    world.memory.fault = lambda _: None

    for minutes in (1, 2, 1):
        world.now += timedelta(minutes=minutes)
        assert world.requests_of(world.sync) == []
        assert world.account().not_before == NOON + BUSY_FOR
    world.now = NOON + BUSY_FOR
    world.synced()
    assert world.account().not_before is None
    assert len(world.on_calendar()) == 20


def test_without_a_time_the_wait_grows_and_ends() -> None:
    class Busy(MemoryCalendar):
        def list_changes(self, _: str | None) -> None:  # type: ignore[override]
            raise BusyError("503")

    world = world_on(Busy())
    waits = []
    for _ in range(12):
        world.sync()
        next_try = world.account().not_before
        assert next_try is not None
        waits.append(next_try - world.now)
        world.now = next_try
    assert timedelta(seconds=30) <= waits[0] <= timedelta(minutes=1)
    assert waits[5] > timedelta(minutes=10)
    assert max(waits) <= timedelta(hours=6)


# What is under way is known.


@pytest.mark.parametrize("in_flight", [1, 3, 8])
def test_no_more_intents_are_noted_than_requests_are_in_flight(in_flight: int) -> None:
    world = World()
    world.have(*several(40))
    flying, most, doubts = 0, 0, 0
    counting = threading.Lock()
    put = world.memory._put

    def watched(href: str, body: str) -> str | None:
        nonlocal doubts
        # Another connection of this process may not look while a transaction is open; the ledger's own may.
        doubts = max(doubts, len(noted))
        return put(href, body)

    noted: set[str] = set()
    write = world.ledger.put

    def noting(entries: object) -> None:
        entries = list(entries)  # type: ignore[call-overload]
        for entry in entries:
            (noted.add if entry.state.is_in_doubt else noted.discard)(entry.reminder)
        assert len(noted) <= in_flight
        write(entries)

    world.memory._put = watched  # type: ignore[method-assign]
    world.ledger.put = noting  # type: ignore[method-assign]
    create = world.memory.create

    def counted(name: str, body: str) -> tuple[str, str | None]:
        nonlocal flying, most
        with counting:
            flying += 1
            most = max(most, flying)
        try:
            return create(name, body)
        finally:
            with counting:
                flying -= 1

    world.memory.create = counted  # type: ignore[method-assign]
    world.synced(in_flight=in_flight)
    assert 1 <= doubts <= in_flight
    assert most <= in_flight
    assert len(world.on_calendar()) == 40


def test_a_silent_server_is_given_up_and_nothing_is_lost() -> None:
    world = World()
    world.have(*several(40))
    world.memory.fault = lambda request: Fault.DROPPED_AFTER if request.method == "PUT" else None
    assert world.sync(in_flight=2).problem is not None
    assert world.requests("PUT") <= 10
    world.memory.fault = lambda _: None
    world.synced()
    assert len(world.on_calendar()) == 40
    assert len(world.memory.objects()) == 40


# Looking at everything, and at nothing.


def test_once_a_week_everything_is_compared() -> None:
    world = World(Personality(name="any", accepts_any_token=True))
    world.have(*several(8))
    world.synced()
    world.synced()
    world.delete_on_phone(ID)  # the report of this server never says so
    world.memory.forget_tokens()
    world.now += timedelta(days=1)
    assert world.synced().came_back == ()
    world.now += timedelta(days=6)
    assert len(world.synced().came_back) == 1


def test_a_dry_run_tells_and_changes_nothing() -> None:
    world = World()
    world.have(*several(6))
    world.synced()
    world.finish("thank-you:i0")
    world.change(ID, title="Thank Bob")
    world.drag(NOON + timedelta(days=3), "thank-you:i2")
    before = "\n".join(world.connection.iterdump()), world.memory.objects()
    result = world.sync(dry_run=True)
    planned = {(action.verb, action.reminder) for action in result.actions if action.verb.is_request}
    assert planned == {(Verb.DELETE, "thank-you:i0"), (Verb.UPDATE, ID)}
    assert len(result.came_back) == 1
    assert all(action.reason for action in result.actions)
    assert before == ("\n".join(world.connection.iterdump()), world.memory.objects())


def test_verifying_proves_that_all_is_equal_or_mends_it() -> None:
    world = World()
    world.have(*several(5))
    world.synced()
    proven = world.synced(verify=True)
    assert (proven.compared, proven.updated) == (5, 0)
    # What no act of a phone explains: an object cut down, behind the back of the ledger's last look.
    body = world.body(ID)
    world.memory.phone_put(world.href(ID), edited(body, DESCRIPTION=None))
    world.synced()
    assert "DESCRIPTION" not in world.body(ID).replace("ACTION:DISPLAY\r\nDESCRIPTION", "")
    mended = world.synced(verify=True)
    assert (mended.compared, mended.updated) == (5, 1)
    assert "You met" in world.body(ID)
    assert world.synced(verify=True).updated == 0


def test_wiping_takes_off_all_of_ours_and_nothing_else() -> None:
    world = World()
    world.have(*several(5))
    world.synced()
    theirs = f"{world.memory.path}theirs.ics"
    world.memory.phone_put(theirs, edited(world.body(ID), UID="theirs", X_TOPOFMIND=None))
    world.ledger.forget_everything()  # only the marks tell now
    result = wipe(world.calendar, world.ledger, "home", world.how())
    assert (result.problem, result.deleted) == (None, 5)
    assert list(world.memory.objects()) == [theirs]
    assert world.reminder(ID).state is ReminderState.OPEN
    assert world.synced().pushed == 5


# Questions.


def test_many_at_once_are_asked_about_and_nothing_changes_until_the_answer() -> None:
    world = World()
    world.have(*several(10))
    world.synced()
    for number in range(6):
        world.delete_on_phone(f"thank-you:i{number}")
    world.finish("thank-you:i9")
    for _ in range(2):
        result = world.sync()
        assert result.question is Question.VANISHED
        assert "DELETE" not in world.requests_of(world.sync)
    assert len(world.memory.objects()) == 4
    world.ledger.answer("home", Answer.RESTORE)
    assert world.synced().pushed == 6
    assert len(world.on_calendar()) == 9
    assert world.account().question is None


def test_what_is_forgotten_stays_off_the_calendar() -> None:
    world = World()
    world.have(*several(10))
    world.synced()
    for number in range(10):
        world.delete_on_phone(f"thank-you:i{number}")
    world.sync()
    world.ledger.answer("home", Answer.FORGET)
    world.synced()
    assert world.requests_of(world.synced) == ["REPORT"]
    assert world.memory.objects() == {}
    world.ledger.put_back(ID)
    assert world.synced().pushed == 1


def test_one_that_was_deleted_on_the_phone_waits_for_an_answer() -> None:
    world = World()
    world.have(*several(5))
    world.synced()
    world.delete_on_phone(ID)
    world.synced()
    assert world.ledger.removed_reminders() == [ID]
    assert world.requests_of(world.synced) == ["REPORT"]
    world.finish(ID)
    world.synced()
    assert world.ledger.removed_reminders() == []
    assert world.entries(State.REMOVED) == []


# Text from elsewhere.


def test_what_a_server_sends_is_cleaned_before_it_is_kept() -> None:
    world = World()
    world.have(*several(1, NOON + timedelta(hours=1)), reminder())
    world.synced()
    evil = "\x1b]0;owned\x07\x9b31m\x00typed\u202e"
    body = world.body(ID).replace("SUMMARY:Thank", f"SUMMARY:{evil} Thank")
    world.memory.phone_put(world.href(ID), body)
    world.synced()
    (note,) = [act["text"] for act in world.acts(Note)]
    assert "typed" in note
    dumped = "\n".join(world.connection.iterdump())
    assert not {"\x1b", "\x07", "\x9b", "\x00"} & set(note)
    assert not {"\x1b", "\x07", "\x9b", "\x00"} & set(dumped)
