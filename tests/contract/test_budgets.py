"""How many requests and connections it takes on a real server, counted on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from events import event
from pipeline.ledger import State
from servers.proxy import CountingProxy, Delay, always
from sync import etags
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.discovery import discover
from sync.secret import Secret
from sync_world import NOON, World, edited, several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.caldav import CalDAVServer
    from servers.proxy import Fault, Request

IN_FLIGHT = 8


@dataclass(frozen=True)
class Counted:
    server: CalDAVServer
    proxy: CountingProxy
    login: Login
    calendar: CaldavCalendar

    def methods(self) -> list[str]:
        """Return what was asked since the last look; of writes that met a lock of Xandikos, the last try."""
        methods = [request.method for request in self.proxy.requests if request.status != 423]
        self.proxy.forget()
        return methods


@pytest.fixture(params=["radicale", "xandikos"])
def counted(request: pytest.FixtureRequest) -> Iterator[Counted]:
    server: CalDAVServer = request.getfixturevalue(request.param)
    login = Login(server.user, Secret(server.password))
    url = server.make_calendar("".join(letter if letter.isalnum() else "-" for letter in request.node.name))
    with CountingProxy(server.url) as proxy, CaldavCalendar(proxy.url_of(url), login) as calendar:
        yield Counted(server, proxy, login, calendar)


def push(counted: Counted, number: int) -> list[str]:
    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        made = threads.map(lambda n: counted.calendar.create(f"{n}.ics", event(f"{n}")), range(number))
        return [href for href, _ in made]


def test_discovery_takes_four(counted: Counted) -> None:
    discover(counted.proxy.url, counted.login)

    assert counted.methods() == ["PROPFIND"] * 4


@pytest.mark.parametrize("number", [0, 150])
def test_nothing_changed_takes_one(counted: Counted, number: int) -> None:
    push(counted, number)
    token = counted.calendar.list_changes(None).token
    counted.methods()

    assert counted.calendar.list_changes(token).changed == {}
    assert counted.methods() == ["REPORT"]


def test_a_first_sync_takes_one_and_one_for_each_reminder(counted: Counted) -> None:
    counted.calendar.list_changes(None)
    push(counted, 60)

    assert counted.methods() == ["REPORT"] + ["PUT"] * 60
    assert counted.proxy.connections <= 1 + IN_FLIGHT


def test_changes_on_the_phone_take_one_and_one_for_each_hundred(counted: Counted) -> None:
    hrefs = push(counted, 150)
    token = counted.calendar.list_changes(None).token
    as_ical = {"Content-Type": "text/calendar; charset=utf-8"}
    for number, href in enumerate(hrefs):
        counted.server.request("PUT", href, event(f"{number}", "Dragged"), as_ical)
    counted.methods()

    changes = counted.calendar.list_changes(token)
    found = counted.calendar.fetch(sorted(changes.changed))

    assert counted.methods() == ["REPORT"] * 3
    for href, resource in found.items():
        assert resource is not None
        assert "Dragged" in resource.body
        assert etags.is_same(resource.etag, changes.changed[href])
    assert len(found) == 150


def test_a_change_and_a_deletion_take_one_each(counted: Counted) -> None:
    (href,) = push(counted, 1)
    resource = counted.calendar.get(href)
    assert resource is not None
    assert resource.etag is not None
    counted.methods()

    etag = counted.calendar.update(href, event("0", "Call Ann"), resource.etag)
    assert etag is not None
    counted.calendar.delete(href, etag)

    assert counted.methods() == ["PUT", "DELETE"]


def test_a_server_without_the_report_takes_one_too(counted: Counted) -> None:
    push(counted, 3)
    folder = counted.calendar._connection._origin + counted.calendar._path
    counted.methods()
    with CaldavCalendar(folder, replace(counted.login), sync_collection=False) as calendar:
        assert len(calendar.list_changes(None).changed) == 3

    assert counted.methods() == ["PROPFIND"]


def test_whole_syncs_keep_to_the_budget(counted: Counted) -> None:
    calendar = counted.calendar
    world = World(calendar=calendar, url=f"http://127.0.0.1{calendar._path}")
    world.have(*several(104))
    world.synced(in_flight=IN_FLIGHT)
    assert counted.methods() == ["REPORT"] + ["PUT"] * 104
    world.synced()
    assert counted.methods() == ["REPORT"]

    for number in range(5):
        world.change(f"thank-you:i{number}", title="Thank Bob")
    world.finish("thank-you:i5")
    world.synced(in_flight=1)  # to a DELETE that meets its lock Xandikos says 500, which costs a look
    assert sorted(counted.methods()) == ["DELETE"] + ["PUT"] * 5 + ["REPORT"]

    as_ical = {"Content-Type": "text/calendar; charset=utf-8"}
    later = NOON + timedelta(days=9)
    for entry in world.entries(State.CLEAN):
        assert entry.body is not None
        dragged = edited(entry.body, DTSTART=later, DTEND=later + timedelta(hours=1))
        counted.server.request("PUT", entry.href, dragged, as_ical)
    assert len(world.synced().came_back) == 103
    assert counted.methods() == ["REPORT"] * 3
    world.synced()
    assert counted.methods() == ["REPORT"]


def test_the_connections_of_a_first_push_are_opened_while_the_question_is_under_way(counted: Counted) -> None:
    world = World(calendar=counted.calendar, url=f"http://127.0.0.1{counted.calendar._path}")
    world.have(*several(20))
    opened: list[int] = []

    def script(request: Request) -> Fault | None:
        if request.method == "REPORT":
            return Delay(0.5)
        opened.append(counted.proxy.connections)
        return None

    counted.proxy.script = script
    world.synced(in_flight=IN_FLIGHT)
    # A busy machine may be one late; without it the first write would find one, and open the next itself.
    assert opened[0] >= IN_FLIGHT - 1
    assert max(opened) == IN_FLIGHT
    assert counted.methods() == ["REPORT"] + ["PUT"] * 20


def test_a_sync_with_nothing_to_do_opens_one_connection(counted: Counted) -> None:
    path = counted.calendar._path
    world = World(calendar=counted.calendar, url=f"http://127.0.0.1{path}")
    world.have(*several(20))
    world.synced(in_flight=IN_FLIGHT)
    counted.methods()
    before = counted.proxy.connections
    counted.proxy.script = always("REPORT", Delay(0.1))
    with CaldavCalendar(counted.proxy.url_of(path), counted.login) as world.calendar:
        world.synced(in_flight=IN_FLIGHT)

    assert counted.methods() == ["REPORT"]
    assert counted.proxy.connections == before + 1
