"""An app that is at home in any terminal: sends no cell twice, honours NO_COLOR, outlives a dropped link."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from pipeline.errors import TopofmindError
from tui.frame import Frame
from tui.terminal import HUNG_UP, TERMINATED, Terminal
from tui.updates import Changes, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.screen import Screen

    from tui.first_screen import FirstScreen


class TerminalApp(App[None]):
    """Paints through a frame. A subclass keeps in `keep_all` what the user would miss after a sudden end."""

    def __init__(self) -> None:
        self.terminal = Terminal.here()
        self.frame = Frame(self.terminal)
        self.painted: FirstScreen | None = None
        self.is_painting = True
        """Whether what the screen shows is sent; not before it is what the first screen shows already."""
        no_color = os.environ.get("NO_COLOR")
        super().__init__()
        if no_color is not None:
            os.environ["NO_COLOR"] = no_color  # Textual takes it away, and the editor wants to know

    def get_driver_class(self) -> type[Driver]:
        """Take our own driver, where there is one for the system."""
        if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
            return super().get_driver_class()
        from tui.driver import TerminalDriver  # noqa: PLC0415 - it cannot be imported on Windows

        return TerminalDriver

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send what differs from what the terminal shows."""
        if not self.is_painting and not self.is_headless:
            return
        found = None
        if self._running and not self._batch_count and not self.is_headless:
            found = pieces(renderable)
        if found is None:
            super()._display(screen, renderable)
        elif changes := self.frame.changes(found, self.size.width):
            super()._display(screen, cast("RenderableType", Changes(changes)))

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the pointer as it is: older terminals print the request."""

    def write_to_terminal(self, sequence: str) -> None:
        """Write a sequence of ours to the terminal, such as one for its clipboard."""
        if self._driver is not None:
            self._driver.write(sequence)

    def take_up(self, painted: FirstScreen) -> None:
        """Go on from a screen that the terminal shows already."""
        self.painted = painted
        self.is_painting = False

    def begin_to_paint(self) -> None:
        """Send what the screen shows from now on, as far as the first screen does not show it already."""
        if self.is_painting:
            return
        self.is_painting = True
        if self.painted is not None:
            self.frame.take_up(self.painted.cells, self.painted.columns)
        self.screen.refresh()

    def redraw(self) -> None:
        """Send everything anew: something else wrote on the terminal."""
        self.frame.forget()
        self.screen.refresh()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Leave the terminal to something else for a while, an editor, say."""
        if self.is_headless:
            yield
            return
        with self.suspend():
            yield
        self.redraw()

    def begin_to_collect(self) -> None:
        """Collect garbage from now on, but never among what was made for the start: it stays."""
        gc.freeze()
        gc.enable()

    # A sudden end

    def watch_for_the_end(self) -> None:
        """Be told when the terminal is gone, or somebody wants the app to end."""
        loop = asyncio.get_running_loop()
        with suppress(
            NotImplementedError, AttributeError, ValueError
        ):  # Windows; a thread that is not the first
            loop.add_signal_handler(signal.SIGHUP, self.hang_up)
            loop.add_signal_handler(signal.SIGTERM, lambda: self.end_at_once(TERMINATED))

    def hang_up(self) -> None:
        """Leave, without another word to the terminal: it is gone."""
        if self._driver is not None:
            self._driver.is_gone = True  # type: ignore[attr-defined]  # another driver minds it not
        self.end_at_once(HUNG_UP)

    def end_at_once(self, code: int) -> None:
        """Keep what would be missed, and leave."""
        with suppress(TopofmindError):  # a store that is busy or full: what was kept before is there
            self.keep_all()
        self.exit(return_code=code)

    def keep_all(self) -> None:
        """Keep what the user would miss."""
