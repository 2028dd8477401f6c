"""The settings: what `config.toml` may say, what it means, and its defaults.

`config.example.toml` shows every key; a test holds it to these records.
"""

from __future__ import annotations

import re
import tomllib
from abc import ABC
from datetime import date, datetime, time, timedelta
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct, field

from pipeline.checks import FIRST_YEAR, LAST_YEAR
from pipeline.encoding import explain
from pipeline.errors import InputError
from pipeline.model import Rule, Tier
from pipeline.places import country_problem, zone_problem
from pipeline.toml_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    CountryCheck: TypeAlias = Callable[[str], str | None]
    ClockTime: TypeAlias = time
    Duration: TypeAlias = timedelta
    Interval: TypeAlias = timedelta
else:

    class ClockTime(ABC):  # noqa: B024 - a name for msgspec, never made
        """A time of day, written "10:00"."""

    class Duration(ABC):  # noqa: B024 - a name for msgspec, never made
        """A length of time, written "15m", "2h", "20s", "3d" or "6w"."""

    class Interval(ABC):  # noqa: B024 - a name for msgspec, never made
        """A length of time, or "off", which is zero."""

    ClockTime.register(time)
    Duration.register(timedelta)
    Interval.register(timedelta)

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Days: TypeAlias = Annotated[int, Meta(ge=0, le=366)]
AtLeastOne: TypeAlias = Annotated[int, Meta(ge=1, le=366)]

_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = ("first", "second", "third", "fourth")


