"""The keyrings of Linux (gnome-keyring, KeePassXC, KWallet …), through the Secret Service on D-Bus.

Spoken here, and not through the package keyring, since that one unlocks whatever it finds locked. Unlocking
opens a prompt; over SSH it opens on a screen that nobody sees, and gnome-keyring then keeps every program
waiting that asks after it. Nothing here calls Unlock. The entries are the same: `keyring get topofmind
ACCOUNT` reads what was kept here, and the other way round.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn

from jeepney import DBusErrorResponse

from sync.keyring_state import KeyringError, KeyringState, KeyringStatus, WrongKeyringPasswordError
from sync.secret import Secret
from sync.session_bus import SessionBus, session_buses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SERVICE = "topofmind"
"""Under this name every entry is kept; its user name is the account's id."""
WITHIN = 2.7
"""Seconds for one operation with all its messages: a little less than the deadline of `os_keyring`, so that
the operation ends by itself and can say what it waited for."""
WAIT_FOR_NAME = 0.3
"""Seconds that a keyring which is just starting gets to take its name, before the bus is asked to start one:
a second daemon would be a locked one."""

_NAME = "org.freedesktop.secrets"
_ROOT = "/org/freedesktop/secrets"
_NOTHING = "/"
_SERVICE = "org.freedesktop.Secret.Service"
_COLLECTION = "org.freedesktop.Secret.Collection"
_ITEM = "org.freedesktop.Secret.Item"
_PROMPT = "org.freedesktop.Secret.Prompt"
_WITH_PASSWORD = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"  # noqa: S105 - an interface's name
_WRONG_PASSWORD = "org.gnome.keyring.Error.Denied"  # noqa: S105 - an error's name

_APPLICATION = "Python keyring library"
"""What the package keyring writes into its entries; with the same attributes each replaces the other's."""

_STATE_OF_ERROR = {
    "org.freedesktop.DBus.Error.ServiceUnknown": KeyringState.ENDED,
    "org.freedesktop.DBus.Error.NameHasNoOwner": KeyringState.ENDED,
    "org.freedesktop.DBus.Error.NoReply": KeyringState.ENDED,
    "org.freedesktop.Secret.Error.IsLocked": KeyringState.LOCKED,
}
_NAME_OF_PROCESS = {
    "gnome-keyring-d": "gnome-keyring",
    "keepassxc": "KeePassXC",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "ksecretd": "KWallet",
}


