"""What can be done with whatever record the cursor is on: open, change, delete, archive, merge, forget."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands import removing
from pipeline.errors import InputError
from pipeline.model import InterviewState
from tui.records import is_record, record
from tui.screens.everywhere import Everywhere

if TYPE_CHECKING:
    from pipeline.desk import Desk


class AboutRecords(Everywhere):
    """A page on which the cursor may be on a record."""

    def record_here(self) -> str:
        """Give the key of the record that the cursor is on, such as "interview:ID"; "" where none is."""
        about = self.about()
        index = self.desk_app.reading.index
        if about in index.opportunities:
            return f"opportunity:{about}"
        return f"contact:{about}" if about in index.contacts else ""

    def _record_here(self) -> str:
        key = self.record_here()
        if not is_record(key):
            raise InputError("the cursor is on nothing that can be changed")
        return key

    def act_edit(self) -> None:
        """Change what the cursor is on."""
        kind, _, id_ = self._record_here().partition(":")
        self.open_form(f"edit-{kind}", id_)

    async def act_delete(self) -> None:
        """Delete what the cursor is on."""
        key = self._record_here()
        await self.desk_app.do(lambda reading: removing.delete(reading, record(reading.index, key)))

    async def act_archive(self) -> None:
        """Put the opportunity out of sight, or take it back."""
        id_ = self.opportunity_here()
        archived = self.desk_app.reading.index.opportunities[id_].archived
        await self.desk_app.do(lambda reading: removing.archive(reading, id_, archived=not archived))

    def act_merge(self) -> None:
        """Ask with whom to make one contact of two."""
        self.open_form("merge", self._contact_here())

    def act_forget(self) -> None:
        """Ask whether to forget somebody for good."""
        from tui.screens.menu import Choice, Menu  # noqa: PLC0415 - Today does not wait for it

        who = self._contact_here()
        name = self.desk_app.reading.name(who)
        self.app.push_screen(
            Menu(
                f"Forget {name} for good? · nothing before this can be undone then",
                [
                    Choice("n", "No", "go back", lambda: None),
                    Choice("y", "Yes", "store, journal, backups and calendar", partial(self._forget, who)),
                ],
            )
        )

    async def _forget(self, contact: str) -> None:
        from pipeline.forgetting import forget  # noqa: PLC0415 - rare

        app = self.desk_app

        def job(desk: Desk) -> str:
            return forget(desk, contact).told

        told = await app.clerk.ask(job)
        await app.refresh_facts()
        app.page.say(told)
        if app.sync.is_possible:
            app.sync.start_quietly()

    def _contact_here(self) -> str:
        kind, _, id_ = self._record_here().partition(":")
        if kind != "contact":
            raise InputError("the cursor is on nobody")
        return id_

    def act_brief(self) -> None:
        """Show what to know before an interview: the one under the cursor, else the next one."""
        from tui.screens.brief import Brief  # noqa: PLC0415 - Today does not wait for it

        self.app.push_screen(Brief(self._to_prepare()))

    def _to_prepare(self) -> str:
        reading, (kind, _, id_) = self.desk_app.reading, self.record_here().partition(":")
        if kind == "interview":
            return id_
        ahead = self.interviews_near(
            lambda one: one.state is InterviewState.SCHEDULED and not reading.is_held(one)
        )
        if not ahead:
            raise InputError(f"no interview lies ahead; {self.key('new')} adds one")
        return min(ahead, key=lambda one: one.starts_at).id

    def act_accepted(self) -> None:
        """Show what follows from taking this job."""
        from tui.screens.accepting import Accepting  # noqa: PLC0415 - rare

        self.app.push_screen(Accepting(self.opportunity_here()))
