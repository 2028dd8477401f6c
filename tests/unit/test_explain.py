"""`why` and `why-not` tell the derivation itself: each step once, and settings as the file has them."""

from __future__ import annotations

import tomllib

import pytest

from pipeline.explain import SETTINGS_OF, explain, explain_absence
from pipeline.model import Rule
from pipeline.rules import CONTACT_RULES, derive
from pipeline.settings import written
from told import tell

HELD = "interview Tue 3 Mar 10:00–11:00 with Ann"  # noqa: RUF001
STORIES = [
    f"recruiter Rita; {HELD} and Bob; said “a week”; Wed 4 Mar 11:00 other to Rita",
    f"recruiter Rita; {HELD}, card asked for; nobody named a time; Fri 20 Mar rejected",
    f"{HELD}; interview Tue 3 Mar 13:00–14:00 with Bob; interview Fri 6 Mar 10:00–11:00 with Ann ahead",  # noqa: RUF001
    f'`user.country = "DE"`; `user.away = ["2026-03-05/2026-03-12"]`; {HELD}; said “end of the month”',
    f"{HELD}; Tue 3 Mar 12:00 thank-you to Ann; said “two weeks”; Wed 4 Mar rejected; Rita granted, tier B",
    "40 recruiters of tier B entered on Mon 5 Jan",
    "`follow_up.application_silent_after = 7`; applied Sat 7 Mar; Mon 16 Mar 11:00 other to Ann",
    "offer Mon 9 Mar, answer by Sat 14 Mar; Tue 10 Mar next action for Sat 14 Mar",
]


@pytest.mark.parametrize("story", STORIES)
def test_each_reminder_is_explained_by_its_own_steps(story: str) -> None:
    reading = tell(story).reading()
    for reminder in derive(reading)[:12]:
        lines = explain(reading, reminder)

        assert len(set(lines)) == len(lines)
        assert lines[0] == reminder.title
        assert reminder.id in lines[1]
        assert reminder.reason in lines


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("rule", Rule)
def test_an_absence_is_explained_without_repeating_a_step(story: str, rule: Rule) -> None:
    lines = explain_absence(tell(story).reading(), rule, "Ann" if rule in CONTACT_RULES else "Acme")

    assert len(set(lines)) == len(lines)
    assert len(lines) > 1 + len(SETTINGS_OF[rule])


@pytest.mark.parametrize("rule", Rule)
def test_settings_are_written_as_the_file_has_them(rule: Rule) -> None:
    reading = tell(f'`user.weekend = ["fri", "sat"]`; {HELD}').reading()
    marked = "  setting "
    lines = explain_absence(reading, rule, "Ann" if rule in CONTACT_RULES else "Acme")
    told = {line.removeprefix(marked) for line in lines if line.startswith(marked)}

    holds = written(reading.settings)
    for line in told:
        key = line.partition(" = ")[0]
        table, _, name = key.partition(".")
        assert tomllib.loads(line)[table][name] == holds[table][name]
    assert {line.partition(" = ")[0] for line in told} == {
        *SETTINGS_OF[rule],
        "user.time_zone",
        "user.country",
        "user.weekend",
    }


def test_the_steps_of_one_round_are_not_told_of_another() -> None:
    reading = tell(f"{HELD}; interview Thu 5 Mar 10:00–11:00 with Bob").reading()  # noqa: RUF001
    first, second = (one for one in derive(reading) if one.rule is Rule.THANK_YOU)

    steps = [line for line in explain(reading, second) if line not in explain(reading, first)]

    assert (
        "  the round of Thu 5 Mar is over at Thu 5 Mar 11:00; thanks are due the same day at Thu 5 Mar 12:00"
        in steps
    )
    assert not [line for line in explain(reading, second) if "Tue 3 Mar" in line]


def test_holidays_passed_over_are_named_where_they_count() -> None:
    reading = tell("interview Wed 18 Nov 10:00–11:00 with Ann; said “two weeks”").reading()  # noqa: RUF001
    check_in = next(one for one in derive(reading) if one.rule is Rule.CHECK_IN)

    told = [line for line in explain(reading, check_in) if "Thanksgiving" in line]

    assert told == [
        "  9 business days until Wed 2 Dec, 9 until Wed 2 Dec (not counting Thu 26 Nov, Thanksgiving Day)"
    ]


def test_a_slot_in_the_quiet_hours_is_said_to_be_moved() -> None:
    reading = tell(f'`user.time_zone = "Asia/Tokyo"`; {HELD}; said “a week”').reading()
    check_in = next(one for one in derive(reading) if one.rule is Rule.CHECK_IN)

    step = (
        "  due at the slot of Fri 6 Mar in America/New_York: Sat 7 Mar 08:00; Sat 7 Mar 00:00 is a quiet hour"
    )
    assert step in explain(reading, check_in)


def test_the_facts_are_told_with_who_said_what() -> None:
    told = tell(f"{HELD}; said “a week”")
    first = explain(told.reading(), next(one for one in derive(told.reading()) if one.rule is Rule.CHECK_IN))
    told.periods[0] |= {"said_by": "Bob", "words": None, "earliest": "2026-03-09", "latest": "2026-03-10"}
    second = explain(told.reading(), next(one for one in derive(told.reading()) if one.rule is Rule.CHECK_IN))

    assert "  p0 stands: “a week”, said by Acme on Tue 3 Mar: Tue 10 Mar to Tue 10 Mar" in first
    assert "  p0 stands: said by Bob on Tue 3 Mar: Mon 9 Mar to Tue 10 Mar" in second
    assert "  expected after 5 business days; half-way is business day 3" in second
