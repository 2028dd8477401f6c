"""What the app costs over a link, in bytes: exact, and the same in every run."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pilot.conftest import NOW
from pipeline.commands.entering import import_facts
from terminal.many import many_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pipeline.desk import Desk
    from terminal.recorder import Recorded

    Recording = Callable[..., AbstractAsyncContextManager[Recorded]]

STEP, STEP_WITH_SCROLLS, SCREEN, START = 400, 1_500, 12_000, 5_600
"""The budgets: a step of the cursor in view and on average, another screen, and what a Static starts with."""

SCREENS = dict(
    zip("234501", ("pipeline", "people", "calendar", "insights", "settings", "today"), strict=True)
)
PAGES = ("enter", "n", "y", "w", "s", "r", ":", "ctrl+p", "question_mark", "slash")
"""The keys that open a page from Today, each of which Escape leaves."""

REST = 1.2
"""Seconds of rest: long enough for a look at the store."""

AT_REST = (*((key,) for key in SCREENS), ("n", "o"), ("slash",), (":",), ("r",), ("0", "down", "enter"))


@pytest.fixture
def many(desks: Callable[[], Desk]) -> None:
    """2,000 opportunities, 5,000 contacts, and a list of 500 at Today."""
    with closing(desks()) as desk:
        desk.do(lambda reading: import_facts(reading, many_facts(NOW), "a long search"))


def in_rows(written: str, first: int, last: int) -> int:
    """Count the bytes that went into rows of the terminal, both included, counted from 0."""
    parts = re.split(r"(?=\x1b\[\d+;\d+H)", written)
    rows = [(int(part[2 : part.index(";")]) - 1, part) for part in parts if part.startswith("\x1b[")]
    return sum(len(part.encode()) for row, part in rows if first <= row <= last)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("size", [(80, 24), (200, 50), (45, 20)])
async def test_a_step_of_the_cursor(recording: Recording, size: tuple[int, int]) -> None:
    async with recording(*size) as app:
        listed = app.app.screen.query_one("#agenda").region
        app.take()
        steps = []
        for _ in range(listed.height * 2):
            await app.press("down")
            steps.append(in_rows(app.take(), listed.y, listed.bottom - 1))
        in_view = sorted(steps)[: -len(steps) // 4]
        assert 0 < max(in_view) <= STEP
        assert sum(steps) / len(steps) <= STEP_WITH_SCROLLS


@pytest.mark.usefixtures("many")
async def test_the_first_screen_and_every_other(recording: Recording) -> None:
    async with recording() as app:
        assert 0 < len(app.take().encode()) <= START
        for key, name in SCREENS.items():
            assert 0 < await app.bytes_of(key) <= SCREEN, name
            assert app.app.current_mode == name
        for key in PAGES:
            assert 0 < await app.bytes_of(key) <= SCREEN, key
            assert 0 < await app.bytes_of("escape") <= SCREEN, key


@pytest.mark.usefixtures("many")
async def test_at_rest_nothing_is_written(recording: Recording) -> None:
    async with recording() as app:
        assert app.app.animation_level == "none"
        for keys in AT_REST:
            await app.press(*keys)
            app.take()
            await app._pilot.pause(REST)
            assert app.take() == "", keys
            await app.press("escape")


@pytest.mark.usefixtures("many")
async def test_a_letter_in_a_form(recording: Recording) -> None:
    async with recording() as app:
        await app.press("n", "o")
        app.take()
        await app.type("Acm")
        assert 0 < len(app.take().encode()) <= 3 * STEP
