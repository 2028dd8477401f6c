"""Histories that once went wrong, or hardly come up at random: each as short as it could be made."""

from __future__ import annotations

from pipeline.model import ReminderState
from sync.memory_calendar import Fault
from sync.personalities import PERSONALITIES
from sync_machine import SyncMachine, machine_over
from sync_rest import NAMES


def machine_of(name: str, first: set[str]) -> SyncMachine:
    """Begin a history with the personality that it was found with."""
    machine = machine_over(next(each for each in PERSONALITIES if each.name == name))()
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


def test_what_was_ticked_and_is_wanted_again_stands_there_without_the_tick() -> None:
    machine = machine_of("plain", {NAMES[0]})
    machine.phone_ticks(NAMES[0], "✓ ")
    machine.network_will_fail(2, Fault.NO_NETWORK)
    machine.user_syncs()
    assert machine.ours().keys() == {NAMES[0]}
    machine.user_undoes_that(NAMES[0])
    machine.calm()
    assert "SUMMARY:Thank Ann" in machine.body(NAMES[0])


def test_an_overdue_start_is_chosen_once_also_where_two_alerts_have_the_same() -> None:
    machine = machine_of("plain", {NAMES[0], NAMES[1], NAMES[2]})
    machine.time_passes(74)  # into the quiet hours: all that is overdue starts in the morning
    machine.phone_empties_the_calendar()
    machine.calm()
    machine.phone_takes_it_out_of_the_trash(NAMES[0])
    machine.phone_drags(NAMES[0], 1)
    machine.calm()
    machine.time_passes(24)
    machine.calm()
