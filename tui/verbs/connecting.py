"""`calendar connect`: try an account, choose its calendar, and say what was stored where."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pipeline import app_file
from pipeline.errors import InputError, UserNeededError
from pipeline.wording import time_words
from tui import asking
from tui.verb import Verb

if TYPE_CHECKING:
    from pipeline.settings import Account
    from sync.connecting import Connected, Tried
    from sync.credentials import Credentials
    from sync.discovery import FoundCalendar
    from sync.secret import Secret
    from tui.session import Session


@dataclass(frozen=True, slots=True)
class Who:
    """Whom to try: where, as whom, and, where it was connected before, as which account."""

    address: str
    user: str
    calendar: str | None
    ca_file: str | None
    known: Account | None = None


@click.command("connect", cls=Verb)
@click.option("--url", metavar="URL", help="The server's URL, a domain, or your e-mail address.")
@click.option("--user", metavar="NAME", help="The user name there; the e-mail address, if not given.")
@click.option("--calendar", metavar="NAME-OR-URL", help="The calendar to use; one of its own, if not given.")
@click.option("--ca-file", metavar="FILE", help="A certificate authority of your own.")
@click.option("--test-reminder", is_flag=True, help="Push a reminder that only shows that reminders ring.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def calendar_connect(
    session: Session,
    url: str | None,
    user: str | None,
    calendar: str | None,
    ca_file: str | None,
    *,
    test_reminder: bool,
    password_stdin: bool,
) -> None:
    """Try an account, choose or make its calendar, and keep the password in the OS keyring.

    Without --url the account that is connected is tried again; a locked keyring can be unlocked on the way.
    """
    from sync.connecting import insist_on_one, keep, settle  # noqa: PLC0415 - HTTP
    from sync.credentials import Credentials  # noqa: PLC0415 - D-Bus

    who = _who(session, url, user, calendar, ca_file)
    with closing(Credentials()) as credentials:
        found, is_kept = _password(who, credentials, from_stdin=password_stdin)
        tried, password = _try(session, who, found, may_ask=not password_stdin)
        insist_on_one(tried.account, session.desk)
        _print_calendars(session, tried)
        made = settle(tried, _choose(who, tried, may_ask=not password_stdin))
        keep(made, session.desk, session.config_file)
        session.forget_settings()
        _print_made(session, made)
        if not is_kept or password is not found:
            may_offer = asking.somebody_is_there() and not password_stdin
            keep_it = asking.offer_to_keep if may_offer else asking.keep
            session.print(keep_it(credentials, made.account, password))
        credentials.remember(made.account, password)
        if test_reminder:
            _push_test_reminder(session, credentials)


def _who(
    session: Session, url: str | None, user: str | None, calendar: str | None, ca_file: str | None
) -> Who:
    known = next(iter(session.settings.calendar.account), None)
    if url is None and known is not None:
        return Who(
            known.url or known.calendar,
            user or known.user,
            calendar or known.calendar or None,
            ca_file or known.ca_file or None,
            known,
        )
    is_asked = url is None and asking.somebody_is_there()
    if is_asked:
        url = asking.ask_line("The server's URL, or your e-mail address")
    if url is None:
        raise InputError("say where the calendar is, with --url URL; an e-mail address will often do")
    address = url if "@" in url and "://" not in url else ""
    if is_asked and not user:
        user = asking.ask_line("Your user name there", default=address or None)
    if not (user or address):
        raise InputError("say who you are there, with --user NAME")
    return Who(url, user or address, calendar, ca_file)


def _password(who: Who, credentials: Credentials, *, from_stdin: bool) -> tuple[Secret, bool]:
    """Give the password, and whether it is kept already."""
    if from_stdin:
        return asking.secret_from_stdin(), False
    is_there = asking.somebody_is_there()
    if who.known is not None:
        command = who.known.password_command or None
        found = credentials.get(who.known.id, command)
        if found is None and is_there and not command:
            asking.open_keyring(credentials, who.known.id)
            found = credentials.get(who.known.id)
        if found is not None:
            return found, True
    typed = asking.ask_secret(f"Password of {who.user}") if is_there else None
    if typed is None:
        raise UserNeededError(
            "the password is needed; run it at a terminal, or give it with --password-stdin"
        )
    return typed, False


def _try(session: Session, who: Who, password: Secret, *, may_ask: bool) -> tuple[Tried, Secret]:
    """Log in; at a terminal, as often as the password is refused and another one is typed."""
    from sync.calendar import RefusedPasswordError  # noqa: PLC0415
    from sync.connecting import try_account  # noqa: PLC0415

    as_ = session.settings.calendar.as_
    while True:
        try:
            tried = try_account(
                who.address, who.user, password, as_=as_, ca_file=who.ca_file, may_send_to=_may_send_to
            )
        except RefusedPasswordError as error:
            typed = None
            if may_ask and asking.somebody_is_there():
                asking.tell(str(error))
                typed = asking.ask_secret(f"Password of {who.user} (none: leave it)")
            if typed is None:
                raise
            password = typed
        else:
            return tried, password


def _may_send_to(host: str) -> bool:
    if not asking.somebody_is_there():
        return False
    return asking.agrees(f"The account's calendars are on {host}. Send the password there?")


def _print_calendars(session: Session, tried: Tried) -> None:
    """List the calendars, and show how a reminder reads to whoever can read one of them."""
    from sync.connecting import sample  # noqa: PLC0415

    session.print("calendars there:")
    for number, one in enumerate(tried.usable, 1):
        session.print(f"  {number}  {named(one)}")
    if not tried.usable:
        session.print("  none yet")
    found = sample(session.desk)
    if found is None:
        return
    detail, names = session.settings.calendar.detail, ", with invented names" if found.is_invented else ""
    session.print(f'so much could others read of a reminder{names} (detail = "{detail}"):')
    for line in (found.shown.summary, *found.shown.description.splitlines()):
        session.print(f"  | {line}")


def named(calendar: FoundCalendar) -> str:
    """Name a calendar, with what there is to know before one chooses it."""
    notes = [] if calendar.can_write else ["may only be read"]
    notes += ["others can read it"] if calendar.is_shared else []
    return (calendar.name or calendar.url) + (f" ({', '.join(notes)})" if notes else "")


def _choose(who: Who, tried: Tried, *, may_ask: bool) -> FoundCalendar | None:
    """Choose the calendar: the one that was named, else ours; at a terminal any of them may be typed."""
    from sync.connecting import choose  # noqa: PLC0415

    if who.calendar or not (may_ask and asking.somebody_is_there()) or not (tried.usable and tried.can_make):
        return choose(tried, who.calendar)
    question = "Which one, by number (none: a new one of its own)"
    typed = asking.ask_line(question, default="", show_default=False).strip()
    if typed.isdecimal() and 1 <= int(typed) <= len(tried.usable):
        return tried.usable[int(typed) - 1]
    return choose(tried, typed or None)


def _print_made(session: Session, made: Connected) -> None:
    what = "made" if made.is_new else "chose"
    session.print(
        f"connected {made.account}: {what} the calendar {made.calendar.name!r} ({made.calendar.url})"
    )
    if made.calendar.is_shared:
        session.print('others can read that calendar; `detail = "minimal"` in [calendar] shows them no names')
    kept_in = app_file.app_file(session.config_file)
    session.print(f"kept in {kept_in}: server, user name and calendar; no password")


def _push_test_reminder(session: Session, credentials: Credentials) -> None:
    from sync.syncing import ring_once  # noqa: PLC0415

    at = ring_once(session.desk, credentials)
    zone = session.desk.places.user_zone
    session.print(
        f"a test reminder rings at {time_words(at, zone)}, if the phone has looked by then; "
        "a sync an hour later takes it off again"
    )
