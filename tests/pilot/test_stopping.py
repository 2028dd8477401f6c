"""The first sync says how far it is, ends where it is told to, and the next one goes on from there."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pilot.test_calendar import fill, server, session  # noqa: F401 - fixtures
from pipeline.errors import TryAgainError
from sync.connecting import connect, keep
from sync.credentials import Credentials
from sync.secret import Secret
from tui.calendar_desk import CalendarDesk

if TYPE_CHECKING:
    from servers.caldav import Radicale
    from tui.session import Session


def test_a_first_sync_is_stopped_and_goes_on(session: Session, server: Radicale) -> None:  # noqa: F811
    fill(session)
    password = Secret(server.password)
    made = connect(server.make_calendar(session.store.id), server.user, password)
    keep(made, session.desk, session.config_file)
    session.forget_settings()
    with closing(Credentials(given={made.account: password})) as credentials:
        desk = CalendarDesk(session, credentials)
        said: list[str] = []

        def stop_at_once(text: str) -> None:
            said.append(text)
            if "/" in text:
                desk.stop()

        with pytest.raises(TryAgainError, match="was stopped; the next one goes on from here"):
            desk.sync(stop_at_once)
        assert said[0] == "syncing …"
        assert said[1].startswith("syncing 0/")

        told = desk.sync(said.append)
        assert "pushed" in told
        assert len(said) <= 2 + 1 + 11  # each word is a line that is drawn
        assert desk.sync(said.append) != told
