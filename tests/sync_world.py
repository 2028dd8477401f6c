"""A small world to sync in: reminders and ledger in one database, a calendar, a phone, and a clock.

The reminders are rows beside the ledger, as the facts are in the store, so that what a phone did and the note
of it are written in one transaction here as well.
"""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec
from icalendar import Calendar as Parsed
from msgspec import structs

from pipeline.ledger import Account, Entry, Ledger, State
from pipeline.model import Contact, Opportunity, Reminder, ReminderState, Rule
from pipeline.settings import Settings, read_settings
from sync.desired import Details, Wanted, desired
from sync.memory_calendar import MemoryCalendar
from sync.objects import read
from sync.personalities import PLAIN, Personality
from sync.phone import Act, Done, Note, Removed, Snooze
from sync.run import Syncing, SyncResult, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync.calendar import Calendar

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SETTINGS = read_settings('[user]\ntime_zone = "Europe/Berlin"\n')
ANN = Contact(id="ann", name="Ann Lee", phone="+1 212 555 0100", email="ann@acme.example")
DEV = Opportunity(id="dev", title="Developer", link="https://acme.example/jobs/1")
STORE = "6a1d7a0e-5f8f-4c3e-9b0a-0d5f3a7b1c11"


def reminder(
    id_: str = "thank-you:i1", alert: datetime = NOON + timedelta(hours=4), **fields: Any
) -> Reminder:
    given: dict[str, Any] = {
        "id": id_,
        "rule": Rule(id_.partition(":")[0]),
        "title": f"Thank Ann ({id_.partition(':')[2]})",
        "reason": "You met on Tue 3 Mar.",
        "opportunity": "dev",
        "people": ("ann",),
        "due": alert,
        "alerts": (alert,),
        "expires": None,
    }
    return Reminder(**(given | fields))


def several(count: int, alert: datetime = NOON + timedelta(hours=4)) -> list[Reminder]:
    return [reminder(f"thank-you:i{number}", alert + timedelta(hours=number)) for number in range(count)]


