"""The ledger of the sync: what was last seen of each calendar, and of each object that was put there.

It lives in the store beside the facts, so that what a phone did and the note that it was taken in become true
in one transaction. An intent is written before its request goes out, the result after its answer.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, structs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pipeline.store import Store

R = TypeVar("R", bound=Struct)


class State(StrEnum):
    """What is known of one object; the first four mean that a request's outcome is not known yet."""

    CREATING = "creating"
    UPDATING = "updating"
    DELETING = "deleting"
    UNKNOWN = "unknown"
    CLEAN = "clean"
    REMOVED = "removed"
    """Deleted on the phone; it comes back only when the user says so."""
    FORGOTTEN = "forgotten"
    """Vanished with the whole calendar, and the user does not want it back."""
    GONE = "gone"
    """Not on the server any more; kept so that its UID is not used again."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether only a look at the server can tell what is there."""
        return self in _IN_DOUBT

    @property
    def is_live(self) -> bool:
        """Whether the server has the object, or may have it."""
        return self in _LIVE


_IN_DOUBT = frozenset({State.CREATING, State.UPDATING, State.DELETING, State.UNKNOWN})
_LIVE = _IN_DOUBT | {State.CLEAN}


class Answer(StrEnum):
    """What the user can say to a question: about objects that vanished at once, or about the store itself."""

    RESTORE = "restore"
    FORGET = "forget"
    MOVED = "moved"
    COPY = "copy"


class Question(StrEnum):
    """What only the user can say about a whole calendar."""

    VANISHED = "vanished"
    """It is empty, or many of our objects are missing at once: restore them, or forget them?"""
    GONE = "gone"
    """The calendar itself is missing: connect again."""
    MOVED = "moved"
    """The store turned up elsewhere: was it moved, or is it a copy?"""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What can be said to it; nothing, where connecting again is the answer."""
        return _ANSWERS[self]


_ANSWERS = {
    Question.VANISHED: (Answer.RESTORE, Answer.FORGET),
    Question.GONE: (),
    Question.MOVED: (Answer.MOVED, Answer.COPY),
}


class Intent(Struct, frozen=True):
    """What a PUT in flight brings about: the body, and the columns of an `Entry` once it is there."""

    body: str
    wanted: str
    start: datetime
    alert: datetime


class Entry(Struct, frozen=True):
    """One object. `wanted` identifies what we last wanted it to say; "" asks for it to be written again.

    `start` is where it stands on the calendar, `alert` the moment that this start was chosen for. `listed`:
    the server named it to us; until then its deletion may go unreported, since RFC 6578 lets a server keep
    silent about what came and went between two tokens. `refused` is the `wanted` that the server turned down.
    """

    account: str
    reminder: str
    generation: int
    state: State
    href: str
    etag: str | None = None
    body: str | None = None
    wanted: str = ""
    start: datetime | None = None
    alert: datetime | None = None
    listed: bool = False
    refused: str | None = None
    intent: Intent | None = None


class Summary(Struct, frozen=True):
    """The last sync in numbers; `problem` is the sentence that the user was told.

    `needs_user`: only the user can go on, and it is told in the app until then.
    """

    at: datetime
    pushed: int = 0
    updated: int = 0
    deleted: int = 0
    came_back: int = 0
    in_doubt: int = 0
    problem: str | None = None
    needs_user: bool = False


class Account(Struct, frozen=True):
    """One calendar. `reconcile` asks for a listing of everything, in which our objects are adopted.

    `mark_in_description` and `basic_text` are what its server was found to need: it drops properties that it
    does not know, it cannot store text outside the Basic Multilingual Plane.
    """

    account: str
    url: str
    token: str | None = None
    reconcile: bool = True
    reconciled_at: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0
    question: Question | None = None
    answer: Answer | None = None
    mark_in_description: bool = False
    basic_text: bool = False
    summary: Summary | None = None

    @property
    def folder(self) -> str:
        """The path that an object's name is appended to."""
        return urlsplit(self.url).path.rstrip("/") + "/"


