"""Each reminder says in plain words what to do and why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipeline.model import CompanyKind, NextAction, ReminderState, ResumeVersion, Rule, Touch, TouchKind
from pipeline.reading import Reading
from pipeline.rules import derive
from told import NEW_YORK, tell

HELD = "interview Tue 3 Mar 10:00–11:00 with Ann"  # noqa: RUF001
AFTER = "After your interview at Acme, over on Tue 3 Mar 11:00"
WEEK = "Acme said “a week” on Tue 3 Mar (Tue 10 Mar)."
UNNAMED = "Nobody at Acme named a time;"
LEAVING = "Before you leave, ask what the next step is and by when they will decide."
NEED = "is the day to ask whether they need anything else."
PASSED = "Thu 12 Mar is two business days after it."
LAST = "is the day for one last note, with the wish to keep in touch."


@pytest.mark.parametrize(
    ("story", "rule", "title", "reason"),
    [
        (
            f"{HELD} ahead",
            "ask",
            "Ask Acme what comes next, and by when they decide",
            f"Your interview at Acme is on Tue 3 Mar 10:00. {LEAVING}",
        ),
        (
            HELD,
            "outcome",
            "How did it go at Acme, and what did they say about time?",
            f"{AFTER}: what they said about time decides when to follow up.",
        ),
        (HELD, "thank-you", "Thank Ann", f"{AFTER}: thank everyone the same day."),
        (
            f"recruiter Rita; {HELD} and Bob",
            "thank-you",
            "Thank Ann, Bob +1",
            f"{AFTER}: thank everyone the same day. The recruiter too: thanks and a short debrief.",
        ),
        (f"{HELD}; Wed 4 Mar 10:59 reply from Bob", "thank-you", "Thank Ann", None),
        (f"{HELD}; Wed 4 Mar 11:00 reply from Bob", "thank-you", "Late: thank Ann", None),
        (
            f"{HELD} and Bob, card asked for",
            "card",
            "Post a handwritten card to Ann, Bob",
            "You met on Tue 3 Mar; posted on Wed 4 Mar, a card still arrives before they decide.",
        ),
        (f"{HELD}; said “a week”", "check-in", "Check in with Ann", f"{WEEK} Fri 6 Mar is half-way."),
        (
            f"recruiter Rita; {HELD}; said “a week”",
            "time passed",
            "The time has passed: ask Rita for the answer",
            f"{WEEK} {PASSED}",
        ),
        (
            f"`follow_up.time_passed_after = 3`; {HELD}; said “next week”",
            "time passed",
            "The time has passed: ask Ann for the answer",
            "Acme said “next week” on Tue 3 Mar (Mon 9 Mar to Fri 13 Mar). Wed 18 Mar is after it.",
        ),
        (
            f"{HELD}; said “a week”",
            "closing note",
            "Send Ann a closing note",
            f"{WEEK} Thu 19 Mar {LAST}",
        ),
        (
            f"{HELD}; said “a week”",
            "go dormant",
            "Acme went silent: close it as dormant?",
            f"{WEEK} If nothing is heard until Thu 2 Apr, close it.",
        ),
        (
            f"{HELD}; nobody named a time",
            "check-in",
            "Check in with Ann",
            f"{UNNAMED} your interview was on Tue 3 Mar. Tue 10 Mar {NEED}",
        ),
        (
            f"{HELD}; Thu 5 Mar 12:00 reply from Ann",
            "closing note",
            "Send Ann a closing note",
            f"{UNNAMED} their last message was on Thu 5 Mar. Thu 19 Mar {LAST}",
        ),
        (
            f"{HELD}; said “a week”; Wed 4 Mar 12:00 other to Ann",
            "check-in",
            "Check in with Ann",
            f"{WEEK} Fri 6 Mar is half-way. Moved to Mon 9 Mar because of your message of Wed 4 Mar.",
        ),
        (
            f"{HELD}; said “a week”; Wed 11 Mar 13:00 reply from Ann",
            "time passed",
            "The time has passed: ask Ann for the answer",
            f"{WEEK} {PASSED} Moved to Mon 16 Mar because of their reply of Wed 11 Mar.",
        ),
        (
            f'`user.away = ["2026-03-06/2026-03-08"]`; {HELD}; said “a week”',
            "check-in",
            "Check in with Ann",
            f"{WEEK} Fri 6 Mar is half-way. Moved to Mon 9 Mar because you are away.",
        ),
        (
            f"recruiter Rita; {HELD}; Wed 4 Mar rejected",
            "ask to keep in touch",
            "Ask Rita to keep in touch",
            "Engineer at Acme closed on Wed 4 Mar; whoever you met there can lead to the next one.",
        ),
        (
            f"{HELD}; Fri 20 Mar rejected; Rita granted, tier B",
            "keep in touch",
            "Keep in touch with Rita",
            "You have not spoken yet; tier B: every 13 weeks.",
        ),
        (
            f"{HELD}; Fri 20 Mar rejected; Ann granted, tier A",
            "keep in touch",
            "Keep in touch with Ann",
            "You last spoke on Tue 3 Mar; tier A: every 6 weeks.",
        ),
        (
            "2 recruiters of tier B entered on Mon 5 Jan",
            "quarterly review",
            "Keep-in-touch review of 2026 Q1",
            "Once a quarter: 2 contacts to go through.",
        ),
        (
            "1 recruiters of tier B entered on Mon 5 Jan",
            "résumé",
            "Refresh your résumé",
            "The review is on Tue 13 Jan; no version of it is noted yet.",
        ),
        (
            "offer Mon 9 Mar, answer by Sat 14 Mar",
            "offer",
            "Answer the offer of Acme",
            "Acme wants your answer by Sat 14 Mar.",
        ),
        (
            "`follow_up.application_silent_after = 7`; applied Sat 7 Mar",
            "application silent",
            "No answer from Acme: follow up",
            "You applied on Sat 7 Mar and heard nothing for 7 days.",
        ),
        (
            "`follow_up.application_silent_after = 1`; applied Sat 7 Mar; Mon 16 Mar 11:00 other to Ann",
            "application silent",
            "No answer from Acme: follow up",
            "You followed up on Mon 16 Mar and heard nothing for 1 day.",
        ),
    ],
)
def test_reason(story: str, rule: str, title: str, reason: str | None) -> None:
    found = [
        one for one in derive(tell(story).reading()) if one.rule == rule and one.state is ReminderState.OPEN
    ]

    assert [one.title for one in found] == [title]
    if reason is not None:
        assert found[0].reason == reason


def test_a_period_without_words_is_told_by_its_days() -> None:
    told = tell(f"{HELD}; said “a week”")
    days = {"earliest": "2026-03-10", "latest": "2026-03-10", "words": None}
    told.periods[0] |= days
    first = next(one for one in derive(told.reading()) if one.rule is Rule.CHECK_IN)
    told.periods[0] |= {"latest": "2026-03-12", "said_by": "Bob"}
    second = next(one for one in derive(told.reading()) if one.rule is Rule.CHECK_IN)

    assert first.reason == "Acme decides by Tue 10 Mar, said on Tue 3 Mar. Fri 6 Mar is half-way."
    assert (
        second.reason
        == "Bob decides between Tue 10 Mar and Thu 12 Mar, said on Tue 3 Mar. Fri 6 Mar is half-way."
    )


def test_an_answered_period_is_told_as_their_answer() -> None:
    told = tell(f"{HELD}; said “a week”")
    told.periods[0] |= {"answered_on": "2026-03-06"}
    check_in = next(one for one in derive(told.reading()) if one.rule is Rule.CHECK_IN)

    assert check_in.id == "check-in:p0"
    assert check_in.reason.startswith(
        "Nobody at Acme named a time; their answer was on Fri 6 Mar. Fri 13 Mar is"
    )


def test_without_anybody_to_write_to_the_company_is_named() -> None:
    told = tell(f"{HELD}, card asked for; said “a week”")
    told.interviews[0] |= {"people": []}
    titles = {one.rule: one.title for one in derive(told.reading())}

    assert titles[Rule.THANK_YOU] == "Thank the people at Acme"
    assert titles[Rule.CHECK_IN] == "Check in with Acme"
    assert titles[Rule.TIME_PASSED] == "The time has passed: ask Acme for the answer"
    assert titles[Rule.CARD] == "Post a handwritten card to Acme"


def test_unanswered_messages_are_counted_in_the_reason() -> None:
    story = "; ".join(f"Mon {day} 10:00 keep in touch to Ann" for day in ("2 Feb", "9 Feb"))
    reading = tell(f"{story}; Fri 20 Mar rejected; Ann granted, tier A").reading()
    one = next(one for one in derive(reading) if one.rule is Rule.KEEP_IN_TOUCH)

    assert one.reason.startswith("You last spoke on Mon 9 Feb; tier A: every 12 weeks.")
    assert one.reason.endswith(" 2 messages without an answer: the wait is doubled.")


@pytest.mark.parametrize(
    ("sent", "behind"),
    [({}, "2 recruiters have"), ({"R0": "old"}, "2 recruiters have"), ({"R0": "new"}, "1 recruiter has")],
)
def test_the_resume_counts_who_is_behind(sent: dict[str, str], behind: str) -> None:
    reading = tell("2 recruiters of tier B entered on Mon 5 Jan").reading()
    versions = (("old", "2025-06-01"), ("new", "2025-12-01"))
    for name, made_on in versions:
        reading.index.put(ResumeVersion(name, name, datetime.fromisoformat(made_on).date()))
    for who in ("R0", "R1"):
        company = reading.index.companies["acme"]
        reading.index.put(type(company)("agency", "Agency", CompanyKind.AGENCY))
        person = reading.index.contacts[who]
        reading.index.put(type(person)(who, who, company="agency", tier=person.tier))
    for who, version in sent.items():
        at = datetime(2025, 12, 20, tzinfo=NEW_YORK)
        reading.index.put(Touch(f"to {who}", (who,), at, TouchKind.OTHER, resume_version=version))

    found = [
        one for one in derive(Reading(reading.index, reading.places, reading.now)) if one.rule is Rule.RESUME
    ]

    assert found[0].reason == f"The review is on Tue 13 Jan; {behind} an older version."


def test_a_next_action_is_what_was_typed() -> None:
    reading = tell(f"{HELD}; Tue 3 Mar next action for Sat 7 Mar").reading()
    at = datetime(2026, 3, 5, 9, 15, tzinfo=NEW_YORK)
    reading.index.put(NextAction("call", "Call Ann", at, "o", "Ann"))
    reading.index.put(NextAction("some day", "Some day"))
    reading.index.put(NextAction("past", "Past", at, done_at=at + timedelta(hours=1)))

    found = {one.id: one for one in derive(reading) if one.rule is Rule.NEXT_ACTION}

    assert set(found) == {"next action:n", "next action:call", "next action:past"}
    call = found["next action:call"]
    assert (call.title, call.reason) == ("Call Ann", "You noted this to do.")
    assert (call.opportunity, call.people) == ("o", ("Ann",))
    assert (call.due, call.alerts, call.expires, call.state) == (at, (at,), None, ReminderState.OPEN)
    assert (found["next action:n"].opportunity, found["next action:n"].people) == (None, ())
    assert found["next action:past"].state is ReminderState.DONE


@pytest.mark.parametrize(("per_week", "full"), [(8, False), (1, True)])
def test_the_reason_says_that_the_days_around_are_full(per_week: int, full: bool) -> None:  # noqa: FBT001
    reading = tell(
        f"`keep_in_touch.per_week = {per_week}`; 40 recruiters of tier B entered on Mon 5 Jan"
    ).reading()
    reasons = [one.reason for one in derive(reading) if one.rule is Rule.KEEP_IN_TOUCH]

    assert any(reason.endswith(" The days around are full.") for reason in reasons) is full
