"""What a phone did to an object → what it means here, case by case."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Alarm, Calendar

from pipeline.ledger import Entry, Intent, State
from sync.calendar import Resource
from sync.desired import Desired, Wanted, dragged
from sync.objects import Mark, Writing, compose, name_of, read
from sync.phone import (
    Act,
    Done,
    Found,
    Note,
    Removed,
    Snooze,
    View,
    adopt,
    is_ticked,
    look,
    to_be_mended,
    typed_text,
)
from sync_world import NOON, STORE, edited, fresh_store_id

ID = "thank-you:i1"
LATER = NOON + timedelta(days=2)
WANT = Desired(ID, NOON, NOON, "Thank Ann", "You met on Tue 3 Mar.\n\nAnn Lee", url="https://acme.example/1")
TASK = Desired(ID, NOON, NOON, "Thank Ann", "You met on Tue 3 Mar.", is_task=True)
NOW = NOON - timedelta(hours=1)
EARLIER = NOW - timedelta(hours=2)


def body_of(want: Desired = WANT, store: str = STORE, generation: int = 1) -> str:
    mark = Mark(store, want.reminder, generation, want.start, want.alert, Writing().hash(want))
    return compose(mark, want, now=NOW, writing=Writing())


def view(*wants: Desired, waiting: bool = True) -> View:
    objects = {want.reminder: want for want in wants}
    return View("home", STORE, Wanted(objects, {}, frozenset({ID} if waiting else ())), NOW, UTC)


def entry(want: Desired = WANT, state: State = State.CLEAN, **fields: Any) -> Entry:
    given: dict[str, Any] = {
        "account": "home",
        "reminder": ID,
        "generation": 1,
        "state": state,
        "href": f"/cal/{name_of(Mark(STORE, ID, 1, NOON, NOON, '').uid)}",
        "etag": '"1"',
        "body": body_of(want),
        "wanted": want.wanted(want.start),
        "start": want.start,
        "alert": want.alert,
    }
    return Entry(**(given | fields))


def seen(body: str, known: Entry | None = None, want: Desired = WANT, *, waiting: bool = True) -> Found:
    known = known or entry(want)
    return look(known, Resource(known.href, '"2"', body), view(want, waiting=waiting))


def acts(body: str, want: Desired = WANT, **fields: Any) -> tuple[Act, ...]:
    return seen(body, want=want, **fields).acts


EVENT = body_of()

PHONE: dict[str, tuple[str, tuple[Act, ...]]] = {
    "nothing": (EVENT, ()),
    "dragged": (edited(EVENT, DTSTART=LATER, DTEND=LATER + timedelta(hours=1)), (Snooze(ID, LATER),)),
    "made longer": (edited(EVENT, DTEND=LATER), ()),
    "ticked": (edited(EVENT, SUMMARY="✓ Thank Ann"), (Done(ID, NOW),)),
    "ticked, when": (
        edited(EVENT, SUMMARY="done Thank Ann", LAST_MODIFIED=NOW - timedelta(minutes=9)),
        (Done(ID, NOW - timedelta(minutes=9)),),
    ),
    "ticked by a clock that is ahead": (
        edited(EVENT, SUMMARY="x Thank Ann", LAST_MODIFIED=LATER),
        (Done(ID, NOW),),
    ),
    "ticked and dragged": (edited(EVENT, SUMMARY="Sent: Thank Ann", DTSTART=LATER), (Done(ID, NOW),)),
    "ticked with words": (
        edited(EVENT, SUMMARY="✓ Thank Ann, she was glad"),
        (Note(ID, "Thank Ann, she was glad"), Done(ID, NOW)),
    ),
    "nothing but a tick": (edited(EVENT, SUMMARY="done"), (Done(ID, NOW),)),
    "typed into the title": (edited(EVENT, SUMMARY="Thank Ann and Bob"), (Note(ID, "Thank Ann and Bob"),)),
    "typed into the description": (
        edited(EVENT, DESCRIPTION="You met on Tue 3 Mar.\n\nAnn Lee\nbring the sample"),
        (Note(ID, "bring the sample"),),
    ),
    "words taken away": (edited(EVENT, DESCRIPTION="You met"), ()),
    "cut off by the server": (edited(EVENT, DESCRIPTION="You met on Tue 3 M"), ()),
    "white space": (edited(EVENT, DESCRIPTION="You met on  Tue 3 Mar.\nAnn Lee "), ()),
    "URL dropped": (edited(EVENT, URL=None), ()),
    "place, colour, guests": (
        edited(EVENT, LOCATION="Room 4", COLOR="teal", ATTENDEE="mailto:b@x.example"),
        (),
    ),
    "X- properties dropped": (edited(EVENT, X_TOPOFMIND=None), ()),
    "an event that says it is completed": (edited(EVENT, STATUS="COMPLETED"), ()),
    "its time taken away": (edited(EVENT, DTSTART=None, DTEND=None), ()),
}


@pytest.mark.parametrize("case", PHONE)
def test_what_it_means(case: str) -> None:
    body, expected = PHONE[case]
    found = seen(body)
    assert found.acts == expected
    assert found.entry is not None
    assert (found.entry.state, found.entry.etag, found.entry.body) == (State.CLEAN, '"2"', body)
    # The same body once more says nothing new; what was ticked off does not wait any more.
    waits = not any(isinstance(act, Done) for act in expected)
    again = look(found.entry, Resource(found.entry.href, '"3"', body), view(WANT, waiting=waits))
    assert again.acts == ()


@pytest.mark.parametrize("case", PHONE)
def test_of_what_waits_no_more_only_notes_are_taken(case: str) -> None:
    body, expected = PHONE[case]
    assert acts(body, waiting=False) == tuple(act for act in expected if isinstance(act, Note))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"STATUS": "COMPLETED", "COMPLETED": NOW - timedelta(hours=2)},
            (Done(ID, NOW - timedelta(hours=2)),),
        ),
        ({"PERCENT_COMPLETE": 100}, (Done(ID, NOW),)),
        ({"DUE": LATER}, (Snooze(ID, LATER),)),
        ({"STATUS": "IN-PROCESS"}, ()),
    ],
)
def test_a_task(properties: dict[str, Any], expected: tuple[Act, ...]) -> None:
    assert acts(edited(body_of(TASK), **properties), TASK) == expected


def test_alarms_are_noise() -> None:
    calendar = Calendar.from_ical(EVENT)
    calendar.events[0].subcomponents[0].add("ACKNOWLEDGED", NOW)
    apple = Alarm()
    apple.add("ACTION", "NONE")
    apple.add("TRIGGER", NOON.replace(year=1976))
    calendar.events[0].add_component(apple)
    found = seen(calendar.to_ical().decode())
    assert found.acts == ()
    assert found.entry is not None
    assert found.entry.wanted == WANT.wanted(NOON)  # no reason to write


def test_a_dragged_event_keeps_its_alarms_and_a_dragged_task_may_lose_its() -> None:
    event = seen(edited(EVENT, DTSTART=LATER)).entry
    assert event is not None
    assert (event.start, event.alert, event.wanted) == (LATER, LATER, dragged(WANT.wanted(NOON)))
    task = seen(edited(body_of(TASK), DUE=LATER), entry(TASK), TASK).entry
    assert task is not None
    assert task.wanted == ""  # its alarm still stands at the old time


class TestWhatIsGone:
    @pytest.mark.parametrize("state", [State.CLEAN, State.UPDATING, State.UNKNOWN])
    def test_one_that_waits_is_asked_about(self, state: State) -> None:
        found = look(entry(state=state), None, view(WANT))
        assert found.acts == (Removed(ID),)
        assert found.entry is not None
        assert (found.entry.state, found.entry.body, found.entry.etag) == (State.REMOVED, None, None)

    def test_one_that_waits_no_more_is_gone(self) -> None:
        found = look(entry(), None, view(WANT, waiting=False))
        assert found.acts == ()
        assert found.entry is not None
        assert found.entry.state is State.GONE

    def test_one_that_we_deleted_is_gone(self) -> None:
        found = look(entry(state=State.DELETING), None, view(WANT))
        assert (found.acts, found.entry and found.entry.state) == ((), State.GONE)

    def test_one_that_we_were_making_never_was(self) -> None:
        assert look(entry(state=State.CREATING, body=None), None, view(WANT)) == Found(None)

    @pytest.mark.parametrize("state", [State.REMOVED, State.FORGOTTEN, State.GONE])
    def test_what_was_gone_before_is_so_still(self, state: State) -> None:
        known = entry(state=state, body=None)
        assert look(known, None, view(WANT)) == Found(known)

    def test_another_object_in_its_place_means_the_same(self) -> None:
        theirs = edited(EVENT, UID="theirs")
        assert seen(theirs).acts == (Removed(ID),)
        assert seen(body_of(store=fresh_store_id())).acts == (Removed(ID),)

    def test_what_cannot_be_read_is_in_doubt(self) -> None:
        found = seen("garbage")
        assert (found.acts, found.entry and found.entry.state) == ((), State.UNKNOWN)


class TestWhatArrived:
    AFTER = Desired(ID, NOON, NOON, "Thank Bob", "You met on Tue 3 Mar.")

    def updating(self) -> Entry:
        intent = Intent(body_of(self.AFTER), self.AFTER.wanted(NOON), NOON, NOON)
        return entry(state=State.UPDATING, intent=intent)

    def test_the_write_whose_answer_is_missing_arrived(self) -> None:
        found = seen(body_of(self.AFTER), self.updating(), self.AFTER)
        assert found.acts == ()
        assert found.entry is not None
        assert (found.entry.wanted, found.entry.intent) == (self.AFTER.wanted(NOON), None)

    def test_it_arrived_and_the_phone_changed_it_since(self) -> None:
        body = edited(body_of(self.AFTER), DTSTART=LATER)
        assert seen(body, self.updating(), self.AFTER).acts == (Snooze(ID, LATER),)

    def test_it_did_not_arrive(self) -> None:
        known = self.updating()
        found = look(known, Resource(known.href, known.etag, EVENT), view(self.AFTER))
        assert found.acts == ()
        assert found.entry is not None
        assert found.entry.wanted == WANT.wanted(NOON)

    def test_without_marks_the_text_tells(self) -> None:
        body = edited(body_of(self.AFTER), X_TOPOFMIND=None)
        found = seen(body, self.updating(), self.AFTER)
        assert found.acts == ()
        assert found.entry is not None
        assert found.entry.wanted == self.AFTER.wanted(NOON)

    def test_one_that_a_later_life_of_this_store_wrote_is_ours_too(self) -> None:
        # The store was put back, and its ledger knows an older body.
        found = seen(body_of(self.AFTER), want=WANT)
        assert found.acts == ()
        assert found.entry is not None
        assert found.entry.wanted == ""  # so it is written again


class TestAdopting:
    def taken(self, body: str, want: Desired | None = WANT) -> Found:
        resource = Resource("/cal/elsewhere.ics", '"7"', body)
        known = view(want) if want else view()
        return adopt(resource, read(body), ID, 3, known)

    def test_as_we_wrote_it(self) -> None:
        found = self.taken(EVENT)
        assert found.acts == ()
        assert found.entry == Entry(
            "home",
            ID,
            3,
            State.CLEAN,
            "/cal/elsewhere.ics",
            '"7"',
            EVENT,
            WANT.wanted(NOON),
            NOON,
            NOON,
        )

    def test_dragged_meanwhile(self) -> None:
        assert self.taken(edited(EVENT, DTSTART=LATER)).acts == (Snooze(ID, LATER),)

    def test_ticked_meanwhile(self) -> None:
        assert self.taken(edited(EVENT, SUMMARY="✓ Thank Ann")).acts == (Done(ID, NOW),)
        after = Desired(ID, NOON, NOON, "Thank Bob", "Else.")  # the mark tells what we wrote
        assert self.taken(edited(EVENT, SUMMARY="✓ Thank Ann"), after).acts == (Done(ID, NOW),)

    def test_typed_into_meanwhile(self) -> None:
        assert self.taken(edited(EVENT, SUMMARY="Thank Ann at six")).acts == (Note(ID, "Thank Ann at six"),)

    def test_what_says_something_else_now_is_to_be_written_again(self) -> None:
        after = Desired(ID, NOON, NOON, "Thank Bob", "Else.")
        found = self.taken(EVENT, after)
        assert found.acts == ()
        assert found.entry is not None
        assert found.entry.wanted == ""


class TestMending:
    def mended(self, body: str) -> bool:
        return to_be_mended(entry(body=body), view(WANT)).wanted == ""

    def test_only_what_differs_by_meaning(self) -> None:
        assert not self.mended(EVENT)
        assert not self.mended(edited(EVENT, LOCATION="Room 4", DESCRIPTION="You met on Tue 3 Mar. Ann Lee"))
        assert self.mended(edited(EVENT, SUMMARY="Thank"))
        assert self.mended(EVENT.replace("BEGIN:VALARM", "BEGIN:X-NONE").replace("END:VALARM", "END:X-NONE"))

    def test_what_is_not_wanted_or_in_doubt_is_left(self) -> None:
        cut = edited(EVENT, SUMMARY="Thank")
        assert to_be_mended(entry(body=cut), view()).wanted
        assert to_be_mended(entry(body=cut, state=State.UNKNOWN), view(WANT)).wanted


@pytest.mark.parametrize(
    ("title", "ticked"),
    [
        ("✓ Thank Ann", True),
        ("✓Thank Ann", True),
        ("✔️ Thank Ann", True),
        ("✅ Thank Ann", True),
        ("Done Thank Ann", True),
        ("DONE: Thank Ann", True),
        ("done - Thank Ann", True),
        ("sent Thank Ann", True),
        ("x Thank Ann", True),
        ("X Thank Ann", True),
        (" x Thank Ann", True),
        ("done", True),
        ("✓ sent Thank Ann", True),
        ("Thank Ann", False),
        ("Thank Ann done", False),
        ("Donetsk: thank Ann", False),
        ("Sentinel", False),
        ("xylophone", False),
        ("x-ray", False),
        ("", False),
    ],
)
def test_a_tick(title: str, *, ticked: bool) -> None:
    assert is_ticked(title, "Thank Ann") is ticked


def test_a_title_that_begins_like_a_tick_by_itself_is_none() -> None:
    assert not is_ticked("Done deal: thank Ann", "Done deal: thank Ann")
    assert not is_ticked("Done deal: thank", "Done deal: thank Ann")
    assert is_ticked("✓ Done deal: thank Ann", "Done deal: thank Ann")


words = st.text("abc \n.,", max_size=40)


@given(st.lists(words, min_size=1, max_size=3), st.randoms())
def test_what_was_there_before_was_not_typed(before: list[str], chance: Any) -> None:
    after = before.copy()
    chance.shuffle(after)
    assert typed_text(before, after) is None
    assert typed_text(before, [text[: chance.randint(0, len(text))] for text in before]) is None


@given(st.lists(words, max_size=3))
def test_a_line_that_was_typed_is_found(before: list[str]) -> None:
    assert typed_text(before, [*before, "hello there"]) == "hello there"
