"""Why a reminder is there, and why one is not: told by the rules themselves as they derive."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline import find
from pipeline.case import Case
from pipeline.model import Reminder, Rule
from pipeline.reading import Reading
from pipeline.rules import CONTACT_RULES, OPPORTUNITY_RULES, USER_RULES
from pipeline.settings import Settings, written
from pipeline.toml_lines import value_line
from pipeline.wording import time_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTINGS_OF: dict[Rule, tuple[str, ...]] = {
    Rule.ASK: ("follow_up.ask_before",),
    Rule.OUTCOME: ("follow_up.outcome_after",),
    Rule.THANK_YOU: ("follow_up.thank_you_after", "follow_up.thank_you_latest"),
    Rule.CARD: ("follow_up.card", "follow_up.slot"),
    Rule.CHECK_IN: (
        "follow_up.check_in",
        "follow_up.assumed_check_in_after",
        "follow_up.min_gap",
        "follow_up.slot",
    ),
    Rule.TIME_PASSED: (
        "follow_up.check_in",
        "follow_up.time_passed_after",
        "follow_up.min_gap",
        "follow_up.slot",
    ),
    Rule.CLOSING_NOTE: (
        "follow_up.time_passed_after",
        "follow_up.closing_note_after",
        "follow_up.min_gap",
        "follow_up.slot",
    ),
    Rule.GO_DORMANT: ("follow_up.closing_note_after", "follow_up.dormant_after", "follow_up.slot"),
    Rule.ASK_TO_KEEP_IN_TOUCH: ("follow_up.min_gap", "follow_up.slot"),
    Rule.KEEP_IN_TOUCH: (
        "keep_in_touch.tiers",
        "keep_in_touch.default_tier",
        "keep_in_touch.spread",
        "keep_in_touch.per_day",
        "keep_in_touch.per_week",
        "follow_up.min_gap",
        "follow_up.slot",
    ),
    Rule.QUARTERLY_REVIEW: ("keep_in_touch.review", "keep_in_touch.review_months"),
    Rule.RESUME: ("keep_in_touch.review", "keep_in_touch.review_months", "follow_up.slot"),
    Rule.OFFER: ("follow_up.slot",),
    Rule.APPLICATION_SILENT: ("follow_up.application_silent_after", "follow_up.slot"),
    Rule.NEXT_ACTION: ("follow_up.slot",),
}
"""The settings that each rule reads."""

PLACE = ("time_zone", "country", "weekend", "holidays", "quiet_hours", "away")
"""What of [user] plays a part in every date; told where it is not the default."""


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
        lines += [line for step in steps if (line := f"  {step}") not in lines]
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
    run: Callable[[], Iterator[Reminder]]
    if rule in OPPORTUNITY_RULES:
        run = partial(OPPORTUNITY_RULES[rule], Case(traced, reading.index.opportunities[subject]))
    elif rule in CONTACT_RULES:
        run = partial(CONTACT_RULES[rule], traced, reading.index.contacts[subject])
    else:
        run = partial(USER_RULES[rule], traced)
    # What is worked out once for all of its reminders is said in the first run and not in the second.
    found = list(run())
    once = list(steps)
    steps.clear()
    own: list[list[str]] = []
    for _ in run():
        own.append(list(steps))
        steps.clear()
    said_each_time = {step for each in (*own, steps) for step in each}
    common = [step for step in once if step not in said_each_time]
    for each, reminder in zip(own, found, strict=True):
        yield [*common, *each], reminder
    if steps or (common and not found):
        yield [*(common if not found else ()), *steps], None


def _settings(reading: Reading, rule: Rule) -> list[str]:
    holds, default = written(reading.settings), written(Settings())
    keys = [
        *SETTINGS_OF[rule],
        *(f"user.{key}" for key in PLACE if holds["user"][key] != default["user"][key]),
    ]
    lines = []
    for key in keys:
        table, _, name = key.partition(".")
        lines.append(f"  setting {key} = {value_line(holds[table][name])}")
    return lines
