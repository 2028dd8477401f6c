"""Writing what is to be written: to those in a reminder, or to one person out of the blue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.commands import sending
from pipeline.drafting import draft_for, keep_in_touch_draft
from tui.screens.draft import DraftPage
from tui.screens.follow_ups import still_waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.drafting import Draft, Words
    from pipeline.model import Reminder


class ReminderDrafts(DraftPage):
    """The messages that a reminder asks for; it is gone once the reminder waits no more."""

    def __init__(self, reminder: str, to: str = "") -> None:
        super().__init__(to)
        self._which = reminder

    @property
    def place(self) -> tuple[str, str]:
        """Name this page, so that it can be opened again."""
        return "draft", self._which

    def reminder(self) -> Reminder | None:
        """Give the reminder, as long as it waits."""
        return next((one for one in self.desk_app.snapshot.waiting if one.id == self._which), None)

    def drafts(self, words: Words) -> tuple[Draft, ...]:
        """Give the messages as they stand."""
        reminder = self.reminder()
        return draft_for(self.reading, reminder, words) if reminder else ()

    async def log_sent(self, draft: Draft) -> None:
        """Log one; the reminder is done with the last."""
        reminder = self.reminder()
        await self.desk_app.do(
            lambda reading: sending.sent(
                reading, draft, still_waiting(reading, reminder) if reminder else None
            )
        )


class PersonDraft(DraftPage):
    """A message to somebody whom nothing asks you to write to yet."""

    def __init__(self, contact: str) -> None:
        super().__init__()
        self._contact = contact
        self._sent = False

    @property
    def place(self) -> tuple[str, str]:
        """Name this page, so that it can be opened again."""
        return "draft-to", self._contact

    def drafts(self, words: Words) -> tuple[Draft, ...]:
        """Give what there is to say to keep in touch, until it is sent."""
        contact = self.reading.index.contacts.get(self._contact)
        if contact is None or self._sent:
            return ()
        return (keep_in_touch_draft(self.reading, contact, words),)

    async def log_sent(self, draft: Draft) -> None:
        """Log it."""
        self._sent = True
        await self.desk_app.do(lambda reading: sending.sent(reading, draft))


DRAFTS: dict[str, Callable[[str], DraftPage]] = {"draft": ReminderDrafts, "draft-to": PersonDraft}
"""Kind of place → the page that stands there."""
