"""From what a person knows, a URL or an e-mail address, to the calendars of an account; once, on connect.

Redirects and the links between principal, home and calendars are followed here, hop by hop: only over https,
and to another host only if the caller says yes, since the password goes along. Rules: RFC 6764 (service
discovery), RFC 5397 (current-user-principal), RFC 4791 sections 5.3.1 (MKCALENDAR) and 6.2.1 (home).
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urljoin, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

import dns.exception
import dns.name
import dns.resolver

from pipeline.errors import InputError, TryAgainError, UserNeededError
from sync.answers import is_success, trouble_with_account, trouble_with_read
from sync.caldav_client import Connection, origin_of
from sync.calendar import InDoubtError, MovedError, RefusedPasswordError
from sync.multistatus import CALDAV, CALENDAR_SERVER, DAV, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sync.caldav_client import Answer, Login
    from sync.multistatus import Multistatus, Response

MAX_HOPS = 5
DNS_WITHIN = 5.0
"""Seconds for all questions to the DNS."""

WELL_KNOWN = "/.well-known/caldav"

_NAMESPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"'
_ASK = (
    f'<?xml version="1.0" encoding="utf-8"?>\n<propfind {_NAMESPACES}><prop>'
    "<current-user-principal/><C:calendar-home-set/><resourcetype/><displayname/><owner/><sync-token/>"
    "<current-user-privilege-set/><supported-report-set/><C:supported-calendar-component-set/>"
    "</prop></propfind>"
)
_MAKE = (
    f'<?xml version="1.0" encoding="utf-8"?>\n<C:mkcalendar {_NAMESPACES}><set><prop>'
    "<displayname>{name}</displayname>"
    "<C:supported-calendar-component-set>{components}</C:supported-calendar-component-set>"
    "</prop></set></C:mkcalendar>"
)
_PRINCIPAL = f"{DAV}current-user-principal"
_HOME = f"{CALDAV}calendar-home-set"
_SHARED = frozenset({f"{CALENDAR_SERVER}shared", f"{CALENDAR_SERVER}shared-owner"})
_MAY_WRITE = frozenset({f"{DAV}all", f"{DAV}write", f"{DAV}write-content", f"{DAV}bind"})


@dataclass(frozen=True, slots=True)
class FoundCalendar:
    """A calendar, as its server describes it.

    `components` is empty where the server does not say, and then it takes all. `can_write` and
    `sync_collection` are what it says of itself. `is_shared`: others can read it, or it is somebody else's.
    """

    url: str
    name: str
    components: frozenset[str]
    can_write: bool
    sync_collection: bool
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What was found: how to log in, where calendars live (None: only this one is known), and which."""

    login: Login
    home: str | None
    calendars: tuple[FoundCalendar, ...]


def never(host: str) -> bool:  # noqa: ARG001  # a callback's signature
    """Refuse every further host."""
    return False


def discover(
    address: str,
    login: Login,
    *,
    may_send_to: Callable[[str], bool] = never,
    ca_file: str | None = None,
    timeout: float = 20.0,
    resolver: dns.resolver.Resolver | None = None,
) -> Account:
    """Find the calendars behind a URL, a domain or an e-mail address; four requests, where all is well.

    `may_send_to` is asked, with the host (and its port, if unusual), before the password goes to any host but
    the one in `address`. Raises InputError (no such address), UserNeededError (refused, or nothing found) and
    TryAgainError.
    """
    with _Explorer(login, may_send_to, ca_file, timeout) as explorer:
        if "://" in address:
            return explorer.explore_url(address)
        domain = address.rpartition("@")[2].strip()
        return explorer.explore_domain(domain, resolver)


