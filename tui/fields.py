"""What people type into a field, and how it is understood: shown at once, beside what was typed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline import find
from pipeline.errors import InputError
from pipeline.find import plain
from pipeline.model import Role
from pipeline.moments import read_day, read_day_or_moment, read_moment
from pipeline.places import country_problem
from pipeline.time_periods import read_time_period
from pipeline.wording import and_words, day_words, time_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from enum import StrEnum

    from pipeline.business_days import BusinessDays
    from pipeline.model import Contact
    from pipeline.moments import Preference
    from pipeline.reading import Reading

    Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Understood:
    """A value, and how to say it; no words where the typed text says it all."""

    value: Any
    words: str = ""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody, or a company, that is not known yet and is added with the rest."""

    name: str


Reader: TypeAlias = "Callable[[Reading, str], Understood]"


def text(_reading: Reading, typed: str) -> Understood:
    """Take the text as it is."""
    return Understood(typed)


BREAK = "¶"
"""Stands for the end of a line where a text of several lines is typed in one."""


def paragraphs(_reading: Reading, typed: str) -> Understood:
    """Take a text of several lines."""
    return Understood("\n".join(part.strip() for part in typed.split(BREAK)))


def in_one_line(several: str | None) -> str:
    """Write a text of several lines so that `paragraphs` gives it back."""
    return f" {BREAK} ".join((several or "").splitlines())


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `first` is what it says at first, `offers` what completes while one types."""

    name: str
    label: str
    hint: str = ""
    read: Reader = text
    needed: bool = False
    first: str = ""
    offers: Callable[[Reading], Iterable[str]] = lambda _reading: ()

    @property
    def is_choice(self) -> bool:
        """Whether it takes one of a few words, so that what is typed stands for another and adds nothing."""
        return isinstance(self.read, Choice) or self.read is yes_or_no


@dataclass(frozen=True, slots=True)
class Choice:
    """Reads one of a few words, of which a beginning is enough."""

    kind: type[StrEnum]

    def __call__(self, _reading: Reading, typed: str) -> Understood:
        """Read the word."""
        wanted = plain(typed)
        fitting = [one for one in self.kind if plain(one.value).startswith(wanted)]
        exact = [one for one in fitting if plain(one.value) == wanted]
        if len(exact or fitting) != 1:
            raise InputError(f"write one of {', '.join(one.value for one in fitting or self.kind)}")
        one = (exact or fitting)[0]
        return Understood(one, one.value if one.value != typed else "")


def words_of(kind: type[StrEnum]) -> Callable[[Reading], Iterable[str]]:
    """Offer the words of a choice."""
    return lambda _reading: [one.value for one in kind]


def yes_or_no(_reading: Reading, typed: str) -> Understood:
    """Read yes or no."""
    wanted = plain(typed)
    for word, value in (("yes", True), ("no", False)):
        if word.startswith(wanted):
            return Understood(value, word if wanted != word else "")
    raise InputError("write yes or no")


def words(_reading: Reading, typed: str) -> Understood:
    """Read words with commas between them."""
    return Understood(tuple(dict.fromkeys(word.strip() for word in typed.split(",") if word.strip())))


def zone(_reading: Reading, typed: str) -> Understood:
    """Read a time zone by its name; case does not matter, and the city alone is enough where it is clear."""
    wanted = plain(typed).replace(" ", "_")
    names = zone_names(_reading)
    fits = [one for one in names if plain(one) == wanted] or [
        one for one in names if plain(one).rpartition("/")[2] == wanted
    ]
    if len(fits) != 1:
        raise InputError("a time zone such as Europe/London or America/New_York")
    return Understood(fits[0], fits[0] if fits[0] != typed else "")


def zone_names(_reading: Reading) -> list[str]:
    """Offer the names of all time zones."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads a folder of files

    return sorted(available_timezones())


def country(_reading: Reading, typed: str) -> Understood:
    """Read a country, whose public holidays count."""
    code = typed.upper()
    if problem := country_problem(code):
        raise InputError(problem)
    return Understood(code, code if code != typed else "")


def minutes(_reading: Reading, typed: str) -> Understood:
    """Read a length: "45", "45m", "1h", "1h30"."""
    hours, sign, rest = plain(typed).replace(" ", "").removesuffix("min").removesuffix("m").partition("h")
    parts = (hours, rest or "0") if sign else ("0", hours)
    if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):  # noqa: PLR2004 - a day has 1440
        raise InputError("a length such as 45, 45m or 1h30")
    value = int(parts[0]) * 60 + int(parts[1])
    if not 1 <= value <= 24 * 60:
        raise InputError("between a minute and a day")
    return Understood(value, f"{value} minutes" if sign else "")


def moment(prefer: Preference = "future") -> Reader:
    """Read a day and time; a day alone is that day at the slot."""

    def read(reading: Reading, typed: str) -> Understood:
        zone, slot = reading.places.user_zone, reading.settings.follow_up.slot
        value = read_moment(typed, reading.now, zone, slot, prefer)
        return Understood(value, _moment_words(reading, value))

    return read


