"""The full-screen app: its screens, and the turns in which what was asked for is done."""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ScreenStackError

from pipeline.errors import PasswordError, TopofmindError
from tui.actions import remapped
from tui.clerk import Clerk, Snapshot
from tui.place import Whereabouts
from tui.records import told_words
from tui.screens.page import Page
from tui.screens.today import Today
from tui.sync_thread import SyncThread, sync_words
from tui.terminal import is_cut_off
from tui.terminal_app import TerminalApp
from tui.typed_ahead import TypedAhead

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.desk import Change, Desk
    from pipeline.reading import Reading
    from tui.calendar_desk import CalendarDesk
    from tui.first_screen import FirstScreen
    from tui.messages import SyncEnded, SyncSaid

LOOK_EVERY = 1.0
"""Seconds between two looks at whether another process changed the store: two sessions agree within two."""

SYNC_SOON = 0.5
"""Seconds after the start: the first screen stands by then."""


def _pipeline() -> Page:
    from tui.screens.pipeline import Pipeline  # noqa: PLC0415 - Today does not wait for it

    return Pipeline()


def _people() -> Page:
    from tui.screens.people import People  # noqa: PLC0415 - the same

    return People()


def _calendar() -> Page:
    from tui.screens.calendar import CalendarPage  # noqa: PLC0415 - the same

    return CalendarPage()


def _insights() -> Page:
    from tui.screens.insights import Insights  # noqa: PLC0415 - the same

    return Insights()


def _settings() -> Page:
    from tui.screens.settings import SettingsPage  # noqa: PLC0415 - the same

    return SettingsPage()


