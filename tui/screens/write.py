"""A message to be taken along: copied, as a link, as a code, through an editor. Then: was it sent."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from pipeline.drafting import kept
from pipeline.drafting.answering import take_answers
from pipeline.errors import InputError
from tui.clipboard import copy
from tui.editor import edit
from tui.review_lines import letter_lines
from tui.screens.page import WIDE_ENOUGH, Page
from tui.screens.reader import Reader
from tui.screens.review import packed
from tui.terminal import Terminal
from tui.widgets.columns import line
from tui.widgets.lines import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

    from pipeline.desk import Change
    from pipeline.drafting import Draft
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

    Command = Callable[[Reading], Change]


class WritePage(Page):
    """Shows a message with the ways to take it along; nothing is logged until it is said to be sent.

    `again` drafts it anew. `taken` notes that it was taken along, `not_sent` takes that back, and `sent` logs
    it as it was shown.
    """

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#text"

    def __init__(
        self,
        draft: Draft,
        again: Callable[[], Draft],
        *,
        is_taken: Callable[[], bool],
        taken: Command,
        sent: Callable[[Draft], Awaitable[None]],
        not_sent: Command,
    ) -> None:
        super().__init__()
        self.draft = draft
        self._again = again
        self._is_taken = is_taken
        self._was_taken = False
        self._taken, self._sent, self._not_sent = taken, sent, not_sent
        self._text = Text(id="text")
        self._letters: dict[str, tuple[str, Callable[[], object]]] = {
            "c": ("copy", self._copy),
            "m": ("mail link", self._link),
            "o": ("QR code", self._code),
            "e": ("editor", self._edit),
            "y": ("sent", self._was_sent),
            "n": ("not sent", self.act_back),
            "f": ("fill in", self._fill),
        }

    def body(self) -> ComposeResult:
        """Give the text."""
        yield self._text

    def heading(self) -> str:
        """Say to whom."""
        whom = f"To {self.draft.to.name}" if self.draft.to else "To nobody yet"
        return f"{whom} · did you send it?" if self._was_taken else whom

    def status(self) -> str:
        """Say whether it is ready."""
        return "ready" if self.draft.ready else "not ready"

    def show_facts(self) -> None:
        """Show the message as it stands; an undo of taking it along leads back."""
        if self._was_taken and not self._is_taken() and self.app.screen is self:
            self.dismiss()
            return
        self._was_taken = self._is_taken()
        self.draft = draft = self._again()
        reading = self.reading
        self._text.show(lambda width: letter_lines(reading, draft, width))

    def on_mount(self) -> None:
        """Ask at once where it was taken along before."""
        super().on_mount()
        if self._was_taken:
            self.say("you took this draft along")

    def _foot_lines(self, width: int) -> Sequence[Line]:
        said, _ = super()._foot_lines(width)
        keys = [
            (key, label) for key, (label, _) in self._letters.items() if key != "f" or not self.draft.ready
        ]
        return said, *packed(keys, width, 1 if width >= WIDE_ENOUGH else 2)

    def on_key(self, event: Key) -> None:
        """Do what the letter says."""
        choice = self._letters.get(event.character or "")
        if choice is None:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        self.say("")
        self.desk_app.in_turn(choice[1])

    # Taking it along

    async def _take(self, what: str) -> None:
        """Note that it was taken along, once; from then on the head asks whether it was sent."""
        if not self._was_taken:
            await self.desk_app.clerk.ask(lambda desk: desk.do(self._taken))
            await self.desk_app.refresh_facts()
        self.desk_app.page.say(what)

    def _whole(self) -> Draft:
        """Give the message. Raises InputError where it is not ready."""
        if not self.draft.ready:
            raise InputError(f"it still lacks {self.draft.missing[0].question}; f fills it in")
        return self.draft

    async def _copy(self) -> None:
        await self._take(copy(self.desk_app, self._whole().text))

    async def _link(self) -> None:
        await self._take(f"the link was {copy(self.desk_app, self._address())}")

    def _address(self) -> str:
        link = self._whole().link
        if link is None:
            raise InputError("a card has no link; it is written by hand")
        return link

    async def _code(self) -> None:
        from tui.qr import qr_lines  # noqa: PLC0415 - only where a code is shown

        rows = qr_lines(self._address(), ascii=Terminal.here().is_ascii)
        await self._take("shown as a code")
        self.app.push_screen(
            Reader("For a phone's camera", lambda _width: [line((row, "qr")) for row in rows])
        )

    async def _edit(self) -> None:
        draft, app = self.draft, self.desk_app
        with nullcontext() if app.is_headless else app.suspend():
            written = edit(draft.text, ".txt", app.desk.settings)
        if written != draft.text:
            await app.clerk.ask(lambda desk: kept.keep_text(desk.store, draft, written))
        self.refresh_page()
        if self.draft.ready:
            await self._take("kept as you wrote it")

    def _fill(self) -> None:
        from tui.screens.answers import AnswersPage  # noqa: PLC0415 - only where something is missing

        if not any(one.key for one in self.draft.missing):
            raise InputError("nothing is missing that could be typed here")
        draft = self.draft
        self.app.push_screen(
            AnswersPage(
                self.heading(), draft.missing, lambda desk, answers: take_answers(desk, draft, answers)
            )
        )

    # Afterwards

    async def _was_sent(self) -> None:
        draft = self.draft
        self.dismiss()
        await self._sent(draft)

    async def act_back(self) -> None:
        """Go back; what was taken along and not sent is no longer asked for."""
        if self._was_taken:
            self._was_taken = False
            await self.desk_app.clerk.ask(lambda desk: desk.do(self._not_sent))
            await self.desk_app.refresh_facts()  # before what lies beneath could ask again
        self.dismiss()

    def common(self) -> Sequence[str]:
        """Name nothing else."""
        return ()
