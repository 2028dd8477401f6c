"""The sample shows every rule, whenever and wherever somebody tries the demo."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.checks import first_problem
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.index import Index
from pipeline.model import Rule
from pipeline.sample import SETTINGS, sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from pathlib import Path

MOMENTS = [
    ("2026-03-03 09:00", "an ordinary Tuesday"),
    ("2026-03-06 17:55", "a Friday evening"),
    ("2026-03-07 11:00", "a Saturday"),
    ("2026-03-08 01:59", "a minute before the clocks go forward in New York"),
    ("2026-03-08 03:30", "the hour after"),
    ("2026-03-29 02:30", "an hour that Berlin skips"),
    ("2026-03-31 23:59", "the end of a month and a quarter"),
    ("2026-04-01 00:00", "the beginning of a quarter"),
    ("2026-04-13 12:00", "the day before a review"),
    ("2026-04-14 17:29", "a minute before a review"),
    ("2026-04-14 17:30", "a review begins"),
    ("2026-04-14 23:30", "the evening of a review"),
    ("2026-04-28 10:00", "two weeks after a review"),
    ("2026-05-05 17:29", "a minute before a review is over"),
    ("2026-05-05 17:30", "a review is over"),
    ("2026-05-25 10:00", "Memorial Day"),
    ("2026-06-30 08:00", "two weeks before a review"),
    ("2026-07-03 12:00", "an observed holiday"),
    ("2026-07-14 20:00", "a review in summer"),
    ("2026-09-07 07:00", "Labor Day"),
    ("2026-10-13 18:00", "a review in autumn"),
    ("2026-10-25 02:30", "an hour that Berlin has twice"),
    ("2026-11-01 01:30", "an hour that New York has twice"),
    ("2026-11-26 09:00", "Thanksgiving"),
    ("2026-12-24 12:00", "Christmas Eve"),
    ("2026-12-25 00:30", "Christmas night"),
    ("2026-12-31 23:59", "the end of a year"),
    ("2027-01-01 00:00", "the beginning of a year"),
    ("2027-01-13 10:00", "the day after the first review of a year"),
    ("2028-02-29 03:00", "a leap day, in the night"),
]
USERS = {
    "New York": 'time_zone = "America/New_York"\ncountry = "US"',
    "Berlin": 'time_zone = "Europe/Berlin"\ncountry = "DE"',
    "nowhere": 'time_zone = "Pacific/Kiritimati"',
}


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(("clock", "_what"), MOMENTS, ids=[what for _, what in MOMENTS])
def test_every_rule_has_something_to_say(tmp_path: Path, user: str, clock: str, _what: str) -> None:
    settings = read_settings(SETTINGS.replace("[user]\n", f"[user]\n{USERS[user]}\n"))
    now = datetime.fromisoformat(clock).replace(tzinfo=settings.user.zone)
    with Store.open(tmp_path / "store.sqlite3") as store:
        desk = Desk(store, settings, lambda: now)
        facts = sample_facts(desk.reading())

        assert first_problem(facts, Index(facts)) is None
        desk.do(partial(import_facts, new=facts, name="the sample"))
        waiting = desk.waiting()

        assert {one.rule for one in waiting} == set(Rule)
        assert any(one.due.date() <= now.date() for one in waiting), "nothing to do today"
