"""Actions → requests, several in flight, each with its intent in the ledger before and its result after."""

from __future__ import annotations

import time
from collections import Counter, deque
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.errors import TopofmindError, TryAgainError
from pipeline.ledger import Account, Entry, Intent, Ledger, State
from sync.calendar import BusyError, ConflictError, DuplicateUidError, InDoubtError, RejectedError
from sync.objects import LAST_BASIC, Mark, Writing, compose, merge, name_of
from sync.plan import REFUSED_DELETION, REFUSED_UID, Action, Verb
from sync.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from sync.calendar import Calendar

    _Sent = Future[tuple[str, str | None]]

TRIES = 3
"""Writes of one kind for one reminder in one sync."""

SILENT = 8
"""So many writes in a row whose outcome is not known mean that the server is not well."""

HEAD_START = 0.01
"""Seconds that a question has the processor to itself; an answer within them leaves no time to be used."""

_HTTP_SERVER_ERROR = 500


class Carrier:
    """Carries actions out on one account, and counts what came of them."""

    def __init__(
        self,
        calendar: Calendar,
        ledger: Ledger,
        account: Account,
        *,
        in_flight: int,
        until: float,
        now: datetime,
        going_on: Callable[[int, int], bool] = lambda _done, _of: True,
    ) -> None:
        self._calendar = calendar
        self._ledger = ledger
        self._account = account.account
        self._folder = account.folder
        self._in_flight = in_flight
        self._until = until
        self._now = now
        self._going_on = going_on
        self._tries: Counter[tuple[Verb, str]] = Counter()
        self._conflicts: dict[tuple[Verb, str], str | None] = {}
        self._silent = 0
        self._plain_for: set[str] = set()
        self._made: dict[Action, Entry] = {}
        self.done: Counter[Verb] = Counter()
        self.refused: dict[str, str] = {}
        self.used_up: set[tuple[str, int]] = set()
        self.writing = Writing(account.mark_in_description, account.basic_text)

    def may_try(self, action: Action) -> bool:
        """Whether an action is a request that was not tried too often in this sync."""
        return action.verb.is_request and self._tries[action.verb, action.reminder] < TRIES

    @contextmanager
    def getting_ready(self, likely: Iterable[Action]) -> Iterator[None]:
        """Use the time of the block, which waits for an answer, to make what is likely to be sent."""
        requests = [action for action in likely if action.verb.is_request]
        if not requests:
            yield
            return
        answered = Event()
        # Not of a pool: leaving the app waits for threads of those, and this one waits for the server.
        ahead = Thread(target=self._make_ahead, args=(requests, answered), name="sync-ahead", daemon=True)
        ahead.start()
        try:
            yield
        finally:
            answered.set()
            ahead.join()

    def _make_ahead(self, requests: Sequence[Action], answered: Event) -> None:
        if answered.wait(HEAD_START):
            return
        with self._calendar.ready_for(len(requests)):
            for action in requests:
                if answered.is_set():
                    return
                self._made[action] = self._make(action)
            answered.wait()

    def carry_out(self, actions: Iterable[Action]) -> None:
        """Send all requests. Raises the first error that concerns the whole account, once all is noted."""
        waiting = deque(actions)
        ready: deque[tuple[Action, Entry]] = deque()
        flying: dict[_Sent, tuple[Action, Entry]] = {}
        answered: SimpleQueue[_Sent] = SimpleQueue()
        finished: list[_Sent] = []
        trouble: TopofmindError | None = None
        whole = len(waiting)
        with Pool[tuple[str, str | None]](self._in_flight, "sync") as pool, self._ledger.hurried():
            while waiting or ready or flying:
                trouble = trouble or self._reason_to_stop(
                    whole - len(waiting) - len(ready) - len(flying), whole
                )
                if trouble is not None:
                    waiting.clear()
                    ready.clear()
                group: list[tuple[Action, Entry]] = []
                with self._ledger.transaction():
                    for future in finished:
                        trouble = self._note(future, *flying.pop(future)) or trouble
                    while trouble is None and len(flying) + len(group) < self._in_flight:
                        if not (ready or self._make_ready(waiting, ready)):
                            break
                        group.append(ready.popleft())
                    self._ledger.put(entry for _, entry in group)
                for action, entry in group:
                    future = pool.submit(self._send, action, entry)
                    flying[future] = (action, entry)
                    future.add_done_callback(answered.put)
                # The next bodies are made while the answers are on their way.
                while len(ready) < self._in_flight and answered.empty():
                    if not self._make_ready(waiting, ready):
                        break
                finished = _next_answers(answered) if flying else []
        if trouble is not None:
            raise trouble

    def _reason_to_stop(self, made: int, whole: int) -> TopofmindError | None:
        if time.monotonic() > self._until:
            return TryAgainError("The sync took too long; the next one goes on from here.")
        if not self._going_on(made, whole):
            return TryAgainError("The sync was stopped; the next one goes on from here.")
        return None

    def _make_ready(self, waiting: deque[Action], ready: deque[tuple[Action, Entry]]) -> bool:
        """Make the next request, if there is one."""
        if not waiting:
            return False
        action = waiting.popleft()
        ready.append((action, self._intend(action)))
        return True

    def _intend(self, action: Action) -> Entry:
        """Say in the ledger what is about to be sent."""
        self._tries[action.verb, action.reminder] += 1
        made = self._made.pop(action, None)
        return made if made and not self.writing.basic_text else self._make(action)

    def _make(self, action: Action) -> Entry:
        """Make the entry of an intent; the body is in it, so that it is known later."""
        entry, want, start = action.entry, action.want, action.start
        if entry is not None and (want is None or start is None):
            return structs.replace(entry, state=State.DELETING)
        if want is None or start is None:
            raise AssertionError(action)
        writing = self.writing
        if action.reminder in self._plain_for:
            writing = Writing(writing.mark_in_description, basic_text=True)
        mark = Mark(
            self._ledger.store_id, action.reminder, action.generation, start, want.alert, writing.hash(want)
        )
        if entry is None or entry.body is None:
            body = compose(mark, want, now=self._now, writing=writing)
            href = self._folder + name_of(mark.uid)
            entry = Entry(self._account, action.reminder, action.generation, State.CREATING, href)
        else:
            body = merge(entry.body, entry.wanted, mark, want, now=self._now, writing=writing)
            entry = structs.replace(entry, state=State.UPDATING)
        return structs.replace(entry, intent=Intent(body, want.wanted(start), start, want.alert))

    def _send(self, action: Action, entry: Entry) -> tuple[str, str | None]:
        """Make the request; runs in a thread of the pool and touches nothing but the calendar."""
        if entry.state is State.DELETING:
            self._calendar.delete(entry.href, _etag(entry))
            return entry.href, None
        body = entry.intent.body if entry.intent else ""
        if action.verb is Verb.CREATE:
            return self._calendar.create(entry.href.rpartition("/")[2], body)
        return entry.href, self._calendar.update(entry.href, body, _etag(entry))

    def _note(self, future: _Sent, action: Action, entry: Entry) -> TopofmindError | None:
        """Note in the ledger what came of a request; give the error that concerns the whole account."""
        try:
            href, etag = future.result()
        except InDoubtError as error:
            return self._note_doubt(error, entry)
        except BusyError as error:
            return error  # it may have been carried out all the same
        except ConflictError:
            self._note_conflict(action, entry)
        except DuplicateUidError:
            is_new = action.verb is Verb.CREATE
            state, refused = (State.GONE, entry.refused) if is_new else (State.CLEAN, REFUSED_UID)
            self._ledger.put([structs.replace(entry, state=state, refused=refused, intent=None)])
        except RejectedError as error:
            self._note_refusal(action, entry, error)
        except TopofmindError as error:
            if action.entry is None:
                self._ledger.drop(entry)
            else:
                self._ledger.put([action.entry])
            return error
        else:
            self._note_success(action, entry, href, etag)
        self._silent = 0
        return None

    def _note_success(self, action: Action, entry: Entry, href: str, etag: str | None) -> None:
        self.done[action.verb] += 1
        if entry.intent is None:
            entry = structs.replace(entry, state=State.GONE, etag=None, body=None, wanted="")
        else:
            intent = entry.intent
            entry = structs.replace(
                entry,
                state=State.CLEAN if etag else State.UNKNOWN,
                href=href,
                etag=etag,
                body=intent.body,
                wanted=intent.wanted,
                start=intent.start,
                alert=intent.alert,
                refused=None,
                intent=None,
            )
            if action.reminder in self._plain_for:
                self.writing = Writing(self.writing.mark_in_description, basic_text=True)
        self._ledger.put([entry])

    def _note_conflict(self, action: Action, entry: Entry) -> None:
        """Note that somebody wrote in between, or that the href is taken: a look tells.

        Where it told nothing new the server means something else: Radicale says 412 of what is too large.
        """
        write = (action.verb, action.reminder)
        if self._conflicts.get(write, "") == entry.etag:
            self._note_refusal(action, entry, RejectedError("The server refuses this object, as it stands."))
        else:
            self._conflicts[write] = entry.etag
            self.used_up.add((action.reminder, action.generation))

    def _note_refusal(self, action: Action, entry: Entry, error: TopofmindError) -> None:
        self.refused[action.reminder] = str(error)
        if entry.intent is None:
            entry = structs.replace(entry, state=State.CLEAN, refused=REFUSED_DELETION)
        else:
            state = State.GONE if action.verb is Verb.CREATE else State.CLEAN
            entry = structs.replace(entry, state=state, refused=entry.intent.wanted, intent=None)
        self._ledger.put([entry])

    def _note_doubt(self, error: InDoubtError, entry: Entry) -> TopofmindError | None:
        body = entry.intent.body if entry.intent else ""
        if error.status == _HTTP_SERVER_ERROR and any(ord(char) > LAST_BASIC for char in body):
            self._plain_for.add(entry.reminder)
        self._silent += 1
        if self._silent < SILENT:
            return None
        return TryAgainError(f"The calendar does not answer as it should ({error}); sync again later.")


def _next_answers(answered: SimpleQueue[_Sent]) -> list[_Sent]:
    """Wait for an answer, and take all that have come with it."""
    return [answered.get(), *(answered.get() for _ in range(answered.qsize()))]


def _etag(entry: Entry) -> str:
    """Give what guards a write; the plan leaves an object alone that has nothing such."""
    if entry.etag is None:
        raise AssertionError(entry)
    return entry.etag
