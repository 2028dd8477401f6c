"""A page of text to be read: a derivation, the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.page import Page
from tui.widgets.lines import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from tui.widgets.columns import Line


class Reader(Page):
    """Shows lines that are laid out for the width; scrolls with the keys that move."""

    OFFERS = ("back",)
    AUTO_FOCUS = "#text"

    def __init__(self, name: str, paint: Callable[[int], Sequence[Line]]) -> None:
        super().__init__()
        self._heading = name
        self._paint = paint
        self._text = Text(id="text")

    def body(self) -> ComposeResult:
        """Give the text."""
        yield self._text

    def heading(self) -> str:
        """Name what is read."""
        return self._heading

    def common(self) -> tuple[str, ...]:
        """Name nothing else: there is only the way back."""
        return ()

    def show_facts(self) -> None:
        """Lay the text out."""
        self._text.show(self._paint)
