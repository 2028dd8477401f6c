"""Threads that nobody waits for: leaving the app never waits for a server.

The standard library's pool is joined when Python ends, whatever its threads are waiting for.
"""

from __future__ import annotations

from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Pool(Generic[T]):
    """Does jobs in at most `size` threads, each begun when needed; the end of the block waits for jobs."""

    def __init__(self, size: int, name: str) -> None:
        self._size, self._name = size, name
        self._threads: list[Thread] = []
        self._jobs: SimpleQueue[tuple[Future[T], Callable[..., T], tuple[Any, ...]] | None] = SimpleQueue()

    def submit(self, job: Callable[..., T], *args: Any) -> Future[T]:
        """Have a job done; the future gets what it gives or raises."""
        future: Future[T] = Future()
        self._jobs.put((future, job, args))
        if len(self._threads) < self._size:
            self._threads.append(Thread(target=self._work, name=self._name, daemon=True))
            self._threads[-1].start()
        return future

    def _work(self) -> None:
        while (one := self._jobs.get()) is not None:
            future, job, args = one
            try:
                future.set_result(job(*args))
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it, whatever it is
                future.set_exception(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
