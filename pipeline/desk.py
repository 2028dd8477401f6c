"""The desk at which the user works: a store, the settings and a clock, and what can be asked and done there.

Both the command line and the app act through a desk: commands decide (pure, `commands.py`), the desk acts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from pipeline.backups import back_up
from pipeline.checks import record_problems
from pipeline.derivation import Derivation
from pipeline.encoding import as_kept
from pipeline.errors import InputError
from pipeline.index import Index
from pipeline.places import Places, cached_holidays
from pipeline.reading import Reading
from pipeline.settings import as_of
from pipeline.store import Put, Remove, utc_now
from pipeline.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.drafting import Kind, Words
    from pipeline.drafting.template import Template
    from pipeline.model import Fact, Reminder
    from pipeline.settings import Settings
    from pipeline.store import Step, Store

    Command = Callable[[Reading], "Change"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a command decided: the records to write, the name of the undo step, and what to tell the user."""

    label: str
    writes: tuple[Put | Remove, ...]
    told: str = ""


class Desk:
    """One store under one set of settings."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
        templates: Path | None = None,
    ) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self._templates = templates
        self.places = Places(settings, cached_holidays(store))
        self._index: tuple[str, Index] | None = None
        self._derivation: Derivation | None = None
        self._changed: list[Fact] = []
        """What was changed since the derivation."""

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def index(self) -> Index:
        """Give the facts; they are read again only where another desk changed them. Never changed itself."""
        revision = self.store.revision
        if self._index is None or self._index[0] != revision:
            self._index = revision, Index(self.store.facts())
            self._derivation, self._changed = None, []
        return self._index[1]

    def _now_is(self, index: Index, records: Iterable[Fact]) -> None:
        """Take over what follows from what was just written, instead of reading everything again."""
        self._index = self.store.revision, index
        self._changed += records

    def reading(self, at: datetime | None = None, trace: list[str] | None = None) -> Reading:
        """Read the facts as of `at` (now, where not given)."""
        return self._reading(self.index(), at or self.clock(), (), trace)

    def _reading(
        self, index: Index, now: datetime, records: Sequence[Fact] = (), trace: list[str] | None = None
    ) -> Reading:
        """Read `index`, in which `records` are not as in the store."""
        known = self._derivation
        if known is None or now < known.now:
            return Reading(index, self.places, now, trace)
        changed = (*self._changed, *records)
        return Reading(index, self.places, now, trace, plan=partial(known.plan_after, changed))

    def derivation(self, at: datetime | None = None) -> Derivation:
        """Derive what is due; after the first time only what was changed here, or moved by the clock."""
        index, now = self.index(), at or self.clock()
        known, self._derivation = self._derivation, None  # for whoever fails on the way
        if known is None or now < known.now:
            known = Derivation(index, self.places, now)
        else:
            known.follow(index, self._changed, now)
        self._derivation, self._changed = known, []
        return known

    def reminders(self, at: datetime | None = None) -> list[Reminder]:
        """Derive the reminders in every state, by due time."""
        return self.derivation(at).reminders

    def waiting(self, at: datetime | None = None) -> list[Reminder]:
        """Derive the reminders that still wait for the user, due or not."""
        return self.derivation(at).waiting

    @property
    def words(self) -> Words:
        """What messages are made of besides the facts. Raises InputError for a template that is wrong."""
        return self._words_of(self._library)

    def usable_words(self) -> tuple[Words, tuple[str, ...]]:
        """Give the same with our template in place of a wrong one, and what is wrong with each of those."""
        from pipeline.drafting.library import usable  # noqa: PLC0415 - `today` does without

        templates, wrong = usable(self._templates)
        return self._words_of(templates), wrong

    def _words_of(self, templates: Mapping[Kind, Template]) -> Words:
        from pipeline.drafting import Words, kept  # noqa: PLC0415 - `today` does without

        today = as_of(self.settings, self.clock())
        return Words(templates, partial(kept.typed, self.store), kept.shared(self.store, today))

    def make_template(self, kind: Kind, edit: Callable[[Path], None]) -> None:
        """Let the user `edit` a template of their own; it holds from now on, unless it cannot be used.

        Raises InputError with file and line where it cannot.
        """
        from pipeline.drafting.library import make_own, read_own  # noqa: PLC0415 - `today` does without

        if self._templates is None:
            raise InputError("there is no folder for templates here")
        path = make_own(self._templates, kind)
        edit(path)
        read_own(path)
        self.__dict__.pop("_library", None)

    @cached_property
    def _library(self) -> Mapping[Kind, Template]:
        from pipeline.drafting import library  # noqa: PLC0415 - the same

        return library(self._templates)

    def do(self, command: Command) -> Change:
        """Carry a command out as one step that can be undone. Whatever it refuses changes nothing.

        The keep-in-touch days that follow from the change are given in the same step.
        """
        return self.do_all([command])[0]

    def do_all(
        self, commands: Sequence[Command], told: Callable[[int, int], None] = lambda _done, _of: None
    ) -> list[Change]:
        """Carry several commands out as one step; each sees what those before it changed.

        `told` is told how many of how many records are written; what it raises leaves all as it was.
        """
        self._back_up()
        with self.store.transaction():
            # Within the transaction nobody else writes, so what the commands read is what they change.
            now = self.clock()
            index, changes = self._decide(commands, now)
            writes = [write for change in changes for write in change.writes]
            if changes:
                others = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
                self.store.apply(changes[0].label + others, now, writes, told)
                self._now_is(index, [write.record for write in writes])
        return changes

    def preview(self, commands: Sequence[Command]) -> list[Change]:
        """Give what commands would change, with what follows from it, and change nothing."""
        return self._decide(commands, self.clock())[1]

    def _decide(self, commands: Sequence[Command], now: datetime) -> tuple[Index, list[Change]]:
        """Give what commands change, and the facts as they then are."""
        index = self.index().copy()
        changes: list[Change] = []
        records: list[Fact] = []
        for command in commands:
            changes.append(_cleaned(command(self._reading(index, now, records))))
            records += _take_in(index, changes[-1].writes)
        if records:
            days = [Put(day) for day in self._reading(index, now, records).keep_in_touch.missing]
            changes[-1] = replace(changes[-1], writes=(*changes[-1].writes, *days))
            _take_in(index, days)
        return index, changes

    def undo(self) -> Step:
        """Take the last step back."""
        return self._replay(self.store.undo)

    def redo(self) -> Step:
        """Do the last undone step again."""
        return self._replay(self.store.redo)

    def _replay(self, how: Callable[[], Step]) -> Step:
        self._back_up()
        with self.store.transaction():
            index = self.index().copy()
            step = how()
            for write in step.writes:
                if isinstance(write, Remove):
                    index.remove(write.record)
                elif index.same(write.record) is None:
                    index.restore(write.record, self.store.keys(write.record))
                else:
                    index.put(write.record)
            self._now_is(index, [write.record for write in step.writes])
        return step

    def _back_up(self) -> None:
        back_up(self.store, self.clock().astimezone(self.places.user_zone).date(), self.settings.store)


def _cleaned(change: Change) -> Change:
    """Give a change as it will be kept; its texts, which somebody typed, are safe."""
    writes = (
        Put(as_kept(clean(write.record))) if isinstance(write, Put) else write for write in change.writes
    )
    return Change(clean(change.label), tuple(writes), clean(change.told))


def _take_in(index: Index, writes: Sequence[Put | Remove]) -> list[Fact]:
    """Bring the index to what it will be; give the records. Raises InputError for one that cannot be."""
    before = [index.same(write.record) for write in writes]
    for write in writes:
        if isinstance(write, Put):
            index.put(write.record)
        else:
            index.remove(write.record)
    for write, old in zip(writes, before, strict=True):
        problem = next(record_problems(write.record, index, old), None) if isinstance(write, Put) else None
        if problem is not None:
            raise InputError(f"{problem[0].replace('_', ' ')}: {problem[1]}")
    return [write.record for write in writes]
