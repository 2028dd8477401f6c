"""What the app costs in a terminal, against one Static and a bare list: `python -m benchmarks.terminal`.

The store has 2,000 opportunities, 5,000 contacts and 500 things to do. The terminals, the sshd and the facts
are those of the tests.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import Queue
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.floors import READY
from benchmarks.turns import tell
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.settings import read_settings
from pipeline.store import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.caldav import Radicale  # type: ignore[import-not-found]  # of the tests
from servers.ssh import Sshd  # type: ignore[import-not-found]  # of the tests
from terminal.many import many_facts  # type: ignore[import-not-found]  # the same
from terminal.pty import Pty  # type: ignore[import-not-found]  # the same

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTS, KEYS, LINE_KEYS, REST = 9, 200, 30, 60.0
ROUND_TRIP = 0.100
"""Seconds from a key to what comes back, over the slow line."""

SETTINGS = '[user]\ntime_zone = "America/New_York"\ncountry = "US"\n'
ACCOUNT = """
[[calendar.account]]
id = "work"
url = "{server.url}"
user = "{server.user}"
calendar = "{calendar}"
password_command = ["cat", "{password}"]
"""
STATIC = [sys.executable, "-m", "benchmarks.floors"]
LIST = [*STATIC, "list"]
APP = [str(Path(sys.executable).with_name("topofmind"))]
FIRST = "sample"
"""Stands in the rows of Today, and nowhere before they are there."""
PEOPLE = "People"
"""Stands in the head of People, and not on Today."""


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Give an environment with a full store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(SETTINGS, encoding="utf-8")
        with closing(Store.open(folder / "store")) as store:
            desk = Desk(store, read_settings(SETTINGS))
            desk.do(partial(import_facts, new=many_facts(datetime.now(UTC)), name="a long search"))
        yield {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "LANG": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
            "TOPOFMIND_STORE": str(folder / "store"),
            "TOPOFMIND_CONFIG": str(folder / "config.toml"),
        }


def peak(pid: int) -> int:
    """Give the most memory that a process has had, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def start(command: list[str], ready: str, env: dict[str, str], key: str = "") -> tuple[float, int, int]:
    """Give the seconds to the first useful screen, the bytes until it rests, and the peak of its memory.

    With a `key` that is typed at once, the seconds until `ready`, which it asks for, stands there.
    """
    begin = time.perf_counter()
    with Pty(command, env) as terminal:
        terminal.send(key)
        written = terminal.read_until(ready, 0.001)
        seconds = time.perf_counter() - begin
        written += terminal.read(0.7)
        memory = peak(terminal.pid)
        terminal.send("q")
        terminal.wait_for_end()
    return seconds, len(written.encode()), memory


def starts(env: dict[str, str]) -> None:
    """Compare the starts."""
    found: dict[str, list[tuple[float, int, int]]] = {
        name: [] for name in ("static", "list", "app", "key", "anew")
    }
    for _ in range(STARTS + 1):
        found["static"].append(start(STATIC, READY, env))
        found["list"].append(start(LIST, READY, env))
        found["app"].append(start(APP, FIRST, env))
        found["key"].append(start(APP, PEOPLE, env, "3"))
        with closing(sqlite3.connect(env["TOPOFMIND_STORE"])) as store, store:
            store.execute("DELETE FROM store WHERE key = 'screen'")
        found["anew"].append(start(APP, FIRST, env))
    static, bare, app, key, anew = (measured[1:] for measured in found.values())
    tell("start of one Static", f"{median(one[0] for one in static) * 1000:.0f} ms, {static[0][1]} bytes")
    tell("  a bare list, in times of it", f"{ratio(bare, static, 0):.2f}")
    tell("  first useful screen, in times of it", f"{ratio(app, static, 0):.2f}", "at most 1.25")
    tell("  where the app was not left at that", f"{ratio(anew, static, 0):.2f}")
    tell("  until a key that was typed at once is answered", f"{ratio(key, static, 0):.2f}")
    tell("  its bytes", f"{max(one[1] for one in (*app, *anew))}")
    tell("  peak of memory, in times of it", f"{ratio(app, static, 2):.2f}", "at most 1.4")


def synced(env: dict[str, str]) -> None:
    """Give the peak of memory after a sync that pushes all that waits, to a Radicale on this machine."""
    static = start(STATIC, READY, env)[2]
    subprocess.run(
        [*APP, "today"], env=env, check=True, stdout=subprocess.DEVNULL
    )  # the holidays are known then
    with tempfile.TemporaryDirectory() as folder, Radicale(Path(folder) / "radicale") as server:
        password, config = Path(folder) / "password", Path(env["TOPOFMIND_CONFIG"])
        password.write_text(server.password, encoding="utf-8")
        account = ACCOUNT.format(server=server, calendar=server.make_calendar(), password=password)
        config.write_text(SETTINGS + account, encoding="utf-8")
        with Pty(APP, env) as terminal:
            terminal.read_until(FIRST)
            while not _pushed(env):
                terminal.read(0.5, 1)
            terminal.read(1)
            tell(
                "peak of memory after a sync, in times of it",
                f"{peak(terminal.pid) / static:.2f}",
                "at most 2.6",
            )
            terminal.send("q")
            terminal.wait_for_end()
    config.write_text(SETTINGS, encoding="utf-8")


