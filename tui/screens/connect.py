"""Connecting a calendar: try the account, choose the calendar, keep the password, say what went where."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from pipeline import app_file
from pipeline.errors import InputError, TopofmindError
from sync.secret import Secret
from tui.drafts import keep_draft
from tui.screens.asking import Asks, Question, Way, ask
from tui.screens.password import find_way
from tui.screens.typing_page import TypingPage
from tui.sync_thread import beside
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from sync.connecting import Connected, Sample, Tried
    from sync.discovery import FoundCalendar
    from tui.app import TopOfMind
    from tui.calendar_desk import CalendarDesk
    from tui.widgets.columns import Keys, Line

_OWN = "n"
_FREE_KEYS = "123456789"


async def connect(app: TopOfMind, calendar: CalendarDesk) -> None:
    """Lead through it; nothing is written before the account let us in and a calendar was chosen."""
    got = await ask(app, ConnectPage(calendar))
    if got is None:
        return
    tried, password = got
    sample = await beside(calendar.sample)
    made: Connected | None = None
    while made is None:
        chosen = await _choose(app, tried, sample)
        if chosen is None:
            return
        app.page.say("trying the calendar out …")
        try:
            made = await beside(lambda: calendar.connect(tried, chosen.calendar, password))  # noqa: B023 - at once
        except TopofmindError as error:
            app.page.say(str(error), "alert")
    await app.reopen()
    await find_way(app, calendar)
    await _tell(app, calendar, made)
    app.go("calendar")
    app.sync.start()
    app.page.refresh_page()


class ConnectPage(Asks, TypingPage):
    """Asks for server, user and password, and tries them; what was typed is kept, but for the password."""

    CSS_PATH = "typing_page.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(self, calendar: CalendarDesk) -> None:
        TypingPage.__init__(self, "connect")
        self.answer = asyncio.get_running_loop().create_future()
        self._calendar = calendar
        self._hosts: set[str] = set()
        self._problem = ""
        self._busy = False
        known = calendar.account
        self._server = TypedField(
            "Server", known.url if known else "", "its URL, a domain, or your e-mail address"
        )
        self._user = TypedField(
            "User name", known.user if known else "", "your e-mail address, if left empty"
        )
        self._password = TypedField("Password", password=True)
        self.typed_fields = {"server": self._server, "user": self._user, "password": self._password}
        self._below = Lines(id="below", grows=True)

    def body(self) -> ComposeResult:
        """Give the fields, and what is done with them."""
        with VerticalScroll(can_focus=False):
            yield from self.typed_fields.values()
            yield self._below

    def heading(self) -> str:
        """Name the form."""
        return "Connect a calendar"

    def typed(self) -> dict[str, str]:
        """Give what may be kept of what is typed."""
        return {"server": self._server.value, "user": self._user.value}

    def understand(self) -> None:
        """Say what the server's line is taken for."""
        server = self._server.value.strip()
        told = "→ a URL; https, but for this machine" if "://" in server else ""
        if server and not told:
            told = f"→ asks {server.rpartition('@')[2]} for its calendar server"
        self._server.tell(told)
        self._password.tell("many providers want an app password, made in their settings")
        text = (
            "Enter tries the account; until that went well nothing is kept. Server, user name and calendar "
            f"go to {app_file.app_file(self._calendar.config_file)}, the password to the keyring, or nowhere."
        )
        problem = self._problem

        def paint(width: int) -> list[Line]:
            rows = [line((row, "alert")) for row in wrap(problem, width)] if problem else []
            return rows + [line((row, "dim")) for row in wrap(text, width)]

        self._below.show(paint)

    def next_needed(self) -> TypedField | None:
        """Give the first field that is needed and empty."""
        server, user = self._server.value.strip(), self._user.value.strip()
        if not server:
            return self._server
        if not user and ("@" not in server or "://" in server):
            return self._user
        return None if self._password.value else self._password

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        return ("tab", "next field"), ("enter", "try it"), (self.key("back"), "keep for later")

    async def save(self) -> None:
        """Try the account, beside the turns."""
        missing = self.next_needed()
        if missing is not None:
            raise InputError(f"{missing.label} is needed")
        if not self._busy:
            self._busy, self._problem = True, ""
            self.say("trying the account …")
            server = self._server.value.strip()
            user = self._user.value.strip() or server
            self.desk_app.aside(self._try(server, user, Secret(self._password.value)))

    async def _try(self, server: str, user: str, password: Secret) -> None:
        try:
            tried = await beside(lambda: self._calendar.try_account(server, user, password, self._hosts))
        except TopofmindError as error:
            self._problem = str(error)
            self.understand()
            self.say("not connected", "alert")
            self._password.typed.focus()
            return
        finally:
            self._busy = False
        if isinstance(tried, str):
            await self._ask_for_host(tried)
        else:
            self._password.value = ""
            await self.desk_app.clerk.ask(lambda desk: keep_draft(desk.store, self._key, {}))
            self.give((tried, password))

    async def _ask_for_host(self, host: str) -> None:
        why = (
            f"The account's calendars are on {host}, which is not the host that you named. The password "
            "would have to be sent there too."
        )
        if await ask(self.desk_app, Question("Another host", why, [Way("y", "Send it", f"{host} is right")])):
            self._hosts.add(host)
            self.desk_app.in_turn(self.save)


