"""Connecting a calendar: nothing is kept before it went well, and a test reminder rings once."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline import app_file
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.errors import InputError
from pipeline.ledger import Ledger
from pipeline.sample import sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from sync.calendar import RefusedPasswordError
from sync.connecting import connect, insist_on_one, keep, sample, try_account
from sync.credentials import Credentials
from sync.secret import Secret
from sync.syncing import open_calendar, ring_once, sync_now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from servers.caldav import Radicale


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk(Store.open(tmp_path / "store.sqlite3"), read_settings(""))) as desk:
        yield desk


def reopened(desk: Desk, config: Path) -> Desk:
    """Open the desk again under the settings that were written."""
    return Desk(desk.store, app_file.load(config, lambda _country: None), desk.clock)


def test_a_refused_password_leaves_nothing_anywhere(desk: Desk, radicale: Radicale, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    with pytest.raises(RefusedPasswordError):
        connect(radicale.url, radicale.user, Secret("wrong"))
    assert not app_file.app_file(config).exists()
    assert Ledger.of(desk.store).accounts() == []


def test_the_calendars_are_listed_before_one_is_made(radicale: Radicale) -> None:
    radicale.make_calendar("Holidays-of-connecting")
    tried = try_account(radicale.url, radicale.user, Secret(radicale.password))
    names = [one.name for one in tried.usable]
    assert "Holidays-of-connecting" in names
    assert tried.own is None
    assert tried.can_make
    assert [
        one.name for one in try_account(radicale.url, radicale.user, Secret(radicale.password)).usable
    ] == names


def test_one_account_at_a_time(desk: Desk, radicale: Radicale, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    made = connect(radicale.make_calendar("first"), radicale.user, Secret(radicale.password))
    keep(made, desk, config)
    again = reopened(desk, config)
    insist_on_one(made.account, again)
    with pytest.raises(InputError, match="disconnect"):
        insist_on_one("somebody@elsewhere.example", again)


def test_the_sample_is_what_would_stand_there(desk: Desk) -> None:
    of_nothing = sample(desk)
    assert of_nothing is not None
    assert of_nothing.is_invented
    assert "@" in of_nothing.shown.description  # people with addresses: that is what others could read
    desk.do(lambda reading: import_facts(reading, sample_facts(reading), "the sample"))
    of_the_sample = sample(desk)
    assert of_the_sample is not None
    assert not of_the_sample.is_invented
    assert of_the_sample.shown.description == of_nothing.shown.description
    minimal = sample(Desk(desk.store, read_settings('[calendar]\ndetail = "minimal"\n')))
    assert minimal is not None
    assert (minimal.shown.summary, minimal.shown.description) == ("Follow-up due", "")


def test_a_test_reminder_rings_once_and_is_taken_off(desk: Desk, radicale: Radicale, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    password = Secret(radicale.password)
    made = connect(radicale.make_calendar("test-reminder"), radicale.user, password)
    keep(made, desk, config)
    desk = reopened(desk, config)
    credentials = Credentials(given={made.account: password})
    now = desk.clock()

    at = ring_once(desk, credentials)

    assert timedelta(minutes=10) <= at - now <= timedelta(minutes=16)
    with closing(open_calendar(desk, desk.settings.calendar.account[0], password)) as phone:
        (href,) = phone.list_changes(None).changed
        stored = phone.get(href)
        assert stored is not None
        assert "TRIGGER:PT0S" in stored.body
        assert "X-TOPOFMIND" not in stored.body
        for later, remain in ((30, {href}), (59, {href}), (120, set())):
            desk.clock = partial(lambda moment: moment, now + timedelta(minutes=later))
            assert sync_now(desk, credentials).problem is None
            assert set(phone.list_changes(None).changed) == remain
