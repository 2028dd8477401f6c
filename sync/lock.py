"""One sync at a time on one store: a lock that the running process holds, and that its death frees."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import TryAgainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_of(store: Path) -> Path:
    """Name the lock file of a store; it stays where it is, since whoever deletes one lets two in."""
    return store.with_name(f"{store.name}.sync-lock")


class Lock:
    """A lock that is held. Its file remembers how often the store beside it was synced."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def syncs(self, store_id: str) -> int:
        """Give the number of the last sync of this store from here; 0 where there was none."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        whose, _, number = os.read(self._descriptor, 100).decode(errors="replace").partition(" ")
        return int(number) if whose == store_id and number.strip().isdecimal() else 0

    def count(self, store_id: str, number: int) -> None:
        """Remember the number of a sync."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, f"{store_id} {number:<12}\n".encode())


@contextmanager
def held(path: Path) -> Iterator[Lock]:
    """Hold the lock at `path`. Raises TryAgainError where another process, or thread, has it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        try:
            _take(descriptor)
        except OSError:
            raise TryAgainError("Another sync of this store is running; it does the same work.") from None
        yield Lock(descriptor)
    finally:
        os.close(descriptor)
