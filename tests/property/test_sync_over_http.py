"""The same random histories with HTTP between: each personality and each fault is one of the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from pipeline.model import ReminderState
from servers.memory import FAULTS, MemoryServer
from servers.webdav import LOGIN
from sync.caldav_calendar import CaldavCalendar
from sync.memory_calendar import Fault
from sync.personalities import PERSONALITIES, PLAIN, Personality
from sync_machine import SyncMachine, machine_over
from sync_rest import NAMES

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sync.calendar import Calendar

AT_ONCE = 0.3
"""Seconds to wait where a stall is to come; one that a slow machine makes is but one more."""


class OverHttp(SyncMachine):
    drawn = frozenset(FAULTS)
    protocol: ClassVar[str] = "HTTP/1.1"

    def connect(self) -> None:
        self.server = MemoryServer(self.world.memory, self.fault_of, self.protocol).__enter__()

    def connected(self) -> AbstractContextManager[Calendar]:
        return CaldavCalendar(
            self.server.url + self.world.memory.path,
            LOGIN,
            sync_collection=self.personality.sync_collection,
            timeout=AT_ONCE if Fault.STALLED in self.faults.values() else 20,
            in_flight=self.in_flight,
        )

    def teardown(self) -> None:
        if hasattr(self, "server"):
            try:
                super().teardown()
            finally:
                self.server.__exit__()


class OverHttp10(OverHttp):
    protocol = "HTTP/1.0"


@pytest.mark.parametrize(
    ("traits", "base"),
    [*((traits, OverHttp) for traits in PERSONALITIES), (PLAIN, OverHttp10)],
    ids=[*(traits.name for traits in PERSONALITIES), "HTTP/1.0 without keep-alive"],
)
def test_both_sides_come_to_rest(traits: Personality, base: type[OverHttp]) -> None:
    run_state_machine_as_test(
        machine_over(traits, base), settings=settings(max_examples=2, stateful_step_count=30, deadline=None)
    )


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(4))
def test_each_fault_at_each_kind_of_request(fault: Fault, number: int) -> None:
    machine = machine_over(PLAIN, OverHttp)()
    machine.begin(in_flight=1, as_task=False, first={NAMES[0], NAMES[1]})
    # One listing, one deletion, one change, one creation.
    machine.user_ends_it(NAMES[0], ReminderState.DONE)
    machine.user_edits_the_facts(NAMES[1])
    machine.user_gets_a_reminder(NAMES[2], 100)
    machine.network_will_fail(number, fault)
    machine.user_syncs()
    while machine.faults:  # a busy machine was too slow for the wait before it came to that
        machine.user_syncs()
    machine.teardown()
    assert machine.ours().keys() == {NAMES[1], NAMES[2]}
