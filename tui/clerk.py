"""The clerk: works at a desk of its own, in a thread of its own, so that no screen ever waits for the store.

What is asked of it is done one after the other, in the order of asking.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pipeline.derivation import Derivation
from pipeline.index import Index
from pipeline.model import Facts
from pipeline.reading import Reading
from tui import standing
from tui.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipeline.desk import Desk
    from pipeline.keep_in_touch import KeepInTouchPlan
    from pipeline.model import Reminder
    from pipeline.places import Places

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """The facts and what follows from them at one moment; never changed, so that any thread may read it."""

    index: Index
    plan: KeepInTouchPlan
    waiting: tuple[Reminder, ...]
    now: datetime
    stale_at: datetime
    """The next moment at which something changes by the clock alone."""
    calendar: Standing = field(default_factory=Standing)

    @classmethod
    def of(cls, derivation: Derivation) -> Snapshot:
        """Take down what was derived."""
        places, now = derivation.places, derivation.now
        midnight = places.end_of(now.astimezone(places.user_zone).date())
        waiting = tuple(derivation.waiting)
        return cls(derivation.index, derivation.plan, waiting, now, min(derivation.until, midnight))

    @classmethod
    def empty(cls, desk: Desk) -> Snapshot:
        """Give what is known before anything was read."""
        return cls.of(Derivation(Index(Facts()), desk.places, desk.clock()))

    def reading(self, places: Places) -> Reading:
        """Read it, in the thread to which `places` belong."""
        return Reading(self.index, places, self.now, plan=lambda _: self.plan)


class Clerk:
    """Does what is asked of it at a desk that `desk_factory` opens."""

    def __init__(self, desk_factory: Callable[[], Desk]) -> None:
        self._desk_factory = desk_factory
        self._known: tuple[int, int] | None = None
        """The store's version as of the last look, what was noted since included."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")

    @cached_property
    def _desk(self) -> Desk:
        return self._desk_factory()

    async def ask(self, job: Callable[[Desk], T]) -> T:
        """Do a job at the desk, and give what it gives, or raise what it raises."""
        return await asyncio.wrap_future(self._thread.submit(lambda: job(self._desk)))

    async def look(self) -> Snapshot:
        """Read everything as of now."""
        return await self.ask(self._look)

    def _look(self, desk: Desk) -> Snapshot:
        self._known = desk.store.version
        return look(desk)

    async def has_news(self) -> bool:
        """Whether the facts may be others than at the last look."""
        return await self.ask(lambda desk: desk.store.version != self._known)

    async def note(self, job: Callable[[Desk], object]) -> None:
        """Do a job that changes no facts, and so is no news."""
        await self.ask(lambda desk: self._note(desk, job))

    def _note(self, desk: Desk, job: Callable[[Desk], object]) -> None:
        before = desk.store.version
        job(desk)
        if self._known == before:
            self._known = before[0], desk.store.version[1]  # what others wrote meanwhile still is news

    def close(self) -> None:
        """Let go of the store when what was asked for is done; does not wait for it."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if "_desk" in self.__dict__:
            self._desk.store.close()


def look(desk: Desk) -> Snapshot:
    """Derive everything as of now; what did not change since the last look is not derived again."""
    return replace(Snapshot.of(desk.derivation()), calendar=standing.look(desk))
