"""A server, or whoever poses as one, that means us no good."""

from __future__ import annotations

import gzip
import logging
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError, TryAgainError, UserNeededError
from servers.scripted import Reply, certified
from servers.webdav import BODY, LOGIN, NS, PASSWORD, PASSWORD_ON_THE_WIRE, PATH, XML, listed, multistatus
from sync import caldav_client
from sync.caldav_calendar import CaldavCalendar
from sync.calendar import InDoubtError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.webdav import Serve


class TestHostileAnswers:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html><body>Sign in</body></html>",
            b"\x00\xff\xfe garbage",
            f"<multistatus {NS}><response><href>{PATH}a.ics</href>".encode(),
            b"<other/>",
        ],
    )
    def test_what_cannot_be_read_changes_nothing(self, serve: Serve, body: bytes) -> None:
        _, calendar = serve(lambda _: Reply(207, body, (XML,)))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")
        with pytest.raises(TryAgainError):
            calendar.fetch([f"{PATH}a.ics"])

    @pytest.mark.parametrize(
        "raw",
        [
            b"garbage\r\n\r\n",
            b"HTTP/1.1 abc OK\r\n\r\n",
            b"HTTP/1.1 99999 OK\r\n\r\n",
            b"\x16\x03\x01\x00\x00",
            b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
            b"HTTP/1.1 207 OK\r\n\xff\xfe: \xff\r\n: x\r\nno colon\r\n\r\n",
            b"HTTP/1.1 207 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfoo",
            b"HTTP/1.1 207 OK\r\nContent-Length: -5\r\n\r\nfoo",
            b"HTTP/1.1 207 OK\r\nContent-Length: 3\r\nContent-Length: 7\r\n\r\nfoo",
            b"HTTP/1.1 207 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nfoo",
        ],
    )
    def test_what_is_no_http_is_no_answer(self, serve: Serve, raw: bytes) -> None:
        _, calendar = serve(lambda _: Reply(raw=raw))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")
        with pytest.raises(InDoubtError):
            calendar.create("a.ics", BODY)

    def test_a_listing_cut_short_changes_nothing(self, serve: Serve) -> None:
        whole = multistatus(listed(f"{PATH}a.ics"), token="t1")
        _, calendar = serve(Reply(207, whole.body, (XML,), cut_short=True))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

    def test_a_bomb_of_entities_does_not_go_off(self, serve: Serve) -> None:
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]><multistatus {NS}>'
        bomb += f"{listed(f'{PATH}a.ics', '&e9;')}<sync-token>t1</sync-token></multistatus>"
        _, calendar = serve(lambda _: Reply(207, bomb.encode(), (XML,)))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

    def test_no_entity_brings_in_a_file(self, serve: Serve, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret")
        xml = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><multistatus {NS}>'
        xml += f"{listed(f'{PATH}a.ics', '&e;')}<sync-token>t1</sync-token></multistatus>"
        _, calendar = serve(Reply(207, xml.encode(), (XML,)))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

    def test_an_answer_without_end_ends(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(caldav_client, "MAX_ANSWER", 2**20)
        sent = 0

        def flood() -> Iterator[bytes]:
            nonlocal sent
            while True:
                sent += 2**16
                yield b" " * 2**16

        _, calendar = serve(lambda _: Reply(207, flood(), (XML,)))
        with pytest.raises(TryAgainError, match="without end"):
            calendar.list_changes("t0")
        assert sent < 2**25

    def test_a_drip_without_end_ends(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(caldav_client, "ANSWER_WITHIN", 0.3)

        def drip() -> Iterator[bytes]:
            for _ in range(100):
                time.sleep(0.05)
                yield b" "

        _, calendar = serve(lambda _: Reply(207, drip(), (XML,)))
        with pytest.raises(TryAgainError, match="without end"):
            calendar.list_changes("t0")

    def test_a_compressed_bomb_is_held_to_the_same_limit(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(caldav_client, "MAX_ANSWER", 2**20)
        bomb = gzip.compress(b" " * 2**25)
        _, calendar = serve(Reply(207, bomb, (XML, ("Content-Encoding", "gzip"))))
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

    def test_an_answer_compressed_all_the_same_is_read(self, serve: Serve) -> None:
        packed = gzip.compress(multistatus(listed(f"{PATH}a.ics"), token="t1").body)
        _, calendar = serve(Reply(207, packed, (XML, ("Content-Encoding", "gzip"))))

        assert calendar.list_changes("t0").changed == {f"{PATH}a.ics": '"1"'}


class TestPassword:
    @pytest.mark.parametrize(
        "reply", [None, Reply(401), Reply(500), Reply(302), Reply(403), Reply(207, b"<")]
    )
    def test_it_is_in_no_log_and_in_no_traceback(
        self, serve: Serve, caplog: pytest.LogCaptureFixture, reply: Reply | None
    ) -> None:
        caplog.set_level(logging.DEBUG)
        _, calendar = serve(lambda _: reply)
        told = [repr(LOGIN), repr(calendar), repr(vars(calendar))]
        for ask in (lambda: calendar.list_changes("t0"), lambda: calendar.create("a.ics", BODY)):
            with pytest.raises(Exception) as caught:  # noqa: PT011  # of each reply another
                ask()
            ours = [entry for entry in caught.traceback if Path(entry.path).parent.name == "sync"]
            assert ours
            told.extend(f"{entry.frame.f_locals!r} {entry.frame.f_locals.get('self')!r}" for entry in ours)
            told.append("".join(traceback.format_exception(caught.value)))
        told.append(caplog.text)

        for secret in (PASSWORD, PASSWORD_ON_THE_WIRE):
            assert not any(secret in each for each in told)

    def test_no_answer_makes_the_root_logger_write_on_the_terminal(self, serve: Serve) -> None:
        root = logging.getLogger()
        before = list(root.handlers)
        _, calendar = serve(Reply(200, BODY.encode()), Reply(500, b"<html>"), Reply(207, b"cut", (XML,)))
        calendar.get(f"{PATH}a.ics")
        with pytest.raises(TryAgainError):
            calendar.get(f"{PATH}a.ics")
        with pytest.raises(TryAgainError):
            calendar.list_changes("t0")

        assert root.handlers == before

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/cal/",
            "http://localhost.example.com/cal/",
            "ftp://example.com/cal/",
            "https:///cal/",
            f"https://ann:{PASSWORD}@example.com/cal/",
            "https://example.com:99999/cal/",
            "https://[::1/cal/",
            "example.com/cal/",
        ],
    )
    def test_an_address_that_would_give_it_away_is_refused(self, url: str) -> None:
        with pytest.raises(InputError) as caught:
            CaldavCalendar(url, LOGIN)

        assert PASSWORD not in str(caught.value)


class TestCertificates:
    def test_one_that_nobody_vouches_for_is_refused(self, serve: Serve, tmp_path: Path) -> None:
        context, ca_file = certified(tmp_path)
        server, stranger = serve(lambda _: multistatus(token="t1"), tls=context)
        with pytest.raises(UserNeededError, match="certificate"):
            stranger.create("a.ics", BODY)
        with CaldavCalendar(server.url + PATH, LOGIN, ca_file=ca_file) as calendar:
            calendar.list_changes("t0")

        assert len(server.asked) == 1

    def test_one_for_another_name_is_refused(self, serve: Serve, tmp_path: Path) -> None:
        context, ca_file = certified(tmp_path, "127.0.0.2")
        server, calendar = serve(lambda _: multistatus(token="t1"), tls=context, ca_file=ca_file)
        with pytest.raises(UserNeededError, match="certificate"):
            calendar.list_changes("t0")

        assert server.asked == []

    def test_a_ca_file_must_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="ca_file"):
            CaldavCalendar("https://example.com/", LOGIN, ca_file=str(tmp_path / "none.pem"))

    def test_a_ca_file_must_be_one(self, tmp_path: Path) -> None:
        (tmp_path / "no.pem").write_text("no certificate")
        with pytest.raises(InputError, match="ca_file"):
            CaldavCalendar("https://example.com/", LOGIN, ca_file=str(tmp_path / "no.pem"))
