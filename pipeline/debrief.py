"""One line about an interview that was held: "Ann, Bob; week or two; panel next".

Its parts, between semicolons, may come in any order: whom you met, what they said about time, what comes
next. What each was taken for is shown while it is typed, so that nothing is guessed unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.find import plain
from pipeline.time_periods import UnreadableTimeError, read_time_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.case import Case
    from pipeline.model import Contact, Interview
    from pipeline.spans import Span

NO_TIME = frozenset({"no time", "no time named", "none named", "none", "nothing", "nobody said"})
_NAME = re.compile(r"[^\W\d_][\w.'\u2019-]*(?: [\w.'\u2019-]+){0,3}")
_SAYS = re.compile(r"(.+?)(?::| says?\b| said\b)\s*(.+)")
_NEXT = re.compile(r"^next(?: step)?:?\s+|,?\s+(?:is |comes )?next$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Debrief:
    """What a line was taken for. `people` are known contacts, `newcomers` names of people to be added.

    `words` are what was said about time, `by` (an id or a new name) who said it, and `span` the days that it
    means; `none_named` is the plain statement that nobody named a time.
    """

    people: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()
    words: str | None = None
    span: Span | None = None
    by: str | None = None
    none_named: bool = False
    next_step: str | None = None
    problem: str | None = None
    swallowed: str | None = None
    """Words about time within the next step, which no semicolon parts from it."""

    @property
    def hint(self) -> str:
        """What may have been meant otherwise; "" where nothing was."""
        if not self.swallowed:
            return ""
        return f"“{self.swallowed}” was taken for part of what comes next; if it is a time, part it by “;”"


def read_debrief(line: str, case: Case, interview: Interview) -> Debrief:
    """Read a line about `interview`. `problem` tells what cannot be; the rest is read all the same."""
    read = Debrief()
    for part in filter(None, (" ".join(part.split()) for part in line.split(";"))):
        read = _with_part(read, part, case, interview)
    if read.words and read.by is None:
        read = replace(read, by=next(iter((*read.people, *read.newcomers)), None))
    if read.next_step and read.span is None and not read.none_named:
        return replace(read, swallowed=_time_within(read.next_step, case, interview))
    return read


_LONGEST = 5
"""Words of a time that is looked for within a next step."""

_LOOKED_AT = 20
"""Words of a next step that are looked at; each key that is typed reads them anew."""


def _time_within(step: str, case: Case, interview: Interview) -> str | None:
    """Give the longest run of words that would be a time, if it stood by itself."""
    words = step.split()[:_LOOKED_AT]
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length]).strip(",.")
            if _span(run, case, interview) is not None:
                return run
    return None


def _with_part(read: Debrief, part: str, case: Case, interview: Interview) -> Debrief:
    if read.span is None and not read.none_named:
        if plain(part) in NO_TIME:
            return replace(read, none_named=True)
        if (span := _span(part, case, interview)) is not None:
            return replace(read, words=part, span=span)
        said = _SAYS.fullmatch(part)
        if said and (span := _span(said[2], case, interview)) is not None:
            read = _with_people(read, said[1], case) or read
            by = _fitting(said[1], case)
            return replace(read, words=said[2], span=span, by=by[0].id if len(by) == 1 else said[1])
    if not read.people and not read.newcomers and (met := _with_people(read, part, case)) is not None:
        return met
    step = _NEXT.sub("", part)
    return replace(read, next_step=f"{read.next_step}; {step}" if read.next_step else step)


def _span(words: str, case: Case, interview: Interview) -> Span | None:
    try:
        return read_time_period(words, case.day_of(interview), case.days)
    except UnreadableTimeError:
        return None


def _with_people(read: Debrief, part: str, case: Case) -> Debrief | None:
    """Take a part for names; None where it is none: somebody who is not known needs a capital letter."""
    names = [name for name in re.split(r"\s*(?:,|&|\band\b)\s*", part) if name]
    found = [(name, _fitting(name, case)) for name in names]
    if not all(fitting or (_NAME.fullmatch(name) and name[0].isupper()) for name, fitting in found):
        return None
    problem = next(
        (
            f"{name} may be {' or '.join(one.name for one in fitting[:4])}: write more of the name"
            for name, fitting in found
            if len(fitting) > 1
        ),
        read.problem,
    )
    people = (*read.people, *(fitting[0].id for _, fitting in found if len(fitting) == 1))
    newcomers = (*read.newcomers, *(name for name, fitting in found if not fitting))
    return replace(
        read,
        people=tuple(dict.fromkeys(people)),
        newcomers=tuple(dict.fromkeys(newcomers)),
        problem=problem,
    )


def _fitting(name: str, case: Case) -> list[Contact]:
    """List whom a name may mean: first people on the opportunity, then at its companies, then anybody."""
    wanted = plain(name)
    for group in _circles(case):
        named = [(contact, plain(contact.name)) for contact in group]
        for fits in (
            [contact for contact, known in named if known == wanted],
            [contact for contact, known in named if f" {known}".find(f" {wanted}") >= 0],
        ):
            if fits and wanted:
                return fits
    return []


def _circles(case: Case) -> Iterator[Iterable[Contact]]:
    contacts = case.reading.index.contacts
    yield [contacts[id_] for id_ in case.reading.people_on(case.opportunity)]
    companies = {case.opportunity.company, case.opportunity.via} - {None}
    yield [contact for contact in contacts.values() if contact.company in companies]
    yield contacts.values()
