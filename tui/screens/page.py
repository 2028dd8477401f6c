"""A page: a head, what it shows, a line for what was done, and the keys that work now."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from pipeline.drafting import draft_for
from pipeline.errors import InputError
from pipeline.wording import day_words
from tui.agenda import shown_at, title
from tui.screens.records import AboutRecords
from tui.widgets.columns import line, packed, spread, width_of, wrap
from tui.widgets.lines import Lines, WithCursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

    from pipeline.drafting import Draft
    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from tui.actions import Action
    from tui.widgets.columns import Keys, Line
    from tui.widgets.listing import Opened

_PATIENCE = 2.0
"""Seconds for a page to show itself; it takes a fiftieth of one."""

WIDE_ENOUGH = 60
"""From this many columns on there is room for two parts beside or below each other."""


HIGH_ENOUGH = 16
"""From this many rows on there is room for a long message below the page."""


class Page(AboutRecords):
    """What every screen has in common. A subclass composes `body`, and shows the facts in `show_facts`."""

    CSS_PATH = "page.tcss"
    AUTO_FOCUS = "Listing"
    NAME: ClassVar[str] = ""
    """How the head and the help call it."""

    STANDING: ClassVar[tuple[str, ...]] = ()
    """The attributes of text that are found again after a dropped link, beside the cursors: a filter."""

    HOLDS_SYNC: ClassVar[bool] = False
    """Whether the app does not sync by itself while this page is open."""

    OFFERS: ClassVar[tuple[str, ...]] = ()
    """The actions that the footer names, the most frequent first, beside those that work everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self._ready = asyncio.Event()
        self._said: tuple[str, str] | None = None
        self._head = Lines(id="head")
        self._foot = Lines(id="foot", grows=True)

    @property
    def reading(self) -> Reading:
        """The facts as they stand."""
        return self.desk_app.reading

    def compose(self) -> ComposeResult:
        """Put the parts below each other."""
        yield self._head
        yield from self.body()
        yield self._foot

    def body(self) -> ComposeResult:
        """Give what stands between head and foot."""
        yield from ()

    def on_mount(self) -> None:
        """Show what is known, with the cursor where it was when the link dropped."""
        self.stand(self.desk_app.whereabouts.stood.pop(self.place_name, {}))
        self.refresh_page()

    def on_screen_resume(self) -> None:
        """Show what changed while another screen was on top."""
        self.refresh_page()
        self.call_next(self._ready.set)

    async def until_ready(self) -> None:
        """Wait until the page is on the screen and knows where the keys go."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), _PATIENCE)

    def on_screen_suspend(self) -> None:
        """Remember how this screen stood, should the link drop while another is on top."""
        if self.NAME and not self.place[0]:
            self.desk_app.whereabouts.stood[self.place_name] = self.standing()

    def refresh_page(self) -> None:
        """Show the facts, head and foot as they are now; only what differs is drawn."""
        if self.is_mounted:
            if self.desk_app.has_facts:  # until they are read nobody can say that there is nothing
                self.show_facts()
            self._head.show(self._head_lines)
            self._foot.show(self._foot_lines)

    def show_facts(self) -> None:
        """Show the facts as they stand."""

    def refresh_keys(self) -> None:
        """Show the keys that work now."""
        self._foot.show(self._foot_lines)

    @property
    def said(self) -> str:
        """What the line above the keys tells."""
        return self._said[0] if self._said else ""

    def say(self, text: str, style: str = "") -> None:
        """Tell something in the line above the keys, until the next thing is done."""
        self._said = (text, style) if text else None
        self.refresh_keys()

    # Where the user is

    def keep_now(self) -> None:
        """Keep what is typed at once, from this thread: the app is about to end."""

    @property
    def place(self) -> tuple[str, str]:
        """Name this page by its kind and what it is about, so that it can be opened again; else ("", "")."""
        return "", ""

    @property
    def place_name(self) -> str:
        """Name this page among all."""
        return ":".join(self.place) if self.place[0] else self.NAME

    def standing(self) -> dict[str, str]:
        """Tell what the cursors are on, and the filters."""
        cursors = {view.id or "": view.key for view in self.query(WithCursor) if view.key}
        return {**cursors, **{name: getattr(self, name) for name in self.STANDING if getattr(self, name)}}

    def stand(self, stood: Mapping[str, str]) -> None:
        """Take up cursors and filters where they were."""
        for view in self.query(WithCursor):
            view.wanted = stood.get(view.id or "")
        for name in self.STANDING:
            setattr(self, name, stood.get(name, getattr(self, name)))

    # What the head and the foot show

    def heading(self) -> str:
        """Name the page in the head."""
        return f"{self.NAME} · {day_words(self.reading.today)}"

    def status(self) -> str:
        """Tell at the right of the head what is due."""
        today, waiting = self.reading.today, self.desk_app.snapshot.waiting
        overdue = sum(shown_at(one).date() < today for one in waiting)
        due = sum(shown_at(one).date() == today for one in waiting)
        return " · ".join(
            part for part in (f"{overdue} overdue" if overdue else "", f"{due} today" if due else "") if part
        )

    def _head_lines(self, width: int) -> Sequence[Line]:
        return self.head_lines(width, self.desk_app.sync_words)

    def head_lines(self, width: int, sync_words: str) -> Sequence[Line]:
        """Lay out the head: where this is, what is due, and how the sync is."""
        right = "   ".join(filter(None, (self.status(), sync_words)))
        name = () if width < WIDE_ENOUGH else line((" topofmind  ", "accent"))
        left = (*name, *line("" if name else " ", (self.heading(), "strong")))
        if not self.NAME and sum(width_of(text) for text, _ in left) + width_of(right) + 2 > width:
            right = ""  # what the page is about is never cut for what stands elsewhere too
        return spread(left, line((f"{right} ", "dim")), width), line(("─" * width, "dim"))

    def _foot_lines(self, width: int) -> Sequence[Line]:
        here = self.keys_here()
        keys = packed(here, width, self.key_rows(width)) if here else [self._keys_line(width)]
        return *self.said_lines(width), *keys

    def keys_here(self) -> Keys:
        """Name the keys of a page that names others than its actions; none for one that does not."""
        return ()

    def key_rows(self, width: int) -> int:
        """Say how many rows they may take."""
        return 1 if width >= WIDE_ENOUGH else 2

    def said_lines(self, width: int) -> Sequence[Line]:
        """Lay out what was told last, whole where the page is high enough; else a rule."""
        if self._said is None:
            return (line(("─" * width, "dim")),)
        text, style = self._said
        rows = wrap(text, width - 2) if self.size.height >= HIGH_ENOUGH else [text]
        return [line((f" {row}", style)) for row in rows]

    def _keys_line(self, width: int) -> Line:
        """Name as many keys as fit; the help is always among them."""
        actions = self.desk_app.keys
        last = actions["help"]
        room = width - width_of(last.shown_key + last.label) - 4
        spans: list[tuple[str, str]] = [(" ", "")]
        used = 1
        for action in (actions[name] for name in dict.fromkeys((*self.offers(), *self.common()))):
            label = self.label_of(action)
            cells = width_of(action.shown_key + label) + 3
            if used + cells > room:
                break
            spans += [(action.shown_key, "strong"), (f" {label}  ", "dim")]
            used += cells
        return (*spans, (last.shown_key, "strong"), (f" {last.label}", "dim"))

    def offers(self) -> Iterable[str]:
        """Name the actions that work now, the most frequent first."""
        return self.OFFERS

    def label_of(self, action: Action) -> str:
        """Say in the footer what an action does here."""
        return action.label

    def common(self) -> Iterable[str]:
        """Name what the footer adds where there is room."""
        return ("new", "undo", "find")

    # Acting

    def on_key(self, event: Key) -> None:
        """Do what the key asks for, or say why not."""
        action = self.asked_by(event.character if event.is_printable and event.character else event.key)
        if action is not None:
            event.stop()
            event.prevent_default()
            self.act(action.name)

    def asked_by(self, key: str) -> Action | None:
        """Give the action that a key asks for here."""
        found = [one for one in self.desk_app.keys.values() if one.key == key]
        here = [one for one in found if one.page == self.GROUP]
        return next((one for one in (*here, *found) if one.page in {"", self.GROUP}), None)

    def act(self, name: str) -> None:
        """Do an action, after those that were asked for before it."""
        if self._said is not None:
            self.say("")
        handler = getattr(self, f"act_{name}", None)
        if handler is None:
            action = self.desk_app.keys[name]
            self.say(
                f"{action.shown_key} ({action.label}) does not work here; {self.key('help')} shows what does",
                "strong",
            )
            return
        self.desk_app.in_turn(handler)

    # Writing

    def drafts_of(self, reminder: Reminder) -> tuple[Draft, ...]:
        """Give the messages that a reminder asks for; none where a template is wrong, which `w` tells."""
        try:
            return draft_for(self.reading, reminder, self.desk_app.desk.words)
        except InputError:
            return ()

    def write(self, reminder: Reminder, to: str = "") -> None:
        """Open the messages of a reminder, at that to somebody. Raises InputError where it asks for none."""
        from tui.screens.reader import Reader  # noqa: PLC0415 - it is a page
        from tui.screens.writing import ReminderDrafts  # noqa: PLC0415 - the same

        try:
            words = self.desk_app.desk.words
        except InputError as error:
            told = str(error)
            page = Reader("A template cannot be used", lambda width: [line(row) for row in wrap(told, width)])
            self.app.push_screen(page)
            return
        if not draft_for(self.reading, reminder, words):
            raise InputError(f"{title(self.reading, reminder)}: that asks for no message")
        self.app.push_screen(ReminderDrafts(reminder.id, to))

    def write_first(self, reminders: Iterable[Reminder], to: str) -> bool:
        """Open the first message of some reminders that goes to somebody, else tell that there is none."""
        for reminder in reminders:
            if any(not to or to in one.people for one in self.drafts_of(reminder)):
                self.write(reminder, to)
                return True
        return False

    async def act_back(self) -> None:
        """Go back to where this was opened from."""
        if len(self.app.screen_stack) > 1:
            self.dismiss()

    def on_pointed(self) -> None:
        """Show what goes with the row that the cursor came to."""
        self.pointed()
        self.refresh_keys()

    def pointed(self) -> None:
        """Show what goes with the row that the cursor is on."""

    def on_opened(self, event: Opened) -> None:
        """Open a row that was clicked twice."""
        event.stop()
        self.act("open")
