"""The quarterly review of whom to keep in touch with, and the résumé that it needs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.keep_in_touch import reviews_from
from pipeline.model import Rule
from pipeline.resumes import count_behind
from pipeline.wording import count_words, day_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from pipeline.model import Reminder
    from pipeline.reading import Reading

REVIEW_EXPIRES = timedelta(days=21)
REVIEW_ALERTS = (timedelta(0), timedelta(days=7), timedelta(days=14))
RESUME_BEFORE = timedelta(days=14)


def quarterly_review(reading: Reading) -> Iterator[Reminder]:
    """Four times a year: go through everyone to keep in touch with."""
    review = _coming_review(reading)
    if review is None:
        return
    quarter, day, _ = review
    tiered = len(reading.keep_in_touch.tiered)
    clock = reading.settings.keep_in_touch.review_moment[2]
    reading.say(
        "the review of {} is on {}; {}", quarter, day, count_words(tiered, "contact") + " with a tier"
    )
    due_day = reading.when_back(day, reading.calendar)
    due, expires = reading.places.local(due_day, clock), reading.places.local(day + REVIEW_EXPIRES, clock)
    if due >= expires:
        reading.say("not derived: {} is not before it expires, {}", due, expires)
        return
    alerts = (reading.places.local(due_day + wait, clock) for wait in REVIEW_ALERTS)
    yield reading.reminder(
        Rule.QUARTERLY_REVIEW,
        quarter,
        f"Keep-in-touch review of {quarter[:4]} {quarter[4:]}",
        f"Once a quarter: {count_words(tiered, 'contact')} to go through.",
        due,
        alerts=tuple(alert for alert in alerts if alert < expires),
        expires=expires,
    )


def resume(reading: Reading) -> Iterator[Reminder]:
    """Two weeks before the review: bring the résumé up to date."""
    review = _coming_review(reading)
    if review is None:
        return
    quarter, review_day, begins = review
    day = reading.calendar.roll_back(review_day - RESUME_BEFORE)
    due_day = reading.when_back(day, reading.calendar)
    due = reading.places.local(due_day, reading.settings.follow_up.slot)
    begun = reading.index.reviews.get(quarter)
    started = begun is not None and begun.started_at is not None
    reading.say("two weeks before the review of {}, {}, rolled back: {}", quarter, review_day, day)
    if due >= begins:
        reading.say("not derived: the review begins before")
        return
    yield reading.reminder(
        Rule.RESUME,
        quarter,
        "Refresh your résumé",
        f"The review is on {day_words(review_day)}; {_who_is_behind(reading)}.",
        due,
        expires=begins,
        done=started or any(version.made_on >= day for version in reading.index.resume_versions.values()),
    )


def _who_is_behind(reading: Reading) -> str:
    """Tell how many recruiters do not have the newest version."""
    if not reading.index.resume_versions:
        return "no version of it is noted yet"
    behind = count_behind(reading)
    return f"{count_words(behind, 'recruiter')} {'has' if behind == 1 else 'have'} an older version"


def _coming_review(reading: Reading) -> tuple[str, date, datetime] | None:
    """Give the one review that counts now: the first that is neither finished nor over."""
    if not reading.keep_in_touch.tiered:
        reading.say("no review: no contact has a tier")
        return None
    first = reading.today - REVIEW_EXPIRES - timedelta(days=1)
    for quarter, day, moment in reviews_from(reading, first):
        clock = reading.settings.keep_in_touch.review_moment[2]
        review = reading.index.reviews.get(quarter)
        override = reading.index.overrides.get(f"{Rule.QUARTERLY_REVIEW.value}:{quarter}")
        settled = override is not None and override.state.value in {"done", "skipped"}
        finished = settled or (review is not None and review.finished_at is not None)
        if not finished and not reading.is_past(reading.places.local(day + REVIEW_EXPIRES, clock)):
            return quarter, day, moment
        reading.say("the review of {} is {}", quarter, "finished" if finished else "over")
    return None
