"""Unattended sync: a systemd user timer, a launchd agent, or a crontab line, whichever this computer has.

Each runs `topofmind sync --unattended --quiet` every fifteen minutes, which prints nothing unless the user is
needed.
"""

from __future__ import annotations

import getpass
import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, UserNeededError

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_MINUTES = 15
_WITHIN = 20.0
"""Seconds that the system's own commands get."""

_SERVICE_UNIT = """\
[Unit]
Description=topofmind: bring the reminders to the calendar

[Service]
Type=oneshot
ExecStart=:{command}
# 4: it may work later, such as without a network.
SuccessExitStatus=4
"""
_TIMER_UNIT = f"""\
[Unit]
Description=topofmind: bring the reminders to the calendar every {EVERY_MINUTES} minutes

[Timer]
OnCalendar=*:0/{EVERY_MINUTES}
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


def sync_command(options: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the command to run, by its absolute path; `options`, such as --store FILE, go before the verb.

    The command of this very installation is preferred: a timer has another PATH than a terminal.
    """
    name = "topofmind.exe" if sys.platform == "win32" else "topofmind"
    beside_python = Path(sys.executable).with_name(name)
    found = str(beside_python) if beside_python.exists() else shutil.which(name)
    if found is None:
        raise InputError("The command topofmind is not on the PATH; run `uv tool install topofmind`.")
    command = (str(Path(found).absolute()), *options, "sync", "--unattended", "--quiet")
    if any(character in word for word in command for character in "\n\r\0"):
        raise InputError("A path with a line break in it cannot be scheduled; move what it names.")
    return command


def show(options: Sequence[str] = ()) -> str:
    """Say what is installed, or what `install` would put where."""
    installed = [schedule.description() for schedule in _SCHEDULES if schedule.is_installed()]
    if installed:
        return "\n".join(installed)
    schedule = _available()
    if schedule is None:
        return _nobody(options)
    plan = schedule.plan(sync_command(options))
    return f"Nothing is scheduled. `topofmind schedule install` would add {plan}"


def install(options: Sequence[str] = ()) -> str:
    """Schedule the sync, in the place of an earlier schedule of any kind, and say what was done.

    Raises UserNeededError where this computer has nothing to schedule with, or its command fails.
    """
    schedule = _available()
    if schedule is None:
        raise UserNeededError(_nobody(options))
    command = sync_command(options)
    replaced = [other.remove() for other in _SCHEDULES if other is not schedule and other.is_installed()]
    return "\n".join([*replaced, schedule.install(command)])


def remove() -> str:
    """Take away whatever `install` has left, of any kind, and say what was done."""
    removed = [schedule.remove() for schedule in _SCHEDULES if schedule.is_installed()]
    return "\n".join(removed) or "Nothing was scheduled."


class _Schedule(ABC):
    """One way to have a command run again and again."""

    @abstractmethod
    def is_available(self) -> bool:
        """Whether this computer can do it for this user."""

    @abstractmethod
    def is_installed(self) -> bool:
        """Whether there is something to remove."""

    @abstractmethod
    def plan(self, command: Sequence[str]) -> str:
        """Say what `install` would add."""

    @abstractmethod
    def description(self) -> str:
        """Say what is installed."""

    @abstractmethod
    def install(self, command: Sequence[str]) -> str:
        """Add it, and say so."""

    @abstractmethod
    def remove(self) -> str:
        """Take it away, and say so."""


