"""The sync of one account: look, take in what the phone did, decide, carry out, and keep the ledger.

Everything that fails leaves the ledger saying what is known; the next sync goes on from there. The ledger and
`apply` are used in the calling thread only; requests go out from a pool of threads.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.errors import InputError, TopofmindError, UserNeededError
from pipeline.ledger import Account, Entry, Question, State, Summary
from sync.calendar import BusyError, CalendarGoneError, Changes, Resource, TokenRefusedError
from sync.carry_out import Carrier
from sync.desired import Wanted
from sync.objects import name_of, uid_of
from sync.observe import Taking, observe
from sync.phone import View
from sync.plan import Action, Verb, hrefs_to_look_at, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import tzinfo

    from pipeline.ledger import Ledger
    from sync.calendar import Calendar
    from sync.phone import Act

RECONCILE_EVERY = timedelta(days=7)
ROUNDS = 4
"""Looks and writes in turn; more than two only where somebody else writes at the same time."""

TIME_LIMIT = timedelta(minutes=5)
"""For one run, however slow the server; the next goes on from there."""

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)

# What no iCalendar object may hold, taken out before it is kept or shown.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What one sync did. `problem` is what stopped it, if anything; all the rest holds all the same."""

    account: str
    at: datetime
    pushed: int = 0
    updated: int = 0
    deleted: int = 0
    came_back: tuple[Act, ...] = ()
    in_doubt: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    compared: int = 0
    """How many of our objects were read and compared with what is wanted."""
    question: Question | None = None
    wrong_templates: tuple[str, ...] = ()
    """What is wrong with templates of the user's own, in whose place ours wrote the messages."""
    actions: tuple[Action, ...] = field(default=(), repr=False)
    problem: TopofmindError | None = None
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class Syncing:
    """How a sync is to be done.

    `derive` reads what is wanted as of now; `apply` takes in what the phone did, inside the transaction that
    notes it in the ledger: it must write through the ledger's connection, and may refuse nothing.
    """

    derive: Callable[[], Wanted]
    apply: Callable[[Sequence[Act]], None]
    zone: tzinfo = UTC
    in_flight: int = 8
    time_limit: timedelta = TIME_LIMIT
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    dry_run: bool = False
    verify: bool = False
    going_on: Callable[[int, int], bool] = lambda _done, _of: True
    """Told how many of how many requests are made; False ends the sync there."""


def sync(calendar: Calendar, ledger: Ledger, account: str, how: Syncing) -> SyncResult:
    """Bring one account's calendar and the facts to rest. Whoever calls holds the lock.

    With `dry_run` nothing is written anywhere: `actions` and `came_back` say what would be.
    """
    known = ledger.account(account)
    if known is None:
        raise InputError(f'no calendar is connected as "{account}"; run topofmind calendar connect')
    return _Sync(calendar, ledger, known, how).run()


def wipe(calendar: Calendar, ledger: Ledger, account: str, how: Syncing) -> SyncResult:
    """Remove everything of ours from one account's calendar, also what only its marks tell of."""
    known = ledger.account(account)
    if known is not None:
        ledger.keep(structs.replace(known, reconcile=True))

    def nothing() -> Wanted:
        wanted = how.derive()
        absent = dict.fromkeys(wanted.objects, "everything of ours is taken off this calendar")
        return Wanted({}, {**wanted.absent, **absent}, wanted.waiting)

    return sync(calendar, ledger, account, replace(how, derive=nothing))


class VanishedError(UserNeededError):
    """Many of our objects are missing at once; only the user knows whether that was meant."""


class NotYetError(BusyError):
    """The server asked for patience before, and the time is not over."""


class _UndoneError(Exception):
    """The way out of a dry run's transaction, so that it leaves no trace."""