def make_calendar(
    home: str,
    name: str,
    login: Login,
    *,
    components: Iterable[str] = ("VEVENT",),
    ca_file: str | None = None,
    timeout: float = 20.0,
) -> FoundCalendar:
    """Make a calendar in a home and return it as its server then describes it (two requests).

    Raises UserNeededError where the server makes none.
    """
    path = f"{path_of(home, home).rstrip('/')}/topofmind-{uuid4()}/"
    takes = "".join(f'<C:comp name="{each}"/>' for each in components)
    body = _MAKE.format(name=escape(_printable(name)), components=takes)
    refusal = "the answer was lost"
    with Connection(origin_of(home), login, ca_file=ca_file, timeout=timeout) as connection:
        with suppress(InDoubtError):  # the look that follows tells
            answer = connection.request(path, "MKCALENDAR", body)
            if trouble := trouble_with_account(answer):
                raise trouble
            refusal = str(answer.status)
        answer = connection.request(path, "PROPFIND", _ASK, {"Depth": "0"})
        made = answer.multistatus().of(path) if is_success(answer) else None
    if made is None or not _is_calendar(made):
        raise UserNeededError(
            f"{answer.host} makes no calendar for other programs ({refusal}); make one in its own app, then "
            "connect that: topofmind calendar connect --calendar NAME."
        )
    return _as_found(made, answer.url, made.hrefs(_PRINCIPAL))


class _Explorer:
    def __init__(
        self, login: Login, may_send_to: Callable[[str], bool], ca_file: str | None, timeout: float
    ) -> None:
        self._login = login
        self._may_send_to = may_send_to
        self._ca_file = ca_file
        self._timeout = timeout
        self._connections: dict[str, Connection] = {}
        self._trusted: set[str] = set()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def explore_url(self, url: str) -> Account:
        self._trusted.add(origin_of(url))
        if urlsplit(url).path not in {"", "/"}:
            found = self._explore(url)
            if found is not None:
                return found
        found = self._explore(self._context_of(url) or urljoin(url, "/"))
        if found is None:
            raise UserNeededError(f"There are no calendars at {url}; give the URL that its provider names.")
        return found

    def explore_domain(self, domain: str, resolver: dns.resolver.Resolver | None) -> Account:
        own = origin_of(f"https://{domain}")
        self._trusted.add(own)
        origin, path = look_up_service(domain, resolver) or (own, None)
        context = urljoin(origin, path) if path else None
        if context is None:
            with suppress(TryAgainError):  # a domain need not have a web server
                context = self._context_of(origin)
        if context is None and origin != own:
            context = urljoin(origin, "/")
        if context and (found := self._explore(context)):
            return found
        raise InputError(f"{domain} announces no calendar server; give the URL that its provider names.")

    def _context_of(self, url: str) -> str | None:
        # Asked without the password: who serves a host's web pages need not be who serves its calendars.
        context = urljoin(url, WELL_KNOWN)
        with Connection(origin_of(url), None, ca_file=self._ca_file, timeout=self._timeout) as stranger:
            answer = stranger.request(context, "PROPFIND", _ASK, {"Depth": "0"})
        if isinstance(trouble_with_account(answer), MovedError):
            return _secured(answer.location, context)
        return context if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.MULTI_STATUS} else None

    def _explore(self, url: str) -> Account | None:
        url, itself = self._look_at(url)
        if itself is None:
            return None
        if _is_calendar(itself):
            return Account(self._login, None, (_as_found(itself, url, itself.hrefs(_PRINCIPAL)),))
        principal = itself.hrefs(_PRINCIPAL)
        if not itself.hrefs(_HOME) and principal:
            url, itself = self._look_at(urljoin(url, principal[0]))
        if itself is None or not itself.hrefs(_HOME):
            return None
        home, listing = self._propfind(urljoin(url, itself.hrefs(_HOME)[0]), depth=1)
        calendars = filter(_is_calendar, listing.responses if listing else ())
        return Account(self._login, home, tuple(_as_found(each, home, principal) for each in calendars))

    def _look_at(self, url: str) -> tuple[str, Response | None]:
        url, answer = self._propfind(url, depth=0)
        return url, next(iter(answer.responses), None) if answer else None

    def _propfind(self, url: str, depth: int) -> tuple[str, Multistatus | None]:
        for _ in range(MAX_HOPS):
            answer = self._connection_to(url).request(url, "PROPFIND", _ASK, {"Depth": str(depth)})
            trouble = trouble_with_account(answer)
            if isinstance(trouble, MovedError):
                url = _secured(answer.location, url)
            elif isinstance(trouble, RefusedPasswordError) and self._may_be_digest(answer):
                self._login = replace(self._login, auth="digest")
                self._connections.clear()
            elif trouble or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise trouble_with_read(answer)
            else:
                return url, answer.multistatus() if answer.status == HTTPStatus.MULTI_STATUS else None
        raise UserNeededError(f"{answer.host} sends us in circles; give the URL that its provider names.")

    def _may_be_digest(self, answer: Answer) -> bool:
        return self._login.auth == "basic" and answer.challenges & {"basic", "digest"} == {"digest"}

    def _connection_to(self, url: str) -> Connection:
        try:
            origin = origin_of(url)
        except InputError as problem:
            raise UserNeededError(f"The server sends us where we cannot go. {problem}") from None
        if origin not in self._trusted:
            host = urlsplit(origin).netloc
            if not self._may_send_to(host):
                raise UserNeededError(
                    f"The password would go to {host}; if that is right, connect with --url {origin}/."
                )
            self._trusted.add(origin)
        if origin not in self._connections:
            connection = Connection(origin, self._login, ca_file=self._ca_file, timeout=self._timeout)
            self._open.callback(connection.close)
            self._connections[origin] = connection
        return self._connections[origin]


