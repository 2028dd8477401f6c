"""What is tried out on a calendar when it is connected: whether our properties stay, and whether it rings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from msgspec import Struct

from pipeline.errors import TryAgainError, UserNeededError
from sync.calendar import ConflictError, InDoubtError

if TYPE_CHECKING:
    from sync.calendar import Calendar

TRIES = 3

_PROPERTY = "X-TOPOFMIND-PROBE"
_OBJECT = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//topofmind//topofmind//EN
BEGIN:{{component}}
UID:{{uid}}
DTSTAMP:20010101T000000Z
{{times}}
SUMMARY:topofmind tries this calendar out; delete me
TRANSP:TRANSPARENT
CLASS:PRIVATE
{_PROPERTY}:{{uid}}
END:{{component}}
END:VCALENDAR
"""
_TEST_REMINDER = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//topofmind//topofmind//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{now}
DTSTART:{start}
DTEND:{end}
SUMMARY:topofmind: a test\\, so your reminders ring
DESCRIPTION:Nothing to do. It goes away by itself after an hour.
TRANSP:TRANSPARENT
CLASS:PRIVATE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:topofmind: a test
TRIGGER:PT0S
END:VALARM
END:VEVENT
END:VCALENDAR
"""
_TIME = "%Y%m%dT%H%M%SZ"
_TIMES = {"VEVENT": "DTSTART:20010101T000000Z\nDTEND:20010101T001500Z", "VTODO": "DUE:20010101T000000Z"}


def probe_properties(calendar: Calendar, component: Literal["VEVENT", "VTODO"] = "VEVENT") -> bool:
    """Tell whether X- properties survive, by an object in the far past that is deleted again.

    Raises UserNeededError where the server gives no ETags: there nothing could ever be changed safely.
    """
    uid = str(uuid4())
    body = _OBJECT.format(component=component, uid=uid, times=_TIMES[component]).replace("\n", "\r\n")
    href = _create(calendar, f"{uid}.ics", body)
    try:
        stored = calendar.fetch([href]).get(href)
        return stored is not None and _PROPERTY in stored.body
    finally:
        _delete(calendar, href)


RINGS_AFTER = timedelta(minutes=10)
"""How far ahead a test reminder is at least: phones look at a calendar every quarter of an hour or so."""
STAYS_FOR = timedelta(hours=1)
_GRID = timedelta(minutes=5)


class TrialReminder(Struct, frozen=True):
    """A test reminder on a calendar, to be taken off by the first sync after `until`."""

    account: str
    href: str
    until: datetime


def put_trial(calendar: Calendar, account: str, now: datetime) -> tuple[TrialReminder, datetime]:
    """Put a reminder there that only shows that reminders ring; give it, and when it rings.

    It bears no mark of ours, so that no sync takes it off before it has rung.
    """
    seconds = _GRID.total_seconds()
    at = datetime.fromtimestamp(ceil((now + RINGS_AFTER).timestamp() / seconds) * seconds, UTC)
    uid = str(uuid4())
    body = _TEST_REMINDER.format(
        uid=uid, now=f"{now.astimezone(UTC):{_TIME}}", start=f"{at:{_TIME}}", end=f"{at + _GRID:{_TIME}}"
    )
    href = _create(calendar, f"{uid}.ics", body.replace("\n", "\r\n"))
    return TrialReminder(account, href, at + STAYS_FOR), at


def take_off(calendar: Calendar, reminder: TrialReminder) -> None:
    """Take a test reminder off the calendar again; whoever deleted it on the phone was faster."""
    _delete(calendar, reminder.href)


def _create(calendar: Calendar, name: str, body: str) -> str:
    try:
        return calendar.create(name, body)[0]
    except InDoubtError:
        for href in calendar.list_changes(None).changed:
            if href.endswith(f"/{name}"):
                return href
        raise TryAgainError("The calendar cannot be tried out now; connect again later.") from None


def _delete(calendar: Calendar, href: str) -> None:
    for _ in range(TRIES):
        try:
            stored = calendar.fetch([href]).get(href)
            if stored is None:
                return
            if stored.etag is None:
                raise UserNeededError("The server gives no ETags: nothing is safe to change; choose another.")
            calendar.delete(href, stored.etag)
        except (ConflictError, InDoubtError, TryAgainError):
            continue
        else:
            return
    raise TryAgainError(f"An object of ours remains in the calendar, at {href}; connect again later.")
