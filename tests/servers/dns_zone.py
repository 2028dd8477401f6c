"""A name server on loopback that knows the records it is given."""

from __future__ import annotations

import socketserver
import threading
from typing import TYPE_CHECKING, Self

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Mapping


class NameServer:
    """Answers over UDP; `records` maps a name and a type to texts as a zone file has them."""

    def __init__(self, records: Mapping[tuple[str, str], list[str]]) -> None:
        answering = self
        self._records = records

        class Handler(socketserver.DatagramRequestHandler):
            def handle(self) -> None:
                self.wfile.write(answering.answer(self.rfile.read()))

        self._server = socketserver.UDPServer(("127.0.0.1", 0), Handler)

    @property
    def resolver(self) -> dns.resolver.Resolver:
        """A resolver that asks here and nowhere else."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._server.server_address[1]
        return resolver

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
        if texts := self._records.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
        else:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
