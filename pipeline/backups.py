"""Automatic backups: a copy of the store from before the first change of each day, the older ones fewer.

They stand beside the store, since what they guard against is a mistake, not a lost disk; for that there is
`topofmind backup FILE`. `topofmind restore` takes either kind.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import TopofmindError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.settings import StoreSettings
    from pipeline.store import Store


def backup_folder(store: Path) -> Path:
    """Give the folder in which the backups of a store lie."""
    return store.with_name(f"{store.stem}-backups")


def backups(store: Path) -> dict[date, Path]:
    """Give a store's automatic backups by their days, oldest first."""
    found = {}
    for path in backup_folder(store).glob(f"*{store.suffix}"):
        with suppress(ValueError):
            found[date.fromisoformat(path.stem)] = path
    return dict(sorted(found.items()))


def worth_keeping(days: Iterable[date], daily: int, weekly: int) -> set[date]:
    """Give which backups stay: the `daily` newest, and the newest of each of the `weekly` newest weeks."""
    newest = sorted(days, reverse=True)
    by_week: dict[tuple[int, int], date] = {}
    for day in newest:
        by_week.setdefault(day.isocalendar()[:2], day)
    return {*newest[:daily], *list(by_week.values())[:weekly]}


def back_up(store: Store, today: date, settings: StoreSettings) -> None:
    """Copy the store as it is before the day's first change, and let go of the backups that are too many.

    A backup that cannot be made (no room, no right to write) does not keep the user from working.
    """
    daily, weekly = settings.backups_daily, settings.backups_weekly
    path = backup_folder(store.path) / f"{today.isoformat()}{store.path.suffix}"
    if not (daily or weekly) or path.exists() or not store.has_steps:
        return
    with suppress(TopofmindError, OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        store.backup(path)
        kept = backups(store.path)
        for day in kept.keys() - worth_keeping(kept, daily, weekly):
            kept[day].unlink()
