"""How long `topofmind today` takes, in times of a Python that does nothing: `python -m benchmarks.start`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.desks import desk_with
from benchmarks.pipelines import pipeline_of
from benchmarks.turns import in_turn, run, tell
from pipeline.commands import entering

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.desk import Desk

ROUNDS = 25
OPPORTUNITIES, CONTACTS = 2_000, 5_000
USUAL = 50
COMMAND = str(Path(sys.executable).with_name("topofmind"))


def today() -> None:
    """Measure it again and again as it stands, and after a change, on a large pipeline and a usual one."""
    now = datetime.now(UTC)
    large, usual = pipeline_of(OPPORTUNITIES, CONTACTS, now), pipeline_of(USUAL, now=now)
    with desk_with(large, now) as desk, desk_with(usual, now) as other:
        turns = in_turn(
            ROUNDS,
            {
                "python": run(sys.executable, "-c", "pass", env=_env(desk)),
                "anew": _after_a_change(desk),
                "again": run(COMMAND, "today", env=_env(desk)),
                "usual, anew": _after_a_change(other),
                "usual, again": run(COMMAND, "today", env=_env(other)),
            },
        )
    tell("python -c pass", f"{turns.median('python') * 1000:.0f} ms")
    what = f"topofmind today, with {OPPORTUNITIES:,} opportunities and {CONTACTS:,} contacts"
    tell(what, f"{turns.ratio('again', 'python'):.1f}", "at most 4")
    tell("  the first time after a change", f"{turns.ratio('anew', 'python'):.1f}")
    tell(f"topofmind today, with {USUAL} opportunities", f"{turns.ratio('usual, again', 'python'):.1f}")
    tell("  the first time after a change", f"{turns.ratio('usual, anew', 'python'):.1f}")


def _env(desk: Desk) -> dict[str, str]:
    """Give an environment in which topofmind finds a desk's store, and Python keeps its bytecode."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    config = desk.store.path.with_name("config.toml")
    return {**env, "TOPOFMIND_STORE": str(desk.store.path), "TOPOFMIND_CONFIG": str(config)}


def _after_a_change(desk: Desk) -> Callable[[], float]:
    measure = run(COMMAND, "today", env=_env(desk))

    def change_and_measure() -> float:
        desk.do(lambda reading: entering.add_company(reading, "One more"))
        return measure()

    return change_and_measure


if __name__ == "__main__":
    today()
