"""A sample pipeline as of any moment, in which every rule has something to say.

All names are made up, and every address is under a domain that cannot exist.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.keep_in_touch import reviews_from
from pipeline.model import (
    Channel,
    Company,
    CompanyKind,
    Consent,
    Contact,
    Direction,
    Facts,
    Interview,
    InterviewKind,
    InterviewPerson,
    InterviewState,
    NextAction,
    Opportunity,
    OpportunityPerson,
    ResumeVersion,
    Review,
    Role,
    Stage,
    Tier,
    TimePeriod,
    Touch,
    TouchKind,
)
from pipeline.rules.quarter import REVIEW_EXPIRES

if TYPE_CHECKING:
    from datetime import date

    from pipeline.business_days import BusinessDays
    from pipeline.reading import Reading

SETTINGS = """\
[user]
name = "Kim Vale"

[follow_up]
application_silent_after = 7
"""
"""What the sample needs to show every rule; the last one is off unless it is asked for."""


def sample_facts(reading: Reading) -> Facts:
    """Make the sample as of `reading`, with business days as its settings have them."""
    return _Sample(reading).facts()


class _Sample:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.now = reading.now
        self.today = reading.today
        self.days: BusinessDays = reading.calendar
        self.zone = reading.places.user_zone

    def ago(self, count: int) -> date:
        """Give the business day `count` before today."""
        return self.days.add(self.today, -count)

    def at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)

    def facts(self) -> Facts:
        return Facts(
            companies=self.companies(),
            contacts=self.contacts(),
            opportunities=self.opportunities(),
            interviews=self.interviews(),
            time_periods=self.time_periods(),
            touches=self.touches(),
            resume_versions=(ResumeVersion("resume-1", "Platform, spring", self.today - timedelta(days=80)),),
            reviews=self.reviews(),
            next_actions=(
                NextAction("call-lena", "Call Lena about the reference", self.today, contact="lena"),
                NextAction(
                    "portfolio", "Send Globex the migration write-up", self.days.add(self.today, 2), "globex"
                ),
            ),
        )

    def companies(self) -> tuple[Company, ...]:
        employers = (
            "Acme",
            "Globex",
            "Initech",
            "Umbra",
            "Hooli",
            "Vandelay",
            "Stark Mills",
            "Wayne Rail",
            "Pied Piper",
        )
        return (
            *(Company(_id(name), name) for name in employers),
            Company("hartwell", "Hartwell Search", CompanyKind.AGENCY),
        )

    def contacts(self) -> tuple[Contact, ...]:
        return (
            _person("ann", "Ann Lee", "acme", "+1 555 0101"),
            _person("bob", "Bob Ray", "acme"),
            _person("rita", "Rita Cole", "hartwell", "+1 555 0102"),
            _person("dana", "Dana Cruz", "globex", "+1 555 0103"),
            _person("omar", "Omar Faye", "initech"),
            _person("priya", "Priya Nair", "umbra"),
            _person("walt", "Walt Orr", "hooli"),
            _person("lena", "Lena Voss", "vandelay", "+1 555 0104"),
            _person("hugo", "Hugo Brandt", "wayne-rail"),
            _person("mira", "Mira Solis", "stark-mills"),
            Contact(
                "sam",
                "Sam Ortiz",
                "hartwell",
                email="sam@hartwell.example",
                tier=Tier.B,
                consent=Consent.GRANTED,
                notes="Placed you at Initech's final round last year.",
            ),
            Contact("june", "June Abel", email="june@abel.example", tier=Tier.A, consent=Consent.GRANTED),
        )

    def opportunities(self) -> tuple[Opportunity, ...]:
        interviewing = Stage.INTERVIEWING
        return (
            Opportunity(
                "acme",
                "Reliability engineer",
                "acme",
                "hartwell",
                interviewing,
                _on(ann="i", bob="i", rita="r"),
            ),
            Opportunity("globex", "Data engineer", "globex", None, interviewing, _on(dana="h")),
            Opportunity("initech", "Platform engineer", "initech", None, interviewing, _on(omar="h")),
            Opportunity("umbra", "Staff engineer", "umbra", None, interviewing, _on(priya="h")),
            Opportunity("hooli", "Backend engineer", "hooli", None, interviewing, _on(walt="h")),
            Opportunity("vandelay", "Build engineer", "vandelay", None, interviewing, _on(lena="h")),
            Opportunity(
                "stark-mills",
                "Site lead",
                "stark-mills",
                stage=Stage.OFFER,
                people=_on(mira="h"),
                offer_respond_by=self.days.add(self.today, 5),
            ),
            Opportunity(
                "wayne-rail",
                "Systems engineer",
                "wayne-rail",
                stage=Stage.REJECTED,
                people=_on(hugo="h"),
                closed_on=self.ago(1),
            ),
            Opportunity(
                "pied-piper",
                "Compression engineer",
                "pied-piper",
                stage=Stage.APPLIED,
                applied_on=self.today - timedelta(days=9),
                source="their own site",
            ),
        )

    def interviews(self) -> tuple[Interview, ...]:
        ended = self.now.replace(second=0, microsecond=0)
        return (
            self._held("acme-panel", "acme", self.ago(1), "ann", "bob", card=True, kind=InterviewKind.PANEL),
            self._held("globex-1", "globex", self.ago(3), "dana"),
            self._held("initech-1", "initech", self.ago(9), "omar"),
            self._held("umbra-1", "umbra", self.ago(14), "priya"),
            self._held("hooli-1", "hooli", self.ago(25), "walt"),
            Interview(
                "vandelay-1",
                "vandelay",
                ended - timedelta(minutes=75),
                people=(InterviewPerson("lena", "the build cache that took a minute off"),),
                state=InterviewState.HELD,
            ),
            self._held("wayne-1", "wayne-rail", self.ago(8), "hugo"),
            Interview(
                "stark-mills-2",
                "stark-mills",
                self.at(self.days.add(self.today, 2), 14),
                kind=InterviewKind.ONSITE,
                people=(InterviewPerson("mira"),),
            ),
        )

    def _held(self, id_: str, opportunity: str, day: date, *people: str, **more: object) -> Interview:
        met = tuple(InterviewPerson(person) for person in people)
        return Interview(
            id_,
            opportunity,
            self.at(day, 10),
            people=met,
            state=InterviewState.HELD,
            **more,  # type: ignore[arg-type]  # fields of Interview
        )

    def time_periods(self) -> tuple[TimePeriod, ...]:
        def said(id_: str, ago: int, length: int, words: str, by: str) -> TimePeriod:
            on = self.ago(ago)
            latest = self.days.add(on, length)
            return TimePeriod(f"{id_}-says", id_, on, words, latest, latest, by, f"{id_}-1")

        first = self.days.add(self.ago(1), 5)
        return (
            TimePeriod(
                "acme-says",
                "acme",
                self.ago(1),
                "in a week or two",
                first,
                self.days.add(first, 5),
                "ann",
                "acme-panel",
            ),
            said("globex", 3, 6, "in six business days", "dana"),
            said("initech", 9, 7, "in seven business days", "omar"),
            said("umbra", 14, 6, "in six business days", "priya"),
            said("hooli", 25, 6, "in six business days", "walt"),
        )

    def touches(self) -> tuple[Touch, ...]:
        def thanked(who: str, opportunity: str, ago: int) -> Touch:
            return Touch(
                f"thanks-{who}",
                (who,),
                self.at(self.ago(ago), 14),
                TouchKind.THANK_YOU,
                channel=Channel.EMAIL,
                opportunity=opportunity,
            )

        return (
            thanked("dana", "globex", 3),
            thanked("omar", "initech", 9),
            thanked("priya", "umbra", 14),
            thanked("walt", "hooli", 25),
            thanked("hugo", "wayne-rail", 8),
            Touch(
                "sam-wrote",
                ("sam",),
                self.now - timedelta(weeks=12),
                TouchKind.REPLY,
                Direction.IN,
                Channel.EMAIL,
                note="Let's talk when the new funds close.",
            ),
            Touch(
                "june-coffee",
                ("june",),
                self.now - timedelta(weeks=5),
                TouchKind.OTHER,
                channel=Channel.IN_PERSON,
                note="Coffee; she is moving to a new team.",
            ),
        )

    def reviews(self) -> tuple[Review, ...]:
        """Give a review that has begun as finished: the résumé is to be refreshed before the next one."""
        begun = takewhile(
            lambda review: review[2] <= self.now,
            reviews_from(self.reading, self.today - REVIEW_EXPIRES - timedelta(days=1)),
        )
        return tuple(Review(quarter, moment, self.now) for quarter, _, moment in begun)


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _person(id_: str, name: str, company: str, phone: str | None = None) -> Contact:
    return Contact(id_, name, company, email=f"{id_}@{company}.example", phone=phone)


_ROLES = {"i": Role.INTERVIEWER, "h": Role.HIRING_MANAGER, "r": Role.RECRUITER}


def _on(**people: str) -> tuple[OpportunityPerson, ...]:
    return tuple(OpportunityPerson(person, _ROLES[role]) for person, role in people.items())
