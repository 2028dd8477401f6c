"""One opportunity: where it stands, its people, what happened, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.commands import editing
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.meter import meter
from pipeline.model import Stage
from pipeline.wording import day_words
from tui.agenda import reminder_row, shown_at
from tui.records import is_record
from tui.screens.follow_ups import FollowUps
from tui.screens.stages import Stages
from tui.timeline import Event, noted_actions, of_opportunity
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing
from tui.widgets.strip import strip_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult

    from pipeline.model import Opportunity, Reminder
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row


class OpportunityPage(FollowUps, Stages):
    """All about one opportunity; its name stays in the head whatever scrolls."""

    CSS_PATH = "opportunity.tcss"

    def __init__(self, opportunity: str) -> None:
        super().__init__()
        self._which = opportunity
        self._top = Lines(id="top", grows=True)
        self._list = Listing(id="timeline")

    @property
    def place(self) -> tuple[str, str]:
        """Name the page."""
        return "opportunity", self._which

    @property
    def opportunity(self) -> Opportunity:
        """The opportunity as it stands. Raises InputError where another session deleted it."""
        found = self.reading.index.opportunities.get(self._which)
        if found is None:
            raise InputError("this opportunity is not there any more")
        return found

    def body(self) -> ComposeResult:
        """Give where it stands, and below what is to come and what was."""
        yield self._top
        self._list.empty = f"Nothing happened yet. {self.key('new')} adds an interview."
        yield self._list

    def heading(self) -> str:
        """Name the opportunity."""
        one = self.reading.index.opportunities.get(self._which)
        if one is None:
            return "gone"
        return f"{opportunity_company(self.reading.index, one)} · {one.title} · {one.stage.value}"

    def show_facts(self) -> None:
        """Show it as it stands."""
        one = self.reading.index.opportunities.get(self._which)
        if one is None:
            self._top.show(lambda _width: ())
            self._list.show([])
            return
        case = Case(self.reading, one)
        self._top.show(lambda width: _top_lines(case, width))
        self._list.show([*self._ahead(), *self._people(one), *of_opportunity(case)])

    def _ahead(self) -> Iterator[Row]:
        reading = self.reading
        mine = [one for one in self.desk_app.snapshot.waiting if one.opportunity == self._which]
        actions = noted_actions(
            reading, (one for one in reading.index.next_actions.values() if one.opportunity == self._which)
        )
        if mine or actions:
            yield Heading("TO COME")
        for one in sorted(mine, key=shown_at):
            yield reminder_row(reading, one, about=False)
        yield from actions

    def _people(self, one: Opportunity) -> Iterator[Row]:
        roles = {person.contact: person.role.value for person in one.people}
        people = self.reading.people_on(one)
        yield Heading("PEOPLE")
        for role, id_ in (("company", one.company), ("agency", one.via)):
            at = self.reading.index.companies.get(id_ or "")
            if at is not None:
                yield Event(f"company:{at.id}", role, f"{at.name}{f' · {at.country}' if at.country else ''}")
        for id_ in people:
            contact = self.reading.index.contacts[id_]
            reach = " · ".join(filter(None, (contact.email, contact.phone)))
            yield Event(
                f"contact:{id_}", roles.get(id_, "met"), f"{contact.name}{f' · {reach}' if reach else ''}"
            )

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on."""
        key = self._list.key
        return next((one for one in self.desk_app.snapshot.waiting if one.id == key), None)

    def offers(self) -> Iterable[str]:
        """Name what can be done here."""
        mine = self.REMINDER_KEYS if self.chosen() else ("open",)
        one = self.reading.index.opportunities.get(self._which)
        decision = ("accepted",) if one is not None and one.stage is Stage.OFFER else ()
        return (*decision, *mine, "new", "debrief", "said", "log", "move", "edit", "back")

    def about(self) -> str:
        """Say what forms are opened for."""
        return self._which

    def act_open(self) -> None:
        """Open what the cursor is on: of a reminder, how it came about, of an interview, its brief."""
        kind, _, id_ = (self._list.key or "").partition(":")
        if self.chosen() is not None:
            self.act("why")
        elif kind in {"contact", "company"}:
            self.open_record(kind, id_)
        elif kind == "interview":
            self.act("brief")
        else:
            self.act("edit")

    async def act_done(self) -> None:
        """Tick off what the cursor is on: a follow-up, or a next action without a date."""
        kind, _, id_ = (self._list.key or "").partition(":")
        if kind == "action":
            await self.desk_app.do(lambda reading: editing.finish(reading, id_))
        else:
            await super().act_done()

    def act_write(self) -> None:
        """Write to the person that the cursor is on, else what comes first here."""
        kind, _, id_ = (self._list.key or "").partition(":")
        mine = [one for one in self.desk_app.snapshot.waiting if one.opportunity == self._which]
        chosen = self.chosen()
        if chosen is not None:
            self.write(chosen)
        elif not self.write_first(mine, id_ if kind == "contact" else ""):
            raise InputError("no message is due here; l logs one that you wrote all the same")

    def record_here(self) -> str:
        """Give the record that the cursor is on, else the opportunity."""
        key = self._list.key
        return key if key is not None and is_record(key) else super().record_here()

    async def act_delete(self) -> None:
        """Delete what the cursor is on; a person is only taken off the opportunity."""
        kind, _, id_ = self.record_here().partition(":")
        if kind == "contact":
            await self.desk_app.do(lambda reading: editing.take_off(reading, self._which, id_))
        else:
            await super().act_delete()

    def act_debrief(self) -> None:
        """Tell how the interview went that the cursor is on, else the one that began last."""
        kind, _, id_ = (self._list.key or "").partition(":")
        if kind == "interview":
            self.open_form("debrief", id_)
        else:
            super().act_debrief()


def _top_lines(case: Case, width: int) -> list[Line]:
    reading, one = case.reading, case.opportunity
    lines = []
    if one.closed_on is not None:
        lines.append(line(f" Closed on {day_words(one.closed_on, reading.today)}."))
    if one.offer_respond_by is not None and one.closed_on is None:
        lines.append(
            line((f" Answer the offer by {day_words(one.offer_respond_by, reading.today)}.", "strong"))
        )
    read = meter(case)
    if read is not None:
        lines.append(line((f" Now: {read.words}", "strong")))
        lines += [((" ", ""), *row) for row in strip_lines(read, width - 2)]
    facts = (
        f"via {reading.index.companies[one.via].name}" if one.via and one.company else "",
        f"applied {day_words(one.applied_on, reading.today)}" if one.applied_on else "",
        f"found through {one.source}" if one.source else "",
        one.location,
        one.link,
        "the posting is kept" if one.posting else "",
        ", ".join(one.tags),
        "archived" if one.archived else "",
    )
    if any(facts):
        lines.append(line((f" {' · '.join(filter(None, facts))}", "dim")))
    if one.notes:
        lines += [line((f" {row}", "dim")) for row in wrap(one.notes, width - 2)]
    return lines