def day(prefer: Preference = "future") -> Reader:
    """Read a day."""

    def read(reading: Reading, typed: str) -> Understood:
        value = read_day(typed, reading.today, prefer)
        return Understood(value, day_words(value, reading.today))

    return read


def day_or_moment(reading: Reading, typed: str) -> Understood:
    """Read a day, or a day and time, as it is."""
    value = read_day_or_moment(typed, reading.now, reading.places.user_zone)
    if isinstance(value, datetime):
        return Understood(value, _moment_words(reading, value))
    return Understood(value, day_words(value, reading.today))


def _moment_words(reading: Reading, value: datetime) -> str:
    user = reading.places.user_zone
    words = time_words(value, user)
    if value.astimezone(user).year != reading.today.year:
        words += f" {value.astimezone(user).year}"
    if value.utcoffset() != value.astimezone(user).utcoffset() and value.utcoffset():
        words += f" ({value:%H:%M} there)"
    return words


def period(said_on: date, days: BusinessDays) -> Reader:
    """Read what was said about time, on a day."""

    def read(reading: Reading, typed: str) -> Understood:
        span = read_time_period(typed, said_on, days)
        words = day_words(span.latest, reading.today)
        if span.earliest != span.latest:
            words = f"{day_words(span.earliest, reading.today)} to {words}"
        return Understood(typed, words)

    return read


def contact(reading: Reading, typed: str) -> Understood:
    """Read one person: known, or new."""
    found = _known(typed, reading.index.contacts.values(), "contact")
    return Understood(*_person(reading, typed, found))


def contacts(reading: Reading, typed: str) -> Understood:
    """Read people with commas between them: known, or new."""
    named = [name for name in (part.strip() for part in typed.split(",")) if name]
    people = [
        _person(reading, name, _known(name, reading.index.contacts.values(), "contact")) for name in named
    ]
    return Understood(tuple(value for value, _ in people), and_words([words for _, words in people]))


def _person(reading: Reading, typed: str, found: Contact | None) -> tuple[str | Newcomer, str]:
    if found is None:
        return Newcomer(typed), f"{typed} (new)"
    company = reading.index.companies.get(found.company or "")
    return found.id, f"{found.name} ({company.name})" if company else found.name


def company(reading: Reading, typed: str) -> Understood:
    """Read a company: known, or new."""
    found = _known(typed, reading.index.companies.values(), "company")
    if found is None:
        return Understood(Newcomer(typed), f"{typed} (new)")
    return Understood(found.id, found.name if found.name != typed else "")


def opportunity(reading: Reading, typed: str) -> Understood:
    """Read which opportunity is meant."""
    try:
        found = find.opportunity(reading.index, typed)
    except find.UnknownError:
        raise InputError("no opportunity is called so; write its company, or its role") from None
    return Understood(found.id, f"{find.opportunity_company(reading.index, found)}, {found.title}")


def roles(reading: Reading, typed: str) -> Understood:
    """Read people with their roles: "recruiter: Rita, hiring manager: Dana"."""
    read = []
    for part in filter(None, (part.strip() for part in typed.split(","))):
        role, colon, name = part.partition(":")
        if not colon or not name.strip():
            raise InputError("a role and a name each: recruiter: Rita, hiring manager: Dana")
        who = contact(reading, name.strip())
        read.append((Choice(Role)(reading, role.strip()).value, who.value, who.words))
    words = ", ".join(f"{name} as {role.value}" for role, _, name in read)
    return Understood(tuple((who, role) for role, who, _ in read), words)


def resume(reading: Reading, typed: str) -> Understood:
    """Read which version of the résumé is meant."""
    found = find.resume(reading.index, typed)
    return Understood(found.id, found.name if found.name != typed else "")


def resume_names(reading: Reading) -> Iterator[str]:
    """Offer the versions of the résumé, the newest first."""
    return (one.name for one in reversed(reading.index.resume_versions.values()))


def _known(typed: str, things: Iterable[Any], what: str) -> Any:
    """Give the one that is called so, or whose name has words that begin so; None where nobody is."""
    wanted = plain(typed)
    named = [(one, plain(one.name)) for one in things]
    exact = [one for one, name in named if name == wanted]
    fitting = exact or [one for one, name in named if f" {wanted}" in f" {name}"]
    if len(fitting) > 1 and len(exact) != 1:
        raise InputError(f"which {what}? {', '.join(one.name for one in fitting[:5])}")
    return fitting[0] if fitting else None


def contact_names(reading: Reading) -> Iterator[str]:
    """Offer everybody's name."""
    return (one.name for one in reading.index.contacts.values())


def company_names(reading: Reading) -> Iterator[str]:
    """Offer every company's name."""
    return (one.name for one in reading.index.companies.values())


def opportunity_names(reading: Reading) -> Iterator[str]:
    """Offer every opportunity that is open, as company and title."""
    return (
        f"{find.opportunity_company(reading.index, one)} {one.title}"
        for one in reading.index.opportunities.values()
        if not one.stage.is_closed and not one.archived
    )
