"""The automatic backups: one before each day's first change, and no more than are wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.backups import backup_folder, backups, worth_keeping
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.model import Company, Facts
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Days:
    """A desk and a clock that goes on a day at a time."""

    def __init__(self, path: Path, settings: str = "") -> None:
        self.now = MONDAY
        self.desk = Desk(Store.open(path), read_settings(settings), lambda: self.now)

    def change(self, name: str) -> None:
        self.desk.do(partial(import_facts, new=Facts(companies=(Company(id=name, name=name),)), name="test"))


def names(path: Path) -> set[str]:
    with Store.open(path) as store:
        return {one.name for one in store.facts().companies}


def test_a_backup_holds_what_was_there_before_the_first_change_of_the_day(tmp_path: Path) -> None:
    store = tmp_path / "topofmind.sqlite3"
    days = Days(store)
    days.change("Acme")
    assert not backups(store), "an empty store needs none"
    days.now += timedelta(days=1)
    days.change("Globex")
    days.change("Initech")
    (kept,) = backups(store).items()
    assert kept[0] == date(2026, 3, 3)
    assert names(kept[1]) == {"Acme"}
    assert kept[1].stat().st_mode & 0o777 == 0o600


def test_undo_backs_up_too(tmp_path: Path) -> None:
    days = Days(tmp_path / "topofmind.sqlite3")
    days.change("Acme")
    days.now += timedelta(days=1)
    days.desk.undo()
    assert [names(path) for path in backups(days.desk.store.path).values()] == [{"Acme"}]


def test_only_as_many_are_kept_as_are_wanted(tmp_path: Path) -> None:
    store = tmp_path / "topofmind.sqlite3"
    days = Days(store, "[store]\nbackups_daily = 2\nbackups_weekly = 3")
    for number in range(30):
        days.change(f"company {number}")
        days.now += timedelta(days=1)
    kept = [day.isoformat() for day in backups(store)]
    assert kept == [
        "2026-03-22",
        "2026-03-29",
        "2026-03-30",
        "2026-03-31",
    ]


def test_none_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    days = Days(tmp_path / "topofmind.sqlite3", "[store]\nbackups_daily = 0\nbackups_weekly = 0")
    days.change("Acme")
    days.now += timedelta(days=1)
    days.change("Globex")
    assert not backup_folder(days.desk.store.path).exists()


def test_a_backup_that_cannot_be_made_keeps_nobody_from_working(tmp_path: Path) -> None:
    store = tmp_path / "topofmind.sqlite3"
    days = Days(store)
    days.change("Acme")
    backup_folder(store).write_text("a file where the folder would be")
    days.now += timedelta(days=1)
    days.change("Globex")
    assert names(store) == {"Acme", "Globex"}


@pytest.mark.parametrize(
    ("daily", "weekly", "kept"),
    [
        (0, 0, []),
        (1, 0, ["2026-03-31"]),
        (0, 2, ["2026-03-29", "2026-03-31"]),
        (3, 1, ["2026-03-29", "2026-03-30", "2026-03-31"]),
    ],
)
def test_the_newest_days_and_the_newest_of_each_week_are_worth_keeping(
    daily: int, weekly: int, kept: list[str]
) -> None:
    days = [date(2026, 3, day) for day in range(1, 32)]
    assert sorted(map(str, worth_keeping(days, daily, weekly))) == kept
