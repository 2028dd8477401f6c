"""The two commonest acts are the fastest: each key that they take is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import InterviewState

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]

DEBRIEF_AT_MOST = 6
"""Keys beside the text, from Today to the thank-you drafts."""


async def test_a_debrief_takes_few_keys_beside_its_text(sample: Desk, opening: Opening) -> None:
    """Open it, go on to a note on each of two people, and save it: the drafts stand there."""
    pressed: list[str] = []
    before = set(sample.index().time_periods)
    async with opening() as app:
        assert "Today · " in app.screen()

        async def press(key: str) -> None:
            pressed.append(key)
            await app.press(key)

        await press("D")
        await app.type("Lena, Omar; a week or two; panel next")
        await press("tab")
        await app.type("the tour")
        await press("tab")
        await app.type("the plan")
        await press("enter")
        assert "To " in app.screen().splitlines()[0], app.screen()
    assert len(pressed) <= DEBRIEF_AT_MOST, pressed
    index = sample.index()
    [said] = set(index.time_periods) - before
    told = index.interviews[index.time_periods[said].interview or ""]
    assert told.state is InterviewState.HELD
    assert index.time_periods[said].words == "a week or two"
    notes = [person.note or "" for person in told.people]
    assert all(any(note.endswith(end) for note in notes) for end in ("the tour", "the plan"))
    assert any("panel" in one.text for one in index.next_actions.values())


async def test_a_tick_off_is_one_key_and_undone_by_one(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        before, waiting = sample.store.facts(), [one.id for one in sample.waiting()]
        first = app.app.page._list.key  # type: ignore[attr-defined]
        await app.press("d")
        assert first not in [one.id for one in sample.waiting()]
        await app.press("u")
        assert sample.store.facts() == before
        assert [one.id for one in sample.waiting()] == waiting
        assert app.app.page._list.key == first  # type: ignore[attr-defined]
