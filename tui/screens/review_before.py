"""Before the people: the calendar, the résumé, what is new, who is in there twice, last quarter's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.drafting import Missing, kept
from pipeline.drafting.kinds import FIELDS, NEWS
from pipeline.review import deciding
from pipeline.review.duplicates import likenesses
from pipeline.review.numbers import last_quarter, resume_words
from pipeline.review.queue import queue
from pipeline.review.sitting import Part, Sitting
from tui.review_lines import before_lines
from tui.screens.review import ReviewPage
from tui.widgets.columns import cut, fit, line
from tui.widgets.lines import Lines
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from pipeline.reading import Reading
    from pipeline.review.duplicates import Likeness
    from pipeline.review.numbers import Quarter
    from pipeline.review.queue import Queue, Turn
    from tui.actions import Action
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

_LABEL = 16
_BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done before the people."""

    key: str
    label: str
    words: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        room = width - _LABEL
        return line((fit(self.label, _LABEL), "strong"), (cut(self.words, room), "dim" if room > 0 else ""))


class BeforePage(ReviewPage):
    """What to look at first; Enter on the first row begins."""

    PART = Part.BEFORE

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self._about = Lines(id="about", grows=True)
        self._list = Listing(id="list")
        self._alike: dict[str, Likeness] = {}
        self._looked_at: Reading | None = None
        self._found: Queue
        self._numbers: Quarter
        self._resume = ""

    def body(self) -> ComposeResult:
        """Give what there is to know, and what can be done."""
        yield self._about
        yield self._list

    def show_part(self, turn: Turn | None) -> None:
        """Show how things stand before the review."""
        _ = turn
        reading, review = self.reading, self.review
        if self._looked_at is not reading:  # not again for each step of the sync
            self._looked_at, self._found = reading, queue(reading, review)
            self._numbers, self._resume = last_quarter(reading, review), resume_words(reading)
            self._alike = {f"{one.stays.id}\n{one.goes.id}": one for one in likenesses(reading.index)}
        numbers, found = self._numbers, self._found
        sync = self.desk_app.sync_words or "not connected; your phone will not know"
        self._about.show(lambda width: before_lines(numbers, found, sync, width))
        store, today = self.desk_app.desk.store, reading.today
        news = kept.shared(store, today).get(NEWS, "nothing noted; every message asks for it")
        rows: list[Row] = [
            Step(_BEGIN, "Begin", "one person at a time; leave whenever you like"),
            Step("resume", "Up to date?", f"résumé: {self._resume}"),
            Step("news", "What is new", news),
        ]
        if self._alike:
            rows += [Heading(""), Heading("ONE PERSON OR TWO?")]
            rows += (
                Step(key, one.stays.name, f"{one.goes.name}: {one.why}") for key, one in self._alike.items()
            )
        self._list.show(rows)

    def offers(self) -> Iterable[str]:
        """Name what can be done."""
        return ("open", "sync")

    def label_of(self, action: Action) -> str:
        """Say what Enter does to the first row."""
        begins = action.name == "open" and self._list.key == _BEGIN
        return "begin" if begins else super().label_of(action)

    async def act_open(self) -> None:
        """Begin, or do what the cursor is on."""
        key = self._list.key or ""
        if key == _BEGIN:
            await self._begin()
        elif key == "resume":
            self.open_form("resume")
        elif key == "news":
            self._ask_news()
        elif key in self._alike:
            from tui.screens.merging import MergePage  # noqa: PLC0415 - only where two look alike

            self.app.push_screen(MergePage(self._alike[key]))

    async def _begin(self) -> None:
        app = self.desk_app
        await app.do(deciding.begin)

    def _ask_news(self) -> None:
        from tui.screens.answers import AnswersPage  # noqa: PLC0415 - only where it is typed

        field, today = FIELDS[NEWS], self.reading.today
        before = kept.shared(self.desk_app.desk.store, today)
        question = Missing(NEWS, field.asks, field.example)
        self.app.push_screen(
            AnswersPage(
                "What is new with you",
                [question],
                lambda desk, answers: kept.keep_shared(desk.store, NEWS, answers.get(NEWS, ""), today),
                before,
            )
        )
