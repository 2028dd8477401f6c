"""One follow-up on a screen of its own, for terminals too narrow to show it below the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from tui.agenda import title
from tui.screens.follow_ups import FollowUps
from tui.widgets.lines import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.model import Reminder


class ReminderPage(FollowUps):
    """All about one follow-up; it is gone once that waits no more."""

    AUTO_FOCUS = "#text"

    def __init__(self, reminder: str) -> None:
        super().__init__()
        self._which = reminder
        self._text = Text(id="text")

    def body(self) -> ComposeResult:
        """Give the text."""
        yield self._text

    def chosen(self) -> Reminder | None:
        """Give the reminder, as long as it waits."""
        return next((one for one in self.desk_app.snapshot.waiting if one.id == self._which), None)

    def heading(self) -> str:
        """Name it."""
        reminder = self.chosen()
        return title(self.reading, reminder) if reminder else "settled"

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def show_facts(self) -> None:
        """Show all about it."""
        self._text.show(self.detail_of(self.chosen()))

    def offers(self) -> Iterable[str]:
        """Name what can be done with it."""
        return (*self.REMINDER_KEYS, "open", "debrief", "back") if self.chosen() else ("back",)

    async def act_done(self) -> None:
        """Tick off, and go back to the list."""
        await super().act_done()
        self._back_if_settled()

    async def act_skip(self) -> None:
        """Let go, and go back to the list."""
        await super().act_skip()
        self._back_if_settled()

    def _back_if_settled(self) -> None:
        if self.chosen() is None and self.is_current:
            said = self.said
            self.dismiss()
            self.desk_app.page.say(said)

    def act_open(self) -> None:
        """Open the opportunity or the person."""
        reminder = self.chosen()
        if reminder is None or not (reminder.opportunity or reminder.people):
            raise InputError("this one is about no opportunity and nobody")
        if reminder.opportunity:
            self.open_record("opportunity", reminder.opportunity)
        else:
            self.open_record("contact", reminder.people[0])
