"""A server that says what a test tells it to: for what no real server can be made to show.

It keeps what it was asked, and on which connection; it can speak HTTP/1.0, TLS, stall, and break off.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

METHODS = ("GET", "PUT", "DELETE", "PROPFIND", "REPORT", "MKCALENDAR", "CONNECT")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; header names are lower case, `connection` tells kept connections from new ones."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say. A body in pieces has no length given; `cut_short` promises more than comes.

    `raw` is sent instead of all that, as it is.
    """

    status: int = 207
    body: bytes | Iterable[bytes] = b""
    headers: tuple[tuple[str, str], ...] = ()
    after: float = 0.0
    cut_short: bool = False
    raw: bytes | None = None


@dataclass
class ScriptedServer:
    """Answers each request with what `script` makes of it; None closes the connection without a word."""

    script: Callable[[Asked], Reply | None]
    protocol: str = "HTTP/1.1"
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        answering = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = self.protocol
            timeout = 30
            disable_nagle_algorithm = True  # head and body are two packets, and none waits for an ACK

            def handle_any(self) -> None:
                answering.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.handle_any)
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(handler.command, handler.path, headers, body, handler.client_address[1])
        self.asked.append(asked)
        reply = self.script(asked)
        if reply is None or self._stop.wait(reply.after):
            handler.close_connection = True
            return
        if reply.raw is not None:
            handler.wfile.write(reply.raw)
            handler.close_connection = True
            return
        handler.send_response(reply.status, HTTPStatus(reply.status).phrase)
        for name, value in reply.headers:
            handler.send_header(name, value)
        if isinstance(reply.body, bytes):
            handler.send_header("Content-Length", str(len(reply.body) + (100 if reply.cut_short else 0)))
            pieces: Iterable[bytes] = (reply.body,)
        else:
            handler.send_header("Connection", "close")
            pieces = reply.body
        handler.end_headers()
        try:
            for piece in pieces:
                handler.wfile.write(piece)
        except OSError:
            handler.close_connection = True
        if reply.cut_short or not isinstance(reply.body, bytes):
            handler.close_connection = True


def certified(folder: Path, address: str = "127.0.0.1") -> tuple[ssl.SSLContext, str]:
    """Make a certificate for an address and `localhost`; return what a server needs, and the CA's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "topofmind tests")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("localhost")]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = folder / "ca.pem", folder / "key.pem"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    return context, str(ca_file)
