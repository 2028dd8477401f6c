"""Real CalDAV servers on this machine: Radicale, which asks for a password, and Xandikos, which does not."""

from __future__ import annotations

import base64
import http.client
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import pytest

from servers.process import Process, bare_environment, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAKE_CALENDAR = """\
<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:set><D:prop><D:displayname>{name}</D:displayname></D:prop></D:set>
</C:mkcalendar>
"""

DENTIST = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a phone//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\n"
    "DTSTAMP:20260301T090000Z\r\nDTSTART:20260305T150000Z\r\nDTEND:20260305T151500Z\r\nSUMMARY:Dentist\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
"""An event that somebody else put on the calendar: to be left alone."""

RADICALE_CONFIGURATION = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/passwords
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/data
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a request that a test made past the product; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


class CalDAVServer(ABC):
    """A server with one account, reached at the same URL before and after a restart."""

    name: ClassVar[str]
    user: ClassVar[str]
    password: ClassVar[str]
    home: ClassVar[str]
    """The path of the folder that holds the account's calendars."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._port = free_port()
        self._process: Process | None = None
        self.url = f"http://127.0.0.1:{self._port}/"

    @property
    @abstractmethod
    def storage(self) -> Path:
        """The folder on disk that holds the account's calendars, each in a folder of its own."""

    @abstractmethod
    def command(self, folder: Path, port: int) -> list[str]:
        """Write what the server needs and return the arguments for Python that run it."""

    def start(self) -> None:
        """Run the server and wait for its first answer."""
        self._process = Process(
            self.name,
            [sys.executable, *self.command(self._folder, self._port)],
            log=self._folder / f"{self.name}.log",
            env=bare_environment(self._folder),
        )
        self._process.wait_until(self._answers)

    def stop(self) -> None:
        """Kill the server; what it stored remains."""
        if self._process is not None:
            self._process.stop()

    def restart(self) -> None:
        """Kill the server and run it again, with what it stored."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def make_calendar(self, name: str = "reminders") -> str:
        """Make an empty calendar and return its URL."""
        url = f"{self.url.rstrip('/')}{self.home}{quote(name)}/"
        answer = self.request("MKCALENDAR", url, MAKE_CALENDAR.format(name=escape(name)))
        assert answer.status == http.HTTPStatus.CREATED, answer
        return url

    def request(
        self, method: str, url: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request as the account's owner: what another program, or a phone, does to the calendar.

        A body is XML unless `headers` say otherwise.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        sent = {"Content-Type": "application/xml; charset=utf-8"} if body else {}
        if self.user:
            account = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            sent["Authorization"] = f"Basic {account}"
        try:
            connection.request(method, urlsplit(url).path, body.encode(), {**sent, **(headers or {})})
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, received, answer.read().decode())
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            return self.request("OPTIONS", self.url).status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except OSError:
            return False


class Radicale(CalDAVServer):
    """Radicale with a password file; it closes the connection after each answer."""

    name = "radicale"
    user = "sam"
    password = "pa:ss wörd"  # a colon, a space and a letter beyond ASCII: what basic auth can get wrong
    home = "/sam/"

    @property
    def storage(self) -> Path:
        return self._folder / "data/collection-root/sam"

    def command(self, folder: Path, port: int) -> list[str]:
        (folder / "passwords").write_text(f"{self.user}:{self.password}\n", encoding="utf-8")
        configuration = folder / "radicale.conf"
        configuration.write_text(RADICALE_CONFIGURATION.format(folder=folder, port=port))
        return ["-m", "radicale", "--config", str(configuration)]


class Xandikos(CalDAVServer):
    """Xandikos, where everybody on this machine is the owner; it keeps connections open."""

    name = "xandikos"
    user = ""
    password = ""
    home = "/user/calendars/"

    @property
    def storage(self) -> Path:
        return self._folder / "data/user/calendars"

    def command(self, folder: Path, port: int) -> list[str]:
        where = ["--directory", str(folder / "data"), "--state-dir", str(folder / "state"), "--autocreate"]
        listen = ["--no-detect-systemd", "--listen-address", "127.0.0.1", "--port", str(port)]
        return ["-m", "xandikos", "serve", *where, "--current-user-principal", "/user/", *listen]


@pytest.fixture
def radicale_server(tmp_path: Path) -> Iterator[Radicale]:
    with Radicale(tmp_path / "radicale") as server:
        yield server


@pytest.fixture
def xandikos_server(tmp_path: Path) -> Iterator[Xandikos]:
    with Xandikos(tmp_path / "xandikos") as server:
        yield server
