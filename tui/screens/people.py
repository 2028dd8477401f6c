"""People: everybody, those first who grow cold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.keep_in_touch import shown_date, tier_of
from pipeline.model import Consent
from pipeline.wording import count_words, day_words
from tui.screens.about_people import AboutPeople
from tui.widgets.columns import fit, line
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from textual.app import ComposeResult

    from pipeline.model import Contact
    from pipeline.reading import Reading
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_NAME, _TIER, _LAST = 22, 6, 12


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in a list."""

    key: str
    mark: str
    name: str
    where: str
    tier: str
    last: str
    next: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        head = line((f"{self.mark or ' '} ", "alert"))
        if width < 60:  # noqa: PLR2004 - a phone's terminal
            return (*head, (fit(self.name, _NAME), ""), (f" {self.next or self.where}", "dim"))
        where = width - _NAME - _TIER - 2 * _LAST - 10
        return (
            *head,
            (f"{fit(self.name, _NAME)}  ", ""),
            (f"{fit(self.where, where)}  {fit(self.tier, _TIER)}  ", "dim"),
            (f"{fit(self.last, _LAST)}  ", "dim"),
            (self.next, ""),
        )


class People(AboutPeople):
    """Everybody, in the order of who should hear from the user next."""

    CSS_PATH = "people.tcss"
    NAME = "People"

    def __init__(self) -> None:
        super().__init__()
        self._list = Listing(id="people")

    def body(self) -> ComposeResult:
        """Give the list."""
        self._list.empty = f"Nobody yet. {self.key('new')} adds a person."
        yield self._list

    def show_facts(self) -> None:
        """Show everybody."""
        self._list.show(people_rows(self.reading))

    def status(self) -> str:
        """Count everybody."""
        return count_words(len(self.reading.index.contacts), "person").replace("persons", "people")

    def about(self) -> str:
        """Give the person that the cursor is on."""
        return self._list.key or ""

    def offers(self) -> Iterable[str]:
        """Name what can be done with the chosen person."""
        return ("open", "log", "tier", "consent", "pause", "edit", "new") if self.about() else ("new",)

    def act_open(self) -> None:
        """Open the chosen person."""
        if not self.about():
            raise InputError("there is nobody to open yet")
        self.open_record("contact", self.about())


def people_rows(reading: Reading) -> list[Row]:
    """Lay everybody out: whom to keep in touch with, by day; who is on live opportunities; the others."""
    dates = reading.keep_in_touch.dates
    cold: list[tuple[date, str, PersonRow]] = []
    live: list[PersonRow] = []
    others: list[PersonRow] = []
    for contact in reading.index.contacts.values():
        due = dates.get(contact.id)
        if due is not None:
            due = shown_date(due, contact, reading.contact_days(contact))
            cold.append((due, contact.name, _row(reading, contact, due)))
        elif reading.live_opportunities_with(contact.id):
            live.append(_row(reading, contact, None))
        else:
            others.append(_row(reading, contact, None))
    rows: list[Row] = []
    for name, found in (
        ("KEEP IN TOUCH", [row for _, _, row in sorted(cold, key=lambda one: one[:2])]),
        ("ON LIVE OPPORTUNITIES", sorted(live, key=lambda one: one.name)),
        ("OTHERS", sorted(others, key=lambda one: one.name)),
    ):
        if found:
            rows += [Heading(f"{name} {len(found)}"), *found]
    return rows


def _row(reading: Reading, contact: Contact, due: date | None) -> PersonRow:
    company = reading.index.companies.get(contact.company or "")
    tier = tier_of(reading, contact)
    last = last_spoke(reading, contact)
    return PersonRow(
        contact.id,
        "!" if due is not None and due < reading.today else "",
        contact.name,
        company.name if company else "",
        f"tier {tier.value}" if tier else "",
        day_words(last, reading.today) if last else "",
        _next_words(reading, contact, due),
    )


def _next_words(reading: Reading, contact: Contact, due: date | None) -> str:
    if contact.consent is Consent.DECLINED:
        return "declined"
    if contact.paused_until is not None and contact.paused_until > reading.today:
        return f"paused until {day_words(contact.paused_until, reading.today)}"
    return day_words(due, reading.today) if due else ""


def last_spoke(reading: Reading, contact: Contact) -> date | None:
    """Give the day of the last message, call or interview with somebody."""
    zone = reading.places.user_zone
    moments = [touch.at for touch in reading.touches_with(contact.id)]
    moments += [one.starts_at for one in reading.index.interviews_with(contact.id) if reading.is_held(one)]
    return max(moments).astimezone(zone).date() if moments else None
