"""A message of the review: that it was taken along is noted there, and asked about after a dropped link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.draft import DraftPage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.desk import Change
    from pipeline.drafting import Draft, Words
    from pipeline.reading import Reading

    Command = Callable[[Reading], Change]


class WritePage(DraftPage):
    """Shows the message to one person in the review.

    `draft` makes it. `taken` notes that it was taken along, `not_sent` takes that back, and `sent` logs it as
    it was shown.
    """

    def __init__(
        self,
        draft: Callable[[Words], Draft],
        *,
        is_taken: Callable[[], bool],
        taken: Command,
        sent: Callable[[Draft], Awaitable[None]],
        not_sent: Command,
    ) -> None:
        super().__init__()
        self._draft = draft
        self._is_taken_there, self._was_taken = is_taken, False
        self._taken_there, self._log, self._not_sent = taken, sent, not_sent

    def drafts(self, words: Words) -> tuple[Draft, ...]:
        """Give the message."""
        return (self._draft(words),)

    def show_facts(self) -> None:
        """Show the message as it stands; an undo of taking it along leads back."""
        if self._was_taken and not self._is_taken_there() and self.is_current:
            self.dismiss()
            return
        self._was_taken = self._is_taken_there()
        super().show_facts()

    def is_taken(self, draft: Draft) -> bool:
        """Whether the review knows that it was taken along."""
        _ = draft
        return self._is_taken_there()

    async def note_taken(self, draft: Draft) -> None:
        """Note it in the review."""
        _ = draft
        await self.desk_app.clerk.ask(lambda desk: desk.do(self._taken_there))
        await self.desk_app.refresh_facts()

    async def take_back(self, draft: Draft) -> None:
        """Take it back, and go back."""
        _ = draft
        self._was_taken = False
        await self.desk_app.clerk.ask(lambda desk: desk.do(self._not_sent))
        await self.desk_app.refresh_facts()  # before what lies beneath could ask again
        self.dismiss()

    async def log_sent(self, draft: Draft) -> None:
        """Log it, and go on with the next person."""
        self._was_taken = False
        self.dismiss()
        await self._log(draft)

    async def act_back(self) -> None:
        """Go back; what was taken along and not sent is no longer asked for."""
        draft = self.shown()
        if draft is not None and self._was_taken:
            await self.take_back(draft)
        else:
            self.dismiss()
