"""The app as its user drives it: by keys, on a real store with the sample pipeline in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.model import InterviewState, Stage, TouchKind
from pipeline.review.sitting import Sitting
from pipeline.sample import sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from tui.app import TopOfMind
from tui.screens.calendar import CalendarPage
from tui.screens.opportunity import OpportunityPage
from tui.screens.people import People
from tui.screens.person import PersonPage
from tui.screens.pipeline import Pipeline
from tui.screens.review_card import CardPage
from tui.screens.today import Today
from tui.screens.typing_page import TypingPage
from tui.screens.writing import ReminderDrafts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

SIZES = [(80, 24), (120, 40), (45, 20)]


@pytest.fixture
def open_desk(tmp_path: Path) -> Callable[[], Desk]:
    def open_one() -> Desk:
        return Desk(Store.open(tmp_path / "store.sqlite3"), read_settings(""))

    desk = open_one()
    facts = sample_facts(desk.reading())
    desk.do(partial(import_facts, new=facts, name="sample"))
    desk.close()
    return open_one


async def settle(pilot: Pilot[None]) -> None:
    """Wait until what was asked for is done and shown."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def app_of(pilot: Pilot[None]) -> TopOfMind:
    assert isinstance(pilot.app, TopOfMind)
    return pilot.app


async def point_at(pilot: Pilot[None], reminder: str) -> None:
    page = app_of(pilot).page
    assert isinstance(page, (Today, OpportunityPage))
    for _ in range(60):
        chosen = page.chosen()
        if chosen is not None and chosen.id == reminder:
            return
        await pilot.press("down")
    raise AssertionError(f"{reminder} is not on the page")


@pytest.mark.parametrize("size", SIZES)
async def test_today_names_what_is_due_at_every_size(
    open_desk: Callable[[], Desk], size: tuple[int, int]
) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert isinstance(app.page, Today)
        shown = app.export_screenshot()
        for words in ("OVERDUE", "Closing", "note"):
            assert words in shown


async def test_ticking_off_is_one_key_and_undo_takes_it_back(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await point_at(pilot, "check-in:globex-says")
        await press(pilot, "d")
        sent = [one for one in app.reading.touches_about("globex") if one.kind is TouchKind.CHECK_IN]
        assert [touch.people for touch in sent] == [("dana",)]
        assert "check-in:globex-says" not in {one.id for one in app.snapshot.waiting}
        await press(pilot, "u")
        assert "check-in:globex-says" in {one.id for one in app.snapshot.waiting}
        await press(pilot, "U")
        assert "check-in:globex-says" not in {one.id for one in app.snapshot.waiting}


async def test_a_debrief_from_today_takes_one_line(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await point_at(pilot, "outcome:vandelay-1")
        await press(pilot, "D")
        assert isinstance(app.page, TypingPage)
        await press(pilot, *"Lena", "semicolon", *"week", "space", *"or", "space", *"two")
        await press(pilot, "enter")
        assert not isinstance(app.page, TypingPage)
        held = app.reading.index.interviews["vandelay-1"]
        said = list(app.reading.index.periods_of("vandelay"))
        assert held.state is InterviewState.HELD
        assert [(one.words, one.said_by) for one in said] == [("week or two", "lena")]


async def test_an_interview_is_logged_from_the_opportunity(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await point_at(pilot, "check-in:globex-says")
        await press(pilot, "enter")
        assert isinstance(app.page, OpportunityPage)
        await press(pilot, "n", "i", *"tomorrow", "space", *"3pm", "tab", "tab", "tab", *"Dana", "enter")
        ahead = [one for one in app.reading.index.interviews_of("globex") if one.id != "globex-1"]
        assert [[person.contact for person in one.people] for one in ahead] == [["dana"]]


async def test_what_cannot_be_read_stays_in_the_form(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await point_at(pilot, "check-in:globex-says")
        await press(pilot, "t", *"whenever", "enter", "enter")
        form = app.page
        assert isinstance(form, TypingPage)
        assert form.typed()["words"] == "whenever"
        assert len(list(app.reading.index.periods_of("globex"))) == 1
        await press(pilot, "escape", "t")
        assert isinstance(app.page, TypingPage)
        assert app.page.typed()["words"] == "whenever"


async def test_a_stage_is_moved_and_closed_from_the_opportunity(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await point_at(pilot, "check-in:globex-says")
        await press(pilot, "enter", "greater_than_sign")
        assert app.reading.index.opportunities["globex"].stage is Stage.OFFER
        await press(pilot, "m", *"withdrawn", "enter")
        assert app.reading.index.opportunities["globex"].stage is Stage.WITHDRAWN


async def test_another_session_on_the_store_is_seen_within_two_seconds(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        other = open_desk()
        other.undo()
        other.close()
        for _ in range(100):
            if not app.snapshot.waiting:
                break
            await pilot.pause(0.02)
        assert not app.snapshot.waiting


async def test_every_action_that_the_help_names_can_be_reached(open_desk: Callable[[], Desk]) -> None:
    app = TopOfMind(open_desk, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        pages = [app.page, OpportunityPage("acme"), Pipeline(), People(), PersonPage("ann-lee")]
        pages.append(CardPage(Sitting(app.reading)))
        pages += [CalendarPage(), ReminderDrafts("thank-you:acme")]
        for action in app.keys.values():
            assert any(hasattr(page, f"act_{action.name}") for page in pages), action.name
