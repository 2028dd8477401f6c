"""What is due to a contact rather than to an opportunity: asking to keep in touch, and doing so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.keep_in_touch import DOUBLE_AFTER, cycle_of, shown_date
from pipeline.model import Consent, Direction, InterviewState, Role, Rule, Stage, TouchKind
from pipeline.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Contact, Opportunity, Reminder
    from pipeline.reading import Reading

ASK_DAYS = 20


def ask_to_keep_in_touch(reading: Reading, contact: Contact) -> Iterator[Reminder]:
    """When an opportunity closed: ask its recruiters and hiring managers whether to keep in touch."""
    if contact.consent is not Consent.UNKNOWN:
        reading.say("consent of {} is {}", contact.name, contact.consent.value)
        return
    opportunity = _closed_last(reading, contact)
    if opportunity is None or opportunity.closed_on is None:
        reading.say("no closed opportunity asks {} to keep in touch", contact.name)
        return
    if live := reading.live_opportunities_with(contact.id):
        reading.say("{} is still live", live[0].title)
        return
    case = Case(reading, opportunity)
    if _had_closing_note(case, contact):
        reading.say("the closing note to {} already asked", contact.name)
        return
    zone, days, places = case.zone_for(contact.id), case.days, reading.places
    day = days.add(opportunity.closed_on, 1)
    expires = places.slot(days.add(day, ASK_DAYS), zone)
    asked = any(
        touch.kind is TouchKind.ASK_TO_KEEP_IN_TOUCH and touch.direction is Direction.OUT
        for touch in reading.touches_with(contact.id)
    )
    due_day = day
    if not asked:
        due_day, _ = reading.apart(day, days, zone, (reading.last_unsolicited(contact.id),))
    reading.say("{} closed on {}; the next business day is {}", opportunity.title, opportunity.closed_on, day)
    due = reading.slot(due_day, zone)
    if due >= expires:
        reading.say("not derived: {} is not before it expires, {}", due, expires)
        return
    yield reading.reminder(
        Rule.ASK_TO_KEEP_IN_TOUCH,
        contact.id,
        f"Ask {contact.name} to keep in touch",
        f"{opportunity.title} at {case.name} closed on {day_words(opportunity.closed_on)}; "
        "whoever you met there can lead to the next one.",
        due,
        opportunity=opportunity.id,
        people=(contact.id,),
        expires=expires,
        done=asked,
    )


def _closed_last(reading: Reading, contact: Contact) -> Opportunity | None:
    """Give the closed opportunity that asks for the question, the one closed last where there are several."""
    found: Opportunity | None = None
    for one in reading.index.opportunities_with(contact.id):
        if not one.stage.is_closed or one.closed_on is None or one.archived:
            continue
        roles = {person.role for person in one.people if person.contact == contact.id}
        asks = Role.RECRUITER in roles or (Role.HIRING_MANAGER in roles and one.stage is not Stage.ACCEPTED)
        if asks and (found is None or found.closed_on is None or one.closed_on >= found.closed_on):
            found = one
    return found


def _had_closing_note(case: Case, contact: Contact) -> bool:
    """Whether a closing note, which asks by itself, went to the contact after the last interview."""
    interviews = (one for one in case.interviews if one.state is not InterviewState.CANCELLED)
    since = max((one.ends_at for one in interviews), default=None)
    return any(
        touch.kind is TouchKind.CLOSING_NOTE
        and touch.direction is Direction.OUT
        and (since is None or touch.at >= since)
        for touch in case.reading.touches_with(contact.id)
    )


def keep_in_touch(reading: Reading, contact: Contact) -> Iterator[Reminder]:
    """Write or call again, one cadence after the last contact, on the day that levelling gave."""
    plan = reading.keep_in_touch
    cycle = plan.cycles.get(contact.id)
    if cycle is None:
        cycle_of(reading, contact)  # says why
        return
    days = reading.contact_days(contact)
    zone = reading.contact_zone(contact) or reading.places.user_zone
    day = shown_date(plan.dates[contact.id], contact, days)
    due_day, _ = reading.apart(day, days, zone, (reading.last_unsolicited(contact.id),))
    target = cycle.target or "spread from the day on which it was given"
    day_given = plan.dates[contact.id]
    reading.say(
        "cycle {} of tier {}, target {}: levelled to {}", cycle.name, cycle.tier.value, target, day_given
    )
    since = (
        f"You last spoke on {day_words(cycle.since, reading.today)}"
        if cycle.since
        else "You have not spoken yet"
    )
    reason = f"{since}; tier {cycle.tier}: every {cycle.cadence.days // 7} weeks."
    if cycle.unanswered >= DOUBLE_AFTER:
        reason += f" {cycle.unanswered} messages without an answer: the wait is doubled."
    if plan.load.is_over(day, reading.settings.keep_in_touch):
        reason += " The days around are full."
    yield reading.reminder(
        Rule.KEEP_IN_TOUCH,
        f"{contact.id}:{cycle.name}",
        f"Keep in touch with {contact.name}",
        reason,
        reading.slot(due_day, zone),
        people=(contact.id,),
    )
