"""A proxy in front of a real server: it keeps every request, and lets the network fail on purpose."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Script = Callable[["Request"], "Fault | None"]

METHODS = (
    *("OPTIONS", "GET", "HEAD", "PUT", "DELETE", "POST"),
    *("PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR", "MKCOL"),
)
OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
"""Header fields that the proxy sets itself on the way back."""


@dataclass(slots=True)
class Request:
    """One request as it arrived, and what became of it; names of header fields are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    """What the client was told; None where it was told nothing."""
    server_status: int | None = None
    """What the server said; None where the request did not reach it."""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    answer_body: bytes = b""


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without a word: before the server hears of the request, or after it has acted.

    `first` is done before that, so that the client can be killed while it waits.
    """

    after_server: bool = False
    first: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Say:
    """Answer in the server's place: instead of asking it, or after it has acted."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    after_server: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """Hold the server's answer back for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Truncate:
    """Announce the whole answer and close the connection after some bytes of its body."""

    bytes: int


Fault = Drop | Say | Delay | Truncate


def nth(method: str, fault: Fault, number: int = 1) -> Script:
    """Return a script that lets one request of a method fail, the `number`th from now."""
    seen = 0
    counting = threading.Lock()

    def script(request: Request) -> Fault | None:
        nonlocal seen
        with counting:
            seen += request.method == method
            return fault if request.method == method and seen == number else None

    return script


def always(method: str, fault: Fault) -> Script:
    """Return a script that lets every request of a method fail."""
    return lambda request: fault if request.method == method else None


class CountingProxy:
    """Forwards to one server, keeps the connections to its clients open, and remembers everything.

    `requests` holds what arrived, in order; `connections` counts the clients' connections; `script` decides
    for each request whether something goes wrong, and is asked before the request goes anywhere.
    """

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.requests: list[Request] = []
        self.connections = 0
        self.script: Script = lambda _request: None
        self.stopping = threading.Event()
        self.open_sockets: set[socket.socket] = set()
        self.noting = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._http.daemon_threads = False  # so that closing waits for them: no thread outlives its test
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        with self.noting:
            for client in self.open_sockets:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
        self._http.server_close()
        self._thread.join()

    def url_of(self, url: str) -> str:
        """Return the URL at this proxy of something that has a URL at the server."""
        return f"{self.url.rstrip('/')}{urlsplit(url).path}"

    def count(self, *methods: str) -> int:
        """Return how many requests arrived: all, or those of some methods."""
        return sum(request.method in methods or not methods for request in self.requests)

    def forget(self) -> None:
        """Begin to count anew."""
        self.requests.clear()

    def ask_server(self, request: Request) -> None:
        """Forward a request as it arrived and note the answer; raise OSError when there is no server."""
        server = http.client.HTTPConnection(urlsplit(self.server_url).netloc, timeout=60)
        try:
            headers = {**request.headers, "connection": "close"}
            server.request(request.method, request.path, request.body or None, headers)
            answer = server.getresponse()
            request.answer_headers = {name.lower(): value for name, value in answer.getheaders()}
            request.answer_body = answer.read()
            request.server_status = answer.status
        finally:
            server.close()


class _Handler(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"  # keeps connections open
    disable_nagle_algorithm = (
        True  # head and body are two packets: the second must not wait for the first's ACK
    )
    proxy: CountingProxy

    def setup(self) -> None:
        super().setup()
        with self.proxy.noting:
            self.proxy.connections += 1
            self.proxy.open_sockets.add(self.connection)

    def finish(self) -> None:
        with self.proxy.noting:
            self.proxy.open_sockets.discard(self.connection)
        super().finish()

    def forward(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # the client died over it, and a server would wait for the rest
            self.close_connection = True
            return
        request = Request(self.command, self.path, headers, body)
        with self.proxy.noting:
            self.proxy.requests.append(request)
        if "transfer-encoding" in headers:  # a body without a length: refused unread, as Radicale does
            self.close_connection = True
            self.answer(request, Say(http.HTTPStatus.LENGTH_REQUIRED))
            return
        fault = self.proxy.script(request)
        try:
            if not isinstance(fault, Drop | Say) or fault.after_server:
                self.proxy.ask_server(request)
        except (OSError, http.client.HTTPException):
            fault = Drop()  # no server behind the proxy
        self.answer(request, fault)

    def answer(self, request: Request, fault: Fault | None) -> None:
        if isinstance(fault, Drop):
            fault.first()
            self.close_connection = True
            return
        if isinstance(fault, Delay):
            self.proxy.stopping.wait(fault.seconds)
        if isinstance(fault, Say):
            request.status, headers, body = fault.status, fault.headers, fault.body
        else:
            assert request.server_status is not None
            request.status = request.server_status
            headers, body = request.answer_headers, request.answer_body
        self.send_response(request.status)
        for name, value in headers.items():
            if name.lower() not in OF_ONE_CONNECTION:
                self.send_header(name, value)
        if request.status not in (http.HTTPStatus.NO_CONTENT, http.HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(len(body)))
        if isinstance(fault, Truncate):
            body = body[: fault.bytes]
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: `requests` has it all."""


for method in METHODS:
    setattr(_Handler, f"do_{method}", _Handler.forward)


@pytest.fixture
def counting_proxy() -> Iterator[Callable[[str], CountingProxy]]:
    """Start proxies: `counting_proxy(server.url)`; each is gone after the test."""
    with ExitStack() as after_test:
        yield lambda server_url: after_test.enter_context(CountingProxy(server_url))
