"""A few choices, each one key away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.screens.page import Page
from tui.widgets.columns import line
from tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

    from tui.widgets.columns import Line


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: its key, what it says, what it does."""

    key: str
    label: str
    remark: str
    act: Callable[[], object]

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line((f"{self.key}  ", "strong"), f"{self.label:<16}", (self.remark, "dim"))


class Menu(Page):
    """Lets the user choose, by letter or with the cursor; then it is gone."""

    OFFERS = ("open", "back")

    def __init__(self, heading: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._heading = heading
        self._choices = choices
        self._list = Listing()

    def body(self) -> ComposeResult:
        """Give the choices."""
        yield self._list

    def heading(self) -> str:
        """Name what is chosen."""
        return self._heading

    def common(self) -> tuple[str, ...]:
        """Name nothing else."""
        return ()

    def show_facts(self) -> None:
        """Show the choices."""
        self._list.show(self._choices)

    def act_open(self) -> None:
        """Choose what the cursor is on."""
        self._choose(self._list.key)

    def on_key(self, event: Key) -> None:
        """Choose by letter."""
        if any(choice.key == event.character for choice in self._choices):
            event.stop()
            event.prevent_default()
            self._choose(event.character)
            return
        super().on_key(event)

    def _choose(self, key: str | None) -> None:
        choice = next((one for one in self._choices if one.key == key), None)
        if choice is not None:
            self.dismiss()
            self.desk_app.in_turn(choice.act)
