"""A long search: as many facts as somebody gathers who never deletes anything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.model import Company, Contact, Facts, NextAction, Opportunity, Stage

if TYPE_CHECKING:
    from datetime import datetime

OPPORTUNITIES, CONTACTS, WAITING = 2_000, 5_000, 500
_STAGES = (Stage.INTERVIEWING, Stage.APPLIED, Stage.SCREENING, *(Stage.REJECTED,) * 17)
"""Of twenty opportunities three are open."""


def many_facts(now: datetime) -> Facts:
    """Make them: no two alike, so that no list is shorter to write than in life."""
    companies = tuple(Company(id=f"co{n}", name=f"Company {n * 7919 % 9973} Ltd") for n in range(500))
    contacts = tuple(
        Contact(
            id=f"c{n}",
            name=f"{_NAMES[n % 20]} {_NAMES[n // 20 % 20]}son {n}",
            company=f"co{n % 500}",
            email=f"person{n}@company{n % 500}.example",
        )
        for n in range(CONTACTS)
    )
    opportunities = tuple(
        Opportunity(
            id=f"o{n}",
            title=f"{_TITLES[n % 7]} engineer {n}",
            company=f"co{n % 500}",
            stage=_STAGES[n % 20],
            closed_on=now.date() if _STAGES[n % 20] is Stage.REJECTED else None,
        )
        for n in range(OPPORTUNITIES)
    )
    actions = tuple(
        NextAction(
            id=f"a{n}",
            text=f"Send {_NAMES[n % 20]} the {_TITLES[n % 7].lower()} sample number {n}",
            at=now + timedelta(hours=3 * n),
            opportunity=f"o{n * 20 % OPPORTUNITIES}",
        )
        for n in range(WAITING)
    )
    return Facts(companies=companies, contacts=contacts, opportunities=opportunities, next_actions=actions)


_NAMES = (
    *("Ann", "Bob", "Rita", "Dana", "Lee", "Sam", "June", "Omar", "Priya", "Walt"),
    *("Hugo", "Mira", "Lena", "Kim", "Jo", "Max", "Eva", "Tom", "Ida", "Pat"),
)
_TITLES = ("Reliability", "Data", "Platform", "Backend", "Compression", "Staff", "Build")
