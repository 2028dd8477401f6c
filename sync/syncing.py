"""One sync of the user's calendar from end to end: password, lock, server, facts, ledger.

The command line and the app both sync through here; nothing in it prompts.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import json, structs

from pipeline.commands import acting
from pipeline.desk import Change
from pipeline.drafting import draft_for
from pipeline.drafting.lines import to_words
from pipeline.errors import InputError, PasswordError, TopofmindError, UserNeededError
from pipeline.home import is_copy, settle, why_not_at_home
from pipeline.ledger import Ledger, Question, Summary
from pipeline.model import LISTED, Override, OverrideState
from pipeline.store import Put
from sync.calendar import CalendarGoneError, RefusedPasswordError
from sync.desired import Details, Wanted, desired
from sync.lock import held, lock_of
from sync.phone import Done, Note, Snooze
from sync.probe import TrialReminder, put_trial, take_off
from sync.run import TIME_LIMIT, Syncing, SyncResult, sync, wipe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pipeline.desk import Desk
    from pipeline.drafting import Words
    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from pipeline.settings import Account
    from sync.caldav_calendar import CaldavCalendar
    from sync.credentials import Credentials
    from sync.lock import Lock
    from sync.phone import Act
    from sync.secret import Secret


_TRIAL = "test reminder"
_SYNCS = "syncs"


class ElsewhereError(UserNeededError):
    """The store turned up on another machine, or twice on this one: only the user knows which one goes on."""


class PasswordNeededError(PasswordError):
    """No source has the account's password; `trouble` is what was in the way, if anything."""

    def __init__(self, message: str, account: str, trouble: TopofmindError | None = None) -> None:
        super().__init__(message)
        self.account = account
        self.trouble = trouble


def account_of(desk: Desk) -> Account:
    """Give the connected account. Raises InputError where there is none."""
    accounts = desk.settings.calendar.account
    if not accounts:
        raise InputError("no calendar is connected; `topofmind calendar connect` connects one")
    return accounts[0]


def sync_now(
    desk: Desk,
    credentials: Credentials,
    *,
    dry_run: bool = False,
    verify: bool = False,
    going_on: Callable[[int, int], bool] = lambda _done, _of: True,
) -> SyncResult:
    """Sync once. Raises TopofmindError where nothing could be tried; what stopped it later is `problem`.

    `going_on` is told how many of how many requests are made, and ends the sync there by False.
    """
    return _at_the_calendar(desk, credentials, sync, dry_run=dry_run, verify=verify, going_on=going_on)


def wipe_now(desk: Desk, credentials: Credentials) -> SyncResult:
    """Remove everything of ours from the calendar."""
    return _at_the_calendar(desk, credentials, wipe)


def _at_the_calendar(
    desk: Desk,
    credentials: Credentials,
    act: Callable[[CaldavCalendar, Ledger, str, Syncing], SyncResult],
    *,
    dry_run: bool = False,
    verify: bool = False,
    going_on: Callable[[int, int], bool] = lambda _done, _of: True,
) -> SyncResult:
    account, settings = account_of(desk), desk.settings
    try:
        _insist_on_home(desk, account, dry_run=dry_run)
        password = password_of(account, credentials)
    except TopofmindError as error:
        if not dry_run:
            _note_stopped(desk, account, error)
        raise
    how = Syncing(
        derive=lambda: wanted_of(desk),
        apply=lambda acts: take_in(desk, acts),
        zone=desk.places.user_zone,
        in_flight=account.concurrency or settings.calendar.concurrency,
        clock=desk.clock,
        dry_run=dry_run,
        verify=verify,
        going_on=going_on,
    )
    with (
        held(lock_of(desk.store.path)) as lock,
        closing(open_calendar(desk, account, password)) as calendar,
    ):
        ledger = _ledger(desk, account)
        if not dry_run:
            _count(desk, ledger, lock)
        result = act(calendar, ledger, account.id, how)
        if result.problem is None and not dry_run:
            _take_off_trial(desk, account, calendar)
            _clear_up(desk, account, password, how)
    if isinstance(result.problem, RefusedPasswordError):
        credentials.reject(account.id, password)
    wrong = desk.usable_words()[1] if settings.calendar.detail == "full" else ()
    return replace(result, wrong_templates=wrong)


def _insist_on_home(desk: Desk, account: Account, *, dry_run: bool) -> None:
    why = why_not_at_home(desk.store)
    if why is not None:
        ledger = _ledger(desk, account)
        known = ledger.account(account.id)
        if known is not None and not dry_run:
            ledger.keep(structs.replace(known, question=Question.MOVED))
        raise ElsewhereError(
            f"{why}; if it moved here: `topofmind calendar answer moved`, if the other one goes on: "
            "`topofmind calendar answer copy`"
        )
    if not dry_run:
        settle(desk.store)


def _count(desk: Desk, ledger: Ledger, lock: Lock) -> None:
    """Count the syncs, in the store and beside it: a store that knows of fewer was put back by hand."""
    known, last = int(desk.store.note(_SYNCS) or 0), lock.syncs(desk.store.id)
    if known < last:
        ledger.forget_everything()
    number = max(known, last) + 1
    desk.store.keep_note(_SYNCS, str(number))
    lock.count(desk.store.id, number)


def _clear_up(desk: Desk, account: Account, password: Secret, how: Syncing) -> None:
    """Take everything of ours off calendars that the account had before; what fails is tried again."""
    ledger = _ledger(desk, account)
    for left in ledger.left_behind():
        before = structs.replace(account, calendar=left.url)
        if urlsplit(left.url)[:2] != urlsplit(account.calendar or account.url)[:2]:
            continue  # the password is not that server's
        with closing(open_calendar(desk, before, password)) as calendar:
            result = wipe(calendar, ledger, left.account, how)
        if result.problem is None or isinstance(result.problem, CalendarGoneError):
            ledger.disconnect(left.account)


