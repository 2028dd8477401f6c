"""The keyring of this computer, whichever it is: one call at a time, each with a deadline."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from dataclasses import replace
from traceback import clear_frames
from typing import TYPE_CHECKING, Protocol, TypeVar

from sync.keyring_state import KeyringError, KeyringState, KeyringStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sync.secret import Secret

T = TypeVar("T")

DEADLINE = 3.0
"""Seconds that a caller waits for the keyring, its turn included."""


class Keyring(Protocol):
    """What a keyring can do for us; each method may hang, and raises KeyringError where it cannot now."""

    def status(self, account_id: str | None) -> KeyringStatus:
        """Say where the keyring stands, for one account or as a whole."""

    def read(self, account_id: str) -> Secret:
        """Return the password."""

    def keep(self, account_id: str, password: Secret) -> None:
        """Write the password, in the place of an older one, and read it back."""

    def forget(self, account_id: str) -> bool:
        """Remove the account's entries; return whether there was one."""

    def entries(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the accounts that have an entry; the `known` are asked for one by one."""

    def unlock(self, password: Secret, account_id: str | None) -> KeyringStatus:
        """Open the keyring with its own password."""

    def create(self, password: Secret) -> KeyringStatus:
        """Make the user's first keyring."""


class OsKeyring:
    """The keyring of this computer. One that timed out is not asked again as long as this object lives."""

    def __init__(self) -> None:
        self._attendant = _Attendant()
        self._given_up: KeyringStatus | None = None

    def ask(self, call: Callable[[Keyring], T], account_id: str | None = None) -> T:
        """Return what `call` gives for the keyring. Raises KeyringError within the deadline."""
        if self._given_up is None:
            try:
                return self._attendant.run(lambda: call_keyring(call))
            except KeyringError as error:
                status = error.status
            except TimeoutError:
                status = KeyringStatus(KeyringState.FROZEN, timed_out=True)
            if status.timed_out:
                self._given_up = status
        else:
            status = self._given_up
        raise KeyringError(replace(status, account_id=account_id))

    def close(self) -> None:
        """Let whoever waits for the keyring go at once, since the app is quitting."""
        self._attendant.close()


def call_keyring(call: Callable[[Keyring], T]) -> T:
    """Choose the keyring of this computer, and call it; without a deadline, and raising what it raises.

    PYTHON_KEYRING_BACKEND has a say among those that are accepted.
    """
    # Imported here, as most runs need no password.
    from sync.keyring_package import BACKENDS, SECRET_SERVICE_BACKENDS, KeyringPackage  # noqa: PLC0415

    named = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    module = named.rpartition(".")[0]
    if named and module not in (*BACKENDS, *SECRET_SERVICE_BACKENDS):
        raise KeyringError(KeyringStatus(KeyringState.REFUSED, backend=named))
    if module in BACKENDS or sys.platform in ("darwin", "win32"):
        return call(KeyringPackage())

    from sync.secret_service import SecretService  # noqa: PLC0415

    try:
        return call(SecretService())
    except KeyringError as error:
        nobody = error.status
    if named or nobody.state not in (KeyringState.NO_BUS, KeyringState.NO_SERVICE) or nobody.timed_out:
        raise KeyringError(nobody)
    try:
        other = KeyringPackage()
    except KeyringError as error:
        nobody = replace(nobody, passed_over=error.status.passed_over)
        raise KeyringError(nobody) from None
    return call(other)


class _Attendant:
    """Runs one call at a time, each on a thread that nobody waits for at exit: it may hang for ever."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._cancel: Callable[[], object] = bool
        self._gone = False

    def run(self, call: Callable[[], T]) -> T:
        """Return what `call` gives; TimeoutError after the deadline, and from then on at once.

        An error keeps the lines it came through, and loses their local variables, which could hold a
        password.
        """
        until = time.monotonic() + DEADLINE
        if not self._turn.acquire(timeout=DEADLINE):
            raise TimeoutError
        outcome: Future[T] = Future()
        self._cancel = outcome.cancel
        try:
            if self._gone:
                outcome.cancel()
            else:
                threading.Thread(target=_attend, args=(call, outcome), name="keyring", daemon=True).start()
            return outcome.result(max(until - time.monotonic(), 0))
        except (TimeoutError, CancelledError):
            self._gone = True
            raise TimeoutError from None
        finally:
            self._turn.release()

    def close(self) -> None:
        """Let the caller that waits go, and take no other."""
        self._gone = True
        self._cancel()


def _attend(call: Callable[[], T], outcome: Future[T]) -> None:
    with suppress(InvalidStateError):  # cancelled: nobody waits any more
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001 - the caller gets it, whatever it is
            forget_local_variables(error)
            outcome.set_exception(error)


def forget_local_variables(error: BaseException | None) -> None:
    """Empty the frames that an error, and what led to it, came through."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