class World:
    """Everything that a sync touches; `calendar` may be any, `phone` is the same one in memory."""

    def __init__(
        self,
        personality: Personality = PLAIN,
        *,
        calendar: Calendar | None = None,
        url: str = "https://server.example/memory/reminders/",
        connection: sqlite3.Connection | None = None,
        store: str = STORE,
    ) -> None:
        self.now = NOON
        self.memory = MemoryCalendar(personality, clock=self.timestamp)
        self.calendar: Calendar = calendar or self.memory
        self.settings = SETTINGS
        self.notes: list[Note] = []
        self.asked: list[str] = []
        self.connection = connection or sqlite3.connect(":memory:", isolation_level=None)
        if connection is None:
            self.connection.executescript(
                resources.files("pipeline").joinpath("migrations/0002.sql").read_text()
                + "CREATE TABLE reminders (id TEXT PRIMARY KEY, record TEXT NOT NULL);"
                + "CREATE TABLE acts (record TEXT NOT NULL);"
            )
        self.ledger = Ledger(self.connection, store)
        self.ledger.connect("home", url, mark_in_description=personality.drops_x_properties)

    def timestamp(self) -> float:
        return self.now.timestamp()

    # The facts.

    def have(self, *reminders: Reminder) -> None:
        for each in reminders:
            self.connection.execute(
                "INSERT OR REPLACE INTO reminders VALUES (?, ?)",
                (each.id, msgspec.json.encode(each).decode()),
            )

    def reminders(self) -> list[Reminder]:
        rows = self.connection.execute("SELECT record FROM reminders ORDER BY id")
        return [msgspec.json.decode(record, type=Reminder) for (record,) in rows]

    def reminder(self, id_: str) -> Reminder:
        return next(each for each in self.reminders() if each.id == id_)

    def change(self, id_: str, **fields: Any) -> None:
        self.have(structs.replace(self.reminder(id_), **fields))

    def finish(self, id_: str, state: ReminderState = ReminderState.DONE) -> None:
        self.change(id_, state=state)

    def wanted(self) -> Wanted:
        details = Details({"ann": ANN}, {"dev": DEV}, lambda each: f"Dear Ann, about {each.id}")
        return desired(self.reminders(), details, self.settings, self.now)

    def apply(self, acts: Sequence[Act]) -> None:
        for act in acts:
            kind = {"kind": type(act).__name__, "act": act}
            self.connection.execute("INSERT INTO acts VALUES (?)", (msgspec.json.encode(kind).decode(),))
            match act:
                case Snooze(id_, until):
                    self.change(id_, alerts=(until,), state=ReminderState.SNOOZED)
                case Done(id_, _):
                    self.finish(id_)
                case Removed() | Note():
                    pass

    def acts(self, kind: type[Act]) -> list[dict[str, Any]]:
        rows = (
            msgspec.json.decode(record) for (record,) in self.connection.execute("SELECT record FROM acts")
        )
        return [row["act"] for row in rows if row["kind"] == kind.__name__]

    # The sync.

    def how(self, **changes: Any) -> Syncing:
        how = Syncing(
            derive=self.wanted,
            apply=self.apply,
            zone=self.settings.user.zone,
            in_flight=4,
            clock=lambda: self.now,
        )
        return replace(how, **changes)

    def sync(self, account: str = "home", **changes: Any) -> SyncResult:
        return sync(self.calendar, self.ledger, account, self.how(**changes))

    def synced(self, **changes: Any) -> SyncResult:
        """Sync, and insist that nothing went wrong."""
        result = self.sync(**changes)
        assert result.problem is None, result.problem
        assert not result.in_doubt
        return result

    def requests(self, *methods: str) -> int:
        return sum(request.method in methods or not methods for request in self.memory.requests)

    def requests_of(self, action: Callable[[], object]) -> list[str]:
        before = len(self.memory.requests)
        action()
        return [request.method for request in self.memory.requests[before:]]

    def account(self) -> Account:
        account = self.ledger.account("home")
        assert account is not None
        return account

    def entries(self, *states: State) -> list[Entry]:
        return [each for each in self.ledger.entries("home") if not states or each.state in states]

    # The phone.

    def href(self, id_: str = "thank-you:i1") -> str:
        (href,) = (
            href
            for href, body in self.memory.objects().items()
            if (mark := read(body).mark) is not None and mark.reminder == id_
        )
        return href

    def body(self, id_: str = "thank-you:i1") -> str:
        return self.memory.objects()[self.href(id_)]

    def on_phone(self, id_: str = "thank-you:i1", **properties: Any) -> None:
        """Set properties of an object as a phone does; None takes one away."""
        self.memory.phone_put(self.href(id_), edited(self.body(id_), **properties))

    def drag(self, start: datetime, id_: str = "thank-you:i1") -> None:
        self.on_phone(id_, DTSTART=start, DTEND=start + timedelta(minutes=15))

    def delete_on_phone(self, id_: str = "thank-you:i1") -> None:
        self.memory.phone_delete(self.href(id_))

    def on_calendar(self) -> dict[str, datetime | None]:
        """Say what our objects are: reminder → start; each must be there once."""
        marked = [(read(body).mark, read(body)) for body in self.memory.objects().values()]
        found = [(mark.reminder, seen.start) for mark, seen in marked if mark is not None]
        assert len(dict(found)) == len(found), found
        return dict(found)


def edited(body: str, **properties: Any) -> str:
    calendar = Parsed.from_ical(body)
    component = next(each for each in calendar.walk() if each.name in {"VEVENT", "VTODO"})
    for key, value in properties.items():
        name = key.replace("_", "-")
        component.pop(name, None)
        if value is not None:
            component.add(name, value)
    written: bytes = calendar.to_ical()
    return written.decode()


def fresh_store_id() -> str:
    return str(uuid.uuid4())


MINIMAL: Settings = read_settings('[user]\ntime_zone = "Europe/Berlin"\n[calendar]\ndetail = "minimal"\n')
