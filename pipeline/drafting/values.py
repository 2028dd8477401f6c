"""What the facts say for the fields of a message. Pure; an empty text where they say nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline import resumes
from pipeline.case import Case
from pipeline.drafting.kinds import DETAIL, MY_NAME
from pipeline.model import Stage
from pipeline.wording import and_words

if TYPE_CHECKING:
    from pipeline.case import Round
    from pipeline.model import Contact, Interview, Opportunity
    from pipeline.reading import Reading

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "mme", "m", "ing"})
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Matter:
    """What a message is about: to whom, on which opportunity, after which round, written on which day."""

    reading: Reading
    contact: Contact | None
    on: date
    opportunity: Opportunity | None = None
    round: Round | None = None

    @cached_property
    def case(self) -> Case | None:
        """The opportunity as the rules see it."""
        return Case(self.reading, self.opportunity) if self.opportunity is not None else None

    @cached_property
    def interview(self) -> Interview | None:
        """The interview of the round, if possible with who gets it; else the last that they were in."""
        if self.case is None:
            return None
        near = list(self.round.interviews) if self.round else self.case.interviews
        mine = [one for one in near if self._met_in(one)]
        return next(reversed(mine or (near if self.round else [])), None)

    def _met_in(self, interview: Interview) -> bool:
        names_them = any(person.contact == self._who for person in interview.people)
        return names_them and (self.round is not None or self.reading.is_held(interview))

    @property
    def _who(self) -> str:
        return self.contact.id if self.contact else ""

    @cached_property
    def noted(self) -> tuple[Interview, str] | None:
        """The interview for which something was noted about who gets it, and what; the last such one."""
        if self.case is None:
            return None
        for interview in reversed(self.round.interviews if self.round else self.case.interviews):
            for person in interview.people:
                if person.contact == self._who and (person.note or "").strip():
                    return interview, (person.note or "").strip()
        return None

    def values(self) -> dict[str, str]:
        """Give what is known, by field."""
        known = {MY_NAME: self.reading.settings.user.name.strip()}
        known["my first name"] = given_name(known[MY_NAME])
        if self.contact is not None:
            known |= self._of_contact(self.contact)
        if self.case is not None:
            known |= self._of_opportunity(self.case)
        known |= self._of_user()
        return {field: text for field, text in known.items() if text}

    def _of_contact(self, contact: Contact) -> dict[str, str]:
        works_at = self.reading.index.companies.get(contact.company or "")
        last = self._last_contact()
        theirs = resumes.holding(self.reading, contact).version
        return {
            "name": contact.name,
            "first name": given_name(contact.name),
            "their company": works_at.name if works_at else "",
            "last spoke": f"in {month_words(last, self.on)}" if last else "",
            "their résumé": month_words(theirs.made_on, self.on) if theirs else "",
        }

    def _last_contact(self) -> date | None:
        index, zone = self.reading.index, self.reading.places.user_zone
        moments = [touch.at for touch in self.reading.touches_with(self._who)]
        moments += [one.ends_at for one in index.interviews_with(self._who) if self.reading.is_held(one)]
        return max(moments).astimezone(zone).date() if moments else None

    def _of_opportunity(self, case: Case) -> dict[str, str]:
        opportunity = case.opportunity
        employer = self.reading.index.companies.get(opportunity.company or "")
        last, period = self.interview, case.last_period
        since = self.round.day if self.round else date.min
        named = period.latest if period is not None and period.said_on >= since else None
        others = [who for who in (self.round.people if self.round else ()) if who != self._who]
        return {
            "role": opportunity.title,
            "company": employer.name if employer else "your client",
            "met on": day_phrase(case.day_of(last), self.on) if last else "",
            "met": and_words([self.reading.name(who) for who in others]),
            "time named": date_words(named, self.on) if named else "",
            DETAIL: self.noted[1] if self.noted else "",
        }

    def _of_user(self) -> dict[str, str]:
        version = resumes.newest(self.reading.index)
        job = accepted(self.reading)
        employer = self.reading.index.companies.get((job.company or job.via or "") if job else "")
        return {
            "résumé of": month_words(version.made_on, self.on) if version else "",
            "new role": job.title if job else "",
            "new company": employer.name if employer else "",
        }


def accepted(reading: Reading) -> Opportunity | None:
    """Give the opportunity that was accepted last, if any was."""
    jobs = [one for one in reading.index.opportunities.values() if one.stage is Stage.ACCEPTED]
    return max(jobs, key=lambda one: one.closed_on or date.min, default=None)


def given_name(name: str) -> str:
    """Give the name by which to address somebody: "Ann" of "Ann Lee" and of "Lee, Ann"; "Dr. Lee" stays."""
    family, comma, given = (part.strip() for part in name.partition(","))
    words = (given if comma and given else family).split()
    if not words:
        return ""
    return name if words[0].casefold().rstrip(".") in _TITLES else words[0]


def day_phrase(day: date, on: date) -> str:
    """Write a day that is past as one says it: "today", "yesterday", "on Tuesday", "on 3 March"."""
    near = {on: "today", on - timedelta(days=1): "yesterday"}
    if day in near:
        return near[day]
    return f"on {_WEEKDAYS[day.weekday()] if on - _WEEK < day < on else date_words(day, on)}"


def date_words(day: date, on: date) -> str:
    """Write a date: "3 March", with its year where that is not the year of `on`."""
    return f"{day.day} {_MONTHS[day.month - 1]}{_year(day, on)}"


def month_words(day: date, on: date) -> str:
    """Write a month: "March", with its year where that is not the year of `on`."""
    return f"{_MONTHS[day.month - 1]}{_year(day, on)}"


def _year(day: date, on: date) -> str:
    return "" if day.year == on.year else f" {day.year}"
