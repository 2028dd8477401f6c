"""The review without its screens: whose turn it is, what a decision does, when the next date comes."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.commands import acting, entering
from pipeline.errors import InputError
from pipeline.model import (
    Channel,
    Consent,
    Contact,
    Direction,
    KeepInTouchDate,
    OpportunityPerson,
    ReminderState,
    Role,
    Rule,
    Stage,
    Tier,
    TouchKind,
)
from pipeline.review import deciding
from pipeline.review.card import card_of, draft_of_turn, next_words
from pipeline.review.numbers import last_quarter, outcome_words, weeks_ahead
from pipeline.review.quarter import current_review, decisions, next_review, settled
from pipeline.review.queue import Why, queue, turn_of
from pipeline.review.rest import Loose, loose_ends
from pipeline.review.sitting import Sitting
from pipeline.store import Put
from review_world import NEXT_REVIEW, NOW, TODAY, People, desks, fill, twenty_five

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.desk import Change, Desk
    from pipeline.drafting import Draft
    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from pipeline.review.queue import Turn


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with closing(desks(tmp_path / "store", clock=clock)()) as desk:
        yield desk


def day_of(desk: Desk, contact: str) -> date | None:
    """Give the day on which to keep in touch next."""
    found = [one for one in desk.waiting() if one.rule is Rule.KEEP_IN_TOUCH and contact in one.people]
    return found[0].due.date() if found else None


def reminders(desk: Desk, rule: Rule) -> list[Reminder]:
    return [one for one in desk.reminders() if one.rule is rule]


def draft(desk: Desk, contact: str) -> Draft:
    """Draft what to write to somebody."""
    reading = desk.reading()
    turn = turn_of(reading, reading.index.contacts[contact], NEXT_REVIEW)
    assert turn is not None
    return draft_of_turn(reading, turn, desk.words)


def whys(desk: Desk) -> dict[str, Why]:
    return {turn.contact.id: turn.why for turn in queue(desk.reading()).now}


# The queue


def test_the_queue_is_overdue_then_quiet_then_due_then_without_a_tier(desk: Desk, people: People) -> None:
    without, due, quiet = people.without_tier(), people.due(date(2026, 12, 1)), people.quiet()
    overdue = people.overdue()
    people.due(NEXT_REVIEW)
    people.due(date(2026, 12, 1), company="acme", tier=Tier.C)
    fill(desk, people)

    assert list(whys(desk).items())[:3] == [
        (overdue, Why.OVERDUE),
        (quiet, Why.QUIET),
        (due, Why.DUE),
    ]
    assert list(whys(desk).items())[-1] == (without, Why.NO_TIER)
    assert len(whys(desk)) == 5


def test_the_overdue_of_the_best_tier_come_first(desk: Desk, people: People) -> None:
    last, first = people.overdue(50, Tier.C), people.overdue(2, Tier.A)
    fill(desk, people)

    assert list(whys(desk)) == [first, last]


@pytest.mark.parametrize(
    "decide",
    [
        partial(acting.set_consent, consent=Consent.DECLINED),
        partial(acting.pause, until=date(2026, 11, 2)),
    ],
    ids=["declined", "paused"],
)
def test_nobody_comes_about_whom_it_is_decided(
    desk: Desk, people: People, decide: Callable[..., Change]
) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(partial(decide, contact=id_))

    assert whys(desk) == {}


def test_nobody_comes_with_whom_something_is_live(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    fill(desk, people)
    on = (OpportunityPerson(id_, Role.RECRUITER),)
    desk.do(partial(entering.add_opportunity, title="Developer", company="acme", people=on))

    assert whys(desk) == {}


def test_who_was_snoozed_to_a_later_day_does_not_come(desk: Desk, people: People, clock: Clock) -> None:
    id_ = people.overdue()
    fill(desk, people)
    [reminder] = reminders(desk, Rule.KEEP_IN_TOUCH)
    desk.do(lambda reading: acting.snooze(reading, reminder, NOW + timedelta(days=9)))
    assert whys(desk) == {}

    clock.now += timedelta(days=10)
    assert whys(desk) == {id_: Why.OVERDUE}


def test_who_was_let_go_comes_once_more(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    fill(desk, people)
    [reminder] = reminders(desk, Rule.KEEP_IN_TOUCH)
    desk.do(lambda reading: acting.skip(reading, reminder))
    assert whys(desk) == {id_: Why.QUIET}

    desk.do(deciding.begin)
    desk.do(partial(deciding.skip, contact=id_))
    assert day_of(desk, id_) is not None


def test_no_more_than_the_review_holds_and_the_rest_is_levelled(tmp_path: Path, people: People) -> None:
    for _ in range(7):
        people.overdue()
    with closing(desks(tmp_path / "store", "[keep_in_touch]\nreview_size = 3\nper_day = 1\n")()) as desk:
        fill(desk, people)
        before = queue(desk.reading())
        assert (len(before.now), len(before.rest)) == (3, 4)

        told = desk.do(deciding.begin).told
        assert "4 more who are due are spread" in told

        now, rest = [turn.contact.id for turn in before.now], [turn.contact.id for turn in before.rest]
        assert [turn.contact.id for turn in queue(desk.reading()).now] == now
        days = [day_of(desk, id_) for id_ in rest]
        assert all(day is not None and day > TODAY for day in days)
        assert len(set(days)) == 4  # one a day

        desk.do(partial(deciding.skip, contact=now[0]))
        assert len(queue(desk.reading()).now) == 2  # nobody moves up


# Decisions


def test_a_message_that_was_sent_is_logged_and_the_next_date_follows(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    people.heard(id_, 99, "Hello")
    fill(desk, people)
    desk.store.apply("due", NOW, [Put(KeepInTouchDate(id_, f"{id_}-in", date(2026, 10, 5)))])
    desk.do(deciding.begin)

    desk.do(partial(deciding.wrote, contact=id_, draft=draft(desk, id_)))

    last = max(desk.reading().touches_with(id_), key=lambda touch: touch.at)
    assert (last.kind, last.channel, last.resume_version) == (
        TouchKind.KEEP_IN_TOUCH,
        Channel.EMAIL,
        "autumn",
    )
    due = day_of(desk, id_)
    assert due is not None
    assert abs(due - (TODAY + timedelta(weeks=13))) <= timedelta(days=14)
    assert whys(desk) == {}


def test_a_draft_never_counts_as_sent(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(deciding.begin)
    before = list(desk.reading().touches_with(id_))

    desk.do(partial(deciding.drafted, contact=id_))
    assert list(desk.reading().touches_with(id_)) == before
    assert whys(desk) == {id_: Why.OVERDUE}
    assert decisions(current_review(desk.reading()))[id_].decision == "draft"

    desk.do(partial(deciding.not_sent, contact=id_))
    assert decisions(current_review(desk.reading())) == {}
    assert list(desk.reading().touches_with(id_)) == before


def test_being_in_touch_already_ends_a_silence(desk: Desk, people: People) -> None:
    id_ = people.quiet()
    fill(desk, people)
    assert day_of(desk, id_) is None
    desk.do(deciding.begin)

    desk.do(partial(deciding.in_touch, contact=id_))

    last = max(desk.reading().touches_with(id_), key=lambda touch: touch.at)
    assert (last.kind, last.direction) == (TouchKind.OTHER, Direction.IN)
    assert day_of(desk, id_) is not None


def test_two_unanswered_messages_double_the_wait_and_the_third_pauses(
    desk: Desk, people: People, clock: Clock
) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(deciding.begin)
    desk.do(partial(deciding.wrote, contact=id_, draft=draft(desk, id_)))
    doubled = day_of(desk, id_)
    assert doubled is not None
    assert doubled > TODAY + timedelta(weeks=20)

    clock.now += timedelta(weeks=26)
    desk.do(partial(entering.log_touch, kind=TouchKind.KEEP_IN_TOUCH, people=(id_,)))
    assert day_of(desk, id_) is None
    assert whys(desk) == {id_: Why.QUIET}


def test_putting_off_moves_the_alert_two_weeks_on(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(deciding.begin)

    assert desk.do(partial(deciding.put_off, contact=id_)).told.endswith("snoozed until Tue 27 Oct")

    [reminder] = reminders(desk, Rule.KEEP_IN_TOUCH)
    assert reminder.state is ReminderState.SNOOZED
    assert [alert.date() for alert in reminder.alerts] == [date(2026, 10, 27)]
    assert next_words(desk.reading(), id_) == "next on Tue 27 Oct"


def test_putting_off_whom_nothing_reminds_of_makes_something_that_does(desk: Desk, people: People) -> None:
    id_ = people.without_tier()
    fill(desk, people)
    desk.do(deciding.begin)

    desk.do(partial(deciding.put_off, contact=id_, until=date(2026, 11, 3)))

    [action] = reminders(desk, Rule.NEXT_ACTION)
    assert (action.people, action.due.date()) == ((id_,), date(2026, 11, 3))
    with pytest.raises(InputError, match="past"):
        desk.do(partial(deciding.put_off, contact=id_, until=date(2026, 10, 1)))


def test_another_tier_gives_another_date(desk: Desk, people: People) -> None:
    id_ = people.without_tier()
    fill(desk, people)
    desk.do(deciding.begin)

    desk.do(partial(deciding.set_tier, contact=id_, tier=Tier.A))

    due = day_of(desk, id_)
    assert due is not None
    assert TODAY < due <= TODAY + timedelta(weeks=6)


def test_a_pause_lasts_until_the_next_review(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(deciding.begin)

    desk.do(partial(deciding.pause, contact=id_))

    assert day_of(desk, id_) == NEXT_REVIEW


def test_who_is_stopped_is_never_reminded_of_again(desk: Desk, people: People, clock: Clock) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(deciding.begin)

    desk.do(partial(deciding.stop, contact=id_))

    assert next_words(desk.reading(), id_) == "nothing more is planned"
    clock.now += timedelta(days=400)
    assert day_of(desk, id_) is None
    assert whys(desk) == {}


def test_skipping_levels_the_overdue_and_leaves_others_where_they_are(desk: Desk, people: People) -> None:
    overdue, due = people.overdue(), people.due(date(2026, 12, 1))
    fill(desk, people)
    desk.do(deciding.begin)

    desk.do(partial(deciding.skip, contact=overdue))
    desk.do(partial(deciding.skip, contact=due))

    later = day_of(desk, overdue)
    assert later is not None
    assert abs(later - (TODAY + timedelta(weeks=13))) <= timedelta(days=14)
    assert day_of(desk, due) == date(2026, 12, 1)
    assert whys(desk) == {}


def test_the_first_message_to_somebody_without_a_tier_asks(desk: Desk, people: People) -> None:
    id_ = people.without_tier()
    fill(desk, people)
    on = (OpportunityPerson(id_, Role.RECRUITER),)
    desk.do(
        partial(entering.add_opportunity, title="Developer", company="acme", people=on, stage=Stage.REJECTED)
    )
    desk.do(deciding.begin)

    desk.do(partial(deciding.wrote, contact=id_, draft=draft(desk, id_)))

    assert [touch.kind for touch in desk.reading().touches_with(id_)] == [TouchKind.ASK_TO_KEEP_IN_TOUCH]
    assert desk.reading().index.contacts[id_].consent is Consent.ASKED


def test_each_decision_is_one_step_and_all_can_be_undone(desk: Desk) -> None:
    fill(desk, twenty_five())
    desk.do(deciding.begin)
    begun = desk.store.facts()
    decide = (
        deciding.in_touch,
        deciding.put_off,
        partial(deciding.set_tier, tier=Tier.C),
        deciding.pause,
        deciding.stop,
        deciding.skip,
    )
    turns = queue(desk.reading()).now
    assert len(turns) == 25
    for number, turn in enumerate(turns):
        sent = partial(deciding.wrote, draft=draft(desk, turn.contact.id))
        desk.do(partial((sent, *decide)[number % 7], contact=turn.contact.id))
    review = current_review(desk.reading())
    assert settled(review) == [turn.contact.id for turn in turns]
    assert outcome_words(review) == (
        "4 written, 4 in touch already, 4 snoozed, 4 with another tier, 3 paused, 3 stopped, 3 skipped"
    )

    for turn in reversed(turns):
        assert turn.contact.name in desk.undo().label
    assert desk.store.facts() == begun


# The review itself


def test_beginning_ends_the_resumes_reminder_and_finishing_the_reviews_own(
    desk: Desk, people: People, clock: Clock
) -> None:
    people.overdue()
    clock.now = datetime.fromisoformat("2026-09-30T12:00-04:00")
    fill(desk, people)
    assert [one.id for one in desk.waiting() if one.rule in {Rule.RESUME, Rule.QUARTERLY_REVIEW}] == [
        "résumé:2026Q4",
        "quarterly review:2026Q4",
    ]
    clock.now = NOW - timedelta(hours=1)
    desk.do(deciding.begin)
    assert [one.id for one in desk.waiting() if one.rule is Rule.RESUME] == []

    desk.do(deciding.finish)
    waiting = [one.id for one in desk.waiting() if one.rule in {Rule.RESUME, Rule.QUARTERLY_REVIEW}]
    assert waiting == ["résumé:2027Q1", "quarterly review:2027Q1"]
    desk.undo()
    assert "quarterly review:2026Q4" in [one.id for one in desk.waiting()]


def test_which_review_it_is(desk: Desk, people: People, clock: Clock) -> None:
    people.overdue()
    fill(desk, people)
    for now, quarter, following in (
        ("2026-10-02", "2026Q4", NEXT_REVIEW),  # before its day
        ("2026-10-20", "2026Q4", NEXT_REVIEW),
        ("2026-12-24", "2026Q4", NEXT_REVIEW),  # long after its day, yet in its quarter
        ("2027-01-11", "2027Q1", date(2027, 4, 13)),
    ):
        clock.now = datetime.fromisoformat(f"{now}T12:00-05:00")
        review = current_review(desk.reading())
        assert (review.quarter, next_review(desk.reading(), review)) == (quarter, following)


def test_one_that_is_begun_goes_on_in_the_next_quarter(desk: Desk, people: People, clock: Clock) -> None:
    people.overdue()
    fill(desk, people)
    clock.now = datetime.fromisoformat("2026-12-30T12:00-05:00")
    desk.do(deciding.begin)
    clock.now += timedelta(days=5)
    assert current_review(desk.reading()).quarter == "2026Q4"
    clock.now += timedelta(days=17)
    assert current_review(desk.reading()).quarter == "2027Q1"


def test_a_review_that_is_begun_anew_asks_about_everybody_again(
    desk: Desk, people: People, clock: Clock
) -> None:
    id_ = people.overdue()
    fill(desk, people)
    desk.do(deciding.begin)
    desk.do(partial(deciding.put_off, contact=id_))
    desk.do(deciding.finish)

    clock.now += timedelta(days=20)
    desk.do(deciding.begin)

    assert whys(desk) == {id_: Why.OVERDUE}
    review = current_review(desk.reading())
    assert (review.finished_at, len(review.decisions)) == (None, 1)


def test_the_numbers_and_the_load_of_the_weeks(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    people.due(date(2026, 10, 21), spoke=200)
    people.heard(id_, 30, "Hello")
    fill(desk, people)
    reading = desk.reading()
    review = current_review(reading)

    numbers = last_quarter(reading, review)
    assert numbers.words == "0 messages to 0 people; 1 wrote to you; 0 interviews"
    weeks = dict(weeks_ahead(reading, next_review(reading, review)))
    assert weeks[date(2026, 10, 19)] == 1
    assert sum(weeks.values()) == 2
    assert list(weeks)[-1] == date(2027, 1, 11)


def test_the_card_tells_all_about_one_person(desk: Desk, people: People) -> None:
    id_ = people.overdue()
    people.heard(id_, 40, "funds close in March")
    fill(desk, people)
    desk.do(partial(entering.add_next_action, text="call in March", contact=id_))
    reading = desk.reading()
    turn = turn_of(reading, reading.index.contacts[id_], NEXT_REVIEW)
    assert turn is not None

    card = card_of(reading, turn)

    assert card.who == "recruiter, Hartwell Search · tier B"
    assert card.how == "Met at the autumn fair."
    assert card.last == (
        (date(2026, 9, 3), "Ann wrote: “funds close in March”"),
        (date(2026, 7, 5), "you wrote (keep in touch, résumé Spring)"),
    )
    assert card.promised == ("call in March",)
    assert card.resume == "Spring of Mon 2 Mar; Autumn is newer"
    assert card.why.startswith("Due Thu 3 Dec. You last spoke on Thu 3 Sep; tier B")


# After the people


def test_what_is_loose_is_listed(desk: Desk, people: People) -> None:
    people.overdue()
    fill(desk, people)
    desk.do(partial(entering.add_opportunity, title="Analyst", company="acme", stage=Stage.APPLIED))
    desk.do(partial(entering.add_opportunity, title="Writer", company="acme", stage=Stage.INTERVIEWING))
    writer = list(desk.index().opportunities)[-1]
    desk.do(partial(entering.said, opportunity=writer, words="in a week"))
    desk.do(partial(entering.add_next_action, text="send the talk", contact="ann-abbot"))

    ends = loose_ends(desk.reading(), desk.waiting())

    assert [(end.kind, end.about) for end in ends] == [
        (Loose.PERIOD, "Acme · Writer"),
        (Loose.PROMISE, "Ann Abbot"),
        (Loose.NO_STEP, "Acme · Analyst"),
    ]


# What it costs


def test_the_queue_is_worked_out_once_and_a_card_looks_at_one_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = twenty_five()
    fill(desk, people)
    desk.do(deciding.begin)
    looked_at: list[str] = []

    def counting(reading: Reading, contact: Contact, until: date) -> Turn | None:
        looked_at.append(contact.id)
        return turn_of(reading, contact, until)

    monkeypatch.setattr("pipeline.review.queue.turn_of", counting)
    monkeypatch.setattr("pipeline.review.sitting.turn_of", counting)
    sitting = Sitting(desk.reading())
    assert sorted(looked_at) == sorted(desk.index().contacts)

    for id_ in sitting.order:
        looked_at.clear()
        turn = sitting.next_turn(desk.reading())
        assert turn is not None
        assert looked_at == [id_]
        desk.do(partial(deciding.skip, contact=id_))
