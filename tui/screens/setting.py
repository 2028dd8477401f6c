"""One setting: a line to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from tui.screens.page import Page
from tui.widgets.columns import keys_line
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

    from tui.widgets.columns import Line


class SettingPage(Page):
    """Asks what a setting should be; `keep` writes it down, or raises InputError for what cannot be."""

    CSS_PATH = "settings.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(
        self,
        name: str,
        value: str,
        meaning: Callable[[str, int], Sequence[Line]],
        keep: Callable[[str, str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._setting, self._meaning, self._keep = name, meaning, keep
        self._field = TypedField("Is to be", value, "empty")
        self._below = Lines(id="below", grows=True)

    def body(self) -> ComposeResult:
        """Give the line, and what it means."""
        with VerticalScroll(can_focus=False):
            yield self._field
            yield self._below

    def heading(self) -> str:
        """Name the setting."""
        return f"Settings · {self._setting}"

    def status(self) -> str:
        """Tell nothing else."""
        return ""

    def show_facts(self) -> None:
        """Tell what it means."""
        self._below.show(lambda width: self._meaning(self._setting, width))

    def _keys_line(self, width: int) -> Line:
        _ = width
        return keys_line(("enter", "save"), (self.key("back"), "back"))

    def on_key(self, event: Key) -> None:
        """Save with Enter."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.desk_app.in_turn(self._save)
        else:
            super().on_key(event)

    async def _save(self) -> None:
        await self._keep(self._setting, self._field.value.strip())
        said = self.said
        self.dismiss()
        self.desk_app.page.say(said)