def _pushed(env: dict[str, str]) -> int:
    with closing(sqlite3.connect(env["TOPOFMIND_STORE"])) as store:
        rows = store.execute("SELECT json_extract(summary, '$.pushed') FROM calendar_accounts").fetchall()
    return next((pushed for (pushed,) in rows if pushed), 0)


def ratio(one: list[tuple[float, int, int]], other: list[tuple[float, int, int]], column: int) -> float:
    """Give how many times as much one took as the other, start by start."""
    return median(a[column] / b[column] for a, b in zip(one, other, strict=True))


def press(terminal: Pty, key: str, rest: float = 0.03) -> tuple[float, int]:
    """Press a key; give the seconds until something came, and how much until it rested."""
    begin = time.perf_counter()
    terminal.send(key)
    written = terminal.read_some()
    seconds = time.perf_counter() - begin
    return seconds, len((written + terminal.read(rest)).encode())


def keys(env: dict[str, str]) -> None:
    """Compare a step of the cursor with that of the bare list."""
    with Pty(LIST, env) as bare, Pty(APP, env) as app:
        bare.read_until(READY)
        app.read_until(FIRST)
        app.read(1)
        app.send("3")  # a list that is alone on its screen
        app.read(1)
        found = [(press(bare, "j"), press(app, "j")) for _ in range(KEYS)]
        p95 = [quantiles((one[which][0] for one in found), n=20)[-1] for which in (0, 1)]
        tell("key to paint, the slowest twentieth of a bare list", f"{p95[0] * 1000:.1f} ms")
        tell("  of the app, in times of it", f"{p95[1] / p95[0]:.2f}", "at most 1.5")
        steps = [one[1] for _, one in found]
        tell("bytes of a step, on average with scrolling", f"{sum(steps) / KEYS:.0f}", "at most 1,500")
        tell("  the median, in view", f"{median(steps):.0f}", "at most 400")
        for name, key in (("Pipeline", "2"), ("Calendar", "4"), ("Insights", "5"), ("Today", "1")):
            app.read(0.5)
            app.send(key)
            written = app.read_some() + app.read(0.7)
            tell(f"bytes of opening {name}", f"{len(written.encode())}", "at most 12,000")
        app.read(2)
        tell(f"bytes in {REST:.0f} s of rest", f"{len(app.read(REST).encode())}", "at most 0")
        for terminal in (bare, app):
            terminal.send("q")
            terminal.wait_for_end()


class SlowLine:
    """Passes on what comes, half a round trip later."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            ours, _ = self._server.accept()
            theirs = socket.create_connection(("127.0.0.1", self._to))
            for source, target in ((ours, theirs), (theirs, ours)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                on_its_way: Queue[tuple[float, bytes]] = Queue()
                for job, end in ((self._take, source), (self._deliver, target)):
                    threading.Thread(target=job, args=(end, on_its_way), daemon=True).start()

    def _take(self, source: socket.socket, on_its_way: Queue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                on_its_way.put((time.monotonic() + ROUND_TRIP / 2, part))

    def _deliver(self, target: socket.socket, on_its_way: Queue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                arrives, part = on_its_way.get()
                time.sleep(max(arrives - time.monotonic(), 0))
                target.sendall(part)


def over_ssh(env: dict[str, str]) -> None:
    """Compare a key over a slow line with the line alone: a far `cat` sends each key back."""
    with tempfile.TemporaryDirectory(prefix="sshd-") as folder, Sshd(Path(folder)) as sshd:
        line = SlowLine(sshd.port)
        words = [f"{name}={value}" for name, value in env.items()]
        raw = sshd.command("sh", "-c", "stty raw -echo; echo far; cat", terminal=True, port=line.port)
        far = sshd.command("env", *words, *APP, terminal=True, port=line.port)
        with Pty(raw, env) as alone, Pty(far, env) as app:
            alone.read_until("far")
            app.read_until(FIRST)
            app.read(1)
            app.send("3")
            app.read(1)
            found = [(press(alone, "j", 0.2)[0], press(app, "j", 0.2)[0]) for _ in range(LINE_KEYS)]
            app.send("q")
        trip, key = (median(one[which] for one in found) for which in (0, 1))
        tell("a round trip over ssh", f"{trip * 1000:.0f} ms")
        tell("  a key, beyond it", f"{(key - trip) * 1000:.1f} ms", "at most 10 ms")


if __name__ == "__main__":
    with environment() as env:
        starts(env)
        keys(env)
        synced(env)
        over_ssh(env)
