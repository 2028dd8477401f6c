"""Why a reminder is there, and why one is not: told by the rules themselves as they derive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import find
from pipeline.case import Case
from pipeline.errors import InputError
from pipeline.model import Reminder, Rule
from pipeline.reading import Reading
from pipeline.rules import CONTACT_RULES, OPPORTUNITY_RULES, USER_RULES
from pipeline.wording import time_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS_OF: dict[Rule, tuple[str, ...]] = {
    Rule.ASK: ("ask_before",),
    Rule.OUTCOME: ("outcome_after",),
    Rule.THANK_YOU: ("thank_you_after", "thank_you_latest"),
    Rule.CARD: ("card", "slot"),
    Rule.CHECK_IN: ("check_in", "assumed_check_in_after", "min_gap", "slot"),
    Rule.TIME_PASSED: ("check_in", "time_passed_after", "min_gap", "slot"),
    Rule.CLOSING_NOTE: ("time_passed_after", "closing_note_after", "min_gap", "slot"),
    Rule.GO_DORMANT: ("closing_note_after", "dormant_after", "slot"),
    Rule.ASK_TO_KEEP_IN_TOUCH: ("min_gap", "slot"),
    Rule.KEEP_IN_TOUCH: ("tiers", "default_tier", "spread", "per_day", "per_week"),
    Rule.QUARTERLY_REVIEW: ("review", "review_months"),
    Rule.RESUME: ("review", "slot"),
    Rule.OFFER: ("slot",),
    Rule.APPLICATION_SILENT: ("application_silent_after", "slot"),
    Rule.NEXT_ACTION: ("slot",),
}
"""The settings that each rule reads."""


def explain(reading: Reading, reminder: Reminder) -> list[str]:
    """Tell how a reminder came about: what it is, each step of its derivation, the settings used."""
    zone = reading.places.user_zone
    lines = [reminder.title, f"{reminder.id} · {reminder.state.value} · due {time_words(reminder.due, zone)}"]
    if reminder.alerts:
        lines.append("rings " + ", ".join(time_words(alert, zone) for alert in reminder.alerts))
    if reminder.expires is not None:
        lines.append(f"expires {time_words(reminder.expires, zone)}")
    lines.append(reminder.reason)
    for steps, found in _traced(reading, reminder.rule, _subject(reading, reminder)):
        if found is not None and found.id == reminder.id:
            lines += [f"  {step}" for step in steps]
    return [*lines, *_settings(reading, reminder.rule)]


def explain_absence(reading: Reading, rule: Rule, about: str) -> list[str]:
    """Tell why a rule gives no reminder that waits for the user; `about` names the opportunity or contact."""
    if rule in CONTACT_RULES:
        contact = find.contact(reading.index, about)
        subject, name = contact.id, contact.name
    elif rule in OPPORTUNITY_RULES:
        opportunity = find.opportunity(reading.index, about)
        subject, name = (
            opportunity.id,
            f"{find.opportunity_company(reading.index, opportunity)}, {opportunity.title}",
        )
    else:
        subject, name = "", "you"
    zone = reading.places.user_zone
    lines = [f"{rule.value} for {name}, as of {time_words(reading.now, zone)}"]
    for steps, found in _traced(reading, rule, subject):
        lines += [f"  {step}" for step in steps]
        if found is not None:
            lines.append(f"  {found.id} is {found.state.value}, due {time_words(found.due, zone)}")
    if len(lines) == 1:
        lines.append("  no interview, no time period and no date asks for it")
    if rule.value not in {one.value for one in reading.settings.calendar.rules}:
        lines.append("  it is left off the calendar by [calendar] rules")
    return [*lines, *_settings(reading, rule)]


def _subject(reading: Reading, reminder: Reminder) -> str:
    """Give the opportunity or contact from which a reminder was derived."""
    if reminder.rule in CONTACT_RULES:
        return reminder.people[0]
    if reminder.rule in OPPORTUNITY_RULES and reminder.opportunity in reading.index.opportunities:
        return reminder.opportunity
    return ""


def _traced(reading: Reading, rule: Rule, subject: str) -> Iterator[tuple[list[str], Reminder | None]]:
    """Run one rule on one subject; yield the steps that led to each reminder, and those that led to none."""
    steps: list[str] = []
    traced = Reading(reading.index, reading.places, reading.now, steps)
    if rule in OPPORTUNITY_RULES:
        found = OPPORTUNITY_RULES[rule](Case(traced, reading.index.opportunities[subject]))
    elif rule in CONTACT_RULES:
        found = CONTACT_RULES[rule](traced, reading.index.contacts[subject])
    elif rule in USER_RULES:
        found = USER_RULES[rule](traced)
    else:
        raise InputError(f"{rule.value} has no derivation")
    common: list[str] = []
    for reminder in found:
        common = common or list(steps)  # what holds for all is said before the first
        yield [*common, *(step for step in steps if step not in common)], reminder
        steps.clear()
    if steps or not common:
        yield list(steps), None


def _settings(reading: Reading, rule: Rule) -> list[str]:
    lines = []
    for key in SETTINGS_OF[rule]:
        section = "follow_up" if hasattr(reading.settings.follow_up, key) else "keep_in_touch"
        lines.append(
            f"  setting {section}.{key} = {_written(getattr(getattr(reading.settings, section), key))}"
        )
    return lines


def _written(value: object) -> str:
    return str(value)
