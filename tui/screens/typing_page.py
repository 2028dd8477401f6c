"""A page to type on: whatever is typed is kept, and is there again after Esc or a dropped link."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.drafts import draft, keep_draft
from tui.place import FORM
from tui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.events import Key
    from textual.timer import Timer

    from pipeline.desk import Change
    from pipeline.reading import Reading
    from tui.widgets.columns import Keys
    from tui.widgets.typed import TypedField

KEEP_AFTER = 0.5
"""Seconds without a key after which what was typed is kept."""


class TypingPage(Page):
    """A page with fields by name. A subclass reads them in `understand`, and decides in `command`."""

    CSS_PATH = "typing_page.tcss"
    AUTO_FOCUS = "TypedLine"
    SAVES: ClassVar[str] = "save"
    """What Enter does, in the words of the footer."""

    def __init__(self, kind: str, subject: str = "") -> None:
        super().__init__()
        self.kind, self.subject = kind, subject
        self.typed_fields: dict[str, TypedField] = {}
        self._first: dict[str, str] = {}
        self._keeping: Timer | None = None
        self._begin_at = ""

    @property
    def place(self) -> tuple[str, str]:
        """Name this page, so that it can be opened again."""
        return FORM + self.kind, self.subject

    def on_mount(self) -> None:
        """Show what was typed before, and how it is understood."""
        self._first = self.typed()
        before = draft(self.desk_app.desk.store, self._key)
        self.take_draft(before)
        super().on_mount()
        self.understand()
        fields = self.typed_fields
        field = fields.get(self._begin_at) or self.next_needed() or next(iter(fields.values()))
        self.set_focus(field.typed)
        if before:
            self.say("what you typed before is here again")

    def standing(self) -> dict[str, str]:
        """Tell which field is typed in."""
        here = (name for name, field in self.typed_fields.items() if field.typed.has_focus)
        return {"field": next(here, "")}

    def stand(self, stood: Mapping[str, str]) -> None:
        """Begin at the field that was typed in."""
        self._begin_at = stood.get("field", "")

    def take_draft(self, typed: dict[str, str]) -> None:
        """Put what was typed before into the fields."""
        for name, text in typed.items():
            if name in self.typed_fields:
                self.typed_fields[name].value = text

    @property
    def _key(self) -> str:
        return f"{self.kind}:{self.subject}"

    def typed(self) -> dict[str, str]:
        """Give what is typed, by field."""
        return {name: field.value for name, field in self.typed_fields.items()}

    def understand(self) -> None:
        """Show how what is typed is understood."""

    def command(self, typed: dict[str, str]) -> Callable[[Reading], Change]:
        """Give the command that what is typed asks for; it runs at the clerk's desk."""
        raise NotImplementedError

    def next_needed(self) -> TypedField | None:
        """Give the first field that has to be filled and is not."""
        return None

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        return ("tab", "next field"), ("enter", self.SAVES), (self.key("back"), "keep for later")

    def on_input_changed(self) -> None:
        """Read what is typed, and keep it when the typing rests; what was told before is answered by it."""
        if self.said:
            self.say("")
        self.understand()
        if self._keeping is not None:
            self._keeping.stop()
        if self.is_changed:
            self._keeping = self.set_timer(KEEP_AFTER, lambda: self.desk_app.in_turn(self.keep, quietly=True))

    @property
    def is_changed(self) -> bool:
        """Whether anything is typed that was not there at first."""
        return bool(self.changed())

    def changed(self) -> dict[str, str]:
        """Give what was typed, by field; what stood there at first may be another's, and newer by then."""
        return {name: text for name, text in self.typed().items() if text != self._first.get(name, "")}

    async def keep(self) -> None:
        """Keep what is typed in the store; nothing, where nothing is new in it."""
        if self._keeping is not None:
            self._keeping.stop()
        key, typed = self._key, self.changed()
        await self.desk_app.clerk.note(lambda desk: keep_draft(desk.store, key, typed))

    async def forget(self) -> None:
        """Keep nothing any more: it was carried out."""
        if self._keeping is not None:
            self._keeping.stop()
        key = self._key
        await self.desk_app.clerk.note(lambda desk: keep_draft(desk.store, key, {}))

    def keep_now(self) -> None:
        """Keep what is typed at once, from this thread: the terminal is gone."""
        keep_draft(self.desk_app.desk.store, self._key, self.changed())

    async def save(self) -> None:
        """Carry it out, as one step, and forget the draft."""
        command = self.command(self.typed())
        change = await self.desk_app.clerk.ask(lambda desk: desk.do(command))
        await self.forget()
        self.dismiss()
        await self.desk_app.tell(change)

    async def act_back(self) -> None:
        """Go back, and keep what was typed for later."""
        await self.keep()
        kept = self.is_changed
        self.dismiss()
        if kept:
            self.desk_app.page.say("kept for later: it is here again when you open the form")

    def on_key(self, event: Key) -> None:
        """Enter goes to what is missing, or saves; the arrows go from field to field."""
        moves = {"down": self.focus_next, "up": self.focus_previous}
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            missing = self.next_needed()
            if missing is None or missing.typed.has_focus:
                self.desk_app.in_turn(self.save)
            else:
                missing.typed.focus()
        elif event.key in moves:
            event.stop()
            moves[event.key]("TypedLine")
        else:
            super().on_key(event)
