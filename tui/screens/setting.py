"""One setting: a line to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from tui.screens.typing_page import TypingPage
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult

    from tui.widgets.columns import Line


class SettingPage(TypingPage):
    """Asks what a setting should be; `keep` writes it down, or raises InputError for what cannot be."""

    def __init__(
        self,
        name: str,
        value: str,
        meaning: Callable[[str, int], Sequence[Line]],
        keep: Callable[[str, str], Awaitable[None]],
    ) -> None:
        super().__init__("setting", name)
        self._meaning, self._write_down = meaning, keep
        self.typed_fields = {"value": TypedField("Is to be", value, "empty")}
        self._below = Lines(id="below", grows=True)

    def body(self) -> ComposeResult:
        """Give the line, and what it means."""
        with VerticalScroll(can_focus=False):
            yield from self.typed_fields.values()
            yield self._below

    @property
    def place(self) -> tuple[str, str]:
        """Name none: the settings are a screen of their own, and what is typed is kept."""
        return "", ""

    def heading(self) -> str:
        """Name the setting."""
        return f"Settings · {self.subject}"

    def show_facts(self) -> None:
        """Tell what it means."""
        self._below.show(lambda width: self._meaning(self.subject, width))

    async def save(self) -> None:
        """Write it down, and forget what was kept."""
        await self._write_down(self.subject, self.typed_fields["value"].value.strip())
        await self.forget()
        said = self.said
        self.dismiss()
        self.desk_app.page.say(said)
