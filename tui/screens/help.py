"""Help, the palette and the way to an opportunity by name, made from the table of actions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline import find
from tui.actions import MOVING
from tui.screens.form import Field, FormKind
from tui.screens.opportunity import OpportunityPage
from tui.screens.reader import Reader
from tui.widgets.columns import fit, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading import Reading
    from tui.actions import Action
    from tui.app import TopOfMind
    from tui.widgets.columns import Line

_KEY = 12


def help_page(keys: Mapping[str, Action]) -> Reader:
    """Show every key under its heading, as it is mapped now."""
    return Reader("Keys", lambda _width: _help_lines(keys))


def _help_lines(keys: Mapping[str, Action]) -> list[Line]:
    lines: list[Line] = []
    for group, actions in groupby(keys.values(), key=lambda action: action.group):
        lines.append(line((f" {group.upper()}", "dim")))
        lines += [_help_line(action.shown_key, action.help) for action in actions]
    lines.append(line((" MOVING", "dim")))
    return lines + [_help_line(key, what) for key, what in MOVING]


def _help_line(key: str, what: str) -> Line:
    return line((f"   {fit(key, _KEY)}", "strong"), what)


def palette_form(app: TopOfMind) -> FormKind:
    """Offer what the page below can do, by name; a beginning is enough."""
    page = app.page
    here = [one for one in app.keys.values() if hasattr(page, f"act_{one.name}") and one.name != "palette"]

    def chosen(text: str) -> Action:
        return find.choose("action", text, here, lambda one: (one.label, one.name, one.help))

    def shows(_reading: Reading, text: str) -> Sequence[Line]:
        wanted = find.plain(text)
        fitting = [one for one in here if wanted in find.plain(f"{one.label} {one.name} {one.help}")]
        return [_help_line(one.shown_key, f"{one.label}: {one.help}") for one in fitting[:8]]

    names = ", ".join(one.label for one in here[:6])
    field = Field("action", "What do you want to do?", f"{names} …", shows, is_needed=True)
    return FormKind("palette", "Palette", (field,), then=lambda typed: page.act(chosen(typed["action"]).name))


def find_form(app: TopOfMind) -> FormKind:
    """Open an opportunity by company or title; closed ones too."""

    def shows(reading: Reading, text: str) -> Sequence[Line]:
        wanted = find.plain(text)
        named = [
            f"{find.opportunity_company(reading.index, one)}, {one.title}"
            for one in reading.index.opportunities.values()
        ]
        return [line(f"   {name}") for name in named if wanted in find.plain(name)][:8]

    def then(typed: Mapping[str, str]) -> None:
        app.push_screen(OpportunityPage(find.opportunity(app.reading.index, typed["name"]).id))

    field = Field("name", "Company or role", "Acme", shows, is_needed=True)
    return FormKind("find", "Find", (field,), then=then)
