"""One company: what is pursued there, and who works there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from tui.records import is_record
from tui.screens.page import Page
from tui.screens.pipeline import OpportunityRow
from tui.timeline import Event
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.model import Company
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row


class CompanyPage(Page):
    """All about one employer or agency."""

    CSS_PATH = "opportunity.tcss"

    def __init__(self, company: str) -> None:
        super().__init__()
        self._which = company
        self._top = Lines(id="top", grows=True)
        self._list = Listing(id="timeline", empty="Nothing is pursued there, and nobody is known there.")

    def body(self) -> ComposeResult:
        """Give what is known of it, and below the opportunities and the people."""
        yield self._top
        yield self._list

    @property
    def _company(self) -> Company | None:
        return self.reading.index.companies.get(self._which)

    @property
    def place(self) -> tuple[str, str]:
        """Name this page, so that it can be opened again."""
        return "company", self._which

    def heading(self) -> str:
        """Name the company."""
        one = self._company
        return f"{one.name} · {one.kind.value}" if one else "gone"

    def show_facts(self) -> None:
        """Show it as it stands."""
        one = self._company
        self._top.show(lambda width: _top_lines(one, width) if one else ())
        self._list.show(self._rows() if one else [])

    def _rows(self) -> list[Row]:
        index = self.reading.index
        found = [one for one in index.opportunities.values() if self._which in {one.company, one.via}]
        rows: list[Row] = [Heading("OPPORTUNITIES")] if found else []
        rows += (OpportunityRow(f"opportunity:{one.id}", "", one.title, one.stage.value) for one in found)
        people = [one for one in index.contacts.values() if one.company == self._which]
        if people:
            rows.append(Heading("PEOPLE"))
        rows += (
            Event(f"contact:{one.id}", one.name, " · ".join(filter(None, (one.email, one.phone))))
            for one in sorted(people, key=lambda one: one.name)
        )
        return rows

    def offers(self) -> Iterable[str]:
        """Name what can be done here."""
        return ("open", "edit", "new", "delete", "back") if self._list.key else ("edit", "delete", "back")

    def about(self) -> str:
        """Give the opportunity or person that the cursor is on."""
        return (self._list.key or "").partition(":")[2]

    def record_here(self) -> str:
        """Give the company: what the cursor is on is changed on its own page."""
        return f"company:{self._which}"

    async def act_delete(self) -> None:
        """Delete the company, and go back."""
        await super().act_delete()
        self.dismiss()

    def act_open(self) -> None:
        """Open the opportunity or person that the cursor is on."""
        if not is_record(self._list.key):
            raise InputError("there is nothing to open")
        kind, _, id_ = (self._list.key or "").partition(":")
        self.open_record(kind, id_)


def _top_lines(one: Company, width: int) -> list[Line]:
    where = " · ".join(filter(None, (one.country, one.time_zone, one.link)))
    lines = [line(f" {where}")] if where else []
    if not one.country:
        lines.append(line((" No country is noted: your own public holidays count.", "dim")))
    if one.notes:
        lines += [line((f" {row}", "dim")) for row in wrap(one.notes, width - 2)]
    return lines
