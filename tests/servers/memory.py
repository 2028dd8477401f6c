"""The calendar in memory as a server: its personality and its faults over real HTTP."""

from __future__ import annotations

import itertools
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, unescape

from servers.scripted import Asked, Reply, ScriptedServer
from servers.webdav import error, listed, multistatus, standing
from sync.calendar import (
    CalendarGoneError,
    ConflictError,
    DuplicateUidError,
    RejectedError,
    TokenRefusedError,
)
from sync.memory_calendar import Fault, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sync.memory_calendar import MemoryCalendar

SIGN_IN = Reply(
    200,
    b"<!doctype html><html><title>Sign in</title></html>",
    (("Content-Type", "text/html"), ("ETag", '"p"')),
)
NEVER = 600.0
"""Seconds; nobody waits so long."""

FAULTS = {
    Fault.DROPPED_BEFORE: lambda _: None,
    Fault.DROPPED_AFTER: lambda _: None,
    Fault.ERROR_BEFORE: lambda _: Reply(500),
    Fault.ERROR_AFTER: lambda _: Reply(500),
    Fault.STALLED: lambda reply: replace(reply, after=NEVER),
    Fault.CUT_SHORT: lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2], cut_short=True),
    Fault.GARBAGE: lambda _: Reply(raw=b"\x00\xffgarbage\r\n\r\n"),
    Fault.SIGN_IN_PAGE: lambda _: SIGN_IN,
    Fault.MOVED: lambda _: Reply(302, headers=(("Location", "https://elsewhere.example/"),)),
    Fault.BUSY: lambda _: Reply(503),
    Fault.UNAUTHORIZED: lambda _: Reply(401),
}
"""What each fault makes of the answer, where there is one."""


class MemoryServer(ScriptedServer):
    """Answers for `memory`; `fault` is asked about each request, which the memory need not know of."""

    def __init__(
        self, memory: MemoryCalendar, fault: Callable[[Request], Fault | None], protocol: str = "HTTP/1.1"
    ) -> None:
        super().__init__(self.say, protocol)
        self.memory = memory
        self.fault = fault
        self._one_at_a_time = threading.Lock()
        self._pages: dict[str, tuple[list[str], str | None]] = {}
        self._names = (f"page:{number}" for number in itertools.count())

    def say(self, asked: Asked) -> Reply | None:
        with self._one_at_a_time:
            fault = self.fault(Request(asked.method, asked.path))  # type: ignore[arg-type]
            if fault is None:
                return self._act(asked)
            return FAULTS[fault](self._act(asked) if fault.comes_after else Reply())

    def _act(self, asked: Asked) -> Reply:
        try:
            return self._answer(asked)
        except ConflictError:
            return Reply(412)
        except DuplicateUidError:
            return error(403, "<C:no-uid-conflict/>")
        except RejectedError:
            return error(403, "<C:valid-calendar-data/>")
        except TokenRefusedError:
            return error(403, "<valid-sync-token/>")
        except CalendarGoneError:
            return Reply(404)

    def _answer(self, asked: Asked) -> Reply:
        match asked.method:
            case "REPORT" if b"calendar-multiget" in asked.body:
                return self._multiget(_between("href", asked.body))
            case "REPORT":
                return self._sync_collection("".join(_between("sync-token", asked.body)))
            case "PROPFIND":
                changed = self.memory.list_changes(None).changed if asked.headers["depth"] == "1" else {}
                return multistatus(self._itself(), *_listed(changed))
            case "GET":
                resource = self.memory.get(asked.path)
                if resource is None:
                    return Reply(404)
                return Reply(200, resource.body.encode(), (("ETag", resource.etag or ""),))
        return self._write(asked)

    def _write(self, asked: Asked) -> Reply:
        body, guard = asked.body.decode(), asked.headers.get("if-match")
        if guard is None:
            return _written(201, self.memory.create(asked.path.rpartition("/")[2], body)[1])
        if asked.method == "PUT":
            return _written(204, self.memory.update(asked.path, body, guard))
        is_there = asked.path in self.memory.objects()
        self.memory.delete(asked.path, guard)
        return Reply(204 if is_there else 404)

    def _multiget(self, hrefs: Sequence[str]) -> Reply:
        found = {href: self.memory.get(href) for href in hrefs}
        if None in found.values() and self.memory.personality.multiget_fails_whole:
            return Reply(404)
        parts = [
            listed(escape(href), escape(resource.etag or ""), escape(resource.body))
            if resource
            else standing(escape(href), "404 Not Found")
            for href, resource in found.items()
            if resource or not self.memory.personality.multiget_omits_missing
        ]
        return multistatus(*parts)

    def _sync_collection(self, token: str) -> Reply:
        if token in self._pages:
            parts, following = self._pages[token]
        else:
            changes = self.memory.list_changes(token or None)
            gone = (standing(escape(href), "404 Not Found") for href in sorted(changes.removed))
            parts, following = [*_listed(changes.changed), *gone], changes.token
        size = self.memory.personality.page_size
        if size is None or len(parts) <= size:
            return multistatus(*parts, token=following)
        page = next(self._names)
        self._pages[page] = parts[size:], following
        more = standing(self.memory.path, "507 Insufficient Storage")
        return multistatus(*parts[:size], more, token=page)

    def _itself(self) -> str:
        return (
            f"<response><href>{self.memory.path}</href><propstat><prop><resourcetype><collection/>"
            "</resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
        )


def _listed(changed: Mapping[str, str | None]) -> list[str]:
    return [listed(escape(href), escape(etag or "")) for href, etag in changed.items()]


def _between(tag: str, body: bytes) -> list[str]:
    return [unescape(text) for text in re.findall(f"<{tag}>(.*?)</{tag}>", body.decode())]


def _written(status: int, etag: str | None) -> Reply:
    return Reply(status, headers=(("ETag", etag),) if etag else ())
