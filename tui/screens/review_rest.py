"""After the people: what else is open; then what the review came to, and one push to the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.commands import editing
from pipeline.errors import InputError
from pipeline.review import deciding
from pipeline.review.rest import Loose, loose_ends
from pipeline.review.sitting import Part, Sitting
from tui.review_lines import summary_lines
from tui.screens.review import ReviewPage
from tui.screens.stages import Stages
from tui.widgets.columns import cut, fit, line
from tui.widgets.lines import Text
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.review.queue import Turn
    from pipeline.review.rest import LooseEnd
    from tui.actions import Action
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_FINISH = "finish"


@dataclass(frozen=True, slots=True)
class EndRow:
    """Something open, in a list."""

    key: str
    about: str
    what: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        if not self.what:
            return line(self.about)
        about = width * 38 // 100
        return line(f"{fit(self.about, about)}  ", (cut(self.what, width - about - 2), "dim"))


class RestPage(ReviewPage, Stages):
    """Lists what is open, to be looked at or ticked off; Enter on the first row ends the review."""

    PART = Part.REST

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self._list = Listing(id="list")
        self._ends: dict[str, LooseEnd] = {}

    def body(self) -> ComposeResult:
        """Give the list."""
        yield self._list

    def show_part(self, turn: Turn | None) -> None:
        """Show what is open."""
        _ = turn
        ends = loose_ends(self.reading, self.desk_app.snapshot.waiting)
        self._ends = {f"{one.kind.value}:{one.action or one.opportunity}": one for one in ends}
        push = ", and push it all to the calendar" if self.desk_app.sync.is_possible else ""
        rows: list[Row] = [EndRow(_FINISH, f"Finish{push}", "")]
        for kind in Loose:
            found = [(key, one) for key, one in self._ends.items() if one.kind is kind]
            if found:
                rows += [Heading(""), Heading(f"{_HEADINGS[kind]} {len(found)}")]
                rows += (
                    EndRow(key, one.about or one.what, one.what if one.about else "") for key, one in found
                )
        self._list.show(rows)

    def _here(self) -> LooseEnd:
        end = self._ends.get(self._list.key or "")
        if end is None:
            raise InputError("the cursor is on nothing that is open")
        return end

    def about(self) -> str:
        """Give the opportunity that the cursor is on."""
        end = self._ends.get(self._list.key or "")
        return (end.opportunity or "") if end else ""

    def offers(self) -> Iterable[str]:
        """Name what can be done with what the cursor is on."""
        end = self._ends.get(self._list.key or "")
        if end is None:
            return ("open",)
        return ("done", "open") if end.action else ("open", "answered", "move", "new")

    def label_of(self, action: Action) -> str:
        """Say what Enter does to the first row."""
        ends = action.name == "open" and self._list.key == _FINISH
        return "finish" if ends else super().label_of(action)

    async def act_open(self) -> None:
        """Open what the cursor is on, or end the review."""
        if self._list.key == _FINISH:
            await self._finish()
            return
        end = self._here()
        if end.opportunity is None:
            raise InputError(f"there is no more to it; {self.key('done')} ticks it off")
        self.open_record("opportunity", end.opportunity)

    async def act_done(self) -> None:
        """Tick off what was promised."""
        action = self._here().action
        if action is None:
            raise InputError("only what was promised can be ticked off here")
        await self.desk_app.do(lambda reading: editing.finish(reading, action))

    async def _finish(self) -> None:
        app = self.desk_app
        await app.do(deciding.finish)
        if app.sync.is_possible and not app.sync.running:
            app.sync.start()


_HEADINGS = {
    Loose.PERIOD: "THEY NAMED A TIME",
    Loose.PROMISE: "PROMISED",
    Loose.NO_STEP: "WITHOUT A NEXT STEP",
}


class SummaryPage(ReviewPage):
    """What the review came to."""

    PART = Part.SUMMARY
    AUTO_FOCUS = "#text"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self._text = Text(id="text")

    def body(self) -> ComposeResult:
        """Give the summary."""
        yield self._text

    def show_part(self, turn: Turn | None) -> None:
        """Show what the review came to."""
        _ = turn
        reading, review, until = self.reading, self.review, self.sitting.until
        sync = self.desk_app.sync_words or "not connected"
        self._text.show(lambda width: summary_lines(reading, review, until, sync, width))

    def offers(self) -> Iterable[str]:
        """Name what can be done."""
        return ("back", "review", "sync")

    async def act_review(self) -> None:
        """Go through everybody who came due since."""
        await self.desk_app.do(deciding.begin)
