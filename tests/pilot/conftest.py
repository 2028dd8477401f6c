"""A desk with the sample pipeline, on a Monday morning, and the app opened at it."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.sample import sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from tui.app import TopOfMind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from tui.calendar_desk import CalendarDesk

NOW = datetime.fromisoformat("2026-03-03T09:00-05:00")
USER = '[user]\nname = "Jo"\ntime_zone = "America/New_York"\ncountry = "US"\n'


class Opened:
    """The app as somebody at a terminal sees it."""

    def __init__(self, app: TopOfMind, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until all that they asked for is done."""
        for key in keys:
            await self._pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text."""
        await self._pilot.press(*(_key(char) for char in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await self._pilot.pause()
        await self.app.workers.wait_for_complete()
        await self._pilot.pause()

    async def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        await self._pilot.resize_terminal(columns, rows)
        await self.settle()

    def screen(self) -> str:
        """Give what is on the screen, one line a row."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.ljust(width) for strip in strips[:height])

    def line(self, text: str) -> str:
        """Give the first row with `text` in it."""
        for row in self.screen().splitlines():
            if text in row:
                return row
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen()}")

    def last_said(self) -> str:
        """Give what is told above the keys, whole as it is on the screen."""
        said = self.app.page.said
        assert said in " ".join(self.screen().split()), self.screen()
        return said


def _key(char: str) -> str:
    names = {" ": "space", ";": "semicolon", ",": "comma", ":": "colon", "-": "minus", ".": "full_stop"}
    return names.get(char, char)


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def desks(store_path: Path) -> Callable[[], Desk]:
    """Open desks on one store, empty at first."""
    settings = read_settings(USER)
    return lambda: Desk(Store.open(store_path), settings, lambda: NOW)


@pytest.fixture
def sample(desks: Callable[[], Desk]) -> Iterator[Desk]:
    """A desk with the sample pipeline as of NOW."""
    with closing(desks()) as desk:
        desk.do(lambda reading: import_facts(reading, sample_facts(reading), "the sample"))
        yield desk


@pytest.fixture
def opening(desks: Callable[[], Desk]) -> Callable[..., AsyncIterator[Opened]]:
    """Open the app at a size."""

    @asynccontextmanager
    async def opening(
        columns: int = 80, rows: int = 24, calendar: CalendarDesk | None = None
    ) -> AsyncIterator[Opened]:
        app = TopOfMind(desks, calendar)
        with closing(app.desk):
            async with app.run_test(size=(columns, rows)) as pilot:
                opened = Opened(app, pilot)
                await opened.settle()
                yield opened

    return opening
