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
from pipeline.errors import InputError
from pipeline.settings import read_settings
from pipeline.store import Store
from sync.desired import MAX_DESCRIPTION
from sync.run import SyncResult
from sync.syncing import wanted_of
from tui.outcome import result_words

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


def test_a_wrong_template_leaves_the_message_to_ours(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    wrong = tmp_path / "templates" / "check-in.txt"
    wrong.write_text("Subject: {nonsense}\n\nHello\n")
    case = BY_NAME["check-in"]
    now = datetime.fromisoformat(case.now)
    settings = read_settings(FULL.format(detail="full"))
    store = Store.open(tmp_path / "store")
    with closing(Desk(store, settings, lambda: now, templates=wrong.parent)) as desk:
        desk.do(partial(import_facts, new=reading_of(case).index.facts(), name="facts"))
        with pytest.raises(InputError, match="nonsense"):
            _ = desk.words
        told = desk.usable_words()[1]
        objects = wanted_of(desk).objects

    assert [line.startswith(str(wrong)) for line in told] == [True]
    ours = next(one for id_, one in objects.items() if id_.startswith("check-in:"))
    assert "Subject: The Reliability engineer role" in ours.description
    assert told[0] in result_words(SyncResult("work", now, wrong_templates=told))


def test_the_longest_message_fits(tmp_path: Path) -> None:
    long = {"contact": "ann", "note": "ü" * 5000}

    description = described(tmp_path / "store", Case("", "", Kind.CHECK_IN, interview(long)), "check-in")

    assert len(description.encode()) <= MAX_DESCRIPTION
    assert description.endswith("…")
