"""Settings: what holds, where it comes from, what it means, and a line to change it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import app_file
from pipeline.errors import InputError
from pipeline.places import country_problem
from pipeline.settings_help import MEANINGS
from tui.editor import edit_file
from tui.forms.settings import default, rows
from tui.screens.page import WIDE_ENOUGH, Page
from tui.screens.setting import SettingPage
from tui.widgets.columns import fit, line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from textual.app import ComposeResult

    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_NAME = 26


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting; `source` is the file that names it, if one does."""

    key: str
    value: str
    source: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        name = self.key.partition(".")[2]
        room = max(width - _NAME - 16, 8)
        if width < WIDE_ENOUGH:
            return line(fit(name, min(_NAME, width // 2)), (f" {self.value}", "strong"))
        style = "strong" if self.source else ""
        return line(fit(name, _NAME), (f" {fit(self.value, room)}", style), (f" {self.source}", "dim"))


class SettingsPage(Page):
    """Every setting, by its table."""

    NAME = "Settings"
    CSS_PATH = "settings.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._list = Listing(id="settings")
        self._detail = Lines(id="meaning")
        self._sources: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """Give the list, and beneath it what the chosen one means."""
        yield self._list
        yield self._detail

    def status(self) -> str:
        """Say where they stand."""
        return self._config.name if self.desk_app.calendar is not None else ""

    @property
    def _config(self) -> Path:
        calendar = self.desk_app.calendar
        if calendar is None:
            raise InputError("these settings belong to no file")
        return calendar.config_file

    @property
    def _values(self) -> Mapping[str, str]:
        return rows(self.desk_app.desk.settings)

    def show_facts(self) -> None:
        """Show what holds."""
        self._sources = app_file.sources(self._config) if self.desk_app.calendar is not None else {}
        found: list[Row] = []
        table = ""
        for name, value in self._values.items():
            if name.partition(".")[0] != table:
                table = name.partition(".")[0]
                found.append(Heading(table.replace("_", " ").upper()))
            found.append(SettingRow(name, value, self._source(name)))
        self._list.show(found)
        self.pointed()

    def _source(self, name: str) -> str:
        return self._sources.get(name, "")

    def pointed(self) -> None:
        """Tell what the chosen one means."""
        name = self._list.key
        self._detail.show(lambda width: self._meaning(name, width) if name else ())

    def _meaning(self, name: str, width: int) -> list[Line]:
        source = self._source(name)
        where = {
            "": "Nobody set it: this is the default.",
            "config.toml": "Your config.toml says so, and wins over what is changed here.",
        }.get(source, "It was changed here, and stands in app.toml.")
        usual = "" if not source else f" Default: {default(name) or 'empty'}."
        texts = ((name, "strong"), (MEANINGS[name], ""), (f"{where}{usual}", "dim"))
        return [line((f" {row}", style)) for text, style in texts for row in wrap(text, width - 2)]

    def offers(self) -> Iterable[str]:
        """Name what can be done."""
        return ("open", "edit", "back")

    def common(self) -> tuple[str, ...]:
        """Name nothing else: the settings have no undo."""
        return ("find",)

    def act_open(self) -> None:
        """Change the chosen one."""
        name = self._list.key or ""
        if self._source(name) == "config.toml":
            edit = self.key("edit")
            raise InputError(f"config.toml says what {name} is, and wins; {edit} opens it")
        self.app.push_screen(SettingPage(name, self._values[name], self._meaning, self._keep))

    async def _keep(self, name: str, typed: str) -> None:
        app_file.keep_typed(self._config, name, typed, country_problem)
        await self._take_in(f"{name} is now {typed or 'empty'}")

    def act_edit(self) -> None:
        """Open `config.toml` in the editor."""
        self.desk_app.in_turn(self._edit)

    async def _edit(self) -> None:
        app, config = self.desk_app, self._config
        with app.outside():
            edit_file(config, app.desk.settings)
        await self._take_in(f"read {config.name} again")

    async def _take_in(self, told: str) -> None:
        app = self.desk_app
        await app.reopen()
        settings = app.desk.settings.app
        app.theme = settings.theme if settings.theme in app.available_themes else app.theme
        self.refresh_page()
        app.page.say(told)

    async def act_delete(self) -> None:
        """Refuse: a setting is changed, not deleted."""
        raise InputError("a setting is changed, not deleted")
