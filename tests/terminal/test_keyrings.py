"""The real app and the real command with the keyring in each state: never stuck, never mute, and no leak."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import app_file
from pipeline.commands.entering import import_facts
from pipeline.sample import sample_facts
from servers.caldav import Radicale
from servers.credentials_session import Child, leaks, run
from servers.process import descendants
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.keyring import PrivateKeyring, State
    from servers.tmux import Tmux

SAID_WITHIN = 4.0
REACTS_WITHIN = 1.0
UNATTENDED_WITHIN = 5.0


def patience(seconds: float) -> float:
    """Give what a bound comes to on a machine that has more to do at once than it has cores.

    The load is an average over a minute, which tests that run side by side are ahead of.
    """
    beside = 1.5 if "PYTEST_XDIST_WORKER" in os.environ else 1.0
    return seconds * max(beside, os.getloadavg()[0] / (os.cpu_count() or 1))


TOPOFMIND = (sys.executable, "-c", "from tui.cli import main; main()")
KEEP = (
    "import sys; from sync.credentials import Credentials; from sync.secret import Secret;"
    "Credentials().keep('work', Secret(sys.stdin.read()))"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with Radicale(tmp_path_factory.mktemp("radicale") / "server") as server:
        yield server


@dataclass(frozen=True)
class Case:
    """A state; what is said of it; whether it may be mended from the app, and how a sync by a timer ends."""

    state: State
    said: str
    code: int = 3
    bare: bool = False
    """As in a cron job: only HOME, PATH and XDG_RUNTIME_DIR are known."""
    with_alt: bool = False


CASES = {
    "unlocked": Case("unlocked", "", 0),
    "locked": Case(
        "locked", "The keyring (gnome-keyring) is locked; the password of account 'work' is saved"
    ),
    "fresh": Case("fresh", "The keyring (gnome-keyring) runs, but no keyring was ever made in it"),
    "frozen": Case("frozen", "The keyring (gnome-keyring) does not answer"),
    "missing": Case("missing", "No keyring is installed or running for this session"),
    "no bus": Case("no bus", "There is no D-Bus session here, so no keyring can be reached"),
    "env -i": Case("unlocked", "", 0, bare=True),
    "env -i, locked": Case("locked", "The keyring (gnome-keyring) is locked", bare=True),
    "keyrings.alt": Case("missing", "No keyring is installed or running for this session", with_alt=True),
}


DOCTOR = {
    "unlocked": (
        "unlocked, gnome-keyring: The keyring (gnome-keyring) is open.",
        "D-Bus address: {bus}",
        "entries of topofmind: work",
        "next step: none",
    ),
    "locked": (
        f"locked, gnome-keyring: {CASES['locked'].said} in it.",
        "D-Bus address: {bus}",
        "entries of topofmind: work",
        "next step: Unlock it with `topofmind calendar connect`, or in the app under Calendar.",
    ),
    "no bus": (
        f"no bus: {CASES['no bus'].said}.",
        "D-Bus address: {bus}",
        (
            "next step: Sign in where a D-Bus session runs, or set password_command for account 'work' in "
            "config.toml."
        ),
    ),
}
"""A state → what `doctor` says of the keyring, line by line."""


class Terminal:
    """Somebody at a terminal with the app open, who insists on being heard within a second."""

    def __init__(self, tmux: Tmux) -> None:
        self.tmux = tmux

    def sees(self, text: str) -> None:
        self.tmux.wait_for(text, patience(SAID_WITHIN))

    def goes_about_until(self, text: str) -> None:
        """Press keys, each of which has to act at once, until something is said."""
        text = text[:60]  # a sentence is broken over lines
        deadline = time.monotonic() + patience(SAID_WITHIN)
        while text not in self.flat():
            assert time.monotonic() < deadline, self.tmux.screen()
            for key, heading in (("2", "Pipeline"), ("1", "Today")):
                if text in self.flat():
                    return
                self.tmux.keys(key)
                self.sees_or_is_told(heading, text)

    def sees_or_is_told(self, heading: str, text: str) -> None:
        deadline = time.monotonic() + patience(REACTS_WITHIN)
        while True:
            head = self.tmux.screen().partition("\n")[0]
            if heading in head or text in self.flat():
                return
            assert time.monotonic() < deadline, self.tmux.screen()

    def flat(self) -> str:
        return " ".join(self.tmux.screen().split())

    def enters(self, secret: str) -> None:
        self.tmux.type(secret)
        self.tmux.keys("Enter")


def connected(keyring: PrivateKeyring, server: Radicale, name: str) -> None:
    """Leave a store with the sample, and a calendar that was connected in an earlier session."""
    home = Path(keyring.env["HOME"])
    config = home / ".config/topofmind/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[user]\nname = "Jo"\ntime_zone = "UTC"\n', encoding="utf-8")
    calendar = server.make_calendar(name)
    account = {"id": "work", "url": server.url, "user": server.user, "calendar": calendar}
    app_file.keep_account(config, account)
    store = home / ".local/share/topofmind/topofmind.sqlite3"
    with closing(Session(store, config)) as session:
        facts = sample_facts(session.desk.reading())
        session.desk.do(partial(import_facts, new=facts, name="the sample"))


def started(
    case: Case, private_keyring: Callable[[State], PrivateKeyring], server: Radicale, name: str
) -> PrivateKeyring:
    """Bring the state about, with the password saved where it can be."""
    saves = case.state in ("unlocked", "locked", "frozen")
    keyring = private_keyring("unlocked" if saves else case.state)
    keyring.env["TMPDIR"] = str(Path(keyring.env["HOME"]).parent / "temporary")
    Path(keyring.env["TMPDIR"]).mkdir()
    connected(keyring, server, name)
    if saves:
        assert run(KEEP, keyring.env, stdin=server.password).code == 0
    if case.state == "locked":
        keyring.lock()
    if case.state == "frozen":
        keyring.freeze()
    if case.bare:
        known = ("HOME", "PATH", "XDG_RUNTIME_DIR", "TMPDIR")
        keyring.env = {variable: keyring.env[variable] for variable in known}
    return keyring


@pytest.mark.parametrize("name", CASES)
def test_nobody_is_stuck_kept_waiting_or_told_nothing_and_nothing_leaks(
    private_keyring: Callable[[State], PrivateKeyring],
    server: Radicale,
    tmux: Tmux,
    request: pytest.FixtureRequest,
    name: str,
) -> None:
    case = CASES[name]
    keyring = started(case, private_keyring, server, f"calendar-{list(CASES).index(name)}")
    if case.with_alt:
        keyring.env["PYTHONPATH"] = str(request.getfixturevalue("keyrings_alt"))
    told: list[str] = []

    # A timer's syncs, two at once, beside the app that is opening.
    with ThreadPoolExecutor(2) as timers:
        syncs = [timers.submit(sync_unattended, keyring) for _ in range(2 if case.code else 1)]
        if not case.code:  # or the app would find it at work
            told += checked(syncs.pop().result(), 0)
        told += with_the_app(case, keyring, server, tmux)
        for sync in syncs:
            told += checked(sync.result(), case.code)
    assert keyring.prompts == 0
    for secret in (server.password, keyring.password):
        assert not any(secret in text for text in told)
    assert leaks(Path(keyring.env["HOME"]).parent, server.password, keyring.password) == []
    assert leaks(tmux._folder, server.password, keyring.password) == []


@pytest.mark.parametrize("name", DOCTOR)
def test_doctor_says_how_the_keyring_is_and_what_to_do(
    private_keyring: Callable[[State], PrivateKeyring], server: Radicale, name: str
) -> None:
    keyring = started(CASES[name], private_keyring, server, f"doctor-{list(DOCTOR).index(name)}")
    done = subprocess.run(
        [*TOPOFMIND, "doctor"], env=keyring.env, capture_output=True, text=True, timeout=20, check=False
    )
    first, *more = (
        line.format(bus=f"unix:path={keyring.env['XDG_RUNTIME_DIR']}/bus") for line in DOCTOR[name]
    )
    expected = [f"keyring: {first}", *(f"  {line}" for line in more), "calendar: work: not synced yet"]

    assert (done.returncode, done.stderr) == (0, "")
    assert "\n".join(expected) in done.stdout
    assert keyring.prompts == 0
    assert not any(secret in done.stdout for secret in (server.password, keyring.password))


def with_the_app(case: Case, keyring: PrivateKeyring, server: Radicale, tmux: Tmux) -> list[str]:
    """Open the app, sync, mend what is wrong or go on without, and leave; give all that could be seen."""
    cleared = [
        "env",
        "-i",
        *(f"{variable}={value}" for variable, value in keyring.env.items()),
        "TERM=screen",
    ]
    tmux.start([*(cleared if case.bare else ()), *TOPOFMIND], env=keyring.env)
    person, told = Terminal(tmux), []
    tmux.wait_for("OVERDUE")
    tmux.keys("S")
    if case.said:
        person.goes_about_until(case.said)
        person.sees("The calendar's password")
        told.append(tmux.screen())
        go_on(person, case, keyring, server)
    tmux.wait_for("synced with work:")
    (shell,) = tmux._tmux("list-panes", "-F", "#{pane_pid}").split()
    seen = [Path(f"/proc/{pid}/{what}") for pid in descendants(int(shell)) for what in ("environ", "cmdline")]
    told += [file.read_text(errors="replace") for file in seen]
    told.append(tmux.screen())
    tmux.keys("Escape", "q")
    assert tmux.wait_for_end(patience(3)) == 0
    return told


def go_on(person: Terminal, case: Case, keyring: PrivateKeyring, server: Radicale) -> None:
    """Mend it, where that can be done here; else go on for this session."""
    tmux = person.tmux
    if case.state == "locked":
        tmux.keys("u")
        person.sees("The password of gnome-keyring")
        person.enters("not the right one")
        person.sees("That is not the keyring's password")
        person.enters(keyring.password)
    elif case.state == "fresh":
        tmux.keys("c")
        person.sees("Once more")
        person.enters(keyring.password)
        person.enters(keyring.password)
        person.sees("The password of sam")
        person.enters(server.password)
    else:
        tmux.keys("s")
        person.sees("The password of sam")
        person.enters("not the right one")
        person.sees("refuses the user name or the password")
        person.enters(server.password)


def sync_unattended(keyring: PrivateKeyring) -> Child:
    begun = time.monotonic()
    done = subprocess.run(
        [*TOPOFMIND, "sync", "--unattended"],
        env=keyring.env,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return Child(done.returncode, done.stdout, done.stderr, time.monotonic() - begun)


def checked(sync: Child, code: int) -> list[str]:
    """Check how a timer's sync ended: in time, with its code and one line."""
    assert sync.code == code, sync.errors
    assert (sync.output + sync.errors).count("\n") == 1
    assert sync.seconds < patience(UNATTENDED_WITHIN)
    return [sync.output, sync.errors]
