"""Syncing beside the app: in threads that leaving the app does not wait for.

The ledger is written before and after each request, so a sync may be cut off anywhere.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import InputError, TopofmindError
from tui.agenda import when_words
from tui.messages import SyncEnded, SyncSaid

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.message import Message

    from pipeline.reading import Reading
    from tui.calendar_desk import CalendarDesk
    from tui.standing import Standing

    Job = Callable[[Callable[[str], None]], str]

T = TypeVar("T")


class SyncThread:
    """Runs one sync at a time; `post` is told how it goes."""

    def __init__(self, calendar: CalendarDesk | None, post: Callable[[Message], object]) -> None:
        self._calendar = calendar
        self._post = post
        self.running = False
        self.is_asked = False
        """Whether somebody asked for the sync that runs, or ran last, and is there to be asked in turn."""
        self.progress = ""
        self.next_at: datetime | None = None
        """When the app syncs next by itself."""

    @property
    def is_possible(self) -> bool:
        """Whether a calendar is connected."""
        return self._calendar is not None and self._calendar.account is not None

    def start_quietly(self) -> None:
        """Begin a sync where one is possible and none runs; nobody is asked for anything on its account."""
        if self._calendar is not None and self.is_possible and not self.running:
            self.is_asked = False
            self._begin(self._calendar.sync)

    def start(self, job: Job | None = None) -> None:
        """Begin a sync, or another job with the calendar; one that began by itself is taken over.

        Raises InputError where none can be begun.
        """
        if self._calendar is None or not self.is_possible:
            raise InputError("no calendar is connected")
        if self.running and (job is not None or self.is_asked):
            raise InputError("a sync runs already")
        self.is_asked = True
        if not self.running:
            self._begin(job or self._calendar.sync)

    def stop(self) -> None:
        """End the sync that runs. Raises InputError where none does."""
        if self._calendar is None or not self.running:
            raise InputError("no sync runs")
        self._calendar.stop()

    def _begin(self, job: Job) -> None:
        self.running, self.progress = True, "syncing …"
        # Not one of asyncio's threads: the event loop waits for those before it ends.
        threading.Thread(target=self._run, args=(job,), name="sync", daemon=True).start()

    def _run(self, job: Job) -> None:
        try:
            self._post(SyncEnded(job(self._say)))
        except TopofmindError as error:
            self._post(SyncEnded(problem=error))
        except Exception as error:  # noqa: BLE001 - a bug in the sync must not leave it running for ever
            bug = TopofmindError(f"a bug in the sync ({type(error).__name__}); please report it")
            self._post(SyncEnded(problem=bug))

    def _say(self, text: str) -> None:
        self._post(SyncSaid(text))

    def ended(self) -> None:
        """Take note of the end."""
        self.running, self.progress = False, ""


async def beside(job: Callable[[], T]) -> T:
    """Do something that may hang in a thread of its own, which leaving the app does not wait for."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(act: Callable[[T], None] | Callable[[BaseException], None], value: object) -> None:
        if not outcome.done():
            act(value)  # type: ignore[arg-type]  # each with its own kind of value

    def run() -> None:
        try:
            act, value = outcome.set_result, job()
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it, whatever it is
            act, value = outcome.set_exception, error  # type: ignore[assignment]
        with suppress(RuntimeError):  # the app is gone, and nobody waits any more
            loop.call_soon_threadsafe(settle, act, value)

    threading.Thread(target=run, name="beside", daemon=True).start()
    return await outcome


def sync_words(sync: SyncThread, standing: Standing, reading: Reading, key: str) -> str:
    """Say in a few words how the calendar stands: never a time that runs, which would draw by itself.

    `key` leads to what it asks.
    """
    if sync.running:
        return sync.progress
    if standing.asks:
        return f"the calendar asks: {key}"
    if standing.summary is None:
        return ""
    word = "sync stopped" if standing.summary.problem else "synced"
    return f"{word} {when_words(reading, standing.summary.at)}"
