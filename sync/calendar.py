"""What a calendar can do for us, whatever stands behind it: a CalDAV server, or the memory of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

from pipeline.errors import PasswordError, TopofmindError, TryAgainError, UserNeededError


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
    """The precondition did not hold: somebody else wrote (or the href exists or is gone). Nothing changed."""


class DuplicateUidError(TopofmindError):
    """The server has, or had, another object with this UID (some keep deleted ones in a trash)."""


class TokenRefusedError(TopofmindError):
    """The server does not know the token any more; list everything and reconcile."""


class InDoubtError(TopofmindError):
    """A write went out and its answer did not arrive (or was a 5xx): look before anything else.

    `status` is the answer's (500 may mean "not with this text"), None where none arrived.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class RejectedError(TopofmindError):
    """The server refuses this one object, and would again; others are not concerned."""


class CalendarGoneError(UserNeededError):
    """The calendar itself is not there any more."""


class ForbiddenError(UserNeededError):
    """This account may not do that with this calendar, whatever the object: it may be for reading only."""


class MovedError(UserNeededError):
    """A redirect, which a sync never follows: the account has to be connected again.

    `location` is the absolute URL that the server names; nothing was sent there.
    """

    def __init__(self, message: str, location: str) -> None:
        super().__init__(message)
        self.location = location


class RefusedPasswordError(PasswordError):
    """401: the account stops at once."""


class BusyError(TryAgainError):
    """423, 429, 503 or a quota: not before `not_before` (aware; None where the server named no time).

    A write so answered stays an open intent: a 503 may come from a proxy behind which the server has acted.
    """

    def __init__(self, message: str, not_before: datetime | None = None) -> None:
        super().__init__(message)
        self.not_before = not_before


class Calendar(Protocol):
    """One calendar collection. Methods may be called from several threads at once; hrefs are server paths.

    Any method may raise RefusedPasswordError, BusyError, MovedError, ForbiddenError, or TryAgainError: from a
    write, the last means that nothing was sent. A body has CRLF line ends, whatever the server made of it.
    """

    def ready_for(self, writes: int) -> AbstractContextManager[None]:
        """Get ready for so many writes, which are likely to follow, while the block asks for something."""

    def list_changes(self, token: str | None) -> Changes:
        """Ask what changed since `token`; None asks for everything. Pages are followed to the end.

        Raises TokenRefusedError and CalendarGoneError.
        """

    def fetch(self, hrefs: Sequence[str]) -> dict[str, Resource | None]:
        """Get many objects (one multiget per 100); None where the server proves that there is none.

        A href that can be neither read nor proven gone is left out.
        """

    def get(self, href: str) -> Resource | None:
        """Get one object; None on 404 and 410."""

    def create(self, name: str, body: str) -> tuple[str, str | None]:
        """PUT with If-None-Match: *; gives the href and the strong ETag, or None where there was none.

        Raises ConflictError (the href exists), DuplicateUidError, RejectedError, InDoubtError and
        CalendarGoneError.
        """

    def update(self, href: str, body: str, etag: str) -> str | None:
        """PUT with If-Match; gives the new strong ETag, or None where there was none.

        Raises ConflictError (changed or gone), DuplicateUidError, RejectedError, InDoubtError.
        """

    def delete(self, href: str, etag: str) -> None:
        """DELETE with If-Match; 404 and 410 mean done. Raises ConflictError, RejectedError, InDoubtError."""
