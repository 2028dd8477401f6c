"""Every case of the plan, without a server: desired objects and ledger → actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger import Entry, State
from sync.calendar import Changes
from sync.desired import Desired, Wanted, dragged
from sync.objects import name_of, uid_of
from sync.plan import REFUSED_DELETION, REFUSED_UID, Action, Verb, hrefs_to_look_at, plan
from sync_world import NOON, STORE

ID = "thank-you:i1"
WANT = Desired(ID, alert=NOON, start=NOON, summary="Thank Ann", description="You met.")
LATER = NOON + timedelta(hours=3)
EVENT, TASK = "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VTODO\r\nEND:VTODO\r\n"


def entry(state: State = State.CLEAN, generation: int = 1, want: Desired = WANT, **fields: Any) -> Entry:
    there = state in {State.CLEAN, State.UPDATING, State.DELETING, State.UNKNOWN}
    given: dict[str, Any] = {
        "account": "home",
        "reminder": ID,
        "generation": generation,
        "state": state,
        "href": f"/cal/{name_of(uid_of(STORE, ID, generation))}",
        "etag": '"1"' if there else None,
        "body": EVENT if there else None,
        "wanted": want.wanted(want.start) if there else "",
        "start": want.start,
        "alert": want.alert,
        "listed": True,
    }
    return Entry(**(given | fields))


def wanted(*objects: Desired, **absent: str) -> Wanted:
    return Wanted(
        {each.reminder: each for each in objects},
        {name.replace("_", "-", 1).replace("_", ":"): reason for name, reason in absent.items()},
        frozenset(each.reminder for each in objects),
    )


def brief(actions: list[Action]) -> list[tuple[Verb, int]]:
    return [(action.verb, action.generation) for action in actions if action.verb is not Verb.LEAVE]


OTHER_TEXT = Desired(ID, alert=NOON, start=NOON, summary="Thank Bob", description="You met.")
OTHER_TIME = Desired(ID, alert=LATER, start=LATER, summary="Thank Ann", description="You met.")
OTHER_ALARMS = Desired(ID, NOON, NOON, "Thank Ann", "You met.", before=(timedelta(hours=2), timedelta(0)))
AS_TASK = Desired(ID, alert=NOON, start=NOON, summary="Thank Ann", description="You met.", is_task=True)
C, U, D, S = Verb.CREATE, Verb.UPDATE, Verb.DELETE, Verb.SETTLE

CASES = {
    "new": (WANT, [], [(C, 1)]),
    "as it should be": (WANT, [entry()], []),
    "not wanted": (None, [entry()], [(D, 1)]),
    "neither wanted nor there": (None, [entry(State.GONE)], []),
    "other text": (OTHER_TEXT, [entry()], [(U, 1)]),
    "other time": (OTHER_TIME, [entry()], [(U, 1)]),
    "other alarms": (OTHER_ALARMS, [entry()], [(U, 1)]),
    "alarms dragged along": (OTHER_ALARMS, [entry(wanted=dragged(WANT.wanted(NOON)))], []),
    "to be written again": (WANT, [entry(wanted="")], [(U, 1)]),
    "dragged: its start is kept": (WANT, [entry(start=LATER)], []),
    "entered late: its start is kept": (
        Desired(ID, NOON, LATER, "Thank Ann", "You met."),
        [entry(start=LATER, wanted=WANT.wanted(LATER))],
        [],
    ),
    "its time cannot be read": (WANT, [entry(start=None)], [(U, 1)]),
    "wanted again": (WANT, [entry(State.GONE)], [(C, 2)]),
    "wanted again, twice before": (WANT, [entry(State.GONE), entry(State.GONE, 2)], [(C, 3)]),
    "deleted on the phone": (WANT, [entry(State.REMOVED)], []),
    "deleted on the phone, and done": (None, [entry(State.REMOVED)], [(S, 1)]),
    "forgotten": (WANT, [entry(State.FORGOTTEN)], []),
    "forgotten, and done": (None, [entry(State.FORGOTTEN)], [(S, 1)]),
    "creating in doubt": (WANT, [entry(State.CREATING)], []),
    "updating in doubt": (OTHER_TEXT, [entry(State.UPDATING)], []),
    "deleting in doubt": (None, [entry(State.DELETING)], []),
    "unknown": (OTHER_TEXT, [entry(State.UNKNOWN)], []),
    "without an ETag": (OTHER_TEXT, [entry(etag=None)], []),
    "without an ETag, not wanted": (None, [entry(etag=None)], []),
    "text refused": (OTHER_TEXT, [entry(refused=OTHER_TEXT.wanted(NOON))], []),
    "another text refused": (OTHER_TEXT, [entry(refused="else")], [(U, 1)]),
    "new text refused": (WANT, [entry(State.GONE, refused=WANT.wanted(NOON))], []),
    "deletion refused": (None, [entry(refused=REFUSED_DELETION)], []),
    "two of them": (WANT, [entry(), entry(generation=2)], [(D, 1)]),
    "two of them, neither wanted": (None, [entry(), entry(generation=2)], [(D, 1), (D, 2)]),
    "two of them, the newer in doubt": (WANT, [entry(), entry(State.CREATING, 2)], []),
    "an old question about one that is there": (WANT, [entry(State.REMOVED), entry(generation=2)], [(S, 1)]),
    "a task instead": (AS_TASK, [entry()], [(C, 2)]),
    "a task instead, made": (
        AS_TASK,
        [entry(), entry(generation=2, want=AS_TASK, body=TASK)],
        [(D, 1)],
    ),
    "a task instead, refused": (
        AS_TASK,
        [entry(), entry(State.GONE, 2, refused=AS_TASK.wanted(NOON))],
        [],
    ),
    "an event instead": (WANT, [entry(want=AS_TASK, body=TASK)], [(C, 2)]),
    "a task instead, in doubt": (AS_TASK, [entry(State.UPDATING)], []),
    "the UID refused": (OTHER_TEXT, [entry(refused=REFUSED_UID)], [(C, 2)]),
    "the UID refused, not wanted": (None, [entry(refused=REFUSED_UID)], [(D, 1)]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_decided(case: str) -> None:
    want, entries, expected = CASES[case]
    actions = plan(wanted(want) if want else wanted(thank_you_i1="it is done"), entries)
    assert brief(actions) == expected
    assert all(action.reason for action in actions)
    for action in actions:
        assert (action.want is not None) is (action.start is not None)
        assert action.verb is not Verb.CREATE or action.entry is None
        assert action.verb not in {Verb.UPDATE, Verb.DELETE} or action.entry is not None


def test_the_reason_why_it_is_not_wanted_is_told() -> None:
    (action,) = plan(wanted(thank_you_i1="it is done"), [entry()])
    assert action.reason == "it is done"
    (action,) = plan(wanted(), [entry()])
    assert action.reason == "the reminder is not derived any more"


def test_what_should_be_gone_goes_first_and_then_what_rings_soonest() -> None:
    objects = [
        Desired(f"thank-you:i{number}", NOON, NOON + timedelta(hours=9 - number), "Thank Ann")
        for number in range(4)
    ]
    actions = plan(wanted(*objects), [entry(reminder="thank-you:old")])
    assert [action.reminder for action in actions] == [
        "thank-you:old",
        *(f"thank-you:i{number}" for number in (3, 2, 1, 0)),
    ]


entries = st.builds(
    entry,
    state=st.sampled_from(State),
    generation=st.integers(1, 4),
    etag=st.sampled_from([None, '"1"']),
    body=st.sampled_from([None, EVENT, TASK]),
    wanted=st.sampled_from(["", WANT.wanted(NOON), dragged(WANT.wanted(NOON)), OTHER_TEXT.wanted(NOON)]),
    start=st.sampled_from([None, NOON, LATER]),
    refused=st.sampled_from([None, REFUSED_DELETION, REFUSED_UID, WANT.wanted(NOON)]),
)


@given(
    st.sampled_from([None, WANT, OTHER_TEXT, OTHER_TIME, OTHER_ALARMS, AS_TASK]),
    st.lists(entries, max_size=4, unique_by=lambda each: each.generation),
)
def test_any_ledger_is_decided_about_safely(want: Desired | None, known: list[Entry]) -> None:
    actions = plan(wanted(want) if want else wanted(), known)
    requests = [action for action in actions if action.verb.is_request]
    assert len({(action.verb, action.generation) for action in requests}) == len(requests)
    for action in requests:
        if action.verb is Verb.CREATE:
            assert want is not None
            assert action.generation > max((each.generation for each in known), default=0)
        else:  # only what is there for certain, and with what guards the write
            assert action.entry is not None
            assert action.entry.state is State.CLEAN
            assert action.entry.etag is not None
    assert sum(action.verb is Verb.CREATE for action in requests) <= 1
    if want is None:
        assert {action.verb for action in requests} <= {Verb.DELETE}


class TestWhatToLookAt:
    THERE = entry()
    HREF = THERE.href

    def look(self, *known: Entry, changed: dict[str, str | None] | None = None, **fields: Any) -> set[str]:
        changes = Changes(
            changed or {}, fields.get("removed", frozenset()), "t1", complete=fields.get("complete", False)
        )
        return hrefs_to_look_at(
            changes, known, fields.get("names", ()), is_reconciling=fields.get("is_reconciling", False)
        )

    def test_nothing_new_is_no_reason(self) -> None:
        assert self.look(self.THERE) == set()
        assert self.look(self.THERE, changed={self.HREF: '"1"'}) == set()
        assert self.look(self.THERE, changed={self.HREF: '"1-gzip"'}) == set()

    def test_another_etag_or_none_is_one(self) -> None:
        assert self.look(self.THERE, changed={self.HREF: '"2"'}) == {self.HREF}
        assert self.look(self.THERE, changed={self.HREF: None}) == {self.HREF}

    @pytest.mark.parametrize("state", [state for state in State if state.is_in_doubt])
    def test_what_is_in_doubt_is_looked_at_unless_it_is_proven_gone(self, state: State) -> None:
        assert self.look(entry(state)) == {self.HREF}
        assert self.look(entry(state), removed=frozenset({self.HREF})) == set()

    def test_what_is_missing_in_a_full_listing_is_looked_at(self) -> None:
        assert self.look(self.THERE, complete=True) == {self.HREF}
        assert self.look(entry(State.GONE), complete=True) == set()

    def test_what_the_server_never_named_is_looked_at_twice(self) -> None:
        assert self.look(entry(listed=False)) == {self.HREF}

    def test_one_that_came_back_is_looked_at(self) -> None:
        assert self.look(entry(State.GONE), changed={self.HREF: '"3"'}) == {self.HREF}

    def test_strangers_are_looked_at_only_where_they_may_be_ours(self) -> None:
        theirs, like_ours = "/cal/dentist.ics", f"/cal/{name_of(uid_of(STORE, 'x:y', 1))}"
        changed: dict[str, str | None] = {theirs: '"1"', like_ours: '"1"'}
        assert self.look(changed=changed) == {like_ours}
        assert self.look(changed=changed, complete=True) == set()
        assert self.look(changed=changed, complete=True, is_reconciling=True) == {like_ours}
        assert self.look(changed=changed, complete=True, names=["dentist.ics"]) == {theirs}

    def test_reconciling_looks_at_all_of_ours(self) -> None:
        assert self.look(self.THERE, changed={self.HREF: '"1"'}, is_reconciling=True) == {self.HREF}
