"""One sitting at a review: the people in the order in which they are gone through, worked out once.

Whatever happens meanwhile (a decision, an undo, a phone that moved a reminder) only the next person is looked
at again, so that a card costs the same whether there are ten people or thousands.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from pipeline.review.quarter import current_review, next_review, settled
from pipeline.review.queue import queue, turn_of

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.model import Review
    from pipeline.reading import Reading
    from pipeline.review.queue import Turn


class Part(Enum):
    """The parts of a review, in their order."""

    BEFORE = auto()
    PEOPLE = auto()
    REST = auto()
    SUMMARY = auto()


class Sitting:
    """The order of the people: those decided about, then those to come."""

    def __init__(self, reading: Reading) -> None:
        review = current_review(reading)
        self.until = next_review(reading, review)
        self.order = [*settled(review), *(turn.contact.id for turn in queue(reading, review).now)]

    def next_turn(self, reading: Reading, without: Container[str] = ()) -> Turn | None:
        """Give the first person about whom nothing is decided, but those in `without`.

        Who is gone meanwhile, or was decided about elsewhere, is passed over.
        """
        done = frozenset(settled(current_review(reading)))
        for id_ in self.order:
            if id_ in done or id_ in without or id_ not in reading.index.contacts:
                continue
            turn = turn_of(reading, reading.index.contacts[id_], self.until)
            if turn is not None:
                return turn
        return None

    def place(self, turn: Turn) -> str:
        """Say where somebody stands: "7 of 25"."""
        return f"{self.order.index(turn.contact.id) + 1} of {len(self.order)}"


def part_of(review: Review, turn: Turn | None) -> Part:
    """Say how far the review is; `turn` is whose turn it is."""
    if review.finished_at is not None:
        return Part.SUMMARY
    if review.started_at is None:
        return Part.BEFORE
    return Part.REST if turn is None else Part.PEOPLE
