"""A calendar in memory that behaves as the servers do that there are: for tests, and for trying things out.

What servers do differently is a flag of a Personality; what goes wrong with a request is a Fault. Both
clients that share a calendar are here: ours speaks the protocol, the phone has `phone_put`, `phone_delete`.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from icalendar import Calendar as Parsed

from pipeline.errors import TryAgainError
from sync import etags
from sync.calendar import (
    BusyError,
    CalendarGoneError,
    Changes,
    ConflictError,
    DuplicateUidError,
    InDoubtError,
    MovedError,
    RefusedPasswordError,
    RejectedError,
    Resource,
    TokenRefusedError,
)
from sync.personalities import PLAIN, Personality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

MULTIGET = 100
BUSY_FOR = timedelta(minutes=5)

Method = Literal["PUT", "DELETE", "GET", "REPORT", "PROPFIND"]

_TOKEN = "memory:/token/"  # noqa: S105  # a sync-token
_WITH_UID = frozenset({"VEVENT", "VTODO"})


class Fault(Enum):
    """What goes wrong with one request."""

    NO_NETWORK = "nothing is sent"
    DROPPED_BEFORE = "the connection breaks before the server acts"
    DROPPED_AFTER = "the server acts, and its answer is lost"
    ERROR_BEFORE = "500, and the server has done nothing"
    ERROR_AFTER = "500, and the server has acted all the same"
    STALLED = "the server acts, and its answer comes too late"
    CUT_SHORT = "the server acts, and its answer breaks off"
    GARBAGE = "the server acts, and what comes back is no answer"
    SIGN_IN_PAGE = "200 and a page of HTML, from something that stands before the server"
    MOVED = "302, to somewhere else"
    BUSY = "429, with a time to come back"
    UNAUTHORIZED = "401"
    KILLED_BEFORE = "our process dies before the server acts"
    KILLED_AFTER = "our process dies after the server acted"

    @property
    def comes_after(self) -> bool:
        """Whether the server has acted."""
        return self in _AFTER


_AFTER = {
    *(Fault.DROPPED_AFTER, Fault.ERROR_AFTER, Fault.KILLED_AFTER),
    *(Fault.STALLED, Fault.CUT_SHORT, Fault.GARBAGE),
}

_STATUS = {Fault.ERROR_BEFORE: 500, Fault.ERROR_AFTER: 500, Fault.SIGN_IN_PAGE: 200}


class Killed(BaseException):  # like KeyboardInterrupt, no error that anybody handles
    """Stands for the death of our process: whatever was going on ends here."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as a server's log has it; a REPORT or a PROPFIND is for the collection."""

    method: Method
    href: str


@dataclass(frozen=True, slots=True)
class _Stored:
    body: str
    uid: str
    etag: str


@dataclass(frozen=True, slots=True)
class _Change:
    href: str
    second: int
    existed_before: bool


