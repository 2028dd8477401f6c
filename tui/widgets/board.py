"""A board: columns of cards side by side, with a cursor that goes up, down and across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from tui.widgets.columns import cut, fit, line
from tui.widgets.lines import Lines, WithCursor
from tui.widgets.listing import Pointed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from tui.widgets.columns import Line, Span

CARD = 2
"""Lines of a card."""

HEAD = 1


@dataclass(frozen=True, slots=True)
class Card:
    """One card: a name, a remark beneath it, and a mark before both."""

    key: str
    name: str
    remark: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading."""

    name: str
    cards: tuple[Card, ...]


class Board(WithCursor, Lines, can_focus=True):
    """Shows columns; `key` is the card that the cursor is on, and stays on it when the cards change.

    Textual finds a widget by the first of its bases alone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "down(-1)", show=False),
        Binding("down,j", "down(1)", show=False),
        Binding("left", "across(-1)", show=False),
        Binding("right", "across(1)", show=False),
        Binding("pageup,home", "down(-1000)", show=False),
        Binding("pagedown,end", "down(1000)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._columns: tuple[Column, ...] = ()
        self.key: str | None = None

    def show_columns(self, columns: Sequence[Column], key: str | None = None) -> None:
        """Show other cards."""
        self._columns = tuple(columns)
        cards = [card.key for column in columns for card in column.cards]
        wanted = key or self.take_up(cards)
        self.key = wanted if wanted in cards else next(iter(cards), None)
        self._moved()

    def _moved(self) -> None:
        columns, key = self._columns, self.key
        self.show(lambda width: board_lines(columns, key, width))
        place = self._place()
        if place is not None:
            top, height = HEAD + place[1] * CARD, self.size.height
            offset = self.scroll_offset.y
            if top < offset or top + CARD > offset + height:
                self.scroll_to(y=max(0, 0 if not place[1] else top - height // 2), animate=False)
        self.post_message(Pointed(self, self.key))

    def _place(self) -> tuple[int, int] | None:
        for number, column in enumerate(self._columns):
            for row, card in enumerate(column.cards):
                if card.key == self.key:
                    return number, row
        return None

    def action_down(self, by: int) -> None:
        """Move within the column."""
        if (place := self._place()) is not None:
            cards = self._columns[place[0]].cards
            self.key, self.wanted = cards[min(max(place[1] + by, 0), len(cards) - 1)].key, None
            self._moved()

    def action_across(self, by: int) -> None:
        """Move to the next column that holds a card, as near to this row as can be."""
        if (place := self._place()) is None:
            return
        number = place[0] + by
        while 0 <= number < len(self._columns):
            if cards := self._columns[number].cards:
                self.key, self.wanted = cards[min(place[1], len(cards) - 1)].key, None
                self._moved()
                return
            number += by


def board_lines(columns: Sequence[Column], key: str | None, width: int) -> list[Line]:
    """Lay the columns out side by side; an empty one takes no more than its heading."""
    if not columns:
        return []
    widths = _widths(columns, width - 1)
    heads = (
        fit(f"{one.name.upper()} {len(one.cards) or ''}", cells)
        for one, cells in zip(columns, widths, strict=True)
    )
    lines = [line(" ", *((head, "dim") for head in heads))]
    for row in range(max(len(one.cards) for one in columns)):
        names: list[Span] = [(" ", "")]
        remarks: list[Span] = [(" ", "")]
        for column, cells in zip(columns, widths, strict=True):
            card = column.cards[row] if row < len(column.cards) else None
            names += _name(card, key, cells)
            remarks.append((fit(f"  {cut(card.remark, cells - 3)}" if card else "", cells), "dim"))
        lines += [tuple(names), tuple(remarks)]
    return lines


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    even = width // len(columns)
    narrow = [0 if one.cards else min(len(one.name) + 3, even) for one in columns]
    filled = sum(not cells for cells in narrow)
    each = (width - sum(narrow)) // filled if filled else 0
    return [cells or each for cells in narrow]


def _name(card: Card | None, key: str | None, width: int) -> list[Span]:
    if card is None:
        return [(" " * width, "")]
    here = card.key == key
    mark = ("▸ ", "accent") if here else (f"{card.mark or ' '} ", "alert")
    return [mark, (fit(cut(card.name, width - 3), width - 2), "strong" if here else "")]
