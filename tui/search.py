"""Search over everything: opportunities, people, interviews, messages, notes, next actions. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.find import opportunity_company, plain
from pipeline.moments import read_day
from pipeline.wording import day_words
from tui.widgets.columns import fit, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.reading import Reading
    from tui.widgets.columns import Line

_KIND = 12
SHOWN = 200
"""More would not be read; another letter finds better."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found: `key` is what to open, such as "opportunity:ID"."""

    key: str
    kind: str
    name: str
    remark: str = ""

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line(
            (fit(self.kind, _KIND), "dim"), self.name, (f"  {self.remark}" if self.remark else "", "dim")
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found: its names, folded, all else that is written about it, folded, its days."""

    found: Found
    names: str
    texts: str
    days: frozenset[date]


class SearchIndex:
    """Everything in a reading that can be found, folded once."""

    def __init__(self, reading: Reading) -> None:
        self._today = reading.today
        self._entries = list(_entries(reading))

    def find(self, text: str) -> list[Found]:
        """Give what holds every word of `text`: first in beginnings of names, then in names.

        Between the two comes what is on the day that `text` names: "tomorrow", "last Friday", "3 March".
        """
        words = plain(text).split()
        if not words:
            return []
        days = set(_days(text, self._today))
        ranked: tuple[list[Found], ...] = ([], [], [], [])
        for entry in self._entries:
            padded = f" {entry.names}"
            if all(f" {word}" in padded for word in words):
                ranked[0].append(entry.found)
            elif days & entry.days:
                ranked[1].append(entry.found)
            elif all(word in entry.names for word in words):
                ranked[2].append(entry.found)
            elif all(word in entry.names or word in entry.texts for word in words):
                ranked[3].append(entry.found)
        return [found for rank in ranked for found in rank][:SHOWN]


def _days(text: str, today: date) -> Iterator[date]:
    """Read a day, ahead or behind; none where the text names none."""
    for prefer in ("future", "past"):
        with suppress(InputError):
            yield read_day(text, today, prefer)


def _entries(reading: Reading) -> Iterator[Entry]:
    index = reading.index
    for one in index.opportunities.values():
        company = opportunity_company(index, one)
        yield _entry(
            Found(f"opportunity:{one.id}", "opportunity", f"{company}, {one.title}", one.stage.value),
            f"{company} {one.title}",
            one.notes, one.posting, one.source, one.link, one.location, *one.tags,
            days=(one.applied_on, one.closed_on, one.offer_respond_by),
        )  # fmt: skip
    for one_company in index.companies.values():
        yield _entry(
            Found(f"company:{one_company.id}", one_company.kind.value, one_company.name),
            one_company.name,
            one_company.notes, one_company.link,
        )  # fmt: skip
    for person in index.contacts.values():
        at = index.companies.get(person.company or "")
        yield _entry(
            Found(f"contact:{person.id}", "person", person.name, at.name if at else ""),
            f"{person.name} {at.name if at else ''}",
            person.email, person.phone, person.notes, person.link, person.address,
        )  # fmt: skip
    for interview in index.interviews.values():
        owner = index.opportunities[interview.opportunity]
        day = interview.starts_at.astimezone(reading.places.user_zone).date()
        yield _entry(
            Found(
                f"interview:{interview.id}",
                "interview",
                f"{opportunity_company(index, owner)}, {day_words(day, reading.today)}",
                interview.notes or "",
            ),
            "",
            interview.notes, interview.location, interview.link, day_words(day), day.isoformat(),
            *(person.note for person in interview.people), opportunity_company(index, owner),
            days=(day,),
        )  # fmt: skip
    for touch in index.touches.values():
        day = touch.at.astimezone(reading.places.user_zone).date()
        who = ", ".join(reading.name(person) for person in touch.people)
        name = f"{touch.kind.value}, {who}, {day_words(day)}"
        yield _entry(
            Found(f"touch:{touch.id}", "message", name, touch.note or ""),
            "",
            *((touch.note, touch.kind.value, who) if touch.note else ()),
            days=(day,),
        )
    for action in index.next_actions.values():
        remark = "done" if action.done_at else ""
        at_day = action.at
        if isinstance(at_day, datetime):
            at_day = at_day.astimezone(reading.places.user_zone).date()
        yield _entry(
            Found(f"action:{action.id}", "next action", action.text, remark), action.text, days=(at_day,)
        )
    for version in index.resume_versions.values():
        found = Found(
            f"resume:{version.id}", "résumé", version.name, day_words(version.made_on, reading.today)
        )
        yield _entry(found, version.name, version.path, days=(version.made_on,))


def _entry(found: Found, names: str, *texts: str | None, days: Iterable[date | None] = ()) -> Entry:
    texts_ = plain(" ".join(text for text in texts if text))
    return Entry(found, plain(names), texts_, frozenset(day for day in days if day is not None))
