"""What to do about each reminder: desired objects + ledger → actions, each with its reason. Pure and total.

What the server has was taken into the ledger before, so the ledger is both what we last saw and what is
there; an object whose state is in doubt is left alone until a look has settled it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.ledger import Entry, State
from sync import etags
from sync.desired import has_alarms, has_content
from sync.objects import may_be_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sync.calendar import Changes
    from sync.desired import Desired, Wanted


REFUSED_DELETION = "deletion"
"""`Entry.refused` of an object that the server would not delete."""

REFUSED_UID = "UID"
"""`Entry.refused` of an object that the server would not change, since it has another one with its UID."""

_REFUSED = "the server refused this text before"
_TASK = "BEGIN:VTODO"


class Verb(StrEnum):
    """What becomes of an object; only the first three are requests."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SETTLE = "settle"
    """Note that a deleted object is not wanted any more."""
    LEAVE = "leave"

    @property
    def is_request(self) -> bool:
        """Whether something is sent."""
        return self in {Verb.CREATE, Verb.UPDATE, Verb.DELETE}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `want` and `start` are there to create and update, `entry` but to create."""

    verb: Verb
    reminder: str
    generation: int
    reason: str
    want: Desired | None = None
    start: datetime | None = None
    entry: Entry | None = field(default=None, repr=False)


def plan(wanted: Wanted, entries: Iterable[Entry]) -> list[Action]:
    """Decide about every reminder that is wanted or known, those that ring first in front."""
    known = {
        reminder: list(group)
        for reminder, group in groupby(
            sorted(entries, key=lambda entry: (entry.reminder, entry.generation)),
            key=lambda entry: entry.reminder,
        )
    }
    actions = [
        action
        for reminder in wanted.objects.keys() | known.keys()
        for action in _decide(reminder, wanted, known.get(reminder, []))
    ]
    return sorted(actions, key=_urgency)


def hrefs_to_look_at(
    changes: Changes, entries: Iterable[Entry], names: Iterable[str], *, is_reconciling: bool
) -> set[str]:
    """Choose what has to be read: what changed, what is in doubt, and what is missing without proof.

    What we made since the last token has to be in the next report; where it is not, it may be gone again.

    `names` are the last parts of hrefs that an object of ours may have now. Anything else named like one of
    ours is worth a look when it is reported as changed, or when we reconcile.
    """
    known = {entry.href: entry for entry in entries}
    expected = set(names)
    chosen = {
        entry.href
        for entry in known.values()
        if entry.state.is_live
        and entry.href not in changes.removed
        and (
            entry.state.is_in_doubt
            or is_reconciling
            or (entry.href not in changes.changed and (changes.complete or not entry.listed))
        )
    }
    for href, etag in changes.changed.items():
        entry = known.get(href)
        if entry is not None:
            if not entry.state.is_live or not etags.is_same(entry.etag, etag):
                chosen.add(href)
        elif href.rpartition("/")[2] in expected or (
            may_be_ours(href) and (is_reconciling or not changes.complete)
        ):
            chosen.add(href)
    return chosen


def _decide(reminder: str, wanted: Wanted, entries: Sequence[Entry]) -> Iterator[Action]:
    want = wanted.objects.get(reminder)
    live = [entry for entry in entries if entry.state.is_live]
    for extra in live[:-1]:
        if live[-1].state.is_in_doubt:
            yield _about(extra, Verb.LEAVE, "whether a newer object stands for it is not known yet")
        else:
            yield _about(extra, Verb.DELETE, "a newer object stands for the same reminder")
    if live or want is None:
        for entry in entries:
            if entry.state in {State.REMOVED, State.FORGOTTEN}:
                yield _about(entry, Verb.SETTLE, "there is nothing left to ask")
    if want is not None:
        latest = entries[-1] if entries else None
        reason = _reason_to_replace(want, live[-1]) if live else None
        if reason is not None and latest is not None:
            yield _make_again(want, latest, reason)
        else:
            yield _compare(want, live[-1]) if live else _make(want, latest)
    elif live:
        reason = wanted.absent.get(reminder, "the reminder is not derived any more")
        yield _about(live[-1], Verb.DELETE, reason)


def _make(want: Desired, latest: Entry | None) -> Action:
    """Make an object where there is none, unless it was taken away on purpose."""
    if latest is None:
        return Action(Verb.CREATE, want.reminder, 1, "it is not on the calendar yet", want, want.start)
    if latest.state is State.REMOVED:
        return _about(
            latest, Verb.LEAVE, "it was deleted on the phone; say whether it is done, or not needed"
        )
    if latest.state is State.FORGOTTEN:
        return _about(latest, Verb.LEAVE, "it vanished with the calendar, and you chose to forget it")
    return _make_again(want, latest, "it is wanted again")


def _reason_to_replace(want: Desired, entry: Entry) -> str | None:
    """Say why no update can make an object what is wanted; a new one is made before it goes."""
    if entry.refused == REFUSED_UID:
        return "the server has another object with its UID"
    if entry.body is not None and want.is_task is not (_TASK in entry.body):
        return f"it is to be {'a task' if want.is_task else 'an event'}"
    return None


def _make_again(want: Desired, latest: Entry, reason: str) -> Action:
    if latest.state.is_in_doubt:
        return _about(latest, Verb.LEAVE, _doubtful(reason))
    if latest.refused == want.wanted(want.start):
        return _about(latest, Verb.LEAVE, _REFUSED)
    return Action(Verb.CREATE, want.reminder, latest.generation + 1, reason, want, want.start)


def _compare(want: Desired, entry: Entry) -> Action:
    # A start that was chosen for this very alert stays: what was entered late, and what a phone dragged.
    start = entry.start if entry.alert == want.alert and entry.start is not None else want.start
    wanted = want.wanted(start)
    # The same start for another alert is written too, or it would be chosen anew each time.
    if entry.start != start or entry.alert != want.alert:
        reason = "its time changed"
    elif not entry.wanted:
        reason = "it has to be written again"
    elif not has_content(entry.wanted, wanted):
        reason = "its text changed"
    elif not has_alarms(entry.wanted, wanted):
        reason = "its alarms changed"
    else:
        return _about(entry, Verb.LEAVE, "it stands as it should")
    if entry.refused == wanted:
        return _about(entry, Verb.LEAVE, _REFUSED)
    return _about(entry, Verb.UPDATE, reason, want, start)


def _about(
    entry: Entry, verb: Verb, reason: str, want: Desired | None = None, start: datetime | None = None
) -> Action:
    """Make an action on a known object, unless nobody knows yet what became of it."""
    if verb.is_request and entry.state.is_in_doubt:
        verb, reason = Verb.LEAVE, _doubtful(reason)
    elif verb.is_request and entry.etag is None:
        verb, reason = Verb.LEAVE, f"the server gives no ETag to write safely with; else: {reason}"
    elif verb is Verb.DELETE and entry.refused == REFUSED_DELETION:
        verb, reason = Verb.LEAVE, f"the server refused to delete it; else: {reason}"
    return Action(verb, entry.reminder, entry.generation, reason, want, start, entry)


def _doubtful(reason: str) -> str:
    return f"what became of the last request is not known yet; then: {reason}"


def _urgency(action: Action) -> tuple[float, str, int]:
    """Put deletions first, since what should be gone may ring; then what rings soonest."""
    return (action.start.timestamp() if action.start else 0.0, action.reminder, action.generation)
