"""How days, times and names are written in sentences; English, whatever the locale of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(day: date, today: date | None = None) -> str:
    """Write a day: "Tue 3 Mar", with the year where it is not that of `today`."""
    words = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return words if today is None or day.year == today.year else f"{words} {day.year}"


def time_words(moment: datetime, zone: tzinfo) -> str:
    """Write a moment as the user's clock shows it: "Tue 3 Mar 10:00"."""
    local = moment.astimezone(zone)
    return f"{day_words(local)} {local:%H:%M}"


def and_words(names: Sequence[str]) -> str:
    """Join names: "Ann", "Ann and Bob", "Ann, Bob and Cid"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def short_words(names: Sequence[str], shown: int = 2) -> str:
    """Join names for a title: "Ann, Bob +1"."""
    more = len(names) - shown
    return f"{', '.join(names[:shown])} +{more}" if more > 0 else ", ".join(names)


def count_words(number: int, thing: str) -> str:
    """Count things: "1 business day", "2 business days"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
