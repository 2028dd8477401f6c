"""Two contacts who may be one person: what a merge would make, shown before it is done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands.merging import merge, plan_merge
from pipeline.review import deciding
from tui.review_lines import merge_lines
from tui.screens.menu import Choice, Menu
from tui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from pipeline.review.duplicates import Likeness


class MergePage(Menu):
    """Asks whether two are one, and which of them stays."""

    CSS_PATH = "review.tcss"

    def __init__(self, alike: Likeness) -> None:
        stays, goes = alike.stays, alike.goes
        super().__init__(
            "One person or two?",
            (
                Choice("m", "Merge", f"{goes.name} goes into {stays.name}", self._merge),
                Choice("o", "Other way", f"{stays.name} goes into {goes.name}", self._turn_round),
                Choice("t", "Two people", "never ask about them again", self._two_people),
            ),
        )
        self._alike = alike
        self._about = Lines(id="about", grows=True)

    def body(self) -> ComposeResult:
        """Give what would become of them, and the choices."""
        yield self._about
        yield from super().body()

    def show_facts(self) -> None:
        """Show what would become of them."""
        super().show_facts()
        alike = self._alike
        contacts = self.reading.index.contacts
        if alike.stays.id not in contacts or alike.goes.id not in contacts:
            return
        made = plan_merge(self.reading, alike.stays.id, alike.goes.id)
        self._about.show(lambda width: merge_lines(made, alike.why, width))

    async def _merge(self) -> None:
        stays, goes = self._alike.stays.id, self._alike.goes.id
        await self.desk_app.do(partial(merge, stays=stays, goes=goes))

    def _turn_round(self) -> None:
        alike = self._alike
        self.desk_app.push_screen(MergePage(type(alike)(alike.goes, alike.stays, alike.why)))

    async def _two_people(self) -> None:
        one, other = self._alike.stays.id, self._alike.goes.id
        await self.desk_app.do(partial(deciding.told_apart, one=one, other=other))
