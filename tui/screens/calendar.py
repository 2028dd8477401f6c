"""The calendar: the account, what was pushed and came back, what is in doubt, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.wording import count_words
from tui.agenda import reminder_row, when_words
from tui.screens.answering import Answering
from tui.screens.asking import Question, Way, ask, paragraph
from tui.screens.detail import detail_lines
from tui.screens.page import WIDE_ENOUGH
from tui.screens.reader import Reader
from tui.sync_thread import beside
from tui.widgets.columns import fit, line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult

    from pipeline.model import Reminder
    from sync.keyring_state import KeyringStatus
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

LABEL = 11
"""Cells that the name of a fact takes."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One thing that is known of the calendar; `key` is there so that a long one can be read whole."""

    key: str
    label: str
    text: str
    style: str = ""

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line((f"{fit(self.label, LABEL)} ", "dim"), (self.text, self.style))


class CalendarPage(Answering):
    """What the calendar asks first, then how it stands, what the last sync did, and what is there."""

    CSS_PATH = "calendar.tcss"
    NAME = "Calendar"

    def __init__(self) -> None:
        super().__init__()
        self._list = Listing(id="standing")
        self._detail = Lines(id="detail")
        self._keyring: KeyringStatus | None = None

    def body(self) -> ComposeResult:
        """Give the list, and beneath it all about the row that the cursor is on."""
        yield self._list
        yield self._detail

    def on_screen_resume(self) -> None:
        """Look where the keyring stands, which takes a moment."""
        super().on_screen_resume()
        self.desk_app.aside(self._look_at_keyring())

    async def _look_at_keyring(self) -> None:
        if self.desk_app.calendar is not None and self.desk_app.calendar.account is not None:
            self._keyring = await beside(self.desk_app.calendar.keyring)
            self.refresh_page()

    def show_facts(self) -> None:
        """Show how it stands."""
        facts = list(self._facts())
        rows: list[Row] = [*self.question_rows(), Heading("HOW IT STANDS"), *facts]
        done = list(self._done())
        if done:
            rows += [Heading("THE LAST SYNC"), *done]
        there = self.desk_app.snapshot.calendar.there
        if there:
            rows += [Heading(f"ON THE CALENDAR {len(there)}"), *self._there()]
        self._list.show(rows)
        self.pointed()

    def _facts(self) -> Iterator[FactRow]:
        calendar, standing = self.desk_app.calendar, self.desk_app.snapshot.calendar
        account = calendar.account if calendar is not None else None
        if account is None:
            key = self.key("connect")
            yield FactRow("fact:none", "calendar", f"none yet; {key} connects one")
            return
        yield FactRow("fact:account", "account", account.id)
        yield FactRow("fact:calendar", "calendar", account.calendar or account.url)
        summary = standing.summary
        if summary is None:
            yield FactRow("fact:last", "last sync", "none yet")
        else:
            at = when_words(self.reading, summary.at)
            yield FactRow(
                "fact:last", "last sync", f"{at}: {'stopped' if summary.problem else _counts(self)}"
            )
            if summary.problem and not summary.needs_user:
                yield FactRow("fact:problem", "stopped by", summary.problem, "alert")
        if calendar is not None and calendar.rings_at is not None:
            at = when_words(self.reading, calendar.rings_at)
            yield FactRow("fact:test", "test", f"a reminder rings at {at}; a sync an hour later takes it off")
        doubt = standing.in_doubt
        yield FactRow("fact:doubt", "in doubt", ", ".join(one.reminder for one in doubt) or "nothing")
        yield FactRow("fact:next", "next try", self._next_try())
        if self._keyring is not None:
            yield FactRow("fact:keyring", "password", self._password_words(self._keyring))

    def _next_try(self) -> str:
        app, standing = self.desk_app, self.desk_app.snapshot.calendar
        if standing.asked is not None:
            return "when its question is answered"
        ahead = [standing.account.not_before] if standing.account and standing.account.not_before else []
        ahead += [app.sync.next_at] if app.sync.next_at else []
        if not ahead:
            return f"when you ask for it: {app.keys['sync'].shown_key}"
        return f"{when_words(self.reading, max(ahead))}, while the app is open"

    def _password_words(self, status: KeyringStatus) -> str:
        calendar = self.desk_app.calendar
        if calendar is not None and calendar.account is not None and calendar.account.password_command:
            return f"from {calendar.account.password_command[0]}"
        typed = "typed for this session. " if calendar is not None and calendar.has_typed_password else ""
        return typed + status.line

    def _done(self) -> Iterator[FactRow]:
        calendar = self.desk_app.calendar
        last = calendar.last if calendar is not None else None
        if last is None:
            return
        for number, action in enumerate(one for one in last.actions if one.verb.is_request):
            yield FactRow(
                f"fact:done{number}",
                _DONE[action.verb.value],
                f"{self._named(action.reminder)}: {action.reason}",
            )
        for number, act in enumerate(last.came_back):
            yield FactRow(
                f"fact:back{number}", "came back", f"{_BACK[type(act).__name__]}: {self._named(act.reminder)}"
            )
        for reminder, why in last.refused.items():
            yield FactRow(f"fact:refused:{reminder}", "refused", f"{self._named(reminder)}: {why}", "alert")

    def _named(self, reminder: str) -> str:
        found = next((one for one in self.desk_app.snapshot.waiting if one.id == reminder), None)
        return found.title if found is not None else reminder

    def _there(self) -> Iterator[Row]:
        for entry in self.desk_app.snapshot.calendar.there:
            when = when_words(self.reading, entry.start) if entry.start else ""
            reminder = self.waiting_at(entry.reminder)
            if reminder is None:
                yield FactRow(entry.reminder, when, entry.reminder)
            else:
                yield replace(reminder_row(self.reading, reminder), when=when, mark="")

    def pointed_at(self) -> str | None:
        """Give the row that the cursor is on."""
        return self._list.key

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on, or that is asked about."""
        return self.waiting_at(self._list.key)

    def pointed(self) -> None:
        """Show all about the chosen row."""
        self._detail.show(self._about_row)

    def _about_row(self, width: int) -> list[Line]:
        question, reminder = self.question, self.chosen()
        if question is not None:
            return list(self.question_lines(question)(width))
        if reminder is not None:
            return detail_lines(self.reading, reminder, width)
        row = next((one for one in self._list.rows if one.key == self._list.key), None)
        return list(paragraph(row.text)(width)) if isinstance(row, FactRow) else []

    def offers(self) -> Iterable[str]:
        """Name what can be done with the chosen row, and with the calendar."""
        calendar = self.desk_app.calendar
        if calendar is None or calendar.account is None:
            return ("connect",)
        here: tuple[str, ...] = ()
        if self.question is not None:
            here = self.question_offers(self.question)
        elif self.chosen() is not None:
            here = ("done", "snooze", "skip", "why", "open")
        return (*here, "sync", "verify", "plan", "password", "connect", "wipe", "disconnect")

    def common(self) -> Iterable[str]:
        """Name nothing else: there is enough to do here."""
        return ()

    def act_open(self) -> None:
        """Open the question, or what the reminder is about; any other row is shown whole."""
        question, reminder = self.question, self.chosen()
        if question is not None:
            self.open_question(question)
        elif reminder is not None and self.size.width >= WIDE_ENOUGH:
            self.open_subject(reminder)
        elif self._list.key is not None:
            self.app.push_screen(Reader("Calendar", self._about_row))

    # The calendar as a whole

    def act_verify(self) -> None:
        """Compare everything."""
        self.desk_app.sync.start(partial(self.calendar().sync, verify=True))
        self.refresh_page()

    def act_plan(self) -> None:
        """Show what a sync would do."""
        if self.desk_app.sync.running:
            raise InputError("a sync runs already; look when it is done")
        self.say("asking the calendar …")
        self.desk_app.aside(self._show_plan())

    async def _show_plan(self) -> None:
        actions = [one for one in await beside(self.calendar().plan) if one.verb.is_request]
        told = [f"{one.verb.value} {self._named(one.reminder)}: {one.reason}" for one in actions]
        self.say("")
        head = (
            f"A sync would send {count_words(len(told), 'request')}."
            if told
            else "A sync would change nothing."
        )

        def paint(width: int) -> list[Line]:
            rows = [line((f" {head}", "strong"))]
            return rows + [line(f" {row}") for text in told for row in wrap(text, width - 2)]

        self.app.push_screen(Reader("What a sync would do", paint))

    def act_wipe(self) -> None:
        """Remove everything of ours, after a question."""
        calendar = self.calendar()
        if calendar.account is None:
            raise self.not_connected()
        self.desk_app.aside(self._ask_to_wipe())

    async def _ask_to_wipe(self) -> None:
        count = len(self.desk_app.snapshot.calendar.there)
        why = (
            f"All that topofmind put on the calendar is removed there, about {count_words(count, 'object')}. "
            "Nothing else is touched, here or there. The next sync puts back what is wanted; disconnect "
            "after it, if nothing should come back."
        )
        if await ask(self.desk_app, Question("Wipe the calendar", why, [Way("w", "Remove all of it")])):
            self.desk_app.sync.start(self.calendar().wipe)
            self.refresh_page()


_DONE = {"create": "pushed", "update": "updated", "delete": "removed"}
_BACK = {"Snooze": "snoozed", "Done": "done", "Removed": "removed, which asks", "Note": "a note"}


def _counts(page: CalendarPage) -> str:
    summary = page.desk_app.snapshot.calendar.summary
    if summary is None:
        return ""
    counts = (
        (summary.pushed, "pushed"),
        (summary.updated, "updated"),
        (summary.deleted, "removed"),
        (summary.came_back, "came back from the phone"),
        (summary.in_doubt, "in doubt"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing to do"
