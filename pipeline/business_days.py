"""Weekends, public holidays and the arithmetic of business days.

A business day (BD) is not a weekend day, not a public holiday of the place, and not a day that the user
takes off. `docs/follow-up-rules.md` defines which place counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Holidays = Callable[[int], dict[date, str]]
    """A year → its days off, each with a name."""

_DAY = timedelta(days=1)

SATURDAY_SUNDAY = frozenset({5, 6})


def no_holidays(_year: int) -> dict[date, str]:
    """Stand in for a place whose holidays are not known."""
    return {}


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The business days of one place.

    `weekend` holds weekday numbers (Monday is 0); `holidays` gives the days off of a year, so that only
    the years that are looked at are ever loaded.
    """

    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: Holidays = no_holidays

    def is_business_day(self, day: date) -> bool:
        """Whether people work on `day`."""
        return day.weekday() not in self.weekend and day not in self.holidays(day.year)

    def holiday(self, day: date) -> str | None:
        """Name the day off, or None; a weekend day without a holiday has no name."""
        return self.holidays(day.year).get(day)

    def roll_forward(self, day: date) -> date:
        """Give `day` itself if it is a BD, else the next BD."""
        while not self.is_business_day(day):
            day += _DAY
        return day

    def roll_back(self, day: date) -> date:
        """Give `day` itself if it is a BD, else the last BD before."""
        while not self.is_business_day(day):
            day -= _DAY
        return day

    def add(self, day: date, count: int) -> date:
        """Give the BD number `count` after `day` (before it, where negative); 0 gives `day` unchanged."""
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day

    def count(self, after: date, until: date) -> int:
        """N(after, until): the number of BDs in (after, until]; 0 where `until` is not later."""
        return sum(1 for _ in self.between(after, until))

    def between(self, after: date, until: date) -> Iterator[date]:
        """Yield the BDs in (after, until], earliest first."""
        day = after + _DAY
        while day <= until:
            if self.is_business_day(day):
                yield day
            day += _DAY

    def passed_over(self, after: date, until: date) -> list[tuple[date, str]]:
        """List the holidays in (after, until] on working weekdays: those that made a count longer."""
        days = ((after + timedelta(days=n)) for n in range(1, (until - after).days + 1))
        working = (day for day in days if day.weekday() not in self.weekend)
        return [(day, name) for day in working if (name := self.holiday(day))]
