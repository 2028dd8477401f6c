"""The path that everything stands on: push, update, delete, tick off on the phone, and then be silent."""

from __future__ import annotations

from datetime import timedelta

from pipeline.model import ReminderState
from sync.phone import Done, Snooze
from sync_world import NOON, World, reminder, several


def test_each_reminder_is_on_the_calendar_once_and_a_second_sync_is_silent() -> None:
    world = World()
    world.have(*several(12))
    assert world.requests_of(world.synced) == ["REPORT", *["PUT"] * 12]
    assert world.on_calendar() == {each.id: each.alerts[-1] for each in world.reminders()}
    assert world.requests_of(world.synced) == ["REPORT"]


def test_what_changes_here_is_written_and_nothing_else() -> None:
    world = World()
    world.have(*several(3))
    world.synced()
    world.change("thank-you:i1", title="Thank Ann and Bob")
    result = world.sync()
    assert (result.pushed, result.updated, result.deleted) == (0, 1, 0)
    assert "SUMMARY:Thank Ann and Bob" in world.body("thank-you:i1")
    assert world.requests_of(world.synced) == ["REPORT"]


def test_ticking_off_here_takes_it_off_the_calendar() -> None:
    world = World()
    world.have(*several(3))
    world.synced()
    world.finish("thank-you:i1")
    assert world.requests_of(world.synced) == ["REPORT", "DELETE"]
    assert sorted(world.on_calendar()) == ["thank-you:i0", "thank-you:i2"]
    assert world.requests_of(world.synced) == ["REPORT"]


def test_ticking_off_on_the_phone_is_done_here_and_taken_off() -> None:
    world = World()
    world.have(*several(3))
    world.synced()
    world.now += timedelta(hours=1)
    world.on_phone("thank-you:i1", SUMMARY="✓ Thank Ann (i1)", LAST_MODIFIED=NOON + timedelta(minutes=30))
    result = world.synced()
    assert result.came_back == (Done("thank-you:i1", NOON + timedelta(minutes=30)),)
    assert world.reminder("thank-you:i1").state is ReminderState.DONE
    assert sorted(world.on_calendar()) == ["thank-you:i0", "thank-you:i2"]
    assert world.requests_of(world.synced) == ["REPORT"]


def test_a_drag_snoozes_and_costs_no_write() -> None:
    world = World()
    world.have(*several(3))
    world.synced()
    later = NOON + timedelta(days=2)
    world.drag(later)
    assert world.requests_of(world.synced) == ["REPORT", "REPORT"]
    assert world.reminder("thank-you:i1").alerts == (later,)
    assert [act["until"] for act in world.acts(Snooze)] == ["2026-03-05T12:00:00Z"]
    world.change("thank-you:i1", title="Thank Ann soon")
    world.synced()
    assert world.on_calendar()["thank-you:i1"] == later
    assert world.requests_of(world.synced) == ["REPORT"]


def test_what_is_overdue_starts_late_and_stays_where_it_is() -> None:
    world = World()
    world.have(reminder(alert=NOON - timedelta(hours=2)))
    world.synced()
    assert world.on_calendar() == {"thank-you:i1": NOON + timedelta(minutes=15)}
    world.now += timedelta(hours=3)
    assert world.requests_of(world.synced) == ["REPORT"]


def test_a_sync_that_is_stopped_says_how_far_it_was_and_the_next_goes_on_from_there() -> None:
    world = World()
    world.have(*several(40))
    told: list[tuple[int, int]] = []

    def going_on(done: int, of: int) -> bool:
        told.append((done, of))
        return done < 5

    result = world.sync(going_on=going_on)

    assert str(result.problem) == "The sync was stopped; the next one goes on from here."
    assert {of for _, of in told} == {40}
    assert 5 <= world.requests("PUT") < 40
    world.synced()
    assert world.requests("PUT") == 40
    assert world.on_calendar() == {each.id: each.alerts[-1] for each in world.reminders()}
