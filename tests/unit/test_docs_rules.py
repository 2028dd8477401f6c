"""docs/follow-up-rules.md is the document of record: its examples and its meter are what is derived."""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path

import pytest

from pipeline.business_days import BusinessDays
from pipeline.case import Case
from pipeline.meter import meter
from pipeline.model import Reminder, ReminderState, Rule
from pipeline.moments import read_moment
from pipeline.phrases import UnreadableTimeError
from pipeline.places import public_holidays
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.time_periods import read_time_period
from pipeline.wording import and_words, day_words
from told import DAY, NEW_YORK, day, sent, tell

DOC = Path(__file__).parents[2] / "docs" / "follow-up-rules.md"
LISTED = {ReminderState.OPEN, ReminderState.SNOOZED}


def table(heading: str) -> list[list[str]]:
    """Read the cells of the last table under a heading, without its head."""
    _, _, rest = DOC.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    rows = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")]
    head = max(number for number, line in enumerate(rows) if line.startswith("|---"))
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[head + 1 :]]


def alerts_of(reminder: Reminder) -> str:
    """Write when a reminder is due and rings, as the table does: what is said before is not said again."""
    words, before = [], None
    for alert in reminder.alerts or (reminder.due,):
        year = "" if alert.year == 2026 else f" {alert.year}"
        on = f"{day_words(alert)}{year}"
        words.append(f"{alert:%H:%M}" if on == before else f"{on} {alert:%H:%M}")
        before = on
    return and_words(words)


def written(reminder: Reminder) -> str:
    """Write a reminder as the right column does."""
    people = and_words([str(name) for name in reminder.people])
    preposition = "of" if reminder.rule in {Rule.ASK, Rule.OUTCOME} else "to"
    whom = f" {preposition} {people}" if people and reminder.rule not in CHAIN else ""
    when = alerts_of(reminder)
    if len(reminder.alerts) < 2:  # a day without a time is its slot
        when = when.removesuffix(" 10:00")
    return f"{reminder.rule.value}{whom} {when}"


CHAIN = {Rule.CHECK_IN, Rule.TIME_PASSED, Rule.CLOSING_NOTE, Rule.GO_DORMANT}
"""The right column does not say whom these go to: it is in every row the same."""


def summed_up(reminders: list[Reminder]) -> list[str]:
    """Write what is open; many of one rule as their number and days."""
    turns = sorted({one.due.date() for one in reminders if one.rule is Rule.KEEP_IN_TOUCH})
    if len(turns) < 2:
        return [written(one) for one in reminders]
    number = sum(one.rule is Rule.KEEP_IN_TOUCH for one in reminders)
    spread = (
        f"{number} keep in touch on {len(turns)} business days "
        f"from {day_words(turns[0])} to {day_words(turns[-1])}"
    )
    return [spread, *(written(one) for one in reminders if one.rule is not Rule.KEEP_IN_TOUCH)]


EXAMPLES = table("Worked examples")


@pytest.mark.parametrize(("number", "happened", "expected"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_worked_example(number: str, happened: str, expected: str) -> None:
    _ = number
    reminders = [one for one in derive(tell(happened).reading()) if one.state in LISTED]

    assert sorted(summed_up(reminders)) == sorted([] if expected == "nothing" else expected.split("; "))


def test_keep_in_touch_days_are_business_days() -> None:
    """The last of what the example of the many recruiters says."""
    reading = tell(next(row[1] for row in EXAMPLES if "40 recruiters" in row[1])).reading()

    days = [one.due.date() for one in derive(reading) if one.rule is Rule.KEEP_IN_TOUCH]

    assert all(reading.calendar.is_business_day(one) for one in days)


@pytest.mark.parametrize(("on", "phase"), table("Too early, too late"))
def test_meter(on: str, phase: str) -> None:
    told = tell(EXAMPLES[4][1])
    sent(told, "6 Apr", "11:15", "thank-you", "Ann", "")
    reading = told.reading()
    found = re.fullmatch(DAY, on)
    assert found is not None
    then = Reading(reading.index, reading.places, told.at(found[1], "12:00"))

    read = meter(Case(then, then.index.opportunities["o"]))

    assert read is not None
    assert read.words == phase


PHRASES = DOC.with_name("time-phrases.md")
AMERICAN = BusinessDays(holidays=lambda year: public_holidays("US", year))
TUESDAY = datetime(2026, 3, 3, 11, 30, tzinfo=NEW_YORK)


def rows(*head: str) -> list[list[str]]:
    """Read the cells of all tables of docs/time-phrases.md with that head."""
    found, inside = [], False
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells == list(head):
            inside = True
        elif inside and not line.startswith("|---"):
            found.append(cells)
    assert found
    return found


@pytest.mark.parametrize(
    ("words", "on", "means"),
    [
        *([words, "Tue 3 Mar", means] for words, means in rows("they say", "which is")),
        *rows("they say", "said on", "which is"),
    ],
)
def test_phrase(words: str, on: str, means: str) -> None:
    said_on = day(on.split(" ", 1)[1])

    span = read_time_period(words, said_on, AMERICAN)

    both = dict.fromkeys((day_words(span.earliest, said_on), day_words(span.latest, said_on)))
    assert " to ".join(both) == means


@pytest.mark.parametrize(("words", "why"), rows("they say", "what you are told"))
def test_phrase_that_is_refused(words: str, why: str) -> None:
    with pytest.raises(UnreadableTimeError) as refused:
        read_time_period(words, TUESDAY.date(), AMERICAN)

    told = str(refused.value).partition("; try for example")[0]
    assert told == f'can\'t read "{words}" as a time' + (f": {why}" if why else "")


@pytest.mark.parametrize(("typed", "ahead", "behind"), rows("you type", "what lies ahead", "what took place"))
def test_time_that_is_typed(typed: str, ahead: str, behind: str) -> None:
    for prefer, expected in (("future", ahead), ("past", behind)):
        read = read_moment(typed, TUESDAY, NEW_YORK, time(10), prefer=prefer).astimezone(NEW_YORK)  # type: ignore[arg-type]
        assert f"{day_words(read, TUESDAY)} {read:%H:%M}" == expected
