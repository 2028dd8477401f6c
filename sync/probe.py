"""What becomes of our properties on a server, tried out when a calendar is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import uuid4

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
