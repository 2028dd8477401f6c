"""A whole review by its keys: 25 people, with undo, a cut link in the middle, and a phone that moved two."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pilot.conftest import Opened
from pipeline.drafting import kept
from pipeline.model import (
    Contact,
    NextAction,
    Opportunity,
    ReminderState,
    Rule,
    Stage,
    TimePeriod,
    TouchKind,
)
from pipeline.review.quarter import current_review, decisions, settled
from pipeline.review.sitting import Sitting
from pipeline.store import Put
from review_world import NEXT_REVIEW, NOW, TODAY, People, desks, fill, twenty_five
from sync.credentials import Credentials
from sync.objects import read
from sync.secret import Secret
from sync.syncing import sync_now
from sync_world import edited
from tui.app import TopOfMind
from tui.screens.review_before import BeforePage
from tui.screens.review_card import CardPage
from tui.screens.review_rest import RestPage, SummaryPage
from tui.screens.today import Today
from tui.screens.write import WritePage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from pipeline.desk import Desk
    from servers.caldav import Radicale

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


class Calendar:
    """The user's calendar on a real server: synced from here, and edited by a phone."""

    def __init__(self, server: Radicale) -> None:
        self.server = server
        self.url = server.make_calendar()
        self.settings = (
            '[calendar]\nsync_every = "off"\n'
            f'[[calendar.account]]\nid = "home"\nuser = "{server.user}"\ncalendar = "{self.url}"\n'
        )
        self.open_desk: Callable[[], Desk]
        self.syncs = 0
        self.account = "home"

    def sync(self, progress: Callable[[str], None]) -> str:
        """Sync once."""
        progress("syncing …")
        credentials = Credentials(given={"home": Secret(self.server.password)})
        with closing(self.open_desk()) as desk:
            result = sync_now(desk, credentials)
        assert result.problem is None, result.problem
        self.syncs += 1
        return f"{result.pushed} pushed, {len(result.came_back)} came back"

    def objects(self) -> dict[str, tuple[str, str]]:
        """Give what is on the calendar: reminder → its URL and body."""
        found = {}
        for file in (self.server.storage / "reminders").glob("*.ics"):
            body = file.read_text(encoding="utf-8")
            mark = read(body, UTC).mark
            if mark is not None:
                found[mark.reminder] = (self.url + file.name, body)
        return found

    def move(self, reminder: str, start: datetime) -> None:
        """Drag a reminder to another time, as on a phone."""
        url, body = self.objects()[reminder]
        moved = edited(body, DTSTART=start, DTEND=start + timedelta(minutes=15), LAST_MODIFIED=start)
        answer = self.server.request("PUT", url, moved, {"Content-Type": "text/calendar; charset=utf-8"})
        assert answer.status in {201, 204}, answer


@pytest.fixture
def people() -> People:
    return twenty_five()


@pytest.fixture
def open_desk(tmp_path: Path) -> Callable[[], Desk]:
    return desks(tmp_path / "store")


@pytest.fixture
def desk(open_desk: Callable[[], Desk]) -> Iterator[Desk]:
    """A desk with nobody yet, and everything known that a draft needs."""
    with closing(open_desk()) as desk:
        kept.keep_shared(desk.store, "news", "I lead a team of four now.", TODAY)
        yield desk


@asynccontextmanager
async def opened(
    open_desk: Callable[[], Desk], calendar: Calendar | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Opened]:
    app = TopOfMind(open_desk, calendar)
    with closing(app.desk):
        async with app.run_test(size=size) as pilot:
            one = Opened(app, pilot)
            await one.settle()
            yield one


async def synced(app: Opened) -> None:
    """Wait for the sync beside the app."""
    for _ in range(200):
        if not app.app.sync.running:
            break
        await app._pilot.pause(0.02)
    await app.settle()


def decided(desk: Desk) -> dict[str, str]:
    review = current_review(desk.reading())
    return {one.contact: one.decision for one in decisions(review).values()}


def whose_turn(app: Opened) -> str:
    page = app.app.page
    assert isinstance(page, CardPage), page
    return page.about()


