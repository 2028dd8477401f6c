"""Before an interview: one page to read in the waiting room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.find import opportunity_company
from tui.agenda import when_words
from tui.briefing import brief_lines
from tui.screens.page import Page
from tui.widgets.lines import Text

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from pipeline.model import Interview
    from tui.widgets.columns import Line


class Brief(Page):
    """What to know before one interview."""

    AUTO_FOCUS = "#text"
    OFFERS = ("debrief", "edit", "said", "delete", "back")

    def __init__(self, interview: str) -> None:
        super().__init__()
        self._which = interview
        self._text = Text(id="text")

    def body(self) -> ComposeResult:
        """Give the text."""
        yield self._text

    @property
    def _interview(self) -> Interview | None:
        return self.reading.index.interviews.get(self._which)

    @property
    def place(self) -> tuple[str, str]:
        """Name this page, so that it can be opened again."""
        return "interview", self._which

    def heading(self) -> str:
        """Name the interview."""
        one = self._interview
        if one is None:
            return "gone"
        index = self.reading.index
        owner = index.opportunities[one.opportunity]
        when = when_words(self.reading, one.starts_at)
        return f"{when} · {opportunity_company(index, owner)} · {owner.title}"

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def show_facts(self) -> None:
        """Lay it out."""
        one = self._interview
        if one is None:
            self._text.show(lambda _width: ())
            return
        case = Case(self.reading, self.reading.index.opportunities[one.opportunity])
        self._text.show(lambda width: self._lines(case, one, width))

    def _lines(self, case: Case, one: Interview, width: int) -> list[Line]:
        return brief_lines(case, one, width)

    def about(self) -> str:
        """Give the interview's opportunity."""
        one = self._interview
        return one.opportunity if one else ""

    def record_here(self) -> str:
        """Give the interview."""
        return f"interview:{self._which}"

    def act_debrief(self) -> None:
        """Tell how it went."""
        self.open_form("debrief", self._which)

    async def act_delete(self) -> None:
        """Delete the interview, and go back."""
        await super().act_delete()
        self.dismiss()
