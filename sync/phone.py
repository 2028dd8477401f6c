"""What a phone did to our objects: a body that came back, compared with the last one that we know → acts.

Pure. Only what says more than before becomes an act: rebuilt alarms, acknowledged ones, and texts that a
server merely shortened or spelled otherwise are noise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from msgspec import structs

from pipeline.ledger import Entry, State
from sync import etags
from sync.desired import dragged
from sync.objects import Seen, UnreadableError, Writing, hash_of, read, uid_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sync.calendar import Resource
    from sync.desired import Wanted

_ONE_TICK = re.compile(r"\s*(?:[✓✔✅☑]\ufe0f?|(?:done|sent)\b|x(?=\s|$))[\s:.,;-]*", re.IGNORECASE)
_TICK = re.compile(rf"(?:{_ONE_TICK.pattern})+", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Snooze:
    """The reminder was dragged to another time."""

    reminder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The reminder was ticked off; where its rule is a message to somebody, that message was sent."""

    reminder: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Removed:
    """The reminder was deleted: done, or not needed? Only the user knows."""

    reminder: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something was typed into the reminder; it belongs to its opportunity or its contact."""

    reminder: str
    text: str


Act: TypeAlias = Snooze | Done | Removed | Note
Texts: TypeAlias = tuple[str, str, str]
"""Summary, description and URL: where something can be typed."""


@dataclass(frozen=True, slots=True)
class View:
    """What is needed to understand a body: whose objects are ours, what we want, when and where it is now."""

    account: str
    store: str
    wanted: Wanted
    now: datetime
    zone: tzinfo
    writing: Writing = field(default_factory=Writing)


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at one object brought: what is known of it now (None: it never existed), and the acts."""

    entry: Entry | None
    acts: tuple[Act, ...] = ()


def look(entry: Entry, resource: Resource | None, view: View) -> Found:
    """Compare one known object with what the server has; None means that it is proven gone."""
    if resource is None:
        return _gone(entry, view)
    try:
        seen = read(resource.body, view.zone)
    except UnreadableError:
        doubt = entry.state if entry.state.is_in_doubt else State.UNKNOWN
        return Found(structs.replace(entry, state=doubt) if entry.state.is_live else entry)
    if seen.uid != uid_of(view.store, entry.reminder, entry.generation):
        return _gone(entry, view)  # somebody else's object stands there now
    if entry.intent is not None and _has_arrived(entry, seen, resource, view):
        intent = entry.intent
        entry = structs.replace(
            entry, body=intent.body, wanted=intent.wanted, start=intent.start, alert=intent.alert
        )
    if entry.body is None or not entry.state.is_live:
        return adopt(resource, seen, entry.reminder, entry.generation, view)
    base = read(entry.body, view.zone)
    if None not in (seen.mark, base.mark) and seen.mark != base.mark:
        # We wrote it, and do not know of it any more: the store was put back, or a request came late.
        return adopt(resource, seen, entry.reminder, entry.generation, view)
    return _compare(entry, resource, seen, base=_texts(base), was_completed=base.is_completed, view=view)


def adopt(resource: Resource, seen: Seen, reminder: str, generation: int, view: View) -> Found:
    """Take in one of our objects that the ledger does not know: its mark says what we last wrote."""
    want, mark = view.wanted.objects.get(reminder), seen.mark
    ours = want is not None and mark is not None and view.writing.hash(want) == mark.text
    unticked = _TICK.sub("", seen.summary, count=1)
    if mark is None or seen.text == mark.text:
        base = _texts(seen)
    elif hash_of(unticked, seen.description) == mark.text:
        base = (unticked, seen.description, seen.url)
    elif want is not None:
        base = (want.summary, want.description, want.url or "")
    else:
        base = ("", "", "")
    start = mark.start if mark else seen.start
    entry = Entry(
        account=view.account,
        reminder=reminder,
        generation=generation,
        state=State.CLEAN,
        href=resource.href,
        start=start,
        alert=mark.alert if mark else start,
    )
    if want is not None and ours and start is not None:
        expected = {-before for before in want.alarms(start)}
        if seen.is_task == want.is_task and expected <= set(seen.alarms):
            entry = structs.replace(entry, wanted=want.wanted(start))
    return _compare(entry, resource, seen, base=base, was_completed=False, view=view)


