"""Which answer of a server means what: its status and its precondition → the error to raise. Pure.

Rules: RFC 4791 section 5.3.2.1 (what a PUT may be refused for), RFC 4918 section 16 (preconditions in the
body), RFC 6578 section 3.2 (tokens), RFC 9110 sections 10.2.3 (Retry-After) and 15.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import TopofmindError, TryAgainError
from sync.calendar import (
    BusyError,
    ConflictError,
    DuplicateUidError,
    ForbiddenError,
    InDoubtError,
    MovedError,
    RefusedPasswordError,
    RejectedError,
)
from sync.multistatus import CALDAV, DAV

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

GONE = frozenset({404, 410})

_DUPLICATE_UID = frozenset({f"{CALDAV}no-uid-conflict", f"{CALDAV}unique-scheduling-object-resource"})
_DUPLICATE_UID_WORDS = re.compile(r"uid already exists", re.IGNORECASE)
"""Nextcloud and Baikal say it in words only, with status 400; Nextcloud also of an object in its trash."""

_QUOTA = frozenset({f"{DAV}quota-not-exceeded", f"{DAV}sufficient-disk-space"})
_QUOTA_WORDS = re.compile(r"quota|rate ?limit|usage limit|limit exceeded", re.IGNORECASE)
"""Google says it in words only, with status 403."""

_PAGE = re.compile(r"<html\b", re.IGNORECASE)


class Answer(Protocol):
    """What is judged: the status, the preconditions named in the body, the body's text, and two headers."""

    status: int

    @property
    def host(self) -> str:
        """Who answered."""

    @property
    def preconditions(self) -> AbstractSet[str]:
        """The tags in a DAV:error body."""

    @property
    def text(self) -> str:
        """The body."""

    @property
    def location(self) -> str:
        """Where a redirect points, as an absolute URL."""

    @property
    def not_before(self) -> datetime | None:
        """When Retry-After ends."""


def is_success(answer: Answer) -> bool:
    """Tell whether the request was carried out."""
    return 200 <= answer.status < 300  # noqa: PLR2004  # the class of success


def is_written(answer: Answer) -> bool:
    """Tell whether a write was carried out; a multistatus would say so of the one half and not the other.

    A page to sign in, with status 200, comes from a network that stands before the server.
    """
    if answer.status == 200 and _PAGE.search(answer.text):  # noqa: PLR2004  # OK; a server says 201 or 204
        return False
    return is_success(answer) and answer.status != 207  # noqa: PLR2004  # Multi-Status


def is_conflict(answer: Answer) -> bool:
    """Tell whether a write was refused since the ETag did not match: 412 that names no rule of calendars.

    Xandikos says 412 also of a duplicate UID and of what is no iCalendar; sabre/dav puts elements of its own
    into the body of any error.
    """
    return answer.status == 412 and not any(each.startswith(CALDAV) for each in answer.preconditions)  # noqa: PLR2004


def trouble_with_account(answer: Answer) -> TopofmindError | None:
    """Return what stops the whole account, whatever was asked for; None where the answer is nothing such."""
    host = answer.host
    match answer.status:
        case 301 | 302 | 303 | 307 | 308:
            return MovedError(
                f"{host} sends us elsewhere, which a sync does not follow; if the calendar has moved, "
                "connect it again: topofmind calendar connect.",
                answer.location,
            )
        case 401:
            return RefusedPasswordError(
                f"{host} refuses the user name or the password; give them again: topofmind calendar connect."
            )
        case 423 | 429 | 503:
            return BusyError(f"{host} is busy; the next sync goes on from here.", answer.not_before)
        case 507:
            return BusyError(f"{host} has no room left; make some, then sync again.", answer.not_before)
        case 403:
            return _reason_to_forbid(answer)
    return None


def _reason_to_forbid(answer: Answer) -> TopofmindError | None:
    if answer.preconditions & _QUOTA or _QUOTA_WORDS.search(answer.text):
        return BusyError(f"{answer.host} says that a limit is reached; sync again later.", answer.not_before)
    if f"{DAV}need-privileges" in answer.preconditions:
        return ForbiddenError(
            f"{answer.host} does not let this account do that with this calendar; choose another: "
            "topofmind calendar connect."
        )
    return None


def trouble_with_write(answer: Answer) -> TopofmindError:
    """Return the error for a PUT or a DELETE that was not answered with success.

    404 and 410 are a conflict to an update, and judged beforehand where they mean something else.
    """
    if trouble := trouble_with_account(answer):
        return trouble
    status = answer.status
    if answer.preconditions & _DUPLICATE_UID or (
        status in {400, 409} and _DUPLICATE_UID_WORDS.search(answer.text)
    ):
        return DuplicateUidError(f"{answer.host} has, or had, another object with this UID.")
    if status in GONE or is_conflict(answer):
        return ConflictError(f"The object on {answer.host} is not the one that we last saw.")
    if status == 408 or not 400 <= status < 500:  # noqa: PLR2004  # Request Timeout; client errors
        return InDoubtError(f"{answer.host} answered {status}; whether it wrote is not known.", status)
    return RejectedError(f"{answer.host} refuses this object ({status}).")


def trouble_with_read(answer: Answer) -> TopofmindError:
    """Return the error for a GET, PROPFIND or REPORT that was not answered with success."""
    if trouble := trouble_with_account(answer):
        return trouble
    if answer.status == 403:  # noqa: PLR2004  # Forbidden
        return ForbiddenError(
            f"{answer.host} does not let this account read the calendar; choose another: "
            "topofmind calendar connect."
        )
    return TryAgainError(f"{answer.host} answered {answer.status}; sync again later.")


def is_token_refused(answer: Answer) -> bool:
    """Tell whether an answer to a sync-collection REPORT with a token may mean that the token is worthless.

    Servers say it with 403, 409, 410, 412, 418 or 500. Listing everything is right then, also where it was
    something else; it is wrong only where it would meet the same wall: no account, no calendar, no server.
    """
    return answer.status >= 400 and answer.status not in {401, 404, 429, 502, 503, 504}  # noqa: PLR2004  # errors
