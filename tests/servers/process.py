"""A real server as a child process: started, waited for, and gone at the end with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

STARTS_WITHIN = 20.0
"""Seconds that a server gets for its first answer; generous, since a busy machine is no failure."""


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def bare_environment(home: Path, **variables: str) -> dict[str, str]:
    """Return an environment that knows nothing of this machine's user, display, bus or settings.

    The commands of the environment that runs the tests come first on its PATH.
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8"} | variables


def wait_until(true: Callable[[], bool], what: str, seconds: float = STARTS_WITHIN) -> None:
    """Return once `true()` holds; raise TimeoutError naming `what` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Say whether a process is there and has not ended (Linux only)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def descendants(pid: int) -> list[int]:
    """Return all that a process started and that still runs, also outside its group (Linux only)."""
    with contextlib.suppress(OSError):
        listed = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
        children = [int(child) for task in listed for child in task]
        return [pid for child in children for pid in (child, *descendants(child))]
    return []


class Process:
    """A child in a process group of its own, with its output in a log file."""

    running: ClassVar[list[Process]] = []

    def __init__(
        self, name: str, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], stdin: str = ""
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                start_new_session=True,
            )
        Process.running.append(self)
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._child.stdin as pipe:
            pipe.write(stdin.encode())

    @property
    def pid(self) -> int:
        return self._child.pid

    def wait_until(self, answers: Callable[[], bool], seconds: float = STARTS_WITHIN) -> Self:
        """Return once the server `answers()`; stop it and raise, with its log, when it ends or does not."""

        def answers_or_ended() -> bool:
            return self._child.poll() is not None or answers()

        try:
            wait_until(answers_or_ended, f"{self.name} answers", seconds)
            if self._child.poll() is not None:
                raise ChildProcessError(f"{self.name} ended with status {self._child.returncode}")
        except (OSError, TimeoutError) as error:
            error.add_note(self.last_words())
            self.stop()
            raise
        return self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and to all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, number)

    def kill_descendants(self) -> None:
        """Kill all that the server started, and leave it running."""
        for pid in descendants(self._child.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Kill the server with all that it started; a server that is gone already is fine."""
        if self._child.returncode is None:
            self.kill_descendants()
        self.signal(signal.SIGKILL)
        self._child.wait()
        if self in Process.running:
            Process.running.remove(self)

    def last_words(self) -> str:
        """Return the end of the log."""
        return f"log of {self.name}:\n{self.log.read_text(errors='replace')[-4000:]}"
