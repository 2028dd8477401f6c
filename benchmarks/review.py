"""How long the next card of a review takes, with 2,000 people: `python -m benchmarks.review`."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.desks import SETTINGS, desk_with
from benchmarks.pipelines import NOW, pipeline_of
from benchmarks.turns import in_turn, tell, timed
from pipeline.desk import Desk
from pipeline.review import deciding
from pipeline.review.card import card_of, draft_of_turn
from pipeline.review.sitting import Sitting
from pipeline.store import Store
from tui.app import TopOfMind
from tui.review_lines import card_lines
from tui.screens.review_card import CardPage

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 2_000
OPPORTUNITIES = 500
ROUNDS = 15
LATER = NOW + timedelta(days=200)
"""Long after the last message, so that hundreds are overdue."""


def lay_out(desk: Desk, sitting: Sitting) -> None:
    """Make a card from the facts: who is next, what there is to know, the draft, the lines."""
    reading = desk.reading()
    turn = sitting.next_turn(reading)
    if turn is None:
        raise SystemExit("nobody is left")
    draft = draft_of_turn(reading, turn, desk.words)
    card_lines(reading, turn, card_of(reading, turn), draft, (80, 20))


def a_card() -> None:
    """Compare a card with the queue, and with a card among a tenth of the people."""
    people = [pipeline_of(size, 4 * size) for size in (OPPORTUNITIES, OPPORTUNITIES // 10)]
    with desk_with(people[0], LATER) as desk, desk_with(people[1], LATER) as small:
        sittings = []
        for one in (desk, small):
            one.do(deciding.begin)
            one.derivation()  # as in the app: the plan of the dates stands, and readings take it over
            sittings.append(Sitting(one.reading()))
        turns = in_turn(
            ROUNDS,
            {
                "queue": timed(lambda: Sitting(desk.reading())),
                "card": timed(partial(lay_out, desk, sittings[0])),
                "small": timed(partial(lay_out, small, sittings[1])),
            },
        )
    tell(f"the queue, once a review, of {PEOPLE:,} people", f"{turns.median('queue') * 1000:.1f} ms")
    tell("a card", f"{turns.median('card') * 1000:.1f} ms", "at most 50 ms")
    tell("  in times of the queue", f"1/{1 / turns.ratio('card', 'queue'):.0f}")
    tell("  in times of a card among a tenth of the people", f"{turns.ratio('card', 'small'):.1f}")


async def from_key_to_card(store: Path) -> list[float]:
    """Skip people in the app; give the seconds from each key to the next person's card."""
    app = TopOfMind(lambda: Desk(Store.open(store), SETTINGS, lambda: LATER), None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        page = CardPage(Sitting(app.reading))
        await app.push_screen(page)
        seconds = []
        for _ in range(ROUNDS):
            await app.workers.wait_for_complete()
            await pilot.pause()
            who, begin = page.about(), time.perf_counter()
            page.act("skip")
            while page.about() == who:  # noqa: ASYNC110 - laid out as soon as it is named; nothing tells
                await asyncio.sleep(0)
            seconds.append(time.perf_counter() - begin)
    return seconds


def in_the_app() -> None:
    """Measure what the user waits for."""
    with desk_with(pipeline_of(OPPORTUNITIES, PEOPLE), LATER) as desk:
        desk.do(deciding.begin)
        seconds = asyncio.run(from_key_to_card(desk.store.path))
    tell("in the app: from the key to the next card", f"{median(seconds) * 1000:.1f} ms", "at most 50 ms")
    tell("  the slowest", f"{max(seconds) * 1000:.1f} ms", "at most 50 ms")


if __name__ == "__main__":
    a_card()
    in_the_app()
