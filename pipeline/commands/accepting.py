"""They accepted me: what is left to do with everybody else, as one step. Pure.

Nobody hears of it by itself: each message that is due becomes a next action, which rings like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.case import Case
from pipeline.commands.acting import move
from pipeline.commands.entering import new_id
from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.keep_in_touch import tier_of
from pipeline.model import Consent, InterviewState, NextAction, Role, Stage
from pipeline.store import Put
from pipeline.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from pipeline.model import Contact, Opportunity
    from pipeline.reading import Reading
    from pipeline.store import Remove

A_DAY = 3
"""People of the network to write to on one business day: the same as keep in touch allows."""

_THANKED = (Role.REFERRER, Role.RECRUITER)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that follows from accepting; `key` names it, so that the user can leave it out."""

    key: str
    group: str
    what: str
    writes: tuple[Put | Remove, ...]


def deeds(reading: Reading, opportunity: str) -> list[Deed]:
    """List what follows from accepting an opportunity, in the order in which to do it."""
    owner = reading.index.opportunities[opportunity]
    if owner.stage.is_closed and owner.stage is not Stage.ACCEPTED:
        raise InputError(f"{owner.title} is closed as {owner.stage.value}; move it to offer first")
    return [
        *_thanks(reading, owner),
        *_withdrawals(reading, owner),
        *_network(reading, owner),
        *_keep_in_touch(reading, owner),
    ]


def accept(
    reading: Reading, opportunity: str, on: date | None = None, without: Collection[str] = ()
) -> Change:
    """Accept an opportunity, with all deeds but those whose keys are in `without`."""
    owner = reading.index.opportunities[opportunity]
    chosen = [deed for deed in deeds(reading, opportunity) if deed.key not in without]
    writes = [*move(reading, opportunity, Stage.ACCEPTED, on).writes]
    writes += (write for deed in chosen for write in deed.writes)
    told = f"{owner.title} is accepted, and what follows noted: {count_words(len(chosen), 'thing')} to do"
    return Change(f"accept {owner.title}", tuple(writes), told if chosen else f"{owner.title} is accepted")


def _thanks(reading: Reading, owner: Opportunity) -> Iterator[Deed]:
    index = reading.index
    company = opportunity_company(index, owner)
    for person in owner.people:
        if person.role in _THANKED:
            who = index.contacts[person.contact]
            text = f"Thank {who.name}, your {person.role.value}: you accepted at {company}"
            yield Deed(
                f"thank:{who.id}",
                "Thank",
                f"{who.name}, {person.role.value}",
                (_action(reading, text, reading.today, owner.id, who.id),),
            )


def _withdrawals(reading: Reading, owner: Opportunity) -> Iterator[Deed]:
    """Yield one for each other opportunity that is live; nobody waits to hear about a mere lead."""
    index = reading.index
    for other in index.opportunities.values():
        if other.id == owner.id or other.stage.is_closed or other.archived:
            continue
        company = opportunity_company(index, other)
        writes: list[Put | Remove] = [*move(reading, other.id, Stage.WITHDRAWN).writes]
        writes += (
            Put(structs.replace(one, state=InterviewState.CANCELLED))
            for one in index.interviews_of(other.id)
            if one.state is InterviewState.SCHEDULED and not reading.is_held(one)
        )
        if other.stage is not Stage.LEAD:
            whom = Case(reading, other).recipient
            to = reading.name(whom) if whom else company
            text = f"Withdraw politely from {company}, {other.title}: write to {to}"
            writes.append(_action(reading, text, reading.today, other.id, whom))
        yield Deed(f"withdraw:{other.id}", "Withdraw", f"{company}, {other.title}", tuple(writes))


def _network(reading: Reading, owner: Opportunity) -> Iterator[Deed]:
    """Yield one for each person whom the user keeps in touch with, a few a business day from tomorrow on."""
    index, company = reading.index, opportunity_company(reading.index, owner)
    told = {person.contact for person in owner.people}
    known = [
        one
        for one in index.contacts.values()
        if one.id not in told
        and one.consent is not Consent.DECLINED
        and tier_of(reading, one) is not None
        and not reading.live_opportunities_with(one.id)
    ]
    for number, one in enumerate(known):
        day = reading.calendar.add(reading.today, 1 + number // A_DAY)
        text = f"Tell {one.name} that you start at {company}"
        yield Deed(f"tell:{one.id}", "Tell", one.name, (_action(reading, text, day, None, one.id),))


def _keep_in_touch(reading: Reading, owner: Opportunity) -> Iterator[Deed]:
    """Yield one for each helper without a tier: whoever recruits gets that of recruiters, others theirs.

    Only where there is nothing to ask: the rules themselves ask recruiters and hiring managers first.
    """
    index, defaults = reading.index, reading.settings.keep_in_touch.default_tier
    helpers = dict.fromkeys(person.contact for person in owner.people if person.role in _THANKED)
    for id_ in helpers:
        one: Contact = index.contacts[id_]
        if one.tier is None and one.consent is not Consent.DECLINED:
            tier = defaults.recruiter if index.is_recruiter(one) else defaults.other
            yield Deed(
                f"keep:{id_}",
                "Keep in touch",
                f"{one.name}, tier {tier.value}",
                (Put(structs.replace(one, tier=tier)),),
            )


def _action(reading: Reading, text: str, day: date, opportunity: str | None, contact: str | None) -> Put:
    return Put(NextAction(new_id(reading.index.next_actions), text, day, opportunity, contact))
