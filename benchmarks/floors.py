"""The least that an app can be: one Static, or a bare list: `python -m benchmarks.floors list`."""

from __future__ import annotations

import sys
from typing import ClassVar

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

ROWS = 5_000
READY = "ready"
"""Stands on the first screen of both."""


class OneStatic(App[None]):
    """An app that shows a word."""

    def compose(self) -> ComposeResult:
        """Give the word."""
        yield Static(READY)

    def key_q(self) -> None:
        """Leave."""
        self.exit()


class Rows(ScrollView, can_focus=True):
    """Rows of which only those in view are drawn, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down,j", "down")]

    def __init__(self) -> None:
        super().__init__()
        self._cursor = 0
        self.virtual_size = Size(70, ROWS)

    def action_down(self) -> None:
        """Go down by one row, and by half a page where the view ends."""
        self._cursor = min(self._cursor + 1, ROWS - 1)
        top = self.scroll_offset.y
        if self._cursor >= top + self.size.height:
            self.scroll_to(y=self._cursor - self.size.height // 2, animate=False)
            return
        for number in (self._cursor - 1, self._cursor):
            self.refresh(Region(0, number - top, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Give one row."""
        number = y + self.scroll_offset.y
        mark = "> " if number == self._cursor else "  "
        strip = Strip([Segment(f"{mark}{READY} {number} {'x' * (number % 40)}")])
        return strip.adjust_cell_length(self.size.width)


class BareList(App[None]):
    """An app that is a list."""

    def compose(self) -> ComposeResult:
        """Give the list."""
        yield Rows()

    def key_q(self) -> None:
        """Leave."""
        self.exit()


if __name__ == "__main__":
    (BareList if sys.argv[1:] == ["list"] else OneStatic)().run()
