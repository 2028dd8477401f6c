"""Reminder ⇄ iCalendar: the mark that makes an object ours, new bodies, merged bodies, and what a body says.

`docs/sync.md` has the properties and why each is there. What other people's programs put into a body stays
in it; only SUMMARY, DESCRIPTION, URL, the times, STATUS, our own alarms and the mark are ever set.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Component
from icalendar.prop import vDatetime, vDDDTypes, vText, vUnknown, vUri

from sync.content_lines import escaped, written
from sync.desired import MAX_ALARMS, MAX_DESCRIPTION, alarms_of, clean, has_alarms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from sync.desired import Desired

PRODUCT = "-//topofmind//topofmind//EN"
MARK = "X-TOPOFMIND"
LENGTH = timedelta(minutes=15)
LAST_BASIC = 0xFFFF
"""The last character of the Basic Multilingual Plane; some servers cannot store what lies beyond."""

_MARK_LINE = "topofmind:"
_MARK_VERSION = "1"
_TIME = "%Y%m%dT%H%M%SZ"
_WHOLE = 100
_NONE = timedelta(0)


class UnreadableError(ValueError):
    """A body that is no iCalendar object, or not one that we could have written."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an object says about itself, so that it can be understood without the ledger.

    `start` and `text` (a hash) are as we last wrote them, `alert` is what the start was chosen for.
    """

    store: str
    reminder: str
    generation: int
    start: datetime
    alert: datetime
    text: str

    @property
    def uid(self) -> str:
        """The UID of the object that bears this mark; any other object with it is a copy that is not ours."""
        return uid_of(self.store, self.reminder, self.generation)

    def __str__(self) -> str:
        times = (f"{moment.astimezone(UTC):{_TIME}}" for moment in (self.start, self.alert))
        name = quote(self.reminder, safe=":")
        return "/".join((_MARK_VERSION, self.store, name, str(self.generation), *times, self.text))

    @classmethod
    def parse(cls, text: str) -> Mark | None:
        """Read a mark; None where it is none, or one of a later version."""
        try:
            version, store, name, generation, start, alert, hashed = text.strip().split("/")
            reminder = unquote(name, errors="strict")
            mark = cls(str(UUID(store)), reminder, int(generation), _time(start), _time(alert), hashed)
        except ValueError:
            return None
        return mark if version == _MARK_VERSION else None


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


def uid_of(store: str, reminder: str, generation: int) -> str:
    """Name the object of a reminder; each time it is made anew it gets another generation."""
    return str(uuid5(UUID(store), f"{generation}:{reminder}"))


def name_of(uid: str) -> str:
    """Give the last part of the href."""
    return f"{uid}.ics"


def may_be_ours(href: str) -> bool:
    """Whether an href is named as ours are, so that a look at the object is worth a request."""
    try:
        return UUID(href.rstrip("/").rpartition("/")[2].removesuffix(".ics")).version == 5  # noqa: PLR2004 - UUIDv5
    except ValueError:
        return False


def fold(text: str) -> str:
    """Reduce a text to what servers leave alone: letters in one form, and one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def hash_of(summary: str, description: str) -> str:
    """Identify a text, whatever a server did to its white space."""
    return sha256(f"{fold(summary)}\n{fold(description)}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Writing:
    """How a calendar wants to be written to; both are found out, never guessed."""

    mark_in_description: bool = False
    basic_text: bool = False

    def text(self, text: str) -> str:
        """Leave out what the server cannot store."""
        return "".join(char for char in text if ord(char) <= LAST_BASIC) if self.basic_text else text

    def hash(self, desired: Desired) -> str:
        """Identify the text of an object as it is written here."""
        return hash_of(self.text(desired.summary), self.text(desired.description))


@dataclass(frozen=True)
class Seen:
    """What a body says, in our terms. Times are in UTC; `description` is without the mark."""

    uid: str
    mark: Mark | None
    is_task: bool
    start: datetime | None
    summary: str
    description: str
    url: str
    completed_at: datetime | None
    is_completed: bool
    last_modified: datetime | None
    alarms: tuple[timedelta, ...]

    @cached_property
    def text(self) -> str:
        """The hash of what it says."""
        return hash_of(self.summary, self.description)


def compose(mark: Mark, desired: Desired, *, now: datetime, writing: Writing) -> str:
    """Write a new object."""
    kind = "VTODO" if desired.is_task else "VEVENT"
    summary = escaped(writing.text(desired.summary))
    description = _description(mark, desired, writing)
    lines = ["BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", f"BEGIN:{kind}", f"UID:{mark.uid}"]
    lines += [f"DTSTAMP:{now.astimezone(UTC):{_TIME}}", "SEQUENCE:0", "CLASS:PRIVATE", f"{MARK}:{mark}"]
    if desired.is_task:
        lines += [f"DUE:{mark.start:{_TIME}}", "STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"]
    else:
        lines += [
            f"DTSTART:{mark.start:{_TIME}}",
            f"DTEND:{mark.start + LENGTH:{_TIME}}",
            "TRANSP:TRANSPARENT",
        ]
    lines += [f"SUMMARY:{summary}"]
    lines += [f"DESCRIPTION:{escaped(description)}"] if description else []
    lines += [f"URL:{desired.url}"] if desired.url else []
    lines += [f"CATEGORIES:{','.join(map(escaped, desired.categories))}"] if desired.categories else []
    for name, before in zip(_alarm_uids(mark.uid), desired.alarms(mark.start), strict=False):
        at = f";VALUE=DATE-TIME:{mark.start - before:{_TIME}}" if desired.is_task else f":{_duration(before)}"
        lines += ["BEGIN:VALARM", f"UID:{name}", "ACTION:DISPLAY", f"DESCRIPTION:{summary}", f"TRIGGER{at}"]
        lines += ["END:VALARM"]
    return written([*lines, f"END:{kind}", "END:VCALENDAR"])


def merge(
    body: str, last_wanted: str, mark: Mark, desired: Desired, *, now: datetime, writing: Writing
) -> str:
    """Write our fields into `body` as the server has it, and leave all else alone.

    `last_wanted` says which alarms were ours: they are replaced only where we want others now.
    """
    calendar, component = _parse(body)
    sequence = _int(component.pop("SEQUENCE", 0)) + 1
    component.add("SEQUENCE", sequence)
    was = _moment(component, "DUE" if desired.is_task else "DTSTART", UTC, mark)
    _set(component, mark, desired, now, writing)
    # The alarms of a task stand at times of their own: they do not move with it.
    stay = desired.is_task and was != mark.start
    if stay or not has_alarms(last_wanted, desired.wanted(mark.start)):
        _set_alarms(component, mark, desired, alarms_of(last_wanted), was)
    for alarm in _alarms(component):
        if str(alarm.get("UID", "")) in _alarm_uids(mark.uid):
            alarm["DESCRIPTION"] = component["SUMMARY"]
            trigger = alarm.get("TRIGGER")
            if isinstance(before := _value(trigger), timedelta) and not trigger.params and before <= _NONE:
                alarm["TRIGGER"] = vUnknown(_duration(-before))  # the parser spells it in days
    return _text(calendar)


def read(body: str, zone: tzinfo = UTC) -> Seen:
    """Read what a body says; `zone` is that of times without one and of days. Raises UnreadableError."""
    _, component = _parse(body)
    raw = clean(_first(component.get("DESCRIPTION", "")))
    description, in_description = _split_mark(raw)
    mark = Mark.parse(str(component.get(MARK, ""))) or in_description
    is_task = component.name == "VTODO"
    start = _moment(component, "DUE" if is_task else "DTSTART", zone, mark)
    completed_at = _moment(component, "COMPLETED", zone, None)
    return Seen(
        uid=str(component.get("UID", "")),
        mark=mark,
        is_task=is_task,
        start=start,
        summary=clean(_first(component.get("SUMMARY", ""))),
        description=description,
        url=clean(_first(component.get("URL", ""))),
        completed_at=completed_at,
        is_completed=is_task
        and (
            completed_at is not None
            or _first(component.get("STATUS", "")).upper() == "COMPLETED"
            or _int(component.get("PERCENT-COMPLETE")) >= _WHOLE
        ),
        last_modified=_moment(component, "LAST-MODIFIED", zone, None),
        alarms=tuple(_offset(alarm, start) for alarm in _alarms(component)),
    )


def _parse(body: str) -> tuple[Component, Component]:
    """Find the calendar and its one event or task; an exception to a repetition is not it."""
    try:
        calendar = Calendar.from_ical(body)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
        # The parser meets text from strangers here, and has more than one way to say that it is none.
        raise UnreadableError(str(error)) from error
    for component in calendar.walk():
        if component.name in {"VEVENT", "VTODO"} and "RECURRENCE-ID" not in component:
            return calendar, component
    raise UnreadableError("no event and no task in it")


def _set(component: Component, mark: Mark, desired: Desired, now: datetime, writing: Writing) -> None:
    description = _description(mark, desired, writing)
    _put(component, "SUMMARY", vText(writing.text(desired.summary)))
    _put(component, "DESCRIPTION", vText(description) if description else None)
    _put(component, "URL", vUri(desired.url) if desired.url else None)
    _put(component, MARK, vUnknown(str(mark)))
    _put(component, "DTSTAMP", vDatetime(now.astimezone(UTC).replace(microsecond=0)))
    if desired.is_task:
        _put(component, "DUE", vDatetime(mark.start))
        _put(component, "STATUS", vText("NEEDS-ACTION"))
        _put(component, "PERCENT-COMPLETE", vText("0"))
        _put(component, "COMPLETED", None)
    else:
        length = _length(component)
        _put(component, "DTSTART", vDatetime(mark.start))
        _put(component, "DTEND", vDatetime(mark.start + length))
        _put(component, "DURATION", None)
        if _first(component.get("STATUS", "")).upper() == "CANCELLED":
            _put(component, "STATUS", vText("CONFIRMED"))


def _description(mark: Mark, desired: Desired, writing: Writing) -> str:
    description = writing.text(desired.description)
    if not writing.mark_in_description:
        return description
    line = f"{_MARK_LINE}{mark}"
    room = MAX_DESCRIPTION - len(line.encode()) - 2
    return f"{description.encode()[:room].decode(errors='ignore')}\n\n{line}".strip()


def _put(component: Component, name: str, value: Any) -> None:
    component.pop(name, None)
    if value is not None:
        component[name] = value


def _set_alarms(
    component: Component, mark: Mark, desired: Desired, ours: Sequence[timedelta], was: datetime | None
) -> None:
    """Put our alarms in the place of those that were ours; a client may have taken their UIDs away.

    Those were as long before the start as `ours` says, when that still `was` another.
    """
    start, names = mark.start, _alarm_uids(mark.uid)
    component.subcomponents = [
        part
        for part in component.subcomponents
        if part.name != "VALARM"
        or not (str(part.get("UID", "")) in names or ("UID" not in part and -_offset(part, was) in ours))
    ]
    for name, before in zip(names, desired.alarms(start), strict=False):
        alarm = Alarm()
        alarm.add("UID", name)
        alarm.add("ACTION", "DISPLAY")
        alarm["DESCRIPTION"] = component["SUMMARY"]
        if desired.is_task:
            trigger = vDatetime(start - before)
            trigger.params["VALUE"] = "DATE-TIME"
            alarm["TRIGGER"] = trigger
        else:
            alarm["TRIGGER"] = vUnknown(_duration(before))
        component.add_component(alarm)


def _alarm_uids(uid: str) -> tuple[str, ...]:
    return tuple(str(uuid5(UUID(uid), f"alarm {number}")) for number in range(MAX_ALARMS))


def _duration(before: timedelta) -> str:
    """Write a TRIGGER: "PT0S" or "-PT8H30M"; never a bare "P", no weeks, no days mixed with hours."""
    minutes, seconds = divmod(int(before.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number]
    return f"-PT{''.join(parts)}" if parts else "PT0S"


def _alarms(component: Component) -> list[Component]:
    return [part for part in component.subcomponents if part.name == "VALARM"]


def _offset(alarm: Component, start: datetime | None) -> timedelta:
    """Say how long after the start an alarm rings (negative: before); a day for one that cannot be read."""
    value = _value(alarm.get("TRIGGER"))
    if isinstance(value, timedelta):
        return value
    if isinstance(value, datetime) and start is not None:
        return _aware(value, UTC) - start
    return timedelta(days=1)


def _length(component: Component) -> timedelta:
    """Keep the length that somebody gave the event; a new one gets ours."""
    start, end = _value(component.get("DTSTART")), _value(component.get("DTEND"))
    if isinstance(start, datetime) and isinstance(end, datetime):
        length = _aware(end, UTC) - _aware(start, UTC)
        if length > timedelta(0):
            return length
    return LENGTH


def _split_mark(description: str) -> tuple[str, Mark | None]:
    """Part a description from the mark in its last line, if there is one."""
    text = description.rstrip()
    rest, _, last = text.rpartition("\n")
    if last.strip().startswith(_MARK_LINE) and (mark := Mark.parse(last.strip().removeprefix(_MARK_LINE))):
        return rest.rstrip(), mark
    return description, None


def _moment(component: Component, name: str, zone: tzinfo, mark: Mark | None) -> datetime | None:
    """Read a time in UTC; a whole day keeps the time of day that its mark has."""
    value = _value(component.get(name))
    if isinstance(value, datetime):
        return _aware(value, zone)
    if isinstance(value, date):
        clock = mark.start.astimezone(zone).time() if mark else time()
        return datetime.combine(value, clock, zone).astimezone(UTC)
    return None


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).replace(microsecond=0)


def _value(prop: Any) -> Any:
    """Unwrap a date, time or duration; None for what is missing, broken, or there more than once."""
    try:
        return prop.dt if isinstance(prop, vDDDTypes) else None
    except ValueError:
        return None


def _first(value: Any) -> str:
    """Unwrap a text; of several (a broken body) the first counts."""
    return str(value[0] if isinstance(value, list) and value else value)


def _int(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _text(calendar: Component) -> str:
    written: bytes = calendar.to_ical()
    return written.decode()
