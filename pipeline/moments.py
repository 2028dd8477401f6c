"""Days and times as people type them: "tue 3pm", "3 March 14:00 London", "in 2 hours", "2026-03-03 10:00".

A name without its year or its date ("tue", "3 March", "14:30") is the next such day or time; where something
that took place is logged, `prefer="past"` makes it the last one. Nothing is read by half, and what can be
read in two ways is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from pipeline.business_days import BusinessDays
from pipeline.durations import read_duration
from pipeline.named_days import NamedDay, read_named_day
from pipeline.phrases import WEEKDAY, WEEKDAY_TOKENS, PhraseTable, Refused, canonical, plain, quoting
from pipeline.spans import DAY, Stretch, Unit
from pipeline.zones import NamedZone, read_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Preference: TypeAlias = Literal["future", "past"]

DAY_EXAMPLES = ("tomorrow", "tue", "next thursday", "3 march", "in 3 days", "2026-03-03")
"""Days that can be read, for whoever has to find others."""

MOMENT_EXAMPLES = ("tue 3pm", "tomorrow 9:30", "3 march 14:00 London", "in 2 hours", "2026-03-03 10:00")
"""Times that can be read."""


def read_day(text: str, today: date, prefer: Preference = "future") -> date:
    """Read a day, as seen from `today`.

    A weekday is the next one after today; with "past" it is the last one, today included. A date without
    its year may be today. Raises UnreadableTimeError.
    """
    with quoting(text, DAY_EXAMPLES):
        named = _read_day(canonical(plain(text)), _Typed(today, prefer))
        if named is None:
            raise Refused("")
        return _day_meant(named, today, prefer)


def read_moment(
    text: str, now: datetime, zone: ZoneInfo, default_time: time | None = None, prefer: Preference = "future"
) -> datetime:
    """Read a point in time; a day alone is that day at `default_time` where there is one.

    `now` is aware. `zone` is where the user is; a zone that is named in the text counts instead, also for
    what "today" is, and is the zone of the result. A time alone is today's or, where that has passed (with
    "past": where it lies ahead), tomorrow's (yesterday's); the same holds for a weekday that is today. An
    hour that the clocks skip moves forward by the gap, and of one that comes twice the first is meant.
    Raises UnreadableTimeError.
    """
    with quoting(text, MOMENT_EXAMPLES):
        read = _read(text, now, zone, prefer)
        if isinstance(read, datetime):
            return read
        if default_time is None:
            raise Refused("the time of day is missing")
        return _at(read, default_time.replace(tzinfo=zone))


def read_day_or_moment(
    text: str, now: datetime, zone: ZoneInfo, prefer: Preference = "future"
) -> date | datetime:
    """Read a day as `read_day` does, or a point in time as `read_moment` does, whichever was typed.

    Raises UnreadableTimeError.
    """
    with quoting(text, (*DAY_EXAMPLES[:3], *MOMENT_EXAMPLES[:3])):
        return _read(text, now, zone, prefer)


def _read(text: str, now: datetime, zone: ZoneInfo, prefer: Preference) -> date | datetime:
    plain(text)  # refuses a text too long before anything looks into it
    read = _read_in_zone(text, now.astimezone(zone), prefer)
    if read is None:
        rest, named = _parted_from_zone(text)
        read = _read_in_zone(rest, now.astimezone(named.zone), prefer) if named else None
        if named is None or not isinstance(read, datetime):
            raise Refused("")
        named.check(read)
    return read


def _parted_from_zone(text: str) -> tuple[str, NamedZone | None]:
    words = _GLUED_OFFSET.sub(r" \1", re.sub(r"[(),]", " ", text.strip())).split()
    for count in range(min(_MOST_WORDS_OF_A_ZONE, len(words) - 1), 0, -1):
        if named := read_zone(" ".join(words[-count:])):
            return " ".join(words[:-count]), named
    return text, None


_GLUED_OFFSET = re.compile(r"(?<=\d)([zZ]|[+-]\d\d:?\d\d)$", re.ASCII)
_MOST_WORDS_OF_A_ZONE = 4
"""Ho Chi Minh time."""

_NOON = 12
_CLOCK = r"(?:12 )?noon|midnight|\d\d?(?:[:.]\d\d)?[ap]m|\d\d?:\d\d(?::\d\d)?"
_CLOCK_AND_DAY = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<clock>{_CLOCK})(?P<day>)",
        rf"(?P<clock>{_CLOCK}) (?P<day>.+)",
        rf"(?P<day>.+?) (?:at )?(?P<clock>{_CLOCK})",
    )
]
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8})[T ](\d\d:?\d\d(?::?\d\d(?:\.\d{1,6})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)


def _read_in_zone(text: str, now: datetime, prefer: Preference) -> date | datetime | None:
    """Read text without a zone's name as seen at `now`, whose zone counts."""
    if found := _ISO.fullmatch(" ".join(text.upper().split())):
        return _iso(found, now)
    words = canonical(plain(text))
    words = _PREPOSITION.sub("", words)
    if words == "now":
        return now
    if (away := _away(words, prefer)) and (length := _LENGTHS.read(away[0])) is not None:
        return (now.astimezone(UTC) + away[1] * length).astimezone(now.tzinfo)
    typed = _Typed(now.date(), prefer)
    for pattern in _CLOCK_AND_DAY:
        if found := pattern.fullmatch(words):
            day = _read_day(found["day"], typed) if found["day"] else NamedDay()
            if day is not None:
                return _moment_meant(
                    day, _time_of_day(found["clock"]).replace(tzinfo=now.tzinfo), now, prefer
                )
    day = _read_day(words, typed)
    return None if day is None else _day_meant(day, now.date(), prefer)


