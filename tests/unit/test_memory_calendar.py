"""The faults of the calendar in memory, and what only a server's owner or a race can bring about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import TopofmindError, TryAgainError
from sync.calendar import (
    BusyError,
    ConflictError,
    DuplicateUidError,
    InDoubtError,
    MovedError,
    RefusedPasswordError,
)
from sync.memory_calendar import BUSY_FOR, Fault, Killed, MemoryCalendar, Request
from sync.personalities import PERSONALITIES, Personality

BODY = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{}\r\nSUMMARY:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
ACTED = {
    *(Fault.DROPPED_AFTER, Fault.ERROR_AFTER, Fault.KILLED_AFTER),
    *(Fault.STALLED, Fault.CUT_SHORT, Fault.GARBAGE),
}
TO_A_WRITE = {
    Fault.NO_NETWORK: TryAgainError,
    Fault.DROPPED_BEFORE: InDoubtError,
    Fault.DROPPED_AFTER: InDoubtError,
    Fault.ERROR_BEFORE: InDoubtError,
    Fault.ERROR_AFTER: InDoubtError,
    Fault.STALLED: InDoubtError,
    Fault.CUT_SHORT: InDoubtError,
    Fault.GARBAGE: InDoubtError,
    Fault.SIGN_IN_PAGE: InDoubtError,
    Fault.MOVED: MovedError,
    Fault.BUSY: BusyError,
    Fault.UNAUTHORIZED: RefusedPasswordError,
    Fault.KILLED_BEFORE: Killed,
    Fault.KILLED_AFTER: Killed,
}


def body(uid: str = "one", summary: str = "Thank Ann") -> str:
    return BODY.format(uid, summary)


def personality(name: str) -> Personality:
    return next(each for each in PERSONALITIES if each.name == name)


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_in_a_write(fault: Fault) -> None:
    memory = MemoryCalendar(fault=lambda _: fault, clock=NOW.timestamp)
    with pytest.raises(TO_A_WRITE[fault]) as caught:
        memory.create("one.ics", body())

    assert type(caught.value) is TO_A_WRITE[fault]
    assert (memory.objects() != {}) is (fault in ACTED)
    assert len(memory.requests) == (fault is not Fault.NO_NETWORK)
    if isinstance(caught.value, InDoubtError):
        statuses = {Fault.ERROR_BEFORE: 500, Fault.ERROR_AFTER: 500, Fault.SIGN_IN_PAGE: 200}
        assert caught.value.status == statuses.get(fault)
    if isinstance(caught.value, BusyError):
        assert caught.value.not_before == NOW + BUSY_FOR > NOW + timedelta(minutes=1)


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_in_a_read_is_never_a_doubt(fault: Fault) -> None:
    memory = MemoryCalendar()
    href, _ = memory.create("one.ics", body())
    memory.fault = lambda _: fault
    for read in (lambda: memory.get(href), lambda: memory.fetch([href]), lambda: memory.list_changes(None)):
        with pytest.raises((TopofmindError, Killed)) as caught:
            read()
        assert not isinstance(caught.value, InDoubtError)


def test_a_lost_answer_hides_what_the_server_said() -> None:
    memory = MemoryCalendar()
    memory.create("one.ics", body())
    memory.fault = lambda _: Fault.DROPPED_AFTER
    with pytest.raises(InDoubtError):
        memory.create("one.ics", body())


def test_the_log_has_every_request() -> None:
    memory = MemoryCalendar()
    href, etag = memory.create("one.ics", body())
    assert etag is not None
    memory.list_changes(None)
    memory.fetch([href])
    memory.get(href)
    memory.delete(href, etag)

    methods = ["PUT", "REPORT", "REPORT", "GET", "DELETE"]
    assert [request.method for request in memory.requests] == methods
    assert memory.requests[0] == Request("PUT", href)
    assert memory.requests[1] == Request("REPORT", memory.path)


def test_pages_and_lists_are_requests() -> None:
    paged = MemoryCalendar(personality("pages"))
    for each in range(7):
        paged.phone_put(f"{paged.path}{each}.ics", body(str(each)))
    paged.list_changes(None)
    assert [request.method for request in paged.requests] == ["REPORT"] * 3

    plain = MemoryCalendar(personality("no sync-collection"))
    plain.list_changes(None)
    assert [request.method for request in plain.requests] == ["PROPFIND"]


def test_a_multiget_that_fails_is_followed_by_a_look_at_each() -> None:
    memory = MemoryCalendar(personality("multiget fails whole"))
    href, _ = memory.create("one.ics", body())
    memory.requests.clear()
    memory.fetch([href, f"{memory.path}nowhere.ics"])

    assert [request.method for request in memory.requests] == ["REPORT", "GET", "GET"]


@pytest.mark.parametrize("writes_pass", [False, True])
def test_who_comes_in_between_is_noticed_unless_the_server_races(writes_pass: bool) -> None:  # noqa: FBT001
    memory = MemoryCalendar(Personality(name="", lets_racing_writes_pass=writes_pass))
    href, etag = memory.create("one.ics", body())
    assert etag is not None
    memory.meanwhile = lambda: memory.phone_put(href, body(summary="Dragged"))

    if writes_pass:
        memory.update(href, body(summary="Call Ann"), etag)
    else:
        with pytest.raises(ConflictError):
            memory.update(href, body(summary="Call Ann"), etag)

    assert ("Call Ann" in memory.objects()[href]) is writes_pass
    assert memory.meanwhile is None


def test_two_creators_of_one_name_race() -> None:
    memory = MemoryCalendar(personality("racing writes pass"))
    memory.meanwhile = lambda: memory.phone_put(f"{memory.path}one.ics", body(summary="Theirs"))
    href, _ = memory.create("one.ics", body(summary="Ours"))

    assert "Ours" in memory.objects()[href]


def test_a_trash_keeps_a_uid() -> None:
    memory = MemoryCalendar(personality("keeps a trash"))
    href, _ = memory.create("one.ics", body())
    memory.phone_delete(href)

    for name in ("one.ics", "two.ics"):
        with pytest.raises(DuplicateUidError):
            memory.create(name, body())
    memory.create("two.ics", body("two"))


def test_a_repeated_etag_is_that_of_the_same_body() -> None:
    memory = MemoryCalendar(personality("repeated ETags"))
    href, first = memory.create("one.ics", body())
    assert first is not None
    second = memory.update(href, body(summary="Call Ann"), first)
    assert second is not None

    assert memory.update(href, body(), second) == first != second


def test_a_token_of_seconds_misses_what_happens_in_its_second() -> None:
    now = 1000.0
    memory = MemoryCalendar(personality("token of seconds"), clock=lambda: now)
    token = memory.list_changes(None).token
    now = 1000.9
    memory.create("one.ics", body())
    assert memory.list_changes(token).changed == {}
    assert memory.list_changes(None).changed != {}
    now = 1001.0
    memory.create("two.ics", body("two"))
    assert memory.list_changes(token).changed.keys() == {f"{memory.path}two.ics"}


def test_a_body_that_was_rewritten_says_the_same() -> None:
    memory = MemoryCalendar(personality("rewrites bodies"))
    href, etag = memory.create("one.ics", body())
    resource = memory.get(href)
    assert resource is not None

    assert etag == resource.etag
    assert resource.body != body()
    assert "SUMMARY:Thank Ann\r\n" in resource.body


def test_a_server_restored_knows_no_token() -> None:
    memory = MemoryCalendar(personality("accepts any token"))
    href, _ = memory.create("one.ics", body())
    token = memory.list_changes(None).token
    memory.forget_tokens()

    assert memory.list_changes(token).changed.keys() == {href}
