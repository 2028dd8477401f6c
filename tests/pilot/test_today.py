"""Today: one glance says what to do next, one key ticks it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.commands.entering import add_next_action
from pipeline.model import Rule
from tui.screens.debrief import DebriefPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_what_waits_is_grouped_and_the_first_is_explained(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        screen = app.screen()
        assert screen.index("OVERDUE") < screen.index("TODAY")
        first = min(sample.waiting(), key=lambda one: one.due)
        assert first.reason.split(".")[0][:40] in screen.replace("\n", " ")


async def test_ticking_off_is_one_key_and_can_be_undone(sample: Desk, opening: Opening) -> None:
    before = {one.id for one in sample.waiting()}
    async with opening() as app:
        await app.press("d")
        [done] = before - {one.id for one in sample.waiting()}
        assert "u undoes it" in app.last_said()
        await app.press("u")
        assert app.last_said().startswith("undone: ")
        assert done in {one.id for one in sample.waiting()}
        await app.press("U")
        assert app.last_said().startswith("done again: ")
        assert done not in {one.id for one in sample.waiting()}


async def test_keys_typed_ahead_tick_off_one_after_the_other(sample: Desk, opening: Opening) -> None:
    before = len(sample.waiting())
    async with opening() as app:
        await app._pilot.press("x", "x", "x")
        await app.settle()
        assert len(sample.waiting()) == before - 3


async def test_snoozing_shows_how_the_time_is_understood(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        await app.press("down", "down", "down", "s")
        await app.type("tomorrow 9:30")
        assert "Wed 4 Mar 09:30" in app.screen()
        await app.press("enter")
        assert "snoozed until Wed 4 Mar 09:30" in app.last_said()
        assert any(one.state.value == "snoozed" for one in sample.waiting())


async def test_why_shows_the_derivation(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        await app.press("y")
        assert "setting follow_up." in app.screen()
        await app.press("escape")
        assert "OVERDUE" in app.screen()
    assert sample.waiting()


async def test_a_key_that_does_nothing_here_says_so(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        await app.press("less_than_sign")
        assert "does not work here" in app.last_said()
    assert sample.waiting()


async def test_another_session_is_seen_within_two_seconds(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        sample.do(lambda reading: add_next_action(reading, "Buy stamps", at=reading.now))
        await app._pilot.pause(1.9)
        assert "Buy stamps" in app.screen()


async def test_narrow_terminals_show_the_list_alone(sample: Desk, opening: Opening) -> None:
    async with opening(45, 20) as app:
        assert "┿" not in app.screen()
        assert max(len(row.rstrip()) for row in app.screen().splitlines()) <= 45
        await app.press("enter")
        assert "OVERDUE" not in app.screen()
    assert sample.waiting()


async def test_nothing_to_do(opening: Opening) -> None:
    async with opening() as app:
        assert "Nothing to do" in app.screen()
        await app.press("d")
        assert "on no follow-up" in app.last_said()


async def test_debrief_begins_with_the_interview_that_nobody_told_about(
    sample: Desk, opening: Opening
) -> None:
    asked = next(one for one in sample.waiting() if one.rule is Rule.OUTCOME and one.due <= sample.clock())
    async with opening() as app:
        await app.press("home", "D")
        page = app.app.page
        assert isinstance(page, DebriefPage)
        assert page.interview.opportunity == asked.opportunity


async def test_a_time_within_the_next_step_is_pointed_out(sample: Desk, opening: Opening) -> None:
    _ = sample
    async with opening() as app:
        await app.press("home", "D")
        await app.type("Lena a week or two panel next")
        told = " ".join(app.screen().split())
        assert (
            "“a week or two” was taken for part of what comes next; if it is a time, part it by “;”" in told
        )
        app.app.page.typed_fields["line"].value = "Lena; a week or two; panel next"  # type: ignore[attr-defined]
        await app.settle()
        assert "was taken for" not in app.screen()
        assert "Time “a week or two” → " in " ".join(app.screen().split())
