"""Lines of styled text, cut and padded by the cells that a terminal gives them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len, set_cell_size

from tui.text import one_line, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Span: TypeAlias = tuple[str, str]
"""A piece of text and the name of its style: "", "strong", "dim", "alert", "good", "accent" or "qr"."""

Line: TypeAlias = tuple[Span, ...]

Keys: TypeAlias = "Sequence[tuple[str, str]]"
"""Keys as they are shown, and what each does."""

_IN_A_CELL = 16
"""Code points that one cell may take; what people write, a flag or a family, takes half of it at most."""


def line(*spans: Span | str) -> Line:
    """Make a line; a bare text has the plain style."""
    return tuple((span, "") if isinstance(span, str) else span for span in spans)


def width_of(text: str) -> int:
    """Count the cells of a text that passed the gate."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Make text safe, and no wider than `width`; what was left out shows as an ellipsis."""
    head, rest = _head(text, width)
    if not rest and cell_len(head) <= width:
        return head
    if not rest.strip() and cell_len(head.rstrip()) <= width:
        return set_cell_size(head, width)  # nothing but spaces is left out
    return set_cell_size(head, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""


def _head(text: str, width: int) -> tuple[str, str]:
    """Make what of a text can show in `width` cells safe; give what is left over as it is.

    Only so much is looked at: a posting in a column costs what a word does, and marks without a width end.
    """
    most = _IN_A_CELL * (max(width, 0) + 1)
    return one_line(text[:most]), text[most:]


def fit(text: str, width: int) -> str:
    """Make text safe, and exactly `width` wide."""
    text = cut(text, width)
    return text + " " * (width - cell_len(text))


def wrap(text: str, width: int) -> list[str]:
    """Break text into safe lines no wider than `width`, between words where it can be."""
    lines = []
    for paragraph in plain(text).expandtabs(4).split("\n"):
        row, used = "", 0
        for word in _pieces(paragraph, max(width, 1)):
            cells = cell_len(word)
            if row and used + 1 + cells > width:
                lines.append(row)
                row, used = word, cells
            else:
                used += cells + bool(row)
                row = f"{row} {word}" if row else word
        lines.append(row)
    return lines


def _pieces(paragraph: str, width: int) -> Sequence[str]:
    """Split into words, and words too wide for a line into parts of one."""
    pieces = []
    for word in paragraph.split():
        rest = word
        head, unseen = _head(rest, width)
        while unseen or cell_len(head) > width:
            part = set_cell_size(head, width).rstrip() or rest[0]
            pieces.append(part)
            rest = rest[len(part) :]
            head, unseen = _head(rest, width)
        pieces.append(rest)
    return pieces


def spread(left: Line, right: Line, width: int) -> Line:
    """Put `right` at the right edge, and cut `left` to what room it leaves."""
    room = width - sum(cell_len(one_line(text)) for text, _ in right)
    if room < 1:
        return clipped(left, width)
    left = clipped(left, room - 1)
    gap = room - sum(cell_len(text) for text, _ in left)
    return (*left, (" " * gap, ""), *right)


def clipped(spans: Line, width: int) -> Line:
    """Cut a line to `width` cells, with an ellipsis where something was left out."""
    kept: list[Span] = []
    for text, style in spans:
        safe, rest = _head(text, width)
        if rest or cell_len(safe) > width:
            if width > 0:
                kept.append((cut(text, width), style))
            break
        kept.append((safe, style))
        width -= cell_len(safe)
    return tuple(kept)


def packed(keys: Keys, width: int, rows: int) -> list[Line]:
    """Fill lines with keys; what has no room is left to the help, which is the last."""
    *others, last = keys
    lines: list[list[tuple[str, str]]] = [[(" ", "")]]
    used = 1
    for number, (key, label) in enumerate((*others, last)):
        cells = width_of(f"{key} {label}  ")
        reserve = width_of(f"{last[0]} {last[1]}  ") if len(lines) == rows and number < len(others) else 0
        if used + cells + reserve > width + 2:
            if len(lines) == rows:
                continue
            lines.append([(" ", "")])
            used = 1
        lines[-1] += [(key, "strong"), (f" {label}  ", "dim")]
        used += cells
    return [clipped(tuple(spans), width) for spans in lines]
