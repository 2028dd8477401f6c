"""A form: a few lines to type, each read as it is typed, and kept when the form is left unsaved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from pipeline.errors import InputError
from tui.drafts import draft, keep_draft
from tui.screens.page import Page
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.events import Key
    from textual.timer import Timer
    from textual.widgets import Input

    from pipeline.desk import Change
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

KEEP_AFTER = 0.5
"""Seconds without a key after which what was typed is kept."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line to type. `shows` gives how it is understood, and raises InputError where it is not."""

    name: str
    label: str
    hint: str = ""
    shows: Callable[[Reading, str], Sequence[Line]] | None = None
    is_needed: bool = False
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class FormKind:
    """What a form asks: `save` makes a change of what was typed, `then` does something else with it.

    `key` is where what was typed is kept.
    """

    key: str
    title: str
    fields: tuple[Field, ...]
    save: Callable[[Reading, Mapping[str, str]], Change] | None = None
    then: Callable[[dict[str, str]], object] | None = None


class Form(Page):
    """The page of a form: Enter goes to the next field and saves at the last one."""

    CSS_PATH = "form.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(self, kind: FormKind) -> None:
        super().__init__()
        self.kind = kind
        self._keeping: Timer | None = None
        before = draft(self.desk_app.desk.store, kind.key)
        self._inputs = {
            one.name: TypedLine(before.get(one.name, ""), one.hint, tuple, password=one.is_secret)
            for one in kind.fields
        }
        self._labels = {one.name: Lines(classes="label") for one in kind.fields}
        self._shown = {one.name: Lines(classes="shown") for one in kind.fields}

    def body(self) -> ComposeResult:
        """Give each field: its label, its line, how it is understood."""
        with VerticalScroll(can_focus=False):
            for one in self.kind.fields:
                yield self._labels[one.name]
                yield self._inputs[one.name]
                yield self._shown[one.name]

    def on_mount(self) -> None:
        """Show what was typed before, and how it is understood."""
        super().on_mount()
        for one in self.kind.fields:
            spans = line((f" {one.label}", "strong"))
            self._labels[one.name].show(partial(_as_it_is, (spans,)))
            self._understand(one)

    def heading(self) -> str:
        """Name the form."""
        return self.kind.title

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def _keys_line(self, width: int) -> Line:
        _ = width
        keys = (("tab", "next field"), ("enter", "save"), ("esc", "keep for later"))
        return ((" ", ""), *(span for key, what in keys for span in ((key, "strong"), (f" {what}  ", "dim"))))

    def typed(self) -> dict[str, str]:
        """Give what was typed, by field."""
        return {name: shown.value.strip() for name, shown in self._inputs.items()}

    def _understand(self, one: Field) -> None:
        text = self._inputs[one.name].value.strip()
        lines: Sequence[Line] = ()
        try:
            lines = one.shows(self.reading, text) if one.shows and text else ()
        except InputError as error:
            told = str(error)
            self._shown[one.name].show(
                lambda width: [line((f"   {row}", "alert")) for row in wrap(told, width - 4)]
            )
            return
        self._shown[one.name].show(partial(_as_it_is, lines))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read what is typed, and keep it when the typing rests."""
        for one in self.kind.fields:
            if self._inputs[one.name] is event.input:
                self._understand(one)
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, lambda: self.desk_app.in_turn(self.keep))

    async def keep(self) -> None:
        """Keep what was typed, but for secrets."""
        secret = {one.name for one in self.kind.fields if one.is_secret}
        typed = {name: text for name, text in self.typed().items() if name not in secret}
        await self._keep(typed)

    async def _keep(self, typed: dict[str, str]) -> None:
        if self._keeping is not None:
            self._keeping.stop()
        key = self.kind.key
        await self.desk_app.clerk.ask(lambda desk: keep_draft(desk.store, key, typed))

    def _enter(self) -> None:
        """Go to the next field, or save at the last one."""
        if self.focused is list(self._inputs.values())[-1]:
            self.desk_app.in_turn(self.save)
        else:
            self.focus_next("TypedLine")

    async def save(self) -> None:
        """Do what was asked for. Raises InputError for what is missing or cannot be read."""
        typed = self.typed()
        for one in self.kind.fields:
            if one.is_needed and not typed[one.name]:
                self._inputs[one.name].focus()
                raise InputError(f"{one.label}: something has to stand there")
        change = None
        if (save := self.kind.save) is not None:
            change = await self.desk_app.clerk.ask(lambda desk: desk.do(lambda reading: save(reading, typed)))
        await self._keep({})
        self.dismiss()
        if change is not None:
            await self.desk_app.tell(change)
        if self.kind.then is not None:
            self.kind.then(typed)

    async def act_back(self) -> None:
        """Go back, and keep what was typed."""
        await self.keep()
        kept = any(self.typed().values())
        self.dismiss()
        if kept:
            self.desk_app.page.say("kept for later: it is here again when you open the form")

    def on_key(self, event: Key) -> None:
        """Move between the fields with the arrows; every other key is the page's."""
        moves = {"down": self.focus_next, "up": self.focus_previous}
        if event.key == "enter":
            event.stop()
            self._enter()
        elif event.key in moves:
            event.stop()
            moves[event.key]("TypedLine")
        else:
            super().on_key(event)


def _as_it_is(lines: Sequence[Line], _width: int) -> Sequence[Line]:
    return lines
