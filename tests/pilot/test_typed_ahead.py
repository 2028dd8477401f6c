"""Keys that arrive in a burst, as over a slow line, go where each one before them led to."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
from textual.events import Key

from any_commands import COMMANDS
from pipeline.errors import InputError
from pipeline.interchange import first_problem
from pipeline.model import InterviewState, Touch
from tui.actions import ACTIONS
from tui.screens.today import Today

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


def burst(app: Opened, *keys: str) -> None:
    """Have keys arrive all at once."""
    for key in keys:
        app.app.post_message(Key(key, key if len(key) == 1 else None))


async def quiet(app: Opened) -> None:
    for _ in range(200):
        await app.settle()
        if not app.app._ahead and not app.app._under_way and app.app.is_at_rest:
            return
    raise AssertionError("keys are still waiting")


async def test_a_whole_debrief_in_one_burst(sample: Desk, opening: Opening) -> None:
    before = set(sample.index().time_periods)
    async with opening() as app:
        burst(app, "D", *"Lena; a week; panel next", "tab", *"the tour", "enter", "2")
        await quiet(app)
    index = sample.index()
    [said] = set(index.time_periods) - before
    told = index.interviews[index.time_periods[said].interview or ""]
    assert told.state is InterviewState.HELD
    assert any((person.note or "").endswith("the tour") for person in told.people)


async def test_a_completed_name_and_the_next_field_in_one_burst(sample: Desk, opening: Opening) -> None:
    before: dict[str, Touch] = dict(sample.index().touches)
    async with opening() as app:
        burst(app, "l", *"check", "tab", *"dana c", "tab", "enter")
        await quiet(app)
    [logged] = [one for id_, one in sample.index().touches.items() if id_ not in before]
    assert (logged.kind.value, logged.people) == ("check-in", ("dana",))


async def test_keys_after_leaving_are_for_nobody(sample: Desk, opening: Opening) -> None:
    before = sample.store.facts()
    async with opening() as app:
        burst(app, "down", "up", "q", "d", "x", "q", "down")
        await app._pilot.pause(0.2)
    assert sample.store.facts() == before


MOVES = ["up", "down", "pageup", "pagedown", "home", "end", "tab", "shift+tab", "left", "right", "backspace"]
TYPED = [*"ann; week tue 3pm", *"jky"]
KEYS = sorted({one.key for one in ACTIONS.values() if one.name != "quit"} | {*MOVES, *TYPED})
"""The key of every action but leaving, those that move, and the letters of a few words."""


@pytest.mark.parametrize("seed", range(2))
async def test_no_keys_and_no_sizes_break_the_app_or_the_store(
    sample: Desk, opening: Opening, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the sample, and on a store in which dice did what a user can do."""
    monkeypatch.setenv("VISUAL", "true")  # an editor that changes nothing
    monkeypatch.setattr("builtins.input", lambda: "")  # somebody who presses Enter at the plain view
    dice = random.Random(seed)  # noqa: S311 - the same keys in each run
    for _ in range(120 * seed):
        with suppress(InputError):  # there is nothing to choose from, or it cannot be done
            sample.do(partial(dice.choice(COMMANDS), number=dice.randrange(21)))
    async with opening(*dice.choice([(80, 24), (120, 40), (45, 20)])) as app:
        for _ in range(42):
            burst(app, *dice.choices(KEYS, k=25))
            await quiet(app)
            if dice.random() < 0.3:
                await app.resize(
                    dice.choice([20, 45, 59, 60, 80, 120, 200]), dice.choice([4, 10, 20, 24, 50])
                )
        for _ in range(12):
            await app.press("escape")
        await app.press("1")
        assert isinstance(app.app.page, Today)
        index = sample.index()
        assert first_problem(index.facts(), index) is None
        assert sample.store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        shown = [one.id for one in app.app.snapshot.waiting]
        assert shown == [one.id for one in sample.waiting()]
