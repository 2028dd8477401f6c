"""A server, or whoever poses as one, that means us no good."""

from __future__ import annotations

import gzip
import logging
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError, TryAgainError, UserNeededError
from servers.scripted import Reply, certified
from servers.webdav import (
    BODY,
    LOGIN,
    NS,
    PASSWORD,
    PASSWORD_ON_THE_WIRE,
    PATH,
    XML,
    listed,
    multistatus,
    standing,
)
from sync import caldav_calendar, caldav_client
from sync.caldav_calendar import CaldavCalendar
from sync.calendar import InDoubtError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.scripted import Asked
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


ATTACKED = """
import resource, sys
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.secret import Secret
from pipeline.errors import TopofmindError
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
with CaldavCalendar(sys.argv[1], Login("ann", Secret("x"))) as calendar:
    for ask in (lambda: calendar.list_changes("t0"), lambda: calendar.create("a.ics", "BEGIN:VCALENDAR")):
        try:
            ask()
        except TopofmindError as error:
            print(type(error).__name__, str(error))
print(peak() - before)
"""


class TestBounds:
    """With the limits as they are, seen from outside: what a process says, and how much memory it took."""

    def attack(self, serve: Serve, script: Callable[[Asked], Reply | None]) -> tuple[list[str], int, int]:
        server, _ = serve(script)
        done = subprocess.run(
            [sys.executable, "-c", ATTACKED, server.url + PATH],
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
        )
        *told, megabytes = done.stdout.splitlines()
        assert not done.stderr
        return told, int(megabytes), len(server.asked)

    def test_a_hundred_megabytes(self, serve: Serve) -> None:
        piece = b" " * 2**20
        told, megabytes, _ = self.attack(serve, lambda _: Reply(207, [piece] * 100, (XML,)))
        assert told[0] == "TryAgainError 127.0.0.1 answers without end; sync again later."
        assert told[1].startswith("InDoubtError")
        assert megabytes < 150

    def test_bombs_in_listings_and_in_errors(self, serve: Serve) -> None:
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
        bomb = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]><error xmlns="DAV:"><a>&e11;</a></error>'
        told, megabytes, asked = self.attack(
            serve, lambda asked: Reply(207 if asked.method == "REPORT" else 403, bomb.encode(), (XML,))
        )
        assert [line.partition(" ")[0] for line in told] == ["TryAgainError", "RejectedError"]
        assert megabytes < 80
        assert asked == 2

    def test_deep_and_wide_xml(self, serve: Serve) -> None:
        deep = b"<a>" * 500_000
        wide = f"<multistatus {NS}>".encode() + b"<response/>" * 500_000 + b"</multistatus>"
        for body in (deep, wide):
            told, megabytes, _ = self.attack(serve, lambda _, body=body: Reply(207, body, (XML,)))
            assert told[0].startswith(("TryAgainError", "TokenRefusedError"))
            assert megabytes < 400

    def test_pages_without_end(self, serve: Serve) -> None:
        pages = iter(range(10**9))

        def page(asked: Asked) -> Reply:
            if asked.method != "REPORT":
                return Reply(201)
            number = next(pages)
            more = standing(PATH, "507 Insufficient Storage")
            return multistatus(listed(f"{PATH}{number}.ics"), more, token=f"t{number}")

        told, megabytes, asked = self.attack(serve, page)
        assert told == ["TryAgainError 127.0.0.1 lists changes without end; sync again later."]
        assert megabytes < 50
        assert asked <= caldav_calendar.MAX_PAGES + 1

    def test_a_server_that_takes_for_ever_is_left_in_time(self, serve: Serve) -> None:
        nothing = Reply(207, multistatus().body, (XML,), after=0.2)
        server, _ = serve(lambda asked: nothing if asked.method == "REPORT" else Reply(404, after=0.2))
        with CaldavCalendar(server.url + PATH, LOGIN, within=1) as calendar:
            began = time.monotonic()
            with pytest.raises(TryAgainError, match="too slow"):
                calendar.fetch([f"{PATH}{number}.ics" for number in range(100)])
        assert time.monotonic() - began < 5
        assert len(server.asked) < 10


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

    def test_connections_that_are_opened_ahead_trust_no_other(
        self, serve: Serve, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        context, ca_file = certified(tmp_path)
        server, stranger = serve(lambda _: multistatus(token="t1"), tls=context)
        with pytest.raises(UserNeededError, match="certificate"), stranger.ready_for(8):
            stranger.list_changes("t0")
        with CaldavCalendar(server.url + PATH, LOGIN, ca_file=ca_file) as calendar, calendar.ready_for(8):
            calendar.list_changes("t0")

        assert len(server.asked) == 1
        assert capfd.readouterr() == ("", "")

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
