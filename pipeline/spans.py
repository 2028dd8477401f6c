"""How people cut the calendar: weeks, months, quarters, years, and the parts of each.

A part is early, mid or late, an end, a half, a week of a month. Its days are as said; rolling them to
business days comes later, except where a part *is* a business day ("end of the month" is its last one).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.business_days import BusinessDays

DAY = timedelta(days=1)
_DAYS_OF_A_WEEK = 7
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `earliest` to `latest`, both included."""

    earliest: date
    latest: date


class Unit(IntEnum):
    """What the calendar is cut into; the value is its length in months."""

    WEEK = 0
    MONTH = 1
    QUARTER = 3
    YEAR = 12


@dataclass(frozen=True, slots=True)
class Stretch:
    """One whole week, month, quarter or year."""

    unit: Unit
    first: date

    @classmethod
    def around(cls, unit: Unit, day: date, week_begins: int = 0) -> Stretch:
        """Give the one that holds `day`; a week begins on the weekday number `week_begins`."""
        if unit is Unit.WEEK:
            return cls(unit, day - DAY * ((day.weekday() - week_begins) % _DAYS_OF_A_WEEK))
        return cls(unit, date(day.year, (day.month - 1) // unit * unit + 1, 1))

    def shifted(self, count: int) -> Stretch:
        """Give the one that comes `count` later; raise OverflowError beyond the calendar."""
        if self.unit is Unit.WEEK:
            return Stretch(self.unit, self.first + timedelta(weeks=count))
        return Stretch(self.unit, months_later(self.first, count * self.unit))

    @property
    def last(self) -> date:
        """Its last day, business day or not."""
        return self.shifted(1).first - DAY

    def weekday(self, weekday: int) -> date:
        """Give its first day of that weekday."""
        return self.first + DAY * ((weekday - self.first.weekday()) % _DAYS_OF_A_WEEK)


def months_later(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * _MONTHS_OF_A_YEAR + day.month - 1 + months, _MONTHS_OF_A_YEAR)
    if not date.min.year <= year < date.max.year:
        raise OverflowError("no such month in the calendar")
    following = date(year + (month + 1) // _MONTHS_OF_A_YEAR, (month + 1) % _MONTHS_OF_A_YEAR + 1, 1)
    return date(year, month + 1, min(day.day, (following - DAY).day))


def week_begins(weekend: frozenset[int]) -> int:
    """Give the weekday number on which a week begins: the one after the weekend, so mostly Monday."""
    after_weekend = (day for day in range(7) if day not in weekend and (day - 1) % 7 in weekend)
    return min(after_weekend, default=0)


if TYPE_CHECKING:
    Part = Callable[[Stretch, BusinessDays], Span | None]
    """What to cut out of a stretch; None where it has no such part."""


def whole(stretch: Stretch, days: BusinessDays) -> Span:
    """Span it from its first day to its last BD, as the rules say of "next week"."""
    return Span(stretch.first, _last_business_day(stretch, days))


def end(stretch: Stretch, days: BusinessDays) -> Span:
    """Give its last BD, as the rules say of "end of the week"."""
    last = _last_business_day(stretch, days)
    return Span(last, last)


def early(stretch: Stretch, _days: BusinessDays) -> Span:
    """Span a month's days 1 to 10, the first third of a quarter or a year, the first two days of a week."""
    match stretch.unit:
        case Unit.WEEK:
            return Span(stretch.first, stretch.first + DAY)
        case Unit.MONTH:
            return Span(stretch.first, stretch.first + 9 * DAY)
        case Unit.QUARTER | Unit.YEAR:
            return _third(stretch, 1)


def mid(stretch: Stretch, _days: BusinessDays) -> Span:
    """Span a month's days 11 to 20, the second third of a quarter or a year, the third day of a week."""
    match stretch.unit:
        case Unit.WEEK:
            return Span(stretch.first + 2 * DAY, stretch.first + 2 * DAY)
        case Unit.MONTH:
            return Span(stretch.first + 10 * DAY, stretch.first + 19 * DAY)
        case Unit.QUARTER | Unit.YEAR:
            return _third(stretch, 2)


def late(stretch: Stretch, days: BusinessDays) -> Span:
    """Span a month from its 21st, the last third of a quarter or a year, a week from its fourth day on."""
    match stretch.unit:
        case Unit.WEEK:
            fourth = stretch.first + 3 * DAY
            return Span(fourth, max(fourth, _last_business_day(stretch, days)))
        case Unit.MONTH:
            return Span(stretch.first + 20 * DAY, stretch.last)
        case Unit.QUARTER | Unit.YEAR:
            return _third(stretch, 3)


def _third(stretch: Stretch, number: int) -> Span:
    months = stretch.unit // 3
    return Span(
        months_later(stretch.first, months * (number - 1)), months_later(stretch.first, months * number) - DAY
    )


def nth_week(number: int) -> Part:
    """Span seven days: the first week of a month is its days 1 to 7; number 0 means the last seven."""

    def part(stretch: Stretch, _days: BusinessDays) -> Span | None:
        first = stretch.first + timedelta(weeks=number - 1) if number else stretch.last - 6 * DAY
        if stretch.unit is Unit.WEEK or first > stretch.last:
            return None
        return Span(first, min(first + 6 * DAY, stretch.last))

    return part


def nth_weekday(number: int, weekday: int) -> Part:
    """Give one weekday of a longer stretch, counted from its first; number 0 means its last."""

    def part(stretch: Stretch, _days: BusinessDays) -> Span | None:
        begin = stretch.first if number else stretch.last - 6 * DAY
        day = begin + DAY * ((weekday - begin.weekday()) % 7) + timedelta(weeks=max(number - 1, 0))
        return None if stretch.unit is Unit.WEEK or day > stretch.last else Span(day, day)

    return part


def half(number: int) -> Part:
    """Span a week to or from its third day, a month to its 15th or from its 16th, six months of a year."""

    def part(stretch: Stretch, days: BusinessDays) -> Span | None:
        match stretch.unit:
            case Unit.WEEK:
                third = stretch.first + 2 * DAY
                return Span(stretch.first, third) if number == 1 else Span(third, late(stretch, days).latest)
            case Unit.MONTH:
                second = stretch.first + 15 * DAY
            case Unit.YEAR:
                second = months_later(stretch.first, 6)
            case _:
                return None
        return Span(stretch.first, second - DAY) if number == 1 else Span(second, stretch.last)

    return part


def weekend(stretch: Stretch, days: BusinessDays) -> Span | None:
    """Span the weekend days that close a week."""
    free = [day for n in range(7) if (day := stretch.first + n * DAY).weekday() in days.weekend]
    return Span(free[0], free[-1]) if free and stretch.unit is Unit.WEEK else None


def _last_business_day(stretch: Stretch, days: BusinessDays) -> date:
    """Give its last day where it has no business day at all: that one then rolls forward."""
    last = days.roll_back(stretch.last)
    return last if last >= stretch.first else stretch.last
