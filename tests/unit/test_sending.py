"""What becomes of a draft: answers noted as facts, and what is logged when the user says that it was sent."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from drafts_world import ANN, BY_NAME, CID, Case, arranged, contacts, interview, reading_of
from pipeline import resumes
from pipeline.commands import acting, sending
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.drafting import Draft, Kind, draft_for, kept
from pipeline.drafting.answering import take_answers
from pipeline.errors import InputError
from pipeline.forgetting import forget
from pipeline.model import Channel, Consent, Reminder, ReminderState, TouchKind
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

USER = '[user]\nname = "Kim Vale"\ntime_zone = "America/New_York"\ncountry = "US"\n'


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[[Case], Desk]]:
    """Open a desk with the facts of a case, at its time."""
    opened = []

    def open_(case: Case) -> Desk:
        now = datetime.fromisoformat(case.now)
        templates = tmp_path / "templates"
        desk = Desk(Store.open(tmp_path / "store"), read_settings(USER), lambda: now, templates)
        desk.do(partial(import_facts, new=reading_of(case).index.facts(), name="facts"))
        opened.append(desk)
        return desk

    yield open_
    for desk in opened:
        closing(desk).__exit__(None, None, None)


def draft(desk: Desk, rule: str, to: str) -> tuple[Reminder, Draft]:
    reading = desk.reading()
    found = [one for one in desk.waiting() if one.rule == rule]
    for reminder in found:
        for one in draft_for(reading, reminder, desk.words):
            if one.to is not None and one.to.id == to:
                return reminder, one
    raise AssertionError([one.id for one in desk.waiting()])


def send(desk: Desk, rule: str, to: str) -> None:
    reminder, one = draft(desk, rule, to)
    desk.do(lambda reading: sending.sent(reading, one, reminder))


def state(desk: Desk, rule: str) -> ReminderState:
    return next(one.state for one in desk.reminders() if one.rule == rule)


def test_a_draft_is_not_sent_by_being_there(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["thank-you"])
    before = desk.store.facts()

    _, one = draft(desk, "thank-you", "ann")
    kept.keep_text(desk.store, one, "Subject: Hello\n\nHi")

    assert one.ready
    assert desk.store.facts() == before


def test_what_was_sent_is_logged_with_whom_and_how(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["thank-you"])

    send(desk, "thank-you", "ann")

    (touch,) = desk.store.facts().touches
    assert (touch.kind, touch.people, touch.channel) == (TouchKind.THANK_YOU, ("ann",), Channel.EMAIL)
    assert (touch.opportunity, touch.note) == ("o", "Thank you for the conversation, Ann")
    reminder, _ = draft(desk, "thank-you", "bob")
    assert reminder.people == ("bob",)


def test_the_reminder_is_done_when_everyone_in_it_was_written_to(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["thank-you"])

    send(desk, "thank-you", "ann")
    assert state(desk, "thank-you") is ReminderState.OPEN
    send(desk, "thank-you", "bob")

    assert state(desk, "thank-you") is ReminderState.DONE


def test_a_note_that_was_passed_on_counts_for_both(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(Case("", "thank-you", Kind.THANK_YOU, arranged(ANN, CID)))

    send(desk, "thank-you", "rita")

    (touch,) = desk.store.facts().touches
    assert touch.people == ("rita", "cid")
    assert draft(desk, "thank-you", "ann")[0].people == ("ann",)


def test_the_resume_that_went_along_is_known_from_then_on(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["keep-in-touch-resume"])
    rita = desk.index().contacts["rita"]
    assert resumes.is_behind(desk.reading(), rita)

    send(desk, "keep in touch", "rita")

    held = resumes.holding(desk.reading(), rita)
    assert held.version is not None
    assert held.version.id == "new"
    assert not resumes.is_behind(desk.reading(), rita)


def test_asking_to_keep_in_touch_is_remembered(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["thanks-after-rejection"])

    send(desk, "ask to keep in touch", "ann")

    assert desk.index().contacts["ann"].consent is Consent.ASKED
    assert not [one for one in desk.waiting() if one.rule == "ask to keep in touch"]


def test_sending_is_one_step_that_can_be_undone_and_what_was_written_stays(
    open_desk: Callable[[Case], Desk],
) -> None:
    desk = open_desk(BY_NAME["time-passed"])
    _, one = draft(desk, "time passed", "ann")
    kept.keep_text(desk.store, one, "Subject: Any news?\n\nHi Ann")
    before = desk.store.facts()

    send(desk, "time passed", "ann")
    desk.undo()

    assert desk.store.facts() == before
    _, again = draft(desk, "time passed", "ann")
    assert again.text == "Subject: Any news?\n\nHi Ann"
    kept.start_over(desk.store, again)
    assert not draft(desk, "time passed", "ann")[1].edited


def test_nothing_is_logged_for_nobody(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(Case("", "keep in touch", Kind.KEEP_IN_TOUCH, {}))
    _, one = None, Draft("", Kind.KEEP_IN_TOUCH, None, (), Channel.EMAIL, "", "", "")

    with pytest.raises(InputError):
        desk.do(lambda reading: sending.sent(reading, one))


def test_what_to_thank_for_is_noted_with_the_interview(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["thank-you.missing"])
    _, one = draft(desk, "thank-you", "ann")

    take_answers(desk, one, {"detail": "  the walk through the plant "})

    assert desk.index().interviews["i"].people[0].note == "the walk through the plant"
    assert draft(desk, "thank-you", "ann")[1].ready
    desk.undo()
    assert not draft(desk, "thank-you", "ann")[1].ready


def test_each_note_to_pass_on_is_noted_with_its_own_person(open_desk: Callable[[Case], Desk]) -> None:
    facts = arranged({"contact": "bob"}, {"contact": "cid"}, contacts=contacts(bob={"email": None}))
    desk = open_desk(Case("", "thank-you", Kind.THANK_YOU, facts))
    _, rita = draft(desk, "thank-you", "rita")
    assert {one.key for one in rita.missing} == {"how it went", "detail:bob", "detail:cid"}

    take_answers(desk, rita, {"detail:bob": "the map", "detail:cid": "the night", "how it went": "Well."})

    assert [one.note for one in desk.index().interviews["i"].people] == ["the map", "the night"]
    _, rita = draft(desk, "thank-you", "rita")
    assert rita.ready
    assert rita.people == ("rita", "bob", "cid")
    assert all(text in rita.body for text in ("Hi Bob", "the map", "Hi Cid", "the night", "Well."))


def test_an_address_is_noted_with_the_person(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["card.missing"])
    _, one = draft(desk, "card", "bob")

    take_answers(desk, one, {"address": "2 Main St"})

    assert desk.index().contacts["bob"].address == "2 Main St"
    assert draft(desk, "card", "bob")[1].ready


def test_a_detail_about_somebody_who_was_in_no_interview_is_kept_beside_the_facts(
    open_desk: Callable[[Case], Desk],
) -> None:
    desk = open_desk(Case("", "check-in", Kind.CHECK_IN, interview(CID)))
    before = desk.store.facts()
    _, one = draft(desk, "check-in", "ann")

    take_answers(desk, one, {"detail": "your letter"})

    assert desk.store.facts() == before
    assert "your letter" in draft(desk, "check-in", "ann")[1].body


def test_news_are_told_once_for_everybody_and_grow_old(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["keep-in-touch-resume.missing"])
    _, one = draft(desk, "keep in touch", "rita")
    today = desk.reading().today

    take_answers(desk, one, {"news": "I lead a team."})

    assert draft(desk, "keep in touch", "rita")[1].ready
    assert kept.shared(desk.store, today + kept.NEWS_FOR) == {"news": "I lead a team."}
    assert kept.shared(desk.store, today + 2 * kept.NEWS_FOR) == {}
    kept.keep_shared(desk.store, "news", "", today)
    assert not draft(desk, "keep in touch", "rita")[1].ready


def test_what_was_typed_about_somebody_is_forgotten_with_them(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["thank-you"])
    for to in ("ann", "bob"):
        _, one = draft(desk, "thank-you", to)
        kept.keep_text(desk.store, one, "Subject: Hello\n\nHi")
        kept.keep_details(desk.store, one, {"detail": "something"}, desk.reading().today)

    forget(desk, "ann")

    rows = desk.store.connection.execute("SELECT key FROM store WHERE key LIKE 'message:%'")
    assert [key for (key,) in rows] == ["message:thank-you:i:bob"]


def test_what_is_kept_holds_no_control_characters(open_desk: Callable[[Case], Desk]) -> None:
    desk = open_desk(BY_NAME["time-passed"])
    _, one = draft(desk, "time passed", "ann")

    kept.keep_text(desk.store, one, "Subject: a\x1b[2Jb\n\nHi\x07 Ann\n")

    again = draft(desk, "time passed", "ann")[1]
    assert (again.subject, again.body) == ("a [2Jb", "Hi  Ann")


def test_a_template_of_ones_own_holds(open_desk: Callable[[Case], Desk], tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "time-passed.txt").write_text("Subject: So?\n\nHi {first name}!")
    desk = open_desk(BY_NAME["time-passed"])

    assert draft(desk, "time passed", "ann")[1].text == "Subject: So?\n\nHi Ann!"


@pytest.mark.parametrize(("name", "text"), [("chek-in.txt", "Hi"), ("check-in.txt", "Hi {nmae}")])
def test_a_template_that_cannot_be_used_is_told_with_its_file(
    open_desk: Callable[[Case], Desk], tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / name).write_text(text)
    desk = open_desk(BY_NAME["time-passed"])

    with pytest.raises(InputError, match=name):
        _ = desk.words


@pytest.mark.parametrize("ticked", [True, False])
def test_only_a_draft_that_was_sent_takes_the_resume_along(
    ticked: bool,  # noqa: FBT001
    open_desk: Callable[[Case], Desk],
) -> None:
    desk = open_desk(BY_NAME["keep-in-touch-resume"])
    reminder = next(one for one in desk.waiting() if one.rule == "keep in touch")
    before = {one.id for one in desk.store.facts().touches}
    if ticked:
        desk.do(lambda reading: acting.done(reading, reminder))
    else:
        send(desk, "keep in touch", reminder.people[0])

    (touch,) = [one for one in desk.store.facts().touches if one.id not in before]
    assert (touch.resume_version is None) == ticked
