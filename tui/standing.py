"""How the calendar stands: what the ledger knows of it, and what only the user can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ledger import Ledger, State
from pipeline.ledger import Question as Asked
from pipeline.wording import time_words
from tui.agenda import title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.desk import Desk
    from pipeline.ledger import Account, Entry, Summary
    from pipeline.model import Reminder
    from pipeline.reading import Reading


@dataclass(frozen=True)
class Standing:
    """What the ledger says; empty where no calendar was ever connected."""

    account: Account | None = None
    entries: tuple[Entry, ...] = ()
    removed: tuple[str, ...] = ()
    """Reminders that were deleted on the phone."""

    @property
    def summary(self) -> Summary | None:
        """The last sync, in numbers."""
        return self.account.summary if self.account else None

    @property
    def asked(self) -> Asked | None:
        """What the last sync asked about the calendar as a whole, if it was not answered since."""
        return self.account.question if self.account and self.account.answer is None else None

    @property
    def asks(self) -> bool:
        """Whether the sync waits for the user."""
        return self.asked is not None or bool(self.summary and self.summary.needs_user)

    @property
    def in_doubt(self) -> tuple[Entry, ...]:
        """The objects of which a request's outcome is not known yet."""
        return tuple(entry for entry in self.entries if entry.state.is_in_doubt)

    @property
    def there(self) -> tuple[Entry, ...]:
        """The objects that are on the calendar, by time."""
        live = [one for one in self.entries if one.state is State.CLEAN and one.start is not None]
        return tuple(sorted(live, key=lambda one: str(one.start)))


def look(desk: Desk) -> Standing:
    """Read the ledger of the account that is connected."""
    ledger = Ledger.of(desk.store)
    account = next(iter(ledger.accounts()), None)
    if account is None:
        return Standing()
    return Standing(account, tuple(ledger.entries(account.account)), tuple(ledger.removed_reminders()))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the action that gives it, what it says, and what follows from it."""

    action: str
    label: str
    remark: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the calendar asks. `key` names it; `about` is the reminder, where it is about one."""

    key: str
    text: str
    why: str
    answers: tuple[Answer, ...]
    about: str = ""


ASK = "ask:"
"""What the keys of questions begin with."""
VANISHED, GONE, MOVED = f"{ASK}vanished", f"{ASK}gone", f"{ASK}moved"
STOPPED, REMOVED = f"{ASK}stopped", f"{ASK}removed:"

_REMOVED_ANSWERS = (
    Answer("done", "Done", "it was done; a message is logged as sent"),
    Answer("skip", "Not needed", "let it go"),
    Answer("restore", "Put it back", "the next sync makes it anew"),
)
_VANISHED_ANSWERS = (
    Answer("restore", "Put them back", "the next sync makes them anew"),
    Answer("leave_off", "Leave them off", "they stay here, and ring there no more"),
)
_MOVED_ANSWERS = (
    Answer("is_moved", "It moved here", "the calendar goes on from here"),
    Answer("is_copy", "It is a copy", "the other one goes on; this one gets a calendar of its own"),
)
_GONE_ANSWERS = (
    Answer("connect", "Connect again", "choose another calendar, or make one"),
    Answer("disconnect", "Disconnect", "go on without a calendar"),
)
_STOPPED_ANSWERS = (
    Answer("password", "Password", "unlock the keyring, or type the password"),
    Answer("connect", "Connect again", "another server, user or calendar"),
    Answer("sync", "Try again", "sync now"),
)


def questions(standing: Standing, reading: Reading, waiting: Sequence[Reminder]) -> Iterator[Question]:
    """List what only the user can answer, what stops the sync first."""
    summary = standing.summary
    told = (summary.problem if summary else None) or ""
    if standing.asked is Asked.VANISHED:
        yield Question(
            VANISHED,
            "Many reminders are missing on the calendar: put them back?",
            f"{told} Nothing is synced until you say which it was.",
            _VANISHED_ANSWERS,
        )
    elif standing.asked is Asked.GONE:
        yield Question(GONE, "The calendar is not there any more", told, _GONE_ANSWERS)
    elif standing.asked is Asked.MOVED:
        why = f"{told.partition(';')[0]}. Two stores on one calendar would take each other's reminders away."
        yield Question(MOVED, "Did the store move here, or is it a copy?", why, _MOVED_ANSWERS)
    elif summary is not None and summary.needs_user:
        since = time_words(summary.at, reading.places.user_zone)
        yield Question(STOPPED, told, f"The sync stopped ({since}): {told}", _STOPPED_ANSWERS)
    for reminder in waiting:
        if reminder.id in standing.removed:
            yield Question(
                REMOVED + reminder.id,
                f"Removed on the phone: {title(reading, reminder)}",
                f"“{reminder.title}” was deleted on the phone. Was it done, or is it not needed?",
                _REMOVED_ANSWERS,
                reminder.id,
            )
