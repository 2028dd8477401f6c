"""Trying a calendar out leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from pipeline.errors import TopofmindError, UserNeededError
from servers.scripted import Asked, Reply
from servers.webdav import PATH, listed, multistatus
from sync.memory_calendar import Fault, MemoryCalendar, Request
from sync.probe import probe_properties

if TYPE_CHECKING:
    from conftest import Shared
    from servers.webdav import Serve


@pytest.mark.parametrize("component", ["VEVENT", "VTODO"])
def test_it_tells_whether_our_properties_survive(
    shared: Shared, component: Literal["VEVENT", "VTODO"]
) -> None:
    assert probe_properties(shared.calendar, component) is not shared.traits.drops_x_properties
    assert shared.calendar.list_changes(None).changed == {}


@pytest.mark.parametrize("fault", [Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.ERROR_AFTER])
@pytest.mark.parametrize("nth", range(4))
def test_one_fault_leaves_nothing_behind(fault: Fault, nth: int) -> None:
    memory = MemoryCalendar()
    memory.fault = lambda _: fault if len(memory.requests) == nth else None
    try:
        assert probe_properties(memory)
    except TopofmindError:
        assert fault is Fault.DROPPED_BEFORE or memory.requests[nth].method == "REPORT"

    assert memory.objects() == {}


def test_what_comes_in_between_is_deleted_too() -> None:
    memory = MemoryCalendar()

    def phone(request: Request) -> None:
        if request.method == "DELETE" and len(memory.requests) == 3:
            memory.phone_put(request.href, memory.objects()[request.href].replace("topofmind tries", "I try"))

    memory.fault = phone

    assert probe_properties(memory)
    assert memory.objects() == {}


def test_a_server_without_etags_is_refused(serve: Serve) -> None:
    def script(asked: Asked) -> Reply:
        if asked.method == "PUT":
            script.href = asked.path
            return Reply(201)
        return multistatus(listed(script.href, "", "BEGIN:VCALENDAR"))

    _, calendar = serve(script)
    with pytest.raises(UserNeededError, match="no ETags"):
        probe_properties(calendar)
    assert script.href.startswith(PATH)
