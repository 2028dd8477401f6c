"""Opening the app: hands it desks to work at and a way to sync; it knows neither paths nor servers."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.credentials import Credentials
    from tui.session import Session


class Syncer:
    """Syncs when it is called, in whatever thread; holds the password for as long as the app runs."""

    def __init__(self, session: Session, credentials: Credentials) -> None:
        self._session = session
        self._credentials = credentials

    def __call__(self, progress: Callable[[str], None]) -> str:
        """Sync once and say what was done. PasswordNeededError asks for `with_password`."""
        # keyring, D-Bus and HTTP: a quarter of a second that the first screen does not wait for.
        from sync.syncing import sync_now  # noqa: PLC0415
        from tui.verbs.calendar import result_words  # noqa: PLC0415

        progress("syncing …")
        with closing(self._session.open_desk()) as desk:
            result = sync_now(desk, self._credentials)
        if result.problem is not None:
            raise result.problem
        return result_words(result)

    def with_password(self, text: str) -> None:
        """Take the password that was typed, for as long as the app runs."""
        from sync.secret import Secret  # noqa: PLC0415
        from sync.syncing import account_of  # noqa: PLC0415

        self._credentials.remember(account_of(self._session.desk).id, Secret(text))


def open_app(session: Session, credentials: Credentials | None = None) -> int:
    """Open the full-screen app at Today, or where a link dropped; give its exit code."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")  # read when Textual is imported
    from tui.app import run  # noqa: PLC0415

    if credentials is None:
        from sync.credentials import Credentials  # noqa: PLC0415

        credentials = Credentials()
    with closing(credentials):
        connected = bool(session.settings.calendar.account)
        return run(session.open_desk, Syncer(session, credentials) if connected else None)
