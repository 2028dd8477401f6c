"""Time zones by the names that people write after a time: "London", "ET", "Europe/Berlin", "UTC+2"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pipeline.phrases import Refused


@dataclass(frozen=True, slots=True)
class NamedZone:
    """A time zone; `only_when` is the abbreviation that it has to be in at the time in question.

    "EST" is New York's time in winter alone. Many say it in summer too and mean the time on their clock,
    others mean what it stands for, so a time in summer with it is refused.
    """

    zone: tzinfo
    only_when: str = ""

    def check(self, moment: datetime) -> None:
        """Raise Refused where the abbreviation does not hold at `moment`."""
        if self.only_when and moment.tzname() != self.only_when:
            raise Refused(f"{self.only_when} is not in force then, but {moment.tzname()} is")


_ABBREVIATIONS = {
    "America/New_York": "EST EDT",
    "America/Chicago": "CDT",  # CST is also China's
    "America/Denver": "MST MDT",
    "America/Los_Angeles": "PST PDT",
    "America/Anchorage": "AKST AKDT",
    "Europe/Lisbon": "WET WEST",
    "Europe/Paris": "CET CEST",
    "Europe/Athens": "EET EEST",
    "Asia/Tokyo": "JST",
    "Australia/Sydney": "AEST AEDT",
    "Pacific/Auckland": "NZST NZDT",
}
_CLOCKS = {
    "America/New_York": "et eastern",
    "America/Chicago": "ct central",
    "America/Denver": "mt mountain",
    "America/Los_Angeles": "pt pacific",
}
_SEVERAL_MEANINGS = {
    "cst": "Chicago or Shanghai",
    "ist": "Kolkata, Dublin or Jerusalem",
    "bst": "London or Dhaka",
    "ast": "Halifax or Riyadh",
}
_CONTINENTS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian"),
    "Pacific",
}
_OFFSET = re.compile(r"(?:utc|gmt) ?([+-]\d\d?)|(?:(?:utc|gmt) ?)?([+-]\d\d?):?([0-5]\d)", re.ASCII)
_MAX_OFFSET = timedelta(hours=14)


def read_zone(name: str) -> NamedZone | None:
    """Read a zone's name in any case; None where it is none.

    Raises Refused for an abbreviation that several countries use, and for an offset that none has.
    """
    name = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    name = name.removesuffix(" time")
    if name in ("utc", "gmt", "z"):
        return NamedZone(UTC)
    if name in _SEVERAL_MEANINGS:
        raise Refused(f"{name.upper()} is used in more than one country: say {_SEVERAL_MEANINGS[name]}")
    if found := _OFFSET.fullmatch(name):
        sign, hours = (found[1] or found[2])[0], (found[1] or found[2])[1:]
        offset = timedelta(hours=int(hours), minutes=int(found[3] or 0))
        if offset > _MAX_OFFSET:
            raise Refused(f"no place is {name} from UTC")
        return NamedZone(timezone(-offset if sign == "-" else offset))
    if found_zone := _by_abbreviation().get(name):
        return found_zone
    key = _by_place().get(name.replace("_", " "))
    return NamedZone(ZoneInfo(key)) if key else None


@cache
def _by_abbreviation() -> dict[str, NamedZone]:
    zones: dict[str, NamedZone] = {}
    for key, names in _ABBREVIATIONS.items():
        zones |= {name.casefold(): NamedZone(ZoneInfo(key), name) for name in names.split()}
    for key, names in _CLOCKS.items():
        zones |= {name: NamedZone(ZoneInfo(key)) for name in names.split()}
    return zones


@cache
def _by_place() -> dict[str, str]:
    """List the IANA names, whole and by their cities; where two share a city they are one zone's names."""
    keys = sorted(available_timezones())
    cities = {key.rpartition("/")[2]: key for key in keys if key.partition("/")[0] in _CONTINENTS}
    names = cities | {key: key for key in keys if "/" in key}
    return {name.casefold().replace("_", " "): key for name, key in names.items()}
