"""One opportunity: where it stands, its people, what happened, and what comes next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.commands import acting
from pipeline.commands.entering import period_words
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.meter import meter
from pipeline.model import Direction, InterviewState, Stage
from pipeline.wording import day_words, time_words
from tui.agenda import reminder_row, shown_at
from tui.screens.detail import contact_line
from tui.screens.follow_ups import FollowUps
from tui.screens.menu import Choice, Menu
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing, Remark
from tui.widgets.strip import strip_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from textual.app import ComposeResult

    from pipeline.model import Interview, Opportunity, Reminder, TimePeriod, Touch
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_STAGES = [stage for stage in Stage if not stage.is_closed]
_CLOSES = {
    Stage.ACCEPTED: "you accepted: closes it",
    Stage.REJECTED: "they declined: closes it",
    Stage.WITHDRAWN: "you withdrew: closes it",
    Stage.DORMANT: "they went silent: closes it",
}


class OpportunityPage(FollowUps):
    """All about one opportunity; its name stays in the head whatever scrolls."""

    CSS_PATH = "opportunity.tcss"

    def __init__(self, opportunity: str) -> None:
        super().__init__()
        self._which = opportunity
        self._top = Lines(id="top")
        self._list = Listing(id="timeline", empty="Nothing happened yet. n adds an interview.")

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
        self._list.show([*self._ahead(), *_timeline(case)])

    def _ahead(self) -> Iterator[Row]:
        mine = [one for one in self.desk_app.snapshot.waiting if one.opportunity == self._which]
        if mine:
            yield Heading("TO COME")
        for one in sorted(mine, key=shown_at):
            yield reminder_row(self.reading, one, about=False)

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on."""
        key = self._list.key
        return next((one for one in self.desk_app.snapshot.waiting if one.id == key), None)

    def offers(self) -> Iterable[str]:
        """Name what can be done here."""
        mine = ("done", "snooze", "skip", "why") if self.chosen() else ()
        return (*mine, "new", "debrief", "said", "move", "back")

    def about(self) -> str:
        """Say what forms are opened for."""
        return self._which

    def act_open(self) -> None:
        """Show the derivation: the opportunity itself is open already."""
        self.act("why")

    def act_move(self) -> None:
        """Ask for the stage."""
        stages = [
            Choice(key, stage.value, _CLOSES.get(stage, ""), partial(self._move, stage))
            for key, stage in zip("lasiocrwd", Stage, strict=True)
        ]
        self.app.push_screen(Menu(self.heading(), stages))

    async def _move(self, stage: Stage) -> None:
        await self.desk_app.do(lambda reading: acting.move(reading, self._which, stage))

    async def act_forward(self) -> None:
        """Move one stage on."""
        await self._step(1)

    async def act_backward(self) -> None:
        """Move one stage back."""
        await self._step(-1)

    async def _step(self, by: int) -> None:
        stage = self.opportunity.stage
        place = _STAGES.index(stage) + by if stage in _STAGES else -1
        if not 0 <= place < len(_STAGES):
            raise InputError(f"no stage lies there; {self.desk_app.keys['move'].shown_key} moves to any")
        await self.desk_app.do(lambda reading: acting.move(reading, self._which, _STAGES[place]))

    async def act_answered(self) -> None:
        """Note that they answered."""
        await self.desk_app.do(lambda reading: acting.answered(reading, self._which))


def _top_lines(case: Case, width: int) -> list[Line]:
    reading, one = case.reading, case.opportunity
    lines = []
    for person in one.people:
        contact = reading.index.contacts[person.contact]
        lines.append(((" ", ""), *contact_line(reading, contact, one)))
    if one.closed_on is not None:
        lines.append(line(f" Closed on {day_words(one.closed_on, reading.today)}."))
    if one.offer_respond_by is not None:
        lines.append(
            line((f" Answer the offer by {day_words(one.offer_respond_by, reading.today)}.", "strong"))
        )
    read = meter(case)
    if read is not None:
        lines.append(line((f" Now: {read.words}", "strong")))
        lines += [((" ", ""), *row) for row in strip_lines(read, width - 2)]
    if one.notes:
        lines += [line((f" {row}", "dim")) for row in wrap(one.notes, width - 2)]
    return lines


def _timeline(case: Case) -> list[Row]:
    """Lay out what happened, the latest first."""
    reading = case.reading
    zone = reading.places.user_zone
    events: list[tuple[datetime, str, str]] = []
    for interview in case.interviews:
        events.append(
            (interview.starts_at, time_words(interview.starts_at, zone), _interview(case, interview))
        )
        events += [
            (interview.starts_at, "", f"  for {reading.name(person.contact)}: {person.note}")
            for person in interview.people
            if person.note
        ]
    for touch in case.touches:
        events.append((touch.at, time_words(touch.at, zone), _touch(case, touch)))
    for period in reading.index.periods_of(case.opportunity.id):
        when = reading.places.local(period.said_on, reading.settings.follow_up.slot)
        events.append((when, day_words(period.said_on), _period(case, period)))
    if not events:
        return []
    events.sort(key=lambda event: event[0], reverse=True)
    rows: Sequence[Row] = [Remark(line((f"  {when:<17}", "dim"), what)) for _, when, what in events]
    return [Heading("SO FAR"), *rows]


def _interview(case: Case, interview: Interview) -> str:
    names = ", ".join(case.reading.name(person.contact) for person in interview.people)
    kind = f"{interview.kind.value} interview" if interview.kind else "interview"
    state = " (cancelled)" if interview.state is InterviewState.CANCELLED else ""
    return f"{kind}{' with ' + names if names else ''}{state}"


def _touch(case: Case, touch: Touch) -> str:
    names = ", ".join(case.reading.name(person) for person in touch.people)
    arrow = "from" if touch.direction is Direction.IN else "to"
    return f"{touch.kind.value} {arrow} {names or 'them'}{': ' + touch.note if touch.note else ''}"


def _period(case: Case, period: TimePeriod) -> str:
    stands = "" if case.standing_period == period else ", no longer"
    words = f"“{period.words}”, " if period.words else ""
    return f"{words}{period_words(period)}{stands}"
