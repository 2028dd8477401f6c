"""What the terminal shows already, so that nothing is sent to it twice; and the last gate before it.

Textual paints a screen that comes up once for its layout and once more because it came up, and a widget whole
where a word of it changed. Here each cell is compared with what stands there, and only what differs is sent.
What is sent consists of text, of moves of the cursor and of colours: any other sequence is not of our making.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
from rich.cells import split_graphemes
from rich.color import ColorSystem

from tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from rich.segment import Segment
    from rich.style import Style

    from tui.terminal import Terminal

    Piece: TypeAlias = tuple[int, int, Iterable[Segment]]
    """Column, row, and what is painted from there on."""

    Cell: TypeAlias = tuple[str, str]
    """What stands in a cell, "" in the second half of a wide character; and the codes of its style (SGR)."""

_SYSTEMS = {
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "16m": ColorSystem.TRUECOLOR,
}
_ON_TEXT = {"bold": "1", "dim": "2", "italic": "3"}
_ON_SPACE = {"underline": "4", "reverse": "7", "strike": "9"}
"""What shows on a space too."""

_NOTHING: Cell = ("", "?")
"""What is not known to stand anywhere, and so differs from all that may."""

GAP = 7
"""Cells that stay as they are and are rather skipped: a move of the cursor is as long."""

ERASED = 4
"""Spaces at the end of a row that are rather erased."""


class Frame:
    """The cells of a terminal, as they were sent."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._system = _SYSTEMS.get(terminal.colours)
        self._codes: dict[Style | None, tuple[str, str]] = {None: ("", "")}
        self._on_space: dict[str, str] = {"": ""}
        self._rows: dict[int, list[Cell]] = {}
        self._width = 0

    def forget(self) -> None:
        """Take it that nothing is known of what the terminal shows."""
        self._rows.clear()

    def cells(self) -> str:
        """Give all that is known, as text: for each row its runs of one style, cell by cell."""
        rows = [
            [(codes, [text for text, _ in run]) for codes, run in groupby(row, key=itemgetter(1))]
            for _, row in sorted(self._rows.items())
        ]
        return msgspec.json.encode(rows).decode()

    def take_up(self, cells: str, width: int) -> None:
        """Know what the terminal, `width` cells wide, shows already."""
        rows = msgspec.json.decode(cells, type=list[list[tuple[str, list[str]]]])
        self._rows = {y: [(text, codes) for codes, run in row for text in run] for y, row in enumerate(rows)}
        self._width = width

    def changes(self, pieces: Iterable[Piece], width: int) -> str:
        """Give what brings the terminal, `width` cells wide, up to date; "" where it is."""
        if width != self._width:
            self.forget()  # a terminal may wrap, cut or keep what it showed in another width
            self._width = width
        return "".join(text for x, y, segments in pieces for text in self._piece(x, y, self._cells(segments)))

    def _piece(self, x: int, y: int, cells: list[Cell]) -> Iterator[str]:
        row = self._rows.setdefault(y, [])
        if len(row) < x + len(cells):
            row += [_NOTHING] * (x + len(cells) - len(row))
        before = row[x : x + len(cells)]
        if before == cells:
            return
        row[x : x + len(cells)] = cells
        for begin, end in _runs(before, cells):
            yield f"\x1b[{y + 1};{x + begin + 1}H"
            yield self._run(cells[begin:end], x + begin, ends_row=x + end >= self._width)

    def _run(self, cells: list[Cell], x: int, *, ends_row: bool) -> str:
        """Write cells from a column on, changing the style only where it shows."""
        shown = len(cells)
        while ends_row and shown and cells[shown - 1] == (" ", ""):
            shown -= 1
        erased = len(cells) - shown
        if erased < ERASED:
            shown, erased = len(cells), 0
        written, pen = [], ""
        for at, (text, codes) in enumerate(cells[:shown]):
            if codes != pen and not (text == " " and not codes and not self._on_space[pen]):
                written.append(f"\x1b[{'0;' if pen and codes else ''}{codes}m")
                pen = codes
            written.append(text)
            if len(text) != 1 and at + 1 < shown and cells[at + 1][0]:
                written.append(f"\x1b[{x + at + 2}G")  # terminals disagree on how wide it is
        if pen:
            written.append("\x1b[m")
        return "".join(written) + ("\x1b[K" if erased else "")

    def _cells(self, segments: Iterable[Segment]) -> list[Cell]:
        cells: list[Cell] = []
        for text, style, control in segments:
            if control:
                continue
            codes, on_space = self._codes.get(style) or self._codes_of(style)
            safe = text if text.isprintable() else one_line(text)
            if safe.isascii():
                cells += [(char, on_space if char == " " else codes) for char in safe]
                continue
            for begin, end, width in split_graphemes(safe)[0]:
                written = self._terminal.write(safe[begin:end])
                other: Cell = ("", codes)
                if written.isascii():
                    written, other = written[:1], (" ", on_space)
                if width:
                    cells.append((written, on_space if written == " " else codes))
                    cells += [other] * (width - 1)
        return cells

    def _codes_of(self, style: Style | None) -> tuple[str, str]:
        """Give the codes of a style, and those of them that show on a space."""
        if style is None:
            return "", ""
        on_text = [code for name, code in _ON_TEXT.items() if getattr(style, name)]
        on_space = [code for name, code in _ON_SPACE.items() if getattr(style, name)]
        for colour, foreground in ((style.color, True), (style.bgcolor, False)):
            if colour is None or colour.is_default or self._system is None:
                continue
            codes = colour.downgrade(self._system).get_ansi_codes(foreground=foreground)
            shows_on_space = not foreground or style.reverse or style.underline or style.strike
            (on_space if shows_on_space else on_text).extend(codes)
        spaces = ";".join(on_space)
        whole = ";".join([*on_text, *on_space])
        self._codes[style] = whole, spaces
        self._on_space[whole] = self._on_space[spaces] = spaces
        return whole, spaces


def _runs(before: list[Cell], after: list[Cell]) -> list[tuple[int, int]]:
    """Find where cells differ, as spans that no wide character straddles; near ones are taken together."""
    runs: list[tuple[int, int]] = []
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        begin, end = at, at + 1
        while begin and not after[begin][0]:
            begin -= 1
        while end < len(after) and not after[end][0]:
            end += 1
        if runs and begin - runs[-1][1] < GAP:
            begin = runs.pop()[0]
        runs.append((begin, end))
    return runs
