"""The app, which opens its pages one after the other, whenever it is sent SIGUSR1, every field filled.

Run as `python -m terminal.every_page TOLD` at a terminal: TOLD gets the name of each page, once it stands.
"""

from __future__ import annotations

import asyncio
import pkgutil
import signal
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from textual.events import Event, MouseUp, Paste

import tui.app
import tui.screens
from pipeline.review import deciding
from pipeline.review.duplicates import Likeness
from servers.caldav import Radicale
from sync.caldav_client import Login
from sync.connecting import Tried
from sync.discovery import Account, FoundCalendar
from sync.secret import Secret
from terminal.hostile import hostile
from tui import cli
from tui.forms import about_people, changing, entering, happened
from tui.screens.accepting import Accepting
from tui.screens.asking import SecretPage, ask
from tui.screens.connect import _choose, connect, disconnect
from tui.screens.first_start import WhoPage
from tui.screens.merging import MergePage
from tui.screens.page import WIDE_ENOUGH, Page
from tui.screens.password import find_way
from tui.screens.reminder import ReminderPage
from tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

CLICKED = "clicked"
"""What is told of a click."""

SUBJECTS = {
    **dict.fromkeys(("edit-opportunity", "role", "said", "opportunity"), "acme"),
    **dict.fromkeys(("edit-contact", "pause", "put-off", "merge", "contact", "draft-to"), "ann"),
    **dict.fromkeys(("edit-interview", "debrief"), "globex-1"),
    "edit-company": "acme",
    "edit-resume": "resume-1",
    "edit-period": "acme-says",
    "edit-touch": "thanks-dana",
    "edit-action": "portfolio",
    "snooze": "next action:portfolio",
    "draft": "check-in:globex-says",
}
"""What each kind of form is about; the others are about nothing."""

FEW = ("opportunity", "edit-contact", "debrief", "draft", "draft-to")
"""The forms that are opened in a narrow terminal, where all look alike."""


def kinds() -> set[str]:
    """Name the forms that there are, and the pages that a form's name opens."""
    forms = (entering.FORMS, changing.FORMS, happened.FORMS, about_people.FORMS)
    return {kind for some in forms for kind in some} | {"debrief", "draft", "draft-to"}


def pages(kind: type[Page] = Page) -> Iterator[type[Page]]:
    """List the pages that there are: those that nothing is made of, and the two that others are made of."""
    for module in pkgutil.iter_modules(tui.screens.__path__):
        import_module(f"tui.screens.{module.name}")
    if not kind.__subclasses__() or kind.__name__ == "Menu":
        yield kind
    for one in kind.__subclasses__():
        yield from pages(one)


async def _until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110 - the app has no event for it
        await asyncio.sleep(0.01)


