"""What a round of interviews asks for: the question before it, the outcome, the thanks and the card."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pipeline.model import Direction, InterviewState, Rule, TouchKind
from pipeline.wording import and_words, count_words, day_words, short_words, time_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.case import Case, Round
    from pipeline.model import Reminder

THANKS_BEGIN = time(8, 0)
THANKS_END = time(23, 59)
THANKS_LATE_AFTER = timedelta(hours=24)
SOON_AFTER = timedelta(minutes=15)
OUTCOME_DAYS = 2
THANKS_DAYS = 5
CARD_NEEDS_DAYS = 5


def ask(case: Case) -> Iterator[Reminder]:
    """Before the last interview of a round: ask what the next step is, and by when they will decide."""
    reading = case.reading
    if _is_over(case):
        return
    if case.standing_period is not None:
        reading.say("no question: {} says when they will decide", case.standing_period.id)
        return
    for one in case.rounds:
        last = one.interviews[-1]
        if last.state is InterviewState.HELD or reading.is_past(one.last_start):
            reading.say("no question before the round of {}: it has begun", one.day)
            continue
        before = case.follow_up.ask_before
        reading.say(
            "the last interview of the round of {} starts at {}, and no period stands",
            one.day,
            one.last_start,
        )
        yield reading.reminder(
            Rule.ASK,
            one.subject,
            f"Ask {case.name} what comes next, and by when they decide",
            f"Your interview at {case.name} is on {time_words(one.last_start, reading.places.user_zone)}. "
            "Before you leave, ask what the next step is and by when they will decide.",
            one.last_start.astimezone(UTC) - before,
            opportunity=case.opportunity.id,
            people=one.people,
            expires=one.last_start.astimezone(UTC),
        )


def outcome(case: Case) -> Iterator[Reminder]:
    """After a round: write down how it went and what they said about time."""
    reading = case.reading
    if _is_over(case):
        return
    periods = list(reading.index.periods_of(case.opportunity.id))
    for one in case.rounds:
        answered = next((period for period in periods if period.said_on >= one.day), None)
        reading.say("the round of {} is over at {}", one.day, one.ends_at)
        if answered is not None:
            reading.say("the outcome of {} is known: {} says when they decide", one.day, answered.id)
        yield reading.reminder(
            Rule.OUTCOME,
            one.subject,
            f"How did it go at {case.name}, and what did they say about time?",
            f"{_after_words(case, one)}: what they said about time decides when to follow up.",
            one.ends_at + case.follow_up.outcome_after,
            opportunity=case.opportunity.id,
            people=one.people,
            expires=reading.places.end_of(case.days.add(one.day, OUTCOME_DAYS)),
            done=answered is not None or any(interview.none_named for interview in one.interviews),
        )


def thank_you(case: Case) -> Iterator[Reminder]:
    """On the day of a round: thank everyone met in it, and the recruiters."""
    for one in _thankable(case):
        yield _thanks(case, one)


def card(case: Case) -> Iterator[Reminder]:
    """Post a handwritten card the business day after a round, where one is asked for and can still arrive."""
    reading = case.reading
    period = case.standing_period
    for one in _thankable(case):
        asking = [one_of for one_of in one.interviews if _asks_for_card(case, asked=one_of.card)]
        if not asking:
            reading.say("no card for {}: none was asked for", one.day)
            continue
        if period is not None and period.latest is not None:
            left = case.days.count(one.day, period.latest)
            if left < CARD_NEEDS_DAYS:
                reading.say("no card: {} left until {}", count_words(left, "business day"), period.latest)
                continue
        people = tuple(dict.fromkeys(person.contact for one_of in asking for person in one_of.people))
        day = case.days.add(one.day, 1)
        whom = short_words([reading.name(person) for person in people]) or case.name
        reading.say("asked for; the business day after the round of {} is {}", one.day, day)
        yield reading.reminder(
            Rule.CARD,
            one.subject,
            f"Post a handwritten card to {whom}",
            f"You met on {day_words(one.day)}; "
            f"posted on {day_words(day)}, a card still arrives before they decide.",
            reading.slot(day, case.zone_for(people[0] if people else None)),
            opportunity=case.opportunity.id,
            people=people,
            expires=_thanks_expire(case, one),
            done=_card_sent(case, people, one.starts_at),
        )


def _card_sent(case: Case, people: tuple[str, ...], since: datetime) -> bool:
    """Whether one of `people` was sent a card since then; any card about it where nobody is named."""
    if not people:
        return next(case.thanked(TouchKind.CARD, since), None) is not None
    return any(
        touch.kind is TouchKind.CARD and touch.direction is Direction.OUT and touch.at >= since
        for person in people
        for touch in case.reading.touches_with(person)
    )


def _is_over(case: Case) -> bool:
    """Whether an opportunity asks nothing more, with the reading told why."""
    over = case.opportunity.stage.is_closed or case.opportunity.archived
    if over:
        case.reading.say(
            "the opportunity is {}", "archived" if case.opportunity.archived else case.opportunity.stage.value
        )
    return over


def _thankable(case: Case) -> Iterator[Round]:
    """Yield the rounds that ask for thanks: of a closed opportunity, those up to the day of the close."""
    if case.opportunity.archived:
        return
    closed_on = case.opportunity.closed_on if case.opportunity.stage.is_closed else None
    yield from (one for one in case.rounds if closed_on is None or one.day <= closed_on)


def _thanks(case: Case, one: Round) -> Reminder:
    reading = case.reading
    everyone = tuple(dict.fromkeys((*one.people, *case.recruiters)))
    waiting = tuple(who for who in everyone if not _sent(case, who, TouchKind.THANK_YOU, one.starts_at))
    about = case.thanked(TouchKind.THANK_YOU, one.starts_at)
    done = not waiting if everyone else next(about, None) is not None
    day, due = _thanks_due(case, one)
    second = reading.places.local(day, case.follow_up.thank_you_latest)
    reading.say("the round of {} is over at {}; thanks are due the same day at {}", one.day, one.ends_at, due)
    if thanked := [reading.name(who) for who in everyone if who not in waiting]:
        reading.say("thanked since {}: {}", one.starts_at, and_words(thanked))
    names = [reading.name(who) for who in waiting or everyone]
    late = not done and reading.is_past(one.ends_at + THANKS_LATE_AFTER)
    with_recruiter = " The recruiter too: thanks and a short debrief." if case.recruiters else ""
    return reading.reminder(
        Rule.THANK_YOU,
        one.subject,
        f"{'Late: thank' if late else 'Thank'} {short_words(names) or f'the people at {case.name}'}",
        f"{_after_words(case, one)}: thank everyone the same day.{with_recruiter}",
        due,
        opportunity=case.opportunity.id,
        people=waiting or everyone,
        alerts=(due, second) if due < second else (due,),
        expires=_thanks_expire(case, one),
        done=done,
    )


def _after_words(case: Case, one: Round) -> str:
    """Tell when a round is over, in words that hold before and after, so that time alone rewrites nothing."""
    over = time_words(one.ends_at, case.reading.places.user_zone)
    return f"After your interview at {case.name}, over on {over}"


def _thanks_due(case: Case, one: Round) -> tuple[date, datetime]:
    """Give the user's day on which the round ended, and when on it the thanks are due."""
    places = case.reading.places
    day = one.ends_at.astimezone(places.user_zone).date()
    due = one.ends_at + case.follow_up.thank_you_after
    if due > places.local(day, case.follow_up.thank_you_latest):
        due = min(one.ends_at + SOON_AFTER, places.local(day, THANKS_END))
    return day, max(due, places.local(day, THANKS_BEGIN))


def _thanks_expire(case: Case, one: Round) -> datetime:
    return case.reading.places.end_of(case.days.add(_thanks_due(case, one)[0], THANKS_DAYS))


def _asks_for_card(case: Case, *, asked: bool) -> bool:
    return case.follow_up.card == "always" or (case.follow_up.card == "ask" and asked)


def _sent(case: Case, contact: str, kind: TouchKind, since: datetime) -> bool:
    """Whether `contact` was sent a message of `kind` since then, about this opportunity or none."""
    index = case.reading.index
    return any(
        touch.kind is kind
        and touch.direction == "out"
        and touch.at >= since
        and index.opportunity_of(touch) in {None, case.opportunity.id}
        for touch in case.reading.touches_with(contact)
    )
