"""Corners of the rules that the worked examples do not show: ids, states, and moments that fall together."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from pipeline.model import Override, OverrideState, ReminderState, Rule
from pipeline.reading import Reading
from pipeline.rules import derive
from told import NEW_YORK, tell

HELD = "interview Tue 3 Mar 10:00–11:00 with Ann"  # noqa: RUF001
OPEN, DONE, EXPIRED = ReminderState.OPEN, ReminderState.DONE, ReminderState.EXPIRED
SKIPPED, SNOOZED = ReminderState.SKIPPED, ReminderState.SNOOZED


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=NEW_YORK)


def states(story: str, **facts: list[dict[str, Any]]) -> dict[str, ReminderState]:
    told = tell(story)
    for name, records in facts.items():
        getattr(told, name).extend(records)
    return {one.id: one.state for one in derive(told.reading())}


def as_of(story: str, moment: datetime) -> dict[str, ReminderState]:
    reading = tell(story).reading()
    return {one.id: one.state for one in derive(Reading(reading.index, reading.places, moment))}


@pytest.mark.parametrize(
    ("more", "subject"),
    [("", "i0"), ("; Tue 3 Mar 15:00 reply from Ann", "t0"), ("; Mon 2 Mar 15:00 reply from Ann", "i0")],
)
def test_an_assumed_chain_is_named_after_the_last_sign_of_life(more: str, subject: str) -> None:
    ids = states(HELD + more)

    assert {f"{rule}:{subject}" for rule in ("check-in", "closing note", "go dormant")} <= set(ids)


def test_an_answer_of_the_same_day_goes_before_a_message_and_an_interview() -> None:
    told = tell(f"{HELD}; said “a week”; Tue 3 Mar 15:00 reply from Ann")
    told.periods[0] |= {"answered_on": "2026-03-03"}

    assert "check-in:p0" in {one.id for one in derive(told.reading())}


def test_of_two_messages_on_a_day_the_later_names_the_chain() -> None:
    ids = states(f"{HELD}; Thu 5 Mar 15:00 reply from Ann; Thu 5 Mar 12:00 reply from Ann")

    assert "check-in:t0" in ids


@pytest.mark.parametrize(
    ("sent", "state"),
    [("Tue 10 Mar 11:00", DONE), ("Tue 17 Mar 09:00", DONE), ("Tue 3 Mar 15:00", OPEN)],
)
def test_a_check_in_answers_an_assumed_one_until_the_closing_note(sent: str, state: ReminderState) -> None:
    assert states(f"{HELD}; {sent} check-in to Ann")["check-in:i0"] is state


def test_an_expired_follow_up_stays_in_the_past() -> None:
    story = f"{HELD}; said “a week”"
    last = at("03-11T00:00")

    assert as_of(story, last - timedelta(minutes=1))["check-in:p0"] is OPEN
    assert as_of(story, last)["check-in:p0"] is EXPIRED


@pytest.mark.parametrize("rule", ["thank-you", "card"])
def test_what_is_sent_at_the_very_start_of_a_round_counts(rule: str) -> None:
    begun = states(f"{HELD}, card asked for; Tue 3 Mar 10:00 {rule} to Ann")
    before = states(f"{HELD}, card asked for; Tue 3 Mar 09:59 {rule} to Ann")

    assert (begun[f"{rule}:i0"], before[f"{rule}:i0"]) == (DONE, OPEN)


@pytest.mark.parametrize(
    ("touch", "thanks", "card"),
    [
        ({"opportunity": "o", "kind": "thank-you", "people": ["Bob"]}, DONE, OPEN),
        ({"opportunity": None, "kind": "thank-you", "people": ["Bob"]}, OPEN, OPEN),
        ({"opportunity": "o", "kind": "card", "people": ["Bob"]}, OPEN, DONE),
        ({"opportunity": None, "kind": "card", "people": ["Bob"]}, OPEN, OPEN),
        ({"opportunity": "o", "kind": "card", "people": ["Bob"], "direction": "in"}, OPEN, OPEN),
        ({"opportunity": "o", "kind": "thank-you", "people": ["Bob"], "direction": "in"}, OPEN, OPEN),
    ],
)
def test_where_nobody_was_named_what_went_out_about_the_opportunity_counts(
    touch: dict[str, Any], thanks: ReminderState, card: ReminderState
) -> None:
    told = tell(f"{HELD}, card asked for; Tue 3 Mar 13:00 other to Bob")
    told.interviews[0] |= {"people": []}
    told.touches.append({"id": "x", "at": "2026-03-03T12:00-05:00", **touch})
    found = {one.id: one.state for one in derive(told.reading())}

    assert (found["thank-you:i0"], found["card:i0"]) == (thanks, card)


@pytest.mark.parametrize(
    ("touch", "state"),
    [
        ({"people": ["Ann"], "kind": "card"}, DONE),
        ({"people": ["Bob"], "kind": "card"}, OPEN),
        ({"people": ["Ann"], "kind": "card", "direction": "in"}, OPEN),
        ({"people": ["Ann"], "kind": "thank-you"}, OPEN),
    ],
)
def test_a_card_to_one_of_its_people_will_do(touch: dict[str, Any], state: ReminderState) -> None:
    touches = [{"id": "x", "at": "2026-03-03T10:30-05:00", **touch}]

    assert states(f"{HELD}, card asked for", touches=touches)["card:i0"] is state


def test_thanks_name_whoever_was_not_thanked_yet() -> None:
    told = tell(f"recruiter Rita; {HELD} and Bob")
    sent = {"kind": "thank-you", "at": "2026-03-03T10:30-05:00"}
    told.touches.append({"id": "about it", "people": ["Rita"], "interview": "i0", **sent})
    told.touches.append({"id": "about nothing", "people": ["Ann"], **sent})

    thanks = next(one for one in derive(told.reading()) if one.rule is Rule.THANK_YOU)

    assert (thanks.people, thanks.state) == (("Bob",), OPEN)


def test_the_last_interview_of_a_round_is_asked_in_and_the_longest_ends_it() -> None:
    round_ = f"interview Tue 3 Mar 09:00–15:00 with Ann ahead; interview Tue 3 Mar 11:00–12:00 with Bob ahead"  # noqa: F541, RUF001
    found = {one.rule: one for one in derive(tell(round_).reading())}

    assert found[Rule.ASK].due == at("03-03T10:45")
    assert found[Rule.ASK].expires == at("03-03T11:00")
    assert found[Rule.OUTCOME].due == at("03-03T15:10")
    assert found[Rule.OUTCOME].expires == at("03-06T00:00")
    assert found[Rule.THANK_YOU].expires == at("03-11T00:00")
    assert [one.people for one in found.values()] == [("Ann", "Bob")] * 3


@pytest.mark.parametrize(
    ("end", "due"),
    [("19:30", "20:30"), ("19:31", "19:46"), ("23:30", "23:45"), ("23:50", "23:59"), ("06:30", "08:00")],
)
def test_when_thanks_are_due(end: str, due: str) -> None:
    begin = f"{int(end[:2]) - 1:02}{end[2:]}"
    found = {one.rule: one for one in derive(tell(f"interview Tue 3 Mar {begin}–{end} with Ann").reading())}  # noqa: RUF001

    thanks = found[Rule.THANK_YOU]
    assert thanks.due == at(f"03-03T{due}")
    assert thanks.alerts == ((thanks.due, at("03-03T20:30")) if due < "20:30" else (thanks.due,))


@pytest.mark.parametrize(
    ("override", "moment", "state", "rings"),
    [
        ({"state": "done"}, "03-06T09:00", DONE, "03-06T10:00"),
        ({"state": "skipped"}, "03-06T09:00", SKIPPED, "03-06T10:00"),
        ({"state": "skipped"}, "03-20T09:00", SKIPPED, "03-06T10:00"),
        ({"state": "snoozed", "until": at("03-09T10:00")}, "03-06T09:00", SNOOZED, "03-09T10:00"),
        ({"state": "snoozed", "until": at("03-09T10:00")}, "03-09T10:00", OPEN, "03-09T10:00"),
        ({"state": "snoozed", "until": at("03-09T10:00")}, "03-20T10:00", EXPIRED, "03-09T10:00"),
    ],
)
def test_what_the_user_said_about_it(
    override: dict[str, Any], moment: str, state: ReminderState, rings: str
) -> None:
    index = tell(f"{HELD}; said “a week”").reading()
    said = Override("check-in:p0", **{**override, "state": OverrideState(override["state"])})
    index.index.put(said)

    one = next(
        one for one in derive(Reading(index.index, index.places, at(moment))) if one.id == "check-in:p0"
    )

    assert one.state is state
    assert one.alerts == (at(rings),)
    assert (one.due, one.expires) == (at("03-06T10:00"), at("03-11T00:00"))


@pytest.mark.parametrize(
    ("story", "there"),
    [
        ("applied Sat 7 Mar; Mon 16 Mar 11:00 reply from Ann", False),
        ("applied Sat 7 Mar; Mon 16 Mar 11:00 other to Ann; Fri 27 Mar 11:00 other to Ann", False),
        ("interview Tue 3 Mar 10:00–11:00 with Ann; applied Sat 7 Mar", False),  # noqa: RUF001
        ("applied Sat 7 Mar; Wed 11 Mar rejected", False),
        ("applied Sat 7 Mar", True),
        ("applied Sat 7 Mar; Sat 7 Mar 11:00 other to Ann", True),
    ],
)
def test_an_application_is_silent_until_they_write_or_you_did_twice(story: str, *, there: bool) -> None:
    found = derive(tell(f"`follow_up.application_silent_after = 7`; {story}").reading())
    waiting = [one for one in found if one.rule is Rule.APPLICATION_SILENT and one.state is OPEN]

    assert bool(waiting) is there
    assert all(one.people == () and one.opportunity == "o" and one.expires is None for one in waiting)


def test_moving_on_from_applied_is_no_silence() -> None:
    told = tell("`follow_up.application_silent_after = 7`; applied Sat 7 Mar")
    told.opportunity |= {"stage": "screening"}

    assert not [one for one in derive(told.reading()) if one.rule is Rule.APPLICATION_SILENT]


def test_an_archived_opportunity_has_no_reminders() -> None:
    for story in (
        f"{HELD}; said “a week”",
        "offer Mon 9 Mar, answer by Sat 14 Mar",
        f"{HELD}; Wed 4 Mar rejected",
    ):
        told = tell(f"recruiter Rita; {story}; Tue 3 Mar next action for Sat 7 Mar")
        told.actions[0] |= {"opportunity": "o"}
        told.opportunity |= {"archived": True}

        assert derive(told.reading()) == []


def test_offers_are_answered_at_any_stage_until_they_close() -> None:
    told = tell("offer Mon 9 Mar, answer by Sat 14 Mar")
    for stage, there in (("interviewing", True), ("offer", True)):
        told.opportunity |= {"stage": stage}
        assert [one.id for one in derive(told.reading())] == ["offer:o"] * there
    rejected = tell("offer Mon 9 Mar, answer by Sat 14 Mar; Tue 10 Mar rejected")
    assert derive(rejected.reading()) == []


@pytest.mark.parametrize(
    ("moment", "cycle"),
    [
        ("01-05T12:00", "2026Q1"),
        ("02-03T17:29", "2026Q1"),
        ("02-03T17:30", "2026Q2"),
        ("05-05T17:29", "2026Q2"),
    ],
)
def test_one_review_at_a_time_until_21_days_after_it(moment: str, cycle: str) -> None:
    found = as_of("1 recruiters of tier B entered on Mon 5 Jan", at(moment))

    assert {id_ for id_ in found if id_.startswith("quarterly")} == {f"quarterly review:{cycle}"}


def test_a_finished_review_makes_room_for_the_next() -> None:
    reading = tell("1 recruiters of tier B entered on Mon 5 Jan").reading()
    for override in (OverrideState.DONE, OverrideState.SKIPPED):
        reading.index.put(Override("quarterly review:2026Q1", override))
        found = [one.id for one in derive(reading) if one.rule is Rule.QUARTERLY_REVIEW]
        assert found == ["quarterly review:2026Q2"]


def test_the_closed_last_opportunity_asks() -> None:
    told = tell(f"recruiter Rita; {HELD}; Wed 4 Mar rejected")
    reading = told.reading()
    first = reading.index.opportunities["o"]
    later = type(first)(
        "later", "Later", company="acme", stage=first.stage, people=first.people, closed_on=date(2026, 3, 20)
    )
    reading.index.put(later)

    found = [one for one in derive(reading) if one.rule is Rule.ASK_TO_KEEP_IN_TOUCH]

    assert [(one.opportunity, one.due) for one in found] == [("later", at("03-23T10:00"))]


@pytest.mark.parametrize(
    ("settings", "no_contact", "there"),
    [("midway", False, True), ("midway", True, False), ("after", False, False), ("off", False, False)],
)
def test_an_assumed_check_in_heeds_what_was_asked_for(
    settings: str, *, no_contact: bool, there: bool
) -> None:
    told = tell(f'`follow_up.check_in = "{settings}"`; {HELD}; said “a week”')
    told.periods[0] |= {"answered_on": "2026-03-04", "no_contact": no_contact}
    ids = {one.id for one in derive(told.reading())}

    assert ("check-in:p0" in ids) is there
    assert "closing note:p0" in ids


def test_a_next_action_of_an_archived_opportunity_rests() -> None:
    told = tell(f"{HELD}; Tue 3 Mar next action for Sat 7 Mar")
    told.actions.append({"id": "of it", "text": "Call", "at": "2026-03-07", "opportunity": "o"})
    told.opportunity |= {"archived": True}

    assert [one.id for one in derive(told.reading())] == ["next action:n"]


SILENT = "`follow_up.application_silent_after = 7`; applied Sat 7 Mar"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", {"application silent:o:1": OPEN}),
        ("; Sat 7 Mar 23:30 other to Ann", {"application silent:o:1": OPEN}),
        ("; Sun 8 Mar 11:00 other to Ann", {"application silent:o:1": DONE, "application silent:o:2": OPEN}),
        (
            "; Sun 8 Mar 11:00 other to Ann; Mon 9 Mar 11:00 other to Ann; Tue 10 Mar 11:00 other to Ann",
            {"application silent:o:1": DONE, "application silent:o:2": DONE},
        ),
    ],
)
def test_a_silent_application_is_followed_up_twice_at_most(
    more: str, expected: dict[str, ReminderState]
) -> None:
    assert states(SILENT + more) == expected


def test_a_silent_application_waits_until_the_user_is_back() -> None:
    found = derive(tell(f'`user.away = ["2026-03-16/2026-03-18"]`; {SILENT}').reading())

    assert [one.due for one in found] == [at("03-19T10:00")]


def test_an_application_without_its_day_is_never_silent() -> None:
    told = tell(SILENT)
    del told.opportunity["applied_on"]

    assert derive(told.reading()) == []


@pytest.mark.parametrize(("said", "there"), [("three business days", False), ("a week", True)])
def test_a_card_needs_five_business_days_to_arrive(said: str, *, there: bool) -> None:
    assert ("card:i0" in states(f"{HELD}, card asked for; said “{said}”")) is there


def test_a_card_is_posted_at_the_slot_of_its_first_person() -> None:
    told = tell(f"{HELD} and Bob, card asked for")
    told.people["Ann"] |= {"time_zone": "America/Los_Angeles"}
    card = next(one for one in derive(told.reading()) if one.rule is Rule.CARD)

    assert card.due == at("03-04T13:00")
    assert card.people == ("Ann", "Bob")


def test_a_round_of_the_closing_day_is_thanked_for() -> None:
    assert "thank-you:i0" in states(f"{HELD}; Tue 3 Mar rejected")
    assert "thank-you:i0" not in states(f"{HELD}; Mon 2 Mar rejected")


def test_going_dormant_waits_until_the_user_is_back() -> None:
    found = derive(tell(f'`user.away = ["2026-04-02/2026-04-03"]`; {HELD}; said “a week”').reading())

    assert [one.due for one in found if one.rule is Rule.GO_DORMANT] == [at("04-06T10:00")]


def test_a_message_about_another_opportunity_answers_nothing_here() -> None:
    reading = tell(f"{HELD}; said “a week”; Fri 6 Mar 10:30 check-in to Ann").reading()
    other = structs.replace(reading.index.opportunities["o"], id="other")
    reading.index.put(other)
    reading.index.put(structs.replace(reading.index.touches["t0"], opportunity="other"))
    found = {one.id: one for one in derive(reading)}

    assert "check-in:p0" not in found  # the guard leaves no day before Tue 10 Mar
    assert found["time passed:p0"].due == at("03-12T10:00")
    assert {one.opportunity for one in found.values()} == {"o"}
    reading.index.remove(reading.index.touches["t0"])
    about_nothing = tell("Fri 6 Mar 10:30 check-in to Ann about nothing").reading().index.touches["t0"]
    reading.index.put(about_nothing)
    assert {one.id: one.state for one in derive(reading)}["check-in:p0"] is DONE
