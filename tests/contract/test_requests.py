"""What goes over the wire: how each request is made, and that nothing follows a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import TryAgainError
from servers.scripted import Reply
from servers.webdav import BODY, LOGIN, PASSWORD_ON_THE_WIRE, PATH, listed, multistatus
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.calendar import ConflictError, MovedError
from sync.secret import Secret

if TYPE_CHECKING:
    from servers.webdav import Serve


class TestRequests:
    def test_the_password_goes_with_the_first_request(self, serve: Serve) -> None:
        server, calendar = serve(multistatus(token="t1"))
        calendar.list_changes(None)

        (asked,) = server.asked
        assert asked.headers["authorization"] == f"Basic {PASSWORD_ON_THE_WIRE}"

    def test_a_proxy_sees_where_we_go_and_not_what_we_say(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proxy, _ = serve(lambda _: Reply(403))
        for scheme in ("http", "https"):
            monkeypatch.setenv(f"{scheme}_proxy", proxy.url)
        far = CaldavCalendar(f"https://calendar.example{PATH}", LOGIN)
        with far, pytest.raises(TryAgainError):
            far.create("a.ics", BODY)
        assert [(asked.method, asked.path) for asked in proxy.asked] == [("CONNECT", "calendar.example:443")]
        assert "authorization" not in proxy.asked[0].headers

        server, near = serve(multistatus(token="t1"))
        near.list_changes(None)
        assert (len(proxy.asked), len(server.asked)) == (1, 1)

    def test_a_bearer_token(self, serve: Serve) -> None:
        server, _ = serve(multistatus(token="t1"))
        with CaldavCalendar(server.url + PATH, Login("ann", Secret("abc"), "bearer")) as calendar:
            calendar.list_changes(None)

        assert server.asked[0].headers["authorization"] == "Bearer abc"

    def test_a_body_has_its_length_and_nobody_is_asked_to_expect_it(self, serve: Serve) -> None:
        server, calendar = serve(Reply(201, headers=(("ETag", '"1"'),)))
        calendar.create("a.ics", BODY)

        headers = server.asked[0].headers
        assert headers["content-length"] == str(len(BODY))
        assert headers["content-type"] == 'text/calendar; charset="utf-8"'
        assert not headers.keys() & {"expect", "transfer-encoding"}

    def test_creating_and_changing_are_conditional(self, serve: Serve) -> None:
        server, calendar = serve(Reply(201), Reply(204), Reply(204))
        href, _ = calendar.create("ä b.ics", BODY)
        calendar.update(href, BODY, '"1"')
        calendar.delete(href, '"2"')

        assert href == f"{PATH}%C3%A4%20b.ics"
        assert [(asked.method, asked.path) for asked in server.asked] == [
            ("PUT", href),
            ("PUT", href),
            ("DELETE", href),
        ]
        conditions = [(a.headers.get("if-none-match"), a.headers.get("if-match")) for a in server.asked]
        assert conditions == [("*", None), (None, '"1"'), (None, '"2"')]

    @pytest.mark.parametrize("etag", ["", '""', "*", '"1"\r\nX: y', '"é"'])
    def test_nothing_is_overwritten_without_a_condition(self, serve: Serve, etag: str) -> None:
        server, calendar = serve(lambda _: Reply(204))
        with pytest.raises(ConflictError):
            calendar.update(f"{PATH}a.ics", BODY, etag)
        with pytest.raises(ConflictError):
            calendar.delete(f"{PATH}a.ics", etag)

        assert server.asked == []

    def test_line_ends_on_the_wire_are_crlf(self, serve: Serve) -> None:
        server, calendar = serve(Reply(201))
        calendar.create("a.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n")

        assert server.asked[0].body == BODY.encode()

    def test_one_connection_serves_all_requests_in_turn(self, serve: Serve) -> None:
        server, calendar = serve(lambda _: Reply(204))
        for _ in range(4):
            calendar.delete(f"{PATH}a.ics", '"1"')

        assert len({asked.connection for asked in server.asked}) == 1

    def test_a_server_that_closes_each_connection_costs_no_error(self, serve: Serve) -> None:
        server, calendar = serve(lambda _: Reply(204), protocol="HTTP/1.0")
        for _ in range(4):
            calendar.delete(f"{PATH}a.ics", '"1"')

        assert len({asked.connection for asked in server.asked}) == len(server.asked) == 4

    def test_no_compressed_answer_is_asked_for(self, serve: Serve) -> None:
        server, calendar = serve(multistatus(token="t1"))
        calendar.list_changes(None)

        assert server.asked[0].headers["accept-encoding"] == "identity"

    def test_no_limit_is_sent_with_a_listing(self, serve: Serve) -> None:
        server, calendar = serve(multistatus(token="t2"))
        calendar.list_changes("t<1>&")

        (asked,) = server.asked
        assert asked.headers["depth"] == "0"
        assert b"<sync-token>t&lt;1&gt;&amp;</sync-token>" in asked.body
        assert b"limit" not in asked.body


class TestETags:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ('"1"', '"1"'),
            ('W/"1"', None),
            ("", None),
            ('""', None),
            ("1", "1"),
            ('"1-gzip"', '"1-gzip"'),
            ("%221%22", "%221%22"),
        ],
    )
    def test_the_etag_of_a_write(self, serve: Serve, sent: str, kept: str | None) -> None:
        _, calendar = serve(Reply(201, headers=(("ETag", sent),) if sent else ()))

        assert calendar.create("a.ics", BODY)[1] == kept

    def test_a_header_sent_twice(self, serve: Serve) -> None:
        twice = (("ETag", '"1"'), ("ETag", '"1"'))
        differing = (("ETag", '"1"'), ("ETag", '"2"'))
        _, calendar = serve(Reply(201, headers=twice), Reply(201, headers=differing))

        assert calendar.create("a.ics", BODY)[1] == '"1"'
        assert calendar.create("b.ics", BODY)[1] is None

    @pytest.mark.parametrize("etag", ['W/"1"', '"1-gzip"', '"1;gzip"', '"1--gzip"', "1", "%221%22"])
    def test_an_odd_etag_is_sent_as_received_and_then_plain(self, serve: Serve, etag: str) -> None:
        server, calendar = serve(lambda asked: Reply(204 if asked.headers["if-match"] == '"1"' else 412))
        calendar.update(f"{PATH}a.ics", BODY, etag)

        assert [asked.headers["if-match"] for asked in server.asked] == [etag, '"1"']

    def test_a_plain_etag_that_does_not_match_is_a_conflict_at_once(self, serve: Serve) -> None:
        server, calendar = serve(lambda _: Reply(412))
        with pytest.raises(ConflictError):
            calendar.update(f"{PATH}a.ics", BODY, '"1"')

        assert len(server.asked) == 1

    def test_an_etag_that_no_header_could_carry_is_none(self, serve: Serve) -> None:
        _, calendar = serve(multistatus(listed(f"{PATH}a.ics", "&quot;1&#10;X: y&quot;"), token="t1"))

        assert calendar.list_changes(None).changed == {f"{PATH}a.ics": None}


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_nothing_follows_one(self, serve: Serve, status: int) -> None:
        elsewhere, _ = serve(lambda _: Reply(201))
        server, calendar = serve(lambda _: Reply(status, headers=(("Location", f"{elsewhere.url}/x/"),)))
        href = f"{PATH}a.ics"
        for ask in (
            lambda: calendar.create("a.ics", BODY),
            lambda: calendar.update(href, BODY, '"1"'),
            lambda: calendar.delete(href, '"1"'),
            lambda: calendar.get(href),
            lambda: calendar.fetch([href]),
            lambda: calendar.list_changes(None),
        ):
            with pytest.raises(MovedError) as caught:
                ask()
            assert caught.value.location == f"{elsewhere.url}/x/"

        assert elsewhere.asked == []
        assert len(server.asked) == 6
