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


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock at `path`. Raises TryAgainError where another process, or thread, has it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        try:
            _take(descriptor)
        except OSError:
            raise TryAgainError("Another sync of this store is running; it does the same work.") from None
        yield
    finally:
        os.close(descriptor)
