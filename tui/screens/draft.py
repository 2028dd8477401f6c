"""Messages to be taken along, one at a time: filled in, copied, as a link or a code. Then comes the question.

Whether a message was sent only the user knows; the answer is what is logged.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING

from pipeline.drafting import Typed, kept
from pipeline.drafting.answering import take_answers
from pipeline.errors import InputError
from pipeline.model import Channel
from tui.clipboard import copy
from tui.drafts import draft as typed_before
from tui.drafts import keep_draft
from tui.editor import edit
from tui.letters import letter_lines, strip_of
from tui.screens.page import WIDE_ENOUGH, Page
from tui.screens.reader import Reader
from tui.text import plain
from tui.widgets.columns import line, packed, width_of
from tui.widgets.lines import Lines, Text
from tui.widgets.questions import Questions
from tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.events import Key
    from textual.timer import Timer

    from pipeline.desk import Desk
    from pipeline.drafting import Draft, Words
    from tui.widgets.columns import Line

KEEP_AFTER = 0.5
"""Seconds without a key after which what was typed is kept."""

QR_ROOM = 3
"""Rows of a page that a code cannot have: head and foot, without the rule."""


class DraftPage(Page):
    """Shows messages with the ways to take them along; nothing is logged until it is said to be sent.

    The first one shown is that to the contact `to`. A subclass gives the messages in `drafts`, and logs one
    in `log_sent`.
    """

    CSS_PATH = "draft.tcss"
    AUTO_FOCUS = ""

    def __init__(self, to: str = "") -> None:
        super().__init__()
        self._to = to
        self._shown = ""
        self._taken: set[str] = set()
        self._who = Lines(id="who", grows=True)
        self._questions = Questions(id="asked")
        self._text = Text(id="text")
        self._keeping: Timer | None = None

    # What is shown

    def drafts(self, words: Words) -> tuple[Draft, ...]:
        """Give the messages as they stand; none where there is nothing more to write."""
        raise NotImplementedError

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

    def body(self) -> ComposeResult:
        """Give those who are written to, what is still asked for, and the text."""
        yield self._who
        yield self._questions
        yield self._text

    def heading(self) -> str:
        """Say to whom, and ask whether it was sent once it was taken along."""
        draft = self.shown()
        if draft is None:
            return "Nothing to write"
        whom = f"To {draft.to.name}" if draft.to else "To nobody yet"
        return f"{whom} · did you send it?" if self.is_taken(draft) else whom

    def status(self) -> str:
        """Say whether it is ready."""
        draft = self.shown()
        return "" if draft is None else "ready" if draft.ready else "not ready"

    def common(self) -> Sequence[str]:
        """Name nothing else: there are letters enough."""
        return ()

    def all_drafts(self) -> tuple[Draft, ...]:
        """Give the messages with what is typed in the fields. Raises InputError for a wrong template."""
        return self.drafts(self._with_typed(self.desk_app.desk.words))

    def _with_typed(self, words: Words) -> Words:
        """Lay what stands in the fields over what was noted before."""
        answers, shown = self._questions.answers(), self._shown

        def typed(key: str) -> Typed:
            noted = words.typed(key)
            return Typed({**noted.details, **answers}, noted.subject, noted.body) if key == shown else noted

        shared = {key: text for key, text in answers.items() if key in kept.SHARED}
        return replace(words, typed=typed, shared={**words.shared, **shared})

    def shown(self) -> Draft | None:
        """Give the message that is shown: the chosen one, else the first."""
        try:
            drafts = self.all_drafts()
        except InputError:
            return None
        return next((one for one in drafts if one.key == self._shown), next(iter(drafts), None))

    def _shown_draft(self) -> Draft:
        draft = self.shown()
        if draft is None:
            raise InputError("there is nothing more to write")
        return draft

    def standing(self) -> dict[str, str]:
        """Tell which message is shown, and which were taken along."""
        return {"shown": self._shown, "taken": "\n".join(sorted(self._taken))}

    def stand(self, stood: Mapping[str, str]) -> None:
        """Show the message that a dropped link hid, else the first, and ask again whether it was sent."""
        self._taken = set(stood.get("taken", "").split("\n")) - {""}
        drafts, wanted = self._drafts_or_none(), stood.get("shown")
        fitting = (one for one in drafts if one.key == wanted or (not wanted and self._to in one.people))
        chosen = next(fitting, next(iter(drafts), None))
        self.show_one(chosen.key if chosen else "")

    def _drafts_or_none(self) -> tuple[Draft, ...]:
        try:
            return self.all_drafts()
        except InputError as error:
            self.say(str(error), "alert")
            return ()

    def show_one(self, key: str, *, asks: bool = True) -> None:
        """Show a message, with a line for each thing that it lacks; `asks` puts the cursor there."""
        self._shown = key
        self._questions.ask((), {})
        draft = next((one for one in self._drafts_or_none() if one.key == key), None)
        if draft is not None and not draft.ready:
            before = typed_before(self.desk_app.desk.store, f"answers:{key}")
            self._questions.ask(draft.missing, before)
        if asks and self._questions.keys:
            self.call_after_refresh(self._fill)  # the lines are there only then
        else:
            self._text.focus()
        self.refresh_page()

    def show_facts(self) -> None:
        """Show the message as it stands; there is nothing to show once none waits."""
        drafts = self._drafts_or_none()
        is_there = any(one.key == self._shown for one in drafts)
        if drafts and not is_there:
            self.show_one(drafts[0].key)
            return
        if is_there and self._asks_for_other_things():
            self.show_one(self._shown, asks=False)
            return
        number = next((n for n, one in enumerate(drafts) if one.key == self._shown), 0)
        reading, asked = self.reading, self._questions.keys
        self._who.show(lambda _width: (strip_of(drafts, number),) if len(drafts) > 1 else ())
        self._text.show(lambda width: letter_lines(reading, drafts[number], width, asked) if drafts else ())

    def _asks_for_other_things(self) -> bool:
        """Whether something came to be missing, or is noted, that was done elsewhere: an undo, say."""
        noted = next((one for one in self.drafts(self.desk_app.desk.words) if one.key == self._shown), None)
        lacks = {one.key for one in noted.missing if one.key} if noted else set()
        return lacks != self._questions.keys and not isinstance(self.focused, TypedLine)

    # Typing what is missing

    def on_input_changed(self) -> None:
        """Show the message with what is typed, and keep that when the typing rests."""
        self.refresh_page()
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, lambda: self.desk_app.in_turn(self._keep))

    async def _keep(self) -> None:
        key, answers = f"answers:{self._shown}", self._questions.answers()
        await self.desk_app.clerk.ask(lambda desk: keep_draft(desk.store, key, answers))

    def keep_now(self) -> None:
        """Keep what is typed at once, from this thread: the terminal is gone."""
        keep_draft(self.desk_app.desk.store, f"answers:{self._shown}", self._questions.answers())

    async def _take_in(self) -> None:
        """Note what was typed, and go on without the fields."""
        answers, draft, key = self._questions.answers(), self._shown_draft(), f"answers:{self._shown}"

        def take(desk: Desk) -> str:
            change = take_answers(desk, draft, answers)
            keep_draft(desk.store, key, {})
            return change.told

        told = await self.desk_app.clerk.ask(take) if answers else ""
        await self.desk_app.refresh_facts()
        self.show_one(draft.key, asks=False)
        if told:
            self.say(f"{told} · {self.desk_app.keys['undo'].shown_key} undoes it")

    # Keys

    def on_key(self, event: Key) -> None:
        """In a field, type; elsewhere do what the letter says."""
        if isinstance(self.focused, TypedLine):
            self._on_key_in_field(event)
            return
        act = self._letters().get(event.character or event.key, self._letters().get(event.key))
        if act is None:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        self.say("")
        self.desk_app.in_turn(partial(self._do, act[1]))

    async def _do(self, act: Callable[[], object]) -> None:
        """Note what was typed before anything is made of it."""
        if self._questions.answers():
            await self._take_in()
        done = act()
        if isawaitable(done):
            await done

    def _on_key_in_field(self, event: Key) -> None:
        moves = {"down": self.focus_next, "up": self.focus_previous}
        if event.key in moves:
            moves[event.key]("TypedLine")
        elif event.key == "escape":
            self._text.focus()
            self.refresh_keys()
        elif event.key == "enter":
            missing = self._questions.first()
            if missing is None or missing.has_focus or self._questions.are_answered:
                self.desk_app.in_turn(self._take_in)
            else:
                missing.focus()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_descendant_focus(self) -> None:
        """Name the keys that work where the cursor is now."""
        self.refresh_keys()

    def _letters(self) -> dict[str, tuple[str, Callable[[], object]]]:
        """Give what can be done, by letter, the most frequent first."""
        draft = self.shown()
        if draft is None:
            return {}
        is_card = draft.channel is Channel.POST
        found: tuple[tuple[bool, str, str, Callable[[], object]], ...] = (
            (bool(self._questions.keys), "f", "fill in", self._fill),
            (True, "c", "copy", self._copy),
            (True, "y", "sent", self._was_sent),
            (self.is_taken(draft), "n", "not sent", self._was_not_sent),
            (len(self._drafts_or_none()) > 1, "tab", "next", self._next),
            (True, "e", "editor", self._edit),
            (not is_card, "o", "code", self._code),
            (not is_card, "m", "link", self._copy_link),
            (bool(draft.subject), "C", "subject", self._copy_subject),
            (True, "p", "plain", self._plain),
            (draft.edited, "x", "start over", self._start_over),
        )
        return {key: (label, act) for fits, key, label, act in found if fits}

    def _foot_lines(self, width: int) -> Sequence[Line]:
        said, _ = super()._foot_lines(width)
        if isinstance(self.focused, TypedLine):
            named = {"enter": "note it", "esc": "to the message"}
        else:
            shown, letters = self.shown(), self._letters()
            if shown is not None and self.is_taken(shown):
                letters = {key: letters[key] for key in dict.fromkeys(("y", "n", *letters))}
            named = {**{key: label for key, (label, _) in letters.items()}, "esc": "back"}
        return said, *packed(list(named.items()), width, 1 if width >= WIDE_ENOUGH else 2)

    # Taking it along

    def _whole(self) -> Draft:
        draft = self._shown_draft()
        if not draft.ready:
            fill = "f fills it in" if self._questions.keys else "name somebody first"
            raise InputError(f"it still lacks {draft.missing[0].question}; {fill}")
        return draft

    async def _take(self, what: str) -> None:
        """Note that it was taken along; from then on the head asks whether it was sent."""
        draft = self._shown_draft()
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
        draft = self._shown_draft()
        with self.desk_app.outside():
            written = edit(draft.text, ".txt", self.desk_app.desk.settings)
        if written != draft.text:
            await self.desk_app.clerk.ask(lambda desk: kept.keep_text(desk.store, draft, written))
            self.show_one(draft.key)
        if self._shown_draft().ready:
            await self._take("kept as you wrote it")

    def _plain(self) -> None:
        """Show it on the bare terminal, whose own selection takes it."""
        text = plain(self._shown_draft().text)
        with self.desk_app.outside():
            print(f"\n{text}\n\n(enter goes back)")  # noqa: T201 - to the terminal, outside of the app
            input()

    async def _start_over(self) -> None:
        draft = self._shown_draft()
        await self.desk_app.clerk.ask(lambda desk: kept.start_over(desk.store, draft))
        self.show_one(draft.key)

    def _fill(self) -> None:
        line_ = self._questions.first()
        if line_ is not None:
            line_.focus()

    def _next(self) -> None:
        keys = [one.key for one in self.all_drafts()]
        self.show_one(keys[(keys.index(self._shown) + 1) % len(keys)])

    # Afterwards

    async def _was_sent(self) -> None:
        """Log it, and go on with the next message; after the last one go back."""
        draft = self._shown_draft()
        await self.log_sent(draft)
        if not self.is_current:
            return
        self._taken.discard(draft.key)
        if not self._drafts_or_none():
            said = self.said
            self.dismiss()
            self.desk_app.page.say(said)

    async def _was_not_sent(self) -> None:
        await self.take_back(self._shown_draft())
        self.desk_app.page.say("not sent: nothing is logged")
