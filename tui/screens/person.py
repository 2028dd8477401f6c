"""One person: how to reach them, what the user shares with them, when to write next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.keep_in_touch import shown_date, tier_of
from pipeline.model import Consent
from pipeline.resumes import holding_words
from pipeline.wording import day_words
from tui.agenda import reminder_row, shown_at
from tui.records import is_record
from tui.screens.about_people import AboutPeople
from tui.screens.follow_ups import FollowUps
from tui.screens.pipeline import OpportunityRow
from tui.timeline import of_person
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.model import Contact, Reminder
    from pipeline.reading import Reading
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_OPPORTUNITY = "opportunity:"


class PersonPage(FollowUps, AboutPeople):
    """All about one person."""

    CSS_PATH = "opportunity.tcss"

    def __init__(self, contact: str) -> None:
        super().__init__()
        self._which = contact
        self._top = Lines(id="top", grows=True)
        self._list = Listing(id="timeline", empty="Nothing yet. l logs a message or call.")

    def body(self) -> ComposeResult:
        """Give who it is, and below what is shared and what was."""
        yield self._top
        yield self._list

    @property
    def place(self) -> tuple[str, str]:
        """Name the page."""
        return "contact", self._which

    @property
    def _contact(self) -> Contact | None:
        return self.reading.index.contacts.get(self._which)

    def heading(self) -> str:
        """Name the person."""
        one = self._contact
        if one is None:
            return "gone"
        company = self.reading.index.companies.get(one.company or "")
        return f"{one.name} · {company.name}" if company else one.name

    def show_facts(self) -> None:
        """Show the person as they stand."""
        reading, one = self.reading, self._contact
        self._top.show(lambda width: _top_lines(reading, one, width) if one else ())
        self._list.show(self._rows(one) if one else [])

    def _rows(self, one: Contact) -> list[Row]:
        index = self.reading.index
        waiting = [r for r in self.desk_app.snapshot.waiting if one.id in r.people]
        rows: list[Row] = [Heading("TO COME")] if waiting else []
        rows += (reminder_row(self.reading, r) for r in sorted(waiting, key=shown_at))
        if shared := index.opportunities_with(one.id):
            rows.append(Heading("TOGETHER ON"))
            rows += (
                OpportunityRow(
                    _OPPORTUNITY + o.id, "", opportunity_company(index, o), f"{o.title}, {o.stage.value}"
                )
                for o in shared
            )
        return [*rows, *of_person(self.reading, one)]

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on."""
        return next((one for one in self.desk_app.snapshot.waiting if one.id == self._list.key), None)

    def about(self) -> str:
        """Say whom forms are opened for."""
        return self._which

    def act_write(self) -> None:
        """Write what the cursor is on, else to this person."""
        if self.chosen() is not None:
            super().act_write()
        else:
            AboutPeople.act_write(self)

    def record_here(self) -> str:
        """Give the record that the cursor is on, else the person."""
        key = self._list.key
        return key if key is not None and is_record(key) else super().record_here()

    def offers(self) -> Iterable[str]:
        """Name what can be done here."""
        mine = self.REMINDER_KEYS if self.chosen() else ("write",)
        return (*mine, "open", "log", "tier", "consent", "pause", "edit", "back")

    def act_open(self) -> None:
        """Open the opportunity that the cursor is on."""
        key = self._list.key or ""
        reminder = self.chosen()
        if key.startswith(_OPPORTUNITY):
            self.open_record("opportunity", key.removeprefix(_OPPORTUNITY))
        elif reminder is not None and reminder.opportunity:
            self.open_record("opportunity", reminder.opportunity)
        elif reminder is not None:
            self.act("why")
        elif is_record(key):
            self.act("brief" if key.startswith("interview:") else "edit")
        else:
            raise InputError("there is nothing more to it")


def _top_lines(reading: Reading, one: Contact, width: int) -> list[Line]:
    lines = []
    reach = " · ".join(filter(None, (one.email, one.phone, one.link)))
    if reach:
        lines.append(line(f" {reach}"))
    if one.address:
        lines.append(line((f" {' · '.join(one.address.splitlines())}", "dim")))
    lines.append(line((f" {_standing(reading, one)}", "strong")))
    resume, _ = holding_words(reading, one)
    if resume:
        lines.append(line((f" Your résumé: {resume}.", "dim")))
    if one.notes:
        lines += [line((f" {row}", "dim")) for row in wrap(one.notes, width - 2)]
    return lines


def _standing(reading: Reading, one: Contact) -> str:
    if one.consent is Consent.DECLINED:
        return "Does not want to be kept in touch with."
    tier = tier_of(reading, one)
    if tier is None:
        return f"Nothing is due; whether they want to keep in touch is {one.consent.value}."
    due = reading.keep_in_touch.dates.get(one.id)
    if due is None:
        return f"Tier {tier.value}; nothing is due while an opportunity is live, or they stay silent."
    day = shown_date(due, one, reading.contact_days(one))
    return f"Tier {tier.value}, next on {day_words(day, reading.today)}."
