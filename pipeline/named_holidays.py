"""Holidays by the names that the place's calendar has for them, and that people have."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from pipeline.named_days import NamedDay
from pipeline.phrases import canonical, plain
from pipeline.spans import DAY, Span

if TYPE_CHECKING:
    from pipeline.business_days import BusinessDays

_ALSO_CALLED = {
    "easter": "easter monday",
    "juneteenth": "juneteenth national independence day",
    "labour day": "labor day",
    "martin luther king day": "martin luther king jr day",
    "mlk day": "martin luther king jr day",
    "president day": "washington birthday",
    "presidents day": "washington birthday",
    "xmas": "christmas day",
}

_EVERYWHERE = {
    "christmas day": NamedDay(day=25, month=12),
    "christmas eve": NamedDay(day=24, month=12),
    "new year day": NamedDay(day=1, month=1),
    "new year eve": NamedDay(day=31, month=12),
}
"""Days that people name where they are no holiday too."""


def holiday_after(name: str, after: date, days: BusinessDays) -> date | None:
    """Give the next day of that name, in canonical words, strictly after a day; None where there is none."""
    names = {name, f"{name} day", _ALSO_CALLED.get(name, name)}
    found = (
        day
        for year in (after.year, after.year + 1)
        for day, listed in days.holidays(year).items()
        if day > after and not names.isdisjoint(_canonical_name(one) for one in listed.split(";"))
    )
    known = (day.after(after) for other, day in _EVERYWHERE.items() if other in names)
    sundays = (_easter(year) for year in (after.year, after.year + 1) if name in {"easter", "easter sun"})
    return next(iter((*sorted(found), *known, *(day for day in sundays if day > after))), None)


def _easter(year: int) -> date:
    """Give Easter Sunday, by the Gregorian computus in the form of Jones, Meeus and Butcher."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * to_sunday) // 451
    month, day = divmod(moon + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def days_off_around(holiday: date, days: BusinessDays) -> Span | None:
    """Give the days off around a holiday that makes a weekend longer; None where it makes none."""
    first = last = holiday
    while not days.is_business_day(first - DAY):
        first -= DAY
    while not days.is_business_day(last + DAY):
        last += DAY
    around = (first + DAY * number for number in range((last - first).days + 1))
    return Span(first, last) if any(day.weekday() in days.weekend for day in around) else None


@cache
def _canonical_name(holiday: str) -> str:
    return canonical(plain(holiday))
