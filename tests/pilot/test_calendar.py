"""The Calendar screen, connecting and the first start, with a real server and the real credentials."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.commands.entering import import_facts
from pipeline.ledger import Ledger
from pipeline.sample import sample_facts
from servers.caldav import Radicale
from servers.proxy import CountingProxy, Delay, always
from sync.connecting import connect, keep
from sync.credentials import Credentials
from sync.secret import Secret
from sync.syncing import open_calendar, sync_now
from tui.app import TopOfMind
from tui.calendar_desk import CalendarDesk
from tui.session import Session
from tui.standing import MOVED, REMOVED, VANISHED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from sync.caldav_calendar import CaldavCalendar

KEYS = {" ": "space", "/": "slash", ":": "colon", ".": "full_stop"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with Radicale(tmp_path_factory.mktemp("radicale") / "server") as server:
        yield server


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session on an empty store, on a machine without a keyring."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    (tmp_path / "config.toml").write_text("")
    with closing(Session(tmp_path / "store.sqlite3", tmp_path / "config.toml")) as session:
        yield session


class Shown:
    """The app as somebody at a terminal sees it, who waits until something is there."""

    def __init__(self, app: TopOfMind, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*(KEYS.get(char, char) for char in text))

    def screen(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def wait_for(self, text: str) -> str:
        for _ in range(500):
            if text in self.screen():
                return self.screen()
            await asyncio.sleep(0.02)
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen()}")

    async def point_at(self, key: str) -> None:
        await self.press("home")
        for _ in range(80):
            if self.app.page.pointed_at() == key:  # type: ignore[attr-defined]
                return
            await self.press("down")
        raise AssertionError(f"{key} is not on the screen:\n{self.screen()}")


@asynccontextmanager
async def opened(
    session: Session, credentials: Credentials, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Shown]:
    app = TopOfMind(session.open_desk, CalendarDesk(session, credentials))
    async with app.run_test(size=size) as pilot:
        yield Shown(app, pilot)
    app.desk.close()
    credentials.close()


def fill(session: Session) -> None:
    facts = sample_facts(session.desk.reading())
    session.desk.do(partial(import_facts, new=facts, name="the sample"))


def connected(session: Session, server: Radicale) -> tuple[Credentials, CaldavCalendar]:
    """Connect a calendar of its own and sync the sample to it; give it as a phone shares it."""
    fill(session)
    url = server.make_calendar(session.store.id)
    password = Secret(server.password)
    made = connect(url, server.user, password)
    keep(made, session.desk, session.config_file)
    session.forget_settings()
    credentials = Credentials(given={made.account: password})
    assert sync_now(session.desk, credentials).problem is None
    return credentials, open_calendar(session.desk, session.settings.calendar.account[0], password)


async def test_the_first_start_asks_three_questions_and_connects(session: Session, server: Radicale) -> None:
    async with opened(session, Credentials()) as shown:
        await shown.wait_for("Welcome")
        await shown.type("Jo")
        await shown.press("enter")
        await shown.wait_for("A calendar?")
        await shown.press("c")
        await shown.wait_for("Connect a calendar")
        await shown.type(server.url)
        await shown.press("tab")
        await shown.type(server.user)
        await shown.press("tab")
        await shown.type("wrong")
        await shown.press("enter")
        await shown.wait_for("refuses the user name or the password")
        shown.app.page.typed_fields["password"].value = server.password  # type: ignore[attr-defined]
        await shown.press("enter")
        sample = await shown.wait_for("Which calendar?")
        assert "Whoever can read the calendar reads this much" in sample
        assert "The names are invented" in " ".join(sample.split())
        await shown.press("n")
        await shown.wait_for("There is no D-Bus session")
        await shown.press("s")
        told = await shown.wait_for("Connected sam@")
        assert "Server, user name and calendar are in" in told
        assert "in memory until you leave" in told
        await shown.press("t")
        await shown.wait_for("What to begin with?")
        await shown.press("s")
        await shown.wait_for("OVERDUE")
        await shown.press("S", "4")
        await shown.wait_for("a reminder rings at")
        await shown.wait_for("26 pushed")
        store = shown.app.desk.store
        assert server.password not in "".join(map(str, store.connection.iterdump()))
    session.forget_settings()
    assert session.settings.user.name == "Jo"
    assert session.settings.calendar.account[0].user == server.user


async def test_the_first_start_can_be_passed_over_and_does_not_come_back(session: Session) -> None:
    for _ in range(2):
        async with opened(session, Credentials()) as shown:
            if not session.store.note("greeted"):
                for heading in ("Welcome", "A calendar?", "What to begin with?"):
                    await shown.wait_for(heading)
                    await shown.press("escape")
            await shown.wait_for("Nothing to do")
            await shown.pilot.pause(0.2)
            assert "Nothing to do" in shown.screen()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (45, 20)])
async def test_what_was_removed_on_the_phone_is_asked_in_today_and_answered_there(
    session: Session, server: Radicale, size: tuple[int, int]
) -> None:
    credentials, phone = connected(session, server)
    with closing(phone):
        ledger = Ledger.of(session.store)
        entry = next(one for one in ledger.entries(ledger.accounts()[0].account) if "thank" in one.reminder)
        stored = phone.fetch([entry.href])[entry.href]
        assert stored is not None
        phone.delete(entry.href, stored.etag or "")
        async with opened(session, credentials, size) as shown:
            await shown.wait_for("THE CALENDAR ASKS")
            await shown.point_at(REMOVED + entry.reminder)
            await shown.press("enter")
            await shown.wait_for("Put it back")
            await shown.press("B")
            await shown.wait_for("the next sync puts it back")
            await shown.press("S")
            await shown.wait_for("1 pushed")
        assert len(phone.list_changes(None).changed) == 26


@pytest.mark.parametrize(("key", "told"), [("B", "synced"), ("O", "they stay off")])
async def test_a_calendar_that_is_suddenly_empty_is_asked_about(
    session: Session, server: Radicale, key: str, told: str
) -> None:
    credentials, phone = connected(session, server)
    with closing(phone):
        count = len(phone.list_changes(None).changed)
        for href, etag in phone.list_changes(None).changed.items():
            phone.delete(href, etag or "")
        async with opened(session, credentials) as shown:
            await shown.wait_for("the calendar asks")
            await shown.press("4")
            await shown.wait_for("when its question is answered")
            await shown.point_at(VANISHED)
            await shown.press(key)
            await shown.wait_for(told)
            await shown.wait_for("synced")
        assert len(phone.list_changes(None).changed) == (count if key == "B" else 0)
    assert Ledger.of(session.store).accounts()[0].answer is None


async def test_plan_wipe_and_disconnect(session: Session, server: Radicale) -> None:
    session.config_file.write_text('[calendar]\nsync_every = "off"\n')
    credentials, phone = connected(session, server)
    with closing(phone):
        async with opened(session, credentials) as shown:
            await shown.press("4")
            await shown.wait_for("last sync")
            await shown.press("pagedown")
            await shown.wait_for("ON THE CALENDAR 26")
            await shown.press("V")
            await shown.wait_for("A sync would change nothing.")
            await shown.press("escape", "v")
            await shown.wait_for("nothing to do")
            await shown.press("W")
            await shown.wait_for("Nothing else is touched")
            await shown.press("w")
            await shown.wait_for("removed")
            assert phone.list_changes(None).changed == {}
            await shown.press("K")
            await shown.wait_for("are forgotten here")
            await shown.press("t")
            await shown.wait_for("none yet; C connects one")
            await shown.press("P")
            await shown.wait_for("no calendar is connected; 4 C connects one")
            await shown.press("C")
            await shown.wait_for("Connect a calendar")
    session.forget_settings()
    assert session.settings.calendar.account == ()
    assert Ledger.of(session.store).accounts() == []


async def test_a_refused_password_is_asked_for_again_and_the_new_one_used(
    session: Session, server: Radicale
) -> None:
    right, phone = connected(session, server)
    right.close()
    phone.close()
    account = session.settings.calendar.account[0].id
    credentials = Credentials()
    credentials.remember(account, Secret("an old one"))
    async with opened(session, credentials) as shown:
        await shown.wait_for("the calendar asks")
        await shown.press("S")
        await shown.wait_for("The server refused the password")
        await shown.press("s")
        await shown.wait_for("It is tried with the calendar's server")
        await shown.type("no")
        await shown.press("enter")
        await shown.wait_for("refuses the user name")
        shown.app.page._fields[0].value = server.password  # type: ignore[attr-defined]
        await shown.press("enter")
        await shown.wait_for("nothing to do")
        await shown.press("4")
        await shown.wait_for("last sync")
        await shown.press("P")
        await shown.wait_for("written nowhere")


async def test_a_sync_is_stopped_by_its_key_and_goes_on(session: Session, server: Radicale) -> None:
    fill(session)
    session.config_file.write_text('[calendar]\nsync_every = "off"\n')
    password = Secret(server.password)
    with CountingProxy(server.url) as proxy:
        made = connect(proxy.url_of(server.make_calendar(session.store.id)), server.user, password)
        keep(made, session.desk, session.config_file)
        session.forget_settings()
        proxy.forget()
        proxy.script = always("PUT", Delay(0.2))
        async with opened(session, Credentials(given={made.account: password})) as shown:
            await shown.press("S")
            await shown.wait_for("syncing 0/26")
            await shown.press("full_stop")
            await shown.wait_for("was stopped; the next one goes on from here")
            assert 0 < proxy.count("PUT") < 26
            proxy.script = always("PUT", Delay(0))
            await shown.press("S")
            await shown.wait_for("pushed")
    assert proxy.count("PUT") == 26


@pytest.mark.parametrize(
    ("key", "told"), [("I", "this store is one of its own now"), ("h", "the store is at home here now")]
)
async def test_a_store_that_is_there_twice_asks_whether_it_moved_or_is_a_copy(
    session: Session, server: Radicale, tmp_path: Path, key: str, told: str
) -> None:
    credentials, phone = connected(session, server)
    phone.close()
    session.store.backup(tmp_path / "copy.sqlite3")
    copy = Session(tmp_path / "copy.sqlite3", session.config_path)
    with closing(copy):
        before = copy.store.id
        async with opened(copy, credentials) as shown:
            await shown.wait_for("the calendar asks")
            await shown.point_at(MOVED)
            await shown.press("enter")
            await shown.wait_for("It moved here")
            await shown.press(key)
            await shown.wait_for(told)
        assert (copy.store.id != before) is (key == "I")
