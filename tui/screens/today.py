"""Today: what is due, by when, why, and how to go about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.agenda import agenda_rows
from tui.screens.answering import Answering
from tui.screens.page import WIDE_ENOUGH
from tui.screens.reminder import ReminderPage
from tui.widgets.lines import Lines
from tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.model import Reminder


class Today(Answering):
    """The list of what waits, and beneath it all about the row that the cursor is on."""

    CSS_PATH = "today.tcss"
    NAME = "Today"
    ABOUT_ALL = True

    def __init__(self) -> None:
        super().__init__()
        self._list = Listing(id="agenda")
        self._detail = Lines(id="detail")

    def body(self) -> ComposeResult:
        """Give the list and the detail."""
        new, debrief = self.key("new"), self.key("debrief")
        self._list.empty = f"Nothing to do. {new} adds an opportunity, {debrief} tells how it went."
        yield self._list
        yield self._detail

    def show_facts(self) -> None:
        """Show what waits."""
        agenda = agenda_rows(self.reading, self.desk_app.snapshot.waiting)
        self._list.show([*self.question_rows(), *agenda])
        self.pointed()

    def pointed(self) -> None:
        """Show all about the chosen row."""
        if self.question is not None:
            self._detail.show(self.question_lines(self.question))
        else:
            self._detail.show(self.detail_of(self.chosen()))

    def begin_anew(self) -> None:
        """Show it as it stands at the start of the app, but for how the sync is: that may be another then."""
        self.say("")
        self._list.action_edge(0)
        self.pointed()
        self._head.show(lambda width: self.head_lines(width, ""))

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on."""
        return self.waiting_at(self._list.key)

    def pointed_at(self) -> str | None:
        """Give the row that the cursor is on."""
        return self._list.key

    def offers(self) -> Iterable[str]:
        """Name what can be done with the chosen row."""
        if self.question is not None:
            return self.question_offers(self.question)
        if self.chosen() is None:
            return ("new", "debrief")
        return ("done", "write", "snooze", "skip", "why", "open", "new", "debrief", "undo")

    def act_open(self) -> None:
        """Open the opportunity or the person; in a narrow terminal the detail first."""
        if self.question is not None:
            self.open_question(self.question)
            return
        reminder = self._chosen()
        if self.size.width < WIDE_ENOUGH:
            self.app.push_screen(ReminderPage(reminder.id))
            return
        self.open_subject(reminder)
