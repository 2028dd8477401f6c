"""Keeping in touch: whose turn comes when, spread so that no day or week is full.

A contact's *cycle* begins with the last touch or held interview. Its day lies one cadence later, give or take
the spread, on the emptiest business day. The day is given once, by the command that changes the facts, and
kept; nobody else's change moves it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from pipeline.model import Consent, Direction, KeepInTouchDate, TouchKind
from pipeline.places import END_OF_TIME
from pipeline.resumes import holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pipeline.business_days import BusinessDays
    from pipeline.model import Contact, Tier, Touch
    from pipeline.reading import Reading
    from pipeline.settings import KeepInTouch

NO_CYCLE = "start"
DOUBLE_AFTER = 2
PAUSE_AFTER = 3
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cycle:
    """The wait since the last contact: what began it, when (None: never any), and how long it is."""

    contact: Contact
    name: str
    since: date | None
    tier: Tier
    cadence: timedelta
    unanswered: int

    @property
    def target(self) -> date | None:
        """One cadence after the last contact."""
        return None if self.since is None else self.since + self.cadence


def tier_of(reading: Reading, contact: Contact) -> Tier | None:
    """Give a contact's tier: the user's choice, else by consent; None where we do not keep in touch."""
    if contact.consent is Consent.DECLINED:
        return None
    if contact.tier is not None:
        return contact.tier
    if contact.consent is not Consent.GRANTED:
        return None
    default = reading.settings.keep_in_touch.default_tier
    return default.recruiter if reading.index.is_recruiter(contact) else default.other


def cycle_of(reading: Reading, contact: Contact) -> Cycle | None:
    """Give the cycle that a contact is in, or None where nothing is due to them; `reading` is told why."""
    tier = tier_of(reading, contact)
    if tier is None:
        reading.say("no keeping in touch: consent is {}, and no tier was given", contact.consent.value)
        return None
    if live := reading.live_opportunities_with(contact.id):
        reading.say("no keeping in touch while {} is live", live[0].title)
        return None
    touches = list(reading.touches_with(contact.id))
    unanswered = _unanswered(touches)
    if unanswered >= PAUSE_AFTER:
        reading.say("paused: {} messages without an answer", unanswered)
        return None
    events = [(touch.at.astimezone(UTC), touch.id) for touch in touches]
    events += [
        (one.ends_at, one.id) for one in reading.index.interviews_with(contact.id) if reading.is_held(one)
    ]
    last = max(events, default=None)
    cadence = reading.settings.keep_in_touch.tiers.cadence(tier)
    zone = reading.contact_zone(contact) or reading.places.user_zone
    return Cycle(
        contact=contact,
        name=last[1] if last else NO_CYCLE,
        since=last[0].astimezone(zone).date() if last else None,
        tier=tier,
        cadence=cadence * 2 if unanswered >= DOUBLE_AFTER else cadence,
        unanswered=unanswered,
    )


def is_silent(reading: Reading, contact: Contact) -> bool:
    """Whether a contact left so many messages unanswered that keeping in touch pauses."""
    return _unanswered(list(reading.touches_with(contact.id))) >= PAUSE_AFTER


def _unanswered(touches: list[Touch]) -> int:
    """Count the keep-in-touch messages since the last incoming touch."""
    last_in = max((touch.at for touch in touches if touch.direction is Direction.IN), default=None)
    return sum(
        touch.kind is TouchKind.KEEP_IN_TOUCH
        and touch.direction is Direction.OUT
        and (last_in is None or touch.at > last_in)
        for touch in touches
    )


class Load:
    """How many keep-in-touch dates each day and week already has."""

    def __init__(self, days: Iterable[date] = ()) -> None:
        self.day: Counter[date] = Counter()
        self.week: Counter[tuple[int, int]] = Counter()
        for day in days:
            self.add(day)

    def copy(self) -> Load:
        """Give another that counts on from here."""
        new = Load()
        new.day, new.week = self.day.copy(), self.week.copy()
        return new

    def add(self, day: date, number: int = 1) -> None:
        """Count one more date, or as many as `number` says."""
        self.day[day] += number
        self.week[_week(day)] += number

    def has_room(self, day: date, settings: KeepInTouch) -> bool:
        """Whether one more fits on `day` and into its week."""
        return self.day[day] < settings.per_day and self.week[_week(day)] < settings.per_week

    def is_over(self, day: date, settings: KeepInTouch) -> bool:
        """Whether `day` or its week holds more than the settings allow."""
        return self.day[day] > settings.per_day or self.week[_week(day)] > settings.per_week

    def judged_otherwise(self, other: Load, settings: KeepInTouch) -> set[date]:
        """List the days that hold more than the settings allow either here or in `other`, but not in both."""
        differing = {day for day in self.day.keys() | other.day.keys() if self.day[day] != other.day[day]}
        days = {day + timedelta(days=n - day.weekday()) for day in differing for n in range(7)}
        return {day for day in days if self.is_over(day, settings) != other.is_over(day, settings)}


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week


class KeepInTouchPlan:
    """Everybody's cycle with its day, as of one reading; what the quarterly review counts is counted along.

    Given the plan `before`, and the `contacts` whom a change since then concerns, only those are looked at,
    and whom the clock moved.
    """

    def __init__(
        self, reading: Reading, before: KeepInTouchPlan | None = None, contacts: Iterable[str] = ()
    ) -> None:
        self.cycles: dict[str, Cycle] = before.cycles.copy() if before else {}
        self.dates: dict[str, date] = before.dates.copy() if before else {}
        self.load: Load = before.load.copy() if before else Load()
        self.missing: list[KeepInTouchDate] = []
        """The days of cycles that have none stored, given in the order in which the contacts were entered."""

        self.tiered: set[str] = before.tiered.copy() if before else set()
        """The contacts to whom the user gave a tier."""

        self.resumes: dict[str, date | None] = before.resumes.copy() if before else {}
        """Of each recruiter to keep in touch with, the day of the newest résumé that they have."""

        self.untils: dict[str, datetime] = before.untils.copy() if before else {}
        """Of each contact whom the clock alone may change, the moment."""

        self.until = END_OF_TIME
        """The first moment at which the clock alone may change the plan."""

        self.concerned = set(contacts)
        """For whom it differs from the plan before, or may; of no meaning where there is none before."""

        if before and reading.now >= before.until:
            self.concerned |= {id_ for id_, until in before.untils.items() if until <= reading.now}
        for given in before.missing if before else ():
            self._give_back(given.contact)
        for id_ in self.concerned if before else reading.index.contacts:
            self._look_at(reading, id_)
        self._level(reading)
        if before:
            self._compare(before, reading)

    def _compare(self, before: KeepInTouchPlan, reading: Reading) -> None:
        """Add those who were given another day, and those whose day or week is now full, or no longer."""
        given = {one.contact for one in (*before.missing, *self.missing)}
        self.concerned |= {id_ for id_ in given if self.dates.get(id_) != before.dates.get(id_)}
        if days := self.load.judged_otherwise(before.load, reading.settings.keep_in_touch):
            self.concerned |= {id_ for id_ in self.dates if self.shown_date(reading, id_) in days}

    def shown_date(self, reading: Reading, contact: str) -> date:
        """Give the day that counts for a contact who has one."""
        record = reading.index.contacts[contact]
        return shown_date(self.dates[contact], record, reading.contact_days(record))

    def _look_at(self, reading: Reading, id_: str) -> None:
        self._forget(id_)
        contact = reading.index.contacts.get(id_)
        if contact is None:
            return
        cycle, until = reading.watched(partial(cycle_of, reading, contact))
        if cycle is not None:
            self.cycles[id_] = cycle
            given = reading.index.keep_in_touch_dates.get((id_, cycle.name))
            if given is not None:
                self.dates[id_] = given.date
                self.load.add(given.date)
        if contact.tier is not None:
            self.tiered.add(id_)
        if tier_of(reading, contact) is not None and reading.index.is_recruiter(contact):
            has, newer_from = reading.watched(partial(holding, reading, contact))
            self.resumes[id_] = has.version.made_on if has.version else None
            until = min(until, newer_from)
        if until < END_OF_TIME:
            self.untils[id_] = until

    def _forget(self, id_: str) -> None:
        self._give_back(id_)
        self.cycles.pop(id_, None)
        self.tiered.discard(id_)
        self.resumes.pop(id_, None)
        self.untils.pop(id_, None)

    def _give_back(self, id_: str) -> None:
        day = self.dates.pop(id_, None)
        if day is not None:
            self.load.add(day, -1)

    def _level(self, reading: Reading) -> None:
        """Give a day to every cycle that has none stored."""
        self.missing = []
        self.until = min(self.untils.values(), default=END_OF_TIME)
        dayless = self.cycles.keys() - self.dates.keys()
        if not dayless:
            return
        spread = low_discrepancy(start=len(self.dates))
        for id_ in reading.index.contacts:
            if id_ in dayless:
                cycle = self.cycles[id_]
                day, until = reading.watched(partial(level, reading, cycle, self.load, spread))
                self.until = min(self.until, until)
                self.load.add(day)
                self.dates[id_] = day
                self.missing.append(KeepInTouchDate(id_, cycle.name, day))


def level(reading: Reading, cycle: Cycle, load: Load, spread: Iterator[float]) -> date:
    """Choose the day of a cycle: in its range the emptiest business day, nearest the target, then earliest.

    A contact with no touch yet, or whose range is past, is spread over one cadence from today: its target is
    then the next fraction of `spread` of the cadence, so that few contacts as well as many lie evenly.
    """
    settings = reading.settings.keep_in_touch
    tomorrow = reading.today + _ONE_DAY
    slack = timedelta(days=int(cycle.cadence.days * settings.spread))
    target = cycle.target
    if target is None or target + slack < tomorrow:
        first, last = tomorrow, reading.today + cycle.cadence
        target = tomorrow + timedelta(days=int(next(spread) * (last - first).days))
    else:
        first, last = max(target - slack, tomorrow), target + slack
    days = reading.contact_days(cycle.contact)
    if cycle.contact.paused_until is not None and cycle.contact.paused_until > first:
        first = days.roll_forward(cycle.contact.paused_until)
        last = max(first, last)
    range_ = list(days.between(first - _ONE_DAY, last))
    return _emptiest(range_, target, load, settings) or days.roll_forward(first)


def _emptiest(range_: list[date], target: date, load: Load, settings: KeepInTouch) -> date | None:
    roomy = [day for day in range_ if load.has_room(day, settings)]
    return min(roomy or range_, key=lambda day: (load.day[day], abs(day - target), day), default=None)


def low_discrepancy(start: int) -> Iterator[float]:
    """Yield van der Corput's sequence: fractions of [0, 1) that lie evenly however many are taken."""
    for number in count(start):
        fraction, denominator, rest = 0.0, 1, number
        while rest:
            denominator *= 2
            rest, bit = divmod(rest, 2)
            fraction += bit / denominator
        yield fraction


def shown_date(stored: date, contact: Contact, days: BusinessDays) -> date:
    """Give the day that counts: a stored one that is no business day any more moves to the next."""
    if contact.paused_until is not None and stored < contact.paused_until:
        stored = contact.paused_until
    return days.roll_forward(stored)


def review_day(year: int, month: int, settings: KeepInTouch) -> date:
    """Give the day of a month's review ("second tuesday")."""
    ordinal, weekday, _ = settings.review_moment
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=ordinal - 1)


def quarter_of(day: date) -> str:
    """Name the quarter of a day: "2026Q4"."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def reviews_from(reading: Reading, first: date) -> Iterator[tuple[str, date, datetime]]:
    """Yield the quarterly reviews from `first` on: quarter, day, and the moment in UTC."""
    settings = reading.settings.keep_in_touch
    clock = settings.review_moment[2]
    for year in count(first.year):
        for month in sorted(set(settings.review_months)):
            day = review_day(year, month, settings)
            if day >= first:
                yield quarter_of(day), day, reading.places.local(day, clock)