class _SystemdTimer(_Schedule):
    """Two unit files of the user's own systemd, which also gives the sync its D-Bus session."""

    @property
    def _folder(self) -> Path:
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "systemd", "user")

    @property
    def _files(self) -> tuple[Path, Path]:
        return self._folder / "topofmind.service", self._folder / "topofmind.timer"

    def is_available(self) -> bool:
        return _try("systemctl", "--user", "show-environment") is not None

    def is_installed(self) -> bool:
        return any(file.exists() for file in self._files)

    def plan(self, command: Sequence[str]) -> str:
        return f"a systemd user timer that runs, every {EVERY_MINUTES} minutes: {shlex.join(command)}"

    def description(self) -> str:
        service, timer = self._files
        active = _try("systemctl", "--user", "is-active", timer.name) is not None
        text = service.read_text(encoding="utf-8") if service.exists() else ""
        start = "ExecStart=:"
        runs = [line.removeprefix(start) for line in text.splitlines() if line.startswith(start)]
        return (
            f"A systemd user timer is installed and {'active' if active else 'not active'} ({timer}). "
            f"Every {EVERY_MINUTES} minutes it runs: {' '.join(runs)}\n{self._lingering()}"
        )

    def install(self, command: Sequence[str]) -> str:
        if any(character in command[0] for character in "\"'\\"):
            raise InputError(
                f"systemd runs nothing with a quote or backslash in its path: {command[0]}. Move it."
            )
        service, timer = self._files
        words = " ".join(_systemd_word(word) for word in command)
        _write(service, _SERVICE_UNIT.format(command=words).encode())
        _write(timer, _TIMER_UNIT.encode())
        try:
            _run("systemctl", "--user", "daemon-reload")
            _run("systemctl", "--user", "enable", timer.name)
            # A timer that runs already would go on with its old times.
            _run("systemctl", "--user", "restart", timer.name)
        except UserNeededError:
            self.remove()
            raise
        return (
            f"Wrote {service} and {timer}, and started the timer. "
            f"Every {EVERY_MINUTES} minutes it runs: {shlex.join(command)}\n{self._lingering()}"
        )

    def remove(self) -> str:
        service, timer = self._files
        _try("systemctl", "--user", "disable", "--now", timer.name)
        # Where systemd is not at hand, what `enable` made stays behind.
        for file in (timer, service, self._folder / "timers.target.wants" / timer.name):
            with suppress(FileNotFoundError, NotADirectoryError):
                file.unlink()
        _try("systemctl", "--user", "daemon-reload")
        _try("systemctl", "--user", "reset-failed", service.name)
        return f"Stopped the timer, and removed {timer} and {service}."

    @staticmethod
    def _lingering() -> str:
        user = getpass.getuser()
        if _try("loginctl", "show-user", user, "--property=Linger", "--value") == "yes":
            return "Lingering is on: it also runs while you are logged out."
        return (
            "Lingering is off: it runs only while you are logged in. "
            f"To have it run always: loginctl enable-linger {shlex.quote(user)}"
        )


class _LaunchdAgent(_Schedule):
    """A property list in the user's LaunchAgents."""

    _LABEL = "topofmind.sync"

    @property
    def _file(self) -> Path:
        return Path.home() / "Library" / "LaunchAgents" / f"{self._LABEL}.plist"

    @property
    def _domain(self) -> str:
        return f"gui/{os.getuid()}"

    def is_available(self) -> bool:
        return sys.platform == "darwin"

    def is_installed(self) -> bool:
        return self._file.exists()

    def plan(self, command: Sequence[str]) -> str:
        return f"a launchd agent that runs, every {EVERY_MINUTES} minutes: {shlex.join(command)}"

    def description(self) -> str:
        command = plistlib.loads(self._file.read_bytes())["ProgramArguments"]
        loaded = _try("launchctl", "print", f"{self._domain}/{self._LABEL}") is not None
        return (
            f"A launchd agent is installed and {'loaded' if loaded else 'not loaded'} "
            f"({self._file}): {shlex.join(command)}"
        )

    def install(self, command: Sequence[str]) -> str:
        _try("launchctl", "bootout", f"{self._domain}/{self._LABEL}")
        _write(self._file, self.property_list(command))
        try:
            _run("launchctl", "bootstrap", self._domain, str(self._file))
        except UserNeededError:
            self.remove()
            raise
        return (
            f"Wrote {self._file}, and loaded it. It runs while you are logged in, "
            f"every {EVERY_MINUTES} minutes: {shlex.join(command)}"
        )

    def remove(self) -> str:
        _try("launchctl", "bootout", f"{self._domain}/{self._LABEL}")
        self._file.unlink(missing_ok=True)
        return f"Unloaded the agent, and removed {self._file}."

    def property_list(self, command: Sequence[str]) -> bytes:
        """Return what launchd reads."""
        return plistlib.dumps(
            {
                "Label": self._LABEL,
                "ProgramArguments": list(command),
                "StartInterval": EVERY_MINUTES * 60,
                "ProcessType": "Background",
            }
        )


