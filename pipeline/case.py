"""One opportunity as the rules see it: its rounds, the period that stands, the chain that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pipeline.model import (
    Direction,
    Interview,
    InterviewState,
    Opportunity,
    Role,
    TimePeriod,
    Touch,
    TouchKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime, tzinfo

    from pipeline.business_days import BusinessDays
    from pipeline.model import Interview, Opportunity, TimePeriod, Touch, TouchKind
    from pipeline.reading import Reading

    Origin = Literal["period", "interview", "touch"]


@dataclass(frozen=True)
class Round:
    """The interviews of one day that were not cancelled; `subject` names its reminders.

    The subject is the day's first interview, cancelled or not, so that cancelling it renames nothing.
    """

    day: date
    subject: str
    interviews: tuple[Interview, ...]

    @cached_property
    def starts_at(self) -> datetime:
        """The start of its first interview."""
        return self.interviews[0].starts_at

    @cached_property
    def last_start(self) -> datetime:
        """The start of its last interview."""
        return self.interviews[-1].starts_at

    @cached_property
    def ends_at(self) -> datetime:
        """The end of the one that ends last."""
        return max(interview.ends_at for interview in self.interviews)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Everyone met in it."""
        return tuple(dict.fromkeys(person.contact for one in self.interviews for person in one.people))


@dataclass(frozen=True)
class Chain:
    """The days on which to follow up, from check-in to go dormant, and what they are counted from.

    `check_in` and `time_passed` are None where the rules ask for none. Messages answer the chain's reminders
    only after the day `said_on`; one up to `check_in_until` counts as the check-in.
    """

    subject: str
    period: TimePeriod | None
    said_on: date
    check_in: date | None
    check_in_until: date
    time_passed: date | None
    closing_note: date
    go_dormant: date
    origin: Origin

    @property
    def is_assumed(self) -> bool:
        """Whether nobody named a time, so that the days are our own."""
        return self.period is None


