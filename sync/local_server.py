"""A calendar server on this machine: Radicale, in a process that never outlives the one that needs it.

The child serves until its standard input ends, which the system sees to even where the parent is killed.
Run as `python -m sync.local_server FOLDER PORT`; needs the extra `server`.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, TryAgainError
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
USER = "demo"
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running server, and who may use it."""

    url: str
    user: str
    password: Secret


@contextmanager
def local_server(folder: Path) -> Iterator[LocalServer]:
    """Serve calendars out of `folder` on a free loopback port while the block runs."""
    password = secrets.token_urlsafe(16)
    users = folder / "users"
    users.touch(mode=0o600)
    users.write_text(f"{USER}:{password}\n", encoding="utf-8")
    port = _free_port()
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", __name__, str(folder), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "server.log").open("wb"),
    )
    try:
        _wait_for(child, port, folder)
        yield LocalServer(f"http://{HOST}:{port}/", USER, Secret(password))
    finally:
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(child: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until the server answers. Raises InputError where it cannot start, else TryAgainError."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if child.poll() is not None:
            log = (folder / "server.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            why = log[-1] if log else f"it ended with {child.returncode}"
            raise InputError(f"the calendar server did not start ({why}); install topofmind[server]")
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=1).close()
        except urllib.error.HTTPError:
            return  # it answers, if only to ask who we are
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TryAgainError(f"the calendar server did not answer within {START_SECONDS:.0f} s; try again")


def serve(folder: Path, port: int) -> None:
    """Run Radicale until standard input ends."""
    from radicale import config, log, server  # noqa: PLC0415 - the extra `server`, in the child alone

    log.setup()
    configuration = config.load()
    configuration.update(
        {
            "server": {"hosts": f"{HOST}:{port}"},
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(folder / "users"),
                "htpasswd_encryption": "plain",
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
    serve(Path(sys.argv[1]), int(sys.argv[2]))
