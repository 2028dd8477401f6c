"""The CalDAV servers answer, store and survive a restart."""

from __future__ import annotations

import base64
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from servers.caldav import DENTIST

if TYPE_CHECKING:
    from servers.caldav import CalDAVServer, Radicale

CALENDAR_TYPE = {"Content-Type": "text/calendar; charset=utf-8"}


@pytest.fixture(params=["radicale_server", "xandikos_server"])
def server(request: pytest.FixtureRequest) -> CalDAVServer:
    started: CalDAVServer = request.getfixturevalue(request.param)
    return started


def test_a_calendar_keeps_an_object_across_a_restart(server: CalDAVServer) -> None:
    calendar = server.make_calendar("reminders")
    created = server.request(
        "PUT", f"{calendar}dentist.ics", DENTIST, {**CALENDAR_TYPE, "If-None-Match": "*"}
    )
    assert created.status == 201
    assert (server.storage / "reminders/dentist.ics").is_file()
    server.restart()
    read = server.request("GET", f"{calendar}dentist.ics")
    assert (read.status, read.headers["etag"]) == (200, created.headers["etag"])
    assert "SUMMARY:Dentist" in read.body


def test_a_calendar_is_found_where_the_account_keeps_its_calendars(server: CalDAVServer) -> None:
    calendar = server.make_calendar("Réminders & more")
    listed = server.request("PROPFIND", f"{server.url.rstrip('/')}{server.home}", headers={"Depth": "1"})
    assert listed.status == 207
    assert urlsplit(calendar).path in listed.body
    assert "Réminders &amp; more" in listed.body


def test_a_stopped_server_does_not_answer(server: CalDAVServer) -> None:
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        server.request("OPTIONS", server.url)


@pytest.mark.parametrize("account", [None, "sam:wrong", "nobody:pa:ss wörd"])
def test_radicale_turns_others_away(radicale_server: Radicale, account: str | None) -> None:
    connection = http.client.HTTPConnection(urlsplit(radicale_server.url).netloc, timeout=10)
    headers = {"Authorization": f"Basic {base64.b64encode(account.encode()).decode()}"} if account else {}
    connection.request("PROPFIND", radicale_server.home, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 401