def look_up_service(
    domain: str, resolver: dns.resolver.Resolver | None = None
) -> tuple[str, str | None] | None:
    """Ask the DNS who serves a domain's calendars: the origin, and the path if told (RFC 6764, section 3).

    Only the service over TLS is asked for. None where none is announced, or where no DNS answers.
    """
    service = f"_caldavs._tcp.{domain}"
    try:
        resolver = resolver or dns.resolver.Resolver()
        records = resolver.resolve(service, "SRV", lifetime=DNS_WITHIN)
        first = min(records, key=lambda record: (record.priority, -record.weight))
        if first.target == dns.name.root:
            return None  # the service is decidedly not there (RFC 2782)
        origin = origin_of(f"https://{first.target.to_text(omit_final_dot=True)}:{first.port}")
    except (dns.exception.DNSException, InputError):
        return None
    with suppress(dns.exception.DNSException):
        for record in resolver.resolve(service, "TXT", lifetime=DNS_WITHIN):
            for text in record.strings:
                key, _, path = text.decode(errors="replace").partition("=")
                if key.lower() == "path" and path.startswith("/"):
                    return origin, path
    return origin, None


def _secured(location: str, url: str) -> str:
    # Servers behind a proxy often do not know that they are reached over https, and name themselves by http.
    here, there = urlsplit(url), urlsplit(location)
    if here.scheme == "https" and there.scheme == "http" and there.netloc == here.hostname:
        return there._replace(scheme="https").geturl()
    return location


def _is_calendar(response: Response) -> bool:
    return f"{CALDAV}calendar" in response.names(f"{DAV}resourcetype")


def _as_found(response: Response, url: str, principal: list[str]) -> FoundCalendar:
    name = response.text(f"{DAV}displayname") or unquote(response.path.rstrip("/").rpartition("/")[2])
    privileges = response.names(f"{DAV}current-user-privilege-set")
    reports = response.names(f"{DAV}supported-report-set")
    me = {path_of(href, url) for href in principal}
    owners = {path_of(href, url) for href in response.hrefs(f"{DAV}owner")}
    types = response.names(f"{DAV}resourcetype")
    return FoundCalendar(
        url=urljoin(url, response.path),
        name=_printable(name),
        components=response.components(),
        can_write=not privileges or bool(privileges & _MAY_WRITE),
        sync_collection=f"{DAV}sync-collection" in reports or bool(response.text(f"{DAV}sync-token")),
        is_shared=bool(types & _SHARED) or bool(owners and me and not owners & me),
    )


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
