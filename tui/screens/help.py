"""The help, made from the table of actions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tui.actions import MOVING
from tui.screens.reader import Reader
from tui.widgets.columns import fit, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui.actions import Action
    from tui.widgets.columns import Line

_KEY = 12


def help_page(keys: Mapping[str, Action], first: str = "") -> Reader:
    """Show every key under its heading, as it is mapped now; one group can come first."""
    actions = sorted(keys.values(), key=lambda action: action.group != first)
    return Reader("Keys", lambda _width: _help_lines(actions))


def _help_lines(of: Iterable[Action]) -> list[Line]:
    lines: list[Line] = []
    for group, actions in groupby(of, key=lambda action: action.group):
        lines.append(line((f" {group.upper()}", "dim")))
        lines += [_help_line(action.shown_key, action.help) for action in actions]
    lines.append(line((" MOVING", "dim")))
    return lines + [_help_line(key, what) for key, what in MOVING]


def _help_line(key: str, what: str) -> Line:
    return line((f"   {fit(key, _KEY)}", "strong"), what)
