"""Days by their names in the calendar: "Tue 10 March", "the 20th", "3/20", "2026-03-20", "Friday".

A name without a year stands for many days; whoever reads it says after, or before, which day to look for
the one that is meant.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MINYEAR, date, timedelta

from pipeline.phrases import (
    MONTH,
    MONTH_TOKENS,
    MONTHS,
    WEEKDAY,
    WEEKDAY_TOKENS,
    PhraseTable,
    Refused,
    in_full,
)

_DAY = timedelta(days=1)
_LEAP_YEAR = 2000
_CENTURY = 2000
_MONTHS_OF_A_YEAR = 12
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class NamedDay:
    """What was said of a day; a year comes with a month, a month with a day."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None

    def after(self, bound: date) -> date:
        """Give the next such day strictly after `bound`; where the year is said, that day wherever it lies.

        Raises Refused for a day that does not exist, and for a weekday that does not fit its date.
        """
        return self._looked_for(bound, _DAY)

    def before(self, bound: date) -> date:
        """Give the last such day strictly before `bound`; otherwise like `after`."""
        return self._looked_for(bound, -_DAY)

    def _looked_for(self, bound: date, step: timedelta) -> date:
        self._check()
        if self.day and self.month and self.year:
            found = date(self.year, self.month, self.day)
        else:
            found = bound + step
            while not self._is_named(found):
                found += step
        if self.weekday not in (None, found.weekday()):
            raise Refused(f"that date is {in_full(found)}")
        return found

    def _is_named(self, day: date) -> bool:
        if self.day is None:
            return self.weekday in (None, day.weekday())
        return day.day == self.day and self.month in (None, day.month)

    def _check(self) -> None:
        if self.year is not None and self.year < MINYEAR:
            raise Refused(f"there is no year {self.year}")
        if self.month is not None and not 1 <= self.month <= _MONTHS_OF_A_YEAR:
            raise Refused(f"there is no month {self.month}")
        year = _LEAP_YEAR if self.year is None else self.year
        longest = monthrange(year, self.month)[1] if self.month else _LONGEST_MONTH
        if self.day is not None and not 1 <= self.day <= longest:
            of_month = f" {MONTHS[self.month - 1]}" if self.month else ""
            of_year = f" {self.year}" if self.year else ""
            raise Refused(f"there is no {self.day}{of_month}{of_year}")


def read_named_day(text: str) -> NamedDay | None:
    """Read one day's name, in canonical words; None where `text` is none.

    Raises Refused for figures that can be read in two ways ("3/4").
    """
    return _NAMES.read(text)


_NAMES: PhraseTable[NamedDay] = PhraseTable()

_WEEKDAY_FIRST = rf"(?:(?P<weekday>{WEEKDAY}) )?"
_DAY_OF_MONTH = r"(?P<day>\d\d?)(?:th)?"
_YEAR_LAST = r"(?: (?P<year>\d{4}))?"
_SIGNS = ("-", "/", r"\.")


@_NAMES.phrase(
    rf"(?P<weekday>{WEEKDAY})",
    rf"(?:(?P<weekday>{WEEKDAY}) |the )(?:the )?{_DAY_OF_MONTH}",
    r"(?P<day>\d\d?)th",
    rf"{_WEEKDAY_FIRST}(?:the )?{_DAY_OF_MONTH}(?: of)? (?P<month>{MONTH}){_YEAR_LAST}",
    rf"{_WEEKDAY_FIRST}(?P<month>{MONTH}) (?:the )?{_DAY_OF_MONTH}{_YEAR_LAST}",
)
def _in_words(
    weekday: str | None = None,
    day: str | None = None,
    month: str | None = None,
    year: str | None = None,
) -> NamedDay:
    return NamedDay(
        weekday=_weekday(weekday),
        day=int(day) if day else None,
        month=MONTH_TOKENS.index(month) + 1 if month else None,
        year=int(year) if year else None,
    )


@_NAMES.phrase(
    *(rf"{_WEEKDAY_FIRST}(?P<year>\d{{4}}){sign}(?P<month>\d\d?){sign}(?P<day>\d\d?)" for sign in _SIGNS)
)
def _year_first(weekday: str | None, year: str, month: str, day: str) -> NamedDay:
    return NamedDay(_weekday(weekday), int(day), int(month), int(year))


@_NAMES.phrase(
    rf"{_WEEKDAY_FIRST}(?P<one>\d\d?)[/.](?P<other>\d\d?)",
    *(
        rf"{_WEEKDAY_FIRST}(?P<one>\d\d?){sign}(?P<other>\d\d?){sign}(?P<year>\d\d(?:\d\d)?)"
        for sign in _SIGNS
    ),
)
def _figures(weekday: str | None, one: str, other: str, year: str | None = None) -> NamedDay:
    """Read day and month in the only order in which they can stand: half the world says each first."""
    low, high = sorted((int(one), int(other)))
    if 0 < low < high <= _MONTHS_OF_A_YEAR:
        raise Refused(f"it can be {low} {MONTHS[high - 1]} or {high} {MONTHS[low - 1]}, so name the month")
    full_year = None if year is None else int(year) + (_CENTURY if len(year) == len("26") else 0)
    return NamedDay(_weekday(weekday), high, low, full_year)


def _weekday(token: str | None) -> int | None:
    return WEEKDAY_TOKENS.index(token) if token else None
