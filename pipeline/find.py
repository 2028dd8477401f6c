"""Finding what a name means: names may be shortened while they stay unambiguous."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.index import Index
    from pipeline.model import (
        Company,
        Contact,
        Interview,
        NextAction,
        Opportunity,
        Reminder,
        ResumeVersion,
        TimePeriod,
        Touch,
    )
    from pipeline.reading import Reading

T = TypeVar("T")
_MAYBE_MARK = re.compile("[\u0300-\U0010ffff]")
_SHOWN = 8
_LISTED_BY = {
    "contact": "topofmind list contacts",
    "company": "topofmind list companies",
    "opportunity": "topofmind list",
    "reminder": "topofmind reminders",
}


class AmbiguousError(InputError):
    """A name that fits more than one thing."""


class UnknownError(InputError):
    """A name that fits nothing."""


def plain(text: str) -> str:
    """Fold case, accents and spacing, so that "resume" finds "Résumé"."""
    folded = text.casefold()
    if not folded.isascii():
        folded = _MAYBE_MARK.sub(_without_mark, unicodedata.normalize("NFKD", folded))
    return " ".join(folded.split())


def _without_mark(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def choose(what: str, text: str, things: Iterable[T], names: Callable[[T], Iterable[str]]) -> T:
    """Give the one thing that `text` names: exactly, else by how a name begins, else a word in it.

    The first of a thing's `names` is its id, which wins over all others' names. Raises InputError where
    nothing or more than one thing fits, then with the candidates.
    """
    wanted = plain(text)
    labelled = [(thing, [plain(name) for name in names(thing) if name]) for thing in things]
    for thing, _ in labelled:
        if next(iter(names(thing))) == text:
            return thing
    for fits in (_is, _begins, _has_word):
        found = [thing for thing, labels in labelled if any(fits(label, wanted) for label in labels)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(" ".join(list(names(one))[:2][::-1]) for one in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise AmbiguousError(
                f"{text!r} fits more than one {what}: {listed}{more}; write more of the name, or the id"
            )
    if what in _LISTED_BY:
        adds = f", `topofmind add {what}` adds one" if what != "reminder" else ""
        raise UnknownError(f"no {what} is called {text!r}; `{_LISTED_BY[what]}` shows what there is{adds}")
    known = ", ".join(list(names(thing))[:2][-1] for thing, _ in labelled)
    raise InputError(f"no {what} is called {text!r}; there is {known or 'none yet'}")


def _is(label: str, wanted: str) -> bool:
    return label == wanted


def _begins(label: str, wanted: str) -> bool:
    return bool(wanted) and label.startswith(wanted)


def _has_word(label: str, wanted: str) -> bool:
    """Whether a word begins so; what stands within a word says too little to act on."""
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}", label) is not None


def company(index: Index, text: str) -> Company:
    """Find a company by id or name."""
    return choose("company", text, index.companies.values(), lambda one: (one.id, one.name))


def contact(index: Index, text: str) -> Contact:
    """Find a contact by id, name or e-mail address."""
    return choose("contact", text, index.contacts.values(), lambda one: (one.id, one.name, one.email or ""))


def opportunity(index: Index, text: str) -> Opportunity:
    """Find an opportunity by id, company, title, or both; closed ones only where no open one fits."""

    def names(one: Opportunity) -> tuple[str, ...]:
        company_name = opportunity_company(index, one)
        return one.id, f"{company_name} {one.title}", company_name, one.title

    everything = list(index.opportunities.values())
    if text in index.opportunities:
        return index.opportunities[text]
    live = [one for one in everything if not one.stage.is_closed and not one.archived]
    try:
        return choose("opportunity", text, live, names)
    except AmbiguousError:
        raise
    except InputError:
        return choose("opportunity", text, everything, names)


def opportunity_company(index: Index, one: Opportunity) -> str:
    """Name who an opportunity is with: the employer, else the agency."""
    return index.companies[one.company or one.via or ""].name


def interview(index: Index, text: str) -> Interview:
    """Find an interview by id, or the last one of the opportunity that is named."""
    if text in index.interviews:
        return index.interviews[text]
    owner = opportunity(index, text)
    interviews = sorted(index.interviews_of(owner.id), key=lambda one: one.starts_at)
    if not interviews:
        raise InputError(f"{owner.title} has no interview yet; `topofmind add interview` adds one")
    return interviews[-1]


def resume(index: Index, text: str) -> ResumeVersion:
    """Find a version of the résumé by id or name."""
    return choose("résumé", text, index.resume_versions.values(), lambda one: (one.id, one.name))


def next_action(index: Index, text: str) -> NextAction:
    """Find a next action by id or by its text; done ones only where no other fits."""
    everything = list(index.next_actions.values())
    waiting = [one for one in everything if one.done_at is None]
    try:
        return choose("next action", text, waiting, lambda one: (one.id, one.text))
    except AmbiguousError:
        raise
    except InputError:
        return choose("next action", text, everything, lambda one: (one.id, one.text))


def time_period(index: Index, text: str) -> TimePeriod:
    """Find a time period by id, or the one named last on the opportunity that is named."""
    if text in index.time_periods:
        return index.time_periods[text]
    owner = opportunity(index, text)
    periods = sorted(index.periods_of(owner.id), key=lambda one: one.said_on)
    if not periods:
        raise InputError(f"nobody named a time for {owner.title}; `topofmind said` notes one")
    return periods[-1]


def touch(index: Index, text: str) -> Touch:
    """Find a touch by id, or the last one with the person who is named."""
    if text in index.touches:
        return index.touches[text]
    who = contact(index, text)
    touches = sorted(index.touches_with(who.id), key=lambda one: one.at)
    if not touches:
        raise InputError(f"no message with {who.name} is logged; `topofmind log` logs one")
    return touches[-1]


def reminder(reading: Reading, reminders: Iterable[Reminder], text: str) -> Reminder:
    """Find a reminder by id (hyphens may stand for spaces), or by words of its title, people or company."""

    def names(one: Reminder) -> tuple[str, ...]:
        index = reading.index
        about = index.opportunities.get(one.opportunity or "")
        where = opportunity_company(index, about) if about else ""
        who = " ".join(reading.name(person) for person in one.people)
        rule = one.rule.value
        spoken = f"{rule.replace('-', ' ')} {who}"
        return one.id, one.title, one.id.replace(" ", "-"), f"{rule} {where} {who}", f"{rule} {who}", spoken

    return choose("reminder", text, reminders, names)