async def test_a_whole_review(radicale_server: Radicale, tmp_path: Path, people: People) -> None:
    calendar = Calendar(radicale_server)
    calendar.open_desk = open_desk = desks(tmp_path / "store", calendar.settings)
    with closing(open_desk()) as desk:
        fill(desk, people)
        kept.keep_shared(desk.store, "news", "I lead a team of four now.", TODAY)
        async with opened(open_desk, calendar) as app:
            order = await begin(app, desk, calendar)
            await decide_in_every_way(app, desk, order)
            # The link is cut with a draft in hand.
            await app.press("w", "c")
            assert decided(desk)[order[7]] == "draft"
            assert not [one for one in desk.reading().touches_with(order[7]) if one.at == NOW]

        moved = [f"keep in touch:{who}:{who}-100" for who in order[9:11]]
        later = datetime(2026, 10, 29, 14, tzinfo=UTC)
        for reminder in moved:
            calendar.move(reminder, later)

        async with opened(open_desk, calendar) as app:
            await go_on_where_it_stopped(app, desk, calendar, order)
            await undo_and_redo(app, desk, order)
            states = {one.id: one.state for one in desk.reminders() if one.id in moved}
            assert states == dict.fromkeys(moved, ReminderState.SNOOZED)
            seen = await skip_everybody(app)
            assert seen == [who for who in order[7:] if who not in order[9:11]]
            assert len(settled(current_review(desk.reading()))) == 23

            assert isinstance(app.app.page, RestPage)
            await app.press("enter")
            await synced(app)
            assert isinstance(app.app.page, SummaryPage)
            assert calendar.syncs == 3  # at the beginning, after the cut, and one push at the end
            for words in ("1 written", "1 snoozed", "1 stopped", "17 skipped", "Tue 12 Jan 2027"):
                assert words in app.screen()
            on_calendar = calendar.objects()
            assert "quarterly review:2026Q4" not in on_calendar
            assert [read(on_calendar[one][1], UTC).start for one in moved] == [later, later]
            await app.press("escape")
            assert isinstance(app.app.page, Today)


async def begin(app: Opened, desk: Desk, calendar: Calendar) -> list[str]:
    await app.press("r")
    assert isinstance(app.app.page, BeforePage)
    await synced(app)
    assert calendar.syncs == 1
    assert "25 people" in app.screen()
    assert "quarterly review:2026Q4" in calendar.objects()
    await app.press("enter")
    assert "1 of 25" in app.line("Keep in touch")
    return Sitting(desk.reading()).order


async def decide_in_every_way(app: Opened, desk: Desk, order: list[str]) -> None:
    """Send to the first: three keys, logged with the résumé, and the next date at once. Then one key each."""
    await app.press("w", "c", "y")
    assert decided(desk) == {order[0]: "wrote"}
    [sent] = [one for one in desk.reading().touches_with(order[0]) if one.at == NOW]
    assert (sent.kind, sent.resume_version) == (TouchKind.KEEP_IN_TOUCH, "autumn")
    assert "next on " in app.last_said()
    for key, decision in zip(("i", "s", "p", "N", "x", "plus"), DECISIONS, strict=True):
        who = whose_turn(app)
        await app.press(key)
        assert decided(desk)[who] == decision
    assert list(decided(desk)) == order[:7]
    assert "8 of 25" in app.line("Keep in touch")


DECISIONS = ("in touch", "snoozed", "paused", "stopped", "skipped", "tier A")


async def go_on_where_it_stopped(app: Opened, desk: Desk, calendar: Calendar, order: list[str]) -> None:
    """Be asked first whether the draft was sent: it was not."""
    await app.press("r")
    await synced(app)
    assert calendar.syncs == 2
    assert isinstance(app.app.page, WritePage)
    assert "did you send it?" in app.screen()
    await app.press("n")
    assert whose_turn(app) == order[7]
    assert order[7] not in decided(desk)


