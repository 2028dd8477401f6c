"""From an address to calendars: on real servers, and past the traps that a server or the DNS may set."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError, TryAgainError, UserNeededError
from servers.dns_zone import NameServer
from servers.process import free_port
from servers.scripted import Asked, Reply, ScriptedServer, certified
from servers.webdav import LOGIN, NS, PASSWORD_ON_THE_WIRE, XML
from sync import discovery
from sync.caldav_client import Connection, Login
from sync.calendar import RefusedPasswordError
from sync.discovery import discover, look_up_service, make_calendar
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from servers.caldav import CalDAVServer

    Start = Callable[..., ScriptedServer]

CALENDAR = "<resourcetype><collection/><C:calendar/></resourcetype>"
REPORTS = (
    "<supported-report-set><supported-report><report><sync-collection/></report></supported-report>"
    "</supported-report-set>"
)
ONE = "<displayname>One</displayname>"
ONLY_EVENTS = (
    '<C:supported-calendar-component-set><C:comp name="vevent"/></C:supported-calendar-component-set>'
)


def described(*resources: tuple[str, str]) -> Reply:
    responses = "".join(
        f"<response><href>{href}</href><propstat><prop>{properties}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
        for href, properties in resources
    )
    return Reply(207, f"<multistatus {NS}>{responses}</multistatus>".encode(), (XML,))


def principal(href: str) -> str:
    return f"<current-user-principal><href>{href}</href></current-user-principal>"


def home(href: str) -> str:
    return f"<C:calendar-home-set><href>{href}</href></C:calendar-home-set>"


def moved(location: str, status: int = 301) -> Reply:
    return Reply(status, headers=(("Location", location),))


def account(asked: Asked) -> Reply:
    """Stand for a server whose account has one calendar, and which wants a password but at its front door."""
    if asked.path == "/.well-known/caldav":
        return moved("/dav/")
    if asked.headers.get("authorization") != f"Basic {PASSWORD_ON_THE_WIRE}":
        return Reply(401, headers=(("WWW-Authenticate", 'Basic realm="dav"'),))
    return {
        "/dav/": described(("/dav/", principal("/dav/me/"))),
        "/dav/me/": described(("/dav/me/", home("/dav/home/"))),
        "/dav/home/": described(("/dav/home/", ""), ("/dav/home/one/", CALENDAR + ONE)),
    }.get(asked.path, Reply(404))


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda script, **options: stack.enter_context(ScriptedServer(script, **options))


@pytest.fixture(params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest) -> CalDAVServer:
    started: CalDAVServer = request.getfixturevalue(request.param)
    return started


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requests of all connections, in their order."""
    log: list[str] = []
    original = Connection.request

    def logged(self: Connection, url: str, method: str = "GET", *rest: object, **named: object) -> object:
        log.append(method)
        return original(self, url, method, *rest, **named)

    monkeypatch.setattr(Connection, "request", logged)
    return log


class TestRealServers:
    def test_from_the_root_in_four_requests(self, server: CalDAVServer, sent: list[str]) -> None:
        url = server.make_calendar("discovered é")
        login = Login(server.user, Secret(server.password))

        found = discover(server.url, login)

        assert len(sent) == 4
        assert found.home == server.url.rstrip("/") + server.home
        (calendar,) = [each for each in found.calendars if each.name == "discovered é"]
        assert calendar.url == url.replace(" ", "%20").replace("é", "%C3%A9")
        assert {"VEVENT", "VTODO"} <= calendar.components
        assert (calendar.can_write, calendar.sync_collection, calendar.is_shared) == (True, True, False)

    def test_a_calendars_own_url_is_one_request(self, server: CalDAVServer, sent: list[str]) -> None:
        url = server.make_calendar("direct")

        found = discover(url, Login(server.user, Secret(server.password)))

        assert ([each.url for each in found.calendars], found.home, sent) == ([url], None, ["PROPFIND"])

    @pytest.mark.parametrize("component", ["VEVENT", "VTODO"])
    def test_a_calendar_is_made(self, server: CalDAVServer, sent: list[str], component: str) -> None:
        login = Login(server.user, Secret(server.password))
        where = server.url.rstrip("/") + server.home

        made = make_calendar(where, "Follow-ups <&> \x1b[31mmore", login, components=(component,))

        assert sent == ["MKCALENDAR", "PROPFIND"]
        assert made.url.startswith(where)
        assert (made.name, made.components) == ("Follow-ups <&> [31mmore", {component})
        assert made in discover(server.url, login).calendars

    def test_where_no_calendar_can_be_made_the_user_is_told(self, server: CalDAVServer) -> None:
        with pytest.raises(UserNeededError, match="makes no calendar"):
            make_calendar(f"{server.url}nowhere/", "x", Login(server.user, Secret(server.password)))


