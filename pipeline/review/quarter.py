"""Which review it is, what was decided in it, and when the next one comes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.keep_in_touch import quarter_of, reviews_from
from pipeline.model import Review
from pipeline.rules.quarter import REVIEW_EXPIRES

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model import ReviewDecision
    from pipeline.reading import Reading

DRAFTED = "draft"
"""A draft was taken along and nobody said yet whether it was sent: the one decision that settles nothing."""

_ONE_DAY = timedelta(days=1)


def current_review(reading: Reading) -> Review:
    """Give the review to be done now: one that was begun, else one that is due, else that of the quarter.

    One that is begun on the last day of a quarter goes on in the next, for as long as it lasts.
    """
    lately = reading.now - REVIEW_EXPIRES
    for one in reversed(reading.index.reviews.values()):
        if one.finished_at is None and one.started_at is not None and one.started_at > lately:
            return one
    for quarter, day, _ in reviews_from(reading, reading.today - REVIEW_EXPIRES):
        if day > reading.today:
            break
        due = reading.index.reviews.get(quarter)
        if due is None or due.finished_at is None:
            return due or Review(quarter)
    quarter = quarter_of(reading.today)
    return reading.index.reviews.get(quarter) or Review(quarter)


def next_review(reading: Reading, review: Review) -> date:
    """Give the day of the review after this one."""
    days = reviews_from(reading, reading.today + _ONE_DAY)
    return next(day for quarter, day, _ in days if quarter != review.quarter)


def decisions(review: Review) -> dict[str, ReviewDecision]:
    """Give the last decision about each person since the review began, in the order of the decisions.

    One that was opened again after its end asks about everybody once more.
    """
    found: dict[str, ReviewDecision] = {}
    for one in review.decisions:
        if review.started_at is not None and one.at >= review.started_at:
            found.pop(one.contact, None)
            found[one.contact] = one
    return found


def settled(review: Review) -> list[str]:
    """List the people who are done with, in the order of the decisions."""
    return [one.contact for one in decisions(review).values() if is_settling(one.decision)]


def is_settling(decision: str) -> bool:
    """Whether a decision is about what becomes of a person, and is made."""
    return decision != DRAFTED and not decision.startswith(APART)


APART = "is not "
"""Begins the decision that two contacts who look alike are two people; the other's id follows."""


def review_name(review: Review) -> str:
    """Name a review as people read it: "2026 Q4"."""
    return f"{review.quarter[:4]} {review.quarter[4:]}"
