"""The whole sync over every calendar: memory in each personality, and real servers over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Alarm, vDuration
from icalendar import Calendar as Parsed
from msgspec import structs

from pipeline.model import ReminderState
from sync.memory_calendar import MemoryCalendar
from sync.objects import read
from sync.phone import Note, Snooze
from sync_world import NOON, World, edited, several

if TYPE_CHECKING:
    from conftest import Shared
    from sync.phone import Act


class SharedWorld(World):
    """A world whose calendar is any of those that keep the contract."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared.traits, calendar=shared.calendar, url=f"https://server.example{shared.path}")
        self.shared = shared
        if isinstance(shared.calendar, MemoryCalendar):
            shared.calendar.clock = self.timestamp

    def bodies(self) -> dict[str, tuple[str, str]]:
        listed = self.calendar.list_changes(None).changed
        found = self.calendar.fetch(sorted(listed))
        bodies = [each for each in found.values() if each is not None]
        marks = {read(each.body).mark: (each.href, each.body) for each in bodies}
        return {mark.reminder: at for mark, at in marks.items() if mark is not None}

    def edit(self, id_: str, **properties: object) -> None:
        href, body = self.bodies()[id_]
        self.shared.phone_put(href, edited(body, **properties))

    def touch_up(self, id_: str) -> None:
        href, body = self.bodies()[id_]
        self.shared.phone_put(href, touched_up(body))

    def remove(self, id_: str) -> None:
        self.shared.phone_delete(self.bodies()[id_][0])

    def at_rest(self) -> None:
        """Sync, and insist that nothing is left to do."""
        result = self.synced()
        assert (result.pushed, result.updated, result.deleted, result.came_back) == (0, 0, 0, ())


@pytest.fixture
def world(shared: Shared) -> SharedWorld:
    return SharedWorld(shared)


def came_back(world: World) -> tuple[Act, ...]:
    world.now += timedelta(seconds=2)
    return world.synced().came_back


def test_the_whole_life_of_some_reminders(world: SharedWorld) -> None:
    world.have(*several(7))
    assert world.synced().pushed == 7
    world.at_rest()
    assert {id_: read(body).start for id_, (_, body) in world.bodies().items()} == {
        each.id: each.alerts[-1] for each in world.reminders()
    }

    world.now += timedelta(seconds=2)
    world.change("thank-you:i0", title="Thank Ann, and Bob")
    world.finish("thank-you:i1")
    world.edit("thank-you:i2", SUMMARY="done", LAST_MODIFIED=NOON)
    world.edit("thank-you:i3", DTSTART=NOON + timedelta(days=3), DTEND=NOON + timedelta(days=3, hours=1))
    world.remove("thank-you:i4")
    result = world.synced()
    assert (result.pushed, result.updated, result.deleted) == (0, 1, 2)
    assert len(result.came_back) == 3
    assert world.reminder("thank-you:i2").state is ReminderState.DONE
    assert world.reminder("thank-you:i3").alerts == (NOON + timedelta(days=3),)
    assert world.ledger.removed_reminders() == ["thank-you:i4"]
    world.at_rest()
    assert sorted(world.bodies()) == [f"thank-you:i{number}" for number in (0, 3, 5, 6)]

    world.now += timedelta(seconds=2)
    world.change("thank-you:i1", state=ReminderState.OPEN)
    world.ledger.put_back("thank-you:i4")
    assert world.synced().pushed == 2
    world.at_rest()
    assert sorted(world.bodies()) == [f"thank-you:i{number}" for number in (0, 1, 3, 4, 5, 6)]


def test_a_restored_store_adopts_what_is_there(world: SharedWorld) -> None:
    world.have(*several(7))
    world.synced()
    world.ledger.forget_everything()
    world.connection.execute("DELETE FROM reminders WHERE id = 'thank-you:i0'")
    world.change("thank-you:i1", title="As it was yesterday")
    result = world.synced()
    assert (result.pushed, result.updated, result.deleted, result.came_back) == (0, 1, 1, ())
    world.at_rest()
    assert sorted(world.bodies()) == [f"thank-you:i{number}" for number in range(1, 7)]


