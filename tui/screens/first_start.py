"""The first start: three questions at most, then a screen on which there is something to do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from textual.containers import VerticalScroll

from pipeline import app_file
from pipeline.commands.entering import import_facts
from pipeline.errors import InputError
from pipeline.places import zone_problem
from pipeline.sample import sample_facts
from tui.screens.asking import Asks, Question, Way, ask
from tui.screens.connect import connect
from tui.screens.typing_page import TypingPage
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.app import TopOfMind
    from tui.calendar_desk import CalendarDesk
    from tui.widgets.columns import Keys

GREETED = "greeted"
"""The store's note that the first questions were answered, or passed over."""


async def first_start(app: TopOfMind) -> None:
    """Ask who and where the user is, then about the calendar, then what to begin with."""
    calendar = app.calendar
    if calendar is None:
        return
    user = app.desk.settings.user
    if not (user.name and user.time_zone) and await ask(app, WhoPage(calendar)):
        await app.reopen()
    if calendar.account is None:
        ways = [
            Way("c", "Connect now", "any CalDAV calendar; you need its address and your password"),
            Way(
                "l", "Later", f"{app.keys['calendar'].shown_key} {app.keys['connect'].shown_key}, at any time"
            ),
        ]
        why = "Reminders can ring on your phone: topofmind pushes them to a calendar that the phone shows."
        if await ask(app, Question("A calendar?", why, ways)) == "c":
            await connect(app, calendar)
    app.go("today")
    pushed = " A sample would go to your calendar, too." if calendar.account is not None else ""
    ways = [
        Way("e", "Empty", "enter the first opportunity now"),
        Way(
            "s",
            "A sample",
            f"invented people and companies, to look around; {app.keys['undo'].shown_key} removes it",
        ),
    ]
    chosen = await ask(
        app, Question("What to begin with?", f"You can begin with your own, or look around.{pushed}", ways)
    )
    await app.clerk.ask(lambda desk: desk.store.keep_note(GREETED, "yes"))
    if chosen == "s":
        await app.do(lambda reading: import_facts(reading, sample_facts(reading), "the sample pipeline"))
    elif chosen == "e":
        app.page.open_form("opportunity")


class WhoPage(Asks, TypingPage):
    """Asks for the user's name and time zone."""

    CSS_PATH = "typing_page.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(self, calendar: CalendarDesk) -> None:
        TypingPage.__init__(self, "who")
        self.answer = asyncio.get_running_loop().create_future()
        self._calendar = calendar
        user = self.reading.settings.user
        zones = sorted(available_timezones())
        self._who = TypedField("Your name", user.name, "signs what you write")
        self._zone = TypedField("Time zone", user.time_zone or str(user.zone), "Europe/London", lambda: zones)
        self.typed_fields = {"name": self._who, "zone": self._zone}
        self._below = Lines(id="below", grows=True)

    def body(self) -> ComposeResult:
        """Give the fields."""
        with VerticalScroll(can_focus=False):
            yield from self.typed_fields.values()
            yield self._below

    def heading(self) -> str:
        """Greet."""
        return "Welcome"

    def understand(self) -> None:
        """Say where the time zone was read, and where the answers go."""
        problem = zone_problem(self._zone.value.strip())
        self._zone.tell(problem or "", "alert")
        text = (
            "topofmind keeps you on top of every interview process: what to do, when and why. Two or three "
            f"questions, and {self.key('back')} passes any of them over. The answers go to "
            f"{app_file.app_file(self._calendar.config_file)}."
        )
        self._below.show(lambda width: [line((row, "dim")) for row in wrap(text, width)])

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        return ("tab", "next field"), ("enter", "go on"), (self.key("back"), "pass over")

    async def save(self) -> None:
        """Write the answers down."""
        name, zone = self._who.value.strip(), self._zone.value.strip()
        if problem := zone_problem(zone):
            raise InputError(f"time zone: {problem}")
        app_file.keep_user(self._calendar.config_file, name, zone)
        self.give(True)  # noqa: FBT003 - the answer
