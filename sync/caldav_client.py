"""The wire: HTTP to one CalDAV server, authenticated, bounded, and judged by nobody here.

The only file that imports HTTP. That costs a quarter of a second, so whatever imports this file is itself not
imported before a sync.
"""

from __future__ import annotations

import ssl
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import niquests
from caldav.davclient import DAVClient
from caldav.lib.auth import extract_auth_types
from caldav.lib.error import parse_preconditions, parse_retry_after
from caldav.requests import HTTPBearerAuth
from caldav.response import DAVResponse
from niquests.auth import HTTPBasicAuth, HTTPDigestAuth
from niquests.hooks import dispatch_hook
from niquests.packages.urllib3.exceptions import HTTPError, NewConnectionError  # type: ignore[import-not-found]

from pipeline.errors import InputError, TopofmindError, TryAgainError, UserNeededError
from sync import etags
from sync.calendar import InDoubtError
from sync.multistatus import Multistatus, UnreadableError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from niquests.auth import AuthBase

    from sync.secret import Secret

MAX_ANSWER = 32 * 2**20
"""Bytes; a calendar of 100,000 objects lists itself in less."""

ANSWER_WITHIN = 120.0
"""Seconds for one whole answer, however steadily it drips."""

LONGEST_WAIT = timedelta(days=1)
"""A Retry-After beyond this is taken for a mistake."""

_HEADERS = {
    "User-Agent": "topofmind",
    "Content-Type": 'application/xml; charset="utf-8"',
    "Accept": "*/*",
    # Compressed answers bring "-gzip" and weak ETags, and bombs.
    "Accept-Encoding": "identity",
}
_WRITES = frozenset({"PUT", "DELETE", "MKCALENDAR"})


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks, and how that is proven: `auth` says what the password is, so that no request asks first."""

    user: str
    password: Secret
    auth: Literal["basic", "digest", "bearer"] = "basic"

    def proof(self) -> AuthBase:
        """Return what signs each request."""
        match self.auth:
            case "basic":
                return HTTPBasicAuth(self.user, self.password.reveal())
            case "digest":
                return HTTPDigestAuth(self.user, self.password.reveal())
            case "bearer":
                return HTTPBearerAuth(self.password.reveal())


def is_this_machine(host: str) -> bool:
    """Tell whether a host name or address is this machine's own, where plain http leaks nothing."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL that may be sent a password. Raises InputError for any other."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InputError("The calendar's URL is no URL; copy it again from the provider.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise InputError("The calendar's URL must begin with https:// and name a host.")
    if parts.username is not None or parts.password is not None:
        raise InputError("Leave user and password out of the calendar's URL; both are asked for.")
    if parts.scheme == "http" and not is_this_machine(host):
        raise InputError(f"{host} would get the password in the clear; use https://.")
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, usual} else "")


class Answer(DAVResponse):
    """What the server said, read within limits.

    Its parent logs bodies through the root logger, which so gets a handler that writes on the terminal, and
    takes every body for XML. So it is only filled in, and what is needed is parsed when it is needed.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, url: str) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url

    @property
    def host(self) -> str:
        """Who answered."""
        return urlsplit(self.url).hostname or ""

    @property
    def text(self) -> str:
        """The body, decoded."""
        return self.body.decode(errors="replace")

    @cached_property
    def preconditions(self) -> frozenset[str]:
        """The tags in a DAV:error body (RFC 4918, section 16)."""
        return frozenset(parse_preconditions(self.body))

    @property
    def location(self) -> str:
        """Where a redirect points, as an absolute URL; empty where that is none."""
        location: str = self.headers.get("Location", "")
        try:
            return urljoin(self.url, location)
        except ValueError:
            return ""

    @property
    def challenges(self) -> frozenset[str]:
        """The ways to log in that a 401 offers, in lower case."""
        return frozenset(extract_auth_types(self.headers.get("WWW-Authenticate", "")))

    @property
    def not_before(self) -> datetime | None:
        """When Retry-After ends, given there in seconds or as a date."""
        try:
            seconds = parse_retry_after(self.headers.get("Retry-After", ""))
        except OverflowError:
            seconds = LONGEST_WAIT.total_seconds()
        if seconds is None:
            return None
        return datetime.now(UTC) + timedelta(seconds=min(max(seconds, 0), LONGEST_WAIT.total_seconds()))

    @property
    def etag(self) -> str | None:
        """The ETag header, as received."""
        return etags.received(self.headers.get("ETag"))

    def multistatus(self) -> Multistatus:
        """Parse the body. Raises TryAgainError where it is none, as when a proxy's page came instead."""
        try:
            return parse(self.body, self.url)
        except UnreadableError as problem:
            raise TryAgainError(f"{self.host} gave an answer that cannot be read ({problem}).") from None


