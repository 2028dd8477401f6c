"""Which keyrings are taken: those of an operating system, whatever else is installed or named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from keyring.errors import InitError, KeyringLocked
from keyring.errors import KeyringError as PackageError

from servers.credentials_session import KEYRINGS, PASSWORD, leaks, run
from sync.keyring_package import state_of
from sync.keyring_state import KeyringState

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.keyring import PrivateKeyring, State

    Start = Callable[[State], PrivateKeyring]

KEEP_AND_GET = f"""
from sync.credentials import Credentials
from sync.keyring_state import KeyringError
from sync.secret import Secret
try:
    Credentials().keep("work", Secret({PASSWORD!r}))
except KeyringError as error:
    print(error.status.state, error.status.line, sep="|")
else:
    print("kept in", Credentials().status("work").backend, Credentials().get("work").reveal() == {PASSWORD!r})
"""
PLAIN_TEXT_BACKEND = "keyrings.alt.file.PlaintextKeyring"


def files_under(home: str) -> list[str]:
    return sorted(str(file.relative_to(home)) for file in Path(home).rglob("*") if file.is_file())


def test_keyring_itself_would_write_plain_text(private_keyring: Start, keyrings_alt: Path) -> None:
    """What we guard against: without this, the tests below would prove nothing."""
    session = private_keyring("missing")
    code = f"import keyring; keyring.set_password('topofmind', 'work', {PASSWORD!r})"
    run(code, session.env | {"PYTHONPATH": str(keyrings_alt)})
    assert leaks(Path(session.env["HOME"]), PASSWORD) != []


@pytest.mark.parametrize(
    ("state", "said"),
    [("missing", "no service"), ("no bus", "no bus"), ("locked", "locked"), ("fresh", "no collection")],
)
def test_a_plain_text_backend_is_passed_over(
    private_keyring: Start, keyrings_alt: Path, state: State, said: str
) -> None:
    session = private_keyring(state)
    child = run(KEEP_AND_GET, session.env | {"PYTHONPATH": str(keyrings_alt)})
    assert child.output.startswith(f"{said}|"), child.errors
    assert (PLAIN_TEXT_BACKEND in child.output) is (state in ("missing", "no bus"))
    assert leaks(Path(session.env["HOME"]).parent, PASSWORD) == []


def test_a_plain_text_backend_does_not_come_between_us_and_the_keyring(
    private_keyring: Start, keyrings_alt: Path
) -> None:
    session = private_keyring("unlocked")
    child = run(KEEP_AND_GET, session.env | {"PYTHONPATH": str(keyrings_alt)})
    assert child.output == "kept in gnome-keyring True\n", child.errors
    assert leaks(Path(session.env["HOME"]).parent, PASSWORD) == []
    assert all(Path(name).is_relative_to(KEYRINGS) for name in files_under(session.env["HOME"]))


@pytest.mark.parametrize(
    "backend",
    [PLAIN_TEXT_BACKEND, "keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "nonsense"],
)
def test_a_named_backend_that_is_no_os_keyring_is_refused_by_its_name(
    private_keyring: Start, keyrings_alt: Path, backend: str
) -> None:
    session = private_keyring("unlocked")
    named = {"PYTHONPATH": str(keyrings_alt), "PYTHON_KEYRING_BACKEND": backend}
    child = run(KEEP_AND_GET, session.env | named)
    assert child.output.startswith(f"refused|{backend} is no OS keyring"), child.errors
    assert child.output.count("\n") == 1
    assert leaks(Path(session.env["HOME"]).parent, PASSWORD) == []


def test_a_named_os_keyring_is_taken(private_keyring: Start) -> None:
    session = private_keyring("unlocked")
    named = {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    assert run(KEEP_AND_GET, session.env | named).output == "kept in gnome-keyring True\n"


def test_a_named_os_keyring_that_is_not_here_is_said(private_keyring: Start) -> None:
    session = private_keyring("unlocked")
    named = {"PYTHON_KEYRING_BACKEND": "keyring.backends.kwallet.DBusKeyring"}
    child = run(KEEP_AND_GET, session.env | named)
    assert child.output.startswith("no service|"), child.errors
    assert "python-dbus not installed" in child.output


class WindowsError1312(Exception):  # noqa: N818 - pywintypes names it `error`
    winerror = 1312


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (PackageError("Can't get password from keychain: (-25308, 'Unknown Error')"), KeyringState.LOCKED),
        (
            KeyringLocked("Can't get password from keychain: (-128, 'Keychain Access Denied')"),
            KeyringState.DENIED,
        ),
        (PackageError("Can't store password on keychain: (-25293, 'Security Auth')"), KeyringState.DENIED),
        (KeyringLocked("Failed to unlock the keyring!"), KeyringState.LOCKED),
        (InitError("Failed to open keyring: no reply"), KeyringState.FAILED_TO_START),
        (
            WindowsError1312(1312, "CredRead", "A specified logon session does not exist"),
            KeyringState.NO_LOGON,
        ),
        (LookupError(PASSWORD), KeyringState.DENIED),
    ],
)
def test_the_errors_of_other_systems_are_understood_and_not_repeated(
    error: Exception, state: KeyringState
) -> None:
    found, detail = state_of(error)
    assert found is state
    assert PASSWORD not in detail


def test_no_keyring_is_imported_before_a_password_is_needed(private_keyring: Start) -> None:
    session = private_keyring("unlocked")
    code = """
import sys
import sync.credentials, sync.schedule
late = {"keyring", "secretstorage", "jeepney", "cryptography", "caldav", "icalendar", "niquests"}
print(sorted(late & set(sys.modules)))
sync.credentials.probe("work")
print(sorted(late & set(sys.modules)))
"""
    assert run(code, session.env).output == "[]\n['jeepney']\n"
