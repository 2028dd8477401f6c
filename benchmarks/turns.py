"""Measuring in turn: each thing once a round, so that whatever else the machine does falls on all alike.

What is compared is processor time, and the figure is the median of the ratios round by round.
"""

from __future__ import annotations

import gc
import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Turns:
    """The processor seconds of each thing, by round."""

    seconds: Mapping[str, Sequence[float]]

    def median(self, name: str) -> float:
        """Give the seconds that one thing took."""
        return median(self.seconds[name])

    def ratio(self, name: str, to: str) -> float:
        """Give how many times as long one thing took as another."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return median(one / other for one, other in pairs)


def in_turn(rounds: int, things: Mapping[str, Callable[[], float]]) -> Turns:
    """Do all things once a round; each gives its seconds. The first round warms up and does not count."""
    found: dict[str, list[float]] = {name: [] for name in things}
    for number in range(rounds + 1):
        for name, thing in things.items():
            seconds = thing()
            if number:
                found[name].append(seconds)
    return Turns(found)


def timed(act: Callable[[], object]) -> Callable[[], float]:
    """Make something of this process a thing to be measured; garbage of before is not on its account."""

    def measure() -> float:
        gc.collect()
        begin = time.process_time()
        act()
        return time.process_time() - begin

    return measure


def run(*command: str, env: Mapping[str, str] | None = None) -> Callable[[], float]:
    """Make a command a thing to be measured: all of its process, from the start of Python to the end."""

    def measure() -> float:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=None if env is None else dict(env),
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        return used.ru_utime + used.ru_stime

    return measure


def tell(what: str, figure: str, budget: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:<72} {figure:>12}  {budget}", flush=True)
