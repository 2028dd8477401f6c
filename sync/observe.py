"""What a look at the server means for the whole ledger: known objects, adopted ones, mass removal. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.ledger import Answer, Entry, State
from sync import phone
from sync.objects import UnreadableError, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sync.calendar import Resource
    from sync.phone import Act, Found, View

_STATE_AFTER = {Answer.RESTORE: State.GONE, Answer.FORGET: State.FORGOTTEN}


@dataclass(frozen=True, slots=True)
class Observed:
    """What to note: entries as they are now, entries of objects that never came to be, and the acts.

    `vanished` is how many objects are missing at once, where that needs the user's answer first; then nothing
    else of this may be noted.
    """

    entries: Sequence[Entry] = ()
    never_there: Sequence[Entry] = ()
    acts: Sequence[Act] = ()
    vanished: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """How to take what was seen: with the user's answer, with UIDs that were refused, mending differences.

    `listed` are the hrefs in the report that led to this look, None where no report did.
    """

    answer: Answer | None = None
    listed: Collection[str] | None = None
    used_up: Collection[tuple[str, int]] = field(default_factory=frozenset)
    mend: bool = False


def observe(
    entries: Sequence[Entry], resources: Mapping[str, Resource | None], view: View, taking: Taking
) -> Observed:
    """Compare what was read (None: proven gone) with what is known."""
    found = [
        (entry, phone.look(entry, resources[entry.href], view))
        for entry in entries
        if entry.href in resources
    ]
    found += _strangers(entries, resources, view)
    lost = [known for known, each in found if _is_lost(known, each, view)]
    ours = [entry for entry in entries if _counts(entry, view)]
    is_mass = is_mass_removal(len(lost), len(ours))
    if is_mass and taking.answer is None:
        return Observed(vanished=len(lost))
    now: list[Entry] = []
    never_there: list[Entry] = []
    acts: list[Act] = []
    for known, each in found:
        entry = each.entry
        if entry is None:
            if (known.reminder, known.generation) in taking.used_up:
                now.append(structs.replace(known, state=State.GONE, intent=None))
            else:
                never_there.append(known)
        elif is_mass and taking.answer is not None and _is_lost(known, each, view):
            now.append(structs.replace(entry, state=_STATE_AFTER[taking.answer]))
            continue
        elif taking.mend:
            now.append(phone.to_be_mended(entry, view))
        else:
            now.append(entry)
        acts += each.acts
    if taking.listed is not None:
        now = _note_listed(entries, now, taking.listed)
    return Observed(now, never_there, acts)


def is_mass_removal(lost: int, all_: int) -> bool:
    """Whether so many of our objects vanished at once that it was hardly meant.

    All of them (where there were two or more), or at least five and more than a fifth.
    """
    return lost >= 2 and (lost == all_ or (lost >= 5 and lost * 5 > all_))  # noqa: PLR2004 - see the docstring


def _strangers(
    entries: Sequence[Entry], resources: Mapping[str, Resource | None], view: View
) -> Iterator[tuple[Entry, Found]]:
    """Adopt what bears our mark and the ledger does not know; all else is left alone."""
    hrefs = {entry.href for entry in entries}
    known = {(entry.reminder, entry.generation): entry for entry in entries}
    for href, resource in resources.items():
        if resource is None or href in hrefs:
            continue
        try:
            seen = read(resource.body, view.zone)
        except UnreadableError:
            continue
        mark = seen.mark
        if mark is None or mark.store != view.store or mark.uid != seen.uid:
            continue
        entry = known.get((mark.reminder, mark.generation))
        if entry is None:
            found = phone.adopt(resource, seen, mark.reminder, mark.generation, view)
        elif entry.href in resources and resources[entry.href] is not None:
            continue  # the same UID twice: no server should hold that, and deleting one might delete both
        else:
            found = phone.look(entry, resource, view)  # the server chose another href for it
        if found.entry is not None:
            yield entry or found.entry, found


def _note_listed(before: Sequence[Entry], now: Sequence[Entry], listed: Collection[str]) -> list[Entry]:
    """Note which objects the server has named; one found by chance may be younger than the report."""
    doubtful = {entry.href for entry in before if entry.state.is_in_doubt}
    looked_at = {(entry.reminder, entry.generation) for entry in now}
    others = [
        entry
        for entry in before
        if entry.state.is_live
        and not entry.listed
        and (entry.reminder, entry.generation) not in looked_at
        and entry.href in listed
    ]
    return [
        structs.replace(entry, listed=entry.listed or entry.href in listed or entry.href not in doubtful)
        for entry in (*now, *others)
    ]


def _counts(entry: Entry, view: View) -> bool:
    is_there = entry.state.is_live and entry.state not in {State.CREATING, State.DELETING}
    return is_there and entry.reminder in view.wanted.objects


def _is_lost(known: Entry, found: Found, view: View) -> bool:
    return _counts(known, view) and found.entry is not None and found.entry.state is State.REMOVED