async def undo_and_redo(app: Opened, desk: Desk, order: list[str]) -> None:
    """Undo the answer, what the phone did, the draft and two people before the cut; and all again."""
    await app.press(*"uuuuuu")
    assert whose_turn(app) == order[5]
    assert list(decided(desk)) == order[:5]
    assert re.search(r"undone: skip [\w ]+, in the review", app.last_said())
    await app.press(*"UUUUUU")
    assert list(decided(desk)) == order[:7]
    assert whose_turn(app) == order[7]


async def skip_everybody(app: Opened) -> list[str]:
    seen = []
    while isinstance(app.app.page, CardPage):
        seen.append(whose_turn(app))
        await app.press("x")
    return seen


async def test_the_resume_the_news_and_who_is_there_twice_come_first(
    desk: Desk, open_desk: Callable[[], Desk]
) -> None:
    people = People()
    people.overdue()
    fill(desk, people)
    desk.store.apply("twice", NOW, [Put(Contact("ann2", "Ann B. Abbot", phone="+1 555 0100"))])
    async with opened(open_desk) as app:
        await app.press("r", "down", "enter")
        await app.type("Winter")
        await app.press("enter")
        assert "Winter" in app.line("Up to date?")
        await app.press("down", "enter", "home")
        await app.type("I moved to Lisbon. ")
        await app.press("enter")
        assert "I moved to Lisbon" in app.line("What is new")

        await app.press("down", "enter")
        assert "also called Ann B. Abbot" in app.screen()
        await app.press("m")
        assert "ann2" not in desk.index().contacts
        assert "ONE PERSON OR TWO?" not in app.screen()
        await app.press("u")
        assert "ONE PERSON OR TWO?" in app.screen()
        await app.press("down", "enter", "t")
        assert "ONE PERSON OR TWO?" not in app.screen()
        await app.press("home", "enter")
        assert isinstance(app.app.page, CardPage)
        assert "Winter" in app.line("Résumé")
        assert "Lisbon" in app.screen()


async def test_a_draft_that_lacks_something_asks_for_it(desk: Desk, open_desk: Callable[[], Desk]) -> None:
    people = People()
    people.overdue()
    fill(desk, people)
    kept.keep_shared(desk.store, "news", "", TODAY)
    async with opened(open_desk) as app:
        await app.press("r", "enter")
        assert "Draft, lacks what is new with you" in app.screen()
        await app.press("w", "escape", "c")
        assert "still lacks" in app.screen()
        assert decided(desk) == {}
        await app.press("f")
        await app.type("I moved to Lisbon")
        await app.press("enter")
        assert "I moved to Lisbon" in app.screen()
        assert "ready" in app.screen().splitlines()[0]
        await app.press("escape")
        assert "Draft, ready" in app.screen()


