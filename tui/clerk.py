"""The clerk: works at a desk of its own, in a thread of its own, so that no screen ever waits for the store.

What is asked of it is done one after the other, in the order of asking.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pipeline.index import Index
from pipeline.model import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from pipeline.desk import Desk
    from pipeline.model import Reminder

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """The facts and what follows from them at one moment; never changed, so that any thread may read it."""

    index: Index
    waiting: tuple[Reminder, ...]
    now: datetime
    stale_at: datetime
    """The next moment at which something changes by the clock alone."""

    @classmethod
    def empty(cls, now: datetime) -> Snapshot:
        """Give what is known before anything was read."""
        return cls(Index(Facts()), (), now, now)


class Clerk:
    """Does what is asked of it at a desk that `desk_factory` opens."""

    def __init__(self, desk_factory: Callable[[], Desk]) -> None:
        self._desk_factory = desk_factory
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")

    @cached_property
    def _desk(self) -> Desk:
        return self._desk_factory()

    async def ask(self, job: Callable[[Desk], T]) -> T:
        """Do a job at the desk, and give what it gives, or raise what it raises."""
        return await asyncio.wrap_future(self._thread.submit(lambda: job(self._desk)))

    def close(self) -> None:
        """Let go of the store when what was asked for is done; does not wait for it."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if "_desk" in self.__dict__:
            self._desk.store.close()


def look(desk: Desk) -> Snapshot:
    """Read everything as of now."""
    now = desk.clock()
    waiting = tuple(desk.waiting(now))
    index = desk.index()
    midnight = desk.places.end_of(now.astimezone(desk.places.user_zone).date())
    ahead = [moment for moment in _moments(index, waiting) if moment > now]
    return Snapshot(index, waiting, now, min([*ahead, midnight]))


def _moments(index: Index, waiting: Sequence[Reminder]) -> Iterator[datetime]:
    """Yield the moments at which a reminder or an interview changes by itself."""
    for reminder in waiting:
        yield reminder.due
        yield from reminder.alerts
        if reminder.expires is not None:
            yield reminder.expires
    for interview in index.interviews.values():
        yield interview.starts_at
        yield interview.ends_at