class SecretService:
    """Each call opens a connection, looks where things stand, and acts only if that needs no prompt.

    Every method raises KeyringError, whose status says why, where the keyring cannot do what it is asked for.
    """

    def status(self, account_id: str | None) -> KeyringStatus:
        """Say where the keyring stands, for one account or as a whole."""
        with _conversation(account_id) as keyring:
            return keyring.look()

    def read(self, account_id: str) -> Secret:
        """Return the password."""
        with _conversation(account_id) as keyring:
            keyring.look()
            return keyring.read()

    def keep(self, account_id: str, password: Secret) -> None:
        """Write the password, in the place of an older one, and read it back as the next run will."""
        with _conversation(account_id) as keyring:
            keyring.look()
            keyring.write(password)
        with _conversation(account_id) as keyring:
            keyring.look()
            if keyring.read() != password:
                keyring.refuse(KeyringState.DENIED, "it gave back another password than it was given")

    def forget(self, account_id: str) -> bool:
        """Remove every entry of the account; return whether there was one."""
        with _conversation(account_id) as keyring:
            keyring.look()
            return keyring.delete()

    def entries(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the accounts that have an entry.

        A locked gnome-keyring knows names only as hashes: it then tells only of those that are asked for, the
        `known`.
        """
        with _conversation(None) as keyring:
            named = {name for item in keyring.find(service=SERVICE) if (name := keyring.user_of(item))}
            asked = {name for name in known if keyring.find(service=SERVICE, username=name)}
            return tuple(sorted(named | asked))

    def unlock(self, password: Secret, account_id: str | None) -> KeyringStatus:
        """Open the keyring with its own password, where it stands. Raises WrongKeyringPasswordError."""
        with _conversation(account_id) as keyring:
            if keyring.look().state is KeyringState.LOCKED:
                keyring.unlock(password)
            return keyring.look()

    def create(self, password: Secret) -> KeyringStatus:
        """Make this user's first keyring, open, with this password; an existing one is left alone."""
        with _conversation(None) as keyring:
            if keyring.look().state is KeyringState.NO_COLLECTION:
                keyring.create(password)
            return keyring.look()


@contextmanager
def _conversation(account_id: str | None) -> Iterator[_Conversation]:
    """Connect, make sure of the service, and put whatever goes wrong into a KeyringError."""
    tried = " and ".join(session_buses(os.environ))
    status = KeyringStatus(KeyringState.NO_BUS, address=tried, account_id=account_id)
    try:
        with SessionBus(WITHIN) as bus:
            keyring = _Conversation(bus, replace(status, address=bus.address))
            try:
                keyring.find_service()
                yield keyring
            except TimeoutError:
                keyring.refuse(KeyringState.FROZEN, timed_out=True)
            except DBusErrorResponse as error:
                name = error.name.rpartition(".")[2]
                keyring.refuse(_STATE_OF_ERROR.get(error.name, KeyringState.DENIED), name)
    except TimeoutError:
        raise KeyringError(replace(status, detail="the bus does not answer", timed_out=True)) from None
    except FileNotFoundError:
        raise KeyringError(status) from None
    except OSError as error:
        raise KeyringError(replace(status, detail=error.strerror or str(error))) from None


class _Conversation:
    """One connection, and what has been learnt on it. Nothing but `_settle` can open a prompt."""

    def __init__(self, bus: SessionBus, status: KeyringStatus) -> None:
        self._bus = bus
        self._status = status
        self._process = 0
        self._items: list[str] = []
        self._collection = _NOTHING

    def refuse(self, state: KeyringState, detail: str = "", *, timed_out: bool = False) -> NoReturn:
        """Give up with this state."""
        if state is KeyringState.FROZEN:
            detail = f"process {self._process}"
        raise KeyringError(replace(self._status, state=state, detail=detail, timed_out=timed_out)) from None

    def find_service(self) -> None:
        """Make sure that somebody offers secrets, and learn who."""
        if not self._bus.has_owner(_NAME):
            self._start_service()
        self._process = self._bus.process_of(_NAME)
        backend = "Secret Service"
        with suppress(FileNotFoundError):
            command = Path(f"/proc/{self._process}/comm").read_text(encoding="utf-8").strip()
            backend = _NAME_OF_PROCESS.get(command, command)
        self._status = replace(self._status, backend=backend)

    def _start_service(self) -> None:
        if not self._bus.can_start(_NAME):
            self.refuse(KeyringState.NO_SERVICE)
        soon = time.monotonic() + WAIT_FOR_NAME
        while time.monotonic() < soon:
            time.sleep(0.05)
            if self._bus.has_owner(_NAME):
                return
        try:
            self._bus.start(_NAME)
        except TimeoutError:
            self.refuse(KeyringState.FAILED_TO_START, f"nothing within {WITHIN:g} s", timed_out=True)
        except DBusErrorResponse as error:
            self.refuse(KeyringState.FAILED_TO_START, error.name.rpartition(".")[2])

    def look(self) -> KeyringStatus:
        """Learn the state, without asking for anything that could prompt."""
        account_id = self._status.account_id
        (self._collection,) = self._call_service("ReadAlias", "s", "default")
        found = [] if account_id is None else self.find(service=SERVICE, username=account_id)
        self._items = [item for item in found if not self._is_locked(item, _ITEM)]
        saved: bool | None = None if account_id is None else bool(found)
        detail = ""
        if self._items:
            state = KeyringState.UNLOCKED
        elif found:
            state = KeyringState.LOCKED
            self._collection = str(PurePosixPath(found[0]).parent)
            if not self._is_locked(self._collection, _COLLECTION):
                state, detail = KeyringState.DENIED, "it wants each access confirmed on its own screen"
        elif self._collection == _NOTHING:
            state = KeyringState.NO_COLLECTION
        elif self._is_locked(self._collection, _COLLECTION):
            state = KeyringState.LOCKED
        else:
            state = KeyringState.UNLOCKED if account_id is None else KeyringState.NO_ENTRY
        shut = state in (KeyringState.LOCKED, KeyringState.NO_COLLECTION)
        opens_here = shut and self._opens_here
        if shut and not opens_here and not found:
            saved = None  # others than gnome-keyring hide what they hold
        self._status = replace(self._status, state=state, saved=saved, opens_here=opens_here, detail=detail)
        return self._status

    def find(self, **attributes: str) -> list[str]:
        """Return the entries with these attributes.

        KeePassXC opens its window when anybody searches what is locked, so only open collections are searched
        there.
        """
        found: list[str] = []
        for collection in self._bus.get(_NAME, _ROOT, f"{_SERVICE}.Collections"):
            if self._opens_here or not self._is_locked(collection, _COLLECTION):
                method = f"{_COLLECTION}.SearchItems"
                found.extend(self._bus.call(_NAME, collection, method, "a{ss}", attributes)[0])
        return sorted(found)

    def user_of(self, item: str) -> str | None:
        """Return the account's id of an entry; None where the keyring hides it."""
        name = self._bus.get(_NAME, item, f"{_ITEM}.Attributes").get("username")
        return str(name) if name is not None else None

    def read(self) -> Secret:
        """Return the password that `look` found."""
        # Imported here since looking does not need it; it encrypts what goes over the bus.
        from secretstorage.exceptions import ItemNotFoundException, LockedException  # noqa: PLC0415
        from secretstorage.item import Item  # noqa: PLC0415
        from secretstorage.util import open_session  # noqa: PLC0415

        if self._status.state is not KeyringState.UNLOCKED:
            raise KeyringError(self._status)
        try:
            item = Item(self._connection, self._items[0], open_session(self._connection))
            return Secret.from_bytes(item.get_secret(), "The entry in the keyring")
        except LockedException:
            self.refuse(KeyringState.LOCKED)
        except ItemNotFoundException:
            self.refuse(KeyringState.NO_ENTRY)

    def write(self, password: Secret) -> None:
        """Write into the entry that `look` found, or make one."""
        if self._items:
            self._bus.call(_NAME, self._items[0], f"{_ITEM}.SetSecret", "(oayays)", self._sealed(password))
            return
        if self._status.state is not KeyringState.NO_ENTRY:
            raise KeyringError(self._status)
        user = str(self._status.account_id)
        properties = {
            f"{_ITEM}.Label": ("s", f"Password of the calendar account '{user}' (topofmind)"),
            f"{_ITEM}.Attributes": (
                "a{ss}",
                {"service": SERVICE, "username": user, "application": _APPLICATION},
            ),
        }
        _item, prompt = self._bus.call(
            _NAME,
            self._collection,
            f"{_COLLECTION}.CreateItem",
            "a{sv}(oayays)b",
            properties,
            self._sealed(password),
            True,  # noqa: FBT003 - D-Bus has positions only: replace
        )
        self._settle(prompt)

    def delete(self) -> bool:
        """Remove the entries that `look` found."""
        if not self._items and self._status.saved is not False:
            raise KeyringError(self._status)
        for item in self._items:
            (prompt,) = self._bus.call(_NAME, item, f"{_ITEM}.Delete")
            self._settle(prompt)
        return bool(self._items)

    def unlock(self, password: Secret) -> None:
        """Open the collection that `look` found locked."""
        if not self._status.opens_here:
            raise KeyringError(self._status)
        try:
            self._call_with_password("UnlockWithMasterPassword", "o", self._collection, password)
        except DBusErrorResponse as error:
            if error.name != _WRONG_PASSWORD:
                raise
            raise WrongKeyringPasswordError(
                "That is not the keyring's password; try again, or keep the password for this session only."
            ) from None

    def create(self, password: Secret) -> None:
        """Make the collection `login`, which signing in at a screen unlocks too, and make it the default."""
        if not self._status.opens_here:
            raise KeyringError(self._status)
        label = {f"{_COLLECTION}.Label": ("s", "login")}
        (collection,) = self._call_with_password("CreateWithMasterPassword", "a{sv}", label, password)
        self._call_service("SetAlias", "so", "default", collection)

    def _settle(self, prompt: str) -> None:
        """Go through with a prompt that the keyring wants before it acts, as long as the deadline allows.

        KeePassXC answers every change this way, and carries it out without asking unless it was set to ask.
        With gnome-keyring it would be a real one: somebody locked the keyring a moment ago.
        """
        if prompt == _NOTHING:
            return
        if self._opens_here:
            self.refuse(KeyringState.LOCKED)
        try:
            dismissed, _result = self._bus.signal_after(
                f"{_PROMPT}.Completed", _NAME, prompt, f"{_PROMPT}.Prompt", ""
            )
        except TimeoutError:
            dismissed = True
        if dismissed:
            self.refuse(KeyringState.DENIED, "it asks on its own screen, and was not answered")

    @cached_property
    def _opens_here(self) -> bool:
        """Whether the keyring takes its password from us, as gnome-keyring does."""
        (description,) = self._bus.call(_NAME, _ROOT, "org.freedesktop.DBus.Introspectable.Introspect")
        return _WITH_PASSWORD in description

    def _is_locked(self, path: str, interface: str) -> bool:
        return bool(self._bus.get(_NAME, path, f"{interface}.Locked"))

    def _call_service(self, method: str, signature: str, *body: object) -> tuple[Any, ...]:
        return self._bus.call(_NAME, _ROOT, f"{_SERVICE}.{method}", signature, *body)

    def _call_with_password(
        self, method: str, signature: str, subject: object, password: Secret
    ) -> tuple[Any, ...]:
        sealed = self._sealed(password)
        return self._bus.call(
            _NAME, _ROOT, f"{_WITH_PASSWORD}.{method}", f"{signature}(oayays)", subject, sealed
        )

    def _sealed(self, password: Secret) -> tuple[str, bytes, bytes, str]:
        """Encrypt a password for this connection, as the Secret Service wants it."""
        from secretstorage.util import format_secret, open_session  # noqa: PLC0415 - see `read`

        return format_secret(open_session(self._connection), password.reveal().encode(), "text/plain")

    @property
    def _connection(self) -> Any:
        """What SecretStorage takes for a connection of jeepney: it only sends, and waits for the reply."""
        return self._bus