class _Sync:
    """One sync under way; `account` is as the ledger has it."""

    def __init__(self, calendar: Calendar, ledger: Ledger, account: Account, how: Syncing) -> None:
        self.calendar = calendar
        self.ledger = ledger
        self.account = account
        self.how = how
        self.now = how.clock()
        self.acts: list[Act] = []
        self.compared: set[str] = set()
        self.actions: list[Action] = []
        until = time.monotonic() + how.time_limit.total_seconds()
        self.carrier = Carrier(
            calendar,
            ledger,
            account,
            in_flight=how.in_flight,
            until=until,
            now=self.now,
            going_on=how.going_on,
        )

    def run(self) -> SyncResult:
        """Do it all; whatever stops it is told, and what was done until then is kept."""
        problem: TopofmindError | None = None
        try:
            if self.account.not_before is not None and self.account.not_before > self.now:
                raise NotYetError(
                    f"The calendar's server asked us to wait until {self.account.not_before:%H:%M} UTC.",
                    self.account.not_before,
                )
            self._take_in_changes()
            self._settle()
        except _UndoneError:
            pass
        except TopofmindError as error:
            problem = error
        return self._finish(problem)

    def _take_in_changes(self) -> None:
        """See what changed, and make it true at once in the facts and in the ledger, token included."""
        entries, wanted = self._entries(), self.how.derive()
        with self.carrier.getting_ready(() if self.how.dry_run else plan(wanted, entries)):
            changes, is_reconciling = self._list_changes()
        names = self._names(wanted, entries) if changes.complete else frozenset()
        hrefs = hrefs_to_look_at(changes, entries, names, is_reconciling=is_reconciling)
        resources = self._fetch(hrefs)
        if hrefs <= resources.keys():
            account = structs.replace(self.account, token=changes.token, reconcile=False)
            if is_reconciling:
                account = structs.replace(account, reconciled_at=self.now)
        else:  # what could not be read must be told again
            account = self.account
        gone = {entry.href: None for entry in entries if entry.href in changes.removed}
        listed = changes.changed.keys()
        self._observe(resources | gone, wanted, account, listed=listed, is_reconciling=is_reconciling)

    def _list_changes(self) -> tuple[Changes, bool]:
        account = self.account
        is_due = account.reconciled_at is None or self.now - account.reconciled_at >= RECONCILE_EVERY
        if not (account.reconcile or self.how.verify or is_due):
            try:
                return self.calendar.list_changes(account.token), False
            except TokenRefusedError:
                pass
        return self.calendar.list_changes(None), True

    def _names(self, wanted: Wanted, entries: Sequence[Entry]) -> frozenset[str]:
        """Name the objects that would be ours, for a server that lists everything each time."""
        latest = {entry.reminder: entry.generation for entry in entries}
        return frozenset(
            name_of(uid_of(self.ledger.store_id, reminder, generation))
            for reminder in wanted.objects
            for generation in range(1, latest.get(reminder, 0) + 2)
        )

    def _fetch(self, hrefs: Collection[str]) -> dict[str, Resource | None]:
        if not hrefs:
            return {}
        fetched = self.calendar.fetch(sorted(hrefs))
        return {
            href: each and replace(each, body=_CONTROL.sub("", each.body)) for href, each in fetched.items()
        }

    def _observe(
        self,
        resources: Mapping[str, Resource | None],
        wanted: Wanted,
        account: Account,
        *,
        listed: Collection[str] | None = None,
        is_reconciling: bool = False,
    ) -> None:
        """Take what was read into facts and ledger in one transaction, unless it looks like an accident."""
        view = View(
            account.account, self.ledger.store_id, wanted, self.now, self.how.zone, self.carrier.writing
        )
        with self.ledger.transaction():
            seen = observe(
                self.ledger.entries(account.account),
                resources,
                view,
                Taking(self.account.answer, listed, self.carrier.used_up, mend=self.how.verify),
            )
            if seen.vanished:
                raise VanishedError(
                    f"{seen.vanished} of our objects are missing on the calendar at once; nothing was "
                    "changed. Restore them, or forget them: topofmind calendar status."
                )
            if seen.acts:
                self.how.apply(seen.acts)
            self.ledger.put(seen.entries)
            for entry in seen.never_there:
                self.ledger.drop(entry)
            if is_reconciling:
                self.ledger.allow_refused(account.account)
            self.ledger.keep(structs.replace(account, question=None, answer=None))
            self.acts += seen.acts
            self.compared |= {entry.href for entry in seen.entries if entry.state.is_live}
            if self.how.dry_run:
                self.actions = plan(self.how.derive(), self._entries())
                raise _UndoneError
        self.account = structs.replace(account, question=None, answer=None)

    def _settle(self) -> None:
        """Decide and carry out, then look at what is in doubt, until there is nothing left to do."""
        for number in range(ROUNDS):
            wanted = self.how.derive()
            actions = plan(wanted, self._entries())
            self._note_settled(actions)
            todo = [action for action in actions if self.carrier.may_try(action)]
            self.actions += todo if number else actions
            try:
                if todo:
                    self.carrier.carry_out(todo)
            finally:
                if self.carrier.writing.basic_text and not self.account.basic_text:
                    self._keep(structs.replace(self.account, basic_text=True))
            doubtful = {entry.href for entry in self._doubtful()}
            if doubtful:
                self._observe(self._fetch(doubtful), wanted, self.account)
            elif not todo:
                return

    def _note_settled(self, actions: Sequence[Action]) -> None:
        """Let go of what was deleted on a phone, and is not wanted any more."""
        self.ledger.put(
            structs.replace(action.entry, state=State.GONE)
            for action in actions
            if action.verb is Verb.SETTLE and action.entry is not None
        )

    def _entries(self) -> list[Entry]:
        return self.ledger.entries(self.account.account)

    def _doubtful(self) -> list[Entry]:
        return self.ledger.doubtful(self.account.account)

    def _keep(self, account: Account) -> None:
        self.account = self.ledger.keep(account)

    def _finish(self, problem: TopofmindError | None) -> SyncResult:
        """Sum up; and remember what was asked, and when a busy server may be tried again."""
        account = self.account
        done = self.carrier.done
        result = SyncResult(
            account=account.account,
            at=self.now,
            pushed=done[Verb.CREATE],
            updated=done[Verb.UPDATE],
            deleted=done[Verb.DELETE],
            came_back=tuple(self.acts),
            in_doubt=tuple(entry.reminder for entry in self._doubtful()),
            refused=self.carrier.refused,
            compared=len(self.compared),
            actions=tuple(self.actions),
            problem=problem,
            next_try=account.not_before,
        )
        if self.how.dry_run:
            return result
        question = account.question
        if isinstance(problem, CalendarGoneError):
            question = Question.GONE
        elif isinstance(problem, VanishedError):
            question = Question.VANISHED
        summary = Summary(
            at=self.now,
            pushed=result.pushed,
            updated=result.updated,
            deleted=result.deleted,
            came_back=len(result.came_back),
            in_doubt=len(result.in_doubt),
            problem=None if problem is None else str(problem),
            needs_user=isinstance(problem, UserNeededError),
        )
        account = structs.replace(account, question=question, summary=summary)
        if problem is None:
            account = structs.replace(account, failures=0, not_before=None)
        elif isinstance(problem, BusyError) and not isinstance(problem, NotYetError):
            account = structs.replace(
                account,
                failures=account.failures + 1,
                not_before=problem.not_before or self.now + _wait(account.failures),
            )
        self._keep(account)
        return replace(result, question=question, next_try=account.not_before)


def _wait(failures: int) -> timedelta:
    """Wait twice as long after each failure, and never as long as everybody else does."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10))
    return longest * random.uniform(0.5, 1)  # noqa: S311 - not a secret
