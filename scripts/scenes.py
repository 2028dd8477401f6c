"""The scenes of the app: each screen once, for the pictures of docs/images and the snapshots of the tests."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commands.editing import edit
from pipeline.commands.entering import add_resume, import_facts
from pipeline.desk import Desk
from pipeline.ledger import Entry, Ledger, State
from pipeline.sample import SETTINGS, sample_facts
from pipeline.store import Store
from sync.credentials import Credentials
from tui.app import TopOfMind
from tui.calendar_desk import CalendarDesk
from tui.session import Session

if TYPE_CHECKING:
    from textual.pilot import Pilot

NOW = datetime.fromisoformat("2026-03-03T12:30-05:00")
HOME = '[user]\ntime_zone = "America/New_York"\ncountry = "US"\n'
POSTING = """Site lead, Stark Mills.
You run the site with a team of nine, from the loading dock to the last audit.
You have done that before, or something harder."""


@dataclass(frozen=True)
class Scene:
    """A screen: its name, what it shows, where it opens (a record, a reminder, a key), what is pressed.

    `size` is what it is opened at: some screens are there only where it is narrow. `account` is what the
    settings say of the calendar; None: no calendar is to be had. One that `is_new` opens on an empty store.
    """

    name: str
    shows: str
    at: str = ""
    keys: tuple[str, ...] = ()
    is_new: bool = False
    account: str | None = None
    size: tuple[int, int] = (80, 24)


CHECK_IN, THANKS, OUTCOME = "check-in:globex-says", "thank-you:acme-panel", "outcome:vandelay-1"
GLOBEX, STARK, ACME, SAM = "opportunity:globex", "opportunity:stark-mills", "opportunity:acme", "contact:sam"

ACCOUNT = """[calendar]
sync_every = "off"

