"""The help, made from the table of actions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tui.actions import MOVING
from tui.screens.page import WIDE_ENOUGH
from tui.screens.reader import Reader
from tui.widgets.columns import fit, line, width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui.actions import Action
    from tui.widgets.columns import Line

_KEY, _NARROW = 12, 6
"""Cells that a key takes."""


def help_page(keys: Mapping[str, Action], first: str = "") -> Reader:
    """Show every key under its heading, as it is mapped now; one group can come first."""
    actions = sorted(keys.values(), key=lambda action: action.group != first)
    return Reader("Keys", lambda width: _help_lines(actions, width))


def _help_lines(of: Iterable[Action], width: int) -> list[Line]:
    lines: list[Line] = []
    for group, actions in groupby(of, key=lambda action: action.group):
        lines.append(line((f" {group.upper()}", "dim")))
        lines += [row for action in actions for row in _help_rows(action.shown_key, action.help, width)]
    lines.append(line((" MOVING", "dim")))
    return lines + [row for key, what in MOVING for row in _help_rows(key, what, width)]


def _help_rows(key: str, what: str, width: int) -> list[Line]:
    cells = _KEY if width >= WIDE_ENOUGH else max(_NARROW, width_of(key) + 1)
    first, *others = wrap(what, width - cells - 4)
    indent = " " * (cells + 3)
    return [line((f"   {fit(key, cells)}", "strong"), first), *(line(f"{indent}{row}") for row in others)]