def _iso(found: re.Match[str], now: datetime) -> datetime:
    try:
        written = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or ''}")
    except ValueError:
        raise Refused("there is no such day or time") from None
    return written if written.tzinfo else _at(written.date(), written.timetz().replace(tzinfo=now.tzinfo))


def _time_of_day(clock: str) -> time:
    if clock.endswith("noon"):
        return time(_NOON)
    if clock == "midnight":
        raise Refused("midnight may be the day's beginning or its end: say 00:00 or 23:59")
    half = clock[-2:] if clock.endswith("m") else ""
    hour, minute, second = (*(int(part) for part in re.split("[:.]", clock.removesuffix(half))), 0, 0)[:3]
    if half and not 1 <= hour <= _NOON:
        raise Refused(f"there is no {clock}")
    if half:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise Refused(f"there is no {clock}") from None


def _at(day: date, at: time) -> datetime:
    """Put day and time together; through UTC, which moves a time in a gap out of it."""
    wall = datetime.combine(day, at)
    return wall.astimezone(UTC).astimezone(at.tzinfo)


def _day_meant(day: date | NamedDay, today: date, prefer: Preference) -> date:
    if not isinstance(day, NamedDay):
        return day
    if prefer == "past":
        return day.before(today + DAY)
    return day.after(today if day.day is None else today - DAY)


def _moment_meant(day: date | NamedDay, at: time, now: datetime, prefer: Preference) -> datetime:
    """Give the nearest such moment that lies ahead, or behind; now counts as both."""
    if not isinstance(day, NamedDay):
        return _at(day, at)
    today = now.date()
    nearest = day.before(today + DAY) if prefer == "past" else day.after(today - DAY)
    moment = _at(nearest, at)
    # Within one zone Python compares by the wall clock, which is an hour off where the clocks change.
    ahead = moment.astimezone(UTC) - now.astimezone(UTC)
    if prefer == "past" and ahead > timedelta(0):
        return _at(day.before(nearest), at)
    if prefer == "future" and ahead < timedelta(0):
        return _at(day.after(nearest), at)
    return moment