class Case:
    """One opportunity with what concerns it, as of a reading; each part is worked out when asked for."""

    def __init__(self, reading: Reading, opportunity: Opportunity) -> None:
        self.reading = reading
        self.opportunity = opportunity
        self.follow_up = reading.settings.follow_up

    @cached_property
    def days(self) -> BusinessDays:
        """The business days that count on it."""
        return self.reading.opportunity_days(self.opportunity)

    @cached_property
    def own_zone(self) -> tzinfo:
        """The employer's zone, else the agency's, else the user's."""
        return self.reading.opportunity_zone(self.opportunity)

    @cached_property
    def name(self) -> str:
        """Who it is with, for sentences: the employer, else the agency."""
        companies = self.reading.index.companies
        return companies[self.opportunity.company or self.opportunity.via or ""].name

    # Interviews

    def day_of(self, interview: Interview) -> date:
        """Give the day of an interview: the date of its start in its own zone, else the opportunity's."""
        zone = self.reading.places.zone(interview.time_zone) if interview.time_zone else self.own_zone
        return interview.starts_at.astimezone(zone).date()

    @cached_property
    def interviews(self) -> list[Interview]:
        """All interviews, cancelled ones too, by start; of equal ones the one entered first."""
        return sorted(self.reading.index.interviews_of(self.opportunity.id), key=lambda one: one.starts_at)

    @cached_property
    def rounds(self) -> list[Round]:
        """The rounds, by day."""
        by_day: dict[date, list[Interview]] = {}
        for interview in self.interviews:
            by_day.setdefault(self.day_of(interview), []).append(interview)
        return [
            Round(day, interviews[0].id, standing)
            for day, interviews in sorted(by_day.items())
            if (standing := tuple(one for one in interviews if one.state is not InterviewState.CANCELLED))
        ]

    @cached_property
    def last_held(self) -> Interview | None:
        """The last interview that took place."""
        return next((one for one in reversed(self.interviews) if self.reading.is_held(one)), None)

    @cached_property
    def is_scheduled_ahead(self) -> bool:
        """Whether an interview still lies ahead (or runs now)."""
        return any(
            one.state is InterviewState.SCHEDULED and not self.reading.is_held(one) for one in self.interviews
        )

    # Periods

    @cached_property
    def last_period(self) -> TimePeriod | None:
        """The period named last; of the same day the one entered last."""
        last = None
        for period in self.reading.index.periods_of(self.opportunity.id):
            if last is None or period.said_on >= last.said_on:
                last = period
        return last

    @cached_property
    def standing_period(self) -> TimePeriod | None:
        """The period that all follow-ups speak of, if one stands."""
        period = self.last_period
        if period is None or not self.opportunity.stage.is_below_offer:
            return None
        if period.answered_on is not None:
            self.reading.say("{} was answered on {}", period.id, period.answered_on)
            return None
        said_in = self.reading.index.interviews.get(period.interview or "")
        for one in self.interviews:
            if one.state is InterviewState.CANCELLED:
                continue
            day = self.day_of(one)
            later = day == period.said_on and said_in is not None and one.starts_at > said_in.starts_at
            if day > period.said_on or later:
                self.reading.say("interview {} on {} came after {}", one.id, day, period.id)
                return None
        return period

    # People

    @cached_property
    def recruiters(self) -> tuple[str, ...]:
        """The recruiters on the opportunity."""
        return tuple(one.contact for one in self.opportunity.people if one.role is Role.RECRUITER)

    @cached_property
    def recipient(self) -> str | None:
        """Whom a follow-up goes to."""
        period = self.standing_period
        if period is not None and period.said_by is not None:
            return period.said_by
        for role in (Role.RECRUITER, Role.HIRING_MANAGER):
            for person in self.opportunity.people:
                if person.role is role:
                    return person.contact
        held = (one for one in reversed(self.interviews) if one.people and self.reading.is_held(one))
        met = next(held, None)
        return met.people[0].contact if met else None

    def zone_for(self, contact: str | None) -> tzinfo:
        """Give the zone whose slots count for a message to `contact`."""
        person = self.reading.index.contacts.get(contact or "")
        return self.reading.contact_zone(person) or self.own_zone

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of the recipient: that of the chain."""
        return self.zone_for(self.recipient)

    # Touches

    @cached_property
    def touches(self) -> list[Touch]:
        """The touches about the opportunity up to now."""
        return list(self.reading.touches_about(self.opportunity.id))

    @cached_property
    def last_reply(self) -> Touch | None:
        """The last incoming touch about the opportunity."""
        replies = (touch for touch in self.touches if touch.direction is Direction.IN)
        return max(replies, key=lambda touch: touch.at, default=None)

    def day_in_zone(self, touch: Touch) -> date:
        """Give the date of a touch in the chain's zone."""
        return touch.at.astimezone(self.zone).date()

    @cached_property
    def follow_ups_sent(self) -> list[Touch]:
        """The outgoing touches that can answer the chain: about it, or to its recipient about nothing."""
        general = self.reading.touches_with(self.recipient) if self.recipient else iter(())
        return [
            touch
            for touch in (*self.touches, *(one for one in general if self._is_general(one)))
            if touch.direction is Direction.OUT
        ]

    def _is_general(self, touch: Touch) -> bool:
        return self.reading.index.opportunity_of(touch) is None

    def thanked(self, kind: TouchKind, since: datetime) -> Iterator[Touch]:
        """Yield the outgoing touches of `kind` from `since` on that are about the opportunity."""
        return (
            touch
            for touch in self.touches
            if touch.kind is kind and touch.direction is Direction.OUT and touch.at >= since
        )

    # The chain

    @cached_property
    def chain(self) -> Chain | None:
        """The chain of follow-ups, if one is due: from the standing period, or assumed."""
        if not self.opportunity.stage.is_below_offer or self.opportunity.archived:
            stage = "archived" if self.opportunity.archived else self.opportunity.stage.value
            self.reading.say("no chain: the opportunity is {}", stage)
            return None
        period = self.standing_period
        return self._assumed_chain() if period is None else self._named_chain(period)

    def _named_chain(self, period: TimePeriod) -> Chain:
        if period.earliest is None or period.latest is None:  # the store holds none such
            raise ValueError(period)
        later, days = self.reading.later, self.days
        said_by = self.reading.name(period.said_by) if period.said_by else self.name
        said = f" “{period.words}”," if period.words else ""
        self.reading.say(
            "{} stands:{} said by {} on {}: {} to {}",
            *(period.id, said, said_by, period.said_on, period.earliest, period.latest),
        )
        time_passed = later(days, period.latest, self.follow_up.time_passed_after, "time passed")
        closing_note = later(days, time_passed, self.follow_up.closing_note_after, "closing note")
        return Chain(
            subject=self.reading.index.chain_subject("period", period.id),
            period=period,
            said_on=period.said_on,
            check_in=self._half_way(period, period.earliest, period.latest),
            check_in_until=period.latest,
            time_passed=None if self.follow_up.check_in == "off" else time_passed,
            closing_note=closing_note,
            go_dormant=later(days, closing_note, self.follow_up.dormant_after, "go dormant"),
            origin="period",
        )

    def _half_way(self, period: TimePeriod, earliest: date, latest: date) -> date | None:
        """Give the check-in's day: half-way, never after the first day on which they may decide."""
        say, days = self.reading.say, self.days
        to_earliest, to_latest = days.count(period.said_on, earliest), days.count(period.said_on, latest)
        passed_over = self.reading.passed_over(days, period.said_on, latest)
        say("{} business days until {}, {} until {}{}", to_earliest, earliest, to_latest, latest, passed_over)
        if to_earliest < 3:  # noqa: PLR2004 - the rule's own number: nearer than that there is no half-way
            say("no check-in: fewer than 3 business days until they may decide")
            return None
        if period.no_contact:
            say("no check-in: they asked not to be contacted")
            return None
        if self.follow_up.check_in != "midway":
            say("no check-in: follow_up.check_in is {}", self.follow_up.check_in)
            return None
        expected = -(-(to_earliest + to_latest) // 2)
        number = max(2, min(-(-expected // 2), to_earliest - 1))
        say("expected after {} business days; half-way is business day {}", expected, number)
        return self.reading.later(days, period.said_on, number, "check-in")

    def _assumed_chain(self) -> Chain | None:
        if self.last_held is None:
            self.reading.say("no chain: no interview was held, and no period stands")
            return None
        if self.is_scheduled_ahead:
            self.reading.say("no chain: an interview lies ahead")
            return None
        since, _, id_, origin = max(self._signs_of_life(self.last_held), key=lambda sign: sign[:2])
        follow_up, days = self.follow_up, self.days
        self.reading.say("nobody named a time: counted from {} ({} {})", since, origin, id_)
        later = self.reading.later
        half_way = later(days, since, follow_up.assumed_check_in_after, "check-in")
        closing_note = later(days, half_way, follow_up.closing_note_after, "closing note")
        no_contact = self.last_period is not None and self.last_period.no_contact
        return Chain(
            subject=self.reading.index.chain_subject(origin, id_),
            period=None,
            said_on=since,
            check_in=None if no_contact or follow_up.check_in != "midway" else half_way,
            check_in_until=closing_note,
            time_passed=None,
            closing_note=closing_note,
            go_dormant=later(days, closing_note, follow_up.dormant_after, "go dormant"),
            origin=origin,
        )

    def _signs_of_life(self, last_held: Interview) -> Iterator[tuple[date, int, str, Origin]]:
        """Yield the days from which an assumed chain may count; of the same day the higher number wins."""
        yield self.day_of(last_held), 0, last_held.id, "interview"
        if self.last_reply is not None:
            yield self.day_in_zone(self.last_reply), 1, self.last_reply.id, "touch"
        if self.last_period is not None and self.last_period.answered_on is not None:
            yield self.last_period.answered_on, 2, self.last_period.id, "period"