class TestRedirects:
    def test_the_front_door_is_asked_without_any_password(
        self, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login eve password wrong\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        server = start(account)
        found = discover(server.url, LOGIN)

        assert [each.name for each in found.calendars] == ["One"]
        assert ["authorization" in asked.headers for asked in server.asked] == [False, True, True, True]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_keeps_method_and_body(self, start: Start, status: int) -> None:
        server = start(lambda asked: moved("/dav/", status) if asked.path == "/old/" else account(asked))
        discover(f"{server.url}/old/", LOGIN)

        assert {asked.method for asked in server.asked} == {"PROPFIND"}
        assert all(asked.body for asked in server.asked)

    @pytest.mark.parametrize("trap", ["front door", "redirect", "principal", "home"])
    def test_another_host_gets_the_password_only_with_a_yes(self, start: Start, trap: str) -> None:
        other = start(account)
        replies = {
            "front door": {"/.well-known/caldav": moved(f"{other.url}/dav/")},
            "redirect": {"/dav/": moved(f"{other.url}/dav/")},
            "principal": {"/dav/": described(("/dav/", principal(f"{other.url}/dav/me/")))},
            "home": {"/dav/me/": described(("/dav/me/", home(f"{other.url}/dav/home/")))},
        }[trap]
        server = start(lambda asked: replies.get(asked.path) or account(asked))
        asked_about: list[str] = []

        with pytest.raises(UserNeededError, match=other.url):
            discover(server.url, LOGIN)
        with pytest.raises(UserNeededError):
            discover(server.url, LOGIN, may_send_to=lambda host: bool(asked_about.append(host)))
        assert other.asked == []
        assert asked_about == [other.url.removeprefix("http://")]

        found = discover(server.url, LOGIN, may_send_to=lambda _: True)
        assert [each.url for each in found.calendars] == [f"{other.url}/dav/home/one/"]

    @pytest.mark.parametrize("location", ["http://example.com/dav/", "ftp://127.0.0.1/", "//[::1/", ""])
    def test_a_redirect_to_nowhere_safe_is_refused(self, start: Start, location: str) -> None:
        server = start(lambda asked: moved(location) if asked.path == "/old/" else Reply(404))
        with pytest.raises(UserNeededError):
            discover(f"{server.url}/old/", LOGIN, may_send_to=lambda _: True)

    def test_redirects_in_a_circle_end(self, start: Start) -> None:
        server = start(lambda asked: moved("/b/" if asked.path == "/a/" else "/a/"))
        with pytest.raises(UserNeededError, match="circles"):
            discover(f"{server.url}/a/", LOGIN)

    def test_a_server_that_does_not_know_of_its_https_is_still_asked_over_it(self) -> None:
        secured = discovery._secured
        assert secured("http://example.com/dav/", "https://example.com/x") == "https://example.com/dav/"
        assert secured("http://other.example/dav/", "https://example.com/x") == "http://other.example/dav/"
        assert (
            secured("http://example.com:8080/dav/", "https://example.com/x") == "http://example.com:8080/dav/"
        )
        assert secured("http://127.0.0.1/dav/", "http://127.0.0.1/x") == "http://127.0.0.1/dav/"


class TestAnswers:
    def test_a_server_that_wants_digest_gets_it(self, start: Start) -> None:
        challenge = Reply(401, headers=(("WWW-Authenticate", 'Digest realm="dav", nonce="n", qop="auth"'),))

        def script(asked: Asked) -> Reply:
            if not asked.headers.get("authorization", "").startswith('Digest username="ann"'):
                return challenge
            return described((asked.path, principal("/dav/me/") + home("/home/") + CALENDAR))

        server = start(script)
        found = discover(f"{server.url}/cal/", LOGIN)

        assert found.login == Login(LOGIN.user, LOGIN.password, "digest")

    def test_a_wrong_password_is_said_so(self, start: Start) -> None:
        server = start(account)
        with pytest.raises(RefusedPasswordError):
            discover(server.url, Login("ann", Secret("wrong")))

    def test_what_a_calendar_says_of_itself(self, start: Start) -> None:
        name = "<displayname>Te&#x202E;am&#10;<!-- x --></displayname>"
        may_read = "<current-user-privilege-set><privilege><read/></privilege></current-user-privilege-set>"
        theirs = "<owner><href>/dav/you/</href></owner>"
        collections = described(
            ("/dav/home/", "<resourcetype><collection/></resourcetype>"),
            ("/dav/home/team/", CALENDAR + name + may_read + theirs + ONLY_EVENTS),
            ("/dav/home/mine/", CALENDAR + REPORTS + "<owner><href>/dav/me/</href></owner>"),
            ("/dav/home/inbox/", "<resourcetype><collection/><C:schedule-inbox/></resourcetype>"),
        )
        server = start(lambda asked: collections if asked.path == "/dav/home/" else account(asked))
        team, mine = discover(server.url, LOGIN).calendars

        assert (team.name, team.components) == ("Team", {"VEVENT"})
        assert (team.can_write, team.sync_collection, team.is_shared) == (False, False, True)
        assert (mine.name, mine.components) == ("mine", frozenset())
        assert (mine.can_write, mine.sync_collection, mine.is_shared) == (True, True, False)

    def test_one_property_that_is_forbidden_does_not_hide_a_calendar(self, start: Start) -> None:
        response = (
            f"<response><href>/cal/</href><propstat><prop>{CALENDAR}</prop>"
            "<status>HTTP/1.1 200 OK</status></propstat>"
            "<propstat><prop><owner/></prop><status>HTTP/1.1 403 Forbidden</status></propstat></response>"
        )
        server = start(lambda _: Reply(207, f"<multistatus {NS}>{response}</multistatus>".encode(), (XML,)))

        assert [each.name for each in discover(f"{server.url}/cal/", LOGIN).calendars] == ["cal"]

    @pytest.mark.parametrize("reply", [Reply(404), Reply(405), Reply(200, b"<html>"), described(("/x/", ""))])
    def test_where_there_is_nothing_the_user_is_told(self, start: Start, reply: Reply) -> None:
        server = start(lambda _: reply)
        with pytest.raises(UserNeededError, match="no calendars"):
            discover(f"{server.url}/x/", LOGIN)

    def test_a_server_in_trouble_is_for_later(self, start: Start) -> None:
        server = start(lambda _: Reply(500))
        with pytest.raises(TryAgainError):
            discover(f"{server.url}/x/", LOGIN)

    def test_a_calendar_made_in_doubt_is_looked_for(self, start: Start) -> None:
        def script(asked: Asked) -> Reply | None:
            return None if asked.method == "MKCALENDAR" else described((asked.path, CALENDAR))

        server = start(script)
        made = make_calendar(f"{server.url}/home/", "x", LOGIN)

        assert [asked.method for asked in server.asked] == ["MKCALENDAR", "PROPFIND"]
        assert made.url == server.url + server.asked[1].path

    @pytest.mark.parametrize(
        "address", ["", "https://", "http://example.com/", "ftp://example.com/", "no/domain"]
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(InputError), NameServer({}) as names:
            discover(address, LOGIN, resolver=names.resolver)


class TestDomains:
    def test_the_dns_names_server_and_path(self, start: Start, tmp_path: Path) -> None:
        tls, ca_file = certified(tmp_path)
        server = start(account, tls=tls)
        port = server.url.rpartition(":")[2]
        records = {
            ("_caldavs._tcp.example.com", "SRV"): ["20 0 1 worse.example.", f"10 0 {port} localhost."],
            ("_caldavs._tcp.example.com", "TXT"): ['"txtvers=1" "path=/dav/"'],
        }
        with NameServer(records) as names:
            with pytest.raises(UserNeededError, match=f"localhost:{port}"):
                discover("ann@example.com", LOGIN, ca_file=ca_file, resolver=names.resolver)
            found = discover(
                "ann@example.com",
                LOGIN,
                ca_file=ca_file,
                resolver=names.resolver,
                may_send_to=lambda host: host == f"localhost:{port}",
            )

        assert [asked.path for asked in server.asked] == ["/dav/", "/dav/me/", "/dav/home/"]
        assert [each.url for each in found.calendars] == [f"https://localhost:{port}/dav/home/one/"]

    def test_without_a_path_the_front_door_is_tried(self, start: Start, tmp_path: Path) -> None:
        tls, ca_file = certified(tmp_path)
        server = start(account, tls=tls)
        port = server.url.rpartition(":")[2]
        with NameServer({("_caldavs._tcp.example.com", "SRV"): [f"0 0 {port} localhost."]}) as names:
            found = discover(
                "example.com", LOGIN, ca_file=ca_file, resolver=names.resolver, may_send_to=lambda _: True
            )

        assert len(found.calendars) == 1
        assert len(server.asked) == 4

    def test_without_the_dns_the_domain_itself_is_asked(self, start: Start, tmp_path: Path) -> None:
        tls, ca_file = certified(tmp_path)
        server = start(account, tls=tls)
        domain = server.url.removeprefix("https://")
        with NameServer({}) as names:
            found = discover(f"ann@{domain}", LOGIN, ca_file=ca_file, resolver=names.resolver)

        assert len(found.calendars) == 1
        assert "authorization" not in server.asked[0].headers

    def test_who_only_serves_web_pages_never_sees_the_password(self, start: Start, tmp_path: Path) -> None:
        tls, ca_file = certified(tmp_path)
        server = start(lambda _: Reply(404), tls=tls)
        with NameServer({}) as names, pytest.raises(InputError, match="announces no calendar"):
            discover(server.url.replace("https://", "ann@"), LOGIN, ca_file=ca_file, resolver=names.resolver)

        assert ["authorization" in asked.headers for asked in server.asked] == [False]

    def test_a_domain_without_a_web_server(self) -> None:
        with NameServer({}) as names, pytest.raises(InputError, match="announces no calendar"):
            discover(f"ann@127.0.0.1:{free_port()}", LOGIN, resolver=names.resolver)

    def test_a_service_that_is_said_not_to_exist(self) -> None:
        with NameServer({("_caldavs._tcp.example.com", "SRV"): ["0 0 0 ."]}) as names:
            assert look_up_service("example.com", names.resolver) is None
