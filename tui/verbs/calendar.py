"""The calendar: sync, and calendar connect, status, list, verify, wipe, answer, disconnect."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline import app_file, home
from pipeline.errors import InputError, TopofmindError, TryAgainError, UserNeededError
from pipeline.ledger import Answer, Ledger, Question
from pipeline.wording import time_words
from tui import asking
from tui.outcome import result_words
from tui.verb import VerbGroup, verb
from tui.verbs.connecting import calendar_connect
from tui.verbs.serving import calendar_serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from pipeline.ledger import Account
    from sync.credentials import Credentials
    from sync.run import SyncResult
    from tui.session import Session


def _password_stdin(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--password-stdin", is_flag=True, help="Read the password from standard input; it is kept nowhere."
    )(function)


def _credentials(session: Session, *, from_stdin: bool, unattended: bool) -> Credentials:
    from sync.credentials import Credentials  # noqa: PLC0415 - keyring and D-Bus
    from sync.syncing import account_of  # noqa: PLC0415

    given = {account_of(session.desk).id: asking.secret_from_stdin()} if from_stdin else {}
    return Credentials(unattended=unattended, given=given)


def _with_password(
    session: Session, act: Callable[[Credentials], SyncResult], credentials: Credentials
) -> SyncResult:
    """Act; at a terminal, open the keyring or ask for the password where no source has it."""
    from sync.calendar import RefusedPasswordError  # noqa: PLC0415
    from sync.syncing import PasswordNeededError, account_of  # noqa: PLC0415

    account = account_of(session.desk).id
    try:
        return act(credentials)
    except PasswordNeededError as error:
        if not asking.somebody_is_there():
            raise UserNeededError(
                f"{error}; run it at a terminal, give it with --password-stdin, or name a password_command"
            ) from error
    status = asking.open_keyring(credentials, account)
    if status.saved and status.takes_passwords:
        return act(credentials)
    password = asking.ask_secret(f"Password of {account}")
    if password is None:
        raise UserNeededError("nothing was typed, so nothing was synced")
    credentials.remember(account, password)
    result = act(credentials)
    if not isinstance(result.problem, RefusedPasswordError) and status.takes_passwords:
        asking.tell(asking.offer_to_keep(credentials, account, password))
    return result


@verb("sync")
@click.option("--dry-run", is_flag=True, help="Print the plan, and change nothing.")
@click.option("--explain", is_flag=True, help="Print the reason for each action.")
@click.option("--quiet", is_flag=True, help="Print nothing where all is well.")
@click.option("--unattended", is_flag=True, help="Never ask, never unlock.")
@_password_stdin
def sync_verb(
    session: Session, *, dry_run: bool, explain: bool, quiet: bool, unattended: bool, password_stdin: bool
) -> None:
    """Bring the reminders to the calendar, and back what the phone did to them."""
    from sync.syncing import account_of, sync_now  # noqa: PLC0415

    account_of(session.desk)
    nobody = unattended or not sys.stdin.isatty()
    credentials = _credentials(session, from_stdin=password_stdin, unattended=nobody)
    try:
        result = _with_password(
            session, lambda given: sync_now(session.desk, given, dry_run=dry_run), credentials
        )
    finally:
        credentials.close()
    if dry_run or explain:
        for action in result.actions:
            why = f": {action.reason}" if explain else ""
            session.print(f"{'would ' if dry_run else ''}{action.verb} {action.reminder}{why}")
    if dry_run:
        if result.problem is None and not any(one.verb.is_request for one in result.actions):
            session.print("a sync would change nothing")
    elif not quiet:
        _tell(session, result)
    if result.problem is not None:
        raise result.problem


def _tell(session: Session, result: SyncResult) -> None:
    """Say what was done; where something stopped it before it did anything, the error says enough."""
    if result.problem is None or result.pushed or result.updated or result.deleted or result.came_back:
        session.print(result_words(result))


@click.group("calendar", cls=VerbGroup)
def calendar_verb() -> None:
    """Connect a calendar, and see how it stands."""


calendar_verb.add_command(calendar_connect)
calendar_verb.add_command(calendar_serve)


_QUESTIONS = {
    Question.VANISHED: (
        "many reminders vanished there at once: `topofmind calendar answer restore` puts them",
        "back, `topofmind calendar answer forget` leaves them off",
    ),
    Question.GONE: (
        "the calendar is not there any more: `topofmind calendar connect` makes or chooses another,",
        "`topofmind calendar disconnect --keep` goes on without one",
    ),
    Question.MOVED: (
        "`topofmind calendar answer moved` if it moved here,",
        "`topofmind calendar answer copy` if the other one goes on",
    ),
}


@calendar_verb.command("status")
@click.pass_obj
def calendar_status(session: Session) -> None:
    """Show the account, its calendar, the last sync, and what waits for an answer."""
    accounts = session.settings.calendar.account
    ledger = Ledger.of(session.store)
    if not accounts:
        session.print("no calendar is connected; `topofmind calendar connect` connects one")
    if (why := home.why_not_at_home(session.store)) is not None:
        session.print(f"{why}:")
        for line in _QUESTIONS[Question.MOVED]:
            session.print(f"  {line}")
    for one in accounts:
        session.print(f"{one.id}: {one.calendar or one.url}")
        for line in _standing(session, ledger.account(one.id)):
            session.print(f"  {line}")
    ids = {one.id for one in accounts}
    for left in (*ledger.left_behind(), *(one for one in ledger.accounts() if one.account not in ids)):
        count = sum(entry.state.is_live for entry in ledger.entries(left.account))
        if count:
            session.print(f"{count} reminders are still on {left.url}, which was connected before")
    for reminder in ledger.removed_reminders():
        session.print(f"  removed on the phone: {reminder}; `topofmind done` or `skip` it, or")
        session.print(f"  `topofmind calendar put-back {reminder!r}`")


def _standing(session: Session, state: Account | None) -> Iterator[str]:
    """Say how it went last, when it goes on, and what is asked."""
    if state is None or state.summary is None:
        yield "not synced yet; `topofmind sync` does"
        return
    zone, summary = session.desk.places.user_zone, state.summary
    yield (
        f"last sync {time_words(summary.at, zone)}: {summary.pushed} pushed, "
        f"{summary.updated} updated, {summary.deleted} removed, "
        f"{summary.came_back} came back, {summary.in_doubt} in doubt"
    )
    if summary.problem:
        yield f"stopped: {summary.problem}"
    if state.not_before is not None and state.not_before > session.desk.clock():
        yield f"next try: {time_words(state.not_before, zone)}"
    if state.question is not None and state.question is not Question.MOVED:  # that is told before
        yield from _QUESTIONS[state.question]


@calendar_verb.command("list")
@click.pass_obj
def calendar_list(session: Session) -> None:
    """List what we put on the calendar."""
    ledger = Ledger.of(session.store)
    zone = session.desk.places.user_zone
    for account in ledger.accounts():
        for entry in ledger.entries(account.account):
            when = time_words(entry.start, zone) if entry.start else "?"
            session.print(f"{when}  {entry.state.value:<9} {entry.reminder}")


@calendar_verb.command("verify")
@_password_stdin
@click.pass_obj
def calendar_verify(session: Session, *, password_stdin: bool) -> None:
    """Compare every object on the calendar with what we want there, and mend what differs."""
    from sync.syncing import sync_now  # noqa: PLC0415

    result = _run(
        session, lambda given: sync_now(session.desk, given, verify=True), password_stdin=password_stdin
    )
    mended = result.pushed + result.updated + result.deleted
    if not (mended or result.refused or result.in_doubt):
        session.print(f"{result.compared} compared: all is as it should be")
    elif result.refused or result.in_doubt:
        session.print(f"{result.compared} compared; not all is mended: `topofmind sync --explain` says why")
    else:
        session.print(f"{result.compared} compared, {mended} mended: now all is as it should be")


@calendar_verb.command("wipe")
@_password_stdin
@click.pass_obj
def calendar_wipe(session: Session, *, password_stdin: bool) -> None:
    """Remove everything of ours from the calendar; the next sync puts back what is wanted."""
    from sync.syncing import wipe_now  # noqa: PLC0415

    _run(session, lambda given: wipe_now(session.desk, given), password_stdin=password_stdin)


def _run(session: Session, act: Callable[[Credentials], SyncResult], *, password_stdin: bool) -> SyncResult:
    credentials = _credentials(session, from_stdin=password_stdin, unattended=not sys.stdin.isatty())
    try:
        result = _with_password(session, act, credentials)
    finally:
        credentials.close()
    _tell(session, result)
    if result.problem is not None:
        raise result.problem
    return result


def _take_all_off(session: Session, *, password_stdin: bool) -> None:
    """Wipe before an account is forgotten; nobody could do it afterwards."""
    from sync.calendar import CalendarGoneError  # noqa: PLC0415
    from sync.syncing import wipe_now  # noqa: PLC0415

    try:
        _run(session, lambda given: wipe_now(session.desk, given), password_stdin=password_stdin)
    except CalendarGoneError:
        return
    except (UserNeededError, TryAgainError) as error:
        kind = UserNeededError if isinstance(error, UserNeededError) else TryAgainError
        raise kind(f"{error} (still connected; with --keep the reminders stay there and ring on)") from error


@calendar_verb.command("answer")
@click.argument("answer", type=click.Choice([one.value for one in Answer]))
@click.pass_obj
def calendar_answer(session: Session, answer: str) -> None:
    """Answer what `calendar status` asks: vanished reminders, or a store that turned up elsewhere."""
    ledger, said = Ledger.of(session.store), Answer(answer)
    asked = [one for one in ledger.accounts() if one.question and said in one.question.answers]
    if said in Question.MOVED.answers:
        if not asked and home.why_not_at_home(session.store) is None:
            raise InputError(_NOT_ASKED)
        home.answer(session.store, said, session.config_file)
        session.forget_settings()
        session.print(_ANSWERED[said])
        return
    if not asked:
        raise InputError(_NOT_ASKED)
    for one in asked:
        ledger.answer(one.account, said)
    session.print(_ANSWERED[said])


_NOT_ASKED = "that is not asked; `topofmind calendar status` shows how it stands"
_ANSWERED = {
    Answer.RESTORE: "noted; the next sync will restore them",
    Answer.FORGET: "noted; the next sync will forget them",
    Answer.MOVED: "noted; this store is at home here now, and syncs again",
    Answer.COPY: "noted; this store is one of its own now: `topofmind calendar connect` gives it a calendar",
}


@calendar_verb.command("put-back")
@click.argument("reminder")
@click.pass_obj
def calendar_put_back(session: Session, reminder: str) -> None:
    """Put a reminder that was removed on the phone back on the calendar at the next sync."""
    ledger = Ledger.of(session.store)
    if reminder not in ledger.removed_reminders():
        raise InputError(
            f"{reminder!r} was not removed on the phone; `topofmind calendar status` lists those"
        )
    ledger.put_back(reminder)
    session.print("noted; the next sync puts it back")


@calendar_verb.command("disconnect")
@click.option("--keep", is_flag=True, help="Leave on the calendar what is there; it rings on.")
@_password_stdin
@click.pass_obj
def calendar_disconnect(session: Session, *, keep: bool, password_stdin: bool) -> None:
    """Take everything of ours off the calendar, and forget the account and its password."""
    from sync.credentials import Credentials  # noqa: PLC0415
    from sync.syncing import account_of  # noqa: PLC0415

    account = account_of(session.desk).id
    ledger = Ledger.of(session.store)
    if not keep and any(entry.state.is_live for entry in ledger.entries(account)):
        _take_all_off(session, password_stdin=password_stdin)
    ledger.disconnect(account)
    app_file.drop_account(session.config_file, account)
    session.print(f"disconnected {account}")
    credentials = Credentials()
    try:
        had = credentials.forget(account)
        session.print(
            "removed the password from the OS keyring" if had else "the OS keyring held no password of it"
        )
    except UserNeededError as error:
        session.print(f"the OS keyring could not be asked: {error}")
    finally:
        credentials.close()


def sync_quietly(session: Session) -> str:
    """Sync after a change that must not wait; give what to tell, also where it could not be done now."""
    from sync.syncing import sync_now  # noqa: PLC0415

    credentials = _credentials(session, from_stdin=False, unattended=not sys.stdin.isatty())
    try:
        result = _with_password(session, lambda given: sync_now(session.desk, given), credentials)
    except TopofmindError as error:
        return f"the calendar follows at the next sync; now it could not: {error}"
    finally:
        credentials.close()
    if result.problem is not None:
        return f"the calendar follows at the next sync; now it could not: {result.problem}"
    return result_words(result)
