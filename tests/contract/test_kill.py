"""The real command is killed at each request of a first sync with a real server; one more sync mends all.

Each run is a process of its own, forked from one that has imported everything, so that starting costs little.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import pytest

from pipeline.interchange import read_json
from pipeline.store import Put, Store
from pipeline.tables import TABLES
from servers.process import bare_environment, wait_until
from servers.proxy import CountingProxy, Drop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from servers.caldav import Radicale

COUNT = 60
BOUNDARIES = 1 + COUNT
"""The report, and a PUT for each reminder."""

CHUNK = 16
"""Boundaries in one test, so that none takes too long on a busy machine."""

IN_FLIGHT = 8
FORKER = """
import os, sys
import sync.caldav_calendar, sync.credentials, sync.syncing, tui.verbs.calendar
from tui import cli
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.environ["TOPOFMIND_STORE"] = line.strip()
        os._exit(cli.run(["sync", "--quiet"]))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forker:
    """Runs the command, each time in a new process."""

    def __init__(self, config: Path, home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", FORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=bare_environment(home, TOPOFMIND_CONFIG=str(config)),
        )
        self.running = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def begin(self, store: Path) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{store}\n")
        self._process.stdin.flush()
        self.running = int(self._line())

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.running, signal.SIGKILL)

    def end(self) -> int:
        """Wait for the process, and give its exit code; that of a killed one is -9."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with sixty reminders."""
    path = tmp_path_factory.mktemp("facts") / "store.sqlite3"
    soon = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    actions = [
        {"id": f"a{number}", "text": f"Call {number}", "at": (soon + timedelta(hours=number)).isoformat()}
        for number in range(COUNT)
    ]
    read = read_json(json.dumps({"format": "topofmind/1", "next_actions": actions}), "facts")
    with Store.open(path) as store:
        store.apply("put", soon, [Put(record) for name in TABLES for record in getattr(read, name)])
    return path


@pytest.fixture
def proxy(radicale_server: Radicale) -> Iterator[CountingProxy]:
    with CountingProxy(radicale_server.url) as proxy:
        yield proxy


@pytest.mark.parametrize("first", range(0, BOUNDARIES, CHUNK))
@pytest.mark.parametrize("after_server", [False, True], ids=["before it arrived", "after the server acted"])
def test_a_kill_at_each_request_and_one_sync(
    radicale_server: Radicale,
    proxy: CountingProxy,
    facts: Path,
    tmp_path: Path,
    first: int,
    *,
    after_server: bool,
) -> None:
    config, password = tmp_path / "config.toml", tmp_path / "password"
    password.write_text(radicale_server.password, encoding="utf-8")
    with Forker(config, tmp_path) as forker:
        for number in range(first, min(first + CHUNK, BOUNDARIES)):
            url = radicale_server.make_calendar(f"c{number}")
            folder = radicale_server.storage / f"c{number}"
            store = tmp_path / f"{number}.sqlite3"
            shutil.copy(facts, store)
            config.write_text(
                '[user]\ntime_zone = "UTC"\n[[calendar.account]]\nid = "home"\n'
                f'url = "{proxy.url}"\ncalendar = "{proxy.url_of(url)}"\n'
                f'user = "{radicale_server.user}"\npassword_command = ["cat", "{password}"]\n'
            )
            # A process, killed.
            proxy.forget()
            drop = Drop(after_server, first=forker.kill)
            proxy.script = lambda _, drop=drop, number=number: drop if proxy.count() > number else None
            forker.begin(store)
            assert forker.end() == -signal.SIGKILL
            wait_until(lambda: not proxy.open_sockets, "what is under way ends")
            in_doubt = doubts(store)
            assert len(in_doubt) <= IN_FLIGHT
            killed = [request for request in proxy.requests if request.server_status == 201]

            # One sync.
            proxy.forget()
            proxy.script = lambda _: None
            forker.begin(store)
            assert forker.end() == 0
            bodies = [file.read_text() for file in folder.glob("*.ics")]
            assert len(bodies) == len({line(body, "UID") for body in bodies}) == COUNT, number
            assert len({line(body, "SUMMARY") for body in bodies}) == COUNT
            made = [request for request in proxy.requests if request.server_status == 201]
            assert len(killed) + len(made) == COUNT
            assert proxy.count("PUT") == len(made)
            assert proxy.count() - 1 - proxy.count("PUT") <= len(in_doubt)
            assert doubts(store) == set()


def doubts(store: Path) -> set[str]:
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT reminder FROM calendar_objects WHERE state != 'clean'")
        return {reminder for (reminder,) in rows}


def line(body: str, name: str) -> str:
    return next(line for line in body.splitlines() if line.startswith(f"{name}:"))
