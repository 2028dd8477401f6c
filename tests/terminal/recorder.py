"""The app with every byte that it writes, without a terminal: exact, and the same in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.drivers.headless_driver import HeadlessDriver

from pilot.conftest import Opened
from terminal.grid import Grid

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.app import TopOfMind


class Recorder(HeadlessDriver):
    """Keeps what is written."""

    is_headless = False

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)


class Recorded(Opened):
    """The app as a terminal sees it."""

    def __init__(self, app: TopOfMind, pilot: Pilot[None]) -> None:
        super().__init__(app, pilot)
        self.grid = Grid(*app.size)

    def take(self) -> str:
        """Give what was written since this was last asked, and obey it."""
        driver = self.app._driver
        assert isinstance(driver, Recorder)
        written = "".join(driver.written)
        driver.written.clear()
        self.grid.take(written)
        return written

    async def bytes_of(self, *keys: str) -> int:
        """Press keys, and count what they cost."""
        self.take()
        await self.press(*keys)
        return len(self.take().encode())