_PREPOSITION = re.compile(r"^(?:on|at|by|until|from) ")
_AWAY = re.compile(r"in (?P<ahead>.+)|(?P<ago>.+) ago|(?P<from_now>.+) from (?:now|today)|(?P<bare>.+)")


def _away(words: str, prefer: Preference) -> tuple[str, Literal[1, -1]] | None:
    """Take "in 2 hours" or "2 hours ago" apart; a bare "2 hours" lies ahead, and can't be in the past."""
    found = _AWAY.fullmatch(words)
    if found is None or (found["bare"] and prefer == "past"):
        return None
    return found[found.lastgroup or 0], -1 if found["ago"] else 1


_LENGTHS: PhraseTable[timedelta] = PhraseTable()


@_LENGTHS.phrase(
    r"(?P<hours>\d{1,4}(?:\.5)?) hour",
    r"(?P<minutes>\d{1,5}) minute",
    r"(?P<hours>\d{1,4}) hour(?: and)? (?P<minutes>\d{1,2})(?: minute)?",
)
def _hours_and_minutes(hours: str = "0", minutes: str = "0") -> timedelta:
    return timedelta(hours=float(hours), minutes=int(minutes))


@_LENGTHS.phrase("half 1 hour")
def _half_an_hour() -> timedelta:
    return timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class _Typed:
    """From which day a day's name is seen, and whether what has no sign of time lies ahead."""

    today: date
    prefer: Preference

    def week(self, which: str) -> Stretch:
        return Stretch.around(Unit.WEEK, self.today).shifted({"last": -1, "this": 0, "next": 1}[which])


_DAYS: PhraseTable[date | NamedDay] = PhraseTable()


def _read_day(words: str, typed: _Typed) -> date | NamedDay | None:
    return _DAYS.read(_PREPOSITION.sub("", words), typed)


@_DAYS.phrase("today")
def _today(typed: _Typed) -> date:
    return typed.today


@_DAYS.phrase("(?P<beyond>day after )?tomorrow")
def _tomorrow(typed: _Typed, beyond: str | None) -> date:
    return typed.today + DAY * (2 if beyond else 1)


@_DAYS.phrase("(?P<beyond>day before )?yesterday")
def _yesterday(typed: _Typed, beyond: str | None) -> date:
    return typed.today - DAY * (2 if beyond else 1)


@_DAYS.phrase(rf"next (?P<weekday>{WEEKDAY})")
def _next_weekday(typed: _Typed, weekday: str) -> date:
    """Not the next such day, but that of the next week, as in what people say about time periods."""
    return typed.week("next").weekday(WEEKDAY_TOKENS.index(weekday))


@_DAYS.phrase(rf"last (?P<weekday>{WEEKDAY})")
def _last_weekday(typed: _Typed, weekday: str) -> date:
    return NamedDay(WEEKDAY_TOKENS.index(weekday)).before(typed.today)


@_DAYS.phrase(
    rf"(?P<weekday>{WEEKDAY}) (?:of )?(?P<which>last|this|next) week",
    rf"(?P<which>last|this|next) week (?:on )?(?P<weekday>{WEEKDAY})",
)
def _weekday_of_a_week(typed: _Typed, weekday: str, which: str) -> date:
    return typed.week(which).weekday(WEEKDAY_TOKENS.index(weekday))


@_DAYS.phrase(r"(?:this )?(?P<name>.+)")
def _named(_typed: _Typed, name: str) -> NamedDay | None:
    return read_named_day(name)


@_DAYS.phrase(r"(?P<words>.+)")
def _days_away(typed: _Typed, words: str) -> date | None:
    away = _away(words, typed.prefer)
    duration = read_duration(away[0]) if away else None
    if away is None or duration is None or "bday" in (duration.shortest.unit, duration.longest.unit):
        return None
    span = duration.later(typed.today, BusinessDays(), away[1])
    return span.earliest if span.earliest == span.latest else None
