"""Whatever users, phones, networks and kills do: both sides come to rest, and nothing is lost or doubled.

Each run is over one server's personality. After the faults stop, one sync brings both sides to rest (a second
where a question had to be answered), and the next one sends no write.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from sync.personalities import PERSONALITIES, Personality
from sync_machine import machine_over


@pytest.mark.parametrize("traits", PERSONALITIES, ids=lambda traits: traits.name)
def test_both_sides_come_to_rest(traits: Personality) -> None:
    run_state_machine_as_test(
        machine_over(traits), settings=settings(max_examples=13, stateful_step_count=30, deadline=None)
    )
