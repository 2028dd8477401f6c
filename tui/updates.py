"""What Textual is about to paint, as pieces of rows: the one place that knows how it hands them over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from textual.screen import Screen

    from tui.frame import Piece


class Changes(CompositorUpdate):
    """What is to be sent, as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:
        """Give the text."""
        _ = console
        return self._text


def whole(screen: Screen[Any]) -> Iterator[Piece]:
    """Take a screen apart, as it would be painted anew."""
    return _of_layout(screen._compositor.render_full_update())  # noqa: SLF001 - Textual has no other way


def pieces(update: object) -> Iterator[Piece] | None:
    """Take an update apart; None for what is none."""
    if isinstance(update, LayoutUpdate):
        return _of_layout(update)
    if isinstance(update, ChopsUpdate):
        return _of_chops(update)
    return None


def _of_layout(update: LayoutUpdate) -> Iterator[Piece]:
    for y, strips in enumerate(update.strips, update.region.y):
        yield update.region.x, y, (segment for strip in strips for segment in strip)


def _of_chops(update: ChopsUpdate) -> Iterator[Piece]:
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < right and end > left:
                yield x, y, strip