def to_be_mended(entry: Entry, view: View) -> Entry:
    """Ask for an object to be written again where it does not say by meaning what we want."""
    want = view.wanted.objects.get(entry.reminder)
    if want is None or entry.body is None or entry.state is not State.CLEAN or entry.start is None:
        return entry
    seen = read(entry.body, view.zone)
    if (
        seen.text == view.writing.hash(want)
        and not seen.is_completed
        and {-before for before in want.alarms(entry.start)} <= set(seen.alarms)
    ):
        return entry
    return structs.replace(entry, wanted="")


def is_ticked(title: str, before: str) -> bool:
    """Whether somebody put a tick in front of a title: ✓, "done", "sent" or "x ", in any case."""
    if title == before:
        return False
    if not _TICK.match(before):
        return _TICK.match(title) is not None
    rest = title
    while (tick := _ONE_TICK.match(rest)) is not None:  # a title may begin like a tick by itself
        rest = rest[tick.end() :]
        if _key(before) in _key(rest):
            return True
    return False


def typed_text(before: Sequence[str], after: Sequence[str]) -> str | None:
    """Give the lines that say something that was not there before, or None."""
    known = f" {_key(' '.join(before))} "
    lines = [line.strip() for text in after for line in text.splitlines()]
    new = [
        line for line in lines if (key := _key(line)) and f" {key} " not in known and not _is_cut(key, before)
    ]
    return "\n".join(new) or None


def _is_cut(key: str, before: Sequence[str]) -> bool:
    """Whether a line is the beginning of one that we wrote: a server with less room cut it within a word."""
    return any(_key(old).startswith(key) for text in before for old in text.splitlines())


def _texts(seen: Seen) -> Texts:
    return seen.summary, seen.description, seen.url


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _gone(entry: Entry, view: View) -> Found:
    match entry.state:
        case State.CREATING:
            return Found(None)
        case State.REMOVED | State.FORGOTTEN | State.GONE:
            return Found(entry)
    bare = structs.replace(entry, state=State.GONE, etag=None, body=None, wanted="", intent=None)
    if entry.state is State.DELETING or entry.reminder not in view.wanted.waiting:
        return Found(bare)
    return Found(structs.replace(bare, state=State.REMOVED), (Removed(entry.reminder),))


def _has_arrived(entry: Entry, seen: Seen, resource: Resource, view: View) -> bool:
    """Whether the write whose answer we miss is what the server has, perhaps with changes made since."""
    if entry.intent is None or etags.is_same(entry.etag, resource.etag):
        return False
    meant = read(entry.intent.body, view.zone)
    if seen.mark is not None:
        return seen.mark == meant.mark
    return seen.text == meant.text and seen.start == meant.start


def _compare(
    entry: Entry, resource: Resource, seen: Seen, *, base: Texts, was_completed: bool, view: View
) -> Found:
    """Tell the acts from one body to the next; `entry` has the start and the wanted of the earlier one."""
    acts: list[Act] = []
    after = _texts(seen)
    ticked = is_ticked(seen.summary, base[0])
    completed = seen.is_completed and not was_completed
    is_waiting = entry.reminder in view.wanted.waiting
    if ticked:
        after = (_TICK.sub("", seen.summary, count=1), *after[1:])
    if text := typed_text(base, after):
        acts.append(Note(entry.reminder, text))
    if ticked or completed:
        entry = structs.replace(entry, wanted="")  # should it be wanted again, then without the tick
        if is_waiting:
            at = seen.completed_at or seen.last_modified or view.now
            acts.append(Done(entry.reminder, min(at, view.now)))
    elif seen.start is None:
        entry = structs.replace(entry, start=None)
    elif seen.start != entry.start:
        rings = not seen.is_task or any(not offset for offset in seen.alarms)
        entry = structs.replace(
            entry, start=seen.start, alert=seen.start, wanted=dragged(entry.wanted) if rings else ""
        )
        want = view.wanted.objects.get(entry.reminder)
        if is_waiting and not (want is not None and want.alert == seen.start):
            acts.append(Snooze(entry.reminder, seen.start))
    entry = structs.replace(
        entry, state=State.CLEAN, href=resource.href, etag=resource.etag, body=resource.body, intent=None
    )
    return Found(entry, tuple(acts))
