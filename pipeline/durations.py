"""Lengths of time as people say them: "a week or two", "7-10 days", "a few business days", "48 hours"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor
from typing import TYPE_CHECKING

from pipeline.phrases import UNIT, PhraseTable, Refused
from pipeline.spans import Span, months_later

if TYPE_CHECKING:
    from datetime import date

    from pipeline.business_days import BusinessDays

_HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "fortnight": 14 * 24}
_MONTHS = {"month": 1, "year": 12}
_FEW = (2, 4)


@dataclass(frozen=True, slots=True)
class Length:
    """So many of one unit (`bday`: business days), halves included."""

    amount: float
    unit: str

    def later(self, day: date, days: BusinessDays, direction: int = 1) -> Span:
        """Give the day that lies so far after `day` (before it with -1); two days where it falls between.

        Raises Refused for half a month, which is no number of days.
        """
        amount = self.amount * direction
        if self.unit in _HOURS:
            exact = amount * _HOURS[self.unit] / _HOURS["day"]
            return Span(day + timedelta(days=floor(exact)), day + timedelta(days=ceil(exact)))
        if self.unit == "bday":
            return Span(days.add(day, floor(amount)), days.add(day, ceil(amount)))
        if self.unit not in _MONTHS or amount % 1:
            raise Refused("say it in days or weeks")
        later = months_later(day, int(amount) * _MONTHS[self.unit])
        return Span(later, later)


@dataclass(frozen=True, slots=True)
class Duration:
    """Between two lengths, mostly the same one twice."""

    shortest: Length
    longest: Length

    def later(self, day: date, days: BusinessDays, direction: int = 1) -> Span:
        """Give the days that lie so far after `day`, or before it with -1."""
        one, other = (length.later(day, days, direction) for length in (self.shortest, self.longest))
        first, last = (one, other) if direction > 0 else (other, one)
        return Span(first.earliest, last.latest)


def read_duration(text: str) -> Duration | None:
    """Read a length of time, in canonical words; None where `text` is none."""
    return _DURATIONS.read(text)


_DURATIONS: PhraseTable[Duration] = PhraseTable()

_AMOUNT = r"\d{1,3}(?:\.5)?"
_TO = r"(?:or|to|-)"


@_DURATIONS.phrase(
    rf"(?P<low>{_AMOUNT}) (?P<unit>{UNIT})",
    rf"(?P<low>{_AMOUNT}) {_TO} (?P<high>{_AMOUNT}) (?P<unit>{UNIT})",
    rf"(?P<low>{_AMOUNT}) (?P<unit>{UNIT}) {_TO} (?P<high>{_AMOUNT})",
    # "Week or two" is how it is noted down.
    rf"(?P<unit>{UNIT}) or (?P<high>{_AMOUNT})",
    rf"(?P<low>{_AMOUNT}) (?P<unit>{UNIT}) {_TO} (?P<high>{_AMOUNT}) (?P<higher_unit>{UNIT})",
)
def _counted(unit: str, low: str = "1", high: str | None = None, higher_unit: str | None = None) -> Duration:
    return Duration(Length(float(low), unit), Length(float(high or low), higher_unit or unit))


@_DURATIONS.phrase(rf"few (?P<unit>{UNIT})")
def _few(unit: str) -> Duration:
    """Two to four; of days, the rules count business days."""
    fewest, most = _FEW
    unit = "bday" if unit == "day" else unit
    return Duration(Length(fewest, unit), Length(most, unit))
