"""A password from another program (`pass`, `op`, `bw`, `secret-tool`, `gopass`, `systemd-creds` …)."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from threading import Thread
from typing import IO, TYPE_CHECKING

from pipeline.errors import InputError, UserNeededError
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

WITHIN = 10.0
"""Seconds that the command gets: time for a finger on a sensor, not for a question that nobody sees."""

_LAST_OUTPUT = 0.5
"""Seconds to read on after the command has ended: an agent that it started may keep its output open."""
_KEPT = 64 * 1024
_SHOWN = 120

_TERMINAL = ("GPG_TTY",)
"""Where gpg would ask, in the middle of our screen."""
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
"""Where a program would ask somebody who is not there."""


class PasswordCommand:
    """One run of the command: no shell, no input, a session of its own; the first line counts."""

    def __init__(self, command: Sequence[str], *, unattended: bool = False) -> None:
        if not command:
            raise InputError(
                'password_command is empty; write it as a list, such as ["pass", "show", "calendar"].'
            )
        self._command = tuple(command)
        hidden = (*_TERMINAL, *_SCREENS) if unattended else _TERMINAL
        self._environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self._process: subprocess.Popen[bytes] | None = None
        self._problem = ""

    def read(self) -> Secret:
        """Run it, and return the first line that it prints.

        Raises InputError where the command is wrong, UserNeededError where it gives no password now.
        """
        # In a thread: Ctrl-C is raised in the main one only, and could come between the command's start and
        # our knowing its process, which would then go on for ever.
        starting = Thread(target=self._start, name="password_command", daemon=True)
        output = errors = None
        try:
            starting.start()
            starting.join()
            if self._process is None:
                raise InputError(f"{self._name} {self._problem}.")
            output, errors = _Reader(self._process.stdout), _Reader(self._process.stderr)
            code = self._process.wait(WITHIN)
        except subprocess.TimeoutExpired:
            raise UserNeededError(
                f"{self._name} gave no password within {WITHIN:g} s; run it in a terminal to see why."
            ) from None
        finally:
            if starting.is_alive():
                starting.join(_LAST_OUTPUT)
            self.stop()
            for reader in (output, errors):
                if reader is not None:
                    reader.finish()
        if code != 0:
            raise UserNeededError(
                f"{self._name} {_ended(code)}{errors.summary(output)}; run it in a terminal to see more."
            )
        return Secret.from_first_line(output.content, f"what {self._name} prints")

    def stop(self) -> None:
        """End the command and what it started, if it still runs; another thread may call it."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_OUTPUT)

    @property
    def _name(self) -> str:
        """The program alone: its arguments could tell what they should not."""
        return f"password_command ({self._command[0]})"

    def _start(self) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                start_new_session=True,
            )
        except FileNotFoundError:
            self._problem = "is not there; write its full path, each argument as a text of its own"
        except OSError as error:
            self._problem = f"cannot be run ({error.strerror})"
        except ValueError:
            self._problem = "cannot be run (it holds a NUL character)"


class _Reader(Thread):
    """Reads a pipe to its end, so that the command never waits for us, and keeps the beginning."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(name="password_command", daemon=True)
        if pipe is None:
            raise ValueError("no pipe")
        self._pipe = pipe
        self.content = b""
        self.start()

    def run(self) -> None:
        with suppress(OSError, ValueError), self._pipe:
            while piece := os.read(self._pipe.fileno(), _KEPT):
                self.content = (self.content + piece)[:_KEPT]

    def finish(self) -> None:
        """Wait a moment for the end."""
        self.join(_LAST_OUTPUT)

    def summary(self, secret: _Reader) -> str:
        """Return the last line, fit for a message, and without the lines of the other pipe."""
        told = self.content.decode(errors="replace")
        for line in secret.content.decode(errors="replace").split("\n"):
            told = told.replace(line.strip() or "\0", "…")
        lines = ["".join(c for c in line if c.isprintable()).strip() for line in told.splitlines()]
        last = next((line for line in reversed(lines) if line), "")
        return f": {last[:_SHOWN]}" if last else ""


def _ended(code: int) -> str:
    return f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
