"""The whole sync over every calendar: memory in each personality, and real servers over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.model import ReminderState
from sync.memory_calendar import MemoryCalendar
from sync.objects import read
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