class Section(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A table of the file; unknown keys are refused."""


class User(Section, frozen=True):
    """Who and where the user is."""

    name: str = ""
    time_zone: str = ""
    country: str = ""
    weekend: tuple[Weekday, ...] = ("sat", "sun")
    holidays: tuple[str, ...] = ()
    quiet_hours: tuple[ClockTime, ClockTime] = (time(21, 30), time(8, 0))
    away: tuple[str, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The user's time zone; the system's where none is named."""
        if self.time_zone:
            return ZoneInfo(self.time_zone)
        from tzlocal import get_localzone  # noqa: PLC0415 - only where no zone is named: it reads the system

        try:
            return get_localzone()
        except Exception:  # noqa: BLE001 - a system with broken zone settings must not keep the app from starting
            return ZoneInfo("UTC")

    @cached_property
    def weekend_days(self) -> frozenset[int]:
        """The weekend as weekday numbers, Monday 0."""
        return frozenset(WEEKDAYS.index(day) for day in self.weekend)

    @cached_property
    def days_off(self) -> dict[date, str]:
        """The user's own holidays."""
        return {_read_day(day): "your day off" for day in self.holidays}

    @cached_property
    def away_periods(self) -> tuple[tuple[date, date], ...]:
        """The absences, each with its first and last day."""
        return tuple(_read_period(period) for period in self.away)

    def away_at(self, day: date) -> tuple[date, date] | None:
        """Give the absence that `day` falls into, if any."""
        return next((period for period in self.away_periods if period[0] <= day <= period[1]), None)

    def is_quiet(self, clock: time) -> bool:
        """Whether `clock`, in the user's zone, lies in the quiet hours."""
        begin, end = self.quiet_hours
        return begin <= clock < end if begin <= end else clock >= begin or clock < end


class FollowUp(Section, frozen=True):
    """The numbers of the follow-up rules; days are business days unless their name says otherwise."""

    slot: ClockTime = time(10, 0)
    ask_before: Duration = timedelta(minutes=15)
    outcome_after: Duration = timedelta(minutes=10)
    thank_you_after: Duration = timedelta(minutes=60)
    thank_you_latest: ClockTime = time(20, 30)
    card: Literal["ask", "always", "never"] = "ask"
    check_in: Literal["midway", "after", "off"] = "midway"
    time_passed_after: AtLeastOne = 2
    closing_note_after: AtLeastOne = 5
    dormant_after: AtLeastOne = 10
    assumed_check_in_after: AtLeastOne = 5
    min_gap: Days = 3
    application_silent_after: Days = 0


class Tiers(Section, frozen=True):
    """The cadence of each tier."""

    A: Duration = timedelta(weeks=6)
    B: Duration = timedelta(weeks=13)
    C: Duration = timedelta(weeks=26)

    def cadence(self, tier: Tier) -> timedelta:
        """Give how often to keep in touch with somebody of `tier`."""
        cadence: timedelta = getattr(self, tier.value)
        return cadence


class DefaultTier(Section, frozen=True):
    """The tier of a contact who agreed to keep in touch and was given none."""

    recruiter: Tier = Tier.B
    other: Tier = Tier.C


class KeepInTouch(Section, frozen=True):
    """How often to keep in touch, and when the quarterly review is."""

    tiers: Tiers = field(default_factory=Tiers)
    default_tier: DefaultTier = field(default_factory=DefaultTier)
    spread: Annotated[float, Meta(ge=0, le=0.5)] = 0.15
    per_day: AtLeastOne = 3
    per_week: AtLeastOne = 8
    review: str = "second tuesday 17:30"
    review_months: tuple[Annotated[int, Meta(ge=1, le=12)], ...] = (1, 4, 7, 10)
    review_size: AtLeastOne = 25

    @cached_property
    def review_moment(self) -> tuple[int, int, time]:
        """When in its month the review is: which one (1 is the first), of which weekday, at what time."""
        ordinal, weekday, clock = self.review.lower().split()
        number = next((i for i, name in enumerate(_WEEKDAY_NAMES) if weekday in {name, name[:3]}), -1)
        if number < 0:
            raise ValueError(weekday)
        return _ORDINALS.index(ordinal) + 1, number, _read_clock(clock)


class Account(Section, frozen=True):
    """A calendar account; `password_command` is a list of arguments, run without a shell.

    `auth` and `sync_collection` are what `calendar connect` found out about the server; `concurrency` is for
    one that takes fewer requests at once than `[calendar]` says, which 0 stands for.
    """

    id: Annotated[str, Meta(min_length=1)]
    url: str = ""
    user: str = ""
    calendar: str = ""
    auth: Literal["basic", "digest", "bearer"] = "basic"
    sync_collection: bool = True
    ca_file: str = ""
    concurrency: Annotated[int, Meta(ge=0, le=32)] = 0
    password_command: tuple[str, ...] = ()


class CalendarSettings(Section, frozen=True):
    """What goes on the calendar, and how."""

    as_: Literal["event", "task"] = field(default="event", name="as")
    detail: Literal["minimal", "people", "full"] = "people"
    rules: tuple[Rule, ...] = tuple(rule for rule in Rule if rule is not Rule.GO_DORMANT)
    horizon_days: Annotated[int, Meta(ge=1, le=3650)] = 60
    emoji: bool = True
    sync_every: Interval = timedelta(minutes=15)
    on_removed: Literal["ask", "done", "skip"] = "ask"
    concurrency: Annotated[int, Meta(ge=1, le=32)] = 8
    timeout: Duration = timedelta(seconds=20)
    account: tuple[Account, ...] = ()


class AppSettings(Section, frozen=True):
    """How the app looks and is used."""

    theme: str = "ansi-dark"
    mouse: bool = True
    animations: bool = False
    editor: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    clock: Literal["24h", "12h"] = "24h"


class StoreSettings(Section, frozen=True):
    """How many automatic backups are kept."""

    backups_daily: Days = 7
    backups_weekly: Days = 4


class Settings(Section, frozen=True):
    """All settings."""

    user: User = field(default_factory=User)
    follow_up: FollowUp = field(default_factory=FollowUp)
    keep_in_touch: KeepInTouch = field(default_factory=KeepInTouch)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    app: AppSettings = field(default_factory=AppSettings)
    store: StoreSettings = field(default_factory=StoreSettings)


def read_settings(
    text: str, name: str = "config.toml", country_problem: CountryCheck = country_problem
) -> Settings:
    """Read and check a settings file. Raises InputError with file, line, key and what would be right.

    `country_problem` says what is wrong with a country, if anything; a caller that already knows some saves
    the loading of the library that knows them all.
    """
    try:
        return settle(parse(text, name), country_problem)
    except msgspec.ValidationError as error:
        key, what = explain(error, Settings)
        if what.endswith("no such field"):
            what = "there is no such key; config.example.toml shows them all"
        elif what == "expected a text, got a day":
            what = 'a day stands in quotes here, such as "2026-12-24"'
        raise InputError(f"{name}, line {line_of(text, key)}: {key or 'the file'}: {what}") from error


def parse(text: str, name: str) -> dict[str, Any]:
    """Read TOML. Raises InputError where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, line, column = _TOML_PLACE.fullmatch(str(error)).groups()  # type: ignore[union-attr]  # fits any text
        where = f"line {line}, column {column}" if line else "at its end"
        raise InputError(f"{name}, {where}: not TOML ({what})") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply to be settings") from error


_TOML_PLACE = re.compile(r"(.*?)(?: \(at (?:line (\d+), column (\d+)|end of document)\))?", re.DOTALL)


def settle(tables: dict[str, Any], country_problem: CountryCheck = country_problem) -> Settings:
    """Turn parsed tables into checked settings. Raises msgspec.ValidationError with the path."""
    settings = msgspec.convert(tables, Settings, dec_hook=_read_value)
    _check(settings, country_problem)
    return settings


def _read_value(kind: type, value: Any) -> Any:
    if kind is ClockTime:
        return _read_clock(value)
    if kind is Interval and value == "off":
        return timedelta(0)
    if kind in {Duration, Interval}:
        return value if isinstance(value, timedelta) else _read_duration(value)
    raise NotImplementedError(kind)


def _read_clock(value: object) -> time:
    text = str(value).removesuffix(":00") if isinstance(value, time) else value  # TOML has times of its own
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'expected a time of day such as "10:00", got {text!r}')
    return time(int(match[1]), int(match[2]))


def _read_duration(text: object) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})([smhdw])", text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'expected a length of time such as "15m", "2h" or "6w", got {text!r}')
    return timedelta(seconds=int(match[1]) * _UNIT_SECONDS[match[2]])


def _read_period(text: str) -> tuple[date, date]:
    first, _, last = text.partition("/")
    period = _read_day(first), _read_day(last or first)
    if period[0] > period[1]:
        raise ValueError(text)
    return period


def _read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(text) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def _check(settings: Settings, country_problem: CountryCheck) -> None:
    """Refuse what has the right type and still cannot be. Raises msgspec.ValidationError with the path."""
    _check_user(settings.user, country_problem)
    _check_keep_in_touch(settings.keep_in_touch)
    _check_lengths(settings)
    ids = [account.id for account in settings.calendar.account]
    for number, id_ in enumerate(ids):
        if id_ in ids[:number]:
            _refuse(f"calendar.account[{number}].id", f"another account is called {id_!r} already")


def _check_user(user: User, country_problem: CountryCheck) -> None:
    if user.time_zone and (problem := zone_problem(user.time_zone)):
        _refuse("user.time_zone", problem)
    if user.country and (problem := country_problem(user.country)):
        _refuse("user.country", problem)
    if len(user.weekend_days) >= len(WEEKDAYS):
        _refuse("user.weekend", "a week needs at least one day that is no weekend")
    for key, read, example in (
        ("holidays", _read_day, "2026-12-24"),
        ("away", _read_period, "2026-05-01/2026-05-05"),
    ):
        for number, text in enumerate(getattr(user, key)):
            try:
                read(text)
            except ValueError as error:
                _refuse(f"user.{key}[{number}]", f'expected something like "{example}", got {str(error)!r}')


def _check_keep_in_touch(keep_in_touch: KeepInTouch) -> None:
    try:
        _ = keep_in_touch.review_moment
    except ValueError:
        _refuse("keep_in_touch.review", 'expected something like "second tuesday 17:30" (first to fourth)')
    if not keep_in_touch.review_months:
        _refuse("keep_in_touch.review_months", "name at least one month, 1 to 12")


_LENGTHS = {
    "follow_up.ask_before": ("0m", "24h"),
    "follow_up.outcome_after": ("0m", "24h"),
    "follow_up.thank_you_after": ("0m", "24h"),
    "keep_in_touch.tiers.A": ("1w", "260w"),
    "keep_in_touch.tiers.B": ("1w", "260w"),
    "keep_in_touch.tiers.C": ("1w", "260w"),
    "calendar.timeout": ("1s", "10m"),
}
"""The shortest and the longest that makes sense."""


def _check_lengths(settings: Settings) -> None:
    for key, (shortest, longest) in _LENGTHS.items():
        if not _read_duration(shortest) <= attrgetter(key)(settings) <= _read_duration(longest):
            _refuse(key, f'expected a length of time from "{shortest}" to "{longest}"')


def _refuse(key: str, why: str) -> None:
    raise msgspec.ValidationError(f"{why} - at `$.{key}`")


def written(settings: Settings) -> dict[str, dict[str, Any]]:
    """Give every setting as `config.toml` writes it."""
    tables = msgspec.to_builtins(settings, builtin_types=(time, timedelta))
    return {table: _written(keys) for table, keys in tables.items()}


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_written(item) for item in value]
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        whole = [unit for unit, one in _UNIT_SECONDS.items() if seconds % one == 0]
        unit = whole[-1] if seconds else "m"
        return f"{seconds // _UNIT_SECONDS[unit]}{unit}"
    return value


def as_of(settings: Settings, moment: datetime) -> date:
    """Give the user's local day at `moment`."""
    return moment.astimezone(settings.user.zone).date()
