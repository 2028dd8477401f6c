"""An event such as we put on a calendar, for tests that do not care what it says."""

from __future__ import annotations

EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//topofmind//tests//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
DTSTART:20260301T100000Z
DTEND:20260301T101500Z
SUMMARY:{summary}
X-TOPOFMIND:{uid}
BEGIN:VALARM
UID:{uid}-alarm
ACTION:DISPLAY
DESCRIPTION:{summary}
TRIGGER:PT0S
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def event(uid: str, summary: str = "Thank Ann") -> str:
    return EVENT.format(uid=uid, summary=summary).replace("\n", "\r\n")
