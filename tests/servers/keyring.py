"""A real gnome-keyring in a D-Bus session of its own, in each state that a user can meet.

Nothing on this bus can be started by asking for it, but for what a state puts there on purpose: with the
system's service files, asking before the daemon owns its name would start a second, locked one.
"""

from __future__ import annotations

import contextlib
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import pytest

from servers.process import Process, bare_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

State = Literal["unlocked", "locked", "prompting", "frozen", "fresh", "stalled", "missing", "no bus"]
"""What a program finds:

- unlocked: the login keyring is open
- locked: it is closed, and there is no screen to ask on, as over SSH: a prompt fails at once
- prompting: it is closed, and a prompt opens on a screen that nobody sees: it is never answered
- frozen: the daemon owns its name and never answers
- fresh: the daemon runs, but no keyring was ever made
- stalled: the bus starts the service, which never takes its name
- missing: a bus, and nobody who offers secrets
- no bus: no D-Bus session at all
"""
STATES: tuple[State, ...] = get_args(State)

SECRETS = "org.freedesktop.secrets"
PROMPTER = "org.gnome.keyring.SystemPrompter"
LOGIN = "/org/freedesktop/secrets/collection/login"
NEVER = "sleep 300"

BUS_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/run/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class PrivateKeyring:
    """A keyring in one state. `env` is for child processes; `password` opens the login keyring.

    The bus is at `$XDG_RUNTIME_DIR/bus`: without DBUS_SESSION_BUS_ADDRESS, `env` is what a cron job sees.
    """

    password = "a keyring's password"

    def __init__(self, state: State, folder: Path) -> None:
        self.state = state
        self._folder = folder
        for name in ("home", "run", "services"):
            (folder / name).mkdir(mode=0o700)
        self.env = bare_environment(folder / "home", XDG_RUNTIME_DIR=str(folder / "run"))
        self.processes: list[Process] = []

    def start(self) -> None:
        """Bring the state about."""
        state = self.state
        if state == "no bus":
            return
        self._start_bus()
        if state not in ("stalled", "missing"):
            self._start_daemon()
        if state in ("locked", "prompting"):
            self.lock()
        if state == "frozen":
            self.freeze()

    @property
    def prompts(self) -> int:
        """How often the keyring wanted to ask a person for something."""
        asked = self._folder / "asked"
        return len(asked.read_text().splitlines()) if asked.exists() else 0

    def lock(self) -> None:
        """Close the login keyring, as its owner can at any time."""
        self._call(
            SECRETS,
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            f"array:objpath:{LOGIN}",
        )

    def freeze(self) -> None:
        """Let the daemon stop answering while it keeps its name."""
        self.processes[-1].signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen daemon answer again."""
        self.processes[-1].signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the daemon and the bus; `env` then points at a bus that is gone."""
        while self.processes:
            self.processes.pop().stop()

    def _start_bus(self) -> None:
        configuration = self._folder / "bus.conf"
        configuration.write_text(BUS_CONFIGURATION.format(folder=self._folder))
        reaction = NEVER if self.state == "prompting" else "exit 1"
        self._offer(PROMPTER, f"echo asked >> {self._folder}/asked; {reaction}")
        if self.state == "stalled":
            self._offer(SECRETS, NEVER)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self._folder}/run/bus"
        self._start("dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile").wait_until(
            (self._folder / "run/bus").exists
        )

    def _start_daemon(self) -> None:
        daemon = ("gnome-keyring-daemon", "--foreground", "--components=secrets")
        if self.state == "fresh":
            self._start(*daemon).wait_until(self._has_owner)
        else:
            self._start(*daemon, "--unlock", stdin=self.password).wait_until(self._is_unlocked)

    def _start(self, name: str, *options: str, stdin: str = "") -> Process:
        process = Process(name, [name, *options], log=self._folder / f"{name}.log", env=self.env, stdin=stdin)
        self.processes.append(process)
        return process

    def _offer(self, name: str, script: str) -> None:
        """Let the bus run a shell script when somebody asks for the service `name`."""
        service = f"[D-BUS Service]\nName={name}\nExec=/bin/sh -c {shlex.quote(script)}\n"
        (self._folder / "services" / f"{name}.service").write_text(service)

    def _has_owner(self) -> bool:
        return "true" in self._call(
            "org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", f"string:{SECRETS}"
        )

    def _is_unlocked(self) -> bool:
        return self._has_owner() and "false" in self._call(
            SECRETS,
            LOGIN,
            "org.freedesktop.DBus.Properties.Get",
            "string:org.freedesktop.Secret.Collection",
            "string:Locked",
        )

    def _call(self, destination: str, path: str, method: str, *arguments: str) -> str:
        command = [
            "dbus-send",
            "--session",
            "--print-reply",
            f"--dest={destination}",
            path,
            method,
            *arguments,
        ]
        answer = subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=10, check=False
        )
        return answer.stdout


@pytest.fixture
def private_keyring() -> Iterator[Callable[[State], PrivateKeyring]]:
    """Start keyrings by state: `private_keyring("locked")`; each is gone after the test."""
    with contextlib.ExitStack() as after_test:

        def start(state: State = "unlocked") -> PrivateKeyring:
            # Not pytest's folder: a socket's path may have about 100 characters at most.
            folder = Path(after_test.enter_context(tempfile.TemporaryDirectory(prefix="keyring-")))
            keyring = PrivateKeyring(state, folder)
            after_test.callback(keyring.stop)
            keyring.start()
            return keyring

        yield start


@pytest.fixture(scope="session")
def keyrings_alt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with plain-text backends, in a folder of its own so that no other test meets it."""
    folder = tmp_path_factory.mktemp("keyrings.alt")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    done = subprocess.run([*pip, "keyrings.alt==5.0.2"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"not here: keyrings.alt ({done.stderr.strip().splitlines()[-1]})")
    return folder
