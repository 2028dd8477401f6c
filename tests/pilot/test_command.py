"""Any verb of the command line from within the app, on the store that it shows."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.interchange import write_json
from pipeline.settings import Settings
from tui.screens.command import CommandPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


async def until(app: Opened, is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        await app.settle()
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(app.screen())


async def run(app: Opened, verb: str) -> CommandPage:
    await app.press(":")
    page = app.app.page
    assert isinstance(page, CommandPage)
    page._field.value = verb
    await app.press("enter")
    return page


async def test_a_verb_runs_on_the_store_that_is_shown_and_is_one_undo_step(
    sample: Desk, opening: Opening
) -> None:
    async with opening() as app:
        page = await run(app, 'add next-action "Buy stamps" --at "tomorrow 9am"')
        await until(app, lambda: "noted “Buy stamps”" in app.screen())
        assert any(one.text == "Buy stamps" for one in sample.index().next_actions.values())
        await until(app, lambda: not page._is_running)
        await app.press("escape", "u")
        assert not any(one.text == "Buy stamps" for one in sample.index().next_actions.values())


async def test_what_is_wrong_is_told_as_on_the_command_line(sample: Desk, opening: Opening) -> None:
    before = sample.store.facts()
    async with opening() as app:
        await run(app, "move nowhere offer")
        await until(app, lambda: "no opportunity is called" in app.screen())
        await app.press("escape")
        await run(app, "demo")
        assert "leave the app first" in app.last_said()
    assert sample.store.facts() == before


async def test_a_long_import_says_how_far_it_is_and_is_stopped_whole(
    sample: Desk,
    opening: Opening,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """It is stopped as it reads from a pipe that nobody fills; what it had written would be taken back.

    The app was started with SIGINT ignored, as a shell without job control starts what ends with `&`.
    """
    request.addfinalizer(partial(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.SIG_IGN)))
    before = sample.store.facts()
    (tmp_path / "facts.json").write_text(write_json(before, Settings(), sample.clock()))
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    monkeypatch.chdir(tmp_path)  # names short enough not to be broken into two lines
    async with opening() as app:
        page = await run(app, "import facts.json pipe.json")
        await until(app, lambda: any("pipe.json" in row for row in page._lines))
        assert "… reading" in app.screen()
        assert page._is_running
        await app.press("escape")
        await until(app, lambda: not page._is_running)
        assert "nothing more was changed" in app.screen()
    assert sample.store.facts() == before


async def test_a_dropped_link_loses_neither_the_line_nor_what_was_sought(
    sample: Desk, opening: Opening
) -> None:
    _ = sample
    for key, typed in ((":", "list contacts"), ("/", "Dana"), ("ctrl+p", "snooze")):
        async with opening() as app:
            await app.press("2", key)
            await app.type(typed)
            shown = app.screen()
            app.app.keep_all()
        async with opening() as app:
            assert app.screen() == shown
            await app.press("escape")
            assert "Pipeline" in app.screen()
            await app.app.whereabouts.forget()


@pytest.mark.parametrize("day", ["thursday", "5 mar", "2026-03-05", "in two days"])
async def test_a_day_finds_what_is_on_it(sample: Desk, opening: Opening, day: str) -> None:
    _ = sample
    async with opening() as app:
        await app.press("/")
        await app.type(day)
        assert "Send Globex the migration write-up" in app.screen()  # due in two business days
        assert "Stark Mills, Thu 5 Mar" in app.screen()
        assert "Call Lena" not in app.screen()  # that is today


async def test_the_palette_leads_to_the_verb(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        await app.press("ctrl+p")
        await app.type("expo")
        await app.press("enter")
        page = app.app.page
        assert isinstance(page, CommandPage)
        assert page._field.value == "export "
    assert sample.waiting()


async def test_what_can_be_done_by_a_key_comes_before_the_verb_of_that_name(
    sample: Desk, opening: Opening
) -> None:
    _ = sample
    async with opening() as app:
        await app.press("2", "ctrl+p")
        await app.type("accep")
        assert "A  " in app.line("▸ A")
        assert "on the command line" not in app.screen()
        app.app.page._field.value = "export"  # type: ignore[attr-defined]
        await app.settle()
        assert "on the command line" in app.line("▸ :")
