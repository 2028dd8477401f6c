"""The scenes of the app: each screen once, for the pictures of docs/images and the snapshots of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.commands.editing import edit
from pipeline.commands.entering import add_resume, import_facts
from pipeline.desk import Desk
from pipeline.sample import SETTINGS, sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from tui.app import TopOfMind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

NOW = datetime.fromisoformat("2026-03-03T12:30-05:00")
HOME = '[user]\ntime_zone = "America/New_York"\ncountry = "US"\n'
POSTING = """Site lead, Stark Mills.
You run the site with a team of nine, from the loading dock to the last audit.
You have done that before, or something harder."""


@dataclass(frozen=True)
class Scene:
    """A screen: its name, what it shows, where it opens (a record, a reminder, a key), what is pressed."""

    name: str
    shows: str
    at: str = ""
    keys: tuple[str, ...] = ()


CHECK_IN, THANKS, OUTCOME = "check-in:globex-says", "thank-you:acme-panel", "outcome:vandelay-1"
GLOBEX, STARK, ACME, SAM = "opportunity:globex", "opportunity:stark-mills", "opportunity:acme", "contact:sam"

SCENES = (
    Scene("today", "Today: what is due, by when, why, and what to say", CHECK_IN),
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
        ("r", "down", "down", "enter", *"I lead a team of four now.", "enter", "home", "enter"),
    ),
    Scene("calendar", "The calendar: what went there and came back", "4"),
    Scene("insights", "Insights: how the search goes, each figure with how it is computed", "5"),
    Scene("settings", "Settings: what holds, and who said so", "0"),
    Scene("find", "One box for everything", "", ("/", *"lee")),
    Scene("palette", "What can be done here", "", ("ctrl+p",)),
    Scene("command", "Any verb of the command line", "", (":", *"export")),
    Scene("help", "Every key", "", ("?",)),
)


def desks(folder: Path) -> Callable[[], Desk]:
    """Fill a store with the sample, and give what opens desks on it; the clock stands still."""
    settings = read_settings(SETTINGS.replace("[user]\n", HOME))

    def open_desk() -> Desk:
        return Desk(Store.open(folder / "store.sqlite3"), settings, lambda: NOW)

    desk = open_desk()
    desk.store.keep_note("greeted", "yes")
    desk.do(partial(import_facts, new=sample_facts(desk.reading()), name="the sample pipeline"))
    stark = desk.index().opportunities["stark-mills"]
    desk.do(lambda reading: edit(reading, stark, {"posting": POSTING}))
    desk.do(lambda reading: add_resume(reading, "March"))
    desk.close()
    return open_desk


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
