"""What is made of each answer that a server may give."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import TryAgainError
from servers.process import free_port
from servers.scripted import Asked, Reply, ScriptedServer
from servers.webdav import BODY, ITSELF, LOGIN, PATH, error, listed, multistatus, standing
from sync import caldav_calendar, caldav_client
from sync.caldav_calendar import CaldavCalendar
from sync.calendar import (
    BusyError,
    CalendarGoneError,
    ConflictError,
    DuplicateUidError,
    ForbiddenError,
    InDoubtError,
    RefusedPasswordError,
    RejectedError,
    Resource,
    TokenRefusedError,
)

if TYPE_CHECKING:
    from servers.webdav import Serve


def assert_about(moment: datetime | None, expected: datetime) -> None:
    assert moment is not None
    assert abs(moment - expected) < timedelta(seconds=3)


class TestAnswersToWrites:
    @pytest.mark.parametrize(
        ("reply", "expected"),
        [
            (Reply(412), ConflictError),
            (error(412, "<S:exception>PreconditionFailed</S:exception>"), ConflictError),
            (error(412, "<C:no-uid-conflict/>"), DuplicateUidError),
            (error(409, "<C:no-uid-conflict/>"), DuplicateUidError),
            (error(403, "<C:no-uid-conflict/>"), DuplicateUidError),
            (
                error(400, "<S:message>Deleted calendar object with uid already exists</S:message>"),
                DuplicateUidError,
            ),
            (error(412, "<C:valid-calendar-data/>"), RejectedError),
            (error(403, "<C:max-resource-size/>"), RejectedError),
            (error(403, "<need-privileges/>"), ForbiddenError),
            (error(403, "<quota-not-exceeded/>"), BusyError),
            (Reply(403, b"Calendar usage limits exceeded."), BusyError),
            (Reply(403, b"Forbidden"), RejectedError),
            (Reply(400), RejectedError),
            (Reply(413), RejectedError),
            (Reply(415), RejectedError),
            (Reply(401), RefusedPasswordError),
            (Reply(429), BusyError),
            (Reply(503), BusyError),
            (Reply(507), BusyError),
            (Reply(500), InDoubtError),
            (Reply(502), InDoubtError),
            (Reply(504), InDoubtError),
            (Reply(408), InDoubtError),
            (Reply(200, b"<!doctype html><HTML>Sign in", (("ETag", '"1"'),)), InDoubtError),
            (None, InDoubtError),
        ],
    )
    def test_each_answer_is_its_error_and_is_asked_for_once(
        self, serve: Serve, reply: Reply | None, expected: type[Exception]
    ) -> None:
        server, calendar = serve(lambda _: reply)
        with pytest.raises(expected) as caught:
            calendar.create("a.ics", BODY)

        assert type(caught.value) is expected
        assert len(server.asked) == 1
        if expected is InDoubtError:
            assert caught.value.status == (reply.status if reply else None)

    def test_a_put_that_finds_no_collection_asks_whether_the_calendar_is_there(self, serve: Serve) -> None:
        _, calendar = serve(Reply(409), Reply(404))
        with pytest.raises(CalendarGoneError):
            calendar.create("a.ics", BODY)

        _, calendar = serve(Reply(409), multistatus(ITSELF))
        with pytest.raises(RejectedError):
            calendar.create("a.ics", BODY)

    @pytest.mark.parametrize("status", [404, 410])
    def test_what_is_gone_cannot_be_changed_and_need_not_be_deleted(self, serve: Serve, status: int) -> None:
        _, calendar = serve(lambda _: Reply(status))
        with pytest.raises(ConflictError):
            calendar.update(f"{PATH}a.ics", BODY, '"1"')
        calendar.delete(f"{PATH}a.ics", '"1"')

    def test_a_lock_is_waited_for(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(caldav_calendar, "LOCKED_PAUSES", (0.0, 0.0))
        server, calendar = serve(Reply(423), Reply(423), Reply(201), *(Reply(423),) * 2)
        calendar.create("a.ics", BODY)
        with pytest.raises(BusyError):
            calendar.create("b.ics", BODY)

        assert len(server.asked) == 5

    def test_an_answer_cut_short_leaves_a_write_in_doubt(self, serve: Serve) -> None:
        _, calendar = serve(Reply(201, b"created", cut_short=True))
        with pytest.raises(InDoubtError):
            calendar.create("a.ics", BODY)

    def test_a_stall_ends_with_the_timeout(self, serve: Serve) -> None:
        _, calendar = serve(lambda _: Reply(201, after=5), timeout=0.3)
        begun = time.monotonic()
        with pytest.raises(InDoubtError):
            calendar.create("a.ics", BODY)
        with pytest.raises(TryAgainError):
            calendar.list_changes("t1")

        assert time.monotonic() - begun < 3

    def test_where_nobody_listens_nothing_was_sent(self) -> None:
        with CaldavCalendar(f"http://127.0.0.1:{free_port()}{PATH}", LOGIN) as calendar:
            with pytest.raises(TryAgainError):
                calendar.create("a.ics", BODY)
            with pytest.raises(TryAgainError):
                calendar.get(f"{PATH}a.ics")


class TestRetryAfter:
    @pytest.mark.parametrize("status", [403, 429, 503])
    def test_seconds(self, serve: Serve, status: int) -> None:
        _, calendar = serve(lambda _: error(status, "<quota-not-exceeded/>", Retry_After="90"))
        with pytest.raises(BusyError) as caught:
            calendar.list_changes(None)

        assert_about(caught.value.not_before, datetime.now(UTC) + timedelta(seconds=90))

    def test_a_date(self, serve: Serve) -> None:
        until = datetime.now(UTC) + timedelta(minutes=10)
        _, calendar = serve(Reply(503, headers=(("Retry-After", format_datetime(until, usegmt=True)),)))
        with pytest.raises(BusyError) as caught:
            calendar.create("a.ics", BODY)

        assert_about(caught.value.not_before, until)

    @pytest.mark.parametrize("value", ["", "soon", "Wed, 32 Foo 2026 00:00:00 GMT"])
    def test_neither(self, serve: Serve, value: str) -> None:
        _, calendar = serve(Reply(429, headers=(("Retry-After", value),)))
        with pytest.raises(BusyError) as caught:
            calendar.create("a.ics", BODY)

        assert caught.value.not_before is None

    @pytest.mark.parametrize("value", ["99999999999", "9" * 400])
    def test_a_wait_of_years_is_a_mistake(self, serve: Serve, value: str) -> None:
        _, calendar = serve(Reply(429, headers=(("Retry-After", value),)))
        with pytest.raises(BusyError) as caught:
            calendar.create("a.ics", BODY)

        assert_about(caught.value.not_before, datetime.now(UTC) + caldav_client.LONGEST_WAIT)


class TestListing:
    def test_pages_are_followed_to_the_end(self, serve: Serve) -> None:
        more = standing(PATH, "507 Insufficient Storage")
        server, calendar = serve(
            multistatus(listed(f"{PATH}a.ics"), listed(f"{PATH}b.ics"), more, token="t1"),
            multistatus(standing(f"{PATH}b.ics", "404 Not Found"), listed(f"{PATH}c.ics"), more, token="t2"),
            multistatus(standing(f"{PATH}d.ics", "404 Not Found"), more, token="t3"),
            multistatus(listed(f"{PATH}a.ics", '"2"'), listed(f"{PATH}d.ics"), token="t4"),
        )
        changes = calendar.list_changes("t0")

        assert changes.changed == {f"{PATH}a.ics": '"2"', f"{PATH}c.ics": '"1"', f"{PATH}d.ics": '"1"'}
        assert (changes.removed, changes.token) == ({f"{PATH}b.ics"}, "t4")
        assert [f"<sync-token>t{n}<".encode() in server.asked[n].body for n in range(4)] == [True] * 4

    def test_pages_that_go_round_in_circles_end(self, serve: Serve) -> None:
        more = standing(PATH, "507 Insufficient Storage")
        server, calendar = serve(lambda _: multistatus(listed(f"{PATH}a.ics"), more, token="t1"))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

        assert len(server.asked) == 2

    def test_pages_without_end_end(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(caldav_calendar, "MAX_LISTED", 50)
        more = standing(PATH, "507 Insufficient Storage")
        server: ScriptedServer

        def page(_: Asked) -> Reply:
            n = len(server.asked)
            return multistatus(*(listed(f"{PATH}{n}-{k}.ics") for k in range(10)), more, token=f"t{n}")

        server, calendar = serve(page)
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

        assert len(server.asked) == 6

    @pytest.mark.parametrize("status", [400, 403, 409, 410, 412, 418, 500, 501, 507])
    def test_a_refused_token(self, serve: Serve, status: int) -> None:
        _, calendar = serve(error(status, "<valid-sync-token/>"))
        with pytest.raises(TokenRefusedError):
            calendar.list_changes("t0")

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (401, RefusedPasswordError),
            (404, CalendarGoneError),
            (429, BusyError),
            (502, TryAgainError),
            (503, BusyError),
        ],
    )
    def test_what_is_no_refused_token(self, serve: Serve, status: int, expected: type[Exception]) -> None:
        _, calendar = serve(Reply(status))
        with pytest.raises(expected):
            calendar.list_changes("t0")

    def test_an_answer_without_a_token_is_no_proof_that_nothing_changed(self, serve: Serve) -> None:
        _, calendar = serve(multistatus())
        with pytest.raises(TokenRefusedError):
            calendar.list_changes("t0")

    def test_where_the_report_fails_without_a_token_all_is_listed(self, serve: Serve) -> None:
        everything = multistatus(ITSELF, listed(f"{PATH}a.ics"))
        server, calendar = serve(Reply(501), everything)
        changes = calendar.list_changes(None)

        assert (changes.changed, changes.token, changes.complete) == ({f"{PATH}a.ics": '"1"'}, None, True)
        assert [(asked.method, asked.headers["depth"]) for asked in server.asked] == [
            ("REPORT", "0"),
            ("PROPFIND", "1"),
        ]

    def test_a_listing_of_something_else_is_none(self, serve: Serve) -> None:
        _, calendar = serve(multistatus(), sync_collection=False)
        with pytest.raises(TryAgainError):
            calendar.list_changes(None)

    def test_the_calendar_itself_and_folders_in_it_are_no_objects(self, serve: Serve) -> None:
        folder = "<prop><resourcetype><collection/></resourcetype></prop><status>HTTP/1.1 200 OK</status>"
        _, calendar = serve(
            multistatus(listed(PATH), listed(PATH.rstrip("/")), listed(f"{PATH}sub/"), token="t1"),
            multistatus(ITSELF, f"<response><href>{PATH}sub</href><propstat>{folder}</propstat></response>"),
        )

        assert calendar.list_changes("t0").changed == {}
        with CaldavCalendar(f"{calendar._connection._origin}{PATH}", LOGIN, sync_collection=False) as listing:
            assert listing.list_changes(None).changed == {}

    @pytest.mark.parametrize(
        "href", ["http://127.0.0.1{}%61%40b.ics", "{}a@b.ics", "a%40b.ics", "{}a%40b.ics"]
    )
    def test_one_object_has_one_path_however_it_is_spelt(self, serve: Serve, href: str) -> None:
        _, calendar = serve(multistatus(listed(href.format(PATH)), token="t1"))

        assert list(calendar.list_changes("t0").changed) == [f"{PATH}a@b.ics"]

    def test_an_encoded_slash_stays_one(self, serve: Serve) -> None:
        _, calendar = serve(multistatus(listed(f"{PATH}a%2Fb.ics"), token="t1"))

        assert list(calendar.list_changes("t0").changed) == [f"{PATH}a%2Fb.ics"]

    def test_one_odd_status_does_not_spoil_the_others(self, serve: Serve) -> None:
        _, calendar = serve(
            multistatus(
                standing(f"{PATH}a.ics", "403 Forbidden"),
                standing(f"{PATH}b.ics", "404"),
                standing(f"{PATH}c.ics", "410 Gone"),
                listed(f"{PATH}d.ics"),
                token="t1",
            )
        )
        changes = calendar.list_changes("t0")

        assert changes.removed == {f"{PATH}b.ics", f"{PATH}c.ics"}
        assert changes.changed == {f"{PATH}a.ics": None, f"{PATH}d.ics": '"1"'}


class TestFetching:
    def test_a_multiget_that_fails_whole_is_asked_one_by_one(self, serve: Serve) -> None:
        def script(asked: Asked) -> Reply:
            if asked.method == "PROPFIND":
                return multistatus(ITSELF)
            if asked.method == "REPORT" or asked.path.endswith("b.ics"):
                return Reply(404)
            return Reply(200, BODY.encode(), (("ETag", '"1"'),))

        _, calendar = serve(script)

        assert calendar.fetch([f"{PATH}a.ics", f"{PATH}b.ics"]) == {
            f"{PATH}a.ics": Resource(f"{PATH}a.ics", '"1"', BODY),
            f"{PATH}b.ics": None,
        }

    def test_what_a_multiget_leaves_out_is_looked_for(self, serve: Serve) -> None:
        server, calendar = serve(multistatus(listed(f"{PATH}a.ics", data=BODY)), Reply(404))

        assert calendar.fetch([f"{PATH}a.ics", f"{PATH}b.ics"])[f"{PATH}b.ics"] is None
        assert [asked.method for asked in server.asked] == ["REPORT", "GET"]

    def test_what_was_not_asked_for_is_not_taken(self, serve: Serve) -> None:
        more = (
            listed(f"{PATH}a.ics", data=BODY),
            listed(f"{PATH}b.ics", data=BODY),
            standing("/c.ics", "404"),
        )
        _, calendar = serve(multistatus(*more))

        assert list(calendar.fetch([f"{PATH}a.ics"])) == [f"{PATH}a.ics"]

    def test_what_cannot_be_read_is_left_out(self, serve: Serve) -> None:
        _, calendar = serve(multistatus(standing(f"{PATH}a.ics", "403 Forbidden")), Reply(403))

        assert calendar.fetch([f"{PATH}a.ics"]) == {}

    def test_a_server_error_stops_the_fetching(self, serve: Serve) -> None:
        server, calendar = serve(lambda _: Reply(500))
        with pytest.raises(TryAgainError):
            calendar.fetch([f"{PATH}a.ics", f"{PATH}b.ics"])

        assert len(server.asked) == 1

    def test_a_hundred_in_one_request(self, serve: Serve) -> None:
        hrefs = [f"{PATH}{n}.ics" for n in range(250)]

        def script(asked: Asked) -> Reply:
            return multistatus(*(listed(h, data=BODY) for h in hrefs if f">{h}<".encode() in asked.body))

        server, calendar = serve(script)

        assert list(calendar.fetch(hrefs)) == hrefs
        assert len(server.asked) == 3

    def test_a_page_of_html_is_no_object(self, serve: Serve) -> None:
        _, calendar = serve(Reply(200, b"<html>Sign in</html>", (("Content-Type", "text/html"),)))
        with pytest.raises(RejectedError):
            calendar.get(f"{PATH}a.ics")
