"""Questions at a terminal, all of which pass the gate; passwords in a line that does not show them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import UserNeededError
from tui.session import as_shown
from tui.text import one_line

if TYPE_CHECKING:
    from sync.credentials import Credentials
    from sync.keyring_state import KeyringStatus
    from sync.secret import Secret


def somebody_is_there() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin.isatty()


def ask_line(question: str, **how: Any) -> str:
    """Ask for a line; `how` is click's."""
    return str(click.prompt(_shown(question), **{"err": True, **how}))


def agrees(question: str, **how: Any) -> bool:
    """Ask yes or no; `how` is click's."""
    return click.confirm(_shown(question), **{"err": True, **how})


def _shown(text: str) -> str:
    return as_shown(one_line(text))


def ask_secret(question: str, *, twice: bool = False) -> Secret | None:
    """Ask for a password; None where nothing was typed."""
    from sync.secret import Secret  # noqa: PLC0415 - only where a password is needed

    def ask(text: str) -> Secret:
        return Secret(ask_line(text, hide_input=True, default="", show_default=False))

    while True:
        typed = ask(question)
        if typed.is_empty:
            return None
        if not twice or ask("The same again") == typed:
            return typed
        tell("These were not the same; once more.")


def secret_from_stdin() -> Secret:
    """Read the first line of standard input."""
    from sync.secret import Secret  # noqa: PLC0415 - only where a password is needed

    return Secret.from_first_line(sys.stdin.buffer.read(), "standard input")


def tell(text: str) -> None:
    """Say something beside what is printed."""
    click.echo(_shown(text), err=True)


def open_keyring(credentials: Credentials, account: str) -> KeyringStatus:
    """Offer to unlock the keyring, or to make the first one, where that can be done here; say how it stands.

    A wrong password is said, and asked for again. Nothing typed leaves the keyring as it is.
    """
    from sync.keyring_state import KeyringState, WrongKeyringPasswordError  # noqa: PLC0415

    status = credentials.status(account)
    if not status.opens_here:
        return status
    tell(status.sentence)
    if status.state is KeyringState.NO_COLLECTION:
        typed = ask_secret("A password for a new one (none: for this session only)", twice=True)
        return status if typed is None else credentials.create_keyring(typed)
    while True:
        typed = ask_secret("Its password, to unlock it (none: for this session only)")
        if typed is None:
            return status
        try:
            return credentials.unlock(typed, account)
        except WrongKeyringPasswordError as error:
            tell(str(error))


def offer_to_keep(credentials: Credentials, account: str, password: Secret) -> str:
    """Offer to keep a password that was typed, and say what became of it."""
    try:
        status = open_keyring(credentials, account)
        question = f"Keep the password in {status.backend or 'the keyring'}?"
        if not status.opens_here and (not status.takes_passwords or agrees(question, default=True)):
            return keep(credentials, account, password)
    except click.Abort:
        pass
    return "the password is kept nowhere; `topofmind sync` asks for it"


def keep(credentials: Credentials, account: str, password: Secret) -> str:
    """Keep a password in the keyring, and say what became of it."""
    try:
        credentials.keep(account, password)
    except UserNeededError as error:
        return f"the password is kept nowhere: {error}"
    return f"kept in the OS keyring ({credentials.status(account).backend}): the password"
