"""One calendar on a CalDAV server: each method of the protocol as the requests that it takes."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import quote
from xml.sax.saxutils import escape

from pipeline.errors import TopofmindError, TryAgainError
from sync import etags
from sync.answers import (
    GONE,
    is_conflict,
    is_success,
    is_token_refused,
    is_written,
    trouble_with_account,
    trouble_with_read,
    trouble_with_write,
)
from sync.caldav_client import Connection, origin_of
from sync.calendar import (
    CalendarGoneError,
    Changes,
    ConflictError,
    RejectedError,
    Resource,
    TokenRefusedError,
)
from sync.multistatus import CALDAV, DAV, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sync.caldav_client import Answer, Login
    from sync.multistatus import Multistatus

MULTIGET = 100
"""Objects asked for in one multiget; more make some servers refuse the whole."""

MAX_LISTED = 200_000
"""Objects in all pages of one listing together: beyond, a server only claims to get to an end."""

MAX_PAGES = 1_000
"""Pages of one listing; servers put hundreds of objects on each."""

LOCKED_PAUSES = (0.0, 0.1, 0.3, 1.0)
"""Seconds before each further try of a write that met a lock."""

_CALENDAR = {"Content-Type": 'text/calendar; charset="utf-8"'}

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_SYNC = (
    _XML + '<sync-collection xmlns="DAV:"><sync-token>{}</sync-token><sync-level>1</sync-level>'
    "<prop><getetag/></prop></sync-collection>"
)
_LIST = _XML + '<propfind xmlns="DAV:"><prop><getetag/><resourcetype/><sync-token/></prop></propfind>'
_MULTIGET = (
    _XML + '<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<prop><getetag/><C:calendar-data/></prop>{}</C:calendar-multiget>"
)


class CaldavCalendar:
    """One calendar on a CalDAV server; see the protocol for what each method promises."""

    def __init__(
        self,
        url: str,
        login: Login,
        *,
        sync_collection: bool = True,
        ca_file: str | None = None,
        timeout: float = 20.0,
        within: float | None = None,
        in_flight: int = 8,
    ) -> None:
        """Take the collection's URL. `sync_collection`: it has that report.

        `timeout` are the seconds of silence in one request, `within` those for everything that is asked.
        """
        self._connection = Connection(
            origin_of(url), login, ca_file=ca_file, timeout=timeout, within=within, in_flight=in_flight
        )
        self._path = path_of(url, url).rstrip("/") + "/"
        self._has_sync_collection = sync_collection
        self._alone = threading.Lock()
        self._takes_one_write_at_a_time = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    def ready_for(self, writes: int) -> AbstractContextManager[None]:
        """Open the connections for them, beside the one that the block asks over."""
        return self._connection.more_opened(writes - 1)

    def list_changes(self, token: str | None) -> Changes:
        """Ask what changed since `token`, or for everything."""
        if not self._has_sync_collection:
            return self._list()
        try:
            return self._sync(token)
        except TokenRefusedError:
            if token is not None:
                raise
            return self._list()

    def _sync(self, token: str | None) -> Changes:
        changed: dict[str, str | None] = {}
        removed: set[str] = set()
        asked: set[str] = set()
        following = token or ""
        while True:
            asked.add(following)
            answer = self._ask("REPORT", _SYNC.format(escape(following)), depth=0)
            if is_token_refused(answer):
                raise TokenRefusedError(f"{answer.host} wants everything listed anew ({answer.status}).")
            page = self._listing(answer)
            if page.token is None:
                raise TokenRefusedError(f"{answer.host} gave no token.")
            for each in page.responses:
                if not self._holds(each.path):
                    continue
                if each.status in GONE:
                    removed.add(each.path)
                    changed.pop(each.path, None)
                else:
                    changed[each.path] = etags.received(each.text(f"{DAV}getetag"))
                    removed.discard(each.path)
            if not any(each.status == HTTPStatus.INSUFFICIENT_STORAGE for each in page.responses):
                return Changes(changed, frozenset(removed), page.token, complete=token is None)
            is_endless = len(asked) >= MAX_PAGES or len(changed) + len(removed) > MAX_LISTED
            if page.token in asked or is_endless:
                raise TryAgainError(f"{answer.host} lists changes without end; sync again later.")
            following = page.token

    def _list(self) -> Changes:
        answer = self._ask("PROPFIND", _LIST, depth=1)
        listing = self._listing(answer)
        itself = listing.of(self._path)
        if itself is None:
            raise TryAgainError(f"{answer.host} lists something else than the calendar; sync again later.")
        changed = {
            each.path: etags.received(each.text(f"{DAV}getetag"))
            for each in listing.responses
            if self._holds(each.path)
            and each.status not in GONE
            and f"{DAV}collection" not in each.names(f"{DAV}resourcetype")
        }
        token = itself.text(f"{DAV}sync-token") if self._has_sync_collection else None
        return Changes(changed, frozenset(), token, complete=True)

    def fetch(self, hrefs: Sequence[str]) -> dict[str, Resource | None]:
        """Get many objects, by multiget where the server can."""
        found: dict[str, Resource | None] = {}
        for start in range(0, len(hrefs), MULTIGET):
            found |= self._multiget(hrefs[start : start + MULTIGET])
        return found

    def _multiget(self, hrefs: Sequence[str]) -> dict[str, Resource | None]:
        wanted = {path_of(href, self._path): href for href in hrefs}
        found: dict[str, Resource | None] = {}
        answer = self._ask(
            "REPORT", _MULTIGET.format("".join(f"<href>{escape(path)}</href>" for path in wanted)), depth=0
        )
        if is_success(answer):
            for each in answer.multistatus().responses:
                data = each.text(f"{CALDAV}calendar-data")
                if each.path in wanted and data:
                    etag = etags.received(each.text(f"{DAV}getetag"))
                    found[wanted[each.path]] = Resource(wanted[each.path], etag, _with_crlf(data))
                elif each.path in wanted and each.status in GONE:
                    found[wanted[each.path]] = None
        elif trouble_with_account(answer) or answer.status >= 500:  # noqa: PLR2004  # it would refuse a GET as well
            raise trouble_with_read(answer)
        elif answer.status in GONE and not self._exists():
            raise _gone(answer)
        # Some servers refuse the whole for one missing object, others leave it out: neither proves anything.
        for href in (href for href in hrefs if href not in found):
            with suppress(RejectedError):
                found[href] = self.get(href)
        return found

    def get(self, href: str) -> Resource | None:
        """Get one object."""
        answer = self._connection.request(href)
        if answer.status in GONE:
            return None
        if trouble := trouble_with_account(answer):
            raise trouble
        if answer.status >= 500:  # noqa: PLR2004  # server errors
            raise trouble_with_read(answer)
        if "BEGIN:VCALENDAR" not in answer.text:
            raise RejectedError(f"{answer.host} gives no calendar object for {href} ({answer.status}).")
        return Resource(href, answer.etag, _with_crlf(answer.text))

    def create(self, name: str, body: str) -> tuple[str, str | None]:
        """Put a new object."""
        href = path_of(quote(name, safe=""), self._path)
        answer = self._write("PUT", href, _with_crlf(body), {"If-None-Match": "*"})
        if is_written(answer):
            return href, etags.strong(answer.etag)
        if answer.status in GONE:
            raise _gone(answer)
        raise self._refusal(answer)

    def update(self, href: str, body: str, etag: str) -> str | None:
        """Put an object anew."""
        answer = self._write_if_match("PUT", href, _with_crlf(body), etag)
        if is_written(answer):
            return etags.strong(answer.etag)
        raise self._refusal(answer)

    def delete(self, href: str, etag: str) -> None:
        """Delete an object."""
        answer = self._write_if_match("DELETE", href, "", etag)
        if not is_written(answer) and answer.status not in GONE:
            raise trouble_with_write(answer)

    def _write_if_match(self, method: str, href: str, body: str, etag: str) -> Answer:
        if etags.received(etag) is None:  # some servers take an empty condition for none
            raise ConflictError("Without an ETag nothing is overwritten; look first.")
        for guard in etags.guards(etag):
            answer = self._write(method, href, body, {"If-Match": guard})
            if not is_conflict(answer):
                break
        return answer

    def _write(self, method: str, href: str, body: str, condition: dict[str, str]) -> Answer:
        # Xandikos locks all of a store for a write and answers 423 to whoever comes meanwhile: nothing was
        # written then, so it may be sent again, and from there on ours wait for each other.
        headers = _CALENDAR | condition
        if not self._takes_one_write_at_a_time:
            answer = self._connection.request(href, method, body, headers)
            if answer.status != HTTPStatus.LOCKED:
                return answer
            self._takes_one_write_at_a_time = True
        with self._alone:
            for pause in LOCKED_PAUSES:
                time.sleep(pause)
                answer = self._connection.request(href, method, body, headers)
                if answer.status != HTTPStatus.LOCKED:
                    break
        return answer

    def _refusal(self, answer: Answer) -> TopofmindError:
        trouble = trouble_with_write(answer)
        if isinstance(trouble, RejectedError) and answer.status == HTTPStatus.CONFLICT and not self._exists():
            return _gone(answer)  # RFC 4918, section 9.7.1: a PUT where there is no collection
        return trouble

    def _ask(self, method: str, body: str, *, depth: int) -> Answer:
        return self._connection.request(self._path, method, body, {"Depth": str(depth)})

    def _listing(self, answer: Answer) -> Multistatus:
        if answer.status in GONE:
            raise _gone(answer)
        if not is_success(answer):
            raise trouble_with_read(answer)
        listing = answer.multistatus()
        itself = listing.of(self._path)
        if itself and itself.status in GONE:
            raise _gone(answer)
        return listing

    def _exists(self) -> bool:
        try:
            self._listing(self._ask("PROPFIND", _LIST, depth=0))
        except CalendarGoneError:
            return False
        return True

    def _holds(self, path: str) -> bool:
        return not path.endswith("/") and path != self._path.rstrip("/")


def _gone(answer: Answer) -> CalendarGoneError:
    return CalendarGoneError(
        f"The calendar is no longer on {answer.host}; choose what to do: topofmind calendar status."
    )


def _with_crlf(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n").replace("\n", "\r\n") + "\r\n"
