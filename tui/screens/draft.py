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
    from collections.abc import Iterable, Mapping

    from pipeline.drafting import Draft
    from tui.actions import Action

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

    def offers(self) -> Iterable[str]:
        """Name the ways to take it along, and the answers to whether it was sent: first, once it is open."""
        draft = self.shown()
        if draft is None:
            return ()
        is_card, taken = draft.channel is Channel.POST, self.is_taken(draft)
        fits = {
            "fill_in": bool(self.questions.keys),
            "copy": True,
            "sent": True,
            "not_sent": taken,
            "next_message": len(self.drafts_or_none()) > 1,
            "edit": True,
            "code": not is_card,
            "link": not is_card,
            "subject": bool(draft.subject),
            "plain": True,
            "start_over": draft.edited,
            "template": True,
        }
        names = [name for name, does in fits.items() if does]
        return dict.fromkeys(("sent", "not_sent", *names)) if taken else names

    def label_of(self, action: Action) -> str:
        """Say that it is changed in the editor."""
        return "editor" if action.name == "edit" else super().label_of(action)

    # Taking it along

    def _whole(self) -> Draft:
        draft = self.shown_draft()
        if not draft.ready:
            key = self.key("fill_in")
            fill = f"{key} fills it in" if self.questions.keys else "name somebody first"
            raise InputError(f"it still lacks {draft.missing[0].question}; {fill}")
        return draft

    async def _take(self, what: str) -> None:
        """Note that it was taken along; from then on the head asks whether it was sent."""
        draft = self.shown_draft()
        if not self.is_taken(draft):
            await self.note_taken(draft)
        keys = self.desk_app.keys
        self.say(f"{what} · {keys['sent'].shown_key}: sent, {keys['not_sent'].shown_key}: not sent")

    async def act_copy(self) -> None:
        """Copy the text."""
        await self._take(f"the text was {copy(self.desk_app, self._whole().body)}")

    async def act_subject(self) -> None:
        """Copy the subject."""
        subject = self._whole().subject
        if not subject:
            raise InputError("this message goes without a subject")
        await self._take(f"the subject was {copy(self.desk_app, subject)}")

    async def act_link(self) -> None:
        """Copy the link."""
        await self._take(f"the link was {copy(self.desk_app, self._link(self._whole()))}")

    def _link(self, draft: Draft) -> str:
        """Give the link that holds the text. Raises InputError for a message that none does."""
        link = draft.sms_link or draft.link
        if draft.channel is Channel.POST or not link:
            raise InputError("no link takes this message along; copy the text, or show it plain")
        return link

    async def act_code(self) -> None:
        """Show it as a code."""
        from tui.qr import qr_lines  # noqa: PLC0415 - only where a code is shown

        rows = qr_lines(self._link(self._whole()), ascii=self.desk_app.terminal.is_ascii)
        columns, high = width_of(rows[0]), len(rows)
        if columns > self.size.width or high > self.size.height - QR_ROOM:
            raise InputError(f"the code needs {columns}×{high + QR_ROOM} cells: smaller letters, or copy")  # noqa: RUF001 - the sign is meant
        await self._take("shown as a code")
        self.app.push_screen(
            Reader("For a phone's camera", lambda _width: [line((row, "qr")) for row in rows])
        )

    def act_edit(self) -> None:
        """Open it in the editor."""
        self.desk_app.in_turn(self._edit)

    async def _edit(self) -> None:
        draft = self.shown_draft()
        with self.desk_app.outside():
            written = edit(draft.text, ".txt", self.desk_app.desk.settings)
        if written != draft.text:
            await self.desk_app.clerk.ask(lambda desk: kept.keep_text(desk.store, draft, written))
            self.show_one(draft.key)
        if self.shown_draft().ready:
            await self._take("kept as you wrote it")

    def act_plain(self) -> None:
        """Show it on the bare terminal, whose own selection takes it."""
        text = self.desk_app.terminal.write(plain(self.shown_draft().text))
        with self.desk_app.outside():
            print(f"\n{text}\n\n(enter goes back)")  # noqa: T201 - to the terminal, outside of the app
            with suppress(EOFError):  # Ctrl-D goes back as well
                input()

    def act_template(self) -> None:
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

    async def act_start_over(self) -> None:
        """Forget what was written in the editor."""
        draft = self.shown_draft()
        if not draft.edited:
            raise InputError("the message stands as it came: nothing was written in the editor")
        await self.desk_app.clerk.ask(lambda desk: kept.start_over(desk.store, draft))
        self.show_one(draft.key)

    # Afterwards

    async def act_done(self) -> None:
        """Log it as sent."""
        await self.act_sent()

    async def act_sent(self) -> None:
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

    async def act_not_sent(self) -> None:
        """Note that it was not sent after all."""
        draft = self.shown_draft()
        if not self.is_taken(draft):
            raise InputError("it was not taken along yet: nothing is asked")
        await self.take_back(draft)
        self.desk_app.page.say("not sent: nothing is logged")
