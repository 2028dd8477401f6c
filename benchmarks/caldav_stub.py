"""A CalDAV server in memory that keeps connections open and does next to nothing: the client is measured.

As a command it serves, beside itself, a relay whose connections are as far away as it is told:
`python -m benchmarks.caldav_stub MILLISECONDS [UPSTREAM-PORT]` prints the two ports.
"""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "/ann/"
NS = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_TOKEN = re.compile(rb"<(?:\w+:)?sync-token>(\d*)</")
_HREF = re.compile(rb"<(?:\w+:)?href>([^<]*)</")

Answer = tuple[str, dict[str, str], bytes]


class Stub:
    """Any number of calendars, each a folder of objects; a sync-token is the number of the last change."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, bytes]] = {}
        self.changes = count(1)
        self.last = 0

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one request."""
        if method == "PUT":
            return self._put(path, headers, body)
        match method:
            case "GET" if path in self.objects:
                number, content = self.objects[path]
                return "200 OK", {"ETag": f'"{number}"', "Content-Type": "text/calendar"}, content
            case "DELETE" if path in self.objects:
                del self.objects[path]
                return "204 No Content", {}, b""
            case "MKCALENDAR" | "OPTIONS":
                return "201 Created", {"DAV": "1, 3, calendar-access"}, b""
            case "PROPFIND" | "REPORT":
                return self._listed(method, path, headers, body)
        return "404 Not Found", {}, b""

    def _put(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        there = path in self.objects
        if ("if-none-match" in headers and there) or ("if-match" in headers and not there):
            return "412 Precondition Failed", {}, b""
        self.last = next(self.changes)
        self.objects[path] = self.last, body
        return "204 No Content" if there else "201 Created", {"ETag": f'"{self.last}"'}, b""

    def _listed(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        token = ""
        inside = [each for each in self.objects if each.startswith(path)]
        if b"sync-collection" in body:
            found = _TOKEN.search(body)
            since = int(found[1] or 0) if found else 0
            shown = [each for each in inside if self.objects[each][0] > since]
            token = f"<sync-token>{self.last}</sync-token>"
        elif b"multiget" in body:
            shown = [href.decode() for href in _HREF.findall(body)]
        elif b"calendar-query" in body:
            shown = inside if b"VTODO" not in body else []
        else:
            shown = inside if headers.get("depth") == "1" else []
        responses = [self._folder(path)] if method == "PROPFIND" else []
        responses += self._responses(shown, with_data=b"calendar-data" in body)
        return (
            "207 Multi-Status",
            {"Content-Type": "application/xml; charset=utf-8"},
            f"<multistatus {NS}>{''.join(responses)}{token}</multistatus>".encode(),
        )

    def _responses(self, paths: list[str], *, with_data: bool) -> Iterator[str]:
        for path in paths:
            number, body = self.objects[path]
            data = f"<C:calendar-data>{escape(body.decode())}</C:calendar-data>" if with_data else ""
            yield (
                f'<response><href>{path}</href><propstat><prop><getetag>"{number}"</getetag>{data}'
                "<resourcetype/><getcontenttype>text/calendar</getcontenttype></prop>"
                "<status>HTTP/1.1 200 OK</status></propstat></response>"
            )

    def _folder(self, path: str) -> str:
        kind = "<C:calendar/>" if path.count("/") > HOME.count("/") else ""
        return (
            f"<response><href>{path}</href><propstat><prop><resourcetype><collection/>{kind}</resourcetype>"
            f"<current-user-principal><href>{HOME}</href></current-user-principal>"
            f"<C:calendar-home-set><href>{HOME}</href></C:calendar-home-set>"
            f"<sync-token>{self.last}</sync-token></prop><status>HTTP/1.1 200 OK</status></propstat>"
            "</response>"
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it is closed."""
        try:
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, fields, content = self.answer(method, path, headers, body)
                fields["Content-Length"] = str(len(content))
                head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
                writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + content)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()


class Relay:
    """Passes connections on to a port, as far away as a round trip of some seconds."""

    def __init__(self, port: int, round_trip: float) -> None:
        self.port = port
        self.round_trip = round_trip

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on, until either side closes it; opening it takes a round trip, too."""
        await asyncio.sleep(self.round_trip)
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        with suppress(asyncio.CancelledError):  # at the end
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            while True:
                at, data = await under_way.get()
                await asyncio.sleep(at - loop.time())
                if not data:
                    target.close()
                    return
                target.write(data)

        arriving = asyncio.create_task(arrive())
        data = b"-"
        while data:
            try:
                data = await source.read(2**16)
            except ConnectionError:
                data = b""
            under_way.put_nowait((loop.time() + self.round_trip / 2, data))
        await arriving


async def serve(round_trip: float, upstream: int | None) -> None:
    """Serve until the end of standard input."""
    stub = await asyncio.start_server(Stub().serve, "127.0.0.1", 0)
    near = upstream or stub.sockets[0].getsockname()[1]
    relay = await asyncio.start_server(Relay(near, round_trip).serve, "127.0.0.1", 0)
    print(near, relay.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    far, *port = sys.argv[1:]
    asyncio.run(serve(float(far) / 1000, int(port[0]) if port else None))
