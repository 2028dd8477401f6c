"""Every calendar that is held to the contract: memory in each personality, and real servers over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from servers.caldav import CalDAVServer, Radicale, Xandikos
from servers.webdav import Serve
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.memory_calendar import MemoryCalendar
from sync.personalities import PERSONALITIES, Personality
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync.calendar import Calendar

REAL = {
    "radicale": Personality(name="radicale", refuses_duplicate_uids=True),
    "xandikos": Personality(name="xandikos", refuses_duplicate_uids=True, omits_short_lived=True),
}


@dataclass(frozen=True)
class Shared:
    """A calendar that we share with a phone; `traits` says what its server does in its own way."""

    traits: Personality
    calendar: Calendar
    path: str
    phone_put: Callable[[str, str], object]
    phone_delete: Callable[[str], object]
    vanish: Callable[[], object]


def login(server: CalDAVServer) -> Login:
    return Login(server.user, Secret(server.password))


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with Radicale(tmp_path_factory.mktemp("radicale") / "server") as server:
        yield server


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Xandikos]:
    with Xandikos(tmp_path_factory.mktemp("xandikos") / "server") as server:
        yield server


def in_memory(traits: Personality) -> Shared:
    memory = MemoryCalendar(traits)
    return Shared(traits, memory, memory.path, memory.phone_put, memory.phone_delete, memory.vanish)


def over_http(server: CalDAVServer, calendar: CaldavCalendar, url: str) -> Shared:
    traits = REAL[server.name]
    path = urlsplit(url).path
    as_ical = {"Content-Type": "text/calendar; charset=utf-8"}

    def carried_out(method: str, href: str, body: str = "") -> None:
        answer = server.request(method, href, body, as_ical if body else None)
        assert answer.status < 300, answer

    return Shared(
        traits,
        calendar,
        path,
        lambda href, body: carried_out("PUT", href, body),
        lambda href: carried_out("DELETE", href),
        lambda: carried_out("DELETE", path),
    )


@pytest.fixture(params=[*PERSONALITIES, *REAL], ids=lambda param: getattr(param, "name", param))
def shared(request: pytest.FixtureRequest) -> Iterator[Shared]:
    if isinstance(request.param, Personality):
        yield in_memory(request.param)
        return
    server: CalDAVServer = request.getfixturevalue(request.param)
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    url = server.make_calendar(name)
    with CaldavCalendar(url, login(server)) as calendar:
        yield over_http(server, calendar, url)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with Serve() as serve:
        yield serve
