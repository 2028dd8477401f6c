"""Everything that a user can do, chosen by numbers, for the tests of what has to hold whatever is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from pipeline.commands import accepting, acting, editing, entering, removing
from pipeline.errors import InputError
from pipeline.model import (
    LISTED,
    Consent,
    Direction,
    InterviewPerson,
    InterviewState,
    OpportunityPerson,
    Role,
    Stage,
    Tier,
    TouchKind,
)
from pipeline.rules import derive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hypothesis.strategies import SearchStrategy

    from pipeline.desk import Change
    from pipeline.model import Reminder
    from pipeline.reading import Reading

NOW = datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
T = TypeVar("T")


def pick(things: Iterable[T], number: int) -> T:
    found = list(things)
    if not found:
        raise InputError("nothing there to choose from")
    return found[number % len(found)]


def waiting(reading: Reading, number: int) -> Reminder:
    return pick((one for one in derive(reading) if one.state in LISTED), number)


def add_company(reading: Reading, number: int) -> Change:
    return entering.add_company(reading, f"Company {number}", country="US", notes="é\n😀")


def add_contact(reading: Reading, number: int) -> Change:
    tier = pick([None, *Tier], number)
    return entering.add_contact(reading, "Ann", company=pick(reading.index.companies, number), tier=tier)


def add_opportunity(reading: Reading, number: int) -> Change:
    people = tuple(OpportunityPerson(one, Role.RECRUITER) for one in [*reading.index.contacts][-1:])
    company = pick(reading.index.companies, number)
    return entering.add_opportunity(reading, "Engineer", company=company, people=people, tags=("a", "b"))


def add_interview(reading: Reading, number: int) -> Change:
    met = tuple(InterviewPerson(one, "a note") for one in [*reading.index.contacts][-2:])
    starts_at = NOW + timedelta(hours=10 * number - 100)
    return entering.add_interview(
        reading, pick(reading.index.opportunities, number), starts_at, people=met, card=True
    )


def cancel_interview(reading: Reading, number: int) -> Change:
    return acting.set_interview(reading, pick(reading.index.interviews, number), InterviewState.CANCELLED)


def move_interview(reading: Reading, number: int) -> Change:
    starts_at = NOW + timedelta(days=number - 5)
    return acting.move_interview(reading, pick(reading.index.interviews, number), starts_at)


def delete(reading: Reading, number: int) -> Change:
    """Delete something of any kind; the kinds take turns."""
    index = reading.index
    kinds = [
        index.companies,
        index.contacts,
        index.opportunities,
        index.interviews,
        index.time_periods,
        index.touches,
        index.resume_versions,
        index.next_actions,
    ]
    return removing.delete(reading, pick(pick(kinds, number).values(), number))


def archive(reading: Reading, number: int) -> Change:
    return removing.archive(reading, pick(reading.index.opportunities, number), archived=number % 3 > 0)


def edit_opportunity(reading: Reading, number: int) -> Change:
    record = pick(reading.index.opportunities.values(), number)
    return editing.edit(reading, record, {"stage": pick(Stage, number), "notes": f"note {number}"})


def edit_period(reading: Reading, number: int) -> Change:
    record = pick(reading.index.time_periods.values(), number)
    return editing.edit(reading, record, {"words": "in two weeks", "no_contact": number % 2 > 0})


def accept(reading: Reading, number: int) -> Change:
    return accepting.accept(reading, pick(reading.index.opportunities, number))


def say(reading: Reading, number: int) -> Change:
    return entering.said(reading, pick(reading.index.opportunities, number), "a week or two")


def name_none(reading: Reading, number: int) -> Change:
    return entering.none_named(reading, pick(reading.index.opportunities, number))


def answer(reading: Reading, number: int) -> Change:
    return acting.answered(reading, pick(reading.index.opportunities, number))


def log(reading: Reading, number: int) -> Change:
    people = (pick(reading.index.contacts, number),)
    way = pick(Direction, number)
    return entering.log_touch(reading, pick(TouchKind, number), people, direction=way)


def add_resume(reading: Reading, number: int) -> Change:
    return entering.add_resume(reading, f"Version {number}")


def add_next_action(reading: Reading, number: int) -> Change:
    contact = pick(reading.index.contacts, number)
    return entering.add_next_action(reading, "Call", at=NOW + timedelta(days=1), contact=contact)


def done(reading: Reading, number: int) -> Change:
    return acting.done(reading, waiting(reading, number))


def skip(reading: Reading, number: int) -> Change:
    return acting.skip(reading, waiting(reading, number))


def snooze(reading: Reading, number: int) -> Change:
    return acting.snooze(reading, waiting(reading, number), NOW + timedelta(minutes=number + 1))


def move(reading: Reading, number: int) -> Change:
    return acting.move(reading, pick(reading.index.opportunities, number), pick(Stage, number))


def set_tier(reading: Reading, number: int) -> Change:
    return acting.set_tier(reading, pick(reading.index.contacts, number), pick([None, *Tier], number))


def set_consent(reading: Reading, number: int) -> Change:
    return acting.set_consent(reading, pick(reading.index.contacts, number), pick(Consent, number))


def pause(reading: Reading, number: int) -> Change:
    until = NOW.date() + timedelta(days=number)
    return acting.pause(reading, pick(reading.index.contacts, number), until)


COMMANDS: tuple[Callable[[Reading, int], Change], ...] = (
    *(add_company, add_contact, add_opportunity, add_interview, say, name_none, answer, log, add_resume),
    *(add_next_action, done, skip, snooze, move, cancel_interview, move_interview, delete),
    *(archive, edit_opportunity, edit_period, accept, set_tier, set_consent, pause),
)
SEED = tuple(
    (command, number)
    for command in (add_company, add_contact, add_opportunity, add_interview, say)
    for number in (0, 7)
)
"""What every run begins with, so that there is something to act on."""
Command = tuple["Callable[[Reading, int], Change]", int]


def any_commands(most: int = 25) -> SearchStrategy[list[Command]]:
    """Draw commands to do one after the other; whichever finds nothing to act on raises InputError."""
    return st.lists(st.tuples(st.sampled_from(COMMANDS), st.integers(0, 20)), max_size=most)
