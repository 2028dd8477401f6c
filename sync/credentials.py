"""Where an account's password comes from, and where it is kept. Whatever the machine, nobody is kept waiting.

In this order: the account's `password_command`, the keyring of the operating system, a credential that
systemd loaded, this process's memory. What is found nowhere is for the caller to ask. No secret is written
anywhere but into a keyring.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import TopofmindError, UserNeededError
from sync.keyring_state import KeyringError, KeyringStatus
from sync.os_keyring import OsKeyring
from sync.password_command import PasswordCommand
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


def probe(account_id: str | None = None) -> KeyringStatus:
    """Say where the keyring stands, for one account or as a whole; prompts for nothing, within 3 s."""
    return Credentials().status(account_id)


class Credentials:
    """The passwords of one process. Its methods may take seconds, so never on a screen's thread.

    `given` is what came on standard input, and goes before all else. `unattended` says that nobody is there:
    then `get` raises what is wrong, and nothing is unlocked.
    """

    def __init__(self, *, unattended: bool = False, given: Mapping[str, Secret] | None = None) -> None:
        self._unattended = unattended
        self._given = dict(given or {})
        self._remembered: dict[str, Secret] = {}
        self._rejected: dict[str, list[Secret]] = {}
        self._troubles: dict[str, TopofmindError] = {}
        self._keyring = OsKeyring()
        self._commands: set[PasswordCommand] = set()

    def get(self, account_id: str, password_command: Sequence[str] | None = None) -> Secret | None:
        """Return the account's password; None where the caller has to ask, and `trouble` says why.

        Unattended, it raises that instead: UserNeededError, or InputError for a wrong `password_command`.
        """
        trouble: TopofmindError | None = None
        found: Secret | None = None
        for source in self._sources(password_command):
            try:
                found = source(account_id)
            except TopofmindError as error:
                trouble = trouble or error
                continue
            if found is not None and found in self._rejected.get(account_id, ()):
                found = None
            if found is not None:
                break
        if found is None and account_id in self._rejected:
            trouble = UserNeededError(
                f"The server refused the password that is kept for account {account_id!r}. "
                "Enter the new one with `topofmind calendar connect`, or in the app under Calendar."
            )
        self._note(account_id, trouble)
        if found is None and trouble is not None and self._unattended:
            raise trouble.with_traceback(None)
        return found

    def trouble(self, account_id: str) -> TopofmindError | None:
        """Return what the last `get` stumbled on, whether or not a later source had the password."""
        return self._troubles.get(account_id)

    def reject(self, account_id: str, password: Secret) -> None:
        """Note that the server refused this password: no source offers it again in this run."""
        self._rejected.setdefault(account_id, []).append(password)
        if self._remembered.get(account_id) == password:
            del self._remembered[account_id]

    def remember(self, account_id: str, password: Secret) -> None:
        """Hold the password until this process ends."""
        self._remembered[account_id] = password

    def remembered(self, account_id: str) -> Secret | None:
        """Return the password that is held until this process ends."""
        return self._remembered.get(account_id)

    def keep(self, account_id: str, password: Secret) -> None:
        """Write the password into the keyring, and make sure that it is there. Raises KeyringError."""
        self._keyring.ask(lambda keyring: keyring.keep(account_id, password), account_id)
        self._remembered.pop(account_id, None)
        self._rejected.pop(account_id, None)

    def forget(self, account_id: str) -> bool:
        """Remove the password from memory and keyring; return whether the keyring had one.

        Raises KeyringError where the keyring cannot be asked, or holds it behind a lock.
        """
        self._remembered.pop(account_id, None)
        return self._keyring.ask(lambda keyring: keyring.forget(account_id), account_id)

    def entries(self, known: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the ids of the accounts that have an entry in the keyring, sorted. Raises KeyringError.

        A locked gnome-keyring, macOS and Windows list no names: there, only `known` accounts can be found.
        """
        asked = tuple(known)
        return self._keyring.ask(lambda keyring: keyring.entries(asked))

    def status(self, account_id: str | None = None) -> KeyringStatus:
        """Say where the keyring stands, for one account or as a whole; prompts for nothing."""
        try:
            return self._keyring.ask(lambda keyring: keyring.status(account_id), account_id)
        except KeyringError as error:
            return error.status

    def unlock(self, keyring_password: Secret, account_id: str | None = None) -> KeyringStatus:
        """Open a locked keyring with its own password, and return how it then stands.

        Possible where `status().opens_here`. The password is not kept. Raises WrongKeyringPasswordError or
        KeyringError.
        """
        self._insist_on_somebody()
        return self._keyring.ask(lambda keyring: keyring.unlock(keyring_password, account_id), account_id)

    def create_keyring(self, keyring_password: Secret) -> KeyringStatus:
        """Make the user's first keyring, open, with this password, and return how it then stands.

        Possible where `status().opens_here`; a keyring that exists is left alone. Raises KeyringError.
        """
        self._insist_on_somebody()
        return self._keyring.ask(lambda keyring: keyring.create(keyring_password))

    def close(self) -> None:
        """Let whoever waits in one of the other methods go at once, since the app is quitting."""
        self._keyring.close()
        for command in tuple(self._commands):
            command.stop()

    def _sources(self, password_command: Sequence[str] | None) -> Iterator[Callable[[str], Secret | None]]:
        yield self._given.get
        if password_command is not None:
            yield lambda _account_id: self._from_command(password_command)
        yield self._from_keyring
        yield _from_systemd
        yield self._remembered.get

    def _from_command(self, password_command: Sequence[str]) -> Secret:
        command = PasswordCommand(password_command, unattended=self._unattended)
        self._commands.add(command)
        try:
            return command.read()
        finally:
            self._commands.discard(command)

    def _from_keyring(self, account_id: str) -> Secret:
        return self._keyring.ask(lambda keyring: keyring.read(account_id), account_id)

    def _note(self, account_id: str, trouble: TopofmindError | None) -> None:
        if trouble is None:
            self._troubles.pop(account_id, None)
        else:
            self._troubles[account_id] = trouble

    def _insist_on_somebody(self) -> None:
        if self._unattended:
            raise UserNeededError("A keyring is not opened unattended. Run `topofmind calendar connect`.")


def _from_systemd(account_id: str) -> Secret | None:
    """Read what a unit loaded as `topofmind.ACCOUNT` (LoadCredential=), the one file that is read."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or "/" in account_id:
        return None
    try:
        content = Path(folder, f"topofmind.{account_id}").read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserNeededError(
            f"The credential topofmind.{account_id} cannot be read ({error.strerror}). "
            "Look at the unit that loads it."
        ) from None
    return Secret.from_first_line(content, f"the credential topofmind.{account_id}")
