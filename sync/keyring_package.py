"""The keyrings of macOS, of Windows and of older KDE desktops, through the package keyring.

Only these are used, and each by its name: left to itself the package takes whatever is installed, a
plain-text file included, and chains several, so that a password can land in the wrong one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sync.keyring_state import MACOS_KEYCHAIN, KeyringError, KeyringState, KeyringStatus
from sync.secret import Secret
from sync.secret_service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

BACKENDS = {
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": MACOS_KEYCHAIN,
    "keyring.backends.Windows": "Windows Credential Manager",
}
"""Modules of the package keyring → what the user calls them."""
SECRET_SERVICE_BACKENDS = ("keyring.backends.SecretService", "keyring.backends.libsecret")
"""What `secret_service` speaks itself."""
_NO_BACKENDS = ("keyring.backends.fail", "keyring.backends.chainer")
"""What the package puts where there is nothing."""

_MACOS_INTERACTION_NOT_ALLOWED = "-25308"
_MACOS_CANCELLED, _MACOS_NOT_AUTHORISED = "-128", "-25293"
_WINDOWS_NO_LOGON_SESSION = 1312


class KeyringPackage:
    """The best backend of the package that is in `BACKENDS`; raises KeyringError where there is none.

    Its calls can hang for ever, such as on a wallet that asks on a screen: `os_keyring` gives up on them.
    """

    def __init__(self) -> None:
        # Imported here: it takes 0.1 s, and loads the backends that other packages bring along.
        import keyring  # noqa: PLC0415

        try:
            chosen: Any = keyring.get_keyring()
        except (ImportError, AttributeError, RuntimeError, ValueError) as error:
            raise KeyringError(KeyringStatus(KeyringState.NO_SERVICE, detail=str(error))) from None
        found = [(_module(backend), backend) for backend in getattr(chosen, "backends", None) or [chosen]]
        passed_over = tuple(
            f"{module}.{type(backend).__qualname__}"
            for module, backend in found
            if module not in BACKENDS and module not in (*SECRET_SERVICE_BACKENDS, *_NO_BACKENDS)
        )
        status = KeyringStatus(KeyringState.NO_SERVICE, passed_over=passed_over)
        usable = [(BACKENDS[module], backend) for module, backend in found if module in BACKENDS]
        if not usable:
            raise KeyringError(status)
        name, self._backend = usable[0]
        self._status = replace(status, state=KeyringState.UNLOCKED, backend=name, passed_over=())

    def status(self, account_id: str | None) -> KeyringStatus:
        """Say where the keyring stands, by looking for the account's entry."""
        status = replace(self._status, account_id=account_id)
        if self._find(account_id or "") is not None:
            return replace(status, saved=True)
        return status if account_id is None else replace(status, state=KeyringState.NO_ENTRY, saved=False)

    def read(self, account_id: str) -> Secret:
        """Return the password."""
        found = self._find(account_id)
        if found is None:
            raise KeyringError(self._refused(KeyringState.NO_ENTRY, account_id, saved=False))
        return found

    def keep(self, account_id: str, password: Secret) -> None:
        """Write the password, in the place of an older one, and read it back."""
        self._call(account_id, lambda: self._backend.set_password(SERVICE, account_id, password.reveal()))
        if self._find(account_id) != password:
            detail = "it gave back another password than it was given"
            raise KeyringError(self._refused(KeyringState.DENIED, account_id, detail))

    def forget(self, account_id: str) -> bool:
        """Remove the entry of the account; return whether there was one."""
        if self._find(account_id) is None:
            return False
        self._call(account_id, lambda: self._backend.delete_password(SERVICE, account_id))
        return True

    def entries(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return which of the known accounts have an entry: these keyrings do not list theirs."""
        return tuple(sorted(account_id for account_id in known if self._find(account_id) is not None))

    def unlock(self, password: Secret, account_id: str | None) -> KeyringStatus:  # noqa: ARG002 - not taken here
        """Raise KeyringError: these are unlocked in their own programs only."""
        raise KeyringError(self._refused(KeyringState.LOCKED, account_id))

    def create(self, password: Secret) -> KeyringStatus:  # noqa: ARG002 - not taken here
        """Raise KeyringError: these are made in their own programs only."""
        raise KeyringError(self._refused(KeyringState.NO_COLLECTION, None))

    def _find(self, account_id: str) -> Secret | None:
        text = self._call(account_id, lambda: self._backend.get_password(SERVICE, account_id))
        return None if text is None else Secret(text)

    def _call(self, account_id: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - a backend's own; its message could hold the password
            state, detail = state_of(error)
        raise KeyringError(self._refused(state, account_id, detail))

    def _refused(
        self, state: KeyringState, account_id: str | None, detail: str = "", *, saved: bool | None = None
    ) -> KeyringStatus:
        return replace(self._status, state=state, account_id=account_id or None, saved=saved, detail=detail)


def state_of(error: Exception) -> tuple[KeyringState, str]:
    """Read a backend's error: the state that it means, and what may be said of it."""
    from keyring import errors  # noqa: PLC0415 - as above

    text = str(error)
    number = getattr(error, "winerror", None)
    if number == _WINDOWS_NO_LOGON_SESSION:
        return KeyringState.NO_LOGON, ""
    if _MACOS_INTERACTION_NOT_ALLOWED in text:
        return KeyringState.LOCKED, ""
    if _MACOS_CANCELLED in text or _MACOS_NOT_AUTHORISED in text:
        return KeyringState.DENIED, ""
    if isinstance(error, errors.KeyringLocked):
        return KeyringState.LOCKED, ""
    if isinstance(error, errors.InitError):
        return KeyringState.FAILED_TO_START, ""
    return KeyringState.DENIED, type(error).__name__ if number is None else f"error {number}"


def _module(backend: object) -> str:
    return type(backend).__module__
