"""Making one contact of two: whatever names the one that goes then names the one that stays. One step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.model import Consent, Contact, InterviewPerson, Rule
from pipeline.store import Put, Remove
from pipeline.wording import and_words, count_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.index import Index
    from pipeline.model import Interview
    from pipeline.reading import Reading

_FIRST_WINS = ("company", "email", "phone", "link", "address", "time_zone")
_CALLED = {"company": "at", "email": "e-mail", "time_zone": "time zone"}
_CONSENTS = (Consent.DECLINED, Consent.GRANTED, Consent.ASKED, Consent.UNKNOWN)
"""The one named first wins: nobody who declined is written to because of a second record."""

_ABOUT_CONTACTS = (Rule.KEEP_IN_TOUCH, Rule.ASK_TO_KEEP_IN_TOUCH)


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge makes: to be shown before it is done.

    `also` are the values that lost to others; they stand in the notes. `moved` counts what names the other.
    """

    stays: Contact
    goes: Contact
    also: tuple[str, ...]
    moved: tuple[tuple[str, int], ...]
    writes: tuple[Put | Remove, ...]

    @property
    def moved_words(self) -> str:
        """Say what moves over: "2 messages and 1 interview"."""
        return and_words([count_words(number, thing) for thing, number in self.moved]) or "nothing"


def merge(reading: Reading, stays: str, goes: str) -> Change:
    """Make one contact of two. What the one that stays lacks comes from the other; nothing is lost."""
    made = plan_merge(reading, stays, goes)
    return Change(
        f"merge {made.goes.name} into {made.stays.name}",
        made.writes,
        f"merged: {made.stays.name} has all of {made.goes.name} ({made.moved_words} moved)",
    )


def plan_merge(reading: Reading, stays: str, goes: str) -> Merge:
    """Work out a merge. Raises InputError where both are the same, or one is gone."""
    index = reading.index
    if stays == goes:
        raise InputError("a contact cannot be merged with itself; name two")
    for id_ in (stays, goes):
        if id_ not in index.contacts:
            raise InputError(f"there is no contact {id_!r} any more")
    one, other = index.contacts[stays], index.contacts[goes]
    also = tuple(_also(index, one, other))
    moved = {thing: list(found) for thing, found in _references(index, stays, goes)}
    writes = [put for found in moved.values() for put in found if isinstance(put, Put)]
    counts = {thing: sum(isinstance(put, Put) for put in found) for thing, found in moved.items()}
    removed = [gone for found in moved.values() for gone in found if isinstance(gone, Remove)]
    return Merge(
        stays=_merged(one, other, also),
        goes=other,
        also=also,
        moved=tuple((thing, number) for thing, number in counts.items() if number and thing in _TOLD),
        writes=(Put(_merged(one, other, also)), *writes, *removed, Remove(other)),
    )


_TOLD = ("message", "interview", "opportunity", "time period", "next action")


def _merged(one: Contact, other: Contact, also: tuple[str, ...]) -> Contact:
    """Give the contact that stays, with all that the other knew."""
    kept = {name: getattr(one, name) or getattr(other, name) for name in _FIRST_WINS}
    notes = dict.fromkeys(filter(None, (one.notes, other.notes, "\n".join(also))))
    pauses = [day for day in (one.paused_until, other.paused_until) if day is not None]
    return structs.replace(
        one,
        **kept,
        tier=one.tier or other.tier,
        consent=min(one.consent, other.consent, key=_CONSENTS.index),
        paused_until=max(pauses, default=None),
        notes="\n".join(notes) or None,
    )


def _also(index: Index, one: Contact, other: Contact) -> Iterator[str]:
    """Yield what the other says differently, as lines for the notes."""
    if one.name.casefold() != other.name.casefold():
        yield f"also called {other.name}"
    for field in _FIRST_WINS:
        mine, theirs = getattr(one, field), getattr(other, field)
        if mine and theirs and mine != theirs:
            words = index.companies[theirs].name if field == "company" else " · ".join(theirs.splitlines())
            yield f"also {_CALLED.get(field, field)} {words}"


def _references(index: Index, stays: str, goes: str) -> Iterator[tuple[str, Iterator[Put | Remove]]]:
    """Yield all that names `goes`, naming `stays` instead, by what it is."""

    def now(contact: str | None) -> str | None:
        return stays if contact == goes else contact

    yield (
        "message",
        (
            Put(structs.replace(one, people=tuple(dict.fromkeys(now(who) or who for who in one.people))))
            for one in index.touches_with(goes)
        ),
    )
    yield "interview", (Put(_interview(one, stays, goes)) for one in index.interviews_with(goes))
    yield (
        "opportunity",
        (
            Put(
                structs.replace(
                    one,
                    people=tuple(
                        dict.fromkeys(
                            structs.replace(on, contact=stays) if on.contact == goes else on
                            for on in one.people
                        )
                    ),
                )
            )
            for one in index.opportunities.values()
            if any(on.contact == goes for on in one.people)
        ),
    )
    yield (
        "time period",
        (
            Put(structs.replace(one, said_by=stays))
            for one in index.time_periods.values()
            if one.said_by == goes
        ),
    )
    yield (
        "next action",
        (
            Put(structs.replace(one, contact=stays))
            for one in index.next_actions.values()
            if one.contact == goes
        ),
    )
    yield (
        "review",
        (
            Put(
                structs.replace(
                    one,
                    decisions=tuple(
                        structs.replace(decision, contact=stays) if decision.contact == goes else decision
                        for decision in one.decisions
                    ),
                )
            )
            for one in index.reviews.values()
            if any(decision.contact == goes for decision in one.decisions)
        ),
    )
    yield "day", _days(index, stays, goes)
    yield "override", _overrides(index, stays, goes)


def _interview(one: Interview, stays: str, goes: str) -> Interview:
    """Give an interview in which one person was met once, with all that was noted of them."""
    notes: dict[str, dict[str, None]] = {}
    for person in one.people:
        who = stays if person.contact == goes else person.contact
        notes.setdefault(who, {}).update({person.note: None} if person.note else {})
    people = tuple(InterviewPerson(who, "; ".join(texts) or None) for who, texts in notes.items())
    return structs.replace(one, people=people)


def _days(index: Index, stays: str, goes: str) -> Iterator[Put | Remove]:
    """Move the days on which to keep in touch, where the one that stays has none for that cycle."""
    for (contact, cycle), day in index.keep_in_touch_dates.items():
        if contact == goes:
            yield Remove(day)
            if (stays, cycle) not in index.keep_in_touch_dates:
                yield Put(structs.replace(day, contact=stays))


def _overrides(index: Index, stays: str, goes: str) -> Iterator[Put | Remove]:
    """Rename what was said about the reminders to write to the one that goes."""
    for rule in _ABOUT_CONTACTS:
        old, new = f"{rule.value}:{goes}", f"{rule.value}:{stays}"
        for id_, override in index.overrides.items():
            if id_ == old or id_.startswith(f"{old}:"):
                yield Remove(override)
                if (name := new + id_.removeprefix(old)) not in index.overrides:
                    yield Put(structs.replace(override, reminder=name))
