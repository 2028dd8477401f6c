"""Insights: how the search goes, as bars; each figure says how it is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.insights import insights
from tui.screens.page import Page
from tui.widgets.columns import fit, line, width_of, wrap
from tui.widgets.lines import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult

    from pipeline.insights import Bar, Figure
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

_LABEL = 18
_WIDEST = 100
"""Cells that text and bars take at most: longer lines are hard to read."""


class Insights(Page):
    """The figures below each other, to be read."""

    NAME = "Insights"
    AUTO_FOCUS = "#figures"

    def __init__(self) -> None:
        super().__init__()
        self._text = Text(id="figures")
        self._counted: tuple[Reading, tuple[Figure, ...]] | None = None

    def body(self) -> ComposeResult:
        """Give the text."""
        yield self._text

    def show_facts(self) -> None:
        """Count again where the facts changed."""
        if self._counted is None or self._counted[0] is not self.reading:
            self._counted = self.reading, insights(self.reading, self.desk_app.snapshot.waiting)
        _, figures = self._counted
        self._text.show(lambda width: figure_lines(figures, min(width, _WIDEST)))


def figure_lines(figures: Sequence[Figure], width: int) -> list[Line]:
    """Lay the figures out for a width."""
    return [one for figure in figures for one in _lines(figure, width)]


def _lines(figure: Figure, width: int) -> Iterator[Line]:
    yield line((f" {figure.name.upper()}", "strong"))
    yield from (line(f" {text}") for text in wrap(figure.finding, width - 2))
    longest = max((bar.count if bar.of is None else bar.of for bar in figure.bars), default=0)
    yield from (_bar_line(bar, longest, width) for bar in figure.bars)
    yield from (line((f" {text}", "dim")) for text in wrap(figure.how, width - 2))
    yield ()


def _bar_line(bar: Bar, longest: int, width: int) -> Line:
    """Draw one count; what it could have been shows as a thin line after it."""
    told = f" {bar.count}" if bar.of is None else f" {bar.count} of {bar.of}"
    room = max(width - _LABEL - width_of(told) - 5, 0)
    filled = _cells(bar.count, longest, room)
    rest = 0 if bar.of is None else _cells(bar.of, longest, room) - filled
    return line(
        f"   {fit(bar.label, _LABEL)} ", ("━" * filled, "accent"), ("─" * rest, "dim"), (told, "strong")
    )


def _cells(count: int, longest: int, room: int) -> int:
    """Give the length of a bar; something is never drawn as nothing."""
    return max(round(count * room / longest), 1) if count and room else 0
