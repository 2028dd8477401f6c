"""Time zones and countries by name, and the public holidays of a country."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pipeline.store import Store


@lru_cache(maxsize=256)
def zone_problem(name: str) -> str | None:
    """Say why `name` is no IANA time zone; None where it is one."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return f"{name!r} is no time zone; use an IANA name such as America/New_York"
    return None


@lru_cache(maxsize=256)
def country_problem(name: str) -> str | None:
    """Say why `name` is no country that we know the holidays of; None where it is one."""
    import holidays  # noqa: PLC0415 - 80 ms, needed only when a country is new

    country, _, subdivision = name.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return f"{name!r} is no ISO 3166 country such as US or DE"
    if subdivision and subdivision not in known[country]:
        names = ", ".join(f"{country}-{part}" for part in known[country][:6])
        return f"{name!r}: {country} has no such subdivision; it has {names or 'none'}"
    return None


def public_holidays(country: str, year: int) -> dict[date, str]:
    """Give a year's public holidays of a country ("DE", "US-NY"), observed days included, by day."""
    import holidays  # noqa: PLC0415 - 80 ms, needed only when a year is new

    code, _, subdivision = country.partition("-")
    calendar = holidays.country_holidays(code, subdiv=subdivision or None, years=year)
    return {day: name for day, name in sorted(calendar.items()) if day.year == year}


def cached_holidays(store: Store) -> Callable[[str, int], dict[date, str]]:
    """Give `public_holidays` that asks the store first: the library is loaded once a country and year."""

    @cache
    def look_up(country: str, year: int) -> dict[date, str]:
        days = store.cached_holidays(country, year)
        if days is None:
            days = public_holidays(country, year)
            store.keep_holidays(country, year, days)
        return days

    return look_up