class Connection(DAVClient):
    """Requests to one origin: authenticated from the first, bounded in time and size, several at once."""

    def __init__(
        self,
        origin: str,
        login: Login | None,
        *,
        ca_file: str | None = None,
        timeout: float = 20.0,
        within: float | None = None,
        in_flight: int = 8,
    ) -> None:
        """Prepare for requests; `timeout` are the seconds of silence, `within` those for all requests."""
        if ca_file:
            try:
                ssl.create_default_context(cafile=ca_file)
            except OSError:
                raise InputError(f"{ca_file} holds no certificate; correct ca_file.") from None
        super().__init__(
            url=f"{origin}/",
            auth=login.proof() if login else None,
            ssl_verify_cert=ca_file or True,
            headers=_HEADERS,
            enable_rfc6764=False,
        )
        self._origin = origin
        self._in_flight = in_flight
        self._seconds = timeout
        self._until = None if within is None else time.monotonic() + within
        self.session.close()
        # HTTP/1.1 alone: what else is spoken changes nothing for small requests on kept connections.
        # Asking the certificate's issuer about its revocation would tell a third party of each sync.
        self.session = niquests.Session(
            disable_http2=True, disable_http3=True, pool_maxsize=in_flight, revocation_configuration=None
        )
        host = urlsplit(origin).hostname or ""
        if (proxy := getproxies().get("https")) and not proxy_bypass(host):
            self.session.proxies = {"https": proxy}
        # Requests go to the session's adapter, so that no redirect is followed (a PUT would become a GET, and
        # look like success), no .netrc replaces the password, and no cookie is kept. It takes half the time.
        self._how: dict[str, Any] = {
            "timeout": timeout,
            "verify": self.ssl_verify_cert,
            "stream": True,
            "proxies": self.session.proxies,
        }
        self._adapter: Any = self.session.get_adapter(f"{origin}/")

    def __enter__(self) -> Self:
        return self

    @contextmanager
    def more_opened(self, count: int) -> Iterator[None]:
        """Open so many connections beside the one that the block uses; what follows finds them open.

        A failure is not told: the request that needs a connection meets it as well, and tells.
        """
        url, over = f"{self._origin}/", Event()
        if not self.session.proxies:  # which want to hear first where a connection leads
            pool = self._adapter.get_connection(url)
            self._adapter.cert_verify(pool, url, self.ssl_verify_cert, None)
            for _ in range(min(count, self._in_flight - 1)):
                Thread(target=_open, args=(pool, self._seconds, over), name="sync-open", daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def request(  # noqa: D102  # the parent says it
        self,
        url: str,
        method: str = "GET",
        body: str = "",
        headers: Mapping[str, str] | None = None,
        rate_limit_time_slept: float = 0,  # noqa: ARG002  # the parent's signature
    ) -> Answer:
        if self._until is not None and time.monotonic() > self._until:
            raise TryAgainError(f"{self.url.hostname} is too slow; the next sync goes on from here.")
        target = f"{self._origin}{url}" if url.startswith("/") else url
        sent = dict(self.headers) | dict(headers or {})
        if not body:
            del sent["Content-Type"]
        try:
            request = niquests.Request(
                method, target, headers=sent, data=body.encode() or None, auth=self.auth
            ).prepare()
            response = self._adapter.send(request, **self._how)
            hooks: Any = request.hooks  # those of a login that has to be challenged first
            response = dispatch_hook("response", hooks, response, **self._how)
            content = _read(response)
        except (niquests.exceptions.RequestException, HTTPError) as problem:  # a raw HTTPError slips through
            raise self._trouble(method, problem) from None
        return Answer(response.status_code or 0, response.headers, content, target)

    def _trouble(self, method: str, problem: Exception) -> TopofmindError:
        host = self.url.hostname
        if "CERTIFICATE_VERIFY_FAILED" in str(problem):
            return UserNeededError(
                f"The certificate of {host} is not trusted; if its authority is your own, name its file as "
                "ca_file."
            )
        if method in _WRITES and not _was_never_sent(problem):
            return InDoubtError(f"{host} did not answer; whether it wrote is not known.")
        if isinstance(problem, _EndlessAnswerError):
            return TryAgainError(f"{host} answers without end; sync again later.")
        return TryAgainError(f"{host} does not answer; sync again later.")


def _open(pool: Any, seconds: float, over: Event) -> None:
    """Open a connection of the pool, and hold it until all that are wanted have been asked for.

    The pool opens one only for a request, so this goes through its inner doors, and makes nothing of it where
    another version has none.
    """
    with suppress(OSError, HTTPError, AttributeError):
        connection = pool._get_conn()  # noqa: SLF001
        try:
            connection.timeout = seconds
            pool._validate_conn(connection)  # noqa: SLF001
            over.wait()
        finally:
            pool._put_conn(connection)  # noqa: SLF001


class _EndlessAnswerError(niquests.exceptions.RequestException):
    """More than we hold, or longer than we wait."""


def _read(response: niquests.Response) -> bytes:
    content = bytearray()
    until = time.monotonic() + ANSWER_WITHIN
    for chunk in response.iter_content(-1):
        content += chunk
        if len(content) > MAX_ANSWER or time.monotonic() > until:
            response.close()
            raise _EndlessAnswerError
    return bytes(content)


def _was_never_sent(problem: Exception) -> bool:
    reason = getattr(problem.args[0] if problem.args else None, "reason", None)
    early = (niquests.exceptions.ConnectTimeout, niquests.exceptions.ProxyError)
    return isinstance(problem, early) or isinstance(reason, NewConnectionError)
