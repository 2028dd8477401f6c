"""A calendar server on this machine: Radicale, in a process that never outlives the one that needs it.

The child serves until its standard input ends, which the system sees to even where the parent is killed.
Run as `python -m sync.local_server FOLDER HOST PORT [CERTIFICATE [KEY]]`; needs the extra `server`.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, TryAgainError
from pipeline.private_file import write_private
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
USER = "topofmind"
START_SECONDS = 20.0

_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - what the user may ask for
_USERS = "users"
_ROUNDS = 5000
"""Of hashing: the passwords are long and random, and a phone sends one with each request."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a password to be typed on a phone is made of: nothing that looks like something else."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens; with a certificate (and its key) over TLS. Port 0: any that is free."""

    host: str = HOST
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_private(self) -> bool:
        """Whether nobody on a network can read along."""
        from sync.caldav_client import is_this_machine  # noqa: PLC0415 - HTTP, which the server needs not

        return self.certificate is not None or is_this_machine(self.host)

    @property
    def url(self) -> str:
        """The address to connect to."""
        scheme = "http" if self.certificate is None else "https"
        host = _address_outside() if self.host in _EVERYWHERE else self.host
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def url_here(self) -> str:
        """The address from this very machine, where no network lies between."""
        return (
            f"http://{HOST}:{self.port}/" if self.host in _EVERYWHERE and not self.certificate else self.url
        )


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running server."""

    url: str
    url_here: str
    child: subprocess.Popen[bytes]


def has_user(folder: Path) -> bool:
    """Whether somebody may use the server of a folder already."""
    return (folder / _USERS).exists()


def new_user(folder: Path) -> Secret:
    """Let USER into the server of a folder with a new password, and give it; only its hash is kept there."""
    try:
        from passlib.hash import sha512_crypt  # noqa: PLC0415 - the extra `server` brings it
    except ImportError as error:
        raise InputError("the calendar server is not installed; install topofmind[server]") from error
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = Secret("-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4)))
    hashed = sha512_crypt.using(rounds=_ROUNDS).hash(password.reveal())
    write_private(folder / _USERS, f"{USER}:{hashed}\n".encode())
    return password


@contextmanager
def local_server(folder: Path, where: Listening | None = None) -> Iterator[LocalServer]:
    """Serve calendars out of `folder`, which has a user, while the block runs.

    Raises InputError where it cannot start, and TryAgainError where it does not.
    """
    where = where or Listening()
    where = where if where.port else replace(where, port=_free_port())
    extra = [str(file.absolute()) for file in (where.certificate, where.key) if file is not None]
    with (folder / "server.log").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", __name__, str(folder), where.host, str(where.port), *extra],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us, who then end it
        )
    try:
        _wait_for(child, where, folder)
        yield LocalServer(where.url, where.url_here, child)
    finally:
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _address_outside() -> str:
    """Give this machine's address on its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # RFC 5737: an address that nobody has
        except OSError:
            return socket.gethostname()
        return str(asking.getsockname()[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(child: subprocess.Popen[bytes], where: Listening, folder: Path) -> None:
    """Wait until the server answers. Raises InputError where it cannot start, else TryAgainError."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if child.poll() is not None:
            log = (folder / "server.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            why = log[-1] if log else f"it ended with {child.returncode}"
            raise InputError(f"the calendar server did not start ({why}); install topofmind[server]")
        with suppress(OSError), socket.create_connection((_inside(where.host), where.port), timeout=1):
            return
        time.sleep(0.05)
    raise TryAgainError(f"the calendar server did not answer within {START_SECONDS:.0f} s; try again")


def _inside(host: str) -> str:
    return ("::1" if host == "::" else HOST) if host in _EVERYWHERE else host


def serve(folder: Path, host: str, port: str, certificate: str = "", key: str = "") -> None:
    """Run Radicale until standard input ends."""
    from radicale import config, log, server  # noqa: PLC0415 - the extra `server`, in the child alone

    log.setup()
    configuration = config.load()
    over_tls = {"ssl": "True", "certificate": certificate, "key": key or certificate} if certificate else {}
    configuration.update(
        {
            "server": {"hosts": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", **over_tls},
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(folder / _USERS),
                "htpasswd_encryption": "autodetect",
            },
            "storage": {"filesystem_folder": str(folder / "collections")},
            "logging": {"level": "warning"},
        },
        "topofmind",
        privileged=True,
    )
    stop, stopped = socket.socketpair()

    def watch() -> None:
        sys.stdin.buffer.read()
        stop.close()

    threading.Thread(target=watch, daemon=True).start()
    server.serve(configuration, stopped)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), *sys.argv[2:])
