"""The debrief: one line about an interview, read as it is typed, and what to thank each person for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical, VerticalScroll

from pipeline.case import Case
from pipeline.commands.debriefing import debrief
from pipeline.debrief import Debrief, read_debrief
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.model import Rule
from pipeline.wording import day_words
from tui.agenda import when_words
from tui.forms.entering import period_lines
from tui.screens.typing_page import TypingPage
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from textual.app import ComposeResult

    from pipeline.desk import Change
    from pipeline.model import Interview
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

_ABOUT = "about "
_LABEL = 6
"""Cells of what stands before that for which the line was taken."""


class DebriefPage(TypingPage):
    """Takes in how an interview went; `subject` is the interview."""

    SAVES = "save and show the drafts"

    def __init__(self, kind: str, subject: str) -> None:
        super().__init__(kind, subject)
        self.interview  # noqa: B018 - raises where it is gone
        line_ = TypedField("It went", "", "Ann, Bob; a week or two; panel next", self._names)
        self.typed_fields = {"line": line_}
        self._understood = Lines(id="below", grows=True)
        self._people = Vertical(id="people")
        self._shown: tuple[str, ...] = ()

    @property
    def interview(self) -> Interview:
        """The interview, as it stands."""
        found = self.reading.index.interviews.get(self.subject)
        if found is None:
            raise InputError("that interview is not there any more")
        return found

    def _case(self, reading: Reading) -> Case:
        return Case(reading, reading.index.opportunities[reading.index.interviews[self.subject].opportunity])

    def _names(self) -> list[str]:
        case = self._case(self.reading)
        near = case.reading.people_on(case.opportunity)
        contacts = self.reading.index.contacts
        return [*(contacts[who].name for who in near), *(one.name for one in contacts.values())]

    def body(self) -> ComposeResult:
        """Give the line, how it is understood, and a line for each person."""
        with VerticalScroll(can_focus=False):
            yield self.typed_fields["line"]
            yield self._understood
            yield self._people

    def heading(self) -> str:
        """Name the interview."""
        interview = self.reading.index.interviews.get(self.subject)
        if interview is None:
            return "Debrief"
        owner = self.reading.index.opportunities[interview.opportunity]
        kind = f"{interview.kind.value}, " if interview.kind else ""
        when = when_words(self.reading, interview.starts_at)
        return f"Debrief · {opportunity_company(self.reading.index, owner)} · {owner.title} · {kind}{when}"

    def take_draft(self, typed: dict[str, str]) -> None:
        """Put back the line, and what to thank people for."""
        super().take_draft({"line": typed.get("line", "")})
        self.call_after_refresh(self._take_notes, typed)

    def _take_notes(self, typed: dict[str, str]) -> None:
        super().take_draft({name: text for name, text in typed.items() if name != "line"})

    def _read(self) -> Debrief:
        return read_debrief(self.typed_fields["line"].value, self._case(self.reading), self.interview)

    def understand(self) -> None:
        """Show what the line was taken for, and ask about each person in it."""
        read, reading = self._read(), self.reading
        day = self._case(reading).day_of(self.interview)
        opportunity = self.interview.opportunity
        self._understood.show(lambda width: _lines(reading, read, opportunity, day, width))
        self._ask_about(self._met(read))

    def _met(self, read: Debrief) -> tuple[str, ...]:
        known = (person.contact for person in self.interview.people)
        return tuple(dict.fromkeys((*read.people, *read.newcomers, *known)))

    def _ask_about(self, people: tuple[str, ...]) -> None:
        """Have one line for each person met, and keep what stands in those that stay."""
        if people == self._shown:
            return
        self._shown = people
        notes = {person.contact: person.note or "" for person in self.interview.people}
        contacts = self.reading.index.contacts
        for name in [name for name in self.typed_fields if name.startswith(_ABOUT)]:
            if name.removeprefix(_ABOUT) not in people:
                self.typed_fields.pop(name).remove()
        for who in people:
            if _ABOUT + who not in self.typed_fields:
                label = contacts[who].name if who in contacts else who
                field = TypedField(label, notes.get(who, ""), "what to thank them for")
                self.typed_fields[_ABOUT + who] = field
                self._first[_ABOUT + who] = field.value
                self._people.mount(field)

    async def save(self) -> None:
        """Save it, and show the thanks that follow from it."""
        subject, case = self.subject, self._case(self.reading)
        await super().save()
        rounds = {one.id: round_.subject for round_ in case.rounds for one in round_.interviews}
        thanks = f"{Rule.THANK_YOU.value}:{rounds.get(subject, '')}"
        waiting = [one for one in self.desk_app.snapshot.waiting if one.id == thanks]
        page = self.desk_app.page
        if page.write_first(waiting, ""):
            self.desk_app.page.say(page.said)

    def command(self, typed: dict[str, str]) -> Callable[[Reading], Change]:
        """Give the command that takes it all in."""
        subject = self.subject
        notes = {name.removeprefix(_ABOUT): text for name, text in typed.items() if name.startswith(_ABOUT)}

        def decide(reading: Reading) -> Change:
            if subject not in reading.index.interviews:
                raise InputError("that interview is not there any more")
            interview = reading.index.interviews[subject]
            read = read_debrief(typed["line"], self._case(reading), interview)
            return debrief(reading, subject, read, notes)

        return decide


def _lines(reading: Reading, read: Debrief, opportunity: str, day: date, width: int) -> list[Line]:
    contacts = reading.index.contacts
    met = [contacts[who].name for who in read.people] + [f"{name} (new)" for name in read.newcomers]
    by = contacts[read.by].name if read.by in contacts else read.by
    rows = _rows("Met", ", ".join(met), "whom you met", width)
    if read.none_named:
        rows += _rows("Time", "nobody named one", "", width)
    else:
        days = ""
        if read.span is not None:
            days = day_words(read.span.latest, reading.today)
            if read.span.earliest != read.span.latest:
                days = f"{day_words(read.span.earliest, reading.today)} to {days}"
            days = f"“{read.words}” → {days}{f', said by {by}' if by else ''}"
        rows += _rows("Time", days, "what they said about time, or: no time", width)
    rows += _rows("Next", read.next_step or "", "what comes next", width)
    if read.hint:
        rows += [line((row, "strong")) for row in wrap(read.hint, width)]
    if read.problem:
        rows += [line((row, "alert")) for row in wrap(read.problem, width)]
    if read.words:
        rows += period_lines(reading, opportunity, read.words, day, width)
    return rows


def _rows(label: str, text: str, missing: str, width: int) -> list[Line]:
    first, *others = wrap(text or missing, width - _LABEL)
    style = "" if text else "dim"
    head = line((f"{label:<{_LABEL}}", "strong" if text else "dim"), (first, style))
    return [head, *(line(" " * _LABEL, (row, style)) for row in others)]