class _Crontab(_Schedule):
    """One line in the user's crontab, known by the comment at its end."""

    _MARK = "# topofmind schedule"

    def is_available(self) -> bool:
        return shutil.which("crontab") is not None

    def is_installed(self) -> bool:
        return self.is_available() and bool(self._ours(self._read()))

    def plan(self, command: Sequence[str]) -> str:
        return f"this line to your crontab: {self._line(command)}"

    def description(self) -> str:
        return f"Your crontab has this line: {' '.join(self._ours(self._read()))}"

    def install(self, command: Sequence[str]) -> str:
        before = self._read()
        line = self._line(command)
        kept = [other for other in before if other not in self._ours(before)]
        _run("crontab", "-", text="\n".join([*kept, line, ""]))
        return f"Added this line to your crontab: {line}"

    def remove(self) -> str:
        before = self._read()
        ours = self._ours(before)
        kept = [line for line in before if line not in ours]
        if kept:
            _run("crontab", "-", text="\n".join([*kept, ""]))
        else:
            _run("crontab", "-r")
        return f"Removed this line from your crontab: {' '.join(ours)}"

    def _line(self, command: Sequence[str]) -> str:
        # Cron ends a command at a percent sign, even at a quoted one.
        words = shlex.join(command).replace("%", "\\%")
        return f"*/{EVERY_MINUTES} * * * * {words} {self._MARK}"

    def _ours(self, lines: Sequence[str]) -> list[str]:
        return [line for line in lines if line.endswith(self._MARK)]

    def _read(self) -> list[str]:
        done = _start("crontab", "-l")
        nothing_yet = ("no crontab", "No such file")  # cron's words, and busybox's
        if done.returncode != 0 and not any(words in done.stderr for words in nothing_yet):
            # Whoever writes now would overwrite what could not be read.
            said = _last_line(done.stderr)
            raise UserNeededError(f"Your crontab cannot be read: {said}. Look at what `crontab -l` says.")
        return done.stdout.splitlines() if done.returncode == 0 else []


_SCHEDULES: tuple[_Schedule, ...] = (_SystemdTimer(), _LaunchdAgent(), _Crontab())


def _available() -> _Schedule | None:
    return next((schedule for schedule in _SCHEDULES if schedule.is_available()), None)


def _nobody(options: Sequence[str]) -> str:
    return (
        "Here is neither a systemd user session nor launchd nor crontab. "
        f"Have your own scheduler run this every {EVERY_MINUTES} minutes: {shlex.join(sync_command(options))}"
    )


def _systemd_word(word: str) -> str:
    """Quote a word for ExecStart=:, where percent signs and backslashes mean something even in quotes."""
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        word = word.replace(character, written)
    return f'"{word}"'


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(file)
        except BaseException:
            Path(draft.name).unlink()
            raise


def _start(*command: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    with suppress(AttributeError):  # Windows has no user ids
        environment.setdefault("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    try:
        return subprocess.run(  # noqa: S603 - the system's own commands
            command, input=text, env=environment, capture_output=True, text=True, timeout=_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _try(*command: str) -> str | None:
    """Return what a command prints; None where it fails, or is not there."""
    done = _start(*command)
    return done.stdout.strip() if done.returncode == 0 else None


def _run(*command: str, text: str = "") -> None:
    """Run a command that has to succeed."""
    done = _start(*command, text=text)
    if done.returncode != 0:
        said = _last_line(done.stderr)
        raise UserNeededError(f"`{shlex.join(command)}` failed: {said}. Run it yourself to see more.")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"
