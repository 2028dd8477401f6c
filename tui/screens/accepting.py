"""You take the job: what follows from it, each of which can be left out, done as one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.commands.accepting import accept, deeds
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from tui.screens.page import Page
from tui.widgets.columns import line
from tui.widgets.listing import Heading, Listing

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.widgets.columns import Keys, Line
    from tui.widgets.listing import Row

_MEANS = {
    "Thank": "THANK",
    "Withdraw": "WITHDRAW POLITELY: CLOSED NOW, A MESSAGE TO WRITE",
    "Tell": "TELL YOUR NETWORK, A FEW A DAY",
    "Keep in touch": "KEEP IN TOUCH",
}


@dataclass(frozen=True, slots=True)
class DeedRow:
    """One thing that follows, and whether it is left out."""

    key: str
    what: str
    left_out: bool

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line("[ ] " if self.left_out else "[x] ", (self.what, "dim" if self.left_out else ""))


class Accepting(Page):
    """Lists what follows from accepting an opportunity."""

    def __init__(self, opportunity: str) -> None:
        super().__init__()
        self._which = opportunity
        self._without: set[str] = set()
        self._list = Listing(empty="Nobody is to be thanked or told, and nothing else is open.")

    def body(self) -> ComposeResult:
        """Give the list."""
        yield self._list

    def heading(self) -> str:
        """Name the opportunity."""
        one = self.reading.index.opportunities.get(self._which)
        return f"You accept · {opportunity_company(self.reading.index, one)} · {one.title}" if one else "gone"

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def show_facts(self) -> None:
        """List what follows as things stand."""
        rows: list[Row] = []
        group = ""
        try:
            found = (
                deeds(self.reading, self._which) if self._which in self.reading.index.opportunities else []
            )
        except InputError as error:
            self._list.empty, found = str(error), []
        for deed in found:
            if deed.group != group:
                group = deed.group
                rows.append(Heading(_MEANS[group]))
            rows.append(DeedRow(deed.key, deed.what, deed.key in self._without))
        self._list.show(rows)

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        named = {"open": "do all this", "skip": "leave out, or not", "back": "back"}
        return [(self.key(name), what) for name, what in named.items()]

    def act_skip(self) -> None:
        """Leave out what the cursor is on, or take it in again."""
        if (key := self._list.key) is not None:
            self._without ^= {key}
            self.refresh_page()

    async def act_open(self) -> None:
        """Do all that is not left out, as one step."""
        which, without = self._which, frozenset(self._without)
        change = await self.desk_app.clerk.ask(
            lambda desk: desk.do(lambda reading: accept(reading, which, without=without))
        )
        self.dismiss()
        await self.desk_app.tell(change)
