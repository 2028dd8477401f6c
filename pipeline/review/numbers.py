"""The numbers of a review: the quarter before it, what was decided, the load of the weeks ahead. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline import resumes
from pipeline.keep_in_touch import shown_date
from pipeline.model import Direction
from pipeline.review.quarter import decisions, is_settling
from pipeline.review.queue import Why
from pipeline.wording import and_words, count_words, day_words

if TYPE_CHECKING:
    from pipeline.model import Review
    from pipeline.reading import Reading
    from pipeline.review.queue import Queue

QUARTER = timedelta(weeks=13)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What happened since the review before."""

    since: date
    written: int
    written_to: int
    heard_from: int
    interviews: int

    @property
    def words(self) -> str:
        """Write it as a sentence."""
        people = people_words(self.written_to)
        return (
            f"{count_words(self.written, 'message')} to {people}; "
            f"{self.heard_from} wrote to you; {count_words(self.interviews, 'interview')}"
        )


def last_quarter(reading: Reading, review: Review) -> Quarter:
    """Count what happened since the last review that was finished, else in the last quarter of a year."""
    since = _last_finished(reading, review) or reading.now - QUARTER
    touches = [one for one in reading.index.touches.values() if since < one.at <= reading.now]
    out = [one for one in touches if one.direction is Direction.OUT]
    incoming = [one for one in touches if one.direction is Direction.IN]
    held = [
        one for one in reading.index.interviews.values() if since < one.starts_at and reading.is_held(one)
    ]
    return Quarter(
        since=since.astimezone(reading.places.user_zone).date(),
        written=len(out),
        written_to=len({who for one in out for who in one.people}),
        heard_from=len({who for one in incoming for who in one.people}),
        interviews=len(held),
    )


def _last_finished(reading: Reading, review: Review) -> datetime | None:
    ends = (
        one.finished_at
        for one in reading.index.reviews.values()
        if one.finished_at is not None and one.quarter < review.quarter and one.finished_at <= reading.now
    )
    return max(ends, default=None)


def outcome_words(review: Review) -> str:
    """Say what became of the people: "9 written, 3 snoozed, 1 stopped"."""
    counts = Counter(one.decision for one in decisions(review).values() if is_settling(one.decision))
    told = []
    for word, names in _OUTCOMES.items():
        if number := sum(count for name, count in counts.items() if name in names):
            told.append(f"{number} {word}")
    return ", ".join(told) or "nobody was due"


_OUTCOMES = {
    "written": {"wrote"},
    "in touch already": {"in touch"},
    "snoozed": {"snoozed"},
    "with another tier": {"tier A", "tier B", "tier C", "no tier"},
    "paused": {"paused"},
    "stopped": {"stopped"},
    "skipped": {"skipped"},
}


def queue_words(found: Queue) -> str:
    """Say how many people are to come, and why."""
    if not found.now:
        return "nobody: everybody is where they should be"
    counts = Counter(turn.why for turn in found.now)
    parts = and_words([f"{counts[why]} {_OF[why]}" for why in Why if counts[why]])
    return f"{people_words(len(found.now))}: {parts}"


_OF = {
    Why.OVERDUE: "overdue",
    Why.QUIET: "gone quiet",
    Why.DUE: "due this quarter",
    Why.NO_TIER: "without a tier",
}


def people_words(number: int) -> str:
    """Count people."""
    return "1 person" if number == 1 else f"{number} people"


def resume_words(reading: Reading) -> str:
    """Say which résumé is the newest, and how many recruiters have an older one."""
    newest = resumes.newest(reading.index)
    if newest is None:
        return "none is noted"
    behind = resumes.count_behind(reading)
    made = day_words(newest.made_on, reading.today)
    return f"{newest.name} of {made}; {count_words(behind, 'recruiter')} without it"


def weeks_ahead(reading: Reading, until: date) -> list[tuple[date, int]]:
    """Count whom to write to in each week from this one to that of `until`, by the week's Monday."""
    plan, index = reading.keep_in_touch, reading.index
    monday = reading.today - timedelta(days=reading.today.weekday())
    counts: Counter[date] = Counter()
    for id_, day in plan.dates.items():
        contact = index.contacts[id_]
        shown = shown_date(day, contact, reading.contact_days(contact))
        counts[max(shown - timedelta(days=shown.weekday()), monday)] += 1
    return [(week, counts[week]) for week in _weeks(monday, until)]


def _weeks(monday: date, until: date) -> list[date]:
    return [monday + number * WEEK for number in range((until - monday).days // 7 + 1)]