def ring_once(desk: Desk, credentials: Credentials) -> datetime:
    """Put a test reminder on the calendar, and give when it rings; a sync after that takes it off again."""
    account = account_of(desk)
    password = password_of(account, credentials)
    with closing(open_calendar(desk, account, password)) as calendar:
        trial, at = put_trial(calendar, account.id, desk.clock())
    desk.store.keep_note(_TRIAL, json.encode(trial).decode())
    return at


def _take_off_trial(desk: Desk, account: Account, calendar: CaldavCalendar) -> None:
    """Take a test reminder off that has rung."""
    text = desk.store.note(_TRIAL)
    if not text:
        return
    trial = json.decode(text, type=TrialReminder)
    if trial.account == account.id and trial.until <= desk.clock():
        with suppress(TopofmindError):  # the next sync tries again
            take_off(calendar, trial)
            desk.store.keep_note(_TRIAL, "")


def _note_stopped(desk: Desk, account: Account, error: TopofmindError) -> None:
    """Leave a notice of what stopped a sync before it began: of a timer's, the app tells it later."""
    ledger = _ledger(desk, account)
    known = ledger.account(account.id)
    cause = error.trouble if isinstance(error, PasswordNeededError) else None
    told = Summary(desk.clock(), problem=str(cause or error), needs_user=True)
    if known is not None:
        ledger.keep(structs.replace(known, summary=told))


def password_of(account: Account, credentials: Credentials) -> Secret:
    """Get the account's password. Raises PasswordNeededError where somebody has to type it."""
    password = credentials.get(account.id, account.password_command or None)
    if password is None:
        trouble = credentials.trouble(account.id)
        why = f": {trouble}" if trouble else ""
        raise PasswordNeededError(f"the password of {account.id} is needed{why}", account.id, trouble)
    return password


def open_calendar(desk: Desk, account: Account, password: Secret) -> CaldavCalendar:
    """Open the connection to the account's calendar; nothing is asked yet."""
    # A quarter of a second, and never before a sync.
    from sync.caldav_calendar import CaldavCalendar  # noqa: PLC0415
    from sync.caldav_client import Login  # noqa: PLC0415

    settings = desk.settings.calendar
    return CaldavCalendar(
        account.calendar or account.url,
        Login(account.user, password, account.auth),
        sync_collection=account.sync_collection,
        ca_file=account.ca_file or None,
        timeout=settings.timeout.total_seconds(),
        within=TIME_LIMIT.total_seconds(),
        in_flight=account.concurrency or settings.concurrency,
    )


def _ledger(desk: Desk, account: Account) -> Ledger:
    """Open the ledger; an account that only the settings name is noted in it."""
    ledger = Ledger.of(desk.store)
    if ledger.account(account.id) is None:
        if is_copy(desk.store):
            raise UserNeededError(
                "this store became a copy; `topofmind calendar connect` gives it a calendar"
            )
        ledger.connect(account.id, account.calendar or account.url)
    return ledger


def wanted_of(desk: Desk) -> Wanted:
    """Say what the calendar should hold now."""
    now = desk.clock()
    index = desk.index()
    details = Details(contacts=index.contacts, opportunities=index.opportunities)
    if desk.settings.calendar.detail == "full":
        details = replace(details, draft=partial(_draft_text, desk.reading(now), desk.usable_words()[0]))
    return desired(desk.reminders(now), details, desk.settings, now)


def _draft_text(reading: Reading, words: Words, reminder: Reminder) -> str | None:
    """Write the messages that a reminder asks for, as of the day on which it is due: the same every day."""
    drafts = draft_for(reading, reminder, words, on=reminder.due.date())
    return "\n\n".join(f"{to_words(one)}\n{one.text}" for one in drafts) or None


def take_in(desk: Desk, acts: Sequence[Act]) -> None:
    """Make what the phone did true in the facts, each act a step that can be undone."""
    for act in acts:
        reminder = next((one for one in desk.reminders() if one.id == act.reminder), None)
        if reminder is not None:
            desk.do(partial(_change, act=act, reminder=reminder, desk=desk))


def _change(reading: Reading, act: Act, reminder: Reminder, desk: Desk) -> Change:
    label = f"on the phone “{reminder.title}”"
    if isinstance(act, Note):
        return _note(reading, reminder, act.text)
    on_removed = desk.settings.calendar.on_removed
    if reminder.state in LISTED:
        if isinstance(act, Snooze):
            # Not `acting.snooze`: what the phone shows already cannot be refused any more.
            snoozed = Override(reminder.id, OverrideState.SNOOZED, until=act.until, at=reading.now)
            return Change(f"snoozed {label}", (Put(snoozed),))
        if isinstance(act, Done):
            return replace(acting.done(reading, reminder, act.at), label=f"done {label}")
        if on_removed == "done":
            return replace(acting.done(reading, reminder), label=f"removed {label}")
        if on_removed == "skip":
            return replace(acting.skip(reading, reminder), label=f"removed {label}")
    return Change(label, ())


def _note(reading: Reading, reminder: Reminder, text: str) -> Change:
    """Keep what was typed on the phone, with the opportunity, else with the contact."""
    label = f"note from the phone on “{reminder.title}”"
    index = reading.index
    about = index.opportunities.get(reminder.opportunity or "")
    whom = index.contacts.get(reminder.people[0]) if reminder.people else None
    record = about or whom
    if record is None:
        return Change(label, ())
    notes = f"{record.notes}\n{text}" if record.notes else text
    return Change(label, (Put(structs.replace(record, notes=notes)),))
