"""Pages that ask one thing and give the answer to whoever waits, so that a dialogue reads as it runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from textual.containers import VerticalScroll

from pipeline.errors import TopofmindError
from sync.secret import Secret
from tui.screens.menu import Choice, Menu
from tui.screens.page import WIDE_ENOUGH, Page
from tui.sync_thread import beside
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

    from tui.app import TopOfMind
    from tui.widgets.columns import Keys, Line

    Paint = Callable[[int], Sequence[Line]]

T = TypeVar("T")


class Asks(Page):
    """A page with an answer; None where it was left without one."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def give(self, answer: object) -> None:
        """Give the answer, and go."""
        if not self.answer.done():
            self.answer.set_result(answer)
        self.dismiss()

    def on_unmount(self) -> None:
        """Let whoever waits know that there is no answer."""
        if not self.answer.done():
            self.answer.set_result(None)


async def ask(app: TopOfMind, page: Asks) -> Any:
    """Show a page and wait for its answer; None where it was left without one."""
    await app.push_screen(page)
    return await page.answer


def paragraph(text: str, style: str = "") -> Paint:
    """Lay a text out for any width."""
    return lambda width: [line((f" {row}", style)) for row in wrap(text, width - 2)]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to go on; `key` is also what is answered."""

    key: str
    label: str
    remark: str = ""


class Question(Asks, Menu):
    """A few ways to go on, each one key away, beneath what there is to know before one chooses."""

    CSS_PATH = "asking.tcss"

    def __init__(self, heading: str, why: str | Paint, ways: Sequence[Way]) -> None:
        Menu.__init__(self, heading, [Choice(way.key, way.label, way.remark, lambda: None) for way in ways])
        self.answer = asyncio.get_running_loop().create_future()
        self._why = Lines(id="why", grows=True)
        self._told = paragraph(why) if isinstance(why, str) else why

    def body(self) -> ComposeResult:
        """Give what there is to know, and the choices."""
        yield self._why
        yield from super().body()

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def show_facts(self) -> None:
        """Show both."""
        self._why.show(self._told)
        super().show_facts()

    def pointed(self) -> None:
        """Say in a narrow terminal what its row has no room for."""
        way = next((one for one in self._choices if one.key == self._list.key), None)
        if way is not None and self.size.width < WIDE_ENOUGH:
            self.say(way.remark)

    def _choose(self, key: str | None) -> None:
        self.give(key)

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        return (self.key("open"), "choose"), (self.key("back"), "back")


class SecretPage(Asks):
    """Asks for a password in a masked field, as often as `act` refuses it; nothing here keeps it."""

    CSS_PATH = "asking.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(
        self, heading: str, why: str, act: Callable[[Secret], object], doing: str, *, twice: bool = False
    ) -> None:
        super().__init__()
        self._heading = heading
        self._told = paragraph(why)
        self._act = act
        self._doing = doing
        self._busy = False
        self._why = Lines(id="why", grows=True)
        self._fields = [TypedField("Password", password=True)]
        if twice:
            self._fields.append(TypedField("Once more", password=True))

    def body(self) -> ComposeResult:
        """Give why it is asked for, and the field."""
        yield self._why
        with VerticalScroll(can_focus=False):
            yield from self._fields

    def heading(self) -> str:
        """Name what is asked for."""
        return self._heading

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def show_facts(self) -> None:
        """Tell why it is asked for."""
        self._why.show(self._told)

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        return ("enter", "go on"), (self.key("back"), "back")

    def on_key(self, event: Key) -> None:
        """Enter goes to the next field, or hands the password over."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.focused is self._fields[0].typed and len(self._fields) > 1:
                self._fields[1].typed.focus()
            elif not self._busy:
                self._hand_over()
        else:
            super().on_key(event)

    def _hand_over(self) -> None:
        first, *others = (Secret(field.value) for field in self._fields)
        for field in self._fields:
            field.value = ""
        self._fields[0].typed.focus()
        if first.is_empty:
            self.say(f"type it, or leave with {self.key('back')}", "strong")
        elif others and others[0] != first:
            self.say("these were not the same; once more", "alert")
        else:
            self._busy = True
            self.say(self._doing)
            self.desk_app.aside(self._try(first))

    async def _try(self, secret: Secret) -> None:
        try:
            result = await beside(lambda: self._act(secret))
        except TopofmindError as error:
            self.say(str(error), "alert")
        else:
            self.give((result,))
        finally:
            self._busy = False
