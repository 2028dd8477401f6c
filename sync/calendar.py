"""What a calendar can do for us, whatever stands behind it: a CalDAV server, or the memory of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

from pipeline.errors import TopofmindError, TryAgainError, UserNeededError


@dataclass(frozen=True, slots=True)
class Resource:
    """One object as the server has it; `etag` exactly as received, None where the server gave none."""

    href: str
    etag: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a token: hrefs with their ETags, hrefs proven gone, and the next token.

    `complete` says that `changed` lists everything that the calendar holds (no token was given, or the
    server has none), so that a href that is missing in it is a candidate for a look, never proof.
    """

    changed: Mapping[str, str | None]
    removed: frozenset[str]
    token: str | None
    complete: bool


class ConflictError(TopofmindError):
    """The precondition did not hold: somebody else wrote (or the href exists, or is gone)."""


class DuplicateUidError(TopofmindError):
    """The server has, or had, another object with this UID (some keep deleted ones in a trash)."""


class TokenRefusedError(TopofmindError):
    """The server does not know the token any more; list everything and reconcile."""


class InDoubtError(TopofmindError):
    """A write went out and its answer did not arrive (or was a 5xx): look before anything else."""


class RejectedError(TopofmindError):
    """The server refuses this one object, and would again; others are not concerned."""


class CalendarGoneError(UserNeededError):
    """The calendar itself is not there any more."""


class RefusedPasswordError(UserNeededError):
    """401: the account stops at once."""


class BusyError(TryAgainError):
    """429, 503 or a quota: not before `not_before` (aware; None where the server named no time)."""

    def __init__(self, message: str, not_before: datetime | None = None) -> None:
        super().__init__(message)
        self.not_before = not_before


class Calendar(Protocol):
    """One calendar collection. Methods may be called from several threads at once; hrefs are server paths."""

    def list_changes(self, token: str | None) -> Changes:
        """Ask once what changed since `token`; None asks for everything. Raises TokenRefusedError."""

    def fetch(self, hrefs: Sequence[str]) -> dict[str, Resource | None]:
        """Get many objects (one multiget per 100); None where the server proves that there is none."""

    def get(self, href: str) -> Resource | None:
        """Get one object; None on 404 and 410."""

    def create(self, name: str, body: str) -> tuple[str, str | None]:
        """PUT with If-None-Match: *; gives the href and the strong ETag, or None where there was none."""

    def update(self, href: str, body: str, etag: str) -> str | None:
        """PUT with If-Match; gives the new strong ETag, or None where there was none."""

    def delete(self, href: str, etag: str) -> None:
        """DELETE with If-Match; 404 and 410 mean done."""
