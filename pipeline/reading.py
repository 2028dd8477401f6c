"""The facts as they stand at one moment, with the settings: what every rule reads.

Whoever asks here what the clock says is noted together with the moment at which the answer changes, so that
what was derived can be kept until then.

All instants in here are in UTC, because Python's arithmetic and comparisons within one zone use the wall
clock and are an hour off when the clocks change; reminders are turned into the user's zone as they are made.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pipeline.keep_in_touch import KeepInTouchPlan
from pipeline.model import (
    LISTED,
    Direction,
    InterviewState,
    OverrideState,
    Reminder,
    ReminderState,
    TouchKind,
)
from pipeline.places import END_OF_TIME
from pipeline.wording import count_words, day_words, time_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import tzinfo

    from pipeline.business_days import BusinessDays
    from pipeline.index import Index
    from pipeline.model import Contact, Interview, Opportunity, Rule, Touch
    from pipeline.places import Places

T = TypeVar("T")

UNSOLICITED = frozenset(
    {
        TouchKind.CHECK_IN,
        TouchKind.TIME_PASSED,
        TouchKind.CLOSING_NOTE,
        TouchKind.ASK_TO_KEEP_IN_TOUCH,
        TouchKind.KEEP_IN_TOUCH,
        TouchKind.OTHER,
    }
)
"""The kinds of outgoing messages that nobody asked for: the guard keeps them apart."""


class Reading:
    """The facts of `index` as of `now`: later touches do not count, and it decides what is held and done."""

    def __init__(
        self,
        index: Index,
        places: Places,
        now: datetime,
        trace: list[str] | None = None,
        plan: Callable[[Reading], KeepInTouchPlan] = KeepInTouchPlan,
    ) -> None:
        self.index = index
        self.places = places
        self.settings = places.settings
        self.now = now.astimezone(UTC)
        self.valid_until = END_OF_TIME
        """Until when the clock changes no answer that was given so far."""

        self._today = now.astimezone(places.user_zone).date()
        self._trace = trace
        self._plan = plan

    def say(self, template: str, *values: object) -> None:
        """Note a step of a derivation for `why` and `why-not`; costs next to nothing when nobody asks."""
        if self._trace is not None:
            self._trace.append(template.format(*map(self._shown, values)))

    def later(self, days: BusinessDays, day: date, number: int, what: str) -> date:
        """Give the business day `number` after `day`, and say so with the holidays passed over."""
        found = days.add(day, number)
        if self._trace is not None:
            counted = count_words(number, "business day") + self.passed_over(days, day, found)
            self.say("{}: {}, {} after {}", what, found, counted, day)
        return found

    def passed_over(self, days: BusinessDays, after: date, until: date) -> str:
        """Tell which holidays on working weekdays are not counted from one day to another, if any."""
        if self._trace is None:
            return ""
        off = [f"{day_words(day, self.today)}, {name}" for day, name in days.passed_over(after, until)]
        return f" (not counting {'; '.join(off)})" if off else ""

    def slot(self, day: date, zone: tzinfo) -> datetime:
        """Give the slot of `day` for somebody in `zone`, and say so."""
        due = self.places.slot(day, zone)
        if self._trace is not None:
            there = datetime.combine(day, self.settings.follow_up.slot, zone).astimezone(UTC)
            quiet = "" if there == due else f"; {time_words(there, self.places.user_zone)} is a quiet hour"
            self.say("due at the slot of {} in {}: {}{}", day, zone, due, quiet)
        return due

    def _shown(self, value: object) -> object:
        if isinstance(value, datetime):
            return time_words(value, self.places.user_zone)
        return day_words(value, self._today) if isinstance(value, date) else value

    # Who and where

    def name(self, contact: str) -> str:
        """Name a contact."""
        return self.index.contacts[contact].name

    def contact_zone(self, contact: Contact | None) -> tzinfo | None:
        """Give a contact's zone, else their company's, else None."""
        if contact is None:
            return None
        company = self.index.companies.get(contact.company or "")
        name = contact.time_zone or (company.time_zone if company else None)
        return self.places.zone(name) if name else None

    def opportunity_zone(self, opportunity: Opportunity) -> tzinfo:
        """Give the employer's zone, else the agency's, else the user's."""
        for id_ in (opportunity.company, opportunity.via):
            company = self.index.companies.get(id_ or "")
            if company is not None and company.time_zone:
                return self.places.zone(company.time_zone)
        return self.places.user_zone

    def opportunity_days(self, opportunity: Opportunity) -> BusinessDays:
        """Give the business days of the employer's country, else the agency's, else the user's."""
        for id_ in (opportunity.company, opportunity.via):
            company = self.index.companies.get(id_ or "")
            if company is not None and company.country:
                return self.places.business_days(company.country)
        return self.places.business_days(None)

    def contact_days(self, contact: Contact) -> BusinessDays:
        """Give the business days of the contact's company's country, else the user's."""
        company = self.index.companies.get(contact.company or "")
        return self.places.business_days(company.country if company else None)

    def people_on(self, opportunity: Opportunity) -> list[str]:
        """List the contacts on an opportunity: among its people, or in one of its interviews."""
        people = dict.fromkeys(person.contact for person in opportunity.people)
        for interview in self.index.interviews_of(opportunity.id):
            people.update(dict.fromkeys(person.contact for person in interview.people))
        return list(people)

    def live_opportunities_with(self, contact: str) -> list[Opportunity]:
        """List the opportunities shared with a contact that are neither closed nor archived."""
        shared = self.index.opportunities_with(contact)
        return [one for one in shared if not one.stage.is_closed and not one.archived]

    # What the clock says

    @property
    def today(self) -> date:
        """The user's day; it ends at their midnight."""
        self._changes_at(self._midnight)
        return self._today

    @cached_property
    def _midnight(self) -> datetime:
        return self.places.end_of(self._today)

    def is_past(self, moment: datetime) -> bool:
        """Whether `moment` has come."""
        if moment <= self.now:
            return True
        self._changes_at(moment)
        return False

    def _changes_at(self, moment: datetime) -> None:
        self.valid_until = min(self.valid_until, moment)

    def watched(self, act: Callable[[], T]) -> tuple[T, datetime]:
        """Do something that reads; give what it gives, and until when the clock does not change that."""
        before, self.valid_until = self.valid_until, END_OF_TIME
        found, until = act(), self.valid_until
        self.valid_until = min(before, until)
        return found, until

    def _until_now(self, touches: Iterable[Touch]) -> Iterator[Touch]:
        for touch in touches:
            if touch.at <= self.now:
                yield touch
            else:
                self._changes_at(touch.at)

    # What happened

    def is_held(self, interview: Interview) -> bool:
        """Whether an interview took place: said so, or over and not cancelled."""
        if interview.state is InterviewState.SCHEDULED:
            return self.is_past(interview.ends_at)
        return interview.state is InterviewState.HELD

    def touches_about(self, opportunity: str) -> Iterator[Touch]:
        """Yield the touches about an opportunity up to now."""
        return self._until_now(self.index.touches_about(opportunity))

    def touches_with(self, contact: str) -> Iterator[Touch]:
        """Yield the touches with a contact up to now."""
        return self._until_now(self.index.touches_with(contact))

    def last_unsolicited(self, contact: str) -> Touch | None:
        """Give the last message to a contact that nobody asked for."""
        sent = (
            t for t in self.touches_with(contact) if t.direction is Direction.OUT and t.kind in UNSOLICITED
        )
        return max(sent, key=_when, default=None)

    # Making a reminder

    def reminder(
        self,
        rule: Rule,
        subject: str,
        title: str,
        reason: str,
        due: datetime,
        *,
        opportunity: str | None = None,
        people: Sequence[str] = (),
        alerts: Sequence[datetime] | None = None,
        expires: datetime | None = None,
        done: bool = False,
    ) -> Reminder:
        """Make a reminder, with its state and what the user said about it (done, skipped, snoozed)."""
        zone = self.places.user_zone
        id_ = f"{rule.value}:{subject}"
        override = self.index.overrides.get(id_)
        rings = (due,) if alerts is None else alerts
        state = ReminderState.DONE if done else ReminderState.OPEN
        if override is not None and override.state is OverrideState.SNOOZED and override.until is not None:
            rings = (override.until,)
            if not done and not self.is_past(override.until):
                state = ReminderState.SNOOZED
        elif override is not None and not done:
            state = ReminderState(override.state.value)
        if state in LISTED and expires is not None and self.is_past(expires):
            state = ReminderState.EXPIRED
        return Reminder(
            id=id_,
            rule=rule,
            title=title,
            reason=reason,
            opportunity=opportunity,
            people=tuple(people),
            due=due.astimezone(zone),
            alerts=tuple(alert.astimezone(zone) for alert in rings),
            expires=None if expires is None else expires.astimezone(zone),
            state=state,
        )

    def apart(
        self, day: date, days: BusinessDays, zone: tzinfo, touches: Sequence[Touch | None]
    ) -> tuple[date, Touch | None]:
        """Move a message's day until it is `min_gap` business days after each of `touches`.

        Gives the day, and the touch that moved it, if any did. Then moves it out of an absence of the user.
        """
        moved_by = None
        for touch in touches:
            if touch is None:
                continue
            earliest = days.add(touch.at.astimezone(zone).date(), self.settings.follow_up.min_gap)
            if day < earliest:
                self.say(
                    "moved to {}: {} business days after {}",
                    earliest,
                    self.settings.follow_up.min_gap,
                    touch.id,
                )
                day, moved_by = earliest, touch
        return self.when_back(day, days), moved_by

    def when_back(self, day: date, days: BusinessDays) -> date:
        """Give `day`, or the first business day after the absence that it falls into."""
        while (away := self.settings.user.away_at(day)) is not None:
            day = days.add(away[1], 1)
            self.say("moved to {}: you are away until {}", day, away[1])
        return day

    @cached_property
    def keep_in_touch(self) -> KeepInTouchPlan:
        """Whom to keep in touch with, and when; worked out in silence, for it is about everybody."""
        return self._plan(self if self._trace is None else Reading(self.index, self.places, self.now))

    @cached_property
    def calendar(self) -> BusinessDays:
        """The user's own business days."""
        return self.places.business_days(None)


def _when(touch: Touch) -> datetime:
    return touch.at