async def test_each_way_to_take_a_draft_along_asks_whether_it_was_sent(
    desk: Desk, open_desk: Callable[[], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = People()
    who = people.overdue()
    fill(desk, people)
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/^Hi .*/Dear friend,/' \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    async with opened(open_desk) as app:
        await app.press("r", "enter")
        await app.resize(120, 60)  # room for a code
        for keys in (("c",), ("m",), ("o", "escape"), ("e",)):
            await app.press("w", *keys)
            assert "did you send it?" in app.screen(), keys
            assert decided(desk) == {who: "draft"}
            await app.press("n")
            assert decided(desk) == {}
        await app.press("w")
        assert "Dear friend," in app.screen()
        await app.press("y")
    [sent] = [one for one in desk.reading().touches_with(who) if one.at == NOW]
    assert sent.kind is TouchKind.KEEP_IN_TOUCH


async def test_what_is_loose_is_shown_after_the_people(desk: Desk, open_desk: Callable[[], Desk]) -> None:
    people = People()
    who = people.overdue()
    fill(desk, people)
    day = TODAY + timedelta(days=11)
    desk.store.apply(
        "more",
        NOW,
        [
            Put(Opportunity("applied", "Analyst", company="acme", stage=Stage.APPLIED)),
            Put(Opportunity("named", "Writer", company="acme", stage=Stage.INTERVIEWING)),
            Put(TimePeriod("p", "named", TODAY, words="in two weeks", earliest=day, latest=day)),
            Put(NextAction("a", "send the talk", contact=who)),
        ],
    )
    async with opened(open_desk) as app:
        await app.press("r", "enter", "x")
        assert isinstance(app.app.page, RestPage)
        for words in ("in two weeks", "send the talk", "nothing is planned"):
            assert words in app.screen()
        await app.press("down", "down", "d")
        assert desk.index().next_actions["a"].done_at is not None
        assert "send the talk" not in app.screen().rsplit("\n", 2)[0]
        await app.press("down", "enter")
        assert "Analyst" in app.screen()
        await app.press("r")
        assert isinstance(app.app.page, RestPage)
        await app.press("home", "enter")
        assert isinstance(app.app.page, SummaryPage)
        assert [one.id for one in desk.waiting() if one.rule is Rule.QUARTERLY_REVIEW] == [
            "quarterly review:2027Q1"
        ]


async def test_another_day_is_typed(desk: Desk, open_desk: Callable[[], Desk]) -> None:
    people = People()
    who = people.overdue()
    fill(desk, people)
    async with opened(open_desk) as app:
        await app.press("r", "enter", "o")
        await app.type("2 november")
        await app.press("enter")
        assert decided(desk) == {who: "snoozed"}
    [reminder] = [one for one in desk.waiting() if one.rule is Rule.KEEP_IN_TOUCH]
    assert [alert.date() for alert in reminder.alerts] == [date(2026, 11, 2)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (45, 20)])
async def test_a_card_says_who_why_and_what_to_send_at_every_size(
    desk: Desk, open_desk: Callable[[], Desk], size: tuple[int, int]
) -> None:
    people = People()
    people.overdue()
    fill(desk, people)
    async with opened(open_desk, size=size) as app:
        await app.press("r", "enter")
        screen = app.screen()
        for words in ("Ann Abbot", "overdue", "tier B", "ann-abbot@hart.example", "Why now", "Draft, ready"):
            assert words in screen
        for key in ("w write", "i in touch", "s snooze to", f"p pause to {NEXT_REVIEW.day} Jan", "u undo"):
            assert key in screen


async def test_its_reminder_opens_it_and_the_other_one_asks_for_the_resume(
    tmp_path: Path,
) -> None:
    before = datetime.fromisoformat("2026-09-29T12:00-04:00")
    clock = [before]
    open_desk = desks(tmp_path / "store", clock=lambda: clock[0])
    people = People()
    people.due(date(2026, 12, 1))
    with closing(open_desk()) as desk:
        fill(desk, people)
        async with opened(open_desk) as app:
            assert "Refresh your résumé" in app.line("▸")
            await app.press("enter")
            await app.type("Winter")
            await app.press("enter")
            assert "Refresh your résumé" not in app.screen().split("───")[1]
        clock[0] = NOW + timedelta(minutes=1)
        async with opened(open_desk) as app:
            assert "Keep-in-touch review of 2026 Q4" in app.line("▸")
            await app.press("enter")
            assert isinstance(app.app.page, BeforePage)


async def test_a_review_with_nobody_ends_at_once(desk: Desk, open_desk: Callable[[], Desk]) -> None:
    async with opened(open_desk) as app:
        await app.press("r")
        assert "nobody: everybody is where they should be" in app.screen()
        await app.press("enter", "enter")
        assert isinstance(app.app.page, SummaryPage)
        await app.press("u", "u")
        assert isinstance(app.app.page, BeforePage)
    assert desk.index().reviews == {}


async def test_a_link_may_drop_while_a_decision_is_carried_out(
    desk: Desk, open_desk: Callable[[], Desk]
) -> None:
    people = People()
    people.overdue(20)
    people.overdue(10)
    fill(desk, people)
    async with opened(open_desk) as app:
        await app.press("r", "enter")
        first = whose_turn(app)
        app.app.page.act("skip")
        while whose_turn(app) == first:  # noqa: ASYNC110 - nothing is told about it
            await asyncio.sleep(0)
    assert len(decided(desk)) <= 1
