"""How long reminders take to derive, all of them and after one change: `python -m benchmarks.derive`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.desks import SETTINGS, desk_with
from benchmarks.pipelines import NOW, pipeline_of
from benchmarks.turns import in_turn, tell, timed
from pipeline.commands import acting
from pipeline.index import Index
from pipeline.keep_in_touch import KeepInTouchPlan
from pipeline.model import Contact, Facts, Tier
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.rules import derive
from tui.clerk import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.desk import Desk

SMALL, LARGE = 1_000, 10_000
ROUNDS = 5
CHANGES = 40
LEVELLED = 2_000
COUNTED = ("opportunities", "interviews", "contacts", "touches")


def from_facts(facts: Facts, places: Places) -> None:
    """Derive all reminders from what was read."""
    derive(Reading(Index(facts), places, NOW))


@dataclass(frozen=True)
class Change:
    """One reminder ticked off: the seconds to decide and write it, to derive again, and how much that was."""

    done: float
    derived: float
    subjects: int


def tick_off(desk: Desk, number: int) -> Change:
    """Do what the key does in the app: at its clerk's desk, but for the painting."""
    one = desk.derivation().waiting[number * 7]
    begin = time.process_time()
    desk.do(partial(acting.done, reminder=one))
    between = time.process_time()
    derivation = desk.derivation()
    Snapshot.of(derivation)
    return Change(between - begin, time.process_time() - between, len(derivation.subjects or ()))


def level(number: int) -> None:
    """Give a day to as many contacts as nobody ever wrote to."""
    contacts = tuple(Contact(f"contact-{n}", f"Contact {n}", tier=Tier.B) for n in range(number))
    plan = KeepInTouchPlan(Reading(Index(Facts(contacts=contacts)), Places(SETTINGS), NOW))
    if len(plan.missing) != number:
        raise SystemExit("not all were given a day")


def all_reminders() -> None:
    """Compare deriving everything with reading it, and with a tenth of it."""
    with desk_with(pipeline_of(LARGE)) as large, desk_with(pipeline_of(SMALL)) as small:
        facts, fewer = large.store.facts(), small.store.facts()
        turns = in_turn(
            ROUNDS,
            {
                "read": timed(large.store.facts),
                "derive": timed(partial(from_facts, facts, large.places)),
                "derive fewer": timed(partial(from_facts, fewer, small.places)),
                "level": timed(partial(level, LEVELLED)),
            },
        )
    sizes = ", ".join(f"{len(getattr(facts, name)):,} {name}" for name in COUNTED)
    tell(f"reading {sizes}", f"{turns.median('read'):.2f} s")
    tell("deriving all of their reminders", f"{turns.median('derive'):.2f} s")
    tell("  in times of reading", f"{turns.ratio('derive', 'read'):.2f}", "at most 3")
    tell("  in times of a tenth of the facts", f"{turns.ratio('derive', 'derive fewer'):.2f}", "at most 11")
    tell(f"giving {LEVELLED:,} contacts their days", f"{turns.median('level'):.2f} s", "below 1 s")


def one_change(size: int, budget: str = "") -> None:
    """Measure what follows a change, and compare it with deriving everything."""
    with desk_with(pipeline_of(size)) as desk:
        everything = timed(partial(from_facts, desk.store.facts(), desk.places))
        desk.derivation()
        changes, whole = [], []
        for number in range(CHANGES):
            changes.append(tick_off(desk, number))
            if number % (CHANGES // ROUNDS) == 0:
                whole.append(everything())
    derived = sorted(change.derived for change in changes)
    tell(f"ticking one off, of {size:,} opportunities: deciding and writing", _ms(c.done for c in changes))
    tell("  deriving again what it touches", _ms(derived), budget)
    tell("  the slowest tenth", _ms(derived[-CHANGES // 10 :]))
    tell("  in times of deriving everything", f"1/{median(whole) / median(derived):.0f}")
    subjects = [change.subjects for change in changes]
    tell("  opportunities, contacts and notes derived, of all", f"{median(subjects):.0f} of {3 * size:,}")


def _ms(seconds: Iterable[float]) -> str:
    return f"{median(seconds) * 1000:.1f} ms"


if __name__ == "__main__":
    all_reminders()
    one_change(SMALL, "at most 5 ms")
    one_change(LARGE)
