"""Painted lines: text that is shown line by line, of which only the changed lines are drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.columns import clipped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from textual.binding import BindingType

    from tui.widgets.columns import Line

STYLES = ("strong", "dim", "alert", "good", "accent", "qr")


class Painted(ScrollView):
    """A view that paints `Line`s: the only way for text to reach the terminal, so the gate stands here."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{name}" for name in STYLES}
    DEFAULT_CSS = """
    Painted {
        scrollbar-size: 0 0;
        overflow-x: hidden;
        & > .line--strong { text-style: bold; }
        & > .line--dim { text-style: dim; }
        & > .line--alert { color: $error; text-style: bold; }
        & > .line--good { color: $success; }
        & > .line--accent { color: $accent; text-style: bold; }
        & > .line--qr { color: ansi_bright_white; background: ansi_black; }
    }
    """

    def strip(self, spans: Line, width: int, *, strong: bool = False) -> Strip:
        """Paint one line, exactly `width` cells wide."""
        base = self.rich_style
        if strong:
            base += Style(bold=True)
        segments = [
            Segment(text, base + self._style(style) if style else base)
            for text, style in clipped(spans, width)
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"line--{name}", partial=True)


class WithCursor(Painted):
    """A view with a cursor: `key` is what it is on; to `wanted` it goes as soon as that is there."""

    key: str | None
    wanted: str | None = None

    def take_up(self, keys: Collection[str | None]) -> str | None:
        """Give what the cursor should be on, of what it can be on: what is wanted, else what it was on."""
        if self.wanted is None or self.wanted not in keys:
            return self.key
        wanted, self.wanted = self.wanted, None
        return wanted


class Lines(Painted, can_focus=False):
    """Text that is given as a function of the width, so that each size gets its own layout.

    One that `grows` is as high as its text, as far as the style sheet lets it.
    """

    def __init__(self, *, id: str | None = None, grows: bool = False) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._grows = grows
        self._paint: Callable[[int], Sequence[Line]] = lambda _width: ()
        self._shown: tuple[Line, ...] = ()

    def show(self, paint: Callable[[int], Sequence[Line]]) -> None:
        """Show other lines; only those that differ are drawn."""
        self._paint = paint
        self._repaint()

    def on_resize(self) -> None:
        """Lay out anew for another width."""
        self._repaint()

    def _repaint(self) -> None:
        before, width = self._shown, self.size.width
        if not width and not self._grows:
            return
        self._shown = tuple(self._paint(width or self.app.size.width))
        if self._grows:
            high, now = len(self._shown) + self.gutter.height, self.styles.height
            if now is None or now.cells != high:  # another layout of the page is dear
                self.styles.height = high
        self.virtual_size = Size(width, len(self._shown))
        top = self.scroll_offset.y
        for y in range(max(len(before), len(self._shown))):
            old = before[y] if y < len(before) else ()
            new = self._shown[y] if y < len(self._shown) else ()
            if old != new and 0 <= y - top < self.size.height:
                self.refresh(Region(0, y - top, width, 1))

    def render_line(self, y: int) -> Strip:
        """Give the line at `y` of what is in view."""
        y += self.scroll_offset.y
        return self.strip(self._shown[y] if y < len(self._shown) else (), self.size.width)


class Text(Lines, can_focus=True):
    """Lines to be read from the first to the last: the keys that move scroll them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_by(-1)", show=False),
        Binding("down,j", "scroll_by(1)", show=False),
        Binding("pageup", "scroll_page(-1)", show=False),
        Binding("pagedown,space", "scroll_page(1)", show=False),
        Binding("home", "scroll_edge(0)", show=False),
        Binding("end", "scroll_edge(1)", show=False),
    ]

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by half of what is in view."""
        self.action_scroll_by(pages * max(self.size.height // 2, 1))

    def action_scroll_edge(self, end: int) -> None:
        """Scroll to the first or the last line."""
        self.scroll_to(y=self.virtual_size.height if end else 0, animate=False)
