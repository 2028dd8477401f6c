"""A terminal of this machine, with all that a command writes to it, byte for byte."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Self

from servers.process import STARTS_WITHIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Pty:
    """A command in a terminal of its own, of a given size."""

    def __init__(
        self, command: Sequence[str | Path], env: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self._ours, theirs = os.openpty()
        self.resize(columns, rows)
        self._child = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *map(str, command)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm-256color", **env},
        )
        os.close(theirs)
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.rest = ""
        """What was written while the end was waited for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours >= 0:
            os.close(self._ours)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(5)
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGKILL)
            self._child.wait()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._ours, keys.encode())

    def read(self, quiet: float, within: float = STARTS_WITHIN) -> str:
        """Give what is written until nothing comes for `quiet` seconds, or the command ends."""
        written = bytearray()
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and select.select([self._ours], [], [], quiet)[0]:
            try:
                part = os.read(self._ours, 65536)
            except OSError:  # EIO: nobody has the other end any more
                break
            if not part:
                break
            written += part
        return self._decoder.decode(written)  # of a character that is cut, what comes later is the rest

    def read_until(self, text: str, quiet: float = 0.05) -> str:
        """Give what is written until `text` came. Raises TimeoutError where it does not."""
        written, deadline = "", time.monotonic() + STARTS_WITHIN
        while text not in written:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{text!r} did not come; this did: {written[-400:]!r}")
            written += self.read(quiet)
        return written

    def read_some(self) -> str:
        """Give what is written next."""
        select.select([self._ours], [], [], STARTS_WITHIN)
        return self._decoder.decode(os.read(self._ours, 65536))

    @property
    def pid(self) -> int:
        """The process of the command itself: setsid has become it."""
        return self._child.pid

    def fileno(self) -> int:
        """Give our end, which tells how the terminal is set."""
        return self._ours

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self._ours)
        self._ours = -1

    def wait_for_end(self) -> int:
        """Give the exit code; what is still written is read, or the command would wait for a reader."""
        deadline = time.monotonic() + STARTS_WITHIN
        while self._child.poll() is None and time.monotonic() < deadline:
            if self._ours < 0:
                time.sleep(0.05)
            else:
                self.rest += self.read(0.05)
        return self._child.wait(0)
