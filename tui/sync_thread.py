"""Syncing beside the app: in a thread that leaving the app does not wait for.

The ledger is written before and after each request, so a sync may be cut off anywhere.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import InputError, TopofmindError, UserNeededError
from pipeline.ledger import Ledger
from tui.agenda import when_words
from tui.messages import SyncEnded, SyncSaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

    from pipeline.reading import Reading
    from pipeline.store import Store


class Syncer(Protocol):
    """Syncs once when called, in whatever thread, and says in one line what was done."""

    def __call__(self, progress: Callable[[str], None], /) -> str:
        """Sync; `progress` is told each step. Raises TopofmindError."""


class SyncThread:
    """Runs one sync at a time; `post` is told how it goes."""

    def __init__(self, syncer: Syncer | None, post: Callable[[Message], object]) -> None:
        self._syncer = syncer
        self._post = post
        self.running = False
        self.progress = ""
        self.failed = False

    @property
    def is_possible(self) -> bool:
        """Whether a calendar is connected."""
        return self._syncer is not None

    def start_quietly(self) -> None:
        """Begin a sync where none runs."""
        if not self.running:
            self.start()

    def start(self) -> None:
        """Begin a sync. Raises InputError where there is no calendar, or a sync runs."""
        if self._syncer is None:
            raise InputError("no calendar is connected; `topofmind calendar connect` connects one")
        if self.running:
            raise InputError("a sync runs already")
        self.running, self.progress = True, "syncing …"
        # Not one of asyncio's threads: the event loop waits for those before it ends.
        threading.Thread(target=self._run, args=(self._syncer,), name="sync", daemon=True).start()

    def _run(self, syncer: Syncer) -> None:
        try:
            self._post(SyncEnded(syncer(self._say)))
        except TopofmindError as error:
            self._post(SyncEnded(problem=error))
        except Exception as error:  # noqa: BLE001 - a bug in the sync must not leave it running for ever
            name = type(error).__name__
            self._post(SyncEnded(problem=TopofmindError(f"a bug in the sync ({name}); please report it")))

    def _say(self, text: str) -> None:
        self._post(SyncSaid(text))

    def ended(self, event: SyncEnded) -> None:
        """Take note of the end."""
        self.running, self.progress, self.failed = False, "", event.problem is not None

    def wants_password(self, event: SyncEnded) -> bool:
        """Whether the sync ended for want of a password that could be typed here."""
        # Told by its attribute: the class itself stands beside HTTP and D-Bus, which the app does not load.
        needs_one = isinstance(event.problem, UserNeededError) and hasattr(event.problem, "account")
        return needs_one and hasattr(self._syncer, "with_password")

    def with_password(self, text: str) -> None:
        """Hand the password over, and sync again."""
        self._syncer.with_password(text)  # type: ignore[union-attr]  # asked for by `wants_password`
        self.start()


def sync_words(sync: SyncThread, store: Store, reading: Reading) -> str:
    """Say in a few words how the calendar stands: never a time that runs, which would draw by itself."""
    if sync.running:
        return sync.progress
    accounts = Ledger.of(store).accounts()
    if any(account.question is not None for account in accounts):
        return "the calendar asks: 4"
    summary = accounts[0].summary if accounts else None
    if summary is None:
        return ""
    word = "sync stopped" if summary.problem or sync.failed else "synced"
    return f"{word} {when_words(reading, summary.at)}"