class TopOfMind(TypedAhead, TerminalApp):
    """Composes the screens; the facts that they show, and whatever changes them, pass through here."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "topofmind"
    CSS_PATH = "screens/page.tcss"
    MODES: ClassVar = {
        "today": Today,
        "pipeline": _pipeline,
        "people": _people,
        "calendar": _calendar,
        "insights": _insights,
        "settings": _settings,
    }
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it for instances
        (0, "-narrow"),
        (60, "-normal"),
        (110, "-wide"),
    ]

    def __init__(
        self, desk_factory: Callable[[], Desk], calendar: CalendarDesk | None, start: str = ""
    ) -> None:
        super().__init__()
        self._desk_factory = desk_factory
        self.desk = desk_factory()
        self.calendar = calendar
        settings = self.desk.settings.app
        self.keys = remapped(settings.keys)
        self.animation_level = "full" if settings.animations else "none"
        self.theme = settings.theme if settings.theme in self.available_themes else "ansi-dark"
        self.clerk = Clerk(desk_factory)
        self.sync = SyncThread(calendar, self.post_message)
        self._asides: set[asyncio.Task[None]] = set()
        self._seen: tuple[int, int] | None = None
        self._turn = asyncio.Lock()
        self._turns = 0
        self._start = start
        self._take(Snapshot.empty(self.desk))
        self.has_facts = False
        self.whereabouts = Whereabouts(self, self.desk.store)

    def _take(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.reading = snapshot.reading(self.desk.places)

    @property
    def page(self) -> Page:
        """The page on top."""
        return cast("Page", self.screen)

    @property
    def sync_words(self) -> str:
        """How the calendar stands."""
        return sync_words(self.sync, self.snapshot.calendar, self.reading, self.keys["calendar"].shown_key)

    def on_mount(self) -> None:
        """Read the facts, and look from time to time whether they changed."""
        self.watch_for_the_end()
        at_review = self._start == "review"
        self.switch_mode("today" if at_review else self._start or self.whereabouts.last.screen)
        self.in_turn(self.refresh_facts)
        self.in_turn(self.begin_to_collect)
        self.in_turn(self._open_review if at_review else self.whereabouts.lead_back)
        self.set_interval(LOOK_EVERY, self._look)
        self.set_timer(SYNC_SOON, self._sync_quietly)
        if self.calendar is not None:
            self.in_turn(self._greet)

    def _greet(self) -> None:
        """Ask a newcomer the first questions."""
        index = self.reading.index
        if index.opportunities or index.contacts or index.companies or self.desk.store.note("greeted"):
            return
        from tui.screens.first_start import first_start  # noqa: PLC0415 - once in a store's life

        self.aside(first_start(self))

    def _sync_quietly(self) -> None:
        """Sync, and again after a while, where the settings want it."""
        every = self.desk.settings.calendar.sync_every
        if every:
            if not any(isinstance(screen, Page) and screen.HOLDS_SYNC for screen in self.screen_stack):
                self.sync.start_quietly()
            self.sync.next_at = self.desk.clock() + every
            self.set_timer(every.total_seconds(), self._sync_quietly)

    def _open_review(self) -> None:
        self.page.act_review()

    def _look(self) -> None:
        """Read again where another process wrote, or something changed by the clock alone."""
        if is_cut_off():
            self.hang_up()
        if self._seen is None or self._turn.locked():
            return
        self.whereabouts.look()
        if self.desk.store.version != self._seen or self.desk.clock() >= self.snapshot.stale_at:
            self.in_turn(self._look_again, quietly=True)

    async def _look_again(self) -> None:
        self._seen = self.desk.store.version
        if self.desk.clock() >= self.snapshot.stale_at or await self.clerk.has_news():
            await self.refresh_facts()

    async def refresh_facts(self) -> None:
        """Read the facts and show them."""
        self._seen = self.desk.store.version
        try:
            self._take(await self.clerk.look())
            self.has_facts = True
            self.page.refresh_page()
        finally:
            self.begin_to_paint()

    async def do(self, command: Callable[[Reading], Change]) -> Change:
        """Carry a command out, show what follows from it, and say how to take it back."""
        change = await self.clerk.ask(lambda desk: desk.do(command))
        await self.tell(change)
        return change

    async def tell(self, change: Change) -> None:
        """Show what follows from a change, and say how to take it back."""
        await self.refresh_facts()
        self.page.say(f"{told_words(change, self.keys)} · {self.keys['undo'].shown_key} undoes it")

    @property
    def is_at_rest(self) -> bool:
        """Whether all that was asked for by keys is done and shown."""
        return not self._turns

    def in_turn(self, act: Callable[[], object], *, quietly: bool = False) -> None:
        """Do something after all that was asked for before; keys wait for it, unless it is done `quietly`."""
        self._turns += not quietly
        self.run_worker(self._do_in_turn(act, quietly=quietly), exit_on_error=True)

    async def _do_in_turn(self, act: Callable[[], object], *, quietly: bool) -> None:
        try:
            async with self._turn:
                try:
                    result = act()
                    if isawaitable(result):
                        await result
                except TopofmindError as error:
                    self.page.say(str(error), "alert")
                if not quietly:
                    await self.page.until_ready()
        except ScreenStackError:
            if self.screen_stack:
                raise
            # else the app closed meanwhile: what was asked for is done, and there is nowhere to show it
        finally:
            self._turns -= not quietly
            self.call_later(self.hand_out)

    def go(self, mode: str) -> None:
        """Go to a screen, at its first page."""
        if self.current_mode != mode:
            self.switch_mode(mode)
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def on_sync_said(self, event: SyncSaid) -> None:
        """Show how far the sync is."""
        self.sync.progress = event.text
        if self.screen_stack:
            self.page.refresh_page()

    def on_sync_ended(self, event: SyncEnded) -> None:
        """Show what follows from the sync, and tell whoever asked for it, or ask them for the password."""
        self.sync.ended()
        self.in_turn(self.refresh_facts, quietly=True)
        if not self.sync.is_asked or not self.screen_stack:
            return  # the head tells how it stands, and Today what is asked; or the app is closing
        self.page.say(str(event.problem or event.text), "alert" if event.problem else "")
        if isinstance(event.problem, PasswordError):
            from tui.screens.password import see_to_password  # noqa: PLC0415 - the first screen does not wait

            self.aside(see_to_password(self, event.problem))

    def aside(self, act: Awaitable[None]) -> None:
        """Do something that waits for a server, a keyring or an answer, beside the turns: no key waits."""
        task = asyncio.create_task(self._do_aside(act))
        self._asides.add(task)
        task.add_done_callback(self._aside_ended)

    async def _do_aside(self, act: Awaitable[None]) -> None:
        try:
            await act
        except TopofmindError as error:
            self.page.say(str(error), "alert")

    def _aside_ended(self, task: asyncio.Task[None]) -> None:
        self._asides.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.call_later(task.result)  # a bug: it ends the app as any other

    async def reopen(self) -> None:
        """Open the desk anew, under settings that the app has just written."""
        if self.calendar is not None:
            self.calendar.forget_settings()
        self.clerk.close()
        self.desk.close()
        self.desk = self._desk_factory()
        self.clerk = Clerk(self._desk_factory)
        await self.refresh_facts()

    def keep_all(self) -> None:
        """Keep what is typed, and where the user is."""
        self.whereabouts.keep_now()

    async def _on_exit_app(self) -> None:
        """Let go of the store; nothing that matters is left to do."""
        for task in self._asides:
            task.cancel()
        self.clerk.close()
        await super()._on_exit_app()


def run(
    desk_factory: Callable[[], Desk],
    calendar: CalendarDesk | None,
    start: str = "",
    painted: FirstScreen | None = None,
) -> int:
    """Run the app, and give the exit code in the end. Without `start` it opens where a link dropped, if any.

    `desk_factory` opens a desk with a connection of its own, for each thread that needs one. `calendar` is
    what there is to sync with. `painted` is what the terminal shows already.
    """
    app = TopOfMind(desk_factory, calendar, start)
    if painted is not None:
        app.take_up(painted)
    try:
        app.run(mouse=app.desk.settings.app.mouse and app.terminal.mouse)
    finally:
        app.desk.close()
    return app.return_code or 0
