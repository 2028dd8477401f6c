"""The desk at which the user works: a store, the settings and a clock, and what can be asked and done there.

Both the command line and the app act through a desk: commands decide (pure, `commands.py`), the desk acts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from pipeline.backups import back_up
from pipeline.checks import record_problems
from pipeline.errors import InputError
from pipeline.index import Index
from pipeline.model import ReminderState
from pipeline.places import Places, cached_holidays
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.settings import as_of
from pipeline.store import Put, Remove, utc_now
from pipeline.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.drafting import Kind, Words
    from pipeline.drafting.template import Template
    from pipeline.model import Reminder
    from pipeline.settings import Settings
    from pipeline.store import Step, Store

    Command = Callable[[Reading], "Change"]

LISTED = frozenset({ReminderState.OPEN, ReminderState.SNOOZED})
"""The states in which a reminder still waits for the user."""


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
        self._index: tuple[tuple[int, int], Index] | None = None

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def index(self) -> Index:
        """Give the facts, read again only where some process changed the store."""
        version = self.store.version
        if self._index is None or self._index[0] != version:
            self._index = version, Index(self.store.facts())
        return self._index[1]

    def reading(self, at: datetime | None = None, trace: list[str] | None = None) -> Reading:
        """Read the facts as of `at` (now, where not given)."""
        return Reading(self.index(), self.places, at or self.clock(), trace)

    def reminders(self, at: datetime | None = None) -> list[Reminder]:
        """Derive the reminders in every state, by due time."""
        return derive(self.reading(at))

    def waiting(self, at: datetime | None = None) -> list[Reminder]:
        """Derive the reminders that still wait for the user, due or not."""
        return [one for one in self.reminders(at) if one.state in LISTED]

    @property
    def words(self) -> Words:
        """What messages are made of besides the facts. Raises InputError for a template that is wrong."""
        from pipeline.drafting import Words, kept  # noqa: PLC0415 - `today` does without

        today = as_of(self.settings, self.clock())
        return Words(self._library, partial(kept.typed, self.store), kept.shared(self.store, today))

    @cached_property
    def _library(self) -> Mapping[Kind, Template]:
        from pipeline.drafting import library  # noqa: PLC0415 - the same

        return library(self._templates)

    def do(self, command: Command) -> Change:
        """Carry a command out as one step that can be undone. Whatever it refuses changes nothing.

        The keep-in-touch days that follow from the change are given in the same step.
        """
        return self.do_all([command])[0]

    def do_all(self, commands: Sequence[Command]) -> list[Change]:
        """Carry several commands out as one step; each sees what those before it changed."""
        self._back_up()
        with self.store.transaction():
            # Within the transaction nobody else writes, so what the commands read is what they change.
            now = self.clock()
            changes = self.preview(commands, now)
            if changes:
                others = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
                writes = [write for change in changes for write in change.writes]
                self.store.apply(changes[0].label + others, now, writes)
        return changes

    def preview(self, commands: Sequence[Command], now: datetime | None = None) -> list[Change]:
        """Give what commands would change, with what follows from it, and change nothing."""
        index = Index(self.store.facts())
        now = now or self.clock()
        changes: list[Change] = []
        for command in commands:
            changes.append(_cleaned(command(Reading(index, self.places, now))))
            _take_in(index, changes[-1].writes)
        if not any(change.writes for change in changes):
            return changes
        days = Reading(index, self.places, now).keep_in_touch.missing
        changes[-1] = replace(changes[-1], writes=(*changes[-1].writes, *map(Put, days)))
        return changes

    def undo(self) -> Step:
        """Take the last step back."""
        self._back_up()
        return self.store.undo()

    def redo(self) -> Step:
        """Do the last undone step again."""
        self._back_up()
        return self.store.redo()

    def _back_up(self) -> None:
        back_up(self.store, self.clock().astimezone(self.places.user_zone).date(), self.settings.store)


def _cleaned(change: Change) -> Change:
    """Give a change whose texts, which somebody typed, are safe to keep."""
    writes = (Put(clean(write.record)) if isinstance(write, Put) else write for write in change.writes)
    return Change(clean(change.label), tuple(writes), clean(change.told))


def _take_in(index: Index, writes: Sequence[Put | Remove]) -> None:
    """Bring the index to what it will be. Raises InputError for a record that cannot be."""
    for write in writes:
        if isinstance(write, Put):
            index.put(write.record)
        else:
            index.remove(write.record)
    for write in writes:
        problem = next(record_problems(write.record, index), None) if isinstance(write, Put) else None
        if problem is not None:
            raise InputError(f"{problem[0].replace('_', ' ')}: {problem[1]}")
