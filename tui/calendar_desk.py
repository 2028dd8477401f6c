"""The calendar as the app works at it: sync, connect, and the password's ways into the keyring.

Each method takes as long as a server or a keyring takes, so none belongs on the screen's thread, but for the
properties. What is heavy (HTTP, D-Bus) is imported by the method that needs it.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pipeline import app_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.desk import Desk
    from pipeline.settings import Account
    from sync.connecting import Connected, Sample, Tried
    from sync.credentials import Credentials
    from sync.discovery import FoundCalendar
    from sync.keyring_state import KeyringStatus
    from sync.plan import Action
    from sync.run import SyncResult
    from sync.secret import Secret
    from tui.session import Session


_MANY = 10
"""From so many requests on a sync says how far it is."""

_TELL = 10


class CalendarDesk:
    """One session's calendar; holds typed passwords in memory for as long as the app runs."""

    def __init__(self, session: Session, credentials: Credentials) -> None:
        self._session = session
        self._credentials = credentials
        self._stopped = False
        self.last: SyncResult | None = None
        """What the last sync of this run did, in full; the ledger keeps the numbers only."""
        self.rings_at: datetime | None = None
        """When a test reminder rings that was pushed in this run."""

    @property
    def account(self) -> Account | None:
        """The connected account."""
        return next(iter(self._session.settings.calendar.account), None)

    @property
    def config_file(self) -> Path:
        """The settings that the app reads; what it is told goes into `app.toml` beside them."""
        return self._session.config_file

    def forget_settings(self) -> None:
        """Read the settings again when they are next asked for."""
        self._session.forget_settings()

    # Syncing

    def sync(self, progress: Callable[[str], None], *, verify: bool = False) -> str:
        """Sync once and say what was done. Raises PasswordNeededError where somebody has to type it."""
        from sync.syncing import sync_now  # noqa: PLC0415

        what = "comparing" if verify else "syncing"
        progress(f"{what} …")
        self._stopped = False
        told = -1

        def going_on(done: int, of: int) -> bool:
            nonlocal told
            if of >= _MANY and done * _TELL // of != told:  # ten words at most: each is a line drawn
                told = done * _TELL // of
                progress(f"{what} {done}/{of} …")
            return not self._stopped

        return self._done(lambda desk: sync_now(desk, self._credentials, verify=verify, going_on=going_on))

    def stop(self) -> None:
        """End the sync that runs where it is; the next one goes on from there."""
        self._stopped = True

    def wipe(self, progress: Callable[[str], None]) -> str:
        """Remove everything of ours from the calendar."""
        from sync.syncing import wipe_now  # noqa: PLC0415

        progress("removing …")
        return self._done(lambda desk: wipe_now(desk, self._credentials))

    def plan(self) -> Sequence[Action]:
        """Say what a sync would do, and do none of it."""
        from sync.syncing import sync_now  # noqa: PLC0415

        with closing(self._session.open_desk()) as desk:
            result = sync_now(desk, self._credentials, dry_run=True)
        if result.problem is not None:
            raise result.problem
        return result.actions

    def _done(self, act: Callable[[Desk], SyncResult]) -> str:
        from tui.outcome import result_words  # noqa: PLC0415

        with closing(self._session.open_desk()) as desk:
            self.last = act(desk)
        if self.last.problem is not None:
            raise self.last.problem
        return result_words(self.last)

    # Connecting

    def try_account(self, address: str, user: str, password: Secret, hosts: Collection[str]) -> Tried | str:
        """Log in and list the calendars, or name the further host that the password would have to go to."""
        from pipeline.errors import UserNeededError  # noqa: PLC0415
        from sync.connecting import insist_on_one, try_account  # noqa: PLC0415

        asked: list[str] = []

        def may_send_to(host: str) -> bool:
            if host not in hosts:
                asked.append(host)
            return host in hosts

        with closing(self._session.open_desk()) as desk:
            known = self.account
            ca_file = known.ca_file if known is not None else ""
            as_ = desk.settings.calendar.as_
            try:
                tried = try_account(
                    address, user, password, as_=as_, ca_file=ca_file or None, may_send_to=may_send_to
                )
            except UserNeededError:
                if asked:
                    return asked[0]
                raise
            insist_on_one(tried.account, desk)
        return tried

    def sample(self) -> Sample | None:
        """Give a reminder as it would stand on the calendar."""
        from sync.connecting import sample  # noqa: PLC0415

        with closing(self._session.open_desk()) as desk:
            return sample(desk)

    def connect(self, tried: Tried, chosen: FoundCalendar | None, password: Secret) -> Connected:
        """Try the calendar out, or make one, and write down account and calendar; the password in memory."""
        from sync.connecting import keep, settle  # noqa: PLC0415

        made = settle(tried, chosen)
        with closing(self._session.open_desk()) as desk:
            keep(made, desk, self.config_file)
        self._credentials.remember(made.account, password)
        return made

    def ring_once(self) -> None:
        """Put a test reminder on the calendar; `rings_at` says when it rings."""
        from sync.syncing import ring_once  # noqa: PLC0415

        with closing(self._session.open_desk()) as desk:
            self.rings_at = ring_once(desk, self._credentials)

    def disconnect(self, *, keep: bool) -> str:
        """Forget account and password, and say what became of that; `keep` what is on the calendar."""
        from pipeline.errors import UserNeededError  # noqa: PLC0415
        from pipeline.ledger import Ledger  # noqa: PLC0415
        from sync.calendar import CalendarGoneError  # noqa: PLC0415
        from sync.syncing import account_of, wipe_now  # noqa: PLC0415

        with closing(self._session.open_desk()) as desk:
            account = account_of(desk).id
            if not keep:
                problem = wipe_now(desk, self._credentials).problem
                if problem is not None and not isinstance(problem, CalendarGoneError):
                    raise problem
            Ledger.of(desk.store).disconnect(account)
        app_file.drop_account(self.config_file, account)
        self.last = None
        try:
            had = self._credentials.forget(account)
        except UserNeededError as error:
            return f"disconnected; the keyring could not be asked: {error}"
        return f"disconnected; the keyring {'gave up the password' if had else 'held no password of it'}"

    # The password

    @property
    def has_typed_password(self) -> bool:
        """Whether the account's password was typed in this run."""
        return self.account is not None and self._credentials.remembered(self.account.id) is not None

    def keyring(self) -> KeyringStatus:
        """Say where the keyring stands for the account; within 3 s, and prompting for nothing."""
        return self._credentials.status(self.account.id if self.account else None)

    def unlock(self, keyring_password: Secret) -> KeyringStatus:
        """Open the keyring with its own password, which is not kept. Raises WrongKeyringPasswordError."""
        return self._credentials.unlock(keyring_password, self.account.id if self.account else None)

    def create_keyring(self, keyring_password: Secret) -> KeyringStatus:
        """Make the user's first keyring."""
        return self._credentials.create_keyring(keyring_password)

    def check(self, password: Secret) -> None:
        """Try the account's password, and hold it until the app ends. Raises RefusedPasswordError."""
        from sync.connecting import try_account  # noqa: PLC0415
        from sync.syncing import account_of  # noqa: PLC0415

        with closing(self._session.open_desk()) as desk:
            account = account_of(desk)
        try_account(account.calendar or account.url, account.user, password, ca_file=account.ca_file or None)
        self._credentials.remember(account.id, password)

    def keep_password(self) -> None:
        """Write the password that was typed into the keyring. Raises KeyringError."""
        account = self.account
        password = self._credentials.remembered(account.id) if account else None
        if account is not None and password is not None:
            self._credentials.keep(account.id, password)
