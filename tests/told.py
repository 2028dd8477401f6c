"""Stories of a job search in short sentences, for tests: `tell("recruiter Rita; applied Sat 7 Mar")`.

They are those of the worked examples in docs/follow-up-rules.md.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.index import Index
from pipeline.interchange import merge, read_json
from pipeline.model import Facts
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

NEW_YORK = ZoneInfo("America/New_York")
DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{1,2} [A-Z][a-z]{2}(?: \d{4})?)"
CLOCK = r"(\d\d:\d\d)"
NAMES = r"((?:[A-Z]\w+(?: and )?)+)"


def day(text: str) -> date:
    return datetime.strptime(text if text[-4:].isdigit() else f"{text} 2026", "%d %b %Y").date()  # noqa: DTZ007


@dataclass
class Told:
    """The facts that a row tells, clause by clause, and when the last of them was so."""

    settings: dict[str, list[str]] = field(
        default_factory=lambda: {"user": ['country = "US"', 'time_zone = "America/New_York"']}
    )
    people: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "Ann": {"company": "acme"},
            "Bob": {"company": "acme"},
            "Rita": {},
        }
    )
    opportunity: dict[str, Any] = field(default_factory=lambda: {"stage": "interviewing", "people": []})
    interviews: list[dict[str, Any]] = field(default_factory=list)
    periods: list[dict[str, Any]] = field(default_factory=list)
    touches: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def at(self, on: str, clock: str) -> datetime:
        return datetime.combine(day(on), time.fromisoformat(clock), NEW_YORK)

    def so(self, on: str, clock: str = "12:00") -> datetime:
        """Note that something happened, and when."""
        moment = self.at(on, clock)
        self.now = max(self.now, moment)
        return moment

    def reading(self) -> Reading:
        """Read what was told, as of when the last of it happened."""
        tables = "\n".join("\n".join([f"[{name}]", *keys]) for name, keys in self.settings.items())
        document = {
            "companies": [{"id": "acme", "name": "Acme", "country": "US", "time_zone": "America/New_York"}],
            "contacts": [{"id": name, "name": name, **more} for name, more in self.people.items()],
            "opportunities": [{"id": "o", "title": "Engineer", "company": "acme", **self.opportunity}],
            "interviews": self.interviews,
            "time_periods": self.periods,
            "touches": self.touches,
            "next_actions": self.actions,
        }
        places = Places(read_settings(tables))
        reading = Reading(Index(Facts()), places, self.now)
        merge(reading, read_json(json.dumps(document), "the table"), "the table")
        return Reading(reading.index, places, self.now)


def setting(told: Told, section: str, assignment: str) -> None:
    keys = told.settings.setdefault(section, [])
    name, _, _ = assignment.partition(" = ")
    keys[:] = [*(key for key in keys if not key.startswith(f"{name} = ")), assignment]


def interview(told: Told, on: str, begin: str, end: str, *rest: str) -> None:
    who, card, ahead = rest
    starts = told.at(on, begin)
    told.interviews.append(
        {
            "id": f"i{len(told.interviews)}",
            "opportunity": "o",
            "starts_at": starts.isoformat(),
            "minutes": (told.at(on, end) - starts) // timedelta(minutes=1),
            "people": [{"contact": name} for name in who.split(" and ")],
            "card": bool(card),
        }
    )
    if not ahead:
        told.so(on, end)


def said(told: Told, on: str | None, words: str) -> None:
    if on:
        told.so(on)
    last = told.interviews[-1]
    told.periods.append(
        {
            "id": f"p{len(told.periods)}",
            "opportunity": "o",
            "said_on": str(day(on)) if on else last["starts_at"][:10],
            "words": words,
            "interview": None if on else last["id"],
        }
    )


def sent(told: Told, on: str, clock: str, kind: str, *rest: str) -> None:
    whom, general = rest
    told.touches.append(
        {
            "id": f"t{len(told.touches)}",
            "people": whom.split(" and "),
            "at": told.so(on, clock).isoformat(),
            "kind": kind,
            "direction": "in" if kind == "reply" else "out",
            "opportunity": None if general else "o",
        }
    )


def cancelled(told: Told, on: str) -> None:
    for one in told.interviews:
        if one["starts_at"].startswith(str(day(on))):
            one["state"] = "cancelled"


def rejected(told: Told, on: str) -> None:
    told.so(on)
    told.opportunity |= {"stage": "rejected", "closed_on": str(day(on))}


def forty(told: Told, count: str, tier: str, on: str) -> None:
    told.so(on, "09:00")
    told.people |= {f"R{number}": {"tier": tier} for number in range(int(count))}


def offered(told: Told, on: str, by: str) -> None:
    told.so(on)
    told.opportunity |= {"stage": "offer", "offer_respond_by": str(day(by))}


def applied(told: Told, on: str) -> None:
    told.so(on)
    told.opportunity |= {"stage": "applied", "applied_on": str(day(on))}


def noted(told: Told, on: str, at: str) -> None:
    told.so(on)
    told.actions.append({"id": "n", "text": "Call", "at": str(day(at))})


CLAUSES: list[tuple[str, Callable[..., Any]]] = [
    (r"`(\w+)\.(.+)`", setting),
    (
        r"recruiter (\w+)",
        lambda told, who: told.opportunity["people"].append({"contact": who, "role": "recruiter"}),
    ),
    (rf"interview {DAY} {CLOCK}–{CLOCK} with {NAMES}(, card asked for)?( ahead)?", interview),  # noqa: RUF001
    (rf"(?:{DAY} )?said “(.+)”", said),
    (r"nobody named a time", lambda told: told.interviews[-1].update(none_named=True)),
    (rf"interview of {DAY} cancelled", cancelled),
    (rf"{DAY} rejected", rejected),
    (
        r"(\w+) granted, tier (\w)",
        lambda told, who, tier: told.people[who].update(consent="granted", tier=tier),
    ),
    (rf"(\d+) recruiters of tier (\w) entered on {DAY}", forty),
    (rf"offer {DAY}, answer by {DAY}", offered),
    (rf"applied {DAY}", applied),
    (rf"{DAY} next action for {DAY}", noted),
    (rf"{DAY} {CLOCK} ([a-z\- ]+?) (?:to|from) {NAMES}( about nothing)?", sent),
]
"""How a clause of the left column may read, and what it adds to the facts."""


def tell(row: str) -> Told:
    told = Told()
    for clause in row.split("; "):
        for pattern, add in CLAUSES:
            if found := re.fullmatch(pattern, clause):
                add(told, *found.groups())
                break
        else:
            raise AssertionError(f"this clause is told in words that the test does not know: {clause}")
    return told
