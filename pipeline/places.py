"""Time zones, countries, their public holidays, and the slots in which messages are due there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.business_days import BusinessDays

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from pipeline.settings import Settings
    from pipeline.store import Store

    HolidaysOf = Callable[[str, int], dict[date, str]]

_ONE_DAY = timedelta(days=1)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
"""When something happens that never happens."""


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
    # In English whatever the locale of the machine: phrases such as "before Christmas" look for these names.
    calendar = holidays.country_holidays(code, subdiv=subdivision or None, years=year, language="en_US")
    return {day: name for day, name in sorted(calendar.items()) if day.year == year}


def cached_holidays(store: Store) -> HolidaysOf:
    """Give `public_holidays` that asks the store first: the library is loaded once a country and year."""

    @cache
    def look_up(country: str, year: int) -> dict[date, str]:
        days = store.cached_holidays(country, year)
        if days is None:
            days = public_holidays(country, year)
            store.keep_holidays(country, year, days)
        return days

    return look_up


class Places:
    """Calendars, zones and slots under one set of settings; kept from one reading to the next."""

    def __init__(self, settings: Settings, holidays_of: HolidaysOf = public_holidays) -> None:
        self.settings = settings
        self.user_zone = settings.user.zone
        self.zone = cache(ZoneInfo)
        self.business_days = cache(self._business_days)
        self.slot = cache(self._slot)
        self._holidays_of = holidays_of

    def under(self, settings: Settings) -> Places:
        """Give the same places under other settings."""
        return Places(settings, self._holidays_of)

    def _business_days(self, country: str | None) -> BusinessDays:
        user = self.settings.user
        where = country or user.country
        own = user.days_off

        @cache
        def holidays(year: int) -> dict[date, str]:
            public = self._holidays_of(where, year) if where else {}
            return {**public, **{day: name for day, name in own.items() if day.year == year}}

        return BusinessDays(user.weekend_days, holidays)

    def _slot(self, day: date, zone: tzinfo) -> datetime:
        moment = datetime.combine(day, self.settings.follow_up.slot, zone).astimezone(UTC)
        return self.after_quiet_hours(moment)

    def after_quiet_hours(self, moment: datetime) -> datetime:
        """Give `moment`, or the end of the user's quiet hours that it falls into."""
        user = self.settings.user
        local = moment.astimezone(self.user_zone)
        if not user.is_quiet(local.time()):
            return moment
        end = user.quiet_hours[1]
        day = local.date() if local.time() < end else local.date() + _ONE_DAY
        return self.local(day, end)

    def local(self, day: date, clock: time) -> datetime:
        """Give the moment at which the user's clock shows `clock` on `day`.

        An hour that does not exist moves forward by the gap; of one that comes twice the first is meant.
        """
        return datetime.combine(day, clock, self.user_zone).astimezone(UTC)

    def end_of(self, day: date, zone: tzinfo | None = None) -> datetime:
        """Give 24:00 of `day`, in the user's zone where no other is named."""
        return datetime.combine(day + _ONE_DAY, time(), zone or self.user_zone).astimezone(UTC)
