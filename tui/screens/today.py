"""Today: what is due, by when, why, and how to go about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from tui.agenda import agenda_rows
from tui.screens.detail import detail_lines
from tui.screens.follow_ups import FollowUps
from tui.screens.page import WIDE_ENOUGH
from tui.screens.reminder import ReminderPage
from tui.widgets.lines import Lines
from tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.model import Reminder


class Today(FollowUps):
    """The list of what waits, and beneath it all about the row that the cursor is on."""

    CSS_PATH = "today.tcss"
    NAME = "Today"
    ABOUT_ALL = True

    def __init__(self) -> None:
        super().__init__()
        self._list = Listing(id="agenda", empty="Nothing to do. n adds an opportunity, D tells how it went.")
        self._detail = Lines(id="detail")

    def body(self) -> ComposeResult:
        """Give the list and the detail."""
        yield self._list
        yield self._detail

    def show_facts(self) -> None:
        """Show what waits."""
        self._list.show(agenda_rows(self.reading, self.desk_app.snapshot.waiting))
        self.pointed()

    def pointed(self) -> None:
        """Show all about the chosen row."""
        reading, reminder = self.reading, self.chosen()
        self._detail.show(lambda width: detail_lines(reading, reminder, width) if reminder else ())

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on."""
        key = self._list.key
        return next((one for one in self.desk_app.snapshot.waiting if one.id == key), None)

    def offers(self) -> Iterable[str]:
        """Name what can be done with the chosen row."""
        if self.chosen() is None:
            return ("new", "debrief")
        return ("done", "snooze", "skip", "why", "open", "new", "debrief", "undo")

    def act_open(self) -> None:
        """Open the opportunity or the person; in a narrow terminal the detail first."""
        reminder = self._chosen()
        if self.size.width < WIDE_ENOUGH:
            self.app.push_screen(ReminderPage(reminder.id))
            return
        if reminder.opportunity:
            self.open_record("opportunity", reminder.opportunity)
        elif reminder.people:
            self.open_record("contact", reminder.people[0])
        else:
            raise InputError("this one is about no opportunity and nobody; all about it stands below")