class Ledger:
    """The ledger over a store's connection; `store_id` is part of every UID."""

    def __init__(self, connection: sqlite3.Connection, store_id: str) -> None:
        self.connection = connection
        self.store_id = store_id

    @classmethod
    def of(cls, store: Store) -> Ledger:
        """Open the ledger of a store."""
        return cls(store.connection, store.id)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of the block or nothing. Inside another transaction of the connection, join it."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Commit within the block without waiting for the disk.

        A kill loses nothing of it. A power failure may lose the last intents and results; the next report
        tells of their objects then, and the marks tell whose they are.
        """
        (before,) = self.connection.execute("PRAGMA synchronous").fetchone()
        self.connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA synchronous = {int(before)}")

    def connect(self, account: str, url: str, *, mark_in_description: bool | None = None) -> Account:
        """Note an account's calendar; another one, or one that was gone, starts afresh, by reconciling.

        `mark_in_description` is left as it is where it is not given.
        """
        with self.transaction():
            known = self.account(account)
            if known is None or known.url != url or known.question is Question.GONE:
                if known is not None and known.url != url:
                    self._leave_behind(known)
                before = self.entries(url)  # it may be one that was left before
                self.disconnect(account)
                self.disconnect(url)
                known = self.keep(Account(account, url))
                self.put(structs.replace(entry, account=account) for entry in before)
            if mark_in_description is not None:
                known = structs.replace(known, mark_in_description=mark_in_description)
            return self.keep(known)

    def disconnect(self, account: str) -> None:
        """Forget an account and what was seen there; its calendar keeps what it holds."""
        self.connection.execute("DELETE FROM calendar_objects WHERE account = ?", (account,))
        self.connection.execute("DELETE FROM calendar_accounts WHERE account = ?", (account,))

    def _leave_behind(self, known: Account) -> None:
        """Keep in mind what is on a calendar that is not the account's any more, until it is taken off."""
        live = [entry for entry in self.entries(known.account) if entry.state.is_live]
        if live or known.reconciled_at is None:
            self.keep(Account(known.url, known.url))
            self.put(structs.replace(entry, account=known.url) for entry in live)

    def left_behind(self) -> list[Account]:
        """List calendars that were left, and still hold something of ours; each is named by its URL."""
        return [each for each in self._read(Account, "calendar_accounts") if each.account == each.url]

    def forget_everything(self) -> None:
        """Empty the ledger after a restore: the next sync adopts what bears our mark and asks nothing."""
        with self.transaction():
            self.connection.execute("DELETE FROM calendar_objects")
            self.connection.execute(
                "UPDATE calendar_accounts SET token = NULL, reconcile = 1, question = NULL, answer = NULL"
            )

    def take_accounts(self, accounts: Iterable[Account]) -> None:
        """Know the accounts of another ledger, and what their servers need, and nothing of what is there."""
        with self.transaction():
            for known in self.accounts():
                self.disconnect(known.account)
            for account in accounts:
                self.keep(account)
            self.forget_everything()

    def account(self, account: str) -> Account | None:
        """Read one account, or None where it was never connected."""
        return next(self._read(Account, "calendar_accounts", account), None)

    def accounts(self) -> list[Account]:
        """List the accounts by id."""
        return [each for each in self._read(Account, "calendar_accounts") if each.account != each.url]

    def keep(self, account: Account) -> Account:
        """Write an account."""
        self._write("calendar_accounts", account)
        return account

    def entries(self, account: str) -> list[Entry]:
        """List what is known of an account's objects, by reminder and generation."""
        return list(self._read(Entry, "calendar_objects", account))

    def doubtful(self, account: str) -> list[Entry]:
        """List those whose state is in doubt, without reading all the others."""
        return list(self._read(Entry, "calendar_objects", account, _IN_DOUBT))

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries, all of them or none."""
        with self.transaction():
            for entry in entries:
                self._write("calendar_objects", entry)

    def drop(self, entry: Entry) -> None:
        """Forget an object that was never there."""
        self.connection.execute(
            "DELETE FROM calendar_objects WHERE account = ? AND reminder = ? AND generation = ?",
            (entry.account, entry.reminder, entry.generation),
        )

    def allow_refused(self, account: str) -> None:
        """Let what the server turned down be tried once more."""
        self.connection.execute("UPDATE calendar_objects SET refused = NULL WHERE account = ?", (account,))

    def removed_reminders(self) -> list[str]:
        """List the reminders whose object was deleted on a phone and about which nothing was answered yet."""
        rows = self.connection.execute(
            "SELECT DISTINCT reminder FROM calendar_objects WHERE state = ? ORDER BY reminder",
            (State.REMOVED,),
        )
        return [reminder for (reminder,) in rows]

    def put_back(self, reminder: str) -> None:
        """Answer the question about a deleted object with "I still want it": the next sync makes it anew."""
        self.connection.execute(
            "UPDATE calendar_objects SET state = ? WHERE reminder = ? AND state IN (?, ?)",
            (State.GONE, reminder, State.REMOVED, State.FORGOTTEN),
        )

    def answer(self, account: str, answer: Answer) -> None:
        """Answer the question about objects that vanished at once; the next sync acts on it."""
        self.connection.execute(
            "UPDATE calendar_accounts SET answer = ? WHERE account = ? AND question = ?",
            (answer, account, Question.VANISHED),
        )

    def _read(
        self, record: type[R], table: str, account: str | None = None, states: Collection[State] = ()
    ) -> Iterator[R]:
        columns = record.__struct_fields__
        where, values = ("", ()) if account is None else (" WHERE account = ?", (account, *states))
        if states:
            where += f" AND state IN ({', '.join('?' * len(states))})"
        order = "account, reminder, generation" if record is Entry else "account"
        for row in self.connection.execute(
            f"SELECT {', '.join(columns)} FROM {table}{where} ORDER BY {order}",  # noqa: S608 - our own names
            values,
        ):
            yield msgspec.convert(
                {name: _from_column(name, value) for name, value in zip(columns, row, strict=True)},
                record,
                strict=False,
            )

    def _write(self, table: str, record: Struct) -> None:
        values = [_to_column(value) for value in structs.astuple(record)]
        self.connection.execute(_upsert(table, record.__struct_fields__), values)


@cache
def _upsert(table: str, columns: tuple[str, ...]) -> str:
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names
        f" ON CONFLICT DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns)}"
    )


_JSON_COLUMNS = frozenset({"intent", "summary"})


def _from_column(name: str, value: Any) -> Any:
    return msgspec.json.decode(value) if name in _JSON_COLUMNS and value is not None else value


def _to_column(value: Any) -> str | int | None:
    if isinstance(value, Struct):
        return msgspec.json.encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value
