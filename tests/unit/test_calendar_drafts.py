"""With `calendar.detail = "full"` an event brings its message along, the same bytes every day."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from drafts_world import ANN, BY_NAME, Case, interview, reading_of
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.drafting import Kind
from pipeline.settings import read_settings
from pipeline.store import Store
from sync.desired import MAX_DESCRIPTION
from sync.syncing import wanted_of

if TYPE_CHECKING:
    from pathlib import Path

FULL = '[user]\nname = "Kim Vale"\ntime_zone = "America/New_York"\n[calendar]\ndetail = "{detail}"\n'


def described(path: Path, case: Case, rule: str, detail: str = "full", days: int = 0) -> str:
    now = datetime.fromisoformat(case.now) + timedelta(days=days)
    with closing(Desk(Store.open(path), read_settings(FULL.format(detail=detail)), lambda: now)) as desk:
        desk.do(partial(import_facts, new=reading_of(case).index.facts(), name="facts"))
        found = [one for id_, one in wanted_of(desk).objects.items() if id_.startswith(f"{rule}:")]
        return found[0].description


def test_the_event_holds_the_message(tmp_path: Path) -> None:
    description = described(tmp_path / "store", BY_NAME["check-in"], "check-in")

    assert "To Ann Lee, by e-mail: ann@acme.example\nSubject: The Reliability engineer role" in description
    assert ANN["note"] in description


def test_people_says_less(tmp_path: Path) -> None:
    assert "Subject:" not in described(tmp_path / "store", BY_NAME["check-in"], "check-in", "people")


@pytest.mark.parametrize("name", ["thank-you", "check-in", "card", "keep-in-touch"])
def test_it_is_the_same_on_every_day(tmp_path: Path, name: str) -> None:
    case = BY_NAME[name]
    seen = {described(tmp_path / "store", case, case.rule, days=days) for days in range(3)}

    assert len(seen) == 1


def test_the_longest_message_fits(tmp_path: Path) -> None:
    long = {"contact": "ann", "note": "ü" * 5000}

    description = described(tmp_path / "store", Case("", "", Kind.CHECK_IN, interview(long)), "check-in")

    assert len(description.encode()) <= MAX_DESCRIPTION
    assert description.endswith("…")
