"""A scripted server that speaks WebDAV: the replies, and a calendar that gets them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from servers.scripted import Asked, Reply, ScriptedServer
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.secret import Secret

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

PASSWORD = "hunter2-Grünkohl"
PASSWORD_ON_THE_WIRE = "YW5uOmh1bnRlcjItR3LDvG5rb2hs"
LOGIN = Login("ann", Secret(PASSWORD))
PATH = "/ann/reminders/"
BODY = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
XML = ("Content-Type", "application/xml; charset=utf-8")
NS = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://sabredav.org/ns"'


def multistatus(*responses: str, token: str | None = None, status: int = 207) -> Reply:
    last = f"<sync-token>{token}</sync-token>" if token else ""
    return Reply(status, f"<multistatus {NS}>{''.join(responses)}{last}</multistatus>".encode(), (XML,))


def listed(href: str, etag: str = '"1"', data: str = "") -> str:
    data = data and f"<C:calendar-data>{data}</C:calendar-data>"
    return (
        f"<response><href>{href}</href><propstat><prop><getetag>{etag}</getetag>{data}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


def standing(href: str, status: str) -> str:
    return f"<response><href>{href}</href><status>HTTP/1.1 {status}</status></response>"


def error(status: int, inside: str, **headers: str) -> Reply:
    fields = (XML, *((name.replace("_", "-"), value) for name, value in headers.items()))
    return Reply(status, f"<error {NS}>{inside}</error>".encode(), fields)


ITSELF = (
    f"<response><href>{PATH}</href><propstat><prop/><status>HTTP/1.1 200 OK</status></propstat></response>"
)


class Serve:
    """Starts servers, each with a calendar on it; all end with the test."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __call__(
        self,
        *replies: Reply | Callable[[Asked], Reply | None],
        protocol: str = "HTTP/1.1",
        tls: ssl.SSLContext | None = None,
        timeout: float = 5.0,
        sync_collection: bool = True,
        ca_file: str | None = None,
    ) -> tuple[ScriptedServer, CaldavCalendar]:
        """Answer by a script, or give the replies in turn."""
        turns = iter(replies)

        def script(asked: Asked) -> Reply | None:
            reply = replies[0] if callable(replies[0]) else next(turns)
            return reply(asked) if callable(reply) else reply

        server = self._open.enter_context(ScriptedServer(script, protocol, tls))
        calendar = CaldavCalendar(
            server.url + PATH, LOGIN, sync_collection=sync_collection, ca_file=ca_file, timeout=timeout
        )
        self._open.enter_context(calendar)
        return server, calendar
