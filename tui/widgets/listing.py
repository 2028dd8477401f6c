"""A list with a cursor: drawn line by line, so that one step of the cursor draws two lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message

from tui.widgets.columns import line, spread
from tui.widgets.lines import WithCursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.events import Click
    from textual.strip import Strip

    from tui.widgets.columns import Line


@dataclass
class Pointed(Message):
    """The cursor of a list or a board came to something, or to nothing."""

    view: WithCursor
    key: str | None


@dataclass
class Opened(Message):
    """Something was clicked that the cursor was on."""

    view: WithCursor
    key: str


GUTTER = 2
"""Cells before a row, for the cursor."""


class Row(Protocol):
    """What stands in one line. Rows are compared, so that only those that changed are drawn again."""

    @property
    def key(self) -> str | None:
        """What the cursor remembers; None where it does not stop."""

    def line(self, width: int) -> Line:
        """Lay out for a width."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a list; the cursor passes over it."""

    text: str
    key: None = None

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line((self.text, "dim"))


@dataclass(frozen=True, slots=True)
class Remark:
    """A line to be read only."""

    spans: Line = ()
    key: None = None

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return self.spans


class Listing(WithCursor, can_focus=True):
    """Rows with a cursor. It stays on its row by key when the rows change, else near where it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", show=False),
        Binding("down,j", "step(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
    ]

    def __init__(self, *, id: str | None = None, empty: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.rows: tuple[Row, ...] = ()
        self.empty = empty
        self._is_known = False
        self._cursor: int | None = None
        self._stops: list[int] = []

    @property
    def key(self) -> str | None:  # type: ignore[override]  # it follows from where the cursor is
        """The key of the row that the cursor is on."""
        return None if self._cursor is None else self.rows[self._cursor].key

    @property
    def keys(self) -> list[str]:
        """The keys of all rows that the cursor can be on, from the first to the last."""
        return [row.key for row in self.rows if row.key is not None]

    def go_to(self, key: str | None) -> None:
        """Put the cursor on a row; it stays where there is none such."""
        for stop, number in enumerate(self._stops):
            if key is not None and self.rows[number].key == key:
                self._go(stop)

    def show(self, rows: Sequence[Row], key: str | None = None) -> None:
        """Show other rows, with the cursor on `key` if it is given and there, else where it was."""
        was_known, self._is_known = self._is_known, True
        before, cursor = self.rows, self._cursor
        wanted = key if key is not None else self.take_up([row.key for row in rows])
        self.rows = tuple(rows)
        self._stops = [number for number, row in enumerate(self.rows) if row.key is not None]
        self._cursor = self._place(wanted, cursor)
        self.virtual_size = Size(self.size.width, len(self.rows))
        if not was_known or len(before) != len(self.rows) or self.rows[:1] != before[:1]:
            self.refresh()
        else:
            for number, (old, new) in enumerate(zip(before, self.rows, strict=True)):
                if old != new:
                    self._draw(number)
        if self._cursor != cursor:
            self._draw(cursor)
            self._draw(self._cursor)
        self._reveal()
        self.post_message(Pointed(self, self.key))

    def _place(self, key: str | None, near: int | None) -> int | None:
        if not self._stops:
            return None
        for number in self._stops:
            if self.rows[number].key == key:
                return number
        return next((number for number in self._stops if number >= (near or 0)), self._stops[-1])

    def action_step(self, by: int) -> None:
        """Move the cursor by rows that it can stop on."""
        if self._cursor is not None:
            self._go(self._stops.index(self._cursor) + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by half of what is in view."""
        if self._cursor is not None:
            self._go(self._stops.index(self._cursor) + by * max(self.size.height // 2, 1))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first or the last row."""
        if self._stops:
            self._go(len(self._stops) - 1 if end else 0)

    def _go(self, stop: int) -> None:
        before, self.wanted = self._cursor, None
        self._cursor = self._stops[min(max(stop, 0), len(self._stops) - 1)]
        if self._cursor != before:
            self._draw(before)
            self._draw(self._cursor)
            self._reveal()
            self.post_message(Pointed(self, self.key))

    def _draw(self, number: int | None) -> None:
        if number is not None and 0 <= (y := number - self.scroll_offset.y) < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _reveal(self) -> None:
        """Scroll by half pages, and as far up as keeps a heading in view."""
        height, top = self.size.height, self.scroll_offset.y
        if self._cursor is None or not height:
            return
        first = self._cursor - 1 if self._cursor and self.rows[self._cursor - 1].key is None else self._cursor
        if self._cursor == self._stops[0]:
            first = 0
        if first < top or self._cursor >= top + height:
            ahead = self._cursor >= top + height
            wanted = self._cursor - height // 2 if ahead else min(first, self._cursor - height // 2)
            self.scroll_to(y=max(0, min(wanted, len(self.rows) - height)), animate=False)

    def on_resize(self) -> None:
        """Keep the cursor in view in another size, and the first row where there is room for both."""
        self.virtual_size = Size(self.size.width, len(self.rows))
        if self._cursor is not None and self._cursor < self.size.height:
            self.scroll_to(y=0, animate=False)
        self._reveal()
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Put the cursor where was clicked; a click where it is opens the row."""
        number = event.y + self.scroll_offset.y
        if number not in self._stops:
            return
        if number == self._cursor and self.key is not None:
            self.post_message(Opened(self, self.key))
        self._go(self._stops.index(number))

    def render_line(self, y: int) -> Strip:
        """Give the line at `y` of what is in view."""
        width, number = self.size.width, y + self.scroll_offset.y
        if not self.rows and y == 0:
            return self.strip(line("  ", (self.empty if self._is_known else "", "dim")), width)
        if number >= len(self.rows):
            return self.strip((), width)
        row = self.rows[number]
        under = number == self._cursor
        spans = (("▸ ", "accent") if under else ("  ", ""), *row.line(width - GUTTER - 1))
        if (more := self._more(y, number)) is not None:
            spans = spread(spans, line((more, "dim")), width)
        return self.strip(spans, width, strong=under)

    def _more(self, y: int, number: int) -> str | None:
        """Tell at the edge of the view that there is more beyond it."""
        if y == 0 and number > 0:
            return "↑"
        if y == self.size.height - 1 and number < len(self.rows) - 1:
            return "↓"
        return None
