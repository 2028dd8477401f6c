"""A page of messages, one at a time, with what each still lacks typed in above it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from pipeline.drafting import Typed, kept
from pipeline.drafting.answering import take_answers
from pipeline.errors import InputError
from tui.actions import MESSAGES
from tui.drafts import draft as typed_before
from tui.drafts import keep_draft
from tui.letters import letter_lines, strip_of
from tui.screens.page import Page
from tui.widgets.lines import Lines, Text
from tui.widgets.questions import Questions
from tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.events import Key
    from textual.timer import Timer

    from pipeline.desk import Desk
    from pipeline.drafting import Draft, Words
    from tui.widgets.columns import Keys

KEEP_AFTER = 0.5
"""Seconds without a key after which what was typed is kept."""


class LetterPage(Page):
    """Shows messages; the first one shown is that to the contact `to`.

    A subclass gives the messages in `drafts`, and in `offers` what can be done with the one that is shown.
    """

    GROUP = MESSAGES
    MAKE_OF_IT: ClassVar[frozenset[str]] = frozenset({"done", "edit"})
    """The actions beside those of such pages that make something of the message."""

    CSS_PATH = "letter.tcss"
    AUTO_FOCUS = ""

    def __init__(self, to: str = "") -> None:
        super().__init__()
        self._to = to
        self.shown_key = ""
        self._who = Lines(id="who", grows=True)
        self.questions = Questions(id="asked")
        self._text = Text(id="text")
        self._keeping: Timer | None = None

    # What is shown

    def drafts(self, words: Words) -> tuple[Draft, ...]:
        """Give the messages as they stand; none where there is nothing more to write."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """Give those who are written to, what is still asked for, and the text."""
        yield self._who
        yield self.questions
        yield self._text

    def heading(self) -> str:
        """Say to whom."""
        draft = self.shown()
        if draft is None:
            return "Nothing to write"
        return f"To {draft.to.name}" if draft.to else "To nobody yet"

    def status(self) -> str:
        """Say whether it is ready."""
        draft = self.shown()
        return "" if draft is None else "ready" if draft.ready else "not ready"

    def common(self) -> Sequence[str]:
        """Name the ways out: there is enough to do."""
        return ("back", "help")

    def all_drafts(self) -> tuple[Draft, ...]:
        """Give the messages with what is typed in the fields. Raises InputError for a wrong template."""
        return self.drafts(self._with_typed(self.desk_app.desk.words))

    def _with_typed(self, words: Words) -> Words:
        """Lay what stands in the fields over what was noted before."""
        answers, shown = self.questions.answers(), self.shown_key

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
        return next((one for one in drafts if one.key == self.shown_key), next(iter(drafts), None))

    def shown_draft(self) -> Draft:
        """Give the message that is shown. Raises InputError where there is none any more."""
        draft = self.shown()
        if draft is None:
            raise InputError("there is nothing more to write")
        return draft

    def standing(self) -> dict[str, str]:
        """Tell which message is shown."""
        return {"shown": self.shown_key}

    def stand(self, stood: Mapping[str, str]) -> None:
        """Show the message that a dropped link hid, else the first."""
        drafts, wanted = self.drafts_or_none(), stood.get("shown")
        fitting = (one for one in drafts if one.key == wanted or (not wanted and self._to in one.people))
        chosen = next(fitting, next(iter(drafts), None))
        self.show_one(chosen.key if chosen else "")

    def drafts_or_none(self) -> tuple[Draft, ...]:
        """Give the messages; none where a template is wrong, which is told."""
        try:
            return self.all_drafts()
        except InputError as error:
            self.say(str(error), "alert")
            return ()

    def show_one(self, key: str, *, asks: bool = True) -> None:
        """Show a message, with a line for each thing that it lacks; `asks` puts the cursor there."""
        self.shown_key = key
        self.questions.ask((), {})
        draft = next((one for one in self.drafts_or_none() if one.key == key), None)
        if draft is not None and not draft.ready:
            before = typed_before(self.desk_app.desk.store, f"answers:{key}")
            self.questions.ask(draft.missing, before)
        if asks and self.questions.keys:
            self.call_after_refresh(self.fill)  # the lines are there only then
        else:
            self._text.focus()
        self.refresh_page()

    def show_facts(self) -> None:
        """Show the message as it stands; there is nothing to show once none waits."""
        drafts = self.drafts_or_none()
        is_there = any(one.key == self.shown_key for one in drafts)
        if drafts and not is_there:
            self.show_one(drafts[0].key)
            return
        if is_there and self._asks_for_other_things():
            self.show_one(self.shown_key, asks=False)
            return
        number = next((n for n, one in enumerate(drafts) if one.key == self.shown_key), 0)
        reading, asked = self.reading, self.questions.keys
        self._who.show(lambda _width: (strip_of(drafts, number),) if len(drafts) > 1 else ())
        self._text.show(lambda width: letter_lines(reading, drafts[number], width, asked) if drafts else ())

    def _asks_for_other_things(self) -> bool:
        """Whether something came to be missing, or is noted, that was done elsewhere: an undo, say."""
        noted = next(
            (one for one in self.drafts(self.desk_app.desk.words) if one.key == self.shown_key), None
        )
        lacks = {one.key for one in noted.missing if one.key} if noted else set()
        return lacks != self.questions.keys and not isinstance(self.focused, TypedLine)

    # Typing what is missing

    def on_input_changed(self) -> None:
        """Show the message with what is typed, and keep that when the typing rests."""
        self.refresh_page()
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, lambda: self.desk_app.in_turn(self._keep))

    async def _keep(self) -> None:
        key, answers = f"answers:{self.shown_key}", self.questions.answers()
        await self.desk_app.clerk.ask(lambda desk: keep_draft(desk.store, key, answers))

    def keep_now(self) -> None:
        """Keep what is typed at once, from this thread: the terminal is gone."""
        keep_draft(self.desk_app.desk.store, f"answers:{self.shown_key}", self.questions.answers())

    async def _take_in(self) -> None:
        """Note what was typed, and go on without the fields."""
        answers, draft, key = self.questions.answers(), self.shown_draft(), f"answers:{self.shown_key}"

        def take(desk: Desk) -> str:
            change = take_answers(desk, draft, answers)
            keep_draft(desk.store, key, {})
            return change.told

        told = await self.desk_app.clerk.ask(take) if answers else ""
        await self.desk_app.refresh_facts()
        self.show_one(draft.key, asks=False)
        if told:
            self.say(f"{told} · {self.key('undo')} undoes it")

    def fill(self) -> None:
        """Go to what is missing, as far as it is asked for."""
        line_ = self.questions.first()
        if line_ is not None:
            line_.focus()

    def act_fill_in(self) -> None:
        """Go to what is missing."""
        if not self.questions.keys:
            raise InputError("the message lacks nothing that could be typed here")
        self.fill()

    def act_next_message(self) -> None:
        """Show the next message."""
        keys = [one.key for one in self.all_drafts()]
        if len(keys) < 2:  # noqa: PLR2004 - another one beside this
            raise InputError("this is the only message")
        self.show_one(keys[(keys.index(self.shown_key) + 1) % len(keys)])

    # Keys

    def on_key(self, event: Key) -> None:
        """In a field, type; elsewhere do what the key asks for."""
        if isinstance(self.focused, TypedLine):
            self._on_key_in_field(event)
        else:
            super().on_key(event)

    def act(self, name: str) -> None:
        """Do an action; what was typed is noted before anything is made of the message."""
        makes = self.desk_app.keys[name].page or name in self.MAKE_OF_IT
        if makes and self.questions.answers():
            self.desk_app.in_turn(partial(self._note_and_act, name))
        else:
            super().act(name)

    async def _note_and_act(self, name: str) -> None:
        await self._take_in()
        super().act(name)

    def _on_key_in_field(self, event: Key) -> None:
        moves = {"down": self.focus_next, "up": self.focus_previous}
        if event.key in moves:
            moves[event.key]("TypedLine")
        elif event.key == "tab":
            self.focus_next()  # here it is the next field, and not the next message
        elif event.key == self.desk_app.keys["back"].key:
            self._text.focus()
            self.refresh_keys()
        elif event.key == "enter":
            missing = self.questions.first()
            if missing is None or missing.has_focus or self.questions.are_answered:
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

    def keys_here(self) -> Keys:
        """Name what can be done with the message, or what the keys do in a field."""
        if isinstance(self.focused, TypedLine):
            return ("enter", "note it"), (self.key("back"), "to the message")
        offered = [self.desk_app.keys[name] for name in (*self.offers(), *self.common())]
        return [(one.shown_key, self.label_of(one)) for one in offered]