class EveryPage(tui.app.TopOfMind):
    """Goes on when it is told to."""

    CSS_PATH = str(Path(tui.app.__file__).with_name("screens") / "page.tcss")

    def on_mount(self) -> None:
        """Begin."""
        self._go_on = asyncio.Event()
        self._told = Path(sys.argv[1]).open("a", buffering=1)  # noqa: SIM115 - a line now and then
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._go_on.set)
        self._walk = asyncio.create_task(self._through_all())

    async def _through_all(self) -> None:
        await _until(lambda: self.has_facts)
        assert self.calendar is not None
        assert self.calendar.account is not None
        self.calendar._credentials.remember(self.calendar.account.id, Secret(Radicale.password))
        async for name in self._open_all():
            page = self.page
            await page.until_ready()
            for number, field in enumerate(page.query(TypedLine)):
                field.post_message(Paste(hostile("Ann ", long=not number)))
            await asyncio.sleep(0.05)
            before = self.desk.store.revision
            self._told.write(f"{name}\n")
            self._go_on.clear()
            await self._go_on.wait()
            if self.page is not page or self.desk.store.revision != before:
                self._told.write(f"{name}: a click led to {self.page}\n")
        self._told.write("the end\n")

    async def on_event(self, event: Event) -> None:
        """Tell that a click was seen, once all that it led to is shown."""
        is_new = not event.is_forwarded
        await super().on_event(event)
        if isinstance(event, MouseUp) and is_new:
            self.screen.call_after_refresh(self._told.write, f"{CLICKED}\n")

    async def _open_all(self) -> AsyncIterator[str]:
        """Open one page after the other; give what each is called."""
        for mode in reversed(self.MODES):
            yield await self._open(partial(self.go, mode), mode)
        for kind, subject in (("opportunity", "acme"), ("contact", "ann"), ("company", "acme")):
            yield await self._open(partial(self.page.open_record, kind, subject), kind)
            self.go("today")
        yield await self._open(partial(self.page.open_record, "interview", "acme-panel"), "interview")
        for kind in sorted(kinds() if self.size.width >= WIDE_ENOUGH else FEW):
            self.go("today")
            yield await self._open(partial(self.page.open_form, kind, SUBJECTS.get(kind, "")), kind)
        for pages_ in (self._others(), self._dialogues(), self._review()):
            async for name in pages_:
                yield name

    async def _open(self, act: Callable[[], object], name: str = "") -> str:
        """Do what opens a page, and wait until it is there."""
        await self.page.until_ready()
        below = self.page
        act()
        await _until(lambda: self.page is not below and self.page.is_mounted)
        return f"{type(self.page).__name__} {name}"

    async def _others(self) -> AsyncIterator[str]:
        contacts = self.reading.index.contacts
        found = Likeness(contacts["ann"], contacts["bob"], hostile("the same name"))
        for page in (ReminderPage("check-in:globex-says"), MergePage(found), Accepting("stark-mills")):
            self.go("today")
            yield await self._open(partial(self.push_screen, page))
        for mode, act in (("people", "forget"), ("people", "tier"), ("today", "why"), ("today", "find")):
            self.go(mode)
            await self.page.until_ready()
            yield await self._open(getattr(self.page, f"act_{act}"), act)
        self.go("settings")
        await self.page.until_ready()
        self.page._list.go_to("app.mouse")  # type: ignore[attr-defined]
        yield await self._open(self.page.act_open)  # type: ignore[attr-defined]
        self.go("today")
        name = await self._open(partial(self.page.open_command, "list contacts"))
        self.page._begin()  # type: ignore[attr-defined]
        await _until(lambda: self.page._lines and not self.page._is_running)  # type: ignore[attr-defined]
        yield name

    async def _dialogues(self) -> AsyncIterator[str]:
        calendar = self.calendar
        assert calendar is not None
        assert calendar.account is not None
        there = FoundCalendar(
            calendar.account.calendar,
            hostile("Reminders"),
            frozenset({"VEVENT"}),
            can_write=True,
            sync_collection=True,
            is_shared=True,
        )
        tried = Tried(there.url, "sam", Account(Login("sam", Secret("")), None, (there,)), "VEVENT")
        secret = partial(SecretPage, hostile("Whose?"), hostile("Why."), lambda _: None, "…")
        for begin in (
            lambda: _choose(self, tried, calendar.sample()),
            lambda: find_way(self, calendar, hostile("The server says")),
            lambda: ask(self, secret()),
            lambda: ask(self, WhoPage(calendar)),
            lambda: connect(self, calendar),
            lambda: disconnect(self, calendar),
        ):
            self.go("calendar")
            yield await self._open(lambda: self.aside(begin()))  # noqa: B023 - at once

    async def _review(self) -> AsyncIterator[str]:
        self.go("today")
        yield await self._open(self.page.act_review)
        yield await self._open(self.page._ask_news)  # type: ignore[attr-defined]
        await self._open(self.pop_screen)
        yield await self._open(lambda: self.in_turn(partial(self.do, deciding.begin)))
        yield await self._open(self.page.act_write)  # type: ignore[attr-defined]
        await self._open(self.pop_screen)
        card = self.page
        while self.page is card:
            turn = card.next_turn()  # type: ignore[attr-defined]
            await self.do(partial(deciding.skip, contact=turn.contact.id))
        yield f"{type(self.page).__name__} "
        yield await self._open(lambda: self.in_turn(partial(self.do, deciding.finish)))
        await self._open(partial(self.go, "today"))


if __name__ == "__main__":
    tui.app.TopOfMind = EveryPage  # type: ignore[misc]  # the command makes the app
    sys.exit(cli.run([]))
