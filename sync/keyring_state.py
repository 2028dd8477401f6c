"""What can be said of the keyring before anybody is asked for a password, and the one thing to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import UserNeededError


class KeyringState(StrEnum):
    """How far the way to a password is open; `docs/credentials.md` lists the sentence of each."""

    NO_BUS = "no bus"
    NO_SERVICE = "no service"
    FAILED_TO_START = "failed to start"
    FROZEN = "frozen"
    ENDED = "ended"
    """It went away before it had answered."""
    NO_COLLECTION = "no collection"
    LOCKED = "locked"
    DENIED = "denied"
    NO_ENTRY = "no entry"
    UNLOCKED = "unlocked"
    REFUSED = "refused"
    """A backend was named that is no OS keyring."""
    NO_LOGON = "no logon"
    """Windows opens its Credential Manager to nobody who came in over the network."""


@dataclass(frozen=True, slots=True)
class KeyringStatus:
    """The keyring's state, which keyring it is, and how it was reached. Holds no secret, and may be shown."""

    state: KeyringState
    backend: str = ""
    """Its name, such as "gnome-keyring" or "macOS Keychain"; empty where none was found."""
    address: str = ""
    """The D-Bus address that was used; empty where there is none."""
    account_id: str | None = None
    """The account that was asked about; None: the keyring as a whole."""
    saved: bool | None = None
    """Whether it holds an entry for the account; None where nobody asked or it cannot be known."""
    opens_here: bool = False
    """Whether its password can be given to us: to unlock it in place, or to make the first keyring."""
    timed_out: bool = False
    detail: str = ""
    """What the other side said, where it said something."""
    passed_over: tuple[str, ...] = ()
    """Backends that are installed and are no OS keyrings."""

    @property
    def takes_passwords(self) -> bool:
        """Whether a password can be kept in it now."""
        return self.state in (KeyringState.UNLOCKED, KeyringState.NO_ENTRY)

    @property
    def sentence(self) -> str:
        """What is the case."""
        wording = _SENTENCES[self.state]
        if self.state is KeyringState.LOCKED and self.saved is not None:
            wording = _LOCKED_AND_SAVED if self.saved else _LOCKED_AND_NOT_SAVED
        if self.passed_over:
            wording = wording.removesuffix(".") + "; passed over, being no OS keyring: {passed_over}."
        return self._filled_in(wording)

    @property
    def next_step(self) -> str:
        """The one thing that the user can do about it; empty where all is well."""
        wording = _NEXT_STEPS[self.state]
        if self.opens_here:
            wording = _NEXT_STEPS_HERE.get(self.state, wording)
        elif self.state is KeyringState.LOCKED and self.backend == MACOS_KEYCHAIN:
            wording = "Run `security unlock-keychain`, then try again."
        return self._filled_in(wording)

    @property
    def line(self) -> str:
        """Both, for an error message."""
        return f"{self.sentence} {self.next_step}".strip()

    def _filled_in(self, wording: str) -> str:
        return wording.format(
            keyring=f"The keyring ({self.backend})" if self.backend else "The keyring",
            program=self.backend or "the program that keeps it",
            account="the account" if self.account_id is None else f"account {self.account_id!r}",
            detail=f" ({self.detail})" if self.detail else "",
            passed_over=", ".join(self.passed_over),
        )


MACOS_KEYCHAIN = "macOS Keychain"

_SENTENCES = {
    KeyringState.NO_BUS: "There is no D-Bus session here, so no keyring can be reached{detail}.",
    KeyringState.NO_SERVICE: "No keyring is installed or running for this session{detail}.",
    KeyringState.FAILED_TO_START: "The keyring service did not start{detail}.",
    KeyringState.FROZEN: "{keyring} does not answer, and is not asked again in this run.",
    KeyringState.ENDED: "{keyring} ended before it had answered.",
    KeyringState.NO_COLLECTION: "{keyring} runs, but no keyring was ever made in it.",
    KeyringState.LOCKED: "{keyring} is locked.",
    KeyringState.DENIED: "{keyring} refused access{detail}.",
    KeyringState.NO_ENTRY: "{keyring} is open, but holds no password of {account}.",
    KeyringState.UNLOCKED: "{keyring} is open.",
    KeyringState.REFUSED: "{program} is no OS keyring, so no password is kept in it.",
    KeyringState.NO_LOGON: "Windows shuts its Credential Manager to a login over the network (error 1312).",
}
_LOCKED_AND_SAVED = "{keyring} is locked; the password of {account} is saved in it."
_LOCKED_AND_NOT_SAVED = "{keyring} is locked, and no password of {account} is saved in it."

_SET_COMMAND = "set password_command for {account} in config.toml"
_NEXT_STEPS = {
    KeyringState.NO_BUS: f"Sign in where a D-Bus session runs, or {_SET_COMMAND}.",
    KeyringState.NO_SERVICE: f"Install gnome-keyring, or {_SET_COMMAND}.",
    KeyringState.FAILED_TO_START: f"Run `gnome-keyring-daemon --start` to see why, or {_SET_COMMAND}.",
    KeyringState.FROZEN: "Start the keyring anew{detail}, then topofmind.",
    KeyringState.ENDED: "Start the keyring anew, then try again.",
    KeyringState.NO_COLLECTION: "Make or open one in {program}.",
    KeyringState.LOCKED: "Unlock it in {program}.",
    KeyringState.DENIED: f"Allow access in {{program}}, or {_SET_COMMAND}.",
    KeyringState.NO_ENTRY: "Enter it with `topofmind calendar connect`, or in the app under Calendar.",
    KeyringState.UNLOCKED: "",
    KeyringState.REFUSED: f"Unset PYTHON_KEYRING_BACKEND, or {_SET_COMMAND}.",
    KeyringState.NO_LOGON: f"Run topofmind at the machine's own screen, or {_SET_COMMAND}.",
}
_NEXT_STEPS_HERE = {
    KeyringState.NO_COLLECTION: "Make one with `topofmind calendar connect`, or in the app under Calendar.",
    KeyringState.LOCKED: "Unlock it with `topofmind calendar connect`, or in the app under Calendar.",
}


class KeyringError(UserNeededError):
    """The keyring did not do what it was asked for; `status` says where it stands."""

    def __init__(self, status: KeyringStatus) -> None:
        super().__init__(status.line)
        self.status = status


class WrongKeyringPasswordError(UserNeededError):
    """The keyring's own password was not right; nothing was changed, and it may be tried again."""
