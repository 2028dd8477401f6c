"""Each action once, by its key, from where a user would press it; no action is without its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.commands.entering import add_next_action
from tui.actions import ACTIONS, CALENDAR
from tui.screens.everywhere import _NEW
from tui.screens.review_before import BeforePage

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]

ELSEWHERE = {one.name for one in ACTIONS.values() if one.group == CALENDAR} | {"quit", "redraw"}
"""Those of calendar and terminal are pressed in their own tests; leaving ends the test."""


@dataclass(frozen=True)
class Press:
    """An action pressed at a place (a record, a reminder, or a screen's key), and what shows that it worked.

    `then` are the keys pressed after it; `says` stands on the screen in the end; `changes` whether facts do.
    """

    at: str
    says: str
    then: tuple[str, ...] = ()
    changes: bool = False


KEYS = {
    ">": "greater_than_sign",
    "<": "less_than_sign",
    ":": "colon",
    ".": "full_stop",
    "/": "slash",
    "+": "plus",
    "-": "minus",
}
"""The names of the keys that the pilot does not know by their characters."""

TODAY, PEOPLE, REVIEWED = "1", "3", "r"
GLOBEX, STARK, ANN = "opportunity:globex", "opportunity:stark-mills", "contact:ann"

PRESSES: dict[str, Press] = {
    "done": Press(TODAY, "u undoes it", changes=True),
    "snooze": Press(TODAY, "snoozed until", (*"9am tomorrow", "enter"), changes=True),
    "skip": Press(TODAY, "skipped: ", changes=True),
    "write": Press("check-in:globex-says", "Hi Dana"),
    "why": Press(TODAY, "setting "),
    "open": Press("check-in:globex-says", "Globex · Data engineer"),
    "new": Press(TODAY, "a role to pursue"),
    "debrief": Press(GLOBEX, "It went"),
    "said": Press(GLOBEX, "“two weeks”", (*"two weeks", "enter"), changes=True),
    "log": Press(
        GLOBEX,
        "logged: check-in to Dana Cruz",
        (*"check-in", "tab", *"dana", "tab", "enter"),
        changes=True,
    ),
    "edit": Press(ANN, "changed Ann Lee", ("tab", "tab", *"x", "enter"), changes=True),
    "delete": Press("next action:stamps", "deleted “Buy stamps”", changes=True),
    "brief": Press(STARK, "by when will you decide?"),
    "forward": Press(GLOBEX, "is now offer", changes=True),
    "backward": Press(GLOBEX, "is now screening", changes=True),
    "move": Press(GLOBEX, "is now withdrawn", ("w",), changes=True),
    "answered": Press(GLOBEX, "answered on", changes=True),
    "accepted": Press(STARK, "is accepted", ("enter",), changes=True),
    "archive": Press(GLOBEX, "archived: ", changes=True),
    "tier": Press(ANN, "Ann Lee: tier A", ("a",), changes=True),
    "consent": Press(ANN, "Ann Lee: consent granted", ("g",), changes=True),
    "pause": Press(ANN, "Ann Lee: paused until", (*"in 3 months", "enter"), changes=True),
    "merge": Press(ANN, "merged: Ann Lee has all of Bob Ray", (*"bob", "tab", "enter"), changes=True),
    "today": Press(PEOPLE, "Today · "),
    "pipeline": Press(TODAY, "Pipeline · "),
    "people": Press(TODAY, "People · "),
    "calendar": Press(TODAY, "Calendar"),
    "review": Press(TODAY, "eep in touch"),
    "insights": Press(TODAY, "HOW FAR THEY GOT"),
    "settings": Press(TODAY, "Settings · "),
    "undo": Press(TODAY, "undone: "),
    "redo": Press(TODAY, "done again: ", changes=True),
    "sync": Press(TODAY, "no calendar is connected"),
    "stop": Press(TODAY, "no sync runs"),
    "command": Press(TODAY, "Command line"),
    "find": Press(TODAY, "Globex", tuple("globex")),
    "palette": Press(TODAY, "What can be done"),
    "help": Press(TODAY, "FOLLOW-UPS"),
    "back": Press(GLOBEX, "Today · "),
    "in_touch": Press(REVIEWED, "in touch, logged; next on", changes=True),
    "other_day": Press(REVIEWED, "snoozed until Mon 2 Nov", (*"2 november", "enter"), changes=True),
    "oftener": Press(REVIEWED, "tier A is the first"),
    "rarer": Press(REVIEWED, "tier B", changes=True),
    "never": Press(REVIEWED, "June Abel: ", changes=True),
    "forget": Press(ANN, "forgotten: Ann Lee", ("y",), changes=True),
}


def test_each_thing_to_enter_has_a_key_of_its_own() -> None:
    assert len({key for key, *_ in _NEW}) == len({kind for *_, kind in _NEW}) == len(_NEW)


def test_every_action_is_pressed_once() -> None:
    assert PRESSES.keys() | ELSEWHERE == ACTIONS.keys()
    assert not PRESSES.keys() & ELSEWHERE


async def test_each_action_does_what_it_says(sample: Desk, opening: Opening) -> None:
    """One after the other in one session; what changes facts is undone again, but for the last one."""
    sample.do(lambda reading: add_next_action(reading, "Buy stamps", at=reading.now))
    [stamps] = [one.id for one in sample.index().next_actions.values() if one.text == "Buy stamps"]
    async with opening() as app:
        for name, press in PRESSES.items():
            await begin(app, press.at.replace(":stamps", f":{stamps}"))
            before = sample.store.facts()
            await app.press(KEYS.get(ACTIONS[name].key, ACTIONS[name].key))
            for key in press.then:
                await app.type(key) if len(key) == 1 else await app.press(key)
            assert press.says in app.screen(), f"{name}:\n{app.screen()}"
            assert (sample.store.facts() != before) is (press.changes or name == "undo"), name
            if press.changes and name != "forget":
                await begin(app, TODAY)
                await app.press("u")
                assert sample.store.facts() == before, name
            if name == "undo":
                await app.press("U")


async def begin(app: Opened, at: str) -> None:
    """Go where an action is pressed."""
    while len(app.app.screen_stack) > 1:
        await app.press("escape")
    await app.press(at if len(at) == 1 else "1")
    if isinstance(app.app.page, BeforePage):
        await app.press("home", "enter")
    kind, _, id_ = at.partition(":")
    if kind in {"opportunity", "contact"}:
        app.app.page.open_record(kind, id_)
    elif id_:
        app.app.page._list.go_to(at)  # type: ignore[attr-defined]
    await app.settle()
