"""The proxy keeps what passed, and fails in each way on purpose."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from servers.caldav import DENTIST
from servers.proxy import CountingProxy, Delay, Drop, Say, Truncate, always, nth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.caldav import Xandikos

CREATE = {"Content-Type": "text/calendar", "If-None-Match": "*"}


PATH = "/user/calendars/reminders/dentist.ics"


@pytest.fixture
def proxy(xandikos_server: Xandikos, counting_proxy: Callable[[str], CountingProxy]) -> CountingProxy:
    xandikos_server.make_calendar()
    return counting_proxy(xandikos_server.url)


@pytest.fixture
def client(proxy: CountingProxy) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=20)
    yield connection
    connection.close()


def put(client: http.client.HTTPConnection) -> int:
    client.request("PUT", PATH, DENTIST.encode(), CREATE)
    answer = client.getresponse()
    answer.read()
    return answer.status


def is_stored(server: Xandikos) -> bool:
    return server.request("GET", f"{server.url.rstrip('/')}{PATH}").status == 200


def test_requests_pass_and_are_kept(
    proxy: CountingProxy, client: http.client.HTTPConnection, xandikos_server: Xandikos
) -> None:
    assert put(client) == 201
    client.request("GET", PATH)
    read = client.getresponse().read().decode()
    client.request("DELETE", PATH)
    assert client.getresponse().read() == b""
    assert "SUMMARY:Dentist" in read
    created, fetched, deleted = proxy.requests
    assert (created.method, created.path, created.status) == ("PUT", PATH, 201)
    assert (created.headers["if-none-match"], created.body) == ("*", DENTIST.encode())
    assert fetched.answer_body.decode() == read
    assert (deleted.method, deleted.status, deleted.server_status) == ("DELETE", 204, 204)
    assert (proxy.count(), proxy.count("PUT", "DELETE"), proxy.connections) == (3, 2, 1)
    assert not is_stored(xandikos_server)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_request(
    proxy: CountingProxy,
    client: http.client.HTTPConnection,
    xandikos_server: Xandikos,
    when: str,
) -> None:
    stored = when == "after"
    proxy.script = nth("PUT", Drop(after_server=stored))
    with pytest.raises(http.client.RemoteDisconnected):
        put(client)
    assert is_stored(xandikos_server) is stored
    assert [(request.status, request.server_status) for request in proxy.requests] == [
        (None, 201 if stored else None)
    ]
    assert put(client) == (412 if stored else 201)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_of_its_own(
    proxy: CountingProxy,
    client: http.client.HTTPConnection,
    xandikos_server: Xandikos,
    when: str,
) -> None:
    stored = when == "after"
    proxy.script = always("PUT", Say(503, {"Retry-After": "120"}, b"busy", after_server=stored))
    client.request("PUT", PATH, DENTIST.encode(), CREATE)
    answer = client.getresponse()
    assert (answer.status, answer.headers["retry-after"], answer.read()) == (503, "120", b"busy")
    assert put(client) == 503
    assert is_stored(xandikos_server) is stored


def test_a_delayed_answer(proxy: CountingProxy, client: http.client.HTTPConnection) -> None:
    proxy.script = nth("PUT", Delay(0.3))
    before = time.monotonic()
    assert put(client) == 201
    assert time.monotonic() - before >= 0.3


def test_a_truncated_answer(proxy: CountingProxy, client: http.client.HTTPConnection) -> None:
    put(client)
    proxy.script = nth("GET", Truncate(20))
    client.request("GET", PATH)
    with pytest.raises(http.client.IncompleteRead) as broken:
        client.getresponse().read()
    assert broken.value.partial == DENTIST.encode()[:20]


def test_only_the_chosen_request_fails(proxy: CountingProxy, client: http.client.HTTPConnection) -> None:
    proxy.script = nth("GET", Say(500), number=2)
    statuses = []
    for _ in range(3):
        client.request("GET", "/user/")
        answer = client.getresponse()
        answer.read()
        statuses.append(answer.status)
    assert statuses == [200, 500, 200]


def test_without_a_server_behind_it_nobody_answers(
    client: http.client.HTTPConnection, xandikos_server: Xandikos
) -> None:
    xandikos_server.stop()
    with pytest.raises(http.client.RemoteDisconnected):
        put(client)


def test_a_body_without_a_length_is_refused(proxy: CountingProxy, client: http.client.HTTPConnection) -> None:
    client.putrequest("PUT", PATH)
    client.putheader("Transfer-Encoding", "chunked")
    client.endheaders()  # the answer comes before the body, which would meet a closed connection
    assert client.getresponse().status == 411
    assert proxy.requests[0].server_status is None