[[calendar.account]]
id = "home"
url = "https://calendar.example.org/"
user = "jo"
calendar = "https://calendar.example.org/jo/interviews/"
"""
REVIEW = ("r", "down", "down", "enter", *"I lead a team of four now.", "enter", "home", "enter")

SCENES = (
    Scene("first-start", "The first start: who and where you are", is_new=True, account=""),
    Scene(
        "first-calendar",
        "The first start: a calendar, now or later",
        "",
        ("escape",),
        is_new=True,
        account="",
    ),
    Scene(
        "connect",
        "Connecting a calendar",
        keys=("escape", "c", *"calendar.example.org"),
        is_new=True,
        account="",
    ),
    Scene(
        "first-sample", "The first start: what to begin with", "", ("escape", "l"), is_new=True, account=""
    ),
    Scene("today", "Today: what is due, by when, why, and what to say", CHECK_IN),
    Scene(
        "reminder",
        "Narrow: all about one follow-up, on a screen of its own",
        CHECK_IN,
        ("enter",),
        size=(45, 20),
    ),
    Scene("why", "Why: how a reminder came about, step by step", CHECK_IN, ("y",)),
    Scene("draft", "A draft: the message that a follow-up asks for", CHECK_IN, ("w",)),
    Scene("snooze", "Snoozing: how the time is understood, while it is typed", CHECK_IN, ("s", *"thu 9am")),
    Scene(
        "debrief",
        "A debrief: one line, read as it is typed",
        OUTCOME,
        ("D", *"Lena; a week or two; panel next"),
    ),
    Scene("pipeline", "The pipeline: every opportunity by stage", "2"),
    Scene("opportunity", "One opportunity: where it stands, what comes next, what was", GLOBEX),
    Scene("said", "What they said about time, and what it means", GLOBEX, ("t", *"in two weeks")),
    Scene("brief", "Before an interview: what to know, and what to ask", STARK, ("b",)),
    Scene("accepting", "They accepted you: whom to thank, where to withdraw, whom to tell", STARK, ("A",)),
    Scene("edit", "A form: every field of an opportunity", STARK, ("e",)),
    Scene("new", "What can be entered", "", ("n",)),
    Scene("interview", "A new interview, as it is typed", GLOBEX, ("n", "i", *"thursday 3pm", "tab", *"45")),
    Scene("move", "Moving an opportunity to any stage", GLOBEX, ("m",)),
    Scene("people", "People: everybody, and who grows cold", "3"),
    Scene("person", "One person: what you share, and when to write next", SAM),
    Scene("merge", "Making one contact of two", "contact:ann", ("M", *"bob")),
    Scene("company", "One company: what is pursued there, and who works there", "company:acme"),
    Scene("review-before", "The quarterly review, before it begins", "", ("r",)),
    Scene(
        "review",
        "The quarterly review, one person at a time",
        "",
        REVIEW,
    ),
    Scene("review-rest", "The review, after the people: what else is open", "", (*REVIEW, "x", "x")),
    Scene("review-summary", "What a review came to", "", (*REVIEW, "x", "x", "home", "enter")),
    Scene("calendar", "The calendar: what went there and came back", "4"),
    Scene("calendar-asks", "The calendar asks about what was removed on the phone", "4", account=ACCOUNT),
    Scene("password", "The password, on a machine without a keyring", "4", ("P",), account=ACCOUNT),
    Scene("secret", "The password, typed for this session", "4", ("P", "s", *"secret"), account=ACCOUNT),
    Scene("insights", "Insights: how the search goes, each figure with how it is computed", "5"),
    Scene("settings", "Settings: what holds, and who said so", "0", account=""),
    Scene(
        "setting",
        "Changing a setting: what it means, and what it is without",
        "0",
        ("down",) * 5 + ("enter",),
        account="",
    ),
    Scene("find", "One box for everything", "", ("/", *"lee")),
    Scene("palette", "What can be done here", "", ("ctrl+p",)),
    Scene("command", "Any verb of the command line", "", (":", *"export")),
    Scene("help", "Every key", "", ("?",)),
)


def opened(scene: Scene, folder: Path) -> TopOfMind:
    """Give the app for a scene, on the sample or on an empty store; the clock stands still.

    The folder is the current one from then on, so that its name is on no screen.
    """
    os.chdir(folder)
    config = Path("config.toml")
    config.write_text((HOME if scene.is_new else SETTINGS.replace("[user]\n", HOME)) + (scene.account or ""))
    session = Session(Path("store.sqlite3"), config)

    def open_desk() -> Desk:
        return Desk(Store.open(session.store_file), session.settings, lambda: NOW)

    if not scene.is_new:
        with closing(open_desk()) as desk:
            fill(desk)
            if scene.account:
                ask_about(OUTCOME, desk.store)
    return TopOfMind(open_desk, None if scene.account is None else CalendarDesk(session, Credentials()))


def fill(desk: Desk) -> None:
    """Put the sample into a store."""
    desk.store.keep_note("greeted", "yes")
    desk.do(partial(import_facts, new=sample_facts(desk.reading()), name="the sample pipeline"))
    stark = desk.index().opportunities["stark-mills"]
    desk.do(lambda reading: edit(reading, stark, {"posting": POSTING}))
    desk.do(lambda reading: add_resume(reading, "March"))


def ask_about(reminder: str, store: Store) -> None:
    """Have the last sync find that a reminder was removed on the phone."""
    ledger = Ledger.of(store)
    account = ledger.connect("home", "https://calendar.example.org/jo/interviews/").account
    ledger.put([Entry(account, reminder, 0, State.REMOVED, "/jo/interviews/removed.ics")])


async def show(app: TopOfMind, pilot: Pilot[None], scene: Scene) -> None:
    """Lead an app that stands at Today to a scene."""
    kind, _, id_ = scene.at.partition(":")
    await settle(app, pilot)
    if len(scene.at) == 1:
        await pilot.press(scene.at)
    elif kind in {"opportunity", "contact", "company"}:
        app.page.open_record(kind, id_)
    elif id_:
        page: Any = app.page
        page._list.go_to(scene.at)  # noqa: SLF001 - where a user would move the cursor
    await settle(app, pilot)
    for key in scene.keys:
        await pilot.press(_NAMES.get(key, key))
        await settle(app, pilot)


_NAMES = {" ": "space", ".": "full_stop", ";": "semicolon", ":": "colon", "/": "slash", "?": "question_mark"}


async def settle(app: TopOfMind, pilot: Pilot[None]) -> None:
    """Wait until nothing is under way."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
