"""A snooze to a time before the due date is carried out, and the user told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.commands.acting import snooze
from pipeline.commands.entering import add_next_action
from pipeline.desk import Desk
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 3, 17, tzinfo=UTC)


def test_a_snooze_to_before_the_due_date_is_told(tmp_path: Path) -> None:
    desk = Desk(Store.open(tmp_path / "store"), read_settings(""), lambda: NOW)
    desk.do(lambda reading: add_next_action(reading, "Buy stamps", at=NOW + timedelta(days=3)))
    [reminder] = desk.waiting()
    early = snooze(desk.reading(), reminder, reminder.due - timedelta(hours=30))
    late = snooze(desk.reading(), reminder, reminder.due + timedelta(hours=1))
    desk.close()
    assert "(it is due only " in early.told
    assert "due only" not in late.told