LATER = NOON + timedelta(days=2, hours=3)


def touched_up(body: str) -> str:
    """Do to an object what a phone does: drag it, type, name a place, move our alarm, and add one."""
    seen = read(body)
    moved = {"DUE": LATER} if seen.is_task else {"DTSTART": LATER, "DTEND": LATER + timedelta(hours=1)}
    calendar = Parsed.from_ical(
        edited(body, SUMMARY=f"{seen.summary}, bring the book", LOCATION="Café Anna", COLOR="teal", **moved)
    )
    component = next(each for each in calendar.walk() if each.name in {"VEVENT", "VTODO"})
    (ours,) = component.subcomponents
    ours["TRIGGER"] = vDuration(timedelta(minutes=-45))
    ours["TRIGGER"].params.pop("VALUE", None)
    ours.add("ACKNOWLEDGED", NOON)
    mine = Alarm()
    mine.add("UID", "added-on-the-phone")
    mine.add("ACTION", "DISPLAY")
    mine.add("DESCRIPTION", "Leave")
    mine.add("TRIGGER", timedelta(hours=-2))
    component.add_component(mine)
    return calendar.to_ical().decode()


@pytest.mark.parametrize(("kind", "when"), [("task", "before the sync"), ("event", "under the write")])
def test_what_both_sides_changed_is_merged_by_field(
    world: SharedWorld, kind: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settings = structs.replace(
        world.settings, calendar=structs.replace(world.settings.calendar, as_=kind)
    )
    world.have(*several(2))
    world.synced()
    href, body = world.bodies()["thank-you:i0"]
    write = world.calendar.update

    def phone_comes_first(href: str, body: str, etag: str) -> str | None:
        monkeypatch.setattr(world.calendar, "update", write)
        world.touch_up("thank-you:i0")
        return write(href, body, etag)

    world.now += timedelta(seconds=2)
    world.change("thank-you:i0", title="Thank Ann, and Bob", reason="You met both on Tue 3 Mar.")
    if when == "before the sync":
        world.touch_up("thank-you:i0")
    else:
        monkeypatch.setattr(world.calendar, "update", phone_comes_first)
    result = world.synced()

    assert set(result.came_back) == {
        Snooze("thank-you:i0", LATER),
        Note("thank-you:i0", "Thank Ann (i0), bring the book"),
    }
    after, merged = world.bodies()["thank-you:i0"]
    seen, lines = read(merged), set(merged.replace("\r\n ", "").splitlines())
    assert (after, seen.uid) == (href, read(body).uid)
    assert (seen.start, seen.summary) == (LATER, "Thank Ann, and Bob")
    assert seen.description.startswith("You met both on Tue 3 Mar.")
    # The alarms of a task stand at times of their own, so one that was dragged gets ours anew.
    ours = timedelta(minutes=-45) if kind == "event" else timedelta(0)
    assert sorted(seen.alarms) == [timedelta(hours=-2), ours]
    assert lines >= {"LOCATION:Café Anna", "COLOR:teal", "UID:added-on-the-phone"}
    if kind == "event":
        assert lines >= {
            f"DTEND:{LATER + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
            "ACKNOWLEDGED:20260303T120000Z",
        }
    world.at_rest()


def test_of_two_times_the_phones_is_kept(world: SharedWorld) -> None:
    world.have(*several(2))
    world.synced()
    world.now += timedelta(seconds=2)
    world.change("thank-you:i0", alerts=(NOON + timedelta(days=9),))
    world.edit("thank-you:i0", DTSTART=LATER, DTEND=LATER + timedelta(minutes=15))

    assert world.synced().came_back == (Snooze("thank-you:i0", LATER),)
    assert world.reminder("thank-you:i0").alerts == (LATER,)
    assert read(world.bodies()["thank-you:i0"][1]).start == LATER
    world.at_rest()
