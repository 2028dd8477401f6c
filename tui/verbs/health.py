"""How things stand, and syncing without anybody there: doctor, schedule."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import click

from pipeline.errors import TopofmindError
from tui.verb import Verb, VerbGroup, verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.session import Session


@verb("doctor")
def doctor_verb(session: Session) -> None:
    """Say what works and what does not, and what to do next: store, settings, keyring, calendar, terminal."""
    for name, look in (
        ("store", _store),
        ("settings", _settings),
        ("keyring", _keyring),
        ("calendar", _calendar),
    ):
        try:
            told = look(session)
        except TopofmindError as error:
            told = [f"not fine: {error}"]
        session.print(f"{name}: {told[0]}")
        for line in told[1:]:
            session.print(f"  {line}")
    session.print(f"terminal: TERM={os.environ.get('TERM', '')}, LANG={os.environ.get('LANG', '')}")


def _store(session: Session) -> list[str]:
    (verdict,) = session.store.connection.execute("PRAGMA quick_check").fetchone()
    facts = session.desk.index()
    counts = f"{len(facts.opportunities)} opportunities, {len(facts.contacts)} contacts"
    return [f"{session.store_file}: {'fine' if verdict == 'ok' else verdict}, {counts}"]


def _settings(session: Session) -> list[str]:
    _ = session.settings
    return [
        f"{session.config_file}: {'fine' if session.config_file.exists() else 'not there; the defaults hold'}"
    ]


def _keyring(session: Session) -> list[str]:
    from sync.credentials import Credentials  # noqa: PLC0415 - D-Bus

    accounts = [one.id for one in session.settings.calendar.account]
    with closing(Credentials()) as credentials:
        status = credentials.status(accounts[0] if accounts else None)
        told = [
            f"{status.state.value}{', ' + status.backend if status.backend else ''}: {status.sentence}",
            f"D-Bus address: {status.address or 'none'}",
        ]
        try:
            entries = credentials.entries(accounts)
        except TopofmindError:
            pass  # the state above says why it cannot be asked
        else:
            told.append(f"entries of topofmind: {', '.join(entries) or 'none'}")
        return [*told, f"next step: {status.next_step or 'none'}"]


def _calendar(session: Session) -> list[str]:
    from pipeline.ledger import Ledger  # noqa: PLC0415 - only here

    accounts = session.settings.calendar.account
    if not accounts:
        return ["none is connected; `topofmind calendar connect` connects one"]
    state = Ledger.of(session.store).account(accounts[0].id)
    if state is None or state.summary is None:
        return [f"{accounts[0].id}: not synced yet"]
    return [f"{accounts[0].id}: {state.summary.problem or 'fine, as of the last sync'}"]


@click.group("schedule", cls=VerbGroup)
def schedule_verb() -> None:
    """Sync every quarter of an hour without anybody there: a systemd user timer, launchd, or crontab."""


def _schedule(name: str, help_: str, act: Callable[[Session], str]) -> None:
    @schedule_verb.command(name, cls=Verb, help=help_)
    @click.pass_obj
    def command(session: Session) -> None:
        session.print(act(session))


def _options(session: Session) -> list[str]:
    """Name the files of this run, where they are not the usual ones."""
    store = ["--store", str(session.store_file.absolute())] if session.store_path else []
    config = ["--config", str(session.config_file.absolute())] if session.config_path else []
    return [*store, *config]


def _show(session: Session) -> str:
    from sync import schedule  # noqa: PLC0415 - only where it is asked for

    return schedule.show(_options(session))


def _install(session: Session) -> str:
    from sync import schedule  # noqa: PLC0415 - only where it is asked for

    return schedule.install(_options(session))


def _remove(_session: Session) -> str:
    from sync import schedule  # noqa: PLC0415 - only where it is asked for

    return schedule.remove()


_schedule("show", "Say what is installed, and what would run.", _show)
_schedule("install", "Install it.", _install)
_schedule("remove", "Take it away.", _remove)
