"""How fast a first push is, to the raw limit, and a sync with nothing to do: `python -m benchmarks.sync`.

The raw limit is eight kept connections over which bodies that are ready go out. Beside it stand python-caldav
in a plain loop, vdirsyncer, which pushes the same files, where it is installed (VDIRSYNCER names it), and
Radicale under waitress, where that is. Compared is the time on the clock: nearly all of it is waiting for a
server that is far away.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

from caldav.davclient import DAVClient

from benchmarks.turns import in_turn, tell
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.interchange import read_json
from pipeline.ledger import Ledger
from pipeline.settings import read_settings
from pipeline.store import Store
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.run import Syncing, sync
from sync.secret import Secret
from sync.syncing import take_in, wanted_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REMINDERS = 200
IN_FLIGHT = 8
FAR = 40
"""Milliseconds of a round trip."""

ROUNDS = 5
ROUNDS_OF_OTHERS = 3
"""Fewer, since each push of theirs takes as long as eight of ours."""

USER, PASSWORD = "ann", "secret"
PROOF = {"Authorization": f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"}
_names = count()


@contextmanager
def served(round_trip: int, upstream: int | None = None) -> Iterator[int]:
    """Serve the stub, or what stands at a port already, that far away; give the port."""
    more = [] if upstream is None else [str(upstream)]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.caldav_stub", str(round_trip), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield int(process.stdout.readline().split()[1])
    finally:
        process.communicate(timeout=30)


@contextmanager
def radicale(folder: Path) -> Iterator[int]:
    """Serve Radicale's WSGI application by waitress, which keeps connections; give the port."""
    code = (
        "import sys, waitress\n"
        "from radicale import Application, config\n"
        "settings = config.load()\n"
        "settings.update({'auth': {'type': 'none'}, 'storage': {'filesystem_folder': sys.argv[1]}})\n"
        "server = waitress.create_server(Application(settings), host='127.0.0.1', port=0, threads=8)\n"
        "print(server.effective_port, flush=True)\n"
        "server.run()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def make_calendar(port: int) -> str:
    """Make a new calendar; give its path."""
    path = f"/{USER}/c{next(_names)}/"
    ask(HTTPConnection("127.0.0.1", port), "MKCALENDAR", path)
    return path


def ask(connection: HTTPConnection, method: str, path: str, body: str = "", **headers: str) -> int:
    """Make one request; give its status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body.encode() or None, PROOF | named)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def desk_in(folder: Path) -> Desk:
    """Open a desk with that many reminders."""
    soon = datetime.now(UTC) + timedelta(days=2)
    actions = [
        {"id": f"a{number}", "text": f"Call {number}", "at": (soon + timedelta(minutes=number)).isoformat()}
        for number in range(REMINDERS)
    ]
    facts = read_json(json.dumps({"format": "topofmind/1", "next_actions": actions}), "facts")
    desk = Desk(Store.open(folder / "store.sqlite3"), read_settings('[user]\ntime_zone = "UTC"\n'))
    desk.do(partial(import_facts, new=facts, name="facts"))
    return desk


def push_by_sync(desk: Desk, port: int) -> float:
    """Sync once with a new calendar, and once more, which must send nothing."""
    path = make_calendar(port)
    ledger = Ledger.of(desk.store)
    ledger.disconnect("home")
    ledger.connect("home", f"http://127.0.0.1:{port}{path}")
    how = Syncing(derive=lambda: wanted_of(desk), apply=partial(take_in, desk), in_flight=IN_FLIGHT)
    login = Login(USER, Secret(PASSWORD))
    begin = time.perf_counter()
    with closing(CaldavCalendar(f"http://127.0.0.1:{port}{path}", login, in_flight=IN_FLIGHT)) as calendar:
        result = sync(calendar, ledger, "home", how)
        seconds = time.perf_counter() - begin
        again = sync(calendar, ledger, "home", how)
    if (result.problem, result.pushed, again.pushed, again.updated) != (None, REMINDERS, 0, 0):
        raise SystemExit(f"not all was pushed: {result}")
    return seconds


def push_raw(bodies: list[str], port: int) -> float:
    """Push bodies that are ready, over eight connections at once."""
    path = make_calendar(port)

    def push(first: int) -> None:
        with closing(HTTPConnection("127.0.0.1", port)) as connection:
            for number in range(first, len(bodies), IN_FLIGHT):
                status = ask(
                    connection,
                    "PUT",
                    f"{path}{number}.ics",
                    bodies[number],
                    If_None_Match="*",
                    Content_Type="text/calendar; charset=utf-8",
                )
                if status != 201:  # noqa: PLR2004 - Created
                    raise SystemExit(f"PUT: {status}")

    threads = [Thread(target=push, args=(first,)) for first in range(IN_FLIGHT)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begin


def push_by_vdirsyncer(command: str, files: Path, port: int) -> float:
    """Push the files by vdirsyncer; what a run without a server takes, between folders, is taken off."""
    path = make_calendar(port)
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        config.write_text(
            f'[general]\nstatus_path = "{folder}/status"\n'
            '[pair push]\na = "files"\nb = "server"\ncollections = null\n'
            '[pair copy]\na = "files"\nb = "copies"\ncollections = null\n'
            f'[storage files]\ntype = "filesystem"\npath = "{files}"\nfileext = ".ics"\n'
            f'[storage copies]\ntype = "filesystem"\npath = "{folder}/copies"\nfileext = ".ics"\n'
            f'[storage server]\ntype = "caldav"\nurl = "http://127.0.0.1:{port}{path}"\n'
            f'username = "{USER}"\npassword = "{PASSWORD}"\n'
        )
        shutil.copytree(files, Path(folder) / "copies")

        def run(*words: str) -> float:
            begin = time.perf_counter()
            line = [command, "-c", str(config), *words]
            subprocess.run(line, input="y\n" * 2, text=True, check=True, capture_output=True)
            return time.perf_counter() - begin

        run("discover")
        run("sync", "copy")
        return run("sync", "push") - run("sync", "copy")


def push_by_caldav(bodies: list[str], port: int) -> float:
    """Push bodies by python-caldav, one after the other, as its documentation does it."""
    path = make_calendar(port)
    with DAVClient(
        f"http://127.0.0.1:{port}{path}", username=USER, password=PASSWORD, auth_type="basic"
    ) as client:
        calendar = client.calendar(url=path)  # type: ignore[no-untyped-call]
        begin = time.perf_counter()
        for body in bodies:
            calendar.add_event(body)
        return time.perf_counter() - begin


def bodies_of(desk: Desk, port: int) -> list[str]:
    """Give what a sync writes."""
    push_by_sync(desk, port)
    return [entry.body for entry in Ledger.of(desk.store).entries("home") if entry.body]


def first_push(desk: Desk, folder: Path) -> None:
    """Compare first pushes, near and far."""
    vdirsyncer = os.environ.get("VDIRSYNCER") or shutil.which("vdirsyncer")
    with ExitStack() as servers:
        near, far = (servers.enter_context(served(round_trip)) for round_trip in (0, FAR))
        bodies = bodies_of(desk, near)
        files = folder / "files"
        files.mkdir()
        for number, body in enumerate(bodies):
            (files / f"{number}.ics").write_text(body, encoding="utf-8")
        things: dict[str, Callable[[], float]] = {
            "raw": partial(push_raw, bodies, far),
            "sync": partial(push_by_sync, desk, far),
        }
        others = things | {"caldav": partial(push_by_caldav, bodies, far)}
        if vdirsyncer:
            others["vdirsyncer"] = partial(push_by_vdirsyncer, vdirsyncer, files, far)
        things["raw, near"] = partial(push_raw, bodies, near)
        things["sync, near"] = partial(push_by_sync, desk, near)
        if importlib.util.find_spec("waitress"):
            upstream = servers.enter_context(radicale(folder / "radicale"))
            radicale_far = servers.enter_context(served(FAR, upstream))
            things["raw, radicale"] = partial(push_raw, bodies, radicale_far)
            things["sync, radicale"] = partial(push_by_sync, desk, radicale_far)
        turns = in_turn(ROUNDS, things)
        slow = in_turn(ROUNDS_OF_OTHERS, others)
    rounds = -(-REMINDERS // IN_FLIGHT)
    tell(f"raw limit at {FAR} ms: {rounds} round trips and the connection", f"{turns.median('raw'):.2f} s")
    tell(
        f"first push of {REMINDERS} at {FAR} ms, to the raw limit",
        f"{turns.ratio('sync', 'raw'):.2f}",
        "1.15",
    )
    tell("python-caldav's own loop, to the raw limit", f"{slow.ratio('caldav', 'raw'):.2f}")
    if vdirsyncer:
        tell("vdirsyncer, to the raw limit", f"{slow.ratio('vdirsyncer', 'raw'):.2f}")
        tell(
            "first push, times as fast as vdirsyncer",
            f"{slow.ratio('vdirsyncer', 'sync'):.1f}",
            "at least 7",
        )
    tell("first push at 0 ms, to the raw limit", f"{turns.ratio('sync, near', 'raw, near'):.2f}")
    if "sync, radicale" in things:
        tell(
            f"first push to Radicale under waitress at {FAR} ms, to the raw limit",
            f"{turns.ratio('sync, radicale', 'raw, radicale'):.2f}",
        )


IMPORT = """
import sys, time, importlib
for name in sys.argv[2:]:
    importlib.import_module(name)
from http.client import HTTPConnection
port, path = sys.argv[1].split("/", 1)
connection = HTTPConnection("127.0.0.1", int(port))
connection.request("REPORT", f"/{path}", b"<sync-collection xmlns='DAV:'/>")
connection.getresponse().read()
"""
LISTED = "import sys; from tui.cli import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


def nothing_to_do(desk: Desk, folder: Path) -> None:
    """Compare a whole command that finds nothing to do with the imports that it needs, and one request."""
    with served(0) as port:
        path = make_calendar(port)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "config.toml").write_text(
            f'[user]\ntime_zone = "UTC"\n[[calendar.account]]\nid = "home"\nuser = "{USER}"\n'
            f'calendar = "http://127.0.0.1:{port}{path}"\npassword_command = ["cat", "{folder}/password"]\n',
            encoding="utf-8",
        )
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
            "TOPOFMIND_STORE": str(desk.store.path),
            "TOPOFMIND_CONFIG": str(folder / "config.toml"),
        }
        python = partial(subprocess.run, check=True, capture_output=True, text=True, env=env)
        Ledger.of(desk.store).disconnect("home")
        command = [str(Path(sys.executable).with_name("topofmind")), "sync", "--quiet"]
        python(command)
        python(command)
        used = python([sys.executable, "-c", LISTED, "sync", "--quiet"]).stderr.split()
        needed = [name for name in used if name not in sys.stdlib_module_names and name != "__main__"]
        needed = [name for name in needed if importable(name)]

        def timed(words: list[str]) -> Callable[[], float]:
            def measure() -> float:
                begin = time.perf_counter()
                python(words)
                return time.perf_counter() - begin

            return measure

        turns = in_turn(
            4 * ROUNDS,
            {
                "imports": timed([sys.executable, "-c", IMPORT, f"{port}{path}", *needed]),
                "command": timed(command),
            },
        )
    tell("importing what a sync needs, and one request", f"{median(turns.seconds['imports']):.2f} s")
    tell(
        "topofmind sync with nothing to do, to that",
        f"{turns.ratio('command', 'imports'):.2f}",
        "at most 1.3",
    )


def importable(name: str) -> bool:
    """Whether a module that was loaded is one that can be imported by its name."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


if __name__ == "__main__":
    with TemporaryDirectory() as made, closing(desk_in(Path(made))) as opened:
        first_push(opened, Path(made))
        nothing_to_do(opened, Path(made))