@dataclass(eq=False)
class MemoryCalendar:
    """One calendar. `requests` is the log that budgets are checked against.

    `fault` is asked about each request before it is carried out. `meanwhile` runs once, under the next
    conditional write: where another client can come in between.
    """

    personality: Personality = PLAIN
    path: str = "/memory/reminders/"
    clock: Callable[[], float] = time.time
    fault: Callable[[Request], Fault | None] = lambda _: None
    meanwhile: Callable[[], None] | None = None
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin empty."""
        self._lock = threading.RLock()
        self._exists = True
        self._objects: dict[str, _Stored] = {}
        self._trash: set[str] = set()
        self._changes: list[_Change] = []
        self._tokens: set[str] = set()

    # The protocol.

    def ready_for(self, writes: int) -> AbstractContextManager[None]:  # noqa: ARG002 - nothing takes time
        """Be ready."""
        return nullcontext()

    def list_changes(self, token: str | None) -> Changes:
        """Ask what changed since `token`, or for everything."""
        with self._request("REPORT" if self.personality.sync_collection else "PROPFIND"):
            self._must_exist()
            changes = self._report(token)
        listed = len(changes.changed) + len(changes.removed)
        for _ in range(self.personality.page_size or listed + 1, listed, self.personality.page_size or 1):
            with self._request("REPORT"):
                pass
        return changes

    def fetch(self, hrefs: Sequence[str]) -> dict[str, Resource | None]:
        """Get many objects, by multiget."""
        found: dict[str, Resource | None] = {}
        for start in range(0, len(hrefs), MULTIGET):
            asked = hrefs[start : start + MULTIGET]
            with self._request("REPORT"):
                self._must_exist()
                answered = {href: self._resource(href) for href in asked}
            if self.personality.multiget_fails_whole and None in answered.values():
                answered = {}
            if self.personality.multiget_omits_missing:
                answered = {href: resource for href, resource in answered.items() if resource}
            found |= answered | {href: self.get(href) for href in asked if href not in answered}
        return found

    def get(self, href: str) -> Resource | None:
        """Get one object."""
        with self._request("GET", href):
            return self._resource(href)

    def create(self, name: str, body: str) -> tuple[str, str | None]:
        """Put a new object."""
        href = self.path + name
        with self._request("PUT", href):
            self._must_exist()
            self._let_others_in(before_check=True)
            if href in self._objects and not self.personality.ignores_if_none_match:
                raise ConflictError(f"{href} exists.")
            self._let_others_in(before_check=False)
            return href, self._put(href, body)

    def update(self, href: str, body: str, etag: str) -> str | None:
        """Put an object anew."""
        with self._request("PUT", href):
            self._check(href, etag)
            return self._put(href, body)

    def delete(self, href: str, etag: str) -> None:
        """Delete an object."""
        with self._request("DELETE", href):
            if href in self._objects:
                self._check(href, etag)
                self._remove(href)

    # The other client, and whoever runs the server.

    def phone_put(self, href: str, body: str) -> None:
        """Write an object, whatever is there."""
        with self._lock:
            self._store(href, body)

    def phone_delete(self, href: str) -> None:
        """Delete an object, if there is one."""
        with self._lock:
            self._remove(href)

    def objects(self) -> dict[str, str]:
        """Return what the calendar holds: href → body."""
        with self._lock:
            return {href: stored.body for href, stored in self._objects.items()}

    def forget_tokens(self) -> None:
        """Know none of the tokens given so far any more, as a server restored from a backup."""
        with self._lock:
            self._tokens.clear()

    def vanish(self) -> None:
        """Remove the calendar itself."""
        with self._lock:
            self._exists = False
            self._objects.clear()

    # The server.

    @contextmanager
    def _request(
        self, method: Literal["PUT", "DELETE", "GET", "REPORT", "PROPFIND"], href: str = ""
    ) -> Iterator[None]:
        request = Request(method, href or self.path)
        with self._lock:
            fault = self.fault(request)
            if fault is not Fault.NO_NETWORK:
                self.requests.append(request)
            if fault and not fault.comes_after:
                raise self._outcome(fault, request)
            try:
                yield
            finally:
                if fault:  # whatever the server made of it, nobody learns of it
                    raise self._outcome(fault, request)

    def _outcome(self, fault: Fault, request: Request) -> BaseException:
        is_write = request.method in {"PUT", "DELETE"}
        match fault:
            case Fault.KILLED_BEFORE | Fault.KILLED_AFTER:
                return Killed(request)
            case Fault.UNAUTHORIZED:
                return RefusedPasswordError("The memory refuses the password.")
            case Fault.BUSY:
                return BusyError("The memory is busy.", datetime.fromtimestamp(self.clock(), UTC) + BUSY_FOR)
            case Fault.MOVED:
                return MovedError("The memory sends us elsewhere.", "https://elsewhere.example/")
            case _ if is_write and fault is not Fault.NO_NETWORK:
                return InDoubtError(f"The memory was not heard: {fault.value}.", _STATUS.get(fault))
        return TryAgainError(f"The memory could not be asked: {fault.value}.")

    def _must_exist(self) -> None:
        if not self._exists:
            raise CalendarGoneError("The calendar is no longer in memory.")

    def _report(self, token: str | None) -> Changes:
        if not self.personality.sync_collection:
            return Changes(self._listed(self._objects), frozenset(), None, complete=True)
        if token is not None and token in self._tokens:
            changed, removed = self._since(int(token.removeprefix(_TOKEN)))
        elif token is None or self.personality.accepts_any_token:
            changed, removed = self._listed(self._objects), frozenset()
        else:
            raise TokenRefusedError("The memory does not know the token.")
        mark = int(self.clock()) if self.personality.token_of_seconds else len(self._changes)
        following = f"{_TOKEN}{mark}"
        self._tokens.add(following)
        return Changes(changed, removed, following, complete=token is None)

    def _since(self, mark: int) -> tuple[dict[str, str | None], frozenset[str]]:
        if self.personality.token_of_seconds:
            news = [change for change in self._changes if change.second > mark]
        else:
            news = self._changes[mark:]
        existed = {change.href: change.existed_before for change in reversed(news)}
        gone = (href for href in existed if href not in self._objects)
        removed = frozenset(href for href in gone if existed[href] or not self.personality.omits_short_lived)
        return self._listed(href for href in existed if href in self._objects), removed

    def _listed(self, hrefs: Iterable[str]) -> dict[str, str | None]:
        return {href: self._shown(self._objects[href].etag) for href in hrefs}

    def _resource(self, href: str) -> Resource | None:
        stored = self._objects.get(href)
        return Resource(href, self._shown(stored.etag), stored.body) if stored else None

    def _shown(self, etag: str) -> str:
        match self.personality.etag_style:
            case "strong":
                return f'"{etag}"'
            case "weak":
                return f'W/"{etag}"'
            case "-gzip":
                return f'"{etag}-gzip"'
            case "unquoted":
                return etag

    def _let_others_in(self, *, before_check: bool) -> None:
        if self.meanwhile and before_check is not self.personality.lets_racing_writes_pass:
            action, self.meanwhile = self.meanwhile, None
            action()

    def _check(self, href: str, etag: str) -> None:
        self._let_others_in(before_check=True)
        stored = self._objects.get(href)
        if stored is None or not etags.is_same(etag, stored.etag):
            raise ConflictError(f"{href} is not the one that was last seen.")
        self._let_others_in(before_check=False)

    def _put(self, href: str, body: str) -> str | None:
        uid = _uid(body)
        taken = {stored.uid for other, stored in self._objects.items() if other != href}
        if (uid in taken and self.personality.refuses_duplicate_uids) or uid in self._trash:
            raise DuplicateUidError(f"Another object has, or had, the UID {uid}.")
        etag = self._store(href, body)
        return f'"{etag}"' if self.personality.etag_after_write else None

    def _store(self, href: str, body: str) -> str:
        stored = self._as_stored(body)
        self._log(href)
        etag = (
            sha256(stored.encode()).hexdigest()[:16]
            if self.personality.repeats_etags
            else f"{len(self._changes)}"
        )
        self._objects[href] = _Stored(stored, _uid(stored), etag)
        self._trash.discard(_uid(stored))  # what is taken out of the trash is not in it any more
        return etag

    def _remove(self, href: str) -> None:
        if href not in self._objects:
            return
        self._log(href)
        stored = self._objects.pop(href)
        if self.personality.keeps_trash:
            self._trash.add(stored.uid)

    def _log(self, href: str) -> None:
        self._changes.append(_Change(href, int(self.clock()), href in self._objects))

    def _as_stored(self, body: str) -> str:
        if not (self.personality.rewrites_bodies or self.personality.drops_x_properties):
            return body
        parsed = Parsed.from_ical(body)
        for component in parsed.walk():
            if self.personality.drops_x_properties:
                for name in [name for name in component if name.startswith("X-")]:
                    del component[name]
            if self.personality.rewrites_bodies and component.name in _WITH_UID:
                component["SEQUENCE"] = component.get("SEQUENCE", 0) + 1
                component["X-MEMORY-REWRITTEN"] = "TRUE"
        rewritten: bytes = parsed.to_ical()
        return rewritten.decode()


def _uid(body: str) -> str:
    try:
        components = Parsed.from_ical(body).walk()
    except ValueError as problem:
        raise RejectedError("The memory takes iCalendar only.") from problem
    return next((str(each["UID"]) for each in components if each.name in _WITH_UID and "UID" in each), "")
