"""The review as questions and answers, and as JSON, without a screen."""

from __future__ import annotations

import io
import json
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.model import Contact, NextAction, ReminderState, Rule, TouchKind
from pipeline.review.quarter import current_review, decisions
from pipeline.store import Put
from review_world import NOW, People, desks, fill
from tui.session import Session
from tui.verbs.review import review_verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(desks(tmp_path / "store")()) as desk:
        yield desk


@pytest.fixture
def review(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Answer the questions of the review, and give what was printed."""

    def review(*answers: str, is_json: bool = False) -> str:
        session = Session(is_json=is_json)
        session.__dict__.update(desk=desk, store=desk.store, settings=desk.settings)
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        assert review_verb.main([], standalone_mode=False, obj=session) == 0
        return capsys.readouterr().out

    return review


def decided(desk: Desk) -> list[str]:
    return [one.decision for one in decisions(current_review(desk.reading())).values()]


def test_it_is_asked_and_answered_from_beginning_to_end(desk: Desk, review: Callable[..., str]) -> None:
    people = People()
    ids = [people.overdue(number) for number in (30, 20, 10)]
    fill(desk, people)
    desk.store.apply("more", NOW, [Put(NextAction("a", "send the talk", contact=ids[0]))])

    told = review("I moved.", "", "w", "y", "o 3 november", "A", "")

    assert decided(desk) == ["wrote", "snoozed", "tier A"]
    assert "1 of 3: Ann Abbot, overdue" in told
    assert "Promised: send the talk" in told
    assert "What is new on my side: I moved." in told
    assert "mailto:ann-abbot@hart.example?subject=" in told
    assert "Ann Abbot: logged, with the résumé Autumn; next on " in told
    assert "Bob Brook: snoozed until Tue 3 Nov" in told
    assert "Promised: Ann Abbot, send the talk" in told
    assert "People: 1 written, 1 snoozed, 1 with another tier" in told
    assert "Next review: Tue 12 Jan 2027" in told
    assert "quarterly review:2026Q4" not in {one.id for one in desk.waiting()}
    sent = [one for one in desk.reading().touches_with(ids[0]) if one.at == NOW]
    assert [one.kind for one in sent] == [TouchKind.KEEP_IN_TOUCH]


def test_it_goes_on_where_the_input_ended(desk: Desk, review: Callable[..., str]) -> None:
    people = People()
    people.overdue(30)
    who = people.overdue(20)
    fill(desk, people)

    assert "goes on here" in review("News.", "", "x", "w")
    assert decided(desk) == ["skipped", "draft"]
    told = review("n", "s", "u", "u", "q")

    assert told.splitlines()[2].startswith("2 of 2: Bob Brook")
    assert "Did you send it?" in told
    assert "undone: Bob Brook later, in the review" in told
    assert "undone: not sent to Bob Brook, in the review" in told
    assert decided(desk) == ["skipped", "draft"]
    assert not [one for one in desk.reading().touches_with(who) if one.at == NOW]


def test_what_cannot_be_read_is_asked_again(desk: Desk, review: Callable[..., str]) -> None:
    people = People()
    people.overdue()
    fill(desk, people)

    told = review("News.", "", "zz", "o someday", "o 2020-01-01", "s", "")

    assert "'zz' is none of these" in told
    assert "someday" in told
    assert "is past" in told
    [reminder] = [one for one in desk.waiting() if one.rule is Rule.KEEP_IN_TOUCH]
    assert (reminder.state, reminder.alerts[0].date()) == (ReminderState.SNOOZED, date(2026, 10, 27))


@pytest.mark.parametrize(
    ("answer", "left"), [("m", ["ann-abbot"]), ("o", ["ann2"]), ("t", ["ann-abbot", "ann2"])]
)
def test_who_is_there_twice_is_asked_about(
    desk: Desk, review: Callable[..., str], answer: str, left: list[str]
) -> None:
    people = People()
    people.overdue()
    fill(desk, people)
    desk.store.apply("twice", NOW, [Put(Contact("ann2", "Ann B. Abbot"))])

    told = review("News.", answer)

    assert "Ann Abbot and Ann B. Abbot may be one person: nearly the same name." in told
    assert list(desk.index().contacts) == left
    assert "may be one person" not in review()


def test_json_says_how_far_it_is_and_changes_nothing(desk: Desk, review: Callable[..., str]) -> None:
    people = People()
    id_ = people.overdue()
    fill(desk, people)
    before = desk.store.facts()

    told = json.loads(review(is_json=True))

    assert told["quarter"] == "2026Q4"
    assert told["started_at"] is None
    assert told["to_come"] == [
        {"contact": id_, "name": "Ann Abbot", "why": "overdue", "due": "2026-10-05", "ready": False}
    ]
    assert desk.store.facts() == before
