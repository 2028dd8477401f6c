"""Where a store is at home: its machine and its path, so that a copy does not sync in the original's name.

Two stores with one id on one calendar would take each other's reminders for their own. Whether a store that
turns up elsewhere was moved or copied can be seen where both files are on this machine; between machines only
the user knows.
"""

from __future__ import annotations

import sys
import uuid
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, json, structs

from pipeline import app_file
from pipeline.ledger import Answer, Ledger, Question
from pipeline.store_files import id_at

if TYPE_CHECKING:
    from pipeline.store import Store

_HOME = "home"
_IS_COPY = "is a copy"
_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


class Home(Struct, frozen=True):
    """Where a store was when it last synced; `machine` is "" where the system does not say which it is."""

    machine: str
    path: str


def machine_id() -> str:
    """Name this machine, by a hash of what it is called by its system; "" where that has no name for it.

    The name itself is confidential, says machine-id(5). A name kept in a file of ours would go along with a
    home folder that is copied.
    """
    with suppress(OSError, ValueError, AttributeError):
        name = _system_name()
        return sha256(f"topofmind {name}".encode()).hexdigest()[:32] if name else ""
    return ""


def _system_name() -> str:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only there

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    if sys.platform == "darwin":
        import ctypes  # noqa: PLC0415 - only there

        name, wait = ctypes.create_string_buffer(16), (ctypes.c_long * 2)()
        return "" if ctypes.CDLL(None).gethostuuid(name, wait) else str(uuid.UUID(bytes=name.raw))
    files = (Path(file) for file in _MACHINE_FILES)
    return next((text for file in files if file.exists() and (text := file.read_text().strip())), "")


def why_not_at_home(store: Store) -> str | None:
    """Say why only the user knows whether a store was moved here or is a copy; None where that is plain."""
    text = store.note(_HOME)
    here = _here(store)
    home = json.decode(text, type=Home) if text else here
    if home.machine and here.machine and home.machine != here.machine:
        return "this store was on another machine when it last synced"
    if home.path != here.path and _is_still_there(store, Path(home.path)):
        return f"this store is also at {home.path}"
    return None


def settle(store: Store) -> None:
    """Note that a store is at home here."""
    here = json.encode(_here(store)).decode()
    if store.note(_HOME) != here:
        store.keep_note(_HOME, here)


def keep_home(before: Store, after: Store) -> None:
    """Note in a store that is to replace another with its id where that one is at home."""
    after.keep_note(_HOME, before.note(_HOME) or "")


def become_a_copy(store: Store) -> None:
    """Make a store one of its own: under another id, so that nothing on any calendar is taken for its own.

    It belongs to no calendar until it is connected.
    """
    with store.transaction():
        store.keep_note("id", str(uuid.uuid4()))
        store.keep_note(_IS_COPY, "yes")
        settle(store)


def answer(store: Store, said: Answer, config: Path) -> None:
    """Take in what the user said about a store that turned up elsewhere; a copy lets go of its accounts."""
    ledger = Ledger.of(store)
    with store.transaction():
        accounts = ledger.accounts()
        if said is Answer.COPY:
            become_a_copy(store)
            for one in (*accounts, *ledger.left_behind()):
                ledger.disconnect(one.account)
        else:
            settle(store)
            for one in accounts:
                question = None if one.question is Question.MOVED else one.question
                ledger.keep(structs.replace(one, question=question, token=None, reconcile=True))
    if said is Answer.COPY:
        for one in accounts:
            app_file.drop_account(config, one.account)


def is_copy(store: Store) -> bool:
    """Whether a store became one of its own, and so syncs with no calendar that its settings only name."""
    return bool(store.note(_IS_COPY))


def _here(store: Store) -> Home:
    return Home(machine_id(), str(store.path.absolute()))


def _is_still_there(store: Store, path: Path) -> bool:
    with suppress(OSError):
        return not path.samefile(store.path) and id_at(path) == store.id
    return False
