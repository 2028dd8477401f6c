"""The calendar's password: asked for in a masked field, kept for as long as the app runs, never drafted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.page import Page
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key


class PasswordPage(Page):
    """Asks for a password, and syncs again with it."""

    CSS_PATH = "typing_page.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(self, why: str) -> None:
        super().__init__()
        self._why = why
        self._reason = Lines(id="below", grows=True)
        self._field = TypedField("Password", password=True)

    def body(self) -> ComposeResult:
        """Give why it is asked for, and the field."""
        yield self._reason
        yield self._field

    def heading(self) -> str:
        """Name what is asked for."""
        return "The calendar's password"

    def show_facts(self) -> None:
        """Tell why it is asked for."""
        why = f"{self._why}. It is kept until you leave, and written nowhere."
        self._reason.show(lambda width: [line(row) for row in wrap(why, width)])

    def offers(self) -> tuple[str, ...]:
        """Name the way back."""
        return ("open", "back")

    def common(self) -> tuple[str, ...]:
        """Name nothing else."""
        return ()

    def on_key(self, event: Key) -> None:
        """Enter hands the password over."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            password = self._field.value
            self._field.value = ""
            self.dismiss()
            self.desk_app.in_turn(lambda: self.desk_app.sync.with_password(password))
        else:
            super().on_key(event)
