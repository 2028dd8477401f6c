"""Each action once, by its key, from where a user would press it; no action is without its row."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.commands.entering import add_next_action
from tui.actions import ACTIONS
from tui.screens.everywhere import _NEW
from tui.screens.review_before import BeforePage

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]

TESTS = Path(__file__).parents[1]
ON_CALENDAR = "pilot/test_calendar.py"
ELSEWHERE = {
    "restore": (ON_CALENDAR, "test_a_calendar_that_is_suddenly_empty_is_asked_about"),
    "leave_off": (ON_CALENDAR, "test_a_calendar_that_is_suddenly_empty_is_asked_about"),
    "is_moved": (ON_CALENDAR, "test_a_store_that_is_there_twice_asks_whether_it_moved_or_is_a_copy"),
    "is_copy": (ON_CALENDAR, "test_a_store_that_is_there_twice_asks_whether_it_moved_or_is_a_copy"),
    "password": (ON_CALENDAR, "test_a_refused_password_is_asked_for_again_and_the_new_one_used"),
    "verify": (ON_CALENDAR, "test_plan_wipe_and_disconnect"),
    "plan": (ON_CALENDAR, "test_plan_wipe_and_disconnect"),
    "connect": (ON_CALENDAR, "test_plan_wipe_and_disconnect"),
    "wipe": (ON_CALENDAR, "test_plan_wipe_and_disconnect"),
    "disconnect": (ON_CALENDAR, "test_plan_wipe_and_disconnect"),
    "sync": (ON_CALENDAR, "test_a_sync_is_stopped_by_its_key_and_goes_on"),
    "stop": (ON_CALENDAR, "test_a_sync_is_stopped_by_its_key_and_goes_on"),
    "plain": ("pilot/test_drafts.py", "test_the_plain_view_is_on_the_bare_terminal"),
    "redraw": ("terminal/test_frame.py", "test_all_is_sent_again_when_asked_for"),
    "quit": ("terminal/test_coming_and_going.py", "test_leaving_never_waits_for_a_server"),
}
"""Those that need a server or a terminal are pressed in tests of their own: file and name."""


@dataclass(frozen=True)
class Press:
    """An action pressed at a place (a record, a reminder, or a screen's key), and what shows that it worked.

    `first` and `then` are the keys pressed before and after it; `says` stands on the screen in the end, and
    not before; `changes` whether facts do.
    """

    at: str
    says: str
    then: tuple[str, ...] = ()
    changes: bool = False
    first: tuple[str, ...] = ()


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
MESSAGE = "time passed:initech-says"
GLOBEX, STARK, ANN = "opportunity:globex", "opportunity:stark-mills", "contact:ann"

PRESSES: dict[str, Press] = {
    "done": Press(TODAY, "u undoes it", changes=True),
    "snooze": Press(TODAY, "snoozed until", (*"9am tomorrow", "enter"), changes=True),
    "skip": Press(TODAY, "skipped: ", changes=True),
    "write": Press("check-in:globex-says", "To Dana Cruz"),
    "why": Press(TODAY, "setting "),
    "open": Press("check-in:globex-says", "Globex · Data engineer"),
    "fill_in": Press("check-in:globex-says", "coming back to zebras", tuple("zebras"), first=("w", "escape")),
    "copy": Press(MESSAGE, "did you send it?", first=("w",)),
    "sent": Press(MESSAGE, "logged: time passed to Omar Faye", changes=True, first=("w",)),
    "not_sent": Press(MESSAGE, "not sent: nothing is logged", first=("w", "c")),
    "next_message": Press("thank-you:acme-panel", "To Bob Ray", first=("w", "escape")),
    "code": Press(MESSAGE, "the code needs ", first=("w",)),
    "link": Press(MESSAGE, "the link was sent to your terminal's clipboard", first=("w",)),
    "subject": Press(MESSAGE, "the subject was sent to your terminal's clipboard", first=("w",)),
    "start_over": Press(MESSAGE, "Hi Omar,", first=("w", "e")),
    "template": Press(MESSAGE, "your template time-passed holds", first=("w",)),
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
    "review": Press(TODAY, "Keep in touch · 2026 Q1"),
    "insights": Press(TODAY, "HOW FAR THEY GOT"),
    "settings": Press(TODAY, "Settings · "),
    "undo": Press(TODAY, "undone: "),
    "redo": Press(TODAY, "done again: ", changes=True),
    "command": Press(TODAY, "Command line"),
    "find": Press(TODAY, "Mira Solis", tuple("mira")),
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


def test_no_action_needs_a_key_that_some_terminal_lacks() -> None:
    """Ctrl+P is / with the other half first, and Ctrl+L mends what another program wrote."""
    plain = {"enter", "escape", "tab", "ctrl+p", "ctrl+l"}
    assert {one.key for one in ACTIONS.values() if len(one.key) > 1} <= plain
    assert all(one.key.isascii() and one.key.isprintable() for one in ACTIONS.values())


def test_each_thing_to_enter_has_a_key_of_its_own() -> None:
    assert len({key for key, *_ in _NEW}) == len({kind for *_, kind in _NEW}) == len(_NEW)


def test_every_action_is_pressed_once() -> None:
    assert PRESSES.keys() | ELSEWHERE.keys() == ACTIONS.keys()
    assert not PRESSES.keys() & ELSEWHERE.keys()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_those_of_other_tests_are_pressed_there(name: str) -> None:
    file, test = ELSEWHERE[name]
    tests = {
        one.name: one
        for one in ast.parse((TESTS / file).read_text("utf-8")).body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    texts = {one.value for one in ast.walk(tests[test]) if isinstance(one, ast.Constant)}
    assert KEYS.get(ACTIONS[name].key, ACTIONS[name].key) in texts


async def test_each_action_does_what_it_says(
    sample: Desk, opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One after the other in one session; what changes facts is undone again, but for the last one."""
    sample.do(lambda reading: add_next_action(reading, "Buy stamps", at=reading.now))
    [stamps] = [one.id for one in sample.index().next_actions.values() if one.text == "Buy stamps"]
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/^Hi .*/Dear you,/" "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    async with opening() as app:
        monkeypatch.setattr(app.app.desk, "_templates", tmp_path / "templates")
        for name, press in PRESSES.items():
            await begin(app, press.at.replace(":stamps", f":{stamps}"))
            await app.press(*press.first)
            before = sample.store.facts()
            assert press.says not in app.screen(), f"{name}:\n{app.screen()}"
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
