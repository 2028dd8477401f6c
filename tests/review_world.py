"""People for a review: some overdue, some quiet, some due later, and a desk on the day of the review."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.model import (
    Company,
    CompanyKind,
    Consent,
    Contact,
    Direction,
    Facts,
    KeepInTouchDate,
    ResumeVersion,
    Tier,
    Touch,
    TouchKind,
)
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime.fromisoformat("2026-10-13T17:30-04:00")
TODAY = date(2026, 10, 13)
NEXT_REVIEW = date(2027, 1, 12)
USER = '[user]\nname = "Jo"\ntime_zone = "America/New_York"\ncountry = "US"\n'
COMPANIES = (Company("hart", "Hartwell Search", CompanyKind.AGENCY), Company("acme", "Acme"))
RESUMES = (
    ResumeVersion("spring", "Spring", date(2026, 3, 2)),
    ResumeVersion("autumn", "Autumn", date(2026, 9, 20)),
)
NAMES = (
    *("Ann Abbot", "Bob Brook", "Cleo Cole", "Dana Dahl", "Eve Egan", "Finn Frost", "Gus Gray", "Hal Hart"),
    *("Ida Ivers", "Jon Jansen", "Kim Keller", "Lea Lund", "Max Moss", "Nia Nord", "Ole Olsen", "Pia Park"),
    *("Quin Quist", "Rita Rust", "Sam Stone", "Tom Tran", "Uma Ulmer", "Vic Vale", "Wim Weiss", "Xia Xu"),
    *("Yan Young", "Zoe Zorn", "Ada Ames", "Ben Bloom", "Cal Crane", "Dot Drake"),
)
"""Names that nobody would take for each other."""


class People:
    """Collects people, each with what makes it their turn."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now
        self._names = iter(NAMES)
        self._contacts: list[Contact] = []
        self._touches: list[Touch] = []
        self._days: list[KeepInTouchDate] = []

    def due(self, day: date, tier: Tier = Tier.B, *, spoke: int = 100, company: str = "hart") -> str:
        """Add somebody whose day is given, spoken with some days ago."""
        id_ = self._add(tier, company)
        touch = self._touch(id_, spoke)
        self._days.append(KeepInTouchDate(id_, touch, day))
        return id_

    def overdue(self, days: int = 10, tier: Tier = Tier.B) -> str:
        """Add somebody whose day passed."""
        return self.due(self._now.date() - timedelta(days=days), tier)

    def quiet(self) -> str:
        """Add somebody who left three messages unanswered."""
        id_ = self._add(Tier.B, "hart")
        for ago in (300, 200, 100):
            self._touch(id_, ago)
        return id_

    def without_tier(self) -> str:
        """Add a recruiter without a tier."""
        return self._add(None, "hart")

    def _add(self, tier: Tier | None, company: str) -> str:
        name = next(self._names)
        id_ = name.lower().replace(" ", "-")
        self._contacts.append(
            Contact(
                id_,
                name,
                company=company,
                email=f"{id_}@hart.example",
                tier=tier,
                consent=Consent.GRANTED if tier else Consent.UNKNOWN,
                notes="Met at the autumn fair.",
            )
        )
        return id_

    def _touch(self, contact: str, ago: int) -> str:
        id_ = f"{contact}-{ago}"
        at = self._now - timedelta(days=ago)
        self._touches.append(Touch(id_, (contact,), at, TouchKind.KEEP_IN_TOUCH, resume_version="spring"))
        return id_

    def heard(self, contact: str, ago: int, note: str) -> None:
        """Add what somebody wrote."""
        at = self._now - timedelta(days=ago)
        touch = Touch(f"{contact}-in", (contact,), at, TouchKind.REPLY, direction=Direction.IN, note=note)
        self._touches.append(touch)

    def facts(self) -> Facts:
        """Give everything."""
        return Facts(
            companies=COMPANIES,
            contacts=tuple(self._contacts),
            touches=tuple(self._touches),
            resume_versions=RESUMES,
            keep_in_touch_dates=tuple(self._days),
        )


def twenty_five(now: datetime = NOW) -> People:
    """Give a review of 25 people."""
    people = People(now)
    for number in range(12):
        people.overdue(10 + number)
    people.quiet()
    people.quiet()
    for number in range(7):
        people.due(now.date() + timedelta(days=14 + 2 * number), spoke=60)
    for _ in range(4):
        people.without_tier()
    return people


def desks(path: Path, settings: str = "", clock: Callable[[], datetime] = lambda: NOW) -> Callable[[], Desk]:
    """Give a way to open desks on one store."""
    return lambda: Desk(Store.open(path), read_settings(USER + settings), clock)


def fill(desk: Desk, people: People) -> None:
    """Take the people in."""
    desk.do(partial(import_facts, new=people.facts(), name="people"))
