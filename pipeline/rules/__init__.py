"""The follow-up rules: facts + settings + a moment → reminders, each with its reason. Pure.

A rule is one function; adding one is writing it and naming it here. `docs/follow-up-rules.md` is the document
of record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.model import Rule
from pipeline.rules import chain, contacts, interviews, others, quarter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.model import Contact, NextAction, Opportunity, Reminder
    from pipeline.reading import Reading

OPPORTUNITY_RULES: dict[Rule, Callable[[Case], Iterator[Reminder]]] = {
    Rule.ASK: interviews.ask,
    Rule.OUTCOME: interviews.outcome,
    Rule.THANK_YOU: interviews.thank_you,
    Rule.CARD: interviews.card,
    Rule.CHECK_IN: chain.check_in,
    Rule.TIME_PASSED: chain.time_passed,
    Rule.CLOSING_NOTE: chain.closing_note,
    Rule.GO_DORMANT: chain.go_dormant,
    Rule.OFFER: others.offer,
    Rule.APPLICATION_SILENT: others.application_silent,
}
OF_A_ROUND = frozenset({Rule.ASK, Rule.OUTCOME, Rule.THANK_YOU, Rule.CARD})
"""The rules whose reminders name an interview."""

OF_A_CHAIN = frozenset({Rule.CHECK_IN, Rule.TIME_PASSED, Rule.CLOSING_NOTE, Rule.GO_DORMANT})
"""The rules whose reminders name what the chain is counted from."""

CONTACT_RULES: dict[Rule, Callable[[Reading, Contact], Iterator[Reminder]]] = {
    Rule.ASK_TO_KEEP_IN_TOUCH: contacts.ask_to_keep_in_touch,
    Rule.KEEP_IN_TOUCH: contacts.keep_in_touch,
}
USER_RULES: dict[Rule, Callable[[Reading], Iterator[Reminder]]] = {
    Rule.QUARTERLY_REVIEW: quarter.quarterly_review,
    Rule.RESUME: quarter.resume,
    Rule.NEXT_ACTION: others.next_actions,
}


def derive(reading: Reading) -> list[Reminder]:
    """Derive every reminder, in whatever state, by due time."""
    index = reading.index
    found = list(of_opportunities(reading, index.opportunities.values()))
    found += of_contacts(reading, index.contacts.values())
    found += of_user(reading)
    found.sort(key=order)
    return found


def of_opportunities(reading: Reading, opportunities: Iterable[Opportunity]) -> Iterator[Reminder]:
    """Derive what is due on some opportunities."""
    for opportunity in opportunities:
        case = Case(reading, opportunity)
        for rule in OPPORTUNITY_RULES.values():
            yield from rule(case)


def of_contacts(reading: Reading, some: Iterable[Contact]) -> Iterator[Reminder]:
    """Derive what is due to some contacts."""
    for contact in some:
        for rule in CONTACT_RULES.values():
            yield from rule(reading, contact)


def of_user(reading: Reading) -> Iterator[Reminder]:
    """Derive what is due to the user alone."""
    yield from of_quarter(reading)
    yield from of_actions(reading, reading.index.next_actions.values())


def of_quarter(reading: Reading) -> Iterator[Reminder]:
    """Derive what is due once a quarter."""
    yield from quarter.quarterly_review(reading)
    yield from quarter.resume(reading)


def of_actions(reading: Reading, actions: Iterable[NextAction]) -> Iterator[Reminder]:
    """Derive what the user noted to be done."""
    for action in actions:
        yield from others.next_action(reading, action)


def order(reminder: Reminder) -> tuple[float, str, str, tuple[str, ...]]:
    """Sort reminders by due time, then by id, then by what tells apart those that share both."""
    return reminder.due.timestamp(), reminder.id, reminder.opportunity or "", reminder.people