class Chosen:
    """A calendar that was chosen; None: one of our own, to be made."""

    def __init__(self, calendar: FoundCalendar | None) -> None:
        self.calendar = calendar


async def _choose(app: TopOfMind, tried: Tried, sample: Sample | None) -> Chosen | None:
    """Let the user choose among the calendars, and see how much others could read there."""
    own = tried.own
    others = dict(zip(_FREE_KEYS, (one for one in tried.usable if one is not own), strict=False))
    ways = []
    if own is not None:
        ways.append(Way(_OWN, "topofmind", "the one of its own, from before"))
    elif tried.can_make:
        ways.append(Way(_OWN, "A new one", "of its own, named topofmind; best"))
    ways += [Way(key, one.name or one.url, _remark(one)) for key, one in others.items()]
    if not ways:
        raise InputError(tried.names)
    key = await ask(app, Question("Which calendar?", lambda width: _sample_lines(app, sample, width), ways))
    if key is None:
        return None
    return Chosen(own if key == _OWN else others[key])


def _remark(calendar: FoundCalendar) -> str:
    notes = [] if calendar.can_write else ["may only be read"]
    notes += ["others can read it"] if calendar.is_shared else []
    return ", ".join(notes)


def _sample_lines(app: TopOfMind, sample: Sample | None, width: int) -> list[Line]:
    if sample is None:
        return []
    detail = app.desk.settings.calendar.detail
    more = (
        "" if detail == "minimal" else ' detail = "minimal" in config.toml says no more than "Follow-up due".'
    )
    names = (
        " The names are invented: yours are not in yet." if sample.is_invented and detail != "minimal" else ""
    )
    head = f'Whoever can read the calendar reads this much of a reminder (detail = "{detail}").{more}{names}'
    rows = [line(f" {row}") for row in wrap(head, width - 2)]
    rows += [line((f"   {row}", "strong")) for row in wrap(sample.shown.summary, width - 4)]
    told = [row for text in sample.shown.description.splitlines() if text for row in wrap(text, width - 4)]
    return rows + [line((f"   {row}", "dim")) for row in told]


async def _tell(app: TopOfMind, calendar: CalendarDesk, made: Connected) -> None:
    """Say what was stored where, and offer a test reminder."""
    status = await beside(calendar.keyring)
    kept = f"in {status.backend}" if status.saved else "in memory until you leave"
    what = "Made" if made.is_new else "Chose"
    told = [
        f"{what} the calendar {made.calendar.name} on {made.calendar.url}",
        f"Server, user name and calendar are in {app_file.app_file(calendar.config_file)}.",
        f"The password is {kept}, and nowhere else.",
    ]
    if made.calendar.is_shared and app.desk.settings.calendar.detail != "minimal":
        told.append('Others can read that calendar; detail = "minimal" in config.toml shows them no names.')

    def paint(width: int) -> list[Line]:
        return [line(f" {row}") for text in told for row in wrap(text, width - 2)]

    ways = [
        Way("g", "Go on", "push the reminders now"),
        Way("t", "Test it first", "a reminder that rings in ten to fifteen minutes"),
    ]
    if await ask(app, Question(f"Connected {made.account}", paint, ways)) == "t":
        app.page.say("pushing a test reminder …")
        await beside(calendar.ring_once)


async def disconnect(app: TopOfMind, calendar: CalendarDesk) -> None:
    """Forget the account, after a question."""
    if calendar.account is None:
        raise InputError("no calendar is connected")
    why = (
        f"The account {calendar.account.id} and its password are forgotten here. What is on the calendar is "
        "taken off before, or stays there and rings on."
    )
    ways = [
        Way("t", "Take it off", "remove everything of ours from the calendar, and disconnect"),
        Way("l", "Leave it there", "disconnect; nobody takes it off later"),
    ]
    if way := await ask(app, Question("Disconnect", why, ways)):
        app.page.say("disconnecting …")
        told = await beside(lambda: calendar.disconnect(keep=way == "l"))
        await app.reopen()
        app.page.say(told)
