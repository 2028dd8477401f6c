"""Messages to be taken along: copied, as a link or a code, through an editor. Then comes the question.

Whether a message was sent only the user knows; the answer is what is logged.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.drafting import kept
from pipeline.errors import InputError
from pipeline.model import Channel
from tui.clipboard import copy
from tui.editor import edit, edit_file
from tui.screens.letter import LetterPage
from tui.screens.reader import Reader
from tui.text import plain
from tui.widgets.columns import line, width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.drafting import Draft
    from tui.screens.letter import Letters

QR_ROOM = 3
"""Rows of a page that a code cannot have: head and foot, without the rule."""


class DraftPage(LetterPage):
    """Shows messages with the ways to take them along; nothing is logged until it is said to be sent.

    A subclass logs one in `log_sent`.
    """

    def __init__(self, to: str = "") -> None:
        super().__init__(to)
        self._taken: set[str] = set()

    async def log_sent(self, draft: Draft) -> None:
        """Log a message as sent."""
        raise NotImplementedError

    def is_taken(self, draft: Draft) -> bool:
        """Whether a message was taken along, and it is open whether it was sent."""
        return draft.key in self._taken

    async def note_taken(self, draft: Draft) -> None:
        """Note that a message was taken along."""
        self._taken.add(draft.key)
        self.refresh_page()

    async def take_back(self, draft: Draft) -> None:
        """Note that a message was not sent after all."""
        self._taken.discard(draft.key)
        self.refresh_page()

    def heading(self) -> str:
        """Say to whom, and ask whether it was sent once it was taken along."""
        draft = self.shown()
        asks = draft is not None and self.is_taken(draft)
        return f"{super().heading()}{' · did you send it?' if asks else ''}"

    def standing(self) -> dict[str, str]:
        """Tell which message is shown, and which were taken along."""
        return {**super().standing(), "taken": "\n".join(sorted(self._taken))}

    def stand(self, stood: Mapping[str, str]) -> None:
        """Ask again whether those that were taken along were sent."""
        self._taken = set(stood.get("taken", "").split("\n")) - {""}
        super().stand(stood)

    def letters(self, draft: Draft) -> Letters:
        """Give the ways to take it along, and the answer to whether it was sent."""
        is_card, taken = draft.channel is Channel.POST, self.is_taken(draft)
        found: tuple[tuple[bool, str, str, Callable[[], object]], ...] = (
            (bool(self.questions.keys), "f", "fill in", self.fill),
            (True, "c", "copy", self._copy),
            (True, "y", "sent", self._was_sent),
            (taken, "n", "not sent", self._was_not_sent),
            (len(self.drafts_or_none()) > 1, "tab", "next", self.next_one),
            (True, "e", "editor", self._edit),
            (not is_card, "o", "code", self._code),
            (not is_card, "m", "link", self._copy_link),
            (bool(draft.subject), "C", "subject", self._copy_subject),
            (True, "p", "plain", self._plain),
            (draft.edited, "x", "start over", self._start_over),
            (True, "t", "template", self._template),
        )
        letters = {key: (label, act) for fits, key, label, act in found if fits}
        return {key: letters[key] for key in dict.fromkeys(("y", "n", *letters))} if taken else letters

    # Taking it along

    def _whole(self) -> Draft:
        draft = self.shown_draft()
        if not draft.ready:
            fill = "f fills it in" if self.questions.keys else "name somebody first"
            raise InputError(f"it still lacks {draft.missing[0].question}; {fill}")
        return draft

    async def _take(self, what: str) -> None:
        """Note that it was taken along; from then on the head asks whether it was sent."""
        draft = self.shown_draft()
        if not self.is_taken(draft):
            await self.note_taken(draft)
        self.say(f"{what} · y: sent, n: not sent")

    async def _copy(self) -> None:
        await self._take(f"the text was {copy(self.desk_app, self._whole().body)}")

    async def _copy_subject(self) -> None:
        await self._take(f"the subject was {copy(self.desk_app, self._whole().subject)}")

    async def _copy_link(self) -> None:
        await self._take(f"the link was {copy(self.desk_app, self._link(self._whole()))}")

    def _link(self, draft: Draft) -> str:
        """Give the link that holds the text, where one does."""
        return draft.sms_link or draft.link or ""

    async def _code(self) -> None:
        from tui.qr import qr_lines  # noqa: PLC0415 - only where a code is shown

        rows = qr_lines(self._link(self._whole()), ascii=self.desk_app.terminal.is_ascii)
        columns, high = width_of(rows[0]), len(rows)
        if columns > self.size.width or high > self.size.height - QR_ROOM:
            raise InputError(f"the code needs {columns}×{high + QR_ROOM} cells: smaller letters, or copy")  # noqa: RUF001 - the sign is meant
        await self._take("shown as a code")
        self.app.push_screen(
            Reader("For a phone's camera", lambda _width: [line((row, "qr")) for row in rows])
        )

    async def _edit(self) -> None:
        draft = self.shown_draft()
        with self.desk_app.outside():
            written = edit(draft.text, ".txt", self.desk_app.desk.settings)
        if written != draft.text:
            await self.desk_app.clerk.ask(lambda desk: kept.keep_text(desk.store, draft, written))
            self.show_one(draft.key)
        if self.shown_draft().ready:
            await self._take("kept as you wrote it")

    def _plain(self) -> None:
        """Show it on the bare terminal, whose own selection takes it."""
        text = plain(self.shown_draft().text)
        with self.desk_app.outside():
            print(f"\n{text}\n\n(enter goes back)")  # noqa: T201 - to the terminal, outside of the app
            with suppress(EOFError):  # Ctrl-D goes back as well
                input()

    def _template(self) -> None:
        """Open the template in the editor; what is wrong in it is told, and the one before holds."""
        desk, kind = self.desk_app.desk, self.shown_draft().kind
        try:
            with self.desk_app.outside():
                desk.make_template(kind, lambda path: edit_file(path, desk.settings))
        except InputError as error:
            told = str(error)
            self.app.push_screen(Reader("Not used", lambda width: [line(row) for row in wrap(told, width)]))
        else:
            self.show_one(self.shown_key)
            self.say(f"your template {kind.value} holds")

    async def _start_over(self) -> None:
        draft = self.shown_draft()
        await self.desk_app.clerk.ask(lambda desk: kept.start_over(desk.store, draft))
        self.show_one(draft.key)

    def act_edit(self) -> None:
        """Open it in the editor."""
        self.desk_app.in_turn(self._edit)

    # Afterwards

    async def act_done(self) -> None:
        """Log it as sent."""
        await self._was_sent()

    async def _was_sent(self) -> None:
        """Log it, and go on with the next message; after the last one go back."""
        draft = self.shown_draft()
        await self.log_sent(draft)
        if not self.is_current:
            return
        self._taken.discard(draft.key)
        if not self.drafts_or_none():
            said = self.said
            self.dismiss()
            self.desk_app.page.say(said)

    async def _was_not_sent(self) -> None:
        await self.take_back(self.shown_draft())
        self.desk_app.page.say("not sent: nothing is logged")
