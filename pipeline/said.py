"""One day or one stretch of days in the words of somebody who speaks on a certain day.

"Friday", "next week", "mid-March", "the week of the 16th", "a week from Monday", "Labor Day": each gives its
days as said. That they lie ahead, and on business days, is the reader's business (`time_periods`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import spans
from pipeline.durations import read_duration
from pipeline.named_days import NamedDay, read_named_day
from pipeline.named_holidays import days_off_around, holiday_after
from pipeline.phrases import (
    MONTH,
    MONTH_TOKENS,
    WEEKDAY,
    WEEKDAY_TOKENS,
    PhraseTable,
    Refused,
)
from pipeline.spans import DAY, Span, Stretch, Unit

if TYPE_CHECKING:
    from datetime import date

    from pipeline.business_days import BusinessDays

_DEEPEST = 4
"""Phrases within a phrase ("a week from the Monday after Labor Day" has two): nobody says more."""


@dataclass(frozen=True, slots=True)
class Said:
    """When something was said, whose business days count, and after which day a named day is meant."""

    said_on: date
    days: BusinessDays
    after: date
    depth: int = 0

    def this(self, unit: Unit) -> Stretch:
        """Give the week, month … in which it was said."""
        return Stretch.around(unit, self.said_on, spans.week_begins(self.days.weekend))

    def working(self, unit: Unit) -> Stretch:
        """Give the same, or the next one where no business day of it is left."""
        this = self.this(unit)
        return this if spans.whole(this, self.days).latest >= self.said_on else this.shifted(1)


def read_said(text: str, said: Said) -> Span | None:
    """Read canonical words; None where they are no day, stretch or length of time.

    Raises Refused where they are one, but one that does not exist or can be read in two ways.
    """
    if said.depth > _DEEPEST:
        return None
    day_text = _TIME_LAST.sub("", _TIME_FIRST.sub("", text))
    span = _PHRASES.read(day_text, replace(said, depth=said.depth + 1))
    if span and day_text != text and span.earliest != span.latest:
        return None  # "noon next week" says more than the week
    return span


def has_time_of_day(text: str) -> bool:
    """Whether canonical words begin or end with an hour or the like, so that they name a moment of a day."""
    return any(found(text) for found in (_TIME_FIRST.match, _TIME_LAST.search, _TIME_ALONE.fullmatch))


_CLOCK = r"(?:0?[1-9]|1[0-2])(?::[0-5]\d)?[ap]m|(?:[01]?\d|2[0-3]):[0-5]\d"
_TIME_OF_DAY = rf"(?:eod|(?:12 )?noon|midnight|{_CLOCK})"
_TIME = (
    rf"(?:{_TIME_OF_DAY}|1th thing|lunch(?:time)?|(?:early |mid |late )?(?:morning|afternoon|evening|night))"
)
_TIME_FIRST = re.compile(
    rf"^(?:{_TIME} (?:on |of )?|(?:early|late) (?=(?:{WEEKDAY}|today|tomorrow)\b))", re.ASCII
)
_TIME_ALONE = re.compile(_TIME, re.ASCII)
_TIME_LAST = re.compile(rf"(?<!this) (?:(?:at|by|before|in) )?{_TIME}$", re.ASCII)

_PHRASES: PhraseTable[Span] = PhraseTable()
_STRETCHES: PhraseTable[list[Stretch]] = PhraseTable()
"""Each gives the stretches that its words can mean, the first choice first."""

_LONG_UNIT = "week|month|quarter|year"
_NTH = r"(?P<nth>[1-5]th|last)"


def _on(day: date) -> Span:
    return Span(day, day)


def _weekday(token: str) -> int:
    return WEEKDAY_TOKENS.index(token)


def _number(nth: str) -> int:
    return 0 if nth == "last" else int(nth.removesuffix("th"))


def _single_day(text: str, said: Said) -> date | None:
    span = read_said(text, said)
    return span.earliest if span and span.earliest == span.latest else None


# Days


@_PHRASES.phrase(rf"today|later today|this {_TIME}|(?!midnight){_TIME_OF_DAY}")
def _today(said: Said) -> Span:
    return _on(said.said_on)


@_PHRASES.phrase("tomorrow")
def _tomorrow(said: Said) -> Span:
    return _on(said.said_on + DAY)


@_PHRASES.phrase("(?:the )?next bday")
def _next_business_day(said: Said) -> Span:
    return _on(said.days.add(said.said_on, 1))


@_PHRASES.phrase(rf"(?:this |coming )(?P<weekday>{WEEKDAY})")
def _coming_weekday(said: Said, weekday: str) -> Span:
    return _on(NamedDay(_weekday(weekday)).after(said.after))


@_PHRASES.phrase(rf"(?:this|next|coming) (?P<name>(?:{WEEKDAY}) .*\d.*)")
def _weekday_with_its_date(said: Said, name: str) -> Span | None:
    """Let the date decide: "next Friday the 13th"."""
    return _named(said, name)


@_PHRASES.phrase(rf"next (?P<weekday>{WEEKDAY})", rf"(?P<weekday>{WEEKDAY}) (?P<more>after) next")
def _weekday_of_next_week(said: Said, weekday: str, more: str = "") -> Span:
    """Not the next such day: that one is called "Friday" or "this Friday"."""
    return _on(said.this(Unit.WEEK).shifted(2 if more else 1).weekday(_weekday(weekday)))


@_PHRASES.phrase(rf"(?P<day>today|tomorrow|{WEEKDAY}) (?P<unit>week|fortnight)")
def _day_and_a_week(said: Said, day: str, unit: str) -> Span | None:
    """Count on from a day: "Monday week", "tomorrow fortnight"."""
    return _length_beside(said, f"1 {unit}", "from", day)


@_PHRASES.phrase(
    rf"(?P<weekday>{WEEKDAY}) (?:of |in )?(?P<week>.*week.*)",
    rf"(?!week (?:on )?\w+$)(?P<week>.*week.*?) (?:on )?(?P<weekday>{WEEKDAY})",
)
def _weekday_of_a_week(said: Said, weekday: str, week: str) -> Span | None:
    def part(stretch: Stretch, _days: BusinessDays) -> Span | None:
        return _on(stretch.weekday(_weekday(weekday))) if stretch.unit is Unit.WEEK else None

    return _part(said, week, part)


@_PHRASES.phrase(r"day (?P<side>after|before) (?P<of>.+)")
def _day_beside(said: Said, side: str, of: str) -> Span | None:
    day = _single_day(of, said)
    return _on(day + DAY if side == "after" else day - DAY) if day else None


@_PHRASES.phrase(rf"(?P<weekday>{WEEKDAY}) (?P<side>after|before) (?P<of>.+)")
def _weekday_beside(said: Said, weekday: str, side: str, of: str) -> Span | None:
    day = _single_day(of, said)
    named = NamedDay(_weekday(weekday))
    return _on(named.after(day) if side == "after" else named.before(day)) if day else None


@_PHRASES.phrase(r"(?P<name>.+)")
def _named(said: Said, name: str) -> Span | None:
    named = read_named_day(name)
    return _on(named.after(said.after)) if named else None


# Lengths of time


@_PHRASES.phrase(r"(?P<words>.+)")
def _length(said: Said, words: str) -> Span | None:
    duration = read_duration(words)
    return duration.later(said.said_on, said.days) if duration else None


@_PHRASES.phrase(rf"(?P<words>\d+ (?:week|fortnight)) (?P<of>today|tomorrow|{WEEKDAY})")
def _weeks_beside(said: Said, words: str, of: str) -> Span | None:
    """Count from the day named: "a week today", "two weeks Monday"."""
    return _length_beside(said, words, "from", of)


@_PHRASES.phrase(r"(?P<words>.+?) (?P<side>from|on|after|before) (?P<of>.+)")
def _length_beside(said: Said, words: str, side: str, of: str) -> Span | None:
    duration = read_duration(words)
    if not duration:
        return None
    day = said.said_on if of == "now" else _single_day(of, said)
    return duration.later(day, said.days, -1 if side == "before" else 1) if day else None


# Weeks, months, quarters and years


@_STRETCHES.phrase(rf"(?P<unit>{_LONG_UNIT})")
def _the_unit(said: Said, unit: str) -> list[Stretch]:
    """Give this one or, where its part that is meant has passed, the coming one."""
    this = said.this(Unit[unit.upper()])
    return [this, this.shifted(1)]


@_STRETCHES.phrase(rf"this (?P<unit>{_LONG_UNIT})")
def _this_unit(said: Said, unit: str) -> list[Stretch]:
    """Give this one; on a weekend, "this week" is the one that is about to begin."""
    return [said.working(Unit[unit.upper()])]


@_STRETCHES.phrase(
    rf"(?:next|coming) (?P<unit>{_LONG_UNIT})", rf"(?P<unit>{_LONG_UNIT}) (?P<more>after) next(?: (?P=unit))?"
)
def _next_unit(said: Said, unit: str, more: str = "") -> list[Stretch]:
    return [said.this(Unit[unit.upper()]).shifted(2 if more else 1)]


@_STRETCHES.phrase(rf"(?P<month>{MONTH})(?: (?:of )?(?P<year>\d{{4}}|next year|this year))?")
def _month(said: Said, month: str, year: str | None) -> list[Stretch]:
    return _of_years(said, Unit.MONTH, MONTH_TOKENS.index(month), year)


@_STRETCHES.phrase(
    r"q ?(?P<nth>[1-4])(?: (?:of )?(?P<year>\d{4}|next year|this year))?",
    r"(?P<nth>[1-4])th quarter(?: (?:of )?(?P<year>\d{4}|next year|this year))?",
)
def _quarter(said: Said, nth: str, year: str | None) -> list[Stretch]:
    return _of_years(said, Unit.QUARTER, int(nth) - 1, year)


def _of_years(said: Said, unit: Unit, index: int, year: str | None) -> list[Stretch]:
    this_year = said.this(Unit.YEAR).first
    match year:
        case None:
            years = [this_year, spans.months_later(this_year, 12)]
        case "this year":
            years = [this_year]
        case "next year":
            years = [spans.months_later(this_year, 12)]
        case _:
            years = [spans.months_later(this_year, 12 * (int(year) - this_year.year))]
    return [Stretch(unit, spans.months_later(first, index * unit)) for first in years]


@_STRETCHES.phrase(r"(?P<year>20\d\d)")
def _year(said: Said, year: str) -> list[Stretch]:
    return _of_years(said, Unit.YEAR, 0, year)


@_STRETCHES.phrase(r"week of (?P<of>.+)")
def _week_of(said: Said, of: str) -> list[Stretch] | None:
    """Give the week that holds a day; a date may have passed within this week, a weekday lies ahead."""
    this = said.this(Unit.WEEK)
    bounds = (said.after,) if of in WEEKDAY_TOKENS else (this.first - DAY, said.after)
    found = (_single_day(of, replace(said, after=after)) for after in bounds)
    days = [day for day in found if day]
    return [Stretch.around(Unit.WEEK, day, this.first.weekday()) for day in days] or None


@_STRETCHES.phrase(r"(?P<name>[a-z ]+) week")
def _week_of_holiday(said: Said, name: str) -> list[Stretch] | None:
    return _week_of(said, name) if _holiday(said, name) else None


@_STRETCHES.phrase(r"week (?P<side>after|before) (?P<of>.+)")
def _week_beside(said: Said, side: str, of: str) -> list[Stretch] | None:
    day = _single_day(of, said)
    week = day and Stretch.around(Unit.WEEK, day, said.this(Unit.WEEK).first.weekday())
    return [week.shifted(1 if side == "after" else -1)] if week else None


def _part(said: Said, stretch: str, part: spans.Part) -> Span | None:
    """Cut `part` out of the first stretch meant where it has not wholly passed."""
    found = None
    for candidate in _STRETCHES.read(stretch, said) or ():
        found = part(candidate, said.days)
        if found is None or found.latest >= said.said_on:
            return found
    return found


@_PHRASES.phrase(rf"(?!(?:{_LONG_UNIT})$)(?P<stretch>.+)")
def _whole(said: Said, stretch: str) -> Span | None:
    """Leave out a bare "week": it may be this one, or a week from now."""
    return _part(said, stretch, spans.whole)


@_PHRASES.phrase(r"early (?P<stretch>.+)")
def _early(said: Said, stretch: str) -> Span | None:
    return _part(said, stretch, spans.early)


@_PHRASES.phrase(r"mid (?P<stretch>.+)")
def _mid(said: Said, stretch: str) -> Span | None:
    return _part(said, stretch, spans.mid)


@_PHRASES.phrase(r"late (?P<stretch>.+)")
def _late(said: Said, stretch: str) -> Span | None:
    return _part(said, stretch, spans.late)


@_PHRASES.phrase(
    r"end (?:of )?(?P<stretch>.+)",
    rf"(?P<stretch>{_LONG_UNIT}|{MONTH}|q ?[1-4]) end",
    r"last bday (?:of |in )?(?P<stretch>.+)",
)
def _end(said: Said, stretch: str) -> Span | None:
    return _part(said, stretch, spans.end)


@_PHRASES.phrase(rf"{_NTH} week (?:of |in )?(?P<stretch>.+)")
def _nth_week(said: Said, nth: str, stretch: str) -> Span | None:
    return _part(said, stretch, spans.nth_week(_number(nth)))


@_PHRASES.phrase(rf"{_NTH} (?P<weekday>{WEEKDAY}) (?:of |in )?(?P<stretch>.+)")
def _nth_weekday(said: Said, nth: str, weekday: str, stretch: str) -> Span | None:
    return _part(said, stretch, spans.nth_weekday(_number(nth), _weekday(weekday)))


@_PHRASES.phrase(r"(?P<nth>[12])th half (?:of )?(?P<stretch>.+)")
def _half(said: Said, nth: str, stretch: str) -> Span | None:
    return _part(said, stretch, spans.half(int(nth)))


@_PHRASES.phrase(r"(?P<which>1th|last) (?P<kind>b?day) (?:of |in )?(?P<stretch>.+)")
def _first_or_last_day(said: Said, which: str, kind: str, stretch: str) -> Span | None:
    def part(of: Stretch, days: BusinessDays) -> Span:
        day = of.first if which == "1th" else of.last
        return _on(day if kind == "day" else days.roll_forward(day))

    return _part(said, stretch, part)


@_PHRASES.phrase(
    r"(?P<which>1th|last) (?P<count>few|\d\d?) (?P<unit>day|week) (?:of |in )?(?P<stretch>.+)",
)
def _first_or_last_days(said: Said, which: str, count: str, unit: str, stretch: str) -> Span | None:
    """Span so many; a few are up to four."""
    number = (4 if count == "few" else int(count)) * (7 if unit == "week" else 1)

    def part(of: Stretch, _days: BusinessDays) -> Span | None:
        if not 1 <= number <= (of.last - of.first).days + 1:
            return None
        more = (number - 1) * DAY
        return Span(of.first, of.first + more) if which == "1th" else Span(of.last - more, of.last)

    return _part(said, stretch, part)


@_PHRASES.phrase(r"(?P<nth>\d\d?)th (?:of )?(?P<stretch>(?:(?:this|next|coming) )?month)")
def _day_of_month(said: Said, nth: str, stretch: str) -> Span | None:
    def part(of: Stretch, _days: BusinessDays) -> Span | None:
        day = of.first + (int(nth) - 1) * DAY
        return _on(day) if of.first <= day <= of.last else None

    return _part(said, stretch, part)


@_PHRASES.phrase(rf"later (?:this )?(?P<unit>{_LONG_UNIT})")
def _later(said: Said, unit: str) -> Span:
    stretch = said.working(Unit[unit.upper()])
    rest = Span(max(stretch.first, said.said_on + DAY), spans.whole(stretch, said.days).latest)
    if rest.earliest > rest.latest:
        raise Refused(f"no business day of that {unit} is left")
    return rest


@_PHRASES.phrase(r"(?:(?P<which>this|coming|next) )?weekend")
def _weekend(said: Said, which: str | None) -> Span | None:
    return _part(said, "next week" if which == "next" else "week", spans.weekend)


# Holidays


@_PHRASES.phrase(r"(?P<name>.+?)(?: holiday)?")
def _holiday(said: Said, name: str) -> Span | None:
    day = holiday_after(name, said.after, said.days)
    return _on(day) if day else None


@_PHRASES.phrase(r"(?P<name>.+) weekend")
def _holiday_weekend(said: Said, name: str) -> Span | None:
    day = holiday_after(name, said.after, said.days)
    return days_off_around(day, said.days) if day else None
