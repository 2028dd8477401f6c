"""The pipeline: every opportunity by stage, side by side, or below each other where it is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.meter import meter
from pipeline.model import Stage
from pipeline.wording import day_words
from tui.agenda import shown_at, when_words
from tui.screens.page import WIDE_ENOUGH
from tui.screens.stages import OPEN_STAGES, Stages
from tui.widgets.board import Board, Card, Column
from tui.widgets.columns import fit, line, wrap
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import ComposeResult
    from textual.events import Resize

    from pipeline.model import Opportunity, Reminder
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row


@dataclass(frozen=True, slots=True)
class OpportunityRow:
    """One opportunity in a list."""

    key: str
    mark: str
    name: str
    title: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        name = min(20, width // 2)
        return line((f"{self.mark or ' '} ", "alert"), fit(self.name, name), (f"  {self.title}", "dim"))


class Pipeline(Stages):
    """A board where there is room, a list where there is not."""

    CSS_PATH = "pipeline.tcss"
    AUTO_FOCUS = ""
    NAME = "Pipeline"

    def __init__(self) -> None:
        super().__init__()
        self._board = Board(id="board")
        self._list = Listing(id="stages")
        self._detail = Lines(id="standing")

    def body(self) -> ComposeResult:
        """Give both; the style sheet shows the one that fits."""
        yield self._board
        yield self._list
        yield self._detail

    @property
    def _is_board(self) -> bool:
        return self.size.width >= WIDE_ENOUGH

    def on_resize(self, event: Resize) -> None:
        """Go on in the view that fits, at the same opportunity."""
        _ = event
        if not self.is_mounted:
            return
        shown, other = (self._board, self._list) if self._is_board else (self._list, self._board)
        if other.has_focus or self.focused is None:
            self._show(other.key)
            shown.focus()

    def show_facts(self) -> None:
        """Show the opportunities as they stand."""
        self._show(None)

    def _show(self, key: str | None) -> None:
        everything = [one for one in self.reading.index.opportunities.values() if not one.archived]
        due = self._next_due()
        self._board.show_columns(
            [
                Column(stage.value, tuple(self._card(one, due) for one in self._at(stage, everything, due)))
                for stage in OPEN_STAGES
            ],
            key,
        )
        self._list.show(self._rows(everything, due), key)
        (self._board if self._is_board else self._list).focus()
        self.pointed()

    def _next_due(self) -> dict[str, Reminder]:
        due: dict[str, Reminder] = {}
        for one in self.desk_app.snapshot.waiting:
            if one.opportunity and (
                one.opportunity not in due or shown_at(one) < shown_at(due[one.opportunity])
            ):
                due[one.opportunity] = one
        return due

    def _at(
        self, stage: Stage, everything: Iterable[Opportunity], due: dict[str, Reminder]
    ) -> list[Opportunity]:
        """List those at a stage; what is due next comes first, closed ones by the day of their close."""
        found = [one for one in everything if one.stage is stage]
        if stage.is_closed:
            return sorted(found, key=lambda one: str(one.closed_on), reverse=True)
        return sorted(found, key=lambda one: shown_at(due[one.id]).timestamp() if one.id in due else 1e12)

    def _card(self, one: Opportunity, due: dict[str, Reminder]) -> Card:
        return Card(one.id, opportunity_company(self.reading.index, one), one.title, self._mark(one, due))

    def _mark(self, one: Opportunity, due: dict[str, Reminder]) -> str:
        return "!" if one.id in due and shown_at(due[one.id]).date() < self.reading.today else ""

    def _rows(self, everything: Sequence[Opportunity], due: dict[str, Reminder]) -> list[Row]:
        rows: list[Row] = []
        for stage in Stage:
            found = self._at(stage, everything, due)
            if found:
                rows.append(Heading(f"{stage.value.upper()} {len(found)}"))
            index = self.reading.index
            rows += (
                OpportunityRow(one.id, self._mark(one, due), opportunity_company(index, one), one.title)
                for one in found
            )
        return rows

    def status(self) -> str:
        """Count what is live and what is closed."""
        stages = [one.stage for one in self.reading.index.opportunities.values() if not one.archived]
        closed = sum(stage.is_closed for stage in stages)
        return f"{len(stages) - closed} open · {closed} closed"

    def about(self) -> str:
        """Give the opportunity that the cursor is on."""
        return (self._board.key if self._is_board else self._list.key) or ""

    def pointed(self) -> None:
        """Tell where the chosen opportunity stands."""
        one = self.reading.index.opportunities.get(self.about())
        self._detail.show(lambda width: self._standing(one, width) if one else ())

    def _standing(self, one: Opportunity, width: int) -> list[Line]:
        index = self.reading.index
        lines = [line((f" {opportunity_company(index, one)} · {one.title}", "strong"))]
        waiting = [r for r in self.desk_app.snapshot.waiting if r.opportunity == one.id]
        if waiting:
            first = min(waiting, key=shown_at)
            lines.append(line((f" {when_words(self.reading, shown_at(first))}  ", "dim"), first.title))
            lines += [line((f" {row}", "dim")) for row in wrap(first.reason, width - 2)]
        read = meter(Case(self.reading, one))
        if read is not None:
            lines.append(line(f" {read.words}, said on {day_words(read.said_on, self.reading.today)}"))
        return lines

    def offers(self) -> Iterable[str]:
        """Name what can be done with the chosen opportunity."""
        return (
            ("open", "forward", "backward", "move", "debrief", "said", "log", "new")
            if self.about()
            else ("new",)
        )

    def act_open(self) -> None:
        """Open the chosen opportunity."""
        if not self.about():
            raise InputError("there is nothing to open yet")
        self.open_record("opportunity", self.about())
