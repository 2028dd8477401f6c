"""Pipelines of any size to measure with: the same for the same size, and alike at every size.

To one opportunity come three interviews, two contacts and ten touches. Of the opportunities half are live,
spread over all stages; interviews and touches lie in the ten weeks before `NOW` and the two weeks after.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.model import (
    Company,
    CompanyKind,
    Consent,
    Contact,
    Direction,
    Facts,
    Interview,
    InterviewPerson,
    Opportunity,
    OpportunityPerson,
    ResumeVersion,
    Role,
    Stage,
    Tier,
    TimePeriod,
    Touch,
    TouchKind,
)

if TYPE_CHECKING:
    from datetime import date

NOW = datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
CLOSED = (Stage.REJECTED, Stage.WITHDRAWN, Stage.DORMANT, Stage.ACCEPTED)
LIVE = (Stage.INTERVIEWING, Stage.INTERVIEWING, Stage.SCREENING, Stage.APPLIED, Stage.OFFER, Stage.LEAD)
COUNTRIES = ("US-NY", "US", "DE", "GB", None)
ZONES = ("America/New_York", "Europe/Berlin", None)


ABOUT_IT = 0.8
"""The part of the touches that name their opportunity."""


def pipeline_of(size: int, contacts: int | None = None, now: datetime = NOW) -> Facts:
    """Make the facts of a pipeline with `size` opportunities, and two contacts to each where not said."""
    return _Pipeline(size, contacts or 2 * size, now).facts()


class _Pipeline:
    """Makes one pipeline, by chance that is the same each time."""

    def __init__(self, size: int, contacts: int, now: datetime) -> None:
        self.chance = random.Random(size)  # noqa: S311 - no secret
        self.now = now
        self.companies = [self._company(n) for n in range(max(1, size // 2))]
        self.contacts = [self._contact(n) for n in range(contacts)]
        self.opportunities = [self._opportunity(n) for n in range(size)]
        self.interviews = [self._interview(n, self.opportunities[n // 3]) for n in range(3 * size)]

    def facts(self) -> Facts:
        """Give all of it."""
        return Facts(
            companies=tuple(self.companies),
            contacts=tuple(self.contacts),
            opportunities=tuple(self.opportunities),
            interviews=tuple(self.interviews),
            time_periods=tuple(self._period(n, one) for n, one in enumerate(self.interviews[::3])),
            touches=tuple(
                self._touch(n, self.opportunities[n // 10]) for n in range(10 * len(self.opportunities))
            ),
            resume_versions=(ResumeVersion("resume", "Platform", self._days_ago(80)),),
        )

    def _days_ago(self, days: int) -> date:
        return self.now.date() - timedelta(days=days)

    def _moment(self) -> datetime:
        return self.now + timedelta(days=self.chance.uniform(-70, 14), minutes=self.chance.randrange(600))

    def _company(self, n: int) -> Company:
        kind = CompanyKind.AGENCY if n % 5 == 0 else CompanyKind.EMPLOYER
        country, zone = self.chance.choice(COUNTRIES), self.chance.choice(ZONES)
        return Company(f"company-{n}", f"Company {n}", kind, country, zone)

    def _contact(self, n: int) -> Contact:
        return Contact(
            f"contact-{n}",
            f"Contact {n}",
            company=self.chance.choice(self.companies).id,
            email=f"contact{n}@example.com",
            tier=self.chance.choice((None, None, *Tier)),
            consent=self.chance.choice(tuple(Consent)),
        )

    def _opportunity(self, n: int) -> Opportunity:
        stage = self.chance.choice(CLOSED if n % 2 else LIVE)
        recruiter, manager = self.chance.sample(self.contacts, 2)
        return Opportunity(
            f"opportunity-{n}",
            f"Engineer {n}",
            company=self.chance.choice(self.companies).id,
            stage=stage,
            people=(
                OpportunityPerson(recruiter.id, Role.RECRUITER),
                OpportunityPerson(manager.id, Role.HIRING_MANAGER),
            ),
            applied_on=self._days_ago(80),
            closed_on=self._days_ago(self.chance.randrange(60)) if stage.is_closed else None,
            offer_respond_by=self._days_ago(-9) if stage is Stage.OFFER else None,
        )

    def _interview(self, n: int, owner: Opportunity) -> Interview:
        met = (owner.people[1].contact, self.chance.choice(self.contacts).id)
        people = tuple(InterviewPerson(who) for who in met)
        return Interview(f"interview-{n}", owner.id, self._moment(), people=people)

    def _period(self, n: int, interview: Interview) -> TimePeriod:
        said_on = interview.starts_at.date()
        earliest = said_on + timedelta(days=self.chance.randrange(3, 12))
        return TimePeriod(
            f"period-{n}",
            interview.opportunity,
            said_on,
            words="a week or two",
            earliest=earliest,
            latest=earliest + timedelta(days=self.chance.randrange(10)),
            said_by=interview.people[0].contact,
        )

    def _touch(self, n: int, owner: Opportunity) -> Touch:
        about_it = self.chance.random() < ABOUT_IT
        who = self.chance.choice(owner.people).contact if about_it else self.chance.choice(self.contacts).id
        return Touch(
            f"touch-{n}",
            (who,),
            min(self._moment(), self.now),
            self.chance.choice(tuple(TouchKind)),
            self.chance.choice((Direction.OUT, Direction.OUT, Direction.IN)),
            opportunity=owner.id if about_it else None,
            resume_version="resume" if n % 10 == 0 else None,
        )
